"""What only a deployment tells: values with an identity, so that much can be decided for every value they may have.

Equal keys stand for equal values within one deployment. A *valuation* gives every key a value; a listener with symbols stands for all of
its concrete listeners at once. Design and proofs: `docs/symbols.md`.
"""

from collections.abc import Iterator, Sequence

from alb_lint.record import record


@record
class Symbol:
    """A value that a deployment gives.

    `key`: its identity. `shown`: how the author wrote it, `var.root_domain`. `plain`: it is one text without wildcards (a DNS name, an ARN,
    a secret), also where it is a whole value. `secret`: its value is never shown. `host`: it stands in a host, so that it holds no slash.
    `filled`: it is the whole value of a path, which is never empty. `assumed`: it is plain since it is a piece of a longer text, and nothing else
    says so.
    """

    key: str
    shown: str
    plain: bool = False
    secret: bool = False
    host: bool = False
    filled: bool = False
    assumed: bool = False


@record
class SymbolicNumber:
    """A number with one symbol in it: `symbol + plus`, or the digits `before`, the symbol's own, and `after` written side by side."""

    symbol: Symbol
    plus: int = 0
    before: str = ""
    after: str = ""


@record
class Equation:
    """A value that decides. `on`: a symbol by its name, or a number with one as it is written; `when`: `= …`, `matches …`, `< …` or `> …`;
    `then`: what follows.
    """

    on: str
    when: str
    then: str = "shadowed"

    def __str__(self) -> str:
        return f"{self.on} {self.when}"


@record
class Unset:
    """No number is given, and somebody picks one. `behind`: it is the highest on the listener + 1, as Terraform's provider picks it."""

    behind: bool = False


@record
class Unknown:
    """A value that the input does not tell.

    `reason`: what a person reads, the expression first: `var.priority (no default)`. `pieces`: of a text, literals and symbols in their order,
    at least one symbol; empty where nothing is known of it. `number`: of a priority, what is known of it.
    """

    reason: str
    pieces: tuple[str | Symbol, ...] = ()
    number: SymbolicNumber | Unset | None = None


Text = str | Unknown
Number = int | Unknown


def secret(text: str) -> Unknown:
    """A text that is marked as secret: known to be equal to itself, and never shown. What holds wildcards may match anything."""
    if "*" in text or "?" in text:
        return Unknown("sensitive")
    from hashlib import sha256

    digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return Unknown("sensitive", (Symbol(f"sensitive:{digest}", "sensitive", plain=True, secret=True),))


def joined(pieces: Sequence[str | Symbol]) -> Iterator[str | Symbol]:
    """The pieces in their canonical form: no empty text, no two texts side by side."""
    text = ""
    for piece in pieces:
        if isinstance(piece, str):
            text += piece
            continue
        if text:
            yield text
        text = ""
        yield piece
    if text:
        yield text
