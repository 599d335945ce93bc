"""Methods of lists, texts and outputs whose results are known."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from alb_lint.languages.typescript import awsx
from alb_lint.languages.typescript.loops import any_item
from alb_lint.languages.typescript.operators import TEXT_LIMIT, as_choice, as_text, joined
from alb_lint.languages.typescript.presence import truth
from alb_lint.languages.typescript.texts import number_method, text_method
from alb_lint.languages.typescript.values import NOTHING, Arr, Choice, Func, Lazy, Lit, Obj, Res, Space, Sym, Table, Value, lazy

if TYPE_CHECKING:
    from alb_lint.languages.typescript.machine import Machine


def method(machine: "Machine", receiver: Value, name: str, args: Arr) -> Value | None:
    """What a method of a plain value or an output gives; None where it is none of these."""
    first = machine.force(args.items[0]) if args.items else NOTHING
    if name in {"apply", "then"} and isinstance(first, Func) and not isinstance(receiver, Func):
        found = machine.call(first, (lazy(resolved(machine, receiver)),))
        return replace(found, output=name == "apply") if isinstance(found, Sym) else found
    if isinstance(receiver, Res):
        return awsx.method(machine, receiver, name, args)
    if isinstance(receiver, Arr):
        return _of_list(machine, receiver, name, first, args)
    if isinstance(receiver, Table):
        return _of_table(machine, receiver, name, first)
    if isinstance(receiver, Lit) and receiver.value is not None:
        return _of_text(machine, receiver, name, [machine.force(item) for item in args.items])
    if isinstance(receiver, Obj) and name == "hasOwnProperty" and isinstance(first, Lit) and receiver.more is None:
        return Lit(first.value in receiver.entries)
    if isinstance(receiver, Sym) and isinstance(first, Func) and name in {"map", "flatMap"}:
        return Arr((), machine.render(receiver)[0])
    return None


def calls_back(machine: "Machine", receiver: Value, name: str) -> list[tuple[Lazy, ...]] | None:
    """The arguments of each call that a method makes of the function it is given; None where that is not known."""
    if name in {"apply", "then"} and not isinstance(receiver, Func):
        return [(lazy(resolved(machine, receiver)),)]
    if isinstance(receiver, Table):
        return [(held, lazy(key)) for key, held in receiver.pairs] if name == "forEach" else None
    if not isinstance(receiver, Arr) or name not in _ITERATING:
        return None
    rounds = [(item, lazy(Lit(index))) for index, item in enumerate(receiver.items)]
    return [*rounds, (lazy(any_item(machine, receiver)),)] if receiver.more else list(rounds)


def _of_table(machine: "Machine", receiver: Table, name: str, first: Value) -> Value | None:
    if name in {"get", "has"} and isinstance(first, Lit):
        found = receiver.get(first)
        if name == "has":
            return Lit(found is not None)
        return None if receiver.is_set else NOTHING if found is None else machine.force(found)
    if name in {"keys", "values", "entries"}:
        pairs = tuple(lazy(Arr((lazy(key), held))) for key, held in receiver.pairs)
        parts = {"keys": tuple(lazy(key) for key, _ in receiver.pairs), "values": tuple(held for _, held in receiver.pairs)}
        return Arr(parts.get(name, pairs))
    return None


def resolved(machine: "Machine", value: Value, depth: int = 0) -> Value:
    """What a callback gets of an Output: what it holds, which may be nothing."""
    if isinstance(value, Sym):
        return replace(value, output=False)
    if depth < _DEPTH and isinstance(value, Arr):
        return Arr(tuple(_resolved_later(machine, item, depth) for item in value.items), value.more)
    if depth < _DEPTH and isinstance(value, Obj):
        return Obj({name: _resolved_later(machine, item, depth) for name, item in value.entries.items()}, value.more)
    return value


def _resolved_later(machine: "Machine", item: Lazy, depth: int) -> Lazy:
    return Lazy(lambda: resolved(machine, machine.force(item), depth + 1))


def iterates(name: str) -> bool:
    """Whether a method of that name calls back for each item of a list."""
    return name in _ITERATING


_ITERATING: Final = frozenset({"forEach", "map", "flatMap", "filter", "some", "every", "find"})


def _of_list(machine: "Machine", receiver: Arr, name: str, first: Value, args: Arr) -> Value | None:
    if isinstance(first, Func) and name in {"map", "flatMap"}:
        return _mapped(machine, receiver, first, flat=name == "flatMap")
    if receiver.more:
        return None
    if name == "filter" and (isinstance(first, Func) or first == _BOOLEAN):
        return filtered(machine, receiver.items, first)
    if isinstance(first, Func) and name in {"find", "some", "every"}:
        return _searched(machine, receiver, name, first)
    if name == "concat":
        return _concatenated(machine, receiver, args)
    if name == "includes" and isinstance(first, Lit):
        return _includes(machine, receiver, first)
    if name == "join" and isinstance(first, Lit):
        return _joined(machine, receiver, "," if first.value is None else as_text(first))
    if name == "entries" and not args.items:
        return Arr(tuple(lazy(Arr((lazy(Lit(index)), item))) for index, item in enumerate(receiver.items)))
    if name == "slice":
        ends = [machine.force(item) for item in args.items]
        given = [end.value for end in ends if isinstance(end, Lit) and isinstance(end.value, int)]
        return Arr(receiver.items[slice(*(given if len(given) > 1 else [*given, None]))]) if 0 < len(given) == len(ends) < 3 else None
    return Arr(tuple(reversed(receiver.items))) if name == "toReversed" else None


_DEPTH: Final = 3
"""Levels of `pulumi.all({…})` that hold outputs."""

_BOOLEAN: Final = Space(("Boolean",))


def _mapped(machine: "Machine", receiver: Arr, func: Func, *, flat: bool) -> Value | None:
    results = tuple(_result(machine, func, item, index) for index, item in enumerate(receiver.items))
    if not flat:
        return Arr(results, receiver.more)
    return _concatenated(machine, Arr((), receiver.more), Arr(results)) if not receiver.more else None


def _result(machine: "Machine", func: Func, item: Lazy, index: int) -> Lazy:
    return Lazy(lambda: machine.call(func, (item, lazy(Lit(index)))))


def filtered(machine: "Machine", items: tuple[Lazy, ...], test: Value, kept: tuple[Lazy, ...] = ()) -> Value | None:
    """The items that pass; a choice of lists where an item is itself a choice of one that does and one that does not."""
    for index, item in enumerate(items):
        value = as_choice(machine.force(item))
        result = machine.call(test, (lazy(value), lazy(Lit(index)))) if isinstance(test, Func) else value
        decided = truth(machine, result)
        if decided is None and isinstance(value, Choice):
            yes, no = (_filtered_side(machine, side, items[index + 1 :], test, kept) for side in (value.yes, value.no))
            return Choice(value.when, yes, no)
        if decided is None:
            return None
        if decided:
            kept = (*kept, lazy(value))
    return Arr(kept)


def _filtered_side(machine: "Machine", side: Lazy, rest: tuple[Lazy, ...], test: Value, kept: tuple[Lazy, ...]) -> Lazy:
    def make() -> Value:
        found = filtered(machine, (side, *rest), test, kept)
        return Arr(kept, "a filtered list") if found is None else found

    return Lazy(make)


def _searched(machine: "Machine", receiver: Arr, name: str, func: Func) -> Value | None:
    kept = []
    for index, item in enumerate(receiver.items):
        decided = truth(machine, machine.force(_result(machine, func, item, index)))
        if decided is None:
            return None
        if decided:
            kept.append(item)
    if name == "find":
        return machine.force(kept[0]) if kept else NOTHING
    return Lit(bool(kept) if name == "some" else len(kept) == len(receiver.items))


def _concatenated(machine: "Machine", receiver: Arr, args: Arr) -> Value | None:
    items = list(receiver.items)
    for arg in args.items:
        value = machine.force(arg)
        if isinstance(value, Choice) or (isinstance(value, Arr) and value.more):
            return None
        items.extend(value.items if isinstance(value, Arr) else [arg])
    return Arr(tuple(items))


def _includes(machine: "Machine", receiver: Arr, wanted: Lit) -> Value | None:
    values = [machine.force(item) for item in receiver.items]
    if any(isinstance(value, Lit) and value.value == wanted.value for value in values):
        return Lit(value=True)
    return Lit(value=False) if all(isinstance(value, Lit) for value in values) else None


def _joined(machine: "Machine", receiver: Arr, separator: str) -> Value:
    parts: list[Value] = []
    for item in receiver.items:
        parts += [Lit(separator)] if parts else []
        parts.append(machine.force(item))
    return joined(machine, tuple(parts)) if parts else Lit("")


def _of_text(machine: "Machine", receiver: Lit, name: str, args: list[Value]) -> Value | None:
    text, given = as_text(receiver), [arg.value for arg in args if isinstance(arg, Lit)]
    if len(given) < len(args):
        return joined(machine, (receiver, *args)) if name == "concat" else None
    if name in {"toString", "valueOf"} and not given:
        return Lit(text)
    if not isinstance(receiver.value, str):
        found = None if receiver.value is None else number_method(receiver.value, name, given)
        return None if found is None else Lit(found)
    told = text_method(text, name, given)
    if told is not None:
        return Arr(tuple(lazy(Lit(part)) for part in told)) if isinstance(told, list) else Lit(told)
    if name in _CASES and not given:
        return Lit(_CASES[name](text))
    words = [word for word in given if isinstance(word, str)]
    if len(words) < len(given) or not words:
        return None
    if name in _TESTS and len(words) == 1:
        return Lit(_TESTS[name](text, words[0]))
    if name in {"replace", "replaceAll"} and len(words) == 2 and "$" not in words[1] and len(text) * (len(words[1]) + 1) < TEXT_LIMIT:
        return Lit(text.replace(words[0], words[1], 1 if name == "replace" else -1))
    if name == "split" and len(words) == 1 and words[0]:
        return Arr(tuple(lazy(Lit(part)) for part in text.split(words[0])))
    return joined(machine, (receiver, *args)) if name == "concat" else None


_CASES: Final[dict[str, Callable[[str], str]]] = {
    "toLowerCase": str.lower,
    "toUpperCase": str.upper,
    "trim": str.strip,
    "toLocaleLowerCase": str.lower,
}
_TESTS: Final[dict[str, Callable[[str, str], bool]]] = {
    "includes": lambda text, word: word in text,
    "startsWith": lambda text, word: text.startswith(word),
    "endsWith": lambda text, word: text.endswith(word),
}
