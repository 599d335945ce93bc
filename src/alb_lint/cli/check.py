"""`alb-lint check`: lint static input; the pre-commit entry."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from alb_lint.cli import fixing, judging, options
from alb_lint.cli.examples import UNREADABLE, USAGE, Help
from alb_lint.cli.flags import OUTPUT_PANEL, flag
from alb_lint.cli.parameters import refuse_unused
from alb_lint.config import Config
from alb_lint.files import is_folder, is_there
from alb_lint.model import Estate
from alb_lint.record import replace
from alb_lint.sources.source import ReadOptions

HELP = Help(
    examples=(
        ("alb-lint check", "all rules in this folder"),
        ("alb-lint check rules.json --select ALB101,ALB2", "some checks"),
        ("alb-lint check infra/ --level error", "errors only"),
        ("alb-lint check --since HEAD", "what is new since then"),
        ("alb-lint check --report sarif:out.sarif", "text here, SARIF into a file"),
    ),
    codes=(
        (0, "nothing found at or above --fail-on"),
        (1, "something found"),
        USAGE,
        UNREADABLE,
        (4, "something could not be read, with --require-complete"),
    ),
)


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
        bool, flag("--project", help="Read the whole project, report only what touches the given files; for hooks.")
    ] = False,
    since: Annotated[
        str,
        flag(
            "--since", metavar="REF", help="Report only what is new since this git revision, and what AWS would refuse when it is deployed."
        ),
    ] = "",
    refs: Annotated[
        str, flag("--refs", metavar="GLOB", help="Also find numbers that branches which are not merged yet take: 'origin/*'.")
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
    fix: fixing.Fix = False,
    diff: fixing.Diff = False,
    suggest: fixing.Suggest = False,
    quiet: options.Quiet = False,
    no_color: options.NoColor = False,
    no_cache: Annotated[
        bool, flag("--no-cache", help="Work it out anew, also where nothing changed.", rich_help_panel=OUTPUT_PANEL)
    ] = False,
) -> int:
    """Find problems in the listener rules of exports and code.

    With no SOURCE it reads this folder.
    """
    from alb_lint import inputs, pipeline

    del no_cache  # `entry` has heeded it
    names = sources or ["."]
    fixing.refuse_together(fix, diff, suggest, since)
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
    whole = project or any(is_folder(name) for name in names)
    told = options.reading(ready.settings, parameter, parameters, workspace, stack)
    reach = _reach(names, ready.settings, project)

    passed: set[tuple[str, str]] | None = set() if since or refs else None

    def gather() -> inputs.Input:
        return inputs.gather(reach, ready.settings, kind, allow_empty, project, passed)

    narrow = (lambda summary: pipeline.touching(summary, names)) if project else None
    workspaces = () if workspace or since else ready.settings.workspaces
    if workspaces:
        given = gather()
        estates = []
        for name in workspaces:
            there = inputs.read_input(given, ready.settings, replace(told, workspace=name))
            estates.append((name, inputs.only(there, listener, ready.settings)))
            options.need_rules(estates[-1][1], names, allow_empty)
        return ready.judge_each(estates, whole=whole, narrow=narrow)
    gathered = [gather()]
    several = sum(len(targets) for _, targets in gathered[0].groups) > 1
    if several and not (listener or since or refs or ready.whole or fix or diff or suggest):
        from alb_lint import shares
        from alb_lint.findings.summary import Summary

        # handed over, so that nothing else holds the files
        found = shares.lint(
            lambda: gathered.pop() if gathered else gather(), ready.settings, options.today(), ready.chosen, ready.known, told
        )
        if isinstance(found, Summary):
            refuse_unused(parameter, found.files)
            return ready.conclude(found, narrow)
        gathered = [found]
    given = gathered.pop()

    def now() -> Estate:
        return inputs.only(inputs.read_input(given, ready.settings, told), listener, ready.settings)

    def read(there: Sequence[str], settings: Config, then: ReadOptions) -> Estate:
        return inputs.read(there, settings, kind, then, tolerant=True, project=project, passed=passed)

    if since:
        from alb_lint.cli.since import now_and_then, older

        def older_read(there: Sequence[str], settings: Config, then: ReadOptions) -> Estate:
            return inputs.only(read(there, settings, then), listener, settings)

        estate, before = now_and_then(given, now, lambda: older(since, reach, ready.settings, told, older_read))
    else:
        estate, before = now(), None
    refuse_unused(parameter, estate.files)
    options.need_rules(estate, names, allow_empty)
    if refs:
        from alb_lint.cli.branches import with_branches

        estate = with_branches(estate, refs, reach, ready.settings, told, read)
    if suggest:
        return fixing.suggest(ready, estate, whole)
    if fix or diff:

        def read_again() -> Estate:
            return inputs.only(inputs.read_input(gather(), ready.settings, told), listener, ready.settings)

        if diff:
            return fixing.diff(ready, estate, names, read_again)
        estate = fixing.fix(ready, estate, names, read_again)
    return ready.judge(estate, whole=whole, narrow=narrow, before=before)


def _reach(names: list[str], settings: object, project: bool) -> list[str]:
    """The names, and with --project the folder of the config (else of the repository, else this one)."""
    if not project:
        return names
    root = getattr(settings, "root", None)
    if root is None:
        here = Path.cwd()
        root = next((folder for folder in (here, *here.parents) if is_there(folder / ".git")), here)
    return [*names, options.shown(root) or "."]
