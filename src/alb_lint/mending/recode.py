"""Joins, deletions and splits of a plan put into the code: a block gets other values, goes, or gets another beside it.

Nothing here is trusted: the code is read again as it would be, and what does not say exactly what the plan means is left to people, with the reason.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from alb_lint.errors import AlbLintError
from alb_lint.files import NotRead, content, instead
from alb_lint.mending.bare import bare
from alb_lint.mending.blocks import Block, Hand, block_of, characters, text_of
from alb_lint.mending.literals import cut, places
from alb_lint.model import (
    Condition,
    Estate,
    HostHeader,
    HttpHeader,
    HttpRequestMethod,
    Listener,
    OpaqueCondition,
    PathPattern,
    QueryString,
    Rule,
    SourceIp,
)
from alb_lint.plan.allocation.into_code import PROGRAMS, TERRAFORM
from alb_lint.plan.plan import Join, ListenerPlan, Split
from alb_lint.plan.proposal import Key, Proposal, Redraft, key_of, rules_by_id
from alb_lint.plan.scripts.patch import literal_of, patch_of
from alb_lint.plan.steps.apply import apply_plan
from alb_lint.record import record

MOST: Final = 40
"""Times that the code is read again, at most."""
_KINDS: Final = ("terraform", "cloudformation", "pulumi")
"""Sources that are code; exports, plans and states are made by tools."""
_WORDS: Final[Mapping[type, str]] = {
    PathPattern: r"path[-_]?pattern",
    HostHeader: r"host[-_]?header",
    HttpRequestMethod: r"(?:http[-_]?)?request[-_]?method",
    SourceIp: r"source[-_]?ip",
    HttpHeader: r"http[-_]?header(?!Name|_name|name)",
    QueryString: r"query[-_]?string",
}
"""How a condition is called in code, whatever the language."""


@record
class _Span:
    """The characters from `first` to `last` of a file become `new`."""

    file: str
    first: int
    last: int
    new: str


@record
class _Task:
    """One change of the plan, and what it makes of the code."""

    key: Key
    spans: tuple[_Span, ...]


def redraft(proposal: Proposal, estate: Estate, read_again: Callable[[], Estate]) -> Redraft:
    """What of the plan's joins, deletions and splits can be written, proved. `read_again`: the same input, read once more."""
    work = _Work(proposal, estate, read_again)
    return work.run()


