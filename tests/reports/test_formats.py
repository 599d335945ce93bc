"""Formats for machines: judged by the programs and schemas of those who read them, also over input that wants to be more than text."""

import csv
import html
import io
import json
import re
import subprocess
from collections import Counter
from dataclasses import replace
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from alb_lint import pipeline, selections
from alb_lint.analysis import decisions, estates
from alb_lint.findings import pages
from alb_lint.findings.finding import Severity
from alb_lint.findings.fingerprint import fingerprint
from alb_lint.findings.grouping import apart, grouped
from alb_lint.model import Estate, Gap, Location
from alb_lint.reports import NAMES, github, gitlab, jsonl, junit, markdown, report, sarif, table_csv
from judging import ROOT, judge
from reports.test_text import CASES, placed
from shorthand import TODAY, config, listener, load_balancer, rule

COMMANDS = "##[error]x\n::error::y ##vso[task.complete]z %0A::stop::"
MARKUP = "<script>alert(1)</script> \"quotes\" 'single' & ]]> --> @someone https://evil.example/ | `x` **b** [a](https://evil.example/)"
FORMULA = '=HYPERLINK("https://evil.example/")'


def commanding():
    """Names that are commands, markup and formulas, with a finding on each and a gap."""
    names = (COMMANDS, MARKUP, FORMULA)
    rules = [
        replace(rule(f"{10 + place} path=/a -> g{place}"), id=f"{name}{place}", name=name, location=Location(f"{name}.tf", 3, 2, name))
        for place, name in enumerate(names)
    ]
    made = listener(*rules, id=COMMANDS, name=MARKUP)
    return grouped(pipeline.lint(Estate((made,), (Gap(Location(COMMANDS), MARKUP), Gap(Location(), FORMULA))), config(""), TODAY))


def suppressed():
    """One finding allowed by the config, one by a baseline, one that is new."""
    made = placed(listener("10 path=/a -> x", "20 path=/a name=one -> y", "30 path=/a name=two -> z", "40 path=/a name=three -> w"))
    toml = '[[allow]]\ncode = "ALB101"\nrule = "one"\nreason = "on purpose"\n'
    chosen = selections.Selection(("ALB101",))
    first = pipeline.lint(Estate((made,)), config(toml), TODAY, chosen)
    known = next(fingerprint(item) for item in first.findings if item.rule.name == "two")
    return replace(grouped(pipeline.lint(Estate((made,)), config(toml), TODAY, chosen, frozenset({known}))), compared=True)


FORMATS = tuple(name for name in NAMES if not report(name).whole)
"""What needs no more than the findings."""
ALL_CASES = CASES | {"commanding": commanding, "suppressed": suppressed}


@pytest.mark.parametrize("case", ALL_CASES)
@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_plain_lines_and_repeats(name, case):
    summary = ALL_CASES[case]()
    text = report(name).render(summary, False)
    assert all(character.isprintable() or character == "\n" for character in text)
    assert text == report(name).render(ALL_CASES[case](), False)
    assert text.endswith("\n") or not text


@pytest.mark.parametrize("case", ["hostile", "commanding"])
@pytest.mark.parametrize("name", [name for name in FORMATS if name != "github"])
def test_no_other_format_holds_a_command(name, case):
    text = report(name).render(ALL_CASES[case](), False)
    assert not re.search(r"##(vso|teamcity)?\[", text)
    assert not [line for line in text.splitlines() if line.lstrip().startswith("::")]


# -- SARIF -------------------------------------------------------------------------------------------------------------------


JUDGED = ("seed", "unknowns", "commanding", "suppressed", "clean")


