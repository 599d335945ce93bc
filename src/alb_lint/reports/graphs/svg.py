"""The picture as SVG, laid out without Graphviz."""

from collections.abc import Sequence
from typing import Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.graph import pairs_to_draw, places
from alb_lint.findings.wording import conditions_text, number
from alb_lint.reports.picture import Arc, Row, arcs_svg, rest_lines

_STYLE: Final = (
    "text{font:11px sans-serif;fill:#57606a}.lead,.title{fill:#1f2328}.title{font-weight:bold}.dead{text-decoration:line-through}.paper{fill:#fff}"
    ".arc{fill:none;stroke:#57606a;opacity:.7}.dashed{stroke-dasharray:3 3}.head{fill:#57606a}path:hover{stroke:#0969da;stroke-width:2.5}"
    "@media(prefers-color-scheme:dark){text{fill:#9198a1}.lead,.title{fill:#e6edf3}.paper{fill:#0d1117}.arc{stroke:#b1bac4}.head{fill:#b1bac4}}"
)


def render(listeners: Sequence[ListenerFacts], everything: bool = False) -> str:
    rows: list[Row] = []
    arcs: list[Arc] = []
    for facts in listeners:
        pairs = list(pairs_to_draw(facts, everything))
        drawn = {rule.id for pair in pairs for rule in (pair.before, pair.after)}
        rows.append(Row("", facts.listener.name or facts.listener.id, "title"))
        at: dict[str, int] = {}
        for place, rule in enumerate(facts.rules):
            if everything or rule.id in drawn:
                at[rule.id] = len(rows)
                dead = facts.reach(place).state in ("shadowed", "empty")
                rows.append(Row(number(rule), conditions_text(rule), "dead" if dead else ""))
        if not everything:
            rest = places(facts)
            rows += [Row("", line) for line in rest_lines(len(rest.free), len(rest.open_))]
        for pair in pairs:
            told = "before" if pair.order_sensitive else "acts as"
            title = f"{number(pair.before)} {told} {number(pair.after)}"
            arcs.append(Arc(at[pair.before.id], at[pair.after.id], title, dashed=not pair.order_sensitive))
    return arcs_svg(rows, arcs, style=_STYLE) + "\n"
