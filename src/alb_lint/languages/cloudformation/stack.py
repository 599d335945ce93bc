"""One instance of a template: its parameters with their values, its mappings, conditions, resources and outputs.

A template that is nested twice has two instances; `label` tells them apart and heads the ids of all they hold.
"""

from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from alb_lint.languages.cloudformation.document import LISTENER, LOAD_BALANCER, NESTED, RULE, TARGET_GROUP
from alb_lint.languages.cloudformation.foreach import expanded
from alb_lint.languages.cloudformation.formula import FALSE, TRUE, Formula, atom, atoms, compounds, facts, literals, truth
from alb_lint.languages.cloudformation.intrinsics import formula_of, resolve
from alb_lint.languages.cloudformation.node import EMPTY, Document, Mapping, Node, Trouble, entries, text_of
from alb_lint.languages.cloudformation.value import NO_VALUE, NoValue, Symbol, Value
from alb_lint.languages.cloudformation.work import Work
from alb_lint.places import Location
from alb_lint.presence import Presence

_OWN_ARN: Final = {
    RULE: "RuleArn",
    LISTENER: "ListenerArn",
    LOAD_BALANCER: "LoadBalancerArn",
    TARGET_GROUP: "TargetGroupArn",
}
"""Type → the attribute that says the same as `Ref`."""

NO_DEFAULT: Final = "no default"
"""What is missing of a parameter that the template gives no value."""
STACK_OWN: Final = frozenset({"AWS::StackName", "AWS::StackId", "AWS::NotificationARNs"})
"""Pseudo parameters that differ from stack to stack of one account and region."""


class World(Protocol):
    """What the stacks of a run share."""

    @property
    def work(self) -> Work: ...
    @property
    def parameters(self) -> MappingType[str, str]:
        """What the user gave."""

    @property
    def subjects(self) -> dict[str, tuple[str, str]]:
        """Text of an atom → (subject, literal), for those that say `subject == literal`."""

    @property
    def compounds(self) -> dict[str, Formula]:
        """Text of a formula that joins others → the formula."""

    def exported(self, environment: str, name: str) -> Value | None:
        """The value that a stack of this account and region exports under the name; None where none is read."""


