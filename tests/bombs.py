"""Input of up to 10 MB that asks for far more work than its size. `python tests/bombs.py [--check] [NAME…]` prints what each command takes.

`--check`: only the first command of each; NAME: only those that begin so.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any

from running import environment

MOST = 10 * 1024 * 1024
"""Bytes of one file; none of these inputs has a larger one."""

SECONDS, LAST = 10, 120
"""Processor seconds that a run may take on an idle machine, and after which it is ended."""

LISTENER = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/a/1/2"
ANSWER = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]

SPECIFIC = """[[range]]
name = "all"
priorities = "1-50000"
match = { paths = ["*"] }
order = "specific-first"
"""

RANGES = """[[range]]
name = "r"
priorities = "40000-49999"
match = { paths = ["/zz*"] }

[[range]]
name = "s"
priorities = "100-199"
match = { paths = ["/p1*", "/a*"] }
"""

CHECK = (("check", ".", "--fail-on", "never"),)
READS: tuple[tuple[str, ...], ...] = (
    *CHECK,
    ("check", ".", "--full", "-f", "json"),
    ("show", "."),
    ("trace", ".", "--url", "/p1/x?k=v"),
    ("graph", "."),
    ("graph", ".", "-f", "json"),
    ("ranges", ".", "--config", "c.toml"),
    ("plan", ".", "--config", "c.toml"),
    ("diff", ".", "../small"),
    ("init", ".", "-o", "-"),
    ("ways", ".", "--target-group", "*"),
    ("allocate", ".", "--config", "c.toml", "--range", "r", "--path", "/zz"),
)
"""All commands that read rules."""

WISHES: tuple[tuple[str, ...], ...] = (
    *(("plan", ".", "--config", "c.toml", flag) for flag in ("--compact", "--fix-shadowed", "--split", "--merge-twins", "--spread")),
    ("plan", ".", "--config", "specific.toml"),
    *(("plan", ".", "--config", "c.toml", "-f", name) for name in ("json", "markdown", "html", "aws-cli", "patch")),
)
"""All that a plan can be asked for."""

REPORTS: tuple[tuple[str, ...], ...] = (
    *(
        ("check", ".", "--fail-on", "never", "-f", name)
        for name in (
            *("full", "statistics", "concise", "jsonl", "csv", "markdown", "html"),
            *("sarif", "github-sarif", "github", "gitlab", "junit"),
        )
    ),
    ("check", ".", "--fail-on", "never", "--show", "info"),
    ("check", ".", "--fail-on", "never", "--write-baseline", "../baseline.json"),
    ("check", ".", "--suggest"),
    ("check", ".", "--diff"),
    ("check", ".", "--fix", "--config", "c.toml"),
)
"""All that findings are put into."""

Files = dict[str, str]
Make = Callable[[], Files]


@dataclass(frozen=True)
class Bomb:
    """Files, and the commands that are run beside them. `before`: files of the commit that is HEAD, where the folder is a git repository."""

    files: Make
    commands: tuple[tuple[str, ...], ...] = CHECK
    before: Make | None = None


BOMBS: dict[str, Bomb] = {}


def bomb(*commands: tuple[str, ...]) -> Callable[[Make], Make]:
    def keep(make: Make) -> Make:
        BOMBS[make.__name__] = Bomb(make, commands or CHECK)
        return make

    return keep


def rule(number: int, *conditions: dict[str, Any], actions: list[Any] | None = None, listener: str = "a/1/2") -> dict[str, Any]:
    base = f"arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/{listener}"
    code = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": str(400 + number % 7)}}
    return {
        "RuleArn": f"{base}/{number}",
        "Priority": str(number),
        "Conditions": list(conditions),
        "Actions": [code] if actions is None else actions,
        "IsDefault": False,
    }


def redirect(other: bool) -> list[Any]:
    return [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404" if other else "403"}}]


def export(rules: Iterable[Any], **more: Any) -> Files:
    return {"rules.json": json.dumps({"Rules": list(rules)} | more, separators=(",", ":"))}


def paths(*values: str) -> dict[str, Any]:
    return {"Field": "path-pattern", "Values": list(values)}


def regexes(*values: str) -> dict[str, Any]:
    return {"Field": "path-pattern", "PathPatternConfig": {"RegexValues": list(values)}}


def header(name: str, *values: str) -> dict[str, Any]:
    return {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": name, "Values": list(values)}}


def query(*values: tuple[str, str]) -> dict[str, Any]:
    return {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": key, "Value": value} for key, value in values]}}


def addresses(*values: str) -> dict[str, Any]:
    return {"Field": "source-ip", "SourceIpConfig": {"Values": list(values)}}


# -- exports: what a rule holds ------------------------------------------------------------------------------------------------


@bomb()
def json_nested_lists() -> Files:
    return {"rules.json": '{"Rules":' + "[" * 5_000_000}


@bomb()
def json_nested_objects() -> Files:
    return {"rules.json": '{"Rules":' * 1_000_000}


@bomb(*READS)
def one_huge_value() -> Files:
    return export([rule(1, paths("/" + "a" * 9_000_000)), rule(2, paths("/a*"))])


@bomb(*READS)
def huge_values() -> Files:
    return export(rule(n, paths("/" + chr(97 + n) * 400_000 + "*")) for n in range(1, 20))


@bomb(*READS)
def stars_in_one_value() -> Files:
    return export([rule(1, paths("/" + "*a" * 2_000_000)), rule(2, paths("/" + "a*" * 1_000_000))])


@bomb(*READS)
def question_marks_in_one_value() -> Files:
    return export([rule(1, paths("/" + "?" * 5_000_000)), rule(2, paths("/" + "?*" * 1_000_000))])


@bomb(*READS)
def values_in_one_rule() -> Files:
    return export([rule(1, paths(*(f"/p{n}" for n in range(850_000)))), rule(2, paths("/p*"))])


@bomb(*READS)
def conditions_in_one_rule() -> Files:
    return export([rule(1, *(header(f"h{n}", "a") for n in range(80_000))), rule(2, paths("/p*"))])


@bomb(*READS)
def values_in_many_rules() -> Files:
    return export(rule(n, paths(*(f"/p{n}/{v}*" for v in range(100)))) for n in range(1, 6_001))


@bomb(*READS)
def conditions_in_many_rules() -> Files:
    return export(rule(n, *(header(f"h{h}", f"*{h}{n}*") for h in range(20))) for n in range(1, 3_001))


@bomb(*READS)
def five_headers_in_each_rule() -> Files:
    return export(rule(n, *(header(f"h{h}", f"*{n % (h + 2)}*") for h in range(5))) for n in range(1, 2_001))


@bomb(*READS)
def headers_of_many_names() -> Files:
    return export(rule(n, header(f"h{n}", "a*"), header(f"g{n}", "*b")) for n in range(1, 1_001))


@bomb(*READS)
def query_parameters() -> Files:
    return export(rule(n, query(*((f"k{n % 7}*", f"*v{v}?") for v in range(5)))) for n in range(1, 2_001))


@bomb(*READS)
def repeated_query_parameters() -> Files:
    return export(rule(n, *(query((f"k{h}", f"*{n % (h + 2)}*"), ("", f"?{n}")) for h in range(2))) for n in range(1, 1_001))


@bomb(*READS)
def networks() -> Files:
    return export(rule(n, addresses(*(f"10.{n >> 8}.{n & 255}.0/{16 + (n + v) % 16}" for v in range(5)))) for n in range(1, 10_001))


@bomb(*READS)
def nested_networks() -> Files:
    return export(rule(n, addresses(f"10.0.0.0/{n % 33}", f"2001:db8::/{n % 129}"), paths(f"/{n % 50}*")) for n in range(1, 5_001))


@bomb(*READS)
def target_groups_in_one_rule() -> Files:
    groups = [{"TargetGroupArn": f"arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/t{n}/1", "Weight": 1} for n in range(100_000)]
    return export([rule(1, paths("/a*"), actions=[{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}])])


@bomb(*READS)
def actions_in_one_rule() -> Files:
    return export([rule(1, paths("/a*"), actions=ANSWER * 80_000)])


@bomb(*READS)
def transforms() -> Files:
    rewrite = {"Type": "url-rewrite", "UrlRewriteConfig": {"Rewrites": [{"Regex": "(a+)+$" * 50, "Replace": "$1" * 50}]}}
    return export(rule(n, paths(f"/{n}*")) | {"Transforms": [rewrite] * 5} for n in range(1, 2_001))


@bomb(*READS)
def redirects() -> Files:
    def to(n: int) -> list[Any]:
        told = {"Protocol": "HTTPS", "Host": "#{host}", "Port": "443", "Path": f"/p{n}/#{{path}}" * 3, "Query": "#{query}"}
        return [{"Type": "redirect", "RedirectConfig": told | {"StatusCode": "HTTP_301"}}]

    return export(rule(n, paths(f"/p{n}/*"), actions=to(n % 500 + 1)) for n in range(1, 3_001))


# -- exports: how many rules ---------------------------------------------------------------------------------------------------


@bomb(*READS)
def rules_on_one_listener() -> Files:
    return export(rule(n, paths(f"/p{n}/*")) for n in range(1, 33_001))


@bomb(*READS)
def rules_that_all_overlap() -> Files:
    return export(rule(n, paths(f"*{n}*")) for n in range(1, 33_001))


@bomb(*READS)
def rules_that_are_alike() -> Files:
    return export(rule(n, paths("/p*")) for n in range(1, 33_001))


@bomb(*READS)
def rules_with_one_number() -> Files:
    return export(rule(n, paths(f"/p{n}*")) | {"Priority": "7"} for n in range(1, 33_001))


TEN = range(1, 10_001)
"""As many rules as are looked at on one listener."""


@bomb(*READS)
def ten_thousand_rules() -> Files:
    return export(rule(n, paths(f"/q{n}/*")) for n in TEN)


@bomb(*READS)
def ten_thousand_that_all_overlap() -> Files:
    return export(rule(n, paths(f"*{n}*")) for n in TEN)


@bomb(*READS)
def ten_thousand_in_two_halves() -> Files:
    """Each of the first half has to stay before each of the second, and no pair follows from another."""
    return export(rule(n, paths(f"*{n}*"), actions=redirect(n > 5_000)) for n in TEN)


@bomb(*READS)
def ten_thousand_that_move() -> Files:
    return export(rule(n, paths(f"/zz{n % 100}*", f"/zz*{n}")) for n in TEN)


@bomb(*READS)
def ten_thousand_that_swap() -> Files:
    """Half of them move into the numbers of a range, where the others stand."""
    return export(rule(40_000 + n if n % 2 else n, paths(f"/q{n}" if n % 2 else f"/zz{n}")) for n in TEN[:9_000])


@bomb(*READS)
def ten_thousand_of_one_number() -> Files:
    return export(rule(n, paths(f"/p{n}*")) | {"Priority": "7"} for n in TEN)


@bomb(*READS)
def ten_thousand_that_are_alike() -> Files:
    return export(rule(n, paths("/p*")) for n in TEN)


@bomb(*READS)
def listeners() -> Files:
    return export(rule(n % 100 + 1, paths(f"/p{n % 100}/*"), listener=f"a{n // 100}/1/2") for n in range(33_000))


@bomb(*READS)
def listeners_of_one_rule() -> Files:
    return export(rule(1, paths("/p*"), listener=f"a{n}/1/2") for n in range(33_000))


@bomb(*READS)
def listeners_without_rules() -> Files:
    return export(
        [rule(1, paths("/p*"))],
        Listeners=[{"ListenerArn": f"{LISTENER}{n}", "LoadBalancerArn": "lb", "DefaultActions": ANSWER} for n in range(40_000)],
    )


@bomb(*READS)
def no_rules_but_objects() -> Files:
    return {"rules.json": '{"Rules":[' + "{}," * 3_000_000 + "{}]}"}


@bomb(*READS)
def tags() -> Files:
    one = rule(1, paths("/p*"))
    told = [{"Key": f"k{n}", "Value": "v" * 20} for n in range(150_000)]
    return export([one], Tags=[{"ResourceArn": one["RuleArn"], "Tags": told}])


@bomb(*READS)
def gaps_in_a_snapshot() -> Files:
    gaps = [{"location": {"address": f"a{n}"}, "reason": f"reason {n}"} for n in range(100_000)]
    return export([rule(1, paths("/p*"))], alb_lint={"version": 1, "account": "1", "region": "r", "gaps": gaps})


@bomb(*READS)
def digits() -> Files:
    return {"rules.json": json.dumps({"Rules": [rule(1, paths("/p*"))]}).replace('"1"', "9" * 9_000_000)}


# -- exports: many listeners, each with much to do ---------------------------------------------------------------------------


@bomb(*READS)
def listeners_that_all_overlap() -> Files:
    return export(rule(n, paths(f"*{n}*{a}*"), listener=f"a{a}/1/2") for a in range(30) for n in range(1, 1_001))


@bomb(*READS)
def listeners_in_two_halves() -> Files:
    """As `ten_thousand_in_two_halves`; the pairs of each are no more than are numbered."""
    return export(rule(n, paths(f"*{n}*"), actions=redirect(n > 150), listener=f"a{a}/1/2") for a in range(100) for n in range(1, 301))


@bomb(*READS)
def large_listeners_in_two_halves() -> Files:
    return export(rule(n, paths(f"*{n}*"), actions=redirect(n > 450), listener=f"a{a}/1/2") for a in range(30) for n in range(1, 901))


@bomb(
    ("diff", "rules.json", "later.json"),
    ("diff", "rules.json", "later.json", "-f", "json"),
    ("diff", "later.json", "rules.json", "-f", "markdown"),
)
def listeners_turned_around() -> Files:
    def told(turned: bool) -> str:
        numbers = [(a, n, 501 - n if turned else n) for a in range(60) for n in range(1, 501)]
        return export(
            rule(at, paths(f"/q{n}/*" if n % 2 else f"/p1{n}/*", "/x*"), listener=f"a{a}/1/2") | {"RuleArn": f"{rule(1)['RuleArn']}{a}x{n}"}
            for a, n, at in numbers
        )["rules.json"]

    return {"rules.json": told(False), "later.json": told(True)}


@bomb(*READS)
def listeners_of_globs() -> Files:
    return export(rule(n, paths("/" + "?" * (n % 60) + f"*{a}"), listener=f"a{a}/1/2") for a in range(30) for n in range(1, 801))


@bomb(*READS)
def listeners_of_headers() -> Files:
    return export(
        rule(n, *(header(f"h{h}", f"*{n % (h + 2)}{a}*") for h in range(5)), listener=f"a{a}/1/2") for a in range(30) for n in range(1, 201)
    )


@bomb(*READS)
def listeners_of_regexes() -> Files:
    return export(rule(n, regexes(f"(a|b)*a(a|b){{{n % 60}}}c{a}"), listener=f"a{a}/1/2") for a in range(30) for n in range(1, 701))


@bomb(*READS)
def listeners_of_nasty_regexes() -> Files:
    """A hundred rules each, as AWS allows them, of classes and counts that overlap in most of what they take."""

    def told(n: int) -> list[str]:
        low = "abcdef"[n % 6]
        return [
            f"^/[{low}-z]{{2,{3 + n % 9}}}/[0-9]{{1,{1 + n % 8}}}/x{n % 5}",
            f"/(api|v[0-9]{{1,3}})/[a-z0-9_-]{{{1 + n % 4},{8 + n % 7}}}/{'abcd'[n // 3 % 4]}[^/]+$",
            f"^/[a-z]+/{n % 10}[0-9]{{2,6}}/(list|show|{low}+)$",
        ]

    return export(rule(n, regexes(*told(n + a)), listener=f"a{a}/1/2") for a in range(240) for n in range(1, 101))


@bomb(*READS)
def listeners_of_five_regexes() -> Files:
    return export(
        rule(n, regexes(*(f"^/(x|y)*{v}{n}[a-{chr(98 + (n + a) % 25)}]{{{v},{v + n % 9}}}.*$" for v in range(5))), listener=f"a{a}/1/2")
        for a in range(30)
        for n in range(1, 251)
    )


@bomb(*READS)
def listeners_of_stars() -> Files:
    return export(
        rule(n, paths(*("/" + "*a*b" * (n % 30) + f"{v}{n}{a}*" for v in range(5))), listener=f"a{a}/1/2")
        for a in range(20)
        for n in range(1, 501)
    )


@bomb(*READS)
def listeners_of_regexes_and_globs() -> Files:
    return export(
        rule(n, regexes(f"^/[0-9a-z/]*{n}{a}$") if n % 2 else paths(f"/*{n}?{a}*"), listener=f"a{a}/1/2")
        for a in range(30)
        for n in range(1, 801)
    )


# -- code of many services ------------------------------------------------------------------------------------------------------

RULE_OF_TERRAFORM = """resource "aws_lb_listener_rule" "r%(n)d" {
  listener_arn = aws_lb_listener.l.arn
  priority     = %(number)d
  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.g.arn
  }
  condition {
    host_header {
      values = ["svc%(host)d.${var.domain}"]
    }
  }
  condition {
    path_pattern {
      values = ["%(stage)s/s%(n)d/*"]
    }
  }
}
"""
RULE_OF_PULUMI = """new aws.lb.ListenerRule("r%(n)d", {
  listenerArn: listener.arn,
  priority: %(number)d,
  conditions: [
    { hostHeader: { values: [`svc%(host)d.${domain}`] } },
    { pathPattern: { values: [`%(stage)s/s%(n)d/*`] } },
  ],
  actions: [{ type: "forward", targetGroupArn: group.arn }],
});
"""
RULE_OF_A_TEMPLATE = """  R%(n)d:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Listener
      Priority: %(number)d
      Conditions:
        - Field: host-header
          HostHeaderConfig:
            Values: [!Sub "svc%(host)d.${Domain}"]
        - Field: path-pattern
          PathPatternConfig:
            Values: [!Sub "%(stage)s/s%(n)d/*"]
      Actions:
        - Type: forward
          TargetGroupArn: !Ref Group
