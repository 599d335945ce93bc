"""Pulumi programs in TypeScript or JavaScript, and Pulumi YAML → model.

The unit is the program: from any of its files the others are found, by what they import and by who calls what they export. A rule is an
`aws.lb.ListenerRule` (under any of its names, or of awsx or aws-native), constructed directly or by the program; one call of such a wrapper is
one rule, standing at the call. Nothing is run for real. What only a deployment can tell is a symbol, a listener that cannot be resolved is
named by its expression (`httpsListener.arn`), and rules of exclusive branches exclude each other by their `presence`. In one project equal
expressions are one listener; where several projects are read, the id has the project's folder before it.

`[pulumi.wrappers]` explains functions that cannot be read, see `wrappers`.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from alb_lint.files import whole
from alb_lint.languages.typescript.names import SUFFIXES, is_source, pulumi_folder
from alb_lint.model import Reading
from alb_lint.patterns import pattern
from alb_lint.places import Gap, Location
from alb_lint.sources.source import ReadOptions, Source, Target

_YAML: Final = (".yaml", ".yml")
_YAML_RULE: Final = pattern(rb"aws:(?:lb|alb|applicationloadbalancing|elasticloadbalancingv2)[:/][\w/:]*ListenerRule\b")
_IMPORTED: Final = pattern(rb"""["']@pulumi/[\w-]+""")
_GLOBAL: Final = pattern(rb"\baws\s*\.\s*(?:lb|alb|applicationloadbalancing|elasticloadbalancingv2)\s*\.\s*ListenerRule\b")
"""SST declares `aws` for every file."""
_FEW: Final = 5
"""Names of stacks that a gap tells."""


def accepts(target: Target) -> bool:
    """Whether the file is of a Pulumi program. CDK has a ListenerRule of its own and imports nothing of Pulumi."""
    if target.name.endswith(_YAML):
        return b"resources:" in target.data and _YAML_RULE.search(target.data) is not None
    if target.path is not None and not is_source(target.name):
        return False
    if _IMPORTED.search(target.data):
        return True
    if b"aws-cdk-lib" in target.data or target.path is None:
        return False
    return _GLOBAL.search(target.data) is not None or (target.named and pulumi_folder(whole(target.path)) is not None)


def read(targets: Sequence[Target], options: ReadOptions) -> Reading:
    """Every rule of the programs that the targets belong to. Raises SourceError where the one named file cannot be read."""
    yaml = [target for target in targets if target.name.endswith(_YAML)]
    code = [target for target in targets if not target.name.endswith(_YAML)]
    readings = []
    if yaml:
        from alb_lint.sources.pulumi.stack_config import Settings
        from alb_lint.sources.pulumi.yaml_program import read_yaml

        readings.append(read_yaml(yaml, SOURCE.kind, Settings(options.stack, options.parameters), several=bool(code)))
    if code:
        from alb_lint.sources.pulumi.program import read_programs

        readings.append(read_programs(code, options, SOURCE.kind, several=bool(yaml)))
    return Reading(
        tuple(listener for reading in readings for listener in reading.listeners),
        (*_without_stack(targets, options.stack), *(gap for reading in readings for gap in reading.gaps)),
        files=tuple(name for reading in readings for name in reading.files),
    )


def _without_stack(targets: Sequence[Target], stack: str) -> Iterator[Gap]:
    """A gap for each project that has configs of stacks, but none of the one that is named: its values stay unknown."""
    from alb_lint.sources.pulumi.project_file import stack_files

    told: set[Path] = set()
    for target in targets if stack else ():
        folder = None if target.path is None else pulumi_folder(whole(target.path))
        if folder is None or folder in told:
            continue
        told.add(folder)
        here = sorted(stack_files(folder))
        if here and stack not in here:
            up = len(whole(target.path).parent.relative_to(folder).parts) if target.path is not None else 0
            where = PurePosixPath(target.name).parent
            for _ in range(up):
                where = where.parent if where.name not in ("", "..") else where / ".."
            names = ", ".join(here[:_FEW]) + (f" and {len(here) - _FEW} more" if len(here) > _FEW else "")
            yield Gap(
                Location((where / "Pulumi.yaml").as_posix()),
                f"no Pulumi.{stack}.yaml is here, and --stack {stack} gives no config; there is {names}",
            )


SOURCE: Final = Source(kind="pulumi", suffixes=(*SUFFIXES, *_YAML), markers=(b"ListenerRule",), accepts=accepts, read=read)
