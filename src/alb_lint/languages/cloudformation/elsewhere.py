"""Templates that a URL names: the one file here whose path is the longest end of what the URL surely ends with.

`https://s3.amazonaws.com/${Bucket}/services/orders.yml` is the file that ends with `services/orders.yml`, for every bucket. Which version of it lies
there, only the bucket tells: the file here is taken to be it, as for a template that is packaged.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from alb_lint.languages.cloudformation.value import Symbol

Described = Sequence[tuple[str, str]]
"""(glob over URLs, file in which `{1}` stands for what the first `*` took, and so on)."""

MAX_SEGMENTS: Final = 20
"""Of the end of a URL."""

_LONGEST: Final = 2_000


def spelled_url(url: str | Symbol) -> str:
    """The URL with a placeholder for each part that is not known."""
    if isinstance(url, str):
        return url
    return "".join(piece if isinstance(piece, str) else f"${{{piece.known.shown}}}" for piece in url.pieces or (url,))


def tail(url: str | Symbol) -> tuple[str, ...]:
    """The folders and the name that the path of the URL surely ends with."""
    text = url if isinstance(url, str) else url.pieces[-1] if url.pieces else ""
    if not isinstance(text, str) or len(text) > _LONGEST:
        return ()
    path = re.split(r"[?#]", text, maxsplit=1)[0]
    if isinstance(url, str) and "://" in path:
        path = path.partition("://")[2].partition("/")[2]
    parts = tuple(part for part in path.split("/") if part)[-MAX_SEGMENTS:]
    return () if any(part in {".", ".."} for part in parts) else parts


def longest(parts: Sequence[str], paths: Iterable[str]) -> list[str]:
    """Those of the paths that share the longest end with the parts; none where not even the name is shared."""
    best: list[str] = []
    most = 1
    for path in paths:
        shared = sum(1 for _ in _shared(parts, path.split("/")))
        if shared > most:
            best, most = [], shared
        if shared == most:
            best.append(path)
    return best


def _shared(parts: Sequence[str], path: Sequence[str]) -> Iterator[str]:
    for one, other in zip(reversed(parts), reversed(path), strict=False):
        if one != other:
            return
        yield one


def described(url: str, table: Described) -> str:
    """The file that the config gives for the URL; "" where it gives none."""
    for glob, file in table:
        pattern = "(.*)".join(re.escape(part) for part in glob.split("*"))
        found = re.fullmatch(pattern, url, re.DOTALL) if len(url) <= _LONGEST and glob.count("*") <= MAX_SEGMENTS else None
        if found is not None:
            for number, part in enumerate(found.groups(), 1):
                file = file.replace(f"{{{number}}}", part)
            return file
    return ""
