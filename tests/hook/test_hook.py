"""The pre-commit hook of this checkout, in a repository where a collision's other half is in a file that did not change.

`pre-commit` builds the environment of the hook with pip, so that the package index must be within reach: some minutes the first time.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from running import ROOT, export, raw

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
]

_OWN = ("PYTHONPATH", "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "SKIP")


def run(*words: str | Path, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in _OWN}
    told = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.com"}
    return subprocess.run(
        [str(word) for word in words], cwd=cwd, capture_output=True, text=True, timeout=600, check=False, env=kept | told | env
    )


@pytest.fixture(scope="module")
def hooked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The checkout as a repository of one commit, as its users get it, and the folder of pre-commit's environments."""
    pytest.importorskip("pre_commit")
    top = tmp_path_factory.mktemp("hook")
    copy = top / "alb-lint"
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard", cwd=ROOT).stdout.split("\n")
    for name in filter(None, listed):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "all")):
        assert run("git", *words, cwd=copy).returncode == 0
    return copy, top / "home"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Two teams, one file each, a page without rules; all committed. The first file has just been changed to claim a number of the second."""
    (tmp_path / "teams").mkdir()
    (tmp_path / "teams/a.json").write_text(export(raw(10, "/a", number=1)), "utf-8")
    (tmp_path / "teams/b.json").write_text(export(raw(20, "/b", "other", number=2)), "utf-8")
    (tmp_path / "package.json").write_text('{"name": "x"}', "utf-8")
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "all")):
        assert run("git", *words, cwd=tmp_path).returncode == 0
    (tmp_path / "teams/a.json").write_text(export(raw(20, "/a", number=1)), "utf-8")
    assert run("git", "add", "-A", cwd=tmp_path).returncode == 0
    return tmp_path


def hook(hooked: tuple[Path, Path], repository: Path, *files: str) -> subprocess.CompletedProcess[str]:
    import sys

    copy, home = hooked
    words = (sys.executable, "-m", "pre_commit", "try-repo", copy, "alb-lint", "--verbose", "--files", *files)
    return run(*words, cwd=repository, PRE_COMMIT_HOME=str(home))


def test_a_collision_with_a_file_that_did_not_change(hooked: tuple[Path, Path], repository: Path) -> None:
    done = hook(hooked, repository, "teams/a.json")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "ALB001" in done.stdout
    assert "teams/b.json" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_commit_without_rules_passes(hooked: tuple[Path, Path], repository: Path) -> None:
    done = hook(hooked, repository, "package.json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed" in done.stdout


def test_a_commit_of_other_files_is_not_looked_at(hooked: tuple[Path, Path], repository: Path) -> None:
    (repository / "notes.md").write_text("x", "utf-8")
    assert "Skipped" in hook(hooked, repository, "notes.md").stdout
