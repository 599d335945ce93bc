"""Rules that a controller writes by itself: to renumber one is undone at its next reconcile.

Source: kubernetes-sigs/aws-load-balancer-controller, `pkg/deploy/tracking`: it tags what it makes, rules included (feature gate
ListenerRulesTagging, on by default), and rebuilds the priorities of its listeners as 1, 2, 3 ….
"""

from typing import Final

from alb_lint.model.listener import Listener
from alb_lint.model.rule import Rule

_CLUSTER: Final = "elbv2.k8s.aws/cluster"
_PREFIXES: Final = ("ingress.k8s.aws/", "gateway.k8s.aws/", "gateway.k8s.aws.alb/")


def is_controller_owned(made: Rule | Listener) -> bool:
    """Whether the AWS Load Balancer Controller made it, by its tags; False where the input tells no tags."""
    return any(key == _CLUSTER or key.startswith(_PREFIXES) for key, _value in made.tags)
