"""ALB601–ALB608, ALB610 and the info checks on values that do not mean what they look like, row by row."""

import pytest

import alb_lint.checks as table
from alb_lint.analysis.evaluate import evaluate
from alb_lint.errors import ConfigError
from alb_lint.findings.finding import Severity
from alb_lint.findings.fingerprint import fingerprint
from shorthand import config, estate, ids, listener, load_balancer, run

GROUP = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/app/1"
OTHER = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/2"


@pytest.mark.parametrize(
    ("rules", "default", "found"),
    [
        # an earlier rule for a host takes what is denied by path
        (["10 host=api.example.com -> app", "20 path=/admin* -> 403"], "app", ["r20"]),
        # an exception names a part of what is denied
        (["10 path=/admin/health -> app", "20 path=/admin* -> 403"], "app", []),
        (["10 path=/public* -> app", "20 path=/* -> 403"], "404", []),
        # who is let through must come from an address, sign in or know a secret
        (["10 host=api.example.com ip=198.51.100.0/24 -> app", "20 path=/admin* -> 403"], "app", []),
        (["10 host=api.example.com -> auth app", "20 path=/admin* -> 403"], "app", []),
        (["10 host=api.example.com header:X-Origin-Secret=abc -> app", "20 path=/admin* -> 403"], "app", []),
        # they never meet, or what stands before takes all of it
        (["10 path=/api* -> app", "20 path=/admin* -> 403"], "app", []),
        (["10 path=/* -> app", "20 path=/admin* -> 403"], "app", []),
        # a rule between them takes what both match
        (["5 host=api.example.com path=/admin* -> 403", "10 host=api.example.com -> app", "20 path=/admin* -> 403"], "app", []),
        # a 503 is no denial, and neither is a rule that may not exist
        (["10 host=api.example.com -> app", "20 path=/admin* -> 503"], "app", []),
        (["10 host=api.example.com -> app", "20 path=/admin* if=prod -> 403"], "app", []),
        # a header for everybody is ALB606's matter
        (["10 host=api.example.com header:User-Agent=*bot* -> app", "20 path=/admin* -> 403"], "app", []),
    ],
)
def test_deny_bypassed_by_an_earlier_rule(rules, default, found):
    told = listener(*rules, default=default)
    results = run(table.ALB601, told)
    assert ids(results) == found
    for item in results:
        assert evaluate(told, item.witnesses[0].request).id == item.related[0].rule.id


@pytest.mark.parametrize(
    ("here", "there", "found"),
    [
        (["10 path=/docs -> 403"], [], True),
        (["10 path=/docs -> 403"], ["10 path=/docs -> 403"], False),
        (["10 path=/docs -> 403"], ["10 path=/docs* -> 403"], False),
        (["10 path=/docs -> 403"], ["10 path=/docs method=GET -> 403"], True),
        # an exception there
        (["10 path=/docs* -> 403"], ["10 path=/docs/public -> app", "20 path=/docs* -> 403"], False),
    ],
)
def test_deny_bypassed_on_another_listener(here, there, found):
    balancer = load_balancer()
    told = estate(
        listener(*here, default=GROUP, id="L:443", load_balancer=balancer, protocol="HTTPS", port=443),
        listener(*there, default=GROUP, id="L:80", load_balancer=balancer, protocol="HTTP", port=80),
    )
    assert [item.listener for item in run(table.ALB601, told) if item.listener == "L:443"] == (["L:443"] if found else [])


def test_another_load_balancer_counts_for_the_groups_that_a_denial_shields():
    gate = listener("10 path=/docs -> 403", default=GROUP, id="A", load_balancer=load_balancer("a"))
    same = listener("10 host=x.example -> 503", default=GROUP, id="B", load_balancer=load_balancer("b"))
    strange = listener("10 host=x.example -> 404", default=OTHER, id="B", load_balancer=load_balancer("b"))
    assert ids(run(table.ALB601, estate(gate, same))) == ["r10"]
    assert run(table.ALB601, estate(gate, strange)) == []


