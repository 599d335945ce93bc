"""alb-lint.toml: every key, every wrong type with its line, and where the file is looked for."""

import os
import re
from pathlib import Path

import pytest

from alb_lint import config_file
from alb_lint.cli import options
from alb_lint.config import (
    Allow,
    Before,
    Config,
    Match,
    NamedListener,
    Range,
    Requirement,
    Retired,
    StackTemplate,
    TerraformModule,
    Then,
    WeightPolicy,
    When,
    listener_fits,
    rule_fits,
    spell,
)
from alb_lint.config_file import find, find_lock, load, parse_interval
from alb_lint.errors import ConfigError
from alb_lint.model import LoadBalancer, Location
from alb_lint.record import replace
from running import ROOT
from shorthand import config, listener, rule

WHOLE = """\
fail-on = "warning"
select = ["ALB1"]
ignore = ["ALB104", "ALB2"]
exclude = ["old/**"]
environment = "production"

[[listener]]
name = "public"
ids = ["*:listener/app/scorer/*/*", "aws_lb_listener.https"]

[[range]]
name = "v2-api"
priorities = ["2110-2112", "2120"]
listener = "public"
match = { paths = ["/v2/*"], hosts = ["*.x"], methods = ["GET"], rules = ["v2-*"], tags = { team = "scorer", env = "p" } }
was = "2021-2023"
owner = "@scorer"
order = "specific-first"

[[retired]]
priorities = "1001-1020"
listener = "public"
reason = "old"
until = 2026-06-01

[[before]]
first = "a"
then = "b"
listener = "public"
reason = "because"

[[allow]]
code = "ALB101"
rule = "internal-*"
listener = "public"
reason = "meant"
until = "2027-01-01"

[[weights]]
environment = "production"
listener = "public"
groups = { "*rust*" = 0, "*py*" = 99.5 }

[[require]]
name = "key"
listener = "public"
when = { host = "a.x", path = ["/a*"], method = "GET", header = ["X-Env: blue", "X-Any"], without_header = "X-Key", source-ip = "10.0.0.0/8" }
then = { target_group = "app*", status = 403, redirect = "https://*", authenticated = true, any-of = [{ status = [404, "410"] }] }
except = "health-*"
reason = "only the proxy"
until = 2027-01-01

[[require]]
name = "addresses"
when = { not-source-ip = "10.1.0.0/16" }
then = { status = 403 }

[pulumi.wrappers.makeRule]
"args.prio" = "priority"

[terraform]
workspaces = ["shop-live", "shop-test"]

[[terraform.module]]
source = "*//ecs-service*"
listener = "lb_listener_arn"
priority = "number"
paths = "lb_paths"
hosts = "lb_hosts"
methods = "lb_methods"
target_group = "group_arn"

[[cloudformation.template]]
url = "https://*/services/*"
file = "services/{2}"
"""


def test_every_key():
    file = "alb-lint.toml"
    got = config(WHOLE)
    assert got == Config(
        path=file,
        root=got.root,
        fail_on="warning",
        select=("ALB1",),
        ignore=("ALB104", "ALB2"),
        exclude=("old/**",),
        environment="production",
        listeners=(NamedListener("public", ("*:listener/app/scorer/*/*", "aws_lb_listener.https")),),
        ranges=(
            Range(
                "v2-api",
                ((2110, 2112), (2120, 2120)),
                "public",
                Match(("/v2/*",), ("*.x",), ("GET",), ("v2-*",), (("env", "p"), ("team", "scorer"))),
                ((2021, 2023),),
                "@scorer",
                "specific-first",
                Location(file, 11),
            ),
        ),
        retired=(Retired(((1001, 1020),), "public", "old", "2026-06-01", Location(file, 20)),),
        before=(Before("a", "b", "public", "because", Location(file, 26)),),
        allow=(Allow("ALB101", "internal-*", "public", "meant", "2027-01-01", Location(file, 32)),),
        weights=(WeightPolicy("production", (("*rust*", 0.0), ("*py*", 99.5)), "public", Location(file, 39)),),
        require=(
            Requirement(
                "key",
                When(("a.x",), ("/a*",), ("GET",), (("X-Env", ("blue",)), ("X-Any", ("*",))), ("X-Key",), ("10.0.0.0/8",)),
                Then(("app*",), ("403",), ("https://*",), True, (Then(status=("404", "410")),)),
                "public",
                ("health-*",),
                "only the proxy",
                "2027-01-01",
                Location(file, 44),
            ),
            Requirement("addresses", When(not_source_ip=("10.1.0.0/16",)), Then(status=("403",)), location=Location(file, 53)),
        ),
        terraform_modules=(
            TerraformModule("*//ecs-service*", "number", "lb_listener_arn", "lb_paths", "lb_hosts", "lb_methods", "group_arn"),
        ),
        workspaces=("shop-live", "shop-test"),
        templates=(StackTemplate("https://*/services/*", "services/{2}"),),
        wrappers={"makeRule": {"args.prio": "priority"}},
    )
    assert got.ranges[0].size == 4
    assert 2120 in got.ranges[0] and 2113 not in got.ranges[0]


