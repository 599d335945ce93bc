"""ALB222: one query condition with pairs of different keys: one of them is enough, though it reads like all of them.

Source: API type QueryStringConditionConfig: "If you specify multiple parameters, the condition is satisfied if one of them is matched".
"""

from collections.abc import Iterator

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks._answers import Answers
from alb_lint.checks._conditions import having
from alb_lint.checks._wording import listed, named, quoted
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Severity, Witness
from alb_lint.findings.wording import pair_text
from alb_lint.model import Condition, QueryPair, QueryString


def run(facts: ListenerFacts, _context: Context) -> Iterator[Finding]:
    answers: Answers | None = None
    for rule, condition in having(facts, lambda condition: len(_keys(condition)) > 1):
        pairs = _keyed(condition)
        answers = answers or Answers(facts)
        request = answers.own_request(rule)
        yield CHECK.finding(
            facts.listener.id,
            rule,
            f"{named(rule)} matches a request with any one of {listed([quoted(pair_text(pair)) for pair in pairs], 5)}: the pairs of one"
            " condition are alternatives",
            "give each key a query condition of its own if all of them are meant; the values of one key may share a condition",
            witnesses=(Witness("only-rule", request, "one of the keys is enough"),) if request is not None else (),
            facets=_keys(condition),
        )


def _keyed(condition: Condition) -> list[QueryPair]:
    """The pairs of the condition whose key is known."""
    values = condition.values if isinstance(condition, QueryString) else ()
    return [pair for pair in values if isinstance(pair, QueryPair) and isinstance(pair.key, str)]


def _keys(condition: Condition) -> tuple[str, ...]:
    return tuple(dict.fromkeys([str(pair.key).lower() for pair in _keyed(condition)]))


CHECK = Check(
    CheckInfo("ALB222", "query-pairs-or", Severity.INFO, "Pairs of different keys in one query condition are alternatives."), run=run
)
