"""`terraform-json`: `terraform show -json` of a plan or a state, and state files of version 4.

A plan counts as it will be once applied. The listener of a rule is its ARN; where that is known after apply only, it is the address that the
configuration leads to, through variables and outputs.
"""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from alb_lint.errors import SourceError
from alb_lint.model import Gap, Location, Reading
from alb_lint.sources.elbv2.documents import decode
from alb_lint.sources.source import ReadOptions, Source, Target

if TYPE_CHECKING:
    from alb_lint.sources.terraform.collection import Collection

KIND: Final = "terraform-json"

_HINT: Final = "write it anew: terraform plan -out=FILE && terraform show -json FILE; or: terraform show -json"
_STATE_VERSION: Final = 4

_PLAN_OR_STATE: Final = (b'"resource_changes"', b'"planned_values"', b'"values"', b'"terraform_version"')
_LOG: Final = b'"@module":"terraform.ui"'


def accepts(target: Target) -> bool:
    """By the words that every plan and state has."""
    data = target.data
    if b"\0" in data[:4]:
        data = data.replace(b"\0", b"")
    if data[:64].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1] != b"{":
        return False
    if b'"format_version"' in data:
        return any(word in data for word in _PLAN_OR_STATE)
    return (b'"lineage"' in data and b'"serial"' in data) or _LOG in data[:4096]


def read(targets: Sequence[Target], _options: ReadOptions) -> Reading:
    """One listener per file and listener. Raises SourceError for a named file that cannot be read; one found in a folder is a gap then."""
    from alb_lint.sources.terraform.collection import Collection

    collection = Collection(KIND)
    for target in targets:
        prefix = target.name if len(targets) > 1 else ""
        try:
            _read_file(target, prefix, collection)
        except SourceError as error:
            if target.named:
                raise
            collection.gaps.append(Gap(Location(target.name), error.what))
    return Reading(collection.listeners(), tuple(dict.fromkeys(collection.gaps)), None, tuple(target.name for target in targets))


def _read_file(target: Target, prefix: str, collection: "Collection") -> None:
    document = _document(target)
    if "version" in document and "format_version" not in document and document["version"] != _STATE_VERSION:
        found = document["version"]
        raise SourceError(
            f"a state of version {found if isinstance(found, int) else '?'}; only {_STATE_VERSION} is read",
            where=target.name,
            hint="let Terraform 0.12 or later write the state, or give: terraform show -json",
        )
    if document.get("errored") is True:
        collection.gaps.append(Gap(Location(target.name), "Terraform could not finish this plan; what is missing is not known"))
    collection.add(document, target.name, prefix)


def _document(target: Target) -> Mapping[str, Any]:
    if _LOG in target.data[:4096]:
        raise SourceError("the log of `terraform plan -json`, which does not hold the rules", where=target.name, hint=_HINT)
    try:
        document = json.loads(decode(target.data))
    except (ValueError, RecursionError) as error:
        place = f"{target.name}:{error.lineno}" if isinstance(error, json.JSONDecodeError) else target.name
        raise SourceError("not a Terraform plan or state: it is no JSON", where=place, hint=_HINT) from None
    if not isinstance(document, dict):
        raise SourceError("not a Terraform plan or state: it is no JSON object", where=target.name, hint=_HINT)
    return document


SOURCE: Final = Source(
    kind=KIND,
    suffixes=(".json", ".tfstate"),
    markers=(b"aws_lb_listener_rule", b"aws_alb_listener_rule"),
    accepts=accepts,
    read=read,
)
