"""The site of docs/ builds without a warning, holds every page and loads nothing from elsewhere."""

import re
import subprocess

import pytest

from judging import ROOT, judge

DOCS = ROOT / "docs"
PAGES = sorted(page.relative_to(DOCS) for page in DOCS.rglob("*.md"))


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    command = [judge("mkdocs"), "build", "--strict", "--site-dir", folder]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    return folder


def test_every_page_is_there_and_says_what_it_is(site):
    for page in PAGES:
        made = site / (page.with_suffix("") / "index.html" if page.stem != "index" else page.with_suffix(".html"))
        text = made.read_text("utf-8")
        title = re.search(r"^# (.+)$", (DOCS / page).read_text("utf-8"), re.MULTILINE)[1].replace("`", "")
        assert title.split(" ")[0] in text


def test_nothing_is_loaded_from_elsewhere(site):
    """Links of a reader's own may lead away; scripts, styles, fonts and pictures may not."""
    for made in site.rglob("*.html"):
        text = made.read_text("utf-8")
        assert not re.findall(r"<(?:script|img|iframe|source)\b[^>]*\bsrc=[\"']?(?:https?:)?//[^>]*", text), made
        assert not re.findall(r"<link\b[^>]*\brel=\"(?:stylesheet|preload|icon)\"[^>]*\bhref=\"(?:https?:)?//", text), made
    for style in site.rglob("*.css"):
        assert not re.search(r"(?:@import|url\()\s*[\"']?(?:https?:)?//", style.read_text("utf-8")), style


def test_the_index_leads_to_every_page():
    """From docs/index.md, or from the table of checks."""
    told = (DOCS / "index.md").read_text("utf-8") + (DOCS / "checks.md").read_text("utf-8") + (DOCS / "plan.md").read_text("utf-8")
    missing = [page.as_posix() for page in PAGES if f"]({page.as_posix()}" not in told and page.as_posix() != "index.md"]
    assert missing == []


def test_the_glossary_is_short():
    rows = re.findall(r"^\| (?!word |---)(.+?) \|", (DOCS / "glossary.md").read_text("utf-8"), re.MULTILINE)
    assert 10 <= len(rows) <= 20
