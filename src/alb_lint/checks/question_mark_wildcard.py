"""ALB205: `?` in a path value. Source: ELB user guide, "Path conditions": `?` is exactly one character; rules see the path, not its query."""

import re
from collections.abc import Iterator
from typing import Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks._wording import quoted
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Severity

_LIKE_A_QUERY: Final = r"\*|[^/?]*[=&][^/?]*|[A-Za-z0-9_]{2,}\*?"
"""What follows the `?` of a query: `*`, `q=1`, `q=*&x`, `download`; a single letter, a dot or a further `?` is one of a wildcard."""


def run(facts: ListenerFacts, _context: Context) -> Iterator[Finding]:
    for rule, values in zip(facts.rules, facts.path_values, strict=True):
        for value in values:
            if "?" in value:
                path, _, query = value.partition("?")
                meant = bool(path) and re.fullmatch(_LIKE_A_QUERY, query) is not None
                yield CHECK.finding(
                    facts.listener.id,
                    rule,
                    f"the `?` in the path value {quoted(value)} matches exactly one character; it never begins a query"
                    if meant
                    else f"each `?` in the path value {quoted(value)} matches exactly one character",
                    _way_out(path, query)
                    if meant
                    else "keep it if one character of any kind is meant; a query needs a query-string condition",
                    severity=None if meant else Severity.INFO,
                    facets=(value,),
                )


def _way_out(path: str, query: str) -> str:
    pairs = [part for part in query.split("&") if part and part != "*"]
    if not pairs:
        return f"write the path as {quoted(path)}: a path value matches whatever the query is"
    wanted = " and ".join(quoted(pair) for pair in pairs)
    return f"write the path as {quoted(path)} and add a query-string condition for {wanted}"


CHECK = Check(
    CheckInfo("ALB205", "question-mark-wildcard", Severity.WARNING, "`?` in a path is a wildcard; a query never matches there."),
    run=run,
)
