"""ALB225: a transform that no request of its rule meets, or whose replacement names a group that its regex does not have.

Source: ELB user guide, "Transforms for listener rules": where the regex does not match, the request is sent on as it came. A url-rewrite looks at
the path and the query, a host-header-rewrite at the host; `$1` is the first group.
"""

import re
import warnings
from collections.abc import Iterator
from typing import Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks._wording import quoted
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Severity
from alb_lint.findings.wording import conditions_text
from alb_lint.model import Condition, HostHeader, Listener, PathPattern, Rule
from alb_lint.patterns import pattern

_GROUP: Final = pattern(r"\$(\d{1,3})")
_LONGEST: Final = 1024
"""Characters of a regex that AWS takes."""


def run(facts: ListenerFacts, _context: Context) -> Iterator[Finding]:
    for rule in facts.rules:
        for transform in rule.transforms:
            for regex, replacement in transform.rewrites:
                if not isinstance(regex, str) or not isinstance(replacement, str) or len(regex) > _LONGEST:
                    continue
                groups = _groups(regex)
                named = max((int(number) for number in _GROUP.findall(replacement)), default=0)
                if groups is not None and named > groups:
                    yield CHECK.finding(
                        facts.listener.id,
                        rule,
                        f"the replacement {quoted(replacement)} names the group ${named}, and its regex {quoted(regex)} has {groups}",
                        f"put parentheses around what ${named} should stand for; AWS answers 500 where a transform fails",
                        facets=(transform.type, "group"),
                    )
                elif _never(rule, transform.type, regex):
                    yield CHECK.finding(
                        facts.listener.id,
                        rule,
                        f"its {transform.type} {quoted(regex)} matches no request of the rule, which needs {conditions_text(rule)}",
                        "correct the regex: a transform sees the request as it came, and never what another rule or transform made of it",
                        facets=(transform.type, "never"),
                    )


def _groups(regex: str) -> int | None:
    """How many groups the regex has; None where it is none that is read here."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Python will read otherwise one day is not AWS's concern
            return re.compile(regex).groups
    except (re.error, OverflowError, RecursionError):
        return None


def _never(rule: Rule, kind: str, regex: str) -> bool:
    """Whether the regex certainly fits no request of the rule, however AWS reads it. Only plain values are looked at."""
    own: Condition
    if kind == "url-rewrite":
        paths = [condition for condition in rule.conditions if isinstance(condition, PathPattern)]
        if len(paths) != 1 or paths[0].regexes or not all(isinstance(value, str) for value in paths[0].values):
            return False
        # with the query behind it; the `?` of a pattern is any character, and so more than it need be
        own = PathPattern((*paths[0].values, *(f"{value}?*" for value in paths[0].values)))
        other: Condition = PathPattern((), (regex,))
    elif kind == "host-header-rewrite":
        hosts = [condition for condition in rule.conditions if isinstance(condition, HostHeader)]
        if len(hosts) != 1 or hosts[0].regexes or not all(isinstance(value, str) for value in hosts[0].values):
            return False
        own, other = hosts[0], HostHeader((), (regex,))
    else:
        return False
    pair = ListenerFacts(Listener("transform", "", (Rule("own", "", 1, (own,)), Rule("regex", "", 2, (other,)))))
    return pair.search((0, 1), 0) is None


CHECK = Check(
    CheckInfo(
        "ALB225", "transform-without-effect", Severity.WARNING, "A transform matches no request of its rule, or names a group it lacks."
    ),
    run=run,
)
