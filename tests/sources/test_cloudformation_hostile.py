"""Input that means harm: every case ends soon, with a message, and with what could be read."""

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alb_lint.errors import AlbLintError, SourceError
from alb_lint.model import OpaqueCondition, Unknown
from alb_lint.presence import exclusive
from alb_lint.sources.cloudformation.source import SOURCE
from alb_lint.sources.source import ReadOptions, Target
from cfn_templates import listeners_of, only_rule, plain, read, rule, rules_of, template


def bomb(levels: int = 40) -> str:
    """Anchors that would unfold to 10**levels texts."""
    lines = ["Metadata:", "  a0: &a0 [/x, /x, /x, /x, /x, /x, /x, /x, /x, /x]"]
    lines += [f"  a{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 10)}]" for at in range(1, levels)]
    return "\n".join(lines) + "\n"


def deep(levels: int) -> str:
    return "!Join ['', [" * levels + "/a" + "]]" * levels


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("t.yaml", "Resources:\n" + "".join(f"{' ' * at}a:\n" for at in range(1, 3_000)), "nested deeper than 100 levels"),
        ("t.yaml", "Resources: " + "[" * 10_000, "nested deeper than 100 levels"),
        ("t.yaml", "Resources: " + "- " * 10_000, "not YAML: block sequence entries are not allowed in this context"),
        ("t.json", '{"Resources": ' + "[" * 100_000, "JSON nested too deeply"),
        (
            "t.json",
            '{"Resources": {"A": {"Type": "AWS::CloudFormation::Stack", "X": ' + "[" * 400 + "]" * 400 + "}}}",
            "nested deeper than 100 levels",
        ),
        ("t.json", '{"Resources": {}', "not JSON: Expecting ',' delimiter"),
        ("t.json", '{"Resources": {}} x', "not JSON: Extra data"),
        ("t.json", '{"Resources" {}}', "not JSON: Expecting ':' delimiter"),
        ("t.json", "{Resources: {}}", "not JSON: Expecting property name enclosed in double quotes"),
        ("t.json", '{"Resources": [1 2]}', "not JSON: Expecting ',' delimiter"),
        ("t.json", "[]", "not a CloudFormation template"),
        ("t.yaml", "{% for a in b %}\nResources:\n  A: {}\n", "not YAML: found character that cannot start any token"),
        ("t.yaml", "Resources:\n  A:\n    {{ if .X }}\n    Type: x\n", "not YAML: "),
        ("t.yaml", "{{ if .X }}\nResources: {}\n", "not YAML: "),
        ("t.yaml", "Resources:\n\tA: {}\n", "not YAML: a tab where only spaces may stand"),
        ("t.yaml", "", "the file holds no YAML document"),
        ("t.yaml", "just text", "not a CloudFormation template"),
        ("t.yaml", "a: \x01\nResources: {}", "not YAML: control characters are not allowed"),
        ("t.yaml", "Resources: {}\nX: [" + "a," * 600_000 + "]", "more than 600,000 YAML nodes"),
        ("t.yaml", "<<: 3\nResources: {}", "<< merges something that is no map"),
    ],
)
def test_what_is_no_template_is_an_error_with_a_next_step(name: str, text: str, what: str) -> None:
    with pytest.raises(SourceError) as error:
        read(text, name)
    assert error.value.what.startswith(what)
    assert error.value.where.startswith(name)
    assert error.value.hint


@pytest.mark.parametrize(
    ("name", "text", "hint"),
    [
        ("t.json", '{{ with .App }}\n{"Resources": {}}', "render the template first"),
        ("t.json", '{"Resources": {}, {% if x %} "A": 1}', "render the template first"),
        ("t.json", '{"A": "{{resolve:ssm:/key}}" "B": 1}', "correct the line"),
        ("t.yaml", "Description: {{ name }} service\nResources: {}\n", "render the template first"),
        ("t.yaml", "Resources:\n  A: '{{resolve:ssm:/key}}' x\n", "correct the line"),
    ],
)
def test_what_another_tool_fills_in_is_told(name: str, text: str, hint: str) -> None:
    with pytest.raises(SourceError) as error:
        read(text, name)
    assert hint in (error.value.hint or "")


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(SourceError, match="not utf-8 text"):
        read(b"Resources:\n  A: \xff\n")


def test_a_file_larger_than_any_template() -> None:
    with pytest.raises(SourceError, match="larger than 16 MiB"):
        read(b"#" * (16 * 1024 * 1024 + 1))


