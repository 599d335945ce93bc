"""The export: stable bytes, what redaction takes away, and that what it leaves means the same."""

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.sources.aws_json import read_snapshots
from alb_lint.sources.live.snapshot import assemble, plain
from alb_lint.sources.live.source import Snapshot, snapshot_text

ACCOUNTS = ("222222222222", "111111111111")
SECRETS = (
    "hunter2",
    "acme",
    "shop",
    "i-0abc",
    "vpc-1",
    "sg-1",
    "10.1.2.3",
    "pool-9",
    "id.example",
    "client-7",
    "s3cr3t",
    "sorry",
    "reader",
)


def arn(kind: str, path: str, account: str = ACCOUNTS[0]) -> str:
    return f"arn:aws:elasticloadbalancing:eu-west-1:{account}:{kind}/{path}"


def conditions(path: str, header: str, wild: str) -> list[dict[str, Any]]:
    return [
        {"Field": "path-pattern", "Values": [path], "PathPatternConfig": {"Values": [path]}},
        {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Origin", "Values": [header]}},
        {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Env", "Values": [wild]}},
    ]


def lists(account: str) -> dict[str, list[dict[str, Any]]]:
    """One load balancer with two listeners, as boto3 gives it, in no order."""
    balancer, group = arn("loadbalancer", "app/shop/50dc", account), arn("targetgroup", "shop-api/73e2", account)
    first, second = (arn("listener", f"app/shop/50dc/{one}", account) for one in ("f2f7", "0467"))
    rules = [listener.replace(":listener/", ":listener-rule/") for listener in (first, second)]
    forward = {"Type": "forward", "TargetGroupArn": group, "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": group, "Weight": 1}]}}
    oidc = {"Issuer": "https://id.example", "ClientId": "client-7", "ClientSecret": "hunter2", "OnUnauthenticatedRequest": "deny"}
    sign_in = {"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": oidc}
    sorry = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503", "MessageBody": "sorry from acme"}}
    return {
        "LoadBalancers": [
            {
                "LoadBalancerArn": balancer,
                "LoadBalancerName": "shop",
                "DNSName": "shop-1.elb.amazonaws.com",
                "VpcId": "vpc-1",
                "SecurityGroups": ["sg-1"],
                "CreatedTime": datetime(2026, 1, 2, 3, tzinfo=timezone(timedelta(hours=2))),
                "Type": "application",
                "IpAddressType": "ipv4",
            }
        ],
        "Listeners": [
            {"ListenerArn": one, "LoadBalancerArn": balancer, "Port": port, "Protocol": "HTTP", "DefaultActions": [sorry]}
            for one, port in ((first, 80), (second, 8080))
        ],
        "Rules": [
            {"RuleArn": f"{rules[0]}/d", "Priority": "default", "IsDefault": True, "Conditions": [], "Actions": [sorry]},
            {
                "RuleArn": f"{rules[0]}/b",
                "Priority": "10",
                "Conditions": conditions("/a/*", "s3cr3t", "pr*"),
                "Actions": [sign_in, forward],
            },
            {"RuleArn": f"{rules[0]}/a", "Priority": "9", "Conditions": conditions("/*", "S3cr3t", "p*"), "Actions": [sorry]},
            {"RuleArn": f"{rules[1]}/c", "Priority": "1", "Conditions": conditions("/b", "other", "x"), "Actions": [forward]},
        ],
        "TargetGroups": [{"TargetGroupArn": group, "TargetGroupName": "shop-api", "VpcId": "vpc-1", "LoadBalancerArns": [balancer]}],
        "TargetHealth": [
            {
                "TargetGroupArn": group,
                "TargetHealthDescriptions": [
                    {"Target": {"Id": name, "Port": 80}, "TargetHealth": {"State": "healthy"}} for name in ("i-0abc", "10.1.2.3")
                ],
            }
        ],
        "Tags": [
            {"ResourceArn": f"{rules[0]}/a", "Tags": [{"Key": "Name", "Value": "acme"}, {"Key": "elbv2.k8s.aws/cluster", "Value": "acme"}]}
        ],
        "AccountLimits": [{"Name": "rules-per-application-load-balancer", "Max": "100"}],
    }


def snapshot(account: str) -> Snapshot:
    reason = f"arn:aws:iam::{account}:user/reader may not call it in account {account}, see arn:aws:cognito-idp:eu-west-1:{account}:userpool/pool-9"
    gaps = [{"location": {"arn": arn("listener", "app/shop/50dc/f2f7", account)}, "reason": reason}]
    return assemble(plain(lists(account)), gaps, account=account, region="eu-west-1", taken_at="2026-01-02T00:00:00Z")


