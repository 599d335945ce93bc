"""Who must stay before whom, drawn: the rules from the first that is asked to the last, and an arc for each pair whose order matters.

Laid out here, without Graphviz: the place of a rule is its place in the order, and arcs that run side by side have lanes of their own.
"""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from alb_lint.findings.wording import clean
from alb_lint.record import record

ROW: Final = 20
"""Height of a rule."""
_TEXT: Final = 480
"""Where the arcs begin."""
_LANES: Final = 40
"""Lanes; further arcs share them."""


@record
class Row:
    """A rule. `kind`: class of its text. `anchor`: what it links to, "" for nothing."""

    number: str
    text: str
    kind: str = ""
    anchor: str = ""


@record
class Arc:
    """`first` must stay before `then`: positions in the rows. `dashed`: the two act alike, so that nothing depends on it."""

    first: int
    then: int
    title: str = ""
    dashed: bool = False


def arcs_svg(rows: Sequence[Row], arcs: Sequence[Arc], *, name: str = "", style: str = "") -> str:
    """The picture. `name`: tells it from others of one page; `style`: a style sheet inside of it, for where it stands alone."""
    lanes = _lanes(arcs)
    width = _TEXT + 30 + 12 * (max(lanes, default=0) + 1)
    height = ROW * len(rows) + 8
    space = ' xmlns="http://www.w3.org/2000/svg"' if style else ""
    lines = [f'<svg{space} width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" aria-label="order of the rules">']
    lines += [f"<style>{style}</style>", f'<rect class="paper" width="{width}" height="{height}"/>'] if style else []
    lines.append(
        f'<marker id="head{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">'
    )
    lines.append('<path class="head" d="M0 0L8 4L0 8z"/></marker>')
    lines.extend(_rows(rows))
    for dashed in (True, False):
        drawn = [_path(arc, lane) for arc, lane in zip(arcs, lanes, strict=True) if arc.dashed is dashed]
        if drawn:
            lines += [f'<g class="arc{" dashed" * dashed}" marker-end="url(#head{name})">', *drawn, "</g>"]
    return "\n".join((*lines, "</svg>"))


def rest_lines(free: int, open_: int) -> list[str]:
    """What is said of the rules that are not drawn."""
    told = [f"{free} more rule{'s' * (free != 1)} may stand anywhere"] if free else []
    return [*told, f"the place of {open_} more rule{'s' * (open_ != 1)} is not decided"] if open_ else told


def _rows(rows: Sequence[Row]) -> Iterator[str]:
    for place, row in enumerate(rows):
        y = _middle(place) + 4
        number, text = escape(clean(row.number)), escape(_cut(clean(row.text), 62))
        kind = f' class="{row.kind}"' if row.kind else ""
        told = f'<text class="lead" x="52" y="{y}" text-anchor="end">{number}</text><text{kind} x="62" y="{y}">{text}</text>'
        yield f'<a href="#{escape(row.anchor)}">{told}</a>' if row.anchor else told


def _path(arc: Arc, lane: int) -> str:
    top, end, side = _middle(arc.first), _middle(arc.then), _TEXT + 30 + 16 * lane
    title = f"<title>{escape(clean(arc.title))}</title>" if arc.title else ""
    return f'<path d="M{_TEXT} {top}C{side} {top} {side} {end} {_TEXT + 2} {end}">{title}</path>'


def _middle(place: int) -> int:
    return ROW * place + 14


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _lanes(arcs: Sequence[Arc]) -> list[int]:
    """Per arc the first lane in which none of its rows is taken; short arcs choose first."""
    taken: list[int] = []
    found = [0] * len(arcs)
    for place in sorted(range(len(arcs)), key=lambda place: (arcs[place].then - arcs[place].first, arcs[place].first)):
        arc = arcs[place]
        rows = (1 << max(arc.then - arc.first, 1)) - 1 << min(arc.first, arc.then)
        lane = next((number for number, used in enumerate(taken) if not used & rows), len(taken))
        if lane == len(taken) and lane < _LANES:
            taken.append(0)
        lane = min(lane, _LANES - 1)
        taken[lane] |= rows
        found[place] = lane
    return found
