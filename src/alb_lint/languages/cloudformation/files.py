"""Files that a template or an assembly names, read from disk within bounds."""

import os
import posixpath
import stat
from dataclasses import dataclass

from alb_lint.languages.cloudformation.document import MAX_BYTES
from alb_lint.languages.cloudformation.unreadable import Unreadable


@dataclass(frozen=True, slots=True)
class Place:
    """`name`: as the user would name the file, with forward slashes. `path`: where it lies; `key`: that, with links resolved."""

    name: str
    path: str

    @property
    def key(self) -> str:
        return os.path.realpath(self.path)

    def beside(self, relative: str) -> "Place":
        """The file that lies at this path, seen from the folder of this one."""
        name = posixpath.normpath(posixpath.join(posixpath.dirname(self.name), relative))
        return Place(name, os.path.normpath(os.path.join(os.path.dirname(self.path), *relative.split("/"))))  # noqa: PTH118, PTH120 - may not exist

    def is_file(self) -> bool:
        return os.path.isfile(self.path)  # noqa: PTH113 - a path of any form, never raises

    def read(self) -> bytes:
        """Its bytes; raises Unreadable, also for what is no regular file."""
        try:
            with open(self.path, "rb", opener=_without_waiting) as file:
                kind = os.fstat(file.fileno())
                if not stat.S_ISREG(kind.st_mode):
                    raise Unreadable("not a regular file", hint="give the template itself")
                if kind.st_size > MAX_BYTES:
                    raise Unreadable(f"larger than {MAX_BYTES >> 20} MiB", hint="CloudFormation takes templates of 1 MiB at most")
                return file.read(MAX_BYTES + 1)
        except OSError as error:
            raise Unreadable(error.strerror or "cannot be opened", hint="check the path and its rights") from None
        except ValueError:
            raise Unreadable("the path holds a character that no path has", hint="correct the path") from None


def _without_waiting(path: str, flags: int) -> int:
    """Opens without waiting for the other end of a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def is_local(url: str) -> bool:
    """Whether this names a file by a relative path, as `aws cloudformation package` takes it; anything else is not opened."""
    return bool(url) and len(url) <= 1_000 and "://" not in url and "\0" not in url and "\\" not in url and not url.startswith(("/", "~"))
