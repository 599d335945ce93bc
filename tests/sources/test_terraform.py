"""Terraform source → listeners: fields, values, copies, positions, suppressions."""

from pathlib import Path

import pytest

from alb_lint.errors import SourceError
from alb_lint.model import (
    Authenticate,
    FixedResponse,
    Forward,
    HostHeader,
    HttpHeader,
    HttpRequestMethod,
    JwtValidation,
    OpaqueAction,
    OpaqueCondition,
    PathPattern,
    QueryPair,
    QueryString,
    Redirect,
    Share,
    SourceIp,
    Transform,
    Unknown,
)
from alb_lint.sources.source import ReadOptions, Target
from alb_lint.sources.terraform.source import SOURCE
from terraform_files import ACTION, PATH, bare, only, read_folder, read_text, rule, rules, write

LISTENER_ARN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2"


def block(text: str) -> str:
    return f"\n  condition {{\n    {text}\n  }}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('host_header { values = ["a.com", "*.b.com"] }', HostHeader(("a.com", "*.b.com"))),
        ('host_header { regex_values = ["^a$"] }', HostHeader((), ("^a$",))),
        ('path_pattern { values = ["/a", "/a/*"] }', PathPattern(("/a", "/a/*"))),
        ('path_pattern {\n regex_values = ["^/[0-9]+$"]\n values = []\n }', PathPattern((), ("^/[0-9]+$",))),
        ('http_header {\n http_header_name = "X-Env"\n values = ["blue"]\n }', HttpHeader("X-Env", ("blue",))),
        ('http_header {\n http_header_name = "X"\n regex_values = [".+"]\n }', HttpHeader("X", (), (".+",))),
        ('http_request_method { values = ["GET", "HEAD"] }', HttpRequestMethod(("GET", "HEAD"))),
        ('query_string {\n key = "k"\n value = "v"\n }', QueryString((QueryPair("k", "v"),))),
        ('query_string { value = "v" }', QueryString((QueryPair(None, "v"),))),
        (
            'query_string { value = "v" }\n query_string { \n key = ""\n value = "w"\n }',
            QueryString((QueryPair(None, "v"), QueryPair(None, "w"))),
        ),
        ('source_ip { values = ["10.0.0.0/8", "::/0"] }', SourceIp(("10.0.0.0/8", "::/0"))),
        ('field = "path-pattern"\n values = ["/old"]', PathPattern(("/old",))),
        ('field = "host-header"\n values = ["${"a"}.com"]', HostHeader(("a.com",))),
        ('path_pattern { values = ["/${var.unset}"] }', PathPattern((Unknown('"/${var.unset}" (var.unset: no default)'),))),
        ("path_pattern { values = var.unset }", PathPattern((Unknown("var.unset (no default)"),))),
        ('path_pattern { values = ["/a", var.unset] }', PathPattern(("/a", Unknown("var.unset (no default)")))),
        ("path_pattern { values = [aws_x.y.name] }", PathPattern((Unknown("aws_x.y.name (known after apply)"),))),
        ('field = var.unset\n values = ["/"]', OpaqueCondition("", "var.unset (no default)")),
        (
            'dynamic "path_pattern" {\n for_each = var.unset\n content { values = ["/"] }\n }',
            OpaqueCondition("path-pattern", "var.unset (no default)"),
        ),
        ('dynamic "path_pattern" {\n for_each = [["/d"]]\n content { values = path_pattern.value }\n }', PathPattern(("/d",))),
    ],
)
def test_conditions(tmp_path: Path, text: str, expected: object) -> None:
    reading = read_text(tmp_path, 'variable "unset" {}\n' + rule(path=block(text)))
    assert only(reading).conditions == (expected,)
    assert not reading.gaps


@pytest.mark.parametrize(
    ("text", "expected", "told"),
    [
        ("", OpaqueCondition("", "Field is missing"), True),
        ("teapot { values = [] }", OpaqueCondition("", "Field is missing"), True),
        ("path_pattern { values = [] }", OpaqueCondition("path-pattern", "it has no values"), True),
        ("path_pattern {}", OpaqueCondition("path-pattern", "it has no values"), True),
        ('path_pattern { values = "/x" }', OpaqueCondition("path-pattern", "Values is '/x', not a list"), True),
    ],
)
def test_conditions_that_cannot_be_read(tmp_path: Path, text: str, expected: object, told: bool) -> None:
    reading = read_text(tmp_path, rule(path=block(text)))
    assert only(reading).conditions == (expected,)
    assert bool(reading.gaps) is told


def test_all_conditions_must_hold(tmp_path: Path) -> None:
    text = block('host_header { values = ["a.com"] }') + block('path_pattern { values = ["/"] }\n source_ip { values = ["10.0.0.0/8"] }')
    assert only(read_text(tmp_path, rule(path=text))).conditions == (HostHeader(("a.com",)), PathPattern(("/",)), SourceIp(("10.0.0.0/8",)))


def action(text: str) -> str:
    return f"\n  action {{\n    {text}\n  }}"


