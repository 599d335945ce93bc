"""Components of `awsx` that stand for a listener, a target group, a rule or a load balancer of `aws`.

Source: npm @pulumi/awsx 0.40.1 ("classic"), `lb/listener.js`, `lb/listenerRule.js`, `lb/application.js`: each makes the resource of `aws` under its
own name. pulumi-awsx from 1.0, `awsx/lb/applicationLoadBalancer.ts`: a load balancer makes the listeners that it is given, `NAME-0` and so on.
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
_MOST_LISTENERS: Final = 100
_LISTENERS: Final = frozenset({"awsx.lb.ApplicationListener", "awsx.lb.Listener"})
_GROUPS: Final = frozenset({"awsx.lb.ApplicationTargetGroup", "awsx.lb.TargetGroup"})
BALANCER: Final = "awsx.lb.ApplicationLoadBalancer"
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


def of_balancer(machine: "Machine", value: Res, name: str) -> Value | None:
    """What a load balancer made: its listeners and target group; None for any other member, and where it is not told which listeners.

    One that is given neither `listener` nor `listeners` may be of 0.x, which makes them by methods.
    """
    if value.kind != BALANCER or name not in {"listeners", "defaultTargetGroup"}:
        return None
    args = machine.force(value.args)
    entries = args.entries if isinstance(args, Obj) and args.more is None else {}
    given = Arr((entries["listener"],)) if "listener" in entries else machine.force(entries.get("listeners", lazy(NOTHING)))
    if not isinstance(given, Arr) or given.more or len(given.items) > _MOST_LISTENERS:
        return None
    group = Res("aws.lb.TargetGroup", value.name, lazy(Obj({})))
    if name == "defaultTargetGroup":
        return group
    balancer = machine.force(value.name)
    made = [machine.force(item) for item in given.items]
    if not isinstance(balancer, Lit) or not all(isinstance(one, Obj) and one.more is None for one in made):
        return None
    return Arr(
        tuple(
            lazy(Res("aws.lb.Listener", lazy(Lit(f"{balancer.value}-{place}")), lazy(_listener_args(machine, one, group))))
            for place, one in enumerate(made)
            if isinstance(one, Obj)
        )
    )


def _listener_args(machine: "Machine", given: Obj, group: Res) -> Obj:
    """What such a listener is made of: HTTP is on 80 and HTTPS on 443, where only one of them is told, and the default goes to the target group."""
    entries = dict(given.entries)
    port, protocol = (machine.force(entries.get(name, lazy(NOTHING))) for name in ("port", "protocol"))
    if port == NOTHING and (protocol == NOTHING or isinstance(protocol, Lit)):
        entries["port"] = lazy(Lit(443 if isinstance(protocol, Lit) and protocol.value == "HTTPS" else 80))
    if protocol == NOTHING and (port == NOTHING or isinstance(port, Lit)):
        entries["protocol"] = lazy(Lit("HTTPS" if isinstance(port, Lit) and port.value == 443 else "HTTP"))
    if "defaultActions" not in entries:
        target: dict[str, Lazy] = {"type": lazy(Lit("forward")), "targetGroupArn": lazy(group)}
        entries["defaultActions"] = lazy(Arr((lazy(Obj(target)),)))
    return Obj(entries)


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
