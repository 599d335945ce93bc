"""The text that people read, held to golden files. `python tests/reports/test_text.py` writes them anew; read the difference before you keep it."""

import contextlib
import json
import re
from dataclasses import replace

import pytest

from alb_lint import inputs, pipeline
from alb_lint.findings.grouping import grouped
from alb_lint.model import Estate, Forward, Gap, Location, PathPattern, Rule, Share
from alb_lint.reports import concise, json_v1, terminal
from running import ROOT, SEED, inside
from shorthand import TODAY, config, listener, rule

FOLDER = ROOT / "tests" / "snapshots"


def lint(*listeners, gaps=(), toml=""):
    estate = Estate(tuple(listeners), tuple(gaps), files=("rules.json",))
    return grouped(pipeline.lint(estate, config(toml), TODAY))


def placed(made, file="rules.tf"):
    """The listener with a place for each rule."""
    rules = tuple(
        replace(one, location=Location(file, 10 * place + 1, 3, f"aws_lb_listener_rule.{one.id}")) for place, one in enumerate(made.rules)
    )
    return replace(made, rules=rules, source_kind="terraform")


def unknowns():
    made = listener(
        "${var.priority} path=/late -> api",
        "10 path=${local.path} GET -> api",
        "20 path=/x* host=a.example.com -> ${module.api.arn}",
        "30 path=/x/y host=a.example.com name=inner -> 404",
        "40 path~^/r(a|b)c -> api",
        id="aws_lb_listener.https",
    )
    gaps = [
        Gap(
            Location("rules.tf", 3, 1, "aws_lb_listener_rule.each"),
            "for_each over var.services, which has no default: its rules are not known",
        ),
        Gap(Location("broken.json"), "the JSON breaks off or is damaged: Expecting ',' delimiter (broken.json:7:3)"),
        Gap(Location(), "the export met a gap that it does not explain"),
    ]
    return lint(placed(made), gaps=gaps)


def many():
    crossing = [f"{number} path=/*/{number} name=leaf-{number} -> g{number}" for number in range(10, 24)]
    wide = "50 path=/a/* name=a-rule-whose-name-is-so-long-that-its-line-is-longer-than-a-terminal host=one.example.com,two.example.com -> auth wide"
    made = listener(wide, *crossing, "60 path=/a/1 host=one.example.com name=shadowed -> other", id="aws_lb_listener.https")
    return lint(placed(made))


HOSTILE = "\x1b[2J\x1b]0;owned\x07\x9b31m\u202egnp.exe\r\n\tx\u2028"


def hostile():
    first = replace(rule("10 path=/a -> x"), id=f"{HOSTILE}1", name=HOSTILE, location=Location(f"{HOSTILE}.json", 3, 0, HOSTILE))
    other = Rule("2", HOSTILE, 20, (PathPattern((f"/{HOSTILE}*",)),), (Forward((Share(HOSTILE),)),))
    second = replace(rule("30 path=/a -> y"), id=f"{HOSTILE}2", name=HOSTILE)
    made = listener(first, other, second, id=HOSTILE, name=HOSTILE, source_kind="terraform")
    return lint(made, gaps=[Gap(Location(HOSTILE), HOSTILE)])


def seed():
    nothing = config("")
    with contextlib.chdir(SEED):
        return grouped(pipeline.lint(inputs.read(["python.json", "rust.json"], nothing), nothing, TODAY))


def layers():
    paths = [f"{number} path=/{name}/* name=path-{name} -> {name}" for number, name in enumerate(("orders", "users", "mail"), 1)]
    headers = [f"{number} header:X-Team={name} name=team-{name} -> team-{name}" for number, name in enumerate(("blue", "green", "red"), 11)]
    return replace(lint(placed(listener(*paths, *headers, id="aws_lb_listener.https"))), infos=True)


CASES = {
    "seed": seed,
    "layers": layers,
    "unknowns": unknowns,
    "many": many,
    "hostile": hostile,
    "clean": lambda: lint(listener("10 path=/a -> x")),
    "nothing": lint,
}


