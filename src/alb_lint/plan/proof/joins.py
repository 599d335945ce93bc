"""Whether a compaction changes no answer: the listener before and after it, compared over all requests, with nothing of what proposed it."""

from collections import Counter

from alb_lint.analysis.decisions import differences
from alb_lint.model import Listener
from alb_lint.plan.plan import Compaction
from alb_lint.plan.proof.proof import Flaw
from alb_lint.plan.steps.apply import compacted, groups_of, together_of


def check_compaction(listener: Listener, compaction: Compaction) -> list[Flaw]:
    """All flaws; none: every request is answered as before, and the counts are those of the rules."""
    known = {rule.id: rule for rule in listener.rules}
    names = Counter((*compaction.removed, *(name for join in compaction.joins for name in (join.keep, *join.drop))))
    flaws = [Flaw("a compaction names a rule that the listener does not have", (name,)) for name in names if name not in known]
    flaws += [Flaw("a compaction names a rule twice", (name,)) for name, times in names.items() if times > 1]
    if flaws:
        return flaws
    for join in compaction.joins:
        ids = (join.keep, *join.drop)
        together = together_of([known[name].conditions for name in ids])
        if together is None:
            flaws.append(Flaw("one rule cannot match exactly what these match", ids))
        elif not join.drop and together == known[join.keep].conditions:
            flaws.append(Flaw("the rule is joined with none and loses no value", ids))
    after = compacted(listener, compaction)
    groups = (len(groups_of(listener)), len(groups_of(after)))
    if compaction.groups_before >= 0 and (compaction.groups_before, compaction.groups_after) != groups:
        flaws.append(Flaw("the counts of target groups in the compaction are not those of the rules"))
    if (compaction.before, compaction.after) != (len(listener.rules), len(after.rules)):
        flaws.append(Flaw("the counts of rules in the compaction are not those of the rules"))
    if flaws or not names:
        return flaws
    found = differences(listener, after)
    if found.equivalent is not True:
        one = found.differences[0] if found.differences else None
        why = "answers change" if one is not None else f"whether answers change could not be decided: {found.doubts[0].reason}"
        rules = tuple(rule.id for rule in (one.old, one.new) if rule is not None) if one is not None else found.doubts[0].rules
        flaws.append(Flaw(f"by the compaction {why}", rules, one.request if one is not None else None))
    return flaws
