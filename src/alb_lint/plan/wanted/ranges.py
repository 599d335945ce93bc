"""Which rules belong to which reserved range, what stands in them, and which numbers are retired."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Final, TypeVar

from alb_lint.analysis.compile import host_glob, path_globs
from alb_lint.config import Config, Match, Range, Retired, listener_fits, rule_fits
from alb_lint.findings.wording import conditions_text
from alb_lint.model import HostHeader, HttpRequestMethod, Listener, OpaqueCondition, PathPattern, Rule
from alb_lint.record import record
from alb_lint.reservations import Reservation
from alb_lint.space.budget import OutOfBudget
from alb_lint.space.glob import common_words, matches, shape

T = TypeVar("T")
_KNOWN: Final = 1_024
"""Lists of names, paths or hosts that are kept."""


def _once(make: Callable[[tuple[str, ...]], T]) -> Callable[[tuple[str, ...]], T]:
    """`make`, called once for each tuple, which is known by itself: to know thousands of texts by what they say takes longer than most questions."""
    known: dict[int, tuple[tuple[str, ...], T]] = {}

    def made(texts: tuple[str, ...]) -> T:
        found = known.get(id(texts))
        if found is not None and found[0] is texts:
            return found[1]
        if len(known) >= _KNOWN:
            known.clear()
        known[id(texts)] = texts, make(texts)
        return known[id(texts)][1]

    return made


def ranges_of(listener: Listener, config: Config) -> tuple[Range, ...]:
    """The ranges that apply to the listener, in the order of the config."""
    return tuple(item for item in config.ranges if listener_fits(item.listener, listener, config))


def retired_of(listener: Listener, config: Config, today: str) -> tuple[Retired, ...]:
    """The retirements that apply to the listener on the day (ISO)."""
    return tuple(
        item for item in config.retired if listener_fits(item.listener, listener, config) and (not item.until or today < item.until)
    )


def reserved_on(listener: Listener, config: Config, today: str) -> tuple[Reservation, ...]:
    """The reservations that hold numbers of the listener on the day (ISO)."""
    return tuple(item for item in config.reservations if listener_fits(item.listener, listener, config) and today <= item.until)


def reserved_for_others(rule: Rule, listener: Listener, config: Config, today: str) -> frozenset[int]:
    """The numbers that are reserved on the day (ISO), but for those that are reserved for the rule itself."""
    mine = conditions_text(rule)
    return frozenset(item.priority for item in reserved_on(listener, config, today) if item.what != mine)


def belongs(rule: Rule, wanted: Match) -> bool | None:
    """Whether the rule belongs to a range of this match; None where something unknown in the rule decides."""
    if not (wanted.paths or wanted.hosts or wanted.methods or wanted.rules or wanted.tags):
        return False
    if wanted.rules and not _named(rule, *_names_and_globs(wanted.rules)):
        return False
    tags = dict(rule.tags)
    if any(tags.get(key) != value for key, value in wanted.tags):
        return False
    answers = []
    if wanted.paths:
        answers.append(_inside_texts(rule, PathPattern, _around_paths(wanted.paths)))
    if wanted.hosts:
        answers.append(_inside_texts(rule, HostHeader, _around_hosts(wanted.hosts)))
    if wanted.methods:
        answers.append(_inside_methods(rule, wanted.methods))
    if False in answers:
        return False
    return None if None in answers else True


@_once
def _names_and_globs(wanted: tuple[str, ...]) -> tuple[frozenset[str], tuple[str, ...]]:
    """Plain names apart from globs: a range may name hundreds of rules, and a listener hold hundreds."""
    globs = tuple(text for text in wanted if any(letter in text for letter in "*?["))
    return frozenset(wanted) - {*globs, ""}, globs


def _named(rule: Rule, names: frozenset[str], globs: tuple[str, ...]) -> bool:
    return not names.isdisjoint((rule.name, rule.id, rule.location.address)) or any(rule_fits(glob, rule) for glob in globs)


class _Around:
    """The paths or hosts of a range as globs; one object for each range that is asked about. `watched`: those with a `?`."""

    def __init__(self, texts: Iterable[str], *, paths: bool) -> None:
        self.globs = tuple(dict.fromkeys(glob for text in texts for glob in _globs(text, paths=paths)))
        self.watched = tuple(glob for glob in self.globs if "?" in glob)
        self.takes_all = ("/*" if paths else "*") in self.globs
        self._known = frozenset(self.globs)
        beginnings = [glob[:-1] for glob in self.globs if glob.find("*") == len(glob) - 1 and "?" not in glob]
        self._beginnings = frozenset(beginnings)
        self._lengths = sorted({len(text) for text in beginnings})
        self._others = [glob for glob in self.globs if "?" in glob or ("*" in glob and glob.find("*") < len(glob) - 1)]

    def takes(self, word: str) -> bool:
        """Whether one of the globs takes the word."""
        if word in self._known and "*" not in word and "?" not in word:
            return True
        if any(word[:length] in self._beginnings for length in self._lengths):
            return True
        return any(matches(glob, word) for glob in self._others)

    def holds(self, glob: str) -> bool:
        """Whether the glob is one of them."""
        return glob in self._known


@_once
def _around_paths(texts: tuple[str, ...]) -> _Around:
    return _Around(texts, paths=True)


@_once
def _around_hosts(texts: tuple[str, ...]) -> _Around:
    return _Around(texts, paths=False)


def _globs(text: str, *, paths: bool) -> Iterable[str]:
    return path_globs(text) if paths else (host_glob(text),)


def _inside_texts(rule: Rule, kind: type[PathPattern | HostHeader], around: _Around) -> bool | None:
    for condition in rule.conditions:
        if not isinstance(condition, kind):
            continue
        if condition.regexes or any(not isinstance(value, str) for value in condition.values):
            return None
        values = [value for value in condition.values if isinstance(value, str)]
        inner = [glob for value in values for glob in _globs(value, paths=kind is PathPattern)]
        try:
            return bool(inner) and all(_covered(glob, around) for glob in inner)
        except OutOfBudget:
            return None
    if around.takes_all:
        return True
    return None if _unread(rule) else False


def _unread(rule: Rule) -> bool:
    """Whether a condition could not be read, so that it may be of any kind."""
    return any(isinstance(condition, OpaqueCondition) for condition in rule.conditions)


@lru_cache(maxsize=65_536)
def _covered(inner: str, around: _Around) -> bool:
    if around.holds(inner):
        return True
    if not around.watched:
        return around.takes(shape(inner).generic)
    return all(around.takes(word) for word in common_words(inner, "*", around.watched))


def _inside_methods(rule: Rule, outer: Sequence[str]) -> bool | None:
    for condition in rule.conditions:
        if isinstance(condition, HttpRequestMethod):
            if any(not isinstance(value, str) for value in condition.values):
                return None
            return all(value in outer for value in condition.values)
    return None if _unread(rule) else False


@record
class Membership:
    """Where a rule belongs: `range` is None for none or for more than one; `several` names those where it is more than one."""

    range: Range | None
    several: tuple[Range, ...] = ()
    unsure: tuple[Range, ...] = ()


def membership(rule: Rule, ranges: Sequence[Range]) -> Membership:
    """The range of a rule among those of its listener; `unsure` where an unknown condition decides."""
    answers = [(item, belongs(rule, item.match)) for item in ranges]
    sure = tuple(item for item, answer in answers if answer)
    unsure = tuple(item for item, answer in answers if answer is None)
    if len(sure) > 1:
        return Membership(None, sure, unsure)
    return Membership(sure[0] if sure else None, (), unsure)


__all__ = [
    "Membership",
    "belongs",
    "listener_fits",
    "membership",
    "ranges_of",
    "reserved_for_others",
    "reserved_on",
    "retired_of",
    "rule_fits",
]
