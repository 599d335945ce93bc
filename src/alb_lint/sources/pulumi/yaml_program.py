"""Pulumi YAML → listeners and rules.

A program is a map of resources, variables and config; `${name.property}` refers from one to the other. Config values that have a default count
as that, as a variable with a default does elsewhere. Source: Pulumi docs, "YAML language reference".
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from alb_lint.errors import SourceError
from alb_lint.languages.cloudformation.document import decoded
from alb_lint.languages.cloudformation.load_yaml import load_yaml
from alb_lint.languages.cloudformation.node import Mapping, Node, Opaque, Parsed, Scalar, Text, entries, text_of
from alb_lint.languages.cloudformation.node import Sequence as Items
from alb_lint.languages.cloudformation.unreadable import Unreadable
from alb_lint.languages.typescript.names import LOAD_BALANCING
from alb_lint.languages.typescript.render import STACK
from alb_lint.languages.typescript.values import Lit
from alb_lint.model import Gap, Ignore, Listener, Location, PrioritySite, Reading, Rule, Unknown
from alb_lint.sources.elbv2 import shape as elbv2_shape
from alb_lint.sources.ignore_comment import IGNORE, parse_ignore
from alb_lint.sources.marks import hidden
from alb_lint.sources.pulumi import shape as pulumi_shape
from alb_lint.sources.pulumi.shape import Reference
from alb_lint.sources.pulumi.stack_config import TRUE, Settings
from alb_lint.sources.source import Target

_REFERENCE: Final = re.compile(r"\$\$\{|\$\{([^}]{1,500})\}")
_STEP: Final = re.compile(r'\.?([\w-]+)|\[(\d{1,9})\]|\["([^"]*)"\]')
_NUMBER: Final = re.compile(r"-?[0-9]{1,18}\Z")
_STACK: Final = "pulumi:pulumi:StackReference"
_MADE: Final = "aws.lb.Listener:"
"""What a reference to a listener that a program makes begins with."""
_UNTOLD: Final = "unknown listener of "
_DEPTH: Final = 40
"""Values within values and variables of variables; circles end here."""

_PARTS: Final = 100_000
"""Values that are looked at for one rule: aliases of aliases of aliases."""


def read_yaml(targets: Sequence[Target], kind: str, settings: Settings, *, several: bool = False) -> Reading:
    """The rules of every program. `several`: other projects are read beside. Raises SourceError where the one named file cannot be read."""
    gaps: list[Gap] = []
    made: list[tuple[_Program, str, Rule]] = []
    programs: list[_Program] = []
    for target in targets:
        try:
            source = decoded(target.name, target.data)
            parsed = load_yaml(source)
        except Unreadable as error:
            line, column = source.place(error.index) if error.index >= 0 else (0, 0)
            where = Location(target.name, line, column)
            if target.named and len(targets) == 1:
                raise SourceError(error.what, where=str(where), hint="correct the file, or leave it out") from None
            gaps.append(Gap(where, error.what))
            continue
        program = _Program(source, parsed, settings, target.path.absolute().parent if target.path is not None else None)
        programs.append(program)
        gaps += [Gap(program.location(trouble.start), trouble.reason) for trouble in parsed.troubles]
        made += [(program, *rule) for rule in program.rules(gaps)]
    return Reading(
        _listeners(made, kind, several or len(programs) > 1), tuple(gaps), files=tuple(program.source.name for program in programs)
    )


def _listeners(made: Sequence[tuple["_Program", str, Rule]], kind: str, several: bool) -> tuple[Listener, ...]:
    """Sorted by id; of several programs, each id that is no ARN and no output of a stack has the program's folder before it."""
    groups: dict[str, tuple[_Program, str, list[Rule]]] = {}
    for program, listener, rule in made:
        folder = program.source.name.rpartition("/")[0] or "."
        name = f"{folder}:{listener}" if several and not listener.startswith(("arn:", f"{STACK}:")) else listener
        groups.setdefault(name, (program, listener, []))[2].append(replace(rule, root=folder))
    return tuple(_listener(name, *groups[name], kind) for name in sorted(groups))


