"""Where names lead while an expression is evaluated."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from alb_lint.files import Reader
from alb_lint.languages.hcl.values import Value
from alb_lint.languages.hcl.work import Work


class Names(Protocol):
    """Where the first word of a reference leads. `path`: of the module instance, "" for the root."""

    work: Work
    path: str

    @property
    def base(self) -> Path:
        """The folder of the root module, where Terraform is run."""
        ...

    @property
    def reader(self) -> Reader:
        """What may be read."""
        ...

    def lookup(self, name: str) -> Value: ...


@dataclass(frozen=True, slots=True)
class Scope:
    """A module instance, and the names that a for, a dynamic block, count or for_each add."""

    module: Names
    names: dict[str, Value] = field(default_factory=dict)

    def inner(self, names: dict[str, Value]) -> "Scope":
        return Scope(self.module, {**self.names, **names})
