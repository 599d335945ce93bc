"""A plan as a shell script for the AWS CLI: it looks whether the listeners are those of the plan, and only then changes them.

The script is text for a person to read and run; nothing here runs anything. Every name from outside is one quoted word or stands in a comment
without control characters.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from shlex import quote
from typing import Final

from alb_lint.findings.wording import clean
from alb_lint.model import Listener
from alb_lint.plan.naming import listed
from alb_lint.plan.plan import ListenerPlan, added, dropped
from alb_lint.plan.proposal import Proposal
from alb_lint.plan.scripts.script import Script
from alb_lint.plan.steps.apply import apply_plan
from alb_lint.plan.steps.claims import claimed_twice
from alb_lint.plan.steps.commands import command, region, runnable

_HEAD: Final = """\
#!/bin/sh
# shellcheck disable=SC2016 # names and JSON of the account stand in single quotes on purpose
# Renumbers listener rules as planned: DIGEST
#
# 1. Each listener's rules (ARN and number) are compared with those of the plan; where one differs, nothing at all is changed.
#    Conditions and actions are compared by: alb-lint verify PLAN SOURCE
# 2. With --apply, and only then, the changes are made, and the rules are read again and compared with the plan's result.
# 3. The way back is printed, also where a call fails on the way.
#
# Without --apply it ends after 1. A listener that is as planned already is left as it is. Needs the AWS CLI and, for the account, the permissions
# that the `elbv2` calls below ask for.
"""
_LOOKING: Final = """\
set -eu

apply=
case "${1:-}" in
  --apply) apply=yes ;;
  '' | --check) ;;
  *) echo "usage: $0 [--apply]" >&2; exit 2 ;;
esac
waiting=

fingerprint() { # region, listener, fields
  found=$(aws elbv2 describe-rules --region "$1" --listener-arn "$2" --query "Rules[?!IsDefault].[$3]" --output text)
  printf '%s\\n' "$found" | LC_ALL=C sort | if command -v sha256sum >/dev/null 2>&1; then sha256sum; else shasum -a 256; fi | cut -d ' ' -f 1
}

look() { # number here, region, listener, fingerprint of now, fields and fingerprint of afterwards
  now=$(fingerprint "$2" "$3" RuleArn,Priority)
  if [ "$now" = "$4" ]; then
    waiting="$waiting $1 "
    printf '%s\\n' "to do: $3"
    return
  fi
  [ "$5" = RuleArn,Priority ] || now=$(fingerprint "$2" "$3" "$5")
  if [ "$now" = "$6" ]; then
    printf '%s\\n' "already done: $3"
  else
    printf '%s\\n' "not what the plan was made for, nothing was changed: $3" >&2
    exit 1
  fi
}

waits() { # number here
  case "$waiting" in *" $1 "*) ;; *) return 1 ;; esac
}

