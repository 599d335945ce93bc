"""Small programs as a user meets them: the code of every finding, and which rule it is about."""

from pathlib import Path

import pytest

from pulumi_programs import HEAD, lines, read, rules
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


MK = "const mk = (n: string, p: any) => rule(n, p, `/${n}`, to(blue));\n"
MAP = "const m = new Map<string, number>([['a', 1], ['b', 2]]);\n"

COLLECTIONS = {
    "forEach": (MAP + "m.forEach((p, n) => mk(n, p));", {"a": 1, "b": 2}),
    "for of": (MAP + "for (const [n, p] of m) mk(n, p);", {"a": 1, "b": 2}),
    "entries": (MAP + "for (const [n, p] of m.entries()) mk(n, p);", {"a": 1, "b": 2}),
    "keys and get": (MAP + "for (const n of m.keys()) mk(n, m.get(n));", {"a": 1, "b": 2}),
    "spread": (MAP + "[...m].map(([n, p]) => mk(n, p));", {"a": 1, "b": 2}),
    "Array.from": (MAP + "Array.from(m.values()).forEach((p) => mk('n' + p, p));", {"n1": 1, "n2": 2}),
    "set": (MAP + "m.set('c', 3); m.set('a', 9);\nm.forEach((p, n) => mk(n, p));", {"a": 9, "b": 2, "c": 3}),
    "size": (MAP + "mk('n', m.size);", {"n": 2}),
    "has": (MAP + "if (m.has('a')) mk('a', 5); if (m.has('z')) mk('z', 6);", {"a": 5}),
    "a Set": ("new Set(['a', 'b', 'a']).forEach((n) => mk(n, 7));", {"a": 7, "b": 7}),
    "a Set grown": ("const s = new Set<string>(); s.add('a'); s.add('b');\nfor (const n of s) mk(n, 7);", {"a": 7, "b": 7}),
    "a chain of sets": (MAP + "m.set('c', 3).set('a', 4);\nmk('n', m.get('a'));", {"n": 4}),
    "deleted": (MAP + "m.delete('a');\nmk('n', m.get('a'));", {"n": None}),
    "changed in a function": (MAP + "[1].forEach(() => m.set('a', 4));\nmk('n', m.get('a'));", {"n": 4}),
    "keys not told": ("const m = new Map([[stack, 1]]);\nmk('n', m.get('a'));", {"n": None}),
}


@pytest.mark.parametrize(("source", "wanted"), COLLECTIONS.values(), ids=COLLECTIONS)
def test_collections(tmp_path: Path, source: str, wanted: dict[str, int | None]) -> None:
    found = {made.name: made.priority for made in rules(read(tmp_path, {"index.ts": START + MK + source + "\n"}))}
    assert {name: number if isinstance(number, int) else None for name, number in found.items()} == wanted


def test_undefined_is_never_written_into_a_value(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        {"index.ts": START + "const f = (n?: string) => rule('a', 1, `/${n}`, to(blue));\nf();\nrule('b', 2, '/' + undefined, to(blue));"},
    )
    assert lines(reading) == ["a 1 path=?", "b 2 path=?"]


