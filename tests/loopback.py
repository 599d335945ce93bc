"""An HTTP server that speaks enough of the Query protocol for the live source: a made-up estate, and faults where a test wants them.

boto3 parses, retries and times out as it does with AWS; account and region of a request follow from its signature.
`python tests/loopback.py BALANCERS RULES` serves until its standard input ends, and prints its port first.
"""

import json
import re
import sys
import threading
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

HOME = "123456789012"


@dataclass(frozen=True)
class Call:
    """`number`: 1 for the first request of this action, retries counted."""

    action: str
    params: dict[str, str]
    account: str
    region: str
    number: int

    def arns(self, name: str) -> list[str]:
        return [value for key, value in self.params.items() if key.startswith(f"{name}.member.")]


@dataclass(frozen=True)
class Fault:
    code: str
    message: str = "no"
    status: int = 400


Answer = dict[str, Any] | Fault | bytes


@dataclass
class Estate:
    """Each account and region has the same: `balancers` with one listener of `rules` rules; every rule is tagged."""

    balancers: int = 2
    rules: int = 5
    page: int = 400
    regions: tuple[str, ...] = ("eu-west-1", "us-east-1")
    members: tuple[str, ...] = (HOME,)

    def __call__(self, call: Call) -> Answer:
        return getattr(self, re.sub(r"(?<!^)([A-Z])", r"_\1", call.action).lower())(call)

    def _head(self, call: Call) -> str:
        return f"arn:aws:elasticloadbalancing:{call.region}:{call.account}"

    def _paged(self, key: str, items: list[Any], call: Call) -> Answer:
        size = min(int(call.params.get("PageSize", self.page)), self.page)
        start = int(call.params.get("Marker", 0))
        more = {"NextMarker": str(start + size)} if start + size < len(items) else {}
        return {key: items[start : start + size]} | more

    def describe_load_balancers(self, call: Call) -> Answer:
        made = [
            {
                "LoadBalancerArn": f"{self._head(call)}:loadbalancer/app/web-{number}/{number:016x}",
                "LoadBalancerName": f"web-{number}",
                "Type": "application",
                "Scheme": "internet-facing",
                "IpAddressType": "ipv4",
                "CreatedTime": "2026-01-02T03:04:05Z",
            }
            for number in range(self.balancers)
        ]
        network = {"LoadBalancerArn": f"{self._head(call)}:loadbalancer/net/tcp/{0:016x}", "LoadBalancerName": "tcp", "Type": "network"}
        return self._paged("LoadBalancers", [*made, network] if made else [], call)

    def describe_listeners(self, call: Call) -> Answer:
        balancer = call.params["LoadBalancerArn"]
        arn = balancer.replace(":loadbalancer/", ":listener/") + f"/{0:016x}"
        default = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]
        listener = {"ListenerArn": arn, "LoadBalancerArn": balancer, "Port": 443, "Protocol": "HTTPS", "DefaultActions": default}
        return self._paged("Listeners", [listener], call)

    def describe_rules(self, call: Call) -> Answer:
        arn = call.params["ListenerArn"].replace(":listener/", ":listener-rule/")
        default: dict[str, Any] = {"RuleArn": f"{arn}/{0:016x}", "Priority": "default", "IsDefault": "true", "Conditions": []}
        default["Actions"] = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]
        return self._paged("Rules", [default, *(self._rule(call, arn, number) for number in range(self.rules, 0, -1))], call)

    def _rule(self, call: Call, arn: str, number: int) -> dict[str, Any]:
        """Hosts have five rules each; on every other host one of them takes any path before those after it."""
        path, host = "/*" if number % 10 == 6 else f"/{number % 7}/*", f"h{number // 5}.example.com"
        forward = {"Type": "forward", "TargetGroupArn": self._group(call)}
        fixed = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
        return {
            "RuleArn": f"{arn}/{number:016x}",
            "Priority": str(number),
            "Conditions": [
                {"Field": "path-pattern", "Values": [path], "PathPatternConfig": {"Values": [path]}},
                {"Field": "host-header", "Values": [host], "HostHeaderConfig": {"Values": [host]}},
            ],
            "Actions": [forward if number % 3 else fixed],
            "IsDefault": "false",
        }

    def _group(self, call: Call) -> str:
        return f"{self._head(call)}:targetgroup/api/{1:016x}"

    def describe_target_groups(self, call: Call) -> Answer:
        return self._paged("TargetGroups", [{"TargetGroupArn": self._group(call), "TargetGroupName": "api"}], call)

    def describe_target_health(self, _call: Call) -> Answer:
        return {"TargetHealthDescriptions": [{"Target": {"Id": "i-1", "Port": 80}, "TargetHealth": {"State": "healthy"}}]}

    def describe_tags(self, call: Call) -> Answer:
        arns = call.arns("ResourceArns")
        if len(arns) > 20:
            return Fault("ValidationError", "at most 20 ARNs")
        if any(arn.endswith(f"/{0:016x}") and ":listener-rule/" in arn for arn in arns):
            return Fault("RuleNotFound", "a default rule has no tags")
        return {"TagDescriptions": [{"ResourceArn": arn, "Tags": [{"Key": "team", "Value": arn[-2:]}]} for arn in arns]}

    def describe_account_limits(self, call: Call) -> Answer:
        return self._paged("Limits", [{"Name": "rules-per-application-load-balancer", "Max": "200"}], call)

    def describe_load_balancer_attributes(self, _call: Call) -> Answer:
        told = {"routing.http.drop_invalid_header_fields.enabled": "true", "access_logs.s3.bucket": "logs"}
        return {"Attributes": [{"Key": key, "Value": value} for key, value in told.items()]}

    def describe_regions(self, _call: Call) -> Answer:
        names = "".join(f"<item><regionName>{name}</regionName></item>" for name in self.regions)
        return f"<DescribeRegionsResponse><regionInfo>{names}</regionInfo></DescribeRegionsResponse>".encode()

    def list_accounts(self, _call: Call) -> Answer:
        accounts = [{"Id": one, "Status": "ACTIVE"} for one in self.members]
        return json.dumps({"Accounts": [*accounts, {"Id": "999999999999", "Status": "SUSPENDED"}]}).encode()

    def get_caller_identity(self, call: Call) -> Answer:
        return {"Account": call.account, "Arn": f"arn:aws:iam::{call.account}:user/reader", "UserId": "u"}

    def assume_role(self, call: Call) -> Answer:
        account, name = re.findall(r"iam::(\d+):role/(.*)", call.params["RoleArn"])[0]
        keys = {"AccessKeyId": f"ASIA{account}", "SecretAccessKey": "s", "SessionToken": "t", "Expiration": "2099-01-01T00:00:00Z"}
        return {
            "Credentials": keys,
            "AssumedRoleUser": {"Arn": f"arn:aws:sts::{account}:assumed-role/{name}/alb-lint", "AssumedRoleId": "r"},
        }


