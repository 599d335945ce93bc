"""The result of a run, as reports read it."""

from alb_lint.findings.finding import Finding, Severity
from alb_lint.model import Entrance, Gap, Listener
from alb_lint.record import record


@record
class ListenerLine:
    """What a report says of a listener that was read."""

    id: str
    name: str
    rules: int
    source_kind: str
    entrance: Entrance


@record
class Summary:
    """`findings`: by listener, priority, code. `listeners`: by name, then id. `hidden`: what suppressions and baseline hid."""

    findings: tuple[Finding, ...]
    hidden: tuple[Finding, ...]
    listeners: tuple[ListenerLine, ...]
    gaps: tuple[Gap, ...]
    files: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        return not self.gaps

    def count(self, severity: Severity) -> int:
        return sum(finding.severity is severity for finding in self.findings)

    def worst(self) -> Severity | None:
        return max((finding.severity for finding in self.findings), default=None)

    @property
    def rules(self) -> int:
        return sum(line.rules for line in self.listeners)


def line(listener: Listener) -> ListenerLine:
    return ListenerLine(listener.id, listener.name, len(listener.rules), listener.source_kind, listener.entrance)
