"""A request as people write it."""

from collections.abc import Iterable

from alb_lint.errors import UsageError
from alb_lint.model import Request


def request_to(url: str, method: str, headers: Iterable[str], source_ip: str) -> Request:
    """The request, its host as a client sends it: with the port unless it is the scheme's own.

    Raises UsageError for a URL or header that cannot be read.
    """
    from urllib.parse import unquote, urlsplit

    from alb_lint.space.addresses import address

    try:
        parts = urlsplit(url if "://" in url or url.startswith("/") else f"https://{url}")
        usual = {"http": (80,), "https": (443,)}.get(parts.scheme, ()) if "://" in url else (80, 443)
        port = parts.port if parts.port not in usual else None
        host = parts.hostname or "example.com"
        if port is not None:
            host = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    except ValueError as error:
        raise UsageError(f"not a URL: {error}", where="--url", hint="https://host/path?key=value") from error
    pairs = []
    for text in headers:
        name, colon, value = text.partition(":")
        if not colon or not name.strip():
            raise UsageError(f"not a header: {text!r}", where="--header", hint="write 'Name: value'")
        pairs.append((name.strip(), value.strip()))
    query = [piece.partition("=") for piece in parts.query.split("&") if piece]
    if address(source_ip) is None:
        raise UsageError(f"not an address: {source_ip!r}", where="--source-ip", hint="192.0.2.7 or 2001:db8::7")
    return Request(
        method=method,
        host=host,
        path=parts.path or "/",
        query=tuple((unquote(key), unquote(value)) for key, _, value in query),
        headers=tuple(pairs),
        source_ip=source_ip,
    )
