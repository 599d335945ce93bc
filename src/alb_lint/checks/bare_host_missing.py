"""ALB224: `*.example.com` without `example.com`, and the bare domain goes to a rule that names no host.

Source: ELB user guide, "Host conditions": `*.example.com` matches subdomains and not example.com itself.
"""

from collections.abc import Iterator

from alb_lint.analysis.actions import action_key, action_known
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks._answers import Answers
from alb_lint.checks._conditions import having
from alb_lint.checks._wording import named, quoted
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Related, Severity, Witness
from alb_lint.model import Condition, HostHeader, Request, Rule
from alb_lint.record import replace


def run(facts: ListenerFacts, _context: Context) -> Iterator[Finding]:
    answers: Answers | None = None
    named_hosts: set[str] | None = None
    for rule, condition in having(facts, lambda condition: bool(_subdomains(condition))):
        for value in _subdomains(condition):
            bare = value[2:].lower()
            if named_hosts is None:
                named_hosts = {host for other in facts.listener.rules for host in _hosts(other)}
            if bare in named_hosts:
                continue
            answers = answers or Answers(facts)
            request = _bare(answers, rule, bare)
            winner = answers.rule(request, rule.presence) if request is not None else None
            if request is None or winner is None or winner is rule or _hosts(winner) or not _differs(rule, winner):
                continue
            yield CHECK.finding(
                facts.listener.id,
                rule,
                f"{named(rule)} matches {quoted(value)} and not {quoted(bare)}, which goes to {named(winner)}",
                f"add the value {quoted(bare)} if the bare domain belongs to it too",
                related=() if winner.is_default else (Related("partner", winner),),
                witnesses=(Witness("escapes", request, f"answered by {named(winner)}"),),
                facets=(bare,),
            )


def _subdomains(condition: Condition) -> list[str]:
    """The values of the condition that take all subdomains of one domain."""
    values = condition.values if isinstance(condition, HostHeader) else ()
    wild = [value for value in values if isinstance(value, str) and value.startswith("*.")]
    return [value for value in wild if "." in value[2:] and "*" not in value[2:] and "?" not in value]


def _hosts(rule: Rule) -> set[str]:
    return {value.lower() for item in rule.conditions if isinstance(item, HostHeader) for value in item.values if isinstance(value, str)}


def _bare(answers: Answers, rule: Rule, bare: str) -> Request | None:
    """A request for the bare domain that differs by its host alone from one that the rule answers."""
    own = next((request for request in answers.own_requests(rule) if request.host.endswith(f".{bare}")), None)
    return replace(own, host=bare) if own is not None else None


def _differs(rule: Rule, winner: Rule) -> bool:
    return action_known(rule) and action_known(winner) and action_key(rule) != action_key(winner)


CHECK = Check(
    CheckInfo("ALB224", "bare-host-missing", Severity.INFO, "`*.example.com` without `example.com`, and the bare domain goes elsewhere."),
    run=run,
    whole=True,
)
