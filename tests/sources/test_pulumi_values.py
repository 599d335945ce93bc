"""What expressions are worth, seen through the rules they end up in: known, unknown, and never guessed."""

from dataclasses import replace

import pytest

from alb_lint.model import FixedResponse, Forward, Share, Unknown
from alb_lint.symbols import Unset
from pulumi_programs import FORWARD, HEAD, LISTENER, PATH, REST, lines, read, reasons, rules

KNOWN = [
    ("7", 7),
    ('"12"', 12),
    ("0x10", 16),
    ("1_000", 1000),
    ("1 + 2 * 3", 7),
    ("10 - 3", 7),
    ("21 / 3", 7),
    ("(5 as number)", 5),
    ("5!", 5),
    ("<any>5", 5),
    ("5 satisfies number", 5),
    ("P", 40),
    ("T.a.b", 41),
    ('T["a"]["b"]', 41),
    ("L[1]", 43),
    ("E.B", 11),
    ("half(42)", 21),
    ("half((42))", 21),
    ("d", 8),
    ("e", 9),
    ("rest.f", 10),
    ("first", 42),
    ("[1, 2, 3].length", 3),
    ('parseInt("55", 10)', 55),
    ('Number("56")', 56),
    ("pulumi.output(57)", 57),
    ("pulumi.all([58, 59]).apply(([x, y]) => y)", 59),
    ("true ? 60 : 61", 60),
    ("undefined ?? 62", 62),
    ("0 || 63", 63),
    ("T.missing?.deep ?? 64", 64),
    ("Object.keys(T).length", 1),
    ('[["a", 65]].map(([k, v]) => v)[0]', 65),
    ("L.filter(x => x > 42)[0]", 43),
    ("L.find(x => x > 42)", 43),
    ("[...L, 66][2]", 66),
    ("({ ...T, a: { b: 67 } }).a.b", 67),
    ("pick(2)", 69),
    ("chosen(1)", 71),
    ("Math.max(1, 2)", 2),
    ("Math.max(1, config.requireNumber('p'))", None),
    ("config.requireNumber('p')", None),
    ("process.env.P", None),
    ("core.getOutput('p')", None),
    ("core.requireOutput('p').apply(p => p + 1)", None),
    ("Number(process.env.P)", None),
    ("T[stack]", None),
    ("notDeclared", None),
    ("counter", 1),
    ("changing", None),
    ("loop", None),
    ('"ten"', None),
    ("1.5", None),
    ("2 ** 3", 8),
    ("half", None),
    ("[5]", None),
    ("1 / 0", None),
]

SETUP = """
const config = new pulumi.Config();
const core = new pulumi.StackReference("o/p/s");
const stack = pulumi.getStack();
const P = 40;
const T = { a: { b: 41 } };
const L = [42, 43];
enum E { A = 10, B }
const half = (n: number) => n / 2;
const { d, inner: { e }, ...rest } = { d: 8, inner: { e: 9 }, f: 10 };
const [first] = L;
function pick(n: number) { switch (n) { case 1: return 68; case 2: return 69; default: return 70 } }
function chosen(n: number) { if (n > 0) { const r = 71; return r } return 72 }
let counter = 1, changing = 1;
function bump() { counter++ }
later(() => { changing++ });
const loop = loop2; const loop2 = loop;
"""


@pytest.mark.parametrize(("text", "value"), KNOWN, ids=[text for text, _ in KNOWN])
def test_a_priority_is_known_or_unknown_but_never_guessed(tmp_path, text, value):
    reading = read(tmp_path, {"index.ts": f'{HEAD}{SETUP}new aws.lb.ListenerRule("a", {{ priority: {text}, {REST} }});'})
    (rule,) = rules(reading)
    if value is None:
        assert isinstance(rule.priority, Unknown)
    else:
        assert rule.priority == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('config.requireNumber("p")', 'config.requireNumber("p") (a config value)'),
        ("process.env.P", "process.env.P (the environment)"),
        ("imported.p", "imported.p (imported from ./missing)"),
        ("tg.port", "tg.port (not declared in the files that were read)"),
        ("changing", "changing (changed by callbacks in any order)"),
        ("P + config.requireNumber('p')", '40 + config.requireNumber("p") (a config value)'),
        ("priority", "priority (a config value)"),
        ("group.port", "aws.lb.TargetGroup:g.port (an output of a resource)"),
    ],
)
def test_an_unknown_says_the_expression_and_why(tmp_path, text, reason):
    more = (
        'import { imported } from "./missing";\nconst priority = config.getNumber("p");\nconst group = new aws.lb.TargetGroup("g", {});\n'
    )
    reading = read(tmp_path, {"index.ts": f'{HEAD}{SETUP}{more}new aws.lb.ListenerRule("a", {{ priority: {text}, {REST} }});'})
    priority = rules(reading)[0].priority
    assert isinstance(priority, Unknown)
    assert priority.reason == reason


