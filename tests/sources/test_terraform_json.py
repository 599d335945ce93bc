"""Plans and states → listeners."""

import json
from pathlib import Path
from typing import Any

import pytest

from alb_lint.errors import SourceError
from alb_lint.model import (
    Authenticate,
    FixedResponse,
    Forward,
    HostHeader,
    JwtValidation,
    LoadBalancer,
    OpaqueCondition,
    PathPattern,
    QueryPair,
    QueryString,
    Reading,
    Rule,
    Share,
    Transform,
    Unknown,
)
from alb_lint.sources.source import ReadOptions, Target
from alb_lint.sources.terraform_json import SOURCE
from alb_lint.symbols import Unset

HEAD = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:"
LISTENER = f"{HEAD}listener/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2"
RULE = f"{HEAD}listener-rule/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabe1"
BALANCER = f"{HEAD}loadbalancer/app/web/50dc6c495c0c9188"
GROUP = f"{HEAD}targetgroup/api/73e2d6bc24d8a067"

EMPTY_CONDITION = {"host_header": [], "http_header": [], "http_request_method": [], "path_pattern": [], "query_string": [], "source_ip": []}
EMPTY_ACTION = {
    "authenticate_cognito": [],
    "authenticate_oidc": [],
    "fixed_response": [],
    "forward": [],
    "order": 1,
    "redirect": [],
    "jwt_validation": [],
}


def condition(**kinds: Any) -> dict[str, Any]:
    return EMPTY_CONDITION | kinds


def forward(group: str = GROUP) -> dict[str, Any]:
    return EMPTY_ACTION | {"type": "forward", "target_group_arn": group}


def attributes(**more: Any) -> dict[str, Any]:
    return {
        "id": RULE, "arn": RULE, "listener_arn": LISTENER, "priority": 10, "tags": None, "transform": [],
        "condition": [condition(path_pattern=[{"values": ["/a"], "regex_values": []}])], "action": [forward()],
    } | more  # fmt: skip


def read(*documents: object) -> Reading:
    targets = []
    for at, document in enumerate(documents):
        data = document if isinstance(document, bytes) else json.dumps(document).encode()
        targets.append(Target(f"{at}.json" if len(documents) > 1 else "x.json", Path("x.json"), data))
    return SOURCE.read(targets, ReadOptions())


def shown_state(*resources: dict[str, Any], children: tuple[Any, ...] = ()) -> dict[str, Any]:
    return {
        "format_version": "1.0",
        "terraform_version": "1.11.4",
        "values": {"root_module": {"resources": list(resources), "child_modules": list(children)}},
    }


def resource(values: dict[str, Any], name: str = "r", type_: str = "aws_lb_listener_rule", module: str = "") -> dict[str, Any]:
    return {"address": f"{module}{type_}.{name}", "mode": "managed", "type": type_, "name": name, "values": values}


def state_file(*resources: dict[str, Any], version: int = 4) -> dict[str, Any]:
    return {"version": version, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "outputs": {}, "resources": list(resources)}


def change(address: str, after: Any, *, actions: tuple[str, ...] = ("create",), unknown: Any = None, before: Any = None) -> dict[str, Any]:
    bare = address.split("[", maxsplit=1)[0] if address.endswith("]") else address
    module, _, rest = bare.rpartition(".aws_") if ".aws_" in bare else ("", "", bare)
    rest = f"aws_{rest}" if module else rest
    type_, _, name = rest.partition(".")
    found = {"address": address, "mode": "managed", "type": type_, "name": name}
    if module:
        found["module_address"] = address.rpartition(".aws_")[0]
    return found | {"change": {"actions": list(actions), "before": before, "after": after, "after_unknown": unknown or {}}}


def plan(*changes: dict[str, Any], configuration: Any = None, planned: tuple[Any, ...] = ()) -> dict[str, Any]:
    return {
        "format_version": "1.2", "terraform_version": "1.11.4", "planned_values": {"root_module": {"resources": list(planned)}},
        "resource_changes": list(changes), "configuration": {"root_module": configuration or {}},
    }  # fmt: skip


def rules(reading: Reading) -> dict[str, Rule]:
    return {rule.id: rule for listener in reading.listeners for rule in listener.rules}


def only(reading: Reading) -> Rule:
    (found,) = rules(reading).values()
    return found


# Fields


