"""What boto3 raises → what went wrong, where, and the next step.

Sources: botocore.exceptions (recognised by name, so that botocore need not be imported and older versions lack none); "Common errors" of
the ELB API reference; the codes that EC2, STS and Organizations answer with.
"""

import difflib
from dataclasses import dataclass
from typing import Any, Final, Literal

from alb_lint.errors import SourceError

Kind = Literal["credentials", "expired", "denied", "throttled", "refused", "unreachable", "malformed", "gone", "other"]
"""`refused`: the region is not enabled for the account, or does not know its keys. `gone`: deleted since it was listed."""

_MESSAGE: Final = 300
"""Characters of a foreign message that are repeated."""


@dataclass(frozen=True, slots=True)
class Place:
    """Who calls where, as far as it is known yet. `profile`: "" for the default chain of credentials."""

    account: str = ""
    region: str = ""
    principal: str = ""
    profile: str = ""

    def __str__(self) -> str:
        named = [f"{kind} {name}" for kind, name in (("account", self.account), ("region", self.region)) if name]
        if not self.account:
            named.insert(0, f"profile {self.profile}" if self.profile else "default credentials")
        return ", ".join(named)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a call gave nothing. `what` names action, principal, account and region where they matter; `hint` is the next step."""

    kind: Kind
    what: str
    where: str
    hint: str

    def error(self) -> SourceError:
        return SourceError(self.what, where=self.where, hint=self.hint)

    def __str__(self) -> str:
        return f"{self.what} ({self.hint})" if self.hint else self.what


class TroubleError(Exception):
    """Carries a trouble to where it is told or kept; never leaves the live source."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.what)
        self.trouble = trouble


_CODES: Final[dict[str, Kind]] = {
    **dict.fromkeys(("ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"), "expired"),
    **dict.fromkeys(
        ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "UnauthorizedAccess", "AuthorizationError", "NotAuthorized"),
        "denied",
    ),
    **dict.fromkeys(
        ("Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled", "RequestThrottledException"), "throttled"
    ),
    **dict.fromkeys(("RequestLimitExceeded", "TooManyRequestsException", "SlowDown", "BandwidthLimitExceeded"), "throttled"),
    **dict.fromkeys(("OptInRequired", "AuthFailure", "UnrecognizedClientException", "InvalidClientTokenId"), "refused"),
    **dict.fromkeys(("RegionDisabledException", "InvalidAccessKeyId", "SubscriptionRequiredException"), "refused"),
    **dict.fromkeys(("SignatureDoesNotMatch", "IncompleteSignature", "RequestTimeTooSkewed", "InvalidSignatureException"), "credentials"),
    **dict.fromkeys(("MissingAuthenticationToken", "MissingAuthenticationTokenException"), "credentials"),
    **dict.fromkeys(("LoadBalancerNotFound", "ListenerNotFound", "RuleNotFound", "TargetGroupNotFound"), "gone"),
}

_EXPIRED: Final = frozenset(
    {"SSOTokenLoadError", "UnauthorizedSSOTokenError", "TokenRetrievalError", "LoginRefreshTokenExpired", "LoginRefreshRequired"}
    | {"LoginTokenLoadError", "LoginError", "NoAuthTokenError"}
)
"""Exceptions of a session that `aws sso login` or `aws login` renews."""

_UNREACHABLE: Final = frozenset(
    {"EndpointConnectionError", "ConnectTimeoutError", "ReadTimeoutError", "ConnectionClosedError", "ProxyConnectionError", "SSLError"}
    | {"HTTPClientError", "InvalidRegionError", "EndpointResolutionError", "UnknownEndpointError", "UnknownRegionError"}
)


