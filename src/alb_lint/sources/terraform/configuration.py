"""The configuration inside a plan: what an argument refers to, followed through variables and outputs to a resource.

Source: Terraform documentation, "JSON Output Format", Configuration and Expression Representation.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from alb_lint.sources.terraform.naming import stripped

_MAX_STEPS: Final = 40
"""Modules that pass a value on."""

_KEY: Final = re.compile(r"\[(?:[^\]\"]|\"(?:[^\"\\]|\\.)*\")*\]")
_STEP: Final = re.compile(r"module\.([^.\[]+)(\[(?:[^\]\"]|\"(?:[^\"\\]|\\.)*\")*\])?")


def dig(value: Any, *keys: str) -> Any:
    """`value[k1][k2]…`; None where anything on the way is missing or no object."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def references(expression: Any) -> list[str]:
    found = dig(expression, "references")
    return [name for name in found if isinstance(name, str)] if isinstance(found, list) else []


def _all_references(expressions: Any, depth: int) -> Iterator[str]:
    if depth > _MAX_STEPS:
        return
    yield from references(expressions)
    for part in expressions.values() if isinstance(expressions, dict) else expressions if isinstance(expressions, list) else ():
        yield from _all_references(part, depth + 1)


class Configuration:
    """`plan`: the whole document; `addresses`: of all resource instances in it."""

    def __init__(self, plan: Mapping[str, Any], addresses: frozenset[str] = frozenset()) -> None:
        self._root = dig(plan, "configuration", "root_module")
        self._addresses = addresses
        self._arguments: dict[str, dict[tuple[str, str], Any]] = {}

    @property
    def known(self) -> bool:
        return self._root is not None

    def names(self, address: str) -> bool:
        """Whether a resource instance has the address."""
        return address in self._addresses

    def _module(self, path: str) -> Any:
        """The configuration of a module instance."""
        found = self._root
        for name, _ in _STEP.findall(path):
            found = dig(found, "module_calls", name, "module")
        return found

    def needs(self, module: str, type_: str, name: str) -> tuple[str, ...]:
        """The resources of its module that a resource refers to or names in `depends_on`, without attributes and indexes, sorted."""
        path = _KEY.sub("", module)
        resources = dig(self._module(path), "resources")
        found: set[str] = set()
        for resource in resources if isinstance(resources, list) else ():
            if dig(resource, "type") == type_ and dig(resource, "name") == name:
                listed = dig(resource, "depends_on")
                found.update(item for item in (listed if isinstance(listed, list) else ()) if isinstance(item, str))
                found.update(_all_references(dig(resource, "expressions"), 0))
        return tuple(sorted({".".join(_KEY.sub("", item).split(".")[:2]) for item in found if item.count(".")} - {f"{type_}.{name}"}))

    def expressions(self, module: str, type_: str, name: str) -> Any:
        """The arguments of a resource."""
        path = _KEY.sub("", module)
        if path not in self._arguments:
            resources = dig(self._module(module), "resources")
            self._arguments[path] = {
                (str(dig(resource, "type")), str(dig(resource, "name"))): dig(resource, "expressions")
                for resource in (resources if isinstance(resources, list) else ())
                if dig(resource, "mode") == "managed"
            }
        return self._arguments[path].get((type_, name))

    def target(self, expression: Any, module: str, address: str) -> str:
        """What an argument refers to, as an address without `.arn` or `.id`; "" where it refers to nothing.

        `address`: of the resource instance that has the argument. What differs from instance to instance is told apart by it.
        """
        for _ in range(_MAX_STEPS):
            names = references(expression)
            if not names:
                return ""
            name = names[0]
            if name.startswith("var.") and module:
                module, call = self._call(module)
                expression = dig(call, "expressions", _word(name, 1))
            elif name.startswith("module."):
                step = _STEP.match(name)
                output = dig(self._module(module), "module_calls", step[1], "module", "outputs") if step else None
                if not step or output is None:
                    return _joined(module, name)
                expression = dig(output, _KEY.sub("", name).split(".")[2] if name.count(".") > 1 else "", "expression")
                module = _joined(module, step[0])
            elif name.startswith(("each.", "count.")):
                return f"{name} of {address}"
            else:
                return self._placed(_joined(module, name), names, address)
        return ""

    def _call(self, module: str) -> tuple[str, Any]:
        """The module that calls this one, and the call."""
        steps = list(_STEP.finditer(module))
        parent = module[: steps[-1].start()].rstrip(".")
        return parent, dig(self._module(parent), "module_calls", steps[-1][1])

    def _placed(self, target: str, names: list[str], address: str) -> str:
        """`x[each.key]` is told as a reference to `x` and one to `each.key`: the instance with the same key is meant, where there is one."""
        target = stripped(target)
        if target in self._addresses or not any(name in {"each.key", "count.index", "each.value"} for name in names):
            return target
        keys = _KEY.findall(address)
        same = f"{target}{keys[-1]}" if address.endswith("]") else ""
        return same if same in self._addresses else f"{target} of {address}"


def _word(name: str, at: int) -> str:
    words = _KEY.sub("", name).split(".")
    return words[at] if len(words) > at else ""


def _joined(module: str, name: str) -> str:
    return f"{module}.{name}" if module else name
