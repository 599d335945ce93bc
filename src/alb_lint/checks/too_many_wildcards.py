r"""ALB202: more wildcards than a rule may have.

Source: ELB quotas, "Condition wildcards per rule" (L-A012D4E8), 5 or 6 by account. Counted are `*` and `?` of host, path, header and query values;
whether those of query keys count is not documented, so they do not, and escaped ones (`\*`) are no wildcards.
"""

from collections.abc import Iterator

from alb_lint.analysis.evaluate import query_glob
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Severity
from alb_lint.model import Condition, HostHeader, HttpHeader, PathPattern, QueryPair, QueryString
from alb_lint.model.limits import WILDCARDS_PER_RULE

_LIMIT = "condition-wildcards-per-alb-rule"


def run(facts: ListenerFacts, _context: Context) -> Iterator[Finding]:
    told = dict(facts.listener.limits).get(_LIMIT)
    limit = WILDCARDS_PER_RULE if told is None else told
    for rule in facts.rules:
        number = sum(value.count("*") + value.count("?") for condition in rule.conditions for value in _globs(condition))
        if number > limit:
            whose = f"this account's limit is {limit}" if told is not None else f"the limit is {limit}, in some accounts 5"
            yield CHECK.finding(
                facts.listener.id,
                rule,
                f"it has {number} wildcards, {whose}",
                "write fewer of them: `/a/*` takes `/a/b/c` too, since `*` crosses every `/` and `.`; or split the rule in two",
            )


def _globs(condition: Condition) -> Iterator[str]:
    """The known values, each once."""
    if isinstance(condition, HostHeader | PathPattern | HttpHeader):
        yield from (value for value in dict.fromkeys(condition.values) if isinstance(value, str))
    elif isinstance(condition, QueryString):
        for pair in dict.fromkeys(condition.values):
            if isinstance(pair, QueryPair) and isinstance(pair.value, str):
                yield query_glob(pair.value)


CHECK = Check(CheckInfo("ALB202", "too-many-wildcards", Severity.ERROR, "More wildcards than a rule may have."), run=run)
