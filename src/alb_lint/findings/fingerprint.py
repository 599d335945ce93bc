"""The stable id of a finding: the same after a renumbering, after lines moved, and after other findings came or went."""

from functools import lru_cache
from typing import Final

from alb_lint.findings.finding import Finding
from alb_lint.findings.wording import actions_text, conditions_text
from alb_lint.model import Rule
from alb_lint.patterns import pattern

_COUNTED: Final = pattern(r"(^|\.)Rules\[\d+\]$|^(\[\d+\])+$")
"""An address that counts list elements: another rule before it changes it."""


def fingerprint(finding: Finding) -> str:
    """32 hex digits from the code, the listener, the rule and the facets; no priority number, no line, no file."""
    import hashlib

    parts = [finding.info.code, finding.listener]
    if finding.parts:
        parts.append("group")  # of all that its cause brings, whichever rules these are today
    elif finding.rule is not None:
        parts.extend(identity(finding.rule))
    else:
        parts.append(_lasting(finding.location.address))
    parts.extend(finding.facets)
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:32]


def _lasting(address: str) -> str:
    """The address, unless it only counts the elements of a list, as `[0].Rules[3]` does."""
    return "" if _COUNTED.search(address) else address


def identity(rule: Rule) -> tuple[str, ...]:
    """What makes the rule itself: ARN or address where there is one, else what it says."""
    named = rule.location.arn or _lasting(rule.location.address)
    return (named,) if named else _said(rule)


@lru_cache(maxsize=4_096)
def _said(rule: Rule) -> tuple[str, ...]:
    return (rule.name, conditions_text(rule), actions_text(rule))
