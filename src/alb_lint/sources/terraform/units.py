"""Terragrunt units → root modules: the module that a unit calls, with the unit's inputs.

What one unit reads of another is named by the other's folder, so that all who read it name it alike; a value that the other unit's module tells
is that value.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from alb_lint.errors import SourceError
from alb_lint.languages.hcl.elsewhere import state_name
from alb_lint.languages.hcl.inputs import read_variables
from alb_lint.languages.hcl.module import Module
from alb_lint.languages.hcl.parse import File
from alb_lint.languages.hcl.project import Project
from alb_lint.languages.hcl.terragrunt.config import Files
from alb_lint.languages.hcl.terragrunt.unit import Unit, unit_file
from alb_lint.languages.hcl.values import ABSENT, Sym, Value
from alb_lint.languages.hcl.work import Work
from alb_lint.sources.terraform.naming import DEPENDENCY

MAX_UNITS: Final = 10_000
"""Units of one run."""

_MOST_STEPS: Final = 20
"""Units that one value leads through."""


class Units:
    """The units of a run. `module_of`: a unit with its module's folder → the root module, made once."""

    def __init__(
        self,
        project: Project,
        given: Mapping[Path, tuple[str, bytes]],
        tainted: set[tuple[str, int]],
        module_of: Callable[[Unit, Path], Module],
    ) -> None:
        self._project = project
        self._given = tuple(given)
        self._tainted = tainted
        self._files = Files(project.reader, project.name, given)
        self._module_of = module_of
        self._units: dict[Path, Unit | None] = {}
        self._modules: dict[Path, Module | None] = {}
        self._steps = 0

    def unit(self, folder: Path) -> Unit | None:
        """The unit in a folder; None where there is none, or it cannot be read."""
        if folder not in self._units:
            at = unit_file(folder, self._files)
            self._units[folder] = (
                None if at is None or len(self._units) > MAX_UNITS else Unit(at, self._files, Work(tainted=self._tainted), self._outputs)
            )
        return self._units[folder]

    def called(self, met: Iterable[Path] = ()) -> Iterator[tuple[Unit, Path | None]]:
        """The units of the files given and met, with the folders of their modules, None where these are not here.

        No file that others include is one.
        """
        found = [unit for path in sorted({*self._given, *met}) if (unit := self.unit(path.parent)) is not None and unit.at == path]
        included = {path for unit in found for path in unit.included}
        for unit in found:
            if unit.at not in included:
                yield unit, unit.module()

    def bearing(self, words: tuple[bytes, ...], met: Iterable[Path] = ()) -> dict[Path, Path]:
        """The units whose module has one of the words in a file: folder → that of the module."""
        return {unit.folder: path for unit, path in self.called(met) if path is not None and self._project.mentions(path, words)}

    def module(self, folder: Path) -> Module | None:
        """The root module that the unit in a folder makes."""
        if folder not in self._modules:
            self._modules[folder] = None  # a unit that needs its own outputs finds none
            unit = self.unit(folder)
            called = unit.module() if unit is not None else None
            if unit is not None and called is not None:
                self._modules[folder] = self._module_of(unit, called)
        return self._modules[folder]

    def _outputs(self, folder: Path) -> Value:
        """`dependency.NAME`: its outputs as far as they are known, else named by the folder."""
        told = f"{DEPENDENCY}{self._project.name(folder)})"

        def output(key: str | int, indexed: bool) -> Value:
            return ABSENT if indexed else self._output(folder, str(key))

        outputs = Sym(f"{told}.outputs", "known after apply", reference=True, members=output)
        return Sym(told, "known after apply", reference=True, members=lambda key, _: outputs if key == "outputs" else ABSENT)

    def _output(self, folder: Path, name: str) -> Value:
        if self._steps >= _MOST_STEPS:
            return ABSENT
        self._steps += 1
        try:
            module = self.module(folder)
            value = ABSENT if module is None else module.outputs().get(name, indexed=False)
        finally:
            self._steps -= 1
        return value if _is_known(value, 0) else ABSENT

    def variable_files(self, unit: Unit) -> list[File]:
        """The files of variables that the unit names and that are there."""
        found = []
        for path in unit.variable_files():
            try:
                found.append(read_variables(path, f"{self._project.name(path.parent)}/{path.name}", self._project.reader))
            except SourceError:
                continue  # an optional one; a required one that is not there leaves its variables unknown
        return found


def states_of(unit: Unit) -> Iterator[str]:
    """What the unit's state is called by others: its folder, and the place where the state lies."""
    yield f"{DEPENDENCY}{unit.name})"
    state = state_name(*unit.state())
    if state:
        yield state


def _is_known(value: Value, depth: int) -> bool:
    if value is ABSENT or isinstance(value, Sym) or depth > _MOST_STEPS:
        return False
    items = value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else ()
    return all(_is_known(item, depth + 1) for item in items)
