"""Which rule took a request, and why each earlier one did not.

A Host header with a port, `example.com:8443`: no document tells whether the listener compares it with the port or without, so both are tried and an
answer that depends on it is undecided. Terraform's documentation ("to match host headers containing a non-standard port use regex_values") and the
user guide (values take no colon) hint at the first.
"""

from collections.abc import Iterator
from typing import Final

from alb_lint.analysis.evaluate import Failure, first_failure, has_unknown, matches_rule, ordered
from alb_lint.analysis.readings import readings_of
from alb_lint.analysis.sample import one_name, sample_rule
from alb_lint.analysis.widest import widest
from alb_lint.model import Condition, HostHeader, Listener, PathPattern, QueryPair, Request, Rule, Unknown
from alb_lint.presence import said
from alb_lint.record import record, replace
from alb_lint.space.regex import Reading


@record
class Considered:
    """One rule that was asked. `matched` None: it depends on something unknown, or on how AWS reads a regex. `because`: for people.

    `field`: what of the request does not fit, where something certainly does not: "host", "path", "header X" …
    """

    rule: Rule
    matched: bool | None
    because: str
    field: str = ""


@record
class Trace:
    """`rule`: the one that answers, the default rule included; None where that is undecided or the input has no default rule.

    `considered`: the rules in asking order up to the answering one. `undecided`: why the answer is not certain; empty where it is.
    `assumes`: what the answer takes for granted of values that only a deployment tells.
    """

    request: Request
    rule: Rule | None
    considered: tuple[Considered, ...]
    undecided: str = ""
    assumes: tuple[str, ...] = ()


OF_ITS_OWN: Final = "every value that is not given is a text of its own, equal to nothing else"
"""What a request with placeholders takes for granted, as those of findings do."""


def trace(listener: Listener, request: Request) -> Trace:
    """The way of one request through the listener; undecided where not all of its rules were read."""
    found = _sampled(listener, request) if request.placeholders else _trace(listener, request)
    if listener.unread is None:
        return found
    doubt = f"not all rules of the listener were read ({listener.unread.reason})"
    return replace(found, rule=None, undecided=found.undecided or doubt)


def _sampled(listener: Listener, request: Request) -> Trace:
    """The way of a request with placeholders, as findings show them: `${var.domain}` stands for the value, and each value equals itself only."""
    named = one_name(condition for rule in listener.rules for condition in rule.conditions)
    sampled = tuple(sample_rule(rule, named) for rule in listener.rules)
    if all(one is rule for one, rule in zip(sampled, listener.rules, strict=True)):
        return _trace(listener, request)
    meant = {id(one): rule for one, rule in zip(sampled, listener.rules, strict=True)}
    found = _trace(replace(listener, rules=sampled), request)
    return replace(
        found,
        rule=meant.get(id(found.rule), found.rule),
        considered=tuple(replace(one, rule=meant[id(one.rule)]) for one in found.considered),
        assumes=(OF_ITS_OWN,),
    )


def _trace(listener: Listener, request: Request) -> Trace:
    readings = readings_of(listener)
    spellings = _spellings(request)
    floating = [rule for rule in listener.rules if isinstance(rule.priority, Unknown) and _failure(rule, spellings, readings) is None]
    asked: list[Considered] = []
    doubt = ""
    for rule in ordered(listener):
        answers = {matches_rule(rule, sent, reading) for sent in spellings for reading in readings}
        if answers == {True} and not rule.presence:
            asked.append(Considered(rule, True, "every condition is met"))
            same = [
                other
                for other in listener.rules
                if other.priority == rule.priority and other.id != rule.id and any(matches_rule(other, sent) for sent in spellings)
            ]
            if same and not doubt:
                named = ", ".join(str(other.location) or other.label for other in (rule, *same[:3]))
                doubt = f"{len(same) + 1} rules claim priority {rule.priority} and match: {named}"
            return Trace(request, None if doubt else rule, tuple(asked), doubt or _floating(floating, spellings, readings))
        failure = _failure(rule, spellings, readings)
        if failure is not None:
            asked.append(Considered(rule, False, str(failure), failure.field))
            continue
        because = _doubt(rule, spellings, answers)
        doubt = doubt or f"rule {rule.priority}: {because}"
        asked.append(Considered(rule, None, because))
    if len(floating) == 1 and not doubt and _is_certain(floating[0], spellings, readings):  # no number is behind the default rule
        return Trace(request, floating[0], (*asked, Considered(floating[0], True, "every condition is met")))
    return Trace(request, None if doubt else listener.default, tuple(asked), doubt or _floating(floating, spellings, readings))


@record
class Beside:
    """What stands beside an answer. `nearest`: the rule before it that misses the request by least; `next`: who would answer if its rule were gone,
    None where nobody would or that is undecided.
    """

    nearest: Considered | None
    next: Rule | None


