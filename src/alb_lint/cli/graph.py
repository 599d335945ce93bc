"""`alb-lint graph`: the priority and path graph of each listener."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Final

import typer

from alb_lint.cli import completing, exit_codes, helping, options
from alb_lint.cli.live import Live, may_read_live
from alb_lint.errors import SourceError

if TYPE_CHECKING:
    from alb_lint.analysis.facts import ListenerFacts

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
    pair that shares a request. json has 500,000 at most, and requests for as many of them as can be found in some seconds' work; `edges_left` and
    `witnesses_left` tell how many are left. --all and graphml take 200,000 pairs at most.
    """
    from alb_lint.analysis.facts import ListenerFacts
    from alb_lint.reports import graphs
    from alb_lint.space.budget import OutOfBudget

    options.one_of(format_, FORMATS, "--format")
    names = live.sources(sources)
    settings = options.load_config(config, names)
    estate = live.estate(names, settings, kind, listener, told=options.reading(settings, parameter, parameters, workspace, stack))
    for gap in estate.gaps:
        options.note(f"gap: {gap.location}: {gap.reason}", quiet=False)
    facts = [ListenerFacts(item) for item in estate.listeners]
    if format_ == "graphml" or (everything and format_ != "json"):
        _few_enough(facts, "--format graphml" if format_ == "graphml" else "--all")
    try:
        wide = graphs.as_text(facts, everything, options.columns(output)) if format_ == "text" else ""
        text = wide or graphs.ALL[format_](facts, everything)
    except OutOfBudget as stop:
        raise SourceError(stop.reason, where=f"--format {format_}", hint=_INSTEAD) from stop
    options.write(text, output)
    return live.code(exit_codes.CLEAN)


_INSTEAD: Final = "--listener takes one listener, --format json holds the first 500,000 pairs"


def _few_enough(facts: "Sequence[ListenerFacts]", what: str) -> None:
    """Raises SourceError where there are more pairs than are drawn."""
    from alb_lint.analysis.graph import DRAWN, count_of_pairs

    many = sum(map(count_of_pairs, facts))
    if many > DRAWN:
        raise SourceError(
            f"{many:,} pairs of rules share requests, and {DRAWN:,} are drawn at most",
            where=what,
            hint=f"{_INSTEAD}, and without --all only those are shown that must keep their order",
        )
