"""Functions of texts."""

import posixpath
import re
from collections.abc import Callable, Sequence
from typing import Final

from alb_lint.languages.hcl.convert import to_bool, to_number, to_text, to_whole
from alb_lint.languages.hcl.function import ANY_NUMBER, Function
from alb_lint.languages.hcl.values import (
    ABSENT,
    MAX_TEXT,
    ListOf,
    Refused,
    Stuck,
    Sym,
    TooMuch,
    Value,
    is_sequence,
    kind,
    pieced,
    text_value,
)
from alb_lint.patterns import pattern

_MAX_WIDTH: Final = 1_000
_AS_IT_IS: Final = frozenset({"%s", "%v", "%d"})
"""Verbs that write a text or a whole number as a template would."""
_VERB: Final = pattern(r"%(?:%|(\[\d+\])?([-+# 0]*)(\d*)(?:\.(\d+))?([a-zA-Z]))")


def _join(separator: Value, *lists: Value) -> Value:
    """The elements as one text. Joining a list of references of unknown length gives its one element: the idiom for `count = x ? 1 : 0`."""
    between = to_text(separator)
    if len(lists) == 1 and isinstance(lists[0], Sym):
        only = lists[0].get(0, indexed=True) if lists[0].reference and not between else ABSENT
        if only is not ABSENT:
            return only
    pieces: list[str | Sym] = []
    length = 0
    for items in lists:
        if isinstance(items, Sym):
            raise Stuck(items)
        if not is_sequence(items):
            raise Refused(f"{kind(items)} is no list")
        for item in items:
            pieces.append(item if isinstance(item, Sym) else to_text(item))
            length += len(item.text if isinstance(item, Sym) else to_text(item)) + len(between)
            if length > MAX_TEXT:
                raise TooMuch(f"a text of more than {MAX_TEXT} characters")
    if len(lists) == 1 and len(pieces) == 1:
        return pieces[0]
    return _together([piece for place, item in enumerate(pieces) for piece in ((between, item) if place else (item,))])


def _together(pieces: Sequence[str | Sym]) -> Value:
    """The pieces as one text, as far as they are known."""
    if any(isinstance(piece, Sym) for piece in pieces):
        return pieced(pieces)
    return text_value("".join(map(str, pieces)))


def _basename(path: Value) -> Value:
    return posixpath.basename(to_text(path).rstrip("/")) or ("/" if to_text(path).startswith("/") else ".")


def _dirname(path: Value) -> Value:
    return posixpath.normpath(posixpath.dirname(to_text(path)) or ".")


def _split(separator: Value, text: Value) -> Value:
    between, whole = to_text(separator), to_text(text)
    if not whole:
        return ListOf(("",))
    return ListOf(whole.split(between) if between else whole)


def _replace(text: Value, old: Value, new: Value) -> Value:
    whole, gone, put = to_text(text), to_text(old), to_text(new)
    if len(gone) > 1 and gone.startswith("/") and gone.endswith("/"):
        raise TooMuch("a regular expression is not evaluated")
    if len(whole) + whole.count(gone) * len(put) > MAX_TEXT:
        raise TooMuch(f"a text of more than {MAX_TEXT} characters")
    return whole.replace(gone, put)


def _substr(text: Value, offset: Value, length: Value) -> Value:
    whole, start, size = to_text(text), to_whole(offset), to_whole(length)
    start = max(0, start + len(whole)) if start < 0 else start
    return whole[start:] if size < 0 else whole[start : start + size]


def _trim(text: Value, characters: Value) -> Value:
    return to_text(text).strip(to_text(characters))


def _indent(spaces: Value, text: Value) -> Value:
    width = to_whole(spaces)
    if not 0 <= width <= _MAX_WIDTH:
        raise Refused("not a number of spaces")
    return text_value(to_text(text).replace("\n", "\n" + " " * width))


def _format(pattern: Value, *arguments: Value) -> Value:
    """Go's verbs as far as texts for rules use them: %s %d %v %q %t %x %X %o %b %f %%, width, zeros and precision."""
    used = 0
    pieces: list[str | Sym] = []
    whole = to_text(pattern)
    at = 0
    for match in _VERB.finditer(whole):
        if "%" in whole[at : match.start()]:
            raise Refused("the format cannot be read")
        pieces.append(whole[at : match.start()])
        at = match.end()
        if match[0] == "%%":
            pieces.append("%")
            continue
        position = int(match[1][1:-1]) - 1 if match[1] and len(match[1]) < 6 else used
        if not 0 <= position < len(arguments):
            raise Refused("the format asks for more values than there are")
        used = position + 1
        argument = arguments[position]
        if isinstance(argument, Sym) and match[0] not in _AS_IT_IS:
            raise Stuck(argument)
        pieces.append(argument if isinstance(argument, Sym) else _formatted(match, argument))
    if "%" in whole[at:]:
        raise Refused("the format cannot be read")
    if used < len(arguments) and not any(match[1] for match in _VERB.finditer(whole)):
        raise Refused("the format has no use for some values")
    return _together((*pieces, whole[at:]))


