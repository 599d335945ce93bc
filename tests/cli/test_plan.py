"""`alb-lint plan`: the seed from end to end, refusals, patches that are written, the script that is run against a stand-in for the AWS CLI."""

import json
import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from alb_lint.cli import rewriting
from running import SEED, environment, export, inside, listener_arn, process, raw

WISHES = ("--merge-twins", "--environment", "production")
CONFIG = '[[range]]\nname = "v2"\npriorities = "100-109"\nmatch = { paths = ["/v2/*"] }\n'
TIGHT = CONFIG.replace("100-109", "100")


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder that is the current one, with a config."""
    monkeypatch.chdir(tmp_path)
    Path("alb-lint.toml").write_text(CONFIG, "utf-8")
    return tmp_path


# -- the seed ----------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def seed():
    return process("plan", "python.json", "rust.json", *WISHES, "--format", "json", cwd=SEED)


@pytest.fixture(scope="module")
def applied(seed, tmp_path_factory):
    """The seed's exports with the plan done, as a file."""
    rules = {
        rule["RuleArn"]: rule for name in ("python", "rust") for rule in json.loads((SEED / f"{name}.json").read_text("utf-8"))["Rules"]
    }
    for part in seed.json["listeners"]:
        for call in part["steps"]:
            match call["call"]:
                case "modify-rule":
                    rules[call["rule_arn"]]["Actions"] = call["actions"]
                case "delete-rule":
                    del rules[call["rule_arn"]]
                case _:
                    for item in call["rule_priorities"]:
                        rules[item["RuleArn"]]["Priority"] = str(item["Priority"])
    file = tmp_path_factory.mktemp("applied") / "applied.json"
    file.write_text(json.dumps({"Rules": list(rules.values())}), "utf-8")
    return file


def test_seed_lands_in_its_ranges(seed, applied):
    assert (seed.code, seed.err) == (0, "")
    rules = json.loads(applied.read_text("utf-8"))["Rules"]
    numbers = {}
    for rule in rules:
        if rule["Priority"] == "default":
            continue
        path = next(item["PathPatternConfig"]["Values"][0] for item in rule["Conditions"] if item["Field"] == "path-pattern")
        numbers.setdefault("/".join(path.split("/")[:2]), []).append(int(rule["Priority"]))
    assert set(numbers["/v2"]) <= set(range(2110, 2113))
    assert set(numbers["/internal"]) <= set(range(2104, 2107))
    public = [int(rule["Priority"]) for rule in rules if "/app/scorer/" in rule["RuleArn"] and rule["Priority"] != "default"]
    assert set(public) - set(numbers["/v2"]) <= set(range(1030, 1040))
    assert len(public) == len(set(public)) == 11
    # on this listener no number is touched
    assert sorted(
        int(rule["Priority"]) for rule in rules if "/app/scorer-app-api/" in rule["RuleArn"] and rule["Priority"] != "default"
    ) == [5010, 5020]


def test_seed_keeps_the_order_of_each_group(seed):
    for part in seed.json["listeners"]:
        by_range = {}
        for move in part["moves"]:
            by_range.setdefault(move["range"], []).append((move["from"], move["to"]))
        for moves in by_range.values():
            assert [old for old, _ in sorted(moves, key=lambda move: move[1])] == sorted(old for old, _ in moves)


def test_seed_changes_nothing_but_its_six_merges(seed):
    merges = [merge for part in seed.json["listeners"] for merge in part["merges"]]
    assert len(merges) == 6
    assert not any(part["intended_changes"] for part in seed.json["listeners"])
    assert all(part["minimum_proved"] for part in seed.json["listeners"])
    assert (seed.json["complete"], seed.json["gaps"], seed.json["refused"]) == (True, [], [])


def test_seed_of_one_region_at_two_numbers_is_one_rule(seed):
    merge = next(merge for part in seed.json["listeners"] for merge in part["merges"] if merge["priority"] == 1030)
    assert merge["request"]["path"].startswith("/ceramic-cache/score/")
    assert [share["Weight"] for share in merge["action"]["ForwardConfig"]["TargetGroups"]] == [100, 0]