@pytest.mark.parametrize(
    ("rules", "default", "found", "severity"),
    [
        (["10 host=*.example.org -> app", "20 path=/admin* -> auth app"], "403", ["r20"], Severity.WARNING),
        (["10 path=/admin* ip=198.51.100.0/24 -> app"], "app", ["r10"], Severity.ERROR),
        (["10 path=/admin* ip=198.51.100.0/24 -> app", "20 path=/admin* -> 403"], "app", [], None),
        (["10 path=/admin* ip=198.51.100.0/24 -> app", "20 path=/admin* -> other"], "app", [], None),
        (["10 path=/admin* header:X-Origin-Secret=abc -> app"], "app", ["r10"], Severity.ERROR),
        (["10 path=/admin* header:X-Canary=abc -> app"], "app", [], None),
        # a public part of what is guarded, and what is guarded alike
        (["10 path=/health -> app", "20 path=/* -> auth app"], "403", [], None),
        (["10 host=a.example ip=198.51.100.0/24 -> app", "20 path=/* -> auth app"], "403", [], None),
        # a header for everybody is ALB606's matter
        (["10 header:Authorization=* -> app", "20 path=/* -> auth app"], "403", [], None),
        (["10 path=/admin* ip=0.0.0.0/0 -> app"], "app", [], None),
    ],
)
def test_unguarded_way(rules, default, found, severity):
    told = listener(*rules, default=default)
    results = run(table.ALB602, told)
    assert ids(results) == found
    assert [item.severity for item in results] == ([severity] if severity else [])


def test_equal_references_of_different_folders_are_different_groups():
    from dataclasses import replace

    from alb_lint.model import Location

    def placed(told, file):
        rules = tuple(replace(rule, location=Location(file)) for rule in told.rules)
        return replace(told, rules=rules, default=replace(told.default, location=Location(file)))

    here = listener("10 ip=198.51.100.0/24 -> tg.arn", default="403", id="A")
    there = listener("10 path=/x -> tg.arn", "20 path=/* -> tg.arn", default="403", id="B")
    assert run(table.ALB602, estate(placed(here, "one/main.tf"), placed(there, "two/main.tf"))) == []
    assert ids(run(table.ALB602, estate(placed(here, "one/main.tf"), placed(there, "one/main.tf")))) == ["r10"]


@pytest.mark.parametrize(
    ("rules", "paths"),
    [
        (["90 path=/docs -> 403", "110 path=/docs* -> app"], ["/docs/", "/docs/x"]),
        (["90 path=/docs,/docs/* -> 403", "110 path=/* -> app"], ["/Docs"]),
        (["90 path=/docs* -> 403", "110 path=/* -> app"], []),
        (["90 path=/docs -> 403", "110 path=/docs -> app"], []),
        (["90 path=/docs -> auth app", "110 path=/docs* -> app"], ["/docs/", "/docs/x"]),
        # who signs in gets to another backend than who does not
        (["90 path=/docs -> auth docs", "110 path=/docs* -> app"], []),
        # the other spelling goes elsewhere than where the denied one would go
        (["90 path=/docs -> 403", "100 path=/docs -> app", "110 path=/docs* -> other"], []),
        (["90 path=/docs -> 404", "110 path=/docs* ip=198.51.100.0/24 -> app"], []),
    ],
)
def test_exact_path_gate(rules, paths):
    results = run(table.ALB603, listener(*rules, default="503"))
    assert [path for item in results for path in paths if f"`{path}`" in item.message] == paths
    assert bool(results) == bool(paths)


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        # a number that is not told matters only where another rule may match the request
        (["${n} path=/docs -> 403"], ["r${n}"]),
        (["${n} path=/docs -> 403", "110 path=/other -> other"], ["r${n}"]),
        (["${n} path=/docs -> 403", "${m} path=/other -> other"], ["r${n}"]),
        (["${n} path=/docs -> 403", "110 host=a.example.com -> other"], ["r${n}"]),
        (["${n} path=/docs -> 403", "110 path=/* -> other"], []),
        (["${n} path=/docs -> 403", "${m} path=/docs* -> app"], []),
        (["${n} path=/docs -> 403", "110 path=${p} -> app"], []),
        (["${n} path=/docs if=prod -> 403"], []),
    ],
)
def test_exact_path_gate_of_a_number_that_is_not_told(rules, found):
    assert ids(run(table.ALB603, listener(*rules, default="app"))) == found


