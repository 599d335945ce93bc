"""`alb-lint show`: the listener as a table, and what each mark says."""

import json
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

import bombs
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.view import rows
from running import SEED, export, inside, raw
from shorthand import listener
from terraform_files import rule
from worlds import World
from worlds import listener as random_listener


def marks(*rules: str, **fields) -> list[tuple[str, str]]:
    """(mark, priorities that it is about) of each rule in asking order."""
    return [
        (row.mark, " ".join(str(other.priority) for other in row.with_))
        for row in rows(listener(*rules, **fields))
        if not row.rule.is_default
    ]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (["10 path=/a -> x", "20 path=/b -> y"], [("", ""), ("", "")]),
        (["10 path=/* -> x", "20 path=/b -> y"], [("", ""), ("dead", "10")]),
        (["10 path=/* -> x", "20 path=/b -> x"], [("", ""), ("redundant", "10")]),
        (["10 path=/a -> x", "20 path=/* -> x"], [("redundant", ""), ("", "")]),
        (["10 path=/a -> x", "10 path=/b -> y"], [("collides", "10"), ("collides", "10")]),
        (["10 if=c path=/a -> x", "10 unless=c path=/b -> y"], [("", ""), ("", "")]),
        (["10 path=/a/* -> x", "20 path=/*/b -> y"], [("crosses", "20"), ("crosses", "10")]),
        (["10 path=/a/* -> x", "20 path=/* -> y"], [("", ""), ("", "")]),  # the narrower first: everyday life
        (["10 path=${p} -> x", "20 path=/b -> y"], [("undecided", ""), ("undecided", "")]),
        (["10 path=api/* -> x"], [("matches nothing", "")]),
    ],
    ids=lambda value: " | ".join(value) if value and isinstance(value[0], str) else "",
)
def test_marks(rules, expected):
    assert marks(*rules) == expected


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (["10 path=/a -> x"], ("reachable", "", "")),
        (["10 path=/* -> x"], ("shadowed", "dead", "10")),
        (["10 path=/* GET -> x", "20 path=/* -> y"], ("shadowed", "dead", "20")),
        (["${n} path=/* -> y"], ("shadowed", "dead", "?")),
        (["10 if=c path=/* -> y"], ("undecided", "undecided", "")),
        (["10 path=${p} -> y"], ("undecided", "undecided", "")),
    ],
    ids=lambda value: " | ".join(value) if isinstance(value, list) else "",
)
def test_the_default_rule_takes_what_is_left(rules, expected):
    last = rows(listener(*rules))[-1]
    with_ = " ".join(str(rule.priority) if isinstance(rule.priority, int) else "?" for rule in last.with_)
    assert (last.reach, last.mark, with_) == expected


def test_the_default_rule_as_brute_force_has_it():
    for seed in range(150):
        told = random_listener(Random(seed), ("path", "host")[: 1 + seed % 2])
        if told.default is None:
            continue
        world = World(list(told.rules), False)
        open_ = any(not cover for cover in world.every)
        assert rows(told)[-1].reach == ("reachable" if open_ else "shadowed"), seed


def test_every_rule_is_there_once_in_asking_order():
    for seed in range(200):
        told = random_listener(Random(seed), ("path", "host"))
        shown = rows(told)
        assert sorted(row.rule.id for row in shown if not row.rule.is_default) == sorted(rule.id for rule in told.rules)
        assert all(first.rule.priority <= second.rule.priority for first, second in pairwise(shown) if not second.rule.is_default)
        facts = ListenerFacts(told)
        states = {rule.id: facts.reach(index).state for index, rule in enumerate(facts.rules)}
        assert all(row.reach == states[row.rule.id] for row in shown if not row.rule.is_default)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rules = export(raw(10, "/a*"), raw(20, "/a/b", "web"), raw("default", "", "rest", number="d", Conditions=[]))
    Path("rules.json").write_text(rules, "utf-8")


def test_text(here):
    assert inside("show", "rules.json").out == (
        "web/f2f7dc8efc522ab2  2 rules: 1 dead\n"
        "   PRIO  PATH  ACTION\n"
        "     10  /a*   api\n"
        "     20  /a/b  web     dead: 10 before it\n"
        "default        rest\n"
    )


