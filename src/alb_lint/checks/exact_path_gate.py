"""ALB603: a rule denies or asks for a sign-in on exact paths, and another spelling of them gets through to the backend that it shields.

Source: ELB user guide, "Path conditions": case counts, and a value without a wildcard matches that one path; the query is not part of it.
"""

from collections.abc import Iterator
from typing import Final

from alb_lint.analysis.actions import action_key
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.guards import denies, guards_of, signs_in
from alb_lint.checks._answers import Answers
from alb_lint.checks._values import path_values
from alb_lint.checks._wording import listed, named, quoted
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Related, Severity, Witness
from alb_lint.model import Forward, Request, Rule
from alb_lint.record import replace

_MOST: Final = 20
"""Values of one rule that are looked at; AWS allows five."""


def run(facts: ListenerFacts, _context: Context) -> Iterator[Finding]:
    gates = [rule for rule in facts.listener.rules if (denies(rule) or signs_in(rule)) and not rule.presence]
    if not gates:
        return
    answers = Answers(facts)
    for gate in gates:
        found: list[tuple[str, Request, Rule]] = []
        for value in path_values(gate)[:_MOST]:
            if "*" in value or "?" in value or value == "/" or not value.startswith("/"):
                continue
            exact = _own(answers, gate, value)
            behind = answers.rule(exact, without=gate) if exact is not None else None
            if exact is None or behind is None or not _open(behind):
                continue
            for spelling in _spellings(value):
                request = replace(exact, path=spelling)
                winner = answers.rule(request)
                if winner is not None and _open(winner) and action_key(winner) == action_key(behind) and _shields(gate, winner):
                    found.append((value, request, winner))
        if found:
            yield _finding(facts, gate, found)


def _own(answers: Answers, gate: Rule, value: str) -> Request | None:
    """A request for exactly the path that the gate answers."""
    return next((request for request in answers.own_requests(gate) if request.path == value), None)


def _spellings(value: str) -> Iterator[str]:
    """Paths that many a backend treats as the same, or as what lies below."""
    bare = value.rstrip("/")
    yield bare if value.endswith("/") else f"{value}/"
    yield f"{bare}/x"
    start = bare.rfind("/") + 1
    other = bare[:start] + bare[start : start + 1].swapcase() + bare[start + 1 :]
    if other != bare:
        yield other + value[len(bare) :]


def _open(rule: Rule) -> bool:
    return bool(rule.actions) and isinstance(rule.actions[-1], Forward) and not guards_of(rule)


def _shields(gate: Rule, winner: Rule) -> bool:
    """Whether the gate keeps strangers from what the other rule forwards to: a sign-in stands before its own groups alone."""
    own, other = gate.actions[-1], winner.actions[-1]
    if not isinstance(own, Forward) or not isinstance(other, Forward):
        return True
    return not {share.target_group for share in own.shares}.isdisjoint(share.target_group for share in other.shares)


def _finding(facts: ListenerFacts, gate: Rule, found: list[tuple[str, Request, Rule]]) -> Finding:
    paths = list(dict.fromkeys(request.path for _, request, _ in found))
    winners = {rule.id: rule for _, _, rule in found}
    values = list(dict.fromkeys(value for value, _, _ in found))
    verb = "denies" if denies(gate) else "asks for a sign-in on"
    return CHECK.finding(
        facts.listener.id,
        gate,
        f"{named(gate)} {verb} {listed([quoted(value) for value in values])} alone: {listed([quoted(path) for path in paths], 4)}"
        f" {'gets' if len(paths) == 1 else 'get'} through to {listed([named(rule) for rule in winners.values()])}",
        f"add the values {listed([quoted(value + '/*') for value in values])} (or {quoted(values[0] + '*')}) if all of it is meant, and"
        " let the backend refuse other spellings of case",
        related=tuple(Related("partner", rule) for rule in winners.values() if not rule.is_default),
        witnesses=(Witness("escapes", found[0][1], f"forwarded by {named(found[0][2])}"),),
    )


CHECK = Check(
    CheckInfo(
        "ALB603", "exact-path-gate", Severity.WARNING, "A deny or sign-in on an exact path, whose other spellings reach the same backend."
    ),
    run=run,
    whole=True,
)
