"""Findings of one cause on one listener told as one: what a person reads. Nothing is lost: each keeps the findings it stands for.

Suppressions, baselines and the choice of files work on single findings, before this.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Final

from alb_lint.findings.finding import Confidence, Finding, Related, Severity, Witness
from alb_lint.findings.fingerprint import identity
from alb_lint.findings.summary import Summary
from alb_lint.findings.untold import BEHIND, PAIR, READING, told_as
from alb_lint.findings.wording import asks_text, counted, numbers_text, rules_list
from alb_lint.model import Rule
from alb_lint.record import replace

LEAST: Final = 3
"""Findings of one cause from which they are one."""


def grouped(summary: Summary) -> Summary:
    """The summary with findings of one cause put together, each group in the place of its first."""
    found: list[Finding] = []
    for _, together in groupby(summary.findings, key=lambda finding: finding.listener):
        found.extend(_of_listener(list(together)))
    return replace(summary, findings=tuple(found))


def apart(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Each finding by itself, for who shows each at its own place; one that several causes bring comes once."""
    seen: set[int] = set()
    for finding in findings:
        for part in finding.parts or (finding,):
            if id(part) not in seen:
                seen.add(id(part))
                yield part


def _of_listener(findings: list[Finding]) -> Iterator[Finding]:
    by_code: dict[str, list[Finding]] = {}
    for finding in findings:
        by_code.setdefault(finding.info.code, []).append(finding)
    made: dict[int, list[Finding]] = {}
    gone: set[int] = set()
    homes = {finding.rule.id: finding for finding in by_code.get("ALB003", ()) if finding.rule is not None and not finding.parts}
    for code, group in sorted(by_code.items(), key=lambda entry: entry[0] != "ALB005"):
        for cause, parts in _causes(code, [finding for finding in group if id(finding) not in gone]).items():
            if len(parts) < (2 if code == "ALB001" else LEAST):
                continue
            gone.update(map(id, parts))
            if code == "ALB005":
                # that they are outside of their range is told here, once
                outside = [homes[part.rule.id] for part in parts if part.rule is not None and part.rule.id in homes]
                gone.update(map(id, outside))
                parts = [*parts, *outside]
            made.setdefault(id(parts[0]), []).extend(_MERGES[code](cause, parts))
    for finding in findings:
        if id(finding) in made:
            yield from made[id(finding)]
        elif id(finding) not in gone:
            yield finding


