"""Joins the stages: names → targets → readings → estate → facts → findings → summary. No printing, no exit."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from alb_lint import checks, sources
from alb_lint.analysis.crossings import PAIRS, PAIRS_OF_A_VERSION, pairs_each, pairs_of_versions
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.known import facts_of
from alb_lint.checks.check import Check, Context
from alb_lint.checks.held import held
from alb_lint.config import Config, listener_fits
from alb_lint.errors import ConfigError, SourceError, UsageError
from alb_lint.files import is_folder
from alb_lint.findings.finding import CheckInfo, Finding, Severity
from alb_lint.findings.fingerprint import fingerprint, identity
from alb_lint.findings.sharing import shared
from alb_lint.findings.summary import ListenerLine, Summary, line
from alb_lint.findings.suppress import STALE, suppress
from alb_lint.model import Condition, Estate, FixedResponse, Gap, Listener, Location, Reading, Rule, TargetGroup
from alb_lint.model.dear import affordable_together
from alb_lint.model.excess import bounded
from alb_lint.model.pieces import known_by_use
from alb_lint.model.references import Known, Reference, known_of, resolved
from alb_lint.presence import exclusive
from alb_lint.record import record, replace
from alb_lint.sources.source import ReadOptions, Source, Target
from alb_lint.sources.walk import Passed, Walk

if TYPE_CHECKING:
    from alb_lint.analysis.estates import Compared
    from alb_lint.plan.allocation.allocate import Taste
    from alb_lint.plan.allocation.answer import Allocations, NoNumber, Wish
    from alb_lint.plan.planner import Options
    from alb_lint.plan.proposal import Proposal

POOL_RULES = 4_000
"""Rules in the input from which a second process earns its start-up."""
CODE_KINDS = frozenset({"change-set", "cloudformation", "terraform", "terraform-json", "pulumi", "pulumi-json"})


# -- reading -----------------------------------------------------------------------------------------------------------------


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
    listeners = [_resolved(listener, references) for listener in listeners]
    if len(listeners) == 1:
        return listeners[0]
    ordered = sorted(listeners, key=lambda item: (item.id != identifier, item.location.file, item.source_kind, item.id))
    ordered = _without_states_of(ordered)
    first = ordered[0]
    rules: dict[str, Rule] = {}
    by_claim: dict[tuple[object, frozenset[Condition]], list[tuple[Rule, bool]]] = {}
    for listener in sorted(ordered, key=lambda item: item.source_kind not in CODE_KINDS):
        coded = listener.source_kind in CODE_KINDS
        for rule in listener.rules:
            known = rules.get(rule.id)
            if known is not None:
                if _content(known) != _content(rule):
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


def _resolved(listener: Listener, references: Known) -> Listener:
    rules = tuple(resolved(rule, references) for rule in listener.rules)
    return listener if rules == listener.rules else replace(listener, rules=rules)


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
        if any(_content(rule) == _content(by_name[name]) for rule in rules) and len(rules) == 1:
            dropped.add(("pulumi", name))
        elif all(exclusive(one.presence, other.presence) for index, one in enumerate(rules) for other in rules[index + 1 :]):
            dropped.add(("pulumi-json", name))
    return [
        replace(item, rules=tuple(rule for rule in item.rules if (item.source_kind, rule.deployed_as) not in dropped)) for item in listeners
    ]


def _content(rule: Rule) -> object:
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


# -- linting -----------------------------------------------------------------------------------------------------------------


@record
class Selection:
    """Which checks run, and which of their findings count: codes or prefixes, as ruff reads them; nothing selected means all that are listed.

    `only`, `without`: severities of findings; one check may give several. `requests`: the least severity of the findings whose requests are shown;
    None: none are.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    only: frozenset[Severity] = frozenset()
    without: frozenset[Severity] = frozenset()
    requests: Severity | None = Severity.INFO

    def takes(self, info: CheckInfo | checks.Entry) -> bool:
        """Whether the check runs: it may give a finding that counts."""
        chosen = self._named(info)
        if self.only or not self.select:
            chosen = chosen or info.listed or (bool(self.only) and _severity(info) in self.only)
        dropped = [code for code in self.ignore if info.code.startswith(code)]
        if not chosen or not dropped:
            return chosen
        # the longer word counts: `--select ALB104 --ignore ALB1` keeps ALB104
        kept = max((len(code) for code in self.select if info.code.startswith(code)), default=0)
        return kept > max(len(code) for code in dropped)

    def counts(self, finding: Finding) -> bool:
        """Whether a finding of a check that ran is reported."""
        if finding.severity in self.without:
            return False
        return not self.only or finding.severity in self.only or self._named(finding.info)

    def _named(self, info: CheckInfo | checks.Entry) -> bool:
        return any(info.code.startswith(code) or code == "ALL" for code in self.select)


