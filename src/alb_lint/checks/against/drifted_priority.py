"""ALB405: a live rule has another number than the code says."""

from collections.abc import Iterator

from alb_lint.checks.against.comparison import Compared
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Related, Severity


def run(compared: Compared, _context: Context) -> Iterator[Finding]:
    for match in compared.matching.matches:
        if not match.moves:
            continue
        rule = match.wanted[0]
        yield CHECK.finding(
            compared.live.id,
            rule,
            f"has the number {match.live.priority} live and {rule.priority} in the code",
            "deploy the code, or write the live number into it; look first for ALB401, which tells what would be refused",
            confidence="proved" if match.certain else "possible",
            related=(Related("live", match.live),),
        )


CHECK = Check(
    CheckInfo("ALB405", "drifted-priority", Severity.WARNING, "A live rule has another number than the code says."), run_against=run
)
