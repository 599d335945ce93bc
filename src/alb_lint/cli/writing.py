"""Files that are written: whole or not at all, and never anything but the file that was named.

A draft has a name that nobody can foresee and is made anew (`mkstemp`), so that no link that lies ready leads it elsewhere. What is no regular file
is never replaced: a device or pipe is written to, a link is refused. Code is the exception: a link in a repository to another file of it is one name
of that file.
"""

import errno
import os
import re
import shutil
import stat
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import mkstemp
from typing import Final

from alb_lint.files import Reader, around, real

_DESCRIPTOR: Final = re.compile(r"/(?:dev|proc/self)/fd/(\d{1,5})")
"""A file that is open already, wherever it leads."""


_STEPS: Final = {
    errno.ENOENT: "name a file in a folder that exists",
    errno.ENOTDIR: "name a file in a folder that exists",
    errno.EISDIR: "name a file in that folder",
    errno.ENAMETOOLONG: "give it a shorter name",
    errno.ELOOP: "name the file itself, not a link",
    errno.EACCES: "allow writing to it, or name another file",
    errno.EPERM: "allow writing to it, or name another file",
    errno.EROFS: "name a file on a file system that can be written to",
    errno.ENOSPC: "make room there, or name a file elsewhere",
    errno.EDQUOT: "make room there, or name a file elsewhere",
    errno.EPIPE: "its reader went away; start both again",
    errno.EBADF: "open it for writing first, or name a file",
    errno.ENXIO: "name another device, or a file",
}
"""What to do about a target that cannot be written to, by the number of the error."""


class NotAFileError(OSError):
    """The target is a link, a socket or a pipe without a reader. `step`: what to do about it."""

    def __init__(self, reason: str, step: str) -> None:
        super().__init__(0, reason)
        self.step = step


def next_step(error: OSError) -> str:
    """What to do about a target that could not be written to; "" where no advice fits."""
    return error.step if isinstance(error, NotAFileError) else _STEPS.get(error.errno or 0, "")


def write_all(contents: Sequence[tuple[Path, bytes | Iterable[bytes]]], *, private: bool = False) -> None:
    """Puts each content, whole or in pieces, into its file, all drafts before the first file changes.

    A file keeps its mode and owner; a new one that is `private` can be read by its owner alone.

    Raises OSError, NotAFileError among them; `filename` is the target. No draft is left then.
    """
    drafts: list[tuple[str, Path]] = []
    target = Path()
    try:
        for target, data in contents:
            descriptor = _DESCRIPTOR.fullmatch(str(target))
            if descriptor is not None:
                with os.fdopen(os.dup(int(descriptor[1])), "wb") as file:
                    file.writelines((data,) if isinstance(data, bytes) else data)
                continue
            was = _status(target)
            if was is not None and not stat.S_ISREG(was.st_mode):
                _into(target, was, data)
                continue
            if was is not None and not (was.st_mode & 0o222 and os.access(target, os.W_OK)):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))  # a draft could replace it all the same
            handle, draft = mkstemp(prefix=f".{target.name[:60]}.", suffix=".tmp", dir=target.parent)
            drafts.append((draft, target))
            with os.fdopen(handle, "wb") as file:
                file.writelines((data,) if isinstance(data, bytes) else data)
            _as_before(Path(draft), target, was, private)
        while drafts:
            draft, target = drafts[0]
            Path(draft).replace(target)
            del drafts[0]
    except OSError as error:
        error.filename = str(target)
        raise
    finally:
        for draft, _ in drafts:
            Path(draft).unlink(missing_ok=True)


def write_code(contents: Mapping[str, bytes]) -> None:
    """Puts each content into the file of code that its name leads to, by a link too, but not out of the repository. Raises OSError as `write_all`."""
    for name in contents:
        if not Reader(around(Path(name))).holds(name):
            raise _named(name, NotAFileError("it is a link that leads out of the repository", "name the file that it leads to"))
    write_all([(Path(real(name)), data) for name, data in contents.items()])


def _named(name: str, error: OSError) -> OSError:
    error.filename = name
    return error


def _status(target: Path) -> os.stat_result | None:
    try:
        return target.lstat()
    except FileNotFoundError:
        return None


def _into(target: Path, was: os.stat_result, data: bytes | Iterable[bytes]) -> None:
    """Writes to a device or pipe that is there."""
    there = _behind(target) if stat.S_ISLNK(was.st_mode) else was
    if stat.S_ISDIR(there.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if stat.S_ISSOCK(there.st_mode):
        raise NotAFileError("it is a socket", "name a file")
    try:
        handle = os.open(target, os.O_WRONLY | os.O_NONBLOCK)
    except OSError as error:
        if error.errno == errno.ENXIO and stat.S_ISFIFO(there.st_mode):
            raise NotAFileError("it is a pipe that nobody reads", "start its reader first, or name a file") from error
        raise
    os.set_blocking(handle, True)
    with os.fdopen(handle, "wb") as file:
        file.writelines((data,) if isinstance(data, bytes) else data)


def _behind(link: Path) -> os.stat_result:
    """What a link leads to, which is no file and no folder. Raises NotAFileError for links to these or to nothing."""
    try:
        there = link.stat()
    except FileNotFoundError as error:
        raise NotAFileError("it is a link that leads nowhere", "name the file itself") from error
    if stat.S_ISDIR(there.st_mode):
        raise NotAFileError("it is a link to a folder", "name a file in that folder")
    if stat.S_ISREG(there.st_mode):
        raise NotAFileError("it is a link", "name the file that it leads to")
    return there


def _as_before(draft: Path, target: Path, was: os.stat_result | None, private: bool) -> None:
    """Mode and owner of the file that the draft replaces, else those of any new file."""
    if was is None and private:
        return  # as mkstemp makes it
    if was is None:
        mask = os.umask(0)
        os.umask(mask)
        draft.chmod(0o666 & ~mask)
        return
    shutil.copymode(target, draft)
    mine = draft.stat()
    if (mine.st_uid, mine.st_gid) != (was.st_uid, was.st_gid):
        os.chown(draft, was.st_uid, was.st_gid)
