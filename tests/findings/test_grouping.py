"""Findings of one cause told as one: nothing is lost, and few lines are left."""

from collections import Counter
from random import Random

import pytest

from alb_lint import inputs, pipeline
from alb_lint.config import Config
from alb_lint.findings.fingerprint import fingerprint
from alb_lint.findings.grouping import LEAST, grouped
from alb_lint.findings.summary import Summary
from alb_lint.reports import terminal
from shorthand import TODAY, config, estate, listener
from worlds import listener as random_listener


def lint(*rules: str, toml: str = "") -> Summary:
    settings = config(toml) if toml else Config()
    return pipeline.lint(estate(listener(*rules)), settings, TODAY)


def lines(summary: Summary) -> int:
    return len(terminal.render(grouped(summary), False).splitlines())


CONFIG = """
[[range]]
name = "a"
priorities = "100-120"
match = { paths = ["/a*"] }
[[range]]
name = "b"
priorities = "200-220"
match = { paths = ["/b*"] }
[[retired]]
priorities = "1-3"
reason = "old"
[[retired]]
priorities = "6"
"""
HOUSE = ("ALB003", "ALB005")


@pytest.mark.parametrize("seeds", [range(40), pytest.param(range(1000, 3000), marks=pytest.mark.long)], ids=["some", "many"])
def test_where_rules_sit_is_told_once_and_in_whole(seeds):
    for seed in seeds:
        random = Random(seed)
        paths = [f"/{random.choice('abc')}{place}" for place in range(9)]
        before = lint(*(f"{random.randint(1, 8)} path={path} name=n{place} -> t{place}" for place, path in enumerate(paths)), toml=CONFIG)
        after = grouped(before)
        parts = [part for finding in after.findings for part in (finding.parts or (finding,)) if part.info.code in HOUSE]
        assert Counter(map(id, parts)) == Counter(id(one) for one in before.findings if one.info.code in HOUSE)
        for finding in after.findings:
            if finding.info.code == "ALB005" and finding.parts:
                outside = {part.rule.id for part in finding.parts if part.info.code == "ALB003"}
                assert ("belong to the range" in finding.message) == bool(outside)
                assert outside <= {rule.id for rule in finding.rules}


def test_rules_on_retired_numbers_name_their_range_in_one_finding():
    rules = [f"{number} path=/{path} name=n{number} -> t" for number, path in ((1, "a1"), (2, "a2"), (3, "b3"), (6, "c"), (7, "a7"))]
    summary = grouped(lint(*rules, toml=CONFIG))
    said = {
        finding.info.code + ("*" if finding.parts else ""): finding.message for finding in summary.findings if finding.info.code in HOUSE
    }
    assert said == {
        "ALB005*": "3 rules have retired numbers: 1-3; they belong to the ranges `a` (1, 2), `b` (3). Retired (1-3): old",
        "ALB005": "priority 6 is retired (6)",
        "ALB003": "it belongs in the range `a` (100-120) and has priority 7",
    }


@pytest.mark.parametrize("seed", [*range(120), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1000, 3000))])
def test_every_finding_is_told_once(seed):
    told = random_listener(Random(seed), ("path", "host", "header", "source")[: 1 + seed % 4], most=9)
    before = pipeline.lint(estate(told), Config(), TODAY)
    after = grouped(before)
    whole = [part for finding in after.findings for part in (finding.parts or (finding,))]
    # a finding on a rule that crosses others in several ways is a part of several groups
    assert {id(finding) for finding in whole} == {id(finding) for finding in before.findings}
    for code in {finding.info.code for finding in before.findings}:
        mine = [finding for finding in before.findings if finding.info.code == code]
        named = {rule.id for finding in mine for rule in (finding.rule, *(item.rule for item in finding.related)) if rule is not None}
        found = {
            rule.id
            for finding in after.findings
            if finding.info.code == code
            for rule in (finding.rule, *finding.rules, *(item.rule for item in finding.related))
            if rule is not None
        }
        assert found == named
    pairs = Counter(
        frozenset((finding.rule.id, item.rule.id))
        for finding in before.findings
        if finding.info.code == "ALB104"
        for item in finding.related
    )
    again = Counter(
        frozenset((rule.id, item.rule.id))
        for finding in after.findings
        if finding.info.code == "ALB104"
        for item, rule in (
            ((item, finding.rule) for item in finding.related)
            if not finding.parts
            else ((item, part.rule) for part in finding.parts for item in part.related if item in finding.related)
        )
    )
    assert set(again) == set(pairs)
    assert after.worst() == before.worst()


