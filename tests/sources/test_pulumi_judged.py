"""Small programs as a user meets them: the code of every finding, and which rule it is about."""

from pathlib import Path

import pytest

from pulumi_programs import HEAD
from running import inside

START = HEAD + (
    'const stack = pulumi.getStack();\nconst config = new pulumi.Config();\nconst l = new aws.lb.Listener("edge", { port: 443 });\n'
    'const blue = new aws.lb.TargetGroup("blue", {});\nconst green = new aws.lb.TargetGroup("green", {});\n'
    "const to = (g: any) => [{ type: 'forward', targetGroupArn: g.arn }];\n"
    "function rule(name: string, priority: number, path: string, actions: any) {\n"
    "  return new aws.lb.ListenerRule(name, { listenerArn: l.arn, priority, conditions: [{ pathPattern: { values: [path] } }], actions });\n"
    "}\n"
)

TWO = ("rule('a', 100, '/cart/*', to(blue));", "rule('b', 100, '/cart/*', to(green));")
ON, B, C = "config.getBoolean('a')", "config.getBoolean('b')", "config.getBoolean('c')"

PROGRAMS = {
    "or": (f"if ({ON} || {B}) {{ {TWO[0]} }} else {{ {TWO[1]} }}", []),
    "and": (f"if ({ON} && {B}) {{ {TWO[0]} }} else {{ {TWO[1]} }}", []),
    "or of a function": (
        f"const canary = (s: string) => s === 'review' || s === 'staging';\nif (canary(stack)) {{ {TWO[0]} }} else {{ {TWO[1]} }}",
        [],
    ),
    "or and a third name": (
        f"if (stack === 'review' || stack === 'staging') {{ {TWO[0]} }}\nif (stack === 'production') {{ {TWO[1]} }}",
        [],
    ),
    "two ors of one thing": (
        f"if (stack === 'a' || stack === 'b') {{ {TWO[0]} }}\nif (stack === 'c' || stack === 'd') {{ {TWO[1]} }}",
        [],
    ),
    "two ors that meet": (
        f"if (stack === 'a' || stack === 'b') {{ {TWO[0]} }}\nif (stack === 'b' || stack === 'd') {{ {TWO[1]} }}",
        ["ALB001 a"],
    ),
    "not or, apart": (f"if (!({ON} || {B})) {{ {TWO[0]} }}\nif ({ON}) {{ {TWO[1]} }}", []),
    "or beside one side": (f"if ({ON} || {B}) {{ {TWO[0]} }}\nif ({ON}) {{ {TWO[1]} }}", ["ALB001 a"]),
    "nested": (f"if ({ON} || {B}) {{ if (!{ON}) {{ {TWO[0]} }} }}\nif (!{B}) {{ {TWO[1]} }}", []),
    "or of ands": (f"if (({ON} && {B}) || ({ON} && {C})) {{ {TWO[0]} }}\nif (!{ON}) {{ {TWO[1]} }}", []),
    "choice as condition": (f"if ({ON} ? {B} : {C}) {{ {TWO[0]} }}\nif (!{B} && !{C}) {{ {TWO[1]} }}", []),
    "never": (f"if ({ON} || {B}) {{ if (!{ON} && !{B}) {{ {TWO[0]} }} }}\n{TWO[1]}", []),
    "equal sides": ("rule('a', 10, '/*', to(config.get('x') ? blue : blue)); rule('b', 20, '/help', to(blue));", ["ALB103 b"]),
    "equal sides of a spread": (
        (
            "const more = config.get('x') ? { green } : undefined; const groups: any = { ...more, blue };\n"
            "rule('a', 10, '/*', to(groups.blue)); rule('b', 20, '/help', to(blue));"
        ),
        ["ALB103 b"],
    ),
    "equal numbers": ("rule('a', config.get('x') ? 7 : 7, '/a', to(blue)); rule('b', 7, '/b', to(green));", ["ALB001 a"]),
    "sides that differ": ("rule('a', config.get('x') ? 7 : 8, '/a', to(blue)); rule('b', 9, '/b', to(green));", []),
    "this": (
        (
            "function path(this: void, name: string, priority: number) { rule(name, priority, `/${name}`, to(blue)); }\n"
            "path('help', 120); path('home', 120);"
        ),
        ["ALB001 help"],
    ),
    "weights not told": (
        (
            "rule('rest', 10, '/*', to(blue));\nconst old = new aws.lb.TargetGroup('old', {}); const share = config.requireNumber('share');\n"
            "rule('cart', 20, '/cart/*', [{ type: 'forward', forward: { targetGroups: ["
            "{ arn: old.arn, weight: 100 - share }, { arn: green.arn, weight: share }] } }]);"
        ),
        ["ALB101 cart"],
    ),
}


@pytest.mark.parametrize(("source", "wanted"), PROGRAMS.values(), ids=PROGRAMS)
def test_findings(tmp_path: Path, source: str, wanted: list[str]) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: nodejs\n")
    (tmp_path / "index.ts").write_text(START + source + "\n")
    ran = inside("check", tmp_path, "--format", "json")
    assert not ran.json["gaps"]
    told = [f"{found['code']} {found['rule']['name']}" for found in ran.json["findings"] if found["severity"] != "info"]
    assert told == wanted
