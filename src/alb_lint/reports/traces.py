"""Traces as text and as JSON lines."""

from collections.abc import Sequence

from alb_lint.analysis.action_json import action_json
from alb_lint.analysis.tracing import Trace
from alb_lint.findings.wording import actions_text, conditions_text, number, request_text
from alb_lint.json_text import dumps
from alb_lint.model import Listener
from alb_lint.reports.json_v1 import priority
from alb_lint.reports.layout import Span, paint

Told = tuple[Listener, Trace]


def as_json(told: Sequence[Told], several: bool, color: bool) -> str:
    """One line per request and listener; `listener` stands in it."""
    del several, color
    return "".join(dumps(_line(listener, item)) + "\n" for listener, item in told)


def _line(listener: Listener, item: Trace) -> dict[str, object]:
    rule = item.rule
    said: dict[str, object] = {
        "request": item.request.to_json(),
        "listener": listener.id,
        "rule": None if rule is None else "default" if rule.is_default else rule.id,
        "priority": None if rule is None else priority(rule),
        "action": None if rule is None else action_json(rule),
        "considered": [{"rule": one.rule.id, "matched": one.matched, "because": one.because} for one in item.considered],
    }
    if item.undecided:
        said["undecided"] = item.undecided
    return said


def as_text(told: Sequence[Told], several: bool, color: bool) -> str:
    lines: list[list[Span]] = []
    for listener, item in told:
        lines.append([(request_text(item.request), "bold"), (f"  on {listener.name or listener.id}" if several else "", "dim")])
        width = max((len(number(one.rule)) for one in item.considered), default=3)
        for one in item.considered:
            mark, style = {True: ("=", "bold green"), False: ("-", "dim"), None: ("?", "yellow")}[one.matched]
            name = f" {one.rule.name}" if one.rule.name else ""
            lines.append(
                [(f"  {mark} {number(one.rule):>{width}}", style), (f"{name}  {conditions_text(one.rule)}", "" if one.matched else "dim")]
            )
            if not one.matched:
                lines.append([(f"    {'':>{width}}  {one.because}", style)])
        lines.append(_answer(item))
        lines.append([])
    return paint(lines[:-1] if lines else [], color)


def _answer(item: Trace) -> list[Span]:
    if item.rule is None:
        return [("  undecided: ", "yellow"), (item.undecided or "no rule matches, and the input has no default rule", "")]
    who = "the default rule" if item.rule.is_default else f"rule {number(item.rule)}"
    told: list[Span] = [("  answered by ", ""), (who, "bold green"), (f" → {actions_text(item.rule)}", "")]
    if item.undecided:
        told.append((f" (not certain: {item.undecided})", "yellow"))
    return told
