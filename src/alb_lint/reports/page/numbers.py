"""The map of a listener's numbers: every rule on the axis from 1 to 50000, and on the part of it that is used."""

from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from typing import Literal

from alb_lint.findings.wording import clean
from alb_lint.record import record
from alb_lint.reports.axis import LAST, WIDTH, Band, Part, axis_svg, bands_svg, used_parts

Kind = Literal["tick", "dead", "clash", "old"]


@record
class Mark:
    """A rule on the axis. `kind`: "dead" no request reaches it, "clash" others have its number, "old" its number is retired."""

    number: int
    kind: Kind
    title: str
    anchor: str


def priority_map(marks: Sequence[Mark], bands: Sequence[Band]) -> str:
    """The picture as SVG; empty where no rule has a known number on the axis."""
    here = [mark for mark in marks if 1 <= mark.number <= LAST]
    if not here:
        return ""
    whole = Part(1, LAST, 10, WIDTH - 10)
    lines = [f'<svg viewBox="0 0 {WIDTH} 150" role="img" aria-label="priorities of the rules">', *bands_svg(whole, bands, 22)]
    lines.append(f'<path class="ticks" d="{"".join(f"M{whole.at(number)} 26v22" for number in sorted({mark.number for mark in here}))}"/>')
    lines.extend(axis_svg(whole, 48))
    for part in used_parts([*((mark.number, mark.number) for mark in here), *(one for band in bands for one in band.intervals)]):
        lines += [*bands_svg(part, bands, 98, names=95), *axis_svg(part, 124)]
        lines += _ticks(part, [mark for mark in here if part.low <= mark.number <= part.high], 98)
    return "\n".join((*lines, "</svg>"))


def _ticks(part: Part, marks: Sequence[Mark], top: int) -> Iterator[str]:
    """A box that links to each rule; rules of one number stand above each other."""
    stacked: Counter[int] = Counter()
    crowd = Counter(mark.number for mark in marks)
    wide = min(max(round((part.right - part.left) / (part.high - part.low + 1) * 0.7, 1), 2), 10)
    for mark in marks:
        height = round(22 / crowd[mark.number], 1)
        y = round(top + 4 + height * stacked[mark.number], 1)
        stacked[mark.number] += 1
        box = f'<rect class="{mark.kind}" x="{round(part.at(mark.number) - wide / 2, 1)}" y="{y}" width="{wide}" height="{max(height - 1, 1)}"/>'
        yield f'<a href="#{escape(mark.anchor)}"><title>{escape(clean(mark.title))}</title>{box}</a>'
