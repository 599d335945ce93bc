"""Programs and manifests that make listener rules and are not read here: a gap for each, with what to give instead.

Pulumi in Python, Go, .NET and Java (found by `Pulumi.yaml`), CDK for Terraform, Terragrunt stacks, `serverless.yml` with `alb` events, Copilot
manifests, parts of CloudFormation templates, templates that another tool fills in, and Ingresses of the AWS Load Balancer Controller. Nothing of
them is run, and rules are never guessed from them.
"""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from alb_lint.files import NotRead, content, is_file, is_link
from alb_lint.model import Gap, Location, Reading
from alb_lint.patterns import pattern
from alb_lint.record import record
from alb_lint.sources.source import ReadOptions, Source, Target, brief

KIND: Final = "other-program"
_LANGUAGES: Final = {"python": (".py",), "go": (".go",), "dotnet": (".cs", ".fs", ".vb"), "java": (".java", ".kt", ".scala")}
_NAMES: Final = {
    ".py": "Python",
    ".go": "Go",
    ".cs": "C#",
    ".fs": "F#",
    ".vb": "Visual Basic",
    ".java": "Java",
    ".kt": "Kotlin",
    ".scala": "Scala",
}
_RUNTIME: Final = pattern(rb"""^runtime:[ \t]*(?:\r?\n[ \t]+name:[ \t]*|\{[ \t]*name:[ \t]*)?["']?(\w+)""", re.MULTILINE)
_SKIPPED: Final = frozenset({"node_modules", "site-packages", "__pycache__", "venv", "vendor", "bin", "obj", "target", "build"})
_MOST_FILES: Final = 2_000
_MOST_BYTES: Final = 1_000_000
_RULE: Final = b"ListenerRule"
_KINDS: Final = (b"ElasticLoadBalancingV2::ListenerRule", b'"aws_lb_listener_rule"', b'"aws_alb_listener_rule"')


@record
class _Form:
    """`fits`: whether a file is of the form, from its name and content."""

    fits: Callable[[PurePosixPath, bytes], bool]
    reason: str


def _is_yaml(name: PurePosixPath) -> bool:
    return name.suffix in (".yml", ".yaml")


_BY_CONTROLLER: Final = pattern(
    rb"alb\.ingress\.kubernetes\.io/|ingressClassName:[ \t]*[\"']?alb\b|kubernetes\.io/ingress\.class[\"']?:[ \t]*[\"']?alb\b"
)
_INGRESS: Final = pattern(rb"^kind:[ \t]*[\"']?Ingress\b", re.MULTILINE)
_FRONTED: Final = pattern(rb"listener|\b(?:alb|lb|load[-_]?balancer)", re.IGNORECASE)
_PART: Final = pattern(rb"^[ \t-]*[\"']?Type[\"']?[ \t]*:[ \t]*[\"']?AWS::ElasticLoadBalancingV2::ListenerRule\b", re.MULTILINE)
_WHOLE: Final = pattern(rb"^[ \t]*[\"']?(?:Resources[\"']?[ \t]*:|AWSTemplateFormatVersion\b)", re.MULTILINE)
"""A rule of CloudFormation, and what says that the file is a whole template."""
_CDKTF: Final = (b"@cdktf/provider-aws", b".gen/providers/aws")
"""Where a program has the provider from: a package, or what `cdktf get` wrote."""
_FILLED_IN: Final = (".tmpl", ".tpl", ".tftpl", ".j2", ".jinja", ".jinja2", ".erb", ".mustache")
"""What the names of templates end with that another tool fills in."""
_FORMS: Final = (
    _Form(
        lambda name, data: name.name == "terragrunt.stack.hcl" and _FRONTED.search(data) is not None,
        "a Terragrunt stack is not read: run `terragrunt stack generate` and name the folder .terragrunt-stack",
    ),
    _Form(
        lambda name, data: (
            name.stem in ("serverless", "serverless-compose") and _is_yaml(name) and b"alb:" in data and b"listenerArn" in data
        ),
        "a Serverless Framework service is not read: run `serverless package` and give the template in .serverless",
    ),
    _Form(
        lambda name, data: name.name == "manifest.yml" and b"Load Balanced Web Service" in data,
        "a Copilot manifest is not read: run `copilot svc package` and give its template",
    ),
    _Form(
        lambda name, data: _is_yaml(name) and _INGRESS.search(data) is not None and _BY_CONTROLLER.search(data) is not None,
        "an Ingress is not read: the AWS Load Balancer Controller makes rules of it, which `alb-lint audit` reads",
    ),
    _Form(
        lambda name, data: _is_yaml(name) and _PART.search(data) is not None and _WHOLE.search(data) is None,
        "a part of a CloudFormation template is not read: give the template that is made of it",
    ),
    _Form(
        lambda name, data: (
            name.suffix in (".ts", ".js") and any(word in data for word in _CDKTF) and (_RULE in data or b"listener-rule" in data)
        ),
        "a CDK for Terraform program is not read: run `cdktf synth` and give the folder cdktf.out",
    ),
    _Form(
        lambda name, data: name.suffix in _FILLED_IN and any(word in data for word in _KINDS),
        "a template that another tool fills in is not read: render it and give the result",
    ),
)


