"""`pulumi stack export` and `pulumi preview --json` → model.

An export holds what was deployed (`deployment.resources[].outputs`), a preview what would be (`steps[].newState.inputs`); the raw state file of
a self-managed backend (`checkpoint.latest`) is an export under another name. A rule's id is its ARN, else its URN. A listener's id is its ARN;
where that is only known after the deployment, the URN of the listener that the rule depends on.

Source: pulumi/pulumi apitype `ResourceV3`, backend/display `PreviewDigest`; the marks of unknown and secret values from sdk/go/common/resource.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, Literal

from alb_lint.errors import SourceError
from alb_lint.files import whole_pairs
from alb_lint.model import Change, Deployment, Gap, Listener, Location, Reading, Rule, Unknown
from alb_lint.record import replace
from alb_lint.sources.elbv2 import shape as elbv2_shape
from alb_lint.sources.marks import hidden
from alb_lint.sources.pulumi import shape as pulumi_shape
from alb_lint.sources.source import ReadOptions, Source, Target

_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
"""Key of every object that stands for a value that plain JSON has no form for."""

_SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"
_BLINDED: Final = "[secret]"
"""What a preview writes for any secret."""

_COMPUTED: Final = frozenset({
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
})  # fmt: skip
"""Unknown text, boolean, number, list and object."""

_GONE: Final = frozenset({"delete", "delete-replaced", "discard", "discard-replaced", "read-discard", "remove-pending-replace"})
"""Steps after which the resource is no longer in the stack."""

_DEPTH: Final = 60
_HEAD: Final = 4096
_RECODED: Final = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def accepts(target: Target) -> bool:
    """Whether the file looks like an export, a state file or a preview of Pulumi."""
    head = target.data[: 64 * _HEAD]
    if head[:2] in _RECODED:
        head = head[2:].replace(b"\0", b"")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start != b"{":
        return False
    if b'"deployment"' in head or b'"checkpoint"' in head:
        return b"urn:pulumi:" in head or b'"manifest"' in head
    if b'"resourcePreEvent"' in head or b'"preludeEvent"' in head:
        return True
    return (b'"steps"' in head and b"urn:pulumi:" in head) or b'"changeSummary"' in head


def read(targets: Sequence[Target], options: ReadOptions) -> Reading:  # noqa: ARG001 - one signature for all sources
    """All targets in order. Raises SourceError where a named file is no JSON or of no known shape."""
    stock = _Stock()
    for target in targets:
        try:
            _read_one(target, stock)
        except SourceError as error:
            if target.named and len(targets) == 1:
                raise
            stock.gaps.append(Gap(Location(target.name), f"{error.what}; {error.hint}" if error.hint else error.what))
    listeners = tuple(_with_rules(listener, stock) for _, listener in sorted(stock.listeners.items()))
    return Reading(listeners, tuple(stock.gaps), files=tuple(target.name for target in targets), references=tuple(stock.references))


class _Stock:
    """What has been read so far: listeners without their rules, rules per listener id."""

    __slots__ = ("changes", "gaps", "listeners", "references", "rules")

    def __init__(self) -> None:
        self.listeners: dict[str, Listener] = {}
        self.rules: dict[str, dict[str, Rule]] = {}
        self.changes: dict[str, dict[str, list[Change]]] = {}
        """By listener id and file."""
        self.gaps: list[Gap] = []
        self.references: dict[tuple[str, str, str], None] = {}


def _with_rules(listener: Listener, stock: _Stock) -> Listener:
    rules = stock.rules.get(listener.id, {}).values()
    deployments = tuple(Deployment("Pulumi", tuple(changes)) for _, changes in sorted(stock.changes.get(listener.id, {}).items()))
    return replace(listener, rules=tuple(sorted(rules, key=_rank)), deployments=deployments)


def _rank(rule: Rule) -> tuple[bool, int, str]:
    known = isinstance(rule.priority, int)
    return (not known, rule.priority if isinstance(rule.priority, int) else 0, rule.id)


def _read_one(target: Target, stock: _Stock) -> None:
    document = _parse(target)
    deployment = document.get("deployment")
    if not isinstance(deployment, dict) and isinstance(document.get("checkpoint"), dict):
        deployment = document["checkpoint"].get("latest")
    if isinstance(deployment, dict):
        _read_resources(target, _exported(target, deployment, stock), stock, deployed=True)
    elif isinstance(document.get("steps"), list):
        _note_same(target, document, stock)
        _read_resources(target, _previewed(target, document["steps"], stock), stock, deployed=False)
        _note_changes(target, document["steps"], stock)
    elif "changeSummary" in document or isinstance(document.get("version"), int):
        stock.gaps.append(Gap(Location(target.name), "the stack is empty: it has no resources"))
    else:
        raise SourceError("neither an export nor a preview of Pulumi", where=target.name, hint="use pulumi stack export or preview --json")


def _parse(target: Target) -> dict[str, Any]:
    codec = _RECODED.get(target.data[:2], "utf-8-sig")
    try:
        text = target.data.decode(codec).removeprefix("\ufeff")
        document = json.loads(whole_pairs(text))
    except (ValueError, RecursionError) as error:
        if b'"resourcePreEvent"' in target.data or b'"preludeEvent"' in target.data:
            raise SourceError(
                "a stream of events, not one preview", where=target.name, hint="unset PULUMI_ENABLE_STREAMING_JSON_PREVIEW"
            ) from error
        why = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise SourceError(f"not readable as JSON: {why}", where=target.name, hint="write it again with pulumi stack export") from error
    if not isinstance(document, dict):
        raise SourceError("not one JSON object", where=target.name, hint="use pulumi stack export or preview --json")
    return document


def _exported(target: Target, deployment: dict[str, Any], stock: _Stock) -> Iterator[dict[str, Any]]:
    """The resources of a state. One that waits for its deletion is no longer wanted, yet may still be there."""
    resources = deployment.get("resources")
    if resources is None:
        stock.gaps.append(Gap(Location(target.name), "the stack is empty: it has no resources"))
        return
    for resource in _objects(resources):
        if resource.get("delete") is True:
            if pulumi_shape.is_rule_type(str(resource.get("type"))):
                stock.gaps.append(Gap(_place(target, resource), "a rule that waits for its deletion may still be on the listener"))
            continue
        yield resource


def _previewed(target: Target, steps: Iterable[object], stock: _Stock) -> Iterator[dict[str, Any]]:
    """The last new state of each resource, in the order of first steps: a replacement has three steps."""
    found: dict[str, dict[str, Any]] = {}
    for step in _objects(steps):
        state = step.get("newState")
        if str(step.get("op")) in _GONE:
            continue
        if isinstance(state, dict):
            found[str(state.get("urn") or step.get("urn"))] = state
        elif ":listenerRule:" in str(step.get("urn")).replace("/", ":"):
            where = Location(target.name, address=str(step.get("urn"))[:300])
            stock.gaps.append(Gap(where, f"the step {str(step.get('op'))[:40]} does not show the rule"))
    yield from found.values()


def _note_same(target: Target, document: dict[str, Any], stock: _Stock) -> None:
    """A preview leaves out what does not change, unless it is asked to show it."""
    summary = document.get("changeSummary")
    same = summary.get("same") if isinstance(summary, dict) else None
    asked = any(step.get("op") == "same" and not _is_stack(step) for step in _objects(document["steps"]))
    if isinstance(same, int) and same > 1 and not asked:
        reason = "the preview leaves out unchanged resources, and rules may be among them: run it with --show-sames"
        stock.gaps.append(Gap(Location(target.name), reason))


def _note_changes(target: Target, steps: Iterable[object], stock: _Stock) -> None:
    """What the preview does to each rule, noted on its listener; on both where it goes from one to another."""
    told: dict[str, list[dict[str, Any]]] = {}
    for step in _objects(steps):
        urn = str(step.get("urn"))
        if urn.count("::") > 2 and pulumi_shape.is_rule_type(urn.split("::")[2].rpartition("$")[2]):
            told.setdefault(urn, []).append(step)
    read = {rule.location.address: (listener, rule) for listener, rules in stock.rules.items() for rule in rules.values()}
    for urn, own in told.items():
        ops = [str(step.get("op")) for step in own]
        states = [step.get("newState") for step in own if str(step.get("op")) not in _GONE]
        new = next((state for state in reversed(states) if isinstance(state, dict)), None)
        old = next((step["oldState"] for step in own if isinstance(step.get("oldState"), dict)), None)
        there = _stated(target, old, stock)
        here = read.get(urn) if new is not None else None
        wanted = new.get("dependencies") if new is not None else None
        waits = tuple(name for name in wanted if isinstance(name, str) and name in told) if isinstance(wanted, list) else ()
        first = min((place for place, op in enumerate(ops) if op in _GONE), default=len(ops))
        replaces: Literal["", "create-first", "delete-first"] = ""
        if "create-replacement" in ops:
            replaces = "delete-first" if first < ops.index("create-replacement") else "create-first"
        if there is not None and here is not None and there[0] == here[0]:
            _note(stock, here[0], target, Change(urn, there[1], here[1], replaces, waits))
            continue
        if there is not None:
            _note(stock, there[0], target, Change(urn, there[1], None, waits_for=waits))
        if here is not None:
            _note(stock, here[0], target, Change(urn, None, here[1], waits_for=waits))


def _note(stock: _Stock, listener: str, target: Target, change: Change) -> None:
    stock.listeners.setdefault(listener, Listener(listener, _short(listener), source_kind=SOURCE.kind))
    stock.changes.setdefault(listener, {}).setdefault(target.name, []).append(change)


def _stated(target: Target, state: dict[str, Any] | None, stock: _Stock) -> tuple[str, Rule] | None:
    """The rule as it is deployed, with its listener; None where there is none yet."""
    if state is None:
        return None
    listener, rule, problems = _rule_of(target, state, {}, deployed=True)
    stock.gaps.extend(Gap(rule.location, f"as it is now: {problem}") for problem in problems)
    return listener, rule


def _is_stack(step: dict[str, Any]) -> bool:
    return ":pulumi:Stack::" in str(step.get("urn"))


def _objects(values: object) -> Iterator[dict[str, Any]]:
    if isinstance(values, list | tuple):
        yield from (value for value in values if isinstance(value, dict))


def _read_resources(target: Target, resources: Iterable[dict[str, Any]], stock: _Stock, *, deployed: bool) -> None:
    kept = [resource for resource in resources if isinstance(resource.get("type"), str)]
    arns = {
        str(resource.get("urn")): arn
        for resource in kept
        if pulumi_shape.is_listener_type(resource["type"]) and isinstance(arn := _arn(resource), str)
    }
    for resource in kept:
        if pulumi_shape.is_target_group_type(resource["type"]):
            _refer(resource, stock)
        if pulumi_shape.is_listener_type(resource["type"]):
            _read_listener(target, resource, arns, stock, deployed=deployed)
    for resource in kept:
        if pulumi_shape.is_rule_type(resource["type"]):
            _read_rule(target, resource, arns, stock, deployed=deployed)


def _properties(resource: dict[str, Any], *, deployed: bool) -> dict[str, Any]:
    """What the resource is, or is to be: a state's outputs know what AWS chose, a preview's inputs what is wanted."""
    inputs, outputs = _settle(resource.get("inputs")), _settle(resource.get("outputs"))
    inputs = inputs if isinstance(inputs, dict) else {}
    outputs = outputs if isinstance(outputs, dict) else {}
    if deployed:
        return inputs | outputs
    chosen = {key: outputs[key] for key in ("priority", "arn") if outputs.get(key) is not None}
    return chosen | inputs


def _settle(value: Any, depth: int = 0) -> Any:
    """Plain JSON, with an Unknown for every secret and every value known only later."""
    if isinstance(value, str):
        if value in _COMPUTED:
            return Unknown("output (known after the deployment)")
        return Unknown("a secret") if value == _BLINDED else value
    if not isinstance(value, dict | list):
        return value
    if depth > _DEPTH:
        return Unknown("an object nested too deeply")
    if isinstance(value, list):
        return [_settle(item, depth + 1) for item in value]
    if _SIGNATURE in value:
        return _special(value, depth)
    return {key: _settle(item, depth + 1) for key, item in value.items()}


def _special(value: dict[str, Any], depth: int) -> Any:
    """A secret is read only where the export was asked to show it."""
    if value[_SIGNATURE] != _SECRET:
        return Unknown("a value that JSON has no form for")
    plain = value.get("plaintext")
    if not isinstance(plain, str):
        return Unknown("a secret (export with --show-secrets to read it)")
    try:
        return hidden(_settle(json.loads(whole_pairs(plain)), depth + 1))
    except (ValueError, RecursionError):
        return Unknown("a secret that is not JSON")


def _arn(resource: dict[str, Any]) -> str | None:
    for holder in (resource, resource.get("outputs")):
        for key in ("id", "arn"):
            value = holder.get(key) if isinstance(holder, dict) else None
            if isinstance(value, str) and value.startswith("arn:"):
                return value
    return None


def _place(target: Target, resource: dict[str, Any]) -> Location:
    return Location(target.name, address=str(resource.get("urn", "")), arn=_arn(resource) or "")


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]


def _read_listener(target: Target, resource: dict[str, Any], arns: dict[str, str], stock: _Stock, *, deployed: bool) -> None:
    """Listeners of other load balancers (TCP, TLS, GENEVE) have no rules and are left out."""
    properties = _properties(resource, deployed=deployed)
    protocol, port = properties.get("protocol"), properties.get("port")
    if isinstance(protocol, str) and protocol.upper() not in {"HTTP", "HTTPS"}:
        return
    location = _place(target, resource)
    problems: list[str] = []
    default = None
    if properties.get("defaultActions") is not None:
        actions = elbv2_shape.actions(pulumi_shape.actions_shape(properties["defaultActions"]), problems)
        default = Rule(f"{location.arn or location.address} default", "default", 0, actions=actions, is_default=True, location=location)
    urn = location.address
    listener = Listener(
        id=arns.get(urn, urn),
        name=_name(urn),
        default=default,
        protocol=protocol.upper() if isinstance(protocol, str) else "",
        port=_number(port),
        source_kind=SOURCE.kind,
        location=location,
        tags=pulumi_shape.tags_of(properties.get("tags")),
    )
    stock.listeners[listener.id] = listener
    stock.gaps.extend(Gap(location, problem) for problem in problems)


def _refer(resource: dict[str, Any], stock: _Stock) -> None:
    """Note by which names the code of the project knows a target group: the resource's own, and that which AWS knows."""
    urn, arn = str(resource.get("urn")), _arn(resource)
    outputs = resource.get("outputs")
    given = outputs.get("name") if isinstance(outputs, dict) else None
    for name in (_name(urn), given):
        if arn is not None and isinstance(name, str) and name and _project(urn):
            stock.references[_project(urn), f"aws.lb.TargetGroup:{name}", arn] = None


