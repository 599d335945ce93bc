"""Requests made from the values of a rule, plain ones first: candidates only, to be confirmed before anything is claimed of them."""

from collections.abc import Iterator
from itertools import islice, product
from typing import Final

from alb_lint.analysis.compile import path_globs
from alb_lint.analysis.evaluate import query_glob
from alb_lint.model import (
    Condition,
    HostHeader,
    HttpHeader,
    HttpRequestMethod,
    PathPattern,
    QueryPair,
    QueryString,
    Request,
    Rule,
    SourceIp,
)
from alb_lint.space import addresses
from alb_lint.space.glob import spoken

_MOST: Final = 40
"""Candidates of one rule: five values with two fillings each in host and path, and some more."""
_ANYWHERE: Final = (("example.com", "/"), ("example.com", "/x"), ("x.example", "/"), ("x.example", "/q7x/w"))


def samples(rule: Rule) -> Iterator[Request]:
    """Requests that the rule should match, at most a few dozen; none where a condition cannot be read or has only regexes."""
    if not rule.conditions:
        yield from (Request(host=host, path=path) for host, path in _ANYWHERE)
        return
    hosts, paths, methods, sources = ["example.com"], ["/", "/x"], ["GET"], ["192.0.2.1"]
    headers: list[tuple[str, str]] = []
    query: list[tuple[str, str]] = []
    for condition in rule.conditions:
        match condition:
            case HostHeader():
                hosts = [_filled(value, "x") for value in condition.values if isinstance(value, str)]
            case PathPattern():
                globs = [glob for value in condition.values if isinstance(value, str) for glob in path_globs(value)]
                paths = [_filled(glob, filling) for filling in ("", "x") for glob in globs]
            case HttpRequestMethod():
                methods = [value for value in condition.values if isinstance(value, str)]
            case SourceIp():
                sources = list(_sources(condition))
            case HttpHeader() | QueryString():
                found = _pair(condition)
                if found is None:
                    return
                (headers if isinstance(condition, HttpHeader) else query).append(found)
            case _:
                return
    for path, host, method, source in islice(product(dict.fromkeys(paths), hosts, methods[:1], sources[:1]), _MOST):
        yield Request(method, host, path, tuple(query), tuple(headers), source)


def _filled(glob: str, filling: str) -> str:
    return glob.replace("*", filling).replace("?", "x")


def _sources(condition: SourceIp) -> Iterator[str]:
    for value in condition.values:
        block = addresses.block(value) if isinstance(value, str) else None
        if block is not None:
            yield addresses.spoken((block[0], block[1]))


def _pair(condition: Condition) -> tuple[str, str] | None:
    """A header or parameter that meets the condition."""
    if isinstance(condition, HttpHeader):
        value = next((value for value in condition.values if isinstance(value, str)), None)
        return (condition.name, _filled(value, "x")) if value is not None and isinstance(condition.name, str) else None
    pairs = condition.values if isinstance(condition, QueryString) else ()
    for pair in pairs:
        if isinstance(pair, QueryPair) and isinstance(pair.value, str) and (pair.key is None or isinstance(pair.key, str)):
            key = "x" if pair.key is None else spoken(_filled(query_glob(pair.key), "x"))
            return key, spoken(_filled(query_glob(pair.value), "x"))
    return None