def _severity(info: CheckInfo | checks.Entry) -> Severity:
    return info.severity if isinstance(info, CheckInfo) else info.check.info.severity


def known_codes() -> tuple[CheckInfo, ...]:
    """Every check there is, by code."""
    from alb_lint.checks import against

    return tuple(sorted((*(check.info for check in (*checks.ALL, *against.ALL)), STALE), key=lambda info: info.code))


def _is_code(word: str, whole: bool) -> bool:
    """Whether a code begins with the word, or is it (`whole`). The checks that only `audit` runs are loaded for a word of theirs alone."""

    def among(codes: Iterable[str]) -> bool:
        return any(code == word if whole else code.startswith(word) for code in codes)

    return among([*(entry.code for entry in checks.TABLE), STALE.code]) or among(info.code for info in known_codes())


def selection(select: Iterable[str], ignore: Iterable[str]) -> Selection:
    """Codes, prefixes, names of checks and severities. Raises UsageError for a word that is none of these."""
    (codes, only), (ignored, without) = _meant(select, "--select"), _meant(ignore, "--ignore")
    return Selection(codes, ignored, only, without)


def _meant(words: Iterable[str], flag: str) -> tuple[tuple[str, ...], frozenset[Severity]]:
    """The codes and prefixes, and the severities."""
    severities = {severity.label: severity for severity in Severity}
    found: list[str] = []
    levels = set()
    for word in words:
        if word == "ALL" or _is_code(word, whole=False):
            found.append(word)
        elif word.lower() in severities:
            levels.add(severities[word.lower()])
        else:
            named = [info.code for info in known_codes() if word.lower() == info.name]
            if not named:
                raise UsageError(f"unknown code {word!r}", where=flag, hint=_guess(word))
            found.extend(named)
    return tuple(found), frozenset(levels)


def _guess(word: str) -> str:
    """What may have been meant."""
    from difflib import get_close_matches

    names = {text: info for info in known_codes() for text in (info.code, info.name.upper())}
    near = [names[text] for text in get_close_matches(word.upper(), names, 2)]
    meant = " or ".join(f"{info.code} ({info.name})" for info in dict.fromkeys(near))
    return f"did you mean {meant}? `alb-lint explain --list` lists all" if meant else "`alb-lint explain --list` lists all codes"


def refuse_unknown_codes(config: Config) -> None:
    """Raises ConfigError for an [[allow]] of a code that no check has: it would hide nothing, and never be stale."""
    for item in config.allow:
        if not _is_code(item.code, whole=True):
            raise ConfigError(
                f"unknown code {item.code!r} in [[allow]]", where=str(item.location), hint="`alb-lint explain --list` lists all codes"
            )


