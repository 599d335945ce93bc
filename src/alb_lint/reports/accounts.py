"""What an audit of several accounts or regions found, a line for each, the worst first."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from alb_lint.findings.finding import Severity
from alb_lint.findings.summary import ListenerLine, Summary
from alb_lint.reports.layout import Span

_ROWS: Final = 20
_TITLES: Final = ("account", "region", "load balancers", "listeners", "rules", "errors", "warnings", "info")


def table(summary: Summary) -> Iterator[list[Span]]:
    """Nothing where the input tells fewer than two accounts or regions."""
    places: dict[tuple[str, str], list[ListenerLine]] = defaultdict(list)
    for line in summary.listeners:
        places[line.account, line.region].append(line)
    if sum(1 for account, _ in places if account) < 2:
        return
    severities: dict[str, list[Severity]] = defaultdict(list)
    for finding in summary.findings:
        severities[finding.listener].append(finding.severity)
    rows: list[tuple[str, str, tuple[int, ...]]] = []
    for (account, region), lines in places.items():
        found = [severity for line in lines for severity in severities[line.id]]
        counts = (found.count(severity) for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO))
        balancers = len({line.id.rpartition("/")[0] for line in lines})
        rows.append((account or "not told", region, (balancers, len(lines), sum(line.rules for line in lines), *counts)))
    rows.sort(key=lambda row: ([-count for count in row[2][3:]], row[:2]))
    total = tuple(sum(row[2][at] for row in rows) for at in range(len(_TITLES) - 2))
    shown = [_TITLES, *((account, region, *map(str, counts)) for account, region, counts in rows[:_ROWS]), ("total", "", *map(str, total))]
    widths = [max(len(row[at]) for row in shown) for at in range(len(_TITLES))]
    for place, row in enumerate(shown):
        last = place == len(shown) - 1
        if last and len(rows) > _ROWS:
            yield [(f"and {len(rows) - _ROWS} more; --format json lists all", "dim")]
        cells = [f"{cell:<{room}}" if at < 2 else f"{cell:>{room}}" for at, (cell, room) in enumerate(zip(row, widths, strict=True))]
        yield [("  ".join(cells), "bold" if last else "" if place else "dim")]
    yield []
