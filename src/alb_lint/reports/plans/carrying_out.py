"""The end of the report of a plan: how to do it, how to see that it was done, how to go back."""

from collections.abc import Iterator

from alb_lint.findings.wording import conditions_text
from alb_lint.model import Listener
from alb_lint.plan.proposal import Proposal, rules_by_id
from alb_lint.plan.steps.any_order import told
from alb_lint.plan.steps.claims import claimed_twice
from alb_lint.plan.steps.commands import command, region, runnable
from alb_lint.reports.plans.blocks import Block, Code, Folded, Heading, Items, Listing, Notice, Paragraph, Strong, Table, joined, line
from alb_lint.reports.plans.commands import plan_command, verify_command
from alb_lint.reports.plans.doing import in_code


def carry_out(proposal: Proposal) -> Iterator[Block]:
    yield Heading(2, "Carrying it out")
    yield Paragraph(line("Save the plan first; the other commands take it from there."))
    yield Listing("sh", (plan_command(proposal, "--format", "json", "--output", "plan.json"),))
    yield Items(
        (
            line(
                Strong("In code: "),
                Code("--format patch"),
                " shows the change as a diff, with ",
                Code("--write"),
                " it is made; what is left to do by hand is listed.",
            ),
            line(
                Strong("On a live listener: "),
                Code("--format aws-cli"),
                " writes a script that checks the rules, changes them only with ",
                Code("--apply"),
                ", and prints the way back.",
            ),
            line(Strong("By hand: "), "the calls below, in this order, per listener."),
        )
    )
    for part in proposal.plan.listeners:
        for said in told(proposal.facts_of(part), part) if in_code(proposal, part) else ():
            yield Notice("note", line(f"{said[0].upper()}{said[1:]}."))
    for part in proposal.plan.listeners:
        if part.steps:
            yield Heading(3, f"Calls for {proposal.name(part.id)}")
            why = runnable((*part.steps, *part.rollback))
            if why:
                yield Paragraph(line(f"None: {why}. Change the code."))
                continue
            yield from _claims(proposal.base(part), "these calls are for what the sources tell, not for what is live. Where one of the two was "
                               "never deployed, change the code, or plan from an export of the live listener.")  # fmt: skip
            yield Listing("sh", tuple(command(call, region(part.id)) for call in part.steps))
    yield Heading(2, "Verifying it")
    yield Paragraph(
        line(
            "Before: the plan is proved again, from the rules alone. It ends with 0 exactly when the proof holds for the rules as they are."
        )
    )
    yield Listing("sh", (verify_command(proposal),))
    yield Paragraph(
        line("After: read the rules again; a second plan moves nothing, and nothing but what is named above is answered otherwise.")
    )
    yield Listing("sh", ("alb-lint plan AFTER   # nothing to change", "alb-lint diff BEFORE AFTER"))
    yield from _rollback(proposal)
    yield from _one_at_a_time(proposal)


def _rollback(proposal: Proposal) -> Iterator[Block]:
    yield Heading(2, "Rollback")
    yield Paragraph(line("The opposite calls, in the opposite order. A deleted rule comes back under a new ARN."))
    for part in proposal.plan.listeners:
        if not part.steps or runnable((*part.steps, *part.rollback)):
            continue
        name = proposal.name(part.id)
        if not part.rollback:
            why = "AWS refuses its rules that are over their limits" if part.splits else "AWS could not hold its numbers"
            yield Notice("bad", line(f"There is no way back for {name} as it was read: {why}."))
            continue
        back = tuple(command(call, region(part.id)) for call in part.rollback)
        notice = tuple(_claims(proposal.base(part), "these calls put such rules side by side, on free numbers in their order."))
        yield Folded(f"Rollback of {name}", (*notice, Listing("sh", back)))


def _claims(base: Listener, so: str) -> Iterator[Block]:
    """A word where two rules have one number: no live listener is like that."""
    twice = claimed_twice(base)
    if twice:
        numbers = joined([Code(str(number)) for number in twice])
        each = " each" if len(twice) > 1 else ""
        yield Notice("note", line("Two rules have the number ", *numbers, f"{each}. AWS never holds that: {so}"))


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
                line(Code(conditions_text(rules[step.rule]))),
                line("parked" if step.parking else ""),
            )
            for place, step in enumerate(part.one_at_a_time, 1)
        )
        told = Paragraph(line("For tools that change one rule after the other; no answer changes on the way. Merges come first."))
        yield Folded(f"One rule at a time on {proposal.name(part.id)}", (told, Table(("Step", "From", "To", "Rule", ""), rows, (0, 1, 2))))
