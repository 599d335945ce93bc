"""Values that folders of environments give to the root module above them: `environments/prod.tfvars`, `env/prod/terraform.tfvars`.

Terraform reads none of these files by itself: each deployment names its own. So they tell a value only where all that give one agree; where they
differ, a deployment decides. Files beside the module's own may be anybody's, and tell nothing.
"""

import os
import re
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import PurePosixPath
from typing import Final

from alb_lint.errors import SourceError
from alb_lint.languages.hcl.convert import same
from alb_lint.languages.hcl.folder import SUFFIXES, Folder
from alb_lint.languages.hcl.inputs import read_variables
from alb_lint.languages.hcl.parse import File
from alb_lint.languages.hcl.syntax import Expr
from alb_lint.languages.hcl.values import ABSENT, Stuck, TooMuch, Value, sited
from alb_lint.patterns import pattern

_ENDS: Final = (".tfvars", ".tfvars.json")
_NO_ENVIRONMENT: Final = pattern(r"example|sample|template|dummy", re.IGNORECASE)
_DEPTH: Final = 2
"""Folders within folders of a root that are looked into."""
_FOLDERS: Final = 200
_FILES: Final = 50
"""More files than that are no environments of one root."""
_SHOWN: Final = 2


class Environments:
    """Those of the root module in a folder; its files are looked for when a variable has no other value. `workspace`: whose files alone count, where
    some are called by its name.
    """

    def __init__(self, folder: Folder, workspace: str) -> None:
        self._folder = folder
        self._workspace = workspace

    def value(self, name: str, evaluated: Callable[[Expr], Value]) -> tuple[Value, str]:
        """(what all environments that set the variable agree on, else ABSENT; why it is not known, "" where none sets it)."""
        files, trouble = self._files
        told = [(file.document.name, expression) for file in files if (expression := file.root.attribute(name)) is not None]
        if trouble or not told:
            return ABSENT, f"no default; {trouble} may give one" if trouble else ""
        values = [evaluated(expression) for _, expression in told]
        if all(_agree(values[0], value) for value in values[1:]):
            return (values[0] if len(values) == 1 else _unsited(values[0])), ""
        names = ", ".join(file for file, _ in told[:_SHOWN])
        more = f" and {len(told) - _SHOWN} more" if len(told) > _SHOWN else ""
        return ABSENT, f"no default; {names}{more} differ, and --parameters FILE chooses one"

    @cached_property
    def _files(self) -> tuple[Sequence[File], str]:
        """(those of all environments, by name; "", or why they tell nothing: one that is not read may say otherwise)."""
        names = sorted(self._names("", 0, [_FOLDERS]))
        chosen = [
            name for name in names if self._workspace and self._workspace in (*name.split("/"), PurePosixPath(name).name.partition(".")[0])
        ]
        files: list[File] = []
        for name in chosen or names:
            if len(files) == _FILES:
                return (), f"more than {_FILES} files of environments"
            shown = self._folder.file_name(name)
            try:
                files.append(read_variables(self._folder.path / name, shown, self._folder.reader))
            except SourceError:
                return (), f"{shown} cannot be read, and"
            if files[-1].problems:
                return (), f"{shown} cannot be read, and"
        return files, ""

    def _names(self, below: str, depth: int, left: list[int]) -> list[str]:
        """The files, relative to the root; a folder with code of its own is another root's."""
        left[0] -= 1
        if left[0] < 0:
            return []
        try:
            with os.scandir(self._folder.path / below) as entries:
                inside = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries if not entry.name.startswith("."))
        except OSError:
            return []
        if depth and any(name.endswith((*SUFFIXES, ".hcl")) for name, _ in inside):
            return []
        found = [
            f"{below}{name}"
            for name, is_folder in inside
            if depth and not is_folder and name.endswith(_ENDS) and not _NO_ENVIRONMENT.search(below + name)
        ]
        for name, is_folder in inside:
            if is_folder and depth < _DEPTH:
                found += self._names(f"{below}{name}/", depth + 1, left)
        return found


def _agree(one: Value, other: Value) -> bool:
    try:
        return same(one, other)
    except (Stuck, TooMuch):
        return False  # a symbol decides, or it is too long to say


def _unsited(value: Value) -> Value:
    """The value without the place of its literal, which is one of several."""
    if sited(value) is None:
        return value
    return int(value) if isinstance(value, int) else str(value)
