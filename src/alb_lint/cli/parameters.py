"""Slips of the hand in `--parameter`: a name that nothing in the input knows."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from alb_lint.errors import UsageError
from alb_lint.files import MAX_BYTES, NotRead, Reader, is_file, is_there, real

_CODE: Final = frozenset({".tf", ".tofu", ".json", ".yml", ".yaml", ".template", ".ts", ".tsx", ".js", ".mjs", ".cjs", ".tfvars", ".hcl"})
"""Endings of files in which a parameter may be declared or used."""


def refuse_unused(parameters: list[str] | None, files: Iterable[str]) -> None:
    """Raises UsageError for a parameter whose name stands in none of the files, nor in one beside them: a slip of the hand."""
    names = {text.partition("=")[0].strip() for text in parameters or []}
    if not names:
        return
    folders = sorted({Path(file).parent for file in files if is_there(file)})
    waiting = {name: name.rpartition(".")[2].encode() for name in names}
    for folder in folders:
        reader = Reader([real(folder)])
        try:
            beside = sorted(folder.iterdir())
        except OSError:
            return  # what cannot be looked at may hold the name
        for path in beside:
            if not waiting:
                return
            if path.suffix in _CODE and is_file(path):
                try:
                    data = reader.content(path, MAX_BYTES)
                except NotRead:
                    continue  # what could not be read is a gap of its own, and may hold the name
                waiting = {name: word for name, word in waiting.items() if word not in data}
    if waiting and folders:
        name = min(waiting)
        hint = "--workspace NAME gives the workspace" if name == "terraform.workspace" else "is it spelled as in the code?"
        raise UsageError(f"nothing in the input is called {name!r}", where="--parameter", hint=hint)
