"""Twins become one weighted rule; what keeps them apart is said."""

import pytest

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.model import Forward, Listener, PathPattern, Rule, Share
from alb_lint.plan.plan import ListenerPlan, Refusal
from alb_lint.plan.planner import Options, plan_listener
from alb_lint.plan.proof.proof import check_merges
from alb_lint.plan.steps.apply import apply_plan
from alb_lint.plan.wanted.twins import Twins, twins_of
from shorthand import TODAY, config, listener

WEIGHTS = '[[weights]]\nenvironment = "prod"\ngroups = {{ {} }}\n'


def twins(told: Listener, toml: str = "", environment: str = "") -> Twins:
    facts = ListenerFacts(told)
    found = twins_of(facts, config(toml), environment)
    assert not check_merges(facts, found.merges)
    return found


def weights(found: Twins) -> dict[str, int]:
    (merge,) = found.merges
    return {share.target_group: share.weight for share in merge.action.shares}


def test_the_later_one_is_dead_so_nothing_changes():
    found = twins(listener("5 path=/a name=x -> x", "9 path=/a name=y -> y"))
    (merge,) = found.merges
    assert (merge.keep, merge.drop, merge.changes) == ("x", ("y",), False)
    assert weights(found) == {"x": 100, "y": 0}
    assert merge.because == "the weights are those of 5 x (/a), which answers today"
    assert merge.request.path == "/a"


def test_the_same_requests_in_other_words():
    found = twins(listener("5 path=/a,/b GET name=x -> x", "9 GET path=/b,/a,/b name=y -> y"))
    assert len(found.merges) == 1


def test_weights_of_the_environment():
    told = listener("5 path=/a name=x -> x", "5 path=/a name=y -> y-rust")
    found = twins(told, WEIGHTS.format('"*rust*" = 5'), "prod")
    assert weights(found) == {"x": 95, "y-rust": 5}
    assert found.merges[0].changes
    assert not twins(told, WEIGHTS.format('"*rust*" = 5'), "staging").merges


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ('"y" = 100', {"x": 0, "y": 100}),
        ('"x" = 12.5', {"x": 1, "y": 7}),
        ('"x" = 40, "y" = 60', {"x": 40, "y": 60}),
    ],
)
def test_shares_become_weights(policy, expected):
    assert weights(twins(listener("5 path=/a -> x", "9 path=/a -> y"), WEIGHTS.format(policy), "prod")) == expected


def test_what_is_not_named_keeps_its_proportions():
    told = listener("5 path=/a -> x:30,y:10", "9 path=/a -> z")
    assert weights(twins(told, WEIGHTS.format('"z" = 20'), "prod")) == {"x": 60, "y": 20, "z": 20}


@pytest.mark.parametrize("policy", ['"x" = 40, "y" = 70', '"x" = 40, "y" = 50', '"x" = 0.01'])
def test_shares_that_cannot_be(policy):
    found = twins(listener("5 path=/a -> x", "9 path=/a -> y"), WEIGHTS.format(policy), "prod")
    assert not found.merges
    assert "share" in found.notes[0].reason


def test_target_groups_by_their_name():
    arn = "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/y-rust/9"
    told = listener("5 path=/a -> x", Rule("y", "y", 9, (PathPattern(("/a",)),), (Forward((Share(arn),)),)))
    assert weights(twins(told, WEIGHTS.format('"y-r*" = 10'), "prod")) == {"x": 90, arn: 10}


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        (("5 path=/a -> x", "5 path=/a -> y"), "the input does not tell which of them AWS keeps"),
        (("5 path=/a -> x:1,y:1,sticky=60", "9 path=/a -> x:1,z:1,sticky=90"), "their stickiness differs"),
        (("5 path=/a -> a:1,b:1,c:1", "9 path=/a -> d:1,e:1,f:1"), "together they have 6 target groups"),
        (("5 path=/a -> auth x", "9 path=/a -> y"), "they differ in more than where they forward to"),
        (("5 path=/a -> x", "9 path=/a -> ${y}"), "an action could not be read"),
        (("5 path=/a tag:elbv2.k8s.aws/cluster=c -> x", "9 path=/a -> y"), "the AWS Load Balancer Controller owns"),
    ],
)
def test_what_keeps_them_apart(rules, reason):
    found = twins(listener(*rules))
    assert not found.merges
    assert reason in found.notes[0].reason


@pytest.mark.parametrize(
    "rules",
    [
        ("5 path=/a -> x", "9 path=/a* -> y"),
        ("5 path=/a -> x", "9 path=/a -> 404"),
        ("5 path=/a -> x", "${n} path=/a -> y"),
        ("5 path=/a if=p -> x", "5 path=/a unless=p -> y"),
    ],
)
def test_what_is_no_twin(rules):
    found = twins(listener(*rules))
    assert not found.merges


