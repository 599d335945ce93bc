"""How readings of one listener become one, which checks run, and in which order all comes out."""

import json
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alb_lint import checks, inputs, pipeline, selections
from alb_lint.checks.check import Context
from alb_lint.config import Config
from alb_lint.errors import ConfigError, SourceError, UsageError
from alb_lint.findings.grouping import grouped
from alb_lint.inputs import join, only
from alb_lint.model import Gap, Location, Reading, TargetGroup
from alb_lint.pipeline import lint, touching
from alb_lint.plan.planner import Options
from alb_lint.plan.steps.apply import apply_plan
from alb_lint.reports import json_v1
from alb_lint.reports.plans import markdown as plans_markdown
from alb_lint.selections import selection
from running import export, listener_arn, raw, without_arn
from shorthand import TODAY, config, estate, listener, load_balancer, rule

ARN = listener_arn()


def part(*rules, file="a.json", kind="aws-json", **fields):
    """One listener as one file tells it."""
    made = listener(*rules, **({"id": ARN, "name": "", "default": None} | fields))
    placed = tuple(replace(one, location=Location(file, place + 1)) for place, one in enumerate(made.rules))
    return replace(made, rules=placed, source_kind=kind, location=Location(file))


def joined(*parts, toml=""):
    return join([Reading((one,), files=(one.location.file,)) for one in parts], config(toml))


def numbers(told):
    return {one.id: sorted(item.priority for item in one.rules) for one in told.listeners}


# -- joining -----------------------------------------------------------------------------------------------------------------


def test_one_listener_of_several_files():
    told = joined(part("10 path=/a name=a -> x"), part("20 path=/b name=b -> x", file="b.json"))
    assert numbers(told) == {ARN: [10, 20]}
    assert told.files == ("a.json", "b.json")
    assert told.gaps == ()


def test_what_one_part_does_not_tell_the_other_may():
    dull = part("10 path=/a name=a -> x")
    rich = part(default="404", name="web/1", protocol="HTTPS", port=443, load_balancer=load_balancer(), limits=(("x", 1),), file="b.json")
    for order in ((dull, rich), (rich, dull)):
        one = joined(*order).listeners[0]
        assert (one.name, one.protocol, one.port, one.limits) == ("web/1", "HTTPS", 443, (("x", 1),))
        assert one.load_balancer is not None
        assert one.default is not None


def test_one_rule_told_twice_is_one():
    told = joined(part("10 path=/a name=a -> x"), part("10 path=/a name=a -> x", file="b.json"))
    assert numbers(told) == {ARN: [10]}
    assert told.gaps == ()


@pytest.mark.parametrize(
    "other", ["11 path=/a name=a -> x", "10 path=/b name=a -> x", "10 path=/a name=a -> y", "10 path=/a name=a -> rewrite:a=>b x"]
)
def test_one_rule_told_differently_is_a_gap(other):
    one, two = part("10 path=/a name=a -> x"), part(other, file="b.json")
    for order in ((one, two), (two, one)):
        told = joined(*order)
        assert numbers(told) == {ARN: [10]}
        assert [(gap.location.file, gap.reason) for gap in told.gaps] == [("b.json", "two readings disagree about rule a; a.json:1 counts")]


def test_two_exports_of_different_rules_that_say_the_same_are_two():
    """Each was read from AWS: they collide, or one is a copy on another number."""
    assert numbers(joined(part("10 path=/a name=a -> x"), part("10 path=/a name=b -> x", file="b.json"))) == {ARN: [10, 10]}


def test_code_and_the_export_of_what_it_made_are_one_rule():
    code = part("10 path=/a name=code -> x", "30 path=/c name=new -> x", kind="terraform", file="main.tf")
    live = part("10 path=/a name=live -> x", "20 path=/b name=other -> x")
    for order in ((code, live), (live, code)):
        told = joined(*order)
        assert sorted(item.id for item in told.listeners[0].rules) == ["code", "new", "other"]
        assert told.listeners[0].source_kind.split(", ") == ["aws-json", "terraform"]


def test_code_and_an_export_that_differ_are_two_rules():
    code = part("10 path=/a name=code -> x", kind="terraform", file="main.tf")
    assert numbers(joined(code, part("10 path=/b name=live -> x"))) == {ARN: [10, 10]}
    assert numbers(joined(code, part("11 path=/a name=live -> x"))) == {ARN: [10, 11]}


ALIAS = '[[listener]]\nname = "public"\nids = ["*:listener/app/web/*", "aws_lb_listener.*"]\n'


def test_names_of_the_config_join_references_with_an_arn():
    code = part("10 path=/a name=code -> x", id="aws_lb_listener.https", kind="terraform", file="main.tf")
    live = part("20 path=/b name=live -> x")
    assert numbers(joined(code, live)) == {ARN: [20], "aws_lb_listener.https": [10]}
    assert numbers(joined(code, live, toml=ALIAS)) == {ARN: [10, 20]}


