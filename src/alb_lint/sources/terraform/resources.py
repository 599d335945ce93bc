"""Plans and states → the instances of the resources that matter, in one shape.

Source: Terraform documentation, "JSON Output Format"; the state file of version 4 as Terraform 0.12 and later write it.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from alb_lint.model import Unknown
from alb_lint.record import record
from alb_lint.sources.marks import at_path, marked
from alb_lint.sources.terraform.configuration import Configuration, dig, references
from alb_lint.sources.terraform.shape import BLOCKS

_MAX_DEPTH: Final = 30

RULE_TYPES: Final = frozenset({"aws_lb_listener_rule", "aws_alb_listener_rule"})
TYPES: Final = RULE_TYPES | {"aws_lb_listener", "aws_alb_listener", "aws_lb", "aws_alb"}


@record
class Instance:
    """`attributes`: with an Unknown for what an apply will tell. `targets`: what an unknown argument refers to."""

    type: str
    address: str
    attributes: Mapping[str, Any]
    targets: Mapping[str, str]

    def text(self, name: str) -> str:
        value = self.attributes.get(name)
        return value if isinstance(value, str) else ""

    @property
    def arn(self) -> str:
        found = self.text("arn") or self.text("id")
        return found if found.startswith("arn:") else ""


@record
class Planned:
    """What a plan does to one rule. `actions`: as the plan says them, in order. `before`: None where it is made."""

    address: str
    actions: tuple[str, ...]
    before: Instance | None
    waits_for: tuple[str, ...]


def planned_rules(document: Mapping[str, Any]) -> Iterator[Planned]:
    """The changes of rules in a plan, unchanged ones included, in its order; nothing for a state. What cannot be read, `instances` tells."""
    changes = document.get("resource_changes")
    rules = [
        change
        for change in (changes if isinstance(changes, list) else ())
        if isinstance(change, dict) and str(change.get("type")) in RULE_TYPES and change.get("mode", "managed") == "managed"
    ]
    configuration = Configuration(document)
    addresses = [str(change.get("address")) for change in rules]
    for change, address in zip(rules, addresses, strict=True):
        actions, before = dig(change, "change", "actions"), dig(change, "change", "before")
        if not isinstance(actions, list):
            continue
        module = change.get("module_address")
        module = module if isinstance(module, str) else ""
        wanted = tuple(
            f"{module}.{name}" if module else name for name in configuration.needs(module, str(change["type"]), str(change.get("name")))
        )
        yield Planned(
            f"{address} (deposed)" if change.get("deposed") else address,
            tuple(str(action) for action in actions),
            Instance(str(change["type"]), address, marked(before, dig(change, "change", "before_sensitive")), {})
            if isinstance(before, dict)
            else None,
            tuple(other for other in dict.fromkeys(addresses) if other != address and other.split("[")[0] in wanted) if wanted else (),
        )


def instances(document: Mapping[str, Any], problems: list[str]) -> Iterator[Instance]:
    """Those of a plan after it is applied, of `terraform show -json` of a state, or of a state file."""
    if "resource_changes" in document or "planned_values" in document:
        yield from _of_plan(document, problems)
    elif isinstance(document.get("resources"), list) and "version" in document:
        yield from _of_state_file(document, problems)
    else:
        yield from _of_module(dig(document, "values", "root_module"), problems, 0)


def _of_plan(document: Mapping[str, Any], problems: list[str]) -> Iterator[Instance]:
    """Every change with what is there after it; what a targeted plan leaves out stands in the planned values."""
    changes = document.get("resource_changes")
    changes = [change for change in changes if isinstance(change, dict)] if isinstance(changes, list) else []
    configuration = Configuration(document, frozenset(str(change.get("address")) for change in changes))
    seen = set()
    for change in changes:
        seen.add(str(change.get("address")))
        if change.get("mode", "managed") != "managed" or str(change.get("type")) not in TYPES or change.get("deposed"):
            continue
        found = _changed(change, configuration, problems)
        if found is not None:
            yield found
        elif dig(change, "change", "actions") != ["delete"]:
            problems.append(f"{change.get('address')}: the change cannot be read")
    for planned in _of_module(dig(document, "planned_values", "root_module"), problems, 0):
        if planned.address not in seen:
            yield planned


def _changed(change: Mapping[str, Any], configuration: Configuration, problems: list[str]) -> Instance | None:
    actions = dig(change, "change", "actions")
    address = str(change.get("address"))
    if actions == ["delete"]:
        return None
    if actions == ["forget"]:  # leaves the state, not AWS
        before = dig(change, "change", "before")
        told = marked(before, dig(change, "change", "before_sensitive"))
        return Instance(str(change["type"]), address, told, {}) if isinstance(before, dict) else None
    after, unknown = dig(change, "change", "after"), dig(change, "change", "after_unknown")
    if not isinstance(after, dict):
        return None
    module = change.get("module_address")
    module = module if isinstance(module, str) else ""
    expressions = configuration.expressions(module, str(change["type"]), str(change.get("name")))
    reader = _Reader(configuration, module, address, problems)
    attributes = marked(reader.merged(after, unknown, expressions, 0), dig(change, "change", "after_sensitive"))
    return Instance(str(change["type"]), address, attributes, reader.targets) if isinstance(attributes, dict) else None


class _Reader:
    """Joins `after` with `after_unknown`, and finds what the unknown arguments refer to."""

    def __init__(self, configuration: Configuration, module: str, address: str, problems: list[str]) -> None:
        self._problems = problems
        self._configuration = configuration
        self._module = module
        self._address = address
        self.targets: dict[str, str] = {}

    def merged(self, after: Any, unknown: Any, expressions: Any, depth: int, name: str = "") -> Any:
        if not unknown:
            return after
        if unknown is True:
            return self._unknown(name, expressions, depth)
        if depth > _MAX_DEPTH:
            return Unknown(f"{name} (nested too deeply)")
        if isinstance(after, dict):
            keys = dict.fromkeys((*after, *(unknown if isinstance(unknown, dict) else ())))
            return {key: self.merged(after.get(key), dig(unknown, key), dig(expressions, key), depth + 1, key) for key in keys}
        if isinstance(after, list):
            more = unknown if isinstance(unknown, list) else []
            blocks = self._blocks(after, expressions, name)
            return [
                self.merged(item, more[at] if at < len(more) else None, blocks[at] if at < len(blocks) else None, depth + 1, name)
                for at, item in enumerate(after)
            ]
        return after

    def _blocks(self, after: list[Any], expressions: Any, name: str) -> list[Any]:
        """The arguments of each nested block. Sets come in another order than written: there only a weight tells blocks apart."""
        if name not in BLOCKS or not isinstance(expressions, list) or len(expressions) != len(after):
            return []
        if name != "target_group" or len(after) < 2:
            return expressions if name != "condition" else []
        by_weight: dict[str, list[Any]] = {}
        for expression in expressions:
            by_weight.setdefault(repr(dig(expression, "weight", "constant_value")), []).append(expression)
        found = [by_weight.get(repr(dig(item, "weight")), []) for item in after]
        return [alike[0] if len(alike) == 1 else None for alike in found]

    def _unknown(self, name: str, expression: Any, depth: int) -> Any:
        if name == "priority" and depth == 1 and expression is None and self._configuration.known:
            return None  # AWS will pick it
        target = self._configuration.target(expression, self._module, self._address)
        if name in {"target_group_arn", "arn"} and depth > 1 and target:
            return target
        if target and depth == 1:
            self.targets[name] = target
            if name == "listener_arn" and not self._configuration.names(target):
                self._problems.append(f"{self._address}: its listener is {target}; the plan does not tell which that is")
        shown = next(iter(references(expression)), name)
        return Unknown(f"{shown} (known after apply)")


def _of_module(module: Any, problems: list[str], depth: int) -> Iterator[Instance]:
    if depth > _MAX_DEPTH:
        problems.append(f"modules nested more than {_MAX_DEPTH} levels deep were not read")
        return
    for resource in _objects(dig(module, "resources")):
        if resource.get("mode") == "managed" and str(resource.get("type")) in TYPES and not resource.get("deposed_key"):
            values = resource.get("values")
            if isinstance(values, dict):
                shown = marked(values, resource.get("sensitive_values"))
                yield Instance(str(resource["type"]), str(resource.get("address")), shown, {})
            else:
                problems.append(f"{resource.get('address')}: it has no values")
    for child in _objects(dig(module, "child_modules")):
        yield from _of_module(child, problems, depth + 1)


def _of_state_file(document: Mapping[str, Any], problems: list[str]) -> Iterator[Instance]:
    for resource in _objects(document.get("resources")):
        if resource.get("mode") != "managed" or str(resource.get("type")) not in TYPES:
            continue
        module = f"{resource['module']}." if isinstance(resource.get("module"), str) else ""
        address = f"{module}{resource.get('type')}.{resource.get('name')}"
        for instance in _objects(resource.get("instances")):
            if instance.get("deposed"):
                continue
            key = instance.get("index_key")
            suffix = "" if key is None else f'["{key}"]' if isinstance(key, str) else f"[{key}]"
            attributes = instance.get("attributes")
            if isinstance(attributes, dict):
                shown = attributes
                for path in _paths(instance.get("sensitive_attributes")):
                    shown = at_path(shown, path)
                yield Instance(str(resource["type"]), address + suffix, shown, {})
            else:
                problems.append(f"{address}{suffix}: it has no attributes of the present form")


def _paths(value: Any) -> Iterator[list[Any]]:
    """The paths of `sensitive_attributes`: lists of steps, each with the name or index that it goes to."""
    for path in value if isinstance(value, list) else ():
        if isinstance(path, list):
            yield [step.get("value") if isinstance(step, dict) else step for step in path][:_MAX_DEPTH]


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    for item in value if isinstance(value, list) else ():
        if isinstance(item, dict):
            yield item
