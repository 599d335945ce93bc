"""A request as people write it, and who may get it."""

from collections.abc import Iterable

from alb_lint.errors import UsageError
from alb_lint.model import Listener, LoadBalancer, Request


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


def asked_of(listeners: tuple[Listener, ...], url: str) -> tuple[Listener, ...]:
    """Listeners that could get the URL: of the load balancer that its host names, of its scheme and port, as far as the input tells and some fit."""
    if not url or "://" not in url:
        return listeners
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    named = tuple(item for item in listeners if item.load_balancer is not None and parts.hostname in _names(item.load_balancer))
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    fitting = tuple(item for item in named or listeners if not item.port or item.port == port)
    return fitting or named or listeners


def _names(balancer: LoadBalancer) -> set[str]:
    return {balancer.dns_name.lower(), balancer.name.lower()} - {""}
