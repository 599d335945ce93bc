"""What checks, graph and planner read of one listener: computed once, on demand, all of it exact or said to be undecided.

Where a listener has regexes that AWS may read in more than one way, everything is computed under each reading: what holds under all is proved,
what holds under some is possible.
"""

from collections.abc import Hashable, Iterator, Sequence
from functools import cached_property, partial
from typing import Final, Literal

from alb_lint.analysis.actions import action_facts, action_key, surely_differ
from alb_lint.analysis.compile import (
    ANYTHING,
    HEADERS,
    HOST,
    METHOD,
    PATH,
    QUERY,
    SOURCE,
    AnySide,
    Compiled,
    Point,
    Side,
)
from alb_lint.analysis.evaluate import has_unknown, is_met, matches_rule, may_match
from alb_lint.analysis.glance import Glance
from alb_lint.analysis.reach import Standing, all_taken, answers_something, certain_for, escape, excluded_for, standing
from alb_lint.analysis.readings import readings_of
from alb_lint.analysis.sample import sample_rule
from alb_lint.analysis.witness import concrete
from alb_lint.model import (
    Condition,
    HostHeader,
    HttpHeader,
    HttpRequestMethod,
    Listener,
    OpaqueCondition,
    PathPattern,
    QueryString,
    Request,
    Rule,
    SourceIp,
)
from alb_lint.record import record
from alb_lint.space.addresses import block
from alb_lint.space.budget import OutOfBudget
from alb_lint.space.covers import bits_of, lowest
from alb_lint.space.glob import SEPARATOR, literal
from alb_lint.space.repeats import single_parameter

STEP: Final = 10
"""What a step of a search for a text of regexes takes of the work, a look at a condition being 1."""

OTHERS: Final = 10
"""Requests that other rules answer than those asked for, after which one of them will do."""

REDUNDANT: Final = 5_000_000
"""Work on the question which rules change no answer; each has its share of it, but LEAST_WORK."""

LEAST_WORK: Final = 2_000

POINT: Final = 100
"""What a search for a generic request takes of that work."""

TRY: Final = 10
"""What it takes of that work to look whether a real request meets one condition."""

ESCAPE: Final = 10
"""Conditions that it counts as to look whether other rules take a request."""

DOUBTS: Final = 50
"""Rules behind one for which it is undecided whether they take what it leaves, after which no further one is asked."""

Relation = Literal["equal", "wider", "narrower", "overlap", "disjoint", "undecided"]


@record
class Undecided:
    """The third answer; `reason` is for people."""

    reason: str


SIDES: Final[dict[type[Condition], int]] = {
    HttpRequestMethod: METHOD,
    HostHeader: HOST,
    PathPattern: PATH,
    SourceIp: SOURCE,
    HttpHeader: HEADERS,
    OpaqueCondition: HEADERS,
    QueryString: QUERY,
}
"""The dimension of each kind of condition."""