def test_a_listener_without_any_rule(here):
    """Its default action is whatever a value makes of it."""
    none = 'resource "aws_lb_listener" "web" {\n  dynamic "default_action" {\n    for_each = []\n    content {}\n  }\n}\n'
    Path("main.tf").write_text(none + rule(listener="aws_lb_listener.other.arn"), "utf-8")
    assert inside("show", "main.tf").out == (
        "aws_lb_listener.other  1 rule\nPRIO  NAME  PATH  ACTION\n  10  r     /x    tg\n\naws_lb_listener.web  0 rules\n"
    )


def test_the_winner_is_told(here):
    told = inside("show", "rules.json", "--match", "https://h.example/a/b")
    assert told.out.endswith("GET  h.example/a/b: answered by rule 10\n")
    (found,) = inside("show", "rules.json", "--match", "/none", "-f", "json").json["listeners"]
    assert found["answered_by"].endswith("/000000000000000d")


def test_ranges_and_hosts_show_as_groups(here):
    hosts = [
        raw(10 * at, "", f"g{at}", Conditions=[{"Field": "host-header", "Values": [f"{'ab'[at > 3]}.example.com"]}]) for at in range(1, 7)
    ]
    Path("hosts.json").write_text(export(*hosts), "utf-8")
    Path("alb-lint.toml").write_text('[[range]]\nname = "first"\npriorities = "10-25"\n', "utf-8")
    assert inside("show", "hosts.json").out.splitlines()[1:] == [
        "PRIO  RANGE  HOST           ACTION",
        "  10  first  a.example.com  g1",
        '  20  first  "              g2      dead: 10 before it',
        '  30         "              g3      dead: 10 before it',
        "  40         b.example.com  g4",
        '  50         "              g5      dead: 40 before it',
        '  60         "              g6      dead: 40 before it',
    ]
    (found,) = inside("show", "hosts.json", "-f", "json").json["listeners"]
    assert [rule.get("range") for rule in found["rules"]] == ["first", "first", None, None, None, None]


def test_json(here):
    told = inside("show", "rules.json", "-f", "json").json
    assert (told["schema"], told["complete"]) == ("alb-lint.show.v1", True)
    (found,) = told["listeners"]
    assert (found["account"], found["region"]) == ("123456789012", "eu-west-1")
    assert [(rule["priority"], rule["mark"], rule["reach"], len(rule["with"])) for rule in found["rules"]] == [
        (10, "", "reachable", 0),
        (20, "dead", "shadowed", 1),
        ("default", "", "reachable", 0),
    ]


def test_over_what_was_not_read_nothing_is_reachable(here):
    Path("cut.json").write_text(json.dumps(json.loads(Path("rules.json").read_text("utf-8")) | {"NextMarker": "x"}), "utf-8")
    (found,) = inside("show", "cut.json", "-f", "json").json["listeners"]
    assert [rule["reach"] for rule in found["rules"] if not rule["default"]] == ["undecided", "shadowed"]
    assert found["unread"]


@pytest.mark.parametrize("columns", [60, 80, 100, 160])
def test_no_line_is_wider_than_the_terminal(monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    for line in inside("show", SEED).out.splitlines():
        assert len(line) <= max(columns, 84), line


def test_refused(here):
    assert inside("show").code == 2
    assert inside("show", "nope.json").code == 3
    assert inside("show", "rules.json", "-f", "csv").code == 2


def test_of_very_many_partners_the_first_are_told_and_the_others_counted(tmp_path, monkeypatch):
    (tmp_path / "rules.json").write_text(
        bombs.export(bombs.rule(n, bombs.paths(f"/p{n}")) | {"Priority": "7"} for n in range(9))["rules.json"]
    )
    whole = inside("show", tmp_path / "rules.json", "-f", "json").json["listeners"][0]["rules"]
    assert [len(row["with"]) for row in whole] == [8] * 9
    monkeypatch.setattr("alb_lint.reports.listings.PARTNERS", 20)
    monkeypatch.setattr("alb_lint.reports.listings.FIRST", 3)
    cut = inside("show", tmp_path / "rules.json", "-f", "json").json["listeners"][0]["rules"]
    assert [(len(row["with"]), row.get("with_left", 0)) for row in cut] == [(8, 0), (8, 0), *[(3, 5)] * 7]
    assert [row["with"] for row in cut] == [row["with"][: len(short["with"])] for row, short in zip(whole, cut, strict=True)]
