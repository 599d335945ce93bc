"""The text that a person reads: listener by listener, the rule, what is wrong, who takes part, a request to try, the way out."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from alb_lint.findings.finding import Finding, Severity, Witness
from alb_lint.findings.pages import address
from alb_lint.findings.summary import ListenerLine, Summary
from alb_lint.findings.wording import actions_text, conditions_text, counted, number, numbers_text
from alb_lint.model import Entrance, Location, Rule
from alb_lint.patterns import pattern
from alb_lint.record import record
from alb_lint.reports.accounts import table
from alb_lint.reports.alike import alike, kinds, together
from alb_lint.reports.closing import closing, severities
from alb_lint.reports.layout import SEVERITY_STYLES, Span, cut, paint, shared, wrapped
from alb_lint.reports.report import Report

_WITNESS: Final = {"both": "try", "only-rule": "only this rule", "only-related": "only the other", "escapes": "gets through"}
_ELSEWHERE: Final = "goes elsewhere"
_LABELS: Final = {
    ("ALB308", "only-related"): "for example",
    ("ALB602", "only-related"): "gets round it",
    ("ALB209", "escapes"): _ELSEWHERE,
    ("ALB223", "escapes"): _ELSEWHERE,
    ("ALB224", "escapes"): _ELSEWHERE,
}
"""What a request is that shows a finding of this code, where the words for all do not fit."""
_ROLES: Final = {"stranger": "other rule", "twin": "same requests", "blocker": "hidden by", "partner": "with", "holder": "held by"}
_PARTNERS: Final = 6
"""Related rules shown of one finding in full; json lists all."""
_ALIKE: Final = 4
"""Listeners with the very same findings that are named."""
_LINES: Final = 6
"""Lines of a finding on one rule in the short text, but for long messages; related rules give way."""
_TYPE: Final = pattern(r"(?<![\w`=])aws_a?lb_(?:listener_rule|target_group|listener)\.(?=\w)|\baws\.(?:lb|alb)\.TargetGroup:")
"""What all rules and groups of Terraform and Pulumi share in their addresses."""


def render(summary: Summary, color: bool) -> str:
    """Errors and warnings; infos as one line, unless they are asked for."""
    return paint(_lines(summary, full=False), color)


def render_full(summary: Summary, color: bool) -> str:
    """All findings in full, infos too, and everything that json knows of them."""
    return paint(_lines(summary, full=True), color)


def _lines(summary: Summary, full: bool) -> Iterator[list[Span]]:
    yield from _gaps(summary, summary.width)
    lines = {line.id: line for line in summary.listeners}
    several = len({(line.account, line.region) for line in summary.listeners}) > 1
    infos = full or summary.infos
    shown = [finding for finding in summary.findings if infos or finding.severity is not Severity.INFO]
    doors = {line.id: line.entrance for line in summary.listeners}
    page = _Page(summary.width, full, doors, "" if full else _folder(shown), "" if full else _module(shown), set())
    yield from table(summary)
    same = {} if full else alike(shown, lines)
    if not full:
        shown = [finding for finding in shown if finding.listener in same]
    elsewhere = {id(one): () for one in shown} if full else {id(item.finding): item.others for item in together(shown)}
    if not full:
        shown = [finding for finding in shown if id(finding) in elsewhere]
    if page.folder:
        yield from ([(f"files below {page.folder}{f', addresses below {page.module}' if page.module else ''}", "dim")], [])
    for listener, findings in groupby(shown, key=lambda finding: finding.listener):
        these = list(findings)
        yield _head(lines.get(listener), listener, these, several)
        others = [lines[other] for other in same.get(listener, ()) if other in lines]
        if others:
            named = [f"{other.account} {other.region} {other.name}".strip() for other in others[:_ALIKE]]
            rest = f" and {len(others) - _ALIKE} more" if len(others) > _ALIKE else ""
            yield from wrapped(
                [("  the same on ", "dim"), (counted(len(others), "other listener"), "bold"), (": ", "dim")],
                ", ".join(named) + rest,
                summary.width,
                "    ",
            )
        before: list[Finding] = []
        for _, about in groupby(_ranked(these), key=_subject):
            about_one = list(about)
            if full or (before and not (before[0].parts and about_one[0].parts)):
                yield []
            before = about_one
            yield from _about_one(about_one, page)
            by_listeners = {tuple(other.listener for other in elsewhere[id(one)]): elsewhere[id(one)] for one in about_one}
            for told in by_listeners.values():
                yield from _on_others(told, lines, summary.width)
        yield []
    yield from closing(summary, len(shown), infos)


def _on_others(others: Sequence[Finding], lines: dict[str, ListenerLine], width: int) -> Iterator[list[Span]]:
    """On which other listeners the same lines of code do the same."""
    if not others:
        return
    names = list(dict.fromkeys((line.id or line.name) if (line := lines.get(other.listener)) else other.listener for other in others))
    rest = f" and {len(names) - _ALIKE} more" if len(names) > _ALIKE else ""
    lead: list[Span] = [("      the same on ", "dim"), (counted(len(names), "other listener"), "bold"), (": ", "dim")]
    yield from wrapped(lead, ", ".join(names[:_ALIKE]) + rest, width, "        ")


@record
class _Page:
    """`full`: everything is told; `doors`: how requests reach a listener, by its id; `folder`, `module`: what the places and the addresses of all
    rules begin with, told once.

    `told`: what to do that an earlier group of findings has said already.
    """

    width: int
    full: bool
    doors: dict[str, Entrance]
    folder: str
    module: str
    told: set[tuple[str, str]]

    def place(self, location: Location) -> str:
        return str(location).removeprefix(self.folder)

    def said(self, text: str) -> str:
        """A text with addresses by what sets them apart; what stands between backticks is to be copied, and left as it is."""
        if self.full:
            return text
        parts = text.split("`")
        parts[::2] = [self._short(part) for part in parts[::2]]
        return "`".join(parts)

    def _short(self, text: str) -> str:
        text = _TYPE.sub("", text)
        for known in (self.folder, self.module):
            text = text.replace(known, "") if known else text
        return text


def _folder(findings: Iterable[Finding]) -> str:
    """The folder that all files of the findings lie in, with its slash; "" where it is none, or there is but one file."""
    files = {name for finding in findings for name in (finding.place.file, *(rule.location.file for rule in finding.everyone)) if name}
    if any("://" in name for name in files) or (len(files) == 1 and len(next(iter(files))) < _LONG):
        return ""
    parts = [name.split("/")[:-1] for name in files]
    common = []
    for level in zip(*parts, strict=False):
        if len(set(level)) > 1:
            break
        common.append(level[0])
    return "/".join(common) + "/" if any(common) else ""


_LONG: Final = 50
"""Characters of a place from which it is worth to tell its folder once."""


def _module(findings: Iterable[Finding]) -> str:
    """The modules that the addresses of all rules begin with: `module.a.`; "" for none, and where fewer than two rules are told of."""
    names = {rule.location.address for finding in findings for rule in finding.everyone if rule.location.address}
    starts = [tuple(found[0].split("module.")[1:]) for name in names if (found := _MODULES.match(name.rpartition(":")[2]))]
    common = []
    for level in zip(*starts, strict=False):
        if len(set(level)) > 1:
            break
        common.append(level[0])
    return "".join(f"module.{part}" for part in common) if len(names) > 1 else ""


_MODULES: Final = pattern(r"(?:module\.[^.\[]+(?:\[[^\]]*\])?\.)*")


def _head(line: ListenerLine | None, listener: str, findings: list[Finding], several: bool) -> list[Span]:
    """The listener, with its account and region where there are `several`."""
    if line is None:
        return [(listener or "config", "bold")]
    place = f"  {line.account} {line.region}" if several and line.account else ""
    door = f" ({line.door})" if line.door else ""
    return [(line.name or line.id, "bold"), (f"{door}{place}  {counted(line.rules, 'rule')}: {severities(findings)}", "dim")]


def _ranked(findings: Iterable[Finding]) -> list[Finding]:
    """Findings in the order in which people want to know: what breaks a deployment, what is dead, what is ambiguous, the rest; infos last."""
    return sorted(findings, key=lambda finding: (-finding.severity, _rank(finding.info.code)))


def _rank(code: str) -> int:
    return _RANK.get(code, _RANK.get(code[:4], 6))


_RANK: Final = {"ALB001": 0, "ALB002": 0, "ALB4": 1, "ALB1": 2, "ALB6": 3, "ALB007": 4, "ALB0": 5}


def _subject(finding: Finding) -> object:
    return (id(finding.rule), finding.severity) if finding.rule is not None and not finding.parts else id(finding)


def _gaps(summary: Summary, width: int) -> Iterator[list[Span]]:
    if not summary.gaps:
        return
    yield [("not everything could be read", "bold yellow"), (f"  {counted(len(summary.gaps), 'gap')}", "dim")]
    found = kinds(summary.gaps)
    for kind in found[:_KINDS]:
        if len(kind.gaps) <= _ALONE:
            for gap in kind.gaps:
                yield from wrapped([(f"  {gap.location}: " if str(gap.location) else "  ", "")], gap.reason, width, "    ")
            continue
        yield from wrapped([(f"  {len(kind.gaps)} × ", "")], kind.reason, width, "    ")
        for gap in kind.gaps[:_PLACES]:
            detail = kind.detail(gap)
            yield [(f"    {gap.location}", ""), (f"  {cut(detail, _DETAIL)}" if detail else "", "dim")]
        if len(kind.gaps) > _PLACES:
            yield [(f"    and {len(kind.gaps) - _PLACES} more; --format json lists all", "dim")]
    if len(found) > _KINDS:
        yield [(f"  and {len(found) - _KINDS} more kinds; --format json lists all", "dim")]
    yield []


_KINDS: Final = 20
"""Kinds of gaps shown."""
_ALONE, _PLACES, _DETAIL = 2, 5, 100
"""Gaps of one kind that are told in full, places of more of them, and characters of what sets one apart."""


def _about_one(findings: list[Finding], page: _Page) -> Iterator[list[Span]]:
    """What was found about one rule: the rule once, then each claim."""
    rule = findings[0].rule
    if rule is not None and not findings[0].parts:
        yield from _rule(rule, "  ", page)
    for finding in findings:
        yield from _finding(finding, page)


def _finding(finding: Finding, page: _Page) -> Iterator[list[Span]]:
    severity = finding.severity
    lead: list[Span] = [
        ("    ", ""),
        (severity.label, SEVERITY_STYLES[severity]),
        (f" {finding.info.code} ", _linked(finding.info.name)),
        (f"{finding.info.name}: ", "dim"),
    ]
    if finding.confidence != "proved":
        lead.append((f"({finding.confidence}) ", "dim"))
    if finding.rule is None and str(finding.location):
        lead.append((f"{page.place(finding.location)}: ", "dim"))
    message = list(wrapped(lead, page.said(finding.said), page.width, "      "))
    yield from message
    way_out = _help(finding, page)
    if finding.parts:
        yield from _group(finding, page)
        yield from way_out
        for place, line in enumerate(line for _, text in finding.lines for line in text.splitlines()):
            yield [("             " if place else "      paste: ", "dim"), (line, "green")]
        return
    if severity is Severity.INFO:
        yield from way_out
        return
    witnesses = finding.witnesses[: 3 if page.full else 1]
    most = _PARTNERS if page.full else max(1, _LINES - 1 - len(message) - len(witnesses) - len(way_out))
    most += len(finding.related) == most + 1  # the line that tells of one more is no shorter than that one
    for related in finding.related[:most]:
        yield from _rule(related.rule, f"      {_ROLES.get(related.role, related.role)}: ", page)
    if len(finding.related) > most:
        rest = sorted((related.rule for related in finding.related[most:]), key=lambda rule: (number(rule), rule.id))
        yield from wrapped([(f"      and {len(rest)} more: ", "dim")], numbers_text(rest), page.width, "        ")
    for witness in witnesses:
        yield _try(finding, witness, page)
    yield from way_out


def _linked(name: str) -> str:
    """The style of a code: in terminals that can, a link to its page, once the project has a home."""
    page = address(name)
    return f"bold link {page}" if page else "bold"


def _help(finding: Finding, page: _Page) -> list[list[Span]]:
    """The way out, where the report has not said it yet."""
    key = (finding.info.code, finding.help)
    if key in page.told and not page.full:
        return []
    page.told.add(key)
    return list(wrapped([("      help: ", "dim")], finding.help, page.width, "            "))


def _group(finding: Finding, page: _Page) -> Iterator[list[Span]]:
    """What stands below the message of a finding on many rules."""
    if finding.info.code == "ALB001":
        yield from _numbers(finding.rules, page)
    elif page.full:
        for rule in finding.rules:
            yield from _rule(rule, "      ", page)
    for witness in finding.witnesses[:1]:
        yield _try(finding, witness, page)


def _try(finding: Finding, witness: Witness, page: _Page) -> list[Span]:
    entrance = page.doors.get(witness.listener or finding.listener, Entrance())
    label = _LABELS.get((finding.info.code, witness.role), _WITNESS[witness.role])
    return [(f"      {label}: ", "dim"), (witness.request.curl(entrance), "green")]


def _numbers(rules: Iterable[Rule], page: _Page) -> Iterator[list[Span]]:
    """One line for each number, with what its rules match and where they stand."""
    for value, same in groupby(rules, key=number):
        mine = list(same)
        places = ", ".join(dict.fromkeys(page.place(rule.location) for rule in mine if str(rule.location)))
        room = page.width - 10 - len(value) - len(places)
        lead: list[Span] = [("      ", ""), (value, "bold")]
        if room >= _ROOM:
            yield [*lead, (f"  {cut(conditions_text(mine[0]), room)}", ""), (f"  {places}", "dim")]
            continue
        yield [*lead, (f"  {cut(conditions_text(mine[0]), page.width - 8 - len(value))}", "")]
        yield from wrapped([("        ", "dim")], places, page.width, "        ")


_ROOM: Final = 24
"""Columns that what a rule matches and does needs at least beside its place."""


def _rule(rule: Rule, indent: str, page: _Page) -> Iterator[list[Span]]:
    """The rule on one line, what it matches and does cut to the width; its place on a line of its own only where there is no room."""
    name = f" {cut(page.said(rule.name), page.width // 4)}" if rule.name else ""
    where = f"  {page.place(rule.location)}" if str(rule.location) else ""
    taken = len(indent) + len(number(rule)) + len(name) + 6
    beside = page.width - taken - len(where) >= _ROOM
    matches, does = shared(page.width - taken - (len(where) if beside else 0), conditions_text(rule), page.said(actions_text(rule)))
    line: list[Span] = [(indent, "dim"), (number(rule), "bold"), (f"{name}  {matches}", ""), (f"  → {does}", "dim")]
    if where and not beside:
        yield line
        yield [(" " * 6 + where, "dim")]
        return
    yield [*line, (where, "dim")] if where else line


REPORT = Report("text", render, requests="listed")
FULL = Report("full", render_full)
