"""The text of a plan at several widths, held to golden files. `python tests/reports/test_plan_text.py` writes them anew."""

import contextlib
import os
import re
import shlex
from dataclasses import replace

import pytest

from alb_lint import pipeline
from alb_lint.model import Estate, Gap, Location
from alb_lint.plan.planner import Options
from alb_lint.reports.plans import TEXT
from alb_lint.reports.plans.layout import columns, flowed
from running import ROOT, inside
from shorthand import TODAY, config, listener

FOLDER = ROOT / "tests" / "snapshots" / "plans"
WIDTHS = (60, 80, 100, 160)
SEED = "fixtures/passport-scorer"
RANGE = '[[range]]\nname = "v2"\npriorities = "100-109"\nmatch = { paths = ["/v2/*"] }\nwas = "10-29"\n'
LONG = "a-host-that-is-so-long-that-it-fills-a-line-of-a-narrow-terminal-by-itself.eu-central-1.example.com"


def seed(*flags):
    with contextlib.chdir(ROOT):
        return lambda width: _in_columns(width, "plan", SEED, *flags)


def _in_columns(width, *args):
    with contextlib.chdir(ROOT):
        before = os.environ.get("COLUMNS")
        os.environ["COLUMNS"] = str(width)
        try:
            return inside(*args).out
        finally:
            if before is None:
                del os.environ["COLUMNS"]
            else:
                os.environ["COLUMNS"] = before


def made(rules, toml, gaps=(), color=False, **wishes):
    def text(width):
        proposal = pipeline.propose(Estate((rules,), tuple(gaps)), config(toml), Options(TODAY, **wishes), ("infra",))
        return TEXT.render(replace(proposal, width=width), color)

    return text


ORDER = listener(
    f"10 host={LONG} path=/v2/* name=wide -> a-target-group-with-a-long-name",
    "20 path=/v2/a GET name=narrow -> b",
    "30 path=/v2/b name=x -> c",
    "101 path=/z name=stranger -> z:30,y:70",
    "40 path=/y -> auth y",
    id="aws_lb_listener.https",
)
CASES = {
    "seed-refused": seed(),
    "seed-merged": seed("--merge-twins"),
    "seed-production": seed("--merge-twins", "--environment", "production"),
    "order": made(ORDER, RANGE, fix_shadowed=True, gaps=[Gap(Location("a.tf", 3, 1), "for_each over var.services, which has no default")]),
    "shadowed": made(listener("10 path=/v2/* name=w -> a", "20 path=/v2/a name=n -> b"), RANGE, fix_shadowed=True),
    "crossing": made(listener("10 path=/v2/* name=w -> a", "10 path=/*/b name=n -> b", "11 path=/c -> c"), RANGE),
    "too-few": made(ORDER, RANGE.replace("100-109", "100-101")),
    "compact": made(listener("10 path=/a -> a", "11 path=/b -> a", "12 path=/c -> c", "13 path=/c -> c"), "", compact=True),
    "split": made(
        listener("10 host=a.example.com path=/1,/2,/3,/4,/5 name=wide -> a", "11 path=/* -> b", "20 path=/3,/3,/4,/5*,/5/x,/6,/7 -> c"),
        "",
        split=True,
    ),
    "nothing": made(listener("100 path=/v2/a -> a"), RANGE),
}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("case", list(CASES))
def test_golden(case, width):
    assert CASES[case](width) == (FOLDER / f"{case}-{width}.txt").read_text("utf-8")


@pytest.mark.parametrize("case", list(CASES))
def test_what_is_copied_is_never_broken(case):
    """Commands and lines of config stand whole at every width, and no word is broken."""
    wide, narrow = CASES[case](10_000), CASES[case](60)
    commands = [line.strip() for line in wide.splitlines() if re.match(r"\s*(alb-lint|sh |try curl|curl|\[\[|\w+ = )", line)]
    for command in commands:
        assert command in [line.strip() for line in narrow.splitlines()]
    assert set(wide.split()) - {*["action", "after", "the", "plan"]} <= set(narrow.split())


@pytest.mark.parametrize("case", list(CASES))
def test_no_line_is_wider_than_its_longest_word_asks_for(case):
    for line in CASES[case](60).splitlines():
        assert len(line) <= 60 or "curl" in line or "alb-lint" in line or max(map(len, line.split())) > 60 - 24, line


def test_commands_are_words_of_a_shell():
    proposal = pipeline.propose(
        Estate((listener("10 path=/v2/a -> a"),)), config(RANGE), Options(TODAY), ("a b/$(x)", "-c"), ("--listener", "x;y")
    )
    (line,) = [line for line in TEXT.render(proposal, False).splitlines() if line.strip().startswith("alb-lint verify")]
    assert shlex.split(line) == ["alb-lint", "verify", "plan.json", "--", "a b/$(x)", "-c"]


def test_colour_changes_no_word():
    plain, colored = made(ORDER, RANGE, fix_shadowed=True)(80), made(ORDER, RANGE, fix_shadowed=True, color=True)(80)
    bare = [line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", colored).splitlines()]
    assert bare == plain.splitlines()


@pytest.mark.parametrize(
    ("spans", "width", "wanted"),
    [
        ([("a b", "")], 40, ["> a b"]),
        ([("a", "x"), (" b", "y"), ("c", "z")], 40, ["> a bc"]),
        ([("", "")], 40, ["> "]),
        ([("a" * 50 + " b", "")], 40, ["> " + "a" * 50, "  b"]),
        ([("  a   b ", "")], 40, ["> a b"]),
        ([(" ".join(["word"] * 9), "")], 40, ["> word word word word word word word", "  word word"]),
    ],
)
def test_flowed(spans, width, wanted):
    assert ["".join(text for text, _ in line) for line in flowed(spans, width, "> ", "  ")] == wanted


def test_columns_stand_under_each_other_or_below():
    rows = [("n", "rule", "action"), ("10", "/a", "x" * 10), ("200", "/b", "y")]
    beside = ["".join(text for text, _ in line) for line in columns(rows, 80, "  ", right=(0,))]
    assert beside == ["    n  rule  action", "   10  /a    xxxxxxxxxx", "  200  /b    y"]
    below = ["".join(text for text, _ in line).rstrip() for line in columns([*rows, ("3", "/c", "z" * 60)], 40, "  ", right=(0,))]
    assert below[1:5] == ["   10  /a", "         xxxxxxxxxx", "  200  /b", "         y"]


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in CASES.items():
        for columns_ in WIDTHS:
            (FOLDER / f"{name}-{columns_}.txt").write_text(text(columns_), "utf-8")
