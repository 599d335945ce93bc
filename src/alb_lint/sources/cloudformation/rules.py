"""The resources of all stacks → listeners with their rules."""

from dataclasses import replace
from typing import Any, Final

from alb_lint.languages.cloudformation.document import LISTENER, LOAD_BALANCER, PARAMETER, RULE, TARGET_GROUP
from alb_lint.languages.cloudformation.intrinsics import resolve
from alb_lint.languages.cloudformation.node import Mapping, entries, text_of
from alb_lint.languages.cloudformation.node import Sequence as Items
from alb_lint.languages.cloudformation.stack import Stack, View, presence, properties
from alb_lint.languages.cloudformation.value import Symbol, Value, plain
from alb_lint.model import Listener, Location, Rule, TargetGroup, Unknown
from alb_lint.model.parameters import SSM
from alb_lint.presence import spelled_out
from alb_lint.sources.cloudformation.assembly import World
from alb_lint.sources.cloudformation.ignores import from_comments, from_metadata
from alb_lint.sources.cloudformation.listeners import Balancer, Front, balancer_of, front_by, front_of, id_of, properties_of, tags_of
from alb_lint.sources.cloudformation.sites import Claim, is_octal, settled, trace
from alb_lint.sources.elbv2.shape import actions, conditions, priority, transforms

_CDK_PATH: Final = "aws:cdk:path"


