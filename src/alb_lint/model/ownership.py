"""Rules that a service writes by itself: to renumber one is undone at its next run, or breaks what it does next.

Source: kubernetes-sigs/aws-load-balancer-controller, `pkg/deploy/tracking`: it tags what it makes, rules included (feature gate
ListenerRulesTagging, on by default), and rebuilds the priorities of its listeners as 1, 2, 3 ….
Amazon ECS developer guide, "Resources created by Amazon ECS Express Mode services": it makes and updates rules on a shared load balancer,
and tags what it manages with AmazonECSManaged.
AWS Elastic Beanstalk developer guide, "Configuring a shared Application Load Balancer": environments own their rules; `elasticbeanstalk:…`.
CloudFormation user guide, "Resource tag": `aws:cloudformation:stack-name` and `…:logical-id`.
"""

from typing import Final

from alb_lint.model.listener import Listener
from alb_lint.model.rule import Rule

_CLUSTER: Final = "elbv2.k8s.aws/cluster"
_PREFIXES: Final = ("ingress.k8s.aws/", "gateway.k8s.aws/", "gateway.k8s.aws.alb/")


CONTROLLER: Final = "the AWS Load Balancer Controller"
_OWNERS: Final = (("AmazonECSManaged", "Amazon ECS Express Mode"), ("elasticbeanstalk:", "AWS Elastic Beanstalk"))
"""(beginning of a tag's key, who puts it on)."""


def owner_of(made: Rule | Listener) -> str:
    """The service that made it and keeps it as it wants it, by its tags; "" for none, and where the input tells no tags."""
    if is_controller_owned(made):
        return CONTROLLER
    return next((name for key, _value in made.tags for start, name in _OWNERS if key.startswith(start)), "")


def stack_of(rule: Rule) -> tuple[str, str] | None:
    """(stack, logical id) of a rule that a CloudFormation stack made; None for others."""
    tags = dict(rule.tags)
    stack = tags.get("aws:cloudformation:stack-name", "")
    return (stack, tags.get("aws:cloudformation:logical-id", "")) if stack else None


def is_controller_owned(made: Rule | Listener) -> bool:
    """Whether the AWS Load Balancer Controller made it, by its tags; False where the input tells no tags."""
    return any(key == _CLUSTER or key.startswith(_PREFIXES) for key, _value in made.tags)
