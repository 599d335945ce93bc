"""`alb-lint allocate`: the right number for a new rule, by what it means; with or without a config."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, get_args

import typer

from alb_lint.cli import completing, exit_codes, helping, options
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
from alb_lint.record import record, replace
from alb_lint.reservations import LOCK

if TYPE_CHECKING:
    from alb_lint.plan.allocation.answer import Place
    from alb_lint.sources.source import ReadOptions

Values = list[str] | None
FORMATS: Final = ("text", "json", "github-output")


HELP = helping.Help(
    examples=(
        ("alb-lint allocate rules.json --path '/orders/*'", "from conditions"),
        ("alb-lint allocate --from infra/main.tf:42 --write", "into the code"),
        ("alb-lint allocate rules.json --range v2-api --path '/v2/x'", "in a range"),
    ),
    codes=(
        (0, "a free number"),
        helping.USAGE,
        helping.UNREADABLE,
        (5, "none is free; the text says the fewest moves that make room"),
    ),
)


@may_read_live
def command(
    sources: options.Sources = None,
    range_: Annotated[
        str,
        typer.Option(
            "--range",
            metavar="NAME",
            help="Take a number of this range; default: the range that the rule belongs to.",
            autocompletion=completing.ranges,
        ),
    ] = "",
    path: Annotated[
        Values, typer.Option("--path", metavar="GLOB", help="A path of the new rule; this and the next five may repeat.")
    ] = None,
    host: Annotated[Values, typer.Option("--host", metavar="GLOB", help="A host.")] = None,
    method: Annotated[Values, typer.Option("--method", "-X", metavar="METHOD", help="A method.")] = None,
    header: Annotated[Values, typer.Option("--header", "-H", metavar="'NAME: GLOB'", help="A header.")] = None,
    query: Annotated[Values, typer.Option("--query", metavar="KEY=GLOB", help="A query parameter.")] = None,
    source_ip: Annotated[Values, typer.Option("--source-ip", metavar="CIDR", help="A block of client addresses.")] = None,
    rule: Annotated[
        Values,
        typer.Option("--rule", metavar="FILE", help="A rule or a list of rules, as JSON in the shape of the API; - for standard input."),
    ] = None,
    from_: Annotated[
        Values,
        typer.Option("--from", metavar="FILE[:LINE]", help="The rule at this place in code; without a line, all rules without a number."),
    ] = None,
    place: Annotated[str, typer.Option("--place", metavar="WHERE", help="first, last, before RULE or after RULE.")] = "",
    write: Annotated[bool, typer.Option("--write", help="With --from: write the number into the code.")] = False,
    also: Annotated[
        Values, typer.Option("--also", metavar="PATH", help="A checkout of other code on this listener, whose numbers are taken, too.")
    ] = None,
    refs: Annotated[
        str, typer.Option("--refs", metavar="GLOB", help="Branches of this repository whose numbers are taken, too: 'origin/*'.")
    ] = "",
    reserve: Annotated[bool, typer.Option("--reserve", help=f"Write the number into {LOCK}, for who merges later.")] = False,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="With --reserve: for whom; else the owner of the range.")] = "",
    until: Annotated[str, typer.Option("--until", metavar="DATE", help="With --reserve: the last day; else 30 days from now.")] = "",
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
    kind: options.Kind = "",
    parameter: options.Parameter = None,
    parameters: options.Parameters = None,
    workspace: options.Workspace = "",
    stack: options.Stack = "",
    no_color: options.NoColor = False,
    *,
    live: Live,
) -> int:
    """Find a free priority for a new rule, by what the rule matches.

    By default: after rules that are narrower or cross it, before rules that are wider.
    """
    from alb_lint import inputs, pipeline
    from alb_lint.cli import reserving
    from alb_lint.plan.allocation.alike import Part, allocate_alike
    from alb_lint.plan.allocation.answer import NoNumber, Wish
    from alb_lint.plan.allocation.reserving import own_of, reserved, taste, without
    from alb_lint.reports import allocations

    options.one_of(format_, FORMATS, "--format")
    conditions = _conditions(path, host, method, header, query, source_ip)
    if sum(map(bool, (conditions, rule, from_))) != 1:
        raise UsageError(
            "what the new rule matches must be given once",
            where="allocate",
            hint="give --path, --host and so on, or --rule FILE, or --from FILE:LINE, and not both",
        )
    if rule and "-" in rule and sources and "-" in sources:
        raise UsageError("standard input cannot be both", where="--rule -")
    if (by or until) and not reserve:
        raise UsageError("nothing is reserved", where="--by" if by else "--until", hint="add --reserve")
    if write and not from_:
        raise UsageError("only a rule in code can get its number written there", where="--write", hint="give --from FILE:LINE")
    names = _code_of(from_) if from_ and not sources and not live.on else live.sources(sources)
    settings = options.load_config(config, names)
    told = options.reading(settings, parameter, parameters, workspace, stack)
    estate = live.estate(names, settings, kind, "" if from_ else listener, told=told)
    chosen = _Chosen(estate, settings, listener, range_, told)
    alike: tuple[tuple[tuple[Rule, ...], Listener], ...] = ()
    if from_:
        (new, where), *more = chosen.from_code(from_, write=write)
        alike = tuple(more)
        if alike and reserve:
            raise UsageError(f"the rules are of {len(alike) + 1} listeners", where="--reserve", hint="--listener says for which")
    else:
        new = tuple(one for file in rule or () for one in pipeline.read_rules(_content(file), file)) or (Rule("new", "", 0, conditions),)
        new = new if len(new) == 1 else tuple(replace(one, id=f"new-{number}") for number, one in enumerate(new, 1))
        where = chosen.listener(new)
    if not alike:
        pipeline.few_enough(where, len(new))
    for one in new:
        wrong = pipeline.refused_values(one, options.today())
        if wrong:
            raise UsageError(f"AWS would refuse the rule: {wrong}", where=str(one.location) or "allocate")
    for gap in estate.gaps:
        options.note(f"gap: {gap.location}: {gap.reason}", quiet=False)
    wanted = _place(place, where)
    taken = reserving.elsewhere(where, also or (), refs, names, settings, told)
    for note in taken.notes:
        options.note(f"note: {note}", quiet=False)
    mine = own_of(where, new, settings, reserving.owner(by, range_, settings)) if reserve else ()
    day, mark = (reserving.last_day(until), reserving.token()) if reserve else ("", "")
    others = without(settings, mine)
    wishes = [Wish(one, range_, wanted) for one in new]
    if alike:
        parts = [Part(where, tuple(wishes), taken.numbers)]
        for rules, there in alike:
            held = reserving.elsewhere(there, also or (), refs, names, settings, told)
            parts.append(Part(there, tuple(Wish(one, range_, _place(place, there)) for one in rules), held.numbers))
        found = allocate_alike(parts, others, options.today())
    else:
        found = pipeline.allocate(where, others, wishes, options.today(), taken.numbers, taste(mine, mark) if reserve else None)
    color = options.in_color(no_color, output)
    if format_ == "text":
        options.write(allocations.as_text(range_, found, where, new, color, options.columns(output)), output)
    else:
        options.write(allocations.ALL[format_](range_, found, where, new, color), output)
    if isinstance(found, NoNumber) or found.moves:
        return live.code(exit_codes.REFUSED)
    numbers = [item.priority for item in found.items]
    if reserve:
        who = reserving.owner(by, range_, settings)
        file = reserving.write(settings, reserved(others, where, new, numbers, who, day, mark))
        options.note(reserving.told(new, numbers, who, day, file), quiet=False)
    if write and from_:
        from alb_lint.cli import rewriting

        again = partial(inputs.read, names if alike else _code_of(from_), settings, "", told)
        others_too = [one for rules, _ in alike for one in rules]
        options.note(rewriting.write_numbers(new, numbers, again, others_too), quiet=False)
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
        raise UsageError(f"not a place: {text!r}", where="--place", hint="write first, last, 'before RULE' or 'after RULE'")
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
        program = next((folder for folder in file.absolute().parents if is_file(folder / "Pulumi.yaml")), None)
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

    def from_code(self, places: list[str], write: bool) -> list[tuple[tuple[Rule, ...], Listener]]:
        """The rules that stand there, and their listener without them; of each listener, where the code makes the same for several.

        Raises UsageError where there is no rule, or where listeners have different ones of them.
        """
        from alb_lint import inputs, pipeline

        found: list[tuple[Listener, Rule]] = []
        for text in places:
            file, line = _split(text)
            here = pipeline.rules_at(self.estate, file, line) or pipeline.rules_at(
                inputs.read(_code_of([text]), self.settings, "", self.told), file, line
            )
            if not here:
                hint = "the line where the rule begins, or one inside it" if line else "--from FILE:LINE names one that has a number"
                raise UsageError("no listener rule is read there", where=f"--from {text}", hint=hint)
            found += here
        if self.wanted and len({listener.id for listener, _ in found}) > 1:
            meant = {item.id for item in inputs.only(self.estate, self.wanted, self.settings).listeners}
            some = [pair for pair in found if pair[0].id in meant] or found
            if write and len(some) < len(found):
                raise UsageError("the code there is for other listeners as well", where="--write", hint="leave out --listener, or --write")
            found = some
        groups: dict[str, list[tuple[Listener, Rule]]] = {}
        for pair in found:
            groups.setdefault(pair[0].id, []).append(pair)
        if (
            len({tuple((rule.location.file, rule.location.line, rule.location.column) for _, rule in group) for group in groups.values()})
            > 1
        ):
            raise UsageError(
                f"the rules are of {len(groups)} listeners", where="--from", hint="--listener NAME, or rules of one listener only"
            )
        parts = []
        for group in groups.values():
            where = self._known(group[0][0])
            new = tuple(dict.fromkeys(rule for _, rule in group))
            mine = {rule.id for rule in new}
            parts.append((new, replace(where, rules=tuple(rule for rule in where.rules if rule.id not in mine))))
        return parts

    def _known(self, code: Listener) -> Listener:
        """The listener of what was read that the code means: the same, or one that the config names so, or the only one that may be."""
        from alb_lint import inputs
        from alb_lint.config import listener_fits

        listeners = self.estate.listeners
        if self.wanted:
            listeners = inputs.only(self.estate, self.wanted, self.settings).listeners
        same = [item for item in listeners if item.id == code.id]
        names = [named.name for named in self.settings.listeners if listener_fits(named.name, code, self.settings)]
        same = same or [item for item in listeners if any(listener_fits(name, item, self.settings) for name in names)] or list(listeners)
        if len(same) != 1:
            told = ", ".join(item.name or item.id for item in same[:8])
            raise UsageError(f"which listener is {code.name or code.id}?", where="--listener", hint=f"one of {told}")
        return same[0]

    def listener(self, new: tuple[Rule, ...]) -> Listener:
        """The one listener that is meant. Raises UsageError for none and for several."""
        from alb_lint import inputs
        from alb_lint.plan.wanted.ranges import belongs, ranges_of

        listeners = inputs.only(self.estate, self.wanted, self.settings).listeners
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
