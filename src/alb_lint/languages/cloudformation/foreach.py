"""`Fn::ForEach` in Resources → the resources it stands for. Source: CloudFormation guide, "Fn::ForEach", read 2026-11."""

from collections.abc import Callable
from typing import Final

from alb_lint.languages.cloudformation.node import Mapping, Node, Scalar, Sequence, Trouble
from alb_lint.languages.cloudformation.value import Value, shown

_PREFIX: Final = "Fn::ForEach::"
_DEPTH: Final = 5
"""Loops inside loops; CloudFormation's own limit."""
_RESOURCES: Final = 500
"""Resources of a template, CloudFormation's own limit."""
_COPIES: Final = 100_000
"""Nodes that the loops of one template may copy."""


def expanded(resources: Mapping, resolve: Callable[[Node], Value], troubles: list[Trouble]) -> Mapping:
    """The map with its loops replaced by what they make; a loop that cannot be run is left out and told in `troubles`."""
    if not any(name.startswith(_PREFIX) for name in resources.items):
        return resources
    loops = _Loops(resolve, troubles)
    try:
        loops.expand(resources, 0)
    except _TooMuch:
        troubles.append(Trouble("Fn::ForEach makes more than CloudFormation takes; the rest is left out", resources.start))
    return Mapping(loops.items, loops.keys, resources.start)


class _TooMuch(Exception):  # noqa: N818 - never leaves this module
    pass


class _Loops:
    def __init__(self, resolve: Callable[[Node], Value], troubles: list[Trouble]) -> None:
        self.items: dict[str, Node] = {}
        self.keys: dict[str, Scalar] = {}
        self._resolve = resolve
        self._troubles = troubles
        self._left = _COPIES

    def expand(self, body: Mapping, depth: int) -> None:
        for name, node in body.items.items():
            if name.startswith(_PREFIX):
                self._loop(name, node, body.keys[name].start, depth)
            elif name in self.items:
                self._troubles.append(Trouble(f"{name} is made twice by Fn::ForEach; the first is kept", body.keys[name].start))
            elif len(self.items) == _RESOURCES and depth:
                raise _TooMuch
            else:
                self.items[name], self.keys[name] = node, body.keys[name]

    def _loop(self, name: str, node: Node, start: int, depth: int) -> None:
        parts = node.items if isinstance(node, Sequence) else ()
        if depth >= _DEPTH or len(parts) != 3 or not isinstance(parts[0], Scalar) or not isinstance(parts[2], Mapping):
            reason = f"{name} cannot be read: a name, a list and a map are due, {_DEPTH} loops deep at most"
            self._troubles.append(Trouble(reason, start))
            return
        values = self._resolve(parts[1])
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            reason = f"{name} repeats over {shown(parts[1])}, which is not known; its resources are not read"
            self._troubles.append(Trouble(reason, start))
            return
        for value in values:
            copy = self._copy(parts[2], parts[0].text, str(value))
            if isinstance(copy, Mapping):
                self.expand(copy, depth + 1)

    def _copy(self, node: Node, name: str, value: str) -> Node:
        """The node with `${name}`, and `&{name}` (the value without what no logical id can hold), filled in."""
        self._left -= 1
        if self._left < 0:
            raise _TooMuch
        if isinstance(node, Scalar):
            text = _filled(node.text, name, value)
            return node if text == node.text else Scalar(text, node.start, node.end)
        if isinstance(node, Sequence):
            return Sequence(tuple(self._copy(item, name, value) for item in node.items), node.start)
        if isinstance(node, Mapping):
            names = {key: _filled(key, name, value) for key in node.items}
            items = {names[key]: self._copy(item, name, value) for key, item in node.items.items()}
            keys = {names[key]: Scalar(names[key], found.start, found.end) for key, found in node.keys.items()}
            return Mapping(items, keys, node.start)
        return node


def _filled(text: str, name: str, value: str) -> str:
    return text.replace(f"${{{name}}}", value).replace(f"&{{{name}}}", "".join(filter(str.isalnum, value)))
