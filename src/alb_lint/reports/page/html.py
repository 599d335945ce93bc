"""The findings and the listeners as one page: no network, no framework, a policy that runs nothing but the page's own script.

Everything foreign is escaped; the data of the script is no script, and what the script shows it puts in as text.
"""

from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256
from html import escape as _escape
from pathlib import Path
from typing import Any, Final

from alb_lint import __version__
from alb_lint.analysis.estates import Compared
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.config import Config, listener_fits
from alb_lint.files import content, text_of
from alb_lint.findings.finding import Finding, Severity
from alb_lint.findings.summary import ListenerLine, Summary
from alb_lint.findings.wording import actions_text, clean, conditions_text, number, request_text, rule_text
from alb_lint.inert import inert_json, inert_xml
from alb_lint.json_text import dumps
from alb_lint.model import Entrance, Listener, Rule
from alb_lint.record import record
from alb_lint.reports.axis import Band
from alb_lint.reports.page.anchors import Anchors
from alb_lint.reports.page.data import listener_data
from alb_lint.reports.page.numbers import Kind, Mark, priority_map
from alb_lint.reports.page.order import order_picture
from alb_lint.reports.report import Report
from alb_lint.reports.sentences import command, doors_of

_SEVERITIES: Final = (Severity.ERROR, Severity.WARNING, Severity.INFO)
_WITNESSES: Final = 3
_RELATED: Final = 12
_GAPS: Final = 200
Lines = Iterator[str]
Doors = dict[str, Entrance]


@record
class Listed:
    """A listener of the page. `findings`: those on it, worst first."""

    place: int
    listener: Listener
    line: ListenerLine
    findings: tuple[Finding, ...]


@record
class Shown:
    """The listener that is written. `rules`: as `facts` has them, the default rule last."""

    place: int
    listener: Listener
    line: ListenerLine
    findings: tuple[Finding, ...]
    facts: ListenerFacts

    @property
    def rules(self) -> list[Rule]:
        return [*self.facts.rules, *([self.listener.default] if self.listener.default is not None else [])]


def render(summary: Summary, color: bool) -> str:
    """The whole page."""
    del color
    estate, config = summary.estate, summary.config
    assert estate is not None
    assert config is not None
    anchors, doors = Anchors(estate.listeners), doors_of(summary)
    by_listener: dict[str, list[Finding]] = {}
    for finding in sorted(summary.findings, key=lambda finding: -finding.severity):
        by_listener.setdefault(finding.listener, []).append(finding)
    known = {listener.id: listener for listener in estate.listeners}
    listed = [
        Listed(place, known[line.id], line, tuple(by_listener.pop(line.id, ())))
        for place, line in enumerate(line for line in summary.listeners if line.id in known)
    ]
    body = [*_head(summary), *_gaps(summary), *_rerouted(summary.rerouted), *_overview(listed, anchors), *_form(listed)]
    elsewhere = [finding for found in by_listener.values() for finding in found]
    if elsewhere:
        body += ["<h2>Config and input</h2>", *_findings(elsewhere, None, anchors, doors)]
    data = []
    for one in listed:  # one after the other: facts take far more room than what is told of them
        item = Shown(one.place, one.listener, one.line, one.findings, ListenerFacts(one.listener))
        body.extend(_listener(item, config, anchors, doors))
        data.append(listener_data(item.listener, item.facts.rules, [anchors.rule(item.listener, rule) for rule in item.facts.rules]))
    return _page(body, {"listeners": data})


def _page(body: Sequence[str], data: dict[str, Any]) -> str:
    style, evaluator, page = (_file(name) for name in ("style.css", "evaluator.js", "page.js"))
    script = f"{evaluator}\n{page}"
    policy = f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; base-uri 'none'; form-action 'none'"
    # no text of the data ends its element or begins a comment
    told = inert_json(dumps(data)).replace("<", "\\u003c")
    head = (
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        "<title>alb-lint</title>",
        f"<style>{style}</style>",
        "</head>",
        "<body>",
        "<main>",
    )
    foot = ("</main>", f'<script type="application/json" id="data">{told}</script>', f"<script>{script}</script>", "</body>", "</html>", "")
    return "\n".join((*head, inert_xml("\n".join(body)), *foot))


