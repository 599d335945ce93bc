"""Live rules against the code's: which is which, and what is said of them."""

from dataclasses import replace
from pathlib import Path

import pytest

from alb_lint import inputs, pipeline, selections
from alb_lint.checks.against.comparison import compare
from alb_lint.config import Config
from alb_lint.model import Estate, Gap, Listener, Location
from shorthand import TODAY, config, estate, listener

ARN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012"
SCORER = Path(__file__).parents[2] / "fixtures" / "passport-scorer"
NAMES = """
[[listener]]
name = "public"
ids = ["*:listener/app/scorer/*/*", "httpsListener.arn"]
[[listener]]
name = "internal"
ids = ["*:listener/app/scorer-internal/*/*", "internalHttpsListener.arn"]
[[listener]]
name = "app-api"
ids = ["*:listener/app/scorer-app-api/*/*", "aws.lb.Listener:app-api-https"]
"""


DRIFT = ("ALB401", "ALB402", "ALB403", "ALB404", "ALB405")
PREVIEW = ("ALB407", "ALB408")


def found(live: Estate, wanted: Estate, settings: Config | None = None, select: tuple[str, ...] = DRIFT) -> pipeline.Summary:
    settings = settings if settings is not None else Config()
    return pipeline.lint(live, settings, TODAY, selections.selection(select, ()), wanted=wanted)


def said(live: Listener, wanted: Listener) -> list[str]:
    """`CODE number` of each finding, `?` where it is possible."""
    mark = {"proved": "", "possible": "?"}
    summary = found(estate(live), estate(wanted))
    return sorted(f"{item.info.code} {item.rule.priority}{mark[item.confidence]}" for item in summary.findings)


def arns(*rules: str, id: str = f"{ARN}:listener/app/web/1/2", **fields) -> Listener:  # noqa: A002
    """A listener whose rules have ARNs, made of their names."""
    made = listener(*rules, id=id, **fields)
    ids = [f"{ARN}:listener-rule/app/web/1/2/{rule.id}" for rule in made.rules]
    return replace(
        made,
        rules=tuple(
            replace(rule, id=arn, name="", location=replace(rule.location, arn=arn)) for rule, arn in zip(made.rules, ids, strict=True)
        ),
    )


A, B = "path=/a -> t", "path=/b -> u"