expect() { # region, listener, fields, fingerprint
  now=$(fingerprint "$1" "$2" "$3")
  if [ "$now" != "$4" ]; then
    printf '%s\\n' "the rules are not as planned now: $2" >&2
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
    """The script. Parts without ARNs, or with something that could not be read or that AWS never holds, are named in it and left out."""
    del files
    parts = [part for part in proposal.plan.listeners if part.steps]
    able = [part for part in parts if not _why_not(proposal, part)]
    lines = [_HEAD.replace("DIGEST", proposal.plan.digest), *_left_out(proposal, parts)]
    if able:
        lines.append(_LOOKING)
    else:
        return "\n".join([*lines, "echo 'nothing to change'", ""])
    after = {part.id: _afterwards(part, proposal.base(part)) for part in able}
    for place, part in enumerate(able, 1):
        now = fingerprint(proposal.base(part))
        lines.append(f"look {place} {quote(region(part.id))} {quote(part.id)} {now} {after[part.id]}")
    lines += [
        "[ -n \"$waiting\" ] || { echo 'already done: the rules are as planned'; exit 0; }",
        "[ -n \"$apply\" ] || { echo 'the rules are those of the plan; nothing was changed: run it with --apply to change them'; exit 0; }",
    ]
    lines += ["", "way_back() {", *_way_back(proposal, able), "}", ""]
    lines += ["trap 'echo \"stopped on the way; what was done is undone by:\" >&2; way_back >&2' EXIT", ""]
    for place, part in enumerate(able, 1):
        lines += [f"if waits {place}; then", *(f"  {line}" for line in _changes(proposal, part)), "fi", ""]
    lines += ["# read again"]
    lines += [f"expect {quote(region(part.id))} {quote(part.id)} {after[part.id]}" for part in able]
    return "\n".join([*lines, _TAIL])


def _why_not(proposal: Proposal, part: ListenerPlan) -> str:
    """Why the calls of the plan cannot be made, "" where they can."""
    twice = claimed_twice(proposal.base(part))
    if twice and not runnable((*part.steps, *part.rollback)):
        told = listed([str(number) for number in twice])
        return f"two rules have the number {told}{' each' if len(twice) > 1 else ''}, which AWS does not allow; plan from what is live, or"
    return runnable((*part.steps, *part.rollback))


def _afterwards(part: ListenerPlan, base: Listener) -> str:
    """The fields and the fingerprint when all is done: numbers alone where rules are made, whose ARNs nobody knows yet."""
    after = apply_plan(part, base)
    return f"Priority {_digest(str(rule.priority) for rule in after.rules)}" if part.splits else f"RuleArn,Priority {fingerprint(after)}"


def fingerprint(listener: Listener) -> str:
    """What the script's own `fingerprint` gives for ARN and number of the rules of the listener."""
    return _digest(f"{rule.id}\t{rule.priority}" for rule in listener.rules)


def _digest(lines: Iterable[str]) -> str:
    """sha256 of the lines, sorted by bytes."""
    return sha256(b"".join(line + b"\n" for line in sorted(line.encode() for line in lines))).hexdigest()


def _left_out(proposal: Proposal, parts: Sequence[ListenerPlan]) -> Iterator[str]:
    for refused in proposal.plan.refused:
        yield _comment(f"LEFT OUT {proposal.name(refused.listener)}: no plan: {refused.reason}")
    for part in parts:
        why = _why_not(proposal, part)
        if why:
            yield _comment(
                f"LEFT OUT {proposal.name(part.id)}: {why}{'' if why.endswith('or') else ';'} change the code: alb-lint plan --format patch"
            )


def _changes(proposal: Proposal, part: ListenerPlan) -> Iterator[str]:
    where = region(part.id)
    yield _comment(f"{proposal.name(part.id)}: {_told(part)}")
    said = {
        "modify-rule": "twins are merged: the rule that stays gets the weights of both",
        "delete-rule": "twins are merged: the rule that is deleted no longer answers any request",
        "set-rule-priorities": "all numbers in one call, so that no request sees a state between",
    }
    if part.compaction is not None:
        said |= {
            "modify-rule": "one rule gets the conditions of all that it replaces",
            "delete-rule": "what is deleted no longer answers any request",
        }
    if part.splits:
        said |= {
            "create-rule": "a part of a rule that is over its limits, before that rule gives it away",
            "modify-rule": "the rule that is over its limits keeps the other part",
        }
    last = ""
    for call in part.steps:
        name = str(call["call"])
        if name != last and name in said:
            yield _comment(said[name])
        last = name
        yield f"{command(call, where)} >/dev/null"


def _told(part: ListenerPlan) -> str:
    gone = sum(len(merge.drop) for merge in part.merges) + len(dropped(part.compaction))
    more = added(part.splits)
    return f"{part.moved} moved, {part.kept} kept" + (f", {gone} merged into others" if gone else "") + (f", {more} new" if more else "")


def _way_back(proposal: Proposal, parts: Sequence[ListenerPlan]) -> Iterator[str]:
    for place, part in enumerate(parts, 1):
        yield f"  if waits {place}; then cat <<'WAY_BACK'"
        yield _comment(proposal.name(part.id))
        if any(call["call"] == "create-rule" for call in part.rollback):
            yield _comment("a deleted rule comes back under a new ARN, and without the secrets that no export tells")
        if not part.rollback:
            yield _comment(f"none: AWS {'refuses rules that are over their limits' if part.splits else 'refuses the numbers of before'}")
        for call in part.rollback:
            yield command(call, region(part.id))
        yield from ("WAY_BACK", "  fi")


def _comment(text: str) -> str:
    return f"# {clean(text)}"


SCRIPT = Script("aws-cli", render)
