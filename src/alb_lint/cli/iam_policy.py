"""`alb-lint iam-policy`: the least policy that `audit` needs, or that running a plan needs."""

import json
from typing import Annotated

import typer

from alb_lint.cli import exit_codes, helping, options

HELP = helping.Help(
    examples=(
        ("alb-lint iam-policy", "to read one account"),
        ("alb-lint iam-policy --org --attributes", "to read an organization"),
        ("alb-lint iam-policy --apply", "to carry out a plan"),
    ),
    codes=(helping.DONE, helping.USAGE),
)


def command(
    apply: Annotated[bool, typer.Option("--apply", help="The policy for carrying out a plan instead.")] = False,
    org: Annotated[bool, typer.Option("--org", help="Add what reading all accounts of the organization needs.")] = False,
    org_role: Annotated[str, typer.Option("--org-role", metavar="NAME", help="The role to assume in each account.")] = "",
    attributes: Annotated[bool, typer.Option("--attributes", help="Add what --attributes needs.")] = False,
    output: options.Output = "",
) -> int:
    """Print the IAM policy that reading an account needs."""
    from alb_lint.sources.live.source import ORG_ROLE, policy

    document = policy(apply=apply, org=org, org_role=org_role or ORG_ROLE, attributes=attributes)
    options.write(json.dumps(document, indent=2) + "\n", output)
    return exit_codes.CLEAN
