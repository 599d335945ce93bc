"""What a rule was called before, among many moves, and the comments right above it, held to slow references."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alb_lint.sources.terraform.renamed import Moves
from terraform_files import read_text, rule, rules

NAMES = st.sampled_from(["a", "b", "ab", "a.b", "a.b.c", "a[0]", 'a["x.y"]', "m.a", "m", "", "a.b[1]"])
LINES = st.lists(
    st.sampled_from(["# alb-lint: ignore[ALB101] %d", "  // alb-lint: ignore[ALB102] %d", "# more", "", "locals {} # x"]), max_size=8
)


@given(st.lists(st.tuples(NAMES, NAMES), max_size=12), NAMES, st.integers(0, 12))
def test_moves_are_found_as_by_trying_all(moves: list[tuple[str, str]], address: str, cut: int) -> None:
    found = Moves()
    found.add(moves[:cut])
    found.add(moves[cut:])
    leading = [(old, new) for old, new in moves if address == new or address.startswith((f"{new}.", f"{new}["))]
    assert found.before(address) == [old + address[len(new) :] for old, new in leading]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LINES, LINES)
def test_comments_right_above_a_rule_are_its_own(tmp_path: Path, first: list[str], second: list[str]) -> None:
    def numbered(lines: list[str]) -> list[str]:
        return [line.replace("%d", str(number)) for number, line in enumerate(lines)]

    def above(lines: list[str]) -> list[str]:
        from_below = next((count for count, line in enumerate(reversed(lines)) if not line.lstrip().startswith(("#", "//"))), len(lines))
        return [line.rpartition(" ")[2] for line in lines[len(lines) - from_below :] if "ignore" in line]

    first, second = numbered(first), numbered(second)
    text = "".join(f"{line}\n" for line in first) + rule("a") + "".join(f"{line}\n" for line in second) + rule("b", priority="11")
    found = rules(read_text(tmp_path, text))
    assert [item.reason for item in found["aws_lb_listener_rule.a"].ignores] == above(first)
    assert [item.reason for item in found["aws_lb_listener_rule.b"].ignores] == above(second)
