"""One concrete request; also the shape of every witness."""

import re
from typing import Any, Final

from alb_lint.record import record


@record
class Request:
    """What a listener sees. `path` starts with `/` and has no query; `query` and `headers` keep order and repeats."""

    method: str = "GET"
    host: str = "example.com"
    path: str = "/"
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    source_ip: str = "192.0.2.1"

    def to_json(self) -> dict[str, Any]:
        """The object of contract `A request in JSON`, all fields present."""
        return {
            "method": self.method,
            "host": self.host,
            "path": self.path,
            "query": [list(pair) for pair in self.query],
            "headers": [list(pair) for pair in self.headers],
            "source_ip": self.source_ip,
        }

    @property
    def target(self) -> str:
        """Path and query as they stand in the request line."""
        path = _quoted(self.path, "/~:@!$&'()*+,;=%")
        if not self.query:
            return path
        safe = "/~:@!$'()*,;?"
        pairs = "&".join(f"{_quoted(k, safe)}={_quoted(v, safe)}" for k, v in self.query)
        return f"{path}?{pairs}"

    def curl(self, scheme: str = "https") -> str:
        """A command line that sends this request; the source address can only be told in a comment."""
        parts = ["curl", "-i"]
        if self.method == "HEAD":
            parts.append("-I")
        elif self.method != "GET":
            parts += ["-X", self.method]
        for name, value in self.headers:
            parts += ["-H", f"{name}: {value}" if value else f"{name};"]
        parts.append(f"{scheme}://{self.host}{self.target}")
        line = " ".join(_shell(part) for part in parts)
        return line if self.source_ip == "192.0.2.1" else f"{line}  # from {self.source_ip}"


_PLAIN: Final = re.compile(r"[A-Za-z0-9/._~:-]*")
"""What needs quoting neither in a URL nor in a shell; the modules that can quote are loaded for the rest alone."""


def _quoted(text: str, safe: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    from urllib.parse import quote

    return quote(text, safe=safe)


def _shell(text: str) -> str:
    if text and _PLAIN.fullmatch(text):
        return text
    from shlex import quote

    return quote(text)
