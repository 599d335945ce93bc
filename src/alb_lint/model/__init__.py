"""What a listener says. Frozen values; they may hold what AWS would refuse, since checks judge and constructors do not."""

from alb_lint.model.action import (
    Action,
    Authenticate,
    FixedResponse,
    Forward,
    JwtValidation,
    OpaqueAction,
    Redirect,
    Share,
    Transform,
)
from alb_lint.model.condition import (
    NO_CONDITIONS,
    NO_VALUES,
    Condition,
    HostHeader,
    HttpHeader,
    HttpRequestMethod,
    OpaqueCondition,
    PathPattern,
    QueryPair,
    QueryString,
    SourceIp,
)
from alb_lint.model.deployment import Change, Deployment
from alb_lint.model.estate import Branch, Estate, Reading
from alb_lint.model.listener import Listener, LoadBalancer, TargetGroup, Unread
from alb_lint.model.ownership import is_controller_owned, owner_of, stack_of
from alb_lint.model.request import Entrance, Request
from alb_lint.model.rule import Ignore, Replacement, Rule, conditions_of
from alb_lint.places import Gap, Location, PrioritySite, SharedSite
from alb_lint.symbols import Number, Text, Unknown

__all__ = [
    "NO_CONDITIONS",
    "NO_VALUES",
    "Action",
    "Authenticate",
    "Branch",
    "Change",
    "Condition",
    "Deployment",
    "Entrance",
    "Estate",
    "FixedResponse",
    "Forward",
    "Gap",
    "HostHeader",
    "HttpHeader",
    "HttpRequestMethod",
    "Ignore",
    "JwtValidation",
    "Listener",
    "LoadBalancer",
    "Location",
    "Number",
    "OpaqueAction",
    "OpaqueCondition",
    "PathPattern",
    "PrioritySite",
    "QueryPair",
    "QueryString",
    "Reading",
    "Redirect",
    "Replacement",
    "Request",
    "Rule",
    "Share",
    "SharedSite",
    "SourceIp",
    "TargetGroup",
    "Text",
    "Transform",
    "Unknown",
    "Unread",
    "conditions_of",
    "is_controller_owned",
    "owner_of",
    "stack_of",
]
