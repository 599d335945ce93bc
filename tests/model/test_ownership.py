"""Which tags say that a controller owns a rule."""

import pytest

from alb_lint.model import Listener, Rule, is_controller_owned, owner_of, stack_of


@pytest.mark.parametrize(
    ("keys", "owned"),
    [
        ((), False),
        (("team", "Name"), False),
        (("elbv2.k8s.aws/cluster",), True),
        (("Name", "ingress.k8s.aws/stack"), True),
        (("ingress.k8s.aws/resource",), True),
        (("gateway.k8s.aws.alb/stack",), True),
        (("gateway.k8s.aws/route",), True),
        (("my-ingress.k8s.aws/stack",), False),
        (("elbv2.k8s.aws/clusters",), False),
    ],
)
def test_owned(keys: tuple[str, ...], owned: bool) -> None:
    tags = tuple((key, "x") for key in keys)
    assert is_controller_owned(Rule("r", "", 1, tags=tags)) is owned
    assert is_controller_owned(Listener("l", "", tags=tags)) is owned


@pytest.mark.parametrize(
    ("keys", "owner"),
    [
        ((), ""),
        (("team",), ""),
        (("aws:cloudformation:stack-name",), ""),
        (("AmazonECSManaged",), "Amazon ECS Express Mode"),
        (("elasticbeanstalk:environment-name",), "AWS Elastic Beanstalk"),
        (("Name", "elbv2.k8s.aws/cluster"), "the AWS Load Balancer Controller"),
    ],
)
def test_owner(keys: tuple[str, ...], owner: str) -> None:
    assert owner_of(Rule("r", "", 1, tags=tuple((key, "x") for key in keys))) == owner


def test_stack() -> None:
    tags = (("aws:cloudformation:stack-name", "shop"), ("aws:cloudformation:logical-id", "Rule"))
    assert stack_of(Rule("r", "", 1, tags=tags)) == ("shop", "Rule")
    assert stack_of(Rule("r", "", 1)) is None
