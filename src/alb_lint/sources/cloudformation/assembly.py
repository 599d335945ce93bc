"""Files → the stacks they make: templates, what they nest, and the assemblies they lie in.

A template that another one nests is read as part of that one, with the parameters it passes; a template that lies in a CDK assembly
knows its stack's name, account and region, and sees what its siblings export.
"""

import os
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Final

from alb_lint.errors import SourceError
from alb_lint.files import Reader
from alb_lint.languages.cloudformation.document import NESTED, RULE, decoded, load
from alb_lint.languages.cloudformation.elsewhere import Described, described, longest, spelled_url, tail
from alb_lint.languages.cloudformation.files import Place, is_local
from alb_lint.languages.cloudformation.formula import Formula
from alb_lint.languages.cloudformation.intrinsics import resolve
from alb_lint.languages.cloudformation.manifest import NAME, StackArtifact, is_manifest, read_assemblies
from alb_lint.languages.cloudformation.node import Document, Mapping, Node, entries, text_of
from alb_lint.languages.cloudformation.node import Sequence as Items
from alb_lint.languages.cloudformation.stack import NO_DEFAULT, STACK_OWN, Stack, View, exists_by_default, presence, properties
from alb_lint.languages.cloudformation.unreadable import Unreadable
from alb_lint.languages.cloudformation.value import Symbol, Value, canonical
from alb_lint.languages.cloudformation.work import Work
from alb_lint.model import Gap, Location
from alb_lint.sources.source import Target, reader_of

_EVENTS: Final = (b"alb:", b"listenerArn")
"""Of a serverless.yml: events of its functions that become rules."""
_DEPTH: Final = 20
"""Stacks inside stacks."""
_STACKS: Final = 2_000
"""Stacks of one run that come from nesting; a chain of templates that each nest the next one ten times would double without end."""
_CONTEXT: Final = 500
"""Templates of an assembly that are read only for what they export."""


@dataclass(slots=True)
class World:
    """What the stacks of a run share. `stacks`: all of them, a parent before its children.

    `subjects`: text of an atom → (subject, literal), for those that say `subject == literal`. `compounds`: by its text, a formula that joins others.
    """

    parameters: MappingType[str, str]
    work: Work = field(default_factory=Work)
    stacks: list[Stack] = field(default_factory=list)
    subjects: dict[str, tuple[str, str]] = field(default_factory=dict)
    compounds: dict[str, Formula] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    _exports: dict[tuple[str, str], list[tuple[Stack, str]]] | None = None

    def gap(self, location: Location, reason: str) -> None:
        self.gaps.append(Gap(location, reason))

    def exported(self, environment: str, name: str) -> Value | None:
        if self._exports is None:
            self._exports = {}
            for stack in self.stacks:
                with self.work.share():
                    for known, output in _exports(stack):
                        self._exports.setdefault((stack.environment, known), []).append((stack, output))
        values = [value for stack, output in self._exports.get((environment, name), ()) if (value := stack.output(output)) is not None]
        if not values or any(canonical(value) is None or canonical(value) != canonical(values[0]) for value in values):
            return None
        return values[0]


def _exports(stack: Stack) -> Iterator[tuple[str, str]]:
    """(export name, output) of those outputs whose names are known and which may exist."""
    for output, node in stack.section("Outputs").items():
        export = entries(entries(node).get("Export")).get("Name")
        name = resolve(stack.view(), export) if export is not None else None
        if isinstance(name, str) and isinstance(node, Mapping) and presence(stack, node)[0]:
            yield name, output


@dataclass(slots=True)
class _Loaded:
    """A template and how it came in. `target`: it was given, not only found by name in another file."""

    document: Document
    place: Place | None
    target: bool
    artifact: StackArtifact | None = None


def _above(place: Place, parts: Sequence[str]) -> Iterator[Place]:
    """The files that end with some of the parts, in the template's folder and those above it."""
    for up in range(len(PurePath(place.path).parts)):
        for start in range(len(parts)):
            found = place.beside("../" * up + "/".join(parts[start:]))
            if found.is_file():
                yield found
                break


def assemble(targets: Sequence[Target], parameters: MappingType[str, str], templates: Described = ()) -> World:
    """All stacks of a run. `templates`: files that the config gives for URLs. Raises SourceError for a named file that is no template."""
    world = World(parameters)
    loader = _Loader(world, reader_of(targets), templates)
    for target in targets:
        loader.take(target)
    loader.join_assemblies()
    loader.find_nested()
    loader.make_stacks()
    return world