@pytest.mark.parametrize(
    ("live", "wanted", "expected"),
    [
        pytest.param([f"10 {A}"], [f"10 {A}"], [], id="same"),
        pytest.param([f"10 {A}"], [f"20 {A}"], ["ALB405 20"], id="moved"),
        pytest.param([f"10 {A}"], [f"10 {B}"], ["ALB401 10?", "ALB402 10", "ALB403 10"], id="a stranger, or the same rewritten"),
        pytest.param([f"10 {A}"], [], ["ALB402 10"], id="orphan"),
        pytest.param([], [f"10 {A}"], ["ALB403 10"], id="missing"),
        pytest.param([], ["10 if=x path=/a -> t"], ["ALB403 10?"], id="missing where it exists"),
        pytest.param(["10 path=/a -> t"], ["10 path=/a2 -> t"], ["ALB404 10?"], id="edited conditions"),
        pytest.param(["10 path=/a -> 404"], ["10 path=/a -> 403"], ["ALB404 10"], id="edited action"),
        pytest.param(["10 path=/a -> t:90,u:10"], ["10 path=/a -> t:0,u:100"], [], id="weights in motion"),
        pytest.param(["10 path=/a -> t"], ["10 path=/a -> t:100,u:0"], ["ALB404 10"], id="another group"),
        pytest.param(["10 path=/a -> t:1,u:1"], ["10 path=/a -> t:1,u:1,sticky=60"], ["ALB404 10"], id="stickiness"),
        pytest.param(["10 path=/a -> t"], ["10 path=/a -> aws_lb_target_group.other"], [], id="a reference tells no name"),
        pytest.param(["10 path=/a -> t"], ["10 path=/a -> opaque"], [], id="unreadable action"),
        pytest.param(["10 path=/a -> t"], ["${p} path=/a -> t"], [], id="unknown number"),
        pytest.param(["10 path=/a -> t"], ["10 path=${p} -> t"], [], id="unknown conditions on the number"),
        pytest.param(["10 path=/a -> t"], ["${n} path=${p} -> t"], [], id="nothing known: no orphan"),
        pytest.param(["10 path=/a GET -> t"], ["${n} path=${p} POST -> t"], ["ALB402 10"], id="known enough to be another"),
        pytest.param(["10 host=A.com path=/a,/b -> t"], ["10 path=/b,/a host=a.com -> t"], [], id="order and case"),
        pytest.param(["10 path=/a -> t rewrite:a=>b"], ["10 path=/a -> t rewrite:a=>c"], ["ALB404 10"], id="transform"),
        pytest.param(
            [f"10 {A}", f"20 {B}"], [f"20 {A}", f"10 {B}"], ["ALB401 10", "ALB401 20", "ALB405 10", "ALB405 20"], id="trading places"
        ),
        pytest.param([f"10 {A}", f"20 {B}"], [f"20 {A}", f"30 {B}"], ["ALB401 20?", "ALB405 20", "ALB405 30"], id="chain"),
        pytest.param([f"10 {A}"], [f"10 {A}", "10 path=/c -> u"], ["ALB401 10", "ALB403 10"], id="the code wants it twice"),
        pytest.param([f"10 {A}", f"20 {B}"], [f"20 {A}"], ["ALB401 20", "ALB402 20", "ALB405 20"], id="onto an orphan"),
        pytest.param(["10 tag:elbv2.k8s.aws/cluster=c path=/a -> t"], [], [], id="a controller's"),
        pytest.param(["10 tag:elbv2.k8s.aws/cluster=c path=/a -> t"], [f"10 {B}"], ["ALB401 10?", "ALB403 10"], id="on a controller's"),
        pytest.param(["10 tag:Name=x path=/a -> t"], ["10 name=x path=/c -> 404"], ["ALB404 10"], id="by name"),
        pytest.param(["10 tag:aws:cloudformation:logical-id=X path=/a -> t"], ["10 name=X path=/c -> t"], ["ALB404 10"], id="by logical id"),
        pytest.param(["20 path=/a -> t"], ["10 if=x path=/a -> t", "20 unless=x path=/a -> t"], [], id="one of two alternatives"),
        pytest.param(["10 path=/a -> t", "20 path=/a -> u"], ["10 path=/a -> u", "20 path=/a -> t"], [
            "ALB401 10", "ALB401 20", "ALB405 10", "ALB405 20"], id="same conditions: by action"),
    ],
)  # fmt: skip
def test_what_is_said(live, wanted, expected):
    assert said(listener(*live, default=None), listener(*wanted, default=None)) == expected


@pytest.mark.parametrize(
    ("live", "wanted", "expected"),
    [
        pytest.param(["10 name=a path=/a -> t"], ["20 name=a path=/x -> 404"], ["ALB404 20", "ALB405 20"], id="the ARN is enough"),
        pytest.param(["10 name=a path=/a -> t"], ["10 name=b path=/a -> t"], ["ALB401 10", "ALB402 10", "ALB403 10"], id="twins are two"),
    ],
)
def test_by_arn(live, wanted, expected):
    assert said(arns(*live), arns(*wanted)) == expected


