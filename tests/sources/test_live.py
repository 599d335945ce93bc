"""The live source against a loopback server: what is read, from where, as whom, and in how many calls."""

import json
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from alb_lint.errors import ConfigError, SourceError, UsageError
from alb_lint.sources import aws_json
from alb_lint.sources.live.source import LiveOptions, LiveReading, read_live, snapshot_text
from alb_lint.sources.source import ReadOptions, Target
from loopback import HOME, Call, Estate, Loopback, serving

pytestmark = pytest.mark.usefixtures("aws")

NOON = "2026-01-02T12:00:00Z"


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    with serving(Loopback()) as running:
        yield running


def live(loopback: Loopback, **options: Any) -> LiveReading:
    return read_live(LiveOptions(endpoint_url=loopback.url, **options), lambda *_: None, NOON)


def scopes(reading: LiveReading) -> list[tuple[str, str]]:
    return [(one["alb_lint"]["account"], one["alb_lint"]["region"]) for one in reading.snapshots]


def from_file(reading: LiveReading) -> Any:
    text = snapshot_text(reading.snapshots)
    return replace(aws_json.read([Target("snapshot.json", None, text.encode())], ReadOptions()), files=())


def test_an_estate(loopback: Loopback) -> None:
    reading = live(loopback)
    assert (reading.gaps, reading.errors) == ((), ())
    model = reading.reading()
    assert [one.name for one in model.listeners] == ["web-0:443", "web-1:443"]
    first = model.listeners[0]
    assert [rule.priority for rule in first.rules] == [1, 2, 3, 4, 5]
    assert first.default
    assert first.rules[0].tags == (("team", "01"),)
    assert first.load_balancer
    assert (first.load_balancer.ip_address_type, first.load_balancer.tags) == ("ipv4", (("team", "00"),))
    assert dict(first.limits) == {"rules-per-application-load-balancer": 200}
    assert [(group.name, group.targets) for group in model.target_groups or ()] == [("api", 1)]


@pytest.mark.parametrize("workers", [1, 8])
@pytest.mark.parametrize(("balancers", "rules", "page"), [(0, 0, 400), (1, 1, 400), (3, 45, 400), (5, 23, 2)])
def test_one_call_per_page(balancers: int, rules: int, page: int, workers: int) -> None:
    with serving(Loopback(Estate(balancers, rules, page))) as loopback:
        reading = live(loopback, max_workers=workers)
    expected = {"DescribeLoadBalancers": math.ceil((balancers + 1) / page) if balancers else 1, "GetCallerIdentity": 1}
    if balancers:
        expected |= {
            "DescribeAccountLimits": 1,
            "DescribeListeners": balancers,
            "DescribeRules": balancers * math.ceil((rules + 1) / page),
            "DescribeTags": math.ceil(balancers / 20) + math.ceil(balancers * (1 + rules) / 20),
            "DescribeTargetGroups": 1,
            "DescribeTargetHealth": 1,
        }
    assert dict(reading.calls) == expected
    assert Counter(loopback.actions()) == expected
    assert sum(len(one.rules) for one in reading.reading().listeners) == balancers * rules


@pytest.mark.parametrize("options", [{}, {"regions": ("all",)}, {"regions": ("us-east-1", "eu-west-1")}])
def test_the_same_from_the_api_and_from_the_export_whatever_the_workers(loopback: Loopback, options: Any) -> None:
    one, eight = live(loopback, max_workers=1, **options), live(loopback, max_workers=8, **options)
    assert snapshot_text(one.snapshots) == snapshot_text(eight.snapshots)
    assert one.reading() == eight.reading() == from_file(one)


def test_pages_are_asked_for_in_full(loopback: Loopback) -> None:
    live(loopback)
    asked = {call.action: call.params.get("PageSize") for call in loopback.calls}
    assert {action for action, size in asked.items() if size != "400"} == {"GetCallerIdentity", "DescribeTags", "DescribeTargetHealth"}


