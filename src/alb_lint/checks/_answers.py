"""Who certainly answers one request. Where something unknown could decide, the answer is that nobody knows."""

from collections.abc import Iterable, Sequence

from alb_lint.analysis.compile import HOST, METHOD, PATH
from alb_lint.analysis.evaluate import matches_rule, may_match, ordered
from alb_lint.analysis.facts import ListenerFacts, exclusive
from alb_lint.analysis.readings import readings_of
from alb_lint.model import Listener, Request, Rule, Unknown
from alb_lint.space.covers import bits_of
from alb_lint.space.glob import literal

Presence = Sequence[tuple[str, bool]]


class Answers:
    """The answers of one listener. With `facts` at hand, only rules that its indexes let through are looked at."""

    def __init__(self, listener: Listener, facts: ListenerFacts | None = None) -> None:
        self.listener = listener
        self.readings = facts.readings if facts is not None else readings_of(listener)
        self.asked = ordered(listener)
        self.floating = [rule for rule in listener.rules if isinstance(rule.priority, Unknown)]
        # the indexes hold the regexes under one reading only
        self._facts = facts if len(self.readings) == 1 else None

    def rule(self, request: Request, given: Presence = ()) -> Rule | None:
        """The rule that certainly answers the request, maybe the default rule, where `given` holds; None where that is not certain."""
        found: Rule | None = None
        for rule in self._candidates(request):
            if found is not None and not isinstance(rule.priority, Unknown) and rule.priority != found.priority:
                continue
            if exclusive(given, rule.presence) or not any(may_match(rule, request, reading) for reading in self.readings):
                continue
            if found is not None or not self._certain(rule, request, given):
                return None
            found = rule
        return found if found is not None else self.listener.default

    def _certain(self, rule: Rule, request: Request, given: Presence) -> bool:
        if isinstance(rule.priority, Unknown) or not set(rule.presence) <= set(given):
            return False
        return all(matches_rule(rule, request, reading) for reading in self.readings)

    def _candidates(self, request: Request) -> Iterable[Rule]:
        """The rules that could match, in asking order, those of unknown number last."""
        if self._facts is None:
            return (*self.asked, *self.floating)
        compiled = self._facts.compiled
        host = literal(request.host.lower())[::-1] if compiled.turned else literal(request.host)
        bits = compiled.everything
        for side, cover in (
            (PATH, compiled.paths.cover(literal(request.path))),
            (HOST, compiled.hosts.cover(host)),
            (METHOD, compiled.methods.get(request.method, 0)),
        ):
            bits &= cover | compiled.free[side] | compiled.loose[side]
        return (self._facts.rules[index] for index in bits_of(bits | compiled.broken))
