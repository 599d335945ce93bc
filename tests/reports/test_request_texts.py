"""The text of a request is that of its object, whatever stands in it."""

import json
from itertools import product

from alb_lint.json_text import dumps
from alb_lint.model import Request
from alb_lint.reports.request_texts import RequestTexts

TEXTS = ("a", "", 'a"b\\', "##vso[x]y", "a\x1b\u202eb", "é日本", "admin.${var.domain}", "$ {x}", "${")


def test_as_the_whole_object():
    texts = RequestTexts()
    for host, path in product(TEXTS, TEXTS):
        pairs = ((host, path), (path, host))
        for request in (Request("GET", host, path), Request("PUT", host, "/", pairs), Request(path, host, "/", (), pairs, "::1")):
            assert texts.of(request) == dumps(request.to_json())
            assert json.loads(texts.of(request)) == request.to_json()


def test_no_more_are_kept_than_so_many(monkeypatch):
    monkeypatch.setattr("alb_lint.reports.request_texts.KEPT", 10)
    texts = RequestTexts()
    for number in range(100):
        assert json.loads(texts.of(Request(path=f"/{number}")))["path"] == f"/{number}"
        assert len(texts._known) <= 10
