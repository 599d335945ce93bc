"""Values that the user gives to the variables of a root module.

In rising order, as Terraform has it: terraform.tfvars, terraform.tfvars.json, *.auto.tfvars and *.auto.tfvars.json by name, then files and
single values from the command line. The environment (TF_VAR_…) is not looked at: the same input gives the same output.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from alb_lint.errors import SourceError
from alb_lint.files import NotRead, Reader, content
from alb_lint.languages.hcl.constraints import Type
from alb_lint.languages.hcl.document import Document
from alb_lint.languages.hcl.folder import MAX_FILE_BYTES, Folder
from alb_lint.languages.hcl.json_syntax import parse_json
from alb_lint.languages.hcl.parse import File, parse
from alb_lint.languages.hcl.syntax import Expr
from alb_lint.languages.hcl.values import ABSENT, Value
from alb_lint.places import Gap, Location
from alb_lint.record import record

_FIRST: Final = ("terraform.tfvars", "terraform.tfvars.json")
_AUTO: Final = (".auto.tfvars", ".auto.tfvars.json")


@record
class Given:
    """A value for a variable: an expression in a file, the text of one on the command line, or `known` already."""

    expression: Expr | None = None
    text: str = ""
    known: Value = ABSENT


class Inputs:
    """What is given to the root module in `folder`; files are read when the first variable is asked for.

    `environment`: what else gives a value, or ABSENT; all files win over it.
    """

    def __init__(
        self,
        folder: Folder,
        variable_files: Sequence[File],
        parameters: Mapping[str, str],
        environment: Callable[[str], Value] = lambda _: ABSENT,
    ) -> None:
        self._folder = folder
        self._environment = environment
        self._variable_files = variable_files
        self._parameters = parameters
        self._files: list[File] | None = None

    def value(self, name: str) -> Given | None:
        if name in self._parameters:
            return Given(text=self._parameters[name])
        if self._files is None:
            self._files = [*self._own(), *self._variable_files]
        for file in reversed(self._files):
            expression = file.root.attribute(name)
            if expression is not None:
                return Given(expression)
        known = self._environment(name)
        return None if known is ABSENT else Given(known=known)

    def _own(self) -> list[File]:
        names = self._folder.names
        ordered = [name for name in _FIRST if name in names] + sorted(name for name in names if name.endswith(_AUTO))
        files = []
        for name in ordered:
            try:
                files.append(read_variables(self._folder.path / name, self._folder.file_name(name), self._folder.reader))
            except SourceError as error:
                self._folder.note(Gap(Location(error.where), error.what))
                continue
            for problem in files[-1].problems[:5]:
                self._folder.note(Gap(problem.span.location(), problem.reason))
        return files


def read_variables(path: Path, name: str, reader: Reader | None = None) -> File:
    """A file of variable values, where the user named it or the `reader` may read it; raises SourceError."""
    try:
        data = content(path, MAX_FILE_BYTES, pipes=True) if reader is None else reader.content(path, MAX_FILE_BYTES)
        document = Document(name, path, data)
    except NotRead as error:
        raise SourceError(f"the variable file cannot be read: {error.reason}", where=name, hint="check the path") from None
    return parse_json(document) if name.endswith(".json") else parse(document)


def as_expression(text: str, wanted: Type, *, constrained: bool) -> Expr | None:
    """The text parsed as an expression, where Terraform would: for variables whose type is not a simple one."""
    if not constrained or wanted.name in {"string", "number", "bool"}:
        return None
    return parse(Document("-var", Path("-var"), f"x = {text}\n".encode(errors="replace"), virtual=True)).root.attribute("x")
