"""The book of the reserved ranges as text and as plain data."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from alb_lint.config import spell
from alb_lint.findings.wording import conditions_text, number
from alb_lint.model import Rule
from alb_lint.plan.wanted.range_usage import Entry
from alb_lint.reports.json_v1 import place, priority
from alb_lint.reports.layout import WIDTH, Span, paint


def as_json(entries: Sequence[Entry]) -> dict[str, Any]:
    return {
        "schema": "alb-lint.ranges.v1",
        "ranges": [
            {
                "listener": entry.listener.id,
                **({} if entry.listener.unread is None else {"unread": entry.listener.unread.reason}),
                "range": entry.range.name,
                "owner": entry.range.owner,
                "priorities": spell(entry.range.priorities),
                "size": entry.range.size,
                "used": [_rule(rule) for rule in entry.members],
                "foreign": [_rule(rule) for rule in entry.foreign],
                "outside": [_rule(rule) for rule in entry.outside],
                "unsure": [_rule(rule) for rule in entry.unsure],
                "free": spell(entry.free.intervals),
                "free_count": entry.free.size,
                "retired": spell(entry.retired.intervals),
                "reserved": spell(entry.reserved.intervals),
            }
            for entry in entries
        ],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {"id": rule.id, "name": rule.name, "priority": priority(rule), "location": place(rule.location)}


def as_text(entries: Sequence[Entry], color: bool, width: int = WIDTH) -> str:
    lines: list[list[Span]] = []
    for _, group in groupby(entries, key=lambda entry: entry.listener.id):
        mine = list(group)
        lines.append([(mine[0].listener.name or mine[0].listener.id, "bold")])
        unread = mine[0].listener.unread
        if unread is not None:
            lines.append([(f"  not all rules were read, so that no number is certainly free: {unread.reason}", "yellow")])
        for entry in mine:
            lines.extend(_entry(entry))
        lines.append([])
    return paint(lines[:-1], color, width)


def _entry(entry: Entry) -> Iterable[list[Span]]:
    item = entry.range
    owner = f"  {item.owner}" if item.owner else ""
    doubtful = sum(isinstance(rule.priority, int) and rule.priority in item for rule in entry.unsure)
    taken = len(entry.members) + len(entry.foreign) + doubtful
    yield [("  ", ""), (item.name, "bold cyan"), (f"  {spell(item.priorities)}{owner}", ""), (f"  {taken} of {item.size} used", "dim")]
    for label, style, rules in (
        ("", "green", entry.members),
        ("foreign: ", "yellow", entry.foreign),
        ("outside: ", "yellow", entry.outside),
        ("unsure: ", "yellow", entry.unsure),
    ):
        for rule in rules:
            name = f" {rule.name}" if rule.name else ""
            yield [("    ", ""), (f"{label}{number(rule)}", style), (f"{name}  {conditions_text(rule)}", "")]
    yield [("    free: ", "dim"), (spell(entry.free.intervals) or "none", "" if entry.free.size else "yellow")]
    if entry.reserved.size:
        yield [("    reserved: ", "dim"), (spell(entry.reserved.intervals), "")]
    if entry.retired.size:
        yield [("    retired: ", "dim"), (spell(entry.retired.intervals), "")]