def test_rules_that_nobody_gave_a_number_are_one_finding(tmp_path):
    rule = (
        'resource "aws_lb_listener_rule" "{name}" {{\n  listener_arn = aws_lb_listener.main.arn\n  action {{\n    type = "forward"\n'
        '    target_group_arn = aws_lb_target_group.{name}.arn\n  }}\n  condition {{\n    host_header {{ values = ["x.example.com"] }}\n  }}\n}}\n'
    )
    (tmp_path / "main.tf").write_text("".join(rule.format(name=name) for name in "abcd"), "utf-8")
    summary = pipeline.lint(inputs.read([str(tmp_path)], Config()), Config(), TODAY)
    (found,) = [item for item in grouped(summary).findings if item.info.code == "ALB108"]
    assert found.message.startswith(
        "4 rules share requests and act differently, and their number is not set: which of them answers is left to chance: ? aws_lb_listener_rule.a"
    )
    assert len(found.rules) == 4
    assert len(found.parts) == 3


def test_grouping_twice_changes_nothing():
    once = grouped(lint(*(f"{number} host=*{name}.* -> {name}" for number, name in enumerate("abcdefgh", 1))))
    assert grouped(once) == once


def test_hosts_with_stars_are_one_finding():
    summary = lint(*(f"{number} host=*name{number}.* -> g{number}" for number in range(1, 21)))
    (found,) = [item for item in grouped(summary).findings if item.info.code == "ALB104"]
    assert len(found.rules) == 20
    assert found.message == "20 rules that ask for a host share requests and act differently: the lowest number gets them (1-20)"
    assert len(found.witnesses) == 1
    assert lines(summary) <= 12


def test_paths_headers_and_hosts_are_one_finding_for_each_kind_of_meeting():
    rules = [f"{number} path=/api/{number}* -> a{number}" for number in range(1, 9)]
    rules += [f"{100 + number} header:service={number} -> b{number}" for number in range(1, 9)]
    rules += [f"{200 + number} host=h{number}.example -> c{number}" for number in range(1, 5)]
    summary = lint(*rules)
    found = [item for item in grouped(summary).findings if item.info.code == "ALB104"]
    assert len(found) == 3
    assert all(item.witnesses for item in found)
    assert lines(summary) <= 30


def test_twins_at_several_numbers_are_one_finding():
    summary = lint("10 path=/a -> a", "10 path=/a -> b", "20 path=/b -> a", "20 path=/b -> b", "30 path=/c -> a", "30 path=/d -> b")
    found = [(item.rule.priority, len(item.rules)) for item in grouped(summary).findings if item.info.code == "ALB001"]
    assert found == [(10, 4), (30, 0)]


def test_rules_hidden_by_the_same_rules_are_one_finding():
    hidden = [f"{number} path=/s{number}/* -> s{number}" for number in range(10, 20)]
    summary = lint("1 path=/s* -> all", *hidden, "30 path=/t* -> t", "40 path=/t/a -> a", "41 path=/t/b -> b")
    found = [item for item in grouped(summary).findings if item.info.code == "ALB101"]
    assert [(item.rule.priority, len(item.rules)) for item in found] == [(10, 10), (40, 0), (41, 0)]
    assert found[0].message == "no request reaches 10 rules: 1 (/s*) takes all their requests first: 10-19"
    assert [related.rule.priority for related in found[0].related] == [1]
    assert len(found[0].witnesses) == 1


def test_few_findings_stay_as_they_are():
    summary = lint("10 path=/a* -> a", "20 host=h.example -> b")
    assert len(summary.findings) < LEAST
    assert grouped(summary) == summary


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (["10 path=/a/*,/a/b,/a/c,/a/d -> a"], "1 rule has values that another value of the same condition covers: 10"),
        ([f"{number} path=/{number}/*,/{number}/b -> a" for number in (1, 2, 3)], "3 rules have values that"),
    ],
)
def test_verbs(rules, said):
    assert any(finding.message.startswith(said) for finding in grouped(lint(*rules)).findings)


def test_the_fingerprint_of_a_group_stays_where_a_rule_comes_or_goes():
    some, more = (grouped(lint(*(f"{number} host=*name{number}.* -> g{number}" for number in range(1, count)))) for count in (6, 8))
    assert [fingerprint(item) for item in some.findings] == [fingerprint(item) for item in more.findings]


def test_ranges():
    toml = """[[range]]
name = "v2"
priorities = "100-110"
match = { paths = ["/v2/*"] }
"""
    summary = lint(*(f"{number} path=/v2/{number} -> g" for number in range(1, 6)), toml=toml)
    (found,) = [item for item in grouped(summary).findings if item.info.code == "ALB003"]
    assert found.message == "5 rules belong to the range `v2` and have numbers outside of it: 1-5"
