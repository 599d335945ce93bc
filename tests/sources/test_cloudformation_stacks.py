"""Several templates: nested stacks, exports and imports, assemblies of CDK, programs without one."""

import json

import pytest

from alb_lint.errors import SourceError
from alb_lint.model import PathPattern, Unknown
from alb_lint.sources.cloudformation.source import SOURCE, unread_programs
from alb_lint.sources.source import ReadOptions, Target
from cfn_templates import listeners_of, only_rule, plain, read, read_files, rule, rules_of, template
from running import process


def nested(name: str, url: str, more: str = "", **parameters: str) -> str:
    given = "".join(f"      {key}: {value}\n" for key, value in parameters.items())
    return (
        f"{name}:\n  Type: AWS::CloudFormation::Stack\n" + (f"  {more}\n" if more else "") + f"  Properties:\n    TemplateURL: {url}\n"
        "    Parameters:\n" + (given or "      None: x\n")
    )


SAR = "the Serverless Application Repository"
CHILD = """
Parameters:
  ListenerArn: {Type: String}
  Priority: {Type: Number, Default: 1}
  Paths: {Type: CommaDelimitedList, Default: /d}
Resources:
  Rule:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref ListenerArn
      Priority: !Ref Priority
      Conditions: [{Field: path-pattern, Values: !Ref Paths}]
      Actions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: 200}}]
Outputs:
  RuleArn: {Value: !Ref Rule}
"""
NETWORK = template() + "Outputs:\n  Arn: {Value: !Ref Listener, Export: {Name: !Sub 'net-${AWS::Region}'}}\n"


def test_a_nested_template_is_read_with_what_its_parent_passes(tmp_path) -> None:
    root = template(
        rule()
        + nested("One", "./child.yaml", ListenerArn="!Ref Listener", Priority="11", Paths="!Join [',', [/x, /y]]")
        + nested("Two", "sub/../child.yaml", ListenerArn="!GetAtt Listener.ListenerArn")
    )
    reading = read_files(tmp_path, {"a/child.yaml": CHILD, "a/root.yaml": root})
    assert listeners_of(reading) == {"a/root.yaml:Listener": ["Web", "Rule", "Rule"]}
    found = rules_of(reading)
    one, two = found["a/root.yaml/One/Rule"], found["a/root.yaml/Two/Rule"]
    assert (one.priority, one.conditions) == (11, (PathPattern(("/x", "/y")),))
    assert (two.priority, two.conditions) == (1, (PathPattern(("/d",)),))
    assert (one.location.file, one.location.line) == ("a/child.yaml", 7)
    assert reading.gaps == ()


def test_outputs_of_a_sibling_name_its_listener(tmp_path) -> None:
    root = "Resources:\n" + "".join(
        f"  {line}\n"
        for line in (nested("Rules", "child.yaml", ListenerArn="!GetAtt Net.Outputs.Arn") + nested("Net", "net.yaml")).splitlines()
    )
    reading = read_files(tmp_path, {"root.yaml": root, "child.yaml": CHILD, "net.yaml": NETWORK}, only=("root.yaml",))
    assert listeners_of(reading) == {"root.yaml/Net:Listener": ["Rule"]}
    assert reading.listeners[0].protocol == "HTTPS"
    assert reading.files == ("root.yaml", "child.yaml", "net.yaml")


def test_a_nested_template_by_itself_does_not_know_its_listener(tmp_path) -> None:
    reading = read_files(tmp_path, {"child.yaml": CHILD})
    assert listeners_of(reading) == {"child.yaml:Ref:ListenerArn": ["Rule"]}


def test_condition_of_a_nested_stack_is_that_of_its_rules(tmp_path) -> None:
    root = template(
        nested("On", "child.yaml", "Condition: Prod") + nested("Off", "child.yaml", "Condition: Never"),
        Parameters="Env: {Type: String}",
        Conditions="Prod: !Equals [!Ref Env, prod]\nNever: !Equals [a, b]",
    )
    reading = read_files(tmp_path, {"root.yaml": root, "child.yaml": CHILD})
    assert only_rule(reading).id == "root.yaml/On/Rule"
    assert only_rule(reading).presence == (('root.yaml:Ref:Env == "prod"', True),)


