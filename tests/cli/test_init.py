"""`alb-lint init`: the draft is read back by the config reader, whatever the rules are called."""

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alb_lint.config import Config, listener_fits
from alb_lint.config_file import load
from alb_lint.inputs import read
from alb_lint.plan.wanted.first_config import draft
from running import SEED, export, inside, raw
from shorthand import config, estate, listener, rule


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("rules.json").write_text(export(raw(100, "/v2/a"), raw(101, "/v2/b"), raw(500, "/x"), raw(501, "/y")), "utf-8")
    return tmp_path


def test_written_once(here):
    ran = inside("init", "rules.json")
    assert (ran.code, ran.out) == (0, "")
    assert "wrote alb-lint.toml: listeners: 1, rules: 4" in ran.err
    assert inside("init", "rules.json").code == 2
    assert inside("init", "rules.json", "--force").code == 0
    assert inside("init", "rules.json", "-o", "other.toml").code == 0
    assert load(here / "other.toml").ranges[0].name == "v2"


def test_printed(here):
    ran = inside("init", "rules.json", "-o", "-")
    assert (ran.code, ran.err) == (0, "")
    assert '# 2 rules: all paths begin with /v2/\n[[range]]\nname = "v2"\npriorities = "100-109"\nlistener = "web"\n' in ran.out
    assert 'name = "api"\npriorities = "500-509"\nlistener = "web"\nmatch = { paths = ["/x", "/y"] }\n' in ran.out
    assert not Path("alb-lint.toml").exists()


def test_this_folder_is_read_where_none_is_named(here):
    assert inside("init", "-o", "-").out == inside("init", "rules.json", "-o", "-").out


def test_nothing_there(here):
    Path("rules.json").unlink()
    assert inside("init").code == 3
    assert not Path("alb-lint.toml").exists()


def test_gaps_are_told(here):
    Path("rules.json").write_text(export(raw(100, "/a"), raw(True, "/b", number=7)), "utf-8")
    assert "gap: rules.json" in inside("init").err


def test_check_with_the_draft_finds_nothing_more(here):
    before = inside("check", "rules.json", "-f", "json").json["findings"]
    inside("init", "rules.json")
    after = inside("check", "rules.json", "-f", "json", "--ignore", "ALB006").json["findings"]
    assert [item["fingerprint"] for item in after] == [item["fingerprint"] for item in before]


def test_the_seed():
    got = config(inside("init", SEED / "python.json", "-o", "-").out)
    assert sorted(one.name for one in got.listeners) == ["scorer", "scorer-app-api", "scorer-internal"]
    assert [(one.name, one.priorities) for one in got.ranges] == [
        ("scorer-app-api", ((5000, 5099),)),
        ("internal-embed", ((2100, 2109),)),
        ("ceramic-cache", ((1000, 1099),)),
        ("v2", ((2000, 2099),)),
    ]


def clean_but_for_errors(name):
    """With the draft nothing is found but errors, which are those without it, and what is worth knowing; every rule lies in its range."""
    Path("none.toml").write_text("", "utf-8")
    assert inside("init", name, "-o", "first.toml").code == 0
    bare, found = (inside("check", name, "--config", file, "-f", "json").json["findings"] for file in ("none.toml", "first.toml"))
    assert [item for item in found if item["severity"] == "warning"] == []
    errors = [[item["fingerprint"] for item in each if item["severity"] == "error"] for each in (bare, found)]
    assert errors[0] == errors[1]
    return load(Path("first.toml").resolve())


