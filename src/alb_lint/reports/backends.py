"""The ways to each backend as text and as plain data (`alb-lint.ways.v1`)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.guards import Guard
from alb_lint.analysis.ways import Way
from alb_lint.findings.wording import conditions_text, group_name, number
from alb_lint.model import Estate
from alb_lint.reports.json_v1 import place, priority
from alb_lint.reports.layout import WIDTH, Span, paint

_ORDER: Final[tuple[Guard, ...]] = ("sign-in", "address", "header")


def as_json(groups: Mapping[str, Sequence[Way]], estate: Estate) -> dict[str, Any]:
    reached = _Reached()
    return {
        "schema": "alb-lint.ways.v1",
        "complete": estate.complete,
        "target_groups": [
            {
                "target_group": group,
                "name": group_name(group),
                "guarded": _guarded(ways, estate),
                "ways": [
                    {
                        "listener": way.listener.id,
                        "rule": {
                            "id": way.rule.id,
                            "name": way.rule.name,
                            "priority": priority(way.rule),
                            "location": place(way.rule.location),
                        },
                        "matches": conditions_text(way.rule),
                        "guards": [guard for guard in _ORDER if guard in way.guards],
                        "reach": reached.state(way),
                        "conditional": bool(way.rule.presence),
                    }
                    for way in ways
                ],
            }
            for group, ways in groups.items()
        ],
    }


def as_text(groups: Mapping[str, Sequence[Way]], estate: Estate, color: bool, width: int = WIDTH) -> str:
    lines: list[list[Span]] = []
    reached = _Reached()
    for group, ways in groups.items():
        open_ways = sum(not way.guards for way in ways)
        said = (
            f"every way{'' if estate.complete else ' that was read'} is guarded"
            if not open_ways
            else f"{open_ways} of {len(ways)} open to everybody"
            if len(ways) > 1
            else "open to everybody"
        )
        lines.append([(group_name(group), "bold"), (f"  {said}", "yellow" if 0 < open_ways < len(ways) else "dim")])
        widest = max(len(_where(way)) for way in ways)
        for way in ways:
            guards = ", ".join(guard for guard in _ORDER if guard in way.guards) or "everybody"
            state = reached.state(way)
            mark = "" if state == "reachable" else f"  ({state})"
            style = "green" if way.guards else "yellow"
            lines.append(
                [
                    ("  ", ""),
                    (f"{_where(way):<{widest}}", ""),
                    (f"  {guards:<10}", style),
                    (f"  {conditions_text(way.rule)}{mark}", ""),
                ]
            )
        lines.append([])
    return paint(lines[:-1], color, width)


def _guarded(ways: Sequence[Way], estate: Estate) -> bool | None:
    """Whether each way asks something of a client; None where those that were read do, and there may be others."""
    if not all(way.guards for way in ways):
        return False
    return True if estate.complete else None


def _where(way: Way) -> str:
    return f"{way.listener.name or way.listener.id}  {number(way.rule)}"


class _Reached:
    """Which rules answer any request; each listener is decided once."""

    def __init__(self) -> None:
        self._facts: dict[str, tuple[ListenerFacts, dict[str, int]]] = {}

    def state(self, way: Way) -> str:
        """One of "reachable", "shadowed", "empty" and "undecided"; the default action counts as reachable.

        On a listener that was not read whole, rules that nobody read may take what a rule seems to get.
        """
        if way.rule.is_default:
            state = "reachable"
        else:
            facts, places = self._of(way)
            state = facts.reach(places[way.rule.id]).state
        return "undecided" if state == "reachable" and way.listener.unread is not None else state

    def _of(self, way: Way) -> tuple[ListenerFacts, dict[str, int]]:
        known = self._facts.get(way.listener.id)
        if known is None:
            facts = ListenerFacts(way.listener)
            known = self._facts[way.listener.id] = (facts, {rule.id: index for index, rule in enumerate(facts.rules)})
        return known
