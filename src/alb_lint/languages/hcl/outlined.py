"""A file of which no block is parsed that nobody asks for, though every error in it would be told."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from typing import Final

from alb_lint.languages.hcl.document import Document
from alb_lint.languages.hcl.parse import MAX_BYTES, File, LaterBody
from alb_lint.languages.hcl.plain import labels, pieces, plain
from alb_lint.languages.hcl.syntax import Block, Body, Expr, Problem

_ASKED: Final = 40
"""Labels that are looked for one by one; from then on all are put in a table."""


class Outlined:
    """A file of whole blocks without errors. `looked_into`: the bodies that are parsed already, by the start of their block."""

    def __init__(self, document: Document, found: Sequence[re.Match[bytes]], looked_into: dict[int, LaterBody]) -> None:
        self._document = document
        self._looked_into = looked_into
        self._blocks: dict[tuple[str, str], Sequence[Block]] = {}
        self._first: dict[str, dict[str, list[re.Match[bytes]]]] = {}
        self._kinds: dict[str, list[re.Match[bytes]]] = {"": [*found]}
        for piece in found:
            self._kinds.setdefault(piece[1].decode(), []).append(piece)

    @property
    def problem(self) -> Problem | None:
        return None

    @property
    def end(self) -> int:
        return len(self._document.data)

    def attribute(self, _name: str) -> Expr | None:
        return None

    def attributes(self) -> Sequence[str]:
        return ()

    def blocks(self, kind: str = "") -> Sequence[Block]:
        return self.labelled(kind, "")

    def labelled(self, kind: str, first: str) -> Sequence[Block]:
        """The blocks of one kind, or all; and with `first` as their first label, if that is given."""
        if (kind, first) not in self._blocks:
            if first and len(self._blocks) >= _ASKED:
                self._blocks[kind, first] = [self._block(piece) for piece in self._by_label(kind).get(first, ())]
                return self._blocks[kind, first]
            word, find = first.encode(), self._document.data.find
            pieces = self._kinds.get(kind, ()) if not word or find(word) >= 0 else ()
            made = (self._block(piece) for piece in pieces if find(word, piece.start(2), piece.end(2)) >= 0)
            self._blocks[kind, first] = [block for block in made if not first or block.labels[:1] == (first,)]
        return self._blocks[kind, first]

    def _by_label(self, kind: str) -> Mapping[str, Sequence[re.Match[bytes]]]:
        """The blocks of a kind by their first label."""
        if kind not in self._first:
            found: dict[str, list[re.Match[bytes]]] = {}
            for piece in self._kinds.get(kind, ()):
                for label in islice(labels(piece), 1):
                    found.setdefault(label, []).append(piece)
            self._first[kind] = found
        return self._first[kind]

    def let_go(self) -> None:
        """Forgets the parsed bodies."""
        for body in self._looked_into.values():
            body.let_go(large=False)

    def _block(self, piece: re.Match[bytes]) -> Block:
        start = piece.start(1)
        if start not in self._looked_into:
            self._looked_into[start] = _body(self._document, piece, plain=True)
        return Block(piece[1].decode(), tuple(labels(piece)), self._looked_into[start], self._document, start)


_KEPT: Final[ContextVar[dict[tuple[str, bytes], File | None] | None]] = ContextVar("kept", default=None)


@contextmanager
def kept() -> Iterator[None]:
    """Until the block ends, a file that is read again, by the same name and with the same bytes, is not taken apart again: what is found in it
    hangs on nothing else, not on where it lies either.
    """
    token = _KEPT.set({})
    try:
        yield
    finally:
        _KEPT.reset(token)


def outlined(document: Document) -> File | None:
    """The file with its blocks parsed when they are asked for, if `parse` would find no error in it; None where that is not certain."""
    known = _KEPT.get()
    if known is None:
        return _outlined(document)
    key = (document.name, document.data)
    if key not in known:
        known[key] = _outlined(document)
    return known[key]


def _outlined(document: Document) -> File | None:
    found = pieces(document.data) if len(document.data) <= MAX_BYTES else None
    if found is None:
        return None
    looked_into: dict[int, LaterBody] = {}
    for piece in found:
        if not plain(piece):
            body = looked_into[piece.start(1)] = _body(document, piece, plain=False)
            if not body.is_sound:
                return None
    return File(document, Outlined(document, found, looked_into))


def _body(document: Document, piece: re.Match[bytes], *, plain: bool) -> LaterBody:
    return LaterBody(document, piece.start(1), document.data.rindex(b"}", 0, piece.end()) + 1, plain=plain)


def labelled(root: Body, kind: str, first: str) -> Sequence[Block]:
    """The blocks of a file of one kind and, if that is given, first label."""
    if isinstance(root, Outlined):
        return root.labelled(kind, first)
    return [block for block in root.blocks(kind) if not first or block.labels[:1] == (first,)]
