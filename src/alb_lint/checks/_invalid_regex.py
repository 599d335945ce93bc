"""What AWS documents as not supported in regexes: look-around, back references, atomic groups, possessive quantifiers, subroutines, recursion and
Unicode classes. Source: ELB user guide, "Condition types for listener rules" and "Transforms for listener rules", October 2025.
"""

from functools import lru_cache
from typing import Final

from alb_lint.patterns import pattern

_GROUPS: Final = (
    (pattern(r"\(\?<?[=!]"), "look-around"),
    (pattern(r"\(\?>"), "an atomic group"),
    (pattern(r"\(\?P="), "a back reference"),
    (pattern(r"\(\?(R|[+-]?\d+|&\w+|P>\w+)\)"), "recursion or a subroutine"),
)
_ESCAPES: Final = (
    (pattern(r"\\[1-9]|\\k[<{']|\\g\{"), "a back reference"),
    (pattern(r"\\g[<']"), "recursion or a subroutine"),
    (pattern(r"\\[pP](\{|[A-Z])"), "a Unicode class"),
)
_POSSESSIVE: Final = pattern(r"([*+?]|\{\d+(,\d*)?\})\+")
_BRACKET: Final = pattern(r"\[\^?\]?")


@lru_cache(maxsize=4_096)
def unsupported(regex: str) -> str:
    """The first thing in the regex that is documented as not supported; "" where there is none. Linear."""
    if "\\Q" in regex:
        return ""  # quoting would turn all below on its head
    at, inside = 0, False
    while at < len(regex):
        mark = regex[at]
        if mark == "\\":
            found = next((name for sign, name in _ESCAPES if sign.match(regex, at)), "")
            if found and (not inside or found == "a Unicode class"):
                return found
            at += 2
            continue
        if inside:
            inside = mark != "]"
        elif mark == "[":
            inside = True
            # a bracket that stands first closes nothing
            at += len(_BRACKET.match(regex, at).group()) - 1  # type: ignore[union-attr]  # it stands on a [
        elif mark == "(":
            found = next((name for sign, name in _GROUPS if sign.match(regex, at)), "")
            if found:
                return found
            at += 1 if regex.startswith("(?", at) else 0  # the ? after it is no quantifier
        else:
            possessive = _POSSESSIVE.match(regex, at)
            if possessive:
                return "a possessive quantifier"
        at += 1
    return ""
