"""The plan as a person reads it in a terminal: what moves, what changes, and where to go from there."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import Final

from alb_lint.config import spell
from alb_lint.findings.wording import action_text, actions_text, conditions_text, number
from alb_lint.model import Entrance, Rule
from alb_lint.plan.plan import ListenerPlan, Refusal
from alb_lint.plan.proposal import Proposal, rules_by_id
from alb_lint.plan.wanted.ranges import ranges_of
from alb_lint.reports.layout import Span, paint
from alb_lint.reports.plans.report import PlanReport

GAPS: Final = 50


def render(proposal: Proposal, color: bool) -> str:
    return paint(_lines(proposal), color)


def _lines(proposal: Proposal) -> Iterator[list[Span]]:
    yield from _gaps(proposal)
    for part in proposal.plan.listeners:
        yield from _listener(proposal, part)
        yield []
    for refusal in proposal.plan.refused:
        yield from _refusal(proposal, refusal)
        yield []
    yield _closing(proposal)


def _gaps(proposal: Proposal) -> Iterator[list[Span]]:
    if not proposal.gaps:
        return
    yield [("not everything could be read; the plan tells nothing of this", "bold yellow")]
    for gap in proposal.gaps[:GAPS]:
        yield [(f"  {gap.location}: {gap.reason}", "")]
    if len(proposal.gaps) > GAPS:
        yield [(f"  and {len(proposal.gaps) - GAPS} more; --format json lists all", "dim")]
    yield []


def _listener(proposal: Proposal, part: ListenerPlan) -> Iterator[list[Span]]:
    base = proposal.base(part)
    rules, entrance = rules_by_id(base), base.entrance
    least = "" if part.minimum_proved else f", at least {part.at_least} must"
    yield [(proposal.name(part.id), "bold"), (f"  {part.moved} move{least}, {part.kept} stay", "dim")]
    bands = {item.name: item for item in ranges_of(base, proposal.config)}
    lowest = {move.range: move.new for move in reversed(part.moves)}
    for name, group in groupby(sorted(part.moves, key=lambda move: (lowest[move.range], move.new)), key=lambda move: move.range):
        yield [("  ", ""), (name or "outside all ranges", "bold cyan"), (f"  {spell(bands[name].priorities)}" if name in bands else "", "")]
        for move in group:
            rule = rules[move.rule]
            yield [
                ("    ", ""),
                (f"{move.old:>5} → {move.new:<5}", "bold"),
                *_told(rule),
                *([] if name else [(f"  {move.because}", "dim")]),
            ]
    yield from _compaction(part, rules)
    for merge in part.merges:
        keep = rules[merge.keep]
        yield [("  merge ", "yellow"), (f"{merge.priority}", "bold"), *_told(keep, action_text(merge.action))]
        for name in merge.drop:
            yield [("    drops ", "dim"), (number(rules[name]), ""), *_told(rules[name])]
        if merge.changes and merge.request is not None:
            yield [("    some answers change: ", "yellow"), (merge.request.curl(entrance), "green")]
    for change in part.intended_changes:
        yield [("  intended ", "yellow"), (number(rules[change.first]), "bold"), *_told(rules[change.first])]
        yield [("    before ", "dim"), (number(rules[change.then]), ""), *_told(rules[change.then])]
        yield [(f"    {change.because}", "")]
        if change.request is not None and change.changes:
            said = "its answer changes" if change.changes is True else "its answer may change"
            yield [(f"    {said}: ", "yellow"), (change.request.curl(entrance), "green")]
    if part.proof.sensitive:
        kept = f"  order kept in {part.proof.kept} of {part.proof.sensitive} pairs in which it matters"
        yield [(kept, "dim")]
    for note in part.notes:
        yield [("  note: ", "cyan"), (note.reason, "")]


def _compaction(part: ListenerPlan, rules: dict[str, Rule]) -> Iterator[list[Span]]:
    fewer = part.compaction
    if fewer is None:
        return
    least = "no fewer will do" if fewer.after == fewer.at_least else f"{fewer.at_least} at least are needed"
    style = "green" if fewer.after <= fewer.limit else "yellow"
    yield [("  rules ", "bold"), (f"{fewer.before} → {fewer.after}", f"bold {style}"), (f"  ({least}; the limit is {fewer.limit})", "dim")]
    for join in fewer.joins:
        yield [("  join ", "yellow"), (f"{join.priority}", "bold"), *_told(replace(rules[join.keep], conditions=join.conditions))]
        dropped = ", ".join(f"{number(rules[name])}{' ' + rules[name].name if rules[name].name else ''}" for name in join.drop)
        yield [("    in place of ", "dim"), (dropped, "")]
    for name in fewer.removed:
        yield [("  delete ", "yellow"), (number(rules[name]), "bold"), *_told(rules[name]), ("  changes no answer", "dim")]


def _told(rule: Rule, goes: str = "") -> list[Span]:
    name = f" {rule.name}" if rule.name else ""
    return [(f"{name}  {conditions_text(rule)}", ""), (f"  → {goes or actions_text(rule)}", "dim")]


def _refusal(proposal: Proposal, refusal: Refusal) -> Iterator[list[Span]]:
    facts = next((item for item in proposal.facts if item.listener.id == refusal.listener), None)
    rules = rules_by_id(facts.listener) if facts is not None else {}
    yield [(proposal.name(refusal.listener), "bold"), ("  refused: ", "bold red"), (refusal.reason, "")]
    for name in refusal.rules:
        rule = rules.get(name)
        yield [("    ", ""), (number(rule), "bold"), *_told(rule)] if rule is not None else [(f"    {name}", "")]
    for _, request in refusal.witnesses:
        yield [("    both take: ", "dim"), (request.curl(facts.listener.entrance if facts is not None else Entrance()), "green")]
    if refusal.nearest:
        yield [("    what would work: ", "dim"), (refusal.nearest, "")]


def _closing(proposal: Proposal) -> list[Span]:
    plan = proposal.plan
    if plan.refused:
        count = len({item.listener for item in plan.refused})
        return [
            (f"no plan for {count} of {count + len(plan.listeners)} listener{'s' if count + len(plan.listeners) > 1 else ''}", "bold red")
        ]
    if not any(part.steps for part in plan.listeners):
        return [("nothing to change", "bold green")]
    if plan.equivalent:
        return [("every request gets the answer it gets today: proved", "bold green")]
    return [("proved: nothing changes but the merges and intended changes above", "bold yellow")]


REPORT = PlanReport("text", render)
