"""What gets one number: a rule, or rules that never exist together and share a number today, so that they keep sharing one."""

from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.plan.numbering.numbering import PINNED
from alb_lint.plan.wanted.allowed_numbers import Homes
from alb_lint.plan.wanted.order import Order
from alb_lint.record import record
from alb_lint.space.covers import bits_of


@record
class Unit:
    """`rules`: positions in the facts; `number`: theirs today; `home`: as in `Homes`."""

    rules: tuple[int, ...]
    number: int
    home: int


def units_of(facts: ListenerFacts, homes: Homes, order: Order, held: int) -> list[Unit]:
    """The units in an order that fits the constraints. `held`: bitset of rules that must stay."""
    groups: list[list[int]] = []
    near: dict[tuple[int, int], list[list[int]]] = {}
    there: dict[tuple[int, int], int] = {}
    for index in order.line:
        key = _number(facts, index), PINNED if held >> index & 1 else homes.home[index]
        mates = near.setdefault(key, [])
        excluded = facts.excluded(index)
        group = None
        if excluded & there.get(key, 0):
            group = next((group for group in mates if all(excluded >> other & 1 for other in group)), None)
        there[key] = there.get(key, 0) | 1 << index
        if group is None:
            group = []
            mates.append(group)
            groups.append(group)
        group.append(index)
    if len(groups) < len(order.line):
        # an order that is asked for may part rules that share a number
        groups = _sorted(groups, order) or [[index] for index in order.line]
    return [Unit(tuple(group), _number(facts, group[0]), PINNED if held >> group[0] & 1 else homes.home[group[0]]) for group in groups]


def _number(facts: ListenerFacts, index: int) -> int:
    number = facts.rules[index].priority
    assert isinstance(number, int)
    return number


def _sorted(groups: Sequence[list[int]], order: Order) -> list[list[int]]:
    """The groups in an order that fits; [] where there is none."""
    place = {index: position for position, group in enumerate(groups) for index in group}
    after = [{place[other] for index in group for other in bits_of(order.after[index])} for group in groups]
    sorter: TopologicalSorter[int] = TopologicalSorter(dict.fromkeys(range(len(groups)), ()))
    for position, others in enumerate(after):
        for other in others:
            sorter.add(other, position)
    try:
        sorter.prepare()
    except CycleError:
        return []
    line = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        line += ready
        sorter.done(*ready)
    return [groups[position] for position in line]
