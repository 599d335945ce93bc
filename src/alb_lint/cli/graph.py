"""`alb-lint graph`: the priority and path graph of each listener."""

from typing import Annotated

import typer

from alb_lint.cli import exit_codes, options
from alb_lint.cli.live import Live, may_read_live


@may_read_live
def command(
    sources: options.Sources = None,
    config: options.ConfigFile = "",
    format_: Annotated[str, typer.Option("--format", "-f", metavar="NAME", help="json, dot, mermaid, graphml.")] = "json",
    output: options.Output = "",
    listener: options.OnlyListener = "",
    kind: options.Kind = "",
    parameter: options.Parameter = None,
    parameters: options.Parameters = None,
    workspace: options.Workspace = "",
    stack: options.Stack = "",
    *,
    live: Live,
) -> int:
    """Draw or export which rules share requests, how, and whether their order matters."""
    from alb_lint.analysis.facts import ListenerFacts
    from alb_lint.reports import graphs

    options.one_of(format_, tuple(graphs.ALL), "--format")
    names = live.sources(sources)
    settings = options.load_config(config, names)
    estate = live.estate(names, settings, kind, listener, told=options.reading(settings, parameter, parameters, workspace, stack))
    for gap in estate.gaps:
        options.note(f"gap: {gap.location}: {gap.reason}", quiet=False)
    options.write(graphs.ALL[format_]([ListenerFacts(item) for item in estate.listeners]), output)
    return live.code(exit_codes.CLEAN)
