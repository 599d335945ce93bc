"""Conversions between types, and functions that change nothing here."""

from typing import Final

from alb_lint.languages.hcl.constraints import common, set_of
from alb_lint.languages.hcl.convert import to_bool, to_number, to_text
from alb_lint.languages.hcl.function import Function
from alb_lint.languages.hcl.values import ListOf, MapOf, Refused, Value, hidden, is_mapping, is_sequence, kind, sited, with_site


def _tolist(value: Value) -> Value:
    if value is None:
        return None
    if not is_sequence(value):
        raise Refused(f"{kind(value)} is no list")
    return ListOf(one_type(value))


def _toset(value: Value) -> Value:
    if value is None:
        return None
    if not is_sequence(value):
        raise Refused(f"{kind(value)} is no list")
    return set_of(one_type(value))


def _tomap(value: Value) -> Value:
    if value is None:
        return None
    if not is_mapping(value):
        raise Refused(f"{kind(value)} is no map")
    return MapOf(zip(value, one_type(tuple(value.values())), strict=True))


def one_type(items: tuple[Value, ...]) -> tuple[Value, ...]:
    """The items in one type: texts, where there is a text among numbers and booleans."""
    text = next((item for item in items if isinstance(item, str)), None)
    if text is None:
        return tuple(items)
    return tuple(common(item, text)[0] for item in items)


TYPE: Final = {
    "ephemeralasnull": Function(lambda value: value, passes_on=True),
    "nonsensitive": Function(lambda value: value, open=True, passes_on=True),
    "sensitive": Function(hidden, open=True, passes_on=True),
    "tobool": Function(lambda value: None if value is None else to_bool(value), passes_on=True),
    "tolist": Function(_tolist, passes_on=True),
    "tomap": Function(_tomap, passes_on=True),
    "tonumber": Function(lambda value: None if value is None else to_number(value), passes_on=True),
    "toset": Function(_toset, passes_on=True, deep=True),
    "tostring": Function(lambda value: None if value is None else with_site(to_text(value), sited(value)), passes_on=True),
}
