"""What is written, and what never is: links, devices, drafts that lie ready, half a file."""

import os
import socket
import stat
from pathlib import Path

import pytest
import yaml

from alb_lint.cli.writing import write_all
from running import inside, process

RULE = """{"Rules": [{"RuleArn": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/a/1/2/3", "Priority": "0",
"Conditions": [{"Field": "path-pattern", "Values": ["/a"]}], "IsDefault": false,
"Actions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]}]}"""


def test_a_new_file_has_the_mode_of_any_new_file(tmp_path):
    (tmp_path / "plain").touch()
    write_all([(tmp_path / "a", b"x")])
    assert (tmp_path / "a").read_bytes() == b"x"
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755])
def test_a_file_keeps_its_mode(tmp_path, mode):
    target = tmp_path / "a"
    target.write_text("before")
    target.chmod(mode)
    write_all([(target, b"after")])
    assert (target.read_bytes(), stat.S_IMODE(target.stat().st_mode)) == (b"after", mode)


def test_a_link_is_refused(tmp_path):
    (tmp_path / "real").write_text("keep")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "nowhere").symlink_to(tmp_path / "made")
    with pytest.raises(OSError, match="it is a link"):
        write_all([(tmp_path / "link", b"x")])
    with pytest.raises(OSError, match="a link that leads nowhere"):
        write_all([(tmp_path / "nowhere", b"x")])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "nowhere", "real"]
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "keep"


def test_a_file_that_may_not_be_written_to_stays(tmp_path):
    """A draft could replace it: that takes leave to write in the folder alone."""
    target = tmp_path / "a"
    target.write_text("keep")
    target.chmod(0o444)
    with pytest.raises(PermissionError):
        write_all([(target, b"x")])
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert target.read_text() == "keep"


TERRAFORM = """resource "aws_lb_listener_rule" "a" {
  listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/a/1/2"
  priority     = 10
  action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
      status_code  = "404"
    }
  }
  condition {
    path_pattern {
      values = ["/a", "/a"]
    }
  }
}
"""
WRITERS = (
    ("plan", "main.tf", "--format", "patch", "--write"),
    ("check", "main.tf", "--fix"),
    ("allocate", "--from", "main.tf:1", "--write"),
)


@pytest.mark.parametrize("command", WRITERS, ids=" ".join)
@pytest.mark.parametrize("target", ["../away/main.tf", "other/main.tf"])
def test_code_behind_a_link_is_written_in_its_repository_alone(tmp_path, monkeypatch, command, target):
    text = TERRAFORM.replace("  priority     = 10\n", "") if command[0] == "allocate" else TERRAFORM
    (tmp_path / "repository/.git").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "repository")
    real = Path(target)
    real.parent.mkdir()
    real.write_text(text)
    Path("main.tf").symlink_to(target)
    Path("alb-lint.toml").write_text('[[range]]\nname = "r"\npriorities = "100-200"\nmatch = { paths = ["/*"] }\n')
    ran = inside(*command)
    assert Path("main.tf").is_symlink()
    if target.startswith(".."):
        assert ran.code == (3 if command[0] == "allocate" else 2)  # what is not named is not read
        assert ran.err.startswith("error: main.tf: ")
        assert "a link that leads out of the repository" in ran.err
        assert real.read_text() == text
    else:
        assert ran.code == 0, ran.err
        assert real.read_text() != text


