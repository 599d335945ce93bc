"""`aws-json`: what `aws elbv2 describe-*` prints, and the snapshot of `alb-lint export`.

A file may hold one answer, several pages of it, several listeners, a bare list of rules (`--query Rules`), or snapshots, wrapped or with
the command line still above it. Listeners, load balancers, target groups, tags and limits told in one file serve the rules of all others.

A snapshot is the live estate written down: what it holds is known by ARN alone, so that the same estate gives the same findings whether it
is read from a file or from the API (`read_snapshots`).
"""

from collections.abc import Iterable, Mapping, Sequence
from json import JSONDecodeError, loads
from pathlib import PurePosixPath
from typing import Any, Final

from alb_lint.errors import SourceError
from alb_lint.model import Location, Reading
from alb_lint.patterns import pattern
from alb_lint.sources.elbv2.documents import HEADER, Documents, NoRulesError, Piece, decode, pieces
from alb_lint.sources.elbv2.leaf import shown
from alb_lint.sources.elbv2.listing import Listing, scope_of
from alb_lint.sources.elbv2.shape import is_rule
from alb_lint.sources.source import ReadOptions, Source, Target

_HINT: Final = "write it anew with: aws elbv2 describe-rules --listener-arn ARN --output json"

_NAMES: Final = (
    "RuleArn",
    "ListenerArn",
    "LoadBalancerArn",
    "TargetGroupArn",
    "TagDescriptions",
    "AccountLimits",
    "alb_lint",
    "rules-per-application-load-balancer",
)
_KEYS: Final = tuple(f'"{name}"'.encode() for name in _NAMES)
_HAND_MADE: Final = (b'"Conditions"', b'"Field"')
_EMPTY: Final = pattern(rb'\s*\{\s*"Rules"\s*:\s*\[\s*\]')

_FOREIGN: Final = (b'"AWS::', b'"terraform_version"', b"urn:pulumi:")
"""Templates and states name the same properties."""

_BEARING: Final = pattern(rb'"(?:L(?:istener|oadBalancer)Arn|ResourceArn|TargetHealth|Max"|Next(?:Marker|Token)|alb_lint")')
"""What only listings other than those of rules hold, and pages that go on in another file. One regex takes a third of the time of eight texts."""

_TEXTS: Final = frozenset({"", ".json", ".jsonl", ".ndjson", ".txt", ".log", ".out", ".md", ".rst"})
_LISTED: Final = ("Rules", "Listeners", "LoadBalancers", "TargetGroups")
_GAPS: Final = 100_000
"""Gaps of one file. One with more is no export: 256 MB of `{}` would fill the memory with them."""

_SCALAR: Final = 1000
"""A text without an object or a list that is longer than this is not worth trying as a single JSON value."""


def accepts(target: Target) -> bool:
    """Whether the file names what describe calls name, and is no template or state."""
    data = target.data
    if PurePosixPath(target.name).suffix.lower() not in _TEXTS and data[:64].lstrip()[:1] not in (b"{", b"["):
        return False
    if b"\0" in data[:4]:  # UTF-16
        data = data.replace(b"\0", b"")
    if any(mark in data for mark in _FOREIGN):
        return False
    return any(key in data for key in _KEYS) or all(key in data for key in _HAND_MADE) or _EMPTY.match(data) is not None


def alone(target: Target) -> bool:
    """Whether the file holds rules and nothing that bears on those of other files."""
    data = target.data
    if b"\0" in data or (b"\\" in data and b"\\u" in data):
        return False  # keys may be written in another way
    return _BEARING.search(data) is None


def read(targets: Sequence[Target], _options: ReadOptions) -> Reading:
    """One listener per file and listener. Raises SourceError for a named file that is not JSON; one found in a folder is a gap then."""
    listing = Listing("aws-json")
    pages = _Pages()
    for target in targets:
        try:
            _read_file(target, listing, pages)
        except SourceError as error:
            if target.named:
                raise
            listing.gap(Location(target.name), f"{error.what} ({error.where})")
            listing.break_off(error.what)
        listing.end_file()
    for thing, location in pages.unfinished():
        listing.gap(location, f"the listing of {thing} goes on after this page (NextMarker), and its last page is not here")
        if thing == "TargetGroups":
            listing.miss_target_groups()
        else:
            listing.miss_rules(thing, "its listing goes on after this page")
    return listing.reading(tuple(target.name for target in targets))


def read_snapshots(snapshots: Iterable[Mapping[str, Any]]) -> Reading:
    """What `read` gives for a file that holds these snapshots, apart from the name of the file."""
    listing = Listing("aws-json")
    pages = _Pages()
    for snapshot in snapshots:
        _read_documents(pieces(snapshot), "", listing, pages)
    return listing.reading(())


SOURCE: Final = Source(
    kind="aws-json",
    suffixes=(".json", ".jsonl", ".ndjson"),
    markers=(*_KEYS, b'"Conditions"', *("".join(f"{letter}\0" for letter in name).encode() for name in _NAMES)),
    accepts=accepts,
    read=read,
    alone=alone,
)


class _Pages:
    """Which listings were read to their end. A page does not say which one it follows, so that one page without a marker ends a listing."""

    def __init__(self) -> None:
        self._begun: dict[str, Location] = {}
        self._ended: set[str] = set()

    def turn(self, things: Sequence[str], location: Location, *, last: bool) -> None:
        for thing in things:
            if last:
                self._ended.add(thing)
            else:
                self._begun.setdefault(thing, location)

    def unfinished(self) -> list[tuple[str, Location]]:
        return [(thing, location) for thing, location in self._begun.items() if thing not in self._ended]


