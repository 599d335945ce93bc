"""The objects of several describe calls, in any order → one reading.

`Listing` takes the elements of `Rules`, `Listeners`, `LoadBalancers`, `TargetGroups`, `TargetHealth`, `Tags` and `AccountLimits` as the API
gives them, one by one, and joins them by ARN at the end. What has a wrong type becomes a gap; nothing here raises.
"""

import re
from typing import Any, Final

from alb_lint.model import Gap, Listener, LoadBalancer, Location, Reading, Rule, TargetGroup, Unread
from alb_lint.record import record, replace
from alb_lint.sources.elbv2.leaf import shown
from alb_lint.sources.elbv2.registered import registered
from alb_lint.sources.elbv2.shape import actions, is_rule, listener_arn_of, load_balancer_arn_of, rule

_NO_LISTENER: Final = "(the listener is not told)"

Tags = tuple[tuple[str, str], ...]


class _Rules:
    """The rules of one listener in one file. `ours`: False on a network load balancer."""

    def __init__(self, listener: str, file: str, ours: bool = True) -> None:
        self.listener = listener
        self.file = file
        self.ours = ours
        self.told = False
        self.rules: dict[str, Rule] = {}
        self.default: Rule | None = None


@record
class _Front:
    """What DescribeListeners tells of a listener."""

    location: Location
    protocol: str
    port: int
    load_balancer: str
    default: Rule | None


def scope_of(arn: str) -> str:
    """Region and account of an ARN, for which one set of limits counts; "" where the text is no ARN."""
    parts = arn.split(":", 5)
    return f"{parts[3]}:{parts[4]}" if len(parts) == 6 else ""


