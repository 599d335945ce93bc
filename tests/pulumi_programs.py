"""Programs of a few lines, and their rules in one line each."""

from pathlib import Path

from alb_lint.model import Condition, HostHeader, HttpHeader, OpaqueCondition, PathPattern, QueryString, Reading, Rule, SourceIp, Unknown
from alb_lint.presence import AnyOf, Apart, Fact
from alb_lint.sources.pulumi.source import SOURCE
from alb_lint.sources.source import ReadOptions, Target

HEAD = 'import * as aws from "@pulumi/aws";\nimport * as pulumi from "@pulumi/pulumi";\n'

LISTENER = 'const l = new aws.lb.Listener("https", { port: 443, protocol: "HTTPS" });\n'
FORWARD = 'actions: [{ type: "forward", targetGroupArn: tg.arn }]'
PATH = 'conditions: [{ pathPattern: { values: ["/a"] } }]'
REST = f'listenerArn: "arn:l", {PATH}, {FORWARD}'
"""All properties of a rule but its priority."""

WRAPPER = (
    "function rule(name: string, priority: number, path: string, listener: any) {\n"
    "  return new aws.lb.ListenerRule(name, {\n"
    "    listenerArn: listener.arn, priority, conditions: [{ pathPattern: { values: [path] } }],\n"
    '    actions: [{ type: "forward", targetGroupArn: tg.arn }],\n'
    "  });\n"
    "}\n"
)


def read(folder: Path, files: dict[str, str | bytes], options: ReadOptions | None = None, *, only: str = "") -> Reading:
    """The reading of files below a folder, given those that a walk would find: with the marker, or the one named."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    wanted = [name for name in sorted(files) if only in ("", name)]
    targets = [Target(name, folder / name, (folder / name).read_bytes(), named=bool(only), roots=(str(folder),)) for name in wanted]
    marked = [target for target in targets if only or (SOURCE.markers[0] in target.data and SOURCE.accepts(target))]
    return SOURCE.read(marked, options or ReadOptions())


def one_line(rule: Rule) -> str:
    """`name priority path=/a|/b method=GET if stack is "x"`; what is unknown is `?`."""
    parts = [rule.name or "-", _value(rule.priority), *(_condition(condition) for condition in rule.conditions)]
    presence = " & ".join(found for fact in rule.presence if (found := _fact(fact)))
    return " ".join(parts) + (f" if {presence}" if presence else "")


def _fact(fact: Fact) -> str:
    if isinstance(fact, Apart):
        return ""
    if isinstance(fact, AnyOf):
        return f"({' | '.join(_fact(literal) for literal in fact.literals)})"
    return fact[0] if fact[1] else f"not {fact[0]}"


def _value(value: object) -> str:
    return "?" if isinstance(value, Unknown) else str(value)


def _condition(condition: Condition) -> str:
    if isinstance(condition, OpaqueCondition):
        return f"{condition.field or 'condition'}=?"
    if isinstance(condition, QueryString):
        pairs = ["?" if isinstance(pair, Unknown) else f"{_value(pair.key)}:{_value(pair.value)}" for pair in condition.values]
        return "query=" + "|".join(pairs)
    name = "method"
    if isinstance(condition, HttpHeader):
        name = f"header:{_value(condition.name)}"
    elif isinstance(condition, SourceIp):
        name = "ip"
    elif isinstance(condition, PathPattern | HostHeader):
        name = "path" if isinstance(condition, PathPattern) else "host"
    return f"{name}=" + "|".join(_value(value) for value in condition.values)


def lines(reading: Reading) -> list[str]:
    """Every rule, in the order of its listener."""
    return [one_line(rule) for listener in reading.listeners for rule in listener.rules]


def rules(reading: Reading) -> list[Rule]:
    return [rule for listener in reading.listeners for rule in listener.rules]


def reasons(reading: Reading) -> list[str]:
    return [gap.reason for gap in reading.gaps]
