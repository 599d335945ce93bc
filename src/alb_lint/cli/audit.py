"""`alb-lint audit`: lint a live account, and hold it against what the code wants."""

from typing import Annotated

import typer

from alb_lint.cli import helping, judging, options
from alb_lint.cli.live import STATE_KINDS, Live, reads_live
from alb_lint.config import Config
from alb_lint.errors import SourceError, UsageError
from alb_lint.model import Estate
from alb_lint.sources.source import ReadOptions

HELP = helping.Help(
    examples=(
        ("alb-lint audit", "your account"),
        ("alb-lint audit --profile prod --region all", "another one"),
        ("alb-lint audit --against infra/", "against the code"),
        ("alb-lint audit --snapshot estate.json --against infra/", "without AWS"),
    ),
    codes=(
        (0, "nothing found at or above --fail-on"),
        (1, "something found"),
        helping.USAGE,
        (3, "an account, region or source could not be read"),
        (4, "something could not be read, with --require-complete"),
    ),
)


@reads_live
def command(
    sources: Annotated[list[str] | None, typer.Argument(metavar="[SOURCE…]", help="More code for --against.", show_default=False)] = None,
    against: Annotated[list[str] | None, typer.Option("--against", metavar="SOURCE", help="Compare with this code; may repeat.")] = None,
    state: Annotated[
        list[str] | None,
        typer.Option("--state", metavar="FILE", help="State of the code: a .tfstate or `pulumi stack export`; may repeat."),
    ] = None,
    snapshot: Annotated[str, typer.Option("--snapshot", metavar="FILE", help="Read this export instead of AWS.")] = "",
    config: options.ConfigFile = "",
    format_: judging.Format = "text",
    output: options.Output = "",
    report: judging.Reports = None,
    select: judging.Select = None,
    ignore: judging.Ignore = None,
    fail_on: judging.FailOn = "",
    listener: options.OnlyListener = "",
    baseline: judging.Baseline = "",
    write_baseline: judging.WriteBaseline = "",
    require_complete: judging.RequireComplete = False,
    environment: judging.Environment = "",
    show: judging.Show = "",
    level: judging.Level = "",
    full: judging.Full = False,
    statistics: judging.Statistics = False,
    kind: options.Kind = "",
    parameter: options.Parameter = None,
    parameters: options.Parameters = None,
    workspace: options.Workspace = "",
    stack: options.Stack = "",
    allow_empty: options.AllowEmpty = False,
    quiet: options.Quiet = False,
    no_color: options.NoColor = False,
    *,
    live: Live,
) -> int:
    """Find problems in the listener rules of AWS accounts.

    It only reads. With --against it also says what deploying that code would change, or would be refused.
    """
    names = _code(against, sources, {"--source-kind": kind, "--parameter": parameter, "--parameters": parameters, "--state": state})
    ready = judging.prepare(
        options.load_config(config, names),
        format_=format_,
        output=output,
        select=select,
        ignore=ignore,
        fail_on=fail_on,
        baseline=baseline,
        write_baseline=write_baseline,
        require_complete=require_complete,
        environment=environment,
        quiet=quiet,
        no_color=no_color,
        show=show,
        further=report,
        level=level,
        full=full,
        statistics=statistics,
        asked=options.asked_again([snapshot]) if snapshot else "--live",
    )
    wanted = None
    if names:
        wanted = _wanted(names, ready.settings, kind, options.reading(ready.settings, parameter, parameters, workspace, stack), listener)
        options.need_rules(wanted, names, allow_empty)
    if snapshot:
        estate = live.snapshot(snapshot, ready.settings, listener, quiet=quiet, allow_empty=allow_empty)
    else:
        estate = live.estate([], ready.settings, listener=listener, quiet=quiet, allow_empty=allow_empty)
    made = _made(state, ready.settings) if state else estate if snapshot else None
    return live.code(ready.judge(estate, wanted=wanted, state=made))


def _code(against: list[str] | None, further: list[str] | None, flags: dict[str, object]) -> list[str]:
    """The names of the code's sources. Raises UsageError for what has no meaning without --against."""
    if not against:
        told = [*(further or []), *(flag for flag, value in flags.items() if value)]
        if told:
            raise UsageError(
                "it has no meaning without --against", where=told[0], hint="give --against SOURCE, or use `alb-lint check` for files"
            )
        return []
    return [*against, *(further or [])]


def _made(names: list[str], settings: Config) -> Estate:
    """What the states hold, each rule under its ARN and the name by which its tool knows it."""
    from alb_lint import inputs

    estate = inputs.read(names, settings)
    for listener in estate.listeners:
        if listener.source_kind not in STATE_KINDS:
            hint = "terraform state pull > FILE, or pulumi stack export --file FILE"
            raise UsageError(f"it is no state but {listener.source_kind}", where=f"--state {', '.join(names)}", hint=hint)
    return estate


def _wanted(names: list[str], settings: Config, kind: str, told: ReadOptions, listener: str) -> Estate:
    """What the code says; with --listener, of the listeners of this name, where the code has such."""
    from alb_lint import inputs

    estate = inputs.read(names, settings, kind, told)
    try:
        return inputs.only(estate, listener, settings)
    except SourceError:
        return estate
