"""The ways AWS may read the regexes of a listener: one where they make no difference, else up to four.

Unknown per alb-semantics: whether a regex must match the whole text or is searched in it, and whether host and header regexes heed case.
Host and header values themselves do not, so a listener without such regexes has one reading.
"""

from functools import lru_cache

from alb_lint.model import Listener, PathPattern, conditions_of
from alb_lint.space.budget import OutOfBudget
from alb_lint.space.hunt import only_in
from alb_lint.space.regex import Reading, Unreadable, compiled, held_at_both_ends


def readings_of(listener: Listener) -> tuple[Reading, ...]:
    """The readings that differ for some regex of the listener, the one under which regexes take most first; never empty."""
    anywhere, case = False, False
    for condition in conditions_of(listener.rules):
        cased = not isinstance(condition, PathPattern)
        for regex in getattr(condition, "regexes", ()):
            if isinstance(regex, str):
                anywhere = anywhere or anchoring_matters(regex)
                case = case or (cased and case_matters(regex))
    # which case each letter of a host or header has is free to choose, so a regex that heeds case is the harder one to satisfy
    return tuple(
        Reading(search, ignore) for search in ((True, False) if anywhere else (True,)) for ignore in ((True, False) if case else (True,))
    )


@lru_cache(maxsize=4_096)
def anchoring_matters(pattern: str) -> bool:
    """Whether searching the regex and matching the whole text with it differ. True where that is undecided."""
    return not held_at_both_ends(pattern) and _differ(pattern, Reading(True, False), Reading(False, False))


@lru_cache(maxsize=4_096)
def case_matters(pattern: str) -> bool:
    """Whether heeding case changes what the regex matches. True where that is undecided."""
    return _differ(pattern, Reading(True, False), Reading(True, True))


def _differ(pattern: str, one: Reading, other: Reading) -> bool:
    try:
        first, second = compiled(pattern, one), compiled(pattern, other)
        return only_in(first, second) is not None or only_in(second, first) is not None
    except Unreadable:
        return False  # read under no reading: the condition is unknown anyway
    except OutOfBudget:
        return True
