"""The answer of an earlier run: when it is told again, when not, and how it is kept. `test_again_law` has the law."""

import os
import pty
import re
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from alb_lint.cli import again, keeping
from running import ROOT, SEED, Ran, environment, export, raw

ANSWERED = "answered without reading"


class Here:
    """A folder to check, and a cache of its own."""

    def __init__(self, top: Path) -> None:
        self.folder, self.cache = top / "above" / "here", top / "cache"
        self.folder.mkdir(parents=True)
        self.cache.mkdir()
        self.code = ROOT / "src"
        self.rules(raw(10, "/a*"), raw(20, "/ab", "web"))

    def rules(self, *rules: dict[str, object], name: str = "rules.json") -> None:
        (self.folder / name).write_text(export(*rules), "utf-8")

    def environment(self, **more: str) -> dict[str, str]:
        kept = environment(**{"XDG_CACHE_HOME": str(self.cache), "PYTHONPATH": str(self.code)} | more)
        return {name: value for name, value in kept.items() if name != again.SWITCH or name in more}

    def check(self, *words: str, cwd: Path | None = None, stdin: bytes = b"", **env: str) -> Ran:
        """`err` says whether the command itself was loaded."""
        done = subprocess.run(
            [sys.executable, "-P", "-X", "importtime", "-m", "alb_lint", *(words or ("check", "rules.json"))],
            cwd=cwd or self.folder, env=self.environment(**env), input=stdin, capture_output=True, check=False, timeout=60,
        )  # fmt: skip
        err = done.stderr.decode()
        said = re.sub(r"import time:.*\n", "", err)
        return Ran(
            done.returncode, done.stdout.decode(), said + ("" if "alb_lint.pipeline" in err or "alb_lint.cli.show" in err else ANSWERED)
        )

    def entries(self) -> list[Path]:
        return sorted((self.cache / "alb-lint").glob("*"))


@pytest.fixture
def here(tmp_path: Path) -> Here:
    return Here(tmp_path)


def test_the_second_run_tells_what_the_first_has_told(here):
    first, second = here.check(), here.check()
    assert (first.code, first.err) == (1, "")
    assert "ALB101" in first.out
    assert second == Ran(first.code, first.out, ANSWERED)


@pytest.mark.parametrize(
    "words",
    [
        ("check",),
        ("check", "--project", "--allow-empty", "--", "rules.json"),
        ("check", "rules.json", "--format", "json"),
        ("check", "-q", "rules.json"),
    ],
    ids=" ".join,
)
def test_it_does_so_for_every_report(here, words):
    first = here.check(*words)
    assert here.check(*words) == Ran(first.code, first.out, ANSWERED)


def spare_times(path: Path, data: bytes) -> None:
    """As programs do that set the times of a file back."""
    about = path.stat()
    path.write_bytes(data)
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))


def retarget(folder: Path) -> None:
    (folder / "link.json").unlink()
    (folder / "link.json").symlink_to("other.json")


