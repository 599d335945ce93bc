"""Files and folders → targets: which files are worth opening, and which of those mention what a source reads."""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from alb_lint.errors import SourceError
from alb_lint.files import (
    MAX_BYTES,
    NotRead,
    Reader,
    around,
    content,
    is_folder,
    is_there,
    name_in_git,
    named_by_git,
    real,
    repository,
    too_large,
)
from alb_lint.model import Gap, Location
from alb_lint.sources.source import Source, Target

if TYPE_CHECKING:
    from alb_lint.sources.ignored import Patterns

MAX_DEPTH: Final = 64
"""Folders in folders; deeper ones are a gap."""
MAX_FILES: Final = 500_000
"""Files opened in one run; a walk that meets more has been started in the wrong place."""
_NEVER: Final = frozenset({".git", ".hg", ".svn", "node_modules", ".terraform", ".venv", "__pycache__", ".tox", ".mypy_cache"})

MAX_IN_ALL: Final = 512 * 1024 * 1024
"""Bytes of all files of a run that hold what some source reads."""
_IGNORE_BYTES: Final = 4 * 1024 * 1024
_SHARED: Final = 11
"""Letters at the end of words by which several are looked for at once."""
_NAME: Final = attrgetter("name")
_TOLD: Final = 20
"""Links that are told one by one."""

_LINK: Final = "a link to a folder that is not read with this one; links to folders are not followed: name that folder, too"
_AWAY: Final = "a link that leads out of the repository; it is not followed"
_SMALLER: Final = "export one listener at a time"


Passed = set[tuple[str, str]]
"""Files that no source is after: the ending of the name, and git's name for what is in it."""


