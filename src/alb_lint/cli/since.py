"""`--since REF`: the same input as it was at a git revision."""

import os
from collections.abc import Callable, Sequence
from contextlib import chdir
from pathlib import Path

from alb_lint.config import Config
from alb_lint.errors import UsageError
from alb_lint.files import is_file, is_folder, real
from alb_lint.inputs import Input
from alb_lint.model import Estate
from alb_lint.record import replace
from alb_lint.sources.revision import checked_out
from alb_lint.sources.source import ReadOptions

Read = Callable[[Sequence[str], Config, ReadOptions], Estate]


def older(revision: str, names: Sequence[str], settings: Config, told: ReadOptions, read: Read) -> Estate:
    """What `read` finds under those of the names that were there at the revision, told under the names that it has now.

    A file of `told` counts as it was there; one that was not, or is of no repository, as it is.

    Raises UsageError where a name lies outside of the repository, and as `checked_out`.
    """
    if "-" in names:
        raise UsageError("standard input has no older version", where="--since", hint="name files or folders")
    with checked_out(revision, Path.cwd()) as (top, folder):
        here = _inside(Path.cwd(), top)
        wanted = [os.path.relpath(folder / _inside(Path(name), top), folder / here) for name in names]
        if not is_folder(folder / here):
            return Estate(())
        today = [os.path.abspath(name) for name in told.variable_files]  # noqa: PTH100 - a link stays one
        there = replace(settings, root=_moved(settings, top, folder))
        with chdir(folder / here):
            known = [Path(name).as_posix() for name in wanted if is_file(name) or is_folder(name)]
            files = tuple(name if is_file(name) else now for name, now in zip(told.variable_files, today, strict=True))
            return read(known, there, replace(told, variable_files=files)) if known else Estate(())


def now_and_then(given: Input, now: Callable[[], Estate], then: Callable[[], Estate]) -> tuple[Estate, Estate]:
    """Both. `given`: what is read now. Raises what the two raise, that of now first.

    Terraform is read one after the other, since what did not change is taken apart once for both. Nothing is shared of other code: it is read side
    by side where there are processors for it.
    """
    from alb_lint.parallel import in_order, processes

    if processes() == 1 or 2 * _size(given, "terraform") >= _size(given, ""):
        from alb_lint.languages.hcl.outlined import kept

        with kept():
            return now(), then()
    first, second = in_order(lambda number: then() if number else now(), 2, 2)
    return first, second


def _size(given: Input, kind: str) -> int:
    """Bytes of the input that are of a kind; "" for all."""
    return sum(len(target.data) for source, targets in given.groups if kind in ("", source.kind) for target in targets)


def _moved(settings: Config, top: Path, folder: Path) -> Path | None:
    """The folder of the config among the older files; one outside of the repository stays where it is.

    Raises UsageError where it lies above the repository and leaves out files of it.
    """
    if settings.root is None:
        return None
    root, whole = Path(real(settings.root)), Path(real(top))
    if root.is_relative_to(whole):
        return folder / root.relative_to(whole)
    if settings.exclude and whole.is_relative_to(root):
        raise UsageError(
            "its `exclude` cannot be told for an older version: it is outside of the git repository",
            where=settings.path,
            hint="put the config into the repository",
        )
    return root


def _inside(path: Path, top: Path) -> Path:
    """The path from the top of the repository."""
    try:
        return Path(real(path)).relative_to(real(top))
    except ValueError:
        raise UsageError("it is outside of the git repository", where=str(path), hint="name files in this repository") from None