"""


def services(name: str, head: str, one: str, stage: str) -> Files:
    """Files with a listener of a hundred rules each, on hosts and paths that hold values of a deployment."""
    files: Files = {}
    size = 0
    for service in range(1_000):
        rules = [one % {"n": n, "number": n + 1, "host": (n * 7 + service) % 50, "stage": stage if n % 2 else ""} for n in range(100)]
        text = head % {"service": service} + "".join(rules)
        size += len(text)
        if size > MOST:
            break
        files[name % service] = text
    return files


@bomb(*CHECK, ("plan", "."), ("graph", ".", "-f", "json"))
def services_in_terraform() -> Files:
    head = """variable "domain" {}
variable "stage" {}
resource "aws_lb_target_group" "g" {
  port = 80
}
resource "aws_lb_listener" "l" {
  load_balancer_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/lb%(service)d/50dc6c495c0c9188"
  port              = 443
}
"""
    return services("svc%d/main.tf", head, RULE_OF_TERRAFORM, "/${var.stage}")


@bomb(*CHECK, ("plan", "."), ("graph", ".", "-f", "json"))
def services_in_templates() -> Files:
    head = """AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Domain: {Type: String}
  Stage: {Type: String}
Resources:
  Group:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/lb%(service)d/50dc6c495c0c9188
      Port: 443
