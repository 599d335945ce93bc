"""What a run reads: names → targets → readings, joined into one estate."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from alb_lint import sources
from alb_lint.config import Config, listener_fits
from alb_lint.errors import SourceError, UsageError
from alb_lint.files import is_folder
from alb_lint.model import Condition, Estate, Gap, Listener, Location, Reading, Rule, TargetGroup
from alb_lint.model.dear import affordable_together
from alb_lint.model.excess import bounded
from alb_lint.model.pieces import known_by_use
from alb_lint.model.references import Known, Reference, known_of, resolved_listener
from alb_lint.presence import exclusive
from alb_lint.record import record, replace
from alb_lint.sources.source import ReadOptions, Source, Target
from alb_lint.sources.walk import Passed, Walk

_CODE_KINDS: Final = frozenset({"change-set", "cloudformation", "terraform", "terraform-json", "pulumi", "pulumi-json"})


@record
class Input:
    """The files of a run by the source that reads them, in the order of the table; gaps of the walk."""

    groups: tuple[tuple[Source, tuple[Target, ...]], ...]
    gaps: tuple[Gap, ...]


def read(
    names: Sequence[str],
    config: Config,
    kind: str = "",
    options: ReadOptions | None = None,
    tolerant: bool = False,
    project: bool = False,
    passed: Passed | None = None,
) -> Estate:
    """Everything in the named files and folders, joined; flags and errors as for `gather`."""
    return read_input(gather(names, config, kind, tolerant, project, passed), config, options)


def gather(
    names: Sequence[str], config: Config, kind: str = "", tolerant: bool = False, project: bool = False, passed: Passed | None = None
) -> Input:
    """The named files and those in named folders. `kind`: read all as this kind. `tolerant`: a file that is no source is passed over.
    `project`: the names are those of files that changed: what the config excludes, and what is no source, is left out even where it is named.
    `passed`: as for `Walk`, where several versions of the files are read.

    Raises SourceError for a name that cannot be read, UsageError for an unknown kind.
    """
    readers = _readers(kind)
    walk = Walk(readers, config.exclude, config.root, passed)
    groups: dict[str, list[Target]] = {}
    seen: set[str] = set()
    for target in walk.targets(names, forced=not project):
        source = readers[0] if kind else _pick(target, readers, tolerant or project)
        seen.add(target.name)
        if source is not None:
            groups.setdefault(source.kind, []).append(target)
    folders = [Path(name) for name in sorted(set(names)) if name != "-" and is_folder(name)]
    unread = [gap for source in readers if source.unread for folder in folders for gap in source.unread(folder, frozenset(seen))]
    return Input(tuple((source, tuple(groups[source.kind])) for source in readers if source.kind in groups), (*walk.gaps, *unread))


def read_input(given: Input, config: Config, options: ReadOptions | None = None) -> Estate:
    """The estate that the input tells. Raises SourceError for a named file that cannot be read."""
    told = options if options is not None else ReadOptions(wrappers=config.wrappers)
    return join([source.read(targets, told) for source, targets in given.groups], config, given.gaps)


def _readers(kind: str) -> tuple[Source, ...]:
    if not kind:
        return sources.ALL
    chosen = tuple(source for source in sources.ALL if source.kind == kind)
    if not chosen:
        raise UsageError(
            f"unknown source kind {kind!r}", where="--source-kind", hint="one of " + ", ".join(source.kind for source in sources.ALL)
        )
    return chosen


def _pick(target: Target, readers: Sequence[Source], tolerant: bool) -> Source | None:
    if not target.named:
        for source in readers:
            if source.own and target.name.endswith(source.own):
                return source
    for source in readers:
        if source.accepts(target):
            return source
    if target.named and not tolerant and not target.name.endswith((".tf", ".ts", ".js", ".yaml", ".yml", ".template")):
        return readers[0]  # it says what is wrong with a file that is no JSON
    return None


def join(readings: Iterable[Reading], config: Config, gaps: Iterable[Gap] = ()) -> Estate:
    """One estate of several readings: parts of one listener together, two tellings of one rule as one."""
    told: list[Gap] = list(gaps)
    parts: dict[str, list[Listener]] = {}
    files: dict[str, None] = {}
    groups: dict[str, TargetGroup] | None = None
    declared: list[TargetGroup] = []
    references: dict[Reference, None] = {}
    for reading in readings:
        told.extend(reading.gaps)
        references.update(dict.fromkeys(reading.references))
        files.update(dict.fromkeys(reading.files))
        declared.extend(reading.declared)
        for listener in reading.listeners:
            parts.setdefault(listener.id, []).append(listener)
        if reading.target_groups is not None:
            groups = groups if groups is not None else {}
            groups.update({group.id: group for group in reading.target_groups})
    if any(listener.looked_up for listeners in parts.values() for listener in listeners):
        from alb_lint.model.parameters import through_parameters  # of code alone, as what follows

        parts = through_parameters(parts, told)
    if config.listeners and len(parts) > 1:
        parts = _named_together(parts, config, told)
    known = known_of(references)
    joined = known_by_use(_bounded(_one(identifier, listeners, told, known), told) for identifier, listeners in sorted(parts.items()))
    if any(listener.known_as for listener in joined):
        from alb_lint.model.apart import may_be_one

        told.extend(may_be_one(joined, lambda listener: any(listener_fits(named.name, listener, config) for named in config.listeners)))
    return Estate(
        tuple(joined),
        tuple(told),
        None if groups is None else tuple(group for _, group in sorted(groups.items())),
        tuple(files),
        tuple(sorted(declared, key=lambda group: group.id)),
        tuple(references),
    )


def _bounded(listener: Listener, gaps: list[Gap]) -> Listener:
    """The listener as far as it is looked at, with a gap where not all of its rules are."""
    looked_at = bounded(listener)
    if looked_at.unread is not None and len(looked_at.rules) < len(listener.rules):
        gaps.append(Gap(listener.location, f"listener {listener.name or listener.id}: {looked_at.unread.reason}"))
    return looked_at


def _named_together(parts: Mapping[str, list[Listener]], config: Config, gaps: list[Gap]) -> dict[str, list[Listener]]:
    """Parts with what one [[listener]] names put under one id: the ARN where there is just one, else the first reference."""
    found: dict[str, list[Listener]] = {}
    taken: dict[str, str] = {}
    for named in config.listeners:
        members = [
            identifier
            for identifier, listeners in parts.items()
            if identifier not in taken and listener_fits(named.name, listeners[0], config)
        ]
        arns = sorted(identifier for identifier in members if identifier.startswith("arn:"))
        references = sorted(identifier for identifier in members if not identifier.startswith("arn:"))
        if len(arns) > 1 and references:
            gaps.append(
                Gap(Location(file=config.path), f"the listener name {named.name!r} stands for {len(arns)} ARNs; references stay apart")
            )
        home = arns[0] if len(arns) == 1 else (references[0] if references else "")
        taken.update(dict.fromkeys(references, home))
    for identifier, listeners in parts.items():
        found.setdefault(taken.get(identifier) or identifier, []).extend(listeners)
    return found


def _one(identifier: str, listeners: Sequence[Listener], gaps: list[Gap], references: Known) -> Listener:
    listeners = [resolved_listener(listener, references) for listener in listeners]
    if len(listeners) == 1:
        return listeners[0]
    ordered = sorted(listeners, key=lambda item: (item.id != identifier, item.location.file, item.source_kind, item.id))
    ordered = _without_states_of(ordered)
    first = ordered[0]
    rules: dict[str, Rule] = {}
    by_claim: dict[tuple[object, frozenset[Condition]], list[tuple[Rule, bool]]] = {}
    for listener in sorted(ordered, key=lambda item: item.source_kind not in _CODE_KINDS):
        coded = listener.source_kind in _CODE_KINDS
        for rule in listener.rules:
            known = rules.get(rule.id)
            if known is not None:
                if content_of(known) != content_of(rule):
                    gaps.append(Gap(rule.location, f"two readings disagree about rule {rule.id}; {known.location} counts"))
                continue
            claim = (rule.priority, frozenset(rule.conditions))
            same = by_claim.setdefault(claim, [])
            if any(was_code != coded for _, was_code in same):
                continue  # the code's rule, as it is deployed
            same.append((rule, coded))
            rules[rule.id] = rule
    kinds = dict.fromkeys(listener.source_kind for listener in ordered)
    return replace(
        first,
        id=identifier,
        name=first.name or next((item.name for item in ordered if item.name), ""),
        rules=tuple(rules.values()),
        default=next((item.default for item in ordered if item.default is not None), None),
        protocol=next((item.protocol for item in ordered if item.protocol), ""),
        port=next((item.port for item in ordered if item.port), 0),
        load_balancer=next((item.load_balancer for item in ordered if item.load_balancer is not None), None),
        limits=next((item.limits for item in ordered if item.limits), ()),
        unread=next((item.unread for item in ordered if item.unread is not None), None),
        deployments=tuple(made for item in ordered for made in item.deployments),
        source_kind=", ".join(kinds),
    )


def _without_states_of(listeners: Sequence[Listener]) -> list[Listener]:
    """The listeners without the code of rules that a state tells alike, and without the state of rules that the code tells otherwise."""
    states, codes = ([item for item in listeners if item.source_kind == kind] for kind in ("pulumi-json", "pulumi"))
    states_of, codes_of = ([rule for item in items for rule in item.rules if rule.deployed_as] for items in (states, codes))
    counts = Counter(rule.deployed_as for rule in states_of)
    by_name = {rule.deployed_as: rule for rule in states_of if counts[rule.deployed_as] == 1}
    alternatives: dict[str, list[Rule]] = {}
    for rule in codes_of:
        if rule.deployed_as in by_name:
            alternatives.setdefault(rule.deployed_as, []).append(rule)
    dropped: set[tuple[str, str]] = set()
    for name, rules in alternatives.items():
        if any(content_of(rule) == content_of(by_name[name]) for rule in rules) and len(rules) == 1:
            dropped.add(("pulumi", name))
        elif all(exclusive(one.presence, other.presence) for index, one in enumerate(rules) for other in rules[index + 1 :]):
            dropped.add(("pulumi-json", name))
    return [
        replace(item, rules=tuple(rule for rule in item.rules if (item.source_kind, rule.deployed_as) not in dropped)) for item in listeners
    ]


def content_of(rule: Rule) -> object:
    """What two tellings of one rule may disagree about."""
    return rule.priority, frozenset(rule.conditions), rule.actions, rule.transforms


def only(estate: Estate, wanted: str, config: Config | None = None) -> Estate:
    """The estate with the listeners of that name, of the config or their own, or that the glob fits, as far as one run looks at so many.

    "" stands for all. Raises SourceError where it names none.
    """
    chosen = estate.listeners
    if wanted:
        chosen = tuple(item for item in chosen if listener_fits(wanted, item, config or Config()))
        if not chosen and estate.listeners:
            known = ", ".join(list(dict.fromkeys(item.name or item.id for item in estate.listeners))[:8])
            raise SourceError(f"no listener is called {wanted!r}", where="--listener", hint=f"there are {known}")
    looked_at = affordable_together(chosen)
    return estate if looked_at is estate.listeners else replace(estate, listeners=looked_at)
