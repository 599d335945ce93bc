"""Files → the stacks they make: templates, what they nest, and the assemblies they lie in.

A template that another one nests is read as part of that one, with the parameters it passes; a template that lies in a CDK assembly
knows its stack's name, account and region, and sees what its siblings export.
"""

from collections.abc import Mapping as MappingType
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from alb_lint.errors import SourceError
from alb_lint.model import Gap, Location
from alb_lint.sources._cfn.document import NESTED, RULE, decoded, load
from alb_lint.sources._cfn.files import Place, is_local
from alb_lint.sources._cfn.intrinsics import resolve
from alb_lint.sources._cfn.manifest import NAME, StackArtifact, is_manifest, read_assemblies
from alb_lint.sources._cfn.node import Document, Mapping, entries, text_of
from alb_lint.sources._cfn.stack import STACK_OWN, Stack, View, presence, properties
from alb_lint.sources._cfn.unreadable import Unreadable
from alb_lint.sources._cfn.value import Symbol, Value, canonical
from alb_lint.sources._cfn.work import Work
from alb_lint.sources.source import Target

_DEPTH: Final = 20
"""Stacks inside stacks."""
_STACKS: Final = 2_000
"""Stacks of one run that come from nesting; a chain of templates that each nest the next one ten times would double without end."""
_CONTEXT: Final = 500
"""Templates of an assembly that are read only for what they export."""


@dataclass(slots=True)
class World:
    """What the stacks of a run share. `stacks`: all of them, a parent before its children.

    `subjects`: text of an atom → (subject, literal), for those that say `subject == literal`.
    """

    parameters: MappingType[str, str]
    work: Work = field(default_factory=Work)
    stacks: list[Stack] = field(default_factory=list)
    subjects: dict[str, tuple[str, str]] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    _exports: dict[tuple[str, str], list[tuple[Stack, str]]] | None = None

    def gap(self, location: Location, reason: str) -> None:
        self.gaps.append(Gap(location, reason))

    def exported(self, environment: str, name: str) -> Value | None:
        if self._exports is None:
            self._exports = {}
            for stack in self.stacks:
                for output, node in stack.section("Outputs").items():
                    export = entries(entries(node).get("Export")).get("Name")
                    key = resolve(stack.view(), export) if export is not None else None
                    if isinstance(key, str) and isinstance(node, Mapping) and presence(stack, node)[0]:
                        self._exports.setdefault((stack.environment, key), []).append((stack, output))
        values = [value for stack, output in self._exports.get((environment, name), ()) if (value := stack.output(output)) is not None]
        if not values or any(canonical(value) is None or canonical(value) != canonical(values[0]) for value in values):
            return None
        return values[0]


@dataclass(slots=True)
class _Loaded:
    """A template and how it came in. `target`: it was given, not only found by name in another file."""

    document: Document
    place: Place | None
    target: bool
    artifact: StackArtifact | None = None
    nests: dict[str, str] = field(default_factory=dict)
    """Logical id of a nested stack → key of its template."""


def assemble(targets: Sequence[Target], parameters: MappingType[str, str]) -> World:
    """All stacks of a run; raises SourceError for a named file that is no template."""
    world = World(parameters)
    loader = _Loader(world)
    for target in targets:
        loader.take(target)
    loader.join_assemblies()
    loader.find_nested()
    loader.make_stacks()
    return world


