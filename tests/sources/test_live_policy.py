"""The policy names what is called and nothing else."""

import subprocess
import sys
from typing import Any

import pytest

from alb_lint.sources.live.source import LiveOptions, policy, read_live
from loopback import HOME, Estate, Loopback, serving

SERVICES = {"GetCallerIdentity": "sts", "AssumeRole": "sts", "DescribeRegions": "ec2", "ListAccounts": "organizations"}


def actions(document: dict[str, Any]) -> list[str]:
    return [action for statement in document["Statement"] for action in statement["Action"]]


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("attributes", [False, True])
def test_allows_what_an_audit_calls(attributes: bool) -> None:
    """GetCallerIdentity needs no permission."""
    with serving(Loopback(Estate(members=(HOME, "111111111111")))) as loopback:
        options = LiveOptions(endpoint_url=loopback.url, regions=("all",), org=True, attributes=attributes)
        read_live(options, lambda *_: None, "")
    called = {f"{SERVICES.get(name, 'elasticloadbalancing')}:{name}" for name in loopback.actions()}
    allowed = actions(policy(org=True, attributes=attributes))
    assert sorted(allowed) == sorted(called - {"sts:GetCallerIdentity"})
    assert len(set(allowed)) == len(allowed)


def test_least() -> None:
    assert policy() == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "ReadLoadBalancers",
                "Effect": "Allow",
                "Action": [
                    "elasticloadbalancing:DescribeAccountLimits",
                    "elasticloadbalancing:DescribeListeners",
                    "elasticloadbalancing:DescribeLoadBalancers",
                    "elasticloadbalancing:DescribeRules",
                    "elasticloadbalancing:DescribeTags",
                    "elasticloadbalancing:DescribeTargetGroups",
                    "elasticloadbalancing:DescribeTargetHealth",
                ],
                "Resource": "*",
            },
            {"Sid": "FindRegions", "Effect": "Allow", "Action": ["ec2:DescribeRegions"], "Resource": "*"},
        ],
    }


def test_organization_is_read_through_its_role() -> None:
    statements = {one["Sid"]: one for one in policy(org=True, org_role="audit")["Statement"]}
    assert statements["ReadAccounts"]["Resource"] == "arn:aws:iam::*:role/audit"
    assert statements["FindAccounts"]["Action"] == ["organizations:ListAccounts"]


def test_applying_is_apart_and_bound_to_rules() -> None:
    statements = policy(apply=True)["Statement"]
    (writing,) = [one for one in statements if one["Action"] == ["elasticloadbalancing:SetRulePriorities"]]
    assert writing["Resource"] == "arn:aws:elasticloadbalancing:*:*:listener-rule/app/*"
    assert all(action.split(":")[1].startswith(("Describe", "Set")) for action in actions(policy(apply=True)))


def test_boto3_is_not_loaded_by_import() -> None:
    program = "import alb_lint.sources.live.source, sys; sys.exit('boto3' in sys.modules or 'botocore' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
