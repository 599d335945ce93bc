"""ALB103: what its help says of the rest of a template."""

from dataclasses import replace

import pytest

from alb_lint.checks import ALB103
from shorthand import listener, run

KEEP = ", or keep it on purpose with an `[[allow]]` and a reason"


@pytest.mark.parametrize(
    ("rules", "needed_by", "told"),
    [
        (("10 name=R path=/x -> a",), {}, f"delete it{KEEP}"),
        (("10 name=R path=/x -> a",), {"R": ("S", "T")}, f"delete it (in the `DependsOn` of S and T name what answers in its place){KEEP}"),
        (
            ("5 name=A path=/* -> a", "10 name=R path=/x -> a"),
            {"R": ("S",)},
            "delete it (in the `DependsOn` of S name what answers in its place)",
        ),
        (
            ("10 name=A path=/x -> a", "20 name=R path=/x -> a"),
            {"A": ("R", "S")},
            f"delete it together with 20 R (/x), which no request reaches for it (in the `DependsOn` of S name what answers in their place){KEEP}",
        ),
    ],
)
def test_what_names_the_rule_is_to_name_another(rules, needed_by, told):
    made = listener(*rules, default="a")
    made = replace(made, rules=tuple(replace(rule, needed_by=needed_by.get(rule.name, ())) for rule in made.rules))
    assert told in [found.help for found in run(ALB103, made)]
