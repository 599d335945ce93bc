"""Which findings a person sees, and how: levels, counts, names of checks, colours, what would decide the rest, the next command."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from running import environment, export, inside, process, raw
from terraform_files import hosts, write
from terraform_files import rule as block

BOTH = export(
    raw(10, "/a*"),
    raw(20, "/a", "web"),
    raw(30, "/c.png", "web"),
    raw(30, "/d.png", "api", number=31),
    raw(40, "/x/*", "other"),
    raw(50, "/*", "rest"),
)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("rules.json").write_text(BOTH, "utf-8")


def codes(*flags: str) -> list[str]:
    return sorted(item["code"] for item in inside("check", "rules.json", "-f", "json", *flags).json["findings"])


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ([], ["ALB001", "ALB101", "ALB209"]),
        (["--level", "info"], ["ALB001", "ALB101", "ALB209"]),
        (["--level", "warning"], ["ALB001", "ALB101"]),
        (["--level", "error"], ["ALB001", "ALB101"]),
        (["--select", "shadowed-rule"], ["ALB101"]),
        (["--select", "SHADOWED-RULE,ALB0"], ["ALB001", "ALB101"]),
        (["--select", "error"], ["ALB001", "ALB101"]),
        (["--ignore", "info"], ["ALB001", "ALB101"]),
        (["--ignore", "priority-collision", "--ignore", "ALB2"], ["ALB101"]),
        (["--select", "ALB101", "--ignore", "error"], []),
    ],
    ids=" ".join,
)
def test_what_is_chosen(flags, expected):
    assert codes(*flags) == expected


FORBIDDEN = raw(
    30,
    "/",
    Conditions=[{"Field": "host-header", "Values": ["admin.example.com"]}],
    Actions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "403"}}],
)
GATED = export(raw(10, "/x/*", "one"), raw(20, "/*/y", "two"), FORBIDDEN)


@pytest.mark.parametrize(
    ("flags", "toml", "expected"),
    [
        ([], "", ["info", "warning"]),
        (["--ignore", "warning"], "", ["info"]),
        (["--ignore", "info"], "", ["warning"]),
        (["--ignore", "warning,info"], "", []),
        ([], 'ignore = ["warning"]', ["info"]),
        ([], 'select = ["warning"]', ["warning"]),
        ([], 'select = ["partial-overlap"]\nignore = ["info"]', ["warning"]),
        (["--select", "info"], "", ["info"]),
        (["--select", "warning"], "", ["warning"]),
        (["--select", "error"], "", []),
        (["--select", "error,ALB104"], "", ["info", "warning"]),
        (["--select", "ALB104", "--ignore", "warning"], "", ["info"]),
        (["--ignore", "ALB104"], "", []),
    ],
    ids=str,
)
def test_a_severity_is_that_of_the_finding(flags, toml, expected):
    """ALB104 is a warning where one of the two rules is a gate, else an info."""
    Path("gated.json").write_text(GATED, "utf-8")
    Path("alb-lint.toml").write_text(toml, "utf-8")
    found = inside("check", "gated.json", "-f", "json", *flags).json["findings"]
    assert sorted(item["severity"] for item in found if item["code"] == "ALB104") == expected


def test_what_allows_a_finding_of_an_ignored_severity_is_not_stale():
    Path("crossing.json").write_text(export(raw(10, "/x/*", "one"), raw(20, "/*/y", "two")), "utf-8")
    Path("alb-lint.toml").write_text('[[allow]]\ncode = "ALB104"\nrule = "*"\nreason = "meant"\n', "utf-8")
    assert inside("check", "crossing.json", "-f", "json", "--ignore", "info").json["findings"] == []


def test_a_level_hides_and_does_not_absolve():
    """What is not shown still counts for the exit code."""
    Path("one.json").write_text(export(raw(10, "/x/*", "other"), raw(50, "/*", "rest")), "utf-8")
    ran = inside("check", "one.json", "--level", "error", "--fail-on", "info")
    assert (ran.code, "ALB209" in ran.out) == (1, False)


def test_statistics():
    assert inside("check", "rules.json", "--statistics").out == (
        "     1  error    ALB001 priority-collision\n"
        "     1  error    ALB101 shadowed-rule\n"
        "     1  info     ALB209 bare-path-missing\n"
        "\n"
        "2 errors, 1 info in 6 rules on 1 listener\n"
    )


def test_full_tells_everything():
    full, short = inside("check", "rules.json", "--full").out, inside("check", "rules.json").out
    assert full == inside("check", "rules.json", "--format", "full").out
    assert "ALB209 bare-path-missing:" in full and "ALB209 bare-path-missing:" not in short
    assert full.count("curl") > short.count("curl")


def test_infos_that_are_asked_for_are_told_as_shortly_as_the_rest():
    told = inside("check", "rules.json", "--show", "info").out
    assert told == inside("check", "rules.json", "--level", "info").out
    assert "info ALB209 bare-path-missing:" in told
    assert "info ALB209 bare-path-missing:" in inside("check", "rules.json", "--select", "ALB209").out
    assert told.count("curl") < inside("check", "rules.json", "--full").out.count("curl")


def test_check_alone_reads_this_folder():
    assert inside("check", "-f", "json").json == inside("check", ".", "-f", "json").json


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--select", "ALB1001"], "did you mean ALB101 (shadowed-rule)"),
        (["--select", "shadow-rule"], "did you mean ALB101 (shadowed-rule)"),
        (["--level", "fatal"], "one of error, warning, info"),
        (["--environment", "prodction"], "alb-lint.toml has no [[weights]]"),
        (["--parameter", "root_domian=x"], "nothing in the input is called 'root_domian'"),
        (["--color", "sometimes"], "one of auto, always, never"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_slips(args, said):
    ran = inside("check", "rules.json", *args)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_an_environment_that_there_is_not():
    Path("alb-lint.toml").write_text('[[weights]]\nenvironment = "staging"\ngroups = { "api" = 100 }\n', "utf-8")
    assert "there are staging" in inside("check", "rules.json", "--environment", "prodction").err


RULE = """
variable "domain" {{}}
variable "other" {{}}
resource "aws_lb_listener_rule" "{name}" {{
  listener_arn = "front"
  priority     = {number}
  action {{
    type             = "forward"
    target_group_arn = "{name}"
  }}
  condition {{
    host_header {{ values = [{host}] }}
  }}
}}
"""


def test_what_would_decide_the_rest():
    rules = [("a", "10", '"*.${var.domain}"'), ("b", "20", '"x.${var.other}"')]
    Path("main.tf").write_text("".join(RULE.format(name=name, number=number, host=host) for name, number, host in rules), "utf-8")
    told = inside("check", "main.tf").out
    assert (
        "1 of 2 rules decided; the others wait for a value\n"
        "  1 rule for var.domain: --parameter domain=…\n  1 rule for var.other: --parameter other=…\n" in told
    )
    (finding,) = inside("check", "main.tf", "-f", "json").json["findings"]
    assert finding["needs"] == ["var.other", "var.domain"]
    assert "`--parameter other=… --parameter domain=…`" in finding["help"]
    given = inside("check", "main.tf", "--parameter", "domain=a.com", "--parameter", "other=a.com")
    assert "rules decided" not in given.out


def test_the_next_command():
    twins = export(raw(10, "/a"), raw(10, "/a", "web", number=11))
    Path("twins.json").write_text(twins, "utf-8")
    assert inside("check", "twins.json").out.endswith("\nnext: alb-lint plan twins.json --merge-twins\n")
    Path("two words.json").write_text(twins, "utf-8")
    assert inside("check", "two words.json").out.endswith("\nnext: alb-lint plan 'two words.json' --merge-twins\n")


@pytest.mark.parametrize("where", [["--color", "always", "check", "rules.json"], ["check", "rules.json", "--color=always"]])
def test_colours_when_asked_for(where):
    assert "\x1b[" in process(*where).out
    assert "\x1b[" not in process("check", "rules.json").out
    assert "\x1b[" not in process("check", "rules.json", "--color", "never", FORCE_COLOR="1").out


def test_a_terminal_that_speaks_ascii():
    ours, theirs = os.openpty()
    more = environment(PYTHONIOENCODING="ascii", TERM="dumb", COLUMNS="100")
    subprocess.run([sys.executable, "-m", "alb_lint", "check", "rules.json"], stdout=theirs, env=more, check=False, timeout=60)
    os.close(theirs)
    told = os.read(ours, 100_000).decode("ascii")
    assert "  -> web" in told
    assert "\\u" not in told


def test_account_and_region_in_json():
    (told,) = inside("check", "rules.json", "-f", "json").json["listeners"]
    assert (told["account"], told["region"]) == ("123456789012", "eu-west-1")


def test_headings_name_the_account_where_there_are_several():
    other = json.loads(BOTH.replace("123456789012", "210987654321"))
    Path("both.json").write_text(json.dumps({"Rules": [*json.loads(BOTH)["Rules"], *other["Rules"]]}), "utf-8")
    told = inside("check", "both.json").out
    assert "  123456789012 eu-west-1  6 rules: 2 errors\n  the same on 1 other listener: 210987654321 eu-west-1 web/" in told
    assert "123456789012" not in inside("check", "rules.json").out


def accounts(rules: list[list[tuple[int, str]]]) -> str:
    """An export of one listener `web` for each account, with rules (number, path)."""
    found: dict[str, list[dict[str, object]]] = {"LoadBalancers": [], "Listeners": [], "Rules": []}
    for at, wanted in enumerate(rules):
        head = f"arn:aws:elasticloadbalancing:eu-west-1:{at:012}"
        listener = f"{head}:listener/app/web/aaaaaaaaaaaaaaaa/bbbbbbbbbbbbbbbb"
        balancer = f"{head}:loadbalancer/app/web/aaaaaaaaaaaaaaaa"
        found["LoadBalancers"].append({"LoadBalancerArn": balancer, "LoadBalancerName": "web"})
        found["Listeners"].append({"ListenerArn": listener, "LoadBalancerArn": balancer, "Protocol": "HTTPS", "Port": 443})
        for number, path in wanted:
            arn = f"{listener.replace(':listener/', ':listener-rule/')}/{number:016}"
            group = f"{head}:targetgroup/g{number}/1111111111111111"
            rule = raw(number, path) | {"RuleArn": arn, "Actions": [{"Type": "forward", "TargetGroupArn": group}]}
            found["Rules"].append(rule)
    return json.dumps(found)


def test_many_accounts_are_a_table_and_what_is_alike_is_told_once():
    dead, sound = [(10, "/*"), (20, "/b")], [(10, "/b/*"), (20, "/c/*")]
    Path("estate.json").write_text(accounts([sound, *[dead] * 7, [(10, "/*"), (20, "/d")]]), "utf-8")
    told = inside("check", "estate.json", "--select", "ALB101").out
    assert told == (
        "account       region     load balancers  listeners  rules  errors  warnings  info\n"
        + "".join(f"{at:012}  eu-west-1               1          1      2       1         0     0\n" for at in range(1, 9))
        + "000000000000  eu-west-1               1          1      2       0         0     0\n"
        "total                                 9          9     18       8         0     0\n"
        "\n"
        "web:443  000000000001 eu-west-1  2 rules: 1 error\n"
        "  the same on 6 other listeners: 000000000002 eu-west-1 web:443, 000000000003 eu-west-1 web:443,\n"
        "    000000000004 eu-west-1 web:443, 000000000005 eu-west-1 web:443 and 2 more\n"
        "  20  /b  → g20  estate.json Rules[3]\n"
        "    error ALB101 shadowed-rule: no request reaches it: 10 (/*) takes all its requests first\n"
        "      hidden by: 10  /*  → g10  estate.json Rules[2]\n"
        "      try: curl -i https://example.com/b\n"
        "      help: give it a number below 10, narrow the rules before it, or delete it\n"
        "\n"
        "web:443  000000000008 eu-west-1  2 rules: 1 error\n"
        "  20  /d  → g20  estate.json Rules[17]\n"
        "    error ALB101 shadowed-rule: no request reaches it: 10 (/*) takes all its requests first\n"
        "      hidden by: 10  /*  → g10  estate.json Rules[16]\n"
        "      try: curl -i https://example.com/d\n"
        "\n"
        "8 errors in 18 rules on 9 listeners\n"
    )
    assert len(inside("check", "estate.json", "--select", "ALB101", "-f", "json").json["findings"]) == 8
    assert inside("check", "estate.json", "--select", "ALB101", "--full").out.count("error ALB101") == 8


def test_a_long_table_is_cut_the_worst_first():
    Path("estate.json").write_text(accounts([[(10, "/b/*")]] * 20 + [[(10, "/*"), (20, "/b")]] * 3), "utf-8")
    lines = inside("check", "estate.json", "--select", "ALB101").out.splitlines()
    assert lines[1].startswith("000000000020") and lines[21] == "and 3 more; --format json lists all"
    assert lines[22].split() == ["total", "23", "23", "26", "3", "0", "0"]


def regexes(*conditions):
    """One rule for each path condition; each answers with a code of its own."""
    base = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/a/1/2"
    return json.dumps({"Rules": [
        {"RuleArn": f"{base}/{place}", "Priority": str(place), "Conditions": [{"Field": "path-pattern", **condition}],
         "Actions": [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": str(400 + place)}}]}
        for place, condition in enumerate(conditions, 1)
    ]})  # fmt: skip


def test_what_the_reading_of_a_regex_would_decide():
    conditions = [{"RegexValues": ["^/a+"]}, {"Values": ["/aa/*"]}, {"Values": ["/aaa/*"]}, {"Values": ["/aaaa/*"]}]
    Path("rules.json").write_text(regexes(*conditions), "utf-8")
    told = inside("check", "rules.json", "--show", "info").out
    assert "ALB107 undecided: (possible) 3 rules could not be decided without knowing how AWS reads a regex: 2-4" in " ".join(told.split())
    assert (
        "1 of 4 rules decided; the others wait for what follows\n  3 rules for how AWS reads a regex: write `^` in front of the regexes"
        in told
    )
    assert {finding.get("needs", [None])[0] for finding in inside("check", "rules.json", "-f", "json").json["findings"]} == {
        None, "how AWS reads a regex",
    }  # fmt: skip


def test_what_two_rules_share_is_no_doubt_about_a_rule_that_is_reached():
    conditions = [{"RegexValues": ["/v[0-9]+/thing"]}, {"Values": ["/x/*/y"]}, {"Values": ["/z/*/y"]}, {"Values": ["/w/*/y"]}]
    Path("rules.json").write_text(regexes(*conditions), "utf-8")
    told = inside("check", "rules.json", "--show", "info").out
    assert "what 3 rules share with rules before them could not be decided without knowing how AWS reads a regex: 2-4" in " ".join(
        told.split()
    )
    assert "decided;" not in told


def test_what_takes_too_much_work(monkeypatch):
    monkeypatch.setattr("alb_lint.space.mixed.REGEX_POSITIONS", 1)
    Path("rules.json").write_text(regexes({"RegexValues": ["^/a+$"]}, {"RegexValues": ["^/aa+$"]}), "utf-8")
    told = inside("check", "rules.json", "--show", "info").out
    assert "wait for" not in told
    assert "what could not be read" not in told
    assert "the others take too much work\n" in told


def test_rules_that_wait_for_a_number_are_told_by_what_they_ask_for():
    looked_up = (
        'data "aws_lb" "l" {\n  name = "l"\n}\ndata "aws_lb_listener" "l" {\n  load_balancer_arn = data.aws_lb.l.arn\n  port = 443\n}\n'
    )
    for name in "abcde":
        code = block(name, priority=None, listener="data.aws_lb_listener.l.arn").replace('"tg"', f'"to-{name}"')
        write(Path(), {f"{name}/main.tf": looked_up + code})
    told = " ".join(inside("check", ".", "--show", "info").out.split())
    assert (
        "5 rules could not be decided without a number that is not set (Terraform takes the highest on the listener + 1):"
        " ? a (/x), ? b (/x), ? c (/x) and 2 more" in told
    )


def test_a_value_of_a_long_name_is_told_by_the_variables_that_it_is_made_of():
    host = 'lookup(each.value.of_the_service, "the_host_that_it_has_on_the_listener")'
    text = 'variable "balancers" {}\n' + block(body="for_each = var.balancers.public", path=hosts(host))
    Path("main.tf").write_text(text, "utf-8")
    told = inside("check", "main.tf").out
    assert "\n  1 rule for what is made of var.balancers: --parameter balancers=…\n" in told
