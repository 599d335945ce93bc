"""`alb-lint allocate`: a number by meaning, moves that make room, rules from a file, and what is refused."""

import json
from pathlib import Path

import pytest

from running import export, inside, raw

CONFIG = '[[range]]\nname = "v2"\npriorities = "PRIORITIES"\nmatch = { paths = ["/v2/*"] }\n'
RULES = (raw(10, "/v2/a/b"), raw(20, "/v2/*", "other"))


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    configure("10-29")
    Path("rules.json").write_text(export(*RULES), "utf-8")


def configure(priorities):
    Path("alb-lint.toml").write_text(CONFIG.replace("PRIORITIES", priorities), "utf-8")


def allocate(*args, form="json"):
    return inside("allocate", "rules.json", "--range", "v2", "--format", form, *args)


def test_behind_the_narrower_and_before_the_wider(here):
    ran = allocate("--path", "/v2/a/*")
    assert (ran.code, ran.err) == (0, "")
    told = ran.json
    assert told["range"] == "v2"
    assert told["interval"] == [11, 19]
    assert 11 <= told["priority"] <= 19
    assert all(11 <= number <= 19 for number in told["alternatives"])
    assert [(item["id"][-2:], item["witness"]["path"]) for item in told["order"]["after"]] == [("10", "/v2/a/b")]
    assert [item["id"][-2:] for item in told["order"]["before"]] == ["20"]
    text = allocate("--path", "/v2/a/*", form="text")
    assert text.out.startswith(f"{told['priority']}  in v2 on ")
    assert "after 10" in text.out


@pytest.mark.parametrize(
    ("flags", "conditions"),
    [
        (["--path", "/v2/a/*", "--path", "/v2/c"], [{"Field": "path-pattern", "Values": ["/v2/a/*", "/v2/c"]}]),
        (["--host", "a.example.com", "--path", "/v2/a/*"], None),
        (["--path", "/v2/a/*", "--method", "GET", "--method", "PUT"], None),
        (
            ["--path", "/v2/a/*", "--header", "X-Env: blue", "--header", "x-env: green", "--query", "k=v", "--source-ip", "10.0.0.0/8"],
            [
                {"Field": "path-pattern", "Values": ["/v2/a/*"]},
                {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Env", "Values": ["blue", "green"]}},
                {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "k", "Value": "v"}]}},
                {"Field": "source-ip", "SourceIpConfig": {"Values": ["10.0.0.0/8"]}},
            ],
        ),
    ],
)
def test_flags_and_files_say_the_same(here, flags, conditions):
    by_flags = allocate(*flags)
    if conditions is None:
        assert by_flags.code == 0
        return
    Path("rule.json").write_text(json.dumps({"Conditions": conditions}), "utf-8")
    assert allocate("--rule", "rule.json").json == by_flags.json


def test_moves_that_make_room(here):
    configure("10-12")
    Path("rules.json").write_text(export(raw(10, "/v2/a/b"), raw(11, "/v2/*", "other")), "utf-8")
    ran = allocate("--path", "/v2/a/*")
    assert ran.code == 5
    assert ran.json["priority"] == 11
    assert [(move["from"], move["to"]) for move in ran.json["moves"]] == [(11, 12)]
    assert "once there is room; no number is free now" in allocate("--path", "/v2/a/*", form="text").out


def test_no_room_at_all(here):
    configure("10")
    ran = allocate("--path", "/v2/a/*")
    assert ran.code == 5
    assert ran.json["priority"] is None
    assert ran.json["refused"]["reason"]
    assert "what would work: 15 outside the ranges is free" in allocate("--path", "/v2/a/*", form="text").out


