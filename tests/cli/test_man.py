"""The manual page: read by mandoc without a word of complaint, and complete."""

import subprocess

from alb_lint.cli import main
from judging import judge
from running import inside


def test_mandoc_has_nothing_against_it(tmp_path):
    (tmp_path / "alb-lint.1").write_text(inside("man").out, "utf-8")
    done = subprocess.run(
        [judge("mandoc"), "-T", "lint", "-W", "warning", tmp_path / "alb-lint.1"], capture_output=True, text=True, check=False
    )
    # a date would be another one with every build
    assert [line for line in done.stdout.splitlines() if "missing date" not in line] == []
    assert done.stderr == ""


def test_every_command_and_flag_is_there():
    page = inside("man").out.replace("\\", "")
    for name, command in main.everything().commands.items():
        assert f".SS alb-lint {name}" in page
        for parameter in command.params:
            for flag in parameter.opts:
                assert flag in page or not flag.startswith("-"), flag
    assert all(f".B {code}" in page for code in (0, 1, 2, 3, 4, 5, 70, 130))
