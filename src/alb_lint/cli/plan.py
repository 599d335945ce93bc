"""`alb-lint plan`: renumber into the reserved ranges. It proposes and proves; it never writes to AWS."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from alb_lint.cli import completing, exit_codes, helping, judging, options
from alb_lint.cli.live import Live, may_read_live
from alb_lint.errors import UsageError
from alb_lint.model import Estate
from alb_lint.record import replace

if TYPE_CHECKING:
    from alb_lint.plan.proposal import Proposal

FORMATS: Final = ("text", "json", "markdown", "html", "aws-cli", "patch")


HELP = helping.Help(
    examples=(
        ("alb-lint plan rules.json", "read the proposal"),
        ("alb-lint plan rules.json --merge-twins", "and merge"),
        ("alb-lint plan rules.json -f json -o plan.json", "keep it, for verify"),
        ("alb-lint plan rules.json -f html -o plan.html", "show it to others"),
        ("alb-lint plan infra/ -f patch", "as a diff of the code"),
    ),
    codes=((0, "a plan, also where nothing has to move"), helping.USAGE, helping.UNREADABLE, (5, "no plan; the text says what would help")),
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
    output: options.Output = "",
    listener: options.OnlyListener = "",
    merge_twins: Annotated[
        bool, typer.Option("--merge-twins", help="Merge rules that match the same requests into one weighted forward.")
    ] = False,
    fix_shadowed: Annotated[
        bool, typer.Option("--fix-shadowed", help="Move unreachable rules above the rules that hide them (changes answers).")
    ] = False,
    spread: Annotated[bool, typer.Option("--spread", help="Spread the rules of a range evenly.")] = False,
    compact: Annotated[bool, typer.Option("--compact", help="Use the fewest rules that give the same answers.")] = False,
    split: Annotated[bool, typer.Option("--split", help="Split rules with more values or wildcards than a rule may have.")] = False,
    by_traffic: Annotated[
        list[str] | None,
        typer.Option(
            "--by-traffic", metavar="LOGS", help="Access logs, by today's numbers: the busiest rules first, where the order allows it."
        ),
    ] = None,
    environment: judging.Environment = "",
    write: Annotated[bool, typer.Option("--write", help="With --format patch: apply the patch to your code.")] = False,
    suggest: Annotated[bool, typer.Option("--suggest", help="If there is no plan, print the config lines that would give one.")] = False,
    kind: options.Kind = "",
    parameter: options.Parameter = None,
    parameters: options.Parameters = None,
    workspace: options.Workspace = "",
    stack: options.Stack = "",
    quiet: options.Quiet = False,
    no_color: options.NoColor = False,
    *,
    live: Live,
) -> int:
    """Propose new priorities, and prove that answers stay the same.

    The reserved ranges of alb-lint.toml say where rules belong. Nothing is written to AWS.
    """
    from alb_lint import pipeline
    from alb_lint.cli import rewriting
    from alb_lint.plan.planner import Options
    from alb_lint.plan.scripts import ALL as SCRIPTS
    from alb_lint.plan.scripts import PATCH
    from alb_lint.reports.plans import ALL as REPORTS

    options.one_of(format_, FORMATS, "--format")
    if suggest and (format_ != "text" or write):
        raise UsageError("it prints only lines for the config", where="--suggest", hint="leave out --format and --write")
    if write and (format_ != "patch" or live.on):
        raise UsageError("only a patch of source code can be written", where="--write", hint="alb-lint plan SOURCE --format patch --write")
    names = live.sources(sources)
    settings = options.load_config(config, names)
    options.known_environment(environment, settings)
    if not (compact or split or by_traffic or settings.ranges or settings.retired or settings.before):
        options.note("note: the config has no [[range]]; `alb-lint init` writes a first one", quiet)
    told = options.reading(settings, parameter, parameters, workspace, stack)
    estate = live.estate(names, settings, kind, listener, told=told, quiet=quiet)
    if by_traffic and (merge_twins or compact or split or fix_shadowed):
        raise UsageError("the logs count rules as they are: merge, join, split or mend them first", where="--by-traffic")
    traffic = _traffic(by_traffic, estate, quiet) if by_traffic else None
    wishes = Options(options.today(), spread, fix_shadowed, merge_twins, compact, environment, traffic=traffic, split=split)
    given = (
        ("--merge-twins", merge_twins),
        ("--fix-shadowed", fix_shadowed),
        ("--spread", spread),
        ("--compact", compact),
        ("--split", split),
    )
    texts = (("--environment", environment), ("--listener", listener))
    flags = [name for name, on in given if on] + [word for name, value in texts if value for word in (name, value)]
    flags += [word for name in by_traffic or () for word in ("--by-traffic", name)]
    how = [("--config", [config]), ("--source-kind", [kind]), ("--workspace", [workspace]), ("--stack", [stack])]
    how += [("--parameter", parameter or []), ("--parameters", parameters or [])]
    proposal = replace(
        pipeline.propose(estate, settings, wishes, names or live.words(), flags),
        reading=tuple(word for name, values in how for value in values if value for word in (name, value)),
        made_on=wishes.today,
        width=options.columns(output),
    )
    if suggest:
        return live.code(_suggest(proposal, output, quiet))
    if format_ in ("markdown", "html"):
        proposal = pipeline.judged(proposal, estate, wishes.today)
    for report in REPORTS:
        if report.name == format_:
            options.write(report.render(proposal, options.in_color(no_color, output)), output)

    def read_again() -> Estate:
        return live.estate(names, settings, kind, listener, told=told, quiet=True)

    for script in SCRIPTS:
        if script.name == format_:
            if script is PATCH:
                proposal = rewriting.redrafted(proposal, estate, read_again)
            contents = rewriting.contents(proposal)
            options.write(script.render(proposal, contents), output)
            if write and not proposal.plan.refused:
                options.note(rewriting.write(proposal, contents, read_again), quiet)
    if format_ != "text" or output:
        for gap in estate.gaps:
            options.note(f"gap: {gap.location}: {gap.reason}", quiet=False)
        for refusal in proposal.plan.refused:
            options.note(f"refused: {proposal.name(refusal.listener)}: {refusal.reason}", quiet=False)
            options.note(f"  what would work: {refusal.nearest}", quiet=not refusal.nearest)
    return live.code(exit_codes.REFUSED if proposal.plan.refused else exit_codes.CLEAN)


def _suggest(proposal: "Proposal", output: str, quiet: bool) -> int:
    """Prints the config lines that a refused plan asks for."""
    from alb_lint.reports.plans.commands import plan_command

    lines = [
        min((way for way in refusal.ways if way.config), key=lambda way: len(way.flags), default=None) for refusal in proposal.plan.refused
    ]
    found = [way.config for way in lines if way is not None]
    flags = list(dict.fromkeys(flag for way in lines if way is not None for flag in way.flags))
    if flags:
        options.note(f"with these lines: {plan_command(proposal, *flags)}", quiet)
    options.write("\n".join(found), output)
    if not found:
        why = "no lines of config would do" if proposal.plan.refused else "there is a plan without"
        options.note(f"nothing to suggest: {why}", quiet)
    return exit_codes.REFUSED if proposal.plan.refused else exit_codes.CLEAN


def _traffic(names: list[str], estate: Estate, quiet: bool) -> dict[tuple[str, int], int]:
    """(id of the listener, number) → requests. Raises UsageError where it is not told which listener the logs are of."""
    from alb_lint.sources.access_logs import counts

    found = counts(names)
    requests: dict[tuple[str, int], int] = {}
    strange = 0
    held = {(item.id, rule.priority) for item in estate.listeners for rule in item.rules}
    for (balancer, port, number), many in found.requests.items():
        fitting = [
            item
            for item in estate.listeners
            if (not item.id.startswith("arn:") or f":listener/{balancer}/" in item.id) and (not item.port or not port or item.port == port)
        ]
        if len(fitting) > 1:
            told = ", ".join(item.name or item.id for item in fitting[:8])
            raise UsageError(f"which listener answered {balancer}:{port or '?'}?", where="--by-traffic", hint=f"--listener, one of {told}")
        if not fitting or (fitting[0].id, number) not in held:
            strange += many
            continue
        key = (fitting[0].id, number)
        requests[key] = requests.get(key, 0) + many
    if strange:
        options.note(f"note: {strange:,} requests were answered at numbers that no rule has here, or on other listeners", quiet)
    if found.unparsed:
        options.note(f"note: {found.unparsed:,} lines are no access log", quiet)
    return requests
