"""How messages speak of gates."""

from collections.abc import Iterable
from typing import Final

from alb_lint.analysis.guards import Guard
from alb_lint.model import Listener

_WHO: Final[dict[Guard, str]] = {
    "sign-in": "signed-in clients",
    "address": "clients of certain addresses",
    "header": "clients that know a secret header",
}


def guards_text(guards: Iterable[Guard]) -> str:
    """Who gets through: `signed-in clients`, `clients of certain addresses that know a secret header`."""
    return " and ".join(_WHO[guard] for guard in ("sign-in", "address", "header") if guard in set(guards))


def on_listener(listener: Listener) -> str:
    """`listener edge:80`, as a sentence names it."""
    return f"listener {listener.name or listener.id}"
