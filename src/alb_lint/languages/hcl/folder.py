"""The files of one folder, which make one module: read at once, parsed when a block in them is asked for."""

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from alb_lint.files import NotRead, Reader
from alb_lint.languages.hcl.document import Document, Span
from alb_lint.languages.hcl.json_syntax import parse_json
from alb_lint.languages.hcl.outlined import Outlined, labelled, outlined
from alb_lint.languages.hcl.parse import LARGE, Blocks, File, indexed, later_problems, parse, unread
from alb_lint.languages.hcl.scan import closed, comments
from alb_lint.languages.hcl.syntax import Block, Body, Expr, Problem
from alb_lint.places import Gap, Location
from alb_lint.record import record

SUFFIXES: Final = (".tf", ".tf.json", ".tofu", ".tofu.json")

MAX_FILE_BYTES: Final = 32 * 1024 * 1024
"""A larger file beside the ones that were asked for is not read; it is named as a gap."""

MAX_FILES: Final = 2_000
"""Files of one folder."""

MAX_PROBLEMS: Final = 5
"""Syntax errors of one file that are told one by one."""

BACKEND: Final = b"backend"
_OFTEN: Final = (b"lb_", BACKEND)
"""What many words that are asked for have in them, and few files."""

_OVERRIDE: Final = ("override.tf", "override.tf.json", "override.tofu", "override.tofu.json")
_OVERRIDES: Final = tuple(f"_{name}" for name in _OVERRIDE)


@record
class _Overridden:
    """A body with the attributes and nested blocks of another in place of its own."""

    base: Body
    over: Body

    def attribute(self, name: str) -> Expr | None:
        found = self.over.attribute(name)
        return self.base.attribute(name) if found is None else found

    def attributes(self) -> Sequence[str]:
        return tuple(dict.fromkeys((*self.base.attributes(), *self.over.attributes())))

    def blocks(self, kind: str = "") -> Sequence[Block]:
        if kind:
            return self.over.blocks(kind) or self.base.blocks(kind)
        replaced = {block.kind for block in self.over.blocks()}
        return [*(block for block in self.base.blocks() if block.kind not in replaced), *self.over.blocks()]

    @property
    def problem(self) -> Problem | None:
        return self.base.problem or self.over.problem

    @property
    def end(self) -> int:
        return self.base.end


