"""What goes wrong between here and AWS: each fault is told, and nothing that was read is lost."""

import socket
from collections import Counter
from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

import pytest

from alb_lint.errors import SourceError
from alb_lint.sources import aws_json
from alb_lint.sources.live import sessions
from alb_lint.sources.live.source import LiveOptions, LiveReading, read_live, snapshot_text
from alb_lint.sources.source import ReadOptions, Target
from loopback import HOME, Answer, Call, Estate, Fault, Loopback, serving

pytestmark = pytest.mark.usefixtures("aws", "impatient")

PLACE = f"account {HOME}, region eu-west-1"
USER = f"arn:aws:iam::{HOME}:user/reader"


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    with serving(Loopback(Estate(3, 5))) as running:
        yield running


def live(loopback: Loopback, **options: Any) -> LiveReading:
    return read_live(LiveOptions(endpoint_url=loopback.url, **options), lambda *_: None, "2026-01-02T12:00:00Z")


def failing(action: str, fault: Answer, when: Callable[[Call], bool] = lambda _: True) -> Callable[[Call], Answer | None]:
    return lambda call: fault if call.action == action and when(call) else None


def rules(reading: LiveReading) -> list[int]:
    """Rules of each listener, as read from the export, which tells the same gaps as the live reading."""
    text = snapshot_text(reading.snapshots)
    model = aws_json.read([Target("snapshot.json", None, text.encode())], ReadOptions())
    assert model.gaps == reading.gaps == reading.reading().gaps
    assert model.listeners == reading.reading().listeners
    return [len(one.rules) for one in model.listeners]


def told(reading: LiveReading) -> list[str]:
    return [f"{gap.location}: {gap.reason}" for gap in reading.gaps]


def refused(loopback: Loopback, **options: Any) -> SourceError:
    with pytest.raises(SourceError) as caught:
        live(loopback, **options)
    return caught.value


# -- faults on the way -------------------------------------------------------------------------------------------------------------


def test_throttling_every_third_call(loopback: Loopback, impatient: list[float]) -> None:
    quiet = live(loopback)
    loopback.calls.clear()
    loopback.fault = lambda _call: Fault("Throttling", "Rate exceeded") if len(loopback.calls) % 3 == 0 else None
    reading = live(loopback)
    assert len(impatient) == len(loopback.calls) // 3 > 4
    assert reading.snapshots == quiet.snapshots
    assert reading.calls == quiet.calls


def test_throttling_without_end(loopback: Loopback) -> None:
    throttled = "web-1/"
    loopback.fault = failing("DescribeRules", Fault("ThrottlingException", "Rate exceeded"), lambda call: throttled in str(call.params))
    reading = live(loopback)
    assert sum(throttled in str(call.params) for call in loopback.calls if call.action == "DescribeRules") == 8
    assert rules(reading) == [5, 5, 0]
    (only,) = told(reading)
    assert "listener/app/web-1/" in only
    assert "its rules were not read: AWS throttles elasticloadbalancing:DescribeRules" in only
    assert "--max-workers 2" in only
    assert [error.what for error in reading.errors] == ["AWS throttles elasticloadbalancing:DescribeRules (ThrottlingException)"]


