"""When two rules treat a request alike: the normal form of what they do.

May call equal effects different, never the reverse. Source: API type Action and the ELB user guide, "Action types for listener rules"; shapes
that describe-rules returns for one and the same action are folded together.
"""

from collections.abc import Hashable
from math import gcd
from typing import Any

from alb_lint.model import (
    Action,
    Authenticate,
    FixedResponse,
    Forward,
    JwtValidation,
    OpaqueAction,
    Redirect,
    Rule,
    Unknown,
)
from alb_lint.record import record
from alb_lint.symbols import Symbol


class _Unequal:
    """Equals nothing, itself included by value: stands for what could not be read."""

    __slots__ = ()


@record
class _Symbolic:
    """A text with symbols: equal to the same one for certain, and to no other."""

    pieces: tuple[str | Symbol, ...]


def action_facts(rule: Rule) -> tuple[Hashable, bool]:
    """(normal form, whether all of it could be read); see `action_key` and `action_known`."""
    if len(rule.actions) == 1 and not rule.transforms and not rule.left_alone:
        only = rule.actions[0]
        if only.__class__ is Forward and len(only.shares) == 1:
            group = only.shares[0].target_group
            if group.__class__ is str:
                return (("forward", None, ((group, 1),)),), True
    key = action_key(rule)
    return key, bool(rule.actions) and not any(isinstance(part, _Unequal | _Symbolic) for part in _flat(key))


def action_key(rule: Rule) -> Hashable:
    """A value that is equal for two rules only if they treat every request alike; transforms are part of it, tags are not.

    A rule with an unreadable action has a key equal to no other; so has one whose action a deployment leaves to others.
    """
    if "actions" in rule.left_alone:
        return (_Unequal(),)
    return (*(_key(action) for action in rule.actions), *(("transform", *_known(item.type, item.rewrites)) for item in rule.transforms))


def action_known(rule: Rule) -> bool:
    """Whether all of the rule's action could be read, so that "acts differently" can be said for certain."""
    return action_facts(rule)[1]


def surely_differ(one: Hashable, other: Hashable) -> bool:
    """Whether two normal forms treat requests differently whatever their unread parts are.

    Of forwards: no group of one is a group of the other, so that no weights make them alike. Of others: another kind, or a read part that differs.
    """
    if not isinstance(one, tuple) or not isinstance(other, tuple) or len(one) != len(other):
        return False
    return any(_differ(mine, theirs) for mine, theirs in zip(one, other, strict=True))


def _differ(mine: Any, theirs: Any) -> bool:
    if not isinstance(mine, tuple) or not isinstance(theirs, tuple):
        return False
    if mine[0] != theirs[0]:
        return True
    if mine[0] == "forward":
        groups, others = ({share[0] for share in key[2]} for key in (mine, theirs))
        read = all(isinstance(group, str) for group in groups | others)
        return read and bool(groups and others) and not groups & others
    pairs = zip(mine, theirs, strict=False)
    return mine[0] in {"redirect", "fixed-response"} and any(
        part != other and isinstance(part, str) and isinstance(other, str) for part, other in pairs
    )


def _flat(key: Any) -> list[Any]:
    return [leaf for part in key for leaf in _flat(part)] if isinstance(key, tuple) else [key]


def _known(*parts: Any) -> tuple[Any, ...]:
    return tuple(_unread(part) if isinstance(part, Unknown) else _known(*part) if isinstance(part, tuple) else part for part in parts)


def _unread(value: Unknown) -> Hashable:
    return _Symbolic(value.pieces) if value.pieces else _Unequal()


def _key(action: Action) -> Hashable:
    match action:
        case Forward():
            return ("forward", *_known(*_shares(action)))
        case Redirect():
            host = action.host if isinstance(action.host, Unknown) or "#{" in action.host else action.host.lower()
            return ("redirect", *_known(action.status, action.protocol, host, action.port, action.path, action.query))
        case FixedResponse():
            return ("fixed-response", *_known(action.status, action.content_type, action.body))
        case Authenticate():
            return ("authenticate", action.kind, *_known(*action.settings))
        case JwtValidation():
            return ("jwt-validation", *_known(*action.settings))
        case OpaqueAction():
            return _Unequal()


def _shares(action: Forward) -> tuple[Any, ...]:
    """(stickiness, sorted shares): one group's weight never matters; off stickiness, weight 0 is no member and only ratios count."""
    shares = action.shares
    if len(shares) == 1:
        return (None, ((shares[0].target_group, 1),))
    if any(isinstance(share.weight, Unknown) or isinstance(share.target_group, Unknown) for share in shares):
        return (action.sticky_seconds, tuple((share.target_group, share.weight) for share in shares))
    pairs = sorted((str(share.target_group), int(str(share.weight))) for share in shares)
    if action.sticky_seconds is None and any(weight > 0 for _, weight in pairs):
        pairs = [pair for pair in pairs if pair[1] > 0]
        divisor = gcd(*(weight for _, weight in pairs))
        pairs = [(group, weight // divisor) for group, weight in pairs]
        if len(pairs) == 1:
            pairs = [(pairs[0][0], 1)]
    return (action.sticky_seconds, tuple(pairs))