class _Work:
    def __init__(self, proposal: Proposal, estate: Estate, read_again: Callable[[], Estate]) -> None:
        self.proposal = proposal
        self.estate = estate
        self.read_again = read_again
        self.patch = patch_of(proposal)
        self.was: dict[str, bytes] = {}
        self.reasons: dict[Key, str] = {}
        self.taken: list[_Task] = []
        self.contents: dict[str, bytes] = {}
        self.reads = 0
        found: dict[tuple[str, int, int], int] = {}
        for listener in estate.listeners:
            for rule in listener.rules:
                place = (rule.location.file, rule.location.line, rule.location.column)
                found[place] = found.get(place, 0) + 1
        self.shared = {place for place, many in found.items() if many > 1}

    def run(self) -> Redraft:
        ready = list(self._tasks())
        self._take(ready)
        done = frozenset(task.key for task in self.taken)
        for task in ready:
            if task.key not in done:
                self.reasons[task.key] = "the code, read again after that, does not say what the plan means"
        return Redraft(self.contents, {name: self.was[name] for name in self.contents}, done, self.reasons)

    def _take(self, tasks: Sequence[_Task]) -> None:
        """Takes them all where the code holds them, else what it holds of each half."""
        if not tasks or self.reads >= MOST:
            return
        contents = self._held([*self.taken, *tasks])
        if contents is not None:
            self.taken, self.contents = [*self.taken, *tasks], contents
        elif len(tasks) > 1:
            self._take(tasks[: len(tasks) // 2])
            self._take(tasks[len(tasks) // 2 :])

    # -- what to write -----------------------------------------------------------------------------------------------------------

    def _tasks(self) -> Iterator[_Task]:
        for part in self.proposal.plan.listeners:
            base = self.proposal.base(part)
            rules = rules_by_id(base)
            merged = {name for merge in part.merges for name in (merge.keep, *merge.drop)}
            for key, names, made in self._wanted(part, rules):
                if base.source_kind not in _KINDS:
                    self.reasons[key] = "it is known from an export only; change it where it is defined"
                    continue
                if merged & set(names):
                    self.reasons[key] = "its twins have to be merged first"
                    continue
                try:
                    yield _Task(key, tuple(made()))
                except Hand as error:
                    self.reasons[key] = str(error)

    def _wanted(self, part: ListenerPlan, rules: Mapping[str, Rule]) -> Iterator[tuple[Key, Sequence[str], Callable[[], list[_Span]]]]:
        """(key, rules that it is about, what makes its spans) of each change."""
        for join in part.compaction.joins if part.compaction is not None else ():
            yield key_of("join", part, join.keep), (join.keep, *join.drop), partial(self._join, rules, join)
        for name in part.compaction.removed if part.compaction is not None else ():
            yield key_of("removed", part, name), (name,), partial(self._removed, rules[name])
        for split in part.splits:
            yield key_of("split", part, split.rule), (split.rule,), partial(self._split, rules[split.rule], split)

    def _join(self, rules: Mapping[str, Rule], join: Join) -> list[_Span]:
        keep = rules[join.keep]
        block = self._block(keep)
        edit = next((edit for edit in self.patch.edits if edit.site == keep.priority_site), None)
        text = self._with_number(keep, block, edit.new) if edit is not None else ""
        text = revalued(text or block.text, keep.conditions, join.conditions, block.file)
        return [_Span(block.file, block.start, block.end, text), *(one for name in join.drop for one in self._removed(rules[name]))]

    def _removed(self, rule: Rule) -> list[_Span]:
        block = self._block(rule)
        if block.is_used():
            raise Hand(f"other code refers to {block.name}")
        return [_Span(block.file, *block.gone, "")]

    def _split(self, rule: Rule, split: Split) -> list[_Span]:
        block = self._block(rule)
        texts = []
        for name, piece in zip(["", *block.free_names(len(split.pieces) - 1)], split.pieces, strict=True):
            text = self._with_number(rule, block, piece.priority)
            if not text:
                raise Hand("its number is not a literal of its own")
            if name:
                (at, end), (first, last) = block.named, block.kept
                text = text[:at] + name + text[end:]
                text = text[:first] + text[last:]
            texts.append(revalued(text, rule.conditions, piece.conditions, block.file))
        return [_Span(block.file, block.start, block.end, block.glue.join(texts))]

    def _block(self, rule: Rule) -> Block:
        place = rule.location
        if not place.file or place.file == "-" or not place.line:
            raise Hand("where it stands is not told")
        if (place.file, place.line, place.column) in self.shared:
            raise Hand("the code there makes several rules")
        try:
            return block_of(rule, self._content(place.file))
        except NotRead as error:
            raise Hand(error.reason) from None

    def _content(self, name: str) -> bytes:
        if name not in self.was:
            self.was[name] = content(name)
        return self.was[name]

    def _with_number(self, rule: Rule, block: Block, number: int) -> str:
        """The text of the block with another number; "" where its number stands elsewhere."""
        site = rule.priority_site
        at = characters(self.was[block.file], site.offset) - block.start if site is not None and site.file == block.file else -1
        if site is None or not 0 <= at < len(block.text):
            return ""
        return block.text[:at] + str(number) + block.text[at + len(site.text) :]

    # -- what it says then -------------------------------------------------------------------------------------------------------

    def _held(self, tasks: Sequence[_Task]) -> dict[str, bytes] | None:
        """The files with these changes and all numbers; None where they do not say what is meant."""
        self.reads += 1
        contents = self._contents([span for task in tasks for span in task.spans])
        if contents is None:
            return None
        try:
            with instead(contents):
                again = self.read_again()
        except AlbLintError:
            return None
        keys = {task.key for task in tasks}
        left = {listener.id: listener for listener in again.listeners}
        for was in self.estate.listeners:
            now, meant = left.pop(was.id, None), self._meant(was, keys)
            if now is None and not meant.rules:
                continue  # code without a rule is not looked at
            names = frozenset(rule.name for rule in was.rules)
            if now is None or bare(_with_fresh(now, names)) != bare(_with_fresh(meant, names)):
                return None
        return None if left or len(again.gaps) != len(self.estate.gaps) else contents

    def _contents(self, spans: Sequence[_Span]) -> dict[str, bytes] | None:
        """The new bytes of each file, numbers included; None where two changes meet."""
        contents = {}
        for name in sorted({span.file for span in spans} | {edit.site.file for edit in self.patch.edits}):
            data = self._content(name)
            mine = sorted((span for span in spans if span.file == name), key=lambda span: (span.first, span.last))
            for edit in self.patch.edits:
                at = characters(data, edit.site.offset) if edit.site.file == name else -1
                if at >= 0 and not any(span.first <= at < span.last for span in mine):
                    mine.append(_Span(name, at, at + len(edit.site.text), str(edit.new)))
            text = _applied(text_of(data), sorted(mine, key=lambda span: span.first))
            if text is None:
                return None
            contents[name] = text.encode("utf-8", "surrogateescape")
        return contents

    def _meant(self, listener: Listener, keys: set[Key]) -> Listener:
        part = next((part for part in self.proposal.plan.listeners if part.id == listener.id), None)
        if part is None:
            return listener
        fewer = part.compaction
        if fewer is not None:
            joins = tuple(join for join in fewer.joins if key_of("join", part, join.keep) in keys)
            removed = tuple(name for name in fewer.removed if key_of("removed", part, name) in keys)
            fewer = replace(fewer, joins=joins, removed=removed)
        splits = tuple(split for split in part.splits if key_of("split", part, split.rule) in keys)
        written = {edit.site: edit.new for edit in self.patch.edits}
        rules = rules_by_id(listener)
        sites = {move.rule: literal_of(rules[move.rule]) for move in part.moves}
        moves = tuple(move for move in part.moves if (site := sites[move.rule]) is not None and written.get(site) == move.new)
        return apply_plan(replace(part, merges=(), moves=moves, compaction=fewer, splits=splits), listener)


def _applied(text: str, spans: Sequence[_Span]) -> str | None:
    """The text with its changes, in order; None where two meet that are not both deletions. What a deletion leaves of a JSON list is mended."""
    pieces, at = [""], 0
    for span in spans:
        if span.first < at and (span.new or pieces[-1]):
            return None
        between = text[at : span.first] if span.first > at else ""
        pieces += [between, span.new]
        at = max(at, span.last)
    if not text.lstrip("\ufeff \t\r\n").startswith("{"):
        return "".join([*pieces, text[at:]])
    made = ""
    for piece in [*pieces, text[at:]]:
        left = made.rstrip()
        made = left[:-1] + made[len(left) :] + piece if left.endswith(",") and piece.lstrip().startswith("}") else made + piece
    return made


def _with_fresh(listener: Listener, names: frozenset[str]) -> Listener:
    """The listener with nothing of a new rule that follows from how the code calls it."""
    rules = []
    for rule in listener.rules:
        new = "~" in rule.id or rule.name not in names
        rules.append(replace(rule, id="", name="", formerly=(), deployed_as="") if new else rule)
    return replace(listener, rules=tuple(rules))


def revalued(text: str, old: Sequence[Condition], new: Sequence[Condition], file: str) -> str:
    """The block with the values of the new conditions in place of those of the old ones. Raises Hand."""
    told = [_kind(item) for item in old]
    if len(set(told)) < len(told) or {_kind(item) for item in new} != set(told):
        raise Hand("a condition would have to go, or stands there twice")
    wanted = {_kind(item): item for item in new}
    for item in old:
        then = wanted[_kind(item)]
        if isinstance(item, OpaqueCondition) or isinstance(then, OpaqueCondition) or item == then:
            continue
        for field in ("values", "regexes"):
            before, after = getattr(item, field, ()), getattr(then, field, ())
            if set(before) != set(after):
                text = _listed(text, item, before, after, file)
    return text


def _kind(item: Condition) -> tuple[str, str]:
    return type(item).__name__, str(item.name).lower() if isinstance(item, HttpHeader) else ""


def _listed(text: str, item: Condition, before: Sequence[Any], after: Sequence[Any], file: str) -> str:
    more = [value for value in after if value not in before]
    if isinstance(item, QueryString) or not all(isinstance(value, str) for value in (*before, *more)):
        raise Hand("its values are not all texts in a list")
    if more:
        start, end = _spot(text, item, next((value for value in reversed(before) if value in after), before[-1]))
        text = _longer(text, start, end, more, file)
    for value in before:
        if value not in after:
            shorter = cut(text, *_spot(text, item, value))
            if shorter is None:
                raise Hand(f"{value} cannot be taken out")
            text = shorter
    return text


def _spot(text: str, item: Condition, value: str) -> tuple[int, int]:
    """Where the value stands as a literal. Raises Hand where that is not told."""
    spots = list(places(text, value, 0, len(text)))
    if len(spots) > 1:
        kinds = {kind: [found.start() for found in re.finditer(word, text, re.IGNORECASE)] for kind, word in _WORDS.items()}
        near = {
            spot: max(((at, kind) for kind, ats in kinds.items() for at in ats if at < spot[0]), key=lambda one: one[0], default=(0, None))
            for spot in spots
        }
        spots = [spot for spot, (_, kind) in near.items() if kind is type(item)]
    if len(spots) != 1:
        raise Hand(f"where {value} stands is not told" if spots else f"{value} is not a literal of its own")
    return spots[0]


def _longer(text: str, start: int, end: int, more: Sequence[str], file: str) -> str:
    """The text with more items behind the one that stands there, written as it is."""
    line = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", end)
    stop = len(text) if stop < 0 else stop
    before, quote = text[line:start], text[start] if text[start] in "\"'`" else ""
    written = [_literal(value, quote, file) for value in more]
    ending = "\r\n" if text[stop - 1 : stop] == "\r" else "\n"
    if re.fullmatch(r"[ \t]*-[ \t]+", before):
        stop -= len(ending) - 1
        return text[:stop] + "".join(f"{ending}{before}{one}" for one in written) + text[stop:]
    between = f",{ending}{before}" if not before.strip() else ", "
    return text[:end] + "".join(f"{between}{one}" for one in written) + text[end:]


def _literal(value: str, quote: str, file: str) -> str:
    if not quote and re.fullmatch(r"[/A-Za-z][\w./*?-]*", value):
        return value
    if quote in ("", "'") and not file.endswith(PROGRAMS):
        return "'" + value.replace("'", "''") + "'"
    text = json.dumps(value, ensure_ascii=False)
    if file.endswith(TERRAFORM):
        return text.replace("${", "$${").replace("%{", "%%{")
    return f"'{value}'" if quote == "'" and "'" not in value and "\\" not in value else text


__all__ = ["redraft", "revalued"]
