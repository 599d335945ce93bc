"""ALB601: a rule denies requests, and the same requests are forwarded round it: by an earlier rule, on another listener, on another load balancer."""

from collections.abc import Iterator
from typing import Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.guards import denies, forgeable, groups_of, guards_of
from alb_lint.analysis.regions import Regions
from alb_lint.analysis.ways import Resources
from alb_lint.checks._balancers import together
from alb_lint.checks._gates import on_listener
from alb_lint.checks._groups import rules_and_default
from alb_lint.checks._wording import named
from alb_lint.checks.check import Check, CheckInfo, Finding, Related, Severity, Witness
from alb_lint.config import Config
from alb_lint.findings.wording import rules_list
from alb_lint.model import Estate, Forward, Listener, Request, Rule
from alb_lint.record import record

_MOST: Final = 5
"""Rules that one finding shows a request for."""


@record
class _Detour:
    listener: Listener
    rule: Rule
    request: Request


def run(estate: Estate, _config: Config) -> Iterator[Finding]:
    balancer = {listener.id: key for key, listeners in together(estate) for listener in listeners}
    for listener in estate.listeners:
        gates = [rule for rule in listener.rules if denies(rule) and not rule.presence and rule.conditions]
        if not gates:
            continue
        facts = ListenerFacts(listener)
        for gate in gates:
            place = next(index for index, rule in enumerate(facts.rules) if rule.id == gate.id)
            if facts.reach(place).state != "reachable":
                continue
            found = [*_before(facts, place)]
            shielded = {group for rule in _behind(facts, place) for group in groups_of(rule)}
            for other in estate.listeners if shielded else ():
                if other.id != listener.id:
                    found.extend(_elsewhere(other, gate, shielded, balancer[other.id] == balancer[listener.id]))
            if found:
                yield _finding(listener, gate, found)


def _before(facts: ListenerFacts, gate: int) -> Iterator[_Detour]:
    """Earlier rules that forward what the gate would deny, without being exceptions that name a part of what it names."""
    candidates = [
        index
        for index, rule in enumerate(facts.rules)
        if facts.earlier[gate] >> index & 1 and facts.meets[gate] >> index & 1 and _open(rule) and not forgeable(rule)
    ]
    if not candidates:
        return
    resources = Resources([facts.rules[gate], *(facts.rules[index] for index in candidates)])
    for number, index in enumerate(candidates, 1):
        if resources.relation(number, 0) != "narrower":
            request = facts.shared_request(index, gate, facts.compiled.may_precede(index) & ~facts.excluded(index))
            if request is not None:
                yield _Detour(facts.listener, facts.rules[index], request)


def _open(rule: Rule) -> bool:
    """Whether the rule certainly exists and forwards for everybody."""
    return bool(rule.actions) and isinstance(rule.actions[-1], Forward) and not rule.presence and not guards_of(rule)


def _behind(facts: ListenerFacts, gate: int) -> Iterator[Rule]:
    """The rules that would get requests of the gate, were it not there."""
    after = facts.meets[gate] & facts.compiled.later[gate]
    for index, rule in enumerate(facts.rules):
        if after >> index & 1:
            yield rule
    if facts.listener.default is not None:
        yield facts.listener.default


def _elsewhere(listener: Listener, gate: Rule, shielded: set[str], same_balancer: bool) -> Iterator[_Detour]:
    """Rules of another listener that forward requests of the gate to a group that it shields."""
    candidates = [
        rule
        for rule in rules_and_default(listener)
        if _open(rule) and any(group in shielded and (same_balancer or group.startswith("arn:")) for group in groups_of(rule))
    ]
    if not candidates:
        return
    resources = Resources([gate, *candidates])
    beside = Regions(listener, (gate.conditions,))
    for number, rule in enumerate(candidates, 1):
        if resources.relation(number, 0) not in ("narrower", "disjoint"):
            request = beside.answered(rule, 0)
            if isinstance(request, Request):
                yield _Detour(listener, rule, request)


def _finding(listener: Listener, gate: Rule, found: list[_Detour]) -> Finding:
    here = [item.rule for item in found if item.listener.id == listener.id]
    said = []
    if here:
        said.append(f"{rules_list(here, 3)} {'forwards' if len(here) == 1 else 'forward'} some of them first")
    for other in dict.fromkeys(item.listener.id for item in found if item.listener.id != listener.id):
        items = [item for item in found if item.listener.id == other]
        verb = "forwards" if len(items) == 1 else "forward"
        said.append(f"{_rules([item.rule for item in items])} on {on_listener(items[0].listener)} {verb} some of them")
    first = found[0]
    return CHECK.finding(
        listener.id,
        gate,
        f"{named(gate)} denies requests that get through elsewhere: {', and '.join(said)}",
        "deny them first, with a lower number and on each listener, or write an `[[allow]]` with the reason",
        related=tuple(Related("partner", item.rule, item.request) for item in found[:_MOST]),
        witnesses=(Witness("both", first.request, f"forwarded by {named(first.rule)}", first.listener.id),),
    )


def _rules(rules: list[Rule]) -> str:
    return named(rules[0]) if len(rules) == 1 else rules_list(rules, 3)


CHECK = Check(
    CheckInfo(
        "ALB601", "deny-bypassed", Severity.WARNING, "Requests that a rule denies are forwarded by an earlier rule or another listener."
    ),
    run_estate=run,
    whole=True,
)
