"""Whether new numbers leave every answer as it was: worked out from the rules and the two orders alone, with nothing of the planner.

If every pair of rules that may share a request and does not surely act alike keeps its order, no answer changes: a request whose answer
changed from rule w to rule w' lies in both, and the two swapped, so they act alike. Pairs that do swap are searched for a request that
changes hands. The pairs that keep their order are the certificate.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Final

from alb_lint.analysis.actions import action_key
from alb_lint.analysis.decisions import order_sensitive
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.shared_requests import SharedRequests
from alb_lint.model import Forward, Request, Rule
from alb_lint.model.limits import PRIORITY_MAX, PRIORITY_MIN
from alb_lint.plan.naming import called
from alb_lint.plan.plan import Change, Merge, Pair, ProofSummary
from alb_lint.plan.work import Work
from alb_lint.record import record
from alb_lint.space.covers import bits_of

LISTED: Final = 500
"""Pairs up to which the certificate lists all; of more, those that follow from two others are left out."""


@record
class Flaw:
    """Why a plan does not hold. `rules` are ids; `request`: one that is answered otherwise than the plan says."""

    reason: str
    rules: tuple[str, ...] = ()
    request: Request | None = None


@record
class Swap:
    """A pair that matters and comes in another order than today, or had none: `first` is now asked first.

    `changes`: whether a request changes hands, "undecided" where that could not be told; `request`: it, else one that both take.
    """

    first: int
    then: int
    request: Request | None
    changes: bool | str


class Proof:
    """`facts`: the listener as it is, with merges done; `numbers`: new number per rule id, others stay."""

    def __init__(self, facts: ListenerFacts, numbers: Mapping[str, int]) -> None:
        self.facts = facts
        self.rules = facts.rules
        self.known = facts.compiled.everything & ~facts.compiled.floating
        self.sensitive = order_sensitive(facts)
        self.new = [_number(rule, numbers) for rule in self.rules]
        self.flaws: list[Flaw] = []
        self._check_numbers()
        self._check_floating()
        self.before = self._before()
        self.swaps = self._swaps()

    def _check_numbers(self) -> None:
        holders: dict[int | None, list[int]] = {}
        for index in bits_of(self.known):
            number = self.new[index]
            if number is None or not PRIORITY_MIN <= number <= PRIORITY_MAX:
                self.flaws.append(Flaw(f"{self._name(index)} gets the number {number}, outside 1-50000", (self.rules[index].id,)))
            holders.setdefault(number, []).append(index)
        for number, indexes in holders.items():
            for place, one in enumerate(indexes):
                for other in indexes[:place]:
                    if not self.facts.excluded(one) >> other & 1:
                        ids = (self.rules[other].id, self.rules[one].id)
                        self.flaws.append(
                            Flaw(f"{self._name(other)} and {self._name(one)} both get {number}", ids, self._shared(other, one))
                        )

    def _check_floating(self) -> None:
        """Past a rule of unknown number nothing may move whose order to it matters."""
        for index in bits_of(self.known):
            unknown = self.sensitive[index] & self.facts.compiled.floating
            if unknown and self.new[index] != self.rules[index].priority:
                other = next(bits_of(unknown))
                reason = f"{self._name(index)} may pass {self._name(other)}, whose number is unknown"
                self.flaws.append(Flaw(reason, (self.rules[index].id, self.rules[other].id), self._shared(index, other)))

    def _before(self) -> list[int]:
        """Per rule the rules with a lower new number."""
        before = [0] * len(self.rules)
        seen = here = 0
        number: int | None = None
        for index in sorted(bits_of(self.known), key=lambda index: (self.new[index] or 0, index)):
            if self.new[index] != number:
                seen |= here
                here, number = 0, self.new[index]
            before[index] = seen
            here |= 1 << index
        return before

    def _swaps(self) -> tuple[Swap, ...]:
        found = []
        for index in bits_of(self.known):
            # rules that come before this one now and did not: they came after it, or stood at the same number
            came = self.sensitive[index] & self.before[index] & ~self.facts.earlier[index]
            for other in bits_of(came):
                avoid = self.facts.earlier[index] | self.before[other]
                request = self.facts.search((index, other), avoid)
                if request is None:
                    found.append(Swap(other, index, self._shared(index, other), changes=False))
                elif isinstance(request, Request):
                    found.append(Swap(other, index, request, changes=True))
                else:
                    found.append(Swap(other, index, self._shared(index, other), "undecided"))
        return tuple(found)

    def _shared(self, one: int, other: int) -> Request | None:
        return self.facts.shared_request(one, other)

    def _name(self, index: int) -> str:
        return called(self.rules[index])

    def check(self, intended: Iterable[Change]) -> list[Flaw]:
        """All flaws: swaps that change an answer and are not named, and named ones that are none."""
        flaws = list(self.flaws)
        named = {(change.first, change.then): change for change in intended}
        for swap in self.swaps:
            first, then = self.rules[swap.first], self.rules[swap.then]
            change = named.pop((first.id, then.id), None)
            if change is None:
                if swap.changes is False:
                    continue
                doubt = "may change" if swap.changes == "undecided" else "changes"
                reason = f"{called(first)} now comes before {called(then)}, which {doubt} answers and is not named as intended"
                flaws.append(Flaw(reason, (first.id, then.id), swap.request))
            elif change.changes is False and swap.changes is not False:
                reason = f"{called(first)} before {called(then)} is said to change no answer, and it does"
                flaws.append(Flaw(reason, (first.id, then.id), swap.request))
            elif change.request is not None and not self._both_take(swap, change.request):
                reason = f"the request named for {called(first)} before {called(then)} does not match both"
                flaws.append(Flaw(reason, (first.id, then.id), change.request))
        flaws += [Flaw("an intended change is named that does not happen", pair) for pair in named]
        return flaws

    def _both_take(self, swap: Swap, request: Request) -> bool:
        return self.facts.takes(swap.first, request) and self.facts.takes(swap.then, request)

    @cached_property
    def _kept(self) -> list[int]:
        """Per rule the rules that matter to it, came later today, and still do. Today's order is a linear order of these pairs."""
        later = [0] * len(self.rules)
        start = 0
        for index in bits_of(self.known):
            if self.rules[index].priority != self.rules[start].priority:
                # those that share the number before this one
                for other in range(start, index):
                    later[other] = self.known & ~((1 << index) - 1)
                start = index
        return [bits & after & ~before for bits, after, before in zip(self.sensitive, later, self.before, strict=True)]

    def pairs(self) -> tuple[list[tuple[str, str]], int]:
        """The pairs of the certificate as ids, in today's order, and how many more follow from two of them each."""
        kept = self._kept
        total = sum(bits.bit_count() for bits in kept)
        names: list[tuple[str, str]] = []
        below = [0] * len(kept)
        for index in reversed(range(len(kept))):
            left = reached = kept[index]
            here = []
            while left:
                low = left & -left
                other = low.bit_length() - 1
                here.append((self.rules[index].id, self.rules[other].id))
                reached |= below[other]
                left &= ~low if total <= LISTED else ~(low | below[other])
            below[index] = reached
            names += reversed(here)
        return names[::-1], total - len(names)

    def summary(self, work: Work) -> ProofSummary:
        """What is proved, with requests for as many pairs as the work that is left gives."""
        place = {rule.id: index for index, rule in enumerate(self.rules)}
        pairs, implied = self.pairs()
        certificate = []
        requests = SharedRequests(self.facts)
        begun, bare = requests.worked, 0
        for before, after in pairs:
            sought = requests.worked - begun <= work.showing
            certificate.append(Pair(before, after, requests.of(place[before], place[after]) if sought else None))
            bare += not sought
        work.showing -= requests.worked - begun
        return ProofSummary(self.overlapping, self.order_sensitive, len(pairs) + implied, tuple(certificate), implied, bare)

    @property
    def overlapping(self) -> int:
        """Pairs that certainly share a request."""
        return sum((self.facts.meets[index] >> index + 1).bit_count() for index in range(len(self.rules)))

    @property
    def order_sensitive(self) -> int:
        return sum((bits >> index + 1).bit_count() for index, bits in enumerate(self.sensitive))


