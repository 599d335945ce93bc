"""`allocate --also`, `--refs` and `--reserve`: what is taken elsewhere, and a line in the lock file for what is taken now."""

import secrets
import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from alb_lint.cli import options
from alb_lint.config import Config
from alb_lint.errors import UsageError
from alb_lint.model import Estate, Listener, Rule
from alb_lint.plan.allocation.elsewhere import Taken, taken_elsewhere
from alb_lint.reservations import LOCK, Reservation, rendered
from alb_lint.sources.source import ReadOptions

DAYS: Final = 30
"""How long a reservation lasts where nothing else is said."""


def elsewhere(listener: Listener, also: Sequence[str], refs: str, names: Sequence[str], settings: Config, told: ReadOptions) -> Taken:
    """What the checkouts and the branches have on the listener."""
    from alb_lint import inputs
    from alb_lint.cli.since import older

    others = [(name, inputs.read([name], options.load_config("", [name]), "", told, tolerant=True)) for name in also]
    if refs:
        from alb_lint.sources.revision import unmerged

        def read(there: Sequence[str], found: Config, then: ReadOptions) -> Estate:
            return inputs.read(there, found, "", then, tolerant=True)

        others += [(branch, older(branch, names or ["."], settings, told, read)) for branch in unmerged(refs, Path.cwd())]
    return taken_elsewhere(listener, others, settings)


def owner(by: str, range_: str, settings: Config) -> str:
    """Who reserves: who is named, else who owns the range. Raises UsageError where nobody is known."""
    found = by or next((item.owner for item in settings.ranges if range_ and item.name == range_), "")
    if not found:
        raise UsageError("who reserves it?", where="--reserve", hint="--by TEAM, or --range NAME of a range with an owner")
    return found


def last_day(until: str) -> str:
    """The day until which it is reserved, ISO. Raises UsageError for what is no date or has passed."""
    today = options.today()
    if not until:
        return (date.fromisoformat(today) + timedelta(days=DAYS)).isoformat()
    try:
        found = date.fromisoformat(until).isoformat()
    except ValueError as error:
        raise UsageError(f"{until!r} is no date", where="--until", hint="--until 2027-01-31") from error
    if found < today:
        raise UsageError(f"{found} has passed", where="--until", hint="--until 2027-01-31")
    return found


def token() -> str:
    """Eight hex digits that no other run has."""
    return f"{int(time.time()) & 0xFF:02x}{secrets.token_hex(3)}"


def write(settings: Config, reservations: Sequence[Reservation]) -> str:
    """Writes the lock file beside the config, else into this folder; returns its name."""
    from alb_lint.config_file import find_lock

    folder = settings.root if settings.path and settings.root is not None else None
    path = folder / LOCK if folder is not None else find_lock(Path.cwd()) or Path(LOCK)
    options.write(rendered(reservations), str(path))
    return options.shown(path)


def told(rules: Sequence[Rule], numbers: Sequence[int], by: str, until: str, name: str) -> str:
    """What was done, in words."""
    many = f"{len(rules)} numbers" if len(rules) > 1 else str(numbers[0])
    return f"reserved {many} for {by} until {until} in {name}; commit it, and push before you use the number"
