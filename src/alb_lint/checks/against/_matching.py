"""Which live rule is which rule of the code, on one listener.

By ARN; else by name or tag; else by conditions, number and action; else, for a rule that its tool knows by its place in a list (`r[1]`), by number;
else by conditions, those that act alike and stand on the same number first; else by number and action, for a rule whose conditions were edited.
A rule of the code that has an ARN is that rule or none. Nothing is matched twice, but for rules of the code that never exist together: they are one.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Final

from alb_lint.checks.against._sameness import action_key, conditions_key, known_conditions
from alb_lint.model import Rule
from alb_lint.presence import exclusive
from alb_lint.record import record

_INDEXED: Final = re.compile(r"aws_(?:lb|alb)_listener_rule\.[\w-]+\[\"?\d+\"?\]$")
_LOGICAL_ID: Final = "aws:cloudformation:logical-id"
_ANY: Final = 0
"""No priority: it begins at 1."""
_NEAR: Final = 16
"""Groups of alternatives that a rule of the same conditions is tried for."""
_VAGUE: Final = 200
"""Ways to be known in part that a live rule is tried for; with more, it may be any."""
_Wanted = tuple[Rule, ...]
"""Rules of the code of which one at most exists; most often just one."""


@record
class Match:
    """`wanted`: what the code says of the live rule. `certain`: False where it may be another one's."""

    live: Rule
    wanted: _Wanted
    certain: bool = True

    @property
    def moves(self) -> bool:
        """Whether the code certainly wants another number."""
        return all(
            isinstance(rule.priority, int) and rule.priority != self.live.priority and "priority" not in rule.left_alone
            for rule in self.wanted
        )


@record
class Matching:
    """`orphans`: live rules that no rule of the code can be. `missing`: what is known not to be live. `vague`: what could be any live rule."""

    matches: tuple[Match, ...]
    orphans: tuple[Rule, ...]
    missing: tuple[_Wanted, ...]
    vague: tuple[_Wanted, ...]


def match(live: Sequence[Rule], wanted: Sequence[Rule]) -> Matching:
    """The matching of the rules of one listener, default rules apart; in the order of the input. Cost: linear in the rules, but for vague ones."""
    return _Matcher(live, _alternatives(wanted)).run()


def arn(rule: Rule) -> str:
    """The ARN of the rule, "" where the input does not tell it."""
    return rule.location.arn if ":listener-rule/" in rule.location.arn else rule.id if ":listener-rule/" in rule.id else ""


def by_index(rule: Rule) -> bool:
    """Whether Terraform knows the rule by its place in a list: `r[1]` stays `r[1]`, whatever it matches, and is rewritten where it stands.

    Which live rule that is only its state tells; where numbers follow from the index, it is the one on the same number.
    """
    return _INDEXED.search(rule.location.address) is not None and isinstance(rule.priority, int)


def _alternatives(rules: Sequence[Rule]) -> list[_Wanted]:
    """The rules, those of equal conditions that exclude each other together."""
    groups: list[list[Rule]] = []
    open_: dict[Hashable, list[list[Rule]]] = {}
    for rule in rules:
        key = conditions_key(rule) if rule.presence and not arn(rule) else None
        near = open_.setdefault(key, []) if key is not None else []
        group = next((group for group in near[-_NEAR:] if all(exclusive(rule.presence, other.presence) for other in group)), None)
        if group is not None:
            group.append(rule)
            continue
        groups.append([rule])
        near.append(groups[-1])
    return [tuple(group) for group in groups]


