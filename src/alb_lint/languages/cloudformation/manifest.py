"""`manifest.json` of a CDK assembly (`cdk.out`) → the stacks that it deploys.

Source: aws-cdk-lib cloud-assembly-schema, AwsCloudFormationStackProperties and NestedCloudAssemblyProperties, read 2026-11.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any, Final

from alb_lint.files import json_of
from alb_lint.languages.cloudformation.files import Place, is_local
from alb_lint.languages.cloudformation.unreadable import Unreadable

NAME: Final = "manifest.json"
_ASSEMBLIES: Final = 200
"""Assemblies inside assemblies, one for each stage of a pipeline."""


@dataclass(frozen=True, slots=True)
class StackArtifact:
    """A stack of an assembly. `label` heads its ids: its name, or its id in the assembly where two have one name."""

    place: Place
    label: str
    pseudo: tuple[tuple[str, str], ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """`missing`: values that the program asked for and the assembly still lacks."""

    stacks: tuple[StackArtifact, ...] = ()
    nested: tuple[Place, ...] = field(default=())
    missing: int = 0


def is_manifest(name: str, data: bytes) -> bool:
    return name.rsplit("/", 1)[-1] == NAME and b'"artifacts"' in data and b'"version"' in data


def read_manifest(place: Place, data: bytes) -> Manifest:
    """One assembly, without those nested in it; raises Unreadable."""
    try:
        raw: Any = json_of(data)
    except ValueError:
        raise Unreadable("not the manifest of a CDK assembly: it is no JSON", hint="run `cdk synth` again") from None
    artifacts = raw.get("artifacts") if isinstance(raw, dict) else None
    if not isinstance(artifacts, dict):
        raise Unreadable("not the manifest of a CDK assembly: it has no artifacts", hint="run `cdk synth` again")
    stacks: list[StackArtifact] = []
    nested: list[Place] = []
    for name, artifact in artifacts.items():
        settings = artifact.get("properties") if isinstance(artifact, dict) else None
        if not isinstance(settings, dict):
            continue
        if artifact.get("type") == "aws:cloudformation:stack":
            stack = _stack(place, name, settings, artifact.get("environment"))
            stacks += [stack] if stack else []
        elif artifact.get("type") == "cdk:cloud-assembly" and is_local(_text(settings.get("directoryName"))):
            nested.append(place.beside(f"{settings['directoryName']}/{NAME}"))
    missing = raw.get("missing")
    return Manifest(tuple(stacks), tuple(nested), len(missing) if isinstance(missing, list) else 0)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _stack(place: Place, artifact: str, settings: dict[str, Any], environment: object) -> StackArtifact | None:
    file = _text(settings.get("templateFile"))
    if not is_local(file):
        return None
    name = _text(settings.get("stackName")) or artifact
    pseudo = {"AWS::StackName": name}
    account, _, region = _text(environment).removeprefix("aws://").partition("/")
    if account and not account.startswith("unknown"):
        pseudo["AWS::AccountId"] = account
    if region and not region.startswith("unknown"):
        pseudo["AWS::Region"] = region
    raw = settings.get("parameters")
    parameters = {key: value for key, value in raw.items() if isinstance(value, str)} if isinstance(raw, dict) else {}
    return StackArtifact(place.beside(file), name, tuple(sorted(pseudo.items())), tuple(sorted(parameters.items())))


def read_assemblies(place: Place, data: bytes) -> tuple[list[StackArtifact], int]:
    """(stacks of an assembly and of all nested in it, values that are missing); raises Unreadable."""
    stacks: list[StackArtifact] = []
    missing = 0
    seen = {place.key}
    waiting = [(place, data)]
    while waiting:
        at, content = waiting.pop(0)
        manifest = read_manifest(at, content)
        stacks += manifest.stacks
        missing += manifest.missing
        for inner in manifest.nested:
            if inner.key not in seen and len(seen) < _ASSEMBLIES:
                seen.add(inner.key)
                waiting.append((inner, inner.read()))
    names = Counter(stack.label for stack in stacks)
    return [replace(stack, label=stack.place.name) if names[stack.label] > 1 else stack for stack in stacks], missing