def _file(name: str) -> str:
    return text_of(content(Path(__file__).parent / name))


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def escape(text: str) -> str:
    """The text as content or quoted attribute, without control characters."""
    return _escape(clean(text), quote=True)


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>" if text else ""


# -- the whole ---------------------------------------------------------------------------------------------------------------


def _head(summary: Summary) -> Lines:
    counts = [(severity, summary.count(severity)) for severity in _SEVERITIES]
    told = ", ".join(f'<span class="{one.label}">{_count(count, one)}</span>' for one, count in counts if count) or (
        "nothing found in what could be read" if summary.gaps else "no problems"
    )
    hidden = f", {len(summary.hidden)} suppressed" if summary.hidden else ""
    rules, listeners = summary.rules, len(summary.listeners)
    yield "<h1>Listener rules</h1>"
    yield (
        f"<p>{told} in {rules} rule{'s' * (rules != 1)} on {listeners} listener{'s' * (listeners != 1)}{hidden}."
        f' <span class="soft">alb-lint {__version__}</span></p>'
    )
    yield (
        '<div class="bar"><input id="search" type="search" placeholder="search rules and findings (press /)" aria-label="search">'
        '<span id="found" class="soft" role="status"></span></div>'
    )


def _count(count: int, severity: Severity) -> str:
    return f"{count} {severity.label}{'s' * (count != 1 and severity is not Severity.INFO)}"


def _gaps(summary: Summary) -> Lines:
    if summary.gaps:
        yield f"<h2>What could not be read ({len(summary.gaps)})</h2><ul>"
        for gap in summary.gaps[:_GAPS]:
            yield f"<li>{_code(str(gap.location))} {escape(gap.reason)}</li>"
        if len(summary.gaps) > _GAPS:
            yield f"<li>and {len(summary.gaps) - _GAPS} more</li>"
        yield "</ul>"


def _rerouted(compared: Compared | None) -> Lines:
    if compared is None:
        return
    yield "<h2>Routing that this change changes</h2>"
    if compared.equivalent:
        yield "<p>None: every request is answered as before (proved).</p>"
        return
    for label, listeners in (("no longer there", compared.gone), ("new", compared.added)):
        for one in listeners:
            yield f"<p>Listener {_code(one.name or one.id)} is {label}.</p>"
    for _, new, found in compared.pairs:
        if found.differences:
            yield f'<h3>{escape(new.name or new.id)}</h3><div class="scroll"><table><thead><tr><th>Request<th>Before<th>Now</tr></thead><tbody>'
            for item in found.differences:
                sure = "" if item.confidence == "proved" else f" ({item.confidence})"
                yield f"<tr><td>{_code(request_text(item.request))}{sure}<td>{_answer(item.old)}<td>{_answer(item.new)}</tr>"
            yield "</tbody></table></div>"
        if found.cut:
            yield f'<p class="maybe">The first {len(found.differences):,} are listed, and more were not looked for.</p>'
        for doubt in found.doubts:
            yield f'<p class="maybe">undecided: {escape(doubt.reason)} {escape(", ".join(doubt.rules))}</p>'


def _answer(rule: Rule | None) -> str:
    if rule is None:
        return "the default, which is not told"
    what = "" if rule.is_default else f" {_code(conditions_text(rule))}"
    return f"{escape(number(rule))}{what} → {escape(actions_text(rule))}"


def _overview(shown: Sequence[Listed], anchors: Anchors) -> Lines:
    if len(shown) < 2:
        return
    yield '<h2>Listeners</h2><div class="scroll"><table><thead><tr>'
    yield "<th>Account<th>Region<th>Load balancer<th>Listener" + "".join(
        f'<th class="number">{name}' for name in ("Rules", "Errors", "Warnings", "Infos")
    )
    yield "</tr></thead><tbody>"
    for item in sorted(shown, key=lambda item: [-count for count in _counts(item)]):
        parts = item.listener.id.split(":")
        account, region = (parts[4], parts[3]) if item.listener.id.startswith("arn:") and len(parts) > 5 else ("", "")
        balancer = item.listener.load_balancer.name if item.listener.load_balancer is not None else ""
        cells = "".join(
            f'<td class="number {one.label if count else ""}">{count}' for one, count in zip(_SEVERITIES, _counts(item), strict=True)
        )
        link = f'<a href="#{anchors.listener(item.listener)}">{escape(item.line.name or item.line.id)}</a>'
        yield (
            f'<tr><td>{escape(account)}<td>{escape(region)}<td>{escape(balancer)}<td>{link}<td class="number">{item.line.rules}{cells}</tr>'
        )
    yield "</tbody></table></div>"