class _Loader:
    def __init__(self, world: World) -> None:
        self.world = world
        self.loaded: dict[str, _Loaded] = {}
        self._artifacts: dict[str, StackArtifact] = {}
        self._assemblies: dict[str, list[StackArtifact]] = {}
        self._broken: set[str] = set()
        self._standard = 0

    def take(self, target: Target) -> None:
        """One file that was given."""
        place = Place(target.name, str(target.path)) if target.path is not None else None
        try:
            if is_manifest(target.name, target.data):
                self._take_assembly(place or Place(target.name, ""), target.data)
                self.world.files.append(target.name)
                return
            key = place.key if place else f"-{len(self.loaded)}"
            document = load(decoded(target.name, target.data), place.path if place else "")
        except Unreadable as error:
            self._refuse(target, error)
            return
        if key not in self.loaded:
            self._keep(key, _Loaded(document, place, target=True))

    def _refuse(self, target: Target, error: Unreadable) -> None:
        line, column = 0, 0
        if error.index >= 0:
            line, column = decoded(target.name, target.data).place(error.index)
        location = Location(target.name, line, column)
        if target.named:
            raise SourceError(error.what, where=str(location), hint=error.hint) from None
        if RULE.encode() in target.data:
            self.world.gap(location, f"{error.what}; {error.hint}" if error.hint else error.what)

    def _keep(self, key: str, loaded: _Loaded) -> None:
        self.loaded[key] = loaded
        self.world.files.append(loaded.document.name)
        for trouble in loaded.document.troubles:
            line, column = loaded.document.source.place(trouble.start)
            self.world.gap(Location(loaded.document.name, line, column), trouble.reason)

    def _take_assembly(self, place: Place, data: bytes) -> None:
        """A manifest that was given: all its stacks are asked for."""
        for artifact in self._stacks_of(place, data):
            self._open(artifact.place, Location(place.name), target=True)

    def _stacks_of(self, place: Place, data: bytes) -> list[StackArtifact]:
        if place.key not in self._assemblies:
            stacks, missing = read_assemblies(place, data)
            if missing:
                reason = f"the assembly lacks {missing} values that the program looks up; run `cdk synth` with access to the account"
                self.world.gap(Location(place.name), reason)
            self._assemblies[place.key] = stacks
            for artifact in stacks:
                self._artifacts.setdefault(artifact.place.key, artifact)
        return self._assemblies[place.key]

    def _open(self, place: Place, by: Location, *, target: bool = False) -> str:
        """The key of the template at this place, read where it is not yet; "" and a gap where it cannot be."""
        key = place.key
        if key in self.loaded:
            self.loaded[key].target = self.loaded[key].target or target
            return key
        if key in self._broken:
            return ""
        try:
            source = decoded(place.name, place.read())
        except Unreadable as error:
            return self._missing(key, by, f"{place.name}: {error.what}; {error.hint}")
        try:
            self._keep(key, _Loaded(load(source, place.path), place, target))
        except Unreadable as error:
            line, column = source.place(error.index) if error.index >= 0 else (0, 0)
            return self._missing(key, Location(place.name, line, column), f"{error.what}; {error.hint}")
        return key

    def _missing(self, key: str, location: Location, reason: str) -> str:
        self._broken.add(key)
        self.world.gap(location, reason)
        return ""

    def join_assemblies(self) -> None:
        """Finds the manifest beside each template, and reads the siblings of those that import something."""
        for loaded in list(self.loaded.values()):
            if loaded.place is None:
                continue
            beside = loaded.place.beside(NAME)
            if beside.key not in self._assemblies:
                if not beside.is_file():
                    continue
                try:
                    data = beside.read()
                    stacks = self._stacks_of(beside, data) if is_manifest(NAME, data) else []
                except Unreadable as error:
                    self.world.gap(Location(beside.name), f"{error.what}; {error.hint}")
                    stacks = []
                self._assemblies[beside.key] = stacks
            if "ImportValue" in loaded.document.source.text or loaded.place.key not in self._artifacts:
                for artifact in self._assemblies[beside.key][:_CONTEXT]:
                    self._open(artifact.place, Location(beside.name))
        for key, loaded in self.loaded.items():
            loaded.artifact = self._artifacts.get(key)

    def find_nested(self) -> None:
        """Fills in what each template nests, reading those templates too."""
        waiting = list(self.loaded)
        known = set(waiting)
        for key in waiting:
            loaded = self.loaded[key]
            probe = self._root(loaded)
            for name, resource in probe.resources(*NESTED):
                child = self._nested(probe, loaded, name, resource)
                if child:
                    loaded.nests[name] = child
                    if child not in known:
                        known.add(child)
                        waiting.append(child)

    def _nested(self, probe: Stack, loaded: _Loaded, name: str, resource: Mapping) -> str:
        """The key of the template of a nested stack; "" and a gap where it is not at hand."""
        location = probe.place(probe.resource_map.keys[name].start, name)
        asset = text_of(entries(resource.items.get("Metadata")).get("aws:asset:path"))
        given = entries(properties(resource))
        node = given.get("TemplateURL", given.get("Location"))
        url = asset or (resolve(probe.view(), node) if node is not None else "")
        if not isinstance(url, str):
            reason = url.unknown.reason if isinstance(url, Symbol) else "not a path"
            self.world.gap(location, f"the nested stack {name} is not read: its template is {reason}")
        elif not is_local(url):
            self.world.gap(
                location, f"the nested stack {name} is not read: its template is not a file beside this one: {url[:200] or 'missing'}"
            )
        elif loaded.place is None:
            self.world.gap(location, f"the nested stack {name} is not read: standard input has no folder; give the file itself")
        else:
            return self._open(loaded.place.beside(url), location)
        return ""

    def _root(self, loaded: _Loaded) -> Stack:
        artifact = loaded.artifact
        return Stack(
            artifact.label if artifact else loaded.document.name,
            loaded.document,
            self.world,
            pseudo=dict(artifact.pseudo) if artifact else {},
            assigned=dict(artifact.parameters) if artifact else {},
            emitted=loaded.target,
        )

    def make_stacks(self) -> None:
        """A stack for each template that no other one nests, and those inside it. Templates that nest each other start at the first."""
        inner = {child for key, loaded in self.loaded.items() for child in loaded.nests.values() if child != key}
        reached: set[str] = set()
        for again in (False, True):
            for key, loaded in self.loaded.items():
                if key not in reached and (again or key not in inner):
                    self._grow(self._root(loaded), key, (), reached)

    def _grow(self, stack: Stack, key: str, above: tuple[str, ...], reached: set[str]) -> None:
        reached.add(key)
        self.world.stacks.append(stack)
        loaded = self.loaded[key]
        for name, child in loaded.nests.items():
            resource = stack.resource_map.items.get(name)
            if not isinstance(resource, Mapping):
                continue
            exists, literals = presence(stack, resource)
            reached.add(child)
            if not exists:
                continue
            location = stack.place(stack.resource_map.keys[name].start, name)
            if child == key or child in above:
                self.world.gap(location, f"the nested stack {name} is not read: its template nests itself")
            elif len(above) >= _DEPTH or len(self.world.stacks) >= _STACKS:
                self.world.gap(
                    location, f"the nested stack {name} is not read: more than {_STACKS:,} stacks, or {_DEPTH} inside each other"
                )
            else:
                grown = self._child(stack, name, resource, self.loaded[child], literals)
                self._grow(grown, child, (*above, key), reached)

    def _child(self, stack: Stack, name: str, resource: Mapping, loaded: _Loaded, literals: dict[str, bool]) -> Stack:
        view = stack.view(literals)
        child = Stack(
            f"{stack.label}/{name}",
            loaded.document,
            self.world,
            pseudo={key: value for key, value in stack.pseudo.items() if key not in STACK_OWN},
            parent=View(stack, view.known),
            passed=entries(entries(properties(resource)).get("Parameters")),
            known=view.known,
            emitted=stack.emitted or loaded.target,
        )
        stack.children[name] = child
        return child
