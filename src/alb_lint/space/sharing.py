"""Whether two texts with symbols may share a word under some valuation. No is certain."""

from collections import Counter
from functools import lru_cache
from typing import Final

from alb_lint.patterns import pattern
from alb_lint.space.glob import SIMPLE, shape
from alb_lint.space.letters import has_letter, is_letter, is_plain, letter_of, may_hold, some_slashless
from alb_lint.symbols import Symbol

_FRESH: Final = "\ue000"
_LIKE: Final = {
    (plain, slash, side): letter_of(Symbol(f"any such:{side}", "any", plain=plain, host=not slash))
    for plain in (False, True)
    for slash in (False, True)
    for side in (0, 1)
}
"""Letters for all of one kind; another one on either side."""
_WILD: Final = pattern("[*?\U000f0000-\U0010ffff]")
_RUN: Final = pattern("[*\U000f0000-\U0010ffff]")
"""A star or a letter."""


def may_share(a: str, b: str) -> bool:
    """Whether some valuation gives the two a common word. False is certain; a word may be one of them."""
    if _lacks(a, b) or _lacks(b, a):
        return False
    if _is_below(a, b) or _is_below(b, a):
        return True
    if b < a:
        a, b = b, a  # what holds for the two holds either way
    if _letters(a).isdisjoint(_letters(b)):
        a, b = _faceless(a, 0), _faceless(b, 1)
    return _may_share(a, b)


@lru_cache(maxsize=32_768)
def shared(a: str, b: str) -> bool:
    """As `may_share`, known once asked: each pair of a listener is asked for twice, and others of an estate ask the same. `a` is not behind `b`."""
    return may_share(a, b)


def _lacks(word: str, text: str) -> bool:
    """For a word without symbols: whether it lacks what the text has between its wildcards and symbols."""
    return _is_word(word) and any(part not in word for part in _between(text))


@lru_cache(maxsize=65_536)
def _is_word(text: str) -> bool:
    return _WILD.search(text) is None


@lru_cache(maxsize=65_536)
def _between(text: str) -> tuple[str, ...]:
    return tuple(filter(None, _WILD.split(text)))


def is_plainly_below(glob: str) -> bool:
    """Whether it is `prefix*` without symbols."""
    return shape(glob).kind == SIMPLE and not has_letter(glob)


def _is_below(prefix: str, text: str) -> bool:
    """For `prefix*` without symbols: whether a text, which may have some, is there if its first symbol or star is the rest of the prefix."""
    return is_plainly_below(prefix) and may_begin(*beginning(text), shape(prefix).prefix)


def may_begin(head: str, run: str, begun: str) -> bool:
    """Whether a text of this `beginning` begins with `begun` if the symbol or star is what is missing."""
    if head.startswith(begun):
        return True
    if not run or not begun.startswith(head):
        return False
    rest = begun[len(head) :]
    return run == "*" or (_FRESH not in rest and ("/" not in rest or may_hold(run, "/")))


@lru_cache(maxsize=65_536)
def beginning(text: str) -> tuple[str, str]:
    """The characters before the first wildcard or symbol, and that where it takes any text."""
    found = _WILD.search(text)
    if found is None:
        return text, ""
    return text[: found.start()], found[0] if found[0] != "?" else ""


@lru_cache(maxsize=65_536)
def _letters(text: str) -> frozenset[str]:
    return frozenset(filter(is_letter, text))


@lru_cache(maxsize=65_536)
def _faceless(text: str, side: int) -> str:
    """The text with letters that stand for all of their kind, so that what is found for two texts is found for all like them."""
    letters = _letters(text)
    return text.translate({ord(letter): _LIKE[is_plain(letter), may_hold(letter, "/"), side] for letter in letters}) if letters else text


@lru_cache(maxsize=65_536)
def _may_share(a: str, b: str) -> bool:
    """As `may_share`.

    Equal tokens are cut off both ends, as long as no wildcard is met: for them the two agree under every valuation. Of what is left each
    symbol may be any text, but FRESH, which is chosen after the valuation, where it is plain.
    """
    first, second = a, b
    while first and second and first[0] == second[0] and first[0] not in "*?":
        first, second = first[1:], second[1:]
    while first and second and first[-1] == second[-1] and first[-1] not in "*?":
        first, second = first[:-1], second[:-1]
    if not _runs(first) and not _runs(second):
        return len(first) == len(second) and all(x == y or "?" in (x, y) for x, y in zip(first, second, strict=True))
    if not _agree(first, second) or not _agree(first[::-1], second[::-1]):
        return False
    wild = "".join(token for token in (a, b) if len(token) == 1 and is_letter(token) and not is_plain(token))
    if not wild and not _counts_agree(first, second):
        return False
    if _runs(first) and _runs(second) and (_takes_rest(first, second) or _takes_rest(second, first)):
        return True
    return _meet(first, second, wild)


def _runs(text: str) -> bool:
    return _RUN.search(text) is not None


