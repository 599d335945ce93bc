"""Whatever the number of processes, the report is the same."""

import json
import re
import sys
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from alb_lint import inputs, pipeline, shares
from alb_lint.analysis import crossings
from alb_lint.config import Allow, Before, Config, Range, Requirement, Then, When
from alb_lint.findings.summary import Summary
from alb_lint.model import dear
from alb_lint.reports import json_v1

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))
import generate

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


def linted(taken: inputs.Input, config: Config, workers: int) -> Summary | inputs.Input:
    return shares.lint(lambda: taken, config, "2026-01-01", workers=workers)


def given(folder: Path, config: Config) -> inputs.Input:
    return inputs.gather([str(folder)], config)


@pytest.mark.parametrize("workers", [2, 3, 7])
def test_shares_tell_what_the_whole_tells(tmp_path: Path, workers: int) -> None:
    config = Config()
    taken = given(estate(tmp_path, 12), config)
    whole = pipeline.lint(inputs.read_input(taken, config), config, "2026-01-01", workers=1)
    parted = linted(taken, config, workers)
    assert parted == whole
    assert isinstance(parted, Summary)
    assert json_v1.REPORT.render(parted, False) == json_v1.REPORT.render(whole, False)
    assert len(whole.gaps) == 1
    assert {finding.info.code for finding in whole.findings} >= {"ALB101"}


def test_what_was_let_go_is_read_again_where_its_process_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = given(estate(tmp_path, 12), Config())
    whole = pipeline.lint(inputs.read_input(taken, Config()), Config(), "2026-01-01", workers=1)
    monkeypatch.setattr(shares, "in_order", lambda work, count, workers: map(work, range(count)))
    assert linted(taken, Config(), 3) == whole
    (tmp_path / "11.json").unlink()
    assert linted(taken, Config(), 3) is taken


def test_what_can_be_read_only_once_is_kept(tmp_path: Path) -> None:
    group_in_two(tmp_path)
    for names in ([str(tmp_path)], [str(tmp_path / "00.json"), str(tmp_path / "01.json")]):
        taken: list[inputs.Input] = []

        def gather(names: list[str] = names, taken: list[inputs.Input] = taken) -> inputs.Input:
            taken.append(inputs.gather(names, Config()))
            return taken[-1]

        assert shares.lint(gather, Config(), "2026-01-01", workers=2) is taken[-1]
        assert len(taken) == (2 if len(names) == 1 else 1)


@pytest.mark.parametrize("most", [40, 200, 2_000])
@pytest.mark.parametrize("workers", [1, 2, 3])
def test_what_a_run_looks_at_is_the_same_for_any_number_of_processes(
    tmp_path: Path, workers: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dear, "LEAST_IN_A_RUN", most)
    monkeypatch.setattr(dear, "PER_RULE", 0)
    for number in range(9):
        text = generate.text(20, 1, "regexes") if number < 3 else generate.text(20, number, "regexes" if number % 2 else "hosts")
        (tmp_path / f"{number}.json").write_text(generate.renamed(text, number))
    taken = given(tmp_path, Config())
    read = inputs.only(inputs.read_input(taken, Config()), "")
    whole = pipeline.lint(read, Config(), "2026-01-01", workers=1)
    parted = linted(taken, Config(), workers)
    assert (parted is taken) == (most < 2_000)
    assert parted in (taken, whole)
    assert any("in one run" in finding.message for finding in whole.findings) == (most < 2_000)


@pytest.mark.parametrize("most", [300, 1_500, 3_000])
@pytest.mark.parametrize("workers", [1, 2, 3])
def test_pairs_of_a_run_are_the_same_for_any_number_of_processes(
    tmp_path: Path, workers: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crossings, "PAIRS_IN_A_RUN", most)
    monkeypatch.setattr(crossings, "PAIRS_PER_RULE", 0)
    for number in range(9):
        text = generate.text(20, 1, "one header") if number < 3 else generate.text(20, number, "one header" if number % 2 else "hosts")
        (tmp_path / f"{number}.json").write_text(generate.renamed(text, number))
    taken = given(tmp_path, Config())
    read = inputs.only(inputs.read_input(taken, Config()), "")
    whole = pipeline.lint(read, Config(), "2026-01-01", workers=1)
    parted = linted(taken, Config(), workers)
    assert (parted is taken) == (most < 3_000)
    assert parted in (taken, whole)
    assert any("which each listener of this run may take" in finding.message for finding in whole.findings) == (most < 3_000)


@pytest.mark.parametrize("workers", [2, 3])
def test_processes_lint_what_one_lints(tmp_path: Path, workers: int) -> None:
    config = Config()
    read = inputs.read_input(given(estate(tmp_path, 12), config), config)
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
    taken = given(tmp_path, Config())
    assert linted(taken, Config(), 2) is taken


