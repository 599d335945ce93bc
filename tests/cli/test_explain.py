"""`alb-lint explain`: a page for every code, by code and by name."""

import pytest

from alb_lint.selections import known_codes
from running import ROOT, inside


@pytest.mark.parametrize("info", known_codes(), ids=lambda info: info.code)
def test_every_code_has_a_page(info):
    page = (ROOT / "docs" / "checks" / f"{info.name}.md").read_text("utf-8")
    for word in (info.code, info.code.lower(), info.name, info.name.upper()):
        ran = inside("explain", word)
        assert (ran.code, ran.out, ran.err) == (0, page, "")


def test_list():
    lines = inside("explain", "--list").out.splitlines()
    assert [line.split()[0] for line in lines] == [info.code for info in known_codes()]
    assert all(info.name in line and info.severity.label in line for info, line in zip(known_codes(), lines, strict=True))


def test_colors(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    ran = inside("explain", "ALB101")
    assert ran.code == 0
    assert "shadowed-rule" in ran.out
    assert inside("explain", "ALB101", "--no-color").out.startswith("# ALB101")


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("ALB110", "ALB101 shadowed-rule\n    ALB102"),
        ("shadow-rule", "did you mean shadowed-rule?"),
        ("xyz", "--list"),
        ("", "name a code"),
        ("\x1b[2J", "--list"),
    ],
)
def test_refused(word, said):
    ran = inside("explain", word)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert "\x1b" not in ran.err