def test_the_sample_has_every_key_there_is():
    keys = set(re.findall(r"([\w-]+) = ", WHOLE))
    for name in (
        "_TOP",
        "_LISTENER",
        "_RANGE",
        "_MATCH",
        "_RETIRED",
        "_BEFORE",
        "_ALLOW",
        "_REQUIRE",
        "_WHEN",
        "_THEN",
        "_TERRAFORM",
        "_MODULE",
        "_CLOUDFORMATION",
        "_STACK_TEMPLATE",
        "_WEIGHTS",
    ):
        for key in getattr(config_file, name):
            assert key in keys or re.search(rf"\[\[?(\w+\.)?{key}[.\]]", WHOLE), key


def test_nothing_is_needed():
    got = config("")
    assert got == Config(path="alb-lint.toml", root=got.root)


def test_a_byte_order_mark_and_windows_line_ends(tmp_path):
    file = tmp_path / "alb-lint.toml"
    file.write_bytes(b"\xef\xbb\xbf" + WHOLE.replace("\n", "\r\n").encode())
    assert load(file).allow[0].location.line == 32


def problems(text, name="alb-lint.toml", tmp_path=None):
    with pytest.raises(ConfigError) as caught:
        if tmp_path is None:
            config(text)
        else:
            (tmp_path / name).write_text(text, "utf-8")
            load(tmp_path / name, name)
    return caught.value


