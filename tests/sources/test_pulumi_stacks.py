"""`--stack NAME`: what its config tells is known, and so is its name."""

from pathlib import Path

import pytest

from alb_lint.model import PathPattern, Unknown
from alb_lint.sources.source import ReadOptions
from pulumi_programs import FORWARD, HEAD, lines, read, rules
from running import process

PROJECT = "name: shop\nruntime: nodejs\nconfig:\n  base:\n    default: 700\n  shop:host:\n    value: a.example.com\n"
STACKS = {
    "Pulumi.prod.yaml": (
        "config:\n  shop:base: 100\n  shop:on: true\n  shop:path: /p/*\n  shop:list:\n    - /l\n    - /m\n  shop:deep:\n    n: 7\n"
        "  other:base: '300'\n"
        "  shop:secret:\n    secure: v1:abc\n  shop:plain: open\n  aws:region: eu-west-1\n"
    ),
    "Pulumi.dev.yaml": "config:\n  shop:on: false\n",
}
SETUP = f'{HEAD}const config = new pulumi.Config();\nconst other = new pulumi.Config("other");\nconst stack = pulumi.getStack();\n'


def rule(priority: str, path: str = '"/a"') -> str:
    conditions = f"conditions: [{{ pathPattern: {{ values: [{path}].flat() }} }}]"
    return f'new aws.lb.ListenerRule("a", {{ listenerArn: "arn:l", priority: {priority}, {conditions}, {FORWARD} }});\n'


def given(folder: Path, source: str, stack: str, **parameters: str) -> list[str]:
    files = {"Pulumi.yaml": PROJECT, "index.ts": SETUP + source, **STACKS}
    return lines(read(folder, files, ReadOptions(stack=stack, parameters=parameters)))


VALUES = [
    (rule('config.requireNumber("base")'), "prod", "a 100 path=/a"),
    (rule('config.requireNumber("base")'), "dev", "a 700 path=/a"),
    (rule('config.requireNumber("base") + 5'), "prod", "a 105 path=/a"),
    (rule('Number(config.get("base"))'), "prod", "a 100 path=/a"),
    (rule('other.getNumber("base") ?? 1'), "prod", "a 300 path=/a"),
    (rule('other.getNumber("base") ?? 1'), "dev", "a 1 path=/a"),
    (rule('config.getNumber("missing") ?? 3'), "prod", "a 3 path=/a"),
    (rule('config.getBoolean("on") ? 1 : 2'), "prod", "a 1 path=/a"),
    (rule('config.getBoolean("on") ? 1 : 2'), "dev", "a 2 path=/a"),
    (rule("1", 'config.require("path")'), "prod", "a 1 path=/p/*"),
    (rule("1", 'config.requireObject("list")'), "prod", "a 1 path=/l|/m"),
    (rule('config.requireObject<any>("deep").n'), "prod", "a 7 path=/a"),
    (rule("1", "`/${stack}`"), "prod", "a 1 path=/prod"),
    (rule('stack === "prod" ? 1 : 2'), "prod", "a 1 path=/a"),
    (rule("1", "`/${pulumi.getProject()}`"), "", "a 1 path=/shop"),
    (rule("1", '`/${config.get("host")}`'), "dev", "a 1 path=/a.example.com"),
    # not told
    (rule("1", '`/${config.requireSecret("secret")}`'), "prod", "a 1 path=?"),
    (rule("1", '`/${config.require("secret")}`'), "prod", "a 1 path=?"),
    (rule("1", '`/${config.requireSecret("plain")}`'), "prod", "a 1 path=?"),
    (rule('config.requireNumber("base")'), "", "a ? path=/a"),  # one stack has another number
    (rule('config.requireNumber("base")'), "../prod", "a ? path=/a"),
    (rule('config.requireNumber("missing")'), "", "a ? path=/a"),
    # of the project
    (rule('config.requireNumber("base")'), "nowhere", "a 700 path=/a"),
    (rule("1", '`/${config.get("host")}`'), "", "a 1 path=/a.example.com"),
    (rule('new pulumi.Config("far").getNumber("n") ?? 1'), "", "a ? path=/a"),
]


@pytest.mark.parametrize(
    ("stack", "said"),
    [
        ("", []),
        ("prod", []),
        ("porod", ["p/Pulumi.yaml: no Pulumi.porod.yaml is here, and --stack porod gives no config; there is dev, prod"]),
    ],
)
def test_a_stack_without_a_config_is_told(tmp_path, stack, said):
    files = {f"p/{name}": text for name, text in {"Pulumi.yaml": PROJECT, "index.ts": SETUP + rule("1"), **STACKS}.items()}
    assert [f"{gap.location}: {gap.reason}" for gap in read(tmp_path, files, ReadOptions(stack=stack)).gaps] == said


@pytest.mark.parametrize(("source", "stack", "wanted"), VALUES)
def test_values_of_a_stack(tmp_path, source, stack, wanted):
    assert given(tmp_path, source, stack) == [wanted]


@pytest.mark.parametrize("key", ["base", "shop:base"])
def test_a_parameter_goes_before_the_stack(tmp_path, key):
    files = {"Pulumi.yaml": PROJECT, "index.ts": SETUP + rule('config.requireNumber("base")'), **STACKS}
    assert lines(read(tmp_path, files, ReadOptions(stack="prod", parameters={key: "42"}))) == ["a 42 path=/a"]


