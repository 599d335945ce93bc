"""Rules of awsx and of aws-native: the same rules in other shapes."""

import pytest

from alb_lint.model import FixedResponse, Forward, Share
from pulumi_programs import lines, read, reasons, rules

HEAD = """import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as native from "@pulumi/aws-native";
const alb = new awsx.lb.ApplicationLoadBalancer("edge", {});
const web = alb.createListener("web", { port: 443 });
const group = alb.createTargetGroup("group", { port: 80 });
const forward = [{ type: "forward", targetGroupArn: group.targetGroup.arn }];
const path = (p: string) => ({ conditions: [{ pathPattern: { values: [p] } }], actions: forward });
"""

AWSX = {
    "constructed": 'new awsx.lb.ListenerRule("a", web, { priority: 1, ...path("/a") });',
    "by an older name": 'new awsx.elasticloadbalancingv2.ListenerRule("a", web, { priority: 1, ...path("/a") });',
    "in classic": 'new awsx.classic.lb.ListenerRule("a", web, { priority: 1, ...path("/a") });',
    "added": 'web.addListenerRule("a", { priority: 1, ...path("/a") });',
    "in a function": 'function add(l: any) { l.addListenerRule("a", { priority: 1, ...path("/a") }); }\nadd(web);',
    "a target group as actions": 'web.addListenerRule("a", { priority: 1, ...path("/a"), actions: group });',
    "on a listener constructed": (
        'const l = new awsx.lb.ApplicationListener("web", { port: 443 });\nl.addListenerRule("a", { priority: 1, ...path("/a") });'
    ),
    "beside a rule of aws": 'new aws.lb.ListenerRule("a", { listenerArn: web.listener.arn, priority: 1, ...path("/a") });',
    "in a loop that counts": 'let n = 1; for (const p of ["/a"]) web.addListenerRule(p.slice(1), { priority: n++, ...path(p) });',
    "where the run gives up": 'web.addListenerRule("a", { priority: 1, ...path("/a") });\nfunction* g() { yield 1; }\ng();',
}


@pytest.mark.parametrize("source", AWSX.values(), ids=AWSX)
def test_rules_of_awsx(tmp_path, source):
    reading = read(tmp_path, {"index.ts": f"{HEAD}{source}\n"})
    assert (lines(reading), reading.gaps) == (["a 1 path=/a"], ())
    assert [(one.id, one.port) for one in reading.listeners] == [("aws.lb.Listener:web", 443)]
    assert rules(reading)[0].actions == (Forward((Share("aws.lb.TargetGroup:group"),)),)


CONDITIONS = [
    ('{ field: "path-pattern", pathPatternConfig: { values: ["/a"] } }', "path=/a"),
    ('{ field: "path-pattern", values: ["/a"] }', "path=/a"),
    ('{ field: "host-header", hostHeaderConfig: { values: ["h.i"] } }', "host=h.i"),
    ('{ field: "http-header", httpHeaderConfig: { httpHeaderName: "X", values: ["y"] } }', "header:X=y"),
    ('{ field: "query-string", queryStringConfig: { values: [{ key: "k", value: "v" }] } }', "query=k:v"),
    ('{ field: "source-ip", sourceIpConfig: { values: ["10.0.0.0/8"] } }', "ip=10.0.0.0/8"),
]


@pytest.mark.parametrize(("condition", "said"), CONDITIONS)
def test_rules_of_aws_native(tmp_path, condition, said):
    actions = 'actions: [{ type: "fixed-response", fixedResponseConfig: { statusCode: "404" } }]'
    made = f'new native.elasticloadbalancingv2.ListenerRule("a", {{ listenerArn: "arn:l", priority: 1, conditions: [{condition}], {actions} }});'
    reading = read(tmp_path, {"index.ts": f"{HEAD}{made}\n"})
    assert (lines(reading), reading.gaps) == ([f"a 1 {said}"], ())
    assert rules(reading)[0].actions == (FixedResponse("404"),)


def test_target_groups_of_aws_native(tmp_path):
    source = (
        'const g = new native.elasticloadbalancingv2.TargetGroup("g", {});\n'
        'new native.elasticloadbalancingv2.ListenerRule("a", { listenerArn: "arn:l", priority: 1,\n'
        '  conditions: [{ field: "path-pattern", values: ["/a"] }],\n'
        '  actions: [{ type: "forward", forwardConfig: { targetGroups: [{ targetGroupArn: g.targetGroupArn, weight: 3 }] } }] });\n'
    )
    (one,) = rules(read(tmp_path, {"index.ts": HEAD + source}))
    assert one.actions == (Forward((Share("aws-native.elasticloadbalancingv2.TargetGroup:g.targetGroupArn", 3),)),)