def test_seed_verifies_and_a_second_run_moves_nothing(seed, applied, tmp_path):
    plan = tmp_path / "plan.json"
    plan.write_text(seed.out, "utf-8")
    held = process("verify", plan, "python.json", "rust.json", cwd=SEED)
    assert (held.code, held.err) == (0, "")
    assert process("verify", plan, applied, "--config", "alb-lint.toml", cwd=SEED).code == 1
    again = process("plan", applied, *WISHES, "--config", "alb-lint.toml", "--format", "json", cwd=SEED)
    assert again.code == 0
    assert [(part["moves"], part["merges"], part["steps"]) for part in again.json["listeners"]] == [([], [], [])] * 3


def test_seed_arrives_where_the_shipped_result_is(applied):
    assert process("diff", applied, "resolved.json", "--config", "alb-lint.toml", cwd=SEED).code == 0


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html", "aws-cli", "patch"])
def test_same_bytes_every_time(form):
    ran = [process("plan", "rust.json", "python.json", *WISHES, "-f", form, cwd=SEED, PYTHONHASHSEED=str(seed)) for seed in (1, 2)]
    assert ran[0].out == ran[1].out != ""
    assert [item.code for item in ran] == [0, 0]
    assert str(SEED) not in ran[0].out


# -- refusals, gaps, flags ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html", "aws-cli", "patch"])
def test_refused(here, form):
    Path("alb-lint.toml").write_text(TIGHT, "utf-8")
    Path("rules.json").write_text(export(raw(10, "/v2/a"), raw(20, "/v2/b", "other")), "utf-8")
    ran = inside("plan", "rules.json", "--format", form)
    assert ran.code == 5
    assert "1 too few" in ran.out
    assert ran.err == "" if form == "text" else "1 too few" in ran.err
    if form in ("text", "json", "markdown", "html"):
        assert "widen v2 (100) by 1" in ran.out.replace("\\(", "(").replace("\\)", ")")


def test_a_refused_listener_stops_no_other(here):
    Path("alb-lint.toml").write_text(TIGHT, "utf-8")
    rules = [raw(10, "/v2/a"), raw(20, "/v2/b", "other"), raw(10, "/v2/a", listener="spare")]
    Path("rules.json").write_text(export(*rules), "utf-8")
    ran = inside("plan", "rules.json", "--format", "json")
    assert ran.code == 5
    assert [part["moved"] for part in ran.json["listeners"]] == [1]
    assert [item["listener"] for item in ran.json["refused"]] == [listener_arn()]


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html"])
def test_gaps_are_shown(here, form):
    Path("rules.json").write_text(export(raw(10, "/v2/a"), {"RuleArn": 7, "Conditions": [], "Actions": []}), "utf-8")
    ran = inside("plan", "rules.json", "--format", form)
    assert ran.code == 0
    assert "rules.json" in (ran.out if form == "text" else ran.err)
    assert {"text": "not everything could be read", "json": '"complete": false'}.get(form, "What could not be read") in ran.out


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--write"], "only a patch"),
        (["--format", "pdf"], "unknown format"),
        (["--environment", "moon"], "moon"),
        (["--config", "none.toml"], "none.toml"),
    ],
)
def test_usage(here, args, said):
    Path("rules.json").write_text(export(raw(10, "/v2/a")), "utf-8")
    ran = inside("plan", "rules.json", *args)
    assert ran.code == 2
    assert said in ran.err
    assert ran.out == ""


def test_intended_change_is_named_and_no_failure(here):
    Path("rules.json").write_text(export(raw(100, "/v2/*"), raw(101, "/v2/a", "other")), "utf-8")
    ran = inside("plan", "rules.json", "--fix-shadowed", "--format", "json")
    assert ran.code == 0
    (change,) = ran.json["listeners"][0]["intended_changes"]
    assert change["request"]["path"] == "/v2/a"
    assert not ran.json["equivalent"]
    text = inside("plan", "rules.json", "--fix-shadowed")
    assert "curl -i https://example.com/v2/a" in text.out
    assert text.code == 0


