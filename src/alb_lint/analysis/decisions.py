"""Whether two listeners answer every request alike, and if not, which requests differ.

Both rule sets go into one listener of distinct regions, so that one engine run knows all overlaps. A request that old rule i and new rule j
answer lies in both, in no rule before i of the old listener, and in none before j of the new one: one search per pair that acts differently,
and none where the order of the two is as before.
"""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from alb_lint.analysis.actions import action_key, action_known
from alb_lint.analysis.crossings import turned
from alb_lint.analysis.evaluate import ordered
from alb_lint.analysis.facts import ListenerFacts, Undecided
from alb_lint.model import Action, Condition, Forward, Listener, LoadBalancer, Request, Rule, Unknown
from alb_lint.model.pieces import known_by_use
from alb_lint.model.shape import actions_shape, routing_shape, shown
from alb_lint.presence import Presence
from alb_lint.record import record
from alb_lint.space.covers import bits_of

SEARCHES: Final = 50_000
"""Pairs that are searched."""
EFFORT: Final = 20_000_000
"""Work on the searches of a run, as `ListenerFacts.effort` counts it: some five seconds. A thousand differences of usual rules take a fiftieth."""
LIMIT: Final = 1_000
"""Differences that are listed."""

Confidence = Literal["proved", "possible", "undecided"]
Matched = Literal["same", "wider", "narrower", "incomparable", "undecided"]


@record
class Difference:
    """A request that the two listeners answer differently, by which rules; None: the listener's default is not told."""

    request: Request
    old: Rule | None
    new: Rule | None
    confidence: Confidence = "proved"

    def to_json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {"request": self.request.to_json(), "old": _answer(self.old), "new": _answer(self.new)}
        if self.confidence != "proved":
            shown["confidence"] = self.confidence
        return shown


@record
class Doubt:
    """What could not be decided, for people; `rules` are ids."""

    reason: str
    rules: tuple[str, ...] = ()


@record
class Decisions:
    """`differences`: one per pair of answers, old order first. `cut`: whether more were left out.

    `matched`: what the requests that the new listener's rules take (the default apart) are to those of the old; `gained` and `lost` prove it.
    `spent`: work on searches.
    """

    differences: tuple[Difference, ...]
    doubts: tuple[Doubt, ...] = ()
    cut: bool = False
    matched: Matched = "same"
    gained: Request | None = None
    lost: Request | None = None
    spent: int = 0

    @property
    def equivalent(self) -> bool | None:
        """None where nothing differs for certain and something is undecided."""
        if any(item.confidence == "proved" for item in self.differences):
            return False
        return None if self.doubts or self.differences else True

    @property
    def confidence(self) -> Confidence:
        if self.equivalent is not None:
            return "proved"
        return "possible" if self.differences else "undecided"

    def to_json(self) -> dict[str, Any]:
        """Contract `diff --format json`, and what it leaves open: `matched`, `doubts`."""
        return {
            "schema": "alb-lint.diff.v1",
            "equivalent": self.equivalent,
            "confidence": self.confidence,
            "differences": [item.to_json() for item in self.differences],
            "complete": not self.cut,
            "matched": {
                "relation": self.matched,
                "gained": self.gained.to_json() if self.gained else None,
                "lost": self.lost.to_json() if self.lost else None,
            },
            "undecided": [{"reason": item.reason, "rules": list(item.rules)} for item in self.doubts],
        }


def _answer(rule: Rule | None) -> dict[str, Any]:
    if rule is None:
        return {"rule": None, "action": None}
    said: dict[str, Any] = {"rule": "default" if rule.is_default else rule.id, "action": shown(routing_shape(rule))}
    if len(rule.actions) > 1:
        said["actions"] = [shown(shape) for shape in actions_shape(rule)]
    return said


def order_sensitive(facts: ListenerFacts) -> list[int]:
    """Per rule the rules of which the order to it may matter: they share a request, or may, and do not surely act alike."""
    alike: dict[Hashable, int] = {}
    for index, action in enumerate(facts.actions):
        alike[action] = alike.get(action, 0) | 1 << index
    unsure = facts.unsure
    everything = (1 << facts.count) - 1
    found = []
    for index, action in enumerate(facts.actions):
        others = facts.may_meet[index] & ~alike[action] & ~facts.excluded(index)
        found.append(others & everything & ~(1 << index))
    if not any(unsure):
        return found
    # unsure is told from either side
    other_side = turned([doubts & matters for doubts, matters in zip(unsure, found, strict=True)])
    return [matters | more for matters, more in zip(found, other_side, strict=True)]