def xml(value: Any) -> str:
    if isinstance(value, dict):
        return "".join(f"<{key}>{xml(item)}</{key}>" for key, item in value.items())
    if isinstance(value, list):
        return "".join(f"<member>{xml(item)}</member>" for item in value)
    return escape(str(value))


@dataclass
class Loopback:
    """`fault` is asked first: None lets the estate answer. `calls`: every request, in the order of arrival."""

    estate: Callable[[Call], Answer] = field(default_factory=Estate)
    fault: Callable[[Call], Answer | None] = lambda _call: None
    calls: list[Call] = field(default_factory=list)
    url: str = ""
    lock: Any = field(default_factory=threading.Lock)

    def actions(self) -> list[str]:
        return [call.action for call in self.calls]

    def reply(self, body: bytes, headers: Any) -> tuple[int, bytes]:
        key, region = re.findall(r"Credential=([^/]*)/\d*/([^/]*)/", headers.get("Authorization", ""))[0]
        account = key[4:] if key.startswith("ASIA") else HOME
        target = headers.get("X-Amz-Target", "")
        params = {} if target else dict(parse_qsl(body.decode()))
        action = target.rpartition(".")[2] or params["Action"]
        with self.lock:
            call = Call(action, params, account, region, self.actions().count(action) + 1)
            self.calls.append(call)
        answer = self.fault(call)
        answer = self.estate(call) if answer is None else answer
        if isinstance(answer, bytes):
            return 200, answer
        if isinstance(answer, Fault):
            error = xml({"Error": {"Type": "Sender", "Code": answer.code, "Message": answer.message}})
            return answer.status, f"<ErrorResponse>{error}<RequestId>0</RequestId></ErrorResponse>".encode()
        result = f"<{action}Result>{xml(answer)}</{action}Result>"
        return 200, f"<{action}Response>{result}<ResponseMetadata/></{action}Response>".encode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


@contextmanager
def serving(loopback: Loopback) -> Any:
    """The loopback, listening on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            status, body = loopback.reply(self.rfile.read(int(self.headers.get("Content-Length", 0))), self.headers)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = _Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    loopback.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield loopback
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


if __name__ == "__main__":
    with serving(Loopback(Estate(int(sys.argv[1]), int(sys.argv[2])))) as running:
        print(running.url, flush=True)  # noqa: T201 - who started it reads it
        sys.stdin.read()
