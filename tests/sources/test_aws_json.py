"""Exports and snapshots: every wrapping, every kind of damage."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alb_lint.errors import SourceError
from alb_lint.model import Forward, HttpRequestMethod, LoadBalancer, Location, PathPattern, Reading, Share, Unknown
from alb_lint.sources import aws_json
from alb_lint.sources.elbv2 import documents
from alb_lint.sources.source import ReadOptions, Target

HEAD = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:"
BALANCER = f"{HEAD}loadbalancer/app/web/50dc6c495c0c9188"
LISTENER = f"{HEAD}listener/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2"
SECOND = f"{HEAD}listener/app/web/50dc6c495c0c9188/0467ef3c8400ae65"
GROUP = f"{HEAD}targetgroup/api/73e2d6bc24d8a067"
ACTIONS = [{"Type": "forward", "TargetGroupArn": GROUP}]


def arn(number: int, listener: str = LISTENER) -> str:
    return f"{listener.replace(':listener/', ':listener-rule/')}/{number:016x}"


def rule(number: int, listener: str = LISTENER, path: str = "/a", **more: Any) -> dict[str, Any]:
    conditions = [{"Field": "path-pattern", "Values": [path], "PathPatternConfig": {"Values": [path]}}]
    return {
        "RuleArn": arn(number, listener),
        "Priority": str(number),
        "Conditions": conditions,
        "Actions": ACTIONS,
        "IsDefault": False,
    } | more


def default(listener: str = LISTENER) -> dict[str, Any]:
    return {"RuleArn": arn(0xDEF, listener), "Priority": "default", "Conditions": [], "Actions": ACTIONS, "IsDefault": True}


def bare(number: int) -> dict[str, Any]:
    return {key: value for key, value in rule(number).items() if key != "RuleArn"}


def page(*numbers: int, **more: Any) -> dict[str, Any]:
    return {"Rules": [rule(number) for number in numbers]} | more


def read(*contents: object, named: bool = True) -> Reading:
    """Reads `rules.json`, or `0.json`, `1.json` … if there are several; text and bytes as they are, everything else as JSON."""
    targets = []
    for index, content in enumerate(contents):
        text = content if isinstance(content, str | bytes) else json.dumps(content)
        name = "rules.json" if len(contents) == 1 else f"{index}.json"
        targets.append(Target(name, None, text if isinstance(text, bytes) else text.encode(), named))
    return aws_json.read(targets, ReadOptions())


def numbers(reading: Reading) -> dict[str, list[object]]:
    return {listener.id: [rule.priority for rule in listener.rules] for listener in reading.listeners}


def reasons(reading: Reading) -> list[str]:
    return [gap.reason for gap in reading.gaps]


PRETTY = json.dumps(page(1, 2), indent=4)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(PRETTY, id="pretty"),
        pytest.param(json.dumps(page(1, 2)), id="one-line"),
        pytest.param(json.dumps(page(1, 2)["Rules"]), id="bare-list"),
        pytest.param(json.dumps([[rule(1)], [rule(2)]]), id="list-of-bare-lists"),
        pytest.param(json.dumps([page(1), page(2)]), id="list-of-pages"),
        pytest.param(json.dumps([{"ResponseMetadata": {}} | page(1), page(2)], indent=2), id="list-of-pages-rules-not-first"),
        pytest.param(json.dumps(page(1)) + json.dumps(page(2)), id="concatenated"),
        pytest.param(json.dumps(page(1), indent=2) + "\n\n" + json.dumps(page(2), indent=2), id="concatenated-pretty"),
        pytest.param(json.dumps(page(1)) + "\n" + json.dumps(page(2)) + "\n", id="pages-as-lines"),
        pytest.param(json.dumps(rule(1)) + "\n" + json.dumps(rule(2)) + "\n", id="rules-as-lines"),
        pytest.param(json.dumps({"status_code": 200, "data": page(1, 2) | {"ResponseMetadata": {}}}), id="recorded-response"),
        pytest.param(json.dumps({"data": page(1, 2), "status_code": 200}, indent=1), id="recorded-response-data-first"),
        pytest.param("[me@host ~]$ aws elbv2 describe-rules --query '{\"Rules\": Rules}'\n" + PRETTY + "\n[me@host ~]$ \n", id="prompt"),
        pytest.param(f"# Rules\n\n```json\n{PRETTY}\n```\n", id="markdown"),
        pytest.param(PRETTY.encode("utf-16"), id="utf-16-with-mark"),
        pytest.param(PRETTY.replace("\n", "\r\n").encode("utf-16-le"), id="utf-16-without-mark"),
        pytest.param(b"\xff\xfe" + PRETTY.encode("utf-16-le"), id="powershell"),
        pytest.param(b"\xef\xbb\xbf" + PRETTY.encode(), id="utf-8-with-mark"),
        pytest.param(json.dumps(page(1, 2, NextMarker=None)), id="no-next-marker"),
        pytest.param(json.dumps(page(1, 2, 1)), id="a-rule-twice"),
    ],
)
def test_wrappings(content: str | bytes) -> None:
    reading = read(content)
    assert numbers(reading) == {LISTENER: [1, 2]}
    assert not reading.gaps
    assert aws_json.accepts(Target("rules.json", None, content if isinstance(content, bytes) else content.encode()))


def test_rule_in_full() -> None:
    (listener,) = read(PRETTY).listeners
    assert listener.id == LISTENER
    assert listener.name == "web/f2f7dc8efc522ab2"
    assert listener.source_kind == "aws-json"
    assert listener.load_balancer == LoadBalancer(BALANCER, "web")
    first, second = listener.rules
    assert first.id == arn(1)
    assert first.conditions == (PathPattern(("/a",)),)
    assert first.actions == (Forward((Share(GROUP),)),)
    assert (first.location.file, first.location.address, first.location.arn) == ("rules.json", "Rules[0]", arn(1))
    lines = PRETTY.splitlines()
    assert arn(1) in lines[first.location.line]
    assert arn(2) in lines[second.location.line]


@pytest.mark.parametrize(
    ("content", "addresses"),
    [
        ([page(1, 2), page(3)], ["[0].Rules[0]", "[0].Rules[1]", "[1].Rules[0]"]),
        ([rule(1), rule(2)], ["[0]", "[1]"]),
        (json.dumps(page(1)) + json.dumps(page(2)), ["Rules[0]", "[1].Rules[0]"]),
        (json.dumps(rule(1)) + json.dumps(rule(2)), ["[0]", "[1]"]),
        ({"data": page(1)}, ["data.Rules[0]"]),
    ],
)
def test_addresses(content: object, addresses: list[str]) -> None:
    (listener,) = read(content).listeners
    assert [rule.location.address for rule in listener.rules] == addresses
    assert {rule.location.line for rule in listener.rules} <= {0, 1}


def test_listeners_of_one_file() -> None:
    reading = read({"Rules": [rule(1), rule(1, SECOND), default(), rule(2), default(SECOND)]})
    assert numbers(reading) == {LISTENER: [1, 2], SECOND: [1]}
    assert [listener.default and listener.default.id for listener in reading.listeners] == [arn(0xDEF), arn(0xDEF, SECOND)]


def test_one_listener_of_two_files_stays_in_two_parts() -> None:
    reading = read(page(1), page(2))
    assert [(listener.id, listener.location.file) for listener in reading.listeners] == [(LISTENER, "0.json"), (LISTENER, "1.json")]
    assert reading.files == ("0.json", "1.json")


def test_two_rules_at_one_number_both_stay() -> None:
    assert numbers(read({"Rules": [rule(1), rule(2, Priority="1")]})) == {LISTENER: [1, 1]}


def test_one_arn_with_two_contents() -> None:
    reading = read({"Rules": [rule(1), rule(1, path="/b")]})
    assert numbers(reading) == {LISTENER: [1]}
    assert reasons(reading) == ["one rule twice, with different content: Rules[0] and Rules[1]; the first one is kept"]


def test_two_default_rules() -> None:
    reading = read({"Rules": [default(), default() | {"RuleArn": arn(5)}]})
    assert reasons(reading) == ["two default rules: Rules[0] and Rules[1]; the first one is kept"]


@pytest.mark.parametrize(
    ("contents", "unfinished"),
    [
        pytest.param([page(1, NextMarker="x")], [LISTENER], id="cut-off"),
        pytest.param([page(1, NextToken="x")], [LISTENER], id="cut-off-by-max-items"),
        pytest.param([[page(1, NextMarker="x"), page(2)]], [], id="followed-in-the-file"),
        pytest.param([page(2), page(1, NextMarker="x")], [], id="last-page-in-another-file"),
        pytest.param([page(1, NextMarker="x"), {"Rules": [rule(1, SECOND)]}], [LISTENER], id="followed-by-another-listener"),
        pytest.param([{"Rules": [], "NextMarker": "x"}], ["Rules"], id="nothing-yet"),
        pytest.param([page(1), {"Listeners": [], "NextMarker": "x"}], ["Listeners"], id="another-listing"),
    ],
)
def test_next_marker(contents: list[object], unfinished: list[str]) -> None:
    assert reasons(read(*contents)) == [
        f"the listing of {thing} goes on after this page (NextMarker), and its last page is not here" for thing in unfinished
    ]


@pytest.mark.parametrize(
    ("content", "listener"),
    [
        pytest.param({"Rules": [bare(1), bare(2)]}, "rules.json", id="file"),
        pytest.param({"Rules": [bare(1), bare(2)], "ListenerArn": LISTENER}, LISTENER, id="beside-the-rules"),
        pytest.param([bare(1) | {"ListenerArn": LISTENER}, bare(2) | {"ListenerArn": LISTENER}], LISTENER, id="in-the-rules"),
        pytest.param({"Rules": [bare(1) | {"RuleArn": "masked"}, bare(2) | {"RuleArn": "masked"}]}, "rules.json", id="masked"),
        pytest.param({"ListenerArn": LISTENER, "Rules": [rule(1), bare(2)]}, LISTENER, id="with-and-without-arn"),
    ],
)
def test_rules_without_arn(content: object, listener: str) -> None:
    reading = read(content)
    assert numbers(reading) == {listener: [1, 2]}
    assert not reading.gaps


def test_ids_of_rules_without_arn() -> None:
    (listener,) = read({"Rules": [bare(1), bare(2)]}).listeners
    assert [rule.id for rule in listener.rules] == ["rules.json:Rules[0]", "rules.json:Rules[1]"]
    assert listener.name == "rules.json"
    assert listener.load_balancer is None


def test_network_load_balancers_are_passed_over_and_told_once() -> None:
    net = LISTENER.replace("/app/", "/net/")
    reading = read({"Rules": [rule(1), rule(1, net), rule(2, net), default(net)], "Listeners": [{"ListenerArn": net}]})
    assert numbers(reading) == {LISTENER: [1]}
    assert reasons(reading) == ["rules of a network load balancer are passed over"]
    assert reading.gaps[0].location.arn == net


def test_only_the_default_rule_of_a_network_load_balancer_is_no_gap() -> None:
    assert read({"Rules": [default(LISTENER.replace("/app/", "/net/"))]}) == Reading(files=("rules.json",))


SNAPSHOT = {
    "LoadBalancers": [
        {
            "LoadBalancerArn": BALANCER,
            "LoadBalancerName": "web",
            "Scheme": "internal",
            "IpAddressType": "dualstack",
            "Attributes": [{"Key": "routing.http.drop_invalid_header_fields.enabled", "Value": "true"}],
        }
    ],
    "Listeners": [
        {"ListenerArn": LISTENER, "LoadBalancerArn": BALANCER, "Port": 443, "Protocol": "HTTPS", "DefaultActions": ACTIONS},
        {"ListenerArn": SECOND, "LoadBalancerArn": BALANCER, "Port": 80, "Protocol": "HTTP", "DefaultActions": ACTIONS},
    ],
    "Rules": [rule(1), default(), rule(1, SECOND)],
    "TargetGroups": [{"TargetGroupArn": GROUP, "TargetGroupName": "api", "LoadBalancerArns": [BALANCER], "ProtocolVersion": "HTTP1"}],
    "TargetHealth": {GROUP: [{"Target": {"Id": "a"}}, {"Target": {"Id": "b"}}]},
    "Tags": [
        {"ResourceArn": arn(1), "Tags": [{"Key": "team", "Value": "x"}, {"Key": "Name", "Value": "first"}]},
        {"ResourceArn": BALANCER, "Tags": [{"Key": "env", "Value": "prod"}]},
        {"ResourceArn": LISTENER, "Tags": []},
    ],
    "AccountLimits": [{"Name": "condition-wildcards-per-alb-rule", "Max": "5"}, {"Name": "odd", "Max": "many"}],
    "alb_lint": {
        "version": "1",
        "account": "123456789012",
        "region": "eu-west-1",
        "gaps": [{"location": {"arn": SECOND, "line": 0}, "reason": "no access to its tags"}, "throttled", 5],
    },
}


def test_snapshot() -> None:
    reading = read(SNAPSHOT)
    assert reasons(reading) == ["no access to its tags", "throttled", "the export met a gap that it does not explain"]
    assert reading.gaps[0].location.arn == SECOND
    first, second = reading.listeners
    assert (first.name, first.port, first.protocol) == ("web:443", 443, "HTTPS")
    assert first.load_balancer == LoadBalancer(BALANCER, "web", "dualstack", True, "internal", (("env", "prod"),))
    assert first.limits == (("condition-wildcards-per-alb-rule", 5),)
    assert first.rules[0].name == "first"
    assert first.rules[0].tags == (("Name", "first"), ("team", "x"))
    assert first.default
    assert first.default.id == arn(0xDEF)
    assert second.rules[0].name == ""
    assert second.default
    assert second.default.id == "rules.json:Listeners[1].DefaultActions"
    assert second.default.is_default
    (group,) = reading.target_groups or ()
    assert (group.id, group.name, group.load_balancers, group.targets) == (GROUP, "api", (BALANCER,), 2)


def test_what_one_file_tells_serves_the_rules_of_another() -> None:
    parts = [{key: SNAPSHOT[key]} for key in ("Rules", "Listeners", "LoadBalancers", "TargetGroups")]
    parts += [{"TagDescriptions": SNAPSHOT["Tags"]}, {"Limits": SNAPSHOT["AccountLimits"]}]
    parts += [{"TargetHealth": [{"TargetGroupArn": GROUP, "TargetHealthDescriptions": [{}, {}]}]}]
    apart, together = read(*parts), read(SNAPSHOT)
    assert [(one.name, one.load_balancer, one.limits, one.protocol) for one in apart.listeners] == [
        (one.name, one.load_balancer, one.limits, one.protocol) for one in together.listeners
    ]
    assert apart.target_groups == together.target_groups


def test_accounts_in_one_file_keep_their_limits() -> None:
    def elsewhere(value: object) -> Any:
        return json.loads(json.dumps(value).replace("eu-west-1", "us-east-1").replace('"5"', '"9"'))

    reading = read([SNAPSHOT, elsewhere(SNAPSHOT)])
    assert [(len(one.rules), dict(one.limits)["condition-wildcards-per-alb-rule"]) for one in reading.listeners] == [
        (1, 5),
        (1, 5),
        (1, 9),
        (1, 9),
    ]
    lists = {key: [*SNAPSHOT[key], *elsewhere(SNAPSHOT[key])] for key in ("Listeners", "LoadBalancers", "Rules", "AccountLimits")}  # type: ignore[misc]
    merged = read(lists)
    assert [one.name for one in merged.listeners] == ["web:443", "web:80", "web:443", "web:80"]
    assert {one.limits for one in merged.listeners} == {()}


ABOUT_FIRST = {key: SNAPSHOT[key] for key in sorted(SNAPSHOT, key=lambda key: (key != "alb_lint", key))}


@pytest.mark.parametrize("wrap", [lambda one: one, lambda one: [one], lambda one: [{"alb_lint": {"account": "1"}}, one]])
def test_snapshot_is_known_by_arn_whether_in_a_file_or_not(wrap: Any) -> None:
    content = wrap(ABOUT_FIRST)
    from_file = read(content)
    documents = content if isinstance(content, list) else [content]
    assert replace(from_file, files=()) == aws_json.read_snapshots(documents)
    places = [rule.location for one in from_file.listeners for rule in one.rules]
    assert places == [Location(arn=arn(1)), Location(arn=arn(1, SECOND))]
    assert {gap.location.file for gap in from_file.gaps} == {""}


def test_snapshot_without_all_target_groups_calls_none_missing() -> None:
    about = {"account": "123456789012", "partial": ["TargetGroups"]}
    assert read(ABOUT_FIRST | {"alb_lint": about}).target_groups is None
    assert read(ABOUT_FIRST).target_groups


def test_listener_whose_gap_is_explained_has_one_gap() -> None:
    gap = {"location": {"arn": SECOND}, "reason": "denied"}
    document = {"alb_lint": {"gaps": [gap]}, "Listeners": SNAPSHOT["Listeners"], "Rules": [rule(1)]}
    assert reasons(read(document)) == ["denied"]


def test_listener_without_its_rules_is_a_gap() -> None:
    reading = read({"Rules": [rule(1)], "Listeners": SNAPSHOT["Listeners"]})
    assert [(one.name, len(one.rules)) for one in reading.listeners] == [("web:443", 1), ("web:80", 0)]
    assert reasons(reading) == ["the listener is there, its rules are not: DescribeRules of it is missing"]


@pytest.mark.parametrize(
    ("content", "known"),
    [
        ({"TargetGroups": []}, ()),
        ({"TargetGroups": [], "NextMarker": "x"}, None),
        ({"Rules": []}, None),
    ],
)
def test_whether_all_target_groups_are_known(content: object, known: object) -> None:
    assert read(content).target_groups == known


@pytest.mark.parametrize(
    "content",
    [
        {},
        [],
        {"Rules": []},
        {"Rules": None},
        {"name": "x", "list": [1]},
        [1, 2],
        "5",
        "null",
        '"text"',
        [[[[[]]]]],
        {"status_code": 200, "data": {"RuleArn": "arn:aws:events:us-east-1:123456789012:rule/nightly"}},
        [{"RuleArn": "arn:aws:events:us-east-1:123456789012:rule/nightly"}],
    ],
)
def test_json_without_rules_is_an_empty_reading(content: object) -> None:
    assert read(content) == Reading(files=("rules.json",))


@pytest.mark.parametrize(
    ("content", "what", "where"),
    [
        pytest.param(b"", "the file is empty", "rules.json", id="empty"),
        pytest.param(b" \n\t", "the file is empty", "rules.json", id="blank"),
        pytest.param("Rules:\n- Priority: '1'\n", "no JSON object in it", "rules.json", id="yaml"),
        pytest.param("no JSON\n" * 1000, "no JSON object in it", "rules.json", id="prose"),
        pytest.param(PRETTY[:-40], "the JSON breaks off or is damaged", "rules.json:", id="truncated"),
        pytest.param('{"Rules": [', "the JSON breaks off or is damaged", "rules.json:1:12", id="truncated-early"),
        pytest.param("# A page\n[[range]]\nname = 1\n", "no JSON object in it", "rules.json", id="another-text-with-brackets"),
        pytest.param('{"Rules"', "the JSON breaks off or is damaged: Expecting ':' delimiter", "rules.json:1:9", id="truncated-in-key"),
        pytest.param('{\n "Rules": [],\n}', "Expecting property name", "rules.json:3:1", id="trailing-comma"),
        pytest.param('[{"RuleArn": "x"} {}]', "Expecting ',' delimiter", "rules.json:1:19", id="no-comma"),
        pytest.param('{"Rules": [}', "Expecting value", "rules.json:1:12", id="wrong-bracket"),
        pytest.param('{"Rules": []', "Expecting ',' delimiter", "rules.json:1:13", id="no-end"),
        pytest.param(b"\x7fELF\x02\x01\x01\xfe\xff\xff", "is not UTF-8 text", "rules.json", id="binary"),
        pytest.param(b"\xff\xfe{\0\x00\xd8{\0", "is not UTF-16", "rules.json", id="broken-utf-16"),
        pytest.param(json.dumps([{"a": 1}] * 2000), "a long list of things that are no rules", "rules.json", id="other-things"),
        pytest.param(
            json.dumps({"Rules": [{}] * 100_002}), "more than 100,000 values in it cannot be read", "rules.json", id="empty-rules"
        ),
        pytest.param("[" * 200_000, "nested too deeply", "rules.json", id="lists-in-lists"),
        pytest.param('{"Rules":[' + '{"a":' * 200_000, "nested too deeply", "rules.json", id="objects-in-objects"),
        pytest.param('{"data":' * 200_000, "nested too deeply", "rules.json", id="wrappers-in-wrappers"),
    ],
)
def test_what_is_no_json(content: str | bytes, what: str, where: str) -> None:
    with pytest.raises(SourceError) as caught:
        read(content)
    assert what in caught.value.what
    assert caught.value.where.startswith(where)
    assert caught.value.hint
    reading = read(content, named=False)
    assert what in reading.gaps[-1].reason


def test_a_broken_file_found_in_a_folder_leaves_the_others() -> None:
    assert numbers(read(page(1), "{", named=False)) == {LISTENER: [1]}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"Rules": [rule(1), 5]}, "a rule is 5, not an object"),
        ([rule(1), None], "a rule is missing, not an object"),
        ({"Rules": [rule(1), {"ID": "x", "Status": "Enabled"}]}, "not a listener rule: it has no RuleArn, Conditions or Actions"),
        ({"Rules": [rule(1), bare(2) | {"RuleArn": 5}]}, "RuleArn is 5, not text"),
        ([page(1), {"Rules": {}}], "Rules is an object, not a list"),
        ([page(1), {"Listeners": [5]}], "an element of Listeners is 5, not an object"),
        ([page(1), {"Listeners": [{"ListenerArn": []}]}], "ListenerArn is a list, not text"),
        ([page(1), {"LoadBalancers": [{}]}], "LoadBalancerArn is missing, not text"),
        ([page(1), {"TargetGroups": [{}]}], "TargetGroupArn is missing, not text"),
        (
            [page(1), {"TargetHealth": {GROUP: 5}, "Rules": []}],
            "target health without a TargetGroupArn and a list of TargetHealthDescriptions",
        ),
        (page(1) | {"Rules": [rule(1, Priority="ten")]}, "Priority is 'ten', not a whole number"),
    ],
)
def test_gaps(content: object, reason: str) -> None:
    assert reasons(read(content)) == [reason]


def test_a_number_of_many_digits() -> None:
    text = json.dumps({"Rules": [rule(1), rule(2, Priority=77)]}).replace("77", "7" * 5000)
    (listener,) = read(text).listeners
    assert listener.rules[0].priority == 1
    assert isinstance(listener.rules[1].priority, Unknown)


def test_half_a_surrogate_pair_becomes_writable() -> None:
    text = json.dumps(page(1)).replace('"/a"', r'"/\\ud800\ud83d\ude00\udfff\ud800x"')
    (listener,) = read(text).listeners
    assert listener.rules[0].conditions == (PathPattern(("/\\ud800\U0001f600\ufffd\ufffdx",)),)


def test_51_000_rules() -> None:
    reading = read({"Rules": [rule(number) for number in range(1, 51_001)]})
    assert len(reading.listeners[0].rules) == 51_000
    assert not reading.gaps


@pytest.mark.parametrize(
    ("name", "content", "ours"),
    [
        ("rules.json", json.dumps(page(1)), True),
        ("-", json.dumps(page(1)), True),
        ("notes.md", f"```\n{PRETTY}\n```", True),
        ("empty.json", '{\n "Rules": []}', True),
        ("hand.json", json.dumps([bare(1)]), True),
        ("snapshot.json", json.dumps(SNAPSHOT), True),
        ("limits.json", '{"Limits": [{"Name": "rules-per-application-load-balancer", "Max": "100"}]}', True),
        ("template.json", json.dumps({"Resources": {"R": {"Type": "AWS::ElasticLoadBalancingV2::ListenerRule"}}} | page(1)), False),
        ("plan.json", '{"terraform_version": "1.9", "x": {"ListenerArn": 1}}', False),
        ("lifecycle.json", '{"Rules": [{"ID": "x", "Status": "Enabled"}]}', False),
        ("main.ts", "const rule = {\n 'RuleArn': \"RuleArn\" }", False),
        ("x.bin", b"\x00\xff\xfe", False),
        ("empty", b"", False),
    ],
)
def test_accepts(name: str, content: str | bytes, ours: bool) -> None:
    assert aws_json.accepts(Target(name, None, content if isinstance(content, bytes) else content.encode())) is ours


def test_folder_markers_find_every_export() -> None:
    for text in (PRETTY.encode(), PRETTY.encode("utf-16"), json.dumps([bare(1)]).encode()):
        assert any(marker in text for marker in aws_json.SOURCE.markers)


PIECES = st.sampled_from(
    [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        '"Rules"',
        '"data"',
        '"NextMarker"',
        '"RuleArn"',
        f'"{arn(1)}"',
        '"Priority"',
        '"1"',
        "1",
        "null",
        "\n",
        "$ ",
        '"',
    ]
)
VALUES = st.recursive(
    st.none() | st.integers() | st.text(max_size=3) | st.sampled_from([LISTENER, GROUP, arn(1)]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*SNAPSHOT, "RuleArn", "Priority", "data"]), inner, max_size=4)
    ),
    max_leaves=8,
)


def _never_more_than_a_source_error(content: object) -> None:
    try:
        read(content)
    except SourceError as error:
        assert error.where
        assert error.hint


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_no_text_raises(text: str) -> None:
    _never_more_than_a_source_error(text)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=30))
def test_no_bytes_raise(data: bytes) -> None:
    _never_more_than_a_source_error(data)
    aws_json.accepts(Target("x.json", None, data))


@settings(max_examples=300, deadline=None)
@given(VALUES)
def test_no_value_raises(value: object) -> None:
    _never_more_than_a_source_error(value)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(list(SNAPSHOT)), VALUES, min_size=1, max_size=3))
def test_no_snapshot_raises(parts: dict[str, object]) -> None:
    _never_more_than_a_source_error(SNAPSHOT | parts)


@pytest.mark.long
@settings(max_examples=20_000, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join), VALUES)
def test_no_input_raises_at_length(text: str, value: object) -> None:
    _never_more_than_a_source_error(text)
    _never_more_than_a_source_error(value)


@settings(max_examples=200, deadline=None)
@given(VALUES, st.sampled_from([None, 0, 2]))
def test_taking_apart_loses_nothing(value: Any, indent: int | None) -> None:
    """The elements of the lists of one object, put back, are that object."""
    if not isinstance(value, dict) or "data" in value:
        value = {"Rules": [value]}
    got: dict[str, Any] = {}
    lists: dict[str, list[Any]] = {}
    for key, _address, _line, piece in documents.Documents(json.dumps(value, indent=indent)):
        if key == documents.HEADER:
            assert piece == value[key]
        elif key:
            lists.setdefault(key, []).append(piece)
        else:
            got = piece
    if documents.is_rule(got):
        lists["Rules"].pop()
    assert got | {key: items for key, items in lists.items() if items} == value


FIXTURES = Path(__file__).parents[2] / "fixtures" / "passport-scorer"
RANGES = {"2110-2112": ("/v2/",), "1030-1039": ("/registry/", "/ceramic-cache/", "/passport/"), "2104-2106": ("/internal/embed/",)}


def fixture(*names: str) -> dict[str, dict[int, tuple[str, str, dict[str, int]]]]:
    """Load balancer → priority → path, methods, weight of each target group."""
    reading = read(*((FIXTURES / f"{name}.json").read_text() for name in names))
    assert not reading.gaps
    found: dict[str, dict[int, tuple[str, str, dict[str, int]]]] = {}
    for listener in reading.listeners:
        assert listener.default
        for rule in listener.rules:
            path, method = rule.conditions
            assert isinstance(path, PathPattern)
            assert isinstance(method, HttpRequestMethod)
            (action,) = rule.actions
            assert isinstance(action, Forward)
            shares = {str(share.target_group).split("/")[1]: share.weight for share in action.shares}
            assert isinstance(rule.priority, int)
            place = found.setdefault(listener.name.split("/")[0], {})
            assert rule.priority not in place
            place[rule.priority] = ("".join(map(str, path.values)), " ".join(map(str, method.values)), shares)  # type: ignore[assignment]
    return found


def test_fixture_python() -> None:
    rules = fixture("python")
    assert {name: sorted(found) for name, found in rules.items()} == {
        "scorer": [1001, 1002, 1003, 1004, 1006, 1007, 1010, 1012, 1015, 2021, 2023],
        "scorer-internal": [2100, 2101, 2103],
        "scorer-app-api": [5010, 5020],
    }
    assert all(list(shares.values()) == [1] for found in rules.values() for _, _, shares in found.values())


def test_fixture_rust_has_five_twins_and_a_stranger() -> None:
    python, rust = fixture("python"), fixture("rust")
    same = {
        number: python[name][number][:2] == claim[:2] and python[name][number][2].keys() <= claim[2].keys()
        for name, found in rust.items()
        for number, claim in found.items()
    }
    assert same == {1001: False, 1002: True, 2023: True, 2100: True, 2101: True, 2103: True}
    assert rust["scorer"][1001][:2] == python["scorer"][1006][:2]
    for found in rust.values():
        for _, _, shares in found.values():
            assert [weight for name, weight in shares.items() if "rust" in name] == [100]
            assert sum(shares.values()) == 100


def test_fixture_resolved_keeps_requests_order_and_ranges() -> None:
    python, rust, resolved = fixture("python"), fixture("rust"), fixture("resolved")
    # the rewrite's rules are those of staging, the resolved ones those of production: all weight back on Python
    twins = {claim[:2]: {name: 0 if "rust" in name else 100 for name in claim[2]} for found in rust.values() for claim in found.values()}
    for name, found in python.items():
        for group in (*RANGES.values(), ("/account/", "/ceramic-cache/authenticate")):
            before = [found[number] for number in sorted(found) if found[number][0].startswith(group)]
            after = [resolved[name][number] for number in sorted(resolved[name]) if resolved[name][number][0].startswith(group)]
            assert [(path, methods, twins.get((path, methods), shares)) for path, methods, shares in before] == after
    for band, prefixes in RANGES.items():
        low, high = map(int, band.split("-"))
        for name in ("scorer", "scorer-internal"):
            assert all((low <= number <= high) == claim[0].startswith(prefixes) for number, claim in resolved[name].items())
    assert resolved["scorer-app-api"] == python["scorer-app-api"]
