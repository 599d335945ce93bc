"""Measures what gates and requirements add to a `check` of 1,000 rules, a third of them guarded or denying, over four listeners.

python benchmarks/bench_gates.py [RULES]
"""

import json
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "src")]

import generate  # noqa: E402 - found through the line above
from mixes import header, source  # noqa: E402 - found through the line above

PREFIX = "arn:aws:elasticloadbalancing:eu-west-1:123456789012"
SIGN_IN = {
    "Type": "authenticate-oidc",
    "Order": 1,
    "AuthenticateOidcConfig": {
        "Issuer": "https://idp.example",
        "AuthorizationEndpoint": "https://idp.example/a",
        "TokenEndpoint": "https://idp.example/t",
        "UserInfoEndpoint": "https://idp.example/u",
        "ClientId": "c",
    },
}
REQUIRE = """
[[require]]
name = "origin key"
when = { without_header = "X-Origin-Secret" }
then = { status = 403 }

[[require]]
name = "admin from inside"
when = { path = "/admin*", not-source-ip = "10.0.0.0/8" }
then = { any-of = [{ status = 403 }, { authenticated = true }] }
"""


def estate(rules: int, listeners: int = 4, groups: int = 30, seed: int = 1) -> dict:
    """Two load balancers with two listeners each, whose rules share target groups and guard some ways to them."""
    random = Random(seed)
    names = [f"{PREFIX}:targetgroup/g{number}/{number:016x}" for number in range(groups)]
    found: dict = {"LoadBalancers": [], "Listeners": [], "Rules": []}
    for number in range(listeners):
        balancer = f"{PREFIX}:loadbalancer/app/lb{number // 2}/{number // 2:016x}"
        if number % 2 == 0:
            found["LoadBalancers"].append({"LoadBalancerArn": balancer, "LoadBalancerName": f"lb{number // 2}", "Type": "application"})
        arn = f"{balancer.replace(':loadbalancer/', ':listener/')}/{number:016x}"
        door = {"Protocol": "HTTPS", "Port": 443} if number % 2 == 0 else {"Protocol": "HTTP", "Port": 80}
        found["Listeners"].append({"ListenerArn": arn, "LoadBalancerArn": balancer, **door})
        built = generate._services(random, rules // listeners, seed, PREFIX)
        for place, (conditions, _) in enumerate(built, 1):
            asked, actions = _guarded(random, list(conditions), place, random.choice(names))
            found["Rules"].append(_rule(arn, place, str(place * 10), asked, actions))
        closed = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
        found["Rules"].append(_rule(arn, 0, "default", [], [closed]))
    return found


def _guarded(random: Random, conditions: list[dict], place: int, group: str) -> tuple[list[dict], list[dict]]:
    kind, forward = random.random(), {"Type": "forward", "TargetGroupArn": group, "Order": 2}
    if kind < 0.1:
        return [*conditions, source(f"203.{place % 256}.0.0/16")], [forward]
    if kind < 0.18 and not any(condition["Field"] == "http-header" for condition in conditions):
        return [*conditions, header("X-Origin-Secret", "abc")], [forward]
    if kind < 0.28:
        return conditions, [{"Type": "fixed-response", "Order": 1, "FixedResponseConfig": {"StatusCode": "403"}}]
    return conditions, [SIGN_IN, forward] if kind < 0.35 else [forward]


def _rule(listener: str, place: int, priority: str, conditions: list[dict], actions: list[dict]) -> dict:
    arn = f"{listener.replace(':listener/', ':listener-rule/')}/{place:016x}"
    return {"RuleArn": arn, "Priority": priority, "Conditions": conditions, "Actions": actions, "IsDefault": priority == "default"}


def main() -> None:
    rules = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "rules.json").write_text(json.dumps(estate(rules), indent=1))
        (folder / "none.toml").write_text("")
        (folder / "require.toml").write_text(REQUIRE)
        runs = {
            "without gates": ["--config", "none.toml", "--ignore", "ALB6"],
            "with gates": ["--config", "none.toml"],
            "with gates and two requirements": ["--config", "require.toml"],
        }
        command = [sys.executable, "-m", "alb_lint", "check", "rules.json", "--no-cache", "--format", "concise", "--fail-on", "never"]
        least: dict[str, float] = {}
        for _ in range(3):
            for told, flags in runs.items():
                start = time.perf_counter()
                subprocess.run([*command, *flags], cwd=folder, check=True, capture_output=True)
                least[told] = min(least.get(told, 1e9), time.perf_counter() - start)
    for told, seconds in least.items():
        print(f"{told:<32} {seconds:6.2f} s  {seconds / least['without gates']:5.2f}")


if __name__ == "__main__":
    main()
