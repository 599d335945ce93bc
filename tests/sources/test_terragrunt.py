"""Terragrunt: units, what they include, the inputs that they give, and what they read of each other."""

from pathlib import Path

import pytest

from alb_lint.model import Reading, Unknown
from running import process
from terraform_files import ACTION, PATH, read_folder, rule, rules, write

SERVICE = (
    'variable "name" {}\nvariable "domain" { default = "default.example" }\nvariable "priority" {}\nvariable "listener_arn" {}\n'
    'resource "aws_lb_listener_rule" "this" {\n  listener_arn = var.listener_arn\n  priority = var.priority'
    '\n  condition {\n    host_header {\n      values = ["${var.name}.${var.domain}"]\n    }\n  }' + ACTION + "\n}\n"
)
FRONT = (
    'resource "aws_lb_listener" "https" {\n  port = 443\n  protocol = "HTTPS"\n  load_balancer_arn = "lb"\n}\n'
    'output "arn" { value = aws_lb_listener.https.arn }\noutput "domain" { value = "front.example" }\noutput "zone" { value = aws_zone.z.name }\n'
)
ROOT = 'include "root" {\n  path = find_in_parent_folders("root.hcl")\n}\n'
CALL = 'terraform {\n  source = "../../modules//service"\n}\n'
TO_FRONT = 'dependency "front" {\n  config_path = "../front"\n  mock_outputs = { arn = "mocked" }\n}\n'


def inputs(*lines: str, name: str = "orders", priority: str = "40", listener: str = "dependency.front.outputs.arn") -> str:
    told = (f'name = "{name}"', f"priority = {priority}", f"listener_arn = {listener}", *lines)
    return "inputs = {\n  " + "\n  ".join(told) + "\n}\n"


def read(folder: Path, files: dict[str, str], **options: object) -> Reading:
    write(folder, {"modules/service/main.tf": SERVICE, **files})
    return read_folder(folder, **options)


def shown(reading: Reading) -> list[tuple[str, object, str]]:
    """(listener, number, first value) of every rule; of a symbol its text."""
    found = []
    for listener in reading.listeners:
        for held in listener.rules:
            value = held.conditions[0].values[0]  # type: ignore[union-attr]
            text = "".join(p if isinstance(p, str) else f"${{{p.shown}}}" for p in value.pieces) if isinstance(value, Unknown) else value
            found.append((listener.id, held.priority if isinstance(held.priority, int) else held.priority.reason, str(text)))
    return sorted(found, key=str)


ONE = {"live/root.hcl": "", "live/orders/terragrunt.hcl": ROOT + CALL + TO_FRONT + inputs()}
OUTPUT = "dependency(live/front).outputs.arn"


@pytest.mark.parametrize(
    ("root", "unit", "host"),
    [
        ("", "", "orders.default.example"),
        ('inputs = { domain = "root.example" }\n', "", "orders.root.example"),
        ('inputs = { domain = "root.example" }\n', 'domain = "unit.example"', "orders.unit.example"),
        ('locals {\n  d = "local.example"\n}\ninputs = { domain = local.d }\n', "", "orders.local.example"),
        ('inputs = { domain = "${basename(path_relative_to_include())}.example" }\n', "", "orders.orders.example"),
        ('inputs = { domain = "${basename(get_terragrunt_dir())}.example" }\n', "", "orders.orders.example"),
        ('inputs = { domain = "${basename(get_parent_terragrunt_dir())}.example" }\n', "", "orders.live.example"),
        ('inputs = { domain = get_env("DOMAIN", "x") }\n', "", 'orders.${get_env("DOMAIN")}'),
        ('inputs = jsondecode(read_tfvars_file("gone.tfvars"))\n', "", "orders.${var.domain}"),
        ('inputs = merge(jsondecode(read_tfvars_file("gone.tfvars")), { domain = "m.example" })\n', "", "orders.m.example"),
        ('inputs = merge({ domain = "m.example" }, jsondecode(read_tfvars_file("gone.tfvars")))\n', "", "orders.${var.domain}"),
        ('inputs = jsondecode(read_tfvars_file("../common.tfvars"))\n', "", "orders.tfvars.example"),
        ('inputs = { domain = trimspace(file("domain.txt")) }\n', "", "orders.file.example"),
        ("", "domain = dependency.front.outputs.domain", "orders.front.example"),
        ("", "domain = dependency.front.outputs.zone", "orders.${dependency(live/front).outputs.zone}"),
        ("", "domain = include.root.locals.gone", ""),
        ('locals {\n  d = "seen.example"\n}\n', "domain = include.root.locals.d", "orders.seen.example"),
    ],
)
def test_inputs(tmp_path: Path, root: str, unit: str, host: str) -> None:
    front = 'terraform {\n  source = "../../modules/front"\n}\n'
    files = {
        "live/root.hcl": root,
        "live/common.tfvars": 'domain = "tfvars.example"\n',
        "live/domain.txt": "file.example\n",
        "modules/front/main.tf": FRONT,
        "live/front/terragrunt.hcl": front,
        "live/orders/terragrunt.hcl": ROOT.replace("}\n", "  expose = true\n}\n") + CALL + TO_FRONT + inputs(unit),
    }
    ((listener, number, value),) = shown(read(tmp_path, files))
    assert (listener, number) == ("live/front:aws_lb_listener.https", 40)
    assert value == host