@pytest.mark.parametrize("where", ["paths: [/a]", "priority: 1", "listener: 3"])
def test_alias_bombs_cost_no_more_than_their_share(where: str) -> None:
    argument = {where.partition(":")[0]: "*a39"}
    reading = read(bomb() + template(rule("Bad", **argument) + rule("Good")))
    found = rules_of(reading)
    assert found["t.yaml/Good"].priority == 10
    assert "t.yaml/Bad" in found


def test_merge_bombs() -> None:
    lines = ["M:", "  m0: &m0 {" + ", ".join(f"k{at}: 1" for at in range(1000)) + "}"]
    lines += [f"  m{at}: &m{at} {{<<: [{', '.join([f'*m{at - 1}'] * 10)}]}}" for at in range(1, 30)]
    with pytest.raises(SourceError, match="merges"):
        read("\n".join(lines) + "\n" + template(rule()))


def test_merges_are_read() -> None:
    text = "Base: &base {Type: AWS::ElasticLoadBalancingV2::ListenerRule, Properties: &props {Priority: 3, ListenerArn: !Ref Listener}}\n"
    text += template("Web: {<<: *base, Properties: {<<: *props, Priority: 4}}")
    assert only_rule(read(text)).priority == 4


def test_an_anchor_within_itself() -> None:
    assert isinstance(only_rule(read(template(rule(paths="&p [/a, *p]")))).conditions[0].values[1], Unknown)


def test_deep_intrinsics_are_bounded() -> None:
    (condition,) = only_rule(read(template(rule(paths=f"[{deep(20)}]")))).conditions
    assert condition.values == ("/a",)
    with pytest.raises(SourceError, match="nested deeper"):
        read(template(rule(paths=f"[{deep(60)}]")))


def test_deep_choices_over_a_chain_of_conditions() -> None:
    chain = (
        "\n".join(f"C{at}: !Or [!Equals [!Ref P, 'x{at}'], !Not [!Condition C{at + 1}]]" for at in range(60)) + "\nC60: !Equals [!Ref P, y]"
    )
    choices = "".join(f"!If [C{at}, " for at in range(44)) + "/a" + ", /z]" * 44
    (condition,) = only_rule(read(template(rule(paths=f"[{choices}]"), Parameters="P: {Type: String}", Conditions=chain))).conditions
    assert plain(condition.values[0]).startswith("?If C0 (C0 is not decided: ")


def test_conditions_in_a_circle_and_in_a_long_chain() -> None:
    circle = "A: !Not [!Condition B]\nB: !And [!Condition A, !Condition C]\nC: !Condition A"
    reading = read(template(rule(more="Condition: A"), Conditions=circle))
    assert len(rules_of(reading)) == 1
    assert [gap.reason for gap in reading.gaps] == ["the condition A refers to itself"] * len(reading.gaps)
    chain = "\n".join(f"C{at}: !Not [!Condition C{at + 1}]" for at in range(5_000)) + "\nC5000: !Equals [a, a]"
    assert len(rules_of(read(template(rule(more="Condition: C0"), Conditions=chain)))) == 1


def test_conditions_that_double() -> None:
    lines = ["C0: !Equals [!Ref P, x]"]
    for at in range(1, 60):
        lines.append(f"C{at}: !Or [!And [!Condition C{at - 1}, !Condition D{at}], !And [!Condition C{at - 1}, !Condition E{at}]]")
        lines += [f"{name}{at}: !Equals [!Ref P, {name}{at}]" for name in "DE"]
    reading = read(
        template(
            rule("A", more="Condition: C59") + rule("B", more="Condition: N"),
            Parameters="P: {Type: String}",
            Conditions="\n".join(lines) + "\nN: !Not [!Condition C59]",
        )
    )
    one, other = (found.presence for found in rules_of(reading).values())
    assert exclusive(one, other)


def test_texts_that_double_are_bounded(tmp_path) -> None:
    child = "Parameters: {P: {Type: String}}\n" + template(
        rule(paths="[!Ref P]")
        + "In: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: NEXT.yaml, Parameters: {P: !Sub '"
        + "${P}" * 20
        + "'}}}"
    )
    targets = []
    for at in range(12):
        path = tmp_path / f"{at}.yaml"
        path.write_text(child.replace("NEXT", str(at + 1)))
        targets.append(Target(path.name, path, path.read_bytes()))
    found = rules_of(SOURCE.read(targets, ReadOptions({"P": "0123456789"})))
    values = [plain(each.conditions[0].values[0]) for each in found.values()]
    assert max(map(len, values)) <= 65_536
    assert any("longer than 65,536 characters" in value for value in values)