"""
    return services("svc%d.yaml", head, RULE_OF_A_TEMPLATE, "/${Stage}")


@bomb(*CHECK, ("plan", "."), ("graph", ".", "-f", "json"))
def services_in_pulumi() -> Files:
    head = """import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
const config = new pulumi.Config();
const domain = config.require("domain");
const stage = config.require("stage");
const group = new aws.lb.TargetGroup("g", { port: 80 });
const listener = new aws.lb.Listener("l", { loadBalancerArn: "lb%(service)d", port: 443, defaultActions: [] });
"""
    files = services("svc%d/index.ts", head, RULE_OF_PULUMI, "/${stage}")
    return files | {name.replace("index.ts", "Pulumi.yaml"): f"name: {name[:-9]}\nruntime: nodejs\n" for name in files}


# -- exports: patterns ---------------------------------------------------------------------------------------------------------


@bomb(*READS)
def regexes_of_counted_runs() -> Files:
    return export(rule(n, regexes(f"(a|b)*a(a|b){{{n % 60}}}")) for n in range(1, 1_001))


@bomb(*READS)
def regexes_five_in_each_rule() -> Files:
    return export(
        rule(n, regexes(*(f"^/(x|y)*{v}{n}[a-{chr(98 + n % 25)}]{{{v},{v + n % 9}}}.*$" for v in range(5)))) for n in range(1, 3_001)
    )


@bomb(*READS)
def regexes_of_stars() -> Files:
    return export(rule(n, regexes(".*" * (n % 60) + f"{n}.*", "(.*a){20}")) for n in range(1, 2_001))


@bomb(*READS)
def regexes_nested_stars() -> Files:
    return export(rule(n, regexes("(((((((((a*)*)*)*)*)*)*)*)*)*" + f"{n}", "^(([a-z])+.)+[A-Z]([a-z])+$")) for n in range(1, 2_001))


@bomb(*READS)
def regexes_too_long() -> Files:
    return export([rule(1, regexes("(a|b)*" * 500_000)), rule(2, regexes("(" * 1_000_000)), rule(3, regexes("a{1,99999}" * 1_000))])


@bomb(*READS)
def regexes_on_hosts_and_headers() -> Files:
    def told(n: int) -> list[dict[str, Any]]:
        host = {"Field": "host-header", "HostHeaderConfig": {"RegexValues": [f"^(a|b)*a(a|b){{{n % 30}}}\\.x$"]}}
        named = {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": f"h{n % 3}", "RegexValues": [f"(c|d)*c(c|d){{{n % 30}}}"]}}
        return [host, named, regexes(f"(e|f)*e(e|f){{{n % 30}}}")]

    return export(rule(n, *told(n)) for n in range(1, 1_001))


@bomb(*READS)
def regexes_with_one_glob_each() -> Files:
    return export(rule(n, regexes(f"^/[0-9a-z/]*{n}$") if n % 2 else paths(f"/*{n}?*")) for n in range(1, 3_001))


@bomb(*READS)
def globs_of_question_marks() -> Files:
    return export(rule(n, paths("/" + "?" * (n % 120) + "*")) for n in range(1, 3_001))


@bomb(*READS)
def globs_of_both() -> Files:
    return export(rule(n, paths(*("/" + "?*a" * (v + n % 30) + str(n) for v in range(5)))) for n in range(1, 3_001))


@bomb(*READS)
def globs_of_stars() -> Files:
    return export(rule(n, paths(*("/" + "*a*b" * (n % 30) + f"{v}{n}*" for v in range(5)))) for n in range(1, 3_001))


@bomb(*READS)
def globs_on_hosts() -> Files:
    return export(
        rule(n, {"Field": "host-header", "Values": [f"*{n % 97}?.*.example.com", f"?{n}*"]}, paths(f"*{n % 89}?*")) for n in range(1, 3_001)
    )


# -- config, and what stands beside --------------------------------------------------------------------------------------------

SMALL = export(rule(n, paths(f"/p{n}/*")) for n in range(1, 21))
HUNDRED = export(rule(n, paths(f"/p{n}*", f"*x{n}")) for n in range(1, 101))
CONFIGURED: tuple[tuple[str, ...], ...] = (
    ("check", "rules.json", "--config", "n.toml", "--fail-on", "never"),
    ("ranges", "rules.json", "--config", "n.toml"),
    ("plan", "rules.json", "--config", "n.toml"),
    ("config", "--config", "n.toml"),
)


def config(*lines: str) -> Files:
    """As many of the lines, one after the other, as a config may have."""
    kept, size = [], 0
    for line in lines:
        size += len(line)
        if size > 1_000_000:
            break
        kept.append(line)
    return HUNDRED | {"n.toml": "".join(kept)}


@bomb(*CONFIGURED)
def config_of_ranges() -> Files:
    return config(
        *(f'[[range]]\nname="r{n}"\npriorities="{n + 1}"\nmatch={{paths=["/p{n}*"]}}\n' for n in range(10_000)),
    )


@bomb(*CONFIGURED)
def config_of_crossing_ranges() -> Files:
    return config(*(f'[[range]]\nname="r{n}"\npriorities="{n + 1}-{n + 400}"\nmatch={{paths=["*{n}*"]}}\n' for n in range(10_000)))


@bomb(*CONFIGURED)
def config_of_one_range_in_pieces() -> Files:
    return config('[[range]]\nname="r"\nmatch={paths=["/p*"]}\npriorities=[', *(f'"{n}",' for n in range(1, 50_000, 2)), "]\n")


@bomb(*CONFIGURED)
def config_of_paths_in_one_range() -> Files:
    return config('[[range]]\nname="r"\npriorities="1-900"\nmatch={paths=[', *(f'"*{n}?*",' for n in range(80_000)), "]}\n")


@bomb(*CONFIGURED)
def config_of_globs_over_names() -> Files:
    return config('[[range]]\nname="r"\npriorities="1-900"\nrules=[', *(f'"{"*a" * 40}{n}",' for n in range(80_000)), "]\n")


@bomb(*CONFIGURED)
def config_of_retired() -> Files:
    return config(*(f'[[retired]]\npriorities="{n + 1}"\nreason="x"\n' for n in range(40_000)))


@bomb(*CONFIGURED)
def config_of_orders() -> Files:
    return config(*(f'[[before]]\nfirst="*{n}*"\nthen="*{n + 1}*"\n' for n in range(40_000)))


@bomb(*CONFIGURED)
def config_of_allowed() -> Files:
    return config(*(f'[[allow]]\ncode="ALB101"\nrule="{"*a" * 20}{n}"\nreason="x"\n' for n in range(40_000)))


@bomb(*CONFIGURED)
def config_of_listeners() -> Files:
    return config(*(f'[[listener]]\nname="l{n}"\nids=["{"*a" * 20}{n}*"]\n' for n in range(40_000)))


@bomb(*CONFIGURED)
def config_of_weights() -> Files:
    return config(*(f'[[weights]]\nenvironment="e"\nlistener="*{n}"\ngroups={{"{"*a" * 10}{n}"=50}}\n' for n in range(40_000)))


@bomb(*CONFIGURED)
def config_of_requirements() -> Files:
    return config(*(f'[[require]]\nname="r{n}"\nwhen={{path="*{n}?*"}}\nthen={{status=403}}\n' for n in range(40_000)))


@bomb(("check", ".", "--config", "n.toml", "--fail-on", "never"))
def config_of_excluded() -> Files:
    return config("exclude=[", *(f'"{"**/*a" * 20}{n}",' for n in range(80_000)), "]\n")


@bomb(*CONFIGURED)
def config_of_codes() -> Files:
    return config("ignore=[", *('"ALB101",' for _ in range(200_000)), "]\n")


@bomb(*CONFIGURED)
def config_of_dotted_keys() -> Files:
    return config(*("a." * 400_000, "b=1\n"))


@bomb(*CONFIGURED)
def config_of_nested_lists() -> Files:
    return config("x=", "[" * 900_000)


@bomb(*CONFIGURED)
def config_of_modules() -> Files:
    return config(*(f'[[terraform.module]]\nsource="{"*a" * 20}{n}"\nlistener="l"\npriority="p"\npaths="q"\n' for n in range(40_000)))


@bomb()
def ignored_patterns() -> Files:
    return SMALL | {".gitignore": "".join(f"{'*a' * 20}{n}\n" for n in range(150_000)), ".git/HEAD": "", "a" * 240 + ".json": "{}"}


@bomb()
def ignored_patterns_of_folders() -> Files:
    return SMALL | {
        ".gitignore": "".join(f"{'**/a*/' * 10}{n}\n" for n in range(80_000)),
        ".git/HEAD": "",
        "/".join("a" * 40) + "/b.json": "{}",
    }


@bomb()
def folders() -> Files:
    return SMALL | {f"{n % 100}/{n}/x.txt": "" for n in range(20_000)}


@bomb()
def small_files() -> Files:
    return {f"f{n}.json": json.dumps({"Rules": [rule(n, paths(f"/{n}"))]}) for n in range(1, 5_001)}


@bomb(("check", "rules.json", "--baseline", "b.json", "--fail-on", "never"))
def baseline() -> Files:
    prints = [{"fingerprint": f"{n:064x}", "code": "ALB101"} for n in range(90_000)]
    return HUNDRED | {"b.json": json.dumps({"schema": "alb-lint.baseline.v1", "findings": prints})}


@bomb(("trace", "rules.json", "--requests", "r.jsonl", "-f", "json"), ("trace", "rules.json", "--requests", "r.jsonl"))
def requests() -> Files:
    return HUNDRED | {"r.jsonl": "".join(json.dumps({"path": f"/p{n}/x", "host": "a"}) + "\n" for n in range(250_000))}


@bomb(("trace", "rules.json", "--requests", "r.jsonl", "-f", "json"))
def request_of_long_texts() -> Files:
    told = {"path": "/" + "a" * 3_000_000, "headers": [["X", "b" * 3_000_000]], "query": [["k", "c"]] * 100_000}
    rules = [rule(n, paths("*a" * 10 + str(n)), header("x", "*b" * 10 + str(n))) for n in range(1, 101)]
    return export([*rules, rule(200, regexes("(a|aa)+b"))]) | {"r.jsonl": json.dumps(told)}


@bomb(("allocate", "rules.json", "--rule", "new.json"), ("allocate", "rules.json", "--rule", "many.json"))
def rule_file() -> Files:
    return HUNDRED | {
        "new.json": json.dumps({"Conditions": [paths(*(f"/n{n}" for n in range(500_000)))]}),
        "many.json": json.dumps({"Conditions": [header(f"h{n}", "a*", "*b") for n in range(50_000)]}),
    }


@bomb(
    ("allocate", "rules.json", "--rule", "many.json"),
    ("allocate", "rules.json", "--rule", "many.json", "-f", "json"),
    ("allocate", "rules.json", "--rule", "hundred.json"),
)
def rules_to_place() -> Files:
    new = [{"Conditions": [paths(f"*n{n}*")]} for n in range(60_000)]
    rules = export(rule(4 * n, paths(f"*{n}*")) for n in range(1, 5_001))
    return rules | {"many.json": json.dumps(new), "hundred.json": json.dumps(new[:100])}


@bomb(("trace", ".", "--requests", "r.jsonl", "--config", "c.toml"), ("trace", ".", "--url", "/p1", "--why"))
def requests_to_many_rules() -> Files:
    """Each is held to all rules."""
    told = "".join(json.dumps({"path": f"/b{n}", "host": "a", "headers": [["h", "v"]]}) + "\n" for n in range(100_000))
    return export(rule(n, paths(f"*a{n}*"), header("h", f"*{n}*")) for n in range(1, 5_001)) | {"r.jsonl": told}


@bomb(*(("verify", name, "rules.json") for name in ("deep.json", "moves.json", "pairs.json", "strings.json")))
def plan_files() -> Files:
    listener = {
        "id": LISTENER, "moves": [], "merges": [], "intended_changes": [], "kept": 0, "moved": 0, "minimum_proved": True,
        "proof": {"pairs_overlapping": 0, "order_sensitive": 0, "order_kept": 0, "certificate": []},
        "steps": [], "one_at_a_time": [], "rollback": [],
    }  # fmt: skip
    whole = {"schema": "alb-lint.plan.v1", "equivalent": True, "base_digest": "sha256:0", "listeners": [listener], "refused": []}
    arn = rule(1)["RuleArn"][:-1]
    moves = [{"rule": f"{arn}{n}", "from": n, "to": n + 1, "range": "r", "because": "x"} for n in range(1, 60_000)]
    pairs = [{"before": f"{arn}{n % 100}", "after": f"{arn}{n % 99}", "witness": {"path": "/p*"}} for n in range(40_000)]
    return HUNDRED | {
        "deep.json": '{"schema":"alb-lint.plan.v1","listeners":' + "[" * 4_000_000,
        "moves.json": json.dumps(whole | {"listeners": [listener | {"moves": moves}]}),
        "pairs.json": json.dumps(whole | {"listeners": [listener | {"proof": listener["proof"] | {"certificate": pairs}}]}),
        "strings.json": json.dumps(whole | {"base_digest": "x" * 9_000_000}),
    }


# -- Terraform -----------------------------------------------------------------------------------------------------------------


def hcl(extra: str, *, priority: str = "10", path: str = '["/a*"]', more: str = "") -> Files:
    """A rule, and what stands around it."""
    return {"main.tf": f"""{extra}
