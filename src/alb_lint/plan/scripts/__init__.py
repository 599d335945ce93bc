"""Plans → what carries them out. The table; the name is the `--format`."""

from typing import Final

from alb_lint.plan.scripts.aws_cli import SCRIPT as AWS_CLI
from alb_lint.plan.scripts.patch import SCRIPT as PATCH
from alb_lint.plan.scripts.script import Script

ALL: Final[tuple[Script, ...]] = (AWS_CLI, PATCH)
__all__ = ["ALL", "AWS_CLI", "PATCH", "Script"]
