"""The map of a listener's numbers: every rule on the axis from 1 to 50000, and on the part of it that is used."""

from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from typing import Final, Literal

from alb_lint.config import Interval
from alb_lint.findings.wording import clean
from alb_lint.record import record

Kind = Literal["tick", "dead", "clash", "old"]
LAST: Final = 50_000
_WIDTH: Final = 1_000
_BREAK: Final = 14
"""Between two stretches of the axis."""


@record
class Mark:
    """A rule on the axis. `kind`: "dead" no request reaches it, "clash" others have its number, "old" its number is retired."""

    number: int
    kind: Kind
    title: str
    anchor: str


@record
class Band:
    """A reserved range, or numbers that are retired."""

    name: str
    intervals: tuple[Interval, ...]
    retired: bool = False


@record
class Part:
    """A stretch of the axis: numbers `low` to `high`, drawn from `left` to `right`."""

    low: int
    high: int
    left: float
    right: float

    def at(self, number: float) -> float:
        return round(self.left + (number - self.low + 0.5) * (self.right - self.left) / (self.high - self.low + 1), 1)


def priority_map(marks: Sequence[Mark], bands: Sequence[Band]) -> str:
    """The picture as SVG; empty where no rule has a known number on the axis."""
    here = [mark for mark in marks if 1 <= mark.number <= LAST]
    if not here:
        return ""
    whole = Part(1, LAST, 10, _WIDTH - 10)
    lines = [f'<svg viewBox="0 0 {_WIDTH} 150" role="img" aria-label="priorities of the rules">', *_bands(whole, bands, 22, named=False)]
    lines.append(f'<path class="ticks" d="{"".join(f"M{whole.at(number)} 26v22" for number in sorted({mark.number for mark in here}))}"/>')
    lines.extend(_axis(whole, 48))
    for part in used_parts([*((mark.number, mark.number) for mark in here), *(one for band in bands for one in band.intervals)]):
        lines += [*_bands(part, bands, 98, named=True), *_axis(part, 124)]
        lines += _ticks(part, [mark for mark in here if part.low <= mark.number <= part.high], 98)
    return "\n".join((*lines, "</svg>"))


def used_parts(intervals: Sequence[Interval]) -> list[Part]:
    """The numbers that are used or reserved, as stretches side by side: what lies empty between them is left out."""
    merged: list[list[int]] = []
    span = max(last for _, last in intervals) - min(first for first, _ in intervals)
    for first, last in sorted(intervals):
        if merged and first - merged[-1][1] <= max(span // 20, 30):
            merged[-1][1] = max(merged[-1][1], last)
        else:
            merged.append([first, last])
    sizes = [(last - first + 1) ** 0.5 + 3 for first, last in merged]
    room = _WIDTH - 20 - _BREAK * (len(merged) - 1)
    parts, left = [], 10.0
    for (first, last), size in zip(merged, sizes, strict=True):
        wide = room * size / sum(sizes)
        pad = max((last - first) // 40, 1)
        parts.append(Part(first - pad, last + pad, round(left, 1), round(left + wide, 1)))
        left += wide + _BREAK
    return parts


def _bands(part: Part, bands: Sequence[Band], top: int, *, named: bool) -> Iterator[str]:
    for band in bands:
        for first, last in band.intervals:
            if last >= part.low and first <= part.high:
                left, right = part.at(max(first, part.low) - 0.5), part.at(min(last, part.high) + 0.5)
                name, wide = escape(clean(band.name)), max(round(right - left, 1), 1)
                kind = "retired" if band.retired else "band"
                yield f'<rect class="{kind}" x="{left}" y="{top}" width="{wide}" height="26"><title>{name}</title></rect>'
                if named and not band.retired and wide > 6 * len(band.name):
                    yield f'<text x="{left + 1}" y="{top - 3}">{name}</text>'


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


def _axis(part: Part, y: int) -> Iterator[str]:
    yield f'<path class="axis" d="M{part.left} {y}H{part.right}"/>'
    most = max((part.right - part.left) / 60, 1)
    steps = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)
    step = next((size for size in steps if (part.high - part.low) / size <= most), steps[-1])
    for number in range(-(-max(part.low, 1) // step) * step, min(part.high, LAST) + 1, step):
        place = part.at(number)
        yield f'<text x="{min(place, _WIDTH - 18)}" y="{y + 14}" text-anchor="middle">{number}</text>'