resource "aws_lb_listener_rule" "a" {{
{more}
  listener_arn = "{LISTENER}"
  priority     = {priority}
  action {{
    type = "fixed-response"
    fixed_response {{
      content_type = "text/plain"
      status_code  = "404"
    }}
  }}
  condition {{
    path_pattern {{
      values = {path}
    }}
  }}
}}
"""}  # fmt: skip


@bomb(*READS)
def hcl_locals_in_a_chain() -> Files:
    told = "".join(f"  l{n} = local.l{n + 1}\n" for n in range(100_000))
    return hcl(f"locals {{\n{told}  l100000 = 7\n}}", priority="local.l0")


@bomb(*READS)
def hcl_locals_that_double() -> Files:
    told = "".join(f"  l{n} = concat(local.l{n + 1}, local.l{n + 1})\n" for n in range(60))
    return hcl(f'locals {{\n{told}  l60 = ["/a"]\n}}', path="local.l0")


@bomb(*READS)
def hcl_texts_that_double() -> Files:
    told = "".join(f'  l{n} = "${{local.l{n + 1}}}${{local.l{n + 1}}}"\n' for n in range(60))
    return hcl(f'locals {{\n{told}  l60 = "/a"\n}}', path="[local.l0]")


@bomb(*READS)
def hcl_unknown_texts_that_double() -> Files:
    told = "".join(f'  l{n} = "${{local.l{n + 1}}}x${{local.l{n + 1}}}"\n' for n in range(60))
    return hcl(f'variable "v" {{}}\nlocals {{\n{told}  l60 = var.v\n}}', path="[local.l0]")


@bomb(*READS)
def hcl_conditionals_that_double() -> Files:
    told = "".join(f'  l{n} = var.v{n} ? "${{local.l{n + 1}}}a" : "${{local.l{n + 1}}}b"\n' for n in range(60))
    names = "".join(f'variable "v{n}" {{}}\n' for n in range(60))
    return hcl(f'{names}locals {{\n{told}  l60 = "/a"\n}}', path="[local.l0]")


@bomb(*READS)
def hcl_locals_all_of_all() -> Files:
    told = "".join(f"  l{n} = [{', '.join(f'local.l{(n + k * 97) % 20_000}' for k in range(1, 20))}]\n" for n in range(20_000))
    return hcl(f"locals {{\n{told}}}", path="local.l0")


@bomb(*READS)
def hcl_for_each_over_products() -> Files:
    ten = json.dumps([str(n) for n in range(100)])
    told = f'locals {{\n  t = {ten}\n  p = {{ for x in setproduct(local.t, local.t, local.t, local.t) : join("-", x) => x }}\n}}'
    return hcl(told, more="  for_each = local.p", path='["/${each.key}"]')


@bomb(*READS)
def hcl_fors_in_fors() -> Files:
    inner = "x0"
    for depth in range(12):
        inner = f"[for x{depth} in range(1000) : {inner}]"
    return hcl(f"locals {{\n  l = {inner}\n}}", path="local.l")


@bomb(*READS)
def hcl_count() -> Files:
    return hcl("", more="  count = 1000000000", priority="count.index + 1")


def many(*, before: Callable[[int], str] = lambda _: "", more: Callable[[int], str] = lambda _: "") -> Files:
    """9,000 rules; what stands before each, and what else is in it."""
    head, rest = hcl("")["main.tf"].split('"a" {\n', 1)
    return {"main.tf": "".join(f'{before(n)}{head}"a{n}" {{\n{more(n)}{rest}' for n in range(9_000))}


@bomb(*READS)
def hcl_resources() -> Files:
    return many()


@bomb(*READS)
def hcl_moves() -> Files:
    return many(before=lambda n: f"moved {{\n  from = aws_lb_listener_rule.b{n}\n  to = aws_lb_listener_rule.a{n}\n}}\n")


@bomb(*READS)
def hcl_replacements() -> Files:
    return many(more=lambda n: f"  lifecycle {{\n    replace_triggered_by = [aws_lb_listener_rule.a{(n + 1) % 9_000}]\n  }}\n")


@bomb(*READS)
def hcl_rules_that_may_exist() -> Files:
    return many(before=lambda n: f'variable "c{n}" {{}}\n', more=lambda n: f"  count = var.c{n} ? 1 : 0\n")


@bomb(*READS)
def hcl_suppressions_of_many_rules() -> Files:
    return many(before=lambda _: "# alb-lint: ignore[ALB101] reason")


@bomb(*READS)
def hcl_rules_for_each() -> Files:
    keys = ", ".join(f'"k{n}"' for n in range(20_000))
    return hcl("", more=f"  for_each = toset([{keys}])", path='["/${each.key}*"]', priority="index(keys(each), each.key)")


@bomb(*READS)
def hcl_nested_lists() -> Files:
    return hcl(f"locals {{\n  l = {'[' * 1_000_000}{']' * 1_000_000}\n}}")


@bomb(*READS)
def hcl_nested_parentheses() -> Files:
    return hcl(f"locals {{\n  l = {'(' * 1_000_000}1{')' * 1_000_000}\n}}", priority="local.l")


@bomb(*READS)
def hcl_nested_blocks() -> Files:
    return hcl("a {\n" * 500_000 + "}\n" * 500_000)


@bomb(*READS)
def hcl_nested_texts() -> Files:
    text = '"${' * 500_000 + "1" + '}"' * 500_000
    return hcl(f"locals {{\n  l = {text}\n}}")


@bomb(*READS)
def hcl_nested_conditionals() -> Files:
    return hcl(f"locals {{\n  l = {'true ? 1 : ' * 300_000}2\n}}", priority="local.l")


@bomb(*READS)
def hcl_a_long_sum() -> Files:
    return hcl(f"locals {{\n  l = {'1 + ' * 800_000}1\n}}", priority="local.l")


@bomb(*READS)
def hcl_a_huge_text() -> Files:
    return hcl(f'locals {{\n  l = "{"a" * 4_000_000}"\n}}', path='["/${local.l}${local.l}${local.l}"]')


@bomb(*READS)
def hcl_large_functions() -> Files:
    texts = 'join("", [for n in range(1000) : "aaaaaaaaaa"])'
    called = (
        f'replace({texts}, "a", {texts})', f'regexall("(a+)+$", "${{{texts}}}b")', f'regex("(a|aa)+c", {texts})', 'format("%1000000000d", 1)',
        "range(100000000)", 'cidrsubnets("10.0.0.0/8", [for n in range(10000) : 16]...)', "pow(10, 1000000)",
        f'split("", {texts})', "flatten([for a in range(1000) : [for b in range(1000) : [for c in range(1000) : c]]])", f"jsonencode({texts})",
        "setproduct(range(1000), range(1000), range(1000))", 'fileset(path.module, "**/**/**/**")', f'chunklist(split("", {texts}), 1)',
    )  # fmt: skip
    return hcl(
        "locals {\n" + "".join(f"  l{n} = {text}\n" for n, text in enumerate(called)) + "}",
        path=str([f"${{local.l{n}}}" for n in range(len(called))]).replace("'", '"'),
    )


@bomb(*READS)
def hcl_modules_that_double() -> Files:
    files = hcl('module "a" {\n  source = "./m0"\n}\nmodule "b" {\n  source = "./m0"\n}\n')
    for n in range(30):
        inner = "".join(f'module "{name}" {{\n  source = "../m{n + 1}"\n}}\n' for name in "ab")
        files |= {f"m{n}/main.tf": inner}
    return files | {"m30/main.tf": hcl("")["main.tf"]}


@bomb(*READS)
def hcl_a_module_of_itself() -> Files:
    return hcl('module "a" {\n  source = "./m"\n}\n') | {"m/main.tf": hcl('module "a" {\n  source = "./"\n}\n')["main.tf"]}


@bomb(*READS)
def hcl_many_modules() -> Files:
    return hcl("".join(f'module "a{n}" {{\n  source = "./m"\n  v = {n}\n}}\n' for n in range(40_000))) | {
        "m/main.tf": hcl('variable "v" {}\n', priority="var.v")["main.tf"]
    }


@bomb(*READS)
def hcl_dynamic_blocks() -> Files:
    inner = 'condition {\n  path_pattern {\n    values = ["/a"]\n  }\n}'
    content = 'content {\n    path_pattern {\n      values = ["/${condition.value}"]\n    }\n  }'
    told = f'dynamic "condition" {{\n  for_each = range(100000)\n  {content}\n}}\n'
    return hcl("", more=told * 20 + inner * 1_000)


@bomb(*READS)
def hcl_variables() -> Files:
    return hcl("".join(f'variable "v{n}" {{\n  default = "/a{n}"\n}}\n' for n in range(60_000)), path="[var.v1]")


@bomb(*READS)
def hcl_variable_values() -> Files:
    return hcl('variable "v" {}\n', path="[var.v]") | {"terraform.tfvars": "".join(f'v{n} = "{n}"\n' for n in range(300_000))}


@bomb(*READS)
def hcl_suppressions() -> Files:
    return hcl("# alb-lint: ignore[ALB101] reason\n" * 100_000)


@bomb(*READS)
def hcl_syntax_errors() -> Files:
    return hcl('}{ = ][ "${ <<X\n' * 200_000)


@bomb(*READS)
def hcl_heredocs() -> Files:
    return hcl(
        "locals {\n" + "".join(f"  l{n} = <<E\n${{local.l{n + 1}}}\nE\n" for n in range(50_000)) + '  l50000 = "/a"\n}', path="[local.l0]"
    )


@bomb(*READS)
def hcl_as_json() -> Files:
    resource = {
        "listener_arn": LISTENER,
        "priority": "${1 + 1}",
        "condition": [{"path_pattern": {"values": ["/a${var.v}"]}}],
        "action": {"type": "forward"},
    }
    return {
        "main.tf.json": json.dumps(
            {"variable": {"v": {}}, "resource": {"aws_lb_listener_rule": {f"r{n}": resource for n in range(40_000)}}}
        )
    }


# -- TypeScript ----------------------------------------------------------------------------------------------------------------


def program(extra: str, *, priority: str = "10", path: str = '"/a*"') -> Files:
    """A Pulumi program of one rule, and what stands around it."""
    answer = '{type: "fixed-response", fixedResponse: {contentType: "text/plain", statusCode: "404"}}'
    made = f'{{listenerArn: "{LISTENER}", priority: {priority}, conditions: [{{pathPattern: {{values: [{path}]}}}}], actions: [{answer}]}}'
    return {
        "Pulumi.yaml": "name: x\nruntime: nodejs\n",
        "index.ts": f'import * as aws from "@pulumi/aws";\n{extra}\nnew aws.lb.ListenerRule("r", {made});\n',
    }


TS: dict[str, tuple[str, str, str]] = {
    "functions": ("".join(f"function f{n}(x: any) {{ return f{n + 1}(x); }}\n" for n in range(40_000)), "f0(1)", '"/a"'),
    "functions_that_double": (
        "function f60() { return 1; }" + "".join(f"function f{n}(): any {{ return f{n + 1}() + f{n + 1}(); }}\n" for n in range(60)), "f0()", '"/a"'
    ),
    "functions_not_called": ("".join(f"export function f{n}(a: string, b: number) {{ return a + b; }}\n" for n in range(40_000)), "1", '"/a"'),
    "a_loop": ("let n = 0; for (;;) { n++; }", "n", '"/a"'),
    "a_while": ("let n = 0; while (true) { n++; }", "n", '"/a"'),
    "loops_in_loops": ("let n = 0;" + "".join(f"for (let i{d} = 0; i{d} < 1000; i{d}++) " for d in range(8)) + "{ n++; }", "n", '"/a"'),
    "recursion": ("function f(n: number): number { return n < 1 ? 1 : f(n - 1) + f(n - 2); }", "f(100000)", '"/a"'),
    "texts_that_double": ('let s = "/a"; for (let i = 0; i < 100; i++) { s = s + s; }', "1", "s"),
    "lists_that_double": ('let s = ["/a"]; for (let i = 0; i < 100; i++) { s = [...s, ...s]; }', "1", "...s"),
    "objects_that_double": ("let s: any = {a: 1}; for (let i = 0; i < 100; i++) { s = {a: s, b: s}; }", "1", "JSON.stringify(s)"),
    "large_texts": ('const s = "/a".repeat(1e9); const t = "a".padStart(1e9);', "1", "s, t"),
    "large_lists": ("const s = new Array(1e9).fill('/a'); const t = Array.from({length: 1e9}, (_, i) => `/${i}`);", "1", "...s, ...t"),
    "regexes": ('const s = "a".repeat(100000).replace(/(a+)+$/g, "b"); const t = /(a|aa)+c/.test("a".repeat(100000));', "1", "s, `${t}`"),
    "nested_lists": (f"const s = {'[' * 500_000}{']' * 500_000};", "1", '"/a"'),
    "nested_calls": (f"const s = {'f(' * 400_000}1{')' * 400_000};", "s", '"/a"'),
    "nested_functions": (f"const s = {'() => ' * 200_000}1;", "s()", '"/a"'),
    "nested_blocks": ("{" * 500_000 + "}" * 500_000, "1", '"/a"'),
    "nested_conditionals": (f"const s = {'a ? 1 : ' * 150_000}2;", "s", '"/a"'),
    "nested_texts": (f"const s = {'`${' * 300_000}1{'}`' * 300_000};", "1", "s"),
    "nested_types": (f"let s: {'Array<' * 300_000}any{'>' * 300_000};", "1", '"/a"'),
    "a_long_sum": (f"const s = {'1 + ' * 400_000}1;", "s", '"/a"'),
    "a_long_chain": (f"const s = a{'.b()' * 400_000};", "1", "s"),
    "an_else_chain": ("".join(f"if (a == {n}) {{ p = {n}; }} else " for n in range(50_000)) + "{}", "p", '"/a"'),
    "a_large_object": ("const s: any = {" + ", ".join(f"k{n}: {n}" for n in range(150_000)) + "};", "s.k9", '"/a"'),
    "variables": ("".join(f"const v{n} = v{n - 1} + 1;\n" if n else "const v0 = 1;\n" for n in range(80_000)), "v79999", '"/a"'),
    "unknown_conditions": ("let p = 1; declare const c: any;" + "".join(f"if (c.x{n}) {{ p = p + {n}; }}\n" for n in range(50_000)), "p", '"/a"'),
    "unknown_texts": ('declare const c: any; let s = "/";' + "".join(f"s = c.x{n} ? s + 'a' : s + 'b';\n" for n in range(50_000)), "1", "s"),
    "rules": ("for (let i = 0; i < 1e6; i++) { new aws.lb.ListenerRule(`r${i}`, {listenerArn: 'x', priority: i}); }", "1", '"/a"'),
    "classes": ("".join(f"class C{n} extends C{n + 1} {{ constructor() {{ super(); }} }}\n" for n in range(30_000)), "new C0().p", '"/a"'),
    "imports": ("".join(f'import {{ a{n} }} from "./m{n}";\n' for n in range(50_000)), "a1", '"/a"'),
    "imports_by_name": ("".join(f'import {{ a{n} }} from "m{n}";\n' for n in range(50_000)), "a1", '"/a"'),
    "imports_from_outside": ("".join(f'import {{ a{n} }} from "../../m{n}";\n' for n in range(50_000)), "a1", '"/a"'),
    "syntax_errors": ("}{ ][ ` ${ ( => class\n" * 80_000, "1", '"/a"'),
    "suppressions": ("// alb-lint: ignore[ALB101] reason\n" * 50_000, "1", '"/a"'),
    "suppressions_of_many_rules": (
        "".join(f"// alb-lint: ignore[ALB101] x\nnew aws.lb.ListenerRule('r{n}', {{listenerArn: 'x', priority: {n + 1}}});\n" for n in range(9_000)),
        "1", '"/a"',
    ),
    "a_huge_text": (f'const s = "{"a" * 1_900_000}";', "1", '"/" + s + s + s'),
}  # fmt: skip

for name_, (extra_, priority_, path_) in TS.items():
    BOMBS[f"ts_{name_}"] = Bomb(lambda e=extra_, n=priority_, p=path_: program(e, priority=n, path=p), READS)


@bomb(*READS)
def ts_imports_in_a_circle() -> Files:
    files = program('import { a } from "./m0";', priority="a")
    return files | {f"m{n}.ts": "".join(f'export * from "./m{(n * 7 + k) % 500}";\n' for k in range(100)) for n in range(500)}


@bomb(*READS)
def ts_larger_than_is_read() -> Files:
    return program("//" + "x" * 9_000_000)


# -- YAML: CloudFormation and Pulumi -------------------------------------------------------------------------------------------


def template(head: str, *, priority: str = "10", path: str = '"/a"', more: str = "") -> Files:
    return {"t.yaml": f"""{head}
