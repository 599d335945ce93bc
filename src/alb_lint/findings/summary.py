"""The result of a run, as reports read it."""

from typing import TYPE_CHECKING

from alb_lint.config import Config
from alb_lint.findings.finding import Finding, Severity
from alb_lint.model import Entrance, Estate, Gap, Listener
from alb_lint.record import record

if TYPE_CHECKING:
    from alb_lint.analysis.estates import Compared


@record
class ListenerLine:
    """What a report says of a listener that was read. `door`: its load balancer and port, "" where they are not told or the name has them."""

    id: str
    name: str
    rules: int
    source_kind: str
    entrance: Entrance
    account: str = ""
    region: str = ""
    door: str = ""


@record
class Summary:
    """`findings`: by listener, priority, code. `listeners`: by name, then id. `hidden`: what suppressions and baseline hid.

    `changed`: ids of the rules that the change at hand touches, None where no change was told of. `compared`: a baseline or an older version was
    held against it, so that what is hidden by it is old and the rest is new. `estate`, `config` and `rerouted` (what the change routes otherwise):
    only where a report asks for them. `asked`: what the run was given, as it stands on a command line; `width`: columns of the text. `infos`: whether
    it lists what is only worth knowing.
    """

    findings: tuple[Finding, ...]
    hidden: tuple[Finding, ...]
    listeners: tuple[ListenerLine, ...]
    gaps: tuple[Gap, ...]
    files: tuple[str, ...] = ()
    changed: frozenset[str] | None = None
    compared: bool = False
    estate: Estate | None = None
    config: Config | None = None
    rerouted: "Compared | None" = None
    asked: str = ""
    width: int = 100
    infos: bool = False

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
    parts = listener.id.split(":") if listener.id.startswith("arn:") else []
    account, region = (parts[4], parts[3]) if len(parts) > 5 else ("", "")
    named = bool(parts) or listener.door in (listener.name or listener.id)
    door = "" if named else f"{listener.door}, {listener.protocol}".removesuffix(", ")
    return ListenerLine(listener.id, listener.name, len(listener.rules), listener.source_kind, listener.entrance, account, region, door)
