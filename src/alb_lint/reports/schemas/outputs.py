"""Schemas of what `check`, `audit`, `graph`, `trace`, `replay`, `diff`, `ranges` and `ways` write."""

from typing import Final

from alb_lint.reports.schemas.parts import (
    ANY,
    BOOL,
    CONFIDENCE,
    COUNT,
    GAP,
    LOCATION,
    PRIORITY,
    REQUEST,
    RULE,
    TEXT,
    Schema,
    document,
    many,
    obj,
    one_of,
    or_null,
)

_NAMED: Final = obj({"role": TEXT, "id": TEXT, "priority": PRIORITY}, {"name": TEXT, "location": LOCATION, "request": REQUEST})
_CODE: Final[Schema] = {"type": "string", "pattern": "^ALB[0-9]{3}$"}
_SEVERITY: Final = one_of("error", "warning", "info")
_FINGERPRINT: Final[Schema] = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
_WITNESS: Final = obj({"role": one_of("both", "only-rule", "only-related", "escapes"), "request": REQUEST}, {"note": TEXT})
_COMMON: Final = {"code": _CODE, "severity": _SEVERITY, "confidence": CONFIDENCE, "help": TEXT}
_EQUATION: Final = obj({"on": TEXT, "when": TEXT, "then": one_of("shadowed")})
_PART: Final = obj(
    {"rule": COUNT, "message": TEXT, "fingerprint": _FINGERPRINT},
    {
        **_COMMON,
        "related": many(COUNT),
        "requests": many(obj({"related": COUNT, "request": REQUEST})),
        "witnesses": many(_WITNESS),
        "needs": many(TEXT),
        "depends": many(_EQUATION),
        "assumes": many(TEXT),
    },
)


def _finding(rules: Schema, more: dict[str, Schema]) -> Schema:
    """What is told of a finding. `rules`: one of the rules that it is about."""
    return obj(
        {
            "code": _CODE,
            "name": TEXT,
            "severity": _SEVERITY,
            "confidence": CONFIDENCE,
            "listener": TEXT,
            "rule": or_null(RULE),
            "rules": many(rules),
            "location": LOCATION,
            "related": many(_NAMED),
            "message": TEXT,
            "help": TEXT,
            "witnesses": many(_WITNESS),
            "fingerprint": _FINGERPRINT,
        },
        {"needs": many(TEXT), "depends": many(_EQUATION), "assumes": many(TEXT), **more},
    )


_ENTRY: Final = obj({"name": TEXT, "priority": PRIORITY, "location": LOCATION})
_COUNTS: Final = obj({"error": COUNT, "warning": COUNT, "info": COUNT, "suppressed": COUNT})


