"""How a plan is carried out, as the commands to type, for the end of the text."""

from collections.abc import Iterator

from alb_lint.plan.naming import listed
from alb_lint.plan.plan import ListenerPlan, dropped
from alb_lint.plan.proposal import Proposal
from alb_lint.plan.steps.any_order import told
from alb_lint.plan.steps.claims import claimed_twice
from alb_lint.plan.steps.commands import runnable
from alb_lint.reports.layout import Span
from alb_lint.reports.plans.commands import plan_command, verify_command
from alb_lint.reports.plans.layout import flowed


def doing(proposal: Proposal) -> Iterator[list[Span]]:
    yield [("How to do it", "bold")]
    yield from _step(proposal, "Keep the plan, and have it proved again from the rules alone:",
                     plan_command(proposal, "--format", "json", "--output", "plan.json"), verify_command(proposal))  # fmt: skip
    yield from _step(proposal, "Show it to those whom it concerns:", plan_command(proposal, "--format", "html", "--output", "plan.html"))
    parts = [part for part in proposal.plan.listeners if part.steps]
    if any(in_code(proposal, part) for part in parts):
        yield from _step(proposal, "See it as a diff of the code (--write changes the files):", plan_command(proposal, "--format", "patch"))
        for part in parts:
            for said in told(proposal.facts_of(part), part) if in_code(proposal, part) else ():
                yield from flowed([("note:", "cyan"), (f" {said}", "")], proposal.width, "    ", "      ")
    if any(can_run(proposal, part) for part in parts):
        script = plan_command(proposal, "--format", "aws-cli", "--output", "renumber.sh")
        said = "Change the live listener, with a script that checks, and changes only with --apply:"
        yield from _step(proposal, said, script, "sh renumber.sh", "sh renumber.sh --apply")
    yield from _unable(proposal, parts)


def can_run(proposal: Proposal, part: ListenerPlan) -> bool:
    """Whether the calls of the plan can be made on a live listener."""
    return not runnable((*part.steps, *part.rollback)) and not claimed_twice(proposal.base(part))


def in_code(proposal: Proposal, part: ListenerPlan) -> bool:
    """Whether a rule that the plan changes stands in code: an export tells of rules alone."""
    touched = {
        *(move.rule for move in part.moves),
        *(merge.keep for merge in part.merges),
        *dropped(part.compaction),
        *(split.rule for split in part.splits),
    }
    rules = [rule for rule in proposal.base(part).rules if rule.id in touched]
    return any(rule.priority_site is not None or not rule.id.startswith("arn:") for rule in rules)


def _unable(proposal: Proposal, parts: list[ListenerPlan]) -> Iterator[list[Span]]:
    for part in parts:
        twice = claimed_twice(proposal.base(part))
        if twice and not runnable(part.steps):
            numbers = listed([str(value) for value in twice])
            said = (
                f"{proposal.name(part.id)}: two rules have the number {numbers}{' each' if len(twice) > 1 else ''}, which AWS never holds."
            )
            more = "To change the live listener, plan from what is live:"
            yield from flowed([("note:", "cyan"), (f" {said} {more}", "")], proposal.width, "  ", "    ")
            yield [("    alb-lint plan --live", "green")]


def _step(proposal: Proposal, said: str, *commands: str) -> Iterator[list[Span]]:
    yield from flowed([(said, "")], proposal.width, "  ", "  ")
    for command in commands:
        yield [("    ", ""), (command, "green")]
