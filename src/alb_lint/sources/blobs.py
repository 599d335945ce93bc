"""What the files of a git revision hold: read from the working tree where it has the same bytes, else from git.

A file has the same bytes if it has the name that git gave to them, which is their hash; what index, filters and times say of it is not asked.
Most files of a large repository are as they were, and read several times as fast as git unpacks them.
"""

import os
import subprocess
from collections.abc import Mapping, Sequence
from typing import IO, Final

from alb_lint.errors import SourceError
from alb_lint.files import NotRead, content, is_link, named_by_git, too_large

_MOST_BYTES: Final = 512 << 20
"""Bytes that git is asked for."""


class Blobs:
    """The blobs of a repository. `command`: that of git with its flags, for a subcommand to follow; `around`: its environment."""

    def __init__(self, top: str, command: Sequence[str], around: Mapping[str, str]) -> None:
        self._top = top
        self._command = command
        self._around = around
        self._folders = {"": True}
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
        if not self._is_inside(path.rpartition("/")[0]):
            return None
        try:
            data = content(f"{self._top}{os.sep}{path}", most, links=False)
        except NotRead:
            return None  # another kind of file by now, or a larger one
        return data if named_by_git(data, len(blob)) == blob else None

    def _is_inside(self, folder: str) -> bool:
        """Whether no part of the path is a link by now, which may lead out of the repository."""
        if folder not in self._folders:
            above = self._is_inside(folder.rpartition("/")[0])
            self._folders[folder] = above and not is_link(f"{self._top}{os.sep}{folder}")
        return self._folders[folder]

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
