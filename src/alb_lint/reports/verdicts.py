"""What `verify` found, as text and as plain data."""

from collections.abc import Iterator
from typing import Any

from alb_lint.findings.wording import action_text, actions_text, rule_text
from alb_lint.json_text import dumps
from alb_lint.model import Entrance, Listener, Rule
from alb_lint.plan.plan import Refusal
from alb_lint.plan.proof.verify import Verdict
from alb_lint.record import record
from alb_lint.reports.layout import WIDTH, Span, paint


@record
class Told:
    """`refused`: what the plan file says of listeners that got no plan; nothing of them is verified."""

    verdicts: tuple[Verdict, ...]
    listeners: tuple[Listener, ...]
    refused: tuple[Refusal, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether there is something to verify, and all of it holds."""
        return bool(self.verdicts) and all(verdict.holds for verdict in self.verdicts)


def as_json(told: Told, color: bool) -> str:
    del color
    document: dict[str, Any] = {
        "schema": "alb-lint.verify.v1",
        "holds": told.holds,
        "listeners": [_listener(verdict) for verdict in told.verdicts],
        "refused": list(dict.fromkeys(item.listener for item in told.refused)),
    }
    return dumps(document, indent=2) + "\n"


def _listener(verdict: Verdict) -> dict[str, Any]:
    return {
        "id": verdict.listener,
        "holds": verdict.holds,
        "flaws": [
            {"reason": flaw.reason, "rules": list(flaw.rules), "request": flaw.request.to_json() if flaw.request is not None else None}
            for flaw in verdict.flaws
        ],
        "merges": [merge.to_json() for merge in verdict.merges],
        "intended_changes": [change.to_json() for change in verdict.changes],
    }


def as_text(told: Told, color: bool, width: int = WIDTH) -> str:
    return paint(_lines(told), color, width)


def _lines(told: Told) -> Iterator[list[Span]]:
    known = {listener.id: listener for listener in told.listeners}
    for verdict in told.verdicts:
        listener = known.get(verdict.listener)
        rules = {rule.id: rule for rule in listener.rules} if listener is not None else {}
        name = (listener.name or listener.id) if listener is not None else verdict.listener or "the plan"
        mark = ("  holds", "bold green") if verdict.holds else ("  does not hold", "bold red")
        yield [(name, "bold"), mark]
        for flaw in verdict.flaws:
            yield [("  ", ""), (flaw.reason, "")]
            yield from ([("    ", ""), (_who(rules, rule), "")] for rule in flaw.rules)
            if flaw.request is not None:
                yield [("    try: ", "dim"), (flaw.request.curl(listener.entrance if listener is not None else Entrance()), "green")]
        if verdict.holds:
            yield from _named(verdict, rules)
    for item in told.refused:
        name = known[item.listener].name or item.listener if item.listener in known else item.listener
        yield [(name, "bold"), ("  no plan: ", "bold red"), (item.reason, "")]
    if not told.verdicts:
        yield [("the plan plans nothing: there is nothing to verify", "bold red")]
    elif told.holds and told.refused:
        count = len({item.listener for item in told.refused})
        yield [(f"what is planned holds; there is no plan for {count} listener{'s' * (count > 1)}", "bold red")]
    elif told.holds:
        changes = any(verdict.merges or verdict.changes for verdict in told.verdicts)
        yield [
            ("the plan holds: nothing changes but what is named above" if changes else "the plan holds: no answer changes", "bold green")
        ]
    else:
        yield [("the plan does not hold", "bold red")]


def _named(verdict: Verdict, rules: dict[str, Rule]) -> Iterator[list[Span]]:
    for merge in verdict.merges:
        yield [("  merges ", "yellow"), (_who(rules, merge.keep), ""), (f" → {action_text(merge.action)}", "dim")]
        for name in merge.drop:
            today = f" → {actions_text(rules[name])}" if name in rules else ""
            yield [("    with ", "dim"), (_who(rules, name), ""), (today, "dim")]
    for change in verdict.changes:
        yield [("  intended: ", "yellow"), (_who(rules, change.first), ""), (" before ", "dim"), (_who(rules, change.then), "")]


def _who(rules: dict[str, Rule], name: str) -> str:
    return rule_text(rules[name]) if name in rules else name