@pytest.mark.parametrize(
    ("rules", "default", "found"),
    [
        (["10 path=/a header:X-Origin-Check=s -> a", "20 path=/b header:x-origin-check=s -> b", "30 path=/c -> c"], "403", ["r30"]),
        (["10 path=/a header:X-Origin-Check=s -> a", "30 path=/c -> c"], "403", []),
        (["10 path=/a header:X-Origin-Check=s -> a", "20 path=/b header:X-Origin-Check=s -> b", "30 path=/c -> auth c"], "403", []),
        (["10 path=/a header:X-Origin-Check=s -> a", "20 path=/b header:X-Origin-Check=s -> b", "30 path=/c -> 404"], "403", []),
        (["10 path=/a header:X-Canary=s -> a", "20 path=/b header:X-Canary=s -> b", "30 path=/c -> c"], "403", []),
        (["10 path=/a header:X-Origin-Check=s -> a", "20 path=/b header:X-Origin-Check=s -> b"], "c", [None]),
        # no request reaches it
        (
            ["5 path=/c -> 404", "10 path=/a header:X-Origin-Check=s -> a", "20 path=/b header:X-Origin-Check=s -> b", "30 path=/c -> c"],
            "403",
            [],
        ),
    ],
)
def test_header_gate_missing(rules, default, found):
    assert ids(run(table.ALB604, listener(*rules, default=default))) == found


def test_sign_in_optional():
    from dataclasses import replace

    from alb_lint.model import Authenticate

    told = listener("10 path=/a -> auth app")
    allow = Authenticate("oidc", (("Issuer", "i"), ("OnUnauthenticatedRequest", "allow")))
    lax = replace(told, rules=(replace(told.rules[0], actions=(allow, *told.rules[0].actions[1:])),))
    assert run(table.ALB605, told) == []
    assert ids(run(table.ALB605, lax)) == ["r10"]


@pytest.mark.parametrize(
    ("rules", "default", "found"),
    [
        (["2 path=/admin* header:X-Forwarded-For=198.51.100.* -> app", "3 path=/admin* -> 403"], "404", ["r2"]),
        (["1 header:Authorization=* -> app", "2 path=/* -> auth app"], "403", ["r1"]),
        (["2 header:User-Agent=*Mobile* -> app"], "403", ["r2"]),
        (["2 header:User-Agent=*Mobile* -> app"], "web", []),
        (["2 header:User-Agent=*Mobile* ip=198.51.100.0/24 -> app"], "403", []),
        (["2 header:X-Canary=1 -> app"], "403", []),
    ],
)
def test_forgeable_gate(rules, default, found):
    told = listener(*rules, default=default)
    results = run(table.ALB606, told)
    assert ids(results) == found
    for item in results:
        forged, plain = (witness.request for witness in item.witnesses)
        assert evaluate(told, forged).id == item.rule.id
        assert evaluate(told, plain).id != item.rule.id


@pytest.mark.parametrize(
    ("scheme", "addresses", "words"),
    [
        ("internet-facing", "10.0.0.0/8", "never matches"),
        ("internet-facing", "10.1.2.3/32,198.51.100.0/24", "`10.1.2.3/32`"),
        ("internet-facing", "198.51.100.0/24,0.0.0.0/0", ""),
        ("internal", "10.0.0.0/8", ""),
        ("", "10.0.0.0/8", ""),
    ],
)
def test_private_address_gate(scheme, addresses, words):
    results = run(table.ALB607, listener(f"10 ip={addresses} -> app", load_balancer=load_balancer(scheme=scheme)))
    assert bool(results) == bool(words)
    assert all(words in item.message for item in results)


@pytest.mark.parametrize(
    ("action", "found"),
    [
        ("redirect:http://x.example/", True),
        ("redirect:host=api.example.org", True),
        ("redirect:https", False),
        ("app", False),
    ],
)
def test_redirect_stays_plain(action, found):
    told = listener(f"10 path=/a -> {action}", default="redirect:https", protocol="HTTP", port=80)
    assert ids(run(table.ALB608, told)) == (["r10"] if found else [])
    alone = listener(f"10 path=/a -> {action}", default="404", protocol="HTTP", port=80)
    assert ids(run(table.ALB608, alone)) == []


REQUIRE = """
[[require]]
name = "key"
when = { without_header = "X-Origin-Key" }
then = { status = 403 }
except = ["health*"]
"""