def test_exclusive_in_parent_and_child(tmp_path) -> None:
    child = (
        CHILD.replace("Resources:", "Conditions: {Dev: !Equals [!Ref Stage, dev]}\nResources:")
        .replace("  Rule:\n", "  Rule:\n    Condition: Dev\n", 1)
        .replace("Parameters:", "Parameters:\n  Stage: {Type: String}", 1)
    )
    root = template(
        nested("In", "child.yaml", Stage="!Ref Env") + rule(more="Condition: Prod"),
        Parameters="Env: {Type: String}",
        Conditions="Prod: !Equals [!Ref Env, prod]",
    )
    found = rules_of(read_files(tmp_path, {"root.yaml": root, "child.yaml": child}))
    prod, dev = 'root.yaml:Ref:Env == "prod"', 'root.yaml:Ref:Env == "dev"'
    assert found["root.yaml/Web"].presence == ((dev, False), (prod, True))
    assert found["root.yaml/In/Rule"].presence == ((dev, True), (prod, False))


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://s3.amazonaws.com/b/child.yaml", "its template is not a file beside this one: https://s3.amazonaws.com/b/child.yaml"),
        ("/etc/child.yaml", "its template is not a file beside this one: /etc/child.yaml"),
        ("~/child.yaml", "its template is not a file beside this one: ~/child.yaml"),
        ("!Ref Url", "its template is Ref Url (no default); give the file with `--parameter Url=…`"),
        ("''", "its template is not a file beside this one: missing"),
        ("[a]", "its template is no text"),
        ("{ApplicationId: 'arn:x:applications/topic', SemanticVersion: 1.0.0}", f"it is arn:x:applications/topic of {SAR}"),
        ("{ApplicationId: !Ref Url, SemanticVersion: 1.0.0}", f"it is one of {SAR}"),
    ],
)
def test_nested_templates_that_are_elsewhere_are_gaps(tmp_path, url: str, reason: str) -> None:
    reading = read_files(tmp_path, {"root.yaml": template(nested("In", url), Parameters="Url: {Type: String}")})
    assert [(gap.location.address, gap.reason) for gap in reading.gaps] == [("In", f"the nested stack In is not read: {reason}")]


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://s3.amazonaws.com/bucket/services/child.yaml", "services/child.yaml"),
        ("!Sub '${Base}/services/child.yaml'", "services/child.yaml"),
        ("!Sub 'https://${Bucket}.s3.amazonaws.com/v1/services/child.yaml?versionId=3'", "services/child.yaml"),
        ("!Join ['/', [!Ref Base, services, child.yaml]]", "services/child.yaml"),
        ("!Sub '${Base}/other/child.yaml'", "other/child.yaml"),
        ("!Sub '${Base}child.yaml'", ""),
        ("!Sub '${Base}/child.yaml'", ""),
        ("!Sub '${Base}/gone.yaml'", ""),
        ("!Sub '${Base}/${Name}.yaml'", ""),
        ("!Sub '${Base}/../services/child.yaml'", ""),
        ("!If [East, 'https://s3.amazonaws.com/b/services/child.yaml', !Sub '${Base}/services/child.yaml']", "services/child.yaml"),
        ("!If [East, services/child.yaml, !If [East, !Sub '${Base}/services/child.yaml', services/child.yaml]]", "services/child.yaml"),
        ("!If [East, !Sub '${Base}/services/child.yaml', !Sub '${Base}/other/child.yaml']", ""),
        ("!If [East, services/child.yaml, !Ref Base]", ""),
    ],
)
def test_a_url_is_the_file_with_its_end(tmp_path, url: str, found: str) -> None:
    parameters = "{Base: {Type: String}, Bucket: {Type: String}, Name: {Type: String}}"
    east = "East: !Equals [!Ref AWS::Region, us-east-1]"
    files = {"root.yaml": template(nested("In", url, Priority="7"), Parameters=parameters, Conditions=east)}
    files |= {"services/child.yaml": CHILD, "other/child.yaml": CHILD}
    reading = read_files(tmp_path, files)
    assert [held.location.file for held in rules_of(reading).values() if held.priority == 7] == ([found] if found else [])
    assert (len(reading.gaps) > 0) is (not found)


def test_a_url_whose_file_makes_no_rule_is_no_gap(tmp_path) -> None:
    (tmp_path / ".git").mkdir()
    files = {
        "live/root.yaml": template(rule() + nested("In", "https://s3.amazonaws.com/bucket/net/vpc.yaml")),
        "net/vpc.yaml": template(""),
    }
    assert read_files(tmp_path, files, only=("live/root.yaml",)).gaps == ()


