"""Listeners that get no plan, as text: why, whom it is about, and what would work, as commands and lines that can be pasted."""

from collections.abc import Iterator, Sequence
from typing import Final

from alb_lint.findings.wording import actions_text, conditions_text, number
from alb_lint.model import Entrance
from alb_lint.plan.plan import Refusal, Way
from alb_lint.plan.proposal import Proposal, rules_by_id
from alb_lint.reports.layout import Span
from alb_lint.reports.plans.commands import plan_command
from alb_lint.reports.plans.layout import flowed

_LINES: Final = 12
"""Lines of config that a refusal shows; --suggest prints more."""
_RULES: Final = 20


def refusals(proposal: Proposal) -> Iterator[list[Span]]:
    """All twins of the plan in one refusal; the others each."""
    plan = proposal.plan
    twins = [item for item in plan.refused if item.collision == "twins"]
    if twins:
        yield from _twins(proposal, twins)
        yield []
    for item in plan.refused:
        if item.collision != "twins":
            yield from _refusal(proposal, item)
            yield []
    count = len({item.listener for item in plan.refused})
    if count:
        many = count + len(plan.listeners)
        idle = [proposal.name(part.id) for part in plan.listeners if not part.steps]
        told = f"; nothing to change on {', '.join(idle)}" if idle and len(idle) == len(plan.listeners) else ""
        yield from flowed([(f"no plan for {count} of {many} listener{'s' * (many > 1)}", "bold red"), (told, "")], proposal.width)


def _twins(proposal: Proposal, items: Sequence[Refusal]) -> Iterator[list[Span]]:
    pairs = sum(len(item.rules) // 2 for item in items)
    what = "1 pair of rules that match the same requests has" if pairs == 1 else f"{pairs} pairs of rules that match the same requests have"
    told = f"{what} the same number, and the input does not tell which of the two AWS keeps"
    yield from flowed([("no plan yet:", "bold red"), (f" {told}", "")], proposal.width)
    yield []
    names = [proposal.name(item.listener) for item in items]
    for name, item in zip(names, items, strict=True):
        facts = proposal.found(item.listener)
        rules = rules_by_id(facts.listener) if facts is not None else {}
        numbers = ", ".join(dict.fromkeys(number(rules[one]) for one in item.rules if one in rules))
        yield from flowed([(name, "bold"), (f" {numbers}", "")], proposal.width, "  ", "    ")
        if item.apart:
            yield from flowed([(item.apart, "")], proposal.width, "    ", "      ")
    yield []
    ways = _common(items)
    if not ways and not all(item.ways for item in items):
        for item in items:
            yield from flowed([("what would work:", "dim"), (f" {item.nearest}", "")], proposal.width, "  ", "    ")
        return
    if ways:
        yield from _ways(proposal, ways)
    else:
        for name, item in zip(names, items, strict=True):
            yield from _ways(proposal, item.ways, f" on {name}")
    if not proposal.live:
        yield [("  alb-lint plan --live", "green")]
        yield from flowed([("reads the live listener, which holds only one of the two", "dim")], proposal.width, "      ", "      ")


def _common(items: Sequence[Refusal]) -> tuple[Way, ...]:
    """The ways out of all of them at once; config lines of all together."""
    found = []
    for way in items[0].ways:
        same = [
            next((other for other in item.ways if other.flags == way.flags and bool(other.config) == bool(way.config)), None)
            for item in items
        ]
        lines = [one.config for one in same if one is not None]
        if len(lines) == len(items):
            found.append(Way(way.flags, "\n".join(text for text in lines if text), way.means))
    return tuple(found)


def _ways(proposal: Proposal, ways: Sequence[Way], where: str = "") -> Iterator[list[Span]]:
    yield [(f"what works{where}, {'one of' if len(ways) > 1 or not proposal.live else 'this'}:", "bold")]
    for way in ways:
        if way.config:
            yield from _config(proposal, way)
        else:
            yield [("  ", ""), (plan_command(proposal, *way.flags), "green")]
        yield from flowed([(way.means, "dim")], proposal.width, "      ", "      ")


def _config(proposal: Proposal, way: Way) -> Iterator[list[Span]]:
    lines = way.config.splitlines()
    file = proposal.config.path or "alb-lint.toml"
    also = f", and {plan_command(proposal, *way.flags)}" if way.flags else ""
    if len(lines) > _LINES:
        entries = sum(line.startswith("[[") for line in lines)
        yield from flowed([(f"{entries} entries in {file}{also}; ready to paste from:", "")], proposal.width, "  ", "    ")
        yield [("  ", ""), (plan_command(proposal, "--suggest"), "green")]
        return
    yield from flowed([(f"in {file}{also}:", "")], proposal.width, "  ", "    ")
    yield from ([("    ", ""), (line, "green")] if line else [] for line in lines)


def _refusal(proposal: Proposal, refusal: Refusal) -> Iterator[list[Span]]:
    width = proposal.width
    facts = proposal.found(refusal.listener)
    rules = rules_by_id(facts.listener) if facts is not None else {}
    yield from flowed([(proposal.name(refusal.listener), "bold"), (" refused:", "bold red"), (f" {refusal.reason}", "")], width, "", "  ")
    for name in refusal.rules[:_RULES]:
        rule = rules.get(name)
        if rule is None:
            yield [(f"    {name}", "")]
            continue
        called = f" {rule.name}" if rule.name else ""
        said: list[Span] = [(number(rule), "bold"), (f"{called} {conditions_text(rule)}", ""), (f" → {actions_text(rule)}", "dim")]
        yield from flowed(said, width, "    ", "      ")
    if len(refusal.rules) > _RULES:
        yield [(f"    and {len(refusal.rules) - _RULES} more; --format json lists all", "dim")]
    entrance = facts.listener.entrance if facts is not None else Entrance()
    for role, request in refusal.witnesses:
        said_of = {"both": "both match", "only-rule": "only the first matches", "only-related": "only the second matches"}.get(role, role)
        yield [(f"    {said_of}: ", "dim"), (request.curl(entrance), "green")]
    if refusal.ways:
        yield from _ways(proposal, refusal.ways)
    elif refusal.nearest:
        yield from flowed([("what would work:", "dim"), (f" {refusal.nearest}", "")], width, "    ", "      ")
