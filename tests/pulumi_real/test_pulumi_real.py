"""Idioms by which programs number their rules: read exactly, and what the programs really do."""

from collections import Counter
from pathlib import Path

import pytest

from alb_lint import inputs
from alb_lint.config import Config
from pulumi_generator import programs
from pulumi_idioms import HEAD, IDIOMS
from pulumi_judge import asked, judge, modules, read, run, run_folder, told

NO_MODULES = "npm's @pulumi/pulumi and typescript are not installed: run `npm install` in tests/pulumi_real, or set ALB_LINT_NODE_MODULES"
CONFIGS = [
    {f"project:c{index}": value for index, value in enumerate(values)} for values in (("true", "false", "true"), ("false", "true", "false"))
]


def said(reading):
    return ", ".join(
        f"{rule.name} {rule.priority} {'|'.join(rule.conditions[0].values)}" for one in reading.listeners for rule in one.rules
    )


@pytest.mark.parametrize(("source", "wanted"), IDIOMS.values(), ids=IDIOMS)
def test_an_idiom_is_read_exactly(tmp_path, source, wanted):
    reading = read({"index.ts": f"{HEAD}{source}\n"}, tmp_path)
    assert sorted(said(reading).split(", ")) == sorted(wanted.split(", "))
    assert reading.gaps == ()
    assert all(not rule.presence for one in reading.listeners for rule in one.rules)


@pytest.mark.skipif(modules() is None, reason=NO_MODULES)
def test_the_idioms_do_what_is_said_of_them(tmp_path):
    given = [(name, {"index.ts": f"{HEAD}{source}\n"}) for name, (source, _) in IDIOMS.items()]
    folder = modules()
    assert folder is not None
    wrong = _wrong(given, run(given, folder, [{}]), [{}], tmp_path)
    assert wrong == []


@pytest.mark.skipif(modules() is None, reason=NO_MODULES)
@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1000, 1250, 50))])
def test_generated_programs_do_what_is_said_of_them(tmp_path, seed):
    given = list(programs(20 if seed == 0 else 50, seed))
    folder = modules()
    assert folder is not None
    assert _wrong(given, run(given, folder, CONFIGS), CONFIGS, tmp_path) == []


FIXTURES = Path(__file__).parents[2] / "fixtures"
SETTINGS = {
    "config": {f"project:{name}": name for name in ("certificateArn", "assumeRolePolicy", "cacao")},
    "outputs": {name: name for name in ("internalHttpsListener", "lambdaImage", "embedImage", "ssmArn")},
}


@pytest.mark.skipif(modules() is None, reason=NO_MODULES)
@pytest.mark.parametrize("name", ["passport-scorer-pulumi", "passport-scorer-pulumi-refactored"])
@pytest.mark.parametrize("stack", ["production", "staging", "review"])
def test_the_fixtures_do_what_is_said_of_them(name, stack):
    folder = modules()
    assert folder is not None
    real = run_folder(FIXTURES / name, "infra/aws/index.js", folder, {"stack": stack, **SETTINGS})
    assert real["error"] == ""
    reading = inputs.read([str(FIXTURES / name)], Config(), "pulumi")
    assert reading.gaps == ()
    is_production = (('stack === "production"', stack == "production"),)
    said = Counter(told(rule) for one in reading.listeners for rule in one.rules if rule.presence in ((), is_production))
    assert said == Counter(asked(rule) for rule in real["rules"])
    assert sum(said.values()) > 10


def _wrong(given, real, configs, folder):
    """What the reader says wrongly of each program, under each config; at most one rule of twenty may be told in part only."""
    wrong: list[str] = []
    unknown = rules = 0
    for index, (name, files) in enumerate(given):
        reading = read(files, folder / str(index))
        wrong += [f"{name}: {gap.location}: {gap.reason}" for gap in reading.gaps]
        for number, config in enumerate(configs):
            answer = real[index * len(configs) + number]
            assert answer["error"] == "", (name, answer["error"])
            verdict = judge(reading, answer, config)
            unknown, rules = unknown + verdict.unknown, rules + verdict.rules
            wrong += [f"{name} under {config}: {text}" for text in verdict.wrong]
    assert rules > 0
    assert unknown <= rules / 20
    return wrong
