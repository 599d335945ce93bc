"""Numbers that pass from rule to rule in a deployment, against every order that a client may take."""

import random
from itertools import permutations

import pytest

from alb_lint import inputs
from alb_lint.analysis import versions
from alb_lint.analysis.handovers import handovers
from alb_lint.analysis.versions import with_deployments
from alb_lint.config import Config
from alb_lint.model import Change, Deployment, Estate, Rule
from alb_lint.record import replace


def change(text: str) -> Change:
    """`NAME BEFORE>AFTER`, "-" for none; `!` after it: replaced, made first; `?`: replaced, deleted first; `<A,B`: waits for these."""
    name, move, *rest = text.split()
    before, after = move.rstrip("!?").split(">")
    made = [None if number == "-" else Rule(name, name, int(number)) for number in (before, after)]
    replaces = {"!": "create-first", "?": "delete-first"}.get(move[-1], "")
    return Change(name, *made, replaces, tuple(name for word in rest for name in word.removeprefix("<").split(",")))


def deployment(tool: str, *changes: str) -> Deployment:
    return Deployment(tool, tuple(change(text) for text in changes))


@pytest.mark.parametrize(
    ("tool", "changes", "expected"),
    [
        pytest.param("Pulumi", ["old 100>-", "new ->100"], ["100 deletes-last"], id="a rename"),
        pytest.param("CloudFormation", ["old 100>-", "new ->100"], ["100 deletes-last"], id="a rename there"),
        pytest.param("Terraform", ["old 100>-", "new ->100"], ["100 order old"], id="a rename that Terraform may take in any order"),
        pytest.param("Pulumi", ["a 1>2", "b 2>1"], ["1 circle", "2 circle"], id="a swap"),
        pytest.param("Terraform", ["a 1>2", "b 2>3", "c 3>1"], ["1 circle", "2 circle", "3 circle"], id="a ring"),
        pytest.param("Terraform", ["a 1>2", "b 2>3", "c 3>4"], ["2 order c,b", "3 order c"], id="a chain"),
        pytest.param("Terraform", ["a 1>2 <b", "b 2>3 <c", "c 3>4"], ["2 safe", "3 safe"], id="a chain that waits"),
        pytest.param("Pulumi", ["a 1>1!"], ["1 replaced"], id="made anew"),
        pytest.param("Pulumi", ["a 1>1?"], [], id="deleted first"),
        pytest.param("Pulumi", ["a 1>2?", "b ->1"], ["1 order a"], id="deleted first, and another takes its number"),
        pytest.param("Pulumi", ["a 1>2", "b 2>-", "c ->1"], ["1 circle", "2 deletes-last"], id="what waits for a deletion"),
        pytest.param("Terraform", ["a 1>1!", "b 2>3 <a", "c ->2"], ["1 replaced", "2 stuck"], id="what waits for what is refused"),
        pytest.param("Pulumi", ["a 1>1", "b ->2"], [], id="nothing passes on"),
        pytest.param("Terraform", ["a 1>2", "b 2>- <a", "c ->1 <a"], ["1 safe", "2 order b"], id="after a rule that takes its time"),
    ],
)
def test_outcomes(tool, changes, expected):
    found = handovers(deployment(tool, *changes))
    said = []
    for item in found:
        way = " " + ",".join(one.identity for one in item.way) if item.outcome == "order" else ""
        said.append(f"{item.number} {item.outcome}{way}")
    assert said == expected


def test_the_members_of_a_circle_are_named():
    found = handovers(deployment("Terraform", "a 1>2", "b 2>3", "c 3>1"))
    assert [[one.identity for one in item.way] for item in found] == [["c", "b", "a"], ["a", "c", "b"], ["b", "a", "c"]]


