"""Whether an older commit answers the same: findings, graph and plan of random listeners of all mixes.

    python benchmarks/same_answers.py COMMIT [--listeners 2000] [--seed 1]

What may differ is left out: messages, how findings are grouped, and which requests are shown. Codes that one of the two does not have are passed
over. Prints each difference with the listener that shows it, and exits 1 where there is one.
"""

import argparse
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

MIXES = (
    *("services", "many globs", "hosts", "one host, prefixes", "nested prefixes", "one header", "many headers", "host, path, method"),
    *(
        "three headers",
        "prefixes and suffixes",
        "query values",
        "source addresses",
        "question marks",
        "question marks and suffixes",
        "three paths",
    ),
    *(
        "a wildcard before",
        "hosts *name.*",
        "paths, then headers",
        "nasty paths",
        "regexes",
        "nasty regexes",
        "regexes of APIs",
        "symbols",
        "many globs and a regex",
    ),
)


def listener(seed: int, number: int) -> tuple[str, str]:
    """(mix, text) of one listener: the rules of a mix, or of several, in another order, some of them with the action of another."""
    import generate

    random = Random(f"{seed} {number}")
    mix = MIXES[number % len(MIXES)]
    if mix == "symbols":
        return mix, generate.symbolic(random.randrange(2, 30))
    size = random.randrange(2, 12 if mix == "regexes" else 30 if mix == "nasty regexes" else 40)
    made = generate.listener(size, number, mix=mix)
    *rules, default = made["Rules"]
    if mix not in ("regexes", "nasty regexes") and random.random() < 0.5:
        rules += generate.listener(random.randrange(1, 20), number, mix=random.choice(MIXES[:-2]))["Rules"][:-1]
    random.shuffle(rules)
    for place, rule in enumerate(rules):
        rule["Priority"] = str(place * 10 + 10)
        rule["RuleArn"] = f"{default['RuleArn'][:-16]}{place:016x}"
        if random.random() < 0.4:
            rule["Actions"] = random.choice(rules)["Actions"]
    return mix, json.dumps({"Rules": [*rules, default]})


def answers(folder: Path) -> None:
    """A line of JSON for each file of the folder, by the version that is on the path."""
    from alb_lint import pipeline
    from alb_lint.analysis.facts import ListenerFacts
    from alb_lint.config import Config, Match, Range
    from alb_lint.plan.planner import Options

    try:
        from alb_lint import inputs
    except ImportError:  # older versions read there, too
        inputs = pipeline
    plain = Config()
    ranged = Config(
        ranges=(Range("s", ((2_000, 2_400),), match=Match(paths=("/s*",))), Range("h", ((3_000, 3_400),), match=Match(hosts=("h*",))))
    )
    for file in sorted(folder.iterdir()):
        estate = inputs.read([str(file)], plain)
        found = []
        for item in pipeline.lint(estate, plain, "2026-01-01", workers=1).findings:
            rule, related = item.rule.id if item.rule else "", sorted([one.role, one.rule.id] for one in item.related)
            if item.info.code in ("ALB104", "ALB106"):  # pairs, under whichever of the two they are told
                found += [[item.info.code, item.confidence, *sorted((rule, other))] for _, other in related]
            else:
                found.append([item.info.code, item.confidence, rule, related])
        graph = []
        for each in estate.listeners:
            facts = ListenerFacts(each)
            for index in range(facts.count):
                here = facts.reach(index)
                graph.append([facts.rules[index].id, here.state, list(here.blockers), str(facts.redundant(index) is True)])
            graph += [[*pair, facts.relation(*pair), facts.needs_repeat(*pair)] for pair in facts.pairs()]
        plan = pipeline.propose(estate, ranged, Options("2026-01-01", fix_shadowed=True)).plan
        moves = [[[move.rule, move.old, move.new] for move in item.moves] for item in plan.listeners]
        print(json.dumps({"findings": sorted(found), "graph": graph, "plan": moves, "refused": len(plan.refused)}), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("commit")
    parser.add_argument("--listeners", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--answers", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.answers:
        answers(Path(chosen.commit))
        return
    with TemporaryDirectory() as name:
        older, folder = Path(name) / "older", Path(name) / "listeners"
        subprocess.run(["git", "worktree", "add", "--detach", "-q", str(older), chosen.commit], cwd=HERE, check=True)
        try:
            folder.mkdir()
            mixes = []
            for number in range(chosen.listeners):
                mix, text = listener(chosen.seed, number)
                mixes.append(mix)
                (folder / f"{number:05d}.json").write_text(text)
            differences = compare(folder, older / "src", mixes)
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(older)], cwd=HERE, check=True)
    print(f"{chosen.listeners} listeners, {differences} of them answered otherwise")
    sys.exit(bool(differences))


def compare(folder: Path, older: Path, mixes: list[str]) -> int:
    """Prints what differs; the number of listeners that do."""
    command = [sys.executable, __file__, "--answers", str(folder)]
    runs = [
        subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(path)}, stdout=subprocess.PIPE, text=True)
        for path in (older, HERE.parent / "src")
    ]
    known = [set[str](), set[str]()]
    lines = []
    for number, texts in enumerate(zip(*(run.stdout for run in runs), strict=True)):
        both = [json.loads(text) for text in texts]
        for codes, told in zip(known, both, strict=True):
            codes.update(item[0] for item in told["findings"])
        lines.append(both)
        del number
    shared = known[0] & known[1]
    print(f"codes of one version alone: {', '.join(sorted(known[0] ^ known[1])) or 'none'}")
    differing = 0
    kinds: Counter[str] = Counter()
    for number, (old, new) in enumerate(lines):
        for told in (old, new):
            told["findings"] = [item for item in told["findings"] if item[0] in shared]
        parts = [key for key in old if old[key] != new[key]]
        if parts:
            differing += 1
            kinds.update(parts)
            print(f"listener {number} ({mixes[number]}): {', '.join(parts)}")
            for part in parts:
                for which, one, other in (("only before", old, new), ("only now", new, old)):
                    left = [item for item in one[part] if item not in other[part]] if isinstance(one[part], list) else [one[part]]
                    for item in left[:4]:
                        print(f"  {part}, {which}: {json.dumps(item)[:300]}")
    if kinds:
        print(dict(kinds))
    return differing


if __name__ == "__main__":
    main()
