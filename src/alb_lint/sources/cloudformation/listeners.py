"""Load balancers and listeners of the stacks, and what stands for a listener that is no resource of them."""

import re
from dataclasses import dataclass, field
from typing import Final

from alb_lint.languages.cloudformation.intrinsics import resolve
from alb_lint.languages.cloudformation.node import Mapping
from alb_lint.languages.cloudformation.stack import View, properties
from alb_lint.languages.cloudformation.value import Symbol, Value, plain
from alb_lint.model import LoadBalancer, Location, Rule
from alb_lint.sources.elbv2.shape import actions, load_balancer_arn_of

Tags = tuple[tuple[str, str], ...]

_NETWORK: Final = frozenset({"TCP", "TLS", "UDP", "TCP_UDP", "GENEVE", "QUIC", "TCP_QUIC"})
"""Protocols of network and gateway load balancers, which know no requests."""

_NAMED: Final = re.compile(r"^(Ref|ImportValue) |^\{\{resolve:ssm:|\}\}$")
"""What stands around a name in a reference."""


@dataclass(slots=True)
class Front:
    """What is known of a listener. `asked`: its resource is in a template that was asked for. `network`: it knows no requests.

    `known_as`, `published`: as of `Listener`.
    """

    id: str
    name: str
    location: Location
    asked: bool = False
    network: bool = False
    protocol: str = ""
    port: int = 0
    load_balancer: LoadBalancer | None = None
    default: Rule | None = None
    tags: Tags = ()
    rules: list[Rule] = field(default_factory=list)
    known_as: str = ""
    published: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Balancer:
    """A load balancer and whether it knows no requests."""

    load_balancer: LoadBalancer
    network: bool


def properties_of(view: View, resource: Mapping) -> dict[str, Value] | Symbol:
    """The properties with their values; a symbol where not even their names are known."""
    found = resolve(view, properties(resource))
    if isinstance(found, dict):
        return found
    return found if isinstance(found, Symbol) else {}


def id_of(value: Value | None) -> str:
    """The ARN, or the reference that stands for it; "" where neither is known."""
    if isinstance(value, str):
        return value
    return value.id if isinstance(value, Symbol) else ""


def tags_of(value: Value | None) -> Tags:
    """Sorted (key, value) of a list of tags, those that are known."""
    pairs = [(item.get("Key"), item.get("Value")) for item in value if isinstance(item, dict)] if isinstance(value, list) else []
    return tuple(sorted({key: text for key, text in pairs if isinstance(key, str) and isinstance(text, str)}.items()))


def balancer_of(view: View, name: str, resource: Mapping) -> Balancer:
    """A load balancer with the defaults of CreateLoadBalancer: IPv4, internet-facing, invalid headers kept."""
    given = properties_of(view, resource)
    if isinstance(given, Symbol):
        return Balancer(LoadBalancer(f"{view.label}:{name}", name), network=False)
    kind, title = given.get("Type", "application"), given.get("Name")
    return Balancer(
        LoadBalancer(
            f"{view.label}:{name}",
            title if isinstance(title, str) else name,
            _known(given.get("IpAddressType", "ipv4")),
            _drops(given.get("LoadBalancerAttributes")),
            _known(given.get("Scheme", "internet-facing")),
            tags_of(given.get("Tags")),
        ),
        network=isinstance(kind, str) and kind != "application",
    )


def _known(value: Value) -> str:
    return value if isinstance(value, str) else ""


def _drops(attributes: Value | None) -> bool | None:
    """Whether invalid header names are dropped; the service's default is not to."""
    if attributes is None:
        return False
    if not isinstance(attributes, list):
        return None
    for item in attributes:
        key = item.get("Key") if isinstance(item, dict) else None
        if not isinstance(item, dict) or not isinstance(key, str):
            return None
        if key == "routing.http.drop_invalid_header_fields.enabled":
            value = _known(item.get("Value", "")).lower()
            return value == "true" if value in {"true", "false"} else None
    return False


def front_of(view: View, name: str, resource: Mapping, balancers: dict[str, Balancer], problems: list[str]) -> Front:
    """A listener that is a resource."""
    stack = view.stack
    location = stack.place(stack.resource_map.keys[name].start, name)
    front = Front(f"{stack.label}:{name}", name, location, asked=stack.emitted)
    given = properties_of(view, resource)
    if isinstance(given, Symbol):
        problems.append(given.unknown.reason)
        return front
    port = given.get("Port")
    front.protocol = _known(given.get("Protocol", ""))
    front.port = int(port) if isinstance(port, str) and port.isascii() and port.isdecimal() and len(port) <= 5 else 0
    front.tags = tags_of(given.get("Tags"))
    owner = given.get("LoadBalancerArn")
    known = balancers.get(id_of(owner))
    front.load_balancer = known.load_balancer if known else _named(owner)
    front.network = front.protocol in _NETWORK or (known is not None and known.network) or ":loadbalancer/net/" in id_of(owner)
    if "DefaultActions" not in given:
        problems.append("DefaultActions is missing")
    elif not front.network:
        acts = actions(plain(given["DefaultActions"]), problems)
        presence = view.presence
        front.default = Rule(f"{stack.label}/{name}/default", "", 0, (), acts, is_default=True, location=location, presence=presence)
    return front


def _named(owner: Value | None) -> LoadBalancer | None:
    """A load balancer that is not read itself, by its ARN or the reference to it."""
    key = id_of(owner)
    if not key:
        return None
    if isinstance(owner, Symbol):
        return LoadBalancer(key, _NAMED.sub("", owner.expression))
    return LoadBalancer(key, key.rsplit("/", 2)[-2] if key.count("/") >= 2 else key)


def _is_given(value: Symbol) -> bool:
    """Whether a parameter is in it, or what another tool fills in, so that the same text in another template may be the same value."""
    return ":Ref:" in value.id or ("{{" in value.expression and not value.expression.startswith("{{resolve:"))


def front_by(value: Value | None, file: str) -> Front | None:
    """A listener that is known by its ARN or by a reference alone; None where it is not even that."""
    key = id_of(value)
    if not key:
        return None
    if isinstance(value, Symbol):
        return Front(key, _NAMED.sub("", value.expression), Location(file), known_as=value.expression if _is_given(value) else "")
    owner = load_balancer_arn_of(key)
    balancer = _named(owner) if owner else None
    name = f"{balancer.name}/{key.rpartition('/')[2]}" if balancer else key
    network = ":listener/net/" in key or ":listener/gwy/" in key
    return Front(key, name, Location(file, arn=key if key.startswith("arn:") else ""), network=network, load_balancer=balancer)
