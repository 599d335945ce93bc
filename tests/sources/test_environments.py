"""Files of environments, which Terraform does not read by itself: what all of them agree on is known."""

import pytest

from alb_lint.model import Unknown
from running import inside
from terraform_files import read_folder, rule, write

MAIN = 'variable "p" {\n  type = number\n}\n' + rule(priority="var.p")


def number(folder, files, **options):
    """The rule's number, None where it is not known, with the reason and the place of its literal."""
    write(folder, {"main.tf": MAIN, **files})
    (found,) = [item for listener in read_folder(folder, **options).listeners for item in listener.rules]
    site = found.priority_site
    return (None, found.priority.reason, None) if isinstance(found.priority, Unknown) else (found.priority, "", site and site.file)


@pytest.mark.parametrize(
    ("files", "known", "site"),
    [
        ({"environments/prod.tfvars": "p = 5\n"}, 5, "environments/prod.tfvars"),
        ({"env/eu/prod.tfvars": "p = 5\n"}, 5, "env/eu/prod.tfvars"),
        ({"prod/terraform.tfvars": "p = 5\n"}, 5, "prod/terraform.tfvars"),
        ({"env/prod.tfvars.json": '{"p": 5}\n'}, 5, "env/prod.tfvars.json"),
        # several that agree have no one place to change
        ({"env/a.tfvars": "p = 5\n", "env/b.tfvars": "p = 5\n"}, 5, None),
        ({"env/a.tfvars": "p = 5\n", "env/b.tfvars": "q = 6\n"}, 5, "env/a.tfvars"),
        # what Terraform reads, or the user gives, goes before
        ({"env/a.tfvars": "p = 5\n", "terraform.tfvars": "p = 7\n"}, 7, "terraform.tfvars"),
        ({"env/a.tfvars": "p = 5\n", "main.auto.tfvars": "p = 7\n"}, 7, "main.auto.tfvars"),
    ],
)
def test_what_all_agree_on_is_known(tmp_path, files, known, site):
    assert number(tmp_path, files) == (known, "", site)


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"env/a.tfvars": "p = 5\n", "env/b.tfvars": "p = 6\n"}, "env/a.tfvars, env/b.tfvars differ, and --parameters FILE chooses one"),
        ({f"env/{name}.tfvars": f"p = {place}\n" for place, name in enumerate("abcd")}, "env/a.tfvars, env/b.tfvars and 2 more differ"),
        ({"env/a.tfvars": "q = 5\n"}, "var.p (no default)"),
        ({"prod.tfvars": "p = 5\n"}, "var.p (no default)"),
        ({"env/example.tfvars": "p = 5\n"}, "var.p (no default)"),
        ({"examples/a.tfvars": "p = 5\n"}, "var.p (no default)"),
        ({"a/b/c/d.tfvars": "p = 5\n"}, "var.p (no default)"),
        ({".terraform/a.tfvars": "p = 5\n"}, "var.p (no default)"),
        # another root's, and a unit's
        ({"other/a.tfvars": "p = 5\n", "other/main.tf": ""}, "var.p (no default)"),
        ({"other/a.tfvars": "p = 5\n", "other/terragrunt.hcl": ""}, "var.p (no default)"),
        # one that cannot be read may say otherwise
        ({"env/a.tfvars": "p = 5\n", "env/b.tfvars": "p = {\n"}, "var.p (no default; env/b.tfvars cannot be read, and may give one)"),
        ({f"env/{place}.tfvars": "p = 5\n" for place in range(51)}, "var.p (no default; more than 50 files of environments may give one)"),
    ],
)
def test_what_they_do_not_tell(tmp_path, files, reason):
    known, said, _ = number(tmp_path, files)
    assert known is None
    assert reason in said


def test_long_values_that_begin_alike_differ(tmp_path):
    text = MAIN.replace("type = number", "type = string").replace("var.p", "length(var.p)")
    write(tmp_path, {"main.tf": text, "env/a.tfvars": f'p = "{"x" * 2000}a"\n', "env/b.tfvars": f'p = "{"x" * 2000}b"\n'})
    (found,) = [item for listener in read_folder(tmp_path).listeners for item in listener.rules]
    assert isinstance(found.priority, Unknown)


def test_the_workspace_chooses_its_file(tmp_path):
    files = {"env/prod.tfvars": "p = 5\n", "env/dev.tfvars": "p = 6\n", "env/stage/terraform.tfvars": "p = 7\n"}
    assert [number(tmp_path, files, workspace=name)[0] for name in ("prod", "dev", "stage", "other")] == [5, 6, 7, None]


def test_a_file_that_leads_out_of_the_repository_is_not_read(tmp_path):
    (tmp_path / "secret.tfvars").write_text("p = 5\n")
    root = tmp_path / "repository"
    write(root, {"main.tf": MAIN})
    (root / ".git").mkdir()
    (root / "env").mkdir()
    (root / "env" / "prod.tfvars").symlink_to(tmp_path / "secret.tfvars")
    assert number(root, {})[0] is None


def test_a_default_stays(tmp_path):
    write(tmp_path, {"main.tf": MAIN.replace("type = number", "default = 9"), "env/a.tfvars": "p = 5\n"})
    assert [item.priority for listener in read_folder(tmp_path).listeners for item in listener.rules] == [9]


def test_a_file_is_chosen_by_hand(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    more = rule("other", priority="20").replace('"tg"', '"else"')
    write(tmp_path, {"main.tf": MAIN + more, "env/a.tfvars": "p = 5\n", "env/b.tfvars": "p = 30\n"})
    assert "ALB101" not in inside("check", ".").out
    assert "ALB101" in inside("check", ".", "--parameters", "env/a.tfvars").out
