"""Which rules exist together, where a deployment decides whether they exist: the answers of `presence` for all rules of a listener at once.

Nearly all presences are literals alone. Of these one literal tells at once whom it denies, and the rarest of their literals who may hold wherever
another does; the rest are compared one by one, but only with those that speak of the same expressions.
"""

from collections.abc import Iterable, Mapping

from alb_lint.presence import Apart, Fact, Literal, Presence, atoms, exclusive, implies, never
from alb_lint.record import record


@record
class _Group:
    """The rules of one presence. `about`: the expressions that it speaks of."""

    presence: Presence
    rules: int
    plain: bool
    about: frozenset[str]


class Coexistence:
    """`presences`: by position of the rule, of those that do not always exist. Answers are bitsets of these rules."""

    def __init__(self, presences: Mapping[int, Presence]) -> None:
        rules: dict[Presence, int] = {}
        for index, presence in presences.items():
            rules[presence] = rules.get(presence, 0) | 1 << index
        groups = [_Group(presence, bits, _plain(presence), _about(presence)) for presence, bits in rules.items()]
        self._all = _together(groups)
        self._never = _together(group for group in groups if never(group.presence))
        self._always = _together(group for group in groups if implies((), group.presence))
        self._denied: dict[Literal, int] = {}
        """Literal → the rules of plain presences that hold its opposite."""
        counts: dict[Fact, int] = {}
        for group in groups:
            for fact in group.presence if group.plain else ():
                counts[fact] = counts.get(fact, 0) + 1
        self._by_rarest: dict[Fact, list[_Group]] = {}
        self._by_expression: dict[str, list[_Group]] = {}
        self._odd: dict[str, list[_Group]] = {}
        """As `_by_expression`, of those that are not plain."""
        for group in groups:
            for text in group.about:
                self._by_expression.setdefault(text, []).append(group)
                if not group.plain:
                    self._odd.setdefault(text, []).append(group)
            if group.plain and group.presence:
                rarest = min(group.presence, key=counts.__getitem__)
                self._by_rarest.setdefault(rarest, []).append(group)
                for fact in group.presence:
                    assert isinstance(fact, tuple)
                    opposite = fact[0], not fact[1]
                    self._denied[opposite] = self._denied.get(opposite, 0) | group.rules
        self._known: dict[tuple[Presence, bool], int] = {}

    def excluded(self, presence: Presence) -> int:
        """The rules that never exist where the presence holds."""
        return self._never | self._asked(presence, denied=True)

    def implied(self, presence: Presence) -> int:
        """The rules that exist wherever the presence holds."""
        return self._always | self._asked(presence, denied=False)

    def _asked(self, presence: Presence, *, denied: bool) -> int:
        known = self._known.get((presence, denied))
        if known is None:
            known = self._known[presence, denied] = self._look(presence, denied=denied)
        return known

    def _look(self, presence: Presence, *, denied: bool) -> int:
        if never(presence):
            return self._all
        plain = _plain(presence)
        found = 0
        if plain:
            given = set(presence)
            for fact in presence:
                assert isinstance(fact, tuple)
                if denied:
                    found |= self._denied.get(fact, 0)
                else:
                    found |= _together(group for group in self._by_rarest.get(fact, ()) if given.issuperset(group.presence))
        table = self._odd if plain else self._by_expression
        near = {id(group): group for text in _about(presence) for group in table.get(text, ())}
        answer = exclusive if denied else implies
        return found | _together(group for group in near.values() if answer(presence, group.presence))


def _plain(presence: Presence) -> bool:
    return all(type(fact) is tuple for fact in presence)


def _about(presence: Presence) -> frozenset[str]:
    return frozenset(atoms(presence)).union(*(fact.expressions for fact in presence if isinstance(fact, Apart)))


def _together(groups: Iterable[_Group]) -> int:
    found = 0
    for group in groups:
        found |= group.rules
    return found
