"""Listeners in one line per rule, for tests.

    listener("10 host=*.a.com path=/x*,/y GET -> tg1", "20 path=/x -> 404", default="404")

A rule is `PRIORITY [CONDITION…] -> ACTION…`; text with blanks stands in double quotes.

    conditions  host=A,B   path=A,B   GET or method=GET,PUT   header:NAME=A,B   query=KEY:VALUE,VALUE   ip=CIDR,CIDR
                host~RE    path~RE    header:NAME~RE (one regex)                opaque:FIELD
    actions     404   404:body   GROUP   GROUP:90,GROUP:10   GROUP:1,GROUP:1,sticky=60   auth   jwt   opaque
                redirect:https   redirect:https://HOST:PORT/PATH?QUERY   redirect:path=/x,status=HTTP_301
                rewrite:REGEX=>TEXT (a url-rewrite transform)
    more        name=NAME   tag:KEY=VALUE   if=EXPRESSION   unless=EXPRESSION

`${x}` in place of a priority, value, group, weight or redirect field is Unknown("x"). The id of a rule is its name, else `r<priority>`, with
`#2` and so on for further ones of the same number; the default rule is `default`.
"""

import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.ways import spread
from alb_lint.checks import TABLE
from alb_lint.checks.check import Check, Context, Finding
from alb_lint.checks.held import held
from alb_lint.config import Config
from alb_lint.config_file import load
from alb_lint.model import (
    Action,
    Authenticate,
    Condition,
    Estate,
    FixedResponse,
    Forward,
    HostHeader,
    HttpHeader,
    HttpRequestMethod,
    JwtValidation,
    Listener,
    LoadBalancer,
    OpaqueAction,
    OpaqueCondition,
    PathPattern,
    QueryPair,
    QueryString,
    Redirect,
    Rule,
    Share,
    SourceIp,
    TargetGroup,
    Transform,
    Unknown,
)

TODAY = "2027-01-01"
_TOKEN = re.compile(r'(?:[^\s"]|"[^"]*")+')
_METHOD = re.compile(r"[A-Z][A-Z_-]*(,[A-Z][A-Z_-]*)*")
_URL = re.compile(r"(?P<protocol>[^:]+)://(?P<host>[^/:?]*)(?::(?P<port>[^/?]*))?(?P<path>/[^?]*)?(?:\?(?P<query>.*))?")


def listener(*rules: str | Rule, default: str | None = "404", id: str = "L", **fields: Any) -> Listener:  # noqa: A002
    """A listener of the rules; `default` is an action, None for none; further fields as in the model."""
    made: list[Rule] = []
    for entry in rules:
        made.append(rule(entry, taken=[one.id for one in made]) if isinstance(entry, str) else entry)
    last = None
    if default is not None:
        last = Rule("default", "", 0, (), *_actions(default.split()), is_default=True)
    return Listener(id, fields.pop("name", id), tuple(made), last, **fields)


def rule(text: str, taken: Iterable[str] = ()) -> Rule:
    """One rule; `taken`: ids that it may not have."""
    tokens = [token.replace('"', "") for token in _TOKEN.findall(text)]
    arrow = tokens.index("->") if "->" in tokens else len(tokens)
    name, tags, presence, conditions = "", [], [], []
    for token in tokens[1:arrow]:
        if token.startswith("name="):
            name = token[5:]
        elif token.startswith("tag:"):
            tags.append(tuple(token[4:].split("=", 1)))
        elif token.startswith(("if=", "unless=")):
            word, _, expression = token.partition("=")
            presence.append((expression, word == "if"))
        else:
            conditions.append(condition(token))
    wanted = name or f"r{tokens[0]}"
    number = sum(1 for other in taken if other == wanted or other.startswith(f"{wanted}#"))
    actions, transforms = _actions(tokens[arrow + 1 :])
    return Rule(
        f"{wanted}#{number + 1}" if number else wanted,
        name,
        _number(tokens[0]),
        tuple(conditions),
        actions,
        transforms,
        tags=tuple(tags),
        presence=tuple(presence),
    )


def condition(token: str) -> Condition:
    """One condition, as `path=/a,/b`."""
    if token.startswith("opaque:"):
        return OpaqueCondition(token[7:], "cannot be read")
    if _METHOD.fullmatch(token):
        return HttpRequestMethod(_texts(token))
    found = re.fullmatch(r"(host|path|method|query|ip|header:[^=~]+)([=~])(.*)", token)
    if not found:
        raise ValueError(f"no condition: {token!r}")
    kind, sign, rest = found.groups()
    values = _texts(rest) if sign == "=" else ()
    regexes = (_text(rest),) if sign == "~" else ()
    if kind == "host":
        return HostHeader(values, regexes)
    if kind == "path":
        return PathPattern(values, regexes)
    if kind == "method":
        return HttpRequestMethod(values)
    if kind == "ip":
        return SourceIp(values)
    if kind == "query":
        return QueryString(tuple(_pair(value) for value in rest.split(",")))
    return HttpHeader(_text(kind[7:]), values, regexes)


