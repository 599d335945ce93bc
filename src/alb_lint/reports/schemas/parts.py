"""What schemas are made of. Objects may hold more than is told: adding a field is no breaking change."""

from typing import Any, Final

Schema = dict[str, Any]
TEXT: Final[Schema] = {"type": "string"}
COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
NUMBER: Final[Schema] = {"type": "integer"}
BOOL: Final[Schema] = {"type": "boolean"}
ANY: Final[Schema] = {"type": "object"}


def document(title: str, schema: Schema) -> Schema:
    return {"$schema": "http://json-schema.org/draft-07/schema#", "title": title, **schema}


def obj(needed: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    """An object with the fields that are always there, and those that may be."""
    return {"type": "object", "required": list(needed), "properties": {**needed, **(optional or {})}}


def many(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def one_of(*words: Any) -> Schema:
    return {"enum": list(words)}


def or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


PAIRS: Final = many({"type": "array", "items": TEXT, "minItems": 2, "maxItems": 2})
REQUEST: Final = obj(
    {"method": TEXT, "host": TEXT, "path": TEXT, "query": PAIRS, "headers": PAIRS, "source_ip": TEXT},
    {"where": {"type": "object", "additionalProperties": one_of("any")}},
)
LOCATION: Final = obj(
    {}, {"file": TEXT, "line": {"type": "integer", "minimum": 1}, "column": {"type": "integer", "minimum": 1}, "address": TEXT, "arn": TEXT}
)
GAP: Final = obj({"location": LOCATION, "reason": TEXT})
PRIORITY: Final[Schema] = {"anyOf": [NUMBER, one_of("default", None)]}
RULE: Final = obj({"id": TEXT, "name": TEXT, "priority": PRIORITY, "location": LOCATION})
CONFIDENCE: Final = one_of("proved", "possible", "undecided")
NOTE: Final = obj({"reason": TEXT, "rules": many(TEXT)})
