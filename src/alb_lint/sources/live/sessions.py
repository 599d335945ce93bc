"""Profiles, roles and organization → the accounts to read, and the regions of each.

No credentials of our own: boto3's chain finds them (environment, profile, SSO, process, container, instance). All accounts share the boto3
session of their profile, whose loaded service models cost 40 MB once; the keys of an assumed role are given to each client.
"""

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any, Final

from alb_lint import __version__
from alb_lint.sources.live import calls
from alb_lint.sources.live.accounts import Role, account_in, named_roles, read_accounts
from alb_lint.sources.live.calls import Client, Halt, Tally, each
from alb_lint.sources.live.options import ALL, LiveOptions
from alb_lint.sources.live.troubles import Place, Trouble, TroubleError, brief, no_such_profile, trouble_of

_ATTEMPTS: Final = 8
"""Of one call. With six throttled answers in a row the default of boto3 gives up, and eight attempts get through in 25 seconds."""

_FEW_ATTEMPTS: Final = 3
"""Where nothing may be listening: the first call of an account, a region that botocore does not know."""

_CONNECT_SECONDS: Final = 10
_READ_SECONDS: Final = 15
"""AWS answers within a second; the default of boto3, a minute eight times over, waits eight minutes for what hangs."""

_TIMEOUTS: Final = 2
"""Of one call: what did not answer twice does not answer."""
_FALLBACK_REGION: Final = "us-east-1"
_SESSION_NAME: Final = "alb-lint"


@dataclass(frozen=True, slots=True)
class Account:
    """Credentials to read with. `swept`: found in the organization. `halt`: shared by its regions. `attempts`: of one call."""

    place: Place
    session: Any = field(repr=False)
    keys: dict[str, str] = field(repr=False)
    regions: tuple[str, ...]
    swept: bool = False
    halt: Halt = field(default_factory=Halt)
    attempts: int = _ATTEMPTS


@dataclass(frozen=True, slots=True)
class Scope:
    """One account and region to read. `swept`: the region or the account was found, not named by hand, so that a refusal is a gap."""

    account: Account
    place: Place
    swept: bool


@dataclass(frozen=True, slots=True)
class Miss:
    """An account, or a list of accounts or regions, that could not be opened. `swept`: as of a scope."""

    place: Place
    trouble: Trouble
    swept: bool = False


