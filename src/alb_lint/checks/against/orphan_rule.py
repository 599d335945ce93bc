"""ALB402: a live rule that no code wants: nobody changes it, and it holds its number."""

from collections.abc import Iterator
from typing import Final

from alb_lint.analysis.guards import denies
from alb_lint.checks.against.comparison import Compared
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Severity
from alb_lint.findings.wording import rule_text
from alb_lint.model import is_controller_owned, owner_of

_WAY_OUT: Final = "delete it once nothing needs it, or add it to the code; if other code makes it, name that code with --against too"
_OPENS: Final = "add it to the code: it refuses what other rules would answer; if other code makes it, name that code with --against too"


def run(compared: Compared, _context: Context) -> Iterator[Finding]:
    for rule in compared.matching.orphans:
        if owner_of(rule) or is_controller_owned(compared.live):
            continue
        yield CHECK.finding(
            compared.live.id,
            rule,
            f"live {rule_text(rule)} is in no code",
            _OPENS if denies(rule) else _WAY_OUT,
            confidence="proved" if compared.code_whole else "possible",
        )


CHECK = Check(CheckInfo("ALB402", "orphan-rule", Severity.WARNING, "A rule is live and in no code."), run_against=run)
