"""Mermaid flowchart. GitHub draws at most 500 edges and 50,000 characters, so more is cut, and the cut is said."""

from collections.abc import Sequence
from typing import Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.graph import pairs_to_draw
from alb_lint.findings.wording import actions_text, conditions_text, number
from alb_lint.model import Rule

MAX_EDGES: Final = 450
MAX_TEXT: Final = 45_000
_CLASSES: Final = (
    "classDef reachable fill:#e8f3ec,stroke:#5b8c6a,color:#10261a",
    "classDef shadowed fill:#f8d7d7,stroke:#b04a4a,color:#3a0d0d",
    "classDef empty fill:#e5e5e5,stroke:#8a8a8a,color:#222",
    "classDef undecided fill:#fdf0d0,stroke:#b38a2e,color:#3a2c08",
)


def render(listeners: Sequence[ListenerFacts], everything: bool = False) -> str:
    lines = ["flowchart LR", *(f"  {line}" for line in _CLASSES)]
    room, edges_left, cut_rules, cut_pairs = MAX_TEXT, MAX_EDGES, 0, 0
    for place, facts in enumerate(listeners):
        pairs = list(pairs_to_draw(facts, everything))
        wanted = {rule.id for pair in pairs for rule in (pair.before, pair.after)}
        ids: dict[str, str] = {}
        lines.append(f'  subgraph l{place}["{_safe(facts.listener.name or facts.listener.id)}"]')
        for index, rule in enumerate(facts.rules):
            if not (everything or rule.id in wanted):
                continue
            line = _node(f"n{place}_{index}", rule, facts.reach(index).state)
            if len(line) > room // 2:  # the other half is for the pairs
                cut_rules += 1
                continue
            ids[rule.id] = f"n{place}_{index}"
            room -= len(line)
            lines.append(line)
        for pair in pairs:
            arrow = "-->" if pair.order_sensitive else "-.->"
            line = f"    {ids.get(pair.before.id)} {arrow}|{pair.relation}| {ids.get(pair.after.id)}"
            if pair.before.id not in ids or pair.after.id not in ids or not edges_left or len(line) > room:
                cut_pairs += 1
                continue
            room -= len(line)
            edges_left -= 1
            lines.append(line)
        lines.append("  end")
    if cut_rules or cut_pairs:
        lines.append(f'  cut["{cut_rules} more rules and {cut_pairs} more pairs than GitHub draws: see --format svg or json"]')
    return "\n".join(lines) + "\n"


def _node(name: str, rule: Rule, reach: str) -> str:
    text = _safe(f"{number(rule)} {rule.name}".strip())
    return f'    {name}["{text}<br/>{_safe(_cut(conditions_text(rule)))}<br/>→ {_safe(_cut(actions_text(rule)))}"]:::{reach}'


def _cut(text: str) -> str:
    return text if len(text) <= 120 else f"{text[:119]}…"


def _safe(text: str) -> str:
    """Every character that Mermaid or HTML could read as markup becomes an entity."""
    return "".join(
        character if character.isalnum() or character in " /.-_*:=,→" else f"#{ord(character)};"
        for character in text
        if character.isprintable()
    )
