"""`alb-lint ways`: every rule that leads to a target group, and what it asks of a client."""

import json
from pathlib import Path

import pytest

from running import export, inside, raw


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    guarded = raw(10, "/admin*", Conditions=[{"Field": "source-ip", "SourceIpConfig": {"Values": ["198.51.100.0/24"]}}])
    dead = raw(40, "/x/y")
    Path("rules.json").write_text(export(guarded, raw(20, "/x*"), dead, raw(30, "/z", "web")), "utf-8")


def test_text():
    assert inside("ways", "rules.json").out == (
        "api  2 of 3 open to everybody\n"
        "  web/f2f7dc8efc522ab2  10  address     from 198.51.100.0/24\n"
        "  web/f2f7dc8efc522ab2  20  everybody   /x*\n"
        "  web/f2f7dc8efc522ab2  40  everybody   /x/y  (shadowed)\n"
        "\n"
        "web  open to everybody\n"
        "  web/f2f7dc8efc522ab2  30  everybody   /z\n"
    )


def test_json_of_one_group():
    told = inside("ways", "rules.json", "--target-group", "ap*", "--format", "json").json
    (group,) = told["target_groups"]
    assert (told["schema"], told["complete"], group["name"], group["guarded"]) == ("alb-lint.ways.v1", True, "api", False)
    assert [(way["rule"]["priority"], way["guards"], way["reach"]) for way in group["ways"]] == [
        (10, ["address"], "reachable"),
        (20, [], "reachable"),
        (40, [], "shadowed"),
    ]


def test_what_was_not_read_is_not_called_guarded():
    gate = raw(10, "/admin*", Conditions=[{"Field": "source-ip", "SourceIpConfig": {"Values": ["198.51.100.0/24"]}}])
    text = export(gate)
    assert inside("ways", *written(text)).out.startswith("api  every way is guarded\n")
    assert inside("ways", "one.json", "-f", "json").json["target_groups"][0]["guarded"] is True
    cut = json.dumps(json.loads(text) | {"NextMarker": "x"})
    assert inside("ways", *written(cut)).out == (
        "api  every way that was read is guarded\n  web/f2f7dc8efc522ab2  10  address     from 198.51.100.0/24  (undecided)\n"
    )
    (group,) = inside("ways", "one.json", "-f", "json").json["target_groups"]
    assert (group["guarded"], group["ways"][0]["reach"]) == (None, "undecided")
    assert "no rule that was read forwards to" in inside("ways", "one.json", "--target-group", "x").err


def written(text: str) -> list[str]:
    Path("one.json").write_text(text, "utf-8")
    return ["one.json"]


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["rules.json", "--format", "csv"], 2, "one of text, json"),
        (["rules.json", "--target-group", "x"], 3, "there are api, web"),
        ([], 2, "nothing to read"),
    ],
)
def test_refused(args, code, said):
    ran = inside("ways", *args)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
