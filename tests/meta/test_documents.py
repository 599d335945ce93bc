"""What the Markdown of the project names is there: paths, links, commands, flags and codes."""

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from alb_lint.cli import main, running
from alb_lint.selections import known_codes

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "fixtures").rglob("*.md"), *(ROOT / "src").rglob("*.md"))
    if path.is_file()
)
TOPS = ("src", "tests", "docs", "fixtures", "benchmarks", ".ci", ".github", "action.yml", "check", "pyproject.toml")
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
PLACE = re.compile(r"[\w.-]+(/[\w.*-]+)*/?")


def prose(page):
    return FENCE.sub("", page.read_text("utf-8"))


def anchors(page):
    """The anchors of its headings, as GitHub makes them."""
    heads = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page):
    for target in LINK.findall(prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        place = page.parent / name if name else page
        assert place.exists(), target
        if anchor and place.suffix == ".md":
            assert anchor in anchors(place), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_path_is_there(page):
    """Paths in code marks that begin with a folder of the project, from its top or from the page."""
    for text in CODE.findall(prose(page)):
        if PLACE.fullmatch(text) and text.split("/")[0] in TOPS and "/" in text:
            found = (
                list(ROOT.glob(text.rstrip("/")))
                if "*" in text
                else [place for place in (ROOT / text, page.parent / text) if place.exists()]
            )
            assert found, text


@cache
def flags(command):
    """Every flag of the command."""
    return {"--help", *(flag for parameter in main.everything().commands[command].params for flag in parameter.opts)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_command_line_is_understood(page):
    """Commands and flags after `alb-lint`, in code marks and in blocks of shell."""
    text = page.read_text("utf-8")
    shells = re.findall(r"^```(?:console|sh|shell|bash)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    lines = [line.removeprefix("$ ") for shell in shells for line in shell.splitlines()] + CODE.findall(prose(page))
    for line in lines:
        told = re.match(r"alb-lint ([a-z-]+)\b(.*)", line)
        if told is None or told[1].startswith("-"):
            continue
        assert told[1] in running.COMMANDS, line
        used = re.findall(r"(?<![\w-])(--[a-z][a-z-]*)", told[2].split(" | ")[0].split(" && ")[0])
        assert set(used) <= flags(told[1]), line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_code_exists(page):
    codes = {info.code for info in known_codes()}
    assert set(re.findall(r"\bALB\d{3}\b", page.read_text("utf-8"))) <= codes


def test_no_file_of_a_machine_is_kept():
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    names = done.stdout.splitlines()
    assert not [name for name in names if name.endswith((".pyc", ".swp", ".orig", ".rej")) or ("/." in name and "hypothesis" in name)]
