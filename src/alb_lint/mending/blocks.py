"""The whole of the code that makes one rule: where it begins and ends, what it is called, and what is left without it.

A block is found by the parser of its language. Where the code is anything but one block of its own for one rule, the reason is told instead.
"""

import json
import re
from collections.abc import Callable
from itertools import count, islice
from pathlib import Path
from typing import Any, Final

from alb_lint.files import NotRead, content, is_file
from alb_lint.model import Rule
from alb_lint.plan.allocation.into_code import PROGRAMS, TEMPLATES, TERRAFORM
from alb_lint.record import record

_CDK: Final = '"aws:cdk:path"'
_COMMENT: Final = re.compile(r"[ \t]*(#|//)")


class Hand(Exception):  # noqa: N818 - an answer, not an error
    """Why no tool can make the change; `str()` says it."""


@record
class Block:
    """`text`: what makes the rule, at the character `start` of `whole`. `gone`: (first, last) of what goes with it when it is deleted.

    `named`: (first, last) of its name in `text`; `kept`: of the variable that it is kept in, which another like it lacks. `glue`: what stands
    between the two. `used`: a pattern of what refers to it; `others`: files beside its own that may. `renamed`: (name, number) → one more name.
    """

    file: str
    whole: str
    start: int
    text: str
    gone: tuple[int, int]
    named: tuple[int, int]
    glue: str
    used: str
    renamed: Callable[[str, int], str]
    others: tuple[str, ...] = ()
    kept: tuple[int, int] = (0, 0)

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def name(self) -> str:
        return self.text[self.named[0] : self.named[1]]

    def is_used(self) -> bool:
        """Whether other code refers to it."""
        return bool(self.used) and self._elsewhere(self.used)

    def free_names(self, many: int) -> list[str]:
        """Names for others like it that nothing has yet."""
        numbers = (number for number in count(2) if not self._elsewhere(rf"\b{re.escape(self.renamed(self.name, number))}\b"))
        return [self.renamed(self.name, number) for number in islice(numbers, many)]

    def _elsewhere(self, pattern: str) -> bool:
        rest = (self.whole[: self.start], self.whole[self.end :], *map(_read, self.others))
        return any(re.search(pattern, text) for text in rest)


def block_of(rule: Rule, data: bytes) -> Block:
    """The block of the rule in the bytes of its file. Raises Hand."""
    suffix = Path(rule.location.file).suffix
    if suffix in TERRAFORM:
        return _terraform(rule, data)
    if suffix in PROGRAMS:
        return _program(rule, data)
    if suffix in TEMPLATES:
        return _template(rule, data)
    raise Hand("this kind of file cannot be written")


def text_of(data: bytes) -> str:
    """The text of a file, every byte of it."""
    return data.decode("utf-8", "surrogateescape")


def characters(data: bytes, offset: int) -> int:
    """Characters before the byte."""
    return len(text_of(data[:offset]))


def _read(name: str) -> str:
    try:
        return text_of(content(name))
    except NotRead:
        return ""


def _lines(text: str, start: int, end: int) -> tuple[int, int]:
    """The whole lines that hold the piece, and nothing else. Raises Hand."""
    first = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", end)
    last = len(text) if stop < 0 else stop + 1
    if text[first:start].strip() or text[end:last].strip():
        raise Hand("other code stands on its lines")
    return first, last


def _with_comments(text: str, first: int, last: int) -> tuple[int, int]:
    """The lines with the comment that belongs to them, and one of the blank lines around: the comment at the top of a file is about the file."""
    start = first
    while start:
        above = text.rfind("\n", 0, start - 1) + 1
        if not _COMMENT.match(text, above, start):
            break
        start = above
    start = start or first
    blank_after = re.compile(r"[ \t]*\r?\n").match(text, last)
    if blank_after and (not start or not text[text.rfind("\n", 0, start - 1) + 1 : start].strip()):
        last = blank_after.end()
    elif last == len(text) and start and not text[text.rfind("\n", 0, start - 1) + 1 : start].strip():
        start = text.rfind("\n", 0, start - 1) + 1
    return start, last


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _apart(text: str, first: int) -> str:
    """What stands between blocks of this file: a blank line where one stands before this."""
    above = text[: max(first - 1, 0)].rfind("\n") + 1
    return _line_end(text) if first and not text[above:first].strip() else ""


