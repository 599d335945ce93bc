"""Which checks run and which of their findings count: codes, prefixes, names and severities, as users select and ignore them."""

from collections.abc import Iterable

from alb_lint import checks
from alb_lint.config import Config
from alb_lint.errors import ConfigError, UsageError
from alb_lint.findings.finding import CheckInfo, Finding, Severity
from alb_lint.findings.suppress import STALE
from alb_lint.record import record


@record
class Selection:
    """Which checks run, and which of their findings count: codes or prefixes, as ruff reads them; nothing selected means all that are listed.

    `only`, `without`: severities of findings; one check may give several. `requests`: the least severity of the findings whose requests are shown;
    None: none are.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    only: frozenset[Severity] = frozenset()
    without: frozenset[Severity] = frozenset()
    requests: Severity | None = Severity.INFO

    def takes(self, info: CheckInfo | checks.Entry) -> bool:
        """Whether the check runs: it may give a finding that counts."""
        chosen = self._named(info)
        if self.only or not self.select:
            chosen = chosen or info.listed or (bool(self.only) and _severity(info) in self.only)
        dropped = [code for code in self.ignore if info.code.startswith(code)]
        if not chosen or not dropped:
            return chosen
        # the longer word counts: `--select ALB104 --ignore ALB1` keeps ALB104
        kept = max((len(code) for code in self.select if info.code.startswith(code)), default=0)
        return kept > max(len(code) for code in dropped)

    def counts(self, finding: Finding) -> bool:
        """Whether a finding of a check that ran is reported."""
        if finding.severity in self.without:
            return False
        return not self.only or finding.severity in self.only or self._named(finding.info)

    def _named(self, info: CheckInfo | checks.Entry) -> bool:
        return any(info.code.startswith(code) or code == "ALL" for code in self.select)


def _severity(info: CheckInfo | checks.Entry) -> Severity:
    return info.severity if isinstance(info, CheckInfo) else info.check.info.severity


def known_codes() -> tuple[CheckInfo, ...]:
    """Every check there is, by code."""
    from alb_lint.checks import against

    return tuple(sorted((*(check.info for check in (*checks.ALL, *against.ALL)), STALE), key=lambda info: info.code))


def _is_code(word: str, whole: bool) -> bool:
    """Whether a code begins with the word, or is it (`whole`). The checks that only `audit` runs are loaded for a word of theirs alone."""

    def among(codes: Iterable[str]) -> bool:
        return any(code == word if whole else code.startswith(word) for code in codes)

    return among([*(entry.code for entry in checks.TABLE), STALE.code]) or among(info.code for info in known_codes())


def selection(select: Iterable[str], ignore: Iterable[str]) -> Selection:
    """Codes, prefixes, names of checks and severities. Raises UsageError for a word that is none of these."""
    (codes, only), (ignored, without) = _meant(select, "--select"), _meant(ignore, "--ignore")
    return Selection(codes, ignored, only, without)


def _meant(words: Iterable[str], flag: str) -> tuple[tuple[str, ...], frozenset[Severity]]:
    """The codes and prefixes, and the severities."""
    severities = {severity.label: severity for severity in Severity}
    found: list[str] = []
    levels = set()
    for word in words:
        if word == "ALL" or _is_code(word, whole=False):
            found.append(word)
        elif word.lower() in severities:
            levels.add(severities[word.lower()])
        else:
            named = [info.code for info in known_codes() if word.lower() == info.name]
            if not named:
                raise UsageError(f"unknown code {word!r}", where=flag, hint=_guess(word))
            found.extend(named)
    return tuple(found), frozenset(levels)


def _guess(word: str) -> str:
    """What may have been meant."""
    from difflib import get_close_matches

    names = {text: info for info in known_codes() for text in (info.code, info.name.upper())}
    near = [names[text] for text in get_close_matches(word.upper(), names, 2)]
    meant = " or ".join(f"{info.code} ({info.name})" for info in dict.fromkeys(near))
    return f"did you mean {meant}? `alb-lint explain --list` lists all" if meant else "`alb-lint explain --list` lists all codes"


def refuse_unknown_codes(config: Config) -> None:
    """Raises ConfigError for an [[allow]] of a code that no check has: it would hide nothing, and never be stale."""
    for item in config.allow:
        if not _is_code(item.code, whole=True):
            raise ConfigError(
                f"unknown code {item.code!r} in [[allow]]", where=str(item.location), hint="`alb-lint explain --list` lists all codes"
            )
