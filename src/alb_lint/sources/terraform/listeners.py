"""Which listener a rule is on: one id however it is named.

An ARN is itself. A listener of the code is its address, whether it is named directly, through locals, variables or outputs, or looked up by
load balancer and port. A listener of other code that is looked up is `<name of the load balancer>:<port>`. Anything else is the expression
that names it, in terms of the root module.
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

from alb_lint.languages.hcl.convert import spelled
from alb_lint.languages.hcl.elsewhere import OUTPUT
from alb_lint.languages.hcl.module import Resource
from alb_lint.languages.hcl.values import ABSENT, Sym, Value
from alb_lint.model import Gap, Listener, LoadBalancer, Location, Rule
from alb_lint.model.parameters import SSM
from alb_lint.patterns import pattern
from alb_lint.presence import Presence
from alb_lint.sources.elbv2.shape import actions
from alb_lint.sources.terraform.attributes import attributes
from alb_lint.sources.terraform.looked_up import BALANCER_TYPES, balancer, tags_of
from alb_lint.sources.terraform.naming import ROOTS, SHARED, prefixed, stripped
from alb_lint.sources.terraform.shape import actions_shape, listener_name
from alb_lint.sources.terraform.states import States

LISTENER_TYPES: Final = frozenset({"aws_lb_listener", "aws_alb_listener"})

_OTHERS: Final = frozenset({"TCP", "TLS", "UDP", "TCP_UDP", "GENEVE", "QUIC", "TCP_QUIC"})
"""Protocols of listeners of network and gateway load balancers, which have no rules."""

_GIVEN: Final = frozenset({"var", "data", "terraform", "path", "each", "count"})
"""What a root module is given or looks up. Resources and the outputs of modules are its own."""

_COPY: Final = pattern(r"(.*aws_a?lb_listener\.[\w-]+)\[.*\]", re.DOTALL)
_KEY: Final = pattern(r'\[(?:\d+|"[^"$]*")\]')
"""The key of a copy, where it is known."""
_PARAMETER: Final = pattern(r"ssm_parameter\((.*)\)", re.DOTALL)


class Front:
    """A listener as far as it is known. `declared`: the code has a resource for it. `known_as`, `looked_up`, `published`: as of `Listener`.

    `asked`: it is shown though it has no rules.
    """

    def __init__(self, id_: str, name: str, location: Location) -> None:
        self.id = id_
        self.name = name
        self.location = location
        self.protocol = ""
        self.port = 0
        self.load_balancer: LoadBalancer | None = None
        self.default: Rule | None = None
        self.rules: list[Rule] = []
        self.declared = False
        self.known_as = ""
        self.looked_up = ""
        self.published: list[str] = []
        self.asked = True

    @property
    def is_network(self) -> bool:
        return self.protocol in _OTHERS


class Fronts:
    """The listeners of a run. `prefix` in the calls: the folder of the root module where there are several roots, else "".

    `_keys`: (load balancer, port) → the declared listeners that this says; `_tagged`: (port, tags of its load balancer, declared listener).
    `_looked_up`: id → (load balancer, port, tags) that it was looked up by; `_outputs`: id → (state, output) that it was looked up in.
    `_parameters`: (parameter, what is written to it). `states`: those of the roots of the run.
    """

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._fronts: dict[str, Front] = {}
        self._keys: dict[tuple[str, str], set[str]] = {}
        self._looked_up: dict[str, tuple[str, str, tuple[tuple[str, str], ...]]] = {}
        self._tagged: list[tuple[str, frozenset[tuple[str, str]], str]] = []
        self.states = States()
        self._outputs: dict[str, tuple[str, str]] = {}
        self._parameters: list[tuple[str, str]] = []
        self.gaps: list[Gap] = []

    # Identity

    def find(self, value: Value, prefix: str, rule: str, location: Location, apart: str = "") -> Front:
        """The listener that the value names. `rule`: the address of the rule, for a listener that nothing names. `apart`: the module whose rules
        are judged by themselves.
        """
        found = self._identity(value, prefix, 0)
        if apart and found and not found.startswith(f"{prefix}:"):
            found = f"{apart}:{found}"
        if not found:
            reason = (
                value.reason
                if isinstance(value, Sym)
                else "listener_arn is not set"
                if value is None
                else f"{spelled(value)} is no listener"
            )
            self.gaps.append(Gap(location, f"{rule}: its listener is not known: {reason}"))
            found = prefixed(prefix, f"{rule}.listener_arn")
        short = _short(found, prefix)
        front = self._fronts.setdefault(found, Front(found, listener_name(short), location))
        if short != found and isinstance(value, Sym) and not value.failed and set(ROOTS.findall(short)) <= _GIVEN:
            front.known_as = short
        elsewhere = _PARAMETER.fullmatch(found)
        if elsewhere is not None:
            front.looked_up = SSM + elsewhere[1].strip('"')
        return front

    def publish(self, resource: Resource, prefix: str) -> None:
        """Takes a resource `aws_ssm_parameter`, which may hold a listener."""
        if resource.sets("name") and resource.sets("value"):
            key = SSM + spelled(resource.attribute("name")).strip('"')
            self._parameters.append((key, self._identity(resource.attribute("value"), prefix, 0)))

    def _identity(self, value: Value, prefix: str, depth: int) -> str:
        """The id; "" where the value can name no listener."""
        if isinstance(value, str):
            return str(value)
        if not isinstance(value, Sym) or value.failed or depth > 20:
            return ""
        if value.choice is not None:
            sides = {self._identity(side, prefix, depth + 1) for side in (value.choice.then, value.choice.otherwise)} - {""}
            if len(sides) == 1:
                return sides.pop()
        about = value.about
        if isinstance(about, Resource) and about.type in LISTENER_TYPES and about.is_data and stripped(value.text) == about.address:
            return self._looked_up_id(about, prefix, depth)
        elsewhere = OUTPUT.fullmatch(value.text)
        if elsewhere is not None:
            found = stripped(value.text)
            self._outputs[found] = (elsewhere[1], elsewhere[2])
            return found
        return stripped(value.text) if value.text.startswith(SHARED) else prefixed(prefix, stripped(value.text))

    def _of_state(self, state: str, path: str) -> str:
        """What the output of another root in the run names; "" where that root is not in it, or its output names no listener."""
        value, prefix = self.states.output(state, path)
        return "" if value is ABSENT else self._identity(value, prefix, 0)

    def _looked_up_id(self, data: Resource, prefix: str, depth: int) -> str:
        """A data source: by ARN, or by load balancer and port."""
        if data.sets("arn"):
            found = self._identity(data.attribute("arn"), prefix, depth + 1)
            if found:
                return found
        if not (data.sets("load_balancer_arn") and data.sets("port")):
            return prefixed(prefix, data.address)
        value = data.attribute("load_balancer_arn")
        known_as, port = balancer(value, prefix), spelled(data.attribute("port")).strip('"')
        found = f"{known_as}:{port}"
        about = value.about if isinstance(value, Sym) else None
        self._looked_up[found] = (known_as, port, tags_of(about) if isinstance(about, Resource) and about.is_data else ())
        return found

    # Listeners that the code declares

    def declare(self, resource: Resource, prefix: str, location: Location, presence: Presence, asked: bool = True) -> None:
        """Takes a resource `aws_lb_listener`: what it says of itself, and its default rule. `asked`: as of `Front`."""
        assert resource.block is not None
        found = prefixed(prefix, resource.address)
        name = found if resource.module.root.called_from else resource.address
        front = self._fronts.setdefault(found, Front(found, name, location))
        protocol, port = resource.attribute("protocol"), resource.attribute("port")
        front.location, front.declared, front.asked = location, True, asked
        front.protocol = protocol.upper() if isinstance(protocol, str) else ""
        number = int(port) if isinstance(port, int | str) and not isinstance(port, bool) and str(port).isdecimal() else 0
        front.port = number if number < 1 << 16 else 0
        owner = resource.attribute("load_balancer_arn")
        names = {balancer(owner, prefix)}
        about = owner.about if isinstance(owner, Sym) else None
        if isinstance(about, Resource) and about.type in BALANCER_TYPES:
            front.load_balancer = _load_balancer(about, prefix)
            names.add(front.load_balancer.name)
            self._tagged.append((spelled(port).strip('"'), frozenset(tags_of(about)), found))
        for name in sorted(names - {""}):
            self._keys.setdefault((name, spelled(port).strip('"')), set()).add(found)
        if not front.is_network:
            front.default = self._default(resource, found, prefix, location, presence)

    def _default(self, resource: Resource, listener: str, prefix: str, location: Location, presence: Presence) -> Rule | None:
        assert resource.block is not None
        raw = attributes(resource.block.body, resource.scope, prefix, only=frozenset({"default_action"}))
        if not raw.get("default_action"):
            return None
        problems: list[str] = []
        found = actions(actions_shape(raw["default_action"]), problems)
        self.gaps += [Gap(location, f"{resource.address}: {problem}") for problem in problems]
        return Rule(f"{listener}/default", "", 0, (), found, is_default=True, location=location, presence=presence)

    # The result

    def joined(self) -> list[Front]:
        """All listeners, those that are looked up joined with the one that they name, where it is surely one; sorted by id."""
        for found, (state, path) in sorted(self._outputs.items()):
            if found in self._fronts:  # only now all roots are known
                named = self._of_state(state, path)
                seen = {found}
                while named in self._outputs and named not in seen:
                    seen.add(named)
                    named = self._of_state(*self._outputs[named])
                self._join(found, named)
        for found, (known_as, port, tags) in self._looked_up.items():
            owners = self._keys.get((known_as, port), set())
            if tags and not owners:
                owners = {owner for at, told, owner in self._tagged if at == port and told >= set(tags)}
            if len(owners) == 1:
                self._join(found, next(iter(owners)))
        self._outputs.clear()
        for key, found in self._parameters:
            if found in self._fronts and key not in self._fronts[found].published:
                self._fronts[found].published.append(key)
        return [self._fronts[found] for found in sorted(self._fronts)]

    def _join(self, found: str, named: str) -> None:
        """Puts the rules of one listener to those of the one that it is, where they are two so far."""
        if found in self._fronts and named and named != found:
            front = self._fronts.pop(found)
            self._fronts.setdefault(named, Front(named, listener_name(named), front.location)).rules += front.rules

    def listeners(self) -> tuple[Listener, ...]:
        """Those that have rules or may get some. Where several roots have one of the same address, its name tells the root."""
        fronts = self.joined()
        read = {front.looked_up for front in fronts if front.rules} - {""}
        shown = [
            front
            for front in fronts
            if front.rules or (front.declared and not front.is_network and (front.asked or not read.isdisjoint(front.published)))
        ]
        self._note_copies([front for front in shown if front.rules])
        named = Counter(front.name for front in shown)
        return tuple(
            Listener(
                front.id,
                front.name if named[front.name] == 1 else front.id,
                tuple(front.rules),
                front.default,
                "" if front.is_network else front.protocol,
                front.port,
                front.load_balancer,
                self._kind,
                front.location,
                known_as="" if front.declared else front.known_as,
                looked_up=front.looked_up,
                published=tuple(front.published),
            )
            for front in shown
        )

    def _note_copies(self, fronts: Iterable[Front]) -> None:
        """A gap for each listener that may be a copy of a block that other rules name by its key: `aws_lb_listener.x[count.index]` and `…x[0]`."""
        copies: dict[str, list[Front]] = {}
        for front in fronts:
            found = _COPY.fullmatch(front.id)
            if found is not None:
                copies.setdefault(found[1], []).append(front)
        for block, group in copies.items():
            for front in group if len(group) > 1 else ():
                if _KEY.fullmatch(front.id[len(block) :]) is None:
                    others = ", ".join(other.id for other in group if other is not front)
                    reason = f"which copy of {block} {front.id} is, is not known: its rules were not compared with those on {others}"
                    self.gaps.append(Gap(front.location, reason))


def _short(id_: str, prefix: str) -> str:
    return id_.removeprefix(f"{prefix}:") if prefix else id_


def _load_balancer(resource: Resource, prefix: str) -> LoadBalancer:
    name, family = resource.attribute("name"), resource.attribute("ip_address_type")
    dropped = resource.attribute("drop_invalid_header_fields") if resource.sets("drop_invalid_header_fields") or resource.is_data else False
    internal = resource.attribute("internal")
    return LoadBalancer(
        prefixed(prefix, resource.address),
        str(name) if isinstance(name, str) else "",
        str(family) if isinstance(family, str) else "",
        dropped if isinstance(dropped, bool) else None,
        ("internal" if internal else "internet-facing") if isinstance(internal, bool) else "",
    )
