"""What the files of a git revision hold: read from the working tree where it has the same bytes, else from git.

A file has the same bytes if it has the name that git gave to them, which is their hash; what index, filters and times say of it is not asked.
Most files of a large repository are as they were, and read several times as fast as git unpacks them.
"""

import os
import subprocess
from collections.abc import Mapping, Sequence
from typing import IO, Final

from alb_lint.errors import SourceError
from alb_lint.files import NotRead, content, real, too_large

_MOST_BYTES: Final = 512 << 20
"""Bytes that git is asked for."""
_SHA1: Final = 40
"""Letters of a name in a repository that names by SHA-1; others name by SHA-256."""


class Blobs:
    """The blobs of a repository. `command`: that of git with its flags, for a subcommand to follow; `around`: its environment."""

    def __init__(self, top: str, command: Sequence[str], around: Mapping[str, str]) -> None:
        self._top = top
        self._command = command
        self._around = around
        self._folders: dict[str, bool] = {}
        self._git: subprocess.Popen[bytes] | None = None
        self._left = _MOST_BYTES

    def content(self, blob: str, path: str, most: int) -> bytes:
        """The bytes of a blob that the revision has at a path, seen from the top of the repository.

        Raises NotRead for a larger one, SourceError where git cannot tell it, or has told too much already.
        """
        data = self._as_it_is(blob, path, most)
        return data if data is not None else self._of_git(blob, most)

    def _as_it_is(self, blob: str, path: str, most: int) -> bytes | None:
        """The bytes of the file in the working tree, if they are those of the blob."""
        folder, _, name = path.rpartition("/")
        place = f"{self._top}{os.sep}{folder}" if folder else self._top
        if folder not in self._folders:
            self._folders[folder] = real(place) == os.path.normpath(place)
        if not self._folders[folder]:
            return None  # a link by now, which may lead out of the repository
        try:
            data = content(f"{place}{os.sep}{name}", most, links=False)
        except NotRead:
            return None  # another kind of file by now, or a larger one
        return data if _name(data, len(blob)) == blob else None

    def _of_git(self, blob: str, most: int) -> bytes:
        if self._git is None:
            self._git = subprocess.Popen(
                [*self._command, "cat-file", "--batch"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=self._around,
            )
        asked, told = self._git.stdin, self._git.stdout
        assert asked is not None  # both are pipes
        assert told is not None
        try:
            asked.write(f"{blob}\n".encode())
            asked.flush()
        except OSError:
            pass  # it has ended, and says nothing below
        size = told.readline(1_000).rpartition(b" ")[2].strip()
        if not size.isdigit():
            raise SourceError("git does not have a file of the revision", where="--since", hint="git fetch, or mend the repository")
        if int(size) > most:
            self.close()  # what it says is not heard; another one goes on
            raise NotRead(too_large(most))
        self._left -= int(size)
        if self._left < 0:
            raise SourceError("too much differs from the revision", where="--since", hint="name less at once, or a nearer revision")
        return _exactly(told, int(size))

    def close(self) -> None:
        """Ends what was begun."""
        if self._git is not None:
            self._git.kill()
            self._git.communicate()
            self._git = None


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    """The bytes, and the line end behind them off the pipe. Raises SourceError where the pipe ends before."""
    data = pipe.read(size + 1)
    if len(data) <= size:
        raise SourceError("git ended before it told a file of the revision", where="--since", hint="mend the repository")
    return data[:-1]


def _name(data: bytes, letters: int) -> str:
    """The name that git gives to the bytes of a file. Source: git documentation, "gitformat-hash" and "Git Internals: Git Objects"."""
    from hashlib import sha1, sha256

    made = (sha1 if letters == _SHA1 else sha256)(b"blob %d\0" % len(data), usedforsecurity=False)
    made.update(data)
    return made.hexdigest()
