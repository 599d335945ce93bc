"""What programs do when they are run for real under mocks, beside what the reader says of them."""

import json
import os
import subprocess
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alb_lint.model import Forward, PathPattern, Reading, Rule, Unknown
from alb_lint.presence import AnyOf, Apart, Presence
from alb_lint.sources.pulumi.source import SOURCE
from alb_lint.sources.source import ReadOptions, Target

HERE = Path(__file__).parent / "pulumi_real"
Program = tuple[str, Mapping[str, str]]
Row = tuple[str, object, tuple[str, ...], str, str]
"""(name, priority, paths, listener, target group)."""


def modules() -> Path | None:
    """The folder of node_modules that holds Pulumi's SDK and TypeScript; None where there is none."""
    for folder in (Path(os.environ.get("ALB_LINT_NODE_MODULES", "")), HERE / "node_modules"):
        if folder.name and all((folder / name).is_dir() for name in ("@pulumi/pulumi", "typescript")):
            return folder.absolute()
    return None


@dataclass
class Verdict:
    """`wrong`: rules missed, invented or with a wrong value. `unknown`: those whose name, number or paths are not told. `rules`: all there are."""

    wrong: list[str] = field(default_factory=list)
    unknown: int = 0
    rules: int = 0


def run(programs: Sequence[Program], folder: Path, configs: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    """What each program registers under each config, in order."""
    given = [
        {"id": f"{name}/{index}", "files": files, "config": config} for name, files in programs for index, config in enumerate(configs)
    ]
    text = json.dumps({"modules": str(folder), "programs": given})
    done = subprocess.run(["node", str(HERE / "run.js")], input=text, capture_output=True, text=True, timeout=900, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def read(files: Mapping[str, str], folder: Path) -> Reading:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    targets = [Target(name, folder / name, text.encode(), named=False) for name, text in sorted(files.items())]
    return SOURCE.read([target for target in targets if SOURCE.markers[0] in target.data and SOURCE.accepts(target)], ReadOptions())


def judge(reading: Reading, real: Mapping[str, Any], config: Mapping[str, str]) -> Verdict:
    """The reading held to what the program did under one config."""
    found = Verdict()
    wanted = Counter(_real(rule) for rule in real["rules"])
    found.rules = sum(wanted.values())
    told: Counter[Row] = Counter()
    vague: list[Row] = []
    for listener in reading.listeners:
        for rule in listener.rules:
            holds = _holds(rule.presence, config)
            if holds is None:
                found.wrong.append(f"{rule.name} exists under a condition that is not of the program: {rule.presence}")
            if not holds:
                continue
            row = _row(rule, listener.id)
            found.unknown += None in row[:2] or None in row[2]
            if None in row or None in row[2]:
                vague.append(row)
            else:
                told[row] += 1
    for row, number in (told - wanted).items():
        found.wrong.append(f"invented {number}x {row}")
    left = wanted - told
    for row in vague:
        fits = next((other for other in left if left[other] and _fits(row, other)), None)
        if fits is None:
            found.wrong.append(f"invented {row}")
        else:
            left[fits] -= 1
    found.wrong += [f"missed {number}x {row}" for row, number in left.items() if number > 0]
    return found


def _real(rule: Mapping[str, Any]) -> Row:
    inputs = rule["inputs"]
    paths = tuple(value for condition in inputs["conditions"] for value in condition["pathPattern"]["values"])
    groups = [action["targetGroupArn"].rpartition(":")[2] for action in inputs["actions"]]
    return (rule["name"], inputs.get("priority"), paths, inputs["listenerArn"].rpartition(":")[2], groups[0] if groups else "")


def _row(rule: Rule, listener: str) -> Row:
    paths = [
        value if isinstance(value, str) else None
        for one in rule.conditions
        for value in (one.values if isinstance(one, PathPattern) else (None,))
    ]
    group: str | None = None
    if len(rule.actions) == 1 and isinstance(rule.actions[0], Forward) and len(rule.actions[0].shares) == 1:
        named = rule.actions[0].shares[0].target_group
        group = named.rpartition(":")[2] if isinstance(named, str) and "?" not in named else None
    name = rule.name if rule.name and "${" not in rule.name else None
    priority = None if isinstance(rule.priority, Unknown) else rule.priority
    return (name, priority, tuple(paths), listener.rpartition(":")[2], group)  # type: ignore[return-value, arg-type]


def _fits(told: Row, real: Row) -> bool:
    parts = zip(told[:2] + told[3:], real[:2] + real[3:], strict=True)
    same = all(one is None or one == other for one, other in parts)
    return same and (None in told[2] or told[2] == real[2])


def _holds(presence: Presence, config: Mapping[str, str]) -> bool | None:
    """Whether a rule exists under a config; None where its presence speaks of anything else."""
    for fact in presence:
        if isinstance(fact, Apart):
            continue
        literals = fact.literals if isinstance(fact, AnyOf) else (fact,)
        values = [(_truth(text, config), holds) for text, holds in literals]
        if any(value is None for value, _ in values):
            return None
        if not any(value is holds for value, holds in values):
            return False
    return True


def _truth(text: str, config: Mapping[str, str]) -> bool | None:
    name, _, compared = text.partition(" === ")
    value = config.get(f"project:{name}")
    return None if value is None else (value == "true") is (compared != "false")


Asked = tuple[str, object, frozenset[tuple[str, tuple[str, ...]]]]
"""(name, priority, what each condition asks for)."""


def run_folder(folder: Path, main: str, modules_: Path, settings: Mapping[str, Any]) -> dict[str, Any]:
    """What the program whose first file is `main`, below the folder, registers. `settings`: its stack, config and outputs of other stacks."""
    files = {path.relative_to(folder).as_posix(): path.read_text() for path in sorted(folder.rglob("*.ts"))}
    given = {"id": folder.name, "files": files, "main": main, **settings}
    text = json.dumps({"modules": str(modules_), "programs": [given]})
    done = subprocess.run(["node", str(HERE / "run.js")], input=text, capture_output=True, text=True, timeout=300, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def asked(rule: Mapping[str, Any]) -> Asked:
    """A rule that was registered."""
    found = {(kind, tuple(part["values"])) for condition in rule["inputs"]["conditions"] for kind, part in condition.items()}
    return rule["name"], rule["inputs"]["priority"], frozenset(found)


def told(rule: Rule) -> Asked:
    """A rule that was read."""
    kinds = {"PathPattern": "pathPattern", "HttpRequestMethod": "httpRequestMethod", "HostHeader": "hostHeader"}
    found = {(kinds[type(one).__name__], tuple(one.values)) for one in rule.conditions}  # type: ignore[union-attr]
    return rule.name, None if isinstance(rule.priority, Unknown) else rule.priority, frozenset(found)  # type: ignore[arg-type]