def test_suggest_prints_the_lines_that_give_a_plan(here):
    arn = raw(10, "/v2/*")["RuleArn"]
    Path("rules.json").write_text(export(raw(10, "/v2/*"), raw(10, "/*/b", "other", number=7)), "utf-8")
    refused = process("plan", "rules.json", cwd=here)
    assert refused.code == 5
    assert "[[before]]" in refused.out
    ran = process("plan", "rules.json", "--suggest", cwd=here)
    assert (ran.code, ran.err) == (5, "")
    assert arn in ran.out
    assert ran.out.strip() in "\n".join(line.strip() for line in refused.out.splitlines())
    Path("alb-lint.toml").write_text(CONFIG + ran.out, "utf-8")
    assert process("plan", "rules.json", cwd=here).code == 0
    again = process("plan", "rules.json", "--suggest", cwd=here)
    assert (again.code, again.out) == (0, "")
    assert "nothing to suggest" in again.err


def test_suggest_is_not_a_format(here):
    Path("rules.json").write_text(export(raw(10, "/v2/a")), "utf-8")
    ran = inside("plan", "rules.json", "--suggest", "--format", "json")
    assert ran.code == 2
    assert "--suggest" in ran.err


def test_every_way_that_a_refusal_names_works():
    refused = process("plan", ".", "--format", "json", cwd=SEED)
    assert refused.code == 5
    for item in refused.json["refused"]:
        assert item["ways"]
        for way in item["ways"]:
            assert process("plan", ".", *way["flags"], cwd=SEED).code == 0


def test_the_date_of_a_report_can_be_told(here):
    Path("rules.json").write_text(export(raw(10, "/v2/a")), "utf-8")
    ran = process("plan", "rules.json", "-f", "markdown", cwd=here, SOURCE_DATE_EPOCH="86400")
    assert "as they were read on 1970-01-02" in ran.out


# -- patches -----------------------------------------------------------------------------------------------------------------

TEMPLATE = """\
Parameters: {Listener: {Type: String}, A: {Type: String}, B: {Type: String}}
Resources:
  One:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Listener
      Priority: 10 # é, before what moves
      Conditions: [{Field: path-pattern, PathPatternConfig: {Values: ["/v2/a"]}}]
      Actions: [{Type: forward, TargetGroupArn: !Ref A}]
  Two:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Listener
      Priority: "20"
      Conditions: [{Field: path-pattern, PathPatternConfig: {Values: ["/v2/b"]}}]
      Actions: [{Type: forward, TargetGroupArn: !Ref B}]
  Else:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Listener
      Priority: 30
      Conditions: [{Field: path-pattern, PathPatternConfig: {Values: ["/x"]}}]
      Actions: [{Type: forward, TargetGroupArn: !Ref B}]"""
DONE = TEMPLATE.replace("10 #", "100 #").replace('"20"', '"101"')
ENDINGS = {"lf": "\n", "crlf": "\r\n"}


@pytest.mark.parametrize("name", ["app.yaml", "a b.yaml", "sub/ü.yaml"])
@pytest.mark.parametrize("ending", list(ENDINGS))
@pytest.mark.skipif(shutil.which("git") is None, reason="no git")
def test_git_applies_the_patch(here, name, ending):
    file = Path(name)
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(TEMPLATE.replace("\n", ENDINGS[ending]).encode())
    ran = inside("plan", name, "--format", "patch", "--output", "change.patch")
    assert (ran.code, ran.err) == (0, "")
    subprocess.run(
        ["git", "apply", "--whitespace=nowarn", "change.patch"],
        cwd=here,
        check=True,
        env=environment(GIT_CEILING_DIRECTORIES=str(here.parent)),
    )
    assert file.read_bytes() == DONE.replace("\n", ENDINGS[ending]).encode()


@pytest.mark.parametrize("ending", list(ENDINGS))
def test_write_changes_the_numbers_and_nothing_else(here, ending):
    file = Path("app.yaml")
    file.write_bytes(TEMPLATE.replace("\n", ENDINGS[ending]).encode())
    file.chmod(0o640)
    Path("link.yaml").symlink_to(file)
    ran = inside("plan", "link.yaml", "--format", "patch", "--write")
    assert ran.code == 0
    assert "wrote 2 numbers into 1 file" in ran.err
    assert file.read_bytes() == DONE.replace("\n", ENDINGS[ending]).encode()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert Path("link.yaml").is_symlink()
    assert sorted(path.name for path in here.iterdir()) == ["alb-lint.toml", "app.yaml", "link.yaml"]
    again = inside("plan", "app.yaml", "--format", "patch", "--write")
    assert (again.code, again.out) == (0, "# nothing to change\n")


