"""What access logs say of a listener's rules, as text and as plain data (`alb-lint.replay.v1`)."""

from collections.abc import Callable, Iterator, Sequence
from shlex import quote
from typing import Any, Final

from alb_lint.analysis.logged import DEFAULT
from alb_lint.analysis.replaying import Disagreement, Replayed, Result, Traffic
from alb_lint.findings.summary import line
from alb_lint.findings.wording import conditions_text, counted, numbers_text, request_text
from alb_lint.record import record
from alb_lint.reports.json_v1 import priority
from alb_lint.reports.layout import Span, cut, paint, wrapped

_SHOWN: Final = 10
"""Disagreements, reasons and load balancers that the text tells; JSON has all of them."""

_ROOM: Final = 24
"""Columns that a rule needs beside its numbers; with less it stands below them."""


def as_json(result: Result, complete: bool) -> dict[str, Any]:
    return {
        "schema": "alb-lint.replay.v1",
        "complete": complete,
        "requests": result.requests,
        "agreed": result.agreed,
        "disagreed": result.disagreed,
        "undecided": result.undecided,
        "errors": result.errors,
        "unparsed": result.unparsed,
        "other_load_balancers": result.other_requests,
        "other_ports": result.other_ports,
        "first": result.first or None,
        "last": result.last or None,
        "undecided_because": [{"reason": reason, "requests": times} for reason, times in result.because],
        "unparsed_lines": [{"file": file, "line": number, "reason": reason} for file, number, reason in result.unparsed_at],
        "load_balancers": [{"id": name, "requests": times} for name, times in result.others],
        "listeners": [_listener(item) for item in result.listeners],
        "rules": [told for item in result.listeners for traffic in item.traffic for told in _rules(item, traffic)],
        "numbers_without_rule": [
            {
                "listener": item.listener.id,
                "priority": traffic.priority,
                "requests": traffic.requests,
                "first": traffic.first,
                "last": traffic.last,
            }
            for item in result.listeners
            for traffic in item.traffic
            if not traffic.rules and traffic.priority != DEFAULT
        ],
        "disagreements": [_disagreement(item) for item in result.disagreements],
        "disagreements_left": result.left,
    }


def _listener(item: Replayed) -> dict[str, Any]:
    told, unread = line(item.listener), item.listener.unread
    return {
        "id": told.id,
        "name": told.name,
        **({"account": told.account, "region": told.region} if told.account else {}),
        **({} if unread is None else {"unread": unread.reason}),
        "requests": item.requests,
        "doors": [{"load_balancer": balancer, "port": port} for balancer, port in item.doors],
        "told": item.told,
    }


def _rules(item: Replayed, traffic: Traffic) -> Iterator[dict[str, Any]]:
    for rule in traffic.rules:
        others = [other.id for other in traffic.rules if other is not rule]
        yield {
            "listener": item.listener.id,
            "id": rule.id,
            "name": rule.name,
            "priority": "default" if rule.is_default else priority(rule),
            "requests": traffic.requests,
            "first": traffic.first or None,
            "last": traffic.last or None,
            **({"number_claimed_by": others} if others else {}),
        }


def _disagreement(item: Disagreement) -> dict[str, Any]:
    return {
        "listener": item.listener.id,
        "file": item.file,
        "line": item.line,
        "request": item.request.to_json(),
        "logged": item.logged,
        "predicted": item.predicted[0] if len(item.predicted) == 1 else None,
        "possible": list(item.predicted),
        "times": item.times,
        "first": item.first,
        "last": item.last,
    }


@record
class Asked:
    """What the run was given: `flags` that tell how the rules are read, and the `sources` as they stand at the end of a command line."""

    flags: tuple[str, ...] = ()
    sources: str = ""


def as_text(result: Result, asked: Asked, width: int, color: bool) -> str:
    return paint(_lines(result, asked, width), color, width)


def _lines(result: Result, asked: Asked, width: int) -> Iterator[list[Span]]:
    yield from _counts(result, width)
    for item in result.listeners:
        yield []
        yield from _table(item, width)
    if result.disagreements:
        yield []
        yield from _disagreements(result, asked, width)


