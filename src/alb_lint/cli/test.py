"""`alb-lint test`: expected routes, and assertions over all requests."""

from typing import Annotated

import typer

from alb_lint.cli import completing, exit_codes, helping, options
from alb_lint.cli.flags import OUTPUT_PANEL
from alb_lint.cli.live import Live, may_read_live
from alb_lint.errors import ConfigError, UsageError
from alb_lint.files import NotRead, content

FORMATS = ("text", "json", "junit")

HELP = helping.Help(
    examples=(
        ("alb-lint test rules.json --routes routes.yaml", "an export"),
        ("alb-lint test infra/ --routes routes.yaml -f junit", "code, in CI"),
        ("alb-lint test --live --routes routes.yaml", "what AWS has now"),
    ),
    codes=(
        (0, "every case passed"),
        (1, "a case failed, or could not be decided"),
        (2, "a wrong flag, argument, config or routes file"),
        helping.UNREADABLE,
        (4, "something could not be read, with --require-complete"),
    ),
)


@may_read_live
def command(
    sources: options.Sources = None,
    routes: Annotated[str, typer.Option("--routes", metavar="FILE", help="The cases, YAML or TOML; - for standard input.")] = "",
    config: options.ConfigFile = "",
    format_: Annotated[
        str,
        typer.Option(
            "--format",
            "-f",
            metavar="NAME",
            help="text, json or junit.",
            autocompletion=completing.words(*FORMATS),
            rich_help_panel=OUTPUT_PANEL,
        ),
    ] = "text",
    output: options.Output = "",
    listener: options.OnlyListener = "",
    kind: options.Kind = "",
    parameter: options.Parameter = None,
    parameters: options.Parameters = None,
    workspace: options.Workspace = "",
    stack: options.Stack = "",
    require_complete: Annotated[bool, typer.Option("--require-complete", help="Exit 4 if something could not be read.")] = False,
    no_color: options.NoColor = False,
    *,
    live: Live,
) -> int:
    """Test what requests are answered with, one by one and all.

    A route is one request; what stands under always and never is proved over all requests, or refuted by one.
    """
    from alb_lint.reports import route_results
    from alb_lint.routes.file import BYTES, read_cases
    from alb_lint.routes.judge import judge

    options.one_of(format_, FORMATS, "--format")
    if not routes:
        raise UsageError("name the file with the routes", where="test", hint="alb-lint test rules.json --routes routes.yaml")
    names = live.sources(sources)
    if routes == "-" and "-" in names:
        raise UsageError("standard input is given twice", where="SOURCE and --routes", hint="name a file for one of them")
    try:
        data = options.standard_input() if routes == "-" else content(routes, BYTES, pipes=True)
    except NotRead as error:
        raise ConfigError(f"cannot read the routes: {error.reason}", where=routes, hint="docs/testing.md shows a file") from error
    cases = read_cases(data, routes)
    settings = options.load_config(config, names)
    estate = live.estate(names, settings, kind, listener, told=options.reading(settings, parameter, parameters, workspace, stack))
    options.need_rules(estate, names)
    for gap in estate.gaps:
        options.note(f"gap: {gap.location}: {gap.reason}", quiet=False)
    found = judge(cases, estate.listeners, settings)
    told = route_results.Told(found, estate.listeners, routes, len(estate.gaps))
    if format_ == "json":
        options.write(route_results.as_json(told), output)
    elif format_ == "junit":
        options.write(route_results.as_junit(told), output)
    else:
        options.write(route_results.as_text(told, options.in_color(no_color, output), options.columns(output)), output)
    if require_complete and estate.gaps:
        return live.code(exit_codes.INCOMPLETE)
    return live.code(exit_codes.FINDINGS if found.failed or found.undecided else exit_codes.CLEAN)
