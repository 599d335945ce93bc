"""Modules, root modules, and one id for one listener however it is named."""

from pathlib import Path

import pytest

from alb_lint import inputs
from alb_lint.config import Config
from alb_lint.model import FixedResponse, Forward, LoadBalancer, Share, Unknown
from alb_lint.sources.source import ReadOptions, Target
from alb_lint.sources.terraform.source import SOURCE
from terraform_files import bare, only, read_folder, read_text, rule, rules, write

LISTENER = """
resource "aws_lb" "main" {
  name            = "main"
  ip_address_type = "dualstack"
  internal        = true
}
resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.main.arn
  port              = 443
  protocol          = "HTTPS"
  default_action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
      status_code  = "404"
    }
  }
}
"""
MODULE = 'variable "listener" {}\nvariable "priority" {}\n' + rule("this", priority="var.priority", listener="var.listener")


def call(name: str, source: str = "./m", body: str = "", *, listener: str = "aws_lb_listener.https.arn", priority: str = "10") -> str:
    return f'module "{name}" {{\n  source = "{source}"\n  {body}\n  listener = {listener}\n  priority = {priority}\n}}\n'


def by_listener(folder: Path, **options: object) -> dict[str, list[str]]:
    return {listener.id: [rule.id for rule in listener.rules] for listener in read_folder(folder, **options).listeners}


# Listeners


def test_listeners_of_one_address_in_two_roots_have_two_names(tmp_path: Path) -> None:
    alone = LISTENER.replace('"https"', '"alone"')
    write(tmp_path, {"live/a/main.tf": LISTENER + alone + rule("r"), "live/b/main.tf": LISTENER + rule("r")})
    named = {listener.id: (listener.name, listener.word) for listener in read_folder(tmp_path).listeners if listener.id != "l"}
    both = {f"live/{root}:aws_lb_listener.https": (f"live/{root}:aws_lb_listener.https", f"{root}-aws_lb_listener.https") for root in "ab"}
    assert named == {**both, "live/a:aws_lb_listener.alone": ("aws_lb_listener.alone", "aws_lb_listener.alone")}


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("arn:aws:elasticloadbalancing:eu-west-1:1:listener/app/web/5/f", "web/f"),
        ("a/b/c/d", "a/b/c/d"),
        ("${data.terraform_remote_state.s.outputs.arn}", 'remote_state(s3, bucket = "b", key = "a/b/c/d.tfstate").outputs.arn'),
    ],
)
def test_what_a_listener_that_is_elsewhere_is_called(tmp_path: Path, told: str, name: str) -> None:
    state = 'data "terraform_remote_state" "s" {\n  backend = "s3"\n  config = {\n    bucket = "b"\n    key = "a/b/c/d.tfstate"\n  }\n}\n'
    (found,) = read_text(tmp_path, state + rule(listener=f'"{told}"')).listeners
    assert found.name == name


def test_what_a_listener_says_of_itself(tmp_path: Path) -> None:
    reading = read_text(tmp_path, LISTENER + rule(listener="aws_lb_listener.https.arn"))
    (listener,) = reading.listeners
    assert (listener.id, listener.name, listener.protocol, listener.port) == (
        "aws_lb_listener.https",
        "aws_lb_listener.https",
        "HTTPS",
        443,
    )
    assert listener.load_balancer == LoadBalancer("aws_lb.main", "main", "dualstack", False, "internal")
    assert listener.default is not None
    assert (listener.default.is_default, listener.default.actions) == (True, (FixedResponse("404", "text/plain"),))
    assert str(listener.location) == "main.tf:7:1"
    assert reading.gaps == ()


