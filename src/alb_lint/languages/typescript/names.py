"""Names: what may hold a program, and the folders that a program starts from. Cheap: it is asked of every file of a folder."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from alb_lint.files import is_file, is_there
from alb_lint.patterns import pattern

SUFFIXES: Final = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
_TYPES_ONLY: Final = (".d.ts", ".d.mts", ".d.cts")
_TESTS: Final = pattern(r"\.(?:test|spec|stories)\.[a-z]+$|(?:^|/)(?:__tests__|__mocks__)/")
"""Tests call wrappers too, with numbers that never reach AWS."""

_ROOTS: Final = ("Pulumi.yaml", "Pulumi.yml", "package.json", ".git")

LOAD_BALANCING: Final = ("lb", "alb", "applicationloadbalancing", "elasticloadbalancingv2")
"""Modules of Pulumi's AWS provider that export the same resources."""

GLOBALS: Final = frozenset({
    "Object", "Array", "Map", "Set", "Number", "String", "Boolean", "Math", "JSON", "Promise", "parseInt", "parseFloat",
})  # fmt: skip
"""Of the language itself."""

_UP: Final = 30
"""Folders above a file that are looked at for a root."""


def is_global(name: str) -> bool:
    """Whether a name is of the language itself."""
    return name in GLOBALS


def is_source(name: str) -> bool:
    """Whether a file of this name may hold a program."""
    if not name.endswith(SUFFIXES) or name.endswith(_TYPES_ONLY):
        return False
    return "node_modules/" not in name and not _TESTS.search(name)


def roots_above(path: Path) -> Iterator[Path]:
    """The folders of a program that a file may belong to, from the nearest up to its repository."""
    folder = path.parent
    for _ in range(_UP):
        marks = [mark for mark in _ROOTS if is_there(folder / mark)]
        if marks:
            yield folder
        if ".git" in marks or folder.parent == folder:
            return
        folder = folder.parent


def pulumi_folder(path: Path) -> Path | None:
    """The nearest folder above with a Pulumi.yaml: what tells one Pulumi project from another."""
    folder = path.parent
    for _ in range(_UP):
        if is_file(folder / "Pulumi.yaml") or is_file(folder / "Pulumi.yml"):
            return folder
        if is_there(folder / ".git") or folder.parent == folder:
            return None
        folder = folder.parent
    return None