@pytest.mark.parametrize(
    ("live", "wanted", "expected"),
    [
        pytest.param(["10 path=/* -> t"], ["20 path=/a -> u"], ["ALB407 20"], id="behind a live rule for all"),
        pytest.param(["10 path=/* -> t"], ["20 path=/a -> t"], ["ALB407 20"], id="and not needed"),
        pytest.param(["10 path=/* -> t"], ["10 path=/* -> t", "20 path=/a -> u"], [], id="behind its own: check tells"),
        pytest.param(["10 path=/* -> t"], ["5 path=/a -> u"], ["ALB408 5"], id="before it"),
        pytest.param(["10 path=/a* -> t", "11 path=/b* -> t"], ["20 path=/ab,/bb -> u"], ["ALB407 20"], id="behind two together"),
        pytest.param(["10 path=/a* -> t", "11 path=/b* -> t"], ["11 path=/b* -> t", "20 path=/ab,/bb -> u"], ["ALB407 20"],
            id="one of them of no code"),
        pytest.param(["10 path=/a -> 403"], ["5 path=/a -> u"], ["ALB408 5 warning"], id="a block is jumped"),
        pytest.param(["10 path=/a* -> 403"], ["15 path=/a -> u"], ["ALB407 15"], id="a block is kept"),
        pytest.param(["10 path=/* -> t", "20 path=/a -> u"], ["20 path=/a -> u"], [], id="dead already"),
        pytest.param(["20 path=/a -> u", "30 path=/* -> t"], ["40 path=/a -> u"], ["ALB407 40", "ALB408 40"], id="moved behind it"),
        pytest.param(["10 path=/a -> t"], ["10 path=/b -> u"], [], id="a number that is held: refused"),
        pytest.param(["10 path=/a -> 404"], ["10 path=/a -> 403"], ["ALB408 10"], id="another action"),
        pytest.param(["10 path=/a -> t:9,u:1"], ["10 path=/a -> t:1,u:9"], [], id="weights are not it"),
        pytest.param(["10 path=/a -> t"], ["${n} path=/a -> t"], [], id="a number that is not told"),
        pytest.param(["10 path=/* -> t"], ["${n} path=${p} -> u"], [], id="conditions that are not told"),
        pytest.param(["10 path=/a -> t"], ["10 if=x path=/a -> u"], [], id="under a condition"),
    ],
)  # fmt: skip
def test_what_a_deployment_brings(live, wanted, expected):
    summary = found(estate(listener(*live)), estate(listener(*wanted)), select=PREVIEW)
    mark = {"proved": "", "possible": "?"}
    usual = {"ALB407": ("error", "warning"), "ALB408": ("info",)}
    told = [
        f"{item.info.code} {item.rule.priority}{mark[item.confidence]}"
        + ("" if item.severity.label in usual[item.info.code] else f" {item.severity.label}")
        for item in summary.findings
    ]
    assert sorted(told) == expected


def test_the_free_number_that_is_told_works():
    live = listener("5 path=/a/* GET -> 403", "10 path=/* -> t")
    (finding,) = found(estate(live), estate(listener("20 path=/a/b -> u")), select=("ALB407",)).findings
    assert finding.help.startswith("9 is free")
    (again,) = found(estate(live), estate(listener("9 path=/a/b -> u")), select=PREVIEW).findings
    assert (again.info.code, again.severity.label) == ("ALB408", "info")


@pytest.mark.parametrize(
    ("code", "rule", "settings", "words"),
    [
        ("ALB407", "20 path=/a/b -> u", "[[retired]]\npriorities = '8-9'\nreason = 'r'", "7 is free"),
        ("ALB407", "20 path=/a/b -> u", '[[range]]\nname = "b"\npriorities = "2-6"\nmatch = { paths = ["/a/*"] }', "6 is free"),
        (
            "ALB407",
            "20 path=/a/b -> u",
            '[[range]]\nname = "b"\npriorities = "20-30"\nmatch = { paths = ["/a/*"] }',
            "no free number below 10",
        ),
        (
            "ALB407",
            "20 path=/a/b -> u",
            '[[range]]\nname = "x"\npriorities = "1-9"\nmatch = { hosts = ["x.com"] }',
            "no free number below 10",
        ),
        ("ALB407", "20 path=/a/b -> u", '[[before]]\nfirst = "*"\nthen = "z*"\nreason = "r"', "`alb-lint allocate` finds"),
        ("ALB401", "10 path=/b -> u", "", "move live 10 to 11 first"),
        ("ALB401", "10 path=/b -> u", "[[retired]]\npriorities = '11-12'\nreason = 'r'", "move live 10 to 9 first"),
        ("ALB401", "10 path=/b -> u", '[[before]]\nfirst = "*"\nthen = "z*"\nreason = "r"', "give the rule of the code another number"),
    ],
)
def test_a_number_is_advised_only_where_the_config_lets_the_rule_have_it(code, rule, settings, words):
    live = ["10 path=/* -> t"] if code == "ALB407" else ["10 path=/a/x -> t"]
    (finding,) = found(estate(listener(*live)), estate(listener(rule)), config(settings), select=(code,)).findings
    assert words in finding.help


