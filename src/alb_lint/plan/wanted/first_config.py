"""A first config from what is there: names for listeners, a range for every band of numbers, the order that matters, what was found already."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from alb_lint.config import TABLES, Match
from alb_lint.entries import quoted
from alb_lint.errors import SourceError
from alb_lint.findings.finding import Finding, Severity
from alb_lint.findings.wording import counted
from alb_lint.model import Estate, Listener, Rule
from alb_lint.plan.naming import Names
from alb_lint.plan.wanted.bands import Band, bands_of
from alb_lint.plan.wanted.families import Family, families

REASON: Final = "found by init, not judged yet"
_ORDERS: Final = 40
"""Orders that are written out; where there are more, the crossings are accepted rule by rule."""

Accepted = tuple[str, str, str]
"""The code, the rule and the name of the listener of findings that are accepted; "*" for all rules, "" for all listeners."""


def draft(estate: Estate, found: Sequence[Finding] = (), until: str = "") -> str:
    """The text of an alb-lint.toml that the config reader accepts.

    `found`: what is found with the draft alone. Crossings at a gate become [[before]], other warnings [[allow]] `until` (ISO); errors stay.
    """
    alike = families(estate.listeners)
    names = {listener.id: name for family in alike for listener, name in zip(family.listeners, family.names, strict=True)}
    bands = named_bands(alike) if len(names) <= TABLES else []
    for many, what in ((len(names), "listeners"), (len(bands), "bands of numbers")):
        if many > TABLES:
            raise SourceError(
                f"there are {many:,} {what}, and a config names {TABLES:,} at most", where="init", hint="give it the files of some of them"
            )
    parts = ['fail-on = "error"\n']
    parts += [f"\n[[listener]]\nname = {quoted(names[item.id])}\nids = [{quoted(item.id)}]\n" for item in estate.listeners]
    for glob, listeners, band in bands:
        parts.append(_range(band, glob))
        dead = _dead(band, listeners, found)
        if dead:
            parts.append(dead)
    orders = list(dict.fromkeys(order for finding in found for order in _orders(finding, names)))
    if orders and len(orders) <= _ORDERS:
        parts.append(
            "\n# Today's order of rules that match some requests both, where one of them denies, asks for a sign-in, an address or a secret.\n"
        )
        parts += orders
    allowed = _as_few(_accepted(finding, names) for finding in found if _is_accepted(finding, len(orders) > _ORDERS))
    if allowed:
        parts.append(
            f"\n# Findings of today. Look at each: change the rule, or say why it is meant. They are not reported until {until}.\n"
        )
        parts += [_allow(one, until) for one in allowed]
    return "".join(parts)


def named_bands(alike: Sequence[Family]) -> list[tuple[str, tuple[Listener, ...], Band]]:
    """The bands of all listeners, no two of one name, each with what means its listeners. One that a whole family has is told once."""
    found: list[tuple[str, str, tuple[Listener, ...], Band]] = []
    for family in alike:
        had: dict[tuple[object, ...], list[tuple[int, Band]]] = {}
        for place, listener in enumerate(family.listeners):
            for band in bands_of(listener):
                had.setdefault((band.name, band.first, band.last, band.match, band.because), []).append((place, band))
        for each in had.values():
            if len(each) == len(family.listeners):
                rules = tuple(rule for _, band in each for rule in band.rules)
                found.append((family.glob, "", family.listeners, replace(each[0][1], rules=rules)))
            else:
                found += [(family.names[place], family.words[place], (family.listeners[place],), band) for place, band in each]
    names = Names()
    many = Counter(band.name for *_, band in found)
    told = []
    for glob, word, listeners, band in found:
        name = names.new(f"{band.name}-{word}" if word and many[band.name] > 1 else band.name)
        told.append((glob, listeners, replace(band, name=name)))
    return told


def inferred(estate: Estate) -> Iterator[str]:
    """One line for each band: what it is and why."""
    for glob, listeners, band in named_bands(families(estate.listeners)):
        here = listeners[0].name or listeners[0].id if len(listeners) == 1 else f"{len(listeners)} listeners ({glob})"
        yield f"{band.name}: {band.first}-{band.last} on {here}, {counted(len(band.rules), 'rule')}: {band.because}"


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


def _dead(band: Band, listeners: Sequence[Listener], found: Sequence[Finding]) -> str:
    """A retirement to uncomment for a band of which no rule answers anything."""
    here = {listener.id for listener in listeners}
    dead = {rule.id for finding in found if finding.info.code == "ALB101" and finding.listener in here for rule in finding.everyone}
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


def _accepted(finding: Finding, names: dict[str, str]) -> Accepted:
    return finding.info.code, _called(finding.rule) if finding.rule is not None else "*", names.get(finding.listener, "")


def _as_few(accepted: Iterable[Accepted]) -> list[Accepted]:
    """Each once; where they are more than a config may have, those of the codes with most of them for all rules, then for all listeners."""
    found = list(dict.fromkeys(accepted))
    for rules_alone in (True, False):
        wider = {one: (one[0], "*", one[2] if rules_alone else "") for one in found}
        for wide, _ in Counter(wider.values()).most_common():
            if len(found) <= TABLES:
                return found
            found = list(dict.fromkeys(wide if wider[one] == wide else one for one in found))
            wider |= {wide: wide}
    return found


def _allow(accepted: Accepted, until: str) -> str:
    code, rule, listener = accepted
    told = f"\n[[allow]]\ncode = {quoted(code)}\nrule = {quoted(rule)}\n"
    place = f"listener = {quoted(listener)}\n" if listener else ""
    return f"{told}{place}reason = {quoted(REASON)}\nuntil = {until}\n"


def _called(rule: Rule) -> str:
    """The rule by what lasts: its name, ARN or address."""
    return rule.name or rule.location.arn or rule.location.address or rule.id


def _place(rule: Rule) -> tuple[int, str]:
    return (rule.priority if isinstance(rule.priority, int) else 1 << 20, rule.id)
