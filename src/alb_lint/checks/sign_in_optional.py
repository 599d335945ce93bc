"""ALB605: a rule that authenticates and lets strangers through. Source: API type AuthenticateOidcActionConfig, `OnUnauthenticatedRequest`."""

from collections.abc import Iterator

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.guards import lets_strangers_pass
from alb_lint.checks._wording import named
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Severity
from alb_lint.model import Authenticate
from alb_lint.model.listener import rules_and_default


def run(facts: ListenerFacts, _context: Context) -> Iterator[Finding]:
    for rule in rules_and_default(facts.listener):
        if any(isinstance(action, Authenticate) and lets_strangers_pass(action) for action in rule.actions):
            yield CHECK.finding(
                facts.listener.id,
                None if rule.is_default else rule,
                f"{named(rule)} lets clients through that are not signed in: `OnUnauthenticatedRequest` is `allow`",
                "write `deny` or `authenticate`, unless the backend itself tells strangers from users by the claims header",
                location=rule.location,
                facets=("default",) if rule.is_default else (),
            )


CHECK = Check(CheckInfo("ALB605", "sign-in-optional", Severity.INFO, "A rule authenticates, and lets everybody through."), run=run)
