"""Access logs held against listeners: does each logged number agree with what the rules say, and which rules get traffic.

Memory is flat whatever the logs hold: requests that the rules cannot tell apart are counted together, and what is kept of others is bounded.

A listener is one door: a load balancer and a port. Lines are given to it where the input tells both; where it tells less, to the only listener that
they can be of, and to none where lines of more than one door would be of the same listener.
"""

from collections.abc import Iterable, Sequence
from typing import Final, Literal

from alb_lint.access_log import ENTRY, HIGHEST, LONGEST, TYPES, Line, line_of, unescaped, why_not
from alb_lint.analysis.logged import DEFAULT, Judge, Prediction
from alb_lint.errors import SourceError
from alb_lint.model import Listener, Request, Rule
from alb_lint.patterns import pattern
from alb_lint.record import record

_REQUESTS: Final = 50_000
"""Requests as they stand of which is kept what was found; then they are forgotten, and as many again follow."""
_LONG: Final = 2_000
"""Characters of a line of which nothing is kept."""
_ROWS: Final = 20_000
"""Different outcomes with an example each; of more only the numbers are counted."""
_DOORS: Final = 10_000
"""Pairs of load balancer and port; what is more is of others."""
_PLACES: Final = 10
"""Places of lines that cannot be read that are told."""
_LINES: Final = 1_000_000_000
"""Lines of one run; some hours."""
_OTHERS: Final = 20
"""Load balancers that are not in the input which are named."""

_LISTENER: Final = pattern(r"arn:[^:]*:elasticloadbalancing:[^:]*:[^:]*:listener/(app/[^/]+/[^/]+)/[^/]+")
_BALANCER: Final = pattern(r"arn:[^:]*:elasticloadbalancing:[^:]*:[^:]*:loadbalancer/(app/[^/]+/[^/]+)")

Outcome = Literal["agreed", "disagreed", "undecided", "error", "unassigned", "port", "unparsed"]


class Row:
    """Lines with one outcome: how many, when, and the first of them."""

    __slots__ = ("because", "door", "file", "first", "last", "line", "logged", "numbers", "outcome", "request", "times")

    def __init__(self, outcome: Outcome, door: "Door | None", logged: int, numbers: tuple[int, ...] = (), because: str = "") -> None:
        self.outcome = outcome
        self.door = door
        self.logged = logged
        self.numbers = numbers
        self.because = because
        self.request: Request | None = None
        self.file = ""
        self.line = 0
        self.times = 0
        self.first = "~"
        self.last = ""


class Door:
    """A load balancer and port that lines are of. `listener`: the place of the one they are of, -1 for none; `because`: why none.

    `told`: the input says that it is that listener's. `elsewhere`: the load balancer is not in the input.
    """

    __slots__ = ("because", "elb", "elsewhere", "listener", "port", "scheme", "told")

    def __init__(self, elb: str, port: int, scheme: str) -> None:
        self.elb = elb
        self.port = port
        self.scheme = scheme
        self.listener = -1
        self.because = ""
        self.told = False
        self.elsewhere = False


@record
class Traffic:
    """Requests logged with one number of a listener. `rules`: those that have it, several where they claim one number; none where none has it."""

    priority: int
    rules: tuple[Rule, ...]
    requests: int
    first: str = ""
    last: str = ""


@record
class Disagreement:
    """`predicted`: the numbers of the rules that may have taken such a request. `file`, `line`: where the first of `times` stands."""

    listener: Listener
    file: str
    line: int
    request: Request
    scheme: str
    logged: int
    predicted: tuple[int, ...]
    times: int
    first: str
    last: str


@record
class Replayed:
    """What the logs say of one listener. `doors`: the load balancers and ports whose lines were taken as its; `told`: the input says that they are.

    `traffic`: in the order in which rules are evaluated, the default action last, then numbers that no rule has.
    """

    listener: Listener
    requests: int
    doors: tuple[tuple[str, int], ...]
    told: bool
    traffic: tuple[Traffic, ...]


