"""Entries of access logs for tests, in the form of the user guide's examples."""

ELB = "app/web/50dc6c495c0c9188"
TIME = "2026-11-02T09:10:11.000000Z"


def entry(
    request: str = "GET https://www.example.com:443/ HTTP/1.1",
    logged: object = 0,
    *,
    kind: str = "https",
    time: str = TIME,
    elb: str = ELB,
    client: str = "203.0.113.9:2817",
    agent: str = "curl/8.5.0",
    created: str = "",
    actions: str = "forward",
    more: str = ' "-" "-" "10.0.0.1:80" "200" "-" "-" TID_1234abcd5678ef90 "-" "-" "-"',
) -> str:
    """One line, without its end."""
    return (
        f'{kind} {time} {elb} {client} 10.0.0.1:80 0.086 0.048 0.037 200 200 0 57 "{request}" "{agent}" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2'
        ' arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/73e2d6bc24d8a067 "Root=1-58337281-1d84f3d73c47ec4e58577259"'
        f' "www.example.com" "session-reused" {logged} {created or time} "{actions}"{more}'
    )


def get(path: str, logged: object = 0, **more: str) -> str:
    """An entry of a GET."""
    return entry(f"GET https://www.example.com:443{path} HTTP/1.1", logged, **more)
