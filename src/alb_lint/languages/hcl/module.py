"""One instance of a module: where its names lead. Values are worked out when asked for, and once.

Source: Terraform language, "References to Named Values". What a resource or data source gets from AWS is a reference; what its block sets
is known from there.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from alb_lint.files import OUTSIDE, Reader, real
from alb_lint.languages.hcl.constraints import ANY, Type, converted, read_type
from alb_lint.languages.hcl.convert import spelled
from alb_lint.languages.hcl.elsewhere import state_name
from alb_lint.languages.hcl.environments import Environments
from alb_lint.languages.hcl.evaluate import evaluate
from alb_lint.languages.hcl.expand import Copies, Copy, copies, suffix
from alb_lint.languages.hcl.folder import Folder
from alb_lint.languages.hcl.functions_file import file_call
from alb_lint.languages.hcl.inputs import Inputs, as_expression
from alb_lint.languages.hcl.scope import Scope
from alb_lint.languages.hcl.syntax import Block, Body, Literal
from alb_lint.languages.hcl.values import ABSENT, Refused, Sym, Value, hidden, with_label
from alb_lint.languages.hcl.work import Work
from alb_lint.places import Gap
from alb_lint.presence import Presence
from alb_lint.record import record

MAX_INSTANCES: Final = 2_000
"""Module instances in one root module."""

_COMPUTED: Final = frozenset({"arn", "id"})
"""Attributes that AWS gives: they stand for the resource itself."""

_APPLY: Final = "known after apply"
_REMOTE: Final = "the module is not a folder here"


@record
class Resource:
    """One instance of a resource or data source: what a reference is about."""

    module: "Module"
    block: Block | None
    type: str
    address: str
    copy: Copy

    @property
    def is_data(self) -> bool:
        return self.address.removeprefix(self.module.prefix).startswith("data.")

    @property
    def scope(self) -> Scope:
        return Scope(self.module, self.copy.names)

    def sets(self, name: str) -> bool:
        return self.block is not None and self.block.body.attribute(name) is not None

    def inner(self, name: str) -> Value:
        """What the block sets as an object, or in a block inside, as Terraform 0.11 allowed."""
        found = self.block.body.blocks(name) if self.block is not None and not self.sets(name) else ()
        if not found:
            return self.attribute(name)
        body = found[0].body
        return {key: evaluate(told, self.scope) for key in body.attributes() if (told := body.attribute(key)) is not None}

    def attribute(self, name: str) -> Value:
        """What the block sets, else a reference."""
        expression = self.block.body.attribute(name) if self.block else None
        value = evaluate(expression, self.scope) if expression is not None else None
        return Sym(f"{self.address}.{name}", _APPLY, reference=True, about=self) if value is None else value


class Root:
    """What all module instances below one root share.

    `called_from`: the file that gives the root its inputs, where there is one. `library`: it is there for others to call: what they give is not
    known, defaults included. `circles`: the folders of modules that call each other in a circle, as far as all roots have told so.
    """

    def __init__(
        self,
        work: Work,
        folder_at: Callable[[Path], Folder],
        inputs: Inputs,
        folder: Folder,
        workspace: str = "",
        called_from: str = "",
        library: bool = False,
        circles: set[frozenset[str]] | None = None,
    ) -> None:
        self.work = work
        self.folder_at = folder_at
        self.inputs = inputs
        self.environments = Environments(folder, workspace)
        self.folder = folder
        self.workspace = workspace
        self.called_from = called_from
        self.library = library
        self.circles = set() if circles is None else circles
        self.gaps: list[Gap] = []
        self.instances = 0
        self.called: set[Path] = set()
        self.installed: Mapping[str, Path] = {}
        self._places: dict[Path, str] = {}

    def place(self, path: Path) -> str:
        """Where a folder lies, links followed; asked of the system once."""
        if path not in self._places:
            self._places[path] = real(path)
        return self._places[path]


class Module:
    """`path`: "" for the root, else like `module.a["k"]`. `presence`: under what the instance exists."""

    def __init__(
        self, folder: Folder, root: Root, parent: "Module | None" = None, call: Block | None = None, copy: Copy | None = None
    ) -> None:
        self.folder = folder
        self.root = root
        self.work = root.work
        self.parent = parent
        self._call = call
        self._copy = copy or Copy(None)
        self.path = f"{parent.prefix}module.{call.labels[0]}{self._copy.suffix}" if parent and call else ""
        self.key: str = f"{parent.key}.{call.labels[0]}".lstrip(".") if parent and call else ""
        """The calls down to it, without the keys of copies: as modules.json names it."""
        self.presence: Presence = (*(parent.presence if parent else ()), *self._copy.presence)
        self._values: dict[tuple[str, ...], Value] = {}
        self._children: dict[str, tuple[Copies, tuple[Module, ...]]] = {}
        self._beside: dict[str, Path] = {}

    @property
    def prefix(self) -> str:
        return f"{self.path}." if self.path else ""

    @property
    def scope(self) -> Scope:
        return Scope(self)

    def call(self, name: str, arguments: list[Value]) -> Value:
        """Paths of files are relative to where Terraform is run: the folder of the root module."""
        return file_call(name, arguments, self.root.folder.path, self.reader, self)

    def lookup(self, name: str) -> Value:
        match name:
            case "var":
                return self._space(name, lambda key: self._once(("var", key), lambda: self._variable(key)))
            case "local":
                return self._space(name, lambda key: self._once(("local", key), lambda: self._local(key)))
            case "module":
                return self._space(name, lambda key: self._once(("module", key), lambda: self._outputs(key)))
            case "data":
                return self._space(name, lambda type_: self._space(f"data.{type_}", lambda key: self.resource("data", type_, key)))
            case "path":
                return self._space(name, self._path_of)
            case "terraform" | "tofu":
                return self._space(name, self._of_terraform)
            case "each" | "count" | "self":
                raise Refused(f"{name} has no meaning here")
        return self._space(name, lambda key: self.resource("resource", name, key))

    def _of_terraform(self, key: str) -> Value:
        if key == "workspace" and self.root.workspace:
            return self.root.workspace
        return Sym(f"terraform.{key}", "the workspace is not known")

    def _path_of(self, key: str) -> Value:
        """`path.module` and `path.root` as Terraform has them where it is run in the folder of the root module."""
        root = self.root.folder.path
        if key == "root":
            return "."
        if key == "module":
            return os.path.relpath(self.folder.path, root).replace(os.sep, "/")
        return Sym(f"path.{key}", "where Terraform is run is not known")

    def _space(self, name: str, member: Callable[[str], Value]) -> Sym:
        return Sym(f"{self.prefix}{name}", "not a value", members=lambda key, indexed: ABSENT if indexed else member(str(key)))

    def _once(self, key: tuple[str, ...], work: Callable[[], Value]) -> Value:
        """The value, worked out at the first call; one that needs itself is refused."""
        if key not in self._values:
            name = ".".join(key)
            self._values[key] = Sym(f"{self.prefix}{name}", "it refers to itself", failed=True)
            self.work.depth += 2
            try:
                self._values[key] = work()
            finally:
                self.work.depth -= 2
        return self._values[key]

    def _variable(self, name: str) -> Value:
        block = self.folder.block("variable", name)
        body = block.body if block else None
        constraint = body.attribute("type") if body else None
        wanted = read_type(constraint) if constraint is not None else ANY
        text = f"{self.prefix}var.{name}"

        if body is not None and _is_marked(body):
            return Sym(text, "sensitive", secret=True, single=True)
        found, given = self._given(name, wanted, constrained=constraint is not None)
        nullable = body.attribute("nullable") if body else None
        default = body.attribute("default") if body else None
        refuses_null = isinstance(nullable, Literal) and nullable.value is False
        if self.root.library and not self.parent and not found:
            return Sym(text, "given by whoever calls the module" if block else "not declared", failed=block is None)
        if default is not None and (not found or (given is None and refuses_null)):
            given = evaluate(default, self.scope)
        elif not found:
            if block is None:
                return Sym(text, "not declared", failed=True)
            given, why = self._of_environments(name)
            if given is ABSENT:
                return Sym(text, why or "no default")
        try:
            return converted(given, wanted, lambda expression: evaluate(expression, self.scope))
        except Refused as refused:
            return Sym(text, str(refused), failed=True)

    def _of_environments(self, name: str) -> tuple[Value, str]:
        """What the files of environments agree on, for a root that nothing else gives its inputs; ABSENT, and why."""
        if self.parent or self.root.called_from:
            return ABSENT, ""
        return self.root.environments.value(name, lambda expression: evaluate(expression, self.scope))

    def _given(self, name: str, wanted: Type, *, constrained: bool) -> tuple[bool, Value]:
        """(given at all, value): by the call of the module, or by the user for the root."""
        if self.parent and self._call:
            expression = self._call.body.attribute(name)
            return expression is not None, None if expression is None else evaluate(expression, Scope(self.parent, self._copy.names))
        given = self.root.inputs.value(name)
        if given is None:
            return False, None
        if given.known is not ABSENT:
            return True, given.known
        expression = given.expression or as_expression(given.text, wanted, constrained=constrained)
        return True, given.text if expression is None else evaluate(expression, self.scope)

    def _local(self, name: str) -> Value:
        expression = self.folder.local(name)
        if expression is None:
            return Sym(f"{self.prefix}local.{name}", "not declared", failed=True)
        return with_label(evaluate(expression, self.scope), f"{self.prefix}local.{name}")

    # Resources and data sources

    def resource(self, kind: str, type_: str, name: str) -> Value:
        return self._once((kind, type_, name), lambda: self._resource(kind, type_, name))

    def _resource(self, kind: str, type_: str, name: str) -> Value:
        address = f"{self.prefix}{'data.' if kind == 'data' else ''}{type_}.{name}"
        block = self.folder.block(kind, type_, name)
        if block is None:
            return self._unplaced(address, lambda copy: Resource(self, None, type_, f"{address}{copy.suffix}", copy), single=True)
        found = copies(block.body, self.scope)

        def instance(copy: Copy) -> Resource:
            return Resource(self, block, type_, f"{address}{copy.suffix}", copy)

        return _arranged(found, lambda copy: _symbol(instance(copy)), lambda: self._unplaced(address, instance))

    def _unplaced(self, address: str, instance: Callable[[Copy], Resource], *, single: bool = False) -> Sym:
        """A resource of which it is not known how many there are: any element may be asked for."""

        def member(key: str | int, indexed: bool) -> Value:
            if indexed:
                unknown = Sym(f"each.value of {address}{suffix(key)}", "for_each is not known")
                names: dict[str, Value] = {"count": {"index": key}} if isinstance(key, int) else {"each": {"key": key, "value": unknown}}
                return _symbol(instance(Copy(key, names)))
            return _symbol(instance(Copy(None))).get(key, indexed=False) if single else ABSENT

        return Sym(address, _APPLY, reference=True, single=single, members=member, about=instance(Copy(None)) if single else None)

    # Modules

    def _outputs(self, name: str) -> Value:
        block = self.folder.block("module", name)
        address = f"{self.prefix}module.{name}"
        if block is None:
            return Sym(address, "not declared", reference=True, failed=False)
        found, children = self.children(block)
        if not children:
            return Sym(address, _REMOTE, reference=True) if not (found.certain and not found.items) else ()
        by_key = dict(zip((copy.key for copy in found.items), children, strict=True))

        def unplaced() -> Value:
            def member(key: str | int, indexed: bool) -> Value:
                child = by_key.get(key) or (children[0] if len(children) == 1 and isinstance(found.items[0].key, Sym) else None)
                return child.outputs() if indexed and child else ABSENT

            return Sym(address, _APPLY, reference=True, members=member)

        return _arranged(found, lambda copy: by_key[copy.key].outputs(), unplaced)

    def outputs(self) -> Sym:
        def member(key: str | int, indexed: bool) -> Value:
            return ABSENT if indexed else self._once(("output", str(key)), lambda: self._output(str(key)))

        return Sym(self.path, "a module is no value", single=True, members=member)

    def _output(self, name: str) -> Value:
        block = self.folder.block("output", name)
        expression = block.body.attribute("value") if block else None
        if expression is None:
            return Sym(f"{self.path}.{name}", "there is no such output", failed=True)
        value = evaluate(expression, self.scope)
        return hidden(value) if block is not None and _is_marked(block.body) else value

    @property
    def reader(self) -> Reader:
        """What may be read."""
        return self.root.folder.reader

    def is_here(self, block: Block) -> bool:
        """Whether the module that is called can be read: a folder beside this one, or one that `terraform init` fetched."""
        return _source(block).startswith(("./", "../")) or self._call_key(block) in self.root.installed

    def folder_of(self, block: Block) -> Path:
        found = self.root.installed.get(self._call_key(block))
        if found is not None:
            return found
        source = _source(block)
        if source not in self._beside:
            self._beside[source] = Path(os.path.normpath(self.folder.path / source))
        return self._beside[source]

    def _call_key(self, block: Block) -> str:
        """The call as modules.json names it: the names of all calls down to it."""
        name = block.labels[0] if block.labels else ""
        return f"{self.key}.{name}" if self.key else name

    def children(self, block: Block) -> "tuple[Copies, tuple[Module, ...]]":
        """The copies of a module call and their instances; no instances where its source is no folder here. Gaps say why."""
        name = block.labels[0] if block.labels else ""
        if name not in self._children:
            self._children[name] = (Copies(()), ())  # a call that needs its own outputs finds none
            self._children[name] = self._made(block)
        return self._children[name]

    def _made(self, block: Block) -> "tuple[Copies, tuple[Module, ...]]":
        if not self.is_here(block):
            return copies(block.body, self.scope), ()
        path = self.folder_of(block)
        self.root.called.add(path)
        if not self.reader.is_folder(path):
            away = "does not exist" if self.reader.holds(path) else f"is not read: {OUTSIDE}"
            self._gap(block, f"the folder {_source(block)[:200]!r} {away}")
            return copies(block.body, self.scope), ()
        circle = self._circle(path)
        if circle:
            self._tell(circle, block)
            return Copies(()), ()
        found = copies(block.body, self.scope)
        if found.gap:
            self._gap(block, found.gap)
        room = MAX_INSTANCES - self.root.instances
        if len(found.items) > room:
            self._gap(block, f"more than {MAX_INSTANCES} module instances; the rest was not read")
            found = Copies(found.items[: max(0, room)], found.repeated, found.certain)
        self.root.instances += len(found.items)
        folder = self.root.folder_at(path)
        return found, tuple(Module(folder, self.root, self, block, copy) for copy in found.items)

    def _circle(self, path: Path) -> "list[Module]":
        """The modules from the one that lies in the folder, links followed, down to this one; none where none of those above lies there."""
        place = self.root.place(path)
        module: Module | None = self
        found: list[Module] = []
        while module is not None:
            found.append(module)
            if module.place == place:
                return found[::-1]
            module = module.parent
        return []

    @property
    def place(self) -> str:
        """Where its folder lies, links followed."""
        return self.root.place(self.folder.path)

    def _tell(self, circle: "Sequence[Module]", block: Block) -> None:
        """A gap for modules that call each other in a circle, once for all who call one of them."""
        key = frozenset(module.place for module in circle)
        if key not in self.root.circles:
            self.root.circles.add(key)
            way = "".join(f", {module.folder.name}" for module in circle[1:])
            by = f", by way of{way.removeprefix(',')}" if way else ""
            reason = f"the module {_source(block)[:200]!r} calls itself{by[:500]}, which Terraform refuses; it was read once"
            self.root.gaps.append(Gap(block.location(f"module.{block.labels[0]}"), reason))

    def _gap(self, block: Block, reason: str) -> None:
        self.root.gaps.append(Gap(block.location(f"{self.prefix}module.{block.labels[0]}"), reason))


def _is_marked(body: Body) -> bool:
    """Whether the value of a variable or output is not to be shown: Terraform shows neither kind."""
    marks = (body.attribute(name) for name in ("sensitive", "ephemeral"))
    return any(isinstance(mark, Literal) and mark.value is True for mark in marks)


def _source(block: Block) -> str:
    source = block.body.attribute("source")
    return source.value if isinstance(source, Literal) and isinstance(source.value, str) else ""


def _arranged(found: Copies, item: Callable[[Copy], Value], unplaced: Callable[[], Value]) -> Value:
    """The copies of a block as the language shows them: one value, a tuple for count, an object for for_each."""
    if not found.repeated:
        return item(found.items[0])
    if not found.certain or found.gap or any(isinstance(copy.key, Sym) for copy in found.items):
        return unplaced()
    if all(isinstance(copy.key, int) for copy in found.items):
        return tuple(item(copy) for copy in found.items)
    return {str(copy.key): item(copy) for copy in found.items}


def _symbol(resource: Resource) -> Sym:
    """The instance as a value: its attributes are what its block sets, and references."""

    def member(key: str | int, indexed: bool) -> Value:
        if indexed:
            return ABSENT
        is_data = resource.is_data
        if is_data and (named := _looked_up(resource, str(key))):
            return Sym(named, _APPLY, reference=True)
        if key in _COMPUTED:
            if is_data and resource.sets(str(key)):
                return resource.attribute(str(key))
            return Sym(f"{resource.address}.{key}", _APPLY, reference=True, single=True, about=resource)
        return resource.attribute(str(key))

    return Sym(resource.address, _APPLY, reference=True, single=True, members=member, about=resource)


_OF_STATE: Final = frozenset({"id", "backend", "config", "workspace", "environment", "defaults"})
"""Attributes of a state that are no outputs; in Terraform 0.11 any other is one."""


def _looked_up(resource: Resource, key: str) -> str:
    """What stands for an attribute by the place it is looked up in, the same in every root module; "" for all others."""
    if resource.type == "terraform_remote_state" and key not in _OF_STATE:
        workspace = resource.attribute("workspace") if resource.sets("workspace") else None
        state = state_name(resource.attribute("backend"), resource.inner("config"), workspace)
        outputs = f"{state}.outputs" if state else ""
        return outputs if key == "outputs" or not outputs else f"{outputs}.{key}"
    if (
        resource.type == "tfe_outputs"
        and key in ("values", "nonsensitive_values")
        and resource.sets("organization")
        and resource.sets("workspace")
    ):
        place = {"organization": resource.attribute("organization"), "workspaces": {"name": resource.attribute("workspace")}}
        return f"{state_name('remote', place)}.outputs"
    if resource.type == "aws_ssm_parameter" and key == "value" and resource.sets("name"):
        name = resource.attribute("name")
        return f"ssm_parameter({spelled(name)})"
    return ""
