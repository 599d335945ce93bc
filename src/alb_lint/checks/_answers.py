"""Who certainly answers one request. Where something unknown could decide, the answer is that nobody knows."""

from collections.abc import Iterable, Iterator

from alb_lint.analysis.evaluate import matches_rule, may_match
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks._samples import samples
from alb_lint.model import Request, Rule, Unknown
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
        found: Rule | None = None
        for rule in self._candidates(request):
            if rule is without:
                continue
            if found is not None and not isinstance(rule.priority, Unknown) and rule.priority != found.priority:
                continue
            if exclusive(given, rule.presence) or not any(may_match(rule, request, reading) for reading in self.facts.readings):
                continue
            if found is not None or not self._certain(rule, request, given):
                return None
            found = rule
        return found if found is not None else self.listener.default

    def own_requests(self, rule: Rule) -> Iterator[Request]:
        """Requests that the rule certainly answers, plain ones first; maybe none, though there are some."""
        found = False
        for request in samples(rule):
            if self.rule(request, rule.presence) is rule:
                found = True
                yield request
        if not found and not rule.is_default:
            own = self.facts.own_request(self.facts.rules.index(rule))
            if own is not None and self.rule(own, rule.presence) is rule:
                yield own

    def own_request(self, rule: Rule) -> Request | None:
        """The first of `own_requests`."""
        return next(self.own_requests(rule), None)

    def _certain(self, rule: Rule, request: Request, given: Presence) -> bool:
        if isinstance(rule.priority, Unknown) or not implies(given, rule.presence):
            return False
        return all(matches_rule(rule, request, reading) for reading in self.facts.readings)

    def _candidates(self, request: Request) -> Iterable[Rule]:
        """The rules that could match, in asking order, those of unknown number last."""
        return (self.facts.rules[index] for index in bits_of(self.facts.near(request)))
