"""What the `lifecycle` of a rule says: what a deployment leaves as it is live, and what makes Terraform replace the rule.

Source: Terraform language, "The lifecycle meta-argument": the attributes in `ignore_changes` are used to create a resource and are no reason to
update it; `all` ignores every attribute. A change of what `replace_triggered_by` names replaces the resource; with `create_before_destroy` the new
one is made first, and what a resource with it depends on is treated alike; with `prevent_destroy` a plan that replaces it is an error.
"""

from collections.abc import Iterator
from typing import Final

from alb_lint.languages.hcl.folder import Folder
from alb_lint.languages.hcl.parse import LaterBody
from alb_lint.languages.hcl.syntax import Block, Body, Literal, TupleOf
from alb_lint.languages.hcl.unparse import unparse
from alb_lint.model import Replacement
from alb_lint.patterns import pattern

_LABELS: Final = 2
"""Of a resource: its type and its name."""
_REFERENCE: Final = pattern(r"(?<![\w.-])[\w-]+\.[\w-]+")
_PARTS: Final = {"priority": "priority", "condition": "conditions", "action": "actions", "transform": "transforms"}


def left_alone(body: Body) -> tuple[str, ...]:
    """The parts of the rule, as `Rule.left_alone` names them, that `ignore_changes` covers in whole or in part."""
    named: set[str] = set()
    for block in body.blocks("lifecycle"):
        expression = block.body.attribute("ignore_changes")
        if expression is not None:
            items = unparse(expression).strip("[] ").split(",")
            named |= {item.strip(' "').partition("[")[0].partition(".")[0] for item in items}
    return tuple(part for name, part in _PARTS.items() if name in named or "all" in named)


class Replacements:
    """How rules are replaced; what depends on what is looked up once for each folder."""

    def __init__(self) -> None:
        self._made_first: dict[Folder, frozenset[str]] = {}

    def of(self, folder: Folder, block: Block) -> Replacement | None:
        """What replaces the rule of the block, and how; None where only its own text can."""
        triggers = tuple(
            unparse(item).strip(' "')
            for lifecycle in block.body.blocks("lifecycle")
            if (expression := lifecycle.body.attribute("replace_triggered_by")) is not None
            for item in (expression.items if isinstance(expression, TupleOf) else (expression,))
        )
        if not triggers:
            return None
        if folder not in self._made_first:
            self._made_first[folder] = _made_first(folder)
        return Replacement(triggers, _address(block) in self._made_first[folder], _says(block.body, "prevent_destroy"))


def _made_first(folder: Folder) -> frozenset[str]:
    """The addresses of which `create_before_destroy` holds, by itself or since a resource that has it depends on them, however far."""
    depends: dict[str, set[str]] = {}
    found: set[str] = set()
    for block in folder.blocks("resource"):
        if len(block.labels) != _LABELS:
            continue
        depends.setdefault(_address(block), set()).update(_references(block.body))
        if _says(block.body, "create_before_destroy"):
            found.add(_address(block))
        if isinstance(block.body, LaterBody):
            block.body.let_go()
    waiting = list(found)
    while waiting:
        below = depends.get(waiting.pop(), set()) - found
        found |= below
        waiting += below
    return frozenset(found)


def _address(block: Block) -> str:
    return ".".join(block.labels)


def _references(body: Body) -> Iterator[str]:
    """What may be the address of a resource in the attributes of the body, and of the blocks in it."""
    for name in body.attributes():
        value = body.attribute(name)
        if value is not None:
            yield from _REFERENCE.findall(unparse(value))
    for block in body.blocks():
        yield from _references(block.body)


def _says(body: Body, name: str) -> bool:
    said = [block.body.attribute(name) for block in body.blocks("lifecycle")]
    return any(isinstance(value, Literal) and value.value in (True, "true") for value in said)
