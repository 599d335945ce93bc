"""What a plan does on listeners one can read: ranges, orders, collisions, pins, reasons."""

import json
from pathlib import Path

import pytest

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.config_file import load
from alb_lint.inputs import read
from alb_lint.model import Listener
from alb_lint.plan.plan import ListenerPlan, Refusal
from alb_lint.plan.plan_file import load_plan
from alb_lint.plan.planner import Options, make_plan, plan_listener
from alb_lint.plan.proof.verify import verify_plan
from alb_lint.plan.steps.apply import apply_plan
from shorthand import TODAY, config, listener

FIXTURE = Path(__file__).parents[2] / "fixtures" / "passport-scorer"


def plan(told: Listener, toml: str = "", **more) -> ListenerPlan:
    made = plan_listener(ListenerFacts(told), config(toml), Options(TODAY, **more))
    assert isinstance(made, ListenerPlan), made
    return made


def refusals(told: Listener, toml: str = "", **more) -> list[Refusal]:
    made = plan_listener(ListenerFacts(told), config(toml), Options(TODAY, **more))
    assert isinstance(made, list)
    return made


def moves(made: ListenerPlan) -> dict[str, int]:
    return {move.rule: move.new for move in made.moves}


def changes(made: ListenerPlan) -> list[tuple[str, str, str]]:
    return [(change.first, change.then, change.request.path) for change in made.intended_changes]


V2 = """
[[range]]
name = "v2"
priorities = "2110-2112"
match = { paths = ["/v2/*"] }
was = "2021-2023"
"""


def test_members_go_in_with_their_reason():
    made = plan(listener("2021 path=/v2/a -> a", "2023 path=/v2/* -> b", "30 path=/x -> c"), V2)
    assert [move.to_json() for move in made.moves] == [
        {"rule": "r2021", "from": 2021, "to": 2110, "range": "v2", "because": "it belongs to v2 (2110-2112)"},
        {"rule": "r2023", "from": 2023, "to": 2111, "range": "v2", "because": "it belongs to v2 (2110-2112)"},
    ]
    assert made.kept == 1
    assert made.minimum_proved
    assert made.equivalent
    assert made.proof.sensitive == made.proof.kept == 1
    assert [(pair.before, pair.after, pair.witness.path) for pair in made.proof.certificate] == [("r2021", "r2023", "/v2/a")]
    assert made.steps == (
        {
            "call": "set-rule-priorities",
            "rule_priorities": [{"RuleArn": "r2021", "Priority": 2110}, {"RuleArn": "r2023", "Priority": 2111}],
        },
    )
    assert made.rollback[0]["rule_priorities"] == [{"RuleArn": "r2021", "Priority": 2021}, {"RuleArn": "r2023", "Priority": 2023}]
    assert [(step.rule, step.new, step.parking) for step in made.one_at_a_time] == [("r2023", 2111, False), ("r2021", 2110, False)]


def test_foreign_and_retired_rules_leave():
    toml = V2 + '[[retired]]\npriorities = "40"\nreason = "taken by the old stack"\n'
    made = plan(listener("2110 path=/x -> x", "40 path=/y -> y", "2022 path=/z -> z"), toml)
    assert {move.rule: move.because for move in made.moves} == {
        "r2110": "2110 lies in v2, where it does not belong",
        "r40": "40 is retired (taken by the old stack)",
        "r2022": "2022 is where v2 was",
    }
    assert moves(made) == {"r40": 39, "r2022": 2020, "r2110": 2109}


def test_retirement_ends_with_its_date():
    toml = '[[retired]]\npriorities = "40"\nuntil = 2026-12-31\n'
    assert not plan(listener("40 path=/y -> y"), toml).moves


def test_where_one_range_was_another_may_be():
    toml = """
[[range]]
name = "a"
priorities = "20-29"
was = "10-19"
match = { paths = ["/a/*"] }
[[range]]
name = "b"
priorities = "10-19"
was = "20-29"
match = { paths = ["/b/*"] }
"""
    made = plan(listener("10 path=/a/1 -> a", "20 path=/b/1 -> b"), toml)
    assert moves(made) == {"r10": 21, "r20": 11}


