"""ALB103: a rule whose removal changes no answer."""

from collections.abc import Iterable, Iterator
from typing import Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks._earlier import earlier_number
from alb_lint.checks._invalid_conditions import condition_problems
from alb_lint.checks._switches import MEANT, otherwise, switched_off
from alb_lint.checks._values import no_number_left
from alb_lint.checks._wording import listed
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Related, Severity, Witness
from alb_lint.findings.wording import actions_text, rules_list
from alb_lint.model import Forward, Rule
from alb_lint.space.covers import bits_of


def run(facts: ListenerFacts, context: Context) -> Iterator[Finding]:
    for index, rule in enumerate(facts.rules):
        here = facts.reach(index)
        if no_number_left(facts, rule):
            continue  # ALB002 says that it is refused
        if here.state == "shadowed" and not here.differs:
            blockers = [facts.rules[blocker] for blocker in here.blockers]
            if any(next(iter(condition_problems(blocker)), None) is not None for blocker in blockers):
                continue  # the API refuses it as it stands (ALB203): to delete this one for it would leave none
            witness = facts.hidden_request(index)
            alike = here.differs is False
            passing = _for_now(facts, index, here.blockers)
            step, _ = ("", "") if alike and not passing else earlier_number(facts, index, here.blockers[0], context)
            message, way_out, severity = _hidden(rule, blockers, alike, passing, f", else {step}" if step else "")
            off = switched_off(facts, rule, blockers)
            yield CHECK.finding(
                facts.listener.id,
                rule,
                f"{message}{otherwise(off)}",
                MEANT if off else way_out,
                confidence="proved" if alike and not off else "possible",
                related=tuple(Related("blocker", blocker) for blocker in blockers),
                witnesses=() if witness is None else (Witness("both", witness, f"an earlier rule answers{', alike' if alike else ''}"),),
                severity=Severity.INFO if off else severity,
            )
        elif here.state == "reachable" and not _contested(facts, index) and facts.redundant(index) is True:
            request = facts.own_request(index)
            passing = _for_now(facts, index, range(facts.count))
            does = "goes to" if rule.actions and isinstance(rule.actions[-1], Forward) else "gets"
            yield CHECK.finding(
                facts.listener.id,
                rule,
                f"it changes no answer{_TODAY if passing else ''}: without it every request of its own still {does} {actions_text(rule)}",
                "keep it if the weights will change"
                if passing
                else f"{_delete(facts, index)}, or keep it on purpose with an `[[allow]]` and a reason",
                witnesses=() if request is None else (Witness("only-rule", request, "answered alike without it"),),
                severity=Severity.INFO if passing else None,
            )


def _delete(facts: ListenerFacts, index: int) -> str:
    """How to delete a rule that answers something: with those that are redundant only beside it, so that none is left shadowed by others."""
    beside = []
    for other in bits_of(facts.meets[index] & ~facts.earlier[index]):
        here = facts.reach(other)
        if here.state == "shadowed" and here.differs is False and index in here.blockers:
            beside.append(facts.rules[other])
    if not beside:
        return f"delete it{_needed([facts.rules[index]])}"
    return f"delete it together with {rules_list(beside)}, which no request reaches for it{_needed([facts.rules[index], *beside])}"


def _needed(rules: list[Rule]) -> str:
    """What else is to be changed where they are deleted."""
    gone = {rule.name for rule in rules}
    names = dict.fromkeys(name for rule in rules for name in rule.needed_by if name not in gone)
    if not names:
        return ""
    return f" (in the `DependsOn` of {listed([*names])} name what answers in {'its' if len(rules) == 1 else 'their'} place)"


def _contested(facts: ListenerFacts, index: int) -> bool:
    """Whether another rule claims its number, so that neither has a place before the collision (ALB001) is solved."""
    number = facts.rules[index].priority
    return isinstance(number, int) and bool(facts.meets[index] & facts.holders[number] & ~(1 << index))


_TODAY: Final = " at today's weights"


def _hidden(rule: Rule, blockers: list[Rule], alike: bool, passing: bool, move: str) -> tuple[str, str, Severity | None]:
    """(message, way out, severity where it is not the check's own) for a rule whose requests others take. `passing`: as `_for_now`; `move`: where
    else it may go.
    """
    one = len(blockers) == 1
    who = f"{rules_list(blockers)} before it {'matches' if one else 'match'} all its requests"
    same = f"and {'acts' if one else 'act'} the same"
    if not alike:
        governed = any("actions" in one.left_alone for one in (rule, *blockers))
        why = " (a deployment leaves the actions as they are live)" if governed else ""
        return (
            f"no request reaches it: {who}; whether {'it acts' if one else 'they act'} the same is not known{why}",
            f"delete it only if {'it does' if one else 'they do'}{move}",
            None,
        )
    if passing:
        return (
            f"no request reaches it: {who} {same}{_TODAY}",
            f"delete it if {'it always does' if one else 'they always do'}{move}",
            Severity.INFO,
        )
    return f"it changes no answer: {who} {same}", f"delete it{_needed([rule])}", None


def _for_now(facts: ListenerFacts, index: int, others: Iterable[int]) -> bool:
    """Whether the rule acts as one of the others for as long as the weights are what they are."""
    alike = [other for other in others if other != index and facts.acts_alike(index, other)]
    mine = _shares(facts.rules[index])
    return any(_shares(facts.rules[other]) != mine for other in alike)


def _shares(rule: Rule) -> list[frozenset[object]]:
    return [frozenset(share.target_group for share in action.shares) for action in rule.actions if isinstance(action, Forward)]


CHECK = Check(CheckInfo("ALB103", "redundant-rule", Severity.WARNING, "Removing the rule changes no answer."), run=run, whole=True)