class ListenerFacts:
    """Facts on one listener. Rules are named by position in `rules`: asking order, those of unknown number last."""

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self.readings = readings_of(listener)
        self._all: list[Compiled] = []
        for reading in self.readings:
            self._all.append(Compiled(listener, reading, self._all))
        self.compiled = self._all[0]
        self.rules: list[Rule] = self.compiled.rules
        self._sampled = [sample_rule(rule, self.compiled.named) for rule in self.rules] if self.compiled.symbolic else self.rules
        """The rules under the valuation that witnesses are confirmed under."""
        self.count = len(self.rules)
        told = [action_facts(rule) for rule in self.rules]
        self.actions: list[Hashable] = [key for key, _ in told]
        self.known_actions = sum([1 << index for index, (_, known) in enumerate(told) if known])
        """Bitset of the rules whose action could be read."""
        self._on_redundant = 0
        """Work on the question which rules change no answer, so far."""
        self._points = 0
        """Searches for a generic request so far."""
        self._tried = 0
        """Conditions that real requests were held to so far; long texts and regexes count as more."""
        self._known_standings: dict[int, list[Standing]] = {}
        self._reaches: dict[int, Standing] = {}
        self._answering = [(0, 0)] * len(self._all)
        """Per reading the rules known to answer some request, and those known to answer none."""
        self.default_action: Hashable = action_key(listener.default) if listener.default else object()

    @cached_property
    def _acting(self) -> dict[Hashable, int]:
        """Action → bitset of the rules that have it."""
        acting: dict[Hashable, int] = {}
        for place, action in enumerate(self.actions):
            acting[action] = acting.get(action, 0) | 1 << place
        return acting

    @property
    def conditions(self) -> list[Condition]:
        """Those of all rules, each object once, for what is asked of conditions whoever has them."""
        return self.compiled.conditions

    @cached_property
    def path_values(self) -> list[list[str]]:
        """Per rule its known path values, in order."""
        known = {id(condition): _texts(condition) for condition in self.conditions if isinstance(condition, PathPattern)}
        return [[value for item in rule.conditions for value in known.get(id(item), ())] for rule in self.rules]

    @property
    def earlier(self) -> list[int]:
        """Per rule the bitset of rules with a lower number."""
        return self.compiled.earlier

    @cached_property
    def settled(self) -> int:
        """Bitset of the rules of which everything that decides matching is known."""
        compiled = self.compiled
        return compiled.everything & ~(compiled.broken | compiled.conditional | compiled.floating | self._vague)

    @cached_property
    def extents(self) -> int:
        """Bitset of the rules of which the requests are known that they match, wherever they stand and whether or not they exist."""
        return self.compiled.everything & ~(self.compiled.broken | self._vague)

    # -- pairs ---------------------------------------------------------------------------------------------------------------

    @cached_property
    def _sides(self) -> list[list[list[Side]]]:
        return [[compiled.sides(index) for index in range(self.count)] for compiled in self._all]

    @cached_property
    def meets(self) -> list[int]:
        """Per rule the rules that certainly share a request with it under every reading, itself included unless it is empty."""
        found = [self.compiled.everything] * self.count
        for table in self._sides:
            for index, (a, b, c, d, _, _) in enumerate(table):  # what may repeat never keeps two rules apart
                found[index] &= a.meets & b.meets & c.meets & d.meets
        nothing = self._nothing
        return [0 if nothing >> index & 1 else bits & ~nothing for index, bits in enumerate(found)] if nothing else found

    @cached_property
    def unsure(self) -> list[int]:
        """Per rule the rules with which overlap is undecided or differs between readings; those with something unknown included."""
        return [self._unsure(index) for index in range(self.count)] if self._doubtful else [0] * self.count

    @cached_property
    def may_meet(self) -> list[int]:
        """Per rule the rules that share a request with it, or may."""
        if not self._doubtful:
            return self.meets
        return [bits | more for bits, more in zip(self.meets, self.unsure, strict=True)]

    @cached_property
    def inside(self) -> list[int]:
        """Per rule the rules that certainly take all its requests under every reading, itself included; 0 for an empty rule."""
        found = [self.compiled.everything] * self.count
        for table in self._sides:
            for index, (a, b, c, d, e, f) in enumerate(table):
                found[index] &= a.inside & b.inside & c.inside & d.inside & e.inside & f.inside
        if self._doubtful or self._nothing:
            return [bits & self._whole(index) if not self.cut(index) else 0 for index, bits in enumerate(found)]
        return found

    @cached_property
    def _doubtful(self) -> bool:
        return (
            len(self._all) > 1
            or self.compiled.has_unknown
            or any(side.cut or side.unsure for compiled in self._all for table in compiled._sides for side in table.values())  # noqa: SLF001
        )

    @cached_property
    def _nothing(self) -> int:
        """Rules that can match nothing, or of which nothing is certain to match."""
        found = self.compiled.broken
        for compiled, table in zip(self._all, self._sides, strict=True):
            if compiled.has_empty_side:
                for index, mine in enumerate(table):
                    if any(side.nothing for side in mine):
                        found |= 1 << index
        return found

    def _whole(self, index: int) -> int:
        """Limits containment to rules whose extent is certain: a rule that may take more than is known is inside nothing."""
        return 0 if (self.compiled.broken | self._vague | self._nothing) >> index & 1 else ~self.compiled.broken

    def cut_off_with(self, index: int) -> int:
        """Of rules of which all is known, those with which overlap is undecided since work on it was cut off."""
        found = 0
        for table in self._sides:
            for side in table[index]:
                found |= side.unsure
        return found

    def _unsure(self, index: int) -> int:
        possible = 0
        for compiled, sides in zip(self._all, self._sides, strict=True):
            here = compiled.everything
            for number, side in enumerate(sides[index]):
                wide = compiled.everything if compiled.loose[number] >> index & 1 else side.meets | side.unsure | compiled.loose[number]
                here &= wide
            possible |= here
        return possible & ~self.meets[index] & ~(1 << index) & ~self.excluded(index)

    def excluded(self, index: int) -> int:
        """Rules that never exist together with this one."""
        return excluded_for(self.compiled, index)

    def relation(self, first: int, second: int) -> Relation:
        """What `first` is to `second`: "wider" if it takes all of second's requests and more."""
        outer = self.inside[second] >> first & 1
        inner = self.inside[first] >> second & 1
        if outer and inner:
            return "equal"
        if outer or inner:
            unclear = not (self.extents >> first & 1 and self.extents >> second & 1)
            if not unclear and self.compiled.symbolic:
                unclear = bool((self.may_lie_inside[first] >> second if outer else self.may_lie_inside[second] >> first) & 1)
            if unclear or (self.cut(first) if outer else self.cut(second)):
                return "undecided"
            return "wider" if outer else "narrower"
        if self.unsure[first] >> second & 1 or self.unsure[second] >> first & 1:
            return "undecided"
        if not self.meets[first] >> second & 1:
            return "disjoint"
        if self.cut(first) or self.cut(second) or (len(self._all) > 1 and self._varies(first, second)):
            return "undecided"
        if self.compiled.symbolic and (self.may_lie_inside[first] >> second & 1 or self.may_lie_inside[second] >> first & 1):
            return "undecided"
        return "overlap"

    def by_host_and_path(self, first: int, second: int) -> Relation | None:
        """As `relation`, were the two to ask for nothing but their hosts and paths; None where the sides of the two do not tell it."""
        if self.clouded or self.compiled.has_empty_side:
            return None
        one, other = (self.compiled.sides(index) for index in (first, second))
        outer = (other[HOST].inside & other[PATH].inside) >> first & 1
        inner = (one[HOST].inside & one[PATH].inside) >> second & 1
        if outer or inner:
            return "equal" if outer and inner else "wider" if outer else "narrower"
        return "overlap" if (one[HOST].meets & one[PATH].meets) >> second & 1 else "disjoint"

    @cached_property
    def may_lie_inside(self) -> list[int]:
        """Per rule the rules that may take all its requests under some valuation of symbols; `inside` where there are none."""
        if not self.compiled.symbolic:
            return self.inside
        found = [self.compiled.everything] * self.count
        for table in self._sides:
            for index, sides in enumerate(table):
                for side in sides:
                    found[index] &= side.around
        return found

    def cut(self, index: int) -> bool:
        """Whether work on the rule was cut off, so that what lies inside what is not known of it."""
        return self._doubtful and any(side.cut for sides in self._sides for side in sides[index])

    @cached_property
    def cut_off(self) -> int:
        """Bitset of the rules on which work was cut off."""
        return sum([1 << index for index in range(self.count) if self.cut(index)]) if self._doubtful else 0

    def _varies(self, first: int, second: int) -> bool:
        """Whether containment of the two differs between readings."""
        answers = set()
        for sides in self._sides:
            outer = inner = -1
            for side in sides[second]:
                outer &= side.inside
            for side in sides[first]:
                inner &= side.inside
            answers.add((outer >> first & 1, inner >> second & 1))
        return len(answers) > 1

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Every pair that certainly shares a request, the earlier rule first; by first, then second."""
        for first in range(self.count):
            for second in bits_of(self.meets[first] >> (first + 1)):
                yield first, first + 1 + second

    def acts_alike(self, first: int, second: int) -> bool:
        return self.actions[first] == self.actions[second]

    def acting_alike(self, index: int) -> int:
        """Bitset of the rules that act as this one does."""
        return self._acting[self.actions[index]]

    def surely_differs(self, first: int, second: int) -> bool:
        """Whether the two certainly act differently, whatever the parts of their actions are that could not be read."""
        one, other = self.actions[first], self.actions[second]
        return one != other and (bool(self.known_actions >> first & self.known_actions >> second & 1) or surely_differ(one, other))

    @cached_property
    def holders(self) -> dict[int, int]:
        """Number → bitset of the rules that have it."""
        held: dict[int, int] = {}
        for place, rule in enumerate(self.rules):
            if isinstance(rule.priority, int):
                held[rule.priority] = held.get(rule.priority, 0) | 1 << place
        return held

    # -- reach ---------------------------------------------------------------------------------------------------------------

    def _standing(self, index: int) -> list[Standing]:
        """The standing of a rule under each reading. Of a listener that is tried only a few rules are asked for."""
        known = self._known_standings.get(index)
        if known is None:
            known = self._known_standings[index] = [
                standing(compiled, index, compiled.sides(index), self.actions, self.known_actions, partial(self._answers, number))
                for number, compiled in enumerate(self._all)
            ]
        return known

    def _answers(self, number: int, index: int, among: int) -> int:
        """Bitset of the rules of `among` that act as the rule does and answer any request under reading `number`."""
        alike = among & self._acting[self.actions[index]]
        yes, no = self._answering[number]
        for other in bits_of(alike & ~yes & ~no):
            standings = self._known_standings.get(other)
            if standings is not None:
                answering = standings[number].state == "reachable"
            else:
                compiled = self._all[number]
                answering = answers_something(compiled, other, compiled.sides(other))
            if answering:
                yes |= 1 << other
            else:
                no |= 1 << other
        self._answering[number] = yes, no
        return alike & yes

    def reach(self, index: int) -> Standing:
        """The standing of a rule under all readings; "undecided" with the reason where they disagree."""
        known = self._reaches.get(index)
        if known is None:
            known = self._reaches[index] = self._reach(index)
        return known

    def _reach(self, index: int) -> Standing:
        found = self._standing(index)
        if len(found) == 1:
            return found[0]
        if self.differs_by_reading(index):
            told = " or ".join(sorted({item.state for item in found}))
            return Standing("undecided", reason=f"{told}, depending on how AWS reads a regex")
        return next((item for item in found if item.state == "undecided"), found[0])

    def differs_by_reading(self, index: int) -> bool:
        """Whether the rule stands otherwise under one reading of regexes than under another, and is decided under each."""
        states = {item.state for item in self._standing(index)}
        return len(states) > 1 and "undecided" not in states

    def answers_nothing(self, index: int) -> bool:
        """Whether earlier rules take all requests of the rule, under some reading at least."""
        return any(item.state in ("shadowed", "empty") for item in self._standing(index))

    def place_matters(self, index: int) -> int:
        """For a rule of unknown number: the rules that act differently on a request both match, or may, and that may stand on either side."""
        rivals = self.may_meet[index] & self.compiled.may_precede(index) & ~self.earlier[index]
        rivals &= ~self.excluded(index) & ~(1 << index)
        return sum(1 << other for other in bits_of(rivals) if not self.acts_alike(index, other))

    # -- requests ------------------------------------------------------------------------------------------------------------

    def near(self, request: Request) -> int:
        """Bitset of the rules that the indexes let through: all that may match the request, and some more where something is not known."""
        client = block(request.source_ip)
        path, host = literal(request.path), literal(request.host.lower())
        found = 0
        for compiled, let in zip(self._all, self._let_through, strict=True):  # the indexes hold the regexes under one reading each
            here = compiled.methods.get(request.method, 0) | let[METHOD]
            here &= compiled.paths.cover(path) | let[PATH]
            here &= compiled.hosts.cover(host[::-1] if compiled.turned else literal(request.host)) | let[HOST]
            if client is not None and compiled.held[SOURCE] and client[0] in compiled.families:
                here &= compiled.sources.cover((client[0], client[1])) | let[SOURCE]
            here &= compiled.carried(HEADERS, request.headers) | let[HEADERS]
            here &= compiled.carried(QUERY, request.query) | let[QUERY]
            found |= here | compiled.broken
        return found

    @cached_property
    def _let_through(self) -> list[list[int]]:
        """Under each reading, per dimension, the rules that its index says nothing of: those that ask for nothing there, those that may take more
        than is known, and those with a symbol there, or what else is not known, in a listener with symbols.
        """
        wild = [0] * 6
        for index, rule in enumerate(self.rules if self.compiled.symbolic else ()):
            for condition in rule.conditions:
                if has_unknown(condition):
                    wild[SIDES[type(condition)]] |= 1 << index
        # of headers and parameters the index itself knows who asks for none
        return [[a | b | c for a, b, c in zip((*compiled.free, 0, 0), compiled.loose, wild, strict=True)] for compiled in self._all]

    def winner(self, request: Request) -> int | None:
        """Position of the first rule that certainly takes the request under every reading, and before which no other may; else None."""
        for index in bits_of(self.near(request)):
            rule = self._sampled[index]
            if self.takes(index, request):
                return index
            if any(may_match(rule, request, reading) for reading in self.readings):
                return None
        return None

    def takes(self, index: int, request: Request) -> bool:
        """Whether the rule certainly matches the request, under every reading."""
        rule = self._sampled[index]
        for reading in self.readings:
            if not matches_rule(rule, request, reading):
                return False
        return True

    def escapes(self, request: Request, avoid: int) -> bool:
        """Whether no rule of `avoid` may match the request, under any reading."""
        settled = self.settled
        if avoid & (avoid - 1):
            avoid &= self.near(request)
        for reading in self.readings:
            for index in bits_of(avoid):
                # what is wholly known may match only if it does
                match = matches_rule if settled >> index & 1 else may_match
                if match(self._sampled[index], request, reading):
                    return False
        return True

    def own_request(self, index: int) -> Request | None:
        """A request that the rule itself answers, confirmed by the evaluator; None where none was found."""
        avoid = self.compiled.may_precede(index) & ~self.excluded(index) & ~(1 << index)
        for here in self._standing(index):
            for point in here.points if here.state == "reachable" else ():
                found = concrete(point, lambda request: self.takes(index, request) and self.escapes(request, avoid))
                if found is not None:
                    return found
        return None

    def hidden_request(self, index: int, winners: int = -1) -> Request | None:
        """A request that the rule matches and an earlier rule answers, one of the bitset `winners` where a few tries find that; None where none
        was found.
        """
        blockers = self.earlier[index]
        others: list[Request] = []

        def lost(request: Request) -> bool:
            if not self.takes(index, request):
                return False
            first = next((other for other in bits_of(blockers & self.near(request)) if self.takes(other, request)), None)
            if first is None or winners >> first & 1:
                return first is not None
            others.append(request)
            return len(others) > OTHERS

        for point in self._standing(index)[0].points:
            found = concrete(point, lost)
            if found is not None or len(others) > OTHERS:
                return found if len(others) <= OTHERS else others[0]
        return others[0] if others else None

    def any_request(self, index: int) -> Request | None:
        """A request that the rule matches, whoever answers it; None for an empty rule."""
        return self.find((index,), 0)

    def shared_request(self, first: int, second: int, avoid: int = 0) -> Request | None:
        """A request that both rules match and none of `avoid` may; None where there is none, or none was found."""
        return self.find((first, second), avoid)

    def only_request(self, index: int, avoid: int) -> Request | None:
        """A request that the rule matches and none of `avoid` may."""
        return self.find((index,), avoid)

    def find(self, wanted: tuple[int, ...], avoid: int) -> Request | None:
        """A request in the one or two `wanted` rules and in none of `avoid`, confirmed by the evaluator; None: none, or none was found."""
        found = self.search(wanted, avoid)
        return found if isinstance(found, Request) else None

    def search(self, wanted: tuple[int, ...], avoid: int) -> Request | Undecided | None:
        """As `find`, with None only where it is proved that there is no such request under any reading."""
        doubts: list[str] = []
        if len(wanted) == 2 and not self.compiled.symbolic and self.meets[wanted[0]] >> wanted[1] & 1:
            self._points += 1
            self._tried += self._looks(*wanted)
            parts = self._glances[0].parts(*wanted, self._rivals(*wanted, avoid))
            request = None if parts is None else self._shown(self.compiled.point(parts), wanted, avoid)
            if request is not None:
                return request
        if self._regexed:
            self._tried += self.count // 50  # what is looked at for each of them
        for compiled in self._all:
            found = self._point(compiled, wanted, avoid)
            if isinstance(found, Undecided):
                doubts.append(found.reason)
            elif found is not None:
                request = self._shown(found, wanted, avoid)
                if request is not None:
                    return request
                doubts.append("no real request was found for the generic one")
        return Undecided(doubts[0]) if doubts else None

    def answered_within(self, index: int | None, conditions: Sequence[Condition]) -> Request | Undecided | None:
        """A request that meets all the conditions and that the rule answers, None for the default action; None: there is none.

        Undecided where that takes more than what the rules themselves ask for: for other conditions than on their hosts and paths, and where
        something is unknown.
        """
        compiled = self.compiled
        wanted = None if self.clouded else compiled.wanted(conditions)
        if wanted is None:
            return Undecided("not to be told from the rules alone")
        mine = ANYTHING if index is None else compiled.values[index]
        before = compiled.everything if index is None else compiled.earlier[index]
        sides = [compiled.shared(side, mine[side], wanted[side]) for side in range(6)]
        try:
            found = None if any(side.nothing for side in sides) else escape(compiled, sides, before)
        except OutOfBudget as stop:
            return Undecided(stop.reason)
        if found is None:
            cut = next((side.cut for side in sides if isinstance(side, Side) and side.cut), "")
            return Undecided(cut) if cut else None

        def holds(request: Request) -> bool:
            return (
                (index is None or self.takes(index, request))
                and all(is_met(condition, request, reading) for condition in conditions for reading in self.readings)
                and self.escapes(request, before)
            )

        return concrete(compiled.point(found[0]), holds) or Undecided("no real request was found for the generic one")

    def _shown(self, point: Point, wanted: tuple[int, ...], avoid: int) -> Request | None:
        """The generic request as a real one, if that is confirmed."""
        size = len(point.host or "") + len(point.path or "") + sum([len(word) for _, word in (*point.headers, *point.query)])
        weight = 1 + sum([len(self.rules[one].conditions) + self._regex_sizes[one] * size // 5 for one in wanted])
        weight += max(0, size - 64) // 2 + (ESCAPE if avoid else 0)

        def holds(request: Request) -> bool:
            self._tried += weight
            for one in wanted:
                if not self.takes(one, request):
                    return False
            return self.escapes(request, avoid)

        return concrete(point, holds)

    def _doubts_beside(self, first: int, second: int) -> bool:
        """Whether something of one of two rules is not known, or was cut off."""
        return not (self.settled >> first & self.settled >> second & 1) or self.cut(first) or self.cut(second)

    def exists(self, wanted: tuple[int, ...], avoid: int, *, glanced: bool = False) -> bool | Undecided:
        """Whether there is a request in the one or two `wanted` rules and in none of `avoid`; cheaper than `search`, which shows it.

        `glanced`: one glance did not show it.
        """
        if len(wanted) == 2 and not self.compiled.symbolic and self.meets[wanted[0]] >> wanted[1] & 1:
            rivals = self._rivals(*wanted, avoid)
            if not rivals & self._vague:
                by_regex = self._regexed & (1 << wanted[0] | 1 << wanted[1])
                glances = self._glances if by_regex else self._glances[:1]
                if not glanced and all(glance.shows(*wanted, rivals) for glance in glances):
                    return True
                # where regexes are read in two ways, what rules without one take they take in both
                sure = (
                    rivals
                    if not self.clouded
                    else 0
                    if by_regex or self._doubts_beside(*wanted)
                    else rivals & self.settled & ~self._regexed
                )
                if sure and glances[0].taken(*wanted, sure):
                    return False
                if all(glance.parts(*wanted, rivals) is not None for glance in glances):
                    return True
        found = [self._point(compiled, wanted, avoid) for compiled in self._all]
        doubt = next((item for item in found if isinstance(item, Undecided)), None)
        if doubt is not None:
            return doubt
        if len({item is None for item in found}) > 1:
            return Undecided("it depends on how AWS reads a regex")
        return found[0] is not None

    @property
    def worked(self) -> int:
        """The work of all questions so far: steps of searches for texts of regexes, each STEP, and texts, and conditions on headers and parameters,
        that were looked at.
        """
        found = 0
        for compiled in self._all:
            for index in (compiled.hosts, compiled.paths):
                found += index.worked
                if index.regexes:
                    found += STEP * index.mixed.spent
            for repeats in compiled.repeats:
                found += repeats.looked
        return found

    @property
    def effort(self) -> int:
        """The work of all questions so far, searches for a generic request and for a real one included."""
        return self.worked + POINT * self._points + TRY * self._tried

    def glanced(self, first: int, others: int, avoid: int) -> int:
        """Those of `others` of which one glance shows a request that `first` matches too and none of `avoid`; of the rest nothing is said."""
        if self.compiled.symbolic:
            return 0
        found = others & self.meets[first]
        vague = avoid & self._vague
        vague = vague and vague & self.may_meet[first]
        if vague:
            found = sum([1 << second for second in bits_of(found) if not vague & self.may_meet[second]])
        found = found and self._glances[0].shown(first, found, avoid)
        other = found if self._regexed >> first & 1 else found & self._regexed
        found ^= other
        for glance in self._glances[1:]:
            other = other and glance.shown(first, other, avoid)
        return found | other

    def may_escape_with(self, first: int, avoid: int) -> int:
        """The rules with which `first` may share a request that none of `avoid` takes; of the rest it is certain, under some reading at least, that
        there is none. Only values with regexes are looked at.
        """
        found = self.compiled.everything
        if not self.compiled.symbolic:
            for compiled in self._all:
                sides = compiled.sides(first)
                for number, index in ((HOST, compiled.hosts), (PATH, compiled.paths)):
                    mine = compiled.values[first][number]
                    if mine and index.regexes:
                        wide = avoid & ~compiled.broken
                        for other, side in enumerate(sides):
                            if other != number:
                                wide &= 0 if side.cut else side.inside
                        found &= index.mixed.left_with(mine, wide) | compiled.free[number]
        return found

    @cached_property
    def _glances(self) -> list[Glance]:
        """Under each reading; what no regex takes under the first one, which finds most, none takes under another."""
        return [Glance(compiled) for compiled in self._all]

    def _looks(self, first: int, second: int) -> int:
        """What a look at two rules counts as beyond that of two usual ones: of many values each two are put together, and held to all rules."""
        mine, theirs = self.compiled.values[first], self.compiled.values[second]
        pairs = max(len(mine[side] or ()) * len(theirs[side] or ()) for side in (HOST, PATH, SOURCE))
        return max(0, pairs - 4) // 2 + self.count // 3_000 * 5

    @cached_property
    def _regex_sizes(self) -> list[int]:
        """Per rule how many characters its regexes have."""
        found = []
        for rule in self.rules:
            texts = [text for item in rule.conditions for text in getattr(item, "regexes", ())]
            found.append(sum([len(text) for text in texts if isinstance(text, str)]))
        return found

    @cached_property
    def _regexed(self) -> int:
        """Bitset of the rules with a regex of their own."""
        own = {id(condition) for condition in self.conditions if getattr(condition, "regexes", ())}
        return sum([1 << at for at, rule in enumerate(self.rules) if not own.isdisjoint(map(id, rule.conditions))]) if own else 0

    @cached_property
    def _vague(self) -> int:
        """Bitset of the rules that may take more than is known of them, where something is known."""
        found = 0
        for bits in self.compiled.loose:
            found |= bits
        return found

    @cached_property
    def limitless(self) -> int:
        """Bitset of the rules that may take every request, since nothing that they ask for is known."""
        return sum([1 << index for index in bits_of(self.compiled.broken) if not any(self.compiled.values[index])])

    @cached_property
    def clouded(self) -> bool:
        """Whether words that lie in two rules say less than all: something is unknown, cut off or read in several ways."""
        return len(self._all) > 1 or self._doubtful

    def _rivals(self, first: int, second: int, avoid: int) -> int:
        """Those of `avoid` that can take a request of both."""
        return avoid & self.may_meet[first] & self.may_meet[second] & ~(1 << first | 1 << second)

    def _point(self, compiled: Compiled, wanted: tuple[int, ...], avoid: int) -> Point | Undecided | None:
        """A generic request in all `wanted` rules and in none of `avoid` under one reading; None only where there is none."""
        self._points += 1
        sides: Sequence[AnySide] = compiled.sides(wanted[0]) if len(wanted) == 1 else compiled.shared_sides(*wanted)
        if any(side.nothing for side in sides):
            if len(wanted) > 1 and compiled.symbolic and self.unsure[wanted[0]] >> wanted[1] & 1:
                return Undecided("it depends on a value that is not known")
            return None if all(self.settled >> one & 1 for one in wanted) else Undecided("a condition is unknown")
        for one in wanted:
            avoid &= ~(1 << one)
        try:
            found = escape(compiled, sides, avoid)
        except OutOfBudget as stop:
            return Undecided(stop.reason)
        if found is not None:
            return compiled.point(found[0])
        cut = next((side.cut for side in sides if isinstance(side, Side) and side.cut), "")
        if cut:
            return Undecided(cut)
        return None if self._surely_taken(compiled, wanted, avoid) else Undecided("a rule with something unknown may take it")

    def _surely_taken(self, compiled: Compiled, wanted: tuple[int, ...], avoid: int) -> bool:
        """Whether "no escape" is certain: nothing unknown took part in the cover, and nothing unknown widens the wanted rules."""
        if not compiled.has_unknown:
            return True
        if not all(self.settled >> one & 1 for one in wanted):
            return False
        if (
            compiled.symbolic
            and len(wanted) > 1
            and not (self.inside[wanted[0]] >> wanted[1] & 1 or self.inside[wanted[1]] >> wanted[0] & 1)
        ):
            return False  # the two may share more than the words that lie in both for every valuation
        certain = certain_for(compiled, wanted[0])
        sides: Sequence[AnySide] = compiled.sides(wanted[0]) if len(wanted) == 1 else compiled.shared_sides(*wanted)
        try:
            return all_taken(sides, avoid & certain)
        except OutOfBudget:
            return False

    # -- repeats -------------------------------------------------------------------------------------------------------------

    def clashing(self, index: int) -> int:
        """Rules of which it is plain to see that they share only requests with this one that repeat a header or parameter."""
        values = self.compiled.values[index]
        return self.compiled.repeats[0].clashing(values[HEADERS] or ()) | self.compiled.repeats[1].clashing(values[QUERY] or ())

    def clashing_told(self, index: int) -> int:
        """Rules that need no repeat together with this one unless `clashing` says so."""
        values = self.compiled.values[index]
        return self.compiled.repeats[0].told(values[HEADERS] or ()) & self.compiled.repeats[1].told(values[QUERY] or ())

    def needs_repeat(self, first: int, second: int) -> bool:
        """Whether every request that both match carries one header or one parameter more than once. Undecided counts as no."""
        rules = (self.compiled.values[first], self.compiled.values[second])
        headers = tuple(dict.fromkeys(number for values in rules for number in values[HEADERS] or ()))
        query = tuple(dict.fromkeys(number for values in rules for number in values[QUERY] or ()))
        try:
            if len(headers) > 1:
                for compiled in self._all:
                    if not compiled.repeats[0].single_header(headers, True):
                        return True
            if len(query) > 1:
                conditions = self.compiled.repeats[1].conditions
                group = [[_split(pattern) for pattern in conditions[number][1] if isinstance(pattern, str)] for number in query]
                return not single_parameter(group)
        except OutOfBudget:
            return False
        return False

    # -- redundancy ----------------------------------------------------------------------------------------------------------

    def redundant(self, index: int) -> bool | Undecided:
        """Whether removing the rule changes no answer. For a shadowed or empty rule: yes."""
        here = self.reach(index)
        if here.state in ("shadowed", "empty"):
            return True
        if here.state == "undecided":
            return Undecided(here.reason)
        if self._on_redundant > REDUNDANT:  # one question may take far more than its share before it ends
            return Undecided("more than a listener's share of work on rules that change no answer")
        if len(self._all) == 1 and not self.compiled.has_unknown:
            # mostly the first request at hand shows it: whoever is next acts differently
            rest = here.cover & self.compiled.later[index]
            if (self.actions[lowest(rest)] if rest else self.default_action) != self.actions[index]:
                return False
        begun = self.effort
        found = self._nothing_changes(index, begun)
        self._on_redundant += self.effort - begun
        return found

    def _nothing_changes(self, index: int, begun: int) -> bool | Undecided:
        """For a reachable rule: whether each of its requests is answered alike by what follows. `begun`: the effort up to here."""
        mine = self.actions[index]
        after = self.compiled.later[index]
        earlier = self.compiled.earlier
        doubt: Undecided | None = None
        doubts = 0
        most = max(LEAST_WORK, REDUNDANT // self.count)
        if self.default_action != mine:
            found = self.exists((index,), earlier[index] | after)
            if found is True:
                return False
            doubt = found or None
        for other in bits_of(after & self.may_meet[index]):
            if self.actions[other] != mine:
                found = self.exists((index, other), earlier[index] | (after & earlier[other]))
                if found is True:
                    return False
                doubt = doubt or found or None
                doubts += found is not False
                if doubts >= DOUBTS:
                    break
                if self.effort - begun > most:
                    return doubt or Undecided("more than its share of the work on the listener")
        return doubt if doubt is not None else True


def _texts(condition: PathPattern) -> list[str]:
    return [value for value in condition.values if isinstance(value, str)]


def _split(pair: str) -> tuple[str, str]:
    key, _, value = pair.partition(SEPARATOR)
    return key, value


__all__ = ["SIDES", "ListenerFacts", "Relation", "Undecided"]