def test_a_rule_of_a_state() -> None:
    tags = {"Name": "api", "team": "x"}
    rewrite = {
        "type": "url-rewrite",
        "url_rewrite_config": [{"rewrite": [{"regex": "^/a", "replace": "/b"}]}],
        "host_header_rewrite_config": [],
    }
    reading = read(shown_state(resource(attributes(tags=tags, transform=[rewrite]))))
    (listener,) = reading.listeners
    rule = only(reading)
    assert (listener.id, listener.name, listener.source_kind) == (LISTENER, "web/f2f7dc8efc522ab2", "terraform-json")
    assert (rule.id, rule.name, rule.priority, rule.tags) == (RULE, "api", 10, (("Name", "api"), ("team", "x")))
    assert (rule.location.file, rule.location.address, rule.location.arn) == ("x.json", "aws_lb_listener_rule.r", RULE)
    assert rule.conditions == (PathPattern(("/a",)),)
    assert rule.actions == (Forward((Share(GROUP),)),)
    assert rule.transforms == (Transform("url-rewrite", (("^/a", "/b"),)),)
    assert rule.priority_site is None
    assert reading.gaps == ()


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ([condition(host_header=[{"values": ["a.com"], "regex_values": None}])], (HostHeader(("a.com",)),)),
        ([condition(path_pattern=[{"values": [], "regex_values": ["^/a$"]}])], (PathPattern((), ("^/a$",)),)),
        (
            [condition(query_string=[{"key": "", "value": "v"}, {"key": "k", "value": "w"}])],
            (QueryString((QueryPair(None, "v"), QueryPair("k", "w"))),),
        ),
        # Terraform 0.12 with provider 2 says it twice
        ([condition(field="path-pattern", values=["/old"], path_pattern=[{"values": ["/old"]}])], (PathPattern(("/old",)),)),
        ([{"field": "host-header", "values": ["old.com"]}], (HostHeader(("old.com",)),)),
        (
            [condition(host_header=[{"values": ["a.com"]}]), condition(path_pattern=[{"values": ["/"]}])],
            (HostHeader(("a.com",)), PathPattern(("/",))),
        ),
        ([condition()], (OpaqueCondition("", "Field is missing"),)),
    ],
)
def test_conditions(raw: Any, expected: object) -> None:
    assert only(read(shown_state(resource(attributes(condition=raw))))).conditions == expected


NOT_FOUND = {"content_type": "text/plain", "message_body": None, "status_code": "404"}
WEIGHTED = [{"stickiness": [{"duration": 60, "enabled": True}], "target_group": [{"arn": GROUP, "weight": 1}, {"arn": "b", "weight": 0}]}]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ([forward() | {"forward": [{"stickiness": [], "target_group": [{"arn": GROUP, "weight": 1}]}]}], Forward((Share(GROUP),))),
        ([EMPTY_ACTION | {"type": "forward", "target_group_arn": "", "forward": WEIGHTED}], Forward((Share(GROUP), Share("b", 0)), 60)),
        (
            [EMPTY_ACTION | {"type": "fixed-response", "fixed_response": [NOT_FOUND]}],
            FixedResponse("404", "text/plain"),
        ),
        (
            [EMPTY_ACTION | {"type": "jwt-validation", "jwt_validation": [{"issuer": "i", "jwks_endpoint": "j", "additional_claim": []}]}],
            JwtValidation((("Issuer", "i"), ("JwksEndpoint", "j"))),
        ),
    ],
)  # fmt: skip
def test_actions(raw: Any, expected: object) -> None:
    assert only(read(shown_state(resource(attributes(action=raw))))).actions == (expected,)


def test_actions_run_in_their_order() -> None:
    login = EMPTY_ACTION | {
        "type": "authenticate-oidc",
        "order": 1,
        "authenticate_oidc": [{"issuer": "i", "client_secret": "hidden", "scope": ""}],
    }
    found = only(read(shown_state(resource(attributes(action=[forward() | {"order": 2}, login]))))).actions
    assert [type(item) for item in found] == [Authenticate, Forward]
    assert dict(found[0].settings)["Issuer"] == "i"  # type: ignore[union-attr]
    assert "hidden" not in repr(found)


