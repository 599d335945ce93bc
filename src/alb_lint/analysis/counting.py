"""How many values and wildcards a rule has, as AWS counts them, and how many it may have.

Source: ELB quotas, "Condition values per rule" (L-EBC0C08B; the error text of the API since 2025-10: "A rule can only have '5' condition values and
regex values") and "Condition wildcards per rule" (L-A012D4E8). Counted are `*` and `?` of host, path, header and query values; whether those of
query keys count is not documented, so they do not, and escaped ones are no wildcards.
"""

from collections.abc import Iterable

from alb_lint.analysis.evaluate import query_glob
from alb_lint.model import Condition, HostHeader, HttpHeader, Listener, OpaqueCondition, PathPattern, QueryPair, QueryString, Unknown
from alb_lint.model.limits import VALUES_PER_RULE, WILDCARDS_PER_RULE
from alb_lint.record import record


@record
class Most:
    """What one rule of a listener may have. `told`: whether the account's own limit on wildcards is known."""

    values: int
    wildcards: int
    told: bool

    def hold(self, conditions: Iterable[Condition]) -> bool:
        known = tuple(conditions)
        return sum(map(values_in, known)) <= self.values and sum(map(wildcards_in, known)) <= self.wildcards


def most_of(listener: Listener) -> Most:
    """The limits of the account where the input tells them, else those of AWS."""
    told = dict(listener.limits)
    wildcards = told.get("condition-wildcards-per-alb-rule")
    values = told.get("condition-values-per-alb-rule", VALUES_PER_RULE)
    return Most(values, WILDCARDS_PER_RULE if wildcards is None else wildcards, wildcards is not None)


def values_in(condition: Condition) -> int:
    """Values and regexes that are certain to count: an unknown one may stand for a list of any length, and equal ones may be folded on the way."""
    if isinstance(condition, OpaqueCondition):
        return 0
    regexes = getattr(condition, "regexes", ())
    return len(set(_known(condition.values))) + (len(set(_known(regexes))) if regexes else 0)


def wildcards_in(condition: Condition) -> int:
    """Wildcards of the known values, each value once."""
    if not isinstance(condition, HostHeader | PathPattern | HttpHeader | QueryString):
        return 0
    return sum(map(wildcards, dict.fromkeys(_known(condition.values))))


def wildcards(value: object) -> int:
    """Wildcards of one value."""
    if isinstance(value, QueryPair):
        value = query_glob(value.value) if isinstance(value.value, str) else ""
    return value.count("*") + value.count("?") if isinstance(value, str) else 0


def _known(values: Iterable[object]) -> list[object]:
    return [value for value in values if not isinstance(value, Unknown)]
