"""Programs run to their end, once for each way that their conditions may turn out, and the rules of all ways put together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from alb_lint.languages.typescript.flow import Draft
from alb_lint.languages.typescript.machine import STEPS
from alb_lint.languages.typescript.operators import negated
from alb_lint.languages.typescript.parse import Module
from alb_lint.languages.typescript.presence import Literals, formula_of
from alb_lint.languages.typescript.run.core import PATHS, Core, GivenUp, Thrown, Unordered
from alb_lint.languages.typescript.run.runner import Runner
from alb_lint.languages.typescript.values import Arr, Choice, Frame, Known, Lit, Obj, Sym, Value, lazy
from alb_lint.presence import All, AnyOf, Apart, Some, facts_of

RULES_IN_A_RUN: Final = 20_000
"""Rules after which no further program is run: those of 200 load balancers of 100. One more takes a thousandth of a second to run, read and check."""

_AGAIN = 20
"""Variables that depend on the order of callbacks."""

_PARTS = 20_000
"""Parts of one rule."""

_TOO_LARGE = "a rule of too many parts"


@dataclass(slots=True)
class _Found:
    """One rule, and the literals under which each path made it."""

    draft: Draft
    ways: dict[Literals, None] = field(default_factory=dict)


def rules_of(runner: Runner, programs: Sequence[Sequence[Module]]) -> tuple[list[Draft], int]:
    """The rules of the programs, and how many of the programs were run; raises GivenUp. A program is given by its first files, in the order in which
    they run.
    """

    def lost(why: str) -> list[Draft]:
        raise GivenUp(why)

    drafts: list[Draft] = []
    ran = 0
    for entries in programs:
        if len(drafts) >= RULES_IN_A_RUN:
            break
        drafts += runner.within(STEPS, partial(_ordered, runner, entries), lost)
        ran += 1
    for frame in runner.frames.values():
        frame.made.clear()
    for draft in drafts:
        at: Frame | None = draft.frame
        while at is not None:
            at.made.append(draft)
            at = at.parent
    return drafts, ran


def _ordered(runner: Runner, entries: Sequence[Module]) -> list[Draft]:
    """The rules, with what depends on the order of callbacks unknown."""
    runner.unordered.clear()
    for _ in range(_AGAIN):
        try:
            return _rules(runner, entries)
        except Unordered as found:
            runner.unordered.add(found.place)
    raise GivenUp("it depends on the order of callbacks")


def _rules(runner: Runner, entries: Sequence[Module]) -> list[Draft]:
    pending: list[dict[str, bool]] = [{}]
    found: dict[object, _Found] = {}
    seen: set[frozenset[tuple[str, bool]]] = set()
    ended = 0
    while pending:
        made = _path(runner, entries, pending.pop())
        pending += runner.open
        if not seen and not pending and made is not None:
            return _sized(runner, made)  # there is no other way, on which a rule might be made again
        if len(pending) + len(seen) > PATHS:
            raise GivenUp("too many ways through the program")
        way = frozenset((key, runner.decided[key]) for key in runner.met)
        if way in seen:
            continue
        seen.add(way)
        if made is None:
            continue
        ended += 1
        counts: dict[object, int] = {}
        for draft in made:
            key = (draft.node.id, draft.module.name, id(draft.frame), _print(runner, draft))
            number = counts[key] = counts.get(key, 0) + 1
            found.setdefault((key, number), _Found(draft)).ways[draft.literals] = None
    if not ended:
        raise GivenUp("the program throws")
    return [_together(runner, item) for item in found.values()]


def _path(runner: Runner, entries: Sequence[Module], decided: dict[str, bool]) -> list[Draft] | None:
    """The rules of one path; None where it ends in an error."""
    runner.begin(decided)
    try:
        for entry in entries:
            runner.entry = entry
            runner.frame = runner.top_of(entry)
            runner.run_module(entry)
    except Thrown:
        return None
    except RecursionError:
        raise GivenUp("it is nested too deeply") from None
    return list(runner.drafts)


def _sized(runner: Core, made: list[Draft]) -> list[Draft]:
    """The rules; raises GivenUp where one has too many parts."""
    for draft in made:
        left, pending = _PARTS, [draft.name, draft.properties]
        while pending:
            value = runner.force(pending.pop())
            left -= 1
            if left < 0:
                raise GivenUp(_TOO_LARGE)
            if isinstance(value, Arr):
                pending += value.items
            elif isinstance(value, Obj):
                pending += value.entries.values()
            elif isinstance(value, Choice):
                pending += (lazy(value.when), value.yes, value.no)
    return made


def _print(runner: Core, draft: Draft) -> object:
    left = [_PARTS]
    return (_fingerprint(runner, runner.force(draft.name), left), _fingerprint(runner, runner.force(draft.properties), left))


def _fingerprint(runner: Core, value: Value, left: list[int]) -> object:
    left[0] -= 1
    if left[0] < 0:
        raise GivenUp(_TOO_LARGE)
    if isinstance(value, Lit):
        return ("lit", type(value.value).__name__, value.value, value.site)
    if isinstance(value, Arr):
        return ("arr", value.more, *[_fingerprint(runner, runner.force(item), left) for item in value.items])
    if isinstance(value, Obj):
        inner = tuple([(name, _fingerprint(runner, runner.force(item), left)) for name, item in sorted(value.entries.items())])
        return ("obj", value.more.key if value.more else "", inner)
    if isinstance(value, Choice):
        return ("choice", *(_fingerprint(runner, part, left) for part in (value.when, runner.force(value.yes), runner.force(value.no))))
    return ("other", runner.render(value)[1])


def _together(runner: Runner, found: _Found) -> Draft:
    """The rule under the literals of all paths that make it."""
    ways = list(found.ways)
    if len(ways) == 1:
        return found.draft
    whole = facts_of(Some(tuple(All(tuple(formula_of(runner, literal) for literal in way)) for way in ways)))
    if whole is None:
        raise GivenUp("conditions that are too long")
    literals: Literals = ()
    for fact in whole:
        if isinstance(fact, AnyOf):
            literals = (*literals, _alternative(runner, fact.literals))
        elif not isinstance(fact, Apart):
            literals = (*literals, fact)
    return replace(found.draft, literals=literals)


def _alternative(runner: Runner, literals: Iterable[tuple[str, bool]]) -> tuple[str, bool]:
    """One literal that holds where one of these does."""
    parts: list[Value] = []
    for key, holds in literals:
        held: Value = runner.compound.get(key) or Sym(runner.spoken.get(key, key), key, "a condition", known=Known())
        parts.append(held if holds else negated(runner, held))
    keys = [runner.render(part)[1] for part in parts]
    key = " || ".join(keys)
    text = " || ".join(runner.render(part)[0] for part in parts)
    runner.compound[key] = Sym(text, key, "a condition", ("or", tuple(parts)), known=Known())
    runner.spoken.setdefault(key, text)
    return (key, True)
