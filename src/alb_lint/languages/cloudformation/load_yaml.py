"""YAML text → nodes, from the parser's events.

Events instead of PyYAML's own trees: no tag is ever resolved or constructed, depth and size can be bounded while reading (libyaml's
composer recurses without a bound), and an alias is a second pointer to one node, so that nested aliases cost nothing here.
CloudFormation itself refuses aliases and merge keys; `aws cloudformation package` and SAM resolve them before the upload, so they are read.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from alb_lint.languages.cloudformation.node import DEPTH, Mapping, Node, Opaque, Parsed, Scalar, Sequence, Text, Trouble, entries, text_of
from alb_lint.languages.cloudformation.unreadable import CORRECT, RENDER, Unreadable, of_another_tool

EVENTS: Final = 600_000
"""Events of one file; CloudFormation takes templates of 1 MiB, which have some 100,000 as people write them."""

MERGED: Final = 100_000
"""Keys that merges (`<<`) may copy in one file."""

_STANDARD = "tag:yaml.org,2002:"


@dataclass(slots=True)
class _Frame:
    """A list or map that is still open. `key`: the key that waits for its value. `twice`: key → its repeats, with their places."""

    is_map: bool
    start: int
    tag: str
    anchor: str
    items: list[Node] = field(default_factory=list)
    values: dict[str, Node] = field(default_factory=dict)
    keys: dict[str, Scalar] = field(default_factory=dict)
    twice: dict[str, list[tuple[int, Node]]] = field(default_factory=dict)
    merges: list[Node] = field(default_factory=list)
    key: Scalar | None = None
    spoilt: bool = False
    """A map with a list or a map as a key, as an unrendered `{{ value }}` looks."""
    odd: bool = False
    """Whether such a key waits for its value."""


def load_yaml(source: Text) -> Parsed:
    """The first document; raises Unreadable."""
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    builder = _Builder(source)
    try:
        for event in yaml.parse(source.text, Loader=loader):
            if not builder.take(type(event).__name__, event):
                break
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _syntax(source, str(error.problem or error.context or "not YAML"), mark.index if mark else 0) from None
    except yaml.YAMLError as error:
        at = getattr(error, "position", 0)
        raise _syntax(source, str(getattr(error, "reason", "not YAML")), at if isinstance(at, int) and at >= 0 else 0) from None
    if builder.root is None:
        raise Unreadable("the file holds no YAML document", hint="give a CloudFormation template")
    return Parsed(builder.root, tuple(builder.troubles), shared=frozenset(builder.shared))


def _syntax(source: Text, problem: str, index: int) -> Unreadable:
    """The parser's complaint, with the next step for the two usual causes."""
    index = min(index, len(source.text))
    start = source.text.rfind("\n", 0, index) + 1
    line = source.text[start : start + 500].split("\n", 1)[0]
    before = source.text[max(0, index - 1) : index + 1]
    if "\t" in before or line[: len(line) - len(line.lstrip())].count("\t"):
        return Unreadable("not YAML: a tab where only spaces may stand", index, hint="indent with spaces")
    if of_another_tool(line):
        return Unreadable(f"not YAML: {problem}", index, hint=RENDER)
    if "nesting depth" in problem:  # PyYAML 6.0.4 and later stop by themselves
        return Unreadable(f"nested deeper than {DEPTH} levels", index, hint="leave the file out")
    return Unreadable(f"not YAML: {problem}", index, hint=CORRECT)


