"""`alb-lint diff`: the requests that two states answer differently."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from alb_lint.cli import completing, exit_codes, helping, options
from alb_lint.config import Config
from alb_lint.errors import SourceError, UsageError
from alb_lint.files import NotRead, content, json_of, start
from alb_lint.model import Estate
from alb_lint.record import replace
from alb_lint.sources.source import ReadOptions

if TYPE_CHECKING:
    from alb_lint.inputs import Input

    Prepared = tuple[Input, Callable[[], Estate]]
    """The input, and what reads it."""

HELP = helping.Help(
    examples=(
        ("alb-lint diff before.json after.json", "two exports"),
        ("alb-lint diff before.json plan.json", "what a plan would change"),
        ("alb-lint diff --since HEAD", "HEAD and your working tree"),
    ),
    codes=(
        (0, "every request gets the same answer from both"),
        (1, "some do not, or that could not be decided"),
        helping.USAGE,
        helping.UNREADABLE,
    ),
)


def command(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="OLD NEW",
            help="Two files or folders; NEW may be a plan for OLD. With --since: what to read (default: this folder).",
            show_default=False,
        ),
    ] = None,
    since: Annotated[
        str, typer.Option("--since", metavar="REF", help="Compare what was there at this git revision with what is there now.")
    ] = "",
    config: options.ConfigFile = "",
    target_groups: Annotated[str, typer.Option("--target-groups", metavar="HOW", help="Compare target groups by arn or by name.")] = "arn",
    format_: Annotated[
        str,
        typer.Option(
            "--format",
            "-f",
            metavar="NAME",
            help="text, json, markdown.",
            autocompletion=completing.words("text", "json", "markdown"),
            rich_help_panel=helping.OUTPUT_PANEL,
        ),
    ] = "text",
    output: options.Output = "",
    listener: options.OnlyListener = "",
    new_listener: Annotated[
        str,
        typer.Option(
            "--new-listener",
            metavar="GLOB",
            help="The listener of NEW to compare with that of --listener.",
            rich_help_panel=helping.INPUT_PANEL,
        ),
    ] = "",
    kind: options.Kind = "",
    parameter: options.Parameter = None,
    parameters: options.Parameters = None,
    workspace: options.Workspace = "",
    stack: options.Stack = "",
    no_color: options.NoColor = False,
) -> int:
    """Show which requests two versions answer differently.

    It shows one request for each pair of answers.
    """
    from alb_lint import inputs, pipeline
    from alb_lint.reports import differences, markdown

    options.one_of(format_, ("text", "json", "markdown"), "--format")
    how: Literal["arn", "name"] = "name" if options.one_of(target_groups, ("arn", "name"), "--target-groups") == "name" else "arn"
    names = sources or (["."] if since else [])
    if not since and len(names) != 2:
        raise UsageError(
            f"diff needs two files or folders, not {len(names)}",
            where="OLD NEW",
            hint="write alb-lint diff old.json new.json, or give --since REF",
        )

    passed: set[tuple[str, str]] | None = set() if since else None

    def prepared(wanted: Sequence[str], settings: Config, told: ReadOptions) -> "Prepared":
        given = inputs.gather(wanted, settings, kind, tolerant=bool(since), passed=passed)
        return given, lambda: inputs.read_input(given, settings, told)

    def whole(wanted: Sequence[str]) -> Estate:
        known = options.load_config(config, list(wanted))
        _, read = prepared(wanted, known, options.reading(known, parameter, parameters, workspace, stack))
        estate = read()
        options.need_rules(estate, list(wanted))
        return estate

    settings = options.load_config(config, names)
    if since:
        before, after = _of_revision(since, names, settings, options.reading(settings, parameter, parameters, workspace, stack), prepared)
    else:
        before = whole(names[:1])
        after = _applied(names[1], before) if _is_plan(names[1]) else whole(names[1:])
    if new_listener:
        before, after = _one(before, listener, "--listener", settings), _one(after, new_listener, "--new-listener", settings)
    else:
        before, after = _only(before, after, listener, settings)
    compared = pipeline.compare(before, after, how)
    if format_ == "markdown":
        options.write(markdown.routing(compared), output)
    else:
        color, width = options.in_color(no_color, output), options.columns(output)
        options.write(differences.as_json(compared, color) if format_ == "json" else differences.as_text(compared, color, width), output)
    return exit_codes.CLEAN if compared.equivalent else exit_codes.FINDINGS


def _of_revision(
    revision: str,
    names: list[str],
    settings: Config,
    told: ReadOptions,
    prepared: "Callable[[Sequence[str], Config, ReadOptions], Prepared]",
) -> tuple[Estate, Estate]:
    """The sources at the revision, and now. Raises SourceError where neither holds rules."""
    from alb_lint.cli.since import now_and_then, older

    def read_there(there: Sequence[str], known: Config, then: ReadOptions) -> Estate:
        return prepared(there, known, then)[1]()

    given, read = prepared(names, settings, told)
    after, before = now_and_then(given, read, lambda: older(revision, names, settings, told, read_there))
    options.need_rules(replace(after, listeners=(*before.listeners, *after.listeners)), names)
    return before, after


def _one(estate: Estate, wanted: str, flag: str, settings: Config) -> Estate:
    """The estate with the one listener of that name. Raises SourceError or UsageError where it names none or several."""
    from alb_lint import inputs

    found = inputs.only(estate, wanted, settings)
    if len(found.listeners) != 1:
        raise UsageError(f"{len(found.listeners)} listeners are meant, and one is compared with one", where=flag)
    return found


def _only(before: Estate, after: Estate, wanted: str, settings: Config) -> tuple[Estate, Estate]:
    """Both with the listeners of that name; one side may have none, which then is a difference."""
    from alb_lint import inputs

    chosen = []
    missing: SourceError | None = None
    for estate in (before, after):
        try:
            chosen.append(inputs.only(estate, wanted, settings))
        except SourceError as error:
            if missing is not None:
                raise
            missing = error
            chosen.append(Estate((), estate.gaps))
    return chosen[0], chosen[1]


def _is_plan(name: str) -> bool:
    try:
        if b"alb-lint.plan." not in start(name, 4096):
            return False
        data = json_of(content(name))
    except (NotRead, ValueError):
        return False  # to be read as any other source, which tells what is wrong
    return isinstance(data, dict) and str(data.get("schema", "")).startswith("alb-lint.plan.")


def _applied(name: str, before: Estate) -> Estate:
    """The old state with the plan done. Raises SourceError where the plan is for other rules."""
    from alb_lint.cli.verify import read_plan
    from alb_lint.plan.proof.digest import digest
    from alb_lint.plan.steps.apply import apply_plan

    parts = {part.id: part for part in read_plan(name).listeners}
    known = {listener.id: listener for listener in before.listeners}
    for identifier, part in parts.items():
        if identifier not in known or digest(known[identifier]) != part.digest:
            raise SourceError(
                f"the plan is for other rules than those of {identifier}",
                where=name,
                hint="make a new plan: alb-lint plan OLD --format json",
            )
    listeners = tuple(apply_plan(parts[item.id], item) if item.id in parts else item for item in before.listeners)
    return replace(before, listeners=listeners)