def test_a_missing_priority_is_chosen_by_aws(tmp_path):
    (rule,) = rules(read(tmp_path, {"index.ts": f'{HEAD}new aws.lb.ListenerRule("a", {{ {REST} }});'}))
    assert rule.priority == Unknown("not set: Pulumi takes the highest on the listener + 1", number=Unset(behind=True))


CONDITIONS = [
    ('[{ pathPattern: { values: ["/a", `/${P}/*`] } }]', "path=/a|/40/*"),
    ('[{ hostHeader: { values: [`*.${domain}`, "a.b"] } }]', "host=?|a.b"),
    ('[{ httpHeader: { httpHeaderName: "X-Env", values: ["blue"] } }]', "header:X-Env=blue"),
    ('[{ queryStrings: [{ key: "k", value: "v" }, { value: "w" }] }]', "query=k:v|None:w"),
    ('[{ sourceIp: { values: ["10.0.0.0/8"] } }]', "ip=10.0.0.0/8"),
    ('[{ httpRequestMethod: { values: ["GET", "HEAD"] } }]', "method=GET|HEAD"),
    ('[{ field: "path-pattern", values: "/old" }]', "path=/old"),
    ('[{ field: "host-header", values: ["a.b"] }]', "host=a.b"),
    ('[{ pathPattern: { values: ["/a"] }, hostHeader: { values: ["a.b"] } }]', "condition=?"),
    ("[{ somethingNew: { values: [1] } }]", "condition=?"),
    ("[pathCondition('/a'), methodCondition('GET')]", "path=/a method=GET"),
    ("[pathCondition(...paths)]", "path=/x|/y"),
    ("[pathCondition(...unknownPaths)]", "path=?"),
    ("unknownConditions", "condition=?"),
    ("[...shared, methodCondition('PUT')]", "path=/s method=PUT"),
    ("[...unknownConditions, methodCondition('PUT')]", "condition=?"),
    ("[{ pathPattern: { values: unknownPaths } }]", "path=?"),
    ("shared.concat([methodCondition('PUT')])", "path=/s method=PUT"),
    ("['/a', '/b'].map(p => pathCondition(p)).slice(1)", "path=/b"),
    ("grown", "path=/s host=h.i"),
    ("[pathCondition('/a'), undefined].filter(Boolean)", "path=/a"),
    ("touched", "path=/t method=X"),
]

HELPERS = """
const P = 40;
const paths = ["/x", "/y"];
const pathCondition = (...values: string[]) => ({ pathPattern: { values } });
function methodCondition(m: string) { return { httpRequestMethod: { values: [m] } }; }
const shared = [pathCondition("/s")];
const grown = [...shared];
grown.push({ hostHeader: { values: ["h.i"] } });
function touch(list: any[]) { list.push(methodCondition("X")) }
const touched = [pathCondition("/t")];
touch(touched);
"""


@pytest.mark.parametrize(("text", "expected"), CONDITIONS, ids=[text for text, _ in CONDITIONS])
def test_conditions(tmp_path, text, expected):
    source = f'{HEAD}{HELPERS}new aws.lb.ListenerRule("a", {{ listenerArn: "arn:l", priority: 1, conditions: {text}, {FORWARD} }});'
    assert lines(read(tmp_path, {"index.ts": source})) == [f"a 1 {expected}"]


def test_what_is_no_condition_is_also_a_gap(tmp_path):
    source = f'{HEAD}new aws.lb.ListenerRule("a", {{ listenerArn: "arn:l", priority: 1, conditions: [{{ other: 1 }}], {FORWARD} }});'
    assert reasons(read(tmp_path, {"index.ts": source})) == ["condition: other is not known"]


SPREADS = [
    ("{ ...base, priority: 5 }", "a 5 path=/a"),
    ("{ priority: 5, ...base }", "a 9 path=/a"),
    ("{ ...base, ...{ priority: 6 } }", "a 6 path=/a"),
    ("{ ...base, ...(undefined && { priority: 6 }) }", "a 9 path=/a"),
    ("{ ...unknownArgs, priority: 5 }", "a 5 condition=?"),
    ("{ ...base, ...unknownArgs }", "a ? condition=?"),
    ("Object.assign({}, base, { priority: 7 })", "a 7 path=/a"),
    ("unknownArgs", "a ? condition=?"),
]


