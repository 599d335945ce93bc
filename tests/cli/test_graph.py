"""`alb-lint graph`: the fields of the contract, every format read by what it is for, and edges as brute force has them."""

import json
import re
import subprocess
from dataclasses import replace
from io import BytesIO
from itertools import combinations
from pathlib import Path
from random import Random
from xml.etree import ElementTree as ET

import networkx as nx
import pytest

import bombs
import worlds
from alb_lint.analysis.evaluate import evaluate, matches_rule
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.graph import Places, needed_order, places
from alb_lint.model import Location, Request
from alb_lint.model.listener import Unread
from alb_lint.reports import graphs
from alb_lint.reports.graphs import mermaid
from judging import ROOT, judge
from running import SEED, export, inside, listener_arn, process, raw
from shorthand import listener, rule

FORMATS = tuple(graphs.ALL)
HOSTILE = (
    'a"]; drop [label="x',
    "a\\",
    'a\\"',
    "a\nb --> c",
    "<script>alert(1)</script>",
    "#quot;&amp;&#x1b;",
    "\x1b[2J\x9b31m\x07",
    "]]>--><!--",
    "`|{}();end\nsubgraph x",
    "\u202eabc\u2028",
    "%%{init: {}}%%",
    "click n0 href",
    "é日本😀",
)


def hostile():
    rules = [rule(f"{number} path=/a name=x -> g{number}") for number in range(1, len(HOSTILE) + 1)]
    return listener(
        *(
            replace(one, id=f"{name}#{one.priority}", name=name, location=Location(name, 1, 0, name))
            for one, name in zip(rules, HOSTILE, strict=True)
        ),
        id=HOSTILE[0],
        name=HOSTILE[4],
    )


def drawn(name, *listeners, everything=True):
    return "".join(graphs.ALL[name]([ListenerFacts(one) for one in listeners], everything))


@pytest.fixture(scope="module")
def seed():
    return inside("graph", SEED / "python.json", SEED / "rust.json", "--format", "json").json


# -- json --------------------------------------------------------------------------------------------------------------------


def test_of_very_many_pairs_the_first_are_written_and_the_others_counted(monkeypatch):
    rules = [rule(f"{number} path=/* header:X=v{number} -> g{number}") for number in range(1, 6)]
    (whole,) = json.loads(drawn("json", listener(*rules)))["listeners"]
    assert "edges_left" not in whole
    monkeypatch.setattr("alb_lint.reports.graphs.json_v1.MOST", 4)
    (cut,) = json.loads(drawn("json", listener(*rules)))["listeners"]
    assert (cut["edges"], cut["edges_left"]) == (whole["edges"][:4], len(whole["edges"]) - 4)


def test_of_several_listeners_there_are_no_more_pairs_than_of_one(monkeypatch):
    rules = [rule(f"{number} path=/* header:X=v{number} -> g{number}") for number in range(1, 6)]
    monkeypatch.setattr("alb_lint.reports.graphs.json_v1.MOST", 13)
    found = json.loads(drawn("json", listener(*rules), listener(*rules), listener(*rules)))["listeners"]
    assert [(len(one["edges"]), one.get("edges_left", 0)) for one in found] == [(10, 0), (3, 7), (0, 10)]


def test_pairs_for_which_no_request_was_looked_for_are_counted(monkeypatch):
    rules = [rule(f"{number} path=/* header:X=v{number} -> g{number}") for number in range(1, 9)]
    (whole,) = json.loads(drawn("json", listener(*rules)))["listeners"]
    assert "witnesses_left" not in whole
    monkeypatch.setattr("alb_lint.reports.graphs.json_v1.WORK", 100)
    (cut,) = json.loads(drawn("json", listener(*rules)))["listeners"]
    bare = cut["witnesses_left"]
    assert 0 < bare < len(whole["edges"])
    assert cut["edges"][:-bare] == whole["edges"][:-bare]
    assert cut["edges"][-bare:] == [edge | {"witness": None} for edge in whole["edges"][-bare:]]


