"""Gates and requirements against brute force: random estates of two load balancers and four listeners, and all the requests they tell apart."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest

import alb_lint.checks as table
from alb_lint.analysis.actions import action_key
from alb_lint.analysis.evaluate import evaluate, matches_rule
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.guards import denies, forgeable, groups_of, guards_of, resource
from alb_lint.config import Config, Requirement, Then, When
from alb_lint.findings.finding import Finding, Severity
from alb_lint.model import (
    Authenticate,
    Condition,
    Estate,
    FixedResponse,
    Forward,
    HostHeader,
    HttpHeader,
    Listener,
    LoadBalancer,
    PathPattern,
    Redirect,
    Request,
    Rule,
    Share,
    SourceIp,
    TargetGroup,
)
from shorthand import estate, run
from worlds import World

GROUPS = tuple(f"arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/t{number}/1" for number in range(3))
SIGN_IN = Authenticate("oidc", (("Issuer", "https://idp.example"),))
ELSEWHERE = Redirect(host="elsewhere.example")
RUNS = 60
SHOWN = 5
"""Rules that one finding names with a request."""


def conditions(random: Random) -> tuple[Condition, ...]:
    found: list[Condition] = []
    if random.random() < 0.8:
        found.append(PathPattern((random.choice(["/a", "/a*", "/*", "/aB", "/z*", "/aa"]),)))
    if random.random() < 0.4:
        found.append(HostHeader((random.choice(["a", "b", "a*"]),)))
    if random.random() < 0.3:
        found.append(SourceIp((random.choice(["128.0.0.0/1", "192.0.0.0/2"]),)))
    if random.random() < 0.25:
        found.append(random.choice([HttpHeader("X-A", ("a",)), HttpHeader("X-B-Secret", ("b",)), HttpHeader("User-Agent", ("a*",))]))
    return tuple(found) or (PathPattern(("/*",)),)


def actions(random: Random) -> tuple:
    kind = random.random()
    forward = Forward((Share(random.choice(GROUPS)),))
    if kind < 0.25:
        return (FixedResponse("403"),) if kind < 0.2 else (ELSEWHERE,)
    return (SIGN_IN, forward) if kind < 0.45 else (forward,)


def an_estate(random: Random, most: int = 3) -> Estate:
    listeners = []
    schemes = {balancer: random.choice(["", "internet-facing", "internet-facing", "internal"]) for balancer in "ab"}
    for balancer in "ab":
        for port in (80, 443):
            rules = tuple(
                Rule(f"{balancer}{port}-{number}", "", number, conditions(random), actions(random))
                for number in range(1, random.randint(1, most) + 1)
            )
            default = Rule(
                f"{balancer}{port}-default", "", 0, (), random.choice([(FixedResponse("404"),), actions(random)]), is_default=True
            )
            owner = LoadBalancer(balancer, balancer, "ipv4", scheme=schemes[balancer])
            listeners.append(Listener(f"{balancer}:{port}", "", rules, default, load_balancer=owner, port=port))
    groups = [
        TargetGroup(group, group, registered=tuple(sorted(random.sample(["i-1:80", "i-2:80", "i-3:80"], random.choice([0, 1, 1, 2])))))
        for group in GROUPS
    ]
    return estate(*listeners, target_groups=groups)


class Everything:
    """All requests that the estate and some regions tell apart, and what each does."""

    def __init__(self, told: Estate, regions: tuple[tuple[Condition, ...], ...] = ()) -> None:
        rules = [rule for listener in told.listeners for rule in listener.rules]
        extra = [Rule(f"region{number}", "", number, region) for number, region in enumerate(regions)]
        plain = [replace(rule, conditions=resource(rule)) for rule in rules]
        unique = {frozenset(rule.conditions): rule for rule in (*rules, *plain, *extra) if rule.conditions}
        anything = Rule("", "", 0)  # so that a request which no rule matches counts too
        self.requests = list(World([anything, *unique.values()], True).every.values())

    def narrower(self, one: Rule, other: Rule) -> bool:
        """Whether what `one` asks for by host and path lies inside what `other` asks for, and is less."""
        mine = [self._asks(one, request) for request in self.requests]
        theirs = [self._asks(other, request) for request in self.requests]
        return all(b for a, b in zip(mine, theirs, strict=True) if a) and mine != theirs

    @staticmethod
    def _asks(rule: Rule, request: Request) -> bool:
        return matches_rule(replace(rule, conditions=resource(rule)), request)

    def answered(self, listener: Listener, rule: Rule, inside: tuple[Condition, ...]) -> bool:
        region = Rule("", "", 0, inside)
        return any(matches_rule(region, request) and evaluate(listener, request) is rule for request in self.requests)


def every_rule(told: Estate) -> Iterator[tuple[Listener, Rule]]:
    for listener in told.listeners:
        for rule in (*listener.rules, listener.default):
            yield listener, rule


def reached(listener: Listener, rule: Rule) -> bool:
    facts = ListenerFacts(listener)
    return facts.reach(facts.rules.index(rule)).state == "reachable"


def is_open(rule: Rule) -> bool:
    return isinstance(rule.actions[-1], Forward) and not guards_of(rule)


def reaches(told: Estate, rule: Rule, groups: set[str]) -> bool:
    """Whether the rule forwards to one of the groups, or to one that has a target in common with one of them."""
    targets = {group.id: set(group.registered) for group in told.target_groups}
    return any(one == other or targets[one] & targets[other] for one in groups_of(rule) for other in groups)


def for_others(there: Listener, here: Listener) -> bool:
    """Whether `there` is open to the inside alone, unlike `here`."""
    return there.load_balancer.scheme == "internal" and here.load_balancer.scheme != "internal"


def a_part(world: Everything, there: Listener, rule: Rule, here: Listener, gate: Rule) -> bool:
    """Whether the open way names a part of what the gate names, under the same load balancer: an exception that is meant."""
    return there.load_balancer.id == here.load_balancer.id and world.narrower(rule, gate)


def said(found: list[Finding]) -> set[tuple[str, str]]:
    return {(item.rule.id, related.rule.id) for item in found for related in item.related}


def unguarded(told: Estate, world: Everything) -> set[tuple[str, str]]:
    found = set()
    for listener, gate in every_rule(told):
        if gate.is_default or not groups_of(gate) or not guards_of(gate) or not reached(listener, gate):
            continue
        for other, rule in every_rule(told):
            if not is_open(rule) or not reaches(told, rule, set(groups_of(gate))) or (other is listener and forgeable(rule)):
                continue
            if for_others(other, listener) or a_part(world, other, rule, listener, gate):
                continue
            if world.answered(other, rule, resource(gate)):
                found.add((gate.id, rule.id))
    return found


def bypassed(told: Estate, world: Everything) -> set[tuple[str, str]]:
    found = set()
    for listener, gate in every_rule(told):
        if gate.is_default or not (denies(gate) or gate.actions == (ELSEWHERE,)) or not reached(listener, gate):
            continue
        behind = [rule for rule in listener.rules if rule.priority > gate.priority and meets(world, rule, gate)]
        shielded = {group for rule in (*behind, listener.default) for group in groups_of(rule)}
        for other, rule in every_rule(told):
            if not is_open(rule) or a_part(world, other, rule, listener, gate) or not world.answered(other, rule, gate.conditions):
                continue
            if other is listener:
                if denies(gate) and not forgeable(rule) and not rule.is_default and rule.priority < gate.priority:
                    found.add((gate.id, rule.id))
            elif reaches(told, rule, shielded) and not for_others(other, listener):
                if not denies(gate) and other.load_balancer.id != listener.load_balancer.id:
                    continue
                found.add((gate.id, rule.id))
    return found


def meets(world: Everything, one: Rule, other: Rule) -> bool:
    return any(matches_rule(one, request) and matches_rule(other, request) for request in world.requests)


def hold(seed: int) -> None:
    random = Random(seed)
    told = an_estate(random)
    regions = tuple(rule.conditions for _, rule in every_rule(told) if not rule.is_default)
    world = Everything(told, tuple(resource(rule) for _, rule in every_rule(told) if resource(rule)) + regions)
    ways_round, detours = run(table.ALB602, told), run(table.ALB601, told)
    for found, wanted in ((ways_round, unguarded(told, world)), (detours, bypassed(told, world))):
        assert {gate for gate, _ in said(found)} == {gate for gate, _ in wanted}, seed
        assert said(found) <= wanted, seed
        shown = {item.rule.id: len(item.related) for item in found}
        assert all(shown[gate] >= SHOWN or (gate, rule) in said(found) for gate, rule in wanted), seed
    by_id = {rule.id: listener for listener, rule in every_rule(told)}
    for item in (*ways_round, *detours):
        for related in item.related:
            assert evaluate(by_id[related.rule.id], related.request).id == related.rule.id, seed
    idle(told, world, ways_round, seed)
    required(random, told, seed)


def idle(told: Estate, world: Everything, found: list[Finding], seed: int) -> None:
    """Where a guard is said to have no effect, the rule can go: every request is answered alike without it."""
    for item in found:
        if item.severity is Severity.ERROR:
            listener = next(one for one in told.listeners if one.id == item.listener)
            without = replace(listener, rules=tuple(rule for rule in listener.rules if rule.id != item.rule.id))
            before, after = ([action_key(evaluate(one, request)) for request in world.requests] for one in (listener, without))
            assert before == after, seed


def required(random: Random, told: Estate, seed: int) -> None:
    """Each requirement is refuted by a request that breaks it, or holds for all of them."""
    when = When(
        path=random.choice([(), ("/a*",), ("/aB", "/z*")]),
        without_header=random.choice([(), ("X-A",), ("X-B-Secret",)]),
        not_source_ip=random.choice([(), ("192.0.0.0/2",)]),
    )
    then = random.choice(
        [Then(status=("403",)), Then(target_group=("t0",)), Then(any_of=(Then(authenticated=True), Then(status=("403",))))]
    )
    listener = random.choice(told.listeners)
    settings = Config(require=(Requirement("r", when, then),))
    inside = (*((PathPattern(when.path),) if when.path else ()),)
    nots = [HttpHeader(name, ("*",)) for name in when.without_header] + ([SourceIp(when.not_source_ip)] if when.not_source_ip else [])
    world = Everything(estate(listener), (*((inside,) if inside else ()), *((item,) for item in nots)))
    breaking = set()
    for request in world.requests:
        if matches_rule(Rule("", "", 0, inside), request) and not any(matches_rule(Rule("", "", 0, (item,)), request) for item in nots):
            rule = evaluate(listener, request)
            if not does(rule, then):
                breaking.add(rule.id)
    found = run(table.ALB610, listener, settings)
    named = {(item.rule or listener.default).id for item in found} | {related.rule.id for item in found for related in item.related}
    assert named == breaking, seed


def does(rule: Rule, then: Then) -> bool:
    key = action_key(rule)[-1]
    if then.any_of:
        return any(does(rule, option) for option in then.any_of)
    if then.authenticated:
        return SIGN_IN in rule.actions
    if then.status:
        return key[0] == "fixed-response" and key[1] in then.status
    return key[0] == "forward" and GROUPS[0] in str(key)


@pytest.mark.parametrize("seed", range(RUNS))
def test_gates_as_brute_force_has_them(seed):
    hold(seed)


@pytest.mark.long
@pytest.mark.parametrize("part", range(30))
def test_gates_as_brute_force_has_them_many(part):
    for seed in range(1_000 + part * 100, 1_100 + part * 100):
        hold(seed)
