"""`alb-lint init`: the draft is read back by the config reader, whatever the rules are called."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alb_lint.config import load
from alb_lint.plan.wanted.first_config import draft
from running import SEED, export, inside, raw
from shorthand import config, estate, listener, rule


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("rules.json").write_text(export(raw(100, "/v2/a"), raw(101, "/v2/b"), raw(500, "/x"), raw(501, "/y")), "utf-8")
    return tmp_path


def test_written_once(here):
    ran = inside("init", "rules.json")
    assert (ran.code, ran.out) == (0, "")
    assert "wrote alb-lint.toml: listeners: 1, rules: 4" in ran.err
    assert inside("init", "rules.json").code == 2
    assert inside("init", "rules.json", "--force").code == 0
    assert inside("init", "rules.json", "-o", "other.toml").code == 0
    assert load(here / "other.toml").ranges[0].name == "v2"


def test_printed(here):
    ran = inside("init", "rules.json", "-o", "-")
    assert (ran.code, ran.err) == (0, "")
    assert 'name = "v2"\npriorities = "100-101"\nlistener = "web"\nmatch = { paths = ["/v2/*"] }\n' in ran.out
    assert '# priorities = "500-501"' in ran.out
    assert not Path("alb-lint.toml").exists()


def test_this_folder_is_read_where_none_is_named(here):
    assert inside("init", "-o", "-").out == inside("init", "rules.json", "-o", "-").out


def test_nothing_there(here):
    Path("rules.json").unlink()
    assert inside("init").code == 3
    assert not Path("alb-lint.toml").exists()


def test_gaps_are_told(here):
    Path("rules.json").write_text(export(raw(100, "/a"), raw(True, "/b", number=7)), "utf-8")
    assert "gap: rules.json" in inside("init").err


def test_check_with_the_draft_finds_nothing_more(here):
    before = inside("check", "rules.json", "-f", "json").json["findings"]
    inside("init", "rules.json")
    after = inside("check", "rules.json", "-f", "json", "--ignore", "ALB006").json["findings"]
    assert [item["fingerprint"] for item in after] == [item["fingerprint"] for item in before]


def test_the_seed():
    got = config(inside("init", SEED / "python.json", "-o", "-").out)
    assert sorted(one.name for one in got.listeners) == ["scorer", "scorer-app-api", "scorer-internal"]
    assert ("internal-embed", ((2100, 2103),)) in [(one.name, one.priorities) for one in got.ranges]


NAMES = st.text(st.characters(codec="utf-8"), max_size=8) | st.sampled_from(
    ["\x7f", '"', "\\", "\ud800", "/", "a/b", "", ":", "é😀", "'''\n"]
)


@settings(deadline=None)
@given(
    names=st.lists(NAMES, min_size=1, max_size=4),
    ids=st.lists(NAMES, min_size=4, max_size=4, unique=True),
    numbers=st.lists(st.integers(-5, 60_000), max_size=6),
    paths=st.lists(NAMES, min_size=6, max_size=6),
)
def test_any_draft_is_a_config(names, ids, numbers, paths):
    rules = [replace(rule("1 path=/a -> x"), id=str(place), priority=number) for place, number in enumerate(numbers)]
    rules = [
        replace(one, conditions=(replace(one.conditions[0], values=(f"/api/{path}",)),)) for one, path in zip(rules, paths, strict=False)
    ]
    listeners = [listener(*rules, id=one, name=name) for one, name in zip(ids, names, strict=False)]
    got = config(draft(estate(*listeners)))
    assert len(got.listeners) == len(listeners)
