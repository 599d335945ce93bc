"""What a run asks of the system, and what it prints, noted while it does so, for `again`.

The system's own functions are replaced until the run ends, so that nobody can forget to tell: whoever looks at a file, a library too, is seen here.
What is asked in a way that is not known here, or would change something, ends the noting, and nothing of the run is kept.
"""

import builtins
import io
import os
import posix
import stat
import sys
import time
from collections.abc import Callable, Iterator
from types import BuiltinFunctionType
from typing import Any, Final, Self

from alb_lint.cli import again

MOST_READ: Final = 4 * 1024 * 1024
"""Bytes of files; to read and hash more would take longer than many a run."""
MOST_FILES: Final = 1_000
"""To note one takes a fifth of the time that the walk takes for it, and to read it again half."""
MOST_PRINTED: Final = 1024 * 1024
MOST_ASKED: Final = 20_000
SETTLED: Final = 2_000_000_000
"""Nanoseconds since the last change of installed code: what is changed while it is loaded is not known by its times."""

_HARMLESS: Final = frozenset({
    "cpu_count", "fspath", "fstat", "get_terminal_size", "getcwd", "geteuid", "isatty", "register_at_fork", "sched_getaffinity",
    "strerror",
})  # fmt: skip
"""Functions whose answers stand in the name of an entry, or decide nothing that is printed."""
_PAST_THESE: Final = frozenset({"_posixsubprocess", "_socket", "_ctypes", "mmap", "_multiprocessing"})
"""Modules by which a run could ask in another way; none that is kept has loaded them."""


