"""Single values of the elbv2 shapes: text, number and switch, each of which may be an `Unknown` or of a wrong type."""

from alb_lint.model import Number, Text, Unknown

_SHOWN = 60
"""Characters of foreign text that a message repeats."""

_DIGITS = 18
"""Longer numbers are no priority, weight or duration, and `int` of thousands of digits is slow and refused."""


def shown(value: object) -> str:
    """A foreign value for a message: short, on one line, and never walked into."""
    if value is None:
        return "missing"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if value.bit_length() < 64 else "a number of many digits"
    if isinstance(value, Unknown):
        return value.reason
    whole = repr(value[:_SHOWN] if isinstance(value, str) else value)
    return whole if len(whole) <= _SHOWN else f"{whole[: _SHOWN - 1]}…"


def text(value: object, what: str, problems: list[str]) -> Text:
    """A text; a whole number counts as its digits, as CloudFormation has it."""
    if isinstance(value, str | Unknown):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() < 64:
        return str(value)
    problems.append(f"{what} is {shown(value)}" if value is None else f"{what} is {shown(value)}, not text")
    return Unknown(problems[-1])


def number(value: object, what: str, problems: list[str]) -> Number:
    """A whole number, written as such or as digits in a text."""
    if isinstance(value, Unknown):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**_DIGITS:
        return value
    if isinstance(value, str):
        digits = value.strip().removeprefix("-")
        if digits.isdecimal() and digits.isascii() and len(digits) <= _DIGITS:
            return int(value)
    problems.append(f"{what} is {shown(value)}" if value is None else f"{what} is {shown(value)}, not a whole number")
    return Unknown(problems[-1])


def switch(value: object, what: str, problems: list[str]) -> bool | Unknown:
    """A boolean, written as such or as a text; a missing one is off."""
    if value is None:
        return False
    if isinstance(value, bool | Unknown):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    problems.append(f"{what} is {shown(value)}, neither true nor false")
    return Unknown(problems[-1])
