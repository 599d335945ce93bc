"""What the report of a plan says, section by section, whatever the format: what moves, what changes, why it is safe, how to do and undo it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from shlex import quote
from typing import Final

from alb_lint.config import spell
from alb_lint.findings.wording import actions_text, conditions_text, group_name, number
from alb_lint.model import Entrance, Listener, Rule
from alb_lint.plan.plan import Compaction, ListenerPlan, Merge, Move, Refusal, dropped
from alb_lint.plan.proposal import Proposal, rules_by_id
from alb_lint.plan.steps.commands import command, region, runnable
from alb_lint.plan.wanted.ranges import ranges_of
from alb_lint.plan.wanted.rollout import STEPS, Rollout, rollouts
from alb_lint.reports.axis import Band
from alb_lint.reports.plans.blocks import (
    Block,
    Code,
    Folded,
    Heading,
    Items,
    Line,
    Listing,
    Moved,
    MovesPicture,
    Notice,
    Paragraph,
    Part,
    Strong,
    Table,
    Words,
    joined,
    line,
)

PAIRS: Final = 100
"""Order-sensitive pairs shown per listener; json lists all."""
TITLE: Final = "Renumbering of listener rules"


def blocks(proposal: Proposal) -> Iterator[Block]:
    """The report. Listeners with nothing to change are named in the summary alone."""
    plan = proposal.plan
    yield Heading(1, TITLE)
    yield _verdict(proposal)
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
    yield Paragraph(line("The plan is for the rules with the digest ", Code(plan.digest), "; for others it is void."))
    for part in plan.listeners:
        if part.steps or part.intended_changes or part.notes:
            yield from _listener(proposal, part)
    if any(part.steps for part in plan.listeners):
        yield from _carry_out(proposal)


def _verdict(proposal: Proposal) -> Notice:
    plan = proposal.plan
    if not plan.listeners:
        return Notice("bad", line(Strong("There is no plan."), " Why, and what would work, stands below."))
    if not any(part.steps for part in plan.listeners):
        return Notice("good", line(Strong("Nothing to change."), " Every rule already stands where it belongs."))
    merges = sum(len(part.merges) for part in plan.listeners)
    changes = sum(len(part.intended_changes) for part in plan.listeners)
    if plan.equivalent:
        return Notice("good", line(Strong("Every request gets the answer it gets today."), " Proved over all requests."))
    named = [text for text in (_count(merges, "merge"), _count(changes, "intended change")) if not text.startswith("0 ")]
    told = f" Every request gets the answer it gets today, apart from the {' and the '.join(named)} named below. Proved over all requests."
    return Notice("note", line(Strong("Some answers change, on purpose."), told))


def _summary(proposal: Proposal) -> Table:
    rows = []
    for part in proposal.plan.listeners:
        base = proposal.base(part)
        dropped = sum(len(merge.drop) for merge in part.merges)
        least = "yes" if part.minimum_proved else f"at least {part.at_least}"
        cells = (len(base.rules), part.moved, part.kept, dropped, len(part.intended_changes), part.proof.kept)
        rows.append((line(Strong(proposal.name(part.id))), *(line(str(cell)) for cell in cells), line(least)))
    for listener in dict.fromkeys(item.listener for item in proposal.plan.refused):
        facts = next((item for item in proposal.facts if item.listener.id == listener), None)
        count = str(len(facts.listener.rules)) if facts is not None else ""
        rows.append((line(Strong(proposal.name(listener))), line(count), *(line("–") for _ in range(5)), line("refused")))
    head = ("Listener", "Rules", "Move", "Stay", "Merged away", "Intended changes", "Ordered pairs kept", "Fewest moves")
    return Table(head, tuple(rows), (1, 2, 3, 4, 5, 6))


def _refusal(proposal: Proposal, refusal: Refusal) -> Iterator[Block]:
    yield Notice("bad", line(Strong(proposal.name(refusal.listener)), f": {refusal.reason}."))
    facts = next((item for item in proposal.facts if item.listener.id == refusal.listener), None)
    rules = rules_by_id(facts.listener) if facts is not None else {}
    if refusal.rules:
        yield Items(tuple(_who(rules[name]) if name in rules else line(Code(name)) for name in refusal.rules))
    for _, request in refusal.witnesses:
        yield Paragraph(line("Both take: ", Code(request.curl(facts.listener.entrance if facts is not None else Entrance()))))
    if refusal.nearest:
        yield Paragraph(line(Strong("What would work: "), refusal.nearest))


# -- one listener ------------------------------------------------------------------------------------------------------------


def _listener(proposal: Proposal, part: ListenerPlan) -> Iterator[Block]:
    base = proposal.base(part)
    rules = rules_by_id(base)
    yield Heading(2, f"Listener {proposal.name(part.id)}")
    if part.moves:
        yield Heading(3, "Moves")
        yield _picture(proposal, part, rules)
        yield from _moves(proposal, part, rules)
    if part.compaction is not None:
        yield Heading(3, "Fewer rules")
        yield from _compaction(part.compaction, rules)
    if part.merges:
        yield Heading(3, "Merged twins")
        yield from _merges(proposal, part, rules)
    if part.intended_changes:
        yield Heading(3, "Intended changes")
        yield _changes(part, rules, base.entrance)
    if part.proof.certificate:
        yield Heading(3, "Order that is kept")
        yield from _pairs(part, rules, base.entrance)
    if part.notes:
        yield Heading(3, "Good to know")
        yield Items(tuple(line(note.reason) for note in part.notes))


def _moves(proposal: Proposal, part: ListenerPlan, rules: dict[str, Rule]) -> Iterator[Block]:
    base = proposal.base(part)
    bands = {item.name: item for item in ranges_of(base, proposal.config)}
    ordered = sorted(part.moves, key=lambda move: (_place(move, part), move.new))
    for name, group in groupby(ordered, key=lambda move: move.range):
        band = bands.get(name)
        told: list[Part] = [Strong(name), Words(f" {spell(band.priorities)}")] if band is not None else [Words("Outside all ranges")]
        if band is not None and band.was:
            told.append(Words(f", was {spell(band.was)}"))
        yield Paragraph(tuple(told))
        moves = list(group)
        reasons = {move.because for move in moves}
        # one reason for all of a range is the range itself
        why = len(reasons) > 1 or band is None or f"belongs to {name}" not in moves[0].because
        rows = []
        for move in moves:
            cells = (line(Code(str(move.old))), line(Code(str(move.new))), _takes(rules[move.rule]), line(actions_text(rules[move.rule])))
            rows.append((*cells, line(move.because)) if why else cells)
        head = ("From", "To", "Rule", "Action today", "Because")
        yield Table(head if why else head[:-1], tuple(rows), (0, 1))


def _picture(proposal: Proposal, part: ListenerPlan, rules: dict[str, Rule]) -> MovesPicture:
    base = proposal.base(part)
    gone = {*(move.rule for move in part.moves), *(name for merge in part.merges for name in merge.drop), *dropped(part.compaction)}
    kept = tuple(rule.priority for rule in base.rules if rule.id not in gone and isinstance(rule.priority, int))
    moves = tuple(Moved(move.old, move.new, f"{move.old} → {move.new}  {conditions_text(rules[move.rule])}") for move in part.moves)
    return MovesPicture(moves, kept, tuple(Band(one.name, one.priorities) for one in ranges_of(base, proposal.config)))


def _place(move: Move, part: ListenerPlan) -> int:
    """Ranges in the order of their lowest new number."""
    return min(other.new for other in part.moves if other.range == move.range)


def _compaction(fewer: Compaction, rules: dict[str, Rule]) -> Iterator[Block]:
    least = "No fewer will do." if fewer.after == fewer.at_least else f"{fewer.at_least} at least are needed."
    yield Paragraph(line(f"{fewer.before} rules become {fewer.after}; the limit is {fewer.limit}. {least}"))
    if fewer.joins:
        rows = []
        for join in fewer.joins:
            whole = replace(rules[join.keep], conditions=join.conditions)
            gone = [piece for name in join.drop for piece in (Words("; "), *_who(rules[name]))][1:]
            rows.append((line(Code(str(join.priority))), _takes(whole), line(actions_text(whole)), tuple(gone)))
        yield Table(("At", "Requests", "Action", "In place of"), tuple(rows), (0,))
    if fewer.removed:
        yield Paragraph(line("These change no answer and go:"))
        yield Items(tuple(_who(rules[name]) for name in fewer.removed))


def _merges(proposal: Proposal, part: ListenerPlan, rules: dict[str, Rule]) -> Iterator[Block]:
    yield Paragraph(
        line("Rules that take exactly the same requests. One stays and forwards to the target groups of all by weight; the others go.")
    )
    entrance = proposal.facts_of(part).listener.entrance
    rows = []
    for merge in part.merges:
        gone = [piece for name in merge.drop for piece in (Words("; "), *_twin(rules[name]))][1:]
        rows.append((line(Code(str(merge.priority))), _takes(rules[merge.keep]), _twin(rules[merge.keep]), tuple(gone)))
    yield Table(("At", "Requests", "Stays", "Goes"), tuple(rows), (0,))
    changing = [(merge, merge.request) for merge in part.merges if merge.changes and merge.request is not None]
    if changing:
        yield Paragraph(line("Requests whose answer changes, one for each:"))
        yield Items(tuple(line(Code(str(merge.priority)), " ", Code(request.curl(entrance))) for merge, request in changing))
    unshown = [merge for merge in part.merges if merge.changes and merge.request is None]
    if unshown:
        yield Paragraph(line("Answers change too at ", *joined([Code(str(merge.priority)) for merge in unshown]), "."))
    yield Heading(3, "Weights")
    yield Paragraph(
        line("By environment, and step by step to the newcomers. A step is one ModifyRule call with these weights; none moves a rule.")
    )
    yield _weights(part.merges, rollouts(proposal.facts_of(part), part.merges, proposal.config))


def _weights(merges: Sequence[Merge], found: dict[str, Rollout]) -> Table:
    """A row per merged rule and target group; a column for the plan, each environment and each step."""
    environments = list(dict.fromkeys(name for rollout in found.values() for name, _ in rollout.environments))
    rows = []
    for merge in merges:
        rollout = found[merge.keep]
        told, steps = dict(rollout.environments), dict(rollout.steps)
        for place, (group, share) in enumerate(zip(rollout.groups, merge.action.shares, strict=True)):
            columns = [told.get(name) for name in environments] + [steps.get(step) for step in STEPS]
            cells = (line(str(weights[place]) if weights is not None else "–") for weights in columns)
            rows.append((line(Code(str(merge.priority))), line(group_name(group)), line(Strong(str(share.weight))), *cells))
    head = ("At", "Target group", "This plan", *environments, *(f"{step} %" for step in STEPS))
    return Table(head, tuple(rows), (0, *range(2, len(head))))


def _changes(part: ListenerPlan, rules: dict[str, Rule], entrance: Entrance) -> Table:
    rows = []
    for change in part.intended_changes:
        told = "undecided" if isinstance(change.changes, str) else "yes" if change.changes else "no"
        request = line(Code(change.request.curl(entrance))) if change.request is not None else line("–")
        rows.append((_who(rules[change.first]), _who(rules[change.then]), request, line(told), line(change.because)))
    return Table(("Asked first from now on", "Then", "Request", "Answer changes", "Because"), tuple(rows))


def _pairs(part: ListenerPlan, rules: dict[str, Rule], entrance: Entrance) -> Iterator[Block]:
    proof = part.proof
    told = (
        f"{_count(proof.overlapping, 'pair')} of rules share requests; of {proof.sensitive} the order matters, since they act differently. "
        f"All {proof.kept} stay in their order."
    )
    yield Paragraph(line(told))
    rows = tuple(
        (
            _who(rules[pair.before]),
            _who(rules[pair.after]),
            line(Code(pair.witness.curl(entrance))) if pair.witness is not None else line("–"),
        )
        for pair in proof.certificate[:PAIRS]
    )
    table = Table(("Before", "After", "A request that both take"), rows)
    more = len(proof.certificate) - len(rows) + proof.implied
    rest = (Paragraph(line(f"and {_count(more, 'more pair')}; --format json lists them, or what they follow from.")),) if more else ()
    yield Folded(f"{_count(len(rows), 'pair')} and a request for each", (table, *rest))


# -- doing it ----------------------------------------------------------------------------------------------------------------


def _carry_out(proposal: Proposal) -> Iterator[Block]:
    sources = " ".join(quote(name) for name in proposal.sources)
    wishes = "".join(f" {quote(word)}" for word in proposal.wishes)
    yield Heading(2, "Carrying it out")
    yield Paragraph(line("Save the plan first; the other commands take it from there."))
    yield Listing("sh", (f"alb-lint plan{wishes} --format json --output plan.json -- {sources}",))
    yield Items(
        (
            line(Strong("In code: "), "numbers that are literals are changed by ", Code("--format patch"), " and ", Code("--write"), "."),
            line(
                Strong("On a live listener: "),
                Code("--format aws-cli"),
                " writes a script that first checks the rules, and prints the way back.",
            ),
            line(Strong("By hand: "), "the calls below, in this order, per listener."),
        )
    )
    for part in proposal.plan.listeners:
        if part.steps:
            yield Heading(3, f"Calls for {proposal.name(part.id)}")
            why = runnable((*part.steps, *part.rollback))
            if why:
                yield Paragraph(line(f"None: {why}. Change the code."))
                continue
            yield from _claims(proposal.base(part))
            yield Listing("sh", tuple(command(call, region(part.id)) for call in part.steps))
    yield Heading(2, "Verifying it")
    yield Paragraph(
        line(
            "Before: the plan is proved again, from the rules alone. It ends with 0 exactly when the proof holds for the rules as they are."
        )
    )
    yield Listing("sh", (f"alb-lint verify plan.json -- {sources}",))
    yield Paragraph(
        line("After: read the rules again; a second plan moves nothing, and nothing but what is named above is answered otherwise.")
    )
    yield Listing("sh", ("alb-lint plan AFTER   # nothing to change", "alb-lint diff BEFORE AFTER"))
    yield Heading(2, "Rollback")
    yield Paragraph(line("The opposite calls, in the opposite order. A deleted rule comes back under a new ARN."))
    for part in proposal.plan.listeners:
        if part.rollback and not runnable((*part.steps, *part.rollback)):
            back = tuple(command(call, region(part.id)) for call in part.rollback)
            yield Folded(f"Rollback of {proposal.name(part.id)}", (Listing("sh", back),))
    yield from _one_at_a_time(proposal)


def _claims(base: Listener) -> Iterator[Block]:
    """A word where two rules claim one number: no live listener is like that."""
    counted = Counter(rule.priority for rule in base.rules if isinstance(rule.priority, int))
    twice = sorted(number for number, count in counted.items() if count > 1)
    if twice:
        numbers = joined([Code(str(number)) for number in twice])
        yield Notice(
            "note",
            line("Two rules claim ", *numbers, ". AWS never holds that: these calls are for what the sources tell, not for what is live. "
                 "Where one of the two was never deployed, change the code, or plan from an export of the live listener."),
        )  # fmt: skip


def _one_at_a_time(proposal: Proposal) -> Iterator[Block]:
    """For tools that change one rule after the other."""
    for part in proposal.plan.listeners:
        if not part.one_at_a_time:
            continue
        rules = rules_by_id(proposal.base(part))
        rows = tuple(
            (
                line(str(place)),
                line(Code(str(step.old))),
                line(Code(str(step.new))),
                _takes(rules[step.rule]),
                line("parked" if step.parking else ""),
            )
            for place, step in enumerate(part.one_at_a_time, 1)
        )
        told = Paragraph(line("For tools that change one rule after the other; no answer changes on the way. Merges come first."))
        yield Folded(f"One rule at a time on {proposal.name(part.id)}", (told, Table(("Step", "From", "To", "Rule", ""), rows, (0, 1, 2))))


# -- words -------------------------------------------------------------------------------------------------------------------


def _takes(rule: Rule) -> Line:
    """The rule's name, where it has one, and what it takes."""
    parts: list[Part] = [Strong(rule.name), Words(" ")] if rule.name else []
    return (*parts, Code(conditions_text(rule)))


def _who(rule: Rule) -> Line:
    return line(Code(number(rule)), " ", *_takes(rule))


def _twin(rule: Rule) -> Line:
    """Number, the end of the ARN or address, since twins look alike otherwise, and where it forwards to today."""
    tail = rule.name or rule.id.rsplit("/", 1)[-1]
    return line(Code(f"{number(rule)} {tail}"), f" → {actions_text(rule)}")


def _count(many: int, what: str) -> str:
    return f"{many} {what}" if many == 1 else f"{many} {what}s"
