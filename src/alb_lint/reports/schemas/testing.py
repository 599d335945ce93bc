"""Schemas of the routes file, as editors use them, and of what `alb-lint test` writes."""

from typing import Final

from alb_lint.reports.schemas.parts import (
    ANY,
    BOOL,
    CONFIDENCE,
    COUNT,
    LOCATION,
    PRIORITY,
    REQUEST,
    TEXT,
    Schema,
    document,
    many,
    obj,
    one_of,
    or_null,
)

_TEXTS: Final[Schema] = {"anyOf": [TEXT, many(TEXT)]}
_STATUS: Final[Schema] = {"anyOf": [{"type": "integer", "minimum": 200, "maximum": 599}, {"type": "string", "pattern": "^[2-5][0-9]{2}$"}]}
_NAMES: Final[Schema] = {"type": "object", "additionalProperties": _TEXTS}
_PAIRS: Final[Schema] = {"anyOf": [_NAMES, TEXT, {"type": "array"}]}
_THEN: Final = {
    "target_group": _TEXTS,
    "status": {"anyOf": [_STATUS, many(_STATUS)]},
    "redirect": _TEXTS,
    "authenticated": {"const": True},
}
_EXPECT: Final = obj(
    {},
    {
        "rule": _TEXTS,
        "priority": {"anyOf": [{"type": "integer"}, TEXT]},
        "weights": {"type": "object", "additionalProperties": {"type": "number", "minimum": 0}, "minProperties": 1},
        **_THEN,
        "any-of": many(obj({}, _THEN)),
    },
)


def routes() -> Schema:
    parts = {"method": TEXT, "url": TEXT, "host": TEXT, "path": TEXT, "query": _PAIRS, "headers": _PAIRS, "source_ip": TEXT}
    when = {
        **dict.fromkeys(("host", "path", "method", "without_header", "source-ip", "source_ip", "not-source-ip", "not_source_ip"), _TEXTS),
        "header": {"anyOf": [_TEXTS, _NAMES]},
    }
    expect = {"allOf": [_EXPECT, {"minProperties": 1}]}
    route = obj({"request": {"anyOf": [TEXT, obj({}, parts)]}, "expect": expect}, {"name": TEXT, "listener": TEXT})
    asserted = obj({"expect": expect}, {"name": TEXT, "listener": TEXT, "when": obj({}, when), "except": _TEXTS})
    return document(
        "the file of alb-lint test --routes", obj({}, {"routes": many(route), "always": many(asserted), "never": many(asserted)})
    )


def results() -> Schema:
    actual = obj({"rule": TEXT, "priority": PRIORITY, "action": ANY})
    result = obj(
        {
            "name": TEXT,
            "kind": one_of("route", "always", "never"),
            "passed": BOOL,
            "confidence": CONFIDENCE,
            "location": LOCATION,
            "listener": or_null(TEXT),
            "request": or_null(REQUEST),
            "expected": ANY,
            "actual": or_null(actual),
        },
        {"because": TEXT, "others": many(obj({"listener": TEXT, "request": REQUEST, "actual": actual}))},
    )
    body = obj(
        {
            "schema": one_of("alb-lint.test.v1"),
            "complete": BOOL,
            **dict.fromkeys(("passed", "failed", "undecided"), COUNT),
            "results": many(result),
            "coverage": obj({"reachable": COUNT, "covered": COUNT, "uncovered": many(TEXT)}),
        }
    )
    return document("alb-lint test --format json", body)