def test_a_link_that_lies_ready_as_a_draft_leads_nowhere(tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("keep")
    for number in (os.getpid(), os.getpid() + 1):
        (tmp_path / f".a.{number}.tmp").symlink_to(victim)
    write_all([(tmp_path / "a", b"x")])
    assert (victim.read_text(), (tmp_path / "a").read_text()) == ("keep", "x")


def test_a_pipe_is_written_to(tmp_path):
    pipe = tmp_path / "p"
    os.mkfifo(pipe)
    with pytest.raises(OSError, match="a pipe that nobody reads"):
        write_all([(pipe, b"x")])
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_all([(pipe, b"x")])
    assert os.read(reader, 10) == b"x"
    os.close(reader)
    assert stat.S_ISFIFO(pipe.lstat().st_mode)


def test_a_descriptor_is_written_to(tmp_path):
    with (tmp_path / "a").open("wb") as file:
        file.write(b"before ")
        file.flush()
        write_all([(Path(f"/dev/fd/{file.fileno()}"), b"x")])
    assert (tmp_path / "a").read_bytes() == b"before x"


def test_all_drafts_stand_before_a_file_changes(tmp_path):
    first = tmp_path / "first"
    first.write_text("before")
    with pytest.raises(FileNotFoundError):
        write_all([(first, b"after"), (tmp_path / "no" / "such", b"x")])
    assert [path.name for path in tmp_path.iterdir()] == ["first"]
    assert first.read_text() == "before"


@pytest.mark.parametrize("output", ["/dev/null", "/dev/stdout"])
def test_devices_stay(tmp_path, output):
    (tmp_path / "rules.json").write_text(RULE)
    ran = process("check", "rules.json", "-o", output, cwd=tmp_path)
    assert ran.code == 1
    assert ("ALB002" in ran.out) == (output == "/dev/stdout")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    assert Path("/dev/stdout").is_symlink()


def test_the_hook_reads_file_names_as_file_names(tmp_path):
    hook = yaml.safe_load((Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text())[0]
    assert hook["args"][-1] == "--"
    (tmp_path / "rules.json").write_text(RULE)
    (tmp_path / "mine.json").write_text('{"mine": 1}')
    (tmp_path / "--output=mine.json").write_text("{}")
    command = [*hook["entry"].split()[1:], *hook["args"]]
    ran = process(*command, "--output=mine.json", "rules.json", cwd=tmp_path)
    assert "ALB002" in ran.out
    assert (tmp_path / "mine.json").read_text() == '{"mine": 1}'


@pytest.mark.parametrize(("private", "mode"), [(True, 0o600), (False, 0o644)])
def test_what_holds_secrets_is_for_its_owner(tmp_path, private, mode):
    mask = os.umask(0o022)
    try:
        write_all([(tmp_path / "a", b"x")], private=private)
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == mode


@pytest.mark.parametrize("name", ["rules.json/x", "a" * 250 + "/x", "b" * 256, "no/such/x", ".", "/", "\ud800", "/proc/x"])
def test_every_way_in_which_writing_fails_is_one_plain_error(tmp_path, name):
    (tmp_path / "rules.json").write_text(RULE, "utf-8")
    ran = process("check", "rules.json", "-o", name.encode("utf-8", "replace").decode(), cwd=tmp_path)
    if ran.code != 1:  # a name that could be written after all
        assert ran.code == 2
        assert ran.err.startswith("error: ") and ": cannot write it: " in ran.err
        assert [path.name for path in tmp_path.iterdir()] == ["rules.json"]


def _link(place: Path, target: str) -> None:
    place.symlink_to(target)


def _socket(place: Path) -> None:
    bound = socket.socket(socket.AF_UNIX)
    bound.bind(str(place))
    bound.close()


@pytest.mark.parametrize(
    ("make", "reason", "step"),
    [
        pytest.param(lambda place: _link(place, "rules.json"), "it is a link", "name the file that it leads to", id="link to a file"),
        pytest.param(lambda place: _link(place, "none"), "it is a link that leads nowhere", "name the file itself", id="link to nothing"),
        pytest.param(lambda place: _link(place, "x"), "Too many levels of symbolic links", "name the file itself, not a link", id="link to itself"),
        pytest.param(lambda place: _link(place, "/"), "it is a link to a folder", "name a file in that folder", id="link to a folder"),
        pytest.param(
            lambda place: _link(place, "/dev/full"), "No space left on device", "make room there, or name a file elsewhere",
            id="link to a full device",
        ),
        pytest.param(Path.mkdir, "Is a directory", "name a file in that folder", id="folder"),
        pytest.param(os.mkfifo, "it is a pipe that nobody reads", "start its reader first, or name a file", id="pipe"),
        pytest.param(_socket, "it is a socket", "name a file", id="socket"),
    ],
)  # fmt: skip
def test_the_help_fits_what_stands_there(tmp_path, monkeypatch, make, reason, step):
    monkeypatch.chdir(tmp_path)
    Path("rules.json").write_text(RULE, "utf-8")
    make(Path("x"))
    before = Path("x").lstat().st_mode
    ran = inside("check", "rules.json", "-o", "x")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"error: x: cannot write it: {reason}\n  help: {step}\n"
    assert (Path("x").lstat().st_mode, Path("rules.json").read_text("utf-8")) == (before, RULE)


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("no/x", "name a file in a folder that exists"),
        ("rules.json/x", "name a file in a folder that exists"),
        ("a" * 300, "give it a shorter name"),
        ("/dev/fd/98765", "open it for writing first, or name a file"),
    ],
)
def test_the_help_fits_a_name_where_nothing_can_stand(tmp_path, monkeypatch, name, step):
    monkeypatch.chdir(tmp_path)
    Path("rules.json").write_text(RULE, "utf-8")
    ran = inside("check", "rules.json", "-o", name)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith(f"\n  help: {step}\n")
