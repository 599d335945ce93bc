"""The conditions of a rule, one class per field of the API.

A rule is an AND of conditions, a condition an OR of its values, and nothing is negated. Values are globs (`*`, `?`) except for
methods and addresses. Source: ELB user guide, "Condition types for listener rules"; API type RuleCondition.
"""

from typing import Final

from alb_lint.record import record
from alb_lint.symbols import Text, Unknown

NO_VALUES: Final = "it has no values"
NO_CONDITIONS: Final = "the rule has no conditions, and only a default rule may have none"
"""The reason of the opaque condition that stands for none at all."""


@record
class HostHeader:
    values: tuple[Text, ...] = ()
    regexes: tuple[Text, ...] = ()


@record
class PathPattern:
    values: tuple[Text, ...] = ()
    regexes: tuple[Text, ...] = ()


@record
class HttpRequestMethod:
    values: tuple[Text, ...] = ()


@record
class HttpHeader:
    name: Text
    values: tuple[Text, ...] = ()
    regexes: tuple[Text, ...] = ()


@record
class QueryPair:
    """One parameter; `key` None stands for any key."""

    key: Text | None
    value: Text


@record
class QueryString:
    values: tuple[QueryPair | Unknown, ...] = ()


@record
class SourceIp:
    values: tuple[Text, ...] = ()


@record
class OpaqueCondition:
    """A condition that could not be read: it may match anything or nothing.

    `key`: its identity; two rules with conditions of one key have the same one. Without a key it never blocks another rule.
    """

    field: str
    reason: str
    key: str = ""


Condition = HostHeader | PathPattern | HttpRequestMethod | HttpHeader | QueryString | SourceIp | OpaqueCondition
