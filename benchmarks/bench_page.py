"""The page in Chromium: its size, and how long a keystroke in its search box takes.

    python benchmarks/bench_page.py

It needs Debian's chromium, and `npm install --no-package-lock` in tests/judges.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "src"), str(HERE.parent / "tests")]

from judging import ROOT  # noqa: E402 - found through the line above
from reports.test_page import crowd, page_of  # noqa: E402


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for rules in (100, 1_000):
            file = Path(folder) / f"{rules}.html"
            file.write_text(page_of(*crowd(rules)), "utf-8")
            command = ["node", ROOT / "tests" / "judges" / "page.mjs", file, json.dumps({"search": "team-33"})]
            told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
            print(f"{rules:>5} rules  {file.stat().st_size:>9,} bytes  slowest keystroke {max(told['keystrokes']):.0f} ms")


if __name__ == "__main__":
    main()
