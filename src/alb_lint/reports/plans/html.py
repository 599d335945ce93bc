"""The report of a plan as one HTML file: no script, no network, light and dark, fit for paper. Everything in it is escaped."""

from collections.abc import Iterable, Iterator
from html import escape as _escape
from typing import Final

from alb_lint.findings.wording import clean
from alb_lint.plan.proposal import Proposal
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
from alb_lint.reports.plans.content import TITLE, blocks
from alb_lint.reports.plans.moving import moves_svg
from alb_lint.reports.plans.report import PlanReport
from alb_lint.reports.plans.style import CSS

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def render(proposal: Proposal, color: bool) -> str:
    del color
    head = (
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{escape(TITLE)}</title>",
        f"<style>\n{CSS}</style>",
        "</head>",
        "<body>",
        "<main>",
    )
    return "\n".join((*head, *_blocks(blocks(proposal)), "</main>", "</body>", "</html>", ""))


def _blocks(items: Iterable[Block]) -> Iterator[str]:
    for item in items:
        match item:
            case Heading():
                yield f"<h{item.level}>{escape(item.text)}</h{item.level}>"
            case Paragraph():
                yield f"<p>{_line(item.parts)}</p>"
            case Notice():
                yield f'<p class="notice {item.kind}">{_line(item.parts)}</p>'
            case Items():
                tag = "ol" if item.numbered else "ul"
                yield f"<{tag}>"
                yield from (f"<li>{_line(parts)}</li>" for parts in item.lines)
                yield f"</{tag}>"
            case Table():
                yield from _table(item)
            case Listing():
                yield "<pre>" + "".join(f"<code>{escape(text)}</code>" for text in item.lines) + "</pre>"
            case MovesPicture():
                yield f'<div class="table">{moves_svg(item)}</div>'
            case Folded():
                yield f"<details open><summary>{escape(item.title)}</summary>"
                yield from _blocks(item.blocks)
                yield "</details>"


def _table(table: Table) -> Iterator[str]:
    def cell(tag: str, place: int, content: str) -> str:
        side = ' class="number"' if place in table.right else ""
        return f"<{tag}{side}>{content}</{tag}>"

    dim = frozenset(table.dim)
    yield '<div class="table"><table>'
    yield "<thead><tr>" + "".join(cell("th", place, escape(text)) for place, text in enumerate(table.head)) + "</tr></thead>"
    yield "<tbody>"
    for number, row in enumerate(table.rows):
        yield (
            ('<tr class="same">' if number in dim else "<tr>")
            + "".join(cell("td", place, _line(parts)) for place, parts in enumerate(row))
            + "</tr>"
        )
    yield "</tbody></table></div>"


def _line(parts: Line) -> str:
    return "".join(_part(part) for part in parts)


def _part(part: Part) -> str:
    match part:
        case Words():
            return escape(part.text)
        case Strong():
            return f"<strong>{escape(part.text)}</strong>"
        case Code():
            return f"<code>{escape(part.text)}</code>" if part.text else ""


def escape(text: str) -> str:
    """The text as content or quoted attribute, without control characters."""
    return _escape(clean(text), quote=True)


REPORT = PlanReport("html", render)
