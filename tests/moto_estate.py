"""A moto server in a process of its own, and estates in it: several accounts and regions, each with load balancers full of rules."""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain, product
from pathlib import Path
from typing import Any

ACCOUNTS = ("111111111111", "222222222222", "333333333333")
REGIONS = ("eu-west-1", "us-east-1")
ROLES = tuple(f"arn:aws:iam::{account}:role/audit" for account in ACCOUNTS)


@contextmanager
def moto_server() -> Iterator[str]:
    """The URL of a server that ends with the block."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    command = [str(Path(sys.executable).with_name("moto_server")), "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"{url}/moto-api/", timeout=5).close()
                break
            except OSError:
                assert server.poll() is None, "moto_server does not start"
                time.sleep(0.05)
        yield url
    finally:
        server.terminate()
        server.wait(10)


def fill(url: str, balancers: int, rules: int) -> None:
    """In every account and region the same: one listener per load balancer, its rules created in falling order of priority."""
    import boto3

    session = boto3.Session()
    sts = session.client("sts", endpoint_url=url)
    keys = {}
    for account, role in zip(ACCOUNTS, ROLES, strict=True):
        given = sts.assume_role(RoleArn=role, RoleSessionName="fill")["Credentials"]
        keys[account] = {
            "aws_access_key_id": given["AccessKeyId"],
            "aws_secret_access_key": given["SecretAccessKey"],
            "aws_session_token": given["SessionToken"],
        }
    sts.close()
    clients = [
        [session.client(service, region_name=region, endpoint_url=url, **keys[account]) for service in ("ec2", "elbv2")]
        for account, region in product(ACCOUNTS, REGIONS)
    ]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda pair: _fill_scope(*pair, balancers, rules), clients))
    for client in chain.from_iterable(clients):
        client.close()


def _fill_scope(ec2: Any, elbv2: Any, balancers: int, rules: int) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"{ec2.meta.region_name}{zone}")["Subnet"][
            "SubnetId"
        ]
        for number, zone in enumerate("ab")
    ]
    group = elbv2.create_target_group(Name="api", Protocol="HTTP", Port=80, VpcId=vpc)["TargetGroups"][0]["TargetGroupArn"]
    elbv2.create_target_group(Name="idle", Protocol="HTTP", Port=80, VpcId=vpc)
    forward = {"Type": "forward", "TargetGroupArn": group}
    fixed = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404", "ContentType": "text/plain", "MessageBody": "no"}}
    for number in range(balancers):
        balancer = elbv2.create_load_balancer(Name=f"web-{number}", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
        listener = elbv2.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=[fixed])["Listeners"][0]
        for priority in range(rules, 0, -1):
            path = "/*" if priority == rules // 2 else f"/{priority % 5}/*"
            elbv2.create_rule(
                ListenerArn=listener["ListenerArn"],
                Priority=priority,
                Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": [path]}}],
                Actions=[fixed if priority % 2 else forward],
                Tags=[{"Key": "Name", "Value": f"rule-{priority}"}],
            )
