"""ALB010: two branches take one number, so that the second to be deployed is refused: PriorityInUse (API CreateRule)."""

from collections.abc import Iterable, Iterator

from alb_lint.checks._wording import named, quoted
from alb_lint.checks.check import Check, CheckInfo, Finding, Related, Severity
from alb_lint.config import Config
from alb_lint.findings.fingerprint import identity
from alb_lint.model import Estate, Rule
from alb_lint.presence import exclusive

Claims = dict[tuple[str, int], list[Rule]]


def run(estate: Estate, _config: Config) -> Iterator[Finding]:
    known = {listener.id for listener in estate.listeners}
    sides = [(branch.name, _claims(pair for pair in branch.rules if pair[0] in known)) for branch in estate.branches]
    for branch, (name, claims) in zip(estate.branches, sides, strict=True):
        mine = _claims(branch.here)
        for place in sorted(mine.keys() & claims.keys()):
            for one, other in _pairs(mine[place], claims[place]):
                said = f"{place[1]} is also taken by {named(other)} on the branch {quoted(name)}: the second to be deployed is refused"
                yield _finding(place[0], one, other, said, name)
    for number, (one_name, ones) in enumerate(sides):
        for other_name, others in sides[number + 1 :]:
            for place in sorted(ones.keys() & others.keys()):
                for one, other in _pairs(ones[place], others[place]):
                    said = (
                        f"{place[1]} is taken by {named(one)} on the branch {quoted(one_name)} and by {named(other)} on {quoted(other_name)}:"
                        " the second to be deployed is refused"
                    )
                    yield _finding(place[0], None, other, said, f"{one_name} {other_name}")


def _claims(rules: Iterable[tuple[str, Rule]]) -> Claims:
    found: Claims = {}
    for listener, rule in rules:
        if isinstance(rule.priority, int):
            found.setdefault((listener, rule.priority), []).append(rule)
    return found


def _pairs(ones: list[Rule], others: list[Rule]) -> Iterator[tuple[Rule, Rule]]:
    """Two rules that are not one and may exist together."""
    for one in ones:
        for other in others:
            same = identity(one) == identity(other) or (frozenset(one.conditions), one.actions) == (
                frozenset(other.conditions),
                other.actions,
            )
            if not same and not exclusive(one.presence, other.presence):
                yield one, other


def _finding(listener: str, rule: Rule | None, other: Rule, said: str, branches: str) -> Finding:
    return CHECK.finding(
        listener,
        rule,
        said,
        "let one of them take another number before either is merged: `alb-lint allocate --refs` finds one that no branch takes",
        related=(Related("stranger", other),),
        facets=(branches, other.id),
    )


CHECK = Check(CheckInfo("ALB010", "collision-to-come", Severity.ERROR, "Two branches take one priority on one listener."), run_estate=run)