def test_the_default_rule_of_a_state() -> None:
    reading = read(shown_state(resource(attributes(priority=99999, condition=[]))))
    (listener,) = reading.listeners
    assert listener.rules == ()
    assert listener.default is not None
    assert (listener.default.is_default, listener.default.actions) == (True, (Forward((Share(GROUP),)),))
    assert reading.gaps == ()


# Listeners


LISTENER_VALUES = {
    "id": LISTENER, "arn": LISTENER, "port": 443, "protocol": "HTTPS", "load_balancer_arn": BALANCER,
    "default_action": [EMPTY_ACTION | {"type": "redirect", "redirect": [{"status_code": "HTTP_301", "host": "#{host}", "port": "443"}]}],
}  # fmt: skip
BALANCER_VALUES = {
    "id": BALANCER,
    "arn": BALANCER,
    "name": "web",
    "ip_address_type": "ipv4",
    "drop_invalid_header_fields": True,
    "internal": False,
}


def test_listeners_and_load_balancers() -> None:
    module = {
        "address": "module.lb",
        "resources": [
            resource(LISTENER_VALUES, "https", "aws_lb_listener", "module.lb."),
            resource(BALANCER_VALUES, "b", "aws_lb", "module.lb."),
        ],
    }
    (listener,) = read(shown_state(resource(attributes()), children=(module,))).listeners
    assert (listener.id, listener.name, listener.protocol, listener.port) == (LISTENER, "module.lb.aws_lb_listener.https", "HTTPS", 443)
    assert listener.load_balancer == LoadBalancer(BALANCER, "web", "ipv4", True, "internet-facing")
    assert listener.default is not None
    assert len(listener.rules) == 1


def test_network_listeners_are_left_out() -> None:
    assert read(shown_state(resource(LISTENER_VALUES | {"protocol": "TLS"}, "tcp", "aws_lb_listener"))).listeners == ()


# State files


def test_a_state_file() -> None:
    instances = [{"index_key": 0, "attributes": attributes()}, {"index_key": "k", "attributes": attributes(id=f"{RULE}2", arn=f"{RULE}2")},
                 {"deposed": "x", "attributes": attributes(id="old", arn="old")}]  # fmt: skip
    reading = read(state_file(
        {"mode": "managed", "type": "aws_alb_listener_rule", "name": "r", "module": "module.m", "instances": instances},
        {"mode": "data", "type": "aws_lb_listener", "name": "d", "instances": [{"attributes": LISTENER_VALUES}]},
        {"mode": "managed", "type": "aws_lb_listener_rule", "name": "none", "instances": []},
    ))  # fmt: skip
    assert {id_: rule.location.address for id_, rule in rules(reading).items()} == {
        RULE: "module.m.aws_alb_listener_rule.r[0]",
        f"{RULE}2": 'module.m.aws_alb_listener_rule.r["k"]',
    }
    assert reading.gaps == ()


@pytest.mark.parametrize("document", [{"format_version": "1.0"}, state_file(), shown_state(), plan()])
def test_nothing_in_it(document: object) -> None:
    assert read(document) == Reading((), (), None, ("x.json",))


# Plans


def test_what_counts_is_what_will_be() -> None:
    reading = read(plan(
        change("aws_lb_listener_rule.kept", attributes(id="k", arn="k"), actions=("no-op",)),
        change("aws_lb_listener_rule.moved", attributes(id="m", arn="m", priority=30), actions=("update",), before=attributes(priority=20)),
        change("aws_lb_listener_rule.made", attributes(priority=40, id=None, arn=None), unknown={"id": True, "arn": True}),
        change("aws_lb_listener_rule.again", attributes(priority=50, id=None, arn=None), actions=("delete", "create"), unknown={"id": True}),
        change("aws_lb_listener_rule.gone", None, actions=("delete",), before=attributes(priority=60)),
        change("aws_lb_listener_rule.forgotten", None, actions=("forget",), before=attributes(id="f", arn="f", priority=70)),
        planned=(resource(attributes(priority=80, id="t", arn="t"), "untargeted"), resource(attributes(priority=1), "kept")),
    ))  # fmt: skip
    assert {rule.location.address.removeprefix("aws_lb_listener_rule."): rule.priority for rule in rules(reading).values()} == {
        "kept": 10, "moved": 30, "made": 40, "again": 50, "forgotten": 70, "untargeted": 80,
    }  # fmt: skip
    assert reading.gaps == ()


