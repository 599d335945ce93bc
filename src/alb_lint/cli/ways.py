"""`alb-lint ways`: every way to a backend, and what guards it."""

from fnmatch import fnmatchcase
from typing import Annotated

import typer

from alb_lint.cli import exit_codes, helping, options
from alb_lint.cli.live import Live, may_read_live
from alb_lint.errors import SourceError

HELP = helping.Help(
    examples=(
        ("alb-lint ways rules.json", "all target groups"),
        ("alb-lint ways rules.json --target-group 'api*'", "some"),
    ),
)


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
    """Show every way to a target group, and what guards it.

    Those are the rules of all listeners that forward to it, and what each demands of a client.
    """
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
    every = ways(estate.listeners)
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
