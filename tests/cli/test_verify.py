"""`alb-lint verify`: what holds, what does not and why, and what is no plan."""

import json
from pathlib import Path

import pytest

from running import export, inside, raw

CONFIG = '[[range]]\nname = "v2"\npriorities = "100-109"\nmatch = { paths = ["/v2/*"] }\n'
RULES = (raw(10, "/v2/a"), raw(20, "/v2/a*", "other"), raw(30, "/v2/a", "third"), raw(40, "/x"))


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with rules, and a plan for them that merges twins."""
    monkeypatch.chdir(tmp_path)
    Path("alb-lint.toml").write_text(CONFIG, "utf-8")
    Path("rules.json").write_text(export(*RULES), "utf-8")
    assert inside("plan", "rules.json", "--merge-twins", "--format", "json", "--output", "plan.json").code == 0
    return tmp_path


def edit(change):
    plan = json.loads(Path("plan.json").read_text("utf-8"))
    change(plan["listeners"][0])
    Path("plan.json").write_text(json.dumps(plan), "utf-8")


def test_holds(here):
    ran = inside("verify", "plan.json", "rules.json")
    assert (ran.code, ran.err) == (0, "")
    assert "the plan holds" in ran.out
    told = inside("verify", "plan.json", "rules.json", "--format", "json").json
    assert (told["schema"], told["holds"]) == ("alb-lint.verify.v1", True)
    assert [(part["holds"], part["flaws"], len(part["merges"])) for part in told["listeners"]] == [(True, [], 1)]


@pytest.mark.parametrize(
    "rules",
    [
        (raw(11, "/v2/a"), *RULES[1:]),
        (raw(10, "/v2/b", number=10), *RULES[1:]),
        (raw(10, "/v2/a", "changed"), *RULES[1:]),
        RULES[1:],
        (*RULES, raw(50, "/y")),
    ],
    ids=["number", "condition", "action", "gone", "new"],
)
def test_rules_that_changed_since(here, rules):
    Path("rules.json").write_text(export(*rules), "utf-8")
    ran = inside("verify", "plan.json", "rules.json")
    assert ran.code == 1
    assert "the plan does not hold" in ran.out


def test_order_that_flips_is_shown_with_its_request(here):
    def flip(part):
        first, second = part["moves"][:2]
        first["to"], second["to"] = second["to"], first["to"]

    edit(flip)
    ran = inside("verify", "plan.json", "rules.json", "--format", "json")
    assert ran.code == 1
    flaws = ran.json["listeners"][0]["flaws"]
    assert flaws
    edit(lambda part: part["merges"].clear())
    assert inside("verify", "plan.json", "rules.json").code == 1


def test_swap_without_merge_has_a_witness(here):
    Path("two.json").write_text(export(RULES[0], RULES[1]), "utf-8")
    assert inside("plan", "two.json", "--format", "json", "--output", "plan.json").code == 0

    def flip(part):
        first, second = part["moves"]
        first["to"], second["to"] = second["to"], first["to"]

    edit(flip)
    ran = inside("verify", "plan.json", "two.json")
    assert ran.code == 1
    assert "curl -i https://example.com/v2/a" in ran.out
    told = inside("verify", "plan.json", "two.json", "--format", "json").json
    assert any(flaw["request"] and flaw["request"]["path"] == "/v2/a" for flaw in told["listeners"][0]["flaws"])


def test_another_listener(here):
    Path("rules.json").write_text(export(raw(10, "/v2/a", listener="spare")), "utf-8")
    ran = inside("verify", "plan.json", "rules.json")
    assert ran.code == 1
    assert "not here" in ran.out


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"schema": "alb-lint.diff.v1"}', b"\xff", b"[" * 100_000, b'{"schema": "alb-lint.plan.v1", "listeners": 7}'],
)
def test_unreadable_plan(here, content):
    Path("plan.json").write_bytes(content)
    ran = inside("verify", "plan.json", "rules.json")
    assert ran.code == 3
    assert "plan.json" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("name", ["none.json", "."])
def test_no_plan_there(here, name):
    ran = inside("verify", name, "rules.json")
    assert ran.code == 3
    assert name in ran.err


def test_a_plan_of_nothing_holds_for_nothing(here):
    Path("alb-lint.toml").write_text(CONFIG.replace("100-109", "100"), "utf-8")
    assert inside("plan", "rules.json", "--format", "json", "--output", "plan.json").code == 5
    ran = inside("verify", "plan.json", "rules.json")
    assert ran.code == 5
    assert "nothing to verify" in ran.out
    assert "no plan: " in ran.out
    Path("plan.json").write_text(json.dumps(json.loads(Path("plan.json").read_text("utf-8")) | {"refused": []}), "utf-8")
    assert inside("verify", "plan.json", "rules.json").code == 1


def test_a_plan_that_refuses_a_listener_does_not_hold_for_all(here):
    Path("alb-lint.toml").write_text(CONFIG.replace("100-109", "100"), "utf-8")
    rules = (*RULES, raw(10, "/v2/a", listener="spare"))
    Path("rules.json").write_text(export(*rules), "utf-8")
    assert inside("plan", "rules.json", "--format", "json", "--output", "plan.json").code == 5
    ran = inside("verify", "plan.json", "rules.json")
    assert ran.code == 5
    assert "what is planned holds; there is no plan for 1 listener" in ran.out
    assert inside("verify", "plan.json", "rules.json", "--format", "json").json["holds"] is True
    Path("rules.json").write_text(export(*RULES, raw(11, "/v2/a", listener="spare")), "utf-8")
    assert inside("verify", "plan.json", "rules.json").code == 1
