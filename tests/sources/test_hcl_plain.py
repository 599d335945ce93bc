"""What is told to be without errors by regexes alone, the parser finds no error in."""

from pathlib import Path
from random import Random

import pytest

from alb_lint.languages.hcl.document import Document
from alb_lint.languages.hcl.lines import usual
from alb_lint.languages.hcl.outlined import kept, labelled, outlined
from alb_lint.languages.hcl.parse import File, parse
from alb_lint.languages.hcl.plain import pieces, plain
from alb_lint.languages.hcl.syntax import Block

BLOCKS = [
    'variable "a" {}\n',
    'variable "b" {\n  type    = list(object({\n    port = number\n  }))\n  default = []\n}\n',
    'locals {\n  x = var.a == null ? "${var.b[0]}-x" : lower(var.c["k"].d) # why\n  y = -1 + local.z * 2\n}\n',
    '# a comment, "quoted\nresource "r" "a" {\n  tags = merge(\n    var.tags,\n    { Name = "x" },\n  )\n}\n',
    'resource "r" "c" {\n  rule {\n    a = [1, "2", var.c.*.d]\n  }\n\n  b = f(1, { x = 2 })\n}\n',
    'resource "r" "b" {\n  text = <<-EOT\n    } "x" ${var.a}\n  EOT\n}\n',
    'resource "r" "d" {\n  policy = jsonencode({\n    "a" : [\n      "x",\n      {\n        b = 1\n      },\n    ]\n  })\n}\n',
    'data "d" "c" {\n  dynamic "x" {\n    for_each = { a = 1, b = true }\n    content {\n      y = x.value\n    }\n  }\n}\n',
    'terraform {\n  backend "s3" {\n    key = "a\\"b"\n  }\n}\n',
    'module "m" {\n  source = "../m" // here\n  rules = [{\n    a = !var.x && (1 < 2)\n  }]\n}\n',
    'resource "a" "x" {\n  count = 10 # of\n\n  // what\n  on   =  false\n  to = a.b-c.d\n  no = null\n  to = "twice"\n}\n',
    'resource "r" "e" {\n  c {\n    h {\n      v = ["a.${var.d}", "${local.x}", "", a.b, 5, true,]\n      w = []\n    }\n  }\n  c {\n  }\n}\n',
]
WORDS = [
    *('"', "{", "}", "[", "]", "(", ")", "$", "${", "%{", "#", "//", "/*", "*/", "=", "==", "=>", ",", ":", "?", "!", "-", "+", ".", "\\", "\n"),
    *(" for ", " in ", " if ", "null", "true(", "1e3", "0.5", "1.", "a.0", "x[*].y", "<<E\n", "<<-E\nx\nE\n", "f(x...)", '"a" = 1\n', "(a) = 1\n"),
    *("a b", "a {}\n", 'a "${b}" {\n', "{ for = 1 }", '"$"', '"$${x}"', "a::b()", "--1", "\u00e9", "\r\n", "\t", "\0"),
]  # fmt: skip


def content(file: File | Block) -> list[object]:
    body = file.root if isinstance(file, File) else file.body
    return [
        (block.kind, block.labels, block.start, block.text, [(name, block.body.attribute(name)) for name in block.body.attributes()],
         content(block), block.body.problem)
        for block in body.blocks()
    ]  # fmt: skip


def is_wrong(file: File) -> bool:
    return bool(file.problems) or any(block.body.problem for block in file.root.blocks())


def changed(random: Random, text: str) -> str:
    for _ in range(random.choice((1, 1, 2))):
        if random.random() < 0.5:
            at = random.randrange(len(text) + 1)
            text = text[:at] + random.choice((*WORDS, "", "")) + text[at + random.choice((0, 0, 1, 3, 12)) :]
        else:
            lines = text.split("\n")
            lines.insert(random.randrange(len(lines)), random.choice(random.choice(BLOCKS).split("\n")))
            text = "\n".join(lines)
    return text


@pytest.mark.parametrize("text", BLOCKS)
def test_plain_blocks(text: str) -> None:
    found = pieces(text.encode())
    assert found is not None
    assert [plain(piece) for piece in found] == [True]


def test_the_most_usual_blocks_are_read_without_the_parser() -> None:
    read = [usual(Document("x.tf", "x.tf", text.encode()), text.index("resource"), len(text) - 1) is not None for text in BLOCKS[-2:]]
    assert read == [True, True]


