"""Files that a template or an assembly names, read from disk within bounds."""

import os
import posixpath
from dataclasses import dataclass, field

from alb_lint.files import NotRead, Reader, real
from alb_lint.languages.cloudformation.document import MAX_BYTES
from alb_lint.languages.cloudformation.unreadable import Unreadable


@dataclass(frozen=True, slots=True)
class Place:
    """`name`: as the user would name the file, with forward slashes. `path`: where it lies; `key`: that, with links resolved."""

    name: str
    path: str
    reader: Reader = field(default=Reader(()), compare=False, repr=False)

    @property
    def key(self) -> str:
        return real(self.path)

    def beside(self, relative: str) -> "Place":
        """The file that lies at this path, seen from the folder of this one."""
        name = posixpath.normpath(posixpath.join(posixpath.dirname(self.name), relative))
        return Place(name, os.path.normpath(os.path.join(os.path.dirname(self.path), *relative.split("/"))), self.reader)  # noqa: PTH118, PTH120 - may not exist

    def is_file(self) -> bool:
        return self.reader.is_file(self.path)

    def read(self) -> bytes:
        """Its bytes; raises Unreadable, also for what is no regular file or lies outside of what the user named."""
        try:
            return self.reader.content(self.path, MAX_BYTES)
        except NotRead as error:
            hint = "name its folder, too" if error.outside else "check the path and its rights"
            raise Unreadable(error.reason, hint=hint) from None


def is_local(url: str) -> bool:
    """Whether this names a file by a relative path, as `aws cloudformation package` takes it; anything else is not opened."""
    return bool(url) and len(url) <= 1_000 and "://" not in url and "\0" not in url and "\\" not in url and not url.startswith(("/", "~"))
