"""The files of a git revision in a folder of their own, so that an older version of code is read like any other.

git is asked for objects only (`ls-tree`, `cat-file`): no hook, filter or attribute of the repository runs, and nothing is fetched. Links and
submodules are left out; names that lead elsewhere cannot be in a tree that git wrote, and are refused.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Final

from alb_lint.errors import SourceError, UsageError
from alb_lint.record import record

_TEXTS: Final = frozenset({
    *(".tf", ".tfvars", ".tfstate", ".tftpl", ".tpl", ".hcl", ".json", ".jsonc", ".yaml", ".yml", ".template", ".toml", ".txt"),
    *(".ts", ".mts", ".cts", ".tsx", ".js", ".mjs", ".cjs", ".jsx"),
})  # fmt: skip
_SMALL: Final = 65_536
"""Bytes up to which a file of any name comes along: a program may read it."""
_MOST_BYTES: Final = 512 << 20
_MOST_FILES: Final = 200_000
_MOST_REFS: Final = 100
_PLAIN: Final = frozenset({"100644", "100755"})
_SAFE: Final = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")
_ELSEWHERE: Final = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"})
"""What git tells a hook; the repository of the code is found from its folder."""
_QUIET: Final[Mapping[str, str]] = {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"}


@record
class _Blob:
    name: str
    path: PurePosixPath
    size: int


@contextmanager
def checked_out(revision: str, near: Path) -> Iterator[tuple[Path, Path]]:
    """(the repository that holds `near`, a folder with its files at the revision), until the block ends.

    In a repository without commits HEAD holds nothing. Raises UsageError where there is no repository or no such revision, SourceError where git
    fails or the revision is too large.
    """
    top = _top(near)
    commit = _git(top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}", wanted=False).decode().strip()
    if not commit and revision != "HEAD":
        raise UsageError(
            f"git knows no commit {revision!r}", where="--since", hint="a branch, a tag or a commit that was fetched: git fetch"
        )
    blobs = _blobs(top, commit) if commit else []
    with tempfile.TemporaryDirectory(prefix="alb-lint-", dir=_in_memory(sum(blob.size for blob in blobs))) as made:
        folder = Path(made).resolve()
        (folder / ".git").mkdir()  # the end of a repository, as there
        _write(top, blobs, folder)
        yield top, folder


def _in_memory(size: int) -> str | None:
    """A folder in memory with ample room, where the system has one: thousands of small files are made there ten times as fast."""
    try:
        room = os.statvfs("/dev/shm")  # noqa: S108 - made by the system for this
        ample = room.f_bavail * room.f_frsize > 8 * size + (16 << 20)
        return "/dev/shm" if ample and os.access("/dev/shm", os.W_OK | os.X_OK) else None  # noqa: S108
    except (AttributeError, OSError):
        return None  # another system, or none of this kind


def unmerged(pattern: str, near: Path) -> list[str]:
    """The branches, remote ones by `remote/name`, that the glob fits and that hold commits which HEAD does not; by name.

    Raises UsageError where there is no repository, or more branches fit than can be read.
    """
    top = _top(near)
    words = ("for-each-ref", "--format=%(refname) %(symref)", "--no-merged=HEAD", "refs/heads", "refs/remotes")
    told = (line.partition(" ") for line in _git(top, *words).decode("utf-8", "replace").splitlines())
    names = sorted(name.removeprefix("refs/heads/").removeprefix("refs/remotes/") for name, _, target in told if not target)
    found = [name for name in names if fnmatchcase(name, pattern)]
    if len(found) > _MOST_REFS:
        raise UsageError(
            f"{len(found)} branches fit, and {_MOST_REFS} are read at most", where="--refs", hint="name fewer: 'origin/team-*'"
        )
    return found


def fork_of(branch: str, near: Path) -> str:
    """The commit from which the branch and HEAD went apart; "" where they have none in common."""
    return _git(_top(near), "merge-base", "HEAD", branch, wanted=False).decode().strip()


def _top(near: Path) -> Path:
    folder = near if near.is_dir() else near.parent
    found = _git(folder, "rev-parse", "--show-toplevel", wanted=False).decode("utf-8", "surrogateescape").strip("\n")
    if not found:
        raise UsageError("this is no git repository", where="--since", hint="run it in the repository of the code")
    return Path(found)


def _git(folder: Path, *words: str, wanted: bool = True, given: bytes = b"") -> bytes:
    """What git prints; b"" where it fails and its answer is not `wanted`."""
    around = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE} | dict(_QUIET)
    try:
        done = subprocess.run(["git", "-C", str(folder), *_SAFE, *words], input=given, capture_output=True, check=False, env=around)
    except OSError as error:
        raise UsageError(f"git cannot be run: {error.strerror}", where="--since", hint="install git") from error
    if done.returncode and wanted:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise SourceError(f"git {words[0]} failed: {said[-1] if said else done.returncode}", where="--since", hint="mend the repository")
    return b"" if done.returncode else done.stdout


def _blobs(top: Path, commit: str) -> list[_Blob]:
    found: list[_Blob] = []
    total = 0
    for entry in _git(top, "ls-tree", "-r", "-l", "-z", "--full-tree", commit).split(b"\0"):
        told, _, name = entry.partition(b"\t")
        mode, kind, blob, size = (*told.decode().split(), "", "", "", "")[:4]
        if kind != "blob" or mode not in _PLAIN or not size.isdecimal():
            continue
        path = PurePosixPath(name.decode("utf-8", "surrogateescape"))
        if path.is_absolute() or ".." in path.parts or ".git" in path.parts:
            raise SourceError("the revision holds a file that leads out of it", where="--since", hint="mend the repository")
        if path.suffix.lower() not in _TEXTS and int(size) > _SMALL:
            continue
        found.append(_Blob(blob, path, int(size)))
        total += int(size)
        if total > _MOST_BYTES or len(found) > _MOST_FILES:
            raise SourceError(
                "the revision is too large to be read beside the code", where="--since", hint="run it on a smaller repository"
            )
    return found


def _write(top: Path, blobs: Sequence[_Blob], folder: Path) -> None:
    asked = "".join(f"{blob.name}\n" for blob in blobs).encode()
    told = memoryview(_git(top, "cat-file", "--batch", given=asked)) if blobs else memoryview(b"")
    at, made, root = 0, {""}, os.fspath(folder)
    for blob in blobs:
        end = bytes(told[at : at + 200]).index(b"\n") + at + 1
        within, _, name = str(blob.path).rpartition("/")
        if within not in made:
            made.add(within)
            os.makedirs(f"{root}/{within}", exist_ok=True)  # noqa: PTH103 - thousands of times
        Path(f"{root}/{within}/{name}" if within else f"{root}/{name}").write_bytes(told[end : end + blob.size])
        at = end + blob.size + 1
