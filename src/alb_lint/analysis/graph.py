"""The priority and path graph of a listener: nodes are rules, edges the pairs that share a request.

Edges are made one by one, for who asks; a networkx graph only where one is walked or exported.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final, Literal

from alb_lint.analysis.equations import Equations
from alb_lint.analysis.facts import ListenerFacts, Relation
from alb_lint.analysis.reach import State
from alb_lint.analysis.shared_requests import SharedRequests
from alb_lint.model import Request, Rule
from alb_lint.record import record
from alb_lint.space.budget import OutOfBudget
from alb_lint.space.covers import lowest
from alb_lint.symbols import Equation

if TYPE_CHECKING:
    import networkx as nx

MOST: Final = 500_000
"""Pairs that are told in one run, the first ones: all of 1,000 rules."""
WORK: Final = 30_000_000
"""Work, as `ListenerFacts.effort` counts it, on requests of pairs: some 200,000 of rules of a host and a path, five seconds."""
DRAWN: Final = 200_000
"""Pairs of all listeners up to which all of them are drawn, or made a graph of networkx, which takes 4 kB for each."""
_WEIGHED: Final = 8
"""Pairs after which the work on them is counted."""


@record
class Node:
    """`reach` is "depends" where a value decides, and `depends` tells which. `witness`: a request that the rule answers (reachable) or matches and
    never gets (shadowed). `redundant` None: undecided.
    """

    rule: Rule
    reach: State | Literal["depends"]
    blockers: tuple[str, ...]
    redundant: bool | None
    witness: Request | None
    depends: tuple[Equation, ...] = ()


@record
class Edge:
    """`relation`: what `before` is to `after`. `order_sensitive`: they act differently, so that swapping them changes some answer, or may.

    `sought`: whether a request of both was looked for.
    """

    before: Rule
    after: Rule
    relation: Relation
    order_sensitive: bool
    needs_repeat: bool
    witness: Request | None
    sought: bool = True


@dataclass(slots=True)
class Allowance:
    """What is left, for all listeners together: of `pairs` to tell, and of `work` on requests that show them."""

    pairs: int
    work: int


def nodes(facts: ListenerFacts) -> Iterator[Node]:
    """One node per rule, in asking order."""
    unread = facts.listener.unread is not None
    equations = Equations(facts)
    for index, rule in enumerate(facts.rules):
        here = facts.reach(index)
        if unread and here.state == "reachable":
            yield Node(rule, "undecided", (), None, None)  # a rule that was not read may take all its requests
            continue
        witness = (
            facts.own_request(index) if here.state == "reachable" else facts.hidden_request(index) if here.state == "shadowed" else None
        )
        redundant = facts.redundant(index) if not unread else None
        depends = equations.of(index) if not unread else ()
        yield Node(
            rule,
            "depends" if depends else here.state,
            tuple(facts.rules[blocker].id for blocker in here.blockers),
            redundant if isinstance(redundant, bool) else None,
            witness,
            depends,
        )


def count_of_pairs(facts: ListenerFacts) -> int:
    """The pairs that certainly share a request."""
    return sum([(bits >> index + 1).bit_count() for index, bits in enumerate(facts.meets)])


def edges(facts: ListenerFacts, allowance: Allowance) -> Iterator[Edge]:
    """One edge per pair that certainly shares a request, by the earlier rule, then the later; rules of one number by id. As many as are allowed."""
    requests, relations = SharedRequests(facts), _relations(facts)
    rules, actions = facts.rules, _numbered(facts.actions)
    begun = requests.worked
    for place, (first, second) in enumerate(islice(facts.pairs(), allowance.pairs)):
        allowance.pairs -= 1
        if place % _WEIGHED == 0:
            here = requests.worked
            allowance.work -= here - begun
            begun = here
        sought = allowance.work > 0
        yield Edge(
            rules[first],
            rules[second],
            relations(first, second),
            actions[first] != actions[second],
            requests.need_repeat(first, second),
            requests.of(first, second) if sought else None,
            sought,
        )
    allowance.work -= requests.worked - begun


def _numbered(actions: Sequence[Hashable]) -> list[int]:
    """A number for each, the same for equal ones: they are compared for every pair."""
    known: dict[Hashable, int] = {}
    return [known.setdefault(action, len(known)) for action in actions]


def _relations(facts: ListenerFacts) -> Callable[[int, int], Relation]:
    """`facts.relation` for two rules that certainly share a request. Where nothing is in doubt, it is plain to see."""
    if facts.clouded or facts.compiled.symbolic or any(facts.unsure) or facts.extents != facts.compiled.everything:
        return facts.relation
    inside = facts.inside

    def relation(first: int, second: int) -> Relation:
        if inside[second] >> first & 1:
            return "equal" if inside[first] >> second & 1 else "wider"
        return "narrower" if inside[first] >> second & 1 else "overlap"

    return relation


@record
class Pair:
    """Two rules that share a request, as pictures show them; fields as of `Edge`."""

    before: Rule
    after: Rule
    relation: Relation
    order_sensitive: bool


def pairs_to_draw(facts: ListenerFacts, everything: bool) -> Iterator[Pair]:
    """The pairs of `needed_order`; `everything`: every pair that certainly shares a request."""
    for first, second in facts.pairs() if everything else needed_order(facts):
        yield Pair(facts.rules[first], facts.rules[second], facts.relation(first, second), not facts.acts_alike(first, second))


def digraph(facts: ListenerFacts) -> "nx.DiGraph":
    """The graph as networkx has it: nodes by rule id with priority, label and reach, edges with relation and order_sensitive."""
    import networkx as nx

    graph = nx.DiGraph(listener=facts.listener.id)
    for node in nodes(facts):
        graph.add_node(
            node.rule.id,
            priority=node.rule.priority if isinstance(node.rule.priority, int) else "unknown",
            reach=node.reach,
            redundant=str(node.redundant),
        )
    for edge in edges(facts, Allowance(pairs=MOST, work=0)):
        graph.add_edge(
            edge.before.id, edge.after.id, relation=edge.relation, order_sensitive=edge.order_sensitive, needs_repeat=edge.needs_repeat
        )
    return graph


def needed_order(facts: ListenerFacts) -> list[tuple[int, int]]:
    """The pairs that certainly share a request and act differently, the earlier rule first, without those that follow from other pairs.

    Positions in `facts.rules`; a transitive reduction, so that keeping these keeps them all. Rules of one number, of an unknown one, or that never
    exist together are in no order. Raises OutOfBudget where they are more than are drawn.
    """
    others = _others(facts)
    below = [0] * facts.count
    kept: list[tuple[int, int]] = []
    for first in range(facts.count - 1, -1, -1):
        matters = facts.meets[first] & facts.compiled.later[first] & others[first]
        if len(kept) > DRAWN:
            raise OutOfBudget(f"more than {DRAWN:,} pairs of rules have to keep their order, and none of them follows from others")
        while matters:
            then = lowest(matters)  # what is nearer may lead to what is farther
            kept.append((first, then))
            below[first] |= 1 << then | below[then]
            matters &= ~below[first]
    return sorted(kept)


@record
class Places:
    """Positions of rules that are in no pair of `needed_order`. `free`: they may stand anywhere. `open_`: that is undecided, since they share a
    number with a rule that acts differently, have none that is known, or may share requests with another.
    """

    free: tuple[int, ...]
    open_: tuple[int, ...]


def places(facts: ListenerFacts) -> Places:
    """Which rules no order binds, as far as that is decided; of a listener that was not read whole none is free."""
    others = _others(facts)
    bound = 0
    for index in range(facts.count):
        matters = facts.meets[index] & facts.compiled.later[index] & others[index]
        bound |= matters | 1 << index if matters else 0
    free: list[int] = []
    open_: list[int] = []
    for index in range(facts.count):
        if not bound >> index & 1:
            rivals = facts.may_meet[index] & others[index]
            (open_ if rivals or facts.listener.unread is not None else free).append(index)
    return Places(tuple(free), tuple(open_))


def _others(facts: ListenerFacts) -> list[int]:
    """Per rule those that act differently and may exist together with it."""
    alike: dict[object, int] = {}
    for index, action in enumerate(facts.actions):
        alike[action] = alike.get(action, 0) | 1 << index
    everything = facts.compiled.everything
    return [everything & ~alike[facts.actions[index]] & ~facts.excluded(index) for index in range(facts.count)]
