"""Regexes of ours that are compiled when they are first asked: a run meets few of them, and waits for each that it compiles."""

import re
from typing import TYPE_CHECKING, Any, AnyStr

if TYPE_CHECKING:
    pattern = re.compile
else:

    class pattern:  # noqa: N801 - it stands for re.compile
        """As `re.compile(text, flags)`, compiled at the first use of one of its methods."""

        def __init__(self, text: AnyStr, flags: int = 0) -> None:
            self._told = (text, flags)

        def __getattr__(self, name: str) -> Any:
            found = getattr(re.compile(*self._told), name)  # re keeps what it compiled
            setattr(self, name, found)
            return found


__all__ = ["pattern"]
