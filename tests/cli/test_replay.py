"""`alb-lint replay`: access logs held against the rules."""

import gzip
import json
import random
import re
from pathlib import Path

import jsonschema
import pytest

from access_logs import entry, get
from alb_lint.reports.schemas import ALL
from running import ROOT, export, inside, listener_arn, process, raw
from test_access_log import bomb

FIXTURE = ROOT / "fixtures" / "replay"
BALANCER = listener_arn().replace(":listener/", ":loadbalancer/").rpartition("/")[0]
LISTENER = {"ListenerArn": listener_arn(), "LoadBalancerArn": BALANCER, "Port": 443, "Protocol": "HTTPS"}
RULES = export(raw(10, "/a"), raw(20, "/b*", "b"), raw("default", "", number="d", Conditions=[]), Listeners=[LISTENER])
A, B, WRONG = get("/a", 10), get("/b", 20), get("/a", 20)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("rules.json").write_text(RULES, "utf-8")
    logged("a.log", A, B)


def logged(name: str, *lines: str) -> str:
    data = "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape")
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return name


def counts(*words: str, **more: bytes) -> tuple[int, ...]:
    ran = inside("replay", "rules.json", "-f", "json", *words, **more)
    told = ran.json
    jsonschema.validate(told, ALL["replay"](), cls=jsonschema.Draft7Validator)
    assert ran.code == bool(told["disagreed"])
    inner = sum(told[name] for name in ("agreed", "disagreed", "undecided", "errors", "other_load_balancers"))
    assert inner == told["requests"]
    return tuple(told[name] for name in ("agreed", "disagreed", "undecided", "unparsed"))


def test_text():
    logged("a.log", A, B, get("/b", 20, time="2026-11-02T10:00:00.000000Z"), WRONG)
    ran = inside("replay", "rules.json", "--logs", "a.log")
    assert ran.code == 1
    assert ran.err == ""
    assert ran.out == (
        "4 requests, 2026-11-02 09:10 to 2026-11-02 10:00 (UTC)\n"
        "  3 agreed    75.0 %  the rules and the log name the same rule\n"
        "  1 disagreed 25.0 %  the rule in the log is none that can match\n"
        "  0 undecided\n"
        "\n"
        "web:443  4 requests  app/web/50dc6c495c0c9188:443\n"
        "   PRIO  REQUESTS    SHARE  FIRST  LAST   RULE\n"
        "     10         1   25.0 %  09:10  09:10  /a\n"
        "     20         3   75.0 %  09:10  10:00  /b*\n"
        "default         0                         everything else\n"
        "\n"
        "1 request disagreed\n"
        "  logged 20, predicted 10\n"
        "    GET  www.example.com/a\n"
        "    1 time, 2026-11-02 09:10, at a.log:4\n"
        "    `alb-lint trace --url https://www.example.com/a rules.json`\n"
        "  next: the rules may have changed since: compare the first and last time with when they were\n"
        "    deployed, and with a fresh export; the command below each shows why the rules answer as\n"
        "    predicted. Where the rules are the same, please report it.\n"
    )


def test_logs_of_errors_alone():
    logged("a.log", get("/a", -1))
    ran = inside("replay", "rules.json", "--logs", "a.log")
    assert ran.code == 0
    assert "  1 errors " in ran.out
    assert "  no request: 10, 20, in these logs. A hint" in ran.out


def test_json():
    logged("a.log", A, WRONG, WRONG)
    told = inside("replay", "rules.json", "--logs", "a.log", "-f", "json").json
    first = "2026-11-02T09:10:11.000000Z"
    assert {name: told[name] for name in ("schema", "requests", "agreed", "disagreed", "undecided", "unparsed")} == {
        "schema": "alb-lint.replay.v1", "requests": 3, "agreed": 1, "disagreed": 2, "undecided": 0, "unparsed": 0,
    }  # fmt: skip
    assert [(rule["priority"], rule["requests"], rule["first"]) for rule in told["rules"]] == [
        (10, 1, first),
        (20, 2, first),
        ("default", 0, None),
    ]
    (item,) = told["disagreements"]
    assert (item["file"], item["line"], item["logged"], item["predicted"], item["possible"], item["times"]) == ("a.log", 2, 20, 10, [10], 2)
    assert item["request"] == {
        "method": "GET",
        "host": "www.example.com",
        "path": "/a",
        "query": [],
        "headers": [],
        "source_ip": "192.0.2.1",
    }


