"""Mixes of rules that can surprise: each a shape that real listeners have, or that AWS allows, alone. A budget is met when the worst mix meets it."""

from collections.abc import Callable
from random import Random

Conditions = list[dict]
Maker = Callable[[Random, int], Conditions]
"""Of a seeded random and the number of the rule, its conditions."""


def host(*values: str) -> dict:
    return {"Field": "host-header", "Values": list(values), "HostHeaderConfig": {"Values": list(values)}}


def path(*values: str) -> dict:
    return {"Field": "path-pattern", "Values": list(values), "PathPatternConfig": {"Values": list(values)}}


def path_regex(*values: str) -> dict:
    return {"Field": "path-pattern", "PathPatternConfig": {"RegexValues": list(values)}}


def method(*values: str) -> dict:
    return {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": list(values)}}


def header(name: str, *values: str) -> dict:
    return {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": name, "Values": list(values)}}


def query(key: str, value: str) -> dict:
    return {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": key, "Value": value}]}}


def source(*values: str) -> dict:
    return {"Field": "source-ip", "SourceIpConfig": {"Values": list(values)}}


def _many_globs(random: Random, i: int) -> Conditions:
    """Few hosts, several paths a rule, wildcards everywhere in them, now and then a `?`."""
    shapes = (f"*/x{i}", f"/a{i % 40}/*/b{i}/*", f"*.t{i % 60}", f"/s{i}/*", f"/s{i % 90}/*/edit", f"/t/*/s{i}/*", f"/v?/s{i}/*")
    chosen = random.sample(shapes[:-1], random.choice((1, 2, 3))) if random.random() < 0.97 else [shapes[-1]]
    return [*([host(f"h{random.randrange(6)}.example.com")] if random.random() < 0.7 else []), path(*chosen)]


def _nested(i: int) -> str:
    return "/" + "/".join(f"a{(i >> shift) % 4}" for shift in range(0, 12, 2))[: 3 * (1 + i % 6) - 1] + "/*"


def _nasty_paths(random: Random, i: int) -> Conditions:
    """Legal, and hard: texts that may stand in any order and overlap."""
    a, b = (chr(97 + random.randrange(26)) for _ in range(2))
    return [path(f"*{a}{b}*{i % 10}*", f"/p{i % 7}*{chr(97 + i % 26)}*r{i % 9}*")]


def _nasty_regexes(random: Random, i: int) -> Conditions:
    """Legal, and hard: classes and counts that overlap in most of what they take."""
    a = "abcdef"[i % 6]
    return [
        path_regex(
            f"^/[{a}-z]{{2,{3 + i % 9}}}/[0-9]{{1,{1 + i % 8}}}/x{i % 5}",
            f"/(api|v[0-9]{{1,3}})/[a-z0-9_-]{{{1 + i % 4},{8 + i % 7}}}/{random.choice('abcd')}[^/]+$",
            f"^/[a-z]+/{i % 10}[0-9]{{2,6}}/(list|show|{a}+)$",
        )
    ]


_SERVICES = ("api", "admin", "shop", "auth", "media", "mobile", "partner", "internal")
_THINGS = (
    "users",
    "orders",
    "items",
    "carts",
    "payments",
    "invoices",
    "teams",
    "files",
    "events",
    "search",
    "reports",
    "sessions",
    "tokens",
)


def _regexes_of_apis(random: Random, _: int) -> Conditions:
    """What an API has: versions, ids, alternatives, files by their end; one in eight is not anchored, one in eleven is of hosts."""

    def regex() -> str:
        service, thing, other = random.choice(_SERVICES), random.choice(_THINGS), random.choice(_THINGS)
        shapes = (
            f"^/{service}/v[0-9]+/{thing}(/.*)?$",
            f"^/{service}/v[0-9]+/{thing}/[^/]+$",
            f"^/{service}/v{random.randint(1, 4)}/{thing}/[0-9]+/{other}$",
            f"^/{service}/({thing}|{other}|x)/[a-z0-9-]+$",
            f"^/[a-z]{{2}}(-[a-z]{{2}})?/{thing}/.*$",
            f"^/{service}/{thing}/[0-9a-f]{{8}}-[0-9a-f]{{4}}-[0-9a-f]{{4}}$",
            f"^/{service}/.*\\.(png|jpg|css|js)$",
            f"/{service}/.*/{thing}",
        )
        return random.choice(shapes)

    hosts = {"Field": "host-header", "HostHeaderConfig": {"RegexValues": ["^[a-z0-9-]+\\.example\\.com$"]}}
    where = [hosts] if random.random() < 0.09 else [host(f"{random.choice('abc')}.example.com")] if random.random() < 0.2 else []
    return [*where, path_regex(*(regex() for _ in range(random.choice((1, 1, 1, 2, 3)))))]


def _paths_then_headers(_: Random, i: int) -> Conditions:
    return [path(f"/svc{i}/*")] if i % 2 else [header("X-Canary", f"v{i}")]


MIXES: dict[str, Maker] = {
    "many globs": _many_globs,
    "many globs and a regex": lambda random, i: [path_regex("/v[0-9]+/thing")] if i % 50 == 25 else _many_globs(random, i),
    "hosts": lambda _, i: [host(f"svc{i}.example.com")],
    "one host, prefixes": lambda _, i: [host("api.example.com"), path(f"/svc{i}/*", f"/svc{i}")],
    "nested prefixes": lambda _, i: [path(_nested(i))],
    "one header": lambda _, i: [header("X-Env", f"v{i}")],
    "three headers": lambda _, i: [header(f"X-H{h}", f"v{i % (h + 2)}", *([f"w{i}"] if h else [])) for h in range(3)],
    "many headers": lambda _, i: [header(f"X-H{i % 50}", f"v{i}")],
    "host, path, method": lambda _, i: [
        host(f"h{i % 20}.example.com"),
        path(f"/svc{i // 4}/*"),
        method(("GET", "POST", "PUT", "DELETE")[i % 4]),
    ],
    "prefixes and suffixes": lambda _, i: [path(f"/svc{i}/*" if i % 2 else f"*/item{i}")],
    "query values": lambda _, i: [path(f"/s{i % 10}/*"), query("v", str(i))],
    "source addresses": lambda _, i: [source(f"10.{i // 250}.{i % 250}.0/24"), path(f"/s{i % 10}/*")],
    "question marks": lambda _, i: [path(f"/v?/svc{i}/*", f"/v?/svc{i}")],
    "question marks and suffixes": lambda _, i: [path(f"/v?/s{i}/*" if i % 2 else f"*/item{i}")],
    "three paths": lambda _, i: [host(f"h{i % 10}.example.com"), path(f"/svc{i}/*/edit", f"/svc{i}/*", f"*/x{i}")],
    "regexes": lambda _, i: [path_regex(f"^/svc{i}/[0-9]+$")],
    "a wildcard before": lambda _, i: [path(f"/t/*/s{i}/*")],
    "hosts *name.*": lambda _, i: [host(f"*name{i}.*")],
    "paths, then headers": _paths_then_headers,
    "nasty paths": _nasty_paths,
    "nasty regexes": _nasty_regexes,
    "regexes of APIs": _regexes_of_apis,
}
