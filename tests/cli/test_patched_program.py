"""From the fixture's program alone: the ranges are planned, the numbers change in the code, and what then stands there is clean."""

import difflib
import json
import shutil
from pathlib import Path

from running import inside

FIXTURES = Path(__file__).parents[2] / "fixtures"


def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FIXTURES / "passport-scorer-pulumi", tmp_path / "program"))


def texts(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in sorted(folder.rglob("*.ts"))}


def test_numbers_move_in_the_code_and_nothing_else_changes(tmp_path: Path) -> None:
    program = copy(tmp_path)
    # before the rewrite came: its rules are twins, which no change of numbers can merge
    (program / "infra/aws/v2/rust-scorer.ts").unlink()
    before = texts(program)
    ran = inside("plan", program, "--format", "patch", "--write")
    assert ran.code == 0, ran.err
    after = texts(program)
    changed = [
        (old[2:], new[2:])
        for name in before
        for old, new in zip(
            (line for line in difflib.ndiff(before[name].splitlines(), after[name].splitlines()) if line.startswith("- ")),
            (line for line in difflib.ndiff(before[name].splitlines(), after[name].splitlines()) if line.startswith("+ ")),
            strict=True,
        )
    ]
    assert len(changed) == 14
    for old, new in changed:
        assert old.split(":")[0] == new.split(":")[0]
        assert "riority" in old
    found = json.loads(inside("check", program, "--format", "json").out)
    assert found["summary"]["error"] == found["summary"]["warning"] == 0
    assert json.loads(inside("plan", program, "--format", "json").out)["listeners"][0]["moved"] == 0


def test_twins_of_the_program_are_merged_with_the_weights_of_an_environment(tmp_path: Path) -> None:
    program = copy(tmp_path)
    ran = inside("plan", program, "--merge-twins", "--environment", "production", "--format", "json")
    assert ran.code == 0, ran.err
    plan = json.loads(ran.out)
    assert plan["refused"] == []
    assert sum(len(listener["merges"]) for listener in plan["listeners"]) == 6
    refused = inside("plan", program, "--merge-twins", "--format", "json")
    assert refused.code == 5
    assert "a weight could not be read" in refused.out + refused.err


def test_the_refactored_program_is_clean() -> None:
    found = json.loads(inside("check", FIXTURES / "passport-scorer-pulumi-refactored", "--format", "json").out)
    assert found["summary"]["error"] == found["summary"]["warning"] == 0
