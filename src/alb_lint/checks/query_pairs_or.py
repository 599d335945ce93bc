"""ALB222: one query condition with pairs of different keys: one of them is enough, though it reads like all of them.

Source: API type QueryStringConditionConfig: "If you specify multiple parameters, the condition is satisfied if one of them is matched".
"""

from collections.abc import Iterator

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks._answers import Answers
from alb_lint.checks._wording import listed, named, quoted
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Severity, Witness
from alb_lint.findings.wording import pair_text
from alb_lint.model import QueryPair, QueryString


def run(facts: ListenerFacts, _context: Context) -> Iterator[Finding]:
    answers: Answers | None = None
    for rule in facts.listener.rules:
        for condition in rule.conditions:
            if not isinstance(condition, QueryString):
                continue
            pairs = [pair for pair in condition.values if isinstance(pair, QueryPair) and isinstance(pair.key, str)]
            keys = list(dict.fromkeys(str(pair.key).lower() for pair in pairs))
            if len(keys) < 2:
                continue
            answers = answers or Answers(facts)
            request = answers.own_request(rule)
            yield CHECK.finding(
                facts.listener.id,
                rule,
                f"{named(rule)} matches a request with any one of {listed([quoted(pair_text(pair)) for pair in pairs], 5)}: the pairs of one"
                " condition are alternatives",
                "give each key a query condition of its own if all of them are meant; the values of one key may share a condition",
                witnesses=(Witness("only-rule", request, "one of the keys is enough"),) if request is not None else (),
                facets=tuple(keys),
            )


CHECK = Check(
    CheckInfo("ALB222", "query-pairs-or", Severity.INFO, "Pairs of different keys in one query condition are alternatives."), run=run
)
