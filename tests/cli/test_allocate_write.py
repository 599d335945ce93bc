"""`allocate --from … --write`: the number stands in the code afterwards, nothing else changed, and `check` finds nothing new."""

import difflib
import json
from pathlib import Path
from random import Random

import pytest

from running import inside

LISTENER = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2"
GROUP = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup"


def terraform(name, path, *lines):
    inner = "\n".join(f"  {line}" for line in lines)
    return f"""resource "aws_lb_listener_rule" "{name}" {{
  listener_arn = "{LISTENER}"
{inner}
  action {{
    type             = "forward"
    target_group_arn = "{GROUP}/{name}/0123456789abcdef"
  }}
  condition {{
    path_pattern {{ values = ["{path}"] }}
  }}
}}
"""


ALL = terraform("all", "/*", "priority     = 500")
RULE = {
    "ListenerArn": LISTENER,
    "Conditions": [{"Field": "path-pattern", "Values": ["/new/*"]}],
    "Actions": [{"Type": "forward", "TargetGroupArn": f"{GROUP}/new/1"}],
}
FIRST = {"Priority": 500, "ListenerArn": LISTENER, "Conditions": [{"Field": "path-pattern", "Values": ["/*"]}], "Actions": RULE["Actions"]}
FIRST = FIRST | {"Actions": [{"Type": "forward", "TargetGroupArn": f"{GROUP}/all/1"}]}
TYPE = "AWS::ElasticLoadBalancingV2::ListenerRule"


def template(**new):
    resources = {"All": {"Type": TYPE, "Properties": FIRST}, "New": {"Type": TYPE, "Properties": RULE | new}}
    return {"Resources": resources}


YAML = f"""\
Parameters:
  Number:
    Type: Number
    Default: 900
Resources:
  All:
    Type: {TYPE}
    Properties:
      Priority: 500
      ListenerArn: {LISTENER}
      Conditions: [{{Field: path-pattern, Values: ['/*']}}]
      Actions: [{{Type: forward, TargetGroupArn: '{GROUP}/all/1'}}]
  New:   # ä
    Type: {TYPE}
    Properties:
      ListenerArn: {LISTENER}
      Conditions: [{{Field: path-pattern, Values: ['/new/*']}}]
      Actions: [{{Type: forward, TargetGroupArn: '{GROUP}/new/1'}}]
"""
PULUMI_YAML = f"""\
name: edge
runtime: yaml
resources:
  all:
    type: aws:lb:ListenerRule
    properties:
      listenerArn: {LISTENER}
      priority: 500
      conditions: [{{pathPattern: {{values: ['/*']}}}}]
      actions: [{{type: forward, targetGroupArn: '{GROUP}/all/1'}}]
  new:
    type: aws:lb:ListenerRule
    properties:
      listenerArn: {LISTENER}
      conditions: [{{pathPattern: {{values: ['/new/*']}}}}]
      actions: [{{type: forward, targetGroupArn: '{GROUP}/new/1'}}]
"""
PROGRAM = f"""\
import * as aws from "@pulumi/aws";
const listenerArn = "{LISTENER}";
new aws.lb.ListenerRule("all", {{ listenerArn, priority: 500, conditions: [{{ pathPattern: {{ values: ["/*"] }} }}],
  actions: [{{ type: "forward", targetGroupArn: "{GROUP}/all/1" }}] }});
new aws.lb.ListenerRule("new", {{
  listenerArn,
  conditions: [{{ pathPattern: {{ values: ["/new/*"] }} }}],
  actions: [{{ type: "forward", targetGroupArn: "{GROUP}/new/1" }}],
}});
"""

