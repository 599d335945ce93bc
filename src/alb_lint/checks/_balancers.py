"""Listeners by load balancer."""

from collections.abc import Iterator

from alb_lint.checks._wording import quoted
from alb_lint.model import Estate, Listener


def together(estate: Estate) -> Iterator[tuple[str, tuple[Listener, ...]]]:
    """(how a message calls it, its listeners) for every load balancer, by id; a listener of an unknown one stands alone, behind the others."""
    known: dict[str, list[Listener]] = {}
    for listener in estate.listeners:
        if listener.load_balancer is not None:
            known.setdefault(listener.load_balancer.id, []).append(listener)
    for key in sorted(known):
        balancer = known[key][0].load_balancer
        yield f"the load balancer {quoted(balancer.name if balancer is not None and balancer.name else key)}", tuple(known[key])
    for listener in estate.listeners:
        if listener.load_balancer is None:
            yield f"the listener {quoted(listener.name or listener.id)}", (listener,)