@pytest.mark.parametrize(("after", "said"), [("contents", "the rules changed"), ("again", "the file changed")])
def test_write_refuses_what_changed_meanwhile(here, monkeypatch, after, said):
    file = Path("app.yaml")
    file.write_text(TEMPLATE, "utf-8")
    changed = TEMPLATE.replace('"/v2/a"', '"/v2/c"') if after == "contents" else TEMPLATE + "\n"
    meant = rewriting.contents if after == "contents" else rewriting.drafts

    def meddled(*args):
        found = meant(*args)
        file.write_text(changed, "utf-8")
        return found

    monkeypatch.setattr(rewriting, meant.__name__, meddled)
    ran = inside("plan", "app.yaml", "--format", "patch", "--write")
    assert ran.code == 5
    assert said in ran.err
    assert file.read_text("utf-8") == changed
    assert sorted(path.name for path in here.iterdir()) == ["alb-lint.toml", "app.yaml"]


def test_write_refuses_with_a_listener_refused(here):
    Path("alb-lint.toml").write_text(TIGHT, "utf-8")
    Path("app.yaml").write_text(TEMPLATE, "utf-8")
    assert inside("plan", "app.yaml", "--format", "patch", "--write").code == 5
    assert Path("app.yaml").read_text("utf-8") == TEMPLATE


def test_what_no_patch_can_do_is_listed(here):
    expression = TEMPLATE.replace("Priority: 10 ", "Priority: !Join ['', ['1', '0']] ")
    Path("app.yaml").write_text(expression, "utf-8")
    Path("rules.json").write_text(export(raw(11, "/v2/e")), "utf-8")
    ran = inside("plan", "app.yaml", "rules.json", "--format", "patch")
    assert ran.code == 0
    hand = [line for line in ran.out.splitlines() if line.startswith("# by hand: ")]
    assert any("rules.json" in line and "an export only" in line for line in hand)
    moved = inside("plan", "app.yaml", "rules.json", "--format", "json").json
    total = sum(part["moved"] for part in moved["listeners"])
    assert len(hand) + ran.out.count("\n+      Priority") == total == 3


def test_one_literal_of_two_rules_is_no_edit(here):
    # two listeners take a number from one mapping, and only on one of them is it to change
    shared = TEMPLATE.replace("Priority: 10 ", "Priority: !FindInMap [M, a, p] ").replace("Priority: 30", "Priority: !FindInMap [M, a, p]")
    shared = shared.replace("Listener: {Type: String}", "Listener: {Type: String}, Other: {Type: String}")
    head, tail = shared.split("  Else:")
    Path("app.yaml").write_text(f"{head}  Else:{tail.replace('!Ref Listener', '!Ref Other')}\nMappings: {{M: {{a: {{p: 10}}}}}}\n", "utf-8")
    ran = inside("plan", "app.yaml", "--format", "patch")
    assert ran.code == 0
    (hand,) = [line for line in ran.out.splitlines() if line.startswith("# by hand: ")]
    assert "not a literal of its own" in hand
    assert "-Mappings" not in ran.out


MODULE = """variable "listener" {}
resource "aws_lb_listener_rule" "api" {
  listener_arn = var.listener
  priority     = 10 # of every environment
  action {
    type             = "forward"
    target_group_arn = "tg"
  }
  condition {
    path_pattern { values = ["/v2/*"] }
  }
}
"""
CALL = (
    'module "NAME" {\n  source   = "./rules"\n  listener = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/NAME/1/2"\n}\n'
)
V2 = '[[range]]\nname = "v2"\npriorities = "500-509"\nmatch = { paths = ["/v2/*"] }\n'


