"""The last lines of a report: counts by code, what was not decided and the flag that would tell, and the one command that helps most."""

from collections.abc import Iterable, Iterator
from typing import Final

from alb_lint.findings.finding import Finding, Severity
from alb_lint.findings.summary import Summary
from alb_lint.findings.untold import PAIR, READING, UNSET, told_as, variables_of, way_to_tell
from alb_lint.findings.wording import counted
from alb_lint.reports.layout import SEVERITY_STYLES, Span, cut, length, wrapped

_FEW: Final = 3
"""Findings up to which nobody needs a table of their codes."""
_CAUSES: Final = 5
_NAME: Final = 60
"""Columns for the name of a value."""
_RENUMBERED: Final = frozenset({"ALB003", "ALB004", "ALB005"})


def severities(findings: Iterable[Finding]) -> str:
    """`2 errors, 1 warning`."""
    counts = dict.fromkeys((Severity.ERROR, Severity.WARNING, Severity.INFO), 0)
    for finding in findings:
        counts[finding.severity] += 1
    return ", ".join(_told(severity, count) for severity, count in counts.items() if count)


def closing(summary: Summary, shown: int, full: bool) -> Iterator[list[Span]]:
    """`shown`: findings that the report tells in full; `full`: infos are among them."""
    if shown > _FEW:
        for severity in (Severity.ERROR, Severity.WARNING):
            yield from by_code(summary, severity)
    if not full:
        yield from by_code(summary, Severity.INFO, "  (--show info lists them)")
    yield from _counts(summary)
    yield from _undecided(summary)
    yield from _next(summary)


def by_code(summary: Summary, severity: Severity, end: str = "") -> Iterator[list[Span]]:
    """One line: each code of the severity with its findings, which add up to those of the last line, and its rules where these are more."""
    counts: dict[str, int] = {}
    rules: dict[str, set[tuple[str, str]]] = {}
    for finding in summary.findings:
        if finding.severity is severity:
            name = f"{finding.info.code} {finding.info.name}"
            counts[name] = counts.get(name, 0) + 1
            rules.setdefault(name, set()).update((finding.listener, rule.id) for rule in finding.concerned)
    if counts:
        many = {name: f" on {len(held)} rules" if len(held) > counts[name] else "" for name, held in rules.items()}
        told = ", ".join(f"{name}{f' ×{count}' if count > 1 else ''}{many[name]}" for name, count in sorted(counts.items()))
        yield from wrapped([(f"{severity.label:<7}  ", SEVERITY_STYLES[severity])], f"{told}{end}", summary.width, " " * 9)


def _counts(summary: Summary) -> Iterator[list[Span]]:
    known = sum(one.suppressed is not None and one.suppressed.kind == "baseline" for one in summary.hidden)
    meant = len(summary.hidden) - known
    said: list[Span] = []
    for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO):
        count = summary.count(severity)
        if count:
            said.extend([(", " if said else "", ""), (_told(severity, count), SEVERITY_STYLES[severity])])
    if not said and not summary.listeners:
        yield [("no listener rules found", "yellow")]
        return
    if not said:
        # over gaps nothing is called clean
        said = (
            [("no findings in what could be read", "yellow")]
            if summary.gaps
            else [("no new problems" if known else "no problems", "bold green")]
        )
    said.append((f" in {counted(summary.rules, 'rule')} on {counted(len(summary.listeners), 'listener')}", ""))
    also: list[Span] = []
    if known:
        also.append((f", {known} known from before", "dim"))
    if meant:
        also.append((f", {meant} suppressed", "dim"))
    if summary.gaps:
        also.append((f", {counted(len(summary.gaps), 'place')} not read", "yellow"))
    if also and length([*said, *also]) > summary.width:
        yield [*said, (",", "")]
        yield [("  ", ""), (also[0][0].removeprefix(", "), also[0][1]), *also[1:]]
    else:
        yield [*said, *also]


def _told(severity: Severity, count: int) -> str:
    return f"{count} info" if severity is Severity.INFO else counted(count, severity.label)


def _undecided(summary: Summary) -> Iterator[list[Span]]:
    """How many rules are decided, where not all are, and what the others wait for."""
    kinds = {line.id: line.source_kind for line in summary.listeners}
    waiting: dict[str, dict[str, set[str]]] = {}  # how to tell → what it tells → rules
    rules: set[tuple[str, str]] = set()
    beyond: set[tuple[str, str]] = set()
    for finding in summary.findings:
        if finding.info.code != "ALB107":
            continue
        for part in finding.parts or (finding,):
            if part.rule is None or part.facets == PAIR:
                continue
            rules.add((part.listener, part.rule.id))
            if finding.confidence == "undecided":
                beyond.add((part.listener, part.rule.id))
            for name in part.needs:
                how = way_to_tell(name, kinds.get(part.listener, ""))
                if how:
                    waiting.setdefault(how, {}).setdefault(name, set()).add(part.rule.id)
    if not rules:
        return
    by_reading = any(READING in names for names in waiting.values())
    others = "take too much work" if beyond == rules else "wait for what follows" if beyond or by_reading else "wait for a value"
    yield [(f"{summary.rules - len(rules)} of {counted(summary.rules, 'rule')} decided; the others {others}", "bold")]
    held = {how: set().union(*names.values()) for how, names in waiting.items()}
    told = sorted(waiting.items(), key=lambda entry: (-len(held[entry[0]]), entry[0]))
    for how, names in told[:_CAUSES]:
        first = min(names, key=lambda name: (-len(names[name]), name))
        what = told_as(first) if first.startswith(UNSET) else cut(first, _NAME)
        more = f" and {counted(len(names) - 1, 'other value')}" if len(names) > 1 else ""
        made_of = variables_of(first) if len(first) > _NAME else ()
        if made_of:  # its beginning and its end tell nobody what it is
            what, more = f"what is made of {' and '.join(made_of)}", ""
        yield from wrapped([("  ", "")], f"{counted(len(held[how]), 'rule')} for {what}{more}: {how}", summary.width, "      ")
    if beyond and beyond != rules:
        yield [(f"  {counted(len(beyond), 'rule')} for more work than a run may take", "")]
    if len(told) > _CAUSES:
        yield [(f"  and {counted(sum(len(names) for _, names in told[_CAUSES:]), 'more value')}; --show info names them", "dim")]


def _next(summary: Summary) -> Iterator[list[Span]]:
    codes = {finding.info.code for finding in summary.findings if finding.severity is not Severity.INFO}
    if not summary.asked or not codes:
        return
    if any(related.role == "twin" for finding in summary.findings for related in finding.related):
        # what stands behind `--` is a name
        first = summary.asked.startswith("-- ")
        command = f"alb-lint plan --merge-twins {summary.asked}" if first else f"alb-lint plan {summary.asked} --merge-twins"
    elif codes & _RENUMBERED:
        command = f"alb-lint plan {summary.asked}"
    else:
        return
    yield [("next: ", "dim"), (command, "")]
