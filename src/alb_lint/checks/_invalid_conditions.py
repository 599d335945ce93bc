"""What of a condition the API refuses, one problem per value; silent on what no source calls refused.

Sources: ELB user guide, "Add a listener rule" (the characters of each field) and "Condition types for listener rules"; API types RuleCondition,
HostHeaderConditionConfig, HttpHeaderConditionConfig, HttpRequestMethodConditionConfig, QueryStringConditionConfig and SourceIpConditionConfig.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final, NamedTuple

from alb_lint.checks._invalid_regex import unsupported
from alb_lint.checks._wording import quoted
from alb_lint.model import (
    Condition,
    HostHeader,
    HttpHeader,
    HttpRequestMethod,
    OpaqueCondition,
    PathPattern,
    QueryPair,
    QueryString,
    Rule,
    SourceIp,
    Text,
)
from alb_lint.model.excess import LONG, LONGEST
from alb_lint.model.limits import NAME_LENGTH, PATTERN_LENGTH


class Problem(NamedTuple):
    """`facet` tells two problems of one rule apart."""

    message: str
    way_out: str
    facet: str


_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_PLAIN: Final = _LETTERS.lower() + _LETTERS + "0123456789*?"
_HOST: Final = frozenset(_PLAIN + "-_.")
_PATH: Final = frozenset(_PLAIN + "_-.$/~\"'@:+&")
# the percent sign is listed nowhere, but the API reference says that any character of a query can be percent-encoded
_QUERY: Final = frozenset(_PLAIN + "_-.$/~\"'@:+&()!,;=\\%")
_METHOD: Final = frozenset(_LETTERS + "-_")
_HEADER_NAME: Final = frozenset(_PLAIN + "-!#$%&'+.^_`|~")
_HEADER: Final = frozenset(_PLAIN + " !\"#$%&'()+,./:;<=>@[]^_`{|}~-")
_NAMES: Final[dict[type[Condition], str]] = {
    HostHeader: "host",
    PathPattern: "path",
    HttpRequestMethod: "method",
    HttpHeader: "header",
    QueryString: "query-string",
    SourceIp: "source-ip",
}


_FINE: Final[dict[type[Condition], re.Pattern[str]]] = {
    HostHeader: re.compile(r"(?=[^.*?]*[.*?])[A-Za-z0-9*?_.-]{1,128}"),
    PathPattern: re.compile(r"[A-Za-z0-9*?_.$/~\"'@:+&-]{1,128}"),
    HttpRequestMethod: re.compile(r"[A-Z_-]{1,40}"),
}
"""The usual conditions, at one glance; what does not fit is looked at piece by piece."""


def of_each_kind(rule: Rule) -> bool:
    """Whether the rule has conditions, and no two of one kind."""
    conditions = rule.conditions
    return len(conditions) == 1 or len(set(map(type, conditions))) == len(conditions) > 0


def is_sound(condition: Condition) -> bool:
    """Whether the condition by itself has no problem."""
    return _is_usual(condition) or not any(_condition(condition))


def _is_usual(condition: Condition) -> bool:
    usual = _FINE.get(type(condition))
    if usual is None or isinstance(condition, OpaqueCondition) or not condition.values:
        return False
    if isinstance(condition, HostHeader | PathPattern) and condition.regexes:
        return False
    return all(isinstance(value, str) and usual.fullmatch(value) for value in condition.values)


def condition_problems(rule: Rule) -> Iterator[Problem]:
    """The problems of all conditions of a rule that is not the default rule."""
    if of_each_kind(rule) and all(map(_is_usual, rule.conditions)):
        return
    if not rule.conditions:
        yield Problem("it has no condition, which only the default action may", "give it a condition, such as the path `/*`", "conditions")
    kinds = Counter(type(condition) for condition in rule.conditions)
    for kind in (HostHeader, PathPattern, HttpRequestMethod, SourceIp):
        if kinds[kind] > 1:
            yield Problem(
                f"it has {kinds[kind]} {_NAMES[kind]} conditions, and a rule may have one",
                "list all values in one condition, where any of them is enough; two of them can never be required together",
                _NAMES[kind],
            )
    for condition in rule.conditions:
        yield from _condition(condition)


def _condition(condition: Condition) -> Iterator[Problem]:
    if isinstance(condition, OpaqueCondition):
        return
    name = _NAMES[type(condition)]
    regexes = condition.regexes if isinstance(condition, HostHeader | PathPattern | HttpHeader) else ()
    if not condition.values and not regexes:
        yield Problem(
            f"its {name} condition has no values", "give it a value, or leave the condition out to match anything", f"{name} values"
        )
    if condition.values and regexes:
        yield Problem(
            f"its {name} condition has both values and regexes",
            "use one kind only: write the values as regexes, or split the rule in two",
            f"{name} values",
        )
    if _cut(condition, regexes):
        yield Problem(
            f"its {name} condition holds a text of more than {LONGEST:,} characters, the limit is {PATTERN_LENGTH}",
            "shorten it with a wildcard",
            f"{name} length",
        )
    for regex in regexes:
        if isinstance(regex, str):
            yield from _regex(name, regex)
    if isinstance(condition, HttpHeader) and isinstance(condition.name, str):
        yield from _header_name(condition.name)
    for value in condition.values:
        if isinstance(value, QueryPair):
            if isinstance(value.key, str) and value.key:
                yield from _text("query key", value.key, _QUERY, PATTERN_LENGTH)
            if isinstance(value.value, str):
                yield from _text("query value", value.value, _QUERY, PATTERN_LENGTH)
        elif isinstance(value, str):
            yield from _value(condition, value)


def _cut(condition: Condition, regexes: tuple[Text, ...]) -> bool:
    """Whether some text of it was too long to be kept."""
    if isinstance(condition, OpaqueCondition):
        return False
    name = condition.name if isinstance(condition, HttpHeader) else ""
    return LONG in (name, *condition.values, *regexes)


def _value(condition: Condition, value: str) -> Iterator[Problem]:
    match condition:
        case HostHeader():
            problems = list(_text("host value", value, _HOST, PATTERN_LENGTH))
            yield from problems
            if value and not problems and not set(value) & set(".*?"):
                yield Problem(
                    f"the host value {quoted(value)} has no dot, and the API asks for one",
                    "write the full host name, such as `api.example.com`",
                    f"host value {value}",
                )
        case PathPattern():
            yield from _text("path value", value, _PATH, PATTERN_LENGTH)
        case HttpHeader():
            yield from _text("header value", value, _HEADER, PATTERN_LENGTH)
        case HttpRequestMethod():
            yield from _text("method", value, _METHOD, NAME_LENGTH)
        case SourceIp():
            yield from _address(value)


_WAYS_OUT: Final = (
    ("host value", ":", "a host value has no scheme and no port; a regex value such as `^example\\.com:8443$` can name the port"),
    ("host value", "/", "a host value has no scheme and no path; the path has a condition of its own"),
    ("path value", "%", "a percent-encoded character can only be matched by a wildcard: write `*` or `?` in its place"),
    ("path value", "=", "a query is matched by a query-string condition, other reserved characters by `*` or `?`"),
    ("path value", "{", "a placeholder such as `{id}` is written `*` in a path value"),
    ("method", "*", "methods have no wildcards: leave the condition out to match every method"),
)
_REGEX_MARKS: Final = frozenset("^[](){}|\\")


def _text(what: str, value: str, allowed: frozenset[str], longest: int) -> Iterator[Problem]:
    facet = f"{what} {value}"
    if not value:
        yield Problem(f"the {what} is empty", "write a value, or `*` for anything", facet)
        return
    if len(value) > longest:
        way = "shorten it with a wildcard" if "*" in allowed else "shorten it"
        yield Problem(f"the {what} {quoted(value)} has {len(value)} characters, the limit is {longest}", way, facet)
    wrong = [character for character in dict.fromkeys(value) if character not in allowed]
    if wrong and what == "method":
        yield Problem(
            f"the method {quoted(value)} has other characters than capital letters, `-` and `_`", _way_out(what, value, wrong), facet
        )
    elif wrong:
        shown = quoted(" ".join(wrong)) if wrong != [" "] else "a blank"
        yield Problem(f"the {what} {quoted(value)} holds {shown}, which the API refuses there", _way_out(what, value, wrong), facet)


def _way_out(what: str, value: str, wrong: list[str]) -> str:
    for kind, mark, way in _WAYS_OUT:
        if kind == what and mark in wrong:
            return way
    if what == "method":
        return (
            f"write it in upper case: {quoted(value.upper())}"
            if _METHOD.issuperset(value.upper())
            else "use capital letters, `-` and `_` only"
        )
    if what.startswith(("host", "path", "header")) and _REGEX_MARKS & set(wrong):
        return "if it is a regex, put it under the regex values of the condition; else match the character with `*` or `?`"
    return "match the character with `*` or `?`, or leave it out" if what != "header name" else "correct the name of the header"


def _header_name(name: str) -> Iterator[Problem]:
    if name.lower() == "host":
        yield Problem("a header condition cannot name the header `Host`", "use a host-header condition", "header name host")
    yield from _text("header name", name, _HEADER_NAME, NAME_LENGTH)


def _regex(name: str, regex: str) -> Iterator[Problem]:
    facet = f"{name} regex {regex}"
    if not regex:
        yield Problem(f"the {name} regex is empty", "write a regex, or leave the condition out to match anything", facet)
    if len(regex) > PATTERN_LENGTH:
        yield Problem(
            f"the {name} regex {quoted(regex)} has {len(regex)} characters, the limit is {PATTERN_LENGTH}",
            "split it into several regexes",
            facet,
        )
    reason = unsupported(regex)
    if reason:
        yield Problem(
            f"the {name} regex {quoted(regex)} uses {reason}, which AWS does not support",
            "write it without that; give what must not match a rule of its own with a lower number",
            facet,
        )


def _address(value: str) -> Iterator[Problem]:
    facet = f"source-ip value {value}"
    if value == "255.255.255.255/32":
        yield Problem("the API refuses the address block `255.255.255.255/32`", "name the addresses that the rule is for", facet)
        return
    import ipaddress

    address, slash, length = value.partition("/")
    try:
        ipaddress.ip_network(value, strict=False)
        bad = bool(slash) and not re.fullmatch(r"[0-9]{1,3}", length)
    except ValueError:
        bad = True
    if bad:
        wild = "*" in address or "?" in address
        way = "addresses have no wildcards: write `10.0.0.0/8` for `10.*`" if wild else "write it as a CIDR block, such as `192.0.2.0/24`"
        yield Problem(f"the source-ip value {quoted(value)} is not a CIDR block", way, facet)