def test_names_of_the_config_join_references_without_an_arn():
    parts = [part(f"{number} path=/a -> x", id=f"aws_lb_listener.{name}", file=f"{name}.tf") for number, name in ((10, "b"), (20, "a"))]
    assert numbers(joined(*parts, toml=ALIAS)) == {"aws_lb_listener.a": [10, 20]}


def test_a_name_that_stands_for_several_arns_joins_nothing_and_says_so():
    second = ARN.replace("f2f7", "aaaa")
    parts = [part("10 path=/a -> x"), part("20 path=/a -> x", id=second), part("30 path=/a -> x", id="aws_lb_listener.https", file="m.tf")]
    told = joined(*parts, toml=ALIAS)
    assert numbers(told) == {ARN: [10], second: [20], "aws_lb_listener.https": [30]}
    assert [gap.reason for gap in told.gaps] == ["the listener name 'public' stands for 2 ARNs; references stay apart"]


def test_target_groups_are_known_where_one_reading_tells_all():
    group = TargetGroup("g", "g")
    assert join([Reading()], Config()).target_groups is None
    assert join([Reading(), Reading(target_groups=())], Config()).target_groups == ()
    assert join([Reading(target_groups=(group,)), Reading(target_groups=(group,))], Config()).target_groups == (group,)


def test_gaps_of_all_readings_are_kept():
    one, two = Gap(Location("a"), "x"), Gap(Location("b"), "y")
    assert join([Reading(gaps=(one,))], Config(), [two]).gaps == (two, one)


PATHS = ("/a", "/a*", "/b", "*")
RULE = st.builds(
    lambda number, path, group, end, named: (raw if named else lambda *args, **more: without_arn(raw(*args, **more)))(
        number, path, group, number=end, listener=f"web{end % 2}"
    ),
    st.integers(1, 4),
    st.sampled_from(PATHS),
    st.sampled_from("xy"),
    st.integers(1, 6),
    st.booleans(),
)


