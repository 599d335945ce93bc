"""What only a deployment tells: values with an identity, so that much can be decided for every value they may have.

Equal keys stand for equal values within one deployment. A *valuation* gives every key a value; a listener with symbols stands for all of
its concrete listeners at once. Design and proofs: `docs/symbols.md`.
"""

from alb_lint.record import record


@record
class Unknown:
    """A value of which nothing can be said, not even that it equals itself elsewhere.

    `reason`: what a person reads, the expression first: `var.priority (no default)`.
    """

    reason: str


@record
class Symbol:
    """A value that a deployment gives.

    `key`: its identity. `shown`: how the author wrote it, `var.root_domain`. `reason`: why it is not known, for people.
    `plain`: it is one text without wildcards (a DNS name, an ARN, a secret, a zone), also where it is a whole value.
    `secret`: its value is known or not, and never shown.
    """

    key: str
    shown: str
    reason: str
    plain: bool = False
    secret: bool = False


@record
class Pieces:
    """A text with symbols in it. Canonical: at least one symbol, no two literals side by side, no empty literal."""

    pieces: tuple[str | Symbol, ...]


@record
class SymbolicNumber:
    """A number with one symbol in it: `symbol + plus`, or the digits `before`, the symbol's own, and `after` written side by side."""

    symbol: Symbol
    plus: int = 0
    before: str = ""
    after: str = ""


@record
class Unset:
    """No number was given, and somebody picks one. `by`: "terraform" (the highest on the listener + 1) or "" (not known how)."""

    by: str = ""


Text = str | Unknown
Number = int | Unknown
