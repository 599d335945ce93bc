"""Terraform source for tests: files in a folder, read as the command line would give them."""

from pathlib import Path

from alb_lint.model import OpaqueCondition, Reading, Rule, Unknown
from alb_lint.sources.source import ReadOptions, Target
from alb_lint.sources.terraform.source import SOURCE

PATH = '\n  condition {\n    path_pattern {\n      values = ["/x"]\n    }\n  }'
ACTION = '\n  action {\n    type             = "forward"\n    target_group_arn = "tg"\n  }'


def rule(
    name: str = "r", body: str = "", *, priority: str | None = "10", listener: str = '"l"', path: str = PATH, action: str = ACTION
) -> str:
    """A resource block; `body` comes first."""
    number = "" if priority is None else f"\n  priority = {priority}"
    return f'resource "aws_lb_listener_rule" "{name}" {{\n  {body}\n  listener_arn = {listener}{number}{path}{action}\n}}\n'


def hosts(*values: str) -> str:
    """A condition on hosts; the values are expressions."""
    return f"\n  condition {{\n    host_header {{\n      values = [{', '.join(values)}]\n    }}\n  }}"


def header(value: str) -> str:
    """A condition on the header X-Origin."""
    return f'\n  condition {{\n    http_header {{\n      http_header_name = "X-Origin"\n      values = [{value}]\n    }}\n  }}'


def sends(name: str, number: str | None, conditions: str, group: str) -> str:
    """A rule of these conditions that forwards to the group."""
    return rule(name, priority=number, path=conditions, action=ACTION.replace('"tg"', f'"{group}"'))


def write(folder: Path, files: dict[str, str | bytes]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())


def read_folder(folder: Path, **options: object) -> Reading:
    """Walks the folder for the files that the source wants, named from the folder on."""
    targets = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name.endswith(SOURCE.suffixes):
            data = path.read_bytes()
            if path.name.endswith(SOURCE.whole) or any(marker in data for marker in (*SOURCE.markers, *SOURCE.json_markers)):
                targets.append(Target(path.relative_to(folder).as_posix(), path, data, named=False, folder=folder))
    return SOURCE.read(targets, ReadOptions(**options))  # type: ignore[arg-type]


def read_text(folder: Path, text: str, **options: object) -> Reading:
    """One file, named by the user."""
    write(folder, {"main.tf": text})
    return SOURCE.read([Target("main.tf", folder / "main.tf", text.encode())], ReadOptions(**options))  # type: ignore[arg-type]


def rules(reading: Reading) -> dict[str, Rule]:
    """All rules by id, which is unique."""
    found = [rule for listener in reading.listeners for rule in listener.rules]
    assert len({rule.id for rule in found}) == len(found)
    return {rule.id: rule for rule in found}


def only(reading: Reading) -> Rule:
    """The one rule, bare."""
    (found,) = rules(reading).values()
    return bare(found)  # type: ignore[return-value]


def bare(value: object) -> object:
    """The value with each Unknown as what a person reads of it: tests of what is known of symbols are elsewhere."""
    if isinstance(value, Unknown):
        return Unknown(value.reason)
    if isinstance(value, OpaqueCondition):
        return OpaqueCondition(value.field, value.reason)
    if isinstance(value, tuple):
        return tuple(bare(item) for item in value)
    fields = getattr(value, "__dataclass_fields__", None)
    return type(value)(**{name: bare(getattr(value, name)) for name in fields}) if fields else value
