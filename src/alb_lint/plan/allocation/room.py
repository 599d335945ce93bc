"""The fewest moves that make room for new rules, all answers of today kept."""

from collections import Counter
from collections.abc import Mapping, Sequence
from heapq import heapify, heappop, heappush

from alb_lint.model import owner_of
from alb_lint.model.limits import PRIORITY_MAX, PRIORITY_MIN
from alb_lint.plan.allocation.sides import Listing, Sides
from alb_lint.plan.naming import called, listed
from alb_lint.plan.numbering.numbering import PINNED, Job, Numbering, Problem, number
from alb_lint.plan.numbering.numbers import Numbers, singles
from alb_lint.plan.plan import Move, Note, Refusal, kept_elsewhere
from alb_lint.plan.wanted.allowed_numbers import OUTSIDE, Homes
from alb_lint.record import record
from alb_lint.space.covers import bits_of


@record
class Room:
    """`numbers`: of the new rules, in their order; `moves`: of the others."""

    numbers: tuple[int, ...]
    moves: tuple[Move, ...]
    notes: tuple[Note, ...] = ()


def make_room(
    listing: Listing,
    homes: Homes,
    wanted: Sequence[int],
    sides: Sequence[Sides],
    among: Sequence[int],
    held: Mapping[int, str],
    *,
    within: bool,
) -> Room | Refusal | None:
    """The fewest moves; None where there is no numbering, a Refusal where no order is what was asked.

    `within`: every rule stays in its range, or outside all. Else any number will do that is not retired.
    """
    return _Room(listing, homes, wanted, sides, among, held, within).run()


