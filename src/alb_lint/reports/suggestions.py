"""Findings → lines for the config that answer them: an order that is meant, a finding that is meant, a name for a listener. To paste, after reading.

What AWS refuses is never suggested to be allowed: such findings are named in a comment, with the way out.
"""

import re
from collections.abc import Iterator
from typing import Final

from alb_lint.config import Allow, Config, NamedListener, listener_fits
from alb_lint.entries import REASON, allow_text, before_text, escaped, listener_text, rule_glob
from alb_lint.findings.finding import Finding
from alb_lint.findings.grouping import grouped
from alb_lint.findings.summary import Summary
from alb_lint.findings.wording import clean
from alb_lint.model import Listener, Rule
from alb_lint.orders import fewest_entries
from alb_lint.record import replace
from alb_lint.reports.sentences import sentence

_BROKEN: Final = ("ALB001", "ALB002", "ALB007", "ALB201", "ALB202", "ALB203", "ALB302", "ALB401", "ALB610", "ALB901")
"""What AWS refuses, and what the config itself asks for: to allow it would hide it, not answer it."""


def suggestions(summary: Summary) -> str:
    """TOML, "" where there is nothing to say. `summary`: of single findings, with its estate and config."""
    assert summary.estate is not None
    config = summary.config or Config()
    listeners = {listener.id: listener for listener in summary.estate.listeners}
    names = _Names(config)
    entries: dict[str, str] = {}
    comments: dict[str, None] = {}
    crossing: dict[str, _Table] = {}
    for finding in summary.findings:
        if finding.info.code == "ALB104" and finding.listener in listeners:
            _join(crossing.setdefault(finding.listener, {}), _pairs(finding, listeners[finding.listener]))
    for finding in _meetings(summary):
        listener = listeners.get(finding.listener)
        if finding.info.code in _BROKEN or listener is None:
            comments[f"# {finding.info.code} {clean(sentence(finding))}; not to be allowed: {clean(finding.help)}\n"] = None
            continue
        about = f"# {finding.info.code} {clean(sentence(finding))}\n"
        entries |= {text: about for text in _entries(finding, listener, names, crossing.get(listener.id, {})) if text not in entries}
    parts = [*names.made, *(about + text for text, about in entries.items())]
    return "\n".join([*(["".join(comments)] if comments else []), *parts])


class _Names:
    """What the config calls listeners; names for those that it does not name."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.taken = {item.name for item in config.listeners}
        self.known: dict[str, str] = {}
        self.made: list[str] = []

    def of(self, listener: Listener) -> str:
        if listener.id not in self.known:
            told = next((item.name for item in self.config.listeners if listener_fits(item.name, listener, self.config)), "")
            self.known[listener.id] = told or self._make(listener)
        return self.known[listener.id]

    def _make(self, listener: Listener) -> str:
        base = listener.word or re.split(r"[/:.]", listener.id)[-1] or "listener"
        name, number = base, 2
        while name in self.taken:
            name, number = f"{base}-{number}", number + 1
        self.taken.add(name)
        self.made.append(listener_text(NamedListener(name, (escaped(listener.id),))))
        return name


_Table = dict[int, int]
"""Position of a rule → bitset of those that it comes before."""


def _meetings(summary: Summary) -> Iterator[Finding]:
    """The findings one by one, but those on crossing rules as they are told: one for each kind of meeting."""
    crossing = grouped(replace(summary, findings=tuple(item for item in summary.findings if item.info.code == "ALB104")))
    told: dict[str, list[Finding]] = {}
    for finding in crossing.findings:
        told.setdefault(finding.listener, []).append(finding)
    for finding in summary.findings:
        if finding.info.code == "ALB104":
            yield from told.pop(finding.listener, ())
        else:
            yield finding


def _entries(finding: Finding, listener: Listener, names: _Names, crossing: _Table) -> Iterator[str]:
    """The entries that answer one finding. `crossing`: all pairs that are reported of the listener."""
    if finding.info.code == "ALB104":
        mine = _pairs(finding, listener)
        rest = {first: bits & ~mine.get(first, 0) for first, bits in crossing.items()}
        for entry in fewest_entries(mine, rest, listener):
            yield before_text(replace(entry, listener=names.of(listener), reason=REASON))
        return
    rule = "*" if finding.rule is None or finding.rule.is_default else rule_glob(finding.rule, listener)
    yield allow_text(Allow(finding.info.code, rule, names.of(listener), REASON))


def _pairs(finding: Finding, listener: Listener) -> _Table:
    """The pairs of the finding in the order of today; of one number, or none that is told, in that of the text."""
    place = {rule.id: position for position, rule in enumerate(listener.rules)}
    meant = set(map(id, finding.related))
    found: _Table = {}
    for part in finding.parts or (finding,):
        for related in part.related:
            if part.rule is None or id(related) not in meant:
                continue
            first, then = (related.rule, part.rule) if _earlier(related.rule, part.rule) else (part.rule, related.rule)
            found[place[first.id]] = found.get(place[first.id], 0) | 1 << place[then.id]
    return found


def _earlier(one: Rule, other: Rule) -> bool:
    return isinstance(one.priority, int) and isinstance(other.priority, int) and one.priority < other.priority


def _join(whole: _Table, more: _Table) -> None:
    for first, bits in more.items():
        whole[first] = whole.get(first, 0) | bits