CHANGES: dict[str, Callable[[Path], object]] = {
    "a byte of a file, its size and times as before": lambda folder: spare_times(
        folder / "rules.json", (folder / "rules.json").read_bytes().replace(b"/ab", b"/cd")
    ),
    "a file more": lambda folder: shutil.copy(folder / "rules.json", folder / "more.json"),
    "a file less": lambda folder: (folder / "other.json").unlink(),
    "a file in a folder below": lambda folder: shutil.copy(folder / "other.json", folder / "below" / "x.json"),
    "a config": lambda folder: (folder / "alb-lint.toml").write_text('ignore = ["ALB101"]\n'),
    "a config above": lambda folder: (folder.parent / "alb-lint.toml").write_text('ignore = ["ALB101"]\n'),
    "files that are ignored": lambda folder: (folder / ".gitignore").write_text("rules.json\n"),
    "files that are ignored above": lambda folder: (folder.parent / ".gitignore").write_text("other.json\n"),
    "a link that leads elsewhere": retarget,
    "a folder that becomes a repository": lambda folder: (folder / ".git").mkdir(),
    "a file that becomes a folder": lambda folder: ((folder / "rules.json").unlink(), (folder / "rules.json").mkdir()),
    "a file that becomes a pipe": lambda folder: ((folder / "other.json").unlink(), os.mkfifo(folder / "other.json")),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_has_changed_is_read_anew(here, change):
    (here.folder.parent / ".git").mkdir()
    (here.folder / "below").mkdir()
    here.rules(raw(10, "/a*"), raw(20, "/ab", "web", listener="b"), name="other.json")
    (here.folder / "link.json").symlink_to("rules.json")
    here.check("check")
    assert here.check("check").err == ANSWERED
    change(here.folder)
    found = here.check("check")
    assert ANSWERED not in found.err
    assert found == here.check("check", "--no-cache")


RULE = """
resource "aws_lb_listener_rule" "x" {
  listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/web/1/2"
  priority     = var.n
  condition {
    path_pattern {
      values = ["/a"]
    }
  }
  action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
    }
  }
}
"""


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def lead(link: Path, goal: str) -> None:
    link.unlink(missing_ok=True)
    link.symlink_to(goal)


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: put(folder / "module" / "more.tf", 'resource "aws_lb_listener_rule" "y" {\n  priority = 7\n}\n'),
        lambda folder: put(folder / "module" / "sub" / "more.tf", ""),
        lambda folder: put(folder / "root" / "z.auto.tfvars", "n = 8\n"),
        lambda folder: put(folder / "root" / "terraform.tfvars", "n = 8\n"),
        lambda folder: put(folder / ".gitignore", "root/\n"),
        lambda folder: put(folder / "alb-lint.toml", 'fail-on = "info"\n'),
        lambda folder: lead(folder / "root" / "linked.json", "../other/rules.json"),
        lambda folder: lead(folder / "root" / "linked.json", "../../outside.json"),
        lambda folder: lead(folder / "root" / "linked.json", "nowhere"),
        lambda folder: lead(folder / "root" / "folder", "../other"),
        lambda folder: (folder / "module").rename(folder / "moved"),
        lambda folder: (folder / ".git").rmdir(),
        lambda folder: put(folder / "root" / ".git" / "HEAD", ""),
        lambda folder: folder.joinpath("root", "rules.json").unlink(),
    ],
)
def test_what_lies_elsewhere_is_looked_at_too(here, change):
    """A folder that is named, with a module and links that lead out of it; equal bytes in another place are another answer."""
    (here.folder / ".git").mkdir()
    put(here.folder / "root" / "main.tf", 'variable "n" {\n  default = 5\n}\nmodule "m" {\n  source = "../module"\n  n = var.n\n}\n')
    put(here.folder / "module" / "main.tf", 'variable "n" {}\n' + RULE)
    for place in (here.folder / "root" / "rules.json", here.folder / "other" / "rules.json", here.folder.parent / "outside.json"):
        put(place, (here.folder / "rules.json").read_text())
    lead(here.folder / "root" / "linked.json", "rules.json")
    lead(here.folder / "root" / "folder", "../module")
    words = ("check", "root", "--format", "json")
    here.check(*words)
    assert here.check(*words).err == ANSWERED
    change(here.folder)
    found = here.check(*words)
    fresh = here.check(*words, "--no-cache")
    assert (found.code, found.out) == (fresh.code, fresh.out)


@pytest.mark.parametrize(
    ("words", "change"),
    [
        (("check", "rules.json"), lambda folder: folder.chmod(0o777)),
        (("check", "../root/main.tf"), lambda folder: put(folder / "root" / "more.tf", RULE.replace('"x"', '"y"'))),
        (
            ("check", ".."),
            lambda folder: ((folder / "notes").unlink(), put(folder / "notes" / "rules.json", export(raw(3, "/x", listener="z")))),
        ),
    ],
    ids=["a folder that everybody writes to", "a file beside the one that is named", "a file that becomes a folder"],
)
def test_what_lies_around_is_looked_at_too(here, words, change):
    """Without a repository, and without a word of what changes."""
    put(here.folder / "alb-lint.toml", 'ignore = ["ALB101"]\n')
    put(here.folder / "below" / "rules.json", (here.folder / "rules.json").read_text())
    put(here.folder / "root" / "main.tf", 'variable "n" {\n  default = 3\n}\n' + RULE)
    put(here.folder / "notes", "")
    below = here.folder / "below"
    first = here.check(*words, cwd=below)
    assert here.check(*words, cwd=below).err == ANSWERED
    change(here.folder)
    found = here.check(*words, cwd=below)
    fresh = here.check(*words, "--no-cache", cwd=below)
    assert (found.code, found.out) == (fresh.code, fresh.out) != (first.code, first.out)