@pytest.mark.parametrize(
    "listener",
    [
        "aws_lb_listener.https.arn",
        "aws_lb_listener.https.id",
        '"${aws_lb_listener.https.arn}"',
        "local.listener",
        "local.table.https",
        "var.listener",
        "var.unset ? aws_lb_listener.https.arn : null",
        "coalesce(var.none, aws_lb_listener.https.arn)",
        'try(aws_lb_listener.https.arn, "")',
        "module.pass.out",
        "data.aws_lb_listener.by_port.arn",
        "data.aws_lb_listener.by_name.arn",
        "data.aws_lb_listener.by_arn.arn",
        "[aws_lb_listener.https.arn][0]",
        "element(aws_lb_listener.https[*].arn, 0)",
        'lookup({ a = aws_lb_listener.https }, "a").arn',
    ],
)  # fmt: skip
def test_roads_to_one_listener(tmp_path: Path, listener: str) -> None:
    setting = (
        LISTENER
        + """
variable "unset" {}
variable "none" { default = null }
variable "listener" { default = null }
locals {
  listener = aws_lb_listener.https.arn
  table    = { https = local.listener }
}
data "aws_lb" "main" { name = "main" }
data "aws_lb_listener" "by_port" {
  load_balancer_arn = aws_lb.main.arn
  port              = 443
}
data "aws_lb_listener" "by_name" {
  load_balancer_arn = data.aws_lb.main.arn
  port              = "443"
}
data "aws_lb_listener" "by_arn" { arn = aws_lb_listener.https.arn }
module "pass" {
  source = "./pass"
  in     = local.listener
}
"""
    )
    write(tmp_path, {
        "pass/main.tf": 'variable "in" {}\nmodule "deeper" {\n  source = "../deeper"\n  in = var.in\n}\noutput "out" { value = module.deeper.out }\n',
        "deeper/main.tf": 'variable "in" {}\noutput "out" { value = var.in }\n',
        "terraform.tfvars": "",
    })  # fmt: skip
    text = setting.replace('"listener" { default = null }', '"listener" { default = null }') + rule(
        listener="aws_lb_listener.https.arn" if listener == "var.listener" else listener
    )
    assert [found.id for found in read_text(tmp_path, text).listeners] == ["aws_lb_listener.https"]


@pytest.mark.parametrize(
    ("setting", "listener", "expected"),
    [
        ("", "aws_lb_listener.https[0].arn", "aws_lb_listener.https[0]"),
        ("", 'aws_alb_listener.https["a"].arn', 'aws_alb_listener.https["a"]'),
        ("", "var.unset", "var.unset"),
        ("", "module.remote.https_listener_arn", "module.remote.https_listener_arn"),
        ("", "data.terraform_remote_state.net.outputs.listener_arn", "data.terraform_remote_state.net.outputs.listener_arn"),
        ("", 'var.unset["https"].arn', 'var.unset["https"]'),
        ('resource "aws_lb_listener" "many" { count = 2 }', "aws_lb_listener.many[1].arn", "aws_lb_listener.many[1]"),
        ('resource "aws_lb_listener" "many" { count = 2 }', "aws_lb_listener.many.*.arn[1]", "aws_lb_listener.many[1]"),
        ('resource "aws_lb_listener" "some" { count = var.unset ? 1 : 0 }', "aws_lb_listener.some[0].arn", "aws_lb_listener.some[0]"),
        (
            'resource "aws_lb_listener" "some" { count = var.unset ? 1 : 0 }',
            'join("", aws_lb_listener.some.*.arn)',
            "aws_lb_listener.some[0]",
        ),
        ('resource "aws_lb_listener" "some" { count = var.unset ? 1 : 0 }', "one(aws_lb_listener.some[*].arn)", "aws_lb_listener.some[0]"),
        (
            'resource "aws_lb_listener" "each" { for_each = toset(["a"]) }',
            "values(aws_lb_listener.each)[0].arn",
            'aws_lb_listener.each["a"]',
        ),
        ('data "aws_lb" "x" { name = "shared" }', "data.aws_lb_listener.d.arn", "shared:8443"),
        ('data "aws_lb" "x" { name = "${var.unset}-alb" }', "data.aws_lb_listener.d.arn", "${var.unset}-alb:8443"),
        ('data "aws_lb" "x" { tags = { a = "b" } }', "data.aws_lb_listener.d.arn", 'tags(a = "b"):8443'),
        ("", "var.unset ? aws_lb_listener.a.arn : aws_lb_listener.b.arn", "var.unset ? aws_lb_listener.a.arn : aws_lb_listener.b"),
    ],
)
def test_ids(tmp_path: Path, setting: str, listener: str, expected: str) -> None:
    looked_up = 'variable "unset" {}\ndata "aws_lb_listener" "d" {\n  load_balancer_arn = data.aws_lb.x.arn\n  port = 8443\n}\n'
    remote = 'module "remote" {\n  source = "terraform-aws-modules/alb/aws"\n}\n'
    reading = read_text(tmp_path, looked_up + remote + setting + "\n" + rule(listener=listener))
    assert [found.id for found in reading.listeners if found.rules] == [expected]


