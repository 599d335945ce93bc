"""Where names lead while an expression is evaluated."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

from alb_lint.languages.hcl.values import Value
from alb_lint.languages.hcl.work import Work
from alb_lint.record import record


class Names(Protocol):
    """Where the first word of a reference leads. `path`: of the module instance, "" for the root."""

    work: Work
    path: str

    def lookup(self, name: str) -> Value: ...

    def call(self, name: str, arguments: list[Value]) -> Value:
        """What a function gives that depends on where it is called; ABSENT for all others. Raises Refused."""
        ...


@record
class Scope:
    """A module instance, and the names that a for, a dynamic block, count or for_each add."""

    module: Names
    names: Mapping[str, Value] = MappingProxyType({})

    def inner(self, names: Mapping[str, Value]) -> "Scope":
        return Scope(self.module, {**self.names, **names})
