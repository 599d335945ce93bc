"""Expressions → values, one function for each kind of node."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from alb_lint.languages.typescript import functions, methods
from alb_lint.languages.typescript import imports as links
from alb_lint.languages.typescript import known_functions as known
from alb_lint.languages.typescript.names import is_global
from alb_lint.languages.typescript.operators import as_text, binary, joined, logical, negated, number
from alb_lint.languages.typescript.presence import truth
from alb_lint.languages.typescript.render import STACK, argument_texts, known_of, symbol
from alb_lint.languages.typescript.spreads import arguments, listed, object_of
from alb_lint.languages.typescript.syntax import ASSERTIONS, asserted, string_text
from alb_lint.languages.typescript.values import NOTHING, Arr, Choice, Cls, Env, Func, Lazy, Lit, Site, Space, Sym, Value
from alb_lint.record import replace

if TYPE_CHECKING:
    from tree_sitter import Node

    from alb_lint.languages.typescript.machine import Machine

_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
_NUMBERS: Final = re.compile(r"(?:0[xX][0-9a-fA-F_]{1,16}|0[oO][0-7_]{1,20}|0[bB][01_]{1,60})\Z")
_DIGITS: Final = 40
"""Longer numbers are no priority; `int` refuses thousands of digits."""


def _string(machine: "Machine", node: "Node", env: Env) -> Value:  # noqa: ARG001 - one signature for all
    parts = [env.module.text(c) if c.type == "string_fragment" else _unescaped(env.module.text(c)) for c in node.named_children]
    plain = len(parts) <= 1 and all(child.type == "string_fragment" for child in node.named_children)
    return Lit(_paired("".join(parts)), Site(env.module, node.start_byte + 1, node.end_byte - 1) if plain else None)


def _unescaped(escape: str) -> str:
    body = escape[1:]
    if body[:1] in {"u", "x"}:
        digits = body[1:].strip("{}")
        try:
            return chr(int(digits, 16))
        except (ValueError, OverflowError):
            return ""
    return "" if body in {"\n", "\r\n"} else _ESCAPES.get(body, body)


def _paired(text: str) -> str:
    """The text with U+FFFD for half of a surrogate pair, which nothing could be written with."""
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _number(machine: "Machine", node: "Node", env: Env) -> Value:
    text = env.module.text(node)
    site = Site(env.module, node.start_byte, node.end_byte)
    if _NUMBERS.match(text):
        return Lit(int(text.replace("_", ""), 0), site)
    try:
        found = number(float(text.replace("_", ""))) if len(text) <= _DIGITS else None
    except ValueError:
        found = None
    return machine.unknown(node, env, "not a number") if found is None else Lit(found.value, site)


def _template(machine: "Machine", node: "Node", env: Env) -> Value:
    parts: list[Value] = []
    fixed: list[str] = []
    for child in node.named_children:
        if child.type == "template_substitution":
            parts.append(Lit(_paired("".join(fixed))))
            fixed = []
            parts.append(machine.eval(child.named_children[0], env) if child.named_children else Lit(""))
        else:
            text = env.module.text(child)
            fixed.append(_unescaped(text) if child.type == "escape_sequence" else text)
    if fixed or not parts:
        parts.append(Lit(_paired("".join(fixed))))
    parts = [part for part in parts if not isinstance(part, Lit) or part.value != ""] or [Lit("")]
    if len(parts) == 1 and isinstance(parts[0], Lit):
        return Lit(as_text(parts[0]))
    return _of_choices(machine, parts, 0) if parts else Lit("")


def _of_choices(machine: "Machine", parts: list[Value], depth: int) -> Value:
    """A template with a choice in it is a choice of templates."""
    for index, part in enumerate(parts):
        if isinstance(part, Choice) and depth < 4:  # more ways than sixteen are no clean answer
            yes, no = (_with_part(machine, parts, index, side, depth + 1) for side in (part.yes, part.no))
            return Choice(part.when, yes, no)
    return joined(machine, tuple(parts))


def _with_part(machine: "Machine", parts: list[Value], index: int, side: Lazy, depth: int) -> Lazy:
    return Lazy(lambda: _of_choices(machine, [*parts[:index], machine.force(side), *parts[index + 1 :]], depth))


def _inner(machine: "Machine", node: "Node", env: Env) -> Value:
    first = next((child for child in node.named_children if child.type != "comment"), None)
    return NOTHING if first is None else machine.eval(first, env)


def _last(machine: "Machine", node: "Node", env: Env) -> Value:
    return machine.eval(node.named_children[-1], env) if node.named_children else NOTHING


def _array(machine: "Machine", node: "Node", env: Env) -> Value:
    return listed(machine, node.named_children, env)


def _object(machine: "Machine", node: "Node", env: Env) -> Value:
    return object_of(machine, node.named_children, env, {})


def _member(machine: "Machine", node: "Node", env: Env) -> Value:
    inner, name = node.child_by_field_name("object"), node.child_by_field_name("property")
    if inner is None or name is None or inner.type == "super":
        return machine.unknown(node, env, "not followed")
    if inner.type in ASSERTIONS:
        return machine.eval(inner, env)
    return machine.get(machine.eval(inner, env), env.module.text(name), node, env)


def _subscript(machine: "Machine", node: "Node", env: Env) -> Value:
    inner, index = node.child_by_field_name("object"), node.child_by_field_name("index")
    if inner is None or index is None:
        return machine.unknown(node, env, "not followed")
    return indexed(machine, machine.eval(inner, env), machine.eval(index, env), node, env)


def indexed(machine: "Machine", value: Value, key: Value, node: "Node", env: Env) -> Value:
    """`value[key]`."""
    if isinstance(key, Lit):
        return machine.get(value, as_text(key), node, env)
    if isinstance(key, Choice):
        yes, no = (_by_side(machine, value, side, node, env) for side in (key.yes, key.no))
        return Choice(key.when, yes, no)
    (text, text_key), (inner, inner_key) = machine.render(value), machine.render(key)
    named = env.module.text(at) if (at := node.child_by_field_name("object")) is not None and at.type == "identifier" else text
    return symbol(
        f"{named}[{inner}]",
        f"{text_key}[{inner_key}]",
        key.why if isinstance(key, Sym) else "a key that is not known",
        known=known_of(machine, value, key),
    )


def _by_side(machine: "Machine", value: Value, side: Lazy, node: "Node", env: Env) -> Lazy:
    return Lazy(lambda: indexed(machine, value, machine.force(side), node, env))


def _ternary(machine: "Machine", node: "Node", env: Env) -> Value:
    condition, yes, no = (node.child_by_field_name(name) for name in ("condition", "consequence", "alternative"))
    if condition is None or yes is None or no is None:
        return machine.unknown(node, env, "not readable")
    when = machine.eval(condition, env)
    decided = truth(machine, when)
    if decided is not None:
        return machine.eval(yes if decided else no, env)
    return Choice(when, machine.later(yes, env), machine.later(no, env))


def _binary(machine: "Machine", node: "Node", env: Env) -> Value:
    left, right, operator = (node.child_by_field_name(name) for name in ("left", "right", "operator"))
    if left is None or right is None or operator is None:
        return machine.unknown(node, env, "not readable")
    if operator.type in {"|", "&"} and asserted(left) is not None:
        return machine.eval(left, env)
    if operator.type in {"&&", "||", "??"}:
        return logical(machine, operator.type, machine.eval(left, env), machine.later(right, env))
    return binary(machine, operator.type, machine.eval(left, env), machine.eval(right, env))


def _unary(machine: "Machine", node: "Node", env: Env) -> Value:
    operator, argument = node.children[0].type, node.child_by_field_name("argument")
    if argument is None or operator in {"delete", "typeof", "~"}:
        return machine.unknown(node, env, "not followed")
    if operator == "void":
        return NOTHING
    value = machine.eval(argument, env)
    if operator == "!":
        return negated(machine, value)
    return binary(machine, operator, Lit(0), value)


def _update(machine: "Machine", node: "Node", env: Env) -> Value:
    """`i++` is worth what `i` was; `++i` what it becomes."""
    argument = node.child_by_field_name("argument")
    if argument is None or argument.type != "identifier":
        return machine.unknown(node, env, "not followed")
    value = machine.lookup(argument, env)
    if node.children[0].is_named:
        return value if not isinstance(value, Lit) else Lit(value.value, None, value.sites)
    return binary(machine, node.children[0].type[:1], value, Lit(1))


def _call(machine: "Machine", node: "Node", env: Env) -> Value:
    called = node.child_by_field_name("function")
    if called is None:
        return machine.unknown(node, env, "not readable")
    given = node.child_by_field_name("arguments")
    if given is not None and given.type == "template_string":
        value = machine.eval(called, env)
        if isinstance(value, Space) and value.path[-1] in {"interpolate", "$interpolate"}:
            return machine.eval(given, env)
        return machine.unknown(node, env, "a tagged template")
    text = env.module.text(called) if called.type in {"identifier", "import"} else ""
    if text in {"require", "import"} and given is not None and given.named_children and given.named_children[0].type == "string":
        return links.required(machine, env.module, string_text(env.module, given.named_children[0]))
    if called.type == "super":
        return NOTHING
    args = arguments(machine, node, env)
    if called.type == "member_expression":
        return _method_call(machine, node, called, args, env)
    return applied(machine, machine.eval(called, env), args, node, env)


def _method_call(machine: "Machine", node: "Node", called: "Node", args: Arr, env: Env) -> Value:
    inner, name = called.child_by_field_name("object"), called.child_by_field_name("property")
    if inner is None or name is None or inner.type == "super":
        return machine.unknown(node, env, "not followed")
    receiver, method = machine.eval(inner, env), env.module.text(name)
    found = methods.method(machine, receiver, method, args)
    return applied(machine, machine.get(receiver, method, called, env), args, node, env) if found is None else found


def applied(machine: "Machine", called: Value, args: Arr, node: "Node", env: Env) -> Value:
    """What a call of the value gives."""
    if isinstance(called, Func):
        return functions.outcome(machine, called, functions.enter(machine, called, args))
    if isinstance(called, Space):
        found = known.function(machine, called.path, args)
        if found is not None:
            return found
    if args.more or not isinstance(called, Sym | Space):
        return machine.unknown(node, env, "not followed")
    text, key = machine.render(called)
    arg_texts, arg_keys = argument_texts(machine, args.items)
    why = called.why if isinstance(called, Sym) else _why_called(called)
    output = called.output if isinstance(called, Sym) else called.path[-1].endswith("Output")
    same = None if _gives_another(called) else known_of(machine, called, *(machine.force(item) for item in args.items))
    if same is not None and (asked := _CONFIG.search(key)) and key.startswith("new pulumi.Config("):
        # what is optional, required or a secret is one value; a number is not the text that it is written as
        key = f"{key[: asked.start()]}.get{asked[3] or ''}"
        same = replace(same, secret=same.secret or bool(asked[2]), numeric=asked[3] == "Number")
    output = output and not text.endswith(("Value", "Details"))
    return symbol(f"{text}({arg_texts})", f"{key}({arg_keys})", why, output=output, known=same)


_CONFIG: Final = re.compile(r"\.(get|require)(Secret)?(Number|Boolean|Object)?\Z")
_PURE: Final = frozenset({
    "toLowerCase", "toUpperCase", "toLocaleLowerCase", "toLocaleUpperCase", "trim", "trimStart", "trimEnd", "replace", "replaceAll", "split", "slice",
    "substring", "substr", "concat", "padStart", "padEnd", "join", "toString", "includes", "startsWith", "endsWith", "indexOf", "lastIndexOf", "at",
    "charAt", "charCodeAt", "repeat", "toFixed",
})  # fmt: skip
"""Methods of texts, lists and numbers that always give the same for the same."""


def _gives_another(called: Sym | Space) -> bool:
    """Whether a call may give another value each time."""
    if isinstance(called, Space):
        return is_global(called.path[0])
    name = called.key.rpartition(".")[2]
    asked = called.key.startswith(("new pulumi.Config(", f"{STACK}:")) and name.startswith(("get", "require"))
    return not asked and name not in _PURE


def _why_called(called: Space) -> str:
    return "a function that is not followed" if is_global(called.path[0]) else "looked up when it is deployed"


def _new(machine: "Machine", node: "Node", env: Env) -> Value:
    constructor = node.child_by_field_name("constructor")
    if constructor is None:
        return machine.unknown(node, env, "not readable")
    made, args = machine.eval(constructor, env), arguments(machine, node, env)
    if isinstance(made, Cls):
        return functions.instance(machine, made, args)
    if isinstance(made, Space):
        return known.resource(machine, made, args)
    if args.more or not isinstance(made, Sym):
        return machine.unknown(node, env, "not followed")
    return constructed(machine, made, args)


def constructed(machine: "Machine", made: Sym, args: Arr) -> Value:
    """What `new` of a class that is not read gives."""
    text, key = machine.render(made)
    arg_texts, arg_keys = argument_texts(machine, args.items)
    return symbol(f"new {text}({arg_texts})", f"new {key}({arg_keys})", made.why)


def _function(machine: "Machine", node: "Node", env: Env) -> Value:  # noqa: ARG001 - one signature for all
    return Func(node, env)


def _class(machine: "Machine", node: "Node", env: Env) -> Value:  # noqa: ARG001
    return Cls(node, env)


def _this(machine: "Machine", node: "Node", env: Env) -> Value:
    at: Env | None = env
    while at is not None:
        if at.this is not None:
            return at.this
        at = at.parent
    return machine.unknown(node, env, "not in a class")


def _name(machine: "Machine", node: "Node", env: Env) -> Value:
    return machine.lookup(node, env)


def _constant(value: Any) -> "Callable[[Machine, Node, Env], Value]":
    return lambda _machine, _node, _env: Lit(value)


EVALUATORS: "Final[dict[str, Callable[[Machine, Node, Env], Value]]]" = {
    "string": _string,
    "number": _number,
    "template_string": _template,
    "true": _constant(value=True),
    "false": _constant(value=False),
    "null": _constant(None),
    "undefined": _constant(None),
    "identifier": _name,
    "parenthesized_expression": _inner,
    "as_expression": _inner,
    "satisfies_expression": _inner,
    "non_null_expression": _inner,
    "await_expression": _inner,
    "instantiation_expression": _inner,
    "type_assertion": _last,
    "sequence_expression": _last,
    "array": _array,
    "object": _object,
    "member_expression": _member,
    "subscript_expression": _subscript,
    "ternary_expression": _ternary,
    "binary_expression": _binary,
    "unary_expression": _unary,
    "update_expression": _update,
    "call_expression": _call,
    "new_expression": _new,
    "arrow_function": _function,
    "function_expression": _function,
    "function_declaration": _function,
    "generator_function": _function,
    "class": _class,
    "class_declaration": _class,
    "abstract_class_declaration": _class,
    "this": _this,
}