@pytest.mark.parametrize(
    ("files", "domain"),
    [
        ({"live/env.hcl": 'locals {\n  d = "env.example"\n}\n'}, 'read_terragrunt_config(find_in_parent_folders("env.hcl")).locals.d'),
        ({"live/env.hcl": 'inputs = { d = "env.example" }\n'}, 'read_terragrunt_config("../env.hcl").inputs.d'),
        ({}, 'read_terragrunt_config("../gone.hcl", { locals = { d = "env.example" } }).locals.d'),
        ({}, '"env.example"'),
    ],
)
def test_read_config(tmp_path: Path, files: dict[str, str], domain: str) -> None:
    unit = CALL + TO_FRONT + f"locals {{\n  d = {domain}\n}}\n" + inputs("domain = local.d")
    assert shown(read(tmp_path, {**files, "live/orders/terragrunt.hcl": unit})) == [(OUTPUT, 40, "orders.env.example")]


@pytest.mark.parametrize(
    ("strategy", "hosts"),
    [
        ("", ("b.example",)),
        ('  merge_strategy = "deep"\n', ("a.example", "b.example")),
        ('  merge_strategy = "no_merge"\n', ("b.example",)),
    ],
)
def test_merge_strategy(tmp_path: Path, strategy: str, hosts: tuple[str, ...]) -> None:
    module = 'variable "hosts" {}\n' + rule(path="\n  condition {\n    host_header {\n      values = var.hosts\n    }\n  }")
    files = {
        "modules/service/main.tf": module,
        "live/root.hcl": 'inputs = { hosts = ["a.example"] }\n',
        "live/orders/terragrunt.hcl": ROOT.replace("}\n", strategy + "}\n") + CALL + 'inputs = { hosts = ["b.example"] }\n',
    }
    (found,) = rules(read(tmp_path, files)).values()
    assert found.conditions[0].values == hosts  # type: ignore[union-attr]


def test_two_units_of_one_module_are_two_rules_at_their_own_numbers(tmp_path: Path) -> None:
    files = {**ONE, "live/billing/terragrunt.hcl": ROOT + CALL + TO_FRONT + inputs(name="billing", priority="41")}
    found = rules(read(tmp_path, files))
    assert {name: (held.location.file, held.location.line) for name, held in found.items()} == {
        "live/billing:aws_lb_listener_rule.this": ("live/billing/terragrunt.hcl", 13),
        "live/orders:aws_lb_listener_rule.this": ("live/orders/terragrunt.hcl", 13),
    }
    assert shown(read(tmp_path, files)) == [(OUTPUT, 40, "orders.default.example"), (OUTPUT, 41, "billing.default.example")]


def test_a_state_that_a_unit_keeps_is_read_by_other_roots(tmp_path: Path) -> None:
    state = 'remote_state {\n  backend = "s3"\n  config = {\n    bucket = "states"\n    key = "${path_relative_to_include()}/x"\n  }\n}\n'
    reader = (
        'data "terraform_remote_state" "f" {\n  backend = "s3"\n  config = {\n    bucket = "states"\n    key = "front/x"\n  }\n}\n'
        + rule(listener="data.terraform_remote_state.f.outputs.arn")
    )
    front = ROOT + 'terraform {\n  source = "../../modules/front"\n}\n'
    files = {**ONE, "live/root.hcl": state, "modules/front/main.tf": FRONT, "live/front/terragrunt.hcl": front, "other/main.tf": reader}
    assert [(item.id, len(item.rules)) for item in read(tmp_path, files).listeners] == [("live/front:aws_lb_listener.https", 2)]


def test_variables_that_a_unit_generates(tmp_path: Path) -> None:
    made = 'generate "v" {\n  path = "v.tf"\n  contents = <<EOF\nvariable "extra" {\n  default = "made.example"\n}\nEOF\n}\n'
    module = rule(path="\n  condition {\n    host_header {\n      values = [var.extra]\n    }\n  }")
    files = {"modules/service/main.tf": module, "live/root.hcl": made, "live/orders/terragrunt.hcl": ROOT + CALL}
    ((_, _, host),) = shown(read(tmp_path, files))
    assert host == "made.example"