def environments(folder: Path) -> None:
    (folder / "rules").mkdir()
    (folder / "rules/main.tf").write_text(MODULE, "utf-8")
    (folder / "main.tf").write_text(CALL.replace("NAME", "stage") + CALL.replace("NAME", "live"), "utf-8")


def test_a_literal_that_gives_one_number_to_rules_of_many_listeners_is_changed_once(here):
    environments(here)
    Path("alb-lint.toml").write_text(V2, "utf-8")
    ran = inside("plan", ".", "--format", "patch", "--write")
    assert (ran.code, ran.err) == (0, "wrote 1 number into 1 file\n")
    assert Path("rules/main.tf").read_text("utf-8") == MODULE.replace("= 10 #", "= 500 #")
    assert "nothing to change" in inside("plan", ".").out


def test_a_literal_of_rules_of_which_some_are_left_out_is_no_edit(here):
    environments(here)
    Path("alb-lint.toml").write_text(V2, "utf-8")
    ran = inside("plan", ".", "--format", "patch", "--listener", "*live*", "--write")
    assert (ran.code, Path("rules/main.tf").read_text("utf-8")) == (0, MODULE)
    assert "becomes 500: the literal gives the number of 1 more rule that is not in this plan" in ran.out


def test_a_literal_of_rules_that_are_to_get_different_numbers_is_no_edit(here):
    environments(here)
    Path("alb-lint.toml").write_text(V2 + 'listener = "*live*"\n', "utf-8")
    ran = inside("plan", ".", "--format", "patch", "--write")
    assert (ran.code, Path("rules/main.tf").read_text("utf-8")) == (0, MODULE)
    assert "becomes 500: the literal gives the number of several rules, which get 10 and 500" in ran.out


def test_what_goes_wrong_without_what_is_left_by_hand_is_told(here):
    second = (
        MODULE.replace('"tg"', '"other"')
        .replace('variable "listener" {}\n', "")
        .replace('"api"', '"all"')
        .replace("/v2/*", "/v2/models/*")
        .replace("10 #", "5 + 4 #")
    )
    (here / "rules").mkdir()
    (here / "rules/main.tf").write_text(MODULE + second, "utf-8")
    (here / "main.tf").write_text(CALL.replace("NAME", "live"), "utf-8")
    Path("alb-lint.toml").write_text(V2.replace("500-509", "1-2"), "utf-8")
    ran = inside("plan", ".", "--format", "patch", "--write")
    assert ran.err == "wrote 1 number into 1 file, 1 to do by hand before you deploy: without, answers change or numbers collide\n"
    assert (
        "# note: do by hand what is left before you deploy: without it 10 module.live.aws_lb_listener_rule.api (/v2/*) is asked before 9"
        in ran.out
    )


PROGRAM = """import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
const live = pulumi.getStack() === "live";
new aws.lb.ListenerRule("api", {
  listenerArn: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/web/1/2",
  priority: 10, // of every stack
  actions: [{ type: "forward", targetGroupArn: "tg" }],
  conditions: [{ pathPattern: { values: live ? ["/v2/*"] : ["/v2/a", "/v2/b"] } }],
});
"""


def test_the_literal_of_a_rule_that_differs_by_stack_is_changed_once(here):
    Path("Pulumi.yaml").write_text("name: shop\nruntime: nodejs\n", "utf-8")
    Path("index.ts").write_text(PROGRAM, "utf-8")
    Path("alb-lint.toml").write_text(V2, "utf-8")
    ran = inside("plan", ".", "--format", "patch", "--write")
    assert (ran.code, ran.err) == (0, "wrote 1 number into 1 file\n")
    assert Path("index.ts").read_text("utf-8") == PROGRAM.replace("priority: 10,", "priority: 500,")


def test_a_number_that_deployments_leave_alone_is_changed_live(here):
    environments(here)
    text = MODULE.replace("  action {", "  lifecycle {\n    ignore_changes = [priority]\n  }\n  action {")
    Path("rules/main.tf").write_text(text, "utf-8")
    Path("alb-lint.toml").write_text(V2, "utf-8")
    ran = inside("plan", ".", "--format", "patch", "--write")
    assert (ran.code, Path("rules/main.tf").read_text("utf-8")) == (0, text)
    assert ran.out.count("its deployments leave its number as it is live (they ignore changes of it)") == 2
    assert "its deployments leave its number as it is live" in " ".join(inside("plan", ".").out.split())
    assert "left: numbers" in inside("check", ".", "--fix", "--fail-on", "never").err
    assert Path("rules/main.tf").read_text("utf-8") == text


