"""Options that commands share, and what they do with them."""

import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Final

from alb_lint import config_file
from alb_lint.cli import completing
from alb_lint.cli.flags import INPUT_PANEL, OUTPUT_PANEL, Words, flag
from alb_lint.cli.saying import clean, tell
from alb_lint.config import Config, template_files
from alb_lint.errors import SourceError, UsageError
from alb_lint.files import MAX_BYTES, is_folder, is_there, real, too_large
from alb_lint.model import Estate
from alb_lint.sources.source import ReadOptions

Sources = Annotated[list[str] | None, Words("SOURCE…", "Files, folders, or - for standard input.")]
ConfigFile = Annotated[
    str,
    flag("--config", metavar="FILE", help="The config; default: the nearest alb-lint.toml upward.", rich_help_panel=INPUT_PANEL),
]
Kind = Annotated[
    str,
    flag(
        "--source-kind", metavar="NAME", help="Read all input as this kind.", autocompletion=completing.kinds, rich_help_panel=INPUT_PANEL
    ),
]
OnlyListener = Annotated[
    str,
    flag(
        "--listener",
        metavar="GLOB",
        help="Only listeners with this name, ARN or address, or on this port: `front:443`.",
        autocompletion=completing.listeners,
        rich_help_panel=INPUT_PANEL,
    ),
]
Parameter = Annotated[
    list[str] | None,
    flag(
        "--parameter", metavar="K=V", help="Value of a parameter, variable or Pulumi config key; may repeat.", rich_help_panel=INPUT_PANEL
    ),
]
Parameters = Annotated[
    list[str] | None,
    flag("--parameters", metavar="FILE", help="A .tfvars or parameter file; may repeat.", rich_help_panel=INPUT_PANEL),
]
Stack = Annotated[str, flag("--stack", metavar="NAME", help="The Pulumi stack whose config counts.", rich_help_panel=INPUT_PANEL)]
Workspace = Annotated[str, flag("--workspace", metavar="NAME", help="The Terraform workspace.", rich_help_panel=INPUT_PANEL)]
TextOrJson = Annotated[
    str,
    flag(
        "--format",
        "-f",
        metavar="NAME",
        help="text or json.",
        autocompletion=completing.words("text", "json"),
        rich_help_panel=OUTPUT_PANEL,
    ),
]
Output = Annotated[
    str, flag("--output", "-o", metavar="FILE", help="Write to FILE instead of standard output.", rich_help_panel=OUTPUT_PANEL)
]
NoColor = Annotated[bool, flag("--no-color", help="No colours, as with NO_COLOR or --color never.", rich_help_panel=OUTPUT_PANEL)]
Quiet = Annotated[bool, flag("--quiet", "-q", help="Nothing on standard error but errors.", rich_help_panel=OUTPUT_PANEL)]
AllowEmpty = Annotated[bool, flag("--allow-empty", help="Exit 0 if there are no listener rules.", rich_help_panel=INPUT_PANEL)]


GAPS_SHOWN = 20
"""Gaps that an error over input without rules lists."""


def load_config(file: str, names: list[str]) -> Config:
    """The config named, else the nearest upward from the folder that all sources lie in, else from here, else an empty one."""
    if file:
        return config_file.load(Path(file), file)
    paths = [Path(real(name)) for name in names if name != "-"]
    here = Path(real(os.curdir))
    try:
        start = Path(os.path.commonpath([path if is_folder(path) else path.parent for path in paths])) if paths else here
    except ValueError:  # on several drives
        start = here
    found = config_file.find(start) or config_file.find(here)
    if found is not None:
        return config_file.load(found, shown(found), named=False)
    lock = config_file.find_lock(start) or config_file.find_lock(here)
    return Config(reservations=config_file.read_lock(lock, shown(lock))) if lock is not None else Config()


def shown(path: Path) -> str:
    """The path as people would type it from here."""
    try:
        return Path(real(path)).relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):  # not below the current folder, or that is gone
        return path.as_posix()