ROWS = {
    "no number": ({"main.tf": ALL + terraform("new", "/new/*")}, "main.tf", "new", ["  priority     = 100"]),
    "a literal": ({"main.tf": ALL + terraform("new", "/new/*", "priority     = 600")}, "main.tf", "new", ["  priority     = 100"]),
    "a local": (
        {"main.tf": ALL + terraform("new", "/new/*", "priority     = local.n"), "locals.tf": "locals {\n  n = 600\n}\n"},
        "main.tf",
        "new",
        ["  n = 100"],
    ),
    "a tfvars": (
        {
            "main.tf": 'variable "n" {}\n' + ALL + terraform("new", "/new/*", "priority     = var.n"),
            "terraform.tfvars": "n = 600\n",
        },
        "main.tf",
        "new",
        ["n = 100"],
    ),
    "for_each": (
        {"main.tf": ALL + terraform("new", "/${each.key}/*", 'for_each     = toset(["a", "b"])')},
        "main.tf",
        "new",
        ['  priority     = { "a" = 100, "b" = 110 }[each.key]'],
    ),
    "count": (
        {"main.tf": ALL + terraform("new", "/${count.index}/*", "count        = 2")},
        "main.tf",
        "new",
        ["  priority     = [100, 110][count.index]"],
    ),
    "yaml": ({"stack.yaml": YAML}, "stack.yaml", "New:", ["      Priority: 100"]),
    "parameter": (
        {"stack.yaml": YAML.replace("/new/1'}]\n", "/new/1'}]\n      Priority: !Ref Number\n")},
        "stack.yaml",
        "New:",
        ["    Default: 100"],
    ),
    "json": ({"stack.json": json.dumps(template(), indent=2)}, "stack.json", '"New"', ['        "Priority": 100,']),
    "pulumi yaml": ({"Pulumi.yaml": PULUMI_YAML}, "Pulumi.yaml", "new:", ["      priority: 100"]),
    "program": (
        {"Pulumi.yaml": "name: edge\nruntime: nodejs\n", "index.ts": PROGRAM},
        "index.ts",
        'ListenerRule("new"',
        ["  priority: 100,"],
    ),
    "windows": ({"main.tf": (ALL + terraform("new", "/new/*")).replace("\n", "\r\n")}, "main.tf", "new", ["  priority     = 100\r"]),
}


def line_of(text, word):
    return next(number for number, line in enumerate(text.splitlines(), 1) if word in line and ("resource" in line or "." not in word))


def added(before, after):
    lines = difflib.ndiff(before.split("\n"), after.split("\n"))
    return [line[2:] for line in lines if line.startswith("+ ")]


def worst():
    return {item["code"] for item in inside("check", ".", "-f", "json").json["findings"] if item["severity"] != "info"}


