"""How rules, conditions and actions are called in messages: short, the same everywhere."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from alb_lint.inert import inert_words
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
    Request,
    Rule,
    SourceIp,
    Unknown,
)
from alb_lint.patterns import pattern
from alb_lint.presence import All, AnyOf, atoms, facts_of, formula_of, said
from alb_lint.symbols import Number, SymbolicNumber, Text

_PARAMETER: Final = pattern(r"[^\s()\"]*:Ref:")
"""What stands before a parameter's name in a condition of CloudFormation."""
_NAMES: Final = pattern(r"(?<![\w.])var\.[\w-]+|(?<=:Ref:)[A-Za-z0-9]+")
"""Variables of Terraform and parameters of CloudFormation in a condition."""
_NAMED: Final = 40
"""Numbers that a message lists."""
_CONDITION: Final = 120
"""Characters of conditions that a message holds."""


def clean(said: str) -> str:
    """The text without control characters and commands to build servers: foreign input must not steer whoever shows it."""
    said = inert_words(said)
    return said if said.isprintable() else "".join(character if character.isprintable() else "\ufffd" for character in said)


def counted(number: int, noun: str) -> str:
    """The number with its noun: `1 rule`, `2 rules`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def text(value: Text | Number | None) -> str:
    """The value, or the reason why it is unknown in angle brackets."""
    if isinstance(value, Unknown):
        return symbols_text(value) if value.pieces else f"<{brief(value.reason)}>"
    return "" if value is None else str(value)


_LONGEST = 72
"""Characters of a foreign expression that a line shows."""


def brief(said: str) -> str:
    """A long expression cut in the middle: its beginning and its end tell it apart."""
    return said if len(said) <= _LONGEST else f"{said[:44]} … {said[-24:]}"


_NAME: Final = pattern(r"[\w-]+(?:\.[\w-]+|\[[^\[\]]{1,40}\])*")
_REFERENCE: Final = pattern(r"(?<![\w.])(?:var|local|data|module|terraform|each|path|stack)\.[\w.-]*\w")


def short(name: str) -> str:
    """What a line calls a value that only a deployment tells: `root_domain` for `var.root_domain`, `cdn.secret_string` for a data source's.

    An expression is told by what it is made of: `…terraform.workspace…`.
    """
    if _NAME.fullmatch(name):
        parts = name.split(".")
        if parts[0] == "data" and len(parts) > 2:
            parts = parts[2:]
        elif len(parts) > 1 and (parts[0] == "var" or (len(parts) > 2 and "_" in parts[0])):
            parts = parts[1:]
        return brief(".".join(parts))
    made_of = tuple(dict.fromkeys(_REFERENCE.findall(name)))
    return f"…{', '.join(map(short, made_of[:2]))}…" if made_of else brief(name)


def symbols_text(value: Unknown) -> str:
    """A text with symbols by short names: `admin.${root_domain}`."""
    return "".join(
        piece if isinstance(piece, str) else "(sensitive)" if piece.secret else f"${{{short(piece.shown)}}}" for piece in value.pieces
    )


_KINDS: Final[tuple[tuple[type, str], ...]] = (
    (HostHeader, "host"),
    (PathPattern, "path"),
    (HttpHeader, "header"),
    (QueryString, "query"),
    (HttpRequestMethod, "method"),
    (SourceIp, "source address"),
)


def asks_text(rule: Rule) -> str:
    """What the rule asks for: `a path`, `a host and a header`."""
    return _asks(tuple([type(item) for item in rule.conditions]))


@lru_cache(maxsize=1_024)
def _asks(kinds: tuple[type, ...]) -> str:
    told = [f"a {name}" for kind, name in _KINDS if kind in kinds]
    return " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told) or "nothing that can be read"


def symbols_of(rule: Rule) -> tuple[str, ...]:
    """The names of the symbols in the rule's conditions, in order, unique."""
    found: dict[str, None] = {}
    for condition in rule.conditions:
        values = [pair.value for pair in condition.values if isinstance(pair, QueryPair)] if isinstance(condition, QueryString) else ()
        for value in values or getattr(condition, "values", ()):
            for piece in value.pieces if isinstance(value, Unknown) else ():
                if not isinstance(piece, str):
                    found["(sensitive)" if piece.secret else piece.shown] = None
    return tuple(found)


def values_of(value: object) -> tuple[str, ...]:
    """The names of what is not known of a value: its symbols, else the expression that its reason begins with; () where it is known."""
    if not isinstance(value, Unknown):
        return ()
    symbols = tuple("(sensitive)" if piece.secret else piece.shown for piece in value.pieces if not isinstance(piece, str))
    return symbols or (_expression(value.reason),)


def _expression(reason: str) -> str:
    """The expression that a reason begins with: all but the brackets at its end, which say why it is not known."""
    depth = 0
    for at in range(len(reason) - 1, 0, -1):
        depth += (reason[at] == ")") - (reason[at] == "(")
        if not depth:
            end = reason[at - 1] == " " and reason[: at - 1][-1:] not in _OPERATORS
            return reason[: at - 1] if end else reason
    return reason


_OPERATORS: Final = frozenset("?:&|=<>!+-*/%,([{")
"""What stands before brackets that are a part of an expression."""


def deciders_of(rule: Rule) -> tuple[str, ...]:
    """The names of the values that decide whether the rule exists, in order, unique: variables and parameters, else whole expressions."""
    found = dict.fromkeys(name for expression in atoms(rule.presence) for name in _NAMES.findall(expression) or (clean(expression),))
    return tuple(found)


