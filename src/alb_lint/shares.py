"""Large estates: the files in shares, each read and linted by a process of its own.

Reading takes as long as linting, so that dividing the listeners after they were read would leave half of the time to one process. Only files
that stand alone can be divided, and only as long as no listener, load balancer or target group turns out to stand in two shares; the shares
then are estates of their own, and their summaries add up to the summary of the whole. In every other case the answer is None, and the input is
read in one piece.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from alb_lint import pipeline
from alb_lint.config import Config
from alb_lint.errors import AlbLintError
from alb_lint.findings.summary import Summary
from alb_lint.model import Estate, Forward
from alb_lint.parallel import in_order, processes
from alb_lint.pipeline import Input, Selection
from alb_lint.sources.source import ReadOptions

LEAST_BYTES: Final = 4_000_000
"""Input from which a second process earns its start-up: some 4,000 rules."""


def lint(
    given: Input,
    config: Config,
    today: str,
    chosen: Selection | None = None,
    baseline: frozenset[str] = frozenset(),
    options: ReadOptions | None = None,
    workers: int | None = None,
) -> Summary | None:
    """What `pipeline.lint` tells of the input, found share by share; None where it cannot be divided or does not pay."""
    targets = [(source, target) for source, targets in given.groups for target in targets]
    sizes = [len(target.data) for _, target in targets]
    count = workers if workers is not None else processes() if sum(sizes) >= LEAST_BYTES else 1
    if count < 2 or len(targets) < 2 or config.allow or config.listeners or len(given.groups) > 1:
        return None
    source = given.groups[0][0]
    bounds = _bounds(sizes, count)

    def work(number: int) -> tuple[Summary, frozenset[str]] | None:
        share = tuple(target for _, target in targets[bounds[number] : bounds[number + 1]])
        if not all(map(source.alone, share)):
            return None
        try:
            estate = pipeline.read_input(Input(((source, share),), ()), config, options)
            if estate.target_groups is not None:
                return None
            return pipeline.lint(estate, config, today, chosen, baseline, workers=1), _names(estate)
        except AlbLintError:
            return None  # to be met again, and told, by who reads all in one piece

    parts: list[Summary] = []
    seen: set[str] = set()
    for part in in_order(work, len(bounds) - 1, count):
        if part is None or not seen.isdisjoint(part[1]):
            return None
        parts.append(part[0])
        seen |= part[1]
    return pipeline.merged(parts, given.gaps)


def _bounds(sizes: Sequence[int], count: int) -> list[int]:
    """Where each share begins, and the end: runs of files of about equal size."""
    whole, before, found = sum(sizes), 0, [0]
    for place, size in enumerate(sizes):
        if before >= whole * len(found) / count and place > found[-1]:
            found.append(place)
        before += size
    return [*found, len(sizes)]


def _names(estate: Estate) -> frozenset[str]:
    """All by which two shares could have to do with each other: listeners, load balancers, target groups."""
    return frozenset(_named(estate))


def _named(estate: Estate) -> Iterable[str]:
    for listener in estate.listeners:
        yield listener.id
        if listener.load_balancer is not None:
            yield listener.load_balancer.id
        for rule in (*listener.rules, *([listener.default] if listener.default is not None else [])):
            for action in rule.actions:
                if isinstance(action, Forward):
                    for share in action.shares:
                        if isinstance(share.target_group, str):
                            yield share.target_group
