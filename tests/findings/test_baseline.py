"""Baselines: written, read, refused."""

import json

import pytest

from alb_lint import pipeline
from alb_lint.config import Config
from alb_lint.errors import ConfigError
from alb_lint.findings import baseline
from alb_lint.findings.fingerprint import fingerprint
from shorthand import TODAY, estate, listener

FOUND = pipeline.lint(estate(listener("10 path=/a -> x", "20 path=/a -> y", "30 path=/a -> z")), Config(), TODAY).findings


def test_round_trip(tmp_path):
    file = tmp_path / "base.json"
    file.write_text(baseline.written(FOUND), "utf-8")
    assert baseline.read(file) == {fingerprint(finding) for finding in FOUND}
    assert len(FOUND) == 2


def test_text_is_the_same_in_any_order_and_one_line_a_finding():
    text = baseline.written(FOUND)
    assert text == baseline.written(reversed(FOUND))
    assert sum("fingerprint" in line for line in text.splitlines()) == 2
    assert json.loads(text)["schema"] == baseline.SCHEMA


def test_empty_baseline(tmp_path):
    file = tmp_path / "base.json"
    file.write_text(baseline.written([]), "utf-8")
    assert baseline.read(file) == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        "[" * 100_000,
        "null",
        '{"schema": "alb-lint.baseline.v2", "findings": []}',
        '{"schema": "alb-lint.baseline.v1"}',
        "\udcff",
    ],
    ids=["empty", "list", "cut", "deep", "null", "other-schema", "no-findings", "no-text"],
)
def test_refused(tmp_path, text):
    file = tmp_path / "base.json"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ConfigError) as caught:
        baseline.read(file)
    assert caught.value.where == str(file)
    assert "--write-baseline" in caught.value.hint


def test_entries_of_the_wrong_type_hide_nothing(tmp_path):
    file = tmp_path / "base.json"
    file.write_text('{"schema": "alb-lint.baseline.v1", "findings": [1, null, {"fingerprint": 7}, {"fingerprint": "ab"}]}', "utf-8")
    assert baseline.read(file) == {"ab"}
