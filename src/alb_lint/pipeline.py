"""Joins the stages: estate → facts → findings → summary, plans and numbers. No printing, no exit."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, Literal

from alb_lint import checks, selections
from alb_lint.analysis.crossings import PAIRS, PAIRS_OF_A_VERSION, pairs_each, pairs_of_versions
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.known import facts_of
from alb_lint.checks.check import Check, Context
from alb_lint.checks.held import held
from alb_lint.config import Config
from alb_lint.errors import SourceError
from alb_lint.findings.finding import Finding
from alb_lint.findings.fingerprint import fingerprint, identity
from alb_lint.findings.sharing import shared
from alb_lint.findings.summary import ListenerLine, Summary, line
from alb_lint.findings.suppress import STALE, suppress
from alb_lint.inputs import content_of
from alb_lint.model import Estate, FixedResponse, Gap, Listener, Location, Rule
from alb_lint.model.excess import bounded
from alb_lint.model.references import known_of, resolved_listener
from alb_lint.record import replace

if TYPE_CHECKING:
    from alb_lint.analysis.estates import Compared
    from alb_lint.plan.allocation.allocate import Taste
    from alb_lint.plan.allocation.answer import Allocations, NoNumber, Wish
    from alb_lint.plan.planner import Options
    from alb_lint.plan.proposal import Proposal

POOL_RULES = 4_000
"""Rules in the input from which a second process earns its start-up."""


# -- linting -----------------------------------------------------------------------------------------------------------------


def lint(
    estate: Estate,
    config: Config,
    today: str,
    chosen: selections.Selection | None = None,
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
    chosen = chosen if chosen is not None else selections.selection(config.select, config.ignore)
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
    chosen: selections.Selection,
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
    had = {(item.id, rule.id, content_of(rule)) for item in before.listeners for rule in item.rules}
    return frozenset(rule.id for item in after.listeners for rule in item.rules if (item.id, rule.id, content_of(rule)) not in had)


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
    estates: Sequence[tuple[str, Estate]], config: Config, today: str, chosen: selections.Selection, baseline: frozenset[str], whole: bool
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
    old, new = (replace(estate, listeners=tuple(resolved_listener(item, known) for item in estate.listeners)) for estate in (old, new))
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
    found = lint(alone, Config(), today, selections.Selection(("ALB201", "ALB202", "ALB203"))).findings
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
