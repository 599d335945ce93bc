"""Functions of files in the repository: pure, since Terraform reads them when it plans. Nothing outside the repository is opened.

Source: Terraform language, "file Function", "fileset Function", "templatefile Function": paths are relative to where Terraform is run, which is the
folder of the root module.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from alb_lint.files import OUTSIDE, NotRead, Reader, is_file
from alb_lint.languages.hcl.convert import spelled
from alb_lint.languages.hcl.document import Document
from alb_lint.languages.hcl.evaluate import evaluate
from alb_lint.languages.hcl.parse import parse_template
from alb_lint.languages.hcl.scope import Names, Scope
from alb_lint.languages.hcl.values import ABSENT, Refused, SetOf, Sym, Value

MAX_BYTES: Final = 1024 * 1024
"""Of one file. Larger ones are no settings."""

MAX_ENTRIES: Final = 20_000
"""Files and folders that one `fileset` looks at."""


def file_call(name: str, arguments: Sequence[Value], root: Path, reader: Reader, module: Names) -> Value:
    """What a function of files gives; a symbol where the path is not known or leads out of the repository; ABSENT for other functions."""
    least, run = _FUNCTIONS.get(name, (0, None))
    if run is None or not arguments:
        return ABSENT
    text = f"{name}({', '.join(map(spelled, arguments))})"
    path = next((argument for argument in arguments[:1] if isinstance(argument, Sym)), arguments[0])
    if isinstance(path, Sym):
        return path.derived(text)
    if len(arguments) != least or not isinstance(path, str):
        raise Refused(f"{name}() takes {'a path' if least == 1 else 'a path and one thing more'}")
    found = Path(os.path.normpath(root / path))
    if not reader.holds(found):
        return Sym(text, OUTSIDE)
    try:
        return run(found, arguments, reader, module)
    except NotRead as error:
        if error.absent:
            raise Refused(f"there is no file {path!r}") from None
        return Sym(text, f"the file is not read: {error.reason}")
    except UnicodeDecodeError:
        raise Refused(f"the file {path!r} is not UTF-8") from None


def _file(path: Path, _arguments: Sequence[Value], reader: Reader, _module: Names) -> Value:
    return reader.content(path, MAX_BYTES).decode("utf-8")


def _fileexists(path: Path, _arguments: Sequence[Value], _reader: Reader, _module: Names) -> Value:
    return is_file(path)


class _Given:
    """The names of a template: what it is given, and no others."""

    path = ""

    def __init__(self, module: Names) -> None:
        self.work = module.work
        self._module = module

    def lookup(self, name: str) -> Value:
        raise Refused(f"the template is not given {name}")

    def call(self, name: str, arguments: list[Value]) -> Value:
        if name == "templatefile":
            raise Refused("a template reads no other template")
        return self._module.call(name, arguments)


def _templatefile(path: Path, arguments: Sequence[Value], reader: Reader, module: Names) -> Value:
    names = arguments[1]
    if isinstance(names, Sym):
        return names.derived(f"templatefile({spelled(arguments[0])}, {names.text})")
    if not isinstance(names, dict):
        raise Refused("templatefile() takes a path and an object")
    text = reader.content(path, MAX_BYTES).decode("utf-8")
    parsed = parse_template(text, Document(path.name, path, b"", virtual=True))
    return evaluate(parsed, Scope(_Given(module), dict(names)))


def _fileset(path: Path, arguments: Sequence[Value], reader: Reader, _module: Names) -> Value:
    pattern = arguments[1]
    text = f"fileset({spelled(arguments[0])}, {spelled(pattern)})"
    if isinstance(pattern, Sym):
        return pattern.derived(text)
    if not isinstance(pattern, str):
        raise Refused("fileset() takes a path and a pattern")
    if re.search(r"[\[\]{}\\]|\.\.", pattern):
        return Sym(text, "the pattern is not read")
    wanted = re.compile(_expression(pattern))
    names = []
    for seen, name in enumerate(_below(path, reader)):
        if seen >= MAX_ENTRIES:
            return Sym(text, f"more than {MAX_ENTRIES} files")
        if wanted.fullmatch(name):
            names.append(name)
    return SetOf(sorted(names))


def _expression(pattern: str) -> str:
    """The glob as a regex: `*` and `?` stay within a folder, `**` goes into all below."""
    tokens = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return "".join(tokens.get(token) or re.escape(token) for token in re.findall(r"\*\*/|\*\*|\*|\?|[^*?]+", pattern))


def _below(path: Path, reader: Reader) -> Iterator[str]:
    """The files below, relative and with forward slashes; links to folders are not followed."""
    for here, folders, files in os.walk(path):
        folders.sort()
        for name in sorted(files):
            found = Path(here) / name
            if reader.is_file(found):
                yield found.relative_to(path).as_posix()


_Run = Callable[[Path, Sequence[Value], Reader, Names], Value]
_FUNCTIONS: Final[Mapping[str, tuple[int, _Run]]] = {
    "file": (1, _file),
    "fileexists": (1, _fileexists),
    "templatefile": (2, _templatefile),
    "fileset": (2, _fileset),
}
"""Name → how many arguments it takes, and what it does."""
