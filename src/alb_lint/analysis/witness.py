"""Generic requests made concrete: real characters for the strange one, real names for "anything", and a check that the claim still holds."""

from collections.abc import Callable, Iterator
from typing import Final

from alb_lint.analysis.compile import Point
from alb_lint.model import Request
from alb_lint.space.glob import FRESH, SEPARATOR, spoken
from alb_lint.space.letters import has_letter, shown
from alb_lint.space.repeats import OPAQUE

_LETTERS: Final = "xzqwkvjyufbgmhdnrcpltoiase0123456789-_"
_PATH_MORE: Final = ",=(!"
"""Characters of real paths that no pattern may hold (user guide, "Add a listener rule"): the last resort, and a sure one."""
_METHODS: Final = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "PROPFIND", "PURGE", "REPORT", "X-ANY")
_FILLS: Final = (*_LETTERS, *_PATH_MORE, "xz0q", "q7x-w", "zz9-k4")
_TRIES: Final = 200
_FEW: Final = 30
"""Tries where all texts of the point are written out, so that fillings only change a host that nobody asked for."""


def concrete(point: Point, holds: Callable[[Request], bool], few: bool = False) -> Request | None:
    """A real request of the point for which `holds`, plain ones first; None where none of those tried will do.

    `few`: what else is unknown decides more than how the point is filled.
    """
    most = _FEW
    for number, request in enumerate(_requests(point)):
        if holds(request):
            return request
        if number == 0:  # which mostly holds
            texts = [point.host or "", point.path or FRESH, *(word for _, word in (*point.headers, *point.query))]
            most = _TRIES if not few and any(FRESH in text for text in texts) else _FEW
        if number >= most:
            return None
    return None


def _requests(point: Point) -> Iterator[Request]:
    """Candidates, plain ones first: a usual method with every filling, then the first filling with every method, then the odd ones."""
    methods = _METHODS if point.method is None else (point.method,)
    for host, path in _plain(point):
        yield _filled(point, methods[0], "x", host, path)
    for method in methods[1:]:
        for host, path in _plain(point):
            yield _filled(point, method, "x", host, path)
    for fill in _FILLS:
        yield _filled(point, methods[0], fill)
    for method in methods[1:]:
        for fill in _FILLS:
            yield _filled(point, method, fill)


def _plain(point: Point) -> Iterator[tuple[str | None, str | None]]:
    """Readable stand-ins where a host or path is free, tried before generic text."""
    # a request without a host is hardly one: only where no other will do
    hosts = ("example.com", "x.example") if point.host in (None, FRESH, "") else (None,)
    paths = ("/",) if point.path in (None, "/" + FRESH) else (None,)
    for host in hosts:
        for path in paths:
            yield host, path
    if paths[0] is not None:
        yield hosts[0], None


def _filled(point: Point, method: str, fill: str, host: str | None = None, path: str | None = None) -> Request:
    text = fill if fill not in _PATH_MORE else "x"
    if host is None:
        host = _said((FRESH if point.host is None else point.host).replace(FRESH, text))
    if path is None:
        path = _said(("/" + FRESH if point.path is None else point.path).replace(FRESH, fill))
    headers = tuple((_spelt(name), _said(word.replace(FRESH, text))) for name, word in point.headers if not name.startswith(OPAQUE))
    query = tuple(_pair(word.replace(FRESH, text)) for _, word in point.query)
    return Request(method, host, path, query, headers, point.source if point.source is not None else "192.0.2.1")


def _pair(word: str) -> tuple[str, str]:
    key, _, value = word.partition(SEPARATOR)
    return _said(key), _said(value)


def _said(word: str) -> str:
    """The text of a word, a placeholder for each symbol."""
    return word if word.isascii() else shown(spoken(word))


def _spelt(name: str) -> str:
    """A header name as people write it; names compare without case."""
    if has_letter(name):
        return shown(name)
    return "-".join(part[:1].upper() + part[1:] for part in name.split("-"))
