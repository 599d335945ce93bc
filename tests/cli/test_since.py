"""`check --since REF`: what a change brings, and what its deployment would be refused."""

import subprocess
from pathlib import Path

import pytest

from alb_lint.files import content
from alb_lint.sources import blobs
from alb_lint.sources.revision import checked_out
from running import inside

TERRAFORM = """
resource "aws_lb" "web" {{ name = "web" }}
resource "aws_lb_listener" "web" {{
  load_balancer_arn = aws_lb.web.arn
  port = 80
  protocol = "HTTP"
}}
{0}
"""


def tf(name: str, number: int, path: str, more: str = "") -> str:
    return f"""
resource "aws_lb_listener_rule" "{name}" {{
  listener_arn = aws_lb_listener.web.arn
  priority = {number}
  {more}
  action {{
    type = "forward"
    target_group_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/{name}/0123456789abcdef"
  }}
  condition {{
    path_pattern {{ values = ["{path}"] }}
  }}
}}
"""


def ts(name: str, number: int, path: str, options: str = "") -> str:
    return (
        f'new aws.lb.ListenerRule("{name}", {{ listenerArn: edge.arn, priority: {number}, conditions: [{{ pathPattern: {{ values: ["{path}"] }} }}],'
        f' actions: [{{ type: "forward", targetGroupArn: web.arn }}] }}{options});\n'
    )


def cfn(name: str, number: int, path: str, more: str = "") -> str:
    return f"""
  {name}:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    {more}
    Properties:
      ListenerArn: arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/web/1/2
      Priority: {number}
      Conditions: [{{Field: path-pattern, Values: ["{path}"]}}]
      Actions: [{{Type: fixed-response, FixedResponseConfig: {{StatusCode: "{400 + number % 90}"}}}}]
"""


HEADS = {
    "main.tf": TERRAFORM,
    "index.ts": (
        'import * as aws from "@pulumi/aws";\nconst edge = new aws.lb.Listener("edge", {{ port: 443 }});\n'
        'const web = new aws.lb.TargetGroup("web", {{}});\n{0}'
    ),
    "t.yaml": "Resources:{0}",
}


def git(folder: Path, *words: str) -> None:
    subprocess.run(
        ["git", "-C", str(folder), "-c", "user.name=x", "-c", "user.email=x@example.com", *words], check=True, capture_output=True
    )


@pytest.fixture
def repository(tmp_path, monkeypatch):
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: nodejs\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def commit(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "x")


def said(*flags: str) -> list[str]:
    """`CODE number confidence` of each finding since HEAD, without infos."""
    done = inside("check", "--since", "HEAD", "--format", "json", *(flags or ["."]))
    assert done.code in (0, 1), done.err
    found = done.json["findings"]
    return [f"{item['code']} {item['rule']['priority']} {item['confidence']}" for item in found if item["severity"] != "info"]


ROWS = [
    pytest.param("index.ts", [ts("old", 100, "/a")], [ts("new", 100, "/a")], ["ALB401 100 possible"], id="renamed in Pulumi"),
    pytest.param("index.ts", [ts("old", 100, "/a")], [ts("new", 100, "/a", ', { aliases: [{ name: "old" }] }')], [], id="with an alias"),
    pytest.param("index.ts", [ts("old", 100, "/a")], [ts("new", 100, "/a", ", options")], [], id="with options that are not told"),
    pytest.param("index.ts", [ts("a", 1, "/a"), ts("b", 2, "/b")], [ts("a", 2, "/a"), ts("b", 1, "/b")], ["ALB401 1 possible"], id="a swap"),
    pytest.param("index.ts", [ts("a", 1, "/a")], [ts("a", 2, "/b")], [], id="onto a free number"),
    pytest.param("main.tf", [tf("old", 100, "/a")], [tf("new", 100, "/a")], ["ALB401 100 possible"], id="renamed in Terraform"),
    pytest.param("main.tf", [tf("old", 100, "/a")], [tf("new", 100, "/a"),
        "moved {\n from = aws_lb_listener_rule.old\n to = aws_lb_listener_rule.new\n}\n"], [], id="with a moved block"),
    pytest.param("main.tf", [tf("r", 100, "/a")], [tf("r", 100, "/a", "count = 1")], [], id="count comes"),
    pytest.param("main.tf", [tf("r", 100, "/a", "count = 1")], [tf("r", 100, "/a", 'for_each = toset(["k"])')], ["ALB401 100 possible"],
        id="from count to for_each"),
    pytest.param("main.tf", [tf("a", 1, "/a"), tf("b", 2, "/b")], [tf("a", 2, "/a"), tf("b", 3, "/b")], ["ALB401 2 possible"], id="a chain"),
    pytest.param("main.tf", [tf("a", 1, "/a"), tf("b", 2, "/b")], [tf("a", 2, "/a", "depends_on = [aws_lb_listener_rule.b]"), tf("b", 3, "/b")],
        [], id="a chain that waits"),
    pytest.param("main.tf", [tf("a", 1, "/a")], [tf("a", 1, "/a", "lifecycle {\n ignore_changes = [priority]\n }")], [], id="as it was"),
    pytest.param("t.yaml", [cfn("Old", 100, "/a")], [cfn("New", 100, "/a")], ["ALB401 100 possible"], id="renamed in CloudFormation"),
    pytest.param("t.yaml", [cfn("A", 1, "/a"), cfn("B", 2, "/b")], [cfn("A", 2, "/a", "DependsOn: B"), cfn("B", 3, "/b")], [], id="DependsOn"),
    pytest.param("t.yaml", [cfn("A", 1, "/a*"), cfn("B", 2, "/ab")], [cfn("A", 1, "/a*"), cfn("B", 2, "/ab"), cfn("C", 3, "/ac")],
        ["ALB101 3 proved"], id="only what the change brings"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "before", "after", "expected"), ROWS)
