"""The stable id of a finding: the same after a renumbering, after lines moved, and after other findings came or went."""

from functools import lru_cache

from alb_lint.findings.finding import Finding
from alb_lint.findings.wording import actions_text, conditions_text
from alb_lint.model import Rule


def fingerprint(finding: Finding) -> str:
    """32 hex digits from the code, the listener, the rule and the facets; no priority number, no line, no file."""
    import hashlib

    parts = [finding.info.code, finding.listener]
    if finding.rule is not None:
        parts.extend(identity(finding.rule))
    elif finding.location.address:
        parts.append(finding.location.address)
    parts.extend(finding.facets)
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:32]


@lru_cache(maxsize=4_096)
def identity(rule: Rule) -> tuple[str, ...]:
    """What makes the rule itself: ARN or address where there is one, else what it says."""
    named = rule.location.arn or rule.location.address
    if named and (rule.location.arn or not named.startswith("Rules[")):
        return (named,)
    return (rule.name, conditions_text(rule), actions_text(rule))
