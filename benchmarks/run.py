"""Measures the commands, the engine and a large estate, as ratios to what the same machine needs for a plain task in the same run.

    python benchmarks/run.py [--quick] [--large] [--only NAME] [--write]

`--quick` leaves out the listener of 10,000 rules, takes a tenth of the estates, and of the mixes those of at most 300 rules; `--large` runs the mixes
with 10,000 rules too; `--only` makes one of the parts (commands, engine, memory, mixes, estates, terraform); `--write` puts the tables into
docs/performance.md.
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
from math import log
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "src")]

import generate  # noqa: E402 - found through the line above
import monorepo  # noqa: E402

PAGE = HERE.parent / "docs" / "performance.md"
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"} | {
    "PYTHONPATH": str(HERE.parent / "src"),
    "ALB_LINT_NO_CACHE": "1",
}
PYTHON = [sys.executable, "-c"]
CHECK = [sys.executable, "-P", "-m", "alb_lint", "check"]
FRESH, UNCHANGED = "`check`, 20 rules", "`check`, 20 rules, unchanged input"
LOADS = "import json, sys\nfor name in sys.argv[1:]: json.loads(open(name, 'rb').read())"
ENGINE = {100: (8, 4), 1_000: (20, 8), 10_000: (40, 15)}
"""Rules → budget and aim, in times of json.loads."""

Table = tuple[str, list[list[str]]]
"""Name, and rows; the first one is the head."""


def best(times: int, work: Callable[[], object]) -> float:
    """Processor seconds of the fastest of several runs: what the work takes when nothing else does."""
    found = []
    for _ in range(times):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return min(found)


def cost(*commands: list[str], folder: Path | None = None, **more: str) -> tuple[float, float]:
    """Seconds until all the commands, run side by side, have ended; and the processor seconds that they took, their children included."""
    start = time.perf_counter()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    running = [subprocess.Popen(command, env=ENVIRONMENT | more, cwd=folder, **quiet) for command in commands]
    usages = [os.wait4(process.pid, 0)[2] for process in running]
    return time.perf_counter() - start, sum(usage.ru_utime + usage.ru_stime for usage in usages)


def least(times: int, works: list[Callable[[], tuple[float, float]]]) -> list[tuple[float, float]]:
    """The least of each cost of each work, measured in turn, so that other load on the machine meets all of them."""
    rounds = [[work() for work in works] for _ in range(times)]
    return [(min(wall for wall, _ in costs), min(cpu for _, cpu in costs)) for costs in zip(*rounds, strict=True)]


# -- whole commands ----------------------------------------------------------------------------------------------------------


def commands(folder: Path, times: int) -> Iterator[Table]:
    one, few, many, template = (folder / name for name in ("1.json", "20.json", "100.json", "template.json"))
    one.write_text(generate.text(1))
    few.write_text(generate.text(20))
    many.write_text(generate.text(100))
    template.write_text(generate.template(100))
    lines = [
        ("`python -c pass`", [*PYTHON, "pass"], ""),
        ("`alb-lint --version`", [*CHECK[:-1], "--version"], ""),
        ("`check`, 1 rule", [*CHECK, str(one)], ""),
        (FRESH, [*CHECK, str(few)], ""),
        (UNCHANGED, [*CHECK, str(few)], "4"),
        ("`check`, 100 rules", [*CHECK, str(many)], "10"),
        ("`check`, 100 rules, JSON report", [*CHECK, str(many), "--format", "json"], "10"),
        ("`check`, 100 rules, CloudFormation", [*CHECK, str(template)], ""),
    ]
    cfn_lint = shutil.which("cfn-lint")
    if cfn_lint is not None:
        lines.append(("`cfn-lint`, the same template", [cfn_lint, str(template)], ""))
    cached = {UNCHANGED: {"ALB_LINT_NO_CACHE": "", "XDG_CACHE_HOME": str(folder)}}
    for name, command, _ in lines:
        cost(command)  # writes the byte code
        cost(command, **cached.get(name, {}))  # and keeps the answer
    own = [line for line in lines if not line[0].startswith("`cfn-lint")]
    found = least(times, [lambda name=name, command=command: cost(command, **cached.get(name, {})) for name, command, _ in own])
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
    from alb_lint.inputs import read

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
    """Peak of the whole command on one listener."""
    (folder / "10000.json").write_text(generate.text(10_000))
    peak, _ = _peak([*CHECK, str(folder / "10000.json"), "--output", os.devnull])
    yield "memory", [["command", "peak, MB", "budget"], ["`check`, 10,000 rules on one listener", str(peak), "1,000"]]


# -- mixes -------------------------------------------------------------------------------------------------------------------

LIMIT = 60
"""Processor seconds after which a check is ended."""


def mixes(folder: Path, sizes: list[int]) -> Iterator[Table]:
    """The whole `check` of one listener over its start, in seconds, for every mix; its exponent between the last two sizes that ended."""
    one = folder / "one.json"
    one.write_text(generate.text(1))
    start = min(cost([*CHECK, str(one)])[1] for _ in range(5))
    budgets = {100: "0.15", 300: "1", 1_000: "5", 10_000: "30"}
    head = ["mix", *(f"{size:,} rules" + (f" (budget {budgets[size]})" if size in budgets else "") for size in sizes), "exponent"]
    rows = [head]
    for mix in ("services", *generate.MIXES, "symbols"):
        took: list[float] = []
        for size in sizes:
            file = folder / f"mix-{size}.json"
            file.write_text(generate.text(size, mix=mix))
            limited = f"import os, resource, sys; resource.setrlimit(resource.RLIMIT_CPU, ({LIMIT}, {LIMIT})); os.execv(sys.argv[1], sys.argv[1:])"
            _, cpu = cost([*PYTHON, limited, *CHECK, str(file)])
            took.append(cpu - start)
            if cpu > LIMIT * 0.98:
                break
        ended = [seconds for seconds in took if seconds + start < LIMIT * 0.98]
        exponent = ""
        if len(ended) > 1 and ended[-2] > 0.02:
            exponent = f"{log(ended[-1] / ended[-2]) / log(sizes[len(ended) - 1] / sizes[len(ended) - 2]):.1f}"
        shown = [f"{max(seconds, 0):.2f}" if seconds in ended else f"> {LIMIT}" for seconds in took]
        rows.append([mix, *shown, *[""] * (len(sizes) - len(shown)), exponent])
        print("  ".join(rows[-1]), file=sys.stderr, flush=True)
    yield "mixes", rows


# -- estates -----------------------------------------------------------------------------------------------------------------


def estates(folder: Path, listeners: int, times: int) -> Iterator[Table]:
    """Folders of exports with 100 rules each: all different of two mixes, and a twentieth of them different, the others with other names."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    rows = [
        [
            f"{listeners:,} listeners × 100 rules",
            "json.loads, s",
            "`check`, s",
            "ratio",
            "budget",
            "with a JSON report, ratio",
            "its MB, of input MB",
            "peak MB",
        ]
    ]
    kinds = (
        ("services", "services", listeners, 12),
        ("many globs", "many globs", listeners, 35),
        ("repeated", "services", max(1, listeners // 20), 6),
    )
    for name, mix, different, budget in kinds:
        home = folder / f"estate {name}"
        home.mkdir()
        files = [home / f"{number:05d}.json" for number in range(listeners)]
        for number, file in enumerate(files):
            text = generate.text(100, number % different, mix)
            file.write_text(text if number < different else generate.renamed(text, number))
        half = len(files) // 2
        loads = [[*PYTHON, LOADS, *map(str, part)] for part in (files[:half], files[half:])]
        report = folder / "report.json"
        check = [*CHECK, str(home), "--format", "concise"]
        (_, floor), (_, took) = least(times, [lambda loads=loads: cost(*loads), lambda check=check: cost(check)])
        peak, json_took = _peak([*CHECK, str(home), "--format", "json", "--output", str(report)])
        size = sum(file.stat().st_size for file in files)
        sizes = f"{report.stat().st_size / 1e6:.0f} of {size / 1e6:.0f}"
        rows.append([name, f"{floor:.2f}", f"{took:.2f}", f"{took / floor:.1f}", str(budget), f"{json_took / floor:.1f}", sizes, str(peak)])
        shutil.rmtree(home)
    yield "estates", rows


def _peak(command: list[str]) -> tuple[int, float]:
    """Megabytes that the largest process of the command takes, and the processor seconds of all of them."""
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:]); used = resource.getrusage(resource.RUSAGE_CHILDREN);"
        " print(used.ru_maxrss, used.ru_utime + used.ru_stime)"
    )
    shown = subprocess.run([*PYTHON, code, *command], env=ENVIRONMENT, capture_output=True, text=True, check=True).stdout.split()
    scale = 1024 if sys.platform != "darwin" else 1
    return int(shown[0]) * scale // 1_000_000, float(shown[1])


