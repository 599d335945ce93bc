"""No other place opens a file than the one that reads and the one that writes."""

import ast
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src" / "alb_lint"
OPENS = {"open", "fdopen", "read_text", "read_bytes", "write_text", "write_bytes", "mkstemp", "NamedTemporaryFile", "fromfile", "copyfile"}
MODULES = {"os", "io", "codecs", "gzip", "bz2", "lzma", "tarfile", "zipfile"}
ALLOWED = {
    "files.py": {"open"},
    "cli/writing.py": {"open", "fdopen", "mkstemp"},
    "cli/again.py": {"open"},  # asks once more what others have asked
    "cli/keeping.py": {"open"},  # a draft in a folder of one's own; what `writing` loads for drafts elsewhere takes longer than the rest
    "cli/running.py": {"open"},  # the null device, where a stream was closed
    "cli/options.py": {"open"},  # the null device, where the reader of the report has gone
    "sources/revision.py": {"open"},  # makes empty files in a new folder of its own
}


def called(path: Path) -> set[str]:
    return {name for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call) and (name := opens(node))}


def opens(call: ast.Call) -> str:
    """The name under which a call opens a file; "" for others. A method `open` of ours is given no mode."""
    if isinstance(call.func, ast.Name):
        return call.func.id if call.func.id in OPENS else ""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in OPENS:
        return ""
    module = isinstance(call.func.value, ast.Name) and call.func.value.id in MODULES
    moded = not call.args or isinstance(call.args[0], ast.Constant)
    return call.func.attr if call.func.attr != "open" or module or moded else ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("open(path)", "open"), ("os.open(path, 0)", "open"), ("path.open('rb')", "open"), ("Path(x).open()", "open"), ("a.read_text()", "read_text"),
        ("glance.open(first, second)", ""), ("a.close()", ""), ("files('x')", ""),
    ],
)  # fmt: skip
def test_what_opens(text: str, found: str) -> None:
    assert opens(ast.parse(text).body[0].value) == found


def test_no_other_open_is_left():
    found = {path.relative_to(SRC).as_posix(): names for path in sorted(SRC.rglob("*.py")) if (names := called(path))}
    assert found == ALLOWED


LOOKS = {"is_dir", "is_file", "exists", "resolve", "is_symlink", "samefile"}
"""Methods of Path that raise for long names, loops of links and folders that may not be entered; `files` has those that never do."""
OTHERS = {
    "sources/walk.py": {"is_dir", "is_symlink"},  # of an entry of a folder, which is there
    "cli/again.py": {"is_dir", "is_file", "is_symlink"},  # as well
    "sources/cloudformation/assembly.py": {"is_file"},  # of a place that asks the reader
}


def test_names_are_looked_up_in_one_place():
    found = {}
    for path in sorted(SRC.rglob("*.py")):
        calls = (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call) and not node.args)
        names = {node.func.attr for node in calls if isinstance(node.func, ast.Attribute) and node.func.attr in LOOKS and not node.keywords}
        if names:
            found[path.relative_to(SRC).as_posix()] = names
    assert found == OTHERS
