"""Files on disk: the root of a program, what may be read below it, and where an import leads.

Only files of TypeScript and JavaScript are opened, none of them twice, none below `node_modules` or a folder of build results, and no symbolic
link to a folder is followed.
"""

import os
import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

from alb_lint.files import OUTSIDE, NotRead, Reader, is_folder, is_link, json_of, real, repository, whole
from alb_lint.languages.typescript import aliases
from alb_lint.languages.typescript.names import SUFFIXES, is_source, pulumi_folder, roots_above
from alb_lint.languages.typescript.parse import MAX_BYTES, Module, NotParsed, parse
from alb_lint.languages.typescript.values import Env
from alb_lint.places import Gap, Location

_SKIPPED: Final = frozenset({"node_modules", "dist", "build", "out", "coverage", "cdk.out", "sdks", "venv", "__pycache__"})
IMPORTED: Final = "imported from "
_BUILT_IN: Final = frozenset({"assert", "child_process", "crypto", "fs", "http", "https", "os", "path", "url", "util"})

_IMPORT: Final = re.compile(rb"""(?:\bfrom|\brequire\s*\(|\bimport\s*\(?)\s*["']([\w@.~#][^"'\n]{0,500})["']""")
"""An import in any form, also one in a comment: that only makes a file be looked at."""

MAX_FILES: Final = 20_000
"""Source files below one root that are looked at."""

_ENTRIES: Final = 400_000
"""Files and folders of any kind below one root that are looked at."""

MAX_PARSED: Final = 1_500
"""Files of one program that are parsed: more take minutes."""


