"""The file of `alb-lint test`, YAML or TOML → cases. Unknown keys and wrong values are errors, each with its place; every problem is told."""

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any, Final

from alb_lint.analysis.asked import request_to
from alb_lint.config import Then, When
from alb_lint.errors import ConfigError, UsageError
from alb_lint.languages.cloudformation.load_yaml import load_yaml
from alb_lint.languages.cloudformation.node import EMPTY, Mapping, Node, Opaque, Scalar, Text
from alb_lint.languages.cloudformation.node import Sequence as Items
from alb_lint.languages.cloudformation.unreadable import Unreadable
from alb_lint.model import Location, Request
from alb_lint.routes.cases import Assertion, Cases, Kind, Route
from alb_lint.routes.expected import DEFAULT, Expected
from alb_lint.space.addresses import block

BYTES: Final = 4 * 1024 * 1024
"""A larger file is no list of routes that people wrote."""
CASES: Final = 20_000
"""Cases of one file: each is asked of a whole listener."""
_PROBLEMS: Final = 50
"""Problems that are told before the reading ends."""
_KINDS: Final[tuple[Kind, ...]] = ("always", "never")
_TOP: Final = ("routes", *_KINDS)
_ROUTE: Final = ("name", "listener", "request", "expect")
_ASSERTION: Final = ("name", "listener", "when", "expect", "except")
_REQUEST: Final = ("method", "url", "host", "path", "query", "headers", "source_ip")
_WHEN: Final = ("host", "path", "method", "header", "without_header", "source_ip", "not_source_ip")
_THEN: Final = ("target_group", "status", "redirect", "authenticated")
_EXPECT: Final = ("rule", "priority", "weights", *_THEN, "any_of")
HINT: Final = "docs/testing.md shows a whole file"


def read_cases(data: bytes, name: str) -> Cases:
    """The cases of a file. Raises ConfigError that lists every problem, each with its place."""
    try:
        source = Text(name, data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ConfigError(f"the routes are not UTF-8 (byte {error.start})", where=name) from error
    reader = _Reader(source)
    found = reader.cases(_toml(source) if name.endswith(".toml") else _yaml(source))
    if reader.problems:
        raise ConfigError("\n".join(reader.problems), hint=HINT)
    if not found.count:
        raise ConfigError("there are no routes, and nothing under `always` or `never`", where=name, hint=HINT)
    return found


def _yaml(source: Text) -> Node:
    try:
        return load_yaml(source).root
    except Unreadable as error:
        where = str(Location(source.name, *source.place(error.index))) if error.index >= 0 else source.name
        raise ConfigError(f"the routes are {error.what}" if error.what.startswith("not ") else error.what, where=where, hint=HINT) from None


def _toml(source: Text) -> Node:
    import tomllib

    try:
        return _node(tomllib.loads(source.text))
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"the routes are not valid TOML: {error}", where=source.name) from error


def _node(value: Any) -> Node:
    """TOML as the same tree; it has no places."""
    if isinstance(value, dict):
        return Mapping({key: _node(item) for key, item in value.items()}, {key: Scalar(key, -1, -1) for key in value}, -1)
    if isinstance(value, list):
        return Items(tuple(map(_node, value)), -1)
    return Scalar(str(value).lower() if isinstance(value, bool) else str(value), -1, -1)


