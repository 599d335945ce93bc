"""`alb-lint audit`: lint a live account."""

from alb_lint.cli import judging, options
from alb_lint.cli.live import Live, reads_live


@reads_live
def command(
    config: options.ConfigFile = "",
    format_: judging.Format = "text",
    output: options.Output = "",
    select: judging.Select = None,
    ignore: judging.Ignore = None,
    fail_on: judging.FailOn = "",
    listener: options.OnlyListener = "",
    baseline: judging.Baseline = "",
    write_baseline: judging.WriteBaseline = "",
    require_complete: judging.RequireComplete = False,
    environment: judging.Environment = "",
    allow_empty: options.AllowEmpty = False,
    quiet: options.Quiet = False,
    no_color: options.NoColor = False,
    *,
    live: Live,
) -> int:
    """Lint the rules of AWS accounts, read through the API. Nothing is ever changed.

    Exit codes: 0 clean, 1 findings at or above --fail-on, 2 usage or config, 3 unreadable, 4 incomplete with --require-complete.
    """
    ready = judging.prepare(
        options.load_config(config, []),
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
    )
    return live.code(ready.judge(live.estate([], ready.settings, listener=listener, quiet=quiet, allow_empty=allow_empty)))
