"""The routes file: every key in both languages, and every mistake with its place."""

import tomllib

import jsonschema
import pytest
import yaml

from alb_lint.config import Then, When
from alb_lint.errors import ConfigError
from alb_lint.model import Request
from alb_lint.reports.schemas import ALL
from alb_lint.routes.cases import expected_json
from alb_lint.routes.expected import Expected
from alb_lint.routes.file import CASES, read_cases
from running import SEED

WHOLE = """
routes:
  - name: a score
    listener: public
    request:
      method: POST
      url: https://api.example.com/v2/x%20y?k=v&k=w
      headers: {X-Env: blue, X-Many: [a, b]}
      source_ip: 192.0.2.7
    expect: {rule: [a, "b*"], priority: 10, target_group: v2, weights: {py: 90, "rust*": 10.5}, status: 301, redirect: "https*", authenticated: true}
  - request: {host: h, path: /p, query: {a: b}, headers: ["X-Env: blue", [N, v]]}
    expect: {priority: default}
  - request: /only/path
    expect: {status: [404, "403"]}
always:
  - name: one
    when: {host: "*.x", path: [/a, /b], method: GET, header: "X: y", without-header: Z, source-ip: 10.0.0.0/8, not_source_ip: 10.1.0.0/16}
    expect: {any-of: [{status: 404}, {target_group: a, authenticated: true}]}
    except: health-*
never:
  - when: {header: {X-A: [a, b], X-B: "*"}}
    expect: {target_group: "*"}
"""

TOML = """
[[routes]]
request = "https://a.example/x"
expect = { priority = 10, weights = { py = 9, rust = 1 }, authenticated = true }
[[never]]
name = "m"
when = { path = "/metrics*" }
expect = { target_group = "*" }
"""


def test_every_key_is_read():
    got = read_cases(WHOLE.encode(), "routes.yaml")
    one, two, three = got.routes
    assert (one.name, one.listener, one.url) == ("a score", "public", "https://api.example.com/v2/x%20y?k=v&k=w")
    headers = (("X-Env", "blue"), ("X-Many", "a"), ("X-Many", "b"))
    assert one.request == Request("POST", "api.example.com", "/v2/x%20y", (("k", "v"), ("k", "w")), headers, "192.0.2.7")
    then = Then(("v2",), (), ("https*",), True)
    assert one.expected == Expected(("a", "b*"), "10", (("py", 90), ("rust*", 10.5)), ("301",), then)
    assert str(one.location) == "routes.yaml:3:5"
    assert (two.name, two.request) == ("GET h/p", Request("GET", "h", "/p", (("a", "b"),), (("X-Env", "blue"), ("N", "v"))))
    assert two.expected.priority == "default"
    assert (three.request.path, three.expected.status) == ("/only/path", ("404", "403"))
    always, never = got.assertions
    assert always.when == When(("*.x",), ("/a", "/b"), ("GET",), (("X", ("y",)),), ("Z",), ("10.0.0.0/8",), ("10.1.0.0/16",))
    assert always.expected.then.any_of == (Then(status=("404",)), Then(("a",), authenticated=True))
    assert (always.kind, always.but, never.kind, never.name) == ("always", ("health-*",), "never", "never 1")
    assert never.when.header == (("X-A", ("a",)), ("X-A", ("b",)), ("X-B", ("*",)))


def test_toml_is_read_as_well():
    got = read_cases(TOML.encode(), "routes.toml")
    assert got.routes[0].expected == Expected((), "10", (("py", 9), ("rust", 1)), (), Then(authenticated=True))
    assert str(got.assertions[0].location) == "routes.toml"
    assert got.assertions[0].when.path == ("/metrics*",)


def test_what_is_expected_is_told_as_it_is_written():
    one = read_cases(WHOLE.encode(), "routes.yaml").routes[0]
    assert expected_json(one.expected) == {
        "rule": ["a", "b*"], "priority": 10, "weights": {"py": 90, "rust*": 10.5}, "status": 301, "target_group": "v2", "redirect": "https*",
        "authenticated": True,
    }  # fmt: skip


def test_the_schema_takes_what_the_reader_takes():
    for told in (yaml.safe_load(WHOLE), tomllib.loads(TOML), yaml.safe_load((SEED / "routes.yaml").read_text("utf-8"))):
        jsonschema.validate(told, ALL["routes"](), cls=jsonschema.Draft7Validator)


