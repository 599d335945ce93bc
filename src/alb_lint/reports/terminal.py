"""The text that a person reads: listener by listener, the rule, what is wrong, who takes part, a request to try, the way out."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from alb_lint.findings.finding import Finding, Severity, Witness
from alb_lint.findings.summary import Summary
from alb_lint.findings.wording import actions_text, clean, conditions_text, number, numbers_text
from alb_lint.inert import inert
from alb_lint.model import Entrance, Rule
from alb_lint.reports.report import Report

Doors = dict[str, Entrance]
Span = tuple[str, str]
"""(text, style); the style is one of rich's, "" for none."""
_STYLES: Final = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_WITNESS: Final = {"both": "try", "only-rule": "its own", "only-related": "the other's", "escapes": "escapes"}
_PARTNERS: Final = 6
"""Related rules of one finding that have a line each; more are a list of numbers, and json tells all of them."""


def render(summary: Summary, color: bool) -> str:
    """Errors and warnings in full, infos as one line."""
    return paint(_lines(summary, _width() if color else 100, full=False), color)


def render_full(summary: Summary, color: bool) -> str:
    """All findings in full, infos too."""
    return paint(_lines(summary, _width() if color else 100, full=True), color)


def _width() -> int:
    from shutil import get_terminal_size

    return min(max(get_terminal_size((100, 24)).columns, 60), 120)


def paint(lines: Iterable[list[Span]], color: bool) -> str:
    """The lines as text, with terminal colours or without; control characters of foreign input are shown, never sent."""
    if not color:
        return "".join(inert("".join(clean(text) for text, _ in line).rstrip()) + "\n" for line in lines)
    from io import StringIO

    from rich.console import Console
    from rich.text import Text

    buffer = StringIO()
    console = Console(file=buffer, force_terminal=True, soft_wrap=True, highlight=False, legacy_windows=False)
    for line in lines:
        console.print(Text.assemble(*((inert(clean(text)), style) for text, style in line)), soft_wrap=True)
    return buffer.getvalue()


def _lines(summary: Summary, width: int, full: bool) -> Iterator[list[Span]]:
    yield from _gaps(summary, width)
    lines = {line.id: line for line in summary.listeners}
    doors = {line.id: line.entrance for line in summary.listeners}
    shown = [finding for finding in summary.findings if full or finding.severity is not Severity.INFO]
    for listener, findings in groupby(shown, key=lambda finding: finding.listener):
        told = lines.get(listener)
        head: list[Span] = [((told.name or told.id) if told else listener or "config", "bold")]
        if told is not None:
            head.append((f"  {_count(told.rules, 'rule')}, {told.source_kind}", "dim"))
        yield head
        told_help: set[tuple[str, str]] = set()
        grouped = False
        for _, about in groupby(_ranked(findings), key=_subject):
            these = list(about)
            if not (grouped and these[0].parts):
                yield []
            grouped = bool(these[0].parts)
            yield from _about_one(these, width, told_help, doors)
        yield []
    if not full:
        yield from _infos(summary)
    yield _closing(summary)


def _ranked(findings: Iterable[Finding]) -> list[Finding]:
    """Findings in the order in which people want to know: what breaks a deployment, what is dead, what is ambiguous, the rest; infos last."""
    return sorted(findings, key=lambda finding: (-finding.severity, bool(finding.parts), _RANK.get(finding.info.code[:4], 5)))


_RANK: Final = {"ALB4": 0, "ALB0": 1, "ALB1": 2, "ALB6": 3}


def _subject(finding: Finding) -> object:
    return (id(finding.rule), finding.severity) if finding.rule is not None and not finding.parts else id(finding)


def _infos(summary: Summary) -> Iterator[list[Span]]:
    """One line for all that is worth knowing and no more."""
    counts: dict[str, int] = {}
    for finding in summary.findings:
        if finding.severity is Severity.INFO:
            name = f"{finding.info.code} {finding.info.name}"
            counts[name] = counts.get(name, 0) + max(len(finding.rules), 1)
    if counts:
        told = ", ".join(name if count == 1 else f"{name} ×{count}" for name, count in sorted(counts.items()))
        yield from _wrapped([("info  ", _STYLES[Severity.INFO])], f"{told}   (--show info lists them)", 100, "      ")


def _gaps(summary: Summary, width: int) -> Iterator[list[Span]]:
    if not summary.gaps:
        return
    yield [("not everything could be read", "bold yellow"), (f"  {_count(len(summary.gaps), 'gap')}", "dim")]
    for gap in summary.gaps[:50]:
        yield from _wrapped([(f"  {gap.location}: " if str(gap.location) else "  ", "")], gap.reason, width, "    ")
    if len(summary.gaps) > 50:
        yield [(f"  and {len(summary.gaps) - 50} more; --format json lists all", "dim")]
    yield []


