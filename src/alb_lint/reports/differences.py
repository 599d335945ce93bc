"""What two states answer differently, as text and as the document of contract `diff --format json`."""

from collections.abc import Iterator
from typing import Any, Final

from alb_lint.analysis.decisions import Decisions
from alb_lint.analysis.estates import Compared
from alb_lint.findings.wording import actions_text, conditions_text, number, request_text
from alb_lint.json_text import dumps
from alb_lint.model import Entrance, Rule
from alb_lint.reports.json_v1 import place
from alb_lint.reports.layout import WIDTH, Span, paint

SHOWN: Final = 50
"""Differences of one listener in the text; json lists all."""
_MATCHED: Final = {
    "same": "the rules match the same requests",
    "wider": "the new rules match more requests",
    "narrower": "the new rules match fewer requests",
    "incomparable": "the new rules match some requests that the old ones do not, and the other way round",
    "undecided": "whether the rules match the same requests is undecided",
}


def as_json(compared: Compared, color: bool) -> str:
    """`alb-lint.diff.v1`: all differences, each with its listener, and what is to be said of each listener."""
    del color
    document: dict[str, Any] = {
        "schema": "alb-lint.diff.v1",
        "equivalent": compared.equivalent,
        "confidence": compared.confidence,
        "differences": [{**item.to_json(), "listener": old.id} for old, _, found in compared.pairs for item in found.differences],
        "listeners": [
            {"old": old.id, "new": new.id, **{key: value for key, value in found.to_json().items() if key not in ("schema", "differences")}}
            for old, new, found in compared.pairs
        ],
        "only_old": [item.id for item in compared.gone],
        "only_new": [item.id for item in compared.added],
        "gaps": [{"location": place(gap.location), "reason": gap.reason} for gap in compared.gaps],
    }
    return dumps(document, indent=2) + "\n"


def as_text(compared: Compared, color: bool, width: int = WIDTH) -> str:
    return paint(_lines(compared), color, width)


def _lines(compared: Compared) -> Iterator[list[Span]]:
    if compared.gaps:
        yield [("not everything could be read", "bold yellow")]
        yield from ([(f"  {gap.location}: {gap.reason}", "")] for gap in compared.gaps[:SHOWN])
        if len(compared.gaps) > SHOWN:
            yield [(f"  and {len(compared.gaps) - SHOWN} more; --format json lists all", "dim")]
        yield []
    for old, new, found in compared.pairs:
        if found.equivalent and found.matched == "same":
            continue
        name = old.name or old.id
        yield [(name if new.name == old.name else f"{name} against {new.name or new.id}", "bold"), (f"  {_MATCHED[found.matched]}", "dim")]
        yield from _differences(found, new.entrance)
        yield []
    for label, listeners in (("only old", compared.gone), ("only new", compared.added)):
        for item in listeners:
            yield [(f"{label}: ", "yellow"), (item.name or item.id, "bold"), (f"  {len(item.rules)} rules", "dim")]
    yield _closing(compared)


def _differences(found: Decisions, entrance: Entrance) -> Iterator[list[Span]]:
    for item in found.differences[:SHOWN]:
        sure = "" if item.confidence == "proved" else f"  ({item.confidence})"
        yield [("  ", ""), (request_text(item.request), "bold"), (sure, "yellow")]
        yield [("    old: ", "red"), *_answer(item.old)]
        yield [("    new: ", "green"), *_answer(item.new)]
        yield [("    try: ", "dim"), (item.request.curl(entrance), "")]
    if len(found.differences) > SHOWN:
        yield [(f"  and {len(found.differences) - SHOWN} more; --format json lists all", "dim")]
    if found.cut:
        yield [("  more were not looked for", "yellow")]
    gained, lost = "matched by a rule now, and by none before: ", "matched by a rule before, and by none now: "
    for label, request in ((gained, found.gained), (lost, found.lost)):
        if request is not None:
            yield [(f"  {label}", "dim"), (request.curl(entrance), "")]
    for doubt in found.doubts:
        yield [("  undecided: ", "yellow"), (f"{doubt.reason}{': ' if doubt.rules else ''}{', '.join(doubt.rules)}", "")]


def _answer(rule: Rule | None) -> list[Span]:
    if rule is None:
        return [("the default, which is not told", "yellow")]
    name = f" {rule.name}" if rule.name and not rule.is_default else ""
    what = "" if rule.is_default else f"  {conditions_text(rule)}"
    return [(number(rule), "bold"), (f"{name}{what}", ""), (f"  → {actions_text(rule)}", "dim")]


def _closing(compared: Compared) -> list[Span]:
    count = sum(len(found.differences) for _, _, found in compared.pairs)
    pairs = f"{count} pair{'' if count == 1 else 's'} of answers"
    if compared.equivalent:
        return [("every request is answered alike: proved", "bold green")]
    if compared.equivalent is None:
        return [
            (f"undecided: {pairs} may differ" if count else "undecided: no difference in what could be read and decided", "bold yellow")
        ]
    more = len(compared.gone) + len(compared.added)
    return [
        (
            f"{pairs} differ{'s' if count == 1 else ''}"
            + (f", {more} listener{'' if more == 1 else 's'} on one side alone" if more else ""),
            "bold red",
        )
    ]
