"""What of the actions and transforms of a rule the API refuses.

Sources: API types Action, ForwardActionConfig, TargetGroupTuple, TargetGroupStickinessConfig, RedirectActionConfig, FixedResponseActionConfig and
RuleTransform; ELB user guide, "Action types for listener rules" and "Transforms for listener rules".
"""

import re
from collections.abc import Iterator
from typing import Final

from alb_lint.checks._invalid_conditions import Problem
from alb_lint.checks._invalid_regex import unsupported
from alb_lint.checks._wording import quoted
from alb_lint.findings.wording import text as spoken
from alb_lint.model import Authenticate, FixedResponse, Forward, JwtValidation, OpaqueAction, Redirect, Rule, Text, Unknown
from alb_lint.model.limits import MESSAGE_LENGTH, REDIRECT_LENGTH, STICKY_SECONDS_MAX, TRANSFORM_LENGTH, WEIGHT_MAX

_CONTENT_TYPES: Final = ("text/plain", "text/css", "text/html", "application/javascript", "application/json")
_KEPT: Final = Redirect()


def action_problems(rule: Rule, protocol: str) -> Iterator[Problem]:
    """The problems of the actions; `protocol` is the listener's, "" where it is not told."""
    if _fine(rule):
        return
    if not any(isinstance(action, OpaqueAction) for action in rule.actions):
        yield from _sequence(rule, protocol)
    for action in rule.actions:
        match action:
            case Forward():
                yield from _forward(action)
            case Redirect():
                yield from _redirect(action, protocol)
            case FixedResponse():
                yield from _fixed_response(action)
    yield from _transforms(rule)


def _fine(rule: Rule) -> bool:
    """Whether it is the usual forward, at one glance: to one group, and nothing else."""
    if len(rule.actions) != 1 or rule.transforms:
        return False
    action = rule.actions[0]
    if not isinstance(action, Forward) or len(action.shares) != 1:
        return False
    return (action.shares[0].weight == 1 and action.sticky_seconds is None) or next(_forward(action), None) is None


def _sequence(rule: Rule, protocol: str) -> Iterator[Problem]:
    routing = [isinstance(action, Forward | Redirect | FixedResponse) for action in rule.actions]
    if sum(routing) != 1:
        number = sum(routing)
        yield Problem(
            f"it has {number} routing actions, and needs exactly one" if number else "it has no routing action",
            "end it with one forward, redirect or fixed response",
            "actions",
        )
    elif not routing[-1]:
        yield Problem("its routing action is not the last one", "put the forward, redirect or fixed response last", "actions")
    if routing.count(False) > 1:
        yield Problem(
            f"it has {routing.count(False)} authentication actions, and may have one", "keep one authentication action", "authentication"
        )
    if protocol == "HTTP" and any(isinstance(action, Authenticate | JwtValidation) for action in rule.actions):
        yield Problem(
            "it authenticates users on an HTTP listener, which only an HTTPS listener can",
            "redirect to HTTPS here and authenticate on the HTTPS listener",
            "authentication",
        )


def _forward(action: Forward) -> Iterator[Problem]:
    if not action.shares:
        yield Problem("its forward names no target group", "name at least one target group", "forward")
    for share in action.shares:
        if isinstance(share.weight, int) and not 0 <= share.weight <= WEIGHT_MAX:
            yield Problem(
                f"the weight {share.weight} of {quoted(spoken(share.target_group))} is outside 0 to {WEIGHT_MAX}",
                "scale the weights of the forward down: only their ratio counts",
                f"weight {share.target_group}",
            )
    seconds = action.sticky_seconds
    if isinstance(seconds, int) and not 1 <= seconds <= STICKY_SECONDS_MAX:
        yield Problem(
            f"the stickiness of {seconds} seconds is outside 1 to {STICKY_SECONDS_MAX}", "choose a duration of at most 7 days", "stickiness"
        )