@pytest.mark.parametrize(
    ("rules", "keep", "expected"),
    [
        (("5 path=/a name=x -> x", "5 path=/a name=y -> x:0,y:100"), "y", {"x": 0, "y": 100}),
        (("5 path=/a name=y -> y:3,x:1,sticky=60", "5 path=/a name=x -> x"), "y", {"y": 3, "x": 1}),
        (("5 path=/a name=x -> x", "5 path=/a name=z -> z", "5 path=/a name=y -> x:1,y:2,z:3"), "y", {"x": 1, "y": 2, "z": 3}),
        (("5 path=/a name=x -> x:0,y:1", "5 path=/a name=y -> y:100,x:0"), "x", {"x": 0, "y": 1}),
        # of a later one nothing is answered today, so it is not asked
        (("5 path=/a name=x -> x", "5 path=/a name=y -> x:0,y:100", "9 path=/a name=z -> x:50,y:50"), "y", {"x": 0, "y": 100}),
        (("5 path=/a name=x -> x", "5 path=/a name=y -> x:0,y:100", "9 path=/a name=z -> z"), None, None),
        (("5 path=/a name=x -> x:50,y:50", "5 path=/a name=y -> x:0,y:100"), None, None),
        (("5 path=/a name=x -> x", "5 path=/a name=y -> x:0,y:${w}"), None, None),
    ],
)
def test_of_one_number_the_twin_that_forwards_to_all_groups_is_the_merged_rule(rules, keep, expected):
    told = listener(*rules)
    found = twins(told)
    if keep is None:
        assert not found.merges
        return
    assert weights(found) == expected
    assert found.merges[0].keep == keep
    assert found.merges[0].action == next(rule for rule in told.rules if rule.id == keep).actions[-1]
    assert twins(told, WEIGHTS.format('"x" = 10'), "prod").merges[0].because == "the weights are those of [[weights]]"


def test_before_tells_which_one_answers():
    toml = '[[before]]\nfirst = "y"\nthen = "x"\n'
    found = twins(listener("5 path=/a name=x -> x", "5 path=/a name=y -> y"), toml)
    assert found.merges[0].keep == "y"
    assert weights(found) == {"y": 100, "x": 0}


def test_three_of_a_kind():
    found = twins(listener("9 path=/a name=z -> z", "5 path=/a name=x -> x", "7 path=/a name=y -> y:50,x:50"))
    (merge,) = found.merges
    assert (merge.keep, merge.drop) == ("x", ("y", "z"))
    assert weights(found) == {"x": 100, "y": 0, "z": 0}


def test_merged_plan():
    told = listener("5 path=/a name=x -> x", "9 path=/a name=y -> y", "20 path=/b name=b -> b")
    toml = '[[range]]\nname = "r"\npriorities = "100-109"\nmatch = { paths = ["/a"] }\n'
    made = plan_listener(ListenerFacts(told), config(toml), Options(TODAY, merge_twins=True))
    assert isinstance(made, ListenerPlan)
    assert made.equivalent
    assert [(move.rule, move.new) for move in made.moves] == [("x", 100)]
    assert made.merges[0].priority == 100
    assert made.kept == 1
    assert [call["call"] for call in made.steps] == ["modify-rule", "delete-rule", "set-rule-priorities"]
    assert made.steps[0]["actions"] == [
        {
            "Type": "forward",
            "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": "x", "Weight": 100}, {"TargetGroupArn": "y", "Weight": 0}]},
        }
    ]
    assert [call["call"] for call in made.rollback] == ["set-rule-priorities", "create-rule", "modify-rule"]
    assert made.rollback[1]["priority"] == 9
    assert made.rollback[1]["conditions"] == [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/a"]}}]
    assert {rule.id: rule.priority for rule in apply_plan(made, told).rules} == {"x": 100, "b": 20}


def test_twins_that_stay_apart_tell_why_the_plan_is_refused():
    told = listener("5 path=/a name=x -> x", "5 path=/a name=y -> y")
    (found,) = plan_listener(ListenerFacts(told), config(""), Options(TODAY, merge_twins=True))
    assert isinstance(found, Refusal)
    assert found.nearest == 'in the config: [[before]] first = "x" then = "y" listener = "L"'
    unread = listener("5 path=/a name=x -> x:${w},y:1", "5 path=/a name=y -> y")
    (found,) = plan_listener(ListenerFacts(unread), config(WEIGHTS.format('"x" = 10')), Options(TODAY, merge_twins=True))
    assert "stay apart: a weight could not be read" in found.reason
    assert [way.flags for way in found.ways] == [("--environment", "prod"), ()]


def test_twins_of_ranges_that_lie_apart_are_merged_by_one_order():
    told = listener("5 path=/a name=py-a -> x", "5 path=/a name=rs-a -> y", "6 path=/a/* name=py-all -> x", "6 path=/a/* name=rs-all -> y")
    ranges = "".join(
        f'[[range]]\nname = "{team}"\npriorities = "{numbers}"\nmatch = {{ rules = ["{team}-*"] }}\n'
        for team, numbers in (("rs", "1-9"), ("py", "100-109"))
    )
    (found,) = plan_listener(ListenerFacts(told), config(ranges), Options(TODAY))
    assert ("--merge-twins",) in [way.flags for way in found.ways]
    (way,) = (way for way in found.ways if way.flags)
    made = plan_listener(ListenerFacts(told), config(ranges + way.config), Options(TODAY, merge_twins=True))
    assert [merge.keep for merge in made.merges] == ["py-a", "py-all"]


def test_weights_that_name_none_of_the_target_groups_are_told():
    told = listener("5 path=/a name=x -> x", "5 path=/a name=y -> y")
    (found,) = plan_listener(
        ListenerFacts(told), config(WEIGHTS.format('"z-*" = 10')), Options(TODAY, merge_twins=True, environment="prod")
    )
    assert "stay apart: the [[weights]] for prod name none of their target groups, which are x and y" in found.reason
