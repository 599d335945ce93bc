"""Whether a live rule and one of the code say the same: yes, no, or not known. Weights are no part of it.

What only one side tells (a default that the API fills in) is not known to differ. Source of what folds case: ELB user guide, "Condition types
for listener rules"; of the shapes that AWS returns for one and the same action: API type Action.
"""

from collections.abc import Hashable, Iterable

from alb_lint.model import (
    Action,
    Authenticate,
    Condition,
    FixedResponse,
    Forward,
    HostHeader,
    HttpHeader,
    HttpRequestMethod,
    JwtValidation,
    OpaqueAction,
    OpaqueCondition,
    PathPattern,
    QueryPair,
    QueryString,
    Redirect,
    Rule,
    SourceIp,
    Unknown,
)
from alb_lint.symbols import Text


def conditions_key(rule: Rule) -> Hashable | None:
    """Equal for rules with the same conditions, whatever their order; None where a part is unknown."""
    keys = [_condition(condition) for condition in rule.conditions]
    return None if None in keys else frozenset(keys)


def known_conditions(rule: Rule) -> frozenset[Hashable]:
    """The keys of those conditions that are known whole."""
    return frozenset(key for key in map(_condition, rule.conditions) if key is not None)


def action_key(rule: Rule) -> Hashable:
    """Equal for rules that seem to act alike: target groups by the ends of their references. To find a rule by, not to claim anything of."""
    return tuple(
        ("forward", *sorted(_called(share.target_group) for share in action.shares)) if isinstance(action, Forward) else action
        for action in rule.actions
    )


def conditions_differ(live: Rule, wanted: Rule) -> bool:
    """Whether both are known and differ."""
    mine, theirs = conditions_key(live), conditions_key(wanted)
    if "conditions" in wanted.left_alone:
        return False
    return mine is not None and theirs is not None and mine != theirs


def actions_differ(live: Rule, wanted: Rule) -> bool:
    """Whether the actions certainly differ in more than weights; transforms count, and what the code leaves alone does not."""
    if any(isinstance(action, OpaqueAction) for action in (*live.actions, *wanted.actions)) or not live.actions or not wanted.actions:
        return False
    return _transforms_differ(live, wanted) or _only_actions_differ(live, wanted)


def _transforms_differ(live: Rule, wanted: Rule) -> bool:
    if "transforms" in wanted.left_alone:
        return False
    if len(live.transforms) != len(wanted.transforms):
        return True
    ours = sorted(live.transforms, key=lambda item: item.type)
    theirs = sorted(wanted.transforms, key=lambda item: item.type)
    return any(one.type != other.type or _texts_differ(one.rewrites, other.rewrites) for one, other in zip(ours, theirs, strict=True))


def _only_actions_differ(live: Rule, wanted: Rule) -> bool:
    if "actions" in wanted.left_alone:
        return False
    if len(live.actions) != len(wanted.actions):
        return True
    return any(_action_differs(one, other) for one, other in zip(live.actions, wanted.actions, strict=True))


def _condition(condition: Condition) -> Hashable | None:
    match condition:
        case OpaqueCondition():
            return None
        case QueryString():
            pairs = [_pair(pair) for pair in condition.values]
            return None if None in pairs else ("query", frozenset(pairs))
        case HttpHeader():
            return _values("header", (condition.name, *condition.values), condition.regexes, name=condition.name)
        case HostHeader():
            return _values("host", condition.values, condition.regexes)
        case PathPattern():
            return _values("path", condition.values, condition.regexes, fold=False)
        case HttpRequestMethod():
            return _values("method", condition.values, (), fold=False)
        case SourceIp():
            return _values("source", condition.values, ())


def _values(kind: str, values: Iterable[Text], regexes: Iterable[Text], fold: bool = True, name: Text = "") -> Hashable | None:
    told: list[str] = []
    for value in values:
        if isinstance(value, Unknown):
            return None
        told.append(value.lower() if fold else value)
    expressions = tuple(regexes)
    if any(isinstance(regex, Unknown) for regex in expressions):
        return None
    return kind, str(name).lower(), frozenset(told), frozenset(expressions)


def _pair(pair: QueryPair | Unknown) -> Hashable | None:
    if isinstance(pair, Unknown) or isinstance(pair.key, Unknown) or isinstance(pair.value, Unknown):
        return None
    return pair.key.lower() if pair.key is not None else "", pair.value.lower()


def _action_differs(live: Action, wanted: Action) -> bool:
    match live, wanted:
        case Forward(), Forward():
            return _forwards_differ(live, wanted)
        case Redirect(), Redirect():
            mine = (live.status, live.protocol, live.port, live.path, live.query)
            theirs = (wanted.status, wanted.protocol, wanted.port, wanted.path, wanted.query)
            return _texts_differ(mine, theirs) or _texts_differ(_lower(live.host), _lower(wanted.host))
        case FixedResponse(), FixedResponse():
            types = None not in (live.content_type, wanted.content_type) and _texts_differ(live.content_type, wanted.content_type)
            return types or _texts_differ((live.status, live.body), (wanted.status, wanted.body))
        case (Authenticate(), Authenticate()) if live.kind == wanted.kind:
            return _settings_differ(live.settings, wanted.settings)
        case JwtValidation(), JwtValidation():
            return _settings_differ(live.settings, wanted.settings)
    return True


def _forwards_differ(live: Forward, wanted: Forward) -> bool:
    """By target groups and stickiness. A forward names a group once, so that two numbers of groups are a difference, whatever they are called."""
    if len(live.shares) != len(wanted.shares):
        return True
    there = [share.target_group for share in live.shares]
    if any(all(_group_differs(group, share.target_group) for group in there) for share in wanted.shares):
        return True
    return len(live.shares) > 1 and _texts_differ(live.sticky_seconds, wanted.sticky_seconds)


def _group_differs(live: Text, wanted: Text) -> bool:
    """Two ARNs tell; any other reference tells nothing, since a deployment may give what it stands for any name."""
    if isinstance(live, Unknown) or isinstance(wanted, Unknown):
        return False
    return live.startswith("arn:") and wanted.startswith("arn:") and live != wanted


def _called(group: Text) -> str:
    """The name in an ARN, else the last word of the reference."""
    if isinstance(group, Unknown):
        return ""
    if ":targetgroup/" in group:
        return group.split(":targetgroup/", 1)[1].split("/", 1)[0]
    return group.rpartition(":")[2].rpartition(".")[2]


def _settings_differ(live: tuple[tuple[str, Text], ...], wanted: tuple[tuple[str, Text], ...]) -> bool:
    mine, theirs = dict(live), dict(wanted)
    return any(_texts_differ(mine[field], theirs[field]) for field in mine if field in theirs)


def _texts_differ(one: object, other: object) -> bool:
    """Whether two values, or tuples of them, differ in what both tell."""
    if isinstance(one, Unknown) or isinstance(other, Unknown):
        return False
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) != len(other) or any(_texts_differ(a, b) for a, b in zip(one, other, strict=True))
    return one != other


def _lower(value: Text) -> Text:
    return value if isinstance(value, Unknown) else value.lower()
