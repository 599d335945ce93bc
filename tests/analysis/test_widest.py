"""What a request certainly does not meet, whatever a deployment says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alb_lint.analysis.evaluate import is_met
from alb_lint.analysis.tracing import trace
from alb_lint.analysis.widest import widest
from alb_lint.model import FixedResponse, HostHeader, HttpHeader, Listener, PathPattern, QueryPair, QueryString, Request, Rule, Unknown
from alb_lint.symbols import Symbol

ZONE = Symbol("var.zone", "var.zone")
PDF = Unknown("pdf", ("pdf.", ZONE))
WHOLE = Unknown("zone", (ZONE,))
LOST = Unknown("lost")


@pytest.mark.parametrize(
    ("condition", "matched", "because"),
    [
        (HostHeader((PDF,)), False, "host is a.example.com, wants <pdf>"),
        (HostHeader((Unknown("a", ("A.", ZONE)),)), None, "it depends on var.zone"),
        (HostHeader((Unknown("x", ("*.exa", ZONE, ".com")),)), None, "it depends on var.zone"),
        (HostHeader((Unknown("x", ("*.exam", ZONE, ".org")),)), False, "host is a.example.com, wants <x>"),
        (HostHeader((PDF, "b.example.com")), False, "host is a.example.com, wants <pdf> or b.example.com"),
        (HostHeader((PDF, "a.example.com")), True, "every condition is met"),
        (HostHeader((PDF, WHOLE)), None, "it depends on var.zone"),
        (HostHeader((PDF, LOST)), None, "a condition of it is unknown"),
        (HostHeader((PDF,), (LOST,)), None, "a condition of it is unknown"),
        (PathPattern((Unknown("v", ("/", ZONE, "/y")),)), False, "path is /v/x, wants <v>"),
        (PathPattern((Unknown("v", ("/V", ZONE)),)), False, "path is /v/x, wants <v>"),
        (HttpHeader("X-Env", (Unknown("b", ("b", ZONE)),)), False, "header X-Env is green, wants <b>"),
        (HttpHeader("X-Env", (Unknown("g", ("G", ZONE)),)), None, "it depends on var.zone"),
        (HttpHeader(LOST, (PDF,)), None, "a condition of it is unknown"),
        (QueryString((QueryPair("k", Unknown("v", (ZONE, "2"))),)), False, "query is k=1, wants k=<v>"),
        (QueryString((QueryPair(Unknown("k", ("q", ZONE)), "1"),)), False, "query is k=1, wants <k>=1"),
        (QueryString((QueryPair(WHOLE, "1"),)), None, "it depends on var.zone"),
        (QueryString((QueryPair("k", Unknown("v", ("\\", ZONE))),)), None, "a condition of it is unknown"),
        (QueryString((QueryPair("j", WHOLE), LOST)), None, "a condition of it is unknown"),
    ],
)
def test_trace(condition: object, matched: bool | None, because: str) -> None:
    request = Request(host="a.example.com", path="/v/x", headers=(("x-env", "green"),), query=(("k", "1"),))
    listener = Listener("L", "L", (Rule("r", "", 1, (condition,), (FixedResponse("200"),)),))  # type: ignore[arg-type]
    (asked,) = trace(listener, request).considered
    assert (asked.matched, asked.because) == (matched, because)


@pytest.mark.parametrize(
    ("condition", "told"),
    [("var.on", "it may not exist: var.on is true"), ("v" * 400, f"it may not exist: {'v' * 80} … {'v' * 32} is true")],
)
def test_a_rule_that_may_not_be_there(condition: str, told: str) -> None:
    rule = Rule("r", "", 1, (PathPattern(("/*",)),), (FixedResponse("200"),), presence=((condition, True),))
    (asked,) = trace(Listener("L", "L", (rule,)), Request(path="/")).considered
    assert (asked.matched, asked.because) == (None, told)


HERE, MAYBE, THERE = HostHeader(("a.example.com",)), HostHeader((Unknown("m", (ZONE, ".com")),)), HostHeader((PDF,))


@pytest.mark.parametrize(
    ("rules", "answer", "undecided"),
    [
        ({"f": (None, HERE)}, "f", ""),
        ({"f": (None, HERE), "n": (1, THERE)}, "f", ""),
        ({"f": (None, HERE), "g": (None, THERE)}, "f", ""),
        ({"f": (None, THERE)}, "default", ""),
        ({"f": (None, HERE), "n": (1, MAYBE)}, None, "rule 1: it depends on var.zone"),
        ({"f": (None, HERE), "n": (1, HERE)}, "n", "rule f matches, and its priority is unknown (not set)"),
        ({"f": (None, HERE), "g": (None, HERE)}, "default", "rule f matches, and its priority is unknown (not set)"),
        ({"f": (None, MAYBE)}, "default", "rule f may match (it depends on var.zone), and its priority is unknown (not set)"),
        ({"f": (None, MAYBE), "n": (1, HERE)}, "n", "rule f may match (it depends on var.zone), and its priority is unknown (not set)"),
    ],
)
def test_rules_without_a_number(rules: dict[str, tuple[int | None, HostHeader]], answer: str | None, undecided: str) -> None:
    made = tuple(
        Rule(name, "", Unknown("not set") if number is None else number, (condition,), (FixedResponse("200"),))
        for name, (number, condition) in rules.items()
    )
    default = Rule("default", "", 0, (), (FixedResponse("404"),), is_default=True)
    found = trace(Listener("L", "L", made, default), Request(host="a.example.com"))
    assert (found.rule.id if found.rule else None, found.undecided) == (answer, undecided)


TEXTS = st.text("ab./-", max_size=4)


@given(st.lists(st.one_of(TEXTS, st.just("*"), st.just("?"), st.just(ZONE)), min_size=1, max_size=5), TEXTS, st.text("ab./-", max_size=8))
def test_whatever_the_value_is_no_more_is_taken(pieces: list[str | Symbol], value: str, path: str) -> None:
    most = widest(PathPattern((Unknown("p", tuple(pieces)),)))
    valued = "".join(value if isinstance(piece, Symbol) else piece for piece in pieces)
    if most is not None and is_met(PathPattern((valued,)), Request(path=path)):
        assert is_met(most, Request(path=path))
