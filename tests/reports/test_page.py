"""The page: its evaluator against Python's, its size, and what Chromium makes of it, also of names that want to be markup."""

import json
import re
import subprocess
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from random import Random

import pytest

from alb_lint import pipeline, selections
from alb_lint.analysis.evaluate import ordered
from alb_lint.analysis.tracing import trace
from alb_lint.findings.grouping import grouped
from alb_lint.model import (
    Estate,
    FixedResponse,
    Gap,
    HostHeader,
    HttpHeader,
    HttpRequestMethod,
    Listener,
    Location,
    OpaqueCondition,
    PathPattern,
    QueryPair,
    QueryString,
    Request,
    Rule,
    SourceIp,
    Unknown,
)
from alb_lint.model.listener import Unread
from alb_lint.reports import report
from alb_lint.reports.page.data import listener_data
from alb_lint.symbols import Symbol
from judging import ROOT, judge
from running import ACCOUNT, SEED, inside
from shorthand import TODAY, config, listener, rule

PAGE = ROOT / "src" / "alb_lint" / "reports" / "page"

ZONE = Symbol("var.zone", "var.zone")

# -- the evaluator -----------------------------------------------------------------------------------------------------------

PATHS = ("/a", "/a*", "/a/*", "*/b", "/?", "/a?b*", "/A", "/ü*", "/x**y", "*", "/*", "/a/b/c", "/[x]", "/a*?b", "/\ue001", "/a\\*b")
REGEXES = (
    "^/a(b|c)+$", "/v[0-9]{1,3}/", "[]a-]x", "^/(?:x|y)?z*", "[^/]+b$", r"\d\w\s?", "(?<n>a)b", "(?P<n>a)+?", "a{2,}", "a{0}b", "^$", "",
    "x|", "[a-c]{2}", r"\.x", "[^]]a", "(a|b|)*c", "A.c", r"[\d-]", "(a", r"\p{L}", "(?=a)", "a++", "^(a|^b)$", "(x$|y)z?", "[A-Z]a",
)  # fmt: skip
HOSTS = ("example.com", "*.example.com", "EXAMPLE.com", "a?.example.com", "*", "[::1]", "api.example.com")
TEXTS = ("blue", "B*", "*e", "??", "", "ö*", "a*b", "İ")
QUERY = ("a", "a*", r"a\*", r"\?b", "*", "", r"a\b", "K?")
BLOCKS = ("10.0.0.0/8", "10.1.2.3/32", "0.0.0.0/0", "2001:db8::/32", "::/0", "::1/128", "300.1.1.1/8", "10.1.2.3/16")
SOURCES = ("10.1.2.3", "192.0.2.1", "2001:db8::7", "::1", "::ffff:10.1.2.3", "2001:0db8:0:0:0:0:0:1", "10.1.2.255")
NAMES = ("X-Env", "x-env", "Cookie")


def some(random, values, most=2):
    """A few values, now and then an unknown one among them, or one of which a part is known."""
    return tuple(
        random.choice((Unknown("x"), Unknown("y", (random.choice(values), ZONE)))) if random.random() < 0.08 else random.choice(values)
        for _ in range(random.randint(1, most))
    )


def condition(random):
    kind = random.randrange(7)
    regexes = some(random, REGEXES, 1) if random.random() < 0.3 else ()
    if kind == 0:
        return HostHeader(() if regexes else some(random, HOSTS), regexes)
    if kind in (1, 2):
        return PathPattern(() if regexes else some(random, PATHS), regexes)
    if kind == 3:
        return HttpHeader(Unknown("x") if random.random() < 0.04 else random.choice(NAMES), () if regexes else some(random, TEXTS), regexes)
    if kind == 4:
        return HttpRequestMethod(some(random, ("GET", "POST", "get")))
    if kind == 5:
        return SourceIp(some(random, BLOCKS))
    if random.random() < 0.1:
        return OpaqueCondition("x", "cannot be read")
    return QueryString(
        tuple(QueryPair(None if random.random() < 0.3 else some(random, QUERY, 1)[0], some(random, QUERY, 1)[0]) for _ in range(2))
    )


def some_listener(random):
    rules = []
    for place in range(random.randint(1, 7)):
        number = Unknown("x") if random.random() < 0.05 else random.randint(1, 12)
        presence = (("var.a", True),) if random.random() < 0.05 else ()
        made = tuple(condition(random) for _ in range(random.choice((1, 1, 2, 3))))
        rules.append(Rule(f"r{place}", "", number, made, (FixedResponse("200"),), presence=presence))
    default = Rule("default", "", 0, (), (FixedResponse("404"),), is_default=True) if random.random() < 0.8 else None
    return Listener("L", "L", tuple(rules), default, unread=Unread("a page is missing") if random.random() < 0.05 else None)


