"""Facts and config → a plan: homes, twins, order, numbers, steps; then proved by `proof`, which shares no code with any of them."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType

from alb_lint.analysis.counting import most_of
from alb_lint.analysis.decisions import order_sensitive
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.config import Config, spell
from alb_lint.findings.wording import counted, request_text
from alb_lint.model.limits import PRIORITY_MAX, PRIORITY_MIN
from alb_lint.plan.naming import called
from alb_lint.plan.numbering.numbering import LEAST_LINKS, PINNED, Job, Numbering, Problem, Stuck, number
from alb_lint.plan.numbering.numbers import Numbers
from alb_lint.plan.numbering.refusals import explain
from alb_lint.plan.plan import Change, Compaction, ListenerPlan, Move, Note, Piece, Plan, Refusal, Split, Step, added, kept_elsewhere
from alb_lint.plan.proof.digest import digest, joint_digest
from alb_lint.plan.proof.joins import check_compaction
from alb_lint.plan.proof.pieces import check_splits, check_together
from alb_lint.plan.proof.proof import Proof, check_merges
from alb_lint.plan.proof.walk import check_walk
from alb_lint.plan.steps.apply import compacted, merged, parted, piece_ids, renumbered
from alb_lint.plan.steps.calls import forward_calls, rollback_calls
from alb_lint.plan.steps.one_at_a_time import Blocked, Spent, Trip, hops
from alb_lint.plan.wanted.allowed_numbers import OUTSIDE, Homes, homes_of
from alb_lint.plan.wanted.compaction import compaction_of
from alb_lint.plan.wanted.numbered_together import Unit, units_of
from alb_lint.plan.wanted.one_literal import Literal, adopted, given_by_literal, leading, literal_key
from alb_lint.plan.wanted.order import Order, Wish, order_of
from alb_lint.plan.wanted.splitting import excess, in_pieces, splits_of
from alb_lint.plan.wanted.traffic import busiest_first
from alb_lint.plan.wanted.twins import Twins, twins_of
from alb_lint.plan.ways_out import with_ways
from alb_lint.plan.work import Work
from alb_lint.record import record, replace
from alb_lint.space.covers import Relocated, bits_of


@record
class Options:
    """`today` (ISO) decides which retirements hold. `environment`: which [[weights]] apply, "" for the config's own.

    `alike`: numbers that are wanted for rules by the literal they share with rules of other listeners.
    `traffic`: (id of the listener, number) → requests; with it the busiest rules come first, as far as the order allows.
    `work`: what the run may spend, a usual amount where it is not told.
    """

    today: str
    spread: bool = False
    fix_shadowed: bool = False
    merge_twins: bool = False
    compact: bool = False
    environment: str = ""
    traffic: Mapping[tuple[str, int], int] | None = None
    split: bool = False
    alike: Mapping[Literal, int] = MappingProxyType({})
    work: Work | None = None


def make_plan(facts: Sequence[ListenerFacts], config: Config, options: Options) -> Plan:
    """The plan for all listeners, each on its own; those that get none are in `refused` with the reason."""
    options = options if options.work is not None else replace(options, work=Work())
    made = [plan_listener(one, config, options) for one in facts]
    pairs = [(one, plan) for one, plan in zip(facts, made, strict=True) if isinstance(plan, ListenerPlan)]
    wanted = leading(pairs)
    listeners = [_alike(one, plan, config, options, wanted) for one, plan in pairs]
    refused = [refusal for item in made if not isinstance(item, ListenerPlan) for refusal in item]
    return Plan(tuple(listeners), tuple(refused), joint_digest((item.id, item.digest) for item in listeners))


def _alike(facts: ListenerFacts, plan: ListenerPlan, config: Config, options: Options, wanted: Mapping[Literal, int]) -> ListenerPlan:
    """The plan, where it can be with the number of other listeners for each literal that they share: only then can the code say it."""
    own = given_by_literal(facts, plan)
    if options.traffic is not None or all(wanted[key] == number for key, number in own.items()):
        return plan
    found = _attempt(facts, config, replace(options, alike=wanted))
    return found if isinstance(found, ListenerPlan) and found.moved <= plan.moved else plan


def plan_listener(facts: ListenerFacts, config: Config, options: Options) -> ListenerPlan | list[Refusal]:
    """The plan of one listener, proved; or every reason why there is none, with what would give one."""
    made = _attempt(facts, config, options)
    if isinstance(made, ListenerPlan):
        return made
    notes = _twins(facts, config, options).notes

    def attempt(otherwise: Config, wishes: Options) -> ListenerPlan | list[Refusal]:
        return _attempt(facts, otherwise, wishes)

    return with_ways(made, facts.listener, notes, config, options, attempt)


def _twins(facts: ListenerFacts, config: Config, options: Options) -> Twins:
    return twins_of(facts, config, options.environment or config.environment) if options.merge_twins else Twins((), ())


def _attempt(facts: ListenerFacts, config: Config, options: Options) -> ListenerPlan | list[Refusal]:
    listener = facts.listener
    work = options.work or Work()
    if listener.unread is not None:
        reason = f"not all of its rules were read ({listener.unread.reason}), and one that was not may hold any number"
        return [Refusal(listener.id, reason, nearest="the gap tells what failed; read the listener again, whole")]
    twins = _twins(facts, config, options)
    after = ListenerFacts(merged(listener, twins.merges)) if twins.merges else facts
    homes = homes_of(after.listener, after.rules, config, options.today)
    fewer: Compaction | None = None
    if options.compact:
        fewer = compaction_of(after, homes, work)
        if fewer.joins or fewer.removed:
            after = ListenerFacts(compacted(after.listener, fewer))
            homes = homes_of(after.listener, after.rules, config, options.today)
    splits, refused = splits_of(after) if options.split else ((), list[Refusal]())
    refused += [
        Refusal(listener.id, f"it could not be decided whether rules can be split: {flaw.reason}", flaw.rules, nearest="split them by hand")
        for flaw in check_together(after.listener, parted(after.listener, splits), splits)
    ]
    if refused:
        return refused
    leave: frozenset[int] = frozenset()
    while True:
        order = order_of(after, homes, config, work, options.fix_shadowed, leave)
        refusals = [*homes.refusals, *order.refusals]
        if refusals:
            return refusals
        numbered = _numbered(after, homes, order, splits, config, options, work)
        if isinstance(numbered, list):
            return numbered
        if numbered.stuck is None:
            return _Written(facts, after, twins, fewer, homes, order, numbered).plan(work)
        if not order.fixed:
            return [numbered.stuck]
        # what --fix-shadowed proposes gives way to the ranges, first where the two meet
        named = {index for index in order.fixed if after.rules[index].id in numbered.stuck.rules}
        leave |= named or order.fixed


def _numbered(
    facts: ListenerFacts, homes: Homes, order: Order, splits: Sequence[Split], config: Config, options: Options, work: Work
) -> "_Numbered | list[Refusal]":
    """Numbers for the rules, and for the pieces of those that are split, which all keep the order that their rule has to others."""
    if not splits:
        return _Numbered(facts, homes, order, options, work)
    pieces = ListenerFacts(parted(facts.listener, splits))
    rooms = homes_of(pieces.listener, pieces.rules, config, options.today)
    if rooms.refusals:
        return rooms.refusals
    origin = {name: split.rule for split in splits for name in piece_ids(split.rule, len(split.pieces))}
    found = _Numbered(pieces, rooms, in_pieces(order, facts, pieces, origin), options, work)
    found.put_together(facts, splits)
    if found.stuck is not None:
        found.stuck = replace(found.stuck, rules=tuple(dict.fromkeys(origin.get(name, name) for name in found.stuck.rules)))
    return found


class _Numbered:
    """Numbers for the rules of one listener. `new`: per rule, None for those that take no part; `stuck`: why there are none."""

    def __init__(self, facts: ListenerFacts, homes: Homes, order: Order, options: Options, work: Work) -> None:
        self.work = work
        self.facts = facts
        self.homes = homes
        self.free = homes  # without the numbers of rules that stay for what is unknown
        self.order = order
        self.options = options
        self.notes: list[Note] = []
        self.new: list[int | None] = [None] * facts.count
        self.at_least = 0
        self.stuck: Refusal | None = None
        self.splits: tuple[Split, ...] = ()
        self._run()

    def put_together(self, facts: ListenerFacts, splits: Sequence[Split]) -> None:
        """Numbers for the rules as they are before the splits, and the splits with theirs. Of its pieces the rule is one that keeps its number."""
        given = dict(zip((rule.id for rule in self.facts.rules), self.new, strict=True))
        whole = {rule.id: rule.priority for rule in facts.rules}
        made = []
        for split in splits:
            numbered = [
                Piece(given[name] or piece.priority, piece.conditions)
                for name, piece in zip(piece_ids(split.rule, len(split.pieces)), split.pieces, strict=True)
            ]
            numbered.sort(key=lambda piece: (piece.priority != whole[split.rule], piece.priority))
            made.append(replace(split, pieces=tuple(numbered)))
        own = given | {split.rule: split.pieces[0].priority for split in made}
        self.facts, self.splits = facts, tuple(made)
        self.new = [own[rule.id] for rule in facts.rules]
        self.at_least -= added(splits)

    def _run(self) -> None:
        if self._stays():
            self.new = [rule.priority if isinstance(rule.priority, int) else None for rule in self.facts.rules]
            return
        held = self._near_unknown()
        if self.stuck is not None:
            return
        units = units_of(self.facts, self.homes, self.order, held)
        self._refuse_pinned_pair(units)
        if self.stuck is not None:
            return
        found = self._number(units)
        mates = self._sharing(held)
        if mates:
            more = units_of(self.facts, self.homes, self.order, held | mates)
            stayed = self._number(more)
            if not isinstance(stayed, Stuck) and (isinstance(found, Stuck) or stayed.moved <= found.moved):
                units, found = more, stayed
        if isinstance(found, Stuck):
            self.stuck = explain(found, units, self.facts, self.free, self.order)
            return
        for unit, given in zip(units, found.numbers, strict=True):
            for index in unit.rules:
                self.new[index] = given
        if self.options.traffic is not None:
            shared = sum([1 << index for unit in units if len(unit.rules) > 1 or unit.home == PINNED for index in unit.rules])
            self.new = busiest_first(self.new, self.homes.home, self.order.after, self._requests(), shared)
            self.at_least = self._must()
            return
        if self.options.alike:
            free = [self._may_be(index) for index in range(self.facts.count)]
            after = [list(bits_of(bits)) for bits in self.order.after]
            self.new = adopted(self.facts, self.new, self.options.alike, after, free) or self.new
        moved = sum(given != self.facts.rules[index].priority for index, given in enumerate(self.new) if given is not None)
        together = any(len(unit.rules) > 1 for unit in units)
        # rules that share a number are moved together; whether parting them would move fewer is not searched
        self.at_least = self._must() if together and moved > self._must() else moved - found.moved + found.at_least

    def _stays(self) -> bool:
        """Whether it is plain to see that every rule keeps its number: each has its own, where it may be, and nobody asks for more."""
        asked = self.order.wishes or self.options.spread or self.options.alike or self.options.traffic is not None
        if asked or self.facts.compiled.floating or sum([bits.bit_count() for bits in self.order.after]) > LEAST_LINKS:
            return False
        numbers = {rule.priority for rule in self.facts.rules}
        return len(numbers) == self.facts.count and not self._must()

    def _requests(self) -> dict[int, int]:
        """Per rule how many requests the logs say that it answered."""
        traffic, listener = self.options.traffic or {}, self.facts.listener.id
        numbers = [(index, rule.priority) for index, rule in enumerate(self.facts.rules)]
        return {index: traffic.get((listener, number), 0) for index, number in numbers if isinstance(number, int)}

    def _near_unknown(self) -> int:
        """Rules of which the order to a rule of unknown number matters: they stay, since whatever they pass is not known."""
        floating = self.facts.compiled.floating
        if not floating:
            return 0
        held = 0
        for index, bits in enumerate(order_sensitive(self.facts)):
            if bits & floating and not floating >> index & 1:
                held |= 1 << index
                other = self.facts.rules[next(bits_of(bits & floating))]
                rule = self.facts.rules[index]
                names = (rule.id, other.id)
                told = f"it may not pass {called(other)}, whose number is unknown"
                if self._misplaced(index) and self.stuck is None:
                    wrong = f"{called(rule)} cannot stay where it is, but {told}"
                    shared = self.facts.shared_request(index, self.facts.rules.index(other))
                    witnesses = (("both", shared),) if shared is not None else ()
                    self.stuck = Refusal(self.facts.listener.id, wrong, names, witnesses, nearest=f"give the number of {called(other)}")
                self.notes.append(Note(f"{called(rule)} stays: {told}", names))
        fixed = Numbers((number, number) for index in bits_of(held) if isinstance(number := self.facts.rules[index].priority, int))
        self.free = replace(self.homes, numbers=[numbers - fixed for numbers in self.homes.numbers])
        return held

    def _sharing(self, held: int) -> int:
        """Rules that have the number of a held one and never exist beside those that have it: they can keep it too."""
        mates = 0
        numbers = {self.facts.rules[index].priority for index in bits_of(held)}
        for other, rule in enumerate(self.facts.rules):
            if rule.priority in numbers and not held >> other & 1 and not self._misplaced(other):
                same = sum([1 << one for one in bits_of(held | mates) if self.facts.rules[one].priority == rule.priority])
                if not same & ~self.facts.excluded(other):
                    mates |= 1 << other
        return mates

    def _refuse_pinned_pair(self, units: Sequence[Unit]) -> None:
        """Two rules that claim one number, neither of which may move, cannot be parted."""
        holders: dict[int, Unit] = {}
        for unit in units:
            if unit.home == PINNED and unit.number in holders:
                pair = [self.facts.rules[one.rules[0]] for one in (holders[unit.number], unit)]
                reason = f"{called(pair[0])} and {called(pair[1])} have the same number, and neither may be moved"
                self.stuck = Refusal(self.facts.listener.id, reason, tuple(rule.id for rule in pair), nearest="move one of them by hand")
                return
            if unit.home == PINNED:
                holders[unit.number] = unit

    def _number(self, units: Sequence[Unit]) -> Numbering | Stuck:
        places = Relocated({index: position for position, unit in enumerate(units) for index in unit.rules})
        after = []
        for unit in units:
            later = 0
            for index in unit.rules:
                later |= places.of(self.order.after[index])
            after.append(later)
        ranges = range(1, len(self.free.numbers))
        problem = Problem(
            tuple(self.free.numbers),
            tuple(Job(unit.number, unit.home) for unit in units),
            after,
            spread=frozenset(ranges) if self.options.spread else frozenset(),
            near=frozenset((OUTSIDE,)),
        )
        return number(problem, self.work.numbering)

    def _must(self) -> int:
        """How many rules stand where they must not be."""
        return sum(self._misplaced(index) for index in range(self.facts.count))

    def _may_be(self, index: int) -> bool:
        """Whether the rule may have the number that is wanted for its literal."""
        key = literal_key(self.facts.rules[index])
        return (
            key is not None
            and self.homes.home[index] != PINNED
            and self.options.alike.get(key, 0) in self.free.numbers[self.homes.home[index]]
        )

    def _misplaced(self, index: int) -> bool:
        home, number = self.homes.home[index], self.facts.rules[index].priority
        return home != PINNED and isinstance(number, int) and number not in self.homes.numbers[home]


class _Written:
    """Puts the numbers into words and steps, and has them proved."""

    def __init__(
        self,
        base: ListenerFacts,
        facts: ListenerFacts,
        twins: Twins,
        fewer: Compaction | None,
        homes: Homes,
        order: Order,
        numbered: _Numbered,
    ) -> None:
        self.fewer = fewer
        self.base = base
        self.facts = facts
        self.twins = twins
        self.homes = homes
        self.order = order
        self.numbered = numbered
        self.new = numbered.new
        self.notes = [*twins.notes, *homes.notes, *order.notes, *numbered.notes, *self._too_much()]

    def _too_much(self) -> Iterator[Note]:
        """What a compaction leaves over the limits of a rule."""
        most, split = most_of(self.facts.listener), {split.rule for split in self.numbered.splits}
        for rule in self.facts.rules if self.fewer is not None else ():
            if rule.id not in split and not most.hold(rule.conditions):
                told = f"{called(rule)} still has {excess(rule, most)}: --split makes several rules of it"
                yield Note(told, (rule.id,))

    def plan(self, work: Work) -> ListenerPlan:
        rules = self.facts.rules
        moves = tuple(self._move(index) for index in self._moved())
        proof = Proof(self.facts, {move.rule: move.new for move in moves})
        changes = self._changes(proof)
        walk = self._walk()
        flaws = [*proof.check(changes), *check_merges(self.base, self.twins.merges)]
        if self.fewer is not None:
            flaws += check_compaction(merged(self.base.listener, self.twins.merges), self.fewer)
        flaws += check_splits(renumbered(self.facts.listener, {move.rule: move.new for move in moves}), self.numbered.splits)
        if walk is not None:
            flaws += check_walk(proof, walk)
        if flaws:
            raise AssertionError(f"the planner's own plan does not hold: {flaws[0].reason}")
        listener = self.base.listener
        numbers = {rule.id: self.new[index] for index, rule in enumerate(rules)}
        merges = tuple(replace(merge, priority=numbers[merge.keep] or merge.priority) for merge in self.twins.merges)
        return ListenerPlan(
            id=listener.id,
            name=listener.name,
            digest=digest(listener),
            moves=moves,
            merges=merges,
            intended_changes=changes,
            kept=self.facts.count - len(moves),
            at_least=self.numbered.at_least,
            proof=proof.summary(work),
            steps=forward_calls(listener, merges, moves, self._fewer(moves), self.numbered.splits),
            one_at_a_time=walk,
            rollback=rollback_calls(listener, merges, moves, self._fewer(moves), self.numbered.splits),
            notes=(*self.notes, *kept_elsewhere(rules, moves)),
            compaction=self._fewer(moves),
            splits=self.numbered.splits,
        )

    def _fewer(self, moves: Sequence[Move]) -> Compaction | None:
        """The compaction, each joined rule with the number at which it ends."""
        if self.fewer is None or not self.fewer.joins:
            return self.fewer
        new = {move.rule: move.new for move in moves}
        return replace(self.fewer, joins=tuple(replace(join, priority=new.get(join.keep, join.priority)) for join in self.fewer.joins))

    def _moved(self) -> list[int]:
        """Moved rules by their new number."""
        moved = [index for index, given in enumerate(self.new) if given is not None and given != self.facts.rules[index].priority]
        return sorted(moved, key=lambda index: (self.new[index] or 0, index))

    def _move(self, index: int) -> Move:
        rule = self.facts.rules[index]
        home = self.homes.range_of(index)
        new = self.new[index]
        assert isinstance(rule.priority, int)
        assert new is not None
        return Move(rule.id, rule.priority, new, home.name if home is not None else "", self._because(index, rule.priority))

    def _because(self, index: int, old: int) -> str:
        home = self.homes.range_of(index)
        if home is not None and old not in home:
            return f"it belongs to {home.name} ({spell(home.priorities)})"
        if self.homes.retirement(old):
            return self.homes.retirement(old)
        if not PRIORITY_MIN <= old <= PRIORITY_MAX:
            return f"{old} is outside {PRIORITY_MIN}-{PRIORITY_MAX}"
        inside = next((item for item in self.homes.ranges if old in item), None)
        if home is None and inside is not None:
            return f"{old} lies in {inside.name}, where it does not belong"
        if self.numbered.options.traffic is not None:
            return f"{self.numbered.options.traffic.get((self.facts.listener.id, old), 0):,} requests in the logs"
        if index in self._wished:
            return self._wished[index].because
        if old in self._holders:
            return f"{old} goes to {called(self.facts.rules[self._holders[old]])}"
        return "to stay in order with the rules that move"

    @cached_property
    def _wished(self) -> dict[int, Wish]:
        """Per rule the first wish that turns its order to another."""
        return {index: wish for wish in reversed(self.order.flips) for index in (wish.first, wish.then)}

    @cached_property
    def _holders(self) -> dict[int, int]:
        """Per new number the first rule that gets it."""
        return {new: index for index, new in reversed(list(enumerate(self.new))) if new is not None}

    def _changes(self, proof: Proof) -> tuple[Change, ...]:
        wishes = {(wish.first, wish.then): wish for wish in self.order.flips}
        found = []
        for swap in proof.swaps:
            wish: Wish | None = wishes.get((swap.first, swap.then))
            if wish is None:
                continue
            first, then = self.facts.rules[swap.first], self.facts.rules[swap.then]
            found.append(Change(first.id, then.id, swap.request, wish.because, swap.changes))
        return tuple(found)

    def _reversals(self) -> frozenset[tuple[int, int]]:
        earlier = self.facts.earlier
        return frozenset((wish.first, wish.then) for wish in self.order.flips if earlier[wish.first] >> wish.then & 1)

    def _walk(self) -> tuple[Step, ...] | None:
        rules = self.facts.rules
        if not self._moved():
            return ()
        now = [
            rule.priority if new is not None and isinstance(rule.priority, int) else None for rule, new in zip(rules, self.new, strict=True)
        ]
        apart = [self.facts.excluded(index) for index in range(self.facts.count)]
        touch = self.facts.may_meet
        found = hops(Trip(now, self.new, self.order.sensitive, apart, touch, self._reversals()))
        if isinstance(found, Spent):
            reason = f"whether the rules can be moved one at a time was not decided: {counted(found.left, 'rule')} still had to move when the steps "
            self.notes.append(Note(f"{reason}of the search were spent; SetRulePriorities moves them all at once"))
            return None
        if isinstance(found, Blocked):
            one, other = rules[found.index], rules[found.other]
            reason = f"the rules cannot be moved one at a time: {called(one)} has to wait for {called(other)}, and that one for it"
            shared = self.facts.shared_request(found.index, found.wall) if found.wall >= 0 else None
            if shared is not None:
                reason += (
                    f"; nor can it be parked, since it would pass {called(rules[found.wall])}, which matches {request_text(shared)} too"
                )
            reason += "; SetRulePriorities moves them all at once"
            self.notes.append(Note(reason, (one.id, other.id)))
            return None
        steps = []
        at = {index: number for index, number in enumerate(now) if number is not None}
        for hop in found:
            steps.append(Step(rules[hop.index].id, at[hop.index], hop.number, hop.parking))
            at[hop.index] = hop.number
        return tuple(steps)