@pytest.mark.parametrize(
    ("lines", "read"),
    [
        ("a {\n  b = c.d\n}", True),
        *(
            (f"a {{\n  b = {value}\n}}", False)
            for value in ('"\\n"', "if.a", "null.a", "a[0]", "1.5", "a.0", "-1", "f(1)", "[f(1)]", '"${a[0]}"', '"${null}"', '"$"')
        ),
        ("a {\n", False),
        ("a {}", False),
        ("a {\n}\n}", False),
        ("a {\n}\nb {\n}", False),
        ("b = 1", False),
        ("}", False),
        ("", False),
        ("a {\n" * 20 + "}\n" * 19 + "}", False),
    ],
)
def test_what_is_less_usual_is_left_to_the_parser(lines: str, read: bool) -> None:
    assert (usual(Document("x.tf", "x.tf", lines.encode()), 0, len(lines)) is not None) is read


@pytest.mark.parametrize("seed", range(8))
def test_what_is_not_parsed_holds_no_error(seed: int) -> None:
    """Of files with an error somewhere none is taken, and of others no block is told otherwise than the parser does."""
    random = Random(seed)
    taken = wrong = 0
    for _ in range(500):
        text = "\n".join(random.choice(BLOCKS) for _ in range(random.randrange(1, 4)))
        document = Document("x.tf", Path("x.tf"), changed(random, text).encode())
        whole, later = parse(document), outlined(document)
        wrong += is_wrong(whole)
        if later is not None:
            taken += 1
            assert not is_wrong(whole)
            assert not whole.root.attributes()
            assert content(later) == content(whole)
    assert taken > 50
    assert wrong > 50


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('locals {\n  a = [for x in y : x]\n}\nvariable "b" {\n}\n', True),
        ("locals {\n  a = [for x in y : ]\n}\n", False),
        ("locals {\n  a = 1e3\n}\n", False),
        ("a = 1\n", False),
        ("locals {\n  a = {\n    for = 1\n  }\n}\n", False),
        ("locals {}\nlocals {\n", False),
        ("", True),
    ],
)
def test_what_is_not_usual_is_parsed(text: str, expected: bool) -> None:
    document = Document("x.tf", Path("x.tf"), text.encode())
    assert (outlined(document) is not None) is expected
    assert (is_wrong(parse(document)) or bool(parse(document).root.attributes())) is not expected


@pytest.mark.parametrize(
    "piece", ["a {", 'a "b" ', '"${', "a {\n", "a {\n}\n", "a {\n x = <<E\n", "x = {\n", "a {\n x = [1,", "a {\n x = f(", "#", "a {\n <"]
)
def test_hostile_text_ends(piece: str) -> None:
    found = pieces(piece.encode() * 20_000)
    assert found is None or all(plain(block) in (True, False) for block in found)


def test_blocks_by_their_first_label() -> None:
    document = Document("x.tf", Path("x.tf"), b'resource "a" "b" {}\nresource "ab" "a" {}\ndata "a" "c" {}\nresource a d {}\n')
    found = outlined(document)
    assert found is not None
    assert [block.labels for block in labelled(found.root, "resource", "a")] == [("a", "b"), ("a", "d")]
    assert [block.kind for block in found.root.blocks()] == ["resource", "resource", "data", "resource"]


def test_a_file_that_is_read_again_is_taken_apart_once_and_only_where_it_is_the_same() -> None:
    def read(name: str, text: str, folder: str) -> File | None:
        return outlined(Document(name, f"/{folder}/{name}", text.encode()))

    with kept():
        first = read("a.tf", BLOCKS[0], "now")
        assert first is not None and read("a.tf", BLOCKS[0], "then") is first
        assert read("b.tf", BLOCKS[0], "now") is not first and read("a.tf", BLOCKS[1], "then") is not first
        assert read("a.tf", "x {", "now") is read("a.tf", "x {", "then") is None
    assert read("a.tf", BLOCKS[0], "now") is not first


def test_what_was_let_go_is_parsed_again_and_found_by_each_label() -> None:
    text = "".join(f'variable "v{number}" {{\n  default = {number}\n}}\n' for number in range(100))
    file = outlined(Document("v.tf", "/v.tf", text.encode()))
    assert file is not None
    for _ in range(2):
        found = [labelled(file.root, "variable", f"v{number}") for number in range(100)]
        assert [[block.text for block in blocks] for blocks in found] == [
            [f'variable "v{number}" {{\n  default = {number}\n}}'] for number in range(100)
        ]
        assert all(blocks[0].body.attribute("default") is not None for blocks in found)
        assert labelled(file.root, "variable", "w") == []
        file.root.let_go()  # type: ignore[attr-defined]