@pytest.mark.parametrize("words", [("--all",), ("--all", "-f", "svg"), ("--all", "-f", "dot"), ("-f", "graphml")])
def test_too_many_pairs_to_draw(words, tmp_path, monkeypatch):
    monkeypatch.setattr("alb_lint.analysis.graph.DRAWN", 1)
    (tmp_path / "rules.json").write_text(bombs.export(bombs.rule(n, bombs.paths("/a*")) for n in range(1, 4))["rules.json"])
    ran = inside("graph", tmp_path / "rules.json", *words)
    assert ran.code == 3
    assert "3 pairs of rules share requests, and 1 are drawn at most" in ran.err
    assert "--format json" in ran.err
    assert not ran.out


@pytest.mark.parametrize("name", ["text", "svg", "dot", "mermaid"])
def test_too_many_pairs_that_must_keep_their_order(name, tmp_path, monkeypatch):
    monkeypatch.setattr("alb_lint.analysis.graph.DRAWN", 1)
    rules = (bombs.rule(n, bombs.paths(f"/*{n}*"), actions=bombs.redirect(n > 3)) for n in range(1, 7))
    (tmp_path / "rules.json").write_text(bombs.export(rules)["rules.json"])
    ran = inside("graph", tmp_path / "rules.json", "-f", name)
    assert (ran.code, ran.out) == (3, "")
    assert "more than 1 pairs of rules have to keep their order" in ran.err
    ran = inside("check", tmp_path / "rules.json", "-f", "html", "--fail-on", "never")
    assert "No picture: more than 1 pairs" in ran.out


def test_fields(seed):
    assert seed["schema"] == "alb-lint.graph.v1"
    assert len(seed["listeners"]) == 3
    for one in seed["listeners"]:
        ids = {node["id"] for node in one["nodes"]}
        assert len(ids) == len(one["nodes"])
        for node in one["nodes"]:
            assert isinstance(node["priority"], int)
            assert node["reach"] in {"reachable", "shadowed", "empty", "undecided"}
            assert set(node["blockers"]) < ids
            assert isinstance(node["redundant"], bool)
            assert set(node["witness"]) == {"method", "host", "path", "query", "headers", "source_ip"}
        for edge in one["edges"]:
            assert {edge["before"], edge["after"]} <= ids
            assert edge["relation"] in {"equal", "wider", "narrower", "overlap"}
            assert isinstance(edge["order_sensitive"], bool)
            assert isinstance(edge["needs_repeat"], bool)
            assert set(edge["witness"]) == {"method", "host", "path", "query", "headers", "source_ip"}


def test_shadowed_node_of_the_seed(seed):
    nodes = {node["id"]: node for one in seed["listeners"] for node in one["nodes"]}
    (shadowed,) = [node for node in nodes.values() if node["reach"] == "shadowed" and node["priority"] == 1006]
    assert [nodes[blocker]["priority"] for blocker in shadowed["blockers"]] == [1001]


def test_unknown_priority_is_null():
    told = json.loads(drawn("json", listener("${x} path=/a -> x", "10 path=/b -> y")))
    assert [node["priority"] for node in told["listeners"][0]["nodes"]] == [10, None]


