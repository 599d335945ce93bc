"""The action, the GitLab component and the image: their form by the published schemas, and their scripts run for real."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from judging import ROOT
from running import environment, export, raw

ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}
COMPONENT = (ROOT / "templates" / "alb-lint.yml").read_text("utf-8").split("\n---\n")


@pytest.mark.parametrize(("schema", "text"), [("github-actions", (ROOT / "action.yml").read_text("utf-8")), ("gitlab-ci", COMPONENT[1])])
def test_form(schema, text, tmp_path):
    (tmp_path / "file.yml").write_text(text, "utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", "file.yml"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_nothing_from_outside_is_put_into_a_script():
    """`${{ … }}` in a script is text that a pull request may choose; scripts read variables instead."""
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
        assert step.get("shell") == "bash" or "uses" in step


def test_every_input_is_used_and_told():
    text = (ROOT / "action.yml").read_text("utf-8")
    page = (ROOT / "docs" / "ci.md").read_text("utf-8")
    for name in ACTION["inputs"]:
        assert f"inputs.{name} " in text
        assert f"| `{name}` |" in page or name == "token"
    inputs = yaml.safe_load(COMPONENT[0])["spec"]["inputs"]
    assert {name for name in inputs if f"inputs.{name} " not in COMPONENT[1]} == set()


# -- the scripts of the action -------------------------------------------------------------------------------------------------


@pytest.fixture
def runner(tmp_path):
    """A checkout with two commits, a runner's folder with alb-lint in it, and a `gh` that writes down what it is asked."""
    work, temp = tmp_path / "work", tmp_path / "temp"
    (temp / "alb-lint" / "bin").mkdir(parents=True)
    (tmp_path / "bin").mkdir()
    work.mkdir()
    tool = temp / "alb-lint" / "bin" / "alb-lint"
    tool.write_text(f'#!/bin/sh\nexec {sys.executable} -m alb_lint "$@"\n', "utf-8")
    gh = tmp_path / "bin" / "gh"
    gh.write_text(f'#!/bin/sh\necho "$*" >> {tmp_path}/asked\ncase "$*" in *--paginate*) cat {tmp_path}/comments;; esac\n', "utf-8")
    for path in (tool, gh):
        path.chmod(0o755)
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.com"]
    (work / "rules.json").write_text(export(raw(10, "/a*"), raw(20, "/a", "b")), "utf-8")
    subprocess.run([*git, "init", "-q", "."], cwd=work, check=True)
    for message in ("first", "second"):
        subprocess.run([*git, "add", "-A"], cwd=work, check=True)
        subprocess.run([*git, "commit", "-qm", message, "--allow-empty"], cwd=work, check=True)
        (work / "new file.json").write_text(export(raw(10, "/b*", listener="other"), raw(20, "/b", "b", listener="other")), "utf-8")
    return tmp_path