def expressions(name: str, **more: Any) -> dict[str, Any]:
    type_ = "aws_lb_listener" if name == "https" else "aws_lb_listener_rule"
    return {"address": f"{type_}.{name}", "mode": "managed", "type": type_, "name": name, "expressions": more}


def refers(*names: str) -> dict[str, Any]:
    return {"references": list(names)}


NEW = {"listener_arn": True, "id": True, "arn": True}
AFTER = {key: value for key, value in attributes().items() if key not in {"id", "arn", "listener_arn"}}
NEW_LISTENER = change(
    "aws_lb_listener.https",
    {"port": 443, "protocol": "HTTPS", "default_action": []},
    unknown={"arn": True, "id": True, "load_balancer_arn": True},
)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("aws_lb_listener.https.arn", "aws_lb_listener.https"), "aws_lb_listener.https"),
        (("aws_lb_listener.https.id", "aws_lb_listener.https"), "aws_lb_listener.https"),
        (("module.lb.listener", "module.lb"), "module.lb.aws_lb_listener.inner"),
        (("module.lb.passed", "module.lb"), "aws_lb_listener.https"),
        (("local.listener",), "local.listener"),
        (("var.arn",), "var.arn"),
        (("local.id",), "local.id"),
        (("each.value.arn", "each.value"), "each.value.arn of aws_lb_listener_rule.r"),
        (("aws_lb_listener.many[0].arn", "aws_lb_listener.many[0]", "aws_lb_listener.many"), "aws_lb_listener.many[0]"),
        ((), "aws_lb_listener_rule.r.listener_arn"),
    ],
)
def test_listeners_that_are_known_after_apply(names: tuple[str, ...], expected: str) -> None:
    configuration = {
        "resources": [expressions("r", listener_arn=refers(*names))],
        "module_calls": {"lb": {
            "expressions": {"in": refers("aws_lb_listener.https.arn", "aws_lb_listener.https")},
            "module": {"outputs": {
                "listener": {"expression": refers("aws_lb_listener.inner.arn", "aws_lb_listener.inner")},
                "passed": {"expression": refers("var.in")},
            }},
        }},
    }  # fmt: skip
    reading = read(plan(NEW_LISTENER, change("aws_lb_listener_rule.r", AFTER, unknown=NEW), configuration=configuration))
    assert [listener.id for listener in reading.listeners if listener.rules] == [expected]
    known = {"aws_lb_listener.https"}
    assert bool(reading.gaps) is (expected not in known)


def test_the_listener_of_a_rule_in_a_module() -> None:
    inner = {"resources": [expressions("r", listener_arn=refers("var.listener"))]}
    outer = {"module_calls": {"inner": {"expressions": {"listener": refers("var.l")}, "module": inner}}}
    configuration = {"module_calls": {"outer": {"expressions": {"l": refers("aws_lb_listener.https.arn")}, "module": outer}}}
    address = 'module.outer["a.b"].module.inner[0].aws_lb_listener_rule.r'
    reading = read(plan(NEW_LISTENER, change(address, AFTER, unknown=NEW), configuration=configuration))
    assert [(listener.id, [rule.id for rule in listener.rules]) for listener in reading.listeners] == [("aws_lb_listener.https", [address])]
    assert reading.gaps == ()


def test_the_listener_with_the_same_key() -> None:
    configuration = {"resources": [expressions("r", listener_arn=refers("aws_lb_listener.https", "each.key"))]}
    listeners = [NEW_LISTENER | {"address": f'aws_lb_listener.https["{key}"]'} for key in "ab"]
    changes = [change(f'aws_lb_listener_rule.r["{key}"]', AFTER, unknown=NEW) for key in "ab"]
    reading = read(plan(*listeners, *changes, configuration=configuration))
    assert {listener.id: len(listener.rules) for listener in reading.listeners} == {f'aws_lb_listener.https["{key}"]': 1 for key in "ab"}
    assert reading.gaps == ()


