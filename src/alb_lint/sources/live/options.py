"""What to read, and as whom."""

from dataclasses import dataclass
from typing import Final

from alb_lint.errors import UsageError

ALL: Final = "all"
"""As a region: every region that is enabled for the account."""

ORG_ROLE: Final = "OrganizationAccountAccessRole"
"""The role that AWS Organizations puts into accounts it creates."""


@dataclass(frozen=True, slots=True)
class LiveOptions:
    """The flags of the live source; an empty tuple or text: not given.

    `regions`: names, or "all"; without any, the region of the profile. `profiles`: each is an account of its own. `role_arns`: each is
    assumed and read in place of the account that assumes it; `external_ids`: none, one for all, or one per role. `accounts_file`: more
    roles (`accounts.read_accounts`). `org`: every active account of the organization, through `org_role`.
    `load_balancers`: globs over names and ARNs. `listeners`: globs over ARNs and `name:port`. `tags`: (key, value) that a load balancer
    must all have. `attributes`: also ask each load balancer whether it drops invalid header fields, one call each.
    """

    regions: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    role_arns: tuple[str, ...] = ()
    external_ids: tuple[str, ...] = ()
    accounts_file: str = ""
    org: bool = False
    org_role: str = ORG_ROLE
    load_balancers: tuple[str, ...] = ()
    listeners: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()
    endpoint_url: str = ""
    max_workers: int = 8
    attributes: bool = False

    def check(self) -> None:
        """Raises UsageError for options that contradict each other."""
        if not 1 <= self.max_workers <= 64:
            raise UsageError(f"{self.max_workers} workers", where="--max-workers", hint="1 to 64; AWS answers about ten calls a second")
        if len(self.external_ids) not in {0, 1, len(self.role_arns)}:
            what = f"{len(self.external_ids)} external ids for {len(self.role_arns)} roles"
            raise UsageError(what, where="--external-id", hint="give one for all roles, or one per --role-arn in the same order")
        if self.external_ids and not self.role_arns:
            raise UsageError("an external id without a role", where="--external-id", hint="it belongs to --role-arn")
        if len(self.profiles) > 1 and (self.role_arns or self.accounts_file or self.org):
            raise UsageError("roles are assumed from one profile", where="--profile", hint="one --profile, or one run per profile")
        several = next((name for name in self.regions if "," in name), None)
        if several is not None:
            names = " ".join(f"--region {name}" for name in several.replace(",", " ").split())
            raise UsageError(f"{several!r} is no region", where="--region", hint=f"the flag may repeat: {names}")
        if ALL in self.regions and len(self.regions) > 1:
            raise UsageError("a region beside all regions", where="--region", hint="either --region all or names")
