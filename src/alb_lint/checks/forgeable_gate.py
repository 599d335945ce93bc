"""ALB606: what a rule denies or sends to the sign-in without a header, it forwards with one that anybody can send."""

from collections.abc import Iterator

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.guards import denies, forgeable, guards_of, signs_in
from alb_lint.checks._answers import Answers
from alb_lint.checks._wording import listed, named, quoted
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Related, Severity, Witness
from alb_lint.model import Forward
from alb_lint.record import replace


def run(facts: ListenerFacts, _context: Context) -> Iterator[Finding]:
    answers: Answers | None = None
    for rule in facts.listener.rules:
        headers = forgeable(rule)
        if not headers or rule.presence or guards_of(rule) or not rule.actions or not isinstance(rule.actions[-1], Forward):
            continue
        answers = answers or Answers(facts)
        names = list(dict.fromkeys(str(item.name) for item in headers))
        forged = answers.own_request(rule)
        if forged is None:
            continue
        kept = tuple(pair for pair in forged.headers if pair[0].lower() not in {name.lower() for name in names})
        stopper = answers.rule(replace(forged, headers=kept))
        if stopper is None or not (denies(stopper) or signs_in(stopper)):
            continue
        what = "denies" if denies(stopper) else "asks to sign in"
        yield CHECK.finding(
            facts.listener.id,
            rule,
            f"{named(rule)} forwards requests that {named(stopper)} {what} otherwise, for a header that any client can send:"
            f" {listed([quoted(name) for name in names])}",
            "ask for `source-ip`, a sign-in or a secret header instead, or let the backend check what it gets",
            related=() if stopper.is_default else (Related("partner", stopper),),
            witnesses=(
                Witness("only-rule", forged, "with the header: forwarded"),
                Witness("only-related", replace(forged, headers=kept), f"without it: {named(stopper)}"),
            ),
        )


CHECK = Check(
    CheckInfo("ALB606", "forgeable-gate", Severity.WARNING, "The only gate of a rule is a header that any client can send."),
    run=run,
    whole=True,
)
