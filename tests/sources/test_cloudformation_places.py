"""Where things stand: rules, literals of priorities, repeated keys, suppressions."""

import json

import pytest

from alb_lint.model import OpaqueCondition, Rule, Unknown
from cfn_templates import FORWARD, only_rule, read, read_files, rule, rules_of, template


def written(found: Rule, files: dict[str, bytes]) -> str | None:
    """What stands at the site of a rule's number, which must be what the site says; None without a site."""
    site = found.priority_site
    if site is None:
        return None
    data = files[site.file]
    text = data[site.offset : site.offset + site.length].decode()
    assert text == site.text
    line = data.decode("utf-8-sig").split("\n")[site.line - 1]
    assert line[site.column - 1 :].startswith(text)
    return text


@pytest.mark.parametrize(
    ("priority", "text"),
    [
        ("10", "10"),
        ("'10'", "10"),
        ('"10"', "10"),
        ("10 # ten", "10"),
        ("!!int 10", "10"),
        ("&p 10", "10"),
        ("|-\n      10", None),
        ("!Ref Free", "40"),
        ("{Ref: Free}", "40"),
        ("!Ref Quoted", "41"),
        ("!Ref Given", None),
        ("!Ref Twice", None),
        ("!Ref List", None),
        ("!FindInMap [Once, a, b]", "50"),
        ("!FindInMap [Once, !Ref Key, b]", "50"),
        ("!FindInMap [Often, a, b]", None),
        ("!Join ['', ['1', '0']]", None),
        ("!Sub '10'", None),
        ("!If [Gone, 1, 1]", None),
        ("first", None),
    ],
)
@pytest.mark.parametrize("frame", ["{}", "\ufeff{}", "# é😀\n{}"], ids=["plain", "bom", "wide"])
def test_site(priority: str, text: str | None, frame: str) -> None:
    parameters = """
        Free: {Type: Number, Default: 40}
        Quoted: {Type: String, Default: '41'}
        Given: {Type: Number, Default: 42}
        Twice: {Type: Number, Default: 43}
        List: {Type: CommaDelimitedList, Default: 44}
        Key: {Type: String, Default: a}
    """
    body = template(
        rule(priority=priority) + "Other: {Type: X, Properties: {A: !Ref Twice, B: !FindInMap [Often, a, c]}}",
        Parameters=parameters,
        Mappings="Once: {a: {b: 50}}\nOften: {a: {b: 51, c: 52}}",
        Metadata="Order: [Free, Once]",
    )
    data = frame.format(body).encode()
    assert written(only_rule(read(data, Given="9")), {"t.yaml": data}) == text


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("priority", [10, "10"])
def test_site_in_json(newline: str, indent: int | None, priority: object) -> None:
    body = {
        "Description": "é😀",
        "Resources": {"Web": {"Type": "AWS::ElasticLoadBalancingV2::ListenerRule", "Properties": {"Priority": priority}}},
    }
    data = json.dumps(body, indent=indent, ensure_ascii=False).replace("\n", newline).encode()
    found = only_rule(read(data, "t.json"))
    assert written(found, {"t.json": data}) == "10"
    assert data.decode().split("\n")[found.location.line - 1][found.location.column - 1 :].startswith("Web")


def test_one_literal_for_two_rules_has_no_site() -> None:
    reading = read(template(rule("A", priority="!Ref P") + rule("B", priority="!Ref P"), Parameters="P: {Type: Number, Default: 4}"))
    assert [found.priority_site for found in rules_of(reading).values()] == [None, None]


def test_a_mapping_that_serves_rules_alone_has_sites() -> None:
    rules = rule("A", priority="!FindInMap [P, x, a]") + rule("B", priority="!FindInMap [P, x, b]")
    data = template(rules, Mappings="P: {x: {a: 1, b: 2}}").encode()
    assert [written(found, {"t.yaml": data}) for found in rules_of(read(data)).values()] == ["1", "2"]


def test_an_aliased_number_has_no_site() -> None:
    reading = read(template(rule("A", priority="&p 4") + rule("B", priority="*p") + rule("C", priority="&c 5")) + "Metadata: *c\n")
    assert [(found.priority, found.priority_site) for found in rules_of(reading).values()] == [(4, None), (4, None), (5, None)]


