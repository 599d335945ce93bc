"""Whether this tree can be released: what names the version agrees, and the wheel and the sdist are whole. It uploads nothing.

`python .ci/release.py` looks; `--final` also wants the changelog to have the version; `--build` makes both files in dist/, installs the wheel into
a new environment and runs the example of the README with it, and lets the tests of the sdist pass.
"""

import argparse
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]
TAGS = re.compile(r"(?:rev: |@)v(\d+\.\d\S*)")
NAMING = ("README.md", "docs/ci.md", "docs/install.md")
"""Pages that name a tag."""


def version() -> str:
    found = re.search(r'^__version__ = "(.+)"$', (ROOT / "src" / "alb_lint" / "__init__.py").read_text("utf-8"), re.MULTILINE)
    assert found is not None
    return found[1]


def problems(final: bool) -> list[str]:
    """What does not agree with the version, one line each."""
    wanted = version()
    said = [] if re.fullmatch(r"\d+\.\d+\.\d+", wanted) else [f"__init__.py: {wanted} is not of the form 1.2.3"]
    for page in NAMING:
        tags = TAGS.findall((ROOT / page).read_text("utf-8"))
        said += [f"{page}: names no tag"] if not tags else []
        said += [f"{page}: names the tag v{tag}, but the version is {wanted}" for tag in tags if tag != wanted]
    heads = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    released = [head for head in heads if head != "Unreleased"]
    said += [
        f"CHANGELOG.md: {head!r} is not VERSION - DATE" for head in released if not re.fullmatch(r"\d+\.\d+\.\d+ - \d{4}-\d\d-\d\d", head)
    ]
    if heads[:1] != ["Unreleased"] and not heads[0].startswith(f"{wanted} - "):
        said.append(f"CHANGELOG.md: begins with {heads[0]}, but the version is {wanted}")
    if final and heads[:1] == ["Unreleased"]:
        said.append(f"CHANGELOG.md: the section of {wanted} is still called Unreleased")
    return said


def build(folder: Path) -> tuple[Path, Path]:
    """The wheel and the sdist, made in the folder by the build backend of this environment."""
    subprocess.run([sys.executable, "-m", "hatchling", "build", "--directory", folder], cwd=ROOT, check=True, capture_output=True)
    (wheel,), (sdist,) = folder.glob(f"*-{version()}-*.whl"), folder.glob(f"*-{version()}.tar.gz")
    return wheel, sdist


def unpacked(sdist: Path, folder: Path) -> Path:
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    (top,) = folder.iterdir()
    return top


def try_both(wheel: Path, sdist: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        tree = unpacked(sdist, Path(name) / "sdist")
        venv.create(Path(name) / "venv", with_pip=True)
        tools = Path(name) / "venv" / "bin"
        subprocess.run([tools / "pip", "install", "--quiet", "--disable-pip-version-check", wheel], check=True)
        done = subprocess.run(
            [tools / "alb-lint", "check", "fixtures/passport-scorer"], cwd=tree, check=False, capture_output=True, text=True
        )
        assert done.returncode == 1, done.stderr
        subprocess.run([tools / "alb-lint", "explain", "ALB101"], check=True, capture_output=True)
        environment = os.environ | {"PYTHONPATH": str(tree / "src")}
        subprocess.run([sys.executable, "-m", "pytest", "-q", "-n", "2"], cwd=tree, check=True, env=environment)


def main() -> int:
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--final", action="store_true")
    flags.add_argument("--build", action="store_true")
    told = flags.parse_args()
    said = problems(told.final)
    sys.stdout.write("".join(f"{line}\n" for line in said) or f"{version()}: version, tags and changelog agree\n")
    if told.build and not said:
        wheel, sdist = build(ROOT / "dist")
        try_both(wheel, sdist)
        sys.stdout.write(f"{wheel.name} and {sdist.name} in dist/: installed, tried, tested\n")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
