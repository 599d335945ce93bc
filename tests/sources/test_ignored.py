"""Patterns of .gitignore, held to what git itself says; and that no pattern takes long."""

import random
import subprocess
import time
import warnings

import pytest

from alb_lint.sources.ignored import MOST_LINES, MOST_WILDCARDS, Patterns

ODD = [
    "!", "!/", "\\", "foo\\", "[z-a]", "[[:digit:]].json", "[[:nope:]]", "[", "a[", "[]]x", "[!]a]", "[a-]", "[\\]]", "a[[]b", "[[:alpha:]-z]",
    "**", "**/", "/**", "a/**", "a/**/b", "**/b", "**/a/b", "***", "a**b", "a/***/b", "/", "//", "a//b", "a/", "/a", "/a/b", "a/b", "*/b", "*", "?",
    "a*", "*a", "*.json", "\\!a", "\\#b", "# a", "a ", "a\\ ", "a\\  ", " a", "A", "[^a]", "[!a]",
    "a?b", "a/?", "b/*/c", "\\a", "a\\*", "*\\*", "a*b*a",
    "!a", "!a/b", "!b/", "a\r", "[--0]", "[a-c-e]", "[\\-a]",
]  # fmt: skip
NAMES = [
    "a",
    "b",
    "c",
    "A",
    "1.json",
    "a.json",
    "foo",
    "foo\\",
    "!",
    "#b",
    "a ",
    " a",
    "]",
    "]x",
    "z",
    "-",
    "a]",
    "a[b",
    "ab",
    "aab",
    "axb",
    "*",
    "a*",
    "!a",
    "[",
    "a[",
]


def said_by_git(folder, lines, paths):
    (folder / ".gitignore").write_bytes("\n".join(lines).encode() + b"\n")
    asked = "".join(f"{path}\0" for path in paths).encode()
    done = subprocess.run(["git", "check-ignore", "-z", "--stdin", "--no-index"], cwd=folder, input=asked, capture_output=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return {path for path in done.stdout.decode().split("\0") if path}


def said_here(lines, paths):
    patterns = Patterns([*lines, ""])
    return {path for path in paths if patterns.leaves_out(path.split("/"), folder=False)}


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    folder = tmp_path_factory.mktemp("git")
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    return folder


def some_paths(draw):
    return sorted(
        {"/".join(draw.choice(NAMES[:8] if draw.random() < 0.6 else NAMES) for _ in range(draw.randint(1, 4))) for _ in range(60)}
    )


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("line", ODD)
def test_one_pattern_as_git_reads_it(repository, line):
    paths = sorted(
        {*NAMES, *(f"a/{name}" for name in NAMES), *(f"a/b/{name}" for name in NAMES), *(f"b/{name}/c" for name in NAMES), "x/a/b"}
    )
    assert said_here([line], paths) == said_by_git(repository, [line], paths)


@pytest.mark.parametrize("seed", range(30))
def test_many_patterns_as_git_reads_them(repository, seed):
    draw = random.Random(seed)
    pieces = ["a", "b", "*", "?", "**", "/", "!", "[ab]", "[!a]", ".json", "\\*", "[[:lower:]]", " ", "foo", "c"]
    lines = ["".join(draw.choice(pieces) for _ in range(draw.randint(1, 6))) for _ in range(draw.randint(1, 8))]
    lines = [line for line in lines if not line.startswith("#")]
    paths = some_paths(draw)
    assert said_here(lines, paths) == said_by_git(repository, lines, paths), lines


@pytest.mark.parametrize(
    "line", ["*a*a*a*a*a*a*b", "**/*a*a*a*a*a*b", "/**/**/**/**/**/**/x", "**/a/**/a/**/a/**/a/**/b", "[a][a]*[a]*[a]*[a]*[a]*[!a]"]
)
def test_no_pattern_takes_long(line):
    patterns = Patterns([line] * MOST_WILDCARDS)
    begun = time.monotonic()
    patterns.says(["a" * 240], folder=False)
    patterns.says(["a"] * 60, folder=False)
    assert time.monotonic() - begun < 2


def test_more_patterns_than_count_are_told():
    assert Patterns([f"*{number}x" for number in range(MOST_WILDCARDS + 3)]).left_out == 3
    assert Patterns([f"x{number}" for number in range(MOST_LINES + 2)]).left_out == 2


def test_no_warning_of_ours():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Patterns(["[[:digit:]]", "[a--b]", "[a&&b]", "[a||b]", "[~~]", "[[a]"])