OIDC = """type = "authenticate-oidc"
    authenticate_oidc {
      authorization_endpoint = "https://i/a"
      client_id              = "id"
      client_secret          = "hidden"
      issuer                 = "https://i"
      token_endpoint         = "https://i/t"
      user_info_endpoint     = "https://i/u"
      session_timeout        = 60
      authentication_request_extra_params = { b = "2", a = "1" }
    }"""
OIDC_SETTINGS = (
    ("AuthenticationRequestExtraParams", '{"a":"1","b":"2"}'),
    ("AuthorizationEndpoint", "https://i/a"),
    ("ClientId", "id"),
    ("Issuer", "https://i"),
    ("OnUnauthenticatedRequest", "authenticate"),
    ("Scope", "openid"),
    ("SessionCookieName", "AWSELBAuthSessionCookie"),
    ("SessionTimeout", "60"),
    ("TokenEndpoint", "https://i/t"),
    ("UserInfoEndpoint", "https://i/u"),
)
COGNITO = """type = "authenticate-cognito"
    authenticate_cognito {
      user_pool_arn       = aws_cognito_user_pool.p.arn
      user_pool_client_id = aws_cognito_user_pool_client.c.id
      user_pool_domain    = "d"
    }"""
JWT = """type = "jwt-validation"
    jwt_validation {
      issuer        = "https://i"
      jwks_endpoint = "https://i/jwks"
      additional_claim {
        format = "string-array"
        name   = "roles"
        values = ["b", "a"]
      }
      additional_claim {
        format = "single-string"
        name   = "aud"
        values = ["x"]
      }
    }"""
CLAIMS = '[{"Format":"single-string","Name":"aud","Values":["x"]},{"Format":"string-array","Name":"roles","Values":["a","b"]}]'
WEIGHTED = """type = "forward"
    forward {
      target_group {
        arn    = aws_lb_target_group.a.arn
        weight = 80
      }
      target_group {
        arn = aws_lb_target_group.b[0].arn
      }
      stickiness {
        enabled  = %s
        duration = 600
      }
    }"""
SHARES = (Share("aws_lb_target_group.a", 80), Share("aws_lb_target_group.b[0]", 1))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('type = "forward"\n target_group_arn = "arn:tg"', Forward((Share("arn:tg"),))),
        ('type = "forward"\n target_group_arn = aws_lb_target_group.api.arn', Forward((Share("aws_lb_target_group.api"),))),
        ('type = "forward"\n target_group_arn = aws_lb_target_group.api["x"].id', Forward((Share('aws_lb_target_group.api["x"]'),))),
        ('type = "forward"\n target_group_arn = data.aws_lb_target_group.d.arn', Forward((Share("data.aws_lb_target_group.d"),))),
        (
            'type = "forward"\n target_group_arn = join("", aws_lb_target_group.many.*.arn)',
            Forward((Share("aws_lb_target_group.many[0]"),)),
        ),
        ('type = "forward"\n target_group_arn = var.unset ? aws_lb_target_group.a.arn : null', Forward((Share("aws_lb_target_group.a"),))),
        ('type = "FORWARD"\n target_group_arn = var.unset', Forward((Share(Unknown("var.unset (no default)")),))),
        (WEIGHTED % "true", Forward(SHARES, 600)),
        (WEIGHTED % "false", Forward(SHARES)),
        (WEIGHTED % "var.unset", Forward(SHARES, Unknown("var.unset (no default)"))),
        ('type = "redirect"\n redirect { status_code = "HTTP_301" }', Redirect("HTTP_301")),
        (
            'type = "redirect"\n redirect {\n status_code = "HTTP_302"\n host = "h"\n path = "/p"\n port = 443\n protocol = "HTTPS"\n query = ""\n }',
            Redirect("HTTP_302", "HTTPS", "h", "443", "/p", ""),
        ),
        (
            'type = "fixed-response"\n fixed_response {\n content_type = "text/plain"\n message_body = "no"\n status_code = "404"\n }',
            FixedResponse("404", "text/plain", "no"),
        ),
        (
            (
                'type = "fixed-response"\n fixed_response {\n content_type = "text/html"\n message_body = <<-EOT\n      <b>\n      EOT\n'
                " status_code = 503\n }"
            ),
            FixedResponse("503", "text/html", "<b>\n"),
        ),
        (OIDC, Authenticate("oidc", OIDC_SETTINGS)),
        (JWT, JwtValidation((("AdditionalClaims", CLAIMS), ("Issuer", "https://i"), ("JwksEndpoint", "https://i/jwks")))),
        ("type = var.unset", OpaqueAction("", "var.unset (no default)")),
        (
            'type = "forward"\n dynamic "forward" {\n for_each = var.unset\n content {}\n }',
            OpaqueAction("forward", "var.unset (no default)"),
        ),
        (
            'type = "forward"\n forward {\n dynamic "target_group" {\n for_each = var.unset\n content { arn = target_group.value }\n }\n }',
            OpaqueAction("forward", "var.unset (no default)"),
        ),
        (
            (
                'type = "forward"\n forward {\n dynamic "target_group" {\n for_each = { a = 1, b = 2 }\n iterator = g\n'
                ' content {\n arn = "tg-${g.key}"\n weight = g.value\n }\n }\n }'
            ),
            Forward((Share("tg-a", 1), Share("tg-b", 2))),
        ),
        ('type = "forward"\n target_group_arn = "t"\n redirect { status_code = "HTTP_301" }', Forward((Share("t"),))),
    ],
)
def test_actions(tmp_path: Path, text: str, expected: object) -> None:
    many = 'variable "unset" {}\nresource "aws_lb_target_group" "many" {\n  count = var.unset ? 1 : 0\n}\n'
    reading = read_text(tmp_path, many + rule(action=action(text)))
    assert only(reading).actions == (expected,)
    assert not reading.gaps