def test_a_number_that_pulumi_leaves_alone_is_changed_live(here):
    Path("Pulumi.yaml").write_text("name: shop\nruntime: nodejs\n", "utf-8")
    program = PROGRAM.replace("\n});", '\n}, { ignoreChanges: ["priority", "actions[0].forward"] });')
    Path("index.ts").write_text(program, "utf-8")
    Path("alb-lint.toml").write_text(V2, "utf-8")
    ran = inside("plan", ".", "--format", "patch", "--write")
    assert (ran.code, Path("index.ts").read_text("utf-8")) == (0, program)
    assert "its deployments leave its number as it is live (they ignore changes of it)" in ran.out


# -- the script --------------------------------------------------------------------------------------------------------------

STAND_IN = """\
#!/usr/bin/env python3
import json, os, sys
state = json.load(open("state.json"))
name, args = sys.argv[2], sys.argv[3:]
with open("calls.txt", "a") as log:
    log.write(name + "\\n")
told = dict(zip(args[::2], args[1::2]))
if name == "describe-rules":
    if name == state.get("fails"):
        sys.exit("AccessDenied")
    fields = told["--query"].removeprefix("Rules[?!IsDefault].[").removesuffix("]")
    assert fields in ("RuleArn,Priority", "Priority") and told["--output"] == "text"
    ours = told["--listener-arn"].replace(":listener/", ":listener-rule/", 1)
    for arn, number in reversed(sorted(state["rules"].items())):
        if arn.rpartition("/")[0] == ours:
            print(*([arn] if fields != "Priority" else []), number, sep="\\t")
    sys.exit()
if name == state.get("fails"):
    sys.exit("AccessDenied")
given = json.loads(told["--cli-input-json"])
if name == "set-rule-priorities":
    for item in given["RulePriorities"]:
        state["rules"][item["RuleArn"]] = str(item["Priority"])
elif name == "delete-rule":
    del state["rules"][given["RuleArn"]]
elif name == "modify-rule":
    assert given["RuleArn"] in state["rules"] and (given.get("Actions") or given["Conditions"])
elif name == "create-rule":
    assert str(given["Priority"]) not in state["rules"].values() and given["Conditions"] and given["Actions"]
    state["rules"][given["ListenerArn"].replace(":listener/", ":listener-rule/", 1) + "/new"] = str(given["Priority"])
else:
    sys.exit("unknown call")
json.dump(state, open("state.json", "w"))
"""
TWINS = (raw(10, "/v2/a"), raw(20, "/v2/b"), raw(30, "/v2/a", "other"), raw(40, "/x"))


class Account:
    """A stand-in for the AWS CLI in its own folder, with the numbers of the rules."""

    def __init__(self, folder, rules):
        self.folder = folder
        (folder / "aws").write_text(STAND_IN, "utf-8")
        (folder / "aws").chmod(0o755)
        self.set({rule["RuleArn"]: rule["Priority"] for rule in rules})

    def set(self, rules, **more):
        (self.folder / "state.json").write_text(json.dumps({"rules": rules} | more), "utf-8")
        (self.folder / "calls.txt").write_text("", "utf-8")

    def run(self, script, *args):
        path = f"{self.folder}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            ["sh", script, *args], cwd=self.folder, env=environment(PATH=path), capture_output=True, text=True, check=False
        )

    @property
    def rules(self):
        return json.loads((self.folder / "state.json").read_text("utf-8"))["rules"]

    @property
    def calls(self):
        return (self.folder / "calls.txt").read_text("utf-8").split()


@pytest.fixture
def account(here):
    Path("rules.json").write_text(export(*TWINS), "utf-8")
    ran = inside("plan", "rules.json", "--merge-twins", "--format", "aws-cli", "--output", "plan.sh")
    assert (ran.code, ran.err) == (0, "")
    return Account(here, TWINS)