def load_balancer(id: str = "lb", **fields: Any) -> LoadBalancer:  # noqa: A002
    return LoadBalancer(id, fields.pop("name", id), **fields)


def estate(*listeners: Listener, target_groups: Iterable[TargetGroup] | None = None) -> Estate:
    return Estate(
        tuple(sorted(listeners, key=lambda one: one.id)), target_groups=tuple(target_groups) if target_groups is not None else None
    )


def config(toml: str) -> Config:
    """The config that a file with this text gives."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "alb-lint.toml"
        path.write_text(toml, "utf-8")
        return load(path, "alb-lint.toml")


def run(check: Check, what: Listener | Estate, settings: Config | str = "", *, today: str = TODAY) -> list[Finding]:
    """What a check finds, in its own order; `settings` may be TOML. Where it finds anything, the input holds what the table says that it needs."""
    chosen = config(settings) if isinstance(settings, str) else settings
    whole = what if isinstance(what, Estate) else estate(what)
    found = list(check.run_estate(whole, chosen)) if check.run_estate is not None else []
    if check.run is not None:
        assert check.run_estate is not None or isinstance(what, Listener)
        context = Context(chosen, today, spread(whole))
        found += [finding for one in whole.listeners for finding in check.run(ListenerFacts(one), context)]
    entry = next((entry for entry in TABLE if entry.code == check.info.code), None)
    if found and entry is not None and entry.needs:
        assert held(whole, chosen) & set(entry.needs), f"{entry.code} finds something and would not be loaded"
    return found


def ids(found: Iterable[Finding]) -> list[str | None]:
    """The ids of the rules that findings are about; None for a finding about no rule."""
    return [item.rule.id if item.rule is not None else None for item in found]


def _text(text: str) -> str | Unknown:
    return Unknown(text[2:-1]) if text.startswith("${") and text.endswith("}") else text


def _number(text: str) -> int | Unknown:
    value = _text(text)
    return int(value) if isinstance(value, str) else value


def _texts(text: str) -> tuple[str | Unknown, ...]:
    return tuple(_text(part) for part in text.split(","))


def _pair(text: str) -> QueryPair | Unknown:
    value = _text(text)
    if isinstance(value, Unknown):
        return value
    key, colon, rest = text.partition(":")
    return QueryPair(_text(key), _text(rest)) if colon else QueryPair(None, text)


def _actions(tokens: Iterable[str]) -> tuple[tuple[Action, ...], tuple[Transform, ...]]:
    actions: list[Action] = []
    rewrites: list[tuple[str, str]] = []
    for token in tokens:
        if token.startswith("rewrite:"):
            regex, _, replacement = token[8:].partition("=>")
            rewrites.append((regex, replacement))
        else:
            actions.append(_action(token))
    return tuple(actions), (Transform("url-rewrite", tuple(rewrites)),) if rewrites else ()


def _action(token: str) -> Action:
    if token == "auth":
        return Authenticate("oidc", (("Issuer", "https://idp.example"),))
    if token == "jwt":
        return JwtValidation((("Issuer", "https://idp.example"),))
    if token == "opaque":
        return OpaqueAction("forward", "cannot be read")
    if re.fullmatch(r"\d{3}(:.*)?", token):
        status, _, body = token.partition(":")
        return FixedResponse(status, "text/plain", body)
    if token == "redirect" or token.startswith("redirect:"):
        return _redirect(token[9:])
    shares, sticky = [], None
    for part in token.split(","):
        if part.startswith("sticky="):
            sticky = _number(part[7:])
        else:
            group, colon, weight = part.rpartition(":") if re.search(r":(\d+|\$\{\w+\})$", part) else (part, "", "")
            shares.append(Share(_text(group), _number(weight) if colon else 1))
    return Forward(tuple(shares), sticky)


def _redirect(text: str) -> Redirect:
    url = _URL.fullmatch(text)
    if url:
        found = {key: value for key, value in url.groupdict().items() if value is not None}
        protocol = found["protocol"].upper() if found["protocol"] in ("http", "https") else found["protocol"]
        ports = {"HTTP": "80", "HTTPS": "443"}
        found = {"port": ports.get(protocol, "#{port}")} | found | {"protocol": protocol}
    elif text in ("http", "https"):
        found = {"protocol": text.upper(), "port": {"http": "80", "https": "443"}[text]}
    else:
        found = dict(part.split("=", 1) for part in text.split(",") if part)
    return Redirect(**{key: _text(value) for key, value in found.items()})