@pytest.mark.parametrize("row", ROWS)
def test_the_number_stands_in_the_code(row, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files, file, word, expected = ROWS[row]
    for name, text in files.items():
        Path(name).write_bytes(text.encode())
    known = worst()
    place = f"{file}:{line_of(files[file], word)}"
    ran = inside("allocate", ".", "--from", place, "--write", "-f", "json")
    assert ran.code == 0, ran.err
    assert "wrote" in ran.err
    after = {name: Path(name).read_bytes().decode() for name in files}
    assert [line for name in files for line in added(files[name], after[name])] == expected
    assert worst() <= known
    # it is there already
    again = inside("allocate", ".", "--from", place, "--write")
    assert again.code == 0, again.err
    assert {name: Path(name).read_bytes().decode() for name in files} == after


PATTERNS = ["/*", "/a/*", "/b/*", "/a/b/*", "/*/b", "/a", "/a/b", "/c*", "/ca*"]


def findings():
    """(code, rule) of errors and warnings, each rule of a finding about several by itself."""
    found = [json.loads(line) for line in inside("check", ".", "-f", "jsonl").out.splitlines()]
    return {(item["code"], (item["rule"] or {}).get("id", "")) for item in found if item.get("severity", "info") != "info"}


def hold(seed):
    """A random listener gets a rule: afterwards nothing is found that was not, but for rules of which the answer said that none reaches them."""
    random = Random(f"write {seed}")
    names = [f"r{number}" for number in range(random.randint(2, 6))]
    numbers = sorted(random.sample(range(1, random.choice((12, 200))), len(names)))
    before = "".join(terraform(name, random.choice(PATTERNS), f"priority = {number}") for name, number in zip(names, numbers, strict=True))
    text = before + terraform("new", random.choice([*PATTERNS, "/n/*"]))
    place = random.choice([(), (), ("first",), ("last",), (f"before {numbers[0]}",), (f"after {numbers[-1]}",)])
    Path("main.tf").write_text(before, "utf-8")
    known = findings()
    Path("main.tf").write_text(text, "utf-8")
    flags = [word for where in place for word in ("--place", where)]
    line = line_of(text, '"new"')
    ran = inside("allocate", ".", "--from", f"main.tf:{line}", "--write", "-f", "json", *flags)
    if ran.code:
        assert (ran.code, Path("main.tf").read_text("utf-8")) == (5, text)
        return False
    assert added(text, Path("main.tf").read_text("utf-8")) == [f"  priority     = {ran.json['priority']}"]
    assert findings() - known <= {("ALB101", name) for name in ran.json["shadows"]}
    assert place or not ran.json["shadows"]
    return True


@pytest.mark.parametrize("part", range(4))
def test_check_finds_nothing_new_after_it_is_written(part, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert sum(hold(f"{part} {seed}") for seed in range(10)) > 3


@pytest.mark.long
def test_check_finds_nothing_new_after_many_are_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert sum(hold(seed) for seed in range(600)) > 300


HAND = {
    "an expression": ({"main.tf": ALL + terraform("new", "/new/*", "priority     = max(1, 2) + 7")}, "main.tf", "not a literal of its own"),
    "a variable": (
        {"main.tf": 'variable "n" {}\n' + ALL + terraform("new", "/new/*", "priority     = var.n")},
        "main.tf",
        "not a literal of its own",
    ),
    "a loop": (
        {
            "Pulumi.yaml": "name: edge\nruntime: nodejs\n",
            "index.ts": PROGRAM.split('new aws.lb.ListenerRule("new"', maxsplit=1)[0]
            + 'for (const n of ["a", "b"]) {\n  new aws.lb.ListenerRule(n, { listenerArn, conditions: [{ pathPattern: { values: [`/new/${n}`] } }],'
            + f' actions: [{{ type: "forward", targetGroupArn: "{GROUP}/new/1" }}] }});\n}}\n',
        },
        "index.ts",
        "makes several rules",
    ),
    "properties on one line": (
        {
            "stack.yaml": YAML.split("  New:", maxsplit=1)[0]
            + f"  New:\n    Type: {TYPE}\n    Properties: {{ListenerArn: '{LISTENER}', "
            + "Conditions: "
            "[{Field: path-pattern, Values: ['/new/*']}], Actions: [{Type: forward, TargetGroupArn: new}]}\n"
        },
        "stack.yaml",
        "on one line",
    ),
}


@pytest.mark.parametrize("row", HAND)
def test_what_only_a_person_can_do(row, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files, file, said = HAND[row]
    for name, text in files.items():
        Path(name).write_text(text, "utf-8")
    last = next(number for number, line in reversed(list(enumerate(files[file].splitlines(), 1))) if "new" in line.lower())
    ran = inside("allocate", ".", "--from", f"{file}:{last}", "--write", "-f", "json")
    assert ran.code == 2, ran.err
    assert said in ran.err
    assert ran.json.get("priority") or ran.json.get("allocations")
    assert {name: Path(name).read_text("utf-8") for name in files} == files


def test_write_needs_code(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("main.tf").write_text(ALL, "utf-8")
    assert "--from FILE:LINE" in inside("allocate", "main.tf", "--path", "/x", "--write").err


# -- code that several listeners share ---------------------------------------------------------------------------------------


MODULE = """variable "listener" {}
resource "aws_lb_listener_rule" "new" {
  listener_arn = var.listener
  action {
    type             = "forward"
    target_group_arn = "new"
  }
  condition {
    path_pattern { values = ["/new/*"] }
  }
}
"""


def environments(*numbers):
    """A module for as many environments, of which each has a catch-all rule of its own."""
    Path("rules").mkdir()
    Path("rules/main.tf").write_text(MODULE, "utf-8")
    text = ""
    for name, number in zip(("stage", "live"), numbers, strict=True):
        arn = LISTENER.replace("/web/", f"/{name}/")
        text += terraform(name, "/*", f"priority     = {number}").replace(LISTENER, arn)
        text += f'module "{name}" {{\n  source   = "./rules"\n  listener = "{arn}"\n}}\n'
    Path("main.tf").write_text(text, "utf-8")


def test_a_rule_of_a_module_gets_a_number_that_fits_all_listeners(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    environments(500, 20)
    ran = inside("allocate", ".", "--from", "rules/main.tf:2", "--write")
    assert ran.code == 0, ran.err
    assert "the code is for 2 listeners, and it fits the others as well: stage" in " ".join(ran.out.split())
    assert Path("rules/main.tf").read_text("utf-8") == MODULE.replace("var.listener\n", "var.listener\n  priority     = 10\n")
    assert inside("check", ".", "--select", "ALB001,ALB101").code == 0


def test_a_number_for_one_of_the_listeners_is_not_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    environments(500, 20)
    assert inside("allocate", ".", "--from", "rules/main.tf:2", "--listener", "*stage*").code == 0
    ran = inside("allocate", ".", "--from", "rules/main.tf:2", "--listener", "*stage*", "--write")
    assert (ran.code, Path("rules/main.tf").read_text("utf-8")) == (2, MODULE)
    assert "the code there is for other listeners as well" in ran.err


def test_where_no_number_fits_all_listeners_none_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    environments(500, 1)
    ran = inside("allocate", ".", "--from", "rules/main.tf:2", "--write")
    assert (ran.code, Path("rules/main.tf").read_text("utf-8")) == (5, MODULE)
