"""Imports by names that are no paths: `paths` of a tsconfig.json, `imports` of a package.json, packages of the same workspace.

Nothing outside of the repository is looked at. Source: TypeScript handbook, "Module resolution: paths"; Node.js documentation, "Subpath imports";
npm, Yarn and pnpm documentation of workspaces.
"""

import json
import os
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from alb_lint.files import NotRead, Reader, is_file, is_link, real, repository, text_of, whole_pairs

_BYTES: Final = 1 << 20
_EXTENDS: Final = 5
_PACKAGES: Final = 500
"""Packages of a workspace that are looked at."""

_COMMENT: Final = re.compile(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
_TRAILING: Final = re.compile(r",(\s*[}\]])")
_PNPM: Final = re.compile(r"^\s*-\s*['\"]?([^'\"\n#]+)", re.MULTILINE)
_BUILT: Final = ("dist/", "lib/", "build/", "out/", "bin/")


def targets(path: Path, source: str, top: Path | None) -> Iterator[Path]:
    """Where an import in the file `path` may lead, without an ending or with one; the likeliest first.

    `top`: the last folder of `roots_above`, where there is one.
    """
    folders = _folders(path, top)
    yield from _by_paths(folders, source)
    if source.startswith("#"):
        yield from _by_imports(folders, source)
    else:
        yield from _by_workspace(folders, source)


def _folders(path: Path, top: Path | None) -> tuple[Path, ...]:
    """The folders above a file, up to its repository."""
    above = tuple(path.parents)
    return above[: above.index(top or path.parent) + 1]


def _top(folders: Sequence[Path]) -> Reader:
    """What reads in the program that a file belongs to, up to its repository."""
    return Reader([real(folders[-1])])


def _read(path: Path) -> dict[str, Any]:
    try:
        return _parsed(path, path.stat().st_mtime_ns)
    except (OSError, ValueError):
        return {}


@lru_cache(maxsize=1024)
def _parsed(path: Path, _stamp: int) -> dict[str, Any]:
    """A JSON file, with comments and commas before an end; empty where it is no object."""
    try:
        # a link may lead out of the repository
        text = whole_pairs(text_of(Reader([repository(path.parent) or real(path.parent)]).content(path, _BYTES)))
        found = json.loads(_TRAILING.sub(r"\1", _COMMENT.sub(lambda match: match[1] or "", text)))
    except (NotRead, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _by_paths(folders: Sequence[Path], source: str) -> Iterator[Path]:
    for folder in folders:
        if is_file(folder / "tsconfig.json"):
            base, table = _paths_of(folder / "tsconfig.json", 0, _top(folders))
            yield from (found for pattern, places in _matching(table, source) for found in _filled(pattern, places, source, base))
            if base is not None and not table and not source.startswith("#") and _declares_base(folder / "tsconfig.json"):
                yield base / source
            return


def _declares_base(config: Path) -> bool:
    options = _read(config).get("compilerOptions")
    return isinstance(options, dict) and isinstance(options.get("baseUrl"), str)


def _paths_of(config: Path, depth: int, within: Reader) -> tuple[Path | None, dict[str, Any]]:
    """(the folder that paths start from, the table), through `extends`."""
    read = _read(config)
    options = read.get("compilerOptions")
    options = options if isinstance(options, dict) else {}
    base = options.get("baseUrl")
    folder = Path(os.path.normpath(config.parent / base)) if isinstance(base, str) else config.parent
    if isinstance(options.get("paths"), dict):
        return folder, options["paths"]
    above = read.get("extends")
    if isinstance(above, str) and above.startswith(".") and depth < _EXTENDS:
        target = Path(os.path.normpath(config.parent / (above if above.endswith(".json") else f"{above}.json")))
        found = _paths_of(target, depth + 1, within) if within.holds(target) else (None, {})
        return (folder if isinstance(base, str) else found[0], found[1])
    return folder, {}


def _matching(table: dict[str, Any], source: str) -> list[tuple[str, list[str]]]:
    """The patterns that a name fits, the longest beginning first."""
    found = []
    for pattern, places in table.items():
        head, star, tail = pattern.partition("*")
        fits = source == pattern if not star else source.startswith(head) and source.endswith(tail) and len(source) >= len(head) + len(tail)
        if fits:
            found.append((pattern, [place for place in (places if isinstance(places, list) else [places]) if isinstance(place, str)]))
    return sorted(found, key=lambda item: -len(item[0].partition("*")[0]))


def _filled(pattern: str, places: list[str], source: str, base: Path | None) -> Iterator[Path]:
    head, _, tail = pattern.partition("*")
    middle = source[len(head) : len(source) - len(tail)] if "*" in pattern else ""
    for place in places:
        if base is not None:
            yield Path(os.path.normpath(base / place.replace("*", middle)))


def _by_imports(folders: Sequence[Path], source: str) -> Iterator[Path]:
    for folder in folders:
        if is_file(folder / "package.json"):
            table = _read(folder / "package.json").get("imports")
            told = {name: _conditions(place) for name, place in table.items()} if isinstance(table, dict) else {}
            for pattern, places in _matching(told, source):
                for found in _filled(pattern, places, source, folder):
                    yield from _sources_of(folder, found)
            return


def _conditions(place: object) -> list[str]:
    """The places of `{"types": …, "import": …, "default": …}`."""
    if isinstance(place, dict):
        return [found for value in place.values() for found in _conditions(value)]
    return [place] if isinstance(place, str) else []


def _by_workspace(folders: Sequence[Path], source: str) -> Iterator[Path]:
    parts = source.split("/")
    size = 2 if source.startswith("@") else 1
    name, inner = "/".join(parts[:size]), "/".join(parts[size:])
    within = _top(folders)
    for folder in folders:
        package = _read(folder / "package.json")
        home = _linked(folder, package, name, within) or _members(folder).get(name)
        if home is not None:
            yield from _entry(home, inner)
            return


def _linked(folder: Path, package: dict[str, Any], name: str, within: Reader) -> Path | None:
    """A dependency that is a folder: `file:../infra`."""
    for key in ("dependencies", "devDependencies", "peerDependencies"):
        table = package.get(key)
        version = table.get(name) if isinstance(table, dict) else None
        if isinstance(version, str) and version.startswith(("file:", "link:", "portal:")):
            found = Path(os.path.normpath(folder / version.partition(":")[2]))
            return found if within.is_folder(found) and not is_link(found) else None
    return None


def _members(folder: Path) -> dict[str, Path]:
    """The packages of the workspace whose root a folder is, by name."""
    told = _read(folder / "package.json").get("workspaces")
    patterns = told.get("packages") if isinstance(told, dict) else told
    globs = [pattern for pattern in patterns if isinstance(pattern, str)] if isinstance(patterns, list) else []
    if is_file(folder / "pnpm-workspace.yaml"):
        try:
            globs += _PNPM.findall(text_of(Reader([real(folder)]).content(folder / "pnpm-workspace.yaml", _BYTES)))
        except NotRead:
            return {}
    found: dict[str, Path] = {}
    for pattern in globs:
        if pattern.startswith(("!", "/")) or ".." in pattern:
            continue
        for home in _expanded(folder, pattern.strip().removeprefix("./").rstrip("/")):
            name = _read(home / "package.json").get("name")
            if isinstance(name, str) and len(found) < _PACKAGES:
                found.setdefault(name, home)
    return found


def _expanded(folder: Path, pattern: str) -> Iterator[Path]:
    """The folders with a package.json that a pattern means; `**` is one or two levels."""
    levels = [pattern.replace("**", "*"), pattern.replace("**", "*/*")] if "**" in pattern else [pattern]
    for level in levels:
        for home in sorted(folder.glob(f"{level}/package.json"))[:_PACKAGES]:
            if "node_modules" not in home.parts and not is_link(home.parent):
                yield home.parent


def _entry(home: Path, inner: str) -> Iterator[Path]:
    package = _read(home / "package.json")
    exports = package.get("exports")
    wanted = f"./{inner}" if inner else "."
    table = exports if isinstance(exports, dict) and any(key.startswith(".") for key in exports) else {".": exports}
    told = {key: _conditions(place) for key, place in table.items()}
    for pattern, places in _matching(told, wanted):
        for found in _filled(pattern, places, wanted, home):
            yield from _sources_of(home, found)
    if inner:
        yield home / inner
        yield home / "src" / inner
        return
    for key in ("source", "module", "main", "types"):
        if isinstance(package.get(key), str):
            yield from _sources_of(home, Path(os.path.normpath(home / package[key])))
    yield home / "src" / "index"
    yield home / "index"


def _sources_of(home: Path, found: Path) -> Iterator[Path]:
    """A file, and what it may be compiled from: `dist/index.js` is made of `src/index.ts`."""
    try:
        inner = found.relative_to(home).as_posix()
    except ValueError:
        return
    for built in _BUILT:
        if inner.startswith(built):
            yield home / "src" / inner.removeprefix(built)
            yield home / inner.removeprefix(built)
    yield found
