"""What a name is worth where it stands."""

from typing import TYPE_CHECKING, Final

from alb_lint.languages.typescript.changes import current
from alb_lint.languages.typescript.names import GLOBALS
from alb_lint.languages.typescript.syntax import declared
from alb_lint.languages.typescript.values import NOTHING, Env, Known, Space, Sym, Value

if TYPE_CHECKING:
    from tree_sitter import Node

    from alb_lint.languages.typescript.machine import Machine

KNOWN_GLOBALS: Final = GLOBALS | {"aws", "pulumi", "awsx", "$interpolate"}
"""Of the language, and what SST declares for every file."""


def lookup(machine: "Machine", node: "Node", env: Env) -> Value:
    """What a name is worth where `node` stands."""
    name = env.module.text(node)
    at: Env | None = env
    while at is not None:
        if name in at.names or name in declared(at.module, at.node):
            return current(machine, name, node, at, env)
        at = at.parent
    if name == "undefined":
        return NOTHING
    if name in KNOWN_GLOBALS:
        return Space((name,))
    return Sym(name, name, "the environment" if name == "process" else "not declared in the files that were read", known=Known())
