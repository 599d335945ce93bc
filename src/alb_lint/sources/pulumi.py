"""Pulumi programs in TypeScript or JavaScript, and Pulumi YAML → model."""
from collections.abc import Sequence
from typing import Final

from alb_lint.model import Reading
from alb_lint.sources._ts.program import read_programs
from alb_lint.sources.source import ReadOptions, Source, Target

def accepts(target: Target) -> bool:
    return target.name.endswith((".ts", ".js"))

def read(targets: Sequence[Target], options: ReadOptions) -> Reading:
    return read_programs(targets, options, "pulumi")
SOURCE: Final = Source("pulumi", (".ts",), (b"ListenerRule",), accepts, read)
