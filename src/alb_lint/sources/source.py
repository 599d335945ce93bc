"""What a source is: a record of metadata and functions, listed in the table of this package."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from alb_lint.files import Reader, around
from alb_lint.model import Gap, Reading
from alb_lint.record import record

_MOST_TOLD: Final = 5
"""Gaps of one reason that are told one by one."""


@record
class Target:
    """One file, whole. `name` as the user knows it, with forward slashes; `path` is None for standard input.

    `named`: the user named the file itself, so that it must be readable; a file found in a folder may be passed over.
    `folder`: the folder that the user named and the file was found in, where there is one.
    `roots`: the folders below which the run reads what its input names; none: those of the file alone.
    """

    name: str
    path: Path | None
    data: bytes
    named: bool = True
    folder: Path | None = None
    roots: tuple[str, ...] = ()


def reader_of(targets: Iterable[Target]) -> Reader:
    """What reads the files that the targets name: only below their repositories, and the folders that the user named."""
    roots: set[str] = set()
    told: set[tuple[object, ...]] = set()
    for target in targets:
        key = (target.roots, None if target.roots or target.path is None else (target.path.parent, target.folder))
        if key not in told:
            told.add(key)
            roots |= {*target.roots} if target.roots else set() if target.path is None else around(target.path, target.folder)
    return Reader(roots)


@record
class ReadOptions:
    """What flags and config tell the sources.

    `parameters`: template parameters and variables given by the user. `workspace`: Terraform's. `stack`: Pulumi's.
    `terraform_modules`: (glob over sources, what of a rule → the argument that holds it) for modules that are not here.
    `templates`: (glob over URLs, file) for templates of CloudFormation that a URL names.
    """

    parameters: Mapping[str, str] = MappingProxyType({})
    variable_files: tuple[str, ...] = ()
    wrappers: Mapping[str, Mapping[str, str]] = MappingProxyType({})
    workspace: str = ""
    terraform_modules: tuple[tuple[str, Mapping[str, str]], ...] = ()
    stack: str = ""
    templates: tuple[tuple[str, str], ...] = ()


def brief(gaps: Sequence[Gap]) -> Sequence[Gap]:
    """Gaps of one reason, told as one at the place of the first where they are many."""
    if len(gaps) <= _MOST_TOLD:
        return gaps
    return [Gap(gaps[0].location, f"{gaps[0].reason} ({len(gaps):,} files like this one)")]


def _never(_target: Target) -> bool:
    return False


@record
class Source:
    """One kind of input.

    `suffixes`: file name endings worth opening in a folder; `own`: of these, what no other source reads. `markers`: a file in a folder is this
    source's business only if its bytes contain one of these, or, where its name ends in `.json`, of `json_markers`; `whole`: but for names that
    end so.
    `accepts`: whether a file is of this kind, from its name and content; cheap, never raises.
    `read`: all accepted files of a run at once, since modules and assemblies span files; raises SourceError only where
    nothing at all could be read from a named file. `unread`: for a folder that was walked and the names of the targets found in it, a gap
    for each program there that this source cannot run and whose output it did not get. `alone`: whether nothing in the file bears on another
    one, so that files of which this is true may be read apart; cheap, never raises.
    """

    kind: str
    suffixes: tuple[str, ...]
    markers: tuple[bytes, ...]
    accepts: Callable[[Target], bool]
    read: Callable[[Sequence[Target], ReadOptions], Reading]
    unread: Callable[[Path, frozenset[str]], tuple[Gap, ...]] | None = None
    alone: Callable[[Target], bool] = _never
    whole: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    json_markers: tuple[bytes, ...] = ()
