"""`alb-lint show`: a listener as a table, rules in asking order."""

from typing import Annotated

import typer

from alb_lint.cli import exit_codes, options
from alb_lint.cli.live import Live, may_read_live


@may_read_live
def command(
    sources: options.Sources = None,
    match: Annotated[str, typer.Option("--match", metavar="URL", help="Mark the rule that answers this URL.")] = "",
    method: Annotated[str, typer.Option("--method", "-X", metavar="METHOD", help="Of --match.")] = "GET",
    header: Annotated[list[str] | None, typer.Option("--header", "-H", metavar="'NAME: VALUE'", help="Of --match; may repeat.")] = None,
    source_ip: Annotated[str, typer.Option("--source-ip", metavar="ADDRESS", help="Of --match.")] = "192.0.2.1",
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
    """Show the rules of each listener in asking order: what each matches, what it does, and which are dead, cross others or depend.

    Exit codes: 0, 2 usage or config, 3 unreadable.
    """
    from alb_lint.analysis.asked import request_to
    from alb_lint.analysis.tracing import trace
    from alb_lint.analysis.view import rows
    from alb_lint.json_text import dumps
    from alb_lint.plan.wanted.ranges import ranges_of
    from alb_lint.reports.listings import Shown, as_json, as_text

    options.one_of(format_, ("text", "json"), "--format")
    names = live.sources(sources)
    settings = options.load_config(config, names)
    asked = request_to(match, method, header or [], source_ip) if match else None
    estate = live.estate(names, settings, kind, listener, told=options.reading(settings, parameter, parameters, workspace, stack))
    options.need_rules(estate, names)
    for gap in estate.gaps:
        options.note(f"gap: {gap.location}: {gap.reason}", quiet=False)
    shown = []
    for item in estate.listeners:
        bands = tuple((band.name, tuple(band.priorities)) for band in ranges_of(item, settings))
        shown.append(Shown(item, tuple(rows(item)), trace(item, asked) if asked is not None else None, bands))
    if format_ == "json":
        options.write(dumps(as_json(shown, estate.complete), indent=2) + "\n", output)
    else:
        options.write(as_text(shown, options.columns(output), options.in_color(no_color, output)), output)
    return live.code(exit_codes.CLEAN)
