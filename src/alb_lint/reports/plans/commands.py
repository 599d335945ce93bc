"""The command lines that a report of a plan shows: as the user typed them, with more flags."""

from collections.abc import Iterable
from shlex import quote

from alb_lint.plan.proposal import Proposal


def plan_command(proposal: Proposal, *flags: str) -> str:
    """The command that made the plan, with these flags too."""
    return _line(("alb-lint", "plan"), proposal, (*proposal.reading, *proposal.wishes, *flags))


def verify_command(proposal: Proposal, file: str = "plan.json") -> str:
    return _line(("alb-lint", "verify", file), proposal, proposal.reading)


def _line(start: tuple[str, ...], proposal: Proposal, flags: Iterable[str]) -> str:
    if proposal.live or not any(name.startswith("-") and len(name) > 1 for name in proposal.sources):
        words = (*start, *proposal.sources, *flags)
    else:
        words = (*start, *flags, "--", *proposal.sources)
    return " ".join(quote(word) for word in words)