def lint(
    estate: Estate,
    config: Config,
    today: str,
    chosen: Selection | None = None,
    baseline: frozenset[str] = frozenset(),
    whole: bool = False,
    workers: int | None = None,
    wanted: Estate | None = None,
    state: Estate | None = None,
    looks: "Looks | None" = None,
) -> Summary:
    """Every selected check on every listener. `workers`: processes; None: as many as pay. `wanted`: what the code says of these listeners;
    `state`: what its tools keep of what they made. `looks`: what was seen before, and where to look.
    """
    chosen = chosen if chosen is not None else selection(config.select, config.ignore)
    taken = [entry for entry in checks.TABLE if chosen.takes(entry)]
    there = held(estate, config)
    running = [entry.check for entry in taken if not entry.needs or not there.isdisjoint(entry.needs)]
    read_whole = replace(estate, listeners=tuple(item for item in estate.listeners if item.unread is None))
    beyond: frozenset[str] = frozenset()
    if any(check.run and check.run_estate for check in running):
        from alb_lint.analysis.ways import spread

        beyond = spread(read_whole)
    pairs, alone = (
        (looks.pairs, PAIRS_OF_A_VERSION) if looks is not None and looks.pairs is not None else (pairs_each(estate.listeners), PAIRS)
    )
    context = Context(config, today, beyond, chosen.requests, pairs, pairs < alone)
    found: list[Finding] = []
    each = looks.at if looks is not None else _per_listener
    for findings in each(estate.listeners, running, context, workers):
        found.extend(findings)
    for check in running:
        if check.run_estate is not None:
            found.extend(check.run_estate(read_whole if check.whole else estate, config))
    ran = {entry.code for entry in taken} | ({STALE.code} if chosen.takes(STALE) else set())
    gaps, files = estate.gaps, estate.files
    if wanted is not None:
        from alb_lint.checks import against
        from alb_lint.checks.against.comparison import compare

        comparison = compare(estate, wanted, config, state)
        for check in (*checks.ALL, *against.ALL):
            if check.run_against is not None and chosen.takes(check.info):
                ran.add(check.info.code)
                found.extend(finding for compared in comparison.listeners for finding in check.run_against(compared, context))
        gaps = tuple(dict.fromkeys((*gaps, *wanted.gaps, *(state.gaps if state is not None else ()), *comparison.gaps)))
        files = tuple(dict.fromkeys((*files, *wanted.files)))
    kept = suppress(found, estate.listeners, config, today, baseline, frozenset(ran), whole)
    return _summary(filter(chosen.counts, kept.kept), kept.hidden, [line(item) for item in estate.listeners], gaps, files)


def lint_change(
    before: Estate,
    after: Estate,
    config: Config,
    today: str,
    chosen: Selection,
    baseline: frozenset[str] = frozenset(),
    whole: bool = False,
) -> Summary:
    """What the newer estate brings: its findings but for those that the older one had too, and what deploying it would be refused."""
    from alb_lint.analysis.versions import with_deployments

    here = {item.id: item for item in after.listeners}
    same = frozenset(item.id for item in before.listeners if item == here.get(item.id))
    before = replace(before, listeners=tuple(here[item.id] if item.id in same else item for item in before.listeners))
    looks = Looks(same, pairs=pairs_of_versions(before.listeners, after.listeners))
    # of the older version only what is found counts, unless it is told of the newer one too
    had = lint(before, config, today, chosen if same else replace(chosen, requests=None), whole=whole, looks=looks)
    known = frozenset(fingerprint(finding) for finding in (*had.findings, *had.hidden))
    found = lint(with_deployments(after, before), config, today, chosen, baseline | known, whole, looks=looks)
    return replace(found, changed=_changed(before, after))


def _changed(before: Estate, after: Estate) -> frozenset[str]:
    """Ids of the rules that the older estate does not have, or has otherwise."""
    had = {(item.id, rule.id, _content(rule)) for item in before.listeners for rule in item.rules}
    return frozenset(rule.id for item in after.listeners for rule in item.rules if (item.id, rule.id, _content(rule)) not in had)


def brought(since: Estate, now: Estate) -> tuple[tuple[str, Rule], ...]:
    """The rules of known number that are new, or have another number than they had, each with the id of its listener."""
    had = {(item.id, identity(rule), rule.priority) for item in since.listeners for rule in item.rules}
    return tuple(
        (item.id, rule)
        for item in now.listeners
        for rule in item.rules
        if isinstance(rule.priority, int) and (item.id, identity(rule), rule.priority) not in had
    )


