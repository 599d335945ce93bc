"""What became of the cases of `alb-lint test`: as text, as plain data, and as JUnit's XML."""

from collections.abc import Iterator
from typing import Any, Final

from alb_lint.analysis.action_json import action_json
from alb_lint.findings.wording import action_text, actions_text, clean, conditions_text, counted, number, request_text, rule_text
from alb_lint.json_text import dumps
from alb_lint.model import Listener, Request, Rule
from alb_lint.model.valuation import has_symbols
from alb_lint.record import record
from alb_lint.reports import junit
from alb_lint.reports.json_v1 import place, priority
from alb_lint.reports.layout import Span, paint, wrapped
from alb_lint.routes.cases import Assertion, Judged, Result, Route, expected_json, kind_of

_NAMED: Final = 5
"""Rules without a route that the text names."""
_VALUES: Final = (
    "values may decide what is undecided: --parameter NAME=VALUE gives one, and `alb-lint check` names those that rules wait for"
)
_BREAKING: Final = 4
"""Further rules that break an assertion which the text names."""


@record
class Told:
    """`file`: of the cases, as it is named. `gaps`: places that could not be read."""

    judged: Judged
    listeners: tuple[Listener, ...]
    file: str
    gaps: int = 0


# -- JSON --------------------------------------------------------------------------------------------------------------------


def as_json(told: Told) -> str:
    judged = told.judged
    covered = judged.reachable - len(judged.uncovered)
    document: dict[str, Any] = {
        "schema": "alb-lint.test.v1",
        "complete": not told.gaps,
        "passed": len(judged.results) - len(judged.failed) - len(judged.undecided),
        "failed": len(judged.failed),
        "undecided": len(judged.undecided),
        "results": [_result(result) for result in judged.results],
        "coverage": {"reachable": judged.reachable, "covered": covered, "uncovered": [rule.id for _, rule in judged.uncovered]},
    }
    return dumps(document, indent=2) + "\n"


def _result(result: Result) -> dict[str, Any]:
    case = result.case
    said: dict[str, Any] = {
        "name": case.name,
        "kind": kind_of(case),
        "passed": result.passed is True,
        "confidence": _confidence(result),
        "location": place(case.location),
        "listener": result.listener.id if result.listener is not None else None,
        "request": result.request.to_json() if result.request is not None else None,
        "expected": expected_json(case.expected),
        "actual": _actual(result.rule) if result.rule is not None else None,
    }
    if result.because:
        said["because"] = result.because
    if result.others:
        said["others"] = [
            {"listener": listener.id, "request": request.to_json(), "actual": _actual(rule)} for listener, rule, request in result.others
        ]
    return said


def _confidence(result: Result) -> str:
    return "undecided" if result.passed is None else "possible" if result.possible else "proved"


def _actual(rule: Rule) -> dict[str, Any]:
    return {"rule": "default" if rule.is_default else rule.id, "priority": priority(rule), "action": action_json(rule)}


# -- text --------------------------------------------------------------------------------------------------------------------


def as_text(told: Told, color: bool, width: int) -> str:
    return paint(_lines(told, width), color, width)


def _lines(told: Told, width: int) -> Iterator[list[Span]]:
    judged = told.judged
    several = len(told.listeners) > 1
    for result in (*judged.failed, *judged.undecided):
        yield from _told(result, several, width)
        yield []
    failed, undecided = len(judged.failed), len(judged.undecided)
    passed = len(judged.results) - failed - undecided
    said = [f"{passed} passed", *([f"{failed} failed"] if failed else []), *([f"{undecided} undecided"] if undecided else [])]
    style = "bold red" if failed else "bold yellow" if undecided else "bold green"
    rules = counted(sum(len(listener.rules) for listener in told.listeners), "rule")
    yield [(", ".join(said), style), (f" of {told.file}, on {counted(len(told.listeners), 'listener')} with {rules}", "")]
    if undecided and any(rule.presence or has_symbols(rule) for listener in told.listeners for rule in listener.rules):
        yield from wrapped([], _VALUES, width, "  ")
    if told.gaps:
        places = counted(told.gaps, "place")
        yield from wrapped([], f"{places} could not be read: what stands there is not tested", width, "  ")
    yield from _coverage(judged, several, width)


