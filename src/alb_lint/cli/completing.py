"""Values that the shell completes: formats, codes, names of the config. They are looked up when somebody presses the tab key, never else."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from alb_lint.errors import AlbLintError

if TYPE_CHECKING:
    from alb_lint.config import Config


def words(*known: str) -> Callable[[str], list[str]]:
    """These words."""
    return lambda incomplete: _starting(known, incomplete)


def codes(incomplete: str) -> list[str]:
    """Codes, after what stands before the last comma."""
    from alb_lint.selections import known_codes

    before, comma, last = incomplete.rpartition(",")
    return [f"{before}{comma}{code}" for code in _starting((info.code for info in known_codes()), last)]


def checks(incomplete: str) -> list[str]:
    """Codes and names of checks."""
    from alb_lint.selections import known_codes

    known = known_codes()
    return _starting((info.code for info in known), incomplete) + _starting((info.name for info in known), incomplete)


def kinds(incomplete: str) -> list[str]:
    """Kinds of sources."""
    from alb_lint import sources

    return _starting((source.kind for source in sources.ALL), incomplete)


def schemas(incomplete: str) -> list[str]:
    """Names of schemas."""
    from alb_lint.reports.schemas import ALL

    return _starting(ALL, incomplete)


def reports(incomplete: str) -> list[str]:
    """Formats, each with the colon after which its file stands."""
    from alb_lint.reports import NAMES

    return [] if ":" in incomplete else [f"{name}:" for name in _starting(NAMES, incomplete)]


def ranges(incomplete: str) -> list[str]:
    """Names of the reserved ranges of the config from here upward."""
    return _starting((item.name for item in _config().ranges), incomplete)


def environments(incomplete: str) -> list[str]:
    """Environments that have weights in the config from here upward."""
    return _starting(dict.fromkeys(item.environment for item in _config().weights), incomplete)


def listeners(incomplete: str) -> list[str]:
    """Names that the config from here upward gives to listeners."""
    return _starting((item.name for item in _config().listeners), incomplete)


def _config() -> "Config":
    """The config from here upward; an empty one where it is wrong, since nobody reads an error here."""
    from alb_lint.config import Config
    from alb_lint.config_file import find, load

    found = find(Path.cwd())
    try:
        return load(found) if found is not None else Config()
    except AlbLintError:
        return Config()


def _starting(known: Iterable[str], incomplete: str) -> list[str]:
    return [word for word in known if word.startswith(incomplete)]