RANGE = '[[range]]\nname = "x"\npriorities = "1-9"\n'
TEXT = "must be a text"
TEXTS = "must be a list of texts"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("fail-on = 1", 1, "'fail-on' must be one of error, warning, info, never"),
        ('fail-on = "fatal"', 1, "'fail-on' must be one of"),
        ("fail-on = []", 1, "'fail-on' must be one of"),
        ("\nselect = 1", 2, f"'select' {TEXTS}"),
        ("ignore = [1]", 1, f"'ignore' {TEXTS}"),
        ("exclude = {}", 1, f"'exclude' {TEXTS}"),
        ("environment = true", 1, f"'environment' {TEXT}"),
        ("listener = 1", 1, "write [[listener]]"),
        ("[listener]\nname = 'x'", 1, "write [[listener]]"),
        ("listener = [1]", 1, "[[listener]] must be a table"),
        ("[[listener]]\nids = ['x']", 1, "'name' is missing"),
        ("[[listener]]\nname = 1\nids = ['x']", 2, f"'name' {TEXT}"),
        ("[[listener]]\nname = 'x'\nids = 1", 3, f"'ids' {TEXTS}"),
        ("[[listener]]\nname = 'x'", 1, "'ids' is missing"),
        ("[[listener]]\nname='x'\nids=['a']\n[[listener]]\nname='x'\nids=['b']", 4, "two listeners are called 'x'"),
        ("range = 7", 1, "write [[range]]"),
        ("[[range]]\npriorities = 1", 1, "'name' is missing"),
        ("[[range]]\nname = 'x'", 1, "'priorities' is missing"),
        ("[[range]]\nname = 'x'\npriorities = '0-9'", 3, "'0-9' in 'priorities' is no priority or range within 1-50000"),
        ("[[range]]\nname = 'x'\npriorities = '9-1'", 3, "'9-1' in 'priorities'"),
        ("[[range]]\nname = 'x'\npriorities = '1-50001'", 3, "'1-50001' in 'priorities'"),
        ("[[range]]\nname = 'x'\npriorities = true", 3, "True in 'priorities'"),
        ("[[range]]\nname = 'x'\npriorities = 1.5", 3, "1.5 in 'priorities'"),
        ("[[range]]\nname = 'x'\npriorities = ['1-5', '5-7']", 3, "'priorities' names a number twice"),
        (RANGE + "listener = 1", 4, f"'listener' {TEXT}"),
        (RANGE + "match = 1", 1, "match must be a table"),
        (RANGE + "match = { paths = 1 }", 4, f"'paths' {TEXTS}"),
        (RANGE + "match = { hosts = 1 }", 4, f"'hosts' {TEXTS}"),
        (RANGE + "match = { methods = [1] }", 4, f"'methods' {TEXTS}"),
        (RANGE + "match = { rules = 1 }", 4, f"'rules' {TEXTS}"),
        (RANGE + "match = { tags = 1 }", 1, "tags must be a table"),
        (RANGE + "match = { tags = { team = 1 } }", 4, f"'team' in tags {TEXT}"),
        (RANGE + "match = { path = ['/x'] }", 4, "unknown key 'path' in match; did you mean 'paths'?"),
        (RANGE + "\n[range.match]\nhots = ['x']", 6, "did you mean 'hosts'?"),
        (RANGE + "was = 'x'", 4, "'x' in 'was'"),
        (RANGE + "owner = 1", 4, f"'owner' {TEXT}"),
        (RANGE + "order = 'any'", 4, "'order' must be one of keep, specific-first"),
        (RANGE + RANGE, 4, "two ranges are called 'x'"),
        (RANGE + RANGE.replace("x", "y").replace("1-9", "9"), 4, "the ranges 'x' and 'y' share 9"),
        ("[[retired]]\nreason = 'x'", 1, "'priorities' is missing"),
        ("[[retired]]\npriorities = 'x'", 2, "'x' in 'priorities'"),
        ("[[retired]]\npriorities = 5\nuntil = 5", 3, "'until' must be a date"),
        ("[[retired]]\npriorities = 5\nuntil = '2026-13-01'", 3, "'until' must be a date"),
        ("[[retired]]\npriorities = 5\nuntil = 2026-01-01T00:00:00", 3, "'until' must be a date"),
        ("[[retired]]\npriorities = 5\nreason = 5", 3, f"'reason' {TEXT}"),
        ("[[before]]\nfirst = 'a'", 1, "'then' is missing"),
        ("[[before]]\nfirst = 1\nthen = 'b'", 2, f"'first' {TEXT}"),
        ("[[allow]]\nrule = 'x'", 1, "'code' is missing"),
        ("[[allow]]\ncode = 'shadowed'", 1, "'shadowed' is no code"),
        ("[[allow]]\ncode = 'ALB101'\nrule = 1", 3, f"'rule' {TEXT}"),
        ("[[allow]]\ncode = 'ALB101'\nuntil = 'soon'", 3, "'until' must be a date"),
        ("[[allow]]\ncode = 'ALB101'\nreasons = 'x'", 3, "unknown key 'reasons' in [[allow]]; did you mean 'reason'?"),
        ("[[weights]]\ngroups = { a = 1 }", 1, "'environment' is missing"),
        ("[[weights]]\nenvironment = 'p'", 1, "'groups' is missing"),
        ("[[weights]]\nenvironment = 'p'\ngroups = 1", 1, "groups must be a table"),
        ("[[weights]]\nenvironment = 'p'\ngroups = { a = 101 }", 1, "the share of 'a' must be"),
        ("[[weights]]\nenvironment = 'p'\ngroups = { a = true }", 1, "the share of 'a' must be"),
        ("[[weights]]\nenvironment = 'p'\ngroups = { a = nan }", 1, "the share of 'a' must be"),
        ("pulumi = 1", 0, "pulumi must be a table"),
        ("[pulumi]\nwrapper = {}", 2, "did you mean 'wrappers'?"),
        ("[pulumi]\nwrappers = 1", 0, "pulumi.wrappers must be a table"),
        ("[pulumi.wrappers.x]\npriority = 1", 2, f"'priority' in pulumi.wrappers.x {TEXT}"),
        ("fail_on = 'error'", 1, "unknown key 'fail_on' in the config; did you mean 'fail-on'?"),
        ("# ranges = 1\nranges = []", 2, "did you mean 'range'?"),
        ("zzz = 1", 1, "known are fail-on, select"),
    ],
    ids=lambda value: re.sub(r"\s+", " ", value) if isinstance(value, str) else None,
)
def test_wrong(text, line, said):
    error = problems(text)
    where = f"alb-lint.toml:{line}: " if line else "alb-lint.toml: "
    assert [one for one in error.what.split("\n") if said in one and one.startswith(where)], error.what
    assert error.hint == "docs/config.md lists every key"


def test_all_problems_at_once():
    error = problems("fail-on = 1\nzzz = 1\n[[range]]\nname = 'x'\npriorities = 'y'\n")
    assert len(error.what.split("\n")) == 3