def merged(parts: Sequence[Summary], gaps: Iterable[Gap] = ()) -> Summary:
    """One summary of several estates that have nothing to do with each other; `gaps` come first."""
    return _summary(
        [finding for part in parts for finding in part.findings],
        [finding for part in parts for finding in part.hidden],
        [item for part in parts for item in part.listeners],
        (*gaps, *(gap for part in parts for gap in part.gaps)),
        tuple(dict.fromkeys(file for part in parts for file in part.files)),
    )


def lint_each(
    estates: Sequence[tuple[str, Estate]], config: Config, today: str, chosen: Selection, baseline: frozenset[str], whole: bool
) -> Summary:
    """One project in several workspaces: (workspace, what is read of it)."""
    from alb_lint.findings.workspaces import over_workspaces

    found = over_workspaces([(name, lint(estate, config, today, chosen, baseline, whole)) for name, estate in estates])
    return _summary(found.findings, found.hidden, found.listeners, found.gaps, found.files)


def _summary(
    findings: Iterable[Finding], hidden: Iterable[Finding], lines: Sequence[ListenerLine], gaps: tuple[Gap, ...], files: tuple[str, ...]
) -> Summary:
    """All of it in the order of reports."""
    names = {item.id: (item.name, item.id) for item in lines}
    return Summary(
        findings=tuple(sorted(findings, key=lambda finding: _place(finding, names))),
        hidden=tuple(sorted(hidden, key=lambda finding: _place(finding, names))),
        listeners=tuple(sorted(lines, key=lambda item: (item.name, item.id))),
        gaps=gaps,
        files=files,
    )


def _place(finding: Finding, names: Mapping[str, tuple[str, str]]) -> tuple[object, ...]:
    rule = finding.rule
    number = rule.priority if rule is not None and isinstance(rule.priority, int) else 1 << 20
    who = identity(rule) if rule is not None else (str(finding.location),)
    return (names.get(finding.listener, ("\uffff", finding.listener)), number, who, finding.info.code, finding.facets, finding.message)