@pytest.mark.parametrize(
    ("listener", "reason"), [("null", "listener_arn is not set"), ('""', '"" is no listener'), ("{}.x", "{}.x (there is no 'x' in it)")]
)
def test_a_rule_without_a_listener_has_one_of_its_own(tmp_path: Path, listener: str, reason: str) -> None:
    reading = read_text(tmp_path, rule("a", listener=listener) + rule("b", priority="10", listener=listener))
    assert [found.id for found in reading.listeners] == [f"aws_lb_listener_rule.{name}.listener_arn" for name in "ab"]
    assert [gap.reason for gap in reading.gaps] == [f"aws_lb_listener_rule.{name}: its listener is not known: {reason}" for name in "ab"]


def test_listeners_of_network_load_balancers_are_left_out(tmp_path: Path) -> None:
    text = (
        'resource "aws_lb_listener" "tcp" {\n  protocol = "TCP"\n  port = 22\n}\n' + LISTENER + rule(listener="aws_lb_listener.https.arn")
    )
    assert [found.id for found in read_text(tmp_path, text).listeners] == ["aws_lb_listener.https"]


# Modules


def test_arguments_of_a_module(tmp_path: Path) -> None:
    write(tmp_path, {
        "main.tf": LISTENER + "locals { services = { api = 20, web = 30 } }\n" + call("one")
        + call("many", body="for_each = local.services", priority="each.value") + call("two", body="count = 2", priority="40 + count.index"),
        "m/main.tf": MODULE,
    })  # fmt: skip
    reading = read_folder(tmp_path)
    found = rules(reading)
    assert {id_: item.priority for id_, item in found.items()} == {
        "module.one.aws_lb_listener_rule.this": 10,
        'module.many["api"].aws_lb_listener_rule.this': 20,
        'module.many["web"].aws_lb_listener_rule.this': 30,
        "module.two[0].aws_lb_listener_rule.this": 40,
        "module.two[1].aws_lb_listener_rule.this": 41,
    }
    assert {listener.id for listener in reading.listeners} == {"aws_lb_listener.https"}
    site = found['module.many["web"].aws_lb_listener_rule.this'].priority_site
    assert site is not None
    assert (site.file, site.text) == ("main.tf", "30")
    assert found["module.two[0].aws_lb_listener_rule.this"].priority_site is None
    location = found["module.one.aws_lb_listener_rule.this"].location
    assert (location.file, location.line, location.address) == (
        "main.tf",
        24,
        "module.one.aws_lb_listener_rule.this",
    )  # where its number is given


def test_a_literal_in_a_module_that_is_called_twice_is_no_ones_alone(tmp_path: Path) -> None:
    module = 'variable "listener" {}\nvariable "priority" {}\n' + rule("this", priority="10", listener="var.listener")
    write(tmp_path, {"main.tf": call("a", listener='"x"') + call("b", listener='"y"'), "m/main.tf": module})
    assert [item.priority_site for item in rules(read_folder(tmp_path)).values()] == [None, None]


