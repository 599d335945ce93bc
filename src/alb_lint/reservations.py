"""`alb-lint.lock`: numbers that are taken before the rules are there, one line each, in a form that git merges.

The lines stand under markers, each number always under the same one, by its remainder. So two branches that reserve different numbers change
places that a marker keeps apart, which git merges by itself; and two that reserve one number change the same place, which git refuses to merge.
There are 101 markers: it is prime, so that the steps that people number in, 5, 10 or 100, spread over all of them.
"""

import json
import re
from collections.abc import Iterable
from typing import Any, Final

from alb_lint.errors import ConfigError
from alb_lint.places import Location
from alb_lint.record import record

LOCK: Final = "alb-lint.lock"
MARKERS: Final = 101
_MOST: Final = 50_000
"""Lines of reservations: there are no more numbers."""
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_HEAD: Final = """\
# Numbers that are taken before their rules are there. `alb-lint allocate --reserve` writes them, `alb-lint check` holds them against the rules.
# Each stands on one line, under its marker. Leave the markers: they keep git from merging two reservations of one number into one file.
"""
_KEYS: Final = ("priority", "listener", "for", "by", "until", "id")


@record
class Reservation:
    """`listener`: a name of the config, a name or an id. `what`: the conditions of the rule, in words. `until`: ISO, the last day. `token`: of one
    run of the command, so that no two runs write the same line.
    """

    priority: int
    listener: str
    what: str
    by: str
    until: str
    token: str
    location: Location = Location()


def parse(text: str, name: str) -> tuple[Reservation, ...]:
    """The reservations, by number. Raises ConfigError that lists every line that is none."""
    found: list[Reservation] = []
    problems: list[str] = []
    for line, written in enumerate(text.splitlines(), 1):
        if not written.strip() or written.startswith("#"):
            continue
        try:
            found.append(_reservation(written, Location(name, line)))
        except ValueError as error:
            problems.append(f"{name}:{line}: {error}")
        if len(problems) > 20 or len(found) > _MOST:
            break
    if problems:
        raise ConfigError("\n".join(problems), hint="mend the line, or remove it and run `alb-lint allocate --reserve` again")
    return tuple(sorted(found, key=lambda item: (item.priority, item.listener, item.token)))


def _reservation(written: str, location: Location) -> Reservation:
    if written.startswith(("<<<<<<<", "=======", ">>>>>>>", "|||||||")):
        raise ValueError("git could not merge two reservations here: keep one of the lines, and reserve another number for the other")
    try:
        told: Any = json.loads(written)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict) or set(told) != set(_KEYS):
        raise ValueError(f"no reservation: a line is a JSON object with {', '.join(_KEYS)}")
    number = told["priority"]
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= _MOST:
        raise ValueError("'priority' must be a number from 1 to 50000")
    if not all(isinstance(told[key], str) for key in _KEYS[1:]):
        raise ValueError(f"{', '.join(_KEYS[1:])} must be texts")
    if not _DATE.fullmatch(told["until"]):
        raise ValueError("'until' must be a date, YYYY-MM-DD")
    return Reservation(number, told["listener"], told["for"], told["by"], told["until"], told["id"], location)


def rendered(reservations: Iterable[Reservation]) -> str:
    """The whole file: markers in their order, below each its reservations by number."""
    below: dict[int, list[Reservation]] = {}
    for item in reservations:
        below.setdefault(item.priority % MARKERS, []).append(item)
    lines = [_HEAD]
    for marker in range(MARKERS):
        lines.append(f"# {marker}\n")
        for item in sorted(below.get(marker, ()), key=lambda item: (item.priority, item.listener, item.token)):
            told = dict(zip(_KEYS, (item.priority, item.listener, item.what, item.by, item.until, item.token), strict=True))
            lines.append(json.dumps(told) + "\n")
    return "".join(lines)