def test_cognito_and_order(tmp_path: Path) -> None:
    forward = 'type = "forward"\n target_group_arn = "t"'
    found = only(read_text(tmp_path, rule(action=action(f"order = 2\n{forward}") + action(f"order = 1\n{COGNITO}")))).actions
    assert [type(item) for item in found] == [Authenticate, Forward]
    assert dict(found[0].settings)["UserPoolArn"] == "aws_cognito_user_pool.p"  # type: ignore[union-attr]
    assert dict(found[0].settings)["UserPoolClientId"] == "aws_cognito_user_pool_client.c"  # type: ignore[union-attr]
    plain = only(read_text(tmp_path, rule(action=action(COGNITO) + action(forward)))).actions
    assert [type(item) for item in plain] == [Authenticate, Forward]


@pytest.mark.parametrize("order", ["", "order = 2\n"])
def test_actions_beside_any_number_of_others_keep_the_order_in_which_they_stand(tmp_path: Path, order: str) -> None:
    maybe = 'dynamic "action" {\n for_each = var.unset ? [1] : []\n content {\n type = "authenticate-oidc"\n }\n }'
    forward = action(f'{order}type = "forward"\n target_group_arn = "t"')
    reading = read_text(tmp_path, 'variable "unset" {}\n' + rule(action=f"\n  {maybe}{forward}"))
    assert only(reading).actions == (OpaqueAction("", "var.unset ? [1] : [] (var.unset: no default)"), Forward((Share("t"),)))
    assert not reading.gaps


def test_transforms(tmp_path: Path) -> None:
    text = """
  transform {
    type = "url-rewrite"
    url_rewrite_config {
      rewrite {
        regex   = "^/a"
        replace = "/b$1"
      }
    }
  }
  transform {
    type = "host-header-rewrite"
    host_header_rewrite_config {
      rewrite {
        regex   = var.unset
        replace = "b"
      }
    }
  }"""
    found = only(read_text(tmp_path, 'variable "unset" {}\n' + rule(action=ACTION + text))).transforms
    assert found == (
        Transform("url-rewrite", (("^/a", "/b$1"),)),
        Transform("host-header-rewrite", ((Unknown("var.unset (no default)"), "b"),)),
    )


@pytest.mark.parametrize(
    ("priority", "expected"),
    [
        ("10", 10),
        ('"10"', 10),
        ("var.with", 20),
        ('"${var.with}"', 20),
        ("local.base + 5", 105),
        ("local.table.api.priority", 30),
        ('lookup(local.table, "web", {}).priority', 40),
        ("var.with == 20 ? 1 : 2", 1),
        ("max(local.base, 3)", 100),
        ("60000", 60000),
        ("-1", -1),
        (None, Unknown("not set: Terraform takes the highest on the listener + 1")),
        ("null", Unknown("not set: Terraform takes the highest on the listener + 1")),
        ("var.without", Unknown("var.without (no default)")),
        ("local.base + var.without", Unknown("100 + var.without (var.without: no default)")),
        ("var.without ? 1 : 2", Unknown("var.without ? 1 : 2 (var.without: no default)")),
        ("var.nowhere", Unknown("var.nowhere (not declared)")),
        ("1e1", Unknown("priority = 1 (syntax error)")),
        ("local.nowhere", Unknown("local.nowhere (not declared)")),
        ("local.table.none.priority", Unknown("local.table.none.priority (local.table.none: there is no 'none' in it)")),
        ("local.circle", Unknown("local.circle (it refers to itself)")),
        ("aws_ssm_parameter.p.value", Unknown("aws_ssm_parameter.p.value (known after apply)")),
        ("terraform.workspace", Unknown("terraform.workspace (the workspace is not known)")),
        ("var.typed", 7),
        ("var.optional.priority", 9),
        ("var.optional.none", Unknown("not set: Terraform takes the highest on the listener + 1")),
        ("aws_lb_listener_rule.other.priority", 77),
    ],
)
def test_priorities(tmp_path: Path, priority: str | None, expected: object) -> None:
    setting = """
variable "with" { default = 20 }
variable "without" {}
variable "typed" {
  type    = number
  default = "7"
}
variable "optional" {
  type = object({ priority = optional(number, 9), none = optional(number) })
  default = {}
}
locals {
  base   = 100
  circle = local.circle
  table  = { api = { priority = 30 }, web = { priority = 40 } }
}
"""
    reading = read_text(tmp_path, setting + rule(priority=priority) + rule("other", priority="77"))
    assert bare(rules(reading)["aws_lb_listener_rule.r"].priority) == expected


