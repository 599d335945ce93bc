"""`alb-lint.graph.v1`."""

from collections.abc import Sequence
from typing import Any, Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.graph import edges, nodes
from alb_lint.findings.wording import actions_text, conditions_text
from alb_lint.json_text import dumps
from alb_lint.reports.json_v1 import priority

SCHEMA: Final = "alb-lint.graph.v1"


def render(listeners: Sequence[ListenerFacts], everything: bool = False) -> str:
    """Every pair, whatever `everything` says: it is data, not a picture."""
    del everything
    return dumps({"schema": SCHEMA, "listeners": [_listener(facts) for facts in listeners]}, indent=2) + "\n"


def _listener(facts: ListenerFacts) -> dict[str, Any]:
    unread = facts.listener.unread
    return {
        "id": facts.listener.id,
        "name": facts.listener.name,
        **({} if unread is None else {"unread": unread.reason}),
        "nodes": [
            {
                "id": node.rule.id,
                "name": node.rule.name,
                "priority": priority(node.rule),
                "conditions": conditions_text(node.rule),
                "action": actions_text(node.rule),
                "reach": node.reach,
                "blockers": list(node.blockers),
                "redundant": node.redundant,
                "witness": None if node.witness is None else node.witness.to_json(),
            }
            for node in nodes(facts)
        ],
        "edges": [
            {
                "before": edge.before.id,
                "after": edge.after.id,
                "relation": edge.relation,
                "order_sensitive": edge.order_sensitive,
                "needs_repeat": edge.needs_repeat,
                "witness": None if edge.witness is None else edge.witness.to_json(),
            }
            for edge in edges(facts)
        ],
    }
