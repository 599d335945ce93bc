"""Branches, loops and variables that change: both ways where it is not decided, under literals that exclude each other."""

import pytest

from pulumi_programs import FORWARD, HEAD, PATH, REST, WRAPPER, lines, read, reasons, rules

START = f'{HEAD}{WRAPPER}const stack = pulumi.getStack();\nconst prod = stack === "production";\n'

BRANCHES = {
    "if": ('if (prod) rule("a", 1, "/a", l);', ["a 1 path=/a if prod"]),
    "if else": (
        'if (prod) { rule("a", 1, "/a", l) } else { rule("b", 1, "/b", l) }',
        ["a 1 path=/a if prod", "b 1 path=/b if not prod"],
    ),
    "else if": (
        'if (x) rule("a", 1, "/a", l); else if (y) rule("b", 1, "/b", l); else rule("c", 1, "/c", l);',
        ["a 1 path=/a if x", "b 1 path=/b if not x & y", "c 1 path=/c if not x & not y"],
    ),
    "not": ('if (!prod) rule("a", 1, "/a", l);', ["a 1 path=/a if not prod"]),
    "unequal": ('if (stack !== "x") rule("a", 1, "/a", l);', ['a 1 path=/a if not stack === "x"']),
    "and": ('if (x && y) rule("a", 1, "/a", l); else rule("b", 2, "/b", l);', ["a 1 path=/a if x & y", "b 2 path=/b if (not x | not y)"]),
    "or": ('if (x || y) rule("a", 1, "/a", l); else rule("b", 2, "/b", l);', ["a 1 path=/a if (x | y)", "b 2 path=/b if not x & not y"]),
    "and, one decided": ('if (true && y) rule("a", 1, "/a", l);', ["a 1 path=/a if y"]),
    "never": ('if (false && y) rule("a", 1, "/a", l);', []),
    "ternary": ('const r = prod ? rule("a", 1, "/a", l) : rule("b", 1, "/b", l);', ["a 1 path=/a if prod", "b 1 path=/b if not prod"]),
    "short circuit": ('prod && rule("a", 1, "/a", l); y || rule("b", 2, "/b", l);', ["a 1 path=/a if prod", "b 2 path=/b if not y"]),
    "switch": (
        'switch (stack) { case "p": rule("a", 1, "/a", l); break; case "q": case "r": rule("b", 1, "/b", l); break; default: rule("c", 1, "/c", l) }',
        [
            'a 1 path=/a if stack === "p" & not stack === "q" & not stack === "r"',
            'b 1 path=/b if not stack === "p" & stack === "q" & not stack === "r"',
            'b 1 path=/b if not stack === "p" & not stack === "q" & stack === "r"',
            'c 1 path=/c if not stack === "p" & not stack === "q" & not stack === "r"',
        ],
    ),
    "decided switch": ('switch ("p") { case "o": rule("a", 1, "/a", l); break; case "p": rule("b", 2, "/b", l) }', ["b 2 path=/b"]),
    "two ifs that exclude each other": (
        'if (stack === "p") rule("a", 1, "/a", l); if (stack === "q") rule("b", 1, "/b", l);',
        ['a 1 path=/a if stack === "p" & not stack === "q"', 'b 1 path=/b if not stack === "p" & stack === "q"'],
    ),
    "early return": (
        'function f(x, l) { if (!x) return; rule("a", 1, "/a", l) }\nf(env.x, l); f(undefined, l);',
        ["a 1 path=/a if env.x"],
    ),
    "throw": ('function f(x, l) { if (!x) throw new Error("x"); rule("a", 1, "/a", l) }\nf(env.x, l);', ["a 1 path=/a"]),
    "after a return": ('function f(l) { return; rule("a", 1, "/a", l) }\nf(l);', []),
    "try": ('try { rule("a", 1, "/a", l) } catch (e) { log(e) } finally { rule("b", 2, "/b", l) }', ["a 1 path=/a", "b 2 path=/b"]),
    "helper": (
        'const on = (s: string) => s !== "production";\nif (on(stack)) rule("a", 1, "/a", l);',
        ['a 1 path=/a if not stack === "production"'],
    ),
    "decided by an argument": (
        'function f(n, o, l) { if (o.host) rule(n, 1, o.host, l); else rule(n, 2, "/b", l) }\nf("a", { host: "/h" }, l); f("b", {}, l);',
        ["a 1 path=/h", "b 2 path=/b"],
    ),
    "a resource counts as true": ('const g = new aws.lb.TargetGroup("g", {});\nif (g) rule("a", 1, "/a", l);', ["a 1 path=/a"]),
    "an output counts as true": (
        'const core = new pulumi.StackReference("x");\nif (core.getOutput("l")) rule("a", 1, "/a", l);',
        ["a 1 path=/a"],
    ),
    "a config value may be missing": (
        'const config = new pulumi.Config();\nif (config.get("l")) rule("a", 1, "/a", l);',
        ['a 1 path=/a if config.get("l")'],
    ),
    "what an output holds may be false": ('x.flag.apply(f => { if (f) rule("a", 1, "/a", l) });', ["a 1 path=/a if x.flag"]),
    "member of a list": (
        'const dual = [1, 2];\nfunction f(p, l) { if (dual.includes(p)) rule("a", p, "/a", l); else rule("b", p, "/b", l) }\nf(2, l); f(3, l);',
        ["a 2 path=/a", "b 3 path=/b"],
    ),
}


