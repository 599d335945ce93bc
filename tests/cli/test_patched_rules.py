"""`plan --compact` and `--split` as a patch: blocks of rules get other values, go, or get another beside them, and nothing else changes."""

import json
import subprocess
from pathlib import Path
from random import Random

import pytest

from alb_lint import inputs, pipeline
from running import export, inside, raw
from shorthand import config

LISTENER = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2"
GROUP = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup"
FIRST_AND_THEN = "# note: one deployment may take values"

Told = tuple[str, int, dict[str, list[str]], str]
"""A rule: its name, number, values by kind, and target group."""


def terraform(rules: list[Told]) -> str:
    texts = []
    for name, number, conditions, group in rules:
        inner = "".join(f"  condition {{\n    {kind} {{ values = {json.dumps(values)} }}\n  }}\n" for kind, values in conditions.items())
        texts.append(
            f'resource "aws_lb_listener_rule" "{name}" {{\n  listener_arn = "{LISTENER}"\n  priority     = {number}\n'
            f'  action {{\n    type             = "forward"\n    target_group_arn = "{GROUP}/{group}/1"\n  }}\n{inner}}}\n'
        )
    return "\n".join(texts)


FIELDS = {"path_pattern": "path-pattern", "host_header": "host-header", "http_request_method": "http-request-method"}
CONFIGS = {"path_pattern": "PathPatternConfig", "host_header": "HostHeaderConfig", "http_request_method": "HttpRequestMethodConfig"}


def template(rules: list[Told]) -> dict:
    return {
        "Resources": {
            name.upper(): {
                "Type": "AWS::ElasticLoadBalancingV2::ListenerRule",
                "Properties": {
                    "ListenerArn": LISTENER,
                    "Priority": number,
                    "Conditions": [{"Field": FIELDS[kind], CONFIGS[kind]: {"Values": values}} for kind, values in conditions.items()],
                    "Actions": [{"Type": "forward", "TargetGroupArn": f"{GROUP}/{group}/1"}],
                },
            }
            for name, number, conditions, group in rules
        }
    }


def cloudformation_json(rules: list[Told]) -> str:
    return json.dumps(template(rules), indent=2) + "\n"


def cloudformation_yaml(rules: list[Told]) -> str:
    import yaml

    return yaml.safe_dump(template(rules), sort_keys=False)


WORDS = {"path_pattern": "pathPattern", "host_header": "hostHeader", "http_request_method": "httpRequestMethod"}


def program(rules: list[Told]) -> str:
    texts = ['import * as aws from "@pulumi/aws";\n']
    for place, (name, number, conditions, group) in enumerate(rules):
        asked = "".join(f"    {{ {WORDS[kind]}: {{ values: {json.dumps(values)} }} }},\n" for kind, values in conditions.items())
        kept = f"const {name} = " if place % 2 else ""
        texts.append(
            f'{kept}new aws.lb.ListenerRule("{name}", {{\n  listenerArn: "{LISTENER}",\n  priority: {number},\n  conditions: [\n{asked}  ],\n'
            f'  actions: [{{ type: "forward", targetGroupArn: "{GROUP}/{group}/1" }}],\n}});\n'
        )
    return "\n".join(texts)


def pulumi_yaml(rules: list[Told]) -> str:
    import yaml

    resources = {
        name: {
            "type": "aws:lb:ListenerRule",
            "properties": {
                "listenerArn": LISTENER,
                "priority": number,
                "conditions": [{WORDS[kind]: {"values": values}} for kind, values in conditions.items()],
                "actions": [{"type": "forward", "targetGroupArn": f"{GROUP}/{group}/1"}],
            },
        }
        for name, number, conditions, group in rules
    }
    return yaml.safe_dump({"name": "edge", "runtime": "yaml", "resources": resources}, sort_keys=False)


