"""ALB105: the normal idiom, a narrow rule before a wide one. Listed only when selected."""

from collections.abc import Iterator

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Related, Severity, Witness
from alb_lint.findings.wording import rules_list


def run(facts: ListenerFacts, context: Context) -> Iterator[Finding]:
    del context
    for index, rule in enumerate(facts.rules):
        narrower = [
            other
            for other in range(index)
            if facts.earlier[index] >> other & 1
            and facts.inside[other] >> index & 1
            and not facts.acts_alike(other, index)
            and facts.relation(other, index) == "narrower"
        ]
        if narrower:
            request = facts.shared_request(narrower[0], index)
            yield CHECK.finding(
                facts.listener.id,
                rule,
                f"it is wider than {rules_list([facts.rules[other] for other in narrower], 3)} before it, and gets what they leave",
                "nothing to do: narrow before wide is the idiom",
                related=tuple(Related("partner", facts.rules[other]) for other in narrower),
                witnesses=() if request is None else (Witness("both", request),),
            )


CHECK = Check(
    CheckInfo("ALB105", "wider-after-narrower", Severity.INFO, "A wide rule after narrower ones: the normal idiom.", listed=False),
    run=run,
    whole=True,
)