@pytest.mark.parametrize(("source", "wanted"), BRANCHES.values(), ids=BRANCHES)
def test_branches(tmp_path, source, wanted):
    assert lines(read(tmp_path, {"index.ts": f"{START}{source}\n"})) == wanted


WAYS = {
    "priority": ('rule("a", prod ? 1 : 2, "/a", l);', ["a 1 path=/a if prod", "a 2 path=/a if not prod"]),
    "path": ('rule("a", 1, prod ? "/p" : "/d", l);', ["a 1 path=/p if prod", "a 1 path=/d if not prod"]),
    "within a template": ('rule("a", 1, `/${prod ? "p" : "d"}/*`, l);', ["a 1 path=/p/* if prod", "a 1 path=/d/* if not prod"]),
    "the same condition twice": (
        'rule("a", prod ? 1 : 2, prod ? "/p" : "/d", l);',
        ["a 1 path=/p if prod", "a 2 path=/d if not prod"],
    ),
    "under a branch that decides it": ('if (prod) rule("a", prod ? 1 : 2, "/a", l);', ["a 1 path=/a if prod"]),
    "nested": (
        'rule("a", x ? 1 : y ? 2 : 3, "/a", l);',
        ["a 1 path=/a if x", "a 2 path=/a if not x & y", "a 3 path=/a if not x & not y"],
    ),
    "by a function": (
        'function p() { if (prod) return 1; return 2 }\nrule("a", p(), "/a", l);',
        ["a 1 path=/a if prod", "a 2 path=/a if not prod"],
    ),
    "by a switch": (
        'function p() { switch (stack) { case "x": return 1; default: return 2 } }\nrule("a", p(), "/a", l);',
        ['a 1 path=/a if stack === "x"', 'a 2 path=/a if not stack === "x"'],
    ),
    "by a variable": ('let p = 1; if (prod) p = 2;\nrule("a", p, "/a", l);', ["a 2 path=/a if prod", "a 1 path=/a if not prod"]),
    "by a variable without a first value": (
        'let p: number; if (prod) { p = 1 } else { p = 2 }\nrule("a", p, "/a", l);',
        ["a 1 path=/a if prod", "a 2 path=/a if not prod"],
    ),
    "too many": (f'rule("a", {" + ".join(f"(c{n} ? {n} : 9)" for n in range(9))}, "/a", l);', ["a ? path=/a"]),
}


@pytest.mark.parametrize(("source", "wanted"), WAYS.values(), ids=WAYS)
def test_values_that_depend_on_a_condition(tmp_path, source, wanted):
    assert lines(read(tmp_path, {"index.ts": f"{START}{source}\n"})) == wanted


LISTS = {
    "spread under a condition": '[{ pathPattern: { values: ["/a"] } }, ...(host ? [{ hostHeader: { values: ["h.i"] } }] : [])]',
    "spread of a short circuit": '[{ pathPattern: { values: ["/a"] } }, ...(host && [{ hostHeader: { values: ["h.i"] } }])]',
    "filtered": '[{ pathPattern: { values: ["/a"] } }, host && { hostHeader: { values: ["h.i"] } }].filter(x => x)',
    "pushed": "grown",
}