def run(runner, step, **env):
    """The script of the step as a runner runs it; its exit code, what it printed, and its outputs."""
    outputs, summary = runner / "outputs", runner / "summary"
    outputs.write_text("", "utf-8")
    summary.write_text("", "utf-8")
    told = environment(
        RUNNER_TEMP=str(runner / "temp"),
        GITHUB_OUTPUT=str(outputs),
        GITHUB_STEP_SUMMARY=str(summary),
        PATH=f"{runner / 'bin'}:{os.environ['PATH']}",
    )
    script = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEPS[step]["run"]]
    done = subprocess.run(script, cwd=runner / "work", env=told | env, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, dict(line.split("=", 1) for line in outputs.read_text("utf-8").splitlines()), done.stderr


PLAIN = {"SOURCES": ".", "ONLY_NEW": "true", "FAIL_ON": "error", "ARGUMENTS": "", "PAGE": "", "BASE": ""}


def base(runner):
    return subprocess.run(["git", "rev-parse", "HEAD~1"], cwd=runner / "work", capture_output=True, text=True, check=True).stdout.strip()


def test_check_tells_all_without_a_pull_request(runner):
    code, out, outputs, err = run(runner, "Check", **PLAIN)
    assert (code, outputs["exit-code"], err) == (0, "1", "")
    assert set(re.findall(r"::error file=([^,]+),", out)) == {"new file.json", "rules.json"}
    assert (runner / "summary").read_text("utf-8").startswith("<!-- alb-lint report -->\n## alb-lint: 4 errors")
    results = json.loads(Path(outputs["sarif-file"]).read_text("utf-8"))["runs"][0]["results"]
    assert [item["ruleId"] for item in results].count("ALB101") == 2
    assert run(runner, "Result", CODE=outputs["exit-code"])[0] == 1


def test_check_tells_what_a_pull_request_brings(runner):
    _, out, outputs, _ = run(runner, "Check", **PLAIN | {"BASE": base(runner), "PAGE": "page.html"})
    assert outputs["exit-code"] == "1"
    assert set(re.findall(r"file=([^,]+),", out)) == {"new file.json"}
    assert "### Routing that this change changes" in (runner / "summary").read_text("utf-8")
    assert "Routing that this change changes" in (runner / "work" / "page.html").read_text("utf-8")


def test_arguments_and_sources_are_words_whatever_they_hold(runner):
    given = {"SOURCES": "new file.json\n$(touch owned)\n--version", "ARGUMENTS": "--select\nALB101", "FAIL_ON": "never"}
    code, _, outputs, err = run(runner, "Check", **PLAIN | given)
    assert (code, outputs) == (0, {"exit-code": "3"})
    assert "$(touch owned)" in err
    assert not (runner / "work" / "owned").exists()
    assert run(runner, "Result", CODE="3")[0] == 3


def test_a_clean_project_is_clean(runner):
    (runner / "work" / "clean.json").write_text(export(raw(10, "/a")), "utf-8")
    _, out, outputs, _ = run(runner, "Check", **PLAIN | {"SOURCES": "clean.json"})
    assert (out, outputs["exit-code"]) == ("", "0")
    assert run(runner, "Result", CODE="0")[0] == 0


NEW, KNOWN = "--method POST repos/o/r/issues/7/comments", "--method PATCH repos/o/r/issues/comments/12"


@pytest.mark.parametrize(("comments", "asked"), [("", NEW), ("12\n13\n", KNOWN)])
def test_the_comment_is_made_once_and_then_rewritten(runner, comments, asked):
    (runner / "comments").write_text(comments, "utf-8")
    (runner / "temp" / "alb-lint.md").write_text("<!-- alb-lint report -->\n", "utf-8")
    code, _, _, err = run(runner, "Comment", GH_TOKEN="x", REPOSITORY="o/r", NUMBER="7")
    assert (code, err) == (0, "")
    lines = (runner / "asked").read_text("utf-8").splitlines()
    assert len(lines) == 2
    assert f"{asked} --field body=@{runner}/temp/alb-lint.md" in lines[1]


# -- the component and the image -----------------------------------------------------------------------------------------------


def test_the_line_of_the_component(tmp_path):
    """The command with its inputs filled in, as GitLab does, outside and inside of a merge request."""
    (tmp_path / "rules.json").write_text(export(raw(10, "/a*"), raw(20, "/a", "b")), "utf-8")
    line = yaml.safe_load(COMPONENT[1])["alb-lint"]["script"][-1]
    for name, value in {"args": "--select ALB101", "sources": "rules.json"}.items():
        line = line.replace(f"$[[ inputs.{name} ]]", value)
    line = line.replace("alb-lint check", f"{sys.executable} -m alb_lint check", 1)
    done = subprocess.run(["bash", "-c", line], cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert {path.name for path in tmp_path.iterdir()} == {"rules.json", "gl-code-quality-report.json", "alb-lint.xml", "alb-lint.html"}
    merge = {"CI_MERGE_REQUEST_DIFF_BASE_SHA": "abc"}
    done = subprocess.run(["bash", "-c", line], cwd=tmp_path, env=environment(**merge), capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--since" in done.stderr or "git" in done.stderr


def test_the_image_holds_what_it_copies_and_runs_without_root():
    lines = (ROOT / "Dockerfile").read_text("utf-8").splitlines()
    copied = [word for line in lines if line.startswith("COPY ") and "--from" not in line for word in line.split()[1:-1]]
    assert all((ROOT / name).exists() for name in copied)
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    assert set(copied) == allowed
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users
    assert all(user.isdigit() and user != "0" for user in users)
