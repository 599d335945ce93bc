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
IGNORES = ("*.json\n", "a/\n", "b/c/*\n!b/c/main.tf\n", "")
MODULE = 'variable "n" {}\nlocals {\n  n = var.n\n}\n'
CALL = 'module "m" {\n  source = "../b"\n  n      = 7\n}\n'
WORDS = (
    ("check",),
    ("check", "a", "b"),
    ("check", "--project", "--allow-empty", "--", "a/rules.json"),
    ("check", "--project", "--", "b/main.tf", "a/c/template.yaml"),
    ("check", ".", "--format", "json", "--require-complete"),
    ("check", "b", "--parameters", "b/x.tfvars"),
    ("check", "..", "--config", "../alb-lint.toml", "--allow-empty"),
    ("check", "link", "a/c", "--baseline", "base.json", "--fail-on", "never"),
)


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
                self.write(self.top / folder / name, SEEDS[name].read_bytes())
        for name in ("a/rules.json", "b/main.tf", "a/c/template.yaml"):
            self.write(self.top / name, SEEDS[Path(name).name].read_bytes())
        self.write(self.top / "b" / "variables.tf", MODULE.encode())
        self.write(self.top / "b" / "x.tfvars", b"n = 8\n")
        self.write(self.top / "a" / "call.tf", CALL.encode())
        self.write(self.top / "base.json", b'{"fingerprints": []}')
        (self.top / "link").symlink_to("a")

    def write(self, path: Path, data: bytes) -> None:
        path.write_bytes(data)

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
        kind = random.choice(
            (
                "bytes",
                "bytes",
                "bytes",
                "cut",
                "touch",
                "drop",
                "move",
                "copy",
                "config",
                "config",
                "ignore",
                "kind",
                "link",
                "mode",
                "back",
            )
        )
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
            (path if path.is_dir() else path.parent).joinpath(name).write_bytes(SEEDS[name].read_bytes())
        elif kind == "config":
            random.choice((self.top, self.top.parent, self.top / "a")).joinpath("alb-lint.toml").write_text(random.choice(CONFIGS))
        elif kind == "ignore":
            random.choice((self.top, self.top / "a", self.top / "b")).joinpath(".gitignore").write_text(random.choice(IGNORES))
        elif kind == "kind":
            was_folder = path.is_dir()
            remove(path)
            if random.random() < 0.2:
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
        assert first == self.check(words, cwd, cached=False), told
        self.runs += 1
        # a new entry is a new file; where there is none, and one could have been made, the old one has answered
        self.answered += first[0] in (0, 1) and bool(before) and before == self.entries()


def remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def run(top: Path, seed: int, edits: int) -> tuple[int, int]:
    """How many runs were compared, and how many of them an entry has answered."""
    random = Random(seed)
    answered = runs = 0
    for number in range(-(-edits // 25)):
        place = top / str(number)
        place.mkdir(parents=True)
        world = World(place, random)
        words = random.sample(WORDS, 2)
        for chosen in words * 2:
            world.compare(chosen, f"{chosen} at first")
        for _ in range(min(25, edits)):
            told = world.edit()
            chosen = random.choice(words)
            world.compare(chosen, f"seed {seed}, {chosen}, after {told}")
        answered, runs = answered + world.answered, runs + world.runs
        shutil.rmtree(place)
    return runs, answered


def test_the_cache_is_never_wrong(tmp_path: Path) -> None:
    runs, answered = run(tmp_path, 1, 50)
    assert runs >= 50
    assert answered >= 8


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