class Sessions:
    """Opens accounts and makes clients; boto3 sessions are not for threads, so that one lock guards them."""

    def __init__(self, options: LiveOptions, tally: Tally) -> None:
        self._options = options
        self._tally = tally
        self._lock = Lock()
        self.misses: list[Miss] = []

    def accounts(self, pool: Executor) -> list[Account]:
        """The accounts of the options, in their order; those that cannot be opened are in `misses`.

        Raises UsageError and ConfigError for what the options name wrongly.
        """
        options = self._options
        roles = named_roles(options.role_arns, options.external_ids)
        if options.accounts_file:
            roles += read_accounts(options.accounts_file)
        bases = [account for profile in options.profiles or ("",) if (account := self._base(profile)) is not None]
        if not (roles or options.org):
            return bases
        found: list[Account] = []
        for base in bases:
            members, own = self._members(base) if options.org else ([], [])
            found += [*own, *self._assumed(base, [*roles, *members], pool)]
        return found

    def _base(self, profile: str) -> Account | None:
        """The account that a profile, or the default chain, speaks for."""
        import boto3

        place = Place(profile=profile)
        try:
            session = boto3.Session(profile_name=profile or None)
        except Exception as error:  # noqa: BLE001 - as in calls.Client: any fault of a profile is told
            if type(error).__name__ == "ProfileNotFound":
                self.misses.append(Miss(place, no_such_profile(profile, boto3.Session().available_profiles)))
            else:
                self.misses.append(Miss(place, trouble_of(error, place, "reading the profile")))
            return None
        account = Account(place, session, {}, self._options.regions or tuple(filter(None, [_region(session)])))
        try:
            with self.client(replace(account, attempts=_FEW_ATTEMPTS), "sts") as client:
                answer = client.call(calls.IDENTITY)
        except TroubleError as error:
            if error.trouble.kind in {"other", "malformed", "denied"}:  # an endpoint without STS: the ARNs will tell the account
                return account
            if error.trouble.kind == "unreachable" and not self._options.endpoint_url:  # a private network may lack just this endpoint
                return replace(account, attempts=_FEW_ATTEMPTS)
            self.misses.append(Miss(place, error.trouble))
            return None
        place = replace(place, account=str(answer.get("Account") or account_in(str(answer["Arn"]))), principal=str(answer["Arn"]))
        return replace(account, place=place)

    def _members(self, base: Account) -> tuple[list[Role], list[Account]]:
        """The roles of the other active accounts of the organization, and the own account if it is among them."""
        partition = _partition(base.place)
        try:
            with self.client(base, "organizations") as client:
                listed = client.listing(calls.MEMBERS)
        except TroubleError as error:
            listed = calls.Listed([], error.trouble)
        if listed.trouble:
            self.misses.append(Miss(base.place, listed.trouble))
        active = sorted(str(one.get("Id")) for one in listed.items if (one.get("State") or one.get("Status")) == "ACTIVE")
        role = self._options.org_role
        roles = [Role(f"arn:{partition}:iam::{number}:role/{role}", swept=True) for number in active if number != base.place.account]
        return roles, [base] if base.place.account in active else []

    def _assumed(self, base: Account, roles: Sequence[Role], pool: Executor) -> list[Account]:
        """The accounts of the roles that can be assumed."""
        try:
            with self.client(base, "sts") as client:
                opened = list(each(pool, lambda role: self._assume(client, base, role), roles))
        except TroubleError as error:
            self.misses.append(Miss(base.place, error.trouble))
            return []
        return [account for account in opened if account is not None]

    def _assume(self, client: Client, base: Account, role: Role) -> Account | None:
        place = Place(role.account, "", base.place.principal, base.place.profile)
        arguments = {"RoleArn": role.arn, "RoleSessionName": _SESSION_NAME}
        if role.external_id:
            arguments["ExternalId"] = role.external_id
        try:
            answer = client.on_behalf_of(place).call(calls.ASSUME, **arguments)
        except TroubleError as error:
            trouble = error.trouble
            if trouble.kind == "denied":
                hint = f"does the trust policy of {role.arn} name it, and is the external id right?"
                trouble = replace(trouble, what=trouble.what.replace("sts:AssumeRole", f"sts:AssumeRole on {role.arn}"), hint=hint)
            with self._lock:
                self.misses.append(Miss(place, trouble, role.swept))
            return None
        given = answer["Credentials"]
        keys = {
            "aws_access_key_id": given.get("AccessKeyId"),
            "aws_secret_access_key": given.get("SecretAccessKey"),
            "aws_session_token": given.get("SessionToken"),
        }
        principal = str((answer.get("AssumedRoleUser") or {}).get("Arn") or role.arn)
        return Account(replace(place, principal=principal), base.session, keys, role.regions or base.regions, role.swept)

    def scopes(self, accounts: Sequence[Account], pool: Executor) -> list[Scope]:
        """Every account with each of its regions, no pair twice, in the order of accounts and names of regions."""
        named = each(pool, self._regions, accounts)
        found: dict[tuple[str, str], Scope] = {}
        for account, regions in zip(accounts, named, strict=True):
            for region in regions:
                place = replace(account.place, region=region)
                key = (account.place.account or account.place.profile, region)
                found.setdefault(key, Scope(account, place, account.swept or ALL in account.regions))
        return list(found.values())

    def _regions(self, account: Account) -> list[str]:
        """Sorted names. Where EC2 does not tell them, the list that botocore knows, and a miss that says so."""
        if not account.regions:
            trouble = Trouble("credentials", "no region is set", str(account.place), "--region eu-west-1, --region all, or AWS_REGION")
            self._miss(account, trouble)
            return []
        if ALL not in account.regions:
            return sorted(set(account.regions))
        try:
            wanted = [{"Name": "opt-in-status", "Values": ["opt-in-not-required", "opted-in"]}]
            with self.client(account, "ec2") as client:
                answer = client.call(calls.REGIONS, Filters=wanted)
            return sorted({str(one["RegionName"]) for one in answer["Regions"] if one.get("RegionName")})
        except TroubleError as error:
            trouble = error.trouble
            if trouble.kind in {"credentials", "expired", "unreachable"}:
                self._miss(account, trouble)
                return []
            self._miss(account, replace(trouble, what=f"{trouble.what}; the regions that boto3 knows are read instead"))
        with self._lock:
            return sorted(_names(account.session, _partition(account.place)))

    def _miss(self, account: Account, trouble: Trouble) -> None:
        with self._lock:
            self.misses.append(Miss(account.place, trouble, swept=ALL in account.regions))

    def client(self, account: Account, service: str, place: Place | None = None) -> Client:
        """A client in the region of `place`, else in one that the account surely has. Raises TroubleError."""
        place = place or account.place
        session = account.session
        named = [region for region in account.regions if region != ALL]
        with self._lock:
            region = place.region or _region(session) or next(iter(named), _FALLBACK_REGION)
            strange = place.region and not self._options.endpoint_url and not _known(session, region)
            attempts = _FEW_ATTEMPTS if strange else account.attempts
            try:
                made = session.client(
                    service,
                    region_name=region,
                    endpoint_url=self._options.endpoint_url or None,
                    config=_config(self._options.max_workers, attempts),
                    **account.keys,
                )
            except Exception as error:  # noqa: BLE001 - as in calls.Client
                trouble = trouble_of(error, place, f"making a client of {service}")
                if trouble.kind == "malformed":  # no answer yet that could be: the address is no address
                    trouble = Trouble("unreachable", brief(error), str(place), "is --endpoint-url an address, http://127.0.0.1:5000?")
                raise TroubleError(trouble) from None
        made.meta.events.register_first("needs-retry", _not_again)
        return Client(made, place, self._tally, account.halt)


