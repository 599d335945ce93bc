"""`check` reads its words without the command line library, and as the library does."""

import subprocess
import sys
from random import Random
from typing import Any

import pytest

from alb_lint.cli import lean, main
from alb_lint.cli.check import command
from alb_lint.cli.flags import Flag, Words, declared

FLAGS = [(name, *declared(annotation)) for name, annotation in command.__annotations__.items() if name != "return"]


LIBRARY = main.everything().commands["check"]


def by_library(words: list[str]) -> dict[str, Any] | None:
    """What the library hands to the command; None where it refuses the words."""
    found: dict[str, Any] = {}
    try:
        with LIBRARY.make_context("check", list(words)) as made:
            found.update(made.params)
    except Exception as error:  # noqa: BLE001 - those of the library, whichever of its parts raises them
        assert hasattr(error, "exit_code"), error
        return None
    return found


def full(given: dict[str, Any]) -> dict[str, Any]:
    names = command.__code__.co_varnames[: command.__code__.co_argcount]
    return dict(zip(names, command.__defaults__, strict=True)) | given


def plain(found: dict[str, Any]) -> dict[str, Any]:
    """No value and an empty list are one, and so are lists and tuples."""
    return {name: (list(value) if isinstance(value, tuple) else value) or None for name, value in found.items()}


def words(random: Random) -> list[str]:
    """Words as people and hooks write them, some of them wrong."""
    told: list[str] = []
    for _ in range(random.randrange(6)):
        kind = random.random()
        name = random.choice([flag for _, _, declared in FLAGS if isinstance(declared, Flag) for flag in declared.names])
        if kind < 0.3:
            told.append(random.choice(["a.json", "-", "b", "--", "", "-x", "--nothing", "a=b", "-h"]))
        elif kind < 0.5:
            told.append(name)
        elif kind < 0.7:
            told.append(f"{name}={random.choice(['x', '', 'k=v'])}")
        else:
            told += [name, random.choice(["x", "k=v", "ALB1,ALB2", "-", "-q", "--", "info"])]
    return told


def test_every_parameter_is_declared() -> None:
    assert all(isinstance(told, Flag | Words) for _, _, told in FLAGS)


@pytest.mark.parametrize("seed", range(400))
def test_it_reads_what_the_library_reads(seed: int) -> None:
    told = words(Random(seed))
    mine = lean.read(command, told)
    if mine is not None:
        theirs = by_library(told)
        assert theirs is not None, told
        assert plain(full(mine)) == plain(theirs), told


@pytest.mark.parametrize(
    ("told", "read"),
    [
        (["a.json"], True),
        (["--project", "--", "-a.json"], True),
        (["-f", "json", "-o", "x", "a", "b"], True),
        (["--format=json", "--select", "ALB1", "--select", "ALB2"], True),
        (["-fjson", "a"], False),
        (["-h"], False),
        (["--format"], False),
        (["--format", "--quiet"], False),
        (["--quiet=yes"], False),
        (["--formta", "json"], False),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_is_plainly_right_is_read(told: list[str], read: bool) -> None:
    assert (lean.read(command, told) is not None) == read


def test_a_hook_does_without_the_library() -> None:
    code = (
        "import sys; from alb_lint.cli.running import guarded; guarded(['check', '--allow-empty', '--', 'no-such.json']);"
        " sys.exit(any(name in sys.modules for name in ('typer', 'click', 'rich', 'inspect', 'dataclasses')))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0
