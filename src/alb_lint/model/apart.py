"""Listeners that stand apart since nothing tells whether they are one: each root module, template or program knows its own by a variable only."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from alb_lint.model.listener import Listener
from alb_lint.places import Gap

_SHOWN: Final = 2
"""Listeners that one sentence names."""


def may_be_one(listeners: Iterable[Listener], is_named: Callable[[Listener], bool]) -> Iterator[Gap]:
    """A gap for each variable, parameter or lookup by which several listeners are known, and nothing else of them.

    `is_named`: the config says which listener it is, so that it differs from all others that have a name. To take them for one could claim a
    collision that is none; to take them for several and call that clean would hide one.
    """
    alike: dict[tuple[str, str], list[Listener]] = {}
    for listener in listeners:
        if listener.known_as:
            alike.setdefault((listener.source_kind, listener.known_as), []).append(listener)
    for (_, known_as), group in alike.items():
        if len(group) > 1 and not all(is_named(listener) for listener in group):
            shown = [listener.id for listener in group[:_SHOWN]]
            rest = [f"{len(group) - _SHOWN} more"] if len(group) > _SHOWN else [shown.pop()]
            yield Gap(
                group[0].location,
                f"{', '.join(shown)} and {rest[0]} may be one listener, since all that is known of each is {known_as}; their rules were not compared"
                " with each other: put the ids into one `[[listener]]` of the config, or into one each if they differ",
            )
