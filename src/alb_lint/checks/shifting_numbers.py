"""ALB009: rules that their code knows by position, so that an element inserted before others renumbers these or lets them trade identities.

Source: Terraform language, "The count Meta-Argument": instances are known by their index, and an element removed or inserted in the middle of
the list changes all behind it; "When to Use for_each Instead of count".
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks._wording import quoted
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Related, Severity
from alb_lint.findings.wording import conditions_text, counted, numbers_text
from alb_lint.model import Rule

_LEAST: Final = 3
"""Rules of one resource from which it is told."""
_INDEX: Final = re.compile(r'^(?P<base>.+)\[(?P<quote>"?)(?P<index>\d{1,6})(?P=quote)\]$')
"""`aws_lb_listener_rule.app[2]`, and `["2"]` of a `for_each` over positions."""
_ENDING: Final = re.compile(r"^(?P<base>.*\D)(?P<index>\d{1,6})$")
"""`rule-2` of a loop in a program."""


def run(facts: ListenerFacts, _context: Context) -> Iterator[Finding]:
    told: set[str] = set()
    for base, rules in _groups(facts.listener.source_kind, facts.listener.rules).items():
        indexes = sorted(rules)
        ordered = [rules[index] for index in indexes]
        positions = indexes == list(range(indexes[0], indexes[0] + len(indexes))) and indexes[0] in (0, 1)
        if len(ordered) >= _LEAST and positions and _differ(ordered):
            told.update(rule.id for rule in ordered)
            yield _finding(facts, base[0], indexes[0], ordered)
    yield from _of_one_place(facts, told)


def _of_one_place(facts: ListenerFacts, told: set[str]) -> Iterator[Finding]:
    """Rules that one place of the code makes under names of their own, with numbers that seem to go with the position."""
    found: dict[tuple[str, int, int], list[Rule]] = {}
    for rule in facts.rules:
        here = rule.location
        if here.line and rule.id not in told:
            found.setdefault((here.file, here.line, here.column), []).append(rule)
    for rules in found.values():
        if len(rules) >= _LEAST and _differ(rules) and _by_position(facts.listener.source_kind, rules):
            yield CHECK.finding(
                facts.listener.id,
                rules[0],
                f"one place in the code makes {counted(len(rules), 'rule')} ({numbers_text(rules)}) and computes their numbers: if they follow the"
                f" position, an element inserted before the third renumbers {counted(len(rules) - 2, 'rule')}",
                "give each element its own number in the list or map that they are made from",
                confidence="possible",
                related=tuple(Related("partner", rule) for rule in rules[1:]),
                facets=("place",),
            )


def _groups(kind: str, rules: Sequence[Rule]) -> dict[tuple[str, ...], dict[int, Rule]]:
    """(what all are called, where it stands) → position → rule, for rules that differ by a position alone."""
    found: dict[tuple[str, ...], dict[int, Rule]] = {}
    for rule in rules:
        told = (
            _INDEX.match(rule.location.address)
            if kind.startswith("terraform")
            else _ENDING.match(rule.name) if kind in ("pulumi", "pulumi-json") and rule.location.line else None
        )  # fmt: skip
        if told is not None:
            place = () if kind.startswith("terraform") else (rule.location.file, str(rule.location.line))
            found.setdefault((told["base"], *place), {})[int(told["index"])] = rule
    return found


def _differ(rules: Sequence[Rule]) -> bool:
    return len({conditions_text(rule) for rule in rules}) > 1


def _by_position(kind: str, rules: Sequence[Rule]) -> bool:
    """Whether the numbers go up by one step and no literal of the code gives any of them; False where the input does not show the code."""
    known = [rule.priority for rule in rules if isinstance(rule.priority, int) and rule.priority_site is None]
    steps = {other - one for one, other in pairwise(known)}
    return kind in ("terraform", "pulumi") and len(known) == len(rules) and len(steps) == 1 and 0 not in steps


def _finding(facts: ListenerFacts, base: str, start: int, rules: list[Rule]) -> Finding:
    at = start + min(2, len(rules) - 1)
    behind = rules[at - start :]
    if _by_position(facts.listener.source_kind, rules):
        what = f"renumbers {counted(len(behind), 'rule')} ({numbers_text(behind)}): the number goes with the position"
    else:
        what = (
            f"lets {counted(len(behind), 'rule')} ({numbers_text(behind)}) trade identities: each resource becomes what its neighbour was"
        )
    return CHECK.finding(
        facts.listener.id,
        rules[0],
        f"{quoted(base)} knows its {counted(len(rules), 'rule')} by position: an element inserted before index {at} {what}",
        "use keys that stay (`for_each` over a map, a name for each in a program), and give each its own number in it",
        related=tuple(Related("partner", rule) for rule in rules[1:]),
        facets=(base,),
    )


CHECK = Check(
    CheckInfo(
        "ALB009", "shifting-numbers", Severity.INFO, "Rules are known by their position, so that an insertion shifts those behind it."
    ),
    run=run,
)