def test_equal_requests(here):
    ran = allocate("--path", "/v2/a/b", form="text")
    assert ran.code == 5
    assert "exactly the same requests" in ran.out


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        ([], 2, "what the new rule matches must be given once"),
        (["--path", "/v2/" + "a" * 200], 2, "AWS would refuse"),
        (["--path", "/v2/a", "--rule", "rule.json"], 2, "not both"),
        (["--header", "nothing"], 2, "not a header"),
        (["--source-ip", "300.0.0.1/8"], 2, "AWS would refuse"),
        (["--rule", "none.json"], 3, "cannot read the rule"),
        (["--rule", "bad.json"], 3, "not JSON"),
        (["--rule", "list.json"], 3, "there is no rule"),
        (["--rule", "string.json"], 3, "Conditions"),
        (["--rule", "many.json"], 3, "500 new rules beside"),
        (["--rule", "wide.json"], 2, "AWS would refuse the rule"),
        (["--path", "/v2/a", "--place", "above"], 2, "not a place"),
        (["--path", "/v2/a", "--place", "before"], 2, "not a place"),
        (["--path", "/v2/a", "--place", "before", "77"], 2, "no rule is called '77'"),
        (["--path", "/v2/a", "--place", "after", "*"], 2, "2 rules are called"),
        (["--from", "rules.json:9999999", "--path", "/v2/a"], 2, "not both"),
        (["--rule", "odd.json"], 3, "odd.json"),
        (["--path", "/v2/a", "--range", "v3"], 2, "no listener has a range"),
    ],
)
def test_errors(here, args, code, said):
    many = [{"Conditions": [{"Field": "path-pattern", "Values": [f"/n{number}"]}]} for number in range(500)]
    wide = {"Conditions": [{"Field": "path-pattern", "Values": [f"/n{number}" for number in range(20_000)]}]}
    files = {
        "bad": "{",
        "list": "[]",
        "string": '"x"',
        "odd": '{"Conditions": [{"Field": 7}]}',
        "many": json.dumps(many),
        "wide": json.dumps(wide),
    }
    for name, text in files.items():
        Path(f"{name}.json").write_text(text, "utf-8")
    ran = allocate(*args)
    assert ran.code == code
    assert said in ran.err
    assert ran.out == ""


def test_several_listeners_have_to_be_told_apart(here):
    Path("rules.json").write_text(export(*RULES, raw(10, "/x", listener="spare")), "utf-8")
    ran = allocate("--path", "/v2/c")
    assert ran.code == 2
    assert "--listener" in ran.err
    assert allocate("--path", "/v2/c", "--listener", "spare*").code == 0


# -- without any config ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def bare(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def numbered(*rules, args=(), form="json"):
    Path("rules.json").write_text(export(*rules), "utf-8")
    return inside("allocate", "rules.json", "--format", form, *args)


@pytest.mark.parametrize(
    ("numbers", "args", "priority", "interval"),
    [
        ([], ["--path", "/x/*"], 100, [1, 50_000]),
        ([10, 20, 30], ["--path", "/x/*"], 40, [1, 50_000]),
        ([100, 200, 300], ["--path", "/x/*"], 400, [1, 50_000]),
        ([101, 111, 121], ["--path", "/x/*"], 131, [1, 50_000]),
        ([1, 2, 3, 4], ["--path", "/x/*"], 5, [1, 50_000]),
        # a band of three, and one number far away
        ([10, 20, 30, 49_000], ["--path", "/x/*"], 40, [1, 50_000]),
        # behind its family: /p20/a begins like the rule at 20
        ([10, 20, 30], ["--path", "/p20/a"], 15, [1, 19]),
        ([10, 20, 30, "50000:/*"], ["--path", "/x/*"], 40, [1, 49_999]),
        (["50:/*"], ["--path", "/x"], 20, [1, 49]),
        ([10, 20, 30], ["--path", "/p20/*", "--host", "a.example.com"], 15, [1, 19]),
        ([10, 20, 30], ["--host", "a.example.com"], 40, [31, 50_000]),
        ([10, 20, 30], ["--host", "a.example.com", "--place", "first"], 5, [1, 9]),
        ([10, 20, 30], ["--path", "/x/*", "--place", "before", "20"], 15, [1, 19]),
        ([10, 20, 30], ["--path", "/x/*", "--place", "after", "10"], 40, [11, 50_000]),
    ],
)
def test_by_the_habit_of_the_listener(bare, numbers, args, priority, interval):
    pairs = [(one, f"/p{one}/*") if isinstance(one, int) else one.split(":") for one in numbers]
    rules = [raw(number, path, f"g{number}") for number, path in pairs] or [raw("default", "/*", IsDefault=True, Conditions=[])]
    told = numbered(*rules, args=args).json
    assert (told["priority"], told["interval"], told.get("range")) == (priority, interval, None)


