"""What people reported about gates and crossings, restated small: everything that the whole `check` says of it, and nothing else."""

from dataclasses import replace

import pytest

from alb_lint.analysis.evaluate import evaluate
from alb_lint.config import Config
from alb_lint.findings.grouping import grouped
from alb_lint.model import Authenticate, Estate, TargetGroup
from alb_lint.pipeline import lint
from alb_lint.reports.terminal import render
from shorthand import TODAY, config, estate, listener, load_balancer

APP, WEB, INTERNAL, LEGACY = (
    f"arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/{name}/1" for name in ("app", "web", "internal-api", "legacy-api")
)


def https(*rules, default="404", balancer="edge", port=443, **more):
    return listener(
        *rules, default=default, id=f"{balancer}:{port}", protocol="HTTPS", port=port, load_balancer=load_balancer(balancer, **more)
    )


def http(*rules, default="redirect:https", balancer="edge"):
    return listener(*rules, default=default, id=f"{balancer}:80", protocol="HTTP", port=80, load_balancer=load_balancer(balancer))


def optional_sign_in():
    told = https("20 path=/admin* -> auth app", default="403")
    lax = Authenticate("oidc", (("Issuer", "https://idp.example"), ("OnUnauthenticatedRequest", "allow")))
    return estate(replace(told, rules=(replace(told.rules[0], actions=(lax, told.rules[0].actions[-1])),)))


HOSTS_AND_PATHS = [
    "1 ip=198.51.100.0/24 -> 403",
    *(f"{10 + number} host=h{number}.example.org -> h{number}" for number in range(12)),
    *(f"{40 + number} path=/p{number},/p{number}/* -> p{number}" for number in range(12)),
]

ROWS = {
    # a pair of other keys in one condition is an alternative
    "query pairs are alternatives": (
        estate(https("40 query=channel:beta,country:de,country:at -> beta", "50 path=/* -> main")),
        {("ALB222", "info", "r40")},
    ),
    # a condition that takes nothing away, and two blocks that are one, cost the places that are missing
    "a catch-all path costs a value": (
        estate(
            https("1 host=ops.example.org path=/* ip=198.51.100.0/28,198.51.100.16/28,203.0.113.7/32,203.0.113.9/32 -> ops", default="404")
        ),
        {("ALB201", "error", "r1"), ("ALB221", "info", "r1")},
    ),
    "a sign-in behind a host rule": (
        estate(https("10 host=*.example.org -> app", "20 path=/admin* -> auth app", default="403")),
        {("ALB104", "warning", "r10"), ("ALB602", "warning", "r20"), ("ALB224", "info", "r10")},
    ),
    "a sign-in that lets strangers pass": (optional_sign_in(), {("ALB605", "info", "r20")}),
    "a status page without the secret": (
        estate(
            https(
                "10 path=/beta* header:X-Origin-Check=s -> beta",
                "20 path=/staging* header:X-Origin-Check=s -> staging",
                "30 path=/api/status -> status",
                "1000 host=www.example.org header:X-Origin-Check=s -> prod",
                default="403",
            )
        ),
        # each crossing has a gate at one end
        {("ALB604", "warning", "r30"), ("ALB104", "warning", "r1000")},
    ),
    "a redirect that stays plain": (
        estate(http("10 path=/api/* -> redirect:http://x.example:80/", "20 host=old.example.org -> redirect:host=api.example.org")),
        {("ALB608", "warning", "r10"), ("ALB608", "warning", "r20"), ("ALB104", "warning", "r10"), ("ALB209", "info", "r10")},
    ),
    "a deny on one of two listeners": (
        estate(
            https("10 path=/api,/api/* -> api", default=WEB),
            http("10 path=/api,/api/* -> api", "90 path=/docs,/redoc -> 403", default=WEB),
        ),
        {("ALB601", "warning", "r90"), ("ALB603", "warning", "r90"), ("ALB308", "warning", "")},
    ),
    "a redirect on one of two listeners": (
        estate(
            https("10 host=old.example.org -> redirect:https://new.example.org/", default=WEB),
            http("10 path=/.well-known/* -> app", default=WEB),
        ),
        {("ALB601", "warning", "r10"), ("ALB308", "warning", ""), ("ALB209", "info", "r10")},
    ),
    "blocked paths and their spellings": (
        estate(https("90 path=/docs,/openapi.json -> 403", "110 path=/api,/api/*,/docs*,/openapi.json -> api")),
        {("ALB603", "warning", "r90")},
    ),
    "a bearer token before the sign-in": (
        estate(https("1 header:Authorization=* -> box", "2 path=/* -> auth box", default="503")),
        {("ALB606", "warning", "r1")},
    ),
    "a wide listener of hosts, paths and one block": (
        estate(https(*HOSTS_AND_PATHS)),
        {("ALB104", "warning", "r1"), ("ALB104", "info", "r10")},
    ),
    "the path / alone": (estate(https("1 host=mq.example.org path=/ -> mq")), {("ALB223", "info", "r1")}),
    "an exact path without what lies below": (
        estate(https("2 path=/orders-api -> orders", "3 path=/* -> web")),
        {("ALB223", "info", "r2")},
    ),
    "a forwarded address as a gate": (
        estate(https("2 path=/admin* header:X-Forwarded-For=198.51.100.* -> admin", "3 path=/admin* -> 403", default="web")),
        {("ALB606", "warning", "r2")},
    ),
    "a private address on an internet-facing load balancer": (
        estate(https("2 path=/admin* ip=10.0.0.0/8 -> admin", "3 path=/admin* -> 403", default="web", scheme="internet-facing")),
        {("ALB607", "warning", "r2")},
    ),
}


