"""Looking for a text that some patterns take and others leave.

A place of the search is a position in each wanted pattern and the state of the others. Of two places with the same positions only the one whose
state holds less is gone on from: whatever the other leads to, it leads to as well, and with less against it. So the search is exact and ends, and a
text that most others leave is found straight away, since the way on which least stays alive is tried first.
"""

from collections.abc import Callable, Sequence
from heapq import heappop, heappush
from itertools import product
from operator import itemgetter
from typing import Final, TypeVar

from alb_lint.space.budget import STEPS_PER_PATTERN, OutOfBudget
from alb_lint.space.bundle import Asked, Bundle
from alb_lint.space.covers import bits_of
from alb_lint.space.strands import Ahead, Pattern, Track, track_of

A = TypeVar("A")

_SHARE: Final = 64
"""Of what a bundle may keep in memory, the part for what is gone on with: there may be thousands of small ones."""


class Purse:
    """Steps of work that may still be spent."""

    def __init__(self, steps: int) -> None:
        self.steps = steps
        self.left = steps

    def spend(self, steps: int) -> None:
        """Raises OutOfBudget once more than the whole was spent."""
        self.left -= steps
        if self.left < 0:
            raise OutOfBudget(f"more than {self.steps:,} steps of comparing regexes")


def leaving(bundle: Bundle, wanted: Sequence[Pattern], avoid: int, purse: Purse) -> str | None:
    """A text of all `wanted` (one or two patterns) in none of the whole strands `avoid`; None: there is none. Raises OutOfBudget."""
    ends = avoid & bundle.every_end

    def search() -> str | None:
        return _search(bundle, wanted, avoid, purse, lambda state, _: not state & ends)

    return _remembered(bundle.left, (*wanted, avoid), search, bundle.room, purse)


def deciding(bundle: Bundle, wanted: Sequence[Pattern], watched: int, purse: Purse) -> list[str]:
    """Texts of all `wanted`: for each text of them there is one in the list that lies in no strand of `watched` but those. Raises OutOfBudget.

    Where there is a text in none of the strands, it is the only one.
    """
    ends = watched & bundle.every_end

    def search() -> list[str]:
        texts: dict[int, str] = {}

        def found(state: int, text: str) -> bool:
            taken = state & ends
            if not any(known & taken == known for known in texts):
                for known in [known for known in texts if taken & known == taken]:
                    del texts[known]
                texts[taken] = text
            return not taken

        _search(bundle, wanted, watched, purse, found)
        return sorted(texts.values(), key=lambda text: (len(text), text))

    return _remembered(bundle.decided, (*wanted, watched), search, bundle.room, purse)


def _remembered(known: "dict[Asked, tuple[A, int]]", key: Asked, search: Callable[[], A], room: int, purse: Purse) -> A:
    """What the search tells: listeners that are tried with a rule moved ask mostly the same."""
    told = known.get(key)
    if told is None:
        before = purse.left
        answer = search()
        if len(known) < room:
            known[key] = answer, before - purse.left
        return answer
    purse.spend(told[1])  # as if it were asked for the first time
    return told[0]


def only_in(one: Pattern, other: Pattern, first: str = "") -> str | None:
    """A text, begun by `first`, that lies in `one` and not in `other`; None: there is none. Raises OutOfBudget."""
    bundle = Bundle((other,), False, first)
    return leaving(bundle, (one,), bundle.whole[0], Purse(STEPS_PER_PATTERN))


def share_a_text(patterns: Sequence[Pattern], folded: bool) -> bool:
    """Whether some text lies in all the patterns. Raises OutOfBudget."""
    bundle = Bundle(patterns, folded)
    steps = Purse(STEPS_PER_PATTERN)
    stack = [tuple(start) for start in product(*(bits_of(bits) for bits in bundle.starts))]
    seen, goal = set(stack), tuple(bundle.ends)
    while stack:
        places = stack.pop()
        if places == goal:
            return True
        mask = -1
        for place in places:
            mask &= bundle.masks[place]
        if not mask:
            continue
        for onward in product(*(bits_of(bundle.onward[place]) for place in places)):
            steps.spend(1)
            if onward not in seen:
                seen.add(onward)
                stack.append(onward)
    return False