@pytest.mark.parametrize("changed", ["numbers.ts", "paths.ts", "wrap.ts", "index.ts", "other.ts"])
def test_the_hook_knows_where_values_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: str) -> None:
    files = {
        ".git/HEAD": "",
        "Pulumi.yaml": "name: shop\nruntime: nodejs\n",
        "numbers.ts": "export const numbers = { cart: 100, home: 100 };\n",
        "paths.ts": "export const base = '/cart';\n",
        "wrap.ts": START.replace("function rule", "export function rule")
        .replace("const to", "export const to")
        .replace("const blue", "export const blue"),
        "index.ts": (
            'import { rule, to, blue } from "./wrap";\nimport { numbers } from "./numbers";\nimport { base } from "./paths";\n'
            'rule("cart", numbers.cart, `${base}/*`, to(blue));\nrule("home", numbers.home, "/home", to(blue));\n'
        ),
        "other.ts": "export const nothing = 1;\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    told = inside("check", "--project", changed, "--format", "json", "--allow-empty")
    assert (told.code, [found["code"] for found in told.json["findings"]]) == ((0, []) if changed == "other.ts" else (1, ["ALB001"]))


STACK = "new pulumi.StackReference('acme/core/prod')"
RULE = (
    "new aws.lb.ListenerRule('{0}', {{ listenerArn: {1}, priority: 7, "
    "conditions: [{{ pathPattern: {{ values: ['/{0}'] }} }}], actions: to(blue) }});"
)

ACCESSORS = (
    f"{STACK}.getOutput('edge')",
    f"{STACK}.requireOutput('edge')",
    f"{STACK}.outputs.edge",
    f"{STACK}.outputs['edge']",
    f"{STACK}.outputs.apply((all) => all.edge)",
    "new pulumi.StackReference('core', { name: 'acme/core/prod' }).getOutput('edge')",
)


@pytest.mark.parametrize("accessor", ACCESSORS)
@pytest.mark.parametrize("apart", [False, True], ids=["one project", "two projects"])
def test_one_output_of_a_stack_is_one_listener(tmp_path: Path, accessor: str, apart: bool) -> None:
    sources = {"a": RULE.format("a", ACCESSORS[0]), "b": RULE.format("b", accessor)}
    for name, source in sources.items() if apart else [("a", "\n".join(sources.values()))]:
        (tmp_path / name).mkdir()
        (tmp_path / name / "Pulumi.yaml").write_text(f"name: {name}\nruntime: nodejs\n")
        (tmp_path / name / "index.ts").write_text(START + source)
    told = inside("check", tmp_path, "--format", "json").json
    assert [listener["rules"] for listener in told["listeners"]] == [2]
    assert [found["code"] for found in told["findings"]] == ["ALB001"]


@pytest.mark.parametrize("other", ["getOutput('other')", "getOutput('edge2')"])
def test_other_outputs_are_other_listeners(tmp_path: Path, other: str) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: nodejs\n")
    (tmp_path / "index.ts").write_text(START + RULE.format("a", ACCESSORS[0]) + RULE.format("b", f"{STACK}.{other}"))
    told = inside("check", tmp_path, "--format", "json").json
    assert len(told["listeners"]) == 2
    assert not told["findings"]


NOT_HERE = {
    "a file": ('import { cart } from "./cart";', "cart(l.arn);", ["cart comes from ./cart, which is not there"]),
    "a package of the workspace": ('import { cart } from "@acme/infra";', "cart(l);", ["cart comes from @acme/infra, which is not read"]),
    "an alias": (
        'import * as routes from "~/routes";',
        "routes.cart({ at: l.arn });",
        ["routes.cart comes from ~/routes, which is not read"],
    ),
    "an import of the package": ('import cart from "#routes";', "cart([l]);", ["cart comes from #routes, which is not read"]),
    "in a function": ('import { cart } from "./cart";', "function f(listenerArn: any) { cart(listenerArn); }", ["cart comes from ./cart"]),
    "a class": ('import { Cart } from "./cart";', "new Cart('x', { listener: l });", ["Cart comes from ./cart"]),
    "given nothing of it": ('import { cart } from "./cart";', "cart(blue.arn);", []),
    "of Node": ('import * as path from "path";', "path.join(l.arn);", []),
    "a type": ('import type { Cart } from "./cart";', "const c: Cart = 1;", []),
}


@pytest.mark.parametrize(("head", "source", "wanted"), NOT_HERE.values(), ids=NOT_HERE)
def test_what_is_not_here_and_is_given_a_listener_is_a_gap(tmp_path: Path, head: str, source: str, wanted: list[str]) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: nodejs\n")
    (tmp_path / "index.ts").write_text(f"{head}\n{START}{source}\nrule('home', 10, '/', to(blue));\n")
    told = inside("check", tmp_path, "--format", "json").json
    assert told["listeners"][0]["rules"] == 1
    assert [gap["reason"][: len(start)] for gap, start in zip(told["gaps"], wanted, strict=True)] == wanted


@pytest.mark.parametrize("place", ["..", "../../proj", "../index.ts", "../../elsewhere/../proj"])
def test_a_path_with_dots_reads_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    for folder in ("svc", "lib"):
        (tmp_path / "proj" / folder).mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "proj" / "Pulumi.yaml").write_text("name: shop\nruntime: nodejs\n")
    (tmp_path / "proj" / "lib" / "route.ts").write_text("export const at = 100;\n")
    (tmp_path / "proj" / "svc" / "index.ts").write_text(
        'import { rule } from "../wrap";\nimport { at } from "../lib/route";\nrule("cart", at, "/cart");\n'
    )
    (tmp_path / "proj" / "wrap.ts").write_text(
        START.replace("function rule", "function made")
        + "export const rule = (n: string, p: number, q: string) => made(n, p, q, to(blue));\n"
    )
    (tmp_path / "proj" / "index.ts").write_text(
        'import "./svc";\nimport { rule } from "./wrap";\nrule("home", 100, "/home");\n// ListenerRule\n'
    )
    monkeypatch.chdir(tmp_path / "proj" / "svc")
    told = inside("check", place, "--format", "json").json
    assert [found["code"] for found in told["findings"]] == ["ALB001"]
    assert not told["gaps"]


@pytest.mark.parametrize(("source", "wanted"), PROGRAMS.values(), ids=PROGRAMS)
def test_findings(tmp_path: Path, source: str, wanted: list[str]) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: nodejs\n")
    (tmp_path / "index.ts").write_text(START + source + "\n")
    ran = inside("check", tmp_path, "--format", "json")
    assert not ran.json["gaps"]
    told = [f"{found['code']} {found['rule']['name']}" for found in ran.json["findings"] if found["severity"] != "info"]
    assert told == wanted
