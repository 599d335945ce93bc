"""Functions that Terragrunt adds: of files and folders, read in the repository, and of what only a run tells.

Source: Terragrunt documentation, "HCL: Functions".
"""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Final, Protocol

from alb_lint.errors import SourceError
from alb_lint.files import Reader, is_file, repository
from alb_lint.languages.hcl.convert import spelled
from alb_lint.languages.hcl.evaluate import evaluate
from alb_lint.languages.hcl.inputs import read_variables
from alb_lint.languages.hcl.scope import Scope
from alb_lint.languages.hcl.values import Refused, Sym, Value

_MOST_LEVELS: Final = 100
"""Folders upward, as Terragrunt has it."""


class _Files(Protocol):
    @property
    def reader(self) -> Reader: ...


class Place(Protocol):
    """Where a function is called: the file `at`, for the unit in `folder`."""

    at: Path
    folder: Path

    @property
    def files(self) -> _Files: ...

    @property
    def scope(self) -> Scope: ...

    def included_folder(self, arguments: list[Value]) -> Path: ...

    def read(self, path: Path) -> Value: ...


def _path(arguments: Sequence[Value]) -> str:
    if not arguments or not isinstance(arguments[0], str):
        raise Refused("it takes a path")
    return str(arguments[0])


def _find_in_parent_folders(place: Place, arguments: list[Value]) -> Value:
    """The nearest file of that name above the unit."""
    name = _path(arguments) if arguments else "terragrunt.hcl"
    folder = place.folder
    for _ in range(_MOST_LEVELS):
        if folder.parent == folder:
            break
        folder = folder.parent
        found = Path(os.path.normpath(folder / name))
        if place.files.reader.holds(found) and (is_file(found) or place.files.reader.is_folder(found)):
            return str(found)
    if len(arguments) > 1:
        return arguments[1]
    raise Refused(f"there is no {name} in a folder above")


def _read_config(place: Place, arguments: list[Value]) -> Value:
    path = Path(os.path.normpath(place.folder / _path(arguments)))
    if place.files.reader.is_folder(path):
        path /= "terragrunt.hcl"
    if len(arguments) > 1 and place.files.reader.holds(path) and not is_file(path):
        return arguments[1]
    return place.read(path)


def _read_tfvars(place: Place, arguments: list[Value]) -> Value:
    """The variables of a file, as JSON."""
    path = Path(os.path.normpath(place.folder / _path(arguments)))
    text = f"read_tfvars_file({spelled(arguments[0])})"
    try:
        file = read_variables(path, path.name, place.files.reader)
    except SourceError as error:
        return Sym(text, error.what)
    values = {name: evaluate(told, place.scope) for name in file.root.attributes() if (told := file.root.attribute(name)) is not None}
    try:
        return json.dumps(values, default=_plain, ensure_ascii=False)
    except (ValueError, TypeError):
        return Sym(text, "it holds what is not known")


def _plain(value: Any) -> Any:
    if isinstance(value, Fraction):
        return float(value)
    raise TypeError


def _from_included(place: Place, arguments: list[Value]) -> Value:
    return _relative(place.folder, place.included_folder(arguments))


def _to_included(place: Place, arguments: list[Value]) -> Value:
    return _relative(place.included_folder(arguments), place.folder)


def _relative(path: Path, start: Path) -> str:
    return os.path.relpath(path, start).replace(os.sep, "/")


def _top(place: Place) -> Path:
    found = repository(place.folder)
    if not found:
        raise Refused("there is no repository")
    return Path(found)


def _get_env(_place: Place, arguments: list[Value]) -> Value:
    """A default is not the answer of every run."""
    return Sym(f"get_env({spelled(arguments[0]) if arguments else ''})", "the environment is not known", single=True)


def _run(name: str) -> Callable[[Place, list[Value]], Value]:
    def unknown(_place: Place, arguments: list[Value]) -> Value:
        text = f"{name}({', '.join(map(spelled, arguments))})"
        return Sym(text, "only a run tells", secret=name == "sops_decrypt_file")

    return unknown


FUNCTIONS: Final[Mapping[str, Callable[[Place, list[Value]], Value]]] = {
    "find_in_parent_folders": _find_in_parent_folders,
    "read_terragrunt_config": _read_config,
    "read_tfvars_file": _read_tfvars,
    "path_relative_to_include": _from_included,
    "path_relative_from_include": _to_included,
    "get_terragrunt_dir": lambda place, _: str(place.folder),
    "get_original_terragrunt_dir": lambda place, _: str(place.folder),
    "get_working_dir": lambda place, _: str(place.folder),
    "get_parent_terragrunt_dir": lambda place, arguments: str(place.included_folder(arguments)),
    "get_repo_root": lambda place, _: str(_top(place)),
    "get_path_from_repo_root": lambda place, _: _relative(place.folder, _top(place)),
    "get_path_to_repo_root": lambda place, _: _relative(_top(place), place.folder),
    "get_env": _get_env,
    **{
        name: _run(name)
        for name in (
            *("get_aws_account_id", "get_aws_account_alias", "get_aws_caller_identity_arn", "get_aws_caller_identity_user_id"),
            *("get_platform", "get_terraform_command", "get_terraform_cli_args", "run_cmd", "sops_decrypt_file"),
        )
    },
}
