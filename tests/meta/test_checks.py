"""The table of checks, the files and the pages say the same."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

import alb_lint.checks as table
from alb_lint import inputs, pipeline, selections
from alb_lint.checks import ALL, against
from alb_lint.checks.check import Check
from alb_lint.checks.held import held
from alb_lint.config import Config
from alb_lint.config_file import load, read_lock
from alb_lint.model import Branch, Estate
from alb_lint.reports import concise
from shorthand import TODAY

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs" / "checks").glob("*.md"))
HEADINGS = ["## What it finds", "## Why it matters", "## Example", "## How to fix it", "## Limits"]
EVERY = (*ALL, *against.ALL)
ELSEWHERE = {"ALB901": "stale-suppression"}
"""Codes that no check makes."""


def test_aliases_are_the_codes():
    named = {name: item for name, item in vars(against).items() if isinstance(item, Check)}
    assert {name: item.info.code for name, item in named.items()} == {name: name for name in named}
    assert [item.info.code for item in against.ALL] == sorted(named)


def test_the_table_says_what_the_checks_do():
    told = [(entry.code, entry.module, entry.listed) for entry in table.TABLE]
    assert told == [(check.info.code, check.info.name.replace("-", "_"), check.info.listed) for check in ALL]
    assert told == sorted(told)
    assert table.ALB101.info.code == "ALB101"
    with pytest.raises(AttributeError):
        table.ALB999  # noqa: B018 - asked for


@pytest.mark.parametrize(("family", "others"), [(table, {"check", "held"}), (against, {"comparison"})])
def test_one_file_per_check(family, others):
    files = {path.stem for path in Path(family.__file__).parent.glob("*.py") if not path.stem.startswith("_")}
    assert files - others == {item.info.name.replace("-", "_") for item in family.ALL}


@pytest.mark.parametrize("check", EVERY, ids=lambda check: check.info.code)
def test_record(check):
    assert any(run is not None for run in (check.run, check.run_estate, check.run_against))
    assert check.info.summary.endswith(".")


def test_one_page_per_code():
    codes = {item.info.code: item.info.name for item in EVERY}
    titles = {path.stem: path.read_text("utf-8").partition("\n")[0] for path in PAGES}
    wanted = ELSEWHERE | codes
    assert titles == {name: f"# {code} {name}" for code, name in wanted.items()}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_headings_of_a_page(page):
    lines = page.read_text("utf-8").splitlines()
    assert [line for line in lines if line.startswith("## ")] == HEADINGS
    assert lines[1] == ""
    assert lines[2]
    assert lines[3] == ""
    assert lines[4] == HEADINGS[0]
    assert len(lines) <= 60


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_example_of_a_page_says_what_it_gives(page, tmp_path, monkeypatch):
    text = page.read_text("utf-8")
    blocks = re.findall(r"^```(json|hcl|toml|text|lock|branch)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    by_kind = dict(blocks)
    monkeypatch.chdir(tmp_path)
    settings = Config()
    if "toml" in by_kind:
        Path("alb-lint.toml").write_text(by_kind["toml"], "utf-8")
        settings = load(Path("alb-lint.toml"))
    if "lock" in by_kind:
        Path("alb-lint.lock").write_text(by_kind["lock"], "utf-8")
        settings = Config(reservations=read_lock(Path("alb-lint.lock"), "alb-lint.lock"))
    code = text.split()[1]
    texts = [content for kind, content in blocks if kind == "json"]
    if len(texts) == 2:
        names, command = ("live.json", "code.json"), "audit --snapshot live.json --against code.json"
    elif "hcl" in by_kind:
        texts, names, command = [by_kind["hcl"]], ("main.tf",), "check main.tf"
    else:
        names, command = ("rules.json",), "check rules.json"
    for name, content in zip(names, texts, strict=True):
        Path(name).write_text(content, "utf-8")
    estate, *wanted = (inputs.read([name], settings) for name in names)
    if "branch" in by_kind:
        Path("rules.json").write_text(by_kind["branch"], "utf-8")
        there, nothing = inputs.read(["rules.json"], settings), Estate(())
        estate = replace(estate, branches=(Branch("team/x", pipeline.brought(nothing, there), pipeline.brought(nothing, estate)),))
        command += " --refs 'team/*'"
    chosen = selections.selection((code,), ())
    entry = next((entry for entry in table.TABLE if entry.code == code), None)
    assert entry is None or not entry.needs or wanted or held(estate, settings) & set(entry.needs)
    said = concise.render(pipeline.lint(estate, settings, TODAY, chosen, wanted=wanted[0] if wanted else None), False)
    assert by_kind["text"] == f"$ alb-lint {command} --select {code} --format concise\n{said}"
    assert f" {code} " in said
