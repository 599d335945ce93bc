"""One listener rule."""

from collections.abc import Iterable
from typing import Final

from alb_lint.model.action import Action, Transform
from alb_lint.model.condition import Condition
from alb_lint.places import Location, PrioritySite, SharedSite
from alb_lint.presence import Presence
from alb_lint.record import record
from alb_lint.symbols import Number

_NOWHERE = Location()
ANY_NAME: Final = "*"
"""In `Rule.formerly`: what the tool knew it by is not told."""


@record
class Ignore:
    """An inline suppression: `alb-lint: ignore[ALB101] reason`, standing in the rule or on the line above it."""

    codes: tuple[str, ...]
    reason: str
    location: Location


@record
class Replacement:
    """What makes the tool replace a rule that it could have changed in place: Terraform's `replace_triggered_by`.

    `triggers`: expressions; a change of one of them replaces the rule. `made_first`: the new rule is made before the old one is deleted.
    `refused`: the tool refuses to delete the old one, so that the change itself is refused.
    """

    triggers: tuple[str, ...]
    made_first: bool = False
    refused: bool = False


@record
class Rule:
    """A rule as written.

    `id`: ARN, else resource address, else file:line; unique in a listener. `name`: for people; may be empty.
    `priority`: any integer (checks judge the bounds) or Unknown; meaningless where `is_default`.
    `conditions`: empty for the default rule only; all must hold. `actions`: in running order.
    `left_alone`: of "priority", "conditions", "actions" and "transforms" what a deployment leaves as it is live (`ignore_changes`, `ignoreChanges`).
    `replacement`: what else than the rule's own text makes its tool replace it.
    `presence`: facts under which the rule exists at all, mostly (expression, holds) literals; empty: always.
    `formerly`: other addresses or names by which its tool may have known it until now. `waits_for`: addresses, without keys, of what its tool makes
    before it, as far as the code says so. `needed_by`: what names it in the same template to be made after it, and is refused once it is gone.
    `written_in`: other files in which its number, conditions or listener stand, sorted.
    `deployed_as`: `project::name` where Pulumi deploys it, the same in the code of the project and in the state of each of its stacks.
    `priority_site`: the literal that gives this rule its number and no other; `shared_site`: one that gives it to others, too.
    `root`: the root module, outermost template or program that deploys it, "" where that is the only one or not told.
    `number_by_default`: (what is deployed as one, parameter) where the number is a parameter's default, so that a deployment may give another.
    `switched`: (condition, other number) where the code gives it one of two numbers, by a condition on what a deployment tells.
    """

    id: str
    name: str
    priority: Number
    conditions: tuple[Condition, ...] = ()
    actions: tuple[Action, ...] = ()
    transforms: tuple[Transform, ...] = ()
    is_default: bool = False
    location: Location = _NOWHERE
    tags: tuple[tuple[str, str], ...] = ()
    presence: Presence = ()
    priority_site: PrioritySite | None = None
    ignores: tuple[Ignore, ...] = ()
    left_alone: tuple[str, ...] = ()
    replacement: Replacement | None = None
    written_in: tuple[str, ...] = ()
    formerly: tuple[str, ...] = ()
    waits_for: tuple[str, ...] = ()
    needed_by: tuple[str, ...] = ()
    deployed_as: str = ""
    number_by_default: tuple[str, str] | None = None
    switched: tuple[str, int] | None = None
    shared_site: SharedSite | None = None
    root: str = ""

    @property
    def label(self) -> str:
        """What a person calls the rule: its name, else its address, else the end of its ARN."""
        return self.name or self.location.address or self.id.rsplit("/", 1)[-1]


def conditions_of(rules: Iterable[Rule]) -> list[Condition]:
    """The conditions of the rules, each object once: exports have equal conditions as one object, since few differ."""
    return list({id(condition): condition for rule in rules for condition in rule.conditions}.values())
