"""`alb-lint ways`: every way to a backend, and what guards it."""

from fnmatch import fnmatchcase
from typing import Annotated

import typer

from alb_lint.cli import exit_codes, options
from alb_lint.cli.live import Live, may_read_live
from alb_lint.errors import SourceError


@may_read_live
def command(
    sources: options.Sources = None,
    target_group: Annotated[str, typer.Option("--target-group", metavar="GLOB", help="Only target groups of this name or ARN.")] = "*",
    config: options.ConfigFile = "",
    format_: options.TextOrJson = "text",
    output: options.Output = "",
    listener: options.OnlyListener = "",
    kind: options.Kind = "",
    parameter: options.Parameter = None,
    parameters: options.Parameters = None,
    workspace: options.Workspace = "",
    stack: options.Stack = "",
    no_color: options.NoColor = False,
    *,
    live: Live,
) -> int:
    """Show the rules that forward to each target group, over all listeners, and what each asks of a client."""
    from alb_lint.analysis.ways import ways
    from alb_lint.findings.wording import group_name
    from alb_lint.json_text import dumps
    from alb_lint.reports.backends import as_json, as_text

    options.one_of(format_, ("text", "json"), "--format")
    names = live.sources(sources)
    settings = options.load_config(config, names)
    estate = live.estate(names, settings, kind, listener, told=options.reading(settings, parameter, parameters, workspace, stack))
    options.need_rules(estate, names)
    for gap in estate.gaps:
        options.note(f"gap: {gap.location}: {gap.reason}", quiet=False)
    every = ways(estate)
    found = {group: each for group, each in every.items() if any(fnmatchcase(text, target_group) for text in (group, group_name(group)))}
    if not found and target_group != "*":
        known = ", ".join(dict.fromkeys(group_name(group) for group in list(every)[:8]))
        raise SourceError(
            f"no rule{'' if estate.complete else ' that was read'} forwards to {target_group!r}",
            where="--target-group",
            hint=f"there are {known}" if known else "",
        )
    if format_ == "json":
        options.write(dumps(as_json(found, estate), indent=2) + "\n", output)
    else:
        options.write(as_text(found, estate, options.in_color(no_color, output), options.columns(output)), output)
    return live.code(exit_codes.CLEAN)
