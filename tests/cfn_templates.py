"""Templates in short form for the tests of the CloudFormation source."""

from pathlib import Path
from textwrap import dedent, indent

from alb_lint.model import Reading, Rule, Unknown
from alb_lint.sources.cloudformation.source import SOURCE
from alb_lint.sources.source import ReadOptions, Target

FORWARD = "[{Type: forward, TargetGroupArn: !Ref Group}]"


def template(rules: str = "", **sections: str) -> str:
    """A template with a listener, a target group and these resources; further sections by name."""
    parts = [f"{name}:\n{indent(dedent(body).strip(), '  ')}\n" for name, body in sections.items()]
    return "".join(parts) + (
        "Resources:\n"
        "  Listener: {Type: AWS::ElasticLoadBalancingV2::Listener, Properties: {Port: 443, Protocol: HTTPS, DefaultActions: "
        + FORWARD
        + "}}\n"
        "  Group: {Type: AWS::ElasticLoadBalancingV2::TargetGroup}\n" + indent(dedent(rules).strip("\n"), "  ") + "\n"
    )


def rule(
    name: str = "Web", *, priority: str = "10", paths: str = "[/a]", listener: str = "!Ref Listener", actions: str = FORWARD, more: str = ""
) -> str:
    """One rule; the arguments are YAML flow text. `more`: lines beside Type."""
    return (
        f"{name}:\n"
        "  Type: AWS::ElasticLoadBalancingV2::ListenerRule\n" + indent(more, "  ") + ("\n" if more else "") + "  Properties:\n"
        f"    ListenerArn: {listener}\n"
        f"    Priority: {priority}\n"
        f"    Conditions: [{{Field: path-pattern, Values: {paths}}}]\n"
        f"    Actions: {actions}\n"
    )


def read(text: str | bytes, name: str = "t.yaml", *, files: tuple[str, ...] = (), named: bool = True, **parameters: str) -> Reading:
    """The reading of one template from memory."""
    data = text.encode() if isinstance(text, str) else text
    options = ReadOptions({key.replace("AWS__", "AWS::"): value for key, value in parameters.items()}, files)
    return SOURCE.read([Target(name, None, data, named)], options)


def read_files(folder: Path, files: dict[str, str], only: tuple[str, ...] = (), **parameters: str) -> Reading:
    """The reading of files written to a folder; `only`: names of those that are given, all where empty."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    names = only or tuple(files)
    return SOURCE.read([Target(name, folder / name, (folder / name).read_bytes()) for name in names], ReadOptions(parameters))


def rules_of(reading: Reading) -> dict[str, Rule]:
    return {rule.id: rule for listener in reading.listeners for rule in listener.rules}


def listeners_of(reading: Reading) -> dict[str, list[str]]:
    """Listener id → names of its rules."""
    return {listener.id: [rule.name for rule in listener.rules] for listener in reading.listeners}


def only_rule(reading: Reading) -> Rule:
    (found,) = rules_of(reading).values()
    return found


def plain(value: object) -> object:
    """A value, an Unknown as `?reason`."""
    return f"?{value.reason}" if isinstance(value, Unknown) else value