def test_network_load_balancers_are_left_out(loopback: Loopback) -> None:
    (snapshot,) = live(loopback).snapshots
    assert {one["Type"] for one in snapshot["LoadBalancers"]} == {"application"}
    assert not [call for call in loopback.calls if ":loadbalancer/net/" in str(call.params)]


def test_boto3_is_told_who_calls_and_that_keys_are_given(loopback: Loopback) -> None:
    assert {call.account for call in loopback.calls} == set()
    live(loopback, role_arns=("arn:aws:iam::222222222222:role/audit",))
    assert {call.account for call in loopback.calls if call.action.startswith("Describe")} == {"222222222222"}


# -- regions ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("regions", "read"),
    [
        ((), ["eu-west-1"]),
        (("us-east-1",), ["us-east-1"]),
        (("us-east-1", "eu-west-1", "us-east-1"), ["eu-west-1", "us-east-1"]),
        (("all",), ["ap-south-1", "eu-west-1"]),
    ],
)
def test_regions(loopback: Loopback, regions: tuple[str, ...], read: list[str]) -> None:
    loopback.estate = Estate(regions=("eu-west-1", "ap-south-1"))
    reading = live(loopback, regions=regions)
    assert scopes(reading) == [(HOME, region) for region in read]
    assert {call.region for call in loopback.calls if call.action == "DescribeRules"} == set(read)


def test_all_regions_are_those_that_are_enabled(loopback: Loopback) -> None:
    live(loopback, regions=("all",))
    (asked,) = [call.params for call in loopback.calls if call.action == "DescribeRegions"]
    assert {asked["Filter.1.Name"], asked["Filter.1.Value.1"], asked["Filter.1.Value.2"]} == {
        "opt-in-status",
        "opt-in-not-required",
        "opted-in",
    }


def test_region_of_the_environment_as_the_cli_has_it(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    assert scopes(live(loopback)) == [(HOME, "us-east-1")]


def test_no_region(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(SourceError, match="no region is set") as caught:
        live(loopback)
    assert "--region" in caught.value.hint


# -- accounts --------------------------------------------------------------------------------------------------------------------

ROLES = ("arn:aws:iam::111111111111:role/audit", "arn:aws:iam::222222222222:role/path/audit")


def assumed(loopback: Loopback) -> list[tuple[str, str | None]]:
    return sorted((call.params["RoleArn"], call.params.get("ExternalId")) for call in loopback.calls if call.action == "AssumeRole")


@pytest.mark.parametrize(("ids", "given"), [((), (None, None)), (("xx",), ("xx", "xx")), (("xx", "yy"), ("xx", "yy"))])
def test_roles(loopback: Loopback, ids: tuple[str, ...], given: tuple[str | None, ...]) -> None:
    reading = live(loopback, role_arns=ROLES, external_ids=ids)
    assert scopes(reading) == [("111111111111", "eu-west-1"), ("222222222222", "eu-west-1")]
    assert assumed(loopback) == list(zip(ROLES, given, strict=True))
    assert {one.id.split(":")[4] for one in reading.reading().listeners} == {"111111111111", "222222222222"}


TOML = """
[[account]]
role_arn = "arn:aws:iam::111111111111:role/audit"
external_id = "xx"

[[account]]
role_arn = "arn:aws:iam::222222222222:role/audit"
regions = ["us-east-1", "eu-west-1"]
"""


@pytest.mark.parametrize("kind", ["toml", "json", "list"])
def test_accounts_file(loopback: Loopback, tmp_path: Path, kind: str) -> None:
    entries = [
        {"role_arn": "arn:aws:iam::111111111111:role/audit", "external_id": "xx"},
        {"role_arn": "arn:aws:iam::222222222222:role/audit", "regions": ["us-east-1", "eu-west-1"]},
    ]
    text = {"toml": TOML, "json": json.dumps({"account": entries}), "list": json.dumps(entries)}[kind]
    path = tmp_path / "accounts"
    path.write_text(text)
    reading = live(loopback, accounts_file=str(path))
    assert scopes(reading) == [("111111111111", "eu-west-1"), ("222222222222", "eu-west-1"), ("222222222222", "us-east-1")]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("[account", "no TOML"),
        ("", "no account"),
        ("[]", "no account"),
        ("[1, 2]", "not a table"),
        ("accounts = []", "unknown key accounts"),
        ('[account]\nrole_arn = "x"', "no list"),
        ("[[account]]\nexternal_id = 'x'", "role_arn is missing"),
        ("[[account]]\nrole_arn = 'arn:aws:iam::1:user/x'", "role_arn is missing"),
        ("[[account]]\nrole_arn = 'arn:aws:iam::1:role/x'\nname = 'x'", "unknown key name"),
        ("[[account]]\nrole_arn = 'arn:aws:iam::1:role/x'\nexternal_id = 1", "external_id"),
        ("[[account]]\nrole_arn = 'arn:aws:iam::1:role/x'\nregions = 'eu-west-1'", "regions"),
        ("[" * 100_000, "nested too deeply"),
        ("\udcff", "no TOML"),
    ],
)
def test_accounts_file_that_makes_no_sense(loopback: Loopback, tmp_path: Path, text: str, what: str) -> None:
    path = tmp_path / "accounts.toml"
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(ConfigError, match=what) as caught:
        live(loopback, accounts_file=str(path))
    assert "accounts.toml" in caught.value.where


