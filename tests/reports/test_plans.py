"""Reports of plans: the shipped example is what the tool prints, and no name from outside becomes markup."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from alb_lint import __version__, pipeline, selections
from alb_lint.findings.finding import Finding, Severity
from alb_lint.model import Estate, Gap, LoadBalancer, Location
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
    made = pipeline.propose(estate, config(RANGE), Options(TODAY, merge_twins=True), (name,), ("--listener", name))
    judged = pipeline.judged(made, estate, TODAY)
    # what checks find in a value depends on the name: one finding that says it stands for all
    found = Finding(selections.known_codes()[0], Severity.ERROR, "L", made.facts[0].rules[0], name, name)
    return replace(judged, left=replace(judged.left, findings=(found,)), now=replace(judged.now, findings=(found, found)))


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


ARN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2"
BALANCER = LoadBalancer("lb", "web", dns_name="web-1.eu-west-1.elb.amazonaws.com")
BEFORE_AND_AFTER = listener(
    "10 name=m1 path=/a|b -> tg1",
    "20 name=m2 path=/a* -> tg2",
    "150 name=s path=/s -> s",
    "160 name=dead path=/s -> t",
    "30 name=m3 path=/c -> c",
    "40 name=m4 path=/c -> d",
    id=ARN,
    protocol="HTTPS",
    port=443,
    load_balancer=BALANCER,
)


def reported(form, told=BEFORE_AND_AFTER, toml=RANGE, **wishes):
    estate = Estate((told,))
    made = pipeline.propose(estate, config(toml), Options(TODAY, **wishes), ("--live", "--region", "eu-west-1"))
    return form.render(replace(pipeline.judged(made, estate, TODAY), made_on=TODAY), False)


def test_the_whole_listener_stands_in_the_order_in_which_it_is_evaluated():
    text = reported(MARKDOWN, merge_twins=True)
    table = text.split("### The whole listener, before and after")[1].split("###")[0].strip().splitlines()[2:]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in table]
    assert [(before, after) for before, after, _, _ in cells] == [
        ("`10`", "**100**"),
        ("`20`", "**101**"),
        ("`30`", "**102**"),
        ("`40`", "–"),
        ("`150`", "`150`"),
        ("`160`", "–"),
        ("`default`", "`default`"),
    ]
    assert "`/a\\|b`" in text
    assert [cells[2][3], cells[3][3]] == ["c (100) + d (0) (today: c)", "goes: 102 has its requests"]
    page = reported(HTML, merge_twins=True)
    assert page.count('<tr class="same">') == 1  # the default action: the merged rule at 150 acts otherwise
    assert reported(HTML, told=replace(BEFORE_AND_AFTER, rules=BEFORE_AND_AFTER.rules[:3])).count('<tr class="same">') == 2


def test_a_report_tells_where_it_was_read_and_by_what():
    text = reported(MARKDOWN)
    for told in (
        "`123456789012`",
        "`eu-west-1`",
        "`web`",
        "`web-1.eu-west-1.elb.amazonaws.com`",
        "`HTTPS 443`",
        TODAY,
        f"alb-lint {__version__}",
    ):
        assert told in text
    assert "alb-lint plan --live --region eu-west-1 --format json --output plan.json" in text
    assert "alb-lint verify plan.json --live --region eu-west-1" in text


def test_a_report_tells_what_is_left():
    text = reported(MARKDOWN)
    left = text.split("### What is left after this plan")[1].split("\n## ")[0]
    assert "(today: " in left
    assert "**error ALB101** shadowed-rule: rule 160 dead" in left


def test_changed_answers_go_from_one_to_the_other():
    told = listener("10 name=m1 path=/a* -> wide", "20 name=m2 path=/a -> narrow", id=ARN, load_balancer=BALANCER)
    text = reported(MARKDOWN, told, fix_shadowed=True)
    row = next(line for line in text.split("### What changes, and for whom")[1].splitlines() if line.startswith("| `100`"))
    assert "| wide | narrow |" in row
    assert "curl" in row
    assert "as told below. All others keep their answer: proved" in text
    assert "apart from" not in text


def test_the_way_back_is_told_where_two_rules_had_one_number():
    told = listener("10 name=m1 path=/a -> x", "10 name=m2 path=/b -> y", id=ARN)
    rules = tuple(replace(rule, id=f"{ARN.replace(':listener/', ':listener-rule/')}/{place:0>16}") for place, rule in enumerate(told.rules))
    text = reported(MARKDOWN, replace(told, rules=rules))
    back = text.split("## Rollback")[1]
    assert "AWS never holds that: these calls put such rules side by side" in back
    assert sorted(re.findall(r'"Priority": (\d+)', back.split("```")[1])) == ["10", "9"]


def test_pairs_that_are_not_shown_are_counted():
    crowd = [f"{10 + place} name=m{place} path=/{'x' * place}* -> t{place}" for place in range(20)]
    toml = RANGE.replace("100-109", "100-150")
    text = reported(MARKDOWN, listener(*crowd, id=ARN), toml)
    assert "100 of 190 pairs, with a request for each" in text
    assert "and 90 more pairs" in text


@pytest.mark.parametrize("report", ALL, ids=lambda report: report.name)
def test_nothing_to_change(report):
    estate = Estate((listener("100 name=m path=/a -> tg1"),))
    text = report.render(pipeline.propose(estate, config(RANGE), Options(TODAY), ("x",)), False)
    assert text.endswith("\n")
    assert {"json": '"moved": 0', "text": "nothing to change"}.get(report.name, "Nothing to change.") in text


@pytest.mark.parametrize("report", ALL, ids=lambda report: report.name)
def test_of_numbers_that_are_not_known_no_order_is_told(report):
    estate = Estate((listener("100 name=m path=/a -> tg1", "110 name=m path=/a* -> tg2", "${n} name=x path=/* -> tg3"),))
    toml = '[[range]]\nname = "v2"\npriorities = "100-199"\nmatch = { rules = ["m*"] }\n'
    text = report.render(pipeline.propose(estate, config(toml), Options(TODAY), ("x",)), False)
    assert "as told above" not in text
    assert "are told above" not in text
    wanted = {"json": '"order_kept": 1', "text": "The others have none: numbers of theirs are not known."}
    assert wanted.get(report.name, "; the others have none, since numbers of theirs are not known.") in text.replace("\n    ", " ")
    assert "every rule has a number" not in text


@pytest.mark.parametrize("report", ALL, ids=lambda report: report.name)
def test_order_that_is_kept_is_shown_with_its_request(report):
    estate = Estate((listener("10 name=m1 path=/a -> tg1", "20 name=m2 path=/a* -> tg2"),))
    text = report.render(pipeline.propose(estate, config(RANGE), Options(TODAY), ("x",)), False)
    wanted = {"json": '"order_kept": 1', "text": "order kept in 1 of 1 pairs"}
    assert wanted.get(report.name, "https://example.com/a") in text


if __name__ == "__main__":
    for form, suffix in SUFFIXES.items():
        (EXAMPLES / f"passport-scorer-migration.{suffix}").write_text(example(form), "utf-8")
