"""`alb-lint show`: a listener as a table, rules in asking order."""

from typing import Annotated

import typer

from alb_lint.cli import exit_codes, helping, options
from alb_lint.cli.live import Live, may_read_live

HELP = helping.Help(
    examples=(
        ("alb-lint show rules.json", "every rule"),
        ("alb-lint show infra/ --listener public", "one listener"),
        ("alb-lint show rules.json --match https://example.com/api", "who answers"),
        ("alb-lint show --live --region eu-west-1", "what AWS has"),
    ),
)


@may_read_live
def command(
    sources: options.Sources = None,
    match: Annotated[str, typer.Option("--match", metavar="URL", help="Mark the rule that answers this URL.")] = "",
    method: Annotated[str, typer.Option("--method", "-X", metavar="METHOD", help="Its method.")] = "GET",
    header: Annotated[list[str] | None, typer.Option("--header", "-H", metavar="'NAME: VALUE'", help="A header of it; may repeat.")] = None,
    source_ip: Annotated[str, typer.Option("--source-ip", metavar="ADDRESS", help="The client that sends it.")] = "192.0.2.1",
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
    """Show each listener as a table, in the order rules are evaluated.

    The last column marks rules that no request reaches, that cross others, that depend on a value, or that could not be decided.
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
