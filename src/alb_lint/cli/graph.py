"""`alb-lint graph`: the priority and path graph of each listener."""

from typing import Annotated, Final

import typer

from alb_lint.cli import exit_codes, options

NAME: Final = "graph"


def command(
    sources: options.Sources = None,
    config: options.ConfigFile = "",
    format_: Annotated[str, typer.Option("--format", "-f", metavar="NAME", help="json, dot, mermaid, graphml.")] = "json",
    output: options.Output = "",
    listener: options.OnlyListener = "",
    kind: options.Kind = "",
) -> int:
    """Draw or export which rules share requests, how, and whether their order matters."""
    from alb_lint import pipeline
    from alb_lint.analysis.facts import ListenerFacts
    from alb_lint.reports import graphs

    options.one_of(format_, tuple(graphs.ALL), "--format")
    names = options.need_sources(sources)
    settings = options.load_config(config, names)
    estate = pipeline.only(pipeline.read(names, settings, kind), listener, settings)
    options.need_rules(estate, names)
    for gap in estate.gaps:
        options.note(f"gap: {gap.location}: {gap.reason}", quiet=False)
    options.write(graphs.ALL[format_]([ListenerFacts(item) for item in estate.listeners]), output)
    return exit_codes.CLEAN
