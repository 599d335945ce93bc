"""What a tool is about to do to the rules of a listener, as a plan, a preview or a change set tells it, or as two versions of code do."""

from typing import Literal

from alb_lint.model.rule import Rule
from alb_lint.record import record

Tool = Literal["Terraform", "Pulumi", "CloudFormation"]
Replaces = Literal["", "create-first", "delete-first"]


@record
class Change:
    """One resource before and after. `before` None: it is made; `after` None: it is deleted; equal: it stays.

    `identity`: how its tool knows it (address, URN, logical id). `replaces`: a new rule is made and the old one deleted, in this order; "": it is
    rewritten in place, if at all. `waits_for`: identities of those that are made or rewritten before it is. `behind`: likewise, the same tuple for
    all that wait for the same ones, where one pair for each two of them would be too much.
    """

    identity: str
    before: Rule | None
    after: Rule | None
    replaces: Replaces = ""
    waits_for: tuple[str, ...] = ()
    behind: tuple[tuple[str, ...], ...] = ()


@record
class Deployment:
    """`changes`: those of the listener's rules that the tool knows, unchanged ones included as far as they are told; in its order.

    `certain`: whether the tool itself said so; False where two versions of its code were compared.
    """

    tool: Tool
    changes: tuple[Change, ...]
    certain: bool = True

    @property
    def deletes_last(self) -> bool:
        """Whether nothing is deleted before all that is made and rewritten is: so do Pulumi (but for `deleteBeforeReplace`) and CloudFormation.

        Source: Pulumi documentation, "Resources: deleteBeforeReplace" and pulumi/pulumi `deploy/step_executor`; CloudFormation user guide,
        "Update behaviors of stack resources" (UPDATE_COMPLETE_CLEANUP_IN_PROGRESS). Terraform deletes side by side with the rest.
        """
        return self.tool != "Terraform"
