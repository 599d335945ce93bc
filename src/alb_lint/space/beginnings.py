"""Texts with symbols by how they begin: which of them may agree with another one from the start, before any two are compared.

Two texts agree for certain as long as their tokens are equal, a symbol being one token; where both go on with a character, and not with the same,
they share no word. Where one has a wildcard, or a symbol that the other has not there, nothing is certain.
"""

from collections.abc import Iterable

from alb_lint.space.letters import is_letter


class Beginnings:
    """`texts`: each with its number. Texts that are turned around tell how they end."""

    def __init__(self, texts: Iterable[tuple[str, int]]) -> None:
        self._root = _Node()
        for text, number in texts:
            node, bit = self._root, 1 << number
            node.below |= bit
            for token in text:
                if token in "*?":
                    break
                if is_letter(token):
                    node.lettered |= bit
                onward = node.onward.get(token)
                if onward is None:
                    onward = node.onward[token] = _Node()
                node = onward
                node.below |= bit
            node.open |= bit

    def agreeing(self, text: str) -> int:
        """The numbers of all texts that may share a word with this one, as far as it can be told from where they begin, and of some more."""
        node, found = self._root, 0
        for token in text:
            if token in "*?":
                return found | node.below
            found |= node.open  # a wildcard, or the end, with which a symbol that may be empty agrees
            same = node.onward.get(token)
            if is_letter(token):
                found |= node.below & ~(same.below if same else 0)
            else:
                found |= node.lettered
            if same is None:
                return found
            node = same
        return found | node.below


class _Node:
    """`open`: the texts that have a wildcard here, or their end. `below`: these, and all that go on. `lettered`: those that go on with a symbol."""

    __slots__ = ("below", "lettered", "onward", "open")

    def __init__(self) -> None:
        self.open = self.below = self.lettered = 0
        self.onward: dict[str, _Node] = {}
