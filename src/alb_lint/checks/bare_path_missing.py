"""ALB209: `/foo/*` without `/foo`, and a request for `/foo` is treated differently.

Source: ELB user guide, "Path conditions": a value matches the whole path, so `/foo/*` does not take `/foo`.
"""

from collections.abc import Iterator

from alb_lint.analysis.actions import action_key, action_known
from alb_lint.analysis.evaluate import glob_of, is_never_certain
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.witness import concrete
from alb_lint.checks._answers import Answers
from alb_lint.checks._values import path_values
from alb_lint.checks._wording import named, quoted
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Related, Severity, Witness
from alb_lint.model import Request, Rule, Unknown
from alb_lint.space.glob import literal, matches


def run(facts: ListenerFacts, _context: Context) -> Iterator[Finding]:
    answers = Answers(facts)
    for index, rule in enumerate(facts.rules):
        for stem in _stems(facts.path_values[index]):
            bare = _bare_request(facts, answers, index, stem)
            winner = answers.rule(bare, rule.presence) if bare is not None else None
            if bare is None or winner is None or stem in path_values(winner) or not _differs(rule, winner):
                continue
            yield CHECK.finding(
                facts.listener.id,
                rule,
                f"it matches {quoted(stem + '/*')} but not {quoted(stem)}, which {_answerer(winner)}",
                f"add the value {quoted(stem)} if both are meant to be treated alike",
                related=() if winner.is_default else (Related("partner", winner),),
                witnesses=(Witness("escapes", bare, f"answered by {named(winner)}"),),
                facets=(stem,),
            )


def _stems(values: list[str]) -> list[str]:
    """`/foo` for every path value `/foo/*` that has no other wildcard, where no other value of the rule takes `/foo`."""
    stems = [value[:-2] for value in values if value.startswith("/") and value.endswith("/*")]
    plain = [stem for stem in dict.fromkeys(stems) if stem and "*" not in stem and "?" not in stem]
    return [stem for stem in plain if not any(matches(glob_of(value, False), literal(stem)) for value in values)]


def _bare_request(facts: ListenerFacts, answers: Answers, index: int, stem: str) -> Request | None:
    """A request for the bare path that the rule does not take, though it answers the same request for a path below."""
    rule = facts.rules[index]
    # it answers nothing for certain: of many requests each would be asked of all rules in vain
    if isinstance(rule.priority, Unknown) or any(is_never_certain(condition) for condition in rule.conditions):
        return None
    here = facts.reach(index)
    if here.state != "reachable":
        return None

    def answered(request: Request) -> bool:
        return answers.rule(_with_path(request, f"{stem}/x"), rule.presence) is rule

    below = concrete(here.points[0], answered, facts.compiled.symbolic)
    bare = _with_path(below, stem) if below is not None else None
    return bare if bare is not None and facts.escapes(bare, 1 << index) else None


def _with_path(request: Request, path: str) -> Request:
    return Request(request.method, request.host, path, request.query, request.headers, request.source_ip)


def _differs(rule: Rule, winner: Rule) -> bool:
    return action_known(rule) and action_known(winner) and action_key(rule) != action_key(winner)


def _answerer(winner: Rule) -> str:
    return "the default action answers" if winner.is_default else f"{named(winner)} answers"


CHECK = Check(
    CheckInfo("ALB209", "bare-path-missing", Severity.INFO, "`/foo/*` without `/foo`, and `/foo` goes elsewhere."), run=run, whole=True
)
