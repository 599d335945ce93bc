"""Every place where a user names a file, and names that none can have, that lead in a circle, or that stand for something else than a file."""

import os
import subprocess
from pathlib import Path

import pytest

from running import export, inside, raw

NAMES = {
    "too long": "9" * 5_000,
    "a long part": f"{'a' * 300}/x",
    "a circle": "circle",
    "below a file": "rules.json/x",
    "a folder": "folder",
}
PLACES = (
    "check", "check rules.json --config", "check rules.json --baseline", "check rules.json --write-baseline", "check rules.json --output",
    "check rules.json --parameters", "check --project", "check --since HEAD", "check --fix", "show", "plan", "plan rules.json --by-traffic",
    "verify", "verify rules.json", "diff rules.json", "diff --since HEAD", "trace rules.json --requests", "trace --url /", "graph", "ranges",
    "ways", "init --output -", "init rules.json --output", "allocate rules.json --rule", "allocate --from", "allocate rules.json --path / --also",
    "audit --snapshot", "audit --snapshot rules.json --against", "config show --config",
    "replay rules.json --logs", "replay --logs rules.json",
)  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("place", PLACES)
def test_a_name_is_an_error_or_is_read(tmp_path, monkeypatch, place, name):
    monkeypatch.chdir(tmp_path)
    Path("rules.json").write_text(export(raw(10, "/a")), "utf-8")
    Path("circle").symlink_to("circle")
    Path("folder").mkdir()
    if "--since" in place:
        about = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a"}
        for words in (("init", "-q"), ("add", "."), ("commit", "-qm", "a")):
            subprocess.run(["git", *words], check=True, env=os.environ | about)
    ran = inside(*place.split(), NAMES[name])
    assert ran.code in (0, 1, 2, 3, 5), ran.err
    assert ran.code in (0, 1) or "error: " in ran.err
    assert "Traceback" not in ran.err
    assert "no such option" not in ran.err
