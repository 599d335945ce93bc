"""Bytes → a template with places, whichever of the two languages it is in."""

from bisect import bisect_right
from typing import Final

from alb_lint.languages.cloudformation.load_json import SECTIONS, load_json
from alb_lint.languages.cloudformation.load_yaml import load_yaml
from alb_lint.languages.cloudformation.node import Document, Mapping, Node, Opaque, Parsed, Text, Trouble, entries, text_of
from alb_lint.languages.cloudformation.unreadable import Unreadable

RULE: Final = "AWS::ElasticLoadBalancingV2::ListenerRule"
LISTENER: Final = "AWS::ElasticLoadBalancingV2::Listener"
LOAD_BALANCER: Final = "AWS::ElasticLoadBalancingV2::LoadBalancer"
PARAMETER: Final = "AWS::SSM::Parameter"
TARGET_GROUP: Final = "AWS::ElasticLoadBalancingV2::TargetGroup"
NESTED: Final = ("AWS::CloudFormation::Stack", "AWS::Serverless::Application")

READ: Final = frozenset({RULE, LISTENER, LOAD_BALANCER, *NESTED})
"""Types of resources whose properties are read."""

MAX_BYTES: Final = 16 * 1024 * 1024
"""CloudFormation takes templates of 1 MiB; 16 leaves room for what a tool still splits or packs."""

_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def decoded(name: str, data: bytes) -> Text:
    """The text of a file; raises Unreadable."""
    if len(data) > MAX_BYTES:
        raise Unreadable(f"larger than {MAX_BYTES >> 20} MiB", hint="CloudFormation takes templates of 1 MiB at most; leave the file out")
    bom, coding = next((found for found in _BOMS if data.startswith(found[0])), (b"", "utf-8"))
    try:
        return Text(name, data[len(bom) :].decode(coding), len(bom), coding == "utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable(f"not {coding} text (byte {error.start})", hint="save the file as UTF-8") from None


def load(source: Text) -> Document:
    """A template; raises Unreadable, also for YAML and JSON that is no template."""
    parsed = _parsed(source)
    root = parsed.root
    if not isinstance(root, Mapping) or "Resources" not in root.items:
        what = "not a CloudFormation template: it has no Resources at its top level"
        if "Resources" in entries(entries(root).get("resources")):
            hint = "of serverless.yml, run `serverless package` and give .serverless/cloudformation-template-update-stack.json"
            raise Unreadable(what, hint=hint, foreign=True)
        raise Unreadable(what, hint="give the template itself")
    return Document(source, root, _relevant(root, parsed.troubles), parsed.yaml, parsed.shared)


def _parsed(source: Text) -> Parsed:
    if not source.text.lstrip().startswith("{"):
        return load_yaml(source)
    try:
        return load_json(source, READ)
    except Unreadable as error:
        if source.name.endswith(".json"):
            raise
        try:
            return load_yaml(source)
        except Unreadable:
            if source.name.endswith((".yaml", ".yml")):
                raise
            raise error from None


def may_be_read(resource: Node) -> bool:
    """Whether a resource, or one of several under one name, is of a type that is read; what is no map may be."""
    if isinstance(resource, Opaque) and resource.types:
        return not READ.isdisjoint(resource.types)
    return not isinstance(resource, Mapping) or text_of(resource.items.get("Type")) in READ


def _relevant(root: Mapping, troubles: tuple[Trouble, ...]) -> tuple[Trouble, ...]:
    """Those in sections and resources that are read; what is wrong with a Lambda function is nothing to us."""
    starts = [(key.start, name in SECTIONS or name == "Resources") for name, key in root.keys.items()]
    resources = root.items["Resources"]
    passed: set[int] = set()
    if isinstance(resources, Mapping):
        needed = {name: may_be_read(resource) for name, resource in resources.items.items()}
        if not any(needed.values()):
            return ()
        starts += [(key.start, needed[name]) for name, key in resources.keys.items()]
        passed = {resource.start for name, resource in resources.items.items() if isinstance(resource, Opaque) and not needed[name]}
    starts.sort()
    places = [start for start, _ in starts]
    left = [found for found in troubles if found.start not in passed]
    return tuple(found for found in left if (at := bisect_right(places, found.start)) == 0 or starts[at - 1][1])
