"""ALB401 against live rules: a rule of the code wants a number that another live rule holds.

Source: API CreateRule and SetRulePriorities. Terraform, Pulumi and CloudFormation move one rule with one call; CloudFormation and Pulumi create and
update before they delete, Terraform does both side by side.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final

from alb_lint.analysis.decisions import order_sensitive
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.handovers import number_after
from alb_lint.checks._earlier import numbers_for
from alb_lint.checks.against._matching import Match, arn
from alb_lint.checks.against.comparison import Compared
from alb_lint.checks.check import Check, Context, Finding, Related, Severity
from alb_lint.findings.finding import Confidence
from alb_lint.findings.wording import rule_text
from alb_lint.model import Rule, Unknown, owner_of
from alb_lint.model.limits import PRIORITY_MAX, PRIORITY_MIN
from alb_lint.model.rule import ANY_NAME
from alb_lint.record import record, replace
from alb_lint.space.covers import lowest

_FAR: Final = 64
"""Moves that are followed from one to the next; what waits for more is not called a circle."""
_SHOWN: Final = 4
_STATE: Final = {
    "pulumi": "`pulumi preview --json` in place of the code, or --state with `pulumi stack export`,",
    "terraform": "`terraform show -json` of a plan in place of the code, or --state with `terraform state pull`,",
}
_NEAR: Final = 1_000
"""How far from its number a free one is looked for."""
_TOGETHER: Final = 6_000
"""Rules, live and of the code, among which numbers for those that hold another's are looked for."""
_TOOLS: Final = (
    ("terraform", "Terraform moves one rule at a time, in no set order, and does not wait for deletions before it creates"),
    ("pulumi", "Pulumi moves one rule at a time and creates before it deletes"),
    ("cloudformation", "CloudFormation moves one rule at a time and deletes last"),
)
_ANY_TOOL: Final = "Terraform, Pulumi and CloudFormation move one rule at a time and do not delete first"


def _alike(name: str, other: str) -> bool:
    """Whether one name holds the other, as `shop-prod-cart` holds `cart`: names that are built from one another are no sign of a rename."""
    one, two = ("".join(filter(str.isalnum, text.lower())) for text in (name, other.rpartition(".")[2]))
    return one in two or two in one


class _Unmoved:
    """Live rules that no code moves, together with the rules of the code. `taken`: numbers that any rule has."""

    def __init__(self, compared: Compared, left: Sequence[Rule]) -> None:
        code = [rule for rule in compared.wanted.rules if isinstance(rule.priority, int)]
        named = [replace(rule, id=f"code {place}") for place, rule in enumerate(code)]
        self.facts = ListenerFacts(replace(compared.live, rules=(*left, *named)))
        self.place = {rule.id: index for index, rule in enumerate(self.facts.rules)}
        self.taken = {rule.priority for rule in (*compared.live.rules, *code)}
        self._sensitive = order_sensitive(self.facts)
        # in asking order, those of unknown number behind all others
        self._numbers = [rule.priority for rule in self.facts.rules if isinstance(rule.priority, int)]

    def around(self, index: int) -> tuple[int, int]:
        """The least and the greatest number at which the live rule does what it does now: those of the code at its own come after it today."""
        start = bisect_left(self._numbers, self._numbers[index])
        matters = self._sensitive[index] & (1 << len(self._numbers)) - 1
        before, after = matters & (1 << start) - 1, matters >> start
        low = self._numbers[before.bit_length() - 1] + 1 if before else PRIORITY_MIN
        return low, self._numbers[start + lowest(after)] - 1 if after else PRIORITY_MAX


@record
class _Way:
    """What becomes of a number. `end`: "free" after the moves, "circle", "held" by a rule that does not move, "unknown"."""

    end: str
    moves: tuple[Match, ...] = ()
    last: Rule | None = None


def held_numbers(compared: Compared, check: Check, context: Context) -> Iterator[Finding]:
    """One finding per rule of the code that would be refused."""
    if compared.deployments:
        yield from _told(compared, check, context)
        return
    listener = _Listener(compared, check, context)
    for own, rule in listener.wanted():
        holder = listener.at.get(rule.priority) if isinstance(rule.priority, int) else None
        if own is not None and "priority" in rule.left_alone:
            continue  # it stays where it is live
        if holder is not None and (own is None or own.live is not holder):
            yield listener.finding(own, rule, holder)
        elif holder is not None and listener.other_name(rule, holder):
            yield listener.perhaps(rule, holder)


