"""Files that are written: whole or not at all, and never anything but the file that was named.

A draft has a name that nobody can foresee and is made anew (`mkstemp`), so that no link that lies ready leads it elsewhere. What is no regular file
is never replaced: a device or pipe is written to, a link is refused.
"""

import errno
import os
import re
import shutil
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import mkstemp
from typing import Final

_DESCRIPTOR: Final = re.compile(r"/(?:dev|proc/self)/fd/(\d{1,5})")
"""A file that is open already, wherever it leads."""


class NotAFileError(OSError):
    """The target is a link or a pipe without a reader."""


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


def _status(target: Path) -> os.stat_result | None:
    try:
        return target.lstat()
    except FileNotFoundError:
        return None


def _into(target: Path, was: os.stat_result, data: bytes | Iterable[bytes]) -> None:
    """Writes to a device or pipe that is there."""
    if stat.S_ISLNK(was.st_mode):
        there = target.stat()
        if stat.S_ISREG(there.st_mode) or stat.S_ISDIR(there.st_mode):
            raise NotAFileError(0, "it is a link; name the file that it leads to")
    if stat.S_ISDIR(was.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    try:
        handle = os.open(target, os.O_WRONLY | os.O_NONBLOCK)
    except OSError as error:
        if error.errno == errno.ENXIO:
            raise NotAFileError(0, "it is a pipe that nobody reads") from error
        raise
    os.set_blocking(handle, True)
    with os.fdopen(handle, "wb") as file:
        file.writelines((data,) if isinstance(data, bytes) else data)


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