def test_a_priority_of_the_wrong_type_is_a_gap(tmp_path: Path) -> None:
    reading = read_text(tmp_path, rule(priority='"high"'))
    assert only(reading).priority == Unknown("Priority is 'high', not a whole number")
    assert [str(gap.location) for gap in reading.gaps] == ["main.tf:1:1"]


@pytest.mark.parametrize(
    ("files", "options", "expected"),
    [
        ({}, {}, Unknown("var.p (no default)")),
        ({"terraform.tfvars": "p = 1"}, {}, 1),
        ({"terraform.tfvars": "p = 1", "terraform.tfvars.json": '{"p": 2}'}, {}, 2),
        ({"terraform.tfvars": "p = 1", "b.auto.tfvars": "p = 4", "a.auto.tfvars": "p = 3"}, {}, 4),
        ({"other.tfvars": "p = 9"}, {}, Unknown("var.p (no default)")),
        ({"terraform.tfvars": "p = 1"}, {"variable_files": ("extra.tfvars",)}, 5),
        ({"terraform.tfvars": "p = 1"}, {"variable_files": ("extra.tfvars",), "parameters": {"p": "6"}}, 6),
        ({"terraform.tfvars": "p = 10 + 1"}, {}, 11),
        ({"terraform.tfvars": "q = 10"}, {}, Unknown("var.p (no default)")),
    ],
)
def test_variables_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], options: dict[str, object], expected: object
) -> None:
    write(tmp_path, dict(files) | {"extra.tfvars": "p = 5"})
    monkeypatch.chdir(tmp_path)
    assert only(read_text(tmp_path, 'variable "p" {}\n' + rule(priority="var.p"), **options)).priority == expected


def test_parameters_of_other_types_are_expressions(tmp_path: Path) -> None:
    text = 'variable "l" { type = list(string) }\nvariable "s" {}\n' + rule(path=block("path_pattern { values = concat(var.l, [var.s]) }"))
    found = only(read_text(tmp_path, text, parameters={"l": '["/a", "/b"]', "s": '["c"]', "unused": "x"}))
    assert found.conditions == (PathPattern(("/a", "/b", '["c"]')),)


def test_a_variable_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "broken.tfvars").write_text("p = = 1")
    for name in ("missing.tfvars", "broken.tfvars"):
        with pytest.raises(SourceError) as caught:
            read_text(tmp_path, rule(), variable_files=(str(tmp_path / name),))
        assert name in caught.value.where
        assert caught.value.hint


def test_parameters_of_other_tools_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "cfn.json").write_text('[{"ParameterKey": "p", "ParameterValue": "1"}]')
    text = 'variable "p" {}\n' + rule(priority="var.p")
    assert only(read_text(tmp_path, text, variable_files=(str(tmp_path / "cfn.json"),))).priority == Unknown("var.p (no default)")


# Copies


def table(reading_rules: dict[str, object]) -> dict[str, object]:
    return {id_: (bare(found.priority), found.presence) for id_, found in reading_rules.items()}  # type: ignore[attr-defined]


N = Unknown("count.index (var.n: no default)")


@pytest.mark.parametrize(
    ("meta", "priority", "expected"),
    [
        ("count = 2", "100 + count.index", {"[0]": (100, ()), "[1]": (101, ())}),
        ("count = 0", "1", {}),
        ('count = "1"', "1", {"[0]": (1, ())}),
        ("count = length(local.names)", "10 * (count.index + 1)", {"[0]": (10, ()), "[1]": (20, ())}),
        ("count = var.on ? 1 : 0", "1", {"[0]": (1, (("var.on", True),))}),
        ("count = var.on ? 0 : 1", "1", {"[0]": (1, (("var.on", False),))}),
        ("count = !var.on ? 1 : 0", "1", {"[0]": (1, (("var.on", False),))}),
        ("count = var.on ? 2 : 1", "count.index", {"[0]": (0, ()), "[1]": (1, (("var.on", True),))}),
        ("count = var.on ? (var.b ? 1 : 0) : 0", "1", {"[0]": (1, (("var.b", True), ("var.on", True)))}),
        ('count = var.e == "prod" ? 1 : 0', "1", {"[0]": (1, (('var.e == "prod"', True),))}),
        ('count = var.e != "prod" ? 1 : 0', "1", {"[0]": (1, (('var.e == "prod"', False),))}),
        ("count = var.n", "1", {"[*]": (1, (("var.n > 0", True),))}),
        ("count = var.n", "count.index", {"[*]": (N, (("var.n > 0", True),))}),
        ("count = length(var.n)", "1", {"[*]": (1, (("length(var.n) > 0", True),))}),
        ("count = -1", "1", {"[*]": (1, (("-1 > 0", True),))}),
        ('for_each = toset(["b", "a"])', "1", {'["a"]': (1, ()), '["b"]': (1, ())}),
        ("for_each = local.table", "each.value.p", {'["api"]': (30, ()), '["web"]': (40, ())}),
        ("for_each = { for k, v in local.table : k => v if v.p > 30 }", "each.value.p", {'["web"]': (40, ())}),
        ("for_each = {}", "1", {}),
        (
            "for_each = var.on ? local.table : {}",
            "each.value.p",
            {'["api"]': (30, (("var.on", True),)), '["web"]': (40, (("var.on", True),))},
        ),
        (
            "for_each = var.n",
            "each.value.p",
            {"[*]": (Unknown("var.n[each.key].p (var.n: no default)"), (("length(var.n) == 0", False),))},
        ),
        (
            "for_each = { a = { p = 5 }, b = { p = var.n } }",
            "each.value.p",
            {'["a"]': (5, ()), '["b"]': (Unknown("var.n (no default)"), ())},
        ),
        ('for_each = toset(["a", var.e])', "1", {'["a"]': (1, ()), "[var.e]": (1, ())}),
        ('for_each = ["a"]', "1", {"[*]": (1, (('length(["a"]) == 0', False),))}),
    ],
)
def test_copies(tmp_path: Path, meta: str, priority: str, expected: dict[str, object]) -> None:
    setting = """
variable "on" {}
variable "b" {}
variable "e" {}
variable "n" {}
locals {
  names = ["a", "b"]
  table = { web = { p = 40 }, api = { p = 30 } }
}
"""
    found = rules(read_text(tmp_path, setting + rule(body=meta, priority=priority)))
    assert table(found) == {f"aws_lb_listener_rule.r{suffix}": row for suffix, row in expected.items()}  # type: ignore[arg-type]


