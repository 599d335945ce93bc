"""What the page's evaluator needs of a listener; its form is told in evaluator.js."""

from collections.abc import Sequence
from typing import Any

from alb_lint.analysis.evaluate import has_unknown
from alb_lint.analysis.readings import readings_of
from alb_lint.analysis.widest import widest
from alb_lint.findings.wording import actions_text, clean, number
from alb_lint.model import (
    Condition,
    HostHeader,
    HttpHeader,
    HttpRequestMethod,
    Listener,
    OpaqueCondition,
    PathPattern,
    QueryPair,
    QueryString,
    Rule,
    SourceIp,
)
from alb_lint.space import addresses
from alb_lint.space.glob import speakable
from alb_lint.space.regex import Reading, Unreadable, compiled
from alb_lint.symbols import Text


def listener_data(listener: Listener, rules: Sequence[Rule], anchors: Sequence[str]) -> dict[str, Any]:
    """The listener with its rules in asking order, those of unknown number last. `anchors`: where the page shows each."""
    return {
        "name": clean(listener.name or listener.id),
        "unread": listener.unread is not None,
        "default": clean(actions_text(listener.default)) if listener.default is not None else "",
        "readings": [{"anywhere": reading.anywhere, "ignoreCase": reading.ignore_case} for reading in readings_of(listener)],
        "rules": [_rule(rule, anchor) for rule, anchor in zip(rules, anchors, strict=True)],
    }


def _rule(rule: Rule, anchor: str) -> dict[str, Any]:
    return {
        "p": rule.priority if isinstance(rule.priority, int) else None,
        "n": clean(number(rule)),
        "a": anchor,
        "d": clean(actions_text(rule)),
        "c": [condition_data(condition) for condition in rule.conditions],
        **({"x": True} if rule.presence else {}),
    }


def condition_data(condition: Condition) -> dict[str, Any]:
    """The condition, without what of it is unknown; `u` tells that something is, `m` the most that it may take, where that is known."""
    unsure: dict[str, Any] = {}
    if has_unknown(condition):
        most = widest(condition)
        unsure = {"u": True} if most is None else {"u": True, "m": condition_data(most)}
    match condition:
        case PathPattern():
            return {"k": "path", "v": _globs(condition.values), "r": _regexes(condition.regexes), **unsure}
        case HostHeader():
            return {"k": "host", "v": _globs(condition.values), "r": _regexes(condition.regexes), **unsure}
        case HttpHeader():
            name = condition.name.lower() if isinstance(condition.name, str) else None
            return {"k": "header", "n": name, "v": _globs(condition.values), "r": _regexes(condition.regexes), **unsure}
        case HttpRequestMethod():
            return {"k": "method", "v": [value for value in condition.values if isinstance(value, str)], **unsure}
        case SourceIp():
            blocks = [addresses.block(value) for value in condition.values if isinstance(value, str)]
            return {"k": "source", "v": [[block[0], f"{block[1]:x}", block[2]] for block in blocks if block is not None], **unsure}
        case QueryString():
            pairs = [_pair(pair) for pair in condition.values if isinstance(pair, QueryPair)]
            return {"k": "query", "v": [pair for pair in pairs if pair is not None], **unsure}
        case OpaqueCondition():
            return {"k": "opaque", **unsure}


def _globs(values: Sequence[Text]) -> list[str]:
    return [value for value in values if isinstance(value, str) and speakable(value)]


def _regexes(regexes: Sequence[Text]) -> list[str]:
    return [regex for regex in regexes if isinstance(regex, str) and _readable(regex)]


def _readable(regex: str) -> bool:
    try:
        compiled(regex, Reading())
    except Unreadable:
        return False
    return True


def _pair(pair: QueryPair) -> list[str | None] | None:
    known = (
        isinstance(pair.value, str) and speakable(pair.value) and (pair.key is None or (isinstance(pair.key, str) and speakable(pair.key)))
    )
    return [pair.key if isinstance(pair.key, str) else None, str(pair.value)] if known else None
