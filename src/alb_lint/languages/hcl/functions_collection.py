"""Functions of lists, sets and maps. Elements that are symbols pass through where only their number or place counts."""

from typing import Final

from alb_lint.languages.hcl.convert import same, spelled, to_bool, to_text, to_whole
from alb_lint.languages.hcl.function import ANY_NUMBER, Function
from alb_lint.languages.hcl.values import (
    ABSENT,
    MAX_ELEMENTS,
    ListOf,
    MapOf,
    Refused,
    SetOf,
    Stuck,
    Sym,
    TooMuch,
    Value,
    elements,
    is_mapping,
    is_sequence,
    kind,
    sited,
    with_site,
)
from alb_lint.record import replace

_SURELY_TEXT: Final = (".arn", ".id", ".name")
"""Attributes of resources that are no lists."""


def sequence(value: Value) -> tuple[Value, ...]:
    if isinstance(value, Sym):
        raise Stuck(value)
    if not is_sequence(value):
        raise Refused(f"{kind(value)} is no list")
    found: tuple[Value, ...] = value
    return found


def _mapping(value: Value) -> dict[str, Value]:
    if isinstance(value, Sym):
        raise Stuck(value)
    if not is_mapping(value):
        raise Refused(f"{kind(value)} is no map")
    found: dict[str, Value] = value
    return found


def known(items: tuple[Value, ...]) -> tuple[Value, ...]:
    for item in items:
        if isinstance(item, Sym):
            raise Stuck(item)
    return items


def _alltrue(items: Value) -> Value:
    return _quantified(items, decisive=False)


def _anytrue(items: Value) -> Value:
    return _quantified(items, decisive=True)


def _quantified(items: Value, *, decisive: bool) -> Value:
    open_question: Sym | None = None
    for item in sequence(items):
        if isinstance(item, Sym):
            open_question = item
        elif (item is not None and to_bool(item)) is decisive:
            return decisive
    if open_question is not None:
        raise Stuck(open_question)
    return not decisive


def _chunklist(items: Value, size: Value) -> Value:
    values, width = sequence(items), to_whole(size)
    if width < 0:
        raise Refused("the size is below zero")
    if not values:
        return ListOf()
    width = width or len(values)
    return ListOf(ListOf(values[at : at + width]) for at in range(0, len(values), width))


def _coalesce(*values: Value) -> Value:
    """The first that is neither null nor empty. A reference is neither."""
    for value in values:
        if isinstance(value, Sym):
            if value.reference:
                return value
            raise Stuck(value)
        if value is not None and value != "":
            texts = any(isinstance(other, str) for other in values)
            return with_site(to_text(value), sited(value)) if texts and not isinstance(value, tuple | dict) else value
    raise Refused("all are null or empty")


def _coalescelist(*lists: Value) -> Value:
    for items in lists:
        if isinstance(items, Sym) and items.reference:
            return items
        if items is not None and sequence(items):
            return items
    raise Refused("all are empty")


def _compact(items: Value) -> Value:
    return ListOf(item for item in known(sequence(items)) if item is not None and item != "")


def _concat(*lists: Value) -> Value:
    """All elements in turn. Behind a list of unknown length nothing is known, but for its first element, which a reference has."""
    if isinstance(lists[0], Sym) and lists[0].reference and lists[0].members:
        first = lists[0]
        whole = first.derived(f"concat({first.text}, …)", reference=True)
        return Sym(
            whole.text,
            whole.cause,
            whole.origin,
            reference=True,
            members=lambda key, indexed: first.get(0, indexed=True) if indexed and key == 0 else ABSENT,
        )
    if any(isinstance(items, SetOf) for items in lists):
        raise Refused("a set is no list")
    joined = elements(item for items in lists for item in sequence(items))
    return ListOf(joined) if all(isinstance(items, ListOf) for items in lists) else joined


def _element(items: Value, at: Value) -> Value:
    if isinstance(at, Sym):
        raise Stuck(at)
    if isinstance(items, Sym):
        found = items.get(to_whole(at), indexed=True)
        return items.derived(f"{items.text}[{to_whole(at)}]", reference=items.reference) if found is ABSENT else found
    values = sequence(items)
    if not values or to_whole(at) < 0:
        raise Refused("there is no element to pick")
    return values[to_whole(at) % len(values)]


def _flatten(items: Value) -> Value:
    found: list[Value] = []
    stack = list(reversed(sequence(items)))
    budget = MAX_ELEMENTS
    while stack:
        budget -= 1
        if budget < 0:
            raise TooMuch(f"a collection of more than {MAX_ELEMENTS} elements")
        item = stack.pop()
        if isinstance(item, tuple):
            stack.extend(reversed(item))
        elif isinstance(item, Sym) and not (item.single or item.text.endswith(_SURELY_TEXT)):
            raise Stuck(item)
        else:
            found.append(item)
    return tuple(found)


