"""Maps and sets that change, and what going through a value gives."""

from collections.abc import Sequence

from alb_lint.languages.typescript import methods
from alb_lint.languages.typescript.run.core import Core, GivenUp
from alb_lint.languages.typescript.values import NOTHING, Arr, Func, Lit, Table, Value, lazy


def table_method(run: Core, receiver: Table, name: str, args: Arr) -> Value | None:
    """What a method of a Map or Set gives, after all that it does."""
    run.touch(receiver, "")
    given = [run.force(item) for item in args.items]
    if name in {"set", "add"} and given:
        key = given[0]
        if not isinstance(key, Lit):
            raise GivenUp("a Map or Set of keys that are not known")
        run.change(receiver, "pairs", receiver.with_pair(key, args.items[0 if receiver.is_set else 1]).pairs)
        return receiver
    if name == "delete" and given:
        return _deleted(run, receiver, given[0])
    if name == "clear":
        run.change(receiver, "pairs", ())
        return NOTHING
    if name == "forEach" and given and isinstance(given[0], Func):
        for key, held in receiver.pairs:
            run.call(given[0], (held, lazy(key), lazy(receiver)))
        return NOTHING
    if name == "get" and given and isinstance(given[0], Lit) and not receiver.is_set:
        found = receiver.get(given[0])
        return NOTHING if found is None else run.force(found)
    return methods.method(run, receiver, name, args)


def _deleted(run: Core, receiver: Table, key: Value) -> Value:
    if not isinstance(key, Lit):
        raise GivenUp("a Map or Set of keys that are not known")
    gone = receiver.get(key)
    if gone is not None:
        run.change(receiver, "pairs", tuple(pair for pair in receiver.pairs if pair[1] is not gone))
    return Lit(gone is not None)


def characters(value: Lit) -> "Sequence[Lit] | None":
    """The characters of a text."""
    return [Lit(character) for character in value.value] if isinstance(value.value, str) else None
