"""What expressions evaluate to.

null is None; numbers are int, or Fraction where not whole; a tuple is a `tuple`, a list a `ListOf`, a set a `SetOf`, an object a `dict`,
a map a `MapOf`. All are treated as immutable. What is not known is a `Sym`: it keeps the expression in terms of the root module, so that
two ways to say the same thing read the same.
"""

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any, Final

from alb_lint.languages.hcl.document import Span
from alb_lint.presence import Presence
from alb_lint.record import individual, record, replace

Value = Any
"""See the module: mypy knows no recursive union that stays readable."""

MAX_TEXT: Final = 1 << 20
"""Characters of one text value; a longer one can only come from a doubling chain."""

MAX_ELEMENTS: Final = 100_000
"""Elements of one collection; the largest real ones hold some thousands."""

MAX_BITS: Final = 1024
"""Bits of a number; Terraform itself keeps 512."""

_SHOWN: Final = 300
"""Characters of an expression that identity and messages keep; the rest is told apart by a digest."""


_SHORT: Final = 40
"""Characters of an expression that needs no other name."""

_LABEL: Final = 120
"""Characters of a label."""

MAX_PIECES: Final = 200
"""Pieces of one text that are kept apart; a value has at most 128 characters."""

_HIDDEN_DEPTH: Final = 40
"""Values in values of one that is sensitive."""


class ListOf(tuple[Any, ...]):
    """A list: unlike a tuple never equal to one (as in Terraform)."""

    __slots__ = ()


class SetOf(tuple[Any, ...]):
    """A set: distinct elements, texts and numbers sorted, symbols last."""

    __slots__ = ()


class MapOf(dict[str, Any]):
    """A map: all values of one type."""

    __slots__ = ()


class SitedInt(int):
    """A number that remembers the literal it is written as; arithmetic forgets."""

    site: Span


class SitedText(str):
    """A text that remembers the literal it is written as; every operation forgets."""

    __slots__ = ("site",)
    site: Span


ABSENT: Final = object()
"""No value at all: null is one."""


@record
class Facts:
    """What follows for other expressions if a boolean symbol is true, or false."""

    if_true: Presence
    if_false: Presence


@record
class Choice:
    """The two sides of a conditional whose condition is not known, and what each side tells about it."""

    facts: Facts
    then: Value
    otherwise: Value


@individual
class Sym:
    """A value that is not known. `text`: the expression; `cause`: why; `origin`: the part of it that is at fault, "" for all of it.

    `reference`: it names a resource or data source, which is as good as knowing it where only identity counts. `failed`: Terraform
    would refuse it. `loose`: put it in parentheses inside another expression. `single`: surely no list. `members(key, indexed)`: an
    attribute (or, where `indexed`, an element), ABSENT where nothing is known of it. `about`: the resource that a reference is to.
    `pieces`: of a template, its texts and symbols. `plus`: of a sum, the symbol and the whole number. `secret`: marked as sensitive.
    `label`: a shorter name of the same. `options`: all values that it may have, where these are known.
    """

    text: str
    cause: str
    origin: str = ""
    reference: bool = False
    failed: bool = False
    loose: bool = False
    single: bool = False
    facts: Facts | None = None
    choice: Choice | None = None
    members: Callable[[str | int, bool], Value] | None = None
    about: Any = None
    pieces: tuple[Any, ...] = ()
    plus: "tuple[Sym, int] | None" = None
    secret: bool = False
    label: str = ""
    options: tuple[Any, ...] = ()

    @property
    def shown(self) -> str:
        """The expression as its author wrote it, where it is long otherwise."""
        return self.label or self.text

    @property
    def reason(self) -> str:
        """For people: the expression, then why it is not known."""
        why = f"{self.origin}: {self.cause}" if self.origin and self.origin != self.text else self.cause
        return f"{self.shown} ({why})"

    def derived(
        self, text: str, *, loose: bool = False, reference: bool = False, pieces: tuple[Any, ...] = (), secret: bool | None = None
    ) -> "Sym":
        """A symbol for a larger expression that is not known because this one is not. `secret`: None where it is if this one is."""
        label = text.replace(self.text, self.label) if self.label and self.text in text else ""
        return Sym(
            clipped(text),
            self.cause,
            self.origin or self.text,
            reference=reference,
            failed=self.failed,
            loose=loose,
            pieces=pieces,
            secret=self.secret if secret is None else secret,
            label=label if len(label) <= _LABEL else "",
        )

    def get(self, key: str | int, *, indexed: bool) -> Value:
        """An attribute or element as far as it is known, else ABSENT."""
        return self.members(key, indexed) if self.members else ABSENT

    def implied(self) -> Facts:
        return self.facts or Facts(((self.text, True),), ((self.text, False),))


