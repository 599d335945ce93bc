"""`alb-lint check`: lint static input; the pre-commit entry."""

from pathlib import Path
from typing import Annotated, Final

import typer

from alb_lint.cli import exit_codes, options

FAIL_ON: Final = ("error", "warning", "info", "never")


def command(
    sources: options.Sources = None,
    config: options.ConfigFile = "",
    format_: Annotated[str, typer.Option("--format", "-f", metavar="NAME", help="text, concise, json.")] = "text",
    output: options.Output = "",
    select: Annotated[list[str] | None, typer.Option("--select", metavar="CODES", help="Only these codes or prefixes.")] = None,
    ignore: Annotated[list[str] | None, typer.Option("--ignore", metavar="CODES", help="Not these codes or prefixes.")] = None,
    fail_on: Annotated[str, typer.Option("--fail-on", metavar="SEVERITY", help="error, warning, info or never; default error.")] = "",
    listener: options.OnlyListener = "",
    baseline: Annotated[str, typer.Option("--baseline", metavar="FILE", help="Hide the findings that stand in it.")] = "",
    write_baseline: Annotated[str, typer.Option("--write-baseline", metavar="FILE", help="Write all findings of now into it.")] = "",
    require_complete: Annotated[bool, typer.Option("--require-complete", help="Exit 4 where something could not be read.")] = False,
    project: Annotated[
        bool, typer.Option("--project", help="Read the whole project around the files; report what touches them. For hooks.")
    ] = False,
    environment: Annotated[str, typer.Option("--environment", metavar="NAME", help="Whose [[weights]] count.")] = "",
    kind: options.Kind = "",
    allow_empty: options.AllowEmpty = False,
    quiet: options.Quiet = False,
    no_color: options.NoColor = False,
) -> int:
    """Lint rules in exports and infrastructure code.

    Exit codes: 0 clean, 1 findings at or above --fail-on, 2 usage or config, 3 unreadable, 4 incomplete with --require-complete.
    """
    from dataclasses import replace

    from alb_lint import pipeline, reports, shares
    from alb_lint.findings import baseline as baselines

    report = next((item for item in reports.ALL if item.name == format_), None)
    if report is None:
        options.one_of(format_, tuple(item.name for item in reports.ALL), "--format")
        raise AssertionError
    names = options.need_sources(sources)
    settings = options.load_config(config, names)
    if environment:
        settings = replace(settings, environment=environment)
    threshold = options.one_of(fail_on or settings.fail_on, FAIL_ON, "--fail-on")
    chosen = pipeline.selection(options.codes(select) or settings.select, (*options.codes(ignore), *settings.ignore))
    known = baselines.read(Path(baseline)) if baseline else frozenset[str]()
    whole = project or any(Path(name).is_dir() for name in names)
    given = pipeline.gather(_reach(names, settings, project), settings, kind, tolerant=allow_empty)
    summary = None if listener else shares.lint(given, settings, options.today(), chosen, known)
    if summary is None or not summary.rules:
        estate = pipeline.only(pipeline.read_input(given, settings), listener)
        options.need_rules(estate, names, allow_empty)
        summary = pipeline.lint(estate, settings, options.today(), chosen, known, whole)
    if project:
        summary = pipeline.touching(summary, names)
    if write_baseline:
        options.write(baselines.written([*summary.findings, *summary.hidden]), write_baseline)
        options.note(f"wrote {len(summary.findings)} findings to {write_baseline}", quiet)
    if not (quiet and not summary.findings and not summary.gaps and format_ in ("text", "concise")):
        options.write(report.render(summary, options.in_color(no_color, output)), output)
    if require_complete and not summary.complete:
        return exit_codes.INCOMPLETE
    worst = summary.worst()
    if write_baseline or threshold == "never" or worst is None:
        return exit_codes.CLEAN
    limit = ("info", "warning", "error").index(threshold) + 1
    return exit_codes.FINDINGS if worst >= limit else exit_codes.CLEAN


def _reach(names: list[str], settings: object, project: bool) -> list[str]:
    """The names, and with --project the folder of the config (else of the repository, else this one) before them."""
    if not project:
        return names
    root = getattr(settings, "root", None)
    if root is None:
        here = Path.cwd()
        root = next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)
    return [options.shown(root) or ".", *names]
