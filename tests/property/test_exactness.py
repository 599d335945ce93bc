"""The engine against brute force over exhaustive small worlds: overlap, relation, reach, blockers, redundancy, repeats, witnesses."""

from itertools import combinations
from random import Random

import pytest

from alb_lint.analysis.actions import action_key
from alb_lint.analysis.crossings import crossings
from alb_lint.analysis.evaluate import evaluate, matches_rule
from alb_lint.analysis.facts import ListenerFacts, Undecided
from alb_lint.model import Listener, OpaqueCondition, PathPattern, Request
from alb_lint.record import replace
from alb_lint.space.covers import bits_of
from alb_lint.space.regex import Reading
from worlds import PATHS, World, listener

KINDS = {
    "path": ("path",),
    "regex": ("regex",),
    "host-regex": ("host", "regex"),
    "regex-header": ("regex", "header"),
    "regex-method-source": ("regex", "method", "source"),
    "host": ("host",),
    "source": ("source",),
    "header": ("header",),
    "query": ("query",),
    "method-path": ("method", "path"),
    "host-path": ("host", "path"),
    "path-header": ("path", "header"),
    "path-source": ("path", "source"),
    "method-query": ("method", "query"),
    "header-query": ("header", "query"),
    "all": ("method", "host", "path", "source", "header", "query"),
}


def hold_to_brute_force(told: Listener) -> None:
    facts = ListenerFacts(told)
    rules = facts.rules
    only4 = told.load_balancer is not None and told.load_balancer.ip_address_type == "ipv4"
    world = World(rules, only4)
    covers = list(world.every)
    regions = [{cover for cover in covers if cover >> index & 1} for index in range(len(rules))]
    for index in range(len(rules)):
        reach(facts, told, world, regions, index)
    for first, second in combinations(range(len(rules)), 2):
        pair(facts, world, regions, first, second)


def reach(facts: ListenerFacts, told: Listener, world: World, regions: list[set[int]], index: int) -> None:
    here = facts.reach(index)
    mine = regions[index]
    earlier = facts.earlier[index]
    open_ = {cover for cover in mine if not cover & earlier}
    expected = "empty" if not mine else "reachable" if open_ else "shadowed"
    assert here.state == expected, (index, here)
    acts = facts.actions
    if here.state == "shadowed":
        blockers = sum(1 << blocker for blocker in here.blockers)
        assert blockers & ~earlier == 0
        assert all(cover & blockers for cover in mine), "the blockers leave something"
        # an over-large set is no small set: with any one of an undiffering set gone, something is left
        needed = [b for b in here.blockers if any(not cover & (blockers & ~(1 << b)) for cover in mine)]
        assert len(here.blockers) - len(needed) <= 1
        assert here.differs == any(acts[b] != acts[index] for b in here.blockers)
        assert (here.differs is False) == (not left_to_others(world, facts, index)), index
        witness = facts.hidden_request(index)
        assert witness is not None
        assert matches_rule(facts.rules[index], witness)
        assert evaluate(told, witness) is not facts.rules[index]
    if here.state == "reachable":
        witness = facts.own_request(index)
        assert witness is not None
        assert matches_rule(facts.rules[index], witness)
        assert not any(matches_rule(facts.rules[other], witness) for other in range(index) if earlier >> other & 1)
    assert facts.redundant(index) == (not changes(facts, world, index)), index


def left_to_others(world: World, facts: ListenerFacts, index: int) -> bool:
    """Whether some request of the rule is matched by no earlier rule that acts like it and answers anything."""
    alike = [other for other in bits_of(facts.earlier[index]) if facts.acts_alike(other, index)]
    live = [other for other in alike if any(cover >> other & 1 and not cover & facts.earlier[other] for cover in world.every)]
    return any(cover >> index & 1 and not any(cover >> other & 1 for other in live) for cover in world.every)


def changes(facts: ListenerFacts, world: World, index: int) -> bool:
    """Whether removing the rule changes some answer; rules of the same number count as absent."""
    same = [other for other in range(facts.count) if facts.rules[other].priority == facts.rules[index].priority and other != index]
    absent = sum(1 << other for other in same)
    for cover in world.every:
        if not cover >> index & 1 or cover & facts.earlier[index]:
            continue
        rest = [other for other in range(facts.count) if (cover & ~absent & ~(1 << index)) >> other & 1]
        # of rules that claim one number any may be the one that exists
        first = [other for other in rest if facts.rules[other].priority == facts.rules[rest[0]].priority]
        after = [facts.actions[other] for other in first] if first else [facts.default_action]
        if any(action != facts.actions[index] for action in after):
            return True
    return False


