"""Constructed rules → listeners and rules of the model: where each stands, what it is called, which listener it is on."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from alb_lint.languages.typescript.flow import Draft
from alb_lint.languages.typescript.machine import Machine
from alb_lint.languages.typescript.parse import Module
from alb_lint.languages.typescript.presence import Literals, facts, subject_of
from alb_lint.languages.typescript.values import Frame, Res, Site
from alb_lint.model import Gap, Ignore, Listener, Location, PrioritySite, Rule, SharedSite
from alb_lint.model.parameters import SSM
from alb_lint.presence import AnyOf, Apart, Fact, atoms, exclusive, spelled_out
from alb_lint.record import replace
from alb_lint.sources.elbv2 import shape as elbv2_shape
from alb_lint.sources.pulumi import shape as pulumi_shape
from alb_lint.sources.pulumi.comments import ignores_of
from alb_lint.sources.pulumi.project_file import project_name
from alb_lint.sources.pulumi.renamed import formerly, left_alone
from alb_lint.sources.pulumi.rule_fields import ListenerRef, Way, frames_read, name_of, plain_value, ways_of
from alb_lint.sources.pulumi.stack_outputs import StackOutputs
from alb_lint.sources.pulumi.waits import waits_of

if TYPE_CHECKING:
    from tree_sitter import Node

_PARAMETER: Final = re.compile(r'aws\.ssm\.getParameter(?:Output)?\(\{name: "([^"$]+)"\}\)\.value')
_TOGETHER: Final = 12
"""Rules of one call that are compared for excluding each other."""


@dataclass(slots=True)
class _Made:
    """One rule on its way. `literals`: under which it is made; `project`: the folder of the Pulumi project that makes it."""

    rule: Rule
    listener: ListenerRef
    project: Path | None
    literals: Literals
    sites: tuple[Site, ...]
    literal: bool
    gaps: list[Gap] = field(default_factory=list)
    home: Path | None = None

    @property
    def scope(self) -> Path | None:
        """The project in which the listener's key means something; None where it means the same in all. `home`: whose listener it is."""
        return None if self.listener.elsewhere else self.home or self.project


def listeners_of(
    machine: Machine, drafts: Sequence[Draft], kind: str, *, several: bool, programs: Sequence[Sequence[Module]] = ()
) -> tuple[list[Listener], list[Gap]]:
    """All listeners that rules were made for, sorted by id, with their rules in the order of the files. `programs`: each one's first files."""
    called: dict[Path | None, str] = {}
    waits = waits_of(drafts)
    made = [item for draft in drafts for item in _of_draft(machine, draft, called, waits.get(id(draft), ()))]
    unfollowed = _join_through(machine, made, programs)
    several = several or len({item.project for item in made} - {None}) > 1
    made = _spelled_out(machine, made, several=several)
    _place_numbers(made)
    gaps = [*unfollowed, *(gap for item in made for gap in item.gaps)]
    names = _ids(machine, made, several=several)
    groups: dict[str, list[_Made]] = {}
    for item in made:
        groups.setdefault(names[item.scope, item.listener.key], []).append(item)
    return [_listener(machine, name, groups[name], kind, gaps) for name in sorted(groups)], gaps


def _join_through(machine: Machine, made: Sequence[_Made], programs: Sequence[Sequence[Module]]) -> list[Gap]:
    """Puts the rules on an output of another stack on the listener itself where that stack's program is here, too."""
    asked = [item.listener for item in made if item.listener.elsewhere]
    if not asked or len(programs) < 2:
        return []
    outputs = StackOutputs(machine, programs, [item.listener for item in made])
    for item in made:
        listened = outputs.of(item.listener) if item.listener.elsewhere else None
        if listened is not None:
            item.listener, item.home = listened
    return outputs.gaps


def _of_draft(machine: Machine, draft: Draft, called: dict[Path | None, str], waits: Iterable[Draft]) -> list[_Made]:
    """The ways of one rule. `called`: the names of the projects met so far; `waits`: the rules that it is made after."""
    module, node = _place(machine, draft)
    name = name_of(machine, draft)
    location = module.location(_spot(node), name)
    ignores = ignores_of(module, node)
    if node != draft.node:
        ignores += ignores_of(draft.module, draft.node)
    project = _project(machine, draft.frame)
    files = {draft.module.name}
    at: Frame | None = draft.frame
    while at is not None:
        files.add(at.module.name)
        at = at.parent
    names, left = formerly(draft.node), left_alone(draft.node)
    after = tuple(dict.fromkeys(name_of(machine, other).partition("[")[0] for other in waits))
    root = "" if project is None else machine.project.name_of(project)
    if project not in called:
        called[project] = project_name(project)
    known_as = f"{called[project]}::{name}" if called[project] and name and "${" not in name else ""
    return [
        _of_way(way, location, ignores, project, root, files, names, left, known_as, after, native=draft.native)
        for way in ways_of(machine, draft, root)
    ]


