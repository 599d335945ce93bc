"""Which value decides whether a request reaches a rule, and what is taken for granted: from the code to `check` and `graph`."""

import pytest

from alb_lint.analysis import assumptions
from cfn_templates import read_files
from running import inside, process
from terraform_files import PATH, header, hosts, rule, sends, write

VARIABLES = "".join(f'variable "{name}" {{}}\n' for name in ("a", "b", "first")) + 'variable "secret" {\n  sensitive = true\n}\n'


def paths(value):
    return f"\n  condition {{\n    path_pattern {{\n      values = [{value}]\n    }}\n  }}"


def told(folder, first, second):
    """The fields of the second rule in the graph, and the equations of its finding."""
    write(folder, {"main.tf": VARIABLES + sends("one", *first, "x") + sends("two", *second, "y")})
    nodes = process("graph", ".", "-f", "json", cwd=folder).json["listeners"][0]["nodes"]
    findings = process("check", ".", "-f", "json", cwd=folder).json["findings"]
    mine = [item for item in findings if item["code"] == "ALB107" and item["rule"]["name"].endswith(".two")]
    node = next(node for node in nodes if node["name"].endswith(".two"))
    said = [equation for item in mine for equation in item.get("depends", ())]
    assert said == node.get("depends", [])
    return node["reach"], [f"{equation['on']} {equation['when']}" for equation in said], node.get("assumes", [])


@pytest.mark.parametrize(
    ("first", "second", "equations"),
    [
        (hosts('"docs.${var.a}"'), hosts('"docs.${var.b}"') + PATH, ["var.b = var.a"]),
        (hosts('"docs.${var.a}"'), hosts('"docs.example.com"'), ['var.a = "example.com"']),
        (hosts('"docs.example.com"'), hosts('"docs.${var.b}"'), ['var.b = "example.com"']),
        (hosts('"*.example.com"'), hosts('"api.${var.b}"'), ['var.b = "example.com"', "var.b matches *.example.com"]),
        (hosts('"*.${var.a}"'), hosts('"api.${var.b}"'), ["var.b = var.a", "var.b matches *.${var.a}"]),
        (hosts('"*.${var.a}"'), hosts('"api.example.com"'), ['var.a = "example.com"']),
        (hosts("var.a"), hosts('"api.example.com"'), ['var.a = "api.example.com"']),
        (hosts("var.a"), hosts('"*.example.com"'), ['var.a = "*.example.com"']),
        (hosts("var.a"), PATH, ['var.a = "*"']),
        (hosts('"a?.example.com"'), hosts("var.b"), ['var.b = "a?.example.com"']),
        (paths('"/v1/*"'), paths('"/${var.b}/x"'), ['var.b = "v1"']),
        (header("var.a"), header('"blue"'), ['var.a = "blue"']),
        # two values at once, or one that is never shown
        (hosts('"a.${var.a}"') + header("var.first"), hosts('"a.${var.b}"') + header('"x"'), []),
        (header("var.secret"), header('"x"'), []),
    ],
)
def test_values(tmp_path, first, second, equations):
    assert told(tmp_path, ("10", first), ("20", second)) == ("depends" if equations else "undecided", equations, [])


@pytest.mark.parametrize(
    ("first", "second", "equations"),
    [
        ("var.first", "20", ["var.first < 20"]),
        ("10", "var.b", ["var.b > 10"]),
        ("var.first + 5", "20", ["var.first < 15"]),
        ("var.a", "var.b + 2", ["var.a < var.b + 2"]),
        ('"${var.a}01"', "2000", ["${var.a}01 < 2000"]),
        ('"${var.secret}01"', "2000", []),
    ],
)
def test_numbers(tmp_path, first, second, equations):
    found = told(tmp_path, (first, paths('"/*"')), (second, PATH))
    assert found == ("depends" if equations else "undecided", equations, [])


@pytest.mark.parametrize(
    ("first", "second", "assumes"),
    [
        # var.a is a piece of the third rule's host, and so no pattern
        (hosts("var.a"), hosts('"*.example.com"'), ["var.a holds no wildcard"]),
        (hosts("var.a"), PATH, ["var.a holds no wildcard"]),
        (hosts('"x.${var.a}"'), PATH, []),
        (hosts('"x.${var.a}"'), hosts('"*.example.com"'), []),
        (paths('"/x/*"'), paths('"/y/*"'), []),
    ],
)
def test_what_a_rule_that_is_reached_takes_for_granted(tmp_path, first, second, assumes):
    write(tmp_path, {"more.tf": sends("three", "30", hosts('"z.${var.a}"') + header('"z"'), "z")})
    assert told(tmp_path, ("10", first), ("20", second)) == ("reachable", [], assumes)


def test_where_symbols_are_too_many_to_be_tried_all_claims_take_it_for_granted(tmp_path, monkeypatch):
    more = sends("three", "30", hosts('"z.${var.a}"') + header('"z"'), "z")
    write(tmp_path, {"main.tf": VARIABLES + sends("one", "10", hosts("var.a"), "x") + sends("two", "20", PATH, "y") + more})

    def said():
        (listener,) = inside("graph", str(tmp_path), "-f", "json").json["listeners"]
        return listener.get("assumes", []), [node["assumes"] for node in listener["nodes"] if "assumes" in node]

    monkeypatch.setattr(assumptions, "WORK_IN_A_RUN", 3)
    assert said() == ([], [["var.a holds no wildcard"], ["var.a holds no wildcard"]])
    monkeypatch.setattr(assumptions, "WORK_IN_A_RUN", 2)
    assert said() == (["no value that is part of a longer text holds a wildcard"], [])


ROOT = 'data "aws_lb" "x" {\n  name = "front"\n}\ndata "aws_lb_listener" "x" {\n  load_balancer_arn = data.aws_lb.x.arn\n  port = 443\n}\n'


@pytest.mark.parametrize(
    ("listener", "folders", "assumes"),
    [
        ("data.aws_lb_listener.x.arn", "xy", ["one environment"]),
        ("data.aws_lb_listener.x.arn", "xx", None),
        ('"arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/a/1/2"', "xy", None),
    ],
)
def test_rules_of_two_roots_are_in_one_environment(tmp_path, listener, folders, assumes):
    first, second = (f"{folder}/{name}.tf" for folder, name in zip(folders, "ab", strict=True))
    write(
        tmp_path,
        {first: ROOT + rule("a", listener=listener), second: (ROOT if first[0] != second[0] else "") + rule("b", listener=listener)},
    )
    (finding,) = [one for one in process("check", ".", "-f", "json", cwd=tmp_path).json["findings"] if one["code"] == "ALB001"]
    assert finding.get("assumes") == assumes
    assert ("(if deployed to one environment)" in process("check", ".", cwd=tmp_path).out) is (assumes is not None)
    graph = process("graph", ".", "-f", "json", cwd=tmp_path).json["listeners"][0]
    assert graph.get("assumes") == assumes


def test_templates_say_of_which_stack_a_rule_is(tmp_path):
    text = (
        "Resources:\n  R:\n    Type: AWS::ElasticLoadBalancingV2::ListenerRule\n    Properties:\n      ListenerArn: !ImportValue l\n"
        "      Priority: 5\n      Actions: [{Type: forward, TargetGroupArn: a}]\n      Conditions: [{Field: path-pattern, Values: [/x]}]\n"
    )
    reading = read_files(tmp_path, {"a.yaml": text, "b.yaml": text})
    assert [rule.root for rule in reading.listeners[0].rules] == ["a.yaml", "b.yaml"]