def _told(result: Result, several: bool, width: int) -> Iterator[list[Span]]:
    case = result.case
    word, style = ("undecided", "bold yellow") if result.passed is None else ("failed", "bold red")
    where = _on(result.listener) if several and result.listener is not None else ""
    yield [(f"{word}  ", style), (case.name, "bold"), (f"  {case.location}{where}", "dim")]
    lead = {"route": "expected: ", "always": "always expected: ", "never": "never expected: "}[kind_of(case)]
    yield from wrapped([(f"  {lead}", "dim")], expected_text(result), width, "    ")
    if result.passed is None:
        who = f"{_who(result.rule)}: " if result.rule is not None else ""
        yield from wrapped([("  not certain: ", "yellow")], f"{who}{result.because}", width, "    ")
    elif result.rule is not None:
        yield from wrapped([("  answered by: ", "dim")], f"{_who(result.rule)}  → {actions_text(result.rule)}", width, "    ")
    if result.request is not None and result.listener is not None:
        yield from wrapped([("  try: ", "dim")], result.request.curl(result.listener.entrance), width, "    ")
    elif result.request is not None:
        yield from wrapped([("  request: ", "dim")], request_text(result.request), width, "    ")
    for listener, rule, _ in result.others[:_BREAKING]:
        there = _on(listener) if several else ""
        yield from wrapped([("  others by: ", "dim")], f"{_who(rule)}  → {actions_text(rule)}{there}", width, "    ")
    if len(result.others) > _BREAKING:
        yield [(f"  and by {counted(len(result.others) - _BREAKING, 'more rule')}", "dim")]
    if result.possible:
        yield [("  if that rule exists, which is not certain", "dim")]


def _on(listener: Listener) -> str:
    return f"  on {listener.name or listener.id}"


def _who(rule: Rule) -> str:
    return "the default action" if rule.is_default else rule_text(rule)


def expected_text(result: Result) -> str:
    """`target_group api, status 403`: what is expected, in the words of the file."""
    said = expected_json(result.case.expected)
    text = ", ".join(f"{key} {_plain(value)}" for key, value in said.items())
    but = result.case.but if isinstance(result.case, Assertion) else ()
    return f"{text} (except {', '.join(but)})" if but else text


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return " and ".join(f"{key} {_plain(item)}" for key, item in value.items())
    if isinstance(value, list):
        return " or ".join(_plain(item) for item in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _coverage(judged: Judged, several: bool, width: int) -> Iterator[list[Span]]:
    """Which rules no route is about; nothing where there are no routes."""
    if not any(isinstance(result.case, Route) for result in judged.results):
        return
    covered = judged.reachable - len(judged.uncovered)
    more = f"; of {counted(judged.unread, 'listener')} that is not known" if judged.unread else ""
    told = f"{covered} of the {counted(judged.reachable, 'rule')} that requests reach answer a route{more}{':' if judged.uncovered else ''}"
    yield from wrapped([], told, width, "  ")
    for listener, rule in judged.uncovered[:_NAMED]:
        where = _on(listener) if several else ""
        yield [
            (f"  no route: {number(rule)}", "dim"),
            (f"{f' {rule.name}' if rule.name else ''}  {conditions_text(rule)}", ""),
            (where, "dim"),
        ]
    if len(judged.uncovered) > _NAMED:
        yield [(f"  and {len(judged.uncovered) - _NAMED} more (-f json lists them)", "dim")]


# -- JUnit -------------------------------------------------------------------------------------------------------------------


def as_junit(told: Told) -> str:
    """One test for each case; what is undecided is an error."""
    return junit.written([(told.file, [_case(result) for result in told.judged.results])])


def _case(result: Result) -> junit.Case:
    name = f"{kind_of(result.case)} {result.case.name}"
    if result.passed:
        return name, "", "", ""
    request: Request | None = result.request
    shown = f"try: {request.curl(result.listener.entrance)}" if request is not None and result.listener is not None else ""
    told = "\n".join(clean(text) for text in (f"expected: {expected_text(result)}", str(result.case.location), shown) if text)
    if result.passed is None:
        return name, "error", f"undecided: {result.because}", told
    rule = result.rule
    does = "" if rule is None else f"{_who(rule)} answers: {', '.join(map(action_text, rule.actions)) or 'no action'}"
    return name, "failure", does, told
