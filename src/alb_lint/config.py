"""What a config says, as records, and which listeners and rules it means; `config_file` reads it."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from types import MappingProxyType
from typing import Final

from alb_lint.model import Listener, Location, Rule
from alb_lint.record import record
from alb_lint.reservations import Reservation

FILE: Final = "alb-lint.toml"
TABLES: Final = 1_000
"""Tables of one kind: more ranges than a listener has room for make no sense, and each is held against each."""
SEVERITIES: Final = ("error", "warning", "info", "never")
Interval = tuple[int, int]
"""(first, last), both included."""


@record
class NamedListener:
    """A name for listeners; `ids` are globs over ids and names."""

    name: str
    ids: tuple[str, ...]


@record
class Match:
    """Which rules belong to a range: all that is given must hold; nothing given: none belongs.

    `paths`, `hosts`, `methods`: the rule's region lies inside. `rules`: globs over names and ids. `tags`: all of them.
    """

    paths: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()


@record
class Range:
    """A reserved band. `priorities`: disjoint intervals, ascending. `listener`: a name or glob, "" for every listener."""

    name: str
    priorities: tuple[Interval, ...]
    listener: str = ""
    match: Match = Match()
    was: tuple[Interval, ...] = ()
    owner: str = ""
    order: str = "keep"
    location: Location = Location()

    @property
    def size(self) -> int:
        return sum(last - first + 1 for first, last in self.priorities)

    def __contains__(self, number: int) -> bool:
        return any(first <= number <= last for first, last in self.priorities)


@record
class Retired:
    """Numbers that must not be used again until the date (ISO; "" for ever)."""

    priorities: tuple[Interval, ...]
    listener: str = ""
    reason: str = ""
    until: str = ""
    location: Location = Location()

    def __contains__(self, number: int) -> bool:
        return any(first <= number <= last for first, last in self.priorities)


@record
class Before:
    """An order that must hold; both are globs over rule names and ids."""

    first: str
    then: str
    listener: str = ""
    reason: str = ""
    location: Location = Location()


@record
class Allow:
    """An intended finding. `rule` and `listener` are globs; `until` is ISO, "" for ever."""

    code: str
    rule: str = "*"
    listener: str = ""
    reason: str = ""
    until: str = ""
    location: Location = Location()


@record
class When:
    """The requests that a requirement speaks of: all that is given must hold; nothing given: every request.

    `header`: (name, globs), each must be there. `without_header`: names that the request does not have.
    """

    host: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    method: tuple[str, ...] = ()
    header: tuple[tuple[str, tuple[str, ...]], ...] = ()
    without_header: tuple[str, ...] = ()
    source_ip: tuple[str, ...] = ()
    not_source_ip: tuple[str, ...] = ()


@record
class Then:
    """What must become of them: all that is given must hold, and one of `any_of` where it is given.

    `target_group`: globs over ids and names, every group that may get the request fits one. `status`: of a fixed answer. `redirect`: globs
    over `https://host:port/path` as the action writes it. `authenticated`: only clients that signed in get further.
    """

    target_group: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    redirect: tuple[str, ...] = ()
    authenticated: bool = False
    any_of: tuple["Then", ...] = ()


@record
class Requirement:
    """What must hold for all requests. `but`: globs over rules that it does not bind; `until`: ISO date up to which it holds, "" for ever."""

    name: str
    when: When
    then: Then
    listener: str = ""
    but: tuple[str, ...] = ()
    reason: str = ""
    until: str = ""
    location: Location = Location()


@record
class TerraformModule:
    """A Terraform module that is not here: which of its arguments is what of the one rule that it makes. `source` is a glob."""

    source: str
    priority: str
    listener: str
    paths: str = ""
    hosts: str = ""
    methods: str = ""
    target_group: str = ""


@record
class StackTemplate:
    """The file of the templates that URLs like this name; `{1}` in it is what the first `*` took. Relative to the config's folder."""

    url: str
    file: str


@record
class WeightPolicy:
    """What an environment must route: (glob over target groups, share in percent)."""

    environment: str
    groups: tuple[tuple[str, float], ...]
    listener: str = ""
    location: Location = Location()


@record
class Config:
    """The whole config. `path` is "" where there is none; `root` the folder that the project is read from; `reservations`: of the lock file
    beside it.
    """

    path: str = ""
    root: Path | None = None
    fail_on: str = "error"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    environment: str = ""
    listeners: tuple[NamedListener, ...] = ()
    ranges: tuple[Range, ...] = ()
    retired: tuple[Retired, ...] = ()
    before: tuple[Before, ...] = ()
    allow: tuple[Allow, ...] = ()
    weights: tuple[WeightPolicy, ...] = ()
    require: tuple[Requirement, ...] = ()
    reservations: tuple[Reservation, ...] = ()
    terraform_modules: tuple[TerraformModule, ...] = ()
    workspaces: tuple[str, ...] = ()
    templates: tuple[StackTemplate, ...] = ()
    wrappers: Mapping[str, Mapping[str, str]] = MappingProxyType({})


def spell(intervals: Iterable[Interval]) -> str:
    """The intervals as people write them: "2110-2112, 2120"."""
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in intervals)


def listener_fits(wanted: str, listener: Listener, config: Config) -> bool:
    """Whether a `listener = "…"` of the config means this listener: "" means all; else a name given by [[listener]], or a glob over these names,
    ids and addresses.
    """
    if not wanted:
        return True
    for named in config.listeners:
        if named.name == wanted:
            return any(_names(glob, listener) for glob in named.ids)
    return _names(wanted, listener) or any(
        _any_fits(wanted, (named.name,)) and any(_names(glob, listener) for glob in named.ids) for named in config.listeners
    )


def _names(glob: str, listener: Listener) -> bool:
    texts = (listener.id, listener.name, listener.id.rsplit(":", 1)[-1], listener.door)
    return _any_fits(glob, texts)


def rule_fits(glob: str, rule: Rule) -> bool:
    """Whether a glob over rule names and ids means this rule."""
    return _any_fits(glob, (rule.name, rule.id, rule.location.address))


def _any_fits(glob: str, texts: tuple[str, ...]) -> bool:
    if "*" not in glob and "?" not in glob and "[" not in glob:
        return bool(glob) and glob in texts
    return any(text and (text == glob or fnmatchcase(text, glob)) for text in texts)


def template_files(config: Config) -> tuple[tuple[str, str], ...]:
    """(glob over URLs, file) of the templates of CloudFormation that are described, as seen from the current folder."""
    base = Path(config.path).parent if config.path else Path()
    return tuple((item.url, (base / item.file).as_posix()) for item in config.templates)