LANGUAGES = {
    "main.tf": terraform,
    "stack.json": cloudformation_json,
    "stack.yaml": cloudformation_yaml,
    "index.ts": program,
    "Pulumi.yaml": pulumi_yaml,
}


def put(language: str, text: str) -> None:
    Path(language).write_bytes(text.encode())
    if language == "index.ts":
        Path("Pulumi.yaml").write_text("name: edge\nruntime: nodejs\n", "utf-8")


ONE: list[Told] = [
    ("a", 10, {"path_pattern": ["/a"]}, "x"),
    ("b", 20, {"path_pattern": ["/b/*"]}, "x"),
    ("c", 30, {"host_header": ["c.example.com"], "path_pattern": ["/1", "/2", "/3", "/4", "/5"]}, "y"),
]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_joined_and_split(language, ending, tmp_path, monkeypatch):
    """What is written is what a person would have written: the same text as of the rules that are meant."""
    monkeypatch.chdir(tmp_path)
    made = LANGUAGES[language]
    put(language, made(ONE).replace("\n", ending))
    ran = inside("plan", ".", "--compact", "--split", "-f", "patch", "--write")
    assert ran.code == 0, ran.err
    assert ran.out.startswith(FIRST_AND_THEN)
    assert "wrote 1 join and 1 split into 1 file" in ran.err
    again = "C2" if language.startswith("stack") else {"main.tf": "c_2"}.get(language, "c-2")
    meant: list[Told] = [
        ("a", 10, {"path_pattern": ["/a", "/b/*"]}, "x"),
        ("c", 30, {"host_header": ["c.example.com"], "path_pattern": ["/1", "/2", "/3", "/4"]}, "y"),
        (again, 29, {"host_header": ["c.example.com"], "path_pattern": ["/5"]}, "y"),
    ]
    wanted = made(meant)
    if language == "index.ts":  # what is kept in a variable stays there
        wanted = made(meant[:1]) + "\n" + made(meant[1:]).partition("\n\n")[2].replace("const c-2 = ", "")
    assert Path(language).read_bytes().decode() == wanted.replace("\n", ending)
    assert inside("plan", ".", "--compact", "--split", "-f", "patch").out == "# nothing to change\n"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_patch_can_be_applied(language, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = LANGUAGES[language](ONE)
    put(language, text)
    patch = inside("plan", ".", "--compact", "--split", "-f", "patch").out
    assert Path(language).read_bytes().decode() == text
    subprocess.run(["git", "apply", "-"], input=patch.encode(), check=True, cwd=tmp_path)
    by_patch = Path(language).read_bytes()
    put(language, text)
    inside("plan", ".", "--compact", "--split", "-f", "patch", "--write")
    assert Path(language).read_bytes() == by_patch


def test_a_comment_above_goes_with_its_rule_and_that_of_the_file_stays(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first, second, third = (terraform([told]) for told in ONE)
    put("main.tf", f"# all rules\n{first}\n# team b\n# since 2024\n{second}\n# team c\n{third}")
    assert inside("plan", ".", "--compact", "-f", "patch", "--write").code == 0
    joined = terraform([("a", 10, {"path_pattern": ["/a", "/b/*"]}, "x")])
    assert Path("main.tf").read_text("utf-8") == f"# all rules\n{joined}\n# team c\n{third}"


def test_values_one_per_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = '["/a"] }', '[\n      "/a", # of a\n    ] }', '[\n      "/a",\n      "/b/*", # of a\n    ] }'
    text = terraform(ONE)
    put("main.tf", text.replace(lines[0], lines[1]))
    assert inside("plan", ".", "--compact", "-f", "patch", "--write").code == 0
    assert lines[2] in Path("main.tf").read_text("utf-8")


# -- what is left to people ------------------------------------------------------------------------------------------------------

HAND = {
    "used elsewhere": (
        {"main.tf": terraform(ONE), "outputs.tf": 'output "b" { value = aws_lb_listener_rule.b.arn }\n'},
        "other code refers to b",
    ),
    "values elsewhere": (
        {"main.tf": terraform(ONE).replace('["/a"]', "local.a") + '\nlocals {\n  a = ["/a"]\n}\n'},
        "/a is not a literal of its own",
    ),
    "for_each": (
        {"main.tf": terraform(ONE).replace('"b" {\n', '"b" {\n  for_each = toset(["b"])\n')},
        "by count or for_each",
    ),
    "a variable that is used": (
        {"Pulumi.yaml": "name: edge\nruntime: nodejs\n", "index.ts": program(ONE) + "export const arn = b.arn;\n"},
        "other code refers to b",
    ),
    "exported": (
        {"Pulumi.yaml": "name: edge\nruntime: nodejs\n", "index.ts": program(ONE).replace("const b", "export const b")},
        "it is exported",
    ),
    "several by one place": (
        {
            "Pulumi.yaml": "name: edge\nruntime: nodejs\n",
            "index.ts": 'import * as aws from "@pulumi/aws";\n["a", "b"].forEach((one, at) => {\n  new aws.lb.ListenerRule(one, {\n'
            f'    listenerArn: "{LISTENER}", priority: 10 * (at + 1), conditions: [{{ pathPattern: {{ values: [`/${{one}}`] }} }}],\n'
            f'    actions: [{{ type: "forward", targetGroupArn: "{GROUP}/x/1" }}],\n  }});\n}});\n',
        },
        "the code there makes several rules",
    ),
    "depended on": (
        {"stack.yaml": cloudformation_yaml(ONE).replace("  C:\n", "  C:\n    DependsOn: B\n")},
        "other code refers to B",
    ),
    "the CDK": (
        {"stack.json": cloudformation_json(ONE).replace('"Properties"', '"Metadata": {"aws:cdk:path": "edge/b"},\n      "Properties"')},
        "the CDK writes this file",
    ),
    "one line": (
        {"stack.json": json.dumps(template(ONE))},
        "other code stands on its lines",
    ),
    "an export": ({"rules.json": export(raw(10, "/a"), raw(20, "/b"))}, "an export only"),
    "none of it": (
        {"main.tf": terraform(ONE).replace('"b" {\n', '"b" {\n  depends_on = [aws_lb_listener_rule.a]\n')},
        "",
    ),
}


@pytest.mark.parametrize("row", HAND)
def test_what_only_a_person_can_do(row, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files, said = HAND[row]
    for name, text in files.items():
        Path(name).write_text(text, "utf-8")
    ran = inside("plan", ".", "--compact", "-f", "patch", "--write")
    assert ran.code == 0, ran.err
    if said:
        assert said in next(line for line in ran.out.splitlines() if line.startswith("# by hand: "))
        assert {name: Path(name).read_text("utf-8") for name in files} == files
    else:
        assert "by hand" not in ran.out


def test_what_can_be_written_is_beside_what_cannot(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    put("main.tf", terraform(ONE))
    Path("outputs.tf").write_text('output "b" { value = aws_lb_listener_rule.b.arn }\n', "utf-8")
    ran = inside("plan", ".", "--compact", "--split", "-f", "patch", "--write")
    assert "wrote 1 split into 1 file, 1 to do by hand" in ran.err
    meant = [*ONE[:2], ("c", 30, {**ONE[2][2], "path_pattern": ["/1", "/2", "/3", "/4"]}, "y")]
    meant.append(("c_2", 29, {**ONE[2][2], "path_pattern": ["/5"]}, "y"))
    assert Path("main.tf").read_text("utf-8") == terraform(meant)


def test_the_last_rule_of_a_folder_can_go(tmp_path, monkeypatch):
    """Without a rule in it the folder is not read, and its listener is not seen."""
    monkeypatch.chdir(tmp_path)
    listener = (
        'resource "aws_lb_listener" "main" {\n  load_balancer_arn = aws_lb.main.arn\n  port = 443\n  protocol = "HTTPS"\n'
        f'  default_action {{\n    type = "forward"\n    target_group_arn = "{GROUP}/x/1"\n  }}\n}}\n'
    )
    kept: Told = ("o", 1, {"path_pattern": ["/o"]}, "y")
    for name, rule in (("one", ONE[0]), ("other", kept), ("third", kept)):
        Path(name).mkdir()
        text = listener + "\n" + terraform([rule]).replace(f'"{LISTENER}"', "aws_lb_listener.main.arn")
        (Path(name) / "main.tf").write_text(text, "utf-8")
    ran = inside("plan", ".", "--compact", "-f", "patch", "--write")
    assert "wrote 1 deletion into 1 file" in ran.err
    assert Path("one/main.tf").read_text("utf-8") == listener


def test_what_is_not_read_as_it_is_meant_is_left_out(tmp_path, monkeypatch):
    """A comment holds the value that the list would get; nothing but reading again tells which of the two is the value."""
    monkeypatch.chdir(tmp_path)
    rules = [*ONE[:2], ("d", 40, {"path_pattern": ["/d"]}, "z"), ("e", 50, {"path_pattern": ["/e"]}, "z")]
    put(
        "main.tf",
        terraform(rules).replace('{ values = ["/a"] }', '{\n      values = [local.a] # "/a"\n    }') + '\nlocals {\n  a = "/a"\n}\n',
    )
    ran = inside("plan", ".", "--compact", "-f", "patch", "--write")
    assert "does not say what the plan means" in next(line for line in ran.out.splitlines() if "aws_lb_listener_rule.a" in line)
    assert "wrote 1 join into 1 file, 1 to do by hand" in ran.err
    assert '["/d", "/e"]' in Path("main.tf").read_text("utf-8")


# -- a law -----------------------------------------------------------------------------------------------------------------------

PATHS = ["/a", "/b", "/a/*", "/b/*", "/*/x", "/c1", "/c2", "/c3", "/c4"]
HOSTS = ["a.example.com", "b.example.com", "*.example.com"]


def random_rules(random: Random) -> list[Told]:
    rules: list[Told] = []
    for place in range(random.randint(2, 6)):
        conditions = {"path_pattern": random.sample(PATHS, random.choice((1, 1, 1, 2, 6)))}
        if random.random() < 0.4:
            conditions["host_header"] = [random.choice(HOSTS)]
        if random.random() < 0.2:
            conditions["http_request_method"] = [random.choice(("GET", "POST"))]
        rules.append((f"r{place}x", 10 * (place + 1), conditions, random.choice("xxy")))
    return rules


def hold(seed: str) -> int:
    """The code that is written answers every request as before, has as many rules as the plan says, and what is left is told."""
    random = Random(f"patched rules {seed}")
    language = random.choice(list(LANGUAGES))
    put(language, LANGUAGES[language](random_rules(random)))
    before = inputs.read(["."], config(""))
    plan = inside("plan", ".", "--compact", "--split", "-f", "json")
    if plan.code:
        return 0
    (part,) = plan.json["listeners"]
    ran = inside("plan", ".", "--compact", "--split", "-f", "patch", "--write")
    assert ran.code == 0, ran.err
    after = inputs.read(["."], config(""))
    assert pipeline.compare(before, after).equivalent is True
    assert "by hand" not in ran.out
    pieces = sum(len(split["pieces"]) - 1 for split in part.get("splits", ()))
    assert len(after.listeners[0].rules) == part["compaction"]["rules_after"] + pieces
    for name in LANGUAGES:
        Path(name).unlink(missing_ok=True)
    return int(bool(part["compaction"]["joins"] or pieces))


def test_answers_stay(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert sum(hold(str(seed)) for seed in range(25)) > 10


@pytest.mark.long
def test_answers_stay_many_times(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert sum(hold(str(seed)) for seed in range(1000, 1600)) > 300
