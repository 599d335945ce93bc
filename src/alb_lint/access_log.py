r"""Entries of the access log of an Application Load Balancer: bytes → lines → entries.

A line has the fields of `_FIELDS` in this order, delimited by blanks, some in quotes; what stands behind them is ignored, as the documentation asks.
Source: ELB user guide, "Access logs for your Application Load Balancer", section "Access log entries", Syntax
(docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html). Of `matched_rule_priority` it says: 1 to 50000 for a
rule, 0 where no rule matched and the default action was taken, -1 for an error during rule evaluation, - for any other error. `conn_trace_id`,
`transformed_host`, `transformed_uri` and `request_transform_status` came later and say what became of a request after the rules were evaluated.
Seen in logs, in no document: in quotes `"` is written `\x22` and other bytes that are not printed `\xNN`; a URL may hold blanks (classification
`SpaceInUri`), and the HTTP version may be missing.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from alb_lint.errors import SourceError
from alb_lint.patterns import pattern
from alb_lint.record import record

TYPES: Final = frozenset({"http", "https", "h2", "grpcs", "ws", "wss"})
LONGEST: Final = 128 * 1024
"""Characters of a line that is read. Source: ELB quotas: a request's headers are at most 64 K, its line 16 K; escaped, some become four."""
HIGHEST: Final = 50_000
_PIECE: Final = 256 * 1024
_UNPACKED: Final = 16 * 1024 * 1024 * 1024
"""Bytes that one file unpacks to; a file holds what a node of a load balancer logs in five minutes."""
_RATIO: Final = 200
"""How much larger than the file that may be: a bomb has 1,000; entries, each with an id and times of its own, 10 to 20."""
_ALWAYS: Final = 64 * 1024 * 1024
"""Bytes that are unpacked whatever the ratio is."""
_MAGIC: Final = b"\x1f\x8b"

_FIELDS: Final = (
    "type", "time", "elb", "client:port", "target:port", "request_processing_time", "target_processing_time", "response_processing_time",
    "elb_status_code", "target_status_code", "received_bytes", "sent_bytes", '"request"', '"user_agent"', "ssl_cipher", "ssl_protocol",
    "target_group_arn", '"trace_id"', '"domain_name"', '"chosen_cert_arn"', "matched_rule_priority", "request_creation_time",
    '"actions_executed"',
)  # fmt: skip
"""Those that are read, and those before them. Not read: redirect_url, error_reason, target:port_list, target_status_code_list, classification,
classification_reason, conn_trace_id, transformed_host, transformed_uri, request_transform_status, and what comes after these.
"""
_KEPT: Final = frozenset(
    {
        "type",
        "time",
        "elb",
        "client:port",
        '"request"',
        '"user_agent"',
        "matched_rule_priority",
        "request_creation_time",
        '"actions_executed"',
    }
)
_TIME: Final = r"\d{4}-\d\d-\d\dT\d\d:\d\d:[\d.]+Z"
_SPECIAL: Final = {"time": _TIME, "request_creation_time": rf"{_TIME}|-", "elb": '[^ "]{1,128}+', "matched_rule_priority": r"-1|-|\d{1,5}"}


def _field(name: str) -> str:
    opened = "(" if name in _KEPT else "(?:"
    quoted = name.startswith('"')
    body = r'(?:[^"\\]++|\\.)*+' if quoted else _SPECIAL.get(name, '[^ "]++')
    return f'"{opened}{body})"' if quoted else f"{opened}{body})"


ENTRY: Final = re.compile(" ".join(map(_field, _FIELDS)) + "(?= |$)")
"""A line; its groups are those fields that are kept, as they stand. One that is cut is none: half of a number would be another number."""
_REQUEST: Final = pattern(
    r"([^\s]++) (https?|wss?)://(\[[^\]\s]*+\]|[^/?:\s\[\]]*+)(?::(\d{1,5}))?((?:[/?].*?)?)(?: (?:HTTP/[\d.]+|-)?)?", re.DOTALL
)
_ESCAPED: Final = pattern(r'\\(?:x([0-9A-Fa-f]{2})|(["\\]))')
_BYTES: Final = pattern("[\udc00-\udcff]+")
"""A run of bytes, each written as one half of a pair: no text that was read holds any."""
_PORTS: Final = {"http": 80, "ws": 80, "https": 443, "wss": 443}


