"""Numbers that a rule may be given: by the config, and before the rule that takes its requests; said only where it is proved to do."""

from collections.abc import Callable

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.moves import move_before
from alb_lint.checks.check import Context
from alb_lint.findings.wording import number, rule_text


def numbers_for(facts: ListenerFacts, index: int, context: Context) -> Callable[[int], bool] | None:
    """Which numbers the config lets the rule have; None where it asks for more than the rules tell: an order, requirements."""
    config, rule = context.config, facts.rules[index]
    if config.before or config.require:
        return None
    if not (config.ranges or config.retired or config.reservations):
        return _any_number
    from alb_lint.plan.wanted.ranges import membership, ranges_of, reserved_for_others, retired_of

    ranges = ranges_of(facts.listener, config)
    retired = retired_of(facts.listener, config, context.today)
    reserved = reserved_for_others(rule, facts.listener, config, context.today)
    found = membership(rule, ranges)
    homes = (found.range,) if found.range is not None else found.several
    foreign = [band for band in ranges if band not in homes and band not in found.unsure]

    def allowed(number: int) -> bool:
        if number in reserved or any(number in entry for entry in retired) or any(number in band for band in foreign):
            return False
        return not homes or any(number in home for home in homes)

    return allowed


def _any_number(_number: int) -> bool:
    return True


def earlier_number(facts: ListenerFacts, index: int, blocker: int, context: Context) -> tuple[str, str]:
    """(what to do, "" where no number before the blocker would do; why not, where another rule would be lost by it)."""
    allowed = numbers_for(facts, index, context)
    move = move_before(facts, index, blocker, allowed) if allowed is not None else None
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
    return f"{none}: give rule {number(first)} a higher one, and this rule the one right before it", ""
