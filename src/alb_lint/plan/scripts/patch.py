"""A plan as a unified diff of source code: numbers that stand there as literals, and joins and splits where the proposal has the code with them.

What it cannot write is listed, to be done by hand.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import unified_diff
from typing import Final

from alb_lint.errors import PlanRefused
from alb_lint.findings.wording import action_text, clean, conditions_text, counted, rule_text
from alb_lint.model import PrioritySite, Rule
from alb_lint.plan.naming import listed
from alb_lint.plan.plan import LEFT_ALONE, ListenerPlan, dropped
from alb_lint.plan.proposal import Key, Proposal, Redraft, key_of, rules_by_id
from alb_lint.plan.scripts.script import Script
from alb_lint.plan.steps.any_order import halfway, told
from alb_lint.record import record

CONTEXT: Final = 3
_TWO_STEPS: Final = (
    "note: one deployment may take values or a rule away before another rule has them; so that no request falls between, deploy the values and "
    "rules that are added first, then the rest"
)


@record
class Edit:
    """A literal that gets another number."""

    site: PrioritySite
    new: int


@record
class ByHand:
    """What a patch cannot do: `task` in words, at `place`."""

    place: str
    task: str


@record
class Patch:
    edits: tuple[Edit, ...]
    by_hand: tuple[ByHand, ...]


def patch_of(proposal: Proposal) -> Patch:
    """The edits by file and offset, and what is left for people."""
    wanted = _wanted(proposal)
    edits: dict[tuple[str, int], Edit] = {}
    by_hand = []
    for part in proposal.plan.listeners:
        rules = rules_by_id(proposal.base(part))
        for move in part.moves:
            rule = rules[move.rule]
            site, users = literal_of(rule), rule.shared_site.rules if rule.shared_site is not None else 1
            numbers = wanted.get((site.file, site.offset), ()) if site is not None else ()
            if "priority" in rule.left_alone:
                by_hand.append(ByHand(str(rule.location), f"{rule_text(rule)} becomes {move.new}: {LEFT_ALONE}"))
            elif site is None or site.file in ("", "-"):
                by_hand.append(ByHand(str(rule.location), f"{rule_text(rule)} becomes {move.new}: {_why(rule)}"))
            elif len(set(numbers)) > 1:
                told = listed(str(number) for number in sorted(set(numbers)))
                by_hand.append(
                    ByHand(
                        _at(site), f"{rule_text(rule)} becomes {move.new}: the literal gives the number of several rules, which get {told}"
                    )
                )
            elif len(numbers) < users:
                others = counted(users - len(numbers), "more rule")
                told = f"the literal gives the number of {others} that {'is' if users - len(numbers) == 1 else 'are'} not in this plan"
                by_hand.append(ByHand(_at(site), f"{rule_text(rule)} becomes {move.new}: {told}"))
            else:
                edits[site.file, site.offset] = Edit(site, move.new)
        for merge in part.merges:
            keep = rules[merge.keep]
            gone = listed(f"{rule_text(rules[name])} at {rules[name].location}" for name in merge.drop)
            by_hand.append(
                ByHand(str(keep.location), f"{rule_text(keep)} forwards to {action_text(merge.action)}, and its twins are deleted: {gone}")
            )
        by_hand += _by_compaction(part, rules, proposal.redraft)
        by_hand += _by_splits(part, rules, proposal.redraft)
    return Patch(tuple(edits[key] for key in sorted(edits)), tuple(by_hand))


def literal_of(rule: Rule) -> PrioritySite | None:
    """The literal that gives the rule its number, of this rule alone or of others as well."""
    return rule.shared_site.site if rule.shared_site is not None else rule.priority_site


def undone(proposal: Proposal, patch: Patch) -> list[str]:
    """What goes wrong where the patch is deployed without what is left by hand, in words; one sentence for each listener."""
    written = {edit.site for edit in patch.edits}
    found = []
    for part in proposal.plan.listeners if patch.edits else ():
        rules = rules_by_id(proposal.base(part))
        done = [move for move in part.moves if literal_of(rules[move.rule]) in written]
        left = [move for move in part.moves if literal_of(rules[move.rule]) not in written]
        doomed = [name for merge in part.merges for name in merge.drop]
        found.append(halfway(proposal.facts_of(part), done, left, doomed))
    return [said for said in found if said]


def _by_compaction(part: ListenerPlan, rules: Mapping[str, Rule], redraft: Redraft) -> Iterator[ByHand]:
    if part.compaction is None:
        return
    for join in part.compaction.joins:
        keep = rules[join.keep]
        gone = listed(f"{rule_text(rules[name])} at {rules[name].location}" for name in join.drop)
        after = conditions_text(replace(keep, conditions=join.conditions))
        task = f"{rule_text(keep)} gets the conditions {after}" + (f"; then these are deleted: {gone}" if gone else f": {join.because}")
        yield from _left(redraft, key_of("join", part, join.keep), keep, task)
    for name in part.compaction.removed:
        yield from _left(redraft, key_of("removed", part, name), rules[name], f"{rule_text(rules[name])} is deleted: it changes no answer")


def _by_splits(part: ListenerPlan, rules: Mapping[str, Rule], redraft: Redraft) -> Iterator[ByHand]:
    for split in part.splits:
        rule = rules[split.rule]
        first, *others = (conditions_text(replace(rule, conditions=piece.conditions)) for piece in split.pieces)
        more = listed(f"{takes} at {piece.priority}" for takes, piece in zip(others, split.pieces[1:], strict=True))
        beside = f"; new rules with the same action get {more}" if len(others) > 1 else f"; a new rule with the same action gets {more}"
        task = f"{rule_text(rule)} has {split.because}: it keeps the conditions {first}{beside if others else ''}"
        yield from _left(redraft, key_of("split", part, split.rule), rule, task)


def _left(redraft: Redraft, key: Key, rule: Rule, task: str) -> Iterator[ByHand]:
    """The task, with the reason why no tool does it, where the code does not say it already."""
    if key not in redraft.done:
        why = redraft.reasons.get(key, "")
        yield ByHand(str(rule.location), f"{task} ({why})" if why else task)


def _wanted(proposal: Proposal) -> dict[tuple[str, int], list[int]]:
    """Per literal the numbers that the rules need which get theirs from it, whether they move or stay."""
    new = {(part.id, move.rule): move.new for part in proposal.plan.listeners for move in part.moves}
    gone = {(part.id, name) for part in proposal.plan.listeners for merge in part.merges for name in merge.drop}
    gone |= {(part.id, name) for part in proposal.plan.listeners for name in dropped(part.compaction)}
    found: dict[tuple[str, int], list[int]] = {}
    for facts in proposal.facts:
        for rule in facts.listener.rules:
            site, key = literal_of(rule), (facts.listener.id, rule.id)
            number = new.get(key, rule.priority)
            if site is not None and key not in gone and isinstance(number, int):
                found.setdefault((site.file, site.offset), []).append(number)
    return found


def _why(rule: Rule) -> str:
    if rule.id.startswith("arn:"):
        return "it is known from an export only; change it where it is defined"
    return "its number is not a literal of its own"


def _at(site: PrioritySite) -> str:
    return f"{site.file}:{site.line}:{site.column}"


def files(patch: Patch) -> tuple[str, ...]:
    """The files in which numbers change, sorted."""
    return tuple(sorted({edit.site.file for edit in patch.edits}))


def edited(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The file with its edits. Raises PlanRefused where another text stands at the place of one."""
    at = 0
    pieces = []
    for edit in sorted(edits, key=lambda item: item.site.offset):
        site = edit.site
        if site.offset < at or data[site.offset : site.offset + site.length] != site.text.encode():
            raise PlanRefused(f"{site.text!r} is no longer there", where=_at(site), hint="the file has changed: plan again")
        pieces += [data[at : site.offset], str(edit.new).encode()]
        at = site.offset + site.length
    return b"".join([*pieces, data[at:]])


