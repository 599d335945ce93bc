"""Exports, state files and previews of Pulumi."""

import json
from typing import Any

import pytest

from alb_lint.errors import SourceError
from alb_lint.model import FixedResponse, Forward, Reading, Share, Unknown
from alb_lint.sources.pulumi_json import SOURCE
from alb_lint.sources.source import ReadOptions, Target
from pulumi_programs import lines, reasons, rules

ARN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012"
LISTENER_ARN = f"{ARN}:listener/app/scorer/1234567890abcdef/1234567890abcdef"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "AAAB"}
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
PATH = [{"pathPattern": {"values": ["/a"]}}]
FORWARD = [{"type": "forward", "targetGroupArn": "arn:t"}]


def urn(name: str, kind: str = "aws:lb/listenerRule:ListenerRule") -> str:
    return f"urn:pulumi:dev::site::{kind}::{name}"


def rule(name: str = "a", *, kind: str = "aws:lb/listenerRule:ListenerRule", **more: Any) -> dict[str, Any]:
    """A rule of a state: outputs as the provider writes them, the unused conditions null."""
    given = {"listenerArn": LISTENER_ARN, "priority": 1, "conditions": PATH, "actions": FORWARD}
    arn = f"{ARN}:listener-rule/app/scorer/1234567890abcdef/1234567890abcdef/{name}"
    return {"urn": urn(name, kind), "custom": True, "type": kind, "id": arn, "inputs": given, "outputs": given | {"arn": arn}} | more


def outputs(**more: Any) -> dict[str, Any]:
    base = rule()
    return base | {"outputs": base["outputs"] | more}


def listener(name: str = "https", **more: Any) -> dict[str, Any]:
    kind = "aws:lb/listener:Listener"
    given = {
        "port": 443,
        "protocol": "HTTPS",
        "defaultActions": [{"type": "fixed-response", "fixedResponse": {"statusCode": "404", "contentType": "text/plain"}}],
    }
    return {"urn": urn(name, kind), "type": kind, "id": LISTENER_ARN, "inputs": given, "outputs": given | {"arn": LISTENER_ARN}} | more


def export(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"version": 3, "deployment": {"manifest": {"time": "2026-11-01T00:00:00Z"}, "resources": list(resources)}}


def preview(*steps: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"steps": list(steps), "changeSummary": {"create": len(steps)}} | more


def step(state: dict[str, Any] | None, op: str = "create", name: str = "a") -> dict[str, Any]:
    return {"op": op, "urn": urn(name)} | ({} if state is None else {"newState": state})


def read(document: Any, name: str = "stack.json") -> Reading:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    target = Target(name, None, data)
    assert SOURCE.accepts(target)
    return SOURCE.read([target], ReadOptions())


def test_a_rule_of_an_export():
    reading = read(export(listener(), rule(tags={"x": "y"})))
    (found,) = reading.listeners
    (item,) = found.rules
    assert (found.id, found.name, found.port, found.protocol, found.source_kind) == (LISTENER_ARN, "https", 443, "HTTPS", "pulumi-json")
    assert found.default is not None
    assert found.default.actions == (FixedResponse("404", "text/plain"),)
    assert (item.id, item.name, item.location.address) == (item.location.arn, "a", urn("a"))
    assert item.id.endswith("/a")
    assert (lines(reading), item.actions, reading.gaps, reading.files) == (
        ["a 1 path=/a"],
        (Forward((Share("arn:t"),)),),
        (),
        ("stack.json",),
    )


@pytest.mark.parametrize(
    "kind",
    ["aws:lb/listenerRule:ListenerRule", "aws:alb/listenerRule:ListenerRule", "aws:elasticloadbalancingv2/listenerRule:ListenerRule"],
)
def test_the_names_of_the_resource(kind):
    assert lines(read(export(rule(kind=kind)))) == ["a 1 path=/a"]


@pytest.mark.parametrize("kind", ["aws:lb/targetGroup:TargetGroup", "aws-native:elasticloadbalancingv2:ListenerRule", "x", ""])
def test_other_resources_are_no_rules(kind):
    assert lines(read(export(rule(kind=kind)))) == []


