"""Measures the commands, the engine and a large estate, as ratios to what the same machine needs for a plain task in the same run.

    python benchmarks/run.py [--quick] [--write]

`--quick` leaves out the listener of 10,000 rules and takes a tenth of the estate; `--write` puts the tables into docs/performance.md.
"""

import argparse
import gc
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "src")]

import generate  # noqa: E402 - found through the line above

PAGE = HERE.parent / "docs" / "performance.md"
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"} | {
    "PYTHONPATH": str(HERE.parent / "src")
}
PYTHON = [sys.executable, "-c"]
CHECK = [sys.executable, "-m", "alb_lint", "check"]
LOADS = "import json, sys\nfor name in sys.argv[1:]: json.loads(open(name, 'rb').read())"
ENGINE = {100: (8, 4), 1_000: (20, 8), 10_000: (40, 15)}
"""Rules → budget and aim, in times of json.loads."""

Table = tuple[str, list[list[str]]]
"""Name, and rows; the first one is the head."""


def best(times: int, work: Callable[[], object]) -> float:
    """Seconds of the fastest of several runs: what the work takes when nothing else does."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found)


def cost(*commands: list[str]) -> tuple[float, float]:
    """Seconds until all the commands, run side by side, have ended; and the processor seconds that they took, their children included."""
    start = time.perf_counter()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    usages = [os.wait4(process.pid, 0)[2] for process in [subprocess.Popen(command, env=ENVIRONMENT, **quiet) for command in commands]]
    return time.perf_counter() - start, sum(usage.ru_utime + usage.ru_stime for usage in usages)


def least(times: int, works: list[Callable[[], tuple[float, float]]]) -> list[tuple[float, float]]:
    """The least of each cost of each work, measured in turn, so that other load on the machine meets all of them."""
    rounds = [[work() for work in works] for _ in range(times)]
    return [(min(wall for wall, _ in costs), min(cpu for _, cpu in costs)) for costs in zip(*rounds, strict=True)]


# -- whole commands ----------------------------------------------------------------------------------------------------------


def commands(folder: Path, times: int) -> Iterator[Table]:
    one, many, template = (folder / name for name in ("1.json", "100.json", "template.json"))
    one.write_text(generate.text(1))
    many.write_text(generate.text(100))
    template.write_text(generate.template(100))
    lines = [
        ("`python -c pass`", [*PYTHON, "pass"], ""),
        ("`alb-lint --version`", [*CHECK[:-1], "--version"], ""),
        ("`check`, 1 rule", [*CHECK, str(one)], ""),
        ("`check`, 100 rules", [*CHECK, str(many)], "10"),
        ("`check`, 100 rules, JSON report", [*CHECK, str(many), "--format", "json"], "10"),
        ("`check`, 100 rules, CloudFormation", [*CHECK, str(template)], ""),
    ]
    cfn_lint = shutil.which("cfn-lint")
    if cfn_lint is not None:
        lines.append(("`cfn-lint`, the same template", [cfn_lint, str(template)], ""))
    for _, command, _ in lines:
        cost(command)  # writes the byte code
    own = [line for line in lines if not line[0].startswith("`cfn-lint")]
    found = least(times, [lambda command=command: cost(command) for _, command, _ in own])
    found += least(3, [lambda command=command: cost(command) for _, command, _ in lines[len(own) :]])
    took = [cpu for _, cpu in found]
    yield (
        "commands",
        [
            ["command", "processor ms", "× `python -c pass`", "budget"],
            *([name, f"{took[at] * 1000:.0f}", f"{took[at] / took[0]:.1f}", limit] for at, (name, _, limit) in enumerate(lines)),
        ],
    )
    shares = [(name, took[at] / took[-1]) for at, (name, _, _) in enumerate(lines) if "100 rules" in name]
    rows = [[name, f"1/{1 / share:.1f}", "1/8"] for name, share in shares] if cfn_lint else [["cfn-lint is not installed", "", ""]]
    yield "cfn-lint", [["command", "of cfn-lint", "budget"], *rows]


# -- engine ------------------------------------------------------------------------------------------------------------------


def engine(folder: Path, sizes: list[int], times: int) -> Iterator[Table]:
    from alb_lint.config import Config
    from alb_lint.pipeline import read

    rows = [["rules", "pairs that overlap", "json.loads, ms", "engine, ms", "× json.loads", "budget", "aim"]]
    for rules in sizes:
        path = folder / f"{rules}.json"
        path.write_text(generate.text(rules))
        text = path.read_text()
        listener = read([str(path)], Config()).listeners[0]
        runs = times if rules < 10_000 else 2
        pairs = _engine(listener)
        gc.disable()
        loads = best(runs, lambda text=text: json.loads(text))
        took = best(runs, lambda listener=listener: _engine(listener))
        gc.enable()
        budget, aim = ENGINE[rules]
        rows.append([f"{rules:,}", f"{pairs:,}", f"{loads * 1000:.2f}", f"{took * 1000:.1f}", f"{took / loads:.1f}", str(budget), str(aim)])
        gc.collect()
    yield "engine", rows


def _engine(listener: object) -> int:
    """All that the checks stand on: overlaps, containments, the standing of every rule, every pair listed. Answers the number of pairs."""
    from alb_lint.analysis.facts import ListenerFacts

    facts = ListenerFacts(listener)
    facts.inside  # noqa: B018 - computed on demand
    for index in range(facts.count):
        facts.reach(index)
    return sum(1 for _ in facts.pairs())


def memory(folder: Path) -> Iterator[Table]:
    """Peak of the whole command on one listener, measured by a process between, since children are counted together."""
    code = "import resource, subprocess, sys; subprocess.run(sys.argv[1:]); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    command = [*PYTHON, code, *CHECK, str(folder / "10000.json"), "--output", os.devnull]
    shown = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=True).stdout
    scale = 1024 if sys.platform != "darwin" else 1
    yield (
        "memory",
        [["command", "peak, MB", "budget"], ["`check`, 10,000 rules on one listener", str(int(shown) * scale // 1_000_000), "1,000"]],
    )


# -- estate ------------------------------------------------------------------------------------------------------------------


def estate(folder: Path, listeners: int, times: int) -> Iterator[Table]:
    (folder / "estate").mkdir()
    names = [folder / "estate" / f"{number:05d}.json" for number in range(listeners)]
    for number, name in enumerate(names):
        name.write_text(generate.text(100, number))
    half = len(names) // 2

    loads = [[*PYTHON, LOADS, *map(str, part)] for part in (names[:half], names[half:])]
    check = [*CHECK, str(folder / "estate"), "--format", "concise"]
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    floor, took = least(times, [lambda: cost(*loads), lambda: cost(check)])
    rows = [
        [what, f"{floor[at]:.2f}", f"{took[at]:.2f}", f"{took[at] / floor[at]:.1f}", "6"]
        for at, what in enumerate(("until the end", "of processors"))
    ]
    yield (
        "estate",
        [[f"{listeners:,} listeners × 100 rules", "json.loads, 2 processes, s", "`check`, 2 cores, s", "ratio", "budget"], *rows],
    )


# -- tables ------------------------------------------------------------------------------------------------------------------


def markdown(rows: list[list[str]]) -> str:
    head, *body = rows
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---", *["---:"] * (len(head) - 1)], *body])


def write(tables: list[Table]) -> None:
    page = PAGE.read_text("utf-8")
    for name, rows in tables:
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        if begin not in page:
            raise SystemExit(f"{PAGE.name} has no place for the table {name!r}")
        table = begin + markdown(rows) + "\n" + end
        page = re.sub(re.escape(begin) + ".*?" + re.escape(end), lambda _, table=table: table, page, flags=re.DOTALL)
    PAGE.write_text(page, "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    tables: list[Table] = []
    with TemporaryDirectory() as name:
        folder = Path(name)
        parts = [commands(folder, 10 if chosen.quick else 20), engine(folder, list(ENGINE)[: 2 if chosen.quick else 3], 7)]
        parts += [] if chosen.quick else [memory(folder)]
        parts.append(estate(folder, 100 if chosen.quick else 1_000, 2))
        for table in (table for part in parts for table in part):
            print(f"\n{table[0]}\n{markdown(table[1])}", flush=True)
            tables.append(table)
    if chosen.write:
        write(tables)


if __name__ == "__main__":
    main()
