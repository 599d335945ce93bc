"""The one error inside this package: a file that is no template at all."""

from typing import Final

CORRECT: Final = "correct the line, or leave the file out"
RENDER: Final = "the line holds {{ }} or {% %} of another tool; render the template first and give the result"


def of_another_tool(line: str) -> bool:
    """Whether another tool fills in something of the line."""
    return "{%" in line or "{{" in line.replace("{{resolve:", "")


class Unreadable(Exception):  # noqa: N818 - turned into a gap or a SourceError by the source
    """`index`: where in the text, -1 for the whole file. `hint`: the next step. `foreign`: a well-formed file of another tool."""

    def __init__(self, what: str, index: int = -1, *, hint: str = "", foreign: bool = False) -> None:
        super().__init__(what)
        self.what = what
        self.index = index
        self.hint = hint
        self.foreign = foreign
