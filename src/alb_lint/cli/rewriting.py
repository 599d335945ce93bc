"""Source code that a plan changes: read as it stands, written whole or not at all."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from alb_lint.cli.writing import write_all
from alb_lint.errors import PlanRefused, SourceError, UsageError
from alb_lint.model import Listener
from alb_lint.plan.proposal import Proposal
from alb_lint.plan.scripts.patch import edited, files, patch_of


def contents(proposal: Proposal) -> dict[str, bytes]:
    """The bytes of each file that a patch of the plan would change. Raises SourceError where one cannot be read any more."""
    found = {}
    for name in files(patch_of(proposal)):
        try:
            found[name] = Path(name).read_bytes()
        except OSError as error:
            raise SourceError(f"cannot read it again: {error.strerror}", where=name) from error
    return found


def write(proposal: Proposal, was: Mapping[str, bytes], again: Sequence[Listener]) -> str:
    """Puts the new numbers into the files; returns what was done, in words.

    `was`: their content; `again`: the listeners read once more after that. Raises PlanRefused, before anything is written, where either is not
    what the plan was made from.
    """
    if tuple(again) != tuple(facts.listener for facts in proposal.facts):
        raise PlanRefused("the rules changed while the plan was made", hint="run it again")
    patch = patch_of(proposal)
    names = files(patch)
    drafts = [(Path(name).resolve(), edited(was[name], (edit for edit in patch.edits if edit.site.file == name))) for name in names]
    try:
        for name in names:
            if Path(name).read_bytes() != was[name]:
                raise PlanRefused("the file changed while the plan was made", where=name, hint="run it again")
        write_all(drafts)
    except OSError as error:
        raise UsageError(f"cannot write it: {error.strerror}", where=str(error.filename or "")) from error
    hand = f", {len(patch.by_hand)} to do by hand" if patch.by_hand else ""
    return f"wrote {_count(len(patch.edits), 'number')} into {_count(len(drafts), 'file')}{hand}"


def _count(many: int, what: str) -> str:
    return f"{many} {what}" if many == 1 else f"{many} {what}s"