@pytest.mark.parametrize("text", LISTS.values(), ids=LISTS)
def test_lists_that_depend_on_a_condition(tmp_path, text):
    grown = 'const grown: any[] = [{ pathPattern: { values: ["/a"] } }];\nif (host) { grown.push({ hostHeader: { values: ["h.i"] } }); }\n'
    source = f'{START}{grown}new aws.lb.ListenerRule("a", {{ listenerArn: "arn:l", priority: 1, conditions: {text}, {FORWARD} }});'
    assert lines(read(tmp_path, {"index.ts": source})) == ["a 1 path=/a host=h.i if host", "a 1 path=/a if not host"]


def test_a_listener_that_depends_on_a_condition(tmp_path):
    source = (
        f'{START}let main: aws.lb.Listener;\nif (cert) {{ main = new aws.lb.Listener("https", {{}}) }}\n'
        'else { main = new aws.lb.Listener("http", {}) }\n'
        f'new aws.lb.ListenerRule("a", {{ listenerArn: main.arn, priority: 1, {PATH}, {FORWARD} }});'
    )
    reading = read(tmp_path, {"index.ts": source})
    assert [(listener.id, rule.presence) for listener in reading.listeners for rule in listener.rules] == [
        ("aws.lb.Listener:http", (("cert", False),)),
        ("aws.lb.Listener:https", (("cert", True),)),
    ]


MADE_OF = {
    "changed in a branch": ('if (prod) { o.values = ["/b"]; one("a") }\n', ["a 1 path=/b if prod"]),
    "changed in a branch, then on": (
        'if (prod) { o.values = ["/b"]; one("a") }\none("b");\n',
        ["a 1 path=/b if prod", "b 1 path=/a if not prod", "b 1 path=/b if prod"],
    ),
    "made and changed in a loop over what is not known": (
        'for (const x of env.all) { const q = { values: ["/a"] }; q.values = ["/b"]; one("a", { ...args, conditions: [{ pathPattern: q }] }) }\n',
        ["a 1 path=/b if env.all is not empty"],
    ),
    "changed as a whole afterwards": (
        'args.priority = 1; one("a", args); args.priority = 2; one("b", args);\n',
        ["a 1 path=/a", "b 2 path=/a"],
    ),
}


@pytest.mark.parametrize(("source", "wanted"), MADE_OF.values(), ids=MADE_OF)
def test_a_rule_is_made_of_what_its_arguments_are_then(tmp_path, source, wanted):
    head = (
        'const o = { values: ["/a"] };\n'
        f'const args: any = {{ listenerArn: "arn:l", priority: 1, conditions: [{{ pathPattern: o }}], {FORWARD} }};\n'
        "function one(name: string, given: any = { ...args, conditions: [{ pathPattern: o }] }) {\n"
        "  return new aws.lb.ListenerRule(name, given);\n}\n"
    )
    assert sorted(lines(read(tmp_path, {"index.ts": f"{START}{head}{source}"}))) == sorted(wanted)


def test_one_name_for_two_conditions_excludes_nothing(tmp_path):
    wrapper = "export " + WRAPPER
    reading = read(
        tmp_path,
        {
            "w.ts": HEAD + wrapper,
            "a.ts": 'import { rule } from "./w";\nconst on = first();\nif (on) rule("a", 1, "/a", l);\n',
            "b.ts": 'import { rule } from "./w";\nconst on = second();\nif (!on) rule("b", 1, "/b", l);\n',
        },
    )
    one, other = (rule.presence for rule in rules(reading))
    assert one == (("on (first())", True),)
    assert other == (("on (second())", False),)


def test_a_condition_that_changes_excludes_nothing(tmp_path):
    source = (
        f"{START}let on = true;\nfunction off() {{ on = false }}\n"
        'function f(n, l) { if (on) rule(n, 1, "/a", l); else rule(n + "2", 1, "/b", l) }\nf("a", l);\n'
    )
    assert lines(read(tmp_path, {"index.ts": source})) == ["a 1 path=/a"]  # nothing calls `off`
    unread = source.replace('f("a", l);', 'later(off); f("a", l);')
    assert lines(read(tmp_path, {"index.ts": unread})) == ["a 1 path=/a if on", "a2 1 path=/b if not on"]