def test_references_carry_the_path_of_their_module(tmp_path: Path) -> None:
    module = MODULE + 'resource "aws_lb_target_group" "t" {}\nresource "aws_lb_listener" "own" {}\n'
    module += rule("own", listener="aws_lb_listener.own.arn").replace('"tg"', "aws_lb_target_group.t.arn")
    write(tmp_path, {"main.tf": LISTENER + call("a") + call("b", priority="11"), "m/main.tf": module})
    found = by_listener(tmp_path)
    assert set(found) == {"aws_lb_listener.https", "module.a.aws_lb_listener.own", "module.b.aws_lb_listener.own"}
    own = rules(read_folder(tmp_path))["module.b.aws_lb_listener_rule.own"]
    assert own.actions == (Forward((Share("module.b.aws_lb_target_group.t"),)),)


def test_modules_in_modules_and_outputs(tmp_path: Path) -> None:
    write(tmp_path, {
        "main.tf": 'module "lb" {\n  source = "./lb"\n}\n' + call("svc", "./outer", listener="module.lb.listener", priority="module.lb.base + 5"),
        "lb/main.tf": LISTENER + 'output "listener" { value = aws_lb_listener.https.arn }\noutput "base" { value = 100 }\n',
        "outer/main.tf": 'variable "listener" {}\nvariable "priority" {}\n' + call("inner", "../m", listener="var.listener", priority="var.priority"),
        "m/main.tf": MODULE,
    })  # fmt: skip
    reading = read_folder(tmp_path)
    found = only(reading)
    assert (found.id, found.priority) == ("module.svc.module.inner.aws_lb_listener_rule.this", 105)
    (listener,) = reading.listeners
    assert (listener.id, listener.port) == ("module.lb.aws_lb_listener.https", 443)


def test_presence_of_modules(tmp_path: Path) -> None:
    module = MODULE.replace('"this" {', '"this" {\n  count = var.priority == 10 ? 1 : 0')
    main = 'variable "on" {}\nvariable "p" {}\n' + LISTENER
    write(
        tmp_path,
        {"main.tf": main + call("a", body="count = var.on ? 1 : 0", priority="var.p") + call("b", body="count = 0"), "m/main.tf": module},
    )
    found = only(read_folder(tmp_path))
    assert found.id == "module.a[0].aws_lb_listener_rule.this[0]"
    assert found.presence == (("var.on", True), ("var.p == 10", True))


def test_a_module_of_which_the_number_is_not_known(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"main.tf": 'variable "n" {}\n' + LISTENER + call("a", body="for_each = var.n", priority="each.value.p"), "m/main.tf": MODULE},
    )
    found = only(read_folder(tmp_path))
    assert found.id == "module.a[*].aws_lb_listener_rule.this"
    assert bare(found.priority) == Unknown("var.n[each.key].p (var.n: no default)")
    assert found.presence == (("length(var.n) == 0", False),)


def test_arguments_that_are_missing(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": 'module "a" {\n  source = "./m"\n}\n', "m/main.tf": MODULE})
    reading = read_folder(tmp_path)
    assert only(reading).priority == Unknown("module.a.var.priority (no default)")
    assert [listener.id for listener in reading.listeners] == ["module.a.var.listener"]


NOT_HERE = "is not a folder here; rules that it makes were not read: run `terraform init`, or describe it with [[terraform.module]]"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('module "a" {\n  source = "./gone"\n}\n', "the folder './gone' does not exist"),
        ('module "a" {\n  source = "../m"\n}\n', "the module '../m' calls itself, which Terraform refuses; it was read once"),
        (
            'module "alb" {\n  source = "terraform-aws-modules/alb/aws"\n}\n',
            f"the module (terraform-aws-modules/alb/aws) {NOT_HERE}",
        ),
        (
            'module "x" {\n  source = "git::https://x/y"\n  listener_rules = {}\n}\n',
            f"the module (git::https://x/y) {NOT_HERE}",
        ),
        ('module "vpc" {\n  source = "terraform-aws-modules/vpc/aws"\n}\n', None),
        ('module "x" {\n  source = "./empty"\n}\n', None),
    ],
)
def test_modules_that_cannot_be_read(tmp_path: Path, text: str, reason: str | None) -> None:
    write(tmp_path, {"m/main.tf": text + rule(), "m/empty/x.tf": ""})
    reading = read_folder(tmp_path)
    assert only(reading).priority == 10
    assert [gap.reason for gap in reading.gaps] == ([reason] if reason else [])


