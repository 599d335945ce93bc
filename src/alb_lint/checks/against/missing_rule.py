"""ALB403: a rule of the code that is not live: it is yet to be deployed, or somebody deleted it."""

from collections.abc import Iterator

from alb_lint.checks.against._matching import arn
from alb_lint.checks.against.comparison import Compared
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Severity
from alb_lint.findings.wording import rule_text


def run(compared: Compared, _context: Context) -> Iterator[Finding]:
    for one in compared.matching.missing:
        rule = one[0]
        gone = "; its ARN is not on the listener" if arn(rule) else ""
        yield CHECK.finding(
            compared.live.id,
            rule,
            f"{rule_text(rule)} of the code is not live{gone}",
            "deploy the code; if it was deployed, somebody has deleted the rule since",
            confidence="proved" if compared.live_whole and not rule.presence else "possible",
        )


CHECK = Check(CheckInfo("ALB403", "missing-rule", Severity.INFO, "A rule is in the code and not live."), run_against=run)
