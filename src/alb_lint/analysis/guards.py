"""What stands between a client and a backend: denials, sign-ins, and conditions that a client cannot meet at will.

Source: API types AuthenticateOidcActionConfig, AuthenticateCognitoActionConfig (`OnUnauthenticatedRequest`: deny, allow, authenticate, the default)
and JwtValidationActionConfig; ELB user guide, "Condition types for listener rules": source-ip is the address of the connection and cannot be
sent, every header can.
"""

import re
from typing import Final, Literal

from alb_lint.model import (
    Authenticate,
    Condition,
    FixedResponse,
    Forward,
    HostHeader,
    HttpHeader,
    JwtValidation,
    PathPattern,
    Redirect,
    Rule,
    SourceIp,
)
from alb_lint.patterns import pattern
from alb_lint.space.addresses import block
from alb_lint.symbols import Text

Guard = Literal["sign-in", "address", "header"]
"""Why not every client is let through: it must sign in (or bring a token), come from an address, or know a header's value."""

_SECRET_NAME: Final = pattern(
    r"secret|verif|origin-|cloudfront|cdn|token|passw|api-?key|auth-?key|shared-?key|-key$|x-origin|gate|handshake|custom-check",
    re.IGNORECASE,
)
"""Header names by which people hand a secret from a proxy to the load balancer."""
_NONE: Final[frozenset[Guard]] = frozenset()
_GUARDING: Final = frozenset({SourceIp, HttpHeader})
SIGNING: Final = frozenset({Authenticate, JwtValidation})
FORGEABLE: Final = frozenset(
    {
        *("accept", "accept-encoding", "accept-language", "authorization", "cookie", "from", "origin", "referer", "user-agent", "via"),
        *("client-ip", "forwarded", "true-client-ip", "x-client-ip", "x-real-ip", "x-requested-with"),
        *("sec-fetch-dest", "sec-fetch-mode", "sec-fetch-site"),
        *("x-forwarded-for", "x-forwarded-host", "x-forwarded-port", "x-forwarded-proto"),
    }
)
"""Headers that are no secret: browsers and tools send them, and anybody can send what a rule asks for in them."""


def denies(rule: Rule) -> bool:
    """Whether the rule turns every request away with an error of the client: a fixed answer such as 403."""
    last = rule.actions[-1] if rule.actions else None
    return isinstance(last, FixedResponse) and isinstance(last.status, str) and last.status.startswith("4")


def sends_elsewhere(rule: Rule) -> bool:
    """Whether the rule redirects to a host that it names."""
    last = rule.actions[-1] if rule.actions else None
    return isinstance(last, Redirect) and isinstance(last.host, str) and "#{host}" not in last.host


def signs_in(rule: Rule) -> bool:
    """Whether only clients who signed in, or bring a valid token, get past the rule's first actions."""
    for action in rule.actions:
        if type(action) in SIGNING and not (isinstance(action, Authenticate) and lets_strangers_pass(action)):
            return True
    return False


def lets_strangers_pass(action: Authenticate) -> bool:
    """Whether who is not signed in is let through all the same."""
    return ("OnUnauthenticatedRequest", "allow") in action.settings


def groups_of(rule: Rule) -> tuple[str, ...]:
    """The known target groups that the rule's forward may send a request to, unique, in order; those of weight 0 left out."""
    last = rule.actions[-1] if rule.actions else None
    if not isinstance(last, Forward):
        return ()
    if len(last.shares) == 1:
        group = last.shares[0].target_group
        return (group,) if isinstance(group, str) else ()
    found = [share.target_group for share in last.shares if share.weight != 0]
    return tuple(dict.fromkeys(group for group in found if isinstance(group, str)))


def guards_of(rule: Rule) -> frozenset[Guard]:
    """What guards the way through the rule; empty: every client that asks for the right thing is let through.

    A header counts where its name says that it carries a secret and its values name no everyday header and hold no wildcard alone.
    """
    found: list[Guard] = ["sign-in"] if signs_in(rule) else []
    for condition in rule.conditions:
        guard = guard_by(condition) if type(condition) in _GUARDING else None
        if guard is not None:
            found.append(guard)
    return frozenset(found) if found else _NONE


def guard_by(condition: Condition) -> Guard | None:
    """The guard that the condition is, if it is one."""
    if isinstance(condition, SourceIp) and not _every_address(condition):
        return "address"
    return "header" if isinstance(condition, HttpHeader) and is_secret_header(condition) else None


def is_gate(rule: Rule) -> bool:
    """Whether the rule turns requests away, or lets them through for some clients only: by a denial, a sign-in, an address, a secret."""
    return denies(rule) or sends_elsewhere(rule) or bool(guards_of(rule))


def is_secret_header(condition: HttpHeader) -> bool:
    """Whether only a client that knows a secret meets the condition, by the name of its header and the form of its values."""
    if not isinstance(condition.name, str) or condition.name.lower() in FORGEABLE or not (condition.values or condition.regexes):
        return False
    hidden = any(_is_secret(value) for value in condition.values)
    if not hidden and not _SECRET_NAME.search(condition.name):
        return False
    return not any(isinstance(value, str) and not value.strip("*?") for value in condition.values)


def _is_secret(value: Text) -> bool:
    return bool(getattr(value, "secret", False))


def _every_address(condition: SourceIp) -> bool:
    blocks = [block(value) for value in condition.values if isinstance(value, str)]
    return any(item is not None and item[2] == 0 for item in blocks)


def forgeable(rule: Rule) -> tuple[HttpHeader, ...]:
    """The conditions of the rule on headers that anybody can send as the rule wants them."""
    return tuple([condition for condition in rule.conditions if isinstance(condition, HttpHeader) and is_forgeable(condition)])


def is_forgeable(condition: HttpHeader) -> bool:
    """Whether anybody can send the header as the condition wants it."""
    return isinstance(condition.name, str) and condition.name.lower() in FORGEABLE


def resource(rule: Rule) -> tuple[Condition, ...]:
    """The conditions that name what is asked for, host and path, without those that say who asks or how."""
    return tuple(condition for condition in rule.conditions if isinstance(condition, HostHeader | PathPattern))