def test_out_of_bounds_comes_in():
    made = plan(listener("60000 path=/y -> y", "5 path=/z -> z"))
    assert moves(made) == {"r60000": 50000}
    assert made.moves[0].because == "60000 is outside 1-50000"


def test_same_listener_same_bytes():
    told = listener(*(f"{number * 3} path=/v2/{number % 7}* -> g{number % 5}" for number in range(1, 30)))
    toml = V2.replace("2110-2112", "2110-2199")
    assert json.dumps(plan(told, toml).to_json()) == json.dumps(plan(told, toml).to_json())


# -- why there is none -----------------------------------------------------------------------------------------------------------


def test_range_too_small():
    (found,) = refusals(listener(*(f"{number} path=/v2/{number} -> a" for number in range(1, 6))), V2)
    assert found.reason == "v2 (2110-2112) has 3 numbers for 5 rules: 2 too few"
    assert found.missing == 2
    assert found.nearest == "widen v2 (2110-2112) by 2"
    assert found.rules == ("r1", "r2", "r3", "r4", "r5")


def test_range_too_small_but_for_twins_and_retired_numbers():
    toml = V2 + '[[retired]]\npriorities = "2112"\n'
    told = listener("1 path=/v2/1 -> a", "2 path=/v2/2 -> a", "2 path=/v2/2 name=twin -> a:100,b:0")
    (found,) = refusals(told, toml)
    assert found.missing == 1
    assert (
        found.nearest == "widen v2 (2110-2112) by 1, or free 1 of its retired numbers, or merge the 1 twins among them with --merge-twins"
    )


def test_rule_of_two_ranges():
    toml = V2 + '[[range]]\nname = "get"\npriorities = "50-60"\nmatch = { methods = ["GET"] }\n'
    (found,) = refusals(listener("1 path=/v2/1 GET -> a"), toml)
    assert found.reason == "1 (GET /v2/1) belongs to v2 and get at once"
    assert found.rules == ("r1",)


def test_ranges_that_meet_on_this_listener():
    toml = """
[[range]]
name = "a"
priorities = "10-19"
listener = "L*"
match = { paths = ["/a"] }
[[range]]
name = "b"
priorities = "15-29"
listener = "*"
match = { paths = ["/b"] }
"""
    (found,) = refusals(listener("1 path=/x -> a"), toml)
    assert found.reason == "the ranges 'a' and 'b' share numbers on this listener"


def test_order_against_the_ranges():
    toml = """
[[range]]
name = "narrow"
priorities = "200-299"
match = { paths = ["/a/b"] }
[[range]]
name = "wide"
priorities = "100-199"
match = { paths = ["/a/*"], rules = ["wide"] }
"""
    (found,) = refusals(listener("1 path=/a/b -> n", "2 path=/a/* name=wide -> w"), toml.replace('paths = ["/a/b"]', 'rules = ["r1"]'))
    assert "1 (/a/b) must come before 2 wide (/a/*) (as today, since they act differently on requests that match both)" in found.reason
    assert "but 1 (/a/b) may only lie in narrow (200-299) and 2 wide (/a/*) may only lie in wide (100-199)" in found.reason
    assert found.rules == ("r1", "wide")
    assert [(role, request.path) for role, request in found.witnesses] == [("both", "/a/b")]
    assert "let 2 wide (/a/*) come before 1 (/a/b)" in found.nearest


def test_a_chain_that_does_not_fit_is_told_as_too_many():
    told = listener("1 path=/v2/a/b/c -> 1", "2 path=/v2/a/b/* -> 2", "3 path=/v2/a/* -> 3", "4 path=/v2/* -> 4")
    (found,) = refusals(told, V2)
    assert found.reason == "v2 (2110-2112) has 3 numbers for 4 rules: 1 too few"
    assert found.missing == 1


