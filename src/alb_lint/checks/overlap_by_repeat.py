"""ALB106: two rules share only requests that repeat a header or a query parameter."""

from collections.abc import Iterator

from alb_lint.analysis.crossings import crossings, hubs
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Related, Severity, Witness
from alb_lint.findings.wording import rules_list


def run(facts: ListenerFacts, context: Context) -> Iterator[Finding]:
    pairs = crossings(facts, context.pairs).repeated
    mentions = {index: Related("partner", facts.rules[index]) for index in pairs}
    for index, partners in hubs(pairs):
        first, second = sorted((index, partners[0]))
        request = facts.shared_request(first, second, facts.earlier[first]) if context.shows(CHECK.info.severity) else None
        yield CHECK.finding(
            facts.listener.id,
            facts.rules[index],
            f"a request that repeats a header or parameter matches it and {rules_list([facts.rules[one] for one in partners], 3)}; the order decides",
            "usually nothing to do; give the stricter rule the lower number if such requests matter",
            related=tuple([mentions[partner] for partner in partners]),
            witnesses=() if request is None else (Witness("both", request),),
        )


CHECK = Check(
    CheckInfo("ALB106", "overlap-by-repeat", Severity.INFO, "Rules share only requests that repeat a header or parameter."),
    run=run,
    whole=True,
)