def test_modules_in_a_circle_are_read_alone(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"a/main.tf": 'module "b" {\n  source = "../b"\n}\n' + rule("a"), "b/main.tf": 'module "a" {\n  source = "../a"\n}\n' + rule("b")},
    )
    reading = read_folder(tmp_path)
    assert {id_.rpartition(":")[2] for id_ in rules(reading)} >= {"aws_lb_listener_rule.a", "aws_lb_listener_rule.b"}
    assert [(str(gap.location), gap.reason) for gap in reading.gaps] == [
        ("b/main.tf:1:1", "the module '../a' calls itself, by way of b, which Terraform refuses; it was read once")
    ]


@pytest.mark.parametrize(
    ("files", "place", "called"),
    [
        ({"m/main.tf": 'module "x" {\n  source = "./"\n}\n' + rule()}, "m/main.tf:1:1", "'./' calls itself"),
        (
            {
                "main.tf": 'module "m" {\n  for_each = toset(["x", "y", "z"])\n  source = "./m"\n}\n',
                "m/main.tf": 'module "x" {\n  source = "../m"\n}\n' + rule(),
            },
            "m/main.tf:1:1",
            "'../m' calls itself",
        ),
        (
            {
                "one/main.tf": 'module "a" {\n  source = "../a"\n}\n',
                "two/main.tf": 'module "a" {\n  source = "../a"\n}\n',
                "a/main.tf": 'module "b" {\n  source = "../b"\n}\n',
                "b/main.tf": 'module "c" {\n  source = "../c"\n}\n' + rule(),
                "c/main.tf": '\nmodule "a" {\n  source = "../a"\n}\n',
            },
            "c/main.tf:2:1",
            "'../a' calls itself, by way of b, c",
        ),
    ],
    ids=["itself", "in copies", "of two roots"],
)
def test_a_circle_is_told_once_with_its_place(tmp_path: Path, files: dict[str, str], place: str, called: str) -> None:
    write(tmp_path, files)
    told = [(str(gap.location), gap.reason) for gap in read_folder(tmp_path).gaps]
    assert told == [(place, f"the module {called}, which Terraform refuses; it was read once")]


def test_a_link_that_leads_back_is_a_circle(tmp_path: Path) -> None:
    write(tmp_path, {"m/main.tf": 'module "x" {\n  source = "./l"\n}\n' + rule()})
    (tmp_path / "m" / "l").symlink_to(".")
    reading = read_folder(tmp_path)
    assert only(reading).priority == 10
    assert [gap.reason for gap in reading.gaps] == ["the module './l' calls itself, which Terraform refuses; it was read once"]


def test_many_module_instances_are_capped(tmp_path: Path) -> None:
    files = {
        f"m{i}/main.tf": f'module "a" {{\n  source = "../m{i + 1}"\n}}\nmodule "b" {{\n  source = "../m{i + 1}"\n}}\n' for i in range(20)
    }
    write(tmp_path, files | {"m20/main.tf": rule()})
    reading = read_folder(tmp_path)
    assert any("more than 2000 module instances" in gap.reason for gap in reading.gaps)


# Root modules


