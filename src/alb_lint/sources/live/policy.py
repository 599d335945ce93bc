"""The least that IAM must allow. Made from the table of calls, so that it names what is called and nothing else.

Source: service authorization reference, "Elastic Load Balancing V2": no Describe action can be bound to single resources;
SetRulePriorities can, to `listener-rule/app` and `listener-rule/net`, and is refused whole if one rule of the call is not allowed.
"""

from typing import Any, Final

from alb_lint.sources.live import calls
from alb_lint.sources.live.options import ORG_ROLE

_READ: Final = (
    calls.LIMITS,
    calls.LISTENERS,
    calls.LOAD_BALANCERS,
    calls.RULES,
    calls.TAGS,
    calls.TARGET_GROUPS,
    calls.TARGET_HEALTH,
)


def policy(*, apply: bool = False, org: bool = False, org_role: str = ORG_ROLE, attributes: bool = False) -> dict[str, Any]:
    """A policy document: what `audit` needs, or with `apply` what running a plan needs, which is a document of its own.

    `org`: also to list the accounts of the organization and to assume `org_role` in them. `attributes`: also for `--attributes`.
    GetCallerIdentity is called too and needs no permission.
    """
    if apply:
        return _document(
            _allow("ReadRules", [calls.RULES.action], "*"),
            _allow("SetPriorities", ["elasticloadbalancing:SetRulePriorities"], "arn:aws:elasticloadbalancing:*:*:listener-rule/app/*"),
        )
    read = [operation.action for operation in (*_READ, *((calls.ATTRIBUTES,) if attributes else ()))]
    statements = [_allow("ReadLoadBalancers", sorted(read), "*"), _allow("FindRegions", [calls.REGIONS.action], "*")]
    if org:
        statements.append(_allow("FindAccounts", [calls.MEMBERS.action], "*"))
        statements.append(_allow("ReadAccounts", [calls.ASSUME.action], f"arn:aws:iam::*:role/{org_role}"))
    return _document(*statements)


def _allow(sid: str, actions: list[str], resource: str) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resource}


def _document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}
