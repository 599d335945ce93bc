"""Checks that are not loaded would have found nothing."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

import generate

from alb_lint import checks, inputs, pipeline
from alb_lint.checks.check import Context
from alb_lint.checks.held import held
from alb_lint.config import Config
from alb_lint.model import Estate
from shorthand import TODAY, estate, listener

ROOT = Path(__file__).parents[2]
FOLDERS = [ROOT / "tests" / "conformance", ROOT / "fixtures", *sorted((ROOT / "tests" / "field").glob("*/"))]


def unloaded_findings(read: Estate, settings: Config) -> list[str]:
    there = held(read, settings)
    context = Context(settings, TODAY)
    found: list[str] = []
    for entry in checks.TABLE:
        if entry.needs and there.isdisjoint(entry.needs):
            check = entry.check
            if check.run_estate is not None:
                found += [entry.code for _ in check.run_estate(read, settings)]
            for one in read.listeners if check.run is not None else ():
                found += [entry.code for _ in check.run(pipeline.facts_of(one), context)]
    return found


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_of_what_people_write(folder: Path) -> None:
    read = inputs.read([str(folder)], Config(), tolerant=True)
    assert unloaded_findings(read, Config()) == []


@pytest.mark.parametrize("mix", ["services", *generate.MIXES, "symbols"])
def test_of_mixes(mix: str, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(generate.text(30, mix=mix))
    read = inputs.read([str(tmp_path / "x.json")], Config())
    assert read.listeners
    assert unloaded_findings(read, Config()) == []


def test_a_listener_of_paths_loads_little() -> None:
    plain = estate(listener("1 path=/a -> t", default="t"))
    assert held(plain, Config()) == {"PathPattern", "Forward", "default Forward"}
    assert sum(not entry.needs for entry in checks.TABLE) < len(checks.TABLE) - 25
