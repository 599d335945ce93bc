"""Values given to symbols: in texts, in numbers, and nowhere else."""

import pytest

from alb_lint.model import FixedResponse, HostHeader, HttpHeader, Listener, QueryPair, QueryString, Redirect, Rule, Unknown
from alb_lint.model.valuation import symbols_in, valued
from alb_lint.symbols import Symbol, SymbolicNumber

D, E = Symbol("d", "var.d"), Symbol("e", "var.e")


def text(*pieces):
    return Unknown("not known", pieces)


def number(**fields):
    return Unknown("not known", number=SymbolicNumber(D, **fields))


@pytest.mark.parametrize(
    ("value", "given", "becomes"),
    [
        (text("admin.", D), {"d": "example.com"}, "admin.example.com"),
        (text(D), {"d": "*"}, "*"),
        (text(D, ".", E), {"d": "a"}, text("a.", E)),
        (text("x", D, "y"), {"d": ""}, "xy"),
        (text(D, ".", E), {"d": E}, text(E, ".", E)),
        (text(D), {"e": "a"}, text(D)),
        ("plain", {"d": "a"}, "plain"),
        (Unknown("nothing is known"), {"d": "a"}, Unknown("nothing is known")),
    ],
)
def test_texts(value, given, becomes):
    def rule(told):
        conditions = (HostHeader((told,)), HttpHeader("X", (told, "b")), QueryString((QueryPair("k", told),)))
        return Rule("r", "r", 1, conditions, (Redirect(host=told),))

    assert valued(Listener("l", "l", (rule(value),), rule(value)), given) == Listener("l", "l", (rule(becomes),), rule(becomes))


@pytest.mark.parametrize(
    ("priority", "given", "becomes"),
    [
        (number(plus=3), "7", 10),
        (number(before="1", after="01"), "2", 1201),
        (number(), "x", Unknown("x is no number")),
        (number(), "-1", Unknown("-1 is no number")),
        (number(), "9" * 5000, Unknown(f"{'9' * 20} is no number")),
        (number(plus=1), E, Unknown("not known", number=SymbolicNumber(E, 1))),
        (Unknown("not set"), "7", Unknown("not set")),
        (5, "7", 5),
    ],
)
def test_numbers(priority, given, becomes):
    (rule,) = valued(Listener("l", "l", (Rule("r", "r", priority),)), {"d": given}).rules
    assert rule.priority == becomes


def test_what_has_no_symbol_that_is_given_is_the_same_object():
    one = Listener("l", "l", (Rule("r", "r", 1, (HostHeader((text(E), "a")),), (FixedResponse("200"),)),))
    assert valued(one, {"d": "x"}) is one


def test_all_symbols_are_found():
    rules = (Rule("r", "r", number(), (HostHeader(("a", text("x", E))),)),)
    assert symbols_in(rules) == {"d": D, "e": E}
