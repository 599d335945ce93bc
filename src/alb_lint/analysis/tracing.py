"""Which rule took a request, and why each earlier one did not."""

from alb_lint.analysis.evaluate import Failure, first_failure, has_unknown, matches_rule, ordered
from alb_lint.analysis.readings import readings_of
from alb_lint.model import Listener, Request, Rule, Unknown
from alb_lint.presence import said
from alb_lint.record import record
from alb_lint.space.regex import Reading


@record
class Considered:
    """One rule that was asked. `matched` None: it depends on something unknown, or on how AWS reads a regex. `because`: for people."""

    rule: Rule
    matched: bool | None
    because: str


@record
class Trace:
    """`rule`: the one that answers, the default rule included; None where that is undecided or the input has no default rule.

    `considered`: the rules in asking order up to the answering one. `undecided`: why the answer is not certain; empty where it is.
    """

    request: Request
    rule: Rule | None
    considered: tuple[Considered, ...]
    undecided: str = ""


def trace(listener: Listener, request: Request) -> Trace:
    """The way of one request through the listener; undecided where not all of its rules were read."""
    found = _trace(listener, request)
    if listener.unread is None:
        return found
    doubt = f"not all rules of the listener were read ({listener.unread.reason})"
    return Trace(request, None, found.considered, found.undecided or doubt)


def _trace(listener: Listener, request: Request) -> Trace:
    readings = readings_of(listener)
    asked: list[Considered] = []
    doubt = ""
    for rule in ordered(listener):
        answers = {matches_rule(rule, request, reading) for reading in readings}
        if answers == {True} and not rule.presence:
            asked.append(Considered(rule, True, "every condition is met"))
            same = [
                other
                for other in listener.rules
                if other.priority == rule.priority and other.id != rule.id and matches_rule(other, request)
            ]
            if same and not doubt:
                doubt = f"{len(same) + 1} rules claim priority {rule.priority} and match"
            return Trace(request, None if doubt else rule, tuple(asked), doubt or _floating(listener, request))
        failure = _failure(rule, request, readings)
        if failure is not None:
            asked.append(Considered(rule, False, str(failure)))
            continue
        because = _doubt(rule, answers)
        doubt = doubt or f"rule {rule.priority}: {because}"
        asked.append(Considered(rule, None, because))
    return Trace(request, None if doubt else listener.default, tuple(asked), doubt or _floating(listener, request))


def _failure(rule: Rule, request: Request, readings: tuple[Reading, ...]) -> Failure | None:
    """A condition that certainly fails, under every reading; None where there is none."""
    for condition in rule.conditions:
        if has_unknown(condition):
            continue
        failures = [first_failure(condition, request, reading) for reading in readings]
        if all(failure is not None for failure in failures):
            return failures[0]
    return None


def _doubt(rule: Rule, answers: set[bool]) -> str:
    if len(answers) == 2:
        return "it depends on how AWS reads a regex"
    if rule.presence:
        return "it may not exist: " + said(rule.presence)
    return "a condition of it is unknown"


def _floating(listener: Listener, request: Request) -> str:
    """Why a rule of unknown number may have been asked before; empty where none can match."""
    for rule in listener.rules:
        if isinstance(rule.priority, Unknown) and matches_rule(rule, request):
            return f"rule {rule.label} matches, and its priority is unknown ({rule.priority.reason})"
    return ""
