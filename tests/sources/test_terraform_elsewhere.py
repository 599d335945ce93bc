"""What a root module reads from elsewhere: other states, fetched modules, modules that are not here, files of the repository, the workspace."""

from pathlib import Path

import pytest

from alb_lint.model import PathPattern
from running import inside
from terraform_files import read_folder, rule, rules, write

STATE = 'data "terraform_remote_state" "shared" {{\n  backend = "s3"\n  config = {{\n    bucket = "{}"\n    key = "{}"\n  }}\n}}\n'
OUTPUT = "data.terraform_remote_state.shared.outputs."
PRODUCER = """
terraform {
  backend "s3" {
    bucket  = "states"
    key     = "shared"
    encrypt = true
  }
}
resource "aws_lb" "front" { name = "front" }
resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.front.arn
  port              = 443
  protocol          = "HTTPS"
}
output "listeners" {
  value = { https = aws_lb_listener.https.arn }
}
"""


def listeners(folder: Path, files: dict[str, str]) -> list[tuple[str, int, int]]:
    """(id, port, rules) of every listener."""
    write(folder, files)
    return [(item.id, item.port, len(item.rules)) for item in read_folder(folder).listeners]


def of_state(bucket: str, key: str, output: str = 'listeners["https"]') -> str:
    return STATE.format(bucket, key) + rule(listener=OUTPUT + output)


def test_one_output_of_one_state_is_one_listener(tmp_path: Path) -> None:
    (found,) = listeners(tmp_path, {"a/main.tf": of_state("states", "shared"), "b/main.tf": of_state("states", "shared")})
    assert found == ('remote_state(s3, bucket = "states", key = "shared").outputs.listeners["https"]', 0, 2)


def test_states_as_terraform_0_11_wrote_them(tmp_path: Path) -> None:
    """`config` as a block, and outputs as attributes of the state."""

    def old(key: str) -> str:
        state = STATE.format("states", key).replace("config =", "config").replace('"states"', '"${var.bucket}"')
        return state + rule(listener="data.terraform_remote_state.shared.https")

    found = listeners(tmp_path, {"a/main.tf": old("shared"), "b/main.tf": old("shared"), "c/main.tf": old("other")})
    name = 'remote_state(s3, bucket = var.bucket, key = "{}").outputs.https'
    assert sorted(found) == [(name.format("other"), 0, 1), (name.format("shared"), 0, 2)]


def test_a_state_as_terraform_0_11_wrote_it_leads_to_the_listener(tmp_path: Path) -> None:
    old = of_state("states", "shared", "arn").replace("config =", "config").replace(".outputs.", ".")
    files = {
        "a/main.tf": old,
        "c/main.tf": PRODUCER.replace("listeners", "arn").replace("{ https = aws_lb_listener.https.arn }", "aws_lb_listener.https.arn"),
    }
    assert listeners(tmp_path, files) == [("c:aws_lb_listener.https", 443, 1)]


@pytest.mark.parametrize("other", [of_state("other", "shared"), of_state("states", "shared", 'listeners["http"]')])
def test_another_state_or_output_is_another_listener(tmp_path: Path, other: str) -> None:
    assert len(listeners(tmp_path, {"a/main.tf": of_state("states", "shared"), "b/main.tf": other})) == 2


def test_a_state_that_is_here_leads_to_the_listener_itself(tmp_path: Path) -> None:
    files = {"a/main.tf": of_state("states", "shared"), "b/main.tf": of_state("states", "shared"), "c/main.tf": PRODUCER}
    assert listeners(tmp_path, files) == [("c:aws_lb_listener.https", 443, 2)]


def test_a_producer_with_rules_of_its_own_leads_there_wherever_its_folder_stands(tmp_path: Path) -> None:
    own = PRODUCER + rule(listener="aws_lb_listener.https.arn")
    for folder in ("a", "z"):
        files = {"b/main.tf": of_state("states", "shared"), f"{folder}/main.tf": own}
        assert listeners(tmp_path / folder, files) == [(f"{folder}:aws_lb_listener.https", 443, 2)]


