"""One listener in the report of a plan: where it is, what moves, what changes for whom, all of it before and after, the proof, what is left."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final

from alb_lint.config import spell
from alb_lint.findings.finding import Severity
from alb_lint.findings.summary import Summary
from alb_lint.findings.wording import actions_text, conditions_text, counted, group_name, number
from alb_lint.model import Entrance, Rule
from alb_lint.plan.plan import Compaction, ListenerPlan, Merge, Move, Split, dropped
from alb_lint.plan.proposal import Proposal, rules_by_id
from alb_lint.plan.steps.apply import apply_plan
from alb_lint.plan.steps.commands import region
from alb_lint.plan.wanted.ranges import ranges_of
from alb_lint.plan.wanted.rollout import STEPS, Rollout, rollouts
from alb_lint.reports.axis import Band
from alb_lint.reports.plans.answers import Answer, answers
from alb_lint.reports.plans.blocks import (
    Block,
    Code,
    Folded,
    Heading,
    Items,
    Line,
    Moved,
    MovesPicture,
    Paragraph,
    Part,
    Strong,
    Table,
    Words,
    line,
)
from alb_lint.reports.plans.summing import groups_text, limit_text, numbers_of, on_purpose
from alb_lint.reports.plans.whole_listener import whole_listener
from alb_lint.reports.sentences import sentence

PAIRS: Final = 100
"""Order-sensitive pairs shown per listener; json lists all."""
FINDINGS: Final = 50
"""Findings of the state after the plan that are listed per listener."""


def listener(proposal: Proposal, part: ListenerPlan) -> Iterator[Block]:
    base = proposal.base(part)
    rules = rules_by_id(base)
    new = rules_by_id(apply_plan(part, base))
    yield Heading(2, f"Listener {proposal.name(part.id)}")
    about = _where(proposal, part)
    if about:
        yield Paragraph(about)
    if part.moves:
        yield Heading(3, "What moves")
        yield _picture(proposal, part, rules)
        yield from _moves(proposal, part, new)
    if part.compaction is not None:
        yield Heading(3, "Fewer rules")
        yield from _compaction(part.compaction, rules)
    if part.splits:
        yield Heading(3, "Rules over their limits")
        yield _splits(part.splits, rules)
    if part.merges:
        yield Heading(3, "Rules that become one")
        yield from _merges(part.merges, rules, new)
    found = answers(proposal, part)
    if found:
        yield Heading(3, "What changes, and for whom")
        yield from _answers(found, base.entrance)
    if part.merges:
        yield Heading(3, "Weights")
        yield Paragraph(
            line("By environment, and step by step to the newcomers. A step is one ModifyRule call with these weights; none moves a rule.")
        )
        yield _weights(part.merges, rollouts(proposal.facts_of(part), part.merges, proposal.config))
    if part.steps:
        yield Heading(3, "The whole listener, before and after")
        yield from whole_listener(part, base)
    if part.proof.certificate:
        yield Heading(3, "Order that is kept")
        yield from _pairs(part, rules, base.entrance)
    if part.id in proposal.unjudged:
        yield Heading(3, "What is left after this plan")
        why = " would find then was not looked at: the rules of the listeners above share too many requests for one run."
        yield Paragraph(line("What ", Code("check"), why))
    elif proposal.left is not None:
        yield Heading(3, "What is left after this plan")
        yield from _left(part.id, proposal.left, proposal.now)
    if part.notes:
        yield Heading(3, "Good to know")
        yield Items(tuple(line(note.reason) for note in part.notes))


def _where(proposal: Proposal, part: ListenerPlan) -> Line:
    """Account, region and load balancer, as far as they are told."""
    base = proposal.base(part)
    words = part.id.split(":")
    arn = len(words) > 5 and words[0] == "arn"
    balancer = base.load_balancer
    name = (balancer.name or balancer.id) if balancer is not None else ""
    if arn and not name and "/app/" in part.id:
        name = part.id.split("/app/", 1)[1].split("/", 1)[0]
    port = f"{base.protocol or 'port'} {base.port}" if base.port else base.protocol
    told = (
        ("Account", words[4] if arn else ""),
        ("region", region(part.id)),
        ("load balancer", name),
        ("DNS name", base.entrance.dns_name),
        ("listens on", port),
        ("", part.id),
    )
    parts: list[Part] = []
    for label, value in told:
        if value:
            parts += [Words(", ")] if parts else []
            parts += [Words(f"{label} ")] if label else []
            parts.append(Code(value))
    return tuple(parts)


def _moves(proposal: Proposal, part: ListenerPlan, new: dict[str, Rule]) -> Iterator[Block]:
    bands = {item.name: item for item in ranges_of(proposal.base(part), proposal.config)}
    ordered = sorted(part.moves, key=lambda move: (_place(move, part), move.new))
    for name, group in groupby(ordered, key=lambda move: move.range):
        band = bands.get(name)
        told: list[Part] = [Strong(name), Words(f" {spell(band.priorities)}")] if band is not None else [Words("Outside all ranges")]
        if band is not None and band.was:
            told.append(Words(f", was {spell(band.was)}"))
        yield Paragraph(tuple(told))
        moves = list(group)
        reasons = {move.because for move in moves}
        # one reason for all of a range is the range itself
        why = len(reasons) > 1 or band is None or f"belongs to {name}" not in moves[0].because
        rows = []
        for move in moves:
            cells = (line(Code(str(move.old))), line(Code(str(move.new))), takes(new[move.rule]), line(actions_text(new[move.rule])))
            rows.append((*cells, line(move.because)) if why else cells)
        head = ("From", "To", "Rule", "Action after the plan", "Because")
        yield Table(head if why else head[:-1], tuple(rows), (0, 1))


def _picture(proposal: Proposal, part: ListenerPlan, rules: dict[str, Rule]) -> MovesPicture:
    base = proposal.base(part)
    gone = {*(move.rule for move in part.moves), *(name for merge in part.merges for name in merge.drop), *dropped(part.compaction)}
    kept = tuple(rule.priority for rule in base.rules if rule.id not in gone and isinstance(rule.priority, int))
    moves = tuple(Moved(move.old, move.new, f"{move.old} → {move.new}  {conditions_text(rules[move.rule])}") for move in part.moves)
    return MovesPicture(moves, kept, tuple(Band(one.name, one.priorities) for one in ranges_of(base, proposal.config)))


def _place(move: Move, part: ListenerPlan) -> int:
    """Ranges in the order of their lowest new number."""
    return min(other.new for other in part.moves if other.range == move.range)


def _compaction(fewer: Compaction, rules: dict[str, Rule]) -> Iterator[Block]:
    least = "No fewer will do." if fewer.after == fewer.at_least else f"{fewer.at_least} at least are needed."
    yield Paragraph(line(f"{fewer.before} rules become {fewer.after}; {limit_text(fewer.after, fewer.limit)}. {least}"))
    for text in groups_text(fewer):
        yield Paragraph(line(f"{text[0].upper()}{text[1:]}."))
    if fewer.joins:
        rows = []
        for join in fewer.joins:
            whole = replace(rules[join.keep], conditions=join.conditions)
            gone = [piece for name in join.drop for piece in (Words("; "), *who(rules[name]))][1:]
            gone = gone or [*line(f"itself: {join.because}")]
            rows.append((line(Code(str(join.priority))), takes(whole), line(actions_text(whole)), tuple(gone)))
        yield Table(("At", "Requests", "Action", "In place of"), tuple(rows), (0,))
    if fewer.removed:
        yield Paragraph(line("These change no answer and go:"))
        yield Items(tuple(who(rules[name]) for name in fewer.removed))


def _splits(splits: Sequence[Split], rules: dict[str, Rule]) -> Block:
    rows = []
    for split in splits:
        rule = rules[split.rule]
        for piece in sorted(split.pieces, key=lambda piece: piece.priority):
            whole = replace(rule, conditions=piece.conditions)
            old = piece is split.pieces[0]
            why = line(Code(number(rule)), f", which has {split.because}") if old else line("new")
            rows.append((line(Code(str(piece.priority))), takes(whole), line(actions_text(whole)), why))
    return Table(("At", "Requests", "Action", "In place of"), tuple(rows), (0,))


def _merges(merges: Sequence[Merge], rules: dict[str, Rule], new: dict[str, Rule]) -> Iterator[Block]:
    yield Paragraph(
        line("They match exactly the same requests. One of them stays and forwards to the target groups of all; the others go.")
    )
    rows = []
    for merge in merges:
        gone = [piece for name in merge.drop for piece in (Words("; "), *_twin(rules[name]))][1:]
        becomes = line(actions_text(new[merge.keep]))
        rows.append((line(Code(str(merge.priority))), takes(rules[merge.keep]), becomes, _twin(rules[merge.keep]), tuple(gone)))
    yield Table(("At", "Requests", "Becomes", "Stays", "Goes"), tuple(rows), (0,))


def _weights(merges: Sequence[Merge], found: dict[str, Rollout]) -> Table:
    """A row per merged rule and target group; a column for the plan, each environment and each step."""
    environments = list(dict.fromkeys(name for rollout in found.values() for name, _ in rollout.environments))
    rows = []
    for merge in merges:
        rollout = found[merge.keep]
        told, steps = dict(rollout.environments), dict(rollout.steps)
        for place, (group, share) in enumerate(zip(rollout.groups, merge.action.shares, strict=True)):
            columns = [told.get(name) for name in environments] + [steps.get(step) for step in STEPS]
            cells = (line(str(weights[place]) if weights is not None else "–") for weights in columns)
            rows.append((line(Code(str(merge.priority))), line(group_name(group)), line(Strong(str(share.weight))), *cells))
    head = ("At", "Target group", "This plan", *environments, *(f"{step} %" for step in STEPS))
    return Table(head, tuple(rows), (0, *range(2, len(head))))


def _answers(found: Sequence[Answer], entrance: Entrance) -> Iterator[Block]:
    rows = []
    for answer in found:
        request = line(Code(answer.request.curl(entrance))) if answer.request is not None else line("–")
        gone = f" in place of {numbers_of(answer.gone)}" if answer.gone else ""
        told = {"yes": "", "no": "No answer changes. ", "undecided": "Whether an answer changes could not be decided. "}[answer.changes]
        because = line(*([Strong(told)] if told else []), answer.because)
        cells = ((*who(answer.rule), Words(gone)), line(answer.today), line(answer.then), request, because)
        rows.append(cells)
    yield Table(("Rule", "Answer today", "Answer after the plan", "A request to try", "Because"), tuple(rows))


def _pairs(part: ListenerPlan, rules: dict[str, Rule], entrance: Entrance) -> Iterator[Block]:
    proof = part.proof
    shared = f"{counted(proof.overlapping, 'pair')} of rules {'matches' if proof.overlapping == 1 else 'match'} some request both"
    order = f"in {proof.sensitive} of them the order matters, since the two act differently"
    kept = "All of these keep" if proof.kept == proof.sensitive else f"{proof.kept} of these keep"
    others = "change it on purpose, as told above" if on_purpose(part) else "have none, since numbers of theirs are not known"
    rest = "." if proof.kept == proof.sensitive else f"; the others {others}."
    yield Paragraph(line(f"{shared}; {order}. {kept} their order{rest}"))
    rows = tuple(
        (
            who(rules[pair.before]),
            who(rules[pair.after]),
            line(Code(pair.witness.curl(entrance))) if pair.witness is not None else line("–"),
        )
        for pair in proof.certificate[:PAIRS]
    )
    table = Table(("Before", "After", "A request that both match"), rows)
    more = proof.kept - len(rows)
    of = f" of {proof.kept}" if more else ""
    rest_ = (
        (Paragraph(line(f"and {counted(more, 'more pair')}: --format json lists them, or the pairs that they follow from.")),)
        if more
        else ()
    )
    yield Folded(f"{len(rows)}{of} {'pair' if proof.kept == 1 else 'pairs'}, with a request for each", (table, *rest_))


def _left(name: str, left: Summary, now: Summary | None) -> Iterator[Block]:
    """What `check` finds on the listener as it is then."""
    findings = [finding for finding in left.findings if finding.listener == name]
    today = [finding.severity for finding in now.findings if finding.listener == name] if now is not None else []
    told = f" (today: {_counts(today)})" if now is not None else ""
    yield Paragraph(
        line(
            Strong(f"{_counts([finding.severity for finding in findings])}"),
            f"{told}. ",
            Code("alb-lint check"),
            " finds:" if findings else " finds nothing.",
        )
    )
    shown = [finding for finding in findings if finding.severity is not Severity.INFO]
    lines = [
        line(Strong(f"{finding.severity.label} {finding.info.code}"), f" {finding.info.name}: {sentence(finding)}")
        for finding in shown[:FINDINGS]
    ]
    if len(shown) > FINDINGS:
        lines.append(line(f"and {len(shown) - FINDINGS} more"))
    infos = Counter(f"{finding.info.code} {finding.info.name}" for finding in findings if finding.severity is Severity.INFO)
    if infos:
        lines.append(line(Strong("info"), " " + ", ".join(f"{code} ×{many}" if many > 1 else code for code, many in sorted(infos.items()))))
    if lines:
        yield Items(tuple(lines))


def _counts(severities: Sequence[Severity]) -> str:
    found = Counter(severities)
    words = [counted(found[Severity.ERROR], "error"), counted(found[Severity.WARNING], "warning"), f"{found[Severity.INFO]} info"]
    return ", ".join(word for word in words if not word.startswith("0 ")) or "no findings"


# -- words -------------------------------------------------------------------------------------------------------------------


def takes(rule: Rule) -> Line:
    """The rule's name, where it has one, and what it matches."""
    parts: list[Part] = [Strong(rule.name), Words(" ")] if rule.name else []
    return (*parts, Code(conditions_text(rule)))


def who(rule: Rule) -> Line:
    return line(Code(number(rule)), " ", *takes(rule))


def _twin(rule: Rule) -> Line:
    """Number, the end of the ARN or address, since twins look alike otherwise, and where it forwards to today."""
    tail = rule.name or rule.id.rsplit("/", 1)[-1]
    return line(Code(f"{number(rule)} {tail}"), f" → {actions_text(rule)}")
