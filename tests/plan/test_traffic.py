"""`plan --by-traffic`: the busiest rules first, as far as the order allows; and the logs that tell which these are."""

import gzip
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from alb_lint.analysis.actions import action_key
from alb_lint.analysis.decisions import order_sensitive
from alb_lint.analysis.evaluate import evaluate
from alb_lint.analysis.facts import ListenerFacts
from alb_lint.config import Config, Match, Range
from alb_lint.errors import SourceError
from alb_lint.model import Listener, Rule
from alb_lint.plan.plan import ListenerPlan
from alb_lint.plan.planner import Options, plan_listener
from alb_lint.plan.steps.apply import renumbered
from alb_lint.sources.access_logs import counts
from running import export, inside, raw
from worlds import World, listener

TODAY = "2027-01-01"
KINDS = (("path",), ("host", "path"), ("method", "source"), ("path", "header"))


def planned(told: Listener, requests: dict[int, int], settings: Config) -> tuple[ListenerPlan, Listener] | None:
    traffic = {(told.id, number): many for number, many in requests.items()}
    found = plan_listener(ListenerFacts(told), settings, Options(TODAY, traffic=traffic))
    return (found, renumbered(told, {move.rule: move.new for move in found.moves})) if isinstance(found, ListenerPlan) else None


def hold(random: Random, kinds: tuple[str, ...]) -> bool:
    told = listener(random, kinds, 6)
    told = replace(told, rules=tuple(replace(rule, priority=place * 2 + 1) for place, rule in enumerate(told.rules)))
    requests = {rule.priority: random.choice((0, 1, 5, 50, 500)) for rule in told.rules}
    names = [rule.id for rule in told.rules]
    bands = (Range("r", ((1, 5),), match=Match(rules=tuple(names[:2]))),) if random.random() < 0.4 else ()
    found = planned(told, requests, Config(ranges=bands))
    if found is None:
        return False
    _, after = found
    world = World([*told.rules, Rule("every", "", 99)], told.load_balancer.ip_address_type == "ipv4")
    for request in world.every.values():
        assert action_key(evaluate(told, request)) == action_key(evaluate(after, request))
    weights = dict(zip(names, requests.values(), strict=True))
    sensitive = order_sensitive(ListenerFacts(told))
    ids = [rule.id for rule in ListenerFacts(told).rules]
    # a rule is as busy as the busiest that must stand behind it
    behind = {one: [ids[other] for other in range(place + 1, len(ids)) if sensitive[place] >> other & 1] for place, one in enumerate(ids)}
    busy: dict[str, int] = {}
    for one in reversed(ids):
        busy[one] = max([weights[one], *(busy[other] for other in behind[one])])
    line = [rule.id for rule in sorted(after.rules, key=lambda rule: rule.priority)]
    if not bands:
        assert line == sorted(ids, key=lambda one: (-busy[one], ids.index(one)))
        # so the busiest stands where only what must stand before it does, and what must stand before that
        first = max(ids, key=lambda one: (weights[one], -ids.index(one)))
        before = set()
        waiting = [first]
        while waiting:
            one = waiting.pop()
            more = {other for other in ids if one in behind[other]} - before
            before |= more
            waiting += more
        ahead = {one for one in line[: line.index(first)] if busy[one] < weights[first]}
        assert not ahead - before
    return True


@pytest.mark.parametrize("kinds", KINDS, ids="-".join)
def test_the_busiest_come_first_and_no_answer_changes(kinds):
    random = Random(f"traffic {kinds}")
    assert sum(hold(random, kinds) for _ in range(60)) > 30


@pytest.mark.long
@pytest.mark.parametrize("kinds", KINDS, ids="-".join)
def test_many_listeners(kinds):
    random = Random(f"long traffic {kinds}")
    for _ in range(1_000):
        hold(random, kinds)


# -- the logs ----------------------------------------------------------------------------------------------------------------