class _Loader:
    def __init__(self, world: World, reader: Reader, templates: Described) -> None:
        self.world = world
        self.reader = reader
        self._described = templates
        self.loaded: dict[str, _Loaded] = {}
        self._artifacts: dict[str, StackArtifact] = {}
        self._assemblies: dict[str, list[StackArtifact]] = {}
        self._broken: dict[str, Gap] = {}
        self._inner: set[str] = set()

    def take(self, target: Target) -> None:
        """One file that was given."""
        place = Place(target.name, str(target.path), self.reader) if target.path is not None else None
        try:
            if is_manifest(target.name, target.data):
                self._take_assembly(place or Place(target.name, ""), target.data)
                self.world.files.append(target.name)
                return
            key = place.key if place else f"-{len(self.loaded)}"
            document = load(decoded(target.name, target.data))
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
        if target.named and not error.foreign:
            raise SourceError(error.what, where=str(location), hint=error.hint) from None
        if RULE.encode() in target.data or all(word in target.data for word in _EVENTS):
            self.world.gap(location, f"{error.what}; {error.hint}" if error.hint else error.what)

    def _keep(self, key: str, loaded: _Loaded) -> None:
        self.loaded[key] = loaded
        self.world.files.append(loaded.document.name)
        self.world.work.allow(len(loaded.document.source.text))
        for trouble in loaded.document.troubles:
            line, column = loaded.document.source.place(trouble.start)
            self.world.gap(Location(loaded.document.name, line, column), trouble.reason)

    def _take_assembly(self, place: Place, data: bytes) -> None:
        """A manifest that was given: all its stacks are asked for."""
        self._open_stacks(self._stacks_of(place, data), target=True)

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

    def _open(self, place: Place, *, target: bool = False) -> str:
        """The key of the template at this place, read where it is not yet; one that cannot be is in `_broken` then."""
        key = place.key
        if key in self.loaded:
            self.loaded[key].target = self.loaded[key].target or target
        elif key not in self._broken:
            self._read(key, place, target)
        return key

    def _read(self, key: str, place: Place, target: bool) -> None:
        try:
            source = decoded(place.name, place.read())
        except Unreadable as error:
            self._broken[key] = Gap(Location(place.name), f"{error.what}; {error.hint}")
            return
        try:
            self._keep(key, _Loaded(load(source), place, target))
        except Unreadable as error:
            line, column = source.place(error.index) if error.index >= 0 else (0, 0)
            self._broken[key] = Gap(Location(place.name, line, column), f"{error.what}; {error.hint}")

    def _open_stacks(self, stacks: Sequence[StackArtifact], *, target: bool = False) -> None:
        """The templates of an assembly, each of which is due."""
        for artifact in stacks:
            key = self._open(artifact.place, target=target)
            if key in self._broken:
                self.world.gaps.append(self._broken[key])

    def join_assemblies(self) -> None:
        """Finds the manifest beside each template, and reads the siblings of those that import something."""
        for loaded in list(self.loaded.values()):
            if loaded.place is None:
                continue
            beside = loaded.place.beside(NAME)
            if beside.key not in self._assemblies:
                stacks: list[StackArtifact] = []
                try:
                    data = beside.read() if beside.is_file() else b""
                    stacks = self._stacks_of(beside, data) if is_manifest(NAME, data) else []
                except Unreadable as error:
                    self.world.gap(Location(beside.name), f"{error.what}; {error.hint}")
                self._assemblies[beside.key] = stacks
            if "ImportValue" in loaded.document.source.text or loaded.place.key not in self._artifacts:
                self._open_stacks(self._assemblies[beside.key][:_CONTEXT])
        for key, loaded in self.loaded.items():
            loaded.artifact = self._artifacts.get(key)

    def find_nested(self) -> None:
        """Reads the templates that others nest, and notes which are nested at all."""
        waiting = list(self.loaded)
        known = set(waiting)
        for key in waiting:
            loaded = self.loaded[key]
            probe = self._root(loaded)
            for _, resource in probe.resources(*NESTED):
                child, _ = self._nested(probe, loaded, resource)
                if child in self.loaded and child != key:
                    self._inner.add(child)
                if child in self.loaded and child not in known:
                    known.add(child)
                    waiting.append(child)

    def _nested(self, stack: Stack, loaded: _Loaded, resource: Mapping) -> tuple[str, str]:
        """(key of the template of a nested stack, "") or ("", why there is none to read)."""
        asset = text_of(entries(resource.items.get("Metadata")).get("aws:asset:path"))
        given = entries(properties(resource))
        node = given.get("TemplateURL", given.get("Location"))
        if asset or node is None:
            return self._located(asset, loaded)
        with self.world.work.share():
            url = resolve(stack.view(), node)
            sides = _sides(stack.view(), node) if isinstance(url, Symbol) else []
        found = {self._located(side, loaded)[0] for side in sides}
        return (found.pop(), "") if len(found) == 1 and "" not in found else self._located(url, loaded)

    def _located(self, url: Value | str, loaded: _Loaded) -> tuple[str, str]:
        """As `_nested`, of the value that names the template."""
        if isinstance(url, dict) and "ApplicationId" in url:
            application = url["ApplicationId"]
            return "", f"it is {application if isinstance(application, str) else 'one'} of the Serverless Application Repository"
        if not isinstance(url, str | Symbol):
            return "", "its template is no text"
        if isinstance(url, Symbol) or not is_local(url):
            return self._from_elsewhere(url, loaded)
        if loaded.place is None:
            return "", "standard input has no folder; give the file itself"
        return self._open(loaded.place.beside(url)), ""

    def _from_elsewhere(self, url: str | Symbol, loaded: _Loaded) -> tuple[str, str]:
        """A template that a URL names: the file that the config gives for it, else the one here that has its name."""
        given = url.expression.removeprefix("Ref ") if isinstance(url, Symbol) and url.why == NO_DEFAULT else ""
        why = (
            f"its template is {url.unknown.reason}{f'; give the file with `--parameter {given}=…`' if given else ''}"
            if isinstance(url, Symbol)
            else f"its template is not a file beside this one: {url[:200]}"
        )
        file = described(spelled_url(url), self._described)
        if file:
            place = Place(os.path.relpath(file).replace(os.sep, "/"), os.path.abspath(file), self.reader)  # noqa: PTH100 - may not exist
            return (
                (self._open(place), "") if place.is_file() else ("", f"{why}; [[cloudformation.template]] gives {file}, which is not there")
            )
        if not url:
            return "", "its template is not a file beside this one: missing"
        parts = tail(url)
        if not parts:
            return "", why
        places = {one.place.key: one.place for one in self.loaded.values() if one.place is not None and one.target}
        places |= {place.key: place for place in _above(loaded.place, parts)} if loaded.place is not None else {}
        found = longest(parts, sorted(places))
        if loaded.place is not None and loaded.place.key in found:
            return "", why  # no template nests itself: this one shares no more than a name with the URL
        if len(found) > 1:
            names = " and ".join(sorted(places[key].name for key in found)[:2])
            return "", f"{why}; {names} end alike: say with [[cloudformation.template]] which it is"
        return (self._open(places[found[0]]), "") if found else ("", why)

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
        reached: set[str] = set()
        for again in (False, True):
            for key, loaded in list(self.loaded.items()):
                if key not in reached and (again or key not in self._inner):
                    self._grow(self._root(loaded), key, (), reached)

    def _grow(self, stack: Stack, key: str, above: tuple[str, ...], reached: set[str]) -> None:
        reached.add(key)
        self.world.stacks.append(stack)
        for name, resource in stack.resources(*NESTED):
            child, reason = self._nested(stack, self.loaded[key], resource)
            reached.add(child)
            exists, literals = presence(stack, resource)
            if not exists:
                continue
            if child in self._broken:
                reason = f"{self._broken[child].location}: {self._broken[child].reason}"
            elif child and (child == key or child in above):
                reason = "its template nests itself"
            elif child and (len(above) >= _DEPTH or len(self.world.stacks) >= _STACKS):
                reason = f"more than {_STACKS:,} stacks, or {_DEPTH} inside each other"
            if reason and not exists_by_default(stack, resource):
                continue  # a template that is given only with the parameter is no gap while it is not
            if reason:
                location = stack.place(stack.resource_map.keys[name].start, name)
                self.world.gap(location, f"the nested stack {name} is not read: {reason}")
            else:
                self._grow(self._child(stack, name, resource, self.loaded[child], literals), child, (*above, key), reached)

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


def _sides(view: View, node: Node) -> list[Value]:
    """What an `Fn::If` may be, where its condition is not decided."""
    choice = entries(node).get("Fn::If")
    if not isinstance(choice, Items) or len(choice.items) != 3:
        return []
    return [value for side in choice.items[1:] for value in _sides(view, side) or [resolve(view, side)]]
