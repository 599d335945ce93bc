"""A Terragrunt unit: which module it calls, and the inputs that it gives, with what it includes merged in.

Source: Terragrunt documentation, "include", "terraform", "inputs", "generate", "remote_state", "dependency". Inputs reach the module as variables
of the environment: files of variables beside the module win over them. Mock outputs are for `validate` and `plan` and are never read.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from alb_lint.languages.hcl.functions_collection import COLLECTION
from alb_lint.languages.hcl.project import UNIT_NAMES
from alb_lint.languages.hcl.syntax import Literal, ObjectOf
from alb_lint.languages.hcl.terragrunt.config import Config, Files
from alb_lint.languages.hcl.values import ABSENT, Refused, Sym, Value
from alb_lint.languages.hcl.work import Work
from alb_lint.patterns import pattern
from alb_lint.record import record

_KEY: Final = pattern(r"(\w+) = ")
_DEEP: Final = 20
"""Maps in maps that a deep merge goes into."""

MAX_GENERATED: Final = 50
"""Files that one unit generates."""


@record
class _Part:
    """A file that makes up the unit. `deep`: how its inputs are merged."""

    config: Config
    deep: bool = False


class Unit:
    """`at`: its file. `dependency`: what stands for the outputs of the unit in another folder."""

    def __init__(self, at: Path, files: Files, work: Work, dependency: Callable[[Path], Value]) -> None:
        self.at = at
        self.folder = at.parent
        self.files = files
        self.name = files.name(at.parent)
        self.included: list[Path] = []
        self.faults: list[str] = []
        self._work = work
        self._parts = self._read(dependency)
        self._inputs: Value = ABSENT

    def _read(self, dependency: Callable[[Path], Value]) -> list[_Part]:
        """The files included, in their order, then the unit's own."""
        file = self.files.file(self.at)
        if file is None:
            self.faults.append("the file is not read")
            return []
        own = Config(file, self.at, self.folder, self.files, self._work)
        own.dependency = dependency
        parts = []
        for block in file.root.blocks("include"):
            name = block.labels[0] if block.labels else ""
            path = own.value(block.body.attribute("path"))
            found = Path(os.path.normpath(self.folder / path)) if isinstance(path, str) else None
            inner = self.files.file(found) if found is not None and found != self.at else None
            if inner is None or found is None:
                self.faults.append(f"what it includes as {name!r} is not read" if name else "what it includes is not read")
                continue
            self.included.append(found)
            config = Config(inner, found, self.folder, self.files, self._work)
            config.dependency = dependency
            own.include[name] = found, _exposed(config, name)
            how = own.value(block.body.attribute("merge_strategy"))
            if how != "no_merge":
                parts.append(_Part(config, how == "deep"))
        return [*parts, _Part(own)]

    def source(self) -> Value:
        """What it calls as its module; None where it is its own folder."""
        for part in reversed(self._parts):
            for block in part.config.file.root.blocks("terraform"):
                expression = block.body.attribute("source")
                if expression is not None:
                    return part.config.value(expression)
        return None

    def module(self) -> Path | None:
        """The folder of the module, where it is one of the repository: the side of a choice that is, where it is made by the environment."""
        here = next((found for found in self._called() if self.files.reader.is_folder(found)), None)
        return self.folder if here is None and self.source() is None else here

    def is_outside(self) -> bool:
        """Whether its module is a folder, but none that is read."""
        return any(not self.files.reader.holds(found) for found in self._called())

    def _called(self) -> Iterator[Path]:
        """The folders that it may call."""
        for source in _sides(self.source()):
            path, _, below = source.partition("//") if "://" not in source and "::" not in source else ("", "", "")
            if path.startswith((".", "/")):
                yield Path(os.path.normpath(self.folder / path / below.partition("?")[0]))

    def inputs(self) -> Value:
        """An object, or a symbol of which some members may be known."""
        if self._inputs is ABSENT:
            self._inputs = Sym("inputs", "they refer to themselves", failed=True)
            merged: Value = {}
            for part in self._parts:
                given = part.config.value(part.config.file.root.attribute("inputs"))
                deep = part.deep or any(before.deep for before in self._parts)
                if given is not None:
                    merged = _deeply(merged, given, 0) if deep else _merged(merged, given)
            if self.faults and isinstance(merged, dict):
                merged = _merged(Sym("inputs", self.faults[0]), merged)
            self._inputs = merged
        return self._inputs

    def given(self) -> Iterator[str]:
        """The names of its inputs, as far as its files tell them; of what is no object as a whole, all names in it. Values are left alone."""
        for part in self._parts:
            expression = part.config.file.root.attribute("inputs")
            if isinstance(expression, ObjectOf) and all(isinstance(key, Literal) for key, _ in expression.items):
                yield from (str(key.value) for key, _ in expression.items if isinstance(key, Literal))
                continue
            given = part.config.value(expression)
            yield from given if isinstance(given, dict) else _KEY.findall(given.text) if isinstance(given, Sym) else ()

    def input(self, name: str) -> Value:
        """What is given for a variable; ABSENT where nothing is."""
        inputs = self.inputs()
        if isinstance(inputs, Sym):
            found = inputs.get(name, indexed=False)
            return Sym(f"var.{name}", inputs.cause, inputs.origin or inputs.text) if found is ABSENT else found
        return inputs.get(name, ABSENT) if isinstance(inputs, dict) else ABSENT

    def variable_files(self) -> Iterator[Path]:
        """Files of variables that its `extra_arguments` name, in the order in which they win."""
        for part in self._parts:
            for block in part.config.file.root.blocks("terraform"):
                for extra in block.body.blocks("extra_arguments"):
                    for name in ("required_var_files", "optional_var_files"):
                        told = part.config.value(extra.body.attribute(name))
                        for path in told if isinstance(told, tuple) else ():
                            if isinstance(path, str):
                                yield Path(os.path.normpath(self.folder / path))

    def generated(self) -> Mapping[str, bytes]:
        """Files that it puts beside the module's, as far as their content is known."""
        found: dict[str, bytes] = {}
        for part in self._parts:
            for block in part.config.file.root.blocks("generate"):
                path, text = part.config.value(block.body.attribute("path")), part.config.value(block.body.attribute("contents"))
                if isinstance(path, str) and isinstance(text, str) and "/" not in path and path.endswith((".tf", ".tofu")):
                    found[path] = text.encode(errors="replace")
                if len(found) >= MAX_GENERATED:
                    return found
        return found

    def state(self) -> tuple[Value, Value]:
        """(backend, its settings) of its `remote_state`; the last of them counts."""
        for part in reversed(self._parts):
            for block in part.config.file.root.blocks("remote_state"):
                return part.config.value(block.body.attribute("backend")), part.config.value(block.body.attribute("config"))
        return None, None


