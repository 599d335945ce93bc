"""A plan as a shell script for the AWS CLI: it looks whether the listeners are those of the plan, and only then changes them.

The script is text for a person to read and run; nothing here runs anything. Every name from outside is one quoted word or stands in a comment
without control characters.
"""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from shlex import quote
from typing import Final

from alb_lint.findings.wording import clean
from alb_lint.model import Listener
from alb_lint.plan.plan import ListenerPlan, dropped
from alb_lint.plan.proposal import Proposal
from alb_lint.plan.scripts.script import Script
from alb_lint.plan.steps.apply import apply_plan
from alb_lint.plan.steps.commands import command, region, runnable

_HEAD: Final = """\
#!/bin/sh
# shellcheck disable=SC2016 # names and JSON of the account stand in single quotes on purpose
# Renumbers listener rules as planned: DIGEST
#
# 1. Each listener's rules (ARN and number) are compared with those of the plan; where one differs, nothing at all is changed.
#    Conditions and actions are compared by: alb-lint verify PLAN SOURCE
# 2. The changes are made, the rules are read again and compared with the plan's result.
# 3. The way back is printed, also where a call fails on the way.
#
# `--check` ends after 1. Needs the AWS CLI and, for the account, the permissions that `elbv2` calls below ask for.
set -eu

rules() { # region, listener
  aws elbv2 describe-rules --region "$1" --listener-arn "$2" --query 'Rules[?!IsDefault].[RuleArn,Priority]' --output text
}

fingerprint() { # of lines on standard input
  LC_ALL=C sort | if command -v sha256sum >/dev/null 2>&1; then sha256sum; else shasum -a 256; fi | cut -d ' ' -f 1
}

expect() { # region, listener, fingerprint, what to say where it differs
  found=$(rules "$1" "$2")
  if [ "$(printf '%s\\n' "$found" | fingerprint)" != "$3" ]; then
    printf '%s\\n' "$4: $2" >&2
    exit 1
  fi
}
"""
_TAIL: Final = """\
trap - EXIT
echo 'done: the rules are as planned; the way back:'
way_back
"""


def render(proposal: Proposal, files: Mapping[str, bytes]) -> str:
    """The script. Parts without ARNs, or with something that could not be read, are named in it and left out."""
    del files
    parts = [part for part in proposal.plan.listeners if part.steps]
    able = [part for part in parts if not runnable((*part.steps, *part.rollback))]
    lines = [_HEAD.replace("DIGEST", proposal.plan.digest), *_left_out(proposal, parts)]
    if not able:
        return "\n".join([*lines, "echo 'nothing to change'", ""])
    lines += _checks(proposal, able)
    lines += ["", "way_back() {", "  cat <<'WAY_BACK'", *_way_back(proposal, able), "WAY_BACK", "}", ""]
    lines += ["trap 'echo \"stopped on the way; what was done is undone by:\" >&2; way_back >&2' EXIT", ""]
    for part in able:
        lines += [*_changes(proposal, part), ""]
    lines += ["# read again"]
    for part in able:
        wanted = fingerprint(apply_plan(part, proposal.base(part)))
        lines.append(_expect(part, wanted, "the rules are not as planned now"))
    return "\n".join([*lines, _TAIL])


def fingerprint(listener: Listener) -> str:
    """What the script's own `fingerprint` gives for the rules of the listener: sha256 of lines `ARN TAB number`, sorted by bytes."""
    lines = sorted(f"{rule.id}\t{rule.priority}".encode() for rule in listener.rules)
    return sha256(b"".join(line + b"\n" for line in lines)).hexdigest()


def _left_out(proposal: Proposal, parts: Sequence[ListenerPlan]) -> Iterator[str]:
    for refused in proposal.plan.refused:
        yield _comment(f"LEFT OUT {proposal.name(refused.listener)}: no plan: {refused.reason}")
    for part in parts:
        why = runnable((*part.steps, *part.rollback))
        if why:
            yield _comment(f"LEFT OUT {proposal.name(part.id)}: {why}; change the code instead: alb-lint plan --format patch")


def _checks(proposal: Proposal, parts: Sequence[ListenerPlan]) -> Iterator[str]:
    for part in parts:
        base = proposal.base(part)
        numbers = [rule.priority for rule in base.rules]
        twice = sorted({int(str(number)) for number in numbers if isinstance(number, int) and numbers.count(number) > 1})
        if twice:
            claimed = ", ".join(map(str, twice))
            yield _comment(f"{proposal.name(part.id)}: two rules claim {claimed}. AWS never holds that, so this check will refuse what is")
            yield _comment("live today: plan from a live export to change it now, or change the code (--format patch).")
        yield _expect(part, fingerprint(base), "not what the plan was made for, nothing was changed")
    yield "[ \"${1:-}\" != --check ] || { echo 'the rules are those of the plan'; exit 0; }"


def _expect(part: ListenerPlan, wanted: str, said: str) -> str:
    return f"expect {quote(region(part.id))} {quote(part.id)} {wanted} {quote(said)}"


def _changes(proposal: Proposal, part: ListenerPlan) -> Iterator[str]:
    where = region(part.id)
    yield _comment(f"{proposal.name(part.id)}: {_told(part)}")
    said = {
        "modify-rule": "twins are merged: the rule that stays gets the weights of both",
        "delete-rule": "twins are merged: the rule that goes answers nothing any more",
        "set-rule-priorities": "all numbers in one call, so that no request sees a state between",
    }
    if part.compaction is not None:
        said |= {"modify-rule": "one rule takes what all of its join take", "delete-rule": "what goes answers nothing any more"}
    last = ""
    for call in part.steps:
        name = str(call["call"])
        if name != last and name in said:
            yield _comment(said[name])
        last = name
        yield f"{command(call, where)} >/dev/null"


def _told(part: ListenerPlan) -> str:
    gone = sum(len(merge.drop) for merge in part.merges) + len(dropped(part.compaction))
    return f"{part.moved} moved, {part.kept} kept" + (f", {gone} merged into others" if gone else "")


def _way_back(proposal: Proposal, parts: Sequence[ListenerPlan]) -> Iterator[str]:
    for part in parts:
        yield _comment(proposal.name(part.id))
        if any(call["call"] == "create-rule" for call in part.rollback):
            yield _comment("a deleted rule comes back under a new ARN, and without the secrets that no export tells")
        for call in part.rollback:
            yield command(call, region(part.id))


def _comment(text: str) -> str:
    return f"# {clean(text)}"


SCRIPT = Script("aws-cli", render)
