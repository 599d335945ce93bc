"""All rules of a listener in the order in which they are evaluated, with the number of before and of after: what people look for first."""

from collections.abc import Iterator
from typing import Final

from alb_lint.findings.wording import actions_text, conditions_text, number
from alb_lint.model import Listener, Rule
from alb_lint.plan.plan import ListenerPlan
from alb_lint.plan.steps.apply import apply_plan
from alb_lint.reports.plans.blocks import Block, Code, Folded, Line, Strong, Table, Words, line

OPEN: Final = 60
"""Rows up to which the table stands open."""

_LATE: Final = 1 << 20
"""Behind every number: a rule whose number is not known, then the default action."""


def whole_listener(part: ListenerPlan, base: Listener) -> Iterator[Block]:
    """A table; rows that do not change are dimmed. What goes stands below the rule that takes its place, else where it was."""
    after = {rule.id: rule for rule in apply_plan(part, base).rules}
    into = {name: merge.keep for merge in part.merges for name in merge.drop}
    if part.compaction is not None:
        into |= {name: join.keep for join in part.compaction.joins for name in join.drop}

    def place(rule: Rule) -> tuple[int, bool, int]:
        heir = after.get(rule.id) or after.get(into.get(rule.id, ""))
        here = heir.priority if heir is not None else rule.priority
        old = rule.priority if isinstance(rule.priority, int) else _LATE
        return (here if isinstance(here, int) else _LATE, rule.id not in after, old)

    old = {rule.id for rule in base.rules}
    rules = sorted((*base.rules, *(rule for name, rule in after.items() if name not in old)), key=place)
    rows = [_row(rule, after.get(rule.id), after.get(into.get(rule.id, "")), rule.id not in old) for rule in rules]
    dim = [spot for spot, rule in enumerate(rules) if rule.id in old and after.get(rule.id) == rule]
    if base.default is not None:
        rows.append((line(Code("default")), line(Code("default")), line("everything else"), line(actions_text(base.default))))
        dim.append(len(rows) - 1)
    table = Table(("Before", "After", "Rule", "Action"), tuple(rows), (0, 1), tuple(dim))
    yield table if len(rows) <= OPEN else Folded(f"all {len(rows)} rules, in the order in which they are evaluated", (table,))


def _row(rule: Rule, new: Rule | None, heir: Rule | None, fresh: bool) -> tuple[Line, ...]:
    shown = new or rule
    name = (Strong(rule.name), Words(" ")) if rule.name else ()
    what = (*name, Code(conditions_text(shown)))
    old = line("new") if fresh else line(Code(number(rule)))
    if new is None:
        return old, line("–"), what, line(f"goes: {number(heir)} has its requests" if heir is not None else "goes: it changes no answer")
    action = actions_text(new) if new.actions == rule.actions else f"{actions_text(new)} (today: {actions_text(rule)})"
    same = not fresh and number(new) == number(rule)
    return old, line(Code(number(new))) if same else line(Strong(number(new))), what, line(action)
