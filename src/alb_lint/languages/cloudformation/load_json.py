"""JSON text → nodes.

The parts that matter are walked with their places; each other value is skipped by the C scanner of `json` in one step, so that a
synthesised template of 1.3 MB with a hundred rules takes 30 ms: three times `json.loads`, a tenth of the YAML parser.
"""

import json
import re
from typing import Any, Final

from alb_lint.languages.cloudformation.load_yaml import repeated
from alb_lint.languages.cloudformation.node import DEPTH, Mapping, Node, Opaque, Parsed, Scalar, Sequence, Text, Trouble, is_custom
from alb_lint.languages.cloudformation.unreadable import CORRECT, RENDER, Unreadable, of_another_tool

SECTIONS: Final = frozenset({"Parameters", "Mappings", "Conditions", "Outputs", "Transform"})
"""Top-level keys that are walked whole. `Resources` are walked where their type matters."""

NODES: Final = 1_000_000
"""Nodes walked in one file."""

_SPACE: Final = re.compile(r"[ \t\r\n]*")


def load_json(source: Text, types: frozenset[str]) -> Parsed:
    """The template, with the resources of these types and custom ones in full, and of others only their type; raises Unreadable."""
    walker = _Walker(source, types)
    try:
        root = walker.root()
    except json.JSONDecodeError as error:
        line = source.text[source.text.rfind("\n", 0, error.pos) + 1 :][:500].split("\n", 1)[0]
        hint = RENDER if of_another_tool(line) else CORRECT
        raise Unreadable(f"not JSON: {error.msg}", error.pos, hint=hint) from None
    except RecursionError:
        raise Unreadable("JSON nested too deeply", hint="leave the file out") from None
    except ValueError:
        raise Unreadable("not JSON: a number of too many digits", hint="leave the file out") from None
    return Parsed(root, tuple(walker.troubles), yaml=False)


class _Walker:
    def __init__(self, source: Text, types: frozenset[str]) -> None:
        self.source = source
        self.text = source.text
        self.types = types
        self.troubles: list[Trouble] = []
        self._left = NODES
        # numbers stay the text that is written
        self._decode = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str).raw_decode

    def root(self) -> Node:
        at = self._space(0)
        if self.text[at : at + 1] != "{":
            node: Node
            _, end = self._decode(self.text, at)
            node = Scalar("", at, end)
        else:
            node, end = self._map(at, 0, self._section)
        end = self._space(end)
        if end < len(self.text):
            raise json.JSONDecodeError("Extra data", self.text, end)
        return node

    def _space(self, at: int) -> int:
        found = _SPACE.match(self.text, at)
        return found.end() if found else at

    def _section(self, name: str, at: int, depth: int) -> tuple[Node, int]:
        if name in SECTIONS:
            return self._value(name, at, depth)
        if name == "Resources" and self.text[at : at + 1] == "{":
            return self._map(at, depth, self._resource)
        return self._skipped(at)

    def _resource(self, name: str, at: int, depth: int) -> tuple[Node, int]:
        value, end = self._decode(self.text, at)
        kind = value.get("Type") if isinstance(value, dict) else None
        if isinstance(kind, str) and kind not in self.types and not is_custom(kind) and "Fn::Transform" not in value:
            told = value.get("DependsOn")
            names = [Scalar(_clean(name), at, at) for name in (told if isinstance(told, list) else [told]) if isinstance(name, str)]
            items: dict[str, Node] = {"Type": Scalar(kind, at, at)}
            if names:
                items["DependsOn"] = Sequence(tuple(names), at)
            return Mapping(items, {name: Scalar(name, at, at) for name in items}, at), end
        return self._value(name, at, depth)

    def _skipped(self, at: int) -> tuple[Node, int]:
        _, end = self._decode(self.text, at)
        return Scalar("", at, end), end

    def _value(self, _name: str, at: int, depth: int) -> tuple[Node, int]:
        self._left -= 1
        if self._left < 0:
            raise Unreadable(f"more than {NODES:,} JSON values", hint="CloudFormation takes 1 MiB at most; leave the file out")
        if depth > DEPTH:
            raise Unreadable(f"nested deeper than {DEPTH} levels", at, hint="leave the file out")
        mark = self.text[at : at + 1]
        if mark == "{":
            return self._map(at, depth, self._value)
        if mark == "[":
            return self._list(at, depth)
        value, end = self._decode(self.text, at)
        if mark == '"':
            return Scalar(_clean(value), at + 1, end - 1), end
        return Scalar(self.text[at:end], at, end, plain=True), end

    def _list(self, start: int, depth: int) -> tuple[Node, int]:
        items: list[Node] = []
        at = self._space(start + 1)
        if self.text[at : at + 1] == "]":
            return Sequence((), start), at + 1
        while True:
            item, at = self._value("", at, depth + 1)
            items.append(item)
            at = self._space(at)
            mark = self.text[at : at + 1]
            if mark == "]":
                return Sequence(tuple(items), start), at + 1
            if mark != ",":
                raise json.JSONDecodeError("Expecting ',' delimiter", self.text, at)
            at = self._space(at + 1)

    def _map(self, start: int, depth: int, read: Any) -> tuple[Node, int]:
        values: dict[str, Node] = {}
        keys: dict[str, Scalar] = {}
        twice: dict[str, list[tuple[int, Node]]] = {}
        at = self._space(start + 1)
        if self.text[at : at + 1] == "}":
            return Mapping(values, keys, start), at + 1
        while True:
            if self.text[at : at + 1] != '"':
                raise json.JSONDecodeError("Expecting property name enclosed in double quotes", self.text, at)
            name, end = self._decode(self.text, at)
            name = _clean(name)
            key = Scalar(name, at + 1, end - 1)
            end = self._space(end)
            if self.text[end : end + 1] != ":":
                raise json.JSONDecodeError("Expecting ':' delimiter", self.text, end)
            value, end = read(name, self._space(end + 1), depth + 1)
            if name in values:
                twice.setdefault(name, []).append((key.start, value))
            else:
                values[name], keys[name] = value, key
            at = self._space(end)
            mark = self.text[at : at + 1]
            if mark == "}":
                break
            if mark != ",":
                raise json.JSONDecodeError("Expecting ',' delimiter", self.text, at)
            at = self._space(at + 1)
        for name, repeats in twice.items():
            found = repeated(self.source, name, [(keys[name].start, values[name]), *repeats])
            if isinstance(found, Opaque):
                self.troubles.append(Trouble(found.reason, found.start))
            values[name] = found
        return Mapping(values, keys, start), at + 1


def _clean(text: str) -> str:
    """The text without halves of surrogate pairs, which no file and no request can hold."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
