"""The fuzzer of `tests/cli/test_fuzz.py`, guided by coverage: `python tests/coverage_guided.py CORPUS -runs=10000`, where atheris is installed.

The first byte of an input chooses its kind (the suffix of the file), the second one the command. CORPUS, a folder, is filled with the files of
`test_fuzz` where it is empty. A run that ends as none may, or takes over 20 s or 1.5 GB, ends it with the input in a file `crash-…`.
"""

import importlib
import pkgutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import atheris

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "cli"), str(HERE.parent / "src")]

with atheris.instrument_imports(include=["alb_lint"]):
    import alb_lint

    # most of it is only imported where it is needed, and would not be watched then
    for found in pkgutil.walk_packages(alb_lint.__path__, "alb_lint."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
    from test_fuzz import CODES, COMMANDS, CONFIG, FILES, PLAIN, RANGES, SAME, check

    from running import inside

SUFFIXES = (".json", ".tf", ".ts", ".yaml", ".tfstate", ".tf.json", ".template")


def fill(corpus: Path) -> None:
    corpus.mkdir(parents=True, exist_ok=True)
    if any(corpus.iterdir()):
        return
    for number, file in enumerate(FILES):
        suffix = next((place for place, name in enumerate(SUFFIXES) if file.name.endswith(name)), 0)
        (corpus / f"{number}{file.suffix}").write_bytes(bytes([suffix, number % len(COMMANDS)]) + file.read_bytes())


def main() -> None:
    folder = TemporaryDirectory()
    config = Path(folder.name) / "alb-lint.toml"
    config.write_bytes(RANGES)
    places = [Path(folder.name) / f"f{number}" / f"x{suffix}" for number, suffix in enumerate(SUFFIXES)]
    for place in places:
        place.parent.mkdir()

    def one(data: bytes) -> None:
        if len(data) < 2:
            return
        place, command = places[data[0] % len(places)], COMMANDS[data[1] % len(COMMANDS)]
        place.write_bytes(data[2:])
        words = [{CONFIG: str(config), SAME: str(place)}.get(word, word) for word in command[1:]]
        check(inside(command[0], place, *words), CODES.get(command[0], PLAIN))

    corpus = next((Path(word) for word in sys.argv[1:] if not word.startswith("-")), None)
    if corpus is not None:
        fill(corpus)
    atheris.Setup([sys.argv[0], "-timeout=20", "-rss_limit_mb=1536", "-max_len=16384", *sys.argv[1:]], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
