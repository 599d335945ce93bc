"""ALB608: a redirect on an HTTP listener that leads to HTTP again, though the load balancer speaks HTTPS."""

from collections.abc import Iterator

from alb_lint.analysis.known import facts_of
from alb_lint.checks._answers import Answers
from alb_lint.checks._balancers import together
from alb_lint.checks._redirects import redirect_of
from alb_lint.checks._wording import named
from alb_lint.checks.check import Check, CheckInfo, Finding, Severity, Witness
from alb_lint.config import Config
from alb_lint.model import Estate, Listener, Redirect, Rule
from alb_lint.model.listener import rules_and_default


def run(estate: Estate, _config: Config) -> Iterator[Finding]:
    for _, listeners in together(estate):
        secure = any(listener.protocol == "HTTPS" for listener in listeners)
        for listener in listeners:
            if listener.protocol == "HTTP" or (not listener.protocol and listener.port == 80):
                stays = [(rule, _stays(rule)) for rule in rules_and_default(listener) if not rule.presence]
                plain = [(rule, redirect) for rule, redirect in stays if redirect is not None]
                if plain and (secure or _leads_to_https(listener)):
                    yield from _findings(listener, plain)


def _stays(rule: Rule) -> Redirect | None:
    redirect = redirect_of(rule)
    return redirect if redirect is not None and redirect.protocol in ("HTTP", "#{protocol}") else None


def _leads_to_https(listener: Listener) -> bool:
    return any(
        isinstance(action, Redirect) and action.protocol == "HTTPS" for rule in rules_and_default(listener) for action in rule.actions
    )


def _findings(listener: Listener, plain: list[tuple[Rule, Redirect]]) -> Iterator[Finding]:
    answers = Answers(facts_of(listener))
    for rule, redirect in plain:
        request = answers.own_request(rule)
        if request is None:
            continue
        how = "" if redirect.protocol == "HTTP" else ", since `#{protocol}` is HTTP on this listener"
        yield CHECK.finding(
            listener.id,
            None if rule.is_default else rule,
            f"{named(rule)} redirects to plain HTTP again{how}",
            "redirect to HTTPS and port 443 at once",
            witnesses=(Witness("only-rule", request, "redirected in plain HTTP"),),
            location=rule.location,
            facets=("default",) if rule.is_default else (),
        )


CHECK = Check(
    CheckInfo("ALB608", "redirect-stays-plain", Severity.WARNING, "A redirect on an HTTP listener leads to plain HTTP again."),
    run_estate=run,
    whole=True,
)
