"""Conditions that code makes of others, in each language: which rules never exist together, and which exists wherever another does.

The law: over all values of the variables, `exclusive` and `implies` say of what was read just what the formulas say.
"""

import random
from itertools import product
from pathlib import Path
from typing import TypeAlias

import pytest

from alb_lint.model import Reading
from alb_lint.presence import exclusive, implies
from alb_lint.sources.pulumi.source import SOURCE as PULUMI
from alb_lint.sources.source import ReadOptions, Target
from cfn_templates import read, template
from cfn_templates import rule as cfn_rule
from terraform_files import read_text
from terraform_files import rule as tf_rule

NAMES = "abc"
Tree: TypeAlias = "str | tuple[str, tuple[Tree, ...]]"
HEAD = """import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
const config = new pulumi.Config();
"""


def tree(rng: random.Random, depth: int) -> Tree:
    kind = rng.choice(("name", "not", "and", "or")) if depth else "name"
    if kind == "name":
        return rng.choice(NAMES)
    return kind, tuple(tree(rng, depth - 1) for _ in range(1 if kind == "not" else 2))


def holds(formula: Tree, values: dict[str, bool]) -> bool:
    if isinstance(formula, str):
        return values[formula]
    kind, parts = formula
    sides = [holds(part, values) for part in parts]
    return not sides[0] if kind == "not" else all(sides) if kind == "and" else any(sides)


def infix(formula: Tree, atom: str) -> str:
    """As Terraform and TypeScript write it; `atom`: how they write a name."""
    if isinstance(formula, str):
        return atom.format(formula)
    kind, parts = formula
    sides = [infix(part, atom) for part in parts]
    return f"!({sides[0]})" if kind == "not" else f"({sides[0]} {'&&' if kind == 'and' else '||'} {sides[1]})"


def intrinsic(formula: Tree) -> str:
    if isinstance(formula, str):
        return f"!Equals [!Ref {formula}, 'yes']"
    kind, parts = formula
    return f"!{kind.title()} [{', '.join(intrinsic(part) for part in parts)}]"


def terraform(formulas: list[Tree], folder: Path) -> Reading:
    head = "".join(f'variable "{name}" {{ type = bool }}\n' for name in NAMES)
    blocks = (tf_rule(f"r{at}", f"count = {infix(formula, 'var.{}')} ? 1 : 0") for at, formula in enumerate(formulas))
    return read_text(folder, head + "".join(blocks))


def cloudformation(formulas: list[Tree], folder: Path) -> Reading:
    del folder
    rules = "".join(cfn_rule(f"r{at}", more=f"Condition: C{at}") for at in range(len(formulas)))
    parameters = "\n".join(f"{name}: {{Type: String}}" for name in NAMES)
    conditions = "\n".join(f"C{at}: {intrinsic(formula)}" for at, formula in enumerate(formulas))
    return read(template(rules, Parameters=parameters, Conditions=conditions))


def pulumi(formulas: list[Tree], folder: Path) -> Reading:
    head = HEAD + "".join(f'const {name} = config.requireBoolean("{name}");\n' for name in NAMES)
    body = 'listenerArn: "l", priority: 10, conditions: [{ pathPattern: { values: ["/a"] } }], actions: [{ type: "forward", targetGroupArn: "t" }]'
    text = head + "".join(
        f'if ({infix(formula, "{}")}) {{ new aws.lb.ListenerRule("r{at}", {{ {body} }}); }}\n' for at, formula in enumerate(formulas)
    )
    (folder / "index.ts").write_text(text)
    return PULUMI.read([Target("index.ts", folder / "index.ts", text.encode())], ReadOptions())


@pytest.mark.parametrize("language", [terraform, cloudformation, pulumi])
@pytest.mark.parametrize("seed", range(3))
def test_law(tmp_path: Path, language, seed: int) -> None:
    rng = random.Random(seed)
    formulas = [tree(rng, 3) for _ in range(24)]
    reading = language(formulas, tmp_path)
    assert reading.gaps == ()
    rules = {rule.location.address.split(".")[-1].removesuffix("[0]"): rule for one in reading.listeners for rule in one.rules}
    worlds = [dict(zip(NAMES, values, strict=True)) for values in product((False, True), repeat=len(NAMES))]
    there = [[holds(formula, values) for values in worlds] for formula in formulas]
    assert set(rules) == {f"r{at}" for at, row in enumerate(there) if any(row)}
    for (one, row), (other, column) in product(enumerate(there), repeat=2):
        if any(row) and any(column):
            first, second = rules[f"r{one}"].presence, rules[f"r{other}"].presence
            pairs = list(zip(row, column, strict=True))
            assert exclusive(first, second) is not any(a and b for a, b in pairs), (formulas[one], formulas[other])
            assert implies(first, second) is all(b for a, b in pairs if a), (formulas[one], formulas[other])
