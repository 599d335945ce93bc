"""The parts of docs/ that the code writes: the table of checks, the commands with their flags, the keys of the config.

They stand between `<!-- generated: NAME -->` and `<!-- /generated -->`. `PYTHONPATH=tests:src python tests/docs/test_generated.py` writes them anew.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from alb_lint.cli import helping, main
from alb_lint.reports.schemas.configuration import config
from alb_lint.selections import known_codes
from judging import ROOT

PAGES = [ROOT / "docs" / name for name in ("checks.md", "commands.md", "config.md")]
PART = re.compile(r"<!-- generated: (?P<name>[\w. -]+) -->\n(?P<text>.*?)<!-- /generated -->", re.DOTALL)
FAMILIES = {
    "0": "Numbers: collisions, ranges, order",
    "1": "Rules against rules",
    "2": "One rule by itself",
    "3": "Targets, weights, redirects, limits",
    "4": "Code against what is live",
    "6": "Gates and requirements",
    "9": "Suppressions",
}


def generated(name: str) -> str:
    """The text that belongs into the part of that name."""
    what, _, which = name.partition(" ")
    lines = {"checks": checks, "commands": commands, "keys": keys}[what](which)
    return "\n".join(lines) + "\n"


def checks(family: str) -> Iterator[str]:
    if not family:
        for digit, title in FAMILIES.items():
            yield from ("", f"## {title}", "", *checks(digit))
        return
    yield from ("| code | name | severity | what it finds |", "|---|---|---|---|")
    for info in known_codes():
        if info.code[3] == family:
            off = "" if info.listed else " Off unless it is selected."
            yield f"| {info.code} | [{info.name}](checks/{info.name}.md) | {info.severity.name.lower()} | {cell(info.summary)}{off} |"


def commands(_: str) -> Iterator[str]:
    everything = main.everything().commands
    for name in main.COMMANDS:
        command, told = everything[name], helping.of(name)
        yield from ("", f"## {name}", "", " ".join(command.help.split("\n\n")[0].split()))
        for paragraph in command.help.strip().split("\n\n")[1:]:
            yield from ("", " ".join(paragraph.split()))
        widest = max(len(line) for line, _ in told.examples)
        yield from ("", "```sh", *(f"{line:<{widest}}  # {what}" for line, what in told.examples), "```", "")
        yield from ("| exit code | |", "|---|---|", *(f"| {code} | {cell(what)} |" for code, what in told.codes))
        shown = [param for param in helping.folded(command.params) if param.param_type_name == "option"]
        yield from ("", "| flag | |", "|---|---|", *map(flag, shown))


def flag(param: Any) -> str:
    names = ", ".join(f"`{name}`" for name in sorted(param.opts, key=len, reverse=True))
    value = "" if param.is_flag else f" {cell(param.metavar or '')}"
    default = f" Default: `{param.default}`." if param.default and param.show_default and not param.is_flag else ""
    return f"| {names}{value} | {cell(param.help)}{default} |"


def keys(table: str) -> Iterator[str]:
    """The keys of a table of the config; none: those that stand outside of tables."""
    schema = config()
    tables = {"listener", "range", "retired", "before", "allow", "weights", "require", "pulumi", "terraform", "cloudformation"}
    if table:
        for word in table.split("."):
            schema = schema["properties"][word]
            schema = schema.get("items", schema)
    yield from ("| key | value | |", "|---|---|---|")
    for name, told in schema["properties"].items():
        if table or name not in tables:
            needed = " (needed)" if name in schema.get("required", ()) else ""
            yield f"| `{name}` | {value(told)}{needed} | {cell(told['description'])} |"


def value(told: dict[str, Any]) -> str:
    """What may stand as the value, in a word or two."""
    if "enum" in told:
        return ", ".join(f"`{word}`" for word in told["enum"])
    if "anyOf" in told:
        kinds = [item.get("type") for item in told["anyOf"]]
        return {"string": "text or list", "integer": "number, text or list"}[kinds[0]]
    kind = told.get("type", "boolean")
    return "date" if told.get("format") == "date" else {"string": "text", "object": "table", "array": "list of tables"}.get(kind, "`true`")


def cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_are_as_the_code_writes_them(page):
    parts = list(PART.finditer(page.read_text("utf-8")))
    assert parts
    for part in parts:
        assert part["text"] == generated(part["name"]), (
            f"{page.name}, {part['name']}: PYTHONPATH=tests:src python tests/docs/test_generated.py"
        )


def test_every_table_of_the_config_is_on_its_page():
    named = {part["name"].partition(" ")[2] for part in PART.finditer(PAGES[2].read_text("utf-8"))}
    wanted = {""}
    for name, told in config()["properties"].items():
        if told.get("type") == "array" and "items" in told:
            wanted |= {
                name,
                *(
                    f"{name}.{key}"
                    for key, inner in told["items"]["properties"].items()
                    if inner.get("type") == "object" and "properties" in inner
                ),
            }
        elif told.get("type") == "object":
            wanted |= {f"{name}.{key}" for key, inner in told["properties"].items() if "properties" in inner.get("items", ())}
    assert wanted <= named


def test_every_check_is_in_a_family():
    assert {info.code[3] for info in known_codes()} <= set(FAMILIES)


def renew() -> None:
    for page in PAGES:
        text = page.read_text("utf-8")
        page.write_text(
            PART.sub(lambda part: f"<!-- generated: {part['name']} -->\n{generated(part['name'])}<!-- /generated -->", text), "utf-8"
        )


if __name__ == "__main__":
    renew()