def calls_of(made: Deployment) -> dict[tuple[str, str], set[tuple[str, str]]]:
    """The calls and what each waits for, written down anew from what the tools document."""
    calls: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for item in made.changes:
        if item.after is not None:
            calls["make", item.identity] = set()
        if item.before is not None and (item.after is None or item.replaces):
            calls["delete", item.identity] = set()
    for item in made.changes:
        make, delete = ("make", item.identity), ("delete", item.identity)
        if item.replaces == "delete-first":
            calls[make].add(delete)
        if item.replaces == "create-first":
            calls[delete].add(make)
        for other in item.waits_for:
            if make in calls and ("make", other) in calls:
                calls[make].add(("make", other))
            if delete in calls and ("delete", other) in calls:
                calls["delete", other].add(delete)
    if made.tool != "Terraform":
        early = {("delete", item.identity) for item in made.changes if item.replaces == "delete-first"}
        for _ in calls:
            early |= {other for call in early for other in calls[call] if other[0] == "delete"}
        for call, waits in calls.items():
            if call[0] == "delete" and call not in early:
                waits.update(one for one in calls if one[0] == "make")
    return calls


def orders(made: Deployment) -> list[tuple[tuple[str, str], ...]]:
    """All in which a client may make the calls."""
    calls = calls_of(made)
    found = []
    for order in permutations(calls):
        at = {call: place for place, call in enumerate(order)}
        if all(at[other] < at[call] for call, waits in calls.items() for other in waits):
            found.append(order)
    return found


def simulated(made: Deployment, order: tuple[tuple[str, str], ...]) -> tuple[set[tuple[int, str]], set[tuple[int, str]]]:
    """((number, name) that are refused, … that are given) where the calls are made in this order."""
    calls = calls_of(made)
    changes = {item.identity: item for item in made.changes}
    held = {item.before.priority: item.identity for item in made.changes if item.before is not None}
    refused: set[tuple[int, str]] = set()
    served: set[tuple[int, str]] = set()
    failed: set[tuple[str, str]] = set()
    for call in order:
        kind, name = call
        item = changes[name]
        if calls[call] & failed:
            failed.add(call)  # it is never begun
            continue
        if kind == "delete":
            del held[item.before.priority]
            continue
        moves = item.before is not None and not item.replaces
        if moves and item.before.priority == item.after.priority:
            continue
        number = item.after.priority
        if number in held:
            failed.add(call)
            refused.add((number, name))
            continue
        served.add((number, name))
        held[number] = name
        if moves:
            del held[item.before.priority]
    return refused, served


def refused_somewhere(made: Deployment) -> tuple[set[tuple[int, str]], set[tuple[int, str]]]:
    """((number, name) refused in some order, … in every order in which it is asked), by trying all orders."""
    told = [simulated(made, order) for order in orders(made)]
    some = {item for refused, _ in told for item in refused}
    return some, some - {item for _, served in told for item in served}


def random_deployment(rng: random.Random) -> Deployment:
    """At most six calls; all numbers of the result are different."""
    size, room = rng.randint(2, 5), rng.randint(3, 6)
    before, after = rng.sample(range(room), min(size, room)), rng.sample(range(room), min(size, room))
    changes: list[str] = []
    calls = 0
    for place, name in enumerate("abcde"[: len(before)]):
        kind = rng.choice(["move", "move", "make", "delete", "stay", "!", "?"])
        cost = 2 if kind in "!?" else 0 if kind == "stay" else 1
        if calls + cost > 6 or kind == "stay":
            continue
        calls += cost
        waits = [other for other in "abcde"[:place] if rng.random() < 0.15]
        tail = f" <{','.join(waits)}" if waits else ""
        moves = {"make": f"->{after[place]}", "delete": f"{before[place]}>-"}.get(kind, f"{before[place]}>{after[place]}")
        changes.append(f"{name} {moves}{kind if kind in '!?' else ''}{tail}")
    return deployment(rng.choice(["Terraform", "Terraform", "Pulumi", "CloudFormation"]), *changes)


