"""One concrete request; also the shape of every witness."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
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
        from urllib.parse import quote

        path = quote(self.path, safe="/~:@!$&'()*+,;=%")
        if not self.query:
            return path
        safe = "/~:@!$'()*,;?"
        pairs = "&".join(f"{quote(k, safe=safe)}={quote(v, safe=safe)}" for k, v in self.query)
        return f"{path}?{pairs}"

    def curl(self, scheme: str = "https") -> str:
        """A command line that sends this request; the source address can only be told in a comment."""
        import shlex

        parts = ["curl", "-i"]
        if self.method == "HEAD":
            parts.append("-I")
        elif self.method != "GET":
            parts += ["-X", self.method]
        for name, value in self.headers:
            parts += ["-H", f"{name}: {value}" if value else f"{name};"]
        parts.append(f"{scheme}://{self.host}{self.target}")
        line = " ".join(shlex.quote(part) for part in parts)
        return line if self.source_ip == "192.0.2.1" else f"{line}  # from {self.source_ip}"