@pytest.mark.parametrize(
    ("live", "wanted", "words"),
    [
        pytest.param(
            ["1 ip=198.51.100.0/24 -> 403", "10 path=/* -> t"], "1 host=www.a.com -> u", "no other number keeps it", id="no room before"
        ),
        pytest.param(
            ["3 ip=198.51.100.0/24 -> 403", "10 path=/* -> t"], "3 host=www.a.com -> u", "move live 3 to 2 first", id="room before"
        ),
        pytest.param(["3 path=/x -> 403", "10 path=/* -> t"], "3 path=/y -> u", "move live 3 to 4 first", id="room behind"),
        pytest.param(["1 path=/x -> 403", "2 path=/x* -> t"], "1 path=/x,/y -> u", "no other number keeps it", id="held on both sides"),
    ],
)
def test_a_rule_in_the_way_is_moved_only_to_where_it_still_works(live, wanted, words):
    (finding,) = found(estate(listener(*live)), estate(listener(wanted)), select=("ALB401",)).findings
    assert words in finding.help
    assert "delete live" not in finding.help


def test_target_groups_are_compared_by_arn():
    one, other = (listener(f"10 path=/a -> {ARN}:targetgroup/{name}/1") for name in "tu")
    assert said(one, one) == []
    assert said(one, other) == ["ALB404 10"]
    assert said(one, listener("10 path=/a -> u")) == []


def test_default_rules_drift():
    assert said(listener(f"10 {A}", default="404"), listener(f"10 {A}", default="t")) == ["ALB404 0"]
    assert said(listener(f"10 {A}", default="404"), listener(f"10 {A}", default=None)) == []


def test_what_could_not_be_read_makes_it_possible():
    gap = (Gap(Location("x"), "unreadable"),)
    live, wanted = estate(listener(f"10 {A}")), estate(listener(f"20 {B}"))
    confidence = {item.info.code: item.confidence for item in found(replace(live, gaps=gap), replace(wanted, gaps=gap)).findings}
    assert confidence == {"ALB402": "possible", "ALB403": "possible"}


@pytest.mark.parametrize(
    ("live", "wanted", "message", "way_out"),
    [
        ([f"10 {A}"], [f"20 {A}", f"10 {B}"], "in use until live 10 (/a) has moved to 20", "move 10 to 20 first and deploy then"),
        (
            [f"10 {A}", "20 path=/c -> v"],
            [f"20 {A}", "30 path=/c -> v", f"10 {B}"],
            "has moved to 20",
            "move 20 to 30, then 10 to 20 first and deploy then, or move all with one SetRulePriorities call",
        ),
        ([f"10 {A}", f"20 {B}"], [f"20 {A}", f"10 {B}"], "waits in a circle of moves", "one SetRulePriorities call before the deployment"),
        ([f"10 {A}", "20 path=/c -> v"], [f"20 {A}", f"10 {B}"], "live 20 (/c) stays on 20", "delete 20 or move it"),
        ([f"10 {A}"], [f"10 {A}", f"10 {B}"], "the code keeps it there", "give one of the two a free number in the code"),
        (["10 tag:elbv2.k8s.aws/cluster=c path=/a -> t"], [f"10 {B}"], "Controller owns", "take a free number"),
        ([f"10 {A}"], [f"10 {B}"], "which no code moves", "move live 10 to 11 first, then deploy (any number keeps it doing what it does)"),
        # a block that somebody made in the console: it is not moved where it blocks nothing
        (
            ["10 path=/admin* -> 403", "20 path=/* -> t"],
            ["10 host=a.example.com -> u", "20 path=/* -> t"],
            "which no code moves",
            "move live 10 to 9 first, then deploy (only numbers below 10 keep it doing what it does)",
        ),
        (
            ["1 path=/admin* -> 403", "20 path=/* -> t"],
            ["1 host=a.example.com -> u", "20 path=/* -> t"],
            "which no code moves",
            "give the rule of the code another number: no other number keeps it doing what it does",
        ),
        ([f"10 {A}"], [f"10 {B}", "${p} path=/a -> t"], "does not tell where that goes", "moved or deleted before"),
    ],
)
def test_the_order_that_works(live, wanted, message, way_out):
    one = next(
        item
        for item in found(estate(listener(*live)), estate(listener(*wanted)), select=("ALB401",)).findings
        if item.rule.priority in (1, 10)
    )
    assert message in one.message
    assert way_out in one.help


