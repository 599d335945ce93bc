"""A fingerprint of what decides a listener's answers: a plan is for exactly that, and void once it differs."""

from collections.abc import Iterable
from hashlib import sha256
from json import JSONEncoder
from typing import Any, Final

from alb_lint.model import Listener, Rule

# made once: a listener of one rule takes less than making them does
_SORTED: Final = JSONEncoder(sort_keys=True).encode
_CLOSE: Final = JSONEncoder(sort_keys=True, separators=(",", ":")).encode


def digest(listener: Listener) -> str:
    """sha256 over the rules by id: number, conditions, actions, transforms, presence; and the default. Names, tags and places are no part."""
    rules = _ordered([_rule(rule) for rule in listener.rules])
    default = _rule(listener.default) if listener.default is not None else None
    family = listener.load_balancer.ip_address_type if listener.load_balancer is not None else ""
    return _hashed({"listener": listener.id, "rules": rules, "default": default, "addresses": family})


def joint_digest(digests: Iterable[tuple[str, str]]) -> str:
    """One over (listener id, digest) of several."""
    return _hashed(sorted(digests))


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "priority": "default" if rule.is_default else _plain(rule.priority),
        "conditions": _ordered([_plain(item) for item in rule.conditions]),
        "actions": _plain(rule.actions),
        "transforms": _plain(rule.transforms),
        "presence": _plain(rule.presence),
    }


def _ordered(items: list[Any]) -> list[Any]:
    return sorted(items, key=_SORTED) if len(items) > 1 else items


def _plain(value: Any) -> Any:
    """The value as JSON can write it, each record with the name of its kind."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    kind = type(value)
    names = kind.__match_args__
    assert names, "a record without fields says nothing"
    return {"": kind.__name__, **{name: _plain(getattr(value, name)) for name in names}}


def _hashed(content: Any) -> str:
    return "sha256:" + sha256(_CLOSE(content).encode()).hexdigest()
