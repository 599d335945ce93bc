"""The resources of a root module and of the modules that it calls → listeners with their rules."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from alb_lint.files import OUTSIDE
from alb_lint.languages.hcl.document import Span
from alb_lint.languages.hcl.evaluate import evaluate
from alb_lint.languages.hcl.expand import copies
from alb_lint.languages.hcl.module import Module, Resource
from alb_lint.languages.hcl.parse import LaterBody
from alb_lint.languages.hcl.project import Project
from alb_lint.languages.hcl.scope import Scope
from alb_lint.languages.hcl.syntax import Block
from alb_lint.languages.hcl.terragrunt.unit import Unit
from alb_lint.languages.hcl.values import ABSENT, Sym, Value, sited
from alb_lint.languages.hcl.work import MAX_STEPS
from alb_lint.model import Gap, Location, OpaqueCondition, PrioritySite, Rule, SharedSite, TargetGroup, Unknown
from alb_lint.presence import Presence, spelled_out
from alb_lint.record import replace
from alb_lint.sources.elbv2.shape import actions, conditions, priority, transforms
from alb_lint.sources.terraform.attributes import attributes, plain
from alb_lint.sources.terraform.described import Described, arguments_of, described_rule, may_make_rules, not_here, source_of
from alb_lint.sources.terraform.lifecycle import Replacements, left_alone
from alb_lint.sources.terraform.listeners import LISTENER_TYPES, Fronts
from alb_lint.sources.terraform.naming import prefixed
from alb_lint.sources.terraform.presence import subject_of, within
from alb_lint.sources.terraform.renamed import Moves, formerly, moves_of, waits_for
from alb_lint.sources.terraform.shape import rule_shape
from alb_lint.sources.terraform.suppressions import suppressions
from alb_lint.sources.terraform.switched import switched
from alb_lint.sources.terraform.written_in import Declarations, literals

GROUP_TYPES: Final = ("aws_lb_target_group", "aws_alb_target_group")
RULE_TYPES: Final = ("aws_lb_listener_rule", "aws_alb_listener_rule")

MENTIONS: Final = (b"aws_lb_listener", b"aws_alb_listener")
"""A file without these words has neither listeners nor rules."""

MAX_RULES: Final = 20_000
"""Rules of one root module."""


class Collector:
    """Takes root modules one by one. `kind`: of the source. `tainted`: literals used for more than one priority; `Work` adds to it."""

    def __init__(self, kind: str, project: Project, described: Described = ()) -> None:
        self.kind = kind
        self.project = project
        self.described = described
        self.fronts = Fronts(kind)
        self.gaps: list[Gap] = []
        self.groups: list[TargetGroup] = []
        self.tainted: set[tuple[str, int]] = set()
        self._sites: dict[str, Span] = {}
        self._entries: set[str] = set()
        """Rules of blocks that make many, with a number that stands elsewhere."""
        self._declarations = Declarations()
        self._replacements = Replacements()
        self._ids: Counter[str] = Counter()
        self._moves = Moves()
        """Of the root in hand; a module's own come before its rules."""

    def collect(self, root: Module, prefix: str, states: Iterable[str] = (), asked: bool = True) -> None:
        """All listeners and rules below the root. `prefix`: its folder, where there are several roots. `states`: what its state is called.
        `asked`: its listeners are shown though they have no rules.
        """
        self.fronts.states.know(root, prefix, states)
        read = 0
        self._moves = Moves()
        for module in self._modules(root, prefix):
            self._moves.add(moves_of(module))
            for type_ in sorted(LISTENER_TYPES):
                for resource, location, presence in self._resources(module, type_, prefix):
                    self.fronts.declare(resource, prefix, location, presence, asked)
            for resource, _, _ in self._resources(module, "aws_ssm_parameter", prefix):
                self.fronts.publish(resource, prefix)
            for type_ in GROUP_TYPES:
                for resource, _, _ in self._resources(module, type_, prefix):
                    self.groups.append(_target_group(resource, prefix))
            for type_ in RULE_TYPES:
                for resource, location, presence in self._resources(module, type_, prefix):
                    read += 1
                    if read > MAX_RULES:
                        self.gaps.append(Gap(location, f"more than {MAX_RULES} rules; the rest was not read"))
                        return
                    self._rule(resource, prefix, location, presence)
        if root.work.steps <= 0:
            self.gaps.append(Gap(Location(root.folder.name), f"more than {MAX_STEPS} steps of work; what was not worked out is unknown"))

    def _modules(self, root: Module, prefix: str) -> Iterator[Module]:
        """The root and the module instances below it that may have listeners or rules."""
        stack = [root]
        while stack:
            module = stack.pop()
            yield module
            below: list[Module] = []
            for block in module.folder.blocks("module"):
                if not block.labels:
                    continue
                if module.is_here(block):
                    path = module.folder_of(block)
                    if self.project.mentions(path, MENTIONS) or not self.project.reader.is_folder(path):
                        below += module.children(block)[1]
                    else:
                        module.root.called.add(path)
                elif (arguments := arguments_of(source_of(block), self.described)) is not None:
                    self._described(module, block, arguments, prefix)
                elif may_make_rules(source_of(block), block.body.attributes()):
                    location = block.location(f"{module.prefix}module.{block.labels[0]}")
                    self.gaps.append(Gap(location, not_here(source_of(block))))
            stack.extend(reversed(below))

    def _described(self, module: Module, block: Block, arguments: Mapping[str, str], prefix: str) -> None:
        """One rule for each copy of the call of a module that is not here, as the config says."""
        address = f"{module.prefix}module.{block.labels[0]}"
        found = copies(block.body, module.scope)
        if found.gap:
            self.gaps.append(Gap(block.location(address), found.gap))
        for copy in found.items:
            name, scope = f"{address}{copy.suffix}", Scope(module, copy.names)

            def value(what: str, scope: Scope = scope) -> Value:
                expression = block.body.attribute(arguments.get(what, ""))
                return None if expression is None else evaluate(expression, scope)

            self._describe(name, block.location(name), within(prefix, (*module.presence, *copy.presence)), value, prefix)

    def _describe(self, name: str, location: Location, presence: Presence, value: Callable[[str], Value], prefix: str) -> None:
        problems: list[str] = []
        rule = described_rule(self._unique(prefixed(prefix, name), location), name, location, presence, value, prefix, problems)
        self.gaps += [Gap(location, f"{name}: {problem}") for problem in problems]
        site = sited(value("priority"))
        if site is not None:
            self._sites[rule.id] = site
        self.fronts.find(value("listener"), prefix, name, location).rules.append(rule)

    def unit_from_elsewhere(self, unit: Unit) -> None:
        """A unit whose module is not here: its rule as the config describes the module; else a gap, if its inputs look like one."""
        source, location = unit.source(), Location(f"{unit.name}/{unit.at.name}")
        told = source.text if isinstance(source, Sym) else str(source)
        arguments = arguments_of(told, self.described)
        if arguments is not None:

            def value(what: str) -> Value:
                found = unit.input(arguments.get(what, ""))
                return None if found is ABSENT else found

            self._describe(unit.name, location, (), value, unit.name)
        elif unit.is_outside():
            self.gaps.append(Gap(location, f"the folder {told[:200]!r} is not read: {OUTSIDE}"))
        elif may_make_rules(told, unit.given()):
            self.gaps.append(Gap(location, not_here(told)))

    def _resources(self, module: Module, type_: str, prefix: str) -> Iterator[tuple[Resource, Location, Presence]]:
        """The instances of all resources of a type, with their places and under what they exist."""
        for block in module.folder.blocks("resource", type_):
            if len(block.labels) != 2:
                self.gaps.append(Gap(block.location(), f"a resource has two labels, not {len(block.labels)}"))
                continue
            address = f"{module.prefix}{type_}.{block.labels[1]}"
            found = copies(block.body, module.scope)
            if found.gap:
                self.gaps.append(Gap(block.location(address), found.gap))
            for copy in found.items:
                resource = Resource(module, block, type_, f"{address}{copy.suffix}", copy)
                literals = within(prefix, (*module.presence, *copy.presence))
                yield resource, block.location(resource.address), literals
            if isinstance(block.body, LaterBody):
                block.body.let_go()

    def _rule(self, resource: Resource, prefix: str, location: Location, presence: Presence) -> None:
        block = resource.block
        assert block is not None
        scope = resource.scope
        raw = attributes(block.body, scope, prefix, only=frozenset({"condition", "action", "transform", "tags"}))
        number = self._value(resource, "priority")
        raw["priority"] = plain("priority", number, prefix)
        shape = rule_shape(raw)
        problems: list[str] = []
        held = conditions(shape["Conditions"], problems)
        if block.body.problem is not None:
            place = block.body.problem.span.location()
            held = (*held, OpaqueCondition("", f"syntax error in line {place.line}"))
        tags = _tags(raw.get("tags"))
        listener = self._value(resource, "listener_arn")
        files = {*self._declarations.of(resource.module.folder, block), *literals(number, listener, raw.get("condition"))} - {location.file}
        rule = Rule(
            self._unique(prefixed(prefix, resource.address), location),
            dict(tags).get("Name") or (prefixed(prefix, resource.address) if resource.module.root.called_from else resource.address),
            priority(shape["Priority"], problems),
            held,
            actions(shape["Actions"], problems),
            transforms(shape["Transforms"], problems),
            location=location,
            tags=tags,
            presence=presence,
            ignores=suppressions(resource.module.folder, block, resource.address),
            left_alone=left_alone(block.body),
            replacement=self._replacements.of(resource.module.folder, block),
            written_in=tuple(sorted(files)),
            formerly=formerly(resource.address, self._moves),
            waits_for=waits_for(block.body, resource.module.prefix),
            root=prefix,
            switched=switched(block.body.attribute("priority"), scope, number),
        )
        self.gaps += [Gap(location, f"{resource.address}: {problem}") for problem in problems]
        site = sited(number)
        if site is not None:
            self._sites[rule.id] = site
            within_block = site.document is block.document and block.start <= site.start < block.body.end
            if not within_block and (resource.module.prefix or resource.copy.key is not None or resource.module.root.called_from):
                self._entries.add(rule.id)
        root = resource.module.root
        front = self.fronts.find(listener, prefix, resource.address, location, root.folder.name if root.library else "")
        front.rules.append(rule)

    def _value(self, resource: Resource, name: str) -> Value:
        expression = resource.block.body.attribute(name) if resource.block else None
        return None if expression is None else evaluate(expression, resource.scope)

    def _unique(self, rule_id: str, location: Location) -> str:
        """The id, with its place where two blocks have one address, which Terraform would refuse."""
        self._ids[rule_id] += 1
        if self._ids[rule_id] == 1:
            return rule_id
        self.gaps.append(Gap(location, f"{rule_id} is declared more than once, which Terraform refuses"))
        return f"{rule_id} ({location.file}:{location.line})"

    def settle(self) -> None:
        """What only all rules together tell: whether a literal is one rule's alone, and which rules never exist together."""
        fronts = self.fronts.joined()
        table = spelled_out((rule.presence for front in fronts for rule in front.rules), subject_of)
        there = (rule for front in fronts for rule in front.rules if rule.id in self._sites and table[rule.presence] is not None)
        uses = Counter(self._key(rule) for rule in there)
        for front in fronts:
            kept = []
            for rule in front.rules:
                literals = table[rule.presence]
                if literals is not None:
                    site = self._site(rule)
                    many = uses[self._key(rule)] if site is not None else 0
                    shared = SharedSite(site, many) if site is not None and many > 1 else None
                    kept.append(self._placed(replace(rule, presence=literals, priority_site=None if shared else site, shared_site=shared)))
            front.rules = kept

    def _placed(self, rule: Rule) -> Rule:
        """The rule at the number that is its alone, where its block may make many: at the entry of a map, at the arguments of a module."""
        site, block = rule.priority_site, rule.location
        if site is None or rule.id not in self._entries:
            return rule
        files = {*rule.written_in, block.file} - {site.file}
        return replace(rule, location=Location(site.file, site.line, site.column, block.address), written_in=tuple(sorted(files)))

    def _key(self, rule: Rule) -> tuple[str, int]:
        span = self._sites[rule.id]
        return span.document.name, span.start

    def _site(self, rule: Rule) -> PrioritySite | None:
        span = self._sites.get(rule.id)
        if span is None or self._key(rule) in self.tainted:
            return None
        text = span.document.text(span.start, span.end)
        if not text.isdecimal() or isinstance(rule.priority, Unknown) or int(text) != rule.priority:
            return None
        line, column = span.document.position(span.start)
        return PrioritySite(span.document.name, line, column, span.start, span.end - span.start, text)


def _target_group(resource: Resource, prefix: str) -> TargetGroup:
    name, version = resource.attribute("name"), resource.attribute("protocol_version")
    return TargetGroup(
        prefixed(prefix, resource.address),
        str(name) if isinstance(name, str) else resource.address,
        protocol_version=version.upper() if isinstance(version, str) else "",
    )


def _tags(raw: object) -> tuple[tuple[str, str], ...]:
    if not isinstance(raw, dict):
        return ()
    return tuple(sorted((key, value) for key, value in raw.items() if isinstance(key, str) and isinstance(value, str)))
