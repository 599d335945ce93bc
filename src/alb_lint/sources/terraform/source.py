"""`terraform`: source in the native and in the JSON syntax of Terraform and OpenTofu.

A folder is a module: the files beside a given one are read where they are needed, folders that it calls as modules too, and where another
folder of the same repository calls it, it is read from there. Registry and remote modules are not read.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from alb_lint.errors import SourceError
from alb_lint.model import Reading
from alb_lint.sources.source import ReadOptions, Source, Target

if TYPE_CHECKING:
    from alb_lint.languages.hcl.parse import File

KIND: Final = "terraform"

_SUFFIXES: Final = (".tf", ".tofu", ".tf.json", ".tofu.json")
_RULES: Final = (b"aws_lb_listener_rule", b"aws_alb_listener_rule")
_CALLS: Final = (b'module "', b'"module": {', b'"module":{')
"""What stands in a file that calls modules: read with the rest of a folder, it need not be looked for."""


def accepts(target: Target) -> bool:
    """By name; standard input by the word for a rule in a block."""
    if target.path is None:
        return any(word in target.data for word in _RULES) and target.data.lstrip()[:1] not in (b"{", b"[")
    return target.name.endswith(_SUFFIXES)


def read(targets: Sequence[Target], options: ReadOptions) -> Reading:
    """All listeners of the root modules from which the given files are reached. Raises SourceError for a variable file only."""
    from alb_lint.languages.hcl.inputs import Inputs
    from alb_lint.languages.hcl.module import Module, Root
    from alb_lint.languages.hcl.project import Project
    from alb_lint.languages.hcl.work import Work
    from alb_lint.sources.terraform.rules import Collector

    given = {_path(target): target for target in targets}
    project = Project({path: (target.name, target.data) for path, target in given.items()})
    collector = Collector(KIND, project)
    variable_files = _variable_files(options.variable_files)
    wanted = sorted({path.parent for path, target in given.items() if target.named or any(word in target.data for word in _RULES)})
    walked = {Path(os.path.abspath(target.folder)) for target in targets if target.folder}  # noqa: PTH100
    pending = project.roots(wanted, walked)
    several = len(pending) > 1
    called: set[Path] = set()
    while pending:
        for path in pending:
            folder = project.folder(path)
            root = Root(Work(tainted=collector.tainted), project.folder, Inputs(folder, variable_files, options.parameters))
            root.called.add(path)
            collector.collect(Module(folder, root), folder.name if several else "")
            collector.gaps += root.gaps
            called |= root.called
        # a folder whose call is in a comment, or that only a circle of calls leads to
        pending, several = [path for path in wanted if path not in called], True
    collector.settle()
    gaps = [*project.gaps, *(gap for folder in project.folders for gap in folder.gaps), *collector.fronts.gaps, *collector.gaps]
    files = [name for folder in project.folders for name in folder.file_names]
    return Reading(collector.fronts.listeners(), tuple(dict.fromkeys(gaps)), None, tuple(dict.fromkeys(files)))


def _path(target: Target) -> Path:
    """An absolute path; standard input has a folder of its own, with nothing beside it."""
    return Path("/-/-.tf") if target.path is None else Path(os.path.abspath(target.path))  # noqa: PTH100


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


SOURCE: Final = Source(kind=KIND, suffixes=_SUFFIXES, markers=(*_RULES, *_CALLS), accepts=accepts, read=read)
