"""Three accounts, two regions, a real emulator over HTTP: read in full, in no more calls than pages, the same by every way."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.model import Reading
from alb_lint.sources import aws_json
from alb_lint.sources.live.source import LiveOptions, LiveReading, read_live, snapshot_text
from alb_lint.sources.source import ReadOptions, Target
from moto_estate import ACCOUNTS, REGIONS, ROLES, fill, moto_server

pytestmark = pytest.mark.usefixtures("aws")

SCOPES = len(ACCOUNTS) * len(REGIONS)


@pytest.fixture(params=[(2, 11), pytest.param((20, 40), marks=pytest.mark.long)], ids=["small", "large"])
def estate(request: pytest.FixtureRequest, aws: object) -> Iterator[tuple[str, int, int]]:
    """URL, load balancers and rules of each account and region."""
    assert aws
    with moto_server() as url:
        fill(url, *request.param)
        yield url, *request.param


def live(url: str, **options: Any) -> LiveReading:
    return read_live(LiveOptions(endpoint_url=url, role_arns=ROLES, **options), lambda *_: None, "2026-01-02T12:00:00Z")


def shadowed(reading: Reading) -> list[tuple[str, list[object]]]:
    return [(one.id, [rule.priority for rule in dead(one)]) for one in reading.listeners]


def dead(listener: Any) -> list[Any]:
    facts = ListenerFacts(listener)
    return [rule for index, rule in enumerate(facts.rules) if facts.reach(index).state == "shadowed"]


def test_three_accounts_in_two_regions(estate: tuple[str, int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    url, balancers, rules = estate
    called: list[str] = []
    from botocore.client import BaseClient

    make = BaseClient._make_api_call

    def noted(client: Any, operation: str, arguments: Any) -> Any:
        called.append(operation)
        return make(client, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", noted)
    one = live(url, regions=REGIONS, max_workers=1)
    expected = {
        "AssumeRole": len(ACCOUNTS),
        "GetCallerIdentity": 1,
        "DescribeAccountLimits": SCOPES,
        "DescribeLoadBalancers": SCOPES,
        "DescribeListeners": SCOPES * balancers,
        "DescribeRules": SCOPES * balancers,
        "DescribeTags": SCOPES * (math.ceil(balancers / 20) + math.ceil(balancers * (1 + rules) / 20)),
        "DescribeTargetGroups": SCOPES,
        "DescribeTargetHealth": SCOPES,
    }
    assert dict(one.calls) == Counter(called) == expected
    assert (one.gaps, one.errors) == ((), ())

    eight = live(url, regions=REGIONS, max_workers=8)
    text = snapshot_text(one.snapshots)
    assert text == snapshot_text(eight.snapshots)
    exported = aws_json.read([Target("estate.json", None, text.encode())], ReadOptions())
    assert one.reading() == eight.reading() == replace(exported, files=())

    found = shadowed(exported)
    assert len(found) == SCOPES * balancers
    assert {tuple(numbers) for _, numbers in found} == {tuple(number for number in range(6, rules + 1) if number != rules // 2)}
    assert [rule.name for rule in exported.listeners[0].rules] == [f"rule-{number}" for number in range(1, rules + 1)]
    masked = aws_json.read([Target("estate.json", None, snapshot_text(one.snapshots, "names").encode())], ReadOptions())
    assert sorted(numbers for _, numbers in shadowed(masked)) == sorted(numbers for _, numbers in found)  # type: ignore[type-var]


@pytest.mark.long
def test_every_region_of_the_emulator() -> None:
    """Without a role: the account of the keys, in all regions that are enabled, most of them empty."""
    with moto_server() as url:
        reading = read_live(LiveOptions(endpoint_url=url, regions=("all",)), lambda *_: None, "")
    regions = [one["alb_lint"]["region"] for one in reading.snapshots]
    assert set(REGIONS) < set(regions)
    assert dict(reading.calls) == {"GetCallerIdentity": 1, "DescribeRegions": 1, "DescribeLoadBalancers": len(regions)}
    assert reading.gaps == ()
