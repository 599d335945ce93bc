"""The plan as a person reads it in a terminal: what it comes to, what moves, what changes and for whom, why that is so, and how to do it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final

from alb_lint.config import spell
from alb_lint.findings.wording import actions_text, conditions_text, number
from alb_lint.model import Entrance, Rule
from alb_lint.plan.plan import ListenerPlan, Move, dropped
from alb_lint.plan.proposal import Proposal, rules_by_id
from alb_lint.plan.steps.apply import apply_plan
from alb_lint.plan.wanted.ranges import ranges_of
from alb_lint.reports.layout import Span, paint
from alb_lint.reports.plans.answers import Answer, answers
from alb_lint.reports.plans.doing import doing
from alb_lint.reports.plans.layout import columns, flowed
from alb_lint.reports.plans.refusals import refusals
from alb_lint.reports.plans.report import PlanReport
from alb_lint.reports.plans.summing import counted, groups_text, limit_text, numbers_of, on_purpose, summary

GAPS: Final = 50
_ANSWERS: Final = 20
"""Changed answers of one listener that the text shows; json and the written reports show all."""


def render(proposal: Proposal, color: bool) -> str:
    return paint(_lines(proposal), color)


def _lines(proposal: Proposal) -> Iterator[list[Span]]:
    """The sections, an empty line between two."""
    sections = [_gaps(proposal), _summary(proposal)]
    parts = proposal.plan.listeners
    told = [part for part in parts if part.steps or part.intended_changes or part.notes or part.compaction is not None or part.splits]
    sections += [_listener(proposal, part) for part in told]
    sections.append(refusals(proposal))
    if any(part.steps for part in parts) and not proposal.plan.refused:
        sections.append(doing(proposal))
    empty = True
    for section in sections:
        for place, line in enumerate(section):
            if not place and not empty:
                yield []
            empty = False
            yield line


def _summary(proposal: Proposal) -> Iterator[list[Span]]:
    plan = proposal.plan
    if plan.refused and not any(part.steps for part in plan.listeners):
        return
    for place, sentence in enumerate(summary(proposal)):
        yield from flowed([(sentence, "bold" if not place else "")], proposal.width)


def _gaps(proposal: Proposal) -> Iterator[list[Span]]:
    if not proposal.gaps:
        return
    yield [("not everything could be read; the plan tells nothing of this", "bold yellow")]
    for gap in proposal.gaps[:GAPS]:
        yield from flowed([(f"{gap.location}: {gap.reason}", "")], proposal.width, "  ", "    ")
    if len(proposal.gaps) > GAPS:
        yield [(f"  and {len(proposal.gaps) - GAPS} more; --format json lists all", "dim")]


def _listener(proposal: Proposal, part: ListenerPlan) -> Iterator[list[Span]]:
    base, width = proposal.base(part), proposal.width
    rules = rules_by_id(base)
    yield from flowed([(proposal.name(part.id), "bold"), (f"  {counted(part, len(base.rules))}", "dim")], width, "", "  ")
    yield from _moves(proposal, part)
    yield from _compaction(part, rules, width)
    yield from _splits(part, rules, width)
    yield from _merges(part, rules, width)
    found = answers(proposal, part)
    if found:
        yield []
        yield [("  What changes", "bold")]
        for answer in found[:_ANSWERS]:
            yield from _answer(answer, base.entrance, width)
        if len(found) > _ANSWERS:
            yield [(f"    and {len(found) - _ANSWERS} more; --format html shows all", "dim")]
    yield []
    yield from flowed([("Proof:", "bold"), (f" {_proof(part)}", "")], width, "  ", "    ")
    for note in part.notes:
        yield from flowed([("note:", "cyan"), (f" {note.reason}", "")], width, "  ", "    ")


def _moves(proposal: Proposal, part: ListenerPlan) -> Iterator[list[Span]]:
    """A table for each range, by its lowest new number; those outside of all ranges with the reason."""
    base = proposal.base(part)
    new = rules_by_id(apply_plan(part, base))
    bands = {item.name: item for item in ranges_of(base, proposal.config)}
    lowest = {move.range: move.new for move in reversed(part.moves)}
    for name, group in groupby(sorted(part.moves, key=lambda move: (lowest[move.range], move.new)), key=lambda move: move.range):
        moves = list(group)
        band = bands.get(name)
        told = f"range {name}  {spell(band.priorities)}" if band is not None else "outside all ranges"
        was = f", was {spell(band.was)}" if band is not None and band.was else ""
        yield []
        yield [("  ", ""), (told, "bold cyan"), (was, "dim")]
        head = ("from", "to", "rule", "action after the plan")
        yield from columns([head, *(_row(move, new[move.rule]) for move in moves)], proposal.width, "    ", right=(0, 1), bold=(1,))
        yield from _reasons(moves, proposal.width, bool(name))


def _row(move: Move, rule: Rule) -> tuple[str, ...]:
    name = f"{rule.name}  " if rule.name else ""
    return str(move.old), str(move.new), f"{name}{conditions_text(rule)}", f"→ {actions_text(rule)}"


def _reasons(moves: Sequence[Move], width: int, inside: bool) -> Iterator[list[Span]]:
    """Why they move, each reason once; that of a range is the range itself."""
    for reason, those in groupby(sorted(moves, key=lambda move: move.because), key=lambda move: move.because):
        if not (inside and "belongs to" in reason):
            named = ", ".join(str(move.old) for move in those)
            yield from flowed([(f"{named}: {reason}", "dim")], width, "    ", "      ")


def _compaction(part: ListenerPlan, rules: dict[str, Rule], width: int) -> Iterator[list[Span]]:
    fewer = part.compaction
    if fewer is None:
        return
    least = "no fewer will do" if fewer.after == fewer.at_least else f"{fewer.at_least} at least are needed"
    style = "green" if fewer.after <= fewer.limit else "yellow"
    yield []
    told = f"  ({least}; {limit_text(fewer.after, fewer.limit)})"
    yield from flowed([("  rules ", "bold"), (f"{fewer.before} → {fewer.after}", f"bold {style}"), (told, "dim")], width, "  ", "    ")
    for text in groups_text(fewer):
        yield from flowed([(text, "")], width, "  ", "    ")
    for join in fewer.joins:
        yield from _told(
            "join" if join.drop else "shorten", replace(rules[join.keep], conditions=join.conditions), width, str(join.priority)
        )
        if not join.drop:
            yield from flowed([(join.because, "dim")], width, "      ", "        ")
            continue
        gone = ", ".join(f"{number(rules[name])}{' ' + rules[name].name if rules[name].name else ''}" for name in join.drop)
        yield from flowed([(f"in place of {gone}", "dim")], width, "      ", "        ")
    for name in fewer.removed:
        yield from _told("delete", rules[name], width, number(rules[name]), "; this changes no answer")


def _splits(part: ListenerPlan, rules: dict[str, Rule], width: int) -> Iterator[list[Span]]:
    if not part.splits:
        return
    yield []
    yield [("  over the limits of a rule", "bold")]
    for split in part.splits:
        rule = rules[split.rule]
        verb = "split" if len(split.pieces) > 1 else "shorten"
        said: list[Span] = [
            (f"{verb} ", "yellow"),
            (number(rule), "bold"),
            (f" {rule.name}" if rule.name else "", ""),
            (f"  {split.because}", "dim"),
        ]
        yield from flowed(said, width, "    ", "      ")
        for piece in sorted(split.pieces, key=lambda piece: piece.priority):
            shown = replace(rule, name="", conditions=piece.conditions)
            yield from _told("new" if piece is not split.pieces[0] else "", shown, width, str(piece.priority), indent="      ")


def _merges(part: ListenerPlan, rules: dict[str, Rule], width: int) -> Iterator[list[Span]]:
    """Merges that change no answer; the others are told with what they change."""
    quiet = [merge for merge in part.merges if not merge.changes]
    if not quiet:
        return
    yield []
    yield from flowed([("Rules that become one, and no answer changes", "bold")], width, "  ")
    for merge in quiet:
        keep = rules[merge.keep]
        yield from _told("", replace(keep, actions=(*keep.actions[:-1], merge.action)), width, str(merge.priority))
        gone = numbers_of([keep, *(rules[name] for name in merge.drop)])
        yield from flowed([(f"in place of {gone}", "dim")], width, "      ", "        ")


def _told(verb: str, rule: Rule, width: int, at: str, more: str = "", indent: str = "    ") -> Iterator[list[Span]]:
    lead: list[Span] = [(f"{verb} ", "yellow")] if verb else []
    name = f" {rule.name}" if rule.name else ""
    said: list[Span] = [*lead, (at, "bold"), (f"{name} {conditions_text(rule)}", ""), (f" → {actions_text(rule)}{more}", "dim")]
    yield from flowed(said, width, indent, f"{indent}  ")


def _answer(answer: Answer, entrance: Entrance, width: int) -> Iterator[list[Span]]:
    name = f" {answer.rule.name}" if answer.rule.name else ""
    gone = f" in place of {numbers_of(answer.gone)}" if answer.gone else ""
    said: list[Span] = [(number(answer.rule), "bold"), (f"{name} {conditions_text(answer.rule)}", ""), (gone, "dim")]
    yield from flowed(said, width, "    ", "      ")
    if answer.changes == "no":
        yield from flowed([(f"matches earlier than today, and no answer changes: {answer.because}", "")], width, "      ", "        ")
        return
    yield from flowed([("today", "dim"), (f" {answer.today}", "")], width, "      ", "        ")
    yield from flowed([("then ", "dim"), (f" {answer.then}", "")], width, "      ", "        ")
    if answer.changes == "undecided":
        yield from flowed([("whether an answer changes could not be decided", "yellow")], width, "      ")
    yield from flowed([(answer.because, "dim")], width, "      ", "        ")
    if answer.request is not None:
        yield [("      try ", "dim"), (answer.request.curl(entrance), "green")]


def _proof(part: ListenerPlan) -> str:
    told = part.proof
    kept = (
        f"order kept in {told.kept} of {told.sensitive} pairs of rules in which it matters (both match some request, and act differently)."
    )
    others = " The others are told above." if on_purpose(part) else " The others have none: numbers of theirs are not known."
    others = others if told.kept < told.sensitive else ""
    order = f"{kept}{others}" if told.sensitive else "no two rules match the same request and act differently, so no order matters."
    least = "No plan moves fewer rules." if part.minimum_proved else f"At least {part.at_least} rules must move."
    return f"{order} {least}" if part.moves and not dropped(part.compaction) and not part.splits else order


REPORT = PlanReport("text", render)
