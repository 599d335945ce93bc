"""What a check is: a record of metadata and one function. It reads facts and yields findings; it changes nothing and prints nothing."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from alb_lint.analysis.crossings import PAIRS
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.config import Config
from alb_lint.findings.finding import CheckInfo, Confidence, Finding, Related, Severity, Witness
from alb_lint.model import Estate, Location, Rule
from alb_lint.record import record
from alb_lint.symbols import Equation

if TYPE_CHECKING:
    from alb_lint.checks.against.comparison import Compared


@record
class Context:
    """What a check on one listener may know beside its facts. `today`: ISO date, from the command line's edge, so that runs repeat.

    `spread`: target groups, as `analysis/ways.py` names them, of which more than one listener tells. `requests`: the least severity of the findings
    whose requests are shown to anybody; None: no requests are. `pairs`: crossing pairs that each listener of the run may list; `share`: fewer than
    alone, since the run has others.
    """

    config: Config
    today: str
    spread: frozenset[str] = frozenset()
    requests: Severity | None = Severity.INFO
    pairs: int = PAIRS
    share: bool = False

    def shows(self, severity: Severity) -> bool:
        """Whether a request that only shows what a finding of this severity says is worth the search."""
        return self.requests is not None and severity >= self.requests


@record
class Check:
    """`run` for a check on one listener, `run_estate` for one that needs all of them (no facts), `run_against` for one that holds a live
    listener against the code's; at least one is set. A check with the first two is asked of one listener for what this one alone tells, while
    its facts are at hand, and of all of them for the rest.

    `whole`: what it claims holds only where every rule of the listener is known; it is not run on a listener that was not read whole.
    Findings come in any order; the pipeline sorts them.
    """

    info: CheckInfo
    run: Callable[[ListenerFacts, Context], Iterator[Finding]] | None = None
    run_estate: Callable[[Estate, Config], Iterator[Finding]] | None = None
    run_against: Callable[["Compared", Context], Iterator[Finding]] | None = None
    whole: bool = False

    def finding(
        self,
        listener: str,
        rule: Rule | None,
        message: str,
        way_out: str,
        *,
        confidence: Confidence = "proved",
        severity: Severity | None = None,
        related: tuple[Related, ...] = (),
        witnesses: tuple[Witness, ...] = (),
        location: Location | None = None,
        facets: tuple[str, ...] = (),
        needs: tuple[str, ...] = (),
        depends: tuple[Equation, ...] = (),
    ) -> Finding:
        """A finding of this check, with its code and severity unless another severity is given."""
        return Finding(
            info=self.info,
            severity=severity if severity is not None else self.info.severity,
            listener=listener,
            rule=rule,
            message=message,
            help=way_out,
            confidence=confidence,
            related=related,
            witnesses=witnesses,
            location=location if location is not None else (rule.location if rule is not None else Location()),
            facets=facets,
            needs=needs,
            depends=depends,
        )


__all__ = ["Check", "CheckInfo", "Context", "Finding", "Related", "Severity", "Witness"]