def deployments_text(rules: Sequence[Rule]) -> str:
    """In which deployments all of these rules are there: `var.a is true, Cert != ""`; "" where it is in all, or cannot be said shortly."""
    together = facts_of(All(tuple(formula_of(rule.presence) for rule in rules)))
    if not together or AnyOf(()) in together:
        return ""
    words = _PARAMETER.sub("", clean(said(together)))
    return words if len(words) <= _CONDITION else ""


def number(rule: Rule) -> str:
    """The rule's priority as people say it."""
    if rule.is_default:
        return "default"
    if isinstance(rule.priority, int):
        return str(rule.priority)
    found = rule.priority.number
    if isinstance(found, SymbolicNumber):
        plus = f" + {found.plus}" if found.plus > 0 else f" - {-found.plus}" if found.plus < 0 else ""
        return f"{found.before}${{{short(found.symbol.shown)}{plus}}}{found.after}"
    return "?"


def numbers_text(rules: Sequence[Rule]) -> str:
    """`10, 20-23 and 30`: runs of numbers as ranges, cut with the count of the rest."""
    known = sorted({rule.priority for rule in rules if isinstance(rule.priority, int) and not rule.is_default})
    runs: list[list[int]] = []
    for value in known:
        if runs and runs[-1][1] == value - 1:
            runs[-1][1] = value
        else:
            runs.append([value, value])
    said = [str(a) if a == b else f"{a}, {b}" if b == a + 1 else f"{a}-{b}" for a, b in runs]
    said += [number(rule) for rule in rules if rule.is_default or not isinstance(rule.priority, int)]
    return ", ".join(said[:_NAMED]) + (f" and {len(said) - _NAMED} more" if len(said) > _NAMED else "")


def group_name(target_group: Text) -> str:
    """A target group's name: the middle of its ARN, else the reference as it stands."""
    said = text(target_group)
    return said.split(":targetgroup/", 1)[1].split("/", 1)[0] if ":targetgroup/" in said else said


def condition_text(condition: Condition) -> str:
    """One condition, its values joined by `|`."""
    match condition:
        case HostHeader() | PathPattern():
            return _values(condition)
        case HttpRequestMethod():
            return "|".join([text(value) for value in condition.values])
        case HttpHeader():
            return f"{text(condition.name)}: {_values(condition)}"
        case QueryString():
            return "?" + "|".join([pair_text(pair) for pair in condition.values])
        case SourceIp():
            return "from " + "|".join([text(value) for value in condition.values])
        case OpaqueCondition():
            return f"<{f'{condition.field}: ' if condition.field else ''}{brief(condition.reason)}>"


def _values(condition: HostHeader | PathPattern | HttpHeader) -> str:
    # most are plain texts, in the largest input hundreds of thousands
    said = [value if value.__class__ is str else text(value) for value in condition.values]
    return "|".join([*said, *[f"~{text(regex)}" for regex in condition.regexes]] if condition.regexes else said)


def pair_text(pair: QueryPair | Unknown) -> str:
    if isinstance(pair, Unknown):
        return text(pair)
    return text(pair.value) if pair.key is None else f"{text(pair.key)}={text(pair.value)}"


def conditions_text(rule: Rule) -> str:
    """All conditions in one line: `GET|HEAD api.example.com /v2/* X-Env: blue`; "anything" where there is none."""
    asked = rule.conditions
    if len(asked) > 1:
        asked = tuple(sorted(asked, key=lambda item: _ORDER.get(item.__class__, 3)))
    return " ".join([condition_text(item) for item in asked]) or "anything"


_ORDER: Final[dict[type[Condition], int]] = {HttpRequestMethod: 0, HostHeader: 1, PathPattern: 2}


def action_text(action: Action) -> str:
    match action:
        case Forward():
            if len(action.shares) == 1:
                return group_name(action.shares[0].target_group)
            return " + ".join(f"{group_name(share.target_group)} ({text(share.weight)})" for share in action.shares)
        case Redirect():
            return f"redirect {text(action.status)[-3:]} to {text(action.protocol)}://{text(action.host)}:{text(action.port)}{text(action.path)}"
        case FixedResponse():
            return f"answer {text(action.status)}"
        case Authenticate():
            return f"authenticate ({action.kind})"
        case JwtValidation():
            return "validate JWT"
        case OpaqueAction():
            return f"<{action.type or 'action'}: {action.reason}>"


def actions_text(rule: Rule) -> str:
    return ", then ".join(action_text(action) for action in rule.actions) or "no action"


def rule_text(rule: Rule) -> str:
    """`1001 passport-v2 (POST /x/*)`: number, name where there is one, conditions."""
    name = f" {rule.name}" if rule.name else ""
    return f"{number(rule)}{name} ({conditions_text(rule)})"


def request_text(request: Request) -> str:
    """One line for a request: method, host, path and query, headers, address where it matters."""
    parts = [request.method, f"{request.host}{request.target}"]
    parts.extend(f"{name}: {value}" for name, value in request.headers)
    if request.source_ip != "192.0.2.1":
        parts.append(f"from {request.source_ip}")
    return "  ".join(parts)


def rules_list(rules: list[Rule], most: int = 4) -> str:
    """The rules' numbers for a sentence: `10, 20 and 30`; cut with the count of the rest."""
    said = [rule_text(rule) for rule in rules[:most]]
    if len(rules) > most:
        said.append(f"{len(rules) - most} more")
    return said[0] if len(said) == 1 else ", ".join(said[:-1]) + " and " + said[-1]