def _takes_rest(one: str, other: str) -> bool:
    """Of two whose ends agree: whether what lies between those of `other` fits in the runs of `one`, and what lies between those of `one` in a run
    of `other`. FRESH, of which `one` must have none, fits in a star and in no symbol; a slash not in every symbol.
    """
    if _FRESH in one or (("/" in one or "/" in other) and (some_slashless(one) or some_slashless(other))):
        return False
    if _FRESH not in other:
        return True
    runs = [character for character in one if character == "*" or is_letter(character)]
    return runs[0] == "*" and runs[-1] == "*"


def _agree(a: str, b: str) -> bool:
    """Whether the two agree from their beginning to the first wildcard or symbol that takes any text."""
    for x, y in zip(a, b, strict=False):
        if x == "*" or y == "*" or is_letter(x) or is_letter(y):
            return True
        if x != y and "?" not in (x, y):
            return False
    return True


def _meet(a: str, b: str, wild: str) -> bool:
    """Whether the two share a word if each symbol may be another text wherever it stands. `wild`: letters that may stand for wildcards."""

    def takes(token: str, character: str) -> bool:
        return token == "*" or ((character != _FRESH or token in wild) and may_hold(token, character))

    stack, seen = [(0, 0)], {(0, 0)}
    while stack:
        i, j = stack.pop()
        if i == len(a) and j == len(b):
            return True
        x, y = a[i : i + 1], b[j : j + 1]
        run_x, run_y = bool(x) and (x == "*" or is_letter(x)), bool(y) and (y == "*" or is_letter(y))
        nexts = [*([(i + 1, j)] if run_x else []), *([(i, j + 1)] if run_y else [])]
        if x and y and not (run_x and run_y):
            agree = takes(x, y) if run_x else takes(y, x) if run_y else x == y or "?" in (x, y)
            if agree:
                nexts.append((i + (not run_x), j + (not run_y)))
        for place in nexts:
            if place not in seen:
                seen.add(place)
                stack.append(place)
    return False


# -- one symbol on both sides ------------------------------------------------------------------------------------------------------


def _counts_agree(a: str, b: str) -> bool:
    """Whether the two may hold each character equally often, where one has all symbols of the other. `${d}` is never `x.${d}`, whatever d is.

    All symbols are plain: each is one text of its own, the same wherever it stands.
    """
    if not any(map(is_letter, {*a} & {*b})):
        return True
    mine, theirs = (Counter(filter(is_letter, text)) for text in (a, b))
    if "*" not in a and mine <= theirs and not _fits(b, a):
        return False
    if "*" not in b and theirs <= mine and not _fits(a, b):
        return False
    if mine != theirs:
        return True
    if "*" in a:
        a, b = b, a
    if "*" in a or b.count("*") > 1:
        return True
    # what the star takes has just this length
    return _same_length(a, b.replace("*", "?" * (_size(a) - _size(b))))


def _size(text: str) -> int:
    return sum(character != "*" and not is_letter(character) for character in text)


def _fits(longer: str, shorter: str) -> bool:
    """Whether the characters of `longer` may all be among those of `shorter`, which has no star and no symbol that `longer` lacks."""
    if _size(longer) > _size(shorter):
        return False
    held = Counter(shorter)
    lacking = (count - held[one] for one, count in Counter(longer).items() if one not in "*?" and not is_letter(one))
    return sum(count for count in lacking if count > 0) <= held["?"]


def _same_length(a: str, b: str) -> bool:
    """Whether two texts without stars, equally long whatever their symbols are, may be equal. Exact for one symbol that stands once in each."""
    a, b = _cut(a, b)
    a, b = (text[::-1] for text in _cut(a[::-1], b[::-1]))
    if not a or not b:
        return not a and not b
    if is_letter(b[0]):
        a, b = b, a
    if not (is_letter(a[0]) and a[0] == b[-1] and sum(map(is_letter, a)) == sum(map(is_letter, b)) == 1):
        return is_letter(a[0]) and (is_letter(a[-1]) or is_letter(b[-1]))
    # d + y = w + d: exactly if w is p + q and y is q + p; then d may be p
    symbol, y, w = a[0], a[1:], b[:-1]
    return any(
        _alike(w[:size], y[len(y) - size :]) and _alike(w[size:], y[: len(y) - size]) and _holds(symbol, w[:size] + y[len(y) - size :])
        for size in range(len(w))
    )


def _cut(a: str, b: str) -> tuple[str, str]:
    """The two without what they begin with alike; as they are from where they disagree."""
    at = 0
    for x, y in zip(a, b, strict=False):
        if x != y and ("?" not in (x, y) or is_letter(x) or is_letter(y)):
            break
        at += 1
    return a[at:], b[at:]


def _alike(one: str, other: str) -> bool:
    return all(x == y or "?" in (x, y) for x, y in zip(one, other, strict=True))


def _holds(letter: str, text: str) -> bool:
    return _FRESH not in text and all(may_hold(letter, character) for character in text)
