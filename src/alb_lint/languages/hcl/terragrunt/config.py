"""One Terragrunt file as a unit sees it: where its names lead, and what its functions give.

Source: Terragrunt documentation, "HCL: Blocks", "HCL: Attributes", "HCL: Functions". A file that a unit includes is evaluated for that unit: its
relative paths and `path_relative_to_include()` mean the unit's folder, `file()` its own.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from alb_lint.files import NotRead, Reader
from alb_lint.languages.hcl.convert import spelled
from alb_lint.languages.hcl.document import Document
from alb_lint.languages.hcl.evaluate import evaluate
from alb_lint.languages.hcl.functions_file import file_call
from alb_lint.languages.hcl.json_syntax import parse_json
from alb_lint.languages.hcl.parse import File, parse
from alb_lint.languages.hcl.project import UNIT_NAMES
from alb_lint.languages.hcl.scope import Scope
from alb_lint.languages.hcl.syntax import Expr
from alb_lint.languages.hcl.terragrunt.functions import FUNCTIONS
from alb_lint.languages.hcl.values import ABSENT, Refused, Sym, Value
from alb_lint.languages.hcl.work import Work

MAX_FILE_BYTES: Final = 4 * 1024 * 1024
"""Of one Terragrunt file."""


class Files:
    """The Terragrunt files of a run, each read once. `name`: of a folder, as the user knows it.

    `given`: path → name and content of what was read already.
    """

    def __init__(self, reader: Reader, name: Callable[[Path], str], given: Mapping[Path, tuple[str, bytes]]) -> None:
        self.reader = reader
        self.name = name
        self.given = given
        self._parsed: dict[Path, File | None] = {}
        self._read: dict[Path, Value] = {}

    def file(self, path: Path) -> File | None:
        """The file, parsed; None where it cannot be read."""
        if path not in self._parsed:
            self._parsed[path] = self._parse(path)
        return self._parsed[path]

    def _parse(self, path: Path) -> File | None:
        told = self.given.get(path)
        if told is None:
            try:
                told = os.path.join(self.name(path.parent), path.name).removeprefix("./"), self.reader.content(path, MAX_FILE_BYTES)  # noqa: PTH118
            except NotRead:
                return None
        document = Document(told[0], path, told[1])
        return parse_json(document) if path.name.endswith(".json") else parse(document)

    def told(self, path: Path, work: Work) -> Value:
        """What `read_terragrunt_config` gives of the file: an object of its locals, its inputs and what else it says."""
        if path not in self._read:
            self._read[path] = Sym(f"read_terragrunt_config({path.name})", "it reads itself", failed=True)
            file = self.file(path)
            if file is None:
                return Sym(f"read_terragrunt_config({path.name})", "the file is not read")
            self._read[path] = Config(file, path, path.parent, self, work).told()
        return self._read[path]


class Config:
    """`folder`: of the unit that the file is evaluated for. `include`: name → (the included file, what it tells where it is exposed).

    `dependency`: what stands for another unit's outputs, by its folder. It is a module in the sense of `scope.Names`.
    """

    path = ""

    def __init__(self, file: File, at: Path, folder: Path, files: Files, work: Work) -> None:
        self.file = file
        self.at = at
        self.folder = folder
        self.files = files
        self.work = work
        self.include: dict[str, tuple[Path, Value]] = {}
        self.dependency: Callable[[Path], Value] = lambda folder: Sym(f"dependency({files.name(folder)})", "it is not read", reference=True)
        self._values: dict[tuple[str, str], Value] = {}

    @property
    def scope(self) -> Scope:
        return Scope(self)

    # Names

    def lookup(self, name: str) -> Value:
        match name:
            case "local":
                return self._space(name, self._local)
            case "include":
                return self._included()
            case "dependency":
                return self._space(name, self._dependency)
            case "feature":
                return Sym("feature", "a flag's value is given when Terragrunt runs")
            case "values" | "unit" | "stack":
                return Sym(name, "a stack gives it")
        raise Refused(f"{name} has no meaning here")

    def _space(self, name: str, member: Callable[[str], Value]) -> Sym:
        return Sym(
            name, "not a value", members=lambda key, indexed: ABSENT if indexed else self._once((name, str(key)), lambda: member(str(key)))
        )

    def _once(self, key: tuple[str, str], work: Callable[[], Value]) -> Value:
        if key not in self._values:
            self._values[key] = Sym(".".join(key), "it refers to itself", failed=True)
            self.work.depth += 2
            try:
                self._values[key] = work()
            finally:
                self.work.depth -= 2
        return self._values[key]

    def _local(self, name: str) -> Value:
        for block in self.file.root.blocks("locals"):
            expression = block.body.attribute(name)
            if expression is not None:
                return evaluate(expression, self.scope)
        return Sym(f"local.{name}", "not declared", failed=True)

    def _included(self) -> Value:
        if "" in self.include:
            return self.include[""][1]
        return self._space(
            "include", lambda name: self.include[name][1] if name in self.include else Sym(f"include.{name}", "not included")
        )

    def _dependency(self, name: str) -> Value:
        for block in self.file.root.blocks("dependency"):
            if block.labels == (name,):
                path = self.value(block.body.attribute("config_path"))
                if isinstance(path, str):
                    return self.dependency(Path(os.path.normpath(self.folder / path)))
                told = path if isinstance(path, Sym) else Sym(f"dependency.{name}", "it has no config_path")
                return Sym(f"dependency({told.text})", told.cause, told.origin)
        return Sym(f"dependency.{name}", "not declared", failed=True)

    def value(self, expression: Expr | None) -> Value:
        return None if expression is None else evaluate(expression, self.scope)

    # Functions

    def call(self, name: str, arguments: list[Value]) -> Value:
        """What a function gives that depends on where it is called; ABSENT for all others."""
        found = file_call(name, arguments, self.at.parent, self.files.reader, self)
        if found is not ABSENT:
            return found
        known = FUNCTIONS.get(name)
        if known is None:
            return ABSENT
        unknown = next((argument for argument in arguments if isinstance(argument, Sym)), None)
        if unknown is not None and name != "get_env":
            return unknown.derived(f"{name}({', '.join(map(spelled, arguments))})")
        return known(self, arguments)

    def included_folder(self, arguments: list[Value]) -> Path:
        """The folder of the file that the unit includes, by its name where there are several; the file's own where it is the included one."""
        if self.at.parent != self.folder or self.at.name not in UNIT_NAMES:
            return self.at.parent
        named = arguments[0] if arguments else next(iter(self.include), None)
        return self.include[named][0].parent if isinstance(named, str) and named in self.include else self.folder

    def read(self, path: Path) -> Value:
        """What another file tells."""
        return self.files.told(path, self.work)

    # The whole

    def told(self) -> Value:
        """The file as a value: `locals`, `inputs`, `dependency`, `terraform`."""
        names = [name for block in self.file.root.blocks("locals") for name in block.body.attributes()]
        space = self.lookup("local")
        assert isinstance(space, Sym)
        inputs = self.value(self.file.root.attribute("inputs"))
        found: dict[str, Value] = {
            "locals": {name: space.get(name, indexed=False) for name in names},
            "inputs": {} if inputs is None else inputs,
            "dependency": self.lookup("dependency"),
        }
        for block in self.file.root.blocks("terraform"):
            found["terraform"] = {"source": self.value(block.body.attribute("source"))}
        return found