def test_site_of_a_nested_stack_is_in_the_parent(tmp_path) -> None:
    child = "Parameters: {P: {Type: Number, Default: 1}}\n" + template(rule(priority="!Ref P"))
    in_stack = "{name}: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: child.yaml, Parameters: {{P: {value}}}}}}}\n"
    root = template(in_stack.format(name="One", value="'31'") + in_stack.format(name="Two", value="32"))
    found = rules_of(read_files(tmp_path, {"root.yaml": root, "child.yaml": child}))
    files = {"root.yaml": root.encode(), "child.yaml": child.encode()}
    assert {key: written(each, files) for key, each in found.items()} == {"root.yaml/One/Web": "31", "root.yaml/Two/Web": "32"}


def test_a_template_nested_twice_shares_its_literals(tmp_path) -> None:
    in_stack = "{name}: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: child.yaml}}}}\n"
    root = template(in_stack.format(name="One") + in_stack.format(name="Two"))
    found = rules_of(read_files(tmp_path, {"root.yaml": root, "child.yaml": template(rule())}))
    assert [each.priority_site for each in found.values()] == [None, None]


def test_utf16_has_places_but_no_sites() -> None:
    found = only_rule(read(template(rule()).encode("utf-16"), "t.yaml"))
    assert (found.priority, found.location.line, found.priority_site) == (10, 4, None)


def test_places_of_rules() -> None:
    found = only_rule(read("# é\n" + template(rule())))
    assert str(found.location) == "t.yaml:5:3"
    assert (found.id, found.name, found.location.address) == ("t.yaml/Web", "Web", "Web")


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ("      Priority: 10\n", "      Priority: 10\n      Priority: 11\n", (8, 9)),
        ("  Group: {Type", "  Web: {}\n  Group: {Type", (3, 5)),
        ("Resources:", "Parameters: {A: {Type: String, Type: Number}}\nResources:", (1, 1)),
    ],
)
def test_repeated_keys_are_gaps(old: str, new: str, lines: tuple[int, int]) -> None:
    reading = read(template(rule()).replace(old, new, 1))
    (reason,) = {gap.reason for gap in reading.gaps}
    assert f"is written more than once, in lines {lines[0]} and {lines[1]}" in reason


@pytest.mark.parametrize(
    ("text", "gaps"),
    [
        ("Parameters: {A: {Type: String, Default: x, Default: 'x'}}\n", 0),
        ("Parameters: {A: {Type: String, Default: x, Default: y}}\n", 1),
        ("Parameters: {A: {Type: String, Default: , Default: ''}}\n", 1),
        ("Parameters: {A: {Type: String, Default: [], Default: []}}\n", 1),
    ],
)
def test_a_key_that_says_the_same_twice_is_no_gap(text: str, gaps: int) -> None:
    assert len(read(text + template(rule())).gaps) == gaps


def test_a_key_that_says_the_same_twice_in_json() -> None:
    listener = '"L": {"Type": "AWS::ElasticLoadBalancingV2::Listener"}'
    body = f'{{"Parameters": {{"A": {{"Type": "String", "Default": "x", "Default": "%s"}}}}, "Resources": {{{listener}}}}}'
    told = [["more than once" in gap.reason for gap in read(body % value, "t.json").gaps] for value in "xy"]
    assert [found.count(True) for found in told] == [0, 1]


def test_a_number_that_is_written_twice_is_not_rewritten() -> None:
    text = template(rule()).replace("      Priority: 10\n", "      Priority: 10\n      Priority: 10\n")
    assert len(read(text).gaps) == 1


ROLE = "Role: {Type: AWS::IAM::Role}\n"
KEY = "Parameters: {Key: {Type: String}, Key: {Type: Number}}\n"
RULE_TWICE = """{"Resources": {
"Web": {"Type": "AWS::ElasticLoadBalancingV2::ListenerRule"}, "Role": {"Type": "AWS::IAM::Role"}, "%s": {"Type": "AWS::IAM::Role"}}}"""


@pytest.mark.parametrize(
    ("text", "gaps"),
    [
        # resources of types that are not read, and what stands twice in a template with none that is read
        (template(rule() + ROLE + ROLE), 0),
        (template(ROLE + rule() + ROLE), 0),
        (template(rule() + ROLE.replace("Role:", "Web:", 1)), 1),
        (template(rule() + ROLE + "Role: {Count: 1}\n"), 1),
        (f"{KEY}Resources:\n  {ROLE}", 0),
        (KEY + template(), 1),
    ],
)
def test_repeated_keys_of_what_is_not_read_are_no_gaps(text: str, gaps: int) -> None:
    assert len({gap.reason for gap in read(text).gaps}) == gaps


