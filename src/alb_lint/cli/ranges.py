"""`alb-lint ranges`: each reserved range: used, free, foreign, retired."""

from typing import Any

from alb_lint.cli import exit_codes, options
from alb_lint.cli.live import Live, may_read_live
from alb_lint.errors import UsageError


@may_read_live
def command(
    sources: options.Sources = None,
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
    """Show each reserved range of the config: who stands in it, what is free, who belongs to it and stands elsewhere."""
    from alb_lint.json_text import dumps
    from alb_lint.plan.wanted.range_usage import ledger
    from alb_lint.reports.ledgers import as_json, as_text

    options.one_of(format_, ("text", "json"), "--format")
    names = live.sources(sources)
    settings = options.load_config(config, names)
    if not settings.ranges:
        raise UsageError(
            "the config has no [[range]]", where=settings.path or "no alb-lint.toml found", hint="`alb-lint init` writes a first config"
        )
    estate = live.estate(names, settings, kind, listener, told=options.reading(settings, parameter, parameters, workspace, stack))
    for gap in estate.gaps:
        options.note(f"gap: {gap.location}: {gap.reason}", quiet=False)
    rows = ledger(estate, settings, options.today())
    if format_ == "json":
        document: dict[str, Any] = as_json(rows)
        options.write(dumps(document, indent=2) + "\n", output)
    else:
        options.write(as_text(rows, options.in_color(no_color, output), options.columns(output)), output)
    return live.code(exit_codes.CLEAN)