def test_a_producer_is_known_however_its_files_are_cut(tmp_path: Path) -> None:
    backend, rest = PRODUCER[: PRODUCER.index("resource")], PRODUCER[PRODUCER.index("resource") :]
    front, output = rest[: rest.index("output")], rest[rest.index("output") :]
    files = {"b/main.tf": of_state("states", "shared"), "c/backend.tf": backend, "c/outputs.tf": output, "c/main.tf": front}
    assert listeners(tmp_path / "cut", files) == [("c:aws_lb_listener.https", 443, 1)]
    module = front + 'output "https" {\n  value = aws_lb_listener.https.arn\n}\n'
    call = 'module "edge" {\n  source = "./edge"\n}\n' + output.replace("aws_lb_listener.https.arn", "module.edge.https")
    files = {"b/main.tf": of_state("states", "shared"), "c/backend.tf": backend, "c/main.tf": call, "c/edge/main.tf": module}
    assert listeners(tmp_path / "called", files) == [("c:module.edge.aws_lb_listener.https", 443, 1)]
    whole = 'module "edge" {\n  source = "./edge"\n}\noutput "edge" {\n  value = module.edge\n}\n'
    for step in ('edge["https"]', "edge.https"):
        files |= {"b/main.tf": of_state("states", "shared", step), "c/main.tf": whole}
        assert listeners(tmp_path / "whole", files) == [("c:module.edge.aws_lb_listener.https", 443, 1)]


IN_THE_CLOUD = PRODUCER[PRODUCER.index("resource") :]
CLOUD = 'terraform {\n  cloud {\n    organization = "acme"\n    workspaces {\n      name = "edge"\n    }\n  }\n}\n'
REMOTE_STATE = """
data "terraform_remote_state" "shared" {
  backend = "remote"
  config = {
    organization = "acme"
    workspaces   = { name = "edge" }
  }
}
"""
TFE_OUTPUTS = 'data "tfe_outputs" "shared" {\n  organization = "acme"\n  workspace = "edge"\n}\n'


@pytest.mark.parametrize("backend", [CLOUD, CLOUD.replace("cloud {", 'backend "remote" {')])
@pytest.mark.parametrize(
    ("lookup", "output"),
    [
        (REMOTE_STATE, "data.terraform_remote_state.shared.outputs.listeners"),
        (TFE_OUTPUTS, "data.tfe_outputs.shared.values.listeners"),
        (TFE_OUTPUTS, "data.tfe_outputs.shared.nonsensitive_values.listeners"),
    ],
)
def test_a_workspace_of_terraform_cloud_leads_to_its_root(tmp_path: Path, backend: str, lookup: str, output: str) -> None:
    text = lookup + rule(listener=f'{output}["https"]')
    assert listeners(tmp_path, {"c/main.tf": backend + IN_THE_CLOUD, "x/main.tf": text}) == [("c:aws_lb_listener.https", 443, 1)]
    (other,) = listeners(tmp_path, {"c/main.tf": backend.replace("edge", "other") + IN_THE_CLOUD, "x/main.tf": text})
    assert other[0].startswith("remote_state(remote, ")


COPIES = 'variable "n" {}\nresource "aws_lb_listener" "l" {\n  count = var.n\n  port  = 443\n}\n'


@pytest.mark.parametrize(
    ("first", "second", "gaps"),
    [
        ("aws_lb_listener.l[0].arn", "aws_lb_listener.l[count.index].arn", 1),
        ("aws_lb_listener.l[0].arn", "aws_lb_listener.l[1].arn", 0),
        ("aws_lb_listener.l[0].arn", "one(aws_lb_listener.l[*].arn)", 0),
        ("aws_lb_listener.l[count.index].arn", "aws_lb_listener.l[count.index].arn", 0),
    ],
)
def test_a_copy_of_which_the_key_is_not_known(tmp_path: Path, first: str, second: str, gaps: int) -> None:
    text = COPIES + rule("a", "count = var.n", listener=first) + rule("b", "count = var.n", listener=second)
    write(tmp_path, {"main.tf": text})
    assert sum("which copy of aws_lb_listener.l" in gap.reason for gap in read_folder(tmp_path).gaps) == gaps


BY_VARIABLE = 'variable "bucket" {}\n' + of_state("states", "shared").replace('"states"', "var.bucket")
WITH_WORKSPACE = of_state("states", "shared").replace('backend = "s3"', 'backend = "s3"\n  workspace = WORKSPACE')