def test_rules_that_never_exist_together(tmp_path: Path) -> None:
    setting = 'variable "env" {}\n'
    names = ("dev", "prod")
    text = setting + "".join(rule(name, f'count = var.env == "{name}" ? 1 : 0') for name in names)
    found = rules(read_text(tmp_path, text + rule("both", 'count = var.env == "dev" && var.env == "prod" ? 1 : 0')))
    assert {id_: dict(found[id_].presence) for id_ in found} == {
        f"aws_lb_listener_rule.{name}[0]": {f'var.env == "{other}"': other == name for other in names} for name in names
    }


def test_a_huge_count_is_capped_and_told(tmp_path: Path) -> None:
    reading = read_text(tmp_path, rule(body="count = 1000000", priority="count.index"))
    assert len(rules(reading)) == 2000
    assert [gap.reason for gap in reading.gaps] == ["count is 1000000; the first 2000 were read"]


LISTED = """for_each = local.list
content {
  dynamic "path_pattern" {
    for_each = condition.value.field == "path" ? [1] : []
    content { values = condition.value.values }
  }
  dynamic "host_header" {
    for_each = condition.value.field == "host" ? [1] : []
    content { values = condition.value.values }
  }
}"""


@pytest.mark.parametrize(
    ("dynamic", "expected"),
    [
        (
            'for_each = [["/a"], ["/b"]]\n content {\n path_pattern { values = condition.value }\n }',
            [PathPattern(("/a",)), PathPattern(("/b",))],
        ),
        ("for_each = {}\n content {}", []),
        (
            'for_each = toset(["/a"])\n iterator = it\n content {\n path_pattern { values = [it.key] }\n }',
            [PathPattern(("/a",))],
        ),
        (
            'for_each = var.n == null ? [] : [1]\n content {\n path_pattern { values = ["/a"] }\n }',
            [OpaqueCondition("path-pattern", "(var.n == null) ? [] : [1] (var.n: no default)")],
        ),
        ("for_each = var.n\n content {}", [OpaqueCondition("", "var.n (no default)")]),
        (LISTED, [PathPattern(("/l",)), HostHeader(("h.com",))]),
    ],
)
def test_dynamic_conditions(tmp_path: Path, dynamic: str, expected: list[object]) -> None:
    listed = '[{ field = "path", values = ["/l"] }, { field = "host", values = ["h.com"] }]'
    setting = f'variable "n" {{}}\nlocals {{\n  list = {listed}\n}}\n'
    found = only(read_text(tmp_path, setting + rule(body=f'dynamic "condition" {{\n{dynamic}\n}}')))
    assert sorted(map(repr, found.conditions)) == sorted(map(repr, [*expected, PathPattern(("/x",))]))


def test_blocks_written_as_values(tmp_path: Path) -> None:
    text = rule(path='\n  condition = [{ path_pattern = [{ values = ["/v"] }] }]')
    assert only(read_text(tmp_path, text)).conditions == (PathPattern(("/v",)),)


# Places


