"""Schemas against what the commands really write and what the config reader takes, and the config as it is shown."""

import json
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from access_logs import get
from alb_lint import config_file
from alb_lint.config_file import load
from alb_lint.errors import ConfigError
from alb_lint.model import Location
from alb_lint.reports.schemas import ALL
from alb_lint.reports.settings import as_toml
from judging import ROOT
from running import SEED, export, inside, raw

NAMED = (*(ROOT / "docs").glob("*.md"), *(ROOT / "docs" / "checks").glob("*.md"))
BLOCKS = [
    (page.stem, text) for page in NAMED for text in re.findall(r"^```toml\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
]
CONFIGS = [
    *(block for block in BLOCKS if not block[1].startswith(("[tool.", "[[account]]"))),
    ("seed", (SEED / "alb-lint.toml").read_text("utf-8")),
]
MORE = """
select = "ALB1"
[[require]]
name = "all of it"
when = { host = "a*", path = ["/x"], method = "GET", header = ["X: y", "Z"], without_header = "Q", source-ip = "10.0.0.0/8", not-source-ip = [] }
then = { any-of = [{ target_group = "*" }, { status = 403 }, { status = ["200", 201] }, { redirect = "https*", authenticated = true }] }
[[range]]
name = "quote \\" and \\u0007 and é"
priorities = [7, "8-9"]
match = { tags = { "a b" = "c" }, methods = "GET", rules = "x" }
"""


@pytest.mark.parametrize("name", ALL)
def test_schema_is_one(name):
    jsonschema.Draft7Validator.check_schema(ALL[name]())
    ran = inside("schema", name)
    assert ran.json == ALL[name]()


def test_names_are_listed():
    assert inside("schema").out.split() == list(ALL)
    assert inside("schema", "nothing").code == 2


# -- config --------------------------------------------------------------------------------------------------------------------


def plain(text):
    """The tables as JSON has them: dates as texts."""
    return json.loads(json.dumps(tomllib.loads(text), default=str))


@pytest.mark.parametrize(("name", "text"), [*CONFIGS, ("more", MORE)], ids=[name for name, _ in [*CONFIGS, ("more", "")]])
def test_schema_takes_what_the_reader_takes(name, text, tmp_path):
    (tmp_path / "alb-lint.toml").write_text(text, "utf-8")
    load(tmp_path / "alb-lint.toml")
    jsonschema.validate(plain(text), ALL["config"](), cls=jsonschema.Draft7Validator)


@pytest.mark.parametrize(
    "text",
    [
        "unknown = 1",
        'fail-on = "sometimes"',
        "[[range]]\nname = 'x'",
        "[[range]]\nname = 'x'\npriorities = 'a-b'",
        "[[range]]\nname = 'x'\npriorities = 50001",
        "[[range]]\nname = 'x'\npriorities = 1\norder = 'any'",
        "[[range]]\nname = 'x'\npriorities = 1\nmatch = { path = 'x' }",
        "[[allow]]\ncode = 'ALB1'",
        "[[allow]]\nreason = 'x'",
        "[[before]]\nfirst = 'x'",
        "[[weights]]\nenvironment = 'x'\ngroups = { a = 101 }",
        "[[weights]]\nenvironment = 'x'\ngroups = {}",
        "[[require]]\nname = 'x'\nthen = {}",
        "[[require]]\nname = 'x'\nthen = { status = 600 }",
        "[[require]]\nname = 'x'\nthen = { authenticated = false }",
        "[[require]]\nname = 'x'\nthen = { any-of = [{ any-of = [] , status = 1 }] }",
        "[[listener]]\nname = 'x'",
        "[listener]\nname = 'x'",
        "[[terraform.module]]\nsource = 'x'",
        "[pulumi]\nwrappers = { f = { a = 1 } }",
    ],
)
def test_schema_refuses_what_the_reader_refuses(text, tmp_path):
    (tmp_path / "alb-lint.toml").write_text(text, "utf-8")
    with pytest.raises(ConfigError):
        load(tmp_path / "alb-lint.toml")
    assert list(jsonschema.Draft7Validator(ALL["config"]()).iter_errors(plain(text)))


def test_schema_knows_the_keys_of_the_reader():
    top = ALL["config"]()["properties"]
    assert set(top) == set(config_file._TOP)
    tables = {
        "listener": "_LISTENER",
        "range": "_RANGE",
        "retired": "_RETIRED",
        "before": "_BEFORE",
        "allow": "_ALLOW",
        "weights": "_WEIGHTS",
    }
    for name, known in (tables | {"require": "_REQUIRE"}).items():
        assert set(top[name]["items"]["properties"]) == set(getattr(config_file, known)), name
    require = top["require"]["items"]["properties"]
    assert set(require["when"]["properties"]) == set(config_file._WHEN)
    assert set(require["then"]["properties"]) == set(config_file._THEN)
    assert set(top["range"]["items"]["properties"]["match"]["properties"]) == set(config_file._MATCH)
    assert set(top["terraform"]["properties"]["module"]["items"]["properties"]) == set(config_file._MODULE)


def told(config):
    """The config without the places of its tables."""
    bare = {name: tuple(replace(item, location=Location()) for item in getattr(config, name)) for name in ("ranges", "retired", "before")}
    bare |= {name: tuple(replace(item, location=Location()) for item in getattr(config, name)) for name in ("allow", "weights", "require")}
    return replace(config, path="", **bare)


@pytest.mark.parametrize(("name", "text"), [*CONFIGS, ("more", MORE)], ids=[name for name, _ in [*CONFIGS, ("more", "")]])
def test_the_config_that_is_shown_reads_back_as_the_same(name, text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("alb-lint.toml").write_text(text, "utf-8")
    shown = as_toml(load(Path("alb-lint.toml")))
    before = told(load(Path("alb-lint.toml")))
    Path("alb-lint.toml").write_text(shown, "utf-8")
    assert told(load(Path("alb-lint.toml"))) == before


def test_config_show_tells_where_it_stands(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    assert inside("config", "show").out.startswith('# no config found: the defaults\nfail-on = "error"\n')
    Path("alb-lint.toml").write_text('\n[[retired]]\npriorities = "7"\n', "utf-8")
    ran = inside("config", "show")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("# alb-lint.toml\n")
    assert '[[retired]]  # alb-lint.toml:2\npriorities = ["7"]\n' in ran.out
    assert inside("config", "hide").code == 2


# -- outputs -------------------------------------------------------------------------------------------------------------------


def undescribed(value, schema, root, path="$"):
    """Fields that the value has and its schema does not tell of."""
    if "$ref" in schema:
        schema = root["definitions"][schema["$ref"].rpartition("/")[2]]
    for word in ("anyOf", "allOf"):
        if word in schema:
            fits = [
                one
                for one in schema[word]
                if jsonschema.Draft7Validator({**one, "definitions": root.get("definitions", {})}).is_valid(value)
            ]
            missing = [set(undescribed(value, one, root, path)) for one in fits]
            return sorted(set.intersection(*missing)) if missing else [path]
    if isinstance(value, list):
        return [found for item in value for found in undescribed(item, schema.get("items", {}), root, f"{path}[]")]
    if not isinstance(value, dict) or schema.get("additionalProperties") is True:
        return []
    if isinstance(schema.get("additionalProperties"), dict):
        return [found for key, item in value.items() for found in undescribed(item, schema["additionalProperties"], root, f"{path}.{key}")]
    if "properties" not in schema:
        return []
    known = schema["properties"]
    return [f"{path}.{key}" for key in value if key not in known] + [
        found for key, item in value.items() if key in known for found in undescribed(item, known[key], root, f"{path}.{key}")
    ]


RICH = export(
    raw(10, "/a*"),
    raw(20, "/a", "b"),
    raw(30, "/b"),
    raw(30, "/b", "c", number=31),
    raw(40, "/q?x"),
    raw("default", "/z") | {"Conditions": []},
)
RUNS = [
    ("findings", "check rules.json -f json"),
    ("findings", "check seed -f json"),
    ("findings", "check seed -f json --select ALL"),
    ("finding-line", "check rules.json -f jsonl"),
    ("graph", "graph rules.json -f json"),
    ("graph", "graph unknown.tf -f json"),
    ("trace", "trace rules.json --url https://x/a -f json"),
    ("trace", "trace rules.json --url https://x/b -f json"),
    ("replay", "replay rules.json --logs access.log -f json"),
    ("replay", "replay unknown.tf --logs access.log -f json"),
    ("diff", "diff rules.json other.json -f json"),
    ("ranges", "ranges seed -f json"),
    ("ways", "ways rules.json -f json"),
    ("show", "show rules.json -f json"),
    ("show", "show rules.json -f json --match https://a.example.com/x"),
    ("plan", "plan seed -f json"),
    ("plan", "plan seed -f json --merge-twins --environment production"),
    ("plan", "plan compact.json -f json --compact"),
    ("plan", "plan wide.tf -f json --split"),
    ("verify", "verify plan.json seed -f json"),
    ("verify", "verify plan.json rules.json -f json"),
    ("allocate", "allocate other.json --path /new -f json"),
    ("allocate", "allocate other.json --rule new.json -f json"),
    ("allocate", "allocate seed --range v2-api --path /v2/x --listener public -f json"),
    ("allocate", "allocate full.json --path /v2/new --range full -f json"),
]
UNKNOWN = 'resource "aws_lb_listener_rule" "r" {\n  listener_arn = "x"\n  condition {\n    path_pattern { values = [var.p] }\n  }\n}\n'

WIDE = UNKNOWN.replace("[var.p]", '["/1", "/2", "/3", "/4", "/5", "/6"]').replace('"x"\n', '"x"\n  priority = 10\n')


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("outputs")
    (made / "rules.json").write_text(RICH, "utf-8")
    (made / "other.json").write_text(export(raw(10, "/a*", "z"), raw(15, "/new/*", "y")), "utf-8")
    (made / "compact.json").write_text(export(raw(10, "/a"), raw(20, "/b"), raw(30, "/c", "other")), "utf-8")
    (made / "full.json").write_text(export(raw(1, "/v2/a"), raw(2, "/v2/b")), "utf-8")
    lines = (get("/a", 10), get("/a", 77), get("/b", 10), get("/b", 30), get("/", -1), get("/", 0, elb="app/x/1"), "x")
    (made / "access.log").write_text("\n".join(lines), "utf-8")
    (made / "wide.tf").write_text(WIDE, "utf-8")
    (made / "unknown.tf").write_text(UNKNOWN, "utf-8")
    one = {"Conditions": [{"Field": "path-pattern", "Values": ["/n1"]}]}
    (made / "new.json").write_text(json.dumps([one, one | {"Conditions": [{"Field": "path-pattern", "Values": ["/n2"]}]}]), "utf-8")
    (made / "seed").mkdir()
    for name in ("python.json", "rust.json", "alb-lint.toml"):
        (made / "seed" / name).write_text((SEED / name).read_text("utf-8"), "utf-8")
    (made / "alb-lint.toml").write_text('[[range]]\nname = "full"\npriorities = "1-2"\nmatch = { paths = ["/v2/*"] }\n', "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(made)
        inside("plan", "seed", "-f", "json", "--merge-twins", "--environment", "production", "-o", "plan.json")
        inside("check", "seed", "--write-baseline", "baseline.json")
    return made


@pytest.mark.parametrize(("name", "line"), RUNS, ids=[line for _, line in RUNS])
def test_what_a_command_writes_fits_its_schema(name, line, folder, monkeypatch):
    monkeypatch.chdir(folder)
    ran = inside(*line.split())
    assert ran.out.startswith("{"), ran.err
    lines = ran.out.splitlines() if name in ("trace", "finding-line") else [ran.out]
    schema = ALL[name]()
    for text in lines:
        jsonschema.validate(json.loads(text), schema, cls=jsonschema.Draft7Validator)
        assert undescribed(json.loads(text), schema, schema) == []


def test_a_baseline_fits_its_schema(folder):
    schema = ALL["baseline"]()
    value = json.loads((folder / "baseline.json").read_text("utf-8"))
    jsonschema.validate(value, schema, cls=jsonschema.Draft7Validator)
    assert value["findings"]
    assert undescribed(value, schema, schema) == []
