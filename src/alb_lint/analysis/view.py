"""A listener as a person thinks of it: its rules in asking order, each with what became of it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal, overload

from alb_lint.analysis.decisions import order_sensitive
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.reach import State
from alb_lint.model import Listener, Rule
from alb_lint.record import record
from alb_lint.space.covers import bits_of

Mark = Literal["", "collides", "dead", "redundant", "matches nothing", "depends", "undecided", "crosses"]


class Chosen(Sequence[Rule]):
    """Some of a listener's rules, in its order; `places` is a bitset. Thousands may claim one number, and each row tells of all the others."""

    __slots__ = ("_places", "_rules")

    def __init__(self, rules: Sequence[Rule], places: int) -> None:
        self._rules = rules
        self._places = places

    def __len__(self) -> int:
        return self._places.bit_count()

    def __iter__(self) -> Iterator[Rule]:
        return (self._rules[place] for place in bits_of(self._places))

    @overload
    def __getitem__(self, at: int) -> Rule: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Rule, ...]: ...
    def __getitem__(self, at: int | slice) -> Rule | tuple[Rule, ...]:
        return tuple(self)[at]


@record
class Row:
    """`mark`: the worst that is to be said of the rule. `reach`: "undecided" where rules may exist that were not read.

    `with_`: the rules that the mark is about: who takes its requests, or may ("depends"), who claims its number, whom it crosses. `why`: of
    "undecided" and "depends", for people.
    """

    rule: Rule
    reach: State
    mark: Mark
    with_: Sequence[Rule] = ()
    why: str = ""


def rows(listener: Listener) -> list[Row]:
    """One row for each rule in asking order, those of unknown number behind, the default rule last."""
    facts = ListenerFacts(listener)
    claimed = Counter(rule.priority for rule in facts.rules if isinstance(rule.priority, int))
    crossing = order_sensitive(facts)
    found = [_row(facts, index, claimed, crossing[index]) for index in range(facts.count)]
    if listener.default is not None:
        found.append(default_row(listener, listener.default))
    return found


def default_row(listener: Listener, rule: Rule) -> Row:
    """What becomes of the default rule: it is asked last, whatever the numbers of the others are, and takes what is left."""
    asked = {str(place): other for place, other in enumerate(listener.rules)}
    numbered = (replace(other, id=place, priority=int(place)) for place, other in asked.items())
    last = replace(rule, id="", priority=len(asked), is_default=False, conditions=(), presence=())
    facts = ListenerFacts(replace(listener, rules=(*numbered, last)))
    here = facts.reach(facts.rules.index(last))
    if here.state == "shadowed":
        return Row(rule, "shadowed", "dead", tuple(asked[facts.rules[blocker].id] for blocker in here.blockers))
    if listener.unread is not None:
        return Row(rule, "undecided", "undecided", (), "not all rules of the listener were read")
    return Row(rule, here.state, "" if here.state == "reachable" else "undecided", (), here.reason)


def _row(facts: ListenerFacts, index: int, claimed: Counter[int], crossing: int) -> Row:
    rule, here = facts.rules[index], facts.reach(index)
    if isinstance(rule.priority, int) and claimed[rule.priority] > 1:
        same = facts.holders[rule.priority] & ~(1 << index) & ~facts.excluded(index)
        if same:
            return Row(rule, here.state, "collides", Chosen(facts.rules, same))
    blockers = tuple(facts.rules[blocker] for blocker in here.blockers)
    if here.state == "shadowed":
        return Row(rule, here.state, "redundant" if here.differs is False else "dead", blockers)
    if here.state == "empty":
        return Row(rule, here.state, "matches nothing")
    if facts.listener.unread is not None:
        return Row(rule, "undecided", "undecided", (), "not all rules of the listener were read")
    if here.state == "undecided":
        takers = facts.may_lie_inside[index] & ~facts.inside[index] & facts.compiled.may_precede(index) & ~facts.excluded(index)
        if facts.compiled.symbolic and takers:
            return Row(rule, here.state, "depends", Chosen(facts.rules, takers), here.reason)
        return Row(rule, here.state, "undecided", (), here.reason)
    if facts.redundant(index) is True:
        return Row(rule, here.state, "redundant")
    # a narrower rule before a wider one is everyday life; what has no such order is worth a look
    met = sum([1 << other for other in bits_of(crossing & ~facts.inside[index]) if facts.relation(index, other) == "overlap"])
    return Row(rule, here.state, "crosses" if met else "", Chosen(facts.rules, met))
