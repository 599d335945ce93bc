"""`--live`: the flags of the live source, its progress and errors on standard error, for every command that reads rules.

`may_read_live` and `reads_live` give a command these flags and hand them over as one `Live`, so that they are written once.
"""

import inspect
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Final, Self

import typer

from alb_lint.cli import exit_codes, options
from alb_lint.cli.helping import INPUT_PANEL, LIVE_PANEL
from alb_lint.cli.saying import say
from alb_lint.config import Config
from alb_lint.errors import SourceError, UsageError
from alb_lint.files import is_folder
from alb_lint.model import Estate

if TYPE_CHECKING:
    from alb_lint.sources.live.source import LiveReading
    from alb_lint.sources.source import ReadOptions

STATE_KINDS: Final = ("terraform-json", "pulumi-json")
"""Kinds of source that may be what a tool keeps of what it made."""


def _flag(name: str, metavar: str | None, text: str) -> Any:
    return typer.Option(
        name, metavar=metavar, help=text, rich_help_panel=INPUT_PANEL if name == "--live" else LIVE_PANEL, show_default=False
    )


def _flags(
    live: Annotated[
        bool, _flag("--live", None, "Read AWS instead of SOURCE; `alb-lint export -h` has --region, --profile and more flags for it.")
    ] = False,
    region: Annotated[
        list[str] | None, _flag("--region", "NAME", "A region, or all for every enabled one; may repeat. Default: that of the profile.")
    ] = None,
    profile: Annotated[list[str] | None, _flag("--profile", "NAME", "A profile of the AWS CLI; may repeat.")] = None,
    role_arn: Annotated[list[str] | None, _flag("--role-arn", "ARN", "Read the account of this role; may repeat.")] = None,
    external_id: Annotated[
        list[str] | None, _flag("--external-id", "ID", "The external id: one for all roles, or one for each --role-arn.")
    ] = None,
    accounts_file: Annotated[str, _flag("--accounts-file", "FILE", "Roles to read, as TOML or JSON: role_arn, external_id, regions.")] = "",
    org: Annotated[bool, _flag("--org", None, "Read every active account of the organization.")] = False,
    org_role: Annotated[str, _flag("--org-role", "NAME", "The role to assume in them; default: OrganizationAccountAccessRole.")] = "",
    load_balancer: Annotated[
        list[str] | None, _flag("--load-balancer", "GLOB", "Only load balancers with this name or ARN; may repeat.")
    ] = None,
    tag: Annotated[list[str] | None, _flag("--tag", "KEY=VALUE", "Only load balancers with this tag; may repeat.")] = None,
    endpoint_url: Annotated[str, _flag("--endpoint-url", "URL", "Call this endpoint, such as that of moto.")] = "",
    max_workers: Annotated[int, _flag("--max-workers", "N", "How many calls at a time; default: 8.")] = 8,
    attributes: Annotated[bool, _flag("--attributes", None, "Read also which headers each load balancer drops.")] = False,
) -> None:
    """The flags themselves; never called."""
    del (
        live,
        region,
        profile,
        role_arn,
        external_id,
        accounts_file,
        org,
        org_role,
        load_balancer,
        tag,
        endpoint_url,
        max_workers,
        attributes,
    )


def may_read_live(command: Callable[..., int]) -> Callable[..., int]:
    """The command with `--live` and its flags in place of its parameter `live`."""
    return _with_flags(command, always=False)


def reads_live(command: Callable[..., int]) -> Callable[..., int]:
    """The command, which reads nothing but accounts, with the flags in place of its parameter `live`."""
    return _with_flags(command, always=True)


def _with_flags(command: Callable[..., int], *, always: bool) -> Callable[..., int]:
    ours = {name: flag for name, flag in inspect.signature(_flags).parameters.items() if not (always and name == "live")}
    theirs = inspect.signature(command)

    def run(**given: Any) -> int:
        flags = {name: given.pop(name) for name in ours}
        return command(live=Live(always or flags.pop("live"), flags), **given)

    kept = [flag for name, flag in theirs.parameters.items() if name != "live"]
    run.__signature__ = theirs.replace(parameters=[*kept, *ours.values()])  # type: ignore[attr-defined]  # what typer reads
    run.__doc__ = command.__doc__
    return run