def differences(
    old: Listener, new: Listener, *, target_groups: Literal["arn", "name"] = "arn", limit: int = LIMIT, effort: int = EFFORT
) -> Decisions:
    """Every pair of differing answers, each with one request. Rules that claim one number are asked by id, as in `evaluate`.

    `effort`: work that may be spent on searches.
    """
    old, new = known_by_use((old, new))  # one symbol is the same on both sides, whatever else of its run uses it
    return _Comparison(old, new, target_groups == "name", effort).run(limit)


@dataclass(slots=True)
class _Half:
    """One listener in the joint one. `place`: per region its position in asking order; `before`: per region the regions asked earlier."""

    rules: dict[int, Rule | None] = field(default_factory=dict)
    place: dict[int, int] = field(default_factory=dict)
    before: dict[int, int] = field(default_factory=dict)
    mask: int = 0
    floating: list[tuple[int, Rule]] = field(default_factory=list)
    tied: set[str] = field(default_factory=set)
    keys: dict[int, Hashable] = field(default_factory=dict)


class _Comparison:
    def __init__(self, old: Listener, new: Listener, by_name: bool, effort: int) -> None:
        self.by_name = by_name
        self.effort = effort
        self._regions: dict[tuple[Any, ...], int] = {}
        self._rules: list[Rule] = []
        halves = [self._half(listener) for listener in (old, new)]
        self.everything = self._region(())
        families = {listener.load_balancer.ip_address_type if listener.load_balancer else "" for listener in (old, new)}
        family = "ipv4" if families == {"ipv4"} else ""
        joint = Listener("joint", "joint", tuple(self._rules), load_balancer=LoadBalancer("joint", "joint", family))
        self.facts = ListenerFacts(joint)
        for half, listener in zip(halves, (old, new), strict=True):
            self._append(half, self.everything, listener.default)
        self.old, self.new = halves
        self.floating = sum(1 << region for region in {region for half in halves for region, _ in half.floating})
        self.searches = 0
        self._stopped = False  # whether no further pair is looked at
        self._begun = self.facts.effort
        self._most = self._begun + effort
        self.doubts: dict[tuple[str, tuple[str, ...]], Doubt] = {}

    def _half(self, listener: Listener) -> _Half:
        half = _Half()
        numbers: dict[object, list[str]] = {}
        for rule in ordered(listener):
            self._append(half, self._region(rule.conditions, rule.presence), rule)
            numbers.setdefault(rule.priority, []).append(rule.id)
        half.floating = [
            (self._region(rule.conditions, rule.presence), rule) for rule in listener.rules if isinstance(rule.priority, Unknown)
        ]
        half.tied = {name for names in numbers.values() if len(names) > 1 for name in names}
        return half

    def _region(self, conditions: tuple[Condition, ...], presence: Presence = ()) -> int:
        key = (conditions, presence)
        known = self._regions.get(key)
        if known is None:
            known = self._regions[key] = len(self._rules)
            self._rules.append(Rule(str(known), "", known + 1, conditions, presence=presence))
        return known

    def _append(self, half: _Half, region: int, rule: Rule | None) -> None:
        if region in half.rules:
            return  # a second rule of the same conditions never answers
        half.rules[region] = rule
        half.place[region] = len(half.place)
        half.before[region] = half.mask
        half.mask |= 1 << region
        half.keys[region] = action_key(_named(rule) if self.by_name else rule) if rule is not None else None

    def run(self, limit: int) -> Decisions:
        found: list[Difference] = []
        cut = False
        for difference in self._differences():
            if len(found) >= limit:
                cut = True
                break
            found.append(difference)
        self._float_doubts()
        gained, more = self._outside(self.new, self.old)
        lost, less = self._outside(self.old, self.new)
        matched: Matched = "incomparable" if gained and lost else "wider" if gained else "narrower" if lost else "same"
        if (more and not gained) or (less and not lost):
            matched = "undecided"
        return Decisions(tuple(found), tuple(self.doubts.values()), cut, matched, gained, lost, self.facts.effort - self._begun)

    # -- pairs of answers ----------------------------------------------------------------------------------------------------

    def _differences(self) -> Iterator[Difference]:
        facts, old, new = self.facts, self.old, self.new
        for first in old.rules:
            near = (facts.may_meet[first] | 1 << first) & new.mask & ~old.before[first] & ~facts.excluded(first)
            if first in new.place:
                near &= new.before[first] | 1 << first
            for second in sorted(bits_of(near), key=new.place.__getitem__):
                if not self._alike(first, second):
                    found = self._search(first, second)
                    if found is not None:
                        yield found
                    if self._stopped:
                        return

    def _alike(self, first: int, second: int) -> bool:
        if self.old.keys[first] == self.new.keys[second]:
            return True
        one, other = self.old.rules[first], self.new.rules[second]
        # an action that could not be read still is what it was, where it is the same rule's and reads the same
        return (
            one is not None
            and other is not None
            and one.id == other.id
            and (one.actions, one.transforms) == (other.actions, other.transforms)
        )

    def _search(self, first: int, second: int) -> Difference | None:
        facts, old, new = self.facts, self.old, self.new
        avoid = old.before[first] | new.before[second]
        both = 1 << first | 1 << second
        if avoid & both or (facts.inside[first] | facts.inside[second]) & avoid & facts.compiled.certain:
            return None
        one, other = old.rules[first], new.rules[second]
        names = tuple(rule.id for rule in (one, other) if rule is not None)
        self.searches += 1
        if self.searches > SEARCHES:
            self._stopped = True
            self._doubt(f"more than {SEARCHES} pairs of answers to compare", ())
            return None
        if facts.effort > self._most:
            self._stopped = True
            self._doubt("more work on pairs of answers than a run may take", ())
            return None
        wanted = (first,) if first == second else (first, second)
        sure = True
        found = facts.search(wanted, avoid | self.floating)
        if not isinstance(found, Request) and self.floating:
            sure = False
            found = facts.search(wanted, avoid)
        if isinstance(found, Undecided):
            self._doubt(found.reason, names)
        if not isinstance(found, Request):
            return None
        known = one is not None and other is not None and action_known(one) and action_known(other)
        certain = facts.compiled.certain & both == both and not {*names} & (old.tied | new.tied)
        return Difference(found, one, other, "proved" if sure and known and certain else "possible")

    def _doubt(self, reason: str, rules: tuple[str, ...]) -> None:
        self.doubts.setdefault((reason, rules), Doubt(reason, rules))

    def _float_doubts(self) -> None:
        """A rule of unknown number may come before or after any other: nothing is known of those it meets and that moved, came or went."""
        numbers = [
            {rule.id: (rule.priority, region) for region, rule in half.rules.items() if rule is not None} for half in (self.old, self.new)
        ]
        floats = [{rule.id: (rule, region) for region, rule in half.floating} for half in (self.old, self.new)]
        moved = [{item[1] for name, item in mine.items() if theirs.get(name) != item} for mine, theirs in (numbers, numbers[::-1])]
        changed = moved[0] | moved[1]
        for mine, theirs, half in ((floats[0], floats[1], self.old), (floats[1], floats[0], self.new)):
            for name, (rule, region) in mine.items():
                same = name in theirs and _same_rule(rule, theirs[name][0])
                meets = self.facts.may_meet[region]
                others = [other for other in bits_of(meets & half.mask) if other in changed or not same]
                if others and (not same or any(half.rules[other] is not None and half.keys[other] != action_key(rule) for other in others)):
                    self._doubt("its number is unknown", (name,))

    # -- what the rules take, the default apart --------------------------------------------------------------------------------

    def _outside(self, mine: _Half, theirs: _Half) -> tuple[Request | None, bool]:
        """(a request that a rule of `mine` takes and none of `theirs`, whether that is undecided)."""
        bit = 1 << self.everything
        around = theirs.mask & ~bit
        for region, _ in theirs.floating:  # two rules of equal conditions are one region
            around |= 1 << region
        unsure = False
        most = self.facts.effort + self.effort // 4
        for region in [*mine.rules, *(region for region, _ in mine.floating)]:
            if region == self.everything or around >> region & 1 or self.facts.inside[region] & around & self.facts.compiled.certain:
                continue
            self.searches += 1
            if self.searches > 2 * SEARCHES or self.facts.effort > most:
                return None, True
            found = self.facts.search((region,), around)
            if isinstance(found, Request):
                return found, False
            unsure = unsure or isinstance(found, Undecided)
        return None, unsure


def _same_rule(one: Rule, other: Rule) -> bool:
    return (one.conditions, one.presence, one.actions, one.transforms, one.priority) == (
        other.conditions,
        other.presence,
        other.actions,
        other.transforms,
        other.priority,
    )


def _named(rule: Rule) -> Rule:
    """The rule with target groups by name: `…:targetgroup/NAME/…` is NAME; what is no ARN stays."""
    actions: Sequence[Action] = [
        replace(action, shares=tuple(replace(share, target_group=group_name(share.target_group)) for share in action.shares))
        if isinstance(action, Forward)
        else action
        for action in rule.actions
    ]
    return replace(rule, actions=tuple(actions))


def group_name(group: str | Unknown) -> str | Unknown:
    """The name in a target group's ARN; anything else as it is."""
    if isinstance(group, str) and ":targetgroup/" in group:
        return group.split(":targetgroup/", 1)[1].split("/", 1)[0]
    return group
