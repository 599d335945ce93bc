"""`allocate --reserve`, `--also` and `--refs`: numbers that are taken elsewhere, and a lock file that git merges."""

import subprocess
from datetime import date, timedelta
from pathlib import Path

import pytest

from alb_lint.checks import ALB008
from alb_lint.config import Config
from alb_lint.errors import ConfigError
from alb_lint.reservations import MARKERS, Reservation, parse, rendered
from running import export, inside, listener_arn, raw
from shorthand import listener, run

LOCK = Path("alb-lint.lock")
NAMES = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]


def git(*words, code=0):
    done = subprocess.run(["git", *NAMES, *words], capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr + done.stdout
    return done.stdout


def commit(message):
    git("add", "-A")
    git("commit", "-qm", message)


def lines():
    return [item for item in LOCK.read_text("utf-8").splitlines() if not item.startswith("#")]


def held():
    return [item.priority for item in parse(LOCK.read_text("utf-8"), "alb-lint.lock")]


def reserve(*args, by="us"):
    return inside("allocate", "rules.json", "--reserve", "--by", by, "--format", "json", *args)


@pytest.fixture
def repository(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    git("init", "-q", "-b", "main")
    Path("rules.json").write_text(export(raw(10, "/a"), raw(20, "/b"), raw(40000, "/*", "rest")), "utf-8")
    commit("rules")
    return tmp_path


def test_what_is_reserved_is_not_given_again(repository):
    first = reserve("--path", "/x/*")
    assert (first.code, held()) == (0, [first.json["priority"]])
    assert f"reserved {first.json['priority']} for us until" in first.err
    again = reserve("--path", "/x/*")
    assert (again.json["priority"], held()) == (first.json["priority"], [first.json["priority"]])
    other = reserve("--path", "/x/*", by="them")
    assert len(set(held())) == 2
    assert other.json["priority"] != first.json["priority"]
    plain = inside("allocate", "rules.json", "--path", "/y/*", "--format", "json").json
    assert plain["priority"] not in held()


def test_a_reservation_that_has_ended_holds_nothing(repository):
    ended = Reservation(30, listener_arn("web"), "/x/*", "us", "2020-01-01", "0")
    LOCK.write_text(rendered([ended]), "utf-8")
    assert inside("allocate", "rules.json", "--path", "/y/*", "--format", "json").json["priority"] == 30
    (found,) = inside("check", "rules.json", "--select", "ALB008", "--format", "json").json["findings"]
    assert (found["severity"], found["message"]) == ("warning", "the reservation of 30 for `/x/*` by `us` ended on 2020-01-01")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--path", "/x/*", "--reserve"], "who reserves it?"),
        (["--path", "/x/*", "--reserve", "--by", "us", "--until", "2020-01-01"], "has passed"),
        (["--path", "/x/*", "--reserve", "--by", "us", "--until", "soon"], "is no date"),
        (["--path", "/x/*", "--by", "us"], "nothing is reserved"),
    ],
)
def test_what_makes_no_sense(repository, args, said):
    ran = inside("allocate", "rules.json", *args)
    assert (ran.code, said in ran.err, LOCK.exists()) == (2, True, False)


def test_the_owner_of_the_range_and_the_day_are_told(repository):
    Path("alb-lint.toml").write_text('[[range]]\nname = "shop"\npriorities = "100-105"\nowner = "@shop"\n', "utf-8")
    day = (date.today() + timedelta(days=90)).isoformat()  # noqa: DTZ011 - far enough from midnight anywhere
    assert reserve("--path", "/x/*", "--range", "shop", "--until", day, by="").code == 0
    (item,) = parse(LOCK.read_text("utf-8"), "lock")
    assert (item.by, item.until, 100 <= item.priority <= 105) == ("@shop", day, True)


# -- two clones --------------------------------------------------------------------------------------------------------------


def two_clones(here, ours, theirs):
    """Each clone reserves at the same time; the exit code of the merge, and the clone where it was tried."""
    LOCK.write_text(rendered([]), "utf-8")
    commit("lock")
    for name, args in (("one", ours), ("two", theirs)):
        git("clone", "-q", str(here), str(here / name))
        with_folder(here / name, lambda args=args: (_reserved(args), commit("reserve")))
    return here / "one"


def _reserved(args):
    assert reserve(*args).code == 0


def with_folder(folder, work):
    import contextlib

    with contextlib.chdir(folder):
        return work()


@pytest.mark.parametrize("turn", range(4))
def test_two_clones_that_reserve_at_once_never_get_one_number(repository, turn):
    one = two_clones(repository, ["--path", f"/x{turn}/*"], ["--path", "/y/*"])

    def merge():
        git("fetch", "-q", str(repository / "two"), "main")
        done = subprocess.run(["git", *NAMES, "merge", "-q", "FETCH_HEAD"], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            assert len(set(held())) == 2
            assert inside("check", "rules.json", "--select", "ALB008").code == 0
        else:
            assert sum(item.startswith("<<<<<<<") for item in lines()) == 1
            assert "git could not merge two reservations here" in inside("check", "rules.json").err

    with_folder(one, merge)


def test_git_refuses_one_number_for_two_and_merges_all_others():
    def merged(folder, mine, theirs):
        with_folder(folder, lambda: git("init", "-q", "-b", "main"))

        def work():
            base = [item(500), item(601)]
            LOCK.write_text(rendered(base), "utf-8")
            commit("base")
            git("checkout", "-qb", "other")
            LOCK.write_text(rendered([*base, item(theirs, "them")]), "utf-8")
            commit("theirs")
            git("checkout", "-q", "main")
            LOCK.write_text(rendered([*base, item(mine, "us")]), "utf-8")
            commit("ours")
            return subprocess.run(["git", *NAMES, "merge", "-q", "other"], capture_output=True, check=False).returncode

        return with_folder(folder, work)

    import tempfile

    for mine, theirs, clean in [
        (110, 110, False),
        (110, 120, True),
        (110, 111, True),
        (100, 200, True),
        (499, 501, True),
        (1000, 1100, True),
    ]:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            assert (merged(folder, mine, theirs) == 0) is clean, (mine, theirs)
            if clean:
                assert {mine, theirs} <= {one.priority for one in parse((folder / LOCK).read_text("utf-8"), "lock")}


def item(number, by="base"):
    return Reservation(number, "web", "/x/*", by, "2099-01-01", by)


# -- the file ----------------------------------------------------------------------------------------------------------------


def test_the_file_reads_as_it_was_written():
    every = [item(number, by) for number in (1, 7, 108, 50_000, 209) for by in ("b", "a")]
    text = rendered(every)
    found = parse(text, "lock")
    assert rendered(found) == text
    assert sorted((one.priority, one.by) for one in found) == sorted((one.priority, one.by) for one in every)
    assert sum(line.startswith("# ") for line in text.splitlines()) == MARKERS + 2


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("110 for us", "no reservation"),
        ('{"priority": 110}', "no reservation"),
        ("[" * 100_000, "no reservation"),
        ('{"priority": 0, "listener": "", "for": "", "by": "", "until": "2027-01-01", "id": ""}', "'priority' must be"),
        ('{"priority": true, "listener": "", "for": "", "by": "", "until": "2027-01-01", "id": ""}', "'priority' must be"),
        ('{"priority": 1, "listener": 1, "for": "", "by": "", "until": "2027-01-01", "id": ""}', ".*must be texts"),
        ('{"priority": 1, "listener": "", "for": "", "by": "", "until": "soon", "id": ""}', "'until' must be a date"),
        ("<<<<<<< HEAD", "git could not merge two reservations here"),
    ],
)
def test_lines_that_are_no_reservations(line, said):
    with pytest.raises(ConfigError, match=f"lock:2: {said}"):
        parse(f"# 0\n{line}\n", "lock")


# -- held against the rules --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "reservations", "found"),
    [
        (["10 path=/a -> a"], [item(110)], []),
        (["110 path=/x/* -> a"], [item(110)], [("info", "r110", "is no longer needed: 110 (/x/*) is there")]),
        (["120 path=/x/* -> a"], [item(110)], [("info", "r120", "is no longer needed: 120 (/x/*) is there")]),
        (["110 path=/y -> a"], [item(110)], [("error", "r110", "110 (/y) has it")]),
        (["110 path=/y -> a", "111 path=/x/* -> x"], [item(110)], [("error", "r110", "110 (/y) has it")]),
        ([], [item(110, "a"), item(110, "b")], [("error", "", "reserved twice: for `/x/*` by `a`, and for `/x/*` by `b`")]),
        ([], [Reservation(110, "web", "/x/*", "us", "2026-12-31", "")], [("warning", "", "ended on 2026-12-31")]),
        (["110 path=/y -> a"], [Reservation(110, "other", "/x/*", "us", "2099-12-31", "")], []),
    ],
)
def test_reservations_and_rules(rules, reservations, found):
    results = run(ALB008, listener(*rules, id="web"), Config(reservations=tuple(reservations)))
    assert [(one.severity.label, one.rule.id if one.rule else "") for one in results] == [(severity, rule) for severity, rule, _ in found]
    assert all(said in one.message for one, (_, _, said) in zip(results, found, strict=True))


# -- other places ------------------------------------------------------------------------------------------------------------


def test_checkouts_of_others(repository):
    Path("elsewhere").mkdir()
    Path("elsewhere/rules.json").write_text(export(raw(30, "/c", number=3), raw(50, "/d", number=5)), "utf-8")
    Path("strange.json").write_text(export(raw(60, "/c", listener="strange")), "utf-8")
    ask = ["allocate", "rules.json", "--path", "/y/*", "--format", "json"]
    assert inside(*ask).json["priority"] == 30
    assert inside(*ask, "--also", "elsewhere").json["priority"] == 60
    assert inside(*ask, "--also", "elsewhere", "--also", "strange.json").json["priority"] == 60


def test_a_listener_that_may_be_the_same_is_left_alone(repository):
    Path("elsewhere").mkdir()
    Path("elsewhere/main.tf").write_text(
        'variable "listener" {}\nresource "aws_lb_listener_rule" "r" {\n  listener_arn = var.listener\n  priority = 30\n'
        '  action {\n    type = "forward"\n    target_group_arn = "t"\n  }\n  condition {\n    path_pattern { values = ["/c"] }\n  }\n}\n',
        "utf-8",
    )
    ran = inside("allocate", "rules.json", "--path", "/y/*", "--format", "json", "--also", "elsewhere")
    assert ran.json["priority"] == 40
    assert "is this listener, so its numbers are not used" in ran.err


def test_branches_that_are_not_merged(repository):
    git("checkout", "-qb", "team/x")
    Path("rules.json").write_text(export(raw(10, "/a"), raw(20, "/b"), raw(30, "/c", number=3), raw(40000, "/*", "rest")), "utf-8")
    commit("x")
    git("checkout", "-q", "main")
    ask = ["allocate", "rules.json", "--path", "/y/*", "--format", "json"]
    assert inside(*ask).json["priority"] == 30
    assert inside(*ask, "--refs", "team/*").json["priority"] == 40
    assert inside(*ask, "--refs", "none/*").json["priority"] == 30
    git("merge", "-q", "team/x")
    assert inside(*ask, "--refs", "team/*").json["priority"] == 40


def test_a_number_that_two_branches_take_is_found_before_either_is_merged(repository):
    start = [raw(10, "/a"), raw(20, "/b"), raw(40000, "/*", "rest")]

    def branch(name, *rules):
        git("checkout", "-qb", name, "main")
        Path("rules.json").write_text(export(*start, *rules), "utf-8")
        commit(name)

    branch("team/x", raw(30, "/x", "x", number=1))
    branch("team/y", raw(30, "/y", "y", number=2))
    branch("team/z", raw(30, "/x", "x", number=1))  # the same rule as on team/x
    branch("team/w", raw(50, "/w", "w", number=3))

    def found():
        ran = inside("check", "rules.json", "--select", "ALB010", "--refs", "team/*", "-f", "json")
        return [item["message"] for item in ran.json["findings"]]

    on_w = found()
    assert sorted(("team/x" in said and "team/y" in said) or ("team/y" in said and "team/z" in said) for said in on_w) == [True, True]
    git("checkout", "-q", "team/y")
    mine = [said for said in found() if said.startswith("30 is also taken by 30 (/x)")]
    assert len(mine) == 2
    git("checkout", "-q", "main")
    Path("rules.json").write_text(export(*start, raw(60, "/v", number=4)), "utf-8")  # not committed yet, and on a number of its own
    assert not any("/v" in said for said in found())
    Path("rules.json").write_text(export(*start, raw(50, "/v", number=4)), "utf-8")
    assert any(said.startswith("50 is also taken by 50 (/w) on the branch `team/w`") for said in found())
    # what both sides know from before is no claim, wherever it went
    Path("rules.json").write_text(export(*start[::-1]), "utf-8")
    assert not any(said.startswith("10 ") for said in found())
