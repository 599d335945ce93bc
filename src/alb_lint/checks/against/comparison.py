"""Two estates, the live one and what the code wants, listener by listener."""

from collections.abc import Iterator

from alb_lint.checks.against._identity import known_deployments, match_told
from alb_lint.checks.against._matching import Match, Matching, match
from alb_lint.config import Config, listener_fits
from alb_lint.model import Deployment, Estate, Gap, Listener, Rule, is_controller_owned
from alb_lint.record import record


@record
class Compared:
    """One live listener and the code's. `default`: their default rules, where both are told. `code_whole`, `live_whole`: nothing was unreadable.

    `deployments`: what the tools will do, where a plan, a preview or their state tells which live rule is which of the code. `deleted`: live rules
    that they delete; they are no orphans.
    """

    live: Listener
    wanted: Listener
    matching: Matching
    default: Match | None
    live_whole: bool
    code_whole: bool
    deployments: tuple[Deployment, ...] = ()
    deleted: tuple[Rule, ...] = ()

    @property
    def pairs(self) -> Iterator[Match]:
        """All matches, that of the default rules last."""
        yield from self.matching.matches
        if self.default is not None:
            yield self.default


@record
class Comparison:
    """`listeners`: by id of the live one. `gaps`: what could not be compared."""

    listeners: tuple[Compared, ...]
    gaps: tuple[Gap, ...]


def compare(live: Estate, wanted: Estate, config: Config, state: Estate | None = None) -> Comparison:
    """The comparison of all listeners that are known to be the same. `state`: what the tools keep of what they made, with ARNs and addresses.

    They are matched by id; by the [[listener]] names of the config; else where each side has exactly one.
    """
    found: list[Compared] = []
    gaps: list[Gap] = []
    compared: set[str] = set()
    by_id = {item.id: item for item in reversed(wanted.listeners)}
    for there in live.listeners:
        here = by_id.get(there.id) or _counterpart(there, live, wanted, config)
        if here is not None:
            compared.add(here.id)
            found.append(_compare(there, here, live, wanted, state))
            gaps.extend(_vague(found[-1].matching))
        elif there.rules and not is_controller_owned(there):
            reason = f"no listener of the code is known to be {there.name or there.id}; its rules are not compared: name both in one [[listener]]"
            gaps.append(Gap(there.location, reason))
    for here in wanted.listeners:
        if here.id not in compared and here.rules:
            reason = f"no live listener is known to be {here.name or here.id}; its rules are not compared: name both in one [[listener]]"
            gaps.append(Gap(here.location, reason))
    return Comparison(tuple(found), tuple(gaps))


def _counterpart(there: Listener, live: Estate, wanted: Estate, config: Config) -> Listener | None:
    """The listener of the code of another id that is this one."""
    for named in config.listeners:
        if not listener_fits(named.name, there, config):
            continue
        fitting = [here for here in wanted.listeners if listener_fits(named.name, here, config) and not _elsewhere(here, live)]
        if len(fitting) == 1:
            return fitting[0]
    if len(live.listeners) == len(wanted.listeners) == 1 and not (
        there.id.startswith("arn:") and wanted.listeners[0].id.startswith("arn:")
    ):
        return wanted.listeners[0]
    return None


def _elsewhere(here: Listener, live: Estate) -> bool:
    """Whether the code tells by ARN that it is another live listener."""
    return here.id.startswith("arn:") and any(there.id == here.id for there in live.listeners)


def _compare(there: Listener, here: Listener, live: Estate, wanted: Estate, state: Estate | None) -> Compared:
    default = None
    if there.default is not None and here.default is not None:
        default = Match(there.default, (here.default,))
    whole = live.complete and there.unread is None, wanted.complete and here.unread is None
    deployments = known_deployments(there, here, state)
    if not deployments:
        return Compared(there, here, match(there.rules, here.rules), default, *whole)
    told = match_told(there, here, deployments)
    return Compared(there, here, told.matching, default, *whole, deployments, told.deleted)


def _vague(matching: Matching) -> Iterator[Gap]:
    for one in matching.vague:
        rule: Rule = one[0]
        yield Gap(rule.location, f"the conditions of {rule.label} are not known, so that no live rule can be matched to it")