def render(proposal: Proposal, contents: Mapping[str, bytes]) -> str:
    """Comment lines: what is left by hand, what may happen while it is deployed. Then the diff; programs that apply it pass over the comments."""
    patch = patch_of(proposal)
    lines = [f"no plan for {proposal.name(refused.listener)}: {refused.reason}" for refused in proposal.plan.refused]
    lines += [f"by hand: {item.place}: {item.task}" for item in patch.by_hand]
    text = "".join(f"# {clean(line)}\n" for line in lines)
    text += "".join(f"# note: do by hand what is left before you deploy: without it {clean(said)}\n" for said in undone(proposal, patch))
    for part in proposal.plan.listeners:
        text += "".join(f"# note: {clean(line)}\n" for line in told(proposal.facts_of(part), part))
    if proposal.redraft.done:
        text += f"# {_TWO_STEPS}\n"
    after = proposal.redraft.contents or drafts(patch, contents)
    for name in sorted(after):
        text += _diff(name, contents[name], after[name])
    return text or "# nothing to change\n"


def drafts(patch: Patch, contents: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files with the numbers of the patch, by name."""
    return {name: edited(contents[name], (edit for edit in patch.edits if edit.site.file == name)) for name in files(patch)}


def header(name: str) -> str:
    """The two lines that begin the diff of a file."""
    heads = (name, name) if name.startswith("/") else (f"a/{name}", f"b/{name}")
    return f"--- {_quoted(heads[0])}\n+++ {_quoted(heads[1])}\n"


def _diff(name: str, old: bytes, new: bytes) -> str:
    """The unified diff of two texts. Those of the same number of lines are compared line by line, however many there are."""
    before, after = _lines(old), _lines(new)
    if before == after:
        return ""
    if len(before) != len(after):
        lines = list(unified_diff(before, after, n=CONTEXT))[2:]
        return header(name) + "".join(line if line.startswith("@@") else _line(line[0], line[1:]) for line in lines)
    changed = [index for index, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1]]
    text = header(name)
    for first, last in _hunks(changed, len(before)):
        text += f"@@ -{first + 1},{last - first} +{first + 1},{last - first} @@\n"
        text += "".join(_hunk(before, after, first, last))
    return text


def _lines(data: bytes) -> list[str]:
    lines = data.decode("utf-8", "surrogateescape").split("\n")
    return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _hunks(changed: Sequence[int], count: int) -> Iterator[tuple[int, int]]:
    """(first line, line after the last) of each hunk, 0-based."""
    first = last = changed[0]
    for index in [*changed[1:], -1]:
        if index >= 0 and index - last <= 2 * CONTEXT + 1:
            last = index
            continue
        yield max(first - CONTEXT, 0), min(last + CONTEXT + 1, count)
        first = last = index


def _hunk(before: Sequence[str], after: Sequence[str], first: int, last: int) -> Iterator[str]:
    index = first
    while index < last:
        if before[index] == after[index]:
            yield _line(" ", before[index])
            index += 1
            continue
        end = next((place for place in range(index, last) if before[place] == after[place]), last)
        yield from (_line("-", line) for line in before[index:end])
        yield from (_line("+", line) for line in after[index:end])
        index = end


def _line(sign: str, text: str) -> str:
    return sign + text if text.endswith("\n") else f"{sign}{text}\n\\ No newline at end of file\n"


def _quoted(name: str) -> str:
    """The name as git writes it: in quotes with escapes where it has characters that a header line cannot."""
    if name.isprintable() and '"' not in name and "\\" not in name:
        return f"{name}\t" if " " in name else name
    shown = "".join(
        chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\{byte:03o}" for byte in name.encode("utf-8", "surrogateescape")
    )
    return f'"{shown}"'


SCRIPT = Script("patch", render)