def reading(
    settings: Config, parameter: list[str] | None, parameters: list[str] | None, workspace: str = "", stack: str = ""
) -> ReadOptions:
    """What the flags and the config tell the sources. Raises UsageError for a parameter that is not K=V or a file that is not there."""
    told: dict[str, str] = {}
    for text in parameter or []:
        key, equals, value = text.partition("=")
        if not equals or not key.strip():
            raise UsageError(f"{text!r} is not K=V", where="--parameter", hint="--parameter Stage=prod")
        told[key.strip()] = value
    for file in parameters or []:
        if not is_there(file):
            raise UsageError("no such file", where=f"--parameters {file}")
    names = config_file.MODULE_FIELDS
    described = tuple((item.source, {name: text for name in names if (text := getattr(item, name))}) for item in settings.terraform_modules)
    return ReadOptions(told, tuple(parameters or ()), settings.wrappers, workspace, described, stack, template_files(settings))


_KINDS: Final = "it reads exports of `aws elbv2 describe-rules`, CloudFormation, Terraform and Pulumi"
_NONE_MADE: Final = (
    "where these files hold rules, a `count`, a `for_each` or a condition makes none of them as the values stand: "
    "give others with --parameter K=V or --parameters FILE"
)
"""Why files of code that were read may hold no rule."""
_NONE_IN_JSON: Final = (
    "there are rules in what `aws elbv2 describe-rules --listener-arn ARN` and `terraform show -json` write, in states of Terraform, in exports and "
    "previews of Pulumi, and in templates, where a condition may make none of them: give other values with --parameter K=V"
)
"""Which JSON holds rules."""
_CODE_IN_JSON: Final = (".tf.json", ".tofu.json", ".hcl.json")


def need_rules(estate: Estate, names: list[str], allow_empty: bool = False) -> None:
    """Raises SourceError where the input holds no rules at all, unless that is allowed."""
    if allow_empty or any(listener.rules or listener.default for listener in estate.listeners):
        return
    where = ", ".join(names)
    if estate.gaps:
        for gap in estate.gaps[1:GAPS_SHOWN]:
            note(f"gap: {gap.location}: {gap.reason}", quiet=False)
        if len(estate.gaps) > GAPS_SHOWN:
            note(f"gap: and {len(estate.gaps) - GAPS_SHOWN} more", quiet=False)
        raise SourceError(
            f"no listener rules could be read: {estate.gaps[0].reason}",
            where=str(estate.gaps[0].location) or where,
            hint="correct the input and run it again",
        )
    kinds = Counter(Path(name).suffix or Path(name).name for name in estate.files)
    read = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    only_json = kinds.keys() == {".json"} and not any(name.endswith(_CODE_IN_JSON) for name in estate.files)
    raise SourceError(
        f"no listener rules found{f' (looked for in {read})' if read else ''}",
        where=where,
        hint=f"{_NONE_IN_JSON if only_json else _NONE_MADE if read else _KINDS}; --allow-empty makes this no error",
    )


def need_sources(names: list[str] | None) -> list[str]:
    """The names given. Raises UsageError where there are none."""
    if not names:
        raise UsageError("nothing to read", where="SOURCE…", hint="name files or folders (. is this folder), or - for standard input")
    return names


def one_of(value: str, known: tuple[str, ...], flag: str) -> str:
    """The value. Raises UsageError where it is not known."""
    if value not in known:
        from difflib import get_close_matches

        near = get_close_matches(value, known, 1)
        meant = f"did you mean {near[0]}? " if near else ""
        raise UsageError(f"unknown {flag.lstrip('-')} {value!r}", where=flag, hint=f"{meant}one of {', '.join(known)}")
    return value


def codes(words: list[str] | None) -> tuple[str, ...]:
    """`ALB1,ALB201` and repeated flags as one tuple of upper-case words."""
    return tuple(word.strip().upper() for text in words or [] for word in text.split(",") if word.strip())


def today() -> str:
    """Today's date, ISO, in UTC; that of SOURCE_DATE_EPOCH where it is set, so that a run can be repeated (reproducible-builds.org)."""
    told = os.environ.get("SOURCE_DATE_EPOCH", "")
    return time.strftime("%Y-%m-%d", time.gmtime(int(told) if told.isdecimal() and len(told) < 12 else None))


