"""ALB107: what could not be decided, and why. Never reported as clean."""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final

from alb_lint.analysis.chance import chance
from alb_lint.analysis.chance import rivals as rivals_by_chance
from alb_lint.analysis.crossings import STEPS_PER_PAIR, crossings
from alb_lint.analysis.evaluate import has_unknown
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.sample import sample_condition
from alb_lint.checks._invalid_conditions import condition_problems
from alb_lint.checks._wording import quoted
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Related, Severity
from alb_lint.findings.finding import Confidence
from alb_lint.findings.untold import BEHIND, PAIR, READING, way_to_tell
from alb_lint.findings.wording import (
    condition_text,
    deciders_of,
    deployments_text,
    number,
    rule_text,
    rules_list,
    symbols_of,
    text,
    values_of,
)
from alb_lint.model import NO_CONDITIONS, NO_VALUES, Condition, HostHeader, HttpHeader, OpaqueCondition, PathPattern, Rule, Unknown
from alb_lint.model.dear import IN_RUN
from alb_lint.model.excess import left_out
from alb_lint.patterns import pattern
from alb_lint.record import record, replace
from alb_lint.space.covers import bits_of

if TYPE_CHECKING:
    from alb_lint.analysis.equations import Equations

_PARTNERS: Final = 20
"""Rules that are written out for one: a thousand rules that are unsure of each other would be a million; the message tells how many there are."""


def run(facts: ListenerFacts, context: Context) -> Iterator[Finding]:
    unread = facts.listener.unread
    if unread is not None:
        yield CHECK.finding(
            facts.listener.id,
            None,
            f"not all rules of this listener were read ({unread.reason}): which rules are reached or cross is not decided",
            "the gap tells what failed; read the listener again, whole",
            confidence="undecided",
            location=facts.listener.location,
            facets=("unread",),
            severity=Severity.WARNING,
        )
        return
    left = crossings(facts, context.pairs).left
    if left:
        rest = [facts.rules[index] for index in bits_of(left)]
        shared = context.share
        most = f"{context.pairs:,} pairs or {STEPS_PER_PAIR * context.pairs:,} steps of work{', which each listener of this run may take,' * shared}"
        yield CHECK.finding(
            facts.listener.id,
            None,
            f"crossing rules were looked for among {facts.count - len(rest):,} rules, and not among all partners of {rules_list(rest, 1)}:"
            f" it took more than {most} or a pair more than its share",
            f"narrow the rules that meet everything{', or look at fewer listeners at a time, with `--listener`' * shared};"
            " `alb-lint graph` lists every pair",
            confidence="undecided",
            facets=("crossings",),
        )
    asked = [index for index in range(facts.count) if facts.clouded or facts.reach(index).state == "undecided"]
    refused = {rule.id for rule in facts.rules if next(iter(condition_problems(rule)), None) is not None} if asked else set()
    others = _without(facts, refused)
    equations = _equations(facts) if asked and (facts.compiled.symbolic or facts.compiled.floating) else None
    for index in asked:
        rule = facts.rules[index]
        doubt = _doubt(facts, index, rule)
        if doubt and (rule.id in refused or (others is not None and not _doubt(others[0], others[1][rule.id], rule))):
            continue  # ALB203 says that AWS takes no such rule, so that it hides none
        if doubt:
            needs = (READING,) if doubt.by_reading else _needs(facts, index) if doubt.confidence == "possible" else ()
            doubted = facts.unsure[index] & facts.settled if facts.settled >> index & 1 else 0
            unsure = [facts.rules[other] for other in islice(bits_of(doubted), _PARTNERS)]
            depends = equations.of(index) if equations is not None and doubt.confidence == "possible" and not doubt.by_reading else ()
            yield CHECK.finding(
                facts.listener.id,
                rule,
                doubt.reason if not depends else f"{doubt.reason}; no request does if {' or if '.join(map(str, depends))}",
                doubt.way_out or (_SIMPLER if doubt.confidence == "undecided" else _way_out(needs, facts.listener.source_kind)),
                confidence=doubt.confidence,
                related=tuple(Related("partner", other) for other in unsure),
                needs=needs,
                depends=depends,
                facets=PAIR if doubt.pair else (),
            )


def _equations(facts: ListenerFacts) -> "Equations":
    from alb_lint.analysis.equations import Equations  # a hook seldom needs it

    return Equations(facts)


