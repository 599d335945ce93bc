"""The search for blocks agrees with the parser."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alb_lint import inputs
from alb_lint.config import Config
from alb_lint.languages.hcl import scan
from alb_lint.languages.hcl.document import Document
from alb_lint.languages.hcl.parse import LARGE, File, indexed, later_problems, parse

LISTED = 'resource "a" "b" {\n'


def files(text: str) -> tuple[File | None, File]:
    document = Document("x.tf", Path("x.tf"), text.encode())
    return indexed(document), parse(document)


def content(file: File) -> list[object]:
    return [
        (block.kind, block.labels, block.start, block.text, list(block.body.attributes()),
         [block.body.attribute(name) for name in block.body.attributes()], [inner.kind for inner in block.body.blocks()])
        for block in file.root.blocks()
        if scan.LABELS.get(block.kind) == len(block.labels)
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "",
        "locals {}\n",
        'locals {\n  a = "}"\n  b = "${f("}", { c = 1 })} \\" $${" # }\n}\nvariable "v" {}\n',
        'resource "a" "b" {\n  x = <<-E\n    }\n    ${y}\n  E\n}\nlocals { a = 1 }\n',
        '/*\nvariable "gone" {\n}\n*/\nvariable "here" {\n}\n',
        'resource a b {\n}\n// {\ndata "c" "d" {\n  filter {\n    values = ["{"]\n  }\n}\n',
        LISTED + "  data {\n    x = 1\n  }\n  output {}\n}\n",
        '# variable "gone" {\nvariable "x" {\n  default = "#{host}"\n}\n',
        'locals {\r\n  a = "\\\\"\r\n}\r\nlocals {\r\n b = 2\r\n}\r\n',
    ],
)
def test_same_blocks(text: str) -> None:
    found, whole = files(text)
    assert found is not None
    assert content(found) == [row for row in content(whole) if row[2] in {item[2] for item in content(found)}]
    assert len(content(found)) == len([row for row in content(whole) if "gone" not in row[1]])
    assert not list(later_problems(found.root))


@pytest.mark.parametrize("text", ["x = 1 /* */", "locals { <<", "/* */ locals {", "/* */ }", "/* */ locals {}\n}"])
def test_left_to_the_parser(text: str) -> None:
    assert files(text)[0] is None


def test_an_error_stays_in_its_block() -> None:
    found, _ = files("locals {\n  a = = 1\n}\nlocals {\n  b = 2\n}\n")
    assert found is not None
    first, second = found.root.blocks()
    assert list(second.body.attributes()) == ["b"]
    assert second.body.problem is None
    assert first.body.problem is not None
    assert [problem.span.location().line for problem in later_problems(found.root)] == [2]


def test_comments() -> None:
    data = b'# alb-lint: 1\na = "# alb-lint: 2"\n/* alb-lint: 3 */ b = <<E\n# alb-lint: 4\nE\n// alb-lint: 5'
    assert [data[start:end][-6:] for start, end in scan.comments(data, b"alb-lint:")] == [b"int: 1", b": 3 */", b"int: 5"]


@pytest.mark.parametrize(
    "piece", [b"a {", b'"${', b'a { x = "${', b"a { x = <<E\n", b"a ", b"/*", b'a "b" ', b"a {}\n", b'a { "\\', b"a\n", b'a { "$']
)
def test_hostile_text_ends(piece: bytes) -> None:
    scan.heads(b"/* */\n" + piece * 50_000)
    assert list(scan.comments(piece * 50_000, b"no such")) == []


@given(st.text(alphabet='ab1 =\n"{}${}<E#/*\\', max_size=60))
@settings(max_examples=300, deadline=None)
def test_never_raises(text: str) -> None:
    found, whole = files(text)
    for file in (found, whole):
        for block in file.root.blocks() if file else ():
            assert block.body.end <= len(text)
            block.body.attributes()


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("", True),
        ('a { b = "${x}" }\n', True),
        ("a = <<E\nfoo }\nE\n", True),
        ("/* } */", True),
        ("a {} # {", True),
        ('a = "#"', True),
        ("a {", False),
        ("}", False),
        ("} {", False),
        ('a = "', False),
        ('a = "${x', False),
        ("a = <<E\nfoo", False),
        ("/* {", False),
        ('"${' * 6_000 + '}"' * 6_000, False),
    ],
)
def test_what_is_left_open(text, closed):
    assert scan.closed(text.encode()) is closed


def test_nothing_is_read_of_a_large_file_with_something_left_open(tmp_path):
    block = 'locals {\n  a = "b"\n}\n'
    for tail, gaps in (("", 0), ("locals {", 1)):
        (tmp_path / "main.tf").write_text(block * (LARGE // len(block) + 1) + tail)
        (tmp_path / "rule.tf").write_text('resource "aws_lb_listener_rule" "r" {\n  listener_arn = local.a\n}\n')
        found = inputs.read_input(inputs.gather([str(tmp_path)], Config()), Config()).gaps
        assert len([gap for gap in found if "not every brace, quote and heredoc in it is closed" in gap.reason]) == gaps