Resources:
  R:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: {LISTENER}
      Priority: {priority}
      Conditions: [{{Field: path-pattern, Values: [{path}]}}]
      Actions: [{{Type: fixed-response, FixedResponseConfig: {{StatusCode: "404"}}}}]
{more}
"""}  # fmt: skip


ALIASES = "x0: &x0 [a, a]\n" + "".join(f"x{n}: &x{n} [*x{n - 1}, *x{n - 1}, *x{n - 1}]\n" for n in range(1, 60))
MERGES = "x0: &x0 {a: b}\n" + "".join(f"x{n}: &x{n} {{<<: [*x{n - 1}, *x{n - 1}], k{n}: *x{n - 1}}}\n" for n in range(1, 60))


@bomb(*READS)
def cfn_aliases() -> Files:
    return template(ALIASES, path="*x59")


@bomb(*READS)
def cfn_merge_keys() -> Files:
    return template(MERGES, more="  S: *x59")


@bomb(*READS)
def cfn_aliases_in_a_sub() -> Files:
    return template(ALIASES, path='!Sub ["${a}", {a: !Join ["", *x59]}]')


@bomb(*READS)
def cfn_subs() -> Files:
    inner = "/a"
    for depth in range(60):
        inner = f'!Sub ["${{x{depth}}}${{x{depth}}}", {{x{depth}: {inner}}}]'
    return template("", path=inner)


@bomb(*READS)
def cfn_subs_of_many_names() -> Files:
    text = "".join(f"${{P{n}}}" for n in range(100_000))
    return template(
        "Parameters:\n" + "".join(f"  P{n}: {{Type: String, Default: aaaaaaaaaa}}\n" for n in range(100_000)), path=f'!Sub "{text}"'
    )


@bomb(*READS)
def cfn_conditions_that_double() -> Files:
    told = "".join(f"  C{n}: !Or [!Condition C{n + 1}, !Not [!Condition C{n + 1}]]\n" for n in range(60))
    return template(f"Parameters: {{P: {{Type: String}}}}\nConditions:\n{told}  C60: !Equals [!Ref P, x]\n", priority="!If [C0, 1, 2]")


@bomb(*READS)
def cfn_conditions_in_a_chain() -> Files:
    told = "".join(f"  C{n}: !Not [!Condition C{n + 1}]\n" for n in range(100_000))
    return template(f"Parameters: {{P: {{Type: String}}}}\nConditions:\n{told}  C100000: !Equals [!Ref P, x]\n", priority="!If [C0, 1, 2]")


@bomb(*READS)
def cfn_ifs_of_many_conditions() -> Files:
    told = "".join(f"  C{n}: !Equals [!Ref P{n}, x]\n" for n in range(60))
    names = "".join(f"  P{n}: {{Type: String}}\n" for n in range(60))
    parts = ", ".join(f"!If [C{n}, a, b]" for n in range(60))
    return template(f"Parameters:\n{names}Conditions:\n{told}", path=f'!Join ["", [/, {parts}]]')


@bomb(*READS)
def cfn_loops_in_loops() -> Files:
    hundred = "[" + ", ".join(str(n) for n in range(100)) + "]"
    inner = '{"R${A}${B}${C}${D}": {Type: "AWS::ElasticLoadBalancingV2::ListenerRule", Properties: {Priority: 1}}}'
    for name in "ABCD":
        inner = f'{{"Fn::ForEach::{name}": [{name}, {hundred}, {inner}]}}'
    return template("Transform: AWS::LanguageExtensions", more=f"  {inner[1:-1]}")


@bomb(*READS)
def cfn_resources() -> Files:
    one = template("")["t.yaml"].split("Resources:\n")[1]
    return {"t.yaml": "Resources:\n" + "".join(one.replace("R:", f"R{n}:", 1) for n in range(20_000))}


@bomb(*READS)
def cfn_nested_lists() -> Files:
    return template(f"Metadata: {'[' * 2_000_000}{']' * 2_000_000}")


@bomb(*READS)
def cfn_nested_joins() -> Files:
    return template("", path='!Join ["", [' * 100_000 + "a" + "]]" * 100_000)


@bomb(*READS)
def cfn_nested_blocks() -> Files:
    return template("Metadata:\n" + "".join(" " * n + "a:\n" for n in range(1, 3_000)))


@bomb(*READS)
def cfn_a_template_of_itself() -> Files:
    nested = "".join(f"  N{n}: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: t.yaml}}}}\n" for n in range(100))
    return template("", more=nested)


@bomb(*READS)
def cfn_mappings() -> Files:
    told = "".join(f"  M{n}: {{a: {{b: !FindInMap [M{n + 1}, a, b]}}}}\n" for n in range(50_000))
    return template(f"Mappings:\n{told}  M50000: {{a: {{b: 7}}}}\n", priority="!FindInMap [M0, a, b]")


@bomb(*READS)
def cfn_splits() -> Files:
    text = "a," * 1_600_000
    return template("", path=f'!Join ["", !Split [",", "{text}"]], !Select [1, !Split [a, !Join ["{text}", !Split [",", "{text}"]]]]')


@bomb(*READS)
def cfn_json_resources() -> Files:
    conditions = [{"Field": "path-pattern", "Values": ["/a", {"Fn::Sub": "${P}"}]}]
    one = {
        "Type": "AWS::ElasticLoadBalancingV2::ListenerRule",
        "Properties": {"ListenerArn": LISTENER, "Priority": 1, "Conditions": conditions, "Actions": ANSWER},
    }
    return {"t.json": json.dumps({"Resources": {f"R{n}": one for n in range(28_000)}})}


@bomb(*READS)
def cfn_rules_that_may_exist() -> Files:
    rules = {
        f"R{n}": {
            "Type": "AWS::ElasticLoadBalancingV2::ListenerRule",
            "Condition": f"C{n}",
            "Properties": {"ListenerArn": LISTENER, "Priority": n, "Conditions": [paths(f"/p{n}/*")], "Actions": ANSWER},
        }
        for n in range(1, 9_001)
    }
    conditions = {f"C{n}": {"Fn::Equals": [{"Ref": f"P{n}"}, "yes"]} for n in range(1, 9_001)}
    parameters = {f"P{n}": {"Type": "String"} for n in range(1, 9_001)}
    return {"t.json": json.dumps({"Parameters": parameters, "Conditions": conditions, "Resources": rules})}


@bomb(*READS)
def cfn_comments() -> Files:
    return template("# alb-lint: ignore[ALB101] reason\n" * 200_000)


def pulumi_yaml(head: str, *, path: str = '"/a"', priority: str = "10") -> Files:
    return {"Pulumi.yaml": f"""name: x
