"""One account and region → one snapshot, in five steps: load balancers, listeners, rules, then tags and target health.

Calls: one per page of load balancers, target groups and limits; one per page of listeners for each load balancer and of rules for each
listener; one per target group that a rule names; one per 20 load balancers and per 20 listeners and rules for their tags.
"""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Final

from alb_lint.sources.live import calls
from alb_lint.sources.live.calls import Client, Listed, Operation, chunks, each
from alb_lint.sources.live.options import LiveOptions
from alb_lint.sources.live.snapshot import plain
from alb_lint.sources.live.troubles import Trouble, TroubleError

_TAGGED: Final = 20
"""ARNs in one DescribeTags."""

_CORE: Final = frozenset({calls.LOAD_BALANCERS.name, calls.LISTENERS.name, calls.RULES.name})

Item = dict[str, Any]


@dataclass(slots=True)
class ScopeReading:
    """What was read, list by list, what was not, and which of the troubles make the whole reading an error."""

    lists: dict[str, list[Item]] = field(default_factory=dict)
    gaps: list[dict[str, Any]] = field(default_factory=list)
    partial: list[str] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    found: bool = False


def gap(reason: str, *, arn: str = "", address: str = "", lacks: str = "") -> dict[str, Any]:
    """A gap as a snapshot tells it. `lacks`: "rules" where rules of the listener `arn` were not read."""
    told: dict[str, Any] = {"location": {"arn": arn} if arn else {"address": address}, "reason": reason}
    return told | {"lacks": lacks} if lacks else told


