"""Classes of the program: what constructing an instance does, and what its members are."""

from typing import TYPE_CHECKING, Final

from alb_lint.languages.typescript import known_functions as known
from alb_lint.languages.typescript import members
from alb_lint.languages.typescript.functions import enter
from alb_lint.languages.typescript.parse import Module
from alb_lint.languages.typescript.run.core import Core, GivenUp
from alb_lint.languages.typescript.syntax import FUNCTIONS, constructor_of
from alb_lint.languages.typescript.values import NOTHING, Arr, Cls, Env, Func, Inst, Lit, Res, Space, Sym, Value, lazy

if TYPE_CHECKING:
    from tree_sitter import Node

_BASES: Final = 20


def superclass(run: Core, cls: Cls) -> Value | None:
    """What the class extends; None where it extends nothing."""
    heritage = next((child for child in cls.node.named_children if child.type == "class_heritage"), None)
    clause = next((child for child in heritage.named_children if child.type == "extends_clause"), heritage) if heritage else None
    if clause is None or clause.type == "implements_clause":
        return None
    named = clause.child_by_field_name("value") or (clause.named_children[0] if clause.named_children else None)
    return None if named is None or named.type == "implements_clause" else run.eval(named, cls.env)


def construct(run: Core, cls: Cls, args: Arr, call: "tuple[Module, Node]", made: Inst | None = None) -> Inst:
    """Run the constructor of a class. `made`: the instance of a subclass that this one is a part of."""
    frame = run.entered(cls.node, cls.env.module, call)
    outer, run.frame = run.frame, frame
    try:
        constructor = constructor_of(cls.node)
        run.mark = run.marked(id(frame), "new")
        env = cls.env.child(cls.node, label=run.mark) if constructor is None else enter(run, Func(constructor, cls.env), args, frame)
        for name in list(env.names):
            run.force(env.names[name])
        instance = Inst(cls, env, args, NOTHING, {}) if made is None else made
        env.this = instance
        above = superclass(run, cls)
        if constructor is None:
            if above is not None:
                run_super(run, cls, instance, args, call[1], Env(call[0], call[1], None))
            else:
                _fields(run, cls, instance)
            return instance
        _parameter_properties(run, constructor, env, instance)
        if above is None:
            _fields(run, cls, instance)
        body = constructor.child_by_field_name("body")
        if body is not None:
            run.in_constructor(cls, instance, body, env)
        return instance
    finally:
        run.frame = outer


def run_super(run: Core, cls: Cls, instance: Inst, args: Arr, node: "Node", env: Env) -> None:
    """`super(…)`: what the superclass does, then the fields of the class itself."""
    above = superclass(run, cls)
    if isinstance(above, Cls):
        construct(run, above, args, (env.module, node), instance)
    elif isinstance(above, Space):
        name, properties = (args.items[index] if index < len(args.items) else lazy(NOTHING) for index in (0, 1))
        run.of_package(above, args, node, env)
        instance.base = Res(known.canonical(above.path), name, properties)
    elif isinstance(above, Sym):
        instance.base = above
    elif above is not None:
        raise GivenUp("a superclass that is not followed")
    _fields(run, cls, instance)


def _fields(run: Core, cls: Cls, instance: Inst) -> None:
    assert instance.fields is not None
    inner = cls.env.child(cls.node, label=run.mark)
    inner.this = instance
    body = cls.node.child_by_field_name("body")
    for member in body.named_children if body else ():
        key = member.child_by_field_name("name")
        if member.type != "public_field_definition" or key is None or _has(member, "static") or _has(member, "declare"):
            continue
        given = member.child_by_field_name("value")
        if given is None:
            continue
        run.put(instance, instance.fields, cls.env.module.text(key), run.later(given, inner))


def _parameter_properties(run: Core, constructor: "Node", env: Env, instance: Inst) -> None:
    """`constructor(private readonly name: string)` declares a field."""
    parameters = constructor.child_by_field_name("parameters")
    for parameter in parameters.named_children if parameters else ():
        pattern = parameter.child_by_field_name("pattern")
        if pattern is None or not any(
            child.type in {"accessibility_modifier", "readonly", "override_modifier"} for child in parameter.children
        ):
            continue
        assert instance.fields is not None
        name = env.module.text(pattern)
        if name in env.names:
            run.put(instance, instance.fields, name, env.names[name])


def statics(run: Core, cls: Cls) -> None:
    """Run the static parts of a class, as its declaration does."""
    inner = cls.env.child(cls.node)
    inner.this = cls
    body = cls.node.child_by_field_name("body")
    for member in body.named_children if body else ():
        key = member.child_by_field_name("name")
        if member.type == "class_static_block":
            raise GivenUp("a static block")
        if member.type == "public_field_definition" and key is not None and _has(member, "static"):
            given = member.child_by_field_name("value")
            run.put(cls, cls.statics, cls.env.module.text(key), lazy(NOTHING) if given is None else run.later(given, inner))


def member_of(run: Core, value: Inst, name: str, node: "Node", env: Env) -> Value:
    """A field, method or getter of an instance."""
    assert value.fields is not None
    run.touch(value, "")
    if name in value.fields:
        return run.force(value.fields[name])
    found = method_of(run, value.cls, value, name)
    if found is not None:
        return found
    if isinstance(value.base, Res | Sym):
        return members.get(run, value.base, name, node, env)
    return NOTHING


def method_of(run: Core, cls: Cls | None, value: Inst, name: str) -> Value | None:
    """A method of the class or the nearest of those that it extends, or what a getter gives."""
    for _ in range(_BASES):
        if cls is None:
            return None
        found = _declared(cls, name, static=False)
        if found is not None:
            func = Func(found, cls.env, value)
            return run.call(func, ()) if _has(found, "get") else func
        above = superclass(run, cls)
        cls = above if isinstance(above, Cls) else None
    return None


def setter_of(run: Core, value: Inst, name: str) -> Func | None:
    """What runs where a member is assigned to."""
    cls: Cls | None = value.cls
    for _ in range(_BASES):
        if cls is None:
            return None
        body = cls.node.child_by_field_name("body")
        for member in body.named_children if body else ():
            key = member.child_by_field_name("name")
            if member.type in FUNCTIONS and key is not None and cls.env.module.text(key) == name and _has(member, "set"):
                return Func(member, cls.env, value)
        above = superclass(run, cls)
        cls = above if isinstance(above, Cls) else None
    return None


def static_of(run: Core, value: Cls, name: str) -> Value | None:
    """A static member; None where there is none."""
    at: Cls | None = value
    run.touch(value, "")
    for _ in range(_BASES):
        if at is None:
            return None
        if name in at.statics:
            return run.force(at.statics[name])
        found = _declared(at, name, static=True)
        if found is not None:
            inner = at.env.child(at.node)
            inner.this = value
            func = Func(found, inner, value)
            return run.call(func, ()) if _has(found, "get") else func
        above = superclass(run, at)
        at = above if isinstance(above, Cls) else None
    return Lit(value.env.module.text(key)) if name == "name" and (key := value.node.child_by_field_name("name")) else None


def _declared(cls: Cls, name: str, *, static: bool) -> "Node | None":
    body = cls.node.child_by_field_name("body")
    for member in body.named_children if body else ():
        key = member.child_by_field_name("name")
        if member.type not in FUNCTIONS or key is None or cls.env.module.text(key) != name or _has(member, "static") is not static:
            continue
        if not _has(member, "set") and member.child_by_field_name("body") is not None:
            return member
    return None


def _has(member: "Node", word: str) -> bool:
    return any(child.type == word for child in member.children)
