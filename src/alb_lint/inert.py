"""Text that a build server prints and does not act on.

Whoever names a listener, a file or a value must not command the server that shows it. Sources: actions/runner `ActionCommand.cs` (`::name` at the
start of a line, blanks before it allowed; `##[name` anywhere), azure-pipelines-agent `Command.cs` (`##vso[` anywhere), TeamCity, "Service messages"
(`##teamcity[` anywhere).
"""

import re
from typing import Final

from alb_lint.patterns import pattern

_ANYWHERE: Final = pattern(r"##(?=(?:vso|teamcity)?\[)", re.IGNORECASE)
_FIRST: Final = pattern(r"\s*::")


def inert(line: str) -> str:
    """One line of text, with a blank in what a server would take for a command."""
    line = inert_words(line)
    if "::" in line:
        found = _FIRST.match(line)
        if found is not None:
            line = f"{found[0][:-1]} :{line[found.end() :]}"
    return line


def inert_words(text: str) -> str:
    """Text in which no command stands that counts anywhere in a line; for what begins no line."""
    return _ANYWHERE.sub("# #", text) if "##" in text else text


def inert_json(text: str) -> str:
    """JSON text of the same value in which no command stands. `##` is in strings alone, and a line of JSON begins with none."""
    return _ANYWHERE.sub(r"\\u0023#", text) if "##" in text else text


def inert_xml(text: str) -> str:
    """XML or HTML text of the same content in which no command stands; not for the content of scripts."""
    return _ANYWHERE.sub("&#35;#", text) if "##" in text else text
