"""The whole way: files given → files of the program → what runs → listeners and gaps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from alb_lint.errors import SourceError
from alb_lint.files import whole
from alb_lint.languages.typescript import unread_imports
from alb_lint.languages.typescript.evaluator import Evaluator
from alb_lint.languages.typescript.flow import Draft
from alb_lint.languages.typescript.machine import STEPS, Machine
from alb_lint.languages.typescript.names import is_source, roots_above
from alb_lint.languages.typescript.parse import Module, syntax_gaps
from alb_lint.languages.typescript.project import Project
from alb_lint.languages.typescript.reach import RULE, Reach
from alb_lint.languages.typescript.run import paths
from alb_lint.languages.typescript.run.core import GivenUp
from alb_lint.languages.typescript.run.runner import Runner
from alb_lint.languages.typescript.uncalled import Uncalled, uncalled
from alb_lint.languages.typescript.values import Arr, Frame, Obj, Res, Sym, Value
from alb_lint.languages.typescript.walk import Walker
from alb_lint.model import Gap, Listener, Location, Reading
from alb_lint.sources.pulumi.rules import listeners_of
from alb_lint.sources.pulumi.stack_config import Settings
from alb_lint.sources.pulumi.wrappers import Wrapper, wrappers_of
from alb_lint.sources.source import ReadOptions, Target, reader_of

_LISTENER: Final = "aws.lb.Listener"
_PARTS: Final = 3
"""Objects within objects of an argument that are looked into."""


def read_programs(targets: Sequence[Target], options: ReadOptions, kind: str, *, several: bool = False) -> Reading:
    """Everything the programs around the targets construct. `several`: other projects are read beside.

    Raises SourceError where a single named file cannot be read at all.
    """
    project = Project(_base(targets), reader_of(targets))
    seeds = [module for target in targets if (module := project.add(target.name, target.path, target.data)) is not None]
    if not seeds and len(targets) == 1 and targets[0].named and project.gaps:
        gap = project.gaps[0]
        raise SourceError(gap.reason, where=gap.location.file, hint="leave the file out, or give one that TypeScript accepts")
    wrappers = wrappers_of(options.wrappers)
    reach = Reach(project, wrappers)
    _spread(reach, seeds, _roots(targets))
    modules = sorted((module for module in reach.modules if module.hot), key=lambda module: module.name)
    machine = Evaluator(project)
    walker = Walker(machine, wrappers)
    gaps = [gap for module in modules for gap in syntax_gaps(module)]
    _follow(machine, walker, modules)
    programs = _programs(project, modules)
    runner, drafts, ran = _run(project, wrappers, programs, Settings(options.stack, options.parameters))
    beyond = _beyond(project, modules, programs, ran)
    modules = [module for module in modules if module not in beyond]
    if runner is not None:
        walker.entered |= runner.bodies
    alone, lost = _never_called(machine, walker, modules, ran=runner is not None)
    gaps += [*lost, *(one.gap for one in alone)]
    gaps += [gap for module in reach.modules if module not in beyond for gap in _handed_a_listener(machine, module)]
    gaps += [_not_run(entries) for entries in programs[ran:]]
    last = machine if runner is None else runner
    listeners, more = listeners_of(last, walker.drafts if runner is None else drafts, kind, several=several, programs=programs[:ran])
    listeners += [listener for one in alone if one.exported for listener in _by_itself(machine, one, kind)]
    found = {*gaps, *more, *project.gaps, *reach.gaps, *last.gaps}
    files = tuple(sorted({module.name for module in project.modules.values() if module is not None and module not in beyond}))
    _let_go(machine, runner, (*walker.drafts, *drafts, *(draft for one in alone for draft in one.drafts)))
    return Reading(tuple(sorted(listeners, key=lambda listener: listener.id)), tuple(sorted(found, key=_order)), files=files)


def _let_go(machine: Machine, runner: Runner | None, drafts: Iterable[Draft]) -> None:
    """Breaks the circles among what was read, some fifty times the text: the collector, which would find them, is off."""
    machine.let_go()
    machine.project.let_go()
    if runner is not None:
        runner.let_go()
    for draft in drafts:
        at: Frame | None = draft.frame
        while at is not None and at.made:
            at.made.clear()
            at = at.parent


def _order(gap: Gap) -> tuple[str, int, int, str, str]:
    return (gap.location.file, gap.location.line, gap.location.column, gap.location.address, gap.reason)


def _run(
    project: Project, wrappers: Mapping[str, Wrapper], programs: Sequence[Sequence[Module]], settings: Settings
) -> tuple[Runner | None, list[Draft], int]:
    """The programs run to their end, with all rules that they make, and how many of the programs; no rules where one does what cannot be followed for
    certain.
    """
    if not programs:
        return None, [], 0
    runner = Runner(project, wrappers, settings)
    try:
        return runner, *paths.rules_of(runner, programs)
    except GivenUp:
        runner.let_go()
        return None, [], len(programs)


def _beyond(project: Project, modules: Sequence[Module], programs: Sequence[Sequence[Module]], ran: int) -> set[Module]:
    """The files of the programs behind the first `ran` ones that are of none of these."""
    if ran == len(programs):
        return set()
    read = {
        path for entries in programs[:ran] for entry in entries if entry.path for path in (whole(entry.path), *project.imported_by(entry))
    }
    return {module for module in modules if module.path is None or whole(module.path) not in read}


def _not_run(program: Sequence[Module]) -> Gap:
    many = f"{paths.RULES_IN_A_RUN:,} rules, as many as one run looks at"
    return Gap(Location(program[0].name), f"not read, since the programs before it make {many}: name fewer folders")


def _programs(project: Project, modules: Sequence[Module]) -> list[list[Module]]:
    """The first files of each project: those that no other one of it imports."""
    imported = {target for module in modules for target in project.imported_by(module)}
    first = [module for module in modules if module.path is None or whole(module.path) not in imported] or list(modules)
    projects: dict[Path | None, list[Module]] = {}
    for module in first:
        projects.setdefault(project.pulumi_folder(module), []).append(module)
    return list(projects.values())


def _follow(machine: Machine, walker: Walker, modules: Iterable[Module]) -> None:
    for module in modules:
        machine.within(STEPS, partial(walker.run, module), partial(_cut_short, machine, module))


def _cut_short(machine: Machine, module: Module, why: str) -> None:
    machine.gap(Location(module.name), f"{why}: what comes after that is not read")


def _never_called(machine: Machine, walker: Walker, modules: Sequence[Module], *, ran: bool) -> tuple[list[Uncalled], list[Gap]]:
    def lost(why: str) -> tuple[list[Uncalled], list[Gap]]:
        return [], [Gap(Location(modules[0].name), f"whether functions that are never called make rules is not known: {why}")]

    return machine.within(STEPS, lambda: (uncalled(machine, walker, modules, ran=ran), []), lost)


def _by_itself(machine: Machine, function: Uncalled, kind: str) -> list[Listener]:
    """What one call makes on each listener, apart from all else: who calls it, how often and with what is not told."""
    listeners, _ = listeners_of(machine, function.drafts, kind, several=False)
    condition = (f"that {function.name} is called", True)
    return [
        replace(
            listener,
            id=f"{function.name}: {listener.id}",
            name=f"{listener.name or listener.id} of {function.name}",
            rules=tuple(replace(rule, presence=(*rule.presence, condition)) for rule in listener.rules),
            default=None,
        )
        for listener in listeners
        if any(isinstance(rule.priority, int) for rule in listener.rules)
    ]


def _handed_a_listener(machine: Machine, module: Module) -> list[Gap]:
    def look() -> list[Gap]:
        return unread_imports.gaps_of(machine, module, lambda value: _holds_listener(machine, value), "listener", "the listener")

    def lost(why: str) -> list[Gap]:
        return [Gap(Location(module.name), f"whether functions that are not here are given the listener is not known: {why}")]

    return machine.within(STEPS, look, lost)


def _holds_listener(machine: Machine, value: Value, depth: int = 0) -> bool:
    """Whether a value is a listener or its ARN, or an object or list that holds one."""
    if isinstance(value, Res):
        return value.kind == _LISTENER
    if isinstance(value, Sym):
        return value.key.startswith(f"{_LISTENER}:")
    if depth > _PARTS or not isinstance(value, Obj | Arr):
        return False
    inner = value.entries.values() if isinstance(value, Obj) else value.items
    return any(_holds_listener(machine, machine.force(item), depth + 1) for item in inner)


def _base(targets: Sequence[Target]) -> Path | None:
    """The folder that the names of the targets start from; the names of files found beside them start there, too."""
    for target in targets:
        if target.path is None:
            continue
        path, name = target.path.absolute(), Path(target.name)
        if name.is_absolute():
            return None
        if name.parts and path.parts[-len(name.parts) :] == name.parts:
            return Path(*path.parts[: -len(name.parts)])
        return path.parent
    return None


def _roots(targets: Sequence[Target]) -> list[Path]:
    """The nearest root of each target, those within others left out."""
    base = _base(targets)
    found = {
        next(roots_above(path), None) or _top(path, base) for target in targets if target.path is not None for path in (whole(target.path),)
    }
    return sorted(root for root in found if found.isdisjoint(root.parents))


def _top(path: Path, base: Path | None) -> Path:
    """The root of a file below no mark of one: where the names given start, if programs lie there, else the first folder that is named."""
    if base is None or base not in path.parents:
        return path.parent
    try:
        if any(is_source(entry.name) for entry in base.iterdir()):
            return base
    except OSError:
        return path.parent
    inner = path.relative_to(base).parts
    return base / inner[0] if len(inner) > 1 else path.parent


def _spread(reach: Reach, seeds: Sequence[Module], roots: Sequence[Path]) -> None:
    """Take in callers, then what the files found so far import with rules of its own, until the program is whole."""
    while seeds:
        reach.spread(seeds, roots)
        found = reach.project.imported([*reach.modules, *seeds], RULE.encode())
        seeds = [module for path in found if (module := reach.project.load(path)) is not None]