class Folder:
    """`name` as the user knows it. `given`: file → its name for the user and its content, for files that were already read.

    `made`: files that a tool writes beside them before it runs, which are not there now.
    """

    def __init__(
        self,
        path: Path,
        name: str,
        given: Mapping[str, tuple[str, bytes]],
        reader: Reader,
        made: Mapping[str, bytes] = MappingProxyType({}),
    ) -> None:
        self.path = path
        self.reader = reader
        self.name = name
        self.names: frozenset[str] = frozenset()
        """All that lies in the folder."""
        self._gaps: list[Gap] = []
        self._given = frozenset(given)
        self._documents = self._read(given)
        self._documents |= {base: Document(self.file_name(base), path / base, data, virtual=True) for base, data in made.items()}
        self._overriding = frozenset(filter(_overrides, self._documents))
        self._files: dict[str, File] = {}
        self._index: dict[tuple[str, str], tuple[int, dict[tuple[str, ...], list[Block]]]] = {}
        """(kind, first label) → number of files that were looked through, and the blocks by their labels."""
        self._locals: dict[str, Block] = {}
        self._asked: dict[tuple[bytes, ...], bool] = {}
        """Words that were looked for → whether a block with them may be there."""
        self._often: dict[bytes, list[str]] = {}
        self._comments: dict[tuple[str, bytes], list[Span]] = {}

    @property
    def gaps(self) -> Sequence[Gap]:
        """What could not be read so far."""
        later = [_problem_gap(problem) for _, file in sorted(self._files.items()) for problem in later_problems(file.root)]
        return [*self._gaps, *later[:MAX_PROBLEMS]]

    def let_go(self) -> None:
        """Forgets what was parsed of files without an error: it is parsed again if it is asked again."""
        for file in self._files.values():
            if isinstance(file.root, Outlined | Blocks):
                file.root.let_go()

    def note(self, gap: Gap) -> None:
        self._gaps.append(gap)

    def file_name(self, base: str) -> str:
        return f"{self.name}/{base}" if self.name not in ("", ".") else base

    def _read(self, given: Mapping[str, tuple[str, bytes]]) -> dict[str, Document]:
        try:
            self.names = frozenset(os.listdir(self.path))  # noqa: PTH208 - names, no paths
        except (OSError, ValueError) as error:
            if not given:
                self._gaps.append(Gap(Location(self.name), f"the folder cannot be read: {getattr(error, 'strerror', error)}"))
        names = sorted({*given, *(name for name in self.names if name.endswith(SUFFIXES) and name[0] != ".")})
        if len(names) > MAX_FILES:
            self._gaps.append(Gap(Location(self.name), f"the folder has {len(names)} files; {MAX_FILES} were read"))
        names = [name for name in names[:MAX_FILES] if not _replaced_by_tofu(name, names)]
        documents = {}
        here = os.path.join(self.path, "")  # noqa: PTH118 - of many files
        for name in names:
            path = here + name
            told, data = given.get(name) or (self.file_name(name), self._content(path, name))
            if data is not None:
                documents[name] = Document(told, path, data)
        return documents

    def _content(self, path: str, name: str) -> bytes | None:
        try:
            return self.reader.content(path, MAX_FILE_BYTES)
        except NotRead as error:
            self._gaps.append(Gap(Location(self.file_name(name)), f"not read: {error.reason}"))
            return None

    @property
    def file_names(self) -> Sequence[str]:
        """Names of the files that were parsed."""
        return [self._documents[base].name for base in sorted(self._files)]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(len(document.data) for document in self._documents.values())

    def mentions(self, *words: bytes) -> bool:
        """Whether one file has all the words in it."""
        return any(all(word in document.data for word in words) for document in self._documents.values())

    def contents(self) -> Iterator[bytes]:
        for document in self._documents.values():
            yield document.data

    def content(self, name: str) -> bytes | None:
        document = self._documents.get(name)
        return document.data if document else None

    def comments(self, document: Document, word: bytes) -> Sequence[Span]:
        """The comments of a parsed file that have the word in them."""
        if document.name.endswith(".json"):
            return ()
        known = self._comments.get((document.name, word))
        if known is None:
            known = self._comments[document.name, word] = [Span(document, start, end) for start, end in comments(document.data, word)]
        return known

    def block(self, kind: str, *labels: str) -> Block | None:
        """The one block with these labels, with what override files put in its place."""
        self._parse(kind.encode(), *(label.encode() for label in labels))
        found = self._blocks(kind, labels[0] if labels else "").get(labels)
        return None if not found else found[0] if len(found) == 1 else self._merged(found)

    def blocks(self, kind: str, first: str = "", word: bytes = b"") -> Sequence[Block]:
        """All blocks of one kind (and first label), in the order of files and lines. Two with the same labels both come. `word`: what stands in
        each block that is wanted; others may be left out.
        """
        if not self._parse(kind.encode(), first.encode(), word):
            return ()
        found = []
        for blocks in self._blocks(kind, first).values():
            if len(blocks) == 1:
                found += blocks
                continue
            plain = [block for block in blocks if not _is_override(block)]
            found += plain if len(plain) > 1 else [self._merged(blocks)]
        return sorted(found, key=lambda block: (block.document.name, block.start))

    def local(self, name: str) -> Expr | None:
        self._parse(b"locals", name.encode())
        found = self._locals.get(name)
        return found.body.attribute(name) if found else None

    def local_block(self, name: str) -> Block | None:
        """The block in which the local value is written."""
        self._parse(b"locals", name.encode())
        return self._locals.get(name)

    def _blocks(self, kind: str, first: str) -> Mapping[tuple[str, ...], list[Block]]:
        """The blocks of one kind (and first label) in the files parsed so far, by their labels."""
        seen, found = self._index.get((kind, first), (-1, {}))
        if seen != len(self._files):
            found = {}
            for file in self._files.values():
                for block in labelled(file.root, kind, first):
                    found.setdefault(block.labels, []).append(block)
            self._index[kind, first] = len(self._files), found
        return found

    def _merged(self, blocks: list[Block]) -> Block:
        first = next((block for block in blocks if not _is_override(block)), blocks[0])
        body = first.body
        for block in blocks:
            if block is not first and _is_override(block):
                body = _Overridden(body, block.body)
        return Block(first.kind, first.labels, body, first.document, first.start)

    def _parse(self, *words: bytes) -> bool:
        """Parses the files that have all the words in them; a block stands in no other file. Whether one may be there."""
        if words not in self._asked:
            rarest, often = _sought(words)
            there = False
            for base in self._documents if often is None else self._holding(often):
                document = self._documents[base]
                # who asks for thousands of words asks of large files, and those that are parsed tell quicker
                parsed = base in self._files and len(self._asked) > _MANY
                if parsed or base in self._overriding or _has(document.data, rarest):
                    there = True
                    if base not in self._files:
                        self._add(base, document)
            # in JSON a word may be written with escapes, in a file that was parsed for others
            self._asked[words] = there or any(base.endswith(".json") for base in self._documents)
        return self._asked[words]

    def _holding(self, part: bytes) -> Sequence[str]:
        """The files that have this in them, and those that override others."""
        if part not in self._often:
            self._often[part] = [base for base, told in self._documents.items() if base in self._overriding or told.data.find(part) >= 0]
        return self._often[part]

    def holding(self, part: bytes) -> Iterator[bytes]:
        """The contents of the files that may have this in them, which is asked for more than once."""
        for base in self._holding(part):
            yield self._documents[base].data

    def _parsed(self, base: str, document: Document) -> File:
        """Of a given file every error is told; of the others those in the blocks that are asked for."""
        if base.endswith(".json"):
            return parse_json(document)
        if len(document.data) > LARGE and not closed(document.data):
            return unread(document, f"the file is larger than {LARGE >> 10} kB, and not every brace, quote and heredoc in it is closed")
        return (outlined(document) if base in self._given else indexed(document)) or parse(document)

    def _add(self, base: str, document: Document) -> None:
        file = self._files[base] = self._parsed(base, document)
        self._gaps.extend(_problem_gap(problem) for problem in file.problems[:MAX_PROBLEMS])
        if len(file.problems) > MAX_PROBLEMS:
            self._gaps.append(Gap(Location(document.name), f"{len(file.problems) - MAX_PROBLEMS} more syntax errors"))
        for block in file.root.blocks("locals"):
            for name in block.body.attributes():
                if name not in self._locals or base in self._overriding:
                    self._locals[name] = block


