"""Files that are called like flags: what is printed to be copied holds their names as names, and does what it says."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from running import SEED, inside

NAMES = ("--output=x.json", "-o.json")
RUNS = (
    ("check",), ("check", "-f", "markdown"), ("check", "-f", "html"), ("check", "--suggest"), ("plan", "--merge-twins"),
    *(("plan", "--merge-twins", "-f", name) for name in ("markdown", "html", "aws-cli", "patch")), ("plan",), ("show",), ("graph",), ("ways",),
)  # fmt: skip
COMMAND = re.compile(r"alb-lint [a-z]+ [^<`\n\\]*")


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, source in zip(NAMES, ("python.json", "rust.json"), strict=True):
        shutil.copy(SEED / source, name)


def printed(*run: str) -> list[list[str]]:
    """The printed commands that name a file of these."""
    ran = inside(*run, "--", *NAMES)
    assert ran.code in (0, 1, 5), ran.err
    found = [shlex.split(match[0]) for match in COMMAND.finditer(ran.out + ran.err) if any(name in match[0] for name in NAMES)]
    return [words[1:] for words in found]


@pytest.mark.parametrize("run", RUNS, ids=" ".join)
def test_names_stand_behind_the_flags(run):
    for words in printed(*run):
        end = words.index("--")
        assert not set(NAMES) & set(words[:end])
        assert tuple(words[end + 1 :]) == NAMES


def test_what_is_printed_can_be_run():
    (after,) = printed("check")
    assert inside(*after).code == 0
    told = [words for words in printed("plan", "--merge-twins") if words[0] in ("plan", "verify")]
    assert [inside(*words).code for words in told if "--output" in words] == [0, 0]
    assert [inside(*words).code for words in told if words[0] == "verify"] == [0]
    assert {path.name for path in Path().iterdir()} == {*NAMES, "plan.html", "plan.json"}
