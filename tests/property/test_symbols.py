"""Claims over symbols against every valuation: what is said for all holds in each, and nearly all that holds in each is said.

Each valuation gives a concrete listener, which the engine decides exactly (test_exactness); values are all short texts, and patterns where a
symbol is a whole value.
"""

from dataclasses import replace
from itertools import product
from random import Random

import pytest

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.model import Condition, FixedResponse, HostHeader, HttpHeader, Listener, OpaqueCondition, PathPattern, Request, Rule, Unknown
from alb_lint.model.pieces import plain_where_pieces
from alb_lint.symbols import Symbol, SymbolicNumber, Unset

SYMBOLS = {name: Symbol(name, f"var.{name}") for name in "de"}
PLAIN = Symbol("z", "zone.name", plain=True)
ROOT = Symbol("p", "var.path")
TEXTS = ("", "a", "b", "ab", "aa", "a.b", ".b", "a.", "b.a", "xx")
PATTERNS = ("*", "a*", "*b", "?", "a.*", "??")
PATHS = ("/", "/a", "/b", "/*", "/a*", "/a/a", "/x")
VALUATIONS = 120
RUNS = 250


def unknown(*pieces: str | Symbol) -> Unknown:
    return Unknown("not known", pieces)


def host(random: Random) -> str | Unknown:
    kind = random.random()
    symbol = random.choice([*SYMBOLS.values(), PLAIN])
    if kind < 0.3:
        return random.choice(["a", "b", "a.b", "*", "*.b", "a*", "*a", "a?", "ab"])
    if kind < 0.5:
        return unknown(symbol)
    front = random.choice(["a.", "b.", "*.", "a", "*"])
    if kind < 0.9:
        return unknown(front, symbol)
    return unknown(front, symbol, random.choice([".b", "a", "*"]))


def path(random: Random) -> str | Unknown:
    if random.random() < 0.6:
        return random.choice(["/a", "/a*", "/*", "/a/*", "/b", "/?"])
    return random.choice(
        [unknown(ROOT), unknown(ROOT, "/a"), unknown(ROOT, "/*"), unknown("/a", SYMBOLS["d"]), unknown("/", SYMBOLS["d"], "*")]
    )


def rule(random: Random, number: int, kinds: str) -> Rule:
    conditions = []
    if "h" in kinds and random.random() < 0.8:
        conditions.append(HostHeader(tuple(host(random) for _ in range(random.choice((1, 1, 2))))))
    if "p" in kinds and random.random() < 0.7:
        conditions.append(PathPattern((path(random),)))
    if "x" in kinds and random.random() < 0.6:
        conditions.append(
            HttpHeader("X-A", (random.choice(["a", "a*", unknown(SYMBOLS["e"]), unknown(PLAIN), unknown("a", SYMBOLS["e"])]),))
        )
    if "o" in kinds and random.random() < 0.5:
        conditions.append(OpaqueCondition("", "", random.choice("KL")))
    if not conditions:
        conditions.append(PathPattern((random.choice(["/a", "/*"]),)))
    return Rule(f"r{number}", "", place(random, number), tuple(conditions), (FixedResponse(random.choice(("200", "404"))),))


def place(random: Random, number: int) -> int | Unknown:
    kind = random.random()
    if kind < 0.75:
        return number
    if kind < 0.9:
        return Unknown("number", number=SymbolicNumber(SYMBOLS["d"], plus=number * 2))
    return Unknown("unset", number=Unset(behind=True)) if kind < 0.95 else Unknown("nothing known")


def a_listener(random: Random, kinds: str) -> Listener:
    rules = tuple(rule(random, number, kinds) for number in range(1, random.randint(3, 5)))
    return Listener("L", "L", rules, Rule("default", "", 0, (), (FixedResponse("200"),), is_default=True))


def used(told: Listener) -> tuple[set[str], set[str], set[str]]:
    """(symbols in use, those that stand as a piece of a longer text, those that are a whole value)."""
    whole, piece, alone = set(), set(), set()
    for one in told.rules:
        for condition in one.conditions:
            for value in () if isinstance(condition, OpaqueCondition) else condition.values:
                for part in value.pieces if isinstance(value, Unknown) else ():
                    if isinstance(part, Symbol):
                        whole.add(part.key)
                        (piece if len(value.pieces) > 1 else alone).add(part.key)
    return whole, piece, alone


def valuations(random: Random, told: Listener):
    whole, piece, alone = used(told)
    names = sorted(whole)
    opaque = sorted({item.key for one in told.rules for item in one.conditions if isinstance(item, OpaqueCondition)})
    choices = [
        # an empty path is no value that AWS takes
        ([*([] if name in alone else [""]), *(text for text in PATHS if "*" not in text)] if name in piece else PATHS)
        if name == "p"
        else (*TEXTS, *(PATTERNS if name not in piece and name != "z" else ()))
        for name in names
    ]
    names += [f"opaque {key}" for key in opaque]
    choices += [("holds", "asks")] * len(opaque)
    every = list(product((-99, 0, 3, 100), *choices))
    for base, *chosen in every if len(every) <= VALUATIONS else random.sample(every, VALUATIONS):
        yield dict(zip(names, chosen, strict=True)), base