def trouble_of(error: Exception, place: Place, action: str) -> Trouble:
    """What `error` means. `action`: as IAM names it, `elasticloadbalancing:DescribeRules`."""
    response = getattr(error, "response", None)
    if isinstance(response, dict):
        return _answered(response, place, action)
    names = {cls.__name__ for cls in type(error).__mro__}
    name, text, where = type(error).__name__, brief(error), str(place)
    login = f"aws sso login --profile {place.profile}" if place.profile else "aws sso login, or aws login"
    if name == "NoCredentialsError":
        return Trouble(
            "credentials", "no AWS credentials were found", where, f"{login}; or AWS_PROFILE; or offline: alb-lint check SNAPSHOT"
        )
    if name == "NoRegionError":
        return Trouble("credentials", "no region is set", where, "--region eu-west-1, --region all, or AWS_REGION")
    if names & _EXPIRED:
        return Trouble("expired", f"the session is over or was never begun: {text}", where, login)
    if names & {"PartialCredentialsError", "CredentialRetrievalError", "UnknownCredentialError", "InvalidConfigError", "ConfigParseError"}:
        return Trouble("credentials", text, where, "correct ~/.aws/config and ~/.aws/credentials, or choose another --profile")
    if names & _UNREACHABLE:
        return Trouble("unreachable", f"no answer: {text}", where, "is the name of the region right, and --endpoint-url, proxy and VPN?")
    if name == "ResponseParserError" or type(error).__module__ == "builtins":  # its parsers stumble over XML of another shape
        return malformed(place, action, text)
    return Trouble("other", f"{action} failed: {name}: {text}", where, "run again; what was read is kept")


def _answered(response: dict[str, Any], place: Place, action: str) -> Trouble:
    """An error that the service itself told."""
    told = response.get("Error")
    told = told if isinstance(told, dict) else {}
    code, text, where = str(told.get("Code", "")), brief(told.get("Message", "")), str(place)
    kind = _CODES.get(code, "other")
    if kind == "expired":
        hint = f"renew them (aws sso login --profile {place.profile or 'PROFILE'}) and run again"
        return Trouble(kind, f"the temporary credentials have expired ({code})", where, hint)
    if kind == "denied":
        because = text[text.find(" because ") :] if " because " in text else ""
        who = place.principal or f"the caller ({place.profile or 'default credentials'})"
        return Trouble(kind, f"{who} may not call {action} in {where}{because}", where, "alb-lint iam-policy prints the policy it needs")
    if kind == "throttled":
        return Trouble(kind, f"AWS throttles {action} ({code})", where, "--max-workers 2, or AWS_RETRY_MODE=adaptive")
    if kind == "refused":
        what = f"AWS does not take these keys{' in this region' if place.region else ''} ({code}: {text})"
        return Trouble(kind, what, where, "the region may not be enabled for the account, the keys may be deleted or of another partition")
    if kind == "credentials":
        return Trouble(kind, f"the request was not accepted as signed ({code}: {text})", where, "check the clock, and the secret key")
    if kind == "gone":
        return Trouble(kind, "it was deleted while the account was read", where, "")
    return Trouble(kind, f"{action} failed: {code or 'no code'}: {text}", where, "run again; what was read is kept")


def malformed(place: Place, action: str, why: str) -> Trouble:
    """An answer that is not what the API gives."""
    return Trouble("malformed", f"the answer of {action} cannot be read: {why}", str(place), "is --endpoint-url right, or a proxy between?")


def no_such_profile(name: str, known: list[str]) -> Trouble:
    near = difflib.get_close_matches(name, known, 1)
    meant = f"did you mean {near[0]}? " if near else ""
    listed = ", ".join(sorted(known)[:20]) or "none"
    return Trouble("credentials", f"there is no profile {brief(name)}", "~/.aws/config", f"{meant}profiles: {listed}")


def brief(message: object) -> str:
    """A foreign message: printable, on one line, short."""
    line = " ".join(str(message)[: 4 * _MESSAGE].split())
    shown = "".join(char if char.isprintable() else "\ufffd" for char in line)
    return shown if len(shown) <= _MESSAGE else f"{shown[: _MESSAGE - 1]}…"
