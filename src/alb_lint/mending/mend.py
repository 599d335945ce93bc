"""Code → the same code without what changes nothing: redundant values (ALB204, ALB221), and numbers where the config wants them.

Nothing here trusts an edit: the code is read again with it in place, and the edit stays only where the rules read are exactly those that were meant.
A rule keeps its place and its action, so that matching exactly the same requests as before proves that no answer changes; numbers are proved by the
planner. At the end both states are compared over all requests as well, and where they differ, nothing is changed.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from ipaddress import collapse_addresses, ip_network
from types import MappingProxyType
from typing import Any, Final

from alb_lint import pipeline, selections
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.config import Config
from alb_lint.errors import AlbLintError
from alb_lint.files import NotRead, content, instead
from alb_lint.findings.finding import Finding
from alb_lint.findings.fingerprint import fingerprint
from alb_lint.findings.wording import rule_text
from alb_lint.mending.bare import bare
from alb_lint.mending.literals import CANDIDATES, block, cut, places
from alb_lint.model import Condition, Estate, Listener, OpaqueCondition, QueryString, Rule, SourceIp, Unknown
from alb_lint.plan.planner import Options
from alb_lint.plan.scripts.patch import edited, files, patch_of
from alb_lint.plan.steps.any_order import dangers
from alb_lint.plan.steps.apply import apply_plan
from alb_lint.record import record

CODES: Final = ("ALB204", "ALB221")
MOST: Final = 200
"""Values that one run takes out: the code is read again for each."""
_KINDS: Final = ("terraform", "cloudformation", "pulumi")
"""Sources that are code; exports, plans and states are made by tools."""


@record
class Mended:
    """`contents`, `was`: the new and old bytes of each file that changes. `changed`, `left`: what was done and what was not, in words.

    `estate`: as it is then.
    """

    contents: Mapping[str, bytes]
    changed: tuple[str, ...]
    left: tuple[str, ...]
    estate: Estate
    was: Mapping[str, bytes] = MappingProxyType({})


def mend(
    estate: Estate,
    config: Config,
    today: str,
    chosen: selections.Selection,
    inside: Callable[[str], bool],
    read_again: Callable[[], Estate],
) -> Mended:
    """What can be mended, proved; nothing is written. `inside`: whether a file may be changed. `read_again`: the same input, read once more."""
    work = _Work(estate, config, today, chosen, inside, read_again)
    work.values()
    work.numbers()
    if work.contents and pipeline.compare(estate, work.estate).equivalent is False:
        left = (*work.left, "nothing was changed: some request would be answered otherwise")
        return Mended({}, (), left, estate)
    return Mended(work.contents, tuple(work.changed), tuple(work.left), work.estate, work.was)


class _Work:
    def __init__(
        self,
        estate: Estate,
        config: Config,
        today: str,
        chosen: selections.Selection,
        inside: Callable[[str], bool],
        read_again: Callable[[], Estate],
    ) -> None:
        self.estate = estate
        self.config = config
        self.today = today
        self.chosen = chosen
        self.inside = inside
        self.read_again = read_again
        self.contents: dict[str, bytes] = {}
        self.was: dict[str, bytes] = {}
        self.changed: list[str] = []
        self.left: list[str] = []

    def values(self) -> None:
        """Takes out values one by one, until none is left that can be."""
        tried: set[str] = set()
        for _ in range(MOST):
            finding = next((item for item in self._findings() if fingerprint(item) not in tried), None)
            if finding is None:
                return
            tried.add(fingerprint(finding))
            why = self._take_out(finding)
            if why:
                self.left.append(f"{finding.info.code} {finding.place}: {finding.message}: {why}")
            else:
                self.changed.append(f"{finding.info.code} {finding.place}: {finding.message}")
                tried.clear()

    def _findings(self) -> Iterator[Finding]:
        running = [code for code in CODES if any(info.code == code and self.chosen.takes(info) for info in selections.known_codes())]
        if not running:
            return
        kinds = {listener.id: listener.source_kind for listener in self.estate.listeners}
        summary = pipeline.lint(self.estate, self.config, self.today, selections.selection(running, ()))
        known = set(self.left)
        for finding in summary.findings:
            told = f"{finding.info.code} {finding.place}: {finding.message}: "
            if kinds.get(finding.listener) in _KINDS and not any(line.startswith(told) for line in known):
                yield finding

    def _take_out(self, finding: Finding) -> str:
        """Makes the edit; why it cannot be made, "" where it was."""
        rule = finding.rule
        if rule is None or not rule.location.file or not rule.location.line:
            return "where it stands is not told"
        name = rule.location.file
        if not self.inside(name):
            return "it stands outside of what was named"
        try:
            text = self._content(name).decode("utf-8", "surrogateescape")
        except NotRead as error:
            return error.reason
        for place, condition in enumerate(rule.conditions):
            for wanted, drafts in _drafts(finding, condition, text, *self._extent(rule, text)):
                for draft in drafts:
                    if draft is not None and self._keeps(name, draft, rule, place, wanted):
                        return ""
        return "no literal of its own was found; by hand"

    def _extent(self, rule: Rule, text: str) -> tuple[int, int]:
        """Offsets from the rule's first line to that of the next rule in the file."""
        starts = [0]
        for line in text.split("\n"):
            starts.append(starts[-1] + len(line) + 1)
        lines = {
            other.location.line
            for listener in self.estate.listeners
            for other in listener.rules
            if other.location.file == rule.location.file
        }
        following = min((line for line in lines if line > rule.location.line), default=len(starts))
        return starts[min(rule.location.line, len(starts)) - 1], min(starts[min(following, len(starts)) - 1], len(text))

    def _content(self, name: str) -> bytes:
        if name not in self.was:
            self.was[name] = content(name)
        return self.contents.get(name, self.was[name])

    def _keeps(self, name: str, draft: str, rule: Rule, place: int, wanted: Condition | None) -> bool:
        """Takes the draft where the rules read with it are those of now, but for this condition of the rules that stand there."""
        contents = self.contents | {name: draft.encode("utf-8", "surrogateescape")}
        was = rule.conditions[place]

        def changed(one: Rule) -> Rule:
            if (one.location.file, one.location.line) != (rule.location.file, rule.location.line) or was not in one.conditions:
                return one
            at = one.conditions.index(was)
            return replace(one, conditions=(*one.conditions[:at], *([wanted] if wanted is not None else []), *one.conditions[at + 1 :]))

        if not all(_same_requests(one, changed(one)) for item in self.estate.listeners for one in item.rules):
            return False
        meant = [replace(item, rules=tuple(changed(one) for one in item.rules)) for item in self.estate.listeners]
        return self._takes(contents, [bare(item) for item in meant])

    def _takes(self, contents: dict[str, bytes], meant: list[Any]) -> bool:
        try:
            with instead(contents):
                again = self.read_again()
        except AlbLintError:
            return False
        if [bare(item) for item in again.listeners] != meant or len(again.gaps) != len(self.estate.gaps):
            return False
        self.contents, self.estate = contents, again
        return True

    # -- numbers -----------------------------------------------------------------------------------------------------------------

    def numbers(self) -> None:
        """Moves rules as the planner says, where the whole plan of all listeners can be written and changes no answer."""
        if not (self.config.ranges or self.config.retired):
            return
        code = tuple(listener for listener in self.estate.listeners if listener.source_kind in _KINDS)
        proposal = pipeline.propose(replace(self.estate, listeners=code), self.config, Options(self.today))
        plan = proposal.plan
        self.left += [f"numbers on {proposal.name(item.listener)}: no plan: {item.reason}" for item in plan.refused]
        moved = {part.id: part for part in plan.listeners if part.moves}
        if not moved or plan.refused:
            return
        patch = patch_of(proposal)
        told = "numbers: see alb-lint plan --format patch: "
        if not plan.equivalent or patch.by_hand:
            self.left.append(
                f"{told}{len(patch.by_hand)} of the changes can only be made by hand" if patch.by_hand else f"{told}it changes answers"
            )
            return
        taken = next((name for name, part in moved.items() if _passed_on(part.moves, proposal.base(part))), None)
        if taken is not None:
            self.left.append(f"{told}on {proposal.name(taken)} a rule takes the number of another, which a deployment may refuse")
            return
        passing = next((name for name, part in moved.items() if dangers(proposal.facts_of(part), part.moves)), None)
        if passing is not None:
            self.left.append(f"{told}on {proposal.name(passing)} a deployment may move a rule past another before that one has moved")
            return
        if not all(self.inside(name) for name in files(patch)):
            self.left.append(f"{told}some stand outside of what was named")
            return
        contents = dict(self.contents)
        for name in files(patch):
            contents[name] = edited(self._content(name), (edit for edit in patch.edits if edit.site.file == name))
        meant = [bare(apply_plan(moved[item.id], item) if item.id in moved else item) for item in self.estate.listeners]
        if self._takes(contents, meant):
            for part in moved.values():
                rules = {rule.id: rule for rule in proposal.base(part).rules}
                self.changed += [
                    f"number {rules[move.rule].location}: {rule_text(rules[move.rule])} becomes {move.new}" for move in part.moves
                ]
        else:
            self.left.append(f"{told}the code does not take the numbers as they were meant")