@pytest.mark.parametrize(
    ("consumer", "producers", "joined"),
    [
        (BY_VARIABLE, [PRODUCER], True),
        (of_state("states", "shared"), [PRODUCER.replace('bucket  = "states"', "")], True),
        (of_state("states", "shared"), [PRODUCER.replace('bucket  = "states"', "").replace('key     = "shared"', "")], False),
        (of_state("others", "shared"), [PRODUCER], False),
        (BY_VARIABLE.replace('"shared"', '"other"'), [PRODUCER], False),
        (BY_VARIABLE.replace('key = "shared"', ""), [PRODUCER], False),
        (BY_VARIABLE, [PRODUCER, PRODUCER.replace("states", "more")], False),
        (WITH_WORKSPACE.replace("WORKSPACE", "terraform.workspace"), [PRODUCER], True),
        (WITH_WORKSPACE.replace("WORKSPACE", '"other"'), [PRODUCER], False),
    ],
)
def test_a_state_that_is_told_in_part_leads_to_the_one_root_that_fits(
    tmp_path: Path, consumer: str, producers: list[str], joined: bool
) -> None:
    files = {"x/main.tf": consumer} | {f"p{place}/main.tf": text for place, text in enumerate(producers)}
    write(tmp_path, files)
    told = read_folder(tmp_path)
    (one,) = told.listeners  # a producer that nobody reads from is not shown
    assert (one.id == "p0:aws_lb_listener.https") is joined
    assert [gap.reason.partition(", is")[0] for gap in told.gaps] == (
        ['which state remote_state(s3, bucket = var.bucket, key = "shared") is'] if len(producers) > 1 else []
    )


TAGGED = """
variable "env" {{}}
data "aws_lb" "x" {{ {} }}
data "aws_lb_listener" "x" {{
  load_balancer_arn = data.aws_lb.x.arn
  port              = {}
}}
"""
FRONT = PRODUCER.replace('name = "front"', 'name = "f"\n  tags = { Name = "shared", Env = var.env, Team = "x" }').replace(
    "terraform {", 'variable "env" {}\nterraform {'
)


@pytest.mark.parametrize(
    ("lookup", "port", "listener"),
    [
        ('tags = { Name = "shared" }', 443, "p:aws_lb_listener.https"),
        ('tags = { Name = "shared", Env = var.env }', 443, "p:aws_lb_listener.https"),
        ('tags = { Name = "shared" }', 80, 'tags(Name = "shared"):80'),
        ('tags = { Name = "other" }', 443, 'tags(Name = "other"):443'),
        ('tags = { Name = "shared", Owner = "y" }', 443, 'tags(Name = "shared", Owner = "y"):443'),
        (
            'arn = "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/f/1"',
            443,
            "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/f/1:443",
        ),
    ],
)
def test_a_lookup_by_tags_is_one_in_all_roots(tmp_path: Path, lookup: str, port: int, listener: str) -> None:
    text = TAGGED.format(lookup, port) + rule(listener="data.aws_lb_listener.x.arn")
    found = listeners(tmp_path, {"p/main.tf": FRONT, "x/main.tf": text, "y/main.tf": text})
    assert [name for name, _, rules in found if rules == 2] == [listener]


def test_an_output_that_is_not_there_stays_a_reference(tmp_path: Path) -> None:
    files = {"a/main.tf": of_state("states", "shared", "nothing"), "c/main.tf": PRODUCER}
    assert ('remote_state(s3, bucket = "states", key = "shared").outputs.nothing', 0, 1) in listeners(tmp_path, files)


def test_one_parameter_is_one_listener(tmp_path: Path) -> None:
    text = 'data "aws_ssm_parameter" "l" {\n  name = "/edge/listener"\n}\n' + rule(listener="data.aws_ssm_parameter.l.value")
    assert listeners(tmp_path, {"a/main.tf": text, "b/main.tf": text}) == [('ssm_parameter("/edge/listener")', 0, 2)]


def test_a_name_made_of_variables_is_one_load_balancer_in_all_roots(tmp_path: Path) -> None:
    text = """
variable "environment" {}
data "aws_lb" "front" { name = "${var.environment}-front" }
data "aws_lb_listener" "l" {
  load_balancer_arn = data.aws_lb.front.arn
  port = 443
}
"""
    (found,) = listeners(tmp_path, {name: text + rule(listener="data.aws_lb_listener.l.arn") for name in ("a/main.tf", "b/main.tf")})
    assert found == ("${var.environment}-front:443", 0, 2)


