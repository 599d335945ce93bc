"""A first config from what is there: names for listeners, a range for every band of numbers, the order that matters, what was found already."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from alb_lint.config import Match
from alb_lint.entries import quoted
from alb_lint.findings.finding import Finding, Severity
from alb_lint.model import Estate, Listener, Rule
from alb_lint.plan.wanted.bands import Band, bands_of

REASON: Final = "found by init, not judged yet"
_ORDERS: Final = 40
"""Orders that are written out; where there are more, the crossings are accepted rule by rule."""


def draft(estate: Estate, found: Sequence[Finding] = (), until: str = "") -> str:
    """The text of an alb-lint.toml that the config reader accepts.

    `found`: what is found with the draft alone. Crossings at a gate become [[before]], other warnings [[allow]] `until` (ISO); errors stay.
    """
    names = _names(estate.listeners)
    parts = ['fail-on = "error"\n']
    parts += [f"\n[[listener]]\nname = {quoted(names[item.id])}\nids = [{quoted(item.id)}]\n" for item in estate.listeners]
    for listener, band in named_bands(estate):
        parts.append(_range(band, names[listener.id]))
        dead = _dead(band, listener, found)
        if dead:
            parts.append(dead)
    orders = list(dict.fromkeys(order for finding in found for order in _orders(finding, names)))
    if orders and len(orders) <= _ORDERS:
        parts.append(
            "\n# Today's order of rules that match some requests both, where one of them denies, asks for a sign-in, an address or a secret.\n"
        )
        parts += orders
    allowed = list(dict.fromkeys(_allow(finding, names, until) for finding in found if _is_accepted(finding, len(orders) > _ORDERS)))
    if allowed:
        parts.append(
            f"\n# Findings of today. Look at each: change the rule, or say why it is meant. They are not reported until {until}.\n"
        )
        parts += allowed
    return "".join(parts)


def named_bands(estate: Estate) -> Iterator[tuple[Listener, Band]]:
    """The bands of all listeners, no two of one name."""
    taken: set[str] = set()
    for listener in estate.listeners:
        for band in bands_of(listener):
            name, number = band.name, 2
            while name in taken:
                name, number = f"{band.name}-{number}", number + 1
            taken.add(name)
            yield listener, replace(band, name=name)


def inferred(estate: Estate) -> Iterator[str]:
    """One line for each band: what it is and why."""
    for listener, band in named_bands(estate):
        many = f"{len(band.rules)} rule{'s' * (len(band.rules) != 1)}"
        yield f"{band.name}: {band.first}-{band.last} on {listener.name or listener.id}, {many}: {band.because}"


def _names(listeners: Sequence[Listener]) -> dict[str, str]:
    names: dict[str, str] = {}
    for listener in listeners:
        base = listener.word or re.split(r"[/:.]", listener.id)[-1] or "listener"
        name, number = base, 2
        while name in names.values():
            name, number = f"{base}-{number}", number + 1
        names[listener.id] = name
    return names


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(quoted, texts))}]"


def _range(band: Band, listener: str) -> str:
    lines = [
        "[[range]]",
        f"name = {quoted(band.name)}",
        f'priorities = "{band.first}-{band.last}"',
        f"listener = {quoted(listener)}",
        f"match = {_match(band.match)}" if band.match is not None else 'match = { paths = ["/…/*"] }   # say which rules belong here',
    ]
    if band.match is None:
        lines = [f"# {line}" for line in lines]
    why = "".join(character if character.isprintable() else "?" for character in band.because)
    return f"\n# {len(band.rules)} rule{'s' * (len(band.rules) != 1)}: {why}\n" + "\n".join(lines) + "\n"


def _match(match: Match) -> str:
    told = [f"{key} = {_list(values)}" for key in ("paths", "hosts", "methods", "rules") if (values := getattr(match, key))]
    if match.tags:
        told.append(f"tags = {{ {', '.join(f'{quoted(key)} = {quoted(value)}' for key, value in match.tags)} }}")
    return f"{{ {', '.join(told)} }}"


def _dead(band: Band, listener: Listener, found: Sequence[Finding]) -> str:
    """A retirement to uncomment for a band of which no rule answers anything."""
    dead = {rule.id for finding in found if finding.info.code == "ALB101" and finding.listener == listener.id for rule in finding.everyone}
    if not all(rule.id in dead for rule in band.rules):
        return ""
    return f'# No request reaches any of them. Once they are deleted:\n# [[retired]]\n# priorities = "{band.first}-{band.last}"\n# reason = "…"\n'


def _orders(finding: Finding, names: dict[str, str]) -> Iterator[str]:
    if finding.info.code != "ALB104" or finding.severity is not Severity.WARNING or finding.rule is None:
        return
    for related in finding.related:
        first, then = sorted((finding.rule, related.rule), key=_place)
        told = f"\n[[before]]\nfirst = {quoted(_called(first))}\nthen = {quoted(_called(then))}\n"
        yield f'{told}listener = {quoted(names[finding.listener])}\nreason = "as it is today"\n'


def _is_accepted(finding: Finding, crossings: bool) -> bool:
    if finding.severity is not Severity.WARNING or finding.info.code == "ALB901":
        return False
    return finding.info.code != "ALB104" or crossings


def _allow(finding: Finding, names: dict[str, str], until: str) -> str:
    rule = _called(finding.rule) if finding.rule is not None else "*"
    told = f"\n[[allow]]\ncode = {quoted(finding.info.code)}\nrule = {quoted(rule)}\n"
    place = f"listener = {quoted(names[finding.listener])}\n" if finding.listener in names else ""
    return f"{told}{place}reason = {quoted(REASON)}\nuntil = {until}\n"


def _called(rule: Rule) -> str:
    """The rule by what lasts: its name, ARN or address."""
    return rule.name or rule.location.arn or rule.location.address or rule.id


def _place(rule: Rule) -> tuple[int, str]:
    return (rule.priority if isinstance(rule.priority, int) else 1 << 20, rule.id)
