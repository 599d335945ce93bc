"""Access logs of Application Load Balancers → how many requests each number answered.

Source: ELB user guide, "Access logs for your Application Load Balancer", syntax of entries: space-separated fields, some quoted; the 3rd is the
load balancer, the 13th the request line with scheme, host and port, the 21st `matched_rule_priority`: 1-50000, 0 for the default rule, -1 or `-`
where no rule was decided.
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from alb_lint.errors import SourceError
from alb_lint.files import NotRead, content, is_file, is_folder
from alb_lint.record import record

_FIELD: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')
_FIELDS: Final = 21
_PORT: Final = re.compile(r"^\S+ [a-z]+://(?:\[[^\]]*\]|[^/?#:]*):(\d{1,5})", re.IGNORECASE)
_MOST_BYTES: Final = 2 << 30
"""Bytes of one file when unpacked."""
_PART: Final = 1 << 20


@record
class Counts:
    """`requests`: (load balancer as `app/name/id`, port, number) → how many. `others`: lines without a rule's number; `unparsed`: no log lines."""

    requests: Counter[tuple[str, int, int]]
    others: int
    unparsed: int


def counts(names: Iterable[str]) -> Counts:
    """Of all log files under the names, folders included. Raises SourceError where one cannot be read, or none holds a log line."""
    requests: Counter[tuple[str, int, int]] = Counter()
    others = unparsed = 0
    for name in names:
        for file in _files(name):
            for line in _lines(file):
                told = _told(line)
                if told is None:
                    unparsed += 1
                elif told[2] > 0:
                    requests[told] += 1
                else:
                    others += 1
    if not requests and not others:
        raise SourceError(
            "no access log lines of a load balancer are in it", where=", ".join(names), hint="name files or folders of access logs"
        )
    return Counts(requests, others, unparsed)


def _files(name: str) -> list[str]:
    path = Path(name)
    if not is_folder(name):
        return [name]
    return sorted(str(file) for file in path.rglob("*") if is_file(file) and (file.suffix in (".log", ".gz", ".txt")))


def _lines(name: str) -> Iterator[str]:
    try:
        data = content(name, pipes=True)
    except NotRead as error:
        raise SourceError(f"cannot read the log: {error.reason}", where=name) from error
    rest = b""
    for part in _unpacked(data, name):
        *whole, rest = (rest + part).split(b"\n")
        yield from (line.decode("utf-8", "replace") for line in whole if line.strip())
    if rest.strip():
        yield rest.decode("utf-8", "replace")


def _unpacked(data: bytes, name: str) -> Iterator[bytes]:
    if not data.startswith(b"\x1f\x8b"):
        yield data
        return
    total = 0
    try:
        while data:
            stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
            while not stream.eof:
                part = stream.decompress(data, _PART)
                if not part and not stream.unconsumed_tail:
                    break
                total += len(part)
                if total > _MOST_BYTES:
                    raise SourceError(f"it holds more than {_MOST_BYTES:,} bytes", where=name, hint="part it")
                yield part
                data = stream.unconsumed_tail
            if not stream.eof:
                raise SourceError("the packed log breaks off", where=name, hint="fetch it again")
            data = stream.unused_data
    except zlib.error as error:
        raise SourceError(f"the packed log is damaged: {error}", where=name, hint="fetch it again") from error


def _told(line: str) -> tuple[str, int, int] | None:
    """(load balancer, port, number; 0 where no rule answered); None for what is no log line."""
    fields = [quoted or plain for quoted, plain in _FIELD.findall(line[:65_536])]
    if len(fields) < _FIELDS or not fields[2].startswith("app/"):
        return None
    number, port = fields[20], _PORT.match(fields[12])
    return fields[2], int(port[1]) if port else 0, int(number) if number.isascii() and number.isdecimal() else 0
