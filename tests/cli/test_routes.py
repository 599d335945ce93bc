"""`alb-lint test` as a user runs it: what it prints, its exit codes, and what it refuses."""

from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from alb_lint.reports.schemas import ALL
from judging import ROOT
from running import SEED, export, inside, process, raw

ROUTES = """
routes:
  - name: orders
    request: https://example.com/orders/1
    expect: {target_group: orders}
  - request: {method: POST, url: "https://example.com/users"}
    expect: {priority: 20}
always:
  - name: everything is served
    expect: {target_group: "*"}
never:
  - name: "nothing <else>"
    when: {path: "/x*"}
    expect: {target_group: users}
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    default = raw("default", "/", "site", number=99) | {"Conditions": [], "IsDefault": True}
    Path("rules.json").write_text(
        export(raw(10, "/orders/*", "orders"), raw(20, "/users*", "users"), raw(30, "/x", "users"), default), "utf-8"
    )
    Path("routes.yaml").write_text(ROUTES, "utf-8")
    return tmp_path


TEXT = """\
failed  nothing <else>  routes.yaml:12:5
  never expected: target_group users
  answered by: 30 (/x) → users
  try: curl -i https://example.com/x

3 passed, 1 failed of routes.yaml, on 1 listener with 3 rules
2 of the 3 rules that requests reach answer a route:
  no route: 30  /x
