"""What a function is."""

from collections.abc import Callable

from alb_lint.languages.hcl.values import Value
from alb_lint.record import record

ANY_NUMBER = 1 << 30


@record
class Function:
    """`run` raises Stuck, Refused or TooMuch. `least`, `most`: number of arguments.

    `open`: takes arguments that are symbols. `passes_on`: elements come out as they went in, so that a literal stays the place of
    its value. `deep`: it looks into the elements.
    """

    run: Callable[..., Value]
    least: int = 1
    most: int = 1
    open: bool = False
    passes_on: bool = False
    deep: bool = False