def test_the_fixture_in_a_process():
    ran = process("replay", FIXTURE / "rules.json", "--logs", FIXTURE / "access.log", "--format", "json", timeout=60)
    assert ran.code == 1, ran.err
    told = ran.json
    jsonschema.validate(told, ALL["replay"](), cls=jsonschema.Draft7Validator)
    assert [told[name] for name in ("agreed", "disagreed", "undecided", "errors", "unparsed", "other_load_balancers")] == [6, 2, 3, 2, 1, 1]
    assert "203.0.113.9" not in ran.out
    assert "curl" not in ran.out
    assert process("replay", FIXTURE / "rules.json", "--logs", FIXTURE / "access.log", "--format", "json").out == ran.out


def test_the_command_that_is_printed_says_what_was_predicted():
    logged("a.log", get("/a?x=1", 0), entry("POST https://www.example.com:443/b%20c HTTP/1.1", 10))
    told = inside("replay", "rules.json", "--logs", "a.log").out
    commands = [line.strip().strip("`") for line in told.splitlines() if "alb-lint trace" in line]
    assert len(commands) == 2
    for command, number in zip(commands, (10, 20), strict=True):
        assert f"rule {number}" in inside(*command.split()[1:]).out
    logged("b.log", entry("GET https://h$(x)'`:443/a HTTP/1.1", 0))
    assert """--url 'https://h$(x)'"'"'`/a'""" in inside("replay", "rules.json", "--logs", "b.log").out
    assert "trace --listener web:443 --url" in inside("replay", "rules.json", "--logs", "b.log", "--listener", "web:443").out


@pytest.mark.parametrize(
    "words", [["--logs", "a.log", "--logs", "b.log.gz"], ["--logs", "logs"], ["--logs", "logs", "--logs", "logs/x/a.log"]]
)
def test_files_and_folders(words):
    logged("b.log.gz", A, "cut", WRONG)
    logged("logs/x/a.log", A, B)
    logged("logs/b.log.gz", A, "cut", WRONG)
    logged("logs/conn_log.x.log.gz", "2026 10.0.0.1")
    logged("logs/ELBAccessLogTestFile", "a test")
    assert counts(*words) == (3, 1, 0, 1)


def test_what_is_left_out_of_a_folder_is_told():
    logged("logs/a.log", A)
    logged("logs/notes.md", "x")
    assert inside("replay", "rules.json", "--logs", "logs").err == "note: logs: 1 file is no access log by name and not read\n"


def test_standard_input():
    assert counts("--logs", "-", stdin=f"{A}\n{B}".encode()) == (2, 0, 0, 0)
    assert counts("--logs", "-", stdin=gzip.compress(f"{A}\n".encode()) + gzip.compress(f"{WRONG}\n".encode())) == (1, 1, 0, 0)
    ran = process("replay", "rules.json", "--logs", "-", stdin=f"{WRONG}\r\n", cwd=Path.cwd())
    assert (ran.code, "standard input:1" in ran.out) == (1, True)


def test_the_rules_from_standard_input():
    assert inside("replay", "-", "--logs", "a.log", stdin=RULES.encode()).code == 0