def _of_way(
    way: Way,
    location: Location,
    ignores: tuple[Ignore, ...],
    project: Path | None,
    root: str,
    files: set[str],
    names: tuple[str, ...],
    left: tuple[str, ...],
    known_as: str,
    after: tuple[str, ...],
    *,
    native: bool,
) -> _Made:
    problems: list[str] = []
    shape = pulumi_shape.native_shape(way.properties) if native else pulumi_shape.rule_shape(way.properties, problems)
    rule_id = location.address or f"{location.file}:{location.line}:{location.column}"
    tags = pulumi_shape.tags_of(way.properties["tags"])
    rule = elbv2_shape.rule(shape, location, problems, rule_id=rule_id, name=location.address, tags=tags)
    listener = way.listener
    if listener is None:
        listener = ListenerRef(f"unknown listener of {rule_id}", f"unknown:{location}:{way.literals}")
        problems.append("the listener of this rule is not told")
    written_in = tuple(sorted((files | way.files) - {location.file}))
    rule = replace(
        rule,
        presence=way.literals,
        ignores=ignores,
        written_in=written_in,
        deployed_as=known_as,
        formerly=names,
        left_alone=left,
        waits_for=after,
        root=root,
    )
    return _Made(rule, listener, project, way.literals, way.sites, way.literal, [Gap(location, problem) for problem in problems])


def _place(machine: Machine, draft: Draft) -> "tuple[Module, Node]":
    """Where the rule is written, for people: the outermost call whose arguments decide it and that makes just this one rule."""
    frames: list[Frame] = []
    at: Frame | None = draft.frame
    while at is not None:
        frames.append(at)
        at = at.parent
    calls = [frame for frame in reversed(frames) if frame.node is not None]
    read = frames_read(machine, draft) | ({draft.frame} if draft.frame.node == draft.node else set()) if calls else ()
    for frame in calls:
        if frame.node is not None and frame in read and _is_one(frame.made):
            return frame.module, frame.node
    return draft.module, draft.node


def _spot(node: "Node") -> "Node":
    """Where a call begins for people: in a chain of calls at its own name."""
    called = node.child_by_field_name("function") if node.type == "call_expression" else None
    inner = called.child_by_field_name("object") if called is not None else None
    name = called.child_by_field_name("property") if called is not None else None
    return name if name is not None and inner is not None and inner.type in {"call_expression", "new_expression"} else node


def _is_one(made: Sequence[Draft]) -> bool:
    """Whether at most one of the rules can exist."""
    if len(made) > _TOGETHER:
        return False
    return all(exclusive(one.literals, other.literals) for index, one in enumerate(made) for other in made[index + 1 :])


def _project(machine: Machine, frame: Frame) -> Path | None:
    while frame.parent is not None:
        frame = frame.parent
    return machine.project.pulumi_folder(frame.module)


def _spelled_out(machine: Machine, made: list[_Made], *, several: bool) -> list[_Made]:
    """Each rule with all that its literals say, in the words of the program; one word for two things is told apart by where they come from."""
    taken_apart = {item.literals: facts(machine, item.literals) for item in made}
    table = spelled_out(taken_apart.values(), subject_of)
    keys = {key for group in table.values() for fact in group or () for key in _expressions(fact)}
    shared = Counter(machine.spoken.get(key, key) for key in keys)
    words = {key: text if shared[text] == 1 else f"{text} ({key})" for key in keys for text in (machine.spoken.get(key, key),)}
    found = []
    for item in made:
        group = table[taken_apart[item.literals]]
        if group is None:
            continue  # it is made under conditions that contradict each other
        prefix = f"{machine.project.name_of(item.project)}: " if several and item.project is not None else ""
        presence = tuple(_said(fact, words, prefix) for fact in group)
        if presence != item.rule.presence:
            item.rule = replace(item.rule, presence=presence)
        found.append(item)
    return found


def _expressions(fact: Fact) -> Iterable[str]:
    return fact.expressions if isinstance(fact, Apart) else atoms((fact,))