@pytest.mark.parametrize("how", ["required_var_files", "optional_var_files"])
def test_files_of_variables(tmp_path: Path, how: str) -> None:
    extra = f'terraform {{\n  extra_arguments "v" {{\n    commands = ["plan"]\n    {how} = [find_in_parent_folders("v.tfvars")]\n  }}\n}}\n'
    files = {**ONE, "live/root.hcl": extra, "live/v.tfvars": 'domain = "given.example"\npriority = 7\n'}
    assert shown(read(tmp_path, files)) == [(OUTPUT, 7, "orders.given.example")]


def test_a_choice_of_sources_is_the_folder_that_is_here(tmp_path: Path) -> None:
    call = 'terraform {\n  source = get_env("X") == "live" ? "git::https://git.example/m//service?ref=1" : "../../modules//service"\n}\n'
    assert len(rules(read(tmp_path, {"live/orders/terragrunt.hcl": call + inputs()}))) == 1


@pytest.mark.parametrize(
    ("source", "given", "told"),
    [
        ("git::https://git.example/modules.git//alb-service?ref=1", "x = 1", True),
        ("git::https://git.example/modules.git//service?ref=1", "listener_arn = 1", True),
        ("git::https://git.example/modules.git//service?ref=1", "alb_port = 80", True),
        ("git::https://git.example/modules.git//service?ref=${values.version}", "load_balancer_paths = values.paths", True),
        ("git::https://git.example/modules.git//queue?ref=1", "x = 1", False),
        ("git::https://git.example/modules.git//alarm?ref=1", 'alb_arn_suffix = "app/x"', False),
        ("../../gone/alb", "x = 1", True),
    ],
)
@pytest.mark.parametrize("form", ["{{\n  {}\n}}", "merge(local.gone, {{\n  {}\n}})"])
@pytest.mark.parametrize("root", ["", ROOT])
def test_a_module_from_elsewhere(tmp_path: Path, source: str, given: str, told: bool, form: str, root: str) -> None:
    unit = f'{root}terraform {{\n  source = "{source}"\n}}\ninputs = {form.format(given)}\n'
    found = read(tmp_path, {"live/orders/terragrunt.hcl": unit, "modules/service/main.tf": rule()})
    assert [gap.location.file for gap in found.gaps] == (["live/orders/terragrunt.hcl"] if told else [])


def test_a_described_module(tmp_path: Path) -> None:
    unit = 'terraform {\n  source = "git::https://git.example/m//service?ref=1"\n}\n' + TO_FRONT + inputs('hosts = ["a.example"]')
    described = (("*m//service*", {"listener": "listener_arn", "priority": "priority", "hosts": "hosts"}),)
    found = read(tmp_path, {"live/orders/terragrunt.hcl": unit}, terraform_modules=described)
    assert (OUTPUT, 40, "a.example") in shown(found)
    assert found.gaps == ()


@pytest.mark.parametrize(
    "files",
    [
        {"live/orders/terragrunt.hcl": 'include {\n  path = "terragrunt.hcl"\n}\n' + CALL},
        {
            "live/orders/terragrunt.hcl": CALL
            + 'locals {\n  x = read_terragrunt_config("terragrunt.hcl").locals.x\n}\ninputs = { name = local.x }\n'
        },
        {
            "live/orders/terragrunt.hcl": CALL
            + 'dependency "b" {\n  config_path = "../b"\n}\ninputs = { name = dependency.b.outputs.x }\n',
            "live/b/terragrunt.hcl": CALL
            + 'dependency "a" {\n  config_path = "../orders"\n}\ninputs = { name = dependency.a.outputs.x }\n',
        },
        {"live/orders/terragrunt.hcl": CALL + "locals {\n  a = local.b\n  b = local.a\n}\ninputs = { name = local.a }\n"},
        {"live/orders/terragrunt.hcl": CALL + "inputs = "},
    ],
)
def test_circles_end(tmp_path: Path, files: dict[str, str]) -> None:
    found = rules(read(tmp_path, files))
    assert all(isinstance(held.priority, Unknown) for held in found.values())
    assert "live/orders:aws_lb_listener_rule.this" in found or len(found) == 1


def test_nothing_outside_of_the_repository_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret.hcl").write_text('locals {\n  d = "secret.example"\n}\n')
    unit = CALL + 'locals {\n  d = read_terragrunt_config("../../../secret.hcl").locals.d\n}\n' + inputs("domain = local.d", listener='"l"')
    ((_, _, host),) = shown(read(tmp_path / "repo", {"live/orders/terragrunt.hcl": unit}))
    assert "secret.example" not in host


def test_a_named_file_of_the_module_is_read_as_the_units_call_it(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    write(tmp_path, {"modules/service/main.tf": SERVICE, **ONE, "live/front/terragrunt.hcl": "", "other/main.tf": rule(path=PATH)})
    ran = process("check", "modules/service/main.tf", "-f", "json", cwd=tmp_path)
    assert [listener["rules"] for listener in ran.json["listeners"]] == [1]
    assert ran.json["listeners"][0]["id"] == OUTPUT