def shellcheck(file):
    if shutil.which("shellcheck"):
        done = subprocess.run(["shellcheck", file], capture_output=True, text=True, check=False)
        assert done.stdout == ""


def test_script_makes_the_plan_true(account):
    shellcheck("plan.sh")
    done = account.run("plan.sh", "--apply")
    assert (done.returncode, done.stderr) == (0, "")
    assert account.calls == ["describe-rules", "modify-rule", "delete-rule", "set-rule-priorities", "describe-rules"]
    assert sorted(account.rules.values()) == ["100", "101", "40"]
    way_back = [line.split()[2] for line in done.stdout.splitlines() if line.startswith("aws ")]
    assert way_back == ["set-rule-priorities", "create-rule", "modify-rule"]


@pytest.mark.parametrize("args", [(), ("--check",)])
def test_script_only_checks_unless_told_to_apply(account, args):
    before = account.rules
    done = account.run("plan.sh", *args)
    assert (done.returncode, done.stderr) == (0, "")
    assert "nothing was changed: run it with --apply" in done.stdout
    assert account.calls == ["describe-rules"]
    assert account.rules == before


@pytest.mark.parametrize("args", [(), ("--apply",)])
def test_script_that_was_run_says_so(account, args):
    assert account.run("plan.sh", "--apply").returncode == 0
    after = account.rules
    account.set(after)
    done = account.run("plan.sh", *args)
    assert (done.returncode, done.stderr) == (0, "")
    assert "already done: the rules are as planned" in done.stdout
    assert account.calls == ["describe-rules"]
    assert account.rules == after


def test_script_refuses_what_it_does_not_know(account):
    done = account.run("plan.sh", "--aply")
    assert (done.returncode, account.calls) == (2, [])
    assert "usage" in done.stderr


def test_script_stops_where_the_rules_cannot_be_read(account):
    account.set(account.rules, fails="describe-rules")
    done = account.run("plan.sh", "--apply")
    assert done.returncode != 0
    assert "AccessDenied" in done.stderr
    assert "not what the plan was made for" not in done.stderr
    assert account.calls == ["describe-rules"]


def test_script_goes_on_with_the_listeners_that_wait(here):
    rules = [*TWINS, *(raw(number, f"/v2/{number}", listener="spare") for number in (10, 20))]
    Path("rules.json").write_text(export(*rules), "utf-8")
    ran = inside("plan", "rules.json", "--merge-twins", "--format", "aws-cli", "--output", "plan.sh")
    assert (ran.code, ran.err) == (0, "")
    shellcheck("plan.sh")
    account = Account(here, rules)
    account.set(account.rules | {rule["RuleArn"]: 100 + place for place, rule in enumerate(rules[4:])})
    done = account.run("plan.sh", "--apply")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("already done:") == 1
    assert account.calls.count("set-rule-priorities") == 1
    assert sorted(map(str, account.rules.values())) == ["100", "100", "101", "101", "40"]
    assert "spare" not in done.stdout.split("the way back:")[1]


def test_script_leaves_out_what_aws_never_holds(here):
    Path("rules.json").write_text(export(raw(10, "/v2/a"), raw(10, "/v2/b", number=7)), "utf-8")
    ran = inside("plan", "rules.json", "--format", "aws-cli")
    assert ran.code == 0
    assert "LEFT OUT" in ran.out
    assert "two rules have the number 10, which AWS does not allow" in ran.out
    assert "aws elbv2 set-rule" not in ran.out


@pytest.mark.parametrize("change", ["number", "gone", "new", "other"])
def test_script_refuses_other_rules(account, change):
    rules = dict(account.rules)
    first = next(iter(rules))
    match change:
        case "number":
            rules[first] = "11"
        case "gone":
            del rules[first]
        case "new":
            rules[f"{first}f"] = "50"
        case _:
            rules = {f"{arn}f": number for arn, number in rules.items()}
    account.set(rules)
    done = account.run("plan.sh", "--apply")
    assert done.returncode == 1
    assert "nothing was changed" in done.stderr
    assert account.calls == ["describe-rules"]
    assert account.rules == rules


