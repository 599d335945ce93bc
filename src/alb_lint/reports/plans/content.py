"""What the report of a plan says, section by section, whatever the format: what it is for, what moves and changes, why that is safe, what is left."""

from collections.abc import Iterator

from alb_lint import __version__
from alb_lint.model import Entrance
from alb_lint.plan.plan import Refusal
from alb_lint.plan.proposal import Proposal, rules_by_id
from alb_lint.reports.plans.blocks import Block, Code, Heading, Items, Line, Listing, Notice, Paragraph, Part, Strong, Table, Words, line
from alb_lint.reports.plans.carrying_out import carry_out
from alb_lint.reports.plans.commands import plan_command
from alb_lint.reports.plans.sections import listener, who
from alb_lint.reports.plans.summing import answers_text

TITLE = "Renumbering of listener rules"


def blocks(proposal: Proposal) -> Iterator[Block]:
    """The report. Listeners with nothing to change are named in the summary alone."""
    plan = proposal.plan
    yield Heading(1, TITLE)
    yield _verdict(proposal)
    yield Items(tuple(_about(proposal)))
    if plan.refused:
        yield Heading(2, "No plan")
        for refusal in plan.refused:
            yield from _refusal(proposal, refusal)
    if proposal.gaps:
        yield Heading(2, "What could not be read")
        yield Paragraph(line("It takes no part in the plan, and the plan tells nothing of it."))
        yield Items(tuple(line(Code(str(gap.location)), f": {gap.reason}") for gap in proposal.gaps))
    yield Heading(2, "Summary")
    yield _summary(proposal)
    for part in plan.listeners:
        if part.is_told:
            yield from listener(proposal, part)
    if any(part.steps for part in plan.listeners):
        yield from carry_out(proposal)


def _verdict(proposal: Proposal) -> Notice:
    plan = proposal.plan
    if not plan.listeners:
        return Notice("bad", line(Strong("There is no plan."), " Why, and what would work, stands below."))
    if not any(part.steps for part in plan.listeners):
        return Notice("good", line(Strong("Nothing to change."), " Every rule has a number that it may have."))
    if plan.equivalent:
        return Notice("good", line(Strong("Every request gets the answer it gets today."), " Proved over all requests."))
    return Notice("note", line(answers_text(proposal)))


def _about(proposal: Proposal) -> Iterator[Line]:
    """What the plan was made from, when and by what."""
    names: list[Part] = []
    for name in proposal.sources:
        names += [Words(" ")] if names else []
        names.append(Code(name))
    if names:
        yield (Words("Read: "), *names)
    on = f" on {proposal.made_on}" if proposal.made_on else ""
    yield line(f"Valid only for the rules as they were read{on}; their digest: ", Code(proposal.plan.digest))
    yield line(f"Made by alb-lint {__version__}: ", Code(plan_command(proposal)))


def _summary(proposal: Proposal) -> Table:
    rows = []
    for part in proposal.plan.listeners:
        base = proposal.base(part)
        gone = len(base.rules) - part.moved - part.kept
        least = "yes" if part.minimum_proved else f"at least {part.at_least}"
        changed = sum(merge.changes for merge in part.merges) + sum(bool(change.changes) for change in part.intended_changes)
        cells = (len(base.rules), part.moved, part.kept, gone, changed, part.proof.kept)
        rows.append((line(Strong(proposal.name(part.id))), *(line(str(cell)) for cell in cells), line(least)))
    for name in dict.fromkeys(item.listener for item in proposal.plan.refused):
        facts = proposal.found(name)
        count = str(len(facts.listener.rules)) if facts is not None else ""
        rows.append((line(Strong(proposal.name(name))), line(count), *(line("–") for _ in range(5)), line("refused")))
    head = ("Listener", "Rules", "Move", "Stay", "Go", "Answers changed", "Ordered pairs kept", "Fewest moves")
    return Table(head, tuple(rows), (1, 2, 3, 4, 5, 6))


def _refusal(proposal: Proposal, refusal: Refusal) -> Iterator[Block]:
    yield Notice("bad", line(Strong(proposal.name(refusal.listener)), f": {refusal.reason}."))
    facts = proposal.found(refusal.listener)
    rules = rules_by_id(facts.listener) if facts is not None else {}
    if refusal.rules:
        yield Items(tuple(who(rules[name]) if name in rules else line(Code(name)) for name in refusal.rules))
    entrance = facts.listener.entrance if facts is not None else Entrance()
    for role, request in refusal.witnesses:
        said = {"both": "Both match", "only-rule": "Only the first matches", "only-related": "Only the second matches"}.get(role, role)
        yield Paragraph(line(f"{said}: ", Code(request.curl(entrance))))
    if refusal.ways:
        yield Paragraph(line(Strong("What works, one of:")))
        for way in refusal.ways:
            if way.flags or not way.config:
                yield Listing("sh", (plan_command(proposal, *way.flags),))
            if way.config:
                yield Listing("toml", tuple(way.config.splitlines()))
            yield Paragraph(line(f"{way.means[:1].upper()}{way.means[1:]}."))
    elif refusal.nearest:
        yield Paragraph(line(Strong("What would work: "), refusal.nearest))
