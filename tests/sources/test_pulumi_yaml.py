"""Pulumi YAML: references, variables, config, functions, places and suppressions."""

from pathlib import Path

import pytest

from alb_lint.errors import SourceError
from alb_lint.model import FixedResponse, Forward, Reading, Share, Unknown
from alb_lint.sources.pulumi.source import SOURCE
from alb_lint.sources.source import ReadOptions, Target
from pulumi_programs import lines, reasons, rules

HEAD = """name: site
runtime: yaml
config:
  number: { type: integer, default: 40 }
  domain: { type: string }
variables:
  shared: 20
  once: "30"
  table: { api: { path: /api/*, hosts: [a.b, c.d] } }
  again: ${table.api.path}
  circle: ${circle}
  found: { fn::invoke: { function: aws:lb:getListener, arguments: { arn: x } } }
resources:
  https:
    type: aws:lb:Listener
    properties:
      port: 443
      protocol: HTTPS
      defaultActions: [{ type: fixed-response, fixedResponse: { contentType: text/plain, statusCode: "404" } }]
  old: { type: "aws:alb/listener:Listener", name: http }
  known: { type: aws:lb:Listener, get: { id: "arn:l" } }
  group: { type: aws:lb:TargetGroup, properties: { name: tg } }
"""


def program(text: str) -> Reading:
    return SOURCE.read([Target("Pulumi.yaml", Path("/nowhere/Pulumi.yaml"), (HEAD + text).encode())], ReadOptions())


def rule(
    name: str = "a",
    priority: str = "1",
    listener: str = '"${https.arn}"',
    conditions: str = '[{ pathPattern: { values: ["/a"] } }]',
    more: str = "",
) -> str:
    actions = "[{ type: forward, targetGroupArn: '${group.arn}' }]"
    return (
        f"  {name}:\n    type: aws:lb:ListenerRule\n    properties:\n      listenerArn: {listener}\n      priority: {priority}\n"
        f"      conditions: {conditions}\n      actions: {actions}\n{more}"
    )


PRIORITIES = [
    ("7", 7),
    ('"7"', 7),
    ("${shared}", 20),
    ("${once}", 30),
    ("${number}", 40),
    ("{ fn::secret: 8 }", 8),
    ("{ fn::select: [1, [5, 6]] }", 6),
    ("{ fn::select: [9, [5, 6]] }", None),
    ("${domain}", None),
    ("${circle}", None),
    ("${found.priority}", None),
    ("${nowhere}", None),
    ("${group.port}", None),
    ("{ fn::invoke: { function: x:y:z } }", None),
    ("1.5", None),
    ("ten", None),
    ("null", None),
    ("[1]", None),
]


@pytest.mark.parametrize(("text", "value"), PRIORITIES, ids=[text for text, _ in PRIORITIES])
def test_a_priority_is_known_or_unknown_but_never_guessed(text, value):
    (found,) = rules(program(rule(priority=text)))
    assert isinstance(found.priority, Unknown) if value is None else found.priority == value


CONDITIONS = [
    ('[{ pathPattern: { values: ["/a", "${again}"] } }]', "path=/a|/api/*"),
    ("[{ hostHeader: { values: '${table.api.hosts}' } }]", "host=a.b|c.d"),
    ("[{ hostHeader: { values: ['${table.api.hosts[1]}', '${table[\"api\"].hosts[0]}'] } }]", "host=c.d|a.b"),
    ('[{ hostHeader: { values: ["*.${domain}"] } }]', "host=?"),
    ('[{ pathPattern: { values: ["/$${x}"] } }]', "path=/${x}"),
    ("[{ pathPattern: { values: [{ fn::join: ['/', ['', 'a', '${shared}']] }] } }]", "path=/a/20"),
    ("[{ sourceIp: { values: [10.0.0.0/8] } }, { httpRequestMethod: { values: [GET] } }]", "ip=10.0.0.0/8 method=GET"),
    ("[{ queryStrings: [{ key: k, value: v }, { value: w }] }]", "query=k:v|None:w"),
    ("${conditions}", "condition=?"),
]


@pytest.mark.parametrize(("text", "wanted"), CONDITIONS, ids=[text for text, _ in CONDITIONS])
def test_conditions(text, wanted):
    assert lines(program(rule(conditions=text))) == [f"a 1 {wanted}"]


LISTENERS = [
    ("${https.arn}", "aws.lb.Listener:https"),
    ("${https.id}", "aws.lb.Listener:https"),
    ("${old.arn}", "aws.lb.Listener:http"),
    ("${known.arn}", "arn:l"),
    ("arn:aws:x", "arn:aws:x"),
    ("${other.arn}", "other.arn"),
    ("${domain}", "domain"),
    ("null", "unknown listener of a"),
]


@pytest.mark.parametrize(("text", "wanted"), LISTENERS)
def test_the_id_of_a_listener(text, wanted):
    assert [listener.id for listener in program(rule(listener=text)).listeners] == [wanted]


def test_what_the_program_says_of_its_listener():
    (listener,) = program(rule()).listeners
    assert (listener.name, listener.port, listener.protocol, listener.source_kind) == ("https", 443, "HTTPS", "pulumi")
    assert listener.default is not None
    assert listener.default.actions == (FixedResponse("404", "text/plain"),)
    assert listener.rules[0].actions == (Forward((Share("aws.lb.TargetGroup:tg"),)),)