def _counts(result: Result, width: int) -> Iterator[list[Span]]:
    when = f", {_period(result.first, result.last)}" if result.first else ""
    yield [(f"{result.requests:,} {'request' if result.requests == 1 else 'requests'}", "bold"), (f"{when} (UTC)" if when else "", "dim")]
    rows = (
        (result.agreed, "agreed", "the rules and the log name the same rule", "green"),
        (result.disagreed, "disagreed", "the rule in the log is none that can match", "bold red"),
        (result.undecided, "undecided", "", "yellow"),
        (result.errors, "errors", "logged with -1 or - in place of a rule: the load balancer had an error", "dim"),
        (result.other_requests, "of other load balancers", "", "dim"),
        (result.other_ports, "on other ports", "left out by --port", "dim"),
        (result.unparsed, "unparsed", "lines that are no entry", "yellow"),
    )
    digits = max(len(f"{number:,}") for number, *_ in rows)
    shares = ("agreed", "disagreed", "undecided")
    for number, name, what, style in rows:
        if not number and name not in shares:
            continue
        share = f"{_share(number, result.requests):>7}" if number else ""
        lead: list[Span] = [
            (f"  {number:>{digits},} {name:<9}", style if number else "dim"),
            (f"{share}  " if name in shares else "  ", "dim"),
        ]
        yield from wrapped(lead, what, width, " " * (digits + 5)) if what and number else [lead]
        if name == "undecided":
            yield from _listed([(f"{times:,} ", reason) for reason, times in result.because], digits, width)
        elif name == "of other load balancers":
            yield from _listed([(f"{times:,} ", balancer) for balancer, times in result.others], digits, width)
        elif name == "unparsed":
            yield from _listed([("", f"{file}:{at}: {reason}") for file, at, reason in result.unparsed_at[:3]], digits, width)


def _listed(entries: Sequence[tuple[str, str]], digits: int, width: int) -> Iterator[list[Span]]:
    indent = " " * (digits + 5)
    for lead, text in entries[:_SHOWN]:
        yield from wrapped([(f"{indent}{lead}", "dim")], text, width, f"{indent}  ")
    if len(entries) > _SHOWN:
        yield [(f"{indent}and {len(entries) - _SHOWN} more (--format json lists them)", "dim")]


def _table(item: Replayed, width: int) -> Iterator[list[Span]]:
    told = line(item.listener)
    doors = ", ".join(f"{balancer}:{port}" for balancer, port in item.doors)
    name = told.name or told.id
    if not item.requests:
        yield from wrapped([(name, "bold"), ("  ", "")], "no request in these logs is known to be of this listener", width, "  ")
        return
    yield [(name, "bold"), (f"  {item.requests:,} {'request' if item.requests == 1 else 'requests'}", ""), (f"  {doors}", "dim")]
    if not item.told:
        yield from wrapped(
            [("  note: ", "yellow")], f"the input does not tell both its load balancer and its port: {doors} is taken for it", width, "    "
        )
    shown = [traffic for traffic in item.traffic if traffic.rules or traffic.requests or traffic.priority == DEFAULT]
    used = [traffic for traffic in shown if traffic.requests]
    numbers = [_number(traffic) for traffic in shown]
    digits = max([4, *(len(number) for number in numbers)])
    most = max([8, *(len(f"{traffic.requests:,}") for traffic in used)])
    when = _short(min((traffic.first for traffic in used), default=""), max((traffic.last for traffic in used), default=""))
    times = max([5, *(len(when(traffic.first)) for traffic in used)])
    lead = f"{'PRIO':>{digits}}  {'REQUESTS':>{most}}    SHARE  {'FIRST':<{times}}  {'LAST':<{times}}  "
    yield [(f"{lead}RULE", "dim")]
    for traffic, number in zip(shown, numbers, strict=True):
        share = f"{_share(traffic.requests, item.requests):>7}" if traffic.requests else " " * 7
        first, last = when(traffic.first), when(traffic.last)
        start = f"{number:>{digits}}  {traffic.requests:>{most},}  {share}  {first:<{times}}  {last:<{times}}  "
        said = _said(traffic)
        style = "yellow" if traffic.requests and not traffic.rules and traffic.priority != DEFAULT else "" if traffic.requests else "dim"
        if width - len(start) < _ROOM:
            yield [(start, style)]
            yield [(f"{' ' * (digits + 2)}{cut(said, width - digits - 2)}", style)]
        else:
            yield [(f"{start}{cut(said, width - len(start))}", style)]
    unseen = [traffic.rules[0] for traffic in shown if not traffic.requests and traffic.rules and not traffic.rules[0].is_default]
    if unseen:
        period = "in these logs"
        if used:
            first, last = min(traffic.first for traffic in used), max(traffic.last for traffic in used)
            period += f", of {_minute(first)} to {_minute(last)} UTC"
        hint = "A hint, no proof that nobody needs them: other times may have other requests, and logs are kept on a best-effort basis."
        yield from wrapped([("  no request: ", "cyan")], f"{numbers_text(unseen)}, {period}. {hint}", width, "    ")


