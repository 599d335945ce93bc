"""The law: which rule answers one request. Slow and obvious; every shortcut of the engine is held to it.

Source: ELB user guide, "Condition types for listener rules": host, header and query compare without case, path and method with it; a header or
parameter may repeat and one match is enough; a rule needs all of its conditions, a condition one of its values.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache

from alb_lint.model import (
    Condition,
    HostHeader,
    HttpHeader,
    HttpRequestMethod,
    Listener,
    OpaqueCondition,
    PathPattern,
    QueryPair,
    QueryString,
    Request,
    Rule,
    SourceIp,
    Unknown,
)
from alb_lint.record import record
from alb_lint.space import addresses
from alb_lint.space.glob import NOTHING, canonical, literal, matches, speakable
from alb_lint.space.regex import Reading, Unreadable, compiled
from alb_lint.symbols import Text

READ: Reading = Reading()


def ordered(listener: Listener) -> list[Rule]:
    """The rules in the order in which the listener asks them, the default rule and those of unknown number left out.

    Rules that claim one number stand side by side, by id: which of them would exist is not told.
    """
    known = [(rule.priority, rule.id, rule) for rule in listener.rules if isinstance(rule.priority, int)]
    return [rule for _, _, rule in sorted(known, key=lambda entry: entry[:2])]


def evaluate(listener: Listener, request: Request, reading: Reading = READ) -> Rule | None:
    """The rule that answers the request: the first that certainly matches, else the default rule, else None.

    A rule with something Unknown that decides is passed over; `may_match` tells whether it could have answered.
    """
    for rule in ordered(listener):
        if matches_rule(rule, request, reading):
            return rule
    return listener.default


def matches_rule(rule: Rule, request: Request, reading: Reading = READ) -> bool:
    """Whether the rule certainly matches: a condition that is Unknown counts as not met."""
    for condition in rule.conditions:
        if not is_met(condition, request, reading):
            return False
    return True


def may_match(rule: Rule, request: Request, reading: Reading = READ) -> bool:
    """Whether the rule could match, were each Unknown what it needs to be."""
    for condition in rule.conditions:
        if not is_met(condition, request, reading) and not has_unknown(condition):
            return False
    return True


def is_met(condition: Condition, request: Request, reading: Reading = READ) -> bool:
    """Whether the request certainly meets the condition."""
    match condition:
        case PathPattern():
            return _any_text(condition.values, condition.regexes, request.path, False, reading)
        case HostHeader():
            return _any_text(condition.values, condition.regexes, request.host, True, reading)
        case HttpRequestMethod():
            return request.method in condition.values
        case SourceIp():
            here = addresses.address(request.source_ip)
            return here is not None and any(_holds(value, here) for value in condition.values)
        case HttpHeader():
            name = condition.name
            if isinstance(name, Unknown):
                return False
            wanted = name.lower()
            return any(
                _any_text(condition.values, condition.regexes, value, True, reading)
                for key, value in request.headers
                if key.lower() == wanted
            )
        case QueryString():
            return any(_pair_matches(pair, key, value) for pair in condition.values for key, value in request.query)
        case OpaqueCondition():
            return False


def has_unknown(condition: Condition) -> bool:
    """Whether some value of the condition could not be read, so that it may match more than it is known to."""
    match condition:
        case OpaqueCondition():
            return True
        case HostHeader() | PathPattern():
            return any(_unread(value) for value in condition.values) or any(_unreadable(regex) for regex in condition.regexes)
        case HttpHeader():
            return (
                isinstance(condition.name, Unknown)
                or any(_unread(value) for value in condition.values)
                or any(_unreadable(regex) for regex in condition.regexes)
            )
        case HttpRequestMethod():
            return any(isinstance(value, Unknown) for value in condition.values)
        case SourceIp():
            return any(isinstance(value, Unknown) or addresses.block(value) is None for value in condition.values)
        case QueryString():
            return any(_unread_pair(pair) for pair in condition.values)


def is_never_certain(condition: Condition) -> bool:
    """Whether no request certainly meets the condition, since nothing that it wants is known."""
    match condition:
        case OpaqueCondition():
            return True
        case HttpHeader():
            return isinstance(condition.name, Unknown) or _all_unread(condition.values, condition.regexes)
        case HostHeader() | PathPattern():
            return _all_unread(condition.values, condition.regexes)
        case _:
            return False


def _all_unread(values: Iterable[Text], regexes: Iterable[Text]) -> bool:
    return all(_unread(value) for value in values) and all(_unreadable(regex) for regex in regexes)


def _unread(value: Text) -> bool:
    return isinstance(value, Unknown) or not speakable(value)


def _unreadable(regex: Text) -> bool:
    if isinstance(regex, Unknown):
        return True
    try:
        compiled(regex, READ)
    except Unreadable:
        return True
    return False


def _unread_pair(pair: QueryPair | Unknown) -> bool:
    return isinstance(pair, Unknown) or _unread(pair.value) or (pair.key is not None and _unread(pair.key))


@record
class Failure:
    """Why a condition is not met: what the request has and what the condition wants."""

    field: str
    has: str
    wants: str

    def __str__(self) -> str:
        return f"{self.field} is {self.has}, wants {self.wants}"


def first_failure(condition: Condition, request: Request, reading: Reading = READ) -> Failure | None:
    """None where the condition is met, else why not."""
    if is_met(condition, request, reading):
        return None
    match condition:
        case HostHeader():
            return Failure("host", request.host, _wants((*condition.values, *condition.regexes)))
        case PathPattern():
            return Failure("path", request.path, _wants((*condition.values, *condition.regexes)))
        case HttpRequestMethod():
            return Failure("method", request.method, _wants(condition.values))
        case SourceIp():
            return Failure("source address", request.source_ip, _wants(condition.values))
        case HttpHeader():
            name = condition.name
            if isinstance(name, Unknown):
                return Failure("header", "not compared", f"a header whose name is unknown ({name.reason})")
            found = ", ".join(value for key, value in request.headers if key.lower() == name.lower())
            return Failure(f"header {name}", found or "absent", _wants((*condition.values, *condition.regexes)))
        case QueryString():
            has = "&".join(f"{key}={value}" for key, value in request.query) or "empty"
            return Failure("query", has, _wants(_spell(pair) for pair in condition.values))
        case OpaqueCondition():
            return Failure(condition.field, "not compared", f"something that could not be read ({condition.reason})")


def _any_text(values: Iterable[Text], regexes: Iterable[Text], text: str, fold: bool, reading: Reading) -> bool:
    word = literal(text.lower() if fold else text)
    for value in values:
        if isinstance(value, str) and matches(glob_of(value, fold), word):
            return True
    for regex in regexes:
        if _regex_matches(regex, text, fold, reading):
            return True
    return False


@lru_cache(maxsize=65_536)
def glob_of(value: str, fold: bool) -> str:
    """The glob of a host, path or header value; one that matches nothing where the value holds characters of our own."""
    return canonical(value.lower() if fold else value) if speakable(value) else NOTHING


def _regex_matches(regex: Text, text: str, fold: bool, reading: Reading) -> bool:
    if isinstance(regex, Unknown):
        return False
    try:
        return compiled(regex, Reading(reading.anywhere, reading.ignore_case and fold)).matches(text)
    except Unreadable:
        return False


def _holds(value: Text, here: addresses.Address) -> bool:
    block = None if isinstance(value, Unknown) else addresses.block(value)
    return block is not None and addresses.contains(block, (here[0], here[1], addresses.WIDTH[here[0]]))


def _pair_matches(pair: QueryPair | Unknown, key: str, value: str) -> bool:
    if isinstance(pair, Unknown) or _unread_pair(pair):
        return False
    if isinstance(pair.value, Unknown) or isinstance(pair.key, Unknown):
        return False
    if pair.key is not None and not matches(query_glob(pair.key), literal(key.lower())):
        return False
    return matches(query_glob(pair.value), literal(value.lower()))


def query_glob(text: str) -> str:
    r"""The glob of a query key or value: case folded, `\*` and `\?` literal. A backslash before anything else stands for itself.

    Source: API type QueryStringConditionConfig: "To search for a literal '*' or '?' character in a query string, you must escape these characters
    in Values using a '\' character."
    """
    folded = text.lower()
    if "\\" not in folded:
        return canonical(folded)
    out, at = [], 0
    while at < len(folded):
        if folded[at] == "\\" and folded[at + 1 : at + 2] in ("*", "?"):
            out.append(literal(folded[at + 1]))
            at += 2
        else:
            out.append(folded[at])
            at += 1
    return canonical("".join(out))


def _wants(values: Iterable[Text]) -> str:
    shown = [value if isinstance(value, str) else f"<{value.reason}>" for value in values]
    return " or ".join(shown) if shown else "nothing that can be read"


def _spell(pair: QueryPair | Unknown) -> str:
    if isinstance(pair, Unknown):
        return f"<{pair.reason}>"
    value = pair.value if isinstance(pair.value, str) else f"<{pair.value.reason}>"
    if pair.key is None:
        return value
    return f"{pair.key if isinstance(pair.key, str) else f'<{pair.key.reason}>'}={value}"


Decide = Callable[[Request], bool]
"""A predicate on requests that a witness must satisfy."""