def _counts(item: Listed) -> list[int]:
    found = Counter(finding.severity for finding in item.findings)
    return [found[severity] for severity in _SEVERITIES]


def _form(shown: Sequence[Listed]) -> Lines:
    choices = "".join(f'<option value="{item.place}">{escape(item.line.name or item.line.id)}</option>' for item in shown)
    several = f'<option value="">every listener</option>{choices}' if len(shown) != 1 else choices
    yield '<fieldset class="ask"><legend>Try a request</legend><form id="try">'
    yield '<label>Method <input name="method" value="GET"></label>'
    yield '<label>URL <input name="url" value="https://example.com/" required></label>'
    yield '<label>Source address <input name="source" value="192.0.2.1"></label><button>Try</button>'
    yield '<label class="wide">Headers, one a line <textarea name="headers" rows="1" placeholder="X-Env: blue"></textarea></label>'
    yield f'<label>Listener <select name="listener">{several}</select></label>'
    yield '</form><div id="answers" aria-live="polite"></div></fieldset>'


# -- one listener --------------------------------------------------------------------------------------------------------------


def _listener(item: Shown, config: Config, anchors: Anchors, doors: Doors) -> Lines:
    listener = item.listener
    yield f'<h2 id="{anchors.listener(listener)}">{escape(item.line.name or item.line.id)}</h2>'
    about = [listener.id, f"{listener.protocol} {listener.port}".strip(" 0"), item.line.source_kind, f"{item.line.rules} rules"]
    yield f'<p class="soft">{" · ".join(escape(text) for text in about if text)}</p>'
    if listener.unread is not None:
        yield f'<p class="maybe">Not all of its rules were read: {escape(listener.unread.reason)}</p>'
    picture = priority_map(_marks(item, config, anchors), _bands(listener, config))
    if picture:
        yield f'<h3>Priorities</h3><div class="scroll map">{picture}</div>{_KEY}'
    if item.findings:
        yield "<h3>Findings</h3>"
        yield from _findings(item.findings, item, anchors, doors)
    yield "<h3>Rules in the order in which they are evaluated</h3>"
    yield from _rules(item, anchors)
    yield from order_picture(item.facts, item.place, lambda rule: anchors.rule(listener, rule))


_KEY: Final = (
    '<p class="soft key"><span><i class="k1"></i>rule</span><span><i class="k2"></i>never reached, or on a number that others have</span>'
    '<span><i class="k3"></i>on a retired number</span><span><i class="k4"></i>reserved range</span><span><i class="k5"></i>retired</span></p>'
)


def _marks(item: Shown, config: Config, anchors: Anchors) -> list[Mark]:
    crowd = Counter(rule.priority for rule in item.facts.rules)
    retired = [one for one in config.retired if _here(one.listener, item.listener, config)]
    found = []
    for place, rule in enumerate(item.facts.rules):
        if isinstance(rule.priority, int):
            kind: Kind = "tick"
            if crowd[rule.priority] > 1:
                kind = "clash"
            elif item.facts.reach(place).state in ("shadowed", "empty"):
                kind = "dead"
            elif any(rule.priority in one for one in retired):
                kind = "old"
            found.append(Mark(rule.priority, kind, f"{rule_text(rule)} → {actions_text(rule)}", anchors.rule(item.listener, rule)))
    return found


def _bands(listener: Listener, config: Config) -> list[Band]:
    bands = [Band(one.name, one.priorities) for one in config.ranges if _here(one.listener, listener, config)]
    retired = [
        Band(f"retired: {one.reason}", one.priorities, retired=True) for one in config.retired if _here(one.listener, listener, config)
    ]
    return [*bands, *retired]


def _here(wanted: str, listener: Listener, config: Config) -> bool:
    return not wanted or listener_fits(wanted, listener, config)


