"""Findings → lines for the config that answer them: an order that is meant, a finding that is meant, a name for a listener. To paste, after reading.

What AWS refuses is never suggested to be allowed: such findings are named in a comment, with the way out.
"""

import re
from collections.abc import Iterator
from typing import Final

from alb_lint.config import Allow, Before, Config, NamedListener, listener_fits
from alb_lint.entries import allow_text, before_text, listener_text, rule_glob
from alb_lint.findings.finding import Finding
from alb_lint.findings.summary import Summary
from alb_lint.findings.wording import clean
from alb_lint.model import Listener, Rule
from alb_lint.reports.sentences import sentence

REASON: Final = "say why this is meant"
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
    for finding in summary.findings:
        listener = listeners.get(finding.listener)
        if finding.info.code in _BROKEN or listener is None:
            comments[f"# {finding.info.code} {sentence(finding)}; not to be allowed: {clean(finding.help)}\n"] = None
            continue
        about = f"# {finding.info.code} {sentence(finding)}\n"
        entries |= {text: about for text in _entries(finding, listener, names) if text not in entries}
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
        base = re.split(r"[/:]", listener.name)[0] or re.split(r"[/:.]", listener.id)[-1] or "listener"
        name, number = base, 2
        while name in self.taken:
            name, number = f"{base}-{number}", number + 1
        self.taken.add(name)
        self.made.append(listener_text(NamedListener(name, (_escaped(listener.id),))))
        return name


def _escaped(text: str) -> str:
    import glob

    return glob.escape(text)


def _entries(finding: Finding, listener: Listener, names: _Names) -> Iterator[str]:
    """The entries that answer one finding."""
    if finding.info.code == "ALB104" and finding.rule is not None:
        yield from (before_text(_order(finding.rule, related.rule, listener, names)) for related in finding.related)
        return
    rule = "*" if finding.rule is None or finding.rule.is_default else rule_glob(finding.rule, listener)
    yield allow_text(Allow(finding.info.code, rule, names.of(listener), REASON))


def _order(one: Rule, other: Rule, listener: Listener, names: _Names) -> Before:
    """The order of today; of one number, or none that is told, that of the text."""
    first, then = (one, other)
    if isinstance(one.priority, int) and isinstance(other.priority, int) and other.priority < one.priority:
        first, then = other, one
    return Before(rule_glob(first, listener), rule_glob(then, listener), names.of(listener), REASON)
