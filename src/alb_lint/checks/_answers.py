"""Who certainly answers one request. Where something unknown could decide, the answer is that nobody knows."""

from collections.abc import Iterator

from alb_lint.analysis.evaluate import matches_rule, may_match
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks._samples import samples
from alb_lint.model import Request, Rule
from alb_lint.presence import Presence, exclusive, implies
from alb_lint.space.covers import bits_of


class Answers:
    """The answers of one listener; only rules that its indexes let through are looked at."""

    def __init__(self, facts: ListenerFacts) -> None:
        self.facts = facts
        self.listener = facts.listener

    def rule(self, request: Request, given: Presence = (), without: Rule | None = None) -> Rule | None:
        """The rule that certainly answers the request, maybe the default rule, where `given` holds; None where that is not certain.

        `without`: were this rule not there.
        """
        facts = self.facts
        near = facts.near(request)
        for index in bits_of(near):
            rule = facts.rules[index]
            if rule is without or not self._may(rule, request, given):
                continue
            if not self._certain(rule, request, given):
                return None
            # of what stands behind it, only a rule of the same number or of an unknown one could answer instead; any, where its own is unknown
            among = facts.holders[rule.priority] | facts.compiled.floating if isinstance(rule.priority, int) else facts.compiled.everything
            rivals = near & among & ~((2 << index) - 1)
            others = (facts.rules[other] for other in bits_of(rivals))
            return None if any(other is not without and self._may(other, request, given) for other in others) else rule
        return self.listener.default

    def _may(self, rule: Rule, request: Request, given: Presence) -> bool:
        return not exclusive(given, rule.presence) and any(may_match(rule, request, reading) for reading in self.facts.readings)

    def own_requests(self, rule: Rule) -> Iterator[Request]:
        """Requests that the rule certainly answers, plain ones first; maybe none, though there are some."""
        found = False
        for request in samples(rule):
            if self.rule(request, rule.presence) is rule:
                found = True
                yield request
        if not found and not rule.is_default:
            place = next(place for place, other in enumerate(self.facts.rules) if other is rule)
            own = self.facts.own_request(place)
            if own is not None and self.rule(own, rule.presence) is rule:
                yield own

    def own_request(self, rule: Rule) -> Request | None:
        """The first of `own_requests`."""
        return next(self.own_requests(rule), None)

    def _certain(self, rule: Rule, request: Request, given: Presence) -> bool:
        if not implies(given, rule.presence):
            return False
        return all(matches_rule(rule, request, reading) for reading in self.facts.readings)
