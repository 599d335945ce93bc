"""The accounts file: roles to assume, one per account, as TOML or JSON.

    [[account]]
    role_arn = "arn:aws:iam::111122223333:role/alb-lint"
    external_id = "…"                       # optional
    regions = ["eu-west-1", "us-east-1"]    # optional; else --region, else the profile's region

In JSON the same objects in a list.
"""

import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from alb_lint.errors import ConfigError, UsageError
from alb_lint.files import NotRead, content
from alb_lint.sources.live.troubles import brief

_BYTES: Final = 4 * 1024 * 1024
_KEYS: Final = frozenset({"role_arn", "external_id", "regions"})
_ARN_PARTS: Final = 6


@dataclass(frozen=True, slots=True)
class Role:
    """A role to assume. `swept`: found in the organization, not named by hand, so that a refusal is a gap and no error."""

    arn: str
    external_id: str = ""
    regions: tuple[str, ...] = ()
    swept: bool = False

    @property
    def account(self) -> str:
        return account_in(self.arn)


def account_in(arn: str) -> str:
    """The account of an ARN, or ""."""
    parts = arn.split(":", _ARN_PARTS - 1)
    return parts[4] if len(parts) == _ARN_PARTS and parts[4].isdecimal() else ""


def named_roles(arns: Sequence[str], external_ids: Sequence[str]) -> list[Role]:
    """The roles of --role-arn. Raises UsageError for what is no role ARN."""
    ids = list(external_ids) * len(arns) if len(external_ids) == 1 else list(external_ids) or [""] * len(arns)
    for arn in arns:
        if not _is_role(arn):
            raise UsageError(f"{brief(arn)} is no ARN of a role", where="--role-arn", hint="arn:aws:iam::111122223333:role/NAME")
    return [Role(arn, external_id) for arn, external_id in zip(arns, ids, strict=True)]


def read_accounts(path: str) -> list[Role]:
    """The roles in an accounts file, in its order. Raises ConfigError: not there, not TOML or JSON, an unknown key, a wrong type."""
    try:
        data = content(path, _BYTES, pipes=True)
    except NotRead as error:
        raise ConfigError(f"cannot be read: {error.reason}", where=path, hint="--accounts-file takes a TOML or JSON file") from None
    entries = _entries(_parsed(data, path), path)
    if not entries:
        raise ConfigError("there is no account in it", where=path, hint='[[account]] with role_arn = "arn:aws:iam::…:role/…"')
    return [_role(entry, f"{path}, account {number}") for number, entry in enumerate(entries, 1)]


def _parsed(data: bytes, path: str) -> Any:
    """No JSON text that can hold accounts is TOML too."""
    problems = {}
    try:
        for name, parse in (("TOML", lambda: tomllib.loads(data.decode())), ("JSON", lambda: json.loads(data))):
            try:
                return parse()
            except ValueError as error:
                problems[name] = brief(error)
    except RecursionError:
        raise ConfigError("it is nested too deeply", where=path) from None
    kind = "JSON" if path.endswith(".json") else "TOML"
    raise ConfigError(f"no {kind}: {problems[kind]}", where=path)


def _entries(document: Any, path: str) -> list[Any]:
    if isinstance(document, dict):
        unknown = sorted(document.keys() - {"account"})
        if unknown:
            raise ConfigError(f"unknown key {brief(unknown[0])}", where=path, hint="accounts stand under [[account]]")
        document = document.get("account", [])
    if not isinstance(document, list):
        raise ConfigError("account is no list", where=path, hint="write [[account]], with two brackets")
    return document


def _role(entry: Any, where: str) -> Role:
    if not isinstance(entry, dict):
        raise ConfigError("not a table of role_arn, external_id and regions", where=where)
    unknown = sorted(entry.keys() - _KEYS)
    if unknown:
        raise ConfigError(f"unknown key {brief(unknown[0])}", where=where, hint="role_arn, external_id, regions")
    arn, external_id, regions = entry.get("role_arn"), entry.get("external_id", ""), entry.get("regions", [])
    if not isinstance(arn, str) or not _is_role(arn):
        raise ConfigError("role_arn is missing or no ARN of a role", where=where, hint="arn:aws:iam::111122223333:role/NAME")
    if not isinstance(external_id, str):
        raise ConfigError("external_id is no text", where=where)
    if not isinstance(regions, list) or not all(isinstance(region, str) and region for region in regions):
        raise ConfigError("regions is no list of names", where=where, hint='regions = ["eu-west-1"]')
    return Role(arn, external_id, tuple(regions))


def _is_role(arn: str) -> bool:
    return bool(account_in(arn)) and arn.split(":", _ARN_PARTS - 1)[5].startswith("role/")
