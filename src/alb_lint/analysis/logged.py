"""Which rules of a listener may have taken a request of which a log tells a part, exactly: the set of their numbers.

A log tells method, host, path, query, client and User-Agent, and no other header. So a rule that asks for another header may match or not; a rule
before it that asks for the same may take all that it does. Which is left is what `reach` decides over requests that differ in these headers alone.
Beside that the three answers are those of `tracing`: what is unknown of a rule, and what no document tells, is never held against a logged number.

What no document tells (alb-semantics): how a path is normalised before rules are evaluated, whether a query is decoded, and whether the host is
compared with its port or final dot. The request is tried in each of these spellings, and each reading of regexes: what differs is undecided.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from alb_lint.access_log import Line
from alb_lint.analysis.evaluate import glob_of, has_unknown, is_met, ordered
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.analysis.readings import readings_of
from alb_lint.analysis.tracing import waits_for
from alb_lint.analysis.widest import widest
from alb_lint.model import (
    Condition,
    HostHeader,
    HttpHeader,
    HttpRequestMethod,
    Listener,
    PathPattern,
    QueryString,
    Request,
    Rule,
    SourceIp,
    Unknown,
)
from alb_lint.patterns import pattern
from alb_lint.record import record, replace
from alb_lint.space.addresses import address
from alb_lint.space.covers import bits_of
from alb_lint.space.glob import literal, speakable
from alb_lint.space.regex import Reading
from alb_lint.space.strands import Pattern
from alb_lint.space.text import TextIndex

DEFAULT: Final = 0
"""What a log has in place of a number where no rule matched."""
AGENT: Final = "User-Agent"
CUT_AGENT: Final = 8 * 1024
"""Characters to which a logged User-Agent is cut. Source: as in `access_log`, field user_agent."""
_KEPT: Final = 50_000
"""Texts of which is kept what they match, per dimension; as many again follow, and so on."""
_LONG: Final = 1_000
"""Characters of a text of which nothing is kept."""
_SEARCHES: Final = 10_000
"""Questions whether headers lead past some rules; what is more is undecided."""
_NAMED: Final = 4
"""Headers that one reason names."""

Query = tuple[tuple[str, str], ...]


@record
class Sent:
    """A logged request as far as the rules of its listener can tell, in each spelling in which the listener may compare it.

    `agents`: values of the User-Agent header, None for none, both for what a log does not tell apart; empty: it was cut. `source`: "" where no rule
    asks for it, or where it is no address.
    """

    method: str
    hosts: tuple[str, ...]
    paths: tuple[str, ...]
    queries: tuple[Query, ...]
    agents: tuple[str | None, ...]
    source: str

    @property
    def request(self) -> Request:
        """As it was sent, for people and for `trace`."""
        headers = ((AGENT, self.agents[0]),) if self.agents and self.agents[0] else ()
        return Request(self.method, self.hosts[0], self.paths[0], self.queries[0], headers, self.source or "192.0.2.1")


@record
class Prediction:
    """`numbers`: those of the rules that may have taken the request, in the order in which they are evaluated, 0 for the default action.

    `because`: why there are several, or why there may be others. `open`: there may be others.
    """

    numbers: tuple[int, ...]
    because: str = ""
    open: bool = False


class Judge:
    """What one listener makes of logged requests."""

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self.rules = ordered(listener)
        floating = [rule for rule in listener.rules if isinstance(rule.priority, Unknown)]
        self._floating = sum(1 << place for place in range(len(self.rules), len(self.rules) + len(floating)))
        self._all = [*self.rules, *floating]
        conditions = [condition for rule in self._all for condition in rule.conditions]
        self.asks_agent = any(_is_agent(condition) for condition in conditions)
        self.asks_source = any(isinstance(condition, SourceIp) for condition in conditions)
        self.asks_query = any(isinstance(condition, QueryString) for condition in conditions)
        self._hidden = [tuple(filter(_is_hidden, rule.conditions)) for rule in self._all]
        self._loose = sum(1 << place for place, hidden in enumerate(self._hidden) if any(map(has_unknown, hidden)))
        self._never_sure = self._loose | sum(
            1 << place
            for place, rule in enumerate(self._all)
            if rule.presence or any(_side_of(condition) is None and not _is_hidden(condition) for condition in rule.conditions)
        )
        self._readings = [_Reading(self._all, reading) for reading in readings_of(listener)]
        self._found: dict[tuple[int, int], Prediction] = {}
        self._escapes: dict[tuple[int, tuple[int, ...]], bool] = {}

    def sent(self, line: Line, agent: str, source: str) -> Sent:
        """The request of an entry, without what no rule of the listener asks for."""
        agents: tuple[str | None, ...] = (None,)
        if self.asks_agent:
            agents = () if len(agent) >= CUT_AGENT else (None, "-") if agent == "-" else (agent,)
        return Sent(
            line.method,
            _hosts(line),
            _paths(line.path),
            _queries(line.query) if self.asks_query else ((),),
            agents,
            source if self.asks_source and address(source) is not None else "",
        )

    def shown(self, sent: Sent, logged: int) -> Request:
        """The request as it is shown: without client, User-Agent and query where neither the rules in question nor the prediction need them."""
        told = self.predict(sent)
        wanted = {logged, *told.numbers}
        sides = {_side_of(condition) for rule in self.rules if rule.priority in wanted for condition in rule.conditions}
        bare = replace(
            sent,
            agents=sent.agents if _AGENT in sides else (None,),
            source=sent.source if _SOURCE in sides or not sent.source else Request().source_ip,
            queries=sent.queries if _QUERY in sides else ((),),
        )
        return bare.request if bare == sent or self.predict(bare).numbers == told.numbers else sent.request

    def predict(self, sent: Sent) -> Prediction:
        """What the listener does with the request."""
        found: dict[Prediction, None] = {}
        for reading in self._readings:
            for must, may in reading.masks(sent):
                found[self._of(must, may)] = None
        each = list(found)
        if self.listener.unread is not None:
            return Prediction(each[0].numbers, f"not all rules of the listener were read ({self.listener.unread.reason})", True)
        return each[0] if len(each) == 1 else self._together(each, sent)

    def _together(self, each: Sequence[Prediction], sent: Sent) -> Prediction:
        told = {number for one in each for number in one.numbers}
        numbers = [rule.priority for rule in self.rules if rule.priority in told]
        because = next((one.because for one in each if one.because), "") or self._differs(sent)
        order = tuple(dict.fromkeys(number for number in numbers if isinstance(number, int)))
        return Prediction(order + ((DEFAULT,) if DEFAULT in told else ()), because, any(one.open for one in each))

    def _differs(self, sent: Sent) -> str:
        if len(sent.paths) > 1:
            return "no document tells how a path with %, //, /. or ; is normalised before rules are evaluated"
        if len(sent.queries) > 1:
            return "no document tells whether a query is decoded before it is compared"
        if len(sent.hosts) > 1:
            return "no document tells how a Host header with a port or a final dot, or none at all, is compared"
        return "it depends on how AWS reads a regex" if len(self._readings) > 1 else "logs show no difference between no User-Agent and `-`"

    def _of(self, must: int, may: int) -> Prediction:
        """`must`: rules of which all conditions on what the log tells are surely met; `may`: of which none surely fails."""
        must &= ~self._never_sure
        known = self._found.get((must, may))
        if known is None:
            if len(self._found) >= _KEPT:
                self._found.clear()
            known = self._found[must, may] = self._decided(must, may)
        return known

    def _decided(self, must: int, may: int) -> Prediction:
        possible: dict[int, None] = {}
        because = ""
        before: list[int] = []
        for place in bits_of(may & ~self._floating):
            rule, sure, hidden = self._all[place], must >> place & 1, self._hidden[place]
            if not self._escaping(place, before):
                continue
            assert isinstance(rule.priority, int)
            possible[rule.priority] = None
            if sure and not hidden:
                break
            because = because or self._why(rule, bool(sure))
            if sure:
                before.append(place)
        else:
            possible[DEFAULT] = None
        floating = may & self._floating
        if floating:
            rule = self._all[next(iter(bits_of(floating)))]
            assert isinstance(rule.priority, Unknown)
            because = f"rule {rule.label} may match, and its priority is unknown ({rule.priority.reason})"
        return Prediction(tuple(possible), because if floating or len(possible) > 1 else "", bool(floating))

    def _escaping(self, place: int, before: Sequence[int]) -> bool:
        """Whether some headers that no log has lead past the rules before it to this one. True where that is undecided."""
        hidden = self._hidden[place]
        if not hidden or self._loose >> place & 1:
            return True
        names = set(map(_name, hidden))
        taking = tuple(other for other in before if names.issuperset(map(_name, self._hidden[other])))
        if not taking:
            return True
        known = self._escapes.get((place, taking))
        if known is None:
            if len(self._escapes) >= _SEARCHES:
                return True
            asked = (*taking, place)
            rules = tuple(Rule(str(number), "", number, self._hidden[one]) for number, one in enumerate(asked, 1))
            bare = replace(self.listener, rules=rules, default=None, unread=None, deployments=())
            known = self._escapes[place, taking] = ListenerFacts(bare).reach(len(taking)).state in ("reachable", "undecided")
        return known

    def _why(self, rule: Rule, sure: bool) -> str:
        number = f"rule {rule.priority}"
        if sure or not (rule.presence or any(map(has_unknown, rule.conditions))):
            names = list(dict.fromkeys(str(condition.name) for condition in rule.conditions if isinstance(condition, HttpHeader)))
            names = [name for name in names if name.lower() != AGENT.lower()]
            if names:
                more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
                return f"{number} asks for the header {', '.join(names[:_NAMED])}{more}, which is in no access log"
            asked = any(isinstance(condition, SourceIp) for condition in rule.conditions)
            return f"{number} asks for what this log does not tell: {'the client' if asked else 'a User-Agent of more than 8 KB'}"
        return f"{number}: {waits_for(rule)}"


def _name(condition: Condition) -> str:
    assert isinstance(condition, HttpHeader)
    return str(condition.name).lower()


def _is_agent(condition: Condition) -> bool:
    return isinstance(condition, HttpHeader) and isinstance(condition.name, str) and condition.name.lower() == AGENT.lower()


def _is_hidden(condition: Condition) -> bool:
    """Whether it is of a header that logs do not have."""
    return isinstance(condition, HttpHeader) and isinstance(condition.name, str) and not _is_agent(condition)


_METHOD, _HOST, _PATH, _QUERY, _SOURCE, _AGENT = range(6)
_SIDES: Final[dict[type[Condition], int]] = {
    HttpRequestMethod: _METHOD,
    HostHeader: _HOST,
    PathPattern: _PATH,
    QueryString: _QUERY,
    SourceIp: _SOURCE,
}


def _side_of(condition: Condition) -> int | None:
    return _AGENT if _is_agent(condition) else _SIDES.get(type(condition))


class _Reading:
    """The conditions on what logs tell, under one reading of regexes: per dimension which rules a text leaves."""

    def __init__(self, rules: Sequence[Rule], reading: Reading) -> None:
        owners: list[dict[Condition, int]] = [{} for _ in range(6)]
        for place, rule in enumerate(rules):
            for condition in rule.conditions:
                side = _side_of(condition)
                if side is not None:
                    owners[side][condition] = owners[side].get(condition, 0) | 1 << place
        everything = (1 << len(rules)) - 1
        self._sides = [_Side(side, owned, reading, everything) for side, owned in enumerate(owners)]

    def masks(self, sent: Sent) -> Iterable[tuple[int, int]]:
        """For each spelling that differs, rules that surely want nothing else of what logs tell, and rules that may."""
        found = {self._sides[_METHOD].of(sent.method): None}
        texts = (sent.hosts, sent.paths, sent.queries, (sent.source,) if sent.source else (), sent.agents)
        for side, spelled in zip(self._sides[_HOST:], texts, strict=True):
            if side.owners:
                each = dict.fromkeys(map(side.of, spelled)) if spelled else {side.untold: None}
                found = {(must & surely, may & maybe): None for must, may in found for surely, maybe in each}
        return found


class _Side:
    """One dimension: its conditions with the rules that have them, and per text the rules that it surely leaves, and may leave.

    Plain values are looked up in an index, all others asked of `evaluate`, one by one.
    """

    def __init__(self, side: int, owners: dict[Condition, int], reading: Reading, everything: int) -> None:
        self._side = side
        self.owners = owners
        self._everything = everything
        self._reading = reading
        plain = [condition for condition in owners if _is_plain(condition)]
        self._others = [(condition, owned) for condition, owned in owners.items() if condition not in set(plain)]
        self._plain = [owners[condition] for condition in plain]
        self._fold = any(isinstance(condition, HostHeader) for condition in plain)
        globs: dict[Pattern, int] = {}
        for place, condition in enumerate(plain):
            for value in getattr(condition, "values", ()):
                glob = glob_of(value, self._fold)
                globs[glob] = globs.get(glob, 0) | 1 << place
        self._index = TextIndex(globs, folded=self._fold) if globs else None
        self._each = (1 << len(plain)) - 1
        self._unmet: dict[int, int] = {}
        self._known: dict[object, tuple[int, int]] = {}
        held = 0
        for owned in owners.values():
            held |= owned
        self.untold = (everything & ~held, everything)
        """What is left where the log does not tell the text."""

    def of(self, text: object) -> tuple[int, int]:
        known = self._known.get(text)
        if known is None:
            known = self._of(text)
            if _size(text) <= _LONG:
                if len(self._known) >= _KEPT:
                    self._known.clear()
                self._known[text] = known
        return known

    def _of(self, text: object) -> tuple[int, int]:
        fails = unsure = 0
        others: Iterable[tuple[Condition, int]] = self._others
        if self._index is not None:
            if isinstance(text, str) and speakable(text):
                fails = self._owned(self._each & ~self._index.cover(literal(text.lower() if self._fold else text)))
            else:
                others = self.owners.items()
        if others:
            request = _request(self._side, text)
            for condition, owned in others:
                met = _met(condition, request, self._reading)
                if met is None:
                    unsure |= owned
                elif not met:
                    fails |= owned
        return self._everything & ~fails & ~unsure, self._everything & ~fails

    def _owned(self, unmet: int) -> int:
        known = self._unmet.get(unmet)
        if known is None:
            if len(self._unmet) >= _KEPT:
                self._unmet.clear()
            known = 0
            for place in bits_of(unmet):
                known |= self._plain[place]
            self._unmet[unmet] = known
        return known


def _size(text: Any) -> int:
    """Characters of a text, or of the parameters of a query."""
    return sum([len(key) + len(value) for key, value in text]) if isinstance(text, tuple) else len(text or "")


def _request(side: int, text: Any) -> Request:
    """A request with this in the one dimension."""
    match side:
        case 0:
            return Request(method=text)
        case 1:
            return Request(host=text)
        case 2:
            return Request(path=text)
        case 3:
            return Request(query=text)
        case 4:
            return Request(source_ip=text)
        case _:
            return Request(headers=() if text is None else ((AGENT, text),))


def _is_plain(condition: Condition) -> bool:
    if not isinstance(condition, HostHeader | PathPattern) or condition.regexes or not condition.values:
        return False
    return all(isinstance(value, str) and speakable(value) for value in condition.values)


def _met(condition: Condition, request: Request, reading: Reading) -> bool | None:
    """Whether the request meets the condition; None where that waits for something unknown."""
    if is_met(condition, request, reading):
        return True
    if not has_unknown(condition):
        return False
    most = widest(condition)
    return None if most is None or is_met(most, request, reading) else False


def _hosts(line: Line) -> tuple[str, ...]:
    """The Host header as a client sends it, and further forms in which it may be compared."""
    host = line.host if line.is_usual or not line.host else f"{line.host}:{line.port}"
    found = {host: None, line.host: None}
    if line.host.endswith("."):
        found[line.host[:-1]] = None
    if not line.host.strip("0123456789.") or line.host.startswith("["):
        found[""] = None  # a log has the load balancer's address where there was no such header
    return tuple(found)


_SLASHES: Final = pattern(r"//+")
_UNRESERVED: Final = pattern(r"%(2[DdEe]|3[0-9]|4[1-9A-Fa-f]|5[0-9AaFf]|6[1-9A-Fa-f]|7[0-9AaEe])")
_PARAMETERS: Final = pattern(r";[^/]*")


def _paths(path: str) -> tuple[str, ...]:
    if "%" not in path and "//" not in path and "/." not in path and ";" not in path:
        return (path,)
    from urllib.parse import unquote

    changes: tuple[Callable[[str], str], ...] = (
        lambda text: _UNRESERVED.sub(lambda code: chr(int(code[1], 16)), text),
        unquote,
        _without_dots,
        lambda text: _PARAMETERS.sub("", text),
        lambda text: _SLASHES.sub("/", text),
    )
    found = {path: None}
    for change in changes:
        for text in list(found):
            found[change(text) or "/"] = None
    return tuple(found)


def _without_dots(path: str) -> str:
    """Without `.` and `..` as parts. Source: RFC 3986, 5.2.4 "Remove Dot Segments"."""
    if "/." not in path:
        return path
    kept: list[str] = []
    parts = path.split("/")[1:]
    for part in parts:
        if part == "..":
            del kept[-1:]
        elif part != ".":
            kept.append(part)
    return "/" + "/".join(kept) + ("/" if parts[-1] in (".", "..") and kept else "")


def _queries(query: str | None) -> tuple[Query, ...]:
    """The parameters, decoded as `trace` does first; undecoded, with `+` as a blank, and without those that have no `=`."""
    if not query:
        return ((),)
    from urllib.parse import unquote, unquote_plus

    pairs = [piece.partition("=") for piece in query.split("&") if piece]
    found = {tuple((unquote(key), unquote(value)) for key, _, value in pairs): None}
    if "%" in query:
        found[tuple((key, value) for key, _, value in pairs)] = None
    if "+" in query:
        found[tuple((unquote_plus(key), unquote_plus(value)) for key, _, value in pairs)] = None
    if any(not mark for _, mark, _ in pairs):
        found[tuple((unquote(key), unquote(value)) for key, mark, value in pairs if mark)] = None
    return tuple(found)