def _index(items: Value, wanted: Value) -> Value:
    for at, item in enumerate(known(sequence(items))):
        if same(item, wanted):
            return at
    raise Refused("the value is not in the list")


def _keys(value: Value) -> Value:
    return ListOf(sorted(_mapping(value)))


def _length(value: Value) -> Value:
    if isinstance(value, str):
        return len(value)
    if is_sequence(value) or is_mapping(value):
        return len(value)
    raise Refused(f"{kind(value)} has no length")


def _lookup(value: Value, key: Value, *default: Value) -> Value:
    if isinstance(key, Sym):
        raise Stuck(key)
    found = _mapping(value)
    name = to_text(key)
    if name in found:
        return found[name]
    if default:
        return default[0]
    raise Refused(f"there is no {name!r} in it")


def _merge(*maps: Value) -> Value:
    """Behind a map that is not known, the keys of those that follow it are."""
    merged: dict[str, Value] = {}
    given = [value for value in maps if value is not None]
    unknown = next((value for value in given if isinstance(value, Sym)), None)
    if unknown is not None:
        for value in given:
            if not isinstance(value, Sym):
                _mapping(value)
        return replace(unknown.derived(f"merge({', '.join(map(spelled, given))})"), members=lambda key, _: _last(given, key))
    for value in given:
        merged.update(_mapping(value))
    return MapOf(merged) if given and all(isinstance(value, MapOf) for value in given) else merged


def _last(maps: list[Value], key: str | int) -> Value:
    """What the last map that is known to hold the key gives; ABSENT where one behind it may hold it, too."""
    for value in reversed(maps):
        if isinstance(value, Sym):
            return value.get(key, indexed=False) if value.members else ABSENT
        if key in value:
            return value[key]
    return ABSENT


def _one(items: Value) -> Value:
    if isinstance(items, Sym):
        only = items.get(0, indexed=True) if items.reference else ABSENT
        if only is ABSENT:
            raise Stuck(items)
        return only
    values = sequence(items)
    if len(values) > 1:
        raise Refused(f"there are {len(values)} elements")
    return values[0] if values else None


def _reverse(items: Value) -> Value:
    values = sequence(items)
    return ListOf(reversed(values)) if isinstance(items, ListOf) else tuple(reversed(values))


def _slice(items: Value, start: Value, end: Value) -> Value:
    values, first, last = sequence(items), to_whole(start), to_whole(end)
    if not 0 <= first <= last <= len(values):
        raise Refused("the bounds lie outside the list")
    return type(values)(values[first:last])


def _sort(items: Value) -> Value:
    return ListOf(sorted(to_text(item) for item in sequence(items)))


def _transpose(value: Value) -> Value:
    found: dict[str, list[str]] = {}
    for name, items in sorted(_mapping(value).items()):
        for item in sequence(items):
            found.setdefault(to_text(item), []).append(name)
    return MapOf({key: ListOf(names) for key, names in sorted(found.items())})


def _values(value: Value) -> Value:
    found = _mapping(value)
    ordered = [found[key] for key in sorted(found)]
    return ListOf(ordered) if isinstance(value, MapOf) else tuple(ordered)


def _zipmap(keys: Value, values: Value) -> Value:
    names, items = sequence(keys), sequence(values)
    if len(names) != len(items):
        raise Refused("keys and values differ in number")
    return dict(zip((str(to_text(name)) for name in names), items, strict=True))


COLLECTION: Final = {
    "alltrue": Function(_alltrue),
    "anytrue": Function(_anytrue),
    "chunklist": Function(_chunklist, 2, 2, passes_on=True),
    "coalesce": Function(_coalesce, 1, ANY_NUMBER, open=True, passes_on=True),
    "coalescelist": Function(_coalescelist, 1, ANY_NUMBER, open=True, passes_on=True),
    "compact": Function(_compact),
    "concat": Function(_concat, 1, ANY_NUMBER, open=True, passes_on=True),
    "element": Function(_element, 2, 2, open=True, passes_on=True),
    "flatten": Function(_flatten, passes_on=True, deep=True),
    "index": Function(_index, 2, 2, deep=True),
    "keys": Function(_keys),
    "length": Function(_length, passes_on=True),
    "list": Function(lambda *items: ListOf(items), 0, ANY_NUMBER, open=True, passes_on=True),
    "lookup": Function(_lookup, 2, 3, open=True, passes_on=True),
    "merge": Function(_merge, 0, ANY_NUMBER, open=True, passes_on=True),
    "one": Function(_one, open=True, passes_on=True),
    "reverse": Function(_reverse, passes_on=True),
    "slice": Function(_slice, 3, 3, passes_on=True),
    "sort": Function(_sort),
    "transpose": Function(_transpose, deep=True),
    "values": Function(_values, passes_on=True),
    "zipmap": Function(_zipmap, 2, 2, passes_on=True),
}
