"""Where redirects lead, followed hop by hop over the listeners of one load balancer, for concrete requests alone.

Source: ELB user guide, "Redirect actions": the keywords `#{protocol}`, `#{host}`, `#{port}`, `#{path}` (without its leading slash) and `#{query}`. A
step that would rest on something not told (a port, how a strange path is normalised) is not taken.
"""

import re
from collections.abc import Sequence
from typing import Final

from alb_lint.checks._answers import Answers
from alb_lint.model import Listener, Redirect, Request, Rule
from alb_lint.record import record, replace

HOPS: Final = 20
"""Redirects in a row that browsers follow before they give up."""

_KEYWORD: Final = r"#\{(\w*)\}"
_ODD: Final = r"//|/\.|[?#%\s]"


@record
class Step:
    """One request, the listener that gets it and the rule that redirects it."""

    listener: Listener
    rule: Rule
    request: Request
    redirect: Redirect


@record
class Circle:
    """Steps that lead to each other. `closed` False: HOPS steps without a repeated request, each of them redirected on."""

    steps: tuple[Step, ...]
    closed: bool


def redirect_of(rule: Rule) -> Redirect | None:
    """The redirect of a rule that does nothing else."""
    only = rule.actions[0] if len(rule.actions) == 1 else None
    return only if isinstance(only, Redirect) else None


def circle(listeners: Sequence[Answers], start: Answers, request: Request) -> Circle | None:
    """The circle that the request gets into; None where it gets out, or where that is not certain."""
    steps: list[Step] = []
    here = start
    while len(steps) < HOPS:
        rule = here.rule(request)
        redirect = redirect_of(rule) if rule is not None else None
        if rule is None or redirect is None:
            return None
        for place, step in enumerate(steps):
            if step.listener is here.listener and step.request == request:
                return Circle(tuple(steps[place:]), True)
        steps.append(Step(here.listener, rule, request, redirect))
        after = target(here.listener, redirect, request)
        there = destination([other.listener for other in listeners], here.listener, redirect)
        if after is None or there is None:
            return None
        here, request = next(other for other in listeners if other.listener is there), after
    return Circle(tuple(steps), False)


def target(listener: Listener, redirect: Redirect, request: Request) -> Request | None:
    """The request that a client sends after the redirect; None where that is not certain."""
    parts = {
        "protocol": listener.protocol.lower(),
        "host": request.host,
        "port": str(listener.port or ""),
        "path": request.path.removeprefix("/"),
        "query": "&".join(f"{key}={value}" for key, value in request.query),
    }
    texts = [redirect.host, redirect.path, redirect.query]
    filled = [_filled(text, parts) if isinstance(text, str) else None for text in texts]
    host, path, query = filled
    if host is None or path is None or query is None or not host or ":" in host or not path.startswith("/") or re.search(_ODD, path):
        return None
    pairs = request.query if redirect.query == "#{query}" else tuple(_pair(part) for part in query.split("&") if part)
    # a browser repeats a POST as GET, any other method as it is
    return replace(request, method="GET" if request.method == "POST" else request.method, host=host.lower(), path=path, query=pairs)


def _filled(text: str, parts: dict[str, str]) -> str | None:
    """The text with its keywords replaced; None where one is not known."""
    names = re.findall(_KEYWORD, text)
    if any(name not in parts or (name in ("protocol", "port") and not parts[name]) for name in names):
        return None
    return re.sub(_KEYWORD, lambda found: parts[found[1]], text)


def _pair(text: str) -> tuple[str, str]:
    key, _, value = text.partition("=")
    return key, value


def destination(listeners: Sequence[Listener], here: Listener, redirect: Redirect) -> Listener | None:
    """The listener of the load balancer that gets what `here` redirects, if the host leads back to it; None where it is not known."""
    if redirect.protocol == "#{protocol}" and redirect.port == "#{port}":
        return here
    protocol = here.protocol if redirect.protocol == "#{protocol}" else redirect.protocol
    port = str(here.port) if redirect.port == "#{port}" else redirect.port
    if not protocol or port == "0":
        return None
    fits = [other for other in listeners if other.protocol == protocol and str(other.port) == port]
    return fits[0] if len(fits) == 1 else None
