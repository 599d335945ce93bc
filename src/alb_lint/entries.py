"""Entries of the config as text to paste: `[[before]]`, `[[allow]]`, `[[listener]]`. The reader of the config accepts them as they stand."""

import json
from collections.abc import Sequence
from typing import Final

from alb_lint.config import Allow, Before, Config, NamedListener, listener_fits, rule_fits
from alb_lint.inert import inert_json
from alb_lint.model import Listener, Rule

REASON: Final = "say why this is meant"
"""What stands where people shall write why."""


def before_text(entry: Before) -> str:
    """The `[[before]]` table, with a final newline."""
    return _table("before", first=entry.first, then=entry.then, listener=entry.listener, reason=entry.reason)


def allow_text(entry: Allow) -> str:
    """The `[[allow]]` table, with a final newline."""
    return _table("allow", code=entry.code, rule=entry.rule, listener=entry.listener, reason=entry.reason)


def listener_text(entry: NamedListener) -> str:
    """The `[[listener]]` table, with a final newline."""
    return f"[[listener]]\nname = {quoted(entry.name)}\nids = [{', '.join(quoted(name) for name in entry.ids)}]\n"


_AS_THEY_ARE: Final = str.maketrans({"*": "[*]", "?": "[?]", "[": "[[]"})


def escaped(text: str) -> str:
    """The glob that fits this text alone. As `glob.escape`, which each commit would wait for."""
    return text.translate(_AS_THEY_ARE)


def rule_glob(rule: Rule, listener: Listener) -> str:
    """What an entry calls the rule: its name where no other rule of the listener fits that, else its ARN, its address, its id."""
    # what an export calls an address is a place in the file
    told = (rule.name, rule.id) if rule.id.startswith("arn:") else (rule.name, rule.location.address, rule.id)
    names = [escaped(name) for name in told if name]
    return next(
        (name for name in names[:-1] if not any(rule_fits(name, other) for other in listener.rules if other is not rule)), names[-1]
    )


def listener_glob(listener: Listener, config: Config) -> str:
    """What an entry calls the listener: the config's own name for it where it has one, else its id."""
    named = next((item.name for item in config.listeners if listener_fits(item.name, listener, config)), "")
    return named or escaped(listener.id)


def quoted(text: str) -> str:
    """The text as a TOML string: as JSON has it, but without surrogates, and nothing that steers a terminal or build server stands as it is."""
    whole = inert_json(json.dumps(text.encode("utf-8", "replace").decode("utf-8"), ensure_ascii=False))
    if whole.isprintable():
        return whole
    return "".join(character if character.isprintable() else f"\\U{ord(character):08x}" for character in whole)


def _table(name: str, **fields: str) -> str:
    lines = [f"{key} = {quoted(value)}" for key, value in fields.items() if value]
    return "\n".join([f"[[{name}]]", *lines, ""])


def joined(entries: Sequence[str]) -> str:
    """The tables one after the other, an empty line between them."""
    return "\n".join(entries)
