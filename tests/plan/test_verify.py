"""A plan file that is wrong in any way is refused, with the reason and, where answers change, with a request."""

import json
from copy import deepcopy

import pytest

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.errors import SourceError
from alb_lint.model import Listener
from alb_lint.plan.plan_file import ENTRIES, load_plan, plan_from_json
from alb_lint.plan.planner import Options, make_plan
from alb_lint.plan.proof.digest import digest
from alb_lint.plan.proof.verify import Verdict, verify_plan
from alb_lint.plan.work import Work
from alb_lint.record import replace
from shorthand import TODAY, config, listener

TOLD = listener(
    "10 path=/a/* name=w -> w",
    "20 path=/a/b name=n -> n",
    "30 path=/c/d name=c -> c",
    "40 path=/c/* name=cw -> cw",
    "50 path=/t name=t1 -> t1",
    "60 path=/t name=t2 -> t2",
)
TOML = """
[[range]]
name = "c"
priorities = "100-109"
match = { paths = ["/c/*", "/t"] }
[[before]]
first = "n"
then = "w"
"""


@pytest.fixture(scope="module")
def good() -> dict:
    made = make_plan([ListenerFacts(TOLD)], config(TOML), Options(TODAY, merge_twins=True))
    shown = made.to_json()
    (part,) = shown["listeners"]
    assert part["merges"]
    assert part["intended_changes"]
    assert len(part["moves"]) == 4
    return json.loads(json.dumps(shown))


def verdict(data: dict, told: Listener = TOLD) -> Verdict:
    return verify_plan(plan_from_json(data), [told])[0]


def test_holds(good):
    found = verdict(good)
    assert found.holds
    assert [(change.first, change.then) for change in found.changes] == [("n", "w")]
    assert [merge.keep for merge in found.merges] == ["t1"]


def edit(data: dict, path: str, value: object) -> dict:
    data = deepcopy(data)
    *keys, last = (int(key) if key.isdigit() else key for key in path.split("."))
    here = data["listeners"][0]
    for key in keys:
        here = here[key]
    if value is None:
        del here[last]
    else:
        here[last] = value
    return data


REQUEST = {"method": "GET", "host": "x", "path": "/nowhere", "query": [], "headers": [], "source_ip": "192.0.2.1"}


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("base_digest", "sha256:0", "the listener is not what the plan was made for"),
        ("id", "other", "the plan is for a listener that is not here"),
        ("moves.0.rule", "nobody", "a move names a rule that is not there"),
        ("moves.0.rule", "t2", "a move names a rule that is not there"),
        ("moves.0.from", 31, "for a rule that has"),
        ("moves.0.to", 0, "outside 1-50000"),
        ("moves.0.to", 10, "both get 10"),
        ("intended_changes.0.first", "c", "now comes before 10 w (/a/*), which changes answers and is not named"),
        ("intended_changes.0.request", REQUEST, "does not match both"),
        ("merges.0.drop", ["c"], "do not match the same requests"),
        ("merges.0.drop", [], "needs two rules at least"),
        ("merges.0.drop", ["nobody"], "a merge names a rule that the listener does not have"),
        ("merges.0.priority", 7, "is said to get 7"),
        ("merges.0.action.ForwardConfig.TargetGroups.1.Weight", 5, "is said to change no answer, and it does"),
        ("proof.order_kept", 9, "the counts of pairs"),
        ("proof.certificate.0.before", "w", "the certificate is not the list"),
        ("proof.certificate.0.witness", REQUEST, "the witness of a pair does not match both"),
        ("steps.0.actions", [], "the calls in steps"),
        ("steps.2.rule_priorities.0.Priority", 3, "the calls in steps"),
        ("rollback.0.rule_priorities.0.Priority", 3, "the calls in rollback"),
        ("one_at_a_time.0.to", 20, "where 20 n (/a/b) still is"),
        ("one_at_a_time", [], "the steps do not end at the new numbers"),
    ],
)
def test_edits_are_refused(good, path, value, reason):
    found = verdict(edit(good, path, value))
    assert not found.holds
    assert any(reason in flaw.reason for flaw in found.flaws), found.flaws


def test_a_rule_moved_twice(good):
    moves = good["listeners"][0]["moves"]
    found = verdict(edit(good, "moves.1", {**moves[0], "to": 777}))
    assert any(flaw.reason == "a rule is moved twice" for flaw in found.flaws)


def test_a_harmful_move_comes_with_a_request(good):
    place = [move["rule"] for move in good["listeners"][0]["moves"]].index("c")
    found = verdict(edit(good, f"moves.{place}.to", 300))
    (flaw,) = [flaw for flaw in found.flaws if flaw.request is not None and "now comes before" in flaw.reason]
    assert "which changes answers and is not named as intended" in flaw.reason
    assert flaw.request.path == "/c/d"
    assert set(flaw.rules) == {"c", "cw"}


