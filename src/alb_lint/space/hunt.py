"""Looking for a text that some patterns take and others leave.

A place of the search is a position in each wanted pattern and the state of the others. Of two places with the same positions only the one whose
state holds less is gone on from: whatever the other leads to, it leads to as well, and with less against it. So the search is exact and ends, and a
text that most others leave is found straight away, since the way on which least stays alive is tried first.
"""

from collections.abc import Callable, Sequence
from heapq import heappop, heappush
from itertools import product

from alb_lint.space.budget import STEPS_PER_PATTERN, OutOfBudget
from alb_lint.space.bundle import Bundle
from alb_lint.space.covers import bits_of
from alb_lint.space.strands import Pattern


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


def leaving(bundle: Bundle, wanted: Sequence[int], avoid: int, purse: Purse) -> str | None:
    """A text of all `wanted` (patterns by place, one or two) in none of the whole strands `avoid`; None: there is none. Raises OutOfBudget."""
    # listeners that are tried with a rule moved ask mostly the same
    key = (*wanted, avoid)
    known = bundle.answers.get(key)
    if known is None:
        ends = avoid & bundle.every_end
        before = purse.left
        text = _search(bundle, wanted, avoid, purse, lambda state, _: not state & ends)
        known = text, before - purse.left
        if len(bundle.answers) < bundle.room:
            bundle.answers[key] = known
    else:
        purse.spend(known[1])  # as if it were asked for the first time
    return known[0]


def deciding(bundle: Bundle, wanted: Sequence[int], watched: int, purse: Purse) -> list[str]:
    """Texts of all `wanted`: for each text of them there is one in the list that lies in no strand of `watched` but those. Raises OutOfBudget."""
    ends = watched & bundle.every_end
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


def only_in(one: Pattern, other: Pattern, first: str = "") -> str | None:
    """A text, begun by `first`, that lies in `one` and not in `other`; None: there is none. Raises OutOfBudget."""
    bundle = Bundle((one, other), False, first)
    return leaving(bundle, (0,), bundle.whole[1], Purse(STEPS_PER_PATTERN))


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


def _search(bundle: Bundle, wanted: Sequence[int], against: int, purse: Purse, found: Callable[[int, str], bool]) -> str | None:
    """The first text that `found` takes; it is asked with the state of `against` for every end that is not worse than one before."""
    masks, onward, first = bundle.masks, bundle.onward, bundle.first
    mine = wanted[0]
    theirs = wanted[1] if len(wanted) > 1 else mine
    paired = theirs != mine
    steps_left = _distances(bundle, mine)
    more_left = _distances(bundle, theirs)
    goal = (bundle.ends[mine], bundle.ends[theirs])
    begin = bundle.every_start & against
    queue: list[tuple[int, int, int, tuple[int, int], int, str]] = []
    seen: dict[tuple[int, int], list[int]] = {}
    number = 0

    def push(place: tuple[int, int], state: int, text: str) -> None:
        nonlocal number
        known = seen.get(place)
        if known is None:
            purse.spend(1)
            seen[place] = [state]
        else:
            purse.spend(1 + len(known) // 16)
            for old in known:
                if old & state == old:
                    return
            seen[place] = [old for old in known if old & state != state]
            seen[place].append(state)
        number += 1
        ahead = max(steps_left[place[0]], more_left[place[1]])
        heappush(queue, (ahead + 2 * state.bit_count(), len(text), number, place, state, text))

    def go_on(place: tuple[int, int], state: int, text: str, mask: int) -> None:
        one, other = place
        ones = [target for target in bits_of(onward[one]) if target in steps_left]
        others = [target for target in bits_of(onward[other]) if target in more_left] if paired else []
        for letter, moved in _least(bundle, mask, state):
            purse.spend(bundle.weight)
            after = bundle.after(moved) & against if moved else 0
            for target in ones:
                if paired:
                    for partner in others:
                        push((target, partner), after, text + letter)
                else:
                    push((target, target), after, text + letter)

    for one in bits_of(bundle.starts[mine]):
        for other in bits_of(bundle.starts[theirs]) if paired else (one,):
            if one not in steps_left or other not in more_left:
                continue
            if not first:
                push((one, other), begin, "")
            elif masks[one] & masks[other] & first:
                # a place of its own: what comes back to it later may go on with any character
                go_on((one, other), begin, "", first)
    while queue:
        _, _, _, place, state, text = heappop(queue)
        if state not in seen[place]:
            continue  # a lesser one came by since
        if place == goal:
            if found(state, text):
                return text
        elif mask := masks[place[0]] & masks[place[1]]:
            go_on(place, state, text, mask)
    return None


def _least(bundle: Bundle, mask: int, state: int) -> list[tuple[str, int]]:
    """Of the letters of the mask those that no other one betters, with the positions of the state that take them."""
    letters = bundle.among.get(mask)
    if letters is None:
        letters = bundle.among[mask] = [(letter, taking) for letter, group, taking in bundle.letters if group & mask]
    least: dict[int, str] = {}
    for letter, taking in letters:
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


def _distances(bundle: Bundle, number: int) -> dict[int, int]:
    """Per position of the pattern from which its end can be reached, how many characters that takes at least."""
    known = bundle.distances.get(number)
    if known is not None:
        return known
    end = bundle.ends[number]
    before: dict[int, list[int]] = {}
    for place in bits_of(bundle.whole[number]):
        if bundle.masks[place]:
            for target in bits_of(bundle.onward[place]):
                before.setdefault(target, []).append(place)
    found, layer, steps = {end: 0}, [end], 0
    while layer:
        steps += 1
        layer = [place for place in dict.fromkeys(place for target in layer for place in before.get(target, ())) if place not in found]
        found.update(dict.fromkeys(layer, steps))
    bundle.distances[number] = found
    return found