def test_what_is_said(file, before, after, expected, repository):
    commit(repository, {file: HEADS[file].format("".join(before))})
    (repository / file).write_text(HEADS[file].format("".join(after)), "utf-8")
    assert said("--ignore", "ALB103,ALB104,ALB105", ".") == expected


def test_a_file_under_another_name_keeps_its_rules(repository):
    commit(repository, {"a.yaml": HEADS["t.yaml"].format(cfn("A", 1, "/a"))})
    (repository / "a.yaml").rename(repository / "b.yaml")
    assert said() == []


def test_from_a_folder_below(repository, monkeypatch):
    commit(repository, {"infra/index.ts": HEADS["index.ts"].format(ts("old", 1, "/a")), "infra/Pulumi.yaml": "name: a\nruntime: nodejs\n"})
    (repository / "infra/index.ts").write_text(HEADS["index.ts"].format(ts("new", 1, "/a")), "utf-8")
    monkeypatch.chdir(repository / "infra")
    assert said() == ["ALB401 1 possible"]


def test_a_folder_that_is_new_brings_all_it_has(repository):
    commit(repository, {"README": "x"})
    (repository / "t.yaml").write_text(HEADS["t.yaml"].format(cfn("A", 1, "/a*") + cfn("B", 2, "/ab")), "utf-8")
    assert said() == ["ALB101 2 proved"]