class Project:
    """The files of one reading. `base`: the folder that the user's own names of files start from. `reader`: what may be read."""

    def __init__(self, base: Path | None, reader: Reader) -> None:
        self.base = base
        self.reader = reader
        self.modules: dict[str, Module | None] = {}
        self.gaps: list[Gap] = []
        self._told: set[Gap] = set()
        self.full = False
        self._envs: dict[str, Env] = {}
        self._keys: dict[Path, str] = {}
        self._told_as: dict[Path, str] = {}
        self._homes: dict[Module, Path | None] = {}
        self._folders: dict[Path, Path | None] = {}
        self._imports: dict[Path, tuple[tuple[Path, ...], bool]] = {}
        self._listed: dict[Path, tuple[str, ...]] = {}
        self._places: dict[tuple[Path, str], Path | None] = {}
        self._tops: dict[Path, Path | None] = {}

    def add(self, name: str, path: Path | None, data: bytes) -> Module | None:
        """Parse a file; None, and a gap, where it is too large."""
        path = None if path is None else whole(path)
        key = self.key(name, path)
        if key in self.modules:
            return self.modules[key]
        if len(self.modules) >= MAX_PARSED:
            if not self.full:
                self.gaps.append(
                    Gap(Location(name), f"more than {MAX_PARSED} files belong to the program: this one and others are not read")
                )
            self.full = True
            return None
        self.modules[key] = None
        try:
            self.modules[key] = parse(name, path, data)
        except NotParsed as error:
            self.gaps.append(Gap(Location(name), str(error)))
        return self.modules[key]

    def key(self, name: str, path: Path | None) -> str:
        if path is None:
            return name
        key = self._keys.get(path)
        if key is None:
            key = self._keys[path] = str(whole(path))
        return key

    def pulumi_folder(self, module: Module) -> Path | None:
        """The folder of the Pulumi project that a file belongs to."""
        if module.path is None:
            return None
        if module not in self._homes:
            folder = module.path.absolute().parent
            if folder not in self._folders:
                self._folders[folder] = pulumi_folder(folder / module.path.name)
            self._homes[module] = self._folders[folder]
        return self._homes[module]

    def name_of(self, path: Path) -> str:
        """A file found on disk under the name the user would give it."""
        told = self._told_as.get(path)
        if told is None:
            told = self._told_as[path] = path.as_posix() if self.base is None else Path(os.path.relpath(path, self.base)).as_posix()
        return told

    def env(self, module: Module) -> Env:
        """The top of a file."""
        key = self.key(module.name, module.path)
        if key not in self._envs:
            self._envs[key] = Env(module, module.root, None)
        return self._envs[key]

    def let_go(self) -> None:
        """Forgets what names stand for: names stand for functions, and functions know the names around them."""
        for env in self._envs.values():
            env.names.clear()
        self._envs.clear()

    def load(self, path: Path) -> Module | None:
        """A file of the program, parsed; None where it cannot be."""
        key = self.key("", path)
        if key in self.modules:
            return self.modules[key]
        data = self._bytes(path)
        return None if data is None else self.add(self.name_of(path), path, data)

    def resolve(self, module: Module, source: str) -> Module | None:
        """The file of the program that an import of `module` leads to."""
        if module.path is None:
            return None
        path = whole(module.path)
        found = self._located(path, source)
        if found is not None:
            return self.load(found)
        if source.startswith("."):
            target = os.path.normpath(path.parent / source)
            if not self.reader.holds(target):
                self._tell(Gap(Location(self.name_of(Path(target))), f"imported by {module.name}, and not read: {OUTSIDE}"))
        return None

    def _tell(self, gap: Gap) -> None:
        """Notes a gap once."""
        if gap not in self._told:
            self._told.add(gap)
            self.gaps.append(gap)

    def _located(self, path: Path, source: str) -> Path | None:
        """Where an import in the file `path` leads, out of what may be read included; looked for once."""
        if (path, source) not in self._places:
            self._places[path, source] = locate(path, source, self.reader, self._top(path))
        return self._places[path, source]

    def _top(self, path: Path) -> Path | None:
        """The last folder upward that a program may start from."""
        if path.parent not in self._tops:
            self._tops[path.parent] = next(iter(reversed(list(roots_above(path)))), None)
        return self._tops[path.parent]

    def _bytes(self, path: Path) -> bytes | None:
        """A file of the program; None where it cannot be read, and a gap where that is a wonder."""
        try:
            return self.reader.content(path)
        except NotRead as error:
            if not error.absent:
                self._tell(Gap(Location(self.name_of(path)), error.reason))
            return None

    def table(self, module: Module, source: str) -> Any:
        """What a relative import of a JSON file holds; None where it cannot be read."""
        if module.path is None or not source.startswith(".") or not source.endswith(".json"):
            return None
        data = self._bytes(Path(os.path.normpath(whole(module.path).parent / source)))
        try:
            return None if data is None or len(data) > MAX_BYTES else json_of(data)
        except ValueError:
            return None

    def imported(self, modules: Iterable[Module], mark: bytes) -> list[Path]:
        """Files with the mark that the modules import, over any number of others, and that are not parsed yet; only their bytes are read."""
        found = []
        for path in self._closure(whole(module.path) for module in modules if module.path is not None):
            data = None if self.key("", path) in self.modules else self._bytes(path)
            if data is not None and mark in data:
                found.append(path)
        return sorted(found)

    def leads_to(self, path: Path, modules: Sequence[Module]) -> bool:
        """Whether a file imports one of the modules, over any number of others, or something by a name that only a compiler can resolve."""
        return any(self.modules.get(str(inner)) in modules or self._links(inner)[1] for inner in self._closure([path]))

    def imported_by(self, module: Module) -> Iterator[Path]:
        """The files that a file imports, over any number of others."""
        if module.path is not None:
            own = whole(module.path)
            yield from (path for path in self._closure([own]) if path != own)

    def _closure(self, paths: Iterable[Path]) -> Iterator[Path]:
        """The files and all they import."""
        pending = list(paths)
        seen = set(pending)
        while pending and len(seen) <= MAX_FILES:
            path = pending.pop()
            yield path
            for target in self._links(path)[0]:
                if target not in seen:
                    seen.add(target)
                    pending.append(target)

    def _links(self, path: Path) -> tuple[tuple[Path, ...], bool]:
        """(files imported by relative paths, whether there are other imports that are of the program); kept."""
        if path not in self._imports:
            sources = {match[1].decode("utf-8", "replace") for match in _IMPORT.finditer(self._bytes(path) or b"")}
            located = (self._located(path, source) for source in sorted(sources))
            targets = tuple(target for target in located if target is not None and is_source(target.name))
            self._imports[path] = (
                targets,
                any(not source.startswith(".") and self._located(path, source) is None and is_own(path, source) for source in sources),
            )
        return self._imports[path]

    def sources(self, root: Path) -> tuple[str, ...]:
        """The source files below a folder, sorted; what is over `MAX_FILES` is a gap."""
        if root not in self._listed:
            found = list(islice(_walk(root), MAX_FILES + 1))
            if len(found) > MAX_FILES:
                reason = f"more than {MAX_FILES} source files: callers of wrappers are looked for in the first of them only"
                self.gaps.append(Gap(Location(self.name_of(root)), reason))
            self._listed[root] = tuple(sorted(found[:MAX_FILES]))
        return self._listed[root]

    def mentioning(self, root: Path, words: Sequence[str]) -> Iterator[Path]:
        """Files below a root that are not parsed yet and hold one of the words."""
        if not words:
            return
        pattern = re.compile(rb"(?<![\w$])(?:" + b"|".join(re.escape(word.encode()) for word in sorted(words)) + rb")(?![\w$])")
        for name in self.sources(root):
            if name not in self.modules and (data := self._bytes(Path(name))) is not None and pattern.search(data):
                yield Path(name)


