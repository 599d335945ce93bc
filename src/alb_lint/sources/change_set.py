"""`change-set`: `aws cloudformation describe-change-set --include-property-values` → the changes of rules.

A change set names only what changes: the listener has other rules, so that it is not read whole. Without property values it tells neither numbers
nor listeners, which is a gap. Source: CloudFormation API types `Change`, `ResourceChange` (Action, Replacement, BeforeContext, AfterContext).
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from alb_lint.errors import SourceError
from alb_lint.model import Change, Deployment, Gap, Listener, Location, Reading, Rule, Unknown, Unread
from alb_lint.sources.elbv2.documents import decode
from alb_lint.sources.elbv2.shape import listener_arn_of, rule
from alb_lint.sources.source import ReadOptions, Source, Target

KIND: Final = "change-set"
_RULE: Final = "AWS::ElasticLoadBalancingV2::ListenerRule"
_LATER: Final = "{{changeSet:KNOWN_AFTER_APPLY}}"
_HINT: Final = "aws cloudformation describe-change-set --include-property-values --change-set-name ARN"
_UNREAD: Final = Unread("a change set names only the rules that change")
_DEPTH: Final = 40


def accepts(target: Target) -> bool:
    """Whether the file is what describe-change-set prints."""
    data = target.data
    return b'"ResourceChange"' in data and b'"Changes"' in data and data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"


def read(targets: Sequence[Target], _options: ReadOptions) -> Reading:
    """One listener per file and listener. Raises SourceError for a named file that cannot be read; one found in a folder is a gap then."""
    listeners: dict[str, _Listener] = {}
    gaps: list[Gap] = []
    for target in targets:
        try:
            document = _document(target)
        except SourceError as error:
            if target.named:
                raise
            if _RULE.encode() in target.data:  # else it holds a change set somewhere inside, and no rule
                gaps.append(Gap(Location(target.name), error.what))
            continue
        if document.get("NextToken"):
            gaps.append(Gap(Location(target.name), "the change set goes on in another page, which is not here"))
        for change in _rule_changes(document):
            _note(target.name, change, listeners, gaps)
    made = [listeners[key].made(key) for key in sorted(listeners)]
    return Reading(tuple(made), tuple(gaps), None, tuple(target.name for target in targets))


class _Listener:
    def __init__(self) -> None:
        self.changes: dict[str, list[Change]] = {}

    def made(self, identifier: str) -> Listener:
        rules = [change.after for changes in self.changes.values() for change in changes if change.after is not None]
        deployments = tuple(Deployment("CloudFormation", tuple(changes)) for _, changes in sorted(self.changes.items()))
        return Listener(identifier, identifier, tuple(rules), source_kind=KIND, unread=_UNREAD, deployments=deployments)


def _document(target: Target) -> dict[str, Any]:
    try:
        document = json.loads(decode(target.data))
    except (ValueError, RecursionError) as error:
        place = f"{target.name}:{error.lineno}" if isinstance(error, json.JSONDecodeError) else target.name
        raise SourceError("not a change set: it is no JSON", where=place, hint=_HINT) from None
    if not isinstance(document, dict) or not isinstance(document.get("Changes"), list):
        raise SourceError("not a change set: it has no list of Changes", where=target.name, hint=_HINT)
    return document


def _rule_changes(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in document["Changes"]:
        change = item.get("ResourceChange") if isinstance(item, dict) else None
        if isinstance(change, dict) and change.get("ResourceType") == _RULE:
            yield change


def _note(file: str, change: dict[str, Any], listeners: dict[str, _Listener], gaps: list[Gap]) -> None:
    """The change on its listener; on both where the rule goes from one to another."""
    name = str(change.get("LogicalResourceId"))
    arn = str(change.get("PhysicalResourceId") or "")
    arn = arn if ":listener-rule/" in arn else ""
    action = str(change.get("Action"))
    before = None if action in ("Add", "Import") else _rule(file, name, arn, change.get("BeforeContext"), gaps)
    after = None if action == "Remove" else _rule(file, name, arn, change.get("AfterContext"), gaps)
    if before is None and after is None:
        reason = f"{name}: the change set does not tell what the rule is; write it with property values: {_HINT}"
        gaps.append(Gap(Location(file, address=name, arn=arn), reason))
        return
    if change.get("Replacement") == "Conditional":
        gaps.append(Gap(Location(file, address=name, arn=arn), f"{name}: whether it is replaced is known after the deployment has begun"))
    replaced = before is not None and after is not None and change.get("Replacement") == "True"
    if before is not None and after is not None and before[0] == after[0]:
        made = Change(name, before[1], after[1], "create-first" if replaced else "")
        listeners.setdefault(before[0], _Listener()).changes.setdefault(file, []).append(made)
        return
    for side, told in (("before", before), ("after", after)):
        if told is not None:
            made = Change(name, told[1] if side == "before" else None, told[1] if side == "after" else None)
            listeners.setdefault(told[0], _Listener()).changes.setdefault(file, []).append(made)


def _rule(file: str, name: str, arn: str, context: object, gaps: list[Gap]) -> tuple[str, Rule] | None:
    """(listener, rule); None where the context is not told."""
    try:
        properties = json.loads(context).get("Properties") if isinstance(context, str) else None
    except (ValueError, RecursionError, AttributeError):
        properties = None
    if not isinstance(properties, dict):
        return None
    raw = _settled(properties, 0)
    location = Location(file, address=name, arn=arn)
    problems: list[str] = []
    made = rule(raw, location, problems, rule_id=arn or name, name=name)
    gaps.extend(Gap(location, f"{name}: {problem}") for problem in problems)
    listener = raw.get("ListenerArn")
    return listener if isinstance(listener, str) else listener_arn_of(arn) or f"listener of {name}", made


def _settled(value: Any, depth: int) -> Any:
    if value == _LATER:
        return Unknown("known after the deployment")
    if depth > _DEPTH:
        return Unknown("nested too deeply")
    if isinstance(value, dict):
        return {key: _settled(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_settled(item, depth + 1) for item in value]
    return value


SOURCE: Final = Source(kind=KIND, suffixes=(".json",), markers=(b'"ResourceChange"',), accepts=accepts, read=read)
