"""ALB308: an HTTP listener that forwards some requests, though HTTPS is at hand.

A load balancer without HTTPS is left alone: it may well stand behind another one. So is a rule for `/.well-known/…` alone, since certificates are
renewed over plain HTTP.
"""

from collections.abc import Iterator, Sequence

from alb_lint.analysis.known import facts_of
from alb_lint.checks._answers import Answers
from alb_lint.checks._balancers import together
from alb_lint.checks._wording import listed, named
from alb_lint.checks.check import Check, CheckInfo, Finding, Related, Severity, Witness
from alb_lint.config import Config
from alb_lint.findings.wording import deployments_text
from alb_lint.model import Estate, Forward, Listener, Location, PathPattern, Redirect, Request, Rule
from alb_lint.model.listener import rules_and_default
from alb_lint.presence import Presence


def run(estate: Estate, _config: Config) -> Iterator[Finding]:
    for _, listeners in together(estate):
        secure = [listener for listener in listeners if listener.protocol == "HTTPS"]
        sure = any(not _presence(listener) for listener in secure)
        for listener in listeners:
            plain = listener.protocol == "HTTP" or (not listener.protocol and listener.port == 80)
            if plain and (secure or _sends_to_https(listener)):
                found = list(_forwarded(listener))
                if found:
                    yield _finding(listener, found, () if sure or _sends_to_https(listener) else secure)


def _presence(listener: Listener) -> Presence:
    """Under what the listener exists, as far as its default action tells."""
    return listener.default.presence if listener.default is not None else ()


def _sends_to_https(listener: Listener) -> bool:
    return any(
        isinstance(action, Redirect) and action.protocol == "HTTPS" for rule in rules_and_default(listener) for action in rule.actions
    )


def _forwarded(listener: Listener) -> Iterator[tuple[Rule, Request]]:
    """The rules that forward, each with a request that it certainly answers."""
    if not any(map(_counts, rules_and_default(listener))):
        return
    answers = Answers(facts_of(listener))
    for rule in (*answers.facts.rules, *([listener.default] if listener.default is not None else [])):
        request = answers.own_request(rule) if _counts(rule) else None
        if request is not None:
            yield rule, request


def _counts(rule: Rule) -> bool:
    """Whether the rule certainly exists, forwards, and is not there for certificates alone."""
    return not rule.presence and bool(rule.actions) and isinstance(rule.actions[-1], Forward) and not _for_certificates(rule)


def _for_certificates(rule: Rule) -> bool:
    paths = [value for item in rule.conditions if isinstance(item, PathPattern) for value in (*item.values, *item.regexes)]
    return bool(paths) and all(isinstance(path, str) and path.lstrip("^").startswith("/.well-known/") for path in paths)


def _finding(listener: Listener, found: list[tuple[Rule, Request]], beside: Sequence[Listener]) -> Finding:
    """`beside`: the listeners of HTTPS, where none of them surely exists."""
    rules = [rule for rule, _ in found]
    under = deployments_text([beside[0].default]) if len(beside) == 1 and beside[0].default is not None else ""
    where = f", beside HTTPS {f'where {under}' if under else 'in some deployments'}" if beside else ""
    return CHECK.finding(
        listener.id,
        None,
        f"requests over plain HTTP are forwarded by {listed([named(rule) for rule in rules])}{where}",
        "redirect them to HTTPS, with one rule or the default action for everything",
        confidence="possible" if beside else "proved",
        related=tuple(Related("partner", rule, request) for rule, request in found),
        witnesses=(Witness("only-related", found[0][1], f"forwarded by {named(rules[0])}"),),
        location=listener.location if listener.location != Location() else rules[0].location,
    )


CHECK = Check(
    CheckInfo(
        "ALB308", "plaintext-forward", Severity.WARNING, "An HTTP listener on which some request is forwarded rather than redirected."
    ),
    run_estate=run,
    whole=True,
)
