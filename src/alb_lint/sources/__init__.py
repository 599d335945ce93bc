"""Bytes or API → model. A source translates and never judges; the table below is all there is to register.

Exports are what most runs read. The others are loaded when a file may be theirs, by what the table says of their files (a test holds it to them).
"""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Final

from alb_lint.model import Gap, Reading
from alb_lint.record import replace
from alb_lint.sources.aws_json import SOURCE as AWS_JSON
from alb_lint.sources.source import ReadOptions, Source, Target


def loaded(module: str) -> Source:
    """The source that a module of this package tells."""
    found: Source = import_module(f"alb_lint.sources.{module}").SOURCE
    return found


def _later(
    kind: str,
    module: str,
    suffixes: tuple[str, ...],
    markers: tuple[bytes, ...],
    whole: tuple[str, ...] = (),
    own: tuple[str, ...] = (),
    json_markers: tuple[bytes, ...] = (),
    *,
    unread: bool = False,
) -> Source:
    def accepts(target: Target) -> bool:
        return loaded(module).accepts(target)

    def read(targets: Sequence[Target], options: ReadOptions) -> Reading:
        return loaded(module).read(targets, options)

    def left_out(folder: Path, names: frozenset[str]) -> tuple[Gap, ...]:
        told = loaded(module).unread
        return told(folder, names) if told is not None else ()

    made = Source(kind, suffixes, markers, accepts, read, whole=whole, own=own, json_markers=json_markers)
    return replace(made, unread=left_out) if unread else made


_RULES: Final = (b"aws_lb_listener_rule", b"aws_alb_listener_rule")
_TEMPLATES: Final = (b"AWS::ElasticLoadBalancingV2::Listener", b"AWS::CloudFormation::Stack", b"AWS::Serverless::Application")
_FRONTS: Final = (b"aws_lb_listener", b"aws_alb_listener")
_YAML: Final = (".yaml", ".yml")
_PROGRAMS: Final = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
_UNITS: Final = ("terragrunt.hcl", "terragrunt.hcl.json")
_MODULES: Final = (".tf", ".tofu", ".tf.json", ".tofu.json", *_UNITS)
_CALLS: Final = (b'"module": {', b'"module":{')
_FILLED_IN: Final = (".tmpl", ".tpl", ".tftpl", ".j2", ".jinja", ".jinja2", ".erb", ".mustache")
_URNS: Final = (b"istenerRule:ListenerRule", b"l\0i\0s\0t\0e\0n\0e\0r\0R\0u\0l\0e\0")
_OTHERS: Final = (
    b'unit "',
    b'stack "',
    b"runtime:",
    b"ElasticLoadBalancingV2::ListenerRule",
    b"listenerArn",
    b"Load Balanced Web Service",
    b"Ingress",
    b"@cdktf/provider-aws",
    b".gen/providers/aws",
    b'"aws_lb_listener_rule"',
    b'"aws_alb_listener_rule"',
)

ALL: Final[tuple[Source, ...]] = (
    AWS_JSON,
    _later("change-set", "change_set", (".json",), (b'"ResourceChange"',)),
    _later("cloudformation", "cloudformation.source", (*_YAML, ".json", ".template", ".template.json"), _TEMPLATES, unread=True),
    _later("terraform-json", "terraform_json", (".json", ".tfstate"), _RULES),
    _later("terraform", "terraform.source", _MODULES, (*_FRONTS, b'module "'), _UNITS, (".tf", ".tofu"), _CALLS),
    _later("pulumi-json", "pulumi_json", (".json",), _URNS),
    _later("pulumi", "pulumi.source", (*_PROGRAMS, *_YAML), (b"ListenerRule",)),
    _later("other-program", "other_programs", (*_YAML, ".ts", ".js", ".stack.hcl", *_FILLED_IN), _OTHERS),
)
"""Asked in this order whether a file is theirs."""

__all__ = ["ALL", "ReadOptions", "Source", "Target", "loaded"]