def _region(session: Any) -> str | None:
    """As the AWS CLI has it, which boto3 differs from: AWS_REGION, AWS_DEFAULT_REGION, then the profile."""
    region: str | None = os.environ.get("AWS_REGION") or session.region_name
    return region


def _partition(place: Place) -> str:
    """`aws`, `aws-cn`, … of the caller."""
    parts = place.principal.split(":")
    return parts[1] if len(parts) > 1 and parts[1] else "aws"


def _known(session: Any, region: str) -> bool:
    return any(region in _names(session, partition) for partition in session.get_available_partitions())


def _names(session: Any, partition: str) -> Iterable[str]:
    names: Iterable[str] = session.get_available_regions("elbv2", partition_name=partition)
    return names


def _not_again(caught_exception: Exception | None = None, attempts: int = 0, **_: Any) -> None:
    """Ends a call that timed out twice. Raises what was caught, as botocore does when its attempts are used up."""
    if attempts >= _TIMEOUTS and type(caught_exception).__name__ in ("ReadTimeoutError", "ConnectTimeoutError") and caught_exception:
        raise caught_exception


def _config(workers: int, attempts: int) -> Any:
    """Retries as here unless the environment says otherwise, which boto3 reads by itself."""
    from botocore.config import Config

    theirs = {"AWS_RETRY_MODE", "AWS_MAX_ATTEMPTS"} & os.environ.keys()
    return Config(
        max_pool_connections=max(workers, 10),
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        user_agent_extra=f"alb-lint/{__version__}",
        retries=None if theirs else {"mode": "standard", "total_max_attempts": attempts},
    )
