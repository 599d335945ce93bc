"""Schemas of what `plan`, `verify` and `allocate` write."""

from typing import Final

from alb_lint.reports.schemas.parts import ANY, BOOL, COUNT, GAP, NOTE, NUMBER, REQUEST, TEXT, Schema, document, many, obj, one_of, or_null

_MOVE: Final = obj({"rule": TEXT, "from": NUMBER, "to": NUMBER, "range": or_null(TEXT), "because": TEXT})
_MERGE: Final = obj(
    {"keep": TEXT, "drop": many(TEXT), "priority": NUMBER, "action": ANY, "changes": BOOL, "request": or_null(REQUEST), "because": TEXT}
)
_CHANGE: Final = obj(
    {"first": TEXT, "then": TEXT, "request": or_null(REQUEST), "because": TEXT, "changes": one_of(True, False, "undecided")}
)
_CALL: Final[Schema] = obj({"call": TEXT}) | {"additionalProperties": True}
"""The input of an API call beside its name."""
_REFUSAL: Final = obj(
    {
        "listener": TEXT,
        "reason": TEXT,
        "rules": many(TEXT),
        "witnesses": many(obj({"role": TEXT, "request": REQUEST})),
        "missing": COUNT,
        "nearest": TEXT,
        "ways": many(obj({"flags": many(TEXT), "config": TEXT, "means": TEXT})),
    }
)
_NEIGHBOUR: Final = obj({"id": TEXT, "witness": or_null(REQUEST)})
_PAIR: Final = obj({"before": TEXT, "after": TEXT, "witness": or_null(REQUEST)})
_ORDER: Final = obj({"after": many(_NEIGHBOUR), "before": many(_NEIGHBOUR)})


def plan() -> Schema:
    proof = obj(
        {"pairs_overlapping": COUNT, "order_sensitive": COUNT, "order_kept": COUNT, "certificate": many(_PAIR), "implied": COUNT},
        {"witnesses_left": COUNT},
    )
    join = obj({"keep": TEXT, "drop": many(TEXT), "priority": NUMBER, "conditions": many(ANY), "because": TEXT})
    compaction = obj(
        {
            "rules_before": COUNT,
            "rules_after": COUNT,
            "at_least": COUNT,
            "minimum_proved": BOOL,
            "limit": COUNT,
            "target_groups_before": COUNT,
            "target_groups_after": COUNT,
            "target_groups_limit": COUNT,
            "joins": many(join),
            "removed": many(TEXT),
        }
    )
    split = obj({"rule": TEXT, "pieces": many(obj({"priority": NUMBER, "conditions": many(ANY)})), "because": TEXT})
    listener = obj(
        {
            "id": TEXT,
            "name": TEXT,
            "base_digest": {"type": "string", "pattern": "^sha256:"},
            "moves": many(_MOVE),
            "merges": many(_MERGE),
            "intended_changes": many(_CHANGE),
            "kept": COUNT,
            "moved": COUNT,
            "minimum_proved": BOOL,
            "at_least": COUNT,
            "proof": proof,
            "steps": many(_CALL),
            "one_at_a_time": or_null(many(obj({"rule": TEXT, "from": NUMBER, "to": NUMBER, "parking": BOOL}))),
            "rollback": many(_CALL),
            "notes": many(NOTE),
        },
        {"compaction": compaction, "splits": many(split)},
    )
    body = obj(
        {
            "schema": one_of("alb-lint.plan.v1"),
            "equivalent": BOOL,
            "base_digest": {"type": "string", "pattern": "^sha256:"},
            "listeners": many(listener),
            "refused": many(_REFUSAL),
            "complete": BOOL,
            "gaps": many(GAP),
        }
    )
    return document("alb-lint plan --format json", body)


def verify() -> Schema:
    flaw = obj({"reason": TEXT, "rules": many(TEXT), "request": or_null(REQUEST)})
    verdict = obj({"id": TEXT, "holds": BOOL, "flaws": many(flaw), "merges": many(_MERGE), "intended_changes": many(_CHANGE)})
    body = obj({"schema": one_of("alb-lint.verify.v1"), "holds": BOOL, "listeners": many(verdict), "refused": many(TEXT)})
    return document("alb-lint verify --format json", body)


def allocate() -> Schema:
    interval: Schema = {"type": "array", "items": NUMBER, "minItems": 2, "maxItems": 2}
    allocation = {
        "rule": TEXT,
        "range": or_null(TEXT),
        "priority": NUMBER,
        "interval": interval,
        "order": _ORDER,
        "alternatives": many(NUMBER),
        "takes": many(_NEIGHBOUR),
        "loses": many(_NEIGHBOUR),
        "shadows": many(TEXT),
        "default": or_null(REQUEST),
        "because": TEXT,
        "notes": many(NOTE),
    }
    shared = {"moves": many(_MOVE), "steps": many(_CALL)}
    one, several = obj(allocation | shared), obj({"allocations": many(obj(allocation)), "notes": many(NOTE)} | shared)
    instead = or_null({"anyOf": [one, several]})
    refused = obj(
        {
            "range": or_null(TEXT),
            "priority": {"type": "null"},
            "interval": {"type": "null"},
            "order": _ORDER,
            "alternatives": many(NUMBER),
            "refused": obj({**_REFUSAL["properties"], "instead": instead}),
        }
    )
    return document("alb-lint allocate --format json", {"allOf": [obj({"listener": TEXT}), {"anyOf": [one, several, refused]}]})
