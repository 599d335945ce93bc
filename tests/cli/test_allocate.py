"""`alb-lint allocate`: a number by meaning, moves that make room, rules from a file, and what is refused."""

import json
from pathlib import Path

import pytest

from running import export, inside, raw

CONFIG = '[[range]]\nname = "v2"\npriorities = "PRIORITIES"\nmatch = { paths = ["/v2/*"] }\n'
RULES = (raw(10, "/v2/a/b"), raw(20, "/v2/*", "other"))


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    configure("10-29")
    Path("rules.json").write_text(export(*RULES), "utf-8")


def configure(priorities):
    Path("alb-lint.toml").write_text(CONFIG.replace("PRIORITIES", priorities), "utf-8")


def allocate(*args, form="json"):
    return inside("allocate", "rules.json", "--range", "v2", "--format", form, *args)


def test_behind_the_narrower_and_before_the_wider(here):
    ran = allocate("--path", "/v2/a/*")
    assert (ran.code, ran.err) == (0, "")
    told = ran.json
    assert told["range"] == "v2"
    assert told["interval"] == [11, 19]
    assert 11 <= told["priority"] <= 19
    assert all(11 <= number <= 19 for number in told["alternatives"])
    assert [(item["id"][-2:], item["witness"]["path"]) for item in told["order"]["after"]] == [("10", "/v2/a/b")]
    assert [item["id"][-2:] for item in told["order"]["before"]] == ["20"]
    text = allocate("--path", "/v2/a/*", form="text")
    assert text.out.startswith(f"{told['priority']}  in v2 on ")
    assert "after 10" in text.out


@pytest.mark.parametrize(
    ("flags", "conditions"),
    [
        (["--path", "/v2/a/*", "--path", "/v2/c"], [{"Field": "path-pattern", "Values": ["/v2/a/*", "/v2/c"]}]),
        (["--host", "a.example.com", "--path", "/v2/a/*"], None),
        (["--path", "/v2/a/*", "--method", "GET", "--method", "PUT"], None),
        (
            ["--path", "/v2/a/*", "--header", "X-Env: blue", "--header", "x-env: green", "--query", "k=v", "--source-ip", "10.0.0.0/8"],
            [
                {"Field": "path-pattern", "Values": ["/v2/a/*"]},
                {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Env", "Values": ["blue", "green"]}},
                {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "k", "Value": "v"}]}},
                {"Field": "source-ip", "SourceIpConfig": {"Values": ["10.0.0.0/8"]}},
            ],
        ),
    ],
)
def test_flags_and_files_say_the_same(here, flags, conditions):
    by_flags = allocate(*flags)
    if conditions is None:
        assert by_flags.code == 0
        return
    Path("rule.json").write_text(json.dumps({"Conditions": conditions}), "utf-8")
    assert allocate("--rule", "rule.json").json == by_flags.json


def test_moves_that_make_room(here):
    configure("10-12")
    Path("rules.json").write_text(export(raw(10, "/v2/a/b"), raw(11, "/v2/*", "other")), "utf-8")
    ran = allocate("--path", "/v2/a/*")
    assert ran.code == 5
    assert ran.json["priority"] == 11
    assert [(move["from"], move["to"]) for move in ran.json["moves"]] == [(11, 12)]
    assert "once these have moved" in allocate("--path", "/v2/a/*", form="text").out


def test_no_room_at_all(here):
    configure("10")
    ran = allocate("--path", "/v2/a/*")
    assert ran.code == 5
    assert ran.json["priority"] is None
    assert ran.json["refused"]["reason"]
    assert "what would work: widen v2" in allocate("--path", "/v2/a/*", form="text").out


def test_equal_requests(here):
    ran = allocate("--path", "/v2/a/b", form="text")
    assert ran.code == 5
    assert "exactly the same requests" in ran.out


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        ([], 2, "what does the rule take"),
        (["--path", "/v2/" + "a" * 200], 2, "AWS would refuse"),
        (["--path", "/v2/a", "--rule", "rule.json"], 2, "not both"),
        (["--header", "nothing"], 2, "not a header"),
        (["--source-ip", "300.0.0.1/8"], 2, "AWS would refuse"),
        (["--rule", "none.json"], 3, "cannot read the rule"),
        (["--rule", "bad.json"], 3, "not JSON"),
        (["--rule", "list.json"], 3, "Conditions"),
        (["--rule", "odd.json"], 3, "odd.json"),
        (["--path", "/v2/a", "--range", "v3"], 2, "no listener has a range"),
    ],
)
def test_errors(here, args, code, said):
    for name, text in (("bad", "{"), ("list", "[]"), ("odd", '{"Conditions": [{"Field": 7}]}')):
        Path(f"{name}.json").write_text(text, "utf-8")
    ran = allocate(*args)
    assert ran.code == code
    assert said in ran.err
    assert ran.out == ""


def test_several_listeners_have_to_be_told_apart(here):
    Path("rules.json").write_text(export(*RULES, raw(10, "/x", listener="spare")), "utf-8")
    ran = allocate("--path", "/v2/c")
    assert ran.code == 2
    assert "--listener" in ran.err
    assert allocate("--path", "/v2/c", "--listener", "spare*").code == 0
