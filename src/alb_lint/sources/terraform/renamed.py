"""By which other addresses Terraform knew a rule before: `moved` blocks, and the first of a `count` that came or went.

Source: Terraform language, "Refactoring": `moved` of a resource or a module keeps the objects below it, with their keys; a resource to which `count`
is added becomes its instance 0 by itself, and back.
"""

from collections.abc import Iterable
from typing import Final

from alb_lint.languages.hcl.module import Module
from alb_lint.languages.hcl.syntax import Body
from alb_lint.languages.hcl.unparse import unparse
from alb_lint.patterns import pattern

Move = tuple[str, str]
"""(from, to), as addresses from the root."""
_MOST: Final = 50
"""Names that are followed for one rule."""
_ITEM: Final = pattern(r"[\w-]+\.[\w-]+")


def moves_of(module: Module) -> tuple[Move, ...]:
    """Those that the module instance states for what is in it."""
    found = []
    for block in module.folder.blocks("moved"):
        old, new = block.body.attribute("from"), block.body.attribute("to")
        if old is not None and new is not None:
            found.append((f"{module.prefix}{unparse(old).strip()}", f"{module.prefix}{unparse(new).strip()}"))
    return tuple(found)


class Moves:
    """Moves in the order they were told in, found by where they lead."""

    def __init__(self) -> None:
        self._count = 0
        self._led: dict[str, list[tuple[int, str]]] = {}
        self._lengths: set[int] = set()

    def add(self, moves: Iterable[Move]) -> None:
        for old, new in moves:
            self._led.setdefault(new, []).append((self._count, old))
            self._lengths.add(len(new))
            self._count += 1

    def before(self, address: str) -> list[str]:
        """What the address was before the moves of itself, or of what it is in, in their order."""
        sizes = self._lengths if len(self._lengths) < len(address) else self._lengths.intersection(range(len(address) + 1))
        ends = [size for size in sizes if address[size : size + 1] in ("", ".", "[") and size <= len(address)]
        led = [(number, old + address[size:]) for size in ends for number, old in self._led.get(address[:size], ())]
        return [name for _, name in sorted(led)]


def formerly(address: str, moves: Moves) -> tuple[str, ...]:
    """The addresses that the rule may have had, nearest first."""
    found: dict[str, None] = {address: None}
    waiting = [address]
    while waiting and len(found) < _MOST:
        current = waiting.pop(0)
        before = moves.before(current)
        before.append(current.removesuffix("[0]") if current.endswith("[0]") else "" if current.endswith("]") else f"{current}[0]")
        for name in before:
            if name and name not in found:
                found[name] = None
                waiting.append(name)
    return tuple(name for name in found if name != address)


def waits_for(body: Body, prefix: str) -> tuple[str, ...]:
    """The addresses, without keys, in `depends_on`."""
    expression = body.attribute("depends_on")
    return tuple(f"{prefix}{name}" for name in _ITEM.findall(unparse(expression))) if expression is not None else ()