def test_each_number_that_is_held_is_told_with_the_numbers_that_its_own_holder_may_have():
    """What is worked out once for all of them serves each by itself, whatever stands at its number."""
    live = ["5 path=/a* -> x", "10 path=/a -> t", "20 path=/a/b* -> u", "30 path=/c -> v"]
    code = ["5 path=/q5 -> x", "10 path=/a* -> z", "20 path=/q20 -> x", "30 path=/c* -> w", "40 path=/a* -> y"]
    told = found(estate(listener(*live)), estate(listener(*code)), select=("ALB401",)).findings
    kept = {one.rule.priority: one.help.split("(")[1].split(")")[0] for one in told if "(" in one.help}
    assert kept == {
        10: "only numbers below 10 keep it doing what it does",
        20: "only numbers from 11 to 39 keep it doing what it does",
        30: "only numbers below 30 keep it doing what it does",
    }


def test_numbers_for_holders_are_not_looked_for_among_too_many_rules(monkeypatch):
    monkeypatch.setattr("alb_lint.checks.against._held_numbers._TOGETHER", 3)
    for many, looked in ((1, True), (2, False)):
        sides = [estate(listener(*(f"{10 * n} path=/{side}{n} -> {side}" for n in range(1, many + 1)))) for side in "ab"]
        told = found(*sides, select=("ALB401",)).findings
        assert len(told) == many
        assert all(("was not looked for beside so many rules" in one.help) != looked for one in told)


@pytest.mark.parametrize(
    ("kind", "tool"),
    [
        ("terraform-json", "Terraform moves one rule at a time, in no set order"),
        ("pulumi", "Pulumi moves one rule at a time and creates before it deletes"),
        ("cloudformation", "CloudFormation moves one rule at a time and deletes last"),
        ("aws-json", "Terraform, Pulumi and CloudFormation move one rule at a time"),
    ],
)
def test_tools(kind, tool):
    one = found(estate(listener(f"10 {A}")), estate(listener(f"10 {B}", source_kind=kind)), select=("ALB401",)).findings[0]
    assert tool in one.help


def test_a_long_circle_is_no_endless_one():
    live = listener(*(f"{n} path=/{n} -> t{n}" for n in range(1, 301)))
    wanted = listener(*(f"{n % 300 + 1} path=/{n} -> t{n}" for n in range(1, 301)))
    findings = found(estate(live), estate(wanted), select=("ALB401",)).findings
    assert len(findings) == 300
    assert {item.confidence for item in findings} == {"possible"}


# -- listeners ---------------------------------------------------------------------------------------------------------------

HERE = f"{ARN}:listener/app/web/1/2"
THERE = f"{ARN}:listener/app/other/1/2"
NAMED = '[[listener]]\nname = "public"\nids = ["*/web/*", "https"]'