@settings(deadline=None, max_examples=40)
@given(files=st.lists(st.lists(RULE, max_size=4), min_size=2, max_size=4), data=st.data())
def test_order_of_the_files_changes_no_byte(files, data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("order")
    names = []
    for place, rules in enumerate(files):
        name = folder / f"{place}.json"
        name.write_text(json.dumps({"Rules": rules}), "utf-8")
        names.append(str(name))
    order = data.draw(st.permutations(names))

    def run(given_names):
        return json_v1.render(lint(inputs.read(given_names, Config()), Config(), TODAY, selection(["ALL"], [])), False)

    assert run(names) == run(order)


# -- choosing ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("wanted", "ids"), [("", {"L", "M"}), ("L", {"L"}), ("[LM]", {"L", "M"}), ("public", {"M"})])
def test_only(wanted, ids):
    settings_ = config('[[listener]]\nname = "public"\nids = ["M"]')
    both = estate(listener("10 path=/a -> x", id="L"), listener("10 path=/a -> x", id="M"))
    assert {one.id for one in only(both, wanted, settings_).listeners} == ids


def test_only_of_a_name_that_nobody_has():
    with pytest.raises(SourceError, match="no listener is called 'X'"):
        only(estate(listener("10 path=/a -> x")), "X")


def test_selection_refuses_words_that_begin_no_code():
    for words in (["ALB7"], ["shadow-rule"], ["x"]):
        with pytest.raises(UsageError):
            selection(words, [])
        with pytest.raises(UsageError):
            selection([], words)


def test_codes_of_the_config():
    selections.refuse_unknown_codes(config('[[allow]]\ncode = "ALB101"\n[[allow]]\ncode = "ALB901"'))
    with pytest.raises(ConfigError) as caught:
        selections.refuse_unknown_codes(config('[[allow]]\ncode = "ALB777"'))
    assert caught.value.where == "alb-lint.toml:1"


def test_touching_takes_what_names_the_file_anywhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = joined(part("10 path=/a name=a -> x"), part("20 path=/a name=b -> y", file="b.json"))
    summary = lint(told, Config(), TODAY, selection(["ALB101"], []))
    assert [finding.place.file for finding in summary.findings] == ["b.json"]
    assert touching(summary, ["a.json"]).findings == summary.findings
    assert touching(summary, ["./b.json"]).findings == summary.findings
    assert touching(summary, [str(Path.cwd() / "b.json")]).findings == summary.findings
    assert touching(summary, ["c.json"]).findings == ()


def test_several_processes_find_what_one_does(tmp_path):
    rules = [
        raw(number, path, group, listener=f"web{place}") for place in range(6) for number, path, group in ((1, "/a", "x"), (2, "/a", "y"))
    ]
    (tmp_path / "many.json").write_text(export(*rules), "utf-8")
    told = inputs.read([str(tmp_path / "many.json")], Config())
    one, two = (lint(told, Config(), TODAY, selection(["ALB101"], []), workers=count) for count in (1, 2))
    assert json_v1.render(one, False) == json_v1.render(two, False)
    assert len(one.findings) == 6


def test_rules_are_sorted_by_number_within_a_listener():
    found = lint(estate(listener("30 path=/a -> z", "20 path=/a -> y", "10 path=/a -> x")), Config(), TODAY, selection(["ALB101"], []))
    assert [finding.rule.priority for finding in found.findings] == [20, 30]
    assert rule("10 path=/a -> x").priority == 10


# -- what a plan leaves --------------------------------------------------------------------------------------------------------


def _of_many_listeners(random):
    """Listeners of a few rules, of which a plan changes some and leaves others."""
    found = []
    for number in range(random.randrange(1, 6)):
        rules = [
            f"{priority} path=/{random.choice('ab')}{random.choice(('', '*', '/x'))} name=r{priority} -> {random.choice('xyz')}"
            for priority in random.sample(range(1, 400), random.randrange(0, 5))
        ]
        found.append(listener(*rules, id=listener_arn(f"l{number}"), name=f"l{number}"))
    return estate(*found)


@pytest.mark.parametrize("seed", range(60))
def test_a_plan_is_judged_by_what_checks_find_before_and_after(seed):
    """Of the listeners that a report tells of, as two whole looks would tell it."""
    random = Random(seed)
    told = _of_many_listeners(random)
    settings = config('[[range]]\nname = "a"\npriorities = "100-199"\nmatch = { paths = ["/a*"] }\n' if seed % 3 else "")
    wishes = Options(TODAY, compact=bool(seed & 1), fix_shadowed=bool(seed & 2))
    proposal = pipeline.propose(told, settings, wishes)
    judged = pipeline.judged(proposal, told, TODAY)
    parts = {part.id: part for part in proposal.plan.listeners}
    after = tuple(apply_plan(parts[item.id], item) if item.id in parts else item for item in told.listeners)
    shown = {part.id for part in proposal.plan.listeners if part.is_told}
    assert judged.unjudged == frozenset()
    for found, whole in ((judged.now, told), (judged.left, replace(told, listeners=after))):
        mine, theirs = (
            [one for one in summary.findings if one.listener in shown] if summary else []
            for summary in (found, grouped(lint(whole, settings, TODAY)))
        )
        assert not shown or mine == theirs


def test_a_listener_is_looked_at_again_where_what_checks_are_told_is_another():
    told = estate(listener("1 path=/a name=a -> x", id=listener_arn()))
    running = [entry.check for entry in checks.TABLE]
    seen = []

    def look(context, which=running):
        listeners = told.listeners
        (found,) = looks.at(listeners, which, context, 1)
        seen.append(found)

    looks = pipeline.Looks(frozenset({listener_arn()}))
    look(Context(Config(), TODAY))
    look(Context(Config(), TODAY))
    look(Context(Config(), TODAY, spread=frozenset({"x"})))
    look(Context(Config(), TODAY, spread=frozenset({"x"})), running[1:])
    first, again, otherwise, fewer = map(id, seen)
    assert first == again
    assert len({first, otherwise, fewer}) == 3


def test_a_listener_that_a_plan_says_nothing_of_is_not_judged(monkeypatch):
    looked = []
    one = pipeline._lint_one
    monkeypatch.setattr(pipeline, "_lint_one", lambda item, *rest: looked.append(item.name) or one(item, *rest))
    told = estate(
        listener("1 path=/a name=a -> x", id=listener_arn("here"), name="here"),
        listener("150 path=/a name=a -> y", id=listener_arn("there"), name="there"),
    )
    settings = config('[[range]]\nname = "a"\npriorities = "100-199"\nmatch = { paths = ["/a*"] }\n')
    pipeline.judged(pipeline.propose(told, settings, Options(TODAY)), told, TODAY)
    assert looked == ["here", "here"]


def test_of_listeners_that_share_too_much_the_last_are_not_judged_and_that_is_said(monkeypatch):
    monkeypatch.setattr(pipeline, "JUDGED", 2)
    told = estate(*(listener("1 path=/a* -> x", "2 path=/a*b -> y", id=listener_arn(f"l{n}"), name=f"l{n}") for n in range(4)))
    settings = config('[[range]]\nname = "a"\npriorities = "100-199"\nmatch = { paths = ["/a*"] }\n')
    judged = pipeline.judged(pipeline.propose(told, settings, Options(TODAY)), told, TODAY)
    assert judged.unjudged == {listener_arn("l2"), listener_arn("l3")}
    written = plans_markdown.render(judged, False)
    assert written.count("What is left after this plan") == 4
    assert written.count("was not looked at") == 2