def hidden(value: Value, depth: int = 0) -> Value:
    """The value with every text in it as a symbol that is never shown: equal where the texts are. Numbers stay."""
    if isinstance(value, Sym):
        return replace(value, secret=True)
    if isinstance(value, str):
        from hashlib import sha256

        digest = sha256(value.encode(errors="replace")).hexdigest()[:32]
        return Sym(f"sensitive({digest})", "sensitive", secret=True, single=True) if value else value
    if depth > _HIDDEN_DEPTH:
        return Sym("sensitive()", "sensitive", secret=True)
    if isinstance(value, tuple):
        return type(value)(hidden(item, depth + 1) for item in value)
    if isinstance(value, dict):
        return type(value)({key: hidden(item, depth + 1) for key, item in value.items()})
    return value


class Stuck(Exception):  # noqa: N818 - never leaves the package
    """Work that cannot go on: the symbol stands for the result."""

    def __init__(self, symbol: Sym) -> None:
        super().__init__(symbol.text)
        self.symbol = symbol


class Refused(Exception):  # noqa: N818 - never leaves the package
    """What Terraform would refuse; the message says why."""


class TooMuch(Exception):  # noqa: N818 - never leaves the package
    """A cap was met; the message says which."""


def with_label(value: Value, label: str) -> Value:
    """The value by a name that its author gave it, where it is long otherwise."""
    if not isinstance(value, Sym) or value.pieces or len(label) > _LABEL or len(value.shown) <= max(_SHORT, len(label)):
        return value
    return replace(value, label=label)


def pieced(parts: Iterable["str | Sym"]) -> Sym:
    """A text of which some parts are not known."""
    fault: Sym | None = None
    texts: list[str] = []
    pieces: list[str | Sym] = []
    for part in parts:
        if isinstance(part, Sym):
            fault = fault or part
            texts.append(f"${{{part.text}}}")
            pieces.extend(part.pieces or (part,))  # at most MAX_PIECES each
        else:
            texts.append(part)
            pieces.append(part)
    assert fault is not None
    secret = any(isinstance(piece, Sym) and piece.secret for piece in pieces)
    return fault.derived(f'"{"".join(texts)}"', pieces=tuple(pieces) if len(pieces) <= MAX_PIECES else (), secret=secret)


MAX_OPTIONS: Final = 100
"""Values that one symbol may have and that are kept."""


def possible(value: Value) -> tuple[Value, ...]:
    """All values that it may have, as far as choices and tables tell; of what these do not tell, the symbol. None where they are too many."""
    found: list[Value] = []
    todo = [value]
    while todo:
        item = todo.pop()
        if isinstance(item, Sym) and item.choice is not None:
            todo += (item.choice.then, item.choice.otherwise)
        elif isinstance(item, Sym) and item.options:
            todo += item.options
        else:
            found.append(item)
        if len(found) + len(todo) > MAX_OPTIONS:
            return ()
    return tuple(found)


def clipped(text: str) -> str:
    """The text, or its beginning and a digest of the whole: short, and still different for different texts."""
    if len(text) <= _SHOWN:
        return text
    from hashlib import sha256

    return f"{text[: _SHOWN - 16]}…{sha256(text.encode(errors='replace')).hexdigest()[:12]}"


def number(value: int | Fraction) -> int | Fraction:
    """A number within the cap, whole where it can be."""
    if isinstance(value, Fraction):
        if value.denominator == 1:
            value = value.numerator
        elif value.numerator.bit_length() > MAX_BITS or value.denominator.bit_length() > MAX_BITS:
            raise TooMuch("a number of too many digits")
    if isinstance(value, int) and value.bit_length() > MAX_BITS:
        raise TooMuch("a number of too many digits")
    return value


def text_value(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise TooMuch(f"a text of more than {MAX_TEXT} characters")
    return text


def elements(items: Iterable[Value]) -> tuple[Value, ...]:
    """The items as a tuple, within the cap."""
    found = []
    for item in items:
        found.append(item)
        if len(found) > MAX_ELEMENTS:
            raise TooMuch(f"a collection of more than {MAX_ELEMENTS} elements")
    return tuple(found)


def is_number(value: Value) -> bool:
    return isinstance(value, int | Fraction) and not isinstance(value, bool)


def is_sequence(value: Value) -> bool:
    return isinstance(value, tuple)


def is_mapping(value: Value) -> bool:
    return isinstance(value, Mapping)


def kind(value: Value) -> str:
    """The name of the type, for messages."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if is_number(value):
        return "a number"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, tuple):
        return {SetOf: "a set", ListOf: "a list"}.get(type(value), "a tuple")
    return "a map" if isinstance(value, MapOf) else "an object"


def sited(value: Value) -> Span | None:
    """The literal that the value is written as, if it came here unchanged."""
    return value.site if isinstance(value, SitedInt | SitedText) else None


def with_site(value: Value, site: Span | None) -> Value:
    """The value with the position of its literal; only whole numbers and texts can carry one."""
    if site is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        marked = SitedInt(value)
        marked.site = site
        return marked
    if isinstance(value, str):
        marked_text = SitedText(value)
        marked_text.site = site
        return marked_text
    return value
