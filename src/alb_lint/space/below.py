"""Which of many texts may share a word with another one for how the one begins, `/a/*` being the other: all of them in one go, not pair by pair."""

from collections.abc import Iterable

from alb_lint.space.glob import shape
from alb_lint.space.letters import has_letter
from alb_lint.space.sharing import beginning, is_plainly_below, may_begin

Found = tuple[int, int]
"""Texts by their numbers, and their owners."""


class Below:
    """`texts`: each with its number and its owners."""

    def __init__(self, texts: Iterable[tuple[str, int, int]]) -> None:
        self._prefixes: list[tuple[str, Found]] = []
        """Of every `prefix*` without symbols."""
        self._begun: dict[tuple[str, str], Found] = {}
        """Of the texts with symbols, those that begin alike together."""
        for text, number, bits in texts:
            if has_letter(text):
                numbers, owners = self._begun.get(beginning(text), (0, 0))
                self._begun[beginning(text)] = numbers | 1 << number, owners | bits
            elif is_plainly_below(text):
                self._prefixes.append((shape(text).prefix, (1 << number, bits)))
        self._known: dict[tuple[str, str], Found] = {}

    def of(self, text: str) -> Found:
        """For a text with symbols, each `prefix*` without any that it may begin with; for such a one, the texts with symbols that may begin so."""
        lettered = has_letter(text)
        if not lettered and not is_plainly_below(text):
            return 0, 0
        key = beginning(text) if lettered else (text, "")
        found = self._known.get(key)
        if found is None:
            if lettered:
                found = _together(owned for prefix, owned in self._prefixes if may_begin(*key, prefix))
            else:
                prefix = shape(text).prefix
                found = _together(owned for begun, owned in self._begun.items() if may_begin(*begun, prefix))
            self._known[key] = found
        return found


def _together(all_found: Iterable[Found]) -> Found:
    numbers = owners = 0
    for more, bits in all_found:
        numbers |= more
        owners |= bits
    return numbers, owners
