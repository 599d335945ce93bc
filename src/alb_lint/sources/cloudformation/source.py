"""`cloudformation`: templates in YAML and JSON, CDK's synthesised ones and whole assemblies, SAM, and what Serverless compiles.

Parameters have the values that the user gives, else those that the assembly or the parent stack passes, else their defaults; what rests on
anything else stays unknown. The account, the region and the properties of resources are known after deployment only and stay symbols, which
are equal where they are written alike. JSON is walked by hand where places matter and skipped by the scanner of `json` elsewhere; YAML is
built from parser events. Neither constructs objects.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from alb_lint.errors import SourceError
from alb_lint.files import NotRead, Reader, around, content, json_of
from alb_lint.model import Gap, Location, Reading
from alb_lint.patterns import pattern
from alb_lint.sources.source import ReadOptions, Source, Target, brief

KIND: Final = "cloudformation"

_TEMPLATE: Final = pattern(rb"""(?m)^[ \t]*["']?Resources["']?[ \t]*:|"Resources"\s*:""")
_TYPE: Final = pattern(rb"\bAWS::[A-Za-z0-9]+::")
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")

_PARAMETERS_BYTES: Final = 4 * 1024 * 1024
"""A parameter file holds at most 200 parameters of 4 KiB."""

_FOLDERS: Final = 20_000
"""Folders looked through for programs."""
_SKIPPED: Final = frozenset({"node_modules", "site-packages", "__pycache__", "cdk.out"})


def accepts(target: Target) -> bool:
    data = target.data
    if data[:2] in _WIDE:
        data = data.replace(b"\0", b"")
    if target.name.rsplit("/", 1)[-1] == "manifest.json" and b'"artifacts"' in data and b"aws:cloudformation:stack" in data:
        return True
    return _TYPE.search(data) is not None and _TEMPLATE.search(data) is not None


def read(targets: Sequence[Target], options: ReadOptions) -> Reading:
    """All listeners of the templates, with the nested ones and the imports between them resolved."""
    from alb_lint.sources.cloudformation.assembly import assemble
    from alb_lint.sources.cloudformation.rules import Collector
    from alb_lint.sources.cloudformation.unsure import unsure

    world = assemble(targets, {**_parameters(options.variable_files), **options.parameters}, options.templates)
    collector = Collector(world, KIND)
    listeners, groups = collector.collect(), collector.groups()
    for stack in world.stacks:
        world.gaps += unsure(stack)
    return Reading(listeners, tuple(dict.fromkeys(world.gaps)), None, tuple(world.files), groups)


def _parameters(files: Sequence[str]) -> dict[str, str]:
    """The parameters in those of the files that are CloudFormation's; later files win. Raises SourceError for one that cannot be read."""
    found: dict[str, str] = {}
    for name in files:
        if not name.endswith(".json") or name.endswith(".tfvars.json"):
            continue
        hint = 'a parameter file is [{"ParameterKey": …, "ParameterValue": …}] or {"name": "value"} in JSON'
        try:
            raw = json_of(content(name, _PARAMETERS_BYTES, pipes=True))
        except NotRead as error:
            raise SourceError(
                f"the parameter file cannot be read: {error.reason}", where=name, hint="check the path and its rights"
            ) from None
        except ValueError:
            raise SourceError("not a parameter file: it is no JSON", where=name, hint=hint) from None
        pairs = _pairs(raw)
        if pairs is None:
            raise SourceError("not a parameter file", where=name, hint=hint)
        found |= pairs
    return found


def _pairs(raw: Any) -> dict[str, str] | None:
    """The three forms of AWS's own tools: a list of records, a list of `K=V`, and an object, alone or under `Parameters`."""
    if isinstance(raw, dict):
        inner = raw.get("Parameters")
        items = (inner if isinstance(inner, dict) else raw).items()
        return {key: text for key, value in items if (text := _text(value)) is not None}
    if not isinstance(raw, list):
        return None
    found: dict[str, str] = {}
    for item in raw:
        if isinstance(item, str) and "=" in item:
            key, _, value = item.partition("=")
            found[key] = value
        elif isinstance(item, dict) and isinstance(item.get("ParameterKey"), str):
            text = _text(item.get("ParameterValue"))
            if text is not None:
                found[item["ParameterKey"]] = text
        else:
            return None
    return found


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ",".join(value)
    return str(value) if isinstance(value, str | int | float) else None


def unread_programs(folder: Path, names: frozenset[str] = frozenset()) -> tuple[Gap, ...]:
    """A gap for each CDK program in the folder whose assembly is missing, or holds rules and was not read: the program itself is not run.

    `names`: the files that were read. An assembly is mostly named in .gitignore, and so passed over.
    """
    unmade: list[Gap] = []
    left_out: list[Gap] = []
    reader = Reader(around(folder / "-", folder))
    for path in _programs(folder):
        place, assembly = Location((path / "cdk.json").as_posix()), path / _output(path, reader)
        if not reader.is_file(assembly / "manifest.json"):
            unmade.append(Gap(place, "a CDK program without its assembly: run `cdk synth` and give the folder cdk.out"))
        elif any(template not in names for template in _templates_with_rules(assembly, reader)):
            left_out.append(Gap(place, f"the assembly of a CDK program was left out, as .gitignore says: name it, {assembly.as_posix()}"))
    return (*brief(unmade), *left_out)


def _templates_with_rules(assembly: Path, reader: Reader) -> Iterator[str]:
    """The templates of an assembly that mention listener rules, in order."""
    for template in sorted(assembly.glob("*.template.json"))[:_FOLDERS]:
        try:
            if b"AWS::ElasticLoadBalancingV2::ListenerRule" in reader.content(template):
                yield template.as_posix()
        except NotRead:
            yield template.as_posix()  # not read, whatever it holds


def _programs(folder: Path) -> Iterator[Path]:
    """Folders with a cdk.json, in a fixed order; links are not followed."""
    stack, seen = [str(folder)], 0
    while stack:
        at = stack.pop()
        try:
            with os.scandir(at) as inside:
                entries = list(inside)
        except OSError:
            continue  # the walk has told so
        seen += 1
        if any(entry.name == "cdk.json" and not _is_folder(entry) for entry in entries):
            yield Path(at)
        if seen <= _FOLDERS:
            folders = [entry.path for entry in entries if entry.name[0] != "." and entry.name not in _SKIPPED and _is_folder(entry)]
            stack += sorted(folders, reverse=True)


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _output(path: Path, reader: Reader) -> str:
    """Where the program of this folder puts its assembly."""
    try:
        raw = json_of(reader.content(path / "cdk.json", _PARAMETERS_BYTES))
    except (NotRead, ValueError):
        return "cdk.out"  # where it is by default
    output = raw.get("output") if isinstance(raw, dict) else None
    return output if isinstance(output, str) and output and "\0" not in output else "cdk.out"


SOURCE = Source(
    kind=KIND,
    suffixes=(".yaml", ".yml", ".json", ".template", ".template.json"),
    markers=(b"AWS::ElasticLoadBalancingV2::Listener", b"AWS::CloudFormation::Stack", b"AWS::Serverless::Application"),
    accepts=accepts,
    read=read,
    unread=unread_programs,
)
