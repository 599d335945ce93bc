"""A listener, its load balancer, and the target groups that the input shows."""

import re
from typing import Final

from alb_lint.model.deployment import Deployment
from alb_lint.model.request import Entrance
from alb_lint.model.rule import Rule
from alb_lint.patterns import pattern
from alb_lint.places import Location
from alb_lint.record import record
from alb_lint.symbols import Unknown

_NOWHERE = Location()
_ADDRESS: Final = pattern(r"(?:^|\.)aws_a?lb_listener\.")
_OUTPUT: Final = pattern(r"(?:remote_state|dependency)\((.*)\)\.outputs(.+)", re.DOTALL)
_QUOTED: Final = pattern(r'"([^"]*)"')
_WORD: Final = pattern(r"[\w-]+")
_COMMON: Final = ("terraform", "default", "main", "state")
_ENDS: Final = pattern(r"[/:]")
"""What stands behind a load balancer's name."""


@record
class LoadBalancer:
    """`ip_address_type`: "ipv4", "dualstack", "dualstack-without-public-ipv4" or "" (not told).

    `drops_invalid_headers`: routing.http.drop_invalid_header_fields.enabled, None where not told.
    """

    id: str
    name: str
    ip_address_type: str = ""
    drops_invalid_headers: bool | None = None
    scheme: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    dns_name: str = ""


@record
class Unread:
    """Why not all rules of a listener are known. `nothing`: none of them was read.

    A rule that was not read may stand anywhere, match anything and hold any number: no rule is certainly reached then, no number certainly free.
    """

    reason: str
    nothing: bool = False


@record
class Listener:
    """`rules`: in any order, numbers may collide, the default rule apart in `default`.

    `id`: ARN, else the reference or address that stands for it. `protocol`: "HTTP", "HTTPS" or "" (not told); `port`: 0 where not told.
    `unread`: set where rules of it may exist that are not in `rules`.
    `deployments`: what tools are about to do to its rules, where the input tells; `rules` are those of afterwards.
    `limits`: (name in DescribeAccountLimits, number) where the input tells the account's own limits.
    `known_as`: the variable, parameter or lookup that is all that the code knows it by, where another root module, template or program may know
    the same listener by the same; "" else.
    `looked_up`: the parameter that it is read from, `ssm:/edge/listener`; `published`: those that hold it.
    """

    id: str
    name: str
    rules: tuple[Rule, ...] = ()
    default: Rule | None = None
    protocol: str = ""
    port: int = 0
    load_balancer: LoadBalancer | None = None
    source_kind: str = ""
    location: Location = _NOWHERE
    tags: tuple[tuple[str, str], ...] = ()
    limits: tuple[tuple[str, int], ...] = ()
    unread: Unread | None = None
    deployments: tuple[Deployment, ...] = ()
    known_as: str = ""
    looked_up: str = ""
    published: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """A short name that a config can have for it: its load balancer's, its address with the root module's own folder, or the output of another
        state with what that state is called; "" for none.
        """
        elsewhere = _OUTPUT.fullmatch(self.name)
        if elsewhere is not None:
            return _of_output(*elsewhere.groups())
        root, _, address = self.name.partition(":")
        if address and _ADDRESS.search(address):
            return f"{root.rpartition('/')[2]}-{address}"
        return _ENDS.split(self.name, maxsplit=1)[0]

    @property
    def door(self) -> str:
        """Name of the load balancer and port, `front:443`; "" where they are not told."""
        return f"{self.load_balancer.name}:{self.port}" if self.load_balancer is not None and self.load_balancer.name and self.port else ""

    @property
    def entrance(self) -> Entrance:
        """How a client sends it a request: HTTPS unless it is known to speak plain HTTP."""
        plain = self.protocol == "HTTP" or (not self.protocol and self.port == 80)
        return Entrance("http" if plain else "https", self.port, self.load_balancer.dns_name if self.load_balancer is not None else "")


def rules_and_default(listener: Listener) -> tuple[Rule, ...]:
    """All rules in the order of the input, the default rule last."""
    return listener.rules if listener.default is None else (*listener.rules, listener.default)


def asked_first(listener: Listener) -> list[int]:
    """The places of the rules in the order of their numbers, unknown ones last."""
    rules = listener.rules
    return sorted(range(len(rules)), key=lambda index: (isinstance(rules[index].priority, Unknown), _number(rules[index]), index))


def _number(rule: Rule) -> int:
    return rule.priority if isinstance(rule.priority, int) else 0


def _of_output(state: str, path: str) -> str:
    """`experience.stage.listener_arn` of `terraform/experience.tfstate`; a file of a common name is known by its folder."""
    texts = [part for part in _QUOTED.findall(state) if part] or ["state"]
    folders = [part for part in texts[-1].split("/") if part] or ["state"]
    own = folders[-1].removesuffix(".tfstate")
    own = folders[-2] if own in _COMMON and len(folders) > 1 else own
    return ".".join([own, *_WORD.findall(path)])


@record
class TargetGroup:
    """`load_balancers`: ids of those that use it. `targets`: number of registered targets, None where not told.

    `registered`: the targets that are known to be one and the same wherever they are named, with their port, sorted; draining ones left out.
    """

    id: str
    name: str
    load_balancers: tuple[str, ...] = ()
    targets: int | None = None
    protocol_version: str = ""
    registered: tuple[str, ...] = ()