@pytest.mark.parametrize("number", range(12))
def test_edges_are_what_brute_force_finds(number):
    made = worlds.listener(Random(number), ("path", "method"), 5)
    told = json.loads(drawn("json", made))["listeners"][0]
    world = worlds.World(list(made.rules), True)
    shared = {
        frozenset((world.rules[one].id, world.rules[other].id))
        for cover in world.every
        for one, other in combinations([place for place in range(len(world.rules)) if cover >> place & 1], 2)
    }
    assert {frozenset((edge["before"], edge["after"])) for edge in told["edges"]} == shared
    rules = {one.id: one for one in made.rules}
    alone = {(a, b): any(c >> i & 1 and not c >> j & 1 for c in world.every) for i, a in enumerate(rules) for j, b in enumerate(rules)}
    words = {(False, False): "equal", (True, False): "wider", (False, True): "narrower", (True, True): "overlap"}
    for edge in told["edges"]:
        before, after = edge["before"], edge["after"]
        assert rules[before].priority <= rules[after].priority
        assert edge["relation"] == words[alone[before, after], alone[after, before]]
        assert edge["order_sensitive"] == (rules[before].actions != rules[after].actions)
        request = request_of(edge["witness"])
        assert matches_rule(rules[before], request) and matches_rule(rules[after], request)
    for node in told["nodes"]:
        if node["witness"] is None:
            assert node["reach"] in ("empty", "undecided")
            continue
        answered = evaluate(made, request_of(node["witness"]))
        assert answered is not None
        assert matches_rule(rules[node["id"]], request_of(node["witness"]))
        # of rules that claim one number any may be the one that exists
        assert (answered.priority == node["priority"]) is (node["reach"] == "reachable")


def request_of(told):
    pairs = {key: tuple(map(tuple, told[key])) for key in ("query", "headers")}
    return Request(**(told | pairs))


def test_default_rule_is_no_node():
    assert [node["id"] for node in json.loads(drawn("json", listener("10 path=/a -> x")))["listeners"][0]["nodes"]] == ["r10"]


# -- every format ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMATS)
def test_same_input_same_bytes(name):
    rules = ("10 path=/a -> x", "20 path=/a* -> y", "30 path=* -> x")
    assert drawn(name, listener(*rules)) == drawn(name, listener(*rules[::-1]))


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_in_a_name_steers_a_terminal(name):
    text = drawn(name, hostile())
    assert all(character.isprintable() or character == "\n" for character in text)


