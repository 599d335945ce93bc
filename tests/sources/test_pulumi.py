"""The two programs of fixtures/: a scorer before and after its refactoring, read from source alone."""

import shutil
from collections import defaultdict
from pathlib import Path

import pytest

from alb_lint.model import Forward, Reading, Share
from alb_lint.sources.pulumi.source import SOURCE
from alb_lint.sources.source import ReadOptions, Target
from pulumi_programs import one_line, rules

FIXTURES = Path(__file__).parents[2] / "fixtures"
BEFORE, AFTER = "passport-scorer-pulumi", "passport-scorer-pulumi-refactored"


def reading(fixture: str, *names: str) -> Reading:
    """Of the files that a walk of the folder would find, or of the named ones."""
    root = FIXTURES / fixture
    found = sorted(path for path in root.rglob("*.ts") if not names or path.relative_to(root).as_posix() in names)
    targets = [Target(path.relative_to(root).as_posix(), path, path.read_bytes()) for path in found]
    return SOURCE.read([target for target in targets if names or b"ListenerRule" in target.data], ReadOptions())


@pytest.fixture(scope="module")
def before() -> Reading:
    return reading(BEFORE)


@pytest.fixture(scope="module")
def after() -> Reading:
    return reading(AFTER)


PUBLIC, INTERNAL, APP = "httpsListener.arn", "internalHttpsListener.arn", "aws.lb.Listener:app-api-https"

EXPECTED = [
    (PUBLIC, "infra/aws/index.ts", "lrule-lambda-submit-passport-0 1001 path=/registry/submit-passport method=POST"),
    (PUBLIC, "infra/aws/index.ts", "lrule-lambda-cc-v1-st-bulk-POST-0 1002 path=/ceramic-cache/stamps/bulk method=POST"),
    (PUBLIC, "infra/aws/index.ts", "lrule-lambda-cc-v1-st-bulk-PATCH-0 1003 path=/ceramic-cache/stamps/bulk method=PATCH"),
    (PUBLIC, "infra/aws/index.ts", "lrule-lambda-cc-v1-st-bulk-DELETE-0 1004 path=/ceramic-cache/stamps/bulk method=DELETE"),
    (PUBLIC, "infra/aws/index.ts", "lrule-lambda-cc-v1-score-POST-0 1006 path=/ceramic-cache/score/* method=POST"),
    (PUBLIC, "infra/aws/index.ts", "lrule-lambda-cc-v1-score-GET-0 1007 path=/ceramic-cache/score/0x* method=GET"),
    (PUBLIC, "infra/aws/index.ts", "lrule-lambda-cc-weights-GET-0 1015 path=/ceramic-cache/weights method=GET"),
    (PUBLIC, "infra/aws/index.ts", "lrule-lambda-cc-v1-st-GET-0 1010 path=/ceramic-cache/stamp method=GET"),
    (PUBLIC, "infra/aws/index.ts", "lrule-lambda-passport-analysis-GET-0 1012 path=/passport/analysis/* method=GET"),
    (PUBLIC, "infra/aws/v2/index.ts", "lrule-lambda-passport-v2-model-score 2021 path=/v2/models/score/* method=GET"),
    (PUBLIC, "infra/aws/v2/index.ts", "lrule-lambda-passport-v2-stamp-score 2023 path=/v2/stamps/*/score/* method=GET"),
    (PUBLIC, "infra/aws/v2/rust-scorer.ts", "rust-v2-stamp-score 2023 path=/v2/stamps/*/score/* method=GET"),
    (PUBLIC, "infra/aws/v2/rust-scorer.ts", "rust-cc-st-bulk-post 1002 path=/ceramic-cache/stamps/bulk method=POST"),
    (PUBLIC, "infra/aws/v2/rust-scorer.ts", "rust-cc-score-post 1001 path=/ceramic-cache/score/* method=POST"),
    (INTERNAL, "infra/aws/embed/index.ts", "embed-st-lambda-rule 2100 path=/internal/embed/stamps/* method=POST"),
    (INTERNAL, "infra/aws/embed/index.ts", "embed-rl-lambda-rule 2101 path=/internal/embed/validate-api-key method=GET"),
    (INTERNAL, "infra/aws/embed/index.ts", "embed-gs-lambda-rule 2103 path=/internal/embed/score/* method=GET"),
    (INTERNAL, "infra/aws/v2/rust-scorer.ts", "rust-embed-save-stamps 2100 path=/internal/embed/stamps/* method=POST"),
    (INTERNAL, "infra/aws/v2/rust-scorer.ts", "rust-embed-validate-api-key 2101 path=/internal/embed/validate-api-key method=GET"),
    (INTERNAL, "infra/aws/v2/rust-scorer.ts", "rust-embed-get-score 2103 path=/internal/embed/score/* method=GET"),
    (APP, "infra/aws/app_api/index.ts", "cc-nonce-rule 5010 path=/account/nonce method=GET|OPTIONS"),
    (APP, "infra/aws/app_api/index.ts", "cc-auth-rule 5020 path=/ceramic-cache/authenticate method=POST|OPTIONS"),
]