class _Builder:
    def __init__(self, source: Text) -> None:
        self.source = source
        self.root: Node | None = None
        self.troubles: list[Trouble] = []
        self.shared: set[int] = set()
        self._open: list[_Frame] = []
        self._anchors: dict[str, Node] = {}
        self._left = EVENTS
        self._merged = 0

    def take(self, kind: str, event: Any) -> bool:
        """Whether to go on after this event."""
        self._left -= 1
        if self._left < 0:
            raise Unreadable(f"more than {EVENTS:,} YAML nodes", hint="CloudFormation takes 1 MiB at most; leave the file out")
        if kind == "ScalarEvent":
            self._put(self._scalar(event), event.anchor)
        elif kind in {"MappingStartEvent", "SequenceStartEvent"}:
            if len(self._open) >= DEPTH:
                raise Unreadable(f"nested deeper than {DEPTH} levels", event.start_mark.index, hint="leave the file out")
            self._open.append(_Frame(kind[0] == "M", event.start_mark.index, event.tag or "", event.anchor or ""))
        elif kind in {"MappingEndEvent", "SequenceEndEvent"}:
            frame = self._open.pop()
            self._put(_tagged(frame.tag, self._closed(frame), frame.start), frame.anchor)
        elif kind == "AliasEvent":
            found = self._anchors.get(event.anchor)
            at = event.start_mark.index
            if isinstance(found, Scalar):
                self.shared.add(found.start)
            self._put(found or Opaque(f"the alias *{event.anchor} names nothing that stands before it", at), "")
        elif kind == "DocumentStartEvent" and self.root is not None:
            self.troubles.append(Trouble("a second YAML document starts here; only the first is read", event.start_mark.index))
            return False
        return True

    def _scalar(self, event: Any) -> Node:
        text, start, end = event.value, event.start_mark.index, event.end_mark.index
        quoted = event.style in {"'", '"'}
        stop = end - 1 if quoted else end
        if self.source.text[stop - len(text) : stop] == text:
            start, end = stop - len(text), stop
        tag = event.tag or ""
        return _tagged(tag, Scalar(text, start, end, plain=not event.style and not tag), event.start_mark.index)

    def _put(self, node: Node, anchor: str | None) -> None:
        if anchor:
            self._anchors[anchor] = node
        if not self._open:
            self.root = node
            return
        frame = self._open[-1]
        if not frame.is_map:
            frame.items.append(node)
        elif frame.key is None and not frame.odd:
            if isinstance(node, Scalar):
                frame.key = node
            else:
                frame.spoilt = frame.odd = True
        else:
            self._pair(frame, node)

    @staticmethod
    def _pair(frame: _Frame, node: Node) -> None:
        key, frame.key, frame.odd = frame.key, None, False
        if key is None:
            return
        if key.text == "<<" and key.plain:
            frame.merges.append(node)
        elif key.text in frame.values:
            frame.twice.setdefault(key.text, []).append((key.start, node))
        else:
            frame.values[key.text] = node
            frame.keys[key.text] = key

    def _closed(self, frame: _Frame) -> Node:
        if not frame.is_map:
            return Sequence(tuple(frame.items), frame.start)
        if frame.spoilt:
            line, _ = self.source.place(frame.start)
            return Opaque(
                f"line {line}: a map or list as a key; if this is {{{{ }}}} of another tool, render the template first", frame.start
            )
        for node in frame.merges:
            self._merge(frame, node)
        for name, repeats in frame.twice.items():
            found = repeated(self.source, name, [(frame.keys[name].start, frame.values[name]), *repeats])
            if isinstance(found, Opaque):
                self.troubles.append(Trouble(found.reason, found.start))
            frame.values[name] = found
        return Mapping(frame.values, frame.keys, frame.start)

    def _merge(self, frame: _Frame, node: Node) -> None:
        """Takes over the keys that the map does not have itself; of several maps the first that has a key gives it."""
        for part in node.items if isinstance(node, Sequence) else (node,):
            if not isinstance(part, Mapping):
                raise Unreadable("<< merges something that is no map", frame.start, hint="correct the line")
            self._merged += len(part.items)
            if self._merged > MERGED:
                raise Unreadable(f"merges (<<) copy more than {MERGED:,} keys", frame.start, hint="leave the file out")
            for name, value in part.items.items():
                frame.values.setdefault(name, value)
                frame.keys.setdefault(name, part.keys[name])


def repeated(source: Text, name: str, places: list[tuple[int, Node]]) -> Node:
    """What stands for a key that stands several times in one map: its value where that is one text, but not of a number that may be rewritten."""
    texts = {(node.text, node.is_null) if isinstance(node, Scalar) else None for _, node in places}
    if len(texts) == 1 and None not in texts and name != "Priority":
        return places[0][1]
    lines = " and ".join(str(source.place(at)[0]) for at, _ in places[:5])
    types = tuple(text_of(entries(node).get("Type")) for _, node in places)
    reason = f"the key {name[:80]!r} is written more than once, in lines {lines}; which one counts is not certain"
    return Opaque(reason, places[1][0], types if all(types) else ())


def _tagged(tag: str, node: Node, start: int) -> Node:
    """`!Name value` as `{"Fn::Name": value}`; `!Ref` and `!Condition` have no prefix. Other tags say nothing that matters."""
    if len(tag) < 2 or tag[0] != "!" or tag.startswith(_STANDARD):
        return node
    name = tag[1:] if tag in {"!Ref", "!Condition"} else f"Fn::{tag[1:]}"
    return Mapping({name: node}, {name: Scalar(name, start, start)}, start)
