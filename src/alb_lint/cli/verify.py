"""`alb-lint verify`: prove a plan file again, from the rules alone, and that its base is still what the listener is."""

from typing import TYPE_CHECKING, Annotated

import typer

from alb_lint.cli import exit_codes, options
from alb_lint.cli.live import Live, may_read_live
from alb_lint.errors import SourceError
from alb_lint.files import NotRead, content

if TYPE_CHECKING:
    from alb_lint.plan.plan import Plan


@may_read_live
def command(
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="What `alb-lint plan --format json` wrote.", show_default=False)],
    sources: options.Sources = None,
    config: options.ConfigFile = "",
    format_: options.TextOrJson = "text",
    output: options.Output = "",
    kind: options.Kind = "",
    parameter: options.Parameter = None,
    parameters: options.Parameters = None,
    workspace: options.Workspace = "",
    stack: options.Stack = "",
    no_color: options.NoColor = False,
    *,
    live: Live,
) -> int:
    """Prove a plan again for the rules as they are now, independently of the planner.

    Exit codes: 0 it holds and changes nothing but what it names, 1 it does not, 2 usage or config, 3 the plan or a source is unreadable,
    5 the plan refuses a listener.
    """
    from alb_lint.plan.proof.verify import verify_plan
    from alb_lint.reports import verdicts

    options.one_of(format_, ("text", "json"), "--format")
    names = live.sources(sources)
    asked = read_plan(plan)
    settings = options.load_config(config, names)
    estate = live.estate(names, settings, kind, told=options.reading(settings, parameter, parameters, workspace, stack))
    for gap in estate.gaps:
        options.note(f"gap: {gap.location}: {gap.reason}", quiet=False)
    found = verify_plan(asked, estate.listeners)
    told = verdicts.Told(found, estate.listeners, asked.refused)
    color, width = options.in_color(no_color, output), options.columns(output)
    options.write(verdicts.as_json(told, color) if format_ == "json" else verdicts.as_text(told, color, width), output)
    failed = bool(told.verdicts) and not told.holds
    return live.code(
        exit_codes.FINDINGS if failed or not (told.refused or told.holds) else exit_codes.REFUSED if told.refused else exit_codes.CLEAN
    )


def read_plan(name: str) -> "Plan":
    """The plan in the file. Raises SourceError where there is none."""
    from alb_lint.plan.plan_file import load_plan

    try:
        data = content(name, pipes=True)
    except NotRead as error:
        hint = "write it with: alb-lint plan SOURCE --format json --output plan.json"
        raise SourceError(f"cannot read the plan: {error.reason}", where=name, hint=hint) from error
    return load_plan(data, name)
