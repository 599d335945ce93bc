"""Small worlds: random listeners over tiny alphabets, and all the requests there are, decided by the plain evaluator alone."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations, product
from random import Random

from alb_lint.analysis.evaluate import first_failure
from alb_lint.model import (
    Condition,
    FixedResponse,
    HostHeader,
    HttpHeader,
    HttpRequestMethod,
    Listener,
    LoadBalancer,
    PathPattern,
    QueryPair,
    QueryString,
    Request,
    Rule,
    SourceIp,
)

PATHS = tuple("/" + "".join(word) for length in range(6) for word in product("aBz", repeat=length))
HOSTS = tuple("".join(word) for length in range(6) for word in product("abz", repeat=length))
TEXTS = tuple("".join(word) for length in range(5) for word in product("abz", repeat=length))
METHODS = ("GET", "POST", "get", "PURGE")
ADDRESSES = (*(f"{a}.0.0.{b}" for a in (0, 64, 128, 192) for b in (1, 200)), "::1", "8000::1", "c000::1", "4000::1")
BLOCKS = (
    "0.0.0.0/0",
    "0.0.0.0/1",
    "128.0.0.0/1",
    "192.0.0.0/2",
    "128.0.0.0/2",
    "64.0.0.0/2",
    "::/0",
    "::/1",
    "8000::/1",
    "c000::/2",
    "8000::/2",
)
REGEXES = (
    "^/a$",
    "^/[aB]$",
    "^/[aB]{1,2}$",
    "^/a*$",
    "^/a.*$",
    "^/.*a$",
    "^/(a|B.)$",
    "^/(a|B[^aB])?$",
    "^/[^a]+$",
    "^/.?$",
    "^/..$",
    "^/(aB)+$",
    "^/.*[^aB].*$",
    "^/[^B]{2}$",
)
KEYS = ("k", "q", "z", "*", "?")


def glob(random: Random, letters: str, most: int) -> str:
    return "".join(random.choice(letters) for _ in range(random.randint(1, most)))


def some(random: Random, make, most: int = 2) -> tuple:
    return tuple(make() for _ in range(random.randint(1, most)))


def condition(random: Random, kind: str) -> Condition:
    if kind == "path":
        return PathPattern(some(random, lambda: random.choice(["/", "/", "/", "*", "", "?"]) + glob(random, "aB**?", 3), 3))
    if kind == "regex":
        # anchored, so that it means one thing; beside globs that it touches
        regexes = some(random, lambda: random.choice(REGEXES), 2)
        return PathPattern(some(random, lambda: "/" + glob(random, "aB**?", 3)) if random.random() < 0.4 else (), regexes)
    if kind == "host":
        return HostHeader(some(random, lambda: glob(random, "aAb**?", 3)))
    if kind == "method":
        return HttpRequestMethod(some(random, lambda: random.choice(METHODS[:3])))
    if kind == "source":
        return SourceIp(some(random, lambda: random.choice(BLOCKS)))
    if kind == "header":
        return HttpHeader(random.choice(("X-A", "x-a", "X-B")), some(random, lambda: glob(random, "aB*?", 3)))
    key = random.choice(("k", "K", "q", None, "*", "?", "\\*"))
    return QueryString(
        some(
            random,
            lambda: QueryPair(key if random.random() < 0.7 else "k", random.choice(["a", "b*", "*", "?", "A*b", "\\*", "\\?a", "*a"])),
        )
    )


def listener(random: Random, kinds: tuple[str, ...], most: int = 6) -> Listener:
    rules = []
    number = 0
    for index in range(random.randint(2, most)):
        number += random.choice((1, 1, 1, 0)) if index else 1
        chosen = [kind for kind in kinds if random.random() < 0.75] or [random.choice(kinds)]
        if "header" in chosen and random.random() < 0.4:
            chosen.append("header")
        if "query" in chosen and random.random() < 0.3:
            chosen.append("query")
        conditions = tuple(condition(random, kind) for kind in chosen)
        body = random.choice("xyy")
        rules.append(Rule(f"r{index}", "", number, conditions, (FixedResponse("200", None, body),)))
    default = Rule("default", "", 0, (), (FixedResponse("200", None, random.choice("xy")),), is_default=True)
    family = random.choice(("", "ipv4", "dualstack"))
    random.shuffle(rules)
    return Listener("L", "L", tuple(rules), default, load_balancer=LoadBalancer("lb", "lb", family))


@dataclass
class World:
    """All the requests that the listener can tell apart, each with the bitset of rules (in the order given) that take it."""

    rules: list[Rule]
    ipv4_only: bool
    single: dict[int, Request] = field(default_factory=dict)  # without repeated names
    every: dict[int, Request] = field(default_factory=dict)

    def __post_init__(self) -> None:
        simple = [
            self._by_value(HttpRequestMethod, METHODS, "method"),
            self._by_value(HostHeader, HOSTS, "host"),
            self._by_value(PathPattern, PATHS, "path"),
        ]
        places = [address for address in ADDRESSES if not self.ipv4_only or ":" not in address]
        simple.append(self._by_value(SourceIp, places, "source_ip"))
        others = {item.name for rule in self.rules for item in rule.conditions if isinstance(item, HttpHeader)} - {"X-A", "x-a", "X-B"}
        names = ("x-a", "X-B", *sorted(others))
        headers = list(self._items(HttpHeader, [(name, value) for name in names for value in TEXTS], "headers"))
        values = [*TEXTS, "*", "?a", "*a", "?"]
        query = list(self._items(QueryString, [(key, value) for key in ("K", "q", "z", "*", "", "zz") for value in values], "query"))
        for (c1, q1, h1), (c2, q2, h2) in product(query, headers):
            base = c1 & c2
            if not base:
                continue
            for chosen in product(*(table.items() for table in simple)):
                cover = base
                for bits, _ in chosen:
                    cover &= bits
                if cover not in self.every or (h1 and h2 and cover not in self.single):
                    method, host, path, source = (value for _, value in chosen)
                    request = Request(method, host, path, q1, q2, source)
                    self.every.setdefault(cover, request)
                    if h1 and h2:
                        self.single.setdefault(cover, request)

    def _bits(self, kind: type, request: Request) -> int:
        bits = 0
        for index, rule in enumerate(self.rules):
            if all(first_failure(item, request) is None for item in rule.conditions if isinstance(item, kind)):
                bits |= 1 << index
        return bits

    def _by_value(self, kind: type, values, name: str) -> dict[int, str]:
        if not any(isinstance(item, kind) for rule in self.rules for item in rule.conditions):
            return {(1 << len(self.rules)) - 1: values[0]}
        found: dict[int, str] = {}
        for value in values:
            found.setdefault(self._bits(kind, Request(**{name: value})), value)
        return found

    def _items(self, kind: type, items, name: str) -> Iterator[tuple[int, tuple, bool]]:
        """(rules whose conditions of this kind are met, the items, whether no name repeats) for every set of up to four items that differ."""
        wanted = [item for rule in self.rules for item in rule.conditions if isinstance(item, kind)]
        if not wanted:
            yield (1 << len(self.rules)) - 1, (), True
            return
        met: dict[tuple, tuple] = {}
        for item in items:
            request = Request(**{name: (item,)})
            key = (item[0].lower(), tuple(first_failure(one, request) is None for one in wanted))
            if any(key[1]):
                met.setdefault(key, item)
        seen: set[tuple[int, bool]] = set()
        for size in range(5):
            for group in combinations(met.items(), size):
                names = [key[0] for key, _ in group]
                alone = len(set(names)) == len(names)
                chosen = tuple(item for _, item in group)
                bits = self._bits(kind, Request(**{name: chosen}))
                if (bits, alone) not in seen:
                    seen.add((bits, alone))
                    yield bits, chosen, alone