def _number(traffic: Traffic) -> str:
    return "default" if traffic.priority == DEFAULT else str(traffic.priority)


def _said(traffic: Traffic) -> str:
    if not traffic.rules:
        return "no rule matched" if traffic.priority == DEFAULT else "no rule in the input"
    told = []
    for rule in traffic.rules:
        name = rule.name.rpartition("listener_rule.")[2]
        told.append("everything else" if rule.is_default else f"{name}  {conditions_text(rule)}".strip())
    return " or ".join(told)


def _disagreements(result: Result, asked: Asked, width: int) -> Iterator[list[Span]]:
    yield [(f"{counted(result.disagreed, 'request')} disagreed", "bold red")]
    for item in result.disagreements[:_SHOWN]:
        predicted = " or ".join(map(_rule, item.predicted))
        times = f"{item.times:,} {'time' if item.times == 1 else 'times'}, {_period(item.first, item.last)}"
        yield from wrapped([("  ", "")], f"logged {_rule(item.logged)}, predicted {predicted}", width, "    ")
        yield [(f"    {cut(request_text(item.request), width - 4)}", "bold")]
        yield from wrapped([("    ", "")], f"{times}, {'' if item.times == 1 else 'first '}at {item.file}:{item.line}", width, "      ")
        yield [("    ", ""), (f"`{_trace(item, asked)}`", "")]
    more = len(result.disagreements) - _SHOWN
    if more > 0 or result.left:
        left = f" and {result.left:,} requests that are only counted" if result.left else ""
        yield [(f"  and {max(more, 0)} more{left} (--format json lists them)", "dim")]
    text = (
        "the rules may have changed since: compare the first and last time with when they were deployed, and with a fresh export; the command"
        " below each shows why the rules answer as predicted. Where the rules are the same, please report it."
    )
    if any(item.doors and not item.told for item in result.listeners):
        text = f"the logs may be of another load balancer than the input (note above), or {text}"
    yield from wrapped([("  next: ", "cyan")], text, width, "    ")


def _rule(number: int) -> str:
    return "the default action" if number == DEFAULT else str(number)


def _trace(item: Disagreement, asked: Asked) -> str:
    """The command that shows the way of the request through the rules."""
    request = item.request
    words = ["alb-lint trace", *map(quote, asked.flags), "--url", quote(f"{item.scheme}://{request.host}{request.target}")]
    if request.method != "GET":
        words += ["-X", quote(request.method)]
    for name, value in request.headers:
        words += ["-H", quote(f"{name}: {value}")]
    if request.source_ip != "192.0.2.1":
        words += ["--source-ip", request.source_ip]
    return " ".join([*words, asked.sources]).rstrip()


def _share(number: int, of: int) -> str:
    share = 100 * number / of if of else 0
    return "<0.1 %" if 0 < share < 0.05 else ">99.9 %" if 99.95 <= share < 100 else f"{share:.1f} %"


def _minute(time: str) -> str:
    return time[:16].replace("T", " ")


def _short(first: str, last: str) -> Callable[[str], str]:
    """How a time of the period is written where it is told of what year, and of what day, all of them are."""
    start = 11 if first[:10] == last[:10] else 5 if first[:4] == last[:4] else 0
    return lambda time: _minute(time)[start:]


def _period(first: str, last: str) -> str:
    one, other = _minute(first), _minute(last)
    return one if one == other else f"{one} to {other}"
