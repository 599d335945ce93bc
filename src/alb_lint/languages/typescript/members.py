"""`value.name` and `value[name]`."""

from typing import TYPE_CHECKING, Final

from alb_lint.languages.typescript import awsx, changes, functions
from alb_lint.languages.typescript import imports as links
from alb_lint.languages.typescript.render import STACK, TARGET_GROUP, resource_names, symbol
from alb_lint.languages.typescript.syntax import FUNCTIONS, constructor_of
from alb_lint.languages.typescript.values import (
    NOTHING,
    Arr,
    Choice,
    Cls,
    Env,
    Func,
    Inst,
    Known,
    Lazy,
    Lit,
    Names,
    Obj,
    Res,
    Space,
    Sym,
    Table,
    Value,
    lazy,
)

if TYPE_CHECKING:
    from tree_sitter import Node

    from alb_lint.languages.typescript.machine import Machine

WHY_OUTPUT: Final = "an output of a resource"
_REASONS: Final = {"pulumi.Config": "a config value", STACK: "an output of another stack"}
"""Kinds that are no resources of the cloud, and what their members are."""

_OUTPUT_OF: Final = frozenset({"getOutput", "requireOutput", "getOutputValue", "requireOutputValue", "getOutputSync", "requireOutputSync"})
"""By which a program asks another stack for one output."""

_NAMESAKES: Final = 20
"""Resources of one key that are held against each other."""
_PLAIN: Final = frozenset({"arn", "id", "urn", "dnsName", "fqdn", "domainName", "bucketDomainName", "bucketRegionalDomainName", "zoneId"})
"""Outputs of resources that never hold a wildcard."""

_OUTPUTS: Final = ".outputs"

_BASES: Final = 20
"""Superclasses that are looked through."""


def get(machine: "Machine", value: Value, name: str, node: "Node", env: Env) -> Value:
    """The member of a value. `node` and `env` are for the message where it is not followed."""
    if isinstance(value, Obj):
        if name in value.entries:
            return machine.force(value.entries[name])
        return NOTHING if value.more is None else get(machine, value.more, name, node, env)
    if isinstance(value, Sym):
        made = awsx.component(machine, value)
        if made is not None and (stands_for := awsx.member(made, name)) is not None:
            return stands_for
        if value.key.startswith(f"{STACK}:") and value.key.endswith(_OUTPUTS):
            text, key = (f'{found.removesuffix(_OUTPUTS)}.getOutput("{name}")' for found in (value.text, value.key))
            return symbol(text, key, value.why, output=value.output, known=value.known and Known(value.known.local))
        accessor = f".{name}" if name.isidentifier() else f"[{name}]"
        known = value.known and Known(value.known.local, secret=value.known.secret)
        return symbol(value.text + accessor, value.key + accessor, value.why, output=value.output, known=known)
    if isinstance(value, Choice):
        return Choice(value.when, *(_of_side(machine, side, name, node, env) for side in (value.yes, value.no)))
    if isinstance(value, Res):
        return _of_resource(machine, value, name)
    if isinstance(value, Space):
        return Space((*value.path, name))
    if isinstance(value, Names):
        return links.exported(machine, value.module, name)
    if isinstance(value, Inst):
        return of_instance(machine, value, name, node, env)
    if isinstance(value, Cls):
        return _static(machine, value, name, node, env)
    if isinstance(value, Table):
        return Lit(len(value.pairs)) if name == "size" else machine.unknown(node, env, "not followed")
    if isinstance(value, Arr | Lit):
        return _of_plain(machine, value, name, node, env)
    return machine.unknown(node, env, "a member of a function")


def _of_side(machine: "Machine", side: Lazy, name: str, node: "Node", env: Env) -> Lazy:
    return Lazy(lambda: get(machine, machine.force(side), name, node, env))


def _of_plain(machine: "Machine", value: Arr | Lit, name: str, node: "Node", env: Env) -> Value:
    length = len(value.items) if isinstance(value, Arr) else len(value.value) if isinstance(value.value, str) else None
    if isinstance(value, Lit) and value.value is None:
        optional = any(child.type == "optional_chain" for child in node.children)
        return NOTHING if optional else machine.unknown(node, env, "a member of undefined")
    if isinstance(value, Arr) and value.more:
        return machine.unknown(node, env, value.more)
    if name == "length" and length is not None:
        return Lit(length)
    if name.isdecimal() and name.isascii() and len(name) < 10 and length is not None:
        index = int(name)
        if index >= length:
            return NOTHING
        return machine.force(value.items[index]) if isinstance(value, Arr) else Lit(str(value.value)[index])
    return machine.unknown(node, env, "not followed")


