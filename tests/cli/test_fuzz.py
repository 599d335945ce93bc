"""Input of every kind, damaged at random: each command ends as it may. `python tests/cli/test_fuzz.py SEED RUNS [SECONDS]` prints figures."""

import faulthandler
import json
import random
import resource
import signal
import sys
import time
from collections import Counter
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from alb_lint import reports
from running import ROOT, SEED, Ran, inside


def _regexes() -> bytes:
    """Rules whose regexes and globs overlap in most of what they take."""
    random_ = random.Random(3)
    shapes = ("^/[a-z]{%d,%d}/[0-9]+", "/(api|v[0-9]{%d,%d})/x$", "(a|b)*a(a|b){%d,%d}", "^/.*[^/]{%d,%d}$")
    rules = []
    for number in range(1, 13):
        values = [shape % (one := random_.randint(0, 3), one + random_.randint(0, 9)) for shape in random_.sample(shapes, 2)]
        globs = ["/" + "?" * random_.randint(0, 40) + "*a*" * random_.randint(0, 9)]
        paths = {"Field": "path-pattern", "PathPatternConfig": {"RegexValues": values} if number % 3 else {"Values": globs}}
        host = {"Field": "host-header", "HostHeaderConfig": {"RegexValues": [random_.choice(("^a.*$", "[a-z]+", "x|y"))]}}
        rules.append(
            {
                "RuleArn": f"arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/a/1/2/{number}",
                "Priority": str(number),
                "Conditions": [paths, *([host] if number % 4 == 0 else [])],
                "Actions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": str(400 + number % 3)}}],
                "IsDefault": False,
            }
        )
    return json.dumps({"Rules": rules}).encode()


FILES = (
    *(SEED / name for name in ("python.json", "rust.json", "resolved.json")),
    *(
        path
        for path in sorted((ROOT / "tests" / "conformance").rglob("*"))
        if path.is_file() and path.suffix != ".py" and "__" not in str(path)
    ),
)
CONFIG, SAME, ROUTES = "CONFIG", "SAME", "ROUTES"
"""Words that stand for a config beside the folder, whole or damaged, and for the input itself."""
RANGES = b"""[[range]]
name = "r"
priorities = "2000-2999"
match = { paths = ["/v2/*", "/a*"] }

[[retired]]
priorities = "1-9"
until = 2030-01-01
"""
CASES = b"""\
routes:
  - request: {url: "https://a.example/v2/x?k=v", headers: {X-A: b}}
    expect: {target_group: "*", weights: {"*": 1}}
always:
  - when: {path: ["/v2/*", "/a*"], without-header: X-A, not-source-ip: 10.0.0.0/8}
    expect: {any-of: [{status: 404}, {redirect: "https*"}]}
never:
  - expect: {status: 500}
"""
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("check", "-f", "json"),
    ("check", "--fail-on", "info"),
    ("trace", "--url", "/a?k=v"),
    ("graph",),
    ("graph", "-f", "graphml"),
    ("init", "-o", "-"),
    *(("check", "-f", name) for name in reports.NAMES),
    *(("plan", "--config", CONFIG, "-f", name) for name in ("text", "json", "markdown", "html", "aws-cli", "patch")),
    ("ranges", "--config", CONFIG),
    ("ways", "--target-group", "*"),
    ("replay", "--logs", str(ROOT / "fixtures" / "replay" / "access.log")),
    ("allocate", "--config", CONFIG, "--range", "r", "--path", "/zz", "-f", "json"),
    ("diff", SAME, "-f", "json"),
    ("test", "--routes", ROUTES, "-f", "json"),
)
JUNK: tuple[Any, ...] = (
    None,
    True,
    -1,
    1.5,
    10**30,
    "",
    "*",
    "default",
    "\x1b[2J",
    "a" * 300,
    "${x}",
    "!Ref x",
    [],
    {},
    [[]],
    [None],
    {"Ref": 7},
    {"Fn::If": []},
)
SCRAPS = (
    b"",
    b"[",
    b"{",
    b'"',
    b"\\",
    b",",
    b"null",
    b"\xff\xfe",
    b"1e999",
    b"*" * 40,
    b"${",
    b"\n",
    b"  ",
    b": ",
    b"<<EOF\n",
    b"`",
    b"!GetAtt ",
)


