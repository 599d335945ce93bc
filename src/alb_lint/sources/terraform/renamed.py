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


def formerly(address: str, moves: Iterable[Move]) -> tuple[str, ...]:
    """The addresses that the rule may have had, nearest first."""
    told = tuple(moves)
    found: dict[str, None] = {address: None}
    waiting = [address]
    while waiting and len(found) < _MOST:
        current = waiting.pop(0)
        before = [old + current[len(new) :] for old, new in told if current == new or current.startswith((f"{new}.", f"{new}["))]
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