def test_one_port_and_one_listener():
    Path("rules.json").write_text(export(raw(10, "/a"), raw(20, "/b*", "b")), "utf-8")
    logged("a.log", A, entry("GET http://www.example.com:80/a HTTP/1.1", 0, kind="http"))
    ran = inside("replay", "rules.json", "--logs", "a.log", "-f", "json")
    assert (ran.code, ran.json["undecided"]) == (0, 2)
    assert ran.json["undecided_because"][0]["reason"].startswith("the input does not tell which of ports 80, 443 listener web/")
    assert "choose with --port" in ran.json["undecided_because"][0]["reason"]
    told = inside("replay", "rules.json", "--logs", "a.log", "--port", "443", "-f", "json").json
    assert (told["agreed"], told["other_ports"], told["requests"]) == (1, 1, 1)
    assert "note: the input does not tell" in inside("replay", "rules.json", "--logs", "a.log", "--port", "443").out


HOSTILE = {
    "zeros": b"\0" * 300_000,
    "no lines": b"x" * 700_000,
    "not utf-8": b"https \xff\xfe\n",
    "quotes": b'"' * 100_000 + b"\n",
    "escapes": b"https 2026-11-02T09:10:11.0Z app/web/1 " + b'"' + b"\\x" * 60_000 + b"\n",
    "blanks": b" " * 120_000 + b"\n",
    "backslashes": entry(agent="\\" * 9_999).encode() + b"\n",
    "long path": get("/" + "a/../" * 20_000, 0).encode() + b"\n",
    "codes": get("/" + "%2e%2e%2f;" * 8_000, 0).encode() + b"\n",
    "parameters": get("/?" + "a&b=%41+&" * 9_000, 0).encode() + b"\n",
    "nested": get("/" + "\\x5c" * 20_000, 0).encode() + b"\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_lines(name):
    """Each ends in short time, and the lines beside it are read."""
    Path("bad.log").write_bytes(A.encode() + b"\n" + HOSTILE[name] + b"\n" + B.encode() + b"\n")
    Path("rules.json").write_text(
        export(
            raw(10, "/a"),
            raw(20, "/b*", "b"),
            raw(30, "/*?*x*?*y", Conditions=[{"Field": "path-pattern", "Values": ["/*?*x*?*y"]}]),
            raw(40, "/", Conditions=[{"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "*a*", "Value": "*x*y*"}]}}]),
            raw("default", "", number="d", Conditions=[]),
            Listeners=[LISTENER],
        ),
        "utf-8",
    )
    ran = process("replay", "rules.json", "--logs", "bad.log", "-f", "json", cwd=Path.cwd(), timeout=30)
    assert ran.code in (0, 1), ran.err
    assert ran.json["agreed"] >= 2
    assert ran.json["requests"] + ran.json["unparsed"] == (2 if name == "blanks" else 3)


@pytest.mark.parametrize("seed", range(8))
def test_damaged_logs(seed):
    """Bytes taken out, put in and changed: each line is counted once, and nothing of it steers a terminal."""
    chance = random.Random(seed)
    for _ in range(15):
        data = bytearray((FIXTURE / "access.log").read_bytes())
        for _ in range(chance.randint(1, 40)):
            at = chance.randrange(len(data))
            data[at : at + chance.randint(0, 3)] = bytes(chance.choices(b'" \\x\n-0\x1b\xff\x00:/?', k=chance.randint(0, 3)))
        Path("bad.log").write_bytes(data)
        ran = inside("replay", str(FIXTURE / "rules.json"), "--logs", "bad.log", "-f", chance.choice(("json", "text")))
        assert ran.code in (0, 1, 3), ran.err
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", ran.out + ran.err)
        if ran.out.startswith("{"):
            told = ran.json
            lines = [line for line in bytes(data).decode("utf-8", "replace").split("\n") if line.strip()]
            assert told["requests"] + told["unparsed"] == len(lines)


def test_a_bomb_is_an_error_with_a_next_step():
    Path("bomb.log.gz").write_bytes(b"".join(bomb(2_000_000_000)))
    ran = process("replay", "rules.json", "--logs", "bomb.log.gz", cwd=Path.cwd(), timeout=60)
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("error: bomb.log.gz: unpacks to more than ")
    assert "help: leave the file out" in ran.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 2, "no access log is given"),
        (["--logs", "a.log", "--format", "csv"], 2, "one of text, json"),
        (["--logs", "a.log", "--port", "70000"], 2, "is no port"),
        (["--logs", "-", "-"], 2, "standard input is given twice"),
        (["--logs", "-", "--logs", "-"], 2, "standard input is given twice"),
        (["--logs", "nowhere.log"], 3, "nowhere.log: cannot read the log: No such file"),
        (["--logs", "empty"], 3, "the folder holds no logs"),
        (["--logs", "empty.log"], 3, "the logs hold no line"),
        (["--logs", "rules.json"], 3, "no line is an entry of an access log: rules.json:1: it is no entry"),
        (["--logs", "cut.log"], 3, "cut.log:1: it is cut or malformed"),
        (["--logs", "other.log"], 3, "no request is of a load balancer in the input: the logs are of app/x/1"),
        (["--logs", "a.log", "--port", "80"], 3, "no request is on port 80, 2 are on others"),
        (["--logs", "a.log", "--listener", "nobody"], 3, "no listener is called 'nobody'"),
        (["--logs", "broken.log.gz"], 3, "its gzip data ends too early"),
        (["--logs", "garbled.log.gz"], 3, "not whole gzip data"),
        (["--logs", "/dev/zero"], 3, "it is not a regular file"),
    ],
)  # fmt: skip
def test_refused(words, code, said):
    Path("empty").mkdir()
    logged("empty.log")
    logged("cut.log", A[:300])
    logged("other.log", get("/a", 10, elb="app/x/1"), entry("- http://x:80- -", "-", kind="http"))
    Path("broken.log.gz").write_bytes(gzip.compress(A.encode())[:-9])
    Path("garbled.log.gz").write_bytes(b"\x1f\x8b" + b"\xff" * 40)
    ran = inside("replay", *(() if "-" in words[-1:] and words[0] != words[-2] else ("rules.json",)), *words)
    assert (ran.code, ran.out) == (code, ""), ran.err
    assert said in ran.err.replace("error: ", "")
    assert "help: " in ran.err


def test_a_load_balancer_that_the_input_does_not_tell():
    """It is said that the logs may be of another one."""
    Path("main.tf").write_text('resource "aws_lb_listener_rule" "a" {\n  listener_arn = "x"\n  priority = 30\n}\n', "utf-8")
    logged("a.log", get("/a", 10))
    told = " ".join(inside("replay", "main.tf", "--logs", "a.log").out.split())
    assert "note: the input does not tell both its load balancer and its port: app/web/50dc6c495c0c9188:443 is taken for it" in told
    assert "next: the logs may be of another load balancer than the input (note above), or the rules may have changed since" in told
    Path("rules.json").write_text(export(raw(10, "/a"), raw(10, "/a", listener="idle", number=11)), "utf-8")
    assert (
        "idle/f2f7dc8efc522ab2  no request in these logs is known to be of this listener\n"
        in inside("replay", "rules.json", "--logs", "a.log").out
    )


def test_a_report_in_a_file(tmp_path):
    assert inside("replay", "rules.json", "--logs", "a.log", "-o", "told.json", "-f", "json").out == ""
    assert json.loads((tmp_path / "told.json").read_text("utf-8"))["agreed"] == 2


def test_rules_of_code():
    """A priority that is not known, and a rule that may not exist, are never held against a log."""
    written = (
        f'resource "aws_lb_listener_rule" "r{path}" {{\n  listener_arn = "x"\n  priority = {number}\n'
        f'  condition {{\n    path_pattern {{ values = ["/{path}"] }}\n  }}\n}}\n'
        for path, number in (("a", "var.p"), ("b", "20"))
    )
    Path("main.tf").write_text("".join(written), "utf-8")
    ran = inside("replay", "main.tf", "--logs", "a.log", "-f", "json")
    assert (ran.code, ran.json["agreed"], ran.json["undecided"]) == (0, 1, 1)
    assert "its priority is unknown" in ran.json["undecided_because"][0]["reason"]