# -- Terraform -----------------------------------------------------------------------------------------------------------------


def _terraform(rule: Rule, data: bytes) -> Block:
    from alb_lint.languages.hcl.document import Document
    from alb_lint.languages.hcl.parse import parse
    from alb_lint.languages.hcl.scan import closing

    file, text = rule.location.file, text_of(data)
    blocks = parse(Document(file, Path(file), data)).root.blocks("resource")
    found = next((one for one in blocks if one.location().line == rule.location.line), None)
    opened = data.find(b"{", found.start) if found is not None else -1
    end = closing(data, opened + 1) if opened >= 0 else None
    if found is None or end is None or len(found.labels) != 2:
        raise Hand("there is no resource of its own")
    if rule.location.address.endswith("]") or any(found.body.attribute(name) is not None for name in ("count", "for_each")):
        raise Hand("its resource makes rules by count or for_each")
    first, last = _lines(text, characters(data, found.start), characters(data, end))
    kind, name = found.labels
    head = re.match(rf'\s*resource\s+"?{re.escape(kind)}"?\s+"?({re.escape(name)})"?\s*\{{', text[first:last])
    if head is None:
        raise Hand("its head is written in a way of its own")
    try:
        beside = sorted(Path(file).parent.iterdir())
    except OSError:
        raise Hand("its folder cannot be read") from None
    others = [str(one) for one in beside if one.name.endswith((*TERRAFORM, ".tf.json")) and one.name != Path(file).name]
    return Block(
        file,
        text,
        first,
        text[first:last],
        _with_comments(text, first, last),
        head.span(1),
        _apart(text, first),
        rf'\b{re.escape(kind)}"?[.\s]\s*"?{re.escape(name)}\b',
        lambda name, number: f"{name}_{number}",
        tuple(name for name in others if is_file(name)),
    )


# -- templates -----------------------------------------------------------------------------------------------------------------


def _template(rule: Rule, data: bytes) -> Block:
    from alb_lint.languages.cloudformation.document import READ, decoded
    from alb_lint.languages.cloudformation.load_json import load_json
    from alb_lint.languages.cloudformation.load_yaml import load_yaml
    from alb_lint.languages.cloudformation.node import Mapping
    from alb_lint.languages.cloudformation.unreadable import Unreadable

    file = rule.location.file
    try:
        source = decoded(file, data)
        is_json = source.text.lstrip().startswith("{")
        root: Any = (load_json(source, READ) if is_json else load_yaml(source)).root
    except Unreadable as error:
        raise Hand(str(error)) from None
    if not source.utf8:
        raise Hand("the file is not UTF-8")
    bom = text_of(data[: source.bom])
    for section in ("Resources", "resources"):
        resources = root.items.get(section) if isinstance(root, Mapping) else None
        for name, key in resources.keys.items() if isinstance(resources, Mapping) else ():
            if source.place(key.start)[0] == rule.location.line:
                made = _in_json if is_json else _in_yaml
                return made(file, bom + source.text, len(bom) + key.start, name, section == "Resources")
    raise Hand("there is no resource of its own")


def _in_yaml(file: str, text: str, key: int, name: str, is_template: bool) -> Block:
    first = text.rfind("\n", 0, key) + 1
    indent = text[first:key].rstrip("\"'")
    if indent.strip():
        raise Hand("other code stands on its lines")
    last = at = text.find("\n", key) + 1 or len(text)
    while at < len(text):
        stop = text.find("\n", at) + 1 or len(text)
        line = text[at:stop]
        if line.strip():
            if len(line) - len(line.lstrip(" ")) <= len(indent):
                break
            last = stop
        at = stop
    if not text[:last].endswith("\n"):
        raise Hand("the file ends there without an end of its line")
    return _in_template(file, text, (first, last), _with_comments(text, first, last), (key - first, name), _apart(text, first), is_template)