class Collector:
    """`collect` gives the listeners of a world; what could not be read goes to its gaps."""

    def __init__(self, world: World, kind: str) -> None:
        self.world = world
        self.kind = kind
        self._balancers: dict[str, Balancer] = {}
        self._fronts: dict[str, Front] = {}
        self._claims: dict[str, Claim] = {}

    def collect(self) -> tuple[Listener, ...]:
        """Listeners sorted by id, their rules in reading order; of templates that were not asked for only those that have rules."""
        for stack in self.world.stacks:
            for view, name, resource in self._existing(stack, LOAD_BALANCER):
                with self.world.work.share():
                    self._balancers[f"{stack.label}:{name}"] = balancer_of(view, name, resource)
        for stack in self.world.stacks:
            for view, name, resource in self._existing(stack, LISTENER):
                self._add_listener(view, name, resource)
        for stack in self.world.stacks:
            if stack.emitted:
                self._add_rules(stack)
            for view, _, resource in self._existing(stack, PARAMETER):
                self._publish(view, resource)
        self._settle()
        fronts = [self._fronts[key] for key in sorted(self._fronts)]
        return tuple(self._made(front) for front in fronts if front.rules or (front.asked and not front.network))

    def groups(self) -> tuple[TargetGroup, ...]:
        """The target groups that the templates make, by the references that rules use."""
        found = []
        for stack in self.world.stacks:
            for view, name, resource in self._existing(stack, TARGET_GROUP):
                with self.world.work.share():
                    given = properties_of(view, resource)
                version = given.get("ProtocolVersion") if isinstance(given, dict) else None
                found.append(
                    TargetGroup(f"{stack.label}:{name}", name, protocol_version=version.upper() if isinstance(version, str) else "")
                )
        return tuple(found)

    def _existing(self, stack: Stack, kind: str) -> list[tuple[View, str, Mapping]]:
        """The resources of a type that may exist, each with its view."""
        found: list[tuple[View, str, Mapping]] = []
        with self.world.work.share():
            for name, resource in stack.resources(kind):
                exists, literals = presence(stack, resource)
                if exists:
                    found.append((stack.view(literals), name, resource))
        return found

    def _add_listener(self, view: View, name: str, resource: Mapping) -> None:
        problems: list[str] = []
        with self.world.work.share():
            front = front_of(view, name, resource, self._balancers, problems)
        self._fronts[front.id] = front
        if front.asked and not front.network:
            for problem in problems:
                self.world.gap(front.location, f"{name}: {problem}")

    def _publish(self, view: View, resource: Mapping) -> None:
        """Notes the parameter that holds a listener."""
        with self.world.work.share():
            given = properties_of(view, resource)
        name = given.get("Name") if isinstance(given, dict) else None
        front = self._fronts.get(id_of(given.get("Value"))) if isinstance(given, dict) else None
        if isinstance(name, str) and front is not None:
            front.published.append(f"{SSM}{name}")

    def _add_rules(self, stack: Stack) -> None:
        comments = from_comments(stack)
        needed_by = _needed_by(stack)
        for view, name, resource in self._existing(stack, RULE):
            found, gaps = from_metadata(stack, name, resource)
            self.world.gaps += gaps
            with self.world.work.share():
                front, rule = self._read(view, name, resource)
            if front.network:
                self.world.gap(rule.location, f"{name}: rules of a network load balancer are passed over")
            else:
                front.rules.append(replace(rule, ignores=(*comments.get(name, ()), *found), needed_by=tuple(needed_by.get(name, ()))))

    def _read(self, view: View, name: str, resource: Mapping) -> tuple[Front, Rule]:
        stack = view.stack
        location = stack.place(stack.resource_map.keys[name].start, name)
        given = properties_of(view, resource)
        problems: list[str] = []
        unread: Any = given.unknown if isinstance(given, Symbol) else None
        values: dict[str, Value] = given if isinstance(given, dict) else {}
        if "Conditions" in values:
            values = values | {"Conditions": _conditions(view, resource, values["Conditions"])}

        def of(key: str) -> Any:
            if unread is not None or key not in values:
                return unread
            return plain(values[key], mustache=key != "Actions")

        front = self._front(view, name, _listener_of(view, resource, given), problems)
        rule_id = f"{stack.label}/{name}"
        rule = Rule(
            rule_id,
            name,
            self._priority(view, rule_id, resource, of("Priority"), problems),
            conditions(of("Conditions"), problems),
            actions(of("Actions"), problems),
            transforms(of("Transforms"), problems),
            location=location,
            tags=tags_of(values.get("Tags")),
            presence=view.presence,
            waits_for=_waits_for(resource),
            number_by_default=_number_by_default(view, resource),
            root=_top(view),
        )
        for problem in problems:
            self.world.gap(location, f"{name}: {problem}")
        return front, rule

    def _front(self, view: View, name: str, value: Value | None, problems: list[str]) -> Front:
        """The listener of a rule; one of its own where the template does not tell."""
        known = self._fronts.get(id_of(value))
        if known is not None:
            return known
        file = view.stack.document.name
        front = front_by(value, file)
        if front is None:
            missing = "ListenerArn is missing" if value is None or value == "" else "ListenerArn is no text"
            problems.append(f"its listener is not known: {value.unknown.reason if isinstance(value, Symbol) else missing}")
            front = Front(f"{view.label}:{name}.ListenerArn", f"listener of {name}", Location(file, address=name))
        return self._fronts.setdefault(front.id, front)

    def _priority(self, view: View, rule_id: str, resource: Mapping, value: Any, problems: list[str]) -> int | Unknown:
        node = entries(properties(resource)).get("Priority")
        if is_octal(view.stack.document, node):
            return Unknown(f"{text_of(node)} (YAML may read a leading 0 as base eight; write the number in quotes)")
        found = trace(view, node)
        if found is not None:
            self._claims[rule_id] = Claim((view.stack.document.name, rule_id.rpartition("/")[2]), found)
        return priority(value, problems)

    def _settle(self) -> None:
        """What only all rules together tell: whether a literal is one rule's alone, and which conditions exclude each other."""
        documents = {stack.document.name: stack.document for stack in self.world.stacks}
        sites = settled(self._claims.values(), documents.values())
        rules = [rule for front in self._fronts.values() for rule in front.rules]
        defaults = [front.default for front in self._fronts.values() if front.default]
        spelled = spelled_out((rule.presence for rule in (*rules, *defaults)), self._subject)
        for front in self._fronts.values():
            kept: list[Rule] = []
            for rule in front.rules:
                literals = spelled[rule.presence]
                claim = self._claims.get(rule.id)
                site = sites.get((claim.found.document.name, claim.found.scalar.start)) if claim else None
                if literals is not None:
                    kept.append(replace(rule, presence=literals, priority_site=site))
            front.rules = kept
            if front.default is not None:
                front.default = replace(front.default, presence=spelled[front.default.presence] or front.default.presence)

    def _subject(self, text: str) -> str | None:
        found = self.world.subjects.get(text)
        return found[0] if found else None

    def _made(self, front: Front) -> Listener:
        return Listener(
            front.id,
            front.name,
            tuple(front.rules),
            front.default,
            front.protocol,
            front.port,
            front.load_balancer,
            self.kind,
            front.location,
            front.tags,
            known_as=front.known_as,
            looked_up=front.id if front.id.startswith(SSM) else "",
            published=tuple(front.published),
        )


