"""Reports of plans: the shipped example is what the tool prints, and no name from outside becomes markup."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from alb_lint import pipeline
from alb_lint.model import Estate, Gap, Location
from alb_lint.plan.planner import Options
from alb_lint.reports.markdown_text import cell, code, escape
from alb_lint.reports.plans import ALL, HTML, MARKDOWN
from running import ROOT, process
from shorthand import TODAY, config, listener

EXAMPLES = ROOT / "docs" / "examples"
SOURCES = ("fixtures/passport-scorer/python.json", "fixtures/passport-scorer/rust.json")
SUFFIXES = {"markdown": "md", "html": "html"}
RANGE = '[[range]]\nname = "v"\npriorities = "100-109"\nmatch = { rules = ["m*"] }\n'


def example(form):
    return process("plan", *SOURCES, "--merge-twins", "--format", form, cwd=ROOT, SOURCE_DATE_EPOCH="1764000000").out


@pytest.mark.parametrize("form", list(SUFFIXES))
def test_the_shipped_report_is_what_the_tool_prints(form):
    """Renewed by `python tests/reports/test_plans.py`."""
    file = EXAMPLES / f"passport-scorer-migration.{SUFFIXES[form]}"
    assert file.read_text("utf-8") == example(form)


HOSTILE = (
    "<script>alert(1)</script>",
    "</code></td><img src=x onerror=alert(1)>",
    "a|b",
    "a\\|b",
    "`a` ``b",
    "[x](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "https://evil.example www.evil.example me@evil.example @team",
    "**bold** _it_ ~~gone~~ # head",
    "line\nbreak\r\n\n# head\n- item",
    "\x1b[2J\u202eabc\x00",
    "&lt;b&gt; &#60; &amp;",
    "\" onmouseover='x'",
    "-->",
    "]]>",
    "{{ 1 }} ${x} $(x)",
    "1. first",
    "+ item",
)


def hostile(name):
    """A proposal with the name wherever a name can stand."""
    rules = listener("10 path=/a -> tg1", "20 path=/a* -> tg2", "30 path=/b -> tg1", "40 path=/b -> tg3", id="L").rules
    made = []
    for rule in rules:
        value = rule.conditions[0].values[0] + (name.replace("*", "_") if rule.id in ("r10", "r20") else "")
        condition = replace(rule.conditions[0], values=(value,))
        shares = tuple(replace(share, target_group=f"{share.target_group}{name}") for share in rule.actions[0].shares)
        location = Location(file=f"{name}.json", line=3)
        made.append(
            replace(rule, name=f"m{name}", conditions=(condition,), actions=(replace(rule.actions[0], shares=shares),), location=location)
        )
    whole = replace(listener(id="L"), name=name, rules=tuple(made))
    crowded = replace(
        whole, id="C", rules=tuple(replace(rule, id=f"x{index}{name}", priority=index + 1) for index, rule in enumerate(made * 4))
    )
    estate = Estate((whole, replace(crowded, name=f"c{name}")), (Gap(Location(file=name), name),))
    return pipeline.propose(estate, config(RANGE), Options(TODAY, merge_twins=True), (name,))


class Page(HTMLParser):
    """Tags and attributes of a page, and whether they nest."""

    VOID = ("meta",)

    def __init__(self, text):
        super().__init__()
        self.open, self.seen, self.attributes, self.text = [], set(), set(), ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


DOCUMENT = ("lang", "charset", "http-equiv", "content", "name", "class", "open")
PICTURE = ("viewbox", "role", "aria-label", "x", "y", "width", "height", "d", "text-anchor")


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_becomes_html(name):
    text = HTML.render(hostile(name), False)
    page, plain = Page(text), Page(HTML.render(hostile("x"), False))
    assert page.open == []
    assert page.seen == plain.seen
    assert page.attributes == plain.attributes <= {*DOCUMENT, *PICTURE}
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    if name.isprintable():
        assert name in page.text


def test_html_asks_for_nothing_from_anywhere():
    text = HTML.render(hostile("x"), False)
    assert "default-src 'none'" in text
    assert not re.search(r"<(script|link|img|iframe|object|form)|\b(src|href|on\w+)=|url\(|@import", text)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_becomes_markdown(name):
    lines = MARKDOWN.render(hostile(name), False).splitlines()
    plain = MARKDOWN.render(hostile("x"), False).splitlines()
    assert shape(lines) == shape(plain)
    prose, fenced = [], False
    for line in lines:
        if line.startswith("```"):
            fenced = not fenced
        elif not fenced:
            prose.append(re.sub(r"(`+)[^`]*?\1", "", line))
    text = "\n".join(prose).replace("<!-- -->", "")
    assert not re.search(r"<(?!/?(details|summary|code)\b)", re.sub(r"\\.", "", text))
    assert not re.search(r"(?<!\\)!?\[[^\]]*\]\(|https?://|www\.\w", text)
    assert not re.search(r"@(?=\w)", "\n".join(prose))


def shape(lines):
    """What each line of Markdown is: heading, row with its number of cells, list item, fence, other."""
    found = []
    for line in lines:
        if line.startswith("|"):
            found.append(("row", len(re.findall(r"(?<!\\)\|", line))))
        else:
            start = re.match(r"#+ |- |\d+\. |> |`{3,}|</?details>|", line)
            found.append((start[0] if start else "", bool(line)))
    return found


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a_b", r"a\_b"),
        ("a*b", r"a\*b"),
        ("<b>", r"\<b\>"),
        ("a|b", r"a\|b"),
        ("http://x.y", r"http\://x.y"),
        ("www.x.y", r"www\.x.y"),
        ("a@b", "a@<!-- -->b"),
        ("&amp;", "&amp;amp;"),
        ("a & b", "a & b"),
        ("- a", r"\- a"),
        ("10. a", r"10\. a"),
        ("a-b", "a-b"),
    ],
)
def test_escape(text, wanted):
    assert escape(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("/v2/*", "`/v2/*`"),
        ("", ""),
        ("a|b", "`a|b`"),
        ("a`b", "<code>a&#96;b</code>"),
        ("a\\", "`a\\`"),
        ("^/a\\d+$", "`^/a\\d+$`"),
        ("<b>", "`<b>`"),
        (" a", "<code>&#32;a</code>"),
        ("a\nb", "`a\ufffdb`"),
    ],
)
def test_code(text, wanted):
    assert code(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("/v2/*", "`/v2/*`"),
        ("", ""),
        ("a|b", "`a\\|b`"),
        ("|", "`\\|`"),
        ("a\\|b", "<code>a&#92;&#124;b</code>"),
        ("a|b\\", "<code>a&#124;b&#92;</code>"),
        ("a`|b", "<code>a&#96;&#124;b</code>"),
        (" a|b", "<code>&#32;a&#124;b</code>"),
        ("^/(a\\d+|b)$", "`^/(a\\d+\\|b)$`"),
    ],
)
def test_cell(text, wanted):
    assert cell(text) == wanted


def test_the_picture_shows_what_moves_and_what_stays():
    estate = Estate((listener("10 name=m1 path=/a -> tg1", "101 name=m2 path=/b -> tg2", "300 name=z path=/c -> tg3"),))
    text = HTML.render(pipeline.propose(estate, config(RANGE), Options(TODAY), ("x",)), False)
    picture = re.search(r'<svg class="moves".*?</svg>', text, re.DOTALL)[0]
    assert re.findall(r'<path class="moves"[^>]*><title>(.*?)</title>', picture) == ["10 → 100  /a"]
    assert re.search(r'class="stays" d="(.*?)"', picture)[1].count("M") == 2
    assert ">v</text>" in picture


@pytest.mark.parametrize("report", ALL, ids=lambda report: report.name)
def test_nothing_to_change(report):
    estate = Estate((listener("100 name=m path=/a -> tg1"),))
    text = report.render(pipeline.propose(estate, config(RANGE), Options(TODAY), ("x",)), False)
    assert text.endswith("\n")
    assert {"json": '"moved": 0', "text": "nothing to change"}.get(report.name, "Nothing to change.") in text


@pytest.mark.parametrize("report", ALL, ids=lambda report: report.name)
def test_order_that_is_kept_is_shown_with_its_request(report):
    estate = Estate((listener("10 name=m1 path=/a -> tg1", "20 name=m2 path=/a* -> tg2"),))
    text = report.render(pipeline.propose(estate, config(RANGE), Options(TODAY), ("x",)), False)
    wanted = {"json": '"order_kept": 1', "text": "order kept in 1 of 1 pairs"}
    assert wanted.get(report.name, "https://example.com/a") in text


if __name__ == "__main__":
    for form, suffix in SUFFIXES.items():
        (EXAMPLES / f"passport-scorer-migration.{suffix}").write_text(example(form), "utf-8")