def test_the_config_says_which_file_a_url_is(tmp_path) -> None:
    config = '[[cloudformation.template]]\nurl = "*/${Version}/*.yaml"\nfile = "services/{2}.yml"\n'
    root = template(
        nested("In", "!Sub '${Base}/${Version}/child.yaml'", Priority="7"), Parameters="{Base: {Type: String}, Version: {Type: String}}"
    )
    for name, text in {"alb-lint.toml": config, "root.yaml": root, "services/child.yml": CHILD}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    ran = process("check", ".", "-f", "json", cwd=tmp_path)
    assert (sorted(item["rules"] for item in ran.json["listeners"]), ran.json["gaps"]) == ([0, 1], [])


def test_the_file_of_a_nested_template_may_be_given(tmp_path) -> None:
    files = {"root.yaml": template(nested("In", "!Ref Url", Priority="7"), Parameters="Url: {Type: String}"), "child.yaml": CHILD}
    reading = read_files(tmp_path, files, Url="child.yaml")
    assert ([held.priority for held in rules_of(reading).values()], reading.gaps) == ([7], ())


def test_a_nested_stack_that_does_not_exist_is_no_gap(tmp_path) -> None:
    root = template(
        nested("In", "!Ref Url", "Condition: Given"),
        Parameters="Url: {Type: String, Default: ''}",
        Conditions="Given: !Not [!Equals [!Ref Url, '']]",
    )
    assert read_files(tmp_path, {"root.yaml": root}).gaps == ()


def test_the_path_of_a_nested_template_may_be_passed_on(tmp_path) -> None:
    middle = "Parameters: {Url: {Type: String}}\n" + template(nested("Leaf", "!Ref Url"))
    files = {"root.yaml": template(nested("In", "middle.yaml", Url="child.yaml")), "middle.yaml": middle, "child.yaml": CHILD}
    reading = read_files(tmp_path, files, only=("root.yaml",))
    assert only_rule(reading).id == "root.yaml/In/Leaf/Rule"
    assert reading.gaps == ()


def test_nested_templates_that_cannot_be_read_are_gaps(tmp_path) -> None:
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    (tmp_path / "folder.yaml").mkdir()
    rules = "".join(nested(name, f"{name.lower()}.yaml") for name in ("Loop", "Folder", "Missing", "Bad"))
    reading = read_files(tmp_path, {"root.yaml": template(rules), "bad.yaml": "Resources:\n\t- x\n"}, only=("root.yaml",))
    assert [gap.location.address for gap in reading.gaps] == ["Loop", "Folder", "Missing", "Bad"]
    assert [gap.reason.split(": ", 2)[1] for gap in reading.gaps] == ["loop.yaml", "folder.yaml", "missing.yaml", "bad.yaml:2:1"]


def test_standard_input_cannot_nest() -> None:
    (gap,) = read(template(nested("In", "child.yaml")), "-").gaps
    assert "standard input has no folder" in gap.reason


def test_templates_that_nest_each_other_are_bounded(tmp_path) -> None:
    one, other = template(rule() + nested("In", "b.yaml")), template(rule("Inner") + nested("Back", "a.yaml"))
    reading = read_files(tmp_path, {"a.yaml": one, "b.yaml": other, "self.yaml": template(nested("Me", "self.yaml"))})
    assert sorted(rules_of(reading)) == ["a.yaml/In/Inner", "a.yaml/Web"]
    assert [gap.reason for gap in reading.gaps] == [
        "the nested stack Me is not read: its template nests itself",
        "the nested stack Back is not read: its template nests itself",
    ]


def test_a_url_that_ends_like_the_template_itself_names_another_one(tmp_path) -> None:
    url = "https://s3.amazonaws.com/bucket/deployment/template.yaml"
    for files in ({"template.yaml": rule()}, {"deploy/template.yaml": rule(), "other/template.yaml": ""}):
        texts = {name: template(held + (nested("In", url) if held else "")) for name, held in files.items()}
        (gap,) = read_files(tmp_path, texts).gaps
        assert gap.reason == f"the nested stack In is not read: its template is not a file beside this one: {url}"


def test_a_condition_knows_that_a_passed_resource_is_there(tmp_path) -> None:
    child = CHILD.replace("Resources:", "Conditions: {Tls: !Not [!Equals [!Ref Cert, '']]}\nResources:")
    child = child.replace("  Rule:\n", "  Rule:\n    Condition: Tls\n", 1).replace(
        "Parameters:", "Parameters:\n  Cert: {Type: String, Default: ''}", 1
    )
    reading = read_files(tmp_path, {"root.yaml": template(nested("In", "child.yaml", Cert="!Ref Group")), "child.yaml": child})
    assert only_rule(reading).presence == ()


