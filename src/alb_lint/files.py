"""The one reader of files.

Only regular files are read, none is waited for, and none beyond a size. What the content of an input names (a module, an import, a nested
template, a manifest, a variable file that lies beside it, whatever a link leads to) is read through a `Reader`, which stays in the repositories and
folders that the user named: a foreign repository could show the files of the machine that reads it otherwise.
"""

import json
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Final

from alb_lint.patterns import pattern

MAX_BYTES: Final = 256 * 1024 * 1024
"""A larger file is refused: reading it would take minutes and gigabytes; exports of whole organisations stay below."""

MAX_IN_ALL: Final = 1024 * 1024 * 1024
"""Bytes that one reader reads for what its input names."""

OUTSIDE: Final = "it lies outside of the repository and of the folders that are named"

_OPEN: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOCTTY", 0)
_NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0)
_PIECE: Final = 1024 * 1024
_SURROGATE: Final = pattern(r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})")


class NotRead(Exception):  # noqa: N818 - it says what became of the file
    """Why a file is not read, in words. `absent`: there is none. `outside`: it is not looked at."""

    def __init__(self, reason: str, *, absent: bool = False, outside: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.absent = absent
        self.outside = outside


Told = Callable[[str | Path, int], bytes | None]
"""What a file, by its path, is read as, at most so many bytes; None for one that is read as it is. Raises NotRead."""

_INSTEAD: Final[ContextVar[Told | None]] = ContextVar("instead", default=None)
_NAMES: Final[ContextVar[Callable[[str], str] | None]] = ContextVar("names", default=None)


@contextmanager
def standing_in(told: Told, names: Callable[[str], str] | None = None) -> Iterator[None]:
    """Until the block ends, files are read as `told` says. `names`: the name that git has for what a file is read as; "" for a file of the system."""
    token, other = _INSTEAD.set(told), _NAMES.set(names)
    try:
        yield
    finally:
        _INSTEAD.reset(token)
        _NAMES.reset(other)


def name_in_git(path: str) -> str:
    """The name that git has for what the file is read as; "" where that is not known before it is read."""
    names = _NAMES.get()
    return "" if names is None else names(path)


def named_by_git(data: bytes, letters: int = 40) -> str:
    """The name that git gives to the bytes of a file: their hash. `letters`: 40 in a repository that names by SHA-1, 64 by SHA-256.

    Source: "Pro Git", "Git Internals: Git Objects", and git's documentation, "hash-function-transition".
    """
    from hashlib import sha1, sha256

    made = (sha1 if letters == 40 else sha256)(b"blob %d\0" % len(data), usedforsecurity=False)
    made.update(data)
    return made.hexdigest()


def instead(contents: Mapping[str, bytes]) -> AbstractContextManager[None]:
    """Until the block ends, these files (by real path) read as these bytes: what a change would do is seen before it is made."""
    drafts = {real(name): data for name, data in contents.items()}
    return standing_in(lambda path, _: drafts.get(real(path)) if drafts else None)


def content(path: str | Path, most: int = MAX_BYTES, *, links: bool = True, pipes: bool = False) -> bytes:
    """The bytes of a file that the user named. `links`: also of what a link leads to. `pipes`: also what somebody writes into a pipe.

    Raises NotRead.
    """
    told = _INSTEAD.get()
    if told is not None and (data := told(path, most)) is not None:
        return data
    handle = _opened(path, _OPEN if links else _OPEN | _NO_LINK)
    try:
        return _content(handle, most, pipes)
    except OSError as error:
        raise NotRead(error.strerror or "it cannot be read") from None
    finally:
        os.close(handle)


def pieces(path: str | Path) -> Iterator[bytes]:
    """What a file or pipe holds, whatever its size, a piece at a time: for what is read once, line by line. Raises NotRead."""
    handle = _opened(path)
    try:
        about = os.fstat(handle)
        if stat.S_ISFIFO(about.st_mode):
            os.set_blocking(handle, True)
        elif not stat.S_ISREG(about.st_mode):
            raise NotRead("it is a folder" if stat.S_ISDIR(about.st_mode) else "it is not a regular file")
        while piece := os.read(handle, _PIECE):
            yield piece
    except OSError as error:
        raise NotRead(error.strerror or "it cannot be read") from None
    finally:
        os.close(handle)


def _opened(path: str | Path, flags: int = _OPEN) -> int:
    try:
        return os.open(path, flags)
    except OSError as error:
        raise NotRead(error.strerror or "it cannot be opened", absent=isinstance(error, FileNotFoundError | NotADirectoryError)) from None
    except ValueError:
        raise NotRead("the name holds a character that no file name has", absent=True) from None


def start(path: str | Path, size: int) -> bytes:
    """The first bytes of a regular file, at most so many. Raises NotRead."""
    handle = _opened(path)
    told = _INSTEAD.get()
    try:
        if told is not None and (data := told(path, MAX_BYTES)) is not None:
            return data[:size]
        return os.read(handle, size) if stat.S_ISREG(os.fstat(handle).st_mode) else b""
    except OSError as error:
        raise NotRead(error.strerror or "it cannot be read") from None
    finally:
        os.close(handle)


def _content(handle: int, most: int, pipes: bool) -> bytes:
    about = os.fstat(handle)
    if stat.S_ISREG(about.st_mode):
        pass
    elif stat.S_ISFIFO(about.st_mode) and pipes:
        os.set_blocking(handle, True)
    else:
        if stat.S_ISCHR(about.st_mode) and os.path.samestat(about, os.stat(os.devnull)):  # noqa: PTH116 - of a name, not of a path
            return b""
        raise NotRead("it is a folder" if stat.S_ISDIR(about.st_mode) else "it is not a regular file")
    if about.st_size > most:
        raise NotRead(too_large(most))
    # asked for as much as the cap, Python makes room for all of it; a pipe tells no size, and a file may have grown
    first = os.read(handle, about.st_size + 1)
    have = len(first)
    if have == about.st_size and not pipes:
        return first
    pieces = [first]
    while pieces[-1]:
        if have > most:
            raise NotRead(too_large(most))
        pieces.append(os.read(handle, min(_PIECE, most + 1 - have)) if have != about.st_size or pipes else b"")
        have += len(pieces[-1])
    return pieces[0] if len(pieces) <= 2 else b"".join(pieces)


def too_large(most: int) -> str:
    """What is said of a larger file."""
    return f"the file is larger than {most >> 20} MB" if most >= 1 << 20 else f"the file is larger than {most >> 10} KB"


def text_of(data: bytes) -> str:
    """UTF-8, with or without a byte order mark; what is none becomes U+FFFD."""
    return data.decode("utf-8-sig", "replace")


def json_of(data: bytes) -> Any:
    """The value that a JSON text tells, in UTF-8, -16 or -32; half of a surrogate pair, which nothing could be written with, is U+FFFD.

    Raises ValueError, whatever is wrong with it.
    """
    text = data.decode(json.detect_encoding(data)).removeprefix("\ufeff")
    try:
        return json.loads(whole_pairs(text))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def whole_pairs(text: str) -> str:
    """JSON text in which half of a surrogate pair is written U+FFFD."""
    if "\\ud" in text or "\\uD" in text:
        return _SURROGATE.sub(lambda found: "\\ufffd" if found[1] else found[0], text)
    return text


def is_file(path: str | Path) -> bool:
    """Whether a regular file can be seen there. Never raises: a name may be of any length and hold anything."""
    try:
        return stat.S_ISREG(os.stat(path).st_mode)  # noqa: PTH116 - Path.is_file raises for long names before Python 3.13
    except (OSError, ValueError):
        return False


def is_folder(path: str | Path) -> bool:
    """Whether a folder can be seen there. Never raises."""
    try:
        return stat.S_ISDIR(os.stat(path).st_mode)  # noqa: PTH116 - as above
    except (OSError, ValueError):
        return False


def is_there(path: str | Path) -> bool:
    """Whether anything can be seen there, a link that leads nowhere included. Never raises."""
    try:
        os.lstat(path)
    except (OSError, ValueError):
        return False
    return True


def is_link(path: str | Path) -> bool:
    """Whether a link is there. Never raises."""
    try:
        return stat.S_ISLNK(os.lstat(path).st_mode)
    except (OSError, ValueError):
        return False


def whole(path: str | Path) -> Path:
    """The path from the root of the file system, without `..`, links not followed. Never raises, also where the current folder is gone."""
    try:
        return Path(os.path.abspath(path))  # noqa: PTH100 - Path.absolute keeps `..`
    except OSError:
        return Path(os.path.normpath(path))


def real(path: str | Path) -> str:
    """The path with all links followed; as it stands where that cannot be told. Never raises."""
    try:
        return os.path.realpath(path)
    except (OSError, ValueError):
        return os.path.normpath(path)


def repository(folder: str | Path) -> str:
    """The nearest folder upward, links followed, that holds a `.git`; "" where there is none."""
    here = real(folder)
    while True:
        if is_there(os.path.join(here, ".git")):  # noqa: PTH118 - this is asked for every folder of a monorepo
            return here
        above = os.path.dirname(here)  # noqa: PTH120
        if above == here:
            return ""
        here = above


def anybody_writes(folder: str | Path) -> bool:
    """Whether every user of the machine may put files into the folder; False where that is not told."""
    try:
        return os.name == "posix" and bool(Path(folder).stat().st_mode & stat.S_IWOTH)
    except OSError:
        return False


class Reader:
    """Reads what an input names. `roots`: real paths of the folders that it may read below; what lies elsewhere is not even looked at."""

    def __init__(self, roots: Iterable[str], most_in_all: int = MAX_IN_ALL) -> None:
        self.roots = tuple(sorted({root.rstrip(os.sep) + os.sep for root in roots}))
        self._left = most_in_all
        self._folders: dict[str, str] = {}

    def holds(self, path: str | Path) -> bool:
        """Whether the file or folder, links followed, lies in one of the roots. Of what is not there, the folder counts. Never raises."""
        place = os.fspath(path)
        return self._lies(place, is_link(place))

    def _lies(self, place: str, link: bool) -> bool:
        name = os.path.basename(place)  # noqa: PTH119 - asked for every file
        if link or name in ("", ".", ".."):
            return self._inside(real(place))
        folder = os.path.dirname(place) or "."  # noqa: PTH120
        known = self._folders.get(folder)
        if known is None:
            known = self._folders[folder] = real(folder)
        return self._inside(known.rstrip(os.sep) + os.sep + name)

    def _mode(self, path: str | Path) -> int:
        """The kind of what can be seen there and lies in one of the roots; 0 where there is none. Of what is no link the system is asked once."""
        place = os.fspath(path)
        try:
            mode = os.lstat(place).st_mode
            link = stat.S_ISLNK(mode)
            if not self._lies(place, link):
                return 0
            return os.stat(place).st_mode if link else mode  # noqa: PTH116 - as above
        except (OSError, ValueError):
            return 0

    def _inside(self, real_path: str) -> bool:
        return f"{real_path}{os.sep}".startswith(self.roots)

    def content(self, path: str | Path, most: int = MAX_BYTES) -> bytes:
        """The bytes of a file that lies in one of the roots. Raises NotRead."""
        if not self.holds(path):
            raise NotRead(OUTSIDE, outside=True)
        data = content(path, most)
        self._left -= len(data)
        if self._left < 0:
            raise NotRead("too much is read already; name less at once")
        return data

    def is_file(self, path: str | Path) -> bool:
        """Whether a regular file can be seen there and lies in one of the roots."""
        return stat.S_ISREG(self._mode(path))

    def is_folder(self, path: str | Path) -> bool:
        """Whether a folder can be seen there and lies in one of the roots."""
        return stat.S_ISDIR(self._mode(path))


def around(path: Path, folder: Path | None = None) -> set[str]:
    """The folders that may be read for an input: its repository, and the folder that the user named, else the one that the file lies in."""
    named = path.parent if folder is None else folder
    return {real(named), repository(named)} - {""}
