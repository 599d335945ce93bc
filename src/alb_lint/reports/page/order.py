"""Who must stay before whom on one listener, as a part of the page."""

from collections.abc import Callable, Iterator
from typing import Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.graph import needed_order, places
from alb_lint.findings.wording import conditions_text, number
from alb_lint.model import Rule
from alb_lint.reports.picture import Arc, Row, arcs_svg, rest_lines
from alb_lint.space.budget import OutOfBudget

MOST: Final = 2_000
"""Pairs that are drawn."""


def order_picture(facts: ListenerFacts, place: int, anchor: Callable[[Rule], str]) -> Iterator[str]:
    """The picture of the pairs whose order matters, without those that follow from others; nothing where there are none."""
    try:
        pairs = needed_order(facts)
    except OutOfBudget as stop:
        yield f'<h3>Who must stay before whom</h3><p class="soft">No picture: {stop.reason}.</p>'
        return
    if not pairs:
        return
    drawn = pairs[:MOST]
    used = sorted({index for pair in drawn for index in pair})
    at = {index: row for row, index in enumerate(used)}
    rows = [Row(number(facts.rules[index]), conditions_text(facts.rules[index]), anchor=anchor(facts.rules[index])) for index in used]
    arcs = [Arc(at[first], at[then], f"{number(facts.rules[first])} before {number(facts.rules[then])}") for first, then in drawn]
    rest = places(facts)
    said = "; ".join(rest_lines(len(rest.free), len(rest.open_)))
    cut = f" The first {MOST} of {len(pairs)} pairs are drawn." if len(pairs) > MOST else ""
    yield f"<h3>Who must stay before whom ({len(pairs)})</h3>"
    yield (
        '<p class="soft">Rules that share requests and act differently; what follows from other pairs is left out.'
        f" {said}{'.' * bool(said)}{cut}</p>"
    )
    yield f'<div class="high">{arcs_svg(rows, arcs, name=str(place))}</div>'
