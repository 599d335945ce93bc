"""A commit that changes the file in which a rule's number, listener or condition is written is told what breaks by it."""

import pytest

from alb_lint import inputs
from alb_lint.config import Config
from running import process

HOME = """
resource "aws_lb_listener_rule" "home" {
  listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/edge/0123456789abcdef/0123456789abcdef"
  priority     = 100
  action {
    type             = "forward"
    target_group_arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0123456789abcdef"
  }
  condition {
    path_pattern {
      values = ["/home"]
    }
  }
}
"""
CART = HOME.replace("home", "cart")
NUMBERED = CART.replace("= 100", "= local.number")
VARIABLE = 'variable "number" {\n  type = number\n}\n'


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"main.tf": HOME}, []),
        (
            {"main.tf": CART.replace("= 100", "= var.number"), "v.tf": VARIABLE, "terraform.tfvars": "number = 100\n"},
            ["terraform.tfvars", "v.tf"],
        ),
        ({"main.tf": NUMBERED, "l.tf": "locals {\n  number = local.base + 1\n}\n", "b.tf": "locals {\n  base = 99\n}\n"}, ["b.tf", "l.tf"]),
        ({"main.tf": CART, "l.tf": "locals {\n  number = 100\n}\n"}, []),
        (
            {
                "main.tf": 'module "m" {\n  source = "./m"\n  number = 100\n}\n',
                "m/r.tf": CART.replace("= 100", "= var.number"),
                "m/v.tf": VARIABLE,
            },
            ["m/r.tf", "m/v.tf"],  # it stands where its number is given, in main.tf
        ),
        ({"main.tf": CART.replace('["/cart"]', "local.p"), "l.tf": 'locals {\n  p = ["/cart"]\n}\n'}, ["l.tf"]),
        ({"main.tf": NUMBERED, "l.tf": "locals {\n  number = local.number\n}\n"}, ["l.tf"]),
    ],
)
def test_written_in(tmp_path, monkeypatch, files, expected):
    monkeypatch.chdir(tmp_path)
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (listener,) = inputs.read(["."], Config()).listeners
    assert list(listener.rules[0].written_in) == expected


@pytest.mark.parametrize(("changed", "code"), [("main.tf", 1), ("home.tf", 1), ("terraform.tfvars", 1), ("v.tf", 1), ("other.tf", 0)])
def test_hook(tmp_path, changed, code):
    (tmp_path / ".git").mkdir()
    (tmp_path / "main.tf").write_text(CART.replace("= 100", "= var.number"))
    (tmp_path / "home.tf").write_text(HOME)
    (tmp_path / "v.tf").write_text(VARIABLE)
    (tmp_path / "terraform.tfvars").write_text("number = 100\n")
    (tmp_path / "other.tf").write_text('locals {\n  region = "eu-west-1"\n}\n')
    assert process("check", "--project", "--allow-empty", "--", changed, cwd=tmp_path).code == code
