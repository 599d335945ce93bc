"""Type constraints of variables, and conversion to them. Source: Terraform language, "Type Constraints"."""

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Final

from alb_lint.languages.hcl.convert import same, spelled, to_bool, to_number, to_text
from alb_lint.languages.hcl.syntax import Call, Expr, Literal, Name, ObjectOf, TupleOf
from alb_lint.languages.hcl.values import ListOf, MapOf, Refused, SetOf, Sym, Value, elements, is_number, kind, sited, with_site
from alb_lint.record import record

MAX_DEPTH: Final = 24
"""Levels of a type or of two values that are brought together; written ones stay below 10."""


@record
class Type:
    """`name`: any, string, number, bool, list, set, map, object, tuple. `of`: element types; `fields`: those of an object."""

    name: str
    of: "tuple[Type, ...]" = ()
    fields: "tuple[Field, ...]" = ()


@record
class Field:
    name: str
    type: Type
    optional: bool = False
    default: Expr | None = None


ANY: Final = Type("any")

_SIMPLE: Final = frozenset({"any", "string", "number", "bool"})
_COLLECTIONS: Final = frozenset({"list", "set", "map"})


def read_type(expression: Expr | None, depth: int = 0) -> Type:
    """The type that a constraint names; what is not understood constrains nothing."""
    match expression:
        case Name(name=name) | Literal(value=str(name)) if name in _SIMPLE:
            return Type(name)
        case Name(name=name) | Literal(value=str(name)) if name in _COLLECTIONS:
            return Type(name, (ANY,))
        case Call(name=name, arguments=(of, *_)) if depth < MAX_DEPTH:
            if name in _COLLECTIONS:
                return Type(name, (read_type(of, depth + 1),))
            if name == "tuple" and isinstance(of, TupleOf):
                return Type(name, tuple(read_type(item, depth + 1) for item in of.items))
            if name == "object" and isinstance(of, ObjectOf):
                return Type(name, fields=tuple(_field(key, value, depth) for key, value in of.items))
    return ANY


def _field(key: Expr, value: Expr, depth: int) -> Field:
    name = key.value if isinstance(key, Literal) else ""
    if isinstance(value, Call) and value.name == "optional" and value.arguments:
        return Field(name, read_type(value.arguments[0], depth + 1), True, value.arguments[1] if len(value.arguments) > 1 else None)
    return Field(name, read_type(value, depth + 1))


def converted(value: Value, wanted: Type, evaluate: Callable[[Expr], Value]) -> Value:
    """The value as one of the type; raises Refused where Terraform would. `evaluate` gives the defaults of optional fields."""
    if value is None or isinstance(value, Sym):
        return value
    match wanted.name:
        case "string":
            return with_site(to_text(value), sited(value))
        case "number":
            return to_number(value)
        case "bool":
            return to_bool(value)
        case "list" | "set":
            if not isinstance(value, tuple):
                raise Refused(f"{kind(value)} is no {wanted.name}")
            items = elements(converted(item, wanted.of[0], evaluate) for item in value)
            return ListOf(items) if wanted.name == "list" else set_of(items)
        case "map":
            if not isinstance(value, dict):
                raise Refused(f"{kind(value)} is no map")
            return MapOf({key: converted(item, wanted.of[0], evaluate) for key, item in value.items()})
        case "object":
            return _object(value, wanted, evaluate)
        case "tuple":
            if not isinstance(value, tuple) or len(value) != len(wanted.of):
                raise Refused(f"{kind(value)} is no tuple of {len(wanted.of)}")
            return tuple(converted(item, of, evaluate) for item, of in zip(value, wanted.of, strict=True))
    return value


def _object(value: Value, wanted: Type, evaluate: Callable[[Expr], Value]) -> Value:
    if not isinstance(value, dict):
        raise Refused(f"{kind(value)} is no object")
    found = {}
    for field in wanted.fields:
        item = value.get(field.name)
        if item is None and field.name not in value and not field.optional:
            raise Refused(f"attribute {field.name!r} is missing")
        if item is None and field.default is not None:
            item = evaluate(field.default)
        found[field.name] = converted(item, field.type, evaluate)
    return found


def set_of(items: Iterable[Value]) -> SetOf:
    """The distinct items: numbers, then texts, each sorted, then the rest as they come."""
    seen: dict[str, list[Value]] = {}
    for item in items:
        alike = seen.setdefault(spelled(item), [])
        if not any(isinstance(item, Sym) or same(item, other) for other in alike):
            alike.append(item)
    distinct = [item for alike in seen.values() for item in alike]
    numbers: list[int | Fraction] = [item for item in distinct if is_number(item)]
    texts: list[str] = [item for item in distinct if isinstance(item, str)]
    rest = [item for item in distinct if not is_number(item) and not isinstance(item, str)]
    return SetOf((*sorted(numbers), *sorted(texts), *rest))


def common(one: Value, other: Value, depth: int = 0) -> tuple[Value, Value]:
    """Both values in one type, as the sides of a conditional are; left alone where Terraform would refuse or nothing shows."""
    if depth > MAX_DEPTH or one is None or other is None or isinstance(one, Sym) or isinstance(other, Sym):
        return one, other
    if isinstance(one, tuple) and isinstance(other, tuple):
        return _common_sequence(one, other, depth)
    if isinstance(one, dict) and isinstance(other, dict):
        if one.keys() != other.keys():
            return one, other
        pairs = {key: common(one[key], other[key], depth + 1) for key in one}
        shape = MapOf if isinstance(one, MapOf) or isinstance(other, MapOf) else dict
        return shape({key: pair[0] for key, pair in pairs.items()}), shape({key: pair[1] for key, pair in pairs.items()})
    if isinstance(one, str) != isinstance(other, str) and not isinstance(one, tuple | dict) and not isinstance(other, tuple | dict):
        return with_site(to_text(one), sited(one)), with_site(to_text(other), sited(other))
    return one, other


def _common_sequence(one: tuple[Value, ...], other: tuple[Value, ...], depth: int) -> tuple[Value, Value]:
    if type(one) is tuple and type(other) is tuple and len(one) == len(other):
        pairs = [common(left, right, depth + 1) for left, right in zip(one, other, strict=True)]
        return tuple(left for left, _ in pairs), tuple(right for _, right in pairs)
    if any(isinstance(item, str) for item in (*one, *other)) and all(_primitive(item) for item in (*one, *other)):
        one, other = (tuple(with_site(to_text(item), sited(item)) for item in side) for side in (one, other))
    if isinstance(one, SetOf) or isinstance(other, SetOf):
        return set_of(one), set_of(other)
    return ListOf(one), ListOf(other)


def _primitive(value: Value) -> bool:
    return isinstance(value, str | bool) or is_number(value)
