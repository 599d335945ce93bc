"""Methods of lists, which may change them."""

from collections.abc import Callable, Sequence
from functools import cmp_to_key, partial
from typing import TYPE_CHECKING, Final

from alb_lint.languages.typescript import methods
from alb_lint.languages.typescript.loops import any_item
from alb_lint.languages.typescript.operators import as_text, binary
from alb_lint.languages.typescript.presence import truth
from alb_lint.languages.typescript.run.core import Core, GivenUp
from alb_lint.languages.typescript.values import NOTHING, Arr, Func, Lazy, Lit, Obj, Sym, Value, lazy

if TYPE_CHECKING:
    from tree_sitter import Node

    from alb_lint.languages.typescript.values import Env

LENGTH: Final = 10_000
"""Items of a list; longer ones are no table of rules."""

_CHANGING: Final = frozenset({"push", "pop", "shift", "unshift", "splice", "sort", "reverse", "fill", "copyWithin"})


def list_method(run: Core, receiver: Arr, name: str, args: Arr, node: "Node", env: "Env") -> Value | None:
    """What a method of a list gives, after all that it does; None where it is none of these."""
    run.touch(receiver, "")
    if args.more:
        raise GivenUp(f"arguments that are not known: {args.more}")
    given = [run.force(item) for item in args.items]
    if name in _CHANGING:
        return _changed(run, receiver, name, args, given)
    if given and isinstance(given[0], Func) and (found := _called_back(run, receiver, name, given, node, env)) is not None:
        return found
    if receiver.more:
        return None
    return _plain(run, receiver, name, args, given)


# with a function


def _called_back(run: Core, receiver: Arr, name: str, given: Sequence[Value], node: "Node", env: "Env") -> Value | None:
    func = given[0]
    assert isinstance(func, Func)
    if receiver.more:
        return _of_some(run, receiver, name, func, node, env)
    if name in {"reduce", "reduceRight"}:
        return _reduced(run, receiver, func, given[1:], back=name == "reduceRight")
    if name == "forEach":
        _each(run, receiver, func)
        return NOTHING
    if name in {"map", "flatMap"}:
        results = _each(run, receiver, func)
        return Arr(tuple(results)) if name == "map" else _flat(run, results, 1)
    if name in _SEARCHES:
        return _SEARCHES[name](run, receiver, func)
    return None


def _each(run: Core, receiver: Arr, func: Func) -> list[Lazy]:
    """A call for each item there is at the beginning, as long as it is there."""
    found = []
    for index in range(len(receiver.items)):
        if index < len(receiver.items):
            item = receiver.items[index]
            found.append(run.now(lambda item=item, index=index: run.call(func, (item, lazy(Lit(index)), lazy(receiver)))))  # type: ignore[misc]
    return found


def _of_some(run: Core, receiver: Arr, name: str, func: Func, node: "Node", env: "Env") -> Value | None:
    """A call for each item that is known, then one that stands for all others."""
    if name not in {"forEach", "map", "flatMap", "filter"}:
        return None
    results = _each(run, receiver, func)
    item = lazy(any_item(run, receiver))
    run.any_times(lambda: run.call(func, (item, lazy(Sym("index", "index", "counted by a loop")))), receiver.more, node, env)
    if name == "forEach":
        return NOTHING
    return Arr(tuple(results), receiver.more) if name == "map" else Arr((), receiver.more)


def _reduced(run: Core, receiver: Arr, func: Func, start: Sequence[Value], *, back: bool) -> Value | None:
    numbered = list(enumerate(receiver.items))
    if back:
        numbered.reverse()
    if not start and not numbered:
        return None
    held = lazy(start[0]) if start else numbered.pop(0)[1]
    for index, item in numbered:
        held = run.now(partial(run.call, func, (held, item, lazy(Lit(index)), lazy(receiver))))
    return run.force(held)


def _tests(run: Core, receiver: Arr, func: Func) -> "list[tuple[Lazy, bool]] | None":
    """Each item, and whether it passes; None where that is not decided."""
    found = []
    for item, result in zip(receiver.items, _each(run, receiver, func), strict=False):
        decided = truth(run, run.force(result), run.known)
        if decided is None:
            return None
        found.append((item, decided))
    return found