class Noting:
    """The notes of one run, from the moment that it is made. `name`: of the entry that they are for."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._since = time.time_ns()
        self._on = True
        self._asked: dict[tuple[str, str], str] = {}
        self._printed = bytearray()
        self._left, self._files_left = MOST_READ, MOST_FILES
        self._open: dict[int, list[Any]] = {}
        """Handle → kind of the question, path, how much was asked for at last, and what was read."""
        self._true: dict[str, Callable[..., Any]] = {
            word: made
            for word, made in vars(posix).items()
            if type(made) is BuiltinFunctionType and word[0] != "_" and word not in _HARMLESS
        }
        self._opens = builtins.open, io.open
        self._streams = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = _noted(sys.stdout, self._print), _noted(sys.stderr, self._complain)
        own = self._functions()
        for word, made in self._true.items():
            setattr(os, word, own.get(word) or self._ending(made))
        builtins.open, io.open = map(self._ending, self._opens)

    def end(self) -> None:
        """From here on nothing is noted, and nothing kept."""
        if self._on:
            self._on = False
            for word, made in self._true.items():
                setattr(os, word, made)
            builtins.open, io.open = self._opens
            self._open.clear()  # a number may come to stand for another file, and a function that was taken out of `os` meanwhile is still ours

    def keep(self, code: int) -> None:
        """Keeps the run that has ended with this code, where it can be told again."""
        try:
            sys.stdout.flush()
        except OSError:
            self.end()  # the report is not out, which the end of the process tells
        told = self._on and code in (0, 1) and not self._open
        self.end()
        sys.stdout, sys.stderr = self._streams
        # the same day, terminal and variables as in the beginning, or nobody knows which of them decided
        if told and _PAST_THESE.isdisjoint(sys.modules) and again.name_of(sys.argv[1:]) == self._name:
            loaded = _code()
            state = again.code_state(loaded, self._since - SETTLED)
            if state:
                from alb_lint.cli.keeping import keep

                keep(self._name, code, self._asked, loaded, state, bytes(self._printed))

    def _ending(self, made: Callable[..., Any]) -> Callable[..., Any]:
        def ending(*given: Any, **named: Any) -> Any:
            self.end()
            return made(*given, **named)

        return ending

    def _note(self, kind: str, path: Any, answer: str) -> None:
        if self._on:
            name = path if type(path) is str else os.fspath(path) if isinstance(path, os.PathLike) else None
            if not isinstance(name, str) or name.startswith(again.OF_THE_SYSTEM) or len(self._asked) > MOST_ASKED:
                self.end()
            elif self._asked.setdefault((kind, name), answer) != answer:
                self.end()  # it has changed in the meantime

    def _asking(self, word: str, kind: str, answer: Callable[[Any], str]) -> Callable[..., Any]:
        true = self._true[word]

        def asking(path: Any = ".", *more: Any, **named: Any) -> Any:
            if more or named:
                self.end()
                return true(path, *more, **named)
            try:
                found = true(path)
            except OSError as error:
                self._note(kind, path, again.refused(error))
                raise
            self._note(kind, path, answer(found))
            return found

        return asking

    def _functions(self) -> dict[str, Callable[..., Any]]:
        """What stands in for the functions that `again` can repeat."""
        status, of_link = self._asking("stat", "s", again.mode), self._asking("lstat", "l", again.mode)

        def stat(path: Any, *, follow_symlinks: bool = True, **named: Any) -> Any:
            return (status if follow_symlinks else of_link)(path, **named)

        return {
            "stat": stat,
            "lstat": of_link,
            "readlink": self._asking("readlink", "r", str),
            "listdir": self._asking("listdir", "n", again.listed),
            "scandir": self._scandir,
            "open": self._opening,
            "read": self._read,
            "close": self._close,
        }

    def _scandir(self, path: Any = ".") -> "_Entries":
        try:
            with self._true["scandir"](path) as inside:
                entries = list(inside)
        except OSError as error:
            self._note("d", path, again.refused(error))
            raise
        try:
            self._note("d", path, again.entries(entries))
        except OSError:
            self.end()  # of an entry, of which the system had not said the kind
        return _Entries(entries)

    def _opening(self, path: Any, flags: int, *more: Any, **named: Any) -> int:
        if more or named or flags & ~_READING or not self._on:
            self.end()
            return int(self._true["open"](path, flags, *more, **named))
        kind = "oF" if flags & again.NO_LINK else "of"
        try:
            handle = int(self._true["open"](path, flags))
        except OSError as error:
            self._note(kind, path, again.kind_of(stat.S_IFLNK) if kind == "oF" and self._is_link(path) else again.refused(error))
            raise
        self._open[handle] = [kind, path, 0]
        return handle

    def _is_link(self, path: Any) -> bool:
        try:
            return stat.S_ISLNK(self._true["lstat"](path).st_mode)
        except OSError:
            return False

    def _read(self, handle: int, most: int) -> bytes:
        opened = self._open.get(handle)
        try:
            data: bytes = self._true["read"](handle, most)
        except OSError:
            self.end()
            raise
        if opened is not None:
            opened[2] = most
            opened.append(data)
        return data

    def _close(self, handle: int) -> None:
        opened = self._open.pop(handle, None)
        if opened is not None and self._on:
            kind, path, last, *pieces = opened
            if pieces:
                data = pieces[0] if len(pieces) == 1 else b"".join(pieces)
                self._left -= len(data)
                self._files_left -= 1
                if self._left < 0 or self._files_left < 0:
                    self.end()
                else:
                    cut = len(pieces[-1]) == last
                    self._note(f"{kind}{len(data)}" if cut else kind, path, again.read_state(data, cut))
            elif stat.S_ISDIR(mode := os.fstat(handle).st_mode):
                self._note(kind, path, again.kind_of(mode))
            else:
                self.end()  # a device, a pipe, or a file too large to be read
        self._true["close"](handle)

    def _print(self, data: bytes) -> None:
        if self._on:
            self._printed += data
            if len(self._printed) > MOST_PRINTED:
                self.end()

    def _complain(self, data: bytes) -> None:
        del data
        self.end()  # what is said beside the report may be of this machine, and of now


_READING: Final = again.PLAIN | again.NO_LINK | getattr(os, "O_CLOEXEC", 0)


class _Entries:
    """What `os.scandir` gives, of entries that are read already."""

    def __init__(self, entries: list[os.DirEntry[str]]) -> None:
        self._entries = iter(entries)

    def __iter__(self) -> Iterator[os.DirEntry[str]]:
        return self._entries

    def __next__(self) -> os.DirEntry[str]:
        return next(self._entries)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def close(self) -> None:
        pass


class _Seen(io.FileIO):
    """A stream of the process; what is written to it is told first."""

    def __init__(self, handle: int, told: Callable[[bytes], None]) -> None:
        super().__init__(handle, "w", closefd=False)
        self._told = told

    def write(self, data: Any, /) -> int:
        """As that of a file. Only what has left is told."""
        count = super().write(data)
        self._told(bytes(data[: count or 0]))  # none where the other side is to be waited for
        return count


def _noted(stream: Any, told: Callable[[bytes], None]) -> io.TextIOWrapper:
    return io.TextIOWrapper(
        io.BufferedWriter(_Seen(stream.fileno(), told)), stream.encoding, stream.errors, "\n", line_buffering=stream.line_buffering
    )


def _code() -> list[str]:
    """Files of the modules that are loaded, their folders, and those in which modules are looked for. Of Python's own modules, of which `again` knows
    the version, the folders are enough.
    """
    own = os.path.dirname(os.__file__) + os.sep
    files, folders = [], list(sys.path)
    for module in list(sys.modules.values()):
        told = getattr(module, "__dict__", {})
        folders += told.get("__path__") or ()
        file = told.get("__file__")
        if isinstance(file, str) and (not file.startswith(own) or "-packages" in file):
            files.append(file)
    return files + sorted({folder or os.curdir for folder in folders if isinstance(folder, str)})
