"""Who must stay before whom, as text."""

from collections.abc import Iterator, Sequence

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.graph import Pair, pairs_to_draw, places
from alb_lint.findings.wording import conditions_text, counted, number
from alb_lint.model import Rule
from alb_lint.reports.layout import WIDTH, Span, paint


def render(listeners: Sequence[ListenerFacts], everything: bool = False, width: int = WIDTH) -> str:
    lines = [line for facts in listeners for line in ([], *_listener(facts, everything))]
    return paint(lines[1:], color=False, width=width)


def _listener(facts: ListenerFacts, everything: bool) -> Iterator[list[Span]]:
    pairs = list(pairs_to_draw(facts, everything))
    before: dict[str, list[Pair]] = {}
    for pair in pairs:
        before.setdefault(pair.before.id, []).append(pair)
    yield [(f"{facts.listener.name or facts.listener.id}  {counted(facts.count, 'rule')}", "bold")]
    if facts.listener.unread is not None:
        yield [(f"  not all rules of the listener were read ({facts.listener.unread.reason})", "yellow")]
    width = max((len(number(rule)) for rule in facts.rules), default=1)
    wide = min(max((len(conditions_text(rule)) for rule in facts.rules if rule.id in before), default=0), 60)
    for rule in facts.rules:
        for order_sensitive, words in ((True, "before"), (False, "acts as")):
            others = [pair.after for pair in before.get(rule.id, ()) if pair.order_sensitive is order_sensitive]
            if others:
                yield [(f"  {number(rule):>{width}}  {conditions_text(rule):<{wide}}  {words} {_numbers(others)}", "")]
    rest = places(facts)
    for indexes, what in ((rest.free, "may stand anywhere"), (rest.open_, "have a place that is not decided")):
        if indexes:
            rules = [facts.rules[index] for index in indexes]
            words = what.replace("have", "has") if len(rules) == 1 else what
            yield [(f"  {counted(len(rules), 'rule')} {words}: {_numbers(rules)}", "")]


def _numbers(rules: Sequence[Rule]) -> str:
    told = [number(rule) for rule in rules[:40]]
    return ", ".join(told) + (f" and {len(rules) - 40} more" if len(rules) > 40 else "")
