"""Functions of files in the repository: pure, since Terraform reads them when it plans. Nothing outside the repository is opened.

Source: Terraform language, "file Function": the path is relative to where Terraform is run, which is the folder of the root module.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from alb_lint.files import OUTSIDE, NotRead, Reader, is_file
from alb_lint.languages.hcl.convert import spelled
from alb_lint.languages.hcl.values import ABSENT, Refused, Sym, Value

FILE_FUNCTIONS: Final = frozenset({"file", "fileexists"})
MAX_BYTES: Final = 1024 * 1024
"""Of one file. Larger ones are no settings."""


def file_call(name: str, arguments: Sequence[Value], root: Path, reader: Reader) -> Value:
    """What `file` or `fileexists` gives; a symbol where the path is not known or leads out of the repository; ABSENT for other functions."""
    if name not in FILE_FUNCTIONS or not arguments:
        return ABSENT
    text = f"{name}({', '.join(map(spelled, arguments))})"
    path = arguments[0]
    if isinstance(path, Sym):
        return path.derived(text)
    if len(arguments) != 1 or not isinstance(path, str):
        raise Refused(f"{name}() takes one path")
    found = Path(os.path.normpath(root / path))
    if not reader.holds(found):
        return Sym(text, OUTSIDE)
    if name == "fileexists":
        return is_file(found)
    try:
        data = reader.content(found, MAX_BYTES)
    except NotRead as error:
        if error.absent:
            raise Refused(f"there is no file {path!r}") from None
        return Sym(text, f"the file is not read: {error.reason}")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(f"the file {path!r} is not UTF-8") from None
