"""What a root module reads from elsewhere: the state of another root, a parameter, modules that `terraform init` fetched.

Such a value is named by what it is looked up by, so that two roots which look up the same thing name it alike.
Source: Terraform language, "The terraform_remote_state Data Source", "Backend Configuration";
`.terraform/modules/modules.json` as Terraform 1.x writes it.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from alb_lint.files import NotRead, Reader, json_of, real
from alb_lint.languages.hcl.convert import spelled
from alb_lint.languages.hcl.values import Sym, Value
from alb_lint.patterns import pattern

_IDENTITY: Final = (
    *("address", "bucket", "conn_str", "container_name", "hostname", "key", "name", "namespace", "organization", "path", "prefix"),
    *("schema_name", "secret_suffix", "storage_account_name", "workspace_dir", "workspace_key_prefix", "workspaces"),
)
"""Arguments of backends that say where a state lies; all others say how it is reached."""

MAX_MANIFEST: Final = 4 * 1024 * 1024
"""Bytes of a modules.json that is read."""

OUTPUT: Final = pattern(r"((?:remote_state|dependency)\(.*?\))\.outputs((?:\.[\w-]+|\[\"[^\"\]]*\"\]|\[\d+\])+)(?:\.arn|\.id)?", re.DOTALL)
"""(state, path of the output) in the text of a symbol."""
_STEP: Final = pattern(r"\.([\w-]+)|\[\"([^\"\]]*)\"\]|\[(\d+)\]")


def state_name(backend: Value, config: Value, workspace: Value = None) -> str:
    """How a state is called by its place: `remote_state(s3, bucket = "states", key = "shared.tfstate")`; "" where that is not told."""
    if not isinstance(backend, str):
        return ""
    if isinstance(config, dict):
        told = ", ".join(f"{name} = {spelled(config[name])}" for name in _IDENTITY if config.get(name) is not None)
    elif isinstance(config, Sym):
        told = config.text
    else:
        return ""
    more = f", workspace = {spelled(workspace)}" if workspace is not None and workspace != "default" else ""
    return f"remote_state({backend}, {told}{more})"


def steps(path: str) -> list[str | int]:
    """The names and indexes of a path such as `.listeners["https"]`."""
    return [int(number) if number else name or key for name, key, number in _STEP.findall(path)]


def installed_modules(root: Path, reader: Reader) -> Mapping[str, Path]:
    """Module call (`edge`, `a.b`) → the folder in which `terraform init` put it; only folders below the root."""
    manifest = root / ".terraform" / "modules" / "modules.json"
    try:
        told = json_of(reader.content(manifest, MAX_MANIFEST))
    except (NotRead, ValueError):
        return {}  # as if `init` had not run: the calls are told as gaps then
    found: dict[str, Path] = {}
    for entry in told.get("Modules", ()) if isinstance(told, dict) and isinstance(told.get("Modules"), list) else ():
        key, folder = (entry.get("Key"), entry.get("Dir")) if isinstance(entry, dict) else (None, None)
        if isinstance(key, str) and key and isinstance(folder, str):
            path = Path(os.path.normpath(root / folder))
            if root in path.parents and Reader([real(root)]).is_folder(path):
                found[key] = path
    return found