class _Room:
    def __init__(
        self,
        listing: Listing,
        homes: Homes,
        wanted: Sequence[int],
        sides: Sequence[Sides],
        among: Sequence[int],
        held: Mapping[int, str],
        within: bool,
    ) -> None:
        self.listing = listing
        self.homes = homes
        self.sides = sides
        self.among = among
        everywhere = Numbers([(PRIORITY_MIN, PRIORITY_MAX)]) - homes.gone
        self.numbers = [numbers - singles(held) for numbers in (homes.numbers if within else [everywhere])]
        self.wanted = wanted if within else [OUTSIDE] * len(wanted)
        self.place_of = {index: place for place, index in enumerate(listing.new)}
        self.holders = Counter(map(listing.at, bits_of(listing.known)))
        """How many rules have each number."""
        self.after = self._after()

    def _after(self) -> dict[int, int]:
        """Per rule the bitset of rules that must come after it."""
        listing, facts = self.listing, self.listing.facts
        after = dict.fromkeys(bits_of(listing.known), 0) | dict.fromkeys(listing.new, 0)
        for index in bits_of(listing.known):
            for other in bits_of(listing.sensitive[index] & listing.known):
                if facts.earlier[other] >> index & 1:
                    after[index] |= 1 << other
        for place, (mine, side) in enumerate(zip(listing.new, self.sides, strict=True)):
            after[mine] |= side.then
            for index in bits_of(side.first):
                after[index] |= 1 << mine
            self._keep_dead(mine, side, after)
            for other in bits_of(self.among[place]):
                after[mine] |= 1 << listing.new[other]
        return after

    def _keep_dead(self, mine: int, side: Sides, after: dict[int, int]) -> None:
        """Rules that do the same may pass each other, but then one gets requests that the other is to give to the new rule.

        So a rule behind the first that gives way stays behind the new one, and one that has to come before the new rule is not passed by them.
        """
        listing, facts = self.listing, self.listing.facts
        for giving in bits_of(side.then & side.live):
            for index in bits_of(side.first & listing.sensitive[mine]):
                if facts.earlier[index] >> giving & 1 and facts.acts_alike(giving, index):
                    after[giving] |= 1 << index
        bound = min((listing.at(index) for index in bits_of(side.then)), default=PRIORITY_MAX + 1)
        for index in bits_of(listing.sensitive[mine] & listing.known & ~side.first & ~side.then):
            if listing.at(index) >= bound:
                after[mine] |= 1 << index

    def run(self) -> Room | Refusal | None:
        line = self._line()
        if line is None:
            return self._contradiction()
        jobs = [self._job(index) for index in line]
        pinned = singles(job.number for job in jobs if job.home == PINNED)
        place = {index: position for position, index in enumerate(line)}
        after = [sum(1 << place[other] for other in bits_of(self.after[index])) for index in line]
        found = number(Problem(tuple(numbers - pinned for numbers in self.numbers), tuple(jobs), after, near=frozenset((OUTSIDE,))))
        if not isinstance(found, Numbering):
            return None
        given = dict(zip(line, found.numbers, strict=True))
        new = tuple(given.pop(index) for index in self.listing.new)
        rules = self.listing.rules
        room = f"makes room for the new rule{'s' * (len(new) > 1)} at {listed(map(str, new))}"
        moves = tuple(
            Move(rules[index].id, self.listing.at(index), at, self._range_at(at), room)
            for index, at in sorted(given.items(), key=lambda item: item[1])
            if at != self.listing.at(index)
        )
        fewest = max(0, found.at_least - len(new))
        notes = () if found.proved else (Note(f"fewer moves may do: {fewest} at least are needed"),)
        return Room(new, moves, (*notes, *kept_elsewhere(rules, moves)))

    def _line(self) -> list[int] | None:
        """All rules in one order that keeps what must come after what, by today's numbers where it is free; None for a circle."""
        missing = dict.fromkeys(self.after, 0)
        for bits in self.after.values():
            for other in bits_of(bits):
                missing[other] += 1
        keys = {index: self._key(index) for index in self.after}
        ready = [(keys[index], index) for index, many in missing.items() if not many]
        heapify(ready)
        line = []
        while ready:
            _, index = heappop(ready)
            line.append(index)
            for other in bits_of(self.after[index]):
                missing[other] -= 1
                if not missing[other]:
                    heappush(ready, (keys[other], other))
        return line if len(line) == len(self.after) else None

    def _key(self, index: int) -> float:
        place = self.place_of.get(index)
        if place is None:
            return float(self.listing.at(index))
        return min((self.listing.at(other) for other in bits_of(self.sides[place].then)), default=PRIORITY_MAX + 1) - 0.5

    def _job(self, index: int) -> Job:
        place = self.place_of.get(index)
        if place is not None:
            return Job(PRIORITY_MAX + 1 + place, self.wanted[place])
        at = self.listing.at(index)
        home = next((position for position, numbers in enumerate(self.numbers) if at in numbers), PINNED)
        shared = self.holders[at] > 1
        uncertain = bool(self.listing.sensitive[index] & self.listing.floating)
        stays = bool(owner_of(self.listing.rules[index])) or shared or uncertain or "priority" in self.listing.rules[index].left_alone
        return Job(at, PINNED if stays else home)

    def _range_at(self, at: int) -> str:
        return next((item.name for item in self.homes.ranges if at in item), "")

    def _contradiction(self) -> Refusal:
        """Rules that must come first stand behind rules that must come then, and their own order matters."""
        rules = self.listing.rules
        for mine, side in zip(self.listing.new, self.sides, strict=True):
            for last in sorted(bits_of(side.first), key=self.listing.at, reverse=True):
                for hiding in sorted(bits_of(side.then), key=self.listing.at):
                    if self._leads(hiding, last):
                        one, other = rules[last], rules[hiding]
                        return Refusal(
                            self.listing.listener.id,
                            f"the rule must come after {called(one)} and before {called(other)}, but that one comes first",
                            (one.id, other.id),
                            (*self.listing.both(mine, last), *self.listing.both(mine, hiding)),
                            nearest=f"let {called(one)} come before {called(other)}, or narrow the new rule",
                        )
        return Refusal(
            self.listing.listener.id, "the orders that are asked for contradict each other", nearest="ask for one rule at a time"
        )

    def _leads(self, start: int, end: int) -> bool:
        seen = front = 1 << start
        while front:
            reached = 0
            for index in bits_of(front):
                reached |= self.after[index]
            front = reached & ~seen
            seen |= reached
        return bool(seen >> end & 1)