@pytest.mark.parametrize(
    ("unknown", "more", "expected"),
    [
        ({"priority": True}, {}, Unknown("not set: Terraform takes the highest on the listener + 1", number=Unset(behind=True))),
        (
            {"priority": True},
            {"priority": refers("aws_ssm_parameter.p.value", "aws_ssm_parameter.p")},
            Unknown("aws_ssm_parameter.p.value (known after apply)"),
        ),
        ({}, {}, Unknown("not set: Terraform takes the highest on the listener + 1", number=Unset(behind=True))),
    ],
)
def test_priorities_that_are_not_known(unknown: dict[str, Any], more: dict[str, Any], expected: Unknown) -> None:
    after = {key: value for key, value in AFTER.items() if key != "priority"}
    configuration = {"resources": [expressions("r", listener_arn=refers("aws_lb_listener.https.arn"), **more)]}
    reading = read(plan(NEW_LISTENER, change("aws_lb_listener_rule.r", after, unknown=NEW | unknown), configuration=configuration))
    assert only(reading).priority == expected


def test_values_that_are_known_after_apply() -> None:
    after = AFTER | {
        "condition": [condition(host_header=[{"values": [None, "a.com"]}])],
        "action": [EMPTY_ACTION | {"type": "forward", "target_group_arn": None}],
    }
    unknown = NEW | {"condition": [{"host_header": [{"values": [True, False]}]}], "action": [{"target_group_arn": True}]}
    action = [{"type": {"constant_value": "forward"}, "target_group_arn": refers("aws_lb_target_group.t.arn", "aws_lb_target_group.t")}]
    configuration = {"resources": [expressions("r", listener_arn=refers("aws_lb_listener.https.arn"), action=action)]}
    rule = only(read(plan(NEW_LISTENER, change("aws_lb_listener_rule.r", after, unknown=unknown), configuration=configuration)))
    assert rule.conditions == (HostHeader((Unknown("values (known after apply)"), "a.com")),)
    assert rule.actions == (Forward((Share("aws_lb_target_group.t"),)),)


@pytest.mark.parametrize(("weights", "expected"), [((80, 20), ["a", "b"]), ((50, 50), [None, None])])
def test_shares_are_told_apart_by_weight(weights: tuple[int, int], expected: list[str | None]) -> None:
    groups = [{"arn": None, "weight": weight} for weight in weights]
    blocks = [
        {"arn": refers(f"aws_lb_target_group.{name}.arn"), "weight": {"constant_value": weight}}
        for name, weight in zip("ba", weights[::-1], strict=True)
    ]
    after = AFTER | {"action": [EMPTY_ACTION | {"type": "forward", "forward": [{"target_group": groups, "stickiness": []}]}]}
    unknown = NEW | {"action": [{"forward": [{"target_group": [{"arn": True}, {"arn": True}]}]}]}
    configuration = {
        "resources": [expressions("r", listener_arn=refers("aws_lb_listener.https.arn"), action=[{"forward": [{"target_group": blocks}]}])]
    }
    (action,) = only(
        read(plan(NEW_LISTENER, change("aws_lb_listener_rule.r", after, unknown=unknown), configuration=configuration))
    ).actions
    assert isinstance(action, Forward)
    assert [share.target_group if isinstance(share.target_group, str) else None for share in action.shares] == [
        name and f"aws_lb_target_group.{name}" for name in expected
    ]


def test_all_conditions_known_after_apply() -> None:
    reading = read(plan(change("aws_lb_listener_rule.r", AFTER | {"condition": None}, unknown=NEW | {"condition": True})))
    assert only(reading).conditions == (OpaqueCondition("", "condition (known after apply)"),)


def test_addresses_of_several_plans_are_not_one_thing() -> None:
    configuration = {"resources": [expressions("r", listener_arn=refers("aws_lb_listener.https.arn"))]}
    document = plan(NEW_LISTENER, change("aws_lb_listener_rule.r", AFTER, unknown=NEW), configuration=configuration)
    reading = read(document, document)
    assert [(listener.id, [rule.id for rule in listener.rules]) for listener in reading.listeners] == [
        (f"{at}.json:aws_lb_listener.https", [f"{at}.json:aws_lb_listener_rule.r"]) for at in (0, 1)
    ]


def test_a_plan_that_could_not_be_finished_is_told() -> None:
    assert [gap.reason for gap in read(plan() | {"errored": True}).gaps] == [
        "Terraform could not finish this plan; what is missing is not known"
    ]


