"""The command line of a witness reaches the listener that it is about, with the Host header that was decided."""

import pytest

from alb_lint.analysis.tracing import trace
from alb_lint.model import Entrance, HostHeader, Listener, LoadBalancer, PathPattern, Request, Rule

DNS = "edge-123.eu-central-1.elb.amazonaws.com"
ANY, ADMIN = Request(path="/b"), Request(host="admin.example.org", path="/b")


@pytest.mark.parametrize(
    ("request_", "entrance", "line"),
    [
        (ANY, Entrance(), "curl -i https://example.com/b"),
        (ANY, Entrance("https", 443), "curl -i https://example.com/b"),
        (ANY, Entrance("http", 80), "curl -i http://example.com/b"),
        (ANY, Entrance("http", 8080), "curl -i http://example.com:8080/b"),
        (ADMIN, Entrance("http", 8080), "curl -i -H 'Host: admin.example.org' http://admin.example.org:8080/b"),
        (ADMIN, Entrance("https", 8443, DNS), f"curl -i --connect-to ::{DNS}:8443 https://admin.example.org/b"),
        (ADMIN, Entrance("http", 0, DNS), f"curl -i --connect-to ::{DNS}:80 http://admin.example.org/b"),
        (ANY, Entrance("https", 443, DNS), f"curl -i -k --connect-to ::{DNS}:443 https://example.com/b"),
        (ANY, Entrance("http", 8080, DNS), f"curl -i --connect-to ::{DNS}:8080 http://example.com/b"),
    ],
)
def test_command(request_, entrance, line):
    assert request_.curl(entrance) == line


@pytest.mark.parametrize(
    ("protocol", "port", "balancer", "entrance"),
    [
        ("", 0, None, Entrance()),
        ("HTTP", 8080, None, Entrance("http", 8080)),
        ("", 80, None, Entrance("http", 80)),
        ("HTTPS", 80, None, Entrance("https", 80)),
        ("HTTPS", 443, LoadBalancer("b", "b", dns_name=DNS), Entrance("https", 443, DNS)),
    ],
)
def test_entrance_of_a_listener(protocol, port, balancer, entrance):
    assert Listener("l", "l", protocol=protocol, port=port, load_balancer=balancer).entrance == entrance


@pytest.mark.parametrize(
    ("host", "condition", "answered"),
    [
        ("h.example:8443", HostHeader(("h.example",)), None),
        ("h.example:8443", HostHeader((), (r"^h\.example:8443$",)), None),
        ("h.example:8443", HostHeader(("h.example*",)), "rule"),
        ("h.example:8443", HostHeader(("other.example",)), "default"),
        ("h.example:8443", PathPattern(("/*",)), "rule"),
        ("h.example", HostHeader(("h.example",)), "rule"),
        ("2001:db8::1", HostHeader(("2001:db8:*",)), "rule"),
    ],
)
def test_host_with_a_port(host, condition, answered):
    rule = Rule("rule", "rule", 1, (condition,))
    listener = Listener("l", "l", (rule,), Rule("default", "default", 0, is_default=True))
    found = trace(listener, Request(host=host))
    assert (found.rule.id if found.rule is not None else None) == answered
    assert ("no document tells" in found.undecided) == (answered is None)


@pytest.mark.parametrize(
    ("request_", "line"),
    [
        # curl would read the file of that name and send its lines
        (Request(headers=(("@secret", "v"),)), "# a header called @secret can be sent by no client"),
        (Request(headers=(("a: b X", "v"),)), "# a header called 'a: b X' can be sent by no client"),
        (Request(headers=(("X-${var.name}", "@v"),)), 'curl -i -H "X-$NAME: @v" https://example.com/'),
        # in a URL they would lead elsewhere
        (Request(host=""), "curl -i -H 'Host;' https://example.com/"),
        (Request(host="[1-1000].example.com"), "curl -i -H 'Host: [1-1000].example.com' https://example.com/"),
        (Request(host="{a,b}.example.com"), "curl -i -H 'Host: {a,b}.example.com' https://example.com/"),
        (Request(host="a@evil.example"), "curl -i -H 'Host: a@evil.example' https://example.com/"),
        (Request(host="a/../b#"), "curl -i -H 'Host: a/../b#' https://example.com/"),
        (Request(host="[2001:db8::1]:8443"), "curl -i --globoff 'https://[2001:db8::1]:8443/'"),
        (Request(host="${var.domain}"), "curl -i https://$DOMAIN/"),
        # names that a shell has already
        (Request(host="${var.host}"), "curl -i https://$HOST_VALUE/"),
        (Request(host="${2 + var.n}.x"), "curl -i https://$VALUE_2_VAR_N.x/"),
        (Request(path="/${var.path}/x"), "curl -i https://example.com/$PATH_VALUE/x"),
        # a value that is the whole path begins with its slash
        (Request(path="/${var.route}"), "curl -i https://example.com/${ROUTE#/}"),
    ],
)
def test_a_line_sends_what_it_says_and_nothing_else(request_, line):
    assert request_.curl() == line
