"""What `alb-lint test` is given, and what became of it."""

from typing import Any, Literal

from alb_lint.config import Then, When
from alb_lint.model import Listener, Location, Request, Rule
from alb_lint.record import record
from alb_lint.routes.expected import Expected

Kind = Literal["route", "always", "never"]


@record
class Route:
    """One request and what it must be answered with. `url`: as it is written, which may tell the listener; "" where the request is given by parts."""

    name: str
    request: Request
    expected: Expected
    url: str = ""
    listener: str = ""
    location: Location = Location()


@record
class Assertion:
    """`kind` "always": all requests of `when` are answered as expected; "never": none is. `but`: globs over rules that it does not bind."""

    name: str
    kind: Kind
    when: When
    expected: Expected
    listener: str = ""
    but: tuple[str, ...] = ()
    location: Location = Location()


@record
class Cases:
    routes: tuple[Route, ...] = ()
    assertions: tuple[Assertion, ...] = ()

    @property
    def count(self) -> int:
        return len(self.routes) + len(self.assertions)


@record
class Result:
    """What became of one case. `passed` None: it could not be decided, and `because` says why.

    `request`: of a route its own, of an assertion one that breaks it. `listener`, `rule`: who answers it, as far as that is certain.
    `others`: further rules that break the assertion, each with a request; of a route those of the other listeners that may get it.
    """

    case: Route | Assertion
    passed: bool | None
    request: Request | None = None
    listener: Listener | None = None
    rule: Rule | None = None
    because: str = ""
    others: tuple[tuple[Listener, Rule, Request], ...] = ()

    @property
    def possible(self) -> bool:
        """Whether it fails only where a rule exists that may not."""
        return self.passed is False and self.rule is not None and bool(self.rule.presence)


@record
class Judged:
    """`reachable`: rules that some request reaches; `uncovered`: those of them that answer the request of no route, with their listeners.
    `unread`: listeners of which that is not told, since not all their rules were read.
    """

    results: tuple[Result, ...]
    reachable: int = 0
    uncovered: tuple[tuple[Listener, Rule], ...] = ()
    unread: int = 0

    @property
    def failed(self) -> tuple[Result, ...]:
        return tuple(result for result in self.results if result.passed is False)

    @property
    def undecided(self) -> tuple[Result, ...]:
        return tuple(result for result in self.results if result.passed is None)


def kind_of(case: Route | Assertion) -> Kind:
    return "route" if isinstance(case, Route) else case.kind


def expected_json(expected: Expected) -> dict[str, Any]:
    """What is expected under the keys of the file."""
    said: dict[str, Any] = {}
    if expected.rule:
        said["rule"] = _few(expected.rule)
    if expected.priority:
        said["priority"] = int(expected.priority) if expected.priority.isdecimal() else expected.priority
    if expected.weights:
        said["weights"] = {glob: int(weight) if weight == int(weight) else weight for glob, weight in expected.weights}
    if expected.status:
        said["status"] = _few(tuple(int(status) for status in expected.status))
    return said | _then_json(expected.then)


def _then_json(then: Then) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for key, texts in (("target_group", then.target_group), ("status", then.status), ("redirect", then.redirect)):
        if texts:
            said[key] = _few(texts)
    if then.authenticated:
        said["authenticated"] = True
    if then.any_of:
        said["any-of"] = [_then_json(option) for option in then.any_of]
    return said


def _few(values: tuple[Any, ...]) -> Any:
    return values[0] if len(values) == 1 else list(values)