@pytest.mark.parametrize("name", ["AWS_MAX_ATTEMPTS", "AWS_RETRY_MODE"])
def test_retries_are_as_the_environment_has_them(loopback: Loopback, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("AWS_RETRY_MODE", "standard")
    if name == "AWS_MAX_ATTEMPTS":
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
    loopback.fault = failing("DescribeAccountLimits", Fault("Throttling"))
    live(loopback)
    assert loopback.actions().count("DescribeAccountLimits") == (2 if name == "AWS_MAX_ATTEMPTS" else 3)


@pytest.mark.parametrize("code", ["ExpiredToken", "RequestExpired"])
def test_token_that_expires_half_way(loopback: Loopback, code: str) -> None:
    """What was read stays; the regions that come after are not even asked; the error says how to go on."""
    loopback.fault = failing("DescribeRules", Fault(code, "expired", 403), lambda call: "web-1/" in str(call.params))
    reading = live(loopback, regions=("all",), max_workers=1)
    assert rules(reading) == [5, 0, 0]
    assert {(error.what, error.hint.split(" (")[0]) for error in reading.errors} == {
        (f"the temporary credentials have expired ({code})", "renew them")
    }
    assert {call.action for call in loopback.calls if call.region == "us-east-1"} == set()
    assert sum("its rules were not read: the temporary credentials have expired" in one for one in told(reading)) == 2
    assert any("region us-east-1: the temporary credentials have expired" in one for one in told(reading))


@pytest.mark.parametrize("code", ["AccessDenied", "AccessDeniedException"])
def test_no_permission_for_tags_alone(loopback: Loopback, code: str) -> None:
    message = f"User: {USER} is not authorized to perform: elasticloadbalancing:DescribeTags because no identity-based policy allows it"
    loopback.fault = failing("DescribeTags", Fault(code, message, 403))
    reading = live(loopback)
    assert rules(reading) == [5, 5, 5]
    denied = f"{USER} may not call elasticloadbalancing:DescribeTags in {PLACE} because no identity-based policy allows it"
    hint = "(alb-lint iam-policy prints the policy it needs)"
    assert told(reading) == [f"{PLACE}: the tags of {n} resources were not read: {denied} {hint}" for n in (3, 18)]
    assert reading.errors == ()
    assert reading.snapshots[0]["alb_lint"]["partial"] == ["Tags"]


@pytest.mark.parametrize(
    ("action", "errors", "counts"),
    [
        ("DescribeRules", 1, [0, 0, 0]),
        ("DescribeListeners", 1, []),
        ("DescribeTargetGroups", 0, [5, 5, 5]),
        ("DescribeTargetHealth", 0, [5, 5, 5]),
        ("DescribeAccountLimits", 0, [5, 5, 5]),
        ("DescribeLoadBalancerAttributes", 0, [5, 5, 5]),
    ],
)
def test_permission_that_lacks(loopback: Loopback, action: str, errors: int, counts: list[int]) -> None:
    """The message names principal, action, account and region. Without the rules themselves the reading is an error."""
    loopback.fault = failing(action, Fault("AccessDenied", "no", 403))
    reading = live(loopback, attributes=True)
    assert rules(reading) == counts
    assert told(reading)
    assert all(f"{USER} may not call elasticloadbalancing:{action} in {PLACE}" in one for one in told(reading))
    assert [error.hint for error in reading.errors] == ["alb-lint iam-policy prints the policy it needs"] * errors
    if action == "DescribeTargetGroups":
        assert reading.reading().target_groups is None


def test_listener_deleted_between_two_calls(loopback: Loopback) -> None:
    """Gone when its rules are asked for, and again when its tags are: the tags of all others are still read."""

    def deleted(call: Call) -> Answer | None:
        arns = call.arns("ResourceArns") or [call.params.get("ListenerArn", "")]
        return Fault("ListenerNotFound", "One or more listeners not found") if any(":listener/app/web-1/" in arn for arn in arns) else None

    loopback.fault = deleted
    reading = live(loopback)
    assert rules(reading) == [5, 5, 0]
    gone = "it was deleted while the account was read"
    assert [one.partition(": ")[2] for one in told(reading)] == [f"its rules were not read: {gone}", gone]
    assert all(gap.location.arn.split("/")[-3] == "web-1" for gap in reading.gaps)
    assert len(reading.snapshots[0]["Tags"]) == 3 + 2 + 10


MALFORMED = [b"", b"<html>proxy</html>", b"<DescribeRulesResponse><DescribeRulesResult>", b"<DescribeRulesResponse/>", b"{}"]


@pytest.mark.parametrize("body", MALFORMED)
def test_malformed_page(body: bytes) -> None:
    """The pages before it are kept, and so are all other listeners."""
    with serving(Loopback(Estate(2, 5, page=2))) as loopback:
        loopback.fault = failing("DescribeRules", body, lambda call: call.params.get("Marker") == "4" and "web-0/" in str(call.params))
        reading = live(loopback)
    assert rules(reading) == [3, 5]
    (only,) = told(reading)
    assert "its rules after the first 4 were not read: the answer of elasticloadbalancing:DescribeRules cannot be read" in only


def test_pages_in_a_circle() -> None:
    with serving(Loopback(Estate(1, 5, page=2))) as loopback:
        loopback.fault = lambda call: {"Rules": [], "NextMarker": "x"} if call.action == "DescribeRules" else None
        reading = live(loopback)
    assert rules(reading) == [0]
    assert "its pages never end" in told(reading)[0]


def test_odd_elements_are_gaps_and_no_more(loopback: Loopback) -> None:
    def odd(call: Call) -> Answer | None:
        if call.action == "DescribeRules" and "web-0/" in str(call.params):
            answer: Any = Estate(3, 5)(call)
            answer["Rules"] += [{}, {"Priority": "9", "Conditions": [{"Field": "moon"}]}, {"RuleArn": "", "Priority": "nine"}]
            return answer
        if call.action == "DescribeTags":
            return {"TagDescriptions": [{"Tags": [{"Key": "a"}]}, {"ResourceArn": "x", "Tags": [{}]}]}
        return {"TargetHealthDescriptions": [{}, {"Target": {}}]} if call.action == "DescribeTargetHealth" else None

    loopback.fault = odd
    model = live(loopback).reading()
    assert sum(len(one.rules) for one in model.listeners) >= 15
    assert model.gaps


def test_server_error_is_told_with_what_it_said(loopback: Loopback) -> None:
    loopback.fault = failing("DescribeAccountLimits", Fault("InternalFailure", "line\nbreak \u202e" + "x" * 9999, 500))
    (only,) = told(live(loopback))
    assert "DescribeAccountLimits failed: InternalFailure: line break" in only
    assert only.isprintable()
    assert len(only) < 600


# -- regions and accounts that refuse ----------------------------------------------------------------------------------------------

REFUSALS = [
    Fault("OptInRequired", "The AWS Access Key Id needs a subscription for the service", 403),
    Fault("AuthFailure", "not able to validate the provided access credentials", 401),
    Fault("UnrecognizedClientException", "The security token included in the request is invalid", 403),
    Fault("AccessDenied", "explicit deny in a service control policy", 403),
]


@pytest.mark.parametrize("fault", REFUSALS, ids=lambda fault: fault.code)
@pytest.mark.parametrize("named", [False, True])
def test_region_that_refuses(loopback: Loopback, fault: Fault, named: bool) -> None:
    """Among all regions a gap; named by hand an error as well. The other region is read either way."""
    loopback.fault = lambda call: fault if call.region == "us-east-1" and call.action == "DescribeLoadBalancers" else None
    reading = live(loopback, regions=("eu-west-1", "us-east-1") if named else ("all",))
    assert rules(reading) == [5, 5, 5]
    (only,) = told(reading)
    assert only.startswith(f"account {HOME}, region us-east-1: ")
    assert [error.where for error in reading.errors] == ([f"account {HOME}, region us-east-1"] if named else [])


@pytest.mark.parametrize("fault", REFUSALS, ids=lambda fault: fault.code)
def test_every_region_refuses(loopback: Loopback, fault: Fault) -> None:
    loopback.fault = failing("DescribeLoadBalancers", fault)
    error = refused(loopback, regions=("all",))
    assert "; and 1 more" in error.what
    assert error.where == PLACE
    assert error.hint


def test_regions_that_ec2_does_not_tell(loopback: Loopback) -> None:
    """The list that boto3 knows is read instead, and that is said, since it may lack one."""
    loopback.estate = Estate(0)
    loopback.fault = failing("DescribeRegions", Fault("UnauthorizedOperation", "no", 403))
    reading = live(loopback, regions=("all",))
    (only,) = told(reading)
    assert f"{USER} may not call ec2:DescribeRegions in account {HOME}; the regions that boto3 knows are read instead" in only
    assert {"eu-west-1", "us-east-1", "sa-east-1"} < {call.region for call in loopback.calls}
    assert reading.errors == ()


ROLES = ("arn:aws:iam::111111111111:role/audit", "arn:aws:iam::222222222222:role/audit")


def test_role_that_cannot_be_assumed(loopback: Loopback) -> None:
    loopback.fault = failing("AssumeRole", Fault("AccessDenied", "no", 403), lambda call: "1111" in call.params["RoleArn"])
    reading = live(loopback, role_arns=ROLES)
    assert rules(reading) == [5, 5, 5]
    (error,) = reading.errors
    assert f"{USER} may not call sts:AssumeRole on {ROLES[0]} in account 111111111111" in error.what
    assert "trust policy" in error.hint
    assert len(reading.gaps) == 1


def test_member_of_the_organization_that_refuses_is_a_gap(loopback: Loopback) -> None:
    loopback.estate = Estate(3, 5, members=(HOME, "111111111111"))
    loopback.fault = failing("AssumeRole", Fault("AccessDenied", "no", 403))
    reading = live(loopback, org=True)
    assert rules(reading) == [5, 5, 5]
    assert (len(reading.gaps), reading.errors) == (1, ())


def test_organization_that_cannot_be_listed(loopback: Loopback) -> None:
    loopback.fault = lambda call: b'{"__type":"AccessDeniedException","Message":"no"}' if call.action == "ListAccounts" else None
    assert "ListAccounts" in refused(loopback, org=True).what


def test_no_identity_does_not_matter(loopback: Loopback) -> None:
    loopback.fault = failing("GetCallerIdentity", Fault("InvalidAction", "not here", 400))
    reading = live(loopback)
    assert rules(reading) == [5, 5, 5]
    assert reading.snapshots[0]["alb_lint"]["account"] == HOME


# -- nothing to start with ---------------------------------------------------------------------------------------------------------


def test_no_credentials(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    error = refused(loopback)
    assert error.what == "no AWS credentials were found"
    assert "aws sso login" in error.hint
    assert "SNAPSHOT" in error.hint


def test_half_a_key(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert "Partial credentials" in refused(loopback).what


def test_keys_that_are_not_valid(loopback: Loopback) -> None:
    loopback.fault = failing("GetCallerIdentity", Fault("InvalidClientTokenId", "The security token is invalid", 403))
    error = refused(loopback)
    assert error.what.startswith("AWS does not take these keys (InvalidClientTokenId")
    assert loopback.actions() == ["GetCallerIdentity"]


def test_profile_that_is_not_there(loopback: Loopback, aws: Any) -> None:
    aws.write_text("[profile prod]\nregion = eu-west-1\n")
    error = refused(loopback, profiles=("prd",))
    assert (error.what, error.where) == ("there is no profile prd", "~/.aws/config")
    assert "did you mean prod?" in error.hint


def test_sso_session_that_is_over(loopback: Loopback, aws: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    sso = "sso_start_url = https://x.example/start\nsso_region = eu-west-1\nsso_account_id = 111111111111\nsso_role_name = r\n"
    aws.write_text(f"[profile p]\nregion = eu-west-1\n{sso}")
    monkeypatch.setenv("HOME", str(aws.parent))
    error = refused(loopback, profiles=("p",))
    assert error.what.startswith("the session is over or was never begun")
    assert error.hint == "aws sso login --profile p"
    assert error.where == "profile p"


def test_endpoint_where_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        loopback = Loopback(url=f"http://127.0.0.1:{taken.getsockname()[1]}")
        error = refused(loopback)
    assert error.what.startswith("no answer: ")
    assert "--endpoint-url" in error.hint


def test_an_endpoint_that_hangs_is_asked_twice_and_no_more(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read is kept; with the seconds that are waited for an answer, each call ends within a minute."""
    assert sessions._TIMEOUTS * (sessions._READ_SECONDS + sessions._CONNECT_SECONDS) <= 60
    monkeypatch.setattr(sessions, "_READ_SECONDS", 0.2)
    asked: Counter[str] = Counter()
    over = Event()

    def hang(call: Call) -> Answer | None:
        if call.action == "DescribeRules":
            asked[call.params["ListenerArn"]] += 1
            over.wait(30)
        return None

    loopback.fault = hang
    try:
        reading = live(loopback)
    finally:
        over.set()
    assert rules(reading) == [0, 0, 0]
    assert set(asked.values()) <= {1, 2}
    assert any("timeout" in gap.lower() or "no answer" in gap for gap in told(reading)), told(reading)


@pytest.mark.parametrize("url", ["nowhere", "http://", "http://[::1", "ftp://127.0.0.1/"])
def test_endpoint_that_is_no_address(url: str) -> None:
    error = refused(Loopback(url=url))
    assert "--endpoint-url" in error.hint
    assert "answer of" not in error.what


def test_connection_that_is_lost_half_way(loopback: Loopback) -> None:
    """What was read is kept, and no call is made in vain."""

    def cut(call: Call) -> Answer | None:
        if call.action == "DescribeRules":
            raise ConnectionAbortedError
        return None

    loopback.fault = cut
    reading = live(loopback, max_workers=1)
    assert rules(reading) == [0, 0, 0]
    assert len(reading.gaps) >= 3
    assert reading.errors
    assert {call.params["ListenerArn"].split("/")[2] for call in loopback.calls if call.action == "DescribeRules"} == {"web-0"}


@pytest.mark.parametrize("name", ["not a region!", "eu west"])
def test_name_that_is_no_region(loopback: Loopback, name: str) -> None:
    error = refused(loopback, regions=(name,))
    assert "region" in error.what + error.hint
