"""ALB301 to ALB306, ALB309 and ALB310: target groups, weights, counts."""

from dataclasses import replace

import pytest

from alb_lint.checks import ALB301, ALB302, ALB303, ALB304, ALB305, ALB306, ALB309, ALB310
from alb_lint.model import TargetGroup
from shorthand import estate, ids, listener, load_balancer, run

ARN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012"
ONE, TWO = f"{ARN}:targetgroup/one/1111111111111111", f"{ARN}:targetgroup/two/2222222222222222"
LB1, LB2 = f"{ARN}:loadbalancer/app/blue/1", f"{ARN}:loadbalancer/app/green/2"


@pytest.mark.parametrize(
    ("action", "found"), [("a:0,b:0", 1), ("a:0", 1), ("a:0,b:1", 0), ("a:0,b:${w}", 0), ("a", 0), ("404", 0), ("opaque", 0)]
)
def test_weights_all_zero(action, found):
    assert len(run(ALB301, listener(f"1 path=/x -> {action}"))) == found
    assert len(run(ALB301, listener(default=action))) == found


@pytest.mark.parametrize(
    ("action", "limits", "found"),
    [
        ("a,b,c,d,e", (), 0),
        ("a,b,c,d,e,f", (), 1),
        ("a,a,b,c,d,e", (), 0),
        ("a,b,c,d,e,${f}", (), 0),
        ("a,b,c,d,e,f", (("target-groups-per-action-on-application-load-balancer", 10),), 0),
    ],
)
def test_too_many_target_groups_of_an_action(action, limits, found):
    assert len(run(ALB302, estate(listener(f"1 path=/x -> {action}", limits=limits)))) == found


def test_too_many_target_groups_of_a_load_balancer():
    def half(name, numbers, balancer):
        return listener(*(f"{n} path=/{n} -> t{n}" for n in numbers), id=name, load_balancer=load_balancer(balancer))

    (found,) = run(ALB302, estate(half("A", range(1, 60), "x"), half("B", range(50, 102), "x")))
    assert found.message == "the rules of the load balancer `x` name 101 target groups, the limit of a load balancer is 100"
    assert found.rule is None
    assert run(ALB302, estate(half("A", range(1, 60), "x"), half("B", range(50, 102), "y"))) == []
    assert run(ALB302, estate(half("A", range(1, 60), "x"), half("B", range(50, 101), "x"))) == []


@pytest.mark.parametrize(
    ("group", "known", "found"),
    [
        (TWO, [ONE], 1),
        (ONE, [ONE], 0),
        (TWO, None, 0),
        (TWO, [], 0),
        (TWO.replace("eu-west-1", "us-east-1"), [ONE], 0),
        (TWO.replace("123456789012", "999999999999"), [ONE], 0),
        ("aws_lb_target_group.x", [ONE], 0),
        ("${tg}", [ONE], 0),
    ],
)
def test_missing_target_group(group, known, found):
    groups = None if known is None else [TargetGroup(arn, arn.split("/")[1]) for arn in known]
    here = listener(f"1 path=/x -> {group}", default=group)
    assert len(run(ALB303, estate(here, target_groups=groups))) == 2 * found


def test_a_list_without_the_group_of_a_rule_that_exists_is_not_whole():
    """AWS deletes no group that a rule forwards to: the list is one of a load balancer, or of another day."""
    known = [TargetGroup(ONE, "one")]
    planned = listener(f"1 path=/x -> {TWO}", id="A")
    (rule,) = listener(f"1 path=/y -> {TWO.replace('two', 'three')}").rules
    there = listener(replace(rule, id="arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/a/1/2/3"), id="B")
    assert len(run(ALB303, estate(planned, target_groups=known))) == 1
    assert run(ALB303, estate(planned, there, target_groups=known)) == []
    elsewhere = replace(
        rule, id=there.rules[0].id, actions=listener(f"1 path=/y -> {TWO.replace('eu-west-1', 'us-east-1')}").rules[0].actions
    )
    other = [*known, TargetGroup(ONE.replace("eu-west-1", "us-east-1"), "one")]
    assert len(run(ALB303, estate(planned, listener(elsewhere, id="B"), target_groups=other))) == 1