def test_a_stranger_between_members_is_told_alone():
    told = listener(
        "2110 path=/v2/a/b/c -> 1",
        "2111 path=/v2/a/b* name=f -> f",
        "2112 path=/v2/a/* -> 3",
        "50 path=/v2/z/1 -> 4",
        "60 path=/v2/z/* -> 5",
    )
    toml = '[[range]]\nname = "v2"\npriorities = "2110-2199"\nmatch = { rules = ["r*"] }\n'
    (found,) = refusals(told, toml)
    assert found.rules == ("r2110", "f", "r2112")
    assert "2111 f (/v2/a/b*) may only lie in what is outside all ranges" in found.reason


def test_order_that_crowds_a_range():
    toml = '[[range]]\nname = "v2"\npriorities = ["10-11", "30-39"]\nmatch = { paths = ["/v2/*"] }\n'
    told = listener("1 path=/v2/1 -> a", "2 path=/v2/2 -> b", "3 path=/v2/3 -> c", "20 path=/* name=all tag:elbv2.k8s.aws/cluster=x -> z")
    (found,) = refusals(told, toml)
    assert found.missing == 1
    assert found.reason.startswith("the order leaves 2 numbers of v2 (10-11, 30-39) (10-11) for 3 rules: 1 too few")
    assert "1 (/v2/1) must come before 20 all (/*)" in found.nearest
    assert found.witnesses[0][1].path == "/v2/1"


def test_wishes_that_go_round():
    toml = '[[before]]\nfirst = "a"\nthen = "b"\nreason = "x"\n[[before]]\nfirst = "b"\nthen = "a"\n'
    (found,) = refusals(listener("1 path=/1 name=a -> a", "2 path=/2 name=b -> b"), toml)
    assert found.reason == (
        "these orders contradict each other: 2 b (/2) before 1 a (/1) ([[before]] b → a), 1 a (/1) before 2 b (/2) ([[before]] a → b: x)"
    )
    assert found.nearest == "any one of: drop [[before]] b → a; drop [[before]] a → b: x"


def test_wish_against_an_order_that_matters():
    toml = '[[before]]\nfirst = "c"\nthen = "a"\n'
    told = listener("1 path=/x/* name=a -> a", "2 path=/*/y name=b -> b", "3 path=/z/y,/q name=c -> c")
    (found,) = refusals(told, toml)
    assert found.rules == ("a", "b", "c")
    assert [request.path for _, request in found.witnesses] == ["/x/y", "/z/y"]
    assert "let 2 b (/*/y) come before 1 a (/x/*), which changes the answers to requests that match both" in found.nearest


# -- orders that are asked for ---------------------------------------------------------------------------------------------------


def test_before_reverses_and_names_the_request():
    toml = '[[before]]\nfirst = "n"\nthen = "w"\nreason = "badges"\n'
    made = plan(listener("10 path=/a/* name=w -> w", "20 path=/a/b name=n -> n"), toml)
    assert changes(made) == [("n", "w", "/a/b")]
    assert made.intended_changes[0].because == "[[before]] n → w: badges"
    assert made.intended_changes[0].changes is True
    assert not made.equivalent
    assert len(made.moves) == 1


def test_before_of_strangers_changes_nothing():
    toml = '[[before]]\nfirst = "y"\nthen = "x"\n'
    made = plan(listener("10 path=/x name=x -> x", "20 path=/y name=y -> y"), toml)
    assert len(made.moves) == 1
    assert made.equivalent
    assert not made.intended_changes


def test_specific_first_only_inside_its_range():
    toml = """
[[range]]
name = "v2"
priorities = "1-9"
match = { rules = ["w", "n", "alike"] }
order = "specific-first"
"""
    told = listener(
        "1 path=/a/* name=w -> w", "2 path=/a/b name=n -> n", "3 path=/a/c name=alike -> w", "10 path=/o/* -> o", "11 path=/o/p -> p"
    )
    made = plan(told, toml)
    assert changes(made) == [("n", "w", "/a/b")]
    assert len(made.moves) == 1


