"""Numbers that nobody chose: whether a rule of such a number comes before another one is left to chance, and to the order of a deployment.

Source of "highest + 1":
terraform-provider-aws `internal/service/elbv2/listener_rule.go` (`highestListenerRulePriority`), which Pulumi runs too.
"""

import re
from typing import Final

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.model import Rule, Unknown
from alb_lint.space.covers import bits_of
from alb_lint.symbols import Unset

_KINDS: Final = (
    (re.compile(r"\brandom_\w+\.|\brandom\.\w+|\bMath\.random\(|\bnew random\.", re.IGNORECASE), "is drawn at random"),
    (re.compile(r"\b\w*(?:sha1|sha256|sha512|md5|crc32|uuid\w*|hash\w*)\(", re.IGNORECASE), "comes from a hash"),
    (re.compile(r"\bmax\(.*\+ ?1\b|\b1 ?\+ ?.*\bmax\("), "is the highest that was found, plus one"),
    (re.compile(r"^GetAtt (?!.*\.Outputs\.)"), "is computed by another resource when it is deployed"),
)
"""What the text of an expression says of the number."""


def chance(rule: Rule) -> str:
    """How a number came about that nobody chose, as the rest of a sentence on it; "" where it is known or given by whoever deploys."""
    number = rule.priority
    if rule.is_default or not isinstance(number, Unknown):
        return ""
    if is_unset(rule):
        return "is not set"
    return next((words for pattern, words in _KINDS if pattern.search(number.reason)), "")


def rivals(facts: ListenerFacts, index: int) -> tuple[int, int]:
    """For a rule of such a number, as bitsets: (those that may come before it or after it, those that it follows only if they are made first).

    All of them certainly share requests with it and act otherwise.
    """
    compiled = facts.compiled
    mine = facts.rules[index]
    both = facts.meets[index] & facts.extents & ~facts.excluded(index) & ~(1 << index)
    both = sum([1 << other for other in bits_of(both) if facts.surely_differs(index, other)])
    open_order = both & compiled.may_precede(index) & ~compiled.earlier[index]
    followed = both & compiled.earlier[index] if is_unset(mine) else 0
    waits = sum([1 << other for other in bits_of(open_order | followed) if _waits(mine, facts.rules[other])])
    return open_order & ~waits, followed & ~waits


def is_unset(rule: Rule) -> bool:
    """Whether the provider picks the number when it makes the rule."""
    return isinstance(rule.priority, Unknown) and isinstance(rule.priority.number, Unset)


def _waits(one: Rule, other: Rule) -> bool:
    """Whether the code has one of the two made after the other, and so the later one's number picked behind it."""
    return (is_unset(one) and _is_made_after(one, other)) or (is_unset(other) and _is_made_after(other, one))


def _is_made_after(one: Rule, other: Rule) -> bool:
    return other.location.address.partition("[")[0] in one.waits_for
