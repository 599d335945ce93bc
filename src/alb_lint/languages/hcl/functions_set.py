"""Functions that compare elements: membership, distinct elements, sets."""

from typing import Final

from alb_lint.languages.hcl.constraints import set_of
from alb_lint.languages.hcl.convert import same
from alb_lint.languages.hcl.function import ANY_NUMBER, Function
from alb_lint.languages.hcl.functions_collection import known, sequence
from alb_lint.languages.hcl.functions_type import one_type
from alb_lint.languages.hcl.values import (
    MAX_ELEMENTS,
    ListOf,
    SetOf,
    Stuck,
    Sym,
    TooMuch,
    Value,
    elements,
    is_number,
)

_POOLED: Final = 200
"""Objects and lists that are compared one by one."""


def _holds(items: tuple[Value, ...], wanted: Value) -> bool:
    open_question: Sym | None = None
    for item in items:
        try:
            if same(item, wanted):
                return True
        except Stuck as stuck:
            open_question = stuck.symbol
    if open_question is not None:
        raise Stuck(open_question)
    return False


class _Pool:
    """Values to look others up in: texts and numbers by hash, the rest one by one."""

    def __init__(self) -> None:
        self._plain: set[tuple[type, Value]] = set()
        self._others: list[Value] = []

    def add(self, item: Value) -> bool:
        """Whether it was not there yet."""
        if self.has(item):
            return False
        if _is_plain(item):
            self._plain.add((str if isinstance(item, str) else int, item))
        elif len(self._others) >= _POOLED:
            raise TooMuch("a comparison of too many values")
        else:
            self._others.append(item)
        return True

    def has(self, item: Value) -> bool:
        if _is_plain(item):
            return (str if isinstance(item, str) else int, item) in self._plain
        return _holds(tuple(self._others), item)


def _is_plain(item: Value) -> bool:
    return isinstance(item, str) or is_number(item)


def _pool(items: tuple[Value, ...]) -> _Pool:
    pool = _Pool()
    for item in items:
        pool.add(item)
    return pool


def _distinct(items: Value) -> Value:
    pool = _Pool()
    return ListOf(item for item in known(sequence(items)) if pool.add(item))


def _contains(items: Value, wanted: Value) -> Value:
    if isinstance(wanted, Sym):
        raise Stuck(wanted)
    return _holds(sequence(items), one_type((wanted,))[0])


def _setintersection(first: Value, *others: Value) -> Value:
    kept = known(sequence(first))
    for other in others:
        within = _pool(known(sequence(other)))
        kept = tuple(item for item in kept if within.has(item))
    return set_of(kept)


def _setsubtract(first: Value, second: Value) -> Value:
    gone = _pool(known(sequence(second)))
    return set_of(item for item in known(sequence(first)) if not gone.has(item))


def _setunion(*sets: Value) -> Value:
    return set_of(one_type(elements(item for items in sets for item in sequence(items))))


def _setproduct(*sets: Value) -> Value:
    size = 1
    for items in sets:
        size *= len(sequence(items))
        if size * len(sets) > MAX_ELEMENTS:
            raise TooMuch(f"a product of more than {MAX_ELEMENTS} elements")
    rows: list[tuple[Value, ...]] = [()]
    for items in sets:
        rows = [(*row, item) for row in rows for item in items]
    return set_of(rows) if all(isinstance(items, SetOf) for items in sets) else ListOf(rows)


SET: Final = {
    "contains": Function(_contains, 2, 2, deep=True),
    "distinct": Function(_distinct, deep=True),
    "setintersection": Function(_setintersection, 1, ANY_NUMBER, deep=True),
    "setproduct": Function(_setproduct, 2, ANY_NUMBER, passes_on=True),
    "setsubtract": Function(_setsubtract, 2, 2, deep=True),
    "setunion": Function(_setunion, 1, ANY_NUMBER, deep=True),
}
