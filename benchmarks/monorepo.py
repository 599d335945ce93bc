"""A Terraform monorepo, seeded: folders of ten files, most have nothing to do with load balancers, some hold a listener rule."""

from pathlib import Path
from random import Random

from generate import WORDS

POLICY = """data "aws_iam_policy_document" "{name}" {{
  statement {{
    sid       = "Allow{number}" # what {{ the }} role may
    actions   = ["s3:GetObject", "s3:ListBucket", "sqs:SendMessage"]
    resources = ["arn:aws:s3:::${{var.bucket}}-{name}/*", aws_sqs_queue.{name}.arn]
  }}
}}
"""
QUEUE = """resource "aws_sqs_queue" "{name}" {{
  name                      = "${{var.environment}}-{name}"
  message_retention_seconds = {number}
  tags                      = merge(var.tags, {{ Name = "{name}" }})
}}
"""
ALARM = """# {name}: tell the team
resource "aws_cloudwatch_metric_alarm" "{name}" {{
  alarm_name          = "{name}-{number}"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 2
  threshold           = {number}
}}
"""
SCRIPT = """resource "aws_instance" "{name}" {{
  instance_type = "t3.small"
  user_data     = <<-EOT
    #!/bin/sh
    echo "{{ {name} }}" > /etc/motd
  EOT
}}
"""
VARIABLE = """variable "{name}" {{
  description = "Of the {name}: a \\"number\\""
  type        = number
  default     = {number}
}}
"""
OUTPUT = """output "{name}" {{
  value = aws_sqs_queue.main["{name}"].arn
}}
"""
KINDS = (POLICY, QUEUE, ALARM, SCRIPT, *(VARIABLE, OUTPUT) * 3)
RULE = """resource "aws_lb_listener_rule" "{name}" {{
  listener_arn = var.listener_arn
  priority     = var.first_priority + {number}

  action {{
    type             = "forward"
    target_group_arn = aws_lb_target_group.{name}.arn
  }}

  condition {{
    path_pattern {{
      values = ["/{name}", "/{name}/*"]
    }}
  }}
}}
"""
INPUTS = """variable "listener_arn" {
  default = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shared/50dc6c495c0c9188/f2f7dc8efc522ab2"
}

variable "first_priority" {
  default = 100
}
"""
CALL = """module "{name}" {{
  source      = "../../../modules/{kind}"
  environment = var.environment
}}
"""
BACKEND = """terraform {{
  backend "s3" {{
    bucket = "states"
    key    = "{name}.tfstate"
  }}
}}
"""


def make(top: Path, files: int = 5_000, bearing: int = 100, blocks: int = 60) -> list[Path]:
    """Writes the tree; returns its .tf files. `bearing`: of them hold one rule among their blocks, each in a folder of its own."""
    random = Random(files)
    (top / ".git").mkdir(parents=True)
    kinds = ("bucket", "queue", "role")
    made = [_written(top / "modules" / kind / "main.tf", _blocks(random, 20)) for kind in kinds]
    folders = -(-(files - len(made)) // 10)
    step = folders // bearing
    for number in range(folders):
        folder = top / "stacks" / f"area-{number % 20:02d}" / f"{WORDS[number % len(WORDS)]}-{number}"
        for place in range(min(10, files - len(made))):
            parts = _blocks(random, blocks)
            if place == 0:
                parts.insert(0, BACKEND.format(name=f"stack-{number}"))
                parts.append(CALL.format(name=f"call_{number}", kind=kinds[number % 3]))
            if place == 1 and number % step == 0 and number // step < bearing:
                parts.insert(blocks // 2, RULE.format(name=f"service-{number}", number=number))
                parts.append(INPUTS)
            made.append(_written(folder / f"{'main' if place == 0 else WORDS[place]}.tf", parts))
    return made


def _blocks(random: Random, count: int) -> list[str]:
    return [
        random.choice(KINDS).format(name=f"{random.choice(WORDS)}_{place}", number=random.randrange(60, 3_000)) for place in range(count)
    ]


def _written(path: Path, parts: list[str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(parts), "utf-8")
    return path
