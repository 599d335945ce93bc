"""How messages say in which deployments rules are there."""

from dataclasses import replace

import pytest

from alb_lint.findings.wording import deployments_text, values_of
from alb_lint.model import Unknown
from alb_lint.presence import AnyOf, Presence
from shorthand import rule

A, B = ("var.a", True), ("var.b", True)


@pytest.mark.parametrize(
    ("one", "other", "text"),
    [
        pytest.param((), (), "", id="always"),
        pytest.param((A,), (), "var.a is true", id="one"),
        pytest.param((A,), (A, B), "var.a is true, var.b is true", id="both"),
        pytest.param((A,), (AnyOf((A, B)),), "var.a is true", id="one holds the other"),
        pytest.param((('stack/t.yml:Ref:Cert == ""', False),), (), 'Cert != ""', id="a parameter without its file"),
        pytest.param((A,), (("var.a", False),), "", id="never"),
        pytest.param((("x" * 200, True),), (), "", id="too long"),
    ],
)
def test_deployments(one: Presence, other: Presence, text: str) -> None:
    rules = [replace(rule("10 path=/a"), presence=one), replace(rule("10 path=/b"), presence=other)]
    assert deployments_text(rules) == text


@pytest.mark.parametrize(
    ("reason", "name"),
    [
        ("var.a (no default)", "var.a"),
        ("lookup(var.a, each.key) (var.a (a map) has none)", "lookup(var.a, each.key)"),
        ("var.a ? (var.b) : (var.c) (no default)", "var.a ? (var.b) : (var.c)"),
        ("var.a ? (var.b) : (var.c)", "var.a ? (var.b) : (var.c)"),
        ("lookup(var.a, (each.key))", "lookup(var.a, (each.key))"),
        ("no bracket (", "no bracket ("),
        ("a) (b", "a) (b"),
        ("sensitive", "sensitive"),
    ],
)
def test_the_name_of_what_is_not_known(reason: str, name: str) -> None:
    assert values_of(Unknown(reason)) == (name,)
