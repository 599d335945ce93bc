"""How many pairs of rules that cross are listed."""

from dataclasses import replace

import pytest

from alb_lint import pipeline, selections
from alb_lint.analysis import crossings as counted
from alb_lint.analysis.crossings import PAIRS, PAIRS_OF_A_VERSION, crossings, pairs_each, pairs_of_versions
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks import undecided
from alb_lint.model import Estate, Listener
from shorthand import TODAY, config, listener


def meeting(rules: int) -> Listener:
    """Rules that all meet."""
    return listener(*[f"{number} path=*x{number}y* -> t{number}" for number in range(1, rules + 1)])


@pytest.mark.parametrize(
    ("counts", "each"),
    [
        ([], PAIRS),
        ([20_000], PAIRS),
        ([1_000] * 3, PAIRS),
        ([2_000] * 3, 500_000),
        ([2_000] * 4, 375_000),
        ([100] * 1_000, PAIRS),
        ([500] * 60, 25_000),
        ([500] * 60 + [100] * 100, 25_083),
    ],
)
def test_pairs_that_each_listener_of_a_run_may_list(counts: list[int], each: int) -> None:
    one = meeting(1).rules[0]
    assert pairs_each([Listener(f"L{at}", "", (one,) * count) for at, count in enumerate(counts)]) == each


def test_of_more_pairs_some_are_listed_and_the_rest_is_said() -> None:
    facts = ListenerFacts(meeting(10))
    assert sum(bits.bit_count() for bits in crossings(facts).plain.values()) == 90
    assert not crossings(facts).left
    some = crossings(facts, 10)
    assert 20 <= sum(bits.bit_count() for bits in some.plain.values()) < 90
    assert some.left
    assert all(some.plain[first] & bits == some.plain[first] for first, bits in crossings(facts).plain.items() if first in some.plain)


@pytest.mark.parametrize(
    ("counts", "other", "each"),
    [
        ([20_000], 1, PAIRS_OF_A_VERSION),
        ([100] * 1_000, 1_000, PAIRS_OF_A_VERSION),
        ([500] * 60, 60, 25_000),
        ([500] * 60, 0, 25_000),  # nothing has changed
        ([500] * 60, 1, 25_000),
    ],
)
def test_two_versions_share_what_one_run_may_list(counts: list[int], other: int, each: int) -> None:
    one = meeting(1).rules[0]
    before, after = ([Listener(f"L{at}", "", (one,) * count) for at, count in enumerate(counts)] for _ in range(2))
    assert pairs_of_versions(before, [*after[:other], *before[other:]]) == each


def test_a_share_of_a_run_is_told_as_that_however_large_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where it is as many as each of two versions lists: `--listener` is a way out."""
    monkeypatch.setattr(counted, "PAIRS_IN_A_RUN", 100)
    monkeypatch.setattr(counted, "PAIRS_PER_RULE", 0)
    for place in (undecided, pipeline):
        monkeypatch.setattr(place, "PAIRS_OF_A_VERSION", 50, raising=False)
    two = [replace(meeting(20), id=name, name=name) for name in "AB"]
    found = [finding for finding in pipeline.lint(Estate(tuple(two)), config(""), TODAY).findings if finding.info is undecided.CHECK.info]
    assert len(found) == 2
    assert all("50 pairs" in one.message and "which each listener of this run may take" in one.message for one in found)
    assert all("--listener" in one.help for one in found)


def test_pairs_that_a_version_does_not_list_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pairs that are listed are those of a run of one version, and what is not listed is undecided."""
    monkeypatch.setattr(counted, "PAIRS_IN_A_RUN", 400)
    monkeypatch.setattr(counted, "PAIRS_PER_RULE", 0)
    rules = [f"{number} path=*x{number}y* name=r{number} -> t{number}" for number in range(1, 21)]
    new = Estate((listener(*rules, "30 path=*z* name=new -> z"),))
    whole = pipeline.lint(new, config(""), TODAY)
    found = pipeline.lint_change(Estate((listener("1 path=/only -> t"),)), new, config(""), TODAY, selections.Selection())
    assert whole == replace(found, changed=None)
    monkeypatch.setattr(counted, "PAIRS_IN_A_RUN", 100)
    some = pipeline.lint_change(Estate((listener("1 path=/only -> t"),)), new, config(""), TODAY, selections.Selection())
    (told,) = [finding for finding in some.findings if finding.info is undecided.CHECK.info]
    assert "which each listener of this run may take" in told.message
    listed = {(finding.rule, one.rule) for finding in whole.findings for one in finding.related if finding.info.code == "ALB104"}
    for finding in some.findings:
        if finding.info.code == "ALB104":
            assert {(finding.rule, one.rule) for one in finding.related} <= listed | {(b, a) for a, b in listed}