def test_long_lines_are_read() -> None:
    text = template(rule(paths=f"['{'x' * 10_000_000}', /a]"))
    assert len(only_rule(read(text)).conditions[0].values[0]) == 10_000_000
    data = json.dumps(
        {
            "Description": "x" * 10_000_000,
            "Resources": {"A": {"Type": "AWS::ElasticLoadBalancingV2::ListenerRule", "Properties": {"Priority": 1}}},
        }
    )
    assert only_rule(read(data, "t.json")).priority == 1


def test_loops_that_multiply_are_bounded() -> None:
    body = "{'X${A}${B}${C}': {Type: X}}"
    for name in "CBA":
        body = f"{{'Fn::ForEach::{name}': [{name}, [{', '.join(map(str, range(100)))}], {body}]}}"
    reading = read(template(rule()).replace("  Group:", f"  <<: {body}\n  Group:", 1))
    assert "makes more than CloudFormation takes" in reading.gaps[0].reason


def test_lone_surrogates_never_reach_the_output() -> None:
    properties = '{"Priority": "\\ud800", "ListenerArn": "\\udc00"}'
    text = f'{{"Resources": {{"\\ud800": {{"Type": "AWS::ElasticLoadBalancingV2::ListenerRule", "Properties": {properties}}}}}}}'
    reading = read(text, "t.json")
    assert repr(reading).encode()
    for listener in reading.listeners:
        assert (listener.id + listener.rules[0].id).encode()


@pytest.mark.parametrize(
    "resources",
    ["3", "[]", "{A: 3}", "{A: [1]}", "{A: {Type: 3}}", "{Fn::Transform: {Name: AWS::Include}}", "{{ x }}", "null"],
)
def test_resources_of_any_shape(resources: str) -> None:
    assert read(f"Resources: {resources}").listeners == ()


@pytest.mark.parametrize("properties", ["3", "[]", "null", "{}", "!Ref X", "{Fn::Transform: {Name: X}, Priority: 1}", "{{ x }}"])
def test_properties_of_any_shape(properties: str) -> None:
    reading = read(f"Resources:\n  Web: {{Type: AWS::ElasticLoadBalancingV2::ListenerRule, Properties: {properties}}}\n")
    found = only_rule(reading)
    assert isinstance(found.priority, Unknown)
    assert isinstance(found.conditions[0], OpaqueCondition)
    assert listeners_of(reading) == {"t.yaml:Web.ListenerArn": ["Web"]}
    assert reading.gaps


def test_a_second_document_is_a_gap() -> None:
    reading = read(template(rule()) + "---\n" + template(rule("Other")))
    assert list(rules_of(reading)) == ["t.yaml/Web"]
    assert "second YAML document" in reading.gaps[0].reason


WHOLE = template(
    rule(paths="[!Sub '/${P}/*', !If [C, /a, /b], !FindInMap [M, a, b]]", more="Condition: C"),
    Parameters="P: {Type: String, Default: x}",
    Mappings="M: {a: {b: /c}}",
    Conditions="C: !Or [!Equals [!Ref P, x], !Not [!Condition D]]\nD: !Equals [!Ref AWS::Region, y]",
)
WHOLE_JSON = json.dumps(
    {
        "Parameters": {"P": {"Type": "String", "Default": "x"}},
        "Conditions": {"C": {"Fn::Equals": [{"Ref": "P"}, "x"]}},
        "Resources": {
            "Web": {
                "Type": "AWS::ElasticLoadBalancingV2::ListenerRule",
                "Condition": "C",
                "Properties": {
                    "Priority": {"Fn::Join": ["", ["1", {"Ref": "P"}]]},
                    "ListenerArn": {"Fn::ImportValue": "x"},
                    "Conditions": [{"Field": "path-pattern", "Values": [{"Fn::Select": [0, {"Fn::Split": ["/", "a/b"]}]}]}],
                },
            }
        },
    }
)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([(WHOLE, "t.yaml"), (WHOLE_JSON, "t.json")]))
def test_damaged_templates_end_in_a_reading_or_an_error(seed: int, source: tuple[str, str]) -> None:
    chance = random.Random(seed)
    text, name = source
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(text))
        to = at + chance.choice([0, 1, 1, 5, 40])
        text = (
            text[:at]
            + chance.choice(["", "", "!", "{", "}", "[", "]", ":", "&a ", "*a ", "<<: ", "'", '"', "\n", "  ", text[at : at + 30] * 2])
            + text[to:]
        )
    data = text.encode()
    target = Target(name, None, data)
    SOURCE.accepts(target)
    try:
        SOURCE.read([target], ReadOptions())
    except AlbLintError as error:
        assert error.hint