def findings() -> Schema:
    body = obj(
        {
            "schema": one_of("alb-lint.findings.v1"),
            "tool": obj({"name": one_of("alb-lint"), "version": TEXT}),
            "complete": BOOL,
            "gaps": many(GAP),
            "listeners": many(obj({"id": TEXT, "name": TEXT, "rules": COUNT, "source_kind": TEXT}, {"account": TEXT, "region": TEXT})),
            "summary": _COUNTS,
            "rules": {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": _ENTRY}},
            "findings": many(_finding({"anyOf": [TEXT, RULE]}, {"common": obj(_COMMON), "parts": many(_PART), "config": TEXT})),
        }
    )
    return document("alb-lint check and audit, --format json", body)


def finding_line() -> Schema:
    gap = obj({"gap": TEXT, "location": LOCATION})
    return document("a line of alb-lint check and audit, --format jsonl", {"anyOf": [_finding(RULE, {}), gap]})


def baseline() -> Schema:
    entry = obj({"fingerprint": TEXT, "code": TEXT, "rule": TEXT, "listener": TEXT})
    return document("alb-lint check --write-baseline", obj({"schema": one_of("alb-lint.baseline.v1"), "findings": many(entry)}))


def graph() -> Schema:
    node = obj(
        {
            "id": TEXT,
            "name": TEXT,
            "priority": PRIORITY,
            "conditions": TEXT,
            "action": TEXT,
            "reach": one_of("reachable", "shadowed", "empty", "depends", "undecided"),
            "blockers": many(TEXT),
            "redundant": or_null(BOOL),
            "witness": or_null(REQUEST),
        },
        {"depends": many(_EQUATION), "assumes": many(TEXT)},
    )
    edge = obj(
        {
            "before": TEXT,
            "after": TEXT,
            "relation": one_of("equal", "wider", "narrower", "overlap", "undecided"),
            "order_sensitive": BOOL,
            "needs_repeat": BOOL,
            "witness": or_null(REQUEST),
        }
    )
    listener = obj(
        {"id": TEXT, "name": TEXT, "nodes": many(node), "edges": many(edge)},
        {"unread": TEXT, "edges_left": COUNT, "witnesses_left": COUNT, "assumes": many(TEXT)},
    )
    return document("alb-lint graph --format json", obj({"schema": one_of("alb-lint.graph.v1"), "listeners": many(listener)}))


def trace() -> Schema:
    considered = obj({"rule": TEXT, "matched": or_null(BOOL), "because": TEXT})
    line = obj(
        {
            "request": REQUEST,
            "listener": TEXT,
            "rule": or_null(TEXT),
            "priority": PRIORITY,
            "action": or_null(ANY),
            "considered": many(considered),
        },
        {
            "undecided": TEXT,
            "location": LOCATION,
            "account": TEXT,
            "region": TEXT,
            "next": or_null(TEXT),
            "nearest": or_null(TEXT),
            "assumes": many(TEXT),
        },
    )
    return document("a line of alb-lint trace --format json", line)


def replay() -> Schema:
    when = or_null(TEXT)
    rule = obj(
        {"listener": TEXT, "id": TEXT, "name": TEXT, "priority": PRIORITY, "requests": COUNT, "first": when, "last": when},
        {"number_claimed_by": many(TEXT)},
    )
    listener = obj(
        {"id": TEXT, "name": TEXT, "requests": COUNT, "doors": many(obj({"load_balancer": TEXT, "port": COUNT})), "told": BOOL},
        {"account": TEXT, "region": TEXT, "unread": TEXT},
    )
    disagreement = obj(
        {
            "listener": TEXT,
            "file": TEXT,
            "line": COUNT,
            "request": REQUEST,
            "logged": COUNT,
            "predicted": or_null(COUNT),
            "possible": many(COUNT),
            "times": COUNT,
            "first": TEXT,
            "last": TEXT,
        }
    )
    counts = ("requests", "agreed", "disagreed", "undecided", "errors", "unparsed", "other_load_balancers", "other_ports")
    body = obj(
        {
            "schema": one_of("alb-lint.replay.v1"),
            "complete": BOOL,
            **dict.fromkeys(counts, COUNT),
            "first": when,
            "last": when,
            "undecided_because": many(obj({"reason": TEXT, "requests": COUNT})),
            "unparsed_lines": many(obj({"file": TEXT, "line": COUNT, "reason": TEXT})),
            "load_balancers": many(obj({"id": TEXT, "requests": COUNT})),
            "listeners": many(listener),
            "rules": many(rule),
            "numbers_without_rule": many(obj({"listener": TEXT, "priority": COUNT, "requests": COUNT, "first": TEXT, "last": TEXT})),
            "disagreements": many(disagreement),
            "disagreements_left": COUNT,
        }
    )
    return document("alb-lint replay --format json", body)


def diff() -> Schema:
    answer = obj({"rule": or_null(TEXT), "action": or_null(ANY)}, {"actions": many(ANY)})
    difference = obj({"request": REQUEST, "old": answer, "new": answer, "listener": TEXT}, {"confidence": CONFIDENCE})
    relation = one_of("same", "wider", "narrower", "incomparable", "undecided")
    pair = obj(
        {
            "old": TEXT,
            "new": TEXT,
            "equivalent": or_null(BOOL),
            "confidence": CONFIDENCE,
            "complete": BOOL,
            "matched": obj({"relation": relation, "gained": or_null(REQUEST), "lost": or_null(REQUEST)}),
            "undecided": many(obj({"reason": TEXT, "rules": many(TEXT)})),
        }
    )
    body = obj(
        {
            "schema": one_of("alb-lint.diff.v1"),
            "equivalent": or_null(BOOL),
            "confidence": CONFIDENCE,
            "differences": many(difference),
            "listeners": many(pair),
            "only_old": many(TEXT),
            "only_new": many(TEXT),
            "gaps": many(GAP),
        }
    )
    return document("alb-lint diff --format json", body)


def ranges() -> Schema:
    entry = obj(
        {
            "listener": TEXT,
            "range": TEXT,
            "owner": TEXT,
            "priorities": TEXT,
            "size": COUNT,
            **{name: many(RULE) for name in ("used", "foreign", "outside", "unsure")},
            "free": TEXT,
            "free_count": COUNT,
            "retired": TEXT,
            "reserved": TEXT,
        },
        {"unread": TEXT},
    )
    return document("alb-lint ranges --format json", obj({"schema": one_of("alb-lint.ranges.v1"), "ranges": many(entry)}))


def show() -> Schema:
    row = obj(
        {
            "id": TEXT,
            "name": TEXT,
            "priority": PRIORITY,
            "default": BOOL,
            "location": LOCATION,
            "matches": TEXT,
            "action": ANY,
            "reach": one_of("reachable", "shadowed", "empty", "undecided"),
            "mark": one_of("", "collides", "dead", "redundant", "matches nothing", "depends", "undecided", "crosses"),
            "with": many(TEXT),
        },
        {"why": TEXT, "range": TEXT, "with_left": COUNT},
    )
    listener = obj(
        {"id": TEXT, "name": TEXT, "rules": many(row)}, {"account": TEXT, "region": TEXT, "unread": TEXT, "answered_by": or_null(TEXT)}
    )
    return document(
        "alb-lint show --format json", obj({"schema": one_of("alb-lint.show.v1"), "complete": BOOL, "listeners": many(listener)})
    )


def ways() -> Schema:
    way = obj(
        {
            "listener": TEXT,
            "rule": RULE,
            "matches": TEXT,
            "guards": many(one_of("sign-in", "address", "header")),
            "reach": one_of("reachable", "shadowed", "empty", "undecided"),
            "conditional": BOOL,
        }
    )
    group = obj({"target_group": TEXT, "name": TEXT, "guarded": or_null(BOOL), "ways": many(way)})
    return document(
        "alb-lint ways --format json", obj({"schema": one_of("alb-lint.ways.v1"), "complete": BOOL, "target_groups": many(group)})
    )
