"""Where new rules go: as text, as the document of contract `allocate --format json`, and as lines for `$GITHUB_OUTPUT`."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from alb_lint.findings.wording import conditions_text, rule_text
from alb_lint.json_text import dumps
from alb_lint.model import Entrance, Listener, Rule
from alb_lint.plan.allocation.answer import Allocation, Allocations, Neighbour, NoNumber
from alb_lint.plan.plan import Refusal
from alb_lint.reports.layout import WIDTH, Span, paint

Found = Allocations | NoNumber
NEIGHBOURS: Final = 3
"""Neighbours of a kind that the text shows, the nearest first."""


def as_json(range_name: str, found: Found, listener: Listener, rules: Sequence[Rule], color: bool) -> str:
    """Where there is no number: `priority` null, and `refused` tells why."""
    del color, rules
    document: dict[str, Any] = {"listener": listener.id}
    if isinstance(found, NoNumber):
        document |= {"range": range_name or None, "priority": None, "interval": None, "order": {"after": [], "before": []}}
        document |= {"alternatives": [], "refused": found.to_json()}
    else:
        document |= found.to_json()
    return dumps(document, indent=2) + "\n"


def as_outputs(range_name: str, found: Found, listener: Listener, rules: Sequence[Rule], color: bool) -> str:
    """`name=value` lines; nothing at all where no number is free, so that a later step has no number to use."""
    del range_name, listener, rules, color
    if isinstance(found, NoNumber) or found.moves:
        return ""
    if len(found.items) == 1:
        one = found.items[0]
        return f"priority={one.priority}\nlow={one.interval[0]}\nhigh={one.interval[1]}\nrange={one.range}\n"
    return f"priorities={dumps({item.rule: item.priority for item in found.items})}\n"


def as_text(range_name: str, found: Found, listener: Listener, rules: Sequence[Rule], color: bool, width: int = WIDTH) -> str:
    known = {rule.id: rule for rule in listener.rules}
    if isinstance(found, NoNumber):
        return paint(_refused(range_name, found, known, listener), color, width)
    return paint(_found(found, known, listener, rules), color, width)


ALL: Final[dict[str, Callable[[str, Found, Listener, Sequence[Rule], bool], str]]] = {
    "text": as_text,
    "json": as_json,
    "github-output": as_outputs,
}


def _refused(range_name: str, found: NoNumber, rules: dict[str, Rule], listener: Listener) -> Iterator[list[Span]]:
    refusal = found.refusal
    where = f" in {range_name}" if range_name else ""
    yield [(listener.name or listener.id, "bold"), (f"  no number{where}: ", "bold red"), (refusal.reason, "")]
    yield from _limited([("    ", ""), (_who(rules, rule), "")] for rule in refusal.rules)
    yield from _shared(refusal, listener.entrance)
    if refusal.nearest:
        yield [("    what would work: ", "dim"), (refusal.nearest, "")]


def _shared(refusal: Refusal, entrance: Entrance) -> Iterator[list[Span]]:
    for _, request in refusal.witnesses:
        yield [("    both match: ", "dim"), (request.curl(entrance), "green")]


def _found(found: Allocations, rules: dict[str, Rule], listener: Listener, new: Sequence[Rule]) -> Iterator[list[Span]]:
    name = listener.name or listener.id
    for place, item in enumerate(found.items):
        if place:
            yield []
        who = _called(new[place]) if len(found.items) > 1 else ""
        yield from _one(item, who, name, rules, listener.entrance, moving=bool(found.moves))
    if found.moves:
        yield [("  first these move, with one SetRulePriorities call:" if len(found.moves) > 1 else "  first this one moves:", "yellow")]
        yield from ([(f"  {move.old:>5} → {move.new:<5} ", "bold"), (_who(rules, move.rule), "")] for move in found.moves)
    yield from ([("  note: ", "cyan"), (note.reason, "")] for note in found.notes)


def _one(item: Allocation, who: str, name: str, rules: dict[str, Rule], entrance: Entrance, *, moving: bool) -> Iterator[list[Span]]:
    low, high = item.interval
    where = f"  {who}{'in ' + item.range + ' ' if item.range else ''}on {name}"
    if moving:
        yield [(f"{item.priority}", "bold yellow"), (f"{where}, once there is room; no number is free now", "")]
    else:
        yield [(f"{item.priority}", "bold green"), (where, "")]
        yield [("  why: ", "dim"), (item.because, "")]
        if item.alternatives:
            yield [("  or ", "dim"), (", ".join(map(str, item.alternatives)), "")]
    if low == high:
        yield [("  only ", "dim"), (f"{low}", ""), (" keeps the order", "dim")]
    else:
        yield [("  any free number from ", "dim"), (f"{low} to {high}", ""), (" keeps the order", "dim")]
    yield from _neighbours("after", tuple(reversed(item.after)), rules, entrance)
    yield from _neighbours("before", item.before, rules, entrance)
    bounds = {one.id for one in (*item.after, *item.before)}
    takes = [one for one in item.takes if one.id not in {other.id for other in item.before}]
    loses = [one for one in item.loses if one.id not in bounds]
    yield from _neighbours("takes requests from", takes, rules, entrance)
    yield from _neighbours("leaves requests to", loses, rules, entrance)
    yield from ([("  nothing is left for ", "yellow"), (_who(rules, rule), "")] for rule in item.shadows)
    if item.default is not None:
        yield [("  answers what no rule answers today: ", "dim"), (item.default.curl(entrance), "green")]
    for note in item.notes:
        yield [("  note: ", "cyan"), (note.reason, "")]
        named = [rule_text(rules[name]) for name in note.rules if name in rules]
        if not any(text in note.reason for text in named):
            yield from _limited([("    ", ""), (text, "")] for text in named)


def _neighbours(label: str, neighbours: Sequence[Neighbour], rules: dict[str, Rule], entrance: Entrance) -> Iterator[list[Span]]:
    for item in neighbours[:NEIGHBOURS]:
        yield [(f"  {label} ", "dim"), (_who(rules, item.id), "")]
        if item.witness is not None:
            yield [("    both match: ", "dim"), (item.witness.curl(entrance), "green")]
    if len(neighbours) > NEIGHBOURS:
        yield [(f"  {label} ", "dim"), (f"{len(neighbours) - NEIGHBOURS} more", "")]


def _limited(lines: Iterable[list[Span]]) -> Iterator[list[Span]]:
    shown = list(lines)
    yield from shown[:NEIGHBOURS]
    if len(shown) > NEIGHBOURS:
        yield [(f"    and {len(shown) - NEIGHBOURS} more", "dim")]


def _called(rule: Rule) -> str:
    asked = conditions_text(rule)
    return f"for {rule.name} ({asked})  " if rule.name else f"for {asked}  "


def _who(rules: dict[str, Rule], name: str) -> str:
    return rule_text(rules[name]) if name in rules else name
