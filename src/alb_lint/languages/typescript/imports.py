"""Imports and exports: what a name of another file is."""

from typing import TYPE_CHECKING, Final

from alb_lint.languages.typescript.known_functions import plain_json
from alb_lint.languages.typescript.parse import Module
from alb_lint.languages.typescript.project import IMPORTED
from alb_lint.languages.typescript.syntax import declared, exports_of, source_of
from alb_lint.languages.typescript.values import NOTHING, Env, Func, Known, Lit, Names, Obj, Space, Sym, Value
from alb_lint.record import replace

if TYPE_CHECKING:
    from tree_sitter import Node

    from alb_lint.languages.typescript.machine import Machine

_CHAIN: Final = 40
"""Re-exports of re-exports that are followed; circles end here."""


def imported(machine: "Machine", specifier: "Node", module: Module) -> Value:
    """What an import binds."""
    source = source_of(module, specifier)
    if specifier.type == "import_specifier":
        name = specifier.child_by_field_name("name")
        return imported_name(machine, module, source, "default" if name is None else module.text(name).strip("\"'"))
    if specifier.type == "identifier":
        value = imported_name(machine, module, source, "default")
        return replace(value, text=module.text(specifier)) if isinstance(value, Sym) and value.text == "default" else value
    return required(machine, module, source)


def imported_name(machine: "Machine", module: Module, source: str, name: str) -> Value:
    """One export of what `source` names, as seen from a file."""
    space = package_space(source)
    if space is not None:
        return space if name == "default" else Space((*space.path, name))
    table = machine.project.table(module, source)
    if table is not None:
        whole = plain_json(table)
        return machine.force(whole.entries[name]) if isinstance(whole, Obj) and name in whole.entries else whole
    target = machine.project.resolve(module, source)
    if target is None:
        return Sym(name, f"{source}#{name}", _why(source), known=_known(source))
    return exported(machine, target, name)


def required(machine: "Machine", module: Module, source: str) -> Value:
    """`require(source)` or `import * as x from source`."""
    space = package_space(source)
    if space is not None:
        return space
    table = machine.project.table(module, source)
    if table is not None:
        return plain_json(table)
    target = machine.project.resolve(module, source)
    if target is None:
        return Sym(source, source, _why(source), known=_known(source))
    whole = exports_of(target).values.get("=")
    return Names(target) if whole is None else machine.exported(target, "=", whole)


def _known(source: str) -> Known | None:
    """A package means the same wherever it is imported; a relative path does not."""
    return None if source.startswith(".") else Known()


def _why(source: str) -> str:
    return f"{IMPORTED}{source}"


def package_space(source: str) -> Space | None:
    """A package of Pulumi, by its import path: `@pulumi/aws/lb` is ("aws", "lb"), and so is every file in it."""
    if not source.startswith("@pulumi/"):
        return None
    parts = [part for part in source.removeprefix("@pulumi/").split("/") if part]
    kept = parts[:2] if parts[:1] == ["aws"] else parts
    return Space(tuple(part for part in kept if part != "index")) if kept else None


def exported(machine: "Machine", module: Module, name: str, chain: int = 0) -> Value:
    """An export of a file, through re-exports."""
    if chain > _CHAIN:
        return Sym(name, f"{module.name}#{name}", "re-exported in a circle")
    table = exports_of(module)
    env = machine.env(module)
    if name in table.local:
        return value_of(machine, table.local[name], env)
    if name in table.values:
        return machine.exported(module, name, table.values[name])
    if name in table.others:
        source, inner = table.others[name]
        return _other(machine, module, source, inner, chain)
    if "=" in table.values:
        return _of_whole(machine, machine.exported(module, "=", table.values["="]), module, name)
    for source in table.stars if name != "default" else ():
        found = _other(machine, module, source, name, chain)
        if not (isinstance(found, Lit) and found.value is None):
            return found
    return NOTHING


def _other(machine: "Machine", module: Module, source: str, name: str, chain: int) -> Value:
    target = machine.project.resolve(module, source)
    if package_space(source) is not None or target is None:
        return required(machine, module, source) if name == "*" else imported_name(machine, module, source, name)
    return Names(target) if name == "*" else exported(machine, target, name, chain + 1)


def _of_whole(machine: "Machine", whole: Value, module: Module, name: str) -> Value:
    """One name of `module.exports = …`; the default is the whole."""
    if name == "default":
        return whole
    if isinstance(whole, Obj):
        return machine.force(whole.entries[name]) if name in whole.entries else NOTHING
    if isinstance(whole, Func):
        return NOTHING
    return Sym(name, f"{module.name}#{name}", "exported in a way that is not followed")


def value_of(machine: "Machine", name: str, env: Env) -> Value:
    """What a name of the top of a file is worth when the file has run."""
    if name in declared(env.module, env.node):
        return machine.final(name, env)
    return Sym(name, f"{env.module.name}#{name}", "exported, yet declared nowhere")
