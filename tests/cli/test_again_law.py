"""`check` with its cache says what it says without, whatever happens to the files in between.

Longer, with a seed and a number of edits:

    PYTHONPATH=tests:src python tests/cli/test_again_law.py SEED EDITS
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from running import ROOT, environment

KINDS = ROOT / "tests" / "conformance"
SEEDS = {
    "rules.json": KINDS / "aws_json" / "rules.json",
    "template.yaml": KINDS / "cloudformation" / "template.yaml",
    "main.tf": KINDS / "terraform" / "main.tf",
    "plan.json": KINDS / "terraform_json" / "plan.json",
    "Pulumi.yaml": KINDS / "pulumi_yaml" / "Pulumi.yaml",
}
CONFIGS = (
    '[[range]]\nname = "api"\npriorities = "10-40"\n',
    'fail-on = "info"\n',
    'exclude = ["a/**"]\nignore = ["ALB2"]\n',
    "fail-on = 3\n",
    "",
)
MODULE = 'variable "n" {}\nlocals {\n  n = var.n\n}\n'
CALL = 'module "m" {\n  source = "../b"\n  n      = 7\n}\n'
COME_AND_GO = {
    "../alb-lint.toml": 'ignore = ["ALB2"]\n', "alb-lint.toml": 'fail-on = "info"\n', "a/alb-lint.toml": "", "alb-lint.lock": "",
    "pyproject.toml": '[tool.alb-lint]\nfail-on = "info"\n', "../.gitignore": "a/\n", ".gitignore": "*.json\n", "a/.gitignore": "c/\n",
    "b/.gitignore": "*.yaml\n", "a/.git/HEAD": "", "b/z.auto.tfvars": "n = 9\n", "b/more.tf": 'variable "more" {}\n', "b/terraform.tfvars": "n = 3\n",
    "b/prod.tfvars": "n = 3\n", "b/c/Pulumi.yaml": "name: x\nruntime: nodejs\n", "a/c/cdk.out/manifest.json": "{}",
}  # fmt: skip
"""Files that a run looks for, and that may be there."""
WORDS = (
    ("check",),
    ("check", "a", "--allow-empty"),
    ("check", "a", "b"),
    ("check", "a/rules.json", "b/main.tf", "out/rules.json", "--format", "json"),
    ("check", "--project", "--allow-empty", "--", "a/rules.json"),
    ("check", "--project", "--", "b/main.tf", "a/c/template.yaml"),
    ("check", ".", "--format", "json", "--require-complete"),
    ("check", "b", "--parameters", "b/x.tfvars"),
    ("check", "..", "--config", "../alb-lint.toml", "--allow-empty"),
    ("check", "link", "a/c", "--baseline", "base.json", "--fail-on", "never"),
)


KINDS_OF_EDITS = (
    *("bytes", "come or go") * 4, *("twin", "copy", "link") * 2, "cut", "touch", "drop", "move", "config", "kind", "mode", "back",
)  # fmt: skip
WORLD = 12
"""Edits of one repository: after many, little is left to read."""


NAMED = {Path(word).name for words in WORDS for word in words}
"""A pipe that is named would be waited for."""


class World:
    """A repository, its edits, and the two ways to check it."""

    def __init__(self, top: Path, random: Random) -> None:
        self.top, self.random, self.cache = top / "above" / "repo", random, top / "cache"
        self.answered = self.runs = 0
        self.cache.mkdir()
        for folder in ("a/c", "b/c", ".git", "d"):
            (self.top / folder).mkdir(parents=True)
        for folder in ("a", "a/c", "b", "b/c", "d", "."):
            for name in random.sample(sorted(SEEDS), 2):
                write(self.top / folder / name, SEEDS[name].read_bytes())
        for name in ("a/rules.json", "b/main.tf", "a/c/template.yaml"):
            write(self.top / name, SEEDS[Path(name).name].read_bytes())
        write(self.top / "b" / "variables.tf", MODULE.encode())
        write(self.top / "b" / "x.tfvars", b"n = 8\n")
        write(self.top / "a" / "call.tf", CALL.encode())
        write(self.top / "base.json", b'{"schema": "alb-lint.baseline.v1", "findings": []}')
        (self.top / "link").symlink_to("a")
        (self.top / "out").symlink_to("../twin")
        shutil.copytree(self.top / "a", self.top.parent / "twin")
        shutil.copytree(self.top / "a", self.top / "d" / "twin")

    def places(self) -> list[Path]:
        """All that lies in the repository, links not followed, and what may lie above."""
        found = [self.top / "alb-lint.toml", self.top.parent / "alb-lint.toml", self.top / ".gitignore", self.top / "a" / ".gitignore"]
        for here, folders, files in os.walk(self.top):
            found += [Path(here, name) for name in sorted(folders + files)]
            folders.sort()
        return found

    def edit(self) -> str:
        """Changes something; says what."""
        random = self.random
        path = random.choice(self.places())
        kind = random.choice(KINDS_OF_EDITS)
        try:
            self.change(kind, path)
        except OSError as error:
            return f"{kind} {path}: {error}"
        return f"{kind} {path}"

    def change(self, kind: str, path: Path) -> None:
        random = self.random
        if kind in ("bytes", "cut", "touch", "back"):
            files = [place for place in self.places() if place.is_file()]
            path = random.choice(files) if files else path
            data = path.read_bytes()
            if kind == "touch":
                os.utime(path)
            elif kind == "cut":
                path.write_bytes(data[: random.randrange(len(data) + 1)])
            elif kind == "back":
                path.write_bytes(SEEDS[path.name].read_bytes() if path.name in SEEDS else data)
            else:
                digits = [at for at, byte in enumerate(data) if byte in b"123456789"] or [0]
                at = random.choice(digits)
                about = path.stat()
                path.write_bytes(data[:at] + str(random.randrange(1, 10)).encode() + data[at + 1 :])
                if random.random() < 0.5:  # times tell nothing
                    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))
        elif kind == "drop":
            remove(path)
        elif kind == "move":
            path.rename(path.with_name(random.choice((*SEEDS, "x", "e.tf", ".gitignore", "z.auto.tfvars"))))
        elif kind == "copy":
            name = random.choice(sorted(SEEDS))
            write((path if path.is_dir() else path.parent) / name, SEEDS[name].read_bytes())
        elif kind == "config":
            write(random.choice((self.top, self.top.parent, self.top / "a")) / "alb-lint.toml", random.choice(CONFIGS).encode())
        elif kind == "come or go":
            name = random.choice(sorted(COME_AND_GO))
            path = self.top / name
            if path.exists():
                remove(path)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                write(path, COME_AND_GO[name].encode())
        elif kind == "twin":  # what is read is the same, and where it lies is not
            link = self.top / random.choice(("out", "a/rules.json", "b/main.tf", "link"))
            if link.is_dir():
                goals = [self.top / "a", self.top / "d" / "twin", self.top.parent / "twin", self.top.parent]
            else:
                data = b"" if link.is_fifo() else link.read_bytes()
                goals = [self.top.parent / f"same-{link.name}", self.top / "d" / f"same-{link.name}"]
                for goal in goals:
                    write(goal, data)
            remove(link)
            link.symlink_to(random.choice(goals))
        elif kind == "kind":
            was_folder = path.is_dir()
            remove(path)
            if path.name not in NAMED and random.random() < 0.3:
                os.mkfifo(path)
            elif was_folder:
                path.write_bytes(SEEDS["main.tf"].read_bytes())
            else:
                path.mkdir()
        elif kind == "link":
            remove(path)
            path.symlink_to(random.choice(("a", "../b", "nowhere", path.name, "/etc", "main.tf", "../../..")))
        elif kind == "mode":
            path.chmod(random.choice((0o644, 0o755, 0o777, 0o700)))

    def check(self, words: tuple[str, ...], cwd: Path, *, cached: bool) -> tuple[int, bytes, bytes]:
        env = environment(XDG_CACHE_HOME=str(self.cache))
        if cached:
            del env["ALB_LINT_NO_CACHE"]
        done = subprocess.run(
            [sys.executable, "-P", "-m", "alb_lint", *words], cwd=cwd, env=env, capture_output=True, check=False, timeout=60
        )
        return done.returncode, done.stdout, done.stderr

    def entries(self) -> set[tuple[str, int]]:
        folder = self.cache / "alb-lint"
        return {(entry.name, entry.stat().st_ino) for entry in folder.iterdir()} if folder.is_dir() else set()

    def compare(self, words: tuple[str, ...], told: str) -> None:
        """The law, of the files as they are."""
        cwd = self.top / "d" if ".." in words else self.top
        if not cwd.is_dir():
            return
        before = self.entries()
        first = self.check(words, cwd, cached=True)
        # a new entry is a new file; where there is none, and one could have been made, the old one has answered
        answered = first[0] in (0, 1) and bool(before) and before == self.entries()
        if answered or self.random.random() < 0.3:  # what was worked out anew is seldom wrong
            assert first == self.check(words, cwd, cached=False), told
        self.runs += 1
        self.answered += answered


def write(path: Path, data: bytes) -> None:
    if path.is_fifo():
        path.unlink()  # nobody reads it
    path.write_bytes(data)


def remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def run(top: Path, seed: int, edits: int) -> tuple[int, int]:
    """How many runs were compared, and how many of them an entry has answered."""
    random = Random(seed)
    answered = runs = 0
    for number in range(-(-edits // WORLD)):
        place = top / str(number)
        place.mkdir(parents=True)
        world = World(place, random)
        words = random.sample(WORDS, 2)
        for chosen in words * 2:
            world.compare(chosen, f"{chosen} at first")
        for _ in range(WORLD):
            told = world.edit()
            chosen = random.choice(words)
            world.compare(chosen, f"seed {seed}, {chosen}, after {told}")
        answered, runs = answered + world.answered, runs + world.runs
        shutil.rmtree(place)
    return runs, answered


def test_the_cache_is_never_wrong(tmp_path: Path) -> None:
    runs, answered = run(tmp_path, 1, 15)
    assert runs >= 15
    assert answered >= 3


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 10))
def test_the_cache_is_never_wrong_for_long(tmp_path: Path, seed: int) -> None:
    runs, answered = run(tmp_path, seed, 400)
    assert runs >= 400
    assert answered >= 40


if __name__ == "__main__":
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as made:
        sys.stdout.write("{} runs, {} of them answered by an entry\n".format(*run(Path(made), int(sys.argv[1]), int(sys.argv[2]))))
