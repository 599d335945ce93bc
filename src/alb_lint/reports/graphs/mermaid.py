"""Mermaid flowchart. GitHub draws at most 500 edges and 50,000 characters, so more is cut, and the cut is said."""

from collections.abc import Sequence
from typing import Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.graph import edges, nodes
from alb_lint.findings.wording import actions_text, conditions_text, number

MAX_EDGES: Final = 450
MAX_TEXT: Final = 45_000
_CLASSES: Final = (
    "classDef reachable fill:#e8f3ec,stroke:#5b8c6a,color:#10261a",
    "classDef shadowed fill:#f8d7d7,stroke:#b04a4a,color:#3a0d0d",
    "classDef empty fill:#e5e5e5,stroke:#8a8a8a,color:#222",
    "classDef undecided fill:#fdf0d0,stroke:#b38a2e,color:#3a2c08",
)


def render(listeners: Sequence[ListenerFacts]) -> str:
    lines = ["flowchart LR", *(f"  {line}" for line in _CLASSES)]
    size, drawn, cut = 0, 0, 0
    for place, facts in enumerate(listeners):
        lines.append(f'  subgraph l{place}["{_safe(facts.listener.name or facts.listener.id)}"]')
        ids = {rule.id: f"n{place}_{index}" for index, rule in enumerate(facts.rules)}
        for node in nodes(facts):
            text = _safe(f"{number(node.rule)} {node.rule.name}".strip())
            says = f"{_safe(conditions_text(node.rule))}<br/>→ {_safe(actions_text(node.rule))}"
            line = f'    {ids[node.rule.id]}["{text}<br/>{says}"]:::{node.reach}'
            size += len(line)
            lines.append(line)
        for edge in edges(facts):
            if drawn >= MAX_EDGES or size > MAX_TEXT:
                cut += 1
                continue
            arrow = "-->" if edge.order_sensitive else "-.->"
            line = f"    {ids[edge.before.id]} {arrow}|{edge.relation}| {ids[edge.after.id]}"
            size += len(line)
            drawn += 1
            lines.append(line)
        lines.append("  end")
    if cut:
        lines.append(f'  cut["{cut} more edges: see --format json"]')
    return "\n".join(lines) + "\n"


def _safe(text: str) -> str:
    """Every character that Mermaid or HTML could read as markup becomes an entity."""
    return "".join(
        character if character.isalnum() or character in " /.-_*:=,→" else f"#{ord(character)};"
        for character in text
        if character.isprintable()
    )
