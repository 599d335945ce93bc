"""Where names lead while an expression is evaluated."""

from dataclasses import dataclass, field
from typing import Protocol

from alb_lint.languages.hcl.values import Value
from alb_lint.languages.hcl.work import Work


class Names(Protocol):
    """Where the first word of a reference leads. `path`: of the module instance, "" for the root."""

    work: Work
    path: str

    def lookup(self, name: str) -> Value: ...

    def call(self, name: str, arguments: list[Value]) -> Value:
        """What a function gives that depends on where it is called; ABSENT for all others. Raises Refused."""
        ...


@dataclass(frozen=True, slots=True)
class Scope:
    """A module instance, and the names that a for, a dynamic block, count or for_each add."""

    module: Names
    names: dict[str, Value] = field(default_factory=dict)

    def inner(self, names: dict[str, Value]) -> "Scope":
        return Scope(self.module, {**self.names, **names})
