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


_LISTENER: Final = _text("The listener, by its name in `[[listener]]` or as a glob over names and ids; default: every listener.")
_UNTIL: Final = _text("The last day on which it counts, such as 2027-01-31; default: for ever.", format="date")
_REASON: Final = _text("Why; reports show it.")
_TAGS: Final[Schema] = {"type": "object", "description": "Tags: rules that have all of them.", "additionalProperties": {"type": "string"}}
_MATCH: Final = {
    "paths": _texts("Globs: rules that match no path outside of them."),
    "hosts": _texts("Globs: rules that match no host outside of them."),
    "methods": _texts("Methods: rules that match no other."),
    "rules": _texts("Globs: rules with such a name, ARN or address."),
    "tags": _TAGS,
}
_WHEN: Final = {
    "host": _texts("Requests for these hosts, as globs."),
    "path": _texts("Requests for these paths, as globs."),
    "method": _texts("Requests with these methods."),
    "header": _texts("Requests with these headers: `Name`, or `Name: glob`."),
    "without_header": _texts("Requests without these headers, by name."),
    "source-ip": _texts("Requests from these blocks of addresses."),
    "not-source-ip": _texts("Requests from outside these blocks of addresses."),
}
_STATUS: Final[Schema] = {
    "anyOf": [{"type": "integer", "minimum": 200, "maximum": 599}, {"type": "string", "pattern": "^[2-5][0-9][0-9]$"}]
}
_OUTCOME: Final = {
    "target_group": _texts("They are forwarded, only to target groups with such a name or ARN (globs)."),
    "status": {
        "description": "They get a fixed response with this status.",
        "anyOf": [*_STATUS["anyOf"], {"type": "array", "items": _STATUS}],
    },
    "redirect": _texts("They are redirected to a target such as `https://#{host}:443/*` (globs over what the action says)."),
    "authenticated": BOOL | {"const": True, "description": "Only clients that have signed in are forwarded."},
}
_THEN: Final = _OUTCOME | {
    "any-of": {"description": "One of these tables holds.", "type": "array", "items": _table(_OUTCOME, ())},
}
_SHARE: Final[Schema] = {"type": "number", "minimum": 0, "maximum": 100}
_TOP: Final[dict[str, Schema]] = {
    "fail-on": {
        "description": "`check` and `audit` end with 1 if there is a finding of this severity or above; default: `error`. `--fail-on` comes first.",
        "enum": list(SEVERITIES),
    },
    "select": _texts(
        "Only these findings: codes, prefixes, names or severities; `ALL` takes also those that are off by default. `--select` comes first."
    ),
    "ignore": _texts(
        "Not these checks, written like `select`; where `select` names them too, the longer word counts. `--ignore` adds to it."
    ),
    "exclude": _texts(
        "Files and folders that are left out when a folder is read: patterns as in `.gitignore`, relative to the config. "
        "A file that is named is read all the same, except with `--project`."
    ),
    "environment": _text("The environment whose `[[weights]]` count. `--environment` comes first."),
    "listener": _tables(
        {
            "name": _text("What the rest of the config and `--listener` call it."),
            "ids": _texts("Globs over its ARN, name, and the references or addresses by which code names it."),
        },
        ("name", "ids"),
        "Gives a listener a name. Whatever one name stands for is read as one listener, if at most one of it is an ARN.",
    ),
    "range": _tables(
        {
            "name": _text("What reports and `--range` call it; only once."),
            "priorities": _intervals('Its numbers: `"2110-2112"`, or a list. Two ranges of one listener share none.'),
            "listener": _LISTENER,
            "match": _table(_MATCH, (), "Which rules belong here: all that is given must hold. Without it, none does."),
            "was": _intervals("Where its rules are until a plan has moved them."),
            "owner": _text("Whom to ask; reports show it."),
            "order": {
                "description": "`keep` (default): its rules stay in the order they are in; `specific-first`: narrower rules come first.",
                "enum": ["keep", "specific-first"],
            },
        },
        ("name", "priorities"),
        "Reserves numbers for some rules.",
    ),
    "retired": _tables(
        {
            "priorities": _intervals("The numbers."),
            "listener": _LISTENER,
            "reason": _REASON,
            "until": _text("The first day on which they may be used again, such as 2027-01-31; default: never.", format="date"),
        },
        ("priorities",),
        "Numbers that must not be used again, because a rule that is not in the code may still hold them.",
    ),
    "before": _tables(
        {
            "first": _text("Glob over rules: each of these has a lower number …"),
            "then": _text("… than each of these."),
            "listener": _LISTENER,
            "reason": _REASON,
        },
        ("first", "then"),
        "An order that must hold, also where rules share no request.",
    ),
    "allow": _tables(
        {
            "code": _text("The code of the check, such as `ALB101`.", pattern="^ALB[0-9]{3}$"),
            "rule": _text("Glob over the rules that findings are about; default: every rule."),
            "listener": _LISTENER,
            "reason": _REASON,
            "until": _UNTIL,
        },
        ("code",),
        "Hides findings that are intended, and counts them as suppressed. "
        "One that hides nothing, has no reason or is past its date is itself reported (ALB901).",
    ),
    "weights": _tables(
        {
            "environment": _text(
                "The name of the environment. Its weights count where `environment` or `--environment` names it, "
                "or where the config has no other."
            ),
            "listener": _LISTENER,
            "groups": {
                "type": "object",
                "minProperties": 1,
                "description": "Globs over target groups, each with its share in percent.",
                "additionalProperties": _SHARE,
            },
        },
        ("environment", "groups"),
        "Which share of requests target groups get in an environment (ALB306).",
    ),
    "require": _tables(
        {
            "name": _text("What reports call it."),
            "listener": _LISTENER,
            "when": _table(_WHEN, (), "Which requests: all that is given must hold. Without it, every request."),
            "then": {**_table(_THEN, (), "What must happen to them: all that is given must hold."), "minProperties": 1},
            "except": _texts("Globs over rules that need not keep to it."),
            "reason": _REASON,
            "until": _UNTIL,
        },
        ("name", "then"),
        "What must hold for all requests: proved, or refuted with one that breaks it (ALB610).",
    ),
    "pulumi": _table(
        {
            "wrappers": {
                "description": "Functions of a program that make rules: for each, which argument is which field of the rule.",
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
                    "source": _text("Glob over the `source` of the calls; the first table that fits counts."),
                    **{
                        name: _text(f"The argument that holds its {name.replace('_', ' ')}.")
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
                    "url": _text(
                        "Glob over the URL of a nested stack's template, in which an unknown part reads `${Name}`; the first table that fits counts."
                    ),
                    "file": _text("The file that it is, relative to the config; `{1}` stands for what the first `*` took."),
                },
                ("url", "file"),
                "Which file here is the template that a URL names.",
            )
        },
        (),
        "For the CloudFormation reader.",
    ),
}
