"""What `check` and `audit` share: which findings count, how they are shown, and the exit code they give."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from alb_lint.cli import completing, exit_codes, options
from alb_lint.cli.flags import OUTPUT_PANEL, flag
from alb_lint.config import Config
from alb_lint.errors import UsageError
from alb_lint.findings.finding import Severity
from alb_lint.model import Estate
from alb_lint.record import record, replace
from alb_lint.reports import NAMES, Report, report

if TYPE_CHECKING:
    from alb_lint.findings.summary import Summary
    from alb_lint.selections import Selection

FAIL_ON: Final = ("error", "warning", "info", "never")

Format = Annotated[
    str,
    flag(
        "--format", "-f", metavar="NAME", help=f"{', '.join(NAMES)}.", autocompletion=completing.words(*NAMES), rich_help_panel=OUTPUT_PANEL
    ),
]
Reports = Annotated[
    list[str] | None,
    flag(
        "--report",
        metavar="FORMAT:FILE",
        help="Also write a report in this format to FILE; may repeat.",
        rich_help_panel=OUTPUT_PANEL,
        autocompletion=completing.reports,
    ),
]
Show = Annotated[
    str,
    flag(
        "--show",
        metavar="SEVERITY",
        help="info: list findings of severity info too.",
        autocompletion=completing.words("info"),
        rich_help_panel=OUTPUT_PANEL,
    ),
]
Level = Annotated[
    str,
    flag(
        "--level",
        metavar="SEVERITY",
        help="Show only this severity and above: error, warning, info.",
        rich_help_panel=OUTPUT_PANEL,
        autocompletion=completing.words("error", "warning", "info"),
    ),
]
Full = Annotated[bool, flag("--full", help="Show every finding with all its details.", rich_help_panel=OUTPUT_PANEL)]
Statistics = Annotated[bool, flag("--statistics", help="Show only how many findings each check has.", rich_help_panel=OUTPUT_PANEL)]
Select = Annotated[
    list[str] | None,
    flag(
        "--select",
        metavar="CODES",
        help="Only these findings: codes, prefixes, names or severities, e.g. ALB101,ALB2.",
        autocompletion=completing.codes,
    ),
]
Ignore = Annotated[
    list[str] | None,
    flag("--ignore", metavar="CODES", help="Not these findings, written like --select.", autocompletion=completing.codes),
]
FailOn = Annotated[
    str,
    flag(
        "--fail-on",
        metavar="SEVERITY",
        help="Exit 1 from this severity on: error (default), warning, info or never.",
        autocompletion=completing.words(*FAIL_ON),
    ),
]
Baseline = Annotated[str, flag("--baseline", metavar="FILE", help="Ignore the findings listed in FILE.")]
WriteBaseline = Annotated[str, flag("--write-baseline", metavar="FILE", help="Save the current findings to FILE.")]
RequireComplete = Annotated[bool, flag("--require-complete", help="Exit 4 if something could not be read.")]
Environment = Annotated[
    str,
    flag(
        "--environment",
        metavar="NAME",
        help="Use the weights that the config has for this environment.",
        autocompletion=completing.environments,
    ),
]


@record
class Judging:
    """The flags of one run, each found to make sense before anything is read."""

    settings: Config
    report: Report
    further: tuple[tuple[Report, str], ...]
    chosen: "Selection"
    threshold: str
    known: frozenset[str]
    compared: bool
    write_baseline: str
    require_complete: bool
    output: str
    quiet: bool
    color: bool
    level: Severity | None
    asked: str
    columns: int
    infos: bool

    @property
    def reports(self) -> "tuple[Report, ...]":
        """All that are asked for."""
        return (self.report, *(item for item, _ in self.further))

    @property
    def whole(self) -> bool:
        """Whether a report shows listeners too, so that the rules must be at hand."""
        return any(item.whole for item in self.reports)

    def judge(
        self,
        estate: Estate,
        *,
        whole: bool = False,
        narrow: "Callable[[Summary], Summary] | None" = None,
        wanted: Estate | None = None,
        state: Estate | None = None,
        before: Estate | None = None,
    ) -> int:
        """Lint, report, and give the exit code. `whole`: the estate is a whole project. `narrow`: which findings to show. `wanted`: the code's.
        `state`: what the code's tools made. `before`: an older version of the estate, whose findings are not shown again.
        """
        from alb_lint import pipeline

        today = options.today()
        if before is not None:
            summary = pipeline.lint_change(before, estate, self.settings, today, self.chosen, self.known, whole)
            summary = replace(summary, compared=True)
        else:
            summary = pipeline.lint(estate, self.settings, today, self.chosen, self.known, whole, wanted=wanted, state=state)
        if self.whole:
            summary = replace(summary, estate=estate, config=self.settings)
        if before is not None and any(item.routing for item in self.reports):
            summary = replace(summary, rerouted=pipeline.compare(before, estate, beside=True))
        return self.conclude(summary, narrow)

    def judge_each(
        self, estates: "Sequence[tuple[str, Estate]]", *, whole: bool, narrow: "Callable[[Summary], Summary] | None" = None
    ) -> int:
        """As `judge`, of a project in several workspaces: (workspace, what is read of it)."""
        from alb_lint import pipeline

        summary = pipeline.lint_each(estates, self.settings, options.today(), self.chosen, self.known, whole)
        if self.whole:
            summary = replace(summary, estate=estates[0][1], config=self.settings)
        return self.conclude(summary, narrow)

    def conclude(self, summary: "Summary", narrow: "Callable[[Summary], Summary] | None" = None) -> int:
        """Report what was found, and give the exit code. `narrow`: which findings to show."""
        from alb_lint.findings import baseline as baselines
        from alb_lint.findings.grouping import grouped

        if self.write_baseline:
            kept = baselines.lasting(summary, self.known)
            options.write(baselines.written(kept), self.write_baseline)
            options.note(f"wrote {len(kept)} finding{'s' * (len(kept) != 1)} to {self.write_baseline}", self.quiet)
        if narrow is not None:
            summary = narrow(summary)
        summary = grouped(replace(summary, compared=summary.compared or self.compared, asked=self.asked))
        worst = summary.worst()
        if self.level is not None:
            summary = replace(summary, findings=tuple(item for item in summary.findings if item.severity >= self.level))
        for further, file in self.further:
            options.write(further.written(summary, False), file)
        summary = replace(summary, width=self.columns, infos=self.infos)
        if self.output or not (
            self.quiet and not summary.findings and not summary.gaps and self.report.name in ("text", "full", "concise", "statistics")
        ):
            options.write(self.report.written(summary, self.color), self.output)
        if self.require_complete and not summary.complete:
            return exit_codes.INCOMPLETE
        if self.write_baseline or self.threshold == "never" or worst is None:
            return exit_codes.CLEAN
        limit = ("info", "warning", "error").index(self.threshold) + 1
        return exit_codes.FINDINGS if worst >= limit else exit_codes.CLEAN


def prepare(
    settings: Config,
    *,
    format_: str,
    output: str,
    select: list[str] | None,
    ignore: list[str] | None,
    fail_on: str,
    baseline: str,
    write_baseline: str,
    require_complete: bool,
    environment: str,
    quiet: bool,
    no_color: bool,
    show: str = "",
    further: list[str] | None = None,
    level: str = "",
    full: bool = False,
    statistics: bool = False,
    asked: str = "",
) -> Judging:
    """The flags, read. Raises UsageError for one that makes no sense."""
    from alb_lint import selections
    from alb_lint.findings import baseline as baselines

    options.one_of(format_, NAMES, "--format")
    if show:
        options.one_of(show, ("info",), "--show")
    if level:
        options.one_of(level, ("error", "warning", "info"), "--level")
    if format_ == "text":
        format_ = "statistics" if statistics else "full" if full else format_
    if options.known_environment(environment, settings):
        settings = replace(settings, environment=environment)
    selections.refuse_unknown_codes(settings)
    main, others = report(format_), tuple(_further(text) for text in further or [])
    infos = bool(show) or level == "info" or bool(select)
    chosen = selections.selection(options.codes(select) or settings.select, (*options.codes(ignore), *settings.ignore))
    return Judging(
        settings=settings,
        report=main,
        further=others,
        chosen=replace(chosen, requests=_requests((main, *(other for other, _ in others)), infos)),
        threshold=options.one_of(fail_on or settings.fail_on, FAIL_ON, "--fail-on"),
        known=baselines.read(Path(baseline)) if baseline else frozenset[str](),
        compared=bool(baseline),
        write_baseline=write_baseline,
        require_complete=require_complete,
        output=output,
        quiet=quiet,
        color=options.in_color(no_color, output),
        level=Severity[level.upper()] if level else None,
        asked=asked,
        columns=options.columns(output),
        infos=infos,
    )


def _requests(reports: "Sequence[Report]", infos: bool) -> Severity | None:
    """The least severity of the findings of which one of the reports shows requests; None: none does."""
    shown = {item.requests for item in reports}
    if "all" in shown or ("listed" in shown and infos):
        return Severity.INFO
    return Severity.WARNING if "listed" in shown else None


def _further(text: str) -> tuple[Report, str]:
    """`FORMAT:FILE`, read. Raises UsageError where it is neither."""
    name, _, file = text.partition(":")
    if not file:
        raise UsageError(f"{text!r} is not FORMAT:FILE", where="--report", hint="write it like --report sarif:alb-lint.sarif")
    return report(options.one_of(name, NAMES, "--report")), file
