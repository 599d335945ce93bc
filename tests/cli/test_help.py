"""`--help`: complete, with an example and the exit codes of each command, and fit for a terminal of 80 columns."""

import re

import pytest

from alb_lint.cli import exit_codes, helping, main
from running import inside

KNOWN = {value for name, value in vars(exit_codes).items() if name.isupper() and isinstance(value, int)}
EVERYTHING = [helping.OVERALL, *map(helping.of, main.COMMANDS)]


def shown(*args, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERMINAL_WIDTH", "80")
    ran = inside(*args, "--help")
    assert (ran.code, ran.err) == (0, "")
    return ran.out


@pytest.mark.parametrize("name", ["", *main.COMMANDS])
def test_every_help_fits_and_ends_with_examples_and_exit_codes(name, monkeypatch):
    text = shown(*([name] if name else []), monkeypatch=monkeypatch)
    told = helping.of(name) if name else helping.OVERALL
    assert max(map(len, text.splitlines())) <= helping.WIDTH
    assert text.rstrip("\n").endswith("\n".join(helping.lines(told)))
    assert "<str>" not in text


@pytest.mark.parametrize("told", EVERYTHING, ids=["", *main.COMMANDS])
def test_codes_are_known_and_ascending(told):
    codes = [code for code, _ in told.codes]
    assert codes == sorted(set(codes))
    assert set(codes) <= KNOWN
    assert {0, 2} <= set(codes)


def test_the_overall_codes_are_all_there_are():
    assert {code for code, _ in helping.OVERALL.codes} == KNOWN


@pytest.mark.parametrize("name", main.COMMANDS)
def test_examples_are_of_the_command(name):
    told = helping.of(name)
    assert told.examples
    assert all(re.match(rf"alb-lint {name}\b", line) for line, _ in told.examples)


@pytest.mark.parametrize("name", main.COMMANDS)
def test_the_list_of_commands_tells_each_in_one_sentence(name):
    command = main.everything().commands[name]
    first = command.help.split("\n\n")[0]
    assert first.endswith(".")
    assert len(first) <= 64


@pytest.mark.parametrize(
    "name", [name for name in main.COMMANDS if any(param.name == "live" for param in main.everything().commands[name].params)]
)
def test_flags_of_live_are_folded_where_files_are_read_and_still_work(name, monkeypatch):
    text = shown(name, monkeypatch=monkeypatch)
    assert " --live " in text
    assert "--role-arn" not in text
    assert any("--role-arn" in param.opts for param in main.everything().commands[name].params)


def test_flags_of_live_are_told_where_accounts_are_read(monkeypatch):
    for name in ("audit", "export"):
        assert " --role-arn " in shown(name, monkeypatch=monkeypatch)


def test_every_flag_says_what_it_does():
    for name, command in main.everything().commands.items():
        for param in command.params:
            assert (param.help or "").endswith((".", "…")), (name, param.name)