@pytest.mark.parametrize(
    "text",
    [
        "routes: {a: 1}",
        "routes: [{request: /x}]",
        "routes: [{expect: {status: 404}}]",
        "routes: [{request: /x, expect: {}}]",
        "routes: [{request: /x, expect: {status: 99}}]",
        "routes: [{request: /x, expect: {weights: {}}}]",
        "always: [{when: [x], expect: {status: 404}}]",
        "never: [{expect: {authenticated: false}}]",
        "never: [{expect: {weights: {a: much}}}]",
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(text):
    with pytest.raises(ConfigError):
        read_cases(text.encode(), "r.yaml")
    assert list(jsonschema.Draft7Validator(ALL["routes"]()).iter_errors(yaml.safe_load(text)))


ROUTE = "routes:\n  - request: /x\n    expect: "


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no YAML document"),
        ("{}", "there are no routes"),
        ("routes: []", "there are no routes"),
        ("- a", "r.yaml:1:1: the file must be a table"),
        ("routes: {a: 1}", "'routes' must be a list"),
        ("routs: []", "r.yaml:1:1: unknown key 'routs' in the file; did you mean 'routes'?"),
        ("routes:\n  - x", "r.yaml:2:5: routes 1 must be a table"),
        ("routes:\n  - expect: {status: 404}", "r.yaml:2:5: 'request' is missing"),
        ("routes:\n  - request: /x", "'expect' is missing"),
        (ROUTE + "{}", "'expect' is missing"),
        (ROUTE + "{state: 404}", "unknown key 'state' in expect; did you mean 'status'?"),
        (ROUTE + "{status: 4040}", "'status' must be a number from 200 to 599"),
        (ROUTE + "{priority: first}", "'priority' is a number or default, not 'first'"),
        (ROUTE + "{weights: [a]}", "'weights' must be a table"),
        (ROUTE + "{weights: {a: much}}", "the weight of 'a' must be a number"),
        (ROUTE + "{weights: {a: -1}}", "the weight of 'a' must be a number"),
        (ROUTE + "{authenticated: false}", "'authenticated' can only be true"),
        (ROUTE + "{rule: {a: b}}", "'rule' must be a text"),
        (ROUTE + "{any-of: [{any-of: []}]}", "unknown key 'any-of' in any-of"),
        (ROUTE + "{status: 404, status: 405}", "r.yaml:3"),
        ("routes:\n  - request: {url: /x, path: /y}\n    expect: {status: 404}", "'url' tells the path already"),
        ("routes:\n  - request: {path: x}\n    expect: {status: 404}", "the path 'x' must begin with a slash"),
        ("routes:\n  - request: {path: '/x?y'}\n    expect: {status: 404}", "its query stands under 'query'"),
        ("routes:\n  - request: {url: 'https://[x/'}\n    expect: {status: 404}", "not a URL"),
        ("routes:\n  - request: {source_ip: ten}\n    expect: {status: 404}", "not an address: 'ten'"),
        ("routes:\n  - request: {headers: [x]}\n    expect: {status: 404}", "'headers' must be a table of names and values"),
        ("always:\n  - when: {source-ip: ten}\n    expect: {status: 404}", "'ten' is no address block"),
        ("always:\n  - when: {paths: /x}\n    expect: {status: 404}", "unknown key 'paths' in when; did you mean 'path'?"),
        ("never:\n  - when: [x]\n    expect: {status: 404}", "when must be a table"),
        ("a: b: c", "not YAML"),
        ("always:\n  - when: {host: *.x}", "not YAML"),
    ],
)
def test_mistakes_have_a_place_and_a_next_step(text, told):
    with pytest.raises(ConfigError) as caught:
        read_cases(text.encode(), "r.yaml")
    error = caught.value
    assert told in f"{error.where}: {error.what}", error.what
    assert error.hint


@pytest.mark.parametrize(
    ("data", "name", "told"),
    [
        (b"\xff", "r.yaml", "not UTF-8"),
        (b"[[routes]", "r.toml", "not valid TOML"),
        (b"routes = 1", "r.toml", "'routes' must be a list"),
        (b"a = " + b"[" * 5_000, "r.toml", "not valid TOML"),
        (b"routes: " + b"[" * 500, "r.yaml", "nested deeper"),
        (b"routes:\n" + b"- {request: /, expect: {status: 404}}\n" * (CASES + 1), "r.yaml", "cases are too many"),
    ],
)
def test_what_is_no_file_of_routes(data, name, told):
    with pytest.raises(ConfigError) as caught:
        read_cases(data, name)
    assert told in caught.value.what


def test_all_problems_are_told_up_to_a_bound():
    with pytest.raises(ConfigError) as caught:
        read_cases(("routes:\n" + "- {}\n" * 100).encode(), "r.yaml")
    assert len(caught.value.what.splitlines()) == 50
