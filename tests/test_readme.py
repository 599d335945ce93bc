"""The output shown in the README is what the tool prints."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

from running import environment

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
EXAMPLE = re.compile(r"<!-- example: (?P<command>.+?) -->\n```console\n\$ (?P<shown>.+?)\n(?P<output>.*?)```\n<!-- /example -->", re.DOTALL)


def printed(command: str) -> str:
    """What the command prints, run from the top of the repository."""
    words = shlex.split(command)
    assert words[0] == "alb-lint"
    done = subprocess.run(
        [sys.executable, "-m", "alb_lint", *words[1:]], cwd=ROOT, capture_output=True, text=True, check=False, env=environment()
    )
    assert "Traceback" not in done.stderr
    return done.stdout


def test_the_readme_shows_what_the_tool_prints() -> None:
    examples = list(EXAMPLE.finditer(README.read_text("utf-8")))
    assert examples
    for example in examples:
        assert example["shown"] == example["command"]
        assert example["output"] == printed(example["command"])


def renew() -> None:
    """Writes the output of now into the README: `python tests/test_readme.py`."""
    text = README.read_text("utf-8")
    README.write_text(
        EXAMPLE.sub(
            lambda found: found[0].replace(f"{found['shown']}\n{found['output']}", f"{found['command']}\n{printed(found['command'])}"), text
        ),
        "utf-8",
    )


if __name__ == "__main__":
    renew()