@dataclass(slots=True)
class Stack:
    """`pseudo`: pseudo parameters that the assembly tells. `passed`: what the parent gives, in its scope `parent`.

    `assigned`: values that the assembly gives to parameters. `known`: literals that hold wherever this instance exists.
    `emitted`: whether its rules are asked for; others are context. `troubles`: what cannot be read in this instance.
    """

    label: str
    document: Document
    world: World
    pseudo: MappingType[str, str] = field(default_factory=dict)
    parent: "View | None" = None
    passed: MappingType[str, Node] = field(default_factory=dict)
    known: dict[str, bool] = field(default_factory=dict)
    emitted: bool = True
    children: dict[str, "Stack"] = field(default_factory=dict)
    assigned: MappingType[str, str] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    _resources: Mapping | None = None
    _parameters: dict[str, Value] = field(default_factory=dict)
    _conditions: dict[tuple[str, bool], Formula] = field(default_factory=dict)
    _busy: set[str] = field(default_factory=set)

    def section(self, name: str) -> dict[str, Node]:
        return self.resource_map.items if name == "Resources" else entries(self.document.root.items.get(name))

    @property
    def resource_map(self) -> Mapping:
        """The resources, loops run."""
        if self._resources is None:
            found = self.document.root.items.get("Resources")
            self._resources = EMPTY
            if isinstance(found, Mapping):
                self._resources = expanded(found, lambda node: resolve(self.view(), node), self.troubles)
        return self._resources

    def resources(self, *types: str) -> list[tuple[str, Mapping]]:
        """(logical id, resource) of these types, in the order of the file."""
        found = ((name, node) for name, node in self.section("Resources").items() if isinstance(node, Mapping))
        return [(name, node) for name, node in found if text_of(node.items.get("Type")) in types]

    def place(self, start: int, address: str = "") -> Location:
        """The place of a node of this template."""
        line, column = self.document.source.place(start)
        return Location(self.document.name, line, column, address)

    @property
    def environment(self) -> str:
        """Account and region where the assembly tells them; exports and SSM parameters are names within it."""
        account, region = self.pseudo.get("AWS::AccountId", ""), self.pseudo.get("AWS::Region", "")
        return f"{account}/{region}" if account or region else ""

    def view(self, presence: MappingType[str, bool] | None = None) -> "View":
        return View(self, self.known | dict(presence or {}))

    def condition(self, name: str, *, any_deployment: bool = False) -> Formula:
        """What the condition says: of the deployment in which parameters have their defaults, or of any that may be made of the template."""
        key = (name, any_deployment)
        if key not in self._conditions:
            node = self.section("Conditions").get(name)
            if node is None:
                return atom(f"{self.label}:{name}")
            if f"condition {name}" in self._busy:
                self.troubles.append(Trouble(f"the condition {name} refers to itself", node.start))
                return atom(f"{self.label}:{name}")
            self._busy.add(f"condition {name}")
            self._conditions[key] = formula_of(replace(self.view(), any_deployment=any_deployment), node, name)
            self._busy.discard(f"condition {name}")
        return self._conditions[key]

    def is_default(self, name: str) -> bool:
        """Whether the parameter has its value from the template alone, so that a deployment may give another."""
        if self.parent is not None or name in self.world.parameters or name in self.assigned:
            return False
        return "Default" in entries(self.section("Parameters").get(name))

    def parameter(self, name: str) -> Value | None:
        """Its value; None where the template has no such parameter."""
        declared = self.section("Parameters").get(name)
        if declared is None:
            return None
        if name not in self._parameters:
            if f"parameter {name}" in self._busy:
                return Symbol("", f"Ref {name}", "it refers to itself")
            self._busy.add(f"parameter {name}")
            self._parameters[name] = self._typed(name, declared)
            self._busy.discard(f"parameter {name}")
        return self._parameters[name]

    def given(self, name: str) -> Node | str | None:
        """What a parameter is given: a node of the parent, the user's text, its default, or nothing."""
        if name in self.passed:
            return self.passed[name]
        if self.parent is None:
            given = self.world.parameters.get(name, self.assigned.get(name))
            if given is not None:
                return given
        return entries(self.section("Parameters").get(name)).get("Default")

    def _typed(self, name: str, declared: Node) -> Value:
        kind = text_of(entries(declared).get("Type"))
        if (text_of(entries(declared).get("NoEcho")) or "").lower() == "true":
            return Symbol(f"{self.label}:Ref:{name}", f"Ref {name}", "NoEcho", secret=True)
        given = self.given(name)
        value: Value = NO_VALUE
        if isinstance(given, str):
            value = given
        elif given is not None:
            value = resolve(self.parent if name in self.passed and self.parent is not None else self.view(), given)
        if isinstance(value, NoValue) and name in self.passed:
            value = resolve(self.view(), entries(declared).get("Default", EMPTY))
        if isinstance(value, NoValue) or value == {}:
            return Symbol(f"{self.label}:Ref:{name}", f"Ref {name}", NO_DEFAULT)
        if kind.startswith("AWS::SSM::Parameter::Value<") and isinstance(value, str):
            return self.view().dynamic("ssm", value)
        if ("List" in kind) and isinstance(value, str):
            return [part.strip() for part in value.split(",")]
        if isinstance(value, list) and "List" not in kind and all(isinstance(part, str) for part in value):
            return ",".join(str(part) for part in value)
        return value

    def output(self, name: str) -> Value | None:
        """The value of an output; None where there is none of that name."""
        node = entries(self.section("Outputs").get(name)).get("Value")
        if node is None or f"output {name}" in self._busy:
            return None
        self._busy.add(f"output {name}")
        value = resolve(self.view(), node)
        self._busy.discard(f"output {name}")
        return value


