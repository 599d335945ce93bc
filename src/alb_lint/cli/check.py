"""`alb-lint check`: lint static input; the pre-commit entry."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from alb_lint.cli import judging, options
from alb_lint.cli.flags import flag
from alb_lint.cli.parameters import refuse_unused
from alb_lint.config import Config
from alb_lint.model import Estate


def command(
    sources: options.Sources = None,
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
    project: Annotated[
        bool, flag("--project", help="Read the whole project around the files; report what touches them. For hooks.")
    ] = False,
    since: Annotated[
        str,
        flag("--since", metavar="REF", help="Only what the change since this git revision brings; and what deploying it is refused."),
    ] = "",
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
) -> int:
    """Lint rules in exports and infrastructure code.

    Exit codes: 0 clean, 1 findings at or above --fail-on, 2 usage or config, 3 unreadable, 4 incomplete with --require-complete.
    """
    from alb_lint import pipeline, shares

    names = sources or ["."]
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
        asked=options.asked_again(names),
    )
    whole = project or any(Path(name).is_dir() for name in names)
    told = options.reading(ready.settings, parameter, parameters, workspace, stack)
    reach = _reach(names, ready.settings, project)
    given = pipeline.gather(reach, ready.settings, kind, allow_empty, project)
    narrow = (lambda summary: pipeline.touching(summary, names)) if project else None
    summary = (
        None if listener or since or ready.whole else shares.lint(given, ready.settings, options.today(), ready.chosen, ready.known, told)
    )
    if summary is not None:
        refuse_unused(parameter, summary.files)
    if summary is not None and summary.rules:
        return ready.conclude(summary, narrow)
    if since:
        from alb_lint.cli.since import now_and_then, older

        def read(there: Sequence[str], settings: Config) -> Estate:
            return pipeline.only(pipeline.read(there, settings, kind, told, tolerant=True, project=project), listener, settings)

        estate, before = now_and_then(
            lambda: pipeline.only(pipeline.read_input(given, ready.settings, told), listener, ready.settings),
            lambda: older(since, reach, ready.settings, read),
        )
    else:
        estate, before = pipeline.only(pipeline.read_input(given, ready.settings, told), listener, ready.settings), None
    refuse_unused(parameter, estate.files)
    options.need_rules(estate, names, allow_empty)
    return ready.judge(estate, whole=whole, narrow=narrow, before=before)


def _reach(names: list[str], settings: object, project: bool) -> list[str]:
    """The names, and with --project the folder of the config (else of the repository, else this one)."""
    if not project:
        return names
    root = getattr(settings, "root", None)
    if root is None:
        here = Path.cwd()
        root = next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)
    return [*names, options.shown(root) or "."]
