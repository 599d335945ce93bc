"""What was read, and what could not be."""

from collections.abc import Iterable

from alb_lint.model.listener import Listener, TargetGroup
from alb_lint.model.rule import Rule
from alb_lint.places import Gap
from alb_lint.record import record


@record
class Reading:
    """What one source gives. A listener may be partial: several readings of one listener are joined by its id.

    `target_groups` is None where the input says nothing about which exist; a tuple is the whole list, for ALB303.
    `declared`: target groups that code makes, of which more may exist, under the references that rules use.
    `files`: names of the files that were read, in order.
    `references`: (project, what its code says for a resource, id), as a state of Pulumi tells them.
    """

    listeners: tuple[Listener, ...] = ()
    gaps: tuple[Gap, ...] = ()
    target_groups: tuple[TargetGroup, ...] | None = None
    files: tuple[str, ...] = ()
    declared: tuple[TargetGroup, ...] = ()
    references: tuple[tuple[str, str, str], ...] = ()


@record
class Branch:
    """What the two sides of a merge that is still to come bring since they went apart: rules that are new or have another number, each with the id
    of its listener. `rules`: those of the branch; `here`: those of what was read itself.
    """

    name: str
    rules: tuple[tuple[str, Rule], ...]
    here: tuple[tuple[str, Rule], ...] = ()


@record
class Estate:
    """All readings of a run, joined: listeners unique by id and sorted by it, gaps in reading order. `branches`: where they were asked for."""

    listeners: tuple[Listener, ...]
    gaps: tuple[Gap, ...] = ()
    target_groups: tuple[TargetGroup, ...] | None = None
    files: tuple[str, ...] = ()
    declared: tuple[TargetGroup, ...] = ()
    references: tuple[tuple[str, str, str], ...] = ()
    branches: tuple[Branch, ...] = ()

    @property
    def complete(self) -> bool:
        return not self.gaps

    def gaps_and(self, more: Iterable[Gap]) -> tuple[Gap, ...]:
        return (*self.gaps, *more)