"""


def test_text(here):
    ran = inside("test", "rules.json", "--routes", "routes.yaml")
    assert (ran.code, ran.out, ran.err) == (1, TEXT, "")


def test_all_passed(here):
    Path("routes.yaml").write_text(ROUTES.replace("/x*", "/y*"), "utf-8")
    ran = process("test", "rules.json", "--routes", "routes.yaml", cwd=here)
    assert (ran.code, ran.out.splitlines()[0]) == (0, "4 passed of routes.yaml, on 1 listener with 3 rules")


def test_json(here):
    ran = inside("test", "rules.json", "--routes", "routes.yaml", "-f", "json")
    jsonschema.validate(ran.json, ALL["test"](), cls=jsonschema.Draft7Validator)
    assert ran.code == 1
    assert (ran.json["passed"], ran.json["failed"], ran.json["undecided"], ran.json["complete"]) == (3, 1, 0, True)
    orders, _, always, never = ran.json["results"]
    assert (orders["passed"], orders["actual"]["priority"], orders["expected"]) == (True, 10, {"target_group": "orders"})
    assert (always["passed"], always["request"], always["actual"], always["confidence"]) == (True, None, None, "proved")
    assert (never["request"]["path"], never["actual"]["priority"], never["location"]["line"]) == ("/x", 30, 12)
    assert ran.json["coverage"]["reachable"] == 3
    assert [name[-2:] for name in ran.json["coverage"]["uncovered"]] == ["30"]


def test_junit(here):
    ran = inside("test", "rules.json", "--routes", "routes.yaml", "-f", "junit")
    suite = ET.fromstring(ran.out).find("testsuite")
    assert {key: suite.get(key) for key in ("tests", "failures", "errors")} == {"tests": "4", "failures": "1", "errors": "0"}
    assert [case.get("name") for case in suite if len(case)] == ["never nothing <else>"]


def test_the_shipped_example():
    for name, code in (("resolved.json", 0), ("python.json", 1)):
        assert inside("test", SEED / name, "--routes", SEED / "routes.yaml").code == code


def test_the_pages_file_is_read(here):
    page = (ROOT / "docs" / "testing.md").read_text("utf-8")
    text = page.split("```yaml\n", 1)[1].split("```", 1)[0]
    Path("routes.yaml").write_text(text.replace("listener: public", "listener: '*'"), "utf-8")
    assert inside("test", "rules.json", "--routes", "routes.yaml").code == 1


def test_what_is_undecided_does_not_pass(here):
    Path("main.tf").write_text(
        'variable "l" {}\nresource "aws_lb_listener_rule" "a" {\n  listener_arn = var.l\n  priority = 10\n'
        '  action {\n    type = "forward"\n    target_group_arn = "g"\n  }\n'
        '  condition {\n    path_pattern {\n      values = ["/a"]\n    }\n  }\n}\n',
        "utf-8",
    )
    Path("routes.yaml").write_text("always: [{name: closed, when: {path: '/*'}, expect: {rule: '*.a'}}]", "utf-8")
    ran = inside("test", "main.tf", "--routes", "routes.yaml")
    assert ran.code == 1
    assert ran.out.startswith(
        "undecided  closed  routes.yaml:1:10\n  always expected: rule *.a\n  not certain: the default action is not in"
    )
    assert "0 passed, 1 undecided of routes.yaml" in ran.out
    assert "--parameter" not in ran.out


def test_a_value_that_may_decide_can_be_given(here):
    Path("main.tf").write_text(
        'variable "l" {}\nvariable "d" {}\nresource "aws_lb_listener_rule" "a" {\n  listener_arn = var.l\n  priority = 10\n'
        '  action {\n    type = "forward"\n    target_group_arn = "g"\n  }\n'
        '  condition {\n    host_header {\n      values = ["a.${var.d}"]\n    }\n  }\n}\n',
        "utf-8",
    )
    Path("routes.yaml").write_text("routes: [{request: 'https://a.example.com/', expect: {target_group: g}}]", "utf-8")
    ran = inside("test", "main.tf", "--routes", "routes.yaml")
    assert ran.code == 1
    assert "--parameter NAME=VALUE gives one" in ran.out
    assert inside("test", "main.tf", "--routes", "routes.yaml", "--parameter", "d=example.com").code == 0


def test_passing_over_gaps_is_told(here):
    Path("routes.yaml").write_text(ROUTES.replace("/x*", "/y*"), "utf-8")
    Path("cdk.json").write_text('{"app": "node x"}', "utf-8")
    ran = inside("test", ".", "--routes", "routes.yaml")
    assert (ran.code, "1 place could not be read: what stands there is not tested" in ran.out) == (0, True)
    assert inside("test", ".", "--routes", "routes.yaml", "-f", "json").json["complete"] is False
    assert inside("test", ".", "--routes", "routes.yaml", "--require-complete").code == 4
    assert inside("test", "rules.json", "--routes", "routes.yaml", "--require-complete").code == 0


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["test", "rules.json"], 2, "name the file with the routes"),
        (["test", "rules.json", "--routes", "none.yaml"], 2, "cannot read the routes"),
        (["test", "-", "--routes", "-"], 2, "standard input is given twice"),
        (["test", "none.json", "--routes", "routes.yaml"], 3, "none.json"),
        (["test", "rules.json", "--routes", "bad.yaml"], 2, "bad.yaml:1:1: unknown key 'x'"),
        (["test", "rules.json", "--routes", "elsewhere.yaml"], 2, "no listener is called 'public'"),
        (["test", "rules.json", "--routes", "routes.yaml", "-f", "html"], 2, "html"),
    ],
)
def test_refused(here, words, code, told):
    Path("bad.yaml").write_text("x: 1", "utf-8")
    Path("elsewhere.yaml").write_text("never: [{listener: public, expect: {status: 404}}]", "utf-8")
    ran = inside(*words)
    assert (ran.code, ran.out) == (code, "")
    assert told in ran.err
    assert "help: " in ran.err


def test_standard_input(here):
    assert inside("test", "rules.json", "--routes", "-", stdin=ROUTES.encode()).out == TEXT.replace("routes.yaml", "-")


def test_hostile_names_are_no_controls(here):
    Path("routes.yaml").write_text('never: [{name: "a\\e[31m\\u202e", when: {path: "/x"}, expect: {target_group: "*"}}]', "utf-8")
    for form in ("text", "json", "junit"):
        out = inside("test", "rules.json", "--routes", "routes.yaml", "-f", form).out
        assert "\x1b" not in out
        assert "\u202e" not in out
