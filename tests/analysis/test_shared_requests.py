"""Requests of pairs that are put together from fields: each is taken by both rules, and there is one wherever a search finds one."""

from itertools import combinations, pairwise
from random import Random

import pytest

from alb_lint.analysis.evaluate import matches_rule
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.shared_requests import SharedRequests
from alb_lint.model import Request
from shorthand import listener as told
from worlds import listener

KINDS = (
    ("path",),
    ("path", "host"),
    ("host", "method", "source"),
    ("path", "header"),
    ("header", "query"),
    ("path", "regex"),
    ("method", "host", "path", "source", "header", "query", "regex"),
)


def twice(request: Request) -> bool:
    return any(len({name.lower() for name, _ in field}) < len(field) for field in (request.headers, request.query))


@pytest.mark.parametrize("kinds", KINDS, ids="-".join)
@pytest.mark.parametrize("seed", range(12))
def test_as_searched_for_pair_by_pair(kinds, seed):
    facts = ListenerFacts(listener(Random(f"shared {kinds} {seed}"), kinds, 12))
    requests = SharedRequests(facts)
    for first, second in combinations(range(facts.count), 2):
        slow, found = facts.shared_request(first, second), requests.of(first, second)
        if not facts.meets[first] >> second & 1:
            continue
        assert requests.need_repeat(first, second) == facts.needs_repeat(first, second)
        if found is None:
            assert slow is None
            continue
        for index in (first, second):
            assert all(matches_rule(facts.rules[index], found, reading) for reading in facts.readings)
        if twice(found):
            assert facts.needs_repeat(first, second) or twice(slow)


@pytest.mark.parametrize(
    ("rules", "most"),
    [
        # one search for each path and each header, at most
        ([f"{n} path=/p{n}/* -> a" for n in range(1, 21)] + [f"{n} header:H{n}=v{n} -> b" for n in range(21, 41)], 40),
        ([f"{n} header:H=v{n} -> b" for n in range(1, 21)], 1),
        ([f"{n} query=k{n}:v{n} -> b" for n in range(1, 21)], 1),
        # the rest is written down
        ([f"{n} path=*{n}*,/z{n} -> b" for n in range(1, 21)], 1),
        ([f"{n} path=/{n // 5}/* -> b" for n in range(1, 21)] + [f"{n} path=*/{n % 5} -> b" for n in range(21, 41)], 10),
    ],
)
def test_what_one_pair_was_found_by_serves_others(rules, most, monkeypatch):
    facts = ListenerFacts(told(*rules))
    searched = []
    monkeypatch.setattr(ListenerFacts, "shared_request", lambda self, *wanted: searched.append(wanted) or self.find(wanted, 0))
    requests = SharedRequests(facts)
    pairs = list(facts.pairs())
    assert len(pairs) > 100
    for first, second in pairs:
        found = requests.of(first, second)
        assert facts.takes(first, found)
        assert facts.takes(second, found)
        assert twice(found) <= facts.needs_repeat(first, second)
    assert 0 < len(searched) <= most


def test_texts_that_are_written_down_are_work():
    requests = SharedRequests(ListenerFacts(told(*(f"{n} path=*{n}* -> a" for n in range(1, 9)))))
    seen = [requests.worked]
    for pair in combinations(range(8), 2):
        requests.of(*pair)
        seen.append(requests.worked)
    assert all(before < after for before, after in pairwise(seen))
    requests.of(0, 1)
    assert requests.worked == seen[-1]