def test_one_problem_is_told_once():
    assert len(problems("[[allow]]\ncode = 1.5").what.split("\n")) <= 2
    assert problems("[[before]]\nfirst = 1.5\nthen = 'b'").what.count("\n") == 0


def test_ranges_of_different_listeners_may_share_numbers():
    assert len(config(RANGE + "listener = 'a'\n" + RANGE.replace("x", "y") + "listener = 'b'\n").ranges) == 2


@pytest.mark.parametrize(
    "text", ["a =", "[[range]", "a = 1\na = 2", "a = " + "[" * 3000, "x = '''"], ids=["cut", "header", "twice", "deep", "open"]
)
def test_no_toml(text, tmp_path):
    error = problems(text, tmp_path=tmp_path)
    assert error.what.startswith("the config is not valid TOML")
    assert re.fullmatch(r"alb-lint\.toml(:\d+)?", error.where)


def test_no_text(tmp_path):
    (tmp_path / "alb-lint.toml").write_bytes(b"a = '\xff'")
    with pytest.raises(ConfigError, match="not UTF-8"):
        load(tmp_path / "alb-lint.toml")


# -- pyproject.toml ----------------------------------------------------------------------------------------------------------


def test_pyproject(tmp_path):
    text = "[project]\nname = 'x'\n" + "[tool.alb-lint]\nfail-on = 'info'\n[[tool.alb-lint.range]]\nname = 'x'\npriorities = '1-9'\n"
    (tmp_path / "pyproject.toml").write_text(text, "utf-8")
    got = load(tmp_path / "pyproject.toml", "pyproject.toml")
    assert (got.fail_on, got.ranges[0].location.line) == ("info", 5)


def test_pyproject_with_a_mistake_tells_the_line(tmp_path):
    text = "[project]\nname = 'x'\n[[tool.alb-lint.range]]\nname = 'x'\npriorities = '1-9'\nmatches = {}\n"
    assert "pyproject.toml:6: unknown key 'matches'" in problems(text, "pyproject.toml", tmp_path).what


def test_pyproject_without_a_section_is_no_config(tmp_path):
    assert "no [tool.alb-lint]" in problems("[project]\nname = 'x'\n", "pyproject.toml", tmp_path).what


# -- where it is -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def tree(tmp_path):
    """outer/alb-lint.toml, outer/repo/.git, outer/repo/a/b."""
    (tmp_path / "repo/.git").mkdir(parents=True)
    (tmp_path / "repo/a/b").mkdir(parents=True)
    (tmp_path / "alb-lint.toml").write_text("", "utf-8")
    return tmp_path


def test_search_stops_at_the_top_of_the_repository(tree):
    assert find(tree / "repo/a/b") is None
    (tree / "repo/alb-lint.toml").write_text("", "utf-8")
    assert find(tree / "repo/a/b") == tree / "repo/alb-lint.toml"


def test_search_takes_the_nearest(tree):
    (tree / "repo/alb-lint.toml").write_text("", "utf-8")
    (tree / "repo/a/pyproject.toml").write_text("[tool.alb-lint]\n", "utf-8")
    assert find(tree / "repo/a/b") == tree / "repo/a/pyproject.toml"
    (tree / "repo/a/alb-lint.toml").write_text("", "utf-8")
    assert find(tree / "repo/a/b") == tree / "repo/a/alb-lint.toml"


@pytest.mark.parametrize("text", ["[tool.other]", "# [tool.alb-lint]", "[tool.alb-lint-more]", "\xff"])
def test_search_passes_by_a_pyproject_of_others(tree, text):
    (tree / "repo/alb-lint.toml").write_text("", "utf-8")
    (tree / "repo/a/pyproject.toml").write_text(text, "latin-1")
    assert find(tree / "repo/a/b") == tree / "repo/alb-lint.toml"


@pytest.mark.parametrize("text", ["[tool.alb-lint]", "[[tool.alb-lint.range]]", "  [ tool . alb-lint ]", '[tool."alb-lint".pulumi]'])
def test_search_finds_a_pyproject_of_ours(tree, text):
    (tree / "repo/pyproject.toml").write_text("[project]\n" + text, "utf-8")
    assert find(tree / "repo/a/b") == tree / "repo/pyproject.toml"


def test_search_outside_a_repository_goes_up_to_the_root(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "alb-lint.toml").write_text("", "utf-8")
    assert find(tmp_path / "a") == tmp_path / "alb-lint.toml"