runtime: yaml
{head}
resources:
  r:
    type: aws:lb:ListenerRule
    properties:
      listenerArn: {LISTENER}
      priority: {priority}
      conditions: [{{pathPattern: {{values: [{path}]}}}}]
      actions: [{{type: fixed-response, fixedResponse: {{contentType: text/plain, statusCode: "404"}}}}]
"""}  # fmt: skip


@bomb(*READS)
def pulumi_yaml_aliases() -> Files:
    return pulumi_yaml(ALIASES, path="*x59")


@bomb(*READS)
def pulumi_yaml_variables_in_a_chain() -> Files:
    return pulumi_yaml("variables:\n" + "".join(f"  v{n}: ${{v{n + 1}}}\n" for n in range(100_000)) + "  v100000: /a\n", path="'${v0}'")


@bomb(*READS)
def pulumi_yaml_variables_that_double() -> Files:
    return pulumi_yaml("variables:\n" + "".join(f"  v{n}: ${{v{n + 1}}}${{v{n + 1}}}\n" for n in range(60)) + "  v60: /a\n", path="'${v0}'")


@bomb(*READS)
def pulumi_yaml_joins() -> Files:
    told = "".join(f'  v{n}: {{fn::join: ["", ["${{v{n + 1}}}", "${{v{n + 1}}}"]]}}\n' for n in range(60))
    return pulumi_yaml(f"variables:\n{told}  v60: /a\n", path="'${v0}'")


# -- plans, states and previews ------------------------------------------------------------------------------------------------


def planned(n: int, address: str) -> dict[str, Any]:
    after = {
        "listener_arn": LISTENER,
        "priority": n + 1,
        "condition": [{"path_pattern": [{"values": [f"/p{n}*"]}]}],
        "action": [{"type": "forward", "target_group_arn": "t"}],
    }
    return {"address": address, "type": "aws_lb_listener_rule", "name": "a", "mode": "managed", "values": after}


@bomb(*READS)
def terraform_plan() -> Files:
    resources = [planned(n, f"aws_lb_listener_rule.a[{n}]") for n in range(30_000)]
    return {"plan.json": json.dumps({"format_version": "1.2", "planned_values": {"root_module": {"resources": resources}}})}


@bomb(*READS)
def terraform_plan_of_nested_modules() -> Files:
    head = '{"child_modules":[' * 200_000
    return {"plan.json": '{"format_version":"1.2","planned_values":{"root_module":' + head}


@bomb(*READS)
def terraform_plan_of_modules() -> Files:
    module: dict[str, Any] = {"resources": [planned(1, "a")]}
    for n in range(200):
        module = {"address": f"module.m{n}", "resources": [planned(k, f"m{n}.r{k}") for k in range(100)], "child_modules": [module]}
    return {"plan.json": json.dumps({"format_version": "1.2", "planned_values": {"root_module": module}})}


@bomb(*READS)
def terraform_state() -> Files:
    instances = [{"index_key": n, "attributes": planned(n, "")["values"]} for n in range(35_000)]
    resource = {"mode": "managed", "type": "aws_lb_listener_rule", "name": "a", "provider": "p", "instances": instances}
    return {"terraform.tfstate": json.dumps({"version": 4, "resources": [resource]})}


@bomb(*READS)
def terraform_plan_of_unknowns() -> Files:
    changes = []
    for n in range(12_000):
        change = {
            "actions": ["create"],
            "before": None,
            "after": planned(n, "")["values"],
            "after_unknown": {"priority": True, "condition": [{"path_pattern": [{"values": True}]}]},
        }
        changes.append({"address": f"a[{n}]", "type": "aws_lb_listener_rule", "name": "a", "mode": "managed", "index": n, "change": change})
    return {
        "plan.json": json.dumps(
            {"format_version": "1.2", "resource_changes": changes, "planned_values": {"root_module": {"resources": []}}}
        )
    }


@bomb(*READS)
def pulumi_stack() -> Files:
    inputs = {
        "listenerArn": LISTENER,
        "priority": 7,
        "conditions": [{"pathPattern": {"values": ["/a*"]}}],
        "actions": [{"type": "forward", "targetGroupArn": "t"}],
    }
    parent = "urn:pulumi:s::p::pulumi:pulumi:Stack::p"
    resources = [
        {
            "urn": f"{parent}$aws:lb/listenerRule:ListenerRule::r{n}",
            "type": "aws:lb/listenerRule:ListenerRule",
            "custom": True,
            "inputs": inputs,
        }
        for n in range(25_000)
    ]
    return {"stack.json": json.dumps({"version": 3, "deployment": {"resources": resources}})}


@bomb(*READS)
def pulumi_preview() -> Files:
    state = {
        "type": "aws:lb/listenerRule:ListenerRule",
        "inputs": {
            "listenerArn": LISTENER,
            "priority": 7,
            "conditions": [{"pathPattern": {"values": ["/a*"]}}],
            "actions": [{"type": "forward", "targetGroupArn": "t"}],
        },
    }
    steps = [{"op": "create", "urn": f"urn:pulumi:s::p::aws:lb/listenerRule:ListenerRule::r{n}", "newState": state} for n in range(25_000)]
    return {"preview.json": json.dumps({"config": {}, "steps": steps})}


@bomb(*READS)
def change_set() -> Files:
    changes = [
        {
            "Type": "Resource",
            "ResourceChange": {"Action": "Add", "LogicalResourceId": f"R{n}", "ResourceType": "AWS::ElasticLoadBalancingV2::ListenerRule"},
        }
        for n in range(60_000)
    ]
    return {"changes.json": json.dumps({"ChangeSetName": "x", "StackName": "s", "Changes": changes})}


# -- two versions, and code beside what is live -------------------------------------------------------------------------------------

SINCE: tuple[tuple[str, ...], ...] = (
    ("diff", ".", "--since", "HEAD"),
    ("diff", ".", "--since", "HEAD", "-f", "json"),
    ("check", ".", "--since", "HEAD", "--fail-on", "never"),
    ("check", ".", "--since", "HEAD", "--fail-on", "never", "-f", "html"),
)


def since(name: str, before: Make, after: Make) -> None:
    BOMBS[name] = Bomb(after, SINCE, before)


def turned(listeners: int, rules: int, back: bool) -> Files:
    """Rules that all meet, in one order or the other."""
    return export(
        rule(n, paths(f"*{rules + 1 - n if back else n}*"), listener=f"a{a}/1/2") for a in range(listeners) for n in range(1, rules + 1)
    )


def in_terraform(shift: int, many: int = 9_000) -> Files:
    return {"main.tf": "".join(RESOURCE % {"n": n, "priority": n + shift} for n in range(1, many + 1))}


RESOURCE = """resource "aws_lb_listener_rule" "r%(n)d" {
  listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/a/1/2"
  priority     = %(priority)d
  condition {
    path_pattern { values = ["/p%(n)d/*", "*x%(n)d"] }
  }
  action {
    type             = "forward"
    target_group_arn = "t%(n)d"
  }
}
"""

COPIES = """resource "aws_lb_listener_rule" "r%(n)d" {
  count        = 2000
  listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/a/1/2"
  priority     = %(priority)d + count.index
  condition {
    path_pattern { values = ["/p%(n)d/${count.index}/*"] }
  }
  action {
    type             = "forward"
    target_group_arn = "t%(n)d"
  }
  depends_on = [%(others)s]
}
"""


def copies(shift: int) -> Files:
    """Copies of a few resources, each of which waits for all copies of the ones before."""
    told = []
    for n in range(5):
        others = ", ".join(f"aws_lb_listener_rule.r{other}" for other in range(n))
        told.append(COPIES % {"n": n, "priority": 2_000 * n + 1 + shift, "others": others})
    return {"main.tf": "".join(told)}


since("since_copies_that_wait_for_copies", lambda: copies(0), lambda: copies(1))
since("since_all_moved_in_terraform", lambda: in_terraform(0), lambda: in_terraform(1))
since("since_all_turned_around", lambda: turned(1, 5_000, False), lambda: turned(1, 5_000, True))
since("since_many_listeners_turned_around", lambda: turned(60, 500, False), lambda: turned(60, 500, True))
since(
    "since_many_small_files",
    lambda: {f"d{n % 50}/{n}.json": export([rule(n + 1, paths(f"/p{n}*"), listener=f"a{n}/1/2")])["rules.json"] for n in range(5_000)},
    lambda: {f"d{n % 50}/{n}.json": export([rule(n + 2, paths(f"/p{n}*"), listener=f"a{n}/1/2")])["rules.json"] for n in range(5_000)},
)
since(
    "since_other_regexes",
    lambda: export(rule(n, regexes(f"^/(x|y)*{n}[a-c]{{1,{n % 9 + 1}}}$")) for n in range(1, 2_001)),
    lambda: export(rule(n, regexes(f"^/(x|y)*{n}[a-d]{{1,{n % 9 + 1}}}$")) for n in range(1, 2_001)),
)


LIVE = (("audit", "--snapshot", "live.json", "--against", "code", "--fail-on", "never"),)


def beside(live: Iterable[dict[str, Any]], code: Iterable[dict[str, Any]]) -> Files:
    """What is live, and the code of rules that are other ones by their ARN."""
    others = (one | {"RuleArn": one["RuleArn"] + "x"} for one in code)
    return {"live.json": export(live)["rules.json"], "code/rules.json": export(others)["rules.json"]}


@bomb(*LIVE)
def numbers_that_are_held() -> Files:
    """Each rule of the code wants a number of a live one that no code moves."""
    return beside((rule(n, paths(f"*a{n}*")) for n in range(1, 5_001)), (rule(n, paths(f"*b{n}*")) for n in range(1, 5_001)))


@bomb(*LIVE)
def more_numbers_that_are_held() -> Files:
    return beside((rule(n, paths(f"*a{n}*")) for n in range(1, 12_001)), (rule(n, paths(f"*b{n}*")) for n in range(1, 12_001)))


@bomb(*LIVE)
def numbers_that_pass_on() -> Files:
    return beside((rule(n, paths(f"/p{n}*")) for n in range(1, 12_001)), (rule(n + 1, paths(f"/p{n}*")) for n in range(1, 12_001)))


@bomb(*LIVE)
def live_listeners_beside_code() -> Files:
    return beside(
        (rule(1, paths("/p*"), listener=f"a{n}/1/2") for n in range(20_000)),
        (rule(1, paths("/q*"), listener=f"a{n}/1/2") for n in range(20_000)),
    )


@bomb(*LIVE)
def live_rules_that_are_alike() -> Files:
    return beside((rule(n, paths("/p*")) for n in range(1, 12_001)), (rule(12_001 - n, paths("/p*")) for n in range(1, 12_001)))


def moving(path: str, many: int) -> Files:
    """Rules of Terraform that all move into the range of `c.toml`, each to the number that another has."""
    told = (RESOURCE % {"n": n, "priority": 49_999 - n if n % 2 else 40_000 - n} for n in range(1, many + 1))
    return {"main.tf": "".join(told).replace('["/p', f'["{path}').replace(', "*x', ', "/zzx')}


MOVES: tuple[tuple[str, ...], ...] = tuple(
    ("plan", ".", "--config", "c.toml", *more)
    for more in ((), ("-f", "patch"), ("-f", "json"), ("-f", "markdown"), ("--spread", "-f", "patch"))
)


@bomb(*MOVES)
def moves_in_terraform() -> Files:
    return moving("/zz", 9_000)


@bomb(*MOVES)
def moves_that_all_meet() -> Files:
    return moving("/zz*", 5_000)


for name_ in (
    *("values_in_many_rules", "nested_networks", "five_headers_in_each_rule", "regexes_five_in_each_rule"),
    *("rules_on_one_listener", "ten_thousand_rules", "ten_thousand_that_all_overlap", "ten_thousand_that_are_alike"),
    *("ten_thousand_of_one_number", "listeners", "listeners_of_one_rule", "hcl_resources"),
):
    BOMBS[name_] = Bomb(BOMBS[name_].files, (*BOMBS[name_].commands, *WISHES))

for name_ in (
    *("values_in_one_rule", "conditions_in_many_rules", "rules_that_all_overlap", "rules_that_are_alike", "rules_with_one_number"),
    *("ten_thousand_that_all_overlap", "listeners_of_one_rule", "globs_of_question_marks", "hcl_resources", "cfn_resources"),
):
    BOMBS[name_] = Bomb(BOMBS[name_].files, (*BOMBS[name_].commands, *REPORTS))

AUDIT = ("audit", "--snapshot", "rules.json", "--against", "../small", "--fail-on", "never")
for name_ in (
    "rules_on_one_listener",
    "rules_that_all_overlap",
    "listeners",
    "values_in_many_rules",
    "regexes_five_in_each_rule",
    "gaps_in_a_snapshot",
):
    BOMBS[name_] = Bomb(BOMBS[name_].files, (*BOMBS[name_].commands, AUDIT))


@dataclass(frozen=True)
class Measured:
    """`said`: the end of what stands on standard error. `seconds`: of processors, children included."""

    code: int
    said: str
    seconds: float
    megabytes: int


def lay(folder: Path, bomb: Bomb) -> Iterator[int]:
    """Writes the files into `bomb`, and a listener of a few rules into `small`; the size of each."""
    if bomb.before is not None:
        _commit(folder / "bomb", bomb.before())
    files = {f"bomb/{name}": text for name, text in (bomb.files() | {"c.toml": RANGES, "specific.toml": SPECIFIC}).items()}
    for name, text in (files | {"small/x.json": SMALL["rules.json"]}).items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
        yield place.stat().st_size


def _commit(folder: Path, files: Files) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    for words in (("init", "-q"), ("add", "-A"), (*who, "commit", "-q", "-m", "before")):
        subprocess.run(["git", *words], cwd=folder, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def measured(folder: Path, command: tuple[str, ...]) -> Measured:
    with TemporaryFile() as said:
        words = ["sh", "-c", f'ulimit -t {LAST}; exec "$@"', "sh", sys.executable, "-m", "alb_lint", *command]
        process = subprocess.Popen(
            words, cwd=folder / "bomb", env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        told = said.read().decode("utf-8", "replace")
    return Measured(process.returncode, told[-2000:], usage.ru_utime + usage.ru_stime, usage.ru_maxrss >> 10)


def main() -> None:
    names = [word for word in sys.argv[1:] if not word.startswith("-")]
    for name, one in BOMBS.items():
        if names and not name.startswith(tuple(names)):
            continue
        with TemporaryDirectory() as folder:
            list(lay(Path(folder), one))
            for command in one.commands[:1] if "--check" in sys.argv else one.commands:
                ran = measured(Path(folder), command)
                sys.stdout.write(f"{name:36} {' '.join(command)[:40]:40} exit {ran.code:3} {ran.seconds:6.1f} s {ran.megabytes:5} MB\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