@record
class Line:
    """What the request line of an entry says. `port`: of the URL, else its scheme's. `query`: as it stands behind the `?`, None where there is none.

    The documentation has the URL as `protocol://host:port/uri`, which reads as: the port of the listener, the host of the Host header.
    """

    method: str
    scheme: str
    host: str
    port: int
    path: str
    query: str | None

    @property
    def is_usual(self) -> bool:
        """Whether the port is that of the scheme, which clients do not write into the Host header."""
        return self.port == _PORTS[self.scheme]


def line_of(request: str) -> Line | None:
    """The field `request`; None where it is no request line, as for what is no HTTP: `- http://host:80- -`."""
    found = _REQUEST.fullmatch(request)
    if found is None:
        return None
    method, scheme, host, port, rest = found.groups()
    path, mark, query = rest.partition("?")
    number = int(port) if port else _PORTS[scheme]
    if method == "-" or not 0 < number < 65_536:
        return None
    return Line(unescaped(method), scheme, unescaped(host), number, unescaped(path) or "/", unescaped(query) if mark else None)


def unescaped(text: str) -> str:
    r"""The text of a quoted field: `\"`, `\\` and `\xNN` are what they stand for, bytes of UTF-8 where there are several; else a `\` is itself."""
    if "\\" not in text:
        return text
    data = _ESCAPED.sub(lambda found: chr(0xDC00 + int(found[1], 16)) if found[1] else found[2], text)
    return _BYTES.sub(lambda found: bytes(ord(one) - 0xDC00 for one in found[0]).decode("utf-8", "replace"), data)


def why_not(text: str) -> str:
    """Why a line is no entry that can be read."""
    if len(text) > LONGEST:
        return f"it is longer than {LONGEST:,} characters"
    first = text.partition(" ")[0]
    if first not in TYPES:
        return "it is no entry of an Application Load Balancer's access log"
    return "it is cut or malformed: not all fields up to actions_executed, the 23rd"


def lines(pieces: Iterable[bytes]) -> Iterator[list[str]]:
    """The lines of the text that comes in pieces, in batches; of those that are too long one character too many is kept."""
    rest = b""
    for piece in pieces:
        data = rest + piece
        end = data.rfind(b"\n") + 1
        rest = data[end : end + LONGEST + 1]
        if end:
            yield data[: end - 1].decode("utf-8", "replace").split("\n")
    if rest:
        yield [rest.decode("utf-8", "replace")]


def unpacked(pieces: Iterable[bytes], where: str) -> Iterator[bytes]:
    """The pieces, or what they unpack to where they are gzip, in pieces as well. Raises SourceError for what is broken or unpacks to far too much."""
    whole = iter(pieces)
    first = next(whole, b"")
    if len(first) == 1:
        first += next(whole, b"")
    if first.startswith(_MAGIC):
        yield from _gunzipped(_chained(first, whole), where)
    else:
        yield from _chained(first, whole)


def _chained(first: bytes, rest: Iterable[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _gunzipped(pieces: Iterable[bytes], where: str) -> Iterator[bytes]:
    import zlib

    packed = size = 0
    member = zlib.decompressobj(wbits=31)
    try:
        for piece in pieces:
            packed += len(piece)
            data = piece
            while data:
                if member.eof:
                    data = data.lstrip(b"\0")  # padding between members, as tape and `dd` leave it
                    if not data:
                        break
                    member = zlib.decompressobj(wbits=31)
                out = member.decompress(data, _PIECE)
                size += len(out)
                if size > _UNPACKED or (size > _ALWAYS and size > packed * _RATIO):
                    raise SourceError(
                        f"it unpacks to more than {size >> 20:,} MB, from {max(packed >> 10, 1):,} KB: no log does",
                        where=where,
                        hint="leave the file out, or unpack it and look what it is",
                    )
                if out:
                    yield out
                data = member.unused_data if member.eof else member.unconsumed_tail
        rest = member.decompress(b"", _PIECE)  # what the last call had no room for
    except zlib.error as error:
        raise SourceError(f"it is not whole gzip data: {error}", where=where, hint="download the file again, or leave it out") from None
    if rest:
        yield rest
    if not member.eof:
        raise SourceError("its gzip data ends too early", where=where, hint="download the file again, or leave it out")
