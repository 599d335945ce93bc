"""`--format json` points where JSON Lines write out: nothing is lost by it, and it is no larger than what was read."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import jsonschema
import pytest

from alb_lint import pipeline, selections
from alb_lint.config import Config
from alb_lint.findings.grouping import apart, grouped
from alb_lint.findings.summary import Summary
from alb_lint.model import Estate, Location
from alb_lint.reports import json_v1
from alb_lint.reports.schemas import ALL
from reports.test_formats import ALL_CASES
from running import export, inside, raw
from shorthand import TODAY, estate, listener
from worlds import listener as random_listener
from written_out import singles, whole

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))
import generate

SINGLE = ("code", "severity", "confidence", "message", "help", "fingerprint")


def document(summary: Summary) -> dict:
    told = json.loads(json_v1.render(summary, False))
    jsonschema.validate(told, ALL["findings"](), cls=jsonschema.Draft7Validator)
    return told


def text(value: object) -> str:
    return json.dumps(value, sort_keys=True)


def content(findings: Iterator[dict]) -> dict[str, dict[str, object]]:
    """What is told of each finding; of one that comes several times all of it together. A request beside a rule is one that both get."""
    found: dict[str, dict[str, object]] = {}
    for item in findings:
        own = {key: item[key] for key in (*SINGLE, "listener", "rule", "rules", "location")} | {"needs": item.get("needs", [])}
        known = found.setdefault(text(own), {"related": set(), "witnesses": set()})
        known["related"] |= {text(one) for one in item["related"]}
        known["witnesses"] |= {text(one) for one in item["witnesses"]}
        known["witnesses"] |= {text({"role": "both", "request": one["request"]}) for one in item["related"] if "request" in one}
    return found


def holds(summary: Summary) -> dict:
    """The report, which was found to tell all that the findings do."""
    told = document(summary)
    assert content(singles(told)) == content(json.loads(json.dumps(json_v1.finding_json(one))) for one in apart(summary.findings))
    return told


@pytest.mark.parametrize("name", ALL_CASES)
def test_single_findings_can_be_written_out_again(name):
    holds(ALL_CASES[name]())


@pytest.mark.parametrize("seeds", [range(60), pytest.param(range(1000, 3000), marks=pytest.mark.long)], ids=["some", "many"])
def test_single_findings_can_be_written_out_again_whatever_is_found(seeds):
    several = 0
    for seed in seeds:
        random = Random(seed)
        kinds = ("path", "host", "header", "source")[: 1 + seed % 4]
        made = [replace(random_listener(random, kinds, most=12), id=name) for name in "ab"]
        told = holds(grouped(pipeline.lint(estate(*made), Config(), TODAY, selections.Selection(("ALL",)))))
        several += sum(len(item.get("parts", [])) for item in told["findings"])
    assert several > len(seeds)


def test_the_table_has_the_rules_that_findings_name_and_no_other(tmp_path):
    (tmp_path / "rules.json").write_text(export(raw(10, "/a*"), raw(20, "/a", "b"), raw(30, "/c")), "utf-8")
    told = inside("check", tmp_path / "rules.json", "--select", "ALB101", "--format", "json").json
    (found,) = told["findings"]
    (table,) = told["rules"].values()
    assert list(told["rules"]) == [found["listener"]]
    assert list(table) == [*found["rules"], found["related"][0]["id"]]
    assert found["rule"] == whole(told, found["listener"], found["rules"][0])
    assert [entry["priority"] for entry in table.values()] == [20, 10]
    assert set(found["related"][0]) >= {"role", "id", "priority", "location"}


def test_rules_of_one_id_on_two_listeners_are_two():
    made = [replace(listener("10 path=/a* name=x -> x", f"{number} path=/a name=y -> y"), id=f"L{number}") for number in (20, 30)]
    told = holds(pipeline.lint(Estate(tuple(made)), Config(), TODAY, selections.Selection(("ALB101",))))
    assert {name: table["y"]["priority"] for name, table in told["rules"].items()} == {"L20": 20, "L30": 30}


def test_a_rule_that_the_table_tells_otherwise_is_written_out():
    """As in a run over several workspaces, where one rule has a number in each."""
    made = [listener("10 path=/a* name=x -> x", f"{number} path=/a name=y -> y") for number in (20, 30)]
    made[1] = replace(made[1], rules=tuple(replace(one, location=Location("b.tf", 3)) for one in made[1].rules))
    parts = [pipeline.lint(Estate((one,)), Config(), TODAY, selections.Selection(("ALB101",))) for one in made]
    told = holds(pipeline.merged(parts))
    first, second = told["findings"]
    assert (first["rules"], [rule["priority"] for rule in second["rules"]]) == (["y"], [30])
    assert second["related"] == [{"role": "blocker", "id": "x", "name": "x", "priority": 10, "location": {"file": "b.tf", "line": 3}}]


def test_nothing_found():
    told = document(pipeline.lint(Estate((listener("10 path=/a -> x"),)), Config(), TODAY))
    assert (told["rules"], told["findings"], told["gaps"]) == ({}, [], [])


def test_rules_that_cross_in_several_ways_are_named_by_place():
    rules = [f"{number} path=/a*{number} -> p{number}" for number in range(1, 6)]
    rules += [f"{number} header:x=*{number}* -> h{number}" for number in range(6, 11)]
    summary = grouped(pipeline.lint(estate(listener(*rules)), Config(), TODAY, selections.Selection(("ALB104",))))
    told = holds(summary)
    assert len(told["findings"]) > 1
    pairs = Counter((one["fingerprint"], other["id"]) for one in singles(told) for other in one["related"])
    assert set(pairs.values()) == {1}
    for item in told["findings"]:
        assert set(item["common"]) == {"code", "severity", "confidence", "help"}
        assert all(set(one) == {"role", "id", "priority"} for one in item["related"])
        for part in item["parts"]:
            assert (
                {"rule", "related", "message", "fingerprint"}
                <= set(part)
                <= {"rule", "related", "requests", "message", "fingerprint", "help"}
            )


@pytest.mark.parametrize("mix", ["services", "many globs"])
def test_no_larger_than_the_input(mix, tmp_path):
    files = [tmp_path / f"{number}.json" for number in range(3)]
    for number, file in enumerate(files):
        file.write_text(generate.text(100, number, mix), "utf-8")
    told = inside("check", tmp_path, "--format", "json").out
    assert len(told) <= sum(file.stat().st_size for file in files)