class _Both:
    """The places of two patterns at once, as those of one: a place is the first's times `width` and the second's."""

    def __init__(self, one: Track, other: Track) -> None:
        self._one, self._other = one.moves, other.moves
        self._width = len(other.moves)
        self.end = len(one.moves) * self._width - 1
        self.start = self._pairs(one.start, other.start)
        self._known: dict[int, tuple[int, Ahead]] = {}

    def __getitem__(self, place: int) -> tuple[int, Ahead]:
        known = self._known.get(place)
        if known is None:
            first, second = divmod(place, self._width)
            (mine, ones), (theirs, others) = self._one[first], self._other[second]
            mask = mine & theirs
            known = self._known[place] = mask, self._pairs(ones, others) if mask else ()
        return known

    def _pairs(self, ones: Ahead, others: Ahead) -> Ahead:
        width = self._width
        return tuple([(one * width + other, max(left, more)) for one, left in ones for other, more in others])


def _search(bundle: Bundle, wanted: Sequence[Pattern], against: int, purse: Purse, found: Callable[[int, str], bool]) -> str | None:
    """The first text that `found` takes; it is asked with the state of `against` for every end that is not worse than one before."""
    track = track_of(wanted[0], bundle.folded)
    moves: Sequence[tuple[int, Ahead]] | _Both = track.moves
    start, end = track.start, len(track.moves) - 1
    if len(wanted) > 1 and wanted[1] != wanted[0]:
        moves = both = _Both(track, track_of(wanted[1], bundle.folded))
        start, end = both.start, both.end
    weight, exact = bundle.weight, moves is track.moves
    queue: list[tuple[int, int, int, int, int, str]] = []
    seen: dict[int, list[int]] = {}
    number = 0

    def push(targets: Ahead, state: int, text: str) -> None:
        nonlocal number
        alive, size = 2 * state.bit_count(), len(text)
        for place, ahead in targets:
            known = seen.get(place)
            if known is None:
                purse.left -= 1
                seen[place] = [state]
            else:
                purse.left -= 1 + len(known) // 16
                for old in known:
                    if old & state == old:
                        break
                else:
                    seen[place] = [old for old in known if old & state != state]
                    seen[place].append(state)
                    known = None
            if known is None:
                number += 1
                heappush(queue, (ahead + alive, size, number, place, state, text))
        purse.spend(0)

    begin = bundle.every_start & against  # these are whole strands, and a state never leaves its strands
    if bundle.first:
        for place, _ in start:
            mask, targets = moves[place]
            if mask & bundle.first:
                # a place of its own: what comes back to it later may go on with any character
                for letter, after in _least(bundle, bundle.first, begin):
                    purse.spend(weight)
                    push(targets, after, letter)
    else:
        push(start, begin, "")
    while queue:
        _, _, _, place, state, text = heappop(queue)
        if state not in seen[place]:
            continue  # a lesser one came by since
        if not state and exact:
            # nothing that is left can take it any more: the shortest way to the end
            while place != end:
                purse.spend(1)
                mask, targets = moves[place]
                text += bundle.among(mask)[0][0]
                place = min(targets, key=_ahead)[0]
        if place == end:
            if found(state, text):
                return text
            continue
        mask, targets = moves[place]
        if mask:
            for letter, after in bundle.least.get((mask, state)) or _least(bundle, mask, state):
                purse.spend(weight)
                push(targets, after, text + letter)
    return None


_ahead = itemgetter(1)


def _least(bundle: Bundle, mask: int, state: int) -> list[tuple[str, int]]:
    """Of the letters of the mask those that no other one betters, each with the state after it."""
    found = [(letter, bundle.after(moved) if moved else 0) for letter, moved in _unbettered(bundle, mask, state)]
    if len(bundle.least) < bundle.room // _SHARE:
        bundle.least[mask, state] = found
    return found


def _unbettered(bundle: Bundle, mask: int, state: int) -> list[tuple[str, int]]:
    """The letters, each with the positions of the state that take it."""
    least: dict[int, str] = {}
    for letter, taking in bundle.among(mask):
        moved = state & taking
        if not moved:
            return [(letter, 0)]
        if moved not in least:
            least[moved] = letter
    if len(least) == 1:
        return [(letter, moved) for moved, letter in least.items()]
    kept: list[tuple[str, int]] = []
    for moved, letter in sorted(least.items(), key=lambda item: item[0].bit_count()):
        for _, other in kept:
            if other & moved == other:
                break
        else:
            kept.append((letter, moved))
    return kept