class ScopeReader:
    """Reads one scope. `pool` runs the calls, `tell` hears (listeners done, listeners to do)."""

    def __init__(self, client: Client, options: LiveOptions, pool: Executor, tell: Callable[[int, int], None]) -> None:
        self._client = client
        self._options = options
        self._pool = pool
        self._tell = tell
        self._got = ScopeReading()

    def read(self) -> ScopeReading:
        got, client = self._got, self._client
        listed = client.listing(calls.LOAD_BALANCERS)
        if listed.trouble and not listed.items:
            got.troubles.append(listed.trouble)
            got.gaps.append(gap(str(listed.trouble), address=str(client.place)))
            return got
        got.found = True
        self._lacking(calls.LOAD_BALANCERS, listed)
        balancers = self._chosen([one for one in listed.items if one.get("Type", "application") == "application"])
        if not balancers:
            got.lists |= {"LoadBalancers": [], "Listeners": [], "Rules": []}
            self._tell(0, 0)
            return got
        groups = self._pool.submit(client.listing, calls.TARGET_GROUPS)
        limits = self._pool.submit(client.listing, calls.LIMITS)
        listeners = self._listeners(balancers)
        rules = self._rules(listeners)
        self._tags([arn for one in listeners if (arn := _arn(one, "ListenerArn"))] + _tagged_rules(rules))
        if self._options.attributes:
            self._attributes(balancers)
        got.lists |= {"LoadBalancers": balancers, "Listeners": listeners, "Rules": rules}
        self._whole("TargetGroups", calls.TARGET_GROUPS, groups.result())
        self._whole("AccountLimits", calls.LIMITS, limits.result())
        self._health(rules, listeners)
        return got

    def _lacking(self, operation: Operation, listed: Listed, *, arn: str = "", what: str = "") -> None:
        """Note what a listing did not give, if anything."""
        if listed.trouble is None:
            return
        self._note(operation, listed.trouble, nothing=not listed.items)
        rest = "" if not listed.items else f" after the first {len(listed.items)}"
        reason = f"{what or operation.key}{rest} were not read: {listed.trouble}"
        lacks = "rules" if operation is calls.RULES else ""
        self._got.gaps.append(gap(reason, arn=arn, address=str(self._client.place), lacks=lacks))

    def _note(self, operation: Operation, trouble: Trouble, *, nothing: bool = False) -> None:
        """Keep the troubles that make the reading an error: nothing of a listener, no access to rules, credentials at their end."""
        core = operation.name in _CORE and (nothing or trouble.kind == "denied")
        serious = core or trouble.kind in {"expired", "credentials", "unreachable"}
        if serious and trouble not in self._got.troubles:
            self._got.troubles.append(trouble)

    def _whole(self, key: str, operation: Operation, listed: Listed) -> None:
        self._lacking(operation, listed)
        self._got.lists[key] = listed.items
        if listed.trouble:
            self._got.partial.append(key)

    def _chosen(self, balancers: list[Item]) -> list[Item]:
        """The load balancers that the options ask for, their tags read."""
        globs = self._options.load_balancers
        if globs:
            balancers = [one for one in balancers if _named(globs, _arn(one, "LoadBalancerArn"), _arn(one, "LoadBalancerName"))]
        self._tags([arn for one in balancers if (arn := _arn(one, "LoadBalancerArn"))])
        if not self._options.tags:
            return balancers
        wanted = set(self._options.tags)
        tagged = {
            one.get("ResourceArn"): {(tag.get("Key"), tag.get("Value")) for tag in one.get("Tags", ())}
            for one in self._got.lists.get("Tags", ())
        }
        chosen = [one for one in balancers if wanted <= tagged.get(one.get("LoadBalancerArn"), set())]
        arns = {one.get("LoadBalancerArn") for one in chosen}
        self._got.lists["Tags"] = [one for one in self._got.lists.get("Tags", ()) if one.get("ResourceArn") in arns]
        return chosen

    def _listeners(self, balancers: Sequence[Item]) -> list[Item]:
        arns = [arn for one in balancers if (arn := _arn(one, "LoadBalancerArn"))]
        names = {_arn(one, "LoadBalancerArn"): _arn(one, "LoadBalancerName") for one in balancers}
        found: list[Item] = []
        answers = each(self._pool, lambda arn: self._client.listing(calls.LISTENERS, LoadBalancerArn=arn), arns)
        for arn, listed in zip(arns, answers, strict=True):
            self._lacking(calls.LISTENERS, listed, arn=arn, what="its listeners")
            found += listed.items
        globs = self._options.listeners
        if not globs:
            return found
        return [one for one in found if _named(globs, _arn(one, "ListenerArn"), _titled(one, names))]

    def _rules(self, listeners: Sequence[Item]) -> list[Item]:
        arns = sorted({arn for one in listeners if (arn := _arn(one, "ListenerArn"))})
        self._tell(0, len(arns))
        found: list[Item] = []
        answers = each(self._pool, lambda arn: self._client.listing(calls.RULES, ListenerArn=arn), arns)
        for done, (arn, listed) in enumerate(zip(arns, answers, strict=True), 1):
            self._lacking(calls.RULES, listed, arn=arn, what="its rules")
            found += listed.items
            self._tell(done, len(arns))
        return found

    def _tags(self, arns: Sequence[str]) -> None:
        """Add the tags of resources that have any."""
        lost: list[tuple[str, Trouble]] = []
        tags = self._got.lists.setdefault("Tags", [])
        for found, missed in each(self._pool, self._tags_of, chunks(sorted(arns), _TAGGED)):
            tags += [one for one in found if one.get("Tags")]
            lost += missed
        self._missed(calls.TAGS, "the tags of", lost)

    def _missed(self, operation: Operation, what: str, lost: Iterable[tuple[str, Trouble]]) -> None:
        """Resources of which something is not told: one gap per reason, since it can be every single one; one for each that is gone."""
        reasons: dict[str, int] = {}
        for arn, trouble in lost:
            self._note(operation, trouble)
            if trouble.kind == "gone":
                self._got.gaps.append(gap(str(trouble), arn=arn))
            else:
                reasons[str(trouble)] = reasons.get(str(trouble), 0) + 1
        for reason, count in sorted(reasons.items()):
            self._got.gaps.append(gap(f"{what} {count} resources were not read: {reason}", address=str(self._client.place)))
        if reasons:
            self._got.partial.append("Tags" if operation is calls.TAGS else "TargetHealth")

    def _tags_of(self, arns: Sequence[str]) -> tuple[list[Item], list[tuple[str, Trouble]]]:
        """Tags, and the ARNs that have none told. One resource that is gone fails the call for all, so that halves are asked then."""
        try:
            return plain(self._client.call(calls.TAGS, ResourceArns=list(arns))["TagDescriptions"]), []
        except TroubleError as error:
            if error.trouble.kind != "gone" or len(arns) == 1:
                return [], [(arn, error.trouble) for arn in arns]
        half = len(arns) // 2
        (first, lost), (second, more) = self._tags_of(arns[:half]), self._tags_of(arns[half:])
        return first + second, lost + more

    def _health(self, rules: Iterable[Item], listeners: Iterable[Item]) -> None:
        """Targets of the groups that are forwarded to; DescribeTargetHealth takes one group at a time."""
        arns = sorted(_groups_in(rules, "Actions") | _groups_in(listeners, "DefaultActions"))
        answers = list(each(self._pool, self._health_of, arns))
        self._got.lists["TargetHealth"] = [answer for answer in answers if isinstance(answer, dict)]
        lost = [(arn, answer) for arn, answer in zip(arns, answers, strict=True) if isinstance(answer, Trouble)]
        self._missed(calls.TARGET_HEALTH, "the targets of", lost)

    def _health_of(self, arn: str) -> Item | Trouble:
        try:
            answer = self._client.call(calls.TARGET_HEALTH, TargetGroupArn=arn)
        except TroubleError as error:
            return error.trouble
        told = sorted(plain(answer["TargetHealthDescriptions"]), key=lambda one: _target(one.get("Target")))
        return {"TargetGroupArn": arn, "TargetHealthDescriptions": told}

    def _attributes(self, balancers: Sequence[Item]) -> None:
        """Add `Attributes` to the load balancers, those alone that bear on requests: others name buckets."""

        def asked(arn: str) -> list[Item] | Trouble:
            try:
                told = plain(self._client.call(calls.ATTRIBUTES, LoadBalancerArn=arn)["Attributes"])
            except TroubleError as error:
                return error.trouble
            return sorted((one for one in told if str(one.get("Key", "")).startswith("routing.")), key=lambda one: str(one["Key"]))

        owners = [one for one in balancers if _arn(one, "LoadBalancerArn")]
        for owner, answer in zip(owners, each(self._pool, lambda one: asked(_arn(one, "LoadBalancerArn")), owners), strict=True):
            if isinstance(answer, Trouble):
                self._note(calls.ATTRIBUTES, answer)
                self._got.gaps.append(gap(f"its attributes were not read: {answer}", arn=_arn(owner, "LoadBalancerArn")))
            else:
                owner["Attributes"] = answer


