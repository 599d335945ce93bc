"""Graphviz DOT, one cluster per listener. Solid edges: the order matters; dotted: the rules act alike."""

from collections.abc import Sequence
from typing import Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.graph import edges, nodes
from alb_lint.findings.wording import actions_text, conditions_text, number

_FILLS: Final = {"reachable": "#e8f3ec", "shadowed": "#f8d7d7", "empty": "#e5e5e5", "undecided": "#fdf0d0"}


def render(listeners: Sequence[ListenerFacts]) -> str:
    lines = [
        "digraph alb_lint {",
        "  rankdir=LR;",
        '  node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=10];',
        '  edge [fontname="Helvetica", fontsize=8];',
    ]
    for place, facts in enumerate(listeners):
        ids = {rule.id: f"n{place}_{index}" for index, rule in enumerate(facts.rules)}
        lines.append(f"  subgraph cluster_{place} {{")
        lines.append(f"    label={_quoted(facts.listener.name or facts.listener.id)};")
        for node in nodes(facts):
            text = f"{number(node.rule)} {node.rule.name}".strip() + f"\n{conditions_text(node.rule)}\n→ {actions_text(node.rule)}"
            lines.append(f"    {ids[node.rule.id]} [label={_quoted(text)}, fillcolor={_quoted(_FILLS[node.reach])}];")
        for edge in edges(facts):
            style = "solid" if edge.order_sensitive else "dotted"
            lines.append(f"    {ids[edge.before.id]} -> {ids[edge.after.id]} [label={_quoted(edge.relation)}, style={style}];")
        lines.append("  }")
    lines.append("}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    safe = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return '"' + "".join(character if character.isprintable() else "?" for character in safe) + '"'