_MANY: Final = 100
"""Words of which each is looked for in every file."""


@lru_cache(maxsize=256)
def _sought(words: tuple[bytes, ...]) -> tuple[Sequence[bytes], bytes | None]:
    """The words in the order in which they are looked for, and what one of them has of `_OFTEN`; of thousands of folders the same is asked."""
    rarest = sorted(filter(None, words), key=len, reverse=True)
    return rarest, next((part for part in _OFTEN if any(part in word for word in rarest)), None)


def _has(data: bytes, words: Sequence[bytes]) -> bool:
    """Whether all the words are in it. By a loop, and not by `in`, which takes a word for a number first: there are thousands of files."""
    find = data.find
    for word in words:
        if find(word) < 0:
            return False
    return True


def _problem_gap(problem: Problem) -> Gap:
    return Gap(problem.span.location(), f"{problem.reason}; what stands there was not read")


def _overrides(base: str) -> bool:
    return base in _OVERRIDE or base.endswith(_OVERRIDES)


def _is_override(block: Block) -> bool:
    return _overrides(block.document.name.rpartition("/")[2])


def _replaced_by_tofu(name: str, names: Sequence[str]) -> bool:
    """OpenTofu reads `x.tofu` in place of `x.tf`."""
    for old, new in ((".tf.json", ".tofu.json"), (".tf", ".tofu")):
        if name.endswith(old):
            return name.removesuffix(old) + new in names
    return False
