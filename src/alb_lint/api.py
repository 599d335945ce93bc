"""The Python API: what `import alb_lint` offers. Described with examples in docs/api.md.

Its names, their parameters and the fields that docs/api.md tells of are stable; all else in the package may change.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from alb_lint import config_file, inputs, pipeline, selections
from alb_lint.analysis import tracing
from alb_lint.analysis.asked import request_to
from alb_lint.config import Config, template_files
from alb_lint.errors import AlbLintError
from alb_lint.findings.finding import Severity
from alb_lint.findings.summary import Summary
from alb_lint.model import Estate, Listener, Request
from alb_lint.sources.source import ReadOptions

if TYPE_CHECKING:
    from alb_lint.analysis.estates import Compared
    from alb_lint.plan.plan import Plan

_NO_CONFIG = Config()


def load_config(file: str | Path = "") -> Config:
    """The config in the file; without one the nearest upward from the current folder, else an empty one.

    Raises AlbLintError for a file that cannot be read, and for what is wrong in it.
    """
    found = Path(file) if file else config_file.find(Path.cwd())
    return _NO_CONFIG if found is None else config_file.load(found, str(found))


def read(
    *sources: str | Path,
    config: Config = _NO_CONFIG,
    kind: str = "",
    parameters: Mapping[str, str] | None = None,
    workspace: str = "",
    stack: str = "",
) -> Estate:
    """The listeners in the files and folders, as `alb-lint check` reads them. What could not be read is in its `gaps`.

    Raises AlbLintError for a source that cannot be read at all.
    """
    described = tuple(
        (item.source, {name: text for name in config_file.MODULE_FIELDS if (text := getattr(item, name))})
        for item in config.terraform_modules
    )
    told = ReadOptions(dict(parameters or {}), (), config.wrappers, workspace, described, stack, template_files(config))
    return inputs.read([str(source) for source in sources], config, kind, told)


def check(
    estate: Estate,
    config: Config = _NO_CONFIG,
    *,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    today: str = "",
) -> Summary:
    """What `alb-lint check` finds: `findings`, and `hidden` for what the config and comments allow. Each finding stands for itself.

    `select`, `ignore`: codes or prefixes; default: the config's. `today`: ISO date by which dated entries count; default: today, UTC.
    Raises AlbLintError for a code that does not exist.
    """
    chosen = selections.selection(tuple(select) or config.select, (*ignore, *config.ignore))
    return pipeline.lint(estate, config, today or _today(), chosen)


def trace(
    listener: Listener,
    request: Request | str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    source_ip: str = "192.0.2.1",
) -> tracing.Trace:
    """Which rule answers a request, and why each earlier one did not. `method`, `headers`, `source_ip`: of a request told by its URL.

    Raises AlbLintError for a URL or address that cannot be read.
    """
    if isinstance(request, str):
        request = request_to(request, method, [f"{name}: {value}" for name, value in (headers or {}).items()], source_ip)
    return tracing.trace(listener, request)


def diff(old: Estate, new: Estate, *, target_groups: Literal["arn", "name"] = "arn") -> "Compared":
    """What two states answer differently: one request for each pair of answers. `equivalent` is None where that is undecided."""
    return pipeline.compare(old, new, target_groups)


def make_plan(
    estate: Estate,
    config: Config,
    *,
    merge_twins: bool = False,
    fix_shadowed: bool = False,
    spread: bool = False,
    compact: bool = False,
    split: bool = False,
    environment: str = "",
    today: str = "",
) -> "Plan":
    """The fewest moves into the reserved ranges, proved; listeners that get no plan are in `refused`. Flags as those of `alb-lint plan`."""
    from alb_lint.plan.planner import Options

    wishes = Options(today or _today(), spread, fix_shadowed, merge_twins, compact, environment, split=split)
    chosen = replace(config, environment=environment) if environment else config
    return pipeline.propose(estate, chosen, wishes).plan


def _today() -> str:
    return time.strftime("%Y-%m-%d", time.gmtime())


__all__ = ["AlbLintError", "Request", "Severity", "check", "diff", "load_config", "make_plan", "read", "trace"]