VALUES = [
    ({"priority": 50}, "a 50 path=/a"),
    ({"priority": 50.0}, "a 50 path=/a"),
    ({"priority": "50"}, "a 50 path=/a"),
    ({"priority": UNKNOWN}, "a ? path=/a"),
    ({"priority": SECRET}, "a ? path=/a"),
    ({"priority": None}, "a ? path=/a"),
    ({"conditions": SECRET}, "a 1 condition=?"),
    ({"conditions": UNKNOWN}, "a 1 condition=?"),
    ({"conditions": [{"pathPattern": {"values": ["/a", UNKNOWN]}, "hostHeader": None, "queryStrings": []}]}, "a 1 path=/a|?"),
    ({"conditions": [{"pathPattern": {"values": [SECRET]}}]}, "a 1 path=?"),
    ({"conditions": [{"pathPattern": {"values": [SECRET | {"plaintext": '"/x"'}]}}]}, "a 1 path=?"),
    ({"conditions": [{"pathPattern": {"values": ["[secret]"]}}]}, "a 1 path=?"),
    ({"conditions": [{"queryStrings": [{"key": "", "value": "v"}, {"key": "k", "value": "v"}]}]}, "a 1 query=None:v|k:v"),
    ({"conditions": [{"httpHeader": {"httpHeaderName": "X", "values": ["1"]}}]}, "a 1 header:X=1"),
    ({"conditions": [{"field": "path-pattern", "values": "/old", "pathPattern": {"values": ["/old"]}}]}, "a 1 path=/old"),
    ({"conditions": [{"pathPattern": {"values": ["/a"]}, "hostHeader": {"values": ["a.b"]}}]}, "a 1 condition=?"),
    ({"conditions": [5]}, "a 1 condition=?"),
    ({"conditions": []}, "a 1 condition=?"),
]


@pytest.mark.parametrize(("more", "wanted"), VALUES, ids=[str(more)[:60] for more, _ in VALUES])
def test_values_are_known_or_unknown(more, wanted):
    assert lines(read(export(outputs(**more)))) == [wanted]


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be"])
def test_exports_as_shells_write_them(coding):
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(coding, b"")
    text = json.dumps(export(rule(), rule("ü")), indent=2).replace("\n", "\r\n")
    data = mark + text.encode(coding)
    assert lines(read(data)) == ["a 1 path=/a", "ü 1 path=/a"]
    assert any(marker in data for marker in SOURCE.markers) or coding == "utf-16-be"


@pytest.mark.parametrize(
    "document",
    [
        {"version": 3, "deployment": {"manifest": {}, "resources": None}},
        {"version": 3, "deployment": {"manifest": {}}},
        {"changeSummary": {"same": 1}},
    ],
)
def test_an_empty_stack_is_a_gap(document):
    reading = read(document)
    assert (reading.listeners, reasons(reading)) == ((), ["the stack is empty: it has no resources"])


def test_a_state_file_of_a_self_managed_backend():
    document = {"version": 3, "checkpoint": {"stack": "dev", "latest": {"manifest": {}, "resources": [rule()]}}}
    assert lines(read(document)) == ["a 1 path=/a"]


def test_a_rule_that_waits_for_its_deletion_is_a_gap():
    reading = read(export(rule(), rule("old", delete=True)))
    assert (lines(reading), reasons(reading)) == (["a 1 path=/a"], ["a rule that waits for its deletion may still be on the listener"])


def test_a_rule_without_a_listener_arn_is_on_that_of_its_own_arn():
    reading = read(export(outputs(listenerArn=None)))
    assert [item.id for item in reading.listeners] == [LISTENER_ARN]


def test_listeners_of_other_load_balancers_are_left_out():
    tcp = listener("tcp")
    tcp["outputs"] = tcp["outputs"] | {"protocol": "TCP", "arn": "arn:tcp"}
    assert read(export(tcp)).listeners == ()


def state(**more: Any) -> dict[str, Any]:
    """The new state of a rule that does not exist yet."""
    given = {"listenerArn": UNKNOWN, "priority": 5, "conditions": PATH, "actions": FORWARD} | more
    return {
        "urn": urn("a"),
        "type": "aws:lb/listenerRule:ListenerRule",
        "inputs": given,
        "propertyDependencies": {"listenerArn": [urn("https", "aws:lb/listener:Listener")]},
    }


def test_a_rule_of_a_preview_is_on_the_listener_it_depends_on():
    (found,) = read(preview(step(state()))).listeners
    (item,) = found.rules
    assert (found.id, found.name) == (urn("https", "aws:lb/listener:Listener"), "https")
    assert (item.id, item.priority) == (urn("a"), 5)


def test_a_listener_of_a_preview_that_exists_is_told_by_its_arn():
    reading = read(preview(step(listener(), "same"), step(state())))
    assert [(item.id, len(item.rules)) for item in reading.listeners] == [(LISTENER_ARN, 1)]


OPS = [
    ("create", 1),
    ("update", 1),
    ("same", 1),
    ("replace", 1),
    ("create-replacement", 1),
    ("import", 1),
    ("read", 1),
    ("delete", 0),
    ("delete-replaced", 0),
    ("discard", 0),
]


@pytest.mark.parametrize(("op", "count"), OPS)
def test_which_steps_count(op, count):
    assert len(rules(read(preview(step(state(), op))))) == count


def test_a_replacement_is_one_rule():
    steps = [step(state(), "create-replacement"), step(state(), "replace"), step(state(priority=9), "delete-replaced")]
    assert lines(read(preview(*steps))) == ["a 5 path=/a"]