def _same_requests(old: Rule, new: Rule) -> bool:
    """Whether both surely match exactly the same requests."""
    if old == new:
        return True
    if len(old.conditions) == len(new.conditions):
        # what both ask for besides, and values that only a deployment tells, stand on both sides
        differ = [(one, other) for one, other in zip(old.conditions, new.conditions, strict=True) if one != other]
        old = replace(old, conditions=tuple(_known(one) for one, _ in differ))
        new = replace(new, conditions=tuple(_known(other) for _, other in differ))
    pair = (replace(old, id="old", priority=1, presence=()), replace(new, id="new", priority=2, presence=()))
    return ListenerFacts(Listener("pair", "pair", pair)).relation(0, 1) == "equal"


def _known(condition: Condition) -> Condition:
    """The condition with its literal values alone."""
    if isinstance(condition, OpaqueCondition):
        return condition
    told: Any = {
        name: tuple(one for one in getattr(condition, name) if not isinstance(one, Unknown))
        for name in ("values", "regexes")
        if hasattr(condition, name)
    }
    return replace(condition, **told)


def _passed_on(moves: Any, base: Listener) -> bool:
    """Whether a rule takes a number that another has today: tools that change one rule after the other may be refused."""
    today = {rule.priority for rule in base.rules}
    return any(move.new in today for move in moves)


