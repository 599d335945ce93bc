"""Exports that are equal but for the names that AWS gives: accounts and environments repeat their listeners.

Such exports are the same text once every name stands as a *token* of equal length: the account, the load balancer with its id, the ids of the
listener, of its rules and of target groups, inside of ARNs. What is found in the text of tokens is found in each of them, under its own names.

Why nothing is lost: all that is done with ARNs is to compare them, to order by them, and to show them. Tokens are equal where the names are. What
could be ordered by a name is left to be read by itself: rules of one number, target groups of one name, a file of several listeners. And a text
that shows a part of a token is refused. Everything else is told by the text itself, and equal.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from operator import itemgetter
from typing import Any, Final

_RULE: Final = re.compile(
    rb"([0-9]{12}):listener-rule/app/([A-Za-z0-9-]{6,32})/([0-9a-f]{16})/([0-9a-f]{16})/",
)
_ARN: Final = re.compile(
    rb'"(Rule|TargetGroup)Arn"[ \t]*:[ \t]*"arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:([0-9]{12}):([^"\\]*)/[0-9a-f]{16}"'
)
_NUMBER: Final = re.compile(rb'"Priority"[ \t]*:[ \t]*"?(default|[0-9]{1,8})[",\s}]')
_IDS: Final = re.compile(b"(?:[0-9a-f]{16})+")
_ID: Final = 16
_ACCOUNT: Final = "907310428865"
_BALANCER: Final = "Zq0Zq1Zq2Zq3Zq4Zq5Zq6Zq7Zq8Zq9ZqxZqy"
_FILE: Final = "Zq-file-Zq"
_HEX: Final = "f00dfeed"
_PART: Final = re.compile(r"f00df|907310|zq", re.IGNORECASE)
"""What only a token holds a part of."""
_STEP: Final = 61
_SHAPE: Final = bytes(120 if chr(byte).isalnum() or byte == 45 else byte for byte in range(128)) + bytes(range(128, 256))


def outline(data: bytes, file: str) -> tuple[object, ...]:
    """What equal exports have in common and few others do; quickly told."""
    return len(data), _suffix(file), data[::_STEP].translate(_SHAPE)


class Form:
    """The export of one listener as a form, with places for the names that AWS gave."""

    def __init__(self, data: bytes) -> None:
        """Raises ValueError where it is not of one listener, or where an order could follow from a name."""
        arns = list(_ARN.finditer(data))
        self._rules = [slice(arn.start(2), arn.end() - 1) for arn in arns if arn[1] == b"Rule"]
        self._accounts = [slice(arn.start(2), arn.end(2)) for arn in arns if arn[1] != b"Rule"]
        self._groups = [slice(arn.end() - 1 - _ID, arn.end() - 1) for arn in arns if arn[1] != b"Rule"]
        if not arns:
            raise ValueError
        names = sorted([*self._rules, *self._accounts, *self._groups], key=lambda place: place.start)
        self._rest = [slice(one.stop, other.start) for one, other in pairwise([slice(0, 0), *names, slice(len(data), 0)])]
        self.told = b"".join([data[place] for place in self._rest])
        """All but the names."""
        found = self._names(data)
        numbers = [0 if number == b"default" else int(number) for number in _NUMBER.findall(data)]
        named = {(bytes(arn[3]), data[arn.end() - 1 - _ID : arn.end() - 1]) for arn in arns if arn[1] != b"Rule"}
        if (
            found is None
            or _PART.search(self.told.decode("latin-1"))
            or not len(self._rules) == len(numbers) == len(set(numbers)) == data.count(b'"RuleArn"')
            or len(self._groups) != data.count(b'"TargetGroupArn"')
            or len({data[place] for place in self._rules}) < len(self._rules)
            or len({name for name, _ in named}) < len(named)
        ):
            raise ValueError
        self._first = found

    def names(self, data: bytes, file: str) -> dict[str, str] | None:
        """Token → name in an export that is this one but for names; None where it is not."""
        if b"".join([data[place] for place in self._rest]) != self.told:
            return None
        found = self._names(data)
        if found is None or len(set(found)) != len(set(self._first)) or len(set(zip(self._first, found, strict=True))) != len(set(found)):
            return None
        account, balancer, *ids = found
        tokens = dict(zip(self._first[2:], ids, strict=True))
        told = {f"{_HEX}{number:08x}": name.decode() for number, name in enumerate(tokens.values())}
        return told | {_ACCOUNT: account.decode(), _BALANCER[: len(balancer)]: balancer.decode(), _FILE + _suffix(file): file}

    def filled(self, data: bytes) -> bytes:
        """The export with tokens for names. `data`: the one that the form was made of."""
        names = self.names(data, "")
        assert names is not None
        tokens = {name.encode(): token.encode() for token, name in names.items()}
        account, balancer, its_id, listener = [tokens[name] for name in self._first[:4]]
        head = b"/".join((account + b":listener-rule", b"app", balancer, its_id, listener, b""))
        put = {place.start: head + tokens[data[place][-_ID:]] for place in self._rules}
        put |= {place.start: account for place in self._accounts} | {place.start: tokens[data[place]] for place in self._groups}
        return b"".join([data[place] + put.get(place.stop, b"") for place in self._rest])

    def _names(self, data: bytes) -> list[bytes] | None:
        """Account, load balancer, its id, the listener's, and those of rules and target groups, in order."""
        rules = [data[place] for place in self._rules]
        head = _RULE.match(rules[0]) if rules else None
        if head is None or not all(rule.startswith(head[0]) and len(rule) == len(head[0]) + _ID for rule in rules):
            return None
        if any(data[place] != head[1] for place in self._accounts):
            return None
        ids = [*head.groups()[2:], *[rule[-_ID:] for rule in rules], *[data[place] for place in self._groups]]
        return [head[1], head[2], *ids] if _IDS.fullmatch(b"".join(ids)) else None


