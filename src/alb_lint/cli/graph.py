"""`alb-lint graph`: the priority and path graph of each listener."""

from typing import Annotated, Final

import typer

from alb_lint.cli import completing, exit_codes, helping, options
from alb_lint.cli.live import Live, may_read_live

FORMATS: Final = ("text", "json", "svg", "dot", "mermaid", "graphml")


HELP = helping.Help(
    examples=(
        ("alb-lint graph rules.json", "as text"),
        ("alb-lint graph rules.json -f svg -o rules.svg", "a picture"),
        ("alb-lint graph rules.json -f mermaid", "for a Markdown page"),
    ),
)


@may_read_live
def command(
    sources: options.Sources = None,
    config: options.ConfigFile = "",
    format_: Annotated[
        str,
        typer.Option(
            "--format",
            "-f",
            metavar="NAME",
            help=f"{', '.join(FORMATS)}.",
            autocompletion=completing.words(*FORMATS),
            rich_help_panel=helping.OUTPUT_PANEL,
        ),
    ] = "text",
    everything: Annotated[
        bool, typer.Option("--all", help="Show also the pairs whose order does not matter or follows from others.")
    ] = False,
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
    """Show which rules must stay before which others.

    Those are pairs that share a request and act differently. Pictures leave out what follows from other pairs; json and graphml hold every
    pair that shares a request; of one listener json has 500,000 at most, and `edges_left` tells how many are left.
    """
    from alb_lint.analysis.facts import ListenerFacts
    from alb_lint.reports import graphs

    options.one_of(format_, FORMATS, "--format")
    names = live.sources(sources)
    settings = options.load_config(config, names)
    estate = live.estate(names, settings, kind, listener, told=options.reading(settings, parameter, parameters, workspace, stack))
    for gap in estate.gaps:
        options.note(f"gap: {gap.location}: {gap.reason}", quiet=False)
    facts = [ListenerFacts(item) for item in estate.listeners]
    wide = graphs.as_text(facts, everything, options.columns(output)) if format_ == "text" else ""
    options.write(wide or graphs.ALL[format_](facts, everything), output)
    return live.code(exit_codes.CLEAN)