@pytest.mark.parametrize("name", ["python.json", "rust.json", "resolved.json"])
def test_the_draft_of_the_seed_is_clean_but_for_errors(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    got = clean_but_for_errors(SEED / name)
    for one in read([str(SEED / name)], Config()).listeners:
        mine = [band for band in got.ranges if listener_fits(band.listener, one, got)]
        assert all(sum(each.priority in band for band in mine) == 1 for each in one.rules)


def with_bands(random):
    """An export of services with a band each, and the numbers of each."""
    size, step = random.choice([(10, 1), (100, 1), (100, 10), (1000, 10), (1000, 50)])
    kind = random.choice(["path", "host", "tag"])
    services = random.sample(["orders", "users", "billing", "search", "mail", "files", "stock", "audit"], random.randint(3, 7))
    starts = sorted(random.sample(range(1, 30), len(services)))
    rules, bands, tags = [], [], []
    for service, start in zip(services, starts, strict=True):
        numbers = [start * size + place * step for place in range(random.randint(2, 7))]
        bands.append(numbers)
        for place, number in enumerate(numbers):
            path = f"/{service}/p{place}/*" if kind == "path" else f"/p{number}/*"
            made = raw(number, path, f"{service if kind != 'tag' else 'g'}-{place}")
            if kind == "host":
                made["Conditions"].append({"Field": "host-header", "Values": [f"{service}.example.com"]})
            if kind == "tag":
                tags.append({"ResourceArn": made["RuleArn"], "Tags": [{"Key": "team", "Value": service}]})
            rules.append(made)
    return export(*rules, TagDescriptions=tags), bands, services


@pytest.mark.parametrize("seed", range(30))
def test_bands_are_found(seed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text, bands, services = with_bands(Random(seed))
    Path("rules.json").write_text(text, "utf-8")
    got = clean_but_for_errors("rules.json")
    assert [one.name for one in got.ranges] == services
    for one, numbers in zip(got.ranges, bands, strict=True):
        assert all(number in one for number in numbers)
        assert not any(number in one for other in bands if other is not numbers for number in other)


def test_what_is_found_today_is_written_down(here):
    deny = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "403"}}]
    Path("rules.json").write_text(export(raw(10, "*b", Actions=deny), raw(100, "/v2/*"), raw(101, "/v2/x*", "api")), "utf-8")
    got = clean_but_for_errors("rules.json")
    assert [(one.first[-2:], one.then[-3:]) for one in got.before] == [("10", "100"), ("10", "101")]
    assert [(one.code, one.reason) for one in got.allow] == [("ALB103", "found by init, not judged yet")]
    assert got.allow[0].until > "2026"
    assert "v2: 100-109 on web" in inside("init", "rules.json", "--force").err


ARN = "arn:aws:elasticloadbalancing:{}:123456789012:listener/app/web/1111111111111111/{}"
APP = "app:aws_lb_listener.web"
CALLED = "app-aws_lb_listener.web"


@pytest.mark.parametrize(
    ("listeners", "called", "meant"),
    [
        ([f"env/dev/{APP}"], [CALLED], [CALLED]),
        ([f"env/dev/{APP}", f"env/prod/{APP}"], [f"{CALLED}-dev", f"{CALLED}-prod"], [f"{CALLED}-*"]),
        (
            [f"{env}/{region}/{APP}" for env in ("dev", "prod") for region in ("eu", "us")],
            [f"{CALLED}-{env}-{region}" for env in ("dev", "prod") for region in ("eu", "us")],
            [f"{CALLED}-*"],
        ),
        # hashes of ARNs say nothing, their regions and ports do
        ([ARN.format("eu-west-1", "2" * 16), ARN.format("us-east-1", "2" * 16)], ["web-eu-west-1", "web-us-east-1"], ["web-*"]),
        ([(ARN.format("eu-west-1", "2" * 16), 80), (ARN.format("eu-west-1", "3" * 16), 443)], ["web-80", "web-443"], ["web-*"]),
        ([ARN.format("eu-west-1", "2" * 16), ARN.format("eu-west-1", "3" * 16)], ["web", "web-2"], ["web", "web-2"]),
        # unlike in form
        ([f"a/b/{APP}", f"c/{APP}"], [CALLED, f"{CALLED}-2"], [CALLED, f"{CALLED}-2"]),
        # the glob would mean a third one
        (
            [f"env/dev/{APP}", f"env/prod/{APP}", f"env/dev/{APP}-x"],
            [f"{CALLED}-dev", f"{CALLED}-prod", f"{CALLED}-x"],
            [f"{CALLED}-dev", f"{CALLED}-prod", f"{CALLED}-x"],
        ),
    ],
)
def test_listeners_of_one_name_are_called_by_what_tells_them_apart(listeners, called, meant):
    told = [(one, 0) if isinstance(one, str) else one for one in listeners]
    made = [listener("100 path=/v2/a", "101 path=/v2/b", id=id_, name="web" if "arn:" in id_ else id_, port=port) for id_, port in told]
    got = config(draft(estate(*made)))
    assert {one.ids: one.name for one in got.listeners} == {(id_,): name for (id_, _), name in zip(told, called, strict=True)}
    assert sorted(one.listener for one in got.ranges) == sorted(meant)
    for one in made:
        assert sum(listener_fits(band.listener, one, got) for band in got.ranges) == 1


