"""Files → blocks: templates, heredocs, the JSON syntax, broken files. Expected texts are Terraform's own."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alb_lint.languages.hcl.document import Document
from alb_lint.languages.hcl.evaluate import evaluate
from alb_lint.languages.hcl.json_syntax import JsonBody, parse_json
from alb_lint.languages.hcl.parse import MAX_BYTES, Blocks, File, LaterBody, later_problems, parse
from alb_lint.languages.hcl.scope import Scope
from alb_lint.languages.hcl.values import ABSENT, Sym, Value
from alb_lint.languages.hcl.work import Work


class NoNames:
    path = ""

    def __init__(self) -> None:
        self.work = Work()

    def lookup(self, name: str) -> Value:
        return Sym(name, "unknown")

    def call(self, _name: str, _arguments: list[Value]) -> Value:
        return ABSENT


def hcl(text: str) -> File:
    return parse(Document("x.tf", Path("x.tf"), text.encode()))


def json_file(text: str) -> File:
    return parse_json(Document("x.tf.json", Path("x.tf.json"), text.encode()))


def value(file: File, name: str = "x") -> Value:
    expression = file.root.attribute(name)
    assert expression is not None
    return evaluate(expression, Scope(NoNames()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('<<-EOT\n    one\n\n      two ${"x"}\n     three\n    EOT\n', "one\n\n  two x\n three\n"),
        ('<<EOT\nx ${~ "y" ~}\n z\nEOT\n', "xy z\n"),
        ('"a ${~ "b" ~} c"\n', "abc"),
        ('<<-EOT\n      ${"i"}x\n        y\n    EOT\n', "ix\n  y\n"),
        ('"%{ for i in [1,2] }${i},%{ endfor }"\n', "1,2,"),
        ("<<-EOT\n    %{ for i in [1,2] ~}\n    v ${i}\n    %{ endfor ~}\n    end\n  EOT\n", "    v 1\n    v 2\n    end\n"),
        ("<<-EOT\n\n    a\n  EOT\n", "\na\n"),
        ("<<-EOT\n\ttab\n\t  x\n  EOT\n", "tab\n  x\n"),
        ("<<-EOT\n      a\n   \n      b\n  EOT\n", "a\n   \nb\n"),
        ('"x %{ if true ~} y %{ else ~} z %{~ endif } w"\n', "x y  w"),
        ('"%{ if false }a%{ endif }b"\n', "b"),
        ('<<-EOT\n    a ${"b"} c\n  ${"d"}\n  EOT\n', "  a b c\nd\n"),
        ('"\\u00e9$${x}%%{y}$x %x"\n', "é${x}%{y}$x %x"),
        ('<<EOT\na\\n"q" $${x} \\\\\nEOT\n', 'a\\n"q" ${x} \\\\\n'),
        ('""\n', ""),
        ('"\\n\\t\\"\\\\"\n', '\n\t"\\'),
    ],
)
def test_texts(text: str, expected: str) -> None:
    assert value(hcl(f"x = {text}")) == expected


@pytest.mark.parametrize(
    ("text", "line", "attributes"),
    [
        ("a = 1\nb = \nc = 3\n", 2, {"a"}),
        ("a = 1\n!!!\nc = 3\n", 2, {"a"}),
        ("a = [1, 2\n", 2, set()),
        ('a = 1\nb "x" {\n', 3, {"a"}),
        ("\x00\x01", 1, set()),
        ("a = 1e999\n", 1, {"a"}),
    ],
)
def test_a_broken_file_is_told_and_the_rest_read(text: str, line: int, attributes: set[str]) -> None:
    file = hcl(text)
    assert file.problems
    assert file.problems[0].span.location().line == line
    assert attributes <= set(file.root.attributes())


@pytest.mark.parametrize(
    "broken",
    ["  priority = = 10", '  x = "unclosed', "  x = [1, 2", "  y {", "  x = ", "  !!", "}\n}"],
)
def test_an_error_takes_no_other_block_with_it(broken: str) -> None:
    file = hcl(
        f'locals {{\n  a = 1\n}}\nresource "t" "n" {{\n  first = 1\n{broken}\n}}\nresource "t" "m" {{\n  b = 2\n}}\nlocals {{\n  c = 3\n}}\n'
    )
    told = [*file.problems, *later_problems(file.root)]
    assert told
    assert 4 <= told[0].span.location().line < 9
    assert [(block.labels, list(block.body.attributes())) for block in file.root.blocks() if "n" not in block.labels] == [
        ((), ["a"]), (("t", "m"), ["b"]), ((), ["c"]),
    ]  # fmt: skip


def test_what_was_let_go_is_parsed_again() -> None:
    text = 'a "one" {\nx = 1\nb {\ny = "two"\n}\n}\nlocals { z = 3 }\n'
    file = hcl(text)
    assert isinstance(file.root, Blocks)

    def told() -> list[tuple[object, ...]]:
        return [
            (
                block.kind,
                block.labels,
                block.location(),
                block.body.end,
                block.body.attributes(),
                [inner.body.end for inner in block.body.blocks()],
            )
            for block in file.root.blocks()
        ]

    first, looked_into = told(), [block.body for block in file.root.blocks()]
    file.root.let_go()
    assert [body.looked_into for body in looked_into if isinstance(body, LaterBody)] == [False, False]
    assert told() == first
    assert [entry[4] for entry in first] == [("x",), ("z",)]
    assert isinstance(hcl("x = 1\n" + text).root, Blocks) is False  # what stands at the top belongs to no block


def test_a_large_file_is_not_parsed() -> None:
    file = hcl("a = 1 # " + "x" * MAX_BYTES)
    assert [problem.reason for problem in file.problems] == ["the file is larger than 4 MB"]
    assert not file.root.attributes()


def test_positions_count_characters_and_bytes() -> None:
    document = Document("x.tf", Path("x.tf"), '\ufeffa = "é" \nb = "ü" # c\n'.encode())
    file = parse(document)
    assert not file.problems
    at = document.data.index(b"#")
    assert document.position(at) == (2, 9)
    assert document.data[:3] == b"   "


@settings(max_examples=300)
@given(
    st.lists(st.sampled_from([b"a", b"\n", "\u00e9".encode(), "\U0001f600".encode(), b"\xe2\x82", b"\xff", b"\x80"]), max_size=60),
    st.randoms(),
)
def test_a_place_is_the_same_however_many_were_asked_for_before(parts: list[bytes], random):
    data = b"".join(parts)
    document = Document("x.tf", Path("x.tf"), data)
    for at in random.choices(range(len(data) + 3), k=30):
        begin = data.rfind(b"\n", 0, at) + 1
        assert document.position(at) == (data.count(b"\n", 0, at) + 1, len(data[begin:at].decode(errors="replace")) + 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"x": 1}', 1),
        ('{"x": -1.5e1}', -15),
        ('{"x": [true, false, null, "s"]}', (True, False, None, "s")),
        ('{"x": {"a": {"b": [1]}, "//": "kept inside"}}', {"a": {"b": (1,)}, "//": "kept inside"}),
        ('{"x": "${1 + 1}"}', 2),
        ('{"x": "a${"b"}c\\n"}'.replace('"b"', '\\"b\\"'), "abc\n"),
        ('{"x": "$${a} \\"q\\" \\u00e9"}', '${a} "q" é'),
        ('{"x": "%{ if true }y%{ endif }"}', "y"),
        ('{"x": {"${upper(\\"k\\")}": 1}}', {"K": 1}),
        ('{"x": []}', ()),
        (' \ufeff{"x" : { } }'.strip(), {}),
    ],
)
def test_json_values(text: str, expected: object) -> None:
    file = json_file(text)
    assert not file.problems
    assert value(file) == expected


def test_json_blocks_have_labels_and_places() -> None:
    text = '{"resource": {"t": {"n": {"a": 1, "nested": [{"b": 2}, {"b": 3}]}, "m": [{"a": 4}]}}, "locals": [{"l": 5}, {"k": 6}], "é": 0, "z": 7}'
    file = json_file(text)
    data = text.encode()
    first, second = file.root.blocks("resource")
    assert (first.labels, second.labels) == (("t", "n"), ("t", "m"))
    assert data[first.start : first.body.end] == b'{"a": 1, "nested": [{"b": 2}, {"b": 3}]}'
    assert [list(block.body.attributes()) for block in first.body.blocks("nested")] == [["b"], ["b"]]
    assert [list(block.body.attributes()) for block in file.root.blocks("locals")] == [["l"], ["k"]]
    number = file.root.attribute("z")
    assert data[number.span.start : number.span.end] == b"7"  # type: ignore[union-attr]


def test_json_comments() -> None:
    (block,) = json_file('{"resource": {"t": {"n": {"//": "alb-lint: x", "a": 1}}}}').root.blocks("resource")
    assert isinstance(block.body, JsonBody)
    assert [text for text, _ in block.body.comments] == ["alb-lint: x"]
    assert list(block.body.attributes()) == ["a"]


@pytest.mark.parametrize(
    "text",
    ["", "{", '{"a"', '{"a":', '{"a":1', '{"a":1,}', '{"a":1]', "[1}", '{"a" 1}', "{1:2}", "{} {}", '{"a":tru}', '{"a":"\n"}', '{"a":01x}',
     '{"a": "${"}'[:-1], "[" * 100_000, '{"a":' * 100_000],
)  # fmt: skip
def test_broken_json_is_told(text: str) -> None:
    assert json_file(text).problems


@given(st.text(alphabet='{}[]",:1a\\ \n', max_size=40))
@settings(max_examples=300, deadline=None)
def test_json_never_raises(text: str) -> None:
    file = json_file(text)
    for name in file.root.attributes():
        value(file, name)
