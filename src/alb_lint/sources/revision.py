"""The files of a git revision in a folder of their own, so that an older version of code is read like any other.

The folder has their names; what they hold is told when one is read. git is asked for objects only (`ls-tree`, `cat-file`): no hook, filter or
attribute of the repository runs, and nothing is fetched. Links and submodules are left out; names that lead elsewhere cannot be in a tree that git
wrote, and are refused.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from alb_lint.errors import SourceError, UsageError
from alb_lint.files import is_folder, real, standing_in
from alb_lint.sources.blobs import Blobs

_TEXTS: Final = frozenset({
    *(".tf", ".tfvars", ".tfstate", ".tftpl", ".tpl", ".hcl", ".json", ".jsonc", ".yaml", ".yml", ".template", ".toml", ".txt"),
    *(".ts", ".mts", ".cts", ".tsx", ".js", ".mjs", ".cjs", ".jsx"),
})  # fmt: skip
_SMALL: Final = 65_536
"""Bytes up to which a file of any name comes along: a program may read it."""
_MOST_FILES: Final = 200_000
_MOST_REFS: Final = 100
_PLAIN: Final = frozenset({"100644", "100755"})
_SAFE: Final = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")
_ELSEWHERE: Final = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"})
"""What git tells a hook; the repository of the code is found from its folder."""
_QUIET: Final[Mapping[str, str]] = {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"}


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
    names = _names(top, commit) if commit else {}
    with (
        tempfile.TemporaryDirectory(prefix="alb-lint-", dir=_in_memory(len(names))) as made,
        closing(Blobs(real(top), _command(top), _around())) as blobs,
    ):
        folder = Path(real(made))
        (folder / ".git").mkdir()  # the end of a repository, as there
        _make(folder, names)
        start = os.path.join(folder, "")  # noqa: PTH118 - of many files

        def within(path: str | Path) -> str:
            there = os.path.abspath(path)  # noqa: PTH100 - no link lies in the folder
            return there[len(start) :].replace(os.sep, "/") if there.startswith(start) else ""

        def told(path: str | Path, most: int) -> bytes | None:
            name = within(path)
            return blobs.content(names[name], name, most) if name in names else None

        with standing_in(told, lambda path: names.get(within(path), "")):
            yield top, folder


def _in_memory(files: int) -> str | None:
    """A folder in memory with ample room, where the system has one: thousands of files are made there ten times as fast."""
    try:
        room = os.statvfs("/dev/shm")  # noqa: S108 - made by the system for this
        ample = room.f_bavail * room.f_frsize > 16 << 20 and (not room.f_files or room.f_favail > 4 * files)
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
    folder = near if is_folder(near) else near.parent
    found = _git(folder, "rev-parse", "--show-toplevel", wanted=False).decode("utf-8", "surrogateescape").strip("\n")
    if not found:
        raise UsageError("this is no git repository", where="--since", hint="run it in the repository of the code")
    return Path(found)


def _command(folder: Path) -> list[str]:
    return ["git", "-C", str(folder), *_SAFE]


def _around() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in _ELSEWHERE} | dict(_QUIET)


def _git(folder: Path, *words: str, wanted: bool = True, given: bytes = b"") -> bytes:
    """What git prints; b"" where it fails and its answer is not `wanted`."""
    try:
        done = subprocess.run([*_command(folder), *words], input=given, capture_output=True, check=False, env=_around())
    except OSError as error:
        raise UsageError(f"git cannot be run: {error.strerror}", where="--since", hint="install git") from error
    if done.returncode and wanted:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise SourceError(f"git {words[0]} failed: {said[-1] if said else done.returncode}", where="--since", hint="mend the repository")
    return b"" if done.returncode else done.stdout


def _names(top: Path, commit: str) -> dict[str, str]:
    """The files of the commit that may be read, each with its blob: all that may be code, and what is small."""
    found: dict[str, str] = {}
    others: dict[str, str] = {}
    for entry in _git(top, "ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0"):
        told, _, name = entry.partition(b"\t")
        mode, _, rest = told.decode().partition(" ")
        if mode not in _PLAIN:
            continue
        path = os.fsdecode(name)
        parts = path.split("/")
        if not path or ".." in parts or ".git" in parts or "" in parts:
            raise SourceError("the revision holds a file that leads out of it", where="--since", hint="mend the repository")
        among = found if os.path.splitext(parts[-1])[1].lower() in _TEXTS else others  # noqa: PTH122 - of many names
        among[path] = rest.rpartition(" ")[2]
        if len(found) + len(others) > _MOST_FILES:
            raise SourceError(
                "the revision has too many files to be read beside the code", where="--since", hint="run it on a smaller repository"
            )
    large = _large(top, others.values())
    return found | {path: blob for path, blob in others.items() if blob not in large}


def _large(top: Path, blobs: Iterable[str]) -> set[str]:
    """Those of the blobs that are not small."""
    asked = "".join(f"{blob}\n" for blob in dict.fromkeys(blobs)).encode()
    told = _git(top, "cat-file", "--batch-check", given=asked).decode() if asked else ""
    parts = (line.split(" ") for line in told.splitlines())
    return {blob for blob, *_, size in parts if not size.isdecimal() or int(size) > _SMALL}


def _make(folder: Path, names: Iterable[str]) -> None:
    """The names in the folder, as empty files."""
    root, made = os.fspath(folder), {""}
    try:
        for name in names:
            within = name.rpartition("/")[0]
            if within not in made:
                made.add(within)
                os.makedirs(f"{root}/{within}", exist_ok=True)  # noqa: PTH103 - thousands of times
            os.close(os.open(f"{root}/{name}", os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError as error:
        raise SourceError(
            f"the files of the revision cannot be laid out: {error.strerror}", where="--since", hint="mend the repository"
        ) from error
