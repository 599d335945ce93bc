"""What the shell offers when somebody presses the tab key: asked for as the shells' own scripts do."""

import pytest

from running import SEED, process


def offered(line, shell="bash"):
    """The words that bash is offered after the line."""
    words = line.split(" ")
    ran = process(cwd=SEED, _ALB_LINT_COMPLETE=f"complete_{shell}", COMP_WORDS=line, COMP_CWORD=str(len(words) - 1))
    assert ran.err == ""
    return ran.out.split()


@pytest.mark.parametrize(
    ("line", "some"),
    [
        ("alb-lint sch", {"schema"}),
        ("alb-lint check --format s", {"sarif"}),
        ("alb-lint check --report git", {"github:", "gitlab:", "github-sarif:"}),
        ("alb-lint check --select ALB10", {"ALB101", "ALB107"}),
        ("alb-lint check --ignore ALB101,ALB60", {"ALB101,ALB601"}),
        ("alb-lint check --fail-on w", {"warning"}),
        ("alb-lint check --environment ", {"staging", "production"}),
        ("alb-lint check --listener ", {"public", "internal"}),
        ("alb-lint check --source-kind pul", {"pulumi", "pulumi-json"}),
        ("alb-lint allocate --range v", {"v2-api"}),
        ("alb-lint graph --format ", {"text", "json", "svg", "dot", "mermaid", "graphml"}),
        ("alb-lint trace -f ", {"text", "json"}),
        ("alb-lint explain shadowed", {"shadowed-rule", "shadowed-when-deployed"}),
        ("alb-lint schema f", {"findings", "finding-line"}),
        ("alb-lint config ", {"show"}),
    ],
)
def test_values_are_offered(line, some):
    assert some <= set(offered(line))
