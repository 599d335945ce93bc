"""Which folders are root modules: the callers of a folder are looked for among the files around it, by a search of bytes.

A folder is read as its callers call it, so that what they pass is known; a folder that nobody calls is a root.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Final

from alb_lint.files import NotRead, Reader, content, is_there
from alb_lint.languages.hcl.folder import BACKEND, MAX_FILE_BYTES, SUFFIXES, Folder
from alb_lint.patterns import pattern
from alb_lint.places import Gap, Location

UNIT_NAMES: Final = ("terragrunt.hcl", "terragrunt.hcl.json")
"""Files of Terragrunt units."""

MAX_ENTRIES: Final = 200_000
"""Files and folders of any kind that a search for callers walks past."""

_SOURCE: Final = pattern(rb"""source"?\s*[=:]\s*"([^"\n]*)\"""")
_LETTER: Final = pattern(rb"\w")
_BACKEND: Final = pattern(rb"""^[ \t]*backend[ \t]+"?[a-z0-9]+"?[ \t]*\{""", re.MULTILINE)
_ROOT_ONLY: Final = pattern(rb"""^[ \t]*(?:provider|backend)[ \t]+"?[\w-]+"?[ \t]*\{|^[ \t]*cloud[ \t]*\{""", re.MULTILINE)
_CLOUD: Final = pattern(rb"^[ \t]*cloud[ \t]*\{", re.MULTILINE)
_PASSED: Final = frozenset({"node_modules", "__pycache__", "site-packages"})

_TELLING: Final = pattern(rb"^[ \t]*(variable|locals|module|resource|data|output)\b", re.MULTILINE)

PARAMETER: Final = b"aws_ssm_parameter"
CALLS: Final = b"./"
"""A file without these calls no folder, but itself or the one above by their bare names, which nobody does."""


def sets_backend(data: bytes) -> bool:
    """Whether a file says where the state lies."""
    return BACKEND in data and _BACKEND.search(data) is not None


def sources(data: bytes) -> Iterator[bytes]:
    """What a file calls as modules, whatever stands in a comment included."""
    for found in _SOURCE.finditer(data):
        at = found.start()
        if not at or _LETTER.match(data, at - 1) is None:  # no `\b` in the regex: what begins with a letter is found faster
            yield found[1]


def called_folders(folder: Path, data: bytes) -> Iterator[Path]:
    """The folders that a file calls as modules, whatever stands in a comment included."""
    return _folders(folder, sources(data)) if CALLS in data else iter(())


def _folders(folder: Path, called: Iterable[bytes]) -> Iterator[Path]:
    """Those of what a file in the folder calls that are folders."""
    for source in called:
        if source.startswith((b"./", b"../")):
            yield Path(os.path.normpath(os.path.join(folder, source.decode(errors="replace"))))  # noqa: PTH118


class Project:
    """The folders of one run, each read once. `given`: folder → file in it → its name for the user, and its content."""

    def __init__(self, given: Mapping[Path, Mapping[str, tuple[str, bytes]]], reader: Reader) -> None:
        self.reader = reader
        self._given = given
        first = [min(given, key=lambda folder: (*folder.parts, min(given[folder])))] if given else []
        self._names = {folder: given[folder][max(given[folder])][0] for folder in (*first, *given)}
        """A file of each folder, by its name for the user."""
        self._folders: dict[Path, Folder] = {}
        self._by_name: dict[str, Folder] = {}
        self._relevant: dict[tuple[Path, tuple[bytes, ...]], bool] = {}
        self._calls: dict[tuple[Path, str], tuple[bytes, ...]] = {}
        self._called: dict[tuple[Path, str], tuple[Path, ...]] = {}
        self._made: list[Folder] = []
        self._met: set[Path] = set()
        self.gaps: list[Gap] = []

    def know(self, files: Mapping[Path, tuple[str, bytes]]) -> None:
        """Takes files that are no part of a module, but tell how their folders are called."""
        self._names.update((path.parent, name) for path, (name, _) in sorted(files.items()) if path.parent not in self._names)

    def folder(self, path: Path) -> Folder:
        if path not in self._folders:
            self._folders[path] = self._by_name[str(path)] = Folder(path, self.name(path), self._given.get(path, {}), self.reader)
        return self._folders[path]

    def folder_with(self, path: Path, made: Mapping[str, bytes]) -> Folder:
        """The folder with files that a tool writes there, where these say anything that other files may ask for."""
        if not any(_TELLING.search(data) for data in made.values()):
            return self.folder(path)
        self._made.append(Folder(path, self.name(path), self._given.get(path, {}), self.reader, made))
        return self._made[-1]

    @property
    def folders(self) -> Sequence[Folder]:
        return [*(self._folders[path] for path in sorted(self._folders)), *self._made]

    def name(self, path: Path) -> str:
        """The folder as the user would write it, seen from the first file that was given."""
        folder = path if path in self._names else next(iter(self._names))
        name = PurePosixPath(self._names[folder]).parent
        return os.path.normpath(name if folder is path else name / os.path.relpath(path, folder)).replace(os.sep, "/")

    def mentions(self, path: Path, words: tuple[bytes, ...], above: frozenset[Path] = frozenset()) -> bool:
        """Whether the folder, or one that it calls, has one of the words in a file."""
        key = (path, words)
        if key not in self._relevant:
            if path in above or len(above) > 40 or not self.reader.is_folder(path):
                return False
            folder = self.folder(path)
            found = any(folder.mentions(word) for word in words)
            if not found:
                called = {inner for data in folder.contents() for inner in called_folders(path, data)}
                found = any(self.mentions(inner, words, above | {path}) for inner in sorted(called))
            self._relevant[key] = found
        return self._relevant[key]

    def calls(self, folder: Path, name: str) -> tuple[bytes, ...]:
        """What a given file calls as modules."""
        key = (folder, name)
        if key not in self._calls:
            self._calls[key] = tuple(sources(self._given[folder][name][1]))
        return self._calls[key]

    def called(self, folder: Path, name: str) -> tuple[Path, ...]:
        """The folders that a given file calls as modules."""
        key = (folder, name)
        if key not in self._called:
            self._called[key] = tuple(_folders(folder, self.calls(folder, name)))
        return self._called[key]

    def roots(self, wanted: Iterable[Path], walked: Iterable[Path], units: Callable[[Iterable[Path]], Mapping[Path, Path]]) -> list[Path]:
        """The folders from which the wanted folders are reached, sorted: root modules, and units, which call a module from another folder.

        `walked`: folders that the user named; every file in them that calls a module is among the given ones. `units`: files of units that were met
        → the folder of each unit → that of its module; with those that were given.
        """
        folders = sorted(set(wanted))
        whole = sorted(set(walked))
        called_by_units = set(units(()).values())
        open_folders = [path for path in folders if path in called_by_units or not self._is_root(path)]
        callers: dict[Path, set[Path]] = {}
        for path, files in self._given.items():
            for name in files:
                for called in self.called(path, name):
                    callers.setdefault(called, set()).add(path)
        for top in _tops(open_folders, whole):
            if not any(folder in (top, *top.parents) for folder in whole):
                self._search(top, callers)
        for folder, module in units(sorted(self._met)).items():
            callers.setdefault(module, set()).add(folder)
        found: set[Path] = set()
        asked = set(open_folders)
        for path in folders:
            found |= _uppermost(path, callers) if path in asked else {path}
        return sorted(found)

    def _is_root(self, path: Path) -> bool:
        """A folder that sets a backend: Terraform allows it in root modules only."""
        return any(sets_backend(data) for data in self.folder(path).holding(BACKEND))

    def publishes(self, path: Path) -> bool:
        """Whether other roots may read from the folder what it makes: from its state, or from a parameter."""
        return any(sets_backend(data) or PARAMETER in data or _CLOUD.search(data) for data in self.folder(path).contents())

    def is_library(self, path: Path) -> bool:
        """A folder for others to call: it lies below one called `modules`, and sets neither a backend nor a provider, as a root module does."""
        below = {"modules", "module"} & set(PurePosixPath(self.name(path)).parts[:-1])
        return bool(below) and not any(_ROOT_ONLY.search(data) for data in self.folder(path).contents())

    def _search(self, top: Path, callers: dict[Path, set[Path]]) -> None:
        """Adds (called folder → folders that call it) for all files below."""
        entries = 0
        stack = [str(top)]
        while stack:
            folder = stack.pop()
            try:
                with os.scandir(folder) as found:
                    inside = list(found)
            except OSError:
                continue
            entries += len(inside)
            if entries > MAX_ENTRIES:
                self.gaps.append(Gap(Location(self.name(top)), f"callers were looked for among the first {MAX_ENTRIES} files only"))
                return
            for entry in inside:
                if entry.name.startswith(".") or entry.name in _PASSED:
                    continue
                if entry.name in UNIT_NAMES:
                    self._met.add(Path(entry.path))
                elif entry.name.endswith(SUFFIXES):
                    self._note_calls(folder, entry, callers)
                elif entry.is_dir(follow_symlinks=False):
                    stack.append(entry.path)

    def _note_calls(self, folder: str, entry: "os.DirEntry[str]", callers: dict[Path, set[Path]]) -> None:
        known = self._by_name.get(folder)
        data = known.content(entry.name) if known else None
        if data is None:
            try:
                data = content(entry.path, MAX_FILE_BYTES, links=False)
            except NotRead:
                return  # a caller that cannot be read by those who own it is none
        if CALLS in data:
            for called in called_folders(Path(folder), data):
                callers.setdefault(called, set()).add(Path(folder))


def _uppermost(path: Path, callers: Mapping[Path, set[Path]]) -> set[Path]:
    """Those above the folder that nobody calls; the folder itself where all above it call each other."""
    seen, stack, found = {path}, [path], set()
    while stack:
        current = stack.pop()
        above = callers.get(current, set()) - {current}
        if not above:
            found.add(current)
        for caller in above - seen:
            seen.add(caller)
            stack.append(caller)
    return found or {path}


def _tops(folders: Sequence[Path], walked: Sequence[Path]) -> list[Path]:
    """Where to look for callers: the repositories that the folders are in; else the folders that the user named, else what all share."""
    tops = set()
    loose = []
    repositories = cache(lambda folder: is_there(folder / ".git"))
    for path in folders:
        repository = next(filter(repositories, (path, *path.parents)), None)
        top = repository or next((folder for folder in walked if folder in (path, *path.parents)), None)
        if top is None:
            loose.append(path)
        else:
            tops.add(top)
    if len(loose) > 1:
        tops.add(Path(os.path.commonpath(loose)))
    return sorted(tops)
