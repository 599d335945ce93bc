"""Which regexes mean the same however AWS reads them."""

from contextlib import suppress
from random import Random

import pytest

from alb_lint.analysis.readings import anchoring_matters
from alb_lint.space.hunt import only_in
from alb_lint.space.regex import Reading, Regex, Unreadable, compiled, held_at_both_ends

ANYWHERE, WHOLE = Reading(True, False), Reading(False, False)


@pytest.mark.parametrize(
    ("pattern", "matters"),
    [
        ("^/a$", False),
        ("^/(a|b)/[0-9]+$", False),
        ("^/[]|(]$", False),
        (r"^/\($", False),
        ("/a", True),
        ("^/a", True),
        ("/a$", True),
        ("^/a|/b$", True),
        (r"^/a\$", True),
        ("^/a|b/(c)$", True),
        ("(^/a$)", False),
        ("^.*$", False),
        (".*", False),
    ],
)
def test_whether_it_matters_where_a_regex_is_looked_for(pattern: str, matters: bool) -> None:
    assert anchoring_matters(pattern) is matters


def test_what_is_held_at_both_ends_is_read_in_one_way() -> None:
    """Of regexes made at random, the automata of both readings take the same texts wherever the look at the ends says so: one serves both."""
    random, held = Random("ends"), 0
    for _ in range(3_000):
        inner = "".join(
            random.choice(["a", "/", "|", "(", ")", "[", "]", "[^", "\\", "*", "$", "^", "b", "(a|b)", "[)|]"])
            for _ in range(random.randint(0, 6))
        )
        pattern = f"^{inner}$"
        if held_at_both_ends(pattern):
            with suppress(Unreadable):
                searched, whole = Regex(pattern, ANYWHERE), Regex(pattern, WHOLE)
                assert only_in(searched, whole) is None, pattern
                assert only_in(whole, searched) is None, pattern
                assert compiled(pattern, ANYWHERE) is compiled(pattern, WHOLE)
                held += 1
    assert held > 500
