"""Text in GitHub's Markdown. What comes from outside can neither link, nor mention, nor become markup.

Source: GitHub Flavored Markdown, "Tables", "Autolinks (extension)", "Code spans".
"""

import re
from typing import Final

from alb_lint.findings.wording import clean

_MARKUP: Final = re.compile(r"[\\`*_{}\[\]<>|~#]|(?<=\w):(?=//)|(?<=[wW]{3})\.|^([-+=]|\d+[.)])")
_PLAIN_CODE: Final = re.compile(r"[^`]*[^` ]|")


def escape(text: str) -> str:
    """The text with nothing in it that Markdown or GitHub would read as more than text."""
    said = _MARKUP.sub(
        lambda found: "".join(f"\\{character}" if not character.isdigit() else character for character in found[0]), clean(text)
    )
    # an empty comment keeps an address from becoming a link and a name from being told
    return re.sub(r"&(?=[#\w])", "&amp;", said).replace("@", "@<!-- -->")


def in_html(text: str) -> str:
    """The text inside of an HTML block, where backslashes escape nothing."""
    said = "".join(character if character.isalnum() or character in " -_/(),+" else f"&#{ord(character)};" for character in clean(text))
    return said.replace("&#64;", "&#64;<!-- -->")


def code(text: str) -> str:
    """The text as code outside of tables; by character references where backticks would not hold it."""
    said = clean(text)
    if not said:
        return ""
    return f"`{said}`" if _PLAIN_CODE.fullmatch(said) and said[0] != " " else _referenced(said)


def cell(text: str) -> str:
    r"""The text as code in a cell of a table, where `\\|` is a bar, in code too. Source: GitHub Flavored Markdown, "Tables (extension)"."""
    said = clean(text)
    # a backslash before a bar, or at the end, would escape what is ours
    if "\\|" in said or said.endswith("\\"):
        return _referenced(said)
    return code(said).replace("|", "\\|") if _PLAIN_CODE.fullmatch(said) else code(said)


def _referenced(said: str) -> str:
    return f"<code>{''.join(character if character.isalnum() else f'&#{ord(character)};' for character in said)}</code>"
