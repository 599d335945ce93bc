"""Files that are written: whole or not at all, and never anything but the file that was named.

A draft has a name that nobody can foresee and is made anew (`mkstemp`), so that no link that lies ready leads it elsewhere. What is no regular file
is never replaced: a device or pipe is written to, a link is refused.
"""

import os
import shutil
import stat
from collections.abc import Sequence
from pathlib import Path
from tempfile import mkstemp


class NotAFile(OSError):
    """The target is a link or a folder, which no report replaces."""


def write_all(contents: Sequence[tuple[Path, bytes]]) -> None:
    """Puts each content into its file, all drafts before the first file changes. A file keeps its mode and owner.

    Raises OSError, NotAFile among them; `filename` is the target. No draft is left then.
    """
    drafts: list[tuple[str, Path]] = []
    target = Path()
    try:
        for target, data in contents:
            was = _status(target)
            if was is not None and not stat.S_ISREG(was.st_mode):
                _into(target, was, data)
                continue
            handle, draft = mkstemp(prefix=f".{target.name[:60]}.", suffix=".tmp", dir=target.parent)
            drafts.append((draft, target))
            with open(handle, "wb") as file:
                file.write(data)
            _as_before(Path(draft), target, was)
        while drafts:
            draft, target = drafts[0]
            os.replace(draft, target)
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


def _into(target: Path, was: os.stat_result, data: bytes) -> None:
    """Writes to a device, pipe or socket that is there, `/dev/stdout` among them."""
    if stat.S_ISLNK(was.st_mode):
        there = target.stat()
        if stat.S_ISREG(there.st_mode) or stat.S_ISDIR(there.st_mode):
            raise NotAFile(0, "it is a link; name the file that it leads to")
    if stat.S_ISDIR(was.st_mode):
        raise NotAFile(0, "it is a folder")
    with target.open("wb", buffering=0) as file:
        file.write(data)


def _as_before(draft: Path, target: Path, was: os.stat_result | None) -> None:
    """Mode and owner of the file that the draft replaces, else those of any new file."""
    if was is None:
        mask = os.umask(0)
        os.umask(mask)
        draft.chmod(0o666 & ~mask)
        return
    shutil.copymode(target, draft)
    mine = draft.stat()
    if (mine.st_uid, mine.st_gid) != (was.st_uid, was.st_gid):
        os.chown(draft, was.st_uid, was.st_gid)
