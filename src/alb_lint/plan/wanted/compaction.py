"""Fewer rules for the same answers: rules that change nothing go, rules that act alike and differ in one condition become one.

A joined rule stands at the number of one of its parts. Its requests are those of the parts together, so that the order of each part to every rule
that matters to it has to hold for the whole. Small groups of rules are searched through; elsewhere the best of a few greedy ways is taken, with a
bound: rules that each answer a request which no other rule of the same action takes need as many rules as limits on values let them share.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Final

from alb_lint.analysis.counting import most_of, values_in, wildcards
from alb_lint.analysis.decisions import differences, order_sensitive
from alb_lint.analysis.facts import POINT, ListenerFacts
from alb_lint.analysis.needless import covered_values, joined_blocks, slim
from alb_lint.findings.wording import counted
from alb_lint.model import (
    Condition,
    HttpHeader,
    Listener,
    OpaqueCondition,
    Request,
    Rule,
    SourceIp,
    Unknown,
    owner_of,
)
from alb_lint.model.limits import RULES_PER_LOAD_BALANCER, TARGET_GROUPS_PER_LOAD_BALANCER
from alb_lint.plan.plan import Compaction, Join
from alb_lint.plan.steps.apply import compacted, groups_of, together_of
from alb_lint.plan.wanted.allowed_numbers import Homes
from alb_lint.plan.work import Work
from alb_lint.record import replace
from alb_lint.space.covers import bits_of

SMALL: Final = 8
"""Rules that may be joined or removed up to which all ways are searched."""
STATES: Final = 1_500
"""Listeners that one search looks at; about three seconds."""
RULE: Final = 300
"""What it takes of the work to make the facts of one rule, ten times as much beside regexes."""
JOIN: Final = 50
"""What it takes to look whether two rules can be one, beside what comparing their values takes."""


@dataclass(frozen=True, slots=True)
class _Item:
    """A rule to be: its parts by position in asking order, what they take together, and the part whose number it has."""

    parts: tuple[int, ...]
    conditions: tuple[Condition, ...]
    keep: int


State = tuple[_Item, ...]


def compaction_of(facts: ListenerFacts, homes: Homes, work: Work) -> Compaction:
    """The fewest rules that were found before the work was spent.

    Rules of unknown number, of services, and with something unknown stay as they are.
    """
    return _Compactor(facts, homes, work).run()


class _Compactor:
    def __init__(self, facts: ListenerFacts, homes: Homes, work: Work) -> None:
        self.work = work
        self.facts = facts
        self.listener = facts.listener
        self.homes = homes
        self.sensitive = order_sensitive(facts)
        limits = dict(self.listener.limits)
        self.each = RULE * (10 if facts.compiled.regexes else 1)
        self.holders = Counter(rule.priority for rule in facts.rules if not isinstance(rule.priority, Unknown))
        self.most = most_of(self.listener)
        self.limit = limits.get("rules-per-application-load-balancer", RULES_PER_LOAD_BALANCER)
        self.free = [index for index in range(facts.count) if self._free(index)]
        self.others = facts.count - len(self.free)
        self.gone = 0  # rules that are left out already, so that no order to them matters

    def _free(self, index: int) -> bool:
        """Whether the rule may be joined or removed."""
        rule, facts = self.facts.rules[index], self.facts
        alone = not isinstance(rule.priority, Unknown) and self.holders[rule.priority] == 1
        known = bool(facts.settled >> index & 1 and facts.known_actions >> index & 1)
        near = self.sensitive[index] & facts.compiled.floating
        return alone and known and not near and not rule.presence and not owner_of(rule) and not rule.left_alone

    def run(self) -> Compaction:
        start: State = tuple(_Item((index,), self.facts.rules[index].conditions, index) for index in self.free)
        bound = self._bound()
        best = start
        for removing in (True, False):
            found = self._joined(self._without_needless(start) if removing else start)
            if len(found) < len(best) and self._alike(found):
                best = found
        if len(best) > bound and len(start) <= SMALL:
            searched = _Search(self, start)
            best = searched.best if len(searched.best) < len(best) else best
            if searched.whole:
                bound = len(best)
        made = self._compaction(best)
        return replace(
            made,
            at_least=min(bound, len(best)) + self.others,
            groups_before=len(groups_of(self.listener)),
            groups_after=len(groups_of(compacted(self.listener, made))),
            groups_limit=dict(self.listener.limits).get("target-groups-per-application-load-balancer", TARGET_GROUPS_PER_LOAD_BALANCER),
        )

    # -- greedy ----------------------------------------------------------------------------------------------------------------

    def _without_needless(self, state: State) -> State:
        """Rules that change no answer are left out one by one, the last first."""
        facts, gone = self.facts, set[str]()
        places = {rule.id: place for place, rule in enumerate(facts.rules)}
        for item in reversed(state):
            if self.work.joining <= 0:
                break
            name = self.facts.rules[item.keep].id
            begun = facts.effort
            redundant = facts.redundant(places[name]) is True
            self.work.joining -= facts.effort - begun + POINT
            if redundant:
                gone.add(name)
                facts = ListenerFacts(replace(self.listener, rules=tuple(rule for rule in self.listener.rules if rule.id not in gone)))
                places = {rule.id: place for place, rule in enumerate(facts.rules)}
                self.work.joining -= facts.count * self.each
        return tuple(item for item in state if self.facts.rules[item.keep].id not in gone)

    def _joined(self, state: State) -> State:
        """Joins as long as there is something to join, in asking order."""
        items = list(state)
        held = {part for item in state for part in item.parts}
        self.gone = sum(1 << index for index in self.free if index not in held)
        many = len(items) + 1
        while len(items) < many:
            many = len(items)
            classes: dict[object, list[_Item]] = {}
            for item in items:
                rule = self.facts.rules[item.keep]
                classes.setdefault((self.facts.actions[item.keep], rule.transforms), []).append(item)
            for alike in classes.values():
                self._join_class(alike, items)
        return _sorted(items)

    def _join_class(self, alike: list[_Item], items: list[_Item]) -> None:
        one = 0
        while one < len(alike):
            other = one + 1
            while other < len(alike):
                size = sum(map(_characters, (*alike[one].conditions, *alike[other].conditions)))
                self.work.joining -= JOIN + size**2 // 16
                if self.work.joining <= 0:
                    return
                both = self.join(alike[one], alike[other])
                placed = self._placed(both, items) if both is not None else None
                if placed is None:
                    other += 1
                    continue
                items[:] = [item for item in items if item is not alike[one] and item is not alike[other]] + [placed]
                alike[one] = placed
                del alike[other]
            one += 1

    def join(self, one: _Item, other: _Item) -> _Item | None:
        """The two as one, at the number of the first; None where they cannot be one rule."""
        mine, theirs = self.facts.rules[one.keep], self.facts.rules[other.keep]
        same = self.facts.actions[one.keep] == self.facts.actions[other.keep] and mine.transforms == theirs.transforms
        if not same or self.homes.home[one.keep] != self.homes.home[other.keep]:
            return None
        conditions = together_of((one.conditions, other.conditions))
        if conditions is None or not self.most.hold(conditions):
            return None
        return _Item(tuple(sorted((*one.parts, *other.parts))), conditions, one.keep)

    def _placed(self, item: _Item, items: Sequence[_Item]) -> _Item | None:
        """The item at the number of a part where the order of all its parts holds; None where there is none."""
        self.work.joining -= self.facts.count + 4 * sum([self.sensitive[part].bit_count() for part in item.parts])
        now = {index: index for index in range(self.facts.count)} | {index: one.keep for one in items for index in one.parts}
        mine = set(item.parts)
        low, high = -1, self.facts.count
        for part in item.parts:
            for other in bits_of(self.sensitive[part] & ~self.gone):
                if other in mine:
                    return None
                if self.facts.earlier[part] >> other & 1:
                    low = max(low, now[other])
                else:
                    high = min(high, now[other])
        keep = next((part for part in item.parts if low < part < high), None)
        return None if keep is None else replace(item, keep=keep)

    # -- what a state is -------------------------------------------------------------------------------------------------------

    def _compaction(self, state: State) -> Compaction:
        rules = self.facts.rules
        joins: list[Join] = []
        for item in sorted(state, key=lambda item: item.keep):
            if len(item.parts) == 1:
                joins += self._shorter(rules[item.keep])
            else:
                keep = rules[item.keep]
                drop = tuple(rules[part].id for part in item.parts if part != item.keep)
                assert isinstance(keep.priority, int)
                why = f"{len(item.parts)} rules act alike and differ in one condition"
                joins.append(Join(keep.id, drop, keep.priority, self._conditions(item), why))
        held = {part for item in state for part in item.parts}
        removed = tuple(rules[index].id for index in self.free if index not in held)
        return Compaction(self.facts.count, len(state) + self.others, 0, self.limit, tuple(joins), removed)

    def _shorter(self, rule: Rule) -> Iterator[Join]:
        """Of a rule over its limits the values that it needs, where these are within them."""
        less = slim(rule.conditions)
        if isinstance(rule.priority, int) and not self.most.hold(rule.conditions) and self.most.hold(less):
            gone = sum(map(values_in, rule.conditions)) - sum(map(values_in, less))
            why = f"{counted(gone, 'value')} {'is inside another' if gone == 1 else 'are inside others'}"
            yield Join(rule.id, (), rule.priority, less, why)

    def _conditions(self, item: _Item) -> tuple[Condition, ...]:
        names = [item.keep, *(part for part in item.parts if part != item.keep)]
        return together_of([self.facts.rules[part].conditions for part in names]) or item.conditions

    def after(self, state: State) -> Listener:
        return compacted(self.listener, self._compaction(state))

    def _alike(self, state: State) -> bool:
        found = differences(self.listener, self.after(state), limit=1, effort=max(self.work.joining, 0))
        self.work.joining -= found.spent + 2 * self.facts.count * self.each
        return found.equivalent is True

    # -- the bound ---------------------------------------------------------------------------------------------------------------

    def _bound(self) -> int:
        """Rules of `free` that any way must leave: those that nobody else of their action stands in for, as many to a rule as limits let."""
        facts = self.facts
        alike: dict[object, int] = {}
        for index in range(facts.count):
            alike[facts.actions[index]] = alike.get(facts.actions[index], 0) | 1 << index
        groups: dict[object, list[int]] = {}
        for index in self.free:
            if facts.actions[index] == facts.default_action:
                continue  # without it the default may do the same
            if self.work.joining <= 0:
                break  # fewer of them make a bound too
            mine = alike[facts.actions[index]] & ~(1 << index)
            begun = facts.effort
            needed = isinstance(facts.search((index,), facts.earlier[index] | mine), Request)
            self.work.joining -= facts.effort - begun
            if needed:
                rule = facts.rules[index]
                kinds = frozenset(kind for kind, _ in _kinds(rule.conditions))
                groups.setdefault((facts.actions[index], rule.transforms, self.homes.home[index], kinds), []).append(index)
        return sum(ceil(len(group) / self._most(group)) for group in groups.values())

    def _most(self, group: Sequence[int]) -> int:
        """Rules of the group that one rule can stand for, at most; all where values of the one may take the place of another's."""
        if _covering(self.facts.rules[index].conditions for index in group):
            return len(group)
        tables = [dict(_kinds(self.facts.rules[index].conditions)) for index in group]
        varying, fixed, marks, more = [], 0, 0, []
        for kind in tables[0]:
            several = {table[kind] for table in tables}
            sizes = [len(values) for values in several]
            if len(several) > 1:
                varying.append(kind)
                more = [sum(map(wildcards, values)) for values in several]
            else:
                fixed += sizes[0]
                marks += sum(map(wildcards, next(iter(several))))
        if not varying:
            return 1
        room = max(self.most.values - fixed, len(varying))
        most = 1
        for place in range(len(varying)):
            most *= room // len(varying) + (1 if place < room % len(varying) else 0)
        if len(varying) == 1 and min(more) > 0:
            most = min(most, max(1, (self.most.wildcards - marks) // min(more)))
        return max(most, 1)


class _Search:
    """All ways of joining two rules or removing one, step by step, as long as no answer changes. `whole`: none was left out."""

    def __init__(self, compactor: _Compactor, start: State) -> None:
        self.compactor = compactor
        self.best = start
        self.whole = True
        seen = {start}
        front = [start]
        while front:
            state = front.pop()
            if len(state) < len(self.best):
                self.best = state
            for following in self._steps(state):
                if following in seen:
                    continue
                if len(seen) >= STATES or compactor.work.joining <= 0:
                    self.whole = False
                    return
                seen.add(following)
                if compactor._alike(following):  # noqa: SLF001 - the two are one
                    front.append(following)

    def _steps(self, state: State) -> Iterator[State]:
        for one, first in enumerate(state):
            yield (*state[:one], *state[one + 1 :])  # without it
            for second in state[one + 1 :]:
                both = self.compactor.join(first, second)
                if both is not None:
                    rest = tuple(item for item in state if item is not first and item is not second)
                    for keep in both.parts:
                        yield _sorted((*rest, replace(both, keep=keep)))


def _characters(condition: Condition) -> int:
    return 0 if isinstance(condition, OpaqueCondition) else sum([len(str(value)) for value in condition.values])


def _sorted(items: Iterable[_Item]) -> State:
    return tuple(sorted(items, key=lambda item: item.keep))


def _kinds(conditions: Sequence[Condition]) -> Iterator[tuple[tuple[str, str], frozenset[object]]]:
    for item in conditions:
        name = str(item.name).lower() if isinstance(item, HttpHeader) else ""
        if not isinstance(item, OpaqueCondition):
            values: set[object] = {*item.values, *(("~", regex) for regex in getattr(item, "regexes", ()))}
            yield (type(item).__name__, name), frozenset(values)


def _covering(rules: Iterable[Sequence[Condition]]) -> bool:
    """Whether some value of these rules lies inside another of the same kind."""
    found: dict[tuple[str, str], list[Any]] = {}
    for item in (item for conditions in rules for item in conditions if not isinstance(item, OpaqueCondition)):
        found.setdefault((type(item).__name__, str(item.name).lower() if isinstance(item, HttpHeader) else ""), []).append(item)
    for alike in found.values():
        whole = {"values": tuple(dict.fromkeys(value for item in alike for value in item.values))}
        if hasattr(alike[0], "regexes"):
            whole["regexes"] = tuple(dict.fromkeys(regex for item in alike for regex in item.regexes))
        union = replace(alike[0], **whole)
        if any(covered_values(union)) or (isinstance(union, SourceIp) and joined_blocks(union) is not None):
            return True
    return False


__all__ = ["compaction_of"]
