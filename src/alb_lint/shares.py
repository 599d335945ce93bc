"""Large estates: the files in shares, each read and linted by a process of its own, and equal exports only once.

Reading takes as long as linting, so that dividing the listeners after they were read would leave half of the time to one process. Only files
that stand alone can be divided, and only as long as no listener, load balancer or target group turns out to stand in two shares; the shares
then are estates of their own, and their summaries add up to the summary of the whole. Exports that are equal but for the names that AWS gives
(`renamed`) are an estate of one file each: what is found in one is told of all of them. In every other case the answer is None, and the input
is read in one piece.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from alb_lint import pipeline
from alb_lint.config import Config
from alb_lint.errors import AlbLintError
from alb_lint.findings.summary import Summary
from alb_lint.model import Estate, Forward, Gap, Listener
from alb_lint.parallel import in_order, processes
from alb_lint.pipeline import Input, Selection
from alb_lint.record import record, replace
from alb_lint.sources.source import ReadOptions, Source, Target

LEAST_BYTES: Final = 4_000_000
"""Input from which a second process earns its start-up: some 4,000 rules."""

Found = tuple[Summary, frozenset[str]]
"""What a part of the estate gives, and all names by which it could have to do with another part."""


@record
class _Equal:
    """Exports that are equal but for names. `target`: one with tokens for names. `members`: place of each among the files → its names."""

    target: Target
    members: Mapping[int, Mapping[str, str]]


@record
class _Share:
    """The work of one process: files that are an estate together, and equal ones, by their number, that are one each."""

    files: tuple[Target, ...]
    equal: tuple[int, ...]


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
    if len(targets) < 2 or config.allow or config.listeners or len(given.groups) > 1:
        return None
    source = given.groups[0][0]
    files = [target for _, target in targets]
    equal = _equal(source, files) if _nameless(config) and not baseline else []
    if count < 2 and not equal:
        return None
    shares = list(_shares(files, equal, count))

    def estate(share: tuple[Target, ...]) -> Found | None:
        if not all(map(source.alone, share)):
            return None
        try:
            estate = pipeline.read_input(Input(((source, share),), ()), config, options)
            if estate.target_groups is not None:
                return None
            parts = [pipeline.lint(part, config, today, chosen, baseline, workers=1) for part in _apart(estate)]
            return replace(pipeline.merged(parts, estate.gaps), files=estate.files), _names(estate.listeners)
        except AlbLintError:
            return None  # to be met again, and told, by who reads all in one piece

    def work(number: int) -> tuple[Found | None, list[Found | None]]:
        share = shares[number]
        return estate(share.files), [estate((equal[place].target,)) for place in share.equal]

    parts: list[Summary] = []
    seen: set[str] = set()
    done = in_order(work, len(shares), count) if count > 1 else map(work, range(len(shares)))
    for share, (together, apart) in zip(shares, done, strict=True):
        for found in (together, *_each(apart, [equal[place] for place in share.equal])):
            if found is None or not seen.isdisjoint(found[1]):
                return None
            parts.append(found[0])
            seen |= found[1]
    summary = pipeline.merged(parts, given.gaps)
    return _in_order(summary, given.gaps, files) if equal else summary


def _nameless(config: Config) -> bool:
    """Whether nothing in the config speaks of listeners, rules or target groups, which it would do by their names."""
    return not (config.ranges or config.retired or config.before or config.weights or config.require)


def _equal(source: Source, files: Sequence[Target]) -> list[_Equal]:
    """The exports of which there are several that are equal but for names."""
    from alb_lint.renamed import Form, outline

    alike: dict[tuple[object, ...], list[int]] = {}
    for place, target in enumerate(files):
        alike.setdefault(outline(target.data, target.name), []).append(place)
    found: list[_Equal] = []
    for places in alike.values():
        while len(places) > 1:
            try:
                form = Form(files[places[0]].data)
            except ValueError:
                places = places[1:]
                continue
            told = {place: names for place in places if (names := form.names(files[place].data, files[place].name)) is not None}
            if len(told) > 1 and source.alone(files[places[0]]):
                first = files[places[0]]
                stand_in = next(token for token, name in told[places[0]].items() if name == first.name)
                found.append(_Equal(replace(first, name=stand_in, data=form.filled(first.data)), told))
            places = [place for place in places if place not in told]
    return found


def _shares(files: Sequence[Target], equal: Sequence[_Equal], count: int) -> Iterator[_Share]:
    """Runs of files of about equal size; of equal files only the first counts."""
    known = {place for item in equal for place in item.members}
    first = {min(item.members): number for number, item in enumerate(equal)}
    told = [place for place in range(len(files)) if place in first or place not in known]
    for begin, end in pairwise(_bounds([len(files[place].data) for place in told], count)):
        share = told[begin:end]
        yield _Share(
            tuple([files[place] for place in share if place not in first]), tuple([first[place] for place in share if place in first])
        )


def _each(found: Sequence[Found | None], equal: Sequence[_Equal]) -> Iterator[Found | None]:
    """What was found in one of the equal exports, told of each; None where that is not certain."""
    from alb_lint.renamed import Renaming

    for one, item in zip(found, equal, strict=True):
        renaming = Renaming(one, next(iter(item.members.values()))) if one is not None else None
        if renaming is None or not renaming.sure:
            yield None
            return
        for names in item.members.values():
            yield renaming.under(names)


def _in_order(summary: Summary, before: Sequence[Gap], files: Sequence[Target]) -> Summary:
    """The summary with files and gaps as they come when all is read in one piece. `before`: gaps that come first."""
    place = {target.name: number for number, target in enumerate(files)}
    gaps = sorted(summary.gaps[len(before) :], key=lambda gap: place.get(gap.location.file, len(place)))
    return replace(summary, gaps=(*before, *gaps), files=tuple(sorted(summary.files, key=place.__getitem__)))


def _bounds(sizes: Sequence[int], count: int) -> list[int]:
    """Where each share begins, and the end: runs of files of about equal size."""
    whole, before, found = sum(sizes), 0, [0]
    for place, size in enumerate(sizes):
        if before >= whole * len(found) / count and place > found[-1]:
            found.append(place)
        before += size
    return [*found, len(sizes)]


def _apart(estate: Estate) -> Iterator[Estate]:
    """The listeners that have to do with each other by the names they use, as an estate each: what checks know of one is at hand for the next."""
    home: dict[str, list[Listener]] = {}
    for listener in estate.listeners:
        names = _names((listener,))
        together = [listener]
        for other in {id(known): known for name in names if (known := home.get(name)) is not None}.values():
            together += other
        home.update(dict.fromkeys((*names, *(_names(together) if len(together) > 1 else ())), together))
    parts = {id(part): part for part in home.values()}.values()
    for part in sorted(parts, key=lambda part: min(listener.id for listener in part)):
        yield replace(estate, listeners=tuple(sorted(part, key=lambda listener: listener.id)), gaps=(), files=())


def _names(listeners: Iterable[Listener]) -> frozenset[str]:
    """All by which listeners could have to do with others: themselves, load balancers, target groups."""
    return frozenset(_named(listeners))


def _named(listeners: Iterable[Listener]) -> Iterable[str]:
    for listener in listeners:
        yield listener.id
        if listener.load_balancer is not None:
            yield listener.load_balancer.id
        for rule in (*listener.rules, *([listener.default] if listener.default is not None else [])):
            for action in rule.actions:
                if isinstance(action, Forward):
                    for share in action.shares:
                        if isinstance(share.target_group, str):
                            yield share.target_group
