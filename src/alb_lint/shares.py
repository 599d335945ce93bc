"""Large estates: the files in shares, each read and linted by a process of its own, and equal exports only once.

Reading takes as long as linting, so that dividing the listeners after they were read would leave half of the time to one process. Only files
that stand alone can be divided, and only as long as no listener, load balancer or target group turns out to stand in two shares; the shares
then are estates of their own, and their summaries add up to the summary of the whole. Exports that are equal but for the names that AWS gives
(`renamed`) are an estate of one file each: what is found in one is told of all of them. In every other case the answer is the input itself, to be
read in one piece.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice, pairwise
from typing import Final

from alb_lint import inputs, pipeline
from alb_lint.analysis.crossings import pairs_in, pairs_in_a_run
from alb_lint.config import Config
from alb_lint.errors import AlbLintError
from alb_lint.files import NotRead, content
from alb_lint.findings.summary import Summary
from alb_lint.inputs import Input
from alb_lint.model import Estate, Forward, Gap, Listener
from alb_lint.model.dear import room, weight
from alb_lint.parallel import in_order, processes
from alb_lint.record import record, replace
from alb_lint.selections import Selection
from alb_lint.sources.source import ReadOptions, Source, Target

LEAST_BYTES: Final = 4_000_000
"""Input from which a second process earns its start-up: some 4,000 rules."""
_TOGETHER: Final = 16
"""Listeners whose findings travel in one piece."""


@record
class _Found:
    """What a part of the estate gives. `names`: all by which it could have to do with another part. `weight`: of its conditions that are dear to
    compare. `pairs`: those that its rules make. `packed`: summaries, some in each.
    """

    names: frozenset[str]
    gaps: tuple[Gap, ...]
    files: tuple[str, ...]
    weight: int
    pairs: int
    packed: list[bytes | list[Summary]]

    def summaries(self) -> Iterator[Summary]:
        """Those of each listener, once: what was read is let go."""
        import pickle

        yield Summary((), (), (), self.gaps, self.files)
        self.packed.reverse()
        while self.packed:
            some = self.packed.pop()
            yield from pickle.loads(some) if isinstance(some, bytes) else some  # noqa: S301 - made by this program


@record
class _Equal:
    """Exports that are equal but for names. `target`: one with tokens for names. `members`: place of each among the files → its names."""

    target: Target
    members: Mapping[int, Mapping[str, str]]


@record
class _Share:
    """The work of one process: files that are an estate together, and equal ones, by their number, that are one each."""

    files: list[Target]
    equal: tuple[int, ...]


@record
class _Divided:
    """An input in shares. `names`: of all files. `gaps`: those of the walk."""

    source: Source
    names: tuple[str, ...]
    gaps: tuple[Gap, ...]
    equal: tuple[_Equal, ...]
    shares: tuple[_Share, ...]


def lint(
    gather: Callable[[], Input],
    config: Config,
    today: str,
    chosen: Selection | None = None,
    baseline: frozenset[str] = frozenset(),
    options: ReadOptions | None = None,
    workers: int | None = None,
) -> Summary | Input:
    """What `pipeline.lint` tells of the input, found share by share; the input itself where it cannot be divided, does not pay, or has none.

    Files are let go as soon as they are read: a large estate takes as much room as all that is found in it. So what is gathered is gathered again
    where it turns out that it must be read in one piece, but for files that can be read only once.
    """
    given = gather()
    divided = _divided(given, config, baseline, workers)
    if divided is None:
        return given
    once = given if any(target.named for _, targets in given.groups for target in targets) else None
    del given
    summary = _lint(divided, config, today, chosen, baseline, options, held=once is not None)
    if summary is not None and summary.rules:
        return summary
    return once if once is not None else gather()


def _divided(given: Input, config: Config, baseline: frozenset[str], workers: int | None) -> _Divided | None:
    """The input in shares; None where that cannot be, or does not pay."""
    files = [target for _, targets in given.groups for target in targets]
    if len(files) < 2 or config.allow or config.listeners or len(given.groups) > 1 or not given.groups[0][0].alone(files[0]):
        return None
    count = workers if workers is not None else processes() if sum([len(target.data) for target in files]) >= LEAST_BYTES else 1
    source = given.groups[0][0]
    equal = _equal(source, files) if _nameless(config) and not baseline else []
    if count < 2 and not equal:
        return None
    return _Divided(source, tuple([target.name for target in files]), given.gaps, tuple(equal), tuple(_shares(files, equal, count)))


def _lint(
    divided: _Divided,
    config: Config,
    today: str,
    chosen: Selection | None,
    baseline: frozenset[str],
    options: ReadOptions | None,
    held: bool,
) -> Summary | None:
    """What is found in all shares; None where that is not certain to be what is found in the whole. `held`: letting files go saves nothing."""
    source, equal, shares = divided.source, divided.equal, divided.shares
    count = len(shares)

    def estate(share: list[Target], travels: bool) -> _Found | None:
        try:
            share[:] = map(_with_data, share)
            if not all(map(source.alone, share)):
                return None
            estate = inputs.read_input(Input(((source, tuple(share)),), ()), config, options)
            share.clear()
            rules = sum(len(listener.rules) for listener in estate.listeners)
            heavy, pairs = sum(map(weight, estate.listeners)), sum(pairs_in(estate.listeners))
            if estate.target_groups is not None or heavy > room(rules) or pairs > pairs_in_a_run(rules, count):
                return None
            parts = (pipeline.lint(part, config, today, chosen, baseline, workers=1) for part in _apart(estate))
            return _Found(_names(estate.listeners), estate.gaps, estate.files, heavy, pairs, list(_packed(parts, travels)))
        except (AlbLintError, NotRead):
            return None  # to be met again, and told, by who reads all in one piece

    def work(number: int) -> tuple[_Found | None, list[_Found | None]]:
        share = shares[number]
        if number == 0 and not held:
            for other in shares[1:]:  # each process has its own by now
                other.files[:] = [replace(target, data=b"") for target in other.files]
        return estate(share.files, number > 0), [estate([equal[place].target], number > 0) for place in share.equal]

    parts: list[Summary] = []
    seen: set[str] = set()
    heavy = pairs = 0
    done = in_order(work, count, count) if count > 1 else map(work, range(count))
    for share, (together, apart) in zip(shares, done, strict=True):
        if together is None or not seen.isdisjoint(together.names):
            return None
        seen |= together.names
        heavy += together.weight
        pairs += together.pairs
        parts += together.summaries()
        alike = [equal[place] for place in share.equal]
        for one, item in zip(apart, alike, strict=True):
            heavy += one.weight * len(item.members) if one is not None else 0
            pairs += one.pairs * len(item.members) if one is not None else 0
        for found, names in _each(apart, alike):
            if found is None or not seen.isdisjoint(names):
                return None
            parts.append(found)
            seen |= names
    summary = pipeline.merged(parts, divided.gaps)
    if heavy > room(summary.rules) or pairs > pairs_in_a_run(summary.rules):
        return None  # what is looked at of one depends on the others
    return _in_order(summary, divided.gaps, divided.names) if equal else summary


def _with_data(target: Target) -> Target:
    """The file, read again where it was let go: who was to lint it was ended. Raises NotRead."""
    return target if target.data or target.path is None else replace(target, data=content(target.path))


def _packed(parts: Iterator[Summary], travels: bool) -> Iterator[bytes | list[Summary]]:
    """The summaries, some together: as bytes where they travel, since what is known of one is then let go before the next."""
    import pickle

    while some := list(islice(parts, _TOGETHER)):
        yield pickle.dumps(some, pickle.HIGHEST_PROTOCOL) if travels else some
        if travels:
            some.clear()


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
        yield _Share([files[place] for place in share if place not in first], tuple([first[place] for place in share if place in first]))


def _each(found: Sequence[_Found | None], equal: Sequence[_Equal]) -> Iterator[tuple[Summary | None, frozenset[str]]]:
    """What was found in one of the equal exports, and its names, told of each; None where that is not certain."""
    from alb_lint.renamed import Renaming

    for one, item in zip(found, equal, strict=True):
        told = None if one is None else (pipeline.merged(list(one.summaries())), one.names)
        renaming = Renaming(told, next(iter(item.members.values()))) if told is not None else None
        if renaming is None or not renaming.sure:
            yield None, frozenset()
            return
        for names in item.members.values():
            yield renaming.under(names)


def _in_order(summary: Summary, before: Sequence[Gap], files: Sequence[str]) -> Summary:
    """The summary with files and gaps as they come when all is read in one piece. `before`: gaps that come first."""
    place = {name: number for number, name in enumerate(files)}
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