def unit_file(folder: Path, files: Files) -> Path | None:
    """The file of the unit in a folder, if there is one that may be read."""
    return next((folder / name for name in UNIT_NAMES if files.reader.is_file(folder / name)), None)


def _exposed(config: Config, name: str) -> Value:
    """What the including file sees of the included one, worked out when it is asked for."""
    shown = f"include.{name}" if name else "include"

    def member(key: str | int, indexed: bool) -> Value:
        if indexed or key not in ("locals", "inputs", "dependency", "terraform"):
            return ABSENT
        told = config.lookup("local") if key == "locals" else config.lookup("dependency") if key == "dependency" else config.told()
        return told if key in ("locals", "dependency") or not isinstance(told, dict) else told.get(str(key), ABSENT)

    return Sym(shown, "not a value", members=member)


def _sides(value: Value) -> Iterator[str]:
    """The texts that a choice, or no choice, leads to."""
    todo = [value]
    while todo:
        item = todo.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, Sym) and item.choice is not None:
            todo += (item.choice.otherwise, item.choice.then)


def _merged(first: Value, second: Value) -> Value:
    try:
        found: Value = COLLECTION["merge"].run(first, second)
    except Refused as refused:
        found = Sym("inputs", str(refused), failed=True)
    return found


def _deeply(first: Value, second: Value, depth: int) -> Value:
    """As Terragrunt merges deeply: maps key by key, lists one behind the other, anything else the second."""
    if isinstance(first, dict) and isinstance(second, dict) and depth < _DEEP:
        both = {key: _deeply(first[key], second[key], depth + 1) for key in first if key in second}
        return {**first, **second, **both}
    if isinstance(first, tuple) and isinstance(second, tuple):
        return (*first, *second)
    if isinstance(first, Sym) and depth == 0:
        return Sym("inputs", first.cause, first.origin or first.text)
    return second