def told(source: Reading) -> list[tuple[str, str, str]]:
    return [(listener.id, rule.location.file, one_line(rule)) for listener in source.listeners for rule in listener.rules]


def test_every_rule_has_its_number_conditions_and_listener(before):
    assert sorted(told(before)) == sorted(EXPECTED)
    assert before.gaps == ()


@pytest.mark.parametrize(
    "name", ["infra/aws/index.ts", "infra/aws/v2/rust-scorer.ts", "infra/aws/embed/index.ts", "infra/lib/scorer/new_service.ts"]
)
def test_any_one_file_gives_the_same(before, name, tmp_path):
    """What a file imports is read as far as its repository goes."""
    repository = shutil.copytree(FIXTURES / BEFORE, tmp_path / BEFORE)
    (repository / ".git").mkdir()
    assert told(reading(str(repository), name)) == told(before)


def test_every_rule_stands_where_its_number_does(before):
    """At the call or construction whose text holds the number."""
    for rule in rules(before):
        text = (FIXTURES / BEFORE / rule.location.file).read_text().split("\n")
        assert text[rule.location.line - 1][rule.location.column - 1 :].startswith(("build", "create", "new aws.lb.ListenerRule"))
        site = rule.priority_site
        assert site is not None
        assert (site.file, site.text) == (rule.location.file, str(rule.priority))
        assert rule.location.line < site.line < rule.location.line + 12
        assert (FIXTURES / BEFORE / site.file).read_bytes()[site.offset : site.offset + site.length].decode() == site.text


def test_the_six_collisions_can_be_seen_from_source_alone(before):
    numbers: dict[tuple[str, object], list[str]] = defaultdict(list)
    for listener in before.listeners:
        for rule in listener.rules:
            assert rule.presence == ()
            numbers[listener.id, rule.priority].append(rule.name)
    assert {key: names for key, names in numbers.items() if len(names) > 1} == {
        (PUBLIC, 1001): ["lrule-lambda-submit-passport-0", "rust-cc-score-post"],
        (PUBLIC, 1002): ["lrule-lambda-cc-v1-st-bulk-POST-0", "rust-cc-st-bulk-post"],
        (PUBLIC, 2023): ["lrule-lambda-passport-v2-stamp-score", "rust-v2-stamp-score"],
        (INTERNAL, 2100): ["embed-st-lambda-rule", "rust-embed-save-stamps"],
        (INTERNAL, 2101): ["embed-rl-lambda-rule", "rust-embed-validate-api-key"],
        (INTERNAL, 2103): ["embed-gs-lambda-rule", "rust-embed-get-score"],
    }


