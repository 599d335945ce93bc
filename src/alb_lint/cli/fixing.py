"""`check --fix`, `--diff` and `--suggest`: what can be changed in the code by itself, and lines for the config."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from alb_lint.cli import exit_codes, options
from alb_lint.cli.flags import flag
from alb_lint.errors import PlanRefused, SourceError, UsageError
from alb_lint.files import NotRead, content, is_folder, real
from alb_lint.model import Estate
from alb_lint.record import replace

if TYPE_CHECKING:
    from alb_lint.cli.judging import Judging
    from alb_lint.mending.mend import Mended

Fix = Annotated[bool, flag("--fix", help="Change the code where that is safe and proved: redundant values, numbers into their ranges.")]
Diff = Annotated[bool, flag("--diff", help="Show what --fix would change, and change nothing.")]
Suggest = Annotated[bool, flag("--suggest", help="Print lines for the config that answer the findings.")]
_PANEL: Final = ("--fix", "--diff", "--suggest")


def refuse_together(fix: bool, diff: bool, suggest: bool, since: str) -> None:
    """Raises UsageError for flags of which only one has a meaning in one run."""
    given = [name for name, on in zip(_PANEL, (fix, diff, suggest), strict=True) if on]
    if len(given) > 1 or (given and since):
        other = given[1] if len(given) > 1 else "--since"
        raise UsageError(f"it does not go together with {other}", where=given[0], hint="run the one, then the other")


def mended(ready: "Judging", estate: Estate, names: Sequence[str], read_again: Callable[[], Estate]) -> "Mended":
    from alb_lint.mending.mend import mend

    roots = [real(name) for name in names if name != "-"]

    def inside(file: str) -> bool:
        return any(real(file) == root or (is_folder(root) and Path(real(file)).is_relative_to(root)) for root in roots)

    return mend(estate, ready.settings, options.today(), ready.chosen, inside, read_again)


def fix(ready: "Judging", estate: Estate, names: Sequence[str], read_again: Callable[[], Estate]) -> Estate:
    """Changes the files, says what was changed and what was left, and returns the estate as it is then."""
    from alb_lint.cli.writing import next_step, write_code

    found = mended(ready, estate, names, read_again)
    try:
        if read_again() != estate or any(content(name) != found.was[name] for name in found.contents):
            raise PlanRefused("the rules changed while they were looked at", hint="run it again")
        write_code(dict(sorted(found.contents.items())))
    except NotRead as error:
        raise PlanRefused(f"a file cannot be read again: {error.reason}", hint="run it again") from error
    except OSError as error:
        raise UsageError(f"cannot write it: {error.strerror}", where=str(error.filename or ""), hint=next_step(error)) from error
    _tell(found, "changed", ready.quiet)
    return found.estate


def diff(ready: "Judging", estate: Estate, names: Sequence[str], read_again: Callable[[], Estate]) -> int:
    """Prints what `fix` would change as a unified diff; 1 where that is anything."""
    found = mended(ready, estate, names, read_again)
    options.write("".join(_diff(name, found.contents) for name in sorted(found.contents)), ready.output)
    _tell(found, "would change", ready.quiet)
    return exit_codes.FINDINGS if found.contents else exit_codes.CLEAN


def suggest(ready: "Judging", estate: Estate, whole: bool) -> int:
    """Prints the config lines that answer the findings."""
    from alb_lint import pipeline
    from alb_lint.reports.suggestions import suggestions

    summary = pipeline.lint(estate, ready.settings, options.today(), ready.chosen, ready.known, whole)
    options.write(suggestions(replace(summary, estate=estate, config=ready.settings)), ready.output)
    return exit_codes.CLEAN


def _diff(name: str, contents: Mapping[str, bytes]) -> str:
    from alb_lint.plan.scripts.patch import header

    try:
        old = content(name)
    except NotRead as error:
        raise SourceError(f"cannot read it again: {error.reason}", where=name) from error
    before, after = (data.decode("utf-8", "surrogateescape").splitlines(keepends=True) for data in (old, contents[name]))
    text = header(name)
    from difflib import unified_diff

    for line in list(unified_diff(before, after))[2:]:
        text += line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
    return text


def _tell(found: "Mended", verb: str, quiet: bool) -> None:
    for line in found.changed:
        options.note(f"{verb}: {line}", quiet)
    for line in found.left:
        options.note(f"left: {line}", quiet)
    if not found.changed and not found.left:
        options.note("nothing to fix", quiet)