@pytest.fixture(scope="module")
def said_by_multitool(tmp_path_factory):
    """Case → (rule, level) of all that Microsoft's validator has against it, with the rules of GitHub's code scanning."""
    folder = tmp_path_factory.mktemp("sarif")
    tool = judge("sarif-multitool")
    texts = {case: sarif.render(ALL_CASES[case](), False) for case in JUDGED}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages, "HOME", "https://example.com/alb-lint")
        texts |= {f"{case}-at-home": sarif.render(ALL_CASES[case](), False) for case in JUDGED}
    wrong = json.loads(texts["seed"])
    del wrong["runs"][0]["tool"]["driver"]["informationUri"]
    for told in wrong["runs"][0]["tool"]["driver"]["rules"]:
        del told["fullDescription"]
    for name, text in (texts | {"wrong": json.dumps(wrong)}).items():
        (folder / f"{name}.sarif").write_text(text, "utf-8")
    command = [tool, "validate", "*.sarif", "--rule-kind", "Sarif;Ghas", "--output", "said.log", "--log", "ForceOverwrite"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    run = json.loads((folder / "said.log").read_text("utf-8-sig"))["runs"][0]
    said = {name: set() for name in (*texts, "wrong")}
    for item in run["results"]:
        if item.get("level") != "note":
            file = item["locations"][0]["physicalLocation"]["artifactLocation"]
            uri = file.get("uri") or run["artifacts"][file["index"]]["location"]["uri"]
            said[uri.rpartition("/")[2].removesuffix(".sarif")].add((item["ruleId"], item.get("level", "warning")))
    return said


@pytest.mark.parametrize("case", [*JUDGED, *(f"{case}-at-home" for case in JUDGED)])
def test_sarif_passes_the_validator(case, said_by_multitool):
    assert said_by_multitool[case] == set()


def test_the_validator_sees_what_is_wrong(said_by_multitool):
    """A control: a tool without an address, and rules without a description."""
    assert {rule for rule, _ in said_by_multitool["wrong"]} == {"SARIF2005", "GH2012"}


def results(text):
    return json.loads(text)["runs"][0]["results"]


def test_sarif_tells_what_is_suppressed_and_what_is_new():
    found = {item["message"]["text"].split()[2]: item for item in results(sarif.render(suppressed(), False))}
    assert {name: item["baselineState"] for name, item in found.items()} == {"one": "new", "two": "unchanged", "three": "new"}
    assert {name: item["suppressions"] for name, item in found.items()} == {
        "one": [{"kind": "external", "status": "accepted", "justification": "on purpose"}],
        "two": [{"kind": "external", "status": "accepted", "justification": "it stands in the baseline"}],
        "three": [],
    }


def test_what_is_suppressed_opens_no_alert_on_github():
    found = results(sarif.render_open(suppressed(), False))
    assert [item["message"]["text"].split()[2] for item in found] == ["three"]
    assert all("suppressions" not in item for item in found)


def test_the_primary_location_is_on_the_changed_side():
    old = placed(listener("20 path=/a name=old -> y"), "old.tf").rules[0]
    new = placed(listener("10 path=/* name=new -> x"), "new.tf").rules[0]
    estates = [Estate((listener(*rules),)) for rules in ((old,), (new, old))]
    summary = pipeline.lint_change(*estates, config(""), TODAY, selections.Selection(("ALB101",)))
    item = results(sarif.render(summary, False))[0]
    assert item["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "new.tf"
    assert [one["physicalLocation"]["artifactLocation"]["uri"] for one in item["relatedLocations"]] == ["old.tf"]
    assert item["message"]["text"].startswith("rule 20 old (/a): no request reaches it")
    assert "file=new.tf," in github.render(summary, False)
    assert json.loads(gitlab.render(summary, False))[0]["location"]["path"] == "new.tf"


def test_live_rules_have_no_file_in_sarif():
    summary = pipeline.lint(Estate((listener("10 path=/a -> x", "20 path=/a -> y"),)), config(""), TODAY)
    places = [item["locations"][0] for item in results(sarif.render(summary, False))]
    assert places
    assert all("physicalLocation" not in place and place["logicalLocations"] for place in places)


def test_nothing_foreign_is_a_link_in_sarif():
    assert not [item for item in results(sarif.render(commanding(), False)) if "](https:" in item["message"]["text"]]


# -- GitHub ------------------------------------------------------------------------------------------------------------------

ANNOTATION = re.compile(r"::(error|warning|notice) ((?:file=[^:,]+,)?(?:line=\d+,)?(?:col=\d+,)?title=[^:,]+)::(.+)")


@pytest.mark.parametrize("case", ALL_CASES)
def test_every_line_is_one_whole_annotation(case):
    summary = ALL_CASES[case]()
    lines = github.render(summary, False).splitlines()
    assert len(lines) == len(list(apart(summary.findings))) + len(summary.gaps)
    for line in lines:
        found = ANNOTATION.fullmatch(line)
        assert found, line
        assert not re.search(r"##(vso|teamcity)?\[", line)
        assert not re.search(r"%0A\s*::", found[3])


def test_the_first_annotations_are_errors_of_every_code():
    lines = github.render(CASES["seed"](), False).splitlines()
    levels = [line.split()[0] for line in lines]
    assert levels == sorted(levels, key=["::error", "::warning", "::notice"].index)
    codes = re.findall(r"title=(ALB\d+)", "\n".join(line for line in lines if line.startswith("::error")))
    assert len(set(codes[: len(set(codes))])) == len(set(codes))


# -- GitLab, JUnit, CSV, JSON Lines --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", ALL_CASES)
def test_gitlab_follows_the_documented_form(case):
    summary = ALL_CASES[case]()
    found = json.loads(gitlab.render(summary, False))
    jsonschema.validate(found, json.loads((ROOT / "tests" / "schemas" / "gitlab.json").read_text("utf-8")))
    assert len(found) == len(list(apart(summary.findings))) + len(summary.gaps)
    assert len({item["fingerprint"] for item in found}) == len(found)


@pytest.mark.parametrize("case", ALL_CASES)
def test_junit_follows_the_documented_form(case, tmp_path):
    text = junit.render(ALL_CASES[case](), False)
    (tmp_path / "junit.xml").write_text(text, "utf-8")
    schema = ROOT / "tests" / "schemas" / "junit.xsd"
    subprocess.run([judge("xmllint"), "--noout", "--schema", schema, tmp_path / "junit.xml"], check=True, capture_output=True)


def test_junit_counts_what_it_holds():
    root = ET.fromstring(junit.render(CASES["unknowns"](), False))
    for suite in root:
        kinds = Counter(case[0].tag if len(case) else "passed" for case in suite)
        assert (int(suite.get("tests")), int(suite.get("failures")), int(suite.get("errors")), int(suite.get("skipped"))) == (
            len(suite),
            kinds["failure"],
            kinds["error"],
            kinds["skipped"],
        )
    assert int(root.get("tests")) == sum(len(suite) for suite in root)
    assert root.get("errors") == "3"


def test_junit_keeps_what_is_suppressed_as_skipped():
    root = ET.fromstring(junit.render(suppressed(), False))
    told = {case.get("name").split()[-1]: (case[0].tag, case[0].get("message").partition(":")[0]) for case in root.iter("testcase")}
    assert told["one"] == ("skipped", "suppressed (config)")
    assert told["two"] == ("skipped", "suppressed (baseline)")
    assert told["three"][0] == "failure"


@pytest.mark.parametrize("case", ALL_CASES)
def test_csv_has_a_row_for_each(case):
    summary = ALL_CASES[case]()
    rows = list(csv.DictReader(io.StringIO(table_csv.render(summary, False))))
    assert len(rows) == len(list(apart(summary.findings))) + len(summary.gaps)
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


def test_a_line_of_json_lines_is_a_finding_of_json():
    lines = [json.loads(line) for line in jsonl.render(CASES["seed"](), False).splitlines()]
    assert Counter(line["code"] for line in lines) == Counter(item.info.code for item in apart(CASES["seed"]().findings))
    assert all({"rule", "rules", "message", "fingerprint", "witnesses"} <= set(line) for line in lines)


# -- Markdown ----------------------------------------------------------------------------------------------------------------


def test_markdown_begins_with_the_marker_of_its_comment():
    assert markdown.render(CASES["clean"](), False).splitlines()[:2] == [markdown.MARKER, "## alb-lint: no problems"]


def test_markdown_fits_into_a_comment():
    made = listener(*(f"{number} path=/{'x' * 90}/{number // 2} name=n{number} -> g{number}" for number in range(1, 900)))
    summary = pipeline.lint(Estate((made,)), config(""), TODAY)
    text = markdown.render(summary, False)
    assert len(text) <= markdown.MOST
    assert re.search(r"_\d+ more lines do not fit into a comment;", text)
    assert text.count("<details>") == text.count("</details>")


def test_markdown_holds_nothing_foreign_but_text():
    text = markdown.render(commanding(), False)
    assert not re.search(r"(?<!\\)<script", text)
    assert "@someone" not in text
    assert not re.search(r"\]\(https?:", text)
    cells = {len(re.findall(r"(?<!\\)\|", line)) for line in text.splitlines() if line.startswith("|")}
    assert cells == {5}


def test_markdown_tells_what_the_change_routes_otherwise():
    old, new = (Estate((listener(text),)) for text in ("10 path=/a -> x", "10 path=/a* -> y"))
    summary = pipeline.lint_change(old, new, config(""), TODAY, selections.Selection())
    text = markdown.render(replace(summary, rerouted=pipeline.compare(old, new)), False)
    assert "### Routing that this change changes" in text
    assert "10 `/a` → x | 10 `/a*` → y" in text
    same = markdown.render(replace(summary, rerouted=pipeline.compare(old, old)), False)
    assert "None: every request is answered as before (proved)." in same


@pytest.mark.parametrize("name", ["markdown", "html"])
def test_routing_that_is_not_looked_at_beside_findings_is_undecided(name, monkeypatch):
    monkeypatch.setattr(estates, "BESIDE", 2)
    rules = [f"{number} path=/{number} -> " for number in range(1, 4)]
    old, new = (Estate(tuple(listener(*(text + who for text in rules), id=each, name=each) for each in "abc")) for who in "xy")
    assert all(len(found.differences) == 3 for _, _, found in pipeline.compare(old, new).pairs)
    compared = pipeline.compare(old, new, beside=True)
    assert [len(found.differences) for _, _, found in compared.pairs] == [3, 0, 0]
    assert [found.equivalent for _, _, found in compared.pairs] == [False, None, None]
    summary = pipeline.lint_change(old, new, config(""), TODAY, selections.Selection())
    text = html.unescape(report(name).render(replace(summary, rerouted=compared, estate=new, config=config("")), False))
    assert text.count("the listeners before it have more differences than are told beside findings") == 2


@pytest.mark.parametrize("name", ["markdown", "html"])
def test_routing_tells_that_more_was_not_looked_for(name, monkeypatch):
    monkeypatch.setattr(decisions.differences, "__kwdefaults__", {**decisions.differences.__kwdefaults__, "limit": 2})
    old, new = (Estate((listener(*(f"{number} path=/{number} -> {who}" for number in range(1, 5))),)) for who in "xy")
    summary = pipeline.lint_change(old, new, config(""), TODAY, selections.Selection())
    compared = pipeline.compare(old, new, beside=True)
    text = report(name).render(replace(summary, rerouted=compared, estate=new, config=config("")), False)
    assert {"markdown": "| more: `alb-lint diff` |", "html": "The first 2 are listed, and more were not looked for."}[name] in text


@pytest.mark.parametrize("name", ["text", "github", "junit", "csv", "markdown"])
def test_commands_reach_the_listener_that_they_are_about(name):
    made = listener(
        "10 path=/a -> x", "20 path=/a -> y", protocol="HTTP", port=8080, load_balancer=load_balancer(dns_name="web.example.net")
    )
    text = report(name).render(pipeline.lint(Estate((made,)), config(""), TODAY, selections.Selection(("ALB101",))), False)
    assert "--connect-to ::web.example.net:8080 http://" in html.unescape(text).replace("<code>", "").replace("&#58;", ":")


# rules that cross: one pair beside a rule that denies, which is a warning, and another pair
CROSSING = ("10 host=a.com -> 403", "20 path=/x/* -> x", "30 method=GET host=b.com -> y", "40 header:X-Env=1 host=b.com -> z")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("infos", [False, True])
def test_no_report_lacks_a_request_that_was_not_looked_for(name: str, infos: bool) -> None:
    made = listener(*CROSSING)

    def written(requests: Severity | None) -> str:
        summary = grouped(pipeline.lint(Estate((made,)), config(""), TODAY, selections.Selection(requests=requests)))
        assert {finding.severity for finding in summary.findings if finding.info.code == "ALB104"} == {Severity.WARNING, Severity.INFO}
        return report(name).render(replace(summary, estate=Estate((made,)), config=config(""), infos=infos), False)

    shown = {"all": Severity.INFO, "listed": Severity.INFO if infos else Severity.WARNING, "none": None}
    assert written(shown[report(name).requests]) == written(Severity.INFO)
    if report(name).requests == "listed":
        assert written(None) != written(Severity.INFO)  # it shows requests of warnings
