"""Listeners as describe-rules exports, seeded: services with hosts and path prefixes, versions before their catch-alls, canaries, a few accidents."""

import json
import re
from itertools import count
from random import Random

from mixes import MIXES, header, host, method, path, query, source

WORDS = """
accounts admin alerts api assets audit auth billing cart catalog chat checkout claims config content customers data
devices docs events exports feed files flags forms gateway graph groups health hooks identity images import inbox
insights inventory invoices items jobs keys labels ledger library links lists login mail maps media members menu metrics
mobile models news notes offers orders pages partners pay people plans portal prices products profile public quotes
rates refunds reports reviews rewards risk roles rules sales schedule scores search seats sessions shares shipping sites
slots stamps static status stock stores sync tags tasks teams terms tickets tokens tools tracks trips updates uploads
users vault video views wallet web widgets zones
""".split()  # noqa: SIM905 - a word list reads better as words


def listener(rules: int, seed: int = 1, account: str = "123456789012", region: str = "eu-west-1", mix: str = "services") -> dict:
    """One listener of `rules` rules and its default rule, in the shape that `aws elbv2 describe-rules` prints."""
    random = Random(f"{rules} {seed}")
    load_balancer = f"lb-{seed:05d}"
    base = f"{load_balancer}/{random.getrandbits(64):016x}/{random.getrandbits(64):016x}"
    prefix = f"arn:aws:elasticloadbalancing:{region}:{account}"
    if mix == "services":
        built = _services(random, rules, seed, prefix)
    else:
        built = [(MIXES[mix](random, number), f"{prefix}:targetgroup/tg-{number}/{random.getrandbits(64):016x}") for number in range(rules)]
    listed = []
    step = max(1, min(10, 49_000 // rules))
    for number, (conditions, group) in enumerate(built, 1):
        listed.append(
            {
                "RuleArn": f"{prefix}:listener-rule/app/{base}/{random.getrandbits(64):016x}",
                "Priority": str(number * step),
                "Conditions": conditions,
                "Actions": [_forward(group)],
                "IsDefault": False,
                "Transforms": [],
            }
        )
    fixed = {"MessageBody": "not found", "StatusCode": "404", "ContentType": "text/plain"}
    listed.append(
        {
            "RuleArn": f"{prefix}:listener-rule/app/{base}/{random.getrandbits(64):016x}",
            "Priority": "default",
            "Conditions": [],
            "Actions": [{"Type": "fixed-response", "Order": 1, "FixedResponseConfig": fixed}],
            "IsDefault": True,
            "Transforms": [],
        }
    )
    return {"Rules": listed}


def _services(random: Random, rules: int, seed: int, prefix: str) -> list[tuple[list[dict], str]]:
    """The conditions and target group of each rule, in the order they are asked."""
    hosts = [f"{WORDS[(seed + number) % len(WORDS)]}{number // len(WORDS) or ''}.example.com" for number in range(max(3, rules // 25))]
    services = [f"{random.choice(WORDS)}-{random.choice(WORDS)}" for _ in range(max(4, rules // 4))]
    built: list[tuple[list[dict], str]] = []
    ids: dict[str, str] = {}  # an account has one target group of a name
    for turn in count():
        if len(built) == rules:
            break
        service = random.choice(services)
        name = random.choice(hosts)
        # the golden ratio deals the kinds out evenly, so that small listeners have the same mix as large ones
        for number, conditions in enumerate(_service(random, turn * 0.6180339887 % 1, service, name)):
            if len(built) < rules:
                # what a service takes out of its own path it mostly sends elsewhere; now and then a rule is left that changes nothing
                group = f"{service[:24]}-{number}" if random.random() < 0.95 else service[:24]
                built.append((conditions, f"{prefix}:targetgroup/{group}/{ids.setdefault(group, f'{random.getrandbits(64):016x}')}"))
    # narrow before wide, as teams do; a few are put anywhere
    order = sorted(range(rules), key=lambda place: (_width(built[place][0]), place))
    for _ in range(max(1, rules // 60)):
        order.insert(random.randrange(rules), order.pop(random.randrange(rules)))
    return [built[place] for place in order]


def _service(random: Random, kind: float, service: str, name: str) -> list[list[dict]]:
    """The rules of one service: usually a host and a path, sometimes versions, methods, a canary header, an address, a wildcard in the middle."""
    root = f"/{random.choice(('api/', '', 'v1/', 'internal/'))}{service}"
    below = [root, f"{root}/*"] if random.random() < 0.9 else [f"{root}/*"]  # now and then the bare path is forgotten
    part, inner = f"{root}/{random.choice(WORDS)}", f"{root}/*/{random.choice(WORDS)}"
    if kind < 0.09:
        return [[header(f"X-{random.choice(WORDS)}", random.choice(WORDS))]]  # no host, no path: meets everything
    if kind < 0.35:
        return [
            [host(name), path(part, f"{part}/*")],
            [host(name), path(*below)],
        ]
    if kind < 0.55:
        return [[host(name), path(*below), method("POST", "PUT")], [host(name), path(*below), method("GET", "HEAD")]]
    if kind < 0.68:
        return [[host(name), path(*below), header("X-Canary", "true")], [host(name), path(*below)]]
    if kind < 0.78:
        return [[path(part, f"{part}/*")], [path(f"{root}*")]]
    if kind < 0.86:
        return [
            [host(name), path(inner, f"{inner}/*")],
            [host(name), path(*below)],
        ]
    if kind < 0.91:
        return [[host(name), path(*below), source(f"10.{random.randrange(256)}.0.0/16")], [host(name), path(*below)]]
    if kind < 0.95:
        return [[host(name), path(*below), query("version", f"v{random.randrange(1, 4)}")], [host(name), path(*below)]]
    if kind < 0.97:
        return [[host(f"{service}.example.com")]]
    if kind < 0.98:
        return [[host(name), path(f"{root}/v?/*")]]
    return [[host(name, f"*.{name}"), path(*below)]]


def _width(conditions: list[dict]) -> float:
    """Roughly how much the rule takes: fewer conditions and shorter, more open patterns are wider."""
    path = next((condition["Values"] for condition in conditions if condition["Field"] == "path-pattern"), ["*"])
    return -len(conditions) * 100 - min(len(value.rstrip("*")) for value in path)


def _forward(group: str) -> dict:
    return {
        "Type": "forward",
        "TargetGroupArn": group,
        "Order": 1,
        "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": group, "Weight": 1}], "TargetGroupStickinessConfig": {"Enabled": False}},
    }


def text(rules: int, seed: int = 1, mix: str = "services") -> str:
    """The export as the command line prints it; "symbols": a template that exports none of its names, see `symbolic`."""
    return symbolic(rules) if mix == "symbols" else json.dumps(listener(rules, seed, mix=mix), indent=4)


def symbolic(rules: int) -> str:
    """A template whose hosts and half of whose paths hold parameters without a value, as one stack for many environments."""
    made = {}
    for number in range(rules):
        name, below = {"Fn::Sub": f"svc{number % 50}.${{Domain{number % 3}}}"}, f"/s{number}/*"
        properties = {
            "ListenerArn": {"Ref": "Listener"},
            "Priority": number + 1,
            "Conditions": [
                {"Field": "host-header", "HostHeaderConfig": {"Values": [name]}},
                {"Field": "path-pattern", "PathPatternConfig": {"Values": [{"Fn::Sub": f"/${{Stage}}{below}"} if number % 2 else below]}},
            ],
            "Actions": [{"Type": "forward", "TargetGroupArn": {"Ref": f"Group{number % 90}"}}],
        }
        made[f"Rule{number}"] = {"Type": "AWS::ElasticLoadBalancingV2::ListenerRule", "Properties": properties}
    names = ("Listener", "Stage", *(f"Domain{number}" for number in range(3)), *(f"Group{number}" for number in range(90)))
    parameters = {name: {"Type": "String"} for name in names}
    return json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Parameters": parameters, "Resources": made}, indent=2)


def template(rules: int, seed: int = 1) -> str:
    """The rules of the listener as a CloudFormation template of one stack; all that they refer to are parameters."""
    made = {}
    groups: dict[str, str] = {}
    for number, rule in enumerate(listener(rules, seed)["Rules"][:-1]):
        conditions = [
            {key: value for key, value in item.items() if key == "Field" or key.endswith("Config")} for item in rule["Conditions"]
        ]
        group = groups.setdefault(rule["Actions"][0]["TargetGroupArn"], f"Group{len(groups)}")
        properties = {
            "ListenerArn": {"Ref": "Listener"},
            "Priority": int(rule["Priority"]),
            "Conditions": conditions,
            "Actions": [{"Type": "forward", "TargetGroupArn": {"Ref": group}}],
        }
        made[f"Rule{number}"] = {"Type": "AWS::ElasticLoadBalancingV2::ListenerRule", "Properties": properties}
    parameters = {name: {"Type": "String"} for name in ("Listener", *groups.values())}
    return json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Parameters": parameters, "Resources": made}, indent=2)


def renamed(text: str, seed: int) -> str:
    """The export as another account has it: the same rules, other names of AWS's."""
    random, ids = Random(seed), dict[str, str]()
    account, balancer = f"{random.randrange(10**12):012d}", f"lb-{seed:05d}"
    text = re.sub(r"(?<=:)\d{12}(?=:)", account, re.sub(r"lb-\d{5}", balancer, text))
    return re.sub(r"\b[0-9a-f]{16}\b", lambda found: ids.setdefault(found[0], f"{random.getrandbits(64):016x}"), text)
