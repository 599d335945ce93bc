"""Functions that the reader cannot look into, explained by the configuration.

    [pulumi.wrappers.createService]
    listenerPriority = "priority"
    "routing.paths" = "paths"
    1 = "listenerArn"

The table is named for the function; each key is the path of an argument, each value the field of the rule that it is. A path starts with the
position of an argument, or with a key of the first argument that is an object and has it. Fields: name, priority, listenerArn, conditions,
actions, and the short forms paths, hosts and methods, each a text or a list of texts. It is used only where the function itself is not found.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from alb_lint.languages.typescript.values import NOTHING, Arr, Env, Lazy, Obj, Sym, Value, lazy

if TYPE_CHECKING:
    from tree_sitter import Node

    from alb_lint.languages.typescript.machine import Machine

_SHORT: Final = {"paths": "pathPattern", "hosts": "hostHeader", "methods": "httpRequestMethod"}
_PLAIN: Final = ("priority", "listenerArn", "conditions", "actions")


@dataclass(frozen=True, slots=True)
class Wrapper:
    """`fields`: (path of the argument, field of the rule)."""

    name: str
    fields: tuple[tuple[str, str], ...]

    def properties(self, machine: "Machine", args: Arr, node: "Node", env: Env) -> tuple[Lazy, Lazy]:
        """(name, properties) of the rule that a call makes. What the table does not tell is unknown."""
        untold = lazy(Sym(self.name, self.name, "not told by [pulumi.wrappers]"))
        told = {target: _at(machine, args, path, node, env) for path, target in self.fields}
        entries = {target: told.get(target, untold) for target in _PLAIN}
        conditions = [
            lazy(Obj({_SHORT[target]: lazy(Obj({"values": _as_list(machine, value)}))}))
            for target, value in told.items()
            if target in _SHORT
        ]
        if conditions:
            entries["conditions"] = lazy(Arr(tuple(conditions)))
        return told.get("name", lazy(NOTHING)), lazy(Obj(entries))


def wrappers_of(table: Mapping[str, Mapping[str, str]]) -> dict[str, Wrapper]:
    """The table of the configuration, by function."""
    return {
        name: Wrapper(name, tuple((str(path), str(target)) for path, target in sorted(fields.items()))) for name, fields in table.items()
    }


def _at(machine: "Machine", args: Arr, path: str, node: "Node", env: Env) -> Lazy:
    def make() -> Value:
        first, *rest = path.split(".")
        if first.isdecimal() and first.isascii():
            value = machine.force(args.items[int(first)]) if int(first[:6]) < len(args.items) else NOTHING
        else:
            rest = [first, *rest]
            objects = [value for item in args.items if isinstance(value := machine.force(item), Obj)]
            value = next((found for found in objects if first in found.entries or found.more is not None), NOTHING)
        for name in rest:
            value = NOTHING if value is NOTHING else machine.get(value, name, node, env)
        return value

    return Lazy(make)


def _as_list(machine: "Machine", value: Lazy) -> Lazy:
    def make() -> Value:
        found = machine.force(value)
        return found if isinstance(found, Arr | Sym) else Arr((value,))

    return Lazy(make)
