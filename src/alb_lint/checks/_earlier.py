"""The way out for a rule that no request reaches: a number before the rule that takes its requests, said only where it is proved to do."""

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.moves import move_before
from alb_lint.findings.wording import number, rule_text


def earlier_number(facts: ListenerFacts, index: int, blocker: int) -> tuple[str, str]:
    """(what to do, "" where no number before the blocker would do; why not, where another rule would be lost by it)."""
    move = move_before(facts, index, blocker)
    first = facts.rules[blocker]
    if move is None:
        return "", ""
    if move.hides is not None:
        lost = "that rule" if move.hides == blocker else rule_text(facts.rules[move.hides])
        return "", f"; a number below {number(first)} would leave {lost} no request"
    if not move.works:
        return "", ""
    if move.free is not None:
        return f"give it a number below {number(first)}", ""
    none = "no number is below 1" if first.priority == 1 else f"no number right below {number(first)} is free"
    return f"{none}: move rule {number(first)} up, and this rule right before it", ""
