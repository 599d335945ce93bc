"""One project in several workspaces: what holds in each, and what in some of them only."""

from pathlib import Path

import pytest

from running import process
from terraform_files import ACTION, rule, write

NUMBERS = 'locals {\n  live = terraform.workspace == "live"\n}\n'
ONE, OTHER = '"tg"', '"other"'
LIVE = "local.live ? {} : {}"


def both(first: str, second: str, more: str = "") -> str:
    """Two rules on the same requests, which act differently."""
    return rule("a", priority=first) + rule("b", more, priority=second, action=ACTION.replace(ONE, OTHER))


CONFIG = "[terraform]\nworkspaces = {}\n"


def said(folder: Path, text: str, workspaces: str, *flags: str) -> list[str]:
    """`CODE message` of errors and warnings."""
    write(folder, {"main.tf": NUMBERS + text, "alb-lint.toml": CONFIG.format(workspaces)})
    ran = process("check", ".", "-f", "json", *(flags if "--select" in flags else (*flags, "--select", "ALB001,ALB101")), cwd=folder)
    return [f"{item['code']} {item['message'].partition(':')[0]}" for item in ran.json["findings"] if item["severity"] != "info"]


@pytest.mark.parametrize(
    ("text", "workspaces", "flags", "found"),
    [
        (both("10", LIVE.format(10, 20)), '["live", "test"]', (), ["ALB001 in workspace live", "ALB101 in workspace test"]),
        (both("10", LIVE.format(10, 20)), '["test", "other"]', (), ["ALB101 no request reaches it"]),
        (both(LIVE.format(10, 30), LIVE.format(20, 40)), '["live", "test"]', (), ["ALB101 in every workspace, here live"]),
        (both("10", "20"), '["live", "test"]', (), ["ALB101 no request reaches it"]),
        (both("10", LIVE.format(10, 20)), '["live", "test"]', ("--workspace", "test"), ["ALB101 no request reaches it"]),
        (both("10", "20", "count = local.live ? 1 : 0"), '["live", "test", "x"]', (), ["ALB101 in workspace live"]),
        (both("10", LIVE.format(9, 20)), '["test", "live", "x"]', (), ["ALB101 in workspace live", "ALB101 in workspaces test, x"]),
    ],
)
def test_each_workspace_is_judged(tmp_path: Path, text: str, workspaces: str, flags: tuple[str, ...], found: list[str]) -> None:
    assert said(tmp_path, text, workspaces, *flags) == found


def test_a_suppression_that_one_workspace_needs_is_not_stale(tmp_path: Path) -> None:
    text = both("10", LIVE.format(10, 20)).replace(
        'resource "aws_lb_listener_rule" "a"', '# alb-lint: ignore[ALB001] one goes\nresource "aws_lb_listener_rule" "a"'
    )
    assert said(tmp_path, text, '["live", "test"]', "--select", "ALB001,ALB9") == []
    assert said(tmp_path, text, '["test", "other"]', "--select", "ALB001,ALB9") == [
        "ALB901 ignore[ALB001] on aws_lb_listener_rule.a hides nothing"
    ]
