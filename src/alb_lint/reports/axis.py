"""The axis of priorities, from 1 to 50000 or the parts of it that are used, as SVG."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape
from typing import Final

from alb_lint.config import Interval
from alb_lint.findings.wording import clean
from alb_lint.record import record

LAST: Final = 50_000
WIDTH: Final = 1_000
_BREAK: Final = 14
"""Between two stretches of the axis."""


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
    room = WIDTH - 20 - _BREAK * (len(merged) - 1)
    parts, left = [], 10.0
    for (first, last), size in zip(merged, sizes, strict=True):
        wide = room * size / sum(sizes)
        pad = max((last - first) // 40, 1)
        parts.append(Part(first - pad, last + pad, round(left, 1), round(left + wide, 1)))
        left += wide + _BREAK
    return parts


def bands_svg(part: Part, bands: Sequence[Band], top: int, names: int = 0) -> Iterator[str]:
    """The bands on a strip that begins at `top`; their names, where there is room for them, at `names` (0: none)."""
    for band in bands:
        for first, last in band.intervals:
            if last >= part.low and first <= part.high:
                left, right = part.at(max(first, part.low) - 0.5), part.at(min(last, part.high) + 0.5)
                name, wide = escape(clean(band.name)), max(round(right - left, 1), 1)
                kind = "retired" if band.retired else "band"
                yield f'<rect class="{kind}" x="{left}" y="{top}" width="{wide}" height="26"><title>{name}</title></rect>'
                if names and not band.retired and wide > 6 * len(band.name):
                    yield f'<text x="{left + 1}" y="{names}">{name}</text>'


@lru_cache(maxsize=1_024)
def axis_svg(part: Part, y: int) -> tuple[str, ...]:
    """The line and its numbers; many listeners have the same."""
    return tuple(_axis(part, y))


def _axis(part: Part, y: int) -> Iterator[str]:
    yield f'<path class="axis" d="M{part.left} {y}H{part.right}"/>'
    most = max((part.right - part.left) / 60, 1)
    steps = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)
    step = next((size for size in steps if (part.high - part.low) / size <= most), steps[-1])
    for number in range(-(-max(part.low, 1) // step) * step, min(part.high, LAST) + 1, step):
        place = part.at(number)
        yield f'<text x="{min(place, WIDTH - 18)}" y="{y + 14}" text-anchor="middle">{number}</text>'