def site_text(reading: object, folder: Path, id_: str) -> str | None:
    site = rules(reading)[id_].priority_site  # type: ignore[arg-type]
    if site is None:
        return None
    data = (folder / site.file).read_bytes()
    assert data[site.offset : site.offset + site.length].decode() == site.text
    assert data[: site.offset].count(b"\n") + 1 == site.line
    line = data.split(b"\n")[site.line - 1]
    assert len(data[data.rfind(b"\n", 0, site.offset) + 1 : site.offset].decode()) + 1 == site.column
    assert site.text in line.decode()
    assert int(site.text) == rules(reading)[id_].priority  # type: ignore[arg-type]
    return f"{site.file}:{site.text}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (rule(priority="10"), "main.tf:10"),
        (rule(priority='"10"'), "main.tf:10"),
        ('# ünïcode "é"\n' + rule(body="/* é */", priority="10 # é"), "main.tf:10"),
        ("locals {\n  p = 11\n}\n" + rule(priority="local.p"), "main.tf:11"),
        ("locals {\n  a = local.b\n  b = { c = [12] }\n}\n" + rule(priority="local.a.c[0]"), "main.tf:12"),
        ('variable "p" { default = 13 }\n' + rule(priority="var.p"), "main.tf:13"),
        ('variable "p" {\n  type    = number\n  default = "14"\n}\n' + rule(priority="var.p"), "main.tf:14"),
        ('variable "given" {}\n' + rule(priority="var.given"), "terraform.tfvars:15"),
        ("locals {\n  t = { r = { p = 16 } }\n}\n" + rule(body="for_each = local.t", priority="each.value.p"), "main.tf:16"),
        ("locals {\n  t = merge({ r = { p = 17 } }, {})\n}\n" + rule(priority='lookup(local.t, "r").p'), "main.tf:17"),
        ("locals {\n  t = { for k, v in { r = 18 } : k => { p = v } }\n}\n" + rule(priority="local.t.r.p"), "main.tf:18"),
        (rule(priority="true ? 19 : 20"), "main.tf:19"),
        (rule(priority='"${21}"'), "main.tf:21"),
        # one literal for several rules, or work in between
        (rule(body="count = 2", priority="10"), None),
        ("locals {\n  p = 11\n}\n" + rule(priority="local.p") + rule("other", priority="local.p"), None),
        ("locals {\n  p = 11\n}\n" + rule(priority="local.p") + rule("other", priority="local.p + 1"), None),
        ("locals {\n  p = 11\n}\n" + rule(priority="local.p") + rule("other", priority='"${local.p}1"'), None),
        ("locals {\n  p = 11\n}\n" + rule(priority="local.p", body="count = local.p > 3 ? 1 : 0"), None),
        (rule(priority="10 + 1"), None),
        (rule(priority="-10"), None),
        (rule(priority='tonumber(format("%d", 12))'), None),
        (rule(body='for_each = toset(["30"])', priority="each.value"), None),
        (rule(priority="1e1"), None),
        (rule(priority='"${1}${0}"'), None),
    ],
)  # fmt: skip
def test_priority_sites(tmp_path: Path, text: str, expected: str | None) -> None:
    write(tmp_path, {"terraform.tfvars": "# é\ngiven = 15\n"})
    reading = read_text(tmp_path, text)
    first = next(id_ for id_ in rules(reading) if ".r" in id_)
    assert site_text(reading, tmp_path, first) == expected


def test_sites_hold_behind_a_byte_order_mark_and_with_crlf(tmp_path: Path) -> None:
    text = "\ufeff" + rule(priority="10").replace("\n", "\r\n")
    write(tmp_path, {"main.tf": text})
    reading = SOURCE.read([Target("main.tf", tmp_path / "main.tf", text.encode())], ReadOptions())
    assert site_text(reading, tmp_path, "aws_lb_listener_rule.r") == "main.tf:10"
    assert not reading.gaps


def test_locations(tmp_path: Path) -> None:
    found = rules(read_text(tmp_path, "\n\n" + rule("a") + "  " + rule("b", "count = 1", priority="2")))
    assert [(str(item.location), item.location.address) for item in found.values()] == [
        ("main.tf:3:1", "aws_lb_listener_rule.a"),
        ("main.tf:17:3", "aws_lb_listener_rule.b[0]"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# alb-lint: ignore[ALB101] why\n%s", [(("ALB101",), "why", 1)]),
        ("// alb-lint: ignore[ALB101, ALB103] why\n%s", [(("ALB101", "ALB103"), "why", 1)]),
        ("/* alb-lint: ignore[ALB101] why */\n%s", [(("ALB101",), "why", 1)]),
        ("/*\n alb-lint: ignore[ALB101] why\n*/\n%s", [(("ALB101",), "why", 2)]),
        ("# alb-lint: ignore[ALB101]\n%s", [(("ALB101",), "", 1)]),
        ("# alb-lint: ignore[] why\n%s", [((), "why", 1)]),
        ("# alb-lint: ignore[ALB101] a\n# alb-lint: ignore[ALB102] b\n# more\n%s", [(("ALB101",), "a", 1), (("ALB102",), "b", 2)]),
        ("# é\n# é alb-lint: ignore[ALB101] é\n%s", [(("ALB101",), "é", 2)]),
        ("# alb-lint: ignore[ALB101] not above\n\n%s", []),
        ("locals {} # alb-lint: ignore[ALB101] of the locals\n%s", []),
        ("%s# alb-lint: ignore[ALB101] below\n", []),
        ("/* alb-lint: ignore[ALB101] on the line of the block */ %s", []),
        ('locals {\n x = "# alb-lint: ignore[ALB101] text"\n}\n%s', []),
        ("# alb-lint ignore[ALB101]\n%s", []),
    ],
)
def test_suppressions(tmp_path: Path, text: str, expected: list[object]) -> None:
    found = only(read_text(tmp_path, text % rule()))
    assert [(item.codes, item.reason, item.location.line) for item in found.ignores] == expected