def test_the_weighted_rules_name_both_target_groups(before):
    """The one that is looked up by its name is the one that the Python rule forwards to."""
    (rule,) = [rule for rule in rules(before) if rule.name == "rust-v2-stamp-score"]
    (action,) = rule.actions
    assert isinstance(action, Forward)
    assert [share.target_group for share in action.shares] == [
        "aws.lb.TargetGroup:l-passport-v2-stamp-score",
        "aws.lb.TargetGroup:l-passport-v2-rust-scorer",
    ]


REFACTORED = [
    (PUBLIC, "infra/aws/index.ts", "lrule-submit-passport-0 1030 path=/registry/submit-passport method=POST"),
    (PUBLIC, "infra/aws/index.ts", "lrule-cc-v1-st-bulk-POST-0 1031 path=/ceramic-cache/stamps/bulk method=POST"),
    (PUBLIC, "infra/aws/index.ts", "lrule-cc-v1-st-bulk-PATCH-0 1032 path=/ceramic-cache/stamps/bulk method=PATCH"),
    (PUBLIC, "infra/aws/index.ts", "lrule-cc-v1-st-bulk-DELETE-0 1033 path=/ceramic-cache/stamps/bulk method=DELETE"),
    (PUBLIC, "infra/aws/index.ts", "lrule-cc-v1-score-POST-0 1035 path=/ceramic-cache/score/* method=POST"),
    (PUBLIC, "infra/aws/index.ts", "lrule-cc-v1-score-GET-0 1036 path=/ceramic-cache/score/0x* method=GET"),
    (PUBLIC, "infra/aws/index.ts", "lrule-cc-v1-st-GET-0 1039 path=/ceramic-cache/stamp method=GET"),
    (PUBLIC, "infra/aws/index.ts", "lrule-cc-weights-GET-0 1038 path=/ceramic-cache/weights method=GET"),
    (PUBLIC, "infra/aws/index.ts", "lrule-passport-analysis-GET-0 1037 path=/passport/analysis/* method=GET"),
    (PUBLIC, "infra/aws/v2/index.ts", "lrule-passport-v2-model-score 2110 path=/v2/models/score/* method=GET"),
    (
        PUBLIC,
        "infra/aws/v2/index.ts",
        'lrule-passport-v2-stamp-score 2112 path=/v2/stamps/*/score/* method=GET if not stack === "production"',
    ),
    (PUBLIC, "infra/aws/v2/index.ts", 'lrule-passport-v2-stamp-score 2112 path=/v2/stamps/*/score/* method=GET if stack === "production"'),
    (INTERNAL, "infra/aws/embed/index.ts", "embed-st-lambda-rule 2104 path=/internal/embed/stamps/* method=POST"),
    (INTERNAL, "infra/aws/embed/index.ts", "embed-rl-lambda-rule 2105 path=/internal/embed/validate-api-key method=GET"),
    (INTERNAL, "infra/aws/embed/index.ts", "embed-gs-lambda-rule 2106 path=/internal/embed/score/* method=GET"),
    *[entry for entry in EXPECTED if entry[0] == APP],
]


def test_the_refactored_program_has_its_new_numbers(after):
    assert sorted(told(after)) == sorted(REFACTORED)
    assert after.gaps == ()


def test_numbers_that_others_are_counted_from_have_no_place(after):
    places = {rule.name for rule in rules(after) if rule.priority_site is not None}
    assert places == {
        "lrule-cc-v1-st-GET-0",
        "lrule-cc-weights-GET-0",
        "lrule-passport-analysis-GET-0",
        "lrule-passport-v2-model-score",
        "lrule-passport-v2-stamp-score",
        "cc-nonce-rule",
        "cc-auth-rule",
    }


def test_a_weight_is_told_where_the_branch_tells_it(after):
    (rule,) = [rule for rule in rules(after) if rule.presence == (('stack === "production"', False),)]
    assert rule.actions == (
        Forward((Share("aws.lb.TargetGroup:l-passport-v2-stamp-score", 0), Share("aws.lb.TargetGroup:l-passport-v2-rust-scorer", 100))),
    )
