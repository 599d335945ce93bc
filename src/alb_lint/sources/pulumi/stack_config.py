"""`Pulumi.<stack>.yaml` and `Pulumi.yaml`: the config values of one stack, where a stack is named.

Source: Pulumi documentation, "Configuration" and "Project file reference": keys are `namespace:key`, the project's own without its name; a value of
the stack goes before the default of the project; `secure` values are encrypted.
"""

from collections.abc import Mapping as Table
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from alb_lint.languages.cloudformation.node import Mapping, Node, Scalar, Sequence, entries
from alb_lint.languages.typescript.known_functions import plain_json
from alb_lint.languages.typescript.values import NOTHING, Arr, Lit, Obj, Value, lazy
from alb_lint.sources.pulumi.project_file import project_name, table_of

_DEPTH: Final = 40
_TRUE: Final = frozenset({"true", "True", "TRUE"})
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

    def _node(self, folder: Path | None, namespace: str, key: str, project: str) -> "Node | Value | None":
        if not self.stack or folder is None or "/" in self.stack or not project:
            return None
        whole = table_of(folder / "Pulumi.yaml") or table_of(folder / "Pulumi.yml")
        own = table_of(folder / f"Pulumi.{self.stack}.yaml") or table_of(folder / f"Pulumi.{self.stack}.yml")
        if own is None:
            return None
        names = (f"{namespace}:{key}", *((key,) if namespace == project else ()))
        for name in names:
            node = entries(entries(own).get("config")).get(name)
            if node is not None:
                return node
        for name in names:
            node = entries(entries(whole).get("config")).get(name)
            if isinstance(node, Mapping):
                node = node.items.get("value") or node.items.get("default")
            if node is not None:
                return node
        return NOTHING


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
        return Lit(node.text in _TRUE) if node.text in _TRUE | _FALSE else None
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