@pytest.mark.parametrize(
    ("rules", "default", "toml", "confidence"),
    [
        (["10 path=/a header:X-Origin-Key=s -> app"], "403", REQUIRE, None),
        (["10 path=/a -> app"], "403", REQUIRE, "proved"),
        (["10 path=/a header:X-Origin-Key=s -> app"], "web", REQUIRE, "proved"),
        (["5 path=/a -> 403", "10 path=/a -> app"], "403", REQUIRE, None),
        (["10 path=/a -> opaque"], "403", REQUIRE, "undecided"),
        (["10 path=/a opaque:x -> app"], "403", REQUIRE, "undecided"),
        # the default action is not in the input
        (["10 path=/a -> 403"], None, REQUIRE, "undecided"),
        (["10 path=/a -> 403"], None, '[[require]]\nname = "m"\nwhen = { path = "/a" }\nthen = { status = 403 }', None),
        (["10 path=/* -> 403"], None, '[[require]]\nname = "m"\nwhen = { path = "/a" }\nthen = { status = 403 }', None),
        (["10 path=/* if=prod -> 403"], None, '[[require]]\nname = "m"\nwhen = { path = "/a" }\nthen = { status = 403 }', "undecided"),
        (["10 path=/a if=prod -> app"], "403", REQUIRE, "possible"),
        (["10 path=/m* -> 503"], "app", '[[require]]\nname = "m"\nwhen = { path = "/m*", method = "GET" }\nthen = { status = 503 }', None),
        (
            ["10 path=/ma -> app", "20 path=/m* -> 503"],
            "app",
            '[[require]]\nname = "m"\nwhen = { path = "/m*" }\nthen = { status = [503, 404] }',
            "proved",
        ),
        (
            ["10 path=/x ip=10.0.0.0/8 -> app"],
            "403",
            '[[require]]\nname = "m"\nwhen = { path = "/x", not-source-ip = "10.0.0.0/8" }\nthen = { status = 403 }',
            None,
        ),
        (
            ["10 path=/x ip=10.0.0.0/8 -> app"],
            "403",
            '[[require]]\nname = "m"\nwhen = { path = "/x", not-source-ip = "10.0.0.0/9" }\nthen = { status = 403 }',
            "proved",
        ),
        (
            ["10 path=/x -> auth app", "20 path=/* -> web:1,app:0"],
            "redirect:https",
            (
                '[[require]]\nname = "m"\nthen = { any-of = [{ authenticated = true, target_group = "app" }, { target_group = "w*" }, '
                '{ redirect = "https://*" }] }'
            ),
            None,
        ),
    ],
)
def test_requirement(rules, default, toml, confidence):
    told = listener(*rules, default=default)
    results = run(table.ALB610, told, toml)
    assert [item.confidence for item in results] == ([confidence] if confidence else [])


def test_a_requirement_leaves_out_what_it_excepts_and_ends_with_its_date():
    told = listener("10 name=health-check path=/a -> app", default="403")
    assert run(table.ALB610, told, REQUIRE) == []
    other = listener("10 name=other path=/a -> app", default="403")
    assert ids(run(table.ALB610, other, REQUIRE)) == ["other"]
    assert run(table.ALB610, other, REQUIRE + "until = 2026-12-31\n") == []
    assert run(table.ALB610, other, REQUIRE + 'listener = "elsewhere"\n') == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('name = "x"', "'then' is missing"),
        ('name = "x"\nthen = { status = 99 }', "'status' must be a number from 200 to 599"),
        ('name = "x"\nthen = { authenticated = false }', "'authenticated' can only be true"),
        ('name = "x"\nthen = { any-of = [{ any-of = [{ status = 404 }] }] }', "'any-of' is a list of tables"),
        ('name = "x"\nthen = { state = 404 }', "unknown key 'state'"),
        ('name = "x"\nwhen = { source-ip = "ten" }\nthen = { status = 404 }', "no address block"),
        ("then = { status = 404 }", "'name' is missing"),
    ],
)
def test_a_requirement_that_cannot_be_read(text, told):
    with pytest.raises(ConfigError, match=told):
        config(f"[[require]]\n{text}\n")


