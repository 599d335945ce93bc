"""Expressions → values. The table of known ones is what Terraform 1.11 answers; a row without an answer is one that it refuses."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alb_lint.files import Reader
from alb_lint.languages.hcl.document import Document
from alb_lint.languages.hcl.evaluate import evaluate
from alb_lint.languages.hcl.functions_file import file_call
from alb_lint.languages.hcl.parse import parse
from alb_lint.languages.hcl.scope import Scope
from alb_lint.languages.hcl.values import Refused, Sym, Value
from alb_lint.languages.hcl.work import Work
from alb_lint.presence import AnyOf

ROWS = [json.loads(line) for line in (Path(__file__).parent / "data" / "terraform_expressions.jsonl").read_text().splitlines()]


class Names:
    """`u`, `w`: not known; `r`: a reference to a resource; `many`: to resources of an unknown number."""

    path = ""

    def __init__(self) -> None:
        self.work = Work()

    def lookup(self, name: str) -> Value:
        if name in {"u", "w"}:
            return Sym(name, "no default")
        if name == "r":
            return Sym("aws_lb.r.arn", "known after apply", reference=True, single=True)
        if name == "many":
            return Sym(
                "aws_lb.m", "known after apply", reference=True,
                members=lambda key, indexed: Sym(f"aws_lb.m[{key}]", "known after apply", reference=True, single=True),
            )  # fmt: skip
        raise Refused(f"no {name}")

    def call(self, name: str, arguments: list[Value]) -> Value:
        return file_call(name, arguments, Path("/nowhere/at/all"), Reader(()), self)


def value(text: str) -> Value:
    file = parse(Document("x.tf", Path("x.tf"), f"x = {text}\n".encode()))
    expression = file.root.attribute("x")
    assert expression is not None
    return evaluate(expression, Scope(Names()))


def shown(found: Value) -> object:
    if isinstance(found, Sym):
        return found.reason
    if isinstance(found, tuple):
        return [shown(item) for item in found]
    if isinstance(found, dict):
        return {key: shown(item) for key, item in found.items()}
    return float(found) if isinstance(found, Fraction) else found


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_like_terraform(row: list[object]) -> None:
    text = str(row[0])
    if len(row) == 2:
        assert shown(value(text)) == row[1]
    elif not parse(Document("x.tf", Path("x.tf"), f"x = {text}\n".encode())).problems:
        found = value(text)
        assert isinstance(found, Sym)
        assert found.failed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # an unknown part leaves the whole unknown, with the part at fault
        ("u", "u (no default)"),
        ("u + 1", "u + 1 (u: no default)"),
        ("(u + 1) * 2", "(u + 1) * 2 (u: no default)"),
        ('"${u}.example.com"', '"${u}.example.com" (u: no default)'),
        ("lookup({a = 1}, u)", "lookup({a = 1}, u) (u: no default)"),
        ("u.a[0]", "u.a[0] (u: no default)"),
        ("[1, 2][u]", "[1, 2][u] (u: no default)"),
        ("u ? 1 : 2", "u ? 1 : 2 (u: no default)"),
        ("upper(u)", "upper(u) (u: no default)"),
        ("[for x in u : x]", "[for x in u : x] (u: no default)"),
        ("{for k in [u] : k => 1}", "{for k in [u] : k => 1} (u: no default)"),
        ("u[*].arn", "u[*].arn (u: no default)"),
        # what does not hang on it is known
        ("[1, u]", [1, "u (no default)"]),
        ("length([u, 1])", 2),
        ("[u, 5][1]", 5),
        ("concat([u], [1])[1]", 1),
        ("false && u", False),
        ("u || true", True),
        ("true && u", "u (no default)"),
        ("u ? 7 : 7", 7),
        ("{a = {on = true, n = 1}, b = {on = true, n = 2}}[u].on", True),
        ("{a = {on = true}, b = {n = 2}}[u].on", True),
        ("{a = {n = 1}, b = {n = 2}}[u].n", "{a = {n = 1}, b = {n = 2}}[u].n (u: no default)"),
        ("{a = {n = 1}, b = {n = true}}[u].n", "{a = {n = 1}, b = {n = true}}[u].n (u: no default)"),
        ("{a = {n = 1}, b = {n = u}}[u].n", "{a = {n = 1}, b = {n = u}}[u].n (u: no default)"),
        ('[["a", 1], ["a", 2]][u][0]', "a"),
        ("u == u", True),
        ('"/${u}" != ""', True),
        ('"/${u}" == "x"', False),
        ('"" == "${u}-a"', False),
        ('"${u}-a" == "b"', False),
        ('"a${u}a" == "a"', False),
        ('"a${u}" == "ab"', '"a${u}" == "ab" (u: no default)'),
        ('"${u}" == ""', 'u == "" (u: no default)'),
        ("!(u == 1)", "!(u == 1) (u: no default)"),
        ("(u ? {a = 1} : {a = 2}).a", "(u ? {a = 1} : {a = 2}).a (u: no default)"),
        ("(u ? {a = 1} : {a = 1, b = 2}).a", 1),
        ("can(u)", "can(u) (u: no default)"),
        # a reference is not null, not empty, and works
        ('coalesce(r, "x")', "aws_lb.r.arn (known after apply)"),
        ('try(r, "")', "aws_lb.r.arn (known after apply)"),
        ('join("", many[*])', "aws_lb.m[0] (known after apply)"),
        ("one(many[*])", "aws_lb.m[0] (known after apply)"),
        ("element(many, 0)", "aws_lb.m[0] (known after apply)"),
        ('element(concat(many[*], [""]), 0)', "aws_lb.m[0] (known after apply)"),
        # what Terraform refuses, what is not done here
        ("{a = 1}.b", "{a = 1}.b (there is no 'b' in it)"),
        ('file("../../x")', 'file("../../x") (it lies outside of the repository and of the folders that are named)'),
        ('replace("a", "/[a-z]/", "b")', 'replace("a", "/[a-z]/", "b") (a regular expression is not evaluated)'),
        ("no_such.thing", "no_such.thing (no_such: no no_such)"),
    ],
)  # fmt: skip
def test_unknown_parts(text: str, expected: object) -> None:
    assert shown(value(text)) == expected


@pytest.mark.parametrize(
    ("text", "if_true", "if_false"),
    [
        ("u", {("u", True)}, {("u", False)}),
        ("!u", {("u", False)}, {("u", True)}),
        ("u == true", {("u", True)}, {("u", False)}),
        ("u != true", {("u", False)}, {("u", True)}),
        ('u == "a"', {('u == "a"', True)}, {('u == "a"', False)}),
        ('u != "a"', {('u == "a"', False)}, {('u == "a"', True)}),
        ('"a" == u', {('u == "a"', True)}, {('u == "a"', False)}),
        ("u > 3", {("u > 3", True)}, {("u > 3", False)}),
        ("u <= 3", {("u > 3", False)}, {("u > 3", True)}),
        ("length(u) > 0", {("length(u) == 0", False)}, {("length(u) == 0", True)}),
        ("length(u) == 0", {("length(u) == 0", True)}, {("length(u) == 0", False)}),
        ("u && w", {("u", True), ("w", True)}, {AnyOf((("u", False), ("w", False)))}),
        ("!(u || w)", {("u", False), ("w", False)}, {AnyOf((("u", True), ("w", True)))}),
        ("u || !u", set(), {AnyOf(())}),
    ],
)
def test_what_follows_from_a_condition(text: str, if_true: set[object], if_false: set[object]) -> None:
    found = value(text)
    assert isinstance(found, Sym)
    facts = found.implied()
    assert set(facts.if_true) == if_true
    assert set(facts.if_false) == if_false


@pytest.mark.parametrize(
    "text",
    [
        "(" * 500 + "1" + ")" * 500,
        "1" + " + 1" * 5_000,
        "!" * 500 + "true",
        "true ? 1 : " * 500 + "2",
        "a" + ".b" * 5_000,
        "a" + "[0]" * 5_000,
        "range(1000000000)",
        'format("%999999999d", 1)',
        "pow(10, 1000000)",
        "length([for a in range(9999) : [for b in range(9999) : [for c in range(9999) : a]]][9000])",
        "setproduct(range(9999), range(9999))",
        "99999999999999999999999999999999999999999999999999999999999999999",
        'jsondecode("' + "[" * 2000 + '")',
    ],
    ids=lambda text: text[:20],
)
def test_bounded(text: str) -> None:
    found = value(text)
    assert isinstance(found, Sym)
    assert len(found.reason) < 2_000


ALPHABET = st.sampled_from(
    ["1", "2", '"a"', "u", "r", "null", "true", "[", "]", "{", "}", "(", ")", "a = ", ",", "+", "-", "*", "==", "&&", "!", "?", ":",
     ".b", "[0]", "[*]", "for x in ", " : x", " if ", "=>", "...", '"${', '}"', "length(", "merge(", "try(", "%{ if u }", "\n", "lookup("]
)  # fmt: skip


@given(st.lists(ALPHABET, max_size=25))
@settings(max_examples=400, deadline=None)
def test_never_raises(pieces: list[str]) -> None:
    file = parse(Document("x.tf", Path("x.tf"), f"x = {' '.join(pieces)}\n".encode()))
    for name in file.root.attributes():
        expression = file.root.attribute(name)
        assert expression is not None
        shown(evaluate(expression, Scope(Names())))
