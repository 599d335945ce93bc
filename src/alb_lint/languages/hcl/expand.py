"""Which copies of a block exist: `count`, `for_each` and `dynamic`, over what is known.

Source: Terraform language, "The count Meta-Argument", "The for_each Meta-Argument", "dynamic Blocks".
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from alb_lint.languages.hcl.convert import operand, spelled, to_whole
from alb_lint.languages.hcl.evaluate import evaluate
from alb_lint.languages.hcl.scope import Scope
from alb_lint.languages.hcl.syntax import Body, Literal, Name
from alb_lint.languages.hcl.values import Refused, SetOf, Stuck, Sym, Value, kind
from alb_lint.presence import Presence, Some, facts_of, formula_of
from alb_lint.record import record

MAX_COPIES: Final = 2_000
"""Copies of one block; a load balancer holds 100 rules unless AWS raises it."""

MAX_BLOCKS: Final = 500
"""Blocks that one dynamic block makes; a rule takes five values in all its conditions."""

_BLOCK_STEPS: Final = 10

MAX_SIDES: Final = 8
"""Sides of nested conditionals that are told apart."""


@record
class Copy:
    """One instance: its key in the address (None: the block has no copies; a symbol: not known), and under what it exists."""

    key: int | str | Sym | None
    names: Mapping[str, Value] = MappingProxyType({})
    presence: Presence = ()

    @property
    def suffix(self) -> str:
        """What follows the name in the address."""
        return suffix(self.key)


@record
class Copies:
    """`repeated`: the block has count or for_each. `certain`: which copies there are does not hang on anything unknown."""

    items: tuple[Copy, ...]
    repeated: bool = False
    certain: bool = True
    gap: str = ""


def suffix(key: int | str | Sym | None) -> str:
    if key is None:
        return ""
    if isinstance(key, Sym):
        return "[*]" if key.text in {"count.index", "each.key"} else f"[{key.text}]"
    return f"[{spelled(key)}]"


def copies(body: Body, scope: Scope) -> Copies:
    """The instances of a resource or module block."""
    for attribute, expand in (("count", _counted), ("for_each", _keyed)):
        expression = body.attribute(attribute)
        if expression is None:
            continue
        value = evaluate(expression, scope)
        if isinstance(value, Sym) and value.choice is None:
            return _unknown(attribute, value)
        try:
            sides = list(_sides(value, ()))
            for _, side in sides:
                if not isinstance(side, dict):
                    scope.module.work.taint(side)
            return expand(sides, spelled(value))
        except Stuck as stuck:
            return _unknown(attribute, value if isinstance(value, Sym) else stuck.symbol)
        except Refused as refused:
            return _unknown(attribute, Sym(spelled(value), str(refused), failed=True))
    return Copies((Copy(None),))


def _sides(value: Value, literals: Presence) -> Iterator[tuple[Presence, Value]]:
    """The value of every side of nested conditionals, with what must hold for it."""
    stack = [(value, literals)]
    found = 0
    while stack:
        item, held = stack.pop()
        if isinstance(item, Sym):
            if item.choice is None or found + len(stack) >= MAX_SIDES:
                raise Stuck(item)
            facts = item.choice.facts
            stack += ((item.choice.otherwise, (*held, *facts.if_false)), (item.choice.then, (*held, *facts.if_true)))
        else:
            found += 1
            yield held, item


def _unknown(attribute: str, value: Sym) -> Copies:
    """One copy that stands for all: how many there are is not known."""
    origin, cause = value.origin or value.text, value.cause
    if attribute == "count":
        index = Sym("count.index", cause, origin)
        return Copies((Copy(index, {"count": {"index": index}}, ((f"{operand(value)} > 0", True),)),), True, False)
    key = Sym("each.key", cause, origin)
    element = Sym(f"{operand(value)}[each.key]", cause, origin)
    return Copies((Copy(key, {"each": {"key": key, "value": element}}, ((f"length({value.text}) == 0", False),)),), True, False)


def _counted(sides: list[tuple[Presence, Value]], text: str) -> Copies:
    numbers = [(literals, to_whole(value)) for literals, value in sides]
    if any(number < 0 for _, number in numbers):
        raise Refused("a count below zero")
    most = max(number for _, number in numbers)
    items = []
    for at in range(min(most, MAX_COPIES)):
        holding = [literals for literals, number in numbers if at < number]
        items.append(Copy(at, {"count": {"index": at}}, _presence(holding, len(numbers), f"{text} > {at}")))
    gap = f"count is {most}; the first {MAX_COPIES} were read" if most > MAX_COPIES else ""
    return Copies(tuple(items), True, len({number for _, number in numbers}) == 1, gap)


def _keyed(sides: list[tuple[Presence, Value]], text: str) -> Copies:
    found: dict[str, Copy] = {}
    held: dict[str, list[Presence]] = {}
    sizes = set()
    for literals, value in sides:
        items = list(_each(value))
        sizes.add(tuple(str(key) if isinstance(key, str) else key.text for key, _ in items))
        for key, item in items[:MAX_COPIES]:
            name = key if isinstance(key, str) else f"\0{key.text}"
            held.setdefault(name, []).append(literals)
            if name in found and found[name].names["each"]["value"] is not item:
                item = Sym(f"each.value of {spelled(key)}", "it hangs on a condition that is not known")
            found[name] = Copy(key, {"each": {"key": key, "value": item}})
    most = max((len(size) for size in sizes), default=0)
    gap = f"for_each has {most} elements; the first {MAX_COPIES} were read" if most > MAX_COPIES else ""
    kept = []
    for name, copy in found.items():
        presence = _presence(held[name], len(sides), f"{spelled(copy.key)} in {text}")
        kept.append(Copy(copy.key, copy.names, presence))
    return Copies(tuple(kept), True, len(sizes) == 1, gap)


def _each(value: Value) -> Iterator[tuple[str | Sym, Value]]:
    if isinstance(value, dict):
        for key in sorted(value):
            yield key, value[key]
    elif isinstance(value, SetOf):
        for item in value:
            if not isinstance(item, str | Sym):
                raise Refused("for_each takes a set of texts")
            yield (str(item) if isinstance(item, str) else item), item
    else:
        raise Refused(f"for_each takes a map or a set of texts, not {kind(value)}")


def _presence(holding: list[Presence], sides: int, text: str) -> Presence:
    """What must hold for a copy that some sides have: nothing if all have it. `text`: stands for that where it is too long."""
    if len(holding) == sides:
        return ()
    if len(holding) == 1:
        return holding[0]
    found = facts_of(Some(tuple(formula_of(side) for side in holding)))
    return ((text, True),) if found is None else found


@record
class Nested:
    """A nested block: its body and where its names lead."""

    body: Body
    scope: Scope


@record
class Unexpanded:
    """Any number of blocks: it is not known how many a dynamic block makes. `body`: of each of them, where it has one; `scope`: of its names."""

    symbol: Sym
    body: Body | None = None
    scope: Scope | None = None


def nested(body: Body, type_: str, scope: Scope) -> Iterator[Nested | Unexpanded | dict[str, Value]]:
    """The nested blocks of one type, dynamic ones expanded, in source order. A dict is a block that is written as a value."""
    found = False
    for block in body.blocks():
        if block.kind == type_:
            found = True
            yield Nested(block.body, scope)
        elif block.kind == "dynamic" and block.labels == (type_,):
            found = True
            yield from _dynamic(block.body, type_, scope)
    expression = None if found else body.attribute(type_)
    if expression is not None:
        value = evaluate(expression, scope)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Sym):
                yield Unexpanded(item)
            elif isinstance(item, dict):
                yield item


def _dynamic(body: Body, type_: str, scope: Scope) -> Iterator[Nested | Unexpanded]:
    expression, contents = body.attribute("for_each"), body.blocks("content")
    if expression is None or len(contents) != 1:
        yield Unexpanded(Sym(f'dynamic "{type_}"', "it needs one for_each and one content", failed=True))
        return
    value = evaluate(expression, scope)
    if isinstance(value, dict):
        pairs: list[tuple[Value, Value]] = [(key, value[key]) for key in sorted(value)]
    elif isinstance(value, SetOf):
        pairs = [(item, item) for item in value]
    elif isinstance(value, tuple):
        pairs = list(enumerate(value))
    else:
        if not isinstance(value, Sym):
            value = Sym(spelled(value), "a dynamic block takes a collection", failed=True)
        each = {part: Sym(f"{part} of {value.text}", value.cause, value.origin or value.text) for part in ("key", "value")}
        yield Unexpanded(value, contents[0].body, scope.inner({_iterator(body, type_): each}))
        return
    name = _iterator(body, type_)
    for at, (key, item) in enumerate(pairs):
        scope.module.work.steps -= _BLOCK_STEPS
        if at >= MAX_BLOCKS or scope.module.work.steps <= 0:
            yield Unexpanded(Sym(f'dynamic "{type_}"', f"more than {at} blocks"), contents[0].body)
            return
        yield Nested(contents[0].body, scope.inner({name: {"key": key, "value": item}}))


def _iterator(body: Body, type_: str) -> str:
    match body.attribute("iterator"):
        case Name(name=name) | Literal(value=str(name)):
            return name
    return type_