@pytest.mark.parametrize(
    ("rule", "family", "found"),
    [
        ("10 host=a.example path=/* -> app", "", ["/*"]),
        ("10 path=/* -> app", "", []),
        ("10 host=* path=/a -> app", "", ["*"]),
        ("10 path=/a ip=0.0.0.0/0 -> app", "ipv4", ["0.0.0.0/0"]),
        ("10 path=/a ip=0.0.0.0/0 -> app", "dualstack", []),
        ("10 path=/a ip=0.0.0.0/0,::/0 -> app", "dualstack", ["::/0"]),
        ("10 ip=198.51.100.0/28,198.51.100.16/28 -> app", "", ["198.51.100.0/27"]),
        ("10 ip=198.51.100.16/28,198.51.100.32/28 -> app", "", []),
        ("10 ip=198.51.100.0/24,198.51.100.16/28 -> app", "", []),
    ],
)
def test_needless_value(rule, family, found):
    results = run(table.ALB221, listener(rule, load_balancer=load_balancer(ip_address_type=family)))
    assert bool(results) == bool(found)
    assert all(f"`{value}`" in item.message for item in results for value in found)


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("10 query=channel:beta,country:de -> app", True),
        ("10 query=country:at,country:de -> app", False),
        ("10 query=channel:beta query=country:de -> app", False),
        ("10 query=beta,country:de -> app", False),
    ],
)
def test_query_pairs_or(rule, found):
    told = listener(rule)
    results = run(table.ALB222, told)
    assert bool(results) == found
    for item in results:
        request = item.witnesses[0].request
        assert len(request.query) == 1
        assert evaluate(told, request).id == "r10"


@pytest.mark.parametrize(
    ("rules", "default", "found"),
    [
        (["10 path=/orders -> orders", "20 path=/* -> web"], "404", ["r10"]),
        (["10 host=mq.example path=/ -> mq"], "404", ["r10"]),
        (["10 path=/orders -> orders", "15 path=/orders/* -> web"], "web", []),
        (["10 path=/orders -> orders"], "404", []),
        (["10 path=/orders,/orders/* -> orders"], "web", []),
        (["10 path=/robots.txt -> orders"], "web", []),
        (["10 path=/orders -> 404"], "web", []),
        (["10 path=/orders -> web"], "web", []),
    ],
)
def test_exact_path_only(rules, default, found):
    assert ids(run(table.ALB223, listener(*rules, default=default))) == found


@pytest.mark.parametrize(
    ("rules", "default", "found"),
    [
        (["10 host=*.shop.example -> shop"], "404", ["r10"]),
        (["10 host=*.shop.example,shop.example -> shop"], "404", []),
        (["10 host=*.shop.example -> shop", "20 host=shop.example -> web"], "404", []),
        (["10 host=*.shop.example -> shop"], "shop", []),
        (["10 host=*.example -> shop"], "404", []),
    ],
)
def test_bare_host_missing(rules, default, found):
    assert ids(run(table.ALB224, listener(*rules, default=default))) == found


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        # backends on both ends
        (["10 host=a.example -> a", "20 path=/x* -> x"], [("r10", "info", ["r20"])]),
        # a gate first, or last: a denial, a sign-in, an address, a secret, a redirect elsewhere
        (["10 host=a.example -> 403", "20 path=/x* -> x"], [("r10", "warning", ["r20"])]),
        (["10 host=a.example -> a", "20 path=/x* -> auth x"], [("r10", "warning", ["r20"])]),
        (["10 host=a.example -> a", "20 path=/x* ip=198.51.100.0/24 -> x"], [("r10", "warning", ["r20"])]),
        (["10 host=a.example -> a", "20 path=/x* header:X-Origin-Secret=s -> x"], [("r10", "warning", ["r20"])]),
        (["10 host=a.example -> redirect:https://b.example/", "20 path=/x* -> x"], [("r10", "warning", ["r20"])]),
        # an answer of the server's fault, a redirect to https, a header for everybody are no gates
        (["10 host=a.example -> 503", "20 path=/x* -> x"], [("r10", "info", ["r20"])]),
        (["10 host=a.example -> redirect:https", "20 path=/x* -> x"], [("r10", "info", ["r20"])]),
        (["10 host=a.example -> a", "20 path=/x* header:User-Agent=*Mobile* -> x"], [("r10", "info", ["r20"])]),
        # one rule with both kinds
        (
            ["10 host=a.example -> a", "20 path=/x* -> x", "30 path=/y* -> 403", "40 path=/z* -> z"],
            [("r10", "warning", ["r30"]), ("r10", "info", ["r20", "r40"])],
        ),
    ],
)
def test_a_crossing_is_a_warning_where_a_gate_stands_at_one_end(rules, found):
    results = run(table.ALB104, listener(*rules))
    assert [(item.rule.id, item.severity.label, [related.rule.id for related in item.related]) for item in results] == found
    assert len({fingerprint(item) for item in results}) == len(results)