def beside(listener: Listener, found: Trace) -> Beside:
    """For a trace of that listener."""
    next_ = None
    if found.rule is not None and not found.rule.is_default:
        left = replace(listener, rules=tuple(rule for rule in listener.rules if rule is not found.rule))
        next_ = trace(left, found.request).rule
    missed = [(closeness, place, one) for place, one in enumerate(found.considered) if (closeness := _closeness(one, found.request))]
    return Beside(max(missed, key=lambda entry: entry[:2])[2] if missed else None, next_)


def _closeness(one: Considered, request: Request) -> tuple[int, ...]:
    """How near a rule is that misses by one condition: conditions met, then characters in common; () where it is no near miss."""
    if one.matched is not False:
        return ()
    failed = [condition for condition in one.rule.conditions if first_failure(condition, request) is not None]
    if len(failed) != 1:
        return ()
    met = len(one.rule.conditions) - 1
    if isinstance(failed[0], PathPattern):
        common = max((_in_common(value, request.path) for value in failed[0].values if isinstance(value, str)), default=0)
        return (met, common) if common > _IN_COMMON else ()
    return (met, 0) if met else ()


def _in_common(one: str, other: str) -> int:
    """Characters with which both begin."""
    return next((at for at, (first, second) in enumerate(zip(one, other, strict=False)) if first != second), min(len(one), len(other)))


_IN_COMMON: Final = 3
"""Characters that a path and a value share by chance: `/v1`."""


def _spellings(request: Request) -> tuple[Request, ...]:
    """The request as the listener may compare it: as sent, and without the port of its Host header."""
    name, colon, port = request.host.rpartition(":")
    if not colon or not port.isdigit() or (":" in name and not name.endswith("]")):
        return (request,)
    return (request, replace(request, host=name))


def _failure(rule: Rule, spellings: tuple[Request, ...], readings: tuple[Reading, ...]) -> Failure | None:
    """A condition that certainly fails, under every reading and whatever is not known; None where there is none."""
    for condition in rule.conditions:
        most = widest(condition) if has_unknown(condition) else condition
        if most is None:
            continue
        failures = [first_failure(most, sent, reading) for sent in spellings for reading in readings]
        if all(failure is not None for failure in failures):
            return first_failure(condition, spellings[0], readings[0])
    return None


def _doubt(rule: Rule, spellings: tuple[Request, ...], answers: set[bool]) -> str:
    if len(spellings) == 2 and any(isinstance(condition, HostHeader) for condition in rule.conditions):
        return f"no document tells whether a Host header with a port ({spellings[0].host}) is compared with it or without"
    if len(answers) == 2:
        return "it depends on how AWS reads a regex"
    return waits_for(rule)


def waits_for(rule: Rule) -> str:
    """What is not known of a rule, so that it may match: its presence, values that only a deployment tells, a condition."""
    if rule.presence:
        when = said(rule.presence)
        return f"it may not exist: {when if len(when) <= _LONGEST else f'{when[: _LONGEST // 2]} … {when[-_LONGEST // 4 :]}'}"
    names = dict.fromkeys(name for condition in rule.conditions for name in _symbols(condition))
    return f"it depends on {', '.join(list(names)[:_NAMED])}" if names else "a condition of it is unknown"


_LONGEST: Final = 160
"""Characters of a condition that a reason holds in full."""
_NAMED: Final = 3
"""Values that one reason names."""


def _symbols(condition: Condition) -> Iterator[str]:
    """How the author wrote the values that the condition waits for; nothing where something else of it is not known."""
    if widest(condition) is None:
        return
    values = getattr(condition, "values", ())
    for value in (part for one in values for part in ((one.key, one.value) if isinstance(one, QueryPair) else (one,))):
        for piece in value.pieces if isinstance(value, Unknown) else ():
            if not isinstance(piece, str) and not piece.secret:
                yield piece.shown


def _is_certain(rule: Rule, spellings: tuple[Request, ...], readings: tuple[Reading, ...]) -> bool:
    return not rule.presence and all(matches_rule(rule, sent, reading) for sent in spellings for reading in readings)


def _floating(rules: list[Rule], spellings: tuple[Request, ...], readings: tuple[Reading, ...]) -> str:
    """Why a rule of unknown number may have been asked before; empty where none can match. `rules`: those of them that do not surely fail."""
    for rule in rules:
        if isinstance(rule.priority, Unknown):
            answers = {matches_rule(rule, sent, reading) for sent in spellings for reading in readings}
            matches = "matches" if _is_certain(rule, spellings, readings) else f"may match ({_doubt(rule, spellings, answers)})"
            return f"rule {rule.label} {matches}, and its priority is unknown ({rule.priority.reason})"
    return ""
