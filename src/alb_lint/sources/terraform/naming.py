"""How things of several root modules are named, so that what is one has one name and what is not has two."""

from typing import Final

from alb_lint.languages.hcl.values import Sym
from alb_lint.patterns import pattern

DEPENDENCY: Final = "dependency("
SHARED: Final = ("remote_state(", "ssm_parameter(", DEPENDENCY)
"""Symbols that are named by what they are looked up by: the same in every root module."""
_NAMES: Final = pattern(r"(?:^|[.:])(?<!aws_lb_listener\.)(?<!aws_alb_listener\.)(?:var|local|outputs)$")
"""What names stand below: the last part of such a reference is a name, whatever it is called."""
ROOTS: Final = pattern(r"(?<![\w.])([A-Za-z_][\w-]*)(?=[.\[])")
"""What the references in an expression begin with."""


def stripped(text: str) -> str:
    """A reference without the attribute that stands for the whole. A variable, a local or an output may be called so itself."""
    for attribute in (".arn", ".id"):
        without = text.removesuffix(attribute)
        text = text if _NAMES.search(without) else without
    return text


def prefixed(prefix: str, text: str) -> str:
    return f"{prefix}:{text}" if prefix else text


def same_everywhere(value: Sym) -> bool:
    """Whether the value is equal in all roots that are deployed to one environment: it is looked up, or made of variables and the workspace."""
    if value.failed:
        return False
    return value.text.startswith(SHARED) or set(ROOTS.findall(value.text)) <= {"var", "terraform"}