def test_another_package_with_such_a_class_is_a_gap(tmp_path):
    source = 'import * as other from "@pulumi/other";\nnew other.lb.ListenerRule("a", {});\n'
    assert reasons(read(tmp_path, {"index.ts": HEAD + source})) == ["other.lb.ListenerRule has a shape of its own, which is not read"]


BALANCED = """import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
const web = new awsx.lb.ApplicationLoadBalancer("web", { listeners: [
  { port: 80, defaultActions: [{ type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode: "404" } }] },
  { port: 443, certificateArn: "arn:c" },
] });
const one = new awsx.lb.ApplicationLoadBalancer("one", { listener: { protocol: "HTTPS" } });
const some = new awsx.lb.ApplicationLoadBalancer("some", args);
const rule = (listenerArn: any) => new aws.lb.ListenerRule("a", { listenerArn, priority: 1,
  conditions: [{ pathPattern: { values: ["/a"] } }], actions: [{ type: "forward", targetGroupArn: web.defaultTargetGroup.arn }] });
"""
OF_A_BALANCER = [
    ('web.listeners.apply(l => l?.[0].arn ?? "")', "aws.lb.Listener:web-0", "HTTP", 80),
    ('web.listeners.apply(l => l?.[0]?.arn || "")', "aws.lb.Listener:web-0", "HTTP", 80),
    ("web.listeners.apply(l => l![1].arn)", "aws.lb.Listener:web-1", "HTTPS", 443),
    ("web.listeners.apply(l => l![1]).arn", "aws.lb.Listener:web-1", "HTTPS", 443),
    ("web.listeners.apply(([first, second]) => second.arn)", "aws.lb.Listener:web-1", "HTTPS", 443),
    ("pulumi.output(web.listeners).apply(l => l![1].arn)", "aws.lb.Listener:web-1", "HTTPS", 443),
    ("web.listeners[1].arn", "aws.lb.Listener:web-1", "HTTPS", 443),
    ("web.listeners.apply(l => l!.find(x => x.port === 443)!.arn)", "aws.lb.Listener:web-1", "HTTPS", 443),
    ('web.listeners.apply(l => l?.find(x => x.port == 443)?.arn ?? "")', "aws.lb.Listener:web-1", "HTTPS", 443),
    ('web.listeners.apply(l => l!.filter(x => x.protocol === "HTTPS")[0].arn)', "aws.lb.Listener:web-1", "HTTPS", 443),
    ('web.listeners.apply(l => l ? l[0].arn : "")', "aws.lb.Listener:web-0", "HTTP", 80),
    ("one.listeners.apply(l => l![0].arn)", "aws.lb.Listener:one-0", "HTTPS", 443),
    ("some.listeners[0].arn", "awsx.lb.ApplicationLoadBalancer:some.listeners[0].arn", "", 0),
    ('some.listeners.apply(l => l?.[0].arn ?? "")', "awsx.lb.ApplicationLoadBalancer:some.listeners[0].arn", "", 0),
    ('some.listeners.apply(l => l?.[0].arn || "")', "awsx.lb.ApplicationLoadBalancer:some.listeners[0].arn", "", 0),
    ('some.listeners.apply(l => l ? l[0].arn : "")', "awsx.lb.ApplicationLoadBalancer:some.listeners[0].arn", "", 0),
    ('some.listeners.apply(l => l === undefined ? "" : l[0].arn)', "awsx.lb.ApplicationLoadBalancer:some.listeners[0].arn", "", 0),
]


@pytest.mark.parametrize(("arn", "listener", "protocol", "port"), OF_A_BALANCER)
@pytest.mark.parametrize("gives_up", [False, True], ids=["run", "not run"])
def test_the_listeners_that_a_load_balancer_of_awsx_makes(tmp_path, arn, listener, protocol, port, gives_up):
    rest = "function* g() { yield 1; }\ng();\n" if gives_up else ""
    reading = read(tmp_path, {"index.ts": f"{BALANCED}rule({arn});\n{rest}"})
    assert (lines(reading), reading.gaps) == (["a 1 path=/a"], ())
    assert [(one.id, one.protocol, one.port) for one in reading.listeners] == [(listener, protocol, port)]
    assert rules(reading)[0].actions == (Forward((Share("aws.lb.TargetGroup:web"),)),)


def test_the_default_action_of_such_a_listener(tmp_path):
    made = "rule(web.listeners[0].arn);\nrule(web.listeners[1].arn);\n"
    found = {one.id: one.default.actions for one in read(tmp_path, {"index.ts": BALANCED + made}).listeners}
    assert found["aws.lb.Listener:web-0"] == (FixedResponse("404", content_type="text/plain"),)
    assert found["aws.lb.Listener:web-1"] == (Forward((Share("aws.lb.TargetGroup:web"),)),)