def accepts(target: Target) -> bool:
    name = PurePosixPath(target.name)
    if name.suffix in _NAMES:
        return target.named and _RULE in target.data
    return _language(name, target.data) != () or any(form.fits(name, target.data) for form in _FORMS)


def read(targets: Sequence[Target], _options: ReadOptions) -> Reading:
    """No listener, and a gap for each; many of one kind are told as one."""
    by_reason: dict[str, list[Gap]] = {}
    for target in targets:
        for gap in _gaps(target):
            by_reason.setdefault(gap.reason, []).append(gap)
    return Reading((), tuple(gap for gaps in by_reason.values() for gap in brief(gaps)), files=tuple(target.name for target in targets))


def _gaps(target: Target) -> Iterator[Gap]:
    name = PurePosixPath(target.name)
    if name.suffix in _NAMES:
        yield _program(target.name, name.suffix)
        return
    suffixes = _language(name, target.data)
    if not suffixes:
        reason = next(form.reason for form in _FORMS if form.fits(name, target.data))
        yield Gap(Location(target.name), reason)
    elif target.path is not None:
        for path in _mentioning(target.path.parent, suffixes):
            if path is None:
                yield Gap(
                    Location(target.name), f"a Pulumi program is not read, and of its files no more than {_MOST_FILES:,} were looked at"
                )
            else:
                yield _program((name.parent / path).as_posix(), path.suffix)


def _program(name: str, suffix: str) -> Gap:
    what = f"a Pulumi program in {_NAMES[suffix]}"
    return Gap(Location(name), f"{what} is not read: run `pulumi preview --json --show-sames > preview.json` and give that file")


def _language(name: PurePosixPath, data: bytes) -> tuple[str, ...]:
    """The file name endings of the program that a `Pulumi.yaml` is of, if it is of one that is not read."""
    if name.name not in ("Pulumi.yaml", "Pulumi.yml"):
        return ()
    found = _RUNTIME.search(data)
    return _LANGUAGES.get(found[1].decode("ascii", "replace"), ()) if found is not None else ()


def _mentioning(folder: Path, suffixes: tuple[str, ...]) -> Iterator[Path | None]:
    """The program's files that make listener rules, relative to its folder and in a fixed order; None for what is more. Links are not followed."""
    left = _MOST_FILES
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED and not name.startswith("."))
        for name in sorted(files):
            path = Path(here) / name
            if not name.endswith(suffixes) or is_link(path) or not is_file(path):
                continue
            left -= 1
            if left < 0:
                yield None
                return
            try:
                found = _RULE in content(path, _MOST_BYTES, links=False)
            except NotRead:
                found = True  # not read, whatever it holds
            if found:
                yield path.relative_to(folder)


SOURCE = Source(
    kind=KIND,
    suffixes=(".yaml", ".yml", ".ts", ".js", ".stack.hcl", *_FILLED_IN),
    markers=(
        b'unit "',
        b'stack "',
        b"runtime:",
        b"ElasticLoadBalancingV2::ListenerRule",
        b"listenerArn",
        b"Load Balanced Web Service",
        b"Ingress",
        *_CDKTF,
        *_KINDS[1:],
    ),
    accepts=accepts,
    read=read,
)