def test_all_orders():
    """What is called refused, unsure and safe is so over all orders in which a client may make the calls."""
    rng = random.Random(7)
    kinds: set[str] = set()
    for _ in range(500):
        made = random_deployment(rng)
        if not orders(made):
            continue  # no tool has such a plan
        some, every = refused_somewhere(made)
        found = handovers(made)
        kinds.update(item.outcome for item in found)
        asked = {(item.number, item.taker.identity) for item in found if item.outcome != "safe"}
        assert asked == some, made
        assert {(item.number, item.taker.identity) for item in found if item.refused} == every, made
    assert kinds == {"safe", "order", "deletes-last", "waits", "replaced", "circle", "stuck"}


def test_those_that_all_wait_for_the_same():
    """What is told of each pair by itself is told of a group in the same way."""
    rng = random.Random(19)
    seen = 0
    for _ in range(400):
        made = random_deployment(rng)
        if not orders(made):
            continue
        groups = {item.waits_for: item.waits_for for item in made.changes}
        together = replace(
            made,
            changes=tuple(
                replace(item, waits_for=(), behind=(groups[item.waits_for],)) if item.waits_for else item for item in made.changes
            ),
        )
        one, other = ([(item.number, item.taker.identity, item.outcome) for item in handovers(each)] for each in (made, together))
        assert one == other, made
        seen += made != together
        for item in handovers(together):
            assert None not in item.way
    assert seen > 50


def copies(*resources: str) -> str:
    """Terraform: two copies of each resource, `NAME NUMBER BEHIND…`, the second on the next number."""
    text = []
    for told in resources:
        name, number, *behind = told.split()
        text.append(
            f'resource "aws_lb_listener_rule" "{name}" {{\n  count = 2\n  listener_arn = "l"\n  priority = {number} + count.index\n'
            f'  condition {{\n    path_pattern {{ values = ["/{name}/${{count.index}}"] }}\n  }}\n'
            '  action {\n    type = "forward"\n    target_group_arn = "t"\n  }\n'
            f"  depends_on = [{', '.join(f'aws_lb_listener_rule.{one}' for one in behind)}]\n}}\n"
        )
    return "".join(text)


@pytest.mark.parametrize("pairs", [pytest.param(versions.PAIRS, id="told one by one"), pytest.param(0, id="told together")])
@pytest.mark.parametrize(
    ("new", "expected"),
    [
        pytest.param(("a 5", "b 1"), ["1 order", "2 order"], id="in any order"),
        pytest.param(("a 5", "b 1 a"), ["1 safe", "2 safe"], id="those that wait"),
        pytest.param(("a 5 b", "b 1"), ["1 waits", "2 waits"], id="those that wait for who waits for them"),
        pytest.param(("a 5", "b 1 b"), ["1 order", "2 order"], id="those that wait for themselves, which Terraform refuses"),
        pytest.param(("b 1",), ["1 order", "2 order"], id="where the others are deleted"),
        pytest.param(("a 5", "b 9", "c 1 a b"), ["1 safe", "2 safe"], id="behind two others"),
    ],
)
def test_copies_that_wait_for_copies(new, expected, pairs, monkeypatch, tmp_path):
    monkeypatch.setattr(versions, "PAIRS", pairs)

    def reading(*resources: str) -> Estate:
        (tmp_path / "main.tf").write_text(copies(*resources))
        return inputs.read([str(tmp_path)], Config())

    old = reading("a 1", "b 3")
    (listener,) = with_deployments(reading(*new), old).listeners
    assert [f"{item.number} {item.outcome}" for item in handovers(listener.deployments[0])] == expected


def test_the_order_shown_goes_well():
    rng = random.Random(11)
    shown = 0
    for _ in range(400):
        made = random_deployment(rng)
        for item in handovers(made) if orders(made) else ():
            if item.outcome != "order" or any(one.replaces for one in (*item.way, item.taker)):
                continue  # of a replacement only the deletion may be meant
            shown += 1
            held = {one.before.priority: one.identity for one in made.changes if one.before is not None}
            for one in (*item.way, item.taker):
                if one.before is not None and one is not item.taker:
                    held.pop(one.before.priority)
                if one.after is not None:
                    assert one.after.priority not in held or held[one.after.priority] == one.identity
                    held[one.after.priority] = one.identity
    assert shown > 30