def test_no_accounts_file(loopback: Loopback) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        live(loopback, accounts_file="nowhere.toml")


def test_organization(loopback: Loopback) -> None:
    """The own account through its own keys, all others that are active through the role."""
    loopback.estate = Estate(members=("333333333333", HOME, "111111111111"))
    reading = live(loopback, org=True, org_role="audit")
    assert scopes(reading) == [(account, "eu-west-1") for account in (HOME, "111111111111", "333333333333")]
    assert assumed(loopback) == [(f"arn:aws:iam::{account}:role/audit", None) for account in ("111111111111", "333333333333")]
    assert len(reading.reading().listeners) == 6


def test_profiles(loopback: Loopback, aws: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    keys = "region = {}\naws_access_key_id = ASIA{}\naws_secret_access_key = s\n"
    aws.write_text(
        "[profile a]\n"
        + keys.format("eu-west-1", "111111111111")
        + "[profile b]\n"
        + keys.format("us-east-1", "222222222222")
        + "[profile again]\n"
        + keys.format("us-east-1", "222222222222")
    )
    reading = live(loopback, profiles=("a", "b", "again"))
    assert scopes(reading) == [("111111111111", "eu-west-1"), ("222222222222", "us-east-1")]


@pytest.mark.parametrize(
    ("options", "where"),
    [
        ({"max_workers": 0}, "--max-workers"),
        ({"external_ids": ("a", "b"), "role_arns": ROLES[:1]}, "--external-id"),
        ({"external_ids": ("a",)}, "--external-id"),
        ({"profiles": ("a", "b"), "org": True}, "--profile"),
        ({"regions": ("all", "eu-west-1")}, "--region"),
        ({"role_arns": ("arn:aws:iam::1:user/x",)}, "--role-arn"),
    ],
)
def test_options_that_contradict_each_other(loopback: Loopback, options: Any, where: str) -> None:
    with pytest.raises(UsageError) as caught:
        live(loopback, **options)
    assert caught.value.where == where
    assert caught.value.hint


# -- a part of the estate ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({"load_balancers": ("web-1",)}, ["web-1:443"]),
        ({"load_balancers": ("*:loadbalancer/app/web-*/*2",)}, ["web-2:443"]),
        ({"load_balancers": ("web-1", "web-2")}, ["web-1:443", "web-2:443"]),
        ({"listeners": ("web-2:443",)}, ["web-2:443"]),
        ({"listeners": ("*/app/web-0/*",)}, ["web-0:443"]),
        ({"listeners": ("listener/app/web-0/*",)}, ["web-0:443"]),
        ({"tags": (("team", "01"),)}, ["web-1:443"]),
    ],
)
def test_a_part(options: Any, names: list[str]) -> None:
    with serving(Loopback(Estate(3, 2))) as loopback:
        reading = live(loopback, **options)
    assert [one.name for one in reading.reading().listeners] == names
    assert loopback.actions().count("DescribeRules") == len(names)
    assert len(reading.snapshots[0]["Tags"]) == len(names) * 4 + (2 if "listeners" in options else 0)


