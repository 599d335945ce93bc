"""What a link into the page ends with: readable, and the same as long as names and numbers are."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from alb_lint.findings.finding import Finding
from alb_lint.findings.fingerprint import fingerprint
from alb_lint.findings.wording import number
from alb_lint.model import Listener, Rule

_OTHER: Final = re.compile(r"[^A-Za-z0-9_-]+")


class Anchors:
    """Unique ids: `scorer` for a listener, `scorer.1006` for its rule of that number, `f-…` for a finding."""

    def __init__(self, listeners: Sequence[Listener]) -> None:
        self._listeners: dict[str, str] = {}
        self._rules: dict[tuple[str, str], str] = {}
        self._findings: Counter[str] = Counter()
        self._known: dict[int, str] = {}
        taken: Counter[str] = Counter()
        for listener in listeners:
            mine = _unique(_OTHER.sub("-", (listener.name or listener.id).rpartition(":listener/")[2]).strip("-") or "listener", taken)
            self._listeners[listener.id] = mine
            for rule in (*listener.rules, *([listener.default] if listener.default is not None else [])):
                told = number(rule) if rule.is_default or isinstance(rule.priority, int) else "x"
                self._rules.setdefault((listener.id, rule.id), _unique(f"{mine}.{told}", taken))

    def listener(self, listener: Listener) -> str:
        return self._listeners[listener.id]

    def rule(self, listener: Listener, rule: Rule) -> str:
        return self._rules[listener.id, rule.id]

    def finding(self, finding: Finding) -> str:
        if id(finding) not in self._known:
            self._known[id(finding)] = _unique(f"f-{fingerprint(finding)[:12]}", self._findings)
        return self._known[id(finding)]


def _unique(wanted: str, taken: Counter[str]) -> str:
    taken[wanted] += 1
    return wanted if taken[wanted] == 1 else f"{wanted}~{taken[wanted]}"
