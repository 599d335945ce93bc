"""The actions of a rule, in the order in which they run, and its transforms. Source: API types Action and RuleTransform."""

from alb_lint.record import record
from alb_lint.symbols import Number, Text


@record
class Share:
    """A target group (ARN, or the reference that stands for it) and its weight, 0 to 999."""

    target_group: Text
    weight: Number = 1


@record
class Forward:
    """`sticky_seconds` is None where group stickiness is off."""

    shares: tuple[Share, ...]
    sticky_seconds: Number | None = None


@record
class Redirect:
    """Fields as the API fills them; a field left out by the input has its default."""

    status: Text = "HTTP_302"
    protocol: Text = "#{protocol}"
    host: Text = "#{host}"
    port: Text = "#{port}"
    path: Text = "/#{path}"
    query: Text = "#{query}"


@record
class FixedResponse:
    status: Text
    content_type: Text | None = None
    body: Text = ""


@record
class Authenticate:
    """`kind` is "oidc" or "cognito"; `settings` are (API field, value) sorted by field, secrets left out."""

    kind: str
    settings: tuple[tuple[str, Text], ...] = ()


@record
class JwtValidation:
    """`settings` are (API field, value) sorted by field; claims as one canonical JSON text."""

    settings: tuple[tuple[str, Text], ...] = ()


@record
class OpaqueAction:
    """An action that could not be read. It equals no other action, itself included."""

    type: str
    reason: str


Action = Forward | Redirect | FixedResponse | Authenticate | JwtValidation | OpaqueAction


@record
class Transform:
    """`type` is "host-header-rewrite" or "url-rewrite"; `rewrites` are (regex, replacement). Never changes which rule matches."""

    type: str
    rewrites: tuple[tuple[Text, Text], ...] = ()