def test_steps_that_pass_too_early(good):
    walk = good["listeners"][0]["one_at_a_time"]
    turned = edit(good, "one_at_a_time", walk[::-1])
    assert any("past" in flaw.reason or "still is" in flaw.reason for flaw in verdict(turned).flaws)


def test_a_plan_that_is_carried_out_is_said_to_be():
    """Of a plan that joins rules it cannot be told: what was joined is gone."""
    toml = TOML.replace(', "/t"', "").partition("[[before]]")[0]
    made = make_plan([ListenerFacts(TOLD)], config(toml), Options(TODAY)).to_json()
    numbers = {move["rule"]: move["to"] for move in made["listeners"][0]["moves"]}
    assert set(numbers) == {"c", "cw"}
    rules = tuple(replace(rule, priority=numbers.get(rule.id, rule.priority)) for rule in TOLD.rules)
    done, half = replace(TOLD, rules=rules), replace(TOLD, rules=(*rules[:3], *TOLD.rules[3:]))
    more = replace(TOLD, rules=(*rules[:4], replace(rules[4], priority=51), rules[5]))
    for told, reason in ((done, "carried out already"), (half, "changed since"), (more, "changed since")):
        (flaw,) = verdict(made, told).flaws
        assert reason in flaw.reason


def test_a_changed_listener_is_refused(good):
    for other in (
        listener("10 path=/a/* name=w -> w"),
        listener(*(f"{number} path=/x{number} -> x" for number in range(3))),
    ):
        assert "changed since" in verdict(good, other).flaws[0].reason


def test_the_file_as_a_whole(good):
    changed = deepcopy(good)
    changed["base_digest"] = "sha256:1"
    assert "the file was changed" in verify_plan(plan_from_json(changed), [TOLD])[-1].flaws[0].reason
    twice = deepcopy(good)
    twice["listeners"] *= 2
    assert "twice" in verify_plan(plan_from_json(twice), [TOLD])[1].flaws[0].reason
    assert verify_plan(plan_from_json(good), [])[0].flaws[0].reason == "the plan is for a listener that is not here"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("moves", {}),
        ("moves.0", 3),
        ("moves.0.to", "100"),
        ("moves.0.to", True),
        ("moves.0.rule", None),
        ("moved", 9),
        ("minimum_proved", False),
        ("proof", []),
        ("merges.0.action", None),
        ("merges.0.drop", ["t2", 3]),
        ("merges.0.changes", "yes"),
        ("intended_changes.0.request.query", [["a"]]),
        ("intended_changes.0.changes", False),
        ("proof.certificate.0.witness.method", 1),
    ],
)
def test_what_is_no_plan_is_named(good, path, value):
    with pytest.raises(SourceError):
        plan_from_json(edit(good, path, value))


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"schema": "alb-lint.plan.v2"}', b"\xff", "[" * 100_000, "1e999"])
def test_hostile_files(text):
    with pytest.raises(SourceError):
        load_plan(text)


def test_a_list_without_end(good):
    with pytest.raises(SourceError, match="at most"):
        plan_from_json(edit(good, "moves", [{}] * (ENTRIES + 1)))


def test_digest_is_of_what_decides():
    base = digest(TOLD)
    same = listener(
        "60 path=/t name=t2 tag:a=b -> t2",
        "50 path=/t name=t1 -> t1",
        "40 path=/c/* name=cw -> cw",
        "30 path=/c/d name=c -> c",
        "20 path=/a/b name=n -> n",
        "10 path=/a/* name=w -> w",
    )
    assert digest(same) == base
    for other in ("10 path=/a/* name=w -> z", "11 path=/a/* name=w -> w", "10 path=/a/? name=w -> w", "10 path=/a/* if=p name=w -> w"):
        changed = listener(other, *(rule for rule in TOLD.rules if rule.id != "w"))
        assert digest(changed) != base
    assert digest(listener(*TOLD.rules, default="405")) != base


def test_a_certificate_without_all_requests_holds():
    told = listener("10 path=/a* -> a", "20 path=/*b* -> b", "30 path=/*c* -> c", "40 path=/*d* -> d")
    whole = make_plan([ListenerFacts(told)], config(TOML), Options(TODAY)).to_json()
    assert "witnesses_left" not in whole["listeners"][0]["proof"]
    made = make_plan([ListenerFacts(told)], config(TOML), Options(TODAY, work=Work(showing=0))).to_json()
    proof = made["listeners"][0]["proof"]
    assert [pair["witness"] is None for pair in proof["certificate"]] == [False, *[True] * 5]
    assert proof["witnesses_left"] == 5
    assert verdict(json.loads(json.dumps(made)), told).holds
