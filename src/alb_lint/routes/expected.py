"""Whether a rule does what is expected of it."""

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Final

from alb_lint.analysis.guards import signs_in
from alb_lint.config import Then, rule_fits
from alb_lint.findings.wording import group_name
from alb_lint.model import FixedResponse, Forward, OpaqueAction, Redirect, Rule, Share, Text
from alb_lint.record import record

DEFAULT: Final = "default"
"""How the default rule is named, as a rule and by its priority."""


@record
class Expected:
    """All that is given must hold. `rule`: globs over rules; `priority`: a number or "default"; `weights`: (glob over target groups, weight), which
    name all that get requests, in proportion; `status`: of a fixed response or a redirect; `then`: the rest.
    """

    rule: tuple[str, ...] = ()
    priority: str = ""
    weights: tuple[tuple[str, float], ...] = ()
    status: tuple[str, ...] = ()
    then: Then = Then()


def meets(rule: Rule, expected: Expected, *, some: bool = False) -> bool | None:
    """Whether the rule does what is expected; None where that is not known. `some`: as `does`."""
    told = [
        *([_named(rule, expected.rule)] if expected.rule else []),
        *([_numbered(rule, expected.priority)] if expected.priority else []),
        *([_weighted(rule, expected.weights)] if expected.weights else []),
        *([_answered(rule, expected.status)] if expected.status else []),
        *([does(rule, expected.then, some=some)] if expected.then != Then() else []),
    ]
    return False if False in told else None if None in told else True


def does(rule: Rule, then: Then, *, some: bool = False) -> bool | None:
    """Whether the rule does what is required; None where its action could not be read. `some`: of several target groups one that fits is enough."""
    if _unread(rule):
        return None
    told = [
        *([_grouped(_groups(rule), then.target_group, some=some)] if then.target_group else []),
        *([_status(rule, then.status)] if then.status else []),
        *([_redirected(rule, then.redirect)] if then.redirect else []),
        *([signs_in(rule)] if then.authenticated else []),
    ]
    if then.any_of:
        options = [does(rule, option, some=some) for option in then.any_of]
        told.append(True if True in options else None if None in options else False)
    return False if False in told else None if None in told else True


def _unread(rule: Rule) -> bool:
    return not rule.actions or any(isinstance(action, OpaqueAction) for action in rule.actions)


def _named(rule: Rule, globs: Sequence[str]) -> bool:
    return any(fnmatchcase(DEFAULT, glob) if rule.is_default else rule_fits(glob, rule) for glob in globs)


def _numbered(rule: Rule, priority: str) -> bool | None:
    if rule.is_default or priority == DEFAULT:
        return rule.is_default and priority == DEFAULT
    return str(rule.priority) == priority if isinstance(rule.priority, int) else None


def _shares(rule: Rule) -> list[Share] | None:
    """Of a forward those that may get requests; None for another action."""
    last = rule.actions[-1] if rule.actions else None
    if not isinstance(last, Forward):
        return None
    return [share for share in last.shares if len(last.shares) == 1 or share.weight != 0]


def _groups(rule: Rule) -> list[Text] | None:
    shares = _shares(rule)
    return None if shares is None else [share.target_group for share in shares]


def _fits(group: str, glob: str) -> bool:
    return fnmatchcase(group, glob) or fnmatchcase(group_name(group), glob)


def _grouped(groups: Sequence[Text] | None, globs: Sequence[str], *, some: bool) -> bool | None:
    """Whether each of the groups fits a glob, or with `some` one of them; False where nothing is forwarded."""
    if groups is None:
        return False
    fitting = [any(_fits(group, glob) for glob in globs) if isinstance(group, str) else "*" in globs or None for group in groups]
    if some:
        return True if True in fitting else None if None in fitting else False
    return False if False in fitting else None if None in fitting else True


def _weighted(rule: Rule, wanted: Sequence[tuple[str, float]]) -> bool | None:
    if _unread(rule):
        return None
    shares = _shares(rule)
    if shares is None:
        return False
    sums = [0.0] * len(wanted)
    unsure = False
    for share in shares:
        group, weight = share.target_group, share.weight if len(shares) > 1 else 1
        if not isinstance(group, str) or not isinstance(weight, int):
            unsure = True
            continue
        place = next((place for place, (glob, _) in enumerate(wanted) if _fits(group, glob)), None)
        if place is None:
            return False
        sums[place] += weight
    if unsure:
        return None
    total, whole = sum(sums), sum(weight for _, weight in wanted)
    return total > 0 and whole > 0 and all(abs(have / total - want / whole) < 1e-9 for have, (_, want) in zip(sums, wanted, strict=True))


def _status(rule: Rule, wanted: Sequence[str]) -> bool | None:
    last = rule.actions[-1] if rule.actions else None
    if not isinstance(last, FixedResponse):
        return False
    return last.status in wanted if isinstance(last.status, str) else None


def _answered(rule: Rule, wanted: Sequence[str]) -> bool | None:
    """The status of a redirect counts too, `HTTP_301` as 301."""
    if _unread(rule):
        return None
    last = rule.actions[-1]
    if isinstance(last, Redirect):
        return last.status.removeprefix("HTTP_") in wanted if isinstance(last.status, str) else None
    return _status(rule, wanted)


def _redirected(rule: Rule, globs: Sequence[str]) -> bool | None:
    last = rule.actions[-1] if rule.actions else None
    if not isinstance(last, Redirect):
        return False
    parts = (last.protocol, last.host, last.port, last.path)
    if not all(isinstance(part, str) for part in parts):
        return None
    target = f"{last.protocol}://{last.host}:{last.port}{last.path}".lower()
    short = f"{last.protocol}://{last.host}{last.path}".lower()
    return any(fnmatchcase(text, glob.lower()) for text in (target, short) for glob in globs)
