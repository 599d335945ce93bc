"""Components of `awsx` (0.x, "classic") that stand for a listener, a target group or a rule of `aws`.

Source: npm @pulumi/awsx 0.40.1, `lb/listener.js`, `lb/listenerRule.js`, `lb/application.js`: each makes the resource of `aws` under its own name.
"""

from typing import TYPE_CHECKING, Final

from alb_lint.languages.typescript.render import argument_texts, symbol
from alb_lint.languages.typescript.values import NOTHING, Arr, Known, Lazy, Lit, Obj, Res, Sym, Value, lazy

if TYPE_CHECKING:
    from tree_sitter import Node

    from alb_lint.languages.typescript.machine import Machine
    from alb_lint.languages.typescript.values import Env

RULE: Final = "awsx.lb.ListenerRule"
ADD_RULE: Final = "addListenerRule"
_LISTENERS: Final = frozenset({"awsx.lb.ApplicationListener", "awsx.lb.Listener"})
_GROUPS: Final = frozenset({"awsx.lb.ApplicationTargetGroup", "awsx.lb.TargetGroup"})
_MAKERS: Final = {"createListener": "awsx.lb.ApplicationListener", "createTargetGroup": "awsx.lb.ApplicationTargetGroup"}


def component(machine: "Machine", value: Value) -> Res | None:
    """The component that a value is, as it was constructed or as a method of another one gave it."""
    return value if isinstance(value, Res) else machine.components.get(value.key) if isinstance(value, Sym) else None


def is_listener(machine: "Machine", value: Value) -> bool:
    """Whether `addListenerRule` of the value makes a rule."""
    found = component(machine, value)
    return found.kind in _LISTENERS if found is not None else isinstance(value, Sym) and "awsx." in value.key


def member(value: Res, name: str) -> Value | None:
    """The resource of `aws` that a component made; None for any other member."""
    if name == "listener" and value.kind in _LISTENERS:
        return Res("aws.lb.Listener", value.name, value.args)
    if name == "targetGroup" and value.kind in _GROUPS:
        return Res("aws.lb.TargetGroup", value.name, value.args)
    return None


def method(machine: "Machine", value: Res, name: str, args: Arr) -> Value | None:
    """`balancer.createListener(name, args)` and its like: a symbol that goes by the name of its variable, whose component is kept."""
    if not value.kind.startswith("awsx.lb.") or name not in _MAKERS or args.more:
        return None
    first, second = (args.items[index] if index < len(args.items) else lazy(NOTHING) for index in (0, 1))
    (text, key), (texts, keys) = machine.render(value), argument_texts(machine, args.items)
    made = symbol(f"{text}.{name}({texts})", f"{key}.{name}({keys})", "an output of a resource", output=True, known=Known(local=True))
    machine.components.setdefault(made.key, Res(_MAKERS[name], first, second))
    return made


def properties(machine: "Machine", listener: Value, given: Value, node: "Node", env: "Env") -> Value:
    """What the rule is made of: the arguments, with the listener's ARN and actions that a target group stands for."""

    def arn() -> Value:
        return machine.get(machine.get(listener, "listener", node, env), "arn", node, env)

    entries: dict[str, Lazy] = dict(given.entries) if isinstance(given, Obj) else {}
    more = given.more if isinstance(given, Obj) else given if isinstance(given, Sym) else None
    entries["listenerArn"] = Lazy(arn)
    if "actions" in entries:
        before = entries["actions"]
        entries["actions"] = Lazy(lambda: _actions(machine, machine.force(before), node, env))
    return Obj(entries, more)


def _actions(machine: "Machine", value: Value, node: "Node", env: "Env") -> Value:
    found = component(machine, value)
    if found is None or found.kind not in _GROUPS:
        return value
    group = machine.get(machine.get(value, "targetGroup", node, env), "arn", node, env)
    return Arr((lazy(Obj({"type": lazy(Lit("forward")), "targetGroupArn": lazy(group)})),))
