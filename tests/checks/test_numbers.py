"""ALB002 to ALB007: numbers, reserved ranges, retired numbers, wanted orders."""

from dataclasses import replace

import pytest

from alb_lint.checks import ALB002, ALB003, ALB004, ALB005, ALB006, ALB007
from alb_lint.checks.check import Severity
from alb_lint.model import Rule
from alb_lint.reservations import Reservation
from shorthand import config as settings
from shorthand import ids, listener, run

V2 = '[[range]]\nname = "v2"\npriorities = "2110-2112"\nmatch = { paths = ["/v2/*"] }\n'
V1 = '[[range]]\nname = "v1"\npriorities = "100-199"\nmatch = { paths = ["/v1/*"] }\n'


@pytest.mark.parametrize(
    ("number", "found"), [("0", 1), ("-1", 1), ("50001", 1), ("99999", 1), ("1", 0), ("50000", 0), ("${p}", 0)], ids=str
)
def test_out_of_bounds(number, found):
    assert len(run(ALB002, listener(f"{number} path=/x -> 404"))) == found


def test_out_of_bounds_by_a_default():
    one = listener("0 path=/x -> 404")
    (found,) = run(ALB002, replace(one, rules=(replace(one.rules[0], number_by_default=("t.yaml", "Number")),)))
    assert (found.message, found.confidence) == ("priority 0 by the default of Number is outside 1 to 50000", "possible")
    assert found.severity is Severity.WARNING
    assert found.help == "nothing to do where each deployment gives a number; with the default, AWS refuses the rule"


@pytest.mark.parametrize(
    ("config", "rule", "found"),
    [
        (V2, "2021 path=/v2/a -> t", 1),
        (V2, "2110 path=/v2/a -> t", 0),
        (V2, "2021 path=/v2/?/a -> t", 1),
        (V2, "2021 path=/v?/a -> t", 0),
        (V2, "2021 path=/v3/a -> t", 0),
        (V2, "2021 path=/v2/a,/x -> t", 0),  # takes more than the range does
        (V2, "2021 path=${p} -> t", 0),
        (V2, "${n} path=/v2/a -> t", 0),
        (V2 + 'listener = "other"\n', "2021 path=/v2/a -> t", 0),
        (V2 + V1.replace("/v1/*", "/v2/a*"), "150 path=/v2/a -> t", 0),  # in one of its two ranges
        (V2 + V1.replace("/v1/*", "/v2/a*"), "300 path=/v2/a -> t", 1),
    ],
)
def test_outside_reserved_range(config, rule, found):
    assert len(run(ALB003, listener(rule), config)) == found


def test_outside_names_the_range_and_its_past():
    (found,) = run(ALB003, listener("2021 path=/v2/a -> t"), V2 + 'was = "2021-2023"\n')
    assert found.message == "it belongs in the range `v2` (2110-2112) and has priority 2021, where the range was"
    assert found.facets == ("v2",)


@pytest.mark.parametrize(
    ("config", "rule", "found"),
    [
        (V2, "2110 path=/x -> t", 1),
        (V2, "2110 path=/v2/x -> t", 0),
        (V2, "2109 path=/x -> t", 0),
        (V2, "2110 path=${p} -> t", 0),
        (V2, "2110 path~^/v2/x$ -> t", 0),
        (V2, "2110 opaque:path-pattern -> t", 0),
        (V2, "2110 path=/x opaque:host-header -> t", 1),
        (V2.replace("paths", "methods").replace("/v2/*", "GET"), "2110 opaque:http-request-method -> t", 0),
        (V2.replace("paths", "methods").replace("/v2/*", "GET"), "2110 PUT -> t", 1),
        ('[[range]]\nname = "kept free"\npriorities = "5"\n', "5 path=/x -> t", 1),
    ],
)
def test_foreign_in_reserved_range(config, rule, found):
    assert len(run(ALB004, listener(rule), config)) == found


