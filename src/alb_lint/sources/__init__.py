"""Bytes or API → model. A source translates and never judges; the table below is all there is to register."""

from typing import Final

from alb_lint.sources.aws_json import SOURCE as AWS_JSON
from alb_lint.sources.change_set import SOURCE as CHANGE_SET
from alb_lint.sources.cloudformation.source import SOURCE as CLOUDFORMATION
from alb_lint.sources.other_programs import SOURCE as OTHER_PROGRAMS
from alb_lint.sources.pulumi.source import SOURCE as PULUMI
from alb_lint.sources.pulumi_json import SOURCE as PULUMI_JSON
from alb_lint.sources.source import ReadOptions, Source, Target
from alb_lint.sources.terraform.source import SOURCE as TERRAFORM
from alb_lint.sources.terraform_json import SOURCE as TERRAFORM_JSON

ALL: Final[tuple[Source, ...]] = (AWS_JSON, CHANGE_SET, CLOUDFORMATION, TERRAFORM_JSON, TERRAFORM, PULUMI_JSON, PULUMI, OTHER_PROGRAMS)
"""Asked in this order whether a file is theirs."""

__all__ = ["ALL", "ReadOptions", "Source", "Target"]
