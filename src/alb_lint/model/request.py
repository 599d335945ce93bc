"""One concrete request; also the shape of every witness."""

import re
from typing import Any, Final, Literal

from alb_lint.patterns import pattern
from alb_lint.record import record


@record
class Entrance:
    """How requests reach a listener. `port`: 0 where not told; `dns_name`: of its load balancer, empty where not told."""

    scheme: Literal["http", "https"] = "https"
    port: int = 0
    dns_name: str = ""


_ANYWHERE: Final = Entrance()
_PORTS: Final = {"http": 80, "https": 443}
_SOME_HOST: Final = "example.com"
"""The host of a witness for which any will do."""


@record
class Request:
    """What a listener sees. `path` starts with `/` and has no query; `query` and `headers` keep order and repeats."""

    method: str = "GET"
    host: str = _SOME_HOST
    path: str = "/"
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    source_ip: str = "192.0.2.1"

    def to_json(self) -> dict[str, Any]:
        """The object of contract `A request in JSON`, all fields present."""
        shown = {
            "method": self.method,
            "host": self.host,
            "path": self.path,
            "query": [list(pair) for pair in self.query],
            "headers": [list(pair) for pair in self.headers],
            "source_ip": self.source_ip,
        }
        return shown | {"where": dict.fromkeys(self.placeholders, "any")} if self.placeholders else shown

    @property
    def placeholders(self) -> tuple[str, ...]:
        """The names of values that a deployment tells: `var.domain` where the host is `admin.${var.domain}`."""
        texts = (self.host, self.path, *(text for pair in (*self.query, *self.headers) for text in pair))
        if not any("${" in text for text in texts):
            return ()
        return tuple(dict.fromkeys(name for text in texts for name in _PLACEHOLDER.findall(text)))

    @property
    def target(self) -> str:
        """Path and query as they stand in the request line."""
        path = _quoted(self.path, "/~:@!$&'()*+,;=%" + ('{}[]"' if self.placeholders else ""))
        if not self.query:
            return path
        safe = "/~:@!$'()*,;?" + ('{}[]"' if self.placeholders else "")
        pairs = "&".join(f"{_quoted(k, safe)}={_quoted(v, safe)}" for k, v in self.query)
        return f"{path}?{pairs}"

    def curl(self, at: Entrance = _ANYWHERE) -> str:
        """A command line that sends this request to that listener; the source address can only be told in a comment.

        The Host header stays the witness's own: where a port is not the scheme's, the connection goes there (`--connect-to`) and the URL is plain,
        or the header is told apart.
        """
        strange = next((name for name, _ in self.headers if not _TOKEN.fullmatch(_PLACEHOLDER.sub("x", name))), None)
        if strange is not None:
            # curl reads the file of that name for -H @NAME, and no client can send the others
            return f"# a header called {_shell(strange)} can be sent by no client"
        parts = ["curl", "-i"]
        if self.method == "HEAD":
            parts.append("-I")
        elif self.method != "GET":
            parts += ["-X", self.method]
        for name, value in self.headers:
            parts += ["-H", f"{name}: {value}" if value else f"{name};"]
        usual = at.port in (0, _PORTS[at.scheme]) or ":" in self.host
        host = self.host
        if at.dns_name:
            if at.scheme == "https" and self.host == _SOME_HOST:
                parts.append("-k")  # no certificate of the listener is for it
            parts += ["--connect-to", f"::{at.dns_name}:{at.port or _PORTS[at.scheme]}"]
        elif not usual:
            host = f"{self.host}:{at.port}"
            if self.host != _SOME_HOST:
                parts += ["-H", f"Host: {self.host}"]
        if not _HOST.fullmatch(_PLACEHOLDER.sub("x", self.host)):
            # in a URL it would lead elsewhere: the host before an @, a range in brackets, none at all
            host = host.replace(self.host, _SOME_HOST, 1) if self.host else f"{_SOME_HOST}{host}"
            if f"Host: {self.host}" not in parts:
                parts += ["-H", f"Host: {self.host}" if self.host else "Host;"]
        if any(character in _PLACEHOLDER.sub("x", host + self.target) for character in "[]{}"):
            parts.append("--globoff")
        parts.append(f"{at.scheme}://{host}{self.target}")
        line = " ".join(_shell(part) for part in parts)
        return line if self.source_ip == "192.0.2.1" else f"{line}  # from {self.source_ip}"


_TOKEN: Final = pattern(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A header name. Source: RFC 9110, "Field Names"."""

_HOST: Final = pattern(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")

_PLAIN: Final = pattern(r"[A-Za-z0-9/._~:-]*")
"""What needs quoting neither in a URL nor in a shell; the modules that can quote are loaded for the rest alone."""


_ORIGIN: Final = pattern(r"https?://[^/]+/")
_PLACEHOLDER: Final = pattern(r"\$\{([^{}]+(?:\{[^{}]*\}[^{}]*)*)\}")


_OF_SHELLS: Final = frozenset(("HOME", "HOST", "HOSTNAME", "IFS", "LANG", "LOGNAME", "PATH", "PWD", "SHELL", "TERM", "UID", "USER"))
"""Variables that a shell has already: a request would be sent with what they hold, or the value be put into them."""


def _variable(name: str) -> str:
    """The shell variable that stands for a value: `ROOT_DOMAIN` for `var.root_domain`."""
    last = name.rpartition(".")[2] if re.fullmatch(r"[\w.-]+", name) else name
    told = re.sub(r"[^A-Za-z0-9]+", "_", last).strip("_").upper()[:40] or "VALUE"
    if told[0].isdigit():
        return f"VALUE_{told}"  # a name with a digit first is none
    return f"{told}_VALUE" if told in _OF_SHELLS else told


def _quoted(text: str, safe: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    from urllib.parse import quote

    return quote(text, safe=safe)


def _shell(text: str) -> str:
    if text and _PLAIN.fullmatch(text):
        return text
    pieces = _PLACEHOLDER.split(text) if "${" in text else [text]
    if len(pieces) > 1:
        return _expanded(pieces)
    from shlex import quote

    return quote(text)


def _expanded(pieces: list[str]) -> str:
    """Literal texts and names of values in turn, for a shell: `https://admin.$DOMAIN/`."""
    plain = all(_PLAIN.fullmatch(piece) for piece in pieces[::2])
    told = ""
    for place, piece in enumerate(pieces):
        if place % 2 == 0:
            told += piece if plain else re.sub(r'(["\\\\`$!])', r"\\\1", piece)
        elif len(pieces) == 3 and _ORIGIN.fullmatch(pieces[0]) and not pieces[2]:
            told += f"${{{_variable(piece)}#/}}"  # the whole path: such a value mostly begins with the slash
        else:
            after = pieces[place + 1][:1]
            told += f"${{{_variable(piece)}}}" if after.isalnum() or after == "_" else f"${_variable(piece)}"
    return told if plain else f'"{told}"'
