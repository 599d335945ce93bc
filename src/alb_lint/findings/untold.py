"""What only a deployment tells, and how it is given to a run."""

from typing import Final

from alb_lint.patterns import pattern

_VARIABLE: Final = pattern(r"(?<![\w.])var\.([\w-]+)")
_PARAMETER: Final = pattern(r"[A-Za-z][A-Za-z0-9]*")
_FROM_AWS: Final = "only a plan or a state tells it: give `terraform show -json` in place of the code"

_OF_A_STACK: Final = pattern(r"GetAtt |ImportValue |\{\{resolve:")
_FROM_THE_ACCOUNT: Final = "only the account tells it: `alb-lint audit`, or give what `alb-lint export` writes"
_FROM_PULUMI: Final = "give `--stack NAME` if the config of a stack tells it, else `pulumi stack export` in place of the code"

READING: Final = "how AWS reads a regex"
"""What is not known of regexes without anchors, by the name that findings have for it."""
BEHIND: Final = "no request reaches it where "
"""How it is said that a rule waits for whether another one exists."""

UNSET: Final = "not set: "
"""What the name of a number begins with that is not set; who picks one follows."""

PAIR: Final = ("pair",)
"""Facets of what is undecided of a rule and others only: that it is reached is decided."""


def way_to_tell(name: str, source_kind: str) -> str:
    """How a run can be told the value of that name; "" where it cannot. `source_kind`: of the listener, as sources name themselves."""
    if name == READING:
        return "write `^` in front of the regexes that ALB207 names, and `$` behind, with `.*` where anything may stand"
    if "terraform.workspace" in name:
        return "--workspace NAME"
    variables = dict.fromkeys(_VARIABLE.findall(name))
    if variables:
        return " ".join(f"--parameter {variable}=…" for variable in variables)
    if "cloudformation" in source_kind and _PARAMETER.fullmatch(name):
        return f"--parameter {name}=…"
    if "cloudformation" in source_kind and _OF_A_STACK.match(name):
        return _FROM_THE_ACCOUNT
    if "pulumi" in source_kind and "json" not in source_kind:
        return "--stack NAME" if "onfig" in name else _FROM_PULUMI
    return _FROM_AWS if "terraform" in source_kind and "json" not in source_kind else ""


def variables_of(name: str) -> tuple[str, ...]:
    """The variables that it is made of, which a run can be given: `var.domain`."""
    return tuple(f"var.{variable}" for variable in dict.fromkeys(_VARIABLE.findall(name)))


def told_as(name: str) -> str:
    """The name in a sentence: what is not known."""
    return f"a number that is {name.replace(': ', ' (', 1)})" if name.startswith(UNSET) else name