def is_own(path: Path, source: str) -> bool:
    """Whether an import of a file may be of the program itself, and not a package that it only uses."""
    if source.startswith("."):
        return True
    package = "/".join(source.split("/")[: 2 if source.startswith("@") else 1])
    if package.startswith("@pulumi/") or is_built_in(source):
        return False
    return not any(_uses(folder, package) for folder in roots_above(path))


def is_built_in(source: str) -> bool:
    """Whether an import is a part of Node.js."""
    return source.startswith("node:") or source.partition("/")[0] in _BUILT_IN


def _uses(folder: Path, package: str) -> bool:
    """Whether a folder has a package from elsewhere, installed or named in its package.json."""
    if is_folder(folder / "node_modules" / package) and not is_link(folder / "node_modules" / package):
        return True
    try:
        table = json_of(Reader([repository(folder) or real(folder)]).content(folder / "package.json", MAX_BYTES))
    except (NotRead, ValueError):
        return False
    tables = [table.get(key) for key in ("dependencies", "devDependencies", "peerDependencies")] if isinstance(table, dict) else []
    versions = [inner[package] for inner in tables if isinstance(inner, dict) and isinstance(inner.get(package), str)]
    return any(not version.startswith(("workspace:", "file:", "link:", "portal:")) for version in versions)


def locate(path: Path, source: str, reader: Reader, top: Path | None) -> Path | None:
    """The file of the program that an import in the file `path` leads to: by a relative path, or by a name that the program itself explains.

    `top`: the last folder of `roots_above`, where there is one.
    """
    if source.startswith("."):
        return _file_at(os.path.normpath(path.parent / source), reader)
    if source.startswith(("@pulumi/", "/", "~/..")) or is_built_in(source) or "\0" in source:
        return None
    for target in aliases.targets(path, source, top):
        found = _file_at(str(target), reader)
        if found is not None and top is not None and top in found.parents:
            return found
    return None


def _file_at(target: str, reader: Reader) -> Path | None:
    found = next((Path(candidate) for candidate in _candidates(target, reader) if reader.is_file(candidate)), None)
    return None if found is None or "node_modules" in found.parts else found


def _candidates(target: str, reader: Reader) -> Iterator[str]:
    """Where TypeScript looks for an import, sources before what is compiled from them."""
    stem, dot = posixpath.splitext(target)
    if dot in {".js", ".mjs", ".cjs", ".jsx"}:
        yield from (stem + suffix for suffix in SUFFIXES)
    if dot in SUFFIXES:
        yield target
    yield from (target + suffix for suffix in SUFFIXES)
    if reader.is_folder(target):
        yield from (os.path.join(target, f"index{suffix}") for suffix in SUFFIXES)  # noqa: PTH118 - there may be thousands of imports


def _walk(root: Path) -> Iterator[str]:
    pending, left = [str(root)], _ENTRIES
    while pending and left > 0:
        try:
            entries = sorted(os.scandir(pending.pop()), key=lambda entry: entry.name)
        except OSError:
            continue
        left -= len(entries)
        names = {entry.name for entry in entries}
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _SKIPPED and not entry.name.startswith("."):
                    pending.append(entry.path)
            elif is_source(os.path.relpath(entry.path, root).replace(os.sep, "/")) and not _compiled(entry.path, names):
                yield os.path.normpath(entry.path)


def _compiled(path: str, names: set[str]) -> bool:
    """Whether a script lies beside the TypeScript it is compiled from, or where Pulumi's own tsconfig puts it."""
    stem, dot = os.path.splitext(path)  # noqa: PTH122 - of names, not of paths
    beside = any(os.path.basename(stem) + typed in names for typed in (".ts", ".tsx", ".mts", ".cts"))  # noqa: PTH119
    return dot in {".js", ".mjs", ".cjs"} and (beside or os.path.basename(os.path.dirname(path)) == "bin")  # noqa: PTH119, PTH120
