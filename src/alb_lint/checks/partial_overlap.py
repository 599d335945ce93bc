"""ALB104: two rules share requests, act differently, and neither is wider, so that their order decides. One finding per crossing rule.

A rule whose crossings have a gate at one end has a finding of its own for these: what gets round a gate is another matter than which backend
answers. The others are worth knowing.
"""

from collections.abc import Iterator, Mapping, Sequence

from alb_lint.analysis.crossings import Pairs, crossings, hubs
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.guards import is_gate
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Related, Severity, Witness
from alb_lint.config import listener_fits, rule_fits
from alb_lint.entries import REASON, before_text, listener_glob
from alb_lint.findings.grouping import LEAST, meeting
from alb_lint.findings.wording import asks_text, rules_list
from alb_lint.model import Request
from alb_lint.orders import one_entry
from alb_lint.record import replace
from alb_lint.space.covers import bits_of


def run(facts: ListenerFacts, context: Context) -> Iterator[Finding]:
    pairs = _unplanned(facts, context, crossings(facts, context.pairs).plain)
    gates = sum([1 << index for index in pairs if is_gate(facts.rules[index])])
    guarded = {one: partners if gates >> one & 1 else partners & gates for one, partners in pairs.items()}
    plain = {one: 0 if gates >> one & 1 else partners & ~gates for one, partners in pairs.items()}
    kinds = [asks_text(rule) for rule in facts.rules] if pairs else []
    mentions = {index: Related("partner", facts.rules[index]) for index in pairs}
    for gated, mine, others in ((True, guarded, plain), (False, plain, guarded)):
        found = hubs(mine)
        shown = context.shows(_severity(gated))
        lines = _lines(facts, context, found, others, kinds) if shown and len(found) >= LEAST else {}
        for index, partners in found:
            met = dict.fromkeys(meeting(kinds[index], kinds[one]) for one in partners) if lines else ()
            told = tuple([(name, lines[name]) for name in met if name in lines])
            yield _finding(facts, index, partners, gated, kinds if shown else (), mentions, told)


def _lines(
    facts: ListenerFacts, context: Context, found: Sequence[tuple[int, list[int]]], others: Pairs, kinds: Sequence[str]
) -> dict[str, str]:
    """Meeting of two kinds of rules → the entry that states the order of all that meet so, where there is one."""
    pairs: dict[str, dict[int, int]] = {}
    every = dict(others)
    for index, partners in found:
        kind, mine = kinds[index], 1 << index
        behind: dict[str, int] = {}
        for partner in partners:
            other = kinds[partner]
            if partner > index:
                behind[other] = behind.get(other, 0) | 1 << partner
            else:
                table = pairs.setdefault(meeting(kind, other), {})
                table[partner] = table.get(partner, 0) | mine
                every[partner] = every.get(partner, 0) | mine
        for other, bits in behind.items():
            table = pairs.setdefault(meeting(kind, other), {})
            table[index] = table.get(index, 0) | bits
            every[index] = every.get(index, 0) | bits
    lines = {}
    ordered = replace(facts.listener, rules=tuple(facts.rules))
    for name, table in pairs.items():
        rest = {first: every[first] & ~bits for first, bits in table.items()}
        entry = one_entry(table, rest, ordered)
        if entry is not None:
            lines[name] = before_text(replace(entry, listener=listener_glob(facts.listener, context.config), reason=REASON))
    return lines


def _finding(
    facts: ListenerFacts,
    index: int,
    partners: list[int],
    gated: bool,
    kinds: Sequence[str],
    mentions: Mapping[int, Related],
    lines: tuple[tuple[str, str], ...],
) -> Finding:
    """`kinds`: per rule what it asks for; empty where no requests are shown. The first partner of each kind gets a request: one that crosses many is
    a pattern, not many accidents. `mentions`: the others as they are named.
    """
    rule = facts.rules[index]
    related = []
    shown: set[str] = set()
    for partner in partners:
        if not kinds or kinds[partner] in shown:
            related.append(mentions[partner])
        else:
            shown.add(kinds[partner])
            related.append(Related("partner", facts.rules[partner], _shared(facts, index, partner)))
    found = [item.request for item in related if item.request is not None]
    told = CHECK.finding(
        facts.listener.id,
        rule,
        f"some of its requests match {rules_list([facts.rules[partner] for partner in partners], 3)} too, which act differently:"
        " the lower number wins",
        "check that the lower number should win; say so with `[[before]]`, or narrow one of them",
        related=tuple(related),
        witnesses=tuple(Witness("both", request) for request in found),
        severity=_severity(gated),
        facets=("gate",) if gated else (),
    )
    return replace(told, lines=lines) if lines else told


def _severity(gated: bool) -> Severity:
    return Severity.WARNING if gated else Severity.INFO


def _unplanned(facts: ListenerFacts, context: Context, pairs: Pairs) -> Pairs:
    """The pairs but for those whose order a [[before]] of the config states: that is no accident, and ALB007 holds it."""
    wishes = [item for item in context.config.before if listener_fits(item.listener, facts.listener, context.config)]
    if not wishes:
        return pairs

    def stated(one: int, other: int) -> bool:
        first, second = facts.rules[one], facts.rules[other]
        return any(
            (rule_fits(item.first, first) and rule_fits(item.then, second))
            or (rule_fits(item.first, second) and rule_fits(item.then, first))
            for item in wishes
        )

    return {one: sum([1 << other for other in bits_of(partners) if not stated(one, other)]) for one, partners in pairs.items()}


def _shared(facts: ListenerFacts, one: int, other: int) -> Request | None:
    first, second = min(one, other), max(one, other)
    return facts.shared_request(first, second, facts.earlier[first])


CHECK = Check(
    CheckInfo(
        "ALB104",
        "partial-overlap",
        Severity.WARNING,
        "Rules share requests and act differently, and neither is wider, so the order decides.",
    ),
    run=run,
    whole=True,
)