@pytest.mark.parametrize("call", ["modify-rule", "delete-rule", "set-rule-priorities"])
def test_script_tells_the_way_back_where_a_call_fails(account, call):
    account.set(account.rules, fails=call)
    done = account.run("plan.sh", "--apply")
    assert done.returncode != 0
    assert "stopped on the way" in done.stderr
    assert "aws elbv2 create-rule" in done.stderr
    assert "done:" not in done.stdout


def test_script_splits_a_rule(here):
    wide, rest = raw(1, "/1"), raw(2, "/*", "other")
    wide["Conditions"][0] = {"Field": "path-pattern", "PathPatternConfig": {"Values": [f"/{n}" for n in range(6)]}}
    Path("rules.json").write_text(export(wide, rest), "utf-8")
    Path("none.toml").write_text("", "utf-8")
    ran = inside("plan", "rules.json", "--split", "--config", "none.toml", "--format", "aws-cli", "--output", "plan.sh")
    assert (ran.code, ran.err) == (0, "")
    shellcheck("plan.sh")
    account = Account(here, [wide, rest])
    done = account.run("plan.sh", "--apply")
    assert (done.returncode, done.stderr) == (0, "")
    assert account.calls == ["describe-rules", "set-rule-priorities", "create-rule", "modify-rule", "describe-rules"]
    assert sorted(account.rules.values()) == ["1", "3", "4"]
    assert "# none: AWS refuses rules that are over their limits" in done.stdout
    account.set(account.rules)
    assert "already done: the rules are as planned" in account.run("plan.sh", "--apply").stdout
    assert account.calls == ["describe-rules", "describe-rules"]


def test_script_joins_rules(here):
    rules = [raw(1, "/a"), raw(2, "/b"), raw(3, "/c", "other"), raw(4, "/c/*", "other", number=9), raw(5, "/c/d", "other")]
    Path("rules.json").write_text(export(*rules), "utf-8")
    Path("none.toml").write_text("", "utf-8")
    ran = inside("plan", "rules.json", "--compact", "--config", "none.toml", "--format", "aws-cli", "--output", "plan.sh")
    assert (ran.code, ran.err) == (0, "")
    shellcheck("plan.sh")
    account = Account(here, rules)
    done = account.run("plan.sh", "--apply")
    assert (done.returncode, done.stderr) == (0, "")
    assert account.calls == ["describe-rules", "modify-rule", "modify-rule", "delete-rule", "delete-rule", "delete-rule", "describe-rules"]
    assert sorted(account.rules.values()) == ["1", "3"]
    back = [line.split()[2] for line in done.stdout.splitlines() if line.startswith("aws ")]
    assert sorted(back) == ["create-rule"] * 3 + ["modify-rule"] * 2


def test_splitting_and_logs_do_not_go_together(here):
    Path("rules.json").write_text(export(raw(10, "/a")), "utf-8")
    ran = inside("plan", "rules.json", "--split", "--by-traffic", "logs")
    assert ran.code == 2
    assert "merge, join, split or mend them first" in ran.err


def test_script_keeps_hostile_names_in_their_quotes(here):
    evil = "$(touch pwned)`touch pwned`';touch pwned;'\"\nWAY_BACK\ntouch pwned\n#"
    rules = [raw(10, f"/v2/{evil}"), raw(20, "/v2/b", evil), raw(30, f"/v2/{evil}", "other")]
    for rule in rules:
        rule["RuleArn"] = rule["RuleArn"].replace("/web/", f"/{evil.replace('/', '')}/")
    Path("rules.json").write_text(export(*rules), "utf-8")
    inside("plan", "rules.json", "--merge-twins", "--format", "aws-cli", "--output", "plan.sh")
    shellcheck("plan.sh")
    account = Account(here, rules)
    done = account.run("plan.sh", "--apply")
    assert "syntax" not in done.stderr.lower()
    assert not Path("pwned").exists()


def test_script_leaves_out_what_has_no_arn(here):
    Path("app.yaml").write_text(TEMPLATE, "utf-8")
    ran = inside("plan", "app.yaml", "--format", "aws-cli")
    assert ran.code == 0
    assert "LEFT OUT" in ran.out
    assert "aws elbv2 set-rule" not in ran.out
