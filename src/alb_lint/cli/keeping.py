"""Entries for `again`, in a folder that is their user's alone: written whole or not at all, few, and small.

A file system that refuses, is full, or belongs to somebody else is no error: the run has given its answer, and the next one reads anew.
"""

import os
import stat
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

from alb_lint.cli import again

MOST_ENTRIES: Final = 200
MOST_BYTES: Final = 20 * 1024 * 1024


def keep(name: str, code: int, asked: Mapping[tuple[str, str], str], loaded: Sequence[str], state: str, report: bytes) -> None:
    """Puts the entry of a run into its folder, in place of an older one. `loaded`: files of code; `state`: of these."""
    told = os.fsencode("\0".join([text for (kind, path), answer in asked.items() for text in (kind, path, answer)]))
    files = os.fsencode("\0".join(loaded))
    rest = b"%d %d %d %b\n%b%b%b" % (code, len(told), len(files), state.encode(), told, files, report)
    data = b"%b%b%b" % (again.HEAD, again.digest(rest).encode(), rest)
    folder = again.folder()
    if len(data) > again.MOST or not folder or not asked:
        return
    with suppress(OSError):
        if _ready(folder):
            _write(f"{folder}/{name}", data)
            if len(data) > MOST_BYTES // MOST_ENTRIES or len(os.listdir(folder)) > MOST_ENTRIES:
                _clear(folder)


def _ready(folder: str) -> bool:
    """Whether the folder may be used; made where there is none."""
    above = os.path.dirname(folder)
    for made in (above, folder):
        if not os.path.lexists(made) and os.stat(os.path.dirname(made)).st_uid == os.geteuid():
            with suppress(FileExistsError):  # another run has just made it
                os.mkdir(made, 0o700)
    about = os.lstat(folder)
    return stat.S_ISDIR(about.st_mode) and again.is_own(about)


def _write(path: str, data: bytes) -> None:
    draft = f"{path}.{os.getpid()}"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | again.NO_LINK, 0o600)
    try:
        try:
            while data:
                data = data[os.write(handle, data) :]
        finally:
            os.close(handle)
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise


def _clear(folder: str) -> None:
    """Leaves the newest entries only, drafts of runs that were killed among them."""
    found = []
    with os.scandir(folder) as inside:
        for entry in inside:
            if not entry.name.startswith(again.PREFIX):
                continue
            about = entry.stat(follow_symlinks=False)
            found.append((about.st_mtime_ns, entry.name, about.st_size))
    found.sort()
    size = sum(size for _, _, size in found)
    for count, (_, name, own) in enumerate(found):
        if len(found) - count <= MOST_ENTRIES and size <= MOST_BYTES:
            return
        os.unlink(f"{folder}/{name}")
        size -= own
