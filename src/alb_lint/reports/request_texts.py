"""Requests as JSON text, of many that have fields in common: what stands in a field is put into text once."""

from typing import Any, Final

from alb_lint.json_text import dumps
from alb_lint.model import Request

KEPT: Final = 50_000
"""Texts that are kept."""


class RequestTexts:
    """The texts of the fields so far."""

    def __init__(self) -> None:
        self._known: dict[Any, str] = {}

    def of(self, request: Request) -> str:
        """`dumps(request.to_json())`."""
        known = self._known
        host, path = known.get(request.host) or self._text(request.host), known.get(request.path) or self._text(request.path)
        method, source = (
            known.get(request.method) or self._text(request.method),
            known.get(request.source_ip) or self._text(request.source_ip),
        )
        query, headers = known.get(request.query) or self._text(request.query), known.get(request.headers) or self._text(request.headers)
        text = f'{{"method": {method}, "host": {host}, "path": {path}, "query": {query}, "headers": {headers}, "source_ip": {source}}}'
        return dumps(request.to_json()) if "${" in text else text

    def _text(self, value: Any) -> str:
        found = self._known.get(value)
        if found is None:
            if len(self._known) >= KEPT:
                self._known.clear()
            found = self._known[value] = dumps(value)
        return found