def _told(compared: Compared, check: Check, context: Context) -> Iterator[Finding]:
    """Where it is known which live rule is which: numbers that pass on within a deployment, and those that rules outside of it hold."""
    from alb_lint.checks.priority_in_use import refusals

    listener = _Listener(compared, check, context)
    changing = {change.before.id for deployment in compared.deployments for change in deployment.changes if change.before is not None}
    for deployment in compared.deployments:
        yield from refusals(compared.live.id, deployment)
        for change in deployment.changes:
            number = number_after(change)
            holder = listener.at.get(number)
            if change.after is None or holder is None or holder.id in changing:
                continue
            own = Match(change.before, (change.after,)) if change.before is not None else None
            yield listener.finding(own, change.after, holder, certain=deployment.certain)


class _Listener:
    def __init__(self, compared: Compared, check: Check, context: Context) -> None:
        self.compared = compared
        self.check = check
        self.context = context
        self.at: dict[object, Rule] = {}
        for live in compared.live.rules:
            self.at.setdefault(live.priority, live)
        self.code_of = {match.live.id: match for match in compared.matching.matches}
        mine = {match.live.id for match in compared.matching.matches}
        self.left = [rule for rule in compared.live.rules if rule.id not in mine]
        kind = compared.wanted.source_kind
        self.tool = next((said for word, said in _TOOLS if word in kind), _ANY_TOOL)

    def wanted(self) -> Iterator[tuple[Match | None, Rule]]:
        """Every rule of the code, with the match of the live rule that it is."""
        own = {rule.id: match for match in self.compared.matching.matches for rule in match.wanted}
        for rule in self.compared.wanted.rules:
            yield own.get(rule.id), rule

    def finding(self, own: Match | None, rule: Rule, holder: Rule, *, certain: bool = False) -> Finding:
        """`certain`: the rule is known not to be the holder."""
        way = self._way(own, holder)
        message, way_out = self._words(way, rule, holder)
        return self.check.finding(
            self.compared.live.id,
            rule,
            message,
            f"{way_out}: {self.tool}",
            confidence="proved" if certain and way.end == "held" else self._confidence(way, own, rule, holder),
            related=tuple(Related("holder", one) for one in dict.fromkeys((holder, *(match.live for match in way.moves)))),
        )

    def other_name(self, rule: Rule, holder: Rule) -> str:
        """The name that the live rule bears and the code does not give to the rule that it seems to be; "" where nothing speaks against it."""
        name = dict(holder.tags).get("Name", "")
        given = {rule.name, dict(rule.tags).get("Name"), *rule.formerly}
        return name if name and not arn(rule) and not rule.name.endswith(f".{name}") and not given & {name, ANY_NAME} else ""

    def perhaps(self, rule: Rule, holder: Rule) -> Finding:
        """A rule that says what the live one says on its number, under another name: a tool would make it anew."""
        how = _STATE.get(self.compared.wanted.source_kind, "the tool's plan")
        name = self.other_name(rule, holder)
        return self.check.finding(
            self.compared.live.id,
            rule,
            f"live {rule_text(holder)} is named {name!r}: it is this one only if its resource kept the name or has an alias",
            f"if it was renamed, AWS refuses {rule.priority}, which the old rule still holds; {how} tells",
            confidence="possible",
            severity=Severity.INFO if _alike(name, rule.name) else Severity.WARNING,
            related=(Related("holder", holder),),
        )

    def _way(self, own: Match | None, holder: Rule) -> _Way:
        """Follows the holder to the number that it moves to, and so on."""
        moves: list[Match] = []
        current = holder
        for _ in range(_FAR):
            match = self.code_of.get(current.id)
            if match is None or any(rule.priority == current.priority or "priority" in rule.left_alone for rule in match.wanted):
                return _Way("held", tuple(moves), current)
            number = match.wanted[0].priority
            if len(match.wanted) > 1 or isinstance(number, Unknown) or not match.certain:
                return _Way("unknown", tuple(moves), current)
            moves.append(match)
            after = self.at.get(number)
            if after is None:
                return _Way("free", tuple(moves))
            if (own is not None and after is own.live) or after is holder:
                return _Way("circle", tuple(moves) if after is holder or own is None else (*moves, own))
            if any(after is move.live for move in moves):
                return _Way("circle", tuple(moves))
            current = after
        return _Way("unknown", tuple(moves), current)

    def _words(self, way: _Way, rule: Rule, holder: Rule) -> tuple[str, str]:
        """(message, way out)."""
        number = rule.priority
        who = f"live {rule_text(holder)}"
        steps = [f"{match.live.priority} to {match.wanted[0].priority}" for match in reversed(way.moves)]
        order = ", then ".join(steps[:_SHOWN]) + (f" and {len(steps) - _SHOWN} more" if len(steps) > _SHOWN else "")
        if way.end == "free":
            return (
                f"priority {number} is in use until {who} has moved to {way.moves[0].wanted[0].priority}",
                f"move {order} first and deploy then, or move all with one SetRulePriorities call",
            )
        if way.end == "circle":
            return (
                f"priority {number} is in use by {who}, which waits in a circle of moves ({order}); no order of single moves works",
                "move them with one SetRulePriorities call before the deployment, or deploy twice with one of them on a free number in between",
            )
        if way.end == "unknown":
            return (
                f"priority {number} is in use by {who}, and the code does not tell where that goes",
                "make sure that it is moved or deleted before the deployment",
            )
        last = way.last if way.last is not None else holder
        if owner_of(last):
            return f"priority {number} is in use by {who}, which {owner_of(last)} owns", "take a free number in the code"
        if last is not holder:
            return (
                f"priority {number} is in use by {who}, which cannot move: live {rule_text(last)} stays on {last.priority}",
                f"delete {last.priority} or move it to a free number first, then {order}, then deploy",
            )
        if last.id in self.code_of:
            return f"priority {number} is in use by {who}, and the code keeps it there", "give one of the two a free number in the code"
        return f"priority {number} is in use by {who}, which no code moves", self._way_out(holder)

    @cached_property
    def _unmoved(self) -> _Unmoved | None:
        """None where they are more than are looked at."""
        return _Unmoved(self.compared, self.left) if len(self.left) + len(self.compared.wanted.rules) <= _TOGETHER else None

    def _way_out(self, holder: Rule) -> str:
        """Where the live rule still does what it does now. Deleting it is no way out: somebody made it for something."""
        if self._unmoved is None:
            return "give the rule of the code another number; which ones the live rule could have was not looked for beside so many rules"
        facts, index = self._unmoved.facts, self._unmoved.place[holder.id]
        assert isinstance(holder.priority, int)
        low, high = self._unmoved.around(index)
        taken = self._unmoved.taken
        at = holder.priority
        near = (one for far in range(1, _NEAR + 1) for one in (at + far, at - far) if low <= one <= high)
        allowed = numbers_for(facts, index, self.context)
        free = next((one for one in near if one not in taken and allowed(one)), None) if allowed is not None else None
        kept = (
            f"only numbers from {low} to {high} keep it doing what it does"
            if low <= high
            else "no other number keeps it doing what it does"
        )
        if high == PRIORITY_MAX:
            kept = (
                f"only numbers above {low - 1} keep it doing what it does"
                if low > PRIORITY_MIN
                else "any number keeps it doing what it does"
            )
        elif low == PRIORITY_MIN and low <= high:
            kept = f"only numbers below {high + 1} keep it doing what it does"
        if free is not None:
            return f"move live {holder.priority} to {free} first, then deploy ({kept}); or give the rule of the code another number"
        return (
            f"give the rule of the code another number: {kept}{', and none of them is free' if low <= high and allowed is not None else ''}"
        )

    def _confidence(self, way: _Way, own: Match | None, rule: Rule, holder: Rule) -> Confidence:
        """Proved where the deployment cannot go well; possible where an order of single moves works that no tool promises to keep."""
        if rule.presence or (own is not None and not own.certain) or way.end in ("free", "unknown"):
            return "possible"
        if own is None and not arn(rule) and holder.id not in self.code_of:
            return "possible"  # the rule itself may be the live one, with other conditions and another action
        sure = all(match.certain and not any(one.presence for one in match.wanted) for match in way.moves)
        return "proved" if sure else "possible"
