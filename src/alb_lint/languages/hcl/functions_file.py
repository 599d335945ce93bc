"""Functions of files in the repository: pure, since Terraform reads them when it plans. Nothing outside the repository is opened.

Source: Terraform language, "file Function": the path is relative to where Terraform is run, which is the folder of the root module.
"""

import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from alb_lint.languages.hcl.convert import spelled
from alb_lint.languages.hcl.values import Refused, Sym, Value

FILE_FUNCTIONS: Final = frozenset({"file", "fileexists"})
MAX_BYTES: Final = 1024 * 1024
"""Of one file. Larger ones are no settings."""


def file_call(name: str, arguments: Sequence[Value], root: Path) -> Value:
    """What `file` or `fileexists` gives; a symbol where the path is not known or leads out of the repository."""
    text = f"{name}({', '.join(map(spelled, arguments))})"
    path = arguments[0]
    if isinstance(path, Sym):
        return path.derived(text)
    if len(arguments) != 1 or not isinstance(path, str):
        raise Refused(f"{name}() takes one path")
    found = Path(os.path.normpath(root / path))
    if not _contained(found, root):
        return Sym(text, "the file lies outside the repository and is not read")
    if name == "fileexists":
        return found.is_file()
    data = _content(found)
    if data is None:
        if found.is_file():
            return Sym(text, f"the file is larger than {MAX_BYTES >> 20} MiB or cannot be read")
        raise Refused(f"there is no file {path!r}")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(f"the file {path!r} is not UTF-8") from None


def _contained(path: Path, root: Path) -> bool:
    """Whether the file, links followed, lies in the repository of the root module, or below that module where there is none."""
    top = next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), root)
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(top))


def _content(path: Path) -> bytes | None:
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return None
    with os.fdopen(handle, "rb") as file:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode) or about.st_size > MAX_BYTES:
            return None
        return file.read(MAX_BYTES)