def test_before_goes_over_specific_first():
    toml = """
[[range]]
name = "v2"
priorities = "1-9"
match = { rules = ["w", "n"] }
order = "specific-first"
[[before]]
first = "w"
then = "n"
"""
    assert not plan(listener("1 path=/a/* name=w -> w", "2 path=/a/b name=n -> n"), toml).moves


def test_fix_shadowed():
    told = listener("1 path=/a/* name=w -> w", "2 path=/a/b name=n -> n", "3 path=/a/c name=same -> w", "4 path=/z -> z")
    assert not plan(told).moves
    made = plan(told, fix_shadowed=True)
    assert changes(made) == [("n", "w", "/a/b")]
    assert made.intended_changes[0].because == "no request reaches 2 n (/a/b) otherwise"
    assert len(made.moves) == 1


def test_fix_shadowed_by_a_union():
    told = listener("1 path=/a* GET name=get -> g", "2 path=/a* POST name=post -> p", "3 path=/a/b GET,POST name=n -> n")
    made = plan(told, fix_shadowed=True)
    assert {(first, then) for first, then, _ in changes(made)} == {("n", "get"), ("n", "post")}


def test_fix_shadowed_leaves_twins_and_says_so():
    made = plan(listener("1 path=/a name=x -> x", "2 path=/a name=y -> y"), fix_shadowed=True)
    assert not made.moves
    assert "matches the same requests as 1 x (/a)" in made.notes[0].reason


def test_fix_shadowed_against_the_config_stays():
    toml = '[[before]]\nfirst = "w"\nthen = "n"\n'
    made = plan(listener("1 path=/a/* name=w -> w", "2 path=/a/b name=n -> n"), toml, fix_shadowed=True)
    assert not made.moves
    assert "the config wants it after" in made.notes[0].reason


def test_fix_shadowed_that_would_go_round_stays():
    # n is hidden by w; but x must stay between w and n, as it matters to both
    toml = '[[before]]\nfirst = "w"\nthen = "x"\n[[before]]\nfirst = "x"\nthen = "n"\n'
    told = listener("1 path=/a/* name=w -> w", "2 path=/x name=x -> x", "3 path=/a/b name=n -> n")
    made = plan(told, toml, fix_shadowed=True)
    assert not made.moves
    assert "cannot come first" in made.notes[0].reason


# -- collisions ------------------------------------------------------------------------------------------------------------------


def test_strangers_of_one_number_may_go_anywhere():
    made = plan(listener("5 path=/a -> a", "5 path=/b -> b"))
    assert len(made.moves) == 1
    assert made.equivalent
    assert made.moves[0].because in ("5 goes to 5 (/a)", "5 goes to 5 (/b)")


def test_collision_that_matters_is_refused():
    (found,) = refusals(listener("5 path=/a/* name=w -> a", "5 path=/*/b name=n -> b"))
    assert found.reason == "5 n (/*/b) and 5 w (/a/*) have the same number, and it matters which one AWS keeps"
    assert {role for role, _ in found.witnesses} == {"both", "only-rule", "only-related"}
    (way,) = found.ways
    assert (way.flags, way.config) == ((), '[[before]]\nfirst = "n"\nthen = "w"\nlistener = "L"\n')


def test_collision_decided_by_before_is_named():
    toml = '[[before]]\nfirst = "w"\nthen = "n"\n'
    made = plan(listener("5 path=/a/* name=w -> a", "5 path=/*/b name=n -> b"), toml)
    assert changes(made) == [("w", "n", "/a/b")]
    assert len(made.moves) == 1


def test_collision_decided_by_what_follows():
    toml = '[[before]]\nfirst = "w"\nthen = "x"\n[[before]]\nfirst = "x"\nthen = "n"\n'
    made = plan(listener("5 path=/a/* name=w -> a", "5 path=/*/b name=n -> b", "9 path=/x name=x -> x"), toml)
    assert [(change.first, change.then, change.because) for change in made.intended_changes] == [
        ("w", "n", "it follows from the orders asked for")
    ]


