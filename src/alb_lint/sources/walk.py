"""Files and folders → targets: which files are worth opening, and which of those mention what a source reads."""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final

from alb_lint.errors import SourceError
from alb_lint.model import Gap, Location
from alb_lint.sources.source import MAX_FILE_BYTES, Source, Target

MAX_DEPTH: Final = 64
"""Folders in folders; deeper ones are a gap."""
MAX_FILES: Final = 500_000
"""Files opened in one run; a walk that meets more has been started in the wrong place."""
_NEVER: Final = frozenset({".git", ".hg", ".svn", "node_modules", ".terraform", ".venv", "__pycache__", ".tox", ".mypy_cache"})


class Walk:
    """Targets of a run; gaps are collected on the way.

    `exclude`: patterns as in .gitignore, relative to the folder `root` (else to the current one): the config's.
    """

    def __init__(self, sources: Sequence[Source], exclude: Sequence[str] = (), root: Path | None = None) -> None:
        self.sources = tuple(sources)
        self.gaps: list[Gap] = []
        self._exclude = tuple(exclude)
        self._root = root or Path()
        self._suffixes = tuple(dict.fromkeys(suffix for source in sources for suffix in source.suffixes))
        self._seen: set[str] = set()
        self._opened = 0

    def targets(self, names: Iterable[str], *, forced: bool = True) -> Iterator[Target]:
        """One target per file, each once, named files before what folders hold, all in sorted order.

        `forced`: a file or folder that is named is read even where it is excluded. Raises SourceError for a name that cannot be read.
        """
        for name in sorted(set(names), key=lambda name: (name != "-" and Path(name).is_dir(), Path(name).as_posix(), name)):
            if name == "-":
                data = sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
                yield Target("<stdin>", None, _capped(data, "<stdin>"))
                continue
            path = Path(name)
            if path.is_dir():
                yield from self._folder(path)
            elif (forced or not self._leaves_out(path)) and self._first_sight(path):
                yield Target(path.as_posix(), path, self._read(path))

    def _markers(self, name: str) -> tuple[bytes, ...]:
        """What a file of this name must hold one of to be some source's business."""
        return _markers_of(self.sources, tuple(suffix for suffix in self._suffixes if name.endswith(suffix)))

    def _first_sight(self, path: Path, real: str = "") -> bool:
        real = real or os.path.realpath(path)
        if real in self._seen:
            return False
        self._seen.add(real)
        return True

    def _read(self, path: Path) -> bytes:
        try:
            size = path.stat().st_size
            if size > MAX_FILE_BYTES:
                raise _too_large(path.as_posix())
            with path.open("rb") as file:
                # asked for as much as the cap, Python makes room for all of it each time; a pipe tells no size, and a file may have grown
                data = file.read(size + 1)
                if len(data) > size:
                    data += file.read(MAX_FILE_BYTES + 1 - len(data))
                return _capped(data, path.as_posix())
        except OSError as error:
            hint = (
                "check the name; `-` reads standard input" if isinstance(error, FileNotFoundError) else "check that it is a readable file"
            )
            raise SourceError(f"cannot read it: {error.strerror}", where=path.as_posix(), hint=hint) from error

    def _folder(self, folder: Path) -> Iterator[Target]:
        ignored = _Ignored(folder)
        stack = [(folder, 0)]
        while stack:
            here, depth = stack.pop()
            try:
                entries = sorted(os.scandir(here), key=lambda entry: entry.name)
            except OSError as error:
                self.gaps.append(Gap(Location(file=here.as_posix()), f"the folder cannot be read: {error.strerror}"))
                continue
            ignored.enter(here)
            real = os.path.realpath(here)
            below: list[tuple[Path, int]] = []
            for entry in entries:
                path = here / entry.name
                if entry.is_symlink() and path.is_dir():
                    continue  # a link to a folder may lead round in a circle; what it shows lies elsewhere
                if entry.is_dir(follow_symlinks=False):
                    if entry.name in _NEVER or ignored.covers(path, folder=True) or self._leaves_out(path, folder=True):
                        continue
                    if depth >= MAX_DEPTH:
                        self.gaps.append(Gap(Location(file=path.as_posix()), f"folders nest deeper than {MAX_DEPTH}"))
                    else:
                        below.append((path, depth + 1))
                elif entry.name.endswith(self._suffixes) and not ignored.covers(path) and not self._leaves_out(path):
                    target = self._found(path, folder, "" if entry.is_symlink() else f"{real}{os.sep}{entry.name}")
                    if target is not None:
                        yield target
            stack.extend(reversed(below))

    def _found(self, path: Path, folder: Path, real: str) -> Target | None:
        """The target of a file in a folder, if it is there, readable, and mentions what some source reads. `real`: "" for a link."""
        self._opened += 1
        if self._opened > MAX_FILES:
            raise SourceError(
                f"more than {MAX_FILES:,} files", where=path.as_posix(), hint="name a smaller folder, or `exclude` some in the config"
            )
        if not self._first_sight(path, real) or not path.is_file():
            return None
        try:
            data = self._read(path)
        except SourceError as error:
            self.gaps.append(Gap(Location(file=path.as_posix()), error.what))
            return None
        if not any(marker in data for marker in self._markers(path.name)):
            return None
        return Target(path.as_posix(), path, data, named=False, folder=folder)

    def _leaves_out(self, path: Path, folder: bool = False) -> bool:
        return bool(self._exclude) and self._excluded.covers(path.parent.resolve() / path.name, folder) is True

    @cached_property
    def _excluded(self) -> "_Patterns":
        return _Patterns(self._root.resolve(), self._exclude)