def _needs(facts: ListenerFacts, index: int) -> tuple[str, ...]:
    """The values that the rule waits for: its own, else those of the rules that may take its requests."""
    rule = facts.rules[index]
    own = dict.fromkeys((*values_of(rule.priority), *(name for condition in rule.conditions for name in _unread(condition))))
    if not own:
        own = dict.fromkeys(symbols_of(rule))
    if any(_COPY.search(name) for name in own):  # which copies there are tells what each of them is
        told = [name for name in own if not _COPY.search(name) or "var." in name]
        own = dict.fromkeys((*told, *deciders_of(rule))) or own
    before = _may_be_there(facts, index)
    if before is not None:
        own |= dict.fromkeys(deciders_of(before))
    takers = facts.may_lie_inside[index] & facts.compiled.may_precede(index) & ~facts.inside[index] if facts.compiled.symbolic else 0
    others = (name for other in islice(bits_of(takers), 3) for name in symbols_of(facts.rules[other]))
    return tuple(name for name in dict.fromkeys((*own, *others)) if name != "(sensitive)")[:_NEEDS]


_COPY: Final = pattern(r"\b(?:count\.index|each\.(?:key|value))\b")
"""What one copy of a block is made with."""
_NEEDS = 8
"""Values that one finding asks for."""


def _unread(condition: Condition) -> tuple[str, ...]:
    """The names of what could not be read of a condition."""
    if isinstance(condition, OpaqueCondition):
        return () if condition.reason in (NO_CONDITIONS, NO_VALUES) else values_of(Unknown(condition.reason))
    if isinstance(condition, HttpHeader) and isinstance(condition.name, Unknown):
        return values_of(condition.name)  # the values decide nothing without it
    return tuple(name for value in getattr(condition, "values", ()) for name in values_of(value) if has_unknown(condition))


_SIMPLER: Final = "use fewer or simpler patterns; `alb-lint trace` tells what one request gets"
_AT_A_TIME: Final = "look at fewer listeners at a time, with `--listener`, or use fewer or simpler patterns"


def _way_out(needs: tuple[str, ...], source_kind: str) -> str:
    told = dict.fromkeys(way for name in needs if (way := way_to_tell(name, source_kind)))
    flags = [way for way in told if way.startswith("--")]
    if flags:
        return f"give the value: {quoted(' '.join(flags))}; `alb-lint trace` tells what one request gets"
    if told:
        return f"{next(iter(told))}; `alb-lint trace` tells what one request gets"
    return "`alb-lint trace` tells what one request gets; write the value out where the input can hold it"


def _without(facts: ListenerFacts, refused: set[str]) -> tuple[ListenerFacts, dict[str, int]] | None:
    """The facts without the rules that AWS refuses as they stand, with the place of each other rule; None where all are taken."""
    if not refused:
        return None
    left = ListenerFacts(replace(facts.listener, rules=tuple(rule for rule in facts.listener.rules if rule.id not in refused)))
    return left, {rule.id: place for place, rule in enumerate(left.rules)}


@record
class _Doubt:
    """Why a rule is undecided. `by_reading`: it would be decided if it were known how AWS reads a regex. `way_out`: where it is no value.
    `pair`: a request reaches the rule, and what is undecided is which rules before it share some.
    """

    reason: str
    confidence: Confidence = "possible"
    by_reading: bool = False
    way_out: str = ""
    pair: bool = False