@pytest.mark.parametrize(("name", "told"), [("Role", False), ("Web", True)])
def test_repeated_resources_in_json(name: str, told: bool) -> None:
    assert any("more than once" in gap.reason for gap in read(RULE_TWICE % name, "t.json").gaps) is told


def test_repeated_priority_is_unknown_in_both_languages() -> None:
    twice = '{"Resources": {"Web": {"Type": "AWS::ElasticLoadBalancingV2::ListenerRule", "Properties": {"Priority": 1,\n"Priority": 2}}}}'
    for text, name in ((twice, "t.json"), ("# yaml\n" + twice, "t.yaml")):
        assert isinstance(only_rule(read(text, name)).priority, Unknown)


def test_repeated_properties_leave_a_rule_unknown() -> None:
    text = template(rule() + "  Properties: {ListenerArn: !Ref Listener}\n")
    found = only_rule(read(text))
    assert isinstance(found.priority, Unknown)
    assert isinstance(found.conditions[0], OpaqueCondition)


def test_repeated_keys_elsewhere_are_nothing_to_us() -> None:
    reading = read(template(rule() + "Fn:\n  Type: AWS::Lambda::Function\n  Properties: {A: 1, A: 2}\n") + "Hooks: {A: 1, A: 2}\n")
    assert reading.gaps == ()


RULE = rule().rstrip("\n")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("# alb-lint: ignore[ALB101] why\n" + RULE, [("ALB101",)]),
        ("# alb-lint: ignore[ALB101] why\n# more\n" + RULE, [("ALB101",)]),
        ("# more, alb-lint: ignore[ALB101] why\n" + RULE, [("ALB101",)]),
        ("# alb-lint: ignore[ALB101] why\n\n" + RULE, []),
        ("# alb-lint: ignore[ALB101] why\nOther: {Type: X}\n" + RULE, []),
        (RULE.replace("Priority: 10", "Priority: 10 # alb-lint: ignore[ALB101,ALB102] why"), [("ALB101", "ALB102")]),
        (RULE.replace("Web:", "Web: # alb-lint:ignore[ALB101] why"), [("ALB101",)]),
        (RULE.replace("  Properties", "  # alb-lint: ignore[ALB101] why\n  Properties"), [("ALB101",)]),
        (RULE + "\n  # alb-lint: ignore[ALB101] why\nOther: {Type: X}", [("ALB101",)]),
        (RULE + "\n# alb-lint: ignore[ALB101] why\nOther: {Type: X}", []),
        (RULE + "\n# alb-lint: ignore[ALB101] why\n", []),
        (RULE.replace("[/a]", "['/a # alb-lint: ignore[ALB101] why']"), []),
        (RULE.replace("  Properties", "  Metadata: {alb-lint: {ignore: [ALB101 why]}}\n  Properties"), [("ALB101",)]),
        (RULE.replace("  Properties", "  Metadata: {alb-lint: {ignore: 'ALB101, ALB102: why'}}\n  Properties"), [("ALB101", "ALB102")]),
    ],
)
def test_suppressions(text: str, codes: list[tuple[str, ...]]) -> None:
    found = rules_of(read(template(text)))["t.yaml/Web"]
    assert [ignore.codes for ignore in found.ignores] == codes
    assert {ignore.reason for ignore in found.ignores} <= {"why"}


def test_suppressions_have_places_and_may_lack_a_reason() -> None:
    text = template("# alb-lint: ignore[ALB101]\n" + RULE)
    (ignore,) = only_rule(read(text)).ignores
    assert (ignore.reason, str(ignore.location)) == ("", "t.yaml:4:3")


def test_suppressions_in_json() -> None:
    resource = {
        "Type": "AWS::ElasticLoadBalancingV2::ListenerRule",
        "Metadata": {"alb-lint": {"ignore": ["ALB101 # alb-lint: ignore[ALB102] why", 3]}},
        "Properties": {"Priority": 1},
    }
    reading = read(json.dumps({"Resources": {"Web": resource}}), "t.json")
    assert [ignore.codes for ignore in only_rule(reading).ignores] == [("ALB101",)]
    assert any("an entry is a text" in gap.reason for gap in reading.gaps)


def test_a_body_that_looks_like_a_comment_is_none() -> None:
    body = '[{Type: fixed-response, FixedResponseConfig: {StatusCode: 200, MessageBody: "a\n        # alb-lint: ignore[ALB101] x"}}]'
    text = template(rule(actions=body))
    assert only_rule(read(text)).ignores == ()
    assert FORWARD in text
