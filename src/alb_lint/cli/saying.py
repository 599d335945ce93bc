"""How an error stands on standard error: what, where, next step."""

import sys

from alb_lint.errors import AlbLintError
from alb_lint.inert import inert


def clean(text: str) -> str:
    """The line without control characters and commands: what comes from input must not steer a terminal or a build server."""
    return inert(text if text.isprintable() else "".join(character if character.isprintable() else "\ufffd" for character in text))


def say(error: AlbLintError) -> None:
    """An error, as it stands on standard error: what, where, next step."""
    lines = [f"error: {error.what}"]
    lines.extend([f"  {error.where}"] if error.where else [])
    lines.extend([f"  help: {error.hint}"] if error.hint else [])
    sys.stderr.write("".join(f"{clean(line)}\n" for text in lines for line in text.split("\n")))
