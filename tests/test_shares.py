"""Whatever the number of processes, the report is the same."""

import json
from pathlib import Path

import pytest

from alb_lint import pipeline, shares
from alb_lint.config import Allow, Config
from alb_lint.reports import json_v1

ARN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012"


def rule(balancer: str, number: int, path: str, group: str, listener: str = "aaaa") -> dict:
    return {
        "RuleArn": f"{ARN}:listener-rule/app/{balancer}/0123/{listener}/{number:04x}",
        "Priority": str(number),
        "Conditions": [{"Field": "path-pattern", "PathPatternConfig": {"Values": [path]}}],
        "Actions": [{"Type": "forward", "TargetGroupArn": f"{ARN}:targetgroup/{group}/0123"}],
    }


def estate(folder: Path, balancers: int) -> Path:
    """Listeners with a shadowed rule each, one of them with a rule that cannot be read, a file with nothing to say between them."""
    for number in range(balancers):
        name = f"lb-{number % 5}-{number}"
        rules: list[object] = [rule(name, 1, "/a*", f"{name}-a"), rule(name, 2, f"/ab{number}", f"{name}-b"), rule(name, 3, "/b/*", name)]
        write(folder, f"{number:02d}", [*rules, *([7] if number == 3 else [])])
    (folder / "zz.json").write_text('{"Rules": []}')
    return folder


def write(folder: Path, name: str, rules: list[object], **more: object) -> None:
    (folder / f"{name}.json").write_text(json.dumps({"Rules": rules, **more}))


def given(folder: Path, config: Config) -> pipeline.Input:
    return pipeline.gather([str(folder)], config)


@pytest.mark.parametrize("workers", [2, 3, 7])
def test_shares_tell_what_the_whole_tells(tmp_path: Path, workers: int) -> None:
    config = Config()
    taken = given(estate(tmp_path, 12), config)
    whole = pipeline.lint(pipeline.read_input(taken, config), config, "2026-01-01", workers=1)
    parted = shares.lint(taken, config, "2026-01-01", workers=workers)
    assert parted == whole
    assert parted is not None
    assert json_v1.REPORT.render(parted, False) == json_v1.REPORT.render(whole, False)
    assert len(whole.gaps) == 1
    assert {finding.info.code for finding in whole.findings} >= {"ALB101"}


@pytest.mark.parametrize("workers", [2, 3])
def test_processes_lint_what_one_lints(tmp_path: Path, workers: int) -> None:
    config = Config()
    read = pipeline.read_input(given(estate(tmp_path, 12), config), config)
    one, many = (pipeline.lint(read, config, "2026-01-01", workers=count) for count in (1, workers))
    assert one == many


def listener_in_two(folder: Path) -> None:
    write(folder, "00", [rule("web", 1, "/a*", "a")])
    write(folder, "01", [rule("web", 2, "/ab", "b")])


def balancer_in_two(folder: Path) -> None:
    write(folder, "00", [rule("web", 1, "/a*", "a")])
    write(folder, "01", [rule("web", 1, "/a*", "b", listener="bbbb")])


def group_in_two(folder: Path) -> None:
    write(folder, "00", [rule("web", 1, "/a*", "a")])
    write(folder, "01", [rule("api", 1, "/a*", "a")])


def listeners_told_apart(folder: Path) -> None:
    write(folder, "00", [rule("web", 1, "/a*", "a")])
    write(folder, "01", [], Listeners=[{"ListenerArn": f"{ARN}:listener/app/web/0123/aaaa", "Port": 80, "Protocol": "HTTP"}])


def page_of_more(folder: Path) -> None:
    write(folder, "00", [rule("web", 1, "/a*", "a")], NextMarker="x")
    write(folder, "01", [rule("api", 1, "/a*", "b")])


def key_in_disguise(folder: Path) -> None:
    write(folder, "00", [rule("web", 1, "/a*", "a")])
    (folder / "01.json").write_text('{"\\u004coadBalancers": [], "Rules": []}')


@pytest.mark.parametrize(
    "lay",
    [listener_in_two, balancer_in_two, group_in_two, listeners_told_apart, page_of_more, key_in_disguise],
    ids=lambda lay: lay.__name__,
)
def test_what_hangs_together_is_not_divided(tmp_path: Path, lay) -> None:
    lay(tmp_path)
    assert shares.lint(given(tmp_path, Config()), Config(), "2026-01-01", workers=2) is None


def test_a_suppression_sees_the_whole(tmp_path: Path) -> None:
    config = Config(allow=(Allow("ALB101", "*", "", "on purpose"),))
    assert shares.lint(given(estate(tmp_path, 4), config), config, "2026-01-01", workers=2) is None