@pytest.mark.parametrize(
    "token", ["aws:lb:ListenerRule", "aws:lb/listenerRule:ListenerRule", "aws:alb:ListenerRule", "aws:elasticloadbalancingv2:ListenerRule"]
)
def test_the_names_of_the_resource(token):
    assert lines(program(rule().replace("aws:lb:ListenerRule", token))) == ["a 1 path=/a"]


@pytest.mark.parametrize(
    "token", ["aws:lb:Listener", "aws-native:elasticloadbalancingv2:ListenerRule", "x:lb:ListenerRule", "aws:ec2:ListenerRule"]
)
def test_other_resources_are_no_rules(token):
    assert lines(program(rule().replace("aws:lb:ListenerRule", token))) == []


SITES = [("7", "7"), ('"7"', "7"), ("${once}", "30"), ("${number}", None), ("{ fn::select: [0, [7]] }", None)]


@pytest.mark.parametrize(("text", "wanted"), SITES)
def test_the_place_of_the_number(text, wanted):
    data = (HEAD + "  # ünïcödé\n" + rule(priority=text)).encode()
    (found,) = rules(SOURCE.read([Target("Pulumi.yaml", None, data)], ReadOptions()))
    site = found.priority_site
    if wanted is None:
        assert site is None
        return
    assert site is not None
    assert data[site.offset : site.offset + site.length].decode() == site.text == wanted
    assert data.decode().split("\n")[site.line - 1][site.column - 1 :].startswith(wanted)


def test_a_number_that_serves_two_rules_has_no_place():
    assert [found.priority_site for found in rules(program(rule("a", "${shared}") + rule("b", "${shared}")))] == [None, None]
    anchored = rule("a", "&n 5") + rule("b", "*n")
    assert [(found.priority, found.priority_site) for found in rules(program(anchored))] == [(5, None), (5, None)]


def test_a_rule_stands_at_its_key_under_its_logical_name():
    (found,) = rules(program(rule("key", more="    name: given\n")))
    assert (found.id, found.name, found.location.address) == ("given", "given", "given")
    assert (found.location.file, found.location.line, found.location.column) == ("Pulumi.yaml", HEAD.count("\n") + 1, 3)


def test_suppressions():
    text = "  # alb-lint: ignore[ALB101] above\n" + rule("a", "1 # alb-lint: ignore[ALB102, ALB103] inside") + rule("b", "2")
    text += rule("c", "3", conditions="[{ pathPattern: { values: ['/ # alb-lint: ignore[ALB104] no'] } }]").replace("'/ #", "'/#")
    found = rules(program(text))
    assert [[(ignore.codes, ignore.reason) for ignore in item.ignores] for item in found] == [
        [(("ALB101",), "above"), (("ALB102", "ALB103"), "inside")],
        [],
        [],
    ]


def test_a_key_that_is_written_twice_is_a_gap():
    reading = program(rule("a") + rule("a", "2") + rule("b", "3"))
    assert lines(reading) == ["b 3 path=/a"]
    assert any("'a' is written more than once" in reason for reason in reasons(reading))


def test_a_rule_that_is_only_looked_up_is_a_gap():
    reading = program('  a:\n    type: aws:lb:ListenerRule\n    get: { id: "arn:x" }\n')
    assert "a rule that is only looked up: what it says is not told here" in reasons(reading)


def test_an_alias_bomb_ends():
    levels = "".join(f"  b{n + 1}: &b{n + 1} [{', '.join([f'*b{n}'] * 10)}]\n" for n in range(12))
    bomb = "bombs:\n  b0: &b0 [x, x]\n" + levels
    data = (bomb + HEAD + rule("good", "1") + rule("bad", "2", conditions="[{ pathPattern: { values: *b12 } }]")).encode()
    found = SOURCE.read([Target("Pulumi.yaml", None, data)], ReadOptions())
    assert lines(found)[0] == "good 1 path=/a"
    (bad,) = [item for item in rules(found) if item.name == "bad"]
    assert all(isinstance(value, Unknown) for condition in bad.conditions for value in condition.values)


@pytest.mark.parametrize("text", ["a: [1, 2\nb: {", "\ttab: x", "a: " + "[" * 5000, "\x00\x01"])
def test_what_is_no_yaml_is_refused_with_the_place(text):
    data = (HEAD + rule() + text).encode()
    with pytest.raises(SourceError) as error:
        SOURCE.read([Target("Pulumi.yaml", None, data)], ReadOptions())
    assert error.value.where.startswith("Pulumi.yaml:")
    assert error.value.hint


def test_what_is_no_yaml_beside_other_files_is_a_gap():
    good, bad = (HEAD + rule()).encode(), b"resources: [\n# aws:lb:ListenerRule"
    reading = SOURCE.read([Target("a/Pulumi.yaml", None, good), Target("b/Pulumi.yaml", None, bad)], ReadOptions())
    assert lines(reading) == ["a 1 path=/a"]
    assert [gap.location.file for gap in reading.gaps] == ["b/Pulumi.yaml"]


def test_equal_references_of_two_projects_are_two_listeners(tmp_path):
    data = (HEAD + rule()).encode()
    targets = [Target(f"{name}/Pulumi.yaml", tmp_path / name / "Pulumi.yaml", data) for name in ("one", "two")]
    assert [listener.id for listener in SOURCE.read(targets, ReadOptions()).listeners] == [
        "one:aws.lb.Listener:https",
        "two:aws.lb.Listener:https",
    ]