def spoken(random, pattern):
    """A text that has to do with the pattern: its wildcards filled, or a little off."""
    text = re.sub(r"[*?]", lambda _: random.choice(("", "x", "b/c", "ab", "é")), pattern)
    return text if random.random() < 0.7 else random.choice((text.upper(), text + "x", text[1:], text + "\x7f"))


def some_request(random, told):
    values = [value for one in told.rules for item in one.conditions for value in getattr(item, "values", ())]
    texts = [value for value in values if isinstance(value, str)] or ["/a"]
    return Request(
        method=random.choice(("GET", "POST", "get")),
        host=spoken(random, random.choice((*HOSTS, *texts))) + random.choice(("", "", "", ":8443", ":x")),
        path=spoken(random, random.choice((*PATHS, "/abcb", "/v12/", "]x", "/aab", "aac", "", "Abc", *texts))),
        query=tuple((spoken(random, random.choice(QUERY)), spoken(random, random.choice(QUERY))) for _ in range(random.randint(0, 2))),
        headers=tuple((random.choice(NAMES), spoken(random, random.choice((*TEXTS, "aab", "Aa")))) for _ in range(random.randint(0, 2))),
        source_ip=random.choice(SOURCES),
    )


HARNESS = """
const lines = require("fs").readFileSync(0, "utf8").split("\\n").filter(Boolean);
const { trace } = new Function(require("fs").readFileSync(process.argv[1], "utf8") + "; return { trace };")();
for (const line of lines) {
  const { listener, requests } = JSON.parse(line);
  console.log(JSON.stringify(requests.map((request) => {
    const found = trace(listener, request);
    return [found.answer, found.asked.map(([place, matched]) => [place, matched]), found.doubt !== ""];
  })));
}
"""


