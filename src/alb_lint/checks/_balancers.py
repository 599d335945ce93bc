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


def surely_apart(one: Listener, other: Listener) -> bool:
    """Whether the two listeners are certain to belong to different load balancers."""
    return one.load_balancer is not None and other.load_balancer is not None and one.load_balancer.id != other.load_balancer.id


def only_inside(there: Listener, here: Listener) -> bool:
    """Whether `there` is reached from inside the network alone, and `here` is not known to be: then it is open to others than everybody."""
    inside = [item.load_balancer is not None and item.load_balancer.scheme == "internal" for item in (there, here)]
    return inside[0] and not inside[1]
