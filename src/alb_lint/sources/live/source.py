"""`live`: accounts through boto3 → snapshots, and what could not be read.

What is read becomes snapshots first and the model second, by the function that reads snapshot files: an audit finds what checking its own
export finds. boto3 is loaded by `read_live`, not before.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock
from typing import Any, Protocol

from alb_lint.errors import SourceError
from alb_lint.model import Gap, Location, Reading
from alb_lint.sources.aws_json import read_snapshots
from alb_lint.sources.live.calls import TOTAL_SECONDS, Tally, too_slow
from alb_lint.sources.live.options import ALL, ORG_ROLE, LiveOptions
from alb_lint.sources.live.policy import policy
from alb_lint.sources.live.reader import ScopeReader, ScopeReading, gap
from alb_lint.sources.live.sessions import Miss, Scope, Sessions
from alb_lint.sources.live.snapshot import Snapshot, assemble
from alb_lint.sources.live.text import snapshot_text
from alb_lint.sources.live.troubles import TroubleError

__all__ = ["ALL", "ORG_ROLE", "LiveOptions", "LiveReading", "Progress", "Snapshot", "policy", "read_live", "snapshot_text"]


class Progress(Protocol):
    """Hears how far an account and region is: `done` of `total` listeners. Called by one thread at a time, scopes interleaved."""

    def __call__(self, account: str, region: str, done: int, total: int) -> None: ...


@dataclass(frozen=True, slots=True)
class LiveReading:
    """What a run read, and what it did not.

    `snapshots`: one per account and region, in the order in which they were asked for, last those of accounts that could not be opened.
    `gaps`: all that is in the snapshots. `errors`: those of them that are more than gaps: a region or account named by hand that
    refused, credentials that ended on the way, no permission for the rules themselves. `calls`: (operation, times), sorted.
    """

    snapshots: tuple[Snapshot, ...]
    gaps: tuple[Gap, ...] = ()
    errors: tuple[SourceError, ...] = ()
    calls: tuple[tuple[str, int], ...] = ()

    def reading(self) -> Reading:
        """The model of what was read."""
        return read_snapshots(self.snapshots)


def read_live(options: LiveOptions, progress: Progress, taken_at: str) -> LiveReading:
    """Read all that `options` ask for. `taken_at`: the time to write into the snapshots, ISO 8601 in UTC.

    Raises SourceError where nothing at all could be read, or nothing matches the names and tags of the options; UsageError and ConfigError
    for options that make no sense. Anything less is a gap, and what was read is kept.
    """
    options.check()
    tally = Tally()
    sessions = Sessions(options, tally)
    workers = ThreadPoolExecutor(options.max_workers, "alb-lint")
    try:
        scopes = sessions.scopes(sessions.accounts(workers), workers)
        readings = _read_scopes(scopes, sessions, options, workers, progress)
    finally:
        workers.shutdown(wait=False, cancel_futures=True)
    misses = sorted(sessions.misses, key=lambda miss: (str(miss.place), miss.trouble.what))
    return _collect(scopes, readings, misses, options, tally, taken_at)


def _read_scopes(
    scopes: Sequence[Scope], sessions: Sessions, options: LiveOptions, workers: Executor, progress: Progress
) -> list[ScopeReading]:
    """Scopes side by side, each in a thread that only waits; the calls of all of them share `workers`."""
    lock = Lock()

    def read(scope: Scope) -> ScopeReading:
        def tell(done: int, total: int) -> None:
            with lock:
                progress(scope.place.account, scope.place.region, done, total)

        try:
            with sessions.client(scope.account, "elbv2", scope.place) as client:
                return ScopeReader(client, options, workers, tell).read()
        except TroubleError as error:
            return ScopeReading(gaps=[gap(str(error.trouble), address=str(scope.place))], troubles=[error.trouble])

    waiting = ThreadPoolExecutor(max(1, min(options.max_workers, len(scopes))), "alb-lint-scope")
    try:
        return list(_in_time([(scope, waiting.submit(read, scope)) for scope in scopes]))
    finally:
        waiting.shutdown(wait=False, cancel_futures=True)


def _in_time(readings: Sequence[tuple[Scope, Future[ScopeReading]]]) -> Iterator[ScopeReading]:
    """The readings in order; a scope that hangs in the middle of an answer is given up."""
    for scope, waited in readings:
        try:
            # the deadline of the calls comes first, and leaves what was read until then
            yield waited.result(2 * TOTAL_SECONDS)
        except TimeoutError:
            trouble = too_slow(scope.place)
            yield ScopeReading(gaps=[gap(str(trouble), address=str(scope.place))], troubles=[trouble])


def _collect(
    scopes: Sequence[Scope], readings: Sequence[ScopeReading], misses: Sequence[Miss], options: LiveOptions, tally: Tally, taken_at: str
) -> LiveReading:
    errors: dict[tuple[str, str], SourceError] = {}
    snapshots: list[Snapshot] = []
    for scope, got in zip(scopes, readings, strict=True):
        place = scope.place
        account = place.account or _account_of(got)
        snapshots.append(assemble(got.lists, got.gaps, account=account, region=place.region, taken_at=taken_at, partial=got.partial))
        for trouble in got.troubles:
            if got.found or not scope.swept or trouble.kind in {"expired", "credentials"}:
                errors.setdefault((trouble.what, trouble.where), trouble.error())
    for miss in misses:
        told = [gap(str(miss.trouble), address=str(miss.place))]
        snapshots.append(assemble({}, told, account=miss.place.account, region=miss.place.region, taken_at=taken_at))
        if not miss.swept:
            errors.setdefault((miss.trouble.what, miss.trouble.where), miss.trouble.error())
    if not any(got.found for got in readings):
        _nothing_read([trouble.error() for got in readings for trouble in got.troubles] + [miss.trouble.error() for miss in misses])
    chosen = options.load_balancers or options.tags or options.listeners
    if chosen and not errors and not any(got.lists.get("Listeners") for got in readings):
        raise _no_match(options, scopes)
    return LiveReading(tuple(snapshots), tuple(_gaps(snapshots)), tuple(errors.values()), tally.counts())


def _nothing_read(errors: Sequence[SourceError]) -> None:
    if not errors:
        raise SourceError("there is no account to read", hint="the organization has no active account, or the accounts file none")
    first = errors[0]
    others = len({(one.what, one.where) for one in errors}) - 1
    raise SourceError(first.what + (f"; and {others} more" if others else ""), where=first.where, hint=first.hint)


def _no_match(options: LiveOptions, scopes: Sequence[Scope]) -> SourceError:
    """Regions are always named: most often it is the wrong one."""
    wanted = [f"--load-balancer {name}" for name in options.load_balancers]
    wanted += [f"--listener {name}" for name in options.listeners] + [f"--tag {key}={value}" for key, value in options.tags]
    where = "; ".join(str(scope.place) for scope in scopes[:5]) + (f"; and {len(scopes) - 5} more" if len(scopes) > 5 else "")
    return SourceError(f"no application load balancer matches {', '.join(wanted)}", where=where, hint="--region all looks everywhere")


def _account_of(got: ScopeReading) -> str:
    """The account of the load balancers, where STS did not tell it."""
    for balancer in got.lists.get("LoadBalancers", ()):
        parts = str(balancer.get("LoadBalancerArn", "")).split(":")
        if len(parts) > 4 and parts[4].isdecimal():
            return parts[4]
    return ""


def _gaps(snapshots: Sequence[Snapshot]) -> list[Gap]:
    told: list[dict[str, Any]] = [one for snapshot in snapshots for one in snapshot["alb_lint"]["gaps"]]
    return [Gap(Location(**one["location"]), one["reason"]) for one in told]
