"""GraphML, as networkx writes it; several listeners lie side by side in one graph."""

from collections.abc import Sequence

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.graph import digraph


def render(listeners: Sequence[ListenerFacts]) -> str:
    import networkx as nx

    whole = nx.DiGraph()
    for facts in listeners:
        graph = digraph(facts)
        for _, data in graph.nodes(data=True):
            data["listener"] = facts.listener.id
            data["priority"] = str(data["priority"])
        whole.update(graph)
    return "\n".join(nx.generate_graphml(whole)) + "\n"