class _Reader:
    """Reads nodes into records; collects every problem rather than stopping at the first. Keys may be written with `-` or `_`."""

    def __init__(self, source: Text) -> None:
        self.source = source
        self.problems: list[str] = []

    def cases(self, root: Node) -> Cases:
        top = self._table(root, "the file", _TOP)
        items = {key: list(self._items(top.get(key), key)) for key in _TOP}
        if sum(map(len, items.values())) > CASES:
            self._say(f"{sum(map(len, items.values())):,} cases are too many; {CASES:,} are read at once", root)
            return Cases()
        routes = [self._route(node, number) for number, node in enumerate(items["routes"], 1)]
        asserted = [self._assertion(node, number, kind) for kind in _KINDS for number, node in enumerate(items[kind], 1)]
        return Cases(tuple(routes), tuple(asserted))

    def _route(self, node: Node, number: int) -> Route:
        table = self._table(node, f"routes {number}", _ROUTE)
        request, url = self._request(table.get("request"), node)
        name = self._text(table.get("name"), "name") or f"{request.method} {url or request.host + request.path}"
        return Route(
            name, request, self._expected(table.get("expect"), node), url, self._text(table.get("listener"), "listener"), self._at(node)
        )

    def _assertion(self, node: Node, number: int, kind: Kind) -> Assertion:
        table = self._table(node, f"{kind} {number}", _ASSERTION)
        return Assertion(
            self._text(table.get("name"), "name") or f"{kind} {number}",
            kind,
            self._when(table.get("when")),
            self._expected(table.get("expect"), node),
            self._text(table.get("listener"), "listener"),
            self._texts(table.get("except"), "except"),
            self._at(node),
        )

    def _request(self, node: Node | None, entry: Node) -> tuple[Request, str]:
        if node is None:
            self._say("'request' is missing: a URL, or a table with url or host and path", entry)
            return Request(), ""
        if isinstance(node, Scalar):
            return self._made(node, node.text, "GET", (), ""), node.text
        table = self._table(node, "request", _REQUEST)
        method = self._text(table.get("method"), "method") or "GET"
        address = self._text(table.get("source_ip"), "source_ip")
        headers = tuple(self._pairs(table.get("headers"), "headers", ":"))
        url = self._text(table.get("url"), "url")
        parts = [key for key in ("host", "path", "query") if key in table]
        if url:
            if parts:
                self._say(f"'url' tells the {parts[0]} already", node)
            return self._made(node, url, method, headers, address), url
        host, path = self._text(table.get("host"), "host") or "example.com", self._text(table.get("path"), "path") or "/"
        if not path.startswith("/") or "?" in path:
            self._say(f"the path {path!r} must begin with a slash, and its query stands under 'query' or in a 'url'", node)
        base = self._made(node, "/", method, headers, address)
        query = tuple(self._pairs(table.get("query"), "query", "="))
        return Request(base.method, host, path, query, base.headers, base.source_ip), ""

    def _made(self, node: Node, url: str, method: str, headers: Sequence[tuple[str, str]], address: str) -> Request:
        try:
            made = request_to(url, method, (), address or Request().source_ip)
        except UsageError as error:
            self._say(error.what, node)
            return Request()
        return Request(made.method, made.host, made.path, made.query, tuple(headers), made.source_ip)

    def _pairs(self, node: Node | None, what: str, mark: str) -> Iterator[tuple[str, str]]:
        """Names with values: a table, or a list of `name: value` or [name, value]."""
        if isinstance(node, Mapping):
            for key, value in node.items.items():
                yield from ((key, text) for text in self._texts(value, what))
            return
        for item in () if node is None else node.items if isinstance(node, Items) else (node,):
            texts = [part.text for part in item.items if isinstance(part, Scalar)] if isinstance(item, Items) else []
            if isinstance(item, Scalar) and mark in item.text:
                name, _, text = item.text.partition(mark)
                yield name.strip(), text.strip()
            elif isinstance(item, Items) and len(texts) == len(item.items) == 2:
                yield texts[0], texts[1]
            else:
                self._say(f"{what!r} must be a table of names and values", item)

    def _when(self, node: Node | None) -> When:
        table = self._table(node if node is not None else EMPTY, "when", _WHEN)
        headers = tuple(
            (name.strip(), (value.strip() or "*",))
            for name, _, value in (text.partition(":") for text in self._headers(table.get("header")))
        )
        return When(
            host=self._texts(table.get("host"), "host"),
            path=self._texts(table.get("path"), "path"),
            method=self._texts(table.get("method"), "method"),
            header=headers,
            without_header=self._texts(table.get("without_header"), "without_header"),
            source_ip=self._blocks(table.get("source_ip"), "source_ip"),
            not_source_ip=self._blocks(table.get("not_source_ip"), "not_source_ip"),
        )

    def _headers(self, node: Node | None) -> tuple[str, ...]:
        if isinstance(node, Mapping):
            return tuple(f"{name}: {text}" for name, value in node.items.items() for text in self._texts(value, "header"))
        return self._texts(node, "header")

    def _expected(self, node: Node | None, entry: Node) -> Expected:
        if node is None or (isinstance(node, Mapping) and not node.items):
            self._say("'expect' is missing: at least one of " + ", ".join(_EXPECT), entry)
            return Expected()
        table = self._table(node, "expect", _EXPECT)
        priority = self._text(table.get("priority"), "priority")
        if priority and priority != DEFAULT and not re.fullmatch(r"[0-9]{1,5}", priority):
            self._say(f"'priority' is a number or {DEFAULT}, not {priority!r}", table["priority"])
        options = tuple(self._then(self._table(option, "any-of", _THEN)) for option in self._items(table.get("any_of"), "any-of"))
        then = self._then(table)
        return Expected(
            self._texts(table.get("rule"), "rule"),
            priority,
            tuple(self._weights(table.get("weights"))),
            then.status,
            Then(then.target_group, (), then.redirect, then.authenticated, options),
        )

    def _then(self, table: dict[str, Node]) -> Then:
        statuses = self._texts(table.get("status"), "status")
        for status in statuses:
            if not re.fullmatch(r"[2-5][0-9]{2}", status):
                self._say("'status' must be a number from 200 to 599", table["status"])
        signed = self._text(table.get("authenticated"), "authenticated")
        if signed and signed != "true":
            self._say("'authenticated' can only be true", table["authenticated"])
        return Then(
            self._texts(table.get("target_group"), "target_group"),
            tuple(status for status in statuses if status.isdecimal()),
            self._texts(table.get("redirect"), "redirect"),
            bool(signed),
        )

    def _weights(self, node: Node | None) -> Iterator[tuple[str, float]]:
        if node is None:
            return
        if not isinstance(node, Mapping) or not node.items:
            self._say("'weights' must be a table of target groups and numbers", node)
            return
        for glob, value in node.items.items():
            text = self._text(value, "weights")
            if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", text):
                yield glob, float(text)
            else:
                self._say(f"the weight of {glob!r} must be a number", value)

    def _blocks(self, node: Node | None, what: str) -> tuple[str, ...]:
        texts = self._texts(node, what)
        for text in texts:
            if node is not None and block(text) is None:
                self._say(f"{text!r} is no address block; write 10.0.0.0/8", node)
        return tuple(text for text in texts if block(text) is not None)

    def _table(self, node: Node, what: str, keys: Sequence[str]) -> dict[str, Node]:
        if not isinstance(node, Mapping):
            self._say(f"{what} must be a table", node)
            return {}
        found: dict[str, Node] = {}
        for key, value in node.items.items():
            name = key.replace("-", "_")
            if name not in keys:
                close = get_close_matches(name, keys, 1)
                hint = f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(keys)}"
                self._say(f"unknown key {key!r} in {what}{hint}", node.keys.get(key, node))
            elif not (isinstance(value, Scalar) and value.is_null):
                found[name] = value
        return found

    def _items(self, node: Node | None, what: str) -> tuple[Node, ...]:
        if node is None:
            return ()
        if isinstance(node, Items):
            return node.items
        self._say(f"{what!r} must be a list", node)
        return ()

    def _text(self, node: Node | None, what: str) -> str:
        if node is None or isinstance(node, Scalar):
            return "" if node is None else node.text
        self._say(f"{what!r} must be a text", node)
        return ""

    def _texts(self, node: Node | None, what: str) -> tuple[str, ...]:
        return tuple(self._text(item, what) for item in (() if node is None else node.items if isinstance(node, Items) else (node,)))

    def _at(self, node: Node) -> Location:
        start = node.start
        return Location(self.source.name, *(self.source.place(start) if start >= 0 else ()))

    def _say(self, message: str, node: Node) -> None:
        if len(self.problems) < _PROBLEMS:
            self.problems.append(f"{self._at(node)}: {node.reason if isinstance(node, Opaque) else message}")