@lru_cache(maxsize=64)
def _markers_of(sources: tuple[Source, ...], suffixes: tuple[str, ...]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(marker for source in sources if set(source.suffixes) & set(suffixes) for marker in source.markers))


class _Patterns:
    """The lines of one .gitignore, or of `exclude`: patterns relative to `base`."""

    def __init__(self, base: Path, lines: Sequence[str]) -> None:
        from pathspec import GitIgnoreSpec

        self.base = base
        self._files = GitIgnoreSpec.from_lines(lines)
        # `sub/` means the folder itself and not what lies in it, which only the form without the slash is heeded for
        self._folders = GitIgnoreSpec.from_lines([line.rstrip().rstrip("/") for line in lines])

    def covers(self, full: Path, folder: bool) -> bool | None:
        """Whether a path is left out (True) or taken back in (False); None where no pattern speaks of it."""
        if not full.is_relative_to(self.base) or full == self.base:
            return None
        return (self._folders if folder else self._files).check_file(full.relative_to(self.base).as_posix()).include


class _Ignored:
    """What the .gitignore files from the repository's top down to a folder leave out. A folder that the user names is never left out."""

    def __init__(self, root: Path) -> None:
        self._files: dict[Path, _Patterns] = {}
        top = root.resolve()
        parents: list[Path] = []
        for folder in (top, *top.parents):
            parents.append(folder)
            if (folder / ".git").exists():
                break
        else:
            return
        for parent in reversed(parents[1:]):
            self.enter(parent)
        if any(self.covers(folder, folder=True) for folder in parents[:-1]):
            self._files = {}

    def enter(self, folder: Path) -> None:
        """Heed the .gitignore of a folder, from here on."""
        base = folder.resolve()
        try:
            text = (base / ".gitignore").read_text("utf-8", errors="replace")
        except OSError:
            return  # none here, or none that can be read: nothing is left out
        self._files[base] = _Patterns(base, text.splitlines()[:10_000])

    def covers(self, path: Path, folder: bool = False) -> bool:
        """The file nearest to the path that speaks of it decides, as in git."""
        if not self._files:
            return False
        full = path.parent.resolve() / path.name
        for base in full.parents:
            patterns = self._files.get(base)
            said = patterns.covers(full, folder) if patterns is not None else None
            if said is not None:
                return said
        return False


def _capped(data: bytes, name: str) -> bytes:
    if len(data) > MAX_FILE_BYTES:
        raise _too_large(name)
    return data


def _too_large(name: str) -> SourceError:
    return SourceError(f"the file is larger than {MAX_FILE_BYTES // 1024 // 1024} MB", where=name, hint="export one listener at a time")