LOOPS = {
    "for of": 'for (const x of ["a", "b"]) rule(x, 1, `/${x}`, l);',
    "for of a table": 'const t = [{ n: "a", p: "/a" }, { n: "b", p: "/b" }];\nfor (const { n, p } of t) { rule(n, 1, p, l) }',
    "for of entries": 'for (const [n, p] of Object.entries({ a: "/a", b: "/b" })) rule(n, 1, p, l);',
    "for in": 'const t = { a: "/a", b: "/b" };\nfor (const n in t) rule(n, 1, t[n], l);',
    "counted": 'const t = ["a", "b"];\nfor (let i = 0; i < t.length; i++) rule(t[i], 1, "/" + t[i], l);',
    "counted down": 'const t = ["b", "a"];\nfor (let i = 1; i >= 0; i -= 1) rule(t[i], 1, "/" + t[i], l);',
    "forEach": '["a", "b"].forEach(x => { rule(x, 1, `/${x}`, l) });',
    "forEach by name": 'function one(x) { rule(x, 1, `/${x}`, l) }\n["a", "b"].forEach(one);',
    "map": 'export const all = ["a", "b"].map(x => rule(x, 1, `/${x}`, l));',
    "promises": 'Promise.all(["a", "b"].map(async x => rule(x, 1, `/${x}`, l)));',
    "nested": 'for (const x of [["a"], ["b"]]) for (const y of x) rule(y, 1, `/${y}`, l);',
    "filtered": '["a", "b", "c"].filter(x => x !== "c").forEach(x => rule(x, 1, `/${x}`, l));',
    "continue": 'for (const x of ["a", "b", "c"]) { if (x === "c") continue; rule(x, 1, `/${x}`, l) }',
    "in a wrapper": 'function all(t, l) { for (const x of t) rule(x, 1, `/${x}`, l) }\nall(["a", "b"], l);',
}


@pytest.mark.parametrize("source", LOOPS.values(), ids=LOOPS)
def test_loops_over_what_is_told(tmp_path, source):
    reading = read(tmp_path, {"index.ts": f"{START}{source}\n"})
    assert (sorted(lines(reading)), reading.gaps) == (["a 1 path=/a", "b 1 path=/b"], ())


NUMBERED = {
    "index": '["a", "b"].forEach((x, i) => rule(x, 100 + i, "/a", l));',
    "loop variable": 'for (let i = 0; i < 2; i++) rule(["a", "b"][i], 100 + i, "/a", l);',
    "entries": 'for (const [i, x] of ["a", "b"].entries()) rule(x, 100 + i, "/a", l);',
    "counter": 'let n = 100;\nfor (const x of ["a", "b"]) { rule(x, n, "/a", l); n += 1 }',
    "counter in the call": 'let n = 100;\nfor (const x of ["a", "b"]) rule(x, n++, "/a", l);',
    "counter outside of loops": 'let n = 100;\nrule("a", n++, "/a", l);\nrule("b", n++, "/a", l);',
    "local variable": 'for (const x of ["a", "b"]) { let n = 100; if (x === "b") n = n + 1; rule(x, n, "/a", l) }',
}


@pytest.mark.parametrize("source", NUMBERED.values(), ids=NUMBERED)
def test_numbers_that_are_counted(tmp_path, source):
    reading = read(tmp_path, {"index.ts": f"{START}{source}\n"})
    assert lines(reading) == ["a 100 path=/a", "b 101 path=/a"]
    assert all(rule.priority_site is None for rule in rules(reading))


UNKNOWN_LOOPS = {
    "for of": ("for (const s of config.services) rule(s.name, s.priority, s.path, l);", "config.services", "config.services is not empty"),
    "forEach": ("config.services.forEach(s => rule(s.name, s.priority, s.path, l));", "config.services", "config.services is not empty"),
    "forEach with its index": (
        "config.services.forEach((s, i) => rule(`${i}`, i, s.path, l));",
        "config.services",
        "config.services is not empty",
    ),
    "while": ('while (more()) rule("a", 1, "/a", l);', "more()", "more()"),
    "counted to an unknown end": ('for (let i = 0; i < config.n; i++) rule("a", i, "/a", l);', "i < config.n", "i < config.n is not empty"),
    "counted for ever": ('for (let i = 0; i < 1; i--) rule("a", i, "/a", l);', "i < 1", "i < 1 is not empty"),
}


@pytest.mark.parametrize(("source", "what", "presence"), UNKNOWN_LOOPS.values(), ids=UNKNOWN_LOOPS)
def test_loops_over_what_is_not_told_are_a_gap(tmp_path, source, what, presence):
    reading = read(tmp_path, {"index.ts": f"{START}{source}\n"})
    (rule,) = rules(reading)
    assert rule.presence == ((presence, True),)
    assert reasons(reading) == [f"a loop over {what}, which is not known: its rules are shown once"]
    assert "undefined" not in rule.name


