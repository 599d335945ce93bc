"""Values that the input itself marks as secret: texts become symbols that are never shown, and that are equal where the texts are.

Numbers and what identifies a resource stay as they are. Source: Terraform documentation, "JSON Output Format" (`sensitive_values`,
`after_sensitive`: the shape of the values, `true` for all that lies below).
"""

from typing import Any, Final

from alb_lint.symbols import secret

_DEPTH: Final = 60
_KEPT: Final = frozenset(
    {"arn", "id", "listener_arn", "load_balancer_arn", "target_group_arn", "type", "field", "name", "http_header_name"}
)
"""Names of things and of kinds of things, without which nothing could be said of a rule."""


def hidden(value: Any, depth: int = 0) -> Any:
    """The value with every text in it hidden."""
    if isinstance(value, str):
        return secret(value) if value else value
    if depth > _DEPTH:
        return secret("")
    if isinstance(value, dict):
        return {key: item if key in _KEPT else hidden(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [hidden(item, depth + 1) for item in value]
    return value


def marked(value: Any, marks: Any, depth: int = 0) -> Any:
    """The value with the texts hidden that are marked. `marks`: of the shape of the value."""
    if marks is True:
        return hidden(value, depth)
    if not marks or depth > _DEPTH:
        return value
    if isinstance(value, dict) and isinstance(marks, dict):
        return {key: item if key in _KEPT else marked(item, marks.get(key), depth + 1) for key, item in value.items()}
    if isinstance(value, list) and isinstance(marks, list):
        if len(marks) != len(value):  # of a set: which mark belongs to which value is not told
            return hidden(value, depth) if any(marks) else value
        return [marked(item, mark, depth + 1) for item, mark in zip(value, marks, strict=True)]
    return hidden(value, depth)


def at_path(value: Any, path: list[Any], depth: int = 0) -> Any:
    """The value with what lies at the path hidden; all elements of a list where the path names none that is there."""
    if not path or depth > _DEPTH:
        return hidden(value)
    step, rest = path[0], path[1:]
    if isinstance(value, dict):
        return {key: at_path(item, rest, depth + 1) if key == step and key not in _KEPT else item for key, item in value.items()}
    if isinstance(value, list):
        chosen = step if isinstance(step, int) and 0 <= step < len(value) else None
        return [at_path(item, rest, depth + 1) if chosen is None or place == chosen else item for place, item in enumerate(value)]
    return hidden(value)
