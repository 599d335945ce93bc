"""Graphviz DOT, one cluster per listener, from the first rule asked to the last. Solid edges: the order matters; dotted: the rules act alike."""

from collections.abc import Sequence
from typing import Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.graph import pairs_to_draw, places
from alb_lint.findings.wording import actions_text, conditions_text, number
from alb_lint.inert import inert_words
from alb_lint.reports.picture import rest_lines

_FILLS: Final = {"reachable": "#e8f3ec", "shadowed": "#f8d7d7", "empty": "#e5e5e5", "undecided": "#fdf0d0"}


def render(listeners: Sequence[ListenerFacts], everything: bool = False) -> str:
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
        pairs = list(pairs_to_draw(facts, everything))
        drawn = {rule.id for pair in pairs for rule in (pair.before, pair.after)}
        for index, rule in enumerate(facts.rules):
            if everything or rule.id in drawn:
                text = f"{number(rule)} {rule.name}".strip() + f"\n{conditions_text(rule)}\n→ {actions_text(rule)}"
                lines.append(f"    {ids[rule.id]} [label={_quoted(text)}, fillcolor={_quoted(_FILLS[facts.reach(index).state])}];")
        rest = places(facts)
        said = [] if everything else rest_lines(len(rest.free), len(rest.open_))
        if said:
            lines.append(f'    n{place} [label={_quoted("; ".join(said))}, shape=plaintext, style=""];')
        for pair in pairs:
            style = "solid" if pair.order_sensitive else "dotted"
            lines.append(f"    {ids[pair.before.id]} -> {ids[pair.after.id]} [label={_quoted(pair.relation)}, style={style}];")
        lines.append("  }")
    lines.append("}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    safe = inert_words(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return '"' + "".join(character if character.isprintable() else "?" for character in safe) + '"'