@pytest.mark.parametrize("options", [{"load_balancers": ("nope",)}, {"tags": (("team", "01"), ("a", "b"))}, {"listeners": ("web-1:80",)}])
def test_no_part_says_where_it_looked(loopback: Loopback, options: Any) -> None:
    with pytest.raises(SourceError, match="no application load balancer matches --") as caught:
        live(loopback, **options)
    assert caught.value.where == f"account {HOME}, region eu-west-1"
    assert caught.value.hint


def test_attributes_are_asked_for_only_when_wanted(loopback: Loopback) -> None:
    assert "DescribeLoadBalancerAttributes" not in dict(live(loopback).calls)
    reading = live(loopback, attributes=True)
    assert dict(reading.calls)["DescribeLoadBalancerAttributes"] == 2
    assert [one.load_balancer.drops_invalid_headers for one in reading.reading().listeners if one.load_balancer] == [True, True]
    assert "s3" not in snapshot_text(reading.snapshots)


# -- manners ---------------------------------------------------------------------------------------------------------------------


def test_nothing_but_reading_is_ever_called(loopback: Loopback) -> None:
    loopback.estate = Estate(members=(HOME, "111111111111"))
    live(loopback, regions=("all",), org=True, role_arns=ROLES, attributes=True)
    assert set(loopback.actions()) == {
        "AssumeRole",
        "DescribeAccountLimits",
        "DescribeListeners",
        "DescribeLoadBalancerAttributes",
        "DescribeLoadBalancers",
        "DescribeRegions",
        "DescribeRules",
        "DescribeTags",
        "DescribeTargetGroups",
        "DescribeTargetHealth",
        "GetCallerIdentity",
        "ListAccounts",
    }


def test_progress_is_told_per_scope_and_ends_at_its_total(loopback: Loopback) -> None:
    told: list[tuple[str, str, int, int]] = []
    read_live(LiveOptions(endpoint_url=loopback.url, regions=("all",)), lambda *one: told.append(one), NOON)
    for region in ("eu-west-1", "us-east-1"):
        assert [one[2:] for one in told if one[1] == region] == [(0, 2), (1, 2), (2, 2)]


def test_snapshot_says_when_and_where(loopback: Loopback) -> None:
    (snapshot,) = live(loopback).snapshots
    about = snapshot["alb_lint"]
    assert (about["account"], about["region"], about["taken_at"], about["gaps"]) == (HOME, "eu-west-1", NOON, [])


def test_oidc_secrets_never_leave(loopback: Loopback) -> None:
    def echo(call: Call) -> Any:
        if call.action != "DescribeListeners":
            return None
        answer: Any = Estate()(call)
        oidc = {"Issuer": "https://i.example", "ClientId": "id", "ClientSecret": "hunter2", "UseExistingClientSecret": "false"}
        answer["Listeners"][0]["DefaultActions"].insert(0, {"Type": "authenticate-oidc", "AuthenticateOidcConfig": oidc})
        return answer

    loopback.fault = echo
    text = snapshot_text(live(loopback).snapshots)
    assert "https://i.example" in text
    assert "hunter2" not in text
    assert "ecret" not in text
