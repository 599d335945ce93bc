"""Values that only a deployment tells: what the rules of a program say for every value of them, from the code to the finding."""

import pytest

from alb_lint import inputs, pipeline, selections
from alb_lint.config import Config
from pulumi_programs import HEAD, read
from shorthand import TODAY

SETUP = """const config = new pulumi.Config();
const domain = config.require("domain"), alt = config.require("alt"), base = config.requireNumber("base"), prefix = config.get("prefix");
const secret = config.requireSecret("secret");
const core = new pulumi.StackReference("acme/core/prod");
const zone = aws.route53.getZoneOutput({ name: "example.com" });
const lb = new aws.lb.LoadBalancer("lb", {});
const l = new aws.lb.Listener("https", { port: 443, protocol: "HTTPS" });
const host = (value: any) => [{ hostHeader: { values: [value] } }];
const also = (value: any) => [...host(value), { pathPattern: { values: ["/api/*"] } }];
const header = (value: any) => [{ httpHeader: { httpHeaderName: "X-Origin", values: [value] } }];
const path = (value: any) => [{ pathPattern: { values: [value] } }];
"""


def rule(name: str, number: str, conditions: str) -> str:
    priority = f"priority: {number}, " if number else ""
    actions = f'actions: [{{ type: "forward", targetGroupArn: "arn:{name}" }}]'
    return f'new aws.lb.ListenerRule("{name}", {{ listenerArn: l.arn, {priority}conditions: {conditions}, {actions} }});\n'


def said(folder, *texts: str, codes: tuple[str, ...] = ("ALB001", "ALB002", "ALB101", "ALB107")) -> list[str]:
    """`CODE rule` of each finding."""
    estate = inputs.join([read(folder, {"index.ts": HEAD + SETUP + "".join(texts)})], Config())
    found = pipeline.lint(estate, Config(), TODAY, selections.selection(codes, ())).findings
    return sorted(f"{item.info.code} {item.rule.id if item.rule else ''}" for item in found)


CONDITIONS = [
    # for every value
    ("host(`admin.${domain}`)", "also(`admin.${domain}`)", ["ALB101 b"]),
    ('host("*." + domain)', 'host("new." + domain)', ["ALB101 b"]),
    ("host(domain)", "host(domain)", ["ALB101 b"]),
    ("host(`a.${domain}`)", "host(`b.${domain}`)", []),
    ("host(`api.docs.${domain}`)", "host(`docs.${domain}`)", []),
    ("host(`*.${domain}`)", "host(domain)", []),
    ('host(`a.${config.require("domain")}`)', 'host(`a.${config.get("domain")}`)', ["ALB101 b"]),
    ("header(secret)", "header(secret)", ["ALB101 b"]),
    ("host(pulumi.interpolate`a.${core.getOutput('d')}`)", "host(pulumi.interpolate`a.${core.requireOutput('d')}`)", ["ALB101 b"]),
    ("host(pulumi.interpolate`a.${zone.name}`)", "host(pulumi.interpolate`b.${zone.name}`)", []),
    ("host(lb.dnsName)", "also(lb.dnsName)", ["ALB101 b"]),
    ("host(`${pulumi.getStack()}.example.com`)", "also(`${pulumi.getStack()}.example.com`)", ["ALB101 b"]),
    ("path(`/${process.env.STAGE}/*`)", "path(`/${process.env.STAGE}/x`)", ["ALB101 b"]),
    ("host(zone.name.apply(n => `a.${n}`))", "host(zone.name.apply(n => `b.${n}`))", []),
    ("host(domain.toLowerCase())", "also(domain.toLowerCase())", ["ALB101 b"]),
    ('[config.requireObject("c")]', '[config.requireObject("c"), ...path("/x")]', ["ALB101 b"]),
    (
        '[{ hostHeader: { values: config.requireObject("hosts") } }]',
        '[{ hostHeader: { values: config.requireObject("hosts") } }]',
        ["ALB101 b"],
    ),
    # it depends on the values
    ("host(`a.${domain}`)", "host(`a.${alt}`)", ["ALB107 b"]),
    ("host(domain)", 'host("a.example.com")', ["ALB107 b"]),
    ("host(`${prefix}.example.com`)", 'host("a.example.com")', ["ALB107 b"]),
    ('host(`a.${config.require("x")}`)', 'host(`a.${new pulumi.Config("other").require("x")}`)', ["ALB107 b"]),
    # a value that may be another each time equals nothing
    ("host(`a.${Math.random()}`)", "host(`a.${Math.random()}`)", ["ALB107 a", "ALB107 b"]),
    ("host(`a.${uuid()}`)", "host(`a.${uuid()}`)", ["ALB107 a", "ALB107 b"]),
    ("host(`a.${Date.now()}`)", "host(`a.${Date.now()}`)", ["ALB107 a", "ALB107 b"]),
    ('host(config.requireObject("h").shift())', 'host(config.requireObject("h").shift())', ["ALB107 a", "ALB107 b"]),
]


@pytest.mark.parametrize(("first", "second", "found"), CONDITIONS)
def test_conditions(tmp_path, first, second, found):
    assert said(tmp_path, rule("a", "10", first), rule("b", "20", second)) == found


NUMBERS = [
    ("base", "base", ["ALB001 a"]),
    ("base + 1", "base + 2", ["ALB101 b"]),
    ("base + 2", "base + 1", ["ALB101 a"]),
    ("base + 1 + 1", "base + 2", ["ALB001 a"]),
    ("base - 1", "base", ["ALB101 b"]),
    ("`${prefix}01`", "`${prefix}10`", ["ALB101 b"]),
    ("`${prefix}01`", "`${prefix}01`", ["ALB001 a"]),
    ("Number(`${prefix}01`)", "Number(`${prefix}10`)", ["ALB101 b"]),
    ("Number(prefix) + 1", "Number(prefix) + 2", ["ALB101 b"]),
    ("10", "", ["ALB101 b"]),
    # a text and a number: joined, not added
    ("prefix + 1", "prefix + 2", ["ALB107 a", "ALB107 b"]),
    ("base", "100", ["ALB107 a", "ALB107 b"]),
    ("Math.random()", "100", ["ALB107 a", "ALB107 b"]),
]


@pytest.mark.parametrize(("first", "second", "found"), NUMBERS)
def test_numbers(tmp_path, first, second, found):
    """Two rules that match the same requests."""
    assert said(tmp_path, rule("a", first, 'path("/x")'), rule("b", second, 'path("/x")')) == found


def test_an_output_of_a_resource_is_its_projects_own(tmp_path):
    program = HEAD + 'const lb = new aws.lb.LoadBalancer("lb", {});\n'
    made = 'conditions: [{ hostHeader: { values: [lb.dnsName] } }], actions: [{ type: "forward", targetGroupArn: "arn:t" }]'
    files = {
        f"{name}/index.ts": f'{program}new aws.lb.ListenerRule("{name}", {{ listenerArn: "arn:l", priority: {number}, {made} }});\n'
        for name, number in (("a", 1), ("b", 2))
    }
    files |= {f"{name}/Pulumi.yaml": f"name: {name}\nruntime: nodejs\n" for name in "ab"}
    estate = inputs.join([read(tmp_path, files)], Config())
    keys = [value.pieces[0].key for one in estate.listeners[0].rules for condition in one.conditions for value in condition.values]
    assert keys == ["a:aws.lb.LoadBalancer:lb.dnsName", "b:aws.lb.LoadBalancer:lb.dnsName"]
