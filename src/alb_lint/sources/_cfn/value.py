"""Values after the intrinsics: text, lists and maps, and symbols for what only a deployment tells."""

import json
import re
from dataclasses import dataclass
from typing import Any, Final, Union

from alb_lint.model import Unknown
from alb_lint.sources._cfn.node import Node, Opaque, Scalar, Sequence

LENGTH: Final = 65_536
"""Characters of a text that intrinsics may build; templates are 1 MiB, values of rules 1,024 characters."""

_SHOWN: Final = 80
_SHOWN_DEPTH: Final = 4


@dataclass(frozen=True, slots=True)
class Symbol:
    """A value that the template does not tell.

    `id`: equal for equal values wherever they are written, "" where that cannot be said. `expression`: as a person wrote it.
    `why`: what is missing.
    """

    id: str
    expression: str
    why: str

    @property
    def unknown(self) -> Unknown:
        return Unknown(f"{self.expression} ({self.why})")


class NoValue:
    """`AWS::NoValue`: the list item or property that is not there."""

    __slots__ = ()


NO_VALUE: Final = NoValue()

Value = Union[str, Symbol, NoValue, list["Value"], dict[str, "Value"]]  # noqa: UP007 - a recursive alias needs the quoted form


def canonical(value: Value) -> str | None:
    """One text for equal values; None where a symbol in it has no identity, or where the text would be too long."""
    if isinstance(value, str):
        return json.dumps(value) if len(value) <= LENGTH else None
    if isinstance(value, Symbol):
        return value.id or None
    if isinstance(value, NoValue):
        return "AWS::NoValue"
    parts: list[str] = []
    size = 0
    for key, item in value.items() if isinstance(value, dict) else (("", item) for item in value):
        part = canonical(item)
        if part is None:
            return None
        parts.append(f"{json.dumps(key)}: {part}" if key else part)
        size += len(parts[-1])
        if size > LENGTH:
            return None
    return ", ".join(parts).join("{}" if isinstance(value, dict) else "[]")


def first_symbol(value: Value) -> Symbol | None:
    """The first symbol inside, depth first; it is the reason why the whole is not known."""
    if isinstance(value, Symbol):
        return value
    if isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            found = first_symbol(item)
            if found is not None:
                return found
    return None


def why_of(inner: Symbol, outer: str) -> str:
    """The reason of a part, as the reason of the whole."""
    return inner.why if inner.expression == outer else f"{inner.expression}: {inner.why}"


def shown(node: Node) -> str:
    """An expression as a person writes it, on one line and short: `Ref Port`, `Sub api.${Domain}`."""
    text = _shown(node, _SHOWN_DEPTH)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _shown(node: Node, depth: int) -> str:
    if isinstance(node, Scalar):
        return " ".join(node.text[:_SHOWN].split()) or '""'
    if isinstance(node, Opaque) or depth == 0:
        return "…"
    if isinstance(node, Sequence):
        return ", ".join(_shown(item, depth - 1) for item in node.items[:6]).join("[]")
    if len(node.items) == 1:
        ((name, argument),) = node.items.items()
        short = name.removeprefix("Fn::")
        if name == "Fn::GetAtt" and isinstance(argument, Sequence):
            return f"GetAtt {'.'.join(_shown(item, depth - 1) for item in argument.items[:3])}"
        return f"{short} {_shown(argument, depth - 1)}"
    return "{…}"


_MUSTACHE: Final = re.compile(r"\{\{.{0,200}?\}\}", re.DOTALL)

_IDENTITIES: Final = frozenset({"TargetGroupArn", "AuthenticateOidcConfig", "AuthenticateCognitoConfig", "JwtValidationConfig"})
"""Parts of actions where a symbol stands for itself: equal symbols are the same target group or the same login."""


def plain(value: Value, *, identity: bool = False, mustache: bool = False) -> Any:
    """A value in the API's shape, its symbols as Unknown.

    `identity`: symbols become their ids instead. `mustache`: text with `{{ }}` is Unknown, since another tool fills it in.
    """
    if isinstance(value, str):
        if mustache and _MUSTACHE.search(value):
            return Unknown(f"{value[:_SHOWN]} (another tool fills in the {{{{ }}}})")
        return value
    if isinstance(value, Symbol):
        return value.id if identity and value.id else value.unknown
    if isinstance(value, NoValue):
        return None
    if isinstance(value, list):
        return [plain(item, identity=identity, mustache=mustache) for item in value]
    return {key: plain(item, identity=identity or key in _IDENTITIES, mustache=mustache) for key, item in value.items()}
