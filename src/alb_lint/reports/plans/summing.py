"""What a plan comes to, in a few sentences; for every format."""

from collections import Counter
from collections.abc import Iterable, Iterator

from alb_lint.findings.wording import number
from alb_lint.model import Rule, Unknown
from alb_lint.plan.naming import listed
from alb_lint.plan.plan import Compaction, ListenerPlan, added, dropped
from alb_lint.plan.proposal import Proposal


def summary(proposal: Proposal) -> tuple[str, ...]:
    """How much moves, then what becomes of the answers, then what is left out."""
    plan = proposal.plan
    if not any(part.steps for part in plan.listeners):
        where = f" on {', '.join(proposal.name(part.id) for part in plan.listeners)}" if plan.refused else ""
        within = " and is within its limits" if "--split" in proposal.wishes else ""
        waits = any(isinstance(rule.priority, Unknown) for part in plan.listeners for rule in proposal.base(part).rules)
        has = "every rule whose number is known has one" if waits else "every rule has a number"
        return (f"nothing to change{where or f': {has} that it may have{within}'}",)
    rules = sum(len(proposal.base(part).rules) for part in plan.listeners)
    moved = sum(part.moved for part in plan.listeners)
    gone = sum(_gone(part) for part in plan.listeners)
    kept = sum(part.kept for part in plan.listeners)
    more = sum(added(part.splits) for part in plan.listeners)
    into = f" and {rules} rules become {rules - gone + more}" if gone or more else ""
    stay = f"{_rules(kept)} keep{'s' * (kept == 1)} {'its' if kept == 1 else 'their'} number" if kept else "no rule keeps its number"
    said = [f"{_rules(moved)} move{'s' * (moved == 1)}{into}; {stay}.", answers_text(proposal)]
    idle = [proposal.name(part.id) for part in plan.listeners if not part.steps]
    if idle:
        said.append(f"Nothing to change on {', '.join(idle)}.")
    if plan.refused:
        said.append(f"No plan for {', '.join(dict.fromkeys(proposal.name(item.listener) for item in plan.refused))}: why, stands below.")
    return tuple(said)


def answers_text(proposal: Proposal) -> str:
    """Which requests get another answer than today, and that this is proved."""
    parts = proposal.plan.listeners
    if proposal.plan.equivalent:
        return "Every request gets the answer it gets today: proved over all requests."
    merges = sum(merge.changes for part in parts for merge in part.merges)
    changes = sum(bool(change.changes) for part in parts for change in part.intended_changes)
    named = [_count(merges, "merged rule"), _count(changes, "pair of rules in a new order", "pairs of rules in a new order")]
    told = " and of ".join(text for text in named if not text.startswith("0 "))
    return f"Requests of {told} may get another answer than today, as told below. All others keep their answer: proved over all requests."


def on_purpose(part: ListenerPlan) -> bool:
    """Whether the plan itself lets pairs of rules change their order. Where it does not, those that do not keep it have none that is known."""
    return bool(part.intended_changes or part.merges or dropped(part.compaction) or part.splits)


def counted(part: ListenerPlan, rules: int) -> str:
    """`11 moves, 3 stay; 14 rules become 11`."""
    gone, more = _gone(part), added(part.splits)
    stay = "no rule keeps its number" if not part.kept else f"{_rules(part.kept)} stay{'s' * (part.kept == 1)}"
    least = "" if part.minimum_proved else f" (at least {part.at_least} must)"
    return f"{_count(part.moved, 'move')}{least}, {stay}" + (f"; {rules} rules become {rules - gone + more}" if gone or more else "")


def limit_text(many: int, limit: int) -> str:
    """`the limit is 100`, and by how much it is passed."""
    return f"the limit is {limit}" + (f": {many - limit} too many" if many > limit else "")


def groups_text(fewer: Compaction) -> Iterator[str]:
    """What becomes of the target groups, where some go or are too many."""
    if fewer.groups_before > fewer.groups_after or 0 < fewer.groups_limit < fewer.groups_after:
        left = "; a rule that stays names each of them" if fewer.groups_after > fewer.groups_limit else ""
        limit = limit_text(fewer.groups_after, fewer.groups_limit)
        yield f"target groups {fewer.groups_before} → {fewer.groups_after} ({limit}{left})"


def numbers_of(rules: Iterable[Rule]) -> str:
    """`2100 ×2 and 2103`: the numbers, each once."""
    return listed(value if many == 1 else f"{value} ×{many}" for value, many in Counter(number(rule) for rule in rules).items())


def _gone(part: ListenerPlan) -> int:
    return sum(len(merge.drop) for merge in part.merges) + len(dropped(part.compaction))


def _rules(many: int) -> str:
    return _count(many, "rule")


def _count(many: int, what: str, several: str = "") -> str:
    return f"{many} {what}" if many == 1 else f"{many} {several or what + 's'}"
