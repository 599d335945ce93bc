"""The table of checks, the files and the pages say the same."""

import re
from pathlib import Path

import pytest

import alb_lint.checks as table
from alb_lint import pipeline
from alb_lint.checks import ALL
from alb_lint.checks.check import Check
from alb_lint.config import Config, load
from alb_lint.reports import concise
from shorthand import TODAY

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs" / "checks").glob("*.md"))
HEADINGS = ["## What it finds", "## Why it matters", "## Example", "## The way out", "## When it is wrong or silent"]
ELSEWHERE = {"ALB901": "stale-suppression"}
"""Codes that no check makes."""


def test_aliases_are_the_codes():
    named = {name: item for name, item in vars(table).items() if isinstance(item, Check)}
    assert {name: item.info.code for name, item in named.items()} == {name: name for name in named}
    assert [item.info.code for item in ALL] == sorted(named)


def test_one_file_per_check():
    files = {path.stem for path in (ROOT / "src" / "alb_lint" / "checks").glob("*.py") if not path.stem.startswith("_")}
    assert files - {"check"} == {item.info.name.replace("-", "_") for item in ALL}


@pytest.mark.parametrize("check", ALL, ids=lambda check: check.info.code)
def test_record(check):
    assert (check.run is None) != (check.run_estate is None)
    assert check.info.summary.endswith(".")


def test_one_page_per_code():
    codes = {item.info.code: item.info.name for item in ALL}
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
    blocks = dict(re.findall(r"^```(json|toml|text)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))
    monkeypatch.chdir(tmp_path)
    Path("rules.json").write_text(blocks["json"], "utf-8")
    settings = Config()
    if "toml" in blocks:
        Path("alb-lint.toml").write_text(blocks["toml"], "utf-8")
        settings = load(Path("alb-lint.toml"))
    code = text.split()[1]
    estate = pipeline.read(["rules.json"], settings)
    said = concise.render(pipeline.lint(estate, settings, TODAY, pipeline.selection((code,), ())), False)
    assert blocks["text"] == f"$ alb-lint check rules.json --select {code} --format concise\n{said}"
    assert f" {code} " in said
