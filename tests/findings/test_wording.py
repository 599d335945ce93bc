"""How messages say in which deployments rules are there."""

from dataclasses import replace

import pytest

from alb_lint.findings.wording import deployments_text
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