def _per_listener(
    listeners: Sequence[Listener], running: Sequence[Check], context: Context, workers: int | None
) -> Iterator[list[Finding]]:
    rules = sum(len(listener.rules) for listener in listeners)
    count = workers if workers is not None else (None if rules >= POOL_RULES else 1)
    if count == 1 or len(listeners) < 2:
        yield from (_lint_one(listener, running, context) for listener in listeners)
        return
    from alb_lint.parallel import in_order, processes

    count = count if count is not None else processes()
    if count < 2:
        yield from (_lint_one(listener, running, context) for listener in listeners)
        return
    size = -(-len(listeners) // count)
    starts = range(0, len(listeners), size)

    def work(number: int) -> list[list[Finding]]:
        return [_lint_one(listener, running, context) for listener in listeners[starts[number] : starts[number] + size]]

    for findings in in_order(work, len(starts), count):
        yield from findings


class Looks:
    """What the checks found on some listeners, those of `kept` by id, for the next estate that has the same ones. `only`: on others none are run.
    `pairs`: crossing pairs that each listener of any of the estates may list; None: as many as if each estate were alone.
    """

    def __init__(self, kept: frozenset[str], *, only: bool = False, pairs: int | None = None) -> None:
        self._kept, self._only, self.pairs = kept, only, pairs
        self._found: dict[int, tuple[Listener, list[Finding]]] = {}
        self._asked: tuple[Sequence[Check], Context] | None = None

    def at(self, listeners: Sequence[Listener], running: Sequence[Check], context: Context, workers: int | None) -> Iterator[list[Finding]]:
        """As `_per_listener`, with nothing asked twice: what checks see is the listener and the context."""
        if self._asked != (running, context):
            self._found.clear()
            self._asked = running, context
        wanted = [listener for listener in listeners if not self._only or listener.id in self._kept]
        fresh = [listener for listener in wanted if id(listener) not in self._found]
        told = _per_listener(fresh, running, context, workers)
        for listener in wanted:
            known = self._found.get(id(listener))
            findings = known[1] if known is not None else next(told)
            if listener.id in self._kept:
                self._found[id(listener)] = listener, findings
            yield findings


def _lint_one(listener: Listener, running: Sequence[Check], context: Context) -> list[Finding]:
    facts = facts_of(listener)
    found: list[Finding] = []
    for check in running:
        if check.run is not None and not (check.whole and listener.unread is not None):
            found.extend(_run(check, facts, context))
    return list(shared(found))


def _run(check: Check, facts: ListenerFacts, context: Context) -> Iterable[Finding]:
    assert check.run is not None
    return check.run(facts, context)


def touching(summary: Summary, files: Iterable[str]) -> Summary:
    """The summary with the findings that touch one of the files, in themselves or in a rule they name."""
    wanted = {os.path.realpath(name) for name in files}

    def touches(finding: Finding) -> bool:
        return any(os.path.realpath(name) in wanted for name in finding.files)

    def changed() -> Iterator[str]:
        for finding in (*summary.findings, *summary.hidden):
            for rule in finding.everyone:
                if any(os.path.realpath(name) in wanted for name in (rule.location.file, *rule.written_in) if name):
                    yield rule.id

    return replace(
        summary,
        findings=tuple(filter(touches, summary.findings)),
        hidden=tuple(filter(touches, summary.hidden)),
        changed=summary.changed if summary.changed is not None else frozenset(changed()),
    )


# -- planning ----------------------------------------------------------------------------------------------------------------


def propose(estate: Estate, config: Config, wishes: "Options", sources: Sequence[str] = (), flags: Sequence[str] = ()) -> "Proposal":
    """The plan of the whole estate, with what it was made from. `sources`, `flags`: what the user gave, for the commands that reports show."""
    from alb_lint.plan.planner import make_plan
    from alb_lint.plan.proposal import Proposal

    facts = tuple(ListenerFacts(listener) for listener in estate.listeners)
    return Proposal(make_plan(facts, config, wishes), facts, config, estate.gaps, tuple(sources), tuple(flags))


JUDGED: Final = 1_000_000
"""Pairs of rules that share requests, on the listeners before one whose findings are told in the report of a plan; a second, twice."""


def judged(proposal: "Proposal", estate: Estate, today: str) -> "Proposal":
    """The proposal with what `check` finds on the estate as it is and as the plan leaves it: what a written report tells, of those it tells of."""
    from alb_lint.analysis.graph import count_of_pairs
    from alb_lint.findings.grouping import grouped
    from alb_lint.plan.steps.apply import apply_plan

    parts = {part.id: part for part in proposal.plan.listeners}
    told = [part for part in proposal.plan.listeners if part.is_told]
    left, among = JUDGED, set[str]()
    for part in told:
        if left > 0:
            among.add(part.id)
            left -= count_of_pairs(proposal.facts_of(part))
    # what a tool is about to do was told of the rules as they are
    before = tuple(replace(item, deployments=()) if item.deployments else item for item in estate.listeners)
    after = tuple(apply_plan(parts[item.id], item) if item.id in parts else item for item in before)
    looks = Looks(frozenset(among), only=True)
    now, then = (
        grouped(lint(replace(estate, listeners=rules), proposal.config, today, looks=looks)) if among else None for rules in (before, after)
    )
    return replace(proposal, now=now, left=then, unjudged=frozenset(part.id for part in told) - among)


def compare(old: Estate, new: Estate, target_groups: Literal["arn", "name"] = "arn", *, beside: bool = False) -> "Compared":
    """What the two estates answer differently. What one says by the name of its code, and the other's state knows the id of, is that. `beside`: it is
    told beside findings, so that fewer differences are enough.
    """
    from alb_lint.analysis.estates import compare_estates

    known = known_of((*old.references, *new.references))
    old, new = (replace(estate, listeners=tuple(_resolved(item, known) for item in estate.listeners)) for estate in (old, new))
    return compare_estates(old, new, target_groups, beside=beside)


# -- one new rule ------------------------------------------------------------------------------------------------------------


def first_config(estate: Estate, today: str, until: str) -> str:
    """The text of a first config: with it, the same input is clean but for errors and what is worth knowing. `until`: when warnings come back."""
    from alb_lint.config_file import from_text
    from alb_lint.plan.wanted.first_config import draft

    found = lint(estate, from_text(draft(estate), "alb-lint.toml"), today).findings
    return draft(estate, found, until)


def read_rule(raw: object, where: str) -> Rule:
    """A rule as the API writes it. Raises SourceError for anything else, and where a part of it cannot be read."""
    from alb_lint.sources.elbv2.shape import rule

    if not isinstance(raw, dict) or not isinstance(raw.get("Conditions"), list):
        raise SourceError(
            "a rule is an object with Conditions", where=where, hint='{"Conditions": [{"Field": "path-pattern", "Values": ["/v2/*"]}]}'
        )
    problems: list[str] = []
    # what it does need not be told yet
    told = "Actions" in raw
    some = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]
    read = rule({"Actions": some, **raw, "Priority": "1", "IsDefault": False}, Location(file=where), problems, rule_id="new")
    if problems:
        raise SourceError(problems[0], where=where)
    return read if told else replace(read, actions=())