def _said(fact: Fact, words: dict[str, str], prefix: str) -> Fact:
    """The fact in the words of the program."""
    if isinstance(fact, AnyOf):
        return AnyOf(tuple((prefix + words[key], holds) for key, holds in fact.literals))
    if isinstance(fact, Apart):
        return Apart(tuple(prefix + words[key] for key in fact.expressions))
    return (prefix + words[fact[0]], fact[1])


def _place_numbers(made: list[_Made]) -> None:
    """Tells each literal priority with its place, and of how many rules it is where others are numbered by it, too."""
    uses = Counter(site for item in made for site in set(item.sites))
    for item in made:
        if item.literal and isinstance(item.rule.priority, int):
            site = item.sites[0]
            line, column = site.module.place(site.start)
            text = site.module.data[site.start : site.end].decode("utf-8", "replace")
            place = PrioritySite(site.module.name, line, column, site.start, site.end - site.start, text)
            many = uses[site]
            shared = SharedSite(place, many) if many > 1 else None
            item.rule = replace(item.rule, priority_site=None if shared else place, shared_site=shared)


def _ids(machine: Machine, made: Iterable[_Made], *, several: bool) -> dict[tuple[Path | None, str], str]:
    """An id for each listener of each project: its name, with its origin where two share a name, with the project where there are several."""
    refs: dict[tuple[Path | None, str], ListenerRef] = {}
    for item in sorted(made, key=lambda item: item.home is not None):  # a listener is called as its own program does
        refs.setdefault((item.scope, item.listener.key), item.listener)
    texts = Counter((project, ref.text) for (project, _), ref in refs.items())
    found = {}
    for (project, key), ref in refs.items():
        text = ref.text if texts[project, ref.text] == 1 or ref.arn else f"{ref.text} ({key})"
        prefixed = several and project is not None and not ref.arn
        found[project, key] = f"{machine.project.name_of(project)}:{text}" if prefixed and project is not None else text
    return found


def _listener(machine: Machine, listener_id: str, made: Sequence[_Made], kind: str, gaps: list[Gap]) -> Listener:
    ref = next((item.listener for item in made if item.listener.resource is not None), made[0].listener)
    rules = _numbered(sorted((item.rule for item in made), key=_order))
    known_as = ref.key if ref.is_given and listener_id.endswith(f":{ref.text}") else ""
    listener = Listener(listener_id, ref.text if ref.arn else ref.text.removesuffix(".arn"), rules, source_kind=kind, known_as=known_as)
    parameter = _PARAMETER.fullmatch(ref.key)
    if parameter is not None:
        return replace(listener, looked_up=f"{SSM}{parameter[1]}", known_as="")
    if ref.resource is None or ref.resource.lookup is not None:
        return listener
    resources = {id(ref.resource): ref.resource, **machine.namesakes.get(ref.key, {})}
    return _with_facts(machine, replace(listener, name=ref.text.partition(":")[2] or ref.text), [*resources.values()], gaps)


def _with_facts(machine: Machine, listener: Listener, resources: Sequence[Res], gaps: list[Gap]) -> Listener:
    """Port, protocol and default action, where the program creates the listener itself, and all branches that do say the same."""
    told, *others = [plain_value(machine, resource.args) for resource in resources]
    if not isinstance(told, dict):
        return listener
    told = {key: value for key, value in told.items() if all(isinstance(other, dict) and other.get(key) == value for other in others)}
    port, protocol = told.get("port"), told.get("protocol")
    default = None
    if told.get("defaultActions") is not None:
        problems: list[str] = []
        actions = elbv2_shape.actions(pulumi_shape.actions_shape(told["defaultActions"]), problems)
        default = Rule(f"{listener.id} default", "default", 0, actions=actions, is_default=True)
        gaps.extend(Gap(Location(address=listener.id), problem) for problem in problems)
    whole = isinstance(port, int) and not isinstance(port, bool)
    return replace(
        listener,
        default=default,
        protocol=protocol.upper() if isinstance(protocol, str) else "",
        port=port if whole and isinstance(port, int) else 0,
    )


def _order(rule: Rule) -> tuple[str, int, int]:
    return (rule.location.file, rule.location.line, rule.location.column)


def _numbered(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """The rules under ids of their own: a second one of the same name is `name#2`."""
    seen: Counter[str] = Counter()
    found = []
    for rule in rules:
        seen[rule.id] += 1
        found.append(replace(rule, id=f"{rule.id}#{seen[rule.id]}") if seen[rule.id] > 1 else rule)
    return tuple(found)