class Walk:
    """Targets of a run; gaps are collected on the way.

    `exclude`: patterns as in .gitignore, relative to the folder `root` (else to the current one): the config's. `passed`: what walks of the same
    sources through other versions of the files have passed over, so that it need not be opened again; more is put to it.
    """

    def __init__(
        self, sources: Sequence[Source], exclude: Sequence[str] = (), root: Path | None = None, passed: Passed | None = None
    ) -> None:
        self.sources = tuple(sources)
        self._gaps: list[Gap] = []
        self._exclude = tuple(exclude)
        self._passed = passed
        self._root = root or Path()
        self._suffixes = tuple(dict.fromkeys(suffix for source in sources for suffix in source.suffixes))
        self._whole = tuple(dict.fromkeys(suffix for source in sources for suffix in source.whole))
        self._by_ending: dict[str, _Markers] = {}
        self._seen: set[str] = set()
        self._opened = 0
        self._kept = 0
        self._too_much: list[str] = []
        self._linked: list[tuple[Path, str]] = []
        self._reader = Reader(())

    @property
    def gaps(self) -> list[Gap]:
        """What was not read so far."""
        found = list(self._gaps)
        walked = Reader(self._walked)
        apart = [path for path, there in self._linked if not walked.holds(there)]
        found += [Gap(Location(file=path.as_posix()), _LINK) for path in apart[:_TOLD]]
        if len(apart) > _TOLD:
            found.append(Gap(Location(), f"{len(apart) - _TOLD} more links to folders that are not followed"))
        if self._too_much:
            reason = f"{MAX_IN_ALL >> 20} MB of input are read already: this file is not"
            more = f", and {len(self._too_much) - 1} more are not" if len(self._too_much) > 1 else ""
            found.append(Gap(Location(file=self._too_much[0]), reason + more))
        return found

    def targets(self, names: Iterable[str], *, forced: bool = True) -> Iterator[Target]:
        """One target per file, each once, named files before what folders hold, all in sorted order.

        `forced`: a file or folder that is named is read even where it is excluded, and where a link leads out of the repository. Raises SourceError
        for a name that cannot be read.
        """
        told = {name: name != "-" and is_folder(name) for name in names}
        folders = {Path(name) for name, folder in told.items() if folder} | {
            Path(name).parent for name in told if name != "-" and not told[name]
        }
        roots = tuple(sorted(root for folder in folders for root in around(folder / "-", folder)))
        self._walked = [real(name) for name, folder in told.items() if folder]
        self._reader = Reader(roots)
        for name in sorted(told, key=lambda name: (told[name], Path(name).as_posix(), name)):
            path = Path(name)
            if name == "-":
                data = sys.stdin.buffer.read(MAX_BYTES + 1)
                if len(data) > MAX_BYTES:
                    raise SourceError(too_large(MAX_BYTES), where="<stdin>", hint=_SMALLER)
                yield Target("<stdin>", None, data)
            elif told[name]:
                yield from self._folder(path, roots)
            elif (forced or not self._leaves_out(path)) and self._first_sight(path):
                if forced or self._reader.holds(path):
                    data = self._read(path)
                    self._keep(path, data)
                    yield Target(path.as_posix(), path, data, roots=roots)
                else:
                    self._gaps.append(Gap(Location(file=path.as_posix()), _AWAY))

    @staticmethod
    def _ending(name: str) -> str:
        return name[name.find(".") :]

    def _markers(self, name: str) -> "_Markers":
        """What a file of this name must hold one of to be some source's business."""
        ending = self._ending(name)
        if ending not in self._by_ending:
            # a name that is opened at all and begins otherwise ends alike
            fitting = {suffix for suffix in self._suffixes if name.endswith(suffix)}
            told = [source for source in self.sources if fitting & set(source.suffixes)]
            json = [marker for source in told for marker in source.json_markers if name.endswith(".json")]
            self._by_ending[ending] = _Markers((*(marker for source in told for marker in source.markers), *json))
        return self._by_ending[ending]

    def _first_sight(self, path: str | Path, there: str = "") -> bool:
        there = there or real(path)
        if there in self._seen:
            return False
        self._seen.add(there)
        return True

    def _read(self, path: Path) -> bytes:
        try:
            return content(path, pipes=True)
        except NotRead as error:
            hint = _meant(path.as_posix()) if error.absent else "check that it is a readable file"
            raise SourceError(f"cannot read it: {error.reason}", where=path.as_posix(), hint=hint) from error

    def _keep(self, path: Path, data: bytes) -> None:
        """Counts what is named. Raises SourceError where it is too much."""
        self._kept += len(data)
        if self._kept > MAX_IN_ALL:
            raise SourceError(f"more than {MAX_IN_ALL >> 20} MB of input", where=path.as_posix(), hint=_SMALLER)

    def _folder(self, folder: Path, roots: tuple[str, ...]) -> Iterator[Target]:
        # some hundred thousand entries may be passed: what is made for each of them is text
        ignored = _Ignored(folder)
        stack = [((folder / "-").as_posix()[:-1], os.path.join(real(folder), ""), 0)]  # noqa: PTH118
        while stack:
            here, place, depth = stack.pop()
            try:
                with os.scandir(here or ".") as inside:
                    entries = sorted(inside, key=_NAME)
            except OSError as error:
                self._gaps.append(Gap(Location(file=here.rstrip("/") or here or "."), f"the folder cannot be read: {error.strerror}"))
                continue
            home = place.rstrip(os.sep) or os.sep
            if any(entry.name == ".gitignore" for entry in entries):
                ignored.enter(home)
            below: list[tuple[str, str, int]] = []
            for entry in entries:
                name = entry.name
                kind = _kind_of(entry)
                if kind == "folder":
                    if name in _NEVER or ignored.covers(home, name, is_folder=True) or self._leaves_out(here + name, folder=True):
                        continue
                    if depth >= MAX_DEPTH:
                        self._gaps.append(Gap(Location(file=here + name), f"folders nest deeper than {MAX_DEPTH}"))
                    else:
                        below.append((f"{here}{name}/", f"{place}{name}{os.sep}", depth + 1))
                elif kind == "link to a folder":
                    # it may lead round in a circle; what lies in another folder that is walked is read there
                    if name not in _NEVER and not ignored.covers(home, name) and not self._leaves_out(here + name):
                        self._linked.append((Path(here + name), real(here + name)))
                elif kind and name.lower().endswith(self._suffixes) and not ignored.covers(home, name):
                    if self._exclude and self._leaves_out(here + name):
                        continue
                    data = self._found(here + name, name.lower(), "" if kind == "link" else place + name)
                    if data is not None:
                        yield Target(here + name, Path(here + name), data, named=False, folder=folder, roots=roots)
            stack.extend(reversed(below))
        self._gaps += ignored.gaps

    def _found(self, path: str, name: str, there: str) -> bytes | None:
        """The bytes of a file in a folder, if it is readable and mentions what some source reads. `name`: in lower case. `there`: "" for a link."""
        self._opened += 1
        if self._opened > MAX_FILES:
            raise SourceError(f"more than {MAX_FILES:,} files", where=path, hint="name a smaller folder, or `exclude` some in the config")
        if not self._first_sight(path, there):
            return None
        if not there and not self._reader.holds(path):
            self._gaps.append(Gap(Location(file=path), _AWAY))
            return None
        passed = self._passed
        if passed and (self._ending(name), name_in_git(there or path)) in passed:
            return None
        try:
            data = content(path)
        except NotRead as error:
            self._gaps.append(Gap(Location(file=path), f"cannot be read: {error.reason}"))
            return None
        if not self._markers(name).among(data) and not name.endswith(self._whole):
            if passed is not None:
                passed.add((self._ending(name), named_by_git(data)))
            return None
        if self._kept + len(data) > MAX_IN_ALL:
            self._too_much.append(path)
            return None
        self._kept += len(data)
        return data

    def _leaves_out(self, name: str | Path, folder: bool = False) -> bool:
        if not self._exclude:
            return False
        path = Path(name)
        base, patterns = self._excluded
        full = Path(real(path.parent)) / path.name
        return full != base and full.is_relative_to(base) and patterns.leaves_out(full.relative_to(base).parts, folder=folder)

    @cached_property
    def _excluded(self) -> "tuple[Path, Patterns]":
        from alb_lint.sources.ignored import Patterns

        return Path(real(self._root)), Patterns(self._exclude)