def _doubt(facts: ListenerFacts, index: int, rule: Rule) -> _Doubt | None:
    here = facts.reach(index)
    unknown = [
        condition
        for condition in rule.conditions
        if has_unknown(sample_condition(condition, facts.compiled.named)) and not (isinstance(condition, OpaqueCondition) and condition.key)
    ]
    if unknown == [OpaqueCondition("", NO_CONDITIONS)]:
        return _Doubt(f"{NO_CONDITIONS}; it is therefore never counted as hiding another rule", way_out="give it a condition")
    skipped = next((why for condition in unknown if (why := left_out(condition))), "")
    if skipped:
        told = f"it was not looked at in full: {skipped}; it is therefore never counted as hiding another rule"
        return _Doubt(told, "undecided", way_out=_AT_A_TIME if skipped == IN_RUN else "")
    if unknown and all(map(_partly_known, unknown)):
        return _Doubt(
            f"not all of a condition could be read: {condition_text(unknown[0])}; only the rest is counted as hiding another rule"
        )
    if unknown:
        return _Doubt(f"a condition could not be read: {condition_text(unknown[0])}; it is therefore never counted as hiding another rule")
    rivals = facts.place_matters(index) if isinstance(rule.priority, Unknown) else 0
    if rivals and not (chance(rule) and not rivals & ~rivals_by_chance(facts, index)[0]):  # else ALB108 tells of it
        where = f"its priority is unknown: {text(rule.priority)}, so that its place in the order is undecided"
        who = "rules {} act" if rivals & (rivals - 1) else "rule {} acts"
        return _Doubt(f"{where}, and {who.format(_numbers(facts, bits_of(rivals)))} differently on requests of it")
    if here.state == "undecided":
        depends = _depends(facts, index)
        if depends:
            return _Doubt(depends)
        before = _may_be_there(facts, index)
        if before is not None:
            when = deployments_text([before])
            return _Doubt(f"{BEHIND}{rules_list([before])} is there{f': {when}' if when else ''}")
        confidence: Confidence = "undecided" if "more than" in here.reason else "possible"
        return _Doubt(f"whether a request reaches it is undecided: {here.reason}", confidence, facts.differs_by_reading(index))
    if not facts.settled >> index & 1:
        return None
    unsure = facts.unsure[index] & facts.settled & facts.earlier[index]
    if facts.compiled.symbolic:
        # what two rules share under some values only is no doubt about a rule that is reached under all
        mine = symbols_of(rule)
        unsure = sum([1 << other for other in bits_of(unsure) if not mine and not symbols_of(facts.rules[other])])
    if not unsure:
        return None
    said = f"whether it shares requests with {_numbers(facts, bits_of(unsure))}"
    if unsure & ~facts.cut_off_with(index):
        return _Doubt(f"{said} depends on how AWS reads a regex", by_reading=True, pair=True)
    return _Doubt(f"{said} is undecided: it takes more steps of work than one rule may spend", "undecided", pair=True)


def _partly_known(condition: Condition) -> bool:
    """Whether some value of the condition is known, so that it takes for certain what that one takes."""
    if isinstance(condition, OpaqueCondition):
        return False
    if isinstance(condition, HostHeader | PathPattern | HttpHeader):
        if any(not has_unknown(replace(condition, values=(), regexes=(regex,))) for regex in condition.regexes):
            return True
        condition = replace(condition, regexes=())
    alone = [replace(condition, values=(value,)) for value in condition.values]  # type: ignore[arg-type]  # each is of the condition's own kind
    return any(not has_unknown(sample_condition(one)) for one in alone)


def _may_be_there(facts: ListenerFacts, index: int) -> Rule | None:
    """The first earlier rule that takes all requests of the rule in those deployments in which it exists; None where that is not the doubt."""
    if facts.reach(index).state != "undecided":
        return None
    takers = facts.inside[index] & facts.earlier[index] & ~facts.excluded(index)
    return next((facts.rules[other] for other in bits_of(takers) if facts.rules[other].presence), None)


def _numbers(facts: ListenerFacts, places: Iterator[int]) -> str:
    rules = (facts.rules[other] for other in places)
    told = [rule_text(rule) if number(rule) == "?" else number(rule) for rule in rules]
    return ", ".join(told[:_NAMED]) + (f" and {len(told) - _NAMED:,} more" if len(told) > _NAMED else "")


_NAMED = 5
"""Rules that one sentence names."""


def _depends(facts: ListenerFacts, index: int) -> str:
    """On which earlier rules with which symbols it depends whether a request reaches the rule; "" where that is not the reason."""
    if not facts.compiled.symbolic:
        return ""
    takers = facts.may_lie_inside[index] & ~facts.inside[index] & facts.compiled.may_precede(index) & ~facts.excluded(index)
    named = [facts.rules[other] for other in islice(bits_of(takers), 3)]
    if not named:
        return ""
    values = dict.fromkeys(name for one in (facts.rules[index], *named) for name in symbols_of(one))
    return f"whether a request reaches it depends on {', '.join(list(values)[:4])}: {rules_list(named)} may take all of them"


CHECK = Check(
    CheckInfo("ALB107", "undecided", Severity.INFO, "A pair or a rule that could not be decided, and why."),
    run=run,
)