@pytest.mark.parametrize(
    ("action", "targets", "found"),
    [
        (ONE, 0, ["r1"]),
        (ONE, 1, []),
        (ONE, None, []),
        (f"{ONE}:0,{TWO}:1", 0, []),  # it gets no requests
        (f"{ONE}:1,{TWO}:1", 0, ["r1"]),
        (f"{ONE}:${{w}},{TWO}:1", 0, []),
        (f"{ONE}:0", 0, ["r1"]),  # the weight of the only group never matters
    ],
)
def test_empty_target_group(action, targets, found):
    groups = [TargetGroup(ONE, "one", (), targets), TargetGroup(TWO, "two", (), 2)]
    assert ids(run(ALB304, estate(listener(f"1 path=/x -> {action}"), target_groups=groups))) == found


def test_empty_target_group_without_a_list():
    assert run(ALB304, estate(listener(f"1 path=/x -> {ONE}"))) == []


@pytest.mark.parametrize(
    ("first", "second", "group", "found"),
    [
        (LB1, LB2, ONE, ["r1"]),
        (LB1, LB1, ONE, []),
        (LB1, LB2, "${tg}", []),
        ("aws_lb.a", "data.aws_lb.b", ONE, []),  # they may be one
        (LB1, None, ONE, []),
        ("aws_lb.a", "aws_lb.b", "aws_lb_target_group.x", ["r1"]),  # two resources are two
        ("infra:module.x.aws_lb.a[0]", "infra:module.x.aws_alb.b", "aws_lb_target_group.x", ["r1"]),
        ("aws_lb.a", "infra:data.aws_lb.b", "aws_lb_target_group.x", []),
        ("var.a", "var.b", ONE, []),
    ],
)
def test_shared_target_group(first, second, group, found):
    balancers = [load_balancer(one) if one else None for one in (first, second)]
    kind = "aws-json" if group == ONE else "terraform"
    here = [
        listener(f"1 path=/x -> {group}", id=name, load_balancer=lb, source_kind=kind) for name, lb in zip("AB", balancers, strict=True)
    ]
    assert ids(run(ALB305, estate(*here))) == found


def test_shared_target_group_names_both():
    here = [listener(default=ONE, id=name, load_balancer=load_balancer(lb)) for name, lb in (("A", LB1), ("B", LB2))]
    (found,) = run(ALB305, estate(*here))
    assert found.message == "the target group `one` is used under 2 load balancers: `app/blue/1` and `app/green/2`"


def test_shared_target_group_of_listeners_known_by_arn():
    here = [
        listener("1 path=/x -> t.yml:Group", id=f"{ARN}:listener/app/{name}/1/2", source_kind="cloudformation")
        for name in ("blue", "green")
    ]
    assert ids(run(ALB305, estate(*here))) == ["r1"]
    assert run(ALB305, estate(*(replace(one, source_kind="pulumi") for one in here))) == []


@pytest.mark.parametrize(
    ("protocol", "rule", "version", "found"),
    [
        ("HTTP", "1 path=/x -> t", "GRPC", ["error"]),
        ("HTTP", "1 path=/x -> t", "HTTP2", ["error"]),
        ("HTTP", "1 path=/x -> t", "HTTP1", []),
        ("HTTP", "1 path=/x -> t", "", []),
        ("", "1 path=/x -> t", "GRPC", ["warning"]),
        ("HTTPS", "1 path=/x -> t", "GRPC", ["warning"]),
        ("HTTPS", "1 path=/x -> t", "HTTP2", []),
        ("HTTPS", "1 path=/x POST -> t", "GRPC", []),
        ("HTTPS", "1 path=/x header:content-type=application/grpc* -> t", "GRPC", []),
        ("HTTPS", "1 path=${x} -> t", "GRPC", []),
    ],
)
def test_protocol_version(protocol, rule, version, found):
    groups = [TargetGroup("t", "t", protocol_version=version)]
    here = listener(rule, protocol=protocol)
    for known in (estate(here, target_groups=groups), replace(estate(here), declared=tuple(groups))):
        assert [item.severity.label for item in run(ALB310, known)] == found


