"""What the table says of sources that are loaded later is what they say themselves."""

import pytest

from alb_lint import sources
from alb_lint.sources import loaded

MODULES = {
    "change-set": "change_set",
    "cloudformation": "cloudformation.source",
    "terraform-json": "terraform_json",
    "terraform": "terraform.source",
    "pulumi-json": "pulumi_json",
    "pulumi": "pulumi.source",
    "other-program": "other_programs",
}


def test_every_source() -> None:
    assert [source.kind for source in sources.ALL] == ["aws-json", *MODULES]


@pytest.mark.parametrize("told", sources.ALL[1:], ids=lambda source: source.kind)
def test_the_table(told: sources.Source) -> None:
    own = loaded(MODULES[told.kind])
    for name in ("kind", "suffixes", "markers", "whole", "own", "json_markers", "alone"):
        assert getattr(told, name) == getattr(own, name), name
    assert (told.unread is None) is (own.unread is None)
