"""Traces as text, the answer first, and as JSON lines."""

from collections import Counter
from collections.abc import Iterator, Sequence

from alb_lint.analysis.action_json import action_json
from alb_lint.analysis.tracing import Considered, Trace, beside
from alb_lint.findings.summary import line
from alb_lint.findings.wording import actions_text, conditions_text, counted, number, request_text
from alb_lint.json_text import dumps
from alb_lint.model import Listener, Rule
from alb_lint.reports.json_v1 import place, priority
from alb_lint.reports.layout import Span, cut, paint, shared, wrapped

Told = tuple[Listener, Trace]


def as_json(told: Sequence[Told]) -> str:
    """One line per request and listener; `listener` stands in it."""
    return "".join(dumps(_line(listener, item)) + "\n" for listener, item in told)


def _line(listener: Listener, item: Trace) -> dict[str, object]:
    rule, near, where = item.rule, beside(listener, item), line(listener)
    said: dict[str, object] = {
        "request": item.request.to_json(),
        "listener": listener.id,
        "rule": None if rule is None else _id(rule),
        "priority": None if rule is None else priority(rule),
        "action": None if rule is None else action_json(rule),
        "considered": [{"rule": one.rule.id, "matched": one.matched, "because": one.because} for one in item.considered],
    }
    if item.undecided:
        said["undecided"] = item.undecided
    if item.assumes:
        said["assumes"] = list(item.assumes)
    if where.account:
        said |= {"account": where.account, "region": where.region}
    if rule is not None:
        said |= {
            "location": place(rule.location),
            "nearest": None if near.nearest is None else near.nearest.rule.id,
            "next": None if near.next is None else _id(near.next),
        }
    return said


def _id(rule: Rule) -> str:
    return "default" if rule.is_default else rule.id


def as_text(told: Sequence[Told], several: bool, why: bool, width: int, color: bool) -> str:
    """`several`: the listener is named, with its account and region. `why`: every rule that was asked is listed."""
    lines: list[list[Span]] = []
    for listener, item in told:
        lines.append(_heading(listener, item, several))
        lines.extend(_answer(item, width))
        lines.extend(_walk(item, width) if why else _why(listener, item, width))
        lines.append([])
    return paint(lines[:-1] if lines else [], color, width)


def _heading(listener: Listener, item: Trace, several: bool) -> list[Span]:
    where = line(listener)
    account = f"  {where.account} {where.region}" if where.account else ""
    return [(request_text(item.request), "bold"), (f"  on {where.name or where.id}{account}" if several else "", "dim")]


def _answer(item: Trace, width: int) -> Iterator[list[Span]]:
    rule = item.rule
    if rule is None:
        yield from wrapped(
            [("  undecided: ", "yellow")], item.undecided or "no rule matches, and the input has no default rule", width, "    "
        )
        return
    who = "  the default rule" if rule.is_default else f"  rule {number(rule)}{f' {rule.name}' if rule.name else ''}"
    matches, does = shared(width - len(who) - 6, "" if rule.is_default else f"  {conditions_text(rule)}", actions_text(rule))
    yield [(who, "bold green"), (matches, ""), (f"  → {does}", "bold")]
    for text in item.assumes:
        yield from wrapped([("    if ", "dim")], text, width, "      ")
    places = [text for text in (str(rule.location), rule.id if rule.id.startswith("arn:") else "") if text]
    for text in dict.fromkeys(places):
        yield [(f"    {text}", "dim")]
    if item.undecided:
        yield from wrapped([("    not certain: ", "yellow")], item.undecided, width, "      ")


def _why(listener: Listener, item: Trace, width: int) -> Iterator[list[Span]]:
    """In a few lines: what the rules before it want, what misses by least, who is next; rules that are in doubt are always named."""
    for one in item.considered:
        if one.matched is None:
            yield from _asked(one, len(number(one.rule)), width)
    missed = [one for one in item.considered if one.matched is False]
    fields = Counter(one.field for one in missed).most_common()
    if missed:
        alone = len(missed) == 1
        wants = ", ".join(f"{'it' if alone else count} {'wants' if count == 1 else 'want'} another {field}" for field, count in fields[:4])
        rest = sum(count for _, count in fields[4:])
        lead = f"  {counted(len(missed), 'rule')} before it {'does' if alone else 'do'} not match: "
        yield from wrapped([(lead, "dim")], f"{wants}{f', {rest} something else' if rest else ''} (--why lists them)", width, "    ")
    near = beside(listener, item) if item.rule is not None else None
    if near is not None and near.nearest is not None:
        rule = near.nearest.rule
        yield [("  nearest miss: ", "dim"), (f"{number(rule)}  {cut(conditions_text(rule), width - 30)}", "")]
    if near is not None and near.next is not None:
        rule = near.next
        who = "the default rule" if rule.is_default else f"{number(rule)}  {cut(conditions_text(rule), width // 2)}"
        yield [("  next, if it were gone: ", "dim"), (f"{who}  → {cut(actions_text(rule), width // 3)}", "")]


def _walk(item: Trace, width: int) -> Iterator[list[Span]]:
    digits = max((len(number(one.rule)) for one in item.considered), default=3)
    for one in item.considered:
        yield from _asked(one, digits, width)


def _asked(one: Considered, digits: int, width: int) -> Iterator[list[Span]]:
    mark, style = {True: ("matches  ", "bold green"), False: ("no match ", "dim"), None: ("undecided", "yellow")}[one.matched]
    name = f" {one.rule.name}" if one.rule.name else ""
    lead = f"  {mark} {number(one.rule):>{digits}}"
    asked = cut(conditions_text(one.rule), width - len(lead) - len(name) - 2)
    yield [(lead, style), (f"{name}  {asked}", "" if one.matched else "dim")]
    if not one.matched:
        under = " " * (len(lead) + 2)
        for line_ in wrapped([], one.because, width - len(under), ""):
            yield [(under, ""), *((text, style) for text, _ in line_)]