PRODUCTION = '[[weights]]\nenvironment = "production"\ngroups = { "*rust*" = 0, "py*" = 100 }\n'
CANARY = '[[weights]]\nenvironment = "canary"\ngroups = { "*rust*" = 33.3 }\n'


@pytest.mark.parametrize(
    ("config", "action", "found"),
    [
        (PRODUCTION, "py:100,rust:0", []),
        (PRODUCTION, "py:90,rust:10", ["py", "rust"]),
        (PRODUCTION, "py:999,rust:1", ["py", "rust"]),
        (PRODUCTION, "rust", ["rust"]),
        (PRODUCTION, "py", []),
        (PRODUCTION, "other", []),
        (PRODUCTION, "py:${w},rust:10", []),
        (PRODUCTION, "${g}:1,rust:10", []),
        (PRODUCTION, "py:0,rust:0", []),
        (CANARY, "py:2,rust:1", []),
        (CANARY, "py:1,rust:1", ["rust"]),
        (PRODUCTION + CANARY, "py:90,rust:10", []),  # which of the two is not said
        ('environment = "canary"\n' + PRODUCTION + CANARY, "py:90,rust:10", ["rust"]),
        ('environment = "canary"\n' + PRODUCTION, "py:90,rust:10", []),
        (PRODUCTION + 'listener = "other"\n', "py:90,rust:10", []),
        (PRODUCTION.replace('"*rust*" = 0', '"one" = 0'), f"{ONE}:1,{TWO}:9", [ONE]),
    ],
)
def test_weight_policy(config, action, found):
    assert [item.facets[1] for item in run(ALB306, listener(f"1 path=/x -> {action}"), config)] == found


def test_weight_policy_message():
    (found, _) = run(ALB306, listener(default="py:2,rust:1"), PRODUCTION)
    assert found.message == "`py` gets 66.67 % of its requests, and `production` wants 100 %"


def many(number, name="A", **fields):
    return listener(*(f"{n} path=/{n} -> t" for n in range(1, number + 1)), id=name, **fields)


LIMIT = (("rules-per-application-load-balancer", 200),)


@pytest.mark.parametrize(
    ("numbers", "fields", "found"),
    [
        ((90,), {}, None),
        ((91,), {}, "has 91 rules, near the default limit of 100"),
        ((101,), {}, "has 101 rules, over the default limit of 100"),
        ((101,), {"source_kind": "aws-json"}, None),  # they exist, so the limit is another one
        ((60, 31), {}, "has 91 rules, near the default limit of 100"),
        ((180,), {"limits": LIMIT, "source_kind": "aws-json"}, None),
        ((181,), {"limits": LIMIT}, "has 181 rules, near this account's limit of 200"),
    ],
)
def test_too_many_rules(numbers, fields, found):
    here = [many(number, name, load_balancer=load_balancer(), **fields) for number, name in zip(numbers, "AB", strict=False)]
    assert [item.message for item in run(ALB309, estate(*here))] == ([f"the load balancer `lb` {found}"] if found else [])


def test_over_a_limit_that_is_not_told_is_information():
    assert [run(ALB309, many(number))[0].severity.label for number in (95, 120)] == ["warning", "info"]


def test_rules_of_two_load_balancers_are_not_added_up():
    assert run(ALB309, estate(many(60), many(60, "B"))) == []


def test_rules_that_may_not_exist_do_not_count():
    here = listener(*(f"{n} if=x path=/{n} -> t" for n in range(1, 101)))
    assert run(ALB309, here) == []