def test_a_chain_that_doubles_is_bounded(tmp_path) -> None:
    files = {f"{at}.yaml": template(nested("A", f"{at + 1}.yaml") + nested("B", f"{at + 1}.yaml")) for at in range(16)}
    files["16.yaml"] = template(rule())
    reading = read_files(tmp_path, files, only=("0.yaml",))
    assert any("more than 2,000 stacks" in gap.reason for gap in reading.gaps)


def test_imports_meet_exports(tmp_path) -> None:
    rules = template(rule(listener="!ImportValue net-eu-west-1") + rule("Other", listener="!ImportValue gone"))
    files = {"net.yaml": NETWORK, "rules.yaml": rules}
    assert listeners_of(read_files(tmp_path, files, AWS__Region="x"))["import:net-eu-west-1"] == ["Web"]
    reading = read_files(tmp_path, files, **{"AWS::Region": "eu-west-1"})
    assert listeners_of(reading) == {"import:gone": ["Other"], "net.yaml:Listener": ["Web"], "rules.yaml:Listener": []}


def test_an_export_under_two_stacks_stays_a_name(tmp_path) -> None:
    twice = NETWORK.replace("!Sub 'net-${AWS::Region}'", "net")
    reading = read_files(tmp_path, {"a.yaml": twice, "b.yaml": twice, "rules.yaml": template(rule(listener="!ImportValue net"))})
    assert listeners_of(reading)["import:net"] == ["Web"]


@pytest.mark.parametrize(
    ("export", "value"),
    [("!ImportValue b", "!ImportValue a"), ("!ImportValue {'Fn::Sub': x}", "x")],
    ids=["value", "name"],
)
def test_exports_that_import_themselves_are_bounded(tmp_path, export: str, value: str) -> None:
    def one(name: str, other: str) -> str:
        return (
            template(rule(listener=f"!ImportValue {other}")) + f"Outputs:\n  A: {{Value: !ImportValue {other}, Export: {{Name: {name}}}}}\n"
        )

    reading = read_files(tmp_path, {"a.yaml": one("a", "b"), "b.yaml": one("b", "a")})
    assert sum(len(names) for names in listeners_of(reading).values()) == 2


def cdk_files(**stacks: dict) -> dict[str, str]:
    """An assembly: stack name → {"resources", "outputs"?, "environment"?, "name"?, …}."""
    artifacts = {}
    files = {}
    for name, stack in stacks.items():
        file = f"{name}.template.json"
        properties = {"templateFile": file} | stack.get("properties", {})
        artifacts[name] = {"type": "aws:cloudformation:stack", "environment": stack.get("environment", ""), "properties": properties}
        body = {key: stack[key] for key in ("Resources", "Outputs", "Parameters") if key in stack}
        files[f"cdk.out/{file}"] = json.dumps(body, indent=1)
    artifacts["Tree"] = {"type": "cdk:tree", "properties": {"file": "tree.json"}}
    files["cdk.out/manifest.json"] = json.dumps({"version": "36.0.0", "artifacts": artifacts})
    return files


def cdk_rule(listener: object, priority: object = 1, path: str = "/a") -> dict:
    return {
        "Type": "AWS::ElasticLoadBalancingV2::ListenerRule",
        "Properties": {
            "ListenerArn": listener,
            "Priority": priority,
            "Conditions": [{"Field": "path-pattern", "PathPatternConfig": {"Values": [path]}}],
            "Actions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}],
        },
    }


DEFAULT = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]
LISTENER = {"Type": "AWS::ElasticLoadBalancingV2::Listener", "Properties": {"Port": 80, "Protocol": "HTTP", "DefaultActions": DEFAULT}}
EXPORTING = {
    "Resources": {"Front": LISTENER},
    "Outputs": {"X": {"Value": {"Ref": "Front"}, "Export": {"Name": "Net:Front"}}},
}


@pytest.mark.parametrize(
    "only", [("cdk.out/App.template.json",), ("cdk.out/manifest.json",), ("cdk.out/App.template.json", "cdk.out/Net.template.json")]
)
def test_stacks_of_an_assembly_share_exports(tmp_path, only: tuple[str, ...]) -> None:
    files = cdk_files(Net=EXPORTING, App={"Resources": {"Rule": cdk_rule({"Fn::ImportValue": "Net:Front"})}})
    reading = read_files(tmp_path, files, only)
    assert listeners_of(reading) == {"Net:Front": ["Rule"]}
    assert reading.listeners[0].port == 80
    assert only_rule(reading).id == "App/Rule"
    assert only_rule(reading).location.file == "cdk.out/App.template.json"
    assert reading.gaps == ()


