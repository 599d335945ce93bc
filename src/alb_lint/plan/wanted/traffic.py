"""The busiest rules first, as far as the order allows: the same numbers, handed out anew.

A rule counts as busy as the busiest one that must stand behind it, so that it does not hold that one up. Sorted so, and by today's order where
they are alike, rules of one range are in an order that fits; a step past a rule of another range which must not be passed is left out.
"""

from collections.abc import Mapping, Sequence

from alb_lint.space.covers import bits_of


def busiest_first(
    numbers: Sequence[int | None], homes: Sequence[int], after: Sequence[int], requests: Mapping[int, int], stay: int
) -> list[int | None]:
    """The numbers, exchanged within each home. `after`: per rule the bitset of those that must have a higher number; `requests`: rule → how many;
    `stay`: bitset of rules that keep theirs.
    """
    found = list(numbers)
    weight = _inherited(found, after, requests)
    lines: dict[int, list[int]] = {}
    for index in sorted((index for index, number in enumerate(found) if number is not None), key=lambda index: (found[index] or 0, index)):
        if not stay >> index & 1:
            lines.setdefault(homes[index], []).append(index)
    for line in lines.values():
        for place in range(1, len(line)):
            at = place
            while at and weight[line[at]] > weight[line[at - 1]] and _may_pass(found, after, line[at - 1], line[at]):
                one, other = line[at - 1], line[at]
                found[one], found[other] = found[other], found[one]
                line[at - 1], line[at] = other, one
                at -= 1
    return found


def _inherited(numbers: Sequence[int | None], after: Sequence[int], requests: Mapping[int, int]) -> list[int]:
    weight = [requests.get(index, 0) for index in range(len(numbers))]
    for index in sorted(range(len(numbers)), key=lambda index: -(numbers[index] or 0)):  # what stands behind comes first
        weight[index] = max([weight[index], *(weight[other] for other in bits_of(after[index]))])
    return weight


def _may_pass(numbers: Sequence[int | None], after: Sequence[int], one: int, other: int) -> bool:
    """Whether the two, the first before the other, may trade numbers: neither passes a rule between them that it must not."""
    low, high = numbers[one] or 0, numbers[other] or 0
    if after[one] >> other & 1:
        return False
    if any(low < (numbers[third] or 0) < high for third in bits_of(after[one])):
        return False
    return not any(number is not None and low < number < high and after[third] >> other & 1 for third, number in enumerate(numbers))
