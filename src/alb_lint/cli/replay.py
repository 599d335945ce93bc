"""`alb-lint replay`: access logs of a load balancer held against its rules: do they agree, and which rules get traffic."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import typer

from alb_lint.cli import exit_codes, helping, options
from alb_lint.cli.live import Live, may_read_live
from alb_lint.errors import SourceError, UsageError
from alb_lint.files import NotRead, is_folder, pieces

_ENDINGS: Final = (".log", ".log.gz", ".gz", ".txt")
"""Ends of names that are read in folders; AWS writes `….log.gz`."""
_OTHER_LOGS: Final = ("conn_log", "health_check_log")
"""Beginnings of names of other logs that lie in the same folders. Source: ELB user guide, "Connection logs" and "Health check logs"."""

HELP = helping.Help(
    examples=(
        ("alb-lint replay rules.json --logs logs/", "a folder of logs"),
        ("alb-lint replay rules.json --logs access.log.gz -f json", "as JSON"),
    ),
    codes=(
        (0, "no request disagreed with the rules"),
        (1, "some request was logged with a rule that cannot match it"),
        helping.USAGE,
        (3, "a source or log could not be read, or no log entry is of its listeners"),
    ),
)


@may_read_live
def command(
    sources: options.Sources = None,
    logs: Annotated[
        list[str] | None,
        typer.Option("--logs", metavar="FILE", help="A log of the load balancer, as it is or .gz, or a folder of them; may repeat; - too."),
    ] = None,
    port: Annotated[int, typer.Option("--port", metavar="N", help="Only requests on this port.", show_default=False)] = 0,
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
    """Hold access logs against the rules.

    Does each request's `matched_rule_priority` agree with what the rules say, and which rules get traffic?
    """
    from alb_lint.access_log import lines, unpacked
    from alb_lint.analysis.replaying import Replay
    from alb_lint.json_text import dumps
    from alb_lint.reports import replays

    options.one_of(format_, ("text", "json"), "--format")
    if not 0 <= port < 65_536:
        raise UsageError(f"{port} is no port", where="--port", hint="--port 443")
    names = live.sources(sources)
    if not logs:
        raise UsageError("no access log is given", where="replay", hint="alb-lint replay rules.json --logs FILE")
    if [*logs, *names].count("-") > 1:
        raise UsageError("standard input is given twice", where="SOURCE and --logs", hint="name a file for one of them")
    files = list(dict.fromkeys(file for name in logs for file in _files(name)))
    settings = options.load_config(config, names)
    estate = live.estate(names, settings, kind, listener, told=options.reading(settings, parameter, parameters, workspace, stack))
    for gap in estate.gaps:
        options.note(f"gap: {gap.location}: {gap.reason}", quiet=False)
    replay = Replay(estate.listeners, port)
    for file in files:
        where = "standard input" if file == "-" else file
        try:
            replay.read(where, lines(unpacked(options.input_pieces() if file == "-" else pieces(file), where)))
        except NotRead as error:
            raise SourceError(f"cannot read the log: {error.reason}", where=where, hint="name a file or folder of access logs") from error
    result = replay.result()
    if not result.requests:
        what, hint = _nothing(result.other_ports, port, result.unparsed_at)
        raise SourceError(what, where=", ".join(logs), hint=hint)
    if result.other_requests and not result.undecided and not any(item.requests for item in result.listeners):
        found = ", ".join(name for name, _ in result.others[:4])
        raise SourceError(
            f"no request is of a load balancer in the input: the logs are of {found}",
            where=", ".join(logs),
            hint="name the rules of that load balancer, or its logs",
        )
    if format_ == "json":
        options.write(dumps(replays.as_json(result, estate.complete), indent=2) + "\n", output)
    else:
        given = (
            ("--listener", [listener]), ("--config", [config]), ("--source-kind", [kind]), ("--parameter", parameter),
            ("--parameters", parameters), ("--workspace", [workspace]), ("--stack", [stack]),
        )  # fmt: skip
        told = [word for flag, values in given for value in values or () if value for word in (flag, value)]
        asked = replays.Asked((*told, *(live.words() if live.on else [])), "" if live.on else options.asked_again(names))
        options.write(replays.as_text(result, asked, options.columns(output), options.in_color(no_color, output)), output)
    return live.code(exit_codes.FINDINGS if result.disagreed else exit_codes.CLEAN)


def _nothing(elsewhere: int, port: int, unparsed: tuple[tuple[str, int, str], ...]) -> tuple[str, str]:
    """What is said, and what next, where the logs hold no entry that counts."""
    if elsewhere:
        return f"no request is on port {port}, {elsewhere:,} are on others", "leave --port out, or name another port"
    if not unparsed:
        return "the logs hold no line", "name access logs that hold requests"
    file, line, reason = unparsed[0]
    return (
        f"no line is an entry of an access log: {file}:{line}: {reason}",
        "access logs of an Application Load Balancer are in its S3 bucket",
    )


def _files(name: str) -> Iterator[str]:
    """The file, or the logs in the folder and those below it, by name. Raises SourceError for a folder that cannot be read or holds none."""
    if name == "-" or not is_folder(name):
        yield name
        return
    found, passed = [], 0

    def refuse(error: OSError) -> None:
        raise SourceError(
            f"cannot read the folder: {error.strerror}", where=str(error.filename), hint="name one that can be read"
        ) from error

    for here, folders, files in os.walk(name, onerror=refuse):
        folders.sort()
        for file in sorted(files):
            if file.startswith(_OTHER_LOGS) or not file.endswith(_ENDINGS):
                passed += 1
            else:
                found.append(str(Path(here) / file))
    if not found:
        raise SourceError("the folder holds no logs", where=name, hint=f"names of logs end in {', '.join(_ENDINGS)}")
    if passed:
        options.note(f"note: {name}: {passed} {'file is' if passed == 1 else 'files are'} no access log by name and not read", quiet=False)
    yield from found
