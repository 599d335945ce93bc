"""`Pulumi.<stack>.yaml` and `Pulumi.yaml`: the config values of a stack that is named, and those that all stacks have from the project.

Source: Pulumi documentation, "Configuration" and "Project file reference", and pulumi `sdk/go/common/workspace/config.go`: keys are `namespace:key`,
the project's own without its name; a value of the stack goes before one of its environment, and that before the `default`, else the `value`, of the
project; `secure` values are encrypted.
"""

from collections.abc import Mapping as Table
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from alb_lint.languages.cloudformation.node import Mapping, Node, Scalar, Sequence, entries, text_of
from alb_lint.languages.typescript.known_functions import plain_json
from alb_lint.languages.typescript.values import NOTHING, Arr, Lit, Obj, Value, lazy
from alb_lint.sources.pulumi.project_file import project_name, project_table, stack_files, table_of

_DEPTH: Final = 40
TRUE: Final = frozenset({"true", "True", "TRUE"})
"""Texts that YAML reads as true."""
_FALSE: Final = frozenset({"false", "False", "FALSE"})


@dataclass(frozen=True, slots=True)
class Settings:
    """`stack`: the one that is named; "" where none is. `given`: values of `--parameter`, by key or `namespace:key`."""

    stack: str = ""
    given: Table[str, str] | None = None

    def project(self, folder: Path | None) -> str:
        """The name of a project."""
        return project_name(folder)

    def value(self, folder: Path | None, namespace: str, key: str, kind: str) -> Value | None:
        """A config value, as `get`, `getNumber`, `getBoolean` or `getObject` (`kind`: the end of that) gives it; None where it is not told."""
        project = project_name(folder)
        for name in (f"{namespace or project}:{key}", *(() if namespace else (key,))):
            if self.given is not None and name in self.given:
                return _read(Scalar(self.given[name], 0, 0, plain=True), kind)
        node = self._node(folder, namespace or project, key, project)
        if isinstance(node, Mapping) and "secure" in node.items:
            return None
        return node if node is NOTHING or node is None else _read(node, kind)  # type: ignore[arg-type]

    def varies(self, folder: Path | None, namespace: str, key: str) -> bool:
        """Whether the config of a stack that may be meant says something of the key, or an environment may."""
        project = project_name(folder)
        return folder is not None and any(
            "environment" in own or _first(own, _names(namespace or project, key, project)) is not None for own in self._stacks(folder)
        )

    def _stacks(self, folder: Path) -> list[Table[str, Node]]:
        """What the configs say of the stacks that may be meant: of the one that is named, else of all that are here."""
        files = stack_files(folder)
        chosen = [files[self.stack]] if self.stack in files else [] if self.stack else list(files.values())
        return [entries(table_of(path)) for path in chosen]

    def _node(self, folder: Path | None, namespace: str, key: str, project: str) -> "Node | Value | None":
        """What is told; NOTHING where it is certain that nothing is, None where it is not known."""
        if folder is None or "/" in self.stack or not project:
            return None
        names = _names(namespace, key, project)
        stacks = self._stacks(folder)
        for own in stacks if self.stack else ():
            if (node := _first(own, names)) is not None:
                return node
        if self.varies(folder, namespace, key):
            return None
        node = _first(entries(project_table(folder)), names)
        if isinstance(node, Mapping):
            if text_of(node.items.get("secret")) in TRUE:
                return None
            node = node.items.get("default") or node.items.get("value")
        return node if node is not None else NOTHING if self.stack and stacks else None


def _names(namespace: str, key: str, project: str) -> tuple[str, ...]:
    return (f"{namespace}:{key}", *((key,) if namespace == project else ()))


def _first(told: Table[str, Node], names: tuple[str, ...]) -> Node | None:
    config = entries(told.get("config"))
    return next((node for name in names if (node := config.get(name)) is not None), None)


def _read(node: Node, kind: str) -> Value | None:
    if kind == "Object":
        return _whole(node)
    if not isinstance(node, Scalar):
        return None
    if kind == "Number":
        try:
            number = float(node.text)
        except ValueError:
            return None
        return Lit(int(number)) if number.is_integer() and abs(number) < 2**53 else Lit(number)
    if kind == "Boolean":
        return Lit(node.text in TRUE) if node.text in TRUE | _FALSE else None
    return Lit(node.text)


def _whole(node: Node, depth: int = 0) -> Value | None:
    """A value as JSON: an object that is written as a text is read as that."""
    if depth > _DEPTH:
        return None
    if isinstance(node, Mapping):
        if "secure" in node.items:
            return None
        inner = {name: _whole(item, depth + 1) for name, item in node.items.items()}
        return (
            None
            if any(item is None for item in inner.values())
            else Obj({name: lazy(item) for name, item in inner.items() if item is not None})
        )
    if isinstance(node, Sequence):
        items = [_whole(item, depth + 1) for item in node.items]
        return None if any(item is None for item in items) else Arr(tuple(lazy(item) for item in items if item is not None))
    if not isinstance(node, Scalar):
        return None
    if depth == 0 or (node.plain and node.text not in {"", "~"}):
        import json

        try:
            return plain_json(json.loads(node.text))
        except (ValueError, RecursionError):
            return Lit(node.text) if depth else None
    return Lit(None) if node.is_null else Lit(node.text)
