"""A live audit of an estate served over loopback: time by stage, calls, and memory per load balancer.

    PYTHONPATH=src python benchmarks/bench_live.py [BALANCERS [RULES]]

Each size runs in a process of its own, so that its peak is its own; the server is another process. The network costs nothing here: with AWS,
which answers some ten calls a second, reading takes far longer and analysis a smaller share.
"""

import gc
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
PLACE = {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "example", "AWS_EC2_METADATA_DISABLED": "true"}
PATHS = {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT / 'tests'}"}


def measure(url: str) -> dict[str, float]:
    """Seconds by stage and peak megabytes of one audit. Runs alone in its process."""
    from alb_lint.analysis.facts import ListenerFacts
    from alb_lint.sources.live.source import LiveOptions, read_live, snapshot_text

    gc.disable()  # as the command line has it
    start = time.perf_counter()
    live = read_live(LiveOptions(endpoint_url=url, regions=("eu-west-1",)), lambda *_: None, "2026-01-01T00:00:00Z")
    read = time.perf_counter()
    model = live.reading()
    made = time.perf_counter()
    shadowed = overlaps = 0
    for listener in model.listeners:
        facts = ListenerFacts(listener)
        overlaps += sum(1 for _ in facts.pairs())
        shadowed += sum(facts.reach(index).state == "shadowed" for index in range(facts.count))
    done = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "calls": sum(count for _, count in live.calls),
        "rules": sum(len(one.rules) for one in model.listeners),
        "overlaps": overlaps,
        "read": read - start,
        "model": made - read,
        "analysis": done - made,
        "text_mb": len(snapshot_text(live.snapshots)) / 1e6,
        "text": time.perf_counter() - done,
        "peak_mb": peak,
    }


def served(balancers: int, rules: int) -> dict[str, float]:
    command = [sys.executable, str(ROOT / "tests" / "loopback.py"), str(balancers), str(rules)]
    environment = os.environ | PLACE | PATHS
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as server:
        assert server.stdout
        url = server.stdout.readline().strip()
        try:
            output = subprocess.run([sys.executable, __file__, url], env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
        finally:
            server.terminate()
    found: dict[str, float] = json.loads(output)
    return found


def main(balancers: int, rules: int) -> None:
    print("load balancers  rules  calls  read s  model s  analysis s  share  peak MB  KB per load balancer")
    before, peak = 0, 0.0
    for size in (1, balancers // 4, balancers // 2, balancers):
        got = served(size, rules)
        share = got["analysis"] / (got["read"] + got["model"] + got["analysis"])
        growth = f"{(got['peak_mb'] - peak) / (size - before) * 1024:.0f}" if before else ""
        print(
            f"{size:14} {got['rules']:6} {got['calls']:6} {got['read']:7.2f} {got['model']:8.3f} {got['analysis']:11.3f} {share:6.1%}"
            f" {got['peak_mb']:8.1f} {growth:>21}"
        )
        before, peak = size, got["peak_mb"]
    print(f"export: {got['text_mb']:.1f} MB of text in {got['text']:.2f} s; {got['overlaps']} overlapping pairs")


if __name__ == "__main__":
    if len(sys.argv) == 2 and sys.argv[1].startswith("http"):
        print(json.dumps(measure(sys.argv[1])))
    else:
        main(*[int(one) for one in sys.argv[1:]], *[200, 100][len(sys.argv) - 1 :])
