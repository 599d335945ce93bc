"""Every text at several widths, in colour and without, in a pipe and on a dumb terminal: nothing that people copy is broken."""

import json
import re
from pathlib import Path

import pytest

from access_logs import get
from running import SEED, export, inside, process, raw

LONG = "/a-path-that-is-long/with-many-parts/of-some-length"
RULES = export(
    raw(10, f"{LONG}/*"),
    raw(20, f"{LONG}/x", "a-target-group-with-a-long-name"),
    raw(30, "/b/*", "b"),
    raw("default", "", "rest", number="d", Conditions=[]),
)
MOVED = export(
    raw(25, f"{LONG}/*"),
    raw(20, f"{LONG}/x", "a-target-group-with-a-long-name"),
    raw(30, "/b/*", "b"),
    raw("default", "", "rest", number="d", Conditions=[]),
)
COMMANDS = {
    "check": "check old.json",
    "full": "check old.json --full",
    "show": "show old.json",
    "trace": f"trace old.json --url https://h.example{LONG}/x",
    "why": f"trace old.json --url https://h.example{LONG}/x --why",
    "replay": "replay old.json --logs access.log",
    "diff": "diff old.json new.json",
    "ways": "ways old.json",
    "test": "test old.json --routes routes.yaml",
    "graph": "graph new.json",
    "allocate": f"allocate old.json --path {LONG}/x/y",
    "ranges": "ranges old.json --config r.toml",
    "plan": "plan old.json --config r.toml",
}


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("old.json").write_text(RULES, "utf-8")
    Path("new.json").write_text(MOVED, "utf-8")
    Path("routes.yaml").write_text(
        f"never: [{{name: '{LONG} {LONG}', expect: {{target_group: '*'}}}}]\nroutes: [{{request: {LONG}/x, expect: {{status: 404}}}}]",
        "utf-8",
    )
    lines = [get(f"{LONG}/x", number, client="10.0.0.1:1", agent="a b") for number in (10, 20, 30, 0, 77, -1)]
    Path("access.log").write_text("\n".join([*lines, get("/", 0, elb="app/another/50dc6c495c0c9188"), "cut"]), "utf-8")
    Path("r.toml").write_text('[[range]]\nname = "long"\npriorities = "100-120"\nmatch = { paths = ["/a-path-that-is-long/*"] }\n', "utf-8")


def words(text: str) -> list[str]:
    """What may stand on a line by itself: between blanks, or between backticks."""
    return re.findall(r"`[^`]*`\S*|\S+", text)


@pytest.mark.parametrize("columns", [60, 80, 100, 160])
@pytest.mark.parametrize("command", COMMANDS)
def test_no_line_is_wider_than_what_it_may_not_break(monkeypatch, command, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    told = inside(*COMMANDS[command].split()).out
    assert told
    for line in told.splitlines():
        command_line = re.search(r"\b(?:curl|alb-lint) .*", line)
        longest = len(command_line[0]) if command_line else max(map(len, words(line)), default=0)
        assert len(line) <= max(columns, longest + 30), line


@pytest.mark.parametrize("command", COMMANDS)
def test_the_same_words_in_colour_in_a_pipe_and_on_a_dumb_terminal(monkeypatch, command):
    monkeypatch.setenv("COLUMNS", "80")
    asked = COMMANDS[command].split()
    plain = inside(*asked).out
    monkeypatch.setenv("TERM", "dumb")
    assert inside(*asked).out == plain
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert re.sub(r"\x1b\[[0-9;]*m", "", inside(*asked).out) == plain


@pytest.mark.parametrize("columns", [60, 100])
def test_every_command_line_that_is_printed_is_whole(monkeypatch, columns):
    """Each witness of the JSON stands in the text as one line that can be pasted."""
    monkeypatch.setenv("COLUMNS", str(columns))
    told = inside("diff", "old.json", "new.json").out
    for item in inside("diff", "old.json", "new.json", "-f", "json").json["differences"]:
        assert any(f"https://{item['request']['host']}{item['request']['path']}" in line for line in told.splitlines() if "curl " in line)


def test_a_pipe_is_as_wide_whatever_the_terminal():
    asked = ("check", "python.json", "rust.json", "--select", "ALB001,ALB101")
    assert process(*asked, cwd=SEED).out == process(*asked, cwd=SEED, TERM="dumb").out
    written = json.loads(process(*asked, "-f", "json", cwd=SEED).out)
    assert written["findings"]
