"""A number that is one of two: `priority = var.maintenance ? 100 : 900`, by which a rule is switched on and off."""

from alb_lint.languages.hcl.evaluate import evaluate
from alb_lint.languages.hcl.scope import Scope
from alb_lint.languages.hcl.syntax import Conditional, Expr
from alb_lint.languages.hcl.unparse import unparse
from alb_lint.languages.hcl.values import Value


def switched(expression: Expr | None, scope: Scope, number: Value) -> tuple[str, int] | None:
    """(the condition, the number that the rule does not have now) where a variable decides which of two it has; None else."""
    if not isinstance(expression, Conditional) or not isinstance(number, int):
        return None
    text = unparse(expression.condition)
    if "var." not in text:
        return None  # a local value mostly tells the environment, in which the rule has this number for good
    for side in (expression.then, expression.otherwise):
        other = evaluate(side, scope)
        if isinstance(other, int) and not isinstance(other, bool) and other != number:
            return text, int(other)
    return None