def test_a_preview_wants_what_its_inputs_say_and_keeps_the_number_that_aws_chose():
    kept = {key: value for key, value in state()["inputs"].items() if key != "priority"}
    chosen = state() | {"inputs": kept, "outputs": {"priority": 7, "conditions": []}}
    assert lines(read(preview(step(chosen, "update")))) == ["a 7 path=/a"]
    changed = state() | {"outputs": {"priority": 7}}
    assert lines(read(preview(step(changed, "update")))) == ["a 5 path=/a"]


def test_a_step_that_does_not_show_its_rule_is_a_gap():
    assert reasons(read(preview(step(None, "update")))) == ["the step update does not show the rule"]


def test_a_preview_that_leaves_out_what_does_not_change_is_a_gap():
    root = {"op": "same", "urn": "urn:pulumi:dev::site::pulumi:pulumi:Stack::site-dev", "newState": {"type": "pulumi:pulumi:Stack"}}
    reading = read(preview(root, step(state()), changeSummary={"create": 1, "same": 30}))
    assert reasons(reading) == ["the preview leaves out unchanged resources, and rules may be among them: run it with --show-sames"]
    shown = read(preview(root, step(rule("b"), "same", "b"), step(state()), changeSummary={"create": 1, "same": 2}))
    assert shown.gaps == ()


def test_a_listener_that_nothing_tells_is_a_gap():
    untold = state() | {"propertyDependencies": {}}
    reading = read(preview(step(untold)))
    assert [item.id for item in reading.listeners] == ["listener of a"]
    assert reasons(reading) == ["the listener of this rule is not told"]


def test_rules_are_in_the_order_of_their_numbers():
    reading = read(
        export(rule("b", outputs={"priority": 20}), rule("c", outputs={"priority": UNKNOWN}), rule("a", outputs={"priority": 3}))
    )
    assert [item.name for item in rules(reading)] == ["a", "b", "c"]


REFUSED = [
    (b'{"version": 3, "deployment": {"manifest"', "not readable as JSON"),
    (b'{"deployment": {"manifest": ' + b"[" * 100_000, "nested too deeply"),
    (b'{"resourcePreEvent": {}}\n{"resourcePreEvent": {}}', "a stream of events"),
    (b'{"deployment": 5, "manifest": "urn:pulumi:x"}', "neither an export nor a preview"),
    (b'{"deployment": {"manifest": 1' + b"0" * 10_000 + b"}}", "not readable as JSON"),
    (b'\xff\xfe{\0"\0', "not readable as JSON"),
]


@pytest.mark.parametrize(("data", "what"), REFUSED)
def test_what_cannot_be_read_is_refused(data, what):
    with pytest.raises(SourceError) as error:
        SOURCE.read([Target("x.json", None, data)], ReadOptions())
    assert what in error.value.what
    assert (error.value.where, bool(error.value.hint)) == ("x.json", True)


def test_what_cannot_be_read_beside_other_files_is_a_gap():
    good, bad = Target("a.json", None, json.dumps(export(rule())).encode()), Target("b.json", None, REFUSED[0][0])
    reading = SOURCE.read([good, bad], ReadOptions())
    assert lines(reading) == ["a 1 path=/a"]
    assert [gap.location.file for gap in reading.gaps] == ["b.json"]


STRANGE = [
    None,
    5,
    "x",
    [],
    {},
    [None],
    {"inputs": 5},
    {"type": 5},
    {"type": "aws:lb/listenerRule:ListenerRule"},
    {"type": "aws:lb/listener:Listener", "inputs": [1]},
]


@pytest.mark.parametrize("resource", STRANGE, ids=[str(value) for value in STRANGE])
def test_resources_of_any_shape_raise_nothing(resource):
    assert "a 1 path=/a" in lines(read(export(rule(), resource)))


def test_numbers_that_are_none_raise_nothing():
    text = json.dumps(export(listener(), outputs(priority="@"))).replace('"@"', "Infinity").replace("443", "1e999")
    assert lines(read(text.encode())) == ["a ? path=/a"]


ACCEPTED = [
    (json.dumps(export()).encode(), True),
    (json.dumps(preview()).encode(), True),
    (b'  {"steps": [{"urn": "urn:pulumi:x"}]}', True),
    (b'{"Rules": []}', False),
    (b'{"values": {"root_module": {}}}', False),
    (b'{"steps": [1]}', False),
    (b'[{"deployment": "manifest"}]', False),
    (b"resources:", False),
    (b"", False),
]


@pytest.mark.parametrize(("data", "wanted"), ACCEPTED)
def test_which_files_are_of_pulumi(data, wanted):
    assert SOURCE.accepts(Target("x.json", None, data)) is wanted


def test_unknown_says_why():
    assert rules(read(export(outputs(priority=UNKNOWN))))[0].priority == Unknown("output (known after the deployment)")
    assert rules(read(export(outputs(priority=SECRET))))[0].priority == Unknown("a secret (export with --show-secrets to read it)")