def _listener(name: str, program: "_Program", reference: str, rules: Sequence[Rule], kind: str) -> Listener:
    """The listener; one of several programs that none of them makes may be another's, too."""
    own = name == reference or reference.startswith((_MADE, _UNTOLD))
    return replace(program.listener(name, reference, rules, kind), known_as="" if own else reference)


@dataclass(slots=True)
class _Program:
    """One file. `uses`: how many rules a scalar gives the number of."""

    source: Text
    parsed: Parsed
    settings: Settings
    folder: Path | None
    parts: int = 0
    uses: Counter[int] = field(default_factory=Counter)

    def section(self, name: str) -> dict[str, Node]:
        return entries(entries(self.parsed.root).get(name))

    def location(self, index: int, address: str = "") -> Location:
        line, column = self.source.place(index)
        return Location(self.source.name, line, column, address)

    # rules and listeners

    def rules(self, gaps: list[Gap]) -> list[tuple[str, Rule]]:
        """(listener, rule) in the order of the file."""
        resources = entries(self.parsed.root).get("resources")
        found: list[tuple[str, Rule, Scalar | None]] = []
        for name, node in entries(resources).items():
            key = resources.keys[name] if isinstance(resources, Mapping) else None
            start = key.start if key else 0
            if isinstance(node, Opaque):
                gaps.append(Gap(self.location(start, name), node.reason))
            elif pulumi_shape.is_rule_type(text_of(entries(node).get("type"))):
                found.append(self._rule(name, start, node, gaps))
        self.uses = Counter(scalar.start for _, _, scalar in found if scalar is not None)
        return [(listener, replace(rule, priority_site=self._site(scalar))) for listener, rule, scalar in found]

    def _rule(self, name: str, start: int, node: Node, gaps: list[Gap]) -> tuple[str, Rule, Scalar | None]:
        self.parts = 0
        given = entries(entries(node).get("properties"))
        problems: list[str] = []
        if "get" in entries(node):
            problems.append("a rule that is only looked up: what it says is not told here")
        label = self._name(name, node)
        location = self.location(start, label)
        properties = {key: self.value(part) for key, part in given.items()}
        shape = pulumi_shape.rule_shape(properties, problems)
        rule = elbv2_shape.rule(shape, location, problems, rule_id=label, name=label, tags=pulumi_shape.tags_of(properties.get("tags")))
        listener = properties.get("listenerArn")
        if isinstance(listener, Reference):
            listener = listener.text
        if not isinstance(listener, str) or not listener:
            listener = f"{_UNTOLD}{label}"
            problems.append("the listener of this rule is not told")
        gaps += [Gap(location, problem) for problem in problems]
        return listener, replace(rule, ignores=self._ignores(start, node)), self._literal(given.get("priority"))

    def _name(self, key: str, node: Node) -> str:
        """The logical name: the key, or what `name` beside `type` says."""
        return text_of(entries(node).get("name")) or key

    def listener(self, listener_id: str, reference: str, rules: Sequence[Rule], kind: str) -> Listener:
        """The listener, with what the program says of it where it creates it."""
        listener = Listener(listener_id, reference.removesuffix(".arn").rpartition(":")[2] or reference, tuple(rules), source_kind=kind)
        for name, node in self.section("resources").items():
            token = text_of(entries(node).get("type"))
            if pulumi_shape.is_listener_type(token) and f"{_MADE}{self._name(name, node)}" == reference:
                return self._with_facts(listener, entries(entries(node).get("properties")))
        return replace(listener, name=reference) if reference.startswith("arn:") else listener

    def _with_facts(self, listener: Listener, given: dict[str, Node]) -> Listener:
        self.parts = 0
        port, protocol = self.value(given.get("port")), self.value(given.get("protocol"))
        default = None
        if "defaultActions" in given:
            actions = elbv2_shape.actions(pulumi_shape.actions_shape(self.value(given["defaultActions"])), [])
            default = Rule(f"{listener.id} default", "default", 0, actions=actions, is_default=True)
        return replace(
            listener,
            default=default,
            protocol=protocol.upper() if isinstance(protocol, str) else "",
            port=port if isinstance(port, int) and not isinstance(port, bool) else 0,
        )

    # values

    def value(self, node: Node | None, depth: int = 0) -> Any:
        """Plain JSON, with a Reference for what is told elsewhere and Unknown for what is not."""
        self.parts += 1
        if depth > _DEPTH or self.parts > _PARTS:
            return Unknown("nested too deeply" if depth > _DEPTH else "a value of too many parts")
        if isinstance(node, Scalar):
            return self._scalar(node, depth)
        if isinstance(node, Items):
            return [self.value(item, depth + 1) for item in node.items]
        if isinstance(node, Mapping):
            if len(node.items) == 1 and (name := next(iter(node.items))).lower().startswith("fn::"):
                return self._function(name, node.items[name], depth)
            return {name: self.value(item, depth + 1) for name, item in node.items.items()}
        return None if node is None else Unknown(node.reason)

    def _scalar(self, node: Scalar, depth: int) -> Any:
        if "${" in node.text:
            return self._interpolated(node.text, depth)
        if node.plain:
            if node.is_null:
                return None
            if _NUMBER.match(node.text):
                return int(node.text)
            if node.text.lower() in {"true", "false"}:
                return node.text.lower() == "true"
        return node.text

    def _interpolated(self, text: str, depth: int) -> Any:
        whole = _REFERENCE.fullmatch(text)
        if whole is not None and whole[1]:
            return self.referred(whole[1], depth + 1)
        parts, why, at = [], "", 0
        for match in _REFERENCE.finditer(text):
            parts.append(text[at : match.start()])
            at = match.end()
            value = self.referred(match[1], depth + 1) if match[1] else "${"
            if isinstance(value, str | int) and not isinstance(value, bool):
                parts.append(str(value))
            else:
                why = why or (value.why if isinstance(value, Reference) else "not a text")
                parts.append(f"${{{value.text if isinstance(value, Reference) else match[1]}}}")
        joined = "".join([*parts, text[at:]])
        return Reference(joined, why) if why else joined

    def referred(self, path: str, depth: int) -> Any:
        """What `${path}` is."""
        head, *steps = [next(part for part in match.groups() if part is not None) for match in _STEP.finditer(path)] or [path]
        resources, variables = self.section("resources"), self.section("variables")
        if head in resources:
            return self._output(head, resources[head], steps, path, depth)
        if head in variables:
            value = self.value(variables[head], depth + 1)
            for step in steps:
                value = _part(value, step)
            return value if value is not None else Reference(path, "not set")
        config = {**self.section("configuration"), **self.section("config")}
        if head in config and not steps:
            value = self._setting(head, entries(config[head]), path, depth)
            return hidden(value) if text_of(entries(config[head]).get("secret")) in TRUE else value
        if path == "pulumi.stack" and self.settings.stack:
            return self.settings.stack
        if path == "pulumi.project" and (name := self.settings.project(self.folder)):
            return name
        return Reference(path, "a value of the stack" if head == "pulumi" else "not declared in the program")

    def _setting(self, head: str, given: dict[str, Node], path: str, depth: int) -> Any:
        """What the config says of what is declared so: the stack's first, then what stands here."""
        namespace, _, key = head.rpartition(":")
        told = self.settings.value(self.folder, namespace, key, "")
        if isinstance(told, Lit) and told.value is not None:
            return self._typed(told.value)
        default = None if self.settings.varies(self.folder, namespace, key) else given.get("default") or given.get("value")
        return Reference(path, "a config value") if default is None else self.value(default, depth + 1)

    @staticmethod
    def _typed(value: str | float | bool) -> str | float | bool:
        """Config values are texts until something asks for a number."""
        return int(value) if isinstance(value, str) and _NUMBER.match(value) else value

    def _output(self, name: str, node: Node, steps: list[str], path: str, depth: int) -> Any:
        """An output of a resource: itself for its ARN and id, what was given for an input."""
        token = text_of(entries(node).get("type"))
        given = entries(entries(node).get("properties"))
        looked_up = entries(entries(node).get("get")).get("id")
        if token == _STACK and len(steps) == 2 and steps[0] == "outputs":
            named = self.value(given.get("name"), depth + 1) or self._name(name, node)
            stack = named.text if isinstance(named, Reference) else named
            return Reference(f'{STACK}:{stack}.getOutput("{steps[1]}")', "an output of another stack")
        if steps in (["arn"], ["id"], []):
            if looked_up is not None:
                return self.value(looked_up, depth + 1)
            kind = _kind(token)
            told = self.value(given.get("name"), depth + 1) if kind == "aws.lb.TargetGroup" else None
            return Reference(f"{kind}:{told if isinstance(told, str) else self._name(name, node)}", "an output of a resource")
        if len(steps) == 1 and steps[0] in given:
            return self.value(given[steps[0]], depth + 1)
        return Reference(path, "an output of a resource")

    def _function(self, name: str, node: Node, depth: int) -> Any:
        value = self.value(node, depth + 1)
        kind = name.lower().removeprefix("fn::")
        if kind == "secret":
            return hidden(value)
        if kind == "join" and isinstance(value, list) and len(value) == 2 and isinstance(value[1], list):
            if all(isinstance(item, str | int) for item in value[1]) and isinstance(value[0], str):
                return value[0].join(str(item) for item in value[1])
        elif kind == "select" and isinstance(value, list) and len(value) == 2 and isinstance(value[1], list) and isinstance(value[0], int):
            return value[1][value[0]] if 0 <= value[0] < len(value[1]) else Unknown(f"{name} (out of its list)")
        line, _ = self.source.place(node.start)
        return Reference(f"{name} (line {line})", "a function that is not followed")

    # places

    def _literal(self, node: Node | None) -> Scalar | None:
        """The scalar that a number stands in: the property's own, or a variable's that it names."""
        for _ in range(_DEPTH):
            if not isinstance(node, Scalar):
                return None
            match = _REFERENCE.fullmatch(node.text)
            if match is None or not match[1]:
                return node if node.text.isdecimal() else None
            node = self.section("variables").get(match[1])
        return None

    def _site(self, scalar: Scalar | None) -> PrioritySite | None:
        source = self.source
        if scalar is None or not source.utf8 or self.uses[scalar.start] > 1 or scalar.start in self.parsed.shared:
            return None
        if source.text[scalar.start : scalar.end] != scalar.text:
            return None
        line, column = source.place(scalar.start)
        return PrioritySite(source.name, line, column, source.offset(scalar.start), len(scalar.text.encode()), scalar.text)

    def _ignores(self, start: int, node: Node) -> tuple[Ignore, ...]:
        """Suppressions in comments between a resource's key and its end, and on the lines right above its key."""
        text = self.source.text
        first = text.rfind("\n", 0, start) + 1
        column = start - first
        top = first
        while top > 0 and text[(above := text.rfind("\n", 0, top - 1) + 1) : top].lstrip().startswith("#"):
            top = above
        end = _end(text, node.start, column)
        found = []
        for match in IGNORE.finditer(text, top, end):
            line = text.rfind("\n", 0, match.start()) + 1
            read = parse_ignore(match[0])
            if read is not None and re.search(r"(?:^|\s)#[^\n]*$", text[line : match.start()]):
                found.append(Ignore(read[0], read[1], self.location(match.start())))
        return tuple(found)


def _end(text: str, start: int, column: int) -> int:
    """Where the block that starts at `start` ends: at the first later line that is indented no deeper than its key."""
    at = text.find("\n", start)
    while at >= 0:
        stop = text.find("\n", at + 1)
        line = text[at + 1 : stop if stop >= 0 else len(text)]
        if line.strip() and len(line) - len(line.lstrip(" ")) <= column:
            return at + 1
        at = stop
    return len(text)


def _kind(token: str) -> str:
    """`aws:lb/listener:Listener` and its aliases as `aws.lb.Listener`."""
    package, _, rest = token.partition(":")
    module, _, name = rest.partition(":")
    module = module.partition("/")[0]
    return f"{package}.{'lb' if package == 'aws' and module in LOAD_BALANCING else module}.{name}"


def _part(value: Any, step: str) -> Any:
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
        return value[int(step)]
    return Reference(f"{value.text}.{step}", value.why) if isinstance(value, Reference) else None
