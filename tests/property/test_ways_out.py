"""What a finding advises, done: the finding is gone, and nothing that was right becomes an error."""

import re
from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import TypeAlias

import pytest

from alb_lint import pipeline
from alb_lint.config import Config
from alb_lint.findings.finding import Finding
from alb_lint.model import Estate, Forward, HostHeader, HttpHeader, HttpRequestMethod, Listener, PathPattern, Rule, Share, SourceIp
from worlds import listener

KINDS = (("path",), ("host", "path"), ("path", "header"), ("path", "source"), ("method", "path"), ("path", "query"))
OF_KIND = {"path": PathPattern, "host": HostHeader, "header": HttpHeader, "method": HttpRequestMethod, "address": SourceIp}


def findings(told: Listener) -> list[Finding]:
    """Each by itself."""
    summary = pipeline.lint(Estate((told,)), Config(), "2026-01-01")
    return [part for found in summary.findings for part in (found.parts or (found,))]


Key: TypeAlias = tuple[str, frozenset[str], tuple[str, ...]]


def key(found: Finding) -> Key:
    """A collision is one of all its rules, whichever it is told of."""
    rules = {found.rule.id} if found.rule is not None else set()
    together = found.info.code == "ALB001"
    return (
        found.info.code,
        frozenset(rules | ({one.rule.id for one in found.related} if together else set())),
        () if together else found.facets,
    )


def new_errors(before: list[Finding], after: list[Finding]) -> list[Key]:
    """Those of `after` that are no error of before, nor what is left of one."""
    known = [key(one) for one in before if one.severity.label == "error"]
    wrong = [key(one) for one in after if one.severity.label == "error"]
    return [one for one in wrong if not any(one[0] == other[0] and one[1] <= other[1] for other in known)]


def changed(told: Listener, rule_id: str, rule: Rule | None) -> Listener:
    rules = (rule if one.id == rule_id else one for one in told.rules)
    return replace(told, rules=tuple(one for one in rules if one is not None))


def numbered(told: Listener, rule: Rule, numbers: range) -> Iterator[Listener]:
    """The rule at each of the numbers that is free, the nearest first."""
    held = {one.priority for one in told.rules}
    for number in reversed(numbers):
        if number not in held:
            yield changed(told, rule.id, replace(rule, priority=number))


def without_value(rule: Rule, what: str, value: str) -> Iterator[Rule]:
    """The rule without the last such value of a condition, for each condition that has it."""
    kind = OF_KIND[what.split(maxsplit=1)[0]]
    for place, condition in enumerate(rule.conditions):
        if isinstance(condition, kind) and value in condition.values and len(condition.values) > 1:
            at = len(condition.values) - 1 - condition.values[::-1].index(value)
            less = replace(condition, values=condition.values[:at] + condition.values[at + 1 :])
            yield replace(rule, conditions=(*rule.conditions[:place], less, *rule.conditions[place + 1 :]))


def ways(told: Listener, found: Finding) -> Iterator[tuple[str, list[Listener]]]:
    """(what is advised, the listeners that doing it may give: one of them must do) for each way out that names a number, a move or a deletion."""
    rule, help_ = found.rule, found.help
    if rule is None:
        return
    if below := re.search(r"give it a number below (\d+)", help_):
        yield "number", list(numbered(told, rule, range(1, int(below[1]))))
    if up := re.search(r"give rule (\d+) a higher one, and this rule the one right before it", help_):
        twice = replace(told, rules=tuple(replace(one, priority=2 * one.priority) for one in told.rules))
        yield "order", [changed(twice, rule.id, replace(rule, priority=2 * int(up[1]) - 1))]
    if re.search(r"(^|or )delete it($|;|,)", help_):
        yield "delete", [changed(told, rule.id, None)]
    if together := re.search(r"delete it together with (.*), which no request", help_):
        gone = {rule.id, *(one.id for one in told.rules if re.search(rf"\b{one.priority} {one.name} \(", together[1]))}
        yield "delete several", [replace(told, rules=tuple(one for one in told.rules if one.id not in gone))]
    if found.info.code == "ALB204" and not found.facets[0].startswith("query"):
        yield "value", [changed(told, rule.id, less) for less in without_value(rule, found.facets[0], found.facets[1].strip("`"))]
    if found.info.code == "ALB221":
        values = re.findall(r"`([^`]*)`", help_)
        if help_.startswith("drop the condition"):
            for condition in rule.conditions:
                if set(found.facets) <= set(getattr(condition, "values", ())):
                    kept = tuple(one for one in rule.conditions if one is not condition)
                    yield "condition", [changed(told, rule.id, replace(rule, conditions=kept))]
                    break
        elif values:
            kept = tuple(
                replace(one, values=(*(v for v in one.values if v not in found.facets), *values)) if isinstance(one, SourceIp) else one
                for one in rule.conditions
            )
            yield "blocks", [changed(told, rule.id, replace(rule, conditions=kept))]
    if help_.startswith("make one weighted forward"):
        twins = [rule, *(one.rule for one in found.related)]
        shares = {
            share.target_group: share for one in twins for action in one.actions if isinstance(action, Forward) for share in action.shares
        }
        merged = replace(rule, actions=(Forward(tuple(shares.values())),))
        gone = {one.id for one in twins[1:]}
        rules = (merged if one.id == rule.id else one for one in told.rules if one.id not in gone)
        yield "merge", [replace(told, rules=tuple(rules))]
    if found.info.code == "ALB001" and (free := re.search(r"the number (\d+), which is free", help_)):
        pair = [rule, found.related[0].rule]
        who = [one for one in pair if f"give {one.name} the number" in help_]
        assert len(who) == 1 and int(free[1]) not in {one.priority for one in told.rules}
        yield "free", [changed(told, who[0].id, replace(who[0], priority=int(free[1])))]


def hold(told: Listener) -> list[str]:
    """The ways out that were tried; fails where one does not do."""
    before = findings(told)
    tried = []
    for found in before:
        for what, results in ways(told, found):
            tried.append(what)
            good = False
            for result in results:
                after = findings(result)
                fewer = sum(key(one) == key(found) for one in after) < sum(key(one) == key(found) for one in before)
                if fewer and not new_errors(before, after):
                    good = True
                    break
            assert good, (what, key(found), found.help, told)
    return tried


def random_listener(seed: int) -> Listener:
    random = Random(seed)
    told = listener(random, KINDS[seed % len(KINDS)])
    # room between some numbers, none between others
    step = random.choice((1, 3, 10))
    rules = [replace(rule, name=rule.id, priority=rule.priority * step) for rule in told.rules]
    if seed % 4 == 0:
        one = random.choice(rules)
        other = (Forward((Share("other", 1),)),)
        rules = [*(replace(rule, actions=(Forward((Share("one", 1),)),)) if rule is one else rule for rule in rules)]
        rules.append(replace(one, id="twin", name="twin", actions=other))
    return replace(told, rules=tuple(rules))


@pytest.mark.parametrize("seeds", [range(150), pytest.param(range(1000, 5000), marks=pytest.mark.long)], ids=["some", "many"])
def test_every_way_out_does(seeds: range) -> None:
    tried = {what for seed in seeds for what in hold(random_listener(seed))}
    assert tried >= {"number", "delete", "value", "free", "merge"}