def said(told: Estate, settings: Config | None = None):
    summary = grouped(lint(told, settings or Config(), TODAY))
    return summary, {(item.info.code, item.severity.label, item.rule.id if item.rule else "") for item in summary.findings}


@pytest.mark.parametrize("row", ROWS)
def test_what_is_said_is_just_that(row):
    told, wanted = ROWS[row]
    summary, found = said(told)
    assert found == wanted
    doors = {item.id: item for item in told.listeners}
    for item in summary.findings:
        if item.info.code in ("ALB601", "ALB602"):
            others = {related.rule.id for related in item.related}
            assert {evaluate(doors[witness.listener], witness.request).id for witness in item.witnesses} <= others


def test_the_wide_listener_is_told_in_twelve_lines():
    told, _ = ROWS["a wide listener of hosts, paths and one block"]
    summary, _ = said(told)
    assert len(render(summary, False).splitlines()) <= 12


def gated(scheme="internet-facing", path="/api*"):
    groups = [
        TargetGroup(INTERNAL, "internal-api", registered=("i-0123:8080",)),
        TargetGroup(LEGACY, "legacy-api", registered=("i-0123:8080",)),
    ]
    return estate(
        https(f"10 ip=198.51.100.0/24 -> {INTERNAL}", default="403", balancer="gated", scheme="internet-facing"),
        https(f"20 path={path} -> {LEGACY}", balancer="open", scheme=scheme),
        target_groups=groups,
    )


@pytest.mark.parametrize(
    ("told", "wanted"),
    [(gated(), {("ALB602", "warning", "r10")}), (gated("internal"), set()), (gated(path="/*"), {("ALB602", "warning", "r10")})],
    ids=["a part of it", "on an internal load balancer", "all of it"],
)
def test_one_target_in_two_groups(told, wanted):
    summary, found = said(told)
    assert found == wanted
    for item in summary.findings:
        assert "forwards the same requests of everybody to legacy-api, where `i-0123:8080` is registered too" in item.message
        (witness,) = item.witnesses
        there = next(one for one in told.listeners if one.id == witness.listener)
        assert evaluate(there, witness.request).id == "r20"


def test_a_maintenance_page_that_does_not_cover_all():
    told = estate(https("5 path=/login* -> auth-app", "10 name=maintenance path=/* -> 503", "20 name=api path=/api/* -> api"))
    settings = config(
        '[[before]]\nfirst = "*maintenance"\nthen = "*"\nreason = "the page must cover everything"\n'
        '[[allow]]\ncode = "ALB101"\nrule = "*api"\nreason = "maintenance is switched on"\n'
    )
    summary, found = said(told, settings)
    assert found == {("ALB007", "error", "maintenance")}
    (item,) = summary.findings
    assert evaluate(told.listeners[0], item.witnesses[0].request).id == "r5"
