"""What a load balancer is looked up by, as one text that is the same in every root module, and as tags that are compared."""

from typing import Final

from alb_lint.languages.hcl.convert import spelled
from alb_lint.languages.hcl.module import Resource
from alb_lint.languages.hcl.values import Sym, Value
from alb_lint.sources.terraform.naming import prefixed, same_everywhere, stripped

BALANCER_TYPES: Final = frozenset({"aws_lb", "aws_alb"})


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
    """(key, value as it is spelled), sorted; of a load balancer those that mean the same in all roots, of a lookup all."""
    told = {key: spelled(value) for key, value in _tags(resource).items() if _is_one(value) or resource.is_data}
    return tuple(sorted(told.items()))


def _tags(resource: Resource) -> dict[str, Value]:
    tags = resource.attribute("tags") if resource.sets("tags") else None
    return {str(key): value for key, value in tags.items()} if isinstance(tags, dict) else {}


def _is_one(value: Value) -> bool:
    """Whether the value is the same wherever it is spelled so."""
    return isinstance(value, str) or (isinstance(value, Sym) and same_everywhere(value))