# Files


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (json.dumps(plan()).encode(), True),
        (json.dumps(shown_state()).encode(), True),
        (json.dumps(state_file()).encode(), True),
        (json.dumps(plan()).encode("utf-16"), True),
        (b"\xef\xbb\xbf" + json.dumps(plan()).encode(), True),
        (b'{"@level":"info","@module":"terraform.ui"}', True),
        (b'{"Rules": []}', False),
        (b'{"format_version":"1.0","valid":true}', False),
        (b'{"version":3,"deployment":{}}', False),
        (b'resource "aws_lb_listener_rule" "x" {}', False),
        (b"", False),
        (b"\x00\x01", False),
    ],
)
def test_accepts(data: bytes, expected: bool) -> None:
    assert SOURCE.accepts(Target("x.json", Path("x.json"), data)) is expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig"])
def test_encodings(encoding: str) -> None:
    assert only(read(json.dumps(shown_state(resource(attributes()))).encode(encoding))).priority == 10


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'{"format_version": ', "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"[]", "no JSON object"),
        (b'{"a": 1e99999999999999999999, "b": ' + b"9" * 5000 + b"}", "no JSON"),
        (json.dumps(state_file(version=3)).encode(), "a state of version 3"),
        (b'{"@level":"info","@module":"terraform.ui"}\n{}', "the log of"),
        (b"\xff\xfe\xff", "no JSON"),
    ],
)
def test_a_named_file_that_cannot_be_read_is_an_error_and_another_a_gap(data: bytes, words: str) -> None:
    with pytest.raises(SourceError) as caught:
        SOURCE.read([Target("x.json", Path("x.json"), data)], ReadOptions())
    assert words in caught.value.what
    assert caught.value.where.startswith("x.json")
    assert caught.value.hint
    reading = SOURCE.read([Target("x.json", Path("x.json"), data, named=False)], ReadOptions())
    assert [gap.location.file for gap in reading.gaps] == ["x.json"]


JUNK: list[Any] = [None, True, 1, 1.5, "x", [], {}, [None], [[]], {"a": 1}, [{"a": None}]]


@pytest.mark.parametrize("junk", JUNK, ids=repr)
def test_any_field_may_have_any_type(junk: Any) -> None:
    for key in attributes():
        read(shown_state(resource(attributes(**{key: junk}))))
        read(
            shown_state(
                resource(LISTENER_VALUES | {key: junk}, "l", "aws_lb_listener"), resource(BALANCER_VALUES | {key: junk}, "b", "aws_lb")
            )
        )
        read(plan(change("aws_lb_listener_rule.r", AFTER | {key: junk}, unknown={key: junk})))
        read(plan(change("aws_lb_listener_rule.r", AFTER, unknown=NEW), configuration={"resources": [expressions("r", listener_arn=junk)]}))
    for inner in ("path_pattern", "query_string", "field", "values"):
        read(shown_state(resource(attributes(condition=[condition(**{inner: junk})]))))
    for inner in ("type", "order", "forward", "target_group_arn", "redirect"):
        read(shown_state(resource(attributes(action=[forward() | {inner: junk}]))))
    for document in (plan(), shown_state(), state_file()):
        for key in document:
            try:
                read(document | {key: junk})
            except SourceError as error:
                assert "version" in error.what


@pytest.mark.parametrize("junk", JUNK, ids=repr)
def test_a_resource_may_be_of_any_type_and_address(junk: Any) -> None:
    for key in ("type", "address", "mode", "name", "values"):
        read(shown_state(resource(attributes()) | {key: junk}))
        read(plan(change("aws_lb_listener_rule.r", AFTER) | {key: junk}))
        read(plan(change("aws_lb_listener_rule.r", AFTER, unknown=junk)))
        read(state_file(resource(attributes()) | {"instances": [{"attributes": attributes()}]} | {key: junk}))
    groups = [{"arn": None, "weight": junk}, {"arn": None, "weight": 1}]
    after = AFTER | {"action": [EMPTY_ACTION | {"type": "forward", "forward": [{"target_group": groups, "stickiness": []}]}]}
    unknown = NEW | {"action": [{"forward": [{"target_group": [{"arn": True}, {"arn": True}]}]}]}
    blocks = [{"arn": refers("aws_lb_target_group.a.arn"), "weight": {"constant_value": weight}} for weight in (junk, 1)]
    expressed = expressions("r", listener_arn=refers("aws_lb_listener.https.arn"), action=[{"forward": [{"target_group": blocks}]}])
    read(plan(NEW_LISTENER, change("aws_lb_listener_rule.r", after, unknown=unknown), configuration={"resources": [expressed]}))