def _number_by_default(view: View, resource: Mapping) -> tuple[str, str] | None:
    """The outermost stack, and the parameter of it whose default makes the number; None where no other number can be given."""
    node = entries(properties(resource)).get("Priority")
    if node is None or isinstance(resolve(view, node), Symbol):
        return None
    free = resolve(replace(view, any_deployment=True), node)
    if not isinstance(free, Symbol):
        return None
    return _top(view), free.expression.removeprefix("Ref ")


def _conditions(view: View, resource: Mapping, value: Value) -> Value:
    """The conditions, with symbols for the empty defaults of parameters."""
    if not _has_empty(value):
        return value
    return _asked(value, resolve(replace(view, any_deployment=True), entries(properties(resource))["Conditions"]))


def _has_empty(value: Value) -> bool:
    return value == "" or (isinstance(value, list | dict) and any(map(_has_empty, value.values() if isinstance(value, dict) else value)))


def _asked(value: Value, free: Value) -> Value:
    """The value, but for an empty default: that says that a deployment is to give one. `free`: the value in any deployment."""
    if value in ("", [""]) and isinstance(free, Symbol):
        return replace(free, why="empty by default")
    if isinstance(value, list) and isinstance(free, list) and len(value) == len(free):
        return [_asked(item, other) for item, other in zip(value, free, strict=True)]
    if isinstance(value, dict) and isinstance(free, dict):
        return {key: _asked(item, free.get(key, item)) for key, item in value.items()}
    return value


def _top(view: View) -> str:
    """The outermost stack, which is deployed as one."""
    while view.stack.parent is not None:
        view = view.stack.parent
    return view.label


def _waits_for(resource: Mapping) -> tuple[str, ...]:
    """The logical ids in `DependsOn`."""
    told = entries(resource).get("DependsOn")
    items = told.items if isinstance(told, Items) else (told,)
    return tuple(name for item in items if (name := text_of(item)))


def _needed_by(stack: Stack) -> dict[str, list[str]]:
    """Logical id of a rule → those of the resources that name it in `DependsOn`; not where the CDK wrote it, which writes both anew."""
    found: dict[str, list[str]] = {name: [] for name, rule in stack.resources(RULE) if _CDK_PATH not in entries(rule.items.get("Metadata"))}
    for name, resource in stack.section("Resources").items() if found else ():
        for other in _waits_for(resource) if isinstance(resource, Mapping) else ():
            if other in found:
                found[other].append(name)
    return found


def _listener_of(view: View, resource: Mapping, given: dict[str, Value] | Symbol) -> Value | None:
    """What the rule says of its listener, with symbols for texts that are none: an empty default, and the `{{ }}` of another tool."""
    if isinstance(given, Symbol):
        return given
    value = given.get("ListenerArn")
    name = text_of(entries(entries(properties(resource)).get("ListenerArn")).get("Ref"))
    if value == "" and name:
        return Symbol(f"{view.label}:Ref:{name}", f"Ref {name}", "its default is empty")
    if isinstance(value, str) and "{{" in value:
        return Symbol(f"{view.label}:{value}", value, "another tool fills it in")
    return value
