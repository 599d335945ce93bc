"""No other place opens a file than the one that reads and the one that writes."""

import ast
from pathlib import Path

SRC = Path(__file__).parents[2] / "src" / "alb_lint"
OPENS = {"open", "fdopen", "read_text", "read_bytes", "write_text", "write_bytes", "mkstemp", "NamedTemporaryFile", "fromfile", "copyfile"}
ALLOWED = {
    "files.py": {"open"},
    "cli/writing.py": {"open", "fdopen", "mkstemp"},
    "cli/main.py": {"open"},  # the null device, where a stream was closed
    "cli/options.py": {"open"},  # the null device, where the reader of the report has gone
    "sources/revision.py": {"write_bytes"},  # into a new folder of its own
}


def called(path: Path) -> set[str]:
    calls = (node.func for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call))
    names = {call.id if isinstance(call, ast.Name) else call.attr for call in calls if isinstance(call, ast.Name | ast.Attribute)}
    return names & OPENS


def test_no_other_open_is_left():
    found = {path.relative_to(SRC).as_posix(): names for path in sorted(SRC.rglob("*.py")) if (names := called(path))}
    assert found == ALLOWED