def test_a_name_made_of_a_resource_is_the_roots_own(tmp_path: Path) -> None:
    text = """
resource "random_pet" "p" {}
data "aws_lb" "front" { name = random_pet.p.id }
data "aws_lb_listener" "l" {
  load_balancer_arn = data.aws_lb.front.arn
  port = 443
}
"""
    files = {name: text + rule(listener="data.aws_lb_listener.l.arn") for name in ("a/main.tf", "b/main.tf")}
    assert len(listeners(tmp_path, files)) == 2


# -- modules from elsewhere --------------------------------------------------------------------------------------------------

CALL = """
module "pay" {
  source                    = "git@git.example.com:platform/modules//ecs-service?ref=1.0"
  lb_listener_arn           = "l"
  lb_listener_rule_priority = 87
  lb_listener_paths         = ["/pay", "/pay/*"]
}
"""
DESCRIBED = (("*//ecs-service*", {"listener": "lb_listener_arn", "priority": "lb_listener_rule_priority", "paths": "lb_listener_paths"}),)


def test_a_module_that_is_not_here_is_a_gap_though_nothing_else_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"a/main.tf": CALL, "b/main.tf": CALL, "c/main.tf": 'module "vpc" {\n  source = "x/vpc/aws"\n}\n'})
    ran = inside("check", ".")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.count("the module (git@git.example.com:platform/modules//ecs-service?ref=1.0) is not a folder here") == 2
    assert "a/main.tf:2:1" in ran.err
    assert "b/main.tf:2:1" in ran.err


def test_a_module_that_is_not_here_is_a_gap_beside_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"a/main.tf": CALL, "b/main.tf": rule()})
    ran = inside("check", ".")
    assert "no problems" not in ran.out
    assert "a/main.tf:2:1" in ran.out


def test_a_described_module_makes_its_rule(tmp_path: Path) -> None:
    write(tmp_path, {"a/main.tf": CALL, "b/main.tf": CALL})
    reading = read_folder(tmp_path, terraform_modules=DESCRIBED)
    (found,) = reading.listeners
    assert not reading.gaps
    assert [(item.priority, item.conditions) for item in found.rules] == [(87, (PathPattern(("/pay", "/pay/*")),))] * 2
    site = found.rules[0].priority_site
    assert (site.file, site.line, site.text) == ("a/main.tf", 5, "87")


def test_the_config_describes_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    toml = """[[terraform.module]]
source = "*//ecs-service*"
listener = "lb_listener_arn"
priority = "lb_listener_rule_priority"
paths = "lb_listener_paths"
"""
    write(tmp_path, {"a/main.tf": CALL, "b/main.tf": CALL, "alb-lint.toml": toml})
    ran = inside("check", ".", "--format", "concise")
    assert ran.code == 1
    assert "ALB001" in ran.out


MODULE = (
    rule(priority="var.number", listener="var.listener").replace("/x", "/${path.module}") + 'variable "number" {}\nvariable "listener" {}\n'
)
FETCHED = """
module "users" {
  source = "example/rule/aws"
  listener = "l"
  number = 7
}
module "orders" {
  source = "example/rule/aws"
  listener = "l"
  number = 8
}
"""


def test_fetched_modules_are_read_though_git_ignores_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    manifest = (
        '{"Modules":[{"Key":"","Source":"","Dir":"."},{"Key":"users","Source":"x","Dir":".terraform/modules/users"},'
        '{"Key":"orders","Dir":".terraform/modules/orders/sub"},{"Key":"out","Dir":"../elsewhere"},{"Key":7},8]}'
    )
    files = {
        ".gitignore": ".terraform\n",
        "main.tf": FETCHED,
        ".terraform/modules/modules.json": manifest,
        ".terraform/modules/users/main.tf": MODULE,
        ".terraform/modules/orders/sub/main.tf": MODULE,
    }
    write(tmp_path, files)
    monkeypatch.chdir(tmp_path)
    found = inside("graph", ".", "-f", "json").json["listeners"]
    assert [(node["priority"], node["conditions"]) for node in found[0]["nodes"]] == [
        (7, "/.terraform/modules/users"),
        (8, "/.terraform/modules/orders/sub"),
    ]