def test_collision_behind_a_rule_that_answers_anyway():
    made = plan(listener("1 path=/* -> all", "5 path=/a/* name=w -> a", "5 path=/*/b name=n -> b"))
    assert made.equivalent
    assert not made.intended_changes


def test_twins_of_one_number_are_told_the_way():
    (found,) = refusals(listener("5 path=/a name=x -> a", "5 path=/a name=y -> b"))
    assert [(way.flags, bool(way.config)) for way in found.ways] == [(("--merge-twins",), True), ((), True)]
    whole = listener("5 path=/a name=x -> a", "5 path=/a name=y -> a:0,b:1", "5 path=/* name=n -> c", "9 path=/a name=m -> m")
    twins, crossing = refusals(whole)
    assert (twins.collision, crossing.collision) == ("twins", "crossing")
    for way in twins.ways:
        assert plan(whole, way.config, merge_twins="--merge-twins" in way.flags)
    assert [way.flags for way in twins.ways] == [("--merge-twins",), ()]


# -- what must not move ----------------------------------------------------------------------------------------------------------


def test_rules_of_the_controller_stay():
    told = listener("5 path=/a tag:ingress.k8s.aws/stack=s name=k -> a", "6 path=/v2/a -> b")
    assert moves(plan(told, V2)) == {"r6": 2110}
    (found,) = refusals(listener("2111 path=/a tag:elbv2.k8s.aws/cluster=c name=k -> a"), V2)
    assert found.reason == (
        "2111 k (/a) must not be moved, since the AWS Load Balancer Controller owns it, but its number lies in v2, where it does not belong"
    )


def test_numbers_of_pinned_rules_are_taken():
    told = listener("2110 path=/v2/k tag:gateway.k8s.aws/x=c name=k -> a", "6 path=/v2/a -> b")
    assert moves(plan(told, V2)) == {"r6": 2111}


def test_unknown_number_is_left_out_and_holds_what_it_meets():
    told = listener("${p} path=/a/* name=f -> f", "10 path=/a/1 name=x -> x", "40 path=/z -> z")
    made = plan(told, '[[retired]]\npriorities = "40"\n')
    assert moves(made) == {"r40": 39}
    assert [note.rules for note in made.notes] == [("f",), ("x", "f")]
    (found,) = refusals(told, '[[retired]]\npriorities = "10"\n')
    assert "it may not pass ? f (/a/*), whose number is unknown" in found.reason
    assert found.witnesses[0][1].path == "/a/1"


def test_unknown_condition_keeps_its_order():
    told = listener("20 path=/v2/a -> a", "10 opaque:path-pattern name=o -> o")
    made = plan(told, V2)
    assert moves(made) == {"r20": 2110}


def test_unsure_membership_is_taken_as_it_stands():
    told = listener("2110 path=${x} name=in -> a", "50 path=${y} name=out -> b")
    made = plan(told, V2)
    assert not made.moves
    assert [note.rules for note in made.notes] == [("out",), ("in",)]


def test_rules_that_never_meet_share_a_number():
    told = listener("5 path=/a if=prod name=p -> p", "5 path=/a unless=prod name=s -> s", "6 path=/b -> b")
    assert not plan(told).moves
    made = plan(told, '[[retired]]\npriorities = "5"\n')
    assert moves(made) == {"p": 4, "s": 4}
    assert made.minimum_proved
    assert made.one_at_a_time is not None


