"""`alb-lint iam-policy`: the least policy that `audit` needs, or that running a plan needs."""

import json
from typing import Annotated

import typer

from alb_lint.cli import exit_codes, options


def command(
    apply: Annotated[bool, typer.Option("--apply", help="Permissions for carrying out a plan instead of for an audit.")] = False,
    org: Annotated[bool, typer.Option("--org", help="Also to find and read the accounts of the organization.")] = False,
    org_role: Annotated[str, typer.Option("--org-role", metavar="NAME", help="The role in them.")] = "",
    attributes: Annotated[bool, typer.Option("--attributes", help="Also what --attributes needs.")] = False,
    output: options.Output = "",
) -> int:
    """Print an IAM policy document."""
    from alb_lint.sources.live.source import ORG_ROLE, policy

    document = policy(apply=apply, org=org, org_role=org_role or ORG_ROLE, attributes=attributes)
    options.write(json.dumps(document, indent=2) + "\n", output)
    return exit_codes.CLEAN