def test_the_page_answers_as_trace_does():
    """12,000 pairs of a listener and a request: the rule, what each earlier one said, and whether it is certain."""
    random = Random(20_260)
    given, wanted = [], []
    for _ in range(600):
        told = some_listener(random)
        rules = [*ordered(told), *(one for one in told.rules if isinstance(one.priority, Unknown))]
        places = {one.id: place for place, one in enumerate(rules)} | {"default": "default"}
        requests = [some_request(random, told) for _ in range(20)]
        given.append(
            json.dumps({"listener": listener_data(told, rules, [""] * len(rules)), "requests": [one.to_json() for one in requests]})
        )
        found = [trace(told, request) for request in requests]
        wanted.append(
            [
                [
                    places[one.rule.id] if one.rule else None,
                    [[places[it.rule.id], it.matched] for it in one.considered],
                    bool(one.undecided),
                ]
                for one in found
            ]
        )
    done = subprocess.run(
        [judge("node"), "-e", HARNESS, PAGE / "evaluator.js"], input="\n".join(given), capture_output=True, text=True, check=True
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    kinds = Counter(type(one[0]).__name__ for each in wanted for one in each)
    assert min(kinds["int"], kinds["str"], kinds["NoneType"]) > 500, kinds
    for line, ours, theirs in zip(given, wanted, answers, strict=True):
        for place, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
            assert mine == other, (json.loads(line)["listener"], json.loads(line)["requests"][place])


# -- the page ----------------------------------------------------------------------------------------------------------------

EVIL = (
    "<script>alert(1)</script>", "</script><script>alert(2)</script>", '"><img src=x onerror=alert(3)>', "' onmouseover='alert(4)",
    "\u202egnp.exe\x1b[2J",
    "<!--", "]]>", "&lt;b&gt;", "javascript:alert(5)", "##[error]x", "::stop::", "`${alert(6)}`", "\\u003cscript\\u003e",
)  # fmt: skip


def page_of(*listeners, gaps=(), toml="", before=None):
    settings, estate = config(toml), Estate(tuple(listeners), tuple(gaps))
    summary = grouped(pipeline.lint(estate, settings, TODAY, selections.Selection(ignore=("ALB6",))))
    rerouted = pipeline.compare(before, estate) if before is not None else None
    return report("html").render(replace(summary, estate=estate, config=settings, rerouted=rerouted), False)


def evil():
    rules = [
        replace(
            rule(f"{10 + place} path=/a* -> 404"),
            id=f"{text}{place}",
            name=text,
            conditions=(PathPattern((f"/{text}*", "/a*")), HttpHeader(text, (text,)), HostHeader((text,))),
            location=Location(f"{text}.tf", 3, 2, text),
            tags=((text, text),),
            actions=(FixedResponse(text, text),),
        )
        for place, text in enumerate(EVIL)
    ]
    other = listener("10 path=/a -> x", "20 path=/b -> y", id=EVIL[0], name=EVIL[2])
    return listener(*rules, id=EVIL[1], name=EVIL[1]), other


def evil_page():
    return page_of(*evil(), gaps=[Gap(Location(text), text) for text in EVIL], before=Estate(evil()[1:]))


class Elements(HTMLParser):
    """Names of the elements, and of their attributes."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.ids = Counter(), Counter(), Counter()

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        self.attributes.update(name for name, _ in attrs)
        self.ids.update(value for name, value in attrs if name == "id")


def test_nothing_foreign_becomes_markup():
    text = evil_page()
    found = Elements()
    found.feed(text)
    assert found.tags["script"] == 2
    assert not found.tags["img"]
    assert not [name for name in found.attributes if name.startswith("on") or name == "style"]
    assert [name for name, count in found.ids.items() if count > 1] == []
    assert all(character.isprintable() or character == "\n" for character in text)
    assert "##[" not in text


def test_every_link_of_the_page_leads_somewhere():
    found = Elements()
    text = page_of(*crowd(40), toml='[[retired]]\npriorities = "3-5"\nreason = "x"\n[[range]]\nname = "a"\npriorities = "10-20"\n')
    found.feed(text)
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(found.ids)


def crowd(count, listeners=1):
    """Listeners of `count` rules of all kinds, many of which share requests."""
    made = []
    for place in range(listeners):
        rules = []
        for number in range(1, count + 1):
            more = ("host=a.example.com,b.example.com", "GET", "header:X-Env=blue,green*", "query=k:v*", "ip=10.0.0.0/8")[number % 5]
            path = f"/team-{number % 17}/service-{number // 3}*" if number % 9 else f"/team-{number % 17}/*"
            rules.append(f"{number} path={path} {more} name=rule-of-the-team-{number} -> group-{number % 23}")
        made.append(listener(*rules, id=f"{ACCOUNT}:listener/app/web-{place}/0123456789abcdef/{place:016d}"))
    return made


@pytest.fixture(scope="module")
def large():
    """The page of a listener of 1,000 rules."""
    return page_of(*crowd(1_000))


def test_the_page_is_small(large):
    assert len(page_of(*crowd(100)).encode()) < 300_000
    assert len(large.encode()) < 2_000_000


def test_same_input_same_page():
    assert evil_page() == evil_page()


# -- in Chromium ---------------------------------------------------------------------------------------------------------------


def opened(text, folder, plan):
    """What Chromium tells of the page after the plan; see page.mjs."""
    judge("chromium")
    judge("playwright")
    (folder / "page.html").write_text(text, "utf-8")
    command = [judge("node"), ROOT / "tests" / "judges" / "page.mjs", folder / "page.html", json.dumps(plan)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["errors"], told["requests"], told["scripts"]) == ([], [], 0)
    return told


def test_a_reader_finds_links_and_tries(large, tmp_path):
    told = opened(
        large,
        tmp_path,
        {
            "search": "team-33",
            "anchor": "app-web-0-0123456789abcdef-0000000000000000.500",
            "try": {"url": "https://a.example.com/team-9/x?k=value", "method": "GET", "headers": "X-Env: blue", "source": "10.1.2.3"},
            "button": True,
        },
    )
    assert told["title"] == "alb-lint"
    assert 0 < told["shown"] < 1_000
    assert told["found"].endswith(" rules and findings")
    assert told["target"] == "app-web-0-0123456789abcdef-0000000000000000.500"
    assert told["visible"]
    assert "rule 9 → group-9" in told["answers"]
    assert "does not match: path is /team-9/x" in told["why"]
    assert "rule" in told["pressed"]


def test_a_hostile_page_stays_text(tmp_path):
    told = opened(evil_page(), tmp_path, {"search": "<script>", "try": {"url": "https://x/a"}})
    assert told["title"] == "alb-lint"


def test_the_command_writes_the_page_of_the_seed(monkeypatch, tmp_path):
    monkeypatch.chdir(SEED)
    ran = inside("check", "python.json", "rust.json", "--format", "concise", "--report", f"html:{tmp_path / 'page.html'}")
    assert ran.code == 1
    text = (tmp_path / "page.html").read_text("utf-8")
    assert 'id="scorer-dc2cc1e7492977e8.1006"' in text
    assert "never reached: <a" in text
