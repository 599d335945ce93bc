"""`alb-lint ranges`: who stands in each reserved range, what is free, who belongs and stands elsewhere."""

import json
from pathlib import Path

import pytest

from alb_lint.cli import options
from alb_lint.reservations import Reservation, rendered
from running import SEED, export, inside, listener_arn, raw

TOML = """\
[[range]]
name = "v2"
priorities = ["100-104", "110"]
match = { paths = ["/v2/*"] }
owner = "@team"

[[retired]]
priorities = "103"
until = 2027-01-01
"""
RULES = export(
    raw(100, "/v2/a"),
    raw(101, "/other"),
    raw(200, "/v2/b"),
    raw(102, "/x", Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"RegexValues": ["^/v2/.*$"]}}]),
    raw(True, "/v2/c", number=7),
)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(options, "today", lambda: "2026-12-31")
    Path("alb-lint.toml").write_text(TOML, "utf-8")
    Path("rules.json").write_text(RULES, "utf-8")
    return tmp_path


def test_json(here):
    ran = inside("ranges", "rules.json", "--format", "json")
    assert ran.code == 0
    assert ran.err.startswith("gap: ")
    told = json.loads(ran.out)
    assert told["schema"] == "alb-lint.ranges.v1"
    (entry,) = told["ranges"]
    numbers = {key: [rule["priority"] for rule in entry[key]] for key in ("used", "foreign", "outside", "unsure")}
    assert numbers == {"used": [100], "foreign": [101], "outside": [200], "unsure": [102, None]}
    assert (entry["listener"], entry["range"], entry["owner"]) == (listener_arn(), "v2", "@team")
    assert (entry["priorities"], entry["size"]) == ("100-104, 110", 6)
    assert (entry["free"], entry["free_count"], entry["retired"]) == ("104, 110", 2, "103")


def test_reserved_numbers_are_not_free(here):
    Path("alb-lint.lock").write_text(rendered([Reservation(104, listener_arn(), "/v2/d", "them", "2999-01-01", "t")]), "utf-8")
    (entry,) = json.loads(inside("ranges", "rules.json", "--format", "json").out)["ranges"]
    assert (entry["free"], entry["retired"], entry["reserved"]) == ("110", "103", "104")
    assert "    free: 110\n    reserved: 104\n    retired: 103\n" in inside("ranges", "rules.json").out


def test_a_number_comes_back_on_its_day(here, monkeypatch):
    monkeypatch.setattr(options, "today", lambda: "2027-01-01")
    (entry,) = json.loads(inside("ranges", "rules.json", "--format", "json").out)["ranges"]
    assert (entry["free"], entry["retired"]) == ("103-104, 110", "")


def test_text(here):
    assert inside("ranges", "rules.json").out == (
        "web/f2f7dc8efc522ab2\n"
        "  v2  100-104, 110  @team  3 of 6 used\n"
        "    100  /v2/a\n"
        "    foreign: 101  /other\n"
        "    outside: 200  /v2/b\n"
        "    unsure: 102  ~^/v2/.*$\n"
        "    unsure: ?  /v2/c\n"
        "    free: 104, 110\n"
        "    retired: 103\n"
    )


def test_seed():
    told = json.loads(inside("ranges", SEED / "resolved.json", "--format", "json").out)
    entries = {entry["range"]: entry for entry in told["ranges"]}
    assert set(entries) == {"v2-api", "ceramic-cache", "embed"}
    assert not any(entry[key] for entry in entries.values() for key in ("foreign", "outside", "unsure"))


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["rules.json", "--format", "csv"], 2, "one of text, json"),
        ([], 2, "nothing to read"),
        (["rules.json", "--listener", "x"], 3, "there are web"),
        (["rules.json", "--config", "empty.toml"], 2, "no [[range]]"),
    ],
    ids=["format", "nothing", "listener", "no-range"],
)
def test_refused(here, args, code, said):
    Path("empty.toml").write_text("", "utf-8")
    ran = inside("ranges", *args)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
