"""`alb-lint.graph.v1`."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final

from alb_lint.analysis.assumptions import assumed
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.graph import Edge, Node, edges, nodes
from alb_lint.findings.wording import actions_text, conditions_text
from alb_lint.json_text import dumps
from alb_lint.reports.json_v1 import equation, priority

SCHEMA: Final = "alb-lint.graph.v1"


PAIRS: Final = 500_000
"""Pairs of one listener that are written, the first ones: all of 1,000 rules. `edges_left` tells how many there are more."""


def render(listeners: Sequence[ListenerFacts], everything: bool = False) -> Iterator[str]:
    """The document in pieces, with every pair, whatever `everything` says: it is data, not a picture. One rule or pair a line, which is written ten
    times faster than a tree.
    """
    del everything
    yield f'{{\n  "schema": {dumps(SCHEMA)},\n  "listeners": ['
    for number, facts in enumerate(listeners):
        yield ",\n    " if number else "\n    "
        yield from _listener(facts)
    yield "\n  ]\n}\n" if listeners else "]\n}\n"


def _listener(facts: ListenerFacts) -> Iterator[str]:
    unread = facts.listener.unread
    whole, alone = assumed(facts)
    count = sum([(bits >> index + 1).bit_count() for index, bits in enumerate(facts.meets)])
    told = {
        "id": facts.listener.id,
        "name": facts.listener.name,
        **({} if unread is None else {"unread": unread.reason}),
        **({"assumes": list(whole)} if whole else {}),
        **({} if count <= PAIRS else {"edges_left": count - PAIRS}),
    }
    yield dumps(told)[:-1]
    rules = (_node(node, alone.get(place, ())) for place, node in enumerate(nodes(facts)))
    for name, rows in (("nodes", rules), ("edges", map(_edge, islice(edges(facts), PAIRS)))):
        yield f', "{name}": ['
        comma = ""
        for row in rows:
            yield f"{comma}\n      {dumps(row)}"
            comma = ","
        yield "\n    ]" if comma else "]"
    yield "}"


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


def _edge(edge: Edge) -> dict[str, Any]:
    return {
        "before": edge.before.id,
        "after": edge.after.id,
        "relation": edge.relation,
        "order_sensitive": edge.order_sensitive,
        "needs_repeat": edge.needs_repeat,
        "witness": None if edge.witness is None else edge.witness.to_json(),
    }
