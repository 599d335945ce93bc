"""`alb-lint allocate`: the next free number for a new rule, by what it means."""

import json
from pathlib import Path
from typing import Annotated

import typer

from alb_lint.cli import exit_codes, options
from alb_lint.cli.live import Live, may_read_live
from alb_lint.config import Config
from alb_lint.errors import SourceError, UsageError
from alb_lint.model import (
    Condition,
    Estate,
    HostHeader,
    HttpHeader,
    HttpRequestMethod,
    Listener,
    PathPattern,
    QueryPair,
    QueryString,
    Rule,
    SourceIp,
)

Values = list[str] | None


@may_read_live
def command(
    sources: options.Sources = None,
    range_: Annotated[str, typer.Option("--range", metavar="NAME", help="The reserved range of the config.")] = "",
    path: Annotated[Values, typer.Option("--path", metavar="GLOB", help="What the rule takes; each may repeat.")] = None,
    host: Annotated[Values, typer.Option("--host", metavar="GLOB")] = None,
    method: Annotated[Values, typer.Option("--method", "-X", metavar="METHOD")] = None,
    header: Annotated[Values, typer.Option("--header", "-H", metavar="'NAME: GLOB'")] = None,
    query: Annotated[Values, typer.Option("--query", metavar="KEY=GLOB")] = None,
    source_ip: Annotated[Values, typer.Option("--source-ip", metavar="CIDR")] = None,
    rule: Annotated[
        str, typer.Option("--rule", metavar="FILE", help="The rule as JSON in the shape of the API; - for standard input.")
    ] = "",
    config: options.ConfigFile = "",
    format_: Annotated[str, typer.Option("--format", "-f", metavar="NAME", help="text, json.")] = "text",
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
    """Find the next free number for a new rule: behind the narrower rules of its requests, before the wider ones.

    Exit codes: 0 a free number, 2 usage or config, 3 unreadable, 5 none: the fewest moves that make room, or why nothing would.
    """
    from alb_lint import pipeline
    from alb_lint.plan.plan import Refusal
    from alb_lint.reports import allocations

    options.one_of(format_, ("text", "json"), "--format")
    if not range_:
        raise UsageError("in which range?", where="--range", hint="`alb-lint ranges` shows those of the config")
    conditions = _conditions(path, host, method, header, query, source_ip)
    if bool(conditions) == bool(rule):
        raise UsageError("what does the rule take?", where="allocate", hint="--path, --host and so on, or --rule FILE, not both")
    if rule == "-" and sources and "-" in sources:
        raise UsageError("standard input cannot be both", where="--rule -")
    names = live.sources(sources)
    settings = options.load_config(config, names)
    new = pipeline.read_rule(_content(rule), rule) if rule else Rule("new", "", 0, conditions)
    wrong = pipeline.refused_values(new, options.today())
    if wrong:
        raise UsageError(f"AWS would refuse the rule: {wrong}", where=rule or "allocate")
    estate = live.estate(names, settings, kind, listener, told=options.reading(settings, parameter, parameters, workspace, stack))
    for gap in estate.gaps:
        options.note(f"gap: {gap.location}: {gap.reason}", quiet=False)
    chosen = _listener(estate, settings, range_)
    found = pipeline.allocate(chosen, settings, new, range_, options.today())
    render = allocations.as_json if format_ == "json" else allocations.as_text
    options.write(render(range_, found, chosen, options.in_color(no_color, output)), output)
    return live.code(exit_codes.REFUSED if isinstance(found, Refusal) or found.moves else exit_codes.CLEAN)


def _conditions(path: Values, host: Values, method: Values, header: Values, query: Values, source_ip: Values) -> tuple[Condition, ...]:
    found: list[Condition] = []
    if host:
        found.append(HostHeader(tuple(host)))
    if path:
        found.append(PathPattern(tuple(path)))
    if method:
        found.append(HttpRequestMethod(tuple(method)))
    by_name: dict[str, tuple[str, list[str]]] = {}
    for text in header or []:
        name, colon, value = text.partition(":")
        if not colon or not name.strip():
            raise UsageError(f"not a header: {text!r}", where="--header", hint="write 'Name: value'")
        by_name.setdefault(name.strip().lower(), (name.strip(), []))[1].append(value.strip())
    found.extend(HttpHeader(name, tuple(values)) for name, values in by_name.values())
    if query:
        pairs = (text.partition("=") for text in query)
        found.append(QueryString(tuple(QueryPair(key, value) if equals else QueryPair(None, key) for key, equals, value in pairs)))
    if source_ip:
        found.append(SourceIp(tuple(source_ip)))
    return tuple(found)


def _content(name: str) -> object:
    import sys

    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text("utf-8")
        return json.loads(text)
    except OSError as error:
        raise SourceError(f"cannot read the rule: {error.strerror}", where=name) from error
    except (ValueError, RecursionError) as error:
        hint = '{"Conditions": [{"Field": "path-pattern", "Values": ["/v2/*"]}]}'
        raise SourceError(f"the rule is not JSON: {error}", where=name, hint=hint) from error


def _listener(estate: Estate, settings: Config, name: str) -> Listener:
    """The one listener that has the range. Raises UsageError for none and for several."""
    from alb_lint.plan.wanted.ranges import ranges_of

    able = [item for item in estate.listeners if any(band.name == name for band in ranges_of(item, settings))]
    if len(able) == 1:
        return able[0]
    if able:
        raise UsageError(
            f"the range {name!r} is on {len(able)} listeners",
            where="--listener",
            hint="one of " + ", ".join(item.name or item.id for item in able),
        )
    known = ", ".join(dict.fromkeys(item.name for item in settings.ranges)) or "none"
    raise UsageError(f"no listener has a range called {name!r}", where="--range", hint=f"the config has {known}")