def _arn(item: Item, key: str) -> str:
    value = item.get(key)
    return value if isinstance(value, str) else ""


def _named(globs: Iterable[str], arn: str, name: str) -> bool:
    """Whether a glob, or a text that is no glob, names the thing: its ARN, the end of it, or its name."""
    return any(text == pattern or fnmatchcase(text, pattern) for pattern in globs for text in (arn, arn.rpartition(":")[2], name) if text)


def _titled(listener: Item, names: dict[str, str]) -> str:
    """`web:443`, as reports call a listener."""
    return f"{names.get(_arn(listener, 'LoadBalancerArn'), '')}:{listener.get('Port', '')}"


def _tagged_rules(rules: Iterable[Item]) -> list[str]:
    """ARNs of the rules that can have tags: all but the default rules."""
    return [arn for one in rules if (arn := _arn(one, "RuleArn")) and not one.get("IsDefault") and one.get("Priority") != "default"]


def _groups_in(items: Iterable[Item], key: str) -> set[str]:
    """ARNs of the target groups that actions forward to."""
    found: set[str] = set()
    for item in items:
        for action in item.get(key) or ():
            told = [action, *((action.get("ForwardConfig") or {}).get("TargetGroups") or ())]
            found |= {arn for one in told if (arn := _arn(one, "TargetGroupArn"))}
    return found


def _target(target: Any) -> tuple[str, int]:
    target = target if isinstance(target, dict) else {}
    port = target.get("Port")
    return str(target.get("Id", "")), port if isinstance(port, int) else 0