def _about_one(findings: list[Finding], width: int, told: set[tuple[str, str]], doors: Doors) -> Iterator[list[Span]]:
    """What was found about one rule: the rule once, then each claim. `told`: what to do that the listener's findings have said already."""
    rule = findings[0].rule
    if rule is not None and not findings[0].parts:
        yield from _rule(rule, "  ", width, place=True)
    for finding in findings:
        yield from _finding(finding, width, told, doors)


def _finding(finding: Finding, width: int, told: set[tuple[str, str]], doors: Doors) -> Iterator[list[Span]]:
    severity = finding.severity
    lead: list[Span] = [
        ("    ", ""),
        (severity.label, _STYLES[severity]),
        (f" {finding.info.code} ", "bold"),
        (f"{finding.info.name}: ", "dim"),
    ]
    if finding.confidence != "proved":
        lead.append((f"({finding.confidence}) ", "dim"))
    if finding.rule is None and str(finding.location):
        lead.append((f"{finding.location}: ", "dim"))
    yield from _wrapped(lead, finding.message, width, "      ")
    if finding.parts:
        if finding.info.code == "ALB001":
            yield from _numbers(finding.rules, width)
        for witness in finding.witnesses[:1]:
            yield _try(finding, witness, doors)
        if severity is not Severity.INFO and (finding.info.code, finding.help) not in told:
            told.add((finding.info.code, finding.help))
            yield from _wrapped([("      help: ", "dim")], finding.help, width, "            ")
        return
    if severity is Severity.INFO:
        return  # worth knowing, no more; json tells the rest
    many = len(finding.related) > _PARTNERS
    if many:
        rules = sorted((related.rule for related in finding.related), key=lambda rule: (number(rule), rule.id))
        yield from _wrapped([(f"      {finding.related[0].role}s: ", "dim")], numbers_text(rules), width, "        ")
    for related in () if many else finding.related:
        yield from _rule(related.rule, f"      {related.role}: ", width, place=True)
    for witness in finding.witnesses[: 1 if many else 3]:
        yield _try(finding, witness, doors)
    yield from _wrapped([("      help: ", "dim")], finding.help, width, "            ")


def _try(finding: Finding, witness: Witness, doors: Doors) -> list[Span]:
    entrance = doors.get(witness.listener or finding.listener, Entrance())
    return [(f"      {_WITNESS[witness.role]}: ", "dim"), (witness.request.curl(entrance), "green")]


def _numbers(rules: Iterable[Rule], width: int) -> Iterator[list[Span]]:
    """One line for each number, with what its rules match and where they stand."""
    for value, together in groupby(rules, key=number):
        mine = list(together)
        places = ", ".join(dict.fromkeys(str(rule.location) for rule in mine if str(rule.location)))
        line = f"{conditions_text(mine[0])}  "
        room = width - 8 - len(value) - len(places)
        yield [
            ("      ", ""),
            (value, "bold"),
            (f"  {line if len(line) <= room else line[: max(room - 3, 20)] + '…  '}", ""),
            (places, "dim"),
        ]


def _rule(rule: Rule, indent: str, width: int, place: bool = False) -> Iterator[list[Span]]:
    name = f" {rule.name}" if rule.name else ""
    line: list[Span] = [
        (indent, "dim"),
        (number(rule), "bold"),
        (f"{name}  {conditions_text(rule)}", ""),
        (f"  → {actions_text(rule)}", "dim"),
    ]
    used = sum(len(text) for text, _ in line)
    where = f"  {rule.location}" if place and str(rule.location) else ""
    if where and used + len(where) <= width:
        yield [*line, (where, "dim")]
        return
    yield line
    if where:
        yield [(" " * 6 + where, "dim")]


def _wrapped(lead: list[Span], text: str, width: int, indent: str) -> Iterator[list[Span]]:
    first = sum(len(part) for part, _ in lead)
    room = max(width - first, 20)
    parts, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > room:
            parts.append(line)
            line, room = word, max(width - len(indent), 20)
        else:
            line = f"{line} {word}" if line else word
    parts.append(line)
    yield [*lead, (parts[0], "")]
    for part in parts[1:]:
        yield [(indent, ""), (part, "")]


def _closing(summary: Summary) -> list[Span]:
    counts = [(severity, summary.count(severity)) for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO)]
    said: list[Span] = []
    for severity, count in counts:
        if count:
            said.extend(
                [
                    (", " if said else "", ""),
                    (_count(count, severity.label) if severity is not Severity.INFO else f"{count} info", _STYLES[severity]),
                ]
            )
    if not said and not summary.listeners:
        return [("no listener rules found", "yellow")]
    if not said:
        # over gaps nothing is called clean
        said = [("no findings in what could be read", "yellow")] if summary.gaps else [("no problems", "bold green")]
    said.append((f" in {_count(summary.rules, 'rule')} on {_count(len(summary.listeners), 'listener')}", ""))
    if summary.hidden:
        said.append((f", {len(summary.hidden)} suppressed", "dim"))
    return said


def _count(number_: int, what: str) -> str:
    return f"{number_} {what}" if number_ == 1 else f"{number_} {what}s"


REPORT = Report("text", render)
FULL = Report("full", render_full)