def _of_resource(machine: "Machine", value: Res, name: str) -> Value:
    """Outputs by which AWS names a resource stand for the resource; an input that was given is the output of the same name."""
    if (stands_for := awsx.member(value, name) or awsx.of_balancer(machine, value, name)) is not None:
        return stands_for
    text, key = resource_names(machine, value)
    known = Known(local=value.kind != STACK, plain=name in _PLAIN)
    if value.kind.startswith("aws.") and name in {"arn", "id"}:
        if machine.resources.setdefault(key, value) is not value:
            others = machine.namesakes.setdefault(key, {})
            if len(others) < _NAMESAKES:
                others[id(value)] = value
        found = None if value.lookup is None else machine.force(value.lookup)
        by_name = value.kind == TARGET_GROUP and isinstance(found, Lit) and not str(found.value).startswith("arn:")
        if found is not None and not by_name:
            return found
        return symbol(text, key, WHY_OUTPUT, output=True, known=known)
    if value.kind == STACK and name in _OUTPUT_OF:
        name = "getOutput"  # requireOutput differs only where there is none
    if name == "urn":
        return symbol(f"{text}.urn", f"{key}.urn", WHY_OUTPUT, output=True, known=known)
    args = machine.force(value.args)
    if isinstance(args, Obj) and name in args.entries and value.kind.startswith("aws."):
        return machine.force(args.entries[name])
    return symbol(f"{text}.{name}", f"{key}.{name}", _REASONS.get(value.kind, WHY_OUTPUT), output=True, known=known)


def of_instance(machine: "Machine", value: Inst, name: str, node: "Node", env: Env) -> Value:
    """A field, method or getter of an instance of a class of the program."""
    at: Value = value
    for _ in range(_BASES):
        if not isinstance(at, Inst):
            break
        found = _own(machine, value, at, name)
        if found is not None:
            return found
        at = functions.base_of(machine, at)
    if isinstance(at, Res):
        return _of_resource(machine, at, name)
    return NOTHING if at is NOTHING else machine.unknown(node, env, "a member that its class does not declare")


def _own(machine: "Machine", this: Inst, at: Inst, name: str) -> Value | None:
    """The member as the class of `at` itself declares it; None where it does not."""
    first: Lazy | None = None
    module = at.env.module
    body = at.cls.node.child_by_field_name("body")
    for member in body.named_children if body else ():
        key = member.child_by_field_name("name")
        if key is None or module.text(key) != name or any(child.type == "static" for child in member.children):
            continue
        if member.type in FUNCTIONS:
            held = Func(member, at.cls.env, this)
            return functions.call(machine, held, ()) if any(child.type == "get" for child in member.children) else held
        given = member.child_by_field_name("value")
        inner = at.cls.env.child(at.cls.node, label=at.env.label)
        inner.this = this
        first = lazy(NOTHING) if given is None else machine.later(given, inner)
    constructor = constructor_of(at.cls.node)
    if first is None and constructor is not None:
        first = _parameter_property(machine, constructor, name, at.env)
    if first is None and not changes.is_assigned(at.env, at.cls.node, name):
        return None
    return changes.field_value(machine, name, first or lazy(NOTHING), at.cls.node, at.env)


def _parameter_property(machine: "Machine", constructor: "Node", name: str, env: Env) -> Lazy | None:
    """`constructor(private readonly name: string)` declares a field."""
    parameters = constructor.child_by_field_name("parameters")
    for parameter in parameters.named_children if parameters else ():
        pattern = parameter.child_by_field_name("pattern")
        if pattern is None or env.module.text(pattern) != name:
            continue
        if any(child.type in {"accessibility_modifier", "readonly"} for child in parameter.children):
            return machine.later(pattern, env)
    return None


def _static(machine: "Machine", value: Cls, name: str, node: "Node", env: Env) -> Value:
    body = value.node.child_by_field_name("body")
    for member in body.named_children if body else ():
        key = member.child_by_field_name("name")
        if key is None or value.env.module.text(key) != name or not any(child.type == "static" for child in member.children):
            continue
        inner = value.env.child(value.node)
        inner.this = value
        if member.type in FUNCTIONS:
            return Func(member, inner, value)
        given = member.child_by_field_name("value")
        return NOTHING if given is None else machine.eval(given, inner)
    return machine.unknown(node, env, "a static member that is not followed")