def test_a_range_that_not_all_of_a_family_have_is_told_for_each():
    rules = ("100 path=/v2/a -> x", "101 path=/v2/b -> x"), ("500 path=/v3/a -> x", "501 path=/v3/b -> x")
    made = [listener(*rules[0], *rules[1], id=f"dev/{APP}"), listener(*rules[0], id=f"prod/{APP}")]
    got = config(draft(estate(*made)))
    assert [(one.name, one.listener) for one in got.ranges] == [("v2", f"{CALLED}-*"), ("v3", f"{CALLED}-dev")]


GROUP = 'resource "aws_lb_target_group" "g" {}\noutput "arn" {\n  value = aws_lb_target_group.g.arn\n}\n'
RULE = """module "{name}" {{
  source = "./m"
}}
resource "aws_lb_listener_rule" "{name}" {{
  listener_arn = aws_lb_listener.l.arn
  priority = {number}
  action {{
    type = "forward"
    target_group_arn = module.{name}.arn
  }}
  condition {{
    path_pattern {{
      values = ["/{name}", "/{name}x"]
    }}
  }}
}}
"""


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("shop_a", "shop_b"), '# 2 rules: all forward to shop…\n[[range]]\nname = "shop"\n'),
        (("one", "two"), '# 2 rules: all rules of the listener\n[[range]]\nname = "aws-lb-listener-l"\n'),
    ],
)
def test_words_that_all_addresses_have_name_nothing(tmp_path, monkeypatch, names, told):
    monkeypatch.chdir(tmp_path)
    Path("m").mkdir()
    Path("m/main.tf").write_text(GROUP)
    rules = "".join(RULE.format(name=name, number=number) for number, name in enumerate(names, 10))
    Path("main.tf").write_text('resource "aws_lb_listener" "l" {\n  load_balancer_arn = "x"\n}\n' + rules)
    assert told in inside("init", ".", "-o", "-").out


def test_more_orders_than_are_written_out(here):
    deny = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "403"}}]
    gates = [raw(number, f"*b{number}*", Actions=deny) for number in range(10, 17)]
    Path("rules.json").write_text(export(*gates, *(raw(100 + place, f"/v{place}/*", f"g{place}") for place in range(7))), "utf-8")
    got = clean_but_for_errors("rules.json")
    assert (got.before, {one.code for one in got.allow}) == ((), {"ALB104"})


NAMES = st.text(st.characters(codec="utf-8"), max_size=8) | st.sampled_from(
    ["\x7f", '"', "\\", "\ud800", "/", "a/b", "", ":", "é😀", "'''\n"]
)


@settings(deadline=None)
@given(
    names=st.lists(NAMES, min_size=1, max_size=4),
    ids=st.lists(NAMES, min_size=4, max_size=4, unique=True),
    numbers=st.lists(st.integers(-5, 60_000), max_size=6),
    paths=st.lists(NAMES, min_size=6, max_size=6),
)
def test_any_draft_is_a_config(names, ids, numbers, paths):
    rules = [replace(rule("1 path=/a -> x"), id=str(place), priority=number) for place, number in enumerate(numbers)]
    rules = [
        replace(one, conditions=(replace(one.conditions[0], values=(f"/api/{path}",)),)) for one, path in zip(rules, paths, strict=False)
    ]
    listeners = [listener(*rules, id=one, name=name) for one, name in zip(ids, names, strict=False)]
    got = config(draft(estate(*listeners)))
    assert len(got.listeners) == len(listeners)