def _filtered(run: Core, receiver: Arr, func: Func) -> Value | None:
    found = methods.filtered(run, receiver.items, func)
    return None if found is None else run.settled(found)


def _first(run: Core, receiver: Arr, func: Func, *, last: bool, index: bool) -> Value | None:
    order = range(len(receiver.items))
    for at in reversed(order) if last else order:
        item = receiver.items[at]
        decided = truth(run, run.call(func, (item, lazy(Lit(at)), lazy(receiver))), run.known)
        if decided is None:
            return None
        if decided:
            return Lit(at) if index else run.force(item)
    return Lit(-1) if index else NOTHING


def _all(run: Core, receiver: Arr, func: Func, *, wanted: bool) -> Value | None:
    """`every`, or `some` as its contrary: it stops at the first that decides."""
    for at, item in enumerate(receiver.items):
        decided = truth(run, run.call(func, (item, lazy(Lit(at)), lazy(receiver))), run.known)
        if decided is None:
            return None
        if decided is not wanted:
            return Lit(not wanted)
    return Lit(wanted)


_SEARCHES: Final[dict[str, Callable[[Core, Arr, Func], Value | None]]] = {
    "filter": _filtered,
    "find": lambda run, receiver, func: _first(run, receiver, func, last=False, index=False),
    "findIndex": lambda run, receiver, func: _first(run, receiver, func, last=False, index=True),
    "findLast": lambda run, receiver, func: _first(run, receiver, func, last=True, index=False),
    "findLastIndex": lambda run, receiver, func: _first(run, receiver, func, last=True, index=True),
    "every": lambda run, receiver, func: _all(run, receiver, func, wanted=True),
    "some": lambda run, receiver, func: _all(run, receiver, func, wanted=False),
    "toSorted": lambda run, receiver, func: Arr(_sorted(run, receiver, func)),
}


# without


def _plain(run: Core, receiver: Arr, name: str, args: Arr, given: Sequence[Value]) -> Value | None:
    items = receiver.items
    first = given[0] if given else NOTHING
    if name in {"indexOf", "lastIndexOf"} and len(given) == 1:
        return _index(run, items, first, last=name == "lastIndexOf")
    if name == "at" and isinstance(first, Lit) and isinstance(first.value, int):
        at = first.value if first.value >= 0 else len(items) + first.value
        return run.force(items[at]) if 0 <= at < len(items) else NOTHING
    if name in {"values", "keys"} and not given:
        return Arr(items) if name == "values" else Arr(tuple(lazy(Lit(index)) for index in range(len(items))))
    if name == "flat":
        depth = 1 if not given else first.value if isinstance(first, Lit) and isinstance(first.value, int) else None
        return None if depth is None else _flat(run, items, depth)
    if name == "slice":
        return Arr(items[_ends(given, len(items))])
    if name == "toSorted":
        return Arr(_sorted(run, receiver, None))
    if name == "toReversed":
        return Arr(tuple(reversed(items)))
    if name == "with" and len(given) == 2 and isinstance(first, Lit) and isinstance(first.value, int) and 0 <= first.value < len(items):
        return Arr((*items[: first.value], args.items[1], *items[first.value + 1 :]))
    return methods.method(run, receiver, name, args)


def _ends(given: Sequence[Value], length: int) -> slice:
    """Start and end as JavaScript counts them."""
    ends = [0, length]
    for at, value in enumerate(given[:2]):
        if isinstance(value, Lit) and value.value is None:
            continue
        if not isinstance(value, Lit) or isinstance(value.value, bool) or not isinstance(value.value, int | float):
            raise GivenUp("a part of a list whose ends are not known")
        number = int(value.value)
        ends[at] = max(length + number, 0) if number < 0 else min(number, length)
    return slice(ends[0], max(ends))


def _index(run: Core, items: Sequence[Lazy], wanted: Value, *, last: bool) -> Value | None:
    found = -1
    for at, item in enumerate(items):
        value = run.force(item)
        same = binary(run, "===", value, wanted) if isinstance(value, Lit | Sym) or isinstance(wanted, Lit | Sym) else Lit(value is wanted)
        decided = truth(run, same, run.known)
        if decided is None:
            return None
        if decided:
            found = at
            if not last:
                break
    return Lit(found)