def test_rules_that_share_a_number_with_one_that_is_held_keep_it_too():
    told = listener("${p} path=/a/* if=prod name=f -> f", "5 path=/a/1 if=prod name=p -> p", "5 path=/a/1 unless=prod name=s -> s")
    assert not plan(told).moves
    both = listener(
        "${p} path=/a/* if=prod name=f -> f",
        "5 path=/a/1 if=prod name=p -> p",
        "5 path=/x unless=prod name=s -> s",
        "5 path=/y unless=prod name=t -> t",
    )
    assert len(plan(both).moves) == 1
    other = listener("${p} path=/a/* if=prod name=f -> f", "5 path=/a/1 if=prod name=p -> p", "5 path=/v2/a unless=prod name=s -> s")
    assert moves(plan(other, V2)) == {"s": 2110}
    toml = '[[before]]\nfirst = "t"\nthen = "s"\n'
    asked = listener(
        "${p} path=/a/* if=prod name=f -> f",
        "5 path=/a/1 if=prod name=p -> p",
        "5 path=/z/* unless=prod name=s -> s",
        "7 path=/z/1 name=t -> t",
    )
    assert moves(plan(asked, toml)) == {"t": 4}
    assert moves(plan(asked, f'{toml}[[range]]\nname = "t"\npriorities = "7"\nmatch = {{ paths = ["/z/1"] }}\n')) == {"s": 8}


# -- spread ----------------------------------------------------------------------------------------------------------------------


def test_spread():
    told = listener("1 path=/v2/1 -> a", "2 path=/v2/2 -> a", "3 path=/v2/3 -> a")
    toml = V2.replace("2110-2112", "2100-2199")
    assert moves(plan(told, toml, spread=True)) == {"r1": 2124, "r2": 2149, "r3": 2174}
    assert moves(plan(told, toml)) == {"r1": 2100, "r2": 2101, "r3": 2102}


# -- the two owners of one listener -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fixture():
    settings = load(FIXTURE / "alb-lint.toml")
    estate = read([str(FIXTURE / "python.json"), str(FIXTURE / "rust.json")], settings)
    return settings, estate.listeners


def test_two_owners(fixture):
    settings, listeners = fixture
    made = make_plan(
        [ListenerFacts(told) for told in listeners], settings, Options("2025-11-24", merge_twins=True, environment="production")
    )
    assert not made.refused
    assert not any(part.intended_changes for part in made.listeners)
    # which of two that claim one number answers today is not told, so each merge is named as a change
    assert [merge.changes for part in made.listeners for merge in part.merges] == [True] * 6
    for part in made.listeners:
        for merge in part.merges:
            assert {share.target_group.split("/")[1].count("rust"): share.weight for share in merge.action.shares} == {0: 100, 1: 0}
    for part, told in zip(made.listeners, listeners, strict=True):
        result = apply_plan(part, told)
        paths = {rule.priority: rule.conditions[0].values[0] for rule in result.rules}
        assert len(paths) == len(result.rules)
        for number, path in paths.items():
            home = (2110, 2112) if path.startswith("/v2/") else (2104, 2106) if path.startswith("/internal/embed/") else (1030, 1039)
            if path in ("/account/nonce", "/ceramic-cache/authenticate"):
                home = (5010, 5020)
            assert home[0] <= number <= home[1]
        # the order inside each group is today's
        before = [rule.id for rule in sorted(told.rules, key=lambda rule: rule.priority) if rule.id in {one.id for one in result.rules}]
        after = [rule.id for rule in sorted(result.rules, key=lambda rule: rule.priority)]
        today = {rule.id: rule.priority for rule in told.rules}
        assert [today[name] for name in after] == sorted(today[name] for name in before)
        assert part.minimum_proved
        assert not any(step.parking for step in part.one_at_a_time)
    again = load_plan(json.dumps(made.to_json()))
    assert all(verdict.holds for verdict in verify_plan(again, listeners))
    results = [apply_plan(part, told) for part, told in zip(made.listeners, listeners, strict=True)]
    second = make_plan(
        [ListenerFacts(told) for told in results], settings, Options("2025-11-24", merge_twins=True, environment="production")
    )
    assert not second.refused
    assert all(not part.moves and not part.merges for part in second.listeners)


