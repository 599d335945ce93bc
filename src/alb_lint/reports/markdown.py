"""Markdown for a comment on a pull request or a step summary: a table for each listener, and what the change routes otherwise.

It begins with a marker that nobody sees, by which a bot finds its own comment again, and fits into a comment (65,536 characters on GitHub).
"""

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from alb_lint.analysis.estates import Compared
from alb_lint.findings.finding import Finding, Severity
from alb_lint.findings.summary import Summary
from alb_lint.findings.wording import actions_text, conditions_text, counted, number, request_text
from alb_lint.inert import inert
from alb_lint.model import Entrance, Rule
from alb_lint.reports.markdown_text import cell, code, escape
from alb_lint.reports.report import Report
from alb_lint.reports.sentences import command, doors_of

MARKER: Final = "<!-- alb-lint report -->"
MOST: Final = 60_000
"""Characters of all."""
_SIGNS: Final = {Severity.ERROR: "❌ error", Severity.WARNING: "⚠️ warning", Severity.INFO: "info"}
_SHOWN: Final = 20
"""Gaps, and differences of one listener."""


def render(summary: Summary, color: bool) -> str:
    del color
    foot = f"\n{_closing(summary)}\n"
    room = MOST - len(foot)
    lines: list[str] = []
    rows = map(inert, _lines(summary))
    for line in rows:
        if len(line) + 1 > room - 200:
            rest = sum(1 for _ in rows) + 1
            # an open table or block would swallow what follows
            lines += ["", "</details>", ""] if "".join(lines).count("<details>") > "".join(lines).count("</details>") else [""]
            lines.append(f"_{rest} more lines do not fit into a comment; `alb-lint check … --format json` tells all._")
            break
        lines.append(line)
        room -= len(line) + 1
    return "\n".join((*lines, foot))


def _lines(summary: Summary) -> Iterator[str]:
    yield MARKER
    yield f"## alb-lint: {_verdict(summary)}"
    yield ""
    if summary.gaps:
        yield "> [!WARNING]"
        yield f"> Not everything could be read ({counted(len(summary.gaps), 'gap')}); what is said below holds for the rest."
        for gap in summary.gaps[:_SHOWN]:
            yield f"> - {code(str(gap.location))} {escape(gap.reason)}"
        if len(summary.gaps) > _SHOWN:
            yield f"> - and {len(summary.gaps) - _SHOWN} more"
        yield ""
    if summary.rerouted is not None:
        yield from _rerouted(summary.rerouted)
    names = {line.id: line.name or line.id for line in summary.listeners}
    doors = doors_of(summary)
    shown = [finding for finding in summary.findings if finding.severity is not Severity.INFO]
    for listener, found in groupby(shown, key=lambda finding: finding.listener):
        yield f"### {escape(names.get(listener, listener) or 'config')}"
        yield ""
        yield from _table(sorted(found, key=lambda finding: -finding.severity), doors)
    infos = [finding for finding in summary.findings if finding.severity is Severity.INFO]
    if infos:
        yield f"<details><summary>{len(infos)} worth knowing</summary>"
        yield ""
        for finding in infos:
            place = f" ({code(str(finding.place))})" if str(finding.place) else ""
            yield f"- {_code_of(finding)} {_who(finding)} {escape(finding.said)}{place}"
        yield ""
        yield "</details>"
        yield ""


def _table(findings: list[Finding], doors: dict[str, Entrance]) -> Iterator[str]:
    yield "| | Rule | Finding | Where |"
    yield "|---|---:|---|---|"
    for finding in findings:
        sure = "" if finding.confidence == "proved" else f"({finding.confidence}) "
        where = code(str(finding.place))
        yield f"| {_SIGNS[finding.severity]} | {_who(finding)} | {_code_of(finding)} {sure}{escape(finding.said)} | {where} |"
    yield ""
    yield "<details><summary>Requests that prove it, and the ways out</summary>"
    yield ""
    for finding in findings:
        yield f"- {_code_of(finding)} {_who(finding)}: {escape(finding.help)}"
        if finding.parts:
            yield from (f"  - {code(line)}" for _, text in finding.lines for line in text.splitlines())
        yield from (f"  - {witness.role}: {code(command(finding, witness, doors))}" for witness in finding.witnesses[:3])
    yield ""
    yield "</details>"
    yield ""


def routing(compared: Compared) -> str:
    """What a change routes otherwise, alone, for a comment."""
    return "\n".join((MARKER, *map(inert, _rerouted(compared))))[:MOST]


def _rerouted(compared: Compared) -> Iterator[str]:
    """What the change routes otherwise, one request for each pair of answers."""
    yield "### Routing that this change changes"
    yield ""
    if compared.equivalent:
        yield "None: every request is answered as before (proved)."
        yield ""
        return
    for listeners, what in ((compared.gone, "no longer there"), (compared.added, "new")):
        for one in listeners:
            yield f"- listener {code(one.name or one.id)} is {what} ({counted(len(one.rules), 'rule')})"
    for _, new, found in compared.pairs:
        if found.differences:
            yield ""
            yield f"| {escape(new.name or new.id)}: request | Before | Now |"
            yield "|---|---|---|"
            for item in found.differences[:_SHOWN]:
                sure = "" if item.confidence == "proved" else f" ({item.confidence})"
                yield f"| {cell(request_text(item.request))}{sure} | {_answer(item.old)} | {_answer(item.new)} |"
            rest = len(found.differences) - _SHOWN
            if rest > 0 or found.cut:
                more = f"{rest} more" if rest > 0 else "more"
                yield f"| {more}{', and others that were not looked for' if found.cut and rest > 0 else ''}: `alb-lint diff` | | |"
        for doubt in found.doubts:
            yield ""
            yield f"undecided: {escape(doubt.reason)} {escape(', '.join(doubt.rules))}".rstrip()
    yield ""


def _answer(rule: Rule | None) -> str:
    if rule is None:
        return "the default, which is not told"
    what = "" if rule.is_default else f" {cell(conditions_text(rule))}"
    return f"{escape(number(rule))}{what} → {escape(actions_text(rule))}"


def _who(finding: Finding) -> str:
    if finding.rule is None:
        return ""
    return f"{len(finding.rules)} rules" if len(finding.rules) > 1 else escape(number(finding.rule))


def _code_of(finding: Finding) -> str:
    return f"**{finding.info.code}** {finding.info.name}:"


def _verdict(summary: Summary) -> str:
    told = [counted(summary.count(severity), severity.label) for severity in (Severity.ERROR, Severity.WARNING) if summary.count(severity)]
    if told:
        return ", ".join(told)
    return "nothing found in what could be read" if summary.gaps else "no problems" if summary.listeners else "no listener rules found"


def _closing(summary: Summary) -> str:
    hidden = f", {len(summary.hidden)} suppressed" if summary.hidden else ""
    about = f"{counted(summary.rules, 'rule')} on {counted(len(summary.listeners), 'listener')}{hidden}"
    return f"_{about}. `alb-lint explain CODE` tells what a code finds and why it matters._"


REPORT = Report("markdown", render, routing=True)