def _read_file(target: Target, listing: Listing, pages: _Pages) -> None:
    if not target.data.strip():
        raise SourceError("the file is empty", where=target.name, hint=_HINT)
    try:
        text = decode(target.data)
        documents = Documents(text)
        _read_documents(documents, target.name, listing, pages)
    except UnicodeDecodeError as error:
        raise SourceError(f"byte {error.start} is not {error.encoding.upper()} text", where=target.name, hint=_HINT) from None
    except JSONDecodeError as error:
        if text.lstrip()[:1] not in ("{", "[") and not accepts(target):
            raise SourceError("no JSON object in it", where=target.name, hint=_HINT) from None  # brackets in another text
        where = f"{target.name}:{error.lineno}:{error.colno}"
        raise SourceError(f"the JSON breaks off or is damaged: {error.msg}", where=where, hint=_HINT) from None
    except RecursionError:
        raise SourceError("the JSON is nested too deeply", where=target.name, hint=_HINT) from None
    except NoRulesError:
        raise SourceError("a long list of things that are no rules", where=target.name, hint=_HINT) from None
    if not documents.count and not _is_scalar(text):
        raise SourceError("no JSON object in it", where=target.name, hint=_HINT)


def _is_scalar(text: str) -> bool:
    """Whether the text is JSON all the same: a number, a text, null."""
    try:
        loads(text[:_SCALAR])
    except ValueError:
        return False
    return len(text) <= _SCALAR


def _read_documents(documents: Iterable[Piece], name: str, listing: Listing, pages: _Pages) -> None:
    file = name
    listeners: set[str] = set()
    limits: list[tuple[str, Any]] = []
    homeless: list[tuple[object, str, int]] = []
    enough = listing.gaps + _GAPS
    for key, address, line, value in documents:
        if listing.gaps > enough:
            raise SourceError(f"more than {_GAPS:,} values in it cannot be read", where=name, hint=_HINT)
        if key == "Rules":
            if value.__class__ is not dict or "RuleArn" in value or not is_rule(value):
                listeners.add(listing.add_rule(value, file, address, line))
            else:
                homeless.append((value, address, line))
        elif key in {"AccountLimits", "Limits"}:
            limits.append((address, value))
        elif key == HEADER:
            file = "" if isinstance(value, dict) else name
        elif key:
            listing.add(key, value, file, address)
        else:
            beside = value.get("ListenerArn")
            for raw, where, at in homeless:
                listeners.add(listing.add_rule(raw, file, where, at, beside if isinstance(beside, str) else ""))
            for where, raw in limits:
                listing.add("AccountLimits", raw, file, where, scope=_scope(value, listeners))
            place = Location(file, line, 0, address.removesuffix(".")) if file else Location()
            _end_document(value, place, sorted(listeners - {""}), listing, pages)
            file, listeners, limits, homeless = name, set(), [], []


def _scope(document: dict[str, Any], listeners: set[str]) -> str:
    """Region and account that the limits of a document count for; "" where it does not tell."""
    about = document.get(HEADER)
    if isinstance(about, dict) and isinstance(about.get("region"), str) and isinstance(about.get("account"), str):
        return f"{about['region']}:{about['account']}"
    scopes = {scope_of(listener) for listener in listeners}
    return scopes.pop() if len(scopes) == 1 else ""


def _end_document(document: dict[str, Any], place: Location, listeners: list[str], listing: Listing, pages: _Pages) -> None:
    for key in _LISTED:
        value = document.get(key)
        if value is not None and not isinstance(value, list):
            listing.gap(place, f"{key} is {shown(value)}, not a list")
    if isinstance(document.get("TargetGroups"), list):
        listing.know_target_groups()
    health = document.get("TargetHealth")
    for group, answer in health.items() if isinstance(health, dict) else ():
        descriptions = answer.get("TargetHealthDescriptions") if isinstance(answer, dict) else answer
        listing.add("TargetHealth", {"TargetGroupArn": group, "TargetHealthDescriptions": descriptions}, place.file, "TargetHealth")
    about = document.get(HEADER)
    told: dict[str, Any] = about if isinstance(about, dict) else {}
    gaps, partial = told.get("gaps"), told.get("partial")
    for gap in gaps if isinstance(gaps, list) else ():
        _retell(gap, place, listing)
    if isinstance(partial, list) and "TargetGroups" in partial:
        listing.miss_target_groups()
    others: list[str] = [key for key in _LISTED[1:] if key in document]
    if "Rules" in document and not listeners:
        others.append("Rules")
    pages.turn([*listeners, *others], place, last=not (document.get("NextMarker") or document.get("NextToken")))


def _retell(gap: object, place: Location, listing: Listing) -> None:
    """A gap that the export met: text, or reason and location as the findings write them."""
    reason = gap.get("reason") if isinstance(gap, dict) else gap
    location = gap.get("location") if isinstance(gap, dict) else None
    told = {key: value for key, value in location.items() if isinstance(value, str)} if isinstance(location, dict) else {}
    where = Location(place.file, address=told.get("address", "") or place.address, arn=told.get("arn", ""))
    listing.gap(where, reason if isinstance(reason, str) else "the export met a gap that it does not explain")
    if isinstance(gap, dict) and gap.get("lacks") == "rules" and where.arn:
        listing.miss_rules(where.arn, str(reason))
