"""The `[[before]]` lines that answer findings on crossing rules: pasted, they answer these and nothing else, and they are few."""

from itertools import combinations
from random import Random

import pytest

from alb_lint import pipeline
from alb_lint.config import rule_fits
from alb_lint.findings.grouping import grouped
from alb_lint.model import Estate, Listener
from alb_lint.orders import fewest_entries
from alb_lint.record import replace
from alb_lint.reports.suggestions import suggestions
from shorthand import TODAY, config, listener

LAYERS = [f"{n} name=path-{n} path=/p{n}* -> p{n}" for n in range(1, 6)] + [
    f"{n} name=header-{n} header:X={n} -> h{n}" for n in range(11, 15)
]


def lint(told: Listener, toml: str = ""):
    settings = config(toml)
    return replace(pipeline.lint(Estate((told,)), settings, TODAY), estate=Estate((told,)), config=settings)


def facts_of(summary) -> tuple[set, set]:
    """(crossing pairs by id, all else that is found)."""
    pairs, others = set(), set()
    for finding in summary.findings:
        if finding.info.code == "ALB104":
            pairs |= {frozenset((finding.rule.id, related.rule.id)) for related in finding.related}
        else:
            others.add((finding.info.code, finding.message, finding.rule.id if finding.rule else ""))
    return pairs, others


def told_by(group) -> set:
    meant = set(map(id, group.related))
    return {frozenset((part.rule.id, one.rule.id)) for part in group.parts for one in part.related if id(one) in meant}


def test_a_group_prints_the_lines_that_answer_it():
    told = listener(*LAYERS)
    (group,) = [item for item in grouped(lint(told)).findings if item.info.code == "ALB104"]
    assert group.lines == (("", '[[before]]\nfirst = "path-*"\nthen = "header-*"\nlistener = "L"\nreason = "say why this is meant"\n'),)
    assert "these lines of config say so" in group.help
    assert facts_of(lint(told, group.lines[0][1])) == (set(), facts_of(lint(told))[1])


@pytest.mark.parametrize(
    "more",
    [
        pytest.param("6 name=path-last path=/p1x -> z", id="a stranger has the name"),
        pytest.param("20 name=path-99 path=/p99* -> z", id="one of the kind comes last"),
    ],
)
def test_no_lines_that_would_say_more(more):
    groups = [item for item in grouped(lint(listener(*LAYERS, more))).findings if item.info.code == "ALB104"]
    assert [group.lines for group in groups if group.parts] == [()]


def random_listener(random: Random) -> Listener:
    families = [
        ("path", "path=/{n}*"),
        ("suffix", "path=/*{n}"),
        ("head", "header:X={n}"),
        ("host", "host={n}.example.com"),
        ("deny", "path=/d{n}*"),
    ]
    rules = []
    number = 0
    for name, condition in random.sample(families, random.randint(2, 4)):
        for n in range(random.randint(1, 4)):
            number += 1
            odd = random.random() < 0.1
            called = random.choice(("other", "path", "x")) if odd else name
            action = "403" if name == "deny" else f"t{random.randint(1, 9)}"
            rules.append(f"{number if not odd else 100 + number} name={called}-{n}-{number} {condition.format(n=n)} -> {action}")
    return listener(*rules)


@pytest.mark.parametrize("seed", range(150))
def test_what_a_group_prints_answers_it_and_nothing_else(seed):
    told = random_listener(Random(f"lines {seed}"))
    before = lint(told)
    pairs, others = facts_of(before)
    for group in grouped(before).findings:
        for _, lines in group.lines if group.parts else ():
            left, rest = facts_of(lint(told, lines))
            assert left == pairs - told_by(group)
            assert rest == others


def test_most_groups_print_lines():
    groups = [item for seed in range(150) for item in grouped(lint(random_listener(Random(f"lines {seed}")))).findings if item.parts]
    crossing = [item for item in groups if item.info.code == "ALB104"]
    assert len(crossing) > 100
    assert sum(bool(item.lines) for item in crossing) > len(crossing) // 3


@pytest.mark.parametrize("seed", range(60))
def test_what_is_suggested_answers_each_crossing_and_nothing_else(seed):
    told = random_listener(Random(f"lines {seed}"))
    before = lint(told)
    text = "\n".join(table for table in suggestions(before).split("\n\n") if "[[before]]" in table or "[[listener]]" in table)
    assert facts_of(lint(told, text)) == (set(), facts_of(before)[1])


def test_one_suggestion_for_a_meeting():
    assert suggestions(lint(listener(*LAYERS))).count("[[before]]") == 1


def fewest(pairs: set[tuple[int, int]], told: Listener) -> int:
    """The fewest entries whose globs are a name, or what names have in common at both ends, by trying all."""
    names = [rule.name for rule in told.rules]
    globs = set(names) | {
        f"{name[:low]}*{name[high:]}" for name in names for low in range(len(name) + 1) for high in range(low, len(name) + 1)
    }
    means = {frozenset(place for place, rule in enumerate(told.rules) if rule_fits(text, rule)) for text in globs}
    firsts = [side for side in means if side <= {first for first, _ in pairs}]
    thens = [side for side in means if side <= {then for _, then in pairs}]
    blocks = {frozenset((first, then) for first in one for then in other) for one in firsts for other in thens}
    useful = [block & pairs for block in blocks if block and all(first < then for first, then in block)]
    for many in range(1, len(pairs) + 1):
        if any(set().union(*chosen) == pairs for chosen in combinations(useful, many)):
            return many
    raise AssertionError("each pair is one entry")


@pytest.mark.parametrize("seed", range(40))
def test_no_fewer_lines_would_do(seed):
    random = Random(f"fewest {seed}")
    names = random.sample([f"{head}{middle}{tail}" for head in "ab" for middle in "cd" for tail in "ef"], 6)
    told = listener(*(f"{place + 1} name={name} path=/{place}* -> t" for place, name in enumerate(names)))
    pairs = {(one, other) for one in range(6) for other in range(one + 1, 6) if random.random() < 0.35}
    table: dict[int, int] = {}
    for first, then in pairs:
        table[first] = table.get(first, 0) | 1 << then
    found = fewest_entries(table, {}, told)
    assert len(found) <= fewest(pairs, told) if pairs else not found
