"""The report of a plan in GitHub's Markdown."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from alb_lint.findings.wording import clean
from alb_lint.plan.proposal import Proposal
from alb_lint.reports.markdown_text import cell, code, escape, in_html
from alb_lint.reports.plans.blocks import (
    Block,
    Code,
    Folded,
    Heading,
    Items,
    Line,
    Listing,
    MovesPicture,
    Notice,
    Paragraph,
    Part,
    Strong,
    Table,
    Words,
)
from alb_lint.reports.plans.content import blocks
from alb_lint.reports.plans.report import PlanReport

_NOTICES: Final = {"good": "TIP", "note": "IMPORTANT", "bad": "WARNING"}


def render(proposal: Proposal, color: bool) -> str:
    del color
    return "\n".join(_blocks(blocks(proposal)))


def _blocks(items: Iterable[Block]) -> Iterator[str]:
    """Lines; each block ends with an empty one."""
    for item in items:
        match item:
            case Heading():
                yield f"{'#' * item.level} {escape(item.text)}"
            case Paragraph():
                yield _line(item.parts)
            case Notice():
                yield f"> [!{_NOTICES[item.kind]}]"
                yield f"> {_line(item.parts)}"
            case Items():
                for place, parts in enumerate(item.lines, 1):
                    yield f"{f'{place}.' if item.numbered else '-'} {_line(parts)}"
            case Table():
                yield from _table(item)
            case Listing():
                yield from _listing(item)
            case MovesPicture():
                continue
            case Folded():
                yield f"<details><summary>{in_html(item.title)}</summary>"
                yield ""
                yield from _blocks(item.blocks)
                yield "</details>"
        yield ""


def _table(table: Table) -> Iterator[str]:
    yield f"| {' | '.join(escape(text) for text in table.head)} |"
    yield f"| {' | '.join('---:' if place in table.right else '---' for place in range(len(table.head)))} |"
    for row in table.rows:
        yield f"| {' | '.join(_cell(parts) for parts in row)} |"


def _listing(listing: Listing) -> Iterator[str]:
    runs = (len(run) for text in listing.lines for run in re.findall("`+", text))
    fence = "`" * max(3, max(runs, default=0) + 1)
    yield fence + listing.language
    yield from (clean(text) for text in listing.lines)
    yield fence


def _line(parts: Line) -> str:
    return "".join(_part(part) for part in parts)


def _cell(parts: Line) -> str:
    return "".join(cell(part.text) if isinstance(part, Code) else _part(part) for part in parts)


def _part(part: Part) -> str:
    match part:
        case Words():
            return escape(part.text)
        case Strong():
            return f"**{escape(part.text)}**" if part.text.strip() == part.text and part.text else escape(part.text)
        case Code():
            return code(part.text)


REPORT = PlanReport("markdown", render)
