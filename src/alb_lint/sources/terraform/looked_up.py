"""What load balancers and states are looked up by, as texts and as parts that are compared."""

from functools import lru_cache
from typing import Final

from alb_lint.languages.hcl.convert import spelled
from alb_lint.languages.hcl.module import Resource
from alb_lint.languages.hcl.values import Sym, Value
from alb_lint.patterns import pattern
from alb_lint.sources.terraform.naming import prefixed, same_everywhere, stripped

BALANCER_TYPES: Final = frozenset({"aws_lb", "aws_alb"})

_STATE: Final = pattern(r"remote_state\((\w+), (.*)\)")
_PLACE: Final = pattern(r'(\w+) = ("(?:[^"\\]|\\.)*"|[^",]+)(?:, |$)')
_OWN: Final = "terraform.workspace"
_NAMES_A_STATE: Final = frozenset({"key", "path", "prefix", "name", "workspaces"})
"""What tells states of one bucket apart."""


def balancer(value: Value, prefix: str) -> str:
    """What a load balancer is known by: its ARN, its address, or the name or tags by which a data source looks it up."""
    if not isinstance(value, Sym):
        return str(value) if isinstance(value, str) else spelled(value)
    about = value.about
    if isinstance(about, Resource) and about.type in BALANCER_TYPES and about.is_data:
        if about.sets("arn"):
            return balancer(about.attribute("arn"), prefix)
        if about.sets("name"):
            name = about.attribute("name")
            shown = spelled(name).strip('"')
            return shown if _is_one(name) else prefixed(prefix, shown)
        tags = tags_of(about)
        if tags:
            shown = f"tags({', '.join(f'{key} = {text}' for key, text in tags)})"
            return shown if all(_is_one(tag) for tag in _tags(about).values()) else prefixed(prefix, shown)
    return prefixed(prefix, stripped(value.text))


def tags_of(resource: Resource) -> tuple[tuple[str, str], ...]:
    """(key, value as it is spelled), sorted; of a load balancer those that are told, of a lookup none where not all are."""
    told = {key: spelled(value) for key, value in _tags(resource).items() if _is_one(value) or resource.is_data}
    return tuple(sorted(told.items()))


def _tags(resource: Resource) -> dict[str, Value]:
    tags = resource.attribute("tags") if resource.sets("tags") else None
    return {str(key): value for key, value in tags.items()} if isinstance(tags, dict) else {}


def _is_one(value: Value) -> bool:
    """Whether the value is the same wherever it is spelled so."""
    return isinstance(value, str) or (isinstance(value, Sym) and same_everywhere(value))


@lru_cache(maxsize=4_096)
def _place(state: str) -> tuple[str, dict[str, str]] | None:
    """(backend, where the state lies) of a state's name; None where it cannot be told from that."""
    found = _STATE.fullmatch(state)
    if found is None or _PLACE.sub("", found[2]):
        return None
    return found[1], dict(_PLACE.findall(found[2]))


def marks(state: str) -> list[tuple[str, str]]:
    """What tells the state from others of its bucket, as far as that is literal."""
    place = _place(state)
    return [] if place is None else [(name, text) for name, text in place[1].items() if name in _NAMES_A_STATE and _is_literal(text)]


def may_be(wanted: str, known: str) -> bool:
    """Whether the state that `wanted` looks up may be the one of `known`: of what both tell, nothing differs, and one says which of a bucket it is.

    A backend may leave to the command line what a lookup has to tell, and a lookup may have a variable where the backend has a text.
    """
    one, other = _place(wanted), _place(known)
    if one is None or other is None or one[0] != other[0]:
        return False
    asked, told = one[1], other[1]
    if asked.get("workspace", _OWN) != _OWN or not told.keys() <= asked.keys():
        return False
    differ = {name for name, text in told.items() if asked[name] != text}
    return not any(_is_literal(asked[name]) and _is_literal(told[name]) for name in differ) and not _NAMES_A_STATE.isdisjoint(
        name for name in told.keys() - differ if _is_literal(told[name])
    )


def _is_literal(text: str) -> bool:
    return text[0] == '"' and "${" not in text
