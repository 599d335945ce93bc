"""The moves of a listener drawn: its priorities today above, after the plan below, a line for each rule that moves."""

from collections.abc import Sequence
from html import escape

from alb_lint.findings.wording import clean
from alb_lint.reports.axis import LAST, WIDTH, axis_svg, bands_svg, used_parts
from alb_lint.reports.plans.blocks import MovesPicture


def moves_svg(picture: MovesPicture) -> str:
    """The picture; both rows have one axis, of the numbers that are used or reserved."""
    moves = [move for move in picture.moves if 1 <= move.old <= LAST and 1 <= move.new <= LAST]
    kept = [number for number in picture.kept if 1 <= number <= LAST]
    used = [*((one, one) for move in moves for one in (move.old, move.new)), *((one, one) for one in kept)]
    parts = used_parts([*used, *(interval for band in picture.bands for interval in band.intervals)])

    def at(number: int) -> float:
        return next(part.at(number) for part in parts if part.low <= number <= part.high)

    lines = [f'<svg class="moves" viewBox="0 0 {WIDTH} 206" role="img" aria-label="priorities today and after the plan">']
    lines.append('<text x="10" y="10">today</text><text x="10" y="202">after</text>')
    for part in parts:
        lines += [*bands_svg(part, picture.bands, 128, names=183), *axis_svg(part, 154)]
        lines.append(f'<path class="axis" d="M{part.left} 20H{part.right}"/>')
    lines.append(f'<path class="stays" d="{_strokes([at(number) for number in sorted(set(kept))])}"/>')
    for move in moves:
        title = f"<title>{escape(clean(move.title))}</title>"
        lines.append(f'<path class="moves" d="M{at(move.old)} 20V36L{at(move.new)} 132V154">{title}</path>')
    return "\n".join((*lines, "</svg>"))


def _strokes(places: Sequence[float]) -> str:
    return "".join(f"M{place} 20V154" for place in places)
