"""`Pulumi.yaml` beside a program: what the project is called, and where the configs of its stacks lie.

Source: Pulumi documentation, "Project file reference"; pulumi `sdk/go/common/workspace/paths.go` and `project.go`: a `config` that is a text is the
folder by its older name.
"""

import os
from collections.abc import Mapping as Table
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from alb_lint.files import NotRead, Reader, real, repository
from alb_lint.languages.cloudformation.document import MAX_BYTES, decoded
from alb_lint.languages.cloudformation.load_yaml import load_yaml
from alb_lint.languages.cloudformation.node import Mapping, entries, text_of
from alb_lint.languages.cloudformation.unreadable import Unreadable
from alb_lint.patterns import pattern

_STACK: Final = pattern(r"Pulumi\.(.+)\.ya?ml")
_MOST_STACKS: Final = 1_000
_NAMES: Final = ("Pulumi.yaml", "Pulumi.yml")


@lru_cache(maxsize=256)
def _read(path: Path, _stamp: int) -> Mapping | None:
    try:
        data = Reader([repository(path.parent) or real(path.parent)]).content(path, MAX_BYTES)
        root = load_yaml(decoded(path.name, data)).root
    except (NotRead, Unreadable):
        return None
    return root if isinstance(root, Mapping) else None


def table_of(path: Path) -> Mapping | None:
    """A YAML file that is a map; None where it is none, or is not there."""
    try:
        stamp = path.stat().st_mtime_ns
    except (OSError, ValueError):
        return None
    return _read(path, stamp)


def project_name(folder: Path | None) -> str:
    """The name of the project whose folder this is; "" where it is not told."""
    return text_of(entries(project_table(folder)).get("name")) if folder is not None else ""


def project_table(folder: Path) -> Mapping | None:
    """What the project file in a folder says; None where there is none that can be read."""
    return next((table for name in _NAMES if (table := table_of(folder / name)) is not None), None)


def stack_files(folder: Path) -> Table[str, Path]:
    """The configs of stacks of the project whose folder this is, by the name of the stack; none from outside of its repository."""
    told = entries(project_table(folder))
    where = text_of(told.get("stackConfigDir")) or text_of(told.get("config"))
    home = Path(os.path.normpath(folder / where.lstrip("/"))) if where else folder
    try:
        stamp = home.stat().st_mtime_ns
    except (OSError, ValueError):
        return MappingProxyType({})
    return _stack_files(home, stamp) if Reader([repository(folder) or real(folder)]).holds(home) else MappingProxyType({})


@lru_cache(maxsize=256)
def _stack_files(home: Path, _stamp: int) -> Table[str, Path]:
    try:
        names = sorted(os.listdir(home))  # noqa: PTH208 - names, no paths
    except OSError:
        return MappingProxyType({})
    found: dict[str, Path] = {}
    for name in names:
        match = _STACK.fullmatch(name)
        if match is not None and len(found) < _MOST_STACKS:
            found.setdefault(match[1], home / name)  # .yaml goes before .yml
    return MappingProxyType(found)
