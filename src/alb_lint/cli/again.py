"""The answer that an earlier run of `check` gave, where every question that it asked of the system is answered as it was then.

An entry holds the questions of a run, with the answers, and what it printed. Its name is a hash of all that a run is given without asking: words,
folder, environment, terminal, day, interpreter. Files are read again and compared by their hash; only installed code is known by its size and times.
Every commit waits for this module, so that it loads nothing that Python has not loaded by itself.
"""

import os
import stat
import sys
import time

try:
    from _blake2 import blake2b  # hashlib, which is the same and more, takes a tenth of the start of Python
except ImportError:
    from hashlib import blake2b

TYPE_CHECKING = False  # that of `typing`, which is not loaded
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SWITCH = "ALB_LINT_NO_CACHE"
"""The variable that switches it off; any value does but none."""
MOST = 2 * 1024 * 1024
"""Bytes of one entry."""
HEAD = b"alb-lint kept 1\n"
PREFIX = "check-"
"""Begins the names of entries."""
LETTERS = 40
"""Letters of a hash; one stands behind the head, of all that follows."""
NO_LINK = getattr(os, "O_NOFOLLOW", 0)
PLAIN = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
_NOT_KEPT = frozenset({"-", "--no-cache", "-h", "--help", "--fix", "-o", "--output", "--report", "--write-baseline", "--since", "--refs"})
"""Flags of runs that do more than read files and print; `noting` would see that they do, but they need not be watched."""
OF_THE_SYSTEM = ("/dev/", "/proc/")
"""What lies there may be another thing for each process: standard input, and what its caller has opened."""
_OF_A_SESSION = ("_", "OLDPWD", "SHLVL")
"""Variables that differ from one hook to the next, and that no run reads which is kept. So do those of git: GIT_AUTHOR_DATE tells the second."""


def name_of(words: list[str]) -> str:
    """The name of the entry of a run; "" for one that is not to be kept. `words`: those of the command line, after the program."""
    # elsewhere than on POSIX, modes and owners do not tell whose a file is, and in another Python `noting` may not see all that is asked
    if words[:1] != ["check"] or os.name != "posix" or sys.implementation.name != "cpython":
        return ""
    streams = sys.stdout, sys.stderr
    if os.environ.get(SWITCH) or None in streams or streams != (sys.__stdout__, sys.__stderr__):
        return ""  # a stream that is closed, or that somebody has put in place of Python's own
    for word in words:
        if word.partition("=")[0] in _NOT_KEPT or word.startswith(OF_THE_SYSTEM):
            return ""
    try:
        return PREFIX + digest(repr(_given()).encode())
    except OSError:
        return ""  # the current folder is gone: what names mean here cannot be told


def _given() -> tuple[object, ...]:
    around = sorted((name, value) for name, value in os.environ.items() if name not in _OF_A_SESSION and not name.startswith("GIT_"))
    streams = [(stream.encoding, stream.errors) for stream in (sys.stdout, sys.stderr)]
    terminals = [os.isatty(number) and tuple(os.get_terminal_size(number)) for number in (0, 1, 2)]
    interpreter = (sys.version, sys.executable, sys.orig_argv, sys.path, code_state([__file__]))
    return sys.argv, os.getcwd(), os.geteuid(), around, streams, terminals, interpreter, int(time.time()) // 86400


