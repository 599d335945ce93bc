"""`check --refs GLOB`: what other branches bring, so that numbers which both sides take are found before either is merged."""

from collections.abc import Sequence
from pathlib import Path

from alb_lint.cli.since import Read, older
from alb_lint.config import Config
from alb_lint.model import Branch, Estate
from alb_lint.pipeline import brought
from alb_lint.record import replace
from alb_lint.sources.revision import fork_of, unmerged
from alb_lint.sources.source import ReadOptions


def with_branches(estate: Estate, pattern: str, names: Sequence[str], settings: Config, told: ReadOptions, read: Read) -> Estate:
    """The estate with what each branch that the glob fits brings since it went its own way. Raises as `older` and `unmerged` do."""
    here = Path.cwd()
    forks: dict[str, Estate] = {"": Estate(())}
    found: list[Branch] = []
    for name in unmerged(pattern, here):
        fork = fork_of(name, here)
        if fork not in forks:
            forks[fork] = older(fork, names, settings, told, read)
        there = older(name, names, settings, told, read)
        found.append(Branch(name, brought(forks[fork], there), brought(forks[fork], estate)))
    return replace(estate, branches=tuple(found))
