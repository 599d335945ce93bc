"""What a deployment leaves as it is live: `lifecycle { ignore_changes = [action] }`.

Source: Terraform language, "The lifecycle meta-argument": the attributes in `ignore_changes` are used to create a resource and are no reason to
update it; `all` ignores every attribute.
"""

from typing import Final

from alb_lint.languages.hcl.syntax import Body
from alb_lint.languages.hcl.unparse import unparse

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