# -- terraform ---------------------------------------------------------------------------------------------------------------


def terraform(folder: Path, times: int) -> Iterator[Table]:
    """A hook, a whole `check` and a `diff --since` in a monorepo of 5,000 files, of which 100 hold a rule, against reading the bytes; each without
    its start. Since its commit, two numbers have changed."""
    top = folder / "monorepo"
    files = monorepo.make(top)
    shutil.rmtree(top / ".git")
    for words in (("init", "-q"), ("add", "-A"), ("-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-q", "-m", "x")):
        subprocess.run(["git", "-C", str(top), *words], check=True)
    bearing = [file for file in files if b"aws_lb_listener_rule" in file.read_bytes()][:2]
    for file in bearing:
        file.write_bytes(file.read_bytes().replace(b"var.first_priority +", b"var.first_priority + 1000 +"))
    changed = str(bearing[0])
    (folder / "one.json").write_text(generate.text(1))
    (folder / "files.txt").write_text("\n".join(map(str, files)))
    reading = f"for name in open({str(folder / 'files.txt')!r}).read().split(): open(name, 'rb').read()"
    works = [
        [*PYTHON, "pass"],
        [*PYTHON, reading],
        [*CHECK, str(folder / "one.json")],
        [*CHECK, "--project", "--allow-empty", "--", changed],
        [*CHECK, str(top)],
        [*CHECK[:-1], "diff", "--since", "HEAD"],
    ]
    found = least(times, [lambda command=command: cost(command, folder=top) for command in works])
    nothing, read, start, hook, whole, since = (cpu for _, cpu in found)
    floor = read - nothing
    size = sum(file.stat().st_size for file in files)
    rows = [[f"{len(files):,} files, {size / 1e6:.0f} MB, 100 with a rule", "processor s over start", "× reading", "budget", "aim"]]
    rows.append(["reading the bytes", f"{floor:.3f}", "1.0", "", ""])
    rows += [
        [name, f"{cpu - start:.3f}", f"{(cpu - start) / floor:.1f}", "7", "4"]
        for name, cpu in (("`check --project`, one changed file", hook), ("`check` of the folder", whole))
    ]
    times_hook = f"`diff --since HEAD`, two changed files: {since / hook:.1f} times the hook, start and all; budget 2"
    rows.append([times_hook, f"{since - start:.3f}", f"{(since - start) / floor:.1f}", "", ""])
    yield "terraform", rows


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
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--only", choices=("commands", "engine", "memory", "mixes", "estates", "terraform"))
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    quick = chosen.quick
    sizes = [20, 100, 300, *([] if quick else [1_000]), *([10_000] if chosen.large else [])]
    tables: list[Table] = []
    with TemporaryDirectory() as name:
        folder = Path(name)
        parts = {
            "commands": lambda: commands(folder, 10 if quick else 20),
            "engine": lambda: engine(folder, list(ENGINE)[: 2 if quick else 3], 7),
            "memory": lambda: iter(()) if quick else memory(folder),
            "mixes": lambda: mixes(folder, sizes),
            "estates": lambda: estates(folder, 100 if quick else 1_000, 2),
            "terraform": lambda: terraform(folder, 3 if quick else 7),
        }
        for part in [parts[chosen.only]] if chosen.only else parts.values():
            for table in part():
                print(f"\n{table[0]}\n{markdown(table[1])}", flush=True)
                tables.append(table)
    if chosen.write:
        write(tables)


if __name__ == "__main__":
    main()