class Server:
    """An emulated API with one listener; the calls of a deployment in any order, skipping what waits for a failed call."""

    def __init__(self) -> None:
        import boto3

        ec2, self.api = (boto3.client(service, region_name="eu-west-1") for service in ("ec2", "elbv2"))
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnets = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{at}.0/24", AvailabilityZone=f"eu-west-1{zone}")["Subnet"]["SubnetId"]
            for at, zone in enumerate("ab")
        ]
        balancer = self.api.create_load_balancer(Name="web", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
        fixed = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]
        made = self.api.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=fixed)
        self.listener, self.fixed = made["Listeners"][0]["ListenerArn"], fixed

    def make(self, number: int) -> str | None:
        """The ARN of the new rule; None where AWS refuses the number."""
        condition = [{"Field": "path-pattern", "Values": ["/x"]}]
        try:
            made = self.api.create_rule(ListenerArn=self.listener, Priority=number + 1, Conditions=condition, Actions=self.fixed)
        except self.api.exceptions.PriorityInUseException:
            return None
        return made["Rules"][0]["RuleArn"]

    def refused(self, made: Deployment, order: tuple[tuple[str, str], ...]) -> set[tuple[int, str]]:
        calls = calls_of(made)
        changes = {item.identity: item for item in made.changes}
        arns = {item.identity: self.make(item.before.priority) for item in made.changes if item.before is not None}
        old = dict(arns)
        found: set[tuple[int, str]] = set()
        failed: set[tuple[str, str]] = set()
        for call in order:
            kind, name = call
            item = changes[name]
            if calls[call] & failed:
                failed.add(call)
            elif kind == "delete":
                self.api.delete_rule(RuleArn=old.pop(name))
            elif item.before is None or item.replaces:
                arns[name] = self.make(item.after.priority)
                if arns[name] is None:
                    failed.add(call)
                    found.add((item.after.priority, name))
            elif item.before.priority != item.after.priority:
                try:
                    self.api.set_rule_priorities(RulePriorities=[{"RuleArn": arns[name], "Priority": item.after.priority + 1}])
                except self.api.exceptions.PriorityInUseException:
                    failed.add(call)
                    found.add((item.after.priority, name))
        for rule in self.api.describe_rules(ListenerArn=self.listener)["Rules"]:
            if not rule["IsDefault"]:
                self.api.delete_rule(RuleArn=rule["RuleArn"])
        return found


@pytest.mark.parametrize("pairs", [10, pytest.param(200, marks=pytest.mark.long)])
def test_an_emulated_api_refuses_the_same(pairs, aws):
    """The simulation of `test_all_orders` is what a server does; each number called refused is refused in an order that is shown."""
    from moto import mock_aws

    rng = random.Random(13)
    with mock_aws():
        server = Server()
        seen = refusals = 0
        while seen < pairs:
            made = random_deployment(rng)
            all_orders = orders(made)
            if not all_orders:
                continue
            seen += 1
            said = {(item.number, item.taker.identity): item for item in handovers(made) if item.outcome != "safe"}
            left = set(said)
            for order in rng.sample(all_orders, min(3, len(all_orders))):
                found = server.refused(made, order)
                assert found <= set(said), (made, order)
                left -= found
            for order in all_orders if left else ():
                if simulated(made, order)[0] & left:
                    found = server.refused(made, order)
                    assert found == simulated(made, order)[0]
                    left -= found
            assert not left, made
            refusals += len(said)
        assert refusals > pairs // 4


def program(rules: list[tuple[str, int, str]]) -> str:
    """A Pulumi program of (name, number, the name it had before or "")."""
    lines = ['import * as aws from "@pulumi/aws";']
    for name, number, alias in rules:
        path = 'conditions: [{ pathPattern: { values: ["/x"] } }], actions: [{ type: "forward", targetGroupArn: "t" }]'
        more = f', {{ aliases: [{{ name: "{alias}" }}] }}' if alias else ""
        lines.append(f'new aws.lb.ListenerRule("{name}", {{ listenerArn: "l", priority: {number}, {path} }}{more});')
    return "\n".join(lines)