@pytest.mark.parametrize("name", CASES)
def test_golden(name):
    assert terminal.render(CASES[name](), False) == (FOLDER / f"{name}.txt").read_text("utf-8")


@pytest.mark.parametrize("name", CASES)
def test_same_input_same_bytes(name):
    for report in (terminal, concise, json_v1):
        assert report.render(CASES[name](), False) == report.render(CASES[name](), False)


@pytest.mark.parametrize("report", [terminal, concise, json_v1], ids=["text", "concise", "json"])
def test_nothing_in_the_input_steers_a_terminal(report):
    text = report.render(hostile(), False)
    assert all(character.isprintable() or character == "\n" for character in text)


def test_nothing_in_the_input_steers_a_terminal_in_colour(monkeypatch):
    text = terminal.render(hostile(), True)
    monkeypatch.setenv("COLUMNS", "100")
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    assert all(character.isprintable() or character == "\n" for character in plain)
    assert "\x1b[1;31m" in text


def test_colour_does_not_read_markup_in_names():
    made = listener(replace(rule("10 path=/a -> x"), name="[red]x[/red]"), replace(rule("20 path=/a -> y"), name="[/]"))
    assert "[red]x[/red]" in terminal.render(lint(made), True)
    assert "[/]" in terminal.render(lint(made), True)


WIDTHS = (60, 80, 100, 160)


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("name", CASES)
def test_lines_fit_but_for_what_people_copy(columns, name):
    """Commands, addresses and paths stand whole, whatever the width."""
    summary = CASES[name]()
    for line in terminal.render(replace(summary, width=columns), False).splitlines():
        assert len(line) <= columns + 6 or "curl" in line or len(line.split()[-1]) > columns - 30 or len(line.split(" ")) < 6, line


@pytest.mark.parametrize("columns", WIDTHS)
def test_no_width_breaks_a_command_or_a_place(columns):
    summary = replace(seed(), width=columns)
    text = terminal.render(summary, False)
    assert "`alb-lint plan --merge-twins`" in text
    for finding in summary.findings:
        for one in finding.everyone if finding.severity.label == "error" and not finding.parts else ():
            assert str(one.location) in text
        if finding.severity.label == "error":
            assert finding.witnesses[0].request.curl() in text


@pytest.mark.parametrize("columns", WIDTHS)
def test_golden_widths(columns):
    assert terminal.render(replace(seed(), width=columns), False) == (FOLDER / f"seed-{columns}.txt").read_text("utf-8")