BASE = rule('config.requireNumber("base")')
PLACES = [
    ("base: 7", {}, "", "a 7 path=/a"),
    ("base: {value: 7}", {}, "", "a 7 path=/a"),
    ("base: {value: 7, default: 8}", {}, "", "a 8 path=/a"),
    ("base: {type: integer}", {}, "", "a ? path=/a"),
    ("base: {default: 7, secret: true}", {}, "", "a ? path=/a"),
    ("base: 7", {"Pulumi.a.yaml": "config: {'shop:other': 1}\n"}, "", "a 7 path=/a"),
    ("base: 7", {"Pulumi.a.yaml": "config: {'shop:base': 9}\n"}, "", "a ? path=/a"),
    ("base: 7", {"Pulumi.a.yaml": "config: {base: 9}\n"}, "a", "a 9 path=/a"),
    ("base: 7", {"Pulumi.a.yaml": "environment: [shared]\n"}, "", "a ? path=/a"),
    ("base: 7", {"Pulumi.a.yaml": "environment: [shared]\n"}, "a", "a ? path=/a"),
    ("base: 7", {"Pulumi.a.yaml": "environment: [shared]\nconfig: {base: 9}\n"}, "a", "a 9 path=/a"),
    (
        "{}\nstackConfigDir: stacks",
        {"stacks/Pulumi.a.yaml": "config: {base: 9}\n", "Pulumi.a.yaml": "config: {base: 8}\n"},
        "a",
        "a 9 path=/a",
    ),
    ("{base: 7}\nstackConfigDir: ./stacks/", {"stacks/Pulumi.a.yml": "config: {base: 9}\n"}, "", "a ? path=/a"),
    ("stacks", {"stacks/Pulumi.a.yaml": "config: {base: 9}\n"}, "a", "a 9 path=/a"),
    ("{base: 7}\nstackConfigDir: ../away", {"../away/Pulumi.a.yaml": "config: {base: 9}\n"}, "a", "a 7 path=/a"),
    ("{base: 7}\nstackConfigDir: gone", {}, "a", "a 7 path=/a"),
]


@pytest.mark.parametrize(("config", "files", "stack", "wanted"), PLACES)
def test_values_of_a_project(tmp_path, config, files, stack, wanted):
    folder = tmp_path / "here"
    told = (
        f"name: shop\nruntime: nodejs\nconfig: {config}\n" if config[0] in "{s" else f"name: shop\nruntime: nodejs\nconfig:\n  {config}\n"
    )
    assert lines(read(folder, {"Pulumi.yaml": told, "index.ts": SETUP + BASE, **files}, ReadOptions(stack=stack))) == [wanted]


@pytest.mark.parametrize(
    ("files", "stack", "priority"),
    [({}, "", 7), ({"Pulumi.a.yaml": "config: {base: 9}\n"}, "a", 9), ({"Pulumi.a.yaml": "config: {base: 9}\n"}, "", None)],
)
def test_a_default_of_a_program_in_yaml(tmp_path, files, stack, priority):
    program = (
        "name: shop\nruntime: yaml\nconfig:\n  base:\n    default: 7\nresources:\n  a:\n    type: aws:lb:ListenerRule\n"
        "    properties:\n      listenerArn: arn:l\n      priority: ${base}\n      conditions:\n        - pathPattern:\n            values: [/a]\n"
    )
    (one,) = rules(read(tmp_path, {"Pulumi.yaml": program, **files}, ReadOptions(stack=stack)))
    assert one.priority == priority if priority else isinstance(one.priority, Unknown)


def test_a_stack_is_looked_for_where_the_project_says(tmp_path):
    project = "name: shop\nruntime: nodejs\nstackConfigDir: stacks\n"
    files = {"Pulumi.yaml": project, "index.ts": SETUP + BASE, "stacks/Pulumi.dev.yaml": "config: {base: 9}\n"}
    assert read(tmp_path, files, ReadOptions(stack="dev")).gaps == ()
    (gap,) = read(tmp_path, files, ReadOptions(stack="prod")).gaps
    assert gap.reason == "no Pulumi.prod.yaml is here, and --stack prod gives no config; there is dev"


def test_a_config_value_that_is_missing_is_not_required_to_be_there(tmp_path):
    files = {"Pulumi.yaml": PROJECT, "index.ts": SETUP + rule('config.requireNumber("missing")'), **STACKS}
    (one,) = rules(read(tmp_path, files, ReadOptions(stack="prod")))
    assert isinstance(one.priority, Unknown)


def test_a_program_in_yaml(tmp_path):
    program = (
        "name: shop\nruntime: yaml\nconfig:\n  base:\n    type: integer\n  path:\n    type: string\nresources:\n  a:\n    type: aws:lb:ListenerRule\n"
        "    properties:\n      listenerArn: arn:l\n      priority: ${base}\n      conditions:\n"
        "        - pathPattern:\n            values: ['${path}', '/${pulumi.stack}']\n"
    )
    (one,) = rules(read(tmp_path, {"Pulumi.yaml": program, **STACKS}, ReadOptions(stack="prod")))
    assert one.priority == 100
    (condition,) = one.conditions
    assert isinstance(condition, PathPattern)
    assert condition.values == ("/p/*", "/prod")


def test_the_command(tmp_path):
    for name, text in {"Pulumi.yaml": PROJECT, "index.ts": SETUP + rule('config.requireNumber("base")'), **STACKS}.items():
        (tmp_path / name).write_text(text)
    ran = process("graph", "-f", "json", "--stack", "prod", str(tmp_path))
    assert ran.code == 0
    assert '"priority": 100' in ran.out
