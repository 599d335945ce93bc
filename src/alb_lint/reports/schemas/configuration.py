"""The schema of `alb-lint.toml`, by which editors complete it and say what is wrong. Here nothing more than what is told may stand."""

from typing import Final

from alb_lint.config import SEVERITIES
from alb_lint.reports.schemas.parts import BOOL, Schema, document


def config() -> Schema:
    return document("alb-lint.toml", _table(_TOP, ()))


def _text(description: str, **more: object) -> Schema:
    return {"type": "string", "description": description, **more}


def _texts(description: str) -> Schema:
    return {"description": description, "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}


def _intervals(description: str) -> Schema:
    one = {"anyOf": [{"type": "integer", "minimum": 1, "maximum": 50_000}, {"type": "string", "pattern": "^ *[0-9]+ *(- *[0-9]+ *)?$"}]}
    return {"description": description, "anyOf": [*one["anyOf"], {"type": "array", "items": one}]}


def _table(properties: dict[str, Schema], needed: tuple[str, ...], description: str = "") -> Schema:
    told: Schema = {"description": description} if description else {}
    return {
        **told,
        "type": "object",
        "additionalProperties": False,
        **({"required": list(needed)} if needed else {}),
        "properties": properties,
    }


def _tables(properties: dict[str, Schema], needed: tuple[str, ...], description: str) -> Schema:
    return {"description": description, "type": "array", "items": _table(properties, needed)}


_LISTENER: Final = _text("The listener, by the name that [[listener]] gives, or a glob over ids; default: every one.")
_UNTIL: Final = _text("Last day that it counts, such as 2027-01-31.", format="date")
_REASON: Final = _text("Why; shown in reports.")
_TAGS: Final[Schema] = {"type": "object", "description": "Tags that its rules carry.", "additionalProperties": {"type": "string"}}
_MATCH: Final = {
    "paths": _texts("Globs: rules whose paths all lie inside."),
    "hosts": _texts("Globs: rules whose hosts all lie inside."),
    "methods": _texts("Methods: rules that ask for no other."),
    "rules": _texts("Globs over names and ids of rules."),
    "tags": _TAGS,
}
_WHEN: Final = {
    "host": _texts("Globs over hosts."),
    "path": _texts("Globs over paths."),
    "method": _texts("Methods."),
    "header": _texts("`Name` or `Name: glob`: headers that are there."),
    "without_header": _texts("Names of headers that are not there."),
    "source-ip": _texts("Address blocks that the client is in."),
    "not-source-ip": _texts("Address blocks that the client is not in."),
}
_STATUS: Final[Schema] = {
    "anyOf": [{"type": "integer", "minimum": 200, "maximum": 599}, {"type": "string", "pattern": "^[2-5][0-9][0-9]$"}]
}
_OUTCOME: Final = {
    "target_group": _texts("Globs over names and ARNs: every group that may get the request fits one."),
    "status": {"description": "Status of a fixed response.", "anyOf": [*_STATUS["anyOf"], {"type": "array", "items": _STATUS}]},
    "redirect": _texts("Globs over `https://host:port/path` as the action writes it."),
    "authenticated": BOOL | {"const": True, "description": "Only clients that signed in get further."},
}
_THEN: Final = _OUTCOME | {
    "any-of": {"description": "One of these holds.", "type": "array", "items": _table(_OUTCOME, ())},
}
_SHARE: Final[Schema] = {"type": "number", "minimum": 0, "maximum": 100}
_TOP: Final[dict[str, Schema]] = {
    "fail-on": {"description": "The least severity that makes the exit code 1.", "enum": list(SEVERITIES)},
    "select": _texts("Only these codes or prefixes."),
    "ignore": _texts("Not these codes or prefixes."),
    "exclude": _texts("Files that are not read, as .gitignore writes them."),
    "environment": _text("Whose [[weights]] count."),
    "listener": _tables(
        {"name": _text("What the config calls it."), "ids": _texts("Globs over ARNs, references and addresses.")},
        ("name", "ids"),
        "A name for listeners.",
    ),
    "range": _tables(
        {
            "name": _text("What reports call it."),
            "priorities": _intervals('Its numbers: "2110-2112", or a list.'),
            "listener": _LISTENER,
            "match": _table(_MATCH, (), "Which rules belong here: all that is given must fit."),
            "was": _intervals("Where its rules are today; retired once they have moved."),
            "owner": _text("Whose it is; shown in reports."),
            "order": {"description": "How its rules are put in order.", "enum": ["keep", "specific-first"]},
        },
        ("name", "priorities"),
        "A reserved band of priorities.",
    ),
    "retired": _tables(
        {"priorities": _intervals("The numbers."), "listener": _LISTENER, "reason": _REASON, "until": _UNTIL},
        ("priorities",),
        "Priorities that must not be used again.",
    ),
    "before": _tables(
        {
            "first": _text("Glob over rules: these come first."),
            "then": _text("Glob over rules: these come later."),
            "listener": _LISTENER,
            "reason": _REASON,
        },
        ("first", "then"),
        "An order that must hold, whatever the rules share.",
    ),
    "allow": _tables(
        {
            "code": _text("The code, such as ALB101.", pattern="^ALB[0-9]{3}$"),
            "rule": _text("Glob over rules; default: all."),
            "listener": _LISTENER,
            "reason": _REASON,
            "until": _UNTIL,
        },
        ("code",),
        "An intended finding.",
    ),
    "weights": _tables(
        {
            "environment": _text("Its name, for --environment."),
            "listener": _LISTENER,
            "groups": {
                "type": "object",
                "minProperties": 1,
                "description": "Glob over target groups = percent.",
                "additionalProperties": _SHARE,
            },
        },
        ("environment", "groups"),
        "What an environment must route.",
    ),
    "require": _tables(
        {
            "name": _text("What reports call it."),
            "listener": _LISTENER,
            "when": _table(_WHEN, (), "The requests: all that is given holds; nothing: every request."),
            "then": {**_table(_THEN, (), "What becomes of them."), "minProperties": 1},
            "except": _texts("Globs over rules that it does not bind."),
            "reason": _REASON,
            "until": _UNTIL,
        },
        ("name", "then"),
        "What must hold for all requests, proved or refuted.",
    ),
    "pulumi": _table(
        {
            "wrappers": {
                "description": "Functions of a program that make rules: which parameter is what.",
                "type": "object",
                "additionalProperties": {"type": "object", "additionalProperties": {"type": "string"}},
            }
        },
        (),
        "For the Pulumi reader.",
    ),
    "terraform": _table(
        {
            "workspaces": {
                "description": "The workspaces that `check` judges, each by itself.",
                "type": "array",
                "items": {"type": "string"},
            },
            "module": _tables(
                {
                    "source": _text("Glob over the module's source."),
                    **{
                        name: _text(f"The argument that is its {name.replace('_', ' ')}.")
                        for name in ("priority", "listener", "paths", "hosts", "methods", "target_group")
                    },
                },
                ("source", "priority", "listener"),
                "A module that is not here: which of its arguments is what.",
            ),
        },
        (),
        "For the Terraform reader.",
    ),
    "cloudformation": _table(
        {
            "template": _tables(
                {
                    "url": _text("Glob over the URL of a nested stack's template."),
                    "file": _text("The file it is; {1} stands for what the first * took."),
                },
                ("url", "file"),
                "Where the file of a template lies that a URL names.",
            )
        },
        (),
        "For the CloudFormation reader.",
    ),
}