def test_items_that_are_told_count_beside_those_that_are_not(tmp_path):
    source = f'{START}for (const x of [...more, "a"]) rule(x, 1, "/a", l);\n["b", ...more].forEach(x => rule(x, 2, "/b", l));\n'
    reading = read(tmp_path, {"index.ts": source})
    assert lines(reading) == [
        "- 1 path=/a if ...more (not declared in the files that were read) is not empty",
        "b 2 path=/b",
        "- 2 path=/b if ...more (not declared in the files that were read) is not empty",
    ]
    assert len(reading.gaps) == 2


CHANGED = {
    "in a loop that is not followed": "let p = 1; while (x()) p = p + 1;",
    "by code that is not read": "let p = 1; later(() => { p = 2 });",
    "by an output, before or after": "let p = 1; x.output.apply(() => { p = 2 }); x.output.apply(() => { p = 3 });",
}


@pytest.mark.parametrize("source", CHANGED.values(), ids=CHANGED)
def test_a_variable_that_changes_in_a_way_not_followed_is_unknown(tmp_path, source):
    reading = read(tmp_path, {"index.ts": f'{HEAD}{source}\nnew aws.lb.ListenerRule("a", {{ priority: p, {REST} }});'})
    assert lines(reading) == ["a ? path=/a"]


FOLLOWED = {
    "in a nested function": ("let p = 1; function g() { p = 2 } g();", 2),
    "in a callback": ("let p = 1; [1].forEach(() => { p = 2 });", 2),
    "by a pattern": ("let p = 1; [p] = [2];", 2),
    "assigned": ("let p = 1; p = 2;", 2),
    "assigned later": ("let p = 2; ", 2),
    "added": ("let p = 1; p += 4; p++;", 6),
    "in a block": ("let p = 1; { p = 3 }", 3),
    "in a loop": ("let p = 1; for (const x of [1, 2]) { p += x }", 4),
    "in a switch": ('let p = 1; switch ("b") { case "a": p = 2; break; case "b": p = 3 }', 3),
    "of another block": ("const p = 1; { let p = 2; p = 3 }", 1),
    "property": ("const o = { p: 1 }; o.p = 5; const p = o.p;", 5),
    "shadowed by a parameter": ("let p = 1; function g(p) { p = 2 } g(0);", 1),
}


@pytest.mark.parametrize(("source", "value"), FOLLOWED.values(), ids=FOLLOWED)
def test_a_variable_that_changes_is_worth_what_it_is_where_it_is_read(tmp_path, source, value):
    reading = read(tmp_path, {"index.ts": f'{HEAD}{source}\nnew aws.lb.ListenerRule("a", {{ priority: p, {REST} }});\np = 99;'})
    assert lines(reading) == [f"a {value} path=/a"]


def test_a_variable_that_changes_under_a_condition_within_an_expression(tmp_path):
    reading = read(tmp_path, {"index.ts": f'{HEAD}let p = 1; x && (p = 2);\nnew aws.lb.ListenerRule("a", {{ priority: p, {REST} }});'})
    assert lines(reading) == ["a 2 path=/a if x", "a 1 path=/a if not x"]


@pytest.mark.parametrize(("calls", "value"), [("", 1), ("c.set(); ", 2), ("later(c.set); ", "?")])
def test_a_field_that_one_method_changes(tmp_path, calls, value):
    method = f"mk(n) {{ new aws.lb.ListenerRule(n, {{ priority: this.p, {REST} }}) }}"
    source = f'{HEAD}class C {{ p = 1; set() {{ this.p = 2 }} {method} }}\nconst c = new C(); {calls}c.mk("a");'
    assert lines(read(tmp_path, {"index.ts": source})) == [f"a {value} path=/a"]


def front(group: str) -> str:
    action = f'defaultActions: [{{ type: "forward", targetGroupArn: "{group}" }}]'
    return f'const l = new aws.lb.Listener("front", {{ port: 80, protocol: "HTTP", {action} }});'


@pytest.mark.parametrize(("group", "told"), [("d", True), ("e", False)])
def test_a_listener_that_each_branch_makes_in_its_own_way(tmp_path, group, told):
    """What they differ in is not known of the listener: the default action of the one is not that of the rules of the other."""
    source = f'{START}if (prod) {{ {front("d")} rule("a", 1, "/a", l); }} else {{ {front(group)} rule("b", 1, "/b", l); }}'
    (listener,) = read(tmp_path, {"index.ts": source}).listeners
    assert (listener.port, listener.protocol, listener.default is not None) == (80, "HTTP", told)