def pair(facts: ListenerFacts, world: World, regions: list[set[int]], first: int, second: int) -> None:
    a, b = regions[first], regions[second]
    shared = a & b
    assert bool(facts.meets[first] >> second & 1) == bool(shared), (first, second)
    assert facts.meets[first] >> second & 1 == facts.meets[second] >> first & 1
    if a and b:
        expected = "equal" if a == b else "wider" if b < a else "narrower" if a < b else "overlap" if shared else "disjoint"
        assert facts.relation(first, second) == expected, (first, second)
    if shared:
        witness = facts.shared_request(first, second)
        assert witness is not None
        both = (1 << first) | (1 << second)
        once = any(cover & both == both for cover in world.single)
        assert facts.needs_repeat(first, second) == (not once), (first, second)
    effective = any(not cover & facts.earlier[first] for cover in shared)
    found = facts.shared_request(first, second, facts.earlier[first])
    assert (found is not None) == effective, (first, second)
    for one, other in ((first, second), (second, first)):
        found = facts.only_request(one, 1 << other)
        assert (found is not None) == bool(regions[one] - regions[other])


@pytest.mark.parametrize("kinds", KINDS.values(), ids=KINDS)
def test_small_worlds(kinds: tuple[str, ...]) -> None:
    random = Random(f"small {kinds}")
    for _ in range(25):
        hold_to_brute_force(listener(random, kinds))


@pytest.mark.long
@pytest.mark.parametrize("kinds", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("seed", range(10))
def test_small_worlds_long(kinds: tuple[str, ...], seed: int) -> None:
    random = Random(f"long {seed} {kinds}")
    for _ in range(150):
        hold_to_brute_force(listener(random, kinds, 8))


def hold_beside_one_unread(random: Random, told: Listener) -> None:
    """Of a rule whose conditions could not be read nothing is certain: it may take every request, and may take none."""
    place = random.randrange(len(told.rules))
    rules = [replace(rule, conditions=(OpaqueCondition("", "not read"),)) if at == place else rule for at, rule in enumerate(told.rules)]
    known = {rule.id: rule for rule in told.rules}
    facts = ListenerFacts(replace(told, rules=tuple(rules)))
    only4 = told.load_balancer is not None and told.load_balancer.ip_address_type == "ipv4"
    world = World([known[rule.id] for rule in facts.rules], only4)
    unread = sum([1 << at for at, rule in enumerate(facts.rules) if rule.id == told.rules[place].id])
    for first, second in combinations([at for at in range(facts.count) if not unread >> at & 1], 2):
        both = 1 << first | 1 << second
        avoid = facts.earlier[first]
        left = [cover for cover in world.every if cover & both == both and not cover & avoid & ~unread]
        found = facts.exists((first, second), avoid)
        crossed = any(table.get(first, 0) >> second & 1 for table in (crossings(facts).plain, crossings(facts).repeated))
        if crossed:
            assert left, (first, second)
            assert not avoid & unread, (first, second)
        if not left:
            assert found is False, (first, second)
        elif not avoid & unread:
            assert found is True, (first, second)
        else:
            assert isinstance(found, Undecided), (first, second)


@pytest.mark.parametrize("kinds", KINDS.values(), ids=KINDS)
def test_beside_a_rule_that_was_not_read(kinds: tuple[str, ...]) -> None:
    random = Random(f"unread {kinds}")
    for _ in range(12):
        hold_beside_one_unread(random, listener(random, kinds))


UNANCHORED = ("/a", "a$", "^/a", "^/[aB]+", "B", "^/.*a", "[aB]{2}", "/a?B", "^/(a|B.)$")


def hold_for_each_reading(random: Random) -> None:
    """What two rules share and others leave, where AWS may search a path for a regex or match the whole of it."""
    told = listener(random, ("path",))
    rules = []
    for rule in told.rules:
        regexes = tuple(random.choice(UNANCHORED) for _ in range(random.randint(1, 2))) if random.random() < 0.4 else ()
        (paths,) = (item for item in rule.conditions if isinstance(item, PathPattern))
        values = () if regexes and random.random() < 0.5 else paths.values
        rules.append(replace(rule, conditions=(PathPattern(values, regexes),)))
    facts = ListenerFacts(replace(told, rules=tuple(rules)))
    requests = [Request(path=path) for path in PATHS]
    worlds = [
        {sum([1 << at for at, rule in enumerate(facts.rules) if matches_rule(rule, request, reading)]) for request in requests}
        for reading in (Reading(True), Reading(False))
    ]
    crossed = crossings(facts).plain
    for first, second in combinations(range(facts.count), 2):
        both, avoid = 1 << first | 1 << second, facts.earlier[first]
        truths = {any(cover & both == both and not cover & avoid for cover in world) for world in worlds}
        found = facts.exists((first, second), avoid)
        if len(truths) == 2:
            assert isinstance(found, Undecided), (first, second)
        else:
            assert {found} == truths, (first, second)
        assert truths == {True} or not crossed.get(first, 0) >> second & 1, (first, second)


@pytest.mark.parametrize("seed", range(8))
def test_regexes_that_may_be_read_in_two_ways(seed: int) -> None:
    random = Random(f"readings {seed}")
    for _ in range(25):
        hold_for_each_reading(random)


def test_actions_of_worlds_differ() -> None:
    told = listener(Random(1), ("path",))
    assert len({action_key(rule) for rule in told.rules}) > 1
    assert evaluate(told, Request()) is not None