@pytest.mark.parametrize(
    ("live", "wanted", "settings", "pairs", "gaps"),
    [
        pytest.param([HERE, THERE], [HERE, THERE], "", 2, 0, id="by id"),
        pytest.param([HERE], ["https"], "", 1, 0, id="one on each side"),
        pytest.param([HERE], [THERE], "", 0, 2, id="two ARNs are two"),
        pytest.param([HERE, THERE], ["https"], "", 0, 3, id="which one is not told"),
        pytest.param([HERE, THERE], ["https"], NAMED, 1, 1, id="by name"),
        pytest.param([HERE, f"{ARN}:listener/app/web/3/4"], ["https"], NAMED, 2, 0, id="one code, two places"),
        pytest.param([HERE], ["https", "http"], NAMED, 1, 1, id="one of the code is left"),
    ],
)
def test_listeners(live, wanted, settings, pairs, gaps):
    made = (estate(*(listener(f"10 {A}", id=one) for one in ids)) for ids in (live, wanted))
    comparison = compare(*made, config(settings))
    assert (len(comparison.listeners), len(comparison.gaps)) == (pairs, gaps)


def test_gaps_are_in_the_summary():
    summary = found(estate(listener(f"10 {A}", id=HERE)), estate(listener(f"10 {A}", id=THERE)))
    assert not summary.complete
    assert all("[[listener]]" in gap.reason for gap in summary.gaps)


def test_nothing_is_compared_without_code():
    summary = pipeline.lint(estate(listener(f"10 {A}")), Config(), TODAY)
    assert not [item for item in summary.findings if item.info.code.startswith("ALB4")]


def test_suppressions():
    live, wanted = estate(listener(f"10 {A}", default=None)), estate(listener(f"10 {B}", default=None))
    settings = config('[[allow]]\ncode = "ALB402"\nrule = "r10"\nreason = "made by hand"')
    summary = found(live, wanted, settings, select=("ALB402", "ALB901"))
    assert (len(summary.findings), len(summary.hidden)) == (0, 1)


# -- the example -------------------------------------------------------------------------------------------------------------


def read(name: str, settings: Config | None = None) -> Estate:
    return inputs.read([str(SCORER.with_name(name) if "." not in name else SCORER / name)], settings or Config())


def in_use(live: Estate, wanted: Estate, settings: Config | None = None) -> list[int]:
    return sorted(item.rule.priority for item in found(live, wanted, settings, select=("ALB401",)).findings)


CLAIMED = [1001, 1002, 2023, 2100, 2101, 2103]


def test_every_number_that_the_rewrite_claims_is_named():
    summary = found(read("python.json"), read("rust.json"), select=("ALB401",))
    assert sorted(item.rule.priority for item in summary.findings) == CLAIMED
    assert {item.confidence for item in summary.findings} == {"proved"}


def test_every_number_is_named_when_the_code_is_a_program():
    settings = config(NAMES)
    assert in_use(read("python.json"), read("passport-scorer-pulumi", settings), settings) == CLAIMED


@pytest.mark.parametrize("name", ["resolved.json", "passport-scorer-pulumi-refactored"])
def test_the_resolved_numbers_are_free(name):
    settings = config(NAMES)
    summary = found(read("python.json"), read(name, settings), settings)
    codes = {item.info.code for item in summary.findings}
    assert codes == {"ALB404", "ALB405"}


def test_each_resolved_rule_on_each_old_number_is_named():
    """One rule moves at a time, onto any number of its listener that another old rule still holds."""
    live, wanted = read("python.json"), read("resolved.json")
    for place, here in enumerate(wanted.listeners):
        held = {rule.id: rule.priority for rule in live.listeners[place].rules}
        for at, rule in enumerate(here.rules):
            for number in held.values():
                rules = (*here.rules[:at], replace(rule, priority=number), *here.rules[at + 1 :])
                tried = replace(wanted, listeners=(*wanted.listeners[:place], replace(here, rules=rules), *wanted.listeners[place + 1 :]))
                named = in_use(live, tried)
                assert named == ([] if held[rule.id] == number else [number])


LISTENER = f"{ARN}:listener/app/web/1/2"
T, U = (f"{ARN}:targetgroup/{name}/1" for name in "tu")
RULE = """
resource "aws_lb_listener_rule" "{name}" {{
  {loop}
  listener_arn = "{listener}"
  priority     = {number}
  action {{
    type             = "forward"
    target_group_arn = "{group}"
  }}
  condition {{
    path_pattern {{
      values = [{path}]
    }}
  }}
  {more}
}}
"""