def _suffix(file: str) -> str:
    return file[file.rfind(".") :] if "." in file.rpartition("/")[2] else ""


class Renaming:
    """A value that holds tokens, told under the names of each export; what holds none is shared."""

    def __init__(self, value: object, tokens: Iterable[str]) -> None:
        self._token = re.compile(f"({'|'.join(sorted(map(re.escape, tokens), key=len, reverse=True))})")
        self._values: list[Any] = []
        self._texts: list[tuple[int, str, list[str]]] = []
        """Place among the values, the text with `%s` for each token, the tokens."""
        self._made: list[tuple[int, Callable[..., Any], Callable[[list[Any]], tuple[Any, ...]]]] = []
        """Place among the values, what makes it, and what takes its parts out of the values that stand before it."""
        self._places: dict[int, tuple[int, bool]] = {}
        self.sure = True
        """Whether every token is shown whole, so that nothing of it is left under another name."""
        self._place(value)

    def _place(self, value: Any) -> tuple[int, bool]:
        """Where the value stands, and whether it holds a token."""
        known = self._places.get(id(value))
        if known is None:
            held = False
            if value.__class__ is str:
                held = _PART.search(value) is not None
                if held:
                    pieces = self._token.split(value)
                    self.sure = self.sure and not _PART.search("".join(pieces[::2]))
                    self._texts.append((len(self._values), "%s".join([piece.replace("%", "%%") for piece in pieces[::2]]), pieces[1::2]))
            else:
                parts = _parts(value)
                places = [self._place(part) for part in parts]
                held = any(inner for _, inner in places)
                if held:
                    make = _same if value.__class__ is tuple else _set if value.__class__ is frozenset else value.__class__
                    self._made.append((len(self._values), make, _taking([place for place, _ in places])))
            known = self._places[id(value)] = (len(self._values), held)
            self._values.append(value)
        return known

    def under(self, names: Mapping[str, str]) -> Any:
        """The value with names for tokens."""
        values = self._values[:]
        for place, text, tokens in self._texts:
            values[place] = text % tuple([names[token] for token in tokens])
        for place, make, taken in self._made:
            values[place] = make(*taken(values))
        return values[-1]


def _same(*parts: Any) -> tuple[Any, ...]:
    return parts


def _set(*parts: Any) -> frozenset[Any]:
    return frozenset(parts)


def _taking(places: list[int]) -> Callable[[list[Any]], tuple[Any, ...]]:
    """What takes the values at the places, as a tuple."""
    return itemgetter(*places) if len(places) > 1 else lambda values: (values[places[0]],)


def _parts(value: Any) -> list[Any]:
    """What a record, tuple or set is made of; nothing of a plain value."""
    if value.__class__ in (tuple, frozenset):
        return list(value)
    fields = getattr(value, "__dataclass_fields__", None)
    return [getattr(value, field) for field in fields] if fields is not None else []


__all__ = ["Form", "Renaming", "outline"]
