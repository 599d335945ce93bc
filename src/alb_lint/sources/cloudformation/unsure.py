"""What in a template can add rules, or change them, without being read: macros, includes, loops over what is not known."""

from collections.abc import Iterator
from typing import Final

from alb_lint.languages.cloudformation.document import may_be_read
from alb_lint.languages.cloudformation.node import Mapping, Node, Opaque, Scalar, Sequence, entries, is_custom, text_of
from alb_lint.languages.cloudformation.stack import Stack
from alb_lint.model import Gap

_HARMLESS: Final = (
    "AWS::Serverless-",
    "AWS::LanguageExtensions",
    "AWS::SecretsManager-",
    "AWS::CodeDeployBlueGreen",
)
"""Macros of AWS that add no listener rule and change none."""
_RULE: Final = {"ListenerArn", "Conditions", "Actions"}
"""Properties by which a custom resource looks like a rule."""


def unsure(stack: Stack) -> Iterator[Gap]:
    """Gaps of one stack, in the order of the file by kind."""
    for trouble in stack.troubles:
        yield Gap(stack.place(trouble.start), trouble.reason)
    root = stack.document.root.items
    transform = root.get("Transform")
    for item in transform.items if isinstance(transform, Sequence) else (transform,):
        name = text_of(item) or text_of(entries(item).get("Name"))
        if item is not None and not name.startswith(_HARMLESS):
            yield Gap(
                stack.place(item.start), f"the macro {name[:80] or 'in Transform'} may add or change rules; give the processed template"
            )
    resources = root.get("Resources")
    if not isinstance(resources, Mapping):
        yield Gap(stack.place(_start(resources)), "the resources are not read: Resources is no map")
    for name, resource in stack.resource_map.items.items():
        start = stack.resource_map.keys[name].start
        if name == "Fn::Transform":
            yield Gap(stack.place(start), "the resources that Fn::Transform includes are not read; give the processed template")
        elif isinstance(resource, Opaque):
            if may_be_read(resource):
                yield Gap(stack.place(resource.start, name), resource.reason)
        elif not isinstance(resource, Mapping):
            yield Gap(stack.place(start, name), f"{name} is no map")
        elif is_custom(text_of(resource.items.get("Type"))) and entries(resource.items.get("Properties")).keys() >= _RULE:
            yield Gap(
                stack.place(start, name),
                f"the custom resource {name[:80]} looks like a listener rule, and what its function makes is not read",
            )


def _start(node: Node | None) -> int:
    return node.start if isinstance(node, Scalar | Sequence | Opaque) else 0
