"""ALB225: transforms that fit nothing, and groups that are not there."""

import pytest

from alb_lint.checks import ALB225
from shorthand import listener, run

NEVER, GROUP = "never", "group"


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("1 path=/a/* -> t rewrite:^/a/(.*)=>/$1", []),
        ("1 path=/a/* -> t rewrite:^/b/(.*)=>/$1", [NEVER]),
        ("1 path=/a/*,/b/* -> t rewrite:^/b/(.*)=>/$1", []),
        ("1 path=/a/* -> t rewrite:/b/=>/", []),  # it may stand anywhere
        ("1 path=/a -> t rewrite:/b/=>/", []),  # and in the query
        ("1 path=/a -> t rewrite:^/a$=>/b", []),
        ("1 path=/a -> t rewrite:^/ab$=>/b", []),  # any character stands for the `?` of a query
        ("1 path=/a -> t rewrite:^/bb$=>/b", [NEVER]),
        ("1 host=a.com -> t rewrite:^/b=>/", []),  # any path
        ("1 path~^/a/ -> t rewrite:^/b=>/", []),  # a regex itself
        ("1 path=${p} -> t rewrite:^/b=>/", []),
        ("1 path=/a/* -> t rewrite:^/a/(.*)=>/$2", [GROUP]),
        ("1 path=/a/* -> t rewrite:^/a/(?:.*)=>/$1", [GROUP]),
        ("1 path=/a/* -> t rewrite:^/a/(.*)(=>/$1", []),  # no regex: ALB203 may tell
        ("1 path=/a/* -> t rewrite:^/a/.*=>/x", []),
    ],
)
def test_transforms(rule, found):
    assert [item.facets[1] for item in run(ALB225, listener(rule))] == found
