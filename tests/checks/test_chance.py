"""ALB108: pairs whose order nobody chose."""

from dataclasses import replace

import pytest

import alb_lint.checks as table
from alb_lint.analysis.evaluate import matches_rule
from alb_lint.model import Location
from alb_lint.symbols import Unknown, Unset
from shorthand import listener, run

NUMBERS = {
    "unset": Unknown("not set: Terraform takes the highest on the listener + 1", number=Unset(behind=True)),
    "random": Unknown("random_integer.p.result (known after apply)"),
    "draw": Unknown("Math.floor(Math.random() * 100) (a function that is not followed)"),
    "hash": Unknown("1000 + parseint(substr(sha256(var.service), 0, 3), 16)"),
    "max": Unknown('max(data.external.rules.result["a"], 5) + 1 (known after apply)'),
    "resource": Unknown("GetAtt Numbers.Priority"),
    "variable": Unknown("var.priority (no default)"),
    "output": Unknown("GetAtt Nested.Outputs.Priority"),
}


def made(*rules, waits=()):
    """Rules of `KIND conditions -> action`, KIND a number or one of NUMBERS; `waits`: (place of the later rule, of the earlier one)."""
    told = []
    for place, text in enumerate(rules):
        kind, rest = text.split(" ", 1)
        (rule,) = listener(f"{kind if kind.isdecimal() else 1} name=n{place} {rest}").rules
        found = replace(rule, location=Location("main.tf", place + 1, 1, f"aws_lb_listener_rule.n{place}"))
        told.append(found if kind.isdecimal() else replace(found, priority=NUMBERS[kind]))
    for later, earlier in waits:
        told[later] = replace(told[later], waits_for=(told[earlier].location.address,))
    return listener(*told)


ROWS = {
    "neither is set": (made("unset host=a.example -> a", "unset path=/b* -> b"), [("n0", "warning", "proved", ["n1"])]),
    "three": (
        made("unset host=a.example -> a", "unset path=/b* -> b", "unset path=/*/c -> c"),
        [("n0", "warning", "proved", ["n1", "n2"]), ("n1", "warning", "proved", ["n2"])],
    ),
    "one waits for the other": (made("unset host=a.example -> a", "unset path=/b* -> b", waits=[(1, 0)]), []),
    "they act alike": (made("unset host=a.example -> a", "unset path=/b* -> a"), []),
    "they never meet": (made("unset path=/a* -> a", "unset path=/b* -> b"), []),
    "they meet by a repeat": (made("unset header:X-Env=a -> a", "unset header:X-Env=b -> b"), []),
    "an earlier rule takes what they share": (made("5 host=a.example path=/b* -> 403", "unset host=a.example -> a", "unset path=/b* -> b"), [
        ("n1", "info", "proved", ["n0"]), ("n2", "info", "proved", ["n0"]),
    ]),
    "behind one that has a number": (made("10 host=a.example -> a", "unset path=/b* -> b"), [("n1", "info", "proved", ["n0"])]),
    "behind one that it waits for": (made("10 host=a.example -> a", "unset path=/b* -> b", waits=[(1, 0)]), []),
    **{
        f"by {kind}": (made("10 host=a.example -> a", f"{kind} path=/b* -> b"), [("n1", "info", "possible", ["n0"])])
        for kind in ("random", "draw", "hash", "max", "resource")
    },
    **{f"by {kind}": (made("10 host=a.example -> a", f"{kind} path=/b* -> b"), []) for kind in ("variable", "output")},
    "waiting does not order what is drawn": (
        made("10 host=a.example -> a", "random path=/b* -> b", waits=[(1, 0)]),
        [("n1", "info", "possible", ["n0"])],
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_order_by_chance(row):
    told, wanted = ROWS[row]
    results = run(table.ALB108, told)
    assert [
        (item.rule.id, item.severity.label, item.confidence, [related.rule.id for related in item.related]) for item in results
    ] == wanted
    for item in results:
        for related in item.related:
            assert matches_rule(item.rule, related.request)
            assert matches_rule(related.rule, related.request)


def test_what_chance_decides_is_said_once():
    told, _ = ROWS["neither is set"]
    assert run(table.ALB107, told) == []
    other = made("10 host=a.example -> a", "variable path=/b* -> b")
    assert [item.rule.id for item in run(table.ALB107, other)] == ["n1"]


def test_many_rules_without_a_number():
    told = made(*(f"unset path=/*x{number}* -> g{number}" for number in range(60)))
    results = run(table.ALB108, told)
    assert len(results) == 59
    assert max(len(item.related) for item in results) == 20