def test_a_stack_that_was_not_asked_for_gives_no_rules(tmp_path) -> None:
    other = EXPORTING | {"Resources": {"Front": LISTENER, "Own": cdk_rule({"Ref": "Front"})}}
    files = cdk_files(Net=other, App={"Resources": {"Rule": cdk_rule({"Fn::ImportValue": "Net:Front"})}})
    assert listeners_of(read_files(tmp_path, files, ("cdk.out/App.template.json",))) == {"Net:Front": ["Rule"]}


def test_the_assembly_tells_name_account_region_and_parameters(tmp_path) -> None:
    path = {"Fn::Sub": "/${AWS::Region}/${AWS::AccountId}/${AWS::StackName}/${P}"}
    stack = {
        "Resources": {"Rule": cdk_rule({"Ref": "L"}, path=path)},
        "Parameters": {"P": {"Type": "String"}, "L": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/l"}},
        "environment": "aws://1234/eu-west-1",
        "properties": {"stackName": "prod-app", "parameters": {"P": "p"}},
    }
    reading = read_files(tmp_path, cdk_files(App=stack))
    assert listeners_of(reading) == {"ssm:1234/eu-west-1:/l": ["Rule"]}
    assert only_rule(reading).id == "prod-app/Rule"
    assert only_rule(reading).conditions == (PathPattern(("/eu-west-1/1234/prod-app/p",)),)


def test_stacks_of_one_name_in_two_regions_stay_apart(tmp_path) -> None:
    one = EXPORTING | {"environment": "aws://1/eu-west-1", "properties": {"stackName": "Net"}}
    files = cdk_files(A=one, B=one | {"environment": "aws://1/us-east-1"})
    assert list(listeners_of(read_files(tmp_path, files))) == ["cdk.out/A.template.json:Front", "cdk.out/B.template.json:Front"]


def test_nested_stacks_of_an_assembly_are_found_by_their_asset(tmp_path) -> None:
    inner = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {
            "TemplateURL": {"Fn::Join": ["", ["https://s3.", {"Ref": "AWS::URLSuffix"}]]},
            "Parameters": {"Arn": {"Ref": "Front"}},
        },
        "Metadata": {"aws:asset:path": "Inner.nested.template.json"},
    }
    files = cdk_files(App={"Resources": {"Front": LISTENER, "Inner": inner}})
    files["cdk.out/Inner.nested.template.json"] = json.dumps(
        {"Parameters": {"Arn": {"Type": "String"}}, "Resources": {"R": cdk_rule({"Ref": "Arn"})}}
    )
    for only in ((), ("cdk.out/Inner.nested.template.json",), ("cdk.out/manifest.json",)):
        reading = read_files(tmp_path, files, only)
        assert listeners_of(reading) == {"App:Front": ["R"]}
        assert only_rule(reading).id == "App/Inner/R"


def test_assemblies_inside_an_assembly(tmp_path) -> None:
    inside = {
        name.replace("cdk.out/", "cdk.out/assembly-Prod/"): text
        for name, text in cdk_files(App={"Resources": {"R": cdk_rule("arn:x")}}).items()
    }
    outer = {
        "version": "1",
        "artifacts": {"assembly-Prod": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Prod"}}},
    }
    files = inside | {"cdk.out/manifest.json": json.dumps(outer)}
    assert list(rules_of(read_files(tmp_path, files, ("cdk.out/manifest.json",)))) == ["App/R"]


def test_an_assembly_without_its_lookups_is_a_gap(tmp_path) -> None:
    files = cdk_files(App={"Resources": {"R": cdk_rule("arn:x")}})
    manifest = json.loads(files["cdk.out/manifest.json"]) | {"missing": [{"key": "vpc"}]}
    (gap,) = read_files(tmp_path, files | {"cdk.out/manifest.json": json.dumps(manifest)}).gaps
    assert "lacks 1 values" in gap.reason


@pytest.mark.parametrize(
    "manifest",
    [
        "{",
        "[]",
        '{"artifacts": 3, "version": 1}',
        '{"version":1,"artifacts":{"A":{"type":"aws:cloudformation:stack","properties":{"templateFile":"../../x"}}}}',
    ],
)
def test_broken_manifests(tmp_path, manifest: str) -> None:
    files = cdk_files(App={"Resources": {"R": cdk_rule("arn:x")}}) | {"cdk.out/manifest.json": manifest}
    assert list(rules_of(read_files(tmp_path, files, ("cdk.out/App.template.json",)))) == ["cdk.out/App.template.json/R"]


def test_an_assembly_that_contains_itself_is_bounded(tmp_path) -> None:
    manifest = {
        "version": "1",
        "artifacts": {"A": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "."}}, "x": "aws:cloudformation:stack"},
    }
    assert read_files(tmp_path, {"cdk.out/manifest.json": json.dumps(manifest)}).listeners == ()