def test_the_first_command_of_the_readme_is_short_and_shows_the_six_collisions_first(monkeypatch):
    """As in README: the shipped example with its config, at 100 columns."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "100")
    told = inside("check", "fixtures/passport-scorer").out.splitlines()
    assert len(told) <= 60
    screen = "\n".join(told[:40])
    collisions = screen[: screen.index("ALB101")]
    assert all(f"  {number}  " in collisions for number in (2100, 2101, 2103, 1001, 1002, 2023))


@pytest.mark.parametrize("columns", WIDTHS)
def test_colours_change_no_word_at_any_width(columns):
    summary = replace(many(), width=columns)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", terminal.render(summary, True))
    assert plain == terminal.render(summary, False)


def test_gaps_are_cut_and_the_cut_is_said():
    gaps = [Gap(Location("a.json", number), "x") for number in range(1, 61)]
    text = terminal.render(lint(gaps=gaps), False)
    assert "60 gaps" in text
    assert "  60 × x\n" in text
    assert "    and 55 more; --format json lists all\n" in text
    assert text.count("a.json:") == 5
    assert len(json.loads(json_v1.render(lint(gaps=gaps), False))["gaps"]) == 60


def test_gaps_of_one_kind_are_told_once():
    gaps = [Gap(Location("a.tf", number), f"the module (source-{number % 4}) is not here") for number in (1, 2, 3, 3)]
    text = terminal.render(lint(gaps=[*gaps, Gap(Location("b.tf"), "another")]), False)
    assert "  3 × the module is not here\n    a.tf:1  source-1\n    a.tf:2  source-2\n    a.tf:3  source-3\n  b.tf: another\n" in text


def test_what_one_block_of_code_does_to_many_listeners_is_told_once():
    def on(name, file):
        return placed(listener("1 path=/* -> a", "2 path=/a -> b", id=name), file)

    text = terminal.render(lint(*(on(name, "module.tf") for name in "abcdef"), on("other", "other.tf")), False)
    assert text.count("error ALB101") == 2
    assert "      the same on 5 other listeners: b, c, d, e and 1 more\n" in text
    assert text.count("help: ") == 1
    full = terminal.render_full(lint(*(on(name, "module.tf") for name in "abcdef"), on("other", "other.tf")), False)
    assert full.count("error ALB101") == 7


def test_rules_that_one_block_of_code_makes_on_one_listener_are_all_told():
    """field/48: a loop makes three rules, and the first hides the two others."""
    made = listener("100 path=/* -> web", "101 path=/docs/* -> docs", "102 path=/api/* -> api")
    looped = replace(made, rules=tuple(replace(one, location=Location("index.ts", 11, 3)) for one in made.rules))
    text = terminal.render(lint(looped), False)
    assert text.count("error ALB101") == 2
    assert "other listener" not in text
    both = terminal.render(lint(looped, replace(looped, id="other", name="other")), False)
    assert both.count("error ALB101") == 2
    assert both.count("the same on 1 other listener: other") == 2


def test_addresses_and_places_are_told_by_what_sets_them_apart():
    """What all begin with stands once at the top; what is to be copied stays whole."""
    made = listener("10 path=/* -> aws_lb_target_group.x", "20 path=/a -> aws_lb_target_group.y", id="aws_lb_listener.https")
    rules = tuple(
        replace(
            one, name=f"module.edge.aws_lb_listener_rule.{one.id}", location=Location(f"live/{one.id}.tf", 1, 1, f"module.edge.{one.id}")
        )
        for one in made.rules
    )
    text = terminal.render(lint(replace(made, rules=rules)), False)
    assert text.startswith(
        "files below live/, addresses below module.edge.\n\naws_lb_listener.https  2 rules: 1 error\n  20 r20  /a  → y  r20.tf:1:1\n"
    )
    assert "no request reaches it: 10 r10 (/*) takes all its requests first" in text
    full = terminal.render_full(lint(replace(made, rules=rules)), False)
    assert "10 module.edge.aws_lb_listener_rule.r10" in full and "live/r10.tf:1:1" in full


def test_concise_is_one_line_each():
    summary = hostile()
    assert len(concise.render(summary, False).splitlines()) == len(summary.findings) + len(summary.gaps)


def test_the_seed_on_the_command_line_is_the_golden_one(monkeypatch, tmp_path):
    (tmp_path / "empty.toml").write_text("", "utf-8")
    monkeypatch.chdir(SEED)
    ran = inside("check", "python.json", "rust.json", "--config", tmp_path / "empty.toml")
    assert ran.out == (FOLDER / "seed.txt").read_text("utf-8") + "next: alb-lint plan python.json rust.json --merge-twins\n"


def test_codes_lead_to_their_pages_once_there_is_a_home(monkeypatch):
    assert "\x1b]8;" not in terminal.render(many(), True)
    monkeypatch.setattr("alb_lint.findings.pages.HOME", "https://example.com/alb-lint")
    assert "https://example.com/alb-lint/docs/checks/shadowed-rule.md" in terminal.render(many(), True)
    assert "https://example.com/alb-lint" not in terminal.render(many(), False)


if __name__ == "__main__":
    for title, case in CASES.items():
        (FOLDER / f"{title}.txt").write_text(terminal.render(case(), False), "utf-8")
    for wide in WIDTHS:
        (FOLDER / f"seed-{wide}.txt").write_text(terminal.render(replace(seed(), width=wide), False), "utf-8")