class Live:
    """What a command was told about the live source; `on`: read it in place of files."""

    def __init__(self, on: bool, flags: dict[str, Any]) -> None:
        self.on = on
        self._flags = flags
        self._failed = False

    def sources(self, names: list[str] | None) -> list[str]:
        """The names to read, none where it is live. Raises UsageError for both, for neither, and for live flags without --live."""
        if self.on:
            if names:
                raise UsageError("a file and --live are both given", where=names[0], hint="give one of them")
            return []
        given = self._given()
        if given:
            raise UsageError("it has no meaning without --live", where=given, hint="add --live")
        return options.need_sources(names)

    def snapshot(self, file: str, settings: Config, listener: str = "", *, quiet: bool = False, allow_empty: bool = False) -> Estate:
        """The estate of an export in place of the accounts. Raises UsageError for flags that tell how to read accounts."""
        from alb_lint import inputs

        given = self._given()
        if given:
            raise UsageError(
                "it has no meaning with --snapshot", where=given, hint="leave it out, or leave --snapshot out to read the account"
            )
        estate = inputs.only(inputs.read([file], settings, "aws-json" if is_folder(file) else ""), listener, settings)
        options.need_rules(estate, [file], allow_empty)
        if _is_state(estate, file):
            options.note(f"note: {file} is the state of a tool: rules that others made on its listeners are not in it", quiet)
        return self._noted(estate)

    def words(self) -> list[str]:
        """`--live` and the flags that were given with it, as they are typed."""
        said = ["--live"]
        for name, value in self._flags.items():
            flag = f"--{name.replace('_', '-')}"
            if value is True:
                said.append(flag)
            elif value and (name, value) != ("max_workers", 8):
                said += [word for text in (value if isinstance(value, list) else [value]) for word in (flag, str(text))]
        return said

    def _given(self) -> str:
        """A flag that was given, "" where none was."""
        given = [name for name, value in self._flags.items() if value and (name, value) != ("max_workers", 8)]
        return f"--{given[0].replace('_', '-')}" if given else ""

    def estate(
        self,
        names: list[str],
        settings: Config,
        kind: str = "",
        listener: str = "",
        *,
        told: "ReadOptions | None" = None,
        quiet: bool = False,
        allow_empty: bool = False,
    ) -> Estate:
        """The rules of the named files, or of the accounts, as far as `listener` names them. Raises SourceError where there are none."""
        from alb_lint import inputs

        if not self.on:
            estate = inputs.only(inputs.read(names, settings, kind, told), listener, settings)
            options.need_rules(estate, names, allow_empty)
            return self._noted(estate)
        read = self.read(listener, quiet)
        estate = inputs.only(inputs.join([read.reading()], settings), listener, settings)
        if not allow_empty and not estate.listeners:
            where = "; ".join(f"account {about['account']}, region {about['region']}" for about in _abouts(read)[:5])
            what = f"no listener rules could be read: {read.gaps[0].reason}" if read.gaps else "there is no application load balancer"
            raise SourceError(what, where=where, hint="--region all looks everywhere; --allow-empty makes this no error")
        return self._noted(estate)

    def _noted(self, estate: Estate) -> Estate:
        """The estate; a listener of which no rule at all was read makes the command fail as an unreadable source does."""
        self._failed = self._failed or any(item.unread is not None and item.unread.nothing for item in estate.listeners)
        return estate

    def read(self, listener: str = "", quiet: bool = False) -> "LiveReading":
        """What the accounts hold; troubles go to standard error. Raises SourceError where nothing could be read."""
        from alb_lint.sources.live.source import ORG_ROLE, LiveOptions, read_live

        told = {name: tuple(value) if isinstance(value, list) else value for name, value in self._flags.items()}
        several = {name: told.pop(name) or () for name in ("region", "profile", "role_arn", "external_id", "load_balancer", "tag")}
        wanted = LiveOptions(
            regions=several["region"],
            profiles=several["profile"],
            role_arns=several["role_arn"],
            external_ids=several["external_id"],
            load_balancers=several["load_balancer"],
            tags=tuple(_tag(text) for text in several["tag"]),
            listeners=(listener,) if listener else (),
            **told | {"org_role": told["org_role"] or ORG_ROLE},
        )
        with _Progress(quiet) as progress:
            found = read_live(wanted, progress, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        for error in found.errors:
            self._failed = True
            say(error)
        options.note(f"{sum(times for _, times in found.calls)} calls to AWS", quiet)
        return found

    def code(self, code: int) -> int:
        """The exit code of the command, given what it would be had everything been read."""
        return exit_codes.UNREADABLE if self._failed else code


def _tag(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise UsageError(f"not a tag: {text!r}", where="--tag", hint="write it like --tag team=checkout")
    return key, value


def _abouts(read: "LiveReading") -> list[dict[str, str]]:
    return [snapshot["alb_lint"] for snapshot in read.snapshots]


class _Progress:
    """One bar for all accounts and regions on a terminal; else one line for each that is read; nothing where `quiet`."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._bar: Any = None
        self._task: Any = None
        self._read: dict[tuple[str, str], tuple[int, int]] = {}

    def __enter__(self) -> Self:
        if not self._quiet and sys.stderr.isatty() and not os.environ.get("CI"):
            from rich.console import Console
            from rich.progress import Progress

            self._bar = Progress(console=Console(stderr=True), transient=True)
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, account: str, region: str, done: int, total: int) -> None:
        if self._bar is not None:
            self._read[account, region] = (done, total)
            if self._task is None:
                self._task = self._bar.add_task("", total=None)
            known = [sum(numbers) for numbers in zip(*self._read.values(), strict=True)]
            said = f"listeners of {len(self._read)} account{'' if len(self._read) == 1 else 's'} and regions, now {account} {region}"
            self._bar.update(self._task, completed=known[0], total=known[1], description=said)
        elif done == total:
            options.note(f"account {account}, region {region}: {total} {'listener' if total == 1 else 'listeners'}", self._quiet)


def _is_state(estate: Estate, file: str) -> bool:
    """Whether a snapshot is the state of a tool. Raises UsageError where it is code, or tells what a deployment would make."""
    hint = "an `alb-lint export`, `aws elbv2 describe-rules`, `terraform state pull` or `pulumi stack export`"
    for listener in estate.listeners:
        if listener.deployments:
            raise UsageError("it says what will be, not what is", where=f"--snapshot {file}", hint=hint)
        if listener.source_kind not in ("aws-json", *STATE_KINDS):
            raise UsageError(f"it is no export but {listener.source_kind}", where=f"--snapshot {file}", hint=hint)
    return any(listener.source_kind in STATE_KINDS for listener in estate.listeners)