def line(number, path="/", balancer="app/web/50dc6c495c0c9188", port=443):
    return (
        f"https 2026-11-29T10:00:00.000000Z {balancer} 192.0.2.7:4711 10.0.0.1:80 0.0 0.0 0.0 200 200 100 200"
        f' "GET https://example.com:{port}{path} HTTP/1.1"'
        ' "agent \\"x\\" 1.0" ECDHE TLSv1.3 arn:aws:x "Root=1" "example.com" "arn:aws:acm:x" '
        f'{number} 2026-11-29T10:00:00.000000Z "forward" "-" "-" "10.0.0.1:80" "200" "-" "-"\n'
    )


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("rules.json").write_text(export(raw(10, "/a", "a"), raw(20, "/b", "b"), raw(30, "/a*", "wide"), raw(40, "/c", "c")), "utf-8")
    return tmp_path


def test_logs_are_counted(here):
    Path("one.log").write_text(line(10) + line(0) + line(-1) + line("-") + "hello world\n" + line(20).rstrip("\n"), "utf-8")
    Path("more").mkdir()
    Path("more/two.log.gz").write_bytes(gzip.compress(line(20).encode()) + gzip.compress(line(20, port=8443).encode()))
    found = counts(["one.log", "more"])
    name = "app/web/50dc6c495c0c9188"
    assert found.requests == {(name, 443, 10): 1, (name, 443, 20): 2, (name, 8443, 20): 1}
    assert (found.others, found.unparsed) == (3, 1)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"hello\n", "no access log lines"),
        (b"", "no access log lines"),
        (gzip.compress(line(10).encode())[:-12], "breaks off"),
        (b"\x1f\x8b\x08\x00damaged, all of it", "damaged"),
    ],
)
def test_logs_that_are_none(here, data, said):
    Path("x.log").write_bytes(data)
    with pytest.raises(SourceError, match=said):
        counts(["x.log"])
    with pytest.raises(SourceError, match="cannot read"):
        counts(["none.log"])


def test_the_command(here):
    Path("x.log").write_text(line(40) * 9 + line(30) * 5 + line(20) * 2 + line(77), "utf-8")
    ran = inside("plan", "rules.json", "--by-traffic", "x.log", "-f", "json")
    assert ran.code == 0
    assert "1 requests were answered at numbers that no rule has here" in ran.err
    moves = [(move["from"], move["to"], move["because"]) for move in ran.json["listeners"][0]["moves"]]
    # /a must stay before /a*, and so comes with it
    assert moves == [
        (40, 10, "9 requests in the logs"),
        (10, 20, "0 requests in the logs"),
        (20, 40, "2 requests in the logs"),
    ]
    Path("plan.json").write_text(ran.out, "utf-8")
    assert inside("verify", "plan.json", "rules.json").code == 0
    assert inside("plan", "rules.json", "--by-traffic", "x.log", "--compact").code == 2
    assert "9 requests in the logs" in inside("plan", "rules.json", "--by-traffic", "x.log").out


def test_logs_of_another_load_balancer_or_of_one_of_two_listeners(here):
    Path("x.log").write_text(line(10, balancer="app/other/1"), "utf-8")
    ran = inside("plan", "rules.json", "--by-traffic", "x.log", "-f", "json")
    assert "1 requests were answered at numbers that no rule has here, or on other listeners" in ran.err
    Path("main.tf").write_text(
        "".join(
            f'resource "aws_lb_listener_rule" "{name}" {{\n  listener_arn = aws_lb_listener.{name}.arn\n  priority = 10\n'
            '  action {\n    type = "forward"\n    target_group_arn = "t"\n  }\n  condition {\n    path_pattern { values = ["/c"] }\n  }\n}\n'
            for name in ("one", "two")
        ),
        "utf-8",
    )
    ran = inside("plan", "main.tf", "--by-traffic", "x.log")
    assert (ran.code, "which listener answered app/other/1:443?" in ran.err) == (2, True)
    assert inside("plan", "main.tf", "--by-traffic", "x.log", "--listener", "*.one*").code == 0
