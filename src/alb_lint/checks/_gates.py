"""What checks on gates ask of a listener, and how their messages speak of gates."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Final

from alb_lint.analysis.guards import Guard
from alb_lint.analysis.regions import Regions
from alb_lint.model import Condition, Listener, Request, Rule

MOST: Final = 5
"""Rules that one finding shows a request for."""
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


def answering(
    listener: Listener, questions: Sequence[tuple[Hashable, Rule, tuple[Condition, ...]]], shown: dict[Hashable, int]
) -> Iterator[Request | bool]:
    """For each question (who asks, rule, region) whether the rule of the listener certainly answers some request of the region.

    As a request for the first MOST that each asker gets; `shown` counts them, over several listeners. The listener is compiled once for all.
    """
    numbers = {region: number for number, region in enumerate(dict.fromkeys(region for _, _, region in questions))}
    beside = Regions(listener, tuple(numbers))
    for asker, rule, region in questions:
        if shown.get(asker, 0) >= MOST:
            yield beside.answers_some(rule, numbers[region]) is True
            continue
        found = beside.answered(rule, numbers[region])
        if isinstance(found, Request):
            shown[asker] = shown.get(asker, 0) + 1
        yield found if isinstance(found, Request) else False