def test_code_is_gathered_once(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.tf").write_text("# aws_lb_listener_rule\n" + "#" * shares.LEAST_BYTES, "utf-8")
    gathered = []

    def gather() -> inputs.Input:
        gathered.append(inputs.gather([str(tmp_path)], Config()))
        return gathered[-1]

    assert shares.lint(gather, Config(), "2026-01-01", workers=2) is gathered[0]
    assert len(gathered) == 1


def test_a_suppression_sees_the_whole(tmp_path: Path) -> None:
    config = Config(allow=(Allow("ALB101", "*", "", "on purpose"),))
    taken = given(estate(tmp_path, 4), config)
    assert linted(taken, config, 2) is taken


# -- equal exports -----------------------------------------------------------------------------------------------------------


def of_another(text: str, random: Random) -> str:
    """The export with other names of AWS's, as another account has it."""
    return generate.renamed(text, random.randrange(10**5))


MIXES = ("services", "services", "many globs", "many headers", "host, path, method", "query values", "question marks", "nasty paths")


def mixed(folder: Path, seed: int) -> Path:
    """An estate of exports of every mix, some of them again under other names, some of those with a difference."""
    random = Random(seed)
    originals = [generate.text(random.choice((1, 3, 12, 25)), seed * 100 + number, random.choice(MIXES)) for number in range(4)]
    for number in range(12):
        text = of_another(random.choice(originals), random)
        if random.random() < 0.2:
            text = text.replace('"Priority": "10"', '"Priority": "20"', 1)
        if random.random() < 0.1:
            text = text.replace('"Field": "path-pattern"', '"Field": "path-pettern"', 1)
        (folder / f"{number:02d}{random.choice(('', '-b', '-long-name'))}.json").write_text(text)
    return folder


@pytest.mark.parametrize("seed", range(12))
def test_equal_exports_tell_what_each_alone_tells(tmp_path: Path, seed: int) -> None:
    taken = given(mixed(tmp_path, seed), Config())
    whole = pipeline.lint(inputs.read_input(taken, Config()), Config(), "2026-01-01", workers=1)
    for workers in (1, 2):
        found = linted(taken, Config(), workers)
        assert found == whole
        assert isinstance(found, Summary)
        assert json_v1.REPORT.render(found, False) == json_v1.REPORT.render(whole, False)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 400))
def test_equal_exports_tell_what_each_alone_tells_on_many(tmp_path: Path, seed: int) -> None:
    test_equal_exports_tell_what_each_alone_tells(tmp_path, seed)


def twice(folder: Path, first: str, second: str) -> inputs.Input:
    (folder / "00.json").write_text(first)
    (folder / "01.json").write_text(second)
    return given(folder, Config())


def test_equal_exports_are_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = generate.text(20)
    read: list[int] = []
    plain = inputs.read_input
    monkeypatch.setattr(
        inputs, "read_input", lambda taken, *more: (read.append(sum(len(targets) for _, targets in taken.groups)), plain(taken, *more))[1]
    )
    found = linted(twice(tmp_path, text, of_another(text, Random(1))), Config(), 1)
    assert isinstance(found, Summary)
    assert sum(read) == 1
    assert len(found.listeners) == 2


TEXT = generate.text(20)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (TEXT, TEXT),  # one listener, told twice
        (TEXT, TEXT.replace('"Priority": "10"', '"Priority": "11"')),
        (TEXT.replace('"Priority": "20"', '"Priority": "10"'), of_another(TEXT.replace('"Priority": "20"', '"Priority": "10"'), Random(1))),
        (TEXT, of_another(TEXT, Random(1)).replace("lb-", "l-")),
        (TEXT.replace("/api", "/f00dfeed"), of_another(TEXT.replace("/api", "/f00dfeed"), Random(1))),
        (TEXT, re.sub(r"(?<=:)\d{12}(?=:targetgroup)", "000000000001", of_another(TEXT, Random(1)), count=1)),
    ],
    ids=["the same", "another number", "one number for two rules", "a shorter name", "a token in it", "two accounts"],
)
def test_what_is_not_surely_equal_is_read_by_itself(tmp_path: Path, first: str, second: str) -> None:
    taken = twice(tmp_path, first, second)
    assert linted(taken, Config(), 1) is taken


@pytest.mark.parametrize("table", ["ranges", "before", "require"])
def test_a_config_that_names_rules_sees_each(tmp_path: Path, table: str) -> None:
    config = replace(
        Config(),
        **{
            "ranges": {"ranges": (Range("a", ((1, 9),)),)},
            "before": {"before": (Before("*", "*"),)},
            "require": {"require": (Requirement("a", When(), Then(any_of=())),)},
        }[table],
    )
    taken = twice(tmp_path, TEXT, of_another(TEXT, Random(1)))
    assert linted(taken, config, 1) is taken