def _drafts(
    finding: Finding, condition: Condition, text: str, first: int, last: int
) -> Iterator[tuple[Condition | None, Iterator[str | None]]]:
    """(what the condition is to become, None for none; texts that may say so) for each way in which the finding may be about it."""
    if isinstance(condition, OpaqueCondition | QueryString):
        return
    if finding.info.code == "ALB204":
        for field in ("values", "regexes"):
            old = getattr(condition, field, ())
            value = next((one for one in old if isinstance(one, str) and f"`{one}`" == finding.facets[1]), None)
            if value is not None and field.startswith("regex" if "regex" in finding.facets[0] else "value"):
                rest = list(old)
                rest.reverse()
                rest.remove(value)
                changed: Any = {field: tuple(reversed(rest))}
                spots = list(places(text, value, first, last))[-CANDIDATES:]
                yield replace(condition, **changed), (cut(text, *spot) for spot in reversed(spots))
        return
    if isinstance(condition, SourceIp) and len(finding.facets) > 1:
        yield from _one_block(finding.facets, condition, text, first, last)
    elif set(finding.facets) <= set(condition.values) and len(finding.facets) == 1:
        for start, _ in list(places(text, finding.facets[0], first, last))[:CANDIDATES]:
            held = block(text, start)
            yield None, iter([text[: held[0]] + text[held[1] :] if held is not None else None])


def _one_block(
    blocks: Sequence[str], condition: SourceIp, text: str, first: int, last: int
) -> Iterator[tuple[Condition | None, Iterator[str | None]]]:
    """Address blocks that are one: the first literal becomes it, the others go."""
    networks = [ip_network(one) for one in blocks]
    if len({one.version for one in networks}) > 1:
        return
    whole = [str(one) for one in collapse_addresses(networks)]  # type: ignore[type-var]  # of one version
    spots = [next(places(text, one, first, last), None) for one in blocks]
    if len(whole) > 1 or None in spots or not set(blocks) <= set(condition.values):
        return
    known = sorted(spot for spot in spots if spot is not None)
    draft: str | None = text
    for start, end in reversed(known[1:]):
        draft = cut(draft, start, end) if draft is not None else None
    start, end = known[0]
    quote = text[start] if text[start] in "\"'`" else ""
    draft = draft[:start] + f"{quote}{whole[0]}{quote}" + draft[end:] if draft is not None else None
    yield SourceIp((whole[0], *(one for one in condition.values if one not in blocks))), iter([draft])