def random_programs(rng: random.Random) -> tuple[str, str, Deployment]:
    """(the program deployed, the new one, what Pulumi does): rules renamed with and without an alias, swapped, moved, new and gone."""
    numbers = rng.sample(range(1, 7), rng.randint(2, 4))
    old = [(f"r{place}", number, "") for place, number in enumerate(numbers)]
    after = numbers[:]
    if rng.random() < 0.5:
        one, other = rng.sample(range(len(after)), 2)
        after[one], after[other] = after[other], after[one]
    if rng.random() < 0.5:
        after[rng.randrange(len(after))] = rng.choice([number for number in range(1, 8) if number not in after])
    new, changes = [], []
    for (name, number, _), wanted in zip(old, after, strict=True):
        kind = rng.choice(["same", "same", "renamed", "alias", "gone"])
        now = name if kind == "same" else f"{name}-new"
        before, made = Rule(name, name, number), Rule(now, now, wanted)
        if kind != "gone":
            new.append((now, wanted, name if kind == "alias" else ""))
        if kind in ("same", "alias"):
            changes.append(Change(now, before, made))
        else:
            changes += [Change(name, before, None), *([Change(now, None, made)] if kind == "renamed" else [])]
    return program(old), program(new), Deployment("Pulumi", tuple(changes))


@pytest.mark.parametrize("pairs", [8, pytest.param(150, marks=pytest.mark.long)])
def test_two_programs_against_an_emulated_api(pairs, aws, tmp_path):
    """What is said of a program and the one deployed before it is what a client that creates before it deletes meets."""
    from moto import mock_aws

    rng = random.Random(17)

    def reading(name: str, text: str) -> Estate:
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / "Pulumi.yaml").write_text("name: shop\nruntime: nodejs\n")
        (tmp_path / name / "index.ts").write_text(text)
        return inputs.read([str(tmp_path / name)], Config())

    with mock_aws():
        server = Server()
        seen = refusals = 0
        while seen < pairs:
            before, after, made = random_programs(rng)
            if not made.changes or "ListenerRule" not in after:
                continue
            seen += 1
            (listener,) = with_deployments(reading("new", after), reading("old", before)).listeners
            found = {
                (item.number, item.taker.after.location.address)
                for one in listener.deployments
                for item in handovers(one)
                if item.outcome != "safe"
            }
            met: set[tuple[int, str]] = set()
            for order in orders(made):
                refused = simulated(made, order)[0]
                if refused - met:
                    assert server.refused(made, order) == refused
                met |= refused
            assert found == met, (before, after)
            refusals += len(met)
        assert refusals > pairs // 2


def test_long_ways_are_not_told(monkeypatch):
    """All that is said of them holds still: who waits, and in what."""
    chain = [f"r{n} {n}>{n + 1}" for n in range(1, 8)]
    ring = ["r7 7>1", *chain[:-1]]
    orders, circles = (handovers(deployment("Terraform", *changes)) for changes in (chain, ring))
    monkeypatch.setattr("alb_lint.analysis.handovers.WAYS", 3)
    for whole, changes in ((orders, chain), (circles, ring)):
        found = handovers(deployment("Terraform", *changes))
        assert [(item.number, item.outcome, item.giver, item.taker) for item in found] == [
            (item.number, item.outcome, item.giver, item.taker) for item in whole
        ]
        assert sum(len(item.way) for item in found) < sum(len(item.way) for item in whole)
    assert [len(item.way) for item in found] == [7, 2, 2, 2, 2, 2, 2]


def test_a_long_chain_is_judged_soon():
    found = handovers(deployment("Terraform", *(f"r{n} {n}>{n + 1}" for n in range(1, 3_001))))
    assert {item.outcome for item in found} == {"order"}
    assert len(found) == 2_999