@dataclass(frozen=True, slots=True)
class View:
    """A stack seen from one of its resources. `known`: literals that hold where that resource exists.

    `any_deployment`: a parameter that has its default may have any value.
    """

    stack: Stack
    known: dict[str, bool]
    any_deployment: bool = False

    @property
    def label(self) -> str:
        return self.stack.label

    @property
    def work(self) -> Work:
        return self.stack.world.work

    @property
    def presence(self) -> Presence:
        """Under what the resource exists."""
        return facts(self.known, self.stack.world.compounds)

    def holds(self, formula: Formula) -> bool | None:
        return truth(formula, self.known)

    def condition(self, name: str) -> Formula:
        """What the resource's own condition tells comes before what the defaults say."""
        formula = self.stack.condition(name, any_deployment=True)
        if self.any_deployment:
            return formula
        holds = truth(formula, self.known)
        return self.stack.condition(name) if holds is None else TRUE if holds else FALSE

    def mapping(self, name: str) -> Node | None:
        return self.stack.section("Mappings").get(name)

    def reference(self, name: str) -> Value:
        if self.any_deployment and self.stack.is_default(name):
            return Symbol(f"{self.label}:Ref:{name}", f"Ref {name}", "a deployment may give another than the default")
        if self.any_deployment and self.stack.parent is not None and name in self.stack.passed:
            passed = resolve(replace(self.stack.parent, any_deployment=True), self.stack.passed[name])
            if isinstance(passed, Symbol):
                return passed
        value = self.stack.parameter(name)
        if value is not None:
            return value
        if name.startswith("AWS::"):
            return self._pseudo(name)
        resource = self.stack.section("Resources").get(name)
        if resource is None:
            return Symbol("", f"Ref {name}", "no parameter or resource has this name")
        kind = text_of(entries(resource).get("Type"))
        return Symbol(f"{self.label}:{name}", f"Ref {name}", f"{kind or 'a resource'}, known after deployment", filled=True)

    def _pseudo(self, name: str) -> Value:
        if name == "AWS::NoValue":
            return NO_VALUE
        own = name in STACK_OWN
        given = self.stack.pseudo.get(name)
        if given is None and not (own and self.stack.parent is not None):
            given = self.stack.world.parameters.get(name)
        if given is not None:
            return given
        return Symbol(f"{self.label}:{name}" if own else name, f"Ref {name}", "known at deployment")

    def attribute(self, resource: str, name: str) -> Value:
        expression = f"GetAtt {resource}.{name}"
        node = self.stack.section("Resources").get(resource)
        if node is None:
            return Symbol("", expression, "no resource has this name")
        kind = text_of(entries(node).get("Type"))
        if kind in NESTED and name.startswith("Outputs."):
            child = self.stack.children.get(resource)
            if child is not None:
                value = child.output(name.removeprefix("Outputs."))
                return value if value is not None else Symbol("", expression, "the nested template has no such output")
        own = _OWN_ARN.get(kind) == name
        identity = f"{self.label}:{resource}" if own else f"{self.label}:{resource}.{name}"
        return Symbol(identity, expression, "known after deployment", filled=own or name == "Arn")

    def imported(self, name: str) -> Value:
        environment = self.stack.environment
        value = self.stack.world.exported(environment, name)
        if value is not None:
            return value
        return Symbol(
            f"import:{environment}:{name}" if environment else f"import:{name}",
            f"ImportValue {name}",
            "exported by another stack",
            filled=True,
        )

    def dynamic(self, service: str, key: str) -> Value:
        environment = self.stack.environment
        return Symbol(
            f"{service}:{environment}:{key}" if environment else f"{service}:{key}",
            f"{{{{resolve:{service}:{key}}}}}",
            "known at deployment",
        )


def presence(stack: Stack, resource: Mapping) -> tuple[bool, dict[str, bool]]:
    """(may exist, literals under which it does) of a resource with or without a `Condition`, besides those of its stack."""
    name = text_of(resource.items.get("Condition"))
    if not name:
        return True, {}
    formula = stack.condition(name, any_deployment=True)
    holds = truth(formula, stack.known)
    if holds is not None:
        return holds, {}
    for found in atoms(formula):
        if found.subject:
            stack.world.subjects[found.text] = (found.subject, found.literal)
    stack.world.compounds.update({found.text: found for found in compounds(formula)})
    return True, literals(formula)


def exists_by_default(stack: Stack, resource: Mapping) -> bool:
    """Whether it may exist in a deployment that leaves the parameters at their defaults."""
    name = text_of(resource.items.get("Condition"))
    return not name or truth(stack.condition(name), stack.known) is not False


def properties(resource: Mapping) -> Node:
    """The properties of a resource: a map, or whatever stands there."""
    return resource.items.get("Properties", EMPTY)
