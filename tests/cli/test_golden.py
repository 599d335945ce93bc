"""What each command prints at four widths, held to golden files. `python tests/cli/test_golden.py` writes them anew.

`check` and `plan` have files of their own beside these (tests/reports). Messages on the error stream stand below a line of dashes.
"""

import contextlib
import json
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from access_logs import entry
from loopback import Estate, Loopback, serving
from running import ROOT, export, inside, listener_arn, raw

FOLDER = ROOT / "tests" / "snapshots" / "commands"
DAY = "1795910400"
"""2026-11-29."""
WIDTHS = (60, 80, 100, 160)
BALANCER = listener_arn().replace(":listener/", ":loadbalancer/").rpartition("/")[0]


def rule(number: int, group: str, listener: str = "web", **asked: str) -> dict:
    """A rule of these conditions; `path="/a /b"` has two values."""
    fields = {"path": "path-pattern", "host": "host-header", "method": "http-request-method"}
    return raw(
        number,
        "",
        group,
        listener=listener,
        Conditions=[{"Field": fields[kind], "Values": values.split()} for kind, values in asked.items()],
    )


RULES = (
    rule(10, "health-checks", path="/healthz"),
    rule(100, "orders-service-production", host="api.example.com", path="/orders/*"),
    rule(110, "orders-service-production", host="api.example.com", path="/orders/export /orders/import", method="POST"),
    rule(120, "users-service-production", host="api.example.com", path="/users/* /accounts/* /sessions/*"),
    rule(130, "users-service-canary", host="api.example.com", path="/*/v2/*"),
    rule(200, "shop-frontend", host="shop.example.com www.example.com"),
    rule(210, "shop-frontend-beta", host="*.example.com", path="/beta/*"),
    rule(300, "legacy-monolith", path="/a-path-that-is-long/with-many-parts/of-some-length/*"),
)
DEFAULT = raw("default", "", "legacy-monolith", number="d", Conditions=[])
LISTENERS = [
    {"ListenerArn": listener_arn(), "LoadBalancerArn": BALANCER, "Port": 443, "Protocol": "HTTPS"},
]
OLD = export(*RULES, DEFAULT, Listeners=LISTENERS)
NEW = export(
    *RULES[:2],
    *RULES[3:4],
    rule(90, "users-service-canary", host="api.example.com", path="/*/v2/*"),
    *RULES[5:7],
    DEFAULT,
    Listeners=LISTENERS,
)
FULL = export(*(rule(number, f"tenant-{number}", host=f"t{number}.example.com") for number in range(2, 6)), rule(1, "rest", path="/*"))
CONFIG = """\
[[range]]
name = "orders"
priorities = "100-119"
match = { paths = ["/orders/*"] }
owner = "@orders"

[[range]]
name = "users"
priorities = ["120-129", "400-409"]
match = { paths = ["/users/*", "/accounts/*", "/sessions/*"] }

[[retired]]
priorities = "300-309"
reason = "the numbers of the monolith, which is going away"
"""
TERRAFORM = f"""\
resource "aws_lb_listener_rule" "orders" {{
  listener_arn = "{listener_arn()}"
  priority     = 100
  action {{
    type             = "forward"
    target_group_arn = "{RULES[1]["Actions"][0]["TargetGroupArn"]}"
  }}
  condition {{
    host_header {{ values = ["api.example.com"] }}
  }}
  condition {{
    path_pattern {{ values = ["/orders/*", "/orders/new"] }}
  }}
}}

resource "aws_lb_listener_rule" "search" {{
  listener_arn = "{listener_arn()}"
  action {{
    type             = "forward"
    target_group_arn = aws_lb_target_group.search.arn
  }}
  condition {{
    host_header {{ values = [var.host] }}
  }}
}}
"""
WISHES = json.dumps({"Rules": [{"Conditions": rule(1, "x", path=path)["Conditions"]} for path in ("/orders/refunds/*", "/search/*")]})
ASKED = "\n".join(
    json.dumps(one)
    for one in (
        {"host": "api.example.com", "path": "/orders/1"},
        {"host": "api.example.com", "path": "/orders/v2/1"},
        {"host": "shop.example.com", "path": "/beta/x"},
        {"host": "nobody.example.org", "path": "/"},
    )
)
LOG = "\n".join(
    (
        entry("GET https://api.example.com:443/orders/7 HTTP/2.0", 100, kind="h2"),
        entry("GET https://api.example.com:443/orders/8 HTTP/2.0", 100, kind="h2", time="2026-11-03T11:00:00.5Z"),
        entry("POST https://api.example.com:443/orders/export HTTP/2.0", 110, kind="h2"),
        entry("GET https://api.example.com:443/orders/v2/x?page=2 HTTP/1.1", 130, time="2026-11-04T23:59:59.9Z"),
        entry("GET https://api.example.com:443/orders/v2/y HTTP/1.1", 130),
        entry("GET https://api.example.com:443/users/%2e%2e/v2/1 HTTP/1.1", 130),
        entry("GET https://nobody.example.org:443/ HTTP/1.1", 0, actions="fixed-response"),
        entry("GET https://nobody.example.org:443/ HTTP/1.1", 500),
        entry("GET http://api.example.com:80/ HTTP/1.1", 0, kind="http"),
        entry("GET https://api.example.com:443/ HTTP/1.1", -1),
        entry("GET https://other.example.com:443/ HTTP/1.1", 10, elb="app/other/0123456789abcdef"),
        entry()[:200],
    )
)
FILES = {
    "access.log": LOG,
    "old.json": OLD,
    "new.json": NEW,
    "full.json": FULL,
    "ranges.toml": CONFIG,
    "main.tf": TERRAFORM,
    "wishes.json": WISHES,
    "asked.jsonl": ASKED,
}
CASES = {
    "check-statistics": "check old.json --statistics",
    "check-full": "check old.json --full",
    "check-info": "check old.json --show info",
    "check-config": "check old.json --config ranges.toml",
    "check-code": "check main.tf",
    "check-known": "check old.json --baseline known.json",
    "check-suggest": "check old.json --suggest",
    "check-diff": "check main.tf --diff",
    "show": "show old.json",
    "show-config": "show old.json --config ranges.toml",
    "show-match": "show old.json --match https://api.example.com/orders/v2/1",
    "show-code": "show main.tf",
    "trace": "trace old.json --url https://api.example.com/orders/v2/1",
    "trace-why": "trace old.json --url https://api.example.com/users/v2/1 --why",
    "trace-code": "trace main.tf --url https://api.example.com/orders/1",
    "trace-many": "trace old.json --requests asked.jsonl",
    "replay": "replay old.json --logs access.log",
    "diff": "diff old.json new.json",
    "diff-nothing": "diff old.json old.json",
    "ways": "ways old.json",
    "ways-one": "ways old.json --target-group users-service-canary",
    "graph": "graph old.json",
    "allocate": "allocate old.json --host api.example.com --path /orders/v2/refunds/*",
    "allocate-range": "allocate old.json --config ranges.toml --path /users/me",
    "allocate-several": "allocate old.json --rule wishes.json",
    "allocate-code": "allocate main.tf --from main.tf:16",
    "allocate-full": "allocate full.json --host t9.example.com",
    "allocate-nowhere": "allocate old.json --path /healthz --place last",
    "ranges": "ranges old.json --config ranges.toml",
    "ranges-none": "ranges old.json",
    "verify": "verify plan.json old.json",
    "verify-other": "verify plan.json new.json",
    "explain": "explain ALB104",
    "explain-family": "explain ALB3",
    "init": "init old.json -o -",
    "config": "config show --config ranges.toml",
    "audit": "audit --endpoint-url URL",
    "audit-regions": "audit --endpoint-url URL --region all --quiet",
    "audit-trace": "trace --live --endpoint-url URL --url https://h0.example.com/1/x",
    "audit-against": "audit --endpoint-url URL --against main.tf",
}


