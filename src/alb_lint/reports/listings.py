"""A listener as a table, one row for each rule in asking order, and as plain data (`alb-lint.show.v1`)."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

from alb_lint.analysis.action_json import action_json
from alb_lint.analysis.tracing import Trace
from alb_lint.analysis.view import Row
from alb_lint.findings.summary import line
from alb_lint.findings.wording import actions_text, condition_text, conditions_text, counted, number, request_text
from alb_lint.model import HostHeader, HttpRequestMethod, Listener, PathPattern, Rule, owner_of
from alb_lint.record import record
from alb_lint.reports.json_v1 import place, priority
from alb_lint.reports.layout import Span, cut, paint

SCHEMA: Final = "alb-lint.show.v1"
_STYLES: Final = {
    "collides": "bold red",
    "dead": "bold red",
    "redundant": "yellow",
    "depends": "yellow",
    "undecided": "yellow",
    "crosses": "dim",
}
_TYPES: Final = re.compile(r"\baws_a?lb_target_group\.|\baws\.(?:lb|alb|elasticloadbalancingv2)\.TargetGroup:")
_SHOWN: Final = 3
"""Rules that a mark names."""
_LEAST: Final = 10
"""Columns that a cut cell has at least. Where a table of such cells is too wide, each rule has two lines instead."""

PARTNERS: Final = 500_000
"""Rules that are told beside others in one run, and FIRST for each rule after that."""
FIRST: Final = 20


@record
class Shown:
    """`answer`: what became of the request that was asked for, where one was. `ranges`: the reserved ranges of the listener, with their numbers."""

    listener: Listener
    rows: tuple[Row, ...]
    answer: Trace | None = None
    ranges: tuple[tuple[str, tuple[tuple[int, int], ...]], ...] = ()

    def range_of(self, rule: Rule) -> str:
        """The reserved range in which the rule stands, "" for none."""
        number_ = rule.priority
        if rule.is_default or not isinstance(number_, int):
            return ""
        return next((name for name, held in self.ranges if any(first <= number_ <= last for first, last in held)), "")


def as_json(shown: Sequence[Shown], complete: bool) -> dict[str, Any]:
    """`with_left` of a rule: how many more rules its mark is about than `with` tells, where all rows together tell of too many."""
    partners = _Partners()
    return {"schema": SCHEMA, "complete": complete, "listeners": [_listener(item, partners) for item in shown]}


class _Partners:
    """Who is told beside each rule: all, until too many are, then the first few."""

    def __init__(self) -> None:
        self._left = PARTNERS

    def of(self, row: Row) -> dict[str, Any]:
        many = len(row.with_)
        told = many if many <= max(self._left, FIRST) else FIRST
        self._left -= told
        return {"with": [other.id for other in islice(row.with_, told)], **({"with_left": many - told} if many > told else {})}


def _listener(item: Shown, partners: _Partners) -> dict[str, Any]:
    told, unread = line(item.listener), item.listener.unread
    return {
        "id": told.id,
        "name": told.name,
        **({"account": told.account, "region": told.region} if told.account else {}),
        **({} if unread is None else {"unread": unread.reason}),
        **({} if item.answer is None else {"answered_by": None if item.answer.rule is None else item.answer.rule.id}),
        "rules": [
            {
                "id": row.rule.id,
                "name": row.rule.name,
                "priority": priority(row.rule),
                **({"range": name} if (name := item.range_of(row.rule)) else {}),
                "default": row.rule.is_default,
                "location": place(row.rule.location),
                "matches": conditions_text(row.rule),
                "action": action_json(row.rule),
                "reach": row.reach,
                "mark": row.mark,
                **partners.of(row),
                **({"why": row.why} if row.why else {}),
            }
            for row in item.rows
        ],
    }


def as_text(shown: Sequence[Shown], width: int, color: bool) -> str:
    return paint(_lines(shown, width), color)


def _lines(shown: Sequence[Shown], width: int) -> Iterator[list[Span]]:
    several = len({(told.account, told.region) for told in (line(item.listener) for item in shown)}) > 1
    for at, item in enumerate(shown):
        if at:
            yield []
        told = line(item.listener)
        where = f"  {told.account} {told.region}" if several and told.account else ""
        counts = [(sum(row.mark == mark for row in item.rows), word) for mark, word in _WORDS.items()]
        said = ", ".join(f"{count} {word}" for count, word in counts if count)
        door = f" ({told.door})" if told.door else ""
        said = f"{door}{where}  {counted(told.rules, 'rule')}{': ' if said else ''}{said}"
        yield [(told.name or told.id, "bold"), (said, "dim")]
        if item.listener.unread is not None:
            yield [(f"  not all rules of the listener were read ({item.listener.unread.reason})", "yellow")]
        yield from _table(item, width)
        if item.answer is not None:
            yield from _answered(item.answer)


_WORDS: Final = {"collides": "claim one number", "dead": "dead", "redundant": "redundant", "depends": "depend", "undecided": "undecided"}


def _table(item: Shown, width: int) -> Iterator[list[Span]]:
    """Columns in which every rule says the same nothing are left out; what is too wide is cut in the middle."""
    if not item.rows:
        return
    columns: list[tuple[str, list[str]]] = [("PRIO", [number(row.rule) for row in item.rows])]
    for title, tell in (("RANGE", item.range_of), *_COLUMNS):
        cells = [tell(row.rule) for row in item.rows]
        if any(cells):
            columns.append((title, _ditto(cells) if title in ("HOST", "RANGE") else cells))
    columns.append(("ACTION", [_TYPES.sub("", actions_text(row.rule)) for row in item.rows]))
    winner = item.answer.rule.id if item.answer is not None and item.answer.rule is not None else None
    marks = [_mark(row, row.rule.id == winner) for row in item.rows]
    if any(marks):
        columns.append(("", marks))
    widths = _widths(columns, width)
    if any(marks) and _wide(widths) > width:
        columns[-1] = ("", [_mark(row, row.rule.id == winner, short=True) for row in item.rows])
        widths = _widths(columns, width)
    styles = ["bold green" if row.rule.id == winner else _STYLES.get(row.mark, "") for row in item.rows]
    if _wide(widths) > width:
        yield from _in_two_lines(item, marks, styles, width)
        return
    if len(columns) > 3:
        yield [(_joined([title for title, _ in columns], widths), "dim")]
    for at, style in enumerate(styles):
        cells = [
            cut(cells[at], room, _LEAST) if len(cells[at]) > room else cells[at] for (_, cells), room in zip(columns, widths, strict=True)
        ]
        yield [(_joined(cells, widths), style)]


def _in_two_lines(item: Shown, marks: Sequence[str], styles: Sequence[str], width: int) -> Iterator[list[Span]]:
    """What each rule matches, below it what it does and what should be known of it."""
    digits = max(len(number(row.rule)) for row in item.rows)
    name = dict(_COLUMNS)["NAME"]
    for row, mark, style in zip(item.rows, marks, styles, strict=True):
        band = item.range_of(row.rule)
        what = "everything else" if row.rule.is_default else conditions_text(row.rule)
        words = "  ".join(word for word in (f"[{band}]" if band else "", name(row.rule), what) if word)
        yield [(f"{number(row.rule):>{digits}}  {cut(words, width - digits - 2)}", style)]
        end = f"  {mark}" if mark else ""
        does = cut(_TYPES.sub("", actions_text(row.rule)), width - digits - 4 - len(end))
        yield [(f"{' ' * digits}  → {does}{end}", style)]


def _ditto(cells: list[str]) -> list[str]:
    """With `"` in place of what stands above, where that is so for a third of the rows: groups can then be seen."""
    again = [bool(at and cell and cell == cells[at - 1] and len(cell) > 1) for at, cell in enumerate(cells)]
    return ['"' if same else cell for same, cell in zip(again, cells, strict=True)] if 3 * sum(again) >= len(cells) else cells


def _joined(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(f"{cell:>{room}}" if at == 0 else f"{cell:<{room}}" for at, (cell, room) in enumerate(zip(cells, widths, strict=True)))


def _wide(widths: Sequence[int]) -> int:
    return sum(widths) + 2 * (len(widths) - 1)


def _widths(columns: Sequence[tuple[str, Sequence[str]]], width: int) -> list[int]:
    """What each column needs, and where that is too much, less for the widest ones."""
    needs = [max(len(title), *(len(cell) for cell in cells)) for title, cells in columns]
    cuttable = [at for at, (title, _) in enumerate(columns) if at and title]
    while _wide(needs) > width and max(needs[at] for at in cuttable) > _LEAST:
        needs[max(cuttable, key=lambda at: needs[at])] -= 1
    return needs


def _mark(row: Row, answers: bool = False, short: bool = False) -> str:
    """What a reader should know of the rule. `answers`: it is the one that answers the request that was asked for."""
    many = len(row.with_) > (1 if short else _SHOWN)
    who = f"{len(row.with_)} rules" if many else ", ".join(number(other) for other in row.with_)
    owner = owner_of(row.rule)
    said = {
        "collides": "number claimed twice",
        "dead": f"dead: {who} before it",
        "redundant": f"redundant: {who} before it" if who else "redundant: changes no answer",
        "matches nothing": "matches nothing",
        "depends": f"depends: {who} may take all",
        "undecided": "undecided",
        "crosses": f"crosses {who}",
    }.get(row.mark, "")
    if short:
        said = said.removesuffix(" before it").removesuffix(": changes no answer").removesuffix(" may take all")
    exists = "may not exist" if row.rule.presence else ""
    parts = ("answers it" if answers else "", said, exists, f"owned by {owner}" if owner else "")
    return "; ".join(part for part in parts if part)


def _answered(answer: Trace) -> Iterator[list[Span]]:
    asked = request_text(answer.request)
    if answer.rule is None:
        yield [(f"{asked}: undecided: {answer.undecided or 'no rule matches, and the input has no default rule'}", "yellow")]
        return
    who = "the default rule" if answer.rule.is_default else f"rule {number(answer.rule)}"
    yield [(f"{asked}: answered by {who}", "bold green"), (f" (not certain: {answer.undecided})" if answer.undecided else "", "yellow")]


def _of(kind: type) -> Callable[[Rule], str]:
    return lambda rule: " ".join(condition_text(item) for item in rule.conditions if isinstance(item, kind))


def _rest(rule: Rule) -> str:
    known = (HttpRequestMethod, HostHeader, PathPattern)
    return " ".join(condition_text(item) for item in rule.conditions if not isinstance(item, known))


_COLUMNS: Final[tuple[tuple[str, Callable[[Rule], str]], ...]] = (
    ("NAME", lambda rule: "" if rule.is_default else rule.name.rpartition("listener_rule.")[2]),
    ("METHOD", _of(HttpRequestMethod)),
    ("HOST", _of(HostHeader)),
    ("PATH", _of(PathPattern)),
    ("ALSO", _rest),
)