def _flat(run: Core, items: Sequence[Lazy], depth: int) -> Value:
    found: list[Lazy] = []
    for item in items:
        value = run.force(item)
        if isinstance(value, Arr) and depth > 0 and not value.more:
            inner = _flat(run, value.items, depth - 1)
            found.extend(inner.items if isinstance(inner, Arr) else ())
        elif isinstance(value, Arr | Lit | Obj):
            if isinstance(value, Arr) and depth > 0:
                return Arr(tuple(found), value.more)
            found.append(item)
        elif isinstance(value, Sym) and depth > 0:
            return Arr(tuple(found), value.text)
        else:
            found.append(item)
    return Arr(tuple(found))


# changes


def _changed(run: Core, receiver: Arr, name: str, args: Arr, given: Sequence[Value]) -> Value | None:
    items = receiver.items
    if name == "push":
        if len(items) + len(args.items) > LENGTH:
            raise GivenUp(f"a list of more than {LENGTH} items")
        run.change(receiver, "items", (*items, *args.items))
        return Lit(len(receiver.items))
    if receiver.more:
        raise GivenUp("a list that is not known changes")
    if name == "unshift":
        run.change(receiver, "items", (*args.items, *items))
        return Lit(len(receiver.items))
    if name in {"pop", "shift"}:
        if not items:
            return NOTHING
        run.change(receiver, "items", items[:-1] if name == "pop" else items[1:])
        return run.force(items[-1 if name == "pop" else 0])
    if name == "splice":
        return _spliced(run, receiver, args, given)
    if name == "reverse":
        run.change(receiver, "items", tuple(reversed(items)))
        return receiver
    if name == "sort":
        func = given[0] if given else None
        if func is not None and not isinstance(func, Func) and not (isinstance(func, Lit) and func.value is None):
            raise GivenUp("a list is sorted by a function that is not followed")
        run.change(receiver, "items", _sorted(run, receiver, func if isinstance(func, Func) else None))
        return receiver
    if name == "fill" and given:
        ends = _ends(given[1:], len(items))
        run.change(receiver, "items", tuple(args.items[0] if ends.start <= at < ends.stop else item for at, item in enumerate(items)))
        return receiver
    raise GivenUp(f"{name} of a list")


def _spliced(run: Core, receiver: Arr, args: Arr, given: Sequence[Value]) -> Value:
    items = receiver.items
    if not given:
        return Arr(())
    start = _ends(given[:1], len(items)).start
    count = given[1] if len(given) > 1 else Lit(len(items))
    if not isinstance(count, Lit) or not isinstance(count.value, int):
        raise GivenUp("a part of a list whose ends are not known")
    stop = min(start + max(count.value, 0), len(items))
    run.change(receiver, "items", (*items[:start], *args.items[2:], *items[stop:]))
    return Arr(items[start:stop])


def _sorted(run: Core, receiver: Arr, func: Func | None) -> tuple[Lazy, ...]:
    """Sorted as JavaScript does it: a stable order, by text where no function compares."""
    values = [(item, run.force(item)) for item in receiver.items]
    last = [item for item, value in values if isinstance(value, Lit) and value.value is None]
    rest = [(item, value) for item, value in values if not (isinstance(value, Lit) and value.value is None)]
    if func is None:
        if not all(isinstance(value, Lit) for _, value in rest):
            raise GivenUp("a list of values that are not known is sorted")
        keyed = [(as_text(value).encode("utf-16-be"), item) for item, value in rest if isinstance(value, Lit)]
        return (*(item for _, item in sorted(keyed, key=lambda pair: pair[0])), *last)
    compare = func

    def order(one: tuple[Lazy, Value], other: tuple[Lazy, Value]) -> int:
        result = run.call(compare, (one[0], other[0]))
        if not isinstance(result, Lit) or isinstance(result.value, str | bool) or result.value is None:
            raise GivenUp("a list is sorted by values that are not known")
        return (result.value > 0) - (result.value < 0)

    return (*(item for item, _ in sorted(rest, key=cmp_to_key(order))), *last)
