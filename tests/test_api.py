"""The Python API: its names, its price, and that the examples of docs/api.md do what the page says."""

import contextlib
import io
import re
import subprocess
import sys

import pytest

import alb_lint
from alb_lint import api
from judging import ROOT
from running import SEED, environment, export, inside, raw
from shorthand import TODAY, listener

PAGE = (ROOT / "docs" / "api.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```\n(?:\nprints\n\n```text\n(.*?)^```)?", PAGE, re.MULTILINE | re.DOTALL)


def test_there_are_ten_names_at_most():
    assert len(alb_lint.__all__) <= 10
    assert set(api.__all__) == set(alb_lint.__all__) - {"__version__"}
    assert all(getattr(alb_lint, name) is getattr(api, name) for name in api.__all__)
    assert dir(alb_lint) == sorted(alb_lint.__all__)
    stub = (ROOT / "src" / "alb_lint" / "__init__.pyi").read_text("utf-8")
    assert set(re.findall(r" as (\w+)|^(\w+):", stub, re.MULTILINE)) == {
        *((name, "") for name in api.__all__),
        ("", "__version__"),
    }
    assert set(re.findall(r"^\| `(\w+)", PAGE, re.MULTILINE)) >= set(alb_lint.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        alb_lint.nothing  # noqa: B018


def test_import_loads_nothing():
    code = "import sys, alb_lint; print(*(name for name in sys.modules if name.startswith('alb_lint')))"
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["alb_lint"]


@pytest.mark.parametrize(("code", "printed"), EXAMPLES, ids=[str(place) for place, _ in enumerate(EXAMPLES)])
def test_the_examples_of_the_page(code, printed, monkeypatch):
    monkeypatch.chdir(ROOT)
    out = io.StringIO()
    names = {"__name__": "example"}
    with contextlib.redirect_stdout(out):
        exec(code, names)
        for name, value in names.items():
            if name.startswith("test_"):
                value()
    assert out.getvalue() == printed


def test_check_finds_what_the_command_finds(monkeypatch):
    monkeypatch.chdir(SEED)
    config = alb_lint.load_config()
    found = alb_lint.check(alb_lint.read("python.json", "rust.json", config=config), config)
    told = inside("check", "python.json", "rust.json", "--format", "jsonl").out
    assert len(found.findings) == len(told.splitlines())
    assert {item.severity for item in found.findings} == {alb_lint.Severity.INFO, alb_lint.Severity.WARNING, alb_lint.Severity.ERROR}


def test_select_ignore_and_today(tmp_path):
    (tmp_path / "rules.json").write_text(export(raw(10, "/a*"), raw(20, "/a", "b")), "utf-8")
    estate = alb_lint.read(tmp_path / "rules.json")
    codes = [item.info.code for item in alb_lint.check(estate, select=["ALB1"], today=TODAY).findings]
    assert codes == ["ALB101"]
    assert alb_lint.check(estate, ignore=["ALB"], today=TODAY).findings == ()
    with pytest.raises(alb_lint.AlbLintError, match="unknown code"):
        alb_lint.check(estate, select=["ALB999"])


def test_trace_takes_a_request_or_a_url():
    told = listener("10 path=/a header:X=y -> x", "20 path=/a POST ip=10.0.0.0/8 -> y")
    assert alb_lint.trace(told, alb_lint.Request(path="/a", headers=(("X", "y"),))).rule.priority == 10
    assert alb_lint.trace(told, "https://h/a", headers={"x": "y"}).rule.priority == 10
    assert alb_lint.trace(told, "/a", method="POST", source_ip="10.1.1.1").rule.priority == 20
    with pytest.raises(alb_lint.AlbLintError, match="not an address"):
        alb_lint.trace(told, "/a", source_ip="x")


def test_errors_tell_what_where_and_what_next(tmp_path):
    with pytest.raises(alb_lint.AlbLintError) as caught:
        alb_lint.read(tmp_path / "nothing.json")
    assert caught.value.where.endswith("nothing.json")
    with pytest.raises(alb_lint.AlbLintError):
        alb_lint.load_config(tmp_path / "nothing.toml")


@pytest.mark.long
def test_a_project_that_uses_it_type_checks(tmp_path):
    (tmp_path / "use.py").write_text(
        "import alb_lint\n\nestate = alb_lint.read('x.json', config=alb_lint.load_config())\n"
        "for finding in alb_lint.check(estate).findings:\n    if finding.severity >= alb_lint.Severity.WARNING and finding.rule:\n"
        "        print(finding.info.code, finding.rule.location.line + 1, finding.witnesses[0].request.curl())\n"
        "plan: str = alb_lint.make_plan(estate, alb_lint.load_config()).listeners[0].name\n",
        "utf-8",
    )
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), "--config-file", "", "use.py"]
    done = subprocess.run(command, cwd=tmp_path, env=environment(MYPYPATH=str(ROOT / "src")), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