class _Markers:
    """Some words. Those that end alike are looked for by their end first, which few files hold."""

    def __init__(self, words: Iterable[bytes]) -> None:
        groups: dict[bytes, list[bytes]] = {}
        for word in dict.fromkeys(words):
            groups.setdefault(word[-_SHARED:], []).append(word)
        self._groups = [(end if len(among) > 1 else among[0], among) for end, among in groups.items()]

    def among(self, data: bytes) -> bool:
        """Whether one of them is in it."""
        find = data.find  # a loop, and no `in`, which takes the word for a number first: this is asked for every file there is
        for end, words in self._groups:
            if find(end) >= 0:
                for word in words:
                    if find(word) >= 0:
                        return True
        return False


def _kind_of(entry: "os.DirEntry[str]") -> str:
    """What is worth a look; "" for a link that leads nowhere."""
    try:
        if entry.is_symlink():
            return "link to a folder" if entry.is_dir() else "link" if is_there(real(entry.path)) else ""
        return "folder" if entry.is_dir(follow_symlinks=False) else "file"
    except OSError:
        return ""  # a link in a circle


def _meant(name: str) -> str:
    """What somebody may have meant by a name of nothing."""
    if name.startswith("arn:"):
        return f"a listener of a live account is read by: alb-lint audit --listener {name}"
    if name.startswith(("http:/", "https:/", "s3:/")):
        return "only files and folders are read: fetch it, or pipe it: curl … | alb-lint check -"
    return "check the name; `-` reads standard input"


class _Ignored:
    """What the .gitignore files from the repository's top down to a folder leave out. A folder that the user names is never left out."""

    def __init__(self, root: Path) -> None:
        self.gaps: list[Gap] = []
        self._files: dict[str, Patterns] = {}
        top, repository_ = real(root), repository(root)
        if not repository_:
            return
        parents = [repository_]
        for name in Path(top).relative_to(repository_).parts:
            parents.append(os.path.join(parents[-1], name))  # noqa: PTH118 - real paths are texts here
        for parent in parents[:-1]:
            self.enter(parent)
        if any(self.covers(*os.path.split(folder), is_folder=True) for folder in parents[1:]):
            self._files = {}

    def enter(self, folder: str) -> None:
        """Heed the .gitignore of a folder, given by its real path, from here on. As for git, a link is none."""
        try:
            data = content(f"{folder}{os.sep}.gitignore", _IGNORE_BYTES, links=False)
        except NotRead:
            return  # none here, or none that can be read: nothing is left out
        from alb_lint.sources.ignored import Patterns

        self._files[folder] = patterns = Patterns(data.decode("utf-8-sig", "surrogateescape").split("\n"))
        if patterns.left_out:
            reason = f"{patterns.left_out} of its patterns are one too many and leave nothing out"
            self.gaps.append(Gap(Location(file=f"{folder}{os.sep}.gitignore"), reason))

    def covers(self, folder: str, name: str, *, is_folder: bool = False) -> bool:
        """The file nearest to what is called `name` in the folder, given by its real path, decides if it speaks of it, as in git."""
        if not self._files:
            return False
        parts = [name]
        while True:
            patterns = self._files.get(folder)
            said = patterns.says(parts, folder=is_folder) if patterns is not None else None
            if said is not None:
                return said
            folder, above = os.path.split(folder)
            if not above:
                return False
            parts.insert(0, above)