def _formatted(match: re.Match[str], value: Value) -> str:
    flags, width, precision, verb = match[2], int(match[3] or 0), match[4], match[5]
    if width > _MAX_WIDTH or (precision is not None and int(precision) > _MAX_WIDTH) or len(match[3]) > 6:
        raise TooMuch("a very wide format")
    if "#" in flags or " " in flags:
        raise TooMuch(f"the verb {match[0]} is not evaluated")
    if verb in "dxXob":
        number = to_whole(value)
        text = f"{abs(number):{verb}}"
        sign = "-" if number < 0 else "+" if "+" in flags else ""
        return sign + text.rjust(width - len(sign), "0") if "0" in flags and "-" not in flags else _padded(sign + text, flags, width)
    if verb == "f":
        places = 6 if precision is None else int(precision)
        return _padded(f"{float(to_number(value)):.{places}f}", flags, width)
    if verb == "t":
        return _padded("true" if to_bool(value) else "false", flags, width)
    if verb == "q":
        return _padded('"' + to_text(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"', flags, width)
    if verb in "sv" and not isinstance(value, tuple | dict) and value is not None:
        text = to_text(value)
        return _padded(text if precision is None else text[: int(precision)], flags, width)
    raise TooMuch(f"the verb {match[0]} is not evaluated for {kind(value)}")


def _padded(text: str, flags: str, width: int) -> str:
    if "-" in flags:
        return text.ljust(width)
    return text.rjust(width, "0" if "0" in flags else " ")


def _formatlist(pattern: Value, *arguments: Value) -> Value:
    for argument in arguments:
        if isinstance(argument, Sym) and not argument.single:
            raise Stuck(argument)  # it may be a list
    lengths = {len(argument) for argument in arguments if is_sequence(argument)}
    if len(lengths) > 1:
        raise Refused("the lists differ in length")
    rows = range(next(iter(lengths))) if lengths else range(1)
    return ListOf(_format(pattern, *(argument[row] if is_sequence(argument) else argument for argument in arguments)) for row in rows)


def _changed(change: Callable[[str], str]) -> Function:
    return Function(lambda text: text_value(change(to_text(text))))


def _title(text: str) -> str:
    return re.sub(r"(?<!\w)\w", lambda match: match[0].upper(), text)


def _cased(change: Callable[[str], str]) -> Callable[[str], str]:
    """Character by character, as Go does: what has no single counterpart stays."""
    return lambda text: "".join(changed if len(changed := change(character)) == 1 else character for character in text)


TEXT: Final = {
    "chomp": _changed(lambda text: text.rstrip("\r\n")),
    "basename": Function(_basename),
    "dirname": Function(_dirname),
    "endswith": Function(lambda text, end: to_text(text).endswith(to_text(end)), 2, 2),
    "format": Function(_format, 1, ANY_NUMBER, open=True),
    "formatlist": Function(_formatlist, 1, ANY_NUMBER, open=True),
    "indent": Function(_indent, 2, 2),
    "join": Function(_join, 2, ANY_NUMBER, open=True),
    "lower": _changed(_cased(str.lower)),
    "replace": Function(_replace, 3, 3),
    "split": Function(_split, 2, 2),
    "startswith": Function(lambda text, start: to_text(text).startswith(to_text(start)), 2, 2),
    "strcontains": Function(lambda text, part: to_text(part) in to_text(text), 2, 2),
    "strrev": _changed(lambda text: text[::-1]),
    "substr": Function(_substr, 3, 3),
    "title": _changed(_title),
    "trim": Function(_trim, 2, 2),
    "trimprefix": Function(lambda text, start: to_text(text).removeprefix(to_text(start)), 2, 2),
    "trimspace": _changed(str.strip),
    "trimsuffix": Function(lambda text, end: to_text(text).removesuffix(to_text(end)), 2, 2),
    "upper": _changed(_cased(str.upper)),
}
