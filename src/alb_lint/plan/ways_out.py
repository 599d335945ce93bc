"""What would give a plan where rules of one number stand against it: each way is tried before it is told."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Final

from alb_lint.config import Before, Config
from alb_lint.entries import before_text, joined, listener_glob, rule_glob
from alb_lint.model import Listener
from alb_lint.plan.naming import called
from alb_lint.plan.plan import ListenerPlan, Note, Refusal, Way
from alb_lint.plan.wanted.ranges import listener_fits
from alb_lint.plan.wanted.twins import UNTOLD

if TYPE_CHECKING:
    from alb_lint.plan.planner import Options

ENVIRONMENTS: Final = 6
"""Environments of the config that are tried; one more is one more plan to make."""

_FIRST: Final = (
    "each pair becomes one weighted rule, in which the first, or the other way round, gets all requests until its weights are changed; [[weights]] "
    "gives others"
)

Attempt = Callable[[Config, "Options"], ListenerPlan | list[Refusal]]


def with_ways(
    refusals: Sequence[Refusal], listener: Listener, notes: Sequence[Note], config: Config, options: "Options", attempt: Attempt
) -> list[Refusal]:
    """The refusals, those of rules of one number as one for each kind, with the ways out of it. `notes`: why twins stay apart.

    `attempt` makes the plan of the listener under another config and other flags.
    """
    tied = [item for item in refusals if item.collision]
    if not tied:
        return list(refusals)
    orders = {item.rules: _before(item, listener, config) for item in tied}
    crossing = [order for item in tied if item.collision == "crossing" for order in [orders[item.rules]]]
    decided = list(orders.values())
    ways, merged = [], False
    if any(item.collision == "twins" for item in tied):
        wishes = [replace(options, merge_twins=True)] if not options.merge_twins else []
        named = dict.fromkeys(item.environment for item in config.weights if listener_fits(item.listener, listener, config))
        current = options.environment or config.environment
        wishes += [replace(options, merge_twins=True, environment=name) for name in list(named)[:ENVIRONMENTS] if name != current]
        ways += [
            Way(_flags(wish, options), _text(crossing), _meaning(wish, options, config))
            for wish in wishes
            if _works(attempt, config, wish, crossing)
        ]
        wish = replace(options, merge_twins=True)
        if not ways and _merges(attempt, config, wish, decided):
            ways.append(Way(_flags(wish, options), _text(decided), _FIRST))
            merged = options.merge_twins
    if not merged and _works(attempt, config, options, decided):
        ways.append(Way((), _text(decided), "the first of each two matches before the other, or the other way round"))
    others = [item for item in refusals if not item.collision]
    kinds = [[item for item in tied if item.collision == kind] for kind in ("twins", "crossing")]
    return [*(_together(items, listener, notes, tuple(ways)) for items in kinds if items), *others]


def _before(item: Refusal, listener: Listener, config: Config) -> Before:
    rules = {rule.id: rule for rule in listener.rules}
    first, then = (rule_glob(rules[name], listener) for name in item.rules)
    return Before(first, then, listener_glob(listener, config))


def _works(attempt: Attempt, config: Config, options: "Options", orders: Sequence[Before]) -> bool:
    return isinstance(attempt(replace(config, before=(*config.before, *orders)), options), ListenerPlan)


def _merges(attempt: Attempt, config: Config, options: "Options", orders: Sequence[Before]) -> bool:
    made = attempt(replace(config, before=(*config.before, *orders)), options)
    return isinstance(made, ListenerPlan) and bool(made.merges)


def _flags(wish: "Options", given: "Options") -> tuple[str, ...]:
    """What the command lacks."""
    merge = ("--merge-twins",) if not given.merge_twins else ()
    return (*merge, "--environment", wish.environment) if wish.environment != given.environment else merge


def _text(orders: Sequence[Before]) -> str:
    return joined([before_text(order) for order in orders])


def _meaning(wish: "Options", given: "Options", config: Config) -> str:
    if wish.environment == given.environment:
        # rules of one number are merged without further word only where one of them has the target groups of all
        return "of each pair the rule stays that already forwards to the target groups of both"
    shares = dict(chain.from_iterable(item.groups for item in config.weights if item.environment == wish.environment))
    told = ", ".join(f"{glob} {share:g} %" for glob, share in shares.items())
    return f"each pair becomes one weighted rule; [[weights]]: {told}"


def _together(items: Sequence[Refusal], listener: Listener, notes: Sequence[Note], ways: tuple[Way, ...]) -> Refusal:
    """One refusal for all of a kind."""
    rules = {rule.id: rule for rule in listener.rules}
    names = tuple(chain.from_iterable(item.rules for item in items))
    twins = items[0].collision == "twins"
    reason = items[0].reason
    if len(items) > 1:
        numbers = ", ".join(str(number) for number in dict.fromkeys(rules[item.rules[0]].priority for item in items))
        what = "pairs of rules that match the same requests have the same number" if twins else "pairs of rules have the same number"
        reason = f"{len(items)} {what} ({numbers}), and it matters which one AWS keeps"
    apart = [note.reason for note in notes if any(set(item.rules) <= set(note.rules) for item in items)]
    told = [_told(way) for way in ways]
    why = [text for text in apart if UNTOLD not in text][:1] if twins else []
    reason = ". ".join([reason, *why])
    nearest = (
        "; or ".join(told)
        if told
        else "; ".join(apart[:1]) or f"say which comes first with [[before]]: {called(rules[names[0]])}, or the other"
    )
    return replace(items[0], reason=reason, rules=names, witnesses=items[0].witnesses, nearest=nearest, ways=ways, apart="".join(why))


def _told(way: Way) -> str:
    lines = f"in the config: {' '.join(way.config.split())}" if way.config else ""
    return " and ".join(part for part in (" ".join(way.flags), lines) if part)
