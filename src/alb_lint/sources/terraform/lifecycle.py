"""What the `lifecycle` of a rule says: what a deployment leaves as it is live, and what makes Terraform replace the rule.

Source: Terraform language, "The lifecycle meta-argument": the attributes in `ignore_changes` are used to create a resource and are no reason to
update it; `all` ignores every attribute. A change of what `replace_triggered_by` names replaces the resource; with `create_before_destroy` the new
one is made first, and what a resource with it depends on is treated alike; with `prevent_destroy` a plan that replaces it is an error.
"""

import re
from typing import Final

from alb_lint.languages.hcl.folder import Folder
from alb_lint.languages.hcl.syntax import Block, Body, Literal, TupleOf
from alb_lint.languages.hcl.unparse import unparse
from alb_lint.model import Replacement

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


def replacement(folder: Folder, block: Block) -> Replacement | None:
    """What replaces the rule of the block, and how; None where only its own text can."""
    triggers = tuple(
        unparse(item).strip(' "')
        for lifecycle in block.body.blocks("lifecycle")
        if (expression := lifecycle.body.attribute("replace_triggered_by")) is not None
        for item in (expression.items if isinstance(expression, TupleOf) else (expression,))
    )
    if not triggers:
        return None
    return Replacement(triggers, _is_made_first(folder, block), _says(block.body, "prevent_destroy"))


def _is_made_first(folder: Folder, block: Block) -> bool:
    """Whether `create_before_destroy` holds of the block, by itself or since another that has it depends on it, however far."""
    resources = [other for other in folder.blocks("resource") if len(other.labels) == len(block.labels)]
    known, waiting = {block.labels}, [block]
    while waiting:
        current = waiting.pop()
        if _says(current.body, "create_before_destroy"):
            return True
        address = re.compile(rf"(?<![\w.-]){re.escape('.'.join(current.labels))}(?![\w-])")
        for other in resources:
            if other.labels not in known and _refers(other.body, address):
                known.add(other.labels)
                waiting.append(other)
    return False


def _refers(body: Body, address: re.Pattern[str]) -> bool:
    values = (body.attribute(name) for name in body.attributes())
    if any(value is not None and address.search(unparse(value)) for value in values):
        return True
    return any(_refers(block.body, address) for block in body.blocks())


def _says(body: Body, name: str) -> bool:
    said = [block.body.attribute(name) for block in body.blocks("lifecycle")]
    return any(isinstance(value, Literal) and value.value in (True, "true") for value in said)