def test_a_module_is_read_as_its_callers_call_it(tmp_path: Path) -> None:
    write(tmp_path, {
        "live/prod/main.tf": call("svc", "../../modules/rule", listener='"prod"', priority="1"),
        "live/dev/main.tf": call("svc", "../../modules/rule", listener='"dev"', priority="2"),
        "modules/rule/main.tf": MODULE,
        ".git/HEAD": "",
    })  # fmt: skip
    path = tmp_path / "modules/rule/main.tf"
    for targets in (
        [Target("modules/rule/main.tf", path, path.read_bytes())],
        [Target("modules/rule/main.tf", path, path.read_bytes(), named=False, folder=tmp_path / "modules")],
    ):
        reading = SOURCE.read(targets, ReadOptions())
        assert {id_: item.priority for id_, item in rules(reading).items()} == {
            "live/dev:module.svc.aws_lb_listener_rule.this": 2,
            "live/prod:module.svc.aws_lb_listener_rule.this": 1,
        }
        assert {item.location.file for item in rules(reading).values()} == {"live/dev/main.tf", "live/prod/main.tf"}
        assert {item.written_in for item in rules(reading).values()} == {("modules/rule/main.tf",)}
    assert by_listener(tmp_path) == {
        "dev": ["live/dev:module.svc.aws_lb_listener_rule.this"],
        "prod": ["live/prod:module.svc.aws_lb_listener_rule.this"],
    }


def test_callers_above_are_found_without_a_repository_in_the_folder_that_was_given(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": call("svc", "./modules/rule", listener='"l"', priority="3"), "modules/rule/main.tf": MODULE})
    assert only(read_folder(tmp_path)).priority == 3
    path = tmp_path / "modules/rule/main.tf"
    alone = SOURCE.read([Target("main.tf", path, path.read_bytes())], ReadOptions())
    assert only(alone).priority == Unknown("var.priority (no default)")


def test_equal_names_in_two_roots_are_not_one_thing(tmp_path: Path) -> None:
    text = LISTENER + rule(listener="aws_lb_listener.https.arn", body="count = var.on ? 1 : 0").replace('"tg"', "aws_lb_target_group.t.arn")
    write(tmp_path, {"a/main.tf": 'variable "on" {}\n' + text, "b/main.tf": 'variable "on" {}\n' + text})
    reading = read_folder(tmp_path)
    assert [listener.id for listener in reading.listeners] == ["a:aws_lb_listener.https", "b:aws_lb_listener.https"]
    found = rules(reading)["b:aws_lb_listener_rule.r[0]"]
    assert found.presence == (("b:var.on", True),)
    assert found.actions == (Forward((Share("b:aws_lb_target_group.t"),)),)
    assert found.location.address == "aws_lb_listener_rule.r[0]"
    only_one = SOURCE.read([Target("a/main.tf", tmp_path / "a/main.tf", (tmp_path / "a/main.tf").read_bytes())], ReadOptions())
    assert [listener.id for listener in only_one.listeners] == ["aws_lb_listener.https"]


def test_a_listener_that_two_roots_look_up_is_one(tmp_path: Path) -> None:
    looked_up = (
        'data "aws_lb" "x" { name = "main" }\ndata "aws_lb_listener" "d" {\n  load_balancer_arn = data.aws_lb.x.arn\n  port = 443\n}\n'
    )
    use = looked_up + rule(listener="data.aws_lb_listener.d.arn")
    write(tmp_path, {"a/main.tf": use, "b/main.tf": use})
    assert by_listener(tmp_path) == {"main:443": ["a:aws_lb_listener_rule.r", "b:aws_lb_listener_rule.r"]}
    write(tmp_path, {"lb/main.tf": LISTENER + rule(listener="aws_lb_listener.https.arn")})
    assert by_listener(tmp_path) == {
        "lb:aws_lb_listener.https": ["lb:aws_lb_listener_rule.r", "a:aws_lb_listener_rule.r", "b:aws_lb_listener_rule.r"]
    }
    write(tmp_path, {"lb2/main.tf": LISTENER + rule(listener="aws_lb_listener.https.arn")})
    assert set(by_listener(tmp_path)) == {"lb:aws_lb_listener.https", "lb2:aws_lb_listener.https", "main:443"}


def test_variables_of_each_root_are_its_own(tmp_path: Path) -> None:
    text = 'variable "p" {}\n' + rule(priority="var.p")
    write(tmp_path, {"a/main.tf": text, "b/main.tf": text, "a/terraform.tfvars": "p = 1", "b/x.auto.tfvars": "p = 2"})
    assert [item.priority for item in rules(read_folder(tmp_path)).values()] == [1, 2]


def test_a_folder_with_a_backend_is_a_root(tmp_path: Path) -> None:
    backend = 'terraform {\n  backend "s3" {\n  }\n}\n'
    write(tmp_path, {"main.tf": call("svc", "./m", listener='"l"', priority="3"), "m/main.tf": backend + MODULE})
    path = tmp_path / "m/main.tf"
    reading = SOURCE.read([Target("m/main.tf", path, path.read_bytes(), named=False, folder=tmp_path)], ReadOptions())
    assert only(reading).priority == Unknown("var.priority (no default)")


@pytest.mark.parametrize("comment", ["# ", "// ", "/*\n"])
def test_a_call_in_a_comment_calls_nothing(tmp_path: Path, comment: str) -> None:
    text = "\n".join(("" if comment == "/*\n" else comment) + line for line in call("svc", "./m").splitlines())
    write(tmp_path, {"main.tf": (comment + text + "\n*/\n" if comment == "/*\n" else text), "m/main.tf": MODULE})
    assert only(read_folder(tmp_path)).priority == Unknown("var.priority (no default)")


def test_the_same_files_in_any_order_read_the_same(tmp_path: Path) -> None:
    write(tmp_path, {f"r{i}/main.tf": LISTENER + rule(listener="aws_lb_listener.https.arn") for i in range(4)})
    targets = [Target(f"r{i}/main.tf", tmp_path / f"r{i}/main.tf", (tmp_path / f"r{i}/main.tf").read_bytes()) for i in range(4)]
    assert SOURCE.read(targets, ReadOptions()) == SOURCE.read(targets[::-1], ReadOptions())


def test_a_walk_brings_the_callers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"live/main.tf": call("svc", "../modules/rule", listener='"l"', priority="3"), "modules/rule/main.tf": MODULE})
    monkeypatch.chdir(tmp_path)
    (listener,) = inputs.read([str(tmp_path)], Config()).listeners
    assert [(rule.id, rule.priority) for rule in listener.rules] == [("module.svc.aws_lb_listener_rule.this", 3)]


