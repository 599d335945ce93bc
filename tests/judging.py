"""Programs of others that judge what alb-lint writes. Where one is missing its tests are skipped with the reason; where ALB_LINT_JUDGES is
`required`, as on CI, they fail."""

import os
import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = ROOT / "tests" / "judges" / "node_modules"
_FILES = {
    "sarif-multitool": MODULES / "@microsoft" / "sarif-multitool-linux" / "Sarif.Multitool",
    "mermaid": MODULES / "mermaid" / "dist" / "mermaid.min.js",
    "playwright": MODULES / "playwright-core" / "package.json",
    "mkdocs": Path(sys.executable).with_name("mkdocs"),
}
_INSTALL = {
    "sarif-multitool": "npm install in tests/judges, then chmod u+x the file",
    "mermaid": "npm install in tests/judges",
    "playwright": "npm install in tests/judges",
    "chromium": "Debian's package chromium",
    "dot": "Debian's package graphviz",
    "xmllint": "Debian's package libxml2-utils",
    "mandoc": "Debian's package mandoc",
    "mkdocs": "pip install --group dev",
    "node": "Node.js 20 or newer",
}


def judge(name: str) -> Path:
    """Where the program is."""
    found = shutil.which(name) if name not in _FILES else str(_FILES[name]) if _FILES[name].is_file() else None
    if found is None or (name == "sarif-multitool" and not os.access(found, os.X_OK)):
        missing = f"{name} is not here: {_INSTALL[name]}"
        if os.environ.get("ALB_LINT_JUDGES") == "required":
            pytest.fail(missing)
        pytest.skip(missing)
    return Path(found)
