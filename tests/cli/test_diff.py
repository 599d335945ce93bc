"""`alb-lint diff`: the fields of the contract, which listener is compared with which, plans as the new state, and what stays undecided."""

from pathlib import Path

import pytest

from running import ACCOUNT, export, inside, listener_arn, raw

CONFIG = '[[range]]\nname = "v2"\npriorities = "100-109"\nmatch = { paths = ["/v2/*"] }\n'


@pytest.fixture
def files(tmp_path, monkeypatch):
    """Writes exports by name in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def write(**exports):
        for name, rules in exports.items():
            Path(f"{name}.json").write_text(export(*rules), "utf-8")

    return write


def test_contract(files):
    files(old=[raw(10, "/a"), raw(20, "/a*", "other")], new=[raw(30, "/a"), raw(20, "/a*", "other")])
    ran = inside("diff", "old.json", "new.json", "--format", "json")
    assert (ran.code, ran.err) == (1, "")
    told = ran.json
    assert (told["schema"], told["equivalent"], told["confidence"]) == ("alb-lint.diff.v1", False, "proved")
    (item,) = told["differences"]
    assert item["request"]["path"] == "/a"
    assert item["old"]["rule"].endswith("10")
    assert item["new"]["rule"].endswith("20")
    assert item["old"]["action"]["Type"] == item["new"]["action"]["Type"] == "forward"


def test_text_tells_both_rules_and_both_actions(files):
    files(old=[raw(10, "/a"), raw(20, "/a*", "other")], new=[raw(30, "/a"), raw(20, "/a*", "other")])
    ran = inside("diff", "old.json", "new.json")
    assert ran.code == 1
    for said in ("old: 10", "→ api", "new: 20", "→ other", "curl -i https://example.com/a", "1 pair of answers differs"):
        assert said in ran.out


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ([raw(10, "/a"), raw(20, "/b", "other")], [raw(20, "/a", number=10), raw(10, "/b", "other", number=20)]),
        ([raw(10, "/a"), raw(20, "/a")], [raw(10, "/a")]),
        ([raw(10, "/a*"), raw(20, "/ab")], [raw(10, "/a*")]),
    ],
    ids=["renumbered", "redundant", "shadowed"],
)
def test_equivalent(files, old, new):
    files(old=old, new=new)
    ran = inside("diff", "old.json", "new.json")
    assert (ran.code, ran.out) == (0, "every request is answered alike: proved\n")
    assert inside("diff", "old.json", "new.json", "--format", "json").json["equivalent"] is True


@pytest.mark.parametrize(
    ("new", "relation", "said"),
    [
        ([raw(10, "/a*")], "wider", "match more"),
        ([raw(10, "/ax")], "narrower", "match fewer"),
        ([raw(10, "/b")], "incomparable", "match some requests that the old ones do not"),
    ],
)
def test_summary_of_what_is_taken(files, new, relation, said):
    old = [raw(10, "/ax"), raw(20, "/ay")] if relation == "narrower" else [raw(10, "/a")]
    files(old=old, new=new)
    told = inside("diff", "old.json", "new.json", "--format", "json").json
    assert told["listeners"][0]["matched"]["relation"] == relation
    assert said in inside("diff", "old.json", "new.json").out


@pytest.mark.parametrize(("how", "code"), [("arn", 1), ("name", 0)])
def test_target_groups(files, how, code):
    moved = raw(10, "/a")
    moved["Actions"][0]["TargetGroupArn"] = f"{ACCOUNT}:targetgroup/api/{'0' * 16}"
    files(old=[raw(10, "/a")], new=[moved])
    assert inside("diff", "old.json", "new.json", "--target-groups", how).code == code


def test_listeners_by_id_and_one_that_went(files):
    files(old=[raw(10, "/a"), raw(10, "/a", listener="spare")], new=[raw(10, "/a")])
    ran = inside("diff", "old.json", "new.json", "--format", "json")
    assert ran.code == 1
    assert ran.json["only_old"] == [listener_arn("spare")]
    assert (ran.json["only_new"], ran.json["differences"], ran.json["equivalent"]) == ([], [], False)
    assert inside("diff", "old.json", "new.json", "--listener", "web*").code == 0
    assert inside("diff", "old.json", "new.json", "--listener", "spare*").code == 1
    assert inside("diff", "old.json", "new.json", "--listener", "none").code == 3


def test_two_listeners_that_are_alone_are_compared(files):
    files(old=[raw(10, "/a")], new=[raw(10, "/a", listener="spare")])
    assert inside("diff", "old.json", "new.json").code == 0


def test_gaps_leave_it_undecided(files):
    files(old=[raw(10, "/a")], new=[raw(10, "/a"), 7])
    ran = inside("diff", "old.json", "new.json", "--format", "json")
    assert ran.code == 1
    assert (ran.json["equivalent"], ran.json["confidence"]) == (None, "undecided")
    text = inside("diff", "old.json", "new.json")
    assert "not everything could be read" in text.out
    assert "proved" not in text.out


def test_a_plan_against_its_base(files):
    files(old=[raw(10, "/v2/a"), raw(20, "/x")], other=[raw(11, "/v2/a"), raw(20, "/x")])
    Path("alb-lint.toml").write_text(CONFIG, "utf-8")
    assert inside("plan", "old.json", "--format", "json", "--output", "plan.json").code == 0
    assert inside("diff", "old.json", "plan.json").code == 0
    ran = inside("diff", "other.json", "plan.json")
    assert ran.code == 3
    assert "for other rules" in ran.err


def test_a_plan_that_changes_on_purpose(files):
    files(old=[raw(100, "/v2/*"), raw(101, "/v2/a", "other")])
    Path("alb-lint.toml").write_text(CONFIG, "utf-8")
    assert inside("plan", "old.json", "--fix-shadowed", "--format", "json", "--output", "plan.json").code == 0
    ran = inside("diff", "old.json", "plan.json", "--format", "json")
    assert ran.code == 1
    assert [item["request"]["path"] for item in ran.json["differences"]] == ["/v2/a"]


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["old.json", "none.json"], 3),
        (["old.json"], 2),
        (["old.json", "old.json", "--target-groups", "x"], 2),
        (["old.json", "empty.json"], 3),
    ],
)
def test_errors(files, args, code):
    files(old=[raw(10, "/a")], empty=[])
    ran = inside("diff", *args)
    assert ran.code == code
    assert ran.out == ""


def test_two_listeners_of_one_input(files):
    deny = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "403"}}]
    files(both=[raw(10, "/docs", Actions=deny), raw(20, "/*"), raw(20, "/*", listener="other")])
    ran = inside("diff", "both.json", "both.json", "--listener", "web/*", "--new-listener", "other/*", "--format", "json")
    assert ran.code == 1
    (found,) = ran.json["differences"]
    assert found["request"]["path"] == "/docs"
    assert inside("diff", "both.json", "both.json", "--listener", "web/*", "--new-listener", "web/*").code == 0
    assert inside("diff", "both.json", "both.json", "--listener", "web/*", "--new-listener", "*").code == 2
    assert inside("diff", "both.json", "both.json", "--listener", "web/*", "--new-listener", "none").code == 3


@pytest.mark.parametrize(
    "command", ["diff old.json new.json", "audit --snapshot old.json --fail-on never", "check old.json --fail-on never"]
)
def test_listeners_go_by_the_name_that_the_config_gives(files, command):
    files(old=[raw(10, "/a"), raw(10, "/a", listener="spare")], new=[raw(10, "/a"), raw(10, "/b", listener="spare")])
    Path("alb-lint.toml").write_text('[[listener]]\nname = "public"\nids = ["*/app/web/*"]\n', "utf-8")
    ran = inside(*command.split(), "--listener", "public", "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    assert "spare" not in ran.out
