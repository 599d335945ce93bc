"""Version, tags and changelog agree, and the files of a release hold what they should."""

import importlib.util
import shutil
import sys
import tarfile
import zipfile

import pytest

from alb_lint import __version__
from documents import commands
from judging import ROOT
from running import environment

_SPEC = importlib.util.spec_from_file_location("release", ROOT / ".ci" / "release.py")
release = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(release)


def test_version_tags_and_changelog_agree():
    assert release.version() == __version__
    assert release.problems(final=False) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "final", "says"),
    [
        ("README.md", f"rev: v{__version__}", "rev: v9.9.9", False, f"README.md: names the tag v9.9.9, but the version is {__version__}"),
        ("docs/ci.md", f"@v{__version__}", "", False, "docs/ci.md: names no tag"),
        (
            "CHANGELOG.md",
            "## Unreleased",
            "## 9.9.9 - 2027-01-01",
            False,
            f"CHANGELOG.md: begins with 9.9.9 - 2027-01-01, but the version is {__version__}",
        ),
        ("CHANGELOG.md", "## Unreleased", f"## {__version__} - 2027-01-01", True, None),
        ("CHANGELOG.md", "## Unreleased", f"## {__version__}, soon", False, f"CHANGELOG.md: '{__version__}, soon' is not VERSION - DATE"),
        ("CHANGELOG.md", "x", "x", True, f"CHANGELOG.md: the section of {__version__} is still called Unreleased"),
        ("src/alb_lint/__init__.py", f'"{__version__}"', '"1.0"', False, "__init__.py: 1.0 is not of the form 1.2.3"),
    ],
)
def test_what_does_not_agree_is_named(file, old, new, final, says, tmp_path, monkeypatch):
    for name in (*release.NAMING, "CHANGELOG.md", "src/alb_lint/__init__.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    text = (tmp_path / file).read_text("utf-8")
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new), "utf-8")
    monkeypatch.setattr(release, "ROOT", tmp_path)
    said = release.problems(final)
    assert (says in said) if says else (said == [])


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    pytest.importorskip("hatchling", reason="the build backend is not installed")
    return release.build(tmp_path_factory.mktemp("dist"))


def test_the_wheel_holds_the_program_and_the_pages_of_the_checks(built):
    with zipfile.ZipFile(built[0]) as wheel:
        names = set(wheel.namelist())
        assert built[0].name.startswith("alb_lint_cli-")
        assert {"alb_lint/py.typed", "alb_lint/cli/entry.py"} <= names
        assert {name.rpartition("/")[2] for name in names if "/_pages/" in name} == {
            page.name for page in (ROOT / "docs" / "checks").glob("*.md")
        }
        assert {name.split("/")[0] for name in names} == {"alb_lint", f"alb_lint_cli-{__version__}.dist-info"}
        (points,) = (name for name in names if name.endswith("entry_points.txt"))
        assert b"alb-lint = alb_lint.cli.entry:run" in wheel.read(points)


def test_the_sdist_holds_what_its_tests_need(built):
    with tarfile.open(built[1]) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    kept = {
        path.relative_to(ROOT).as_posix()
        for folder in ("tests", "docs", "fixtures", "src", "templates", ".ci")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and not {"node_modules", "__pycache__"} & set(path.parts)
    }
    top = {
        "README.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "LICENSE",
        "Dockerfile",
        ".dockerignore",
        ".pre-commit-hooks.yaml",
        "action.yml",
    }
    assert kept | top | {"check", "mkdocs.yml", "pyproject.toml"} <= names


@pytest.mark.long
def test_wheel_and_sdist_work_elsewhere():
    """Minutes, and the package index: what docs/releasing.md says, and the set-up that the README prints."""
    import subprocess

    done = subprocess.run([sys.executable, ROOT / ".ci" / "release.py", "--build"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.long
def test_the_set_up_that_the_readme_prints(built, tmp_path):
    """The package index, and half a minute: its first command as it stands, in an unpacked sdist."""
    import subprocess

    tree = release.unpacked(built[1], tmp_path / "sdist")
    (command,) = [item.text for item in commands(ROOT / "README.md") if item.text.startswith("python3 -m venv")]
    done = subprocess.run(["bash", "-c", command], cwd=tree, capture_output=True, text=True, env=environment(), check=False)
    assert done.returncode == 1, done.stderr
    assert "ALB001 priority-collision" in done.stdout
