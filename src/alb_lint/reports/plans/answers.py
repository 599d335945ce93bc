"""What a plan changes on purpose, from answer to answer: who asks, what they get today, what they get then. Each request is tried on both states."""

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.findings.wording import actions_text, number
from alb_lint.model import Request, Rule
from alb_lint.plan.plan import Change, ListenerPlan, Merge
from alb_lint.plan.proposal import Proposal, rules_by_id
from alb_lint.plan.steps.apply import apply_plan
from alb_lint.record import record


@record
class Answer:
    """`rule`: as it is after the plan. `request`: one whose answer changes, None where none was found. `today`, `then`: the answers in words.

    `gone`: the rules that it takes the place of. `changes`: "yes", "no" (in another order, the same answers) or "undecided".
    `because`: what asks for it.
    """

    rule: Rule
    request: Request | None
    today: str
    then: str
    changes: str
    because: str
    gone: tuple[Rule, ...] = ()


def answers(proposal: Proposal, part: ListenerPlan) -> tuple[Answer, ...]:
    """The merges that change an answer, then the changes of order that are asked for."""
    if not part.intended_changes and not any(merge.changes for merge in part.merges):
        return ()
    return _Answers(proposal, part).all()


class _Answers:
    def __init__(self, proposal: Proposal, part: ListenerPlan) -> None:
        self.part = part
        self.before = proposal.facts_of(part)
        self.after = ListenerFacts(apply_plan(part, self.before.listener))
        self.rules, self.new = rules_by_id(self.before.listener), rules_by_id(self.after.listener)

    def all(self) -> tuple[Answer, ...]:
        merges = (self._of_merge(merge) for merge in self.part.merges if merge.changes)
        return (*merges, *(self._of_change(change) for change in self.part.intended_changes))

    def _of_merge(self, merge: Merge) -> Answer:
        keep = self.rules[merge.keep]
        tied = [keep, *(self.rules[name] for name in merge.drop if self.rules[name].priority == keep.priority)]
        today = _either(tied)
        found = merge.request is not None and self._winner(self.after, merge.request) == merge.keep
        return Answer(
            self.new[merge.keep],
            merge.request if found else None,
            today,
            actions_text(self.new[merge.keep]),
            "yes" if found else "undecided",
            merge.because,
            (keep, *(self.rules[name] for name in merge.drop)),
        )

    def _of_change(self, change: Change) -> Answer:
        first, then = self.rules[change.first], self.rules[change.then]
        today = _either([then, first]) if first.priority == then.priority else actions_text(then)
        told = "undecided" if isinstance(change.changes, str) else "yes" if change.changes else "no"
        return Answer(
            self.new.get(change.first, first),
            change.request,
            today,
            actions_text(self.new.get(change.first, first)),
            told,
            change.because,
        )

    def _winner(self, facts: ListenerFacts, request: Request) -> str:
        index = facts.winner(request)
        return facts.rules[index].id if index is not None else ""


def _either(rules: list[Rule]) -> str:
    """What answers today: one of several that have one number, which of them is not told."""
    told = list(dict.fromkeys(actions_text(rule) for rule in rules))
    if len(rules) == 1:
        return told[0]
    both = "both have" if len(rules) == 2 else "all have"
    return f"{' or '.join(told)}: which one is not told, {both} number {number(rules[0])}"
