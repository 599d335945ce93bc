"""ALB307: a redirect that leads back to itself, alone or in a circle; claimed only of requests that were followed all the way round.

A redirect that names a host may lead to another load balancer or a CDN. So a circle counts as proved where every hop keeps the host or is answered by
a rule that names it, as possible where it is answered by a rule whose host pattern takes it, and not at all otherwise.
"""

from collections.abc import Iterator, Sequence

from alb_lint.analysis.evaluate import may_match
from alb_lint.analysis.known import facts_of
from alb_lint.checks._answers import Answers
from alb_lint.checks._balancers import together
from alb_lint.checks._redirects import HOPS, Circle, Step, circle, destination, redirect_of, target
from alb_lint.checks._samples import samples
from alb_lint.checks._wording import named, quoted
from alb_lint.checks.check import Check, CheckInfo, Finding, Related, Severity, Witness
from alb_lint.config import Config
from alb_lint.findings.finding import Confidence
from alb_lint.findings.wording import counted
from alb_lint.model import Estate, HostHeader, Listener, Redirect, Rule
from alb_lint.model.listener import rules_and_default

_KEPT = Redirect()


def run(estate: Estate, _config: Config) -> Iterator[Finding]:
    for _, listeners in together(estate):
        starts = [(listener, rule) for listener, rule in _starts(listeners) if _goes_on(listeners, listener, rule)]
        answers = {listener.id: Answers(facts_of(listener)) for listener in listeners} if starts else {}
        told: set[tuple[str, str]] = set()
        for listener, rule in starts:
            found = _circle(list(answers.values()), answers[listener.id], rule) if (listener.id, rule.id) not in told else None
            members = {(step.listener.id, step.rule.id) for step in found.steps} if found is not None else set()
            if found is not None and not members & told:
                told |= members
                yield _finding(found)


def _starts(listeners: Sequence[Listener]) -> Iterator[tuple[Listener, Rule]]:
    """The redirects from whose target there is a way back to their own listener, by listener and rule."""
    hops: dict[str, set[str]] = {}
    found: list[tuple[Listener, Rule, str]] = []
    for listener in listeners:
        for rule in rules_and_default(listener):
            redirect = redirect_of(rule)
            if redirect is None or rule.presence or not _changes(redirect):
                continue
            there = destination(listeners, listener, redirect)
            if there is not None:
                hops.setdefault(listener.id, set()).add(there.id)
                found.append((listener, rule, there.id))
    for listener, rule, there_id in found:
        reached, todo = {there_id}, [there_id]
        while todo:
            new = hops.get(todo.pop(), set()) - reached
            reached |= new
            todo.extend(new)
        if listener.id in reached:
            yield listener, rule


def _goes_on(listeners: Sequence[Listener], listener: Listener, rule: Rule) -> bool:
    """Whether some redirect may take what the rule redirects: a cheap look that spares most listeners the rest."""
    redirect = redirect_of(rule)
    there = destination(listeners, listener, redirect) if redirect is not None else None
    if redirect is None or there is None:
        return False
    others = [other for other in rules_and_default(there) if redirect_of(other) is not None]
    requests = list(samples(rule))
    targets = [after for request in requests if (after := target(listener, redirect, request)) is not None]
    return not requests or any(may_match(other, after) for after in targets for other in others)


def _changes(redirect: Redirect) -> bool:
    """Whether the API takes the redirect; one that changes nothing is ALB203."""
    return (redirect.protocol, redirect.host, redirect.port, redirect.path) != (_KEPT.protocol, _KEPT.host, _KEPT.port, _KEPT.path)


def _circle(answers: list[Answers], here: Answers, rule: Rule) -> Circle | None:
    """The surest circle that a request of the rule gets into, if any."""
    possible: Circle | None = None
    for request in here.own_requests(rule):
        found = circle(answers, here, request)
        if found is not None and _confidence(found) == "proved":
            return found
        if found is not None and _confidence(found) is not None:
            possible = possible or found
    return possible


def _confidence(found: Circle) -> Confidence | None:
    """How sure it is that the requests of the circle all get here; None: nothing says so."""
    sure = not any(step.request.headers for step in found.steps)  # whether a client repeats a header is its own choice
    steps = found.steps
    for place, step in enumerate(steps):
        before = steps[place - 1]
        if before.redirect.host == "#{host}" or (place == 0 and not found.closed):
            continue
        hosts = [
            value.lower()
            for item in step.rule.conditions
            if isinstance(item, HostHeader)
            for value in item.values
            if isinstance(value, str)
        ]
        if step.request.host in hosts:
            continue
        if not any(host.strip("*.?") for host in hosts):
            return None
        sure = False
    return "proved" if sure else "possible"


def _finding(found: Circle) -> Finding:
    first = min(range(len(found.steps)), key=lambda place: _place(found.steps[place])) if found.closed else 0
    steps = (*found.steps[first:], *found.steps[:first])
    start = steps[0]
    confidence = _confidence(found) or "possible"
    others = list({(step.listener.id, step.rule.id): step.rule for step in steps if step.rule is not start.rule}.values())
    scheme = f"{start.listener.protocol.lower()}://" if start.listener.protocol else ""
    url = quoted(f"{scheme}{start.request.host}{start.request.target}")
    if not found.closed:
        message = f"a request for {url} is redirected {HOPS} times in a row and further"
    elif others:
        message = f"a request for {url} comes back after {counted(len(steps), 'redirect')}, by way of {named(others[0])}"
    else:
        message = f"a request for {url} is redirected to the same URL"
    if confidence == "possible":
        message += ", if its host leads to this load balancer"
    return CHECK.finding(
        start.listener.id,
        start.rule,
        message,
        "narrow the rule so that it does not take its own target, or forward the target before this rule",
        confidence=confidence,
        severity=None if confidence == "proved" else Severity.WARNING,
        related=tuple(Related("partner", rule) for rule in others),
        witnesses=(Witness("only-rule", start.request, "redirected in a circle"),),
    )


def _place(step: Step) -> tuple[str, bool, int, str]:
    number = step.rule.priority
    return step.listener.id, step.rule.is_default, number if isinstance(number, int) else 0, step.rule.id


CHECK = Check(
    CheckInfo("ALB307", "redirect-loop", Severity.ERROR, "A redirect whose target is answered by itself or a circle of redirects."),
    run_estate=run,
    whole=True,
)
