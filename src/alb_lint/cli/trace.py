"""`alb-lint trace`: which rule answers a request, and why each earlier one did not."""

import json
from typing import Annotated, Any, Final

import typer

from alb_lint.cli import exit_codes, helping, options
from alb_lint.cli.live import Live, may_read_live
from alb_lint.errors import SourceError, UsageError
from alb_lint.files import NotRead, content, whole_pairs
from alb_lint.model import Listener, Request

_MOST: Final = 1_000_000
"""Answers of rules to requests of a file that are told at once; some seconds."""
_LONGEST: Final = 65_536
"""Characters of a request. Source: ELB quotas, "Size of entire request header" (64 K)."""

_NAMES_SHOWN: Final = 5
"""Names that an error offers."""

HELP = helping.Help(
    examples=(
        ("alb-lint trace rules.json --url https://example.com/api", "who answers"),
        ("alb-lint trace rules.json --url https://example.com/ --why", "why"),
        ("alb-lint trace rules.json --requests requests.jsonl -f json", "many"),
    ),
)


@may_read_live
def command(
    sources: options.Sources = None,
    url: Annotated[str, typer.Option("--url", metavar="URL", help="The request: scheme, host, path and query.")] = "",
    method: Annotated[str, typer.Option("--method", "-X", metavar="METHOD", help="Its method.")] = "GET",
    header: Annotated[list[str] | None, typer.Option("--header", "-H", metavar="'NAME: VALUE'", help="A header of it; may repeat.")] = None,
    source_ip: Annotated[str, typer.Option("--source-ip", metavar="ADDRESS", help="The client that sends it.")] = "192.0.2.1",
    requests: Annotated[
        str, typer.Option("--requests", metavar="FILE", help="A file with one JSON request on each line; - for standard input.")
    ] = "",
    let: Annotated[
        list[str] | None,
        typer.Option(
            "--let", metavar="NAME=VALUE", help="A value that only a deployment tells, by the name that reports show: var.x=y; may repeat."
        ),
    ] = None,
    why: Annotated[bool, typer.Option("--why", help="List every rule that was evaluated, and why it did not match.")] = False,
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
    """Tell which rule answers a request, and why."""
    from alb_lint.analysis.asked import asked_of, request_to
    from alb_lint.analysis.tracing import trace
    from alb_lint.reports import traces

    options.one_of(format_, ("text", "json"), "--format")
    if bool(url) == bool(requests):
        raise UsageError(
            "name one request with --url, or many with --requests",
            where="trace",
            hint="alb-lint trace rules.json --url https://example.com/x",
        )
    names = live.sources(sources)
    if requests == "-" and "-" in names:
        raise UsageError("standard input is given twice", where="SOURCE and --requests", hint="name a file for one of them")
    asked = [request_to(url, method, header or [], source_ip)] if url else list(_lines(requests))
    settings = options.load_config(config, names)
    estate = live.estate(names, settings, kind, listener, told=options.reading(settings, parameter, parameters, workspace, stack))
    for gap in estate.gaps:
        options.note(f"gap: {gap.location}: {gap.reason}", quiet=False)
    listeners = asked_of(_under(estate.listeners, let or []), url)
    _bounded(len(asked), sum(len(item.rules) + 1 for item in listeners), requests)
    found = [(item, trace(item, request)) for request in asked for item in listeners]
    if format_ == "json":
        options.write(traces.as_json(found), output)
    else:
        several = len(estate.listeners) > 1
        options.write(traces.as_text(found, several, why, options.columns(output), options.in_color(no_color, output)), output)
    return live.code(exit_codes.CLEAN)


def _under(listeners: tuple[Listener, ...], let: list[str]) -> tuple[Listener, ...]:
    """The listeners with the values that are given. Raises UsageError for a name that no symbol has."""
    if not let:
        return listeners
    from difflib import get_close_matches

    from alb_lint.model.valuation import symbols_in, valued

    named: dict[str, list[str]] = {}
    rules = (rule for item in listeners for rule in (*item.rules, item.default) if rule is not None)
    for symbol in symbols_in(rules).values():
        named.setdefault(symbol.shown, []).append(symbol.key)
    given: dict[str, str] = {}
    for text in let:
        # a name may hold an equals sign, `remote_state(s3, key = "x")`, and a value may, too
        found = max((name for name in named if text.startswith(f"{name}=")), key=len, default="")
        if not found:
            name, equals, _ = text.partition("=")
            if not equals or not name:
                raise UsageError(f"{text!r} is not NAME=VALUE", where="--let", hint="--let var.domain=example.com")
            close = get_close_matches(name, named) or sorted(named)[:_NAMES_SHOWN]
            hint = f"it may be one of {', '.join(close)}" if close else "everything that the rules ask for is known"
            raise UsageError(f"no rule waits for a value named {name!r}", where="--let", hint=hint)
        given.update(dict.fromkeys(named[found], text[len(found) + 1 :]))
    return tuple(valued(listener, given) for listener in listeners)


def _bounded(requests: int, rules: int, file: str) -> None:
    """Raises UsageError for more than can be told in some seconds."""
    if requests > 1 and requests * rules > _MOST:
        raise UsageError(
            f"{requests:,} requests, each asked of {rules:,} rules, are more than {_MOST:,} answers",
            where=file,
            hint="give fewer requests at once, or one listener with --listener",
        )


def _lines(file: str) -> list[Request]:
    try:
        data = options.standard_input() if file == "-" else content(file, pipes=True)
        text = data.decode("utf-8-sig")
    except NotRead as error:
        raise SourceError(f"cannot read the requests: {error.reason}", where=file) from error
    except UnicodeDecodeError as error:
        raise SourceError(f"cannot read the requests: byte {error.start} is not UTF-8 text", where=file) from error
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                data = json.loads(whole_pairs(line))
            except (ValueError, RecursionError) as error:
                raise SourceError(
                    f"not JSON: {error}", where=f"{file}:{number}", hint='{"method": "GET", "host": "example.com", "path": "/"}'
                ) from error
            found.append(_request(data, f"{file}:{number}"))
    return found


def _request(data: Any, where: str) -> Request:
    """The request of contract `A request in JSON`; a trace line's own output is understood too."""
    if isinstance(data, dict) and isinstance(data.get("request"), dict):
        data = data["request"]
    problem = ""
    if not isinstance(data, dict):
        problem = "a request is an object"
    else:
        unknown = sorted(set(data) - {"method", "host", "path", "query", "headers", "source_ip", "where"})
        texts = [key for key in ("method", "host", "path", "source_ip") if not isinstance(data.get(key, ""), str)]
        pairs = [key for key in ("query", "headers") if not _pairs(data.get(key, []))]
        if unknown or texts or pairs:
            problem = "; ".join([f"unknown field {key!r}" for key in unknown] + [f"{key!r} has the wrong type" for key in (*texts, *pairs)])
    if problem:
        raise SourceError(problem, where=where, hint='fields: method, host, path, query [["k", "v"]], headers [["N", "v"]], source_ip')
    plain = Request()
    size = sum(map(len, (data.get("host", ""), data.get("path", "")))) + sum(
        len(name) + len(value) for key in ("query", "headers") for name, value in data.get(key, ())
    )
    if size > _LONGEST:
        raise SourceError(f"a request of {size:,} characters", where=where, hint=f"a load balancer takes at most {_LONGEST:,}")
    if not _is_address(data.get("source_ip", plain.source_ip)):
        raise SourceError(f"not an address: {data['source_ip']!r}", where=where, hint="write it like 192.0.2.7 or 2001:db8::7")
    return Request(
        method=data.get("method", plain.method),
        host=data.get("host", plain.host),
        path=data.get("path", plain.path),
        query=tuple((key, value) for key, value in data.get("query", ())),
        headers=tuple((key, value) for key, value in data.get("headers", ())),
        source_ip=data.get("source_ip", plain.source_ip),
    )


def _is_address(text: str) -> bool:
    """What is no address matches no rule, and nobody would see why."""
    from alb_lint.space.addresses import address

    return address(text) is not None


def _pairs(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str) and isinstance(pair[1], str) for pair in value
    )
