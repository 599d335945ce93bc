"""No foreign text commands a build server."""

import json
import shlex

import pytest

from alb_lint.inert import inert, inert_json, inert_xml
from alb_lint.json_text import dumps
from alb_lint.plan.steps.commands import command

COMMANDS = ("##[error]x", "##[add-mask]e", "##vso[task.setvariable variable=PATH]x", "##VSO[task.x]", "##teamcity[buildStop comment='x']")


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_that_stand_anywhere(command):
    assert inert(f"a {command}") == f"a # {command[1:]}"
    assert json.loads(inert_json(json.dumps(f"#{command}"))) == f"#{command}"
    for text in (inert(f"###{command}"), inert_json(json.dumps(f"###{command}")), inert_xml(command), dumps({command: command})):
        assert all(prefix not in text.lower() for prefix in ("##[", "##vso[", "##teamcity["))


@pytest.mark.parametrize("told", COMMANDS)
def test_commands_in_what_the_aws_cli_is_given(told):
    line = command({"call": "create-rule", "conditions": [{"Field": "path-pattern", "Values": [f"/'{told}"]}]})
    assert not any(prefix in line.lower() for prefix in ("##[", "##vso[", "##teamcity["))
    assert json.loads(shlex.split(line)[-1])["Conditions"][0]["Values"] == [f"/'{told}"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("::error::x", ": :error::x"),
        ("  ::stop-commands::x", "  : :stop-commands::x"),
        ("\u3000::add-mask::e", "\u3000: :add-mask::e"),
        ("AWS::NoValue", "AWS::NoValue"),
        ("from ::/0", "from ::/0"),
        ("## heading [x]", "## heading [x]"),
        ("", ""),
    ],
)
def test_commands_at_the_start_of_a_line(line, said):
    assert inert(line) == said