def test_text_is_sorted_and_ends_in_a_newline() -> None:
    text = snapshot_text([snapshot(ACCOUNTS[0])])
    document = json.loads(text)
    assert list(document) == ["alb_lint", "AccountLimits", "Listeners", "LoadBalancers", "Rules", "Tags", "TargetGroups", "TargetHealth"]
    assert [rule["RuleArn"][-6:] for rule in document["Rules"]] == ["0467/c", "f2f7/a", "f2f7/b", "f2f7/d"]
    assert list(document["LoadBalancers"][0]) == sorted(document["LoadBalancers"][0])
    assert document["LoadBalancers"][0]["CreatedTime"] == datetime(2026, 1, 2, 1, tzinfo=UTC).isoformat().replace("+00:00", "Z")
    assert text.endswith("}\n")
    assert text.startswith('{\n  "alb_lint": {\n    "account"')


def test_several_snapshots_are_a_list() -> None:
    assert [one["alb_lint"]["account"] for one in json.loads(snapshot_text([snapshot(one) for one in ACCOUNTS]))] == list(ACCOUNTS)


@settings(max_examples=30, deadline=None)
@given(st.randoms())
def test_order_of_answers_does_not_show(random: Any) -> None:
    shuffled = lists(ACCOUNTS[0])
    for items in shuffled.values():
        random.shuffle(items)
    made = assemble(plain(shuffled), [], account="1", region="r", taken_at="t")
    assert snapshot_text([made]) == snapshot_text([assemble(plain(lists(ACCOUNTS[0])), [], account="1", region="r", taken_at="t")])


def test_secrets_are_left_out_however_deep() -> None:
    assert plain({"a": [{"b": {"clientSecret": "hunter2", "c": 1}}]}) == {"a": [{"b": {"c": 1}}]}


# -- redaction ---------------------------------------------------------------------------------------------------------------------


def both(redact: str) -> tuple[str, list[dict[str, Any]]]:
    text = snapshot_text([snapshot(one) for one in ACCOUNTS], redact)
    return text, json.loads(text)


@pytest.mark.parametrize("redact", ["accounts", "names"])
def test_account_numbers_are_replaced_wherever_they_stand(redact: str) -> None:
    text, documents = both(redact)
    assert not any(account in text for account in ACCOUNTS)
    assert [one["alb_lint"]["account"] for one in documents] == ["000000000002", "000000000001"]
    assert "in account 000000000002" in documents[0]["alb_lint"]["gaps"][0]["reason"]


def test_accounts_are_all_that_is_replaced() -> None:
    plain = snapshot_text([snapshot(one) for one in ACCOUNTS])
    assert both("accounts")[0] == plain.replace(ACCOUNTS[0], "000000000002").replace(ACCOUNTS[1], "000000000001")


def test_no_name_is_left() -> None:
    text, _ = both("names")
    assert [secret for secret in SECRETS if secret in text.lower()] == []
    assert not re.search(r"50dc|f2f7|73e2", text)
    assert "elbv2.k8s.aws/cluster" in text


@pytest.mark.parametrize("redact", ["accounts", "names"])
def test_what_is_left_means_the_same(redact: str) -> None:
    plain, masked = read_snapshots([snapshot(one) for one in ACCOUNTS]), read_snapshots(both(redact)[1])
    assert [meaning(one) for one in sorted(plain.listeners, key=order)] == [meaning(one) for one in sorted(masked.listeners, key=order)]
    assert [group.targets for group in masked.target_groups or ()] == [2, 2]
    assert len(masked.gaps) == len(plain.gaps) >= 2


def order(listener: Any) -> Any:
    return [rule.priority for rule in listener.rules], listener.id.split(":")[4] != ACCOUNTS[0]


def meaning(listener: Any) -> Any:
    """Relations of the rules, and whether each forwards to a group of the account and load balancer it is on."""
    facts = ListenerFacts(listener)
    pairs = [facts.relation(a, b) for a in range(facts.count) for b in range(facts.count)]
    alike = [[facts.actions[a] == facts.actions[b] for b in range(facts.count)] for a in range(facts.count)]
    owner = listener.load_balancer
    return (
        pairs,
        alike,
        listener.port,
        owner.name == owner.id.split("/")[-2],
        owner.ip_address_type,
        [len(rule.tags) for rule in listener.rules],
    )


def test_a_resource_has_one_name_in_every_export() -> None:
    alone, together = snapshot_text([snapshot(ACCOUNTS[0])], "names"), both("names")[1][0]
    ids = [rule["RuleArn"].split(":", 5)[5] for rule in together["Rules"]]
    assert [rule["RuleArn"].split(":", 5)[5] for rule in json.loads(alone)["Rules"]] == ids