def _redirect(action: Redirect, protocol: str) -> Iterator[Problem]:
    yield from _one_of("redirect status", action.status, re.compile(r"HTTP_30[12]"), "use `HTTP_301` or `HTTP_302`")
    wanted = re.compile(r"HTTPS?|#\{protocol\}")
    yield from _one_of("redirect protocol", action.protocol, wanted, "use `HTTP`, `HTTPS` or `#{protocol}`")
    if isinstance(action.port, str) and action.port != "#{port}" and not _is_port(action.port):
        yield Problem(
            f"the redirect port {quoted(action.port)} is not a port number", "use a number from 1 to 65535 or `#{port}`", "redirect port"
        )
    if isinstance(action.path, str) and not action.path.startswith("/"):
        yield Problem(
            f"the redirect path {quoted(action.path)} does not begin with a slash",
            f"write {quoted('/' + action.path)}; `#{{path}}` comes without its leading slash",
            "redirect path",
        )
    for what, text in (("host", action.host), ("path", action.path), ("query", action.query)):
        if isinstance(text, str) and (len(text) > REDIRECT_LENGTH or (not text and what == "host")):
            yield Problem(
                f"the redirect {what} has {len(text)} characters, {'and needs one' if not text else f'the limit is {REDIRECT_LENGTH}'}",
                f"shorten it, or keep the part with `#{{{what}}}`" if text else "leave it out to keep the host",
                f"redirect {what}",
            )
    if (action.protocol, action.host, action.port, action.path) == (_KEPT.protocol, _KEPT.host, _KEPT.port, _KEPT.path):
        yield Problem(
            "its redirect changes neither protocol, host, port nor path", "change one of them, or forward the request instead", "redirect"
        )
    if protocol == "HTTPS" and action.protocol == "HTTP":
        yield Problem("its redirect leads from HTTPS to HTTP, which the API refuses", "redirect to HTTPS", "redirect protocol")


def _is_port(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,5}", text) is not None and 1 <= int(text) <= 65_535


def _fixed_response(action: FixedResponse) -> Iterator[Problem]:
    yield from _one_of("fixed response status", action.status, re.compile(r"[245][0-9]{2}"), "use a status of 2xx, 4xx or 5xx")
    if isinstance(action.content_type, str) and action.content_type and action.content_type not in _CONTENT_TYPES:
        yield Problem(
            f"the content type {quoted(action.content_type)} is not one that a fixed response may have",
            f"use one of {', '.join(_CONTENT_TYPES)}",
            "content type",
        )
    if isinstance(action.body, str) and len(action.body) > MESSAGE_LENGTH:
        yield Problem(
            f"the body of the fixed response has {len(action.body)} characters, the limit is {MESSAGE_LENGTH}",
            "shorten it, or forward to a target that serves the page",
            "body",
        )


def _one_of(what: str, value: Text, allowed: re.Pattern[str], way_out: str) -> Iterator[Problem]:
    if not isinstance(value, Unknown) and not allowed.fullmatch(value):
        yield Problem(f"the {what} {quoted(value)} is not one that the API accepts", way_out, what)


def _transforms(rule: Rule) -> Iterator[Problem]:
    if rule.is_default and rule.transforms:
        yield Problem(
            "the default action has transforms, which only rules may have", "move them to a rule with the path `/*`", "transforms"
        )
    kinds = [transform.type for transform in rule.transforms if transform.type]
    for kind in dict.fromkeys(kinds):
        if kinds.count(kind) > 1:
            yield Problem(f"it has {kinds.count(kind)} transforms of type {quoted(kind)}, and may have one", "join them in one regex", kind)
    for transform in rule.transforms:
        for regex, replacement in transform.rewrites:
            for what, text in (("regex", regex), ("replacement", replacement)):
                if isinstance(text, str) and len(text) > TRANSFORM_LENGTH:
                    yield Problem(
                        f"the {what} of a {transform.type} has {len(text)} characters, the limit is {TRANSFORM_LENGTH}",
                        "shorten it",
                        f"{transform.type} {what}",
                    )
            reason = unsupported(regex) if isinstance(regex, str) else ""
            if reason:
                yield Problem(
                    f"the regex {quoted(spoken(regex))} of a {transform.type} uses {reason}, which AWS does not support",
                    "write it without that",
                    f"{transform.type} regex",
                )
