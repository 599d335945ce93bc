"""Every call that is ever made: what it is named, how it is paged, and that it is counted.

Source: botocore 1.44 service models. DescribeTags and DescribeTargetHealth have no pages; DescribeTags takes 20 ARNs at most.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import Any, Final, Self, TypeVar

from alb_lint.sources.live.snapshot import plain
from alb_lint.sources.live.troubles import Place, Trouble, TroubleError, malformed, trouble_of

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

TOTAL_SECONDS: Final = 900
"""Of one account and region. The largest are read in a few minutes; an endpoint that answers a little at a time would take for ever."""

_PAGES: Final = 10_000
"""Of one listing. At 400 a page no account has more; an endpoint that never ends has."""


@dataclass(frozen=True, slots=True)
class Operation:
    """`method` of the client; `key`: the list in its answer; `page`: how many to ask for at a time, 0 where it takes no such wish."""

    service: str
    name: str
    method: str
    key: str
    page: int = 0
    marker: tuple[str, str] = ("NextMarker", "Marker")

    @property
    def action(self) -> str:
        """As IAM names it."""
        return f"{self.service}:{self.name}"


_ELB: Final = "elasticloadbalancing"
LOAD_BALANCERS: Final = Operation(_ELB, "DescribeLoadBalancers", "describe_load_balancers", "LoadBalancers", 400)
LISTENERS: Final = Operation(_ELB, "DescribeListeners", "describe_listeners", "Listeners", 400)
RULES: Final = Operation(_ELB, "DescribeRules", "describe_rules", "Rules", 400)
TARGET_GROUPS: Final = Operation(_ELB, "DescribeTargetGroups", "describe_target_groups", "TargetGroups", 400)
TARGET_HEALTH: Final = Operation(_ELB, "DescribeTargetHealth", "describe_target_health", "TargetHealthDescriptions")
TAGS: Final = Operation(_ELB, "DescribeTags", "describe_tags", "TagDescriptions")
LIMITS: Final = Operation(_ELB, "DescribeAccountLimits", "describe_account_limits", "Limits", 400)
ATTRIBUTES: Final = Operation(_ELB, "DescribeLoadBalancerAttributes", "describe_load_balancer_attributes", "Attributes")
REGIONS: Final = Operation("ec2", "DescribeRegions", "describe_regions", "Regions")
MEMBERS: Final = Operation("organizations", "ListAccounts", "list_accounts", "Accounts", marker=("NextToken", "NextToken"))
IDENTITY: Final = Operation("sts", "GetCallerIdentity", "get_caller_identity", "Arn")
ASSUME: Final = Operation("sts", "AssumeRole", "assume_role", "Credentials")


class Tally:
    """How often each operation was called. Retries inside boto3 are not calls of ours and not counted."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: Counter[str] = Counter()

    def add(self, name: str) -> None:
        with self._lock:
            self._counts[name] += 1

    def counts(self) -> tuple[tuple[str, int], ...]:
        return tuple(sorted(self._counts.items()))


@dataclass(slots=True)
class Halt:
    """Why no further call has a chance. Shared by all that the reason concerns: the regions of one account."""

    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """All pages of one listing, as JSON has them, or those before `trouble`."""

    items: list[dict[str, Any]]
    trouble: Trouble | None = None


def too_slow(place: Place) -> Trouble:
    """Reading a scope took too long."""
    what = f"reading took more than {TOTAL_SECONDS // 60} minutes; the rest was not read"
    return Trouble("unreachable", what, str(place), "name fewer load balancers, or look at the network")


class Client:
    """One boto3 client and what became of its calls. Shared by threads.

    After an expired token, a lost connection, or a denial of the very operation, it answers without calling again: what is denied once is
    denied for every load balancer, since no Describe call can be allowed for single resources.
    """

    def __init__(self, boto_client: Any, place: Place, tally: Tally, account: Halt) -> None:
        self._client = boto_client
        self._tally = tally
        self._account = account
        self._region = Halt()
        self._denied: dict[str, Trouble] = {}
        self._until = monotonic() + TOTAL_SECONDS
        self.place = place

    def call(self, operation: Operation, **arguments: Any) -> dict[str, Any]:
        """The answer. Raises TroubleError."""
        known = self._account.trouble or self._region.trouble or self._denied.get(operation.name)
        if known:
            raise TroubleError(known)
        if monotonic() > self._until:
            raise TroubleError(too_slow(self.place))
        self._tally.add(operation.name)
        try:
            answer = getattr(self._client, operation.method)(**arguments)
        except Exception as error:  # noqa: BLE001 - botocore lets errors of its parsers and of urllib3 through; each is told, none is lost
            trouble = trouble_of(error, self.place, operation.action)
            self._remember(trouble, operation)
            raise TroubleError(trouble) from None
        if not isinstance(answer, dict) or answer.get(operation.key) is None:
            raise TroubleError(malformed(self.place, operation.action, f"it has no {operation.key}"))
        return answer

    def _remember(self, trouble: Trouble, operation: Operation) -> None:
        if trouble.kind in {"expired", "credentials"}:
            self._account.trouble = trouble
        elif trouble.kind == "unreachable":
            self._region.trouble = trouble
        elif trouble.kind == "denied":
            self._denied[operation.name] = trouble

    def listing(self, operation: Operation, **arguments: Any) -> Listed:
        """All pages, or those that came before something went wrong."""
        items: list[dict[str, Any]] = []
        told, asked = operation.marker
        if operation.page:
            arguments["PageSize"] = operation.page
        seen: set[object] = set()
        while True:
            try:
                answer = self.call(operation, **arguments)
            except TroubleError as error:
                return Listed(items, error.trouble)
            page, marker = answer[operation.key], answer.get(told)
            if not isinstance(page, list):
                return Listed(items, malformed(self.place, operation.action, f"{operation.key} is no list"))
            items += (plain(item) for item in page)
            if not marker:
                return Listed(items)
            if marker in seen or len(seen) >= _PAGES:
                return Listed(items, malformed(self.place, operation.action, "its pages never end"))
            seen.add(marker)
            arguments[asked] = marker

    def on_behalf_of(self, place: Place) -> "Client":
        """The same client for calls of which none tells anything about another."""
        return Client(self._client, place, self._tally, Halt())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()


def each(pool: Executor, function: Callable[[_Item], _Result], items: Iterable[_Item]) -> Iterator[_Result]:
    """`function` of every item, run in the pool, in the order of the items."""
    futures = deque(pool.submit(function, item) for item in items)
    while futures:
        yield futures.popleft().result()


def chunks(items: Sequence[str], size: int) -> list[Sequence[str]]:
    return [items[start : start + size] for start in range(0, len(items), size)]
