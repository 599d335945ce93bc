"""The fewest `[[before]]` entries that state the order of given pairs of rules and of no others, by globs over what the rules are called."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from alb_lint.config import Before, rule_fits
from alb_lint.entries import escaped, rule_glob
from alb_lint.model import Listener, Rule
from alb_lint.space.covers import bits_of

Pairs = Mapping[int, int]
"""Position of a rule → bitset of those that it comes before."""
RULES: Final = 60
"""Rules of one side up to which all their common beginnings and ends are tried."""
STEPS: Final = 2_000
"""Choices that are tried for the fewest entries; after that the best so far."""


def one_entry(pairs: Pairs, others: Pairs, listener: Listener) -> Before | None:
    """One entry that states all the pairs; None where no glob says just that. `others`: pairs that it must not state."""
    behind = _union(pairs.values())
    if any(others.get(first, 0) & behind for first in pairs):
        return None
    firsts, thens = tuple(pairs), tuple(bits_of(behind))
    if not _ordered(firsts, thens, listener):
        return None
    then = _glob_of(thens, listener)
    first = _glob_of(firsts, listener) if then else ""
    return Before(first, then) if first else None


def fewest_entries(pairs: Pairs, others: Pairs, listener: Listener) -> tuple[Before, ...]:
    """Entries that together state the pairs, as few as were found."""
    one = one_entry(pairs, others, listener)
    if one is not None:
        return (one,)
    blocks = _blocks(pairs, others, listener)
    chosen = _cover({(first, then) for first, bits in pairs.items() for then in bits_of(bits)}, blocks)
    return tuple(Before(*blocks[place][0]) for place in sorted(chosen))


Block = tuple[tuple[str, str], frozenset[tuple[int, int]]]
"""(first, then) as globs, and the wanted pairs that they state."""


def _blocks(pairs: Pairs, others: Pairs, listener: Listener) -> list[Block]:
    """All entries that state no pair that they must not, the larger first."""
    firsts = _globs(tuple(pairs), listener)
    thens = _globs(tuple(bits_of(_union(pairs.values()))), listener)
    found: list[Block] = []
    for ahead, one in firsts.items():
        for behind, other in thens.items():
            mine, theirs = tuple(bits_of(ahead)), tuple(bits_of(behind))
            if any(others.get(first, 0) & behind for first in mine) or not _ordered(mine, theirs, listener):
                continue
            stated = frozenset((first, then) for first in mine for then in bits_of(pairs.get(first, 0) & behind))
            if stated:
                found.append(((one, other), stated))
    return sorted(found, key=lambda block: (-len(block[1]), block[0]))


def _cover(wanted: set[tuple[int, int]], blocks: Sequence[Block]) -> list[int]:
    """The places of blocks that state all that is wanted; greedily, then by trying for fewer."""
    best: list[int] = []
    left = set(wanted)
    while left:
        place = max(range(len(blocks)), key=lambda place: (len(blocks[place][1] & left), -place))
        best.append(place)
        left -= blocks[place][1]
    steps = [STEPS]

    def better(left: set[tuple[int, int]], taken: list[int]) -> None:
        nonlocal best
        if not left:
            best = list(taken)
            return
        hardest = min(left)
        for place, (_, stated) in enumerate(blocks):
            steps[0] -= 1
            if steps[0] < 0 or len(taken) + 1 >= len(best):
                return
            if hardest in stated:
                better(left - stated, [*taken, place])

    better(set(wanted), [])
    return best


def _ordered(firsts: Sequence[int], thens: Sequence[int], listener: Listener) -> bool:
    """Whether each of the one comes before each of the other, as ALB007 asks for; rules of unknown or equal number do."""
    numbers = [[number for place in side if isinstance(number := listener.rules[place].priority, int)] for side in (firsts, thens)]
    return not set(firsts) & set(thens) and (not numbers[0] or not numbers[1] or max(numbers[0]) <= min(numbers[1]))


def _globs(side: Sequence[int], listener: Listener) -> dict[int, str]:
    """Bitset of rules of the side → a glob that means just them."""
    found = {1 << place: rule_glob(listener.rules[place], listener) for place in side}
    if len(side) > RULES:
        return found
    for texts in zip(*(_texts(listener.rules[place]) for place in side), strict=True):
        named = [(text, place) for text, place in zip(texts, side, strict=True) if text]
        for ordered in (sorted(named), sorted(named, key=lambda entry: entry[0][::-1])):
            for low in range(len(ordered)):
                for high in range(low + 2, len(ordered) + 1):
                    mine = tuple(place for _, place in ordered[low:high])
                    if _union(1 << place for place in mine) in found:
                        continue
                    whole = _glob_of(mine, listener)
                    if whole:
                        found[_union(1 << place for place in mine)] = whole
    return found


def _glob_of(side: Sequence[int], listener: Listener) -> str:
    """A glob that means these rules and no others of the listener, by a common beginning and end; "" where there is none."""
    if len(side) == 1:
        return rule_glob(listener.rules[side[0]], listener)
    chosen = set(side)
    for texts in zip(*(_texts(listener.rules[place]) for place in side), strict=True):
        if not all(texts):
            continue
        head = _shared_head(texts)
        tail = _shared_head([text[len(head) :][::-1] for text in texts])[::-1]
        for pattern in dict.fromkeys(f"{escaped(one)}*{escaped(other)}" for one, other in _spelled(head, tail) if one or other):
            if all(rule_fits(pattern, rule) == (place in chosen) for place, rule in enumerate(listener.rules)):
                return pattern
    return ""


def _spelled(head: str, tail: str) -> tuple[tuple[str, str], ...]:
    """Beginnings and ends to try, those of whole words first: of `web-11` and `web-12` that is `web-`."""
    word, last = re.match(r".*[^A-Za-z0-9]|", head, re.DOTALL), re.search(r"[^A-Za-z0-9].*|$", tail, re.DOTALL)
    first, end = word[0] if word else "", last[0] if last else ""
    return (first, ""), (head, ""), ("", end), (first, end), (head, tail)


def _texts(rule: Rule) -> tuple[str, str]:
    """What globs are made of: the rule's name, its address. An ARN ends by chance, so that what two of them share says nothing."""
    return rule.name, "" if rule.id.startswith("arn:") else rule.location.address or rule.id


def _shared_head(texts: Sequence[str]) -> str:
    """The beginning that all texts have."""
    low, high = min(texts), max(texts)
    same = next((place for place, pair in enumerate(zip(low, high, strict=False)) if pair[0] != pair[1]), min(len(low), len(high)))
    return low[:same]


def _union(bits: Iterable[int]) -> int:
    found = 0
    for item in bits:
        found |= item
    return found
