"""Cases judged: a route by the rule that answers its request, an assertion over all requests, on every listener that it is about."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from alb_lint.analysis.asked import asked_of
from alb_lint.analysis.known import facts_of
from alb_lint.analysis.tracing import trace
from alb_lint.config import Config, listener_fits, rule_fits
from alb_lint.errors import ConfigError, UsageError
from alb_lint.findings.wording import counted
from alb_lint.model import Listener, Rule
from alb_lint.record import replace
from alb_lint.routes.breaking import Broken, breaking, regions_of
from alb_lint.routes.cases import Assertion, Cases, Judged, Result, Route
from alb_lint.routes.expected import meets

MOST: Final = 3_000_000
"""Cases and rules, one with another, that one run looks at: some 20 seconds."""


def judge(cases: Cases, listeners: Sequence[Listener], config: Config) -> Judged:
    """What becomes of each case, routes first. Raises ConfigError for a case about a listener that is not there, UsageError for too many cases."""
    about = [asked_of(_about(case, listeners, config), case.url) for case in cases.routes]
    asserted = [_about(case, listeners, config) for case in cases.assertions]
    answers = sum(len(listener.rules) + 1 for each in (*about, *asserted) for listener in each)
    if answers > MOST:
        raise UsageError(
            f"{counted(cases.count, 'case')} about these listeners are {answers:,} questions to rules, and {MOST:,} are asked at once",
            where="test",
            hint="name the listener of each case, take one listener with --listener, or part the file",
        )
    routes = [_routed(case, each) for case, each in zip(cases.routes, about, strict=True)]
    return _covered((*routes, *_asserted(cases.assertions, listeners, asserted)), listeners)


def _about(case: Route | Assertion, listeners: Sequence[Listener], config: Config) -> tuple[Listener, ...]:
    found = tuple(item for item in listeners if listener_fits(case.listener, item, config))
    if not found:
        known = ", ".join(list(dict.fromkeys(item.name or item.id for item in listeners))[:8])
        raise ConfigError(f"{case.name!r}: no listener is called {case.listener!r}", where=str(case.location), hint=f"there are {known}")
    return found


# -- one request -------------------------------------------------------------------------------------------------------------


def _routed(case: Route, listeners: Sequence[Listener]) -> Result:
    """Of several listeners that may get the request all have to answer it as expected."""
    found = [_on(case, listener) for listener in listeners]
    if len({result.passed for result in found}) == 1:
        first, *rest = found
        beside = [(one.listener, one.rule, case.request) for one in rest if one.listener is not None and one.rule is not None]
        return replace(first, others=tuple(beside))
    told = f"{len(found)} listeners may get the request, and answer it differently: name one with `listener`"
    return Result(case, None, case.request, because=told)


def _on(case: Route, listener: Listener) -> Result:
    way = trace(listener, case.request)
    if way.rule is None or way.undecided:
        because = way.undecided or "no rule matches, and the default action is not in the input"
        return Result(case, None, case.request, listener, because=because)
    passed = meets(way.rule, case.expected)
    because = "what its rule does is not known" if passed is None else ""
    return Result(case, passed, case.request, listener, way.rule, because)


# -- all requests ------------------------------------------------------------------------------------------------------------


def _asserted(cases: Sequence[Assertion], listeners: Sequence[Listener], asked: Sequence[Sequence[Listener]]) -> list[Result]:
    """`asked`: the listeners of each case."""
    about = [{item.id for item in each} for each in asked]
    found: list[list[tuple[Listener, Broken]]] = [[] for _ in cases]
    for listener in listeners:
        mine = [place for place, ids in enumerate(about) if listener.id in ids]
        if not mine:
            continue
        if listener.unread is not None:
            unread = Broken((), ((None, f"not all rules of the listener were read ({listener.unread.reason})"),))
            for place in mine:
                found[place].append((listener, unread))
            continue
        regions, places = regions_of(listener, [cases[place].when for place in mine])
        for place, region in zip(mine, places, strict=True):
            found[place].append((listener, breaking(regions, region, partial(_breaks, cases[place]))))
    return [_result(case, told) for case, told in zip(cases, found, strict=True)]


def _breaks(case: Assertion, rule: Rule) -> bool | None:
    if any(rule_fits(glob, rule) for glob in case.but):
        return False
    met = meets(rule, case.expected, some=case.kind == "never")
    return met if case.kind == "never" or met is None else not met


def _result(case: Assertion, found: Sequence[tuple[Listener, Broken]]) -> Result:
    broken = [(listener, rule, request) for listener, one in found for rule, request in one.broken]
    if broken:
        # one that is certain to exist goes first
        (listener, rule, request), *others = sorted(broken, key=lambda item: bool(item[1].presence))
        return Result(case, False, request, listener, rule, others=tuple(others))
    for listener, one in found:
        for doubtful, why in one.doubts:
            return Result(case, None, None, listener, doubtful, why)
    return Result(case, True)


# -- coverage ----------------------------------------------------------------------------------------------------------------


def _covered(results: tuple[Result, ...], listeners: Sequence[Listener]) -> Judged:
    covered = {
        (listener.id, rule.id)
        for result in results
        if isinstance(result.case, Route)
        for listener, rule in ((result.listener, result.rule), *((listener, rule) for listener, rule, _ in result.others))
        if listener is not None and rule is not None
    }
    whole = [listener for listener in listeners if listener.unread is None]
    reached = [(listener, rule) for listener in whole for rule in _reachable(listener)]
    left = tuple((listener, rule) for listener, rule in reached if (listener.id, rule.id) not in covered)
    return Judged(results, len(reached), left, len(listeners) - len(whole))


def _reachable(listener: Listener) -> list[Rule]:
    facts = facts_of(listener)
    return [rule for place, rule in enumerate(facts.rules) if facts.reach(place).state == "reachable"]
