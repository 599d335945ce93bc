"""Rules over their limits as several rules that take the same requests and do the same.

A condition is an OR of its values, so that two rules with a part of the values each match together what one rule matched. First goes what takes
nothing away; what is still too much is cut in two at one condition, each half again, in as few pieces as such cuts can give.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, reduce
from math import prod
from operator import or_
from typing import Any, Final

from alb_lint.analysis.counting import Most, most_of, values_in, wildcards_in
from alb_lint.analysis.decisions import order_sensitive
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.needless import families_of, meets_all, slim
from alb_lint.findings.wording import counted
from alb_lint.model import Condition, OpaqueCondition, Rule, Unknown, owner_of
from alb_lint.plan.naming import called
from alb_lint.plan.plan import Piece, Refusal, Split
from alb_lint.plan.wanted.order import Order
from alb_lint.space.covers import bits_of

WORK: Final = 20_000
"""Parts of one rule that are looked at, so that the fewest pieces are found; a larger rule is halved first."""

Conditions = tuple[Condition, ...]
Cut = tuple[tuple[int, int], ...]
"""Per condition the first of its values and the one behind the last."""


def splits_of(facts: ListenerFacts) -> tuple[tuple[Split, ...], list[Refusal]]:
    """A split for each rule over its limits, all pieces still at the number of the rule; and why there is none for others."""
    most = most_of(facts.listener)
    sensitive = order_sensitive(facts)
    splits, refusals = [], []
    for index, rule in enumerate(facts.rules):
        if most.hold(rule.conditions):
            continue
        why = _why_not(facts, index, sensitive[index])
        pieces = () if why else _pieces(_slim(rule.conditions, families_of(facts)), most)
        if pieces and isinstance(rule.priority, int):
            number = rule.priority
            splits.append(Split(rule.id, tuple(Piece(number, piece) for piece in pieces), excess(rule, most)))
            continue
        why = why or "one value of each of its conditions is already too much"
        nearest = (
            "cover several values with one wildcard" if sum(map(wildcards_in, rule.conditions)) <= most.wildcards else "use fewer wildcards"
        )
        refusals.append(Refusal(facts.listener.id, f"{called(rule)} cannot be split: {why}", (rule.id,), nearest=nearest))
    return tuple(splits), refusals


def in_pieces(order: Order, facts: ListenerFacts, pieces: ListenerFacts, origin: Mapping[str, str]) -> Order:
    """The order with pieces in place of their rules: each has to others the order that its rule has.

    `pieces`: the facts after the split; `origin`: the rule of each piece, by id.
    """
    place = {rule.id: index for index, rule in enumerate(facts.rules)}
    whole = [place[origin.get(rule.id, rule.id)] for rule in pieces.rules]
    parts = [0] * facts.count
    for index, first in enumerate(whole):
        parts[first] |= 1 << index

    def spread(bits: int) -> int:
        return reduce(or_, (parts[other] for other in bits_of(bits)), 0)

    after = [spread(order.after[first]) for first in whole]
    sensitive = [spread(order.sensitive[first]) for first in whole]
    return replace(order, after=after, sensitive=sensitive, line=[index for first in order.line for index in bits_of(parts[first])])


def _why_not(facts: ListenerFacts, index: int, sensitive: int) -> str:
    rule = facts.rules[index]
    if owner_of(rule):
        return f"{owner_of(rule)} owns it"
    if isinstance(rule.priority, Unknown):
        return f"its number is unknown ({rule.priority.reason})"
    if not facts.extents >> index & 1 or not facts.known_actions >> index & 1:
        return "a part of it is unknown"
    floating = sensitive & facts.compiled.floating
    if floating:
        return f"it has to keep its order with {called(facts.rules[next(bits_of(floating))])}, whose number is unknown"
    return ""


def excess(rule: Rule, most: Most) -> str:
    """How much it has, and how much one rule may have; "" for one within its limits."""
    values, marks = sum(map(values_in, rule.conditions)), sum(map(wildcards_in, rule.conditions))
    told = [f"{counted(values, 'value')}, {most.values} are allowed"] if values > most.values else []
    told += [f"{counted(marks, 'wildcard')}, {most.wildcards} are allowed"] if marks > most.wildcards else []
    return " and ".join(told)


def _slim(conditions: Conditions, families: int) -> Conditions:
    """The conditions without what takes nothing away."""
    kept = [item for item in conditions if not meets_all(item, families)] or list(conditions[:1])
    return slim(tuple(kept))


def _pieces(conditions: Conditions, most: Most) -> tuple[Conditions, ...]:
    """As few as cuts in two can give, in the order of the values; () where no cut helps."""
    sides = [_parts(item) for item in conditions]
    full = tuple((0, len(parts)) for parts in sides)

    def made(cut: Cut) -> Conditions:
        return tuple(_only(item, parts[low:high]) for item, parts, (low, high) in zip(conditions, sides, cut, strict=True))

    @cache
    def fewest(cut: Cut) -> tuple[Cut, ...]:
        if most.hold(made(cut)):
            return (cut,)
        best: tuple[Cut, ...] = ()
        for place, (low, high) in enumerate(cut):
            for middle in reversed(range(low + 1, high)):
                halves = [(*cut[:place], half, *cut[place + 1 :]) for half in ((low, middle), (middle, high))]
                first = fewest(halves[0])
                then = fewest(halves[1]) if first else ()
                if then and (not best or len(first) + len(then) < len(best)):
                    best = (*first, *then)
        return best

    def found(cut: Cut) -> tuple[Cut, ...]:
        sizes = [high - low for low, high in cut]
        if prod(size * (size + 1) // 2 for size in sizes) <= WORK:
            return fewest(cut)
        place = sizes.index(max(sizes))
        low, high = cut[place]
        halves = [(*cut[:place], half, *cut[place + 1 :]) for half in ((low, (low + high) // 2), ((low + high) // 2, high))]
        first, then = found(halves[0]), found(halves[1])
        return (*first, *then) if first and then else ()

    return tuple(made(cut) for cut in found(full))


def _parts(condition: Condition) -> list[tuple[str, object]]:
    """What the condition is an OR of: (name of the field, value)."""
    if isinstance(condition, OpaqueCondition):
        return [("", None)]
    return [("values", value) for value in condition.values] + [("regexes", value) for value in getattr(condition, "regexes", ())]


def _only(condition: Condition, parts: Sequence[tuple[str, object]]) -> Condition:
    """The condition with these of its parts."""
    if isinstance(condition, OpaqueCondition):
        return condition
    changed: dict[str, Any] = {"values": tuple(value for field, value in parts if field == "values")}
    if hasattr(condition, "regexes"):
        changed["regexes"] = tuple(value for field, value in parts if field == "regexes")
    return replace(condition, **changed)