def _number(rule: Rule, numbers: Mapping[str, int]) -> int | None:
    """The new number; None for a rule of unknown number, which has none."""
    return numbers.get(rule.id, rule.priority) if isinstance(rule.priority, int) else None


def check_merges(facts: ListenerFacts, merges: Sequence[Merge]) -> list[Flaw]:
    """Whether each merge joins twins only, and says so where it changes an answer. `facts`: the listener before them."""
    place = {rule.id: index for index, rule in enumerate(facts.rules)}
    flaws: list[Flaw] = []
    touched: set[str] = set()
    for merge in merges:
        names = (merge.keep, *merge.drop)
        if touched & set(names) or len(set(names)) < len(names) or not merge.drop:
            flaws.append(Flaw("a merge needs two rules at least, each named once", names))
        touched |= set(names)
        if not all(name in place for name in names):
            flaws.append(Flaw("a merge names a rule that the listener does not have", tuple(name for name in names if name not in place)))
            continue
        flaws += _check_merge(facts, merge, [place[name] for name in names])
    return flaws


def _check_merge(facts: ListenerFacts, merge: Merge, indexes: Sequence[int]) -> list[Flaw]:
    keep, *drops = indexes
    rules = facts.rules
    names = (merge.keep, *merge.drop)
    flaws = []
    changes = _action_after(facts, keep, merge.action) != facts.actions[keep]
    for index in drops:
        if facts.relation(keep, index) != "equal":
            only = facts.only_request(index, 1 << keep) or facts.only_request(keep, 1 << index)
            flaws.append(Flaw(f"{called(rules[keep])} and {called(rules[index])} do not match the same requests", names, only))
        if facts.earlier[keep] >> index & 1 or (facts.compiled.floating >> index & 1):
            flaws.append(Flaw(f"{called(rules[index])} answers today, not {called(rules[keep])}", names, facts.any_request(index)))
        if rules[index].presence != rules[keep].presence:
            flaws.append(Flaw(f"{called(rules[keep])} and {called(rules[index])} do not exist under the same conditions", names))
        tied = not facts.earlier[index] >> keep & 1
        if not rules[index].actions or not isinstance(rules[index].actions[-1], Forward):
            flaws.append(Flaw(f"{called(rules[index])} does not forward", names))
        changes = changes or (tied and facts.actions[index] != facts.actions[keep])
    if not rules[keep].actions or not isinstance(rules[keep].actions[-1], Forward):
        flaws.append(Flaw(f"{called(rules[keep])} does not forward", names))
    if changes and not merge.changes:
        reason = f"the merge into {called(rules[keep])} is said to change no answer, and it does"
        flaws.append(Flaw(reason, names, facts.any_request(keep)))
    return flaws


def _action_after(facts: ListenerFacts, keep: int, action: Forward) -> object:
    rule = facts.rules[keep]
    return action_key(replace(rule, actions=(*rule.actions[:-1], action)))
