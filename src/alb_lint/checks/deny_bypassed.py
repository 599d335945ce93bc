"""ALB601: a rule denies requests, and the same requests are forwarded round it: by an earlier rule, on another listener, on another load balancer.

A redirect to another host is held against the other listeners of its load balancer, too: what :443 sends elsewhere, :80 should not forward.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.guards import denies, forgeable, groups_of, guards_of, sends_elsewhere
from alb_lint.analysis.known import facts_of
from alb_lint.analysis.ways import Resources, shared_targets
from alb_lint.checks._balancers import only_inside, surely_apart, together
from alb_lint.checks._gates import MOST, answering, on_listener
from alb_lint.checks._wording import named
from alb_lint.checks.check import Check, CheckInfo, Finding, Related, Severity, Witness
from alb_lint.config import Config
from alb_lint.findings.wording import rules_list
from alb_lint.model import Estate, Forward, Listener, Request, Rule
from alb_lint.model.listener import rules_and_default
from alb_lint.record import record
from alb_lint.space.covers import bits_of


@record
class _Detour:
    listener: Listener
    rule: Rule
    request: Request | None
    """None where others of the same gate are shown."""


def run(estate: Estate, _config: Config) -> Iterator[Finding]:
    beside = shared_targets(estate)
    gates = [gate for listener in estate.listeners for gate in _gates(listener, beside)]
    found = {gate.key: list(gate.before) for gate in gates}
    balancer = {listener.id: key for key, listeners in together(estate) for listener in listeners}
    shielding = [gate for gate in gates if gate.shielded]
    shown: dict[Hashable, int] = {gate.key: min(len(gate.before), MOST) for gate in gates}
    for other in estate.listeners if shielding else ():
        for gate, detour in _elsewhere(other, shielding, balancer, shown):
            found[gate.key].append(detour)
    for gate in gates:
        if found[gate.key]:
            yield _finding(gate.listener, gate.rule, found[gate.key])


@record
class _Gate:
    """A rule that denies requests or sends them elsewhere.

    `before`: the ways round it on its own listener; `shielded`: the groups that would get the requests without it.
    """

    listener: Listener
    rule: Rule
    before: tuple[_Detour, ...]
    shielded: frozenset[str]

    @property
    def key(self) -> tuple[str, str]:
        return self.listener.id, self.rule.id


def _gates(listener: Listener, beside: Mapping[str, Iterable[str]]) -> Iterator[_Gate]:
    """The rules that certainly deny some request, or send it elsewhere. `beside`: target group → those that have a target in common with it."""
    if not any(_is_gate(rule) for rule in listener.rules):
        return
    if not any(_open(rule) or groups_of(rule) for rule in rules_and_default(listener)):
        return  # nothing here gets requests in place of a gate, before it or without it
    facts = facts_of(listener)
    resources = Resources(facts.rules)
    leading: dict[str, int] = {}
    for place, rule in enumerate(facts.rules):
        for group in groups_of(rule):
            leading[group] = leading.get(group, 0) | 1 << place
    beneath = set(groups_of(listener.default)) if listener.default is not None else set()
    for place, rule in enumerate(facts.rules):
        if _is_gate(rule) and facts.reach(place).state == "reachable":
            after = facts.meets[place] & facts.compiled.later[place]
            own = beneath | {group for group, rules in leading.items() if rules & after}
            shielded = frozenset(own.union(*(beside.get(group, ()) for group in own)))
            # a host that moved may well keep some paths: a redirect is held against other listeners alone
            before = tuple(_before(facts, resources, place)) if denies(rule) else ()
            yield _Gate(listener, rule, before, shielded)


def _is_gate(rule: Rule) -> bool:
    return (denies(rule) or sends_elsewhere(rule)) and not rule.presence and bool(rule.conditions)


def _before(facts: ListenerFacts, resources: Resources, gate: int) -> Iterator[_Detour]:
    """Earlier rules that forward what the gate would deny, without being exceptions that name a part of what it names."""
    shown = 0
    for index in bits_of(facts.earlier[gate] & facts.meets[gate]):
        rule = facts.rules[index]
        if not _open(rule) or forgeable(rule) or resources.relation(index, gate) == "narrower":
            continue
        avoid = facts.compiled.may_precede(index) & ~facts.excluded(index)
        if shown == MOST:
            if facts.exists((index, gate), avoid) is True:
                yield _Detour(facts.listener, rule, None)
            continue
        request = facts.shared_request(index, gate, avoid)
        if request is not None:
            shown += 1
            yield _Detour(facts.listener, rule, request)


def _open(rule: Rule) -> bool:
    """Whether the rule certainly exists and forwards for everybody."""
    return bool(rule.actions) and isinstance(rule.actions[-1], Forward) and not rule.presence and not guards_of(rule)


def _elsewhere(
    listener: Listener, gates: Sequence[_Gate], balancer: Mapping[str, str], shown: dict[Hashable, int]
) -> Iterator[tuple[_Gate, _Detour]]:
    """Rules of the listener that forward requests of gates on others to a group that those shield; by gate, in the order of both."""
    leading: dict[str, list[int]] = {}
    own = rules_and_default(listener)
    for place, rule in enumerate(own):
        for group in groups_of(rule) if _open(rule) else ():
            leading.setdefault(group, []).append(place)
    wanted: list[tuple[_Gate, list[int]]] = []
    for gate in gates:
        if gate.listener.id == listener.id or only_inside(listener, gate.listener):
            continue
        same = balancer[gate.listener.id] == balancer[listener.id]
        there = gate.shielded & leading.keys() if same or denies(gate.rule) else ()
        places = {place for group in there if same or group.startswith("arn:") for place in leading[group]}
        if places:
            wanted.append((gate, sorted(places)))
    if not wanted:
        return
    resources = Resources([*own, *(gate.rule for gate, _ in wanted)])
    pairs = [
        (gate, own[place])
        for number, (gate, places) in enumerate(wanted, len(own))
        for place in places
        if resources.relation(place, number) not in (("disjoint",) if surely_apart(listener, gate.listener) else ("narrower", "disjoint"))
    ]
    questions = [(gate.key, rule, gate.rule.conditions) for gate, rule in pairs]
    for (gate, rule), answer in zip(pairs, answering(listener, questions, shown), strict=True):
        if answer:
            yield gate, _Detour(listener, rule, answer if isinstance(answer, Request) else None)


def _finding(listener: Listener, gate: Rule, found: list[_Detour]) -> Finding:
    here = [item.rule for item in found if item.listener.id == listener.id]
    said = []
    if here:
        said.append(f"{rules_list(here, 3)} {'forwards' if len(here) == 1 else 'forward'} some of them first")
    for other in dict.fromkeys(item.listener.id for item in found if item.listener.id != listener.id):
        items = [item for item in found if item.listener.id == other]
        verb = "forwards" if len(items) == 1 else "forward"
        said.append(f"{_rules([item.rule for item in items])} on {on_listener(items[0].listener)} {verb} some of them")
    requests = [(item, item.request) for item in found if item.request is not None]
    first, request = requests[0]
    return CHECK.finding(
        listener.id,
        gate,
        f"{named(gate)} {'denies' if denies(gate) else 'redirects'} requests that get through elsewhere: {', and '.join(said)}",
        f"{'deny' if denies(gate) else 'redirect'} them first, with a lower number and on each listener, or write an `[[allow]]` with the reason",
        related=tuple(Related("partner", item.rule, shown) for item, shown in requests),
        witnesses=(Witness("both", request, f"forwarded by {named(first.rule)}", first.listener.id),),
    )


def _rules(rules: list[Rule]) -> str:
    return named(rules[0]) if len(rules) == 1 else rules_list(rules, 3)


CHECK = Check(
    CheckInfo(
        "ALB601", "deny-bypassed", Severity.WARNING, "Requests that a rule denies are forwarded by an earlier rule or another listener."
    ),
    run_estate=run,
    whole=True,
)