@pytest.mark.parametrize(
    ("files", "programs"),
    [
        ({"cdk.json": "{}"}, ["cdk.json"]),
        ({"cdk.json": "{}", "cdk.out/manifest.json": "{}"}, []),
        ({"cdk.json": '{"output": "build"}', "build/manifest.json": "{}"}, []),
        ({"cdk.json": '{"output": 3}'}, ["cdk.json"]),
        ({"cdk.json": "{"}, ["cdk.json"]),
        ({"b/cdk.json": "{}", "a/cdk.json": "{}", "node_modules/x/cdk.json": "{}", ".git/cdk.json": "{}"}, ["a/cdk.json", "b/cdk.json"]),
        ({"app.ts": ""}, []),
    ],
)
def test_programs_without_an_assembly(tmp_path, files: dict[str, str], programs: list[str]) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    found = unread_programs(tmp_path)
    assert [gap.location.file for gap in found] == [(tmp_path / name).as_posix() for name in programs]
    assert all("cdk synth" in gap.reason for gap in found)


def test_many_programs_without_an_assembly_are_told_as_one(tmp_path) -> None:
    for number in range(7):
        (tmp_path / f"{number}").mkdir()
        (tmp_path / f"{number}" / "cdk.json").write_text("{}")
    (gap,) = unread_programs(tmp_path)
    assert gap.location.file == (tmp_path / "0" / "cdk.json").as_posix()
    assert gap.reason.endswith("give the folder cdk.out (7 files like this one)")


def test_one_broken_file_of_a_folder_is_a_gap_and_a_named_one_an_error() -> None:
    bad = b"Resources:\n  A:\n\tType: AWS::ElasticLoadBalancingV2::ListenerRule\n"
    good = template(rule()).encode()
    reading = SOURCE.read([Target("bad.yaml", None, bad, named=False), Target("good.yaml", None, good, named=False)], ReadOptions())
    assert [str(gap.location) for gap in reading.gaps] == ["bad.yaml:3:1"]
    assert list(rules_of(reading)) == ["good.yaml/Web"]
    with pytest.raises(SourceError) as error:
        SOURCE.read([Target("bad.yaml", None, bad)], ReadOptions())
    assert (error.value.where, error.value.hint) == ("bad.yaml:3:1", "indent with spaces")


def test_a_file_of_a_folder_that_holds_no_rule_is_passed_over() -> None:
    assert SOURCE.read([Target("x.yaml", None, b"Resources:\n\tAWS::S3::Bucket", named=False)], ReadOptions()).gaps == ()


def test_known_and_unknown_priorities_of_instances(tmp_path) -> None:
    root = template(nested("A", "child.yaml", Priority="!Ref P") + nested("B", "child.yaml", Priority="9"), Parameters="P: {Type: Number}")
    found = rules_of(read_files(tmp_path, {"root.yaml": root, "child.yaml": CHILD}))
    assert {key: plain(each.priority) for key, each in found.items()} == {
        "root.yaml/A/Rule": "?Ref P (no default)",
        "root.yaml/B/Rule": 9,
    }
    assert isinstance(found["root.yaml/A/Rule"].priority, Unknown)


@pytest.mark.parametrize(("kind", "gaps"), [("AWS::ElasticLoadBalancingV2::ListenerRule", 1), ("AWS::S3::Bucket", 0)])
def test_serverless_source_is_a_gap_where_it_names_rules(kind: str, gaps: int) -> None:
    reading = read(f"service: x\nresources:\n  Resources:\n    A: {{Type: '{kind}'}}\n", "serverless.yml")
    assert len(reading.gaps) == gaps
    assert all("serverless package" in gap.reason for gap in reading.gaps)


def test_no_value_falls_back_to_the_default(tmp_path) -> None:
    root = template(nested("In", "child.yaml", Priority="!Ref AWS::NoValue"))
    assert only_rule(read_files(tmp_path, {"root.yaml": root, "child.yaml": CHILD})).priority == 1
