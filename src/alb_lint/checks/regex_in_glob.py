r"""ALB206: regex text in a value that is read as a glob.

`.` is a plain dot in a glob, so `/api/.*` takes only what has a dot after the slash. The signs are kept few: each of them is a regex to any reader
and makes no sense as a glob. `/.*` is left alone, since rules that hide dot files are written so.
"""

import re
from collections.abc import Iterator
from typing import Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.checks._conditions import having
from alb_lint.checks._wording import quoted
from alb_lint.checks.check import Check, CheckInfo, Context, Finding, Severity
from alb_lint.model import Condition, FixedResponse, HostHeader, HttpHeader, PathPattern, Rule
from alb_lint.patterns import pattern

_MAYBE: Final = pattern(r"[\\\[(^+$]|\.\*")
"""Without one of these a value shows no sign at all."""

_SIGNS: Final = (
    r"\\[dDwWsSb./?*+()\[\]{}|^$-]",
    r"\[\^?[A-Za-z0-9]-[A-Za-z0-9]",
    r"\[\^[^\]]+\]",
    r"\(\?[:=!<iP]",
    r"\([^()]*\|[^()]*\)",
    r"\(\.[*+][^()]*\)",
    r"\A\^[/.*\w(\[]",
    r"[\])]\+\Z",
)
"""In any value: an escape, a range of characters, a group with alternatives, a leading `^`, a repeated group. Compiled when met."""

_IN_HOST: Final = r"\A\.[*+]|\.\+|\$\Z"
_IN_HEADER: Final = r"\A\.[*+]|\.\+\Z"
_IN_PATH: Final = r"\A\.[*+]|\.\+(/|\$|\Z)|[^/]\$\Z"
_SEGMENT: Final = r"/[^/]+/\.\*(/|\$|\Z)"
"""`.*` as a whole segment, but for the first one."""
_KINDS: Final[dict[type[Condition], str]] = {HostHeader: "host", PathPattern: "path", HttpHeader: "header"}


def run(facts: ListenerFacts, _context: Context) -> Iterator[Finding]:
    for rule, condition in having(facts, lambda condition: bool(_suspicious(condition))):
        for value in _suspicious(condition):
            what = _KINDS[type(condition)]
            if _like_a_regex(value, what, rule):
                yield CHECK.finding(
                    facts.listener.id,
                    rule,
                    f"the {what} value {quoted(value)} reads like a regex but is a glob, in which only `*` and `?` are special",
                    _way_out(value, what),
                    facets=(what, value),
                )


def _suspicious(condition: Condition) -> list[str]:
    """The values of the condition that may be regexes, where globs are meant."""
    if not isinstance(condition, HostHeader | PathPattern | HttpHeader):
        return []
    return [value for value in condition.values if isinstance(value, str) and _MAYBE.search(value)]


def _like_a_regex(value: str, what: str, rule: Rule) -> bool:
    if any(re.search(sign, value) for sign in _SIGNS):
        return True
    if what == "host":
        return re.search(_IN_HOST, value) is not None
    if what == "header":
        return re.search(_IN_HEADER, value) is not None
    if re.search(_IN_PATH, value):
        return True
    # a star without a dot before it shows a writer of globs; a refusal of dotted names is what it says
    return re.search(_SEGMENT, value) is not None and "*" not in value.replace(".*", "") and not _refuses(rule)


def _refuses(rule: Rule) -> bool:
    action = rule.actions[-1] if rule.actions else None
    return isinstance(action, FixedResponse) and isinstance(action.status, str) and action.status.startswith("4")


def _way_out(value: str, what: str) -> str:
    plain = value.removeprefix("^").removesuffix("$").replace(".*", "*").replace(".+", "?*").replace("\\.", ".").replace("\\/", "/")
    plain = plain.replace("(*)", "*").replace("(?*)", "?*")
    glob = f"write the glob {quoted(plain)}, or " if not re.search(r"[\\()\[\]|^{}+$]", plain) else ""
    return f"{glob}put it under the regex values of the {what} condition"


CHECK = Check(CheckInfo("ALB206", "regex-in-glob", Severity.WARNING, "Regex text in a value that is read as a glob."), run=run)
