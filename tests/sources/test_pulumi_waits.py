"""What a rule is made after, by `dependsOn`: who comes later gets the higher number where none is set."""

import pytest

from alb_lint import inputs, pipeline, selections
from alb_lint.config import Config
from pulumi_programs import FORWARD, HEAD, LISTENER, read, rules
from shorthand import TODAY


def rule(name: str, options: str = "", path: str = "/*") -> str:
    given = f", {{ {options} }}" if options else ""
    return f'new aws.lb.ListenerRule("{name}", {{ listenerArn: l.arn, conditions: [{{ pathPattern: {{ values: ["{path}"] }} }}], {FORWARD} }}{given})'


def service(options: str = "{ parent: this }") -> str:
    """A component that makes one rule."""
    made = rule("@").replace('"@"', "name").replace("})", f"}}, {options})").replace("}}, {", "}, {") if options else rule("@")
    return f'class S extends pulumi.ComponentResource {{ constructor(name, opts) {{ super("s", name, {{}}, opts); {made}; }} }}\n'


ONE = f"const a = {rule('a')};\n"


@pytest.mark.parametrize(
    ("program", "waits"),
    [
        (f"{ONE}{rule('b')};", ()),
        (f"{ONE}{rule('b', 'dependsOn: [a]')};", ("a",)),
        (f"{ONE}{rule('b', 'dependsOn: a')};", ("a",)),
        (f"export {ONE}{rule('b', 'dependsOn: [l, a]')};", ("a",)),
        (f"{ONE}{rule('b', 'dependsOn: [l]')};", ()),
        (f"{ONE}{rule('b', 'dependsOn: [gone]')};", ()),
        (f"{ONE}function f(a) {{ {rule('b', 'dependsOn: [a]')} }} f(l);", ()),
        (f"{ONE}function f() {{ {rule('b', 'dependsOn: [a]')} }} f();", ("a",)),
        (f"function f() {{ {ONE} }} function g() {{ {rule('b', 'dependsOn: [a]')} }} f(); g();", ()),
        (service() + 'const a = new S("a", {}); new S("b", { dependsOn: [a] });', ("a",)),
        (service() + f'const a = new S("a", {{}}); {rule("b", "dependsOn: [a]")};', ("a",)),
        (service() + ONE + 'new S("b", { dependsOn: [a] });', ("a",)),
        (service("{ protect: true }") + ONE + 'new S("b", { dependsOn: [a] });', ()),  # no child of the component
    ],
)
def test_waits(tmp_path, program, waits):
    found = {one.name: one for one in rules(read(tmp_path, {"i.ts": HEAD + LISTENER + program}))}
    assert found["b"].waits_for == waits
    assert found["a"].waits_for == ()


@pytest.mark.parametrize(("options", "said"), [("", 1), ("dependsOn: [a]", 0)])
def test_an_order_that_is_told_is_not_left_to_chance(tmp_path, monkeypatch, options, said):
    first = f"const a = {rule('a', path='/a*').replace('tg.arn', 'other.arn')};\n"
    (tmp_path / "i.ts").write_text(HEAD + LISTENER + first + f"{rule('b', options)};")
    monkeypatch.chdir(tmp_path)
    findings = pipeline.lint(inputs.read(["i.ts"], Config()), Config(), TODAY, selections.selection(("ALB108",), ())).findings
    assert len(findings) == said
    assert all("(`dependsOn`)" in finding.help for finding in findings)
