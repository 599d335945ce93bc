"""`alb-lint check`, for a hook: the command line read without the library for it, where nothing is wrong with it.

Every commit waits for it. What it reads is what the library reads of the same declarations (a law in the tests); what is not plainly right, asks for
help or is anything else than `check` is left to the library.
"""

import os
from collections.abc import Callable
from typing import Any

from alb_lint.cli.flags import Flag, declared

COMPLETING = "_ALB_LINT_COMPLETE"
"""Set by a shell that asks what a word may become."""


def call(words: list[str]) -> Callable[[], int] | None:
    """The command of these words, ready to run; None where the library must read them."""
    if words[:1] != ["check"] or COMPLETING in os.environ:
        return None
    from alb_lint.cli.check import command

    given = read(command, words[1:])
    return None if given is None else lambda: command(**given)


def read(command: Callable[..., int], words: list[str]) -> dict[str, Any] | None:
    """Parameter → value, of the flags that are given; None where a word is not plainly right."""
    flags: dict[str, tuple[str, Any]] = {}
    sources = ""
    for name, annotation in command.__annotations__.items():
        kind, told = declared(annotation)
        if isinstance(told, Flag):
            flags.update(dict.fromkeys(told.names, (name, kind)))
        elif told is not None:
            sources = name
    given: dict[str, Any] = {}
    left = iter(words)
    for word in left:
        if word == "--":
            given.setdefault(sources, []).extend(left)
        elif word == "-" or not word.startswith("-"):
            given.setdefault(sources, []).append(word)
        else:
            flag, equals, value = word.partition("=") if word.startswith("--") else (word, "", "")
            if flag not in flags:
                return None
            name, kind = flags[flag]
            if kind is bool:
                if equals:
                    return None
                given[name] = True
                continue
            if not equals:
                value = next(left, "-")
                if value.startswith("-"):
                    return None  # it may be that the value was forgotten
            if kind is str:
                given[name] = value
            else:
                given.setdefault(name, []).append(value)
    return given