def _causes(code: str, findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    """Cause → the findings that share it; those of codes that are never put together are left out."""
    found: dict[str, list[Finding]] = {}
    if code in _MERGES:
        for finding in findings:
            if code == "ALB001" and any(related.role != "twin" for related in finding.related):
                continue  # each of these needs a number of its own
            if finding.rule is not None and not finding.parts and not finding.workspaces:
                found.setdefault(_cause(code, finding), []).append(finding)
    return found


def _cause(code: str, finding: Finding) -> str:
    if code == "ALB107":
        return "\n".join((finding.confidence, *finding.facets, *finding.needs))
    if code == "ALB101":
        return "\n".join(related.rule.id for related in _blockers(finding))
    if code == "ALB005":
        return finding.message.partition(" is retired")[2]  # until when, which numbers, why
    if code == "ALB108":
        number, _, what = finding.message.removeprefix("its ").partition(": ")
        left = next(
            (words for words in ("is left to chance", "may be left to chance") if what.endswith(words)), "depends on which is made first"
        )
        return "\n".join((finding.severity.label, number.removeprefix("number "), left))
    return "\n".join((finding.severity.label, *finding.facets)) if code in _BY_FACETS else ""


# -- crossing rules ----------------------------------------------------------------------------------------------------------


def _crossings(_cause: str, parts: Sequence[Finding]) -> Iterator[Finding]:
    """One finding for each kind of meeting: rules that ask for one thing, and rules that ask for another."""
    meetings: dict[tuple[str, str], list[tuple[Finding, list[int]]]] = {}
    kinds: dict[str, str] = {}
    by_id: dict[str, Rule] = {}
    for part in parts:
        assert part.rule is not None
        by_id[part.rule.id] = part.rule
        first = kinds[part.rule.id] = asks_text(part.rule)
        places: dict[str, list[int]] = {}
        for at, related in enumerate(part.related):
            name = related.rule.id
            second = kinds.get(name)
            if second is None:
                second = kinds[name] = asks_text(related.rule)
                by_id[name] = related.rule
            places.setdefault(second, []).append(at)
        for second, mine in places.items():
            meetings.setdefault((first, second) if first <= second else (second, first), []).append((part, mine))
    order = {rule.id: place for place, rule in enumerate(_unique(by_id.values()))}
    for (one, other), told in meetings.items():
        pairs = [(part.rule, part.related[at]) for part, mine in told if part.rule is not None for at in mine]
        names = {related.rule.id for _, related in pairs}
        names.update([part.rule.id for part, _ in told if part.rule is not None])
        rules = tuple([by_id[name] for name in sorted(names, key=order.__getitem__)])
        if one == other:
            message = f"{_count(rules)} that ask for {one} share requests and act differently: the lowest number gets them ({numbers_text(rules)})"
        else:
            sides: dict[str, list[Rule]] = {one: [], other: []}
            for rule in rules:
                sides[kinds[rule.id]].append(rule)
            message = (
                f"{_count(sides[one])} {_ask(sides[one])} for {one} ({numbers_text(sides[one])}), {_count(sides[other])} for {other}"
                f" ({numbers_text(sides[other])}): a request of both kinds goes to {_lower(pairs, one, other, order, kinds)}"
            )
        shown = next((related.request for _, related in pairs if related.request is not None), None)
        lines = dict(told[0][0].lines).get(meeting(one, other), "")
        way_out = (
            "if that is meant, these lines of config say so; else narrow the rules"
            if lines
            else "if that is meant, say so with `[[before]]` or `[[allow]]`, lines that `--suggest` prints; else narrow the rules"
        )
        group = _made(
            [part for part, _ in told],
            rules,
            message,
            way_out,
            (one, other, *parts[0].facets),
            witnesses=() if shown is None else (Witness("both", shown),),
            related=tuple({id(related): related for _, related in pairs}.values()),
            meant=tuple([tuple(mine) for _, mine in told]),
        )
        yield replace(group, lines=(("", lines),) if lines else ())


@lru_cache(maxsize=4_096)
def meeting(one: str, other: str) -> str:
    """What two kinds of rules that meet are called, in either order."""
    return " / ".join(sorted((one, other)))


def _lower(pairs: Sequence[tuple[Rule, Related]], one: str, other: str, order: Mapping[str, int], kinds: Mapping[str, str]) -> str:
    """Which kind stands first in the pairs, in words. `order`: rule id → its place; `kinds`: rule id → what it asks for."""
    ahead = sum([kinds[rule.id if order[rule.id] < order[related.rule.id] else related.rule.id] == one for rule, related in pairs])
    if ahead in (0, len(pairs)):
        return f"the rules that ask for {one if ahead else other}"
    return "the lower number, whichever kind it is"


def _twins(_cause: str, parts: Sequence[Finding]) -> Iterator[Finding]:
    """Rules that share a number and match the same requests, at several numbers: one merge serves all."""
    rules = _unique(rule for part in parts for rule in (part.rule, *(related.rule for related in part.related)) if rule is not None)
    yield _made(
        parts,
        rules,
        f"{_count(rules)} share {len(parts)} numbers, each with rules that match the same requests: {numbers_text(rules)}",
        "make one weighted forward of the rules at each number: `alb-lint plan --merge-twins` writes it",
        ("twins",),
        witnesses=tuple(witness for part in parts for witness in part.witnesses[:1])[:1],
        related=tuple(related for part in parts for related in part.related),
    )


def _by_chance(cause: str, parts: Sequence[Finding]) -> Iterator[Finding]:
    """Rules that share requests and have no number of their own, so that nothing tells which answers."""
    rules = _unique(rule for part in parts for rule in (part.rule, *(related.rule for related in part.related)) if rule is not None)
    how, left = cause.split("\n")[1:]
    mine = {part.rule.id for part in parts if part.rule is not None}
    last = parts[0].severity is Severity.WARNING  # the last of them has partners that are told already
    whose = "their number" if last else f"the number of {'one' if len(mine) == 1 else len(mine)} of them"
    yield _made(
        parts,
        rules,
        f"{_count(rules)} share requests and act differently, and {whose} {how}: which of them answers {left}: {rules_list(list(rules), 6)}",
        parts[0].help,
        (cause,),
        witnesses=tuple(witness for part in parts for witness in part.witnesses[:1])[:1],
        related=tuple(related for part in parts for related in part.related),
    )


def _waiting(_cause: str, parts: Sequence[Finding]) -> Iterator[Finding]:
    """Rules that the same values would decide, and those that too much work would."""
    rules = _unique(part.rule for part in parts if part.rule is not None)
    without = f"without {', '.join(map(told_as, parts[0].needs)) or 'what could not be read'}"
    if READING in parts[0].needs:
        without = f"without knowing {READING}"
    elif parts[0].confidence == "undecided":
        without = "within the steps of work that a run may take"
    who = f"what {_count(rules)} share with rules before them" if parts[0].facets == PAIR else _count(rules)
    related = tuple(related for part in parts for related in part.related)
    what = f"{who} could not be decided {without}"
    if parts[0].message.startswith(BEHIND) and len({part.message for part in parts}) == 1:
        what = parts[0].message.replace(" it ", f" {_count(rules)} ", 1)
    yield _made(
        parts,
        rules,
        f"{what}: {numbers_text(rules) if any(isinstance(rule.priority, int) for rule in rules) else rules_list(list(rules), 3)}",
        parts[0].help,
        (*parts[0].facets, *parts[0].needs),
        witnesses=(),
        related=related,
    )


def _hidden(_cause: str, parts: Sequence[Finding]) -> Iterator[Finding]:
    """Rules that the same rules before them leave nothing."""
    rules = _unique(part.rule for part in parts if part.rule is not None)
    blockers = [related.rule for related in _blockers(parts[0])]
    first = "takes all their requests first" if len(blockers) == 1 else "together take all their requests first"
    yield _made(
        parts,
        rules,
        f"no request reaches {_count(rules)}: {rules_list(blockers)} {first}: {numbers_text(rules)}",
        f"narrow the rule{'' if len(blockers) == 1 else 's'} before them, or delete them;"
        " `--format json` tells of each whether another number would do",
        tuple(part for rule in blockers for part in identity(rule)),
        witnesses=tuple(witness for part in parts for witness in part.witnesses[:1])[:1],
        related=_blockers(parts[0]),
    )


def _blockers(finding: Finding) -> tuple[Related, ...]:
    return tuple(related for related in finding.related if related.role == "blocker")


def _retired(cause: str, parts: Sequence[Finding]) -> Iterator[Finding]:
    """Rules on numbers that one entry of the config retires, and the ranges that they belong to."""
    mine = [part for part in parts if part.info.code == "ALB005"]
    rules = _unique(part.rule for part in mine if part.rule is not None)
    ranges: dict[str, list[Rule]] = {}
    for part in parts:
        if part.info.code == "ALB003" and part.rule is not None:
            ranges.setdefault(" or ".join(f"`{name}`" for name in part.facets), []).append(part.rule)
    homes = ""
    if ranges:
        told = [
            f"{name}{'' if len(ranges) == 1 and len(held) == len(rules) else f' ({numbers_text(held)})'}" for name, held in ranges.items()
        ]
        homes = f"; they belong to the range{'' if len(ranges) == 1 else 's'} {', '.join(told)}"
    message = f"{_count(rules)} have retired numbers: {numbers_text(rules)}{homes}. Retired{cause}"
    related = tuple(related for part in parts for related in part.related)
    yield _made(parts, rules, message, mine[0].help, (cause,), witnesses=(), related=related)


# -- others --------------------------------------------------------------------------------------------------------------------


def _listed(told: str, way_out: str = "") -> Callable[[str, Sequence[Finding]], Iterator[Finding]]:
    """Rules of one cause with their numbers. `told`: `{rules}` stands for how many, `{numbers}` for which; its first verb is theirs."""

    def merge(cause: str, parts: Sequence[Finding]) -> Iterator[Finding]:
        rules = _unique(part.rule for part in parts if part.rule is not None)
        name = next(iter(parts[0].facets), "")
        said = told if len(rules) > 1 else _of_one(told)
        message = said.format(rules=_count(rules), numbers=numbers_text(rules), name=name)
        witnesses = tuple(witness for part in parts for witness in part.witnesses[:1])[:1]
        related = tuple(related for part in parts for related in part.related)
        yield _made(parts, rules, message, way_out or parts[0].help, (cause,), witnesses=witnesses, related=related)

    return merge


def _of_one(told: str) -> str:
    """The words as they are said of one rule, which may have several findings of one cause."""
    words = told.split(" ")
    place = next(place for place, word in enumerate(words) if word in _OF_ONE)
    return " ".join([*words[:place], _OF_ONE[words[place]], *words[place + 1 :]])


def _made(
    parts: Sequence[Finding],
    rules: tuple[Rule, ...],
    message: str,
    way_out: str,
    facets: tuple[str, ...],
    *,
    witnesses: tuple[Witness, ...],
    related: tuple[Related, ...],
    meant: tuple[tuple[int, ...], ...] = (),
) -> Finding:
    unique = list({id(part): part for part in parts}.values())
    ranked: tuple[Confidence, ...] = ("undecided", "possible", "proved")
    return replace(
        unique[0],
        severity=max(part.severity for part in unique),
        rule=rules[0],
        message=message,
        help=way_out,
        confidence=min((part.confidence for part in unique), key=ranked.index),
        related=related,
        witnesses=witnesses,
        facets=("group", *facets),
        rules=rules,
        parts=tuple(unique),
        depends=(),
        meant=meant,
    )


def _unique(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    return tuple(sorted({rule.id: rule for rule in rules}.values(), key=_place))


def _place(rule: Rule) -> tuple[int, str]:
    return (rule.priority if isinstance(rule.priority, int) else 1 << 20, rule.id)


def _count(rules: Sequence[Rule]) -> str:
    return counted(len(rules), "rule")


def _ask(rules: Sequence[Rule]) -> str:
    return "asks" if len(rules) == 1 else "ask"


_OF_ONE: Final = {
    "are": "is",
    "belong": "belongs",
    "change": "changes",
    "forward": "forwards",
    "have": "has",
    "match": "matches",
    "share": "shares",
}
"""Verbs of the messages below, as they are said of one rule."""
_BY_FACETS: Final = frozenset({"ALB003", "ALB004", "ALB104", "ALB410"})
_MERGES: Final[dict[str, Callable[[str, Sequence[Finding]], Iterator[Finding]]]] = {
    "ALB001": _twins,
    "ALB003": _listed("{rules} belong to the range `{name}` and have numbers outside of it: {numbers}"),
    "ALB004": _listed("{rules} have numbers of the range `{name}` and do not belong to it: {numbers}"),
    "ALB005": _retired,
    "ALB101": _hidden,
    "ALB103": _listed("{rules} change no answer: {numbers}"),
    "ALB104": _crossings,
    "ALB107": _waiting,
    "ALB108": _by_chance,
    "ALB105": _listed("{rules} have narrower rules before them, which is the usual order: {numbers}"),
    "ALB106": _listed("{rules} share requests with others only where a header or parameter is repeated; the order decides: {numbers}"),
    "ALB204": _listed("{rules} have values that another value of the same condition covers: {numbers}"),
    "ALB208": _listed("{rules} match by prefix what other rules name as their own: {numbers}"),
    "ALB209": _listed("{rules} match what lies below a path and not the path itself, which goes elsewhere: {numbers}"),
    "ALB221": _listed("{rules} have a condition that every request meets: {numbers}"),
    "ALB223": _listed("{rules} match one exact path, and what lies below goes elsewhere: {numbers}"),
    "ALB304": _listed("{rules} forward to target groups without registered targets: {numbers}"),
    "ALB402": _listed("{rules} are live and in no code: {numbers}"),
    "ALB403": _listed("{rules} of the code are not live: {numbers}"),
    "ALB410": _listed("{rules} are replaced when something else changes, {name}: {numbers}"),
}
"""Code → how its findings are put together."""
