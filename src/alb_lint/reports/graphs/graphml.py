"""GraphML, as networkx writes it; several listeners lie side by side in one graph."""

from collections.abc import Sequence

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.graph import digraph
from alb_lint.inert import inert_xml


def render(listeners: Sequence[ListenerFacts], everything: bool = False) -> str:
    """Every pair, whatever `everything` says: it is data, not a picture."""
    del everything
    import networkx as nx

    whole = nx.DiGraph()
    for facts in listeners:
        graph = digraph(facts)
        listener = _xml(facts.listener.id)
        for _, data in graph.nodes(data=True):
            data["listener"] = listener
            data["priority"] = str(data["priority"])
        for data in (graph.graph, *(data for _, data in graph.nodes(data=True)), *(data for _, _, data in graph.edges(data=True))):
            data.update({key: _xml(value) for key, value in data.items() if isinstance(value, str)})
        # ids are unique in a listener only
        names = {name: _xml(name) if _xml(name) not in whole else f"{listener} {_xml(name)}" for name in graph}
        whole.update(nx.relabel_nodes(graph, names))
    return inert_xml("\n".join(nx.generate_graphml(whole))) + "\n"


def _xml(text: str) -> str:
    """The text with escapes for characters that XML cannot hold, or that would steer a terminal."""
    return "".join(character if character.isprintable() else f"\\u{ord(character):04x}" for character in text)