def _project(urn: str) -> str:
    """The project of `urn:pulumi:stack::project::type::name`."""
    parts = urn.split("::")
    return parts[1] if len(parts) > 3 else ""


def _number(value: object) -> int:
    """A port; 0 where it is none."""
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return int(value) if whole and isinstance(value, int | float) and 0 < value < 1 << 16 else 0


def _read_rule(target: Target, resource: dict[str, Any], arns: dict[str, str], stock: _Stock, *, deployed: bool) -> None:
    listener_id, rule, problems = _rule_of(target, resource, arns, deployed=deployed)
    stock.gaps.extend(Gap(rule.location, problem) for problem in problems)
    stock.listeners.setdefault(listener_id, Listener(listener_id, _short(listener_id), source_kind=SOURCE.kind))
    held = stock.rules.setdefault(listener_id, {})
    held[rule.id] = rule


def _rule_of(target: Target, resource: dict[str, Any], arns: dict[str, str], *, deployed: bool) -> tuple[str, Rule, list[str]]:
    """(the id of its listener, the rule, what could not be read)."""
    properties = _properties(resource, deployed=deployed)
    location = _place(target, resource)
    listener_id = _listener_of(resource, properties, arns)
    problems: list[str] = []
    rule = elbv2_shape.rule(
        pulumi_shape.rule_shape(properties, problems),
        location,
        problems,
        rule_id=location.arn or location.address,
        name=_name(location.address),
        tags=pulumi_shape.tags_of(properties.get("tags")),
    )
    project = _project(location.address)
    rule = replace(rule, deployed_as=f"{project}::{rule.name}" if project and rule.name else "")
    if not listener_id:
        listener_id = f"listener of {_name(location.address)}"
        problems.append("the listener of this rule is not told")
    return listener_id, rule, problems


def _listener_of(resource: dict[str, Any], properties: dict[str, Any], arns: dict[str, str]) -> str:
    """The listener's ARN, else the URN of the listener that `listenerArn` depends on, else "" (not told)."""
    arn = properties.get("listenerArn")
    if isinstance(arn, str) and arn:
        return arn
    dependencies = resource.get("propertyDependencies")
    urns = dependencies.get("listenerArn") if isinstance(dependencies, dict) else None
    for urn in urns if isinstance(urns, list) else ():
        if isinstance(urn, str):
            return arns.get(urn, urn)
    return elbv2_shape.listener_arn_of(_arn(resource) or "")


def _short(listener_id: str) -> str:
    return _name(listener_id) if listener_id.startswith("urn:") else listener_id


SOURCE: Final = Source(
    kind="pulumi-json",
    suffixes=(".json",),
    markers=(b"istenerRule:ListenerRule", b"l\0i\0s\0t\0e\0n\0e\0r\0R\0u\0l\0e\0"),
    accepts=accepts,
    read=read,
)
"""Rule types in full (`aws:lb/listenerRule:ListenerRule`), plain or as UTF-16."""
