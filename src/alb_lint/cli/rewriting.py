"""Source code that a plan changes: read as it stands, written whole or not at all."""

from collections.abc import Callable, Mapping, Sequence

from alb_lint.cli.writing import next_step, write_code
from alb_lint.errors import PlanRefused, SourceError, UsageError
from alb_lint.files import NotRead, content, is_file
from alb_lint.findings.wording import counted
from alb_lint.model import Estate, Listener, Rule
from alb_lint.plan.allocation.into_code import applied, insertions
from alb_lint.plan.naming import listed
from alb_lint.plan.proposal import Proposal
from alb_lint.plan.scripts.patch import Patch, drafts, files, literal_of, patch_of, undone
from alb_lint.record import replace


def redrafted(proposal: Proposal, estate: Estate, read_again: Callable[[], Estate]) -> Proposal:
    """The proposal with the code in which its joins, deletions and splits stand, where it has any."""
    if not any(part.compaction is not None or part.splits for part in proposal.plan.listeners):
        return proposal
    from alb_lint.mending.recode import redraft

    return replace(proposal, redraft=redraft(proposal, estate, read_again))


def contents(proposal: Proposal) -> dict[str, bytes]:
    """The bytes of each file that a patch of the plan would change. Raises SourceError where one cannot be read any more."""
    found = {}
    for name in sorted({*files(patch_of(proposal)), *proposal.redraft.contents}):
        try:
            found[name] = content(name)
        except NotRead as error:
            raise SourceError(f"cannot read it again: {error.reason}", where=name) from error
    return found


def write(proposal: Proposal, was: Mapping[str, bytes], read_again: Callable[[], Estate]) -> str:
    """Puts the plan into the files; returns what was done, in words.

    `was`: their content. Raises PlanRefused, before anything is written, where that or what is read once more is not what the plan was made from;
    and where the code that was written does not have the numbers that were meant: the files then become what they were.
    """
    if tuple(read_again().listeners) != tuple(facts.listener for facts in proposal.facts):
        raise PlanRefused("the rules changed while the plan was made", hint="run it again")
    patch = patch_of(proposal)
    names = tuple(was)
    after = proposal.redraft.contents or drafts(patch, was)
    try:
        for name in names:
            if content(name) != was[name] or proposal.redraft.was.get(name, was[name]) != was[name]:
                raise PlanRefused("the file changed while the plan was made", where=name, hint="run it again")
        write_code({name: data for name, data in after.items() if data != was[name]})
        if not proposal.redraft.contents and _numbers(read_again().listeners) != _meant(proposal, patch):
            write_code({name: was[name] for name in after})
            raise PlanRefused("the code did not take the numbers as they are meant", hint="nothing was changed; write them by hand")
    except NotRead as error:
        raise PlanRefused(f"it cannot be read again: {error.reason}", where=name, hint="run it again") from error
    except OSError as error:
        raise UsageError(f"cannot write it: {error.strerror}", where=str(error.filename or ""), hint=next_step(error)) from error
    before = " before you deploy: without, answers change or numbers collide" if undone(proposal, patch) else ""
    hand = f", {len(patch.by_hand)} to do by hand{before}" if patch.by_hand else ""
    if not after:
        return f"wrote nothing{hand}"
    return f"wrote {_done(proposal, len(patch.edits))} into {counted(len(after), 'file')}{hand}"


def _numbers(listeners: Sequence[Listener]) -> list[tuple[str, list[str]]]:
    """Per listener the numbers of its rules. A name may hold a number, so that rules are not looked up by it."""
    return sorted((item.id, sorted(str(rule.priority) for rule in item.rules)) for item in listeners)


def _meant(proposal: Proposal, patch: Patch) -> list[tuple[str, list[str]]]:
    """The same, with what the patch writes."""
    written = {edit.site: edit.new for edit in patch.edits}
    moved = {(part.id, move.rule) for part in proposal.plan.listeners for move in part.moves}
    listeners = []
    for facts in proposal.facts:
        base = facts.listener
        rules = [
            replace(rule, priority=written.get(site, rule.priority)) if (base.id, rule.id) in moved and (site := literal_of(rule)) else rule
            for rule in base.rules
        ]
        listeners.append(replace(base, rules=tuple(rules)))
    return _numbers(listeners)


def _done(proposal: Proposal, numbers: int) -> str:
    kinds = [kind for kind, _, _ in proposal.redraft.done]
    words = (("join", "join"), ("removed", "deletion"), ("split", "split"))
    told = [counted(kinds.count(kind), word) for kind, word in words if kind in kinds]
    return listed([*told, counted(numbers, "number")] if numbers or not told else told)


def write_numbers(rules: Sequence[Rule], numbers: Sequence[int], read_again: Callable[[], Estate], alike: Sequence[Rule] = ()) -> str:
    """Puts the numbers of new rules into the code in which they stand; returns what was done, in words. `alike`: rules that the
    same code makes elsewhere, and that have the numbers as well then.

    What was written is read again: where it does not say what was meant, the files become what they were. Raises UsageError where a number
    can only be put there by hand, PlanRefused where the code does not take it; nothing is changed then.
    """
    names = dict.fromkeys(rule.priority_site.file if rule.priority_site is not None else rule.location.file for rule in rules)
    try:
        was = {name: content(name) for name in names if name and name != "-" and is_file(name)}
        found = insertions(rules, numbers, was)
        if found.by_hand:
            place, task = found.by_hand[0]
            more = f"; and {len(found.by_hand) - 1} more" if len(found.by_hand) > 1 else ""
            raise UsageError(f"by hand: {task}{more}", where=place, hint="nothing was written")
        drafts = {name: applied(was[name], [edit for edit in found.edits if edit.file == name]) for name in was}
        write_code({name: data for name, data in drafts.items() if data != was[name]})
        held = {rule.id: rule.priority for listener in read_again().listeners for rule in listener.rules}
        meant = [*zip(rules, numbers, strict=True), *zip(alike, [*numbers] * (len(alike) // max(len(numbers), 1)), strict=True)]
        wrong = next((rule for rule, number in meant if held.get(rule.id) != number), None)
        if wrong is not None:
            write_code({name: was[name] for name in drafts if drafts[name] != was[name]})
            raise PlanRefused(
                f"the code did not take the number of {wrong.label}",
                where=str(wrong.location),
                hint="nothing was changed; write the number by hand",
            )
    except NotRead as error:
        raise SourceError(f"cannot read it again: {error.reason}", where=", ".join(names)) from error
    except OSError as error:
        raise UsageError(f"cannot write it: {error.strerror}", where=str(error.filename or ""), hint=next_step(error)) from error
    many = sum(1 for name in drafts if drafts[name] != was[name])
    return f"wrote {counted(len(rules), 'number')} into {counted(many, 'file')}" if many else "the numbers stand there already"