def digest(data: bytes) -> str:
    """The hash of the bytes, as letters."""
    return blake2b(data, digest_size=LETTERS // 2).hexdigest()


def folder() -> str:
    """The folder of the entries, whether it is there or not; "" where the environment names none."""
    told, home = os.environ.get("XDG_CACHE_HOME", ""), os.environ.get("HOME", "")
    if not told.startswith("/"):  # as its specification wants it
        if not home.startswith("/"):
            return ""
        told = f"{home}/Library/Caches" if sys.platform == "darwin" else f"{home}/.cache"
    return f"{told}/alb-lint"


def is_own(about: os.stat_result) -> bool:
    """Whether it belongs to who runs this, and nobody else may write to it."""
    return about.st_uid == os.geteuid() and not about.st_mode & 0o022


def found(name: str) -> tuple[int, bytes] | None:
    """Exit code and report of the entry, where all that it asked is answered as it was; None where it is not, or there is none."""
    place = folder()
    data = _read(f"{place}/{name}") if place else b""
    split = len(HEAD) + LETTERS
    if not data.startswith(HEAD) or digest(data[split:]).encode() != data[len(HEAD) : split]:
        return None  # damaged, of another version, or none
    head, _, rest = data[split:].partition(b"\n")
    code, asked, loaded, state = head.decode().split()
    middle, end = int(asked), int(asked) + int(loaded)
    if not _answered_alike(os.fsdecode(rest[:middle]).split("\0")) or code_state(os.fsdecode(rest[middle:end]).split("\0")) != state:
        return None
    return int(code), rest[end:]


def _answered_alike(told: list[str]) -> bool:
    """Whether each (kind, path, answer) is still so. What is most likely not, and cheap, is asked first: sizes, and then the newest files."""
    files = []
    for kind, path, answer in zip(told[::3], told[1::3], told[2::3], strict=True):
        if kind[0] != "o":
            if ask(kind, path) != answer:
                return False
            continue
        try:
            about = (os.lstat if kind[1] == "F" else os.stat)(path)
        except OSError as error:
            if refused(error) != answer:
                return False
            continue
        if stat.S_ISREG(about.st_mode):
            size = answer.partition(" ")[0]
            if size.isdecimal() and int(size) != about.st_size:
                return False
        elif kind_of(about.st_mode) != answer:
            return False  # not opened: who writes into a pipe would find its reader gone
        elif stat.S_ISLNK(about.st_mode):
            continue
        files.append((-about.st_mtime_ns, kind, path, answer))
    return all(ask(kind, path) == answer for _, kind, path, answer in sorted(files))


def tell(report: bytes) -> int:
    """Writes the report to standard output; returns 0, or the exit code of a run that cannot write it."""
    try:
        sys.stdout.buffer.write(report)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # its reader has gone, as behind `| head`
    except OSError as error:
        from alb_lint.cli import exit_codes, saying
        from alb_lint.errors import UsageError

        failed = UsageError(f"cannot write the report: {error.strerror}", where="standard output")
        saying.say(failed)
        return exit_codes.of(failed)
    return 0


def _read(path: str) -> bytes:
    """The bytes of an entry in a folder of one's own; none where there is none."""
    try:
        around = os.lstat(os.path.dirname(path))
        if not (stat.S_ISDIR(around.st_mode) and is_own(around)):
            return b""
        handle = os.open(path, PLAIN | NO_LINK)
    except OSError:
        return b""  # nothing was kept, or it may not be seen: the run does without
    try:
        about = os.fstat(handle)
        fits = stat.S_ISREG(about.st_mode) and is_own(about) and about.st_size <= MOST
        return os.read(handle, about.st_size) if fits else b""
    except OSError:
        return b""
    finally:
        os.close(handle)


def ask(kind: str, path: str) -> str:
    """What the system answers now. `kind`: see below; `-` and the number of the error where it refuses."""
    try:
        return _ASKED[kind[0]](path, kind[1:])
    except OSError as error:
        return refused(error)


def refused(error: OSError) -> str:
    """An error as an answer."""
    return f"-{error.errno}"


def mode(about: os.stat_result) -> str:
    """Kind and permissions as an answer."""
    return f"{about.st_mode:o}"


def kind_of(mode: int) -> str:
    """What is opened and is no file, as an answer."""
    return f"{stat.S_IFMT(mode):o}"


def listed(names: list[str]) -> str:
    """What lies in a folder as an answer, in the order of the system, which stays as it is where the folder does."""
    return digest(os.fsencode("/".join(names)))


def entries(found: "Iterable[os.DirEntry[str]]") -> str:
    """What lies in a folder, and of which kind it is, as an answer."""
    return listed([entry.name if entry.is_file(follow_symlinks=False) else f"{entry.name}//{_entry_kind(entry)}" for entry in found])


def _entry_kind(entry: "os.DirEntry[str]") -> str:
    """Letters for what is no file, and for what a link leads to."""
    try:
        if entry.is_symlink():
            return "ld" if entry.is_dir() else "lf" if entry.is_file() else "l"
        return "d" if entry.is_dir(follow_symlinks=False) else "o"
    except OSError as error:
        return refused(error)  # a link in a circle


def code_state(paths: list[str], before: int | None = None) -> str:
    """What changes where one of these files and folders does, which hold code; "" where one has changed since `before`, in nanoseconds."""
    found: list[object] = []
    ask, newest = os.stat, before or sys.maxsize
    for path in paths:
        try:
            about = ask(path)
        except OSError as error:
            found.append(error.errno)
            continue
        written, changed = about.st_mtime_ns, about.st_ctime_ns
        if written > newest or changed > newest:
            return ""
        found.append((about.st_size, written, changed))
    return digest(repr(found).encode())


def read_state(data: bytes, cut: bool = False) -> str:
    """The content of a file as an answer. `cut`: more may follow."""
    return f"{'<' if cut else ''}{len(data)} {digest(data)}"


def _file(path: str, told: str) -> str:
    most = int(told[1:] or 0)
    handle = os.open(path, PLAIN if told[0] == "f" else PLAIN | NO_LINK)
    try:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode):
            return kind_of(about.st_mode)
        data = os.read(handle, most or about.st_size + 1)
        if most:
            return read_state(data, len(data) == most)
        return read_state(data) if len(data) == about.st_size else "changing"
    finally:
        os.close(handle)


def _folder(path: str, _: str) -> str:
    with os.scandir(path) as inside:
        return entries(inside)


_ASKED: "dict[str, Callable[[str, str], str]]" = {
    "s": lambda path, _: mode(os.stat(path)),
    "l": lambda path, _: mode(os.lstat(path)),
    "r": lambda path, _: os.readlink(path),
    "n": lambda path, _: listed(os.listdir(path)),
    "d": _folder,
    "o": _file,
}
"""Letter of a question → how it is asked: status, that of a link itself, a link's goal, names, entries, opening and reading."""
