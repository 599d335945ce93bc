"""Whether splits change no answer and keep the limits.

The pieces of a rule match together what it matched and act as it did. Where each of them comes before and after the rules that the rule came
before and after, as far as the order matters, a request whose answer changed would be matched by two rules that act alike.
"""

from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace

from alb_lint.analysis.counting import most_of
from alb_lint.analysis.decisions import differences, order_sensitive
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.model import FixedResponse, Listener, Rule
from alb_lint.model.limits import PRIORITY_MAX, PRIORITY_MIN
from alb_lint.plan.naming import called
from alb_lint.plan.plan import Split
from alb_lint.plan.proof.proof import Flaw
from alb_lint.plan.steps.apply import parted, piece_ids
from alb_lint.presence import exclusive
from alb_lint.space.covers import bits_of
from alb_lint.symbols import Number


def check_splits(listener: Listener, splits: Sequence[Split]) -> list[Flaw]:
    """All flaws; none: every request is answered as before, by rules within their limits. `listener`: as it is when all else is done."""
    if not splits:
        return []
    known = {rule.id: rule for rule in listener.rules}
    names = Counter(split.rule for split in splits)
    flaws = [Flaw("a split names a rule that the listener does not have", (name,)) for name in names if name not in known]
    flaws += [Flaw("a split names a rule twice", (name,)) for name, times in names.items() if times > 1]
    if flaws:
        return flaws
    most = most_of(listener)
    for split in splits:
        if not split.pieces or split.pieces[0].priority != known[split.rule].priority:
            flaws.append(Flaw("the first piece of a split is not at the number of its rule", (split.rule,)))
        if not all(piece.conditions and most.hold(piece.conditions) for piece in split.pieces):
            flaws.append(Flaw("a piece of a split is itself over the limits of a rule, or has no condition", (split.rule,)))
        if not all(PRIORITY_MIN <= piece.priority <= PRIORITY_MAX for piece in split.pieces[1:]):
            flaws.append(Flaw(f"a piece of a split is outside {PRIORITY_MIN}-{PRIORITY_MAX}", (split.rule,)))
    after = parted(listener, splits)
    flaws += [
        Flaw(f"a piece of a split takes {piece.priority}, which another rule has", (piece.id, other.id))
        for piece, other in _tied(after, known)
    ]
    if flaws:
        return flaws
    return [*check_together(listener, after, splits), *_check_order(listener, after, splits)]


def check_together(listener: Listener, after: Listener, splits: Sequence[Split]) -> Iterator[Flaw]:
    """Whether the pieces match together what their rule matched, whatever else there is."""
    old, new = ({rule.id: rule for rule in one.rules} for one in (listener, after))
    for split in splits:
        before = _alone(listener, [old[split.rule]])
        found = differences(before, _alone(listener, [new[name] for name in piece_ids(split.rule, len(split.pieces))]), limit=1)
        if found.equivalent is not True:
            request = found.differences[0].request if found.differences else None
            why = "do not match" if request is not None else "may not match"
            yield Flaw(f"the pieces of a split {why} together what their rule matches", (split.rule,), request)


def _alone(listener: Listener, rules: Sequence[Rule]) -> Listener:
    """These rules alone, all with one answer, where everything else gets another."""
    yes, no = FixedResponse("200", None, "yes"), FixedResponse("404", None, "no")
    alike = (replace(rule, priority=place, actions=(yes,), transforms=(), presence=()) for place, rule in enumerate(rules, PRIORITY_MIN))
    return replace(listener, rules=tuple(alike), default=Rule("default", "", 0, (), (no,), is_default=True))


def _check_order(listener: Listener, after: Listener, splits: Sequence[Split]) -> Iterator[Flaw]:
    """Whether each piece comes before and after the rules that its rule came before and after, wherever the order matters."""
    origin = {name: split.rule for split in splits for name in piece_ids(split.rule, len(split.pieces))}
    was = {rule.id: rule.priority for rule in listener.rules}
    facts = ListenerFacts(after)
    for index, others in enumerate(order_sensitive(facts)):
        piece = facts.rules[index]
        if piece.id not in origin:
            continue
        for place in bits_of(others):
            other = facts.rules[place]
            before = _order(was[origin[piece.id]], was[origin.get(other.id, other.id)])
            same = origin.get(other.id) == origin[piece.id] or (piece.id in was and other.id in was)
            if not same and (before is None or before != _order(piece.priority, other.priority)):
                reason = f"a piece of a split, {called(piece)}, passes {called(other)}, and the order of the two matters"
                yield Flaw(reason, (origin[piece.id], other.id), facts.shared_request(index, place))


def _order(one: Number, other: Number) -> int | None:
    """-1, 0 or 1: whether the one comes before the other, is at its number, or after it; None where it is not known."""
    if not isinstance(one, int) or not isinstance(other, int):
        return None
    return (one > other) - (one < other)


def _tied(after: Listener, known: Container[str]) -> Iterator[tuple[Rule, Rule]]:
    """(piece to come, another rule with its number) that can exist together."""
    holders: dict[object, list[Rule]] = {}
    for rule in after.rules:
        holders.setdefault(rule.priority, []).append(rule)
    for piece in after.rules:
        if piece.id not in known:
            yield from (
                (piece, other) for other in holders[piece.priority] if other is not piece and not exclusive(piece.presence, other.presence)
            )