def test_two_owners_without_merging(fixture):
    settings, listeners = fixture
    made = make_plan([ListenerFacts(told) for told in listeners], settings, Options("2025-11-24"))
    assert [len(part.moves) for part in made.listeners] == [0]
    assert [len(refusal.rules) for refusal in made.refused] == [6, 4]
    for refusal in made.refused:
        assert [way.flags for way in refusal.ways] == [
            ("--merge-twins",),
            ("--merge-twins", "--environment", "staging"),
            ("--merge-twins", "--environment", "production"),
        ]


def test_two_owners_without_an_environment(fixture):
    """Of each pair one rule forwards to the groups of both already: it stays as it is, and nothing needs to be asked."""
    settings, listeners = fixture
    made = make_plan([ListenerFacts(told) for told in listeners], settings, Options("2025-11-24", merge_twins=True))
    assert not made.refused
    merges = [merge for part in made.listeners for merge in part.merges]
    assert sorted(merge.changes for merge in merges) == [False, True, True, True, True, True]
    assert not any(call["call"] == "modify-rule" for part in made.listeners for call in (*part.steps, *part.rollback))
    assert all(verdict.holds for verdict in verify_plan(made, listeners))


def test_fix_shadowed_gives_way_to_the_ranges():
    toml = '[[range]]\nname = "n"\npriorities = "100-109"\nmatch = { rules = ["n"] }\n'
    told = listener(
        "1 path=/a/* name=w tag:elbv2.k8s.aws/cluster=c -> w", "2 path=/a/b name=n -> n", "3 path=/z/* -> z", "4 path=/z/y -> y"
    )
    made = plan(told, toml, fix_shadowed=True)
    assert changes(made) == [("r4", "r3", "/z/y")]
    assert "has no number before what hides it" in made.notes[0].reason


def test_fix_shadowed_does_not_hide_another():
    # a is hidden by get and post together; were it first, get and post would be asked for nothing
    told = listener("1 path=/a GET name=get -> g", "2 path=/a POST name=post -> p", "3 path=/a GET,POST name=a -> a")
    made = plan(told, fix_shadowed=True)
    assert not made.moves
    assert "would take all that" in made.notes[0].reason


def test_what_is_left_shadowed_does_not_unsettle_what_stays():
    # the first try is given up for the range; x and f must then still be where they are
    toml = '[[range]]\nname = "n"\npriorities = "100-109"\nmatch = { rules = ["n"] }\n'
    told = listener(
        "1 path=/a/* name=w tag:elbv2.k8s.aws/cluster=c -> w",
        "2 path=/a/b name=n -> n",
        "${p} path=/q* name=f -> f",
        "10 path=/q/1 name=x -> x",
    )
    made = plan(told, toml, fix_shadowed=True)
    assert moves(made) == {"n": 100}


@pytest.mark.parametrize(
    ("tag", "owner"),
    [
        ("AmazonECSManaged=true", "Amazon ECS Express Mode"),
        ("elasticbeanstalk:environment-name=e", "AWS Elastic Beanstalk"),
        ("ingress.k8s.aws/stack=s", "the AWS Load Balancer Controller"),
    ],
)
def test_rules_of_a_service_are_never_moved(tag, owner):
    told = listener(f"1 host=a.on.aws tag:{tag} -> a", "2 host=b.example.org -> b")
    settings = config('[[range]]\nname = "r"\npriorities = "100-199"\nmatch = { hosts = ["*.on.aws"] }\n')
    (refusal,) = plan_listener(ListenerFacts(told), settings, Options("2026-11-23"))
    assert f"must not be moved, since {owner} owns it" in refusal.reason


def test_what_a_stack_has_to_change_too():
    told = listener("1 host=a.on.aws tag:aws:cloudformation:stack-name=shop tag:aws:cloudformation:logical-id=Rule -> a")
    settings = config('[[range]]\nname = "r"\npriorities = "100-199"\nmatch = { hosts = ["*.on.aws"] }\n')
    plan = plan_listener(ListenerFacts(told), settings, Options("2026-11-23"))
    assert "CloudFormation stack shop: change the Priority in its resource Rule to 100 as well" in plan.notes[-1].reason