PLAIN = frozenset({0, 1, 3})
CODES = {"plan": PLAIN | {2, 5}, "ranges": PLAIN | {2}, "allocate": PLAIN | {2, 5}, "ways": PLAIN | {2}, "test": PLAIN | {2}}
"""2: a damaged config, a range or a listener that is not there any more; 5: no number."""


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value in the document, its own left out."""
    found = []
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        found.append((*path, key))
        found.extend(places(inner, (*path, key)))
    return found


def other_values(chance: random.Random, data: bytes) -> bytes:
    """The JSON document with some values replaced, left out, or put in place of others."""
    document = json.loads(data)
    for _ in range(chance.randint(1, 6)):
        known = places(document)
        if not known:
            break
        path = chance.choice(known)
        home = document
        for key in path[:-1]:
            home = home[key]
        deed = chance.random()
        if deed < 0.2:
            del home[path[-1]]
        elif deed < 0.4:
            source = document
            for key in chance.choice(known):
                source = source[key]
            home[path[-1]] = deepcopy(source)
        else:
            home[path[-1]] = deepcopy(chance.choice(JUNK))
    return json.dumps(document).encode()


def other_bytes(chance: random.Random, data: bytes) -> bytes:
    """The file with some bytes replaced, left out or put in, and lines moved about."""
    lines = data.split(b"\n")
    for _ in range(chance.randint(0, 3)):
        one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
        lines[one], lines[two] = (lines[two], lines[one]) if chance.random() < 0.5 else (lines[two], lines[two])
    damaged = bytearray(b"\n".join(lines))
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(damaged) or 1)
        damaged[at : at + chance.choice((0, 1, 1, 8))] = bytes([chance.randrange(256)]) if chance.random() < 0.3 else chance.choice(SCRAPS)
    return bytes(damaged[: chance.randrange(len(damaged))] if damaged and chance.random() < 0.1 else damaged)


def check(ran: Ran, codes: frozenset[int]) -> None:
    """Raises where the run ended as none may."""
    assert ran.code in codes, ran.err
    assert "Traceback" not in ran.err
    if ran.code in (2, 3):
        assert ran.err.startswith(("error: ", "gap: ", "note: "))
    assert all(character.isprintable() or character == "\n" for character in ran.out + ran.err)


def fuzz(seed: int, runs: int, seconds: float = 3_600.0) -> tuple[Counter[tuple[str, int]], float]:
    """How often each suffix ended with which exit code, and the longest run in processor seconds."""
    chance = random.Random(seed)
    told: Counter[tuple[str, int]] = Counter()
    longest, end = 0.0, time.monotonic() + seconds
    regexes = _regexes()
    with TemporaryDirectory() as folder, TemporaryDirectory() as beside:
        for _ in range(runs):
            if time.monotonic() > end:
                break
            file = chance.choice((*FILES, Path("regexes.json")))
            data = file.read_bytes() if file.parent.name else regexes
            change = other_values if file.suffix == ".json" and chance.random() < 0.6 else other_bytes
            place = Path(folder) / file.name
            place.write_bytes(change(chance, data))
            command = chance.choice(COMMANDS)
            config = Path(beside) / "alb-lint.toml"
            config.write_bytes(RANGES if chance.random() < 0.7 else other_bytes(chance, RANGES))
            routes = Path(beside) / "routes.yaml"
            routes.write_bytes(CASES if chance.random() < 0.7 else other_bytes(chance, CASES))
            source = place if chance.random() < 0.7 else Path(folder)
            words = [{CONFIG: str(config), SAME: str(source), ROUTES: str(routes)}.get(word, word) for word in command[1:]]
            begun = time.process_time()
            ran = inside(command[0], source, *words)
            longest = max(longest, time.process_time() - begun)
            try:
                check(ran, CODES.get(command[0], PLAIN))
            except AssertionError:
                sys.stderr.buffer.write(f"{file} {command} {ran.err}\n".encode() + place.read_bytes() + b"\n")
                raise
            told[file.parent.name if file.parent.parent.name == "conformance" else "seed", ran.code] += 1
            place.unlink()
    return told, longest


@pytest.mark.parametrize("seed", range(4))
def test_a_few(seed):
    assert fuzz(seed, 25)[0].total() == 25


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 104))
def test_many(seed):
    assert fuzz(seed, 2_500)[0].total() == 2_500


if __name__ == "__main__":
    started = time.monotonic()
    inside_ = inside

    def inside(*words: Any) -> Ran:
        # of the processor: on a busy machine the clock would end runs that do not hang. What waits for ever ends by the clock, with a traceback
        signal.setitimer(signal.ITIMER_PROF, 20)
        faulthandler.dump_traceback_later(600, exit=True)
        try:
            return inside_(*words)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            faulthandler.cancel_dump_traceback_later()

    def too_long(*_: object) -> None:
        raise AssertionError("a run of over 20 processor seconds")

    signal.signal(signal.SIGPROF, too_long)
    figures, slowest = fuzz(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]) if len(sys.argv) > 3 else 3_600.0)
    for (kind, code), count in sorted(figures.items()):
        sys.stdout.write(f"{kind:16} exit {code}: {count}\n")
    sys.stdout.write(f"{figures.total()} runs in {time.monotonic() - started:.0f} s, the longest {slowest:.2f} s,")
    sys.stdout.write(f" at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB\n")