def test_suppressions_inside_the_block(tmp_path: Path) -> None:
    body = '# alb-lint: ignore[ALB101] one\n  tags = { a = "# alb-lint: ignore[ALB999] text" } // alb-lint: ignore[ALB102] two'
    found = rules(read_text(tmp_path, rule("a", body) + rule("b", priority="11")))
    assert [item.codes for item in found["aws_lb_listener_rule.a"].ignores] == [("ALB101",), ("ALB102",)]
    assert found["aws_lb_listener_rule.b"].ignores == ()


# Files


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.tf", b"", True),
        ("a.tofu", b"", True),
        ("a.tf.json", b"{}", True),
        ("a.json", rule().encode(), False),
        ("a.tf.bak", rule().encode(), False),
        ("terraform.tfvars", b"", False),
    ],
)
def test_accepts(name: str, data: bytes, expected: bool) -> None:
    assert SOURCE.accepts(Target(name, Path(name), data)) is expected


@pytest.mark.parametrize(("data", "expected"), [(rule().encode(), True), (b'{"type": "aws_lb_listener_rule"}', False), (b"x = 1", False)])
def test_accepts_standard_input(data: bytes, expected: bool) -> None:
    assert SOURCE.accepts(Target("-", None, data)) is expected


def test_reads_standard_input_alone() -> None:
    reading = SOURCE.read([Target("-", None, ("locals {\n  p = 5\n}\n" + rule(priority="local.p")).encode())], ReadOptions())
    found = only(reading)
    assert (found.priority, found.location.file, reading.gaps, reading.files) == (5, "-", (), ("-",))


def test_both_names_of_the_resource(tmp_path: Path) -> None:
    text = rule("a") + rule("b", priority="11").replace("aws_lb_listener_rule", "aws_alb_listener_rule")
    assert set(rules(read_text(tmp_path, text))) == {"aws_lb_listener_rule.a", "aws_alb_listener_rule.b"}
    bare = rule("c").replace('resource "aws_lb_listener_rule" "c"', "resource aws_lb_listener_rule c")
    assert set(rules(read_text(tmp_path, bare))) == {"aws_lb_listener_rule.c"}


def test_files_of_a_folder_are_one_module(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.tf": rule("a", priority="local.p"),
            "locals.tf": "locals {\n  p = var.p\n}\n",
            "variables.tf": 'variable "p" { default = 3 }\n',
            "more.tf": rule("b", priority="4"),
            "unused.tf": "this is not = = { read",
        },
    )
    named = SOURCE.read([Target("x/main.tf", tmp_path / "main.tf", (tmp_path / "main.tf").read_bytes())], ReadOptions())
    assert {id_: (item.priority, item.location.file) for id_, item in rules(named).items()} == {
        "aws_lb_listener_rule.a": (3, "x/main.tf"),
        "aws_lb_listener_rule.b": (4, "x/more.tf"),
    }
    assert named.gaps == ()
    assert set(named.files) == {"x/main.tf", "x/locals.tf", "x/variables.tf", "x/more.tf"}


def test_override_files(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.tf": 'locals {\n  a = 1\n}\nvariable "v" { default = 1 }\n' + rule(priority="local.a + var.v"),
            "override.tf": "locals {\n  a = 10\n}\n",
            "x_override.tf": 'variable "v" { default = 20 }\nresource "aws_lb_listener_rule" "r" {'
            '\n  condition {\n    path_pattern { values = ["/o"] }\n  }\n}\n',
        },
    )
    found = only(read_folder(tmp_path))
    assert (found.priority, found.conditions, len(found.actions)) == (30, (PathPattern(("/o",)),), 1)


def test_opentofu_files_replace_others(tmp_path: Path) -> None:
    write(tmp_path, {"a.tf": rule("old"), "a.tofu": rule("new"), "b.tf": rule("b", priority="11")})
    assert set(rules(read_folder(tmp_path))) == {"aws_lb_listener_rule.new", "aws_lb_listener_rule.b"}


def test_json_syntax(tmp_path: Path) -> None:
    text = """{
  "//": "made by a tool",
  "locals": {"p": 12},
  "resource": {"aws_lb_listener_rule": {"j": {
    "//": "alb-lint: ignore[ALB101] why",
    "listener_arn": "${aws_lb_listener.https.arn}",
    "priority": 11,
    "condition": [{"path_pattern": {"values": ["/é", "/${1 + 1}"]}},
      {"dynamic": {"host_header": {"for_each": ["a.com"], "content": {"values": ["${host_header.value}"]}}}}],
    "action": {"type": "forward", "target_group_arn": "${aws_lb_target_group.t.arn}"}},
    "k": {"listener_arn": "${aws_lb_listener.https.arn}", "priority": "${local.p}",
    "condition": [{"path_pattern": [{"values": ["/k"]}]}], "action": [{"type": "forward", "target_group_arn": "t"}]}
  }}
}"""
    write(tmp_path, {"main.tf.json": text, "more.tf": 'resource "aws_lb_listener" "https" {\n  port = 443\n}\n'})
    reading = read_folder(tmp_path)
    found = rules(reading)
    first = found["aws_lb_listener_rule.j"]
    assert reading.gaps == ()
    assert first.conditions == (PathPattern(("/é", "/2")), HostHeader(("a.com",)))
    assert first.actions == (Forward((Share("aws_lb_target_group.t"),)),)
    assert [item.codes for item in first.ignores] == [("ALB101",)]
    assert str(first.location) == "main.tf.json:4:46"
    assert site_text(reading, tmp_path, "aws_lb_listener_rule.j") == "main.tf.json:11"
    assert site_text(reading, tmp_path, "aws_lb_listener_rule.k") == "main.tf.json:12"
    assert [listener.id for listener in reading.listeners] == ["aws_lb_listener.https"]