@contextlib.contextmanager
def told(**more: str) -> Iterator[None]:
    """An environment in which these are set."""
    before = dict(os.environ)
    os.environ.update(more)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def laid_out(folder: Path) -> None:
    for name, text in FILES.items():
        (folder / name).write_text(text, "utf-8")
    with contextlib.chdir(folder):
        (folder / "plan.json").write_text(inside("plan", "old.json", "--config", "ranges.toml", "-f", "json").out, "utf-8")
        inside("check", "old.json", "--write-baseline", "known.json")


def printed(case: str, width: int, url: str = "") -> str:
    """What the command prints, in the current folder."""
    with told(COLUMNS=str(width), SOURCE_DATE_EPOCH=DAY):
        ran = inside(*(url if word == "URL" else word for word in CASES[case].split()))
    return ran.out + (f"{'-' * 20}\n{ran.err}" if ran.err else "")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("golden")
    laid_out(made)
    return made


@pytest.fixture
def url(aws, impatient):
    with serving(Loopback(Estate(2, 6))) as running:
        yield running.url


@pytest.mark.parametrize("case", [case for case in CASES if not case.startswith("audit")])
def test_golden(case, folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert {width: printed(case, width) for width in WIDTHS} == {width: golden(case, width) for width in WIDTHS}


@pytest.mark.parametrize("case", [case for case in CASES if case.startswith("audit")])
def test_golden_of_accounts(case, folder, monkeypatch, url):
    monkeypatch.chdir(folder)
    assert {width: printed(case, width, url) for width in WIDTHS} == {width: golden(case, width) for width in WIDTHS}


@pytest.mark.parametrize("case", [case for case in CASES if not case.startswith(("audit", "explain"))])
def test_colour_and_a_dumb_terminal_change_no_word(case, folder, monkeypatch):
    """`explain` lays a page out anew where there is colour."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("TERM", "dumb")
    assert printed(case, 80) == golden(case, 80)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert re.sub(r"\x1b\[[0-9;]*m", "", printed(case, 80)) == golden(case, 80)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "case", [case for case in CASES if case.startswith(("show", "trace", "replay", "graph", "allocate", "ranges", "ways", "verify"))]
)
def test_no_line_is_wider_than_the_terminal_but_for_what_is_copied(case, width):
    for line in golden(case, width).splitlines():
        assert len(line) <= width or re.search(r"curl |`alb-lint |arn:|\S{40}", line), line


def golden(case: str, width: int) -> str:
    return (FOLDER / f"{case}-{width}.txt").read_text("utf-8")


def write() -> None:
    FOLDER.mkdir(exist_ok=True)
    os.environ |= {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "eu-west-1"}
    with tempfile.TemporaryDirectory() as name, serving(Loopback(Estate(2, 6))) as running, contextlib.chdir(name):
        laid_out(Path(name))
        for case in CASES:
            for width in WIDTHS:
                (FOLDER / f"{case}-{width}.txt").write_text(printed(case, width, running.url), "utf-8")


if __name__ == "__main__":
    write()
