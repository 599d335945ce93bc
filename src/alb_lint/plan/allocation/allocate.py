"""Numbers for new rules, by what they mean: sides, then one consistent choice by the listener's habit; and where none is free the fewest moves."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.config import Config, spell
from alb_lint.errors import UsageError
from alb_lint.model import Listener, OpaqueAction, Request, Rule, Unknown
from alb_lint.model.limits import PRIORITY_MAX, PRIORITY_MIN
from alb_lint.plan.allocation.answer import Allocation, Allocations, Neighbour, NoNumber, Place, Wish
from alb_lint.plan.allocation.habit import candidates, habit_of, lowest
from alb_lint.plan.allocation.room import Room, make_room
from alb_lint.plan.allocation.scheduling import Slot, assign
from alb_lint.plan.allocation.sides import Listing, Sides
from alb_lint.plan.naming import called, listed
from alb_lint.plan.numbering.numbers import Numbers, singles
from alb_lint.plan.plan import Note, Refusal
from alb_lint.plan.wanted.allowed_numbers import OUTSIDE, homes_of
from alb_lint.plan.wanted.ranges import membership
from alb_lint.space.covers import bits_of
from alb_lint.symbols import Unset

ALTERNATIVES: Final = 5
Taste = Callable[[int, Numbers, Iterator[tuple[int, str]]], Iterator[tuple[int, str]]]
NEW: Final = "new"
"""The id of a rule that has none yet."""


def allocate(
    listener: Listener,
    config: Config,
    wishes: Sequence[Wish],
    today: str,
    held: Mapping[int, str] | None = None,
    taste: Taste | None = None,
) -> Allocations | NoNumber:
    """Numbers for the rules of the wishes; or why there are none. `held`: further numbers that are taken, with by whom. `taste`: of the position
    of a wish and its free numbers, best first with the reason, another order of them.

    Raises UsageError for a range that the config does not have on this listener, and for a rule that belongs to several.
    """
    unread = listener.unread
    if unread is not None:
        reason = f"not all rules of the listener were read ({unread.reason}), and one that was not may hold any number"
        return NoNumber(Refusal(listener.id, reason, nearest="the gap tells what failed; read the listener again, whole"))
    return _Allocator(listener, config, wishes, today, held or {}, taste).run()


class _Allocator:
    def __init__(
        self, listener: Listener, config: Config, wishes: Sequence[Wish], today: str, held: Mapping[int, str], taste: Taste | None
    ) -> None:
        self.taste = taste
        self.listener = listener
        self.config = config
        self.held = held
        self.rules = _named(wishes, listener)
        self.wishes = wishes
        self.listing = Listing(
            ListenerFacts(replace(listener, rules=(*listener.rules, *self.rules))), tuple(rule.id for rule in self.rules), config
        )
        # homes of the rules that are there: where they belong is not asked here, only what may be used
        self.homes = homes_of(listener, [], config, today)
        self.notes: list[list[Note]] = [[] for _ in wishes]
        self.home = [self._home(place) for place in range(len(wishes))]
        self.used = sorted({self.listing.at(index) for index in bits_of(self.listing.known)})

    def _home(self, place: int) -> int:
        """The position of the rule's numbers among those of the homes."""
        wish, rule, ranges = self.wishes[place], self.rules[place], self.homes.ranges
        own = membership(rule, ranges)
        if not wish.range:
            if own.several:
                names = [item.name for item in own.several]
                raise UsageError(f"the rule belongs to {listed(names)} at once", where="allocate", hint="--range says which")
            if own.unsure:
                told = f"whether it belongs to {listed(item.name for item in own.unsure)} depends on something unknown"
                self.notes[place].append(Note(told))
            return ranges.index(own.range) + 1 if own.range is not None else OUTSIDE
        found = next((item for item in ranges if item.name == wish.range), None)
        if found is None:
            known = listed(item.name for item in ranges) or "none"
            raise UsageError(f"no range called {wish.range!r} on {self.listener.name or self.listener.id}", hint=f"its ranges: {known}")
        mine = {item.name for item in (own.range, *own.several, *own.unsure) if item is not None}
        if found.name not in mine:
            self.notes[place].append(Note(f"by its match the rule does not belong to {found.name}; a plan would move it out again"))
        others = sorted(mine - {found.name} - {item.name for item in own.unsure})
        if others:
            self.notes[place].append(Note(f"by its match the rule belongs to {listed(others)}"))
        return ranges.index(found) + 1

    # -- the order of things ---------------------------------------------------------------------------------------------------

    def run(self) -> Allocations | NoNumber:
        sides: list[Sides] = []
        for mine, wish in zip(self.listing.new, self.wishes, strict=True):
            found = self.listing.sides(mine, wish.place)
            if isinstance(found, Refusal):
                return NoNumber(found)
            sides.append(found)
        among = self._among()
        if isinstance(among, Refusal):
            return NoNumber(among)
        self._tell(sides)
        chosen = self._free_numbers(sides, among)
        if chosen is not None:
            return self._answer(sides, [number for number, _ in chosen], [why for _, why in chosen], None)
        return self._crowded(sides, among)

    def _among(self) -> list[int] | Refusal:
        """Per new rule the bitset of the new ones that come after it: narrower first, else in the order in which they were given."""
        new, facts = self.listing.new, self.listing.facts
        after = [0] * len(new)
        for one, mine in enumerate(new):
            for other in range(one + 1, len(new)):
                theirs = new[other]
                if not self.listing.sensitive[mine] >> theirs & 1:
                    continue
                relation = facts.relation(mine, theirs)
                if relation == "equal":
                    reason = f"{_shown(self.rules[one])} and {_shown(self.rules[other])} match exactly the same requests"
                    ids = (self.rules[one].id, self.rules[other].id)
                    return Refusal(self.listener.id, reason, ids, self.listing.both(mine, theirs), nearest="narrow one of them")
                if relation == "wider":
                    after[other] |= 1 << one
                else:
                    after[one] |= 1 << other
                    if relation != "narrower":
                        told = f"{_shown(self.rules[one])} and {_shown(self.rules[other])} cross: the one given first comes first"
                        self.notes[one].append(Note(told, (self.rules[one].id, self.rules[other].id)))
        return after

    def _tell(self, sides: Sequence[Sides]) -> None:
        rules = self.listing.rules
        for notes, mine, side in zip(self.notes, self.listing.new, sides, strict=True):
            if side.doubtful & (side.first | side.then):
                names = tuple(rules[index].id for index in bits_of(side.doubtful))
                notes.append(
                    Note(
                        "it comes after these rules unless --place says otherwise: whether it shares requests with them is undecided",
                        names,
                    )
                )
            floating = [index for index in bits_of(self.listing.floating) if not _picked_last(rules[index])]
            if floating:
                notes.append(
                    Note("rules whose number is unknown may have this number, or hide the rule", tuple(rules[i].id for i in floating))
                )
            behind = [index for index in bits_of(self.listing.floating & self.listing.sensitive[mine]) if _picked_last(rules[index])]
            if behind:
                told = "rules without a number come after all others once they are made, whatever number this one has"
                notes.append(Note(told, tuple(rules[i].id for i in behind)))

    # -- free numbers ------------------------------------------------------------------------------------------------------------

    def _free_numbers(self, sides: Sequence[Sides], among: Sequence[int]) -> list[tuple[int, str]] | None:
        slots = [Slot(self._free(place, self.listing.interval(side)), among[place]) for place, side in enumerate(sides)]
        return assign(slots, self._best)

    def _free(self, place: int, interval: tuple[int, int]) -> Numbers:
        usable = self.homes.numbers[self.home[place]]
        return usable - singles([*self.used, *self.held]) - _without(interval)

    def _best(self, place: int, free: Numbers, others: Sequence[int] = ()) -> Iterator[tuple[int, str]]:
        found = self._by_use(place, free, others)
        return found if self.taste is None else self.taste(place, free, found)

    def _by_use(self, place: int, free: Numbers, others: Sequence[int] = ()) -> Iterator[tuple[int, str]]:
        home = self.home[place]
        if home == OUTSIDE:
            return self._by_habit(place, free, others)
        inside = self.homes.ranges[home - 1]
        return lowest(free, habit_of([number for number in sorted({*self.used, *others}) if number in inside]))

    def _by_habit(self, place: int, free: Numbers, others: Sequence[int]) -> Iterator[tuple[int, str]]:
        used = sorted({*self.used, *others})
        bare = [number for number in used if not any(number in item for item in self.homes.ranges)]
        kin = self.listing.kin(self.listing.new[place])
        return candidates(free, sorted({*used, *self.held}), kin, habit_of(bare))

    # -- room --------------------------------------------------------------------------------------------------------------------

    def _crowded(self, sides: Sequence[Sides], among: Sequence[int]) -> Allocations | NoNumber:
        found = make_room(self.listing, self.homes, self.home, sides, among, self.held, within=True)
        if isinstance(found, Room):
            return self._answer(sides, found.numbers, ["it makes room with the fewest moves"] * len(self.rules), found)
        if isinstance(found, Refusal):
            return NoNumber(found)
        refusal = self._refusal(sides)
        if not self.homes.ranges:
            return NoNumber(refusal)
        beyond: Room | Refusal | None = self._beyond(sides, among)
        if beyond is None:
            beyond = make_room(self.listing, self.homes, self.home, sides, among, self.held, within=False)
        if not isinstance(beyond, Room):
            return NoNumber(refusal)
        instead = self._answer(sides, beyond.numbers, ["outside its range"] * len(self.rules), beyond)
        if isinstance(instead, NoNumber):
            return NoNumber(refusal)
        return NoNumber(replace(refusal, nearest=self._instead(instead)), instead)

    def _beyond(self, sides: Sequence[Sides], among: Sequence[int]) -> Room | None:
        """Numbers that are free outside the ranges of the rules: in no range where that can be."""
        bare = self.homes.numbers[OUTSIDE]
        whole = Numbers([(PRIORITY_MIN, PRIORITY_MAX)]) - self.homes.gone
        for usable in (bare, whole):
            free = [usable - singles([*self.used, *self.held]) - _without(self.listing.interval(side)) for side in sides]
            found = assign([Slot(*pair) for pair in zip(free, among, strict=True)], self._by_habit)
            if found is not None:
                return Room(tuple(number for number, _ in found), ())
        return None

    def _instead(self, found: Allocations) -> str:
        """The smallest moves in words."""
        rules = {rule.id: rule for rule in self.listener.rules}
        where = listed(
            f"{item.priority}" + (f" in {item.range}" if item.range else " outside the ranges" if self.homes.ranges else "")
            for item in found.items
        )
        if not found.moves:
            return f"{where} is free"
        return f"{where}, once {listed(f'{called(rules[move.rule])} has moved to {move.new}' for move in found.moves)}"

    def _refusal(self, sides: Sequence[Sides]) -> Refusal:
        rules = self.listing.rules
        bounds = [index for side in sides for index in (*bits_of(side.first), *bits_of(side.then))]
        tight = next((place for place, side in enumerate(sides) if not self._free(place, self.listing.interval(side)).size), 0)
        side, mine = sides[tight], self.listing.new[tight]
        last = max(bits_of(side.first), key=self.listing.at, default=None)
        then = min(bits_of(side.then), key=self.listing.at, default=None)
        parts = [f"after {called(rules[last])}"] if last is not None else []
        parts += [f"before {called(rules[then])}"] if then is not None else []
        home = self.home[tight]
        inside = self.homes.ranges[home - 1] if home > OUTSIDE else None
        where = f"{inside.name} ({spell(inside.priorities)}) has no free number" if inside is not None else "no number is free"
        told = f"{where} {listed(parts)}".rstrip()
        return Refusal(
            self.listener.id,
            f"{told}, and no moves {'within the ranges ' if self.homes.ranges else ''}make room",
            tuple(dict.fromkeys(rules[index].id for index in bounds)),
            tuple(witness for index in (last, then) if index is not None for witness in self.listing.both(mine, index)),
            missing=1,
            nearest=f"widen {inside.name} ({spell(inside.priorities)})" if inside is not None else "",
        )

    # -- the answer --------------------------------------------------------------------------------------------------------------

    def _answer(self, sides: Sequence[Sides], numbers: Sequence[int], why: Sequence[str], room: Room | None) -> Allocations | NoNumber:
        moves = room.moves if room is not None else ()
        new = {move.rule: move.new for move in moves}
        given = dict(zip([rule.id for rule in self.rules], numbers, strict=True))
        kept = [replace(rule, priority=new.get(rule.id, rule.priority)) for rule in self.listener.rules]
        made = [replace(rule, priority=given[rule.id]) for rule in self.rules]
        done = ListenerFacts(replace(self.listener, rules=(*kept, *made)))
        items = []
        for place in range(len(self.rules)):
            found = self._one(place, sides[place], numbers[place], why[place], done, new, others=not moves)
            if isinstance(found, Refusal):
                return NoNumber(found)
            items.append(found)
        notes = list(room.notes) if room is not None else []
        if room is not None and moves:
            notes += self._without_moves(sides)
        return Allocations(self.listener.id, tuple(items), tuple(moves), tuple(notes))

    def _one(
        self, place: int, side: Sides, at: int, why: str, done: ListenerFacts, new: Mapping[str, int], *, others: bool
    ) -> Allocation | Refusal:
        listing, facts = self.listing, self.listing.facts
        mine, rule, notes = listing.new[place], self.rules[place], list(self.notes[place])
        where = {item.id: index for index, item in enumerate(done.rules)}
        here = where[rule.id]
        takes, loses, shadows = [], [], []
        for index in bits_of(side.live):
            other = listing.rules[index]
            witness = facts.search((index, mine), facts.earlier[index])
            neighbour = Neighbour(other.id, witness if isinstance(witness, Request) else None)
            if done.earlier[here] >> where[other.id] & 1:
                if facts.relation(index, mine) != "narrower":
                    loses.append(neighbour)
                continue
            takes.append(neighbour)
            if done.reach(where[other.id]).state == "shadowed" and facts.reach(index).state != "shadowed":
                shadows.append(other.id)
        refusal = self._dead(at, done, here, side)
        if refusal is not None:
            return refusal
        state = done.reach(here)
        if state.state != "reachable":
            hiding = [done.rules[blocker] for blocker in state.blockers]
            told = f" by {listed(called(item) for item in hiding)}" if hiding else state.reason and f": {state.reason}"
            notes.append(Note(f"at {at} the rule is {state.state}{told}", tuple(item.id for item in hiding)))
        by_default = facts.search((mine,), listing.known)
        low, high = self._interval(side, new)
        alternatives: list[int] = []
        if others:
            free = self._free(place, (low, high)) - singles(item.priority for item in done.rules if isinstance(item.priority, int))
            alternatives = [number for number, _ in islice(self._best(place, free, (at,)), ALTERNATIVES)]
        inside = next((item for item in self.homes.ranges if at in item), None)
        return Allocation(
            rule=rule.id,
            range=inside.name if inside is not None else "",
            priority=at,
            interval=(low, high),
            after=listing.neighbours(mine, side.first),
            before=listing.neighbours(mine, side.then),
            alternatives=tuple(alternatives),
            takes=tuple(takes),
            loses=tuple(loses),
            shadows=tuple(shadows),
            default=by_default if isinstance(by_default, Request) else None,
            because=why,
            notes=tuple(notes),
        )

    def _interval(self, side: Sides, new: Mapping[str, int]) -> tuple[int, int]:
        """The interval once the moves are done."""
        rules = self.listing.rules
        at = {index: new.get(rules[index].id, self.listing.at(index)) for index in bits_of(side.first | side.then)}
        low = max((at[index] + 1 for index in bits_of(side.first)), default=PRIORITY_MIN)
        high = min((at[index] - 1 for index in bits_of(side.then)), default=PRIORITY_MAX)
        return max(low, PRIORITY_MIN), min(high, PRIORITY_MAX)

    def _dead(self, at: int, done: ListenerFacts, here: int, side: Sides) -> Refusal | None:
        """Whether the rule would answer nothing there, since rules that act differently take all of it."""
        state = done.reach(here)
        if state.state != "shadowed" or not side.live or state.differs is False:
            return None
        if len(self.rules) > 1 and any(done.rules[blocker].id in {rule.id for rule in self.rules} for blocker in state.blockers):
            hint = "narrow one of them"
        else:
            numbers = [str(done.rules[blocker].priority) for blocker in state.blockers]
            hint = f"--place before {numbers[0]}" if len(numbers) == 1 else f"--place before one of {listed(numbers)}"
        hiding = [done.rules[blocker] for blocker in state.blockers]
        shared = done.shared_request(state.blockers[0], here) if state.blockers else None
        return Refusal(
            self.listener.id,
            f"at {at} it would answer nothing: {listed(called(item) for item in hiding)} would take all its requests first",
            tuple(item.id for item in hiding),
            (("both", shared),) if shared is not None else (),
            nearest=f"{hint}, which takes requests from {'it' if len(hiding) == 1 else 'them'}",
        )

    def _without_moves(self, sides: Sequence[Sides]) -> list[Note]:
        """The number that a single new rule could have now, had it leave to take requests from rules that it crosses."""
        if len(sides) > 1 or not sides[0].crossed or self.wishes[0].place.where != "fit":
            return []
        side = sides[0]
        bare = replace(side, first=side.first & ~side.crossed)
        free = self._free(0, self.listing.interval(bare))
        if not free.size:
            return []
        number = free.intervals[-1][1]
        losing = [index for index in bits_of(side.crossed) if self.listing.at(index) > number]
        names = listed(called(self.listing.rules[index]) for index in losing)
        return [Note(f"{number} is free now, but there it takes requests from {names}", tuple(self.listing.rules[i].id for i in losing))]


def _without(interval: tuple[int, int]) -> Numbers:
    """All numbers but those of the interval."""
    low, high = interval
    if low > high:
        return Numbers([(0, 1 << 30)])
    return Numbers([(0, low - 1), (high + 1, 1 << 30)])


def _named(wishes: Sequence[Wish], listener: Listener) -> tuple[Rule, ...]:
    """The new rules with ids that no other rule has, numbers behind all, and some action."""
    taken = {rule.id for rule in listener.rules}
    found = []
    for place, wish in enumerate(wishes):
        name = wish.rule.id or NEW
        number = 2
        while name in taken:
            name, number = f"{wish.rule.id or NEW}-{number}", number + 1
        taken.add(name)
        actions = wish.rule.actions or (OpaqueAction("", "not told"),)
        found.append(replace(wish.rule, id=name, actions=actions, priority=PRIORITY_MAX + 1 + place))
    return tuple(found)


def _picked_last(rule: Rule) -> bool:
    """Whether the rule of unknown number gets one behind all others."""
    return isinstance(rule.priority, Unknown) and isinstance(rule.priority.number, Unset) and rule.priority.number.behind


def _shown(rule: Rule) -> str:
    return rule.name or rule.id


__all__ = ["Place", "allocate"]