@pytest.mark.parametrize(("text", "expected"), SPREADS, ids=[text for text, _ in SPREADS])
def test_spreads_keep_the_order_of_the_program(tmp_path, text, expected):
    source = f'{HEAD}const base = {{ priority: 9, {REST} }};\nnew aws.lb.ListenerRule("a", {text} as any);'
    assert lines(read(tmp_path, {"index.ts": source})) == [expected]


NAMES = [
    ('"plain"', "plain"),
    ("`r-${1 + 1}`", "r-2"),
    ("`r-${stack}`", "r-${pulumi.getStack()}"),
    ('"r-" + stack + "-x"', "r-${pulumi.getStack()}-x"),
    ('["a", "b"].join("-")', "a-b"),
    ('"A".toLowerCase()', "a"),
    ("config.require('name')", ""),
]


@pytest.mark.parametrize(("text", "expected"), NAMES, ids=[text for text, _ in NAMES])
def test_the_address_is_the_name_as_far_as_it_is_told(tmp_path, text, expected):
    head = f"{HEAD}const config = new pulumi.Config(); const stack = pulumi.getStack();\n"
    source = f"{head}new aws.lb.ListenerRule({text}, {{ priority: 1, {REST} }});"
    (rule,) = rules(read(tmp_path, {"index.ts": source}))
    assert (rule.name, rule.location.address) == (expected.replace("pulumi.getStack()", "stack"),) * 2
    assert rule.id == (rule.name or "index.ts:4:1")


LISTENERS = [
    ("l.arn", "aws.lb.Listener:https"),
    ("l.id", "aws.lb.Listener:https"),
    ("l", "aws.lb.Listener:https"),
    ("old.arn", "aws.lb.Listener:http"),
    ("{ inner: l }.inner.arn", "aws.lb.Listener:https"),
    ("l.arn.apply(a => a)", "aws.lb.Listener:https"),
    ("pulumi.output(l).apply(x => x.arn)", "aws.lb.Listener:https"),
    ("pulumi.interpolate`${l.arn}`", "aws.lb.Listener:https"),
    ('"arn:aws:x"', "arn:aws:x"),
    ('aws.lb.Listener.get("g", "arn:aws:y").arn', "arn:aws:y"),
    ("httpsListener.arn", "httpsListener.arn"),
    ("made.arn", "made.arn"),
    ("found.arn", "found.arn"),
    ("args.listenerArn", "args.listenerArn"),
    ("config.require('l')", 'config.require("l")'),
    ("arn", "arn"),
    ("cfg!.arn!", "cfg.arn"),
    ("(x as any as aws.lb.Listener).arn", "x.arn"),
    ("typed.arn", "typed.arn"),
    ("undefined", "unknown listener of a"),
]


@pytest.mark.parametrize(("text", "expected"), LISTENERS, ids=[text for text, _ in LISTENERS])
def test_the_id_of_a_listener(tmp_path, text, expected):
    more = (
        'const old = new aws.alb.Listener("http", {});\nconst config = new pulumi.Config();\nconst made = alb.createListener("x", {});\n'
        "const found = aws.lb.getListenerOutput({ arn: y });\nconst arn = config.require('arn');\n"
        'const typed = core.requireOutput("l") as unknown as aws.lb.Listener;\n'
    )
    source = f'{HEAD}{LISTENER}{more}new aws.lb.ListenerRule("a", {{ listenerArn: ({text}), priority: 1, {PATH}, {FORWARD} }});'
    (listener,) = read(tmp_path, {"index.ts": source}).listeners
    assert listener.id == expected