def refused_values(new: Rule, today: str) -> str:
    """Why AWS would refuse the rule's values, "" where it would not."""
    alone = Estate((bounded(Listener("new", "", (replace(new, actions=new.actions or (FixedResponse("404"),)),))),))
    found = lint(alone, Config(), today, Selection(("ALB201", "ALB202", "ALB203"))).findings
    return found[0].message if found else ""


FEW_NEW: Final = 10
"""New rules that always get their numbers together."""
BESIDE: Final = 150_000
"""New rules times all rules up to which they get their numbers together: 300 beside 100, some five seconds."""


def allocate(
    listener: Listener,
    config: Config,
    wishes: "Sequence[Wish]",
    today: str,
    held: Mapping[int, str] | None = None,
    taste: "Taste | None" = None,
) -> "Allocations | NoNumber":
    """Numbers for the new rules, or why there are none. Raises SourceError where they are too many to be looked at together."""
    from alb_lint.plan.allocation.allocate import allocate as find

    few_enough(listener, len(wishes))
    return find(listener, config, wishes, today, held, taste)


def few_enough(listener: Listener, many: int) -> None:
    """Raises SourceError where so many new rules of the listener are too many to be looked at together."""
    there = len(listener.rules)
    if many > FEW_NEW and many * (many + there) > BESIDE:
        raise SourceError(
            f"{many:,} new rules beside {there:,} are more than get their numbers at a time",
            where="allocate",
            hint=f"give it {max(FEW_NEW, BESIDE // (there + many)):,} of them, and reserve their numbers (--reserve), then the next ones",
        )


def read_rules(raw: object, where: str) -> tuple[Rule, ...]:
    """One rule as the API writes it, a list of them, or `{"Rules": […]}`. Raises SourceError for anything else."""
    several = raw.get("Rules") if isinstance(raw, dict) and "Conditions" not in raw else raw
    if not isinstance(several, list):
        return (read_rule(raw, where),)
    if not several:
        raise SourceError("there is no rule in it", where=where)
    found = [read_rule(item, f"{where} [{place}]") for place, item in enumerate(several)]
    return tuple(replace(rule, id=f"new-{place}", location=Location(file=where)) for place, rule in enumerate(found, 1))


def rules_at(estate: Estate, file: str, line: int) -> tuple[tuple[Listener, Rule], ...]:
    """The rules that the code at the place makes, each with its listener: those that begin last before the line; several where it is a loop.

    `line` 0: the rules of the file that have no number.
    """
    wanted = os.path.realpath(file)
    here = [
        (listener, rule)
        for listener in estate.listeners
        for rule in listener.rules
        if rule.location.file and os.path.realpath(rule.location.file) == wanted
    ]
    if not line:
        return tuple(pair for pair in here if not isinstance(pair[1].priority, int))
    last = max((rule.location.line for _, rule in here if rule.location.line <= line), default=0)
    return tuple(pair for pair in here if pair[1].location.line == last) if last else ()
