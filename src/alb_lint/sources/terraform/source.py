"""`terraform`: source in the native and in the JSON syntax of Terraform and OpenTofu.

A folder is a module: the files beside a given one are read where they are needed, folders that it calls as modules too, and where another
folder of the same repository calls it, it is read from there. Registry and remote modules are not read.
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from alb_lint.errors import SourceError
from alb_lint.files import whole
from alb_lint.model import Gap, Location, Reading
from alb_lint.patterns import pattern
from alb_lint.sources.source import ReadOptions, Source, Target, reader_of

if TYPE_CHECKING:
    from alb_lint.languages.hcl.parse import File
    from alb_lint.languages.hcl.project import Project
    from alb_lint.languages.hcl.terragrunt.unit import Unit

KIND: Final = "terraform"

_SUFFIXES: Final = (".tf", ".tofu", ".tf.json", ".tofu.json", "terragrunt.hcl", "terragrunt.hcl.json")
_UNITS: Final = ("terragrunt.hcl", "terragrunt.hcl.json")
_RULES: Final = (b"aws_lb_listener_rule", b"aws_alb_listener_rule")
_FRONTS: Final = (b"aws_lb_listener", b"aws_alb_listener")
_MUCH: Final = 1024 * 1024
"""Bytes of roots from which what was parsed of one is forgotten before the next: it takes a hundred times the text, and a while to be freed."""
_END: Final = b"lb_listener"
"""What is in all of these words."""
_REMOTE: Final = pattern(rb"\b(alb|elb|lb|load-?balancer|listener)|listener|priority", re.IGNORECASE)
"""A module that is not here may make rules if its source or an argument is named so."""
_CALL: Final = b'module "'
_JSON_CALLS: Final = (b'"module": {', b'"module":{')
"""What stands in a file that calls modules: read with the rest of a folder, it need not be looked for."""


def accepts(target: Target) -> bool:
    """By name; standard input by the word for a rule in a block."""
    if target.path is None:
        return any(word in target.data for word in _RULES) and target.data.lstrip()[:1] not in (b"{", b"[")
    return target.name.endswith(_SUFFIXES)


def read(targets: Sequence[Target], options: ReadOptions) -> Reading:
    """All listeners of the root modules from which the given files are reached. Raises SourceError for a variable file only."""
    from alb_lint.languages.hcl.elsewhere import installed_modules
    from alb_lint.languages.hcl.inputs import Inputs
    from alb_lint.languages.hcl.module import Module, Root
    from alb_lint.languages.hcl.project import Project
    from alb_lint.languages.hcl.work import Work
    from alb_lint.sources.terraform.rules import Collector
    from alb_lint.sources.terraform.units import Units, states_of

    given: dict[Path, dict[str, Target]] = {}
    files_of_units: dict[Path, tuple[str, bytes]] = {}
    for (folder, name), target in zip(_places(targets), targets, strict=True):
        if target.name.endswith(_UNITS):
            files_of_units[folder / name] = (target.name, target.data)
        else:
            given.setdefault(folder, {})[name] = target
    told = {folder: {name: (target.name, target.data) for name, target in files.items()} for folder, files in given.items()}
    project = Project(told, reader_of(targets))
    project.know(files_of_units)
    collector = Collector(KIND, project, options.terraform_modules)
    variable_files = _variable_files(options.variable_files)
    wanted: set[Path] = set()
    fronts: set[Path] = set()
    for folder, files in given.items():
        for name, target in files.items():
            has_fronts = target.data.find(_END) >= 0 and any(word in target.data for word in _FRONTS)
            if target.named or _bears_rules(folder, name, target.data, project, has_fronts):
                wanted.add(folder)
            if has_fronts:
                fronts.add(folder)
    walked = {whole(folder) for folder in {target.folder for target in targets} if folder}
    called: set[Path] = set()
    aside: list[Module] = []
    circles: set[frozenset[str]] = set()

    def module_at(path: Path) -> Module:
        folder = project.folder(path)
        inputs = Inputs(folder, variable_files, options.parameters)
        library = project.is_library(path)
        work = Work(tainted=collector.tainted)
        root = Root(work, project.folder, inputs, folder, options.workspace, library=library, circles=circles)
        root.installed = installed_modules(path, project.reader) if ".terraform" in folder.names else {}
        return Module(folder, root)

    def module_of(unit: "Unit", path: Path) -> Module:
        folder = project.folder_with(path, unit.generated())
        inputs = Inputs(folder, (*units.variable_files(unit), *variable_files), options.parameters, unit.input)
        work = Work(tainted=collector.tainted)
        root = Root(work, project.folder, inputs, folder, options.workspace, called_from=unit.at.name, circles=circles)
        root.installed = installed_modules(path, project.reader)
        return Module(folder, root)

    units = Units(project, files_of_units, collector.tainted, module_of)
    bearing = units.bearing(_FRONTS)

    def roots(folders: Iterable[Path]) -> set[Path]:
        return set(project.roots(folders, walked, lambda met: units.bearing(_FRONTS, met)))

    pending = sorted(roots(wanted) | bearing.keys())
    # a root whose state or parameter another one reads may have no rules of its own
    others = roots(fronts - wanted) - set(pending) if pending and fronts - wanted else ()
    producing = [path for path in sorted(others) if project.publishes(path)]
    several = len(pending) + len(producing) > 1
    for path in producing:
        module = module_at(path)
        collector.collect(module, module.folder.name if several else "", asked=False)
        aside.append(module)
    size = 0
    while pending:
        for path in pending:
            unit = units.unit(path)
            module = (units.module(path) if unit is not None else None) or module_at(path)
            root = module.root
            root.called |= {path, module.folder.path}
            if unit is None:
                collector.collect(module, module.folder.name if several else "")
            else:
                collector.collect(module, unit.name if several else "", states_of(unit))
                collector.gaps += [Gap(Location(f"{unit.name}/{unit.at.name}"), fault) for fault in unit.faults]
            collector.gaps += root.gaps
            called |= root.called
            size += module.folder.size
            if size > _MUCH:
                module.folder.let_go()
        # a folder whose call is in a comment, or that only a circle of calls leads to
        pending, several = [path for path in sorted(wanted) if path not in called], True
    for unit, module_folder in units.called():
        if module_folder is None:
            collector.unit_from_elsewhere(unit)
    collector.settle()
    listeners = collector.fronts.listeners()
    for module in aside:
        if any(listener.id.startswith(f"{module.folder.name}:") for listener in listeners):
            collector.gaps += module.root.gaps
    gaps = [
        *project.gaps,
        *(gap for folder in project.folders for gap in folder.gaps),
        *collector.fronts.states.gaps,
        *collector.fronts.gaps,
        *collector.gaps,
    ]
    parsed = [name for folder in project.folders for name in folder.file_names]
    return Reading(listeners, tuple(dict.fromkeys(gaps)), None, tuple(dict.fromkeys(parsed)), tuple(collector.groups))


def _bears_rules(folder: Path, name: str, data: bytes, project: "Project", has_fronts: bool) -> bool:
    """Whether a file has rules, or calls a module that may: one that is not here and is named so, or a folder that has some.

    `has_fronts`: whether it has the word for a listener, which the one for a rule begins with.
    """
    if has_fronts and any(word in data for word in _RULES):
        return True
    if _CALL not in data and not any(word in data for word in _JSON_CALLS):
        return False
    calls = project.calls(folder, name)
    if any(not found.startswith((b"./", b"../")) and (_REMOTE.search(found) or _REMOTE.search(data)) for found in calls):
        return True
    return any(project.mentions(called, _RULES) for called in sorted(set(project.called(folder, name))))


def _places(targets: Iterable[Target]) -> Iterator[tuple[Path, str]]:
    """The absolute folder of each, one object for each folder, and its name; standard input has a folder of its own, with nothing beside it."""
    folders: dict[str, Path] = {}
    for target in targets:
        if target.path is None:
            yield Path("/-"), "-.tf"
            continue
        folder, name = os.path.split(target.path)
        if folder not in folders:
            folders[folder] = whole(folder)
        yield folders[folder], name


def _variable_files(names: Sequence[str]) -> "list[File]":
    """The files of variable values that are Terraform's: other sources may be given parameters in JSON by the same flag."""
    from alb_lint.languages.hcl.inputs import read_variables

    files = []
    for name in names:
        file = read_variables(Path(name), name)
        if file.problems and (not name.endswith(".json") or name.endswith(".tfvars.json")):
            problem = file.problems[0]
            raise SourceError(problem.reason, where=str(problem.span.location()), hint="variable files are lines of name = value")
        files.append(file)
    return files


SOURCE: Final = Source(
    kind=KIND,
    suffixes=_SUFFIXES,
    markers=(*_FRONTS, _CALL),
    accepts=accepts,
    read=read,
    whole=_UNITS,
    own=(".tf", ".tofu"),
    json_markers=_JSON_CALLS,
)