def code(tmp_path: Path, *rules: dict[str, str]) -> Listener:
    """The listener of Terraform rules; each with its number, and what else is not `/a` to `t`."""
    plain = {"loop": "", "listener": LISTENER, "group": T, "path": '"/a"', "more": ""}
    (tmp_path / "main.tf").write_text("".join(RULE.format(**(plain | {"name": f"r{at}"} | rule)) for at, rule in enumerate(rules)), "utf-8")
    return inputs.read([str(tmp_path)], Config()).listeners[0]


def ignoring(names: str) -> str:
    return f"lifecycle {{\n    ignore_changes = {names}\n  }}"


@pytest.mark.parametrize(
    ("live", "rules", "expected"),
    [
        pytest.param([f"10 path=/a -> {U}"], [{"number": "10"}], ["ALB404 10"], id="drifted"),
        pytest.param([f"10 path=/a -> {U}"], [{"number": "10", "more": ignoring("[action]")}], [], id="action"),
        pytest.param([f"10 path=/a -> {U}"], [{"number": "10", "more": ignoring("[action[0].order, tags]")}], [], id="part"),
        pytest.param([f"10 path=/a -> {U}"], [{"number": "10", "more": ignoring("[condition]")}], ["ALB404 10"], id="other"),
        pytest.param([f"10 path=/a -> {T}"], [{"number": "20"}], ["ALB405 20"], id="moved"),
        pytest.param([f"10 path=/a -> {T}"], [{"number": "20", "more": ignoring("[priority]")}], [], id="priority"),
        pytest.param([f"10 path=/a -> {T}"], [{"number": "20", "more": ignoring("all")}], [], id="all"),
        pytest.param(
            [f"10 path=/a -> {T}", f"20 path=/b -> {T}"],
            [{"number": "20", "more": ignoring("[priority]")}, {"number": "30", "path": '"/b"'}],
            ["ALB405 30"],
            id="it does not want the number that it ignores",
        ),
        pytest.param(
            [f"10 path=/a -> {T}", f"20 path=/b -> {T}"],
            [{"number": "11", "more": ignoring("[priority]")}, {"number": "10", "path": '"/b"'}],
            ["ALB401 10", "ALB405 10"],
            id="it stays where it is",
        ),
        pytest.param(
            [f"100 path=/a -> {T}", f"101 path=/b -> {T}"],
            [{"loop": "count = 3", "number": "100 + count.index", "path": '["/a", "/x", "/b"][count.index]'}],
            ["ALB403 102", "ALB404 101?"],
            id="by index, in place",
        ),
        pytest.param(
            [f"100 path=/a -> {T}", f"101 path=/b -> {T}"],
            [
                {
                    "loop": 'for_each = { a = ["/a", 0], x = ["/x", 1], b = ["/b", 2] }',
                    "number": "100 + each.value[1]",
                    "path": "each.value[0]",
                }
            ],
            ["ALB401 101?", "ALB403 101", "ALB405 102"],
            id="by name, moved",
        ),
    ],
)
def test_what_terraform_does_with_a_live_rule(tmp_path, live, rules, expected):
    assert said(listener(*live, id=LISTENER), code(tmp_path, *rules)) == expected


def alone(rules: Listener) -> list[tuple[str, str, str, str]]:
    summary = pipeline.lint(estate(rules), Config(), TODAY, selections.selection(("ALB1",), ()))
    return [(item.info.code, item.severity.label, item.confidence, item.help) for item in summary.findings]


def test_actions_that_are_left_alone_are_like_no_other(tmp_path):
    """Blue and green by turns: what the code says is the action of the first deployment."""
    rules = code(tmp_path, {"number": "10", "more": ignoring("[action]")}, {"number": "20"})
    assert alone(rules) == [("ALB103", "warning", "possible", "delete it only if it does")]


def test_alike_at_todays_weights():
    """A rule that acts as another one while its weights are 0 and 100 is not redundant for good."""
    rules = listener("10 path=/a -> b:0,g:100", "20 path=/a header:X=y -> g")
    assert alone(rules) == [("ALB103", "info", "proved", "delete it if it always does, else give it a number below 10")]
