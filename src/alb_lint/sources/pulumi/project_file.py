"""`Pulumi.yaml` beside a program: what the project is called."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from alb_lint.files import NotRead, Reader, real, repository
from alb_lint.languages.cloudformation.document import MAX_BYTES, decoded
from alb_lint.languages.cloudformation.load_yaml import load_yaml
from alb_lint.languages.cloudformation.node import Mapping, entries, text_of
from alb_lint.languages.cloudformation.unreadable import Unreadable

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
    for name in _NAMES if folder is not None else ():
        table = table_of(folder / name) if folder is not None else None
        if table is not None:
            return text_of(entries(table).get("name"))
    return ""
