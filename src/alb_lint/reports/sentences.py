"""A finding as one sentence that can stand alone, and on which of its rules it is shown."""

from alb_lint.findings.finding import Finding, Witness
from alb_lint.findings.summary import Summary
from alb_lint.findings.wording import clean, rule_text
from alb_lint.model import Entrance, Location, Rule


def sentence(finding: Finding) -> str:
    """What is claimed, with its subject: `rule 20 (GET /a): no request reaches it: …`; without control characters."""
    sure = "" if finding.confidence == "proved" else f"({finding.confidence}) "
    subject = f"rule {rule_text(finding.rule)}" if finding.rule is not None and not finding.parts else ""
    if subject and f"rule {finding.said}".startswith(f"{subject} "):
        return clean(f"{sure}rule {finding.said}")
    return clean(f"{subject}{': ' if subject else ''}{sure}{finding.said}")


def primary(finding: Finding, changed: frozenset[str] | None) -> Location:
    """Where the finding is shown: on a rule that the change touches where one takes part, else on its own.

    A build server shows on a change only what stands on its lines (GitHub docs, "SARIF support for code scanning").
    """
    return next((rule.location for rule in finding.everyone if changed and rule.id in changed and rule.location.file), finding.place)


def others(finding: Finding, changed: frozenset[str] | None) -> tuple[tuple[str, Rule], ...]:
    """(role, rule) of each rule but the one it is shown on; its own is `subject`."""
    shown = primary(finding, changed)
    own = (("subject", finding.rule),) if finding.rule is not None else ()
    named = (*own, *((related.role, related.rule) for related in finding.related))
    return tuple((role, rule) for role, rule in named if rule.location != shown)


def doors_of(summary: Summary) -> dict[str, Entrance]:
    """How requests reach each listener, by its id."""
    return {line.id: line.entrance for line in summary.listeners}


def command(finding: Finding, witness: Witness, doors: dict[str, Entrance]) -> str:
    """A command line that sends the witness to the listener that it is about."""
    return witness.request.curl(doors.get(witness.listener or finding.listener, Entrance()))


def in_a_file(location: Location) -> bool:
    """Whether it can be opened: standard input and live rules cannot."""
    return bool(location.file) and not location.file.startswith("<")
