"""The command runs without the collector: what was followed of a program must be gone once it is read, or a large one stays in memory."""

import gc

import pytest

from alb_lint import inputs
from alb_lint.config import Config
from alb_lint.languages.typescript.flow import Draft
from alb_lint.languages.typescript.values import Env, Frame, Lazy, Obj

HEAD = """import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
const domain = new pulumi.Config().require("domain");
const listener = new aws.lb.Listener("l", { port: 443, defaultActions: [] });
const rule = (number: number) => ({ listenerArn: listener.arn, priority: number, conditions: [{ hostHeader: { values: [`a.${domain}`] } }] });
"""
PROGRAMS = {
    "run": 'for (const n of [1, 2]) { new aws.lb.ListenerRule(`r${n}`, rule(n)); }\nfunction never() { new aws.lb.ListenerRule("n", rule(9)); }\n',
    "not run": "function* made() { yield 1; }\nmade();\nfunction add(n: number) { new aws.lb.ListenerRule(`r${n}`, rule(n)); }\nadd(1);\nadd(2);\n",
}


def held() -> int:
    return sum(isinstance(found, Draft | Env | Frame | Lazy | Obj) for found in gc.get_objects())


@pytest.mark.parametrize("program", PROGRAMS)
def test_what_was_followed_is_let_go(program, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "index.ts").write_text(HEAD + PROGRAMS[program], "utf-8")
    inputs.read(["."], Config())
    gc.collect()
    gc.disable()
    try:
        before = held()
        estate = inputs.read(["."], Config())
        after = held()
    finally:
        gc.enable()
    assert [rule.priority for listener in estate.listeners for rule in listener.rules] == [1, 2]
    assert after == before
