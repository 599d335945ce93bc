"""The quick answers about pairs against the search for all the words that decide, on listeners of every mix of the benchmarks."""

import json
import sys
from pathlib import Path
from random import Random

import pytest

from alb_lint.analysis.crossings import crossings, hubs
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.reach import escape
from alb_lint.config import Config
from alb_lint.inputs import read
from alb_lint.model import Listener
from alb_lint.space.covers import bits_of

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))
import generate
from mixes import MIXES, header, host, path, path_regex, query

CHEAP = [name for name in MIXES if name not in ("nasty regexes", "many globs and a regex")]
"""The others are looked at where they are undecided."""


def soup(random: Random) -> list[dict]:
    def text(most: int, letters: str = "ab/?**") -> str:
        return "".join(random.choice(letters) for _ in range(random.randint(1, most)))

    found = [path(*dict.fromkeys("/" + text(6) if random.random() < 0.8 else "*" + text(5) for _ in range(random.randint(1, 3))))]
    if random.random() < 0.3:
        found.append(host(*dict.fromkeys(text(4, "ab.?*") for _ in range(random.randint(1, 2)))))
    if random.random() < 0.4:
        found.append(header(random.choice(("X-A", "X-B")), *dict.fromkeys(text(3) for _ in range(random.randint(1, 2)))))
    if random.random() < 0.2:
        found.append(query(random.choice(("k", "m", "k*")), text(3)))
    return found


def listener(random: Random, folder: Path) -> Listener:
    """Rules of three mixes, or of nothing but accidents, few enough to meet often; now and then two of one number."""
    told = generate.listener(random.randint(3, 14), random.randrange(1_000), mix="hosts")
    chosen, wild = random.sample(CHEAP, 3), random.random() < 0.5
    actions = [rule["Actions"] for rule in told["Rules"]][:4]
    for place, rule in enumerate(told["Rules"][:-1]):
        rule["Conditions"] = soup(random) if wild else MIXES[random.choice(chosen)](random, random.randint(0, 6))
        rule["Actions"] = random.choice(actions)
        if place and random.random() < 0.03:
            rule["Priority"] = told["Rules"][place - 1]["Priority"]
    (folder / "rules.json").write_text(json.dumps(told))
    return read([str(folder / "rules.json")], Config()).listeners[0]


REGEXES = ("/c", "/a+b/", "^/(a|b)*c$", "a[ab]c", "[^a]b$", "^/.*/d/", "b{2}|c", "/v[0-9]+/thing", "^/a")


@pytest.mark.parametrize("seed", range(40))
def test_globs_beside_regexes(seed: int, tmp_path: Path) -> None:
    """What a glance shows beside regexes is there under each reading of them."""
    random = Random(f"regexes {seed}")
    told = generate.listener(random.randint(4, 12), seed, mix="hosts")
    actions = [rule["Actions"] for rule in told["Rules"]][:4]
    for rule in told["Rules"][:-1]:
        wanted = [path_regex(*random.sample(REGEXES, random.choice((1, 1, 2))))] if random.random() < 0.25 else soup(random)
        rule["Conditions"], rule["Actions"] = wanted, random.choice(actions)
    (tmp_path / "rules.json").write_text(json.dumps(told))
    facts = ListenerFacts(read([str(tmp_path / "rules.json")], Config()).listeners[0])
    for first, second in facts.pairs():
        before = facts.earlier[first]
        shown = facts.glanced(first, 1 << second, before & facts.may_meet[first] & facts.may_meet[second])
        there = facts.exists((first, second), before)
        if there is False:
            for compiled in facts._all:
                assert escape(compiled, compiled.shared_sides(first, second), before & ~(1 << first | 1 << second)) is None, (first, second)
        if shown or there is True:
            for compiled in facts._all:
                assert escape(compiled, compiled.shared_sides(first, second), before & ~(1 << first | 1 << second)) is not None, (
                    first,
                    second,
                )


def searched(facts: ListenerFacts, first: int, second: int, avoid: int) -> bool:
    sides = facts.compiled.shared_sides(first, second)
    return escape(facts.compiled, sides, avoid & ~(1 << first | 1 << second)) is not None


def hold(facts: ListenerFacts) -> None:
    plain: set[tuple[int, int]] = set()
    repeated: set[tuple[int, int]] = set()
    for first, second in facts.pairs():
        before = facts.earlier[first]
        is_open = searched(facts, first, second, before)
        assert facts.exists((first, second), before) is is_open
        assert (facts.shared_request(first, second, before) is not None) == is_open
        assert not facts.glanced(first, 1 << second, before & facts.meets[first] & facts.meets[second]) or is_open
        inside = facts.inside[first] >> second & 1 or facts.inside[second] >> first & 1
        if is_open and not inside and facts.earlier[second] >> first & 1 and facts.surely_differs(first, second):
            (repeated if facts.needs_repeat(first, second) else plain).add((first, second))
    found = crossings(facts)
    assert not found.left
    for wanted, table in ((plain, found.plain), (repeated, found.repeated)):
        assert {(one, other) for one, partners in table.items() for other in bits_of(partners) if one < other} == wanted
        listed = [(min(hub, partner), max(hub, partner)) for hub, partners in hubs(table) for partner in partners]
        assert sorted(listed) == sorted(wanted)


@pytest.mark.parametrize("seed", range(20))
def test_pairs(seed: int, tmp_path: Path) -> None:
    hold(ListenerFacts(listener(Random(f"pairs {seed}"), tmp_path)))


@pytest.mark.long
@pytest.mark.parametrize("part", range(20))
def test_pairs_long(part: int, tmp_path: Path) -> None:
    random = Random(f"long {part}")
    for _ in range(100):
        hold(ListenerFacts(listener(random, tmp_path)))


@pytest.mark.parametrize("mix", [*CHEAP, "services"])
def test_mixes(mix: str, tmp_path: Path) -> None:
    (tmp_path / "rules.json").write_text(generate.text(20, mix=mix))
    hold(ListenerFacts(read([str(tmp_path / "rules.json")], Config()).listeners[0]))
