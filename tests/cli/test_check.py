"""`alb-lint check`: what a user types, what comes back, and with which exit code."""

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from alb_lint import __version__
from alb_lint.cli import options
from alb_lint.reports import NAMES
from running import SEED, export, inside, listener_arn, process, raw, without_arn
from written_out import singles

SHADOWED = export(raw(10, "/a"), raw(20, "/a", "other"))
CLEAN = export(raw(10, "/a"), raw(20, "/b", "other"))


@pytest.fixture(scope="session")
def seed():
    """The seed in a process of its own, as JSON."""
    return process("check", "python.json", "rust.json", "--format", "json", cwd=SEED)


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder that is the current one, with the two exports."""
    monkeypatch.chdir(tmp_path)
    Path("shadowed.json").write_text(SHADOWED, "utf-8")
    Path("clean.json").write_text(CLEAN, "utf-8")
    return tmp_path


# -- the seed ----------------------------------------------------------------------------------------------------------------


def test_seed_has_six_collisions_of_which_five_are_twins(seed):
    assert seed.code == 1
    assert seed.err == ""
    collisions = [item for item in singles(seed.json) if item["code"] == "ALB001"]
    assert sorted(item["rule"]["priority"] for item in collisions) == [1001, 1002, 2023, 2100, 2101, 2103]
    assert all(related["priority"] == item["rule"]["priority"] for item in collisions for related in item["related"])
    roles = {item["rule"]["priority"]: [related["role"] for related in item["related"]] for item in collisions}
    assert roles == {1001: ["stranger"]} | {number: ["twin"] for number in (1002, 2023, 2100, 2101, 2103)}


def test_seed_has_one_rule_that_nothing_reaches(seed):
    shadowed = [item for item in seed.json["findings"] if item["code"] == "ALB101"]
    assert [(item["rule"]["priority"], [(one["role"], one["priority"]) for one in item["related"]]) for item in shadowed] == [
        (1006, [("blocker", 1001)])
    ]


def test_seed_after_the_move_is_clean():
    ran = process("check", "resolved.json", "--format", "json", cwd=SEED)
    assert ran.code == 0
    assert (ran.json["summary"]["error"], ran.json["summary"]["warning"]) == (0, 0)
    assert ran.json["complete"] is True


# -- the fields of the contract ----------------------------------------------------------------------------------------------

REQUEST = {"method": str, "host": str, "path": str, "query": list, "headers": list, "source_ip": str}
TOP = {"schema": str, "tool": dict, "complete": bool, "gaps": list, "listeners": list, "summary": dict, "findings": list}
FINDING = {
    "code": str,
    "name": str,
    "severity": str,
    "confidence": str,
    "listener": str,
    "rule": dict,
    "related": list,
    "message": str,
    "help": str,
    "witnesses": list,
    "fingerprint": str,
}


def holds(fields, value):
    """Whether the object has every field, of the type."""
    return {key: type(value.get(key)) for key in fields} == fields


def test_json_top_level(seed):
    told = seed.json
    assert holds(TOP, told)
    assert told["schema"] == "alb-lint.findings.v1"
    assert told["tool"] == {"name": "alb-lint", "version": __version__}
    assert (told["complete"], told["gaps"]) == (True, [])
    assert {(item["name"].split("/")[0], item["rules"], item["source_kind"]) for item in told["listeners"]} == {
        ("scorer", 14, "aws-json"),
        ("scorer-internal", 6, "aws-json"),
        ("scorer-app-api", 2, "aws-json"),
    }
    severities = Counter(item["severity"] for item in told["findings"])
    assert told["summary"] == {"error": severities["error"], "warning": severities["warning"], "info": severities["info"], "suppressed": 0}


def test_json_findings(seed):
    listeners = {item["id"] for item in seed.json["listeners"]}
    for item in seed.json["findings"]:
        assert holds(FINDING, item | {"rule": item["rule"] or {}})
        assert item["listener"] in listeners
        assert item["severity"] in {"error", "warning", "info"}
        assert item["confidence"] in {"proved", "possible", "undecided"}
        if item["rule"] is None:  # a claim about the listener or the config
            continue
        assert holds({"id": str, "name": str, "priority": int, "location": dict}, item["rule"])
        assert item["rule"]["id"] == item["rule"]["location"]["arn"]
        assert holds({"file": str, "line": int, "arn": str}, item["rule"]["location"])
        assert item["rules"][0] == item["rule"]["id"]
        table = seed.json["rules"][item["listener"]]
        for name in item["rules"]:
            assert holds({"name": str, "priority": int, "location": dict}, table[name])
        for related in item["related"]:
            assert holds({"role": str, "id": str, "priority": int} | ({} if "parts" in item else {"location": dict}), related)
            assert table[related["id"]]["priority"] == related["priority"]
        for witness in item["witnesses"]:
            assert witness["role"] in {"both", "only-rule", "only-related", "escapes"}
            assert holds(REQUEST, witness["request"])
    assert len({item["fingerprint"] for item in seed.json["findings"]}) == len(seed.json["findings"])


def test_json_location_is_where_the_rule_stands(seed):
    for item in filter(lambda item: item["rule"], seed.json["findings"]):
        place = item["rule"]["location"]
        lines = (SEED / place["file"]).read_text("utf-8").splitlines()
        block = "\n".join(lines[place["line"] - 1 : place["line"] + 4])
        assert place["arn"] in block
        assert f'"{item["rule"]["priority"]}"' in block


def test_json_witnesses_are_confirmed_by_trace(seed):
    shadowed = next(item for item in seed.json["findings"] if item["code"] == "ALB101")
    line = json.dumps(shadowed["witnesses"][0]["request"])
    ran = process("trace", "python.json", "rust.json", "--requests", "-", "--format", "json", cwd=SEED, stdin=line)
    told = next(one for one in map(json.loads, ran.out.splitlines()) if one["listener"] == shadowed["listener"])
    assert told["rule"] == shadowed["related"][0]["id"]


def test_json_of_an_unknown_priority_and_a_gap(here):
    odd = raw(30, "/c", Conditions=[{"Field": "future-field", "Values": ["x"]}])
    Path("odd.json").write_text(export(raw(10, "/a"), raw(True, "/b", number=7), odd), "utf-8")
    told = inside("check", "odd.json", "-f", "json", "--select", "ALB107").json
    assert told["complete"] is False
    assert all(holds({"location": dict, "reason": str}, gap) for gap in told["gaps"])
    assert {gap["location"]["file"] for gap in told["gaps"]} == {"odd.json"}
    by_code = {item["rule"]["id"][-2:]: item for item in told["findings"]}
    assert by_code["30"]["confidence"] == "possible"
    assert by_code["30"]["rule"]["priority"] == 30


def test_rule_without_arn_is_called_by_its_place(here):
    Path("bare.json").write_text(export(without_arn(raw(10, "/a")), without_arn(raw(20, "/a", "other"))), "utf-8")
    item = inside("check", "bare.json", "-f", "json").json["findings"][0]
    assert item["rule"]["id"] == "bare.json:Rules[1]"
    assert item["rule"]["location"]["line"] > 1


# -- flags -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_format_says_what_is_wrong(here, name):
    ran = inside("check", "shadowed.json", "--format", name)
    assert ran.code == 1
    assert "ALB101" in ran.out
    assert ran.out.endswith("\n")
    assert ran.err == ""


@pytest.mark.parametrize("name", NAMES)
def test_every_format_of_nothing_wrong(here, name):
    ran = inside("check", "clean.json", "--format", name)
    assert (ran.code, ran.err) == (0, "")


def test_one_run_writes_several_reports(here):
    flags = [part for name in NAMES for part in ("--report", f"{name}:out.{name}")]
    ran = inside("check", "shadowed.json", "--format", "concise", *flags)
    assert (ran.code, ran.err) == (1, "")
    assert ran.out == Path("out.concise").read_text("utf-8")
    for name in NAMES:
        assert inside("check", "shadowed.json", "--format", name).out == Path(f"out.{name}").read_text("utf-8")


@pytest.mark.parametrize("value", ["sarif", "sarif:", "nothing:x", ":x"])
def test_a_report_needs_a_format_and_a_file(here, value):
    ran = inside("check", "clean.json", "--report", value)
    assert (ran.code, ran.out) == (2, "")
    assert "--report" in ran.err


def test_concise_is_one_line_a_finding(here):
    assert inside("check", "shadowed.json", "-f", "concise").out == (
        "shadowed.json:22: ALB101 error: 20: no request reaches it: 10 (/a) takes all its requests first\n"
    )


@pytest.mark.parametrize(
    ("flags", "codes"),
    [
        ([], {"ALB101"}),
        (["--select", "ALB1"], {"ALB101"}),
        (["--select", "ALB101"], {"ALB101"}),
        (["--select", "alb101"], {"ALB101"}),
        (["--select", "ALB2"], set()),
        (["--ignore", "ALB1"], set()),
        (["--ignore", "ALB101"], set()),
        (["--ignore", "ALB102,ALB101"], set()),
        (["--ignore", "ALB2", "--ignore", "ALB1"], set()),
        (["--select", "ALB101", "--ignore", "ALB1"], {"ALB101"}),
        (["--select", "ALB1", "--ignore", "ALB101"], set()),
        (["--select", "ALL", "--ignore", "ALB1"], set()),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_select_and_ignore(here, flags, codes):
    ran = inside("check", "shadowed.json", "-f", "json", *flags)
    assert {item["code"] for item in ran.json["findings"]} & {"ALB101"} == codes
    assert ran.code == (1 if codes else 0)


def test_an_unlisted_check_runs_when_selected_by_its_code(here):
    Path("idiom.json").write_text(export(raw(10, "/ab"), raw(20, "/a*", "other")), "utf-8")
    assert inside("check", "idiom.json", "-f", "json").json["findings"] == []
    assert [item["code"] for item in inside("check", "idiom.json", "-f", "json", "--select", "ALB105").json["findings"]] == ["ALB105"]


@pytest.mark.parametrize(
    ("severity", "code"), [("error", 0), ("warning", 1), ("info", 1), ("never", 0)], ids=["error", "warning", "info", "never"]
)
def test_fail_on_with_a_warning(here, severity, code):
    deny = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "403"}}]
    Path("crossing.json").write_text(export(raw(10, "/a*"), raw(20, "*b", Actions=deny)), "utf-8")
    ran = inside("check", "crossing.json", "-f", "json", "--select", "ALB104", "--fail-on", severity)
    assert ran.code == code
    assert [item["severity"] for item in ran.json["findings"]] == ["warning"]


def test_fail_on_of_the_config_and_the_flag_before_it(here):
    Path("alb-lint.toml").write_text('fail-on = "never"', "utf-8")
    assert inside("check", "shadowed.json").code == 0
    assert inside("check", "shadowed.json", "--fail-on", "error").code == 1


@pytest.mark.parametrize("glob", ["two/*", "*:listener/app/two/*", listener_arn("two"), "second"])
def test_listener(here, glob):
    Path("alb-lint.toml").write_text('[[listener]]\nname = "second"\nids = ["*/two/*"]\n', "utf-8")
    Path("both.json").write_text(
        export(raw(10, "/a*"), raw(20, "/ab", "other"), raw(10, "/a*", listener="two"), raw(20, "/ab", "other", listener="two")), "utf-8"
    )
    told = inside("check", "both.json", "-f", "json", "--listener", glob).json
    assert [item["id"] for item in told["listeners"]] == [listener_arn("two")]
    assert {item["listener"] for item in told["findings"]} == {listener_arn("two")}


def test_quiet(here):
    assert inside("check", "clean.json", "--quiet").out == ""
    assert "ALB101" in inside("check", "shadowed.json", "--quiet").out
    assert inside("check", "clean.json", "--quiet", "-f", "json").json["findings"] == []


def test_quiet_writes_the_file_all_the_same(here):
    inside("check", "clean.json", "--quiet", "-o", "report.txt")
    assert "no problems" in Path("report.txt").read_text("utf-8")


def test_output(here):
    ran = inside("check", "shadowed.json", "-f", "json", "--output", "report.json")
    assert (ran.code, ran.out) == (1, "")
    assert json.loads(Path("report.json").read_text("utf-8"))["findings"][0]["code"] == "ALB101"
    assert sorted(path.name for path in here.iterdir()) == ["clean.json", "report.json", "shadowed.json"]


def test_output_is_whole_or_as_it_was(here, monkeypatch):
    Path("report.txt").write_text("before", "utf-8")
    real = os.fdopen

    def full(handle, *args, **more):
        file = real(handle, *args, **more)
        file.write(b"half of it")
        file.close()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdopen", full)
    ran = inside("check", "shadowed.json", "--output", "report.txt")
    assert ran.code == 2
    assert "No space left on device" in ran.err
    assert Path("report.txt").read_text("utf-8") == "before"
    assert sorted(path.name for path in here.iterdir()) == ["clean.json", "report.txt", "shadowed.json"]


def test_output_has_no_colors(here):
    assert process("check", "shadowed.json", "-o", "report.txt", cwd=here, FORCE_COLOR="1").code == 1
    assert "\x1b" not in Path("report.txt").read_text("utf-8")


@pytest.mark.parametrize(
    ("flags", "env", "colored"),
    [
        ((), {}, False),
        ((), {"FORCE_COLOR": "1"}, True),
        ((), {"FORCE_COLOR": "0"}, False),
        ((), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (("--no-color",), {"FORCE_COLOR": "1"}, False),
        ((), {"FORCE_COLOR": "1", "TERM": "dumb"}, False),
    ],
    ids=["pipe", "forced", "forced-off", "no-color-wins", "flag-wins", "dumb"],
)
def test_colors(here, monkeypatch, flags, env, colored):
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    ran = inside("check", "shadowed.json", *flags)
    assert ("\x1b[" in ran.out) is colored
    assert "ALB101" in ran.out


def test_colors_change_no_word(here, monkeypatch):
    import re

    monkeypatch.delenv("NO_COLOR", raising=False)
    plain = inside("check", "shadowed.json").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    assert re.sub(r"\x1b\[[0-9;]*m", "", inside("check", "shadowed.json").out) == plain


def test_require_complete(here):
    Path("gap.json").write_text(export(raw(10, "/a"), raw(True, "/b", number=7)), "utf-8")
    assert inside("check", "gap.json").code == 0
    ran = inside("check", "gap.json", "--require-complete")
    assert ran.code == 4
    assert "1 gap" in ran.out
    assert inside("check", "clean.json", "--require-complete").code == 0


def test_over_gaps_nothing_is_called_clean(here):
    Path("gap.json").write_text(export(raw(10, "/a"), raw(True, "/b", number=7)), "utf-8")
    out = inside("check", "gap.json", "--select", "ALB101").out
    assert "no problems" not in out
    assert "no findings in what could be read" in out


@pytest.mark.parametrize("text", ['{"Rules": []}', "{}", "[]"])
def test_nothing_to_lint(here, text):
    Path("empty.json").write_text(text, "utf-8")
    assert inside("check", "empty.json").code == 3
    assert inside("check", "empty.json", "--allow-empty").code == 0


def test_folder_with_nothing_to_lint(here):
    Path("nothing").mkdir()
    Path("nothing/readme.md").write_text("no rules here", "utf-8")
    ran = inside("check", "nothing")
    assert ran.code == 3
    assert "no listener rules found" in ran.err
    assert "--allow-empty" in ran.err
    assert inside("check", "nothing", "--allow-empty").code == 0


def test_standard_input(here):
    ran = process("check", "-", "-f", "json", stdin=SHADOWED)
    assert ran.code == 1
    assert ran.json["findings"][0]["rule"]["location"]["file"] == "<stdin>"


def test_source_kind(here):
    assert inside("check", "shadowed.json", "--source-kind", "aws-json").code == 1
    ran = inside("check", "shadowed.json", "--source-kind", "excel")
    assert ran.code == 2
    assert "aws-json" in ran.err


def test_environment(here):
    Path("alb-lint.toml").write_text('[[weights]]\nenvironment = "production"\ngroups = { "*api*" = 0 }\n', "utf-8")
    assert inside("check", "clean.json", "--select", "ALB306", "--environment", "staging").code == 2
    assert inside("check", "clean.json", "--select", "ALB306", "--environment", "production").code == 1


# -- refused -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["check", "nope.json"], 3, "No such file"),
        (["check", "clean.json", "nope.json"], 3, "nope.json"),
        (["check", "clean.json", "--format", "pdf"], 2, "one of text, full, statistics, concise, json"),
        (["check", "clean.json", "--select", "XYZ"], 2, "explain --list"),
        (["check", "clean.json", "--ignore", "ALB999"], 2, "explain --list"),
        (["check", "clean.json", "--fail-on", "fatal"], 2, "one of error, warning, info, never"),
        (["check", "clean.json", "--listener", "nope"], 3, "there are web/"),
        (["check", "clean.json", "--nope"], 2, "no such option"),
        (["check", "clean.json", "--output"], 2, "requires an argument"),
        (["check", "clean.json", "-o", "nowhere/report.txt"], 2, "nowhere/report.txt"),
        (["check", "clean.json", "-o", "."], 2, "cannot write"),
        (["check", "clean.json", "--config", "nope.toml"], 2, "nope.toml"),
        (["check", "clean.json", "--baseline", "nope.json"], 2, "--write-baseline"),
        (["check", "clean.json", "--baseline", "clean.json"], 2, "no baseline"),
        (["check", "clean.json", "--write-baseline", "nowhere/base.json"], 2, "nowhere/base.json"),
        (["lint", "clean.json"], 2, "no such command"),
        (["--nope"], 2, "no such option"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_refused(here, args, code, said):
    ran = inside(*args)
    assert ran.code == code
    assert said in ran.err
    assert ran.out == ""
    assert "Traceback" not in ran.err


def test_refused_codes_of_the_config_name_the_line(here):
    Path("alb-lint.toml").write_text('fail-on = "error"\n[[allow]]\ncode = "ALB999"\nreason = "none"\n', "utf-8")
    ran = inside("check", "clean.json")
    assert ran.code == 2
    assert "ALB999" in ran.err
    assert "alb-lint.toml:2" in ran.err


# -- baseline ----------------------------------------------------------------------------------------------------------------


def test_baseline_hides_what_was_there_and_shows_what_is_new(here):
    wrote = inside("check", "shadowed.json", "--write-baseline", "base.json", "-f", "json")
    assert wrote.code == 0
    assert "wrote 1 finding to base.json" in wrote.err
    again = inside("check", "shadowed.json", "--baseline", "base.json", "-f", "json")
    assert again.code == 0
    assert again.json["findings"] == []
    assert again.json["summary"]["suppressed"] == 1
    Path("shadowed.json").write_text(export(raw(10, "/a"), raw(20, "/a", "other"), raw(30, "/a", "third")), "utf-8")
    more = inside("check", "shadowed.json", "--baseline", "base.json", "-f", "json")
    assert more.code == 1
    assert [item["rule"]["priority"] for item in more.json["findings"]] == [30]


def test_baseline_survives_a_renumbering(here):
    inside("check", "shadowed.json", "--write-baseline", "base.json")
    Path("shadowed.json").write_text(
        "\n\n\n" + export(raw(110, "/a", number=10), raw(120, "/a", "other", number=20), raw(130, "/zz")), "utf-8"
    )
    assert inside("check", "shadowed.json", "--baseline", "base.json").code == 0


def test_baseline_written_over_a_baseline_keeps_what_is_still_there(here):
    inside("check", "shadowed.json", "--write-baseline", "base.json")
    before = Path("base.json").read_text("utf-8")
    inside("check", "shadowed.json", "--baseline", "base.json", "--write-baseline", "base.json")
    assert Path("base.json").read_text("utf-8") == before


def test_baseline_leaves_out_what_the_config_allows(here):
    """What ends with its date must come back then."""
    Path("alb-lint.toml").write_text('[[allow]]\ncode = "ALB101"\nreason = "meant"\nuntil = 2999-01-01\n', "utf-8")
    inside("check", "shadowed.json", "--write-baseline", "base.json")
    assert json.loads(Path("base.json").read_text("utf-8"))["findings"] == []


def test_baseline_hides_stale_suppressions_too(here):
    Path("alb-lint.toml").write_text('[[allow]]\ncode = "ALB101"\nrule = "*"\n', "utf-8")
    inside("check", "shadowed.json", "--write-baseline", "base.json")
    assert inside("check", "shadowed.json", "--fail-on", "info", "--baseline", "base.json").code == 0


# -- the project around the files --------------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A repository with a collision between two files, and a shadowed rule in a third."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "teams").mkdir()
    (tmp_path / "teams/a.json").write_text(export(raw(10, "/a", number=1)), "utf-8")
    (tmp_path / "teams/b.json").write_text(export(raw(10, "/b", "other", number=2)), "utf-8")
    (tmp_path / "c.json").write_text(export(raw(50, "/c"), raw(60, "/c", "other")), "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(ran):
    return {(item["code"], item["rule"]["priority"]) for item in ran.json["findings"]}


def test_project_finds_the_other_half_in_a_file_that_did_not_change(project):
    assert inside("check", "teams/a.json", "-f", "json").json["findings"] == []
    for name in ("teams/a.json", "teams/b.json"):
        ran = inside("check", "--project", name, "-f", "json")
        assert ran.code == 1
        assert found(ran) == {("ALB001", 10)}


def test_project_reports_only_what_touches_the_files(project):
    assert found(inside("check", "--project", "c.json", "-f", "json")) == {("ALB101", 60)}
    assert found(inside("check", "--project", "c.json", "teams/a.json", "-f", "json")) == {("ALB101", 60), ("ALB001", 10)}


def test_project_of_a_file_that_holds_no_rules(project):
    Path("package.json").write_text('{"name": "x"}', "utf-8")
    Path("broken.json").write_text('{"name": ', "utf-8")
    Path("values.yaml").write_text("a: [", "utf-8")
    ran = inside("check", "--project", "--allow-empty", "package.json", "broken.json", "values.yaml")
    assert (ran.code, ran.err) == (0, "")


def test_project_of_a_file_of_another_kind(project):
    """Its name says which project, and nothing more."""
    Path("terraform.tfvars").write_text("number = 100\n", "utf-8")
    assert (inside("check", "--project", "terraform.tfvars").code, inside("check", "terraform.tfvars").code) == (0, 3)


def test_project_of_a_damaged_export_is_not_clean(project):
    Path("teams/a.json").write_text(export(raw(10, "/a", number=1))[:200], "utf-8")
    assert inside("check", "--project", "--allow-empty", "teams/a.json").code == 3
    assert inside("check", "--project", "--allow-empty", "c.json").code == 1


def test_project_is_the_folder_of_the_config(project):
    Path("teams/alb-lint.toml").write_text("", "utf-8")
    told = inside("check", "--project", "teams/a.json", "-f", "json").json
    assert told["listeners"][0]["rules"] == 2


def test_project_heeds_exclude_for_files_it_is_given(project):
    """A hook is given every file of a commit."""
    Path("alb-lint.toml").write_text('exclude = ["teams/b.json"]', "utf-8")
    assert inside("check", "--project", "--allow-empty", "teams/a.json", "teams/b.json").code == 0
    assert inside("check", "teams/a.json", "teams/b.json").code == 1


# -- order -------------------------------------------------------------------------------------------------------------------


def test_order_of_the_sources_changes_no_byte(project):
    Path("teams/b.json").write_text(export(raw(11, "/b", "other", number=1), raw(10, "/b", "other", number=2)), "utf-8")
    Path("d.json").write_text(export(raw(True, "/b", number=7)), "utf-8")
    Path("e.json").write_text(export(without_arn(raw(10, "/e")), ListenerArn=listener_arn()), "utf-8")
    names = ["teams/a.json", "teams/b.json", "c.json", "d.json", "e.json"]
    for form in ("json", "text"):
        runs = {inside("check", *order, "-f", form).out for order in (names, names[::-1], names[2:] + names[:2])}
        assert len(runs) == 1


def test_a_file_named_beside_its_folder_is_a_named_file_in_any_order(here):
    Path("clean.json").unlink()
    Path("broken.json").write_text(SHADOWED[:200], "utf-8")
    assert inside("check", ".", "broken.json").code == 3
    assert inside("check", "broken.json", ".").code == 3
    assert inside("check", ".").code == 1


def test_today_is_a_date():
    assert len(options.today().split("-")) == 3