@record
class Result:
    """`requests`: entries that could be read, those of `other_ports` apart. `errors`: with -1 or - in place of a number. `others`: (load balancer,
    requests) of those that are not in the input, most first, `other_requests` all of them. `because`: (why undecided, requests). `unparsed_at`:
    (file, line, why) of the first. `left`: disagreements that are counted and not told.
    """

    requests: int
    agreed: int
    disagreed: int
    undecided: int
    errors: int
    unparsed: int
    other_ports: int
    other_requests: int
    first: str
    last: str
    others: tuple[tuple[str, int], ...]
    because: tuple[tuple[str, int], ...]
    unparsed_at: tuple[tuple[str, int, str], ...]
    listeners: tuple[Replayed, ...]
    disagreements: tuple[Disagreement, ...]
    left: int


class Replay:
    """Reads logs; `result` tells what they say. `port`: only lines of this port, 0 for all."""

    def __init__(self, listeners: Sequence[Listener], port: int = 0) -> None:
        self._listeners = listeners
        self._judges = [Judge(listener) for listener in listeners]
        self._port = port
        self._agents = any(judge.asks_agent for judge in self._judges)
        self._sources = any(judge.asks_source for judge in self._judges)
        self._doors: dict[tuple[str, int], Door] = {}
        self._rows: dict[tuple[object, ...], Row] = {}
        self._known: dict[tuple[object, ...], Row] = {}
        self._fits = [_Fit(listener) for listener in listeners]
        self._elsewhere = Door("", 0, "")
        self._elsewhere.elsewhere = True
        self._unparsed: list[tuple[str, int, str]] = []
        self._read = 0

    def read(self, file: str, batches: Iterable[list[str]]) -> None:
        """The lines of one file. Raises SourceError for more than one run reads."""
        match, agents, sources = ENTRY.match, self._agents, self._sources
        known, number = self._known, 0
        for batch in batches:
            for text in batch:
                number += 1
                found = match(text) if len(text) <= LONGEST else None
                if found is None:
                    if text.strip():
                        self._failed(file, number, text)
                    continue
                kind, time, elb, client, request, agent, logged, created, actions = found.groups()
                if not agents:
                    agent = ""
                client = client[: client.rfind(":")] if sources else ""
                # a request that was refused may have met no rule
                refused = actions == "-" or actions.endswith(("waf", "waf-failed"))
                key = (kind, elb, request, logged, agent, client, refused)
                row = known.get(key)
                if row is None:
                    row = self._row(key, file, number)
                    if len(text) <= _LONG:
                        if len(known) >= _REQUESTS:
                            known.clear()
                        known[key] = row
                if row.outcome == "unparsed":
                    self._failed(file, number, text, row.because)
                    continue
                row.times += 1
                at = created if created != "-" else time
                if at < row.first:  # noqa: PLR1730 - here and below a call would take a tenth of the time of all of this
                    row.first = at
                if at > row.last:  # noqa: PLR1730
                    row.last = at
            self._read += len(batch)
            if self._read > _LINES:
                raise SourceError(f"more than {_LINES:,} lines", where=file, hint="give fewer logs at once")

    def _failed(self, file: str, number: int, text: str, because: str = "") -> None:
        row = self._kept("unparsed", None, 0)
        row.times += 1
        if len(self._unparsed) < _PLACES:
            self._unparsed.append((file, number, because or why_not(text)))

    def _kept(self, outcome: Outcome, door: Door | None, logged: int, numbers: tuple[int, ...] = (), because: str = "") -> Row:
        key = (outcome, door, logged, numbers, because)
        row = self._rows.get(key)
        if row is None:
            if len(self._rows) >= _ROWS and (numbers or because):
                return self._kept(outcome, door, logged)
            row = self._rows[key] = Row(outcome, door, logged, numbers, because)
        return row

    def _row(self, key: tuple[str, str, str, str, str, str, bool], file: str, number: int) -> Row:
        kind, elb, request, priority, agent, client, refused = key
        logged = int(priority) if priority != "-" else -1
        if kind not in TYPES or logged > HIGHEST:
            what = f"type {kind[:20]!r}" if kind not in TYPES else f"matched_rule_priority {priority!r}"
            return Row("unparsed", None, 0, because=f"{what} is none that is known")
        line = line_of(request)
        if line is None:
            return self._kept("error", None, -1) if logged < 0 else Row("unparsed", None, 0, because="its request line cannot be read")
        if self._port and line.port != self._port:
            return self._kept("port", None, 0)
        door = self._door(elb, line)
        if door.listener < 0:
            return self._kept("unassigned", door, min(logged, 0))
        if logged < 0:
            return self._kept("error", door, -1)
        judge = self._judges[door.listener]
        sent = judge.sent(line, unescaped(agent) if judge.asks_agent else "", client.strip("[]"))
        told = judge.predict(sent)
        row = self._judged(door, logged, told, refused)
        if not row.file and row.outcome == "disagreed":
            row.file, row.line, row.request = file, number, judge.shown(sent, logged)
        return row

    def _judged(self, door: Door, logged: int, told: Prediction, refused: bool) -> Row:
        if told.open or (len(told.numbers) > 1 and logged in told.numbers):
            return self._kept("undecided", door, logged, (), told.because)
        if logged in told.numbers:
            return self._kept("agreed", door, logged)
        if refused:
            because = "the load balancer or AWS WAF refused the request, and no document tells whether rules are evaluated then"
            return self._kept("undecided", door, logged, (), because)
        return self._kept("disagreed", door, logged, told.numbers)

    def _door(self, elb: str, line: Line) -> Door:
        door = self._doors.get((elb, line.port))
        if door is not None:
            return door
        if len(self._doors) >= _DOORS:
            return self._elsewhere
        scheme = {"ws": "http", "wss": "https"}.get(line.scheme, line.scheme)
        door = self._doors[elb, line.port] = Door(elb, line.port, scheme)
        fits = [(place, *fit.of(elb, line.port)) for place, fit in enumerate(self._fits)]
        own = [(place, port) for place, balancer, port in fits if balancer]
        may = own or [(place, port) for place, balancer, port in fits if balancer is None]
        sure = [place for place, port in may if port]
        left = sure or [place for place, port in may if port is None]
        if len(left) == 1:
            door.listener = left[0]
            door.told = bool(own and sure)
        elif left:
            names = ", ".join(_called(self._listeners[place]) for place in left[:4])
            door.because = f"{elb}, port {line.port}: it may be any of {len(left)} listeners ({names}); choose one with --listener"
        else:
            door.elsewhere = not own
            door.because = f"{elb}: the input has no listener of it on port {line.port}" if own else ""
        return door

    def result(self) -> Result:
        self._settle()
        rows = list(self._rows.values())
        counts = {outcome: sum(row.times for row in rows if row.outcome == outcome) for outcome in ("agreed", "disagreed", "undecided")}
        errors, unparsed, ports, away = (
            sum(row.times for row in rows if row.outcome == outcome) for outcome in ("error", "unparsed", "port", "unassigned")
        )
        others: dict[str, int] = {}
        because: dict[str, int] = {}
        for row in rows:
            if row.outcome == "unassigned" and row.door is not None and row.door.elsewhere:
                name = row.door.elb or "others"
                others[name] = others.get(name, 0) + row.times
            elif row.outcome in ("undecided", "unassigned"):
                reason = (row.door.because if row.outcome == "unassigned" and row.door is not None else row.because) or "further reasons"
                because[reason] = because.get(reason, 0) + row.times
        elsewhere = sum(others.values())
        inside = [row for row in rows if row.outcome not in ("unparsed", "port")]
        disagreed = [row for row in rows if row.outcome == "disagreed"]
        told = sorted((row for row in disagreed if row.numbers), key=lambda row: -row.times)
        return Result(
            sum(row.times for row in inside),
            counts["agreed"],
            counts["disagreed"],
            counts["undecided"] + away - elsewhere,
            errors,
            unparsed,
            ports,
            elsewhere,
            min((row.first for row in inside), default=""),
            max((row.last for row in inside), default=""),
            tuple(sorted(others.items(), key=lambda item: (-item[1], item[0]))[:_OTHERS]),
            tuple(sorted(because.items(), key=lambda item: (-item[1], item[0]))),
            tuple(self._unparsed),
            tuple(self._of(place, rows) for place in range(len(self._listeners))),
            tuple(self._disagreement(row) for row in told),
            sum(row.times for row in disagreed if not row.numbers),
        )

    def _settle(self) -> None:
        """Takes lines from listeners that would have them of more than one door, and tells doors that have a listener's load balancer from others."""
        for place, listener in enumerate(self._listeners):
            doors = [door for door in self._doors.values() if door.listener == place]
            if len(doors) < 2:
                continue
            ports, balancers = sorted({door.port for door in doors}), sorted({door.elb for door in doors})
            what = f"ports {_some([str(port) for port in ports])}" if len(ports) > 1 else f"load balancers {_some(balancers)}"
            way = "choose with --port" if len(ports) > 1 else "give the logs of one load balancer"
            for door in doors:
                door.listener = -1
                door.because = f"the input does not tell which of {what} listener {_called(listener)} is; {way}"
        known = {door.elb for door in self._doors.values() if not door.elsewhere}
        for door in self._doors.values():
            if door.elsewhere and door.elb in known:
                door.elsewhere = False
                door.because = f"{door.elb}: the input has no listener of it on port {door.port}"
        for row in self._rows.values():
            if row.door is not None and row.door.listener < 0:
                row.outcome = "error" if row.logged < 0 and not row.door.elsewhere else "unassigned"

    def _of(self, place: int, rows: Sequence[Row]) -> Replayed:
        listener = self._listeners[place]
        doors = [door for door in self._doors.values() if door.listener == place]
        mine = [row for row in rows if row.door is not None and row.door.listener == place]
        by_number: dict[int, list[Row]] = {}
        for row in mine:
            by_number.setdefault(row.logged, []).append(row)
        rules: dict[int, list[Rule]] = {}
        for rule in self._judges[place].rules:
            assert isinstance(rule.priority, int)
            rules.setdefault(rule.priority, []).append(rule)
        rules[DEFAULT] = [listener.default] if listener.default is not None else []
        strange = sorted(number for number in by_number if number not in rules and number > 0)
        traffic = [_traffic(number, tuple(rules.get(number, ())), by_number.get(number, ())) for number in (*rules, *strange)]
        requests = sum(row.times for row in mine)
        return Replayed(
            listener, requests, tuple((door.elb, door.port) for door in doors), all(door.told for door in doors), tuple(traffic)
        )

    def _disagreement(self, row: Row) -> Disagreement:
        assert row.door is not None
        assert row.request is not None
        listener = self._listeners[row.door.listener]
        return Disagreement(
            listener, row.file, row.line, row.request, row.door.scheme, row.logged, row.numbers, row.times, row.first, row.last
        )


