"""ALB208: `/foo*` also takes `/foobar`, which a later rule names as its own and would treat differently."""

from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks._answers import Answers
from alb_lint.checks._wording import quoted
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Related, Severity, Witness
from alb_lint.findings.wording import rules_list
from alb_lint.model import Request, Rule
from alb_lint.record import replace

_MOST: Final = 20
"""Siblings named for one rule."""

_ALL: Final = 20_000
"""Siblings named for all rules; each has its share of them, but one."""

_TRIES: Final = 5
"""Rules looked at for each sibling that may be named."""


def run(facts: ListenerFacts, _context: Context) -> Iterator[Finding]:
    answers = Answers(facts)
    naming: dict[str, list[int]] = {}
    for index, values in enumerate(facts.path_values):
        for value in values:
            naming.setdefault(value, []).append(index)
    own = sorted(naming)
    most = min(_MOST, max(1, _ALL // max(1, facts.count)))
    for index, rule in enumerate(facts.rules):
        stems = [value[:-1] for value in facts.path_values[index] if value.endswith("*") and _stem(value[:-1])]
        found: dict[int, Request] = {}
        tries = 0
        for stem in stems:
            for place in range(bisect_left(own, stem), len(own)):
                value = own[place]
                if not value.startswith(stem):
                    break
                for other in naming[value] if _sibling(value, stem) else ():
                    if len(found) >= most or tries >= _TRIES * most:
                        break
                    if other not in found and _waits(facts, index, other):
                        tries += 1
                        request = _request(facts, answers, index, other, value)
                        if request is not None:
                            found[other] = request
        if found:
            yield _finding(facts, rule, stems, found)


def _stem(text: str) -> bool:
    """Whether `text*` ends in the middle of a segment: `/foo`, not `/foo/` and not `/`."""
    return text.startswith("/") and not text.endswith(("/", "*", "?")) and "*" not in text and "?" not in text


def _sibling(value: str, stem: str) -> bool:
    """Whether the value names something that begins with the stem and goes on in the same segment."""
    return len(value) > len(stem) and value[len(stem)] not in "/*?"


def _waits(facts: ListenerFacts, index: int, other: int) -> bool:
    """Whether `other` is asked after the rule, meets it, may exist beside it and certainly acts differently."""
    together = facts.earlier[other] & ~facts.excluded(other)
    return bool(together >> index & 1 and facts.meets[index] >> other & 1 and facts.surely_differs(index, other))


def _request(facts: ListenerFacts, answers: Answers, index: int, other: int, value: str) -> Request | None:
    """A request for the sibling's own path that the rule answers and the sibling matches."""
    base = facts.shared_request(index, other)
    if base is None:
        return None
    for filling in ("", "x"):
        request = replace(base, path=value.replace("*", filling).replace("?", "x"))
        if facts.takes(other, request) and answers.rule(request, facts.rules[index].presence) is facts.rules[index]:
            return request
    return None


def _finding(facts: ListenerFacts, rule: Rule, stems: list[str], found: dict[int, Request]) -> Finding:
    shown = next(iter(found.values()))
    stem = max((stem for stem in stems if shown.path.startswith(stem)), key=len)
    owners = rules_list([facts.rules[other] for other in sorted(found)], 3)
    return CHECK.finding(
        facts.listener.id,
        rule,
        f"its path value {quoted(stem + '*')} also matches {quoted(shown.path)}, which belongs to {owners}",
        f"write {quoted(stem)} and {quoted(stem + '/*')} if siblings are not meant, or give the other rule a lower number",
        related=tuple(Related("partner", facts.rules[other], request) for other, request in sorted(found.items())),
        witnesses=(Witness("both", shown, "this rule answers it, the other one names its path"),),
    )


CHECK = Check(
    CheckInfo("ALB208", "prefix-catches-siblings", Severity.INFO, "`/foo*` also takes `/foobar`, and something there would go elsewhere."),
    run=run,
    whole=True,
)