class Listing:
    """Collects; `reading` joins. A file is finished by `end_file`, since one rule may stand in several files but only once in each."""

    def __init__(self, source_kind: str) -> None:
        self._kind = source_kind
        self._gaps: list[Gap] = []
        self._open: dict[str, _Rules] = {}
        self._done: list[_Rules] = []
        self._fronts: dict[str, _Front] = {}
        self._load_balancers: dict[str, LoadBalancer] = {}
        self._tags: dict[str, Tags] = {}
        self._groups: dict[str, TargetGroup] | None = None
        self._groups_missed = False
        self._targets: dict[str, list[object]] = {}
        self._networks: dict[str, str] = {}
        self._limits: dict[str, dict[str, int]] = {}
        self._problems: list[str] = []
        self._unread: dict[str, str] = {}

    @property
    def gaps(self) -> int:
        return len(self._gaps)

    def gap(self, location: Location, reason: str) -> None:
        self._gaps.append(Gap(location, reason))

    def miss_rules(self, listener: str, reason: str) -> None:
        """Rules of the listener exist, or may, that are not given: by its id."""
        self._unread.setdefault(listener, reason)

    def break_off(self, reason: str) -> None:
        """The file that is read ends too early: any listener that has rules in it may have more."""
        for rules in self._open.values():
            self.miss_rules(rules.listener, reason)

    def add_rule(self, raw: object, file: str, address: str, line: int = 0, listener: str = "") -> str:
        """Take one element of `Rules` and return the id of its listener: told by the rule's ARN, else `listener`, else the file."""
        if not isinstance(raw, dict):
            self.gap(_place(file, address, "", line), f"a rule is {shown(raw)}, not an object")
            return ""
        arn = raw.get("RuleArn")
        if arn.__class__ is not str:
            if not is_rule(raw):
                self.gap(_place(file, address, "", line), "not a listener rule: it has no RuleArn, Conditions or Actions")
                return ""
            if arn is not None:
                self.gap(_place(file, address, "", line), f"RuleArn is {shown(arn)}, not text")
            arn = ""
        rules = self._open.get(arn.rpartition("/")[0])
        if rules is None:
            home = listener_arn_of(arn)
            if not home:  # masked or made up: it may stand for many rules
                arn, home = "", listener or _text(raw.get("ListenerArn")) or file or _NO_LISTENER
            rules = self._rules_of(home, file)
        if not rules.ours:
            self._pass_over(rules, raw, file, address, line)
            return rules.listener
        problems = self._problems
        location = _place(file, address, arn, line)
        made = rule(raw, location, problems, rule_id=arn or f"{file}:{address}")
        if problems:
            self._gaps += [Gap(location, problem) for problem in problems]
            problems.clear()
        if made.is_default or rules.rules.setdefault(made.id, made) is not made:
            self._keep(rules, made)
        return rules.listener

    def _rules_of(self, listener: str, file: str) -> _Rules:
        key = listener.replace(":listener/", ":listener-rule/", 1)  # what the ARNs of its rules begin with
        rules = self._open.get(key)
        if rules is None:
            rules = self._open[key] = _Rules(listener, file, ":listener/net/" not in listener and ":listener/gwy/" not in listener)
        return rules

    def _pass_over(self, rules: _Rules, raw: dict[str, Any], file: str, address: str, line: int) -> None:
        if not rules.told and raw.get("IsDefault") is not True:
            rules.told = True
            self.gap(_place(file, address, rules.listener, line), "rules of a network load balancer are passed over")

    def _keep(self, rules: _Rules, made: Rule) -> None:
        """A default rule, or a rule whose id is taken."""
        first = rules.default if made.is_default else rules.rules[made.id]
        if first is None:
            rules.default = made
        elif first.id != made.id or not _alike(first, made):
            what = "two default rules" if made.is_default else "one rule twice, with different content"
            places = [made.location.address or made.location.arn for made in (first, made)]
            self.gap(made.location, f"{what}: {places[0]} and {places[1]}; the first one is kept")

    def add(self, key: str, raw: object, file: str, address: str, *, scope: str = "") -> None:
        """Take one element of any other list. `scope`: of limits that do not name their account."""
        location = Location(file, address=address)
        if not isinstance(raw, dict):
            self.gap(location, f"an element of {key} is {shown(raw)}, not an object")
        elif key == "Listeners":
            self._add_listener(raw, location)
        elif key == "LoadBalancers":
            self._add_load_balancer(raw, location)
        elif key == "TargetGroups":
            self._add_target_group(raw, location)
        elif key == "TargetHealth":
            self._add_health(raw, location)
        elif key in {"Tags", "TagDescriptions"}:
            arn = raw.get("ResourceArn")
            if isinstance(arn, str):
                self._tags.setdefault(arn, _pairs(raw.get("Tags")))
        else:
            self._add_limit(raw, scope)

    def _add_listener(self, raw: dict[str, Any], location: Location) -> None:
        arn = raw.get("ListenerArn")
        if not isinstance(arn, str):
            self.gap(location, f"ListenerArn is {shown(arn)}, not text")
            return
        if ":listener/net/" in arn or ":listener/gwy/" in arn:
            return
        place = _place(location.file, location.address, arn)
        default = None
        if raw.get("DefaultActions") is not None:
            problems: list[str] = []
            address = f"{location.address}.DefaultActions" if location.file else ""
            at = replace(place, address=address)
            acts = actions(raw["DefaultActions"], problems)
            self._gaps += [Gap(place, problem) for problem in problems]
            default = Rule(f"{location.file}:{address}" if address else f"{arn}:DefaultActions", "", 0, (), acts, (), True, at)
        port = raw.get("Port")
        if not isinstance(port, int) or isinstance(port, bool) or not 0 < port < 1 << 16:
            port = 0
        balancer = _text(raw.get("LoadBalancerArn")) or load_balancer_arn_of(arn)
        self._fronts.setdefault(arn, _Front(place, _text(raw.get("Protocol")), port, balancer, default))

    def _add_load_balancer(self, raw: dict[str, Any], location: Location) -> None:
        arn = raw.get("LoadBalancerArn")
        if not isinstance(arn, str):
            self.gap(location, f"LoadBalancerArn is {shown(arn)}, not text")
            return
        dropped = dict(_pairs(raw.get("Attributes"))).get("routing.http.drop_invalid_header_fields.enabled")
        self._load_balancers.setdefault(
            arn,
            LoadBalancer(
                arn,
                _text(raw.get("LoadBalancerName")) or _name_in(arn),
                _text(raw.get("IpAddressType")),
                None if dropped is None else dropped == "true",
                _text(raw.get("Scheme")),
                dns_name=_dns_name(raw.get("DNSName")),
            ),
        )

    def know_target_groups(self) -> None:
        """The input lists the target groups, maybe none."""
        if self._groups is None:
            self._groups = {}

    def miss_target_groups(self) -> None:
        """More target groups exist than are given, so that none can be called missing."""
        self._groups_missed = True

    def _add_target_group(self, raw: dict[str, Any], location: Location) -> None:
        arn = raw.get("TargetGroupArn")
        if not isinstance(arn, str):
            self.gap(location, f"TargetGroupArn is {shown(arn)}, not text")
            return
        self.know_target_groups()
        balancers = raw.get("LoadBalancerArns")
        users = sorted({user for user in balancers if isinstance(user, str)}) if isinstance(balancers, list) else []
        group = TargetGroup(arn, _text(raw.get("TargetGroupName")) or _name_in(arn), tuple(users), None, _text(raw.get("ProtocolVersion")))
        assert self._groups is not None
        self._groups.setdefault(arn, group)
        self._networks.setdefault(arn, _text(raw.get("VpcId")))

    def _add_health(self, raw: dict[str, Any], location: Location) -> None:
        """The answer of DescribeTargetHealth with the `TargetGroupArn` that was asked for, which the answer itself does not hold."""
        group, descriptions = raw.get("TargetGroupArn"), raw.get("TargetHealthDescriptions")
        if isinstance(group, str) and isinstance(descriptions, list):
            self._targets.setdefault(group, descriptions)
        else:
            self.gap(location, "target health without a TargetGroupArn and a list of TargetHealthDescriptions")

    def _add_limit(self, raw: dict[str, Any], scope: str) -> None:
        name, most = raw.get("Name"), str(raw.get("Max"))
        if isinstance(name, str) and most.isdecimal() and most.isascii() and len(most) < 10:
            self._limits.setdefault(scope, {}).setdefault(name, int(most))

    def end_file(self) -> None:
        self._done += self._open.values()
        self._open = {}

    def reading(self, files: tuple[str, ...]) -> Reading:
        """All that was added, joined."""
        self.end_file()
        seen = {rules.listener for rules in self._done}
        scopes = {scope_of(arn) for arn in (*seen, *self._fronts)}
        if len(scopes) == 1 and "" in self._limits:
            self._limits.setdefault(scopes.pop(), self._limits[""])
        listeners = [self._listener(rules) for rules in self._done if rules.ours]
        explained = {gap.location.arn for gap in self._gaps}
        for arn, front in self._fronts.items():
            if arn not in seen:
                if arn not in explained:
                    self.gap(front.location, "the listener is there, its rules are not: DescribeRules of it is missing")
                self.miss_rules(arn, "DescribeRules of it is missing")
                listeners.append(self._listener(_Rules(arn, front.location.file)))
        groups = None
        if self._groups is not None and not self._groups_missed:
            groups = tuple(self._with_targets(group) for group in self._groups.values())
        return Reading(tuple(listeners), tuple(self._gaps), groups, files)

    def _with_targets(self, group: TargetGroup) -> TargetGroup:
        found = self._targets.get(group.id)
        return (
            group if found is None else replace(group, targets=len(found), registered=registered(found, self._networks.get(group.id, "")))
        )

    def _listener(self, rules: _Rules) -> Listener:
        arn = rules.listener
        front = self._fronts.get(arn)
        balancer = front.load_balancer if front else load_balancer_arn_of(arn)
        owner = None
        if balancer:
            owner = self._load_balancers.get(balancer) or LoadBalancer(balancer, _name_in(balancer))
            owner = replace(owner, tags=self._tags[balancer]) if balancer in self._tags else owner
        port = front.port if front else 0
        name = f"{owner.name}:{port}" if owner and port else f"{owner.name}/{arn.rpartition('/')[2]}" if owner else arn
        default = rules.default or (front.default if front else None)
        return Listener(
            arn,
            name,
            tuple(map(self._tagged, rules.rules.values()) if self._tags else rules.rules.values()),
            self._tagged(default) if default else None,
            front.protocol if front else "",
            port,
            owner,
            self._kind,
            Location(rules.file, arn=arn if arn != rules.file else ""),
            self._tags.get(arn, ()),
            tuple(sorted(self._limits.get(scope_of(arn), {}).items())),
            Unread(self._unread[arn], nothing=not rules.rules and rules.default is None) if arn in self._unread else None,
        )

    def _tagged(self, made: Rule) -> Rule:
        """The rule with its tags, and the tag `Name` as its name."""
        tags = self._tags.get(made.id)
        if not tags:
            return made
        name = dict(tags).get("Name", "")
        return Rule(made.id, name, made.priority, made.conditions, made.actions, made.transforms, made.is_default, made.location, tags)


def _place(file: str, address: str, arn: str, line: int = 0) -> Location:
    """Where a thing stands in its file; without a file its ARN tells, and its number in a list is no address."""
    return Location(arn=arn) if arn and not file else Location(file, line if file else 0, 0, address, arn)


def _alike(one: Rule, other: Rule) -> bool:
    return replace(one, location=other.location) == other


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _name_in(arn: str) -> str:
    """`web` of `…:loadbalancer/app/web/50dc…` and of `…:targetgroup/web/73e2…`."""
    return arn.rsplit("/", 2)[-2] if arn.count("/") >= 2 else arn


def _pairs(raw: object) -> Tags:
    """Sorted (key, value) of a list of Key and Value; what has another shape is no tag of the API and left out."""
    if not isinstance(raw, list):
        return ()
    found = {pair["Key"]: _text(pair.get("Value")) for pair in raw if isinstance(pair, dict) and isinstance(pair.get("Key"), str)}
    return tuple(sorted(found.items()))


def _dns_name(value: Any) -> str:
    """Only what can stand in a command line as it is."""
    text = _text(value)
    return text if re.fullmatch(r"[A-Za-z0-9.-]+", text) else ""