def test_a_broken_rule_blocks_nothing_and_the_others_are_read(tmp_path: Path) -> None:
    broken = rule("broken", "x = = 1", priority="5")
    reading = read_text(tmp_path, rule("a") + broken + rule("b", priority="11"))
    found = rules(reading)
    assert set(found) == {f"aws_lb_listener_rule.{name}" for name in ("a", "broken", "b")}
    assert found["aws_lb_listener_rule.broken"].conditions[-1] == OpaqueCondition("", "syntax error in line 16")
    assert found["aws_lb_listener_rule.a"].conditions == found["aws_lb_listener_rule.b"].conditions == (PathPattern(("/x",)),)
    assert [str(gap.location) for gap in reading.gaps][:1] == ["main.tf:16:7"]


def test_one_address_twice(tmp_path: Path) -> None:
    reading = read_text(tmp_path, rule("a") + rule("a", priority="11"))
    assert sorted(item.priority for item in rules(reading).values()) == [10, 11]  # type: ignore[type-var]
    assert "more than once" in reading.gaps[0].reason


def doubling(step: str, end: str) -> str:
    """Locals of which each holds the next one twice."""
    return "locals {\n" + "".join(f"a{i} = {step.replace('@', f'local.a{i + 1}')}\n" for i in range(60)) + f"a60 = {end}\n}}\n"


@pytest.mark.parametrize(
    "text",
    [
        rule() + "#" + "x" * 10_000_000,
        rule() + "x {\n" * 10_000 + "}\n" * 10_000,
        rule(body="condition {\n" * 10_000 + "}\n" * 10_000),
        rule(priority="(" * 10_000 + "1" + ")" * 10_000),
        rule(priority="local.a0") + "locals {\n" + "".join(f"a{i} = local.a{i + 1}\n" for i in range(3_000)) + "}\n",
        rule(priority="length(local.a0)") + doubling("[@, @]", "[1]"),
        rule(priority="length(local.a0)") + doubling('"${@}${@}"', '"x"'),
        rule(body="for_each = toset([for x in setproduct(range(9999), range(9999)) : x[0]])"),
        rule(body='module "m" {\n source = "./"\n}') + 'module "m" {\n  source = "./"\n}\n',
        rule(body="\x00\xff" * 1000),
        'resource {\n}\nresource "aws_lb_listener_rule" {\n}\n' + rule(),
        rule(listener="null"),
        rule(listener='""'),
        rule(listener="[1]"),
    ],
    ids=range(14),
)
def test_hostile_input_is_bounded_and_told(tmp_path: Path, text: str) -> None:
    reading = read_text(tmp_path, text)
    found = rules(reading)
    unknown = any(isinstance(item.priority, Unknown) for item in found.values())
    assert reading.gaps or unknown or any(item.presence for item in found.values()) or len(found) == 1


def test_links_in_a_circle(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": rule(priority="local.p")})
    (tmp_path / "a.tf").symlink_to("b.tf")
    (tmp_path / "b.tf").symlink_to("a.tf")
    (tmp_path / "gone.tf").symlink_to("nowhere.tf")
    (tmp_path / "again").symlink_to(".")
    (tmp_path / ".git").mkdir()
    reading = SOURCE.read([Target("main.tf", tmp_path / "main.tf", (tmp_path / "main.tf").read_bytes())], ReadOptions())
    assert {gap.location.file for gap in reading.gaps} == {"a.tf", "b.tf", "gone.tf"}
    assert only(reading).priority == Unknown("local.p (not declared)")


def test_variables_called_as_attributes_are_two_listeners(tmp_path: Path) -> None:
    text = 'variable "arn" {}\nvariable "id" {}\n' + rule("a", listener="var.arn") + rule("b", listener="var.id")
    reading = read_text(tmp_path, text + rule("c", listener="aws_lb_listener.var.arn"))
    assert [listener.id for listener in reading.listeners] == ["aws_lb_listener.var", "var.arn", "var.id"]


def test_the_listener_arn_is_the_listener(tmp_path: Path) -> None:
    reading = read_text(tmp_path, rule("a", listener=f'"{LISTENER_ARN}"') + rule("b", listener=f'"{LISTENER_ARN}"', path=PATH))
    (listener,) = reading.listeners
    assert (listener.id, listener.name, len(listener.rules), listener.source_kind) == (LISTENER_ARN, "web/f2f7dc8efc522ab2", 2, "terraform")