class _Matcher:
    def __init__(self, live: Sequence[Rule], wanted: Sequence[_Wanted]) -> None:
        self.live = list(live)
        self.wanted = list(wanted)
        self.found: list[Match] = []
        self.lost: list[_Wanted] = []

    def run(self) -> Matching:
        self._pass(lambda rule: arn(rule) or None)
        self.lost = [one for one in self.wanted if arn(one[0])]
        self.wanted = [one for one in self.wanted if not arn(one[0])]
        self._pass(_name, alone=True)
        self._pass(lambda rule: dict(rule.tags).get(_LOGICAL_ID), lambda rule: rule.name or None, alone=True)
        self._by_conditions(_action_and_number)
        self._pass(lambda rule: rule.priority, lambda rule: rule.priority if by_index(rule) else None, alone=True, certain=False)
        for extra in (action_key, _number, _nothing):
            self._by_conditions(extra)
        self._unknown_here()
        self._pass(_edited, alone=True, certain=False)
        vague = [one for one in self.wanted if conditions_key(one[0]) is None]
        missing = [one for one in self.wanted if conditions_key(one[0]) is not None] + self.lost
        could: dict[int, set[frozenset[Hashable]]] = {}
        for one in vague:
            number = one[0].priority
            could.setdefault(number if isinstance(number, int) else _ANY, set()).add(known_conditions(one[0]))
        orphans = [rule for rule in self.live if not _fits_any(rule, could)]
        return Matching(tuple(self.found), tuple(orphans), tuple(missing), tuple(vague))

    def _pass(
        self,
        of_live: Callable[[Rule], Hashable | None],
        of_code: Callable[[Rule], Hashable | None] | None = None,
        *,
        alone: bool = False,
        certain: bool = True,
    ) -> None:
        """Match what has an equal key, in the order of the input; `alone`: only where one of each side has it."""
        keys = _by_key(self.live, of_live)
        told = of_code if of_code is not None else of_live
        taken: set[int] = set()
        used: set[int] = set()
        for key, places in _by_key([one[0] for one in self.wanted], told).items():
            there = keys.get(key, [])
            if alone and (len(places) > 1 or len(there) > 1):
                continue
            for place, at in zip(places, there, strict=False):
                self.found.append(Match(self.live[at], self.wanted[place], certain))
                taken.add(at)
                used.add(place)
        self.live = [rule for at, rule in enumerate(self.live) if at not in taken]
        self.wanted = [one for place, one in enumerate(self.wanted) if place not in used]

    def _by_conditions(self, extra: Callable[[Rule], Hashable]) -> None:
        self._pass(lambda rule: None if (key := conditions_key(rule)) is None else (key, extra(rule)))

    def _unknown_here(self) -> None:
        """A rule of the code with unknown conditions on the number of a live rule that it may be, as far as it is known."""
        by_number = {rule.priority: rule for rule in reversed(self.live)}
        kept: list[_Wanted] = []
        for one in self.wanted:
            rule = by_number.get(one[0].priority) if conditions_key(one[0]) is None and isinstance(one[0].priority, int) else None
            if rule is None or not known_conditions(one[0]) <= known_conditions(rule):
                kept.append(one)
                continue
            del by_number[rule.priority]
            self.found.append(Match(rule, one, certain=False))
        matched = {rule.live.id for rule in self.found}
        self.live = [rule for rule in self.live if rule.id not in matched]
        self.wanted = kept


def _by_key(rules: Iterable[Rule], key: Callable[[Rule], Hashable | None]) -> dict[Hashable, list[int]]:
    found: dict[Hashable, list[int]] = {}
    for place, rule in enumerate(rules):
        told = key(rule)
        if told is not None:
            found.setdefault(told, []).append(place)
    return found


def _name(rule: Rule) -> Hashable | None:
    return dict(rule.tags).get("Name") or rule.name or None


def _number(rule: Rule) -> Hashable:
    return rule.priority if isinstance(rule.priority, int) else None


def _action_and_number(rule: Rule) -> Hashable:
    return action_key(rule), _number(rule)


def _nothing(_rule: Rule) -> Hashable:
    return None


def _edited(rule: Rule) -> Hashable | None:
    return (rule.priority, action_key(rule)) if isinstance(rule.priority, int) and rule.actions else None


def _fits_any(rule: Rule, could: Mapping[int, set[frozenset[Hashable]]]) -> bool:
    """Whether the live rule may be one of the code that is known in part: number, _ANY where unknown → known conditions."""
    ways = (could.get(rule.priority, set()) if isinstance(rule.priority, int) else set()) | could.get(_ANY, set())
    if not ways or len(ways) > _VAGUE:
        return bool(ways)
    mine = known_conditions(rule)
    return any(known <= mine for known in ways)