@pytest.mark.parametrize("name", FORMATS)
def test_command(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    Path("rules.json").write_text(export(raw(10, "/a"), raw(20, "/a*", "b"), raw(True, "/x", number=7)), "utf-8")
    ran = inside("graph", "rules.json", "-f", name)
    assert ran.code == 0
    assert ran.err.startswith("gap: rules.json")
    assert inside("graph", "rules.json", "-f", name, "-o", "graph").out == ""
    assert Path("graph").read_text("utf-8") == ran.out
    assert inside("graph", "rules.json", "-f", name, "--listener", listener_arn()).out == ran.out


@pytest.mark.parametrize(
    ("args", "code"),
    [(["rules.json", "--format", "png"], 2), ([], 2), (["nope.json"], 3), (["rules.json", "--listener", "x"], 3)],
    ids=["format", "nothing", "missing", "listener"],
)
def test_refused(tmp_path, monkeypatch, args, code):
    monkeypatch.chdir(tmp_path)
    Path("rules.json").write_text(export(raw(10, "/a")), "utf-8")
    assert inside("graph", *args).code == code


# -- the order that must hold --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(12))
def test_what_is_left_out_follows_from_the_rest(number):
    """The drawn pairs lead to every pair whose order matters, and none of them follows from the others."""
    facts = ListenerFacts(worlds.listener(Random(number), ("path", "method"), 8))
    kept = needed_order(facts)
    numbers = [one.priority for one in facts.rules]
    wanted = {(a, b) for a, b in facts.pairs() if not facts.acts_alike(a, b) and numbers[a] < numbers[b]}
    whole = nx.DiGraph(sorted(wanted))
    assert set(nx.transitive_reduction(whole).edges) == set(kept)


def test_text_says_who_must_stay_before_whom():
    rules = listener("10 path=/a -> x", "20 path=/a* -> y", "30 path=/* -> x", "40 path=/q -> x", "40 path=/a -> z", name="web")
    assert drawn("text", rules, everything=False) == (
        "web  5 rules\n  10  /a   before 20\n  20  /a*  before 30\n  30  /*   before 40\n  1 rule may stand anywhere: 40\n"
    )
    assert "  10  /a   acts as 30\n" in drawn("text", rules)


@pytest.mark.parametrize(
    ("rules", "free", "open_"),
    [
        (("10 path=/a -> x", "20 path=/b -> y"), (0, 1), ()),
        (("10 path=/a -> x", "20 path=/a -> x"), (0, 1), ()),
        (("10 path=/a -> x", "20 path=/a -> y"), (), ()),
        (("10 path=/a -> x", "10 path=/a -> y"), (), (0, 1)),
        (("10 path=/a -> x", "${n} path=/a -> y", "20 path=/b -> z"), (1,), (0, 2)),
        (("10 path=${p} -> x", "20 path=/a -> y", "30 path=/a -> y"), (), (0, 1, 2)),
        (("10 path=/a if=v -> x", "20 path=/a unless=v -> y"), (0, 1), ()),
    ],
)
def test_rules_that_no_order_binds(rules, free, open_):
    assert places(ListenerFacts(listener(*rules))) == Places(free, open_)


def test_no_rule_of_a_listener_read_in_part_is_free():
    told = replace(listener("10 path=/a -> x"), unread=Unread("a page is missing"))
    assert places(ListenerFacts(told)) == Places((), (0,))


def test_text_is_the_default(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("rules.json").write_text(export(raw(10, "/a"), raw(20, "/a*", "b")), "utf-8")
    assert inside("graph", "rules.json").out.endswith("  10  /a  before 20\n")


# -- svg -----------------------------------------------------------------------------------------------------------------------


def test_svg_is_a_picture_and_nothing_more():
    root = ET.fromstring(drawn("svg", hostile(), listener("10 path=/a -> x", "20 path=/a* -> y")))
    names = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert names == {"svg", "style", "rect", "marker", "path", "text", "g", "title"}
    assert not [key for element in root.iter() for key in element.attrib if key.startswith("on") or "href" in key]


def test_svg_draws_the_pairs_that_matter():
    made = listener("10 path=/a -> x", "20 path=/a* -> y", "30 path=/b -> x", "40 path=* -> y")
    told = drawn("svg", made, everything=False)
    assert re.findall(r"<title>(.*?)</title>", told) == ["10 before 20", "10 before 40", "30 before 40"]
    assert "more rule" not in told
    assert "<title>20 acts as 40</title>" in drawn("svg", made)


# -- dot ---------------------------------------------------------------------------------------------------------------------


def test_graphviz_reads_it():
    judge("dot")
    rules = ("10 path=/a -> x", "20 path=/a* -> y", "30 path=* -> x")
    for drawing in (drawn("dot", hostile(), listener(*rules)), drawn("dot")):
        done = subprocess.run(["dot", "-Tdot_json"], input=drawing.encode(), capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stderr == b""
    told = json.loads(subprocess.run(["dot", "-Tdot_json"], input=drawn("dot", hostile()).encode(), capture_output=True, check=True).stdout)
    labels = [one["label"] for one in told["objects"] if one["name"].startswith("n0_")]
    assert len(labels) == len(HOSTILE)
    assert any(HOSTILE[0] in label for label in labels)


def test_dot_quotes_all_it_is_given():
    text = drawn("dot", hostile())
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', "", text)
    assert not re.search(r"script|drop|subgraph x|\\", bare)


def test_dot_edges():
    text = drawn("dot", listener("10 path=/a -> x", "20 path=/a* -> y", "30 path=* -> y"))
    assert '    n0_0 -> n0_1 [label="narrower", style=solid];' in text
    assert '    n0_1 -> n0_2 [label="narrower", style=dotted];' in text


# -- mermaid -----------------------------------------------------------------------------------------------------------------


def test_mermaid_escapes_all_it_is_given():
    text = drawn("mermaid", hostile())
    for line in text.splitlines():
        label = re.fullmatch(r'    n\d+_\d+\["(.*)"\]:::\w+', line)
        if label:
            plain = label[1].replace("<br/>", "")
            assert re.fullmatch(r"(#\d+;|[^\"<>\[\](){}|`&%#;])*", plain), plain
        else:
            assert re.match(
                r'flowchart LR|  classDef|  subgraph l\d+\["[^"<>\[\]]*"\]$|  end$|    n\d+_\d+ (-->|-\.->)\|\w+\| n\d+_\d+$', line
            ), line


def test_mermaid_stays_within_what_github_draws(monkeypatch):
    monkeypatch.setattr(mermaid, "MAX_EDGES", 10)
    text = drawn("mermaid", listener(*(f"{number} path=/a -> x" for number in range(1, 9))))
    assert text.count("|equal|") == 10
    assert text.endswith('  cut["0 more rules and 18 more pairs than GitHub draws: see --format svg or json"]\n')


def test_mermaid_draws_it(tmp_path):
    judge("chromium")
    judge("playwright")
    judge("mermaid")
    many = listener(*(f"{number} path=/{'x' * 100}/{number}*,/{number}* -> g{number}" for number in range(1, 300)), "400 path=* -> y")
    plain = listener("10 path=/a -> x", "20 path=/a* -> y", "30 path=/q -> x")
    files = {"hostile": (hostile(),), "many": (many,), "plain": (plain,), "nothing": ()}
    for name, listeners in files.items():
        (tmp_path / name).write_text(drawn("mermaid", *listeners, everything=name != "plain"), "utf-8")
    command = [judge("node"), ROOT / "tests" / "judges" / "mermaid.mjs", *(tmp_path / name for name in files)]
    told = dict(zip(files, json.loads(subprocess.run(command, capture_output=True, check=True).stdout), strict=True))
    assert [one["error"] for one in told.values()] == ["", "", "", ""]
    assert (told["plain"]["nodes"], told["plain"]["edges"]) == (2, 1)
    assert told["hostile"]["nodes"] == len(HOSTILE)
    assert told["hostile"]["scripts"] == 0
    assert "<script>alert(1)</script>" in told["hostile"]["text"]
    assert re.search(r"\d+ more rules and \d+ more pairs than GitHub draws", told["many"]["text"])


# -- graphml -----------------------------------------------------------------------------------------------------------------


def test_graphml_is_read_back():
    graph = nx.read_graphml(BytesIO(drawn("graphml", listener("10 path=/a -> x", "20 path=/a* -> y", "${n} path=/a -> z")).encode()))
    assert set(graph.nodes) == {"r10", "r20", "r${n}"}
    assert graph.nodes["r10"]["priority"] == "10"
    assert graph.nodes["r${n}"]["priority"] == "unknown"
    assert graph.edges["r10", "r20"]["relation"] == "narrower"
    assert graph.edges["r10", "r20"]["order_sensitive"] is True


def test_graphml_of_hostile_names_is_xml():
    graph = nx.read_graphml(BytesIO(drawn("graphml", hostile()).encode()))
    assert len(graph.nodes) == len(HOSTILE)


def test_graphml_keeps_rules_of_one_id_apart_by_listener():
    graph = nx.read_graphml(
        BytesIO(drawn("graphml", listener("10 path=/a -> x", id="L"), listener("10 path=/a -> x", "20 path=/a -> y", id="M")).encode())
    )
    assert len(graph.nodes) == 3
    assert sorted(data["listener"] for _, data in graph.nodes(data=True)) == ["L", "M", "M"]


def test_graphml_holds_no_control_character(tmp_path):
    """XML 1.0 has no way to write NUL."""
    rules = [{**raw(number, f"/{number}\u009b\u202e\0"), "RuleArn": f"{listener_arn()}\0/{number}"} for number in (1, 2)]
    (tmp_path / "rules.json").write_text(json.dumps({"Rules": rules}))
    ran = process("graph", "rules.json", "-f", "graphml", cwd=tmp_path)
    assert ran.code == 0
    assert not set("\0\u009b\u202e") & set(ran.out)
