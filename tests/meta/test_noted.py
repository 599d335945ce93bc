"""Whatever decides an answer is seen by the cache of `check`: nobody asks the system in a way that its notes would miss."""

import ast
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from alb_lint.cli import noting
from running import environment

SRC = Path(__file__).parents[2] / "src" / "alb_lint"

PAST = {
    "_blake2", "_io", "_socket", "ctypes", "datetime", "fcntl", "getpass", "grp", "importlib.metadata", "importlib.resources", "locale", "mmap",
    "multiprocessing", "pkgutil", "platform", "posix", "pwd", "random", "resource", "secrets", "select", "socket", "subprocess", "sysconfig", "time",
    "uuid",
}  # fmt: skip
"""Modules that know the clock, chance or the machine, or ask the system past `os`."""
USED = {
    "api.py": {"time"},  # for other programs than the command
    "cli/again.py": {"_blake2", "time"},
    "cli/noting.py": {"posix", "time"},
    "cli/options.py": {"time"},  # the day, which is in the name of an entry
    "config_file.py": {"datetime"},  # dates that are written there
    # what starts processes is not kept: `noting` sees their modules
    "parallel.py": {"multiprocessing", "time"},
    "sources/blobs.py": {"subprocess"},
    "sources/revision.py": {"subprocess"},
    # other commands
    "cli/init.py": {"datetime"},
    "cli/live.py": {"datetime"},
    "cli/reserving.py": {"datetime", "secrets", "time"},
    "sources/live/calls.py": {"time"},
    "sources/live/snapshot.py": {"datetime"},
}


@cache
def nodes() -> tuple[tuple[str, tuple[ast.AST, ...]], ...]:
    """Each module's name and the nodes of it that these tests look at."""
    kinds = ast.Import | ast.ImportFrom | ast.Attribute
    trees = [(path.relative_to(SRC).as_posix(), ast.parse(path.read_text("utf-8"))) for path in sorted(SRC.rglob("*.py"))]
    return tuple((name, tuple(node for node in ast.walk(tree) if isinstance(node, kinds))) for name, tree in trees)


def imported(nodes: Iterable[ast.AST]) -> set[str]:
    """Names of modules, in and outside of functions."""
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {item.name for item in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{item.name}" for item in node.names)}
    return found


def test_clock_chance_and_machine_are_known_by_few():
    found = {name: used for name, here in nodes() if (used := PAST & imported(here))}
    assert found == USED


def test_functions_of_the_system_are_asked_by_their_module():
    """One that was taken out of `os` before a run would not be replaced."""
    taken = {
        name: bare for name, here in nodes() if (bare := {word for word in imported(here) if word.startswith("os.") or word == "io.open"})
    }
    assert taken == {}


STATUS = {
    "cli/again.py": {"st_mode", "st_size", "st_uid", "st_mtime_ns", "st_ctime_ns"},
    "cli/keeping.py": {"st_mode", "st_mtime_ns", "st_size", "st_uid"},
    "cli/noting.py": {"st_mode"},
    "cli/writing.py": {"st_mode", "st_uid", "st_gid"},
    "files.py": {"st_mode", "st_size"},  # the size of what is read then
    "languages/typescript/aliases.py": {"st_mtime_ns"},  # which of two readings in one run
    "sources/pulumi/project_file.py": {"st_mtime_ns"},  # as well
}


def test_of_a_file_only_its_kind_and_mode_are_asked_beside_its_content():
    """These are what is noted; times and sizes decide nothing."""
    found: dict[str, set[str]] = {}
    for name, here in nodes():
        for node in here:
            if isinstance(node, ast.Attribute) and node.attr.startswith("st_"):
                found.setdefault(name, set()).add(node.attr)
    assert found == STATUS


def test_standard_input_is_read_where_a_word_says_so():
    found = {
        name
        for name, here in nodes()
        for node in here
        if isinstance(node, ast.Attribute)
        and node.attr in ("stdin", "__stdin__")
        and isinstance(node.value, ast.Name)
        and node.value.id == "sys"
    }
    assert found == {"cli/options.py", "sources/walk.py"}  # the first for other commands, both for `-`, which is not kept


def test_variables_are_read_by_few():
    """All are in the name of an entry, but those of git, which the runs that start it give to it."""
    found = {name for name, here in nodes() for node in here if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")}
    known = {
        "cli/again.py",
        "cli/explain.py",
        "cli/lean.py",
        "cli/live.py",
        "cli/options.py",
        "sources/live/sessions.py",
        "sources/revision.py",
    }
    assert found == known


KNOWN = {"stat", "lstat", "readlink", "listdir", "scandir", "open", "read", "close"}

ASKING = """
import os, posix, sys
from alb_lint.cli import noting
before = dict(vars(os))
notes = noting.Noting("check-x")
told = {name: made.__name__ for name, made in vars(os).items() if before[name] is not made}
notes.end()
assert dict(vars(os)) == before
known = {name for name, made in vars(posix).items() if type(made) is type(os.getpid) and name[0] != "_"}
print([sorted(known - set(told)), sorted(name for name, made in told.items() if made != "ending")])
"""


def test_what_can_be_asked_again_is_what_is_known_of_the_system():
    """All else that is in `os` ends the notes, whatever a later Python puts there."""
    done = subprocess.run([sys.executable, "-c", ASKING], env=environment(), capture_output=True, text=True, check=True)
    harmless, known = ast.literal_eval(done.stdout)
    assert set(known) == KNOWN
    assert set(harmless) == noting._HARMLESS
