"""What a symbol is by where it stands: a piece of a longer text is one plain text, wherever it stands."""

import pytest

from alb_lint.model import (
    Condition,
    FixedResponse,
    HostHeader,
    HttpHeader,
    Listener,
    PathPattern,
    QueryPair,
    QueryString,
    Redirect,
    Rule,
    Unknown,
)
from alb_lint.model.pieces import known_by_use
from alb_lint.symbols import Symbol

D = Symbol("d", "var.d")
WHOLE, PIECE = Unknown("d", (D,)), Unknown("d", ("api.", D))


def listener(name: str, *conditions: object, action: object = FixedResponse("200")) -> Listener:
    return Listener(name, name, (Rule(f"{name}/r", "", 1, conditions, (action,)),))  # type: ignore[arg-type]


def plain(listeners: list[Listener]) -> bool:
    """Whether the symbol of the first listener's host is plain."""
    (value,) = listeners[0].rules[0].conditions[0].values  # type: ignore[union-attr]
    return isinstance(value, Unknown) and all(piece.plain for piece in value.pieces if isinstance(piece, Symbol))


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (listener("b", HostHeader((WHOLE,))), False),
        (listener("b", HostHeader((PIECE,))), True),
        (listener("b", PathPattern((Unknown("d", ("/", D)),))), True),
        (listener("b", HttpHeader("X-A", (PIECE,))), True),
        (listener("b", QueryString((QueryPair("k", PIECE),))), True),
        (listener("b", PathPattern(("/x",)), action=Redirect(host=PIECE)), True),
        (listener("b", PathPattern(("/x",)), action=Redirect(host=WHOLE)), False),
        (listener("b", HostHeader((Unknown("e", ("api.", Symbol("e", "var.e"))),))), False),
    ],
)
def test_a_piece_anywhere_makes_it_plain(other: Listener, expected: bool) -> None:
    assert plain(known_by_use([listener("a", HostHeader((WHOLE,))), other])) is expected


def test_nothing_to_mark_is_the_same_object() -> None:
    told = listener("a", HttpHeader("X-A", (WHOLE,)))
    assert known_by_use([told])[0] is told


@pytest.mark.parametrize(
    ("conditions", "host", "filled"),
    [
        ((PathPattern((PIECE,)),), False, False),
        ((PathPattern((PIECE,)), HostHeader((PIECE,))), True, False),
        ((PathPattern((WHOLE,)),), False, True),
        ((HostHeader((WHOLE,)),), True, False),
        ((HttpHeader("X-B", (WHOLE,)),), False, False),
    ],
)
def test_hosts_hold_no_slash_and_paths_are_not_empty(conditions: tuple[Condition, ...], host: bool, filled: bool) -> None:
    first, _ = known_by_use([listener("a", HttpHeader("X-A", (WHOLE,))), listener("b", *conditions)])
    (value,) = first.rules[0].conditions[0].values  # type: ignore[union-attr]
    assert [(piece.host, piece.filled) for piece in value.pieces] == [(host, filled)]
