"""Numbers for rules that stand in code: a literal that is there is changed, a priority that is missing is written in. The rest is told, by hand."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from alb_lint.errors import PlanRefused
from alb_lint.findings.wording import conditions_text
from alb_lint.model import Rule
from alb_lint.record import record

if TYPE_CHECKING:
    from alb_lint.languages.cloudformation.node import Mapping as Tree

TERRAFORM: Final = (".tf", ".tofu")
PROGRAMS: Final = (".ts", ".mts", ".cts", ".js", ".mjs", ".cjs")
TEMPLATES: Final = (".yaml", ".yml", ".json", ".template")
_COPY: Final = re.compile(r"\[(\"(?:[^\"\\]|\\.)*\"|\d+)\]$")
"""The end of the address of one of several rules that `count` or `for_each` makes."""


@record
class Replacement:
    """At the byte `offset` of `file`, `new` in place of `old`."""

    file: str
    offset: int
    old: bytes
    new: bytes


@record
class Insertions:
    """`by_hand`: (place, what to do) for what no edit can do."""

    edits: tuple[Replacement, ...]
    by_hand: tuple[tuple[str, str], ...]


@record
class _Hand:
    """Why an edit cannot be made."""

    reason: str


def insertions(rules: Sequence[Rule], numbers: Sequence[int], contents: Mapping[str, bytes]) -> Insertions:
    """Edits that give each rule its number. `contents`: the files in which the rules stand, by name."""
    edits: list[Replacement] = []
    by_hand: list[tuple[str, str]] = []
    groups: dict[tuple[str, int, int], list[tuple[Rule, int]]] = {}
    for rule, number in zip(rules, numbers, strict=True):
        site = rule.priority_site
        if site is not None and site.file not in ("", "-"):
            edits.append(Replacement(site.file, site.offset, site.text.encode(), str(number).encode()))
        else:
            place = rule.location
            groups.setdefault((place.file, place.line, place.column), []).append((rule, number))
    for (file, _, _), group in groups.items():
        found = _inserted(group, contents[file]) if file in contents else _Hand("it is known from an export only")
        if isinstance(found, Replacement):
            edits.append(found)
        else:
            told = [f"{rule.label} ({conditions_text(rule)}) gets {number}: {found.reason}" for rule, number in group]
            by_hand += [(str(rule.location), text) for (rule, _), text in zip(group, told, strict=True)]
    return Insertions(tuple(sorted(edits, key=lambda item: (item.file, item.offset))), tuple(by_hand))


def applied(data: bytes, edits: Sequence[Replacement]) -> bytes:
    """The file with its edits. Raises PlanRefused where another text stands at the place of one."""
    for edit in sorted(edits, key=lambda item: item.offset, reverse=True):
        end = edit.offset + len(edit.old)
        if data[edit.offset : end] != edit.old:
            raise PlanRefused(f"{edit.old.decode()!r} is no longer there", where=edit.file, hint="the file has changed: run it again")
        data = data[: edit.offset] + edit.new + data[end:]
    return data


def _inserted(group: Sequence[tuple[Rule, int]], data: bytes) -> Replacement | _Hand:
    rule = group[0][0]
    suffix = Path(rule.location.file).suffix
    if suffix in TERRAFORM:
        return _terraform(group, data)
    if len(group) > 1:
        return _Hand("the code there makes several rules")
    if suffix in PROGRAMS:
        return _program(rule, group[0][1], data)
    if suffix in TEMPLATES:
        return _template(rule, group[0][1], data)
    return _Hand("this kind of file cannot be written")


# -- Terraform -----------------------------------------------------------------------------------------------------------------


def _terraform(group: Sequence[tuple[Rule, int]], data: bytes) -> Replacement | _Hand:
    from alb_lint.languages.hcl.document import Document
    from alb_lint.languages.hcl.parse import parse

    rule = group[0][0]
    place = rule.location
    document = Document(place.file, Path(place.file), data)
    block = next((one for one in parse(document).root.blocks("resource") if one.location().line == place.line), None)
    if block is None:
        return _Hand("there is no resource of its own")
    if block.body.attribute("priority") is not None:
        return _Hand("its number is not a literal of its own")
    value = _expression(group)
    if isinstance(value, _Hand):
        return value
    lines = data.splitlines(keepends=True)
    first = place.line  # the line after the head of the block
    for index in range(first, len(lines)):
        found = re.match(rb"([ \t]*)listener_arn(\s*)=", lines[index])
        if found:
            break
        if lines[index].rstrip() == b"}":
            return _Hand("its listener_arn is not on a line of its own")
    else:
        return _Hand("its listener_arn is not on a line of its own")
    whole = sum(lines[index].count(sign) for sign in (b"(", b"[", b"{")) == sum(lines[index].count(sign) for sign in (b")", b"]", b"}"))
    at = sum(len(line) for line in lines[: index + 1 if whole else index])
    width = len("listener_arn") + len(found[2])
    end = b"\r\n" if lines[index].endswith(b"\r\n") else b"\n"
    text = found[1] + f"{'priority'.ljust(width)}= {value}".encode() + end
    if whole and not lines[index].endswith(b"\n"):
        return _Hand("the file ends there")
    return Replacement(place.file, at, b"", text)


def _expression(group: Sequence[tuple[Rule, int]]) -> str | _Hand:
    """The number, or one that a key of `for_each`, or the index of `count`, chooses."""
    if len(group) == 1 and not _COPY.search(group[0][0].location.address):
        return str(group[0][1])
    keys = []
    for rule, _ in group:
        found = _COPY.search(rule.location.address)
        if found is None:
            return _Hand("it is not known which copy of the resource it is")
        keys.append(json.loads(found[1]))
    if all(isinstance(key, int) for key in keys):
        if sorted(keys) != list(range(len(keys))):
            return _Hand("not all copies of the resource are known")
        listed = [number for _, (_, number) in sorted(zip(keys, group, strict=True), key=lambda pair: pair[0])]
        return f"[{', '.join(map(str, listed))}][count.index]"
    if not all(isinstance(key, str) and re.fullmatch(r"[\w ./*:@-]+", key) for key in keys):
        return _Hand("a key of for_each cannot be written")
    parts = [f'"{key}" = {number}' for key, (_, number) in zip(keys, group, strict=True)]
    return f"{{ {', '.join(parts)} }}[each.key]"


# -- templates -----------------------------------------------------------------------------------------------------------------


def _template(rule: Rule, number: int, data: bytes) -> Replacement | _Hand:
    from alb_lint.languages.cloudformation.document import READ, decoded
    from alb_lint.languages.cloudformation.load_json import load_json
    from alb_lint.languages.cloudformation.load_yaml import load_yaml
    from alb_lint.languages.cloudformation.node import Mapping as Node
    from alb_lint.languages.cloudformation.unreadable import Unreadable

    try:
        source = decoded(rule.location.file, data)
        is_json = source.text.lstrip().startswith("{")
        root: Any = (load_json(source, READ) if is_json else load_yaml(source)).root
    except Unreadable as error:
        return _Hand(str(error))
    if not source.utf8:
        return _Hand("the file is not UTF-8")
    for section, properties, key in (("Resources", "Properties", "Priority"), ("resources", "properties", "priority")):
        resources = root.items.get(section) if isinstance(root, Node) else None
        for name, start in ((name, node.start) for name, node in resources.keys.items()) if isinstance(resources, Node) else ():
            if source.place(start)[0] != rule.location.line:
                continue
            resource = resources.items[name] if isinstance(resources, Node) else None
            inside = resource.items.get(properties) if isinstance(resource, Node) else None
            if not isinstance(inside, Node) or not inside.keys:
                return _Hand(f"its {properties} are not there")
            if key in inside.keys:
                return _Hand("its number is not a literal of its own")
            index, text = _property(source.text, inside, f"{key}: {number}", f'"{key}": {number}')
            if index < 0:
                return _Hand(f"its {properties} are on one line")
            return Replacement(rule.location.file, source.offset(index), b"", text.encode())
    return _Hand("there is no resource of its own")


def _property(text: str, inside: "Tree", plain: str, quoted: str) -> tuple[int, str]:
    """(where, what) for one more property before the first; (-1, "") where there is no room."""
    first = min(node.start for node in inside.keys.values())
    line = text.rfind("\n", 0, first) + 1
    indent = text[line:first].rstrip("\"'")
    if indent.strip():
        return (first - 1, f"{quoted}, ") if text[first - 1 : first] == '"' else (-1, "")
    begins = text[line + len(indent) : line + len(indent) + 1]
    end = "\r\n" if text[: text.find("\n") + 1].endswith("\r\n") else "\n"
    return line, f"{indent}{quoted},{end}" if begins == '"' and text[first - 1] == '"' and text.lstrip().startswith(
        "{"
    ) else f"{indent}{plain}{end}"


# -- programs ------------------------------------------------------------------------------------------------------------------


def _program(rule: Rule, number: int, data: bytes) -> Replacement | _Hand:
    from alb_lint.languages.typescript.parse import NotParsed, parse

    try:
        module = parse(rule.location.file, Path(rule.location.file), data)
    except NotParsed as error:
        return _Hand(str(error))
    made = module.made_at(rule.location.line, rule.location.column)
    arguments = made.child_by_field_name("arguments") if made is not None else None
    given = next((node for node in arguments.named_children if node.type == "object"), None) if arguments is not None else None
    if given is None:
        return _Hand("its arguments are not there")
    names = [module.text(node.child_by_field_name("key") or node) for node in given.named_children]
    if any(name.strip("\"'") == "priority" for name in names) or any(node.type == "spread_element" for node in given.named_children):
        return _Hand("its number is not a literal of its own")
    at = given.start_byte + 1
    if not given.named_children:
        return Replacement(rule.location.file, at, b"", f" priority: {number} ".encode())
    first = given.named_children[0].start_byte
    between = data[at:first]
    return Replacement(rule.location.file, first, b"", f"priority: {number},".encode() + (between if b"\n" in between else b" "))