COLOR_WHEN: Final = ("auto", "always", "never")


def colors(when: str) -> None:
    """`--color`, for the rest of the run: what the environment then says is what the flag said. Raises UsageError for another word."""
    one_of(when, COLOR_WHEN, "--color")
    if when == "always":
        os.environ.update(FORCE_COLOR="1", NO_COLOR="", TERM="xterm" if os.environ.get("TERM") == "dumb" else os.environ.get("TERM", ""))
    elif when == "never":
        os.environ["NO_COLOR"] = "1"


def in_color(no_color: bool, output: str) -> bool:
    """Whether the report goes to a terminal that wants colours."""
    if no_color or output or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return sys.stdout.isatty() or os.environ.get("FORCE_COLOR", "0") not in ("", "0")


def columns(output: str) -> int:
    """Columns of a text: those of the terminal that it goes to, what COLUMNS says, else the same for everybody."""
    from alb_lint.reports.layout import NARROWEST, WIDEST, WIDTH

    if output or not (sys.stdout.isatty() or os.environ.get("COLUMNS")):
        return WIDTH
    from shutil import get_terminal_size

    return min(max(get_terminal_size((WIDTH, 24)).columns, NARROWEST), WIDEST)


_PLAIN: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-"
"""Characters that no shell takes for more than they are; most names have no others, and what quotes these is loaded for each commit."""


def asked_again(names: list[str]) -> str:
    """The sources as they stand on a command line."""
    if all(name and not name.strip(_PLAIN) for name in names):
        said = " ".join(names)
    else:
        from shlex import quote

        said = " ".join(quote(name) for name in names)
    return f"-- {said}" if any(name.startswith("-") and name != "-" for name in names) else said


def known_environment(wanted: str, settings: Config) -> str:
    """The environment. Raises UsageError where no [[weights]] of the config are for it."""
    known = tuple(dict.fromkeys(item.environment for item in settings.weights))
    if wanted and wanted not in known:
        hint = f"there are {', '.join(known)}" if known else "alb-lint.toml has no [[weights]]"
        raise UsageError(f"no [[weights]] for the environment {wanted!r}", where="--environment", hint=hint)
    return wanted


def write(text: str | Iterable[str], output: str, *, private: bool = False) -> None:
    """The text, or its pieces, to standard output, or whole to the file. `private`: a new one is for its owner alone.

    Raises UsageError where that fails.
    """
    pieces = (text,) if isinstance(text, str) else text
    if output in ("", "/dev/stdout"):
        try:
            speaks = _speaks(sys.stdout.encoding)
            for piece in pieces:
                sys.stdout.write(piece if speaks else piece.translate(_ASCII))
            sys.stdout.flush()
        except BrokenPipeError:
            # the reader has gone (`| head`): nothing left to say, and nobody to say it to
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except OSError as error:
            raise UsageError(f"cannot write the report: {error.strerror}", where="standard output") from error
        return
    from alb_lint.cli.writing import next_step, write_all

    try:
        write_all([(Path(output).absolute(), (piece.encode("utf-8", "backslashreplace") for piece in pieces))], private=private)
    except OSError as error:
        raise UsageError(f"cannot write it: {error.strerror}", where=output, hint=next_step(error)) from error


_ASCII: Final = str.maketrans({"→": "->", "…": "...", "×": "x", "·": "-", "─": "-"})
"""Signs of our own, for a terminal that cannot show them."""


def _speaks(encoding: str | None) -> bool:
    try:
        "→…×·".encode(encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def standard_input() -> bytes:
    """All of it, up to the size of a file that is read. Raises SourceError where it is larger."""
    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise SourceError(too_large(MAX_BYTES), where="standard input")
    return data


def input_pieces() -> Iterator[bytes]:
    """Standard input, whatever its size, a piece at a time."""
    while piece := sys.stdin.buffer.read(MAX_BYTES >> 10):
        yield piece


def note(text: str, quiet: bool) -> None:
    """A line on standard error."""
    if not quiet:
        tell(clean(text) + "\n")
