"""The text that a person reads: listener by listener, the rule, what is wrong, who takes part, a request to try, the way out."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from alb_lint.findings.finding import Finding, Severity, Witness
from alb_lint.findings.summary import ListenerLine, Summary
from alb_lint.findings.wording import actions_text, clean, conditions_text, number
from alb_lint.inert import inert
from alb_lint.model import Entrance, Rule
from alb_lint.reports.alike import kinds, together
from alb_lint.reports.report import Report

Doors = dict[str, Entrance]
Span = tuple[str, str]
"""(text, style); the style is one of rich's, "" for none."""
_STYLES: Final = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_WITNESS: Final = {"both": "try", "only-rule": "its own", "only-related": "the other's", "escapes": "escapes"}
_PARTNERS: Final = 2
"""Related rules shown of one finding; json lists all."""
_WITNESSES: Final = 2
_OVER: Final = 40
"""Characters by which the line of a rule may be longer than others, rather than leave out what the message says already."""
_KINDS: Final = 20
"""Kinds of gaps shown."""
_ALONE, _ALIKE, _DETAIL = 2, 5, 100
"""Gaps of one kind that are told in full, places of more of them, and characters of what sets one apart."""
_LISTENERS: Final = 3
"""Listeners named that have the same finding."""


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
    told_help: set[tuple[str, str]] = set()
    alike = {id(item.finding): item.others for item in together(shown)}
    for listener, findings in groupby((item for item in shown if id(item) in alike), key=lambda finding: finding.listener):
        told = lines.get(listener)
        head: list[Span] = [((told.name or told.id) if told else listener or "config", "bold")]
        if told is not None:
            head.append((f"  {_count(told.rules, 'rule')}, {told.source_kind}", "dim"))
        yield head
        grouped = False
        for _, about in groupby(_ranked(findings), key=_subject):
            these = list(about)
            if not (grouped and these[0].parts):
                yield []
            grouped = bool(these[0].parts)
            yield from _about_one(these, width, told_help, doors)
            for others in dict.fromkeys(tuple(other.listener for other in alike[id(one)]) for one in these):
                told_of = next(alike[id(one)] for one in these if tuple(other.listener for other in alike[id(one)]) == others)
                yield from _elsewhere(told_of, lines, width)
        yield []
    if not full:
        yield from _infos(summary)
    yield _closing(summary)


def _elsewhere(others: Sequence[Finding], lines: dict[str, ListenerLine], width: int) -> Iterator[list[Span]]:
    """On which other listeners the same was found."""
    if not others:
        return
    names = dict.fromkeys(_where(finding, lines) for finding in others)
    more = f" and {len(names) - _LISTENERS} more" if len(names) > _LISTENERS else ""
    told = ", ".join(list(names)[:_LISTENERS])
    yield from _wrapped([("      ", "")], f"the same on {_count(len(others), 'more listener')}: {told}{more}", width, "        ")


def _where(finding: Finding, lines: dict[str, ListenerLine]) -> str:
    line = lines.get(finding.listener)
    place = f" ({finding.location})" if finding.rule is None and str(finding.location) else ""
    return f"{(line.id or line.name) if line is not None else finding.listener}{place}"


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
    found = kinds(summary.gaps)
    for kind in found[:_KINDS]:
        if len(kind.gaps) <= _ALONE:
            for gap in kind.gaps:
                yield from _wrapped([(f"  {gap.location}: " if str(gap.location) else "  ", "")], gap.reason, width, "    ")
            continue
        yield from _wrapped([(f"  {len(kind.gaps)} × ", "")], kind.reason, width, "    ")
        for gap in kind.gaps[:_ALIKE]:
            detail = kind.detail(gap)
            yield [(f"    {gap.location}", ""), (f"  {detail[:_DETAIL]}" if detail else "", "dim")]
        if len(kind.gaps) > _ALIKE:
            yield [(f"    and {len(kind.gaps) - _ALIKE} more; --format json lists all", "dim")]
    if len(found) > _KINDS:
        yield [(f"  and {len(found) - _KINDS} more kinds; --format json lists all", "dim")]
    yield []


def _about_one(findings: list[Finding], width: int, told: set[tuple[str, str]], doors: Doors) -> Iterator[list[Span]]:
    """What was found about one rule: the rule once, then each claim. `told`: what to do that the report has said already."""
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
        if severity is not Severity.INFO:
            yield from _help(finding, width, told)
        return
    if severity is Severity.INFO:
        return  # worth knowing, no more; json tells the rest
    for related in finding.related[:_PARTNERS]:
        known = conditions_text(related.rule) in finding.message
        yield from _rule(related.rule, f"      {related.role}: ", width, place=True, brief=known)
    if len(finding.related) > _PARTNERS:
        yield [(f"      and {len(finding.related) - _PARTNERS} more", "dim")]
    for witness in finding.witnesses[: _WITNESSES if severity is Severity.ERROR else 1]:
        yield _try(finding, witness, doors)
    yield from _help(finding, width, told)


def _help(finding: Finding, width: int, told: set[tuple[str, str]]) -> Iterator[list[Span]]:
    """The way out, where the report has not said it yet."""
    if (finding.info.code, finding.help) not in told:
        told.add((finding.info.code, finding.help))
        yield from _wrapped([("      help: ", "dim")], finding.help, width, "            ")


def _try(finding: Finding, witness: Witness, doors: Doors) -> list[Span]:
    entrance = doors.get(witness.listener or finding.listener, Entrance())
    return [(f"      {_WITNESS[witness.role]}: ", "dim"), (witness.request.curl(entrance), "green")]


def _numbers(rules: Iterable[Rule], width: int) -> Iterator[list[Span]]:
    """One line for each number, with what its rules match and where they stand."""
    for value, same in groupby(rules, key=number):
        mine = list(same)
        places = ", ".join(dict.fromkeys(str(rule.location) for rule in mine if str(rule.location)))
        line = f"{conditions_text(mine[0])}  "
        room = width - 8 - len(value) - len(places)
        yield [
            ("      ", ""),
            (value, "bold"),
            (f"  {line if len(line) <= room else line[: max(room - 3, 20)] + '…  '}", ""),
            (places, "dim"),
        ]


def _rule(rule: Rule, indent: str, width: int, place: bool = False, brief: bool = False) -> Iterator[list[Span]]:
    """`brief`: the message says its name and what it matches, so that these can be left out where they are long."""
    name = f" {rule.name}" if rule.name else ""
    where = f"  {rule.location}" if place and str(rule.location) else ""
    asks, acts = f"{name}  {conditions_text(rule)}", f"  → {actions_text(rule)}"
    used = len(indent) + len(number(rule)) + len(asks) + len(acts)
    short = used - len(asks)
    if brief and used + len(where) > width and (short + len(where) <= width or used > width + _OVER):
        used, asks = short, ""
    line: list[Span] = [(indent, "dim"), (number(rule), "bold"), (asks, ""), (acts, "dim")]
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
