"""The listener as it is once the code is deployed: the rules of the code, and the live ones that no code knows, which stay."""

from dataclasses import replace
from typing import Final

from alb_lint.checks.against._matching import Match
from alb_lint.checks.against._sameness import actions_differ, conditions_differ
from alb_lint.checks.against.comparison import Compared
from alb_lint.model import Listener, Rule
from alb_lint.record import record

_NEW: Final = "code:"
"""Before the id of a rule that is made: a live rule may have the same one."""


@record
class After:
    """`listener`: afterwards. `known`: ids of its rules that the code knows. `changed`: by id in it, the code's rule, where it is made or rewritten
    and not tied.

    `made`: ids of those that are made. `clear`: False where a rule of the code could be any live one, so that little is known of afterwards.
    `tied`: ids of rules whose number another one claims: AWS refuses one of them, so that nothing is said of them here.
    """

    listener: Listener
    known: frozenset[str]
    changed: dict[str, Rule]
    made: frozenset[str]
    clear: bool
    tied: frozenset[str]


def after(compared: Compared) -> After:
    """What the deployment leaves. A live rule that is matched keeps what the code is not known to change."""
    gone = {rule.id for rule in compared.deleted}
    rules: dict[str, Rule] = {rule.id: rule for rule in compared.live.rules if rule.id not in gone}
    changed: dict[str, Rule] = {}
    made: set[str] = set()
    clear = not compared.matching.vague and compared.live_whole
    for match in compared.matching.matches:
        if len(match.wanted) > 1 or match.wanted[0].presence:
            clear = False  # which of them it will be, or whether it stays, only the deployment tells
            continue
        number = match.wanted[0].priority
        clear = clear and (isinstance(number, int) or number.number is not None)
        becomes = _becomes(match)
        if becomes != match.live:
            rules[match.live.id] = becomes
            changed[match.live.id] = match.wanted[0]
    for group in compared.matching.missing:
        for rule in group:
            new = f"{_NEW}{rule.id}"
            rules[new] = replace(rule, id=new)
            changed[new] = rule
            made.add(new)
    claims: dict[object, list[str]] = {}
    for identifier, rule in rules.items():
        claims.setdefault(rule.priority, []).append(identifier)
    tied = frozenset(identifier for held in claims.values() if len(held) > 1 for identifier in held)
    changed = {identifier: rule for identifier, rule in changed.items() if identifier not in tied}
    known = made | {match.live.id for match in compared.matching.matches}
    return After(replace(compared.live, rules=tuple(rules.values())), frozenset(known), changed, frozenset(made), clear, tied)


def _becomes(match: Match) -> Rule:
    live, wanted = match.live, match.wanted[0]
    if "priority" not in wanted.left_alone and isinstance(wanted.priority, int):
        live = replace(live, priority=wanted.priority)
    if conditions_differ(match.live, wanted):
        live = replace(live, conditions=wanted.conditions)
    if actions_differ(match.live, wanted):
        live = replace(live, actions=wanted.actions, transforms=wanted.transforms)
    return live