def _traffic(number: int, rules: tuple[Rule, ...], rows: Sequence[Row]) -> Traffic:
    requests = sum(row.times for row in rows)
    if not requests:
        return Traffic(number, rules, 0)
    return Traffic(number, rules, requests, min(row.first for row in rows), max(row.last for row in rows))


class _Fit:
    """Which lines may be of a listener. `of`: whether load balancer and port are its, None where the input does not tell."""

    def __init__(self, listener: Listener) -> None:
        balancer = listener.load_balancer
        found = _LISTENER.match(listener.id) or _BALANCER.match(balancer.id if balancer is not None else "")
        self._elb = found[1] if found is not None else ""
        self._name = balancer.name if balancer is not None else ""
        self._port = listener.port
        self._network = listener.id.startswith("arn:") and ":listener/app/" not in listener.id

    def of(self, elb: str, port: int) -> tuple[bool | None, bool | None]:
        here = port == self._port if self._port else None
        if self._network:
            return False, here
        if self._elb:
            return elb == self._elb, here
        # names in code may be those of the code alone: one that is the same says something, one that differs does not
        return True if self._name and elb.startswith(f"app/{self._name}/") else None, here


def _called(listener: Listener) -> str:
    return listener.door or listener.name or listener.id


def _some(words: Sequence[str]) -> str:
    more = f" and {len(words) - 4} more" if len(words) > 4 else ""
    return f"{', '.join(words[:4])}{more}"
