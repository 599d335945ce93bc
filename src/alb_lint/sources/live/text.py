"""Snapshots as text: the same estate, the same bytes."""

from collections.abc import Sequence

from alb_lint.json_text import dumps
from alb_lint.sources.live.redact import redacted
from alb_lint.sources.live.snapshot import Snapshot


def snapshot_text(snapshots: Sequence[Snapshot], redact: str = "") -> str:
    """JSON, indented by two, ending in a newline: the object of a single snapshot, else the list of them.

    `redact`: "accounts" (numbers of accounts replaced), "names" (names of resources too), or "" (nothing replaced).
    """
    if redact:
        snapshots = redacted(snapshots, names=redact == "names")
    document = snapshots[0] if len(snapshots) == 1 else list(snapshots)
    return dumps(document, indent=2) + "\n"