def test_a_listener_of_the_program_tells_its_port_and_default(tmp_path):
    source = (
        f'{HEAD}const l = new aws.lb.Listener("https", {{ port: 443, protocol: "https", defaultActions: [{{ type: "fixed-response", '
        'fixedResponse: { contentType: "text/plain", statusCode: "404" } }] });\n'
        f'new aws.lb.ListenerRule("a", {{ listenerArn: l.arn, priority: 1, {PATH}, {FORWARD} }});'
    )
    (listener,) = read(tmp_path, {"index.ts": source}).listeners
    assert (listener.name, listener.port, listener.protocol, listener.source_kind) == ("https", 443, "HTTPS", "pulumi")
    assert listener.default is not None
    assert listener.default.is_default
    assert listener.default.actions == (FixedResponse("404", "text/plain"),)


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("[{ type: 'forward', targetGroupArn: g.arn }]", (Share("aws.lb.TargetGroup:g"),)),
        ("[{ type: 'forward', targetGroupArn: 'arn:t' }]", (Share("arn:t"),)),
        ("[{ type: 'forward', targetGroupArn: other.arn }]", (Share("other.arn"),)),
        ("[{ type: 'forward', targetGroupArn: aws.lb.TargetGroup.get('x', 'arn:t').arn }]", (Share("arn:t"),)),
        ("[{ type: 'forward', targetGroupArn: aws.lb.TargetGroup.get('x', 'tg-name').arn }]", (Share("aws.lb.TargetGroup:tg-name"),)),
        (
            "[{ type: 'forward', targetGroupArn: aws.lb.getTargetGroupOutput({ name: 'tg-name' }).arn }]",
            (Share("aws.lb.TargetGroup:tg-name"),),
        ),
        ("[{ type: 'forward', targetGroupArn: named.arn }]", (Share("aws.lb.TargetGroup:tg-name"),)),
        (
            "[{ type: 'forward', forward: { targetGroups: [{ arn: g.arn, weight: 100 - n }, { arn: 'arn:t', weight: n }] } }]",
            (Share("aws.lb.TargetGroup:g", 70), Share("arn:t", 30)),
        ),
        (
            "[{ type: 'forward', forward: { targetGroups: [{ arn: g.arn, weight: config.requireNumber('w') }] } }]",
            (Share("aws.lb.TargetGroup:g", Unknown('config.requireNumber("w") (a config value)')),),
        ),
        (
            "[{ type: 'forward', forward: { targetGroups: [{ arn: g.arn, weight: stack === 'p' ? 0 : 100 }] } }]",
            (Share("aws.lb.TargetGroup:g", Unknown('stack === "p" ? 0 : 100 (depends on a condition)')),),
        ),
    ],
)
def test_target_groups_are_told_by_what_they_are(tmp_path, text, shares):
    more = 'const named = new aws.lb.TargetGroup("h", { name: "tg-name" });\n'
    more += (
        'const n = 30; const g = new aws.lb.TargetGroup("g", {}); const config = new pulumi.Config(); const stack = pulumi.getStack();\n'
    )
    source = f'{HEAD}{more}new aws.lb.ListenerRule("a", {{ listenerArn: "arn:l", priority: 1, {PATH}, actions: {text} }});'
    (rule,) = rules(read(tmp_path, {"index.ts": source}))
    (action,) = rule.actions
    assert isinstance(action, Forward)
    assert tuple(replace(share, weight=_reason(share.weight)) for share in action.shares) == shares


def _reason(value):
    return Unknown(value.reason) if isinstance(value, Unknown) else value


@pytest.mark.parametrize(
    "text",
    ["aws.lb", "aws.alb", "aws.applicationloadbalancing", "aws.elasticloadbalancingv2", "lb", "alb", "whole"],
)
def test_the_names_of_the_resource(tmp_path, text):
    head = 'import * as aws from "@pulumi/aws";\nimport { lb, alb } from "@pulumi/aws";\nimport * as whole from "@pulumi/aws/lb";\n'
    assert lines(read(tmp_path, {"index.ts": f'{head}new {text}.ListenerRule("a", {{ priority: 1, {REST} }});'})) == ["a 1 path=/a"]


@pytest.mark.parametrize(
    "head",
    [
        'import { ListenerRule } from "@pulumi/aws/lb";\n',
        'import { ListenerRule } from "@pulumi/aws/lb/listenerRule";\n',
        'import { ListenerRule as Rule } from "@pulumi/aws/alb";\nconst ListenerRule = Rule;\n',
        'const { ListenerRule } = require("@pulumi/aws").lb;\n',
        'import aws = require("@pulumi/aws");\nconst ListenerRule = aws.lb.ListenerRule;\n',
    ],
)
def test_named_imports(tmp_path, head):
    assert lines(read(tmp_path, {"index.ts": f'{head}new ListenerRule("a", {{ priority: 1, {REST} }});'})) == ["a 1 path=/a"]


@pytest.mark.parametrize(
    "text",
    [
        'import * as elbv2 from "aws-cdk-lib/aws-elasticloadbalancingv2";\nnew elbv2.ApplicationListenerRule(s, "a", { priority: 1 });',
        'import { ListenerRule } from "aws-cdk-lib";\nnew ListenerRule("a", { priority: 1 });',
        'class ListenerRule {}\nnew ListenerRule("a", { priority: 1 });',
        '// new aws.lb.ListenerRule("a", { priority: 1 });\nconst s = \'new aws.lb.ListenerRule("a", {})\';',
        "function f(r: aws.lb.ListenerRule): aws.lb.ListenerRule { return r; }\nf(x);",
    ],
)
def test_what_is_no_rule_of_pulumi_makes_none(tmp_path, text):
    reading = read(tmp_path, {"index.ts": f'import * as pulumi from "@pulumi/pulumi";\n{text}'}, only="index.ts")
    assert (reading.listeners, reading.gaps) == ((), ())
