"""ALB208 and ALB209: what lies beside and above a path, with requests that the evaluator confirms."""

import pytest

from alb_lint.analysis.evaluate import evaluate, matches_rule
from alb_lint.checks import ALB208, ALB209
from shorthand import ids, listener, run


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        (("10 path=/foo* -> a", "20 path=/foobar -> b"), ["r10"]),
        (("10 path=/foo* -> a", "20 path=/foobar/* -> b", "30 path=/foo-x -> c"), ["r10"]),
        (("10 path=/foobar -> b", "20 path=/foo* -> a"), []),  # the sibling is asked first
        (("10 path=/foo* -> a", "20 path=/foobar -> a"), []),  # and treated alike
        (("10 path=/foo* -> a", "20 path=/foo/bar -> b"), []),  # below, not beside
        (("10 path=/foo* -> a", "20 path=/foo*r -> b"), []),
        (("10 path=/foo/* -> a", "20 path=/foo/bar -> b"), []),
        (("10 path=/foo* host=a.com -> a", "20 path=/foobar host=b.com -> b"), []),
        (("10 path=/foo* host=*.com -> a", "20 path=/foobar host=b.com -> b"), ["r10"]),
        (("10 path=/foo* GET -> a", "20 path=/foobar PUT -> b"), []),
        (("10 path=/foo* -> a", "20 path=/foobar -> opaque"), []),
        (("10 path=/foo* -> a", "${p} path=/foobar -> b"), []),
        (("10 path=/foo* -> a", "20 if=x path=/foobar -> b"), ["r10"]),
        (("10 if=x path=/foo* -> a", "20 unless=x path=/foobar -> b"), []),
        (("5 path=/foob* -> c", "10 path=/foo* -> a", "20 path=/foobar -> b"), ["r5"]),  # r10 never gets it
        (("10 path=/* -> a", "20 path=/foobar -> b"), []),
    ],
)
def test_prefix_catches_siblings(rules, found):
    here = listener(*rules)
    findings = run(ALB208, here)
    assert ids(findings) == found
    for item in findings:
        for other in item.related:
            assert evaluate(here, other.request) is item.rule
            assert matches_rule(other.rule, other.request)


def test_prefix_message():
    (found,) = run(ALB208, listener("10 path=/foo* -> a", "20 name=bar path=/foobar/* -> b"))
    assert found.message == "its path value `/foo*` also matches `/foobar/`, which belongs to 20 bar (/foobar/*)"


@pytest.mark.parametrize(
    ("rules", "default", "found"),
    [
        (("10 path=/foo/* -> a",), "404", ["r10"]),
        (("10 path=/foo/* -> a",), "a", []),
        (("10 path=/foo/* -> a",), None, []),
        (("10 path=/foo/* -> a",), "opaque", []),
        (("10 path=/foo/*,/foo -> a",), "404", []),
        (("10 path=/foo/*,/foo* -> a",), "404", []),
        (("10 path=/foo/* -> a", "20 path=/foo -> b"), "404", []),  # somebody has thought of it
        (("10 path=/foo/* -> a", "20 path=/foo -> redirect:path=/foo/"), "404", []),
        (("10 path=/foo/* -> a", "20 path=/fo* -> a"), "404", []),
        (("10 path=/foo/* -> a", "20 path=/fo* -> b"), "404", ["r10"]),
        (("10 path=/foo/* -> a", "${p} path=/fo* -> b"), "404", []),
        (("10 path=/foo/* -> a", "20 path=${p} -> b"), "404", []),
        (("10 path=/foo/* -> a", "20 if=x path=/foo -> b"), "404", []),
        (("5 path=/foo/* -> b", "10 path=/foo/* -> a"), "404", ["r5"]),
        (("10 path=/*/foo/* -> a",), "404", []),
        (("10 path=/* -> a",), "404", []),
        (("10 path=/foo/* host=*.a.com PUT header:X-A=1 query=k:v ip=10.0.0.0/8 -> a",), "404", ["r10"]),
        (("10 path=/foo/* path=/foo -> a",), "404", []),
        (("10 path=/a/*,/b/* -> a",), "404", ["r10", "r10"]),
    ],
)
def test_bare_path_missing(rules, default, found):
    here = listener(*rules, default=default)
    findings = run(ALB209, here)
    assert ids(findings) == found
    for item in findings:
        assert item.facets[0] == item.witnesses[0].request.path
        assert evaluate(here, item.witnesses[0].request) is not item.rule


def test_bare_path_message():
    (found,) = run(ALB209, listener("10 path=/foo/* -> a", "20 name=rest path=/* -> b"))
    assert found.message == "it matches `/foo/*` but not `/foo`, which 20 rest (/*) answers"


@pytest.mark.parametrize(("regex", "found"), [("/fo.*", ["r20"]), ("/fo", [])])  # the latter takes /foo in one reading only
def test_bare_path_that_a_regex_takes(regex, found):
    findings = run(ALB209, listener("10 path=/foo/* -> a", f"20 path~{regex} -> b"))
    assert [item.related[0].rule.id for item in findings] == found