@pytest.mark.parametrize("config", ["lint.toml", "./conf/lint.toml", "../lint.toml"])
def test_with_a_config_that_is_named(config, tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("around") / "repository"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    monkeypatch.chdir(folder)
    commit(folder, {"main.tf": TERRAFORM.format(tf("a", 10, "/a"))})
    Path(config).parent.mkdir(exist_ok=True)
    Path(config).write_text('fail-on = "error"\n', "utf-8")
    assert said("--config", config, ".") == []
    (folder / "main.tf").write_text(TERRAFORM.format(tf("a", 11, "/a")), "utf-8")
    assert inside("diff", "--since", "HEAD", ".", "--config", config).out == "every request is answered alike: proved\n"


@pytest.mark.parametrize("values", ["new.tfvars", "../around.tfvars"])
def test_a_parameter_file_that_was_not_there_counts_as_it_is(values, tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("around") / "repository"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    monkeypatch.chdir(folder)
    code = TERRAFORM.format(tf("a", 10, "/a").replace("priority = 10", "priority = var.number")) + 'variable "number" {}\n'
    commit(folder, {"main.tf": code, "old.tfvars": "number = 10\n"})
    Path(values).write_text("number = 7\n", "utf-8")
    (folder / "old.tfvars").write_text("number = 8\n", "utf-8")
    assert inside("diff", "--since", "HEAD", ".", "--parameters", values).out == "every request is answered alike: proved\n"
    assert said("--parameters", values, ".") == []
    (folder / "main.tf").write_text(code + tf("b", 10, "/b"), "utf-8")
    assert said("--parameters", "old.tfvars", ".") == ["ALB401 10 possible"]


def test_a_config_outside_of_the_repository_that_leaves_files_out(tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("around") / "repository"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    monkeypatch.chdir(folder)
    commit(folder, {"main.tf": TERRAFORM.format(tf("a", 10, "/a"))})
    Path("../lint.toml").write_text('exclude = ["repository/old"]\n', "utf-8")
    done = inside("check", "--since", "HEAD", ".", "--config", "../lint.toml")
    assert done.code == 2
    assert "its `exclude` cannot be told for an older version" in done.err


def test_without_a_commit_all_is_new(repository):
    (repository / "t.yaml").write_text(HEADS["t.yaml"].format(cfn("A", 1, "/a*") + cfn("B", 2, "/ab")), "utf-8")
    assert said() == ["ALB101 2 proved"]


def test_the_hook_sets_its_own_git_variables(repository, monkeypatch):
    commit(repository, {"t.yaml": HEADS["t.yaml"].format(cfn("Old", 100, "/a"))})
    (repository / "t.yaml").write_text(HEADS["t.yaml"].format(cfn("New", 100, "/a")), "utf-8")
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    assert said("--project", "t.yaml") == ["ALB401 100 possible"]


@pytest.mark.parametrize(
    ("revision", "name", "error"),
    [
        ("nothing", ".", "git knows no commit 'nothing'"),
        ("--help", ".", "git knows no commit '--help'"),
        ("HEAD", "..", "outside of the git repository"),
        ("HEAD", "-", "standard input has no older version"),
    ],
)
def test_errors(revision, name, error, repository):
    commit(repository, {"t.yaml": HEADS["t.yaml"].format(cfn("A", 1, "/a"))})
    done = inside("check", "--since", revision, name, stdin=b'{"Rules": [{"Priority": "1", "Conditions": [], "Actions": []}]}')
    assert done.code == 2, done.err
    assert error in done.err


def test_outside_of_a_repository(tmp_path, monkeypatch):
    (tmp_path / "t.yaml").write_text(HEADS["t.yaml"].format(cfn("A", 1, "/a")), "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    done = inside("check", "--since", "HEAD", ".")
    assert done.code == 2
    assert "this is no git repository" in done.err


def test_links_of_the_revision_are_left_out(repository):
    secret = repository.parent / "secret.yaml"
    secret.write_text(HEADS["t.yaml"].format(cfn("Secret", 7, "/s")), "utf-8")
    (repository / "link.yaml").symlink_to(secret)
    commit(repository, {"t.yaml": HEADS["t.yaml"].format(cfn("A", 1, "/a"))})
    (repository / "link.yaml").unlink()
    (repository / "t.yaml").write_text(HEADS["t.yaml"].format(cfn("B", 7, "/a")), "utf-8")
    assert said() == []


# -- diff --since ------------------------------------------------------------------------------------------------------------


def test_the_routing_that_a_change_changes(repository):
    commit(repository, {"main.tf": TERRAFORM.format(tf("a", 10, "/a/*") + tf("b", 20, "/*"))})
    assert inside("diff", "--since", "HEAD").out == "every request is answered alike: proved\n"
    (repository / "main.tf").write_text(TERRAFORM.format(tf("a", 30, "/a/*") + tf("b", 20, "/*")), "utf-8")
    ran = inside("diff", "--since", "HEAD")
    assert ran.code == 1
    assert "old: 10 aws_lb_listener_rule.a  /a/*  → a" in ran.out and "new: 20 aws_lb_listener_rule.b  /*  → b" in ran.out
    told = inside("diff", "--since", "HEAD", ".", "-f", "json").json
    assert (told["equivalent"], len(told["differences"])) == (False, 1)
    comment = inside("diff", "--since", "HEAD", "-f", "markdown").out
    assert comment.startswith("<!-- alb-lint report -->\n### Routing that this change changes\n")
    assert "10 `/a/*` → a" in comment and "20 `/*` → b" in comment
    (repository / "main.tf").write_text(TERRAFORM.format(tf("a", 11, "/a/*") + tf("b", 20, "/*")), "utf-8")
    assert "None: every request is answered as before (proved)." in inside("diff", "--since", "HEAD", "-f", "markdown").out


def test_a_change_that_brings_the_first_rules(repository):
    commit(repository, {"main.tf": "# nothing yet\n"})
    (repository / "main.tf").write_text(TERRAFORM.format(tf("a", 10, "/a/*")), "utf-8")
    ran = inside("diff", "--since", "HEAD", "-f", "json")
    assert (ran.code, len(ran.json["only_new"])) == (1, 1)


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["diff"], 2, "diff needs two files or folders, not 0"),
        (["diff", "main.tf"], 2, "diff needs two files or folders, not 1"),
        (["diff", "--since", "nowhere"], 2, "git knows no commit 'nowhere'"),
        (["diff", "--since", "HEAD", "-"], 2, "standard input has no older version"),
        (["diff", "--since", "HEAD", "-f", "html"], 2, "one of text, json, markdown"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_diff_refused(repository, args, code, said):
    commit(repository, {"main.tf": TERRAFORM.format(tf("a", 10, "/a/*"))})
    ran = inside(*args)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err


@pytest.mark.parametrize("processors", [1, 2])
def test_the_answer_is_the_same_on_one_processor(repository, monkeypatch, processors):
    commit(repository, {"main.tf": TERRAFORM.format(tf("a", 10, "/a/*") + tf("b", 20, "/*"))})
    (repository / "main.tf").write_text(TERRAFORM.format(tf("a", 30, "/a/*") + tf("b", 20, "/*")), "utf-8")
    monkeypatch.setattr("alb_lint.parallel.processes", lambda: processors)
    told = inside("diff", "--since", "HEAD", "-f", "json").json
    assert [item["request"]["path"] for item in told["differences"]] == ["/a/x"]
    refused = inside("diff", "--since", "nowhere")
    assert (refused.code, refused.err.startswith("error: --since: git knows no commit 'nowhere'")) == (2, True)
    assert said("--select", "ALB101", ".") == ["ALB101 30 proved"]


# -- what the revision holds -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_is_read_as_it_was_whatever_git_is_told_of_the_working_tree(repository, packed):
    commit(repository, {".gitattributes": "* text eol=crlf filter=mine\n", "t.yaml": HEADS["t.yaml"].format(cfn("A", 1, "/a"))})
    if packed:
        git(repository, "gc", "-q")
    (repository / "t.yaml").write_text(HEADS["t.yaml"].format(cfn("B", 1, "/b")), "utf-8")
    git(repository, "update-index", "--assume-unchanged", "t.yaml")
    ran = repository / "ran"
    git(repository, "config", "filter.mine.smudge", f"touch {ran}")
    git(repository, "config", "filter.mine.clean", f"touch {ran}")
    assert said("--select", "ALB401") == ["ALB401 1 possible"]
    assert not ran.exists()


def test_a_folder_that_is_a_link_by_now_is_not_followed(repository, monkeypatch):
    commit(repository, {"infra/t.yaml": HEADS["t.yaml"].format(cfn("A", 1, "/a")), "t.yaml": HEADS["t.yaml"].format(cfn("C", 2, "/c"))})
    outside = repository.parent / f"{repository.name}-outside"
    (repository / "infra").rename(outside)
    (repository / "infra").symlink_to(outside)
    opened: list[str] = []
    monkeypatch.setattr(blobs, "content", lambda path, *rest, **how: opened.append(path) or content(path, *rest, **how))
    with checked_out("HEAD", repository) as (_, folder):
        assert b"  A:" in content(folder / "infra" / "t.yaml") and b"  C:" in content(folder / "t.yaml")
    assert opened == [str(repository / "t.yaml")]


def test_in_a_repository_that_names_by_sha256(tmp_path, monkeypatch):
    git(tmp_path, "init", "-q", "-b", "main", "--object-format=sha256")
    monkeypatch.chdir(tmp_path)
    commit(tmp_path, {"a.yaml": HEADS["t.yaml"].format(cfn("A", 1, "/a*")), "b.yaml": HEADS["t.yaml"].format(cfn("B", 2, "/ab"))})
    (tmp_path / "b.yaml").write_text(HEADS["t.yaml"].format(cfn("B", 3, "/ab")), "utf-8")
    told = inside("diff", "--since", "HEAD", "--format", "json")
    assert (told.code, told.err) == (0, "")


def test_a_file_that_git_has_lost(repository):
    commit(repository, {"t.yaml": HEADS["t.yaml"].format(cfn("A", 1, "/a"))})
    for stored in (repository / ".git/objects").glob("[0-9a-f][0-9a-f]/*"):
        if subprocess.check_output(["git", "cat-file", "-t", stored.parent.name + stored.name]) == b"blob\n":
            stored.unlink()
    assert inside("diff", "--since", "HEAD").out == "every request is answered alike: proved\n"  # the file is there, as it was
    (repository / "t.yaml").unlink()
    (repository / "u.yaml").write_text(HEADS["t.yaml"].format(cfn("A", 1, "/a")), "utf-8")
    done = inside("diff", "--since", "HEAD")
    assert (done.code, done.out) == (3, "")
    assert "git does not have a file of the revision" in done.err
