"""Other files in which what a rule says is written: a commit that changes one of them may be what breaks it."""

from collections.abc import Iterable, Iterator
from typing import Final

from alb_lint.languages.hcl.folder import Folder
from alb_lint.languages.hcl.syntax import Block
from alb_lint.languages.hcl.unparse import unparse
from alb_lint.languages.hcl.values import Value, sited
from alb_lint.patterns import pattern

_NAME: Final = pattern(r"\b(var|local)\.([\w-]+)")
_BUDGET: Final = 500
"""Names followed, and values looked at, of one rule."""


class Declarations:
    """The files that declare the variables and locals of a block, those of the folder alone; each block is looked at once, and so is what is named
    in several.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], frozenset[str]] = {}
        self._named: dict[tuple[Folder, tuple[tuple[str, str], ...]], frozenset[str]] = {}

    def of(self, folder: Folder, block: Block) -> frozenset[str]:
        key = (block.document.name, block.start)
        if key not in self._known:
            named = folder, tuple(dict.fromkeys(_NAME.findall(block.text)))
            if named not in self._named:
                self._named[named] = frozenset(_declaring(*named))
            self._known[key] = self._named[named]
        return self._known[key]


def _declaring(folder: Folder, names: Iterable[tuple[str, str]]) -> Iterator[str]:
    waiting = list(names)
    seen = set(waiting)
    while waiting and len(seen) < _BUDGET:
        kind, name = waiting.pop()
        if kind == "var":
            block = folder.block("variable", name)
            if block is not None:
                yield block.document.name
            continue
        found_in, expression = folder.local_block(name), folder.local(name)
        if found_in is not None and expression is not None:
            yield found_in.document.name
            fresh = [found for found in dict.fromkeys(_NAME.findall(unparse(expression))) if found not in seen]
            seen.update(fresh)
            waiting += fresh


def literals(*values: Value) -> Iterator[str]:
    """The files of the literals that came into the values unchanged, `.tfvars` files and callers of a module among them."""
    stack, left = list(values), _BUDGET
    while stack and left:
        left -= 1
        item = stack.pop()
        if type(item) is str:
            continue
        span = sited(item)
        if span is not None:
            yield span.document.name
        elif isinstance(item, tuple | list):
            stack.extend(item)
        elif isinstance(item, dict):
            stack.extend(item.values())
