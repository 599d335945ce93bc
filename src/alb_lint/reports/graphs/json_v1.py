"""`alb-lint.graph.v1`."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from alb_lint.analysis.assumptions import Assumptions
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.graph import MOST, WORK, Allowance, Edge, Node, count_of_pairs, edges, nodes
from alb_lint.findings.wording import actions_text, conditions_text
from alb_lint.json_text import dumps
from alb_lint.reports.json_v1 import equation, priority
from alb_lint.reports.request_texts import RequestTexts

SCHEMA: Final = "alb-lint.graph.v1"
_TOGETHER: Final = 200
"""Rows that are written at a time."""


def render(listeners: Sequence[ListenerFacts], everything: bool = False) -> Iterator[str]:
    """The document in pieces, with every pair, whatever `everything` says: it is data, not a picture. One rule or pair a line, which is written ten
    times faster than a tree. `edges_left` tells how many more pairs there are than are written, `witnesses_left` for how many of those written no
    request was looked for.
    """
    del everything
    allowance, assumptions = Allowance(MOST, WORK), Assumptions(listeners)
    yield f'{{\n  "schema": {dumps(SCHEMA)},\n  "listeners": ['
    for number, facts in enumerate(listeners):
        yield ",\n    " if number else "\n    "
        yield from _listener(facts, allowance, assumptions)
    yield "\n  ]\n}\n" if listeners else "]\n}\n"


def _listener(facts: ListenerFacts, allowance: Allowance, assumptions: Assumptions) -> Iterator[str]:
    unread = facts.listener.unread
    whole, alone = assumptions.of(facts)
    left = count_of_pairs(facts) - allowance.pairs
    told = {
        "id": facts.listener.id,
        "name": facts.listener.name,
        **({} if unread is None else {"unread": unread.reason}),
        **({"assumes": list(whole)} if whole else {}),
        **({} if left <= 0 else {"edges_left": left}),
    }
    yield dumps(told)[:-1]
    yield from _rows("nodes", (dumps(_node(node, alone.get(place, ()))) for place, node in enumerate(nodes(facts))))
    bare = 0
    names = {rule.id: dumps(rule.id) for rule in facts.rules}

    texts = RequestTexts()

    def lines() -> Iterator[str]:
        nonlocal bare
        for edge in edges(facts, allowance):
            bare += not edge.sought
            yield _edge(edge, names, texts)

    yield from _rows("edges", lines())
    yield f', "witnesses_left": {bare}}}' if bare else "}"


def _rows(name: str, rows: Iterator[str]) -> Iterator[str]:
    yield f', "{name}": ['
    comma = "\n      "
    while several := list(islice(rows, _TOGETHER)):
        yield comma + ",\n      ".join(several)
        comma = ",\n      "
    yield "\n    ]" if comma[0] == "," else "]"


def _node(node: Node, assumes: tuple[str, ...]) -> dict[str, Any]:
    return {
        "id": node.rule.id,
        "name": node.rule.name,
        "priority": priority(node.rule),
        "conditions": conditions_text(node.rule),
        "action": actions_text(node.rule),
        "reach": node.reach,
        **({"depends": [equation(one) for one in node.depends]} if node.depends else {}),
        **({"assumes": list(assumes)} if assumes else {}),
        "blockers": list(node.blockers),
        "redundant": node.redundant,
        "witness": None if node.witness is None else node.witness.to_json(),
    }


def _edge(edge: Edge, names: Mapping[str, str], texts: RequestTexts) -> str:
    sensitive, repeat = "true" if edge.order_sensitive else "false", "true" if edge.needs_repeat else "false"
    witness = "null" if edge.witness is None else texts.of(edge.witness)
    told = f'"relation": "{edge.relation}", "order_sensitive": {sensitive}, "needs_repeat": {repeat}, "witness": {witness}'
    return f'{{"before": {names[edge.before.id]}, "after": {names[edge.after.id]}, {told}}}'