def test_what_has_to_move_for_a_place(bare):
    rules = [raw(number, f"/p{number}/*", f"g{number}") for number in (10, 20, 30)]
    ran = numbered(*rules, args=["--host", "a.example.com", "--place", "before", "20"])
    assert ran.code == 5
    assert ran.json["priority"] == 19
    assert [(move["from"], move["to"]) for move in ran.json["moves"]] == [(30, 18)]
    assert numbered(*rules, args=["--host", "a.example.com", "--place", "before", "20"], form="github-output").out == ""


def test_the_number_must_be_below_one(bare):
    """No wider range helps: the smallest moves are told."""
    configure_tenants = '[[range]]\nname = "tenants"\npriorities = "2-49"\nmatch = { paths = ["/t/*"] }\n'
    Path("alb-lint.toml").write_text(configure_tenants, "utf-8")
    wide = raw(1, "/*", "deny", Conditions=[{"Field": "path-pattern", "Values": ["/t/*", "/old/*"]}])
    rules = [wide, raw(2, "/t/a/*", "a"), raw(3, "/t/b/*", "b"), raw(4, "/old/x", "c")]
    ran = numbered(*rules, args=["--path", "/t/c/*"])
    assert (ran.code, ran.json["priority"]) == (5, None)
    instead = ran.json["refused"]["instead"]
    assert (instead["priority"], [(move["from"], move["to"]) for move in instead["moves"]]) == (1, [(1, 2), (2, 5)])
    told = numbered(*rules, args=["--path", "/t/c/*"], form="text").out
    assert "widen" not in told
    assert "what would work: 1 outside the ranges, once" in told


def test_several_rules_at_once(bare):
    new = [{"Conditions": [{"Field": "path-pattern", "Values": [path]}]} for path in ("/a/*", "/a/b/*", "/z")]
    Path("new.json").write_text(json.dumps(new), "utf-8")
    ran = numbered(raw(10, "/p"), raw(12, "/a*", "wide"), args=["--rule", "new.json"])
    assert (ran.code, ran.err) == (0, "")
    wide, narrow, other = (item["priority"] for item in ran.json["allocations"])
    assert narrow < wide < 12
    assert len({10, 12, wide, narrow, other}) == 5
    out = numbered(raw(10, "/p"), raw(12, "/a*", "wide"), args=["--rule", "new.json"], form="github-output").out
    assert json.loads(out.removeprefix("priorities=")) == {"new-1": wide, "new-2": narrow, "new-3": other}
    tight = numbered(raw(1, "/p"), raw(2, "/a*", "wide"), args=["--rule", "new.json"])
    assert tight.code == 5
    assert len(tight.json["moves"]) == 1


def test_outputs_for_github(bare):
    assert numbered(raw(10, "/p"), args=["--path", "/x"], form="github-output").out == "priority=20\nlow=1\nhigh=50000\nrange=\n"


TERRAFORM = """
resource "aws_lb_listener_rule" "all" {
  listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2"
  priority     = 50000
  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.all.arn
  }
  condition {
    path_pattern { values = ["/*"] }
  }
}

resource "aws_lb_listener_rule" "orders" {
  listener_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2"
  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.orders.arn
  }
  condition {
    path_pattern { values = ["/orders/*"] }
  }
}
"""


def test_from_code(bare):
    Path("main.tf").write_text(TERRAFORM, "utf-8")
    ran = inside("allocate", "--from", "main.tf:18", "-f", "json")
    assert (ran.code, ran.err) == (0, "")
    assert (ran.json["rule"], ran.json["priority"], ran.json["interval"]) == ("aws_lb_listener_rule.orders", 100, [1, 49_999])
    assert inside("allocate", "--from", "main.tf", "-f", "json").json == ran.json
    # the listener as it is live, the rule as it is in code
    Path("live.json").write_text(export(raw(7, "/*"), raw(3, "/orders/new", "b")), "utf-8")
    live = inside("allocate", "live.json", "--from", "main.tf:14", "-f", "json").json
    assert (live["priority"], live["interval"]) == (5, [4, 6])
    nothing = inside("allocate", "--from", "main.tf:1", "-f", "json")
    assert (nothing.code, nothing.out) == (2, "")
    assert "no listener rule is read there" in nothing.err


def test_a_dead_place_is_refused(bare):
    ran = numbered(raw(10, "/*"), args=["--path", "/x", "--place", "last"], form="text")
    assert ran.code == 5
    assert "at 20 it would answer nothing: 10 (/*) would take all its requests first" in " ".join(ran.out.split())
    assert "--place before 10" in ran.out
