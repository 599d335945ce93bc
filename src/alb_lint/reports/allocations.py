"""Where a new rule goes, as text and as the document of contract `allocate --format json`."""

from collections.abc import Iterator, Sequence
from typing import Any

from alb_lint.findings.wording import rule_text
from alb_lint.model import Entrance, Listener, Rule
from alb_lint.plan.numbering.allocate import Allocation, Neighbour
from alb_lint.plan.plan import Refusal
from alb_lint.reports.json_text import dumps
from alb_lint.reports.terminal import Span, paint


def as_json(range_name: str, found: Allocation | Refusal, listener: Listener, color: bool) -> str:
    """Where there is no number: `priority` null, and `refused` tells why."""
    del color
    document: dict[str, Any] = {"listener": listener.id}
    if isinstance(found, Refusal):
        document |= {"range": range_name, "priority": None, "interval": None, "order": {"after": [], "before": []}, "alternatives": []}
        document |= {"refused": found.to_json()}
    else:
        document |= found.to_json()
    return dumps(document, indent=2) + "\n"


def as_text(range_name: str, found: Allocation | Refusal, listener: Listener, color: bool) -> str:
    rules = {rule.id: rule for rule in listener.rules}
    return paint(_refused(range_name, found, rules, listener) if isinstance(found, Refusal) else _found(found, rules, listener), color)


def _refused(range_name: str, found: Refusal, rules: dict[str, Rule], listener: Listener) -> Iterator[list[Span]]:
    yield [(listener.name or listener.id, "bold"), (f"  no number in {range_name}: ", "bold red"), (found.reason, "")]
    yield from ([("    ", ""), (_who(rules, rule), "")] for rule in found.rules)
    for _, request in found.witnesses:
        yield [("    both take: ", "dim"), (request.curl(listener.entrance), "green")]
    if found.nearest:
        yield [("    what would work: ", "dim"), (found.nearest, "")]


def _found(found: Allocation, rules: dict[str, Rule], listener: Listener) -> Iterator[list[Span]]:
    name = listener.name or listener.id
    low, high = found.interval
    if found.moves:
        yield [(f"{found.priority}", "bold yellow"), (f"  in {found.range} on {name}, once these have moved; no number is free now", "")]
        yield from ([(f"  {move.old:>5} → {move.new:<5} ", "bold"), (_who(rules, move.rule), "")] for move in found.moves)
    else:
        yield [(f"{found.priority}", "bold green"), (f"  in {found.range} on {name}", "")]
        if found.alternatives:
            yield [("  or ", "dim"), (", ".join(map(str, found.alternatives)), "")]
    yield [("  its order holds from ", "dim"), (f"{low} to {high}", "")]
    yield from _neighbours("after", found.after, rules, listener.entrance)
    yield from _neighbours("before", found.before, rules, listener.entrance)
    yield from _neighbours("takes requests from", found.takes, rules, listener.entrance)
    yield from _neighbours("leaves requests to", found.loses, rules, listener.entrance)
    yield from ([("  nothing is left for ", "yellow"), (_who(rules, rule), "")] for rule in found.shadows)
    yield from ([("  note: ", "cyan"), (note.reason, "")] for note in found.notes)


def _neighbours(label: str, neighbours: Sequence[Neighbour], rules: dict[str, Rule], entrance: Entrance) -> Iterator[list[Span]]:
    for item in neighbours:
        yield [(f"  {label} ", "dim"), (_who(rules, item.id), "")]
        if item.witness is not None:
            yield [("    both take: ", "dim"), (item.witness.curl(entrance), "green")]


def _who(rules: dict[str, Rule], name: str) -> str:
    return rule_text(rules[name]) if name in rules else name