@pytest.mark.parametrize("manifest", ["", "[]", '{"Modules": 1}', "{", '{"Modules":[{"Key":"users","Dir":"gone"}]}'])
def test_a_manifest_of_no_use_leaves_gaps(tmp_path: Path, manifest: str) -> None:
    write(tmp_path, {"main.tf": FETCHED, ".terraform/modules/modules.json": manifest})
    assert len(read_folder(tmp_path).gaps) == 2


# -- files and the workspace -------------------------------------------------------------------------------------------------


def paths(folder: Path, **options: object) -> list[str]:
    return [str(value) for one in rules(read_folder(folder, **options)).values() for value in one.conditions[0].values]


def test_files_of_the_repository_are_read(tmp_path: Path) -> None:
    text = rule().replace('"/x"', 'jsondecode(file("${path.module}/paths.json"))["all"]')
    write(tmp_path, {".git/x": "", "a/main.tf": text, "a/paths.json": '{"all": "/files"}'})
    assert paths(tmp_path) == ["/files"]


def test_files_outside_the_repository_are_not(tmp_path: Path) -> None:
    text = rule().replace('"/x"', 'trimspace(file("../../secret"))')
    write(tmp_path, {"r/.git/x": "", "r/a/main.tf": text, "secret": "/leaked"})
    assert "leaked" not in paths(tmp_path / "r")[0]
    (tmp_path / "r/a/link").symlink_to(tmp_path / "secret")
    write(tmp_path, {"r/a/main.tf": rule().replace('"/x"', 'file("link")')})
    assert "leaked" not in paths(tmp_path / "r")[0]


FILES = {
    ".git/x": "", "secret.txt": "/leaked",
    "a/paths.json": '{"all": "/files"}', "a/paths.yaml": "all: /files\n", "a/path.tftpl": "/%{ if on }${name}%{ endif }",
    "a/rules/one.json": "{}", "a/rules/deep/two.json": "{}", "a/rules/three.txt": "",
}  # fmt: skip


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('yamldecode(file("paths.yaml")).all', ["/files"]),
        ('templatefile("path.tftpl", { on = true, name = "t" })', ["/t"]),
        ('templatefile("path.tftpl", { on = true, name = var.n })', ['"/${var.n}"']),
        ('templatefile("path.tftpl", { on = true })', ["the template is not given name"]),
        ('templatefile("gone.tftpl", {})', ["there is no file"]),
        ('[for f in fileset("rules", "*.json") : "/${f}"]...', ["/one.json"]),
        ('[for f in fileset("rules", "**/*.json") : "/${f}"]...', ["/deep/two.json", "/one.json"]),
        ('[for f in fileset("rules", "*.{json,txt}") : "/${f}"]...', ["the pattern is not read"]),
        ('file("../../out.txt")', ["outside of the repository"]),
    ],
)
def test_functions_of_files(tmp_path: Path, value: str, expected: list[str]) -> None:
    (tmp_path / "out.txt").write_text("/leaked")
    values = value.removesuffix("...") if value.endswith("...") else f"[{value}]"
    write(tmp_path / "r", {**FILES, "a/main.tf": 'variable "n" {}\n' + rule().replace('["/x"]', values)})
    found = paths(tmp_path / "r") if not any(" " in text for text in expected) else [str(rules(read_folder(tmp_path / "r")))]
    assert len(found) == len(expected)
    assert all(told in shown for told, shown in zip(expected, found, strict=True))


def test_the_workspace(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": rule().replace('"/x"', '"/${terraform.workspace}"')})
    assert paths(tmp_path, workspace="shop-live") == ["/shop-live"]
    assert "terraform.workspace" in paths(tmp_path)[0]


def test_try_sees_an_error_inside_a_constructor(tmp_path: Path) -> None:
    missing = '{\n    for_each = try([local.o.missing], [])\n    content {\n      type = "fixed-response"\n    }\n  }'
    text = "locals {\n  o = { a = 1 }\n}\n" + rule(body=f'dynamic "action" {missing}')
    write(tmp_path, {"main.tf": text})
    (found,) = rules(read_folder(tmp_path)).values()
    assert len(found.actions) == 1