@pytest.mark.parametrize(
    ("extra", "rule", "found"),
    [
        ("", "1001 path=/x -> t", 1),
        ("until = 2027-01-02", "1001 path=/x -> t", 1),
        ("until = 2027-01-01", "1001 path=/x -> t", 0),
        ('listener = "other"', "1001 path=/x -> t", 0),
        ("", "1021 path=/x -> t", 0),
        ("", "${p} path=/x -> t", 0),
    ],
)
def test_retired(extra, rule, found):
    config = f'[[retired]]\npriorities = "1001-1020"\nreason = "still live"\n{extra}\n'
    assert len(run(ALB005, listener(rule), config)) == found


@pytest.mark.parametrize(
    ("numbers", "config", "message"),
    [
        ((2110, 2111), V2, None),
        ((2110, 2111, 2112), V2, "the range `v2` (2110-2112) is 100 % full: 3 of 3 numbers in use"),
        ((2110, 2110, 2110), V2, None),  # they collide, and fit
        (
            (2110, 2111, 5, 6),
            V2,
            "the range `v2` (2110-2112) cannot hold the 4 rules that belong to it: it has 3 numbers",
        ),
        (
            (2110, 2111),
            V2 + '[[retired]]\npriorities = "2112"\n',
            "the range `v2` (2110-2112) is 100 % full: 3 of 3 numbers in use, 1 of them retired",
        ),
        (tuple(range(100, 180)), V1.replace("/v1/", "/v2/"), None),
        (tuple(range(100, 181)), V1.replace("/v1/", "/v2/"), "the range `v1` (100-199) is 81 % full: 81 of 100 numbers in use"),
    ],
)
def test_range_nearly_full(numbers, config, message):
    found = run(ALB006, listener(*(f"{number} path=/v2/{place} -> t" for place, number in enumerate(numbers))), config)
    assert [item.message for item in found] == ([message] if message else [])
    assert all(item.rule is None and item.location.line == 1 for item in found)


def test_reserved_numbers_fill_a_range():
    told = listener("2110 path=/v2/a -> t", "2111 path=/v2/b -> t")
    held = (Reservation(2111, "L", "/v2/b", "us", "2999-01-01", "t"), Reservation(2112, "L", "/v2/c", "us", "2999-01-01", "u"))
    (found,) = run(ALB006, told, replace(settings(V2), reservations=held))
    assert found.message == "the range `v2` (2110-2112) is 100 % full: 3 of 3 numbers in use, 1 of them reserved for rules to come"


ORDER = '[[before]]\nfirst = "badge*"\nthen = "verifier"\nreason = "it is deployed first"\n'


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        (("10 name=verifier path=/* -> a", "20 name=badge path=/b -> b"), ["badge"]),
        (("10 name=verifier path=/v -> a", "20 name=badge path=/b -> b"), ["badge"]),  # whatever the overlap says
        (("10 name=badge path=/b -> b", "20 name=verifier path=/* -> a"), []),
        (("10 name=verifier path=/* -> a", "10 name=badge path=/b -> b"), []),  # a collision is another matter
        (("${p} name=verifier path=/* -> a", "20 name=badge path=/b -> b"), []),
        (("10 name=verifier if=blue path=/* -> a", "20 name=badge unless=blue path=/b -> b"), []),
        (("10 name=other path=/* -> a", "20 name=badge path=/b -> b"), []),
        (
            ("10 name=verifier path=/* -> a", "20 name=badge1 path=/b -> b", "30 name=badge2 path=/c -> b"),
            ["badge1", "badge2"],
        ),
    ],
)
def test_broken_order(rules, found):
    assert ids(run(ALB007, listener(*rules), ORDER)) == found


def test_broken_order_shows_a_request_that_both_take():
    (found,) = run(ALB007, listener("10 name=verifier path=/* -> a", "20 name=badge path=/b -> b"), ORDER)
    assert found.message == "it must come before 10 verifier (/*), but comes after: it is deployed first"
    assert [(item.role, item.request.path) for item in found.witnesses] == [("both", "/b")]
    assert [(item.role, item.rule.id) for item in found.related] == [("before", "verifier")]


def test_listeners_without_a_config_are_silent():
    here = listener("2110 path=/v2/a -> t", Rule("x", "", 1001))
    assert [run(check, here) for check in (ALB003, ALB004, ALB005, ALB006, ALB007)] == [[]] * 5