# -- modules that nobody calls -----------------------------------------------------------------------------------------------

FRONT = '"arn:aws:elasticloadbalancing:eu-west-1:1:listener/app/front/a/b"'
CALLED_BY_NONE = 'variable "n" { default = 10 }\n' + rule(priority="var.n", listener=FRONT)


@pytest.mark.parametrize(
    ("folder", "more", "apart"),
    [
        ("modules/service", "", True),
        ("modules/service", 'provider "aws" {\n  region = "eu-west-1"\n}\n', False),
        ("modules/service", 'terraform {\n  backend "s3" {\n  }\n}\n', False),
        ("modules/service", "terraform {\n  cloud {\n  }\n}\n", False),
        ("service", "", False),
        ("modules", "", False),
    ],
)
def test_a_module_that_nobody_calls_is_judged_by_itself(tmp_path: Path, folder: str, more: str, apart: bool) -> None:
    write(tmp_path, {f"{folder}/main.tf": CALLED_BY_NONE + more, "live/main.tf": rule(priority="10", listener=FRONT)})
    reading = read_folder(tmp_path)
    numbers = {found.id: found.priority for listener in reading.listeners for found in listener.rules}
    assert len(reading.listeners) == (2 if apart else 1)
    assert isinstance(numbers[f"{folder}:aws_lb_listener_rule.r"], Unknown) is apart


def test_a_word_is_no_backend(tmp_path: Path) -> None:
    called = 'locals {\n  backend_count = 1\n}\nresource "aws_lb_listener" "l" {\n  port = 80\n}\n' + rule(listener="aws_lb_listener.l.arn")
    write(tmp_path, {"api/main.tf": called, "live/main.tf": 'module "api" {\n  source = "../api"\n}\n'})
    assert [item.id for item in read_folder(tmp_path).listeners] == ["module.api.aws_lb_listener.l"]