@pytest.mark.skipif(os.name != "posix", reason="folders have no such mode here")
def test_search_stops_before_a_folder_that_everybody_may_write_to(tmp_path):
    shared = tmp_path / "shared"
    (shared / "a/b").mkdir(parents=True)
    shared.chmod(0o1777)
    (shared / "alb-lint.toml").write_text("", "utf-8")
    (shared / "alb-lint.lock").write_text("", "utf-8")
    assert (find(shared / "a/b"), find_lock(shared / "a/b")) == (None, None)
    # there itself it is the config of who runs it there, and in a repository that of the repository
    assert find(shared) == shared / "alb-lint.toml"
    (tmp_path / ".git").mkdir()
    assert (find(shared / "a/b"), find_lock(shared / "a/b")) == (shared / "alb-lint.toml", shared / "alb-lint.lock")


def test_config_of_a_run(tree, monkeypatch):
    (tree / "repo/a/alb-lint.toml").write_text("environment = 'a'", "utf-8")
    (tree / "repo/alb-lint.toml").write_text("environment = 'repo'", "utf-8")
    (tree / "repo/c").mkdir()
    monkeypatch.chdir(tree / "repo/c")
    assert options.load_config("", ["../a/b"]).environment == "a"
    assert options.load_config("", ["../a/x.json", "../a/b/y.json"]).environment == "a"
    assert options.load_config("", ["../a/x.json", "z.json"]).environment == "repo"
    assert options.load_config("", ["z.json", "../a/x.json"]).environment == "repo"
    assert options.load_config("", ["-"]).environment == "repo"
    assert options.load_config("", []).environment == "repo"
    assert options.load_config("../a/alb-lint.toml", ["z.json"]).environment == "a"
    with pytest.raises(ConfigError):
        options.load_config("nope.toml", [])


# -- names and numbers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "interval"),
    [
        (7, (7, 7)),
        ("7", (7, 7)),
        ("7-9", (7, 9)),
        (" 7 - 9 ", (7, 9)),
        ("7–9", (7, 9)),
        ("1-50000", (1, 50000)),
        (0, None),
        (50001, None),
        (-5, None),
        ("9-7", None),
        ("", None),
        ("a", None),
        ("1-2-3", None),
        (True, None),
        (None, None),
        ([], None),
    ],
)
def test_interval(value, interval):
    assert parse_interval(value) == interval


def test_spell_is_read_back():
    text = spell([(2110, 2112), (2120, 2120)])
    assert text == "2110-2112, 2120"
    assert [parse_interval(part) for part in text.split(",")] == [(2110, 2112), (2120, 2120)]


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        ("", True),
        ("public", True),
        ("pub*", True),
        ("[op]*", True),
        ("oth*", False),
        ("web/*", True),
        ("arn:*", True),
        ("listener/app/*", False),
        ("app/x", False),
        ("other", False),
        ("web/[1]", True),
        ("front:443", True),
        ("front:80", False),
    ],
)
def test_listener_fits(wanted, fits):
    settings = config("[[listener]]\nname = 'public'\nids = ['arn:*']\n[[listener]]\nname = 'other'\nids = ['arn:y']")
    told = replace(listener("1 path=/a -> x", id="arn:x", name="web/[1]"), port=443, load_balancer=LoadBalancer("lb", "front"))
    assert listener_fits(wanted, told, settings) is fits


@pytest.mark.parametrize(("glob", "fits"), [("one", True), ("o*", True), ("two", False), ("*", True), ("", False)])
def test_rule_fits(glob, fits):
    assert rule_fits(glob, rule("10 path=/a name=one -> x")) is fits


# -- the page ----------------------------------------------------------------------------------------------------------------

PAGE = ROOT / "docs" / "config.md"


def test_the_page_names_every_key():
    text = PAGE.read_text("utf-8")
    tables = "_TOP _LISTENER _RANGE _MATCH _RETIRED _BEFORE _ALLOW _REQUIRE _WHEN _THEN _TERRAFORM _MODULE _WEIGHTS"
    for name in tables.split():
        for key in getattr(config_file, name):
            assert re.search(rf"`(\[+)?({key}|pulumi\.wrappers)(\]+)?`", text), key


def test_the_examples_of_the_page_are_read(tmp_path):
    blocks = re.findall(r"^```toml\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert len(blocks) > 5
    for block in blocks:
        file = Path(tmp_path / ("pyproject.toml" if "tool.alb-lint" in block else "alb-lint.toml"))
        file.write_text(block, "utf-8")
        load(file)
