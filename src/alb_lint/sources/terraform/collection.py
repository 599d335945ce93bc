"""The resource instances of plans and states → listeners with their rules."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from alb_lint.model import Change, Deployment, Gap, Listener, LoadBalancer, Location, Rule
from alb_lint.model.deployment import Replaces
from alb_lint.sources.elbv2.shape import actions, listener_arn_of, rule
from alb_lint.sources.terraform.resources import RULE_TYPES, Instance, Planned, instances, planned_rules
from alb_lint.sources.terraform.shape import actions_shape, listener_name, rule_shape

_NETWORK = frozenset({"TCP", "TLS", "UDP", "TCP_UDP", "GENEVE", "QUIC", "TCP_QUIC"})

_REPLACES: Final[dict[tuple[str, ...], Replaces]] = {
    ("create", "delete"): "create-first",
    ("delete", "create"): "delete-first",
}
_IN_PLACE: Final[Replaces] = ""


@dataclass(slots=True)
class _Front:
    id: str
    name: str
    location: Location
    declared: Instance | None = None
    prefix: str = ""
    default: Rule | None = None
    rules: list[Rule] = field(default_factory=list)
    changes: dict[str, list[Change]] = field(default_factory=dict)
    """Per file."""


class Collection:
    """Takes documents one by one. `gaps`: in reading order."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._fronts: dict[str, _Front] = {}
        self._balancers: dict[str, Instance] = {}
        self._ids: Counter[str] = Counter()
        self.gaps: list[Gap] = []

    def add(self, document: Mapping[str, Any], file: str, prefix: str) -> None:
        """`prefix`: of addresses, where there are several files."""
        problems: list[str] = []
        found = list(instances(document, problems))
        self.gaps += [Gap(Location(file), problem) for problem in problems]
        for instance in found:
            if instance.type in {"aws_lb", "aws_alb"}:
                for name in {instance.arn, _prefixed(prefix, instance.address)} - {""}:
                    self._balancers[name] = instance
        for instance in found:
            if instance.type in {"aws_lb_listener", "aws_alb_listener"}:
                self._declare(instance, file, prefix)
        made: dict[str, tuple[_Front, Rule]] = {}
        for instance in found:
            if instance.type in RULE_TYPES:
                self._rule(instance, file, prefix, made)
        for planned in planned_rules(document):
            self._change(planned, file, prefix, made)

    def _declare(self, instance: Instance, file: str, prefix: str) -> None:
        location = Location(file, address=instance.address, arn=instance.arn)
        front = self._front(instance.arn or _prefixed(prefix, instance.address), instance.address, location)
        front.name, front.location, front.declared, front.prefix = instance.address, location, instance, prefix
        raw = instance.attributes.get("default_action")
        if raw and _protocol(instance) not in _NETWORK:
            problems: list[str] = []
            found = actions(actions_shape(raw), problems)
            self.gaps += [Gap(location, problem) for problem in problems]
            front.default = front.default or Rule(f"{front.id}/default", "", 0, (), found, is_default=True, location=location)

    def _rule(self, instance: Instance, file: str, prefix: str, made: dict[str, tuple[_Front, Rule]]) -> None:
        location = Location(file, address=instance.address, arn=instance.arn)
        problems: list[str] = []
        tags = instance.attributes.get("tags")
        pairs = tuple(sorted((k, v) for k, v in tags.items() if isinstance(v, str))) if isinstance(tags, dict) else ()
        rule_id = self._unique(instance.arn or _prefixed(prefix, instance.address), location)
        name = dict(pairs).get("Name") or instance.address
        shape = rule_shape(instance.attributes)
        read = rule(shape, location, problems, rule_id=rule_id, name=name, tags=pairs)
        self.gaps += [Gap(location, problem) for problem in problems]
        front = self._front_of(instance, location, prefix)
        if read.is_default:
            front.default = read
        else:
            front.rules.append(read)
            made[instance.address] = front, read

    def _change(self, planned: Planned, file: str, prefix: str, made: dict[str, tuple[_Front, Rule]]) -> None:
        """What the plan does to the rule, noted on its listener; on both where it goes from one to another."""
        after_front, after = made.get(planned.address, (None, None))
        before_front, before = None, None
        if planned.before is not None:
            location = Location(file, address=planned.address, arn=planned.before.arn)
            problems: list[str] = []
            before = rule(
                rule_shape(planned.before.attributes),
                location,
                problems,
                rule_id=planned.before.arn or planned.address,
                name=planned.address,
            )
            self.gaps += [Gap(location, f"as it is now: {problem}") for problem in problems]
            before_front = self._front_of(planned.before, location, prefix)
        replaces = _REPLACES.get(planned.actions) or _IN_PLACE
        name, waits = planned.address, planned.waits_for
        if before_front is after_front is not None:
            after_front.changes.setdefault(file, []).append(Change(name, before, after, replaces, waits))
            return
        if before_front is not None:
            before_front.changes.setdefault(file, []).append(Change(name, before, None, waits_for=waits))
        if after_front is not None:
            after_front.changes.setdefault(file, []).append(Change(name, None, after, waits_for=waits))

    def _front_of(self, instance: Instance, location: Location, prefix: str) -> _Front:
        """By ARN; by what the configuration refers to; by the rule's own ARN; else a listener of its own."""
        arn = instance.text("listener_arn") or listener_arn_of(instance.arn)
        if arn:
            return self._front(arn, listener_name(arn), location)
        target = instance.targets.get("listener_arn", "")
        if not target:
            self.gaps.append(Gap(location, "its listener is not known"))
        name = target or f"{instance.address}.listener_arn"
        return self._front(_prefixed(prefix, name), name, location)

    def _front(self, id_: str, name: str, location: Location) -> _Front:
        return self._fronts.setdefault(id_, _Front(id_, name, location))

    def _unique(self, rule_id: str, location: Location) -> str:
        self._ids[rule_id] += 1
        return rule_id if self._ids[rule_id] == 1 else f"{rule_id} ({location.file}, {self._ids[rule_id]})"

    def listeners(self) -> tuple[Listener, ...]:
        """All but those of network load balancers without rules, sorted by id."""
        found = []
        for _, front in sorted(self._fronts.items()):
            protocol = _protocol(front.declared) if front.declared else ""
            if protocol in _NETWORK and not front.rules:
                continue
            found.append(
                Listener(
                    front.id,
                    front.name,
                    tuple(front.rules),
                    front.default,
                    "" if protocol in _NETWORK else protocol,
                    _port(front.declared) if front.declared else 0,
                    self._load_balancer(front),
                    self._kind,
                    front.location,
                    deployments=tuple(Deployment("Terraform", tuple(changes)) for _, changes in sorted(front.changes.items())),
                )
            )
        return tuple(found)

    def _load_balancer(self, front: _Front) -> LoadBalancer | None:
        if front.declared is None:
            return None
        arn = front.declared.text("load_balancer_arn")
        key = arn or _prefixed(front.prefix, front.declared.targets.get("load_balancer_arn", ""))
        instance = self._balancers.get(key)
        if instance is None:
            return LoadBalancer(arn, arn.rsplit("/", 2)[-2] if arn.count("/") > 1 else arn) if arn else None
        dropped, internal = instance.attributes.get("drop_invalid_header_fields"), instance.attributes.get("internal")
        return LoadBalancer(
            key,
            instance.text("name"),
            instance.text("ip_address_type"),
            dropped if isinstance(dropped, bool) else None,
            ("internal" if internal else "internet-facing") if isinstance(internal, bool) else "",
        )


def _protocol(instance: Instance) -> str:
    return instance.text("protocol").upper()


def _port(instance: Instance) -> int:
    port = instance.attributes.get("port")
    return port if isinstance(port, int) and not isinstance(port, bool) and 0 < port < 1 << 16 else 0


def _prefixed(prefix: str, text: str) -> str:
    return f"{prefix}:{text}" if prefix and text else text
