"""`alb-lint allocate`: the right number for a new rule, by what it means; with or without a config."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, get_args

import typer

from alb_lint.cli import completing, exit_codes, options
from alb_lint.cli.live import Live, may_read_live
from alb_lint.config import Config, rule_fits
from alb_lint.errors import SourceError, UsageError
from alb_lint.files import NotRead, content, is_file, json_of
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
from alb_lint.record import record

if TYPE_CHECKING:
    from alb_lint.plan.allocation.answer import Place
    from alb_lint.sources.source import ReadOptions

Values = list[str] | None
FORMATS: Final = ("text", "json", "github-output")


@may_read_live
def command(
    sources: options.Sources = None,
    range_: Annotated[
        str,
        typer.Option(
            "--range", metavar="NAME", help="A reserved range of the config; else the rule's own.", autocompletion=completing.ranges
        ),
    ] = "",
    path: Annotated[Values, typer.Option("--path", metavar="GLOB", help="What the rule takes; each may repeat.")] = None,
    host: Annotated[Values, typer.Option("--host", metavar="GLOB")] = None,
    method: Annotated[Values, typer.Option("--method", "-X", metavar="METHOD")] = None,
    header: Annotated[Values, typer.Option("--header", "-H", metavar="'NAME: GLOB'")] = None,
    query: Annotated[Values, typer.Option("--query", metavar="KEY=GLOB")] = None,
    source_ip: Annotated[Values, typer.Option("--source-ip", metavar="CIDR")] = None,
    rule: Annotated[
        Values, typer.Option("--rule", metavar="FILE", help="A rule, or a list, as JSON in the shape of the API; - for standard input.")
    ] = None,
    from_: Annotated[
        Values, typer.Option("--from", metavar="FILE[:LINE]", help="The rule that stands there in code; no line: all without a number.")
    ] = None,
    place: Annotated[
        str, typer.Option("--place", metavar="WHERE", help="first, last, before RULE, after RULE; else after narrower, before wider ones.")
    ] = "",
    write: Annotated[bool, typer.Option("--write", help="With --from: put the number into the code.")] = False,
    config: options.ConfigFile = "",
    format_: Annotated[
        str, typer.Option("--format", "-f", metavar="NAME", help=f"{', '.join(FORMATS)}.", autocompletion=completing.words(*FORMATS))
    ] = "text",
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
    """Find the number for a new rule: behind what is narrower or crosses it, before what is wider, as this listener is numbered.

    Exit codes: 0 a free number, 2 usage or config, 3 unreadable, 5 none: the fewest moves that make room, or why nothing would.
    """
    from alb_lint import pipeline
    from alb_lint.plan.allocation.answer import NoNumber, Wish
    from alb_lint.reports import allocations

    options.one_of(format_, FORMATS, "--format")
    conditions = _conditions(path, host, method, header, query, source_ip)
    if sum(map(bool, (conditions, rule, from_))) != 1:
        raise UsageError(
            "what does the rule take?", where="allocate", hint="--path, --host and so on, --rule FILE or --from FILE:LINE, not both"
        )
    if rule and "-" in rule and sources and "-" in sources:
        raise UsageError("standard input cannot be both", where="--rule -")
    if write and not from_:
        raise UsageError("only a rule that stands in code can get its number there", where="--write", hint="--from FILE:LINE")
    names = _code_of(from_) if from_ and not sources and not live.on else live.sources(sources)
    settings = options.load_config(config, names)
    told = options.reading(settings, parameter, parameters, workspace, stack)
    estate = live.estate(names, settings, kind, "" if from_ else listener, told=told)
    chosen = _Chosen(estate, settings, listener, range_, told)
    if from_:
        new, where = chosen.from_code(from_)
    else:
        new = tuple(one for file in rule or () for one in pipeline.read_rules(_content(file), file)) or (Rule("new", "", 0, conditions),)
        new = new if len(new) == 1 else tuple(replace(one, id=f"new-{number}") for number, one in enumerate(new, 1))
        where = chosen.listener(new)
    for one in new:
        wrong = pipeline.refused_values(one, options.today())
        if wrong:
            raise UsageError(f"AWS would refuse the rule: {wrong}", where=str(one.location) or "allocate")
    for gap in estate.gaps:
        options.note(f"gap: {gap.location}: {gap.reason}", quiet=False)
    wanted = _place(place, where)
    found = pipeline.allocate(where, settings, [Wish(one, range_, wanted) for one in new], options.today())
    color = options.in_color(no_color, output)
    if format_ == "text":
        options.write(allocations.as_text(range_, found, where, new, color, options.columns(output)), output)
    else:
        options.write(allocations.ALL[format_](range_, found, where, new, color), output)
    if isinstance(found, NoNumber) or found.moves:
        return live.code(exit_codes.REFUSED)
    if write and from_:
        from alb_lint.cli import rewriting

        numbers = [item.priority for item in found.items]
        again = partial(pipeline.read, _code_of(from_), settings, "", told)
        options.note(rewriting.write_numbers(new, numbers, again), quiet=False)
    return live.code(exit_codes.CLEAN)


def spelled(arguments: list[str]) -> list[str]:
    """The arguments with `--place before RULE` as one word, as the flag takes it."""
    found: list[str] = []
    waiting = list(arguments)
    while waiting:
        word = waiting.pop(0)
        found.append(word)
        if word == "--place" and len(waiting) > 1 and waiting[0] in ("before", "after"):
            found.append(f"{waiting.pop(0)} {waiting.pop(0)}")
    return found


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
    try:
        return json_of(options.standard_input() if name == "-" else content(name, pipes=True))
    except NotRead as error:
        raise SourceError(f"cannot read the rule: {error.reason}", where=name) from error
    except ValueError as error:
        hint = '{"Conditions": [{"Field": "path-pattern", "Values": ["/v2/*"]}]}'
        raise SourceError(f"the rule is not JSON: {error}", where=name, hint=hint) from error


def _place(text: str, where: Listener) -> "Place":
    """Raises UsageError for a place that is none, and for a rule that is not one of the listener."""
    from alb_lint.plan.allocation.answer import Place, Where

    if not text:
        return Place()
    word, _, name = text.strip().partition(" ")
    if word not in get_args(Where) or word == "fit" or bool(name) != (word in ("before", "after")):
        raise UsageError(f"not a place: {text!r}", where="--place", hint="first, last, 'before RULE' or 'after RULE'")
    if not name:
        return Place("first" if word == "first" else "last")
    name = name.strip()
    exact = [one for one in where.rules if name in (str(one.priority), one.name, one.id, one.location.address)]
    fitting = exact or [one for one in where.rules if rule_fits(name, one)]
    if len(fitting) != 1:
        what = f"{len(fitting)} rules are" if fitting else "no rule is"
        raise UsageError(f"{what} called {name!r}", where="--place", hint="a number, a name, an id or an address of one rule")
    if not isinstance(fitting[0].priority, int):
        raise UsageError(f"the number of {name!r} is unknown", where="--place")
    return Place("before" if word == "before" else "after", fitting[0].id)


def _code_of(places: list[str]) -> list[str]:
    """What to read for rules in code: the program or folder that each belongs to."""
    found: dict[str, None] = {}
    for text in places:
        file = Path(_split(text)[0])
        if not is_file(file):
            raise SourceError("no such file", where=str(file))
        program = next((folder for folder in file.absolute().parents if (folder / "Pulumi.yaml").is_file()), None)
        if file.suffix in (".tf", ".tofu"):
            found[str(file.parent)] = None
        elif file.suffix in (".ts", ".js", ".mts", ".mjs") or program is not None:
            found[options.shown(program if program is not None else file.parent)] = None
        else:
            found[str(file)] = None
    return list(found)


def _split(place: str) -> tuple[str, int]:
    file, colon, line = place.rpartition(":")
    return (file, int(line)) if colon and line.isascii() and line.isdecimal() else (place, 0)


@record
class _Chosen:
    """Which listener is meant, and what was read."""

    estate: Estate
    settings: Config
    wanted: str
    range: str
    told: "ReadOptions"

    def from_code(self, places: list[str]) -> tuple[tuple[Rule, ...], Listener]:
        """The rules that stand there, and their listener without them. Raises UsageError where there is none, or more than one listener."""
        from alb_lint import pipeline

        found: list[tuple[Listener, Rule]] = []
        for text in places:
            file, line = _split(text)
            here = pipeline.rules_at(self.estate, file, line) or pipeline.rules_at(
                pipeline.read(_code_of([text]), self.settings, "", self.told), file, line
            )
            if not here:
                hint = "the line where the rule begins, or one inside it" if line else "--from FILE:LINE names one that has a number"
                raise UsageError("no listener rule is read there", where=f"--from {text}", hint=hint)
            found += here
        ids = {listener.id for listener, _ in found}
        if len(ids) > 1:
            raise UsageError(f"the rules are of {len(ids)} listeners", where="--from", hint="one run gives numbers on one listener")
        code = found[0][0]
        where = self._known(code)
        new = tuple(dict.fromkeys(rule for _, rule in found))
        mine = {rule.id for rule in new}
        return new, replace(where, rules=tuple(rule for rule in where.rules if rule.id not in mine))

    def _known(self, code: Listener) -> Listener:
        """The listener of what was read that the code means: the same, or one that the config names so, or the only one that may be."""
        from alb_lint import pipeline
        from alb_lint.config import listener_fits

        listeners = self.estate.listeners
        if self.wanted:
            listeners = pipeline.only(self.estate, self.wanted, self.settings).listeners
        same = [item for item in listeners if item.id == code.id]
        names = [named.name for named in self.settings.listeners if listener_fits(named.name, code, self.settings)]
        same = same or [item for item in listeners if any(listener_fits(name, item, self.settings) for name in names)] or list(listeners)
        if len(same) != 1:
            told = ", ".join(item.name or item.id for item in same[:8])
            raise UsageError(f"which listener is {code.name or code.id}?", where="--listener", hint=f"one of {told}")
        return same[0]

    def listener(self, new: tuple[Rule, ...]) -> Listener:
        """The one listener that is meant. Raises UsageError for none and for several."""
        from alb_lint import pipeline
        from alb_lint.plan.wanted.ranges import belongs, ranges_of

        listeners = pipeline.only(self.estate, self.wanted, self.settings).listeners
        if self.range:
            able = [item for item in listeners if any(band.name == self.range for band in ranges_of(item, self.settings))]
            if not able:
                known = ", ".join(dict.fromkeys(item.name for item in self.settings.ranges)) or "none"
                raise UsageError(f"no listener has a range called {self.range!r}", where="--range", hint=f"the config has {known}")
        else:
            # ranges that are for one listener tell which is meant
            able = [
                item
                for item in listeners
                if any(band.listener and belongs(rule, band.match) for rule in new for band in ranges_of(item, self.settings))
            ]
            able = able if len(able) == 1 else list(listeners)
        if len(able) == 1:
            return able[0]
        what = f"the range {self.range!r} is on {len(able)} listeners" if self.range else f"there are {len(able)} listeners"
        raise UsageError(what, where="--listener", hint="one of " + ", ".join(item.name or item.id for item in able[:8]))