@pytest.mark.parametrize(
    ("env", "same"),
    [
        ({"GIT_AUTHOR_DATE": "@1796046369 +0000", "GIT_INDEX_FILE": ".git/index", "SHLVL": "7", "OLDPWD": "/", "_": "x"}, True),
        ({"COLUMNS": "60"}, False), ({"FORCE_COLOR": "1"}, False), ({"SOURCE_DATE_EPOCH": "1"}, False), ({"LC_ALL": "C"}, False),
        ({"ANY": "x"}, False),
    ],
)  # fmt: skip
def test_the_environment_counts(here, env, same):
    here.check()
    found = here.check(**env)
    assert (found.err == ANSWERED) == same
    assert found.out == here.check("check", "rules.json", "--no-cache", **env).out


def test_the_words_and_the_folder_count(here):
    here.check()
    here.check()
    assert here.check("check", "rules.json", "--level", "error").err == ""
    assert here.check("check", "here/rules.json", cwd=here.folder.parent).err == ""
    assert here.check("check", "rules.json").err == ANSWERED


@pytest.mark.parametrize(
    "words",
    [
        ("check", "rules.json", "--no-cache"), ("check", "-"), ("check", "/dev/stdin"), ("check", "/dev/fd/0"), ("check", "pipe"), ("check", "stdin"),
        ("check", "rules.json", "--output", "report"), ("check", "rules.json", "--output=report"), ("check", "rules.json", "-oreport"),
        ("check", "rules.json", "--report", "json:report"), ("check", "rules.json", "--write-baseline", "base"), ("check", "rules.json", "--fix"),
        ("check", "rules.json", "--since", "HEAD"), ("check", "nope.json"), ("check", "wrong.json"), ("check", "rules.json", "--select", "NOPE"),
        ("check", "--help"), ("check", "--color=always", "rules.json"), ("show", "rules.json"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_what_is_not_kept(here, words):
    """What reads or writes more than files, ends in an error, or is another command."""
    subprocess.run(["git", "init", "-q"], cwd=here.folder, check=True)
    (here.folder / "wrong.json").write_text("{")
    os.mkfifo(here.folder / "pipe")
    (here.folder / "stdin").symlink_to("/dev/stdin")
    reader = subprocess.Popen(["sh", "-c", "cat rules.json > pipe"], cwd=here.folder) if "pipe" in words else None
    data = (here.folder / "rules.json").read_bytes()
    here.check(*words, stdin=data)
    assert here.entries() == []
    if reader is not None:
        reader.kill()
        reader.wait()


def test_the_variable_switches_it_off(here):
    here.check()
    assert here.check(ALB_LINT_NO_CACHE="1").err == ""
    assert len(here.entries()) == 1
    here.check(ALB_LINT_NO_CACHE="")
    assert here.check(ALB_LINT_NO_CACHE="").err == ANSWERED


def test_a_run_that_reads_much_is_not_kept(here):
    (here.folder / "large.json").write_text(export(raw(1, "/a")) + " " * (5 << 20))
    here.check("check", "large.json", "-q", "--fail-on", "never")
    assert here.entries() == []


def test_the_day_counts(here):
    """All else is equal."""
    code = "import sys, time; now = time.time(); time.time = lambda: now + float(sys.argv.pop()); sys.orig_argv[:] = []\n"
    code += "from alb_lint.cli import again; print(again.name_of(['check']))"
    names = [
        subprocess.run([sys.executable, "-c", code, later], cwd=here.folder, env=here.environment(), capture_output=True, check=True).stdout
        for later in ("0", "0", "86400")
    ]
    assert names[0].startswith(again.PREFIX.encode())
    assert names[0] == names[1] != names[2]


# -- the code that ran -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code, as an editable installation has it; old enough for its times to tell something."""
    place = tmp_path_factory.mktemp("code") / "src"
    shutil.copytree(ROOT / "src", place)
    time.sleep(2.1)
    return place


@pytest.mark.parametrize("times", ["new", "as before"])
def test_other_code_gives_its_own_answer(here, copied, times):
    here.code = copied
    while not here.entries():  # after the first one, byte code lies in the folders
        here.check()
    assert here.check().err == ANSWERED
    file = copied / "alb_lint" / "checks" / "shadowed_rule.py"
    text = file.read_bytes()
    assert text.count(b"never reached") or text.count(b"shadowed")
    changed = text.replace(b'"shadowed-rule"', b'"darkened-rule"')
    assert len(changed) == len(text)
    assert changed != text
    spare_times(file, changed) if times == "as before" else file.write_bytes(changed)
    for cached in file.parent.glob("__pycache__/shadowed_rule.*"):
        cached.unlink()
    found = here.check()
    assert ANSWERED not in found.err
    assert "darkened-rule" in found.out
    assert here.check().out == found.out
    file.write_bytes(text)


def test_a_module_that_goes_before_another_gives_another_answer(here, copied, tmp_path):
    here.code = copied
    first = tmp_path / "first"
    first.mkdir()
    time.sleep(2.1)
    path = os.pathsep.join((str(first), str(copied)))
    here.check(PYTHONPATH=path)
    here.check(PYTHONPATH=path)
    assert here.check(PYTHONPATH=path).err == ANSWERED
    (first / "shlex.py").write_text("def quote(text): return 'another'\n")
    assert here.check(PYTHONPATH=path).err == ""


# -- entries -----------------------------------------------------------------------------------------------------------------


def test_entries_are_for_their_user_alone(here):
    old = os.umask(0)
    try:
        here.check()
    finally:
        os.umask(old)
    assert (here.cache / "alb-lint").stat().st_mode & 0o777 == 0o700
    assert [entry.stat().st_mode & 0o777 for entry in here.entries()] == [0o600]


def test_nothing_of_the_input_is_in_them(here):
    here.rules(raw(10, "/a*"), raw(20, "/ab", "web"), raw(30, "/x", Note="of nobody"))
    here.check()
    assert b"of nobody" not in here.entries()[0].read_bytes()


def spoilt(data: bytes) -> Iterator[bytes]:
    for at in (0, 5, len(again.HEAD), len(again.HEAD) + 50, len(data) // 2, len(data) - 2):
        yield data[:at]
        yield data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]
    yield data + b"x"
    yield b"\0" * len(data)


def test_a_damaged_entry_is_none(here):
    first = here.check()
    [entry] = here.entries()
    good = entry.read_bytes()
    for data in spoilt(good):
        entry.write_bytes(data)
        assert here.check() == first
        assert entry.read_bytes() == good


def writable(folder: Path) -> None:
    folder.chmod(0o777)


def linked(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))
    folder.symlink_to("elsewhere")


def foreign(folder: Path) -> None:
    os.chown(folder, 12345, 12345)


@pytest.mark.parametrize("change", [writable, linked, foreign])
def test_a_folder_that_others_may_write_to_is_not_used(here, change):
    if change is foreign and os.geteuid() != 0:
        pytest.skip("only root gives folders away")
    first = here.check()
    change(here.cache / "alb-lint")
    times = [entry.stat().st_ino for entry in here.entries()]
    assert here.check() == first
    assert [entry.stat().st_ino for entry in here.entries()] == times


@pytest.mark.parametrize("mode", [0o622, 0o666])
def test_an_entry_that_others_may_write_to_is_not_used(here, mode):
    here.check()
    here.entries()[0].chmod(mode)
    assert here.check().err == ""


def test_an_entry_is_no_link(here):
    here.check()
    [entry] = here.entries()
    entry.rename(here.cache / "moved")
    entry.symlink_to(here.cache / "moved")
    assert here.check().err == ""
    assert here.check().err == ANSWERED  # the link was replaced
    assert not entry.is_symlink()


@pytest.mark.parametrize(
    "env",
    [
        {"XDG_CACHE_HOME": "/dev/null"}, {"XDG_CACHE_HOME": "/proc/1"}, {"XDG_CACHE_HOME": "relative", "HOME": "/nowhere/at/all"},
        {"XDG_CACHE_HOME": "", "HOME": ""}, {"XDG_CACHE_HOME": "", "HOME": "home"},
    ],
)  # fmt: skip
def test_where_nothing_can_be_kept_the_run_goes_on(here, env):
    first = here.check()
    assert here.check(**env) == here.check(**env) == first
    assert sorted(path.name for path in here.folder.iterdir()) == ["rules.json"]


@pytest.mark.skipif(sys.platform == "darwin", reason="its folder is another")
def test_without_a_folder_that_is_named_it_is_that_of_the_home(here, tmp_path):
    env = {"XDG_CACHE_HOME": "relative", "HOME": str(tmp_path)}
    here.check(**env)
    assert here.check(**env).err == ANSWERED
    assert (tmp_path / ".cache" / "alb-lint").is_dir()


def test_a_full_disk_leaves_nothing(here):
    def nothing_larger() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    command = [sys.executable, "-B", "-P", "-m", "alb_lint", "check", "rules.json"]
    done = subprocess.run(command, cwd=here.folder, env=here.environment(), capture_output=True, check=False, preexec_fn=nothing_larger)
    assert (done.returncode, done.stdout.decode()) == (1, here.check("check", "rules.json", "--no-cache").out)
    assert here.entries() == []


def test_there_are_few_of_them(here):
    here.check()
    [entry] = here.entries()
    (entry.parent / "not ours").write_text("x")
    for number in range(keeping.MOST_ENTRIES + 20):
        old = entry.with_name(f"check-{number:040}")
        old.write_bytes(b"x")
        os.utime(old, (number, number))
    here.check("check")
    kept = [path.name for path in here.entries()]
    assert len(kept) == keeping.MOST_ENTRIES + 1
    assert {"not ours", entry.name} < set(kept)
    assert here.check("check").err == here.check().err == ANSWERED


def test_they_are_small_together(here, monkeypatch):
    monkeypatch.setattr(keeping, "MOST_BYTES", 1000)
    monkeypatch.setattr(keeping, "MOST_ENTRIES", 10)
    monkeypatch.setattr(again, "folder", lambda: str(here.cache / "alb-lint"))
    for number in range(9):
        keeping.keep(f"check-{number}", 0, {("s", "/"): "x"}, [], "-", b"x" * 300)
        os.utime(here.cache / "alb-lint" / f"check-{number}", (number, number))
    assert [path.name for path in here.entries()] == ["check-7", "check-8"]
    keeping.keep("check-9", 0, {("s", "/"): "x"}, [], "-", b"x" * again.MOST)
    assert [path.name for path in here.entries()] == ["check-7", "check-8"]


def test_many_at_once(here):
    command = [sys.executable, "-P", "-m", "alb_lint", "check", "rules.json"]
    running = [subprocess.Popen(command, cwd=here.folder, env=here.environment(), stdout=subprocess.PIPE) for _ in range(8)]
    assert len({run.communicate()[0] for run in running}) == 1
    [entry] = here.entries()
    known = entry.stat().st_ino
    assert subprocess.run(command, cwd=here.folder, env=here.environment(), capture_output=True, check=False).returncode == 1
    assert here.entries()[0].stat().st_ino == known


def test_a_draft_that_a_killed_run_has_left_is_no_entry(here):
    first = here.check()
    [entry] = here.entries()
    entry.rename(entry.with_name(f"{entry.name}.4711"))
    assert here.check() == first


# -- how it is told ----------------------------------------------------------------------------------------------------------


def test_an_answer_that_cannot_be_written(here):
    """As the run itself would end."""
    command = [sys.executable, "-P", "-m", "alb_lint", "check", "rules.json"]
    for _ in range(2):
        subprocess.run(command, cwd=here.folder, env=here.environment(), stdout=subprocess.DEVNULL, check=False)
    told = []
    for more in ([], ["--no-cache"]):
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                [*command, *more], cwd=here.folder, env=here.environment(), stdout=full, stderr=subprocess.PIPE, check=False
            )
        told.append((done.returncode, done.stderr))
    assert told[0] == told[1]
    assert told[0][0] == 2


def test_an_answer_that_nobody_reads(here):
    here.check()
    for more in ("", "--no-cache"):
        line = f"{sys.executable} -P -m alb_lint check rules.json {more}; echo $? >&2"
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run(
            ["sh", "-c", line], cwd=here.folder, env=here.environment(), stdout=writer, stderr=subprocess.PIPE, check=False
        )
        os.close(writer)
        assert done.stderr == b"1\n"


def in_a_terminal(here: Here, *more: str) -> bytes:
    own, other = pty.openpty()
    command = [sys.executable, "-P", "-m", "alb_lint", "check", "rules.json", *more]
    with subprocess.Popen(command, cwd=here.folder, env=here.environment(TERM="xterm"), stdin=other, stdout=other, stderr=other) as run:
        os.close(other)
        said = b""
        while True:
            try:
                piece = os.read(own, 65536)
            except OSError:  # the other side is closed
                break
            if not piece:
                break
            said += piece
        run.wait()
    os.close(own)
    return said


def test_a_terminal_is_told_in_colours(here):
    plain = here.check().out
    fresh = in_a_terminal(here, "--no-cache")
    assert b"\x1b[" in fresh
    assert in_a_terminal(here) == in_a_terminal(here) == fresh
    assert len(here.entries()) == 2
    assert here.check().out == plain


def test_the_seed_project(tmp_path):
    """A real one, config and all, from the folder above."""
    here = Here(tmp_path)
    shutil.copytree(SEED, here.folder / "seed")
    for more in (("seed",), ("--project", "--", "seed/python.json")):
        first = here.check("check", *more)
        assert here.check("check", *more) == Ran(first.code, first.out, ANSWERED)
        assert here.check("check", "--no-cache", *more) == first