def concrete(told: Listener, values: dict[str, str], base: int) -> Listener:
    """The listener under a valuation. `base`: the number that a symbol of a priority has, and where a number of which nothing is known stands."""
    rules = []
    for one in told.rules:
        held = tuple(held for item in one.conditions for held in settled(item, values))
        rules.append(replace(one, conditions=held, priority=number(one.priority, base)))
    unset = [one for one in rules if isinstance(one.priority, Unknown)]
    top = max((one.priority for one in rules if isinstance(one.priority, int)), default=0)
    rules = [replace(one, priority=top + 1 + unset.index(one)) if one in unset else one for one in rules]
    return replace(told, rules=tuple(rules))


def settled(item: Condition, values: dict[str, str]) -> tuple[Condition, ...]:
    """A condition under a valuation. An opaque one asks for some header that requests may or may not have, or for nothing at all."""
    if not isinstance(item, OpaqueCondition):
        return (replace(item, values=tuple(text(value, values) for value in item.values)),)
    return () if values.get(f"opaque {item.key}") == "holds" else (HttpHeader(f"X-Opaque-{item.key}", ("y",)),)


def text(value: str | Unknown, values: dict[str, str]) -> str:
    if isinstance(value, str):
        return value
    return "".join(part if isinstance(part, str) else values[part.key] for part in value.pieces)


def number(given: int | Unknown, base: int) -> int | Unknown:
    if isinstance(given, int):
        return given * 10
    if isinstance(given.number, SymbolicNumber):
        return base + given.number.plus * 10 + 1
    return given if given.number is not None else base * 7 + 5


def claims(told: Listener) -> tuple[list[str], dict[tuple[int, int], str], ListenerFacts]:
    facts = ListenerFacts(told)
    places = {one.id: index for index, one in enumerate(facts.rules)}
    order = [places[one.id] for one in told.rules]
    states = [facts.reach(index).state for index in order]
    pairs = {(a, b): facts.relation(order[a], order[b]) for a in range(len(order)) for b in range(len(order)) if a != b}
    return states, pairs, facts


def scaled(told: Listener) -> Listener:
    rules = [replace(one, priority=one.priority * 10) if isinstance(one.priority, int) else one for one in told.rules]
    return replace(told, rules=tuple(rules))


def hold(seed: int, kinds: str) -> tuple[int, int]:
    """(claims decided, claims that one answer holds in every valuation)."""
    random = Random(seed)
    (told,) = plain_where_pieces([a_listener(random, kinds)])
    states, pairs, facts = claims(scaled(told))
    seen_states: list[set[str]] = [set() for _ in states]
    seen_pairs: dict[tuple[int, int], set[str]] = {pair: set() for pair in pairs}
    for values, base in valuations(random, told):
        real_states, real_pairs, _ = claims(concrete(told, values, base))
        for index, state in enumerate(real_states):
            seen_states[index].add(state)
        for pair, relation in real_pairs.items():
            seen_pairs[pair].add(relation)
    decided = certain = 0
    for index, state in enumerate(states):
        real = seen_states[index]
        if state == "reachable":
            assert real == {"reachable"}, (seed, index)
        elif state == "shadowed":
            assert real <= {"shadowed", "empty"}, (seed, index)
        elif state == "empty":
            assert real == {"empty"}, (seed, index)
        if len(real - {"empty"} or real) == 1:
            certain += 1
            decided += state != "undecided"
    for pair, relation in pairs.items():
        real = seen_pairs[pair]
        if relation in ("disjoint", "overlap"):
            assert real <= ({relation} if relation == "disjoint" else {"overlap", "disjoint"}), (seed, pair)
        elif relation != "undecided":
            assert real <= {relation, "disjoint"}, (seed, pair)
        if len(real) == 1:
            certain += 1
            decided += relation != "undecided"
    shown(facts)
    return decided, certain


def shown(facts: ListenerFacts) -> None:
    """Requests that are shown are confirmed under the sample valuation."""
    for index in range(facts.count):
        request = facts.own_request(index)
        if request is not None:
            assert facts.takes(index, request)
            assert facts.winner(request) in (index, None)


@pytest.mark.parametrize("kinds", ["h", "p", "x", "po", "hp", "hpxo"])
def test_every_claim_holds_for_every_valuation(kinds):
    random = Random(kinds)
    runs = RUNS // 5 if len(kinds) < 3 else 20
    found = [hold(random.randrange(1_000_000), kinds) for _ in range(runs)]
    decided, certain = sum(one for one, _ in found), sum(one for _, one in found)
    # some of the rest only seem to hold for every valuation, since not every text is tried
    assert decided >= 0.75 * certain


@pytest.mark.long
@pytest.mark.parametrize("kinds", ["h", "p", "x", "po", "hp", "hpxo"])
@pytest.mark.parametrize("part", range(6))
def test_every_claim_holds_for_every_valuation_many(kinds, part):
    for seed in range(part * 100, part * 100 + 100):
        hold(seed, kinds)


def test_requests_hold_placeholders():
    told = Listener("L", "L", (Rule("r", "", 10, (HostHeader((unknown("admin.", SYMBOLS["d"]),)),), (FixedResponse("200"),)),))
    request = ListenerFacts(told).own_request(0)
    assert request == Request(host="admin.${var.d}", path="/")
