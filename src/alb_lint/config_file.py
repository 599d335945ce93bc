"""The file of the config, alb-lint.toml or [tool.alb-lint] in pyproject.toml: found, and read into records.

Unknown keys and wrong types are errors, with the line; every problem is told.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, TypeVar

from alb_lint.config import (
    FILE,
    SEVERITIES,
    TABLES,
    Allow,
    Before,
    Config,
    Interval,
    Match,
    NamedListener,
    Range,
    Requirement,
    Retired,
    StackTemplate,
    TerraformModule,
    Then,
    WeightPolicy,
    When,
    spell,
)
from alb_lint.errors import ConfigError
from alb_lint.files import NotRead, Reader, anybody_writes, content, is_there, real, repository
from alb_lint.model import Location
from alb_lint.model.limits import PRIORITY_MAX, PRIORITY_MIN
from alb_lint.patterns import pattern
from alb_lint.record import replace
from alb_lint.reservations import LOCK, Reservation, parse
from alb_lint.space.addresses import block

_PROBLEMS: Final = 50
"""Problems that are told before the reading ends."""
_BYTES: Final = 1024 * 1024
"""A larger file is no config."""
_LOCK_BYTES: Final = 32 * 1024 * 1024
"""A larger file is no list of reservations: there are 50,000 numbers."""
_PARTS: Final = 100
"""Parts of a key."""
_BETWEEN: Final = pattern(r"[=,{}\[\]]")
"""What stands between keys and values."""


def find(start: Path) -> Path | None:
    """The nearest config in the folders of `_upward`: alb-lint.toml, else a pyproject.toml with [tool.alb-lint]."""
    for folder in _upward(start):
        own = folder / FILE
        if is_there(own):
            return own
        project = folder / "pyproject.toml"
        if _has_section(project):
            return project
    return None


def _upward(start: Path) -> Iterator[Path]:
    """The folder and those above it, up to the root of its git repository.

    Outside of any up to where everybody may write, as into the system's temporary folder: what lies there may be anybody's.
    """
    within = repository(start)
    for folder in (start, *start.parents):
        if not within and folder != start and anybody_writes(folder):
            return
        yield folder
        if is_there(folder / ".git"):
            return


def _has_section(project: Path) -> bool:
    try:
        return _SECTION.search(_within(project).content(project, _BYTES)) is not None
    except NotRead:
        return False  # not there, or not for us to read


def _within(path: Path) -> Reader:
    """A config that was found, and not named, is read only where it lies in its repository: it may be a link."""
    return Reader([repository(path.parent) or real(path.parent)])


def _refuse_long_keys(text: str) -> None:
    """Raises ValueError for a key of very many parts: to read it takes time that grows with their square."""
    for number, line in enumerate(text.split("\n"), 1):
        if (
            line.count(".") > _PARTS
            and not line.lstrip().startswith("#")
            and any(part.count(".") > _PARTS for part in _BETWEEN.split(line))
        ):
            raise ValueError(f"a key of more than {_PARTS} parts (at line {number})")


def load(path: Path, name: str = "", *, named: bool = True) -> Config:
    """The config in the file; `name` is how messages call it. `named`: by the user, and not found.

    Raises ConfigError that lists every problem, each with its line.
    """
    import tomllib

    shown = name or str(path)
    try:
        text = (content(path, _BYTES, pipes=True) if named else _within(path).content(path, _BYTES)).decode("utf-8-sig")
        _refuse_long_keys(text)
        data = tomllib.loads(text)
    except NotRead as error:
        hint = "`alb-lint init` writes a first one" if error.absent else "name a readable file"
        raise ConfigError(f"cannot read the config: {error.reason}", where=shown, hint=hint) from error
    except UnicodeDecodeError as error:
        raise ConfigError("the config is not UTF-8", where=shown) from error
    except (ValueError, RecursionError) as error:
        line = re.search(r"\(at line (\d+)", str(error))
        raise ConfigError(f"the config is not valid TOML: {error}", where=f"{shown}:{line[1]}" if line else shown) from error
    if path.name == "pyproject.toml":
        tool = data.get("tool")
        if not isinstance(tool, dict) or "alb-lint" not in tool:
            raise ConfigError("it has no [tool.alb-lint]", where=shown, hint="docs/config.md shows one")
        data = tool["alb-lint"]
    config = _told(data, shown, text, path.parent)
    lock = path.parent / LOCK
    return replace(config, reservations=read_lock(lock, lock.as_posix() if shown == str(path) else (Path(shown).parent / LOCK).as_posix()))


def _told(data: Any, shown: str, text: str, root: Path | None) -> Config:
    reader = _Reader(shown, text)
    config = reader.config(data, root)
    if reader.problems:
        raise ConfigError("\n".join(reader.problems), hint="docs/config.md lists every key")
    return config


def from_text(text: str, name: str) -> Config:
    """The config of a text that this program wrote. Raises ConfigError as `load` does."""
    import tomllib

    return _told(tomllib.loads(text), name, text, None)


def find_lock(start: Path) -> Path | None:
    """The nearest lock file in the folders of `_upward`."""
    return next((folder / LOCK for folder in _upward(start) if is_there(folder / LOCK)), None)


def read_lock(path: Path, name: str) -> tuple[Reservation, ...]:
    """The reservations of the lock file; none where it is not there. Raises ConfigError where it cannot be read."""
    if not is_there(path):
        return ()
    try:
        text = _within(path).content(path, _LOCK_BYTES).decode()
    except NotRead as error:
        raise ConfigError(f"cannot read the reservations: {error.reason}", where=name) from error
    except UnicodeDecodeError as error:
        raise ConfigError("the reservations are not UTF-8", where=name) from error
    return parse(text, name)


_SECTION: Final = pattern(rb"^[ \t]*\[\[?[ \t]*tool[ \t]*\.[ \t]*[\"']?alb-lint[\"']?[ \t]*[.\]]", re.MULTILINE)
_T = TypeVar("_T")
_TOP: Final = (
    "fail-on", "select", "ignore", "exclude", "environment", "listener", "range", "retired", "before", "allow", "weights", "require",
    "pulumi", "terraform", "cloudformation",
)  # fmt: skip
_LISTENER: Final = ("name", "ids")
_RANGE: Final = ("name", "priorities", "listener", "match", "was", "owner", "order")
_MATCH: Final = ("paths", "hosts", "methods", "rules", "tags")
_RETIRED: Final = ("priorities", "listener", "reason", "until")
_BEFORE: Final = ("first", "then", "listener", "reason")
_ALLOW: Final = ("code", "rule", "listener", "reason", "until")
_TERRAFORM: Final = ("module", "workspaces")
_CLOUDFORMATION: Final = ("template",)
_STACK_TEMPLATE: Final = ("url", "file")
_MODULE: Final = ("source", "priority", "listener", "paths", "hosts", "methods", "target_group")
MODULE_FIELDS: Final = _MODULE[1:]
"""What of a rule an argument of a module can be."""
_REQUIRE: Final = ("name", "listener", "when", "then", "except", "reason", "until")
_WHEN: Final = ("host", "path", "method", "header", "without_header", "source-ip", "not-source-ip")
_THEN: Final = ("target_group", "status", "redirect", "authenticated", "any-of")
_WEIGHTS: Final = ("environment", "listener", "groups")


class _Reader:
    """Reads tables into records; collects every problem rather than stopping at the first."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.lines = text.splitlines()
        self.problems: list[str] = []
        self._headers: dict[str, list[int]] = {}
        self.at = Location(file=name)

    def config(self, data: Any, root: Path | None) -> Config:
        top = self._table(data, "the config", _TOP)
        return Config(
            path=self.name,
            root=root,
            fail_on=self._one_of(top, "fail-on", SEVERITIES, "error"),
            select=self._texts(top, "select"),
            ignore=self._texts(top, "ignore"),
            exclude=self._texts(top, "exclude"),
            environment=self._text(top, "environment"),
            listeners=self._each_named(
                top, "listener", _LISTENER, lambda item: NamedListener(self._name(item, "name"), self._texts(item, "ids", needed=True))
            ),
            ranges=self._apart(self._each(top, "range", _RANGE, self._range)),
            retired=self._each(top, "retired", _RETIRED, self._retired),
            before=self._each(top, "before", _BEFORE, self._before),
            allow=self._each(top, "allow", _ALLOW, self._allow),
            weights=self._each(top, "weights", _WEIGHTS, self._weights),
            require=self._each(top, "require", _REQUIRE, self._require),
            terraform_modules=self._each(
                self._table(top.get("terraform", {}), "terraform", _TERRAFORM), "module", _MODULE, self._module, "terraform.module"
            ),
            workspaces=self._texts(self._table(top.get("terraform", {}), "terraform", _TERRAFORM), "workspaces"),
            templates=self._each(
                self._table(top.get("cloudformation", {}), "cloudformation", _CLOUDFORMATION),
                "template",
                _STACK_TEMPLATE,
                lambda item: StackTemplate(self._name(item, "url"), self._name(item, "file")),
                "cloudformation.template",
            ),
            wrappers=self._wrappers(top),
        )

    def _each_named(
        self, top: Mapping[str, Any], kind: str, keys: Iterable[str], build: Callable[[Mapping[str, Any]], NamedListener]
    ) -> tuple[NamedListener, ...]:
        """As `_each`; two listeners of one name are a problem, since only the first would count."""
        listeners = self._each(top, kind, keys, build)
        for place, one in enumerate(listeners):
            if one.name and any(one.name == other.name for other in listeners[:place]):
                self._say(f"two listeners are called {one.name!r}", Location(line=self._header(kind, place)))
        return listeners

    def _range(self, item: Mapping[str, Any]) -> Range:
        match = self._table(item.get("match", {}), "match", _MATCH)
        return Range(
            name=self._name(item, "name"),
            priorities=self._intervals(item, "priorities", needed=True),
            listener=self._text(item, "listener"),
            match=Match(
                paths=self._texts(match, "paths"),
                hosts=self._texts(match, "hosts"),
                methods=self._texts(match, "methods"),
                rules=self._texts(match, "rules"),
                tags=tuple(sorted(self._text_table(match.get("tags", {}), "tags").items())),
            ),
            was=self._intervals(item, "was"),
            owner=self._text(item, "owner"),
            order=self._one_of(item, "order", ("keep", "specific-first"), "keep"),
            location=self.at,
        )

    def _apart(self, ranges: tuple[Range, ...]) -> tuple[Range, ...]:
        """The ranges; two of one name, or that share a number on one listener, are problems."""
        for place, one in enumerate(ranges):
            for other in ranges[:place]:
                if one.name == other.name:
                    self._say(f"two ranges are called {one.name!r}", one.location)
                elif (not one.listener or not other.listener or one.listener == other.listener) and _share(
                    one.priorities, other.priorities
                ):
                    self._say(
                        f"the ranges {other.name!r} and {one.name!r} share {spell(_common(one.priorities, other.priorities))}", one.location
                    )
        return ranges

    def _retired(self, item: Mapping[str, Any]) -> Retired:
        return Retired(
            self._intervals(item, "priorities", needed=True),
            self._text(item, "listener"),
            self._text(item, "reason"),
            self._date(item),
            self.at,
        )

    def _before(self, item: Mapping[str, Any]) -> Before:
        return Before(
            self._name(item, "first"), self._name(item, "then"), self._text(item, "listener"), self._text(item, "reason"), self.at
        )

    def _allow(self, item: Mapping[str, Any]) -> Allow:
        code = self._name(item, "code")
        if not re.fullmatch(r"ALB\d{3}", code):
            self._say(f"{code!r} is no code; codes look like ALB101", self.at)
        return Allow(
            code, self._text(item, "rule") or "*", self._text(item, "listener"), self._text(item, "reason"), self._date(item), self.at
        )

    def _weights(self, item: Mapping[str, Any]) -> WeightPolicy:
        groups: list[tuple[str, float]] = []
        if not item.get("groups", {}) and isinstance(item.get("groups", {}), dict):
            self._say("'groups' is missing", self.at)
        for glob, share in self._table(item.get("groups", {}), "groups", None).items():
            if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 100:
                self._say(f"the share of {glob!r} must be a number of percent from 0 to 100", self.at)
            else:
                groups.append((glob, float(share)))
        return WeightPolicy(self._name(item, "environment"), tuple(groups), self._text(item, "listener"), self.at)

    def _require(self, item: Mapping[str, Any]) -> Requirement:
        when = self._table(item.get("when", {}), "when", _WHEN)
        return Requirement(
            name=self._name(item, "name"),
            when=When(
                host=self._texts(when, "host"),
                path=self._texts(when, "path"),
                method=self._texts(when, "method"),
                header=tuple(self._header_value(text) for text in self._texts(when, "header")),
                without_header=self._texts(when, "without_header"),
                source_ip=self._blocks(when, "source-ip"),
                not_source_ip=self._blocks(when, "not-source-ip"),
            ),
            then=self._then(item.get("then"), "then", 0),
            listener=self._text(item, "listener"),
            but=self._texts(item, "except"),
            reason=self._text(item, "reason"),
            until=self._date(item),
            location=self.at,
        )

    def _module(self, item: Mapping[str, Any]) -> TerraformModule:
        needed = (self._name(item, "source"), self._name(item, "priority"), self._name(item, "listener"))
        return TerraformModule(*needed, *(self._text(item, key) for key in _MODULE[3:]))

    def _header_value(self, text: str) -> tuple[str, tuple[str, ...]]:
        name, colon, value = text.partition(":")
        return name.strip(), (value.strip() if colon and value.strip() else "*",)

    def _blocks(self, item: Mapping[str, Any], key: str) -> tuple[str, ...]:
        texts = self._texts(item, key)
        for text in texts:
            if block(text) is None:
                self._say(f"{text!r} is no address block; write 10.0.0.0/8", self._key(key))
        return tuple(text for text in texts if block(text) is not None)

    def _then(self, value: Any, what: str, depth: int) -> Then:
        if value is None or value == {}:
            self._say(f"{what!r} is missing", self.at)
            return Then()
        then = self._table(value, what, _THEN)
        signed, options = then.get("authenticated", False), then.get("any-of", [])
        if signed is not True and "authenticated" in then:
            self._say("'authenticated' can only be true", self._key("authenticated"))
        if not isinstance(options, list) or depth:
            if options:
                self._say("'any-of' is a list of tables, and stands in none of them", self._key("any-of"))
            options = []
        statuses = then.get("status", [])
        numbers = [str(one) for one in (statuses if isinstance(statuses, list) else [statuses])]
        if any(not re.fullmatch(r"[2-5]\d\d", number) for number in numbers):
            self._say("'status' must be a number from 200 to 599", self._key("status"))
        return Then(
            target_group=self._texts(then, "target_group"),
            status=tuple(numbers),
            redirect=self._texts(then, "redirect"),
            authenticated=signed is True,
            any_of=tuple(self._then(option, "any-of", 1) for option in options),
        )

    def _wrappers(self, top: Mapping[str, Any]) -> dict[str, dict[str, str]]:
        pulumi = self._table(top.get("pulumi", {}), "pulumi", ("wrappers",))
        found: dict[str, dict[str, str]] = {}
        for name, fields in self._table(pulumi.get("wrappers", {}), "pulumi.wrappers", None).items():
            found[name] = self._text_table(fields, f"pulumi.wrappers.{name}")
        return found

    def _each(
        self, top: Mapping[str, Any], kind: str, keys: Iterable[str], build: Callable[[Mapping[str, Any]], _T], name: str = ""
    ) -> tuple[_T, ...]:
        """The tables `[[kind]]`; `name`: as the file writes it, where that is longer."""
        items = top.get(kind, [])
        kind = name or kind
        if not isinstance(items, list):
            self._say(f"{kind!r} is a list of tables: write [[{kind}]]", Location(line=self._line(kind)))
            return ()
        if len(items) > TABLES:
            self._say(f"{len(items)} tables [[{kind}]] are too many; {TABLES} are read", Location(line=self._line(kind)))
            return ()
        built = []
        for number, item in enumerate(items):
            self.at = Location(file=self.name, line=self._header(kind, number))
            built.append(build(self._table(item, f"[[{kind}]]", keys)))
        self.at = Location(file=self.name)
        return tuple(built)

    def _table(self, value: Any, what: str, keys: Iterable[str] | None) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            self._say(f"{what} must be a table", self.at)
            return {}
        if keys is not None:
            from difflib import get_close_matches

            known = tuple(keys)
            for key in value:
                if key not in known:
                    close = get_close_matches(key, known, 1)
                    hint = f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(known)}"
                    self._say(f"unknown key {key!r} in {what}{hint}", Location(line=self._line(key, self.at.line)))
        return value

    def _text_table(self, value: Any, what: str) -> dict[str, str]:
        table = self._table(value, what, None)
        for key, text in table.items():
            if not isinstance(text, str):
                self._say(f"{key!r} in {what} must be a text", self._key(key))
        return {key: text for key, text in table.items() if isinstance(text, str)}

    def _text(self, item: Mapping[str, Any], key: str) -> str:
        value = item.get(key, "")
        if isinstance(value, str):
            return value
        self._say(f"{key!r} must be a text", self._key(key))
        return ""

    def _name(self, item: Mapping[str, Any], key: str) -> str:
        value = self._text(item, key)
        if item.get(key, "") == "":
            self._say(f"{key!r} is missing", self.at)
        return value

    def _texts(self, item: Mapping[str, Any], key: str, needed: bool = False) -> tuple[str, ...]:
        value = item.get(key, [])
        if needed and value in ([], ""):
            self._say(f"{key!r} is missing", self.at)
        if isinstance(value, str):
            value = [value]
        if isinstance(value, list) and all(isinstance(text, str) for text in value):
            return tuple(value)
        self._say(f"{key!r} must be a list of texts", self._key(key))
        return ()

    def _one_of(self, item: Mapping[str, Any], key: str, known: tuple[str, ...], default: str) -> str:
        value = item.get(key, default)
        if value in known:
            return str(value)
        self._say(f"{key!r} must be one of {', '.join(known)}", self._key(key))
        return default

    def _date(self, item: Mapping[str, Any]) -> str:
        from datetime import date, datetime

        value = item.get("until", "")
        if isinstance(value, date) and not isinstance(value, datetime):
            return value.isoformat()
        if isinstance(value, str) and (not value or _is_date(value)):
            return value
        self._say("'until' must be a date such as 2027-01-31", self._key("until"))
        return ""

    def _intervals(self, item: Mapping[str, Any], key: str, needed: bool = False) -> tuple[Interval, ...]:
        value = item.get(key)
        if value is None:
            if needed:
                self._say(f"{key!r} is missing", self.at)
            return ()
        found: list[Interval] = []
        for part in value if isinstance(value, list) else [value]:
            interval = parse_interval(part)
            if interval is None:
                low, high = PRIORITY_MIN, PRIORITY_MAX
                self._say(f'{part!r} in {key!r} is no priority or range within {low}-{high}; write "2110-2112"', self._key(key))
            else:
                found.append(interval)
        found.sort()
        if _overlapping(found):
            self._say(f"{key!r} names a number twice", self._key(key))
        return tuple(found)

    def _key(self, key: str) -> Location:
        return Location(line=self._line(key, self.at.line))

    def _line(self, key: str, after: int = 0) -> int:
        """The line of `key`, from line `after` on; `after` itself where it is not found."""
        wanted = re.compile(rf"""(^|[\s{{,\[.])["']?{re.escape(key)}["']?\s*[=\].]""")
        for number, line in enumerate(self.lines[max(after - 1, 0) :], max(after, 1)):
            if wanted.search(line.partition("#")[0]):
                return number
        return after

    def _header(self, kind: str, number: int) -> int:
        if kind not in self._headers:
            header = re.compile(rf"^\s*\[\[\s*(tool\.alb-lint\.)?{re.escape(kind)}\s*\]\]")
            self._headers[kind] = [place for place, line in enumerate(self.lines, 1) if header.match(line)]
        lines = self._headers[kind]
        return lines[number] if number < len(lines) else self._line(kind)

    def _say(self, message: str, place: Location) -> None:
        self.problems.append(f"{self.name}:{place.line}: {message}" if place.line else f"{self.name}: {message}")
        if len(self.problems) > _PROBLEMS:
            raise ConfigError("\n".join([*self.problems[:-1], "and more"]), hint="docs/config.md lists every key")


def _is_date(text: str) -> bool:
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def parse_interval(value: object) -> Interval | None:
    """(first, last) of `2110`, "2110" or "2110-2112" within the bounds of priorities; None for anything else."""
    if isinstance(value, bool):
        return None
    match = re.fullmatch(r"\s*(\d{1,5})\s*(?:[-–]\s*(\d{1,5})\s*)?", str(value))
    if not match:
        return None
    first = int(match[1])
    last = int(match[2]) if match[2] else first
    return (first, last) if PRIORITY_MIN <= first <= last <= PRIORITY_MAX else None


def _overlapping(intervals: list[Interval]) -> bool:
    return any(one[1] >= other[0] for one, other in pairwise(intervals))


def _share(one: Iterable[Interval], other: Iterable[Interval]) -> bool:
    return any(a <= d and c <= b for a, b in one for c, d in other)


def _common(one: Iterable[Interval], other: Iterable[Interval]) -> list[Interval]:
    return [(max(a, c), min(b, d)) for a, b in one for c, d in other if a <= d and c <= b]