def _in_json(file: str, text: str, key: int, name: str, is_template: bool) -> Block:
    start = key - 1  # the quote
    colon = re.compile(r"\s*:\s*").match(text, key + len(json.dumps(name, ensure_ascii=False)) - 1)
    if colon is None or text[start] != '"':
        raise Hand("its name is written in a way of its own")
    _, end = json.JSONDecoder(strict=False).raw_decode(text, colon.end())
    if _CDK in text[start:end]:
        raise Hand("the CDK writes this file; change its program")
    first = text.rfind("\n", 0, start) + 1
    indent = text[first:start]
    if indent.strip():
        raise Hand("other code stands on its lines")
    comma = re.compile(r"\s*,").match(text, end)
    gone = (start, comma.end() if comma is not None else end)
    stop = text.find("\n", gone[1]) + 1 or len(text)
    if not text[gone[1] : stop].strip():
        gone = (first, stop)
    glue = f",{_line_end(text)}{indent}"
    return _in_template(file, text, (start, end), gone, (1, name), glue, is_template)


def _in_template(
    file: str, text: str, span: tuple[int, int], gone: tuple[int, int], named: tuple[int, str], glue: str, is_template: bool
) -> Block:
    at, name = named
    word = re.escape(name)
    used = rf"(?m)^(?![ \t]*#).*(?<![\w/.-]){word}(?![\w/-])" if is_template else rf"\$\{{\s*{word}(?![\w-])"
    renamed = (lambda name, number: f"{name}{number}") if is_template else (lambda name, number: f"{name}-{number}")
    return Block(file, text, span[0], text[span[0] : span[1]], gone, (at, at + len(name)), glue, used, renamed)


# -- programs ------------------------------------------------------------------------------------------------------------------


def _program(rule: Rule, data: bytes) -> Block:
    from alb_lint.languages.typescript.parse import NotParsed, parse

    try:
        module = parse(rule.location.file, Path(rule.location.file), data)
    except NotParsed as error:
        raise Hand(str(error)) from None
    text = text_of(data)
    made = module.made_at(rule.location.line, rule.location.column)
    arguments = made.child_by_field_name("arguments") if made is not None else None
    named = arguments.named_children[0] if arguments is not None and arguments.named_children else None
    if made is None or named is None or named.type != "string":
        raise Hand("its name is not written there")
    statement, variable = _statement(module, made)
    first, last = _lines(text, characters(data, statement.start_byte), characters(data, statement.end_byte))
    at = characters(data, named.start_byte) + 1 - first
    name = module.text(named)[1:-1]
    used = rf"\b{re.escape(variable)}\b" if variable else ""
    return Block(
        rule.location.file,
        text,
        first,
        text[first:last],
        _with_comments(text, first, last),
        (at, at + len(name)),
        _apart(text, first),
        used,
        lambda name, number: f"{name}-{number}",
        kept=(characters(data, statement.start_byte) - first, characters(data, made.start_byte) - first) if variable else (0, 0),
    )


def _statement(module: Any, made: Any) -> tuple[Any, str]:
    """The statement that makes the rule and does nothing else, and the variable that it is kept in, "" for none. Raises Hand."""
    above = made.parent
    if above is not None and above.type == "expression_statement":
        statement, variable = above, ""
    elif above is not None and above.type == "variable_declarator" and above.parent.named_child_count == 1:
        statement, variable = above.parent, module.text(above.child_by_field_name("name"))
    else:
        raise Hand("the code does more with it than make it")
    if statement.parent is None or statement.parent.type not in ("program", "statement_block"):
        raise Hand("it is exported, or made in a statement of another kind")
    return statement, variable