def _rules(item: Shown, anchors: Anchors) -> Lines:
    codes: dict[str, dict[str, Severity]] = {}
    for finding in item.findings:
        for rule in finding.rules or ((finding.rule,) if finding.rule is not None else ()):
            codes.setdefault(rule.id, {}).setdefault(finding.info.code, finding.severity)
    yield '<div class="scroll"><table class="rules"><thead><tr><th class="number">Priority<th>Rule<th>Matches<th>Does<th>Found</tr></thead><tbody>'
    for place, rule in enumerate(item.rules):
        name = rule.name or rule.location.address or ("" if rule.is_default else rule.label)
        where = f'<div class="soft">{escape(str(rule.location))}</div>' if rule.location.file else ""
        told = [f'<span class="{severity.label}">{code}</span>' for code, severity in codes.get(rule.id, {}).items()]
        told += [_standing(item, place, anchors)] if place < len(item.facts.rules) else []
        yield (
            f'<tr data-s id="{anchors.rule(item.listener, rule)}"><td class="number">{escape(number(rule))}<td>{escape(name)}{where}'
            f"<td>{_code('' if rule.is_default else conditions_text(rule))}<td>{escape(actions_text(rule))}<td>{' '.join(filter(None, told))}</tr>"
        )
    yield "</tbody></table></div>"


def _standing(item: Shown, place: int, anchors: Anchors) -> str:
    standing = item.facts.reach(place)
    if standing.state == "shadowed":
        by = ", ".join(_link(item, item.facts.rules[one], anchors) for one in standing.blockers[:_RELATED])
        return f"never reached: {by} before it"
    return {"empty": "matches nothing", "undecided": f"undecided: {escape(standing.reason)}"}.get(standing.state, "")


def _link(item: Shown, rule: Rule, anchors: Anchors) -> str:
    return f'<a href="#{anchors.rule(item.listener, rule)}">{escape(number(rule))}</a>'


# -- findings ------------------------------------------------------------------------------------------------------------------


def _findings(findings: Sequence[Finding], item: Shown | None, anchors: Anchors, doors: Doors) -> Lines:
    ids = {rule.id for rule in item.rules} if item is not None else set()

    def shown(rule: Rule) -> str:
        return _link(item, rule, anchors) if item is not None and rule.id in ids else escape(number(rule))

    for finding in findings:
        sure = "" if finding.confidence == "proved" else f" ({finding.confidence})"
        yield f'<article data-s id="{anchors.finding(finding)}" class="{finding.severity.label}">'
        yield (
            f'<div><span class="sign {finding.severity.label}">{finding.severity.label} {finding.info.code}</span>'
            f" {finding.info.name}{sure}{f' · rule {shown(finding.rule)}' if finding.rule is not None and not finding.parts else ''}</div>"
        )
        yield f"<p>{escape(finding.said)}</p>"
        if finding.rule is not None and not finding.parts:
            yield f"<p>{_code(conditions_text(finding.rule))} → {escape(actions_text(finding.rule))} {_place(finding)}</p>"
        elif str(finding.place) and not finding.parts:
            yield f"<p>{_place(finding)}</p>"
        others = [f"{escape(related.role)} {shown(related.rule)}" for related in finding.related[:_RELATED]]
        if finding.parts:
            others = [shown(rule) for rule in finding.rules[: 4 * _RELATED]]
        if others:
            more = len(finding.rules if finding.parts else finding.related) - len(others)
            yield f"<p>Rules: {', '.join(others)}{f' and {more} more' if more > 0 else ''}</p>"
        yield from _proofs(finding, item, doors)
        lines = "".join(f"<pre><code>{escape(text)}</code></pre>" for _, text in finding.lines if finding.parts)
        yield f'<p class="soft">{escape(finding.help)}</p>{lines}</article>'


def _place(finding: Finding) -> str:
    return f'<span class="soft">{escape(str(finding.place))}</span>'


def _proofs(finding: Finding, item: Shown | None, doors: Doors) -> Lines:
    if not finding.witnesses:
        return
    yield "<ul>"
    for witness in finding.witnesses[:_WITNESSES]:
        button = ""
        if item is not None and not witness.listener and not witness.request.placeholders:
            button = f' <button type="button" data-listener="{item.place}" data-request="{_escape(dumps(witness.request.to_json()))}">try</button>'
        yield f"<li>{_code(command(finding, witness, doors))}{button}</li>"
    yield "</ul>"


REPORT = Report("html", render, whole=True, routing=True)
