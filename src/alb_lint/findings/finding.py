"""A finding: one claim about one rule, with the requests that prove it."""

from collections.abc import Iterator
from enum import IntEnum
from typing import Literal

from alb_lint.model import Location, Request, Rule
from alb_lint.record import record
from alb_lint.symbols import Equation

_NOWHERE = Location()


class Severity(IntEnum):
    """Ordered: INFO < WARNING < ERROR. `label` is the word of the contract."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        return self.name.lower()


Confidence = Literal["proved", "possible", "undecided"]
WitnessRole = Literal["both", "only-rule", "only-related", "escapes"]


@record
class CheckInfo:
    """What a code is. `listed` False: reported only when selected by its code."""

    code: str
    name: str
    severity: Severity
    summary: str
    listed: bool = True


@record
class Witness:
    """A request that proves a part of the claim. `note`: what happens to it, for people; may be empty.

    `listener`: the id of the one that it goes to, where that is not the finding's own.
    """

    role: WitnessRole
    request: Request
    note: str = ""
    listener: str = ""


@record
class Related:
    """Another rule that takes part: "blocker", "partner", "twin", "stranger", "before", … . `request`: one that both share, if it has its own."""

    role: str
    rule: Rule
    request: Request | None = None


@record
class Suppression:
    """Why a finding is not reported. `reason`: what the comment or the config says; empty for a baseline."""

    kind: Literal["comment", "config", "baseline"]
    reason: str = ""


@record
class Finding:
    """One claim.

    `rule` is None for a claim about the listener or the config; `location` then tells the place. `related`: in asking order. `message`: one
    sentence without a final full stop needed to be cut; `help`: the way out, one sentence. `facets`: what else tells two findings of one code on
    one rule apart (a value, a range name), never a priority number or a line. `rules`: of a finding on several rules all of them, `rule` the first;
    `parts`: the findings on each that it stands for (`grouping`); `meant`: which of its related rules the cause is about, by position, for each part,
    where these are not all. `suppressed`: set on what is not reported.
    `needs`: names of the values that only a deployment tells, and that would decide it.
    `depends`: what such a value would have to be for the rule to be shadowed, where that is known.
    `lines`: (which of its causes, entries of the config that answer it, as TOML).
    `workspaces`: those of Terraform that its words are about, where these are not all.
    """

    info: CheckInfo
    severity: Severity
    listener: str
    rule: Rule | None
    message: str
    help: str
    confidence: Confidence = "proved"
    related: tuple[Related, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    location: Location = _NOWHERE
    facets: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    parts: tuple["Finding", ...] = ()
    meant: tuple[tuple[int, ...], ...] = ()
    suppressed: Suppression | None = None
    needs: tuple[str, ...] = ()
    workspaces: tuple[str, ...] = ()
    lines: tuple[tuple[str, str], ...] = ()
    depends: tuple[Equation, ...] = ()

    @property
    def assumes(self) -> tuple[str, ...]:
        """What the claim takes for granted: that rules of several roots are deployed to one environment, where names or symbols say what is one."""
        rules = self.everyone
        if not any(rule.root for rule in rules):
            return ()
        from alb_lint.model.environment import environments  # what reads exports alone does without it

        return environments(self.listener, rules)

    @property
    def said(self) -> str:
        """The message, with what the claim assumes."""
        return f"{self.message} (if deployed to one environment)" if self.assumes else self.message

    @property
    def place(self) -> Location:
        return self.rule.location if self.rule is not None else self.location

    @property
    def concerned(self) -> tuple[Rule, ...]:
        """The rules that it is about; of a finding on several rules all of them."""
        return self.rules or ((self.rule,) if self.rule is not None else ())

    @property
    def everyone(self) -> tuple[Rule, ...]:
        """All rules that take part, its own first."""
        return (*((self.rule,) if self.rule is not None else ()), *(item.rule for item in self.related), *self.rules)

    @property
    def told(self) -> "Iterator[tuple[Finding, tuple[Related, ...]]]":
        """Each part, with those of its related rules that the cause is about."""
        for place, part in enumerate(self.parts):
            yield part, tuple([part.related[at] for at in self.meant[place]]) if self.meant else part.related

    @property
    def files(self) -> tuple[str, ...]:
        """Files that the finding touches: its own first, those of related rules, then where parts of the rules are written; unique."""
        rules = self.everyone
        places = (self.place, *(rule.location for rule in rules))
        named = (*(place.file for place in places if place.file), *(name for rule in rules for name in rule.written_in))
        return tuple(dict.fromkeys(named))
