"""ALB310: a target group of HTTP/2 or gRPC behind a listener or a rule whose requests it does not take.

Source: ELB user guide, "Target groups for your Application Load Balancers", Protocol version: for gRPC and for HTTP/2 the only listener protocol is
HTTPS; and "Troubleshoot", HTTP 464: the request's protocol does not go with the target group's protocol version. gRPC requests are POST.
"""

from collections.abc import Iterator
from typing import Final

from alb_lint.analysis.known import facts_of
from alb_lint.checks._answers import Answers
from alb_lint.checks._groups import group_ids
from alb_lint.checks._wording import quoted
from alb_lint.checks.check import Check, CheckInfo, Finding, Severity, Witness
from alb_lint.config import Config
from alb_lint.findings.wording import group_name
from alb_lint.model import Estate, HttpHeader, HttpRequestMethod, Listener, Rule
from alb_lint.model.listener import rules_and_default

_SPOKEN: Final = {"GRPC": "gRPC", "HTTP2": "HTTP/2"}


def run(estate: Estate, _config: Config) -> Iterator[Finding]:
    versions = {
        group.id: group.protocol_version for group in (*(estate.target_groups or ()), *estate.declared) if group.protocol_version in _SPOKEN
    }
    if not versions:
        return
    for listener in estate.listeners:
        answers: Answers | None = None
        for rule in rules_and_default(listener):
            for group in group_ids(rule):
                version = versions.get(group)
                if version is None:
                    continue
                if listener.protocol == "HTTP":
                    yield _plain(listener, rule, group, version)
                elif version == "GRPC" and not _asks_for_grpc(rule):
                    answers = answers or Answers(facts_of(listener))
                    yield from _gets(listener, rule, group, answers)


def _plain(listener: Listener, rule: Rule, group: str, version: str) -> Finding:
    return CHECK.finding(
        listener.id,
        rule,
        f"it forwards to {quoted(group_name(group))} of protocol version {_SPOKEN[version]}, which only an HTTPS listener can use",
        "forward on the HTTPS listener and redirect to it here, or make it a group of HTTP1",
        facets=(group,),
    )


def _gets(listener: Listener, rule: Rule, group: str, answers: Answers) -> Iterator[Finding]:
    """A warning where a plain GET reaches a gRPC group."""
    request = next((found for found in answers.own_requests(rule) if found.method == "GET"), None)
    if request is not None:
        yield CHECK.finding(
            listener.id,
            rule,
            f"plain GET requests go to {quoted(group_name(group))}, which only speaks gRPC: the load balancer answers 464",
            "let the rule ask for POST, or for the header Content-Type: application/grpc*",
            severity=Severity.WARNING,
            witnesses=(Witness("only-rule", request, "answered 464"),),
            facets=(group,),
        )


def _asks_for_grpc(rule: Rule) -> bool:
    """Whether the rule takes no plain GET, or only what says that it is gRPC."""
    return any(
        (isinstance(condition, HttpRequestMethod) and "GET" not in condition.values)
        or (isinstance(condition, HttpHeader) and str(condition.name).lower() == "content-type")
        for condition in rule.conditions
    )


CHECK = Check(
    CheckInfo("ALB310", "protocol-version", Severity.ERROR, "A group of HTTP/2 or gRPC gets requests that it does not accept."),
    run_estate=run,
)
