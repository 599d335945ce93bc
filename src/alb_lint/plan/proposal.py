"""A plan together with what it was made from: what reports and scripts are written from."""

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.config import Config
from alb_lint.model import Gap, Listener, Rule
from alb_lint.plan.plan import ListenerPlan, Plan
from alb_lint.record import record


@record
class Proposal:
    """`facts`: all listeners that were read, as they are today. `sources`, `wishes`: files and flags that the user
    gave, for the commands that reports show.
    """

    plan: Plan
    facts: tuple[ListenerFacts, ...]
    config: Config
    gaps: tuple[Gap, ...] = ()
    sources: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ()

    def facts_of(self, part: ListenerPlan) -> ListenerFacts:
        return next(item for item in self.facts if item.listener.id == part.id)

    def base(self, part: ListenerPlan) -> Listener:
        """The listener of the part, as it is today."""
        return self.facts_of(part).listener

    def name(self, listener: str) -> str:
        """What people call the listener of this id."""
        found = next((item.listener for item in self.facts if item.listener.id == listener), None)
        return found.name or found.id if found is not None else listener


def rules_by_id(listener: Listener) -> dict[str, Rule]:
    return {rule.id: rule for rule in listener.rules}
